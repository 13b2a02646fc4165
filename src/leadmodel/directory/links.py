"""
What belongs to whom: the deals of contacts and accounts, the contacts of accounts, what hangs on a record.

Rule:
    AUTH-8, AUTH-9.
"""

from collections.abc import Iterable, Sequence

from leadmodel.directory.buckets import Buckets
from leadmodel.entities import Activity, Contact, Deal, Entity, Lead, Note, Task
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
            if isinstance(record, Deal):
                if record.contact_id:
                    self.deals_by_contact.add(record.contact_id, record)
                if record.account_id:
                    self.deals_by_account.add(record.account_id, record)
                for contact_id in role_ids(record):
                    self.deals_by_role.add(contact_id, record)
            elif isinstance(record, Contact):
                if record.account_id:
                    self.members.add(record.account_id, record)
            elif isinstance(record, Lead):
                if record.conversion and record.conversion.contact_id:
                    self.converted.add(record.conversion.contact_id, record)
            elif isinstance(record, Child):
                self.children.add(record.about, record)

    def take(self, record: Entity) -> None:
        """
        Take a record out.
        """
        if isinstance(record, Deal):
            self.deals_by_contact.take(record.contact_id, record)
            self.deals_by_account.take(record.account_id, record)
            for contact_id in role_ids(record):
                self.deals_by_role.take(contact_id, record)
        elif isinstance(record, Contact):
            self.members.take(record.account_id, record)
        elif isinstance(record, Lead):
            if record.conversion:
                self.converted.take(record.conversion.contact_id, record)
        elif isinstance(record, Child):
            self.children.take(record.about, record)

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
    return {other.contact_id for other in deal.contacts} if deal.contacts else set()
