"""What a column may be read as: every target of every record type, and each way in which a cell can be wrong."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.entities import (
    Account,
    Contact,
    Converted,
    Deal,
    DealContact,
    Lead,
    Rating,
    Record,
    Relation,
    SocialUpdate,
    facts_of,
)
from leadmodel.errors import InvalidValue, Problem
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.tables.rows import Column, RowReader
from leadmodel.formats.targets import FORMS, TARGETS, target_of
from leadmodel.networks import Profile
from leadmodel.values import Address, Consent, Money, PhoneNumber

BERLIN = ZoneInfo("Europe/Berlin")
START: dict[type[Record], dict[str, Any]] = {
    Lead: {"id": "1", "last_name": "Lovelace"},
    Contact: {"id": "1"},
    Account: {"id": "1", "name": "Acme"},
    Deal: {"id": "1", "stage": "Open"},
}


class Left(TypedDict, total=False):
    """What cells leave open."""

    currency: str
    zone: tzinfo
    pipeline: str


def outcome(
    record_type: type[Record], cells: Sequence[tuple[str, object]], **options: Unpack[Left]
) -> Record | list[Problem]:
    """Read one row of (target, cell), with columns called after their targets: the record, or what is wrong."""
    known = Options(**options)
    columns = [Column(f"<{target}>", target_of(record_type, target, known)) for target, _ in cells]
    problems: list[Problem] = []
    reader = RowReader(record_type, columns, known)
    record = reader.read([cell for _, cell in cells], "row", START[record_type], problems)
    assert (record is None) == bool(problems)
    return record or problems


def made(record_type: type[Record], **fields: object) -> Record:
    """Make the record that is expected."""
    return record_type(**{**START[record_type], **fields})


def check_refused(
    target: str, cell: object, what: str, hint: str, *, options: tuple[str, ...] = (), value: object = ...
) -> None:
    """Assert that a cell is refused with these words, at its place."""
    record_type = next(t for t in TARGETS if target in TARGETS[t] or target.partition(".")[0] + ".<name>" in TARGETS[t])
    value = cell if value is ... else value
    problem = Problem(what=what, hint=hint, where="row", field=f"<{target}>", value=value, options=options)
    assert outcome(record_type, [(target, cell)]) == [problem]


class TestTargets:
    """Targets follow from the fields of the records."""

    #: Fields that no cell can hold: the history of a deal, and the store's count.
    OUT_OF_REACH = frozenset({"history", "version"})

    @pytest.mark.parametrize("record_type", TARGETS)
    def test_every_field_that_a_cell_can_hold_is_in_reach(self, record_type: type[Record]) -> None:
        """A new field of a record is a target the day it is declared."""
        reached = {
            field
            for name in TARGETS[record_type]
            for field in target_of(record_type, name.replace("<name>", "x"), Options()).fields
        }

        assert reached == set(facts_of(record_type)) - self.OUT_OF_REACH

    def test_every_form_serves_some_record(self) -> None:
        """A row of the table that no record type uses would be dead."""
        used = {name.partition(".")[0] for names in TARGETS.values() for name in names}

        assert {form.name for form in FORMS} <= used

    @pytest.mark.parametrize(
        ("record_type", "name", "hint"),
        [
            (Contact, "emial", "did you mean 'emails'?"),
            (Contact, "phones.moblie", "did you mean 'phones.mobile'?"),
            (Contact, "address", "did you mean 'address.city'?"),
            (Contact, "custom.", "did you mean 'custom.<name>'?"),
            (Lead, "version", "did you mean 'conversion'?"),
            (Account, "last_name", "did you mean 'name'?"),
            (Deal, "tags.x", "did you mean 'tags'?"),
        ],
    )
    def test_target_that_there_is_not(self, record_type: type[Record], name: str, hint: str) -> None:
        """A wrong name is refused with the nearest right one."""
        with pytest.raises(InvalidValue) as caught:
            target_of(record_type, name, Options())

        (problem,) = caught.value.problems
        assert problem.what == f"{name!r} is no target for {record_type.__name__.lower()} records"
        assert problem.options == TARGETS[record_type]
        assert problem.hint == hint

    def test_target_that_is_no_name(self) -> None:
        """A target is a name."""
        with pytest.raises(InvalidValue) as caught:
            target_of(Contact, 3, Options())  # type: ignore[arg-type]  # that is the point

        (problem,) = caught.value.problems
        assert (problem.what, problem.hint) == (
            "3 is no target for contact records",
            "name a target, or None to ignore the column",
        )

    def test_records_that_tables_do_not_hold(self) -> None:
        """A social update is no row of a table of people."""
        with pytest.raises(InvalidValue, match="is no type of record that tables hold; known: 'Lead', 'Contact'"):
            target_of(SocialUpdate, "id", Options())  # type: ignore[arg-type]  # that is the point

    def test_unknown_currency_of_the_options(self) -> None:
        """The caller's own currency is looked at first."""
        with pytest.raises(InvalidValue, match="'EURO' is no ISO 4217 code; did you mean 'EUR'"):
            Options(currency="EURO")
        with pytest.raises(InvalidValue, match="3 is no ISO 4217 code; write three capitals"):
            Options(currency=3)  # type: ignore[arg-type]  # that is the point


