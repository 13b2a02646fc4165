"""
Profiles on every network, and the ways in which people spell one handle.
"""

import re
from functools import cache
from string import ascii_letters
from urllib.parse import quote, urlsplit

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from leadmodel.networks import NETWORKS, Network, Profile, network_of
from leadmodel.networks.rows import BY_HOST, HANDLE_LIMIT, NOT_FEDIVERSE
from leadmodel.testing.strategies import placeholders
from leadmodel.testing.strategies.choosing import pick
from leadmodel.testing.strategies.text import UNSEEN

#: Networks without a row, which work with the plain rule.
UNLISTED = ("xing", "vk", "nostr", "friends-of.acme")

# Hypothesis would write out what stands in a lookahead; the rows use one at the start, for the length of the whole.
_LENGTH = re.compile(r"^\(\?=\.\{1,(\d+)\}\$\)")
_SEEN = st.characters(exclude_categories=(*UNSEEN, "Zs"), include_characters=" ")


@cache
def _matching(pattern: re.Pattern[str], limit: int) -> st.SearchStrategy[str]:
    """
    Give texts that match the pattern of a row as a whole.
    """
    length = _LENGTH.match(pattern.pattern)
    plain = re.compile(_LENGTH.sub("", pattern.pattern), pattern.flags)
    longest = min(limit, int(length[1])) if length else limit
    return st.from_regex(plain, fullmatch=True, alphabet=_SEEN).filter(lambda text: len(text) <= longest)


@cache
def _handles(row: Network, personal: bool) -> st.SearchStrategy[str]:
    canonical = _matching(row.handle, HANDLE_LIMIT).map(row.canonical)
    sound = canonical.filter(lambda handle: len(handle) <= HANDLE_LIMIT and bool(row.handle.fullmatch(handle)))
    return _known_first(_USUAL_HANDLES if personal else placeholders.HANDLES, row.handle, sound, personal)


@cache
def _stable_ids(row: Network, personal: bool) -> st.SearchStrategy[str]:
    return _known_first(_USUAL_IDS if personal else placeholders.UIDS, row.uid, _matching(row.uid, 100), personal)


def _known_first(
    known: tuple[str, ...], pattern: re.Pattern[str], others: st.SearchStrategy[str], others_too: bool
) -> st.SearchStrategy[str]:
    """
    Give the known texts that a pattern admits, and all others about as often: those are drawn fast and shrink well.

    Others are given too where they are wished for, or where no known text is admitted.
    """
    admitted = [text for text in known if pattern.fullmatch(text)]
    if not admitted:
        return others
    return st.sampled_from(admitted) | others if others_too else st.sampled_from(admitted)


def row_of(network: str) -> Network:
    """
    Give the row of a network: of one that was added just now, too.
    """
    return NETWORKS.get(network) or network_of(network)


#: Handles of many shapes; each network takes those that its pattern admits.
_USUAL_HANDLES = (
    "ada", "bob", "ada_1815", "ada-lovelace", "ada.l", "ada@social.example", "bob@social.example",
    "ada@münchen.example", "ada.bsky.example", "bob.example", "company/acme", "ада", "Ada Lovelace",
)  # fmt: skip
_USUAL_IDS = (
    "1", "2", "12345", "did:plc:ada", "did:web:bob.example", "UCadaadaadaadaadaadaada1", "UCbobbobbobbobbobbobbob2",
    "https://social.example/users/ada", "https://social.example/users/1",
)  # fmt: skip


def handles(network: str, *, personal: bool = True) -> st.SearchStrategy[str]:
    """
    Give canonical handles of a network: usual ones, and any that its pattern admits.

    About 1 ms a draw.

    Args:
        network: A key of `NETWORKS`, another name for it, or any other network.
        personal: Whether they may look like somebody's; if not, they are placeholders such as "nobody1".
    """
    return _handles(row_of(network), personal)


