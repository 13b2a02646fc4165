"""
vCards: people as address books write them, versions 2.1, 3.0 and 4.0, several in one file.

Lines are read by the library vobject, which the extra `vcard` brings; what they mean is one table. A property that no
record has a place for is kept in `custom` under its name. Pictures, sounds and keys are left out, and that is told.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final, Unpack

from leadmodel.display import counted
from leadmodel.entities import Contact, Lead, Record
from leadmodel.errors import InvalidInput, InvalidValue, MissingExtra, Problem, shown
from leadmodel.formats.intake.sources import Source, lines_of, name_of
from leadmodel.formats.products.card_lines import MADE, CardLine
from leadmodel.formats.products.objects import CrmRecord, Fields, Node, ObjectOptions, Objects, guess_by, options_of
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.rows import Column
from leadmodel.networks import Profile
from leadmodel.networks.rows import ROWS

__all__ = ["DROPPED", "FIELDS", "PROFILES", "CardOptions", "looks_like", "read_cards"]

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
#: Properties that may name a profile, besides "X-" and the name of a network.
PROFILES: Final = frozenset({"X-SOCIALPROFILE", "SOCIALPROFILE", "IMPP", "URL", "X-URL"})
#: Properties that are left out.
DROPPED: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "AGENT", "X-MS-CARDPICTURE", "X-MS-OL-DESIGN"})
# fmt: on
#: Properties that say nothing about the person.
_FRAME: Final = frozenset({"BEGIN", "END", "VERSION", "PRODID"})
_NAMES: Final[Mapping[type[Record], str]] = {Contact: "contact", Lead: "lead"}
_GUESS: Final = guess_by(FIELDS, profiles=False)
#: What stands before the colon: a quoted part may hold one.
_HEAD: Final = re.compile(r'(?:[^":]|"[^"]*+")*+(?=:)')
#: Characters that a name with its parameters may have.
_HEAD_LIMIT: Final = 1_000
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
        properties = list(_lines(lines, read, where, told, encoding))
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


def _lines(card: Sequence[str], read: "_Reader", where: str, told: list[str], encoding: str) -> Iterator[CardLine]:
    """
    Give the properties of a card; lines that are none are told.

    Quoted-printable text that names no charset is in that of the file. A value that cannot be read is kept as it is
    written.
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
            yield CardLine(name, frozenset(), {}, "", escaped=False)
            continue
        try:
            yield _line(read.content_line(head[0], value, encoding), escaped=version != "2.1")
        except read.faults:
            what = f"the value of {shown(name)} cannot be read, and is kept as it is written"
            told.append(f'{where}: {what}; pass encoding=, such as "cp1252", if that is what it was written in')
            yield CardLine(f"{name} (as written)", frozenset(), {}, value.strip(), escaped=False)


def _line(found: Any, *, escaped: bool) -> CardLine:  # noqa: ANN401  (the library has no types)
    words = [*found.singletonparams, *found.params.get("TYPE", ())]
    types = frozenset(part.strip().casefold() for word in words for part in word.split(","))
    params = {key.upper(): ",".join(values) for key, values in found.params.items()}
    return CardLine(found.name, types, params, found.value, escaped=escaped)


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

    def content_line(self, head: str, value: str, encoding: str) -> Any:  # noqa: ANN401  (as above)
        """
        Read the name and the parameters of a property, and decode its value.
        """
        name, params, _, group = self._base.parseLine(f"{head}:")
        if not any(param[0].upper() == "CHARSET" for param in params):
            params.append(["CHARSET", encoding.removesuffix("-sig")])
        return self._base.ContentLine(name, params, value, group, encoded=True)


def _content(lines: Sequence[CardLine], record_type: type[Record]) -> dict[str, Any]:
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
            fields = MADE[line.name](line) if line.name in MADE else [(line.name, line.text)]
        for field, value in fields:
            if value:
                content.setdefault(field, []).append(value)
    has_name = "N.family" in content or (record_type is Lead and {"N.given", "ORG"} <= content.keys())
    if not has_name and "FN" in content:
        [name, *_] = content.pop("FN")
        content["N.family"] = [name]
        if "N.given" in content and f"{name} ".startswith(f"{content['N.given'][0]} "):  # it is said already
            del content["N.given"]
    if "NOTE" in content:
        content["NOTE"] = ["\n\n".join(content["NOTE"])]
    return {field: values[0] if len(values) == 1 else values for field, values in content.items()}


def _rank(line: CardLine) -> int:
    """
    Give the rank of a preferred value: 1 to 100 since version 4.0, 1 before it; what is not preferred comes last.
    """
    pref = line.params.get("PREF", "")
    return int(pref) if re.fullmatch(r"[0-9]{1,3}", pref) else 1 if "pref" in line.types else 101


def _profile(line: CardLine) -> str:
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
