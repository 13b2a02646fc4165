"""`leadmodel load`: the records of files, put into a database: all of them or none."""

import json
from pathlib import Path

import pytest

from leadmodel.stores import SqlStore
from tests.cli.command import Done, Here, in_a_pipe
from tests.shared_data import needs_shared_data, shared_data

AT = ("--at", "2026-06-25T09:00:00Z")
CONTACTS = "id,last name,email,city,tags,Shoe size\nc1,Lovelace,ada@acme.example,London,vip,38\nc2,Hopper,,,,\n"
DEALS = "id,name,stage,contact id\nd1,Engines,Qualification,c1\n"


@pytest.fixture
def empty(here: Here, folder: Path) -> tuple[str, str]:
    """Give the option that names an empty database in the current folder."""
    here("init", "crm.db")
    (folder / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    (folder / "deals.csv").write_text(DEALS, encoding="utf-8")
    return "--store", "crm.db"


@pytest.fixture
def loaded(here: Here, empty: tuple[str, str]) -> tuple[str, str]:
    """Give the option that names a database with two contacts."""
    here("load", "--contacts", "contacts.csv", *AT, *empty)
    return empty


def rows(done: Done) -> list[list[str]]:
    """Give the table of what became of the records."""
    return [line.split() for line in done.out.splitlines()[4:] if line]


def contact(here: Here, store: tuple[str, str], contact_id: str = "c1") -> dict[str, object]:
    """Give a contact as it stands."""
    record: dict[str, object] = json.loads(here("find", "contact", f"id is {contact_id}", "--json", *store).out)
    return record


def positions(folder: Path) -> int:
    """Say how much was written."""
    with SqlStore.open(f"sqlite:///{folder / 'crm.db'}") as store:
        return len([*store.log()])


class TestLoading:
    """Records of files become records of the database."""

    def test_all_files_are_stored_at_one_position(self, here: Here, empty: tuple[str, str], folder: Path) -> None:
        """The summary counts them, and says how to take them back."""
        done = here("load", "--contacts", "contacts.csv", "--deals", "deals.csv", "--by", "u7", *AT, *empty)

        assert (done.code, rows(done)) == (0, [["contacts", "2"], ["deals", "1"]])
        assert done.err.splitlines()[-1] == (
            "Note: written at position 1; to take it back: leadmodel undo 1 --store crm.db"
        )
        assert contact(here, empty)["created_at"] == "2026-06-25T09:00:00Z"
        assert positions(folder) == 1

    def test_dry_run_stores_nothing(self, here: Here, empty: tuple[str, str], folder: Path) -> None:
        """It counts the same."""
        before = (folder / "crm.db").read_bytes()

        done = here("load", "--contacts", "contacts.csv", "--dry-run", *empty)

        assert (done.code, rows(done)) == (0, [["contacts", "2"]])
        assert done.err.splitlines()[-1] == "Note: a dry run: nothing was written"
        assert (folder / "crm.db").read_bytes() == before

    def test_contact_of_a_deal_may_be_on_record_already(self, here: Here, loaded: tuple[str, str]) -> None:
        """Files come one after the other."""
        done = here("load", "--deals", "deals.csv", *loaded)

        assert (done.code, rows(done)) == (0, [["deals", "1"]])

    def test_stages_are_those_of_the_playbook(self, here: Here, loaded: tuple[str, str], folder: Path) -> None:
        """A pipeline that is named counts for more."""
        (folder / "deals.csv").write_text("id,stage,contact id\nd1,Prospecting,c1\n", encoding="utf-8")
        asked = ("load", "--deals", "deals.csv", "--dry-run", *loaded)

        codes = [
            here(*asked, *option).code
            for option in ((), ("--playbook", "simple"), ("--pipeline", "salesforce"))
        ]  # fmt: skip

        assert codes == [1, 1, 0]

    def test_other_contacts_of_a_deal_are_looked_for(self, here: Here, loaded: tuple[str, str], folder: Path) -> None:
        """Whoever takes part is a contact as well; a part of a larger whole is let through on request."""
        (folder / "deals.csv").write_text("id,stage,contacts.buyer\nd1,Qualification,c2\nd2,Qualification,c9\n")
        asked = ("load", "--deals", "deals.csv", *loaded)

        refused, done = here(*asked), here(*asked, "--partial")

        assert (refused.code, done.code) == (1, 0)
        assert "deal d2" in refused.err
        assert "deal d1" not in refused.err


class TestLoadingAgain:
    """What is there already stays, unless somebody says otherwise."""

    def test_same_files_change_nothing(self, here: Here, loaded: tuple[str, str], folder: Path) -> None:
        """A load may be repeated, also where records hold more by then."""
        here("edit", "contact", "c1", "custom.hat=7", *loaded)

        done = here("load", "--contacts", "contacts.csv", *loaded)

        assert (done.code, rows(done)) == (0, [["contacts", "0", "2"]])
        assert done.err.splitlines()[-1] == "Note: there was nothing to write"
        assert positions(folder) == 2

    def test_new_records_come_in_beside_the_old(self, here: Here, loaded: tuple[str, str], folder: Path) -> None:
        """A file that has grown is loaded again."""
        (folder / "contacts.csv").write_text(f"{CONTACTS}c3,Babbage,,,,\n", encoding="utf-8")

        done = here("load", "--contacts", "contacts.csv", *loaded)

        assert rows(done) == [["contacts", "1", "2"]]

    def test_other_values_are_refused_together(self, here: Here, loaded: tuple[str, str], folder: Path) -> None:
        """With what does not hold together; nothing is stored, not even what is new."""
        changed = CONTACTS.replace("London", "Paris").replace("Hopper", "Murray")
        (folder / "contacts.csv").write_text(f"{changed}c3,Babbage,,,,\n", encoding="utf-8")
        (folder / "deals.csv").write_text(DEALS.replace("Qualification", "Qualified"), encoding="utf-8")

        done = here("load", "--contacts", "contacts.csv", "--deals", "deals.csv", *loaded)

        assert (done.code, done.out, positions(folder)) == (1, "", 1)
        stage, *others = [line for line in done.err.splitlines() if not line.startswith("Note")]
        assert stage.startswith("Error: the files: deal d1, stage: there is no stage 'Qualified' in pipeline zoho;")
        ways = "--update takes those of the file, --keep leaves it as it is"
        assert others == [
            "Error: the files and the database: 2 problems",
            f"  - contact c1: it is there already, with other values in: address; {ways}",
            f"  - contact c2: it is there already, with other values in: last_name; {ways}",
        ]

    def test_very_many_differences_are_counted(self, here: Here, empty: tuple[str, str], folder: Path) -> None:
        """Nobody reads a thousand lines."""
        for word in ("Ada", "Eve"):
            lines = "".join(f"c{n},{word}\n" for n in range(30))
            (folder / f"{word}.csv").write_text(f"id,last name\n{lines}", encoding="utf-8")
        here("load", "--contacts", "Ada.csv", *empty)

        done = here("load", "--contacts", "Eve.csv", *empty)

        assert (done.code, len(done.err.splitlines())) == (1, 22)
        assert done.err.splitlines()[-1] == "  - and 10 more like these"

    def test_update_takes_what_the_file_says(self, here: Here, loaded: tuple[str, str], folder: Path) -> None:
        """Field by field; an empty cell says nothing, and what the file has no column for stays."""
        here("edit", "contact", "c1", "title=Countess", "custom.hat=7", *loaded)
        text = CONTACTS.replace("London", "Paris").replace("38", "39").replace("ada@acme.example", "")
        (folder / "contacts.csv").write_text(text, encoding="utf-8")

        done = here("load", "--contacts", "contacts.csv", "--update", "--by", "u7", *loaded)
        record = contact(here, loaded)

        assert (done.code, rows(done)) == (0, [["contacts", "0", "1", "1"]])
        assert [record[name] for name in ("title", "emails", "tags", "address", "custom")] == [
            "Countess", ["ada@acme.example"], ["vip"], {"city": "Paris"}, {"Shoe size": "39", "hat": "7"},
        ]  # fmt: skip

    def test_keep_leaves_them_as_they_are(self, here: Here, loaded: tuple[str, str], folder: Path) -> None:
        """New ones come in all the same."""
        text = CONTACTS.replace("London", "Paris")
        (folder / "contacts.csv").write_text(f"{text}c3,Babbage,,,,\n", encoding="utf-8")

        done = here("load", "--contacts", "contacts.csv", "--keep", *loaded)

        assert (done.code, rows(done)) == (0, [["contacts", "1", "1", "1"]])
        assert contact(here, loaded)["address"] == {"city": "London"}

    def test_stage_is_moved_and_not_updated(self, here: Here, loaded: tuple[str, str], folder: Path) -> None:
        """A file does not go past the rules of the pipeline (PIPE-12)."""
        here("load", "--deals", "deals.csv", *loaded)
        (folder / "deals.csv").write_text(DEALS.replace("Qualification", "Closed Won"), encoding="utf-8")

        done = here("load", "--deals", "deals.csv", "--update", *loaded)

        assert (done.code, positions(folder)) == (1, 2)
        assert "deal d1, stage: the field stage cannot be edited; leadmodel move sets it [PIPE-12]" in done.err


class TestWrongLoads:
    """What cannot be loaded is said, and nothing is stored."""

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ((), "there is nothing to load; name files with --people, --leads, --contacts …"),
            (("--contacts", "contacts.csv", "--update", "--keep"), "--update and --keep exclude each other"),
            (("--contacts", "contacts.csv", "--at", "2026-01-01"), "--at 2026-01-01T00:00 has no time zone"),
            (("--contacts", "contacts.csv", "--playbook", "own"), "there is no playbook 'own'"),
        ],
    )
    def test_slip_is_named(self, here: Here, empty: tuple[str, str], options: tuple[str, ...], said: str) -> None:
        """Exit code 2, and a sentence."""
        done = here("load", *options, *empty)

        assert (done.code, done.out) == (2, "")
        assert said in " ".join(done.err.split())

    def test_problems_of_all_files_come_at_once(self, here: Here, empty: tuple[str, str], folder: Path) -> None:
        """As for every command that reads files."""
        (folder / "contacts.csv").write_text("id,last name,email\nc1,Lovelace,ada\n", encoding="utf-8")

        done = here("load", "--contacts", "contacts.csv", "--leads", "leads.csv", *empty)

        assert (done.code, done.out, positions(folder)) == (1, "", 0)
        assert [line.split()[1] for line in done.err.splitlines()] == ["leads.csv:", "contacts.csv"]

    def test_id_stands_in_one_file_only(self, here: Here, empty: tuple[str, str]) -> None:
        """Twice the same file is a slip."""
        done = here("load", "--contacts", "contacts.csv", "--contacts", "contacts.csv", *empty)

        assert done.code == 1
        assert "contact c1: the id is given 2 times; ids are unique" in done.err


