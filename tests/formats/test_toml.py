"""TOML: what is written reads back, what is wrong is told at its place, and a person can read the file."""

import io
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from tests.playbook.drawing import playbooks as playbooks_drawn

from leadmodel.criteria import CustomField, parse_criterion
from leadmodel.entities import Contact, Deal
from leadmodel.errors import InvalidInput, MissingExtra, Problem
from leadmodel.formats.intake.sources import Source
from leadmodel.formats.toml import (
    KEY_LIMIT,
    TOML_LIMIT,
    playbook_to_toml,
    processes_to_toml,
    read_either,
    read_playbook,
    read_processes,
)
from leadmodel.playbook import Playbook, playbooks
from leadmodel.processes import (
    Closing,
    Outcome,
    Pipeline,
    Processes,
    Stage,
    Statuses,
    Transition,
    pipelines,
    processes_to_plain,
    statuses,
)
from leadmodel.rules.conversion import ConversionRules, Target
from leadmodel.testing import strategies

PRESETS = Processes(pipelines.PRESETS.values(), statuses.PRESETS.values())

SALES = """\
format = 1

[pipelines.sales]
label = "Sales in Europe"
stages = [
    { key = "Open", outcome = "open", probability = 50, first = true },
    { key = "Won", outcome = "won", probability = 100, requires = ["amount"], guard = "custom.size at_least 3" },
    { key = "Lost", label = "Gone", outcome = "lost" },
]
retired = [{ key = "Lead", outcome = "open" }]
moves = [{ from = "won", to = "open", allowed = true, requires = "description" }]
fields = [{ name = "size", kind = "number" }]

[[pipelines.sales.transitions]]
name = "win"
from = "Open"
to = "Won"

[[pipelines.sales.transitions]]
name = "reopen"
from = ["Won"]
to = "Open"
guard = "amount is_empty"

[statuses.leads]
members = [{ key = "New", kind = "new" }]
"""


def sales() -> Processes:
    """Give what the file above says."""
    size = (CustomField("size", "number"),)
    return Processes(
        Pipeline(
            key="sales", label="Sales in Europe", fields=size,
            stages=[
                Stage("Open", "Open", "open", 50, "pipeline", first=True),
                Stage(
                    "Won", "Won", "won", 100, "closed", requires="amount",
                    guard=parse_criterion(Deal, "custom.size at_least 3", size),
                ),
                Stage("Lost", "Gone", "lost", 0, "omitted"),
            ],
            retired=[Stage("Lead", "Lead", "open", 0, "pipeline")],
            moves=pipelines.SIMPLE.allowing("won", "open", requires="description").moves,
            transitions=[
                Transition(name="win", come_from="Open", to="Won"),
                Transition(name="reopen", come_from="Won", to="Open", guard=parse_criterion(Deal, "amount is_empty")),
            ],
        ),
        Statuses(key="leads", members=[statuses.SIMPLE.members[0]]),
    )  # fmt: skip


def refusal(source: Source, **options: str) -> InvalidInput:
    """Give the error with which a file is refused."""
    with pytest.raises(InvalidInput) as caught:
        read_processes(source, **options)
    return caught.value


class TestReading:
    """A file says what an organisation's processes are."""

    @pytest.mark.parametrize(
        "make",
        [
            lambda path: path,
            str,
            lambda path: path.read_bytes(),
            lambda path: path.read_text(encoding="utf-8"),
            lambda path: io.BytesIO(path.read_bytes()),
            lambda path: io.StringIO(path.read_text(encoding="utf-8")),
            lambda path: "\ufeff" + path.read_text(encoding="utf-8"),
        ],
        ids=["path", "path as text", "bytes", "text", "binary file", "text file", "text with a mark"],
    )
    def test_every_kind_of_source_says_the_same(self, make: Callable[[Path], Source], tmp_path: Path) -> None:
        """A path, bytes, text or an open file: the processes are those of the file."""
        path = tmp_path / "sales.toml"
        path.write_text(SALES, encoding="utf-8")

        assert read_processes(make(path)) == sales()

    def test_cell_that_is_allowed_drops_the_hint_and_keeps_the_rest(self) -> None:
        """A reopened deal still loses its closing date (PIPE-4), and nobody is told to allow what is allowed."""
        cell = read_processes(SALES).pipelines[0].cell("won", "open")

        assert (cell.allowed, cell.closing, cell.rule, cell.hint) == (True, Closing.CLEAR, "PIPE-4", "")

    def test_windows_line_breaks_are_line_breaks(self) -> None:
        """Editors write both."""
        assert read_processes(SALES.replace("\n", "\r\n").encode()) == sales()

    def test_file_of_nothing_holds_no_processes(self) -> None:
        """Where nothing is said, nothing is there."""
        assert read_processes(b"") == read_processes("format = 1\n") == Processes()


