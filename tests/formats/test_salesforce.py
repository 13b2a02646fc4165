"""Salesforce: the trees and exports of its own sample orgs are read to the last cell, and what is none is refused."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import shared_files

from leadmodel.entities import Account, Contact, Converted, Deal, Lead, Rating, Record
from leadmodel.errors import InvalidInput, InvalidValue, Problem
from leadmodel.formats.reading import Reading
from leadmodel.formats.salesforce import (
    FIELDS,
    OBJECTS,
    looks_like,
    read_export,
    read_payloads,
    read_records,
    read_tree,
    read_trees,
)
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.tabular import read_contacts
from leadmodel.formats.targets import target_of
from leadmodel.networks import Profile
from leadmodel.processes import pipelines
from leadmodel.values import Address, Consent, Money, PhoneNumber

Locate = Callable[..., Path]


def texts_in(value: object) -> Iterator[str]:
    """Give every text that can be found in a record: of texts, numbers, money, addresses, lists, custom fields."""
    if isinstance(value, Record):
        value = attrs.asdict(value, filter=lambda field, _: field.init)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple | frozenset):
        for member in value:
            yield from texts_in(member)
    else:
        yield value.isoformat() if isinstance(value, datetime) else str(value)


def comparable(text: str) -> object:
    """Give what two spellings of one cell share: its number, its instant, its text in small letters."""
    text = text.strip().removeprefix("@")
    try:
        return Decimal(text)
    except ArithmeticError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text.casefold()


def lost(cells: dict[str, Any], record: Record) -> dict[str, Any]:
    """Give the cells of a row that cannot be found in its record, each as often as it was there."""
    kept = Counter(comparable(text) for text in texts_in(record))
    missing = {}
    for column, cell in cells.items():
        if cell is None or not str(cell).strip():
            continue
        key = comparable(str(cell))
        if kept[key]:
            kept[key] -= 1
        else:
            missing[column] = cell
    return missing


class TestDeveloperOrg:
    """The stock rows of a developer org: trees of every object, and one export of Data Loader."""

    @pytest.mark.parametrize(
        ("file", "record_type", "count"),
        [("Lead", Lead, 22), ("Contact", Contact, 20), ("Account", Account, 12), ("Opportunity", Deal, 31)],
    )
    def test_every_record_is_read_and_no_cell_is_lost(
        self, file: str, record_type: type[Record], count: int, shared: Locate
    ) -> None:
        """Each field that is not blank stands in its record, in a field of its own or in the custom ones."""
        path = shared("salesforce_devorg_sample", "treeapi", f"{file}.json")

        reading = read_tree(path, currency="USD")

        source = json.loads(path.read_text(encoding="utf-8"))["records"]
        assert (len(reading), len(source), {type(record) for record in reading}) == (count, count, {record_type})
        rows = [{k: v for k, v in row.items() if k not in {"attributes", "IsConverted"}} for row in source]
        assert [lost(row, record) for row, record in zip(rows, reading, strict=True)] == [{}] * count
        assert [record.id for record in reading] == [row["attributes"]["referenceId"] for row in source]

    def test_a_lead(self, shared: Locate) -> None:
        """One lead, field by field."""
        lead = read_tree(shared("salesforce_devorg_sample", "treeapi", "Lead.json"), currency="USD").records[0]

        assert lead == Lead(
            id="LeadRef1",
            salutation="Ms",
            first_name="Kristen",
            last_name="Akin",
            title="Director, Warehouse Mgmt",
            company="Aethna Home Products",
            emails=["kakin@athenahome.com"],
            phones=[PhoneNumber("(434) 369-3100")],
            address=Address(region="VA", country="USA"),
            source="Partner Referral",
            status="Working - Contacted",
            custom={
                "CleanStatus": "Pending",
                "CurrentGenerators__c": "All",
                "IsUnreadByOwner": True,
                "NumberofLocations__c": 130,
                "Primary__c": "Yes",
                "ProductInterest__c": "GC5000 series",
                "SICCode__c": "2768",
            },
        )

    def test_a_contact(self, shared: Locate) -> None:
        """One contact, field by field."""
        contact = read_tree(shared("salesforce_devorg_sample", "treeapi", "Contact.json")).records[0]

        assert contact == Contact(
            id="ContactRef1",
            salutation="Mr.",
            first_name="Tim",
            last_name="Barr",
            title="SVP, Administration and Finance",
            birth_date=date(1954, 5, 5),
            emails=["barr_tim@grandhotels.com"],
            source="External Referral",
            phones=[
                PhoneNumber("(312) 596-1500", "fax"),
                PhoneNumber("(312) 596-1230", "mobile"),
                PhoneNumber("(312) 596-1000", "main"),
            ],
            address=Address(street="2335 N. Michigan Avenue, Suite 1500\nChicago, IL 60601, USA"),
            custom={
                "CleanStatus": "Pending",
                "Department": "Finance",
                "Languages__c": "English",
                "Level__c": "Secondary",
            },
        )

    def test_stages(self, shared: Locate) -> None:
        """Every stage is one of the preset, and eighteen deals are won."""
        deals = read_tree(
            shared("salesforce_devorg_sample", "treeapi", "Opportunity.json"), currency="USD", pipeline="salesforce"
        )

        stages = Counter(deal.stage for deal in deals if isinstance(deal, Deal))
        assert stages["Closed Won"] == 18
        assert stages.total() == 31
        assert len(stages) == 9
        assert stages.keys() <= {stage.key for stage in pipelines.SALESFORCE.stages}
        assert {deal.pipeline for deal in deals if isinstance(deal, Deal)} == {"salesforce"}

    def test_amounts_need_a_currency(self, shared: Locate) -> None:
        """The file does not say it, so the caller has to: every one of the 31 amounts is named."""
        with pytest.raises(InvalidInput) as caught:
            read_tree(shared("salesforce_devorg_sample", "treeapi", "Opportunity.json"))

        what, hint = "the amount has no currency", 'map a column to "currency", or pass currency="EUR"'
        assert len(caught.value.problems) == 31
        assert caught.value.problems[0] == Problem(
            what=what, hint=hint, where="Opportunity.json records[0]", field="Amount", value="235000"
        )

    def test_campaigns_are_skipped_and_named(self, shared: Locate) -> None:
        """A campaign is neither a person nor a deal."""
        reading = read_tree(shared("salesforce_devorg_sample", "treeapi", "Campaign.json"))

        assert reading == Reading(
            source="Campaign.json", records=(), skipped=("Campaign.json: 4 records of type Campaign",)
        )

    def test_export_of_data_loader(self, shared: Locate) -> None:
        """Headers in capitals, line breaks in cells, revenue in scientific notation, and no cell is lost."""
        path = shared("salesforce_devorg_sample", "csv", "Account.csv")

        reading = read_export(Account, path, currency="USD")

        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [lost(row, account) for row, account in zip(rows, reading, strict=True)] == [{}] * 12
        assert reading.records[0] == Account(
            id="0014W00002578rVQAQ",
            name="Burlington Textiles Corp of America",
            owner_id="0054W00000AuCYfQAN",
            website="www.burlington.com",
            industry="Apparel",
            employees=9000,
            annual_revenue=Money(350_000_000, "USD"),
            phones=[PhoneNumber("(336) 222-8000", "fax"), PhoneNumber("(336) 222-7000")],
            address=Address(
                street="525 S. Lexington Ave", city="Burlington", region="NC", postal_code="27215", country="USA"
            ),
            custom={
                "ACCOUNTNUMBER": "CD656092",
                "CLEANSTATUS": "Pending",
                "NUMBEROFLOCATIONS__C": "6.0",
                "OWNERSHIP": "Public",
                "RATING": "Warm",
                "SIC": "546732",
                "SLA__C": "Silver",
                "SLAEXPIRATIONDATE__C": "2019-10-22",
                "SLASERIALNUMBER__C": "5367",
                "TICKERSYMBOL": "BTXT",
                "TYPE": "Customer - Direct",
                "UPSELLOPPORTUNITY__C": "Maybe",
            },
        )

    def test_tree_and_export_tell_the_same(self, shared: Locate) -> None:
        """The same twelve accounts, from JSON and from CSV, with the same revenue, size and address."""
        folder = shared("salesforce_devorg_sample")

        def told(reading: Reading[Any]) -> set[tuple[object, ...]]:
            return {(account.name, account.annual_revenue, account.employees, account.address) for account in reading}

        tree = read_tree(folder / "treeapi" / "Account.json", currency="USD")
        export = read_export(Account, folder / "csv" / "Account.csv", currency="USD")
        assert told(tree) == told(export)


class TestTrailhead:
    """The data plans of sample apps: records that refer to each other, and CSV files as people make them."""

    @pytest.mark.parametrize("path", shared_files("salesforce_trailhead_samples", "**/*.json"))
    def test_no_cell_of_a_tree_is_lost(self, path: Path) -> None:
        """Every record is read, and each of its fields can be found again."""
        reading = read_tree(path, currency="USD")

        source = [
            {k: v for k, v in row.items() if k != "attributes"}
            for row in json.loads(path.read_text("utf-8"))["records"]
        ]
        assert [lost(row, record) for row, record in zip(source, reading, strict=True)] == [{}] * len(source)

    def test_references_are_the_ids_of_what_they_refer_to(self, shared: Locate) -> None:
        """Contacts and deals of a plan belong to its accounts."""
        folder = shared("salesforce_trailhead_samples", "lwc-recipes")

        plan = read_trees(
            [folder / f"{name}.json" for name in ("Accounts", "Contacts", "Opportunities")], currency="USD"
        )

        accounts = {record.id for record in plan if isinstance(record, Account)}
        deals = [record for record in plan if isinstance(record, Deal)]
        contacts = [record for record in plan if isinstance(record, Contact)]
        assert (len(accounts), len(contacts), len(deals)) == (10, 6, 20)
        assert {deal.account_id for deal in deals} == accounts
        assert {contact.account_id for contact in contacts} == {"AccountRef1", "AccountRef2"}
        assert deals[0] == Deal(
            id="OpportunityRef1",
            name="Cloud Platform Expansion",
            stage="Proposal/Price Quote",
            account_id="AccountRef1",
            amount=Money(125_000, "USD"),
            closes_on=date(2025, 6, 30),
        )
        assert plan.source == "Accounts.json, Contacts.json, Opportunities.json"
        assert plan.unplaced == ("Account.Type", "Contact.Picture__c")
        assert plan.columns["Opportunity.StageName"] == "stage"

    @pytest.mark.parametrize(
        ("file", "record_type", "count"), [("Contact_Data.csv", Contact, 12), ("Lead_Data.csv", Lead, 11)]
    )
    def test_no_cell_of_a_csv_file_is_lost(
        self, file: str, record_type: type[Record], count: int, shared: Locate
    ) -> None:
        """Quoted commas and blank cells; there are no ids, so the lines make them."""
        path = shared("salesforce_trailhead_samples", "easy-spaces-lwc", file)

        reading = read_export(record_type, path, ids="line")

        with path.open(encoding="utf-8", newline="") as file_:
            rows = list(csv.DictReader(file_))
        assert [lost(row, record) for row, record in zip(rows, reading, strict=True)] == [{}] * count
        assert [record.id for record in reading] == [f"{path.stem}-{line}" for line in range(2, count + 2)]

    def test_a_lead_of_a_csv_file(self, shared: Locate) -> None:
        """One lead, field by field."""
        path = shared("salesforce_trailhead_samples", "easy-spaces-lwc", "Lead_Data.csv")

        assert read_export(Lead, path, ids="line").records[2] == Lead(
            id="Lead_Data-4",
            first_name="Lorrie",
            last_name="Geratt",
            title="Founder, CTO",
            company="Braun-Murray",
            industry="Sustainable Engineering",
            emails=["lgeratt2@icq.com"],
            status="Open - Not Contacted",
            phones=[PhoneNumber("+1 (919) 863-9332", "mobile")],
            address=Address(street="04666 Havey Plaza", city="New York", region="NY", country="US"),
        )

    def test_report_with_short_rows(self, shared: Locate) -> None:
        """Headers say whose field it is; rows about accounts alone have no contact, and are named."""
        path = shared("salesforce_trailhead_samples", "lwc-recipes", "Accounts-Contacts.csv")

        with pytest.raises(InvalidInput) as caught:
            read_export(Contact, path, ids="line")
        contacts = read_export(Contact, path, ids="line", ragged="fill")
        accounts = read_export(Account, path, ids="line", ragged="fill")

        assert [problem.where for problem in caught.value.problems] == [
            f"Accounts-Contacts.csv line {line}" for line in range(8, 16)
        ]
        assert contacts.skipped == tuple(
            f"Accounts-Contacts.csv line {line}: nothing in it fills a field of a contact" for line in range(8, 16)
        )
        assert contacts.records[0] == Contact(
            id="Accounts-Contacts-2",
            first_name="Amy",
            last_name="Taylor",
            title="VP of Engineering",
            emails=["amy@demo.net"],
            phones=[PhoneNumber("4152568563")],
            custom={
                "Account: Account Name": "Alpha Dynamics",
                "Account: Type": "Technology Partner",
                "Account: Phone": "3362227000",
                "Contact: Picture": "https://s3-us-west-2.amazonaws.com/dev-or-devrl-s3-bucket/sample-apps/people/amy_taylor.jpg",
            },
        )
        assert len(contacts) == 6
        assert len(accounts) == 14
        assert len({account.name for account in accounts}) == 10


class TestAtomic:
    """The export of another CRM: five hundred contacts with a column map, and JSON that is no tree."""

    #: What the columns of the file are; the others are guessed or kept.
    COLUMNS: Final = {
        "background": "description",
        "first_seen": "created_at",
        "last_seen": "last_activity_at",
        "sales_id": "owner_id",
    }

    def test_every_contact_is_read_and_no_cell_is_lost(self, shared: Locate) -> None:
        """Three columns of e-mail addresses and three of phones, a quoted list of tags, instants with offsets."""
        path = shared("atomic_crm_contacts", "contacts.csv")

        reading = read_contacts(path, columns=self.COLUMNS)

        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(reading) == 500
        for row, contact in zip(rows, reading, strict=True):
            assert {tag.strip() for tag in row.pop("tags").split(",") if tag} == contact.tags
            assert lost(row, contact) == {}

    def test_a_contact(self, shared: Locate) -> None:
        """One contact, field by field."""
        reading = read_contacts(shared("atomic_crm_contacts", "contacts.csv"), columns=self.COLUMNS)

        assert reading.records[0] == Contact(
            id="2",
            first_name="Shelley",
            last_name="Kerluke",
            title="Ubiquitous",
            description="Eaque ipsa velit.",
            created_at=datetime(2024, 8, 13, 18, 4, 34, 666_000, UTC),
            account_id="1",
            owner_id="1",
            last_activity_at=datetime(2024, 8, 14, 11, 39, 2, 318_000, UTC),
            emails=["Shelley_Kerluke47@hotmail.com"],
            phones=[PhoneNumber("1-955-371-0847 x371", "home")],
            custom={
                "gender": "female",
                "has_newsletter": "false",
                "status": "warm",
                "company_name": "Gottlieb and Sons",
                "nb_tasks": "0",
                "company": "Gottlieb and Sons",
                "sales": "Jane Doe",
            },
        )
        assert reading.records[0].phones[0].key == "19553710847x371"
        assert reading.records[4].tags == {"football-fan", "musician"}

    def test_export_without_ids(self, shared: Locate) -> None:
        """The column that is missing is named, and so is the way to do without it."""
        path = shared("atomic_crm_contacts", "contacts_export.csv")

        with pytest.raises(InvalidInput) as caught:
            read_contacts(path)
        reading = read_contacts(path, ids="line", columns={"has_newsletter": "consent.newsletter"})

        assert [
            (problem.field, problem.hint.endswith('or pass ids="line" to make ids of the lines'))
            for problem in caught.value.problems
        ] == [("id", True)]
        assert [contact.id for contact in reading] == ["contacts_export-2", "contacts_export-3"]
        assert reading.records[0].profiles == (Profile("linkedin", "johndoe"),)
        assert list(map(str, reading.records[0].emails)) == [
            "john@doe.example",
            "john.doe@gmail.com",
            "jdoe@caramail.com",
        ]
        assert reading.records[0].consent == {"newsletter": Consent.DENIED}

    @pytest.mark.parametrize("path", shared_files("atomic_crm_contacts", "*.json"))
    def test_nested_file_of_another_crm_is_no_tree(self, path: Path) -> None:
        """JSON without a list of records is refused with the path and what a tree looks like."""
        with pytest.raises(InvalidInput) as caught:
            read_tree(path)

        assert caught.value == InvalidInput(
            subject=path.name,
            problems=(
                Problem(
                    what='there is no list "records", so this is no tree of Salesforce records',
                    hint='a tree is {"records": [{"attributes": {"type": "Lead", "referenceId": "LeadRef1"}, '
                    '"LastName": …}]}',
                    field="records",
                    options=tuple(json.loads(path.read_text("utf-8"))),
                ),
            ),
        )


def tree(*records: dict[str, Any]) -> str:
    """Write a tree; each record says its type under "type" and its reference id under "ref"."""
    return json.dumps(
        {
            "records": [
                {"attributes": {"type": record.pop("type"), "referenceId": record.pop("ref", None)}, **record}
                for record in records
            ]
        }
    )


class TestTrees:
    """What a tree may hold, tried on our own."""

    @pytest.mark.parametrize("record_type", FIELDS)
    def test_every_field_of_the_table_has_a_target(self, record_type: type[Record]) -> None:
        """A row with a mistyped target would be found here."""
        fields = {
            field: target_of(record_type, target, Options()).name for field, target in FIELDS[record_type].items()
        }

        assert fields == FIELDS[record_type]
        assert set(FIELDS) == set(OBJECTS.values())

    def test_converted_lead(self) -> None:
        """The ids of what became of it; the date of conversion needs a zone."""
        lead = {
            "type": "Lead",
            "Id": "00Q1",
            "LastName": "Lovelace",
            "IsConverted": True,
            "ConvertedContactId": "003A",
            "ConvertedAccountId": "@AccountRef1",
            "ConvertedOpportunityId": None,
            "ConvertedDate": "2026-03-01",
            "HasOptedOutOfEmail": True,
            "DoNotCall": False,
            "Rating": "Hot",
            "NumberOfEmployees": 12.0,
            "CreatedDate": "2026-01-01T00:00:00.000+0000",
            "AnnualRevenue": 10.5,
            "CurrencyIsoCode": "EUR",
        }

        reading = read_tree(tree(lead), zone=ZoneInfo("Europe/Berlin"))

        assert reading.records == (
            Lead(
                id="00Q1",
                last_name="Lovelace",
                rating=Rating.HOT,
                employees=12,
                annual_revenue=Money("10.5", "EUR"),
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
                consent={"email": Consent.DENIED, "phone": Consent.UNKNOWN},
                conversion=Converted(
                    contact_id="003A", account_id="AccountRef1", at=datetime(2026, 2, 28, 23, tzinfo=UTC)
                ),
            ),
        )

    def test_children_know_their_parents(self) -> None:
        """A tree may hold records within records; a link of the child's own is kept."""
        text = json.dumps(
            {
                "records": [
                    {
                        "attributes": {"type": "Account", "referenceId": "A1"},
                        "Name": "Acme",
                        "Owner": {"Name": "Eve"},
                        "Contacts": {
                            "records": [
                                {
                                    "attributes": {"type": "Contact", "referenceId": "C1"},
                                    "LastName": "Ada",
                                    "Reports": {
                                        "records": [
                                            {"attributes": {"type": "Contact", "referenceId": "C2"}, "LastName": "Bob"}
                                        ]
                                    },
                                },
                                {
                                    "attributes": {"type": "Contact", "referenceId": "C3"},
                                    "LastName": "Cid",
                                    "AccountId": "@A2",
                                },
                            ]
                        },
                        "Tasks": {"records": [{"attributes": {"type": "Task"}, "Subject": "Call"}]},
                    }
                ]
            }
        )

        reading = read_tree(text, name="plan.json")

        assert reading.records == (
            Account(id="A1", name="Acme", custom={"Owner": {"Name": "Eve"}}),
            Contact(id="C1", last_name="Ada", account_id="A1"),
            Contact(id="C2", last_name="Bob", reports_to_id="C1"),
            Contact(id="C3", last_name="Cid", account_id="A2"),
        )
        assert reading.skipped == ("plan.json: 1 record of type Task",)
        assert reading.unplaced == ("Account.Owner",)

    @pytest.mark.parametrize("payload", ["[]", "3", '{"records": 3}', '{"records": {"a": 1}}'])
    def test_json_that_is_no_tree(self, payload: str) -> None:
        """The path to what is missing is named."""
        with pytest.raises(InvalidInput) as caught:
            read_tree(payload.encode())

        assert [problem.field for problem in caught.value.problems] == ["records"]

    def test_records_that_do_not_say_what_they_are(self) -> None:
        """Every one of them is named by its path."""
        text = json.dumps(
            {
                "records": [
                    3,
                    {"LastName": "Ada"},
                    {"attributes": "Lead"},
                    {"attributes": {"type": "Account"}, "Contacts": {"records": [{"attributes": {"type": 3}}]}},
                ]
            }
        )

        with pytest.raises(InvalidInput) as caught:
            read_tree(text)

        what, hint = "the record does not say what it is", 'give it "attributes": {"type": "Contact", …}'
        assert caught.value.problems == tuple(
            Problem(what=what, hint=hint, field=f"{path}.attributes.type", value=value)
            for path, value in [
                ("records[0]", None),
                ("records[1]", None),
                ("records[2]", None),
                ("records[3].Contacts.records[0]", 3),
            ]
        )

    def test_fields_of_a_record(self) -> None:
        """Everything wrong with every record, by its path and field."""
        text = tree(
            {"type": "Contact", "ref": "C1", "Email": "nobody", "Birthdate": "5/5/1954"},
            {"type": "Contact", "LastName": "Ada"},
            {"type": "Opportunity", "ref": "O1", "StageName": "Closed Won", "Probability": 12.5},
            {"type": "Opportunity", "ref": "O1", "StageName": ["x"]},
        )

        with pytest.raises(InvalidInput) as caught:
            read_tree(text)

        assert [(problem.where, problem.field, problem.what) for problem in caught.value.problems] == [
            ("input records[0]", "Birthdate", "'5…' is no date of ISO 8601"),
            ("input records[0]", "Email", "'n…' is no e-mail address"),
            ("input records[1]", "Id", "the id is blank, and an identity cannot be"),
            ("input records[2]", "Probability", "Decimal('12.5') is no whole number"),
            ("input records[3]", "StageName", "['x'] is no text"),
        ]

    def test_ids_are_unique_over_a_plan(self) -> None:
        """Two files of a plan may not give one id to two contacts."""
        with pytest.raises(InvalidInput) as caught:
            read_trees(
                [
                    tree({"type": "Contact", "ref": "C1"}),
                    tree({"type": "Lead", "ref": "C1", "Company": "A"}, {"type": "Contact", "Id": "C1"}),
                ]
            )

        assert caught.value == InvalidInput(
            subject="input, input",
            problems=(
                Problem(
                    what="the id 'C1' stands in input records[0] as well",
                    hint="each record has an id of its own",
                    where="input records[1]",
                    field="id",
                    value="C1",
                ),
            ),
        )

    def test_field_name_that_is_none(self) -> None:
        """A custom field has a name that can be seen."""
        with pytest.raises(InvalidInput) as caught:
            read_tree(tree({"type": "Contact", "ref": "C1", " ": "x"}))

        (problem,) = caught.value.problems
        assert (problem.what, problem.field) == ("the field name ' ' is blank, and an identity cannot be", "Contact")

    def test_deals_without_a_stage(self) -> None:
        """A field that no record of the tree has is named once."""
        with pytest.raises(InvalidInput) as caught:
            read_tree(tree({"type": "Opportunity", "ref": "O1", "Name": "x"}))

        assert [problem.field for problem in caught.value.problems] == ["stage"]

    def test_currency_of_the_caller(self) -> None:
        """It is looked at before the file is."""
        with pytest.raises(InvalidValue):
            read_tree("none.json", currency="EURO")
        with pytest.raises(InvalidValue):
            read_trees(["none.json"], currency="EURO")

    def test_limit(self) -> None:
        """A document that is longer than allowed is refused."""
        with pytest.raises(InvalidInput, match="is the limit"):
            read_tree(tree({"type": "Contact", "ref": "C1"}), limit=20)

    def test_export_with_labels(self) -> None:
        """Reports write labels, with the object before them; the first of two columns for one field counts."""
        text = (
            "Opportunity: Opportunity Name,Stage,Close Date,Opportunity ID,Opportunity: Stage,Hat\n"
            "x,Open,2026-03-01,006A,Won,y\n"
        )

        reading = read_export(Deal, text, columns={"Hat": None})

        assert reading.records == (
            Deal(id="006A", name="x", stage="Open", closes_on=date(2026, 3, 1), custom={"Opportunity: Stage": "Won"}),
        )


