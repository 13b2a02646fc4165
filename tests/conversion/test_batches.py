"""Many leads at once: a result for each, in order of id, and groups that can be applied in any order (CONV-12)."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import attrs
import pytest

from leadmodel import (
    Account,
    Batch,
    CannotConvert,
    Contact,
    Deal,
    Directory,
    InvalidValue,
    Lead,
    NewDeal,
    Omit,
    Request,
    Use,
    convert_lead,
    convert_leads,
)
from leadmodel.entities import Entity
from tests.conversion.making import ACME, ADA, BOOK, NOON, faults, lead, made_in, mapped, world


def batch(leads: list[Lead], *records: Entity, **how: Any) -> Batch:  # noqa: ANN401
    """Convert leads at noon, in a world of them and these records."""
    return convert_leads(leads, world(*leads, *records), playbook=BOOK, **{"at": NOON, **how})


def person(number: int, company: str = "Acme Mills", **facts: Any) -> Lead:  # noqa: ANN401
    """Give a lead of its own person."""
    return Lead(**{"id": f"l{number}", "last_name": f"Vale {number}", "company": company, **facts})


def test_each_lead_has_a_result_in_order_of_id() -> None:
    """Whatever the order in which they are given."""
    made = batch([person(3), person(1), person(2, status="Nonesuch")])

    assert [plan.before.id for plan in made.results] == ["l1", "l2", "l3"]
    assert [plan.before.id for plan in made.converted] == ["l1", "l3"]
    assert [plan.before.id for plan in made.failed] == ["l2"]
    assert faults(made.failed[0]) == [("status", "LEAD-3")]


def test_order_does_not_matter() -> None:
    """All six give one result."""
    leads = [person(1), person(2), person(3, "Gale")]

    assert [batch(list(order)) == batch(leads) for order in permutations(leads)] == [True] * 6


def test_leads_of_one_company_share_its_account() -> None:
    """The first makes it, the others use it; all are one group."""
    made = batch([person(1), person(2), person(3, "acme  MILLS")])
    (group,) = made.groups

    assert len({plan.account.id for plan in made.results if plan.account}) == 1
    assert [type(record) for record in group.created].count(Account) == 1
    assert len(group.created) == 4


def test_companies_alone_share_their_account() -> None:
    """Whether or not a contact comes of them."""
    made = batch([Lead(id=f"l{n}", company="Acme Mills") for n in (1, 2)])
    (group,) = made.groups

    assert (len(made.converted), [type(record) for record in group.created]) == (2, [Account])


def test_leads_of_one_person_share_the_contact() -> None:
    """The second is matched by e-mail to what the first became."""
    made = batch([person(1, emails=["ada@acme.example"]), person(2, emails=["ADA@acme.example"])])

    assert made.results[0].contact == made.results[1].contact
    assert [each.said for each in made.results[1].evidence if not each.warning] == [
        "the contact Vale 1 has the e-mail address ADA@acme.example", "the contact is at the account Acme Mills",
    ]  # fmt: skip


def test_leads_that_share_nothing_are_groups_of_their_own() -> None:
    """In the order of their first leads."""
    made = batch([person(1, "Acme"), person(2, "Gale"), person(3, "Acme"), person(4, "Dale")])
    members = [[update.after.id for update in group.updated if isinstance(update.after, Lead)] for group in made.groups]

    assert members == [["l1", "l3"], ["l2"], ["l4"]]


def test_groups_that_a_later_lead_connects_are_one() -> None:
    """One lead puts the contact that a second made at the account that a first made."""
    mail = ["gale@gale.example"]
    leads = [person(1, "Acme"), person(2, "", emails=mail), person(3, "Dale"), person(4, "Acme", emails=mail)]
    made = batch(leads)

    assert [sorted(ref.id for ref in group.refs() if ref.type is Lead) for group in made.groups] == [
        ["l1", "l2", "l4"], ["l3"],
    ]  # fmt: skip
    assert made_in(leads, *made.groups) == made_in(leads, *reversed(made.groups))


def test_leads_that_change_one_record_are_one_group() -> None:
    """An account that is there and gets a website from one lead and an industry from another."""
    made = batch([person(1, website="https://a.example"), person(2, industry="Textiles")], ACME)
    (group,) = made.groups
    (after,) = [update.after for update in group.updated if isinstance(update.after, Account)]

    assert after == attrs.evolve(ACME, website="https://a.example", industry="Textiles")
    assert after.version == 2


def test_leads_that_only_use_one_record_are_groups_of_their_own() -> None:
    """It is there whichever is applied."""
    assert len(batch([person(1), person(2)], ACME).groups) == 2


def test_many_leads_into_one_deal() -> None:
    """The first becomes its contact, the others take part."""
    there = Deal(id="d1", name="Mill", stage="Qualification", account_id="a1")
    made = batch([person(1), person(2), person(3)], ACME, there, deal=Use("d1"))
    (group,) = made.groups
    (after,) = [update.after for update in group.updated if isinstance(update.after, Deal)]
    ids = [plan.contact.id for plan in made.results if plan.contact]

    assert isinstance(after, Deal)
    assert [after.contact_id, *(other.contact_id for other in after.contacts)] == ids
    assert after.version == 3


def test_groups_can_be_applied_in_any_order() -> None:
    """No two touch the same record, and each starts from what is there."""
    leads = [person(n, company) for n, company in enumerate(("Acme Mills", "Gale", "Gale", "Dale", "Acme Mills"))]
    made = batch(leads, ACME, deal=NewDeal())
    refs = [ref for group in made.groups for ref in group.refs()]
    results = [made_in([*leads, ACME], *order) for order in permutations(made.groups)]

    assert len(refs) == len(set(refs))
    assert all(result == results[0] for result in results)


def test_one_failure_does_not_stop_the_others() -> None:
    """And takes part in no group."""
    made = batch([person(1, status="Nonesuch"), person(2)])

    assert {ref.id for group in made.groups for ref in group.refs() if ref.type is Lead} == {"l2"}


def test_failure_of_the_lead_that_would_make_the_account_leaves_it_to_the_next() -> None:
    """The group is planned without it; the account has the same id."""
    whole, part = batch([person(1), person(2)]), batch([person(1, status="Nonesuch"), person(2)])
    (account,) = [record for record in part.groups[0].created if isinstance(record, Account)]

    assert whole.results[0].account is not None
    assert account.id == whole.results[0].account.id


def test_first_failure_is_an_error_where_that_was_asked_for() -> None:
    """The error is that of the lead."""
    with pytest.raises(CannotConvert) as caught:
        batch([person(2, status="Nonesuch"), person(1), person(3, status="Nix")], stop=True)

    assert str(caught.value.ref) == "lead l2"


def test_each_lead_may_have_a_request_of_its_own() -> None:
    """The others have the usual one."""
    made = batch([person(1), person(2)], deal=NewDeal(), requests={"l2": Request(contact=Omit())})

    assert [(plan.contact is None, plan.deal is None) for plan in made.results] == [(False, False), (True, True)]


def test_batch_says_when_and_by_whom() -> None:
    """In UTC; a group's cause is that of its leads."""
    made = batch([person(1), person(2)], by="u7", at=NOON.astimezone(timezone(timedelta(hours=2))))

    assert made.results[0].at.tzinfo is UTC
    assert [(group.cause.at, group.cause.by) for group in made.groups if group.cause] == [(NOON, "u7")]