class TestRoundTrip:
    """What is written reads back as the same processes."""

    @settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(strategies.processes())
    def test_written_processes_read_back_equal(self, processes: Processes) -> None:
        """Guards, requirements, transitions, own fields, odd keys and the order of everything survive."""
        written = processes_to_toml(processes)

        assert read_processes(written) == processes
        assert processes_to_toml(read_processes(written)) == written

    def test_file_holds_the_plain_form(self) -> None:
        """TOML adds and loses nothing."""
        assert tomllib.loads(processes_to_toml(PRESETS)) == processes_to_plain(PRESETS)

    def test_preset_reads_like_a_table(self) -> None:
        """One line a stage, and no word that goes without saying."""
        assert processes_to_toml(Processes(pipelines.SIMPLE)) == (
            "format = 1\n\n"
            "[pipelines.simple]\n"
            'label = "Simple"\n'
            "stages = [\n"
            '    { key = "Open", outcome = "open", probability = 50 },\n'
            '    { key = "Won", outcome = "won", probability = 100 },\n'
            '    { key = "Lost", outcome = "lost" },\n'
            "]\n"
        )

    def test_writing_without_its_library_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Reading still works; writing says what to install."""
        monkeypatch.setitem(sys.modules, "tomli_w", None)

        with pytest.raises(MissingExtra) as caught:
            processes_to_toml(PRESETS)

        assert caught.value == MissingExtra(library="tomli-w", extra="toml", purpose="writing TOML")
        assert read_processes(SALES) == sales()


KEEP_ONE = "keep one of the two"


class TestNoToml:
    """A file that is no TOML is refused with its place."""

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (
                "[a]\nb = 1\nb = 2\nc = 3\n",
                Problem(what="a key or a table is given twice", hint=KEEP_ONE, where="line 3, column 6"),
            ),
            (
                "[pipelines.sales]\nlabel = ''\n[pipelines.sales]\n",
                Problem(what="the table 'pipelines.sales' is given twice", hint=KEEP_ONE, where="line 3, column 17"),
            ),
            (
                "a = { b = 1 }\na.c = 2\n",
                Problem(what="a list or table is given twice", hint=KEEP_ONE, where="line 2, column 8"),
            ),
            (
                "label = Sales\n",
                Problem(what="here is no value", hint="text stands in quotes", where="line 1, column 9"),
            ),
            (
                "label: Sales\n",
                Problem(
                    what="expected '=' after a key in a key/value pair",
                    hint='write key = "value"; text stands in quotes, and a table under its name in brackets',
                    where="line 1, column 6",
                ),
            ),
            (
                f"a = {'9' * 5_000}\n",
                Problem(what="a number has more digits than can be read", hint="write a shorter one"),
            ),
            (
                f"a = {'[' * 100_000}\n",
                Problem(
                    what="its lists or tables stand in each other too deeply",
                    hint="no process needs more than a few levels",
                ),
            ),
            (
                "#" * TOML_LIMIT + "\n",
                Problem(what="it has more than 1,000,000 characters", hint="put the processes into several files"),
            ),
        ],
        ids=["key twice", "table twice", "inline table", "no quotes", "no equals sign", "digits", "depth", "length"],
    )
    def test_what_is_no_toml_is_told_with_its_place(self, text: str, problem: Problem) -> None:
        """The parser's words become a sentence, its position the place."""
        assert refusal(text, name="sales.toml") == InvalidInput(subject="sales.toml", problems=(problem,))

    def test_message_without_a_place_is_told_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A newer Python may say it differently."""

        def refuse(text: str) -> None:
            raise tomllib.TOMLDecodeError(f"No: {text}")

        monkeypatch.setattr(tomllib, "loads", refuse)

        assert refusal("x\n").problems[0].what == "no: x\n"

    def test_other_encoding_is_refused_with_the_byte(self) -> None:
        """TOML is UTF-8."""
        assert refusal(SALES.replace("Gone", "Größe").encode("cp1252")).problems[0].what == "0xf6 is no UTF-8"


class TestDottedKeys:
    """The parser takes time that grows with the square of a key's parts: what nobody writes is refused before."""

    @pytest.mark.parametrize(
        "line",
        [
            "a." * KEY_LIMIT + "a = 1", "[" + "a . " * 100_000 + "a]", "x = { " + '"a".' * KEY_LIMIT + "a = 1 }",
            "x = 'a' # b\ny = \"\"\"\n'\"\"\"\n" + "'a'." * 100_000, "a." * 100_000,
        ],
        ids=["key", "table", "inline table", "no end after texts", "no end"],
    )  # fmt: skip
    def test_key_of_too_many_parts_is_refused(self, line: str) -> None:
        """Wherever it stands, and whether or not it would be sound; the line is named."""
        (problem,) = refusal(f"\n{line}\n").problems

        assert problem == Problem(
            what="a key has more than 8 parts", hint="no table of a playbook stands so deep",
            where=f"line {line.count(chr(10)) + 2}",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "line",
        [
            ".".join("a" * KEY_LIMIT) + " = 1", "# " + "a." * 99, f"a = '{'a.' * 99}'", f'a = "\\"{"a." * 99}"',
            f'a = """\n"a".{"a." * 99}"""', f"a = '''\n'a'.{'a.' * 99}'''", "a = 1.5", f'"{"a." * 99}" = 1',
        ],
        ids=["eight parts", "comment", "text", "escaped quote", "long text", "long literal", "number", "one part"],
    )  # fmt: skip
    def test_dots_elsewhere_are_dots(self, line: str) -> None:
        """In comments and texts, and in keys that stand in quotes: the file is read, and only its key is unknown."""
        assert {problem.what.partition(" '")[0] for problem in wrong_with(f"{line}\n")} <= {"there is no key"}


