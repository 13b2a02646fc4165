"""
What a load does: which records are new, which are there as the files say, and which are there and say otherwise.

What a file leaves empty says nothing about a record that is there. Collections and addresses are taken whole; of
`custom`, `consent` and `preferences`, the entries that the file has.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import attrs

from leadmodel.changes import Cause, Changes, Updated, create, edit
from leadmodel.cli.reading import Found
from leadmodel.crm.lookups import today
from leadmodel.directory.checks import check_records
from leadmodel.entities import ENTITIES, Contact, Deal, Entity, facts_of
from leadmodel.errors import InvalidDirectory, InvalidEdit, InvalidInput, LeadmodelError, Problem
from leadmodel.ports import Reader
from leadmodel.processes.pipelines import as_pipelines
from leadmodel.values import Ref

#: Records that are named where they differ; more are counted.
_NAMED: Final = 20


class There(StrEnum):
    """
    What becomes of a record that is there already, and of which the files say something else.
    """

    REFUSE = "refuse"
    UPDATE = "update"
    KEEP = "keep"


class Fate(StrEnum):
    """
    What becomes of a record of the files.
    """

    NEW = "new"
    UPDATED = "updated"
    KEPT = "kept"
    SAME = "the same"


@attrs.frozen(kw_only=True)
class Load:
    """
    What is to be written, and what became of the records by type.
    """

    changes: Changes
    counts: Mapping[type[Entity], Mapping[Fate, int]]


@attrs.frozen(kw_only=True)
class Loader:
    """
    Compares records of files with those on record.
    """

    there: There
    at: datetime
    by: str | None
    #: Deals may name contacts that are nowhere.
    partial: bool

    def load(self, found: Found, reader: Reader, say: Callable[[str], object]) -> Load:
        """
        Say what is to be written.

        Args:
            found: The records of the files.
            reader: The records that are there.
            say: Is told what is being done.

        Raises:
            ExceptionGroup: The records do not hold together, or differ from those on record.
        """
        given = [record for several in found.records.values() for record in several]
        say(f"comparing {len(given):,} records")
        now = today(reader, (record.ref for record in given))
        problems: list[Problem] = []
        made = _Made()
        for record in given:
            self._take(record, now.get(record.ref), made, problems)
        wrong = [*_loose(found, reader, partial=self.partial), *_refusal(problems)]
        if wrong:
            raise ExceptionGroup("wrong input", wrong)
        cause = Cause(at=self.at, by=self.by)
        return Load(changes=Changes(created=made.created, updated=made.updated, cause=cause), counts=made.counts)

    def _take(self, record: Entity, now: Entity | None, made: "_Made", problems: list[Problem]) -> None:
        if now is None:
            made.created += create(record, at=self.at, by=self.by).created
            made.count(record, Fate.NEW)
            return
        values = differences(record, now)
        if not values:
            made.count(record, Fate.SAME)
        elif self.there is There.KEEP:
            made.count(record, Fate.KEPT)
        elif self.there is There.REFUSE:
            problems.append(_differs(now.ref, values))
        else:
            try:
                made.updated += edit(now, values, at=self.at, by=self.by).updated
            except InvalidEdit as error:
                problems += (problem.at(str(now.ref)) for problem in error.problems)
            made.count(record, Fate.UPDATED)


@attrs.define
class _Made:
    """
    What comes out, while it comes.
    """

    created: list[Entity] = attrs.field(factory=list)
    updated: list[Updated] = attrs.field(factory=list)
    counts: dict[type[Entity], dict[Fate, int]] = attrs.field(factory=dict)

    def count(self, record: Entity, fate: Fate) -> None:
        numbers = self.counts.setdefault(type(record), dict.fromkeys(Fate, 0))
        numbers[fate] += 1


def differences(given: Entity, now: Entity) -> dict[str, object]:
    """
    Give what a record of a file says and the one on record does not hold, by field.
    """
    found: dict[str, object] = {}
    for name, blank in _FIELDS[type(given)]:
        value, held = getattr(given, name), getattr(now, name)
        if value in (held, blank):
            continue
        if isinstance(value, Mapping):
            value = {**held, **value}
        if value != held:
            found[name] = value
    return found


def _fields(record_type: type[Entity]) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (field.name, "" if field.default is attrs.NOTHING else field.default)
        for field in attrs.fields(record_type)
        if field.eq and field.name in facts_of(record_type) and field.name != "id"
    )


#: The fields that count, each with what it holds when it holds nothing.
_FIELDS: Final = {record_type: _fields(record_type) for record_type in ENTITIES}


def _differs(ref: Ref, values: Mapping[str, object]) -> Problem:
    what = f"it is there already, with other values in: {', '.join(values)}"
    return Problem(what=what, hint="--update takes those of the file, --keep leaves it as it is", where=str(ref))


def _refusal(problems: list[Problem]) -> Iterator[InvalidInput]:
    """
    Give what differs as one error, which names the first records and counts the others.
    """
    if problems:
        shown = problems[:_NAMED]
        if len(problems) > _NAMED:
            shown.append(Problem(what=f"and {len(problems) - _NAMED:,} more like these"))
        yield InvalidInput(subject="the files and the database", problems=tuple(shown))


def _loose(found: Found, reader: Reader, *, partial: bool) -> Iterator[LeadmodelError]:
    """
    Say what does not hold together: ids, stages, and contacts of deals, which may be in the files or on record.
    """
    here = {record.id for record in found.records[Contact]}
    named = {contact for deal in found.records[Deal] for contact in _contacts(deal)} - here
    known = [*today(reader, (Ref(Contact, contact_id) for contact_id in sorted(named))).values()]
    given = {**found.records, Contact: [*found.records[Contact], *known]}
    try:
        check_records(given, as_pipelines(found.pipelines), partial=partial)
    except InvalidDirectory as error:
        yield InvalidInput(subject="the files", problems=error.problems)


def _contacts(deal: Deal) -> Iterator[str]:
    yield from (other.contact_id for other in deal.contacts)
    if deal.contact_id:
        yield deal.contact_id
