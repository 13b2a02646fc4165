"""Values on a terminal and in a notebook: aligned, in one line a row, and never markup."""

from collections.abc import Iterable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.display import counted, escaped, fitted, html_facts, html_table, listed, one_line, text_table, width
from tests.pages import Table, View

MARKUP = "<script>alert('x')</script>&amp;\"q\""


def test_table_is_aligned_under_its_headers() -> None:
    """Columns begin below each other, whatever the lengths; no line ends in spaces."""
    assert text_table(["name", "no"], [["Ada", 1], ["Grace Hopper", 22]]) == (
        "name          no\n"
        "------------  --\n"
        "Ada           1\n"
        "Grace Hopper  22"
    )  # fmt: skip


def test_table_without_rows_is_its_headers() -> None:
    """An empty table still says what it would hold."""
    assert text_table(["name"], []) == "name\n----"


@pytest.mark.parametrize("rows", [[["a"]], [["a", "b", "c"]]])
def test_ragged_row_is_refused(rows: list[list[str]]) -> None:
    """A row of another length than the headers is a mistake of the caller, not a shorter row."""
    with pytest.raises(ValueError, match="zip"):
        text_table(["x", "y"], rows)


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    """Alignment counts columns of a terminal, not characters."""
    assert [width(text) for text in ("Ada", "é", "e\u0301", "山田", "Ａ", "")] == [3, 1, 1, 4, 2, 0]


def test_table_with_wide_characters_is_aligned() -> None:
    """A Japanese name takes the columns that it needs."""
    assert text_table(["name", "no"], [["山田", 1], ["Adas", 2]]) == (
        "name  no\n"
        "----  --\n"
        "山田  1\n"
        "Adas  2"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("two\nlines\tand\rmore", "two lines and more"),
        ("Jean\u00a0Paul", "Jean Paul"),
        ("山田\u3000太郎", "山田 太郎"),
        ("a\u202eb", "a\\u202eb"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\ud800b", "a\\ud800b"),
        ("naïve", "naïve"),
        (7, "7"),
    ],
)
def test_cell_is_one_line_of_visible_text(value: object, line: str) -> None:
    """White space becomes spaces; what could rewrite its neighbours is shown by its escape."""
    assert one_line(value) == line


@given(st.text())
def test_one_line_is_printable_and_settled(text: str) -> None:
    """Whatever a cell holds, it stays in its line, and doing it twice changes nothing."""
    line = one_line(text)

    assert line.isprintable()
    assert one_line(line) == line


def test_markup_becomes_visible_text() -> None:
    """A display name can hold markup and stays text; line breaks are kept."""
    assert escaped("<b>&\"'\nx\r\ny\rz") == "&lt;b&gt;&amp;&quot;&#x27;<br>x<br>y<br>z"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("a\u2066b", "a\\u2066b"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\x00b", "a\\x00b"),
        ("a\ud800b", "a\\ud800b"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("ليلى\u200c", "ليلى\u200c"),
        ("a\tb", "a\tb"),
    ],
)
def test_what_would_steer_a_page_is_shown_and_what_belongs_to_a_text_is_kept(text: str, shown: str) -> None:
    """No name turns the line around that it stands in; an emoji of several people stays whole."""
    assert escaped(text) == shown


@given(st.text(st.characters(categories=["Cs", "Cc", "Cf", "Lu", "Po", "Zs"])))
def test_every_text_can_be_sent_to_a_page(text: str) -> None:
    """Half of a pair, as a broken export holds it, would stop the whole output."""
    html = html_facts(text, [(text, text)])

    assert html.encode("utf-8")
    assert View.of(html).strange == []


def test_html_table_escapes_headers_cells_and_caption() -> None:
    """Nothing reaches the page as markup, from whichever argument it comes."""
    seen = View.of(html_table([MARKUP], [[MARKUP]], caption=MARKUP))

    assert (seen.strange, seen.table) == ([], Table(MARKUP, 1, [(MARKUP,), (MARKUP,)]))


