"""Matching: which account and which contact a lead stands for, and what is shown and decides nothing."""

from typing import Any, Final

import attrs
import pytest

from leadmodel import Account, Contact, Lead, Match, New, Omit, Profile, Ref, Use
from tests.conversion.making import (
    ACME,
    ADA,
    book,
    convert,
    faults,
    lead,
    plan,
    reasons,
    refusal,
    warnings,
)

#: Ada again, with the same e-mail address.
TWIN: Final = attrs.evolve(ADA, id="c2")
MAIL: Final = "ada@acme.example"


def ids(made: Any) -> tuple[str, str]:  # noqa: ANN401  (a plan)
    """Give the ids of the contact and the account."""
    return made.contact.id if made.contact else "", made.account.id if made.account else ""


# ---------------------------------------------------------------- contacts


def test_linked_contact_comes_first() -> None:
    """Whatever its e-mail addresses and its name (LEAD-6)."""
    made = plan(lead(contact_id="c9", emails=[MAIL]), ADA, Contact(id="c9", last_name="Gale"))

    assert made.contact is not None
    assert made.contact.id == "c9"
    assert reasons(made) == ["the lead is linked to the contact Gale"]


def test_link_to_nobody_is_a_problem() -> None:
    """It is not passed over in silence; the nearest is named."""
    made = plan(lead(contact_id="contact-1", emails=[MAIL]), ADA, Contact(id="contact-10", last_name="Gale"))

    assert faults(made) == [("contact_id", "CONV-3")]
    assert made.problems[0].hint == "did you mean 'contact-10'?"


def test_contact_with_the_same_e_mail_is_used() -> None:
    """Case does not count, and neither do the other addresses of both."""
    made = plan(lead(emails=["new@acme.example", "ADA@acme.example"]), ADA)

    assert made.contact is not None
    assert made.contact.id == "c1"
    assert reasons(made) == ["the contact Ada Vale has the e-mail address ADA@acme.example"]


def test_contact_with_two_of_the_addresses_is_one_contact() -> None:
    """It matches twice, and is no two candidates."""
    there = attrs.evolve(ADA, emails=[MAIL, "vale@acme.example"])
    made = plan(lead(emails=[MAIL, "vale@acme.example"]), there)

    assert made.problems == ()
    assert made.contact is not None
    assert made.contact.id == "c1"


def test_contacts_with_the_same_e_mail_are_listed() -> None:
    """There is no choice between equals."""
    made = plan(lead(emails=[MAIL]), ADA, TWIN)
    (problem,) = made.problems

    assert (problem.field, problem.rule, problem.options) == ("contact", "CONV-3", ("c1", "c2"))
    assert problem.what == "the e-mail address fits 2 contacts equally: contact c1, contact c2"
    assert problem.hint == "merge them, or name one: Use(id)"


def test_two_addresses_of_two_contacts_are_ambiguous() -> None:
    """Each fits as well as the other."""
    other = Contact(id="c2", last_name="Gale", emails=["gale@acme.example"])
    made = plan(lead(emails=[MAIL, "gale@acme.example"]), ADA, other)

    assert made.problems[0].options == ("c1", "c2")


def test_contact_named_settles_an_ambiguity() -> None:
    """The caller knows which."""
    assert ids(plan(lead(emails=[MAIL]), ADA, TWIN, contact=Use("c2"), account=Omit())) == ("c2", "")


def test_name_is_looked_for_within_the_account() -> None:
    """Folded, and among the contacts of that account alone."""
    here = Contact(id="c5", first_name="ADA", last_name="vale", account_id="a1")
    elsewhere = Contact(id="c6", first_name="Ada", last_name="Vale")
    made = plan(lead(), ACME, here, elsewhere)

    assert ids(made) == ("c5", "a1")
    assert reasons(made) == [
        "the account Acme Mills has the name of the company",
        "the contact ADA vale at Acme Mills has the name of the lead",
    ]


