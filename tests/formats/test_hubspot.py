"""HubSpot: objects of its API and rows of its exports become records, linked as they are there."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import needs_shared_data, shared_data

from leadmodel.entities import Account, Contact, Deal, DealContact, Lead, Record
from leadmodel.errors import InvalidInput, Problem
from leadmodel.formats.hubspot import (
    ALL_STAGES,
    FIELDS,
    OBJECTS,
    TELLING,
    is_export,
    looks_like,
    read_export,
    read_payloads,
    read_records,
)
from leadmodel.formats.products.hubspot_fields import NAMES
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.targets import target_of
from leadmodel.networks import Profile
from leadmodel.processes import pipelines
from leadmodel.values import Address, Consent, Money, PhoneNumber


def one(id_: object, links: object = None, **properties: object) -> dict[str, Any]:
    """Write an object of the API."""
    return {"id": id_, "properties": properties, "archived": False} | ({"associations": links} if links else {})


def page(*objects: dict[str, Any], **more: object) -> str:
    """Write a page of the API."""
    return json.dumps({"results": objects, **more}, indent=1)


def linked(*results: dict[str, Any], **more: object) -> dict[str, Any]:
    """Write the links to objects of one kind."""
    return {"results": list(results), **more}


def problems_of(text: str | bytes, **options: object) -> tuple[Problem, ...]:
    """Give the problems with which a source called hubspot.json is refused."""
    with pytest.raises(InvalidInput) as caught:
        read_records(text, name="hubspot.json", **options)
    return caught.value.problems


class TestObjects:
    """What stands in an object is what stands in the record."""

    def test_contact(self) -> None:
        """Everything is text; what is empty is missing; what no field is meant for is kept."""
        contact = {
            "id": "512", "createdAt": "2026-01-01T00:00:00.123Z", "updatedAt": "2026-02-01T00:00:00Z",
            "properties": {
                "hs_object_id": "512", "firstname": "Ada", "lastname": "Lovelace", "jobtitle": "",
                "email": "ada@science.example", "hs_additional_emails": "a@science.example;l@science.example",
                "phone": "555-1", "mobilephone": "555-2", "city": "London", "zip": None, "twitterhandle": "Ada",
                "hs_linkedin_url": "https://www.linkedin.com/in/ada", "hs_email_optout": "true",
                "hubspot_owner_id": "9", "lifecyclestage": "customer", "favourites": "tea;loom",
                "hs_analytics_source": "ORGANIC_SEARCH",
            },
        }  # fmt: skip

        reading = read_records(json.dumps(contact))

        assert reading.records == (
            Contact(
                id="512", owner_id="9", first_name="Ada", last_name="Lovelace",
                emails=["ada@science.example", "a@science.example", "l@science.example"],
                phones=[PhoneNumber("555-1"), PhoneNumber("555-2", "mobile")],
                profiles=[Profile("x", "ada"), Profile("linkedin", "ada")],
                address=Address(city="London"), consent={"email": Consent.DENIED}, source="ORGANIC_SEARCH",
                created_at=datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=UTC),
                modified_at=datetime(2026, 2, 1, tzinfo=UTC),
                custom={"lifecyclestage": "customer", "favourites": "tea;loom"},
            ),
        )  # fmt: skip
        assert (reading.records[0].modified_at, reading.unplaced) == (
            datetime(2026, 2, 1, tzinfo=UTC),
            ("contacts.lifecyclestage", "contacts.favourites"),
        )

    def test_company_without_a_name_is_called_by_its_domain(self) -> None:
        """HubSpot makes companies of e-mail addresses."""
        first, second = read_records(
            page(
                one("1", domain="science.example", name=None, hs_parent_company_id="2", hs_createdate="1767225600000"),
                one("2", name="Royal", annualrevenue="1.5E6", numberofemployees="12", website="royal.example"),
            ),
            currency="GBP",
        )

        assert (first, second) == (
            Account(
                id="1", name="science.example", website="science.example", parent_id="2",
                created_at=datetime(2026, 1, 1, tzinfo=UTC), custom={"domain": "science.example"},
            ),
            Account(id="2", name="Royal", annual_revenue=Money(1_500_000, "GBP"), employees=12,
                    website="royal.example"),
        )  # fmt: skip

    def test_deal(self) -> None:
        """Milliseconds are an instant, an instant is a day, a fraction is a percentage."""
        deal = one(
            "7", dealname="Engine", dealstage="closedwon", pipeline="default", amount="1500.50",
            deal_currency_code="GBP", closedate="1777593600000", hs_deal_stage_probability="1.0",
            createdate="2026-01-02T03:04:05Z", lastmodifieddate="1767225600000", closed_lost_reason="",
            hs_next_step="celebrate",
        )  # fmt: skip

        (record,) = read_records(page(deal))

        assert record == Deal(
            id="7", name="Engine", stage="closedwon", pipeline="default", amount=Money("1500.50", "GBP"),
            closes_on=date(2026, 5, 1), probability=100, next_step="celebrate",
            created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("2026-04-30T22:30:00Z", date(2026, 5, 1)),
            ("2026-05-01", date(2026, 5, 1)),
            ("2026-05-01 23:30", date(2026, 5, 1)),
            (1777593600000, date(2026, 5, 1)),
        ],
    )
    def test_day_on_which_a_deal_closes(self, written: object, day: date) -> None:
        """An instant is a day in the caller's zone; what has none is the day that is written."""
        (deal,) = read_records(
            page(one("7", dealname="Engine", dealstage="x", closedate=written)), zone=ZoneInfo("Europe/Berlin")
        ).of(Deal)

        assert deal.closes_on == day

    @pytest.mark.parametrize(
        ("written", "percent"), [("0", 0), ("0.2", 20), ("1", 100), ("0.333", 33), ("60%", 60), (1, 100)]
    )
    def test_probability(self, written: object, percent: int) -> None:
        """HubSpot writes parts of one; exports may write percents."""
        (deal,) = read_records(page(one("7", dealstage="x", hs_deal_stage_probability=written))).of(Deal)

        assert deal.probability == percent

    def test_values_that_mean_nothing(self) -> None:
        """Each is named by its property."""
        wrong = one("7", dealstage="x", hs_deal_stage_probability="likely", closedate="soon")
        early = one("9", dealstage="x", closedate="0001-01-01T00:00:00+14:00")

        problems = problems_of(page(wrong, one("8", dealstage="x", hs_deal_stage_probability="20"), early))

        assert [(problem.where, problem.field) for problem in problems] == [
            ("hubspot.json results[0]", "hs_deal_stage_probability"),
            ("hubspot.json results[0]", "closedate"),
        ]

    def test_objects_that_were_deleted_are_left_out_and_told(self) -> None:
        """The API gives them where somebody asks for archived ones."""
        reading = read_records(
            page({**one("1", lastname="A"), "archived": True}, one("2", lastname="B")), name="p.json"
        )

        assert ([record.id for record in reading], reading.skipped) == (["2"], ("p.json results[0]: it was deleted",))


