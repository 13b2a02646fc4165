"""
Language tags: is this one, and which of several texts to take.

Rule:
    BCP 47 (RFC 5646) for the shape; ISO 639-1 for languages of two letters.
"""

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["LANGUAGES", "UNDETERMINED", "best_language", "language_fault"]

#: The codes of ISO 639-1, with those that were withdrawn and stay registered: bh, in, iw, ji, jw, mo, sh.
LANGUAGES: Final = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji
    jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb
    nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr
    ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)

#: What stands where a language was asked for and nobody knows it.
UNDETERMINED: Final = "und"

#: Language, script, region (one at most), variants, extensions, private use: each part in its place.
_TAG: Final = re.compile(
    r"""(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})
        (?:-[a-z]{4})?
        (?:-(?:[a-z]{2}|\d{3}))?
        (?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*
        (?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*
        (?:-x(?:-[a-z\d]{1,8})+)?
      | x(?:-[a-z\d]{1,8})+
      | i-[a-z]{2,8}""",
    re.VERBOSE | re.ASCII,
)
#: Characters of a tag; the longest registered ones have fewer.
_LIMIT: Final = 64
_TWO_LETTERS: Final = 2


def language_fault(tag: str) -> str:
    """
    Say what is wrong with a language tag, or "" where nothing is.

    Codes of two letters are looked up, since "sp" and "cz" are what people write who mean "es" and "cs"; longer ones
    are thousands and are judged by their shape.
    """
    folded = tag.lower()
    if len(tag) > _LIMIT or not _TAG.fullmatch(folded):
        return "is no language tag"
    language = folded.partition("-")[0]
    return "is no language of ISO 639-1" if len(language) == _TWO_LETTERS and language not in LANGUAGES else ""


def best_language(tags: Iterable[str], default: str = "") -> str:
    """
    Choose among the languages of a text: undetermined, the document's own, English, else the first; "" out of none.
    """
    tags = tuple(tags)
    folded = [tag.lower() for tag in tags]
    for wanted in (UNDETERMINED, default.lower(), "en"):
        for tag, plain in zip(tags, folded, strict=True):
            if wanted and (plain == wanted or plain.startswith(f"{wanted}-")):
                return tag
    return tags[0] if tags else ""
