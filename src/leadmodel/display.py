"""
How values are shown: plain tables for `str` and a terminal, escaped HTML for a notebook.

Everything that reaches a page goes through `escaped`, so that a display name can hold markup and stays text. Notebooks
set texts of tables at the right and break no long word, so each cell says how it wants to stand; no colour is set, so
that light and dark pages both can be read.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from html import escape
from itertools import accumulate, islice
from typing import Final
from unicodedata import combining, east_asian_width

#: Rows of a table, and characters of a cell, that a view shows; how much is left out is said.
ROWS_SHOWN: Final = 50
TEXT_SHOWN: Final = 1_000

#: Characters that would rewrite what stands beside them, or that no page can hold. Others that cannot be seen, such as
#: what joins an emoji, belong to the text.
_STEERING: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAKS: Final = re.compile("\r\n?")
#: A word that no column has room for.
_LONG_WORD: Final = re.compile(r"\S{40}")

_CAPTION: Final = "text-align:left;font-weight:bold;padding-top:1em"
_CELL: Final = "text-align:left;vertical-align:top"
_NAME: Final = f"{_CELL};white-space:nowrap"
_BROKEN: Final = f"{_CELL};overflow-wrap:anywhere"


def escaped(value: object) -> str:
    """
    Give a value as HTML text: markup becomes visible characters, as does what would steer the page; lines stay lines.
    """
    text = _STEERING.sub(_seen, _BREAKS.sub("\n", str(value)))
    return escape(text).replace("\n", "<br>")


def _seen(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def cut(value: object, limit: int = TEXT_SHOWN) -> str:
    """
    Give a value as text of so many characters; of what is longer, how much is left out.
    """
    text = str(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({counted(len(text) - limit, 'more character')})"


def one_line(value: object) -> str:
    """
    Give a value as one line of plain text: white space becomes spaces, what cannot be printed is shown by its escape.

    Control and bidirectional characters would let one cell rewrite its neighbours.
    """
    text = str(value)
    return text if text.isprintable() else "".join(map(_printable, text))


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode("ascii")


def width(text: str) -> int:
    """
    Count the columns that a text takes on a terminal: wide East Asian characters take two, marks over letters none.
    """
    return len(text) if text.isascii() else sum(0 if combining(c) else 1 + (east_asian_width(c) in "WF") for c in text)


def fitted(text: object, columns: int) -> str:
    """
    Give a value as one line that takes so many columns at most; what is cut off leaves a mark.
    """
    line = one_line(text)
    if width(line) <= columns:
        return line
    end = next(number for number, taken in enumerate(accumulate(map(width, line))) if taken >= columns)
    return f"{line[:end]}…"


def text_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """
    Lay out rows under headers with aligned columns.
    """
    lines = [list(headers), *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * n for n in widths])
    padded = ("  ".join(cell + " " * (n - width(cell)) for cell, n in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)


def html_table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    caption: str = "",
    of: int | None = None,
    limit: int = ROWS_SHOWN,
) -> str:
    """
    Lay out rows under headers as an HTML table, escaped; of long texts and long tables, the beginning is shown.

    Args:
        headers: The columns.
        rows: The rows; no more are taken than are shown.
        caption: What the table is.
        of: How many rows there are; where nothing is said, they are counted.
        limit: The most rows that are shown.
    """
    if of is None:
        rows = rows if isinstance(rows, Collection) else list(rows)
        of = len(rows)
    shown = list(islice(rows, limit))
    head = "".join(_cell("th", cell) for cell in headers)
    body = "".join(f"<tr>{''.join(_cell('td', cell) for cell in row)}</tr>" for row in shown)
    left = of - len(shown)
    if left:
        body += f'<tr><td colspan="{len(headers)}" style="{_CELL}">… and {left:,} more</td></tr>'
    return f"<table>{_caption(caption)}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_facts(caption: str, facts: Iterable[tuple[str, object]]) -> str:
    """
    Show named facts as a two-column HTML table; of a long text, the beginning.
    """
    rows = "".join(f'<tr><th style="{_NAME}">{escaped(name)}</th>{_cell("td", value)}</tr>' for name, value in facts)
    return f"<table>{_caption(caption)}<tbody>{rows}</tbody></table>"


def _caption(text: str) -> str:
    return f'<caption style="{_CAPTION}">{escaped(cut(text))}</caption>' if text else ""


def _cell(tag: str, value: object) -> str:
    text = cut(value)
    return f'<{tag} style="{_BROKEN if _LONG_WORD.search(text) else _CELL}">{escaped(text)}</{tag}>'


def listed(members: Iterable[object], *, of: int, limit: int = 20) -> str:
    """
    Give members line by line, and how many of them are left out.
    """
    lines = [str(member) for member in islice(members, limit)]
    return "\n".join([*lines, *([f"… and {of - limit:,} more"] if of > limit else [])])


def plural(word: str) -> str:
    """
    Give the plural of a word as most words have it: "contacts", "activities", "statuses".
    """
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}es" if word.endswith("s") else f"{word}s"


def counted(number: int, singular: str, plural: str = "") -> str:
    """
    Say a number of things: "1 deal", "3 deals".
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
