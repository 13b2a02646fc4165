"""Real leads: three samples of Salesforce and four records of Zoho, converted against who is there, and taken back."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    Address,
    Batch,
    Contact,
    ConversionPlan,
    Directory,
    Lead,
    Money,
    PhoneNumber,
    Playbook,
    Status,
    Statuses,
    convert_leads,
    plan_conversion,
    revert,
)
from leadmodel.entities import Entity, Record
from leadmodel.formats import salesforce
from tests.conversion.making import BOOK, DAY, NOON, reasons, warnings
from tests.shared_data import needs_shared_data

Shared = Callable[..., Path]

#: The statuses that the first sample uses; two of its leads say "converted" without having been.
SALESFORCE: Final = Statuses(key="salesforce", members=[
    Status("Open - Not Contacted",   "Open - Not Contacted",   "new"),
    Status("Working - Contacted",    "Working - Contacted",    "working"),
    Status("Closed - Not Converted", "Closed - Not Converted", "unqualified"),
    Status("Closed - Converted",     "Closed - Converted",     "converted"),
])  # fmt: skip
BOOKS: Final = {
    "devorg": attrs.evolve(BOOK, statuses=SALESFORCE), "easy": BOOK, "ecars": BOOK, "zoho": BOOK,
}  # fmt: skip
FILES: Final = {
    "devorg": ("salesforce_devorg_sample", "treeapi", ("Account", "Contact", "Lead")),
    "easy": ("salesforce_trailhead_samples", "easy-spaces-lwc", ("Accounts", "Contacts", "Leads")),
    "ecars": ("salesforce_trailhead_samples", "ecars", ("Contacts", "Leads")),
}  # fmt: skip
ZOHO_FILE: Final = ("zoho_api_records_excerpt", "zoho_records_excerpt.jsonl")


def zoho_record(stream: str, row: dict[str, Any]) -> Lead | Account:
    """Make a record of the few fields of Zoho's that matter here."""
    mine: dict[str, Any] = {"id": row["id"], "owner_id": row["Owner"]["name"], "website": row["Website"] or ""}
    if row["Annual_Revenue"]:
        mine["annual_revenue"] = Money(row["Annual_Revenue"], "USD")
    if "leads" not in stream:
        return Account(name=row["Account_Name"], **mine)
    return Lead(
        first_name=row["First_Name"], last_name=row["Last_Name"], company=row["Company"], emails=[row["Email"]],
        status=row["Lead_Status"], title=row["Designation"] or "", source=row["Lead_Source"] or "",
        phones=[PhoneNumber(row[key], kind) for key, kind in (("Phone", "main"), ("Mobile", "mobile")) if row[key]],
        address=Address(street=row["Street"] or "", city=row["City"] or "", region=row["State"]), **mine,
    )  # fmt: skip


def read(shared: Shared, name: str) -> list[Record]:
    """Read a sample."""
    if name == "zoho":
        lines = shared(*ZOHO_FILE).read_text(encoding="utf-8").splitlines()
        return [zoho_record(each["stream"], each["data"]) for each in map(json.loads, lines)]
    folder, part, files = FILES[name]
    paths = [shared(folder, part, f"{file}.json") for file in files]
    return [*salesforce.read_trees(paths, currency="USD").records]


def directory_of(records: Iterable[Entity], book: Playbook) -> Directory:
    """Give a directory of records."""
    there = list(records)
    return Directory.of(
        leads=[each for each in there if isinstance(each, Lead)],
        contacts=[each for each in there if isinstance(each, Contact)],
        accounts=[each for each in there if isinstance(each, Account)],
        pipelines=book.pipelines,
    )


def converted(shared: Shared, name: str) -> tuple[list[Record], Directory, Batch]:
    """Convert all leads of a sample; give what was there, the directory afterwards, and the batch."""
    records, book = read(shared, name), BOOKS[name]
    directory = directory_of(records, book)
    batch = convert_leads(directory.all(Lead), directory, at=NOON, playbook=book)
    for group in batch.groups:
        directory.update(group)
    return records, directory, batch


