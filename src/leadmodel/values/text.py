"""
The text policy: which texts a record may hold, and how texts are compared.

Databases disagree about NUL, lone surrogates and over-long text, so the domain decides before any of them is asked:

* no NUL and no lone surrogate anywhere;
* stated limits, counted in characters;
* in identities (ids, handles, keys) no control, format, separator or unassigned character either, since
  zero-width and right-to-left characters make two different identities look alike;
* a text of white space alone is a missing text: `""` (NET-7).

Comparison uses one fold, computed here and nowhere else (CRIT-3).
"""

import re
import unicodedata
from typing import Final

#: Characters of an id or a key.
ID_LIMIT: Final = 255
#: Characters of a name, a title, a label.
LINE_LIMIT: Final = 255
#: Characters of a web address.
URL_LIMIT: Final = 2_048
#: Characters of a description or of the text of an update.
TEXT_LIMIT: Final = 100_000

_NEVER = re.compile("[\x00\ud800-\udfff]")
#: Unicode categories that no identity may hold; what is not listed here can be seen.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def fold(text: str) -> str:
    """
    Give the form under which two texts count as equal: NFKC, case folded, NFKC again.

    The second normalisation makes the fold idempotent on every code point.

    Rule:
        CRIT-3.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def lower(text: str) -> str:
    """
    Lower-case the letters of an identity that have a small form of their own, and fold nothing else (NET-3).

    The Kelvin sign is no capital k: it looks like one, and look-alikes never match (NET-4).
    """
    if text.isascii():
        return text.lower()
    return "".join(small if (small := c.lower()).upper() == c else c for c in text)


def sound(text: str) -> bool:
    """
    Say whether a text of any length holds nothing that no database keeps: NUL or a lone surrogate.
    """
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def text_fault(text: str, limit: int) -> str:
    """
    Say what is wrong with a text under the policy, or "" where nothing is.
    """
    if len(text) > limit:
        return f"is {len(text):,} characters long, and {limit:,} is the limit"
    if not sound(text):
        return f"holds {_named(_NEVER.findall(text)[0])}, which no database keeps"
    return ""


def identity_fault(text: str, limit: int = ID_LIMIT) -> str:
    """
    Say what is wrong with a text as an identity, or "" where nothing is.

    An identity cannot be blank and holds only characters that can be seen, and plain spaces.
    """
    if len(text) <= limit and text.isprintable() and not text.isspace() and text:
        return ""
    if not text.strip():
        return "is blank, and an identity cannot be"
    fault = text_fault(text, limit)
    if not fault and not text.isprintable():
        unseen = next((c for c in text if unicodedata.category(c) in _UNSEEN), "")
        fault = f"holds {_named(unseen)}, which cannot be seen" if unseen else ""
    return fault


def key_fault(key: object) -> str:
    """
    Say what is wrong with something as an identity, whatever it is, or "" where nothing is.
    """
    return identity_fault(key) if isinstance(key, str) else "is no text"


def _named(character: str) -> str:
    """
    Name a character that cannot be shown: its code point and its Unicode name.
    """
    name = unicodedata.name(character, "")
    point = f"U+{ord(character):04X}"
    return f"{point} ({name})" if name else point
