"""What the documentation shows of stores: the store of the how-to, the page of the contract, the session."""

import ast
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar, Final
from unittest import SkipTest

import pytest

import leadmodel as lm
from leadmodel.testing import Capabilities, Level, StoreConformance
from leadmodel.testing.conformance import CLAUSES
from tests.cli.command import Here
from tests.house import ROOT

DOCS: Final = ROOT / "docs"
HOW_TO: Final = DOCS / "how-to"
CODE: Final = HOW_TO / "own_store"
FILES: Final = ("legacy.sql", "added.sql", "legacy_store.py", "test_legacy_store.py", "use_it.py")

sys.path[:0] = [str(CODE), str(DOCS)]
try:
    import _contract
    import legacy_store
    import test_legacy_store as shown
finally:
    del sys.path[:2]

OpenStore = Callable[..., Any]


@pytest.mark.usefixtures("not_measured")
class TestStoreOfThePage(shown.TestLegacyStore):
    """The suite, as the page runs it."""


class TestThePage:
    """The page shows what is tested, and says what comes of it."""

    def test_page_shows_the_files_that_are_tested(self) -> None:
        """The code is one text, here and on the page."""
        page = (HOW_TO / "write-a-store.md").read_text(encoding="utf-8")

        assert re.findall(r"```\{literalinclude\} own_store/(\S+)", page) == list(FILES)
        assert [name for name in FILES if f"`{name}`" not in page] == []

    def test_store_has_at_most_150_lines(self) -> None:
        """Blank lines, comments and the opening docstring aside."""
        text = (CODE / "legacy_store.py").read_text(encoding="utf-8")
        docstring = ast.parse(text).body[0].end_lineno or 0
        lines = [line for line in text.splitlines()[docstring:] if line.strip() and not line.lstrip().startswith("#")]

        assert len(lines) <= 150

    def test_what_it_prints_stands_on_the_page(self, tmp_path: Path) -> None:
        """A prospect of another program is found, converted, and seen in the table."""
        page = (HOW_TO / "write-a-store.md").read_text(encoding="utf-8")
        done = subprocess.run(
            [sys.executable, CODE / "use_it.py"], capture_output=True, text=True, check=True, cwd=tmp_path
        )

        assert done.stdout.startswith("Ada Lovelace (lead people-1)\n")
        assert f"```text\n{done.stdout}```\n" in page


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Give a database with one prospect, written by another program."""
    path = tmp_path / "people.db"
    shown.make_tables(path)
    asked(path, "INSERT INTO people (kind, surname, mail) VALUES ('prospect', 'Lovelace', 'ada@engines.example')")
    return path


def asked(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """Be another program: run one statement."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


class TestOtherPrograms:
    """Other programs go on reading and writing the table."""

    def test_rows_of_other_programs_are_records(self, people: Path) -> None:
        """Its id is made of the number, and what has no column is missing."""
        lead = legacy_store.LegacyStore(people).get(lm.Lead, "people-1")

        assert lead == lm.Lead(id="people-1", last_name="Lovelace", emails=["ada@engines.example"])

    def test_change_of_another_program_is_seen(self, people: Path) -> None:
        """S-2: whoever has not seen it overwrites nothing."""
        store = legacy_store.LegacyStore(people)
        before = store.get(lm.Lead, "people-1")
        asked(people, "UPDATE people SET mail = 'ada@home.example'")
        changes = lm.edit(before, {"title": "Analyst"}, at=lm.samples.AS_OF)

        with pytest.raises(lm.Conflict) as caught:
            store.apply(changes)

        assert caught.value == lm.Conflict(ref=lm.Ref(lm.Lead, "people-1"), expected=0, found=1)
        assert asked(people, "SELECT surname, mail, job, version FROM people") == [
            ("Lovelace", "ada@home.example", None, 1)
        ]

    def test_what_is_edited_stands_in_the_columns(self, people: Path) -> None:
        """What has a column is written there, and the rest beside it."""
        crm = lm.Crm(legacy_store.LegacyStore(people), playbook=lm.playbooks.ZOHO)
        values = {"title": "Analyst", "emails": ["ada@home.example", "ada@engines.example"], "language": "en"}
        crm.edit(lm.Lead, "people-1", values)

        columns = "no, surname, job, mail, json_extract(rest, '$.emails', '$.language')"
        assert asked(people, f"SELECT {columns} FROM people") == [  # noqa: S608  (our own)
            (1, "Lovelace", "Analyst", "ada@home.example", '[["ada@engines.example"],"en"]')
        ]

    def test_keys_and_undo_are_refused(self, people: Path) -> None:
        """What a keeper can besides, the store says that it cannot."""
        crm = lm.Crm(legacy_store.LegacyStore(people), playbook=lm.playbooks.ZOHO)

        with pytest.raises(lm.StoreError, match=r"\[S-18\]"):
            crm.edit(lm.Lead, "people-1", {"title": "CTO"}, key="k1")
        with pytest.raises(lm.StoreError, match=r"\[S-4\]"):
            crm.undo(1)
        with pytest.raises(lm.StoreError, match=r"\[S-18\]"):
            crm.store.apply(lm.Changes(), key="k1")  # type: ignore[attr-defined]  # it is a writer


