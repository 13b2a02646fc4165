"""
The statuses of leads: data like the stages of deals.

Behaviour follows the kind of a status, never its label.

Rule:
    LEAD-3 and LEAD-5.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import attrs

from leadmodel.display import html_table, text_table
from leadmodel.errors import InvalidTable, Problem, UnknownName, shown
from leadmodel.processes.steps import key_fault, step_problems
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


def _as_members(members: Iterable[Status]) -> tuple[Status, ...]:
    return tuple(members)


@attrs.frozen(kw_only=True, repr=False)
class Statuses:
    """
    The statuses of an organisation, in order: a new lead gets the first.

    Raises:
        InvalidTable: There are none, or a key is given twice or is no key.
    """

    key: str
    label: str = ""
    members: tuple[Status, ...] = attrs.field(converter=_as_members)

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise InvalidTable(subject=f"statuses {shown(self.key)}", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        if fault := key_fault(self.key):
            yield Problem(what=f"the key {fault}", field="key", value=self.key, rule="LEAD-3")
        yield from step_problems(self.members, "members")

    def status(self, key: str) -> Status:
        """
        Give the status with this key.

        Raises:
            UnknownName: There is none; labels and near misses are not accepted.
        """
        for status in self.members:
            if status.key == key:
                return status
        known = tuple(status.key for status in self.members)
        raise UnknownName(kind="status", name=key, known=known, within=f"statuses {self.key}", rule="LEAD-3")

    def __repr__(self) -> str:
        return f"Statuses(key={self.key!r}, {len(self.members)} statuses)"

    def __str__(self) -> str:
        return f"statuses {self.label or self.key}\n{text_table(_HEADERS, self._rows())}"

    def _repr_html_(self) -> str:
        return html_table(_HEADERS, self._rows(), caption=f"statuses {self.label or self.key}")

    def _rows(self) -> list[tuple[object, ...]]:
        return [(status.key, status.label, status.kind) for status in self.members]


_HEADERS = ("key", "label", "kind")
_NEW, _WORKING, _QUALIFIED, _CONVERTED, _UNQUALIFIED = StatusKind

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