class TestContactData:
    """Phone numbers by their country, and addresses that can be delivered, where that is asked."""

    def test_numbers_are_completed_by_their_country(self, here: Here, empty: tuple[str, str], folder: Path) -> None:
        """So that equal numbers are equal, however they were written."""
        (folder / "contacts.csv").write_text("id,last name,phone\nc1,Abara,02 555 12 12\n", encoding="utf-8")
        here("load", "--contacts", "contacts.csv", "--region", "BE", *AT, *empty)

        assert contact(here, empty)["phones"] == [{"number": "+3225551212"}]

    def test_country_without_phones_is_wrong_use(self, here: Here, empty: tuple[str, str]) -> None:
        """With the nearest one that has some."""
        done = here("load", "--contacts", "contacts.csv", "--region", "be", *AT, *empty)

        assert done.code == 2
        assert "'be' is no country with phones; did you mean 'BE'?" in done.err

    def test_addresses_that_cannot_be_delivered_are_refused(
        self, here: Here, empty: tuple[str, str], folder: Path
    ) -> None:
        """And nothing is loaded."""
        (folder / "contacts.csv").write_text("id,last name,email\nc1,Abara,ada@acme..example\n", encoding="utf-8")
        done = here("load", "--contacts", "contacts.csv", "--strict-emails", *AT, *empty)

        assert done.code == 1
        assert "cannot have two periods in a row" in done.err
        assert positions(folder) == 0


