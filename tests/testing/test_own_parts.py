"""Parts of one's own, proved by one line each, with pytest or without: rules, processes, playbooks, stores."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import attrs
import pytest
from tests.testing.drawing import drawn

from leadmodel import Playbook, author_rules, pipelines, playbooks, statuses
from leadmodel.errors import InvalidInput, MissingExtra, Problem
from leadmodel.playbook import playbook_to_plain
from leadmodel.rules.conversion import ConversionRules
from leadmodel.stores import Clock, MemoryStore, utc_now
from leadmodel.testing import Capabilities, Level, StoreConformance, laws, strategies
from leadmodel.testing.laws import playbooks as playbook_laws

OURS: Final = attrs.evolve(
    playbooks.ZOHO, key="tea", namespace=UUID(int=7), pipelines=[pipelines.ZOHO, pipelines.SIMPLE],
    conversion=ConversionRules(requires=["emails"]),
)  # fmt: skip


def stores() -> Callable[..., MemoryStore]:
    """Give what opens stores over the same records."""
    kept: dict[str, MemoryStore] = {}

    def open_store(tenant: str = "acme", now: Clock = utc_now) -> MemoryStore:
        return kept.setdefault(tenant, MemoryStore(now=now))

    return open_store


class Forgetful(MemoryStore):
    """A store that finds nothing again by its id."""

    def get(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401  (as the store has it)
        """Give nothing."""
        return None


def forgetful() -> Callable[..., MemoryStore]:
    """Give what opens such stores."""
    return lambda _tenant="acme": Forgetful()


class TestPlaybook:
    """A playbook can be worked with, or the law says why not."""

    @pytest.mark.parametrize("playbook", [OURS, playbooks.ZOHO, playbooks.SIMPLE], ids=lambda playbook: playbook.key)
    def test_known_playbooks_keep_the_law(self, playbook: Playbook) -> None:
        """The presets, and one that demands more than they do, which refuses leads and keeps the law by that."""
        laws.check_playbook(playbook)

    def test_drawn_playbooks_keep_the_law(self) -> None:
        """Whatever their processes ask for."""
        for playbook in drawn(strategies.playbooks(), 5):
            laws.check_playbook(playbook)

    def test_broken_process_is_found(self) -> None:
        """A table that got past the check of the process is told."""
        pipeline = attrs.evolve(pipelines.SIMPLE)
        object.__setattr__(pipeline, "moves", pipeline.moves[1:])

        with pytest.raises(AssertionError, match="0 rows of"):
            laws.check_playbook(attrs.evolve(playbooks.SIMPLE, pipelines=[pipeline]))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda rows: rows[1:], r"it has: \{'.*': 0\}"),
            (lambda rows: (*rows, rows[0]), r"it has: \{'.*': 2\}"),
            (lambda rows: (attrs.evolve(rows[0], targets=(), dropped="no place"), *rows[1:]), "without a reason"),
        ],
        ids=["missing", "double", "silent"],
    )
    def test_mapping_that_leaves_out_is_found(self, change: Callable[[Any], Any], message: str) -> None:
        """A field of a lead without a row, with two, or with one that says nothing."""
        rules = attrs.evolve(playbooks.SIMPLE.conversion)
        rows = change(rules.mapping)
        if "reason" in message:
            object.__setattr__(rows[0], "dropped", "")
        object.__setattr__(rules, "mapping", rows)
        playbook = attrs.evolve(playbooks.SIMPLE)
        object.__setattr__(playbook, "conversion", rules)

        with pytest.raises(AssertionError, match=message):
            laws.check_playbook(playbook)

    def test_playbook_that_comes_back_as_another_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is read back has to be equal."""
        monkeypatch.setattr(playbook_laws, "playbook_from_plain", lambda _: playbooks.ZOHO)

        with pytest.raises(AssertionError, match="is another one, read back from plain data"):
            laws.check_playbook(playbooks.SIMPLE)

    def test_playbook_that_does_not_come_back_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What cannot be read back is told with the reason."""

        def refused(_: object) -> Playbook:
            raise InvalidInput(subject="playbook", problems=(Problem(what="no tea"),))

        monkeypatch.setattr(playbook_laws, "playbook_from_plain", refused)

        with pytest.raises(AssertionError, match="is not read back from plain data: playbook: no tea"):
            laws.check_playbook(playbooks.SIMPLE)

    def test_missing_library_leaves_out_its_form_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the extra that writes TOML, the other forms are checked all the same."""

        def missing(_: Playbook) -> str:
            raise MissingExtra(library="tomli_w", extra="toml", purpose="writing TOML")

        monkeypatch.setattr(playbook_laws, "playbook_to_toml", missing)

        laws.check_playbook(playbooks.SIMPLE)

        assert playbook_to_plain(playbooks.SIMPLE)["key"] == "simple"


