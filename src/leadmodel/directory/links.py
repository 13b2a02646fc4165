"""
What belongs to whom: the deals of contacts and accounts, the contacts of accounts, what hangs on a record.

Rule:
    AUTH-8, AUTH-9.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from leadmodel.directory.buckets import Buckets
from leadmodel.entities import Activity, Contact, Deal, Entity, Lead, Note, Task

if TYPE_CHECKING:
    from leadmodel.values import Ref

#: What hangs on another record.
Child = Note | Activity | Task


class Links:
    """
    Records by the records that they refer to.
    """

    __slots__ = ("children", "converted", "deals_by_account", "deals_by_contact", "deals_by_role", "members")

    def __init__(self) -> None:
        self.deals_by_contact: Buckets[str, Deal] = Buckets()
        self.deals_by_role: Buckets[str, Deal] = Buckets()
        self.deals_by_account: Buckets[str, Deal] = Buckets()
        #: Contacts by account.
        self.members: Buckets[str, Contact] = Buckets()
        #: Converted leads by the contact that they became.
        self.converted: Buckets[str, Lead] = Buckets()
        self.children: Buckets[Ref, Child] = Buckets()

    def load(self, records: Iterable[Entity]) -> None:
        """
        Put many records in.
        """
        for record in records:
            for index, key in self._places(record):
                if key:
                    index.add(key, record)

    def take(self, record: Entity) -> None:
        """
        Take a record out.
        """
        for index, key in self._places(record):
            index.take(key, record)

    def _places(self, record: Entity) -> list[tuple[Buckets[Any, Any], Any]]:
        """
        Say where a record stands: the indexes, and its key in each.
        """
        if isinstance(record, Deal):
            places = [(self.deals_by_contact, record.contact_id), (self.deals_by_account, record.account_id)]
            if record.contacts:
                places += [(self.deals_by_role, contact_id) for contact_id in role_ids(record)]
            return places
        if isinstance(record, Contact):
            return [(self.members, record.account_id)]
        if isinstance(record, Lead):
            return [(self.converted, record.conversion.contact_id)] if record.conversion else []
        return [(self.children, record.about)] if isinstance(record, Child) else []

    def deals_of(self, contact: Contact, *, primary: bool, role: bool, account: bool) -> Sequence[Deal]:
        """
        Give a contact's deals, each once.
        """
        found = self.deals_by_contact.get(contact.id, ()) if primary else ()
        if not role and not account:
            return found
        by_role = self.deals_by_role.get(contact.id, ()) if role else ()
        by_account = self.deals_by_account.get(contact.account_id, ()) if account else ()
        return tuple({deal.id: deal for deal in (*found, *by_role, *by_account)}.values())

    def twin(self) -> "Links":
        """
        Give an independent index of the same records.
        """
        twin = Links()
        for name in self.__slots__:
            setattr(twin, name, getattr(self, name).twin())
        return twin


def role_ids(deal: Deal) -> set[str]:
    """
    Give the ids of the contacts who take part in a deal besides its primary one.
    """
    return {other.contact_id for other in deal.contacts}
