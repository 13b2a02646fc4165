"""
Profiles on every network, and the ways in which people spell one handle.
"""

import re
from functools import cache
from string import ascii_letters
from urllib.parse import quote, urlsplit

from hypothesis import strategies as st

from leadmodel.networks import NETWORKS, Network, Profile, network_of
from leadmodel.networks.rows import BY_HOST, HANDLE_LIMIT, NOT_FEDIVERSE
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
def _handles(row: Network) -> st.SearchStrategy[str]:
    canonical = _matching(row.handle, HANDLE_LIMIT).map(row.canonical)
    sound = canonical.filter(lambda handle: len(handle) <= HANDLE_LIMIT and bool(row.handle.fullmatch(handle)))
    return _first_usual(_USUAL_HANDLES, row.handle, sound)


@cache
def _stable_ids(row: Network) -> st.SearchStrategy[str]:
    return _first_usual(_USUAL_IDS, row.uid, _matching(row.uid, 100))


def _first_usual(
    usual: tuple[str, ...], pattern: re.Pattern[str], others: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    """
    Give the usual texts that a pattern admits about as often as all others: they are drawn fast and shrink well.
    """
    admitted = [text for text in usual if pattern.fullmatch(text)]
    return st.sampled_from(admitted) | others if admitted else others


#: Handles of many shapes; each network takes those that its pattern admits.
_USUAL_HANDLES = (
    "ada", "bob", "ada_1815", "ada-lovelace", "ada.l", "ada@social.example", "bob@social.example",
    "ada@münchen.example", "ada.bsky.example", "bob.example", "company/acme", "ада", "Ada Lovelace",
)  # fmt: skip
_USUAL_IDS = (
    "1", "2", "12345", "did:plc:ada", "did:web:bob.example", "UCadaadaadaadaadaadaada1", "UCbobbobbobbobbobbobbob2",
    "https://social.example/users/ada", "https://social.example/users/1",
)  # fmt: skip


def handles(network: str) -> st.SearchStrategy[str]:
    """
    Give canonical handles of a network: usual ones, and any that its pattern admits. About 1 ms a draw.

    Args:
        network: A key of `NETWORKS`, another name for it, or any other network.
    """
    return _handles(network_of(network))


def stable_ids(network: str) -> st.SearchStrategy[str]:
    """
    Give stable ids of a network: usual ones, and any that its pattern admits. About 1 ms a draw.

    Args:
        network: A key of `NETWORKS`, another name for it, or any other network.
    """
    return _stable_ids(network_of(network))


def profiles(
    *, network: str | None = None, uid: bool | None = None, handle: bool | None = None
) -> st.SearchStrategy[Profile]:
    """
    Give profiles on every network that has a row and on some that have none.

    About 2 ms a draw. Shrinks to `Profile("x", "ada")`.

    Args:
        network: The network; None draws any.
        uid: Whether the stable id is known; None draws either.
        handle: Whether the handle is known; None draws either, and mostly it is. One of the two always is.
    """
    networks = st.sampled_from((*NETWORKS, *UNLISTED)) if network is None else st.just(network)
    shapes = [
        shape for shape in ((True, False), (True, True), (False, True))
        if handle in {None, shape[0]} and uid in {None, shape[1]}
    ]  # fmt: skip
    if not shapes:
        raise ValueError("a profile has a handle or a stable id; ask for one of them")
    return st.tuples(networks, st.sampled_from(shapes)).flatmap(lambda drawn: _profiles(drawn[0], *drawn[1]))


@cache
def _profiles(network: str, handle: bool, uid: bool) -> st.SearchStrategy[Profile]:
    return st.builds(
        Profile,
        st.just(network),
        handles(network) if handle else st.just(""),
        uid=stable_ids(network) if uid else st.just(""),
    )


def handle_spellings(profile: Profile) -> st.SearchStrategy[str]:
    """
    Give the ways in which people write a profile's handle.

    Each is to be read with the profile's network: `Profile.parse(text, network=profile.network)` gives a profile with
    the same handle. What varies is the case of letters, an at sign, the space around it, the prefixes of the
    network's row and, where there is one, the address of the page.

    About 200 µs a draw. Shrinks to the handle as it is.

    Args:
        profile: A profile with a handle.

    Raises:
        ValueError: The profile has a stable id alone, and no handle to spell.
    """
    if not profile.handle:
        raise ValueError(f"{profile!r} has no handle to spell; draw profiles(handle=True)")
    row = network_of(profile.network)
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
