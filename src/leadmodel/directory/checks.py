"""
What makes a set of records hold together, for the directory: ids once, stages known, contacts there.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from leadmodel.changes import Changes
from leadmodel.directory.links import Links
from leadmodel.entities import Contact, Deal, Entity, SocialUpdate
from leadmodel.errors import InvalidDirectory, Problem, UnknownName, nearest, shown, suggestion
from leadmodel.processes.pipelines import Pipelines, pipeline_of
from leadmodel.values import Ref

Records = Mapping[type[Entity], Mapping[str, Entity]]

#: A contact that is not there: the deal that names it, in which field, and its id.
_Missing = tuple[Deal, str, str]
#: So many missing contacts get a suggestion, out of so many known ones: finding the nearest takes long.
_SUGGESTIONS: Final = 20
_COMPARED: Final = 10_000


def check_records(given: Mapping[type[Entity], Sequence[Entity]], pipelines: Pipelines, *, partial: bool) -> None:
    """
    Check a whole set of records.

    Raises:
        InvalidDirectory: It does not hold together; all that is wrong is reported.
    """
    problems: list[Problem] = []
    for record_type, records in given.items():
        problems += _wrong_types(record_type, records)
    if not problems:
        for records in given.values():
            problems += _double_ids(records)
        deals = [deal for deal in given[Deal] if isinstance(deal, Deal)]
        problems += _stage_problems(deals, pipelines)
        if not partial:
            contacts = {contact.id for contact in given[Contact]}
            problems += _missing_contacts(_missing(deals, contacts), contacts)
    if problems:
        raise InvalidDirectory(subject="directory", problems=tuple(problems))


def _wrong_types(record_type: type[Entity], records: Sequence[object]) -> Iterator[Problem]:
    for wrong in dict.fromkeys(map(type, records)):
        if not issubclass(wrong, record_type):
            what = f"a {wrong.__name__} stands among the records of type {record_type.__name__}"
            hint = "pass each type of record in its own argument; children are notes, activities and tasks"
            yield Problem(what=what, hint=hint)


def _double_ids(records: Sequence[Entity]) -> Iterator[Problem]:
    if len({record.id for record in records}) < len(records):
        for ref, times in Counter(record.ref for record in records).items():
            if times > 1:
                yield Problem(
                    what=f"the id is given {times} times", hint="ids are unique", where=str(ref), value=ref.id
                )


def _stage_problems(deals: Iterable[Deal], pipelines: Pipelines) -> Iterator[Problem]:
    """
    Look at each distinct pair of pipeline and stage once; name every deal that stands in a wrong one.
    """
    deals = list(deals)
    wrong: dict[tuple[str, str], Problem] = {}
    for pair in {(deal.pipeline, deal.stage) for deal in deals}:
        try:
            pipeline_of(pair[0], pipelines).stage(pair[1])
        except UnknownName as error:
            wrong[pair] = _stage_problem(error)
    for deal in deals if wrong else ():
        problem = wrong.get((deal.pipeline, deal.stage))
        if problem:
            yield attrs.evolve(problem, where=str(deal.ref))


def _stage_problem(unknown: UnknownName) -> Problem:
    place = f" in {unknown.within}" if unknown.within else ""
    hint = suggestion(unknown.name, unknown.known)
    if nearest(unknown.name, unknown.known):
        hint += f" known: {', '.join(map(shown, unknown.known))}"
    return Problem(
        what=f"there is no {unknown.kind} {shown(unknown.name)}{place}", hint=hint,
        field=unknown.kind, value=unknown.name, options=unknown.known, rule="AUTH-14",
    )  # fmt: skip


def _missing(deals: Iterable[Deal], contacts: Container[str]) -> Iterator[_Missing]:
    for deal in deals:
        if deal.contact_id not in contacts or deal.contacts:
            for field, contact_id in _contact_ids(deal):
                if contact_id not in contacts:
                    yield deal, field, contact_id


def _missing_contacts(missing: Iterable[_Missing], contacts: Iterable[str]) -> Iterator[Problem]:
    known: list[str] | None = None
    for number, (deal, field, contact_id) in enumerate(missing):
        known = sorted(contacts)[:_COMPARED] if known is None else known
        close = nearest(contact_id, known) if number < _SUGGESTIONS else ""
        hint = (
            f"did you mean {shown(close)}?" if close else "give the contact too, clear the field, or pass partial=True"
        )
        what = f"contact {shown(contact_id)} is not there"
        yield Problem(what=what, hint=hint, where=str(deal.ref), field=field, value=contact_id, rule="AUTH-9")


def check_changes(changes: Changes, records: Records, links: Links, pipelines: Pipelines, *, partial: bool) -> None:
    """
    Check that changes can be made to a set of records, and that the result holds together.

    Raises:
        InvalidDirectory: They cannot, or it would not; all that is wrong is reported.
    """
    problems = list(_presence_problems(changes, records))
    after = [*changes.created, *(update.after for update in changes.updated)]
    deals = [record for record in after if isinstance(record, Deal)]
    problems += _stage_problems(deals, pipelines)
    if not partial:
        gone = {record.id for record in changes.deleted if isinstance(record, Contact)}
        born = {record.id for record in after if isinstance(record, Contact)}
        present = records.get(Contact, {})
        missing = [
            (deal, field, contact_id)
            for deal, field, contact_id in _missing(deals, born)
            if contact_id not in present or contact_id in gone
        ]
        if missing:
            problems += _missing_contacts(missing, born.union(present) - gone)
        problems += _orphans(gone, set(changes.refs()), links) if gone else ()
    if problems:
        raise InvalidDirectory(subject="changes", problems=tuple(problems))


def _contact_ids(deal: Deal) -> Iterator[tuple[str, str]]:
    if deal.contact_id:
        yield "contact_id", deal.contact_id
    for other in deal.contacts:
        yield "contacts", other.contact_id


def _orphans(gone: set[str], settled: set[Ref], links: Links) -> Iterator[Problem]:
    for contact_id in sorted(gone):
        named_by = (*links.deals_by_contact.get(contact_id, ()), *links.deals_by_role.get(contact_id, ()))
        for deal in {deal.id: deal for deal in named_by}.values():
            if deal.ref not in settled:
                yield Problem(
                    what=f"contact {shown(contact_id)} would go while {deal.ref} still names it",
                    hint="change the deal as well", where=f"contact {contact_id}", value=contact_id, rule="AUTH-9",
                )  # fmt: skip


def _presence_problems(changes: Changes, records: Records) -> Iterator[Problem]:
    for record in changes.created:
        if record.id in records.get(type(record), {}):
            yield Problem(what="it is there already", hint="update it instead", where=str(record.ref), value=record.id)
    for record in (*(update.before for update in changes.updated), *changes.deleted):
        if record.id not in records.get(type(record), {}) and not isinstance(record, SocialUpdate):
            yield Problem(what="it is not there", hint="create it first", where=str(record.ref), value=record.id)