class TestLives:
    """HubSpot has one object for leads and contacts; the stage of life parts them."""

    @pytest.mark.parametrize(
        ("properties", "record_type"),
        [
            ({"lifecyclestage": "lead"}, Lead),
            ({"lifecyclestage": "Marketing Qualified Lead"}, Lead),
            ({"lifecyclestage": "subscriber", "num_associated_deals": "0"}, Lead),
            ({"lifecyclestage": "lead", "num_associated_deals": "1"}, Contact),
            ({"lifecyclestage": "customer"}, Contact),
            ({"lifecyclestage": "10347832"}, Contact),
            ({"lifecyclestage": None}, Contact),
            ({}, Contact),
        ],
    )
    def test_stage_of_life(self, properties: dict[str, object], record_type: type[Record]) -> None:
        """Whoever has deals is a contact, whatever the stage says."""
        (record,) = read_records(page(one("1", lastname="A", **properties)))

        assert type(record) is record_type

    @pytest.mark.parametrize(
        ("leads", "record_type"), [((), Contact), (["opportunity"], Contact), (["lead"], Lead), (ALL_STAGES, Lead)]
    )
    def test_caller_decides(self, leads: Any, record_type: type[Record]) -> None:  # noqa: ANN401  (text or a list)
        """An organisation may use the stages in its own way."""
        (record,) = read_records(page(one("1", lastname="A", lifecyclestage="lead")), leads=leads)

        assert type(record) is record_type

    def test_contact_of_a_deal_is_no_lead(self) -> None:
        """A deal in the same source, or a link to one, shows it."""
        deal = one("7", {"contacts": linked({"id": "1", "type": "deal_to_contact"})}, dealstage="x")
        tied = one("2", {"deals": linked({"id": "8", "type": "contact_to_deal"})}, lastname="B", lifecyclestage="lead")

        reading = read_records(page(one("1", lastname="A", lifecyclestage="lead"), tied, deal))

        assert [type(record) for record in reading] == [Contact, Contact, Deal]

    def test_lead_without_a_name_is_called_by_its_address(self) -> None:
        """A subscriber is an address and nothing else; a lead has a name or a company (LEAD-1)."""
        nameless, employed = read_records(
            page(one("1", email="a@b.example", lifecyclestage="lead"), one("2", email="c@d.example", company="D"))
        , leads=ALL_STAGES)  # fmt: skip

        assert (nameless, employed) == (
            Lead(id="1", last_name="a@b.example", emails=["a@b.example"], custom={"lifecyclestage": "lead"}),
            Lead(id="2", company="D", emails=["c@d.example"]),
        )


