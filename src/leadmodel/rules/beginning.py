"""
How records begin that pass through a process: the fields that a caller may give, and those that a verb sets.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from leadmodel.changes.parts import cause_problems
from leadmodel.changes.verbs import field_problem
from leadmodel.entities import Record, facts_of
from leadmodel.errors import InvalidRecord, InvalidValue, Problem, shown

R = TypeVar("R", bound=Record)


def begun(record_type: type[R], fields: Mapping[str, object], owned: Mapping[str, object]) -> R:
    """
    Make a record out of what a caller gives and what the verb that begins it sets.

    Args:
        record_type: The type of record.
        fields: The id and whatever else the caller gives.
        owned: What the verb sets.

    Raises:
        InvalidRecord: A field does not exist, belongs to a verb, or cannot hold the value; all is reported.
    """
    problems = list(_problems(record_type, fields))
    refused = {problem.field for problem in problems}
    given: dict[str, Any] = {**{name: value for name, value in fields.items() if name not in refused}, **owned}
    try:
        record = record_type(**given)
    except InvalidRecord as error:
        problems += error.problems
    else:
        if not problems:
            return record
    raise InvalidRecord(subject=f"new {record_type.__name__} {shown(fields.get('id'))}", problems=tuple(problems))


def _problems(record_type: type[R], fields: Mapping[str, object]) -> Iterator[Problem]:
    facts = facts_of(record_type)
    for name, value in fields.items():
        if name != "id" and (problem := field_problem(facts, name, value, "given")):
            yield problem


def moment(at: datetime, subject: str, *, by: object = None) -> datetime:
    """
    Give an instant in UTC; refuse what is none, and who is no user.

    Args:
        at: When something happens.
        subject: What is to happen.
        by: The user who does it, or None.

    Raises:
        InvalidValue: The instant is none or is naive, or the user's id is none; both are reported.
    """
    if problems := tuple(cause_problems(at, by)):
        raise InvalidValue(subject=subject, problems=problems)
    return at.astimezone(UTC)
