"""
People: who writes and passes on, as each network knows them. The same handle is the same person in all of a payload.
"""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import attrs

from leadmodel.networks import Profile
from leadmodel.testing.payloads.facts import Facts, Person

Network: TypeAlias = Literal["bluesky", "mastodon", "x"]
_DID_LETTERS: Final = 24
_KEY_LETTERS: Final = 13
_KEY_SIGNS: Final = "234567abcdefghijklmnopqrstuvwxyz"


def _number_of(handle: str) -> str:
    """
    Give a stable id of a network that counts: the same for the same handle.
    """
    return str(int.from_bytes(handle.encode(), "big") % 10**17 + 1)


def _person(network: str, handle: str, uid: str, name: str) -> Person:
    return Person(handle=handle, uid=uid, name=name, profile=Profile(network, handle, uid=uid))


def on_x(handle: str, name: str) -> Person:
    """
    Make somebody on X.
    """
    return _person("x", handle, _number_of(handle), name)


def on_bluesky(handle: str, name: str) -> Person:
    """
    Make somebody on Bluesky.
    """
    did = f"did:plc:{(handle * _DID_LETTERS)[:_DID_LETTERS]}"
    return _person("bluesky", f"{handle}.tea.example", did, name)


def key_of(facts: Facts) -> str:
    """
    Make the key of a record: thirteen letters and digits that count up.
    """
    number, letters = int(facts.id()), ""
    while len(letters) < _KEY_LETTERS:
        number, place = divmod(number, len(_KEY_SIGNS))
        letters = _KEY_SIGNS[place] + letters
    return letters


def on_mastodon(server: str) -> Callable[[str, str], Person]:
    """
    Give what makes people on Mastodon: about half of them on a server.
    """

    def made(handle: str, name: str) -> Person:
        host = server if len(handle) % 2 else "elsewhere.example"
        return _person("mastodon", f"{handle}@{host}", f"https://{host}/users/{handle}", name)

    return made


def by_page(network: Network) -> Callable[[str, str], Person]:
    """
    Make people who are known by the address of a page, which tells no stable id.
    """
    made = {"bluesky": on_bluesky, "mastodon": on_mastodon("tea.example"), "x": on_x}[network]

    def without_uid(handle: str, name: str) -> Person:
        person = made(handle, name)
        return attrs.evolve(person, uid="", profile=Profile(network, person.handle))

    return without_uid


def by_mail(handle: str, name: str) -> Person:
    """
    Make somebody who is known by a mail address.
    """
    address = f"{handle}@tea.example"
    return Person(handle=address, uid="", name=name, profile=Profile("email", address))