class TestLinks:
    """Associations become references."""

    def test_primary_company(self) -> None:
        """In version 3 the kind of the link says it, and a link stands there once for each kind; in 4 a label does."""
        third = linked(
            {"id": "7", "type": "contact_to_company_unlabeled"},
            {"id": "8", "type": "contact_to_company_unlabeled"},
            {"id": "8", "type": "contact_to_company"},
        )
        fourth = [
            {"toObjectId": 7, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}]},
            {"toObjectId": 8, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}]},
        ]

        reading = read_records(
            page(one("1", {"companies": third}, lastname="A"), one("2", {"0-2": fourth}, lastname="B"))
        )

        assert [(r.account_id, dict(r.custom)) for r in reading.of(Contact)] == [
            ("8", {"associations.companies (others)": ("7",)}),
            ("8", {"associations.companies (others)": ("7",)}),
        ]

    def test_contacts_of_a_deal(self) -> None:
        """The first is the contact of the deal, the others stand beside it with their labels."""
        deal = one(
            "7",
            {
                "contacts": linked(
                    {"id": "1", "type": "deal_to_contact"},
                    {"id": "1", "type": "Payer"},
                    {"id": "2", "type": "deal_to_contact"},
                    {"id": "3", "type": "Decision maker"},
                    "nothing",
                    {"id": None},
                ),
                "company": linked({"id": "8", "type": "deal_to_company"}),
                "line items": linked({"id": "5", "type": "deal_to_line_item"}),
                "tickets": linked(),
                "tasks": "none",
            },
            dealstage="x",
        )

        (record,) = read_records(page(deal))

        assert record == Deal(
            id="7", stage="x", contact_id="1", account_id="8",
            contacts=[DealContact(contact_id="2"), DealContact(contact_id="3", role="Decision maker")],
            custom={"associations.line items": "5", "associations.contacts.label": "Payer"},
        )  # fmt: skip

    def test_links_that_the_answer_does_not_hold_are_told(self) -> None:
        """A page of links is not all of them."""
        links = linked({"id": "1", "type": "deal_to_contact"}, paging={"next": {"after": "2"}})

        reading = read_records(page(one("7", {"contacts": links}, dealstage="x")), name="p.json")

        assert reading.skipped == ("p.json results[0]: the answer does not hold all associated contacts",)

    def test_merged_objects_are_the_one_that_is_left(self) -> None:
        """Contacts and companies that became one stand once, and links lead to what is left."""
        reading = read_records(
            page(
                one("1", lastname="Old", associatedcompanyid="5"),
                one("2", lastname="New", hs_merged_object_ids="1;9", associatedcompanyid="5"),
                one("3", lastname="Newest", hs_calculated_merged_vids="2:1600000000000;77:1600000000001"),
                one("6", name="Science", hs_merged_object_ids="5"),
                one(
                    "7", {"contacts": linked({"id": "1"}, {"id": "9"}), "companies": linked({"id": "5"})}, dealstage="x"
                ),
                one("8", {"companies": [{"id": "5"}]}, lastname="Other"),
            ),
            name="p.json",
        )

        assert [(type(r), r.id) for r in reading] == [(Contact, "3"), (Account, "6"), (Deal, "7"), (Contact, "8")]
        assert [(d.contact_id, d.account_id) for d in reading.of(Deal)] == [("3", "6")]
        assert [c.account_id for c in reading.of(Contact)] == ["", "6"]
        assert reading.skipped == (
            "p.json results[0]: contacts '1' was merged into '3'",
            "p.json results[1]: contacts '2' was merged into '3'",
        )

    def test_circle_of_merges_loses_nobody(self) -> None:
        """Each says that the other was merged into it: both are left."""
        reading = read_records(
            page(one("1", lastname="A", hs_merged_object_ids="2;1"), one("2", lastname="B", hs_merged_object_ids="1"))
        )

        assert [record.id for record in reading] == ["1", "2"]


