"""Zoho CRM: what its API answers becomes records, with the traps of its versions, and what is none is refused."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import needs_shared_data, shared_data

from leadmodel.entities import Account, Contact, Converted, Deal, Lead, Record
from leadmodel.errors import InvalidInput, InvalidValue, Problem
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.targets import target_of
from leadmodel.formats.zoho import FIELDS, FORMERLY, MODULES, TELLING, looks_like, read_payloads, read_records
from leadmodel.networks import Profile
from leadmodel.processes import pipelines
from leadmodel.values import Address, Consent, Money, PhoneNumber


def page(*records: dict[str, Any], **info: object) -> str:
    """Write a page of the API, as it stands in a file."""
    return json.dumps({"data": records, "info": info}, indent=1)


def problems_of(text: str | bytes, **options: object) -> tuple[Problem, ...]:
    """Give the problems with which a source called leads.json is refused."""
    with pytest.raises(InvalidInput) as caught:
        read_records(text, name="leads.json", **options)
    assert caught.value.subject == "leads.json"
    return caught.value.problems


class TestModules:
    """What stands in a record of each module is what stands in ours."""

    def test_lead_that_was_converted(self) -> None:
        """Lookups are ids, tags are names, opt-out is no consent; what the system keeps for itself is left out."""
        lead = {
            "id": "4970762000000335415",
            "Owner": {"name": "Jean", "id": "4970762000000326001", "email": "jean@science.example"},
            "Full_Name": "Ms. Ada Lovelace",
            "Salutation": "Ms.",
            "First_Name": "Ada",
            "Last_Name": "Lovelace",
            "Company": "Science",
            "Designation": "Countess",
            "Email": "ada@science.example",
            "Secondary_Email": "countess@science.example",
            "Phone": "555-1",
            "Mobile": "555-2",
            "Twitter": "@Ada",
            "Lead_Status": "Pre-Qualified",
            "Rating": "-None-",
            "Annual_Revenue": 850000,
            "Currency": "EUR",
            "No_of_Employees": 12,
            "Email_Opt_Out": True,
            "City": "London",
            "Zip_Code": "N1",
            "Tag": [{"name": "vip", "id": "1", "color_code": None}, {"name": "press", "id": "2"}],
            "Created_Time": "2026-03-01T09:30:00+05:30",
            "Languages": ["English", "French"],
            "$converted": True,
            "$converted_detail": {
                "contact": "4970762000000335500",
                "account": None,
                "convert_date": "2026-03-02T00:00:00+00:00",
                "converted_by": "4970762000000326001",
            },
            "$approval": {"approve": False},
            "$currency_symbol": "€",
        }

        reading = read_records(page(lead))

        assert reading.records == (
            Lead(
                id="4970762000000335415",
                owner_id="4970762000000326001",
                salutation="Ms.",
                first_name="Ada",
                last_name="Lovelace",
                company="Science",
                title="Countess",
                emails=["ada@science.example", "countess@science.example"],
                phones=[PhoneNumber("555-1"), PhoneNumber("555-2", "mobile")],
                profiles=[Profile("x", "ada")],
                status="Pre-Qualified",
                annual_revenue=Money(850000, "EUR"),
                employees=12,
                consent={"email": Consent.DENIED},
                address=Address(city="London", postal_code="N1"),
                tags=["vip", "press"],
                created_at=datetime(2026, 3, 1, 4, tzinfo=UTC),
                conversion=Converted(contact_id="4970762000000335500", at=datetime(2026, 3, 2, tzinfo=UTC)),
                custom={"Languages": ["English", "French"]},
            ),
        )
        assert reading.unplaced == ("Leads.Languages",)
        assert reading.columns["Leads.$approval"] is None

    def test_contact_account_and_deal(self) -> None:
        """One list may hold several modules; each record tells its own by its fields."""
        records = [
            {
                "id": 5, "Last_Name": "Lovelace", "Account_Name": {"name": "Science", "id": 7},
                "Reporting_To": {"id": "6"}, "Date_of_Birth": "1815-12-10", "Mailing_City": "London",
            },
            {"id": "7", "Account_Name": "Science", "Parent_Account": {"name": "Royal", "id": "8"}, "Employees": 3},
            {
                "id": "9", "Deal_Name": "Engine", "Stage": "Closed Won", "Pipeline": {"name": "Standard", "id": "1"},
                "Amount": 1500.5, "Currency": "GBP", "Closing_Date": "2026-05-01", "Probability": 100,
                "Contact_Name": {"name": "Ada", "id": "5"}, "Account_Name": {"name": "Science", "id": "7"},
                "Reason_For_Loss__s": None, "Subform": [{"id": "1", "Part": "Wheel"}], "Exchange_Rate": 1.25,
            },
        ]  # fmt: skip

        reading = read_records(json.dumps(records))

        assert reading.records == (
            Contact(
                id="5", last_name="Lovelace", account_id="7", reports_to_id="6", birth_date=date(1815, 12, 10),
                address=Address(city="London"),
            ),
            Account(id="7", name="Science", parent_id="8", employees=3),
            Deal(
                id="9", name="Engine", stage="Closed Won", pipeline="Standard", amount=Money("1500.5", "GBP"),
                closes_on=date(2026, 5, 1), probability=100, contact_id="5", account_id="7",
                custom={"Subform": [{"id": "1", "Part": "Wheel"}], "Exchange_Rate": Decimal("1.25")},
            ),
        )  # fmt: skip

    def test_conversion_as_version_8_writes_it(self) -> None:
        """The facts of a conversion are fields of their own there, and lookups."""
        lead = {
            "id": "1", "Last_Name": "Lovelace", "Converted__s": True, "Converted_Contact": {"name": "Ada", "id": "5"},
            "Converted_Deal": None, "Converted_Date_Time": "2026-03-02T00:00:00Z", "$converted": True,
        }  # fmt: skip

        (record,) = read_records(page(lead)).of(Lead)

        assert record.conversion == Converted(contact_id="5", at=datetime(2026, 3, 2, tzinfo=UTC))

    def test_lead_that_was_not_converted(self) -> None:
        """An empty detail and a no are no conversion."""
        (record,) = read_records(page({"id": "1", "Last_Name": "A", "$converted": False, "$converted_detail": {}}))

        assert record == Lead(id="1", last_name="A")

    def test_full_name_stands_in_for_a_last_name(self) -> None:
        """Whoever asked for the full name alone still gets people with names."""
        lead, other = read_records(
            page(
                {"id": "1", "Full_Name": "Ada L.", "Company": "Science"}, {"id": "2", "Full_Name": None, "Company": "B"}
            )
        )

        assert (lead, other) == (Lead(id="1", last_name="Ada L.", company="Science"), Lead(id="2", company="B"))

    @pytest.mark.parametrize(
        ("first", "full", "names"),
        [
            ("Ada", "Ada Lovelace", ("Ada", "Lovelace")),
            ("Ada", "Ada", ("", "Ada")),
            ("Ada", "The Countess", ("Ada", "The Countess")),
            ("Ada", "Adam", ("Ada", "Adam")),
            (None, "Ada", ("", "Ada")),
        ],
    )
    def test_nobody_has_a_first_name_twice(self, first: str | None, full: str, names: tuple[str, str]) -> None:
        """What is written whole begins with the first name."""
        (lead,) = read_records(page({"id": "1", "First_Name": first, "Full_Name": full, "Company": "Science"}))

        assert isinstance(lead, Lead)
        assert (lead.first_name, lead.last_name) == names

    def test_ids_beyond_exact_floats_keep_every_digit(self) -> None:
        """2^53 is less than the ids of Zoho."""
        text, number = read_records(
            '[{"id": "4970762000000348005", "Last_Name": "A"}, {"id": 4970762000000348007, "Last_Name": "B"}]'
        )

        assert (text.id, number.id) == ("4970762000000348005", "4970762000000348007")

    def test_picklists_give_what_is_stored(self) -> None:
        """A value may come with the text that is shown; several values of one field are one text."""
        deal = {
            "id": "1", "Deal_Name": "Engine", "Lead_Source": ["Fair", "Friend", 3],
            "Stage": {"display_value": "Identify Decision Makers", "actual_value": "Id. Decision Makers"},
        }  # fmt: skip

        (record,) = read_records(page(deal))

        assert record == Deal(id="1", name="Engine", stage="Id. Decision Makers", source="Fair; Friend; 3")

    def test_field_called_as_a_network_is_a_profile(self) -> None:
        """An organisation's own fields are kept; one of them may say who somebody is elsewhere."""
        contact = {"id": "1", "Last_Name": "L", "LinkedIn": "https://linkedin.com/in/ada", "Shoe_Size": "38"}

        (record,) = read_records(page(contact))

        assert record == Contact(
            id="1", last_name="L", profiles=[Profile("linkedin", "ada")], custom={"Shoe_Size": "38"}
        )

    def test_second_name_of_a_field_is_kept(self) -> None:
        """Of two names for one thing, the first counts, and nothing is lost."""
        (record,) = read_records('{"id": "1", "Last_Name": "Lovelace", "LAST_NAME": "Byron"}')

        assert record == Contact(id="1", last_name="Lovelace", custom={"LAST_NAME": "Byron"})

    def test_columns_are_the_callers_word(self) -> None:
        """With the module before it or without; None leaves a field out."""
        contact = {"id": "1", "Last_Name": "L", "Handle__c": "ada", "Nick": "A", "Note__c": "x"}

        (record,) = read_records(
            page(contact), columns={"Contacts.Handle__c": "profiles.x", "Nick": "first_name", "Note__c": None}
        )

        assert record == Contact(id="1", last_name="L", first_name="A", profiles=[Profile("x", "ada")])


