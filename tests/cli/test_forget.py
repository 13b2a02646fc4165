"""`leadmodel forget`: a person, for good (LIFE-2)."""

import json
from pathlib import Path

import pytest

from leadmodel.changes import Changes
from leadmodel.entities import Lead, Note
from leadmodel.stores import SqlStore
from leadmodel.values import Ref
from tests.cli.command import Here, in_a_pipe

AT = ("--at", "2026-06-25T09:00:00Z")


@pytest.fixture
def crm(folder: Path) -> tuple[str, str]:
    """Give the option that names a database with a lead, a note about it, and somebody else."""
    lead = Lead(id="l1", last_name="Vale")
    with SqlStore.open(f"sqlite:///{folder}/crm.db") as store:
        store.apply(Changes(created=[lead, Lead(id="l2", last_name="Else"), Note(id="n1", about=lead.ref, text="Hm.")]))
    return "--store", "crm.db"


def left(folder: Path) -> list[str]:
    """Name the leads that are left."""
    with SqlStore.open(f"sqlite:///{folder}/crm.db") as store:
        return [lead.id for lead in store.find(Lead)]


class TestForget:
    """Whoever is forgotten is shown before, and gone after."""

    def test_person_is_forgotten(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """What goes is printed, and where it is written down; nothing is said of taking it back."""
        done = here("forget", "lead", "l1", "--yes", "--by", "u7", *AT, *crm)

        assert (done.code, done.out) == (0, "2 changes\n- lead l1, forgotten\n- note n1, forgotten\n")
        assert done.err == "Note: forgotten at position 2, for good\n"
        assert left(folder) == ["l2"]

    def test_dry_run_forgets_nobody(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """It shows the same, and asks nothing."""
        before = (folder / "crm.db").read_bytes()
        done = here("forget", "lead", "l1", "--dry-run", *crm)

        assert (done.code, done.out) == (0, "2 changes\n- lead l1, forgotten\n- note n1, forgotten\n")
        assert done.err == "Note: a dry run: nothing was written\n"
        assert (folder / "crm.db").read_bytes() == before

    @pytest.mark.parametrize(
        ("answer", "code", "leads"), [("y\n", 0, ["l2"]), ("n\n", 1, ["l1", "l2"]), ("", 1, ["l1", "l2"])]
    )
    def test_it_asks_first(
        self, crm: tuple[str, str], folder: Path, answer: str, code: int, leads: list[str]
    ) -> None:  # fmt: skip
        """Whoever says nothing has said no."""
        done = in_a_pipe("forget", "lead", "l1", *crm, given=answer)

        assert done.code == code
        assert "Forget all of this? Nothing brings it back. [y/N]: " in done.err
        assert done.out == "2 changes\n- lead l1, forgotten\n- note n1, forgotten\n"
        assert left(folder) == leads

    def test_past_tells_that_and_nothing_else(self, here: Here, crm: tuple[str, str]) -> None:
        """History and log show when something was done, and not what; it cannot be taken back."""
        here("forget", "lead", "l1", "--yes", "--by", "u7", *AT, *crm)
        rows = here("history", "lead", "l1", *crm).out.splitlines()
        entries = [json.loads(line) for line in here("history", "lead", "l1", "--json", *crm).out.splitlines()]
        log = here("log", *crm).out
        last = json.loads(here("log", "2", "--json", *crm).out)
        back = here("undo", "1", *crm)

        assert [row.split()[-1] for row in rows if row.startswith(("1 ", "2 ")) or " forgotten" in row] == [
            "forgotten"
        ] * 2
        assert [(each["position"], each["verb"], "record" in each) for each in entries] == [
            (1, "forgotten", False), (2, "forgotten", False),
        ]  # fmt: skip
        assert "created Else (lead l2); forgotten 1 lead, 1 note" in log
        assert last["erased"] == [{"type": "lead", "id": "l1"}, {"type": "note", "id": "n1"}]
        assert back.code == 1
        assert "lead l1: it was forgotten; nothing brings it back [LIFE-2]" in back.err

    def test_single_one_is_named_in_the_log(self, here: Here, crm: tuple[str, str]) -> None:
        """As a record that was created is; numbers tell it to programs."""
        here("forget", "lead", "l2", "--yes", *crm)

        assert "forgotten lead l2" in here("log", *crm).out
        assert [json.loads(line)["erased"] for line in here("log", "--json", *crm).out.splitlines()] == [1, 1]

    def test_unknown_person_and_what_is_none_are_refused(self, here: Here, crm: tuple[str, str]) -> None:
        """Before anything is asked."""
        unknown, deal = here("forget", "lead", "l9", *crm), here("forget", "deal", "d1", *crm)

        assert (unknown.code, deal.code) == (1, 1)
        assert "there is no lead l9" in unknown.err
        assert "a deal is no person" in deal.err

    def test_whoever_is_forgotten_stays_so(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """To forget them again does no harm."""
        for _ in range(2):
            assert here("forget", "lead", "l1", "--yes", *crm).code == 0
        with SqlStore.open(f"sqlite:///{folder}/crm.db") as store:
            found = [entry.verb for entry in store.history(Ref(Lead, "l1"))]

        assert found == ["forgotten"] * 3