class TestCells:
    """Cells that are read."""

    @pytest.mark.parametrize(
        ("cells", "fields"),
        [
            ([("first_name", "  Ada ")], {"first_name": "Ada"}),
            ([("description", "two\nlines")], {"description": "two\nlines"}),
            ([("title", 12)], {"title": "12"}),
            ([("title", " "), ("emails", None), ("custom.x", "")], {}),
            ([("employees", "9000")], {"employees": 9000}),
            ([("employees", "6.0")], {"employees": 6}),
            ([("employees", "9E3")], {"employees": 9000}),
            ([("employees", 12)], {"employees": 12}),
            ([("employees", Decimal("12.0"))], {"employees": 12}),
            ([("score", "-3")], {"score": -3}),
            ([("rating", "HOT")], {"rating": Rating.HOT}),
            ([("status", "Working - Contacted")], {"status": "Working - Contacted"}),
            ([("birth_date", "1815-12-10")], {"birth_date": date(1815, 12, 10)}),
            ([("birth_date", "1815-12-10T00:00:00.000Z")], {"birth_date": date(1815, 12, 10)}),
            ([("tags", "vip; press, friend,,vip")], {"tags": {"vip", "press", "friend"}}),
            ([("tags", ["vip", "a, b"])], {"tags": {"vip", "a, b"}}),
            ([("viewed_by", "u1,u2")], {"viewed_by": {"u1", "u2"}}),
            (
                [("address.city", "London"), ("address.country", "UK")],
                {"address": Address(city="London", country="UK")},
            ),
            ([("preferences.tea", "green")], {"preferences": {"tea": "green"}}),
            (
                [("custom.shoe size", "42"), ("custom.a.b", Decimal("1.5"))],
                {"custom": {"shoe size": "42", "a.b": Decimal("1.5")}},
            ),
            ([("custom.place", {"lat": [1, 2]})], {"custom": {"place": {"lat": (1, 2)}}}),
            ([("contact_id", "c7")], {"contact_id": "c7"}),
        ],
    )
    def test_cells_of_a_lead(self, cells: list[tuple[str, object]], fields: dict[str, object]) -> None:
        """Each kind of field is read as what it holds, and a blank cell is missing."""
        assert outcome(Lead, cells) == made(Lead, **fields)

    @pytest.mark.parametrize(
        ("cell", "moment"),
        [
            ("2024-07-01T11:54:49.95+00:00", datetime(2024, 7, 1, 11, 54, 49, 950_000, UTC)),
            ("2024-08-13T18:04:34.000+0200", datetime(2024, 8, 13, 16, 4, 34, tzinfo=UTC)),
            ("2024-07-01T11:54:49Z", datetime(2024, 7, 1, 11, 54, 49, tzinfo=UTC)),
        ],
    )
    def test_instant_with_an_offset(self, cell: str, moment: datetime) -> None:
        """An offset is taken as it is written, whatever zone the options name."""
        assert outcome(Contact, [("created_at", cell)], zone=BERLIN) == made(Contact, created_at=moment)

    @pytest.mark.parametrize(
        ("cell", "moment"),
        [
            ("2024-07-01 09:00", datetime(2024, 7, 1, 7, tzinfo=UTC)),
            ("2024-01-01", datetime(2023, 12, 31, 23, tzinfo=UTC)),
        ],
    )
    def test_instant_without_an_offset_is_in_the_zone(self, cell: str, moment: datetime) -> None:
        """The caller's zone, with its summer time, decides."""
        assert outcome(Contact, [("created_at", cell)], zone=BERLIN) == made(Contact, created_at=moment)

    @given(
        st.datetimes(
            timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3))]),
            min_value=datetime(2, 1, 1),  # noqa: DTZ001  (bounds are naive)
            max_value=datetime(9998, 1, 1),  # noqa: DTZ001  (as above)
        )
    )
    def test_instants_come_back(self, moment: datetime) -> None:
        """What ISO 8601 writes is read back as the same instant."""
        assert outcome(Contact, [("created_at", moment.isoformat())]) == made(Contact, created_at=moment)

    @given(st.integers(-(10**15), 10**15))
    def test_whole_numbers_come_back(self, number: int) -> None:
        """Every whole number is read exactly, in plain, decimal and scientific notation."""
        for cell in (str(number), f"{number}.00", f"{Decimal(number):E}", number):
            assert outcome(Lead, [("score", cell)]) == made(Lead, score=number)

    def test_e_mails_of_several_columns_keep_their_order(self) -> None:
        """The first e-mail address is the main one; a cell may hold several, and one given twice is one."""
        cells = [
            ("emails.work", '"Wong, Amy" <amy@wong.example>; a@b.example'),
            ("emails.home", "A@B.example"),
            ("emails", "z@z.example,c@d.example"),
        ]

        record = outcome(Contact, cells)

        assert record == made(Contact, emails=["amy@wong.example", "a@b.example", "z@z.example", "c@d.example"])
        assert isinstance(record, Contact)
        assert list(map(str, record.emails)) == ["amy@wong.example", "a@b.example", "z@z.example", "c@d.example"]

    def test_phones_have_the_kind_of_their_column(self) -> None:
        """Commas belong to a number, semicolons and line breaks stand between numbers."""
        cells = [("phones.mobile", "555-1, 2; 555-3\n555-4"), ("phones.fax", "555-5"), ("phones", 5556)]

        assert outcome(Contact, cells) == made(
            Contact,
            phones=[
                PhoneNumber("555-1, 2", "mobile"),
                PhoneNumber("555-3", "mobile"),
                PhoneNumber("555-4", "mobile"),
                PhoneNumber("555-5", "fax"),
                PhoneNumber("5556", "main"),
            ],
        )

    def test_profiles(self) -> None:
        """A handle or an address, in the network of its column or one that it names itself."""
        cells = [
            ("profiles.x", "@Ada"),
            ("profiles.linkedin", "https://www.linkedin.com/in/ada"),
            ("profiles", "https://hachyderm.io/@ada; github:ada"),
        ]

        assert outcome(Contact, cells) == made(
            Contact,
            profiles=[
                Profile("x", "ada"),
                Profile("linkedin", "ada"),
                Profile("mastodon", "ada@hachyderm.io"),
                Profile("github", "ada"),
            ],
        )

    @pytest.mark.parametrize(
        ("cells", "profiles"),
        [
            ([("profile_uids.x", "12"), ("profiles.x", "ada")], [Profile("x", "ada", uid="12")]),
            ([("profiles.twitter", "ada"), ("profile_uids.x", 12)], [Profile("x", "ada", uid="12")]),
            (
                [("profiles.x", "ada"), ("profile_uids.github", "12")],
                [Profile("x", "ada"), Profile("github", uid="12")],
            ),
            (
                [("profiles.x", "ada, bob"), ("profile_uids.x", "12")],
                [Profile("x", "ada"), Profile("x", "bob"), Profile("x", uid="12")],
            ),
            ([("profile_uids.x", "12")], [Profile("x", uid="12")]),
            ([("profiles.x", "ada,Ada")], [Profile("x", "ada")]),
        ],
    )
    def test_stable_id_joins_the_one_profile_of_its_network(
        self, cells: list[tuple[str, object]], profiles: list[Profile]
    ) -> None:
        """A stable id belongs to the handle beside it; where several could be meant, nothing is guessed."""
        assert outcome(Contact, cells) == made(Contact, profiles=profiles)

    @pytest.mark.parametrize(
        ("cells", "options", "amount"),
        [
            ([("amount", "3.5E8"), ("currency", "usd")], {}, Money("350000000", "USD")),
            ([("currency", "EUR"), ("amount", "350000000.50")], {"currency": "USD"}, Money("350000000.50", "EUR")),
            ([("amount", Decimal("0.1")), ("currency", "")], {"currency": "USD"}, Money("0.1", "USD")),
            ([("amount", 125000)], {"currency": "USD"}, Money(125000, "USD")),
            ([("amount", "-.5")], {"currency": "USD"}, Money("-0.5", "USD")),
            ([("amount", ""), ("currency", "EUR")], {}, None),
        ],
    )
    def test_amounts(self, cells: list[tuple[str, object]], options: Left, amount: Money | None) -> None:
        """An amount is exact, and its currency is the row's own or the caller's."""
        record = outcome(Deal, cells, **options)

        assert record == made(Deal, amount=amount)
        assert isinstance(record, Deal)
        assert "E" not in str(record.amount.amount if record.amount else "")

    def test_currency_is_also_that_of_the_revenue(self) -> None:
        """A lead and an account have one amount, and it takes the currency column."""
        cells = [("annual_revenue", "5"), ("currency", "CHF")]

        assert outcome(Lead, cells) == made(Lead, annual_revenue=Money(5, "CHF"))
        assert outcome(Account, cells) == made(Account, annual_revenue=Money(5, "CHF"))

    @pytest.mark.parametrize(
        ("cells", "conversion"),
        [
            ([("conversion", "false")], None),
            ([("conversion", False)], None),
            ([("conversion", "Yes")], Converted()),
            ([("conversion", True), ("conversion.contact_id", "c1")], Converted(contact_id="c1")),
            (
                [("conversion.account_id", "a1"), ("conversion.deal_id", "d1"), ("conversion.at", "2024-01-01T00:00Z")],
                Converted(account_id="a1", deal_id="d1", at=datetime(2024, 1, 1, tzinfo=UTC)),
            ),
        ],
    )
    def test_conversion(self, cells: list[tuple[str, object]], conversion: Converted | None) -> None:
        """A lead is converted when a flag says so, or when it knows what became of it."""
        assert outcome(Lead, cells) == made(Lead, conversion=conversion)

    @pytest.mark.parametrize(
        ("cells", "state"),
        [
            ([("consent.email", "Granted")], Consent.GRANTED),
            ([("consent.email", "unknown")], Consent.UNKNOWN),
            ([("consent.email", "no")], Consent.DENIED),
            ([("consent.email", "yes")], Consent.GRANTED),
            ([("consent.email", True)], Consent.GRANTED),
            ([("consent.email", False)], Consent.DENIED),
            ([("opt_out.email", "true")], Consent.DENIED),
            ([("opt_out.email", "false")], Consent.UNKNOWN),
            ([("consent.email", "granted"), ("opt_out.email", "1")], Consent.DENIED),
            ([("opt_out.email", "0"), ("consent.email", "granted")], Consent.GRANTED),
        ],
    )
    def test_consent(self, cells: list[tuple[str, object]], state: Consent) -> None:
        """Nobody who did not opt out has agreed by that; of two columns, the more careful one counts (CONV-6)."""
        assert outcome(Contact, cells) == made(Contact, consent={"email": state})

    def test_relations_and_other_contacts(self) -> None:
        """Lists of choices and of references."""
        assert outcome(Account, [("relations", "Partner; CUSTOMER")]) == made(
            Account, relations=[Relation.PARTNER, Relation.CUSTOMER]
        )
        assert outcome(Deal, [("contacts.decision maker", "c1"), ("contacts", "c2,c3")]) == made(
            Deal,
            contacts=[
                DealContact(contact_id="c1", role="decision maker"),
                DealContact(contact_id="c2"),
                DealContact(contact_id="c3"),
            ],
        )

    def test_pipeline_of_the_options(self) -> None:
        """The caller's pipeline stands where the row names none."""
        assert outcome(Deal, [("name", "x")], pipeline="zoho") == made(Deal, name="x", pipeline="zoho")
        assert outcome(Deal, [("pipeline", "own")], pipeline="zoho") == made(Deal, pipeline="own")
        assert outcome(Lead, [("title", "x")], pipeline="zoho") == made(Lead, title="x")


