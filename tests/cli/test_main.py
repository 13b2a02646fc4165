"""The command as a whole: how it starts, how it ends, and what it says when it cannot start."""

import contextlib
import io
import json
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from leadmodel.cli import main
from tests.cli.command import COMMAND, Here, heard, in_a_pipe, unwatched


class TestStart:
    """The command starts as users expect."""

    def test_version_is_that_of_the_package(self) -> None:
        """Whoever reports a problem can say with which version."""
        done = in_a_pipe("--version")

        assert (done.code, done.out, done.err) == (0, f"leadmodel {version('leadmodel')}\n", "")

    @pytest.mark.parametrize(
        "asked",
        [
            ("--help",),
            ("-h",),
            ("feed", "--help"),
            ("demo", "-h"),
            ("rules", "--help"),
            ("check", "-h"),
            *(
                (part, "--help")
                for part in ("init", "load", "find", "convert", "move", "edit", "history", "log", "undo")
            ),
        ],
    )
    def test_help_answers(self, here: Here, asked: tuple[str, ...]) -> None:
        """Every part explains itself."""
        done = here(*asked)

        assert done.code == 0
        assert done.out.startswith("Usage: leadmodel")

    def test_help_shows_examples(self, here: Here) -> None:
        """The first help shows whole command lines, one a line."""
        lines = here("--help").out.splitlines()

        assert "    leadmodel feed --people people.csv --deals deals.csv --updates feed.jsonl" in lines

    def test_installed_script_is_the_command(self) -> None:
        """The entry point that pip installs is the same command."""
        script = Path(sys.executable).with_name("leadmodel")

        done = subprocess.run([script, "--version"], capture_output=True, text=True, check=False)

        assert done.stdout == in_a_pipe("--version").out

    @pytest.mark.parametrize("wrong", [("frob",), ("demo", "--frob"), ("demo", "x"), ("feed",), ("rules", "zohoo")])
    def test_wrong_usage_has_its_own_code(self, here: Here, wrong: tuple[str, ...]) -> None:
        """A slip in the command line is no problem of the data."""
        done = here(*wrong)

        assert (done.code, done.out) == (2, "")
        assert "Try 'leadmodel" in done.err


class TestMissingTools:
    """Without the extra, the command says which one it is."""

    @pytest.mark.parametrize("library", ["click", "rich"])
    def test_missing_library_is_named_with_its_extra(self, library: str) -> None:
        """No traceback, but the line to type."""
        program = f"import sys; sys.modules[{library!r}] = None; from leadmodel.cli import main; main(['demo'])"

        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f'Error: the command leadmodel needs {library}; install it with: pip install "leadmodel[cli]"\n'
        )

    def test_other_missing_module_is_no_missing_extra(self, monkeypatch: pytest.MonkeyPatch, here: Here) -> None:
        """A broken installation is not explained away."""
        monkeypatch.setitem(sys.modules, "leadmodel.cli.commands", None)

        with pytest.raises(ModuleNotFoundError, match=r"leadmodel\.cli\.commands"):
            here("demo")


class Interrupting(io.BufferedReader):
    """Input that never comes: somebody has pressed Ctrl-C."""

    def read(self, *_: object) -> bytes:
        """Give nothing."""
        raise KeyboardInterrupt

    read1 = readline = peek = read


class TestEnd:
    """The command ends quietly, whatever happens to it."""

    def test_reader_that_leaves_early_is_no_error(self) -> None:
        """`leadmodel demo | head -1` says one line and nothing else."""
        child = subprocess.Popen([*COMMAND, "demo", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stderr is not None
        first = child.stdout.readline()
        child.stdout.close()

        errors = child.stderr.read()

        assert json.loads(first)["update"] == "u001"
        assert (child.wait(), errors) == (141, b"")
        child.stderr.close()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full, which stands for a full disk")
    def test_full_disk_is_said_in_a_line(self) -> None:
        """What cannot be written is an error, not a traceback."""
        with open("/dev/full", "wb") as full:
            done = subprocess.run([*COMMAND, "demo"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert done.stderr.startswith("Error: ")

    def test_interrupt_ends_without_a_traceback(self) -> None:
        """Ctrl-C in the middle of a feed leaves with the code that shells know."""
        child = subprocess.Popen(
            [*COMMAND, "feed", "--updates", "-", "--json"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=heard,  # noqa: PLW1509  (no thread is running)
            env=unwatched(),
        )  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        # More than the command reads at once, and less than that and what the pipe holds: neither side waits for us.
        child.stdin.write(b"".join(b'{"id": "%09d", "text": "%060d"}\n' % (n, n) for n in range(3_000)))
        child.stdin.flush()
        first = child.stdout.readline()

        child.send_signal(signal.SIGINT)
        _, errors = child.communicate()

        assert json.loads(first)["reason"] == "no_author"
        assert (child.returncode, errors) == (130, b"")

    def test_interrupt_within_a_program_leaves_with_the_same_code(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever presses Ctrl-C while the command waits for its input has ended it."""
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupting(io.BytesIO())))

        with pytest.raises(SystemExit) as left:
            main(["feed", "--updates", "-", "--json"])

        assert left.value.code == 130

    def test_output_may_go_into_a_program(self) -> None:
        """A program that runs the command and catches what it prints gets the same."""
        caught = io.StringIO()

        with contextlib.redirect_stdout(caught), pytest.raises(SystemExit) as left:
            main(["demo", "--json"])

        assert left.value.code == 0
        assert [json.loads(line)["update"] for line in caught.getvalue().splitlines()][::119] == ["u001", "u120"]

    def test_narrow_encoding_loses_no_line(self) -> None:
        """Where the output knows ASCII alone, other characters are written by their escapes."""
        plain = in_a_pipe("demo", "--only", "customer", PYTHONIOENCODING="ascii")
        lines = in_a_pipe("demo", "--json", PYTHONIOENCODING="ascii").out.splitlines()

        assert (plain.code, plain.err) == (0, "")
        assert "\\u5de5\\u5177" in plain.out
        assert json.loads(lines[5])["author_name"] == "伊藤 春香"
