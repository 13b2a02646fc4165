"""
Converters: what a constructor accepts and what it keeps.

A converter never raises. What it cannot read it hands on as `Unread`, so that the record's check can report it together
with everything else that is wrong with the record.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeGuard, TypeVar, cast

import attrs

from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.networks import Profile
from leadmodel.values import EMPTY, Address, Consent, EmailAddress, FrozenMap, PhoneNumber, Ref
from leadmodel.values.choice import choice
from leadmodel.values.frozen import kept_map
from leadmodel.values.instants import instant_fault
from leadmodel.values.text import identity_fault

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@attrs.frozen
class Unread:
    """
    A value that a converter could not read, and why.
    """

    value: object
    problems: tuple[Problem, ...]


def _unread(value: object, what: str, hint: str) -> Any:  # noqa: ANN401  (stands in for any field's value until the check refuses it)
    return Unread(value, (Problem(what=what, hint=hint, value=value),))


def _members(values: Iterable[object], read: Callable[[Any], T]) -> tuple[T, ...]:
    """
    Read every member of a collection; where some cannot be read, hand on what is wrong with each.
    """
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        return cast("tuple[T, ...]", _unread(values, f"a {type(values).__name__} is no list", "put it into a list"))
    values, kept, problems = tuple(values), [], []
    for number, value in enumerate(values):
        try:
            kept.append(read(value))
        except InvalidValue as error:
            problems += [attrs.evolve(problem, where=f"[{number}]") for problem in error.problems]
    return cast("tuple[T, ...]", Unread(values, tuple(problems))) if problems else tuple(kept)


def _instance(kind: type[T]) -> Callable[[object], T]:
    def read(value: object) -> T:
        if isinstance(value, kind):
            return value
        what = f"a {type(value).__name__} is no {kind.__name__}"  # the value may be personal, its type is not
        problem = Problem(what=what, hint=f"make one: {kind.__name__}(…)", value=value)
        raise InvalidValue(subject=kind.__name__, problems=(problem,))

    return read


def _email(value: EmailAddress | str) -> EmailAddress:
    return value if type(value) is EmailAddress else EmailAddress(cast("str", value))


def _phone(value: PhoneNumber | str) -> PhoneNumber:
    return value if type(value) is PhoneNumber else PhoneNumber(cast("str", value))


def _key(value: str) -> str:
    fault = identity_fault(value) if isinstance(value, str) else f"is a {type(value).__name__}"
    if fault:
        problem = Problem(what=f"{shown(value)} {fault}", hint="leave it out or write it as text", value=value)
        raise InvalidValue(subject="key", problems=(problem,))
    return value


_profile = _instance(Profile)


def _ready(values: object, kind: type[T]) -> TypeGuard[tuple[T, ...]]:
    """
    Say whether a collection already has the form in which it is kept.
    """
    if type(values) is not tuple:
        return False
    for value in values:  # noqa: SIM110  (a generator would cost more than what it looks at)
        if type(value) is not kind:
            return False
    return True


def as_emails(values: Iterable[EmailAddress | str]) -> tuple[EmailAddress, ...]:
    """
    Accept addresses or their texts; the first one is the main one.
    """
    return values if _ready(values, EmailAddress) else _members(values, _email)


def as_phones(values: Iterable[PhoneNumber | str]) -> tuple[PhoneNumber, ...]:
    """
    Accept numbers or their texts, which count as main numbers.
    """
    return values if _ready(values, PhoneNumber) else _members(values, _phone)


def as_profiles(values: Iterable[Profile]) -> tuple[Profile, ...]:
    """
    Accept any collection of profiles.
    """
    return values if _ready(values, Profile) else _members(values, _profile)


def as_keys(values: Iterable[str]) -> frozenset[str]:
    """
    Accept any collection of short texts, such as tags or the ids of users, without order or repetition.
    """
    return values if type(values) is frozenset and not values else _set_of(values, _key)


def as_choices(choices: type[E], values: Iterable[E | str], field: str) -> frozenset[E]:
    """
    Accept a set of choices, given as members or as their texts.
    """
    if type(values) is frozenset and not values:
        return values
    return _set_of(values, lambda value: choice(choices, value, field))


def as_choice(choices: type[E], value: E | str, field: str) -> E:
    """
    Accept one choice, given as a member or as its text.
    """
    if type(value) is choices:
        return value
    try:
        return choice(choices, value, field)
    except InvalidValue as error:
        return cast("E", Unread(value, error.problems))


def _set_of(values: Iterable[Any], read: Callable[[Any], T]) -> frozenset[T]:
    members = _members(values, read)
    return frozenset(members) if type(members) is tuple else cast("frozenset[T]", members)


def as_members(kind: type[T], values: Iterable[T]) -> tuple[T, ...]:
    """
    Accept an ordered collection of values of one kind.
    """
    return values if _ready(values, kind) else _members(values, _instance(kind))


def as_instance(kind: type[T], value: T | None) -> T | None:
    """
    Accept one value of a kind or none; what is neither is refused with the way to make one.
    """
    if value is None or type(value) is kind:
        return value
    try:
        return _instance(kind)(value)
    except InvalidValue as error:
        return cast("T", Unread(value, error.problems))


def as_ref(value: Ref) -> Ref:
    """
    Accept a reference to a record.
    """
    return value if type(value) is Ref else cast("Ref", as_instance(Ref, value))


def as_mapping(content: Mapping[str, Any]) -> FrozenMap[Any]:
    """
    Accept any mapping and keep a read-only copy, deep.
    """
    if type(content) is FrozenMap:
        return content
    if not isinstance(content, Mapping):
        return cast("FrozenMap[Any]", _unread(content, f"a {type(content).__name__} is no mapping", "pass a dict"))
    try:
        return FrozenMap(content) if content else EMPTY
    except InvalidValue as error:
        problems = tuple(attrs.evolve(p, where=f".{p.field}" if p.field else "") for p in error.problems)
        return cast("FrozenMap[Any]", Unread(content, problems))


_NOTHING_SAID = cast("FrozenMap[Consent]", EMPTY)


def as_consent(content: Mapping[str, Consent | str]) -> FrozenMap[Consent]:
    """
    Accept consent by channel, with members or their texts; channels are kept in lower case.

    Where two spellings of one channel disagree, the stronger consent is kept (CONV-6).
    """
    if content is EMPTY:
        return _NOTHING_SAID
    frozen = as_mapping(content)
    if type(frozen) is not FrozenMap:
        return frozen
    problems: list[Problem] = []
    states: dict[str, Consent] = {}
    for channel, given in frozen.items():
        state: Any = as_choice(Consent, given, "consent")
        if isinstance(state, Unread):
            problems += [attrs.evolve(problem, where=f".{channel}") for problem in state.problems]
        else:
            name = channel.lower()
            states[name] = min(state, states.get(name, state), key=_PRECEDENCE)
    if problems:
        return cast("FrozenMap[Consent]", Unread(content, tuple(problems)))
    if states and states.keys() == frozen.keys():
        return kept_map(states)
    return as_mapping(states)  # a channel may be too long in lower case


_PRECEDENCE = list(Consent).index


def as_instant(value: datetime | None) -> datetime | None:
    """
    Keep an aware instant in UTC; a naive one has no place on the time line.
    """
    if value is None or (value.__class__ is datetime and value.tzinfo is UTC) or not _is_datetime(value):
        return value
    if fault := instant_fault(value):
        return cast("datetime", _unread(value, f"{value} {fault}", ""))
    return value.astimezone(UTC)


def _is_datetime(value: object) -> bool:
    return isinstance(value, datetime)


def as_date(value: date | None) -> date | None:
    """
    Keep a calendar date; an instant is none, and is left for the check, which refuses it.
    """
    if value is not None and isinstance(value, datetime):
        return cast("date", _unread(value, "an instant is no calendar date", "pass value.date()"))
    return value


def as_address(value: Address | None) -> Address | None:
    """
    Keep an address; one with nothing in it is none (NET-7).
    """
    return value or None
