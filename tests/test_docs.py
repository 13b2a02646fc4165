"""What the documentation shows is what the code holds."""

import inspect
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import attrs
import pytest

import leadmodel as lm
from leadmodel.cli.commands import leadmodel as command
from leadmodel.criteria import OPERATORS
from leadmodel.entities import facts_of
from leadmodel.rules.answers import SENTENCES
from leadmodel.values import type_name
from tests.house import ROOT, SOURCE

DOCS: Final = ROOT / "docs"
SOURCES: Final = DOCS / "rules" / "sources.md"
_FAMILIES: Final = (
    "AUTH|NET|LEAD|REL|ACT|PIPE|CONV|CRIT|ASSIGN|SCORE|FLOW|VIEW|BULK|FIELD|IMPORT|EXPORT|DUP|LIFE|REPORT|S"
)
RULE_ID: Final = re.compile(rf"\b((?:{_FAMILIES})-)(\d+)(?: to \1(\d+))?")
_OUTSIDE: Final = ("http://", "https://", "mailto:", "data:")


@attrs.define
class Page(HTMLParser):
    """A built page: where it links to, what can be linked to on it, and the rows of its tables by heading."""

    links: list[str] = attrs.field(factory=list)
    anchors: set[str] = attrs.field(factory=set)
    tables: dict[str, list[tuple[str, ...]]] = attrs.field(factory=dict)
    _text: str = ""
    _heading: str = ""
    _row: list[str] = attrs.field(factory=list)

    def __attrs_pre_init__(self) -> None:
        """Start the parser."""
        super().__init__()

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        """Take note of links and anchors, and begin a heading, a row or a cell."""
        facts = dict(given)
        self.anchors.add(facts.get("id") or "")
        self.links += [address for name in ("href", "src") if (address := facts.get(name))]
        if tag in {"h1", "h2", "h3", "td"}:
            self._text = ""
        elif tag == "tr":
            self._row = []

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        """End a heading, a row or a cell."""
        if tag in {"h1", "h2", "h3"}:
            self._heading = self._text.strip().rstrip("¶").strip()
        elif tag == "td":
            self._row.append(self._text.strip())
        elif tag == "tr" and self._row:
            self.tables.setdefault(self._heading, []).append(tuple(self._row))


