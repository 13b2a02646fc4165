"""
The properties of vCards: a line with its value, and the values that are parted or read.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import attrs

__all__ = ["MADE", "PHONES", "CardLine"]

# fmt: off
#: Types of telephone numbers, the most telling first, and what such a number is called in `FIELDS`.
PHONES: Final[Mapping[str, str]] = {
    "fax":   "TEL;fax",
    "cell":  "TEL;mobile",
    "iphone": "TEL;mobile",
    "pager": "TEL;other",
    "other": "TEL;other",
    "home":  "TEL;home",
    "work":  "TEL;work",
}
# fmt: on
_N: Final = ("family", "given", "additional", "prefix", "suffix")
_ADR: Final = ("box", "extended", "street", "city", "region", "code", "country")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@attrs.frozen
class CardLine:
    """
    One property of a card.
    """

    name: str
    #: Types and other bare parameters, in small letters.
    types: frozenset[str]
    params: Mapping[str, str]
    value: str
    #: Whether a backslash keeps its meaning before any letter: from version 3.0 on.
    escaped: bool

    @property
    def text(self) -> str:
        """
        Give the value as one text.
        """
        return _plain(self.value, everywhere=self.escaped)

    def parts(self, separator: str = ";") -> list[str]:
        """
        Give the parts of a value that has several.
        """
        parts = list(re.finditer(rf"((?:[^\\{separator}]|\\.?)*+)({separator}|\Z)", self.value, re.DOTALL))
        last = next(number for number, part in enumerate(parts) if not part[2])
        return [_plain(part[1], everywhere=self.escaped) for part in parts[: last + 1]]


def _plain(text: str, *, everywhere: bool) -> str:
    def meant(found: re.Match[str]) -> str:
        if everywhere:
            return "\n" if found[1] in "nN" else found[1]
        return found[1] if found[1] in ";,:\\" else found[0]

    return _ESCAPED.sub(meant, text).replace("\r\n", "\n").strip()


def _name_parts(line: CardLine) -> list[tuple[str, str]]:
    return [(f"N.{part}", text) for part, text in zip(_N, line.parts(), strict=False)]


def _address(line: CardLine) -> list[tuple[str, str]]:
    parts = dict(zip(_ADR, line.parts(), strict=False))
    street = [parts.pop(part, "") for part in _ADR[:3]]
    return [("ADR.street", "\n".join(filter(None, street))), *((f"ADR.{part}", text) for part, text in parts.items())]


def _organisation(line: CardLine) -> list[tuple[str, str]]:
    company, *units = line.parts()
    return [("ORG", company), ("ORG.units", "; ".join(filter(None, units)))]


def _phone(line: CardLine) -> list[tuple[str, str]]:
    field = next((field for kind, field in PHONES.items() if kind in line.types), "TEL")
    return [(field, line.text.removeprefix("tel:").replace(";ext=", " ext. "))]


def _day(line: CardLine) -> list[tuple[str, str]]:
    """
    Give a day; one without a year, and a text, is no date that a record holds.

    Apple writes a year all the same, and says which one to leave out.
    """
    try:
        day = datetime.fromisoformat(line.text).date()
    except ValueError:
        return [("BDAY (as written)", line.text)]
    left_out = line.params.get("X-APPLE-OMIT-YEAR") == f"{day.year:04}"
    return [("BDAY (as written)", f"--{day:%m-%d}") if left_out else ("BDAY", day.isoformat())]


def _revision(line: CardLine) -> list[tuple[str, str]]:
    try:
        aware = datetime.fromisoformat(line.text).tzinfo is not None
    except ValueError:
        aware = False
    return [("REV" if aware else "REV (as written)", line.text)]


def _categories(line: CardLine) -> list[tuple[str, str]]:
    return [("CATEGORIES", part) for part in line.parts(",")]


#: Properties whose values are parted or read.
MADE: Final[Mapping[str, Callable[[CardLine], list[tuple[str, str]]]]] = {
    "N": _name_parts, "ADR": _address, "ORG": _organisation, "TEL": _phone, "BDAY": _day, "REV": _revision,
    "CATEGORIES": _categories,
}  # fmt: skip
