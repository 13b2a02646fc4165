"""
The XML of feeds, looked over before anybody reads its meaning.

What comes out is a document that any reader can take: it is well-formed, it holds no declarations, so that nothing in
it expands or leads elsewhere, it is encoded in UTF-8, and everything that can make a reader slow has a limit.

Some mistakes are so common in feeds that they are mended, in `leadmodel.formats.feeds.mending`. Any other document that
is not well-formed is refused with its line: what is cut off or garbled would be lost without a word.
"""

import codecs
import re
from typing import Final, NoReturn
from xml.parsers import expat

import attrs

from leadmodel.errors import InvalidInput, Problem, shown
from leadmodel.formats.feeds.mending import mended_markup
from leadmodel.formats.intake.html import storable

__all__ = [
    "DEPTH_LIMIT",
    "ELEMENTS_LIMIT",
    "FEED_LIMIT",
    "Author",
    "Body",
    "Markup",
    "Noted",
    "People",
    "begins_like_xml",
    "markup_of",
]

#: Characters or bytes of a feed.
FEED_LIMIT: Final = 20_000_000
#: Elements of a feed.
ELEMENTS_LIMIT: Final = 500_000
#: Levels of elements in elements.
DEPTH_LIMIT: Final = 100
#: Namespaces that a feed declares.
NAMESPACES_LIMIT: Final = 100
#: Characters of everything that stands under an author, under a category, in the name of a namespace, and in attributes
#: that hold for all below their element.
BYLINE_LIMIT: Final = 5_000
WORDS_LIMIT: Final = 10_000
NAMESPACE_LIMIT: Final = 500
INHERITED_LIMIT: Final = 2_000
#: Attributes of one element; letters of one word in an author.
ATTRIBUTES_LIMIT: Final = 100
WORD_LIMIT: Final = 120
#: Categories and key words of one entry.
CATEGORIES_LIMIT: Final = 1_000

#: Elements of people, of categories, and of entries, by their names without a prefix.
_AUTHORS: Final = frozenset({"author", "creator", "managingeditor"})
_PEOPLE: Final = _AUTHORS | {"webmaster", "publisher", "owner", "contributor"}
_PARTS: Final = {"name": "name", "email": "mail", "uri": "address", "url": "address", "homepage": "address"}
_WORDS: Final = frozenset({"category", "subject", "keywords", "tags"})
_ENTRIES: Final = frozenset({"item", "entry"})
#: Elements that hold the whole text of an entry, or what is said of it; those of other vocabularies say it of a picture
#: or of a recording.
_BODIES: Final = frozenset({"content", "encoded", "body", "fullitem"})
_SUMMARIES: Final = frozenset({"description", "summary"})
_OTHERS: Final = ("http://search.yahoo.com/mrss", "http://www.itunes.com/")
#: Attributes that hold for everything below their element.
_INHERITED: Final = frozenset({"base", "lang"})
_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel", "entry"})

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_JSON: Final = frozenset({b"{", b"["})
_SEPARATOR: Final = "\x1f"
#: Encodings of text that a document may name. Python has others, which are programs rather than encodings.
_ENCODINGS: Final = re.compile(
    r"utf-(?:8|16|32)(?:-sig|-[bl]e)?|ascii|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|tis-620|(?:shift_jis|euc_|iso2022_|gb|big5)\w*"
)
_ENCODE: Final = 'pass encoding=, such as "cp1252" (Windows) or "utf-16"'
_BEYOND: Final = "no feed needs that; it may be made to keep readers busy"
_HINT: Final = "check that the whole feed was downloaded; a document that is no well-formed XML is not guessed at"


@attrs.frozen
class Author:
    """
    An author, as the document has it: one text, or parts.
    """

    text: str = ""
    name: str = ""
    mail: str = ""
    address: str = ""


@attrs.frozen
class People:
    """
    The authors that an entry, or the feed, names for itself, and those of the feed that it was taken from.
    """

    own: list[Author] = attrs.field(factory=list)
    sources: list[Author] = attrs.field(factory=list)


@attrs.define
class Body:
    """
    Where the text of an entry stands.
    """

    #: How many elements hold the whole of it.
    elements: int = 0
    #: Whether the first that says something of the entry says it of the entry itself; None where none does.
    own_first: bool | None = None


@attrs.define
class Noted:
    """
    What was noted of an entry, or of the feed itself.
    """

    people: People = attrs.field(factory=People)
    body: Body = attrs.field(factory=Body)
    #: How many categories and key words it has.
    words: int = 0


@attrs.frozen
class Markup:
    """
    A feed that was looked over.
    """

    #: The root element and what stands in it, in UTF-8.
    data: bytes
    feed: Noted
    entries: tuple[Noted, ...]


