"""
Look-alike handles: different identities that a reader may take for one another.

Look-alikes never match (NET-4); they are flagged. The table is small and states its gaps: it knows the Cyrillic, Greek
and digit look-alikes of Latin letters, `rn` for `m` and `vv` for `w`, full-width and styled letters (through NFKC), and
marks over letters. It does not know look-alikes within other scripts, nor added words, dots or underscores.
"""

import unicodedata
from typing import Final

# fmt: off
#: look-alikes → the Latin letter that they are read as
CONFUSABLES: Final = {
    "a": "аɑα",  "b": "ЬƄ",   "c": "сϲ",   "d": "ԁɗ",  "e": "еєҽ",  "f": "ƒ",    "g": "ɡց",
    "h": "һհ",   "i": "іıιɩ", "j": "јϳ",   "k": "кκ",  "l": "1|ӏǀ", "m": "м",    "n": "пո",
    "o": "0оοօ", "p": "рρ",   "q": "ԛզ",   "r": "гᴦ",  "s": "5ѕꜱ",  "t": "тτ",   "u": "υսᴜ",
    "v": "ѵν",   "w": "ԝѡω",  "x": "хχ",   "y": "уүγ", "z": "2ᴢ",
}
# fmt: on
#: The letters that are read as each other in most typefaces, then the pairs that are read as one letter.
_PAIRS: Final = (("i", "l"), ("rn", "m"), ("vv", "w"), ("cl", "d"))

#: What an ASCII text needs, as replacements in order: faster than a translation of every letter.
_READ_AS: Final = (
    *((other, letter) for letter, others in CONFUSABLES.items() for other in others if other.isascii()),
    *_PAIRS,
)

_LATIN: Final = str.maketrans({other: letter for letter, others in CONFUSABLES.items() for other in others})


def skeleton(text: str) -> str:
    """
    Give the form that all look-alikes of *text* share.

    Rule:
        NET-4.
    """
    if text.isascii():
        text = text.lower()
    else:
        text = text.translate(_LATIN)  # before a fold turns a capital, or a styled letter, into what looks different
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().translate(_LATIN)
    for other, letter in _READ_AS:
        text = text.replace(other, letter)
    return text