@cache
def page_at(path: Path) -> Page:
    """Read a built page."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def dead_links(folder: Path) -> list[str]:
    """Give the links between built pages that lead nowhere."""
    return [
        f"{path.relative_to(folder)}: {link}"
        for path in sorted(folder.rglob("*.html"))
        for link in page_at(path).links
        if not link.startswith(_OUTSIDE) and not _leads_somewhere(path, link)
    ]


def _leads_somewhere(path: Path, link: str) -> bool:
    parts = urlsplit(link)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.suffix != ".html" or not parts.fragment:
        return target.exists()
    return target.exists() and unquote(parts.fragment) in page_at(target).anchors


def rule_ids(text: str) -> set[str]:
    """Give the rule ids that a text cites; "AUTH-1 to AUTH-3" cites three."""
    return {
        f"{family}{number}"
        for family, first, last in RULE_ID.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "subprocess.CompletedProcess[str]"]:
    """Build the pages once, unmeasured, warnings counting as errors; give their folder and how the build ended."""
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", folder / "trees", DOCS]
    return folder / "html", subprocess.run(
        [*command, folder / "html"], capture_output=True, text=True, check=False, cwd=folder, env=unmeasured
    )


@pytest.fixture(scope="module")
def html(build: tuple[Path, "subprocess.CompletedProcess[str]"]) -> Path:
    """Give the folder of the built pages."""
    return build[0]


class TestBuild:
    """The pages can be built, and hold together."""

    def test_pages_build_without_warnings(self, build: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
        """Whoever builds the documentation sees nothing but the documentation; the tutorial has run."""
        result = build[1]

        assert result.returncode == 0, result.stderr

    def test_links_between_pages_resolve(self, html: Path) -> None:
        """No link leads nowhere."""
        assert dead_links(html) == []

    def test_links_of_the_readme_resolve(self) -> None:
        """The README leads to files that are there."""
        links = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
        inside = [link for link in links if not link.startswith(_OUTSIDE)]

        assert inside
        assert [link for link in inside if not (ROOT / link).exists()] == []

    def test_every_public_name_has_an_entry(self, html: Path) -> None:
        """Whoever looks a name of `leadmodel` up finds what it is."""
        names = [name for name in lm.__all__ if not inspect.ismodule(getattr(lm, name))]
        entries = {anchor for path in (html / "reference").glob("*.html") for anchor in page_at(path).anchors}

        assert [name for name in names if f"leadmodel.{name}" not in entries] == []

    def test_dead_links_are_found(self, tmp_path: Path) -> None:
        """A missing page and a missing place on a page are both seen."""
        (tmp_path / "a.html").write_text('<a id="here" href="b.html#there"></a><a href="c.html">', encoding="utf-8")
        (tmp_path / "b.html").write_text('<a href="a.html#here"></a><a href="#">', encoding="utf-8")

        assert dead_links(tmp_path) == ["a.html: b.html#there", "a.html: c.html"]


class TestRulePages:
    """Every row of the tables stands on its page."""

    @pytest.mark.parametrize("name", lm.author_rules.PRESETS)
    def test_author_rules_are_shown(self, html: Path, name: str) -> None:
        """A table of author rules is shown whole."""
        shown = page_at(html / "rules" / "authors.html").tables[f"The table {name}"]

        assert shown == lm.author_rules.PRESETS[name].table()

    def test_reasons_are_shown(self, html: Path) -> None:
        """Every reason has its sentence."""
        shown = page_at(html / "rules" / "authors.html").tables["Reasons"]

        assert {row[0] for row in shown} == set(SENTENCES)
        assert all(row[1] for row in shown)

    def test_options_are_shown(self, html: Path) -> None:
        """Every option of the author rules is shown with its default and its meaning."""
        shown = page_at(html / "rules" / "authors.html").tables["Options"]

        assert [row[:2] for row in shown] == [
            ("deals", "primary"), ("strict", "False"), ("companies", "False"), ("match_email", "False"),
        ]  # fmt: skip
        assert all(row[2] for row in shown)

    def test_networks_are_shown(self, html: Path) -> None:
        """Every network is shown, with its other names and the form of its handles."""
        shown = page_at(html / "rules" / "networks.html").tables["The rows"]

        assert [row[:3] for row in shown] == [
            (row.key, ", ".join(row.aliases), row.form) for row in lm.NETWORKS.values()
        ]

    @pytest.mark.parametrize("key", lm.pipelines.PRESETS)
    def test_stages_are_shown(self, html: Path, key: str) -> None:
        """A pipeline is shown whole."""
        shown = page_at(html / "rules" / "processes.html").tables[f"Pipeline {key}"]

        assert shown == [
            (stage.key, stage.label, stage.outcome, f"{stage.probability} %", stage.forecast)
            for stage in lm.pipelines.PRESETS[key].stages
        ]

    @pytest.mark.parametrize("key", lm.statuses.PRESETS)
    def test_statuses_are_shown(self, html: Path, key: str) -> None:
        """A list of statuses is shown whole."""
        shown = page_at(html / "rules" / "processes.html").tables[f"Statuses {key}"]

        assert shown == [(status.key, status.label, status.kind) for status in lm.statuses.PRESETS[key].members]

    def test_every_outcome_is_shown(self, html: Path) -> None:
        """All that follows from an outcome stands in its row."""
        shown = page_at(html / "rules" / "processes.html").tables["What a stage can mean"]

        assert shown == [(each, "yes" if each.closed else "no", each.counts_as, each.forecast) for each in lm.Outcome]

    def test_every_operator_is_shown(self, html: Path) -> None:
        """With what it takes, what it asks, and the kinds of field that it goes with."""
        shown = page_at(html / "explanation" / "criteria.html").tables["Every operator"]

        assert [row[:3] for row in shown] == [(row.name, row.takes.value, row.says) for row in OPERATORS.values()]
        assert [set(row[3].split(", ")) for row in shown] == [set(row.kinds) for row in OPERATORS.values()]

    def test_mapping_is_shown(self, html: Path) -> None:
        """Every field of a lead is shown, with where it goes or why it goes nowhere."""
        shown = page_at(html / "rules" / "conversion.html").tables["The mapping"]

        assert [row[0] for row in shown] == [row.field for row in lm.MAPPING]
        assert [row for row in shown if bool(row[1]) == bool(row[3]) or bool(row[1]) != bool(row[2])] == []
        assert ("consent", "contact.consent", "stricter", "") in shown
        assert ("phones", "contact.phones, account.phones (of kind main)", "fill", "") in shown
        assert ("rating", "", "", "stays with the lead") in shown

    def test_policies_and_what_follows_a_lead_are_shown(self, html: Path) -> None:
        """Every policy has its meaning, and every kind of child its place."""
        tables = page_at(html / "rules" / "conversion.html").tables

        assert [row[0] for row in tables["Policies"]] == list(lm.Policy)
        assert all(row[1] for row in tables["Policies"])
        assert tables["What hangs on a lead"] == [
            (type_name(row.record_type), row.follow, "contact, or account, or deal") for row in lm.CHILDREN
        ]

    def test_options_of_conversion_are_shown(self, html: Path) -> None:
        """Every option of the rules of conversion is shown with its default and its meaning."""
        shown = page_at(html / "rules" / "conversion.html").tables["Options of conversion"]

        assert [row[:2] for row in shown] == [
            ("mapping", "the table above"), ("custom", "none"), ("fields", "none"), ("requires", "none"),
            ("guard", "none"), ("unqualified", "warn"), ("known_email", "warn"), ("children", "the table above"),
        ]  # fmt: skip
        assert all(row[2] for row in shown)

    @pytest.mark.parametrize("record_type", lm.ENTITIES)
    def test_fields_are_shown(self, html: Path, record_type: type[lm.Lead]) -> None:
        """Every field of a record is shown, and whether it is personal."""
        shown = page_at(html / "rules" / "records.html").tables[type_name(record_type).capitalize()]

        assert [(row[0], row[2]) for row in shown] == [
            (name, "yes" if fact.personal else "") for name, fact in facts_of(record_type).items()
        ]


class TestCommands:
    """What the pages tell people to type can be typed."""

    def test_parts_and_options_of_the_command_are_there(self) -> None:
        """No page names a part or an option that the command does not have."""
        typed = [words for path in (ROOT / "README.md", *DOCS.rglob("*.md")) for words in typed_commands(path)]

        assert typed
        assert [words for words in typed if not _is_understood(words)] == []

    def test_wrong_option_is_found(self, tmp_path: Path) -> None:
        """A misspelt part and a misspelt option are both seen."""
        page = tmp_path / "page.md"
        page.write_text("```console\n$ leadmodel feed --peoples p.csv\n$ x && .venv/bin/leadmodel dmo\n```\n")

        assert [_is_understood(words) for words in typed_commands(page)] == [False, False]


def typed_commands(path: Path) -> list[list[str]]:
    """Give the words after each `leadmodel` in the shell sessions and tables of a page."""
    text = path.read_text(encoding="utf-8")
    lines = [
        line for session in re.findall(r"^```console\n(.*?)^```", text, re.S | re.M) for line in session.split("\n")
    ]
    found = [line.partition("leadmodel ")[2] for line in lines if re.search(r"(?:\$ |bin/)leadmodel ", line)]
    options = [part for row in re.findall(r"^\| (`--.*?) \|", text, re.M) for part in re.findall(r"`([^`]+)`", row)]
    return [shlex.split(words) for words in (*found, *(f"feed {option}" for option in options))]


def _is_understood(words: list[str]) -> bool:
    part = command.commands.get(words[0])
    known = {name for parameter in part.params for name in parameter.opts} if part else set()
    return part is not None and {word for word in words if word.startswith("--")} <= known | {"--help"}


class TestSources:
    """The page of rule ids is complete."""

    def test_every_rule_id_has_its_sentence(self) -> None:
        """Whoever meets an id in an answer, an error or the code can look it up."""
        cited = {rule for path in SOURCE.rglob("*.py") for rule in rule_ids(path.read_text(encoding="utf-8"))}

        assert sorted(cited - {row[0] for row in _rows()}) == []

    def test_every_rule_id_stands_once(self) -> None:
        """One id is one rule, with a sentence and a source."""
        times = Counter(row[0] for row in _rows())

        assert [rule for rule, number in times.items() if number > 1] == []
        assert [row for row in _rows() if not (len(row) == 3 and row[1].endswith(".") and row[2])] == []

    def test_ids_are_found(self) -> None:
        """Single ids, ranges and lists of ids are read; what only looks like an id is not."""
        assert rule_ids("AUTH-2 to AUTH-4, NET-1; see [PIPE-12]") == {"AUTH-2", "AUTH-3", "AUTH-4", "NET-1", "PIPE-12"}
        assert rule_ids("OURS-1, IMAGES-3, UTF-8") == set()


def _rows() -> Iterator[tuple[str, ...]]:
    """Give the rows of the page of rule ids."""
    for line in SOURCES.read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip("| ").split(" | "))
        if RULE_ID.match(cells[0]):
            yield cells
