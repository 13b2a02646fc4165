"""Criteria are drawn from the tables, and answered both ways; their laws are broken by what is broken on purpose."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty
from tests.testing.drawing import drawn, refused, smallest, told

from leadmodel import Account, Contact, Deal, Lead, Note, Ref
from leadmodel.criteria import (
    OPERATORS,
    AllOf,
    AnyOf,
    Condition,
    Criterion,
    CustomField,
    FieldKind,
    Not,
    Operator,
    Takes,
    fields_of,
    where,
)
from leadmodel.entities import ENTITIES, Entity, facts_of
from leadmodel.errors import InvalidCriterion
from leadmodel.testing import laws
from leadmodel.testing.strategies import NOW, askable_records, conditions, criteria, related_records
from leadmodel.testing.strategies.pools import Picks, operands

#: One of the organisation's own fields for each kind.
OWN = tuple(CustomField(kind.name.lower(), kind) for kind in FieldKind)
TYPES = (Lead, Contact, Account, Deal)


def absent(_: Ref) -> None:
    """Find no related record."""


def bytes_of(size: int) -> st.SearchStrategy[bytes]:
    """Draw what picks are told by."""
    return st.binary(min_size=size, max_size=size)


class TestConditions:
    """Single conditions."""

    @pytest.mark.parametrize("record_type", ENTITIES)
    def test_every_operator_that_fits_is_drawn(self, record_type: type[Entity]) -> None:
        """A row of the table is drawn wherever some field is of its kind, and nowhere else."""
        kinds = {field.kind for field in fields_of(record_type)}
        fitting = {row.name for row in OPERATORS.values() if row.kinds & kinds}

        assert told(conditions(record_type), lambda each: [each.operator], fitting) == fitting

    def test_every_field_is_drawn(self) -> None:
        """Those of the record, with the parts of their values."""
        paths = {field.path for field in fields_of(Note)}

        assert told(conditions(Note), lambda each: [each.field.path], paths) == paths

    def test_new_row_and_new_field_are_drawn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing but the table and the declaration has to be written."""
        row = Operator("is_odd", frozenset({FieldKind.NUMBER}), Takes.NOTHING, lambda value: value % 2, "is odd")
        monkeypatch.setitem(OPERATORS, row.name, row)  # type: ignore[arg-type]  # a dictionary for the time of the test

        asked = told(
            conditions(Account, fields=[CustomField("planted", "number")]),
            lambda each: [each.operator, each.field.path],
            {"is_odd", "custom.planted"},
        )

        assert {"is_odd", "custom.planted"} <= asked

    def test_related_fields_are_drawn_on_demand(self) -> None:
        """Over one record or two, the organisation's own fields there included; never unless asked for."""
        near = {"account", "account.parent", "contact", "contact.account", "contact.reports_to"}

        def reached(condition: Condition) -> list[str]:
            return [".".join(hop.id_field.removesuffix("_id") for hop in condition.field.hops)]

        assert told(conditions(Deal, related=True), reached, near) == {"", *near}
        assert {hop for condition in drawn(conditions(Deal)) for hop in reached(condition)} == {""}

    @pytest.mark.parametrize("kind", sorted(OPERATORS["between"].kinds))
    def test_ends_come_in_both_orders(self, kind: FieldKind) -> None:
        """Mostly the lower one first, of every kind that has an order; a condition takes them all."""
        (field,) = (each for each in fields_of(Lead, OWN) if each.custom and each.kind is kind)
        several = drawn(bytes_of(4).map(lambda told: operands(Picks(told), field, OPERATORS["between"])), 150)
        ends = [Condition(field, "between", each).arguments for each in several]

        assert len(ends) / 2 < sum(one <= two for one, two in ends) < len(ends)

    @pytest.mark.parametrize(("operator", "sizes"), [("in", {0, 1, 2, 3}), ("has_all", {1, 2, 3}), ("is", {1})])
    def test_operands_are_many_and_few(self, operator: str, sizes: set[int]) -> None:
        """As many as the operator takes."""
        row = OPERATORS[operator]
        field = next(each for each in fields_of(Lead) if each.kind in row.kinds)
        several = drawn(bytes_of(4).map(lambda told: operands(Picks(told), field, row)), 100)

        assert {len(Condition(field, operator, each).operands) for each in several} == sizes

    def test_condition_shrinks_to_the_first_question(self) -> None:
        """A failing example is as plain as it can be."""
        assert smallest(conditions(Note), lambda _: True) == where(Note, "id", "is_empty")