class TestStages:
    """Deals may hold labels; the pipelines know the keys."""

    DEAL: Final = {"id": "1", "Deal_Name": "Engine", "Stage": "Identify Decision Makers"}

    @pytest.mark.parametrize(
        ("held", "meant"),
        [
            ({"Stage": "Identify Decision Makers"}, ("", "Id. Decision Makers")),
            ({"Stage": "Id. Decision Makers", "Pipeline": "zoho"}, ("zoho", "Id. Decision Makers")),
            ({"Pipeline": "ZOHO crm"}, ("zoho", "Id. Decision Makers")),
            ({"Pipeline": "Standard (Standard)"}, ("zoho", "Id. Decision Makers")),
            ({"Stage": "Closed Won (Zoho CRM)"}, ("", "Closed Won")),
            ({"Stage": "Dreaming", "Pipeline": "Other"}, ("Other", "Dreaming")),
            ({"Stage": "Dreaming"}, ("", "Dreaming")),
        ],
    )
    def test_labels_become_keys(self, held: dict[str, str], meant: tuple[str, str]) -> None:
        """A label is taken for its key to the letter; what no pipeline knows stays as it is."""
        (deal,) = read_records(page({**self.DEAL, **held}), stages=pipelines.ZOHO).of(Deal)

        assert (deal.pipeline, deal.stage) == meant

    def test_pipeline_that_is_assumed_is_told(self) -> None:
        """Only one pipeline is known, and it has the stage: that is said, not hidden."""
        deals = [{**self.DEAL, "Pipeline": "Standard"}, {**self.DEAL, "id": "2", "Pipeline": "zoho"}]

        reading = read_records(page(*deals), stages=[pipelines.ZOHO])

        assert reading.skipped == ("'Standard' as the pipeline of 1 deal: 'zoho' has their stages",)

    def test_nothing_is_assumed_among_several(self) -> None:
        """Two pipelines may have stages of one name; other records are left alone."""
        records = [{**self.DEAL, "Stage": "Closed Won", "Pipeline": "Standard"}, {"id": "2", "Last_Name": "A"}]

        deal, contact = read_records(json.dumps(records), stages=[pipelines.ZOHO, pipelines.SALESFORCE])

        assert (deal, contact) == (
            Deal(id="1", name="Engine", stage="Closed Won", pipeline="Standard"), Contact(id="2", last_name="A")
        )  # fmt: skip