def test_name_alone_is_no_identity() -> None:
    """A namesake who is not at the account is somebody else (NET-6)."""
    made = plan(lead(), ACME, Contact(id="c6", first_name="Ada", last_name="Vale"))

    assert made.contact is not None
    assert made.contact.id != "c6"


def test_e_mail_comes_before_the_name() -> None:
    """The namesake at the account is not even a candidate."""
    namesake = Contact(id="c5", first_name="Ada", last_name="Vale", account_id="a1")
    made = plan(lead(emails=[MAIL]), ACME, namesake, ADA)

    assert ids(made) == ("c1", "a1")


def test_namesakes_within_the_account_are_listed() -> None:
    """There is no choice between equals."""
    here = [Contact(id=f"c{n}", first_name="Ada", last_name="Vale", account_id="a1") for n in (5, 6)]
    made = plan(lead(), ACME, *here)

    assert made.problems[0].what == "the name within the account fits 2 contacts equally: contact c5, contact c6"
    assert faults(made) == [("contact", "CONV-3")]


def test_shared_phone_is_no_identity() -> None:
    """A switchboard is everybody's."""
    there = Contact(id="c5", last_name="Gale", phones=["+44 20 7946 0001"])
    made = plan(lead(phones=["+44 20 7946 0001"]), there)

    assert made.contact is not None
    assert made.contact.id != "c5"


def test_person_without_a_name_is_not_looked_for() -> None:
    """A company's lead makes no contact, even where its e-mail address is somebody's."""
    made = plan(Lead(id="l1", company="Acme Mills", emails=[MAIL]), ADA)

    assert made.contact is None


def test_unknown_contact_and_account_are_problems() -> None:
    """The nearest are named."""
    made = plan(
        lead(), attrs.evolve(ADA, id="contact-10"), attrs.evolve(ACME, id="account-10"), contact=Use("contact-1"),
        account=Use("account-1"),
    )  # fmt: skip

    assert [(problem.field, problem.hint) for problem in made.problems] == [
        ("contact", "did you mean 'contact-10'?"), ("account", "did you mean 'account-10'?"),
    ]  # fmt: skip


# ---------------------------------------------------------------- a new contact with a known e-mail


def test_new_contact_with_a_known_e_mail_is_warned_about() -> None:
    """One more Ada is made, and the others are named."""
    made = plan(lead(emails=[MAIL]), ADA, TWIN, contact=New())

    assert made.contact is not None
    assert made.contact.id not in {"c1", "c2"}
    assert warnings(made) == [
        "a new contact was asked for, and Ada Vale, Ada Vale have the same e-mail address"
    ]  # fmt: skip
    assert [each.refs for each in made.evidence if each.warning] == [(Ref(Contact, "c1"), Ref(Contact, "c2"))]


def test_one_contact_with_a_known_e_mail_has_it() -> None:
    """The sentence agrees with the number."""
    assert warnings(plan(lead(emails=[MAIL]), ADA, contact=New())) == [
        "a new contact was asked for, and Ada Vale has the same e-mail address"
    ]


def test_policy_refuses_a_new_contact_with_a_known_e_mail() -> None:
    """Then the ones that there are must be used."""
    made = plan(lead(emails=[MAIL]), ADA, contact=New(), playbook=book(known_email="refuse"))

    assert [(p.field, p.rule, p.options) for p in made.problems] == [("contact", "CONV-3", ("c1",))]


def test_new_contact_with_an_e_mail_that_nobody_has_is_no_matter() -> None:
    """Neither warned about nor refused."""
    made = plan(lead(emails=["new@acme.example"]), ADA, contact=New(), playbook=book(known_email="refuse"))

    assert (made.problems, warnings(made)) == ((), [])


# ---------------------------------------------------------------- accounts


@pytest.mark.parametrize("company", ["Acme Mills", "ACME MILLS", " acme   mills ", "Ａcme Mills"])
def test_company_is_compared_by_its_fold(company: str) -> None:
    """Case, width and spaces do not count."""
    made = plan(lead(company=company), ACME)

    assert made.account is not None
    assert made.account.id == "a1"