class TestLeavingSomethingOut:
    """A clause that the store does not keep is found, unless it is declared; and a declaration has to be true."""

    NAME: ClassVar = "test_s02_the_version_of_an_id_never_restarts"

    @pytest.fixture
    def forgetful(self, tmp_path: Path) -> OpenStore:
        """Open stores in whose database nobody keeps the last versions of what is gone."""
        path = tmp_path / "people.db"
        shown.make_tables(path)
        asked(path, "DROP TRIGGER people_gone")
        asked(path, "DROP TRIGGER record_gone")
        return lambda tenant="acme": legacy_store.LegacyStore(path)  # noqa: ARG005  (there is one)

    def test_what_is_left_out_is_found(self, forgetful: OpenStore) -> None:
        """The test that the page names fails."""
        page = (HOW_TO / "write-a-store.md").read_text(encoding="utf-8")

        assert f"`{self.NAME}`" in page
        with pytest.raises(AssertionError):
            getattr(shown.TestLegacyStore(), self.NAME)(forgetful)

    def test_what_is_declared_is_skipped(self, forgetful: OpenStore) -> None:
        """The declaration that the page shows gives the reason."""
        page = (HOW_TO / "write-a-store.md").read_text(encoding="utf-8")
        gaps = {"S-2": "nobody keeps the versions of what is gone"}

        class Forgetful(StoreConformance):
            """The suite with the gap."""

            capabilities = Capabilities(level=Level.WRITER, gaps=gaps)

        assert str(gaps).replace("'", '"') in page
        with pytest.raises(SkipTest, match="nobody keeps the versions of what is gone"):
            getattr(Forgetful(), self.NAME)(forgetful)


class TestTheContract:
    """The page of the contract and the suite hold the same clauses."""

    def test_every_clause_has_a_section_and_its_tests(self) -> None:
        """Each clause stands once, below its level, with what proves it."""
        page = (DOCS / "reference" / "storage-contract.md").read_text(encoding="utf-8")
        told = re.findall(
            r"^## (Reader|Writer|Keeper)s$|^### ([A-Z]+-\d+)$|^```\{clause\} ([A-Z]+-\d+)$", page, re.MULTILINE
        )
        levels = dict.fromkeys(CLAUSES, "")
        sections, lists, level = [], [], ""
        for heading, section, listed in told:
            level = heading or level
            sections += [section] if section else []
            lists += [listed] if listed else []
            levels |= {section: level.lower()} if section else {}

        assert sections == lists
        assert sorted(sections) == sorted(CLAUSES)
        assert levels == {name: str(level) for name, (level, _) in CLAUSES.items()}

    def test_every_clause_has_a_test(self) -> None:
        """A clause that nothing proves is a wish."""
        assert [name for name in ("", *CLAUSES) if not list(_contract.proofs(name))] == []

    def test_every_test_cites_a_clause(self) -> None:
        """A test of no clause asks more than was promised."""
        assert _contract.unmarked() == []

    def test_test_without_a_clause_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One that has none stands out."""
        monkeypatch.setattr(_contract.StoreConformance, "test_s99_strange", lambda *_: None, raising=False)

        assert _contract.unmarked() == ["test_s99_strange"]

    def test_sentence_of_a_test_is_that_of_its_docstring(self) -> None:
        """The clause in front of it is left away: it stands above."""

        def test() -> None:
            """S-7, S-1: an unknown id is None."""

        assert _contract.sentence(test) == "An unknown id is None."


def test_session_at_the_shell_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command of the page about databases does something, in the order in which it stands there."""
    page = (HOW_TO / "use-a-database.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ (.*)$", page, re.MULTILINE)
    commands = [shlex.split(line)[1:] for line in lines if line.startswith("leadmodel ")]
    monkeypatch.setenv("LEADMODEL_STORE", "crm.db")
    monkeypatch.chdir(tmp_path)
    here = Here(capsys)

    assert "export LEADMODEL_STORE=crm.db" in lines
    assert len(commands) > 12
    assert [(words, done.err) for words in commands if (done := here(*words)).code] == []
    assert (tmp_path / "crm.db").exists()
