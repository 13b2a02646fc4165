"""
vCards: people as address books write them, versions 2.1, 3.0 and 4.0, several in one file.

Lines are read by the library vobject, which the extra `vcard` brings; what they mean is one table. A property that no
record has a place for is kept in `custom` under its name. Pictures, sounds and keys are left out, and that is told.
"""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final, Unpack

import attrs

from leadmodel.display import counted
from leadmodel.entities import Contact, Lead, Record
from leadmodel.errors import InvalidInput, InvalidValue, MissingExtra, Problem, shown
from leadmodel.formats.intake.sources import Source, lines_of, name_of
from leadmodel.formats.products.objects import CrmRecord, Fields, Node, ObjectOptions, Objects, guess_by, options_of
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.rows import Column
from leadmodel.networks import Profile
from leadmodel.networks.rows import ROWS

__all__ = ["DROPPED", "FIELDS", "PHONES", "PROFILES", "CardOptions", "looks_like", "read_cards"]

# fmt: off
_PERSON: Final = {
    "UID": "id",
    "N.family": "last_name",
    "N.given": "first_name",
    "N.prefix": "salutation",
    "TITLE": "title",
    "EMAIL": "emails",
    "TEL": "phones.main",
    "TEL;work": "phones.work",
    "TEL;mobile": "phones.mobile",
    "TEL;home": "phones.home",
    "TEL;fax": "phones.fax",
    "TEL;other": "phones.other",
    "ADR.street": "address.street",
    "ADR.city": "address.city",
    "ADR.region": "address.region",
    "ADR.code": "address.postal_code",
    "ADR.country": "address.country",
    "BDAY": "birth_date",
    "LANG": "language",
    "NOTE": "description",
    "CATEGORIES": "tags",
    "REV": "modified_at",
    "profiles": "profiles",
}
#: Properties of cards, by record type, and what they are read as; what follows a dot is a part of a value, and what
#: follows a semicolon a type of it.
FIELDS: Final[Fields] = {
    Contact: _PERSON,
    Lead: {**_PERSON, "ORG": "company", "URL": "website"},
}
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
#: Properties that may name a profile, besides "X-" and the name of a network.
PROFILES: Final = frozenset({"X-SOCIALPROFILE", "SOCIALPROFILE", "IMPP", "URL", "X-URL"})
#: Properties that are left out.
DROPPED: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "AGENT", "X-MS-CARDPICTURE", "X-MS-OL-DESIGN"})
# fmt: on
#: Properties that say nothing about the person.
_FRAME: Final = frozenset({"BEGIN", "END", "VERSION", "PRODID"})
_NAMES: Final[Mapping[type[Record], str]] = {Contact: "contact", Lead: "lead"}
_GUESS: Final = guess_by(FIELDS, profiles=False)
_N: Final = ("family", "given", "additional", "prefix", "suffix")
_ADR: Final = ("box", "extended", "street", "city", "region", "code", "country")
#: What stands before the colon: a quoted part may hold one.
_HEAD: Final = re.compile(r'(?:[^":]|"[^"]*+")*+(?=:)')
#: Characters that a name with its parameters may have.
_HEAD_LIMIT: Final = 1_000
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_NETWORKS: Final[Mapping[str, str]] = {
    name.casefold(): row.key for row in ROWS if row.key != "email" for name in (row.key, row.label, *row.aliases)
}
#: Properties that a person has once, as far as a record goes.
_ONCE: Final = frozenset({"UID", "N", "FN", "TITLE", "ADR", "ORG", "BDAY", "LANG", "REV"})


class CardOptions(ObjectOptions, total=False):
    """
    How cards are read. Every option may be left out.
    """

    #: How bytes are read; the default, "utf-8-sig", takes UTF-8 with or without a byte order mark.
    encoding: str


@attrs.frozen
class _Line:
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


def looks_like(text: str) -> bool:
    """
    Say whether a text begins as a card does.
    """
    return text.lstrip("\ufeff \t\r\n")[:11].casefold() == "begin:vcard"