def begins_like_xml(source: str | bytes) -> bool:
    """
    Say whether the beginning of a source is that of XML, in any encoding.
    """
    if isinstance(source, bytes):
        if source[:1] in _JSON:  # as most updates come; XML begins so in no encoding
            return False
        source = source[:4_000].decode(_marked(source) or "utf-8", "replace")
    return source[:4_000].lstrip("\ufeff \t\r\n").startswith("<")


def markup_of(source: str | bytes, *, name: str, encoding: str = "") -> Markup:
    """
    Look a feed over.

    Args:
        source: The document; of bytes, the encoding is what a byte order mark or the declaration says, else UTF-8.
        name: What errors call it.
        encoding: How bytes are read, whatever they say.

    Raises:
        InvalidInput: It is too long, no text in its encoding, no well-formed XML, no feed, or beyond a limit.
    """
    if len(source) > FEED_LIMIT:
        _refuse(name, f"it has more than {FEED_LIMIT:,} characters", "split it into several feeds")
    text = storable(source if isinstance(source, str) else _decoded(source, name, encoding)).lstrip("\ufeff")
    blank = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        return _Watch(name, text, blank).markup()
    except _NotWellFormed as error:
        mended = mended_markup(text)
        if mended == text:
            error.refuse(name)
    try:
        return _Watch(name, mended, blank).markup()
    except _NotWellFormed as error:
        error.refuse(name)


class _NotWellFormed(Exception):
    """
    The markup is broken; it may be mended.
    """

    def __init__(self, what: str, line: int, column: int) -> None:
        super().__init__(what)
        self.where = f"line {line:,}, column {column:,}"

    def refuse(self, name: str) -> NoReturn:
        _refuse(name, f"it is no well-formed XML: {self}", _HINT, self.where)