def stable_ids(network: str, *, personal: bool = True) -> st.SearchStrategy[str]:
    """
    Give stable ids of a network: usual ones, and any that its pattern admits.

    About 1 ms a draw.

    Args:
        network: A key of `NETWORKS`, another name for it, or any other network.
        personal: Whether they may look like somebody's; if not, they are placeholders.
    """
    return _stable_ids(row_of(network), personal)


def profiles(
    *, network: str | None = None, uid: bool | None = None, handle: bool | None = None, personal: bool = True
) -> st.SearchStrategy[Profile]:
    """
    Give profiles on every network that has a row and on some that have none.

    About 2.5 ms a draw. Shrinks to `Profile("x", "ada")`.

    Args:
        network: The network; None draws any.
        uid: Whether the stable id is known; None draws either.
        handle: Whether the handle is known; None draws either, and mostly it is. One of the two always is.
        personal: Whether they may look like somebody's; if not, handles and stable ids are placeholders.
    """
    shapes = [
        shape for shape in ((True, False), (True, True), (False, True))
        if handle in {None, shape[0]} and uid in {None, shape[1]}
    ]  # fmt: skip
    if not shapes:
        raise ValueError("a profile has a handle or a stable id; ask for one of them")
    return _profiles(network, tuple(shapes), personal)


@st.composite
def _profiles(draw: DrawFn, network: str | None, shapes: tuple[tuple[bool, bool], ...], personal: bool) -> Profile:
    row = row_of(pick(draw, (*NETWORKS, *UNLISTED)) if network is None else network)
    handle, uid = pick(draw, shapes)
    return Profile(
        row.key, draw(_handles(row, personal)) if handle else "", uid=draw(_stable_ids(row, personal)) if uid else ""
    )


def handle_spellings(profile: Profile) -> st.SearchStrategy[str]:
    """
    Give the ways in which people write a profile's handle.

    Each is to be read with the profile's network: `Profile.parse(text, network=profile.network)` gives a profile with
    the same handle. What varies is the case of letters, an at sign, the space around it, the prefixes of the
    network's row and, where there is one, the address of the page.

    About 500 µs a draw. Shrinks to the handle as it is.

    Args:
        profile: A profile with a handle.

    Raises:
        ValueError: The profile has a stable id alone, and no handle to spell.
    """
    if not profile.handle:
        raise ValueError(f"{profile!r} has no handle to spell; draw profiles(handle=True)")
    row = row_of(profile.network)
    cases = (profile.handle, profile.handle.translate(_SWAPPED)) if row.canonical("A") == "a" else (profile.handle,)
    prefixes = ("", "@", *row.prefixes, *map(str.upper, row.prefixes))
    plain = st.builds(lambda prefix, text: f"{prefix}{text}", st.sampled_from(prefixes), st.sampled_from(cases))
    pages = _pages(row, profile)
    spelled = st.one_of(plain, st.sampled_from(pages)) if pages else plain
    return st.builds(lambda before, text, after: f"{before}{text}{after}", _SPACE, spelled, _SPACE)


_SPACE = st.sampled_from(("", " ", "\t", "\n "))
_SWAPPED = str.maketrans({letter: letter.swapcase() for letter in ascii_letters})


def _pages(row: Network, profile: Profile) -> list[str]:
    """
    Give the addresses of the profile's page, where the row says that such an address is a profile's.

    Some handles are also names of the site's own pages; those have no address that could be read back.
    """
    host, path = urlsplit(profile.url).netloc, urlsplit(profile.url).path
    if not any(pattern.fullmatch(path.rstrip("/")) for pattern in row.paths):
        return []
    if row.needs_server and (not host.isascii() or host in BY_HOST or host in NOT_FEDIVERSE or _HIDDEN.match(host)):
        return []
    shortened = [f"{known}{path}" for known in row.hosts]
    others = [f"https://{quote(host, ':')}{quote(path)}", f"HTTP://{host.upper()}{path}", f"https://{host}{path}?via=a"]
    return [profile.url, f"https://{host}{path.rstrip('/')}/", *others, *shortened]


#: What readers of addresses leave out in front of a host.
_HIDDEN = re.compile(r"(?:www|m)\.")
