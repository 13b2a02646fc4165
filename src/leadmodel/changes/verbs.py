"""
The plain verbs: put a record on record, edit it, delete it. Each gives changes and writes nothing.

A field that another verb owns cannot be edited past it: a deal moves by `move_deal`, a lead converts by `convert_lead`.
Who owns a field stands with the field.

Rule:
    PIPE-12.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import attrs

from leadmodel.changes.change import Changes, updating
from leadmodel.changes.parts import Cause, cause_problems
from leadmodel.entities import ENTITIES, Entity, Facts, Lead, Record, facts_of
from leadmodel.errors import InvalidEdit, InvalidRecord, InvalidValue, Problem, shown, suggestion
from leadmodel.values.hydration import copied

E = TypeVar("E", bound=Entity)


def create(record: Entity, *, at: datetime, by: str | None = None) -> Changes:
    """
    Put a record on record: it is stamped with the instant, unless it says itself when it was created.

    Args:
        record: A record of any type.
        at: When it happens; aware.
        by: The user who does it.

    Raises:
        InvalidValue: It is no record, the instant is naive, or the user is no id; all is reported.
    """
    at = _checked("create", record, at, by)
    born = stamped(record, record, at)
    if isinstance(born, Record) and born.created_at is None:
        born = copied(born, created_at=at)
    return Changes(created=(born,), cause=Cause(at=at, by=by))


def edit(record: Entity, values: Mapping[str, object], *, at: datetime, by: str | None = None) -> Changes:
    """
    Set fields of a record. What is equal to what stands there is no change.

    Args:
        record: The record as it stands.
        values: The new values by field.
        at: When it happens; aware.
        by: The user who does it.

    Raises:
        InvalidValue: It is no record, the instant is naive, or the user is no id; all is reported.
        InvalidEdit: A field does not exist, belongs to another verb, or cannot hold the value; or the record is a
            converted lead, of which only bookkeeping can be edited. All is reported.

    Rule:
        PIPE-12, CONV-9.
    """
    at = _checked("edit", record, at, by)
    after = with_values(record, values)
    if after == record:
        return Changes(cause=Cause(at=at, by=by))
    return updating(record, stamped(after, record, at), at=at, by=by, rules=())


def delete(record: Entity, *, at: datetime, by: str | None = None) -> Changes:
    """
    Delete a record.

    Args:
        record: The record as it stands.
        at: When it happens; aware.
        by: The user who does it.

    Raises:
        InvalidValue: It is no record, the instant is naive, or the user is no id; all is reported.
    """
    at = _checked("delete", record, at, by)
    return Changes(deleted=(record,), cause=Cause(at=at, by=by))


def with_values(record: E, values: Mapping[str, object]) -> E:
    """
    Give a record with other values in some of its fields, as `edit` would set them.

    Raises:
        InvalidEdit: As for `edit`.
    """
    problems = list(_edit_problems(record, values))
    refused = {problem.field for problem in problems}
    fields: dict[str, Any] = {name: value for name, value in values.items() if name not in refused}
    after = record
    try:
        after = attrs.evolve(record, **fields)
    except InvalidRecord as error:
        problems += error.problems
    if problems:
        raise InvalidEdit(subject=f"edit of {record.ref}", problems=tuple(problems))
    return after


def stamped(record: E, last: Entity, at: datetime) -> E:
    """
    Give a record the version that follows the last one, and the instant of its change.
    """
    version = next_version(last)
    return (
        copied(record, version=version, modified_at=at)
        if isinstance(record, Record)
        else copied(record, version=version)
    )


def next_version(record: Entity) -> int:
    """
    Give the version that follows a record's.

    Raises:
        InvalidRecord: There is none: the last one that fits into 64 bits has been taken.
    """
    version = record.version + 1
    return version if version < 2**63 else attrs.evolve(record, version=version).version


def _edit_problems(record: Entity, values: Mapping[str, object]) -> Iterator[Problem]:
    facts = facts_of(type(record))
    frozen = isinstance(record, Lead) and record.conversion is not None
    for name, value in values.items():
        if problem := field_problem(facts, name, value, "edited"):
            yield problem
        elif frozen and not facts[name].bookkeeping:
            what, hint = "a converted lead stays as it was", "edit the contact that it became"
            yield Problem(what=what, hint=hint, field=name, value=value, rule="CONV-9")


def field_problem(facts: Mapping[str, Facts], name: str, value: object, done: str) -> Problem | None:
    """
    Say why a field is not the caller's to set: there is none, or a verb alone sets it (PIPE-12).

    Args:
        facts: Those of all fields.
        name: The field.
        value: What it was to hold.
        done: What was to be done with it: "edited", "given".
    """
    if name not in facts:
        what, options = f"there is no field {shown(name)}", tuple(facts)
        return Problem(what=what, hint=suggestion(name, facts), field=name, value=value, options=options)
    if not (verb := facts[name].verb):
        return None
    what, hint = f"the field {name} cannot be {done}", f"it is set by {verb}"
    return Problem(what=what, hint=hint, field=name, value=value, rule="PIPE-12")


def _checked(verb: str, record: object, at: datetime, by: object) -> datetime:
    """
    Give the instant in UTC; refuse what is none, who is no user, and what is no record.
    """
    problems = [*cause_problems(at, by)]
    if not isinstance(record, ENTITIES):
        hint = "pass a lead, a contact, an account …"
        problems.append(Problem(what=f"{shown(record)} is no record", hint=hint, value=record))
    if problems:
        raise InvalidValue(subject=verb, problems=tuple(problems))
    return at.astimezone(UTC)