@needs_shared_data("salesforce_trailhead_samples")
@pytest.mark.usefixtures("folder")
def test_export_of_salesforce_is_loaded_and_found() -> None:
    """A whole export goes in, and a question over related records finds its way through it."""
    trees = shared_data("salesforce_trailhead_samples", "lwc-recipes")
    store = ("--store", "crm.db")
    in_a_pipe("init", "crm.db")

    done = in_a_pipe(
        "load", "--accounts", trees / "Accounts.json", "--contacts", trees / "Contacts.json",
        "--deals", trees / "Opportunities.json", "--pipeline", "salesforce", "--currency", "USD", *store,
    )  # fmt: skip
    accounts = json.loads((trees / "Accounts.json").read_text("utf-8"))["records"]
    found = in_a_pipe("find", "deal", f'account.name is "{accounts[0]["Name"]}"', "--json", *store)

    assert done.code == 0
    assert ["accounts", str(len(accounts))] in rows(done)
    assert {json.loads(line)["account_id"] for line in found.out.splitlines()} == {
        accounts[0]["attributes"]["referenceId"]
    }


def test_many_records_are_loaded_in_batches(here: Here, empty: tuple[str, str], folder: Path) -> None:
    """More records than one question may name: all are found again when they come a second time."""
    lines = "".join(f"l{n},Lead {n}\n" for n in range(10_050))
    (folder / "leads.csv").write_text(f"id,last name\n{lines}", encoding="utf-8")

    first, second = (here("load", "--leads", "leads.csv", *empty) for _ in range(2))

    assert (rows(first), rows(second)) == ([["leads", "10,050"]], [["leads", "0", "10,050"]])
    assert len(in_a_pipe("find", "lead", "--json", *empty).out.splitlines()) == 10_050
