"""
Gathering: from whom a directory is wanted for, to everybody whom they could match, in a constant number of questions.

It is the one way from a store to a `Directory`: every store that can say who stands at a place under which keys is a
`People`.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final, TypeAlias, TypeVar, cast

from leadmodel.directory import Child, Directory, Wanted, keys_of
from leadmodel.directory.names import name_key, web_domains
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Lead, Note, SocialUpdate, Task
from leadmodel.networks import Profile, skeleton
from leadmodel.processes.pipelines import Pipeline, Pipelines
from leadmodel.stores.places import ref_key
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)

#: Gives the records of a type that stand at a place under any of some keys; the place "id" is that of ids.
Lookup: TypeAlias = Callable[[type[Entity], str, Collection[str]], Iterable[Entity]]

#: So many steps lead from a record to those above it, such as an account's parents: as many as a criterion may take.
_STEPS: Final = 4
_EMAIL: Final = "email:"
_CHILDREN: Final = (Activity, Task, Note)


class _Gathering:
    """
    The records that have been found so far.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._found: dict[type[Entity], dict[str, Entity]] = {}
        #: What has been asked for already.
        self._asked: dict[tuple[type[Entity], str], set[str]] = {}

    def ask(self, record_type: type[E], place: str, keys: Iterable[str]) -> list[E]:
        """
        Ask for the records of a type at a place; nothing is asked twice.
        """
        asked = self._asked.setdefault((record_type, place), set())
        new = {key for key in keys if key} - asked
        if not new:
            return []
        asked |= new
        records = cast("list[E]", list(self._lookup(record_type, place, new)))
        self._found.setdefault(record_type, {}).update((record.id, record) for record in records)
        return records

    def all(self, record_type: type[E]) -> list[E]:
        """
        Give what was found of a type, in order of id.
        """
        return cast("list[E]", [record for _, record in sorted(self._found.get(record_type, {}).items())])

    def ids(self, record_type: type[Entity], ids: Iterable[str]) -> None:
        """
        Ask for records by id, those aside that were found in another way.
        """
        known = self._found.get(record_type, {})
        self.ask(record_type, "id", {one for one in ids if one not in known})


def gather(
    lookup: Lookup, wanted: Collection[Wanted], *, pipelines: Pipeline | Iterable[Pipeline] | Pipelines
) -> Directory:
    """
    Make the directory of everybody whom the wanted could match.

    Args:
        lookup: Whoever says which records stand at a place.
        wanted: Leads to be converted, authors, records that are named outright.
        pipelines: The pipelines of the deals.
    """
    found = _Gathering(lookup)
    leads = [each for each in wanted if isinstance(each, Lead)]
    named = [each for each in wanted if isinstance(each, Ref)]
    found.ids(Lead, (lead.id for lead in leads))
    own = [*leads, *found.all(Lead)]  # as they were passed, and as they stand today
    _alike(found, [*wanted, *own])
    for record_type in (Lead, Contact, Account, Deal):
        found.ids(record_type, (ref.id for ref in named if ref.type is record_type))
    _became(found, own)
    _companies(found, own, {ref.id for ref in named if ref.type is Account})
    _above(found)
    contacts, accounts = found.all(Contact), found.all(Account)
    found.ask(Deal, "contact", (contact.id for contact in contacts))
    # an account that is gone leads to its deals all the same
    found.ask(Deal, "account", (*(account.id for account in accounts), *(contact.account_id for contact in contacts)))
    for child_type in _CHILDREN:
        found.ask(child_type, "about", {ref_key(lead.ref) for lead in leads})
    return Directory.of(
        leads=found.all(Lead), contacts=found.all(Contact), accounts=found.all(Account), deals=found.all(Deal),
        children=[cast("Child", child) for child_type in _CHILDREN for child in found.all(child_type)],
        pipelines=pipelines, partial=True,
    )  # fmt: skip


def _alike(found: _Gathering, wanted: Iterable[Wanted]) -> None:
    """
    Find whoever shares an identity with the wanted, or looks like an author (NET-1, NET-4, NET-6).
    """
    keys: set[str] = set()
    looks: set[str] = set()
    for each in wanted:
        if not isinstance(each, Ref):
            several = keys_of(each)
            keys.update(several)
            looks.update(map(skeleton, several) if isinstance(each, (Profile, SocialUpdate)) else ())
    emails = {key.removeprefix(_EMAIL) for key in keys if key.startswith(_EMAIL)}
    for record_type in (Lead, Contact, Account):
        found.ask(record_type, "profile", keys)
        found.ask(record_type, "look-alike", looks)
    for record_type in (Lead, Contact):
        found.ask(record_type, "email", emails)


def _became(found: _Gathering, own: Iterable[Lead]) -> None:
    """
    Find what leads have become, and the contacts that they were linked to before.
    """
    leads = [*own, *found.all(Lead)]
    first = [lead.conversion for lead in leads if lead.conversion is not None]
    found.ids(Contact, (*(lead.contact_id for lead in leads), *(one.contact_id for one in first)))
    found.ids(Account, (one.account_id for one in first))
    found.ids(Deal, (one.deal_id for one in first))


def _companies(found: _Gathering, leads: Collection[Lead], named: Collection[str]) -> None:
    """
    Find the accounts that leads may belong to, with their contacts (CONV-3).
    """
    accounts = found.ask(Account, "name", {name_key(lead.company) for lead in leads})
    found.ask(Account, "domain", {domain for lead in leads for domain in web_domains(lead)})
    found.ask(Contact, "account", {*(account.id for account in accounts), *named})


def _above(found: _Gathering) -> None:
    """
    Find the accounts of contacts, and whoever stands above the two.
    """
    for _ in range(_STEPS):
        contacts, accounts = found.all(Contact), found.all(Account)
        found.ids(Contact, (contact.reports_to_id for contact in contacts))
        found.ids(
            Account, (*(contact.account_id for contact in contacts), *(account.parent_id for account in accounts))
        )
