"""
The law of profiles: reading one is done once and for all.
"""

import attrs

from leadmodel.networks import NETWORKS, Profile, network_of


def check_profile(text: str, network: str, *, server: str = "") -> None:
    """
    Check that reading a profile is done once and for all: reading what was read changes nothing.

    The canonical handle reads as itself; space around the text and an at sign before the handle do not matter; equal
    profiles have equal hashes; and the key of a network with a row reads back.

    Args:
        text: A handle in any spelling, or the address of a profile page.
        network: The network; "" where the text itself tells.
        server: The server of a bare Mastodon handle.

    Raises:
        AssertionError: One of the laws does not hold.
        InvalidValue: The text is no profile.

    Rule:
        NET-2, NET-3.
    """
    profile = Profile.parse(text, network=network, server=server)
    _check_same(profile, Profile(profile.network, profile.handle, uid=profile.uid), "made again of its parts")
    _check_same(profile, Profile.parse(f" {text}\n", network=network, server=server), "read with space around it")
    if profile.handle:
        row, plain = network_of(profile.network), attrs.evolve(profile, uid="")
        assert row.canonical(profile.handle) == profile.handle, f"{row.key}: {profile.handle!r} is not canonical"
        _check_same(plain, Profile(profile.network, profile.handle), "made of its handle")
        _check_same(plain, Profile(profile.network, f"@{profile.handle}"), "with an at sign")
    if profile.network in NETWORKS:
        for key in profile.keys:
            assert Profile.parse(key).keys == (key,), f"the key {key!r} of {profile!r} does not read back"


def _check_same(one: Profile, two: Profile, how: str) -> None:
    assert one == two, f"{one!r}, {how}, is {two!r}"
    assert hash(one) == hash(two), f"{one!r}, {how}, is equal and has another hash"
    assert one.keys == two.keys, f"{one!r} has the keys {one.keys}; {how}, {two.keys}"
