"""Files of records of other products: which product wrote one is told by its shape."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import needs_shared_data, shared_data

from leadmodel.entities import Account, Contact, Deal, Lead, Record
from leadmodel.errors import InvalidInput, UnknownName
from leadmodel.formats.reading import Reading
from leadmodel.formats.records import FORMATS, read_records
from leadmodel.processes import pipelines

SALESFORCE = {"records": [{"attributes": {"type": "Contact", "url": "/x/003A"}, "LastName": "Lovelace"}]}
HUBSPOT = {"results": [{"id": "003A", "properties": {"lastname": "Lovelace"}}]}
ZOHO = {"data": [{"id": "003A", "Last_Name": "Lovelace"}]}
CARD = "\n\nBEGIN:VCARD\nUID:003A\nN:Lovelace\nEND:VCARD\n"
TEXTS = {
    "salesforce": json.dumps(SALESFORCE), "hubspot": json.dumps(HUBSPOT), "zoho": json.dumps(ZOHO), "vcard": CARD,
}  # fmt: skip


class TestTelling:
    """The same person in every format."""

    @pytest.mark.parametrize("key", TEXTS)
    @pytest.mark.parametrize("named", [True, False])
    def test_formats(self, key: str, named: bool) -> None:
        """Named or not, from text, bytes or a file."""
        for source in (TEXTS[key], TEXTS[key].encode(), io.StringIO(TEXTS[key])):
            reading = read_records(source, format=key if named else "", name="people")

            assert (reading.source, reading.records) == ("people", (Contact(id="003A", last_name="Lovelace"),))

    @pytest.mark.parametrize(
        ("key", "people", "record_type"),
        [
            ("vcard", None, Contact), ("vcard", Lead, Lead), ("hubspot", Lead, Lead), ("hubspot", Contact, Contact),
            ("zoho", Lead, Contact), ("salesforce", Lead, Contact),
        ],
    )  # fmt: skip
    def test_people(self, key: str, people: type[Lead | Contact] | None, record_type: type[Record]) -> None:
        """The caller's word counts where the product has one word for both, and nowhere else."""
        (person,) = read_records(TEXTS[key], people=people)

        assert type(person) is record_type

    def test_options_reach_the_format(self) -> None:
        """Labels of stages are keys where the pipelines are given."""
        text = (
            '{"results": [{"id": "7", "properties": {"dealname": "Engine", "dealstage": "Closed Won", "amount": "1"}}]}'
        )

        (deal,) = read_records(text, stages=pipelines.HUBSPOT, currency="EUR").of(Deal)

        assert deal.stage == "closedwon"

    def test_lines_of_one_format(self) -> None:
        """The first document tells for all."""
        text = "\n".join([TEXTS["zoho"], TEXTS["zoho"].replace("003A", "003B")])

        assert [record.id for record in read_records(text)] == ["003A", "003B"]

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ('{"people": [], "page": 1}', "this is no record in a known format: its keys are people, page"),
            ("[3]", "a list is no record in a known format"),
            ("null", "nothing is no record in a known format"),
            ('{"status": "error", "message": "no scope"}', "this is an error that was answered instead of records"),
        ],
    )
    def test_unknown_shapes(self, text: str, what: str) -> None:
        """The known formats are named."""
        with pytest.raises(InvalidInput) as caught:
            read_records(text.encode())

        assert caught.value.problems[0].what.startswith(what)

    def test_format_that_is_none(self) -> None:
        """The known ones are named."""
        with pytest.raises(UnknownName) as caught:
            read_records(CARD, format="outlook")

        assert caught.value.known == (*(row.key for row in FORMATS), "vcard")

    @given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
    def test_whatever(self, content: bytes) -> None:
        """Records, or everything that is wrong."""
        with suppress(InvalidInput):
            assert isinstance(read_records(content), Reading)

    def test_empty_file(self) -> None:
        """Nothing is no JSON."""
        with pytest.raises(InvalidInput):
            read_records(b"")


@needs_shared_data("salesforce_trailhead_samples")
def test_tree_of_salesforce() -> None:
    """A real file is told by itself."""
    path = shared_data("salesforce_trailhead_samples", "lwc-recipes", "Accounts.json")

    assert {type(record) for record in read_records(path)} == {Account}
