"""
How values are shown: plain tables for `str` and a terminal, escaped HTML for a notebook.

Everything that reaches a page goes through `escaped`, so that a display name can hold markup and stays text.
"""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import accumulate
from unicodedata import combining, east_asian_width


def escaped(value: object) -> str:
    """
    Give a value as HTML text: markup becomes visible characters, line breaks are kept.
    """
    return escape(str(value)).replace("\n", "<br>")


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


def html_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str = "") -> str:
    """
    Lay out rows under headers as an HTML table; every cell is escaped.
    """
    head = "".join(f"<th>{escaped(cell)}</th>" for cell in headers)
    body = "".join("<tr>" + "".join(f"<td>{escaped(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    title = f"<caption>{escaped(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_facts(caption: str, facts: Iterable[tuple[str, object]]) -> str:
    """
    Show named facts as a two-column HTML table.
    """
    rows = "".join(f"<tr><th>{escaped(name)}</th><td>{escaped(value)}</td></tr>" for name, value in facts)
    return f"<table><caption>{escaped(caption)}</caption><tbody>{rows}</tbody></table>"


def counted(number: int, singular: str, plural: str = "") -> str:
    """
    Say a number of things: "1 deal", "3 deals".
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
