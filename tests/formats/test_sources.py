"""Where text comes from: every kind of source gives the same lines, and what is wrong is said with line and byte."""

import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.errors import InvalidInput, Problem
from leadmodel.formats.intake import sources
from leadmodel.formats.intake.sources import Source, lines_of, name_of, whole_of

TEXT = "id,name\r\n1,Zoë\n2,\u2028line\rend"
LINES = ["id,name\r\n", "1,Zoë\n", "2,\u2028line\r", "end"]
ENCODINGS = 'pass encoding=, such as "cp1252" (Windows, Excel), "utf-16" (Excel\'s Unicode text) or "mac-roman"'


def refusal(source: Source, **options: str) -> InvalidInput:
    """Give the error with which a source is refused."""
    with pytest.raises(InvalidInput) as caught:
        list(lines_of(source, **options))
    return caught.value


class TestSources:
    """A path, bytes, text or an open file: all the same."""

    @pytest.mark.parametrize(
        "make",
        [
            lambda path: path,
            str,
            lambda path: path.read_bytes(),
            lambda path: path.read_bytes().decode("utf-8-sig"),
            lambda path: io.BytesIO(path.read_bytes()),
            lambda path: io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""),
        ],
        ids=["path", "path as text", "bytes", "text", "binary file", "text file"],
    )
    def test_every_kind_of_source_gives_the_same_lines(self, make: Callable[[Path], Source], tmp_path: Path) -> None:
        """Lines end at line feeds and carriage returns only, and keep them."""
        path = tmp_path / "people.csv"
        path.write_bytes(TEXT.encode("utf-8-sig"))

        assert list(lines_of(make(path))) == LINES

    @given(st.text(st.sampled_from("a\r\né"), max_size=30), st.integers(1, 5))
    def test_pieces_of_any_size_give_the_same_lines(self, text: str, size: int) -> None:
        """Where a file is cut into pieces makes no difference, not even between the halves of a line break."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sources, "_CHUNK", size)

            assert list(lines_of(io.BytesIO(text.encode()))) == list(io.StringIO(text, newline=""))

    def test_open_file_stays_open(self) -> None:
        """Only what a reader opens is closed by it."""
        file = io.BytesIO(b"a\nb")

        assert list(lines_of(file)) == ["a\n", "b"]
        assert not file.closed

    def test_other_encodings(self) -> None:
        """The caller says which encoding it is."""
        assert list(lines_of("é\nü".encode("utf-16"), encoding="utf-16")) == ["é\n", "ü"]
        assert list(lines_of("é\nü".encode("cp1252"), encoding="cp1252")) == ["é\n", "ü"]

    @pytest.mark.parametrize(
        ("source", "name", "expected"),
        [
            (Path("a/people.csv"), "", "people.csv"),
            ("a/people.csv", "", "people.csv"),
            ("a/people.csv", "the people", "the people"),
            ("id\n1", "", "input"),
            ('{"records": []}', "", "input"),
            (b"id\n1", "", "input"),
            (io.StringIO("id"), "", "input"),
        ],
    )
    def test_name(self, source: Source, name: str, expected: str) -> None:
        """A source is called as the caller says, or by the last part of its path."""
        assert name_of(source, name) == expected

    def test_open_file_is_called_by_its_path(self, tmp_path: Path) -> None:
        """A file that was opened by its path has a name; one that has only a number has none."""
        path = tmp_path / "people.csv"
        path.write_bytes(b"")

        with path.open("rb") as file, tempfile.TemporaryFile() as nameless:
            assert (name_of(file), name_of(nameless)) == ("people.csv", "input")


class TestWhole:
    """All of a source at once, as it is."""

    def test_bytes_stay_bytes_and_text_stays_text(self) -> None:
        """Nothing is decoded: that is the business of whoever reads it."""
        assert whole_of(b"\xff\n") == b"\xff\n"
        assert whole_of("a\nb") == "a\nb"
        assert whole_of(io.StringIO("ab")) == "ab"
        assert whole_of(b"") == ""

    def test_reading_stops_beyond_the_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file without end is not read to its end, and the caller sees that it was too long."""
        monkeypatch.setattr(sources, "_CHUNK", 2)

        assert whole_of(b"abcdefgh", limit=3) == b"abcd"
        assert whole_of(b"abcd", limit=4) == b"abcd"