def answer(*records: dict[str, Any], **more: object) -> str:
    """Write what a query of the REST API answers."""
    return json.dumps({"totalSize": len(records), "done": True, "records": records, **more}, indent=1)


def sobject(kind: str, id_: str, **fields: object) -> dict[str, Any]:
    """Write a record of the REST API: its id stands at the end of its address, and mostly in a field as well."""
    return {"attributes": {"type": kind, "url": f"/services/data/v61.0/sobjects/{kind}/{id_}"}, **fields}


class TestQueries:
    """Pages of the REST API: records with what was looked up, and with the rows of inner queries."""

    def test_what_is_looked_up_is_a_record_and_a_link(self) -> None:
        """An account that several contacts name is one account; other looked-up records are fields."""
        account = sobject("Account", "001A", Name="Science", Industry="Arts")
        owner = sobject("User", "005A", Name="Eve", Manager=sobject("User", "005B", Name="Max"))
        ada = sobject("Contact", "003A", Id="003A", LastName="Lovelace", Account=account, Owner=owner)
        bob = sobject("Contact", "003B", LastName="Bob", AccountId="001A", Account=account, ReportsTo=None)

        reading = read_records(answer(ada, bob))

        assert reading.records == (
            Contact(
                id="003A", last_name="Lovelace", account_id="001A", owner_id="005A",
                custom={"Owner.Name": "Eve", "Owner.ManagerId": "005B", "Owner.Manager.Name": "Max"},
            ),
            Contact(id="003B", last_name="Bob", account_id="001A"),
            Account(id="001A", name="Science", industry="Arts"),
        )  # fmt: skip
        assert "Contact.ReportsTo" in reading.unplaced

    def test_account_of_the_source_itself_comes_first(self) -> None:
        """What was asked for is more than what was looked up; without a name, nothing is made of it."""
        whole = sobject("Account", "001A", Id="001A", Name="Science", Website="science.example")
        ada = sobject("Contact", "003A", LastName="L", Account=sobject("Account", "001A", Name="Science"))
        bob = sobject("Contact", "003B", LastName="B", Account=sobject("Account", "001B", Industry="Arts"))

        reading = read_records(answer(whole, ada, bob))

        assert reading.records == (
            Account(id="001A", name="Science", website="science.example"),
            Contact(id="003A", last_name="L", account_id="001A"),
            Contact(id="003B", last_name="B", account_id="001B", custom={"Account.Industry": "Arts"}),
        )

    def test_inner_queries(self) -> None:
        """Their rows are records with a link to the row that they stand in; each may be a page of several."""
        deals = {
            "totalSize": 2, "done": False, "nextRecordsUrl": "/services/data/v61.0/query/01g-1",
            "records": [sobject("Opportunity", "006A", Name="Engine", StageName="Prospecting")],
        }  # fmt: skip

        reading = read_records(answer(sobject("Account", "001A", Name="Science", Opportunities=deals)), name="q.json")

        assert reading.records == (
            Account(id="001A", name="Science"),
            Deal(id="006A", name="Engine", stage="Prospecting", account_id="001A"),
        )
        assert reading.skipped == (
            "q.json records[0].Opportunities: the pages that follow; nextRecordsUrl leads to them",
        )

    def test_deleted_rows_and_further_pages_are_told(self) -> None:
        """A query for all gives what lies in the bin as well."""
        gone = sobject("Lead", "00QA", LastName="Gone", IsDeleted=True)
        there = sobject("Lead", "00QB", LastName="There", IsDeleted=False)

        reading = read_records(answer(gone, there, done=False), name="q.json")

        assert ([record.id for record in reading], reading.skipped) == (
            ["00QB"],
            ("q.json records[0]: it was deleted", "q.json: the pages that follow; nextRecordsUrl leads to them"),
        )

    @pytest.mark.parametrize(
        "wrapped",
        [
            lambda record: [record],
            lambda record: record,
            lambda record: {"status": 0, "result": {"records": [record], "done": True}},
        ],
        ids=["list", "record", "result of the command"],
    )
    def test_documents(self, wrapped: Callable[[object], object]) -> None:
        """Whatever the records stand in, they are the same."""
        text = json.dumps(wrapped(sobject("Lead", "00QA", LastName="A")))

        assert read_records(text).records == (Lead(id="00QA", last_name="A"),)

    def test_lines_are_pages(self) -> None:
        """Only the last page says whether others follow."""
        first = json.dumps(json.loads(answer(sobject("Lead", "00QA", LastName="A"), done=False)))
        last = json.dumps(json.loads(answer(sobject("Lead", "00QB", LastName="B"))))

        reading = read_records(f"{first}\n{last}\n", name="q.jsonl")

        assert ([record.id for record in reading], reading.skipped) == (["00QA", "00QB"], ())

    def test_empty_page(self) -> None:
        """No rows are no mistake."""
        assert read_records(answer(), name="q.json") == Reading(source="q.json", records=())

    def test_error_that_was_answered(self) -> None:
        """A session ran out while somebody saved pages."""
        with pytest.raises(InvalidInput) as caught:
            read_records('[{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]')

        assert [problem.what for problem in caught.value.problems] == [
            "this is an error that was answered instead of records: 'Session expired or invalid'"
        ]

    def test_documents_that_are_parsed_already(self) -> None:
        """A program holds the answer, and no file; labels of stages become keys where the pipelines are given."""
        deal = sobject("Opportunity", "006A", StageName="closed won")

        reading = read_payloads([({"records": [deal]}, "page 1")], name="org", stages=pipelines.SALESFORCE)

        assert (reading.source, reading.records) == ("org", (Deal(id="006A", stage="Closed Won"),))

    @pytest.mark.parametrize(
        ("payload", "known"),
        [
            ({"records": []}, True),
            ([sobject("Lead", "1")], True),
            (sobject("Lead", "1"), True),
            ({"attributes": "Lead"}, False),
            ({"result": 3}, False),
            ({"records": 3}, True),
            ([], False),
        ],
    )
    def test_shape(self, payload: object, known: bool) -> None:
        """Records or attributes tell Salesforce's."""
        assert looks_like(payload) is known