@pytest.mark.parametrize("company", ["Acme", "Acme Mills Ltd", "Acme-Mills"])
def test_company_is_compared_as_a_whole(company: str) -> None:
    """Legal forms and parts are other names."""
    made = plan(lead(company=company), ACME)

    assert made.account is not None
    assert made.account.id != "a1"


def test_accounts_of_one_name_are_listed() -> None:
    """By name and id: a company is no personal matter."""
    made = plan(lead(), ACME, Account(id="a2", name="ACME mills"))
    (problem,) = made.problems

    assert (problem.field, problem.rule, problem.options) == ("account", "CONV-3", ("a1", "a2"))
    assert problem.what == (
        "the company's name fits 2 accounts equally: 'Acme Mills' (account a1), 'ACME mills' (account a2)"
    )


def test_account_of_the_contact_settles_the_name() -> None:
    """Of two accounts of the lead's company, the contact's own is meant."""
    there = attrs.evolve(ADA, account_id="a2")
    made = plan(lead(emails=[MAIL]), ACME, Account(id="a2", name="ACME mills"), there)

    assert (made.problems, ids(made)) == ((), ("c1", "a2"))
    assert "the contact is at the account ACME mills" in reasons(made)


def test_account_and_contact_both_ambiguous_are_both_told() -> None:
    """All problems together (CONV-13)."""
    made = plan(lead(emails=[MAIL]), ADA, TWIN, ACME, Account(id="a2", name="ACME mills"))

    assert faults(made) == [("contact", "CONV-3"), ("account", "CONV-3")]


# ---------------------------------------------------------------- together


def test_contact_at_another_account_is_a_problem() -> None:
    """The lead's company says otherwise."""
    there = attrs.evolve(ADA, account_id="a9")
    error = refusal(lead(emails=[MAIL]), there, Account(id="a9", name="Gale"))

    assert faults(error) == [("account", "CONV-7")]
    assert error.problems[0].what == "contact c1 is at another account, account a9"
    assert error.problems[0].options == ("a9",)


@pytest.mark.parametrize("choice", [Match(replace_account=True), Use("c1", replace_account=True)])
def test_contact_leaves_its_account_where_that_was_chosen(choice: Any) -> None:  # noqa: ANN401
    """Replacing is explicit, and shown as a warning."""
    there = attrs.evolve(ADA, account_id="a9")
    made = plan(lead(emails=[MAIL]), there, Account(id="a9", name="Gale"), ACME, contact=choice)

    assert made.contact == attrs.evolve(there, account_id="a1")
    assert warnings(made) == ["the contact Ada Vale leaves Gale"]


def test_contact_stays_where_no_account_was_asked_for() -> None:
    """Omit() is one way out of the conflict."""
    there = attrs.evolve(ADA, account_id="a9")
    made = plan(lead(emails=[MAIL]), there, Account(id="a9", name="Gale"), account=Omit())

    assert (made.problems, made.contact) == ((), there)


def test_contact_stays_where_its_own_account_is_named() -> None:
    """Use(id) is another."""
    there = attrs.evolve(ADA, account_id="a9")
    made = plan(lead(emails=[MAIL]), there, Account(id="a9", name="Gale"), account=Use("a9"))

    assert (made.problems, ids(made)) == ((), ("c1", "a9"))


def test_contact_without_account_gets_the_leads() -> None:
    """A blank is filled."""
    done = convert(lead(emails=[MAIL]), ADA, ACME)

    assert done.contact == attrs.evolve(ADA, account_id="a1")


def test_contact_at_an_account_that_is_gone_is_a_problem() -> None:
    """Whoever it was, the data does not hold together."""
    there = attrs.evolve(ADA, account_id="gone")

    for how in ({}, {"account": Omit()}, {"account": Omit(), "contact": Match(replace_account=True)}):
        assert faults(plan(lead(emails=[MAIL]), there, **how)) == [("account", "CONV-7")]


