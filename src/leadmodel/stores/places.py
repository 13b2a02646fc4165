"""
The places where a record is looked for: one row each, with the keys under which a record stands there.

What makes a directory for a batch asks for keys of many records at once, place by place; a store keeps an index of the
places, or looks through its records.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from leadmodel.directory.identities import profile_keys
from leadmodel.directory.names import name_key, web_domain
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Lead, Note, Task
from leadmodel.errors import UnknownName
from leadmodel.networks import skeleton
from leadmodel.values import Ref, type_name


@attrs.frozen
class Place:
    """
    One place: who stands there, and under which keys.
    """

    name: str
    types: tuple[type[Entity], ...]
    #: The fields that the keys are made of.
    fields: tuple[str, ...]
    keys: Callable[[Any], Iterable[str]]


def ref_key(ref: Ref) -> str:
    """
    Give the key of a reference: the word for its type, and its id.
    """
    return f"{type_name(ref.type)}:{ref.id}"


def _looks(holder: Lead | Contact | Account) -> set[str]:
    return {skeleton(key) for key in profile_keys(holder)}


def _addresses(person: Lead | Contact) -> set[str]:
    return {email.key for email in person.emails}


def _domain(account: Account) -> tuple[str, ...]:
    return _if_there(web_domain(account.website))


def _taking_part(deal: Deal) -> set[str]:
    return {key for key in (deal.contact_id, *(other.contact_id for other in deal.contacts)) if key}


def _if_there(key: str) -> tuple[str, ...]:
    return (key,) if key else ()


_HOLDERS: Final = (Lead, Contact, Account)
_CHILDREN: Final = (Activity, Task, Note)

# fmt: off
_ROWS: Final = (
    #     name          who stands there  fields the keys are of        the keys
    Place("profile",    _HOLDERS,         ("profiles",),                profile_keys),
    Place("look-alike", _HOLDERS,         ("profiles",),                _looks),
    Place("email",      (Lead, Contact),  ("emails",),                  _addresses),
    Place("name",       (Account,),       ("name",),                    lambda account: (name_key(account.name),)),
    Place("domain",     (Account,),       ("website",),                 _domain),
    Place("account",    (Contact, Deal),  ("account_id",),              lambda record: _if_there(record.account_id)),
    Place("contact",    (Deal,),          ("contact_id", "contacts"),   _taking_part),
    Place("about",      _CHILDREN,        ("about",),                   lambda child: (ref_key(child.about),)),
)
# fmt: on

#: Every place by name.
PLACES: Final[Mapping[str, Place]] = {row.name: row for row in _ROWS}


def _own_id(record: Entity) -> tuple[str]:
    return (record.id,)


def keys_at(record_type: type[Entity], place: str) -> Callable[[Any], Iterable[str]]:
    """
    Give what says under which keys a record of a type stands at a place; at the place "id" it does under its id.

    Raises:
        UnknownName: No record of the type stands there.
    """
    known = {row.name: row.keys for row in PLACES_OF.get(record_type, ())} | {"id": _own_id}
    if place not in known:
        raise UnknownName(kind="place", name=str(place), known=tuple(known), within=type_name(record_type))
    return known[place]


#: The places where a record of each type stands.
PLACES_OF: Final[Mapping[type[Entity], tuple[Place, ...]]] = {
    record_type: tuple(row for row in _ROWS if record_type in row.types)
    for record_type in {kind for row in _ROWS for kind in row.types}
}