class _Watch:
    """
    Reads a document once, for its limits.
    """

    def __init__(self, name: str, text: str, blank: int) -> None:
        self._name = name
        self._data = text[blank:].encode()
        #: What stands before the data: lines, and letters of the last one.
        self._lines_before = text.count("\n", 0, blank)
        self._letters_before = blank - text.rfind("\n", 0, blank) - 1
        self._root = -1
        self._elements = 0
        self._namespaces: set[str | None] = set()
        #: Lengths of what each open element hands down.
        self._inherited: list[int] = []
        #: Depth of the person or the category that is open, its texts by part, their length and its limit.
        self._open = -1
        self._parts: dict[str, str] = {}
        self._part = "text"
        self._length = self._room = 0
        self._feed = self._current = Noted()
        self._entries: list[Noted] = []
        self._in_source = False
        parser = expat.ParserCreate("utf-8", _SEPARATOR)
        parser.buffer_text = True
        parser.EntityDeclHandler = self._refuse_entity
        parser.SkippedEntityHandler = self._skip_entity
        parser.StartNamespaceDeclHandler = self._start_namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        self._parser = parser

    def markup(self) -> Markup:
        """
        Read it.

        Raises:
            InvalidInput: It is no feed, or beyond a limit.
            _NotWellFormed: It is broken.
        """
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise _NotWellFormed(expat.ErrorString(error.code), *self._place(error.lineno, error.offset)) from None
        return Markup(self._data[self._root :], self._feed, tuple(self._entries))

    def _place(self, line: int, offset: int) -> tuple[int, int]:
        return line + self._lines_before, offset + 1 + (self._letters_before if line == 1 else 0)

    def _stop(self, what: str, hint: str) -> NoReturn:
        line, column = self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)
        _refuse(self._name, what, hint, f"line {line:,}, column {column:,}")

    def _refuse_entity(self, entity: str, *_: object) -> None:
        self._stop(f"it declares an entity, {shown(entity)}", "no feed needs any; write the characters themselves")

    def _skip_entity(self, entity: str, _is_parameter: object) -> None:
        place = self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)
        raise _NotWellFormed(f"there is no entity {shown(entity)}", *place)

    def _start_namespace(self, prefix: str | None, address: str | None) -> None:
        self._namespaces.add(prefix)
        if len(self._namespaces) > NAMESPACES_LIMIT or len(address or "") > NAMESPACE_LIMIT:
            self._stop(f"it declares more than {NAMESPACES_LIMIT} namespaces, or a very long one", _BEYOND)
        if any(map(str.isspace, address or "")):  # the library takes it for two
            place = self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)
            raise _NotWellFormed(f"the namespace {shown(address)} holds a space", *place)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(_SEPARATOR)[2].lower()
        if not self._elements:
            self._root = self._parser.CurrentByteIndex
            if local not in _ROOTS:
                self._refuse_root(local)
        self._elements += 1
        depth = len(self._inherited)
        self._check(depth, attributes)
        self._inherited.append(self._handed_down(attributes) if attributes else 0)
        if self._open >= 0:
            self._part = _PARTS.get(local, "")
        elif local in _ENTRIES:
            self._current = Noted()
            self._entries.append(self._current)
        elif local == "source":
            self._in_source = True
        elif local in _BODIES or local in _SUMMARIES:
            self._count_body(local, own=not name.startswith(_OTHERS))
        elif local in _PEOPLE or local in _WORDS:
            self._open, self._length, self._part, self._parts = depth, 0, "text", {}
            self._room = WORDS_LIMIT if local in _WORDS else BYLINE_LIMIT
            self._parser.CharacterDataHandler = self._read
            self._count_words(local in _WORDS)

    def _check(self, depth: int, attributes: dict[str, str]) -> None:
        if self._elements > ELEMENTS_LIMIT:
            self._stop(f"it has more than {ELEMENTS_LIMIT:,} elements", "split it into several feeds")
        if depth > DEPTH_LIMIT:
            self._stop(f"its elements stand more than {DEPTH_LIMIT} levels deep", _BEYOND)
        if len(attributes) > ATTRIBUTES_LIMIT:
            self._stop(f"an element has more than {ATTRIBUTES_LIMIT} attributes", _BEYOND)

    def _count_body(self, local: str, *, own: bool) -> None:
        body = self._current.body
        if local in _SUMMARIES:
            body.own_first = own if body.own_first is None else body.own_first
        elif own:
            body.elements += 1

    def _handed_down(self, attributes: dict[str, str]) -> int:
        size = sum(
            len(value) for key, value in attributes.items() if key.rpartition(_SEPARATOR)[2].lower() in _INHERITED
        )
        if size and size + sum(self._inherited) > INHERITED_LIMIT:
            self._stop(f"an address or a language that holds below has more than {INHERITED_LIMIT:,} letters", _BEYOND)
        return size

    def _read(self, text: str) -> None:
        self._length += len(text)
        if self._length > self._room:
            self._stop(f"a person or a category has more than {self._room:,} characters", _BEYOND)
        self._parts[self._part] = self._parts.get(self._part, "") + text

    def _count_words(self, number: int) -> None:
        self._current.words += number
        if self._current.words > CATEGORIES_LIMIT:
            self._stop(f"an entry has more than {CATEGORIES_LIMIT:,} categories", _BEYOND)

    def _end(self, name: str) -> None:
        self._inherited.pop()
        local = name.rpartition(_SEPARATOR)[2].lower()
        if self._open >= 0:
            self._part = "text"
            if len(self._inherited) == self._open:
                self._close(local)
        elif local in _ENTRIES:
            self._current = self._feed
        elif local == "source":
            self._in_source = False

    def _close(self, local: str) -> None:
        self._open, self._parser.CharacterDataHandler = -1, None
        parts = {part: text.strip() for part, text in self._parts.items() if part and text.strip()}
        text = parts.get("text", "")
        if local in _WORDS:
            self._count_words(text.count(" ") + text.count(","))
            return
        if max(map(len, text.split()), default=0) > WORD_LIMIT:
            self._stop(f"a word in a person's name has more than {WORD_LIMIT} letters", _BEYOND)
        if local in _AUTHORS and parts:
            people = self._current.people
            (people.sources if self._in_source else people.own).append(Author(**parts))

    def _refuse_root(self, local: str) -> NoReturn:
        kind = "a page of HTML" if local == "html" else f"a document of {shown(local)}"
        hint = 'pass the feed itself: RSS, Atom or JSON Feed; a page links to it as rel="alternate"'
        self._stop(f"it is {kind} and no feed", hint)


def _decoded(data: bytes, name: str, encoding: str) -> str:
    encoding = _encoding(data, encoding)
    try:
        known = _ENCODINGS.fullmatch(codecs.lookup(encoding).name)
    except LookupError:
        known = None
    if known is None:
        _refuse(name, f"there is no encoding {shown(encoding)}", _ENCODE, value=encoding)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        what = f"0x{data[error.start]:02x} is no {error.encoding.upper()}"
        _refuse(name, what, _ENCODE, f"byte {error.start + 1:,}", data[error.start])


def _marked(data: bytes) -> str:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")


def _encoding(data: bytes, given: str) -> str:
    declared = _DECLARED.match(data)
    return given or _marked(data) or (declared[1].decode("ascii") if declared else "utf-8-sig")


def _refuse(name: str, what: str, hint: str, where: str = "", value: object = None) -> NoReturn:
    raise InvalidInput(subject=name, problems=(Problem(what=what, hint=hint, where=where, value=value),)) from None
