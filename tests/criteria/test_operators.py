"""The operators: every row, every kind that it fits, every situation, against plain answers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from leadmodel import Deal, DealContact, Lead, Money, Profile, StageChange
from leadmodel.criteria import OPERATORS, CustomField, FieldKind, Operator, Takes, where
from leadmodel.criteria.operators import fitting
from leadmodel.testing.strategies import NOW
from tests.criteria.naive import naive

#: For each kind a field that has it, what the field may hold (missing first), and what to compare with.
SITUATIONS: Final[dict[FieldKind, tuple[str, tuple[Any, ...], tuple[Any, ...]]]] = {
    FieldKind.TEXT: (
        "company",
        ("", "Acme", "ACME", "acme ltd", "new Acme", "Straße", "STRASSE", "ﬁne", "FINE", "Ölmühle",
         "o\u0308lmu\u0308hle"),
        ("acme", "Acme Ltd", "strasse", "straße", "fine", "ölmühle", "me"),
    ),
    FieldKind.IDENTITY: ("contact_id", ("", "c1", "C1", "c2"), ("c1", "C1")),
    FieldKind.NUMBER: ("employees", (None, 0, 9, 10, 11, 100), (0, 10, Decimal("10.0"), 10.0, Decimal("10.5"), 11)),
    FieldKind.MONEY: (
        "annual_revenue",
        (None, *(Money(a, c) for a in ("0", "99.99", "100", "100.0", "100.01") for c in ("EUR", "USD", "JPY"))),
        (Money("100", "EUR"), Money("100.00", "EUR"), Money("0", "EUR"), Money("101", "EUR")),
    ),
    FieldKind.DATE: (
        "birth_date",
        (None, *(NOW.date() + timedelta(days=d) for d in (-8, -7, -3, -2, -1, 0, 1, 4, 5, 7, 8))),
        (NOW.date(), date(2026, 6, 1), date(2026, 6, 8)),
    ),
    FieldKind.INSTANT: (
        "created_at",
        (None, *(NOW + timedelta(days=d, microseconds=m) for d in (-7, -3, -2, -1, 0, 1, 5, 7) for m in (-1, 0, 1)),
         *(datetime(2026, 6, d, tzinfo=UTC) + timedelta(microseconds=m) for d in (1, 3, 4, 8) for m in (-1, 0))),
        (NOW, NOW.astimezone(timezone(timedelta(hours=5))), NOW + timedelta(days=1)),
    ),
    FieldKind.CHOICE: ("status", (None, "New", "NEW", "Neu", "Straße"), ("new", "neu", "STRASSE")),
    FieldKind.BOOLEAN: ("custom.ok", ({}, {"ok": True}, {"ok": False}), (True, False)),
    FieldKind.COLLECTION: ("tags", ((), ("VIP",), ("vip", "Straße"), ("old",)), ("vip", "STRASSE", "new")),
    FieldKind.VALUE: ("custom", ({}, {"other": 0}), ()),
}  # fmt: skip
DID: Final = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
#: The first instant and the last.
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
FIELDS: Final = (CustomField("ok", FieldKind.BOOLEAN),)


def lead(path: str, value: Any) -> Lead:  # noqa: ANN401  (any value)
    """Make a lead that holds a value in a field."""
    return Lead(id="l1", last_name="Lovelace", **{path.partition(".")[0]: value})


def operands_for(row: Operator, pool: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Give what a row can be asked with: nothing, each value, each pair, lists of none, one, two and all."""
    match row.takes:
        case Takes.NOTHING:
            yield ()
        case Takes.ONE:
            yield from ((operand,) for operand in pool)
        case Takes.TWO:
            yield from ((low, high) for low in pool for high in pool)
        case Takes.DAYS:
            yield from ((days,) for days in (1, 2, 7))
        case Takes.MANY | Takes.SOME:
            yield from ((pool[:number],) for number in (0, 1, 2, len(pool)) if number or row.takes is Takes.MANY)