def test_what_is_no_request_is_refused() -> None:
    """A choice alone is none."""
    choice: Any = Omit()
    with pytest.raises(InvalidValue) as caught:
        batch([person(1)], requests={"l1": choice})

    assert [(each.field, each.what) for each in caught.value.problems] == [("requests", "Omit() is no request")]


def test_leads_given_twice_and_requests_for_nobody_are_refused_together() -> None:
    """With the nearest."""
    with pytest.raises(InvalidValue) as caught:
        batch([person(10)], requests={"l1": Request(), "l0": Request()})
    assert [problem.value for problem in caught.value.problems] == ["l1", "l0"]

    with pytest.raises(InvalidValue) as caught:
        convert_leads([person(1), person(1)], world(), at=NOON, playbook=BOOK, requests={"l9": Request()})
    assert caught.value.subject == "batch"
    assert [(each.field, each.value) for each in caught.value.problems] == [("leads", "l1"), ("requests", "l9")]


def test_instant_of_a_batch_is_aware() -> None:
    """As everywhere."""
    with pytest.raises(InvalidValue):
        batch([], at=datetime(2026, 1, 1))  # noqa: DTZ001  (that is the point)


def test_leads_converted_before_are_among_the_converted() -> None:
    """They are replays, and change nothing."""
    first = batch([person(1), person(2)])
    there = made_in([person(1), person(2)], *first.groups)
    again = convert_leads([person(1), person(2)], world(*there.values()), at=NOON, playbook=BOOK)

    assert ([plan.replayed for plan in again.converted], again.groups) == ([True, True], ())
    assert [plan.contact for plan in again.converted] == [plan.contact for plan in first.converted]


def test_people_are_left_as_they_are() -> None:
    """The batch works on a copy."""
    directory = world(person(1), ACME)
    convert_leads([person(1), person(2)], directory, at=NOON, playbook=BOOK)

    assert (len(directory), directory.get(Lead, "l1")) == (2, person(1))


def test_leads_that_nobody_knows_can_be_converted() -> None:
    """The directory need not hold them."""
    leads = [person(1), person(2)]

    assert convert_leads(leads, Directory(pipelines=BOOK.pipelines), at=NOON, playbook=BOOK) == batch(leads)


def test_batch_of_one_is_the_conversion() -> None:
    """Nothing is different for being many."""
    there = world(lead(), ADA, ACME)
    made = convert_leads([lead()], there, at=NOON, playbook=BOOK, deal=NewDeal())
    done = convert_lead(lead(), there, at=NOON, playbook=BOOK, deal=NewDeal())

    assert (made.results, made.groups) == ((done.plan,), (done.changes,))


def test_batch_shows_itself() -> None:
    """A line, a table, and a table for a notebook with everything escaped."""
    before = convert_lead(person(2), world(), at=NOON, playbook=BOOK).lead
    leads = [person(1, "<Acme>"), before, person(3, status="Nonesuch")]
    made = batch(leads, Contact(id="c1", last_name="Gale"), contact=Use("c1"), account=Omit())
    lines = str(made).splitlines()

    assert lines[0] == repr(made) == "Batch(3 leads: 1 converted, 2 not, 1 group)"
    assert [cell.strip() for cell in lines[1].split("  ") if cell] == ["lead", "contact", "account", "deal", "result"]
    assert lines[3].split() == ["Vale", "1,", "<Acme>", "Gale", "–", "–", "converted"]
    assert "by another request" in lines[4]
    assert "there is no status" in lines[5]
    assert "&lt;Acme&gt;" in made._repr_html_()
    assert (str(batch([])), repr(batch([]))) == ("Batch(0 leads: 0 converted, 0 not, 0 groups)",) * 2


def test_replay_is_told_in_the_table() -> None:
    """Nothing was done, and that is said."""
    first = batch([person(1)])
    there = made_in([person(1)], *first.groups)
    again = convert_leads([person(1)], world(*there.values()), at=NOON, playbook=BOOK)

    assert str(again).splitlines()[-1].endswith("converted before")
    assert mapped(there.values()) == there