class TestSources:
    """One page or many, a list, a record, lines: all are documents of the API."""

    @pytest.mark.parametrize(
        "text",
        [
            '{"data": [{"id": "1", "Last_Name": "A"}], "info": {"more_records": false}}',
            '{"data": {"id": "1", "Last_Name": "A"}}',
            '[{"id": "1", "Last_Name": "A"}]',
            '{"id": "1", "Last_Name": "A", "data": "of the organisation"}',
            '\n\n{"id": "1",\n "Last_Name": "A"}\n',
        ],
    )
    def test_documents(self, text: str) -> None:
        """Whatever the records stand in, they are the same."""
        reading = read_records(text)

        assert [(type(record), record.id) for record in reading] == [(Contact, "1")]

    def test_lines(self) -> None:
        """Each line is a document; a blank one is none, and problems say the line."""
        lines = '{"data": [{"id": "1", "Last_Name": "A"}]}\n\n{"id": "2", "Last_Name": "B"}\n'

        assert [record.id for record in read_records(lines)] == ["1", "2"]
        assert [p.where for p in problems_of(lines + '{"id": ]')] == ["leads.json line 4, column 8"]

    @pytest.mark.parametrize(("more", "told"), [(True, 1), (False, 0)])
    def test_pages_that_follow_are_told(self, more: bool, told: int) -> None:
        """Whoever kept only the first page is told that there were others."""
        reading = read_records(page({"id": "1", "Last_Name": "A"}, more_records=more))

        assert reading.skipped == ("the pages that follow: 1 record came with more_records",)[:told]

    def test_empty_page(self) -> None:
        """No records are no mistake."""
        assert read_records('{"data": []}', name="leads.json") == Reading(source="leads.json", records=())

    def test_module_may_be_named(self) -> None:
        """A selection of fields may tell nothing."""
        (record,) = read_records(page({"id": "1", "Email": "ada@science.example"}), module="Contacts")

        assert record == Contact(id="1", emails=["ada@science.example"])

    def test_documents_that_are_parsed_already(self) -> None:
        """A program holds the answer, and no file."""
        reading = read_payloads([({"data": [{"id": "1", "Last_Name": "A"}]}, "page 1")])

        assert reading.records == (Contact(id="1", last_name="A"),)

    @pytest.mark.parametrize(
        ("payload", "known"),
        [
            ({"data": []}, True),
            ([{"Deal_Name": "A"}], True),
            ({"$approved": True}, True),
            ({"name": "A"}, False),
            ({"stream": "Lead", "data": {"Id": "1", "Company": "A"}, "emitted_at": 1}, False),
            ([], False),
            (3, False),
        ],
    )
    def test_shape(self, payload: object, known: bool) -> None:
        """An answer, a module's field or a system key tells Zoho's."""
        assert looks_like(payload) is known


