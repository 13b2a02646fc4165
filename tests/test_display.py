"""Values on a terminal and in a notebook: aligned, in one line a row, and never markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.display import counted, escaped, fitted, html_facts, html_table, one_line, text_table, width

MARKUP = "<script>alert('x')</script>&amp;\"q\""


class Tags(HTMLParser):
    """What a browser would see: the tags, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag; none of ours has attributes."""
        self.tags.append(tag)
        assert attrs == []

    def handle_data(self, data: str) -> None:
        """Note visible text."""
        self.text += data


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
    assert escaped("<b>&\"'\nx") == "&lt;b&gt;&amp;&quot;&#x27;<br>x"


def test_html_table_escapes_headers_cells_and_caption() -> None:
    """Nothing reaches the page as markup, from whichever argument it comes."""
    seen = Tags(html_table([MARKUP], [[MARKUP]], caption=MARKUP))

    assert seen.tags == ["table", "caption", "thead", "tr", "th", "tbody", "tr", "td"]
    assert seen.text == MARKUP * 3


def test_html_table_without_caption_has_none() -> None:
    """An absent caption leaves no empty element."""
    assert html_table(["a"], [[1]]) == (
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    )


def test_html_facts_escape_names_values_and_caption() -> None:
    """The same holds for the view of a single value."""
    seen = Tags(html_facts(MARKUP, [(MARKUP, MARKUP)]))

    assert seen.tags == ["table", "caption", "tbody", "tr", "th", "td"]
    assert seen.text == MARKUP * 3


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
