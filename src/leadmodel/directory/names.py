"""
Who has a name: accounts by name and web domain, contacts by name within an account.

Names are compared by their fold, as a whole (CONV-3). A name alone never says who a person is (NET-6): a contact is
looked for by name only among those of one account.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from leadmodel.directory.buckets import Buckets
from leadmodel.entities import Account, Contact, Entity, Lead, Person
from leadmodel.values import fold


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


def web_domains(lead: Lead) -> Iterator[str]:
    """
    Give the domains that a lead's company may be at: those of its website and of the lead's e-mail addresses.
    """
    for address in (lead.website, *(email.key for email in lead.emails)):
        if domain := web_domain(address):
            yield domain


class Names:
    """
    Accounts and contacts by what they are called, from the first time that is asked.
    """

    __slots__ = ("_accounts", "_contacts", "_domains")

    def __init__(self) -> None:
        self._accounts: Buckets[str, Account] | None = None
        self._domains: Buckets[str, Account] = Buckets()
        self._contacts: Buckets[tuple[str, str], Contact] | None = None

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