class TestSources:
    """Pages, batches, lists, objects, lines."""

    @pytest.mark.parametrize(
        "text",
        [
            '{"status": "COMPLETE", "results": [{"id": "1", "properties": {"lastname": "A"}}]}',
            '[{"id": "1", "properties": {"lastname": "A"}}]',
            '{"id": "1", "properties": {"lastname": "A"}}',
            '{"properties": {"lastname": "A", "hs_object_id": "1"}}',
        ],
    )
    def test_documents(self, text: str) -> None:
        """Whatever the objects stand in, they are the same."""
        assert read_records(text).records == (Contact(id="1", last_name="A"),)

    def test_pages_that_follow_are_told(self) -> None:
        """The last page of several lines has no paging."""
        first = json.dumps({"results": [one("1", lastname="A")], "paging": {"next": {"after": "1"}}})
        last = json.dumps({"results": [one("2", lastname="B")]})

        assert read_records(f"{first}\n{last}\n").skipped == ()
        assert read_records(f"{last}\n{first}\n").skipped == ("the pages that follow: 2 objects came with paging",)

    def test_documents_that_are_parsed_already(self) -> None:
        """A program holds the answer, and no file; it may say what the objects are."""
        reading = read_payloads([({"results": [one("1", company="Science")]}, "page 1")], object="leads", name="crm")

        assert (reading.source, reading.records) == ("crm", (Lead(id="1", company="Science"),))

    @pytest.mark.parametrize(
        ("payload", "known"),
        [({"results": []}, True), ([one("1")], True), (one("1"), True), ({"id": "1"}, False), ([], False), (3, False)],
    )
    def test_shape(self, payload: object, known: bool) -> None:
        """Results or properties tell HubSpot's."""
        assert looks_like(payload) is known

    def test_older_versions_are_refused_by_name(self) -> None:
        """Their properties come with sources and versions."""
        older = {"vid": 1, "properties": {"firstname": {"value": "Ada"}, "email": {"value": "a@b.example"}}}
        (problem,) = problems_of(json.dumps({"results": [older]}))

        assert problem.what == "this is an object of version 1 or 2 of HubSpot's API"

    def test_what_is_no_object(self) -> None:
        """Everything is named by its place."""
        problems = problems_of(json.dumps({"results": [3, {"id": "1"}, one("2", colour="red")]}))

        assert [(problem.where, problem.what) for problem in problems] == [
            ("hubspot.json results[0]", "here is no object of HubSpot's"),
            ("hubspot.json results[1]", "here is no object of HubSpot's"),
            ("hubspot.json results[2]", "the object does not say what it is"),
        ]

    def test_error_that_was_answered(self) -> None:
        """Whoever saved pages may have saved a refusal."""
        (problem,) = problems_of('{"status": "error", "message": "expired", "category": "EXPIRED_AUTHENTICATION"}')

        assert problem.what.endswith("'expired'")

    def test_object_that_is_none(self) -> None:
        """Near misses are offered."""
        (problem,) = problems_of(page(), object="contact")

        assert (problem.field, problem.hint) == ("object", "did you mean 'contacts'?")


