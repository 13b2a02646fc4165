"""The command on a terminal: tables that fit, colours that mean something, and nothing that could steer it."""

import json
import os
import pty
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from leadmodel.cli import progress
from leadmodel.cli.progress import Progress
from leadmodel.cli.tabs import BRIEFLY
from leadmodel.display import width
from leadmodel.rules.author_rules import Reason
from tests.cli.command import COMMAND, Here, in_a_pipe, on_a_terminal, shown_on, without_colours

#: Characters that would do something to a terminal, or to the order of what stands in it.
UNSEEN = {"\x1b", "\x07", "\r", "\x9b", "\u202e"}


def plain_lines(text: str) -> list[str]:
    """Give the lines of a text without colours and the space at their ends."""
    return [line.rstrip() for line in without_colours(text).splitlines()]


@pytest.mark.parametrize("columns", [80, 120])
def test_tables_fit_the_terminal(columns: int) -> None:
    """No line of the demo is wider than the terminal, but for the commands to copy, which are never broken."""
    done = on_a_terminal("demo", columns=columns)
    lines = [line for line in plain_lines(done.out) if "leadmodel " not in line]

    assert done.code == 0
    assert max(map(width, lines)) <= columns
    assert max(map(width, lines)) > columns - 5


def test_update_takes_two_lines_of_a_table() -> None:
    """Day over time, name over profile, text over reason; long texts are cut, reasons are not. Tabs have colours."""
    done = on_a_terminal("demo", columns=80)
    lines = plain_lines(done.out)
    start = lines.index("Customers: 22 updates")

    assert lines[start : start + 4] == [
        "Customers: 22 updates",
        "when        author                    text, and why it stands here",
        "2026-06-01  Nadia van der Heide       Forty trucks out before seven and not one…",
        "06:50       x:nadia_haulage           contact c01: won deal d01, d02 +1  AUTH-3",
    ]
    assert "12:45       x:haruka_ito_works        contact c04: won deal d11, d12  AUTH-3" in lines
    assert re.search(r"\x1b\[1;32mCustomers: 22 updates\x1b\[0m", done.out)


def test_wish_for_no_colour_is_respected() -> None:
    """With NO_COLOR there is bold and dim text, and no colour."""
    done = on_a_terminal("demo", "--only", "customer", NO_COLOR="1")

    assert "Customers: 22 updates" in done.out
    assert re.search(r"\x1b\[(?:\d+;)*3\d", done.out) is None


def test_empty_tab_is_a_title_alone() -> None:
    """A tab with nobody on it takes two lines."""
    done = on_a_terminal("demo", "--as-of", "2020-01-01T00:00Z", "--only", "customer", "--only", "potential_contact")

    assert plain_lines(done.out)[:4] == ["Customers: 0 updates", "", "Potential Contacts: 0 updates", ""]


def test_explanations_are_the_same_as_in_a_pipe() -> None:
    """On a wide terminal the blocks hold the same words."""
    asked = ("demo", "--explain", "--only", "customer")
    blocks = [
        without_colours(out).split("The tabs")[0].split()
        for out in (on_a_terminal(*asked, columns=200).out, in_a_pipe(*asked).out)
    ]

    assert blocks[0] == blocks[1]


class TestStrangers:
    """What strangers wrote cannot steer the terminal."""

    #: Clear the screen, set the title, go back, a C1 sequence, a right-to-left override, markup of rich.
    EVIL = "\x1b[2J\x1b]0;owned\x07 over\rwritten \x9b31m \u202etxt.exe [red]x[/red]"

    @pytest.fixture
    def feed(self, tmp_path: Path) -> Path:
        """Give a feed with an evil text and an evil name."""
        path = tmp_path / "feed.jsonl"
        update = {"id": "u1", "network": "x", "handle": "eve", "name": self.EVIL, "text": self.EVIL}
        path.write_text(json.dumps(update) + "\n", encoding="utf-8")
        return path

    @pytest.mark.parametrize("form", [(), ("--explain",)], ids=str)
    def test_control_characters_do_not_reach_it(self, feed: Path, form: tuple[str, ...]) -> None:
        """Tables and blocks show them by their escapes; markup stays text."""
        out = without_colours(on_a_terminal("feed", "--updates", feed, *form, columns=300).out)

        assert not set(out) & UNSEEN
        assert "\\x1b[2J" in out
        assert "[red]x[/red]" in out

    @pytest.mark.parametrize("form", [(), ("--explain",), ("--csv",), ("--json",)], ids=str)
    def test_control_characters_do_not_reach_a_pipe(self, here: Here, feed: Path, form: tuple[str, ...]) -> None:
        """What is piped is looked at later."""
        out = here("feed", "--updates", feed, *form).out

        assert not set(out) & UNSEEN
        assert "[2J" in out

    def test_json_loses_nothing_by_it(self, here: Here, feed: Path) -> None:
        """The escapes of JSON stand for the same characters."""
        line = json.loads(here("feed", "--updates", feed, "--json").out)

        assert (line["author_name"], line["text"]) == (self.EVIL, self.EVIL)


class TestProgress:
    """Long input shows that something happens, where somebody looks."""

    def test_answers_go_on_where_they_went(self) -> None:
        """While the terminal is told how far things are, every answer still reaches the pipe, and nothing else does."""
        here, there = pty.openpty()
        child = subprocess.Popen(
            [*COMMAND, "feed", "--updates", "-", "--json"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=there, env=os.environ | {"TERM": "xterm-256color"},
        )  # fmt: skip
        os.close(there)
        assert child.stdin is not None
        assert child.stdout is not None
        lines = [b'{"id": "%09d", "text": "%060d"}\n' % (n, n) for n in range(6_000)]
        # More than the command reads at once, and less than that and what the pipe holds: neither side waits for us.
        child.stdin.write(b"".join(lines[:3_000]))
        child.stdin.flush()
        first = child.stdout.readline()
        time.sleep(progress.PATIENCE)

        with ThreadPoolExecutor() as pool:
            rest, said = pool.submit(child.stdout.readlines), pool.submit(shown_on, here)
            child.stdin.write(b"".join(lines[3_000:]))
            child.stdin.close()
            found = [json.loads(line)["update"] for line in (first, *rest.result())]
        child.wait()
        child.stdout.close()
        os.close(here)

        assert found == [f"{n:09}" for n in range(6_000)]
        assert re.search(r"\d,\d+ updates", without_colours(said.result()))
        assert '"update"' not in said.result()

    def test_nothing_is_shown_in_a_pipe(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Standard error that is no terminal stays clean."""
        monkeypatch.setattr(progress, "PATIENCE", 0.0)

        with Progress() as shown:
            things = list(shown.counting(range(1_000)))
            shown.say("reading")

        assert (len(things), capsys.readouterr().err) == (1_000, "")

    @pytest.mark.parametrize(
        ("patience", "quiet", "shows"), [(0.0, False, True), (3_600.0, False, False), (0.0, True, False)],
    )  # fmt: skip
    def test_terminal_is_told_after_a_while(
        self,
        capfd: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        patience: float,
        quiet: bool,
        shows: bool,
    ) -> None:
        """The line comes only once the work takes long, tells the number, and is taken away again."""
        monkeypatch.setattr(progress, "PATIENCE", patience)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

        with Progress(quiet=quiet) as shown:
            for _ in shown.counting(range(600)):
                time.sleep(0)
        said = without_colours(capfd.readouterr().err)

        assert ("512 updates" in said) is shows


def test_every_reason_has_a_few_words() -> None:
    """A new reason cannot be forgotten here."""
    assert BRIEFLY.keys() == set(Reason)
