"""
Evaluation in Python: one condition becomes one closure, built once and called for every record.
"""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from operator import attrgetter
from typing import Any, Final

import attrs

from leadmodel.criteria.faults import refuse
from leadmodel.criteria.fields import Field, Hop, member_reader
from leadmodel.criteria.kinds import COMPARABLE, FieldKind, fits
from leadmodel.criteria.moments import AtTheInstant, Moment
from leadmodel.criteria.operators import Operator
from leadmodel.entities import Entity
from leadmodel.errors import Problem, shown
from leadmodel.values import Ref, type_name
from leadmodel.values.instants import instant_fault

Test = Callable[[Any], bool]
#: Finds the record behind a reference, or gives None where there is none.
Related = Callable[[Ref], Entity | None]


@attrs.frozen(kw_only=True)
class Asking:
    """
    What a criterion may need besides the record: the moment, the zone whose days count, the way to related records.
    """

    #: None where nothing asks about time.
    at: datetime | None = None
    related: Related | None = None
    zone: tzinfo = UTC

    def moment(self, field: Field) -> Moment:
        """
        Give the moment in the form of a field: as an instant or as a day.
        """
        at = AtTheInstant(self.at.astimezone(UTC), self.zone)  # type: ignore[union-attr]  # checked before anything is asked
        return at.calendar if field.kind is FieldKind.DATE else at

    def arguments(self, field: Field, row: Operator, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """
        Give the arguments of a row's test; those of a question about time follow from the moment.
        """
        return arguments if row.when is None else row.when(self.moment(field), *arguments)


def asking_problems(at: object, related: object, *, timed: str, followed: str) -> list[Problem]:
    """
    Say what is missing to answer a criterion.

    Args:
        at: The moment.
        related: The look-up.
        timed: An operator that asks about time, "" where there is none.
        followed: A field of a related record, "" where there is none.
    """
    problems = []
    if timed and at is None:
        hint = "pass now=, an aware datetime"
        problems.append(Problem(what=f"{shown(timed)} asks about the time", hint=hint, field="now", rule="CRIT-5"))
    elif at is not None and (fault := instant_fault(at)):
        problems.append(Problem(what=f"{shown(at)} {fault}", field="now", value=at, rule="CRIT-5"))
    if followed and related is None:
        hint = "pass related=, a function from a reference to the record or None"
        what = f"{shown(followed)} stands in a related record"
        problems.append(Problem(what=what, hint=hint, field="related", rule="CRIT-8"))
    return problems


def condition_test(field: Field, row: Operator, arguments: tuple[Any, ...], currency: str) -> Test:
    """
    Make the closure that answers one condition.

    Args:
        field: What it asks about.
        row: Its operator.
        arguments: Those of the row's test.
        currency: Of a comparison with money, its currency; "" otherwise.
    """
    read, test = reader(field), row.test
    if row.sees_missing:
        return lambda owner: test(read(owner), *arguments)
    if currency:
        return lambda owner: (
            (money := read(owner)) is not None and money.currency == currency and test(money.amount, *arguments)
        )
    if len(arguments) == 1:
        argument = arguments[0]
        return lambda owner: (value := read(owner)) is not None and test(value, argument)
    return lambda owner: (value := read(owner)) is not None and test(value, *arguments)


def reader(field: Field) -> Callable[[Any], Any]:
    """
    Make the function that takes what is compared out of the record that holds the field; None is a missing value.
    """
    whole = attrgetter(field.attribute)
    to_comparable = _comparable(field)
    if field.custom:
        name, kind = field.part, field.kind
        return lambda owner: (
            to_comparable(value) if (value := whole(owner).get(name)) is not None and fits(kind, value) else None
        )
    if field.part:
        part = attrgetter(field.part)
        return lambda owner: None if (value := whole(owner)) is None else to_comparable(part(value))
    if field.kind in _AS_THEY_ARE:
        return whole
    return lambda owner: to_comparable(whole(owner))


#: Kinds whose values are compared as a record holds them, None where they are missing.
_AS_THEY_ARE: Final = frozenset({FieldKind.NUMBER, FieldKind.MONEY, FieldKind.DATE, FieldKind.INSTANT})


def _comparable(field: Field) -> Callable[[Any], Any]:
    if field.kind is not FieldKind.COLLECTION:
        return COMPARABLE[field.kind]
    keys = member_reader(field.member)
    if field.custom:
        return lambda members: (
            frozenset(key for each in members if fits(FieldKind.TEXT, each) for key in keys(each)) or None
        )
    return lambda members: frozenset(key for each in members for key in keys(each)) or None


def following(hops: tuple[Hop, ...], test: Test, related: Related | None, *, of_missing: bool) -> Test:
    """
    Ask a question about the record at the end of some steps; *of_missing* is the answer where one is not there.
    """
    if related is not None:  # it is where there are steps: that was checked before anything is asked
        for hop in reversed(hops):
            test = _step(hop, test, related, of_missing=of_missing)
    return test


def _step(hop: Hop, test: Test, related: Related, *, of_missing: bool) -> Test:
    take, target = attrgetter(hop.id_field), hop.target

    def step(record: Any) -> bool:  # noqa: ANN401  (a record of the type that the step begins at)
        record_id = take(record)
        found = related(Ref(target, record_id)) if record_id else None
        return of_missing if found is None else test(found)

    return step


def every_test(tests: list[Test]) -> Test:
    """
    Ask several questions until one of them is answered with no.
    """
    if len(tests) == _PAIR:
        one, two = tests
        return lambda record: one(record) and two(record)

    def every(record: Entity) -> bool:
        for test in tests:  # noqa: SIM110  (a generator costs as much as the question)
            if not test(record):
                return False
        return True

    return every


def some_test(tests: list[Test]) -> Test:
    """
    Ask several questions until one of them is answered with yes.
    """
    if len(tests) == _PAIR:
        one, two = tests
        return lambda record: one(record) or two(record)

    def some(record: Entity) -> bool:
        for test in tests:  # noqa: SIM110  (as above)
            if test(record):
                return True
        return False

    return some


_PAIR: Final = 2


def answer_for(record_type: type[Entity], test: Test) -> Callable[[Entity], bool]:
    """
    Refuse records of another type, so that a question is never answered about the wrong thing.
    """

    def answer(record: Entity) -> bool:
        if not isinstance(record, record_type):
            name = type_name(record_type)
            what = f"a criterion on {name} was asked about {shown(record)}"
            refuse(Problem(what=what, hint=f"pass a {name}", field="record", value=record, rule="CRIT-6"))
        return test(record)

    return answer
