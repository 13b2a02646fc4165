"""
The identities that the records of a world share: few, so that they meet, with what may be taken for them.
"""

from collections.abc import Sequence

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from leadmodel.networks import CONFUSABLES, Profile
from leadmodel.testing.strategies import placeholders
from leadmodel.testing.strategies.field import Wish
from leadmodel.testing.strategies.profile import profiles, row_of

_PLAIN = st.builds(
    Profile, st.sampled_from(("x", "github")), st.sampled_from(("ada", "bob")), uid=st.sampled_from(("", "1", "2"))
)
_USUAL = st.lists(_PLAIN | profiles(), min_size=1, max_size=3)


def identities(draw: DrawFn, wish: Wish) -> tuple[Profile, ...]:
    """
    Draw a few profiles, and what may be taken for them: without the stable id, under another handle, with another id.
    """
    usual = wish.network is None and wish.personal
    several = _USUAL if usual else st.lists(
        profiles(network=wish.network, personal=wish.personal), min_size=1, max_size=3
    )  # fmt: skip
    drawn = draw(several)
    found = dict.fromkeys(drawn)
    for profile in drawn:
        found |= dict.fromkeys(_relatives(profile, drawn, () if wish.personal else placeholders.WORDS))
    return tuple(found)


def _relatives(profile: Profile, others: Sequence[Profile], kept: Sequence[str]) -> list[Profile]:
    same = [other for other in others if other.network == profile.network and other.uid]
    relatives = [attrs.evolve(profile, uid=other.uid) for other in same] if profile.handle else []
    if profile.handle and profile.uid:
        relatives += [attrs.evolve(profile, uid=""), attrs.evolve(profile, handle="")]
    if like := look_alike(profile, kept):
        relatives.append(like)
    return relatives


def look_alike(profile: Profile, kept: Sequence[str] = ()) -> Profile | None:
    """
    Give a profile on the same network whose handle looks like this one's and is another (NET-4), where there is one.

    Args:
        profile: The profile.
        kept: Words that are to stay in its handle where they stand in it.
    """
    row = row_of(profile.network)
    words = [word for word in kept if word in profile.handle]
    for letter, others in CONFUSABLES.items():
        for other in others if letter in profile.handle else "":
            handle = row.canonical(profile.handle.replace(letter, other, 1))
            stays = all(word in handle for word in words)
            if handle != profile.handle and stays and row.handle.fullmatch(handle):
                return Profile(profile.network, handle)
    return None


def stranger(network: str | None) -> Profile | None:
    """
    Give somebody who is on nobody's record, on a network or on X; None where its pattern admits none of the handles.
    """
    row = row_of(network or "x")
    known = (handle for handle in _STRANGERS if row.handle.fullmatch(handle))
    return next((Profile(row.key, handle) for handle in known), None)


_STRANGERS = ("stranger", "stranger@nobody.example", "stranger.example")