def born(batch: Batch) -> Counter[str]:
    """Count what was made, by type."""
    return Counter(type(record).__name__ for group in batch.groups for record in group.created)


def changed(batch: Batch) -> Counter[str]:
    """Count what was changed, by type."""
    return Counter(type(update.after).__name__ for group in batch.groups for update in group.updated)


def result(batch: Batch, last_name: str) -> ConversionPlan:
    """Give the plan of the lead with a last name."""
    (found,) = [plan for plan in batch.results if plan.before.last_name == last_name]
    return found


EVERY: Final = [
    pytest.param(name, marks=needs_shared_data(*parts), id=name)
    for name, parts in {**{key: value[:2] for key, value in FILES.items()}, "zoho": ZOHO_FILE}.items()
]


@pytest.mark.parametrize("name", EVERY)
def test_taking_all_back_gives_equal_records(shared: Shared, name: str) -> None:
    """Group by group, in the order in which they were made and in the opposite one."""
    records, _, batch = converted(shared, name)
    for groups in (batch.groups, batch.groups[::-1]):
        directory = directory_of(records, BOOKS[name])
        for group in batch.groups:
            directory.update(group)
        for group in groups:
            directory.update(
                revert(group, directory.current(group), at=NOON + DAY, referring=directory.referring)
            )  # fmt: skip

        assert {*directory.all(Lead), *directory.all(Contact), *directory.all(Account)} == set(records)


@pytest.mark.parametrize("name", EVERY)
def test_every_filled_field_has_a_line(shared: Shared, name: str) -> None:
    """Nothing that somebody typed is lost without a word."""
    _, _, batch = converted(shared, name)

    for plan in batch.results:
        lines = {line.field: line for line in plan.fields}
        typed = {f"custom.{key}" for key, value in plan.before.custom.items() if value not in (None, "")}
        assert [field for field in typed if not (lines[field].carried or lines[field].dropped)] == []
        assert plan.problems == ()


@pytest.mark.parametrize("name", EVERY)
def test_converting_all_again_changes_nothing(shared: Shared, name: str) -> None:
    """A second run of the same job."""
    _, directory, batch = converted(shared, name)
    again = convert_leads(directory.all(Lead), directory, at=NOON + DAY, playbook=BOOKS[name])

    assert (again.groups, [plan.replayed for plan in again.results]) == ((), [True] * len(batch.results))


@needs_shared_data("salesforce_devorg_sample")
def test_developer_sample_meets_three_who_are_there(shared: Shared) -> None:
    """Of 22 leads, two are contacts already and one more works at a company that is an account."""
    _, directory, batch = converted(shared, "devorg")

    assert (len(batch.converted), len(batch.groups)) == (22, 22)
    assert (born(batch), changed(batch)) == ({"Contact": 20, "Account": 19}, {"Lead": 22, "Contact": 2})
    assert {plan.before.name: reasons(plan) for plan in batch.results if reasons(plan)} == {
        "Pat Stumuller": [
            "the contact Pat Stumuller has the e-mail address pat@pyramid.net",
            "the account Pyramid Construction Inc. has the name of the company",
        ],
        "Andy Young": [
            "the contact Andy Young has the e-mail address a_young@dickenson.com",
            "the account Dickenson plc has the name of the company",
        ],
        "Jack Rogers": ["the account Burlington Textiles Corp of America has the name of the company"],
    }
    assert (len(directory.all(Contact)), len(directory.all(Account))) == (40, 31)


@needs_shared_data("salesforce_devorg_sample")
def test_pat_stumuller_is_carried_as_by_hand(shared: Shared) -> None:
    """The contact keeps what it has, and gets the account and the source; the lead's own fields stay with it."""
    records, _, batch = converted(shared, "devorg")
    made = result(batch, "Stumuller")
    (there,) = [each for each in records if isinstance(each, Contact) and each.last_name == "Stumuller"]
    (account,) = [each for each in records if isinstance(each, Account) and each.name.startswith("Pyramid")]

    assert made.contact == attrs.evolve(there, account_id=account.id, source="Phone Inquiry")
    assert made.account == account
    dropped = {line.field for line in made.fields if line.dropped and line.field.startswith("custom.")}
    assert dropped == {f"custom.{name}" for name in made.before.custom}
    assert len(dropped) == 7


