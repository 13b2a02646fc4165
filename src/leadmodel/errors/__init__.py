"""
The errors of leadmodel: records of facts that can explain themselves.

They part by whose move it is.
`RuleViolation`: the question was sound and a rule of the domain says no.
`Malformed`: the question itself cannot be read, and says everything that is wrong with it at once.
`StoreError`: the question was sound and the place where records live could not answer.
Each also inherits the built-in error that a caller would catch.

Errors are values: equal facts make equal errors, and they survive pickling and copying.
What was wrong stands in an attribute; the text masks what is personal.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from leadmodel.errors.words import masked, nearest, shown, suggestion

__all__ = [
    "AlreadyConverted",
    "AmbiguousAuthor",
    "CannotConvert",
    "CannotMove",
    "CannotRevert",
    "Conflict",
    "InvalidCriterion",
    "InvalidDirectory",
    "InvalidEdit",
    "InvalidInput",
    "InvalidRecord",
    "InvalidTable",
    "InvalidValue",
    "LeadmodelError",
    "Malformed",
    "MissingExtra",
    "NoAuthor",
    "NotOnRecord",
    "PlanOutdated",
    "Problem",
    "RuleViolation",
    "SchemaMismatch",
    "StillInUse",
    "StoreBusy",
    "StoreError",
    "StoreIsReadOnly",
    "StoreUnavailable",
    "UnknownName",
    "UnknownStage",
    "masked",
    "nearest",
    "shown",
    "suggestion",
]


class LeadmodelError(Exception):
    """
    The base of every error that leadmodel raises on purpose.
    """

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return _facts(self) == _facts(other)

    def __hash__(self) -> int:
        return hash((type(self), str(self)))

    def __reduce__(self) -> tuple[Callable[..., "LeadmodelError"], tuple[type["LeadmodelError"], dict[str, Any]]]:
        return _rebuild, (type(self), _facts(self))


def _facts(error: LeadmodelError) -> dict[str, Any]:
    """
    Give the fields of an error by name; a plain one has its arguments.
    """
    kind: type[Any] = type(error)
    if not attrs.has(kind):
        return {"args": error.args}
    return {field.name: getattr(error, field.name) for field in attrs.fields(kind)}


def _rebuild(kind: Callable[..., LeadmodelError], facts: dict[str, Any]) -> LeadmodelError:
    """
    Make an error again from its facts: the way back from a pickle or a copy.
    """
    return kind(*facts["args"]) if "args" in facts else kind(**facts)


def _comparable(value: object) -> object:
    """
    Give what stands for an offending value in comparisons: itself, or its text where it is unequal to itself (NaN).

    Some values cannot even be asked: a signalling NaN raises, and an array answers with an array.
    """
    try:
        return value if value == value else repr(value)  # noqa: PLR0124  (the one test for NaN that holds for any type)
    except (ArithmeticError, TypeError, ValueError):
        return repr(value)


@attrs.frozen(kw_only=True)
class Problem:
    """
    One thing that is wrong: where, what, why, and what to do about it.
    """

    #: A sentence that says what is wrong; personal values are masked in it.
    what: str
    #: What to do: the nearest right answer, or the way to it.
    hint: str = ""
    #: The place: a record, a file and line, a path into a payload.
    where: str = ""
    #: The field, column or key.
    field: str = ""
    #: The offending value itself, unmasked.
    value: object = attrs.field(default=None, hash=False, repr=False, eq=_comparable)
    #: The answers that would have been right, where they can be listed.
    options: tuple[str, ...] = ()
    #: The id of the rule that it breaks.
    rule: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, self.field) if part)
        text = f"{place}: {self.what}" if place else self.what
        if self.hint:
            text += f"; {self.hint}"
        return f"{text} [{self.rule}]" if self.rule else text

    def at(self, where: str) -> "Problem":
        """
        Give the same problem seen from further out: *where* comes before its own place.
        """
        return attrs.evolve(self, where=f"{where}, {self.where}" if self.where else where)


class RuleViolation(LeadmodelError):
    """
    The question was sound; a rule of the domain says no.
    """


@attrs.frozen(kw_only=True)
class Malformed(LeadmodelError, ValueError):
    """
    The question cannot be read. All that is wrong with it stands in `problems`.
    """

    #: What could not be made or read: "Lead l1", "profile", "people.csv".
    subject: str
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        if len(self.problems) == 1:
            said = str(self.problems[0])
            return said if said.startswith(self.subject) else f"{self.subject}: {said}"
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        return f"{self.subject}: {len(self.problems)} problems{lines}"


class InvalidValue(Malformed):
    """
    A value under the records cannot be made: money, an e-mail address, a profile, a reference.
    """


class InvalidRecord(Malformed):
    """
    A record cannot be made from these fields.
    """


class InvalidCriterion(Malformed):
    """
    A criterion cannot be made, read or answered: a field, an operator, an operand or the text does not fit.
    """


class InvalidEdit(Malformed):
    """
    Fields cannot be set so: they do not exist, belong to another verb, or cannot hold the values.
    """


class InvalidTable(Malformed):
    """
    A table of rules, a pipeline or a list of statuses contradicts itself or leaves a case open.
    """


class InvalidDirectory(Malformed):
    """
    A set of records does not hold together: ids given twice, deals of nobody, stages that no pipeline knows.
    """


@attrs.frozen(kw_only=True)
class InvalidInput(Malformed):
    """
    A file or payload cannot be read as what it was said to be.
    """

    #: What could be read all the same, in order, such as the other posts of a page.
    partial: tuple[object, ...] = attrs.field(default=(), repr=False)


@attrs.frozen(kw_only=True)
class UnknownName(LeadmodelError, LookupError):
    """
    A stage, status, pipeline, network, field or column was named that does not exist.
    """

    #: What was looked for: "stage", "pipeline".
    kind: str
    name: str
    known: tuple[str, ...]
    #: Where it was looked for: "pipeline zoho".
    within: str = ""
    rule: str = ""
    #: What to do instead; where nothing is said, the nearest of the known names is offered, or all of them.
    hint: str = ""

    def __str__(self) -> str:
        place = f" in {self.within}" if self.within else ""
        text = f"there is no {self.kind} {shown(self.name)}{place}; {self.hint or suggestion(self.name, self.known)}"
        return f"{text} [{self.rule}]" if self.rule else text


class UnknownStage(UnknownName):
    """
    A stage was named that the pipeline does not have (AUTH-14): never guessed.
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


