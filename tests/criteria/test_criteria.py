"""Criteria as values and as questions: their laws, their limits, and what they refuse."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from leadmodel import Account, Contact, Deal, Lead, Money, Problem, Ref
from leadmodel.criteria import (
    OPERATORS,
    AllOf,
    AnyOf,
    Condition,
    Criterion,
    CustomField,
    FieldKind,
    Not,
    where,
)
from leadmodel.entities import Entity
from leadmodel.errors import InvalidCriterion, suggestion
from leadmodel.testing.strategies import NOW, askable_records, conditions, criteria, related_records
from tests.criteria.drawing import CUSTOM, TYPES
from tests.criteria.naive import naive

E = TypeVar("E", bound=Entity)

NEW = where(Lead, "status", "is", "New")
ACME = where(Lead, "company", "is", "Acme")
BIG = where(Lead, "employees", "above", 100)
COLD = where(Lead, "last_activity_at", "older_than_days", 30)
ADA = Lead(id="l1", last_name="Lovelace", company="Acme", status="New")


def problems(make: Callable[[], object]) -> list[Problem]:
    """Give what is wrong with what cannot be made."""
    with pytest.raises(InvalidCriterion) as caught:
        make()
    return list(caught.value.problems)


def asked(record_type: type[Entity]) -> SearchStrategy[Criterion]:
    """Draw criteria that ask about everything there is: own fields, the organisation's, related ones."""
    return criteria(record_type, fields=CUSTOM, related=True)


def there(record_type: type[E]) -> SearchStrategy[E]:
    """Draw records that hold the organisation's fields too."""
    return askable_records(record_type, fields=CUSTOM)


class TestLaws:
    """What holds for every criterion and every record."""

    @given(data=st.data(), record_type=st.sampled_from(TYPES))
    def test_answer_is_the_plain_answer(self, data: st.DataObject, record_type: type[Entity]) -> None:
        """The evaluator agrees with a second one that is written from the rules alone; `~` is the exact complement."""
        criterion, record = data.draw(asked(record_type)), data.draw(there(record_type))
        related = data.draw(related_records(fields=CUSTOM)).get

        answer = criterion.holds(record, NOW, related)

        assert answer is naive(criterion, record, NOW, related)
        assert (~criterion).holds(record, NOW, related) is (not answer)
        assert criterion.compile(NOW, related)(record) is answer

    @given(one=asked(Lead), two=asked(Lead), record=there(Lead))
    def test_joined_criteria_follow_from_their_parts(self, one: Criterion, two: Criterion, record: Lead) -> None:
        """And, or and not mean what they say, whatever the parts are."""

        def holds(criterion: Criterion) -> bool:
            return criterion.holds(record, NOW, lambda _: None)

        assert holds(one & two) is (holds(one) and holds(two))
        assert holds(one | two) is (holds(one) or holds(two))
        assert ~~one == one

    @given(data=st.data(), record_type=st.sampled_from(TYPES))
    def test_parts_of_a_split_give_the_whole(self, data: st.DataObject, record_type: type[Entity]) -> None:
        """What is pushed is never narrower than the whole; the rest, asked of what it lets through, gives the whole."""
        criterion, record = data.draw(asked(record_type)), data.draw(there(record_type))
        related = data.draw(related_records(fields=CUSTOM)).get
        yes = data.draw(st.sets(st.sampled_from(sorted({each.operator for each in criterion.conditions()}))))

        pushed, rest = criterion.split(lambda each: each.operator in yes)

        whole, first, second = (part is None or part.holds(record, NOW, related) for part in (criterion, pushed, rest))
        assert first or not whole
        assert (first and second) is whole
        assert all(each.operator in yes for each in (pushed.conditions() if pushed is not None else ()))

    @given(criterion=asked(Contact))
    def test_criterion_is_a_value(self, criterion: Criterion) -> None:
        """Copies and pickles are equal, with equal hashes, and answer alike."""
        again = pickle.loads(pickle.dumps(criterion))  # noqa: S301  (our own)

        assert again == criterion == copy.deepcopy(criterion)
        assert hash(again) == hash(criterion)
        assert (again.levels, again.leaves, again.operand_count) == (
            criterion.levels, criterion.leaves, criterion.operand_count,
        )  # fmt: skip

    @given(condition=conditions(Lead, fields=CUSTOM, related=True))
    def test_comparison_with_a_missing_value_is_false(self, condition: Condition) -> None:
        """A record that holds nothing but its name answers yes to is_empty alone (CRIT-1)."""
        bare = Lead(id="?", last_name="?")
        held = {"id", "version", "last_name"}

        answer = condition.holds(bare, NOW, lambda _: None)

        assert condition.field.path in held or answer is (condition.operator == "is_empty")