@needs_shared_data("salesforce_devorg_sample")
def test_kristen_akin_is_carried_as_by_hand(shared: Shared) -> None:
    """Nobody knows her: a contact and an account are made, field by field."""
    _, _, batch = converted(shared, "devorg")
    made = result(batch, "Akin")

    assert made.account == Account(
        id=made.account.id if made.account else "", name="Aethna Home Products", phones=["(434) 369-3100"],
        address=Address(region="VA", country="USA"), created_at=NOON,
    )  # fmt: skip
    assert made.contact == Contact(
        id=made.contact.id if made.contact else "", first_name="Kristen", last_name="Akin", salutation="Ms",
        title="Director, Warehouse Mgmt", emails=["kakin@athenahome.com"], phones=["(434) 369-3100"],
        address=Address(region="VA", country="USA"), source="Partner Referral", account_id=made.account.id,
        created_at=NOON,
    )  # fmt: skip


@needs_shared_data("salesforce_trailhead_samples")
def test_spaces_sample_meets_nobody(shared: Shared) -> None:
    """Eleven leads of eleven companies become eleven of each; the twelve contacts and accounts are others."""
    _, directory, batch = converted(shared, "easy")

    assert (born(batch), changed(batch)) == ({"Contact": 11, "Account": 11}, {"Lead": 11})
    assert (len(directory.all(Contact)), len(directory.all(Account))) == (23, 23)
    made = result(batch, "Patterfield")
    assert made.account is not None
    assert (made.account.name, made.account.industry) == ("Hettinger and Sons", "Major Banks")
    assert str(made.account.address) == "446 Glendale Place, 92165 San Diego, CA, US"


@needs_shared_data("salesforce_trailhead_samples")
def test_cars_sample_has_one_lead(shared: Shared) -> None:
    """Her company is called Private, and that is taken at its word."""
    _, _, batch = converted(shared, "ecars")
    made = result(batch, "Bixby")

    assert (born(batch), len(batch.groups)) == ({"Contact": 1, "Account": 1}, 1)
    assert made.account is not None
    assert made.account.name == "Private"


@needs_shared_data(*ZOHO_FILE)
def test_first_two_of_zoho_are_one_person(shared: Shared) -> None:
    """One contact and one account for both; before that, each plan recommends to merge them."""
    records, directory, batch = converted(shared, "zoho")
    one, two = [plan for plan in batch.results if plan.before.last_name == "Dolan"]

    assert (one.contact, one.account) == (two.contact, two.account)
    assert [type(record) for record in one.changes.created] != []
    assert two.changes.created == ()
    assert (born(batch), len(batch.groups)) == ({"Contact": 3, "Account": 3}, 3)
    assert warnings(one) == [
        "1 other lead with the same e-mail address: Brian Dolan, Villa Margarita; merge them first"
    ]  # fmt: skip
    assert warnings(two) == []
    apart = plan_conversion(two.before, directory_of(records, BOOK), at=NOON, playbook=BOOK)
    assert warnings(apart) == warnings(one)
    assert apart.account is not None
    assert one.account is not None
    assert apart.account.id == one.account.id
    assert len(directory.all(Account)) == 4


@needs_shared_data(*ZOHO_FILE)
def test_lost_lead_of_zoho_converts_with_a_warning(shared: Shared) -> None:
    """Its main number is the company's too, its mobile is not."""
    _, _, batch = converted(shared, "zoho")
    made = result(batch, "Maclead (Sample)")

    assert warnings(made) == ["the lead is unqualified: Lost Lead"]
    assert made.account is not None
    assert made.contact is not None
    assert made.account.annual_revenue == Money("850000", "USD")
    assert [str(number.kind) for number in made.account.phones] == ["main"]
    assert [str(number.kind) for number in made.contact.phones] == ["main", "mobile"]
