"""
Who has a name: accounts by name and web domain, contacts by name within an account, people by e-mail address.

Names are compared by their fold, as a whole (CONV-3). A name alone never says who a person is (NET-6): a contact is
looked for by name only among those of one account.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeVar, cast
from urllib.parse import urlsplit

from leadmodel.directory.buckets import Buckets
from leadmodel.entities import Account, Contact, Entity, Lead, Person
from leadmodel.values import fold

P = TypeVar("P", bound=Person)


@lru_cache(maxsize=4_096)
def name_key(name: str) -> str:
    """
    Give the form under which two names count as one: folded, with single spaces.
    """
    return " ".join(fold(name).split())


@lru_cache(maxsize=4_096)
def web_domain(address: str) -> str:
    """
    Give the domain of an address on the web or of an e-mail address, in lower case and without "www."; "" is none.
    """
    text = address.strip().lower()
    if "@" in text and "/" not in text:
        return text.rpartition("@")[2]
    try:
        host = urlsplit(text if "://" in text or text.startswith("//") else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host else ""


class Names:
    """
    Accounts and people by what they are called, from the first time that is asked.
    """

    __slots__ = ("_accounts", "_addresses", "_contacts", "_domains")

    def __init__(self) -> None:
        self._accounts: Buckets[str, Account] | None = None
        self._domains: Buckets[str, Account] = Buckets()
        self._contacts: Buckets[tuple[str, str], Contact] | None = None
        #: Contacts, and leads that are not converted, apart: many of the one kind do not hide the few of the other.
        self._addresses: Buckets[tuple[type[Person], str], Person] | None = None

    def with_email(self, kind: type[P], address: str, known: Iterable[Person]) -> Sequence[P]:
        """
        Find the people of a type who have an e-mail address, in lower case; converted leads are left out.
        """
        if self._addresses is None:
            self._addresses = Buckets()
            for person in known:
                self._address(person, self._addresses.add)
        return cast("Sequence[P]", self._addresses.get((kind, address), ()))

    def _address(self, person: Entity, put: Callable[[tuple[type[Person], str], Person], None]) -> None:
        """
        Put a person in under each address, or take them out.
        """
        if isinstance(person, Contact) or (isinstance(person, Lead) and person.conversion is None):
            for key in {email.key for email in person.emails}:
                put((type(person), key), person)

    def accounts(self, key: str, known: Iterable[Account]) -> Sequence[Account]:
        """
        Find the accounts with a folded name; the first question goes through all that are *known* once.
        """
        return self._of_accounts(known).get(key, ())

    def accounts_at(self, domain: str, known: Iterable[Account]) -> Sequence[Account]:
        """
        Find the accounts whose website is at a domain.
        """
        self._of_accounts(known)
        return self._domains.get(domain, ())

    def _of_accounts(self, known: Iterable[Account]) -> Buckets[str, Account]:
        if self._accounts is None:
            self._accounts = Buckets()
            for account in known:
                self.add(account)
        return self._accounts

    def contacts(self, account_id: str, key: str, known: Iterable[Contact]) -> Sequence[Contact]:
        """
        Find the contacts of an account with a folded name.
        """
        if self._contacts is None:
            self._contacts = Buckets()
            for contact in known:
                self.add(contact)
        return self._contacts.get((account_id, key), ())

    def add(self, record: Entity) -> None:
        """
        Put a record in.
        """
        if self._addresses is not None:
            self._address(record, self._addresses.add)
        if isinstance(record, Account) and self._accounts is not None:
            self._accounts.add(name_key(record.name), record)
            if domain := web_domain(record.website):
                self._domains.add(domain, record)
        elif isinstance(record, Contact) and self._contacts is not None:
            self._contacts.add((record.account_id, person_key(record)), record)

    def take(self, record: Entity) -> None:
        """
        Take a record out.
        """
        if self._addresses is not None:
            self._address(record, self._addresses.take)
        if isinstance(record, Account) and self._accounts is not None:
            self._accounts.take(name_key(record.name), record)
            self._domains.take(web_domain(record.website), record)
        elif isinstance(record, Contact) and self._contacts is not None:
            self._contacts.take((record.account_id, person_key(record)), record)


def person_key(person: Person) -> str:
    """
    Give the form under which two persons' names count as one; "" is no name.
    """
    return name_key(person.name)