class TestRefusing:
    """Cells that are refused: what, the remedy, the value, the column."""

    def test_texts(self) -> None:
        """What is no text is not turned into one."""
        check_refused("company", True, "True is no text", "write it as text")
        check_refused("company", {"a": 1}, "{'a': 1} is no text", "write it as text")
        check_refused("tags", ["a", None], "None is no text", "write it as text", value=None)

    @pytest.mark.parametrize("cell", ["1,000", "1'000", "1_000", "1 000"])
    def test_separators_of_thousands(self, cell: str) -> None:
        """A comma may be a point: nothing is guessed."""
        what = f"{cell!r} is no plain number: its separators could mean two things"
        check_refused("employees", cell, what, "write digits and a decimal point, such as 350000000.50")
        check_refused("amount", cell, what, "write digits and a decimal point, such as 350000000.50")

    @pytest.mark.parametrize("cell", ["$500M", "NaN", "Infinity", "1e", "٣"])
    def test_what_is_no_number(self, cell: str) -> None:
        """Currency signs, words and the digits of other scripts are no plain number."""
        check_refused(
            "amount", cell, f"{cell!r} is no plain number", "write digits and a decimal point, such as 350000000.50"
        )

    def test_whole_numbers(self) -> None:
        """A fraction is not cut off, and a huge number is not written out."""
        check_refused("employees", "6.5", "'6.5' is no whole number", "round it first")
        check_refused("employees", Decimal("1E999999"), "Decimal('1E+999999') is too large", "correct it")
        check_refused("employees", "-1", "-1 is not between 0 and 9223372036854775807", "correct it", value=-1)

    def test_instants(self) -> None:
        """A time without a zone has no place on the time line; other forms are not guessed at."""
        hint = 'write an offset, or pass the zone, such as zone=ZoneInfo("Europe/Berlin")'
        check_refused("created_at", "2024-07-01T09:00", "'2024-07-01T09:00' has no time zone", hint)
        check_refused(
            "created_at", "1.7.2024", "'1.7.2024' is no instant of ISO 8601", "write it like 2026-03-01T09:30:00Z"
        )
        check_refused(
            "created_at",
            "0001-01-01T00:00+14:00",
            "'0001-01-01T00:00+14:00' lies outside the years 1 to 9999",
            "correct it",
        )
        check_refused(
            "created_at", 1720000000, "1720000000 is no instant of ISO 8601", "write it like 2026-03-01T09:30:00Z"
        )
        check_refused("created_at", True, "True is no instant of ISO 8601", "write it like 2026-03-01T09:30:00Z")

    def test_dates(self) -> None:
        """A date is no instant, and 10/22/2019 could be read in two ways; a birth date is masked."""
        check_refused("closes_on", "10/22/2019", "'10/22/2019' is no date of ISO 8601", "write it like 2026-03-01")
        what = "'2019-10-22T10:00' is an instant, and a date is wanted"
        check_refused("closes_on", "2019-10-22T10:00", what, "leave out the time of day")
        check_refused("birth_date", "10.12.1815", "'1…' is no date of ISO 8601", "write it like 2026-03-01")

    def test_choices(self) -> None:
        """A choice that there is not is refused with the nearest."""
        check_refused("rating", "Wram", "'Wram' is none of the choices", "did you mean 'warm'?", options=tuple(Rating))
        hint = "did you mean 'customer'?"
        check_refused(
            "relations",
            "custmer; partner",
            "'custmer' is none of the choices",
            hint,
            value="custmer",
            options=tuple(Relation),
        )

    def test_yes_or_no(self) -> None:
        """A flag is a yes or a no."""
        hint, options = "write true or false", ("true", "false")
        check_refused("conversion", "maybe", "'maybe' is neither yes nor no", hint, options=options)
        check_refused("opt_out.email", "maybe", "'maybe' is neither yes nor no", hint, options=options)
        what = "'maybe' says nothing about consent"
        check_refused("consent.email", "maybe", what, "write granted, denied or unknown", options=tuple(Consent))

    def test_personal_values_are_masked(self) -> None:
        """A message about a person's cell shows what it looks like, and carries the value beside it."""
        problems = outcome(
            Contact, [("emails", "a@b.example; nobody"), ("phones.home", "none"), ("profiles.x", "ada lovelace")]
        )

        assert isinstance(problems, list)
        assert [(problem.what, problem.field, problem.value) for problem in problems] == [
            ("'n…' is no e-mail address", "<emails>", "nobody"),
            ("'n…' holds no digit", "<phones.home>", "none"),
            ("'a…' is no handle", "<profiles.x>", "ada lovelace"),
        ]

    def test_amount_without_a_currency(self) -> None:
        """A bare number is no money."""
        what, hint = "the amount has no currency", 'map a column to "currency", or pass currency="EUR"'
        check_refused("amount", "5.0", what, hint, value="5.0")

    def test_amount_that_no_money_can_be(self) -> None:
        """The limits of money hold, the column of the amount or of the currency is named."""
        (problem,) = outcome(Deal, [("amount", "1E999"), ("currency", "EUR")])  # type: ignore[misc]  # a list of one
        assert (problem.field, problem.what) == (
            "<amount>",
            "'1E+999' has more than 14 digits before the point or 4 after it",
        )

        (problem,) = outcome(Deal, [("amount", "1"), ("currency", "EURO")])  # type: ignore[misc]  # a list of one
        assert (problem.field, problem.what, problem.hint) == (
            "<currency>",
            "'EURO' is no ISO 4217 code",
            "did you mean 'EUR'?",
        )

    def test_lead_that_is_not_converted_and_knows_what_became_of_it(self) -> None:
        """Two columns that contradict each other are a problem."""
        problems = outcome(Lead, [("conversion", "no"), ("conversion.contact_id", "c1")])

        what = "the lead is not converted, and has contact_id"
        hint = "empty those columns, or mark the lead as converted"
        assert problems == [Problem(what=what, hint=hint, where="row", field="<conversion>", value=False)]

    def test_everything_wrong_with_a_row_is_said(self) -> None:
        """Cells, groups of cells and the record as a whole; a refused cell is not missing as well."""
        cells = [
            ("id", " \u200b"),
            ("stage", True),
            ("amount", "x"),
            ("currency", "EUR"),
            ("priority", "9"),
            ("probability", "a"),
        ]

        problems = outcome(Deal, cells)

        assert isinstance(problems, list)
        assert [(problem.field, problem.what) for problem in problems] == [
            ("<stage>", "True is no text"),
            ("<probability>", "'a' is no plain number"),
            ("<amount>", "'x' is no plain number"),
            ("<id>", "the id holds U+200B (ZERO WIDTH SPACE), which cannot be seen"),
            ("<priority>", "9 is not between 1 and 5"),
        ]

    def test_problem_of_a_record_names_the_column_where_one_is_meant(self) -> None:
        """Of several columns in one field, the one with the value; if no column is about it, the field."""
        long = "x" * 100_001
        problems = outcome(Lead, [("custom.a", "1"), ("custom.b", long), ("last_name", ""), ("company", "")])
        assert isinstance(problems, list)
        assert [problem.field for problem in problems] == ["<custom.b>"]

        reader = RowReader(Lead, [Column("Firma", target_of(Lead, "company", Options()))], Options())
        problems = []
        assert reader.read([""], "row", {"id": "1"}, problems) is None
        assert [(problem.field, problem.rule) for problem in problems] == [("last_name", "LEAD-1")]
