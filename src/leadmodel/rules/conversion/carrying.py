"""
Carrying: what becomes of each field of a lead, and the values that the other records get by it.

Every field of the lead is accounted for in exactly one line, filled or not: nothing is lost without a word.

Rule:
    CONV-4 to CONV-6.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

import attrs

from leadmodel.entities import Lead, Record, facts_of
from leadmodel.rules.conversion.mapping import Policy, Target
from leadmodel.rules.conversion.policies import ConversionRules
from leadmodel.values import EMPTY, Consent, FrozenMap

_CUSTOM: Final = "custom."


class Treatment(StrEnum):
    """
    What carrying a value did to the field that it was carried to.
    """

    #: The field was blank, and has the value now.
    FILLED = "filled"
    #: The field had another value, which stays.
    KEPT = "kept"
    #: The field has that value already.
    SAME = "same"
    #: The field had another value, which is gone.
    REPLACED = "replaced"
    #: The field has both now.
    JOINED = "joined"


@attrs.frozen
class Carried:
    """
    One field of a lead that was carried to one field of another record.
    """

    record_type: type[Record]
    #: The field of the other record.
    field: str
    before: object
    after: object
    treatment: Treatment


@attrs.frozen
class FieldLine:
    """
    What becomes of one field of a lead.
    """

    #: The field of the lead; `custom.size` is one of the organisation's own.
    field: str
    value: object
    carried: tuple[Carried, ...] = ()
    #: Why the value, or what is left of it, goes nowhere; "" where it is carried, or where there is none.
    dropped: str = ""


#: What an existing record, or a new one that has nothing yet, gets: the new values by field.
Values = dict[str, Any]


def is_blank(value: object) -> bool:
    """
    Say whether a field holds nothing (NET-7).
    """
    return not value and value != 0  # zero and False are something


def carry(
    lead: Lead,
    rules: ConversionRules,
    records: Mapping[type[Record], Record | None],
    missing: Mapping[type[Record], str],
    given: Mapping[type[Record], Values],
) -> tuple[dict[type[Record], Values], tuple[FieldLine, ...]]:
    """
    Carry every field of a lead.

    Args:
        lead: The lead.
        rules: Where fields go.
        records: The records that get something: those that are there as they stand, new ones as None.
        missing: Why there is no record of a type.
        given: What a new record holds already, because the caller asked for it.
    """
    carrier = _Carrier(rules, records, missing, {kind: {**given.get(kind, {})} for kind in records})
    lines = []
    for field, value, blank in zip(_LEAD, _read(lead), _BLANK, strict=True):
        lines.append(blank if is_blank(value) else carrier.line(field, value))
    for name, value in lead.custom.items():
        field = f"{_CUSTOM}{name}"
        lines.append(FieldLine(field, value) if is_blank(value) else carrier.line(field, value))
    return carrier.values, tuple(lines)


@attrs.define
class _Carrier:
    """
    What carries the fields of one lead.
    """

    rules: ConversionRules
    records: Mapping[type[Record], Record | None]
    missing: Mapping[type[Record], str]
    values: dict[type[Record], Values]

    def line(self, field: str, value: object) -> FieldLine:
        """
        Carry one field, and say what became of it.
        """
        row = self.rules.row(field)
        if row is None:
            return FieldLine(field, value, (), "nothing says where it goes")
        carried = []
        for target in row.targets:
            kind = target.record_type
            if kind in self.records and (done := _carried(value, target, self.records[kind], self.values[kind])):
                carried.append(done)
        dropped = row.dropped if carried or not row.targets else _reason(row.targets, self.missing)
        if carried and isinstance(value, tuple) and (left := self._left(value, row.targets)):
            dropped = f"of these, {', '.join(map(str, left))} {'stays' if len(left) == 1 else 'stay'} with the lead"
        return FieldLine(field, value, tuple(carried), dropped)

    def _left(self, value: tuple[Any, ...], targets: tuple[Target, ...]) -> list[Any]:
        """
        Give the members of a value of which none of the records takes the kind.
        """
        taken = [target.kinds for target in targets if target.record_type in self.records]
        return [] if not all(taken) else [each for each in value if not any(each.kind in kinds for kinds in taken)]


#: Every field that all leads have.
_LEAD: Final = tuple(facts_of(Lead))
_read: Final = attrgetter(*_LEAD)
#: The lines of those that hold nothing; they are the same for every lead. Some always hold something.
_BLANK: Final = tuple(FieldLine(field, attrs.fields_dict(Lead)[field].default) for field in _LEAD)


def _reason(targets: tuple[Target, ...], missing: Mapping[type[Record], str]) -> str:
    """
    Say why a value reached none of its targets.
    """
    reasons = (
        missing.get(target.record_type) or f"there is none of the kind {' or '.join(sorted(target.kinds))}"
        for target in targets
    )
    return "; ".join(dict.fromkeys(reasons))


def _carried(value: Any, target: Target, record: Record | None, values: Values) -> Carried | None:  # noqa: ANN401
    """
    Carry a value to one field, and note what came of it; None where nothing of it is meant for that field.
    """
    if target.kinds:
        value = tuple(number for number in value if number.kind in target.kinds)
        if not value:
            return None
    before = _held(target.field, record, values)
    if is_blank(before):
        after, treatment = _alone(target, record, value)
    else:  # what a new record holds already was asked for, and wins
        after, treatment = _MEETING[target.policy if record else Policy.FILL](before, value)
    if treatment not in {Treatment.KEPT, Treatment.SAME}:
        _set(target.field, after, record, values)
    return Carried(target.record_type, target.field, before, after, treatment)


def _held(field: str, record: Record | None, values: Values) -> Any:  # noqa: ANN401  (what a field holds)
    if field.startswith(_CUSTOM):
        custom = values.get("custom", record.custom if record else EMPTY)
        return custom.get(field.removeprefix(_CUSTOM))
    return values.get(field) if record is None else getattr(record, field)


def _set(field: str, value: object, record: Record | None, values: Values) -> None:
    if not field.startswith(_CUSTOM):
        values[field] = value
        return
    had = values.get("custom", record.custom if record else EMPTY)
    values["custom"] = FrozenMap({**had, field.removeprefix(_CUSTOM): value})


def _alone(target: Target, record: Record | None, value: object) -> tuple[object, Treatment]:
    """
    Say what becomes of a blank field: it is filled, unless the policy is to leave an existing record as it is.
    """
    if record is not None and target.policy is Policy.KEEP:
        return None, Treatment.KEPT
    return value, Treatment.FILLED


# Where both hold something


def _kept(before: Any, value: Any) -> tuple[Any, Treatment]:  # noqa: ANN401  (what fields hold)
    return before, Treatment.SAME if before == value else Treatment.KEPT


def _replaced(before: Any, value: Any) -> tuple[Any, Treatment]:  # noqa: ANN401  (as above)
    return (before, Treatment.SAME) if before == value else (value, Treatment.REPLACED)


def _joined(before: Any, value: Any) -> tuple[Any, Treatment]:  # noqa: ANN401  (as above)
    """
    Add what the lead has besides; two values that cannot stand side by side leave what is there (custom fields).
    """
    members = value if isinstance(value, (tuple, frozenset)) else (value,)
    both = before
    if isinstance(before, frozenset):
        both = before.union(members)
    elif isinstance(before, tuple):
        both = (*before, *(member for member in _in_order(members) if member not in before))
    elif isinstance(before, FrozenMap) and isinstance(value, FrozenMap):
        both = FrozenMap({**value, **before})
    elif isinstance(before, str) and isinstance(value, str):
        both = before if value in before.splitlines() else f"{before}\n{value}"
    else:
        return _kept(before, value)
    return (before, Treatment.SAME) if both == before else (both, Treatment.JOINED)


def _in_order(members: Iterable[Any]) -> Iterable[Any]:
    """
    Give members in an order that is the same in every process: a set has none of its own.
    """
    return sorted(members, key=repr) if isinstance(members, frozenset) else members


_STRICTNESS: Final = {consent: number for number, consent in enumerate(Consent)}


def _stricter(before: FrozenMap[Consent], value: FrozenMap[Consent]) -> tuple[FrozenMap[Consent], Treatment]:
    """
    Take by channel what comes first in the order of precedence (CONV-6).
    """
    channels = dict.fromkeys((*before, *value))
    both = FrozenMap(
        {
            channel: min(
                before.get(channel, Consent.UNKNOWN), value.get(channel, Consent.UNKNOWN), key=_STRICTNESS.__getitem__
            )
            for channel in channels
        }
    )
    return (before, Treatment.SAME) if both == before else (both, Treatment.JOINED)


_MEETING: Final[Mapping[Policy, Callable[[Any, Any], tuple[Any, Treatment]]]] = {
    Policy.KEEP: _kept,
    Policy.FILL: _kept,
    Policy.OVERWRITE: _replaced,
    Policy.JOIN: _joined,
    Policy.STRICTER: _stricter,
}