def read_cards(
    source: Source, *, record_type: type[CrmRecord] = Contact, **how: Unpack[CardOptions]
) -> Reading[CrmRecord]:
    """
    Read the cards of a file.

    A card that cannot be read does not stop the others: it is left out, and the reading tells why. A card without UID
    is called by the file and its line.

    Args:
        source: A path, bytes, text with line breaks, or an open file.
        record_type: What the people are: `Contact` or `Lead`.
        how: See `CardOptions`.

    Raises:
        InvalidInput: There is no card in the source that can be read; everything that is wrong with them is reported.
        MissingExtra: The library vobject is not installed.
    """
    name = name_of(source, how.get("name", ""))
    encoding = how.get("encoding", "utf-8-sig")
    if record_type not in FIELDS:
        problem = Problem(
            what=f"{shown(record_type)} is none of the people that cards hold", hint="pass Contact or Lead"
        )
        raise InvalidInput(subject=name, problems=(problem,))
    read = _Reader()
    objects = Objects(
        name=name, guess=_GUESS, called=_NAMES, cell=_cell, bare=True, forgiving=True,
        **options_of(how, less=("encoding",)),
    )  # fmt: skip
    told: list[str] = []
    dropped: Counter[str] = Counter()
    nodes = []
    for number, lines in _cards(lines_of(source, name=name, encoding=encoding), name, told):
        where = f"{name} line {number:,}"
        properties = list(_lines(lines, read, where, told))
        dropped.update(line.name for line in properties if line.name in DROPPED)
        content = _content([line for line in properties if line.name not in DROPPED | _FRAME], record_type)
        content.setdefault("UID", f"{PurePath(name).stem}-{number}")
        nodes.append(Node(record_type, content, where))
    if not nodes:
        what, hint = "there is no card in it", "a card stands between BEGIN:VCARD and END:VCARD"
        problems = [Problem(what=one, where="") for one in told] or [Problem(what=what, hint=hint)]
        raise InvalidInput(subject=name, problems=tuple(problems))
    told += [f"{name}: {counted(many, 'value')} of {what}" for what, many in sorted(dropped.items())]
    return objects.read(nodes, told)


def _cards(lines: Iterator[str], name: str, told: list[str]) -> Iterator[tuple[int, list[str]]]:
    """
    Part a file into cards, each with the line on which it begins; a card within a card is its agent, and left out.
    """
    card: list[str] = []
    begun = depth = 0
    last = ""
    for number, line in enumerate(lines, 1):
        word = "".join(line.split()).casefold()
        if word == "begin:vcard":
            if depth and last != "agent:":
                told.append(f"{name} line {begun:,}: the card does not end before the next one begins")
                depth = 0
            depth += 1
            if depth == 1:
                card, begun = [], number
        elif word == "end:vcard" and depth:
            depth -= 1
            if not depth:
                yield begun, card
        elif depth == 1 and word != "agent:":
            card.append(line)
        last = word or last
    if depth:
        told.append(f"{name} line {begun:,}: the card does not end")


def _lines(card: Sequence[str], read: "_Reader", where: str, told: list[str]) -> Iterator[_Line]:
    """
    Give the properties of a card; lines that are none are told.
    """
    version = next((line.partition(":")[2].strip() for line in card if line[:8].casefold() == "version:"), "")
    for text in read.logical_lines("".join(card)):
        head = _HEAD.match(text)
        if head is None or len(head[0]) > _HEAD_LIMIT:
            told.append(f"{where}: {shown(text)} is no property")
            continue
        value = text[head.end() + 1 :]
        name = head[0].partition(";")[0].rpartition(".")[2].strip().upper()
        if name in DROPPED:
            yield _Line(name, frozenset(), {}, "", escaped=False)
            continue
        try:
            yield _line(read.content_line(head[0], value), escaped=version != "2.1")
        except read.faults:
            told.append(f"{where}: the value of {shown(name)} cannot be read")


def _line(found: Any, *, escaped: bool) -> _Line:  # noqa: ANN401  (the library has no types)
    words = [*found.singletonparams, *found.params.get("TYPE", ())]
    types = frozenset(part.strip().casefold() for word in words for part in word.split(","))
    params = {key.upper(): ",".join(values) for key, values in found.params.items()}
    return _Line(found.name, types, params, found.value, escaped=escaped)


class _Reader:
    """
    What is asked of the library.

    Raises:
        MissingExtra: It is not installed.
    """

    def __init__(self) -> None:
        try:
            from vobject import base  # type: ignore[import-untyped]  # the library has no types
        except ModuleNotFoundError as error:
            raise MissingExtra(library="vobject", extra="vcard", purpose="reading vCards") from error
        self._base: Any = base
        #: What it raises on a line that it cannot read: a charset that is none, a byte that is none of the charset.
        self.faults: tuple[type[Exception], ...] = (base.VObjectError, ValueError, LookupError, TypeError)

    def logical_lines(self, text: str) -> Iterator[str]:
        """
        Give the properties of a card, unfolded.
        """
        return (line for line, _ in self._base.getLogicalLines(io.StringIO(text), allowQP=True))

    def content_line(self, head: str, value: str) -> Any:  # noqa: ANN401  (as above)
        """
        Read the name and the parameters of a property, and decode its value.
        """
        name, params, _, group = self._base.parseLine(f"{head}:")
        return self._base.ContentLine(name, params, value, group, encoded=True)


