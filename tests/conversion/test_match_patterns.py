"""Every pattern of up to two candidates in each place where a match is looked for, against a second opinion."""

from itertools import product
from typing import Final, NamedTuple

from leadmodel import Account, Contact, Lead
from tests.conversion.making import plan


class Pattern(NamedTuple):
    """How many candidates there are: what a contact shares with the lead, and where it works."""

    #: Whether the lead is linked to a contact: not at all, to one that is there, to one that is not.
    link: str
    #: Contacts with the lead's e-mail address, without account.
    mails: int
    #: Accounts with the lead's company's name.
    companies: int
    #: Namesakes of the lead at the first of these.
    names: int
    #: Where the linked contact and the first with the e-mail address work.
    works: str


LINKS: Final = ("none", "there", "gone")
WORKS: Final = ("nowhere", "first", "elsewhere", "gone")
PATTERNS: Final = [
    Pattern(*each) for each in product(LINKS, range(3), range(3), range(3), WORKS) if each[2] or not each[3]
]  # fmt: skip


def records(pattern: Pattern) -> tuple[Lead, list[Account], list[Contact]]:
    """Make the records of a pattern; names are spelt in as many ways as there are candidates."""
    at = {"nowhere": "", "first": "a0", "elsewhere": "other", "gone": "lost"}[pattern.works]
    spellings = ("Acme Mills", "ACME mills")[: pattern.companies]
    companies = [Account(id=f"a{n}", name=name) for n, name in enumerate(spellings)]
    contacts = [
        Contact(id=f"m{n}", last_name="Mail", emails=["ada@acme.example"], account_id="" if n else at)
        for n in range(pattern.mails)
    ]
    contacts += [Contact(id=f"n{n}", first_name="ada", last_name="VALE", account_id="a0") for n in range(pattern.names)]
    if pattern.link == "there":
        contacts.append(Contact(id="linked", last_name="Linked", account_id=at))
    subject = Lead(
        id="l1", first_name="Ada", last_name="Vale", company="Acme Mills", emails=["ada@acme.example"],
        contact_id="" if pattern.link == "none" else "linked",
    )  # fmt: skip
    return subject, [*companies, Account(id="other", name="Other")], contacts


def opinion(pattern: Pattern) -> tuple[str, str] | set[str]:
    """
    Say who is meant, ("new" where nobody is), or which of contact and account are in question.

    Written from the rules (CONV-3, CONV-7) alone, case by case over the numbers.
    """
    linked, mailed = pattern.link == "there", pattern.link == "none" and pattern.mails == 1
    works = pattern.works if linked or mailed else "nowhere"
    if works == "first" and not pattern.companies:
        works = "gone"  # nothing stands under that id
    wrong = set()
    if pattern.link == "gone":
        wrong.add("contact_id")
    if pattern.link == "none" and pattern.mails == 2:
        wrong.add("contact")
    if pattern.companies == 2 and works != "first":
        wrong.add("account")
    if works in {"elsewhere", "gone"}:
        wrong.add("account")
    by_name = pattern.link == "none" and pattern.mails == 0 and pattern.companies > 0
    if by_name and not wrong and pattern.names == 2:
        wrong.add("contact")
    if wrong:
        return wrong
    named = "n0" if by_name and pattern.names == 1 else "new"
    contact = "linked" if linked else "m0" if mailed else named
    return contact, "a0" if pattern.companies else "new"


def test_every_pattern_is_matched_as_the_rules_say() -> None:
    """Linked contact, e-mail, company, name within the account; equals are a problem, and so is another account."""
    wrong = []
    for pattern in PATTERNS:
        subject, accounts, contacts = records(pattern)
        made = plan(subject, *accounts, *contacts)
        there = {record.id for record in (*accounts, *contacts)}
        answer: tuple[str, str] | set[str] = {problem.field for problem in made.problems}
        if made:
            assert made.contact is not None
            assert made.account is not None
            answer = tuple(record.id if record.id in there else "new" for record in (made.contact, made.account))
        if answer != opinion(pattern):
            wrong.append((pattern, answer, opinion(pattern)))

    assert wrong == []
    assert len(PATTERNS) == 3 * 3 * 7 * 4


def test_patterns_come_to_every_outcome() -> None:
    """None of the answers is a dead letter."""
    outcomes = {each if isinstance(each := opinion(pattern), tuple) else frozenset(each) for pattern in PATTERNS}
    contacts, accounts = ("linked", "m0", "n0", "new"), ("a0", "new")

    assert {each for each in outcomes if isinstance(each, tuple)} == {*product(contacts, accounts)} - {("n0", "new")}
    assert {each for each in outcomes if isinstance(each, frozenset)} == {
        frozenset(each) for each in (
            ("account",), ("contact",), ("contact_id",), ("account", "contact"), ("account", "contact_id"),
        )
    }  # fmt: skip
