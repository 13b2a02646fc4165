"""Files of other products: a user passes what was downloaded, and names no format."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Done, Here

UPDATE = {"id": "u1", "network": "x", "handle": "ada"}
ZOHO_PEOPLE = {"data": [{"id": "1", "Last_Name": "Lovelace", "Twitter": "ada", "$approved": True}]}
ZOHO_DEALS = {
    "data": [{
        "id": "7", "Deal_Name": "Engine", "Stage": "Identify Decision Makers", "Contact_Name": {"name": "A", "id": "1"},
        "Pipeline": {"name": "Standard (Standard)", "id": "5"},
    }],
}  # fmt: skip
HUBSPOT_PEOPLE = {
    "results": [{"id": "1", "properties": {"lastname": "Lovelace", "twitterhandle": "ada", "lifecyclestage": "lead"}}],
}
HUBSPOT_DEALS = {
    "results": [{
        "id": "7", "properties": {"dealname": "Engine", "dealstage": "closedwon", "pipeline": "default"},
        "associations": {"contacts": {"results": [{"id": "1", "type": "deal_to_contact"}]}},
    }],
}  # fmt: skip
HUBSPOT = ("--contacts", "hubspot.json", "--deals", "hubspot_deals.json")
CARD = "BEGIN:VCARD\nUID:1\nFN:Ada\nX-TWITTER:ada\nEND:VCARD\n"


@pytest.fixture
def files(folder: Path) -> Mapping[str, Path]:
    """Write every file of this module into the current folder."""
    contents: dict[str, Any] = {
        "feed.jsonl": json.dumps(UPDATE),
        "zoho.json": json.dumps(ZOHO_PEOPLE),
        "zoho_deals.json": json.dumps(ZOHO_DEALS),
        "hubspot.json": json.dumps(HUBSPOT_PEOPLE),
        "hubspot_deals.json": json.dumps(HUBSPOT_DEALS),
        "people.vcf": CARD,
        "hubspot.csv": "Record ID,Last Name,Twitter Username,Lifecycle Stage\n1,Lovelace,ada,Lead\n",
        "hubspot_deals.csv": "Record ID,Deal Name,Deal Stage,Associated Contact IDs\n7,Engine,Closed Won,1\n",
        "pipeline.json": json.dumps({"id": "default", "label": "Sales", "stages": [
            {"id": "a", "label": "A", "metadata": {"probability": "0.5"}},
            {"id": "closedwon", "label": "Closed Won", "metadata": {"probability": "1.0"}},
        ]}),
        "pipeline.csv": "stage_id,label,probability,display_order\na,A,0.5,0\nclosedwon,Closed Won,1.0,1\n",
    }  # fmt: skip
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    return {name: folder / name for name in contents}


def category(done: Done) -> str:
    """Give what the author of the update was found to be."""
    assert done.code == 0, done.err
    return str(json.loads(done.out)["category"])


@pytest.mark.usefixtures("files")
class TestFeed:
    """Who is behind an update, out of downloaded files."""

    @pytest.mark.parametrize(
        ("options", "found"),
        [
            (("--people", "zoho.json"), "lead_or_contact"),
            (("--contacts", "zoho.json", "--deals", "zoho_deals.json"), "potential_contact"),
            (("--people", "hubspot.json"), "lead_or_contact"),
            ((*HUBSPOT, "--pipeline", "hubspot"), "customer"),
            ((*HUBSPOT, "--pipeline", "pipeline.json"), "customer"),
            (("--contacts", "hubspot.csv", "--deals", "hubspot_deals.csv", "--pipeline", "pipeline.csv"), "customer"),
            (("--people", "hubspot.csv"), "lead_or_contact"),
            (("--people", "people.vcf"), "lead_or_contact"),
            (("--leads", "people.vcf"), "lead_or_contact"),
        ],
    )  # fmt: skip
    def test_formats_are_told_by_their_content(self, here: Here, options: tuple[str, ...], found: str) -> None:
        """Labels of stages and names of pipelines are understood by the pipelines that were asked for."""
        assert category(here("feed", *options, "--updates", "feed.jsonl", "--json")) == found

    @pytest.mark.parametrize(
        ("options", "kind"),
        [
            (("--leads", "people.vcf"), "lead"), (("--contacts", "people.vcf"), "contact"),
            (("--people", "hubspot.json"), "lead"), (("--contacts", "hubspot.json"), "contact"),
            (("--leads", "hubspot.csv"), "lead"), (("--contacts", "hubspot.csv"), "contact"),
        ],
    )  # fmt: skip
    def test_option_says_what_people_are(self, here: Here, options: tuple[str, ...], kind: str) -> None:
        """Address books do not say it, and HubSpot has one word for both."""
        done = here("feed", *options, "--updates", "feed.jsonl", "--json")

        assert json.loads(done.out)["matches"] == [{"type": kind, "id": "1"}]

    def test_assumed_pipeline_is_noted(self, here: Here) -> None:
        """Nothing is taken for something else in silence."""
        done = here("feed", "--people", "zoho.json", "--deals", "zoho_deals.json", "--updates", "feed.jsonl")

        assert "skipped: 'Standard (Standard)' as the pipeline of 1 deal: 'zoho' has their stages" in done.err

    @pytest.mark.parametrize("column", ["Nick", "Contacts.Nick"])
    def test_fields_of_json_may_be_named(self, here: Here, folder: Path, column: str) -> None:
        """An organisation's own field may hold the handle."""
        (folder / "own.json").write_text('{"id": "1", "Last_Name": "L", "Nick": "ada"}', encoding="utf-8")
        option = ("--column", f"{column}=profiles.x")

        done = here("feed", "--people", "own.json", *option, "--updates", "feed.jsonl", "--json")

        assert category(done) == "lead_or_contact"

    def test_field_that_no_file_has(self, here: Here) -> None:
        """A slip is named, whatever the files are."""
        done = here("feed", "--people", "zoho.json", "--column", "Twiter=profiles.x", "--updates", "feed.jsonl")

        assert done.code == 2
        assert "--column Twiter: no file has it; did you mean 'Twitter'?" in " ".join(done.err.split())


@pytest.mark.usefixtures("files")
def test_downloaded_records_are_loaded(here: Here) -> None:
    """A database is filled from the same files."""
    here("init", "crm.db")

    done = here("load", "--people", "people.vcf", "--store", "crm.db")
    found = here("find", "contact", "--json", "--store", "crm.db")

    assert (done.code, json.loads(found.out)["id"]) == (0, "1")