ORDERED: Final = "is_empty is is_not below at_most above at_least between"
CASES: Final = [(row, kind) for row in OPERATORS.values() for kind in FieldKind if kind in row.kinds]


class TestTruth:
    """What each operator says."""

    @pytest.mark.parametrize(("row", "kind"), CASES, ids=[f"{row.name}-{kind.name}" for row, kind in CASES])
    def test_operator_agrees_with_the_plain_answer(self, row: Operator, kind: FieldKind) -> None:
        """Missing, equal, less, more, another currency, another case, another Unicode spelling: every combination."""
        path, values, pool = SITUATIONS[kind]

        given, expected = [], []
        for operands in operands_for(row, pool):
            asked = where(Lead, path, row.name, *operands, fields=FIELDS)
            for value in values:
                given.append(
                    (operands, value, asked.holds(lead(path, value), NOW), (~asked).holds(lead(path, value), NOW))
                )
                truth = naive(asked, lead(path, value), NOW)
                expected.append((operands, value, truth, not truth))

        assert given == expected
        assert {truth for *_, truth, _ in given} == {True, False}

    @pytest.mark.parametrize(
        ("path", "value", "operator", "operands", "expected"),
        [
            ("company", "", "is_empty", (), True),
            ("company", "Acme", "is_empty", (), False),
            ("company", "", "is", ("Acme",), False),
            ("company", "", "is_not", ("Acme",), False),
            ("company", "Zuse", "is_not", ("Acme",), True),
            ("company", "STRASSE", "is", ("straße",), True),
            ("company", "ﬁne", "starts_with", ("FI",), True),
            ("company", "ﬁne", "ends_with", ("INE",), True),
            ("company", "The Acme Inc", "contains", ("ACME",), True),
            ("company", "The Acme Inc", "starts_with", ("acme",), False),
            ("company", "Acme", "in", ([],), False),
            ("company", "Acme", "in", (["x", "ACME"],), True),
            ("contact_id", "C1", "is", ("c1",), False),
            ("employees", 10, "between", (10, 20), True),
            ("employees", 20, "between", (10, 20), True),
            ("employees", 21, "between", (10, 20), False),
            ("employees", 15, "between", (20, 10), False),
            ("employees", 10, "below", (10,), False),
            ("employees", 10, "at_most", (10,), True),
            ("employees", 10, "above", (10,), False),
            ("employees", 10, "at_least", (10,), True),
            ("employees", 0, "is", (0,), True),
            ("employees", 0, "is_empty", (), False),
            ("annual_revenue", Money("1.5", "EUR"), "is", (Money("1.50", "EUR"),), True),
            ("annual_revenue", Money("5", "USD"), "is", (Money("5", "EUR"),), False),
            ("annual_revenue", Money("5", "USD"), "is_not", (Money("5", "EUR"),), False),
            ("annual_revenue", Money("5", "USD"), "above", (Money("1", "EUR"),), False),
            ("annual_revenue", Money("5", "USD"), "between", (Money("1", "EUR"), Money("9", "EUR")), False),
            ("status", "New", "in", (["new", "old"],), True),
            ("rating", "hot", "is", ("HOT",), True),
            ("tags", ["a", "b"], "has_any", (["B", "c"],), True),
            ("tags", ["a", "b"], "has_all", (["B", "c"],), False),
            ("tags", ["a", "b"], "has_all", (["B", "A"],), True),
            ("tags", ["a"], "has_any", ([],), False),
            ("tags", [], "is_empty", (), True),
        ],
    )  # fmt: skip
    def test_answer(
        self, path: str, value: object, operator: str, operands: tuple[object, ...], expected: bool
    ) -> None:
        """The rules in examples (CRIT-1, CRIT-3, CRIT-4)."""
        assert where(Lead, path, operator, *operands).holds(lead(path, value)) is expected


