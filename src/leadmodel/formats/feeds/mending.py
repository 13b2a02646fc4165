"""
Mending the XML of feeds, where everybody knows what was meant.

Five mistakes are common: an ampersand that begins no reference, the names that HTML has for characters (`&nbsp;`, which
RSS 0.91 allowed), control characters, prefixes that are not declared, and space in the address of a namespace.
"""

import re
from html.entities import html5
from typing import Final

__all__ = ["mended_markup"]

#: An ampersand, and the reference that it begins, if any; or what is kept as it stands: a comment, a piece of CDATA.
#: One that does not end takes the rest with it, so that nothing is searched twice.
_AMPERSAND: Final = re.compile(
    r"(?s:<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*))"
    r"|&(?:#[0-9]{1,8};|#x[0-9a-fA-F]{1,8};|(?P<name>[a-zA-Z][a-zA-Z0-9]{0,40});)?"
)
#: Characters that XML cannot hold, as they are and as references.
_CONTROL: Final = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    r"|&#(?:0*+(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*+(?:[0-8bcefBCEF]|1[0-9a-fA-F]));"
)
#: What comes before the root element, with its name; the prefix of an element; and one that is declared.
_PROLOG: Final = re.compile(r"(?:\s++|<\?(?s:.*?)\?>|<!--(?s:.*?)-->|<![^>]*+>)*+<[^\s/>!?]++")
_PREFIX: Final = re.compile(r"</?([A-Za-z_][\w.-]{0,40}):")
_DECLARES: Final = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,40})\s*+=")
#: The address of a namespace where it is declared; space in it makes another namespace of it.
_ADDRESS: Final = re.compile(r"""(?<=\sxmlns)(?::[\w.-]{1,40})?\s*+=\s*+(?:"[^"<>]{0,500}"|'[^'<>]{0,500}')""")
#: The namespaces that prefixes stand for in feeds.
_NAMESPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "thr": "http://purl.org/syndication/thread/1.0",
}
_XMLS_OWN: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


def mended_markup(text: str) -> str:
    """
    Mend what is common, and leave everything else as it is.
    """
    text = _AMPERSAND.sub(_reference, _CONTROL.sub("\ufffd", _ADDRESS.sub(_unspaced, text)))
    declared = {*_DECLARES.findall(text), "xml", "xmlns"}
    prefixes = sorted({prefix for prefix in _PREFIX.findall(text) if prefix not in declared})
    added = "".join(f' xmlns:{p}="{_NAMESPACES.get(p.lower(), f"urn:undeclared:{p}")}"' for p in prefixes)
    return _PROLOG.sub(lambda found: found[0] + added, text, count=1) if added else text


def _unspaced(found: re.Match[str]) -> str:
    return "".join(found[0].split())


def _reference(found: re.Match[str]) -> str:
    name = found["name"]
    if name is None:
        return "&amp;" if found[0] == "&" else found[0]
    if name in _XMLS_OWN:
        return found[0]
    meant = html5.get(f"{name};")
    return "".join(f"&#{ord(character)};" for character in meant) if meant else f"&amp;{name};"