class TestValue:
    """How criteria are put together, compared and shown."""

    def test_nodes_of_one_kind_are_one_node(self) -> None:
        """However it is put together, one question is one value."""
        assert (NEW & ACME) & BIG == NEW & (ACME & BIG) == AllOf([NEW, ACME, BIG])
        assert (NEW | ACME) | BIG == NEW | (ACME | BIG) == AnyOf([NEW, ACME, BIG])
        assert Not(NEW) == ~NEW != NEW
        assert NEW & ACME != ACME & NEW

    def test_size_of_a_tree_is_counted(self) -> None:
        """Levels, conditions and operands (CRIT-9)."""
        tree = ~(NEW & (ACME | where(Lead, "tags", "has_any", ["a", "b"])))

        assert (tree.levels, tree.leaves, tree.operand_count) == (4, 3, 4)
        assert [each.operator for each in tree.conditions()] == ["is", "is", "has_any"]

    def test_operands_are_kept_as_they_were_given(self) -> None:
        """What is compared is the fold; what is shown is what was written. Sets are put in order."""
        condition = where(Lead, "tags", "has_any", {"Zoo", "Ähre", "bar"})

        assert isinstance(condition, Condition)
        assert condition.operands == ("Zoo", "bar", "Ähre")
        assert condition.arguments == (frozenset({"zoo", "bar", "ähre"}),)

    def test_operands_may_be_passed_one_by_one(self) -> None:
        """A list, or its members."""
        assert where(Lead, "status", "in", ["a", "b"]) == where(Lead, "status", "in", "a", "b")
        assert where(Lead, "employees", "between", [1, 2]) == where(Lead, "employees", "between", 1, 2)
        assert where(Lead, "status", "in", (each for each in "ab")) == where(Lead, "status", "in", "a", "b")

    def test_repr_hides_what_is_personal(self) -> None:
        """A log may show criteria; nobody's name or address is in it. The text form is whole."""
        tree = where(Lead, "last_name", "is", "Lovelace") & where(Lead, "emails", "has_any", "ada@acme.example") & NEW

        assert repr(tree) == "<criterion on lead: last_name is … and emails has_any (…) and status is New>"
        assert str(tree) == "last_name is Lovelace and emails has_any (ada@acme.example) and status is New"
        assert (
            repr(where(Lead, "custom.x", "is_empty", fields=[CustomField("x", "text")]))
            == "<criterion on lead: custom.x is_empty>"
        )

    def test_criterion_has_no_truth(self) -> None:
        """`one and two` would quietly be `two`."""
        with pytest.raises(TypeError, match=r"join criteria with & \| ~"):
            bool(NEW)
        with pytest.raises(TypeError):
            assert not NEW  # type: ignore[truthy-bool]  # that is the point

    @pytest.mark.parametrize("join", [lambda: NEW & "x", lambda: NEW | None])
    def test_criteria_join_with_criteria_only(self, join: Callable[[], object]) -> None:
        """Anything else is a mistake in the program."""
        with pytest.raises(TypeError):
            join()

    def test_criterion_cannot_change(self) -> None:
        """It is frozen, like every value."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            NEW.operator = "in"  # type: ignore[attr-defined]  # that is the point


class TestAsking:
    """What a criterion needs besides the record."""

    def test_function_is_made_once(self) -> None:
        """A criterion that needs nothing else keeps its function; one about time has one for each moment."""
        assert NEW.compile() is NEW.compile()
        assert (~NEW).holds(ADA) is False
        assert COLD.compile(NOW) is not COLD.compile(NOW)

    def test_what_is_missing_is_said_at_once(self) -> None:
        """The moment and the way to related records, when the question needs them."""
        timed = where(Contact, "account.created_at", "today")

        assert problems(lambda: timed.holds(Contact(id="c1"))) == [
            Problem(
                what="'today' asks about the time", hint="pass now=, an aware datetime", field="now", rule="CRIT-5"
            ),
            Problem(
                what="'account.created_at' stands in a related record",
                hint="pass related=, a function from a reference to the record or None",
                field="related",
                rule="CRIT-8",
            ),
        ]

    def test_moment_without_a_zone_is_refused(self) -> None:
        """Even where it would not be needed: it is a mistake in any case."""
        naive_now = datetime(2026, 6, 3)  # noqa: DTZ001  (that is the point)

        assert problems(lambda: NEW.holds(ADA, naive_now)) == [
            Problem(
                what="datetime.datetime(2026, 6, 3, 0, 0) has no time zone; give it one, such as tzinfo=datetime.UTC",
                field="now",
                value=naive_now,
                rule="CRIT-5",
            )
        ]

    def test_record_of_another_type_is_refused(self) -> None:
        """A question about leads says nothing about a contact, although both have names."""
        contact = Contact(id="c1", last_name="Lovelace")

        assert problems(lambda: NEW.holds(contact)) == [
            Problem(
                what="a criterion on lead was asked about Contact(id='c1')", hint="pass a lead", field="record",
                value=contact, rule="CRIT-6",
            )
        ]  # fmt: skip

    def test_related_records_are_followed(self) -> None:
        """Over one record or several; a reference that leads nowhere is a missing value (CRIT-8)."""
        acme = Account(id="a1", name="Acme", industry="Tools", parent_id="a2")
        group = Account(id="a2", name="Acme Group", industry="Finance")
        contact = Contact(id="c1", account_id="a1")
        known: dict[Ref, Entity] = {each.ref: each for each in (acme, group, contact)}

        def ask(path: str, operator: str, *operands: object, contact_id: str = "c1") -> bool:
            deal = Deal(id="d1", stage="x", contact_id=contact_id)
            return where(Deal, path, operator, *operands).holds(deal, related=known.get)

        assert ask("contact.account.industry", "is", "TOOLS")
        assert ask("contact.account.parent.industry", "is", "finance")
        assert not ask("contact.account.industry", "is_not", "x", contact_id="c9")
        assert ask("contact.account.industry", "is_empty", contact_id="c9")
        assert ask("contact.account.industry", "is_empty", contact_id="")
        assert ask("contact.reports_to.last_name", "is_empty")


class TestSplit:
    """What can be pushed to an engine."""

    @pytest.mark.parametrize(
        ("criterion", "pushed", "rest"),
        [
            (NEW, NEW, None),
            (BIG, None, BIG),
            (NEW & BIG, NEW, BIG),
            (NEW & ACME & BIG, NEW & ACME, BIG),
            (NEW | ACME, NEW | ACME, None),
            (NEW | BIG, None, NEW | BIG),
            ((NEW & BIG) | ACME, NEW | ACME, (NEW & BIG) | ACME),
            (~NEW, ~NEW, None),
            (~BIG, None, ~BIG),
            (~(NEW & ACME), ~(NEW & ACME), None),
            (~(NEW | BIG), ~NEW, ~BIG),
            (~(NEW & BIG), None, ~NEW | ~BIG),
            (~(~NEW | BIG), NEW, ~BIG),
        ],
    )
    def test_split(self, criterion: Criterion, pushed: Criterion | None, rest: Criterion | None) -> None:
        """As much as possible is pushed; here everything but `above`."""
        assert criterion.split(lambda each: each.operator != "above") == (pushed, rest)


class TestLimits:
    """How large a criterion may be (CRIT-9)."""

    def test_levels(self) -> None:
        """64 levels are possible, 65 are not."""
        tree = NEW
        for number in range(63):
            tree = tree & ACME if number % 2 else tree | BIG

        assert tree.levels == 64
        assert problems(lambda: tree | NEW if isinstance(tree, AllOf) else tree & NEW) == [
            Problem(what="it is 65 levels deep, and 64 is the limit", hint="flatten it", rule="CRIT-9")
        ]
        assert problems(lambda: ~tree) == [
            Problem(what="it is 65 levels deep, and 64 is the limit", hint="flatten it", rule="CRIT-9")
        ]

    def test_leaves(self) -> None:
        """500 conditions are possible, 501 are not."""
        many = AnyOf([NEW] * 500)

        assert many.leaves == 500
        assert problems(lambda: many | ACME) == [
            Problem(
                what="there are 501 conditions, and 500 is the limit",
                hint="ask with in or has_any, which take many operands",
                rule="CRIT-9",
            )
        ]

    def test_operands(self) -> None:
        """10,000 operands are possible, in one condition or in all together; 10,001 are not."""
        many = where(Lead, "status", "in", [str(number) for number in range(1, 10_001)])
        too_many = Problem(
            what="there are 10,001 operands, and 10,000 is the limit",
            hint="ask about something that they have in common",
            rule="CRIT-9",
        )

        assert many.operand_count == 10_000
        assert many.holds(Lead(id="l1", last_name="x", status="10000"))
        assert problems(lambda: many & NEW) == [too_many]
        assert problems(lambda: where(Lead, "status", "in", range(10_001))) == [
            attrs.evolve(too_many, field="operands")
        ]


def refused(what: str, hint: str = "", field: str = "operand", value: object = None, rule: str = "CRIT-5") -> Problem:
    """Give a problem of an operand."""
    return Problem(what=what, hint=hint, field=field, value=value, rule=rule)


BLANK = "leave the condition out, or ask is_empty"


class TestRefusals:
    """What cannot be asked, with everything that is wrong at once."""

    @pytest.mark.parametrize(
        ("path", "operator", "operands", "problem"),
        [
            ("company", "is", ("",), refused("'' is blank", BLANK, value="")),
            ("company", "is", (" \t",), refused("' \\t' is blank", BLANK, value=" \t")),
            ("company", "is", (None,), refused("None is nothing to compare with", BLANK)),
            ("company", "is", (7,), refused("7 is no text", "write it as text", value=7)),
            ("company", "is", ("a\x00",), refused("'a\\x00' holds U+0000, which no database keeps", value="a\x00")),
            ("last_name", "is", (7,), refused("'7…' is no text", "write it as text", value=7)),
            ("company", "in", (["a", "", 7],), [
                refused("'' is blank", BLANK, "operands[1]", ""),
                refused("7 is no text", "write it as text", "operands[2]", 7),
            ]),
            ("contact_id", "is", (7,), refused("7 is no text", "write it as text", value=7)),
            ("employees", "is", ("7",), refused("'7' is no number", "write it in digits", value="7")),
            ("employees", "is", (True,), refused("True is no number", "write it in digits", value=True)),
            ("employees", "is", (float("inf"),), refused("inf is no number", BLANK, value=float("inf"))),
            ("employees", "is", (10**18,), refused(
                f"{10**18} has more than 18 digits before the point or after it", "round it first", value=10**18)),
            ("employees", "is", (1e-19,), refused(
                "1e-19 has more than 18 digits before the point or after it", "round it first", value=1e-19)),
            ("annual_revenue", "is", (7,), refused(
                "7 is no money", 'give an amount and its currency: Money("120", "EUR"), or 120 EUR in a text',
                value=7)),
            ("annual_revenue", "between", (Money("1", "EUR"), Money("1", "USD")), refused(
                "the operands are in EUR and USD", "ask about each currency by itself", "operands", rule="CRIT-3")),
            ("created_at", "is", (datetime(2026, 6, 3),), refused(  # noqa: DTZ001
                "datetime.datetime(2026, 6, 3, 0, 0) has no time zone; give it one, such as tzinfo=datetime.UTC",
                value=datetime(2026, 6, 3))),  # noqa: DTZ001
            ("created_at", "is", (date(2026, 6, 3),), refused(
                "datetime.date(2026, 6, 3) is a calendar date, and no instant",
                "say when on that day, and in which zone: 2026-06-03T00:00:00+00:00", value=date(2026, 6, 3))),
            ("created_at", "is", ("now",), refused(
                "'now' is no instant", "pass an aware datetime; in a text, write 2026-06-01T09:30:00+00:00",
                value="now")),
            ("birth_date", "is", (NOW,), refused(
                "'2…' is an instant, and no calendar date", "pass its date", value=NOW)),
            ("birth_date", "is", ("x",), refused(
                "'x…' is no calendar date", "pass a date; in a text, write 2026-06-01", value="x")),
            ("created_at", "last_days", (0,), refused("0 is not between 1 and 40,000 days", "correct it", value=0)),
            ("created_at", "last_days", (1.5,), refused("1.5 is no number of days", "write a whole number", value=1.5)),
            ("created_at", "last_days", (True,), refused(
                "True is no number of days", "write a whole number", value=True)),
            ("rating", "is", ("hott",), refused("'hott' is no rating", "did you mean 'hot'?", value="hott")),
            ("custom.ok", "is", (1,), refused("'1…' is neither true nor false", "write True or False", value=1)),
            ("emails", "has_any", ("ada",), refused(
                "'a…' is no e-mail address", "write name@domain", "operands[0]", "ada")),
            ("phones", "has_any", ("ada",), refused("'a…' holds no digit", "write its digits", "operands[0]", "ada")),
            ("profiles", "has_any", (7,), refused(
                "a profile is read from text", "pass a handle or an address", "operands[0]", 7)),
            ("company", "is", (), refused(
                "'is' takes one value, and 0 operands came", "it asks whether the field is …", "operands")),
            ("company", "is", ("a", "b"), refused(
                "'is' takes one value, and 2 operands came", "it asks whether the field is …", "operands")),
            ("company", "is_empty", ("a",), refused(
                "'is_empty' takes nothing, and 1 operand came", "it asks whether the field holds nothing", "operands")),
            ("employees", "between", ([1],), refused(
                "'between' takes two values, and 1 operand came",
                "it asks whether the field lies between … and …, or is one of them", "operands")),
            ("tags", "has_all", ([],), refused(
                "'has_all' takes a list of at least one value, and 0 operands came",
                "it asks whether the field has each of … among its members", "operands")),
            ("tags", "has_any", (), refused(
                "'has_any' takes a list of values, and none came", "an empty list is one: []", "operands")),
        ],
    )  # fmt: skip
    def test_operand_is_refused(
        self, path: str, operator: str, operands: tuple[object, ...], problem: Problem | list[Problem]
    ) -> None:
        """Wrong type, blank, too many, too few: said with what would be right, personal values masked."""
        expected = problem if isinstance(problem, list) else [problem]

        given = problems(lambda: where(Lead, path, operator, *operands, fields=[CustomField("ok", "yes or no")]))

        assert given == expected

    @pytest.mark.parametrize("path", ["birth_date", "created_at", "custom.since", "custom.seen at"])
    def test_day_and_instant_are_kept_apart(self, path: str) -> None:
        """A date is no instant and an instant no date, in personal fields too."""
        wrong = NOW if path in {"birth_date", "custom.since"} else NOW.date()

        (problem,) = problems(lambda: where(Lead, path, "is", wrong, fields=CUSTOM))

        assert problem.value == wrong
        assert ("2026" in problem.what) is (path == "created_at")

    def test_unknown_field_and_operator_are_told_together(self) -> None:
        """The nearest names are offered (CRIT-6)."""
        found = problems(lambda: where(Lead, "statuss", "iss", "x"))

        assert [(each.what, each.hint, each.field, each.value, each.rule) for each in found] == [
            ("a lead has no field 'statuss'", "did you mean 'status'?", "field", "statuss", "CRIT-6"),
            ("there is no operator 'iss'", "did you mean 'is'?", "operator", "iss", "CRIT-6"),
        ]
        assert "status" in found[0].options
        assert "is_empty" in found[1].options

    @pytest.mark.parametrize(
        ("operator", "what", "near"),
        [
            ("contains", "'contains' does not go with 'status', which is of the kind 'choice'", ""),
            ("isnt", "there is no operator 'isnt'", "is_not"),
            (None, "there is no operator None", ""),
        ],
    )
    def test_operator_that_does_not_fit(self, operator: Any, what: str, near: str) -> None:  # noqa: ANN401
        """Those that fit the field are offered, the nearest first."""
        fit = tuple(name for name, row in OPERATORS.items() if FieldKind.CHOICE in row.kinds)
        hint = f"did you mean {near!r}?" if near else suggestion(None, fit)

        assert problems(lambda: where(Lead, "status", operator, "x")) == [
            Problem(what=what, hint=hint, field="operator", value=operator, options=fit, rule="CRIT-6")
        ]

    @pytest.mark.parametrize("record_type", ["lead", Entity, None])
    def test_type_of_record(self, record_type: Any) -> None:  # noqa: ANN401
        """A criterion belongs to one of the types of record."""
        (problem,) = problems(lambda: where(record_type, "status", "is", "x"))

        assert problem.hint == "pass one of Lead, Contact, Account, Deal, SocialUpdate, Activity, Task, Note"
        assert (problem.field, problem.value) == ("record_type", record_type)

    @pytest.mark.parametrize(
        ("make", "whats"),
        [
            (lambda: AllOf([NEW]), ["nothing is joined"]),
            (lambda: AnyOf([]), ["nothing is joined"]),
            (lambda: AllOf([NEW, "x"]), ["'x' is no criterion"]),  # type: ignore[list-item]
            (lambda: NEW & where(Deal, "stage", "is", "x"), ["the parts ask about deal and lead"]),
            (lambda: Not(~NEW), ["a negation of a negation is none"]),
            (lambda: Not("x"), ["'x' is no criterion"]),  # type: ignore[arg-type]
            (lambda: Condition(NEW.field, "iz", ["x"]), ["there is no operator 'iz'"]),  # type: ignore[attr-defined]
            (lambda: Condition(NEW.field, "is", []), ["'is' takes one value, and 0 operands came"]),  # type: ignore[attr-defined]
        ],
    )  # fmt: skip
    def test_node_that_is_none(self, make: Callable[[], object], whats: list[str]) -> None:
        """Nodes that are made by hand are checked as well."""
        assert [problem.what for problem in problems(make)] == whats

    def test_error_reads_as_a_whole(self) -> None:
        """An error is a value of its own type, and a ValueError."""
        with pytest.raises(ValueError, match="criterion: operand: '' is blank") as caught:
            where(Lead, "company", "is", "")

        assert caught.value == InvalidCriterion(
            subject="criterion", problems=(refused("'' is blank", BLANK, value=""),)
        )


def test_answers_in_utc_and_by_hand() -> None:
    """The example that the documents show."""
    cold = where(Lead, "status", "in", ["New", "Contacted"]) & (COLD | where(Lead, "last_activity_at", "is_empty"))
    visited = attrs.evolve(ADA, last_activity_at=datetime(2026, 5, 1, tzinfo=UTC))

    assert [cold.holds(lead, NOW) for lead in (ADA, visited, attrs.evolve(visited, status="Lost"))] == [
        True,
        True,
        False,
    ]
    assert not cold.holds(visited, datetime(2026, 5, 31, tzinfo=UTC))