class TestRefusals:
    """Everything wrong is said together, and no more than what is wrong."""

    def test_handle_that_is_none_is_kept_and_told(self) -> None:
        """People write anything into such a field, and Zoho lets them: the record is read all the same."""
        lead = {"id": "1", "Company": "A", "Twitter": "no handle at all", "Rating": "Acquired"}

        reading = read_records(page(lead), name="leads.json")

        assert reading.records == (
            Lead(id="1", company="A", custom={"Twitter": "no handle at all", "Rating": "Acquired"}),
        )
        assert [(what[:30], what.endswith("; it is kept in custom")) for what in reading.skipped] == [
            ("leads.json data[0], Rating: 'A", True),
            ("leads.json data[0], Twitter: '", True),
        ]

    def test_one_wrong_field_is_not_hidden_by_what_is_forgiven(self) -> None:
        """A record with another fault is refused, and both are named."""
        wrong = problems_of(page({"id": "1", "Company": "A", "Twitter": "no handle", "Email": "nobody"}))

        assert sorted((problem.where, problem.field) for problem in wrong) == [
            ("leads.json data[0]", "Email"),
            ("leads.json data[0]", "Twitter"),
        ]

    def test_amounts_need_a_currency(self) -> None:
        """The sign of a currency is none: a dollar is not one currency."""
        (problem,) = problems_of(page({"id": "1", "Company": "A", "Annual_Revenue": 5, "$currency_symbol": "$"}))

        assert (problem.field, problem.what) == ("Annual_Revenue", "the amount has no currency")

    def test_lookup_without_id(self) -> None:
        """A name is no reference."""
        (problem,) = problems_of(page({"id": "1", "Last_Name": "A", "Account_Name": {"name": "Science"}}))

        assert (problem.field, problem.what.endswith("is no text")) == ("Account_Name", True)

    def test_tags_that_are_none(self) -> None:
        """What has no name is refused, not guessed."""
        (problem,) = problems_of(page({"id": "1", "Last_Name": "A", "Tag": [{"id": "1"}, "vip"]}))

        assert problem.field == "Tag"

    def test_what_is_no_record(self) -> None:
        """Every place is named."""
        hint = 'pass module="Leads", "Contacts", "Accounts" or "Deals"'

        assert problems_of(page({"id": "1", "Email": "a@b.example"}, 3)) == (
            Problem(
                what="the record does not say what it is", hint=hint, where="leads.json data[0]", options=tuple(MODULES)
            ),
            Problem(what="here is no record", hint=hint, where="leads.json data[1]", options=tuple(MODULES)),
        )

    @pytest.mark.parametrize("text", ["3", '["a"]', "null", '{"data": "x"}'])
    def test_what_is_no_document_of_records(self, text: str) -> None:
        """JSON alone is not enough."""
        assert {problem.what for problem in problems_of(text.encode())} == {"here is no record"}

    def test_error_that_was_answered(self) -> None:
        """A token ran out while somebody saved pages."""
        error = '{"code": "INVALID_TOKEN", "message": "invalid oauth token", "status": "error"}'
        for text in (error, f"[{error}]", f'{{"data": [{error}]}}'):
            (problem,) = problems_of(text)

            assert problem.what == "this is an error that was answered instead of records: 'invalid oauth token'"

    def test_ids_are_of_the_records(self) -> None:
        """What is said of tables that have no ids is not said here."""
        (problem,) = problems_of(page({"Last_Name": "A", "Email": "a@b.example"}))

        assert problem.what == "no column is read as 'id', which every contact has"
        assert "line" not in problem.hint

    def test_module_that_is_none(self) -> None:
        """Near misses are offered."""
        (problem,) = problems_of(page(), module="Lead")

        assert (problem.field, problem.hint) == ("module", "did you mean 'Leads'?")

    def test_column_that_no_record_has(self) -> None:
        """A slip is named; where several files share options, it may be passed over."""
        text = page({"id": "1", "Last_Name": "A"})

        (problem,) = problems_of(text, columns={"Handel": "profiles.x"})

        assert (problem.field, problem.value) == ("columns", "Handel")
        assert len(read_records(text, columns={"Handel": "profiles.x"}, missing="ignore")) == 1

    def test_options_are_checked_before_the_source_is_opened(self) -> None:
        """A currency that is none is the caller's slip, not the file's."""
        with pytest.raises(InvalidValue):
            read_records("none.json", currency="EURO")

    def test_times_without_offset_need_a_zone(self) -> None:
        """Zoho writes offsets; what was edited by hand may have none."""
        text = page({"id": "1", "Last_Name": "A", "Created_Time": "2026-03-01T09:30:00"})

        (record,) = read_records(text, zone=ZoneInfo("Europe/Berlin"))

        assert record.created_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
        assert [problem.field for problem in problems_of(text)] == ["Created_Time"]

    def test_too_long_a_document(self) -> None:
        """The limit is the caller's; a document of many lines is not read beyond it."""
        text = page({"id": "1", "Last_Name": "A"}) + "\n" * 5

        assert "the limit" in problems_of(text, limit=20)[0].what

    @pytest.mark.parametrize("field", ["", " ", "a\u202eb"])
    def test_names_that_cannot_be_kept(self, field: str) -> None:
        """A field has a name that can be seen."""
        (problem,) = problems_of(page({"id": "1", "Last_Name": "A", field: "x"}))

        assert (problem.field, problem.value) == ("Contacts", field)