class TestCriteria:
    """Whole trees."""

    def test_no_draw_is_refused(self) -> None:
        """All that is drawn is valid at once."""
        assert refused(criteria(Lead, fields=OWN, related=True), 100) == 0
        assert refused(askable_records(Deal, fields=OWN), 100) == 0

    def test_every_node_is_drawn_within_the_size(self) -> None:
        """Up to so many conditions."""
        facts = told(criteria(Contact, max_leaves=3), lambda each: [type(each), each.leaves], {AllOf, AnyOf, Not, 3})

        assert facts == {Condition, AllOf, AnyOf, Not, 1, 2, 3}

    def test_criterion_is_shown_whole(self) -> None:
        """A failing example shows what was asked, operands that meet personal data included."""
        named = where(Lead, "last_name", "is", "Ada")

        assert [pretty(each) for each in (named, ~named, named & named, named | named)] == [
            "parse_criterion(Lead, 'last_name is Ada')",
            "parse_criterion(Lead, 'not (last_name is Ada)')",
            "parse_criterion(Lead, 'last_name is Ada and last_name is Ada')",
            "parse_criterion(Lead, 'last_name is Ada or last_name is Ada')",
        ]


class TestRecords:
    """Records that are asked about."""

    @pytest.mark.parametrize("record_type", TYPES)
    def test_answers_are_balanced(self, record_type: type[Entity]) -> None:
        """Most operators are true of a quarter to three quarters of the records, and none of all or of no record."""
        records = drawn(askable_records(record_type, fields=OWN), 60)
        answers: dict[str, list[bool]] = {}
        for condition in drawn(conditions(record_type, fields=OWN), 300):
            holds = condition.compile(NOW)
            answers.setdefault(condition.operator, []).extend(holds(record) for record in records)
        shares = {name: sum(several) / len(several) for name, several in answers.items()}

        assert len(shares) == len(OPERATORS)
        assert all(0 < share < 1 for share in shares.values()), shares
        assert sum(0.25 <= share <= 0.75 for share in shares.values()) > len(shares) / 2, shares

    @pytest.mark.parametrize("record_type", ENTITIES)
    def test_every_field_is_filled_and_missing(self, record_type: type[Entity]) -> None:
        """Whatever its kind: what a record must have alone is never missing."""
        bare = drawn(askable_records(record_type, fields=OWN), 1)[0]
        names = [name for name in facts_of(record_type) if name != "id"]

        def filled(record: Entity) -> list[str]:
            return [name for name in names if getattr(record, name)]

        assert told(askable_records(record_type, fields=OWN), filled, names) == set(names)
        assert len(filled(bare)) <= 5

    def test_own_fields_hold_each_kind_and_others(self) -> None:
        """What was declared, mostly; at times another kind, which counts as missing; at times nothing."""
        records = drawn(askable_records(Account, fields=[CustomField("size", "number")]), 300)
        held = [type(record.custom["size"]) for record in records if "size" in record.custom]
        right = [kind for kind in held if kind in {int, float, Decimal}]

        assert set(right) == {int, float, Decimal}
        assert len(records) > len(held) > len(right) > len(records) / 2

    def test_record_shrinks_to_what_it_must_have(self) -> None:
        """All else is missing; a lead is a person or a company (LEAD-1)."""
        assert smallest(askable_records(Lead, fields=OWN), lambda _: True) == Lead(id="r1", last_name="Acme")

    def test_primary_contact_is_named_once(self) -> None:
        """Those who take part in a deal besides the primary contact are others (AUTH-9)."""
        deals = drawn(askable_records(Deal), 150)

        assert any(deal.contact_id and deal.contacts for deal in deals)
        assert not [deal for deal in deals if deal.contact_id in {each.contact_id for each in deal.contacts}]

    def test_related_records_are_those_that_are_named(self) -> None:
        """A question about a related record is true at times, and false at times, and its record there at times."""
        industry = where(Deal, "account.industry", "is", "Acme")
        pairs = drawn(st.tuples(askable_records(Deal), related_records()), 120)
        found = [deal.account_id and related.get(Ref(Account, deal.account_id)) for deal, related in pairs]

        assert all(record.ref == ref for _, related in pairs for ref, record in related.items())
        assert {industry.holds(deal, related=related.get) for deal, related in pairs} == {True, False}
        assert any(found)
        assert not all(found)


def new() -> Condition:
    """Ask for a status; a criterion keeps the function that answers, so each test makes its own."""
    condition = where(Lead, "status", "is", "New")
    assert isinstance(condition, Condition)
    return condition


def big() -> Criterion:
    """Ask for a number."""
    return where(Lead, "employees", "above", 100)


#: A lead for each combination of the two answers.
LEADS = [
    Lead(id=f"{status}{employees}", last_name="Ada", status=status, employees=employees)
    for status in ("New", "Old")
    for employees in (1, 1_000)
]


