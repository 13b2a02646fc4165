"""
The acceptance scenarios of conversion, each under its tag; where no clock is given, it is noon.

Merging (CV-15, CV-17, CV-21) comes later, and tenants (CV-11) are a store's. Of CV-03, the recommendation is here.
"""

from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    Activity,
    Address,
    AlreadyConverted,
    CannotMove,
    ChildRow,
    Contact,
    ConversionRules,
    CustomField,
    Deal,
    InvalidEdit,
    InvalidRecord,
    Lead,
    MappingRow,
    Money,
    New,
    NewDeal,
    Note,
    Ref,
    Target,
    Use,
    convert_lead,
    create,
    disqualify_lead,
    edit,
    move_lead,
    new_deal,
    new_lead,
    qualify_lead,
    revert,
)
from tests.conversion.making import (
    BOOK,
    DAY,
    HOUR,
    NOON,
    book,
    convert,
    faults,
    lead,
    plan,
    reasons,
    refusal,
    ruled,
    treatments,
    warnings,
    world,
)

#: The lead of most scenarios, and two contacts.
AMY: Final = Lead(
    id="l1", first_name="Amy", last_name="Wong", emails=["amy.wong@test.example"], phones=["+1 202 555 9999"],
    language="fr", owner_id="leads-rep", status="Not Contacted", custom={"team": "t1"},
)  # fmt: skip
FRY: Final = Contact(id="c1", first_name="Philip", last_name="Fry")
LEELA: Final = Contact(id="c2", first_name="Turanga", last_name="Leela", emails=["leela@test.example"], language="en")

#: What the organisation keeps in fields of its own goes to the contact and the deal.
TEAMS: Final = ruled(
    ConversionRules(
        custom=[
            MappingRow(f"custom.{name}", [Target(Contact, f"custom.{name}"), Target(Deal, f"custom.{name}")])
            for name in ("team", "assigned_at", "assignees")
        ]
    )
)


def test_cv_01_contact_is_found_by_e_mail_in_any_spelling() -> None:
    """A display name around the address and its case do not count."""
    known = Contact(id="c9", last_name="Wong", emails=['"Amy, PhD" <AMY.WONG@test.example>'])
    made = plan(AMY, known, FRY, LEELA)

    assert made.contact is not None
    assert made.contact.id == "c9"
    assert reasons(made) == ["the contact Wong has the e-mail address amy.wong@test.example"]


def test_cv_03_live_duplicate_is_recommended_for_merging() -> None:
    """The recommendation has its evidence, and nothing is chosen by it; an explicit choice is kept."""
    known = Contact(id="c9", last_name="Wong", emails=["amy.wong@test.example"])
    twin = attrs.evolve(AMY, id="l2", last_name="Wong (again)")
    usual, chosen = plan(AMY, twin, known), plan(AMY, twin, known, contact=New())

    for made in (usual, chosen):
        (found,) = [each for each in made.evidence if each.refs == (Ref(Lead, "l2"),)]
        assert found.said == "1 other lead with the same e-mail address: Amy Wong (again); merge them first"
        assert (found.rule, found.warning) == ("DUP-1", True)
    assert usual.contact is not None
    assert chosen.contact is not None
    assert (usual.contact.id, [type(record) for record in chosen.changes.created]) == ("c9", [Contact])


def test_cv_05_converted_lead_is_refused() -> None:
    """It has become somebody already."""
    done = convert(AMY).lead

    assert isinstance(refusal(done, LEELA, contact=Use("c2")), AlreadyConverted)


def test_cv_05_unqualified_lead_converts_with_a_warning_unless_policy_bars_it() -> None:
    """A lost lead is not lost for ever."""
    lost = attrs.evolve(AMY, status="Lost Lead")

    assert warnings(plan(lost)) == ["the lead is unqualified: Lost Lead"]
    assert faults(plan(lost, playbook=book(unqualified="refuse"))) == [("status", "CONV-14")]


def test_cv_07_team_is_carried_by_the_users_map_and_the_owner_stays() -> None:
    """A team is a field of the organisation's own."""
    done = convert(AMY, playbook=TEAMS, deal=NewDeal())

    assert done.contact is not None
    assert done.deal is not None
    assert (done.contact.custom, done.deal.custom) == ({"team": "t1"}, {"team": "t1"})
    assert (done.contact.owner_id, done.deal.owner_id) == ("leads-rep", "leads-rep")


def test_cv_09_linked_contact_is_the_target_and_on_the_deal() -> None:
    """Whatever its e-mail address."""
    done = convert(attrs.evolve(AMY, contact_id="c1"), FRY, LEELA, deal=NewDeal())

    assert done.deal is not None
    assert done.deal.contact_id == "c1"
    assert done.contact == attrs.evolve(
        FRY, emails=AMY.emails, phones=AMY.phones, language="fr", owner_id="leads-rep"
    )  # fmt: skip


def test_cv_13_language_is_carried_as_it_is() -> None:
    """Whether anybody still uses it is the host's matter."""
    done = convert(attrs.evolve(AMY, language="en_ZZ"))

    assert done.contact is not None
    assert done.contact.language == "en_ZZ"