class TestStore:
    """A store keeps the contract, or the law tells every clause that it does not keep."""

    def test_store_that_keeps_the_clauses_is_reported_on(self) -> None:
        """What was not asked stands in the report."""
        report = laws.check_store(stores, clauses=["S-7"], capabilities=Capabilities(level=Level.READER))

        assert report.level is Level.READER
        assert any(line.startswith("S-1,") for line in report.unchecked)

    def test_every_failure_is_told(self) -> None:
        """All tests that fail, each with what it raised; the clauses are in their names."""
        with pytest.raises(
            AssertionError, match=r"(?s)tests of the storage contract fail:.*test_s05_.*test_s06_"
        ) as told:
            laws.check_store(forgetful, clauses=["S-5", "S-6"])

        assert isinstance(told.value.__cause__, ExceptionGroup)
        assert len(told.value.__cause__.exceptions) == str(told.value).count("\n  - ")

    def test_gap_that_is_none_is_told(self) -> None:
        """A store that can do more than its owner says."""
        with pytest.raises(AssertionError, match="S-7 is declared a gap, and every test of it passes"):
            laws.check_store(stores, clauses=["S-7"], capabilities=Capabilities(gaps={"S-7": "we think"}))

    def test_gap_that_is_one_is_reported(self) -> None:
        """With the reason that was given."""
        gaps = Capabilities(gaps={"S-5": "ids are numbers here"})
        report = laws.check_store(forgetful, clauses=["S-5"], capabilities=gaps)

        assert "S-5, ids are the caller's: a declared gap; ids are numbers here" in report.unchecked

    def test_suite_of_ones_own_is_asked(self) -> None:
        """What its owner says in other words counts, and the suite itself stays as it was."""
        filled: list[object] = []

        class Own(StoreConformance):
            def fill(self, store: Any, records: Any) -> None:  # noqa: ANN401  (as in the suite)
                filled.append(store)
                super().fill(store, records)

        laws.check_store(stores, suite=Own, clauses=["S-5"], capabilities=Capabilities(level=Level.WRITER))

        assert filled
        assert Own.capabilities == Capabilities()

    def test_silent_error_is_told_by_its_name(self) -> None:
        """An error without words has a type at least."""

        def make() -> Callable[..., MemoryStore]:
            def open_store(tenant: str = "acme") -> MemoryStore:
                del tenant
                raise ValueError

            return open_store

        with pytest.raises(AssertionError, match=r"test_s07_\w+: ValueError"):
            laws.check_store(make, clauses=["S-7"])


#: A program that has no pytest, and proves every part of its own.
WITHOUT_PYTEST: Final = """
import sys

class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pytest", "_pytest"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Nowhere())

import attrs
import leadmodel as lm
from leadmodel.stores import MemoryStore, utc_now
from leadmodel.testing import laws

laws.check_author_rules(attrs.evolve(lm.author_rules.ZOHO, name="ours", companies=True))
laws.check_process(attrs.evolve(lm.pipelines.ZOHO, key="ours"))
laws.check_process(attrs.evolve(lm.statuses.ZOHO, key="ours"))
laws.check_playbook(attrs.evolve(lm.playbooks.SIMPLE, key="ours"))
assert "hypothesis" not in sys.modules

def make():
    kept = {}
    return lambda tenant="acme", now=utc_now: kept.setdefault(tenant, MemoryStore(now=now))

print(laws.check_store(make, clauses=["S-7", "S-11"]))

from hypothesis import given, settings
from leadmodel.testing import payloads

@settings(max_examples=3, database=None, deadline=None)
@given(payloads.mastodon())
def read(payload):
    from leadmodel.formats.updates import updates_in

    assert len(updates_in(payload.text, server=payload.server)) == len(payload.means)

read()
assert "pytest" not in sys.modules and "_pytest" not in sys.modules
"""


def test_everything_runs_without_pytest(tmp_path: Path) -> None:
    """Rules, processes, a playbook and a store are proved by plain calls where pytest cannot be imported."""
    environment = {**os.environ, "HYPOTHESIS_NO_PLUGINS": "1", "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYTEST],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("of a keeper, this was not checked:")


_PARTS: Final[dict[str, tuple[Callable[[Any], None], Any, str]]] = {
    "rules": (laws.check_author_rules, attrs.evolve(author_rules.ZOHO, name="ours", companies=True), "rows"),
    "pipeline": (laws.check_process, attrs.evolve(pipelines.ZOHO, key="ours"), "moves"),
    "statuses": (laws.check_process, attrs.evolve(statuses.ZOHO, key="ours"), "moves"),
}


@pytest.mark.parametrize("name", _PARTS)
def test_own_table_is_proved_by_one_line(name: str) -> None:
    """What is made of a preset keeps the laws; with a row too few, it does not."""
    check, part, rows = _PARTS[name]
    check(part)
    object.__setattr__(part := attrs.evolve(part), rows, getattr(part, rows)[1:])

    with pytest.raises(AssertionError, match="0 rows of"):
        check(part)
