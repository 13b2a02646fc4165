"""
The directory itself: an index of records by identity, kept up in place.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, TypeVar, cast

from leadmodel.changes import Changes
from leadmodel.changes.forgetting import as_deletions
from leadmodel.directory.buckets import Buckets
from leadmodel.directory.checks import check_changes, check_records
from leadmodel.directory.identities import CONTACT, OPEN_LEAD, STANDINGS, Holder, Identities, skeleton_of
from leadmodel.directory.kept import KEPT_SETS, Kept
from leadmodel.directory.links import Child, Links
from leadmodel.directory.names import Names, name_key
from leadmodel.directory.people import Wanted, keys_of
from leadmodel.display import counted, html_table
from leadmodel.entities import Account, Contact, Deal, Entity, Lead, Note, Person, SocialUpdate, references
from leadmodel.errors import UnknownName, UnknownStage
from leadmodel.processes import Outcome, Pipeline
from leadmodel.processes.pipelines import ZOHO, Pipelines, as_pipelines, pipeline_of
from leadmodel.values import Ref

T = TypeVar("T")
R = TypeVar("R", bound=Entity)
P = TypeVar("P", bound=Person)


class Directory:
    """
    Who is on record: leads, contacts, accounts, their deals, and what hangs on them.

    A directory has one writer, which calls `update`; readers in other threads use a `copy`.
    """

    __slots__ = ("_identities", "_kept", "_links", "_names", "_outcomes", "_partial", "_records", "_referring",
                 "pipelines")  # fmt: skip

    #: The pipelines by key; a directory keeps its own.
    pipelines: Mapping[str, Pipeline]

    def __init__(self, pipelines: Pipeline | Iterable[Pipeline] | Pipelines = ZOHO, *, partial: bool = False) -> None:
        self.pipelines = as_pipelines(pipelines)
        self._partial = partial
        self._records: dict[type[Entity], dict[str, Entity]] = {}
        self._identities = Identities()
        self._links = Links()
        self._names = Names()
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        self._kept: dict[Hashable, Kept[object]] = {}
        #: Records by those that they refer to, from the first time that is asked.
        self._referring: Buckets[Ref, Entity] | None = None

    @classmethod
    def of(
        cls,
        *,
        leads: Iterable[Lead] = (),
        contacts: Iterable[Contact] = (),
        accounts: Iterable[Account] = (),
        deals: Iterable[Deal] = (),
        children: Iterable[Child] = (),
        pipelines: Pipeline | Iterable[Pipeline] | Pipelines = ZOHO,
        partial: bool = False,
    ) -> "Directory":
        """
        Make a directory of records.

        Args:
            leads: The leads.
            contacts: The contacts.
            accounts: The accounts.
            deals: The deals; each stands in a stage that its pipeline knows.
            children: Notes, activities and tasks, of any of these.
            pipelines: One pipeline, several, or a mapping by key.
            partial: Whether deals may refer to contacts that are not here: a part of a larger whole.

        Raises:
            InvalidDirectory: An id is given twice, a stage or pipeline is unknown (AUTH-14), or a deal's contact is
                not there; all that is wrong is reported.
        """
        directory = cls(pipelines, partial=partial)
        given: dict[type[Entity], list[Entity]] = {
            Lead: [*leads], Contact: [*contacts], Account: [*accounts], Deal: [*deals],
        }  # fmt: skip
        for child in children:
            given.setdefault(type(child) if isinstance(child, Child) else Note, []).append(child)
        check_records(given, directory.pipelines, partial=partial)
        for record_type, records in given.items():
            directory._records[record_type] = {record.id: record for record in records}
            directory._links.load(records)
        directory._identities.load(cast("Iterable[Holder]", chain(given[Lead], given[Contact], given[Account])))
        return directory

    # Questions

    def directory_for(self, wanted: Collection[Wanted], *, pipelines: object = None) -> "Directory":
        """
        A directory is a `People`: it knows everybody it knows already, and keeps its own pipelines.
        """
        del wanted, pipelines
        return self

    def get(self, record_type: type[R], record_id: str) -> R | None:
        """
        Give the record with this type and id, or None.
        """
        return cast("R | None", self._records.get(record_type, {}).get(record_id))

    def find(self, ref: Ref) -> Entity | None:
        """
        Give the record behind a reference, or None: what criteria ask where they ask about related records.
        """
        return self._records.get(cast("type[Entity]", ref.type), {}).get(ref.id)

    def all(self, record_type: type[R]) -> Collection[R]:
        """
        Give every record of a type.
        """
        return cast("Collection[R]", self._records.get(record_type, {}).values())

    def matching(self, identity: str) -> tuple[Sequence[Holder], Sequence[Holder]]:
        """
        Find the records that have an identity: (matches, stale candidates).

        A stable id decides where both sides have one. Records that have only the handle are then stale candidates;
        a record that has the handle with another stable id is somebody else.

        Args:
            identity: `Profile.identity`.

        Rule:
            NET-1.
        """
        return self._identities.matching(identity)

    def with_email(self, address: str) -> Sequence[Holder]:
        """
        Find the persons with an e-mail address, in lower case (NET-6: only where the rules ask for it).
        """
        return cast("Sequence[Holder]", self._with_email(address, *STANDINGS))

    def accounts_named(self, name: str) -> Sequence[Account]:
        """
        Find the accounts with a name, whatever its case and spaces (CONV-3).
        """
        return self._names.accounts(name_key(name), self.all(Account))

    def accounts_at(self, domain: str) -> Sequence[Account]:
        """
        Find the accounts whose website is at a domain, such as "acme.example".
        """
        return self._names.accounts_at(domain, self.all(Account))

    def contacts_named(self, name: str, account: Account) -> Sequence[Contact]:
        """
        Find the contacts of an account with a name, whatever its case and spaces (CONV-3).
        """
        return self._names.contacts(account.id, name_key(name), self.all(Contact))

    def people_with_email(self, kind: type[P], address: str) -> Sequence[P]:
        """
        Find the contacts, or the leads that are not converted, with an e-mail address, in lower case (CONV-3).
        """
        return cast("Sequence[P]", self._with_email(address, OPEN_LEAD if kind is Lead else CONTACT))

    def _with_email(self, address: str, *standings: str) -> Sequence[Person]:
        return self._identities.with_email(address, chain(self.all(Lead), self.all(Contact)), *standings)

    def contacts_of(self, account: Account) -> Sequence[Contact]:
        """
        Give an account's contacts.
        """
        return self._links.members.get(account.id, ())

    def look_alikes(self, key: str) -> tuple[str, ...]:
        """
        Give the known keys that look like this one and are not it, in order (NET-4).
        """
        return self._identities.look_alikes(key)

    def deals_of(
        self, contact: Contact, *, primary: bool = True, role: bool = False, account: bool = False
    ) -> Sequence[Deal]:
        """
        Give a contact's deals, each once: as primary contact, in any role, through the account (AUTH-9).
        """
        return self._links.deals_of(contact, primary=primary, role=role, account=account)

    def deals_of_account(self, account: Account) -> Sequence[Deal]:
        """
        Give an account's deals.
        """
        return self._links.deals_by_account.get(account.id, ())

    def children_of(self, ref: Ref) -> Sequence[Child]:
        """
        Give the notes, activities and tasks that hang on a record.
        """
        return self._links.children.get(ref, ())

    def referring(self, ref: Ref) -> Sequence[Entity]:
        """
        Give the records that refer to a record: what `revert` asks before something goes (CONV-11).
        """
        if self._referring is None:
            self._referring = Buckets()
            for record in chain.from_iterable(records.values() for records in self._records.values()):
                self._refer(record)
        return self._referring.get(ref, ())

    def current(self, changes: Changes) -> dict[Ref, Entity]:
        """
        Give the records that changes name as they stand today, by reference: what `revert` compares with.
        """
        found = ((ref, self.find(ref)) for ref in changes.refs())
        return {ref: record for ref, record in found if record is not None}

    def outcome(self, deal: Deal) -> Outcome:
        """
        Give the outcome of the stage that a deal stands in (AUTH-13).
        """
        known = self._outcomes.get((deal.pipeline, deal.stage))
        return known or self.outcome_of(deal.pipeline, deal.stage, deal)

    def outcome_of(self, pipeline: str, stage: str, deal: Deal) -> Outcome:
        """
        Give the outcome of a stage, as a deal or its history names it.

        Raises:
            UnknownStage: The pipeline has no such stage, or there is no such pipeline (AUTH-14).
        """
        known = self._outcomes.get((pipeline, stage))
        if known is not None:
            return known
        try:
            found = pipeline_of(pipeline, self.pipelines).past_stage(stage)
        except UnknownName as error:
            within = ", ".join(part for part in (error.within, str(deal.ref)) if part)
            raise UnknownStage(
                kind=error.kind, name=error.name, known=error.known, within=within, rule=error.rule, hint=error.hint
            ) from None
        self._outcomes[pipeline, stage] = found.outcome
        return found.outcome

    def keep(self, name: Hashable, make: Callable[[], Kept[T]]) -> Kept[T]:
        """
        Give the answers that are kept under a name; where there are none yet, *make* says how they are computed.
        """
        kept = self._kept.get(name)
        if kept is None:
            while len(self._kept) >= KEPT_SETS:
                self._kept.pop(next(iter(self._kept))).retire()
            kept = self._kept[name] = cast("Kept[object]", make())
        return cast("Kept[T]", kept)

    # Keeping up

    def update(self, changes: Changes) -> None:
        """
        Bring the directory up to date in place; updates on social networks are not kept here and are passed over.

        Whoever is forgotten goes, as if deleted: a deal that names them has to change as well, in a whole directory.

        Raises:
            InvalidDirectory: What would be created is there already, what would be changed or deleted is not, or the
                result would not hold together; then nothing has changed.
        """
        if changes.erased:
            changes = as_deletions(changes, self.current(changes))
        check_changes(changes, self._records, self._links, self.pipelines, partial=self._partial)
        for record in chain((update.before for update in changes.updated), changes.deleted):
            if not isinstance(record, SocialUpdate):
                self._take_out(self._records[type(record)].pop(record.id))
        for record in chain(changes.created, (update.after for update in changes.updated)):
            if not isinstance(record, SocialUpdate):
                self._put_in(record)

    def copy(self) -> "Directory":
        """
        Give an independent directory of the same records: for readers while this one is being updated.
        """
        twin = Directory(self.pipelines, partial=self._partial)
        twin._records = {record_type: dict(records) for record_type, records in self._records.items()}
        twin._identities = self._identities.twin()
        twin._links = self._links.twin()
        return twin

    def _put_in(self, record: Entity) -> None:
        self._records.setdefault(type(record), {})[record.id] = record
        if isinstance(record, Holder):
            self._identities.add(record)
            self._names.add(record)
        self._refer(record)
        self._links.load((record,))
        self._forget(record)

    def _take_out(self, record: Entity) -> None:
        self._forget(record)
        if isinstance(record, Holder):
            self._identities.take(record)
            self._names.take(record)
        if self._referring is not None:
            for ref in set(references(record)):
                self._referring.take(ref, record)
        self._links.take(record)

    def _refer(self, record: Entity) -> None:
        if self._referring is not None:
            for ref in set(references(record)):
                self._referring.add(ref, record)

    def _forget(self, record: Entity) -> None:
        """
        Drop the kept answers that this record has a part in.
        """
        keys = self._keys_touched(record) if self._kept else ()
        for kept in self._kept.values():
            for key in keys:
                kept.forget(key)

    def _keys_touched(self, record: Entity) -> set[str]:
        """
        Give the keys under which answers stand that a record has a part in; only a holder can look like a stranger.
        """
        if isinstance(record, Deal):
            return {key for holder in self._holders_of(record) for key in self._keys_leading_to(holder)}
        if not isinstance(record, Holder):
            return set()
        keys = self._keys_leading_to(record)
        return keys | {look_alike_key(key) for key in keys}

    def _keys_leading_to(self, holder: Holder) -> set[str]:
        """
        Give the keys of a holder, and those of the leads that became them.
        """
        leads = self._links.converted.get(holder.id, ()) if isinstance(holder, Contact) else ()
        return {key for one in (holder, *leads) for key in keys_of(one)}

    def _holders_of(self, deal: Deal) -> list[Holder]:
        """
        Give everybody whose answer a deal can decide: its contacts, its account and the account's contacts.
        """
        ids = dict.fromkeys((deal.contact_id, *(other.contact_id for other in deal.contacts)))
        contacts = [self.get(Contact, contact_id) for contact_id in ids]
        holders = [*contacts, self.get(Account, deal.account_id), *self._links.members.get(deal.account_id, ())]
        return [holder for holder in holders if holder]

    # Looks

    def __len__(self) -> int:
        return sum(map(len, self._records.values()))

    def __repr__(self) -> str:
        return f"Directory({', '.join(counted(number, *names) for names, number in self._counts())})"

    def _repr_html_(self) -> str:
        rows = ((names[1], f"{number:,}") for names, number in self._counts())
        return html_table(("on record", "number"), rows, caption="directory")

    def _counts(self) -> list[tuple[tuple[str, str], int]]:
        main = [(names, len(self._records.get(kind, ()))) for kind, names in _MAIN]
        return [*main, (("identity", "identities"), len(self._identities))]


_MAIN: Final = (
    (Lead, ("lead", "leads")),
    (Contact, ("contact", "contacts")),
    (Account, ("account", "accounts")),
    (Deal, ("deal", "deals")),
)


def look_alike_key(key: str) -> str:
    """
    Give the key under which answers are noted that name the look-alikes of *key*; no profile can have it.
    """
    return f"~{skeleton_of(key)}"
