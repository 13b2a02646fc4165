"""
A rule of the domain says no.
"""

from collections.abc import Sequence

import attrs

from leadmodel.errors.problems import LeadmodelError, Problem
from leadmodel.errors.words import shown

__all__ = [
    "AlreadyConverted",
    "AmbiguousAuthor",
    "CannotConvert",
    "CannotMove",
    "CannotRevert",
    "Conflict",
    "NoAuthor",
    "PlanOutdated",
    "RuleViolation",
    "StillInUse",
]


class RuleViolation(LeadmodelError):
    """
    The question was sound; a rule of the domain says no.
    """


@attrs.frozen(kw_only=True)
class AmbiguousAuthor(RuleViolation):
    """
    Several contacts share the author's identity, and the rules in force are strict (AUTH-7).
    """

    #: The identity that they share, such as "x:ada".
    author: str
    #: References to the contacts, in order of id.
    contacts: tuple[object, ...]

    def __str__(self) -> str:
        listed = ", ".join(map(str, self.contacts))
        return (
            f"{shown(self.author)} matches several contacts: {listed}; merge them, or use rules with strict=False, "
            "which looks at the deals of all of them and says that the answer is ambiguous [AUTH-7]"
        )


@attrs.frozen(kw_only=True)
class Conflict(RuleViolation):
    """
    A change does not start from what is there: somebody was faster, or a step is missing.
    """

    #: The record.
    ref: object
    #: The version that the change starts from; None is a record that is not there.
    expected: int | None
    #: The version that is there.
    found: int | None
    #: The same for other records of one change.
    others: tuple["Conflict", ...] = ()

    def __str__(self) -> str:
        several = "; ".join(str(each._said()) for each in (self, *self.others))
        return f"{several}; read {'them' if self.others else 'the record'} again and repeat the change [S-2]"

    def _said(self) -> str:
        return f"{self.ref}: the change starts from {_version(self.expected)}, and there is {_version(self.found)}"

    @classmethod
    def of(cls, conflicts: Sequence["Conflict"]) -> "Conflict":
        """
        Give one error that tells of several conflicts; the first of them stands in front.
        """
        first, *others = conflicts
        return attrs.evolve(first, others=tuple(others))


def _version(version: int | None) -> str:
    return "no record" if version is None else f"version {version}"


@attrs.frozen(kw_only=True)
class CannotConvert(RuleViolation):
    """
    A lead cannot be converted so. All that stands in the way is in `problems`.
    """

    #: The lead.
    ref: object
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.ref} cannot be converted: " + "; ".join(map(str, self.problems))


@attrs.frozen(kw_only=True)
class AlreadyConverted(CannotConvert):
    """
    A lead has been converted before, by another request (CONV-10).
    """

    #: What became of it then: the value of its field `conversion`.
    first: object


@attrs.frozen(kw_only=True)
class PlanOutdated(RuleViolation):
    """
    The records have changed since a plan was made: planned again, something else would happen (CONV-1).
    """

    #: The lead.
    ref: object
    #: The plan that was to be applied.
    planned: object
    #: What would be planned today.
    today: object

    def __str__(self) -> str:
        return f"the plan for {self.ref} is outdated: records have changed since; look at the new one, `error.today`"


@attrs.frozen(kw_only=True)
class CannotRevert(RuleViolation):
    """
    Changes cannot be taken back, because records have changed since in other ways.
    """

    problems: tuple[Problem, ...]
    #: The changes that take back what can be taken back all the same; None where nothing can.
    partial: object = None

    def __str__(self) -> str:
        return "cannot revert: " + "; ".join(map(str, self.problems))


@attrs.frozen(kw_only=True)
class CannotMove(RuleViolation):
    """
    A record may not go where it was to go: the tables refuse it, something is missing, or it comes too late.
    """

    #: The record.
    ref: object
    #: The key of the step in which it stands; "" where it stands on none.
    come_from: str
    #: The key of the step to which it was to go.
    to: str
    problems: tuple[Problem, ...]
    #: The keys of the steps to which it may go, as far as the tables are concerned.
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = "; ".join(map(str, self.problems))
        start = f"from {shown(self.come_from)} " if self.come_from else ""
        text = f"{self.ref} cannot go {start}to {shown(self.to)}: {said}"
        if self.to in self.allowed:
            return text
        return f"{text}; from here it may go to: {', '.join(map(shown, self.allowed)) or 'nowhere'}"


@attrs.frozen(kw_only=True)
class StillInUse(RuleViolation):
    """
    A stage, a status or a pipeline cannot be taken out: records stand there that have no other place to go to.
    """

    #: What was to be taken out: "stage", "status", "pipeline".
    kind: str
    #: Its key.
    name: str
    #: Why, for each record that stands there and cannot go.
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        text = f"the {self.kind} {shown(self.name)} is still in use"
        if len(self.problems) == 1:
            return f"{text}: {self.problems[0]}"
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        return f"{text}: {len(self.problems)} problems{lines}"


@attrs.frozen(kw_only=True)
class NoAuthor(RuleViolation, ValueError):
    """
    A record was asked for from an update that names no author (AUTH-12).
    """

    #: The id of the update.
    update: str

    def __str__(self) -> str:
        return f"update {shown(self.update)} has no author, so no record can be made from it [AUTH-12]"
