"""
Matching: which account and which contact a lead stands for.

The order is Zoho's: a contact that is linked already; e-mail addresses; the company against the names of accounts; the
name against those of the contacts of that account. What matches equally well twice is a problem that lists both, never
a choice. A profile or a web domain in common is shown, and decides nothing.

Rule:
    CONV-2, CONV-3, CONV-7.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, Generic, TypeVar

import attrs

from leadmodel.directory import Directory
from leadmodel.directory.names import name_key, web_domains
from leadmodel.display import counted
from leadmodel.entities import Account, Contact, Lead, Record
from leadmodel.errors import Problem, nearest, shown
from leadmodel.networks import NETWORKS
from leadmodel.rules.conversion.evidence import Evidence
from leadmodel.rules.conversion.policies import Attitude, Selling
from leadmodel.rules.conversion.requests import Match, New, Omit, Request, Use
from leadmodel.values import derived_id, type_name

R = TypeVar("R", bound=Record)

#: The roles under which ids are derived (CONV-10): an account that matching makes is known by its name, everything else
#: by its lead.
ACCOUNT_BY_NAME, ACCOUNT_BY_LEAD, CONTACT, DEAL = "account", "account of lead", "contact", "deal"


#: So many other leads are named.
_LISTED: Final = 5
#: Among so many records the nearest is looked for: it takes long, and in a batch it is asked for every lead.
_COMPARED: Final = 1_000


@attrs.define
class Chosen(Generic[R]):
    """
    What a conversion works with in one role: a record that is there, a new one, or none.
    """

    #: The record as it stands; None where it is new, or where there is none.
    record: R | None = None
    #: The id of a new one; "" where none is made.
    new_id: str = ""
    #: Why there is none.
    reason: str = ""

    @property
    def id(self) -> str:
        """
        The id of the record, there or new; "" where there is none.
        """
        return self.record.id if self.record else self.new_id


@attrs.define
class Matching:
    """
    The search for the account and the contact of one lead: what was found, why, and what stands in the way.
    """

    lead: Lead
    request: Request
    directory: Directory
    playbook: Selling
    account: Chosen[Account] = attrs.field(factory=Chosen)
    contact: Chosen[Contact] = attrs.field(factory=Chosen)
    #: Whether the contact leaves its account for the chosen one.
    moves_account: bool = False
    problems: list[Problem] = attrs.field(factory=list)
    evidence: list[Evidence] = attrs.field(factory=list)

    @classmethod
    def of(cls, lead: Lead, request: Request, directory: Directory, playbook: Selling) -> "Matching":
        """
        Search.
        """
        matching = cls(lead, request, directory, playbook)
        matching._find_contact()
        matching._find_account()
        matching._find_by_name()
        matching._agree()
        matching._notice()
        return matching

    def _say(self, said: str, rule: str, *records: Record, warning: bool = False) -> None:
        self.evidence.append(Evidence(said, rule, tuple(record.ref for record in records), warning))

    def _object(self, what: str, hint: str, field: str, rule: str, options: Iterable[str] = ()) -> None:
        self.problems.append(Problem(what=what, hint=hint, field=field, options=tuple(options), rule=rule))

    def _named(self, record_type: type[R], record_id: str, field: str, rule: str) -> R | None:
        """
        Give the record that somebody named by its id.
        """
        found = self.directory.get(record_type, record_id)
        if found is None:
            self.problems.append(unknown_id(self.directory, record_type, record_id, field, rule))
        return found

    # Contact

    def _find_contact(self) -> None:
        asked = self.request.contact
        if isinstance(asked, Use):
            self.contact.record = self._named(Contact, asked.id, "contact", "CONV-2")
            if self.contact.record:
                self._say(f"the contact {self.contact.record.label()} was named", "CONV-2", self.contact.record)
        elif isinstance(asked, Omit):
            self.contact.reason = "no contact was asked for"
        elif isinstance(asked, New):
            self._new_contact()
        elif self.lead.contact_id:
            self.contact.record = self._named(Contact, self.lead.contact_id, "contact_id", "CONV-3")
            if self.contact.record:
                said = f"the lead is linked to the contact {self.contact.record.label()}"
                self._say(said, "CONV-3", self.contact.record)
        elif not self.lead.name:
            self.contact.reason = "the lead names no person"
        else:
            self._match_email()

    def _new_contact(self) -> None:
        if not self.lead.name:
            self._object("the lead names no person", "give its last name, or make no contact", "contact", "CONV-2")
            return
        self._born_contact()
        known = self._with_same_email()
        if known:
            listed = ", ".join(contact.label() for contact in known)
            said = f"a new contact was asked for, and {listed} {_has(known)} the same e-mail address"
            if self.playbook.conversion.known_email is Attitude.REFUSE:
                refs = ", ".join(str(contact.ref) for contact in known)
                what = f"{counted(len(known), 'contact')} with the same e-mail address: {refs}"
                self._object(what, "use it: Match(), or Use(id)", "contact", "CONV-3", (each.id for each in known))
            else:
                self._say(said, "CONV-3", *known, warning=True)

    def _born_contact(self) -> None:
        self.contact.new_id = derived_id(self.playbook.namespace, CONTACT, self.lead.id)
        if self.directory.get(Contact, self.contact.new_id) is not None:
            self.problems.append(taken_id(Contact, self.contact.new_id))

    def _with_same_email(self) -> Sequence[Contact]:
        known = self.directory.people_with_email
        found = (contact for email in self.lead.emails for contact in known(Contact, email.key))
        return tuple({contact.id: contact for contact in found}.values())

    def _match_email(self) -> None:
        known = self._with_same_email()
        if len(known) == 1:
            self.contact.record = known[0]
            shared = {email.key for email in known[0].emails}
            address = next(email for email in self.lead.emails if email.key in shared)
            self._say(f"the contact {known[0].label()} has the e-mail address {address}", "CONV-3", known[0])
        elif known:
            self._ambiguous(known, "the e-mail address", "contact")

    def _ambiguous(self, several: Sequence[Record], what: str, field: str) -> None:
        known = sorted(several, key=lambda each: each.id)
        listed = ", ".join(f"{shown(each.label())} ({each.ref})" for each in known)
        if isinstance(known[0], Contact):
            listed = ", ".join(str(each.ref) for each in known)  # names are personal
        hint = "merge them, or name one: Use(id)"
        said = f"{what} fits {len(known)} {field}s equally: {listed}"
        self._object(said, hint, field, "CONV-3", (each.id for each in known))

    # Account

    def _find_account(self) -> None:
        asked, company = self.request.account, self.lead.company
        if isinstance(asked, Use):
            self.account.record = self._named(Account, asked.id, "account", "CONV-2")
            if self.account.record:
                self._say(f"the account {self.account.record.name} was named", "CONV-2", self.account.record)
        elif isinstance(asked, Omit):
            self.account.reason = "no account was asked for"
        elif isinstance(asked, New) and not company:
            self._object("the lead names no company", "give one, or make no account", "account", "CONV-2")
        elif isinstance(asked, New):
            self.account.new_id = self._free_account_id(by_name=False)
            for known in self.directory.accounts_named(company):
                said = f"a new account was asked for, and {known.name} has the name of the company"
                self._say(said, "CONV-3", known, warning=True)
        elif not company:
            self.account.reason = "the lead names no company"
        else:
            self._match_company(company)

    def _match_company(self, company: str) -> None:
        own = self._account_of_contact()
        if own is not None and name_key(own.name) == name_key(company):
            self.account.record = own
            self._say(f"the contact is at the account {own.name}", "CONV-3", own)
            return
        known = self.directory.accounts_named(company)
        if len(known) == 1:
            self.account.record = known[0]
            self._say(f"the account {known[0].name} has the name of the company", "CONV-3", known[0])
        elif known:
            self._ambiguous(known, "the company's name", "account")
        else:
            self.account.new_id = self._free_account_id(by_name=True)

    def _account_of_contact(self) -> Account | None:
        contact = self.contact.record
        return self.directory.get(Account, contact.account_id) if contact and contact.account_id else None

    def _free_account_id(self, *, by_name: bool) -> str:
        """
        Derive the id of a new account: by its name, so that everybody who makes it makes the same one.

        Where that id is on record under another name, and where a new one is asked for, it is derived by the lead.
        """
        namespace = self.playbook.namespace
        if by_name:
            account_id = derived_id(namespace, ACCOUNT_BY_NAME, name_key(self.lead.company))
            if self.directory.get(Account, account_id) is None:
                return account_id
        account_id = derived_id(namespace, ACCOUNT_BY_LEAD, self.lead.id)
        if self.directory.get(Account, account_id) is not None:
            self.problems.append(taken_id(Account, account_id))
        return account_id

    # Both

    def _find_by_name(self) -> None:
        """
        Look for the person by name among the contacts of the account, where nothing better was found.
        """
        chosen = self.contact
        if chosen.id or chosen.reason or self.problems or not isinstance(self.request.contact, Match):
            return
        account = self.account.record
        known = self.directory.contacts_named(self.lead.name, account) if account else ()
        if len(known) == 1:
            chosen.record = known[0]
            said = f"the contact {known[0].label()} at {account.name if account else ''} has the name of the lead"
            self._say(said, "CONV-3", known[0])
        elif known:
            self._ambiguous(known, "the name within the account", "contact")
        else:
            self._born_contact()

    def _agree(self) -> None:
        """
        See that contact and account belong together (CONV-7).
        """
        contact = self.contact.record
        if contact is None or not contact.account_id:
            return
        asked = self.request.contact
        replace = isinstance(asked, (Match, Use)) and asked.replace_account
        own = self._account_of_contact()
        if own is None and not (replace and self.account.id):
            what = f"account {shown(contact.account_id)}, at which {contact.ref} is, is not on record"
            hint = "correct the contact, or let it leave: replace_account=True"
            self._object(what, hint, "account", "CONV-7")
        elif self.account.id and self.account.id != contact.account_id:
            if replace:
                self.moves_account = True
                said = f"the contact {contact.label()} leaves {own.name if own else 'an account that is gone'}"
                self._say(said, "CONV-7", contact, warning=True)
            else:
                what = f"{contact.ref} is at another account, {own.ref if own else contact.account_id}"
                hint = (
                    "use that one: account=Use(id); make none: Omit(); or let the contact leave: replace_account=True"
                )
                self._object(what, hint, "account", "CONV-7", (contact.account_id,))

    # What decides nothing

    def _notice(self) -> None:
        """
        Note who else looks like the lead, without deciding anything by it.
        """
        chosen = (self.contact.record, self.account.record)
        for profile in self.lead.profiles:
            for holder in self.directory.matching(profile.identity)[0]:
                if not isinstance(holder, Lead) and holder not in chosen:
                    network = NETWORKS[profile.network].label if profile.network in NETWORKS else profile.network
                    said = f"the {type_name(type(holder))} {holder.label()} has the same profile on {network}"
                    self._say(f"{said}; that decides nothing", "CONV-3", holder, warning=True)
        if self.account.new_id:
            for domain in dict.fromkeys(web_domains(self.lead)):
                for account in self.directory.accounts_at(domain):
                    said = f"the account {account.name} is at {domain} too; that decides nothing"
                    self._say(said, "CONV-3", account, warning=True)
        others = tuple(islice(self._other_leads(), _LISTED + 1))
        if others:
            more = len(others) > _LISTED
            number = f"more than {_LISTED} other leads" if more else counted(len(others), "other lead")
            listed = ", ".join(lead.label() for lead in others[:_LISTED]) + (", …" if more else "")
            said = f"{number} with the same e-mail address: {listed}; merge them first"
            self._say(said, "DUP-1", *others[:_LISTED], warning=True)

    def _other_leads(self) -> Iterator[Lead]:
        """
        Give the other leads that share an e-mail address, each once.
        """
        seen = {self.lead.id}
        for email in self.lead.emails:
            for lead in self.directory.people_with_email(Lead, email.key):
                if lead.id not in seen:
                    seen.add(lead.id)
                    yield lead


def unknown_id(directory: Directory, record_type: type[Record], record_id: str, field: str, rule: str) -> Problem:
    """
    Say that somebody named a record that is not there; among few, the nearest is offered.
    """
    name, known = type_name(record_type), directory.all(record_type)
    near = nearest(record_id, (record.id for record in known)) if len(known) <= _COMPARED else ""
    hint = f"did you mean {shown(near)}?" if near else "name one that is on record"
    return Problem(what=f"there is no {name} {shown(record_id)}", hint=hint, field=field, rule=rule)


def taken_id(record_type: type[Record], record_id: str) -> Problem:
    """
    Say that the record that a lead would become is there already.
    """
    name = type_name(record_type)
    what = f"the {name} that the lead would become is on record: {name} {record_id}"
    return Problem(what=what, hint=f"use it: Use({record_id!r})", field=name, rule="CONV-10")


def _has(known: Sequence[Record]) -> str:
    return "has" if len(known) == 1 else "have"