def wrong_with(text: str) -> tuple[Problem, ...]:
    """Give what is wrong with a file, if anything is."""
    try:
        read_processes(text)
    except InvalidInput as error:
        return error.problems
    return ()


ACME = """\
key = "acme"
start = "zoho"
namespace = "7f9f2f58-0c55-4b86-9d5a-3f0e6a1c2b77"

[conversion]
requires = ["emails"]
mapping = [
    { field = "rating", to = { record = "contact", field = "custom.rating" } },
    { field = "industry", dropped = "nobody asks" },
]
"""


def acme() -> Playbook:
    """Give what the file above says."""
    rules = ConversionRules(requires=["emails"]).carrying("rating", Target(Contact, "custom.rating"))
    return attrs.evolve(
        playbooks.ZOHO, key="acme", label="", namespace=UUID("7f9f2f58-0c55-4b86-9d5a-3f0e6a1c2b77"),
        conversion=rules.carrying("industry", dropped="nobody asks"),
    )  # fmt: skip


class TestPlaybooks:
    """A file says how an organisation sells."""

    def test_ten_lines_are_a_playbook(self) -> None:
        """A preset, and what is different here."""
        assert read_playbook(ACME) == acme()

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(playbooks_drawn())
    def test_written_playbooks_read_back_equal(self, playbook: Playbook) -> None:
        """Odd texts, rows in any order, targets and what hangs on a lead survive."""
        written = playbook_to_toml(playbook)

        assert read_playbook(written) == playbook
        assert playbook_to_toml(read_playbook(written)) == written

    def test_preset_fits_on_a_page(self) -> None:
        """One line a stage and a status, and no word that goes without saying."""
        assert playbook_to_toml(playbooks.SIMPLE) == (
            "format = 1\n"
            'key = "simple"\n'
            'label = "Simple"\n'
            "\n"
            "[pipelines.simple]\n"
            'label = "Simple"\n'
            "stages = [\n"
            '    { key = "Open", outcome = "open", probability = 50 },\n'
            '    { key = "Won", outcome = "won", probability = 100 },\n'
            '    { key = "Lost", outcome = "lost" },\n'
            "]\n"
            "\n"
            "[statuses.simple]\n"
            'label = "Simple"\n'
            "members = [\n"
            + "".join(f'    {{ key = "{row.key}", kind = "{row.kind}" }},\n' for row in statuses.SIMPLE.members)
            + "]\n"
        )

    def test_wrong_playbook_is_told_with_its_places(self, tmp_path: Path) -> None:
        """The name of the file, and the path of each slip in it."""
        path = tmp_path / "acme.toml"
        path.write_text(ACME.replace('"contact"', '"kontact"').replace("industry", "indutsry"), encoding="utf-8")
        with pytest.raises(InvalidInput) as caught:
            read_playbook(path)

        assert str(caught.value).split("\n") == [
            "acme.toml: 2 problems",
            "  - conversion.mapping[0].to[0].record: 'kontact' is no kind of record; did you mean 'contact'?",
            "  - conversion.mapping[1]: a lead has no field 'indutsry'; did you mean 'industry'? [CONV-4]",
        ]

    def test_writing_without_its_library_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As for processes."""
        monkeypatch.setitem(sys.modules, "tomli_w", None)

        with pytest.raises(MissingExtra):
            playbook_to_toml(playbooks.SIMPLE)


class TestEither:
    """What a file is, its keys at the top say."""

    @pytest.mark.parametrize("line", ['key = "a"', 'start = "zoho"', "label = ''", "namespace = ''", "[conversion]"])
    def test_key_of_a_playbook_makes_one(self, line: str) -> None:
        """Each of them alone: what is missing is told as of a playbook."""
        with pytest.raises(InvalidInput) as caught:
            read_either(f"{line}\n")

        assert {problem.rule for problem in caught.value.problems} <= {"", "CONV-10"}
        assert any(word in str(caught.value) for word in ("'key' is missing", "there is no pipeline"))

    def test_playbook_and_processes_are_told_apart(self) -> None:
        """A sound file of either."""
        assert (read_either(ACME), read_either(SALES), read_either(b"")) == (acme(), sales(), Processes())


class TestWrongProcesses:
    """What is wrong with the processes is told together, each at its place."""

    def test_everything_wrong_in_a_file_is_told_at_once(self, tmp_path: Path) -> None:
        """Keys, words, guards and what does not hold together: one error, one line each."""
        path = tmp_path / "sales.toml"
        text = SALES.replace('outcome = "lost"', 'outcome = "lots"').replace("at_least", "at_last")
        path.write_text(text.replace('to = "Open"', 'two = "Open"'), encoding="utf-8")

        assert str(refusal(path)).split("\n") == [
            "sales.toml: 4 problems",
            (
                "  - pipelines.sales.stages[1].guard, column 13, operator: there is no operator 'at_last'; "
                "did you mean 'at_least'? [CRIT-6]"
            ),
            "  - pipelines.sales.stages[2].outcome: 'lots' is no outcome; did you mean 'lost'?",
            "  - pipelines.sales.transitions[1]: there is no key 'two'; did you mean 'to'?",
            "  - pipelines.sales.transitions[1]: the key 'to' is missing; add it",
        ]

    def test_what_to_do_is_said_as_of_a_file(self) -> None:
        """Nobody who writes TOML is told to call a function."""
        text = SALES.replace('moves = [{ from = "won", to = "open", allowed = true, requires = "description" }]', "")
        undeclared = text.replace('fields = [{ name = "size", kind = "number" }]', "")
        (closed,), (guard,) = refusal(text).problems, refusal(undeclared).problems[:1]

        assert closed.where == "pipelines.sales.transitions[1]"
        assert closed.hint == "allow it: a row in moves, from won to open, with allowed = true"
        assert (guard.where, guard.hint) == (
            "pipelines.sales.stages[1].guard, column 1", "declare it: a row in fields; there are none yet",
        )  # fmt: skip

    def test_texts_are_told_at_their_places(self) -> None:
        """The label, the hint, the rule: the key that holds them."""
        long = "x" * 256
        text = (
            SALES.replace("Sales in Europe", long)
            .replace("Gone", long)
            .replace('outcome = "open" }]', f'label = "{long}", outcome = "open" }}]')
        )
        text = text.replace('requires = "description"', f'hint = "{long}", rule = "{long}"')

        assert [problem.where for problem in refusal(text).problems] == [
            "pipelines.sales.label", "pipelines.sales.stages[2].label", "pipelines.sales.retired[0].label",
            "pipelines.sales.moves[0].hint", "pipelines.sales.moves[0].rule",
        ]  # fmt: skip

    def test_known_outcomes_are_those_of_the_library(self) -> None:
        """The words of the file are the words of the code."""
        options = refusal(SALES.replace('"lost"', '"x"')).problems[0].options

        assert options == tuple(map(str, Outcome))
