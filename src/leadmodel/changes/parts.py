"""
What changes are made of: one record before and after, field by field, and why.
"""

from collections.abc import Iterator
from datetime import datetime

import attrs

from leadmodel.entities import Entity, facts_of
from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.values.instants import instant_fault
from leadmodel.values.text import key_fault


@attrs.frozen
class FieldChange:
    """
    One field of an update.
    """

    field: str
    before: object
    after: object


@attrs.frozen
class Updated:
    """
    A record before and after a change.

    Raises:
        InvalidValue: The two are not the same record.
    """

    before: Entity
    after: Entity

    def __attrs_post_init__(self) -> None:
        if type(self.before) is not type(self.after) or self.before.id != self.after.id:
            what = f"{self.before.ref} cannot become {self.after.ref}"
            problem = Problem(what=what, hint="type and id stay; delete the one and create the other")
            raise InvalidValue(subject="update", problems=(problem,))

    @property
    def difference(self) -> tuple[FieldChange, ...]:
        """
        The fields that differ, in the order of the record; the count of changes and its stamp are no difference.
        """
        return tuple(
            FieldChange(name, getattr(self.before, name), getattr(self.after, name))
            for name in differing(self.before, self.after)
        )


@attrs.frozen(kw_only=True)
class Cause:
    """
    Why something changed: when, by whom, under which rules.

    Raises:
        InvalidValue: The instant is naive, or the user's id is blank, no text, or breaks the text policy; both are
            reported.
    """

    at: datetime
    #: The id of the user who did it; None where nobody did, or nobody says.
    by: str | None = None
    rules: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = list(cause_problems(self.at, self.by))
        for place, rule in enumerate(self.rules):
            if fault := key_fault(rule):
                problems.append(Problem(what=f"the rule {shown(rule)} {fault}", field=f"rules[{place}]", value=rule))
        if problems:
            raise InvalidValue(subject="cause", problems=tuple(problems))


def cause_problems(at: object, by: object) -> Iterator[Problem]:
    """
    Say what is wrong with when something happens and with the user who does it.
    """
    if fault := instant_fault(at):
        yield Problem(what=f"{at} {fault}", field="at", value=at)
    if by is not None and (fault := key_fault(by)):
        hint = "give the id of a user, or None"
        yield Problem(what=f"the user {shown(by)} {fault}", hint=hint, field="by", value=by)


def differing(before: Entity, after: Entity, *, bookkeeping: bool = True) -> list[str]:
    """
    Name the fields in which two states of a record differ, with or without those that only keep books.
    """
    counted = {field.name for field in attrs.fields(type(before)) if field.eq}
    return [
        name
        for name, facts in facts_of(type(before)).items()
        if name in counted and (bookkeeping or not facts.bookkeeping) and getattr(before, name) != getattr(after, name)
    ]