class TestMembers:
    """What the members of collections are known by."""

    @pytest.mark.parametrize(
        ("path", "held", "operand", "expected"),
        [
            ("emails", ["Ada@Acme.example"], "ada@acme.example", True),
            ("emails", ["ada@acme.example"], "acme.example@ada", False),
            ("phones", ["+49 (30) 12-34"], "+49301234", True),
            ("phones", ["+49 30 1234"], "0301234", False),
            ("profiles", [Profile("x", "Ada")], "x:ada", True),
            ("profiles", [Profile("x", "ada", uid="12")], "x:ada", True),
            ("profiles", [Profile("x", "ada", uid="12")], "x#12", True),
            ("profiles", [Profile("x", "ada", uid="12")], Profile("x", "ada", uid="99"), True),
            ("profiles", [Profile("x", "ada")], "https://x.com/ada", True),
            ("profiles", [Profile("flickr", "Ada")], "flickr:Ada", True),
            ("profiles", [Profile("bluesky", uid=DID)], DID, True),
            ("profiles", [Profile("mastodon", "@ada@social.example")], "x:ada", False),
            ("viewed_by", ["u1"], "U1", True),
        ],
    )  # fmt: skip
    def test_person_has_member(self, path: str, held: object, operand: object, expected: bool) -> None:
        """E-mail addresses by their fold, phone numbers by their digits, profiles by either of their keys."""
        assert where(Lead, path, "has_any", operand).holds(lead(path, held)) is expected

    def test_members_of_deals(self) -> None:
        """Those who take part by id, moves by the stage they led to, relations of an account by their word."""
        deal = Deal(
            id="d1", stage="Closed Won", contacts=[DealContact(contact_id="c1")],
            history=[StageChange(to="Qualification", at=NOW)],
        )  # fmt: skip

        assert where(Deal, "contacts", "has_all", "c1").holds(deal)
        assert not where(Deal, "contacts", "has_all", "C1").holds(deal)
        assert where(Deal, "history", "has_any", "qualification", "x").holds(deal)


