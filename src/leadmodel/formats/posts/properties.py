"""
The properties of ActivityStreams objects, each of which may come in several forms.

A person is an address, an object or a list of these; a text is a text or a map by language; an address on the web is
a text, a link or a list. Here each is read into one form, and what has none is kept as a problem with its path.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import attrs

from leadmodel.errors import InvalidValue, shown
from leadmodel.formats.intake.html import plain_text, storable
from leadmodel.formats.intake.languages import UNDETERMINED, best_language, language_fault
from leadmodel.formats.intake.payloads import Intake, host_of, kind_of
from leadmodel.formats.posts.vocabulary import TYPES
from leadmodel.networks import Profile

__all__ = ["NOBODY", "WORDLESS", "Party", "Properties", "Words", "has_known_type"]

#: Prefixes of the vocabulary's own names, where they are written in full.
_PREFIXES: Final = ("https://www.w3.org/ns/activitystreams#", "http://www.w3.org/ns/activitystreams#", "as:")
_ABSOLUTE: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):\S")
#: Schemes of addresses that say a handle, with its network. Addresses of other schemes, such as tag:, are opaque: they
#: are stable ids, and nothing is read out of them.
_SCHEMES: Final = {"acct": "mastodon", "mailto": "email"}
#: Schemes of addresses that may be the page of a profile, or a profile's id on a network of its own.
_PAGES: Final = frozenset({"http", "https", "did"})
_FEDIVERSE: Final = "mastodon"
#: Where the fields of a profile stand in an actor.
_KEYS: Final = {"handle": "preferredUsername", "uid": "id"}
#: Profiles read from addresses that are kept, so that an author who comes again is read once.
_PROFILES_KEPT: Final = 4_096
_HTML: Final = frozenset({"", "text/html"})


@attrs.frozen
class Words:
    """
    A text and the language that it is in; "" where the source does not say.
    """

    text: str = ""
    language: str = ""


@attrs.frozen
class Party:
    """
    Whoever acted, or is credited.
    """

    profile: Profile | None = None
    name: str = ""
    #: The address by which the source calls them.
    address: str = ""
    #: Addresses of those who are named after the first one.
    others: tuple[str, ...] = ()

    def is_same(self, other: "Party") -> bool:
        """
        Say whether two are seen to be the same, by address or by any key of their profiles.
        """
        keys = (set(party.profile.keys) if party.profile else set() for party in (self, other))
        return self.address == other.address or not set.isdisjoint(*keys)

    def completed(self, actor: "Party") -> "Party":
        """
        Give the author; the actor, where nobody is credited. The name may stand with the actor, if they are one.
        """
        if self == NOBODY:
            return actor
        return attrs.evolve(self, name=actor.name) if not self.name and self.is_same(actor) else self


NOBODY: Final = Party()
WORDLESS: Final = Words()


@attrs.define
class Properties:
    """
    Reads properties out of objects; problems are kept in the intake.
    """

    intake: Intake
    #: The document's own language, from its context.
    language: str = ""

    def types(self, node: dict[str, Any], path: str) -> tuple[str, ...]:
        """
        Give the types of an object; those of the vocabulary by their short names, others as they are written.
        """
        value = node.get("type", node.get("@type"))
        if type(value) is str and value in TYPES:  # as most are
            return (value,)
        types = []
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str):
                types.append(_short(name))
            elif name is not None:
                self.intake.refuse(f"{path}.type", f"{kind_of(name)} is no type", "name it, such as Note", name)
        return tuple(types)

    def id(self, node: dict[str, Any], path: str) -> str:
        """
        Give the id of an object, "" where it has none.
        """
        return self.intake.text(node, "@id" if "id" not in node and "@id" in node else "id", path).strip()

    def members(self, node: dict[str, Any], key: str, path: str) -> Iterator[tuple[str | dict[str, Any], str]]:
        """
        Give the addresses and objects under a key, one by one, with their paths.
        """
        value = node.get(key)
        if value is None or value == []:  # as most are
            return
        path = f"{path}.{key}"
        listed = [(value, path)]
        if isinstance(value, list):
            listed = [(member, f"{path}[{number}]") for number, member in enumerate(value)]
        for member, place in listed:
            if isinstance(member, (str, dict)):
                if member != "":
                    yield member, place
            elif member is not None:
                what = f"{kind_of(member)} is no {key}"
                self.intake.refuse(place, what, "give an address, an object, or a list of these", member)

    def address(self, member: str | dict[str, Any], path: str) -> str:
        """
        Give the address of a member: its id, or where a link leads, or its page.
        """
        if isinstance(member, str):
            return member.strip()
        return self.id(member, path) or self.intake.text(member, "href", path).strip() or self.page(member, path)

    def addresses(self, node: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
        """
        Give the addresses of everything under a key.
        """
        found = (self.address(member, place) for member, place in self.members(node, key, path))
        return tuple(address for address in found if address)

    def page(self, node: dict[str, Any], path: str) -> str:
        """
        Give the web address of an object: that of its HTML, else the first one; "" where it has none.
        """
        pages: list[str] = []
        for member, place in self.members(node, "url", path):
            link = isinstance(member, dict)
            address = self.intake.text(member, "href", place) if isinstance(member, dict) else member
            if address and not _ABSOLUTE.match(address):
                what = f"{shown(address)} is a relative address"
                hint = "give the whole one, such as https://example.org/images/1"
                self.intake.refuse(f"{place}.href" if link else place, what, hint, address)
            elif host_of(address):
                html = isinstance(member, dict) and self.intake.text(member, "mediaType", place) == "text/html"
                pages.insert(0 if html and not pages else len(pages), address)
                if html:
                    return address
        return pages[0] if pages else ""

    def words(self, node: dict[str, Any], key: str, path: str) -> Words:
        """
        Give a text in the language that fits best, as it was written.

        A map by language stands under the key and "Map". Older documents have it under the key itself, which
        ActivityStreams allows still; so what makes such a document bad is a language that does not exist.
        """
        value, table = node.get(key), self._by_language(node.get(f"{key}Map"), path, f"{key}Map")
        if value is None and not table:  # as most are
            return WORDLESS
        if isinstance(value, dict):
            table = self._by_language(value, path, key) | table
            value = None
        elif value is not None and not isinstance(value, str):
            self.intake.refuse(
                f"{path}.{key}", f"{kind_of(value)} stands where text belongs", "write it as text", value
            )
            value = None
        if isinstance(value, str) and value.strip():
            language = next((tag for tag, text in table.items() if text == value), "")
            return Words(value, language or self.language)
        best = best_language(table, self.language)
        return Words(table[best], "" if best == UNDETERMINED else best) if best else Words()

    def told(self, node: dict[str, Any], path: str, *keys: str) -> Words:
        """
        Give everything that an object says under some keys as plain text, one paragraph each, none twice.

        A name is plain text and a summary is HTML; content is HTML unless `mediaType` names another kind of text.
        """
        kind = self.intake.text(node, "mediaType", path).partition(";")[0].strip().lower()
        parts: list[str] = []
        language = ""
        for key in keys:
            words = self.words(node, key, path)
            if not words.text:
                continue
            html = key == "summary" or (key == "content" and (kind in _HTML or not kind.startswith("text/")))
            text = plain_text(words.text) if html else storable(words.text).strip()
            if text and text not in parts:
                parts.append(text)
                language = words.language or language
        return Words("\n\n".join(parts), language)

    def party(self, node: dict[str, Any], key: str, path: str) -> Party:
        """
        Read who stands under a key; the first of several, and the addresses of the others.
        """
        members = list(self.members(node, key, path))
        if not members:
            return NOBODY
        (first, place), *others = members
        addresses = tuple(address for other, at in others if (address := self.address(other, at)))
        if isinstance(first, str):
            address = first.strip()
            return Party(self._profile(address, "", "", place, {}), address=address, others=addresses)
        address, page = self.id(first, place) or self.intake.text(first, "href", place), self.page(first, place)
        handle = self.intake.text(first, "preferredUsername", place).strip()
        name = storable(self.words(first, "name", place).text).strip()
        return Party(self._profile(address, page, handle, place, _KEYS), name, address or page, addresses)

    def _by_language(self, table: object, path: str, key: str) -> dict[str, str]:
        if table is None:
            return {}
        path = f"{path}.{key}"
        if not isinstance(table, dict):
            hint = 'give a map from languages to texts, such as {"en": "…"}'
            self.intake.refuse(path, f"{kind_of(table)} is no map by language", hint, table)
            return {}
        kept = {}
        for tag, text in table.items():
            if fault := language_fault(tag):
                hint = 'name languages as BCP 47 does, such as "es" or "pt-BR"'
                self.intake.refuse(path, f"{shown(tag)} {fault}", hint, tag)
            elif isinstance(text, str):
                kept[tag] = text
            elif text is not None:
                self.intake.refuse(
                    f"{path}.{tag}", f"{kind_of(text)} stands where text belongs", "write it as text", text
                )
        return kept

    def _profile(self, address: str, page: str, name: str, path: str, keys: dict[str, str]) -> Profile | None:
        network, handle, uid = self._identity(address, page, name)
        return self.intake.profile(network, handle, uid, path, keys) if handle or uid else None

    def _identity(self, address: str, page: str, name: str) -> tuple[str, str, str]:
        """
        Say who is at an address: (network, handle, stable id).

        The address of an actor is their stable id. The address of a page is not: it is taken for one only where it
        tells no handle and nothing else is known, so that one person's updates still go together.
        What an actor is called stands before what their address seems to say: on some servers that ends in a number.
        """
        known = _ABSOLUTE.match(address)
        scheme = known[1].lower() if known else ""
        if scheme in _SCHEMES:
            return _SCHEMES[scheme], address.partition(":")[2].partition("?")[0], ""
        if address and not scheme:
            bare = self.intake.server and "@" not in address.lstrip("@")
            return _FEDIVERSE, f"{address}@{self.intake.server}" if bare else address, ""
        found = _profile_at(address) if scheme in _PAGES else None
        if found is None and page and (shown_at := _profile_at(page)) and (_is_federated(shown_at) or not address):
            found = shown_at
        if found and not _is_federated(found):
            return found.network, found.handle, found.uid
        host = host_of(address) or host_of(page) or self.intake.server
        handle = f"{name}@{host}" if name and host else ""
        if found and not (handle and _profile_at(f"@{handle}")):
            handle = found.handle
        return _FEDIVERSE, handle, address or ("" if handle else page)


def has_known_type(node: dict[str, Any]) -> bool:
    """
    Say whether the vocabulary has any of the types of an object.
    """
    value = node.get("type")
    names = value if isinstance(value, list) else [value]
    return any(isinstance(name, str) and _short(name) in TYPES for name in names)


def _short(name: str) -> str:
    """
    Give the short name of a type of the vocabulary; others stay as they are written.
    """
    return next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)


def _is_federated(profile: Profile) -> bool:
    return profile.network == _FEDIVERSE


@lru_cache(_PROFILES_KEPT)
def _profile_at(address: str) -> Profile | None:
    """
    Read the profile whose page is at an address, None where it is no page of a profile.
    """
    try:
        return Profile.parse(address)
    except InvalidValue:
        return None
