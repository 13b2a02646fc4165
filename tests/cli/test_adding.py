"""`leadmodel feed --add`: the unknown authors of a feed, put on record."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from leadmodel import Contact, Crm, Lead, Profile, SocialUpdate, classify_feed, lead_from, playbooks
from leadmodel.changes import create
from leadmodel.cli import adding
from leadmodel.cli.adding import Added, Adder
from leadmodel.cli.stores import Place
from leadmodel.errors import Conflict
from leadmodel.rules.tabs import Pair
from leadmodel.stores import SqlStore
from tests.cli.command import Here

AT = datetime(2026, 6, 1, tzinfo=UTC)
STORE = ("--store", "crm.db")


def post(number: int, handle: str, **more: str) -> str:
    """Write an update of somebody on X as a line of JSON."""
    return json.dumps({"id": f"u{number}", "network": "x", "handle": handle, "text": "Hello"} | more)


def update_by(number: int, handle: str, uid: str = "") -> SocialUpdate:
    """Make an update of somebody on X."""
    return SocialUpdate(id=f"u{number}", author=Profile("x", handle, uid=uid), author_name=handle.title())


@pytest.fixture
def store(folder: Path) -> Iterator[SqlStore]:
    """Give an empty database in the current folder."""
    del folder
    with SqlStore.open("sqlite:///crm.db") as opened:
        yield opened


@pytest.fixture
def feed(folder: Path) -> str:
    """Give a feed of two strangers, one of them twice, and of nobody."""
    lines = (
        post(1, "ada", name="Ada Lovelace"), post(2, "eve"), post(3, "Ada", name="Ada"),
        json.dumps({"id": "u4", "text": "by nobody"}),
    )  # fmt: skip
    (folder / "feed.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return "feed.jsonl"


def leads(store: SqlStore) -> list[tuple[str, str]]:
    """Give names and profiles of all leads."""
    return sorted((lead.last_name, *map(str, lead.profiles)) for lead in store.find(Lead))


class TestRecords:
    """Who was unknown is on record afterwards."""

    def test_each_unknown_author_becomes_one_lead(self, here: Here, store: SqlStore, feed: str) -> None:
        """Two updates of one author are one lead; an update without an author is none (AUTH-12)."""
        done = here("feed", *STORE, "--updates", feed, "--add", "lead", "--by", "u7", "--json")
        lines = [json.loads(line) for line in done.out.splitlines()]
        [commit] = store.log()

        assert (done.code, leads(store)) == (0, [("Ada Lovelace", "x:ada"), ("eve", "x:eve")])
        assert [(line["category"], line["added"] and line["added"]["type"]) for line in lines] == [
            ("lead_or_contact", "lead"), ("lead_or_contact", "lead"), ("lead_or_contact", None), ("unknown", None),
        ]  # fmt: skip
        assert [line["matches"] for line in lines[:2]] == [[lines[0]["added"]], [lines[1]["added"]]]
        assert commit.changes.cause is not None
        assert commit.changes.cause.by == "u7"
        assert done.err.splitlines() == [
            "Note: 2 unknown authors added as leads",
            "Note: written at position 1; to take it back: leadmodel undo 1 --store crm.db",
            "Note: ids are derived under the published namespace of the presets; set your own in a --playbook",
        ]

    def test_second_run_adds_nothing(self, here: Here, store: SqlStore, feed: str) -> None:
        """They are known by then."""
        here("feed", *STORE, "--updates", feed, "--add", "lead")

        done = here("feed", *STORE, "--updates", feed, "--add", "lead", "--csv", "--only", "unknown")

        assert (store.last(), done.err) == (1, "Note: 0 unknown authors added as leads\n")
        assert [line.split(",")[0] for line in done.out.splitlines()] == ["update", "u4"]

    def test_ids_are_those_that_the_verb_gives(self, here: Here, store: SqlStore, feed: str) -> None:
        """Whoever adds the same author in another way adds the same lead."""
        here("feed", *STORE, "--updates", feed, "--add", "lead")

        done = Crm(store, playbook=playbooks.ZOHO).add_lead(update_by(9, "eve"))

        assert (done.position, done.record.last_name) == (None, "eve")

    def test_namespace_is_that_of_the_playbook(self, here: Here, store: SqlStore, feed: str, folder: Path) -> None:
        """An organisation has ids of its own, and needs no remark about them."""
        own = "6f1c0f5e-53f5-4e67-9b7e-3a4a1d0c2b11"
        (folder / "acme.toml").write_text(f'key = "acme"\nstart = "zoho"\nnamespace = "{own}"\n', encoding="utf-8")

        done = here("feed", *STORE, "--updates", feed, "--add", "lead", "--playbook", "acme.toml")

        assert (store.count(Lead), "published" in done.err) == (2, False)
        assert {lead.id for lead in store.find(Lead)}.isdisjoint(
            lead_from(update_by(1, name), at=AT, namespace=playbooks.ZOHO.namespace).id for name in ("ada", "eve")
        )

    def test_they_can_be_contacts(self, here: Here, store: SqlStore, feed: str) -> None:
        """Zoho's +Add makes either."""
        done = here("feed", *STORE, "--updates", feed, "--add", "contact", "--csv")

        assert "2 unknown authors added as contacts" in done.err
        assert (store.count(Contact), leads(store)) == (2, [])
        assert [line.rpartition(",")[2][:7] for line in done.out.splitlines()] == [
            "added", "contact", "contact", "", "",
        ]  # fmt: skip

    def test_many_positions_are_counted(
        self, here: Here, store: SqlStore, feed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A command line that takes back hundreds of commits helps nobody."""
        monkeypatch.setattr(adding, "_POSITIONS", 0)

        done = here("feed", *STORE, "--updates", feed, "--add", "lead")

        assert store.last() == 1
        assert "Note: written at 1 positions, from 1 to 1\n" in done.err


class TestDryRun:
    """What would be added is shown, and nothing is written."""

    def test_leads_are_shown(self, here: Here, store: SqlStore, feed: str) -> None:
        """The tabs stand as they are; the leads come after them."""
        done = here("feed", *STORE, "--updates", feed, "--add", "lead", "--dry-run", "--summary", "json")
        summary = json.loads(done.err.splitlines()[-1])

        assert (done.code, store.last(), leads(store)) == (0, 0, [])
        assert "Unknown: 4 updates" in done.out
        assert done.out.index("Ada Lovelace") > done.out.index("Unknown")
        assert done.err.splitlines()[:2] == [
            "Note: 2 unknown authors would be added as leads", "Note: a dry run: nothing was written",
        ]  # fmt: skip
        assert (summary["added"], summary["tabs"]["unknown"]) == (2, 4)

    def test_json_says_whose_update_would_add_them(self, here: Here, store: SqlStore, feed: str) -> None:
        """Answers are those of today."""
        done = here("feed", *STORE, "--updates", feed, "--add", "lead", "--dry-run", "--json", "--explain")
        lines = [json.loads(line) for line in done.out.splitlines()]

        assert store.last() == 0
        assert [(line["category"], line["added"] is not None, line["records"]) for line in lines] == [
            ("unknown", True, []), ("unknown", True, []), ("unknown", False, []), ("unknown", False, []),
        ]  # fmt: skip

    def test_author_of_two_batches_is_counted_once(
        self, store: SqlStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Though nothing is written, it is remembered; of many leads, the first are shown."""
        monkeypatch.setattr(adding, "_SHOWN", 1)
        adder = Adder(Crm(store, playbook=playbooks.ZOHO), Added.LEAD, dry_run=True)

        written = [adder.add(pairs(store, *several)) for several in (["ada", "eve"], ["eve", "ada"], ["bo"])]
        adder.tell(Place(name="crm.db"), whole=True)
        said = capsys.readouterr().out

        assert (written, adder.number) == ([False] * 3, 3)
        assert ("Ada" in said, "Eve" in said, "… and 2 more" in said) == (True, False, True)


def pairs(store: SqlStore, *handles: str) -> list[Pair]:
    """Give updates of authors with the answers to them; what follows a colon is a stable id."""
    several = [update_by(number, *handle.split(":")) for number, handle in enumerate(handles)]
    return list(classify_feed(several, store))


class TestWhoIsTheSame:
    """One author is one lead, as far as that can be known."""

    @pytest.mark.parametrize(
        ("handles", "number"),
        [
            (["ada", "ada:7", "ada:7"], 1), (["ada:7", "ada"], 1), (["ada:7", "augusta:7"], 1), (["ada:7", "ada:8"], 2),
            (["ada", "ada:7", "ada:8"], 2),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )  # fmt: skip
    def test_handle_or_stable_id_tells(self, store: SqlStore, handles: list[str], number: int) -> None:
        """The same stable id is the same author; the same handle is, unless two stable ids differ (NET-1)."""
        adder = Adder(Crm(store, playbook=playbooks.ZOHO), Added.LEAD, dry_run=False)

        assert adder.add(pairs(store, *handles))
        assert store.count(Lead) == adder.number == number


class Interrupting:
    """A clock; when it is asked for the second time, after the look and before the writing, somebody else adds Ada."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.asked = store, 0

    def __call__(self) -> datetime:
        """Tell the time."""
        self.asked += 1
        if self.asked == 2:
            ada = lead_from(update_by(1, "ada"), at=AT, namespace=playbooks.ZOHO.namespace)
            self.store.apply(create(ada, at=AT, by="somebody else"))
        return AT


class TestOthers:
    """Somebody else may write at the same time."""

    def test_whoever_was_added_in_between_is_left_alone(self, store: SqlStore) -> None:
        """The others are added all the same."""
        adder = Adder(Crm(store, playbook=playbooks.ZOHO, now=Interrupting(store)), Added.LEAD, dry_run=False)

        assert adder.add(pairs(store, "ada", "eve"))
        assert (leads(store), adder.number, list(adder.here)) == ([("Ada", "x:ada"), ("Eve", "x:eve")], 1, ["u1"])

    def test_conflict_that_does_not_end_is_an_error(self, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is told as what it is."""
        monkeypatch.setattr(adding, "_TRIES", 1)
        adder = Adder(Crm(store, playbook=playbooks.ZOHO, now=Interrupting(store)), Added.LEAD, dry_run=False)

        with pytest.raises(Conflict):
            adder.add(pairs(store, "ada"))

    def test_database_that_cannot_be_written_is_told(self, here: Here, feed: str) -> None:
        """With the exit code of wrong input, and no traceback; where no store is, nothing is made."""
        done = here("feed", *STORE, "--updates", feed, "--add", "lead")

        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("Error: ")


def test_statements_do_not_grow_with_the_authors(store: SqlStore) -> None:
    """Three hundred strangers take as many statements as thirty."""

    def sent(first: int, number: int) -> int:
        adder = Adder(Crm(store, playbook=playbooks.ZOHO), Added.LEAD, dry_run=False)
        several = pairs(store, *(f"somebody{n}" for n in range(first, first + number)))
        with statements(store) as said:
            adder.add(several)
        return len(said)

    assert sent(0, 30) == sent(30, 300) > 0
    assert store.count(Lead) == 330


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Keep the statements that a store sends."""
    said: list[str] = []

    def keep(*given: object) -> None:
        said.append(str(given[2]))

    engine = store._connections.engine
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", keep)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--add", "lead"), "--add puts people into a database: name it with --store crm.db"),
        (("--add", "deal", *STORE), "'deal' is not one of 'lead', 'contact'"),
        (("--add", "lead", "--as-of", "2026-01-01T00:00Z", *STORE), "--add and --as-of exclude each other"),
        (("--dry-run", *STORE), "--dry-run is of what is written; it goes with --add lead"),
        (("--by", "ada"), "--by is of what is written"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_slip_is_named_with_the_way_out(here: Here, feed: str, options: tuple[str, ...], said: str) -> None:
    """Exit code 2, and a sentence."""
    done = here("feed", "--updates", feed, *options)

    assert (done.code, done.out) == (2, "")
    assert said in " ".join(done.err.split())