def _content(lines: Sequence[_Line], record_type: type[Record]) -> dict[str, Any]:
    """
    Give the fields of a card: those of the table, and the others under the names of their properties.

    Of what a person has once, the preferred one counts, or else the first; the others are kept beside it.
    """
    content: dict[str, list[Any]] = {}
    seen: set[str] = set()
    once = _ONCE if record_type is Contact else _ONCE | {"URL"}
    for line in sorted(lines, key=_rank):
        profile = (
            _profile(line) if line.name in PROFILES or line.name.removeprefix("X-").casefold() in _NETWORKS else ""
        )
        if profile:
            fields = [("profiles", profile)]
        elif line.name in once and line.name in seen:
            fields = [(f"{line.name} (others)", line.text)]
        else:
            seen.add(line.name)
            fields = _MADE[line.name](line) if line.name in _MADE else [(line.name, line.text)]
        for field, value in fields:
            if value:
                content.setdefault(field, []).append(value)
    if (
        "N.family" not in content
        and "FN" in content
        and not (record_type is Lead and {"N.given", "ORG"} <= content.keys())
    ):
        content["N.family"] = content.pop("FN")[:1]
        if content["N.family"][0].startswith(content.get("N.given", [""])[0]):  # it is said already
            content.pop("N.given", None)
    if "NOTE" in content:
        content["NOTE"] = ["\n\n".join(content["NOTE"])]
    return {field: values[0] if len(values) == 1 else values for field, values in content.items()}


def _rank(line: _Line) -> int:
    """
    Give the rank of a preferred value: 1 to 100 since version 4.0, 1 before it; what is not preferred comes last.
    """
    pref = line.params.get("PREF", "")
    return int(pref) if re.fullmatch(r"[0-9]{1,3}", pref) else 1 if "pref" in line.types else 101


def _name_parts(line: _Line) -> list[tuple[str, str]]:
    return [(f"N.{part}", text) for part, text in zip(_N, line.parts(), strict=False)]


def _address(line: _Line) -> list[tuple[str, str]]:
    parts = dict(zip(_ADR, line.parts(), strict=False))
    street = [parts.pop(part, "") for part in _ADR[:3]]
    return [("ADR.street", "\n".join(filter(None, street))), *((f"ADR.{part}", text) for part, text in parts.items())]


def _organisation(line: _Line) -> list[tuple[str, str]]:
    company, *units = line.parts()
    return [("ORG", company), ("ORG.units", "; ".join(filter(None, units)))]


def _phone(line: _Line) -> list[tuple[str, str]]:
    field = next((field for kind, field in PHONES.items() if kind in line.types), "TEL")
    return [(field, line.text.removeprefix("tel:").replace(";ext=", " ext. "))]


def _day(line: _Line) -> list[tuple[str, str]]:
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


def _revision(line: _Line) -> list[tuple[str, str]]:
    try:
        aware = datetime.fromisoformat(line.text).tzinfo is not None
    except ValueError:
        aware = False
    return [("REV" if aware else "REV (as written)", line.text)]


def _categories(line: _Line) -> list[tuple[str, str]]:
    return [("CATEGORIES", part) for part in line.parts(",")]


#: Properties whose values are parted or read.
_MADE: Final[Mapping[str, Callable[[_Line], list[tuple[str, str]]]]] = {
    "N": _name_parts, "ADR": _address, "ORG": _organisation, "TEL": _phone, "BDAY": _day, "REV": _revision,
    "CATEGORIES": _categories,
}  # fmt: skip


def _profile(line: _Line) -> str:
    """
    Give the key of the profile that a property names on a network that is known, or "".
    """
    text = line.text
    said = (line.params.get("SERVICE-TYPE"), line.params.get("X-SERVICE-TYPE"), line.name.removeprefix("X-"))
    network = next(
        (_NETWORKS[word] for one in (*said, *sorted(line.types)) if (word := (one or "").casefold()) in _NETWORKS), ""
    )
    scheme, colon, rest = text.partition(":")
    if not network and colon and scheme.casefold() in _NETWORKS:
        network = _NETWORKS[scheme.casefold()]
    handle = rest if colon and scheme.casefold() in {*_NETWORKS, "x-apple"} else text
    tries = [(text, "")] if "://" in text else []
    if network:
        tries += [(one, network) for one in (line.params.get("X-USER"), line.params.get("USERNAME"), handle) if one]
    for words, on in tries:
        try:
            return Profile.parse(words, network=on).keys[-1]
        except InvalidValue:
            continue
    return ""


def _cell(value: object, _: Column) -> object:
    return value
