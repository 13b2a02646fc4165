"""
Targets: what a column of a table may be read as.

A plain field of a record is a target by its own name, and is read by its kind. What is made of several columns, or of
one column that holds several things, has a form: "emails", "emails.work", "phones.mobile", "profiles.x",
"address.city", "custom.shoe size". What follows the dot is the part that the column fills.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import attrs

from leadmodel.entities import ENTITIES, Converted, DealContact, Facts, Kind, Record, Relation, facts_of
from leadmodel.errors import InvalidValue, shown, suggestion
from leadmodel.formats.emails import strict_email
from leadmodel.formats.intake.freezing import frozen_or_given
from leadmodel.formats.phones import completed
from leadmodel.formats.tables.cells import (
    Options,
    Read,
    day,
    identity,
    instant,
    member,
    number,
    refuse,
    several,
    text,
    truth,
    whole_number,
)
from leadmodel.networks import Profile
from leadmodel.values import Address, Consent, EmailAddress, Money, PhoneKind, PhoneNumber, type_name
from leadmodel.values.person import ADDRESS_PARTS

__all__ = ["FORMS", "TARGETS", "Form", "Target", "target_of", "targets_of"]

#: What the columns of one field hold, in their order: (part, value); the part of a bare target is its name.
Parts: TypeAlias = Iterable[tuple[str, Any]]
#: Makes the value of a field out of its parts; None where they come to nothing.
Gather: TypeAlias = Callable[[Parts, Options], Any]


#: The parts of a form that any name is a part of.
ANY: Final = None


@attrs.frozen
class Form:
    """
    How a field is made of columns that are not simply its value.
    """

    #: The target's name, or what stands before its dot.
    name: str
    #: Makes the reader of a cell, given the part.
    reads: Callable[[str, Options], Read]
    gather: Gather
    #: The parts that there are; ANY allows every name, and () none.
    parts: tuple[str, ...] | None = ()
    #: Whether the name alone is a target.
    bare: bool = attrs.field(default=True, kw_only=True)
    #: Whether more than one column may have this target.
    repeats: bool = attrs.field(default=True, kw_only=True)
    #: The fields that it fills, as far as a record type has them; () is the field of the same name.
    fields: tuple[str, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen(kw_only=True)
class Target:
    """
    What one column is read as.
    """

    name: str
    fields: tuple[str, ...]
    part: str
    read: Read
    #: None where the cell alone is the value of the field.
    gather: Gather | None
    personal: bool
    repeats: bool
    #: Whether the cell names a record.
    reference: bool


@attrs.frozen
class _StableId:
    """
    A network's stable id, from a column of its own.
    """

    network: str
    uid: str


def _emails(_: str, options: Options) -> Read:
    return partial(several, read=strict_email if options.strict_emails else EmailAddress)


def _phones(part: str, options: Options) -> Read:
    kind = PhoneKind(part) if part else PhoneKind.MAIN
    read = partial(completed, region=options.region) if options.region else PhoneNumber
    return partial(several, read=partial(read, kind=kind), commas=False)


def _profiles(part: str, _: Options) -> Read:
    return partial(several, read=partial(Profile.parse, network=part))


def _stable_id(part: str, _: Options) -> Read:
    return lambda value: _StableId(part, text(value))


def _words(_: str, __: Options) -> Read:
    return partial(several, read=str)


def _relations(_: str, __: Options) -> Read:
    return partial(several, read=partial(member, Relation))


def _others(part: str, _: Options) -> Read:
    return partial(several, read=lambda contact: DealContact(contact_id=contact, role=part))


def _text(_: str, __: Options) -> Read:
    return text


def _number(_: str, __: Options) -> Read:
    return number


def _as_it_is(_: str, __: Options) -> Read:
    return lambda value: value


def _conversion_part(part: str, options: Options) -> Read:
    if part == "at":
        return partial(instant, zone=options.zone)
    return identity if part else truth


def _consent(_: str, __: Options) -> Read:
    def read(value: object) -> Consent:
        if isinstance(value, bool):
            return Consent.GRANTED if value else Consent.DENIED
        try:
            return member(Consent, value)
        except InvalidValue:
            pass
        try:
            return Consent.GRANTED if truth(value) else Consent.DENIED
        except InvalidValue:
            what = f"{shown(value)} says nothing about consent"
            refuse(what, "write granted, denied or unknown", value, options=Consent)

    return read


def _opt_out(_: str, __: Options) -> Read:
    return lambda value: Consent.DENIED if truth(value) else Consent.UNKNOWN


def _joined(parts: Parts, _: Options) -> Any:  # noqa: ANN401  (the values of any field)
    members = [value for _, values in parts for value in values]
    return tuple(dict.fromkeys(members) if len(members) > 1 else members)


def _united(parts: Parts, _: Options) -> frozenset[Any]:
    return frozenset(value for _, values in parts for value in values)


def _mapped(parts: Parts, _: Options) -> Mapping[str, Any]:
    return frozen_or_given(dict(parts))


#: The order in which states of consent count.
_STRENGTH: Final = list(Consent).index


def _strongest(parts: Parts, _: Options) -> Mapping[str, Consent]:
    """
    Of two columns about one channel, the more careful one counts (CONV-6).
    """
    found: dict[str, Consent] = {}
    for channel, state in parts:
        found[channel] = min(state, found.get(channel, state), key=_STRENGTH)
    return found


def _address(parts: Parts, _: Options) -> Address:
    return Address(**dict(parts))


def _money(parts: Parts, options: Options) -> Money | None:
    currency, amount = options.currency, None
    for part, value in parts:
        if part == "currency":
            currency = value.upper()
        else:
            amount = value
    if amount is None:
        return None
    if not currency:
        refuse("the amount has no currency", 'map a column to "currency", or pass currency="EUR"', str(amount))
    small = -_DIGITS < amount.adjusted() < _DIGITS
    return Money(format(amount, "f") if small else amount, currency)


#: Beyond so many digits an amount is refused without writing it out.
_DIGITS: Final = 30


def _converted(parts: Parts, _: Options) -> Converted | None:
    facts = dict(parts)
    flag = facts.pop("conversion", None)
    if facts and flag is False:
        what = f"the lead is not converted, and has {', '.join(facts)}"
        refuse(what, "empty those columns, or mark the lead as converted", flag)
    return Converted(**facts) if facts or flag else None


def _presences(parts: Parts, _: Options) -> tuple[Profile, ...]:
    """
    Put a stable id to the one profile of its network, or keep it as a profile of its own.
    """
    profiles: list[Profile] = []
    stable_ids: list[_StableId] = []
    for _part, value in parts:
        if isinstance(value, _StableId):
            stable_ids.append(value)
        else:
            profiles += value
    if not stable_ids and len(profiles) == 1:
        return tuple(profiles)
    for known in stable_ids:
        made = Profile(known.network, uid=known.uid)
        alone = [i for i, profile in enumerate(profiles) if profile.network == made.network and not profile.uid]
        if len(alone) == 1:
            profiles[alone[0]] = Profile(made.network, profiles[alone[0]].handle, uid=made.uid)
        else:
            profiles.append(made)
    return tuple(dict.fromkeys(profiles))


_CONVERSION: Final = ("contact_id", "account_id", "deal_id", "at")

# fmt: off
#: One row for each way in which columns make a field.
FORMS: Final = (
    Form("emails",         _emails,          _joined,    ANY),
    Form("phones",         _phones,          _joined,    tuple(PhoneKind)),
    Form("profiles",       _profiles,        _presences, ANY),
    Form("profile_uids",   _stable_id,       _presences, ANY,           bare=False, fields=("profiles",)),
    Form("address",        _text,            _address,   ADDRESS_PARTS, bare=False, repeats=False),
    Form("tags",           _words,           _united),
    Form("viewed_by",      _words,           _united),
    Form("relations",      _relations,       _united),
    Form("contacts",       _others,          _joined,    ANY),
    Form("amount",         _number,          _money,     repeats=False),
    Form("annual_revenue", _number,          _money,     repeats=False),
    Form("currency",       _text,            _money,     repeats=False, fields=("amount", "annual_revenue")),
    Form("conversion",     _conversion_part, _converted, _CONVERSION,   repeats=False),
    Form("consent",        _consent,         _strongest, ANY,           bare=False),
    Form("opt_out",        _opt_out,         _strongest, ANY,           bare=False, fields=("consent",)),
    Form("preferences",    _as_it_is,        _mapped,    ANY,           bare=False, repeats=False),
    Form("custom",         _as_it_is,        _mapped,    ANY,           bare=False, repeats=False),
)
# fmt: on
_FORMS: Final = {form.name: form for form in FORMS}


def _choice(fact: Facts, _: Options) -> Read:
    return text if str in fact.types else partial(member, fact.types[0])


#: How a field without a form is read: one row for each kind.
_BY_KIND: Final[Mapping[Kind, Callable[[Facts, Options], Read]]] = {
    Kind.IDENTITY: lambda _, __: identity,
    Kind.LINE: lambda _, __: text,
    Kind.URL: lambda _, __: text,
    Kind.TEXT: lambda _, __: text,
    Kind.NUMBER: lambda _, __: whole_number,
    Kind.DATE: lambda _, __: day,
    Kind.INSTANT: lambda _, options: partial(instant, zone=options.zone),
    Kind.CHOICE: _choice,
}


def _targets_of(record_type: type[Record]) -> tuple[str, ...]:
    facts = facts_of(record_type)
    plain = [name for name, fact in facts.items() if name not in _FORMS and fact.kind in _BY_KIND and name != "version"]
    return (*plain, *(name for form in FORMS if _filled_by(form, record_type) for name in _names(form)))


def _filled_by(form: Form, record_type: type[Record]) -> tuple[str, ...]:
    """
    Give the fields of a record type that a form fills.
    """
    facts = facts_of(record_type)
    return tuple(field for field in form.fields or (form.name,) if field in facts)


def _names(form: Form) -> Iterable[str]:
    if form.bare:
        yield form.name
    for part in ("<name>",) if form.parts is None else form.parts:
        yield f"{form.name}.{part}"


def targets_of(record_type: type[Record]) -> tuple[str, ...]:
    """
    List what a column may be read as for a record type.

    Raises:
        InvalidValue: Tables hold no such records.
    """
    if record_type not in TARGETS:
        names = tuple(known.__name__ for known in TARGETS)
        what = f"{shown(record_type)} is no type of record that tables hold"
        refuse(what, suggestion("", names), record_type, options=names)
    return TARGETS[record_type]


def target_of(record_type: type[Record], name: str, options: Options) -> Target:
    """
    Give what a column is read as, by the target's name.

    Raises:
        InvalidValue: The record type has no such target, and the nearest one is named; or tables hold no such records.
    """
    stem, dot, part = name.partition(".") if isinstance(name, str) else (name, "", "")
    form, known = _FORMS.get(stem), targets_of(record_type)
    if form and _filled_by(form, record_type) and (part.strip() if dot else form.bare) and _allows(form, part):
        return _formed(record_type, form, name, options)
    if name not in known or form:
        hint = suggestion(name, known) if isinstance(name, str) else "name a target, or None to ignore the column"
        refuse(f"{shown(name)} is no target for {type_name(record_type)} records", hint, name, options=known)
    fact = facts_of(record_type)[name]
    read = _BY_KIND[fact.kind](fact, options)
    return Target(
        name=name, fields=(name,), part=name, read=read, gather=None, personal=fact.personal, repeats=False,
        reference=fact.kind is Kind.IDENTITY,
    )  # fmt: skip


def _allows(form: Form, part: str) -> bool:
    return not part or form.parts is None or part in form.parts


def _formed(record_type: type[Record], form: Form, name: str, options: Options) -> Target:
    part = name.partition(".")[2]
    fields = _filled_by(form, record_type)
    return Target(
        name=name, fields=fields, part=part or name, read=form.reads(part, options), gather=form.gather,
        personal=any(facts_of(record_type)[field].personal for field in fields), repeats=form.repeats,
        reference=form.name == "contacts" or part.endswith("_id"),
    )  # fmt: skip


#: What a column may be read as, for each type of record; "<name>" stands for any name.
TARGETS: Final[Mapping[type[Record], tuple[str, ...]]] = {
    record_type: _targets_of(record_type) for record_type in ENTITIES if issubclass(record_type, Record)
}