class TestBulk:
    """CSV of the Bulk API."""

    def test_results(self) -> None:
        """Fields of looked-up records have a path; what stands for no value is none."""
        text = "Id,LastName,Phone,Account.Name,AccountId\n003A,Lovelace,#N/A,Science,001A\n"

        (contact,) = read_export(Contact, text)

        assert contact == Contact(
            id="003A", last_name="Lovelace", account_id="001A", custom={"Account.Name": "Science"}
        )

    def test_results_of_a_job(self) -> None:
        """What a job created has its id in a column of the job's own."""
        (contact,) = read_export(Contact, "sf__Id,sf__Created,LastName\n003A,true,Lovelace\n")

        assert contact == Contact(id="003A", last_name="Lovelace", custom={"sf__Created": "true"})

    def test_caller_says_what_is_blank(self) -> None:
        """The word is the caller's; to the letter."""
        (contact,) = read_export(Contact, "Id,LastName,Phone\n1,A,NULL\n", blank=["NULL", "-"])

        assert contact == Contact(id="1", last_name="A")


PLAIN_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["attributes", "records", "type", "url", "Id", "Name", "done", "result"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
SOBJECTS = st.builds(sobject, st.sampled_from([*OBJECTS, "User"]), st.text(max_size=4)).flatmap(
    lambda base: st.dictionaries(
        st.sampled_from(["Id", "LastName", "Name", "StageName", "Account", "Contacts", "IsDeleted", "Amount"]),
        PLAIN_VALUES,
    ).map(lambda fields: base | fields)
)


class TestWhatever:
    """Nothing that stands in a file brings the reader down."""

    @given(payload=st.fixed_dictionaries({"records": st.lists(SOBJECTS | PLAIN_VALUES, max_size=3)}) | PLAIN_VALUES)
    def test_documents_give_records_or_typed_errors(self, payload: object) -> None:
        """Records, or everything that is wrong."""
        with suppress(InvalidInput):
            assert isinstance(read_records(json.dumps(payload), currency="EUR", zone=UTC), Reading)
