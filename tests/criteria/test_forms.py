"""The forms of criteria: text, JSON and Zoho's rows. What is written is read back, and nothing else is."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel import Contact, Deal, Lead, Money, Problem, Profile
from leadmodel.criteria import (
    OPERATORS,
    AllOf,
    AnyOf,
    Criterion,
    CustomField,
    criterion_from_plain,
    criterion_from_rows,
    criterion_to_rows,
    parse_criterion,
    where,
)
from leadmodel.entities import Entity
from leadmodel.errors import InvalidCriterion
from leadmodel.testing.strategies import conditions, criteria
from tests.criteria.drawing import CUSTOM, TYPES

NEW = where(Lead, "status", "is", "New")
ACME = where(Lead, "company", "is", "Acme")
BIG = where(Lead, "employees", "above", 100)


def problems(make: Callable[[], object]) -> list[tuple[str, str, str]]:
    """Give place, fault and hint of everything that is wrong with what cannot be read."""
    with pytest.raises(InvalidCriterion) as caught:
        make()
    return [(problem.where, problem.what, problem.hint) for problem in caught.value.problems]


class TestText:
    """The text form."""

    @given(data=st.data(), record_type=st.sampled_from(TYPES))
    def test_what_is_printed_is_read_back(self, data: st.DataObject, record_type: type[Entity]) -> None:
        """Printer and parser are inverse."""
        criterion = data.draw(criteria(record_type, fields=CUSTOM, related=True))

        assert parse_criterion(record_type, str(criterion), CUSTOM) == criterion

    @given(text=st.text(max_size=30))
    def test_any_text_is_an_operand(self, text: str) -> None:
        """Quotes, brackets, line breaks, what cannot be seen: printed and read back, or refused when built."""
        try:
            criterion = where(Lead, "company", "is", text)
        except InvalidCriterion:
            return

        assert parse_criterion(Lead, str(criterion)) == criterion
        assert str(criterion).isprintable()

    @pytest.mark.parametrize(
        ("criterion", "text"),
        [
            (NEW, "status is New"),
            (where(Lead, "company", "is_empty"), "company is_empty"),
            (where(Lead, "status", "in", []), "status in ()"),
            (where(Lead, "company", "in", ["Acme", "Acme Ltd", "and", 'say "no"', "a\nb", "10"]),
             r'company in (Acme, "Acme Ltd", "and", "say \"no\"", "a\nb", "10")'),
            (where(Lead, "employees", "between", 10, Decimal("20.50")), "employees between 10 and 20.5"),
            (where(Lead, "employees", "is", Decimal("-1E+2")), "employees is -100"),
            (where(Lead, "annual_revenue", "above", Money("120.00", "EUR")), "annual_revenue above 120 EUR"),
            (where(Lead, "birth_date", "is", date(1815, 12, 10)), "birth_date is 1815-12-10"),
            (where(Lead, "created_at", "below", datetime(2026, 6, 1, 9, 30, tzinfo=UTC)),
             "created_at below 2026-06-01T09:30:00+00:00"),
            (where(Lead, "created_at", "last_days", 7), "created_at last_days 7"),
            (where(Lead, "created_at", "today"), "created_at today"),
            (where(Lead, "profiles", "has_any", Profile("x", "Ada"), "https://x.com/bob"),
             "profiles has_any (x:ada, x:bob)"),
            (where(Lead, "contact.account.industry", "is", "Tools"), "contact.account.industry is Tools"),
            (where(Lead, "custom.ok", "is", True, fields=[CustomField("ok", "yes or no")]), "custom.ok is true"),
            (where(Lead, "custom.size of firm", "is", 7, fields=[CustomField("size of firm", "number")]),
             'custom."size of firm" is 7'),
            (where(Lead, "contact.custom.a b", "is_empty", fields=[CustomField("a b", "number")]),
             'contact.custom."a b" is_empty'),
            (NEW & ACME & BIG, "status is New and company is Acme and employees above 100"),
            ((NEW & ACME) | BIG, "(status is New and company is Acme) or employees above 100"),
            (~NEW, "not (status is New)"),
            (~(NEW | ACME) & BIG, "not (status is New or company is Acme) and employees above 100"),
        ],
    )  # fmt: skip
    def test_text(self, criterion: Criterion, text: str) -> None:
        """How each thing is written."""
        fields = [CustomField("ok", "yes or no"), CustomField("size of firm", "number"), CustomField("a b", "number")]

        assert str(criterion) == text
        assert parse_criterion(Lead, text, fields) == criterion

    @pytest.mark.parametrize(
        ("text", "criterion"),
        [
            ("  status\n\tis   New  ", NEW),
            ("((status is New))", NEW),
            ("not (not (status is New))", NEW),
            ("status is New AND (company is Acme And employees above 100)", NEW & ACME & BIG),
            ('status is "New"', NEW),
            (r'status is "\u004eew"', NEW),
            ("(status is New)and(company is Acme)", NEW & ACME),
            ("status in(New,Old)", where(Lead, "status", "in", "New", "Old")),
            ('annual_revenue above "120.5 EUR"', where(Lead, "annual_revenue", "above", Money("120.5", "EUR"))),
            ("employees above +100", BIG),
            ("employees above 100.0", BIG),
            ("created_at is 2026-06-01T11:30+02:00",
             where(Lead, "created_at", "is", datetime(2026, 6, 1, 9, 30, tzinfo=UTC))),
            ("created_at is 2026-06-01T09:30Z",
             where(Lead, "created_at", "is", datetime(2026, 6, 1, 9, 30, tzinfo=UTC))),
        ],
    )  # fmt: skip
    def test_freedom_of_the_writer(self, text: str, criterion: Criterion) -> None:
        """Space, brackets that change nothing, capitals of the joining words, quotes."""
        assert parse_criterion(Lead, text) == criterion

    @pytest.mark.parametrize(
        ("text", "where_", "what", "hint"),
        [
            ("", "column 1", "here comes the end, and no condition", "begin it with a field"),
            ("status", "column 7", "after the field comes the end, and no operator",
             "a condition is a field, an operator and what it compares with: status is_empty"),
            ("status and", "column 8", "after the field comes 'and', and no operator",
             "a condition is a field, an operator and what it compares with: status is_empty"),
            ("status is", "column 10", "here comes the end, and nothing to compare with", "write what to compare with"),
            ("status is and", "column 11", "here comes 'and', and nothing to compare with",
             'put it into quotes: "and"'),
            ("and status is x", "column 1", "here comes 'and', and no condition", "begin it with a field"),
            ('"status" is x', "column 1", "here comes 'status', and no condition", "begin it with a field"),
            ("status is Pre Qualified", "column 15", "after a condition comes 'Qualified'",
             "join conditions by 'and' or 'or', and put text of several words into quotes"),
            ("last_name is Van Helsing", "column 18", "after a condition comes 'H…'",
             "join conditions by 'and' or 'or', and put text of several words into quotes"),
            ("status is a,", "column 12", "after a condition comes ','",
             "join conditions by 'and' or 'or', and put text of several words into quotes"),
            ("(status is a", "column 1", "the bracket is never closed", "close it"),
            ("not (status is a", "column 5", "the bracket is never closed", "close it"),
            ("status is a)", "column 12", "the bracket was never opened", "remove it, or open it"),
            ("not status is a", "column 5", "'not' is followed by 'status'", "write not (…)"),
            ("status is a and status is b or status is c", "column 29",
             "'and' and 'or' are mixed, and nobody can say which comes first",
             "add brackets: (a and b) or c, or a and (b or c)"),
            ("status in New", "column 11", "a list begins with a bracket, and not with 'New'", "write (one, two)"),
            ("status in (New Old)", "column 16", "within a list comes 'Old'",
             "put commas between the members of a list, and text of several words into quotes"),
            ("last_name in (Van Helsing)", "column 19", "within a list comes 'H…'",
             "put commas between the members of a list, and text of several words into quotes"),
            ("status in (New,)", "column 16", "here comes ')', and nothing to compare with",
             "write what to compare with"),
            ("status in (", "column 12", "here comes the end, and nothing to compare with",
             "write what to compare with"),
            ("employees between 1, 2", "column 20", "after the lower end comes ','", "write between … and …"),
            ('status is "New', "column 11", "the quote is never closed",
             'close it; within quotes, write \\" for a quote'),
            ('status is "\\x"', "column 11", "the text in quotes holds an escape that is none",
             'write \\\\ for a backslash, \\" for a quote, \\n for a line break, \\u0041 for a character'),
            ("status iss New", "column 8", "there is no operator 'iss'", "did you mean 'is'?"),
            ("statuss is New", "column 1", "a lead has no field 'statuss'", "did you mean 'status'?"),
            ("status is New and\nemployees is x", "line 2, column 14", "'x' is no number", "write it in digits"),
            ("employees between 1 and 1e3", "column 25", "'1e3' is no number", "write it in digits"),
            ("annual_revenue is 120", "column 19", "'120' is no money",
             'give an amount and its currency: Money("120", "EUR"), or 120 EUR in a text'),
            ("annual_revenue is 120 and status is x", "column 19", "'120' is no money",
             'give an amount and its currency: Money("120", "EUR"), or 120 EUR in a text'),
            ("annual_revenue is 120 EURO", "column 19", "'120 EURO' is no money",
             'give an amount and its currency: Money("120", "EUR"), or 120 EUR in a text'),
            ("created_at is 2026-06-01", "column 15", "datetime.date(2026, 6, 1) is a calendar date, and no instant",
             "say when on that day, and in which zone: 2026-06-01T00:00:00+00:00"),
            ("created_at is soon", "column 15", "'soon' is no instant",
             "pass an aware datetime; in a text, write 2026-06-01T09:30:00+00:00"),
            ("created_at last_days seven", "column 22", "'seven' is no number of days", "write a whole number"),
            ("custom.ok is_empty", "column 1", "a lead has no field 'custom.ok'",
             "declare it, with fields=[CustomField(…)]; there are none yet"),
        ],
    )  # fmt: skip
    def test_text_is_refused(self, text: str, where_: str, what: str, hint: str) -> None:
        """The column, what stands there, and what to write instead."""
        assert problems(lambda: parse_criterion(Lead, text)) == [(where_, what, hint)]

    def test_all_that_is_wrong_with_a_condition_is_told(self) -> None:
        """Field and operator, or all of its operands."""
        assert [place for place, *_ in problems(lambda: parse_criterion(Lead, "statuss iss New"))] == [
            "column 1",
            "column 9",
        ]
        assert problems(lambda: parse_criterion(Lead, "rating in (hott, cold, varm)")) == [
            ("column 12", "'hott' is no rating", "did you mean 'hot'?"),
            ("column 24", "'varm' is no rating", "did you mean 'warm'?"),
        ]

    def test_problem_is_whole(self) -> None:
        """Everything that a program may want to know of a problem stands in it."""
        with pytest.raises(InvalidCriterion) as caught:
            parse_criterion(Lead, "status is New and rating is hott")

        assert caught.value == InvalidCriterion(
            subject="criterion",
            problems=(
                Problem(
                    what="'hott' is no rating", hint="did you mean 'hot'?", where="column 29", field="operand",
                    value="hott", rule="CRIT-5",
                ),
            ),
        )  # fmt: skip

    @pytest.mark.parametrize("text", [None, 7, b"status is New"])
    def test_what_is_no_text(self, text: Any) -> None:  # noqa: ANN401
        """The text form is text."""
        assert problems(lambda: parse_criterion(Lead, text)) == [
            ("", f"a {type(text).__name__} is no text of a criterion", "pass its text form")
        ]

    @given(
        text=st.text(max_size=200)
        | st.lists(
            st.sampled_from(
                ["(", ")", ",", " ", "and", "or", "not", "status", "is", "in", "employees", "between", '"', "\\", "1",
                 "x", "EUR", "annual_revenue", "custom.", "created_at", "today", "is_empty", "tags", "has_any", "\n",
                 "2026-06-01"]
            ),
            max_size=40,
        ).map(" ".join)
    )  # fmt: skip
    def test_no_text_breaks_the_parser(self, text: str) -> None:
        """Any text is a criterion or is refused with a place."""
        try:
            criterion = parse_criterion(Lead, text)
        except InvalidCriterion as error:
            places = [problem.where for problem in error.problems]
        else:
            places = ["column 1"] if parse_criterion(Lead, str(criterion)) == criterion else []

        assert places
        assert all(place.startswith(("column ", "line ")) for place in places)

    @pytest.mark.parametrize(
        ("text", "where_"),
        [
            ("(" * 10_000, "column 64"),
            ("not (" * 10_000, "column 320"),
            ("(" * 10_000 + "status is x" + ")" * 10_000, "column 64"),
            ("status is x and " * 60_000 + "status is x", "column 8001"),
            ("status in (" + "x, " * 300_000 + "x)", "column 30012"),
            ("status is x" + ")" * 1_000_000, "column 12"),
            ("x" * 1_000_000, "column 1000001"),
            ('status is "' + "\\" * 1_000_000, "column 11"),
            ('status is "' + 'x\\"' * 300_000, "column 11"),
            (" " * 1_000_000, "column 1000001"),
            ("employees is " + "9" * 1_000_000, "column 14"),
        ],
        ids=["open", "not", "both", "conditions", "operands", "closed", "word", "escapes", "quotes", "space", "digits"],
    )  # fmt: skip
    def test_large_text_is_refused_where_it_breaks_a_limit(self, text: str, where_: str) -> None:
        """10,000 brackets and a megabyte of anything: no stack is exhausted, and the limit says where (CRIT-9)."""
        assert [place for place, *_ in problems(lambda: parse_criterion(Lead, text))] == [where_]

    def test_largest_texts_are_read(self) -> None:
        """What the limits allow can be written: 63 brackets, 500 conditions, 10,000 operands."""
        assert parse_criterion(Lead, "(" * 63 + "status is New" + ")" * 63) == NEW
        assert parse_criterion(Lead, " or ".join(["status is New"] * 500)).leaves == 500
        assert parse_criterion(Lead, f"status in ({', '.join(['x'] * 10_000)})").operand_count == 10_000


class TestPlain:
    """The JSON form."""

    @given(data=st.data(), record_type=st.sampled_from(TYPES))
    def test_what_is_written_is_read_back(self, data: st.DataObject, record_type: type[Entity]) -> None:
        """Through JSON, no digit and no instant is lost."""
        criterion = data.draw(criteria(record_type, fields=CUSTOM, related=True))

        assert criterion_from_plain(record_type, json.loads(json.dumps(criterion.to_plain())), CUSTOM) == criterion

    def test_form(self) -> None:
        """How it looks: the format, the type of record, and the tree."""
        tree = (NEW & ~where(Lead, "annual_revenue", "at_most", Money("1.50", "EUR"))) | where(
            Lead, "created_at", "today"
        )

        assert tree.to_plain() == {
            "format": 1,
            "record": "lead",
            "criterion": {
                "any": [
                    {
                        "all": [
                            {"field": "status", "operator": "is", "operands": ["New"]},
                            {
                                "not": {
                                    "field": "annual_revenue",
                                    "operator": "at_most",
                                    "operands": [{"amount": "1.5", "currency": "EUR"}],
                                }
                            },
                        ]
                    },
                    {"field": "created_at", "operator": "today"},
                ]
            },
        }

    @pytest.mark.parametrize(
        ("path", "operator", "operand", "what"),
        [
            ("annual_revenue", "is", {"amount": "x", "currency": "EUR"}, "is no money"),
            ("annual_revenue", "is", {"amount": 1.5, "currency": "EUR"}, "is no money"),
            ("annual_revenue", "is", {"amount": "1", "currency": "EURO"}, "is no money"),
            ("annual_revenue", "is", {"amount": "1", "currency": "EUR", "x": 1}, "is no money"),
            ("employees", "is", "ten", "'ten' is no number"),
            ("employees", "is", True, "True is no number"),
            ("created_at", "is", "2026-06-01T09:30:00", "has no time zone"),
            ("created_at", "last_days", "7", "'7' is no number of days"),
            ("custom.ok", "is", "true", "is neither true nor false"),
            ("company", "is", None, "None is nothing to compare with"),
            ("company", "is", ["x"], "is no text"),
        ],
    )
    def test_operand_is_refused(self, path: str, operator: str, operand: object, what: str) -> None:
        """Values have the type that they were written with."""
        data = {
            "format": 1, "record": "lead", "criterion": {"field": path, "operator": operator, "operands": [operand]},
        }  # fmt: skip

        found = problems(lambda: criterion_from_plain(Lead, data, [CustomField("ok", "yes or no")]))

        assert [(place, what in text) for place, text, _ in found] == [("criterion", True)]

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (None, [("", "a NoneType is no criterion", "pass what to_plain() gives")]),
            ({}, [("", f"the key '{key}' is missing", "add it") for key in ("criterion", "format", "record")]),
            (
                {"format": 2, "record": "deal", "criterion": {}, "x": 1},
                [
                    ("", "there is no key 'x'", "known: 'criterion', 'format', 'record'"),
                    ("", "format 2 is not known", "use a newer version of leadmodel"),
                    ("", "the criterion asks about 'deal', and a lead was expected",
                     "pass the type of record that it asks about"),
                ],
            ),
            (
                {"format": True, "record": "leed", "criterion": {}},
                [
                    ("", "format True is not known", "use a newer version of leadmodel"),
                    ("", "the criterion asks about 'leed', and a lead was expected", "correct it"),
                ],
            ),
        ],
    )  # fmt: skip
    def test_envelope_is_refused(self, data: Any, expected: list[tuple[str, str, str]]) -> None:  # noqa: ANN401
        """Format, type of record, and nothing else."""
        assert problems(lambda: criterion_from_plain(Lead, data)) == expected

    @pytest.mark.parametrize(
        ("node", "expected"),
        [
            ([], [("criterion", "a list is no condition", 'write {"field": …, "operator": …, "operands": […]}')]),
            ({}, [("criterion", "the key 'field' is missing", "add it"),
                  ("criterion", "the key 'operator' is missing", "add it")]),
            ({"all": []}, [
                ("criterion", "what stands under 'all' is no list of conditions", "give a list of one or more")]),
            ({"any": {}, "x": 1}, [
                ("criterion", "there is no key 'x'", "known: 'any'"),
                ("criterion", "what stands under 'any' is no list of conditions", "give a list of one or more")]),
            ({"not": {}, "all": []}, [
                ("criterion", "there is no key 'not'", "known: 'all'"),
                ("criterion", "what stands under 'all' is no list of conditions", "give a list of one or more")]),
            ({"not": {}, "field": 1}, [("criterion", "there is no key 'field'", "known: 'not'")]),
            ({"field": "status", "operator": "is", "operands": "New"},
             [("criterion", "the operands are a str", "give a list")]),
            ({"all": [{"field": "statuss", "operator": "is", "operands": ["x"]}, {"not": {"any": [[]]}}]}, [
                ("criterion.all[0]", "a lead has no field 'statuss'", "did you mean 'status'?"),
                ("criterion.all[1].not.any[0]", "a list is no condition",
                 'write {"field": …, "operator": …, "operands": […]}')]),
            ({"field": 7, "operator": None}, [
                ("criterion", "7 names no field", 'write its name as text, such as "status"'),
                ("criterion", "there is no operator None", f"known: {', '.join(map(repr, OPERATORS))}")]),
        ],
    )  # fmt: skip
    def test_node_is_refused(self, node: object, expected: list[tuple[str, str, str]]) -> None:
        """Unknown keys, missing ones, wrong types: each with its place, all together."""
        data = {"format": 1, "record": "lead", "criterion": node}

        assert problems(lambda: criterion_from_plain(Lead, data)) == expected

    def test_limits(self) -> None:
        """What is too deep or too much is refused before it exhausts anything (CRIT-9)."""
        leaf = {"field": "status", "operator": "is", "operands": ["x"]}
        deep: Any = leaf
        for _ in range(10_000):
            deep = {"all": [deep]}

        def read(node: object) -> Criterion:
            return criterion_from_plain(Lead, {"format": 1, "record": "lead", "criterion": node})

        ((place, what, _),) = problems(lambda: read(deep))
        assert (place, what) == ("criterion" + ".all[0]" * 64, "it is more than 64 levels deep, and 64 is the limit")
        assert [each[:2] for each in problems(lambda: read({"any": [leaf] * 100_000}))] == [
            ("criterion.any[500]", "there are more than 500 conditions, and 500 is the limit")
        ]
        assert [
            each[:2] for each in problems(lambda: read({"any": [{"all": [leaf] * 400}, {"all": [leaf] * 400}, leaf]}))
        ] == [("criterion.any[1].all[100]", "there are more than 500 conditions, and 500 is the limit")]
        assert [each[1] for each in problems(lambda: read({**leaf, "operator": "in", "operands": ["x"] * 10_001}))] == [
            "there are 10,001 operands, and 10,000 is the limit"
        ]
        half = {**leaf, "operator": "in", "operands": ["x"] * 6_000}
        assert [each[:2] for each in problems(lambda: read({"any": [half, half]}))] == [
            ("criterion", "there are 12,000 operands, and 10,000 is the limit")
        ]

    def test_one_condition_may_stand_in_a_list(self) -> None:
        """A list of one is what is in it."""
        leaf = {"field": "status", "operator": "is", "operands": ["New"]}
        data = {"format": 1, "record": "lead", "criterion": {"not": {"not": {"any": [{"all": [leaf]}]}}}}

        assert criterion_from_plain(Lead, data) == NEW


ROWS = (("status", "is", "New"), ("company", "is", "Acme"), ("employees", "above", 100))


class TestRows:
    """Zoho's rows and patterns."""

    @given(data=st.data(), record_type=st.sampled_from(TYPES))
    def test_what_is_written_is_read_back(self, data: st.DataObject, record_type: type[Entity]) -> None:
        """Rows and their pattern mean the criterion that they were written from, as long as it says no "not"."""
        leaves = conditions(record_type, fields=CUSTOM, related=True)
        tree = data.draw(
            st.recursive(
                leaves, lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(lambda parts: st.sampled_from(
                    [AllOf(parts), AnyOf(parts)])), max_leaves=6,
            )
        )  # fmt: skip

        rows, pattern = criterion_to_rows(tree)

        assert criterion_from_rows(record_type, rows, pattern, CUSTOM) == tree

    @pytest.mark.parametrize(
        ("pattern", "criterion"),
        [
            ("((1 and 2) or 3)", (NEW & ACME) | BIG),
            ("(1 and (2 or 3))", NEW & (ACME | BIG)),
            ("1 or 2 and 3", (NEW | ACME) & BIG),
            ("1 and 2 or 3", (NEW & ACME) | BIG),
            ("3 or 1 and 2", (BIG | NEW) & ACME),
            ("1 and 2 and 3", NEW & ACME & BIG),
            ("", NEW & ACME & BIG),
            (" ( 1AND 2)Or(03) ", (NEW & ACME) | BIG),
            ("1 and 2 and 3 and 1", AllOf([NEW, ACME, BIG, NEW])),
        ],
    )
    def test_pattern_is_read_from_left_to_right(self, pattern: str, criterion: Criterion) -> None:
        """There is no precedence: `1 or 2 and 3` is `(1 or 2) and 3` (CRIT-7)."""
        assert criterion_from_rows(Lead, ROWS, pattern) == criterion

    def test_rows_of_every_shape(self) -> None:
        """Nothing, one value, two, several."""
        tree = AllOf(
            [
                where(Lead, "company", "is_empty"),
                where(Lead, "employees", "between", 1, 2),
                where(Lead, "status", "in", []),
                where(Lead, "tags", "has_any", "a", "b"),
                where(Lead, "created_at", "last_days", 7),
            ]
        )

        assert criterion_to_rows(tree) == (
            (
                ("company", "is_empty", None),
                ("employees", "between", (1, 2)),
                ("status", "in", ()),
                ("tags", "has_any", ("a", "b")),
                ("created_at", "last_days", 7),
            ),
            "(1 and 2 and 3 and 4 and 5)",
        )
        assert criterion_to_rows(NEW) == ((("status", "is", "New"),), "1")
        assert criterion_from_rows(Lead, [["company", "is_empty"]], "1") == where(Lead, "company", "is_empty")

    @pytest.mark.parametrize(
        ("pattern", "where_", "what", "hint"),
        [
            ("1 and", "pattern, column 6", "here something is missing", "write the number of a row"),
            ("()", "pattern, column 2", "here something is missing", "write the number of a row"),
            ("(1 and 2", "pattern, column 1", "the bracket is never closed", "close it"),
            ("1) and 2", "pattern, column 2", "the bracket was never opened", "remove it, or open it"),
            ("1 2", "pattern, column 3", "here comes '2', and 'and' or 'or' was expected", "write 'and' or 'or'"),
            ("1 (2)", "pattern, column 3", "here comes '(', and 'and' or 'or' was expected", "write 'and' or 'or'"),
            ("and 1", "pattern, column 1", "here comes 'and', and the number of a row or a bracket was expected",
             "write the number of a row or a bracket"),
            ("1 xor 2", "pattern, column 3", "here comes 'xor', and 'and' or 'or' was expected", "write 'and' or 'or'"),
            ("1 & 2", "pattern, column 3", "here comes '&', and 'and' or 'or' was expected", "write 'and' or 'or'"),
            ("not 1", "pattern, column 1", "here comes 'not', and the number of a row or a bracket was expected",
             "a pattern has no 'not'; ask the opposite in the row"),
            ("1 and 4", "pattern, column 7", "there is no row 4", "rows are counted from 1 to 3"),
            ("0 and 1", "pattern, column 1", "there is no row 0", "rows are counted from 1 to 3"),
            ("9" * 100_000, "pattern, column 1", "there is no row 999999999", "rows are counted from 1 to 3"),
            ("(" * 10_000, "pattern, column 64", "brackets are more than 63 levels deep", "flatten it"),
            ("1 and 2", "", "row 3 is not in the pattern", "add it, or remove the row"),
            (7, "", "7 is no pattern", 'write it as text, such as "(1 and 2) or 3"'),
        ],
        ids=str,
    )  # fmt: skip
    def test_pattern_is_refused(self, pattern: Any, where_: str, what: str, hint: str) -> None:  # noqa: ANN401
        """The column, and what was expected there; no row is left out quietly."""
        assert problems(lambda: criterion_from_rows(Lead, ROWS, pattern)) == [(where_, what, hint)]

    def test_rows_are_refused(self) -> None:
        """What is wrong with each row, all together."""
        rows: list[Any] = [("statuss", "is", "x"), ROWS[0], ("status", "is"), "status", ("status", "is_empty", "x")]

        assert problems(lambda: criterion_from_rows(Lead, rows)) == [
            ("row 1", "a lead has no field 'statuss'", "did you mean 'status'?"),
            ("row 3", "'is' takes one value, and 0 operands came", "it asks whether the field is …"),
            ("row 4", "'status' is no row", "give field, operator and value"),
            ("row 5", "'is_empty' takes nothing, and 1 operand came", "it asks whether the field holds nothing"),
        ]

    @pytest.mark.parametrize("number", [0, 501])
    def test_number_of_rows(self, number: int) -> None:
        """At least one row, at most as many as a criterion has conditions (CRIT-9)."""
        assert problems(lambda: criterion_from_rows(Lead, ROWS[:1] * number)) == [
            ("", f"{number} rows came, and 1 to 500 can be joined", "give rows of field, operator and value")
        ]

    def test_negation_cannot_be_written(self) -> None:
        """A pattern has no word for it."""
        assert problems(lambda: criterion_to_rows(NEW & ~ACME)) == [
            ("", "'not (company is Acme)' says 'not', and a pattern has no word for it",
             "ask the opposite with another operator, such as is_not")
        ]  # fmt: skip


@pytest.mark.parametrize("read", [parse_criterion, criterion_from_plain, criterion_from_rows])
def test_every_form_asks_about_a_type_of_record(read: Callable[..., object]) -> None:
    """The type is an argument, and checked first."""
    assert problems(lambda: read("lead", {}))[0][1] == "'lead' is no type of record"


def test_forms_agree() -> None:
    """One question in all of its forms."""
    tree = where(Deal, "amount", "at_least", Money("100", "EUR")) & where(Deal, "closes_on", "next_days", 30)
    rows, pattern = criterion_to_rows(tree)

    assert str(tree) == "amount at_least 100 EUR and closes_on next_days 30"
    assert tree == parse_criterion(Deal, str(tree)) == criterion_from_plain(Deal, tree.to_plain())
    assert tree == criterion_from_rows(Deal, rows, pattern)
    assert criterion_to_rows(where(Contact, "tags", "has_all", "a"))[0] == (("tags", "has_all", ("a",)),)
