"""`leadmodel feed --follow`: a feed that is still being written."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from leadmodel.cli import following
from leadmodel.cli.following import Following, nobody_reads
from leadmodel.errors import InvalidInput
from tests.cli.command import COMMAND, Here, heard, unwatched

#: Said of every file, in the words of `updates_in`.
HOW: Final[dict[str, Any]] = {"format": "", "server": "", "zone": None}


def post(name: str, handle: str = "ada") -> str:
    """Write an update as a line of JSON, without its end."""
    return json.dumps({"id": name, "network": "x", "handle": handle, "text": "Hello"})


def append(path: Path, *texts: str) -> None:
    """Write to the end of a file."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(texts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a file with one update."""
    path = tmp_path / "feed.jsonl"
    append(path, post("u1"), "\n")
    return path


class Followed:
    """What comes out while things happen to files: each between two looks; after the last, nobody looks any more."""

    def __init__(self, *paths: Path) -> None:
        self.paths = [str(path) for path in paths]
        self.wrong: list[str] = []

    def __call__(self, *happens: Callable[[], object]) -> list[list[str]]:
        """Give the ids of the updates that each look finds."""
        self.seen: list[list[str]] = [[]]
        left = iter(happens)

        def wait(seconds: float) -> None:
            assert seconds == following.PAUSE
            happened = next(left, None)
            if happened is None:
                raise KeyboardInterrupt
            happened()
            self.seen.append([])

        following_them = Following(self.paths, lambda _: HOW, lambda error: self.wrong.append(str(error)), wait)
        try:
            for updates in following_them:
                self.seen[-1] += [update.id for update in updates]
        except KeyboardInterrupt:
            return self.seen
        raise AssertionError("following ends by itself")


class TestGrowth:
    """A file is read as far as it is written."""

    def test_new_lines_are_found(self, path: Path) -> None:
        """What is there comes first, then what is written."""
        seen = Followed(path)(lambda: append(path, post("u2"), "\n", post("u3"), "\n"), lambda: None)

        assert seen == [["u1"], ["u2", "u3"], []]

    def test_half_a_line_waits(self, path: Path) -> None:
        """A line counts once its end is there, in however many pieces it comes, even within a character."""
        line = json.dumps({"id": "u2", "text": "ü"}, ensure_ascii=False).encode()
        middle = line.index("ü".encode()) + 1

        def write(piece: bytes) -> None:
            with path.open("ab") as file:
                file.write(piece)

        followed = Followed(path)
        seen = followed(lambda: write(line[:middle]), lambda: write(line[middle:]), lambda: write(b"\r\n\n  \n"))

        assert (seen, followed.wrong) == ([["u1"], [], [], ["u2"]], [])

    def test_file_that_becomes_shorter_is_read_from_its_beginning(self, path: Path) -> None:
        """What was held back of it is forgotten."""

        def shorten() -> None:
            path.write_text(post("n1") + "\n", encoding="utf-8")

        seen = Followed(path)(lambda: append(path, post("u2"), "\n", '{"id": "u3", '), shorten)

        assert seen == [["u1"], ["u2"], ["n1"]]

    def test_file_that_takes_the_place_of_another_is_read(self, path: Path) -> None:
        """First what is left of the old one, even a line without an end; numbers of lines begin anew."""

        def rotate() -> None:
            append(path, post("u2"), "\n", post("u3"))
            path.rename(path.with_suffix(".1"))
            append(path, post("n1"), "\nbad\n", post("n2"), "\n")

        followed = Followed(path)
        seen = followed(rotate, lambda: append(path, post("n3"), "\n"))

        assert seen == [["u1"], ["u2", "u3", "n1", "n2"], ["n3"]]
        assert [said.partition(",")[0] for said in followed.wrong] == ["feed.jsonl line 2"]

    def test_file_may_be_gone_for_a_moment(self, path: Path) -> None:
        """The old one is followed until there is another."""
        aside = path.with_suffix(".1")

        seen = Followed(path)(
            lambda: path.rename(aside), lambda: append(aside, post("u2"), "\n"), lambda: append(path, post("n1"), "\n")
        )

        assert seen == [["u1"], [], ["u2"], ["n1"]]

    def test_file_that_cannot_be_opened_any_more_is_waited_for(self, path: Path) -> None:
        """Something else may stand there for a moment."""

        def exchange() -> None:
            path.unlink()
            path.mkdir()

        def give_back() -> None:
            path.rmdir()
            append(path, post("n1"), "\n")

        assert Followed(path)(exchange, give_back) == [["u1"], [], ["n1"]]

    def test_several_files_are_followed_at_once(self, path: Path) -> None:
        """Each has lines of its own."""
        other = path.with_name("other.jsonl")
        append(other, post("o1"), "\n", '{"id": ')

        seen = Followed(path, other)(
            lambda: append(path, post("u2"), "\n"), lambda: append(other, '"o2", "text": ""}\n')
        )

        assert seen == [["u1", "o1"], ["u2"], ["o2"]]

    def test_file_that_is_not_there_is_a_slip(self, tmp_path: Path) -> None:
        """A command that waits for a file which never comes helps nobody."""
        with pytest.raises(InvalidInput, match=r"nowhere\.jsonl' cannot be opened: no such file or directory"):
            next(iter(Following([str(tmp_path / "nowhere.jsonl")], lambda _: HOW)))

    def test_long_files_come_in_lists_of_some_hundreds(self, path: Path) -> None:
        """So that a store is asked about many at a time, and memory stays what it is."""
        append(path, *(f"{post(f'm{number}')}\n" for number in range(1_200)))

        with closing(iter(Following([str(path)], lambda _: HOW))) as batches:
            lengths = [len(next(batches)) for _ in range(3)]

        assert lengths[0] == following.TOGETHER
        assert sum(lengths) == 1_201


