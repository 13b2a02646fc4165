"""
The statuses of leads: data like the stages of deals.

Behaviour follows the kind of a status, never its label. What a lead may do stands in the move table.

Rule:
    LEAD-3 to LEAD-5.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import product
from typing import ClassVar, Final, Self

import attrs

from leadmodel.criteria import Criterion
from leadmodel.entities import Lead
from leadmodel.processes.parts import Closing, MoveRule, as_keys, as_moves
from leadmodel.processes.process import Process
from leadmodel.values.choice import choice


class StatusKind(StrEnum):
    """
    What a status means for a lead.
    """

    NEW = "new"
    WORKING = "working"
    QUALIFIED = "qualified"
    CONVERTED = "converted"
    UNQUALIFIED = "unqualified"


def _as_kind(value: StatusKind | str) -> StatusKind:
    return choice(StatusKind, value, "kind of status")


@attrs.frozen
class Status:
    """
    A status that a lead can have.

    Raises:
        InvalidValue: The kind is none of the listed ones.
    """

    #: What leads hold.
    key: str
    #: What people see.
    label: str
    kind: StatusKind = attrs.field(converter=_as_kind)
    #: Fields that a lead must hold to come here: facts that were checked, an approval.
    requires: tuple[str, ...] = attrs.field(default=(), converter=as_keys, kw_only=True)
    #: What must be true of a lead that comes here.
    guard: Criterion | None = attrs.field(default=None, kw_only=True)
    #: Whether new leads begin here; where no status says so, it is the first that is live.
    first: bool = attrs.field(default=False, kw_only=True)

    @property
    def mark(self) -> StatusKind:
        """
        The kind: what the status means for the move table.
        """
        return self.kind


_NEW, _WORKING, _QUALIFIED, _CONVERTED, _UNQUALIFIED = StatusKind
_UNCONVERTED: Final = (_NEW, _WORKING, _QUALIFIED, _UNQUALIFIED)


def _cells(
    come_from: Iterable[StatusKind], to: Iterable[StatusKind], *, allowed: bool, rule: str, hint: str = ""
) -> tuple[MoveRule, ...]:
    """
    Give a row for each pair: what holds for several kinds is said once.
    """
    return tuple(MoveRule(one, two, allowed, Closing.KEEP, rule, hint) for one, two in product(come_from, to))


# fmt: off
#: Which moves a lead may make, by the kinds of the statuses (LEAD-3, CONV-9).
MOVES: Final = (
    #       from           to
    *_cells(_UNCONVERTED,  _UNCONVERTED,  allowed=True,  rule="LEAD-3"),
    *_cells(_UNCONVERTED,  (_CONVERTED,), allowed=False, rule="LEAD-3", hint="convert the lead, which sets it"),
    *_cells((_CONVERTED,), StatusKind,    allowed=False, rule="CONV-9", hint="revert its conversion"),
)
# fmt: on


def _as_members(members: Iterable[Status]) -> tuple[Status, ...]:
    return tuple(members)


@attrs.frozen(kw_only=True, repr=False)
class Statuses(Process[Status]):
    """
    The statuses of an organisation, in order, and the moves that leads may make between them.

    Raises:
        InvalidTable: There are none or none is live, a key is given twice or is no key, two are first, a cell of the
            move table is missing, a transition leads nowhere, a required field does not exist, a guard asks about
            something else; all is reported.
    """

    members: tuple[Status, ...] = attrs.field(converter=_as_members)
    moves: tuple[MoveRule, ...] = attrs.field(default=MOVES, converter=as_moves)

    record_type: ClassVar[type[Lead]] = Lead
    marks: ClassVar[type[StatusKind]] = StatusKind
    unset: ClassVar[StatusKind] = _NEW
    live: ClassVar[frozenset[StrEnum]] = frozenset({_NEW, _WORKING, _QUALIFIED})
    nouns: ClassVar[tuple[str, str, str]] = ("statuses", "status", "kind of status")
    counted_as: ClassVar[tuple[str, str]] = ("status", "statuses")
    steps_field: ClassVar[str] = "members"
    steps_rule: ClassVar[str] = "LEAD-3"
    gate_rule: ClassVar[str] = "LEAD-4"

    @property
    def steps(self) -> tuple[Status, ...]:
        """
        The statuses: what they are called in every process.
        """
        return self.members

    def _with_steps(self, steps: Iterable[Status]) -> Self:
        return attrs.evolve(self, members=steps)

    def status(self, key: str) -> Status:
        """
        Give the status with this key.

        Raises:
            UnknownName: There is none; labels and near misses are not accepted.
        """
        return self.step(key)

    def of_kind(self, kind: StatusKind) -> tuple[Status, ...]:
        """
        Give the statuses of a kind, in order.
        """
        return self.of_mark(kind)

    def columns(self) -> Sequence[str]:
        """
        Name the columns of the table of statuses.
        """
        return ("key", "label", "kind")

    def cells_of(self, step: Status) -> Sequence[object]:
        """
        Give the row of a status.
        """
        return (step.key, step.label, step.kind)


# fmt: off
#: Zoho CRM's standard statuses, and Converted, which Zoho keeps beside them.
ZOHO: Final = Statuses(key="zoho", label="Zoho CRM", members=[
    #      key                     label                   kind
    Status("Not Contacted",        "Not Contacted",        _NEW),
    Status("Attempted to Contact", "Attempted to Contact", _WORKING),
    Status("Contacted",            "Contacted",            _WORKING),
    Status("Contact in Future",    "Contact in Future",    _WORKING),
    Status("Pre-Qualified",        "Pre-Qualified",        _QUALIFIED),
    Status("Junk Lead",            "Junk Lead",            _UNQUALIFIED),
    Status("Lost Lead",            "Lost Lead",            _UNQUALIFIED),
    Status("Not Qualified",        "Not Qualified",        _UNQUALIFIED),
    Status("Converted",            "Converted",            _CONVERTED),
])

#: One status of each kind.
SIMPLE: Final = Statuses(key="simple", label="Simple", members=[
    Status("New",                  "New",                  _NEW),
    Status("Contacted",            "Contacted",            _WORKING),
    Status("Qualified",            "Qualified",            _QUALIFIED),
    Status("Converted",            "Converted",            _CONVERTED),
    Status("Unqualified",          "Unqualified",          _UNQUALIFIED),
])
# fmt: on

#: The presets by key.
PRESETS: Final = {statuses.key: statuses for statuses in (SIMPLE, ZOHO)}