class TestExports:
    """CSV as HubSpot and connectors write it."""

    def test_contacts(self) -> None:
        """Labels stand for properties; several companies stand in one cell, the first before the others."""
        text = (
            "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Contact owner,Create Date,"
            "Associated Company,Associated Company IDs,Shoe size\n"
            "1,Ada,Lovelace,ada@science.example,555-1,Customer,Eve,2026-01-01 9:30,Science,8;9,38\n"
            "2,Bob,,,,Lead,,,Science,,\n"
        )

        reading = read_export(text, zone=UTC)

        assert reading.records == (
            Contact(
                id="1", first_name="Ada", last_name="Lovelace", emails=["ada@science.example"], owner_id="Eve",
                phones=[PhoneNumber("555-1")], account_id="8", created_at=datetime(2026, 1, 1, 9, 30, tzinfo=UTC),
                custom={
                    "Lifecycle Stage": "Customer", "Associated Company": "Science", "Shoe size": "38",
                    "associations.companies (others)": ["9"],
                },
            ),
            Lead(id="2", first_name="Bob", company="Science", custom={"Lifecycle Stage": "Lead"}),
        )  # fmt: skip
        assert reading.columns["First Name"] == "first_name"

    def test_deals_hold_labels(self) -> None:
        """Stages and pipelines are what people see; with the pipelines they are keys."""
        text = (
            "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Deal probability,Associated Contact IDs\n"
            "7,Engine,Closed Won (Sales Pipeline),Sales Pipeline,12.50,100%,1;2\n"
        )
        sales = pipelines.HUBSPOT.__class__(key="default", label="Sales Pipeline", stages=pipelines.HUBSPOT.stages)

        (deal,) = read_export(text, currency="EUR", stages=sales)

        assert deal == Deal(
            id="7", name="Engine", stage="closedwon", pipeline="default", amount=Money("12.50", "EUR"), probability=100,
            contact_id="1", contacts=[DealContact(contact_id="2")],
        )  # fmt: skip

    def test_tables_of_a_connector(self) -> None:
        """Internal names with a prefix; who was deleted or merged is left out."""
        text = (
            "id,property_lastname,property_hs_merged_object_ids,_fivetran_deleted,is_deleted\n"
            "1,Lovelace,2,FALSE,\n2,Older,,FALSE,\n3,Gone,,TRUE,false\n4,Gone,,,true\n"
        )

        reading = read_export(text, name="contacts.csv", object="contacts", leads=())

        assert ([record.id for record in reading], reading.skipped) == (
            ["1"],
            (
                "contacts.csv line 4: it was deleted",
                "contacts.csv line 5: it was deleted",
                "contacts.csv line 3: contacts '2' was merged into '1'",
            ),
        )

    def test_short_rows(self) -> None:
        """They are refused or filled up, as for any table; so is another delimiter and encoding."""
        text = "Record ID;Last Name;Lifecycle Stage\n1;Lovelace\n2;Łukasz;lead\n"

        with pytest.raises(InvalidInput, match="2 cells where the header has 3"):
            read_export(text)
        reading = read_export(text.encode("utf-16"), encoding="utf-16", delimiter=";", ragged="fill")

        assert [type(record) for record in reading] == [Contact, Lead]

    def test_lead_and_company_without_names_in_tables(self) -> None:
        """The name goes to the column that holds names."""
        (lead,) = read_export("Record ID,Last Name,Email,Lifecycle Stage\n1,,a@b.example,lead\n")
        (company,) = read_export("Record ID,Company name,Company Domain Name\n1,,b.example\n")

        assert (lead.last_name, company.name) == ("a@b.example", "b.example")

    def test_table_that_does_not_say_what_it_is(self) -> None:
        """A row has nothing that tells."""
        with pytest.raises(InvalidInput, match="does not say what it is"):
            read_export("Record ID,Colour\n1,red\n")

    @pytest.mark.parametrize(
        ("header", "known"),
        [
            (("Record ID", "Lifecycle Stage"), True),
            (("id", "property_email"), True),
            (("Record ID", "Name"), False),
            (("Create Date", "id"), False),
        ],
    )
    def test_header(self, header: tuple[str, ...], known: bool) -> None:
        """One name is not enough: others call an id so as well."""
        assert is_export(header) is known


