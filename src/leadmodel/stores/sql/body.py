"""
Bodies: a record as the text in which a table keeps it whole, and back.

The text is the record's plain data, as the codec writes it, so any version of leadmodel and any other program can read
it. It is read back without checking anything again: what a record was made of has been checked, and only this module
has written it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

import attrs

from leadmodel.codec import CONVERTER
from leadmodel.entities import Entity
from leadmodel.errors import StoreUnavailable
from leadmodel.networks import Profile
from leadmodel.networks.profile import kept_profile
from leadmodel.values import Address, Consent, EmailAddress, FrozenMap, Money, PhoneKind, PhoneNumber, type_name
from leadmodel.values.frozen import kept_map
from leadmodel.values.hydration import hydrator
from leadmodel.values.person import ADDRESS_PARTS
from leadmodel.values.text import lower

E = TypeVar("E", bound=Entity)

#: A record, or a part of one, as plain data: fields that hold their default are left out.
Plain = dict[str, Any]

_write: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_email: Final[Callable[..., EmailAddress]] = hydrator(EmailAddress)
_address: Final[Callable[..., Address]] = hydrator(Address)
_money: Final[Callable[..., Money]] = hydrator(Money)


def plain_of(record: Entity) -> Plain:
    """
    Give a record as plain data.

    Raises:
        InvalidValue: An open mapping, such as `custom`, holds a value that has no plain form.
    """
    plain: Plain = CONVERTER.unstructure(record)
    return plain


def text_of(plain: object) -> str:
    """
    Write plain data as text.
    """
    return _write(plain)


def plain_from(text: str) -> Any:  # noqa: ANN401  (plain data)
    """
    Read plain data.

    Raises:
        StoreUnavailable: The text is damaged.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged("plain data", error) from error


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Plain:
    """
    Give what turns one record into another, as plain data: the fields that differ; None is one at its default again.
    """
    changed = {name: value for name, value in after.items() if name not in before or _differ(before[name], value)}
    return changed | dict.fromkeys(before.keys() - after.keys())


def _differ(one: Any, two: Any) -> bool:  # noqa: ANN401  (plain data)
    """
    Say whether two values are written differently; in an open mapping, 1 and 1.0 and true are equal and three things.
    """
    return bool(one != two) or (isinstance(one, dict) and text_of(one) != text_of(two))


def changed(before: Mapping[str, Any], by: Mapping[str, Any]) -> Plain:
    """
    Give plain data with a difference put in.
    """
    after = {**before, **by}
    return {name: value for name, value in after.items() if value is not None}


def record_from(record_type: type[E], plain: Mapping[str, Any]) -> E:
    """
    Put a record together out of its plain data.

    Raises:
        StoreUnavailable: It holds what no record of this version of leadmodel has.
    """
    layout = _layout(cast("Any", record_type))
    values = list(layout.defaults)
    places, readers = layout.places, layout.readers
    try:
        for name, value in plain.items():
            read = readers[name]
            values[places[name]] = value if read is None else read(value)
        made: E = layout.make(*values)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _damaged(f"a {type_name(record_type)}", error) from error
    return made


def _damaged(what: str, error: Exception) -> StoreUnavailable:
    hint = "restore it from a copy, or open it with the version of leadmodel that has written it"
    return StoreUnavailable(doing=f"read {what}", what=f"the text cannot be read ({type(error).__name__})", hint=hint)


@attrs.frozen
class _Layout:
    """
    How a type of record is put together.
    """

    defaults: tuple[Any, ...]
    places: Mapping[str, int]
    #: What reads a field; None where plain data is kept as it is.
    readers: Mapping[str, Callable[[Any], Any] | None]
    make: Callable[..., Any]


@cache
def _layout(record_type: Any) -> _Layout:  # noqa: ANN401  (a class, which mypy takes for unhashable)
    fields = [field for field in attrs.fields(record_type) if field.init]
    kinds = get_type_hints(record_type)
    whole = len(fields) == len(attrs.fields(record_type))
    names = [field.name for field in fields]

    def checked(*values: Any) -> Any:  # noqa: ANN401  (a record)
        return record_type(**dict(zip(names, values, strict=True)))

    return _Layout(
        defaults=tuple(field.default for field in fields),
        places={name: place for place, name in enumerate(names)},
        readers={name: _reader(kinds[name]) for name in names},
        make=hydrator(record_type) if whole else checked,  # what a record computes of itself, its class computes
    )


def _reader(kind: Any) -> Callable[[Any], Any] | None:  # noqa: ANN401  (a type)
    """
    Find what reads a field of a type.
    """
    options = [option for option in get_args(kind) if option is not type(None)] if _is_optional(kind) else [kind]
    inner = options[0]
    if inner in {str, int}:
        return None
    if inner in _QUICK:
        return _QUICK[inner]
    if get_origin(inner) is tuple and get_args(inner)[0] in _QUICK:
        each = _QUICK[get_args(inner)[0]]
        return lambda members: tuple(map(each, members))
    if inner == frozenset[str]:
        return frozenset
    if get_origin(inner) is FrozenMap:
        return partial(_read_map, kind=inner, choices=_CONSENT if Consent in get_args(inner) else None)
    return lambda value: CONVERTER.structure(value, inner)


def _is_optional(kind: Any) -> bool:  # noqa: ANN401  (as above)
    return type(None) in get_args(kind)


def _read_profile(plain: Mapping[str, str]) -> Profile:
    return kept_profile(plain["network"], plain.get("handle", ""), plain.get("uid", ""))


def _read_address(plain: Mapping[str, str]) -> Address:
    return _address(*(plain.get(part, "") for part in ADDRESS_PARTS))


def _read_phone(plain: Mapping[str, str]) -> PhoneNumber:
    return PhoneNumber(plain["number"], PhoneKind(plain.get("kind", PhoneKind.MAIN)))


def _read_map(
    plain: dict[str, Any],
    *,
    kind: Any,  # noqa: ANN401  (a type)
    choices: Mapping[str, Consent] | None,
) -> FrozenMap[Any]:
    """
    Read an open mapping; one that holds nothing but texts and whole numbers is what it was.
    """
    if choices is not None:
        return kept_map({channel: choices[state] for channel, state in plain.items()})
    for key, value in plain.items():
        if key.startswith("$") or type(value) not in _FLAT:
            return CONVERTER.structure(plain, kind)
    return kept_map(plain)


_FLAT: Final = frozenset({str, int, bool, type(None)})
_CONSENT: Final = {state.value: state for state in Consent}

#: Values that are read without their own checks.
_QUICK: Final[Mapping[Any, Callable[[Any], Any]]] = {
    Address: _read_address,
    PhoneNumber: _read_phone,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    EmailAddress: lambda address: _email(address, lower(address)),
    Money: lambda plain: _money(Decimal(plain["amount"]), plain["currency"]),
    Profile: _read_profile,
}
