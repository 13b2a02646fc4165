"""What is settled about the fields of records is kept for the next page, and never leads astray."""

import json
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest

from leadmodel import Money
from leadmodel.errors import InvalidInput
from leadmodel.formats import zoho

LEAD = {"id": "1", "Company": "Acme", "Annual_Revenue": 5, "Created_Time": "2026-05-01T12:00:00", "$state": "save"}


def page(**fields: Any) -> bytes:  # noqa: ANN401  (fields of a record)
    """Give a page with one lead."""
    return json.dumps({"data": [{**LEAD, **fields}]}).encode()


class Offset(tzinfo):
    """A zone that equals others and has no hash, as those of some libraries."""

    __hash__ = None  # type: ignore[assignment]  # that is what is tested

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tzinfo)

    def utcoffset(self, _: datetime | None) -> timedelta:
        """Two hours."""
        return timedelta(hours=2)

    def dst(self, _: datetime | None) -> None:
        """Nobody asks."""

    def tzname(self, _: datetime | None) -> None:
        """Nobody asks."""


def test_options_of_one_reading_do_not_reach_the_next() -> None:
    """Currency and zone are those of each call, though the fields are the same."""
    euro = zoho.read_records(page(), currency="EUR", zone=UTC)
    dollar = zoho.read_records(page(), currency="USD", zone=Offset())

    [one], [two] = euro.records, dollar.records
    assert (one.annual_revenue, one.created_at) == (Money("5", "EUR"), datetime(2026, 5, 1, 12, tzinfo=UTC))  # type: ignore[union-attr]  # leads
    assert (two.annual_revenue, two.created_at) == (Money("5", "USD"), datetime(2026, 5, 1, 10, tzinfo=UTC))  # type: ignore[union-attr]  # as above


def test_columns_of_one_reading_do_not_reach_the_next() -> None:
    """What a caller says about a field holds for that call."""
    first = zoho.read_records(page(Nickname="Ada"), currency="EUR", zone=UTC, columns={"Nickname": "first_name"})
    second = zoho.read_records(page(Nickname="Ada"), currency="EUR", zone=UTC)

    assert (first.columns["Leads.Nickname"], second.columns["Leads.Nickname"]) == ("first_name", "custom.Nickname")


@pytest.mark.parametrize("name", ["one.json", "two.json"])
def test_what_is_wrong_with_fields_is_told_of_each_source(name: str) -> None:
    """A mistake that was found before is found again, in the source at hand."""
    with pytest.raises(InvalidInput) as caught:
        zoho.read_records(page(**{"bad\u200bname": "x"}), currency="EUR", zone=UTC, name=name)

    assert caught.value.subject == name
    assert "holds U+200B" in caught.value.problems[0].what


def test_any_number_of_fields_can_be_read() -> None:
    """Layouts that are too large to be kept are settled each time."""
    many = {f"a field with a long name, number {number:05}": "x" for number in range(700)}
    reading = zoho.read_records(page(**many), currency="EUR", zone=UTC)

    assert reading.records[0].custom == many