def test_cv_19_instant_of_an_own_field_survives() -> None:
    """When the lead was first assigned, and by whom it is looked after."""
    since = NOON - 60 * DAY
    done = convert(attrs.evolve(AMY, custom={"assigned_at": since}), playbook=TEAMS, deal=NewDeal())

    assert done.deal is not None
    assert (done.deal.custom, done.deal.owner_id, done.lead.custom) == (
        {"assigned_at": since}, "leads-rep", {"assigned_at": since},
    )  # fmt: skip


def test_cv_23_full_conversion_makes_contact_account_and_deal() -> None:
    """The deal has the contact, the account has the revenue, and the lead knows them all."""
    subject = Lead(
        id="l1", first_name="Deal", last_name="Maker", emails=["dealmaker@deal.example"], phones=["+1234567890"],
        company="Deal Corp", annual_revenue=Money("500000", "USD"),
    )  # fmt: skip
    done = convert(subject, deal=NewDeal())

    assert done.contact is not None
    assert done.account is not None
    assert done.deal is not None
    assert (str(done.contact.emails[0]), done.contact.name) == ("dealmaker@deal.example", "Deal Maker")
    assert (done.account.name, done.account.annual_revenue) == ("Deal Corp", Money("500000", "USD"))
    assert (done.deal.contact_id, done.deal.account_id) == (done.contact.id, done.account.id)
    became = done.lead.conversion
    assert became is not None
    assert (became.contact_id, became.account_id, became.deal_id) == (done.contact.id, done.account.id, done.deal.id)


def test_cv_25_named_records_beat_matching() -> None:
    """No account of the lead's company is made."""
    subject = lead(company="Should Be Replaced", emails=["lead@api.example"])
    api = [Contact(id="c5", last_name="Api", emails=["contact@api.example"]), Account(id="a5", name="Api Org Ltd")]
    done = convert(subject, *api, contact=Use("c5"), account=Use("a5"), deal=NewDeal())

    assert done.deal is not None
    assert (done.deal.contact_id, done.deal.account_id) == ("c5", "a5")
    assert [type(record) for record in done.changes.created] == [Deal]


def test_cv_27_new_contact_with_a_known_e_mail() -> None:
    """`Match()` uses the one that is there, `New()` warns, and a policy refuses."""
    known = Contact(id="c5", last_name="Gale", emails=["existing@test.example"])
    subject = lead(company="", emails=["existing@test.example"])
    matched, new = plan(subject, known), plan(subject, known, contact=New())

    assert matched.contact is not None
    assert matched.contact.id == "c5"
    assert new.contact is not None
    assert (new.contact.id != "c5", len(warnings(new))) == (True, 1)
    assert faults(refusal(subject, known, contact=New(), playbook=book(known_email="refuse"))) == [
        ("contact", "CONV-3")
    ]


def test_cv_29_values_go_where_they_belong() -> None:
    """Website and revenue to the account, title and names to the contact, none onto the deal."""
    subject = lead(website="https://copytest.example", annual_revenue=Money("750000", "USD"), title="CEO")
    made = plan(subject, deal=NewDeal())

    for field, target in {
        "website": Account,
        "annual_revenue": Account,
        "title": Contact,
        "first_name": Contact,
    }.items():
        assert treatments(made, field) == [(target, field, "filled")]


def test_cv_31_further_assignees_are_an_own_field() -> None:
    """One owner is carried to all."""
    subject = attrs.evolve(AMY, company="Acme", custom={"assignees": ["admin", "user1"]})
    done = convert(subject, playbook=TEAMS, deal=NewDeal())

    assert done.deal is not None
    assert done.deal.custom == {"assignees": ("admin", "user1")}
    assert {each.owner_id for each in (done.contact, done.account, done.deal) if each} == {"leads-rep"}


@pytest.mark.parametrize(("policy", "with_lead", "with_contact"), [("move", 0, 4), ("copy", 4, 4), ("leave", 4, 0)])
def test_cv_33_messages_follow_by_policy(policy: str, with_lead: int, with_contact: int) -> None:
    """Two notes and two messages; more can be added afterwards."""
    about = Ref(Lead, "l1")
    children: list[Any] = [
        *(Note(id=f"n{n}", about=about) for n in range(2)),
        *(Activity(id=f"x{n}", about=about, kind="email_sent", at=NOON) for n in range(2)),
    ]
    rules = book(children=[ChildRow(Note, policy), ChildRow(Activity, policy)])
    directory = world(AMY, *children)
    done = convert_lead(AMY, directory, at=NOON, playbook=rules)
    directory.update(done.changes)

    assert done.contact is not None
    assert [line.number for line in done.plan.children] == [2, 2]
    assert (len(directory.children_of(about)), len(directory.children_of(done.contact.ref))) == (
        with_lead,
        with_contact,
    )
    for n in range(2, 4):
        directory.update(create(Note(id=f"n{n}", about=done.contact.ref), at=NOON + HOUR))
    assert len(directory.children_of(done.contact.ref)) == with_contact + 2