class TestWrongLines:
    """A line that cannot be read is told with its number, and does not end it."""

    def test_good_lines_go_on(self, path: Path) -> None:
        """What is bad is told by its place: no JSON, no UTF-8, no update, a value that cannot be."""
        followed = Followed(path)
        append(path, '{"id": }\n', '{"color": "red"}\n', post("u4", "no handle"), "\n", post("u5"), "\n")
        with path.open("ab") as file:
            file.write(b'{"id": "\xff"}\n')

        assert followed() == [["u1", "u5"]]
        assert len(followed.wrong) == 4
        assert [number for number, said in zip((2, 3, 4, 6), followed.wrong, strict=True)
                if f"feed.jsonl line {number}" not in said] == []  # fmt: skip

    def test_good_updates_of_a_bad_line_are_given(self, path: Path) -> None:
        """A line may be a page of several."""
        append(path, f"[{post('u2')}, {post('u3', 'no handle')}, {post('u4')}]\n")
        followed = Followed(path)

        assert (followed(), len(followed.wrong)) == ([["u1", "u2", "u4"]], 1)

    def test_endless_line_is_not_kept(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is told once it ends."""
        monkeypatch.setattr(following, "_LIMIT", 100)
        followed = Followed(path)

        seen = followed(lambda: append(path, "x" * 99), lambda: append(path, "x" * 99), lambda: append(path, "x\nx\n"))

        assert seen == [["u1"], [], [], []]
        assert followed.wrong[0] == "feed.jsonl line 2: the line has more than 100 bytes; write one payload a line"
        assert followed.wrong[1].startswith("feed.jsonl line 3, column 1: it is no JSON")


class TestReaders:
    """Whoever reads the answers may go."""

    def test_following_ends_when_nobody_reads(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Even if nothing is written to the file any more."""
        here, there = os.pipe()
        with os.fdopen(there, "w") as output:
            monkeypatch.setattr(sys, "stdout", output)
            before = nobody_reads()
            os.close(here)

            with pytest.raises(BrokenPipeError):
                list(Following([str(path)], lambda _: HOW))

        assert not before

    def test_output_that_is_no_file_tells_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Then it shows with the next answer."""
        monkeypatch.setattr(sys, "stdout", io.StringIO())

        assert not nobody_reads()


@contextmanager
def running(*arguments: str, given: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run the command while the block lasts; one that reads no standard input is ended by Ctrl-C."""
    ended_by_signal = given is None
    child = subprocess.Popen(
        [*COMMAND, "feed", "--follow", *arguments],
        stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=heard, env=unwatched() if ended_by_signal else None,  # noqa: PLW1509  (no threads here)
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()


def answer(child: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for the next answer."""
    assert child.stdout is not None
    line: dict[str, Any] = json.loads(child.stdout.readline())
    return line


def interrupted(child: subprocess.Popen[str]) -> tuple[str, str]:
    """Press Ctrl-C, and give what is left of output and errors."""
    child.send_signal(signal.SIGINT)
    return child.communicate(timeout=60)


class TestCommand:
    """The whole command, while a file grows."""

    def test_answers_come_while_the_file_grows(self, here: Here, path: Path, crm: tuple[str, str]) -> None:
        """Each by the records as they stand by then; Ctrl-C ends it with the summary, and with 130."""
        with running(*crm, "--updates", str(path), "--json") as child:
            first = answer(child)
            append(path, "bad\n", post("u2", "nadia_haulage")[:9])
            append(path, post("u2", "nadia_haulage")[9:], "\n")
            second = answer(child)
            here("edit", "contact", "c01", "profiles.x=somebody_else", *crm)
            append(path, post("u3", "nadia_haulage"), "\n")
            third = answer(child)
            out, err = interrupted(child)

        assert [(line["update"], line["category"]) for line in (first, second, third)] == [
            ("u1", "unknown"), ("u2", "customer"), ("u3", "unknown"),
        ]  # fmt: skip
        assert (child.returncode, out) == (130, "")
        assert err.splitlines()[0].startswith("Error: feed.jsonl line 2")
        assert "3 updates by 2 authors, 1 problem with what could not be read" in err

    def test_unknown_authors_are_added_as_they_come(self, crm: tuple[str, str]) -> None:
        """On a pipe each update is a line of text; standard input ends it with 0."""
        with running(*crm, "--updates", "-", "--add", "lead", given=subprocess.PIPE) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(post("u1", "stranger") + "\n")
            child.stdin.flush()
            first = child.stdout.readline()
            child.stdin.write(post("u2", "nadia_haulage"))
            out, err = child.communicate(timeout=60)

        assert first.split("  ")[0::2][0] == "Leads/Contacts"
        assert "x:stranger  Hello  lead " in first
        assert out.startswith("Customers ")
        assert (child.returncode, "1 unknown author added as leads" in err) == (0, True)

    def test_bad_line_of_standard_input_counts(self, path: Path) -> None:
        """As for any feed with a bad payload, the exit code is 1."""
        with path.open() as given, running("--updates", "-", "--csv", given=given.fileno()) as child:
            good, _ = child.communicate(timeout=60)
        append(path, "bad\n")
        with path.open() as given, running("--updates", "-", "--explain", given=given.fileno()) as other:
            said, err = other.communicate(timeout=60)

        assert (child.returncode, [line.split(",")[0] for line in good.splitlines()]) == (0, ["update", "u1"])
        assert (other.returncode, said.splitlines()[0], said.count("Hello")) == (1, "u1  x:ada", 1)
        assert err.startswith("Error: standard input line 2")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--updates", "-"), "--follow: standard input is followed alone"),
        (("--limit", "5"), "--limit is of the tabs; --follow prints every update as it comes"),
        (("--updates", "."), "--follow: . is a folder; name the files in it that grow"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_slip_is_named_with_the_way_out(here: Here, path: Path, options: tuple[str, ...], said: str) -> None:
    """Exit code 2, and a sentence."""
    done = here("feed", "--follow", "--updates", path, *options)

    assert (done.code, done.out) == (2, "")
    assert said in " ".join(done.err.split())