class TestTime:
    """Questions about time."""

    def asked(self, operator: str, *operands: object, at: datetime, now: datetime, zone: Any = UTC) -> bool:  # noqa: ANN401
        """Ask about the instant at which a lead was created."""
        return where(Lead, "created_at", operator, *operands).holds(lead("created_at", at), now, zone=zone)

    @pytest.mark.parametrize(
        "zone", [UTC, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/Berlin")]
    )
    @pytest.mark.parametrize("operator", ["today", "this_week"])
    def test_days_and_weeks_are_those_of_the_zone(self, operator: str, zone: Any) -> None:  # noqa: ANN401
        """Every hour of two weeks in which clocks change, asked from several moments, against the calendar."""
        hours = [datetime(2026, 3, 24, tzinfo=UTC) + timedelta(hours=h) for h in range(24 * 14)]
        leads = [lead("created_at", hour) for hour in hours]
        question = where(Lead, "created_at", operator)

        for now in hours[100:250:29]:
            asked = question.compile(now, zone=zone)
            assert [asked(each) for each in leads] == [naive(question, each, now, zone=zone) for each in leads]

    def test_week_starts_on_monday(self) -> None:
        """Sunday belongs to the week before."""
        wednesday = datetime(2026, 6, 3, tzinfo=UTC)

        days = [
            d for d in range(1, 15) if self.asked("this_week", at=datetime(2026, 6, d, 12, tzinfo=UTC), now=wednesday)
        ]

        assert days == [1, 2, 3, 4, 5, 6, 7]

    def test_day_of_a_date_is_the_day_of_the_zone(self) -> None:
        """Late in the evening in UTC it is tomorrow in Berlin."""
        now, born = datetime(2026, 6, 3, 22, 30, tzinfo=UTC), lead("birth_date", date(2026, 6, 4))
        question = where(Lead, "birth_date", "today")

        assert (question.holds(born, now), question.holds(born, now, zone=ZoneInfo("Europe/Berlin"))) == (False, True)

    def test_last_days_and_older_than_days_part_the_past(self) -> None:
        """What is not older than seven days lies in the last seven days; what is to come, in neither."""
        instants = [NOW + timedelta(days=d, microseconds=m) for d in (-8, -7, -1, 0) for m in (-1, 0)]

        last = [self.asked("last_days", 7, at=at, now=NOW) for at in instants]
        older = [self.asked("older_than_days", 7, at=at, now=NOW) for at in instants]

        assert older == [not each for each in last] == [True, True, True, *[False] * 5]
        assert not self.asked("last_days", 7, at=NOW + timedelta(microseconds=1), now=NOW)

    def test_zone_of_now_does_not_matter(self) -> None:
        """The moment is what counts: one in Kathmandu is one in UTC."""
        kathmandu = NOW.astimezone(ZoneInfo("Asia/Kathmandu"))

        assert self.asked("today", at=NOW.replace(hour=0), now=kathmandu) is True

    @pytest.mark.parametrize(
        ("operator", "operands", "now", "expected"),
        [
            ("older_than_days", (40_000,), FIRST, False),
            ("last_days", (40_000,), FIRST, True),
            ("next_days", (40_000,), LAST, True),
            ("this_week", (), FIRST, True),
            ("this_week", (), LAST - timedelta(days=1), True),
        ],
    )
    def test_time_ends_with_the_calendar(
        self, operator: str, operands: tuple[int, ...], now: datetime, expected: bool
    ) -> None:
        """A span that leaves the years 1 to 9999 ends there."""
        assert self.asked(operator, *operands, at=now, now=now) is expected
        question = where(Lead, "birth_date", operator, *operands)
        assert question.holds(lead("birth_date", now.date()), now) is expected

    @pytest.mark.parametrize("hours", [-12, 12])
    def test_midnight_may_lie_beyond_the_calendar(self, hours: int) -> None:
        """In a zone far from UTC the first and the last day have no midnight in UTC."""
        zone = timezone(timedelta(hours=hours))
        now = LAST - timedelta(hours=13) if hours < 0 else FIRST + timedelta(hours=1)

        assert self.asked("today", at=now, now=now, zone=zone) is True


class TestTable:
    """The rows as a table."""

    def test_every_kind_can_be_empty(self) -> None:
        """Whatever a field is, one can ask whether something is there (CRIT-5)."""
        assert OPERATORS["is_empty"].kinds == frozenset(FieldKind)

    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            (FieldKind.TEXT, "is_empty is is_not in contains starts_with ends_with"),
            (FieldKind.IDENTITY, "is_empty is is_not in"),
            (FieldKind.NUMBER, ORDERED),
            (FieldKind.MONEY, ORDERED),
            (
                FieldKind.DATE,
                f"{ORDERED} today this_week last_days next_days older_than_days",
            ),
            (FieldKind.CHOICE, "is_empty is is_not in"),
            (FieldKind.BOOLEAN, "is_empty is"),
            (FieldKind.COLLECTION, "is_empty has_any has_all"),
            (FieldKind.VALUE, "is_empty"),
        ],
    )
    def test_operators_by_kind(self, kind: FieldKind, names: str) -> None:
        """Which operators fit which kind (CRIT-5)."""
        assert list(fitting(kind)) == names.split()

    def test_dates_and_instants_are_asked_alike(self) -> None:
        """What can be asked about a date can be asked about an instant."""
        assert fitting(FieldKind.INSTANT) == fitting(FieldKind.DATE)

    def test_only_is_empty_sees_what_is_missing(self) -> None:
        """No comparison is asked about a missing value (CRIT-1)."""
        assert [row.name for row in OPERATORS.values() if row.sees_missing] == ["is_empty"]
