"""`leadmodel find`: records for which a criterion holds."""

import json
from pathlib import Path

import pytest

from leadmodel import samples
from leadmodel.changes import Changes
from leadmodel.cli.find import _COLUMNS
from leadmodel.codec import from_plain
from leadmodel.entities import ENTITIES
from leadmodel.stores import SqlStore
from tests.cli.command import Here, in_a_pipe, on_a_terminal, without_colours


def ids(here: Here, *asked: str) -> list[str]:
    """Give the ids that are found, in order."""
    return [json.loads(line)["id"] for line in here("find", *asked, "--json").out.splitlines()]


class TestTable:
    """People get a table."""

    def test_table_shows_who_they_are(self, crm: tuple[str, str]) -> None:
        """Id, name, and the fields that matter for the type."""
        done = in_a_pipe("find", "lead", "status is Contacted and company contains SAHEL", *crm)

        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines() == [
            "1 lead",
            "",
            "id   lead                             status     emails                        owner  created at",
            "---  -------------------------------  ---------  ----------------------------  -----  ----------------",
            "l05  Fatoumata Diarra, Sahel Solaire  Contacted  fdiarra@sahelsolaire.example  milo   2026-06-02 00:00",
            "",
        ]

    def test_long_table_is_cut_and_says_how_to_go_on(self, here: Here, crm: tuple[str, str]) -> None:
        """Twenty records, the number of all, and the cursor."""
        first = here("find", "deals", *crm)
        cursor = first.err.split("--after ")[1].strip()
        second = here("find", "deals", "--after", cursor, "--limit", "60", *crm)

        assert (first.out.splitlines()[0], second.out.splitlines()[0]) == ("20 deals", "40 deals")
        assert first.err.startswith("Note: there are 60 in all; go on with --after ")
        assert (second.err, second.out.splitlines()[4].split()[0]) == ("", "d21")

    def test_field_of_the_order_is_a_column(self, here: Here, crm: tuple[str, str]) -> None:
        """What a list is ordered by is seen in it, as far as it is the record's own."""
        done = here("find", "deal", "--order-by", "-probability", "--order-by", "id", "--limit", "1", *crm)

        assert done.out.splitlines()[2].split()[-2:] == ["on", "probability"]
        assert here("find", "lead", "--order-by", "address.city", *crm).out.splitlines()[2].split()[-1] == "at"

    def test_nothing_is_said_in_words(self, here: Here, crm: tuple[str, str]) -> None:
        """An empty table would be none."""
        assert here("find", "social-update", *crm).out == "no social update is found\n"

    def test_every_type_has_its_columns(self, here: Here, crm: tuple[str, str]) -> None:
        """Whatever is on record can be listed."""
        world = samples.world()
        with SqlStore.open("sqlite:///crm.db") as store:
            store.apply(Changes(created=world.updates))

        found = {which: here("find", which, "--limit", "200", *crm).out.splitlines()[0] for which in _WORDS}

        assert (_COLUMNS.keys(), found) == (set(ENTITIES), _WORDS)

    def test_terminal_cannot_be_steered(self, here: Here, crm: tuple[str, str]) -> None:
        """Names of strangers are shown, not obeyed, in tables and in JSON."""
        here("edit", "lead", "l01", "company=\u202eevil", *crm)
        said = here("find", "lead", "id is l01", *crm).out + here("find", "lead", "id is l01", "--json", *crm).out

        assert "\u202e" not in said
        assert said.count("\\u202e") == 2

    def test_terminal_shows_a_table(self, crm: tuple[str, str]) -> None:
        """With a rule under its header."""
        out = without_colours(on_a_terminal("find", "account", "--limit", "2", *crm, columns=90).out)

        assert any(set(line.strip()) == {"─"} for line in out.splitlines())


_WORDS = {
    "lead": "16 leads", "contacts": "24 contacts", "ACCOUNT": "11 accounts", "deal": "60 deals",
    "social_updates": "120 social updates", "activities": "3 activities", "task": "2 tasks", "note": "3 notes",
}  # fmt: skip