@attrs.frozen(kw_only=True)
class StoreError(LeadmodelError):
    """
    The place where records live could not do what it was asked; the driver's own error is the cause.
    """

    #: What was to be done: "open crm.db", "apply".
    doing: str
    what: str
    #: What to do about it.
    hint: str = ""
    #: The clause of the storage contract.
    rule: str = "S-10"

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.doing}: {self.what}{hint} [{self.rule}]"


class StoreUnavailable(StoreError):
    """
    The store cannot be reached: it is not there, is closed, or the connection is gone.
    """


class StoreBusy(StoreError):
    """
    Somebody else is writing, or wrote in between: nothing was changed, and it can be tried again.
    """


class StoreIsReadOnly(StoreError):
    """
    The store can be read and not written.
    """


class SchemaMismatch(StoreError):
    """
    The database has other tables than this version of leadmodel: older ones, newer ones, or somebody else's.
    """


@attrs.frozen(kw_only=True)
class NotOnRecord(LeadmodelError, LookupError):
    """
    A record was named that the store does not have.
    """

    #: The record.
    ref: object
    #: The nearest of what is there, or what to do.
    hint: str = ""

    def __str__(self) -> str:
        return f"there is no {self.ref}{f'; {self.hint}' if self.hint else ''} [S-7]"


@attrs.frozen(kw_only=True)
class MissingExtra(LeadmodelError, ImportError):
    """
    An optional part was used whose library is not installed.
    """

    #: The library that could not be imported.
    library: str
    #: The extra that brings it.
    extra: str
    #: What it was wanted for.
    purpose: str

    def __str__(self) -> str:
        return f'{self.purpose} needs {self.library}; install it with: pip install "leadmodel[{self.extra}]"'
