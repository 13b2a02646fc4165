"""
The tree: what every criterion can do, and all-of, any-of and not, which join them. Its leaves are conditions.

A criterion is a value: it is checked when it is made, compares, hashes, pickles, prints, and never changes. Nodes of
one kind that stand in each other are one node, and a negation of a negation is none, so that equal questions that are
put together differently are equal values.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import attrs

from leadmodel.criteria.evaluating import Asking, Related, Test, answer_for, asking_problems, every_test, some_test
from leadmodel.criteria.faults import refuse_any
from leadmodel.criteria.limits import size_problems
from leadmodel.criteria.plain import FORMAT
from leadmodel.entities import Entity
from leadmodel.errors import Problem, shown
from leadmodel.values import type_name

if TYPE_CHECKING:
    from leadmodel.criteria.condition import Condition

#: What a criterion is parted into: what an engine is asked, and what is asked of the records that it lets through.
Parted = tuple["Criterion | None", "Criterion | None"]


@attrs.frozen(repr=False)
class Criterion(ABC):
    """
    A yes-or-no question about one record.

    `where` makes one condition; `&`, `|` and `~` join them. The text form, `str(criterion)`, is read back by
    `parse_criterion`; the `repr` leaves personal data out.

    Rule:
        CRIT-1 to CRIT-9.
    """

    #: The type of record that it asks about.
    record_type: type[Entity] = attrs.field(init=False, eq=False)
    #: How deep the tree is, how many conditions it has, and how many operands.
    levels: int = attrs.field(init=False, eq=False, default=1)
    leaves: int = attrs.field(init=False, eq=False, default=1)
    operand_count: int = attrs.field(init=False, eq=False, default=0)
    #: The function that answers, once it was made, where the record is all that it needs.
    _kept: Test | None = attrs.field(init=False, eq=False, default=None)

    def __and__(self, other: "Criterion") -> "Criterion":
        return all_of((self, other)) if isinstance(other, Criterion) else NotImplemented

    def __or__(self, other: "Criterion") -> "Criterion":
        return any_of((self, other)) if isinstance(other, Criterion) else NotImplemented

    def __invert__(self) -> "Criterion":
        return negation(self)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a criterion is neither true nor false; join criteria with & | ~, and ask criterion.holds(record)"
        )

    def __reduce__(self) -> tuple[type["Criterion"], tuple[Any, ...]]:
        given = (field.name for field in attrs.fields(type(self)) if field.init)
        return type(self), tuple(getattr(self, name) for name in given)

    def __str__(self) -> str:
        return self._text(hide=False)

    def __repr__(self) -> str:
        return f"<criterion on {type_name(self.record_type)}: {self._text(hide=True)}>"

    def holds(
        self, record: Entity, now: datetime | None = None, related: Related | None = None, *, zone: tzinfo = UTC
    ) -> bool:
        """
        Answer the question for one record.

        Args:
            record: A record of the type that the criterion asks about.
            now: The moment, aware; needed only where the criterion asks about time.
            related: Finds the record behind a reference, or gives None; needed only for fields of related records.
            zone: Whose days count in questions about days and weeks.

        Raises:
            InvalidCriterion: The record is of another type, or `now` or `related` is needed and missing.
        """
        return self.compile(now, related, zone=zone)(record)

    def compile(
        self, now: datetime | None = None, related: Related | None = None, *, zone: tzinfo = UTC
    ) -> Callable[[Entity], bool]:
        """
        Give a function that answers the question for any record: the way to ask about many.

        Args:
            now: As for `holds`.
            related: As for `holds`.
            zone: As for `holds`.

        Raises:
            InvalidCriterion: `now` or `related` is needed and missing; the function raises for a record of another
                type.
        """
        if now is None and related is None and self._kept is not None:
            return self._kept
        refuse_any(asking_problems(now, related, timed=self._timed(), followed=self._followed()))
        answer = answer_for(self.record_type, self._test(Asking(at=now, related=related, zone=zone)))
        if now is None and related is None:
            object.__setattr__(self, "_kept", answer)
        return answer

    @abstractmethod
    def conditions(self) -> Iterator["Condition"]:
        """
        Give the conditions of the tree, in order.
        """

    @abstractmethod
    def split(self, supported: Callable[["Condition"], bool]) -> Parted:
        """
        Part the question into what an engine can be asked, and what remains to be asked of what it lets through.

        The first part is never narrower than the whole: every record for which the whole holds passes it. The records
        that pass both are those for which the whole holds. None is a part that lets everything through.

        Args:
            supported: Says whether the engine can answer a condition.
        """

    def to_plain(self) -> dict[str, Any]:
        """
        Give the criterion as plain data, ready for JSON; `criterion_from_plain` reads it.
        """
        return {"format": FORMAT, "record": type_name(self.record_type), "criterion": self._plain()}

    def _timed(self) -> str:
        return next((each.operator for each in self.conditions() if each.row.when is not None), "")

    def _followed(self) -> str:
        return next((each.field.path for each in self.conditions() if each.field.hops), "")

    @abstractmethod
    def _test(self, asking: Asking) -> Test:
        """
        Make the function that answers the question.
        """

    @abstractmethod
    def _text(self, *, hide: bool) -> str:
        """
        Give the text form, with or without what is personal.
        """

    def _bracketed(self, *, hide: bool) -> str:
        """
        Give the text as it stands within another one's.
        """
        return self._text(hide=hide)

    @abstractmethod
    def _plain(self) -> dict[str, Any]:
        """
        Give the plain form of the node.
        """


def _as_parts(parts: Iterable[Criterion]) -> tuple[Criterion, ...]:
    return tuple(parts)


@attrs.frozen(repr=False)
class _Joined(Criterion):
    """
    Several questions in one: what all-of and any-of have in common.
    """

    #: Two or more; none of them is of the same kind.
    parts: tuple[Criterion, ...] = attrs.field(converter=_as_parts)

    _word: ClassVar[str]
    _key: ClassVar[str]

    def __attrs_post_init__(self) -> None:
        parts = tuple(_flat(type(self), self.parts))
        refuse_any(_joining_problems(parts))
        put = object.__setattr__
        put(self, "parts", parts)
        put(self, "record_type", parts[0].record_type)
        put(self, "levels", 1 + max(part.levels for part in parts))
        put(self, "leaves", sum(part.leaves for part in parts))
        put(self, "operand_count", sum(part.operand_count for part in parts))
        refuse_any(size_problems(self.levels, self.leaves, self.operand_count))

    @abstractmethod
    def negated(self) -> Criterion:
        """
        Ask the opposite, with "not" at the parts.
        """

    def conditions(self) -> Iterator["Condition"]:
        """
        Give the conditions of all parts.
        """
        for part in self.parts:
            yield from part.conditions()

    def _text(self, *, hide: bool) -> str:
        return f" {self._word} ".join(part._bracketed(hide=hide) for part in self.parts)

    def _bracketed(self, *, hide: bool) -> str:
        return f"({self._text(hide=hide)})"

    def _plain(self) -> dict[str, Any]:
        return {self._key: [part._plain() for part in self.parts]}


@attrs.frozen(repr=False)
class AllOf(_Joined):
    """
    Holds where all of its parts do. `one & two` makes it.

    Raises:
        InvalidCriterion: There are fewer than two parts, they ask about different types of record, or they are too many
            (CRIT-9).
    """

    _word = "and"
    _key = "all"

    def split(self, supported: Callable[["Condition"], bool]) -> Parted:
        """
        Push what can be pushed of each part; the rest remains.
        """
        parted = [part.split(supported) for part in self.parts]
        pushed = [push for push, _ in parted if push is not None]
        rest = [left for _, left in parted if left is not None]
        return all_of(pushed) if pushed else None, all_of(rest) if rest else None

    def _test(self, asking: Asking) -> Test:
        return every_test([part._test(asking) for part in self.parts])

    def negated(self) -> Criterion:
        """
        Some part does not hold.
        """
        return any_of(~part for part in self.parts)


@attrs.frozen(repr=False)
class AnyOf(_Joined):
    """
    Holds where at least one of its parts does. `one | two` makes it.

    Raises:
        InvalidCriterion: There are fewer than two parts, they ask about different types of record, or they are too many
            (CRIT-9).
    """

    _word = "or"
    _key = "any"

    def split(self, supported: Callable[["Condition"], bool]) -> Parted:
        """
        Push what can be pushed of each part, if there is something of every one; unless that is all, the whole remains.
        """
        parted = [part.split(supported) for part in self.parts]
        if all(left is None for _, left in parted):
            return self, None
        pushed = [push for push, _ in parted if push is not None]
        return any_of(pushed) if len(pushed) == len(parted) else None, self

    def _test(self, asking: Asking) -> Test:
        return some_test([part._test(asking) for part in self.parts])

    def negated(self) -> Criterion:
        """
        No part holds.
        """
        return all_of(~part for part in self.parts)


@attrs.frozen(repr=False)
class Not(Criterion):
    """
    Holds where its part does not: the exact complement, true for missing values too (CRIT-1). `~one` makes it.

    Raises:
        InvalidCriterion: The part is a negation itself, or too deep (CRIT-9).
    """

    part: Criterion

    def __attrs_post_init__(self) -> None:
        refuse_any(_negation_problems(self.part))
        put = object.__setattr__
        put(self, "record_type", self.part.record_type)
        put(self, "levels", 1 + self.part.levels)
        put(self, "leaves", self.part.leaves)
        put(self, "operand_count", self.part.operand_count)
        refuse_any(size_problems(self.levels, self.leaves, self.operand_count))

    def conditions(self) -> Iterator["Condition"]:
        """
        Give the conditions of what is negated.
        """
        return self.part.conditions()

    def split(self, supported: Callable[["Condition"], bool]) -> Parted:
        """
        Push it whole if that is possible; otherwise say "not" further down, and try there.
        """
        if all(map(supported, self.conditions())):
            return self, None
        return self.part.negated().split(supported) if isinstance(self.part, _Joined) else (None, self)

    def _test(self, asking: Asking) -> Test:
        test = self.part._test(asking)
        return lambda record: not test(record)

    def _text(self, *, hide: bool) -> str:
        return f"not ({self.part._text(hide=hide)})"

    def _plain(self) -> dict[str, Any]:
        return {"not": self.part._plain()}


def all_of(parts: Iterable[Criterion]) -> Criterion:
    """
    Ask whether all of some questions hold; one alone is itself.

    Raises:
        InvalidCriterion: There is none, or they do not go together.
    """
    several = tuple(parts)
    return several[0] if len(several) == 1 else AllOf(several)


def any_of(parts: Iterable[Criterion]) -> Criterion:
    """
    Ask whether at least one of some questions holds; one alone is itself.

    Raises:
        InvalidCriterion: There is none, or they do not go together.
    """
    several = tuple(parts)
    return several[0] if len(several) == 1 else AnyOf(several)


def negation(part: Criterion) -> Criterion:
    """
    Ask the opposite; the opposite of the opposite is the question itself.
    """
    return part.part if isinstance(part, Not) else Not(part)


def _flat(kind: type[_Joined], parts: Iterable[Criterion]) -> Iterator[Criterion]:
    """
    Put the parts of a part of the same kind in its place; one level is enough, since each part is flat itself.
    """
    for part in parts:
        if type(part) is kind:
            yield from part.parts
        else:
            yield part


def _joining_problems(parts: tuple[Criterion, ...]) -> Iterator[Problem]:
    strangers = [part for part in parts if not isinstance(part, Criterion)]
    for stranger in strangers:
        yield Problem(what=f"{shown(stranger)} is no criterion", hint="make one: where(…)", value=stranger)
    if len(parts) < 2:  # noqa: PLR2004  (one thing is not joined)
        yield Problem(what="nothing is joined", hint="join two criteria or more")
    names = sorted({type_name(part.record_type) for part in parts if isinstance(part, Criterion)})
    if len(names) > 1:
        hint = "reach the other record by a related field, such as account.industry"
        yield Problem(what=f"the parts ask about {' and '.join(names)}", hint=hint, rule="CRIT-6")


def _negation_problems(part: object) -> Iterator[Problem]:
    if isinstance(part, Not):
        yield Problem(what="a negation of a negation is none", hint="write what is in it", value=part)
    elif not isinstance(part, Criterion):
        yield Problem(what=f"{shown(part)} is no criterion", hint="make one: where(…)", value=part)
