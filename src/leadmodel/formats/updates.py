"""
Files of social updates: which format they are in, and the updates in them, one after the other.

A source is one JSON document, JSON lines (one payload a line), a file of X's archive or a CSV table of updates.
Payloads are told apart by their shape, one by one, so that a stream may mix formats. JSON lines and tables are read as
they come, in constant memory; a document is read whole.

What is bad does not stop what is good, not even in one page: every good update is given first, and then everything that
is wrong is raised together.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import chain
from typing import Final, Protocol, cast

import attrs

from leadmodel.codec import parse_json
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, Problem, UnknownName, shown, suggestion
from leadmodel.formats import activitystreams, bluesky, jsonfeed, mastodon, plain, webfeeds, x
from leadmodel.formats.feeds.xml import FEED_LIMIT, begins_like_xml
from leadmodel.formats.intake.payloads import is_no
from leadmodel.formats.intake.sources import (
    LINE_LIMIT,
    Source,
    joined,
    lines_of,
    name_of,
    parsed_line,
    peeked,
    read_on,
    whole_of,
)
from leadmodel.formats.tables.files import Table

__all__ = ["FORMATS", "PROBLEMS_LISTED", "Format", "Reader", "is_feed", "read_updates", "updates_in"]

#: Problems of a source that are listed one by one; the rest are counted.
PROBLEMS_LISTED: Final = 1_000
#: Ids that are remembered at least, to find one that is given twice; a bound keeps memory constant.
IDS_REMEMBERED: Final = 50_000
#: Characters of a document that spreads over many lines.
DOCUMENT_LIMIT: Final = 4 * LINE_LIMIT
#: Levels of nesting: a conversation of eighty posts, each within the one that answers it, is nothing unusual.
DEPTH_LIMIT: Final = 256


class Reader(Protocol):
    """
    Reads the updates out of one payload, or raises InvalidInput with everything that is wrong with it.
    """

    def __call__(
        self, payload: object, *, server: str = "", zone: tzinfo | None = None, where: str = ""
    ) -> list[SocialUpdate]:
        """
        Read one payload.
        """


@attrs.frozen
class Format:
    """
    One format of social updates: a row of `FORMATS`.
    """

    key: str
    #: What it is called in a sentence.
    label: str
    #: Says whether an object has the shape of this format.
    recognises: Callable[[object], bool]
    read: Reader


# fmt: off
#: The formats, the most telling shape first: the first row that recognises a payload reads it.
FORMATS: Final = (
    Format("bluesky",         "Bluesky's API",           bluesky.looks_like,         bluesky.updates_from),
    Format("x",               "X's API and archive",     x.looks_like,               x.updates_from),
    Format("feed",            "RSS or Atom",             webfeeds.looks_like,        webfeeds.updates_from),
    Format("jsonfeed",        "JSON Feed",               jsonfeed.looks_like,        jsonfeed.updates_from),
    Format("activitystreams", "ActivityStreams 2.0",     activitystreams.looks_like, activitystreams.updates_from),
    Format("mastodon",        "Mastodon's REST API",     mastodon.looks_like,        mastodon.updates_from),
    Format("leadmodel",       "leadmodel's plain form",  plain.looks_like,           plain.updates_from),
)
# fmt: on
_BY_KEY: Final = {row.key: row for row in FORMATS}
_PLAIN: Final = _BY_KEY["leadmodel"]
_FEED: Final = _BY_KEY["feed"]
_BRACKETS: Final = {"{": "}", "[": "]"}
#: The outermost element of a feed, in any encoding that XML may have.
_ROOT: Final = re.compile(rb"<\0*(?:[\w.:-]\0*){0,80}?(?:r\0*s\0*s|f\0*e\0*e\0*d|R\0*D\0*F)\0*[\s>/]", re.IGNORECASE)


def updates_in(
    payload: object,
    *,
    format: str = "",  # noqa: A002  (what it is, in a user's words)
    server: str = "",
    zone: tzinfo | None = None,
    where: str = "",
) -> list[SocialUpdate]:
    """
    Read the updates out of one payload.

    Args:
        payload: Plain data, or the text or UTF-8 bytes of one JSON document.
        format: The key of a row of `FORMATS`; "" tells it from the shape.
        server: The server that sent it: bare Mastodon handles belong there.
        zone: The zone of instants that come without one; without it they are refused.
        where: The place of the payload, for errors: "feed.jsonl line 7".

    Raises:
        InvalidInput: It is no JSON, in no known format, or not sound; everything wrong with it is listed.
        UnknownName: There is no such format.
    """
    row = _named(format)
    if isinstance(payload, (str, bytes)) and (row is _FEED or (row is None and begins_like_xml(payload))):
        return webfeeds.updates_from(payload, server=server, zone=zone, where=where)
    if isinstance(payload, (str, bytes)):
        text = x.without_program(payload) if isinstance(payload, str) else payload
        payload = parse_json(text, subject=where or "updates", depth=DEPTH_LIMIT)
    return _read(payload, row, server, zone, where)


def read_updates(
    source: Source,
    *,
    format: str = "",  # noqa: A002  (as above)
    server: str = "",
    zone: tzinfo | None = None,
    name: str = "",
    encoding: str = "utf-8-sig",
) -> Iterator[SocialUpdate]:
    """
    Read the updates out of a file, one after the other.

    The good updates come first, in the order of the source. After the last one, everything that was wrong is raised
    together. An id that was given before in the source is a problem, and the first update keeps it; a payload that
    repeats an equal update, as notifications about one post do, gives it once. The last 50,000 ids at least are
    remembered.

    Args:
        source: A path, bytes, text or an open file: one JSON document, JSON lines, or a CSV table whose columns are
            among `leadmodel.formats.plain.COLUMNS`. A line has at most 10,000,000 characters.
        format: The key of a row of `FORMATS`; "" tells it from the shape, payload by payload.
        server: The server that sent it: bare Mastodon handles belong there.
        zone: The zone of instants that come without one; without it they are refused.
        name: What errors call the source.
        encoding: How bytes are read.

    Raises:
        InvalidInput: Something cannot be read. At most 1,000 problems are listed, and the rest counted.
        UnknownName: There is no such format.
    """
    row = _named(format)
    return _Run(name_of(source, name), row, server, zone).updates(source, encoding)


def is_feed(source: Source, *, encoding: str = "utf-8-sig") -> bool:
    """
    Say whether a source is one of updates, sound or not, among other files of the same folder.

    What begins like JSON and cannot be read as JSON passes for one: it may be a feed that was cut off.

    Args:
        source: As for `read_updates`; an open file is not put back to its beginning.
        encoding: As for `read_updates`.
    """
    run, begins = _Run(name_of(source), None, "", None), False
    try:
        first, source = peeked(source)
        if begins_like_xml(first):
            return _ROOT.search(first if isinstance(first, bytes) else first.encode()) is not None
        lines = lines_of(source, encoding=encoding)
        head = next((line for line in lines if line.strip()), "")
        begins = head.lstrip()[:1] in _BRACKETS
        payloads = run._payloads(chain([head], lines))
        if any(row or payload == [] or _recognised(payload) for payload, row, _ in payloads):
            return True
    except InvalidInput:
        return begins
    return bool(run.problems)


def _named(key: str) -> Format | None:
    if key and key not in _BY_KEY:
        raise UnknownName(kind="format", name=key, known=tuple(_BY_KEY))
    return _BY_KEY.get(key)


def _read(payload: object, row: Format | None, server: str, zone: tzinfo | None, where: str) -> list[SocialUpdate]:
    row = row or _recognised(payload)
    if row is not None:
        return row.read(payload, server=server, zone=zone, where=where)
    if payload == []:
        return []
    formats = ", ".join(f"{known.label} ({known.key})" for known in FORMATS)
    problem = Problem(
        what=is_no(payload, "update in a known format"),
        hint=f"known: {formats}; format= says which one it is",
        where=where,
        options=tuple(_BY_KEY),
    )
    raise InvalidInput(subject="updates", problems=(problem,))


def _recognised(payload: object) -> Format | None:
    """
    Tell the format of a payload; that of a list by its first member that has one.
    """
    for member in payload if isinstance(payload, list) else (payload,):
        for row in FORMATS:
            if row.recognises(member):
                return row
    return None


@attrs.define
class _Run:
    """
    One source being read: what was found wrong with it, and which ids it gave.
    """

    name: str
    row: Format | None
    server: str
    zone: tzinfo | None
    problems: list[Problem] = attrs.field(factory=list)
    unlisted: int = 0
    #: Ids in two generations: when the younger one is full, the older one is forgotten.
    given: set[str] = attrs.field(factory=set)
    given_before: set[str] = attrs.field(factory=set)

    def updates(self, source: Source, encoding: str) -> Iterator[SocialUpdate]:
        """
        Give the good updates, then raise with everything that is wrong.
        """
        try:
            first, source = peeked(source, name=self.name)
            if self.row is _FEED or (self.row is None and begins_like_xml(first)):
                payloads = self._entries(whole_of(source, name=self.name, limit=FEED_LIMIT), encoding)
            else:
                payloads = self._payloads(lines_of(source, name=self.name, encoding=encoding))
            for payload, row, where in payloads:
                yield from self._sound(payload, row, where)
        except InvalidInput as error:  # nothing can be read from here on
            self._keep(error.problems)
        if self.unlisted:
            self.problems.append(
                Problem(what=f"{self.unlisted:,} more problems are not listed", hint="mend these first")
            )
        if self.problems:
            raise InvalidInput(subject=self.name, problems=tuple(self.problems))

    def _payloads(self, lines: Iterator[str]) -> Iterator[tuple[object, Format | None, str]]:
        """
        Part a source into payloads, each with its format where that is known, and its place.

        A first line that opens a bracket and does not end with its counterpart begins a document of many lines, and so
        does one that begins a file of X's archive.
        """
        numbered = enumerate(lines, 1)
        number, first = next(((number, line) for number, line in numbered if line.strip()), (0, ""))
        text = first.strip()
        if not text:
            return
        begun = x.without_program(first)
        if begun == first and text[0] not in _BRACKETS and self.row in (None, _PLAIN):
            yield from self._rows(read_on(chain(["\n"] * (number - 1), [first], lines)))
        elif begun != first or (text[0] in _BRACKETS and text[-1] != _BRACKETS[text[0]]):
            document = joined(chain(["\n"] * (number - 1), [begun], lines), DOCUMENT_LIMIT)
            yield parse_json(document, subject=self.name, limit=DOCUMENT_LIMIT, depth=DEPTH_LIMIT), self.row, ""
        else:
            yield from self._lines(chain([(number, first)], numbered))

    def _entries(self, document: str | bytes, encoding: str) -> Iterator[tuple[object, Format | None, str]]:
        given = "" if encoding == "utf-8-sig" else encoding  # the default gives way to what the document says
        for entry in webfeeds.entries_of(document, name=self.name, encoding=given):
            yield entry, _FEED, ""

    def _lines(self, numbered: Iterable[tuple[int, str]]) -> Iterator[tuple[object, Format | None, str]]:
        for number, line in numbered:
            where = f"{self.name} line {number:,}"
            if not line.strip():
                continue
            try:
                payload = parsed_line(line, where, depth=DEPTH_LIMIT)
            except InvalidInput as error:
                self._keep(error.problems)
            else:
                yield payload, self.row, where

    def _rows(self, rest: Source) -> Iterator[tuple[object, Format | None, str]]:
        table = Table(rest, name=self.name)
        columns = _columns(table)
        misshapen: list[Problem] = []
        try:
            for line, cells in table.rows(misshapen):
                row = {column: cell for column, cell in zip(columns, cells, strict=True) if cell.strip()}
                yield row, _PLAIN, table.place(line)
        finally:
            self._keep(misshapen)

    def _sound(self, payload: object, row: Format | None, where: str) -> Iterator[SocialUpdate]:
        try:
            updates = _read(payload, row, self.server, self.zone, where)
        except InvalidInput as error:
            self._keep(error.problems)
            updates = cast("list[SocialUpdate]", list(error.partial))
        told: dict[str, SocialUpdate] = {}
        for update in updates:
            if update.id in self.given or update.id in self.given_before:
                if told.get(update.id) != update:
                    what, hint = f"the id {shown(update.id)} was given before", "give every update an id of its own"
                    self._keep([Problem(what=what, hint=hint, where=where, value=update.id)])
                continue
            told[update.id] = update
            self._remember(update.id)
            yield update

    def _remember(self, id_: str) -> None:
        if len(self.given) >= IDS_REMEMBERED:
            self.given, self.given_before = set(), self.given
        self.given.add(id_)

    def _keep(self, problems: Sequence[Problem]) -> None:
        room = PROBLEMS_LISTED - len(self.problems)
        self.problems += problems[:room]
        self.unlisted += len(problems[room:])


def _columns(table: Table) -> list[str]:
    """
    Say which key of the plain form each column of a table is.

    Raises:
        InvalidInput: A column is unknown, or there are no ids.
    """
    columns = [column.casefold().replace(" ", "_") for column in table.header]
    problems = [
        Problem(
            what=f"there is no column {shown(name)} of updates",
            hint=suggestion(name, plain.COLUMNS),
            field=name,
            value=name,
        )
        for name, column in zip(table.header, columns, strict=True)
        if column not in plain.COLUMNS
    ]
    if "id" not in columns:
        listed = ", ".join(map(shown, plain.COLUMNS))
        problems.append(Problem(what="there is no column 'id'", hint=f"name columns of: {listed}", field="id"))
    if problems:
        raise InvalidInput(subject=table.name, problems=tuple(problems))
    return columns