class TestJson:
    """Programs get whole records."""

    def test_records_can_be_read_back(self, here: Here, crm: tuple[str, str]) -> None:
        """All of them where nobody says how many, each equal to what was stored."""
        lines = here("find", "deal", "--json", *crm).out.splitlines()

        assert [from_plain(json.loads(line)) for line in lines] == list(samples.world().deals)

    def test_pages_follow_each_other(self, here: Here, crm: tuple[str, str]) -> None:
        """Every record once, whatever the size of the pages."""
        asked, found, after = ("find", "contact", "--json", "--order-by", "-created_at", "--limit", "7", *crm), [], ()
        while True:
            done = here(*asked, *after)
            found += [json.loads(line)["id"] for line in done.out.splitlines()]
            if not done.err:
                break
            after = ("--after", done.err.split("--after ")[1].strip())

        assert found == ids(here, "contact", "--order-by", "-created_at", *crm)
        assert len(set(found)) == 24


class TestQuestions:
    """A criterion is what `--where` takes elsewhere."""

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            (("lead", "id in (l02, l01)"), ["l01", "l02"]),
            (("lead", "company is_empty"), ["l04", "l09", "l13"]),
            (("deal", 'contact.last_name is "van der Heide" and stage is "Closed Lost"'), ["d03"]),
            (("lead", "created_at older_than_days 30", "--at", "2026-02-01", "--zone", "UTC"), ["l10", "l12", "l15"]),
            (("contact", "custom.region is North", "--field", "region=text"), ["c02"]),
            (("contact", "custom.region is North", "--field", "custom.region=text"), ["c02"]),
        ],
    )
    def test_criterion_is_answered(
        self, here: Here, crm: tuple[str, str], asked: tuple[str, ...], found: list[str]
    ) -> None:
        """Related records, days before an instant, and fields of one's own."""
        here("edit", "contact", "c02", "custom.region=North", *crm)

        assert ids(here, *asked, *crm) == found

    def test_count_is_a_number(self, here: Here, crm: tuple[str, str]) -> None:
        """For scripts."""
        assert here("find", "lead", "status is Contacted", "--count", *crm).out == "4\n"

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (("leed",), "'leed' is no type of record; did you mean 'lead'?"),
            (("lead", "statsu is New"), "a lead has no field 'statsu'; did you mean 'status'?"),
            (("lead", "status is"), "criterion: column 10: here comes the end"),
            (("lead", "--order-by", "emails"), "a lead cannot be ordered by 'emails'"),
            (("lead", "--after", "zzz"), "'zzz' is no end of a page in this order"),
            (("lead", "--field", "size"), "'size' declares no field; write it as NAME=KIND"),
            (("lead", "--field", "size=nmber"), "'size=nmber' declares no field; did you mean 'number'?"),
            (("lead", "--field", "=number"), "'=number' declares no field"),
            (("lead", "--at", "2026-01-01T00:00"), "--at 2026-01-01T00:00 has no time zone"),
            (("lead", "--count", "--json"), "--count prints a number; it goes with no option about the records"),
            (("lead", "--limit", "0"), "0 is not in the range x>=1"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )
    def test_slip_is_named_with_the_way_out(
        self, here: Here, crm: tuple[str, str], wrong: tuple[str, ...], said: str
    ) -> None:
        """Exit code 2, and a sentence."""
        done = here("find", *wrong, *crm)

        assert (done.code, done.out) == (2, "")
        assert said in " ".join(done.err.split())


def test_looking_changes_nothing(here: Here, crm: tuple[str, str], folder: Path) -> None:
    """Whoever only reads leaves the file as it was."""
    before = (folder / "crm.db").read_bytes()

    for command in (("find", "lead"), ("history", "lead", "l01"), ("log",), ("convert", "--dry-run")):
        here(*command, *crm)

    assert (folder / "crm.db").read_bytes() == before