class TestTable:
    """The table and the records agree."""

    @pytest.mark.parametrize("record_type", FIELDS, ids=lambda kind: kind.__name__)
    def test_every_row_is_a_target(self, record_type: type[Record]) -> None:
        """No row names what a record does not have."""
        assert {target_of(record_type, target, Options()).name for target in FIELDS[record_type].values()} == set(
            FIELDS[record_type].values()
        )

    def test_what_tells_a_module_and_a_conversion_is_known(self) -> None:
        """A module tells itself by fields of its own; every former name has one of today."""
        assert {kind for kind, _ in TELLING} == set(FIELDS) == set(MODULES.values())
        assert set(FORMERLY.values()) <= set(FIELDS[Lead])


@needs_shared_data("zoho_api_records_excerpt")
class TestRealRecords:
    """Records that a connector got from Zoho."""

    def test_every_record_is_read(self) -> None:
        """Four leads, two of them the same person, and an account; the sample's own handle is too long for one."""
        reading = read_records(shared_data("zoho_api_records_excerpt", "zoho_records_excerpt.jsonl"), currency="USD")

        assert [(type(r), r.id) for r in reading] == [
            (Lead, "4970762000000348004"),
            (Lead, "4970762000000342007"),
            (Lead, "4970762000000342006"),
            (Lead, "4970762000000335415"),
            (Account, "4970762000000335096"),
        ]
        assert len(reading.skipped) == 1
        assert [field for field in reading.columns if "$" in field and reading.columns[field]] == []

    def test_a_lead(self) -> None:
        """One of them in full."""
        reading = read_records(shared_data("zoho_api_records_excerpt", "zoho_records_excerpt.jsonl"), currency="USD")

        user = {"name": "Jean Lafleur", "id": "4970762000000326001", "email": "integration-test@airbyte.io"}
        assert reading.records[0] == Lead(
            id="4970762000000348004", owner_id="4970762000000326001", first_name="Brian", last_name="Dolan",
            company="Villa Margarita", emails=["brian@villa.com"], address=Address(region="Texas"),
            consent={"email": Consent.UNKNOWN},
            last_activity_at=datetime(2022, 3, 22, 8, 2, 33, tzinfo=UTC),
            created_at=datetime(2021, 8, 4, 11, 6, 27, tzinfo=UTC),
            modified_at=datetime(2021, 8, 4, 11, 6, 27, tzinfo=UTC),
            custom={"Created_By": user, "Modified_By": user},
        )  # fmt: skip


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "data", "actual_value"]) | st.text(max_size=5), inner, max_size=3
        )
    ),
    max_leaves=8,
)
NAMES = sorted({"$converted_detail", "$converted", "Full_Name", *(name for rows in FIELDS.values() for name in rows)})
RECORDS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), PLAIN, max_size=12)


class TestWhatever:
    """Nothing that stands in a file brings the reader down."""

    @given(payload=RECORDS | st.lists(RECORDS, max_size=3) | PLAIN, module=st.sampled_from(["", *MODULES]))
    def test_documents_give_records_or_typed_errors(self, payload: object, module: str) -> None:
        """Records, or everything that is wrong."""
        text = json.dumps(payload).encode()

        with suppress(InvalidInput):
            reading = read_records(text, module=module, currency="EUR", zone=UTC)
            assert {type(record) for record in reading} <= set(FIELDS)

    @given(cut=st.integers(0, 400), byte=st.binary(max_size=2))
    def test_truncated_and_broken_pages_are_refused(self, cut: int, byte: bytes) -> None:
        """A page that ends in the middle of it is no page."""
        whole = page({"id": "1", "Last_Name": "Łukasz", "Tag": [{"name": "vip"}]}).encode()
        cut = min(cut, len(whole) - 1)

        with pytest.raises(InvalidInput):
            read_records(whole[:cut] + b"\xff" + byte)