class TestTable:
    """The tables and the records agree."""

    @pytest.mark.parametrize("record_type", FIELDS, ids=lambda kind: kind.__name__)
    def test_every_row_is_a_target(self, record_type: type[Record]) -> None:
        """No row names what a record does not have."""
        targets = set(FIELDS[record_type].values())

        assert {target_of(record_type, target, Options()).name for target in targets} == targets

    def test_objects(self) -> None:
        """Every object has a table and a name, and all but leads tell what they are."""
        assert set(OBJECTS.values()) == set(FIELDS) == set(NAMES)
        assert {name for name, _ in TELLING} == set(OBJECTS) - {"leads"}


@needs_shared_data("hubspot_connector_seeds")
class TestConnectorSeeds:
    """Tables that a connector landed; their values are hashes, so that only the shape is real."""

    def test_companies(self) -> None:
        """Every row is read; hours of one digit are hours."""
        reading = read_export(shared_data("hubspot_connector_seeds", "company_data.csv"), zone=UTC, currency="USD")

        assert len(reading.of(Account)) == 24
        assert reading.records[8].created_at == datetime(2019, 9, 15, 2, 50, 54, tzinfo=UTC)

    def test_contacts(self) -> None:
        """Three contacts were merged into the first; addresses that are hashes are left out by the caller."""
        path = shared_data("hubspot_connector_seeds", "contact_data.csv")

        reading = read_export(path, zone=UTC, columns={"property_email": None})

        merged = {what.split("'")[1] for what in reading.skipped}
        assert merged >= {"76340251", "46897301"}
        assert merged.isdisjoint(record.id for record in reading)
        assert all(problem.field == "property_email" for problem in refused(path))

    def test_deals_without_stages_are_refused(self) -> None:
        """A deal has a stage; each row without one is named."""
        problems = refused(shared_data("hubspot_connector_seeds", "deal_data.csv"))

        assert {(problem.field, problem.what) for problem in problems} == {
            ("deal_pipeline_stage_id", "the stage is missing")
        }


def refused(path: object) -> tuple[Problem, ...]:
    """Give the problems with which a table is refused."""
    with pytest.raises(InvalidInput) as caught:
        read_export(path, zone=UTC, currency="USD")  # type: ignore[arg-type]  # a path
    return caught.value.problems


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "results", "type", "toObjectId", "associationTypes", "label", "paging", "contacts"])
            | st.text(max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
PROPERTIES = st.dictionaries(
    st.sampled_from(
        sorted({name for rows in FIELDS.values() for name in rows} | {"hs_merged_object_ids", "lifecyclestage"})
    )
    | st.text(max_size=5),
    PLAIN,
    max_size=10,
)
WHOLE = st.fixed_dictionaries(
    {"id": PLAIN, "properties": PROPERTIES}, optional={"associations": PLAIN, "archived": PLAIN}
)


class TestWhatever:
    """Nothing that stands in a file brings the reader down."""

    @given(payload=st.fixed_dictionaries({"results": st.lists(WHOLE | PLAIN, max_size=3)}) | WHOLE | PLAIN)
    def test_documents_give_records_or_typed_errors(self, payload: object) -> None:
        """Records, or everything that is wrong."""
        with suppress(InvalidInput):
            reading = read_records(json.dumps(payload), currency="EUR", zone=UTC)
            assert isinstance(reading, Reading)

    @given(
        header=st.lists(
            st.sampled_from(["Record ID", "Last Name", "Lifecycle Stage", "Deal Stage", "is_deleted"]), max_size=4
        ),
        rest=st.text(max_size=60),
        encoding=st.sampled_from(["utf-8", "utf-16", "latin-1"]),
    )
    def test_tables_give_records_or_typed_errors(self, header: list[str], rest: str, encoding: str) -> None:
        """Whatever stands below a header."""
        content = (",".join(header) + "\n" + rest).encode(encoding, "replace")

        with suppress(InvalidInput):
            assert isinstance(read_export(content, zone=UTC), Reading)
