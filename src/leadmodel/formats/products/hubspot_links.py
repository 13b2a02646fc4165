"""
HubSpot's links: which objects belong together, and which of them have become one.

Associations stand beside the properties of an object; what was merged stands in a property of the object that is left.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from leadmodel.errors import shown

__all__ = ["MERGED", "OTHERS", "Merged", "contacts_of", "links_in", "split_ids"]

#: What stands for the label of links that have none.
OTHERS: Final = "others"
#: Names of objects in associations, and the one name that is used here.
_OBJECTS: Final[Mapping[str, str]] = {
    "contact": "contacts", "0-1": "contacts", "company": "companies", "0-2": "companies", "deal": "deals",
    "0-3": "deals",
}  # fmt: skip
#: Kinds of links that say nothing but which objects they link: "contact_to_company" is the primary company,
#: "contact_to_company_unlabeled" any.
_PLAIN: Final = re.compile(r"(?P<primary>\w+_to_\w+?)(?:_unlabeled)?", re.IGNORECASE)
#: Properties that name objects which were merged into this one: ids, or ids with the instant after a colon.
MERGED: Final = ("hs_merged_object_ids", "hs_calculated_merged_vids")
#: Fields that name other objects, and which.
_REFERENCES: Final[Mapping[str, str]] = {
    "associations.contacts": "contacts",
    "associations.companies": "companies",
    "associatedcompanyid": "companies",
    "hs_parent_company_id": "companies",
}


def links_in(associations: Mapping[str, Any], where: str, told: list[str]) -> Iterator[tuple[str, Any]]:
    """
    Give associations as fields: "associations.companies" with the first or primary one, and lists of the others.

    Args:
        associations: The links by the object that they lead to.
        where: The place of the object.
        told: Takes a sentence about links that the answer does not hold.
    """
    for name, held in associations.items():
        object_name = _OBJECTS.get(name, name)
        results = held.get("results") if isinstance(held, dict) else held
        links = _by_id(results if isinstance(results, list) else [])
        if isinstance(held, dict) and held.get("paging"):
            told.append(f"{where}: the answer does not hold all associated {object_name}")
        yield from _fields(f"associations.{object_name}", links)


def _by_id(results: Iterable[object]) -> dict[str, list[str]]:
    """
    Give the labels of each link by the id; a link may stand there once for each of its labels.
    """
    links: dict[str, list[str]] = {}
    for link in results:
        if isinstance(link, dict):
            found = link.get("toObjectId", link.get("id"))
            if isinstance(found, (str, int)):
                links.setdefault(str(found), []).extend(_labels(link))
    return links


def _labels(link: Mapping[str, Any]) -> Iterator[str]:
    kinds = link.get("associationTypes")
    labels = [kind.get("label") for kind in kinds if isinstance(kind, dict)] if isinstance(kinds, list) else []
    for label in (*labels, link.get("type")):
        if isinstance(label, str) and (label := label.strip()):
            plain = _PLAIN.fullmatch(label)
            if not plain:
                yield label
            elif plain["primary"] == label:
                yield "Primary"


def _fields(name: str, links: Mapping[str, list[str]]) -> Iterator[tuple[str, Any]]:
    first = next((one for one, labels in links.items() if "Primary" in labels), next(iter(links), None))
    if first is None:
        return
    yield name, first
    further: dict[str, list[str]] = {}
    for one, labels in links.items():
        roles = [label for label in labels if label != "Primary"]
        if one != first:
            further.setdefault(roles[0] if roles else OTHERS, []).append(one)
        elif roles:
            yield f"{name}.label", "; ".join(roles)
    yield from ((f"{name} ({label})", ids) for label, ids in further.items())


def split_ids(text: object) -> list[str]:
    """
    Give the ids in a cell such as "12;34"; what follows a colon is not part of an id.
    """
    return [one for part in str(text).split(";") if (one := part.partition(":")[0].strip())]


def contacts_of(content: Mapping[str, Any]) -> Iterator[str]:
    """
    Give the ids of the contacts that the fields of a deal name.
    """
    for name, value in content.items():
        if value and name.partition(" (")[0] == "associations.contacts":
            yield from map(str, _listed(value))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


class Merged:
    """
    Which objects were merged into which others, by what the others say.
    """

    def __init__(self) -> None:
        self._into: dict[tuple[str, str], str] = {}

    def learn(self, object_name: str, id_: str, properties: Mapping[str, Any]) -> None:
        """
        Take note of what was merged into an object.
        """
        for name in MERGED:
            for old in split_ids(properties.get(name) or ""):
                if old != id_:
                    self._into[object_name, old] = id_

    def left(self, object_name: str, id_: str) -> str:
        """
        Give the object that is left of one: itself, unless it was merged.
        """
        seen, left = {id_}, id_
        while into := self._into.get((object_name, left)):
            if into in seen:  # each says that the other was merged into it
                return id_
            seen.add(into)
            left = into
        return left

    def corrected(self, content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """
        Give the fields that name merged objects, with those that are left in their place, each of them once.
        """
        given: dict[str, set[str]] = {}
        for name, value in content.items():
            link = name.partition(" (")[0]
            object_name = _REFERENCES.get(link)
            if object_name and value:
                seen = given.setdefault(link, set())
                left = dict.fromkeys(self.left(object_name, str(one)) for one in _listed(value))
                kept = [one for one in left if one not in seen]
                seen.update(kept)
                yield name, kept if isinstance(value, list) else kept[0]

    def told(self, object_name: str, id_: str, where: str) -> str:
        """
        Say what became of an object that was merged.
        """
        return f"{where}: {object_name} {shown(id_)} was merged into {shown(self.left(object_name, id_))}"
