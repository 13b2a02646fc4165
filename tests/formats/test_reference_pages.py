"""The reference of each format shows its table, row by row."""

import re
from typing import Final

import pytest
from tests.house import ROOT

from leadmodel.formats import hubspot, salesforce, vcard, zoho
from leadmodel.values import type_name

PAGES: Final = {
    "zoho": zoho.FIELDS, "hubspot": hubspot.FIELDS, "salesforce": salesforce.FIELDS, "vcard": vcard.FIELDS,
}  # fmt: skip
ROW: Final = re.compile(r"\| `(.+)` \| `(.+)` \|")


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_every_row(name: str) -> None:
    """Under the name of each record type stand the fields of its table, in the order of the table."""
    page = (ROOT / "docs" / "reference" / f"format-{name}.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in page.split("\n### ")[1:]}

    shown = {title: dict(ROW.findall(text.partition("\n## ")[0])) for title, text in sections.items()}

    assert shown == {f"{type_name(kind).capitalize()}s": dict(rows) for kind, rows in PAGES[name].items()}
