"""
The laws of criteria: as values they are read back whatever form they had, as questions they answer by logic alone.
"""

import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from leadmodel.criteria import (
    AllOf,
    AnyOf,
    Condition,
    Criterion,
    CustomField,
    Related,
    criterion_from_plain,
    parse_criterion,
)
from leadmodel.entities import Entity

#: Answers a criterion for each of some records.
Ask = Callable[[Criterion], list[bool]]


def check_criterion(
    criterion: Criterion,
    records: Iterable[Entity],
    *,
    now: datetime | None = None,
    related: Related | None = None,
) -> None:
    """
    Check that a criterion is read back from text, JSON and pickles, and that its answers follow from its parts'.

    For every record exactly one of it and its negation holds; `compile` answers as `holds` does; the laws of De Morgan
    hold; and however it is split, the part that is pushed is never narrower than the whole, holds nothing that is not
    supported, and gives together with the rest the whole.

    Args:
        criterion: Any criterion; the custom fields in it are taken as it declares them.
        records: Records of its type.
        now: The moment, aware; needed only where the criterion asks about time.
        related: Finds the record behind a reference; needed only for fields of related records.

    Raises:
        AssertionError: One of the laws does not hold.
        InvalidCriterion: `now` or `related` is needed and missing, a record is of another type, or the criterion is so
            large that it cannot be negated or joined (CRIT-9).

    Rule:
        CRIT-1, CRIT-7.
    """
    several = tuple(records)

    def ask(asked: Criterion) -> list[bool]:
        holds = asked.compile(now, related)
        return [holds(record) for record in several]

    _check_forms(criterion)
    _check_answers(criterion, several, ask, now, related)
    _check_joining(criterion, ask)
    for supported in _supports(criterion):
        _check_split(criterion, supported, ask)


def _check_forms(criterion: Criterion) -> None:
    own = {each.field.part: each.field.kind for each in criterion.conditions() if each.field.custom}
    fields = [CustomField(name, kind) for name, kind in own.items()]
    text = str(criterion)
    parsed = parse_criterion(criterion.record_type, text, fields)
    assert parsed == criterion, f"{text!r} is parsed as {str(parsed)!r}"
    plain = json.dumps(criterion.to_plain())
    read = criterion_from_plain(criterion.record_type, json.loads(plain), fields)
    assert read == criterion, f"{plain} is read as {str(read)!r}"
    copied = pickle.loads(pickle.dumps(criterion))  # noqa: S301  (our own)
    assert copied == criterion, f"{text!r} is pickled and read as {str(copied)!r}"
    assert hash(copied) == hash(criterion), f"{text!r} has another hash when it was pickled and read"


def _check_answers(
    criterion: Criterion, records: Sequence[Entity], ask: Ask, now: datetime | None, related: Related | None
) -> None:
    answers = ask(criterion)
    single = [criterion.holds(record, now, related) for record in records]
    assert single == answers, f"holds gives {single} and compile {answers}: {criterion}"
    unclear = [answer for answer in answers if not isinstance(answer, bool)]
    assert not unclear, f"the answer is neither true nor false: {unclear}: {criterion}"
    opposite = ask(~criterion)
    assert opposite == _opposite(answers), f"asked {answers}, and the negation {opposite}: {criterion}"
    twice = ~~criterion
    assert twice == criterion, f"negated twice, {str(criterion)!r} is {str(twice)!r}"


def _opposite(answers: list[bool]) -> list[bool]:
    return [not answer for answer in answers]


def _check_joining(criterion: Criterion, ask: Ask) -> None:
    """
    Check what joining means, with the criterion and the first condition in it, and what the parts of the whole mean.
    """
    one, two = criterion, next(criterion.conditions())
    pairs = list(zip(ask(one), ask(two), strict=True))
    expected = (
        (one & two, [first and second for first, second in pairs]),
        (one | two, [first or second for first, second in pairs]),
        (~(one & two), [not (first and second) for first, second in pairs]),
        (~one | ~two, [not (first and second) for first, second in pairs]),
        (~(one | two), [not (first or second) for first, second in pairs]),
        (~one & ~two, [not (first or second) for first, second in pairs]),
    )
    for joined, answers in expected:
        assert ask(joined) == answers, f"{joined} gives {ask(joined)}, and its parts {answers}"
    if isinstance(criterion, (AllOf, AnyOf)):
        negated, answers = criterion.negated(), _opposite(ask(criterion))
        assert ask(negated) == answers, f"{negated} gives {ask(negated)}, and the opposite of {criterion} {answers}"


def _supports(criterion: Criterion) -> Iterator[Callable[[Condition], bool]]:
    """
    Give engines that can answer nothing, everything, one operator, all but one, and every other condition.
    """
    yield lambda _: False
    yield lambda _: True
    for name in sorted({each.operator for each in criterion.conditions()}):
        yield lambda each, name=name: each.operator == name  # type: ignore[misc]  # a default is no parameter here
        yield lambda each, name=name: each.operator != name  # type: ignore[misc]  # as above
    known = set(list(criterion.conditions())[::2])
    yield lambda each: each in known


def _check_split(criterion: Criterion, supported: Callable[[Condition], bool], ask: Ask) -> None:
    pushed, rest = criterion.split(supported)
    strangers = [each for each in (pushed.conditions() if pushed is not None else ()) if not supported(each)]
    assert not strangers, f"{strangers[0]} is pushed, and the engine cannot answer it: {criterion}"
    whole = ask(criterion)
    first, second = (ask(part) if part is not None else [True] * len(whole) for part in (pushed, rest))
    for told, here, there in zip(whole, first, second, strict=True):
        assert here or not told, f"what is pushed, {pushed}, is narrower than {criterion}"
        assert (here and there) is told, f"{pushed}, and then {rest}, is not {criterion}"