class TestLawIsKept:
    """What keeps the laws."""

    @settings(max_examples=40)
    @given(data=st.data(), record_type=st.sampled_from(ENTITIES))
    def test_drawn_criteria_keep_the_laws(self, data: st.DataObject, record_type: type[Entity]) -> None:
        """Whatever is asked about, of whichever records."""
        criterion = data.draw(criteria(record_type, fields=OWN, related=True))
        records = data.draw(st.lists(askable_records(record_type, fields=OWN), max_size=3))
        laws.check_criterion(criterion, records, now=NOW, related=data.draw(related_records(fields=OWN)).get)

    def test_custom_fields_are_taken_from_the_criterion(self) -> None:
        """Those of related records too: nothing has to be declared twice."""
        own = [CustomField("a b", "number"), CustomField("ok", "yes or no")]
        asked = where(Lead, "custom.a b", "above", 1, fields=own) | where(
            Lead, "contact.custom.ok", "is", True, fields=own
        )

        laws.check_criterion(asked, LEADS, related=absent)
        with pytest.raises(InvalidCriterion, match=r"'contact\.custom\.ok' stands in a related record"):
            laws.check_criterion(asked, LEADS)

    def test_criterion_about_time_needs_the_moment(self) -> None:
        """As everywhere."""
        asked = where(Lead, "created_at", "today")

        laws.check_criterion(asked, LEADS, now=NOW)
        with pytest.raises(InvalidCriterion, match="'today' asks about the time"):
            laws.check_criterion(asked, LEADS)


def dropping(parts: AllOf, supported: Callable[[Condition], bool]) -> tuple[Criterion | None, Criterion | None]:
    """Split a criterion, and forget the rest."""
    del parts, supported
    return None, None


def halving(parts: AnyOf, supported: Callable[[Condition], bool]) -> tuple[Criterion | None, Criterion | None]:
    """Push one side of an alternative alone."""
    return parts.parts[0].split(supported)[0], parts


def every(joined: Any, asking: Any) -> Callable[[Any], bool]:  # noqa: ANN401  (a node and its asking)
    """Ask whether all parts hold."""
    tests = [part._test(asking) for part in joined.parts]
    return lambda record: all(test(record) for test in tests)


def some(joined: Any, asking: Any) -> Callable[[Any], bool]:  # noqa: ANN401  (as above)
    """Ask whether one part holds."""
    tests = [part._test(asking) for part in joined.parts]
    return lambda record: any(test(record) for test in tests)


class TestLawIsBroken:
    """What breaks the laws is found, and told by what it breaks."""

    @pytest.mark.parametrize(
        ("owner", "name", "broken", "message"),
        [
            (Condition, "_text", lambda *_, **__: "company is Acme", "is parsed as 'company is Acme and company is"),
            (Condition, "_plain", lambda _: {"field": "id", "operator": "is_empty"}, "is read as 'id is_empty and id"),
            (AllOf, "__reduce__", lambda _: (new, ()), "'status is New and employees above 100' is pickled and read"),
            (AllOf, "__hash__", object.__hash__, "has another hash when it was pickled"),
            (Criterion, "holds", lambda *_: False, r"holds gives \[False, False, False, False\] and compile"),
            (Condition, "_test", lambda *_: lambda _: 1, "the answer is neither true nor false"),
            (Not, "_test", lambda node, asking: node.part._test(asking), "and the negation"),
            (AllOf, "negated", lambda node: AllOf(~part for part in node.parts), "and the opposite of"),
            (AllOf, "split", dropping, r"None, and then None, is not status is New and employees above 100"),
            (Condition, "split", lambda node, _: (node, None), "is pushed, and the engine cannot answer it"),
        ],
        ids=[
            "text", "JSON", "pickle", "hash", "holds", "no boolean", "complement", "De Morgan", "split forgets",
            "split pushes all",
        ],
    )  # fmt: skip
    def test_broken_conjunction_is_found(
        self, owner: type, name: str, broken: Callable[..., Any], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A method of a node, planted with a mistake."""
        monkeypatch.setattr(owner, name, broken)

        with pytest.raises(AssertionError, match=message):
            laws.check_criterion(new() & big(), LEADS)

    @pytest.mark.parametrize(
        ("owner", "name", "broken", "message"),
        [
            (AllOf, "_test", some, r"\(status is New or employees above 100\) and status is New gives"),
            (AnyOf, "_test", every, "status is New or employees above 100 or status is New gives"),
            (AnyOf, "split", halving, "what is pushed, status is New, is narrower than"),
        ],
        ids=["and", "or", "split"],
    )
    def test_broken_disjunction_is_found(
        self, owner: type, name: str, broken: Callable[..., Any], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As above, for an alternative."""
        monkeypatch.setattr(owner, name, broken)

        with pytest.raises(AssertionError, match=message):
            laws.check_criterion(new() | big(), LEADS)

    def test_negation_that_does_not_come_back_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Negated twice, a criterion is itself, even where there is no record to ask it of."""
        monkeypatch.setattr(Criterion, "__invert__", lambda _: big())

        with pytest.raises(AssertionError, match="negated twice, 'status is New' is 'employees above 100'"):
            laws.check_criterion(new(), [])