def test_cv_35_linked_contact_gets_the_account() -> None:
    """Where it has none; the way back is the lead's."""
    done = convert(attrs.evolve(AMY, contact_id="c1", company="Planet Express"), FRY)

    assert done.account is not None
    assert done.contact is not None
    assert done.contact.account_id == done.account.id
    assert done.lead.conversion is not None
    assert done.lead.conversion.account_id == done.account.id


def test_cv_37_deal_makes_nobody() -> None:
    """Beginning a deal gives a deal, and no lead comes of it."""
    begun = new_deal(id="d1", name="Mill", pipeline=BOOK.pipelines, at=NOON, contact_id="c404")

    assert create(begun, at=NOON).created == (begun,)


def test_cv_39_converted_is_terminal() -> None:
    """Neither a move nor an edit leads out of it; taking the conversion back does."""
    directory = world(AMY)
    done = convert_lead(AMY, directory, at=NOON, playbook=BOOK)
    directory.update(done.changes)

    with pytest.raises(CannotMove):
        move_lead(done.lead, "Contacted", at=NOON, statuses=BOOK.statuses)
    for values in ({"status": "Contacted"}, {"conversion": None}, {"title": "CEO"}):
        with pytest.raises(InvalidEdit):
            edit(done.lead, values, at=NOON)
    directory.update(revert(done.changes, directory.current(done.changes), at=NOON))
    assert directory.get(Lead, "l1") == AMY


def test_cv_41_unqualified_lead_can_be_taken_up_again() -> None:
    """And then converts without a warning."""
    closed = attrs.evolve(AMY, status="Lost Lead")
    reopened = move_lead(closed, "Contacted", at=NOON, statuses=BOOK.statuses).lead

    assert reopened.status == "Contacted"
    assert warnings(plan(reopened)) == []


def test_cv_43_no_lead_is_born_converted() -> None:
    """A converted status alone has nothing behind it."""
    with pytest.raises(CannotMove):
        new_lead(id="l1", last_name="Wong", statuses=BOOK.statuses, at=NOON, status="Converted")
    with pytest.raises(InvalidRecord):
        new_lead(id="l1", last_name="Wong", statuses=BOOK.statuses, at=NOON, conversion=None)


def test_cv_45_ambiguous_company_is_refused_with_both() -> None:
    """Nothing is made, and the lead stays as it is."""
    two = [Account(id=f"a{n}", name="Test Company LLC") for n in (1, 2)]
    error = refusal(attrs.evolve(AMY, company="Test Company LLC"), *two)

    assert [(problem.field, problem.rule, problem.options) for problem in error.problems] == [
        ("account", "CONV-3", ("a1", "a2"))
    ]


def test_cv_47_new_contact_goes_into_the_company_that_is_there() -> None:
    """The number of companies stays."""
    bruno = Lead(id="l1", first_name="Bruno", emails=["bruno@testcompany.example"], company="Test Company LLC")
    done = convert(bruno, Account(id="a1", name="Test Company LLC"))

    assert [type(record) for record in done.changes.created] == [Contact]
    assert done.contact is not None
    assert done.contact.account_id == "a1"


def test_cv_49_missing_facts_are_told_at_once() -> None:
    """One problem for each; a complete profile has none."""
    rules = ConversionRules(
        requires=["last_name", "emails", "phones", "custom.company_email"],
        fields=[CustomField("company_email", "text")],
    )
    little = Lead(id="l1", first_name="Michael", company="Test")
    enough = attrs.evolve(
        little, last_name="Gale", emails=['"Michael" <michael@testcompany.example>'], phones=["8(43)123-45-67"],
        custom={"company_email": "office@testcompany.example"},
    )  # fmt: skip

    assert faults(plan(little, playbook=ruled(rules))) == [
        (field, "CONV-15") for field in ("last_name", "emails", "phones", "custom.company_email")
    ]
    assert faults(plan(enough, playbook=ruled(rules))) == []


def test_cv_51_lead_is_disqualified_once() -> None:
    """Qualifying and disqualifying go to the playbook's own statuses."""
    out = disqualify_lead(AMY, at=NOON, statuses=BOOK.statuses).lead

    assert out.status == "Junk Lead"
    with pytest.raises(CannotMove):
        disqualify_lead(out, at=NOON, statuses=BOOK.statuses)
    assert qualify_lead(AMY, at=NOON, statuses=BOOK.statuses).lead.status == "Pre-Qualified"


def test_cv_53_address_is_one_block() -> None:
    """A filled one is kept as a whole, an empty one is filled; nothing is blanked."""
    whole = Address(street="1 Mill Lane", city="London", region="LDN", postal_code="E1", country="UK")
    subject = attrs.evolve(AMY, contact_id="c1", address=whole, title="Pilot")
    france = attrs.evolve(FRY, address=Address(country="France"), title="Courier")
    kept, filled = convert(subject, france).contact, convert(subject, FRY).contact

    assert kept is not None
    assert filled is not None
    assert (kept.address, kept.title, kept.emails) == (Address(country="France"), "Courier", AMY.emails)
    assert (filled.address, filled.title) == (whole, "Pilot")
