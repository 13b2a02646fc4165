"""
HTML of posts to plain text.

Networks send what people wrote as HTML. A record holds plain text, so the markup is read once, here, and dropped.

The scanner is our own and small: it looks at every character a bounded number of times whatever the input is, and it
reads alike on every Python. The parser of the standard library does neither: each unclosed construct makes it search
the rest of the text again. What a browser would not show as text is no text here either.
"""

import re
from html import unescape
from typing import Final

import attrs

from leadmodel.values.text import sound

__all__ = ["plain_text", "storable"]

#: The rest of a tag, up to its end. A quote counts after an equals sign only, and one that never closes is no quote.
_ATTRIBUTES: Final = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?)*+>"""
#: Elements whose content is no markup and nothing that somebody said: nothing but their end tag ends it.
_RAW: Final = tuple(
    rf"(?ai:{name})(?=[\s/>]){_ATTRIBUTES}(?:[^<]++|<(?!/(?ai:{name})[\s/>]))*+"
    for name in ("script", "style", "iframe", "noembed")
)
#: What is no text: a raw element up to its end tag; a tag, by the stroke of an end tag and its name; a comment; a
#: declaration, or a tag that does not end. Any other "<" is a character like the rest. Every repetition is possessive,
#: so whatever does not end is found out in one pass.
_MARKUP: Final = re.compile(
    rf"<(?:{'|'.join(_RAW)}|(/?)([a-zA-Z][^\s/>]*+){_ATTRIBUTES}"
    r"|!(?=--)(?:[^-]++|-(?!->))*+(?:-->)?|[a-zA-Z/!?][^>]*+>?)"
)
#: Space as HTML means it: no-break spaces are kept.
_SPACES: Final = re.compile(r"[ \t\n\r\f]+")
#: Digits of a character reference that no character has; unescape() would try to make a number of them.
_MANY_DIGITS: Final = re.compile(r"&#[0-9]{8,}")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

#: Line breaks before and after an element: a paragraph stands apart, a row begins a line.
_BREAKS: Final = dict.fromkeys(
    "p div h1 h2 h3 h4 h5 h6 blockquote pre table section article aside header footer main nav figure hr dl".split(), 2
) | dict.fromkeys("li tr dt dd figcaption caption".split(), 1)  # fmt: skip
_LISTS: Final = frozenset({"ul", "ol", "menu"})
#: Elements whose content is not shown: that of recordings is for browsers which cannot play any, and none is left.
_HIDDEN: Final = frozenset({"template", "audio", "video"})
_PARAGRAPH: Final = 2
#: Elements that leave a trace in the text; the others are passed over.
_KNOWN: Final = frozenset({*_BREAKS, *_LISTS, *_HIDDEN, "br", "td", "th"})


def plain_text(html: str) -> str:
    """
    Take the text out of HTML.

    Paragraphs are parted by a blank line, `br` and list items by a line break; entities are decoded; the text of a
    link is kept whole, also the parts that Mastodon hides from view (classes `invisible` and `ellipsis`).
    Scripts, styles, templates, comments and tags are dropped, and what stands within audio and video for those who
    cannot play them. As in a browser, a tag or a comment that never ends takes the rest with it.
    What no database keeps, NUL and lone surrogates, becomes U+FFFD.
    It takes any text, never raises, and its time grows with the length of the text alone.

    Args:
        html: HTML. Text of another kind, such as Markdown, must not come here: its "<" would be taken for tags.
    """
    out = _Text()
    parts = iter(_MARKUP.split(html))
    #: The text since the last tag that leaves a trace: most tags leave none, so the text goes on behind them.
    text = _decoded(next(parts))
    for closing, name, piece in zip(parts, parts, parts, strict=True):
        if name and (name := name.lower()) in _KNOWN:
            if text:
                out.write(text)
                text = ""
            (out.close if closing else out.open)(name)
        text += _decoded(piece) if "&" in piece else piece
    out.write(text)
    return storable(out.finished())


def storable(text: str) -> str:
    """
    Replace by U+FFFD what no database keeps: NUL and lone surrogates.
    """
    return text if sound(text) else _UNSTORABLE.sub("\ufffd", text)


@attrs.define
class _Text:
    """
    Text that is being put together: breaks wait until something follows them.
    """

    parts: list[str] = attrs.field(factory=list)
    #: Line breaks before the next word.
    breaks: int = 0
    #: What a list item begins with.
    marker: str = ""
    lists: int = 0
    preformatted: int = 0
    #: The element that hides its content, and how many of its kind are open.
    hidden: str = ""
    hidden_depth: int = 0

    def write(self, text: str) -> None:
        """
        Add text as it stands between two tags that leave a trace, its entities decoded.
        """
        if self.hidden:
            return
        if not self.preformatted:
            if "  " in text or not text.isprintable():  # else there is no other space in it
                text = _SPACES.sub(" ", text)
            if self.breaks or not self.parts or self.parts[-1].endswith((" ", "\n")):
                text = text.lstrip(" ")
        if not text:
            return
        if self.breaks and self.parts:
            self.parts[-1] = self.parts[-1].rstrip(" ")
            self.parts.append("\n" * self.breaks)
        self.parts.append(f"{self.marker}{text}")
        self.breaks, self.marker = 0, ""

    def open(self, name: str) -> None:
        """
        Take note of a start tag.
        """
        if self.hidden:
            self.hidden_depth += name == self.hidden
        elif name in _BREAKS:
            self._part(_BREAKS[name])
            if name == "li":
                self.marker = "- "
            elif name == "pre":
                self.preformatted += 1
        elif name == "br":
            self.breaks = min(self.breaks + 1, _PARAGRAPH)
        elif name in _LISTS:
            self._part(1 if self.lists else _PARAGRAPH)
            self.lists += 1
        elif name in _HIDDEN:
            self.hidden, self.hidden_depth = name, 1
        else:  # a cell
            self.write(" ")

    def close(self, name: str) -> None:
        """
        Take note of an end tag; one that nothing opened does no harm.
        """
        if self.hidden:
            self.hidden_depth -= name == self.hidden
            self.hidden = self.hidden if self.hidden_depth else ""
        elif name in _BREAKS:
            self._part(_BREAKS[name])
            if name == "li":
                self.marker = ""
            elif name == "pre":
                self.preformatted = max(0, self.preformatted - 1)
        elif name in _LISTS:
            self.lists = max(0, self.lists - 1)
            self._part(1 if self.lists else _PARAGRAPH)

    def finished(self) -> str:
        """
        Give the whole text.
        """
        return "".join(self.parts).strip()

    def _part(self, breaks: int) -> None:
        self.breaks = max(self.breaks, breaks)


def _decoded(text: str) -> str:
    if "&#" in text:
        text = _MANY_DIGITS.sub(lambda found: f"&#{found.group()[2:].lstrip('0')[:8] or '0'}", text)
    return unescape(text)
