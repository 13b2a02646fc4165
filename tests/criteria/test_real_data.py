"""Criteria over real contacts, against the same questions in SQL over the file as it is."""

import csv
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from leadmodel import Contact
from leadmodel.criteria import CustomField, parse_criterion
from leadmodel.formats.tabular import read_contacts

COLUMNS: Final = {
    "background": "description", "first_seen": "created_at", "last_seen": "last_activity_at", "sales_id": "owner_id",
}  # fmt: skip
FIELDS: Final = (
    CustomField("status", "choice"),
    CustomField("gender", "choice"),
    CustomField("has_newsletter", "text"),
)


def _tagged(tag: str) -> str:
    """Ask whether a list of tags in one cell holds a tag."""
    return f"', ' || tags || ',' like '%, {tag},%'"


QUESTIONS: Final = (
    ("custom.status is warm", "status = 'warm'"),
    ("custom.status in (Cold, WARM) and owner_id is 1", "status in ('cold', 'warm') and sales_id = '1'"),
    ("tags is_empty", "tags = ''"),
    ("tags has_any (vip)", _tagged("vip")),
    ("not (tags has_any (vip, musician))", f"not ({_tagged('vip')} or {_tagged('musician')})"),
    ("tags has_all (football-fan, musician)", f"{_tagged('football-fan')} and {_tagged('musician')}"),
    ("emails has_any (leah93@yahoo.com)",
     "'leah93@yahoo.com' in (lower(email_work), lower(email_home), lower(email_other))"),
    ("last_name starts_with mc", "lower(last_name) like 'mc%'"),
    ("description contains voluptas or title contains cross", "description like '%voluptas%' or title like '%cross%'"),
    ("created_at between 2024-08-01T00:00:00Z and 2024-08-10T00:00:00Z",
     "julianday(first_seen) >= julianday('2024-08-01') and julianday(first_seen) <= julianday('2024-08-10')"),
    ("(custom.gender is female and custom.has_newsletter is true) or account_id in (1, 2)",
     "(gender = 'female' and has_newsletter = 'true') or company_id in ('1', '2')"),
    ("custom.gender is_not female", "gender <> 'female' and gender <> ''"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_contacts_are_filtered_as_in_sql(shared: Callable[..., Path], question: str, sql: str) -> None:
    """Five hundred contacts of another CRM: the criterion finds those that SQL finds, and neither all nor none."""
    path = shared("atomic_crm_contacts", "contacts.csv")
    contacts = read_contacts(path, columns=COLUMNS).records
    holds = parse_criterion(Contact, question, FIELDS).compile()

    found = sorted(contact.id for contact in contacts if holds(contact))

    assert found == sorted(_ids_in_sql(path, sql.replace("description", "background")))
    assert 0 < len(found) < len(contacts)


def _ids_in_sql(path: Path, condition: str) -> list[str]:
    """Ask SQLite about the rows of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    connection = sqlite3.connect(":memory:")
    connection.execute(f"create table contacts ({', '.join(header)})")
    connection.executemany(f"insert into contacts values ({', '.join('?' * len(header))})", rows)  # noqa: S608  (our own)
    found = [row[0] for row in connection.execute(f"select id from contacts where {condition}")]  # noqa: S608  (our own)
    connection.close()
    return found
