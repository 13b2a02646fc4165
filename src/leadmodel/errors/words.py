"""
How values stand in sentences: cut, escaped, masked where they are personal; and the nearest right name.
"""

from collections.abc import Iterable
from typing import Final

_CONTAINERS = (list, tuple, set, frozenset, dict)


def shown(value: object, limit: int = 60) -> str:
    """
    Show a value in one line, escaped and cut to *limit* characters, so that a message stays readable.
    """
    if isinstance(value, _CONTAINERS):
        members = value.values() if isinstance(value, dict) else value
        if len(value) > limit or any(isinstance(member, _CONTAINERS) for member in members):
            return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > limit * 4:
        return f"a number of {value.bit_length()} bits"
    text = repr(value[: limit + 1]) if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


def masked(value: object) -> str:
    """
    Show only what a personal value looks like: its first character and, of an e-mail address, the domain.
    """
    text = str(value).strip()
    local, at, domain = text.rpartition("@")
    if at and local and " " not in domain:
        return shown(f"{local[0]}…@{domain}")
    return shown(f"{text[:1]}…") if text else shown(text)


def nearest(name: object, known: Iterable[str]) -> str:
    """
    Give the known name that *name* most resembles, or "" where none comes close.
    """
    from difflib import get_close_matches  # noqa: PLC0415  (only needed once something is wrong)

    if not isinstance(name, str):  # it is shown while an error explains itself: no place for another error
        return ""
    folded = {option.casefold(): option for option in known}
    found = get_close_matches(name.casefold()[:200], folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


#: So many known names are listed before the rest is left out.
_LISTED: Final = 20


def suggestion(name: object, known: Iterable[str]) -> str:
    """
    Say what would have been right: the nearest of the known names, or all of them.
    """
    options = tuple(known)
    close = nearest(name, options)
    if close:
        return f"did you mean {shown(close)}?"
    listed = ", ".join(map(shown, options[:_LISTED])) + (", …" if len(options) > _LISTED else "")
    return f"known: {listed}" if options else "there are none yet"
