"""
Values to plain data and back: what JSON, TOML and a log entry can hold.

The converter is public: register hooks of your own on a copy of it. Reading is strict: an unknown key, a number where
text belongs, a record that breaks a rule are refused, all of them together, each with its path.

Plain data has no tuples, sets, instants or exact numbers. In open mappings, such as `custom`, these are written as an
object with one key that begins with a dollar sign: `{"$decimal": "1.50"}`. A key of one's own that begins with a dollar
sign is written with two.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import partial
from typing import Any, Final, TypeVar, get_args, get_origin

import attrs
from cattrs import BaseValidationError, Converter
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import InvalidInput, InvalidValue, Malformed, Problem, UnknownName, masked, shown, suggestion
from leadmodel.values import Consent, EmailAddress, FrozenMap, Money, Ref, type_name
from leadmodel.values.instants import instant_fault

T = TypeVar("T")

#: Record types by the word for them.
TYPES: Final[Mapping[str, type[Entity]]] = {type_name(record_type): record_type for record_type in ENTITIES}


def refusal(what: str, hint: str, value: object) -> InvalidValue:
    """
    Make the error about one value of the data; what is quoted in it may be personal, and is masked.
    """
    return InvalidValue(subject="value", problems=(Problem(what=what, hint=hint, value=value),))


def _strict(kind: type[T], word: str) -> Callable[[Any, Any], T]:
    """
    Read a plain value only if it is one of its kind already: a number never becomes text.
    """

    def read(value: Any, _: Any) -> T:  # noqa: ANN401  (whatever stands in the data)
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        raise refusal(f"a {type(value).__name__} is no {word}", f"write a {word}", value)

    return read


def _instant(value: Any, _: Any = None) -> datetime:  # noqa: ANN401
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise refusal(f"{masked(value)} is no instant", "write it like 2026-03-01T09:30:00Z", value) from None
    if fault := instant_fault(moment):
        raise refusal(f"{masked(value)} {fault}", "", value)
    return moment.astimezone(UTC)


def _day(value: Any, _: Any = None) -> date:  # noqa: ANN401
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refusal(f"{masked(value)} is no date", "write it like 2026-03-01", value) from None


def _decimal(value: Any, _: Any = None) -> Decimal:  # noqa: ANN401
    try:
        if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
            return Decimal(value)
    except ArithmeticError:
        pass  # no number: refused like what is of another type
    raise refusal(f"{masked(value)} is no exact number", "write it as text", value)


def _float(value: Any) -> float:  # noqa: ANN401
    try:
        if isinstance(value, str):
            return float(value)
    except ValueError:
        pass  # no number: refused like what is of another type
    raise refusal(f"{masked(value)} is no number", "write it as text", value)


def _money(value: Any) -> Money:  # noqa: ANN401
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004  (a pair)
        raise refusal(f"{masked(value)} is no money", 'write ["1.50", "EUR"]', value)
    return Money(_decimal(value[0]), value[1])


def _set(value: Any) -> frozenset[Any]:  # noqa: ANN401
    if not isinstance(value, list):
        raise refusal(f"a {type(value).__name__} is no list", "write a list", value)
    return frozenset(FrozenMap({"members": [_open(member) for member in value]})["members"])


def _written_instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


#: What open mappings hold beyond plain data: (type, mark, writer, reader).
_MARKED: Final[tuple[tuple[type, str, Callable[[Any], Any], Callable[[Any], Any]], ...]] = (
    (datetime, "$instant", _written_instant, _instant),
    (date, "$date", date.isoformat, _day),
    (Decimal, "$decimal", str, _decimal),
    (float, "$float", repr, _float),
    (Money, "$money", lambda money: [str(money.amount), money.currency], _money),
    (frozenset, "$set", lambda kept: sorted(map(_open_to_plain, kept), key=repr), _set),
)
_MARKS: Final = {mark: read for _, mark, _, read in _MARKED}


def _open_to_plain(value: object) -> object:
    """
    Write a value of an open mapping.
    """
    if isinstance(value, Mapping):
        return {f"${key}" if key.startswith("$") else key: _open_to_plain(member) for key, member in value.items()}
    if isinstance(value, tuple):
        return [_open_to_plain(member) for member in value]
    if isinstance(value, Enum):
        return _open_to_plain(value.value)
    if value is None or isinstance(value, (str, int)):
        return value
    for kind, mark, write, _ in _MARKED:
        if isinstance(value, kind):
            return {mark: write(value)}
    raise refusal(f"a {type(value).__name__} has no plain form in an open mapping", "write its text or its id", value)


def _open(value: object) -> object:
    """
    Read a value of an open mapping.
    """
    if isinstance(value, Mapping):
        if len(value) == 1 and (mark := next(iter(value))) in _MARKS:
            return _MARKS[mark](value[mark])
        return {_own_key(key): _open(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_open(member) for member in value]
    return value


def _own_key(key: object) -> object:
    if not isinstance(key, str) or not key.startswith("$"):
        return key
    if not key.startswith("$$"):
        raise refusal(f"{shown(key)} marks nothing here", f"a key of your own is written ${key}", key)
    return key[1:]


def _mapping(value: Any, kind: Any) -> FrozenMap[Any]:  # noqa: ANN401
    content = _open(value)
    if not isinstance(content, Mapping):
        raise refusal(f"a {type(value).__name__} is no mapping", "write an object", value)
    if Consent in get_args(kind):
        content = {channel: _choice(state, Consent) for channel, state in content.items()}
    return FrozenMap(content)


def _choice(value: Any, kind: type[Enum]) -> Enum:  # noqa: ANN401
    try:
        return kind(value)
    except ValueError:
        options = tuple(str(member.value) for member in kind)
        raise refusal(f"{masked(value)} is none of the choices", suggestion(str(value), options), value) from None


def _ref(value: Any, _: Any = None) -> Ref:  # noqa: ANN401
    if not isinstance(value, Mapping) or set(value) != {"type", "id"}:
        raise refusal(f"{masked(value)} is no reference", 'write {"type": "lead", "id": "l1"}', value)
    return Ref(record_type_of(value["type"]), value["id"])


def record_type_of(word: object) -> type[Entity]:
    """
    Give a record type by the word for it.

    Raises:
        UnknownName: There is no such type.
    """
    if isinstance(word, str) and word in TYPES:
        return TYPES[word]
    raise UnknownName(kind="type of record", name=str(word), known=tuple(TYPES))


def make_converter() -> Converter:
    """
    Make a converter of records and values to plain data and back, to register hooks of your own on.
    """
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    for plain, word in ((str, "text"), (int, "whole number"), (bool, "yes or no")):
        converter.register_structure_hook(plain, _strict(plain, word))
    hooks: tuple[tuple[type[Any], Callable[..., Any], Callable[[Any], Any]], ...] = (
        (datetime, _instant, _written_instant),
        (date, _day, date.isoformat),
        (Decimal, _decimal, str),
        (EmailAddress, lambda value, _: EmailAddress(value), str),
        (Ref, _ref, lambda ref: {"type": type_name(ref.type), "id": ref.id}),
    )
    for kind, read, write in hooks:
        converter.register_structure_hook(kind, read)
        converter.register_unstructure_hook(kind, write)
    for choice in (Enum, StrEnum):  # a choice of texts is a text as well, and its own hook comes first
        converter.register_structure_hook(choice, _choice)
    converter.register_structure_hook_func(_is_map, _mapping)
    converter.register_unstructure_hook_func(_is_map, _open_to_plain)
    converter.register_unstructure_hook_func(_is_set, lambda members: sorted(map(str, members)))
    converter.register_structure_hook_func(_is_sequence, partial(_members, converter))
    converter.register_unstructure_hook_factory(attrs.has, partial(_writer, converter))
    converter.register_structure_hook_factory(attrs.has, partial(_reader, converter))
    return converter


def _is_map(kind: Any) -> bool:  # noqa: ANN401
    return getattr(kind, "__origin__", kind) is FrozenMap


def _is_set(kind: Any) -> bool:  # noqa: ANN401
    return getattr(kind, "__origin__", kind) is frozenset


def _is_sequence(kind: Any) -> bool:  # noqa: ANN401
    return _is_set(kind) or (get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis)


def _members(converter: Converter, value: Any, kind: Any) -> Any:  # noqa: ANN401
    """
    Read a list as a tuple or a set: a text has members too, and is no list.
    """
    if not isinstance(value, (list, tuple)):
        raise refusal(f"a {type(value).__name__} is no list", "write a list", value)
    collection: Any = get_origin(kind)
    listed: Any = list[get_args(kind)[0]]  # type: ignore[misc]  # known when it runs
    return collection(converter.structure(value, listed))


def _writer(converter: Converter, kind: type[Any]) -> Callable[[Any], dict[str, Any]]:
    return make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True)


def _reader(converter: Converter, kind: type[Any]) -> Callable[[Any, Any], Any]:
    read_fields = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def read(value: Any, given: Any) -> Any:  # noqa: ANN401
        if not isinstance(value, Mapping):
            raise refusal(f"a {type(value).__name__} is no object", "write an object", value)
        return read_fields(value, given)

    return read


#: The converter in use here.
CONVERTER: Final = make_converter()


def to_plain(record: Entity) -> dict[str, Any]:
    """
    Write a record as plain data: its type, and every field that differs from its default.

    Raises:
        InvalidValue: An open mapping, such as `custom`, holds a value that has no plain form.
    """
    return {"type": type_name(type(record)), **CONVERTER.unstructure(record)}


def from_plain(content: object, *, subject: str = "record") -> Entity:
    """
    Read a record from plain data.

    Args:
        content: What `to_plain` wrote, or the like.
        subject: What is read, for errors.

    Raises:
        InvalidInput: It is no record; all that is wrong is reported, each with its path.
    """
    return read(_entity, content, subject=subject)


def read(reader: Callable[[Any], T], content: object, *, subject: str) -> T:
    """
    Run a reader of plain data, and say what is wrong in our own words.

    Raises:
        InvalidInput: The data does not fit; all that is wrong is reported, each with its path.
    """
    try:
        return reader(content)
    except (BaseValidationError, Malformed, UnknownName) as error:
        raise InvalidInput(subject=subject, problems=tuple(_problems(error, ""))) from None


def _entity(content: Any) -> Entity:  # noqa: ANN401
    if not isinstance(content, Mapping) or "type" not in content:
        raise refusal(f"a {type(content).__name__} is no record", 'write {"type": "lead", "id": …}', content)
    fields = {name: value for name, value in content.items() if name != "type"}
    return CONVERTER.structure(fields, record_type_of(content["type"]))


def _problems(error: BaseException, path: str) -> Iterator[Problem]:
    """
    Say what is wrong, without the words of the libraries below, which quote what may be personal.
    """
    if isinstance(error, (ClassValidationError, IterableValidationError)):
        for inner, note in _notes(error):
            yield from _problems(inner, _deeper(path, note))
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [field.name for field in attrs.fields(error.cl) if field.init]
        for key in sorted(error.extra_fields, key=str):
            hint = suggestion(key, known)
            yield Problem(what=f"there is no field {shown(key)}", hint=hint, field=_deeper(path, str(key)), value=key)
    elif isinstance(error, Malformed):
        for problem in error.problems:
            yield attrs.evolve(problem, field=_deeper(path, problem.field))
    elif isinstance(error, KeyError):
        yield Problem(what="it is missing", hint="add it", field=path)
    elif isinstance(error, UnknownName):
        yield Problem(what=str(error), field=path, value=error.name, options=error.known)
    else:
        yield Problem(
            what="it does not have the form that belongs here", hint="compare it with what was written", field=path
        )


def _notes(error: ClassValidationError | IterableValidationError) -> Iterator[tuple[BaseException, str]]:
    with_notes, without = error.group_exceptions()
    for inner, note in with_notes:
        yield inner, str(getattr(note, "name", "")) or f"[{getattr(note, 'index', '')}]"
    for inner in without:
        yield inner, ""


def _deeper(path: str, name: str) -> str:
    if not name or name.startswith("["):
        return path + name
    return f"{path}.{name}" if path else name