def test_html_table_without_caption_has_none() -> None:
    """An absent caption leaves no empty element."""
    assert View.of(html_table(["a"], [[1]])).table == Table("", 0, [("a",), ("1",)])


def test_html_facts_escape_names_values_and_caption() -> None:
    """The same holds for the view of a single value."""
    seen = View.of(html_facts(MARKUP, [(MARKUP, MARKUP)]))

    assert (seen.strange, seen.table) == ([], Table(MARKUP, 1, [(MARKUP, MARKUP)]))


@pytest.mark.parametrize("rows", [[[1], [2], [3], [4]], ([n] for n in (1, 2, 3, 4))], ids=["list", "iterator"])
def test_long_table_is_cut_and_what_is_left_out_is_counted(rows: Iterable[list[int]]) -> None:
    """Whether the rows say how many they are or not."""
    seen = View.of(html_table(["n"], rows, limit=2)).table

    assert seen.rows == [("n",), ("1",), ("2",), ("… and 2 more",)]


def test_no_more_rows_are_made_than_are_shown() -> None:
    """Where the number is told, the rows of an endless table are not all asked for."""
    seen = View.of(html_table(["n"], ([n] for n in count()), of=100_000, limit=2)).table

    assert seen.rows == [("n",), ("0",), ("1",), ("… and 99,998 more",)]


def test_table_of_just_the_limit_is_whole() -> None:
    """Nothing is left out, and nothing said."""
    assert View.of(html_table(["n"], [[1], [2]], limit=2)).table.rows == [("n",), ("1",), ("2",)]


def test_long_cell_is_cut_and_what_is_left_out_is_counted() -> None:
    """A text of a thousand characters is shown whole; of a longer one, the beginning."""
    seen = View.of(html_facts("", [("a", "x" * 1_000), ("b", "x" * 1_001), ("c", "x" * 12_345)])).facts

    assert seen == {
        "a": "x" * 1_000,
        "b": "x" * 1_000 + "… (1 more character)",
        "c": "x" * 1_000 + "… (11,345 more characters)",
    }


def test_word_that_no_column_has_room_for_may_break() -> None:
    """An address of three hundred characters makes no page scroll; words of usual length stay whole."""
    assert "overflow-wrap:anywhere" in html_table(["a"], [["x" * 40]])
    assert "overflow-wrap" not in html_table(["a"], [["x" * 39 + " " + "x" * 39]])


def test_members_are_listed_line_by_line() -> None:
    """As many as there is room for."""
    assert listed([1, 2], of=2, limit=2) == "1\n2"
    assert listed(count(), of=1_002, limit=2) == "0\n1\n… and 1,000 more"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ((1, "deal"), "1 deal"),
        ((0, "deal"), "0 deals"),
        ((2, "person", "people"), "2 people"),
        ((1, "person", "people"), "1 person"),
        ((120_000, "deal"), "120,000 deals"),
    ],
)
def test_things_are_counted_in_words(given: tuple[int, str], text: str) -> None:
    """One thing is singular, every other number plural."""
    assert counted(*given) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("abcd", "abcd"),
        ("abcde", "abc…"),
        ("商談", "商談"),
        ("商談中", "商…"),
        ("a\nb", "a b"),
        ("e\u0301" * 5, "e\u0301" * 3 + "…"),
    ],
)
def test_long_text_is_cut_to_its_columns(text: str, shown: str) -> None:
    """A wide character takes two columns, a mark over a letter none; the sign that something is missing takes one."""
    assert fitted(text, 4) == shown


@given(st.text(), st.integers(1, 12))
def test_cut_text_never_takes_more_columns(text: str, columns: int) -> None:
    """And what has room stays whole."""
    line = fitted(text, columns)

    assert width(line) <= columns
    assert (line == one_line(text)) == (width(one_line(text)) <= columns)
