"""
What hangs on a lead: its notes, activities and tasks move along, are copied, or stay.

Rule:
    CONV-8.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from leadmodel.changes import Updated
from leadmodel.changes.verbs import next_version
from leadmodel.directory import Directory
from leadmodel.entities import Entity, Lead, Record
from leadmodel.rules.conversion.policies import Follow, Selling
from leadmodel.values import Ref, derived_id, type_name
from leadmodel.values.hydration import copied


@attrs.frozen
class ChildLine:
    """
    What becomes of the records of one kind that hang on a lead.
    """

    record_type: type[Entity]
    number: int
    follow: Follow
    #: The type of record that they go to; None where they stay.
    to: type[Record] | None


@attrs.define
class Following:
    """
    Everything that follows a lead, or stays.
    """

    created: list[Entity] = attrs.field(factory=list)
    updated: list[Updated] = attrs.field(factory=list)
    lines: tuple[ChildLine, ...] = ()


def follow(lead: Lead, directory: Directory, playbook: Selling, there: Mapping[type[Record], Ref]) -> Following:
    """
    Let what hangs on a lead follow it.

    Args:
        lead: The lead.
        directory: The records.
        playbook: What follows, and where it goes.
        there: The records that the lead becomes, by type.
    """
    following = Following()
    by_type: dict[type[Entity], list[Any]] = {}
    for child in directory.children_of(lead.ref):
        by_type.setdefault(type(child), []).append(child)
    if not by_type:
        return following
    rows = {row.record_type: row for row in playbook.conversion.children}
    lines = []
    for record_type in (kind for kind in dict.fromkeys((*rows, *by_type)) if kind in by_type):
        children = by_type[record_type]
        row = rows.get(record_type)
        to = next((each for each in row.to if each in there), None) if row else None
        how = row.follow if row and to else Follow.LEAVE
        lines.append(ChildLine(record_type, len(children), how, None if how is Follow.LEAVE else to))
        if to is None or how is Follow.LEAVE:
            continue
        for child in children:
            if how is Follow.MOVE:
                moved = copied(child, about=there[to], version=next_version(child))
                following.updated.append(Updated(child, moved))
            else:
                copy_id = derived_id(playbook.namespace, f"copy of {type_name(record_type)}", child.id)
                following.created.append(copied(child, id=copy_id, about=there[to], version=1))
    following.lines = tuple(lines)
    return following