def test_contact_may_leave_an_account_that_is_gone() -> None:
    """Replacing mends it."""
    there = attrs.evolve(ADA, account_id="gone")
    made = plan(lead(emails=[MAIL]), there, ACME, contact=Match(replace_account=True))

    assert made.contact == attrs.evolve(ADA, account_id="a1")
    assert warnings(made) == ["the contact Ada Vale leaves an account that is gone"]


# ---------------------------------------------------------------- what decides nothing


def test_same_profile_is_shown_and_decides_nothing() -> None:
    """Of contacts and accounts; not of the lead itself."""
    shared = Profile("x", "adavale")
    there = [Contact(id="c5", last_name="Gale", profiles=[shared]), Account(id="a5", name="Gale", profiles=[shared])]
    made = plan(lead(profiles=[shared]), *there, Lead(id="l9", last_name="Dale", profiles=[shared]))

    assert sorted(warnings(made)) == [
        "the account Gale has the same profile on X; that decides nothing",
        "the contact Gale has the same profile on X; that decides nothing",
    ]
    assert not {"c5", "a5"}.intersection(ids(made))


def test_profile_on_a_network_without_a_name_is_shown_by_its_key() -> None:
    """Organisations may have networks of their own."""
    there = Contact(id="c5", last_name="Gale", profiles=[Profile("millnet", "adavale")])

    assert warnings(plan(lead(profiles=[Profile("millnet", "adavale")]), there)) == [
        "the contact Gale has the same profile on millnet; that decides nothing"
    ]


def test_profile_of_the_chosen_contact_is_no_news() -> None:
    """Nothing is to be minded."""
    there = attrs.evolve(ADA, profiles=[Profile("x", "adavale")])

    assert warnings(plan(lead(emails=[MAIL], profiles=[Profile("x", "adavale")]), there)) == []


@pytest.mark.parametrize("facts", [{"website": "https://www.acme.example/mill"}, {"emails": ["new@acme.example"]}])
def test_same_web_domain_is_shown_and_decides_nothing(facts: dict[str, Any]) -> None:
    """It may be another name of the same company."""
    there = Account(id="a5", name="Acme Group", website="http://acme.example")
    made = plan(lead(**facts), there)

    assert warnings(made) == ["the account Acme Group is at acme.example too; that decides nothing"]
    assert made.account is not None
    assert made.account.id != "a5"


def test_web_domain_is_no_matter_where_the_account_is_there() -> None:
    """Then it is known which one is meant."""
    there = Account(id="a5", name="Acme Group", website="http://acme.example")

    assert warnings(plan(lead(website="acme.example"), ACME, there)) == []


def test_other_leads_with_the_same_e_mail_are_recommended_for_merging() -> None:
    """Those that were converted are no longer open (DUP-1)."""
    done = convert(lead(id="l5", emails=[MAIL]), contact=New()).lead
    others = [lead(id="l2", emails=[MAIL]), lead(id="l3", emails=[MAIL])]
    made = plan(lead(emails=[MAIL]), *others, done)
    (found,) = [each for each in made.evidence if each.rule == "DUP-1"]

    assert found.said.startswith("2 other leads with the same e-mail address: Ada Vale, Acme Mills, Ada Vale")
    assert (found.refs, found.warning) == ((Ref(Lead, "l2"), Ref(Lead, "l3")), True)
    assert str(found) == found.said


@pytest.mark.parametrize(("number", "said"), [(5, "5 other leads with"), (6, "more than 5 other leads with")])
def test_of_very_many_other_leads_some_are_named(number: int, said: str) -> None:
    """A shared address, such as that of an office, fills no page."""
    others = [lead(id=f"m{each}", emails=[MAIL, "second@vale.example"]) for each in range(number)]
    made = plan(lead(emails=[MAIL, "second@vale.example"]), *others)
    (found,) = [each for each in made.evidence if each.rule == "DUP-1"]

    assert found.said.startswith(said)
    assert found.refs == tuple(Ref(Lead, f"m{each}") for each in range(5))
    assert (", …;" in found.said) is (number > 5)
