"""
Texts under the text policy: no NUL, no lone surrogates, within the limits; in identities only what can be seen.
"""

from typing import Final, Literal

from hypothesis import strategies as st

from leadmodel.testing.strategies import placeholders
from leadmodel.values.text import ID_LIMIT, LINE_LIMIT, TEXT_LIMIT

_Unseen = Literal["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"]
#: What no identity may hold; see the text policy in `leadmodel.values.text`.
UNSEEN: Final[tuple[_Unseen, ...]] = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

_NAMES = (
    "Ada", "Grace Hopper", "Amy Wong", "Lovelace", "O'Brien", "José", "Nguyễn Thị Minh", "van der Berg", "Łukasz",
    "Ångström", "İpek", "Straße", "Мария", "山田太郎", "محمد", "אסתר", "Σίσυφος", "X Æ", "Jr.", "o",
)  # fmt: skip


def lines(*, min_size: int = 0, max_size: int = 40) -> st.SearchStrategy[str]:
    """
    Give one-line texts, such as titles and labels, in any script.

    About 150 µs a draw.

    Args:
        min_size: 0, or how many characters there are at least; then the text is not blank either.
        max_size: How many characters there are at most; records take up to 255 in a line.
    """
    characters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
    drawn = st.text(characters, min_size=min_size, max_size=min(max_size, LINE_LIMIT))
    return drawn.map(_not_blank) if min_size else drawn


def texts(*, min_size: int = 0, max_size: int = 200) -> st.SearchStrategy[str]:
    """
    Give texts of any number of lines, such as descriptions: every character that the policy lets through.

    About 150 µs a draw.

    Args:
        min_size: How many characters there are at least.
        max_size: How many characters there are at most; records take up to 100,000 in a text.
    """
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return st.text(characters, min_size=min_size, max_size=min(max_size, TEXT_LIMIT))


def names(*, personal: bool = True) -> st.SearchStrategy[str]:
    """
    Give names of people and organisations, never blank: common and uncommon ones in several scripts, then any text.

    About 400 µs a draw. Shrinks to "Ada".

    Args:
        personal: Whether they may look like somebody's; if not, they are placeholders such as "Nobody 1".
    """
    return st.sampled_from(_NAMES) | lines(min_size=1) if personal else placeholders.NAMES


def ids(*, max_size: int = 20) -> st.SearchStrategy[str]:
    """
    Give ids as callers choose them: numbers, UUIDs, and any text that an identity may be.

    About 300 µs a draw. Shrinks to "0".

    Args:
        max_size: How many characters there are at most; an id takes up to 255.
    """
    seen = st.characters(exclude_categories=UNSEEN)
    anything = st.text(seen, min_size=1, max_size=min(max_size, ID_LIMIT)).map(_not_blank)
    given = [st.integers(0, 10 ** min(max_size, 18) - 1).map(str), anything]
    return st.one_of(*given, st.uuids().map(str)) if max_size >= _UUID_LENGTH else st.one_of(*given)


_UUID_LENGTH = 36


def _not_blank(text: str) -> str:
    return text if text.strip() else "0" * len(text)