class TestRefusing:
    """What cannot be read is refused with the place and the remedy."""

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("none.csv", "no such file or directory"),
            ("", "is a directory"),
            ("loop", "too many levels of symbolic links"),
        ],
    )
    def test_path_that_cannot_be_opened(self, name: str, reason: str, tmp_path: Path) -> None:
        """The path and the reason are named, and what the system said is kept as the cause."""
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        path = tmp_path / name

        error = refusal(path)

        (problem,) = error.problems
        assert error.subject == path.name
        assert problem.what.endswith(f"cannot be opened: {reason}")
        assert (problem.value, problem.hint) == (
            str(path),
            "check the path; content itself is passed as bytes, as text with line breaks or as an open file",
        )
        assert isinstance(error.__cause__, OSError)

    def test_path_that_is_none(self) -> None:
        """A path with NUL in it is no path."""
        error = refusal("a\x00b")

        assert isinstance(error.__cause__, ValueError)
        assert error.problems[0].what == "'a\\x00b' cannot be opened: embedded null byte"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_file_that_may_not_be_read(self, tmp_path: Path) -> None:
        """No permission is a reason like any other."""
        path = tmp_path / "secret.csv"
        path.touch(0)

        assert refusal(path).problems[0].what.endswith("cannot be opened: permission denied")

    def test_file_that_fails_while_it_is_read(self) -> None:
        """A file that was closed, or whose disk fails, is a typed error as well."""
        file = io.BytesIO(b"a")
        file.close()

        assert refusal(file) == InvalidInput(
            subject="input",
            problems=(
                Problem(
                    what="it cannot be read: I/O operation on closed file.",
                    hint="pass a file that is open for reading, or a path",
                ),
            ),
        )

    def test_what_is_no_source(self) -> None:
        """A list of lines is none of the things that can be opened."""
        assert refusal(["a"]) == InvalidInput(  # type: ignore[arg-type]  # that is the point
            subject="input",
            problems=(
                Problem(what="a list cannot be read", hint="pass a path, bytes, text or an open file", value=["a"]),
            ),
        )

    @pytest.mark.parametrize("size", [1, 2, 3, 100])
    def test_wrong_encoding(self, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """The first byte that is none of the encoding is named with its line, whatever the pieces are."""
        monkeypatch.setattr(sources, "_CHUNK", size)

        error = refusal("id\r\né\r\r\nZoë".encode().replace(b"\xc3\xab", b"\xeb"), name="people.csv")

        where = "people.csv line 4, byte 11"
        problem = Problem(what="0xeb is no UTF-8", hint=ENCODINGS, where=where, value=0xEB)
        assert error == InvalidInput(subject="people.csv", problems=(problem,))
        assert isinstance(error.__cause__, UnicodeDecodeError)

    def test_utf_16_that_is_not_said_to_be_it(self) -> None:
        """A file that begins like UTF-16 is recognised."""
        error = refusal("id\n1".encode("utf-16"))

        hint = 'the file begins like UTF-16: pass encoding="utf-16"'
        assert error.problems == (
            Problem(what="0xff is no UTF-8", hint=hint, where="input line 1, byte 0", value=0xFF),
        )

    def test_file_that_ends_within_a_character(self) -> None:
        """A file that was cut off is not read as if it were whole."""
        error = refusal("id\né".encode()[:-1])

        assert error.problems == (
            Problem(what="0xc3 is no UTF-8", hint=ENCODINGS, where="input line 2, byte 3", value=0xC3),
        )

    def test_text_file_in_another_encoding(self) -> None:
        """A text file decodes for itself; its failure is typed all the same."""
        error = refusal(io.TextIOWrapper(io.BytesIO(b"\xe9"), encoding="utf-8"))

        hint = "open the file with its encoding, or pass its path and encoding="
        assert error.problems == (Problem(what="0xe9 is no UTF-8", hint=hint, value=0xE9),)

    @pytest.mark.parametrize("encoding", ["utf-9", "rot13"])
    def test_encoding_that_is_none(self, encoding: str) -> None:
        """An unknown name, and a codec that is no encoding of text."""
        error = refusal(b"a", encoding=encoding)

        assert error.problems == (
            Problem(what=f"there is no encoding {encoding!r}", hint=ENCODINGS, field="encoding", value=encoding),
        )

    @pytest.mark.parametrize("source", [b"id\r\n1\nA\x00", io.StringIO("id\r\n1\nA\x00", newline="")])
    def test_nul(self, source: Source) -> None:
        """No database keeps NUL, and a file with one in it is most often no UTF-8."""
        hint = 'remove it; if the file is UTF-16, pass encoding="utf-16"'

        assert refusal(source).problems == (Problem(what="the line holds NUL", hint=hint, where="input line 3"),)

    @pytest.mark.parametrize(("before", "number"), [("", 1), ("id\n", 2)])
    @pytest.mark.parametrize("after", ["", "\nnext"])
    def test_line_that_is_too_long(self, before: str, number: int, after: str) -> None:
        """A line of more than ten million characters is not collected for ever."""
        error = refusal((before + "x" * (sources.LINE_LIMIT + 1) + after).encode())

        assert error.problems == (
            Problem(
                what="the line has more than 10,000,000 characters",
                hint="look for a quote that is never closed",
                where=f"input line {number}",
            ),
        )

    def test_longest_line(self) -> None:
        """The limit itself is allowed."""
        assert list(map(len, lines_of(b"x" * sources.LINE_LIMIT))) == [sources.LINE_LIMIT]
