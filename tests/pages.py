"""What a browser makes of a view: its tables, its text, and nothing that it would run."""

import re
from html.parser import HTMLParser
from typing import Final

import attrs

#: Every element that a view may hold.
ELEMENTS: Final = frozenset("table caption thead tbody tr th td br div h4 p b ul li".split())
#: What may be set on one: how a text stands in its cell, and how many columns that takes. Never a colour.
ATTRIBUTES: Final = {
    "style": re.compile(
        r"(?:(?:text-align|vertical-align|font-weight|padding-top|white-space|overflow-wrap):[a-z0-9]+;?)+"
    ),
    "colspan": re.compile(r"\d+"),
}


def bare(html: str) -> str:
    """Give HTML without what says how it looks."""
    return re.sub(r' style="[^"]*"', "", html)


@attrs.define
class Table:
    """A table as it is read: what it is called, and the texts of its cells, row by row; a header is a row."""

    caption: str = ""
    captions: int = 0
    rows: list[tuple[str, ...]] = attrs.field(factory=list)


@attrs.define
class View(HTMLParser):
    """A view as a browser reads it."""

    tables: list[Table] = attrs.field(factory=list)
    #: Elements and attributes that no view may hold, and ends that do not fit.
    strange: list[str] = attrs.field(factory=list)
    #: All visible text.
    text: str = ""
    _open: list[str] = attrs.field(factory=list)
    _cells: list[str] = attrs.field(factory=list)

    def __attrs_pre_init__(self) -> None:
        """Start the parser."""
        super().__init__()

    @classmethod
    def of(cls, html: str) -> "View":
        """Read a view to its end."""
        view = cls()
        view.feed(html)
        view.close()
        view.strange += [f"<{tag}> is not closed" for tag in view._open]
        return view

    @property
    def table(self) -> Table:
        """The only table of the view."""
        (table,) = self.tables
        return table

    @property
    def facts(self) -> dict[str, str]:
        """The rows of the first table, where each has a name and a value."""
        return {name: value for name, value in self.tables[0].rows}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element, and look at what is set on it."""
        if tag not in ELEMENTS:
            self.strange.append(f"<{tag}>")
        self.strange += [
            f"{name}={value!r}"
            for name, value in attrs
            if name not in ATTRIBUTES or not ATTRIBUTES[name].fullmatch(value or "")
        ]
        if tag == "br":
            self.handle_data("\n")
            return
        self._open.append(tag)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "caption":
            self.tables[-1].captions += 1
        elif tag == "tr":
            self._cells = []
        elif tag in {"td", "th"}:
            self._cells.append("")

    def handle_data(self, data: str) -> None:
        """Put text where it stands."""
        self.text += data
        if "caption" in self._open:
            self.tables[-1].caption += data
        elif {"td", "th"} & set(self._open):
            self._cells[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """End the element that was begun last."""
        if not self._open or self._open.pop() != tag:
            self.strange.append(f"</{tag}>")
        if tag == "tr":
            self.tables[-1].rows.append(tuple(self._cells))
