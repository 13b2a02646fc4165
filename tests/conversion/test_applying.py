"""Converting, again and again: replays, other requests, stale copies, and plans that the world has overtaken."""

import pickle
from datetime import date
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    AlreadyConverted,
    CannotConvert,
    Cause,
    Changes,
    Contact,
    Conversion,
    ConversionPlan,
    Converted,
    Deal,
    Directory,
    InvalidEdit,
    InvalidValue,
    Lead,
    Money,
    NewDeal,
    Note,
    Omit,
    PlanOutdated,
    Ref,
    Use,
    apply_plan,
    convert_lead,
    delete,
    edit,
    plan_conversion,
    revert,
)
from leadmodel.codec import changes_from_json, changes_to_json
from tests.conversion.making import (
    ACME,
    ADA,
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
    world,
)

FULL: Final[dict[str, Any]] = {"deal": NewDeal(name="Mill", amount=Money("1.5", "EUR"), closes_on=date(2026, 6, 1))}


def after(done: Conversion, directory: Directory) -> Directory:
    """Give the directory with a conversion made in it."""
    directory.update(done.changes)
    return directory


def applied(made: ConversionPlan, directory: Directory) -> Conversion:
    """Carry a plan out."""
    return apply_plan(made, directory, playbook=BOOK)


def outdated(made: ConversionPlan, directory: Directory) -> PlanOutdated:
    """Give the error with which a plan is refused that no longer holds."""
    with pytest.raises(PlanOutdated) as caught:
        applied(made, directory)
    return caught.value


# ---------------------------------------------------------------- converting


def test_conversion_is_its_plan_carried_out() -> None:
    """Records and changes are those of the plan."""
    made, done = plan(lead(), ACME, **FULL), convert(lead(), ACME, **FULL)

    assert done.plan == made
    assert (done.lead, done.contact, done.account, done.deal, done.changes) == (
        made.lead, made.contact, made.account, made.deal, made.changes,
    )  # fmt: skip


def test_refusal_says_everything_that_stands_in_the_way() -> None:
    """It is the error of the lead."""
    error = refusal(lead(status="Nonesuch"), account=Use("a9"))

    told = plan(lead(status="Nonesuch"), account=Use("a9")).problems
    assert error == CannotConvert(ref=Ref(Lead, "l1"), problems=told)
    assert faults(error) == [("status", "LEAD-3"), ("account", "CONV-2")]


def test_converted_lead_cannot_be_edited() -> None:
    """It is frozen (CONV-9)."""
    done = convert(lead())

    with pytest.raises(InvalidEdit, match="CONV-9"):
        edit(done.lead, {"title": "CTO"}, at=NOON)


def test_conversion_survives_pickling() -> None:
    """It is a value."""
    done = convert(lead(), ACME, **FULL)

    assert pickle.loads(pickle.dumps(done)) == done  # noqa: S301  (our own bytes)


def test_changes_of_a_conversion_survive_json() -> None:
    """With versions and cause."""
    done = convert(lead(), ACME, Note(id="n1", about=Ref(Lead, "l1")), by="u7", **FULL)
    read = changes_from_json(changes_to_json(done.changes))

    assert (read, read.cause) == (done.changes, done.changes.cause)


# ---------------------------------------------------------------- again


def test_same_request_again_gives_todays_records_and_no_changes() -> None:
    """Whenever and by whomever; today's records, not those of then."""
    directory = world(lead())
    done = convert_lead(lead(), directory, at=NOON, playbook=BOOK, by="u1", **FULL)
    after(done, directory)
    assert done.contact is not None
    directory.update(edit(done.contact, {"title": "CEO"}, at=NOON + HOUR))
    again = convert_lead(
        lead(), directory, at=NOON + DAY, playbook=BOOK, by="u2",
        deal=NewDeal(name="Mill", amount=Money("1.500", "EUR"), closes_on=date(2026, 6, 1)),
    )  # fmt: skip

    assert (again.lead, again.account, again.deal) == (done.lead, done.account, done.deal)
    assert again.contact == attrs.evolve(done.contact, title="CEO")
    assert (again.changes, again.plan.replayed, done.plan.replayed) == (Changes(), True, False)
    assert reasons(again.plan) == ["the lead was converted before by the same request; nothing is left to do"]
    assert again.changes.cause == Cause(at=NOON + DAY, by="u2", rules=("CONV-10",))


def test_replay_gives_only_what_there_is() -> None:
    """What was not made then is none now; what has gone since is none too."""
    directory = world(lead())
    done = after(convert_lead(lead(), directory, at=NOON, playbook=BOOK, account=Omit()), directory)
    first = convert_lead(lead(), done, at=NOON, playbook=BOOK, account=Omit())
    assert first.contact is not None
    directory.update(delete(first.contact, at=NOON))
    again = convert_lead(lead(), directory, at=NOON, playbook=BOOK, account=Omit())

    assert (first.account, first.deal) == (None, None)
    assert (again.contact, again.lead) == (None, first.lead)


@pytest.mark.parametrize("how", [{}, {**FULL, "contact": Omit()}, {"deal": NewDeal(name="Other")}])
def test_another_request_is_an_error_with_the_first_outcome(how: dict[str, Any]) -> None:
    """Nothing is converted twice, and nobody is told that their other wish came true."""
    directory = world(lead())
    done = convert_lead(lead(), directory, at=NOON, playbook=BOOK, **FULL)
    after(done, directory)
    with pytest.raises(AlreadyConverted) as caught:
        convert_lead(lead(), directory, at=NOON + DAY, playbook=BOOK, **how)

    assert caught.value.first == done.lead.conversion
    assert (caught.value.ref, faults(caught.value)) == (Ref(Lead, "l1"), [("", "CONV-10")])
    assert str(NOON) in caught.value.problems[0].what


def test_lead_that_was_imported_as_converted_is_not_converted_again() -> None:
    """Nobody knows by which request, or when."""
    error = refusal(lead(conversion=Converted(contact_id="c1")), ADA)

    assert isinstance(error, AlreadyConverted)
    assert error.problems[0].what == "the lead was converted, by another request"


def test_double_click_converts_once() -> None:
    """The second one starts from the copy that the first one started from."""
    directory, stale = world(lead()), lead()
    first = convert_lead(stale, directory, at=NOON, playbook=BOOK, **FULL)
    after(first, directory)
    second = convert_lead(stale, directory, at=NOON, playbook=BOOK, **FULL)

    assert (second.changes, second.contact, second.deal) == (Changes(), first.contact, first.deal)


def test_two_that_convert_at_once_make_the_same_records() -> None:
    """Each on a node of its own: ids and records are equal, so the race becomes a conflict of writes."""
    one, other = (convert_lead(lead(), world(lead()), at=NOON, playbook=BOOK, **FULL) for _ in range(2))

    assert one == other


def test_converting_after_taking_back_makes_the_same_records() -> None:
    """As if nothing had happened, versions of the lead aside."""
    directory = world(lead(), ACME)
    first = convert_lead(lead(), directory, at=NOON, playbook=BOOK, **FULL)
    after(first, directory)
    directory.update(revert(first.changes, directory.current(first.changes), at=NOON + HOUR))
    again = convert_lead(lead(), directory, at=NOON, playbook=BOOK, **FULL)

    assert (again.contact, again.deal, again.lead) == (first.contact, first.deal, first.lead)
    assert again.lead.version == 3


# ---------------------------------------------------------------- applying


def test_plan_is_carried_out_as_shown() -> None:
    """Nothing has changed since."""
    directory = world(lead(), ACME)
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, **FULL)
    done = applied(made, directory)

    assert (done.plan, done.changes, done.contact) == (made, made.changes, made.contact)
    assert done == convert_lead(lead(), directory, at=NOON, playbook=BOOK, **FULL)


def test_leads_of_one_person_planned_apart_do_not_make_two_contacts() -> None:
    """The second plan is outdated once the first was applied; the error has both."""
    mail = ["ada@acme.example"]
    directory = world(lead(emails=mail), lead(id="l2", emails=mail))
    plans = [plan_conversion(each, directory, at=NOON, playbook=BOOK) for each in [*directory.all(Lead)]]
    after(applied(plans[0], directory), directory)
    error = outdated(plans[1], directory)

    assert (error.ref, error.planned) == (Ref(Lead, "l2"), plans[1])
    assert error.today == plan_conversion(lead(id="l2"), directory, at=NOON, playbook=BOOK)
    assert isinstance(error.today, ConversionPlan)
    assert error.today.contact is not None
    after(applied(error.today, directory), directory)
    assert len(directory.all(Contact)) == 1


def test_used_account_that_was_deleted_meanwhile_outdates_a_plan() -> None:
    """Today it would be a problem."""
    directory = world(lead(), ACME)
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, account=Use("a1"))
    directory.update(delete(ACME, at=NOON))
    error = outdated(made, directory)

    assert isinstance(error.today, ConversionPlan)
    assert (faults(error.today), error.planned) == ([("account", "CONV-2")], made)


@pytest.mark.parametrize(
    "values",
    [{"title": "CEO"}, {"company": "Gale"}, {"custom": {"size": 3}}],
)
def test_lead_that_was_edited_meanwhile_outdates_a_plan(values: dict[str, Any]) -> None:
    """Something else would be carried; a lead's own state before counts too."""
    directory = world(lead(), ACME)
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK)
    directory.update(edit(lead(), values, at=NOON))

    assert outdated(made, directory).planned == made


def test_note_that_came_meanwhile_outdates_a_plan() -> None:
    """It would move along, and was not shown."""
    directory = world(lead())
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK)
    directory.update(Changes(created=[Note(id="n1", about=Ref(Lead, "l1"))]))

    assert outdated(made, directory).planned == made


def test_bookkeeping_alone_does_not_outdate_a_plan() -> None:
    """Somebody looked at the lead, and the account's last activity was noted: versions differ, and nothing else."""
    directory = world(lead(), ACME)
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, **FULL)
    directory.update(edit(lead(), {"viewed_by": ["u1"], "score": 3}, at=NOON))
    directory.update(edit(ACME, {"last_activity_at": NOON}, at=NOON))
    done = applied(made, directory)

    assert (done.lead.viewed_by, done.lead.version) == ({"u1"}, 2)
    directory.update(done.changes)
    assert directory.get(Lead, "l1") == done.lead


def test_records_that_have_no_part_in_it_do_not_outdate_a_plan() -> None:
    """Others live on."""
    directory = world(lead(), ACME)
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK)
    directory.update(Changes(created=[Account(id="a9", name="Gale"), Contact(id="c9", last_name="Gale")]))

    assert applied(made, directory).changes == made.changes


def test_plan_applied_twice_changes_nothing_the_second_time() -> None:
    """The same request was applied meanwhile: today's records are given."""
    directory = world(lead())
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, **FULL)
    first = applied(made, directory)
    after(first, directory)
    second = applied(made, directory)

    assert (second.changes, second.contact, second.plan.replayed) == (Changes(), first.contact, True)


def test_plan_is_refused_once_another_request_was_applied() -> None:
    """The error has the first outcome."""
    directory = world(lead())
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, **FULL)
    first = convert_lead(lead(), directory, at=NOON, playbook=BOOK)
    after(first, directory)

    with pytest.raises(AlreadyConverted) as caught:
        applied(made, directory)
    assert caught.value.first == first.lead.conversion


def test_replay_that_was_planned_does_not_convert_after_taking_back() -> None:
    """It showed that nothing would happen."""
    directory = world(lead())
    first = convert_lead(lead(), directory, at=NOON, playbook=BOOK)
    after(first, directory)
    replay = plan_conversion(lead(), directory, at=NOON, playbook=BOOK)
    directory.update(revert(first.changes, directory.current(first.changes), at=NOON))

    assert outdated(replay, directory).planned == replay


def test_blocked_plan_is_refused_in_the_same_words() -> None:
    """It is not outdated: it never could be applied."""
    directory = world(lead())
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, account=Use("a9"))

    with pytest.raises(CannotConvert) as caught:
        applied(made, directory)
    assert caught.value == CannotConvert(ref=Ref(Lead, "l1"), problems=made.problems)


def test_blocked_plan_that_would_no_longer_be_blocked_is_outdated() -> None:
    """What would happen today was never shown."""
    directory = world(lead())
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, account=Use("a1"))
    directory.update(Changes(created=[ACME]))

    assert outdated(made, directory).planned == made


def test_blocked_plan_that_is_blocked_by_something_else_is_outdated() -> None:
    """Neither changes anything; what is in the way was never shown."""
    directory = world(lead())
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, account=Use("a1"), contact=Use("c1"))
    directory.update(Changes(created=[ACME]))
    error = outdated(made, directory)

    assert isinstance(error.today, ConversionPlan)
    assert (faults(made), faults(error.today)) == (
        [("contact", "CONV-2"), ("account", "CONV-2")], [("contact", "CONV-2")],
    )  # fmt: skip


def test_record_that_somebody_else_filled_alike_meanwhile_outdates_a_plan() -> None:
    """It would end as was shown, and come from somewhere else."""
    subject = lead(website="https://acme.example", industry="Textiles")
    directory = world(subject, ACME)
    made = plan_conversion(subject, directory, at=NOON, playbook=BOOK)
    directory.update(edit(ACME, {"website": "https://acme.example"}, at=NOON))
    error = outdated(made, directory)

    assert isinstance(error.today, ConversionPlan)
    assert error.today.account == made.account


def test_plan_under_other_rules_is_outdated() -> None:
    """The playbook has changed: something else would happen."""
    directory = world(lead())
    made = plan_conversion(lead(status="Junk Lead"), directory, at=NOON, playbook=BOOK)
    with pytest.raises(PlanOutdated):
        apply_plan(made, directory, playbook=book(requires=["title"]))


def test_record_born_otherwise_meanwhile_outdates_a_plan() -> None:
    """An account of that name came from elsewhere: the plan would make a second one."""
    directory = world(lead())
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK)
    directory.update(Changes(created=[ACME]))

    assert outdated(made, directory).planned == made


def test_created_where_another_is_updated_is_not_the_same() -> None:
    """As many changes as were shown, of other kinds."""
    directory = world(lead(), attrs.evolve(ADA, account_id="a1", emails=[]), ACME)
    made = plan_conversion(lead(title="CTO"), world(lead(title="CTO"), ACME), at=NOON, playbook=BOOK)
    directory.update(edit(lead(), {"title": "CTO"}, at=NOON))
    error = outdated(made, directory)

    assert isinstance(error.today, ConversionPlan)
    assert (len([*made.changes.refs()]), len([*error.today.changes.refs()])) == (2, 2)


def test_two_instants_are_needed_for_nothing() -> None:
    """A plan is applied as of the instant that it was made for; a naive one is refused."""
    with pytest.raises(InvalidValue):
        convert(lead(), at=NOON.replace(tzinfo=None))


def test_deal_used_and_moved_meanwhile_outdates_a_plan() -> None:
    """Its state before is part of what was shown."""
    there = Deal(id="d1", name="Mill", stage="Qualification")
    directory = world(lead(), there)
    made = plan_conversion(lead(), directory, at=NOON, playbook=BOOK, deal=Use("d1"))
    directory.update(edit(there, {"name": "Big Mill"}, at=NOON))

    assert outdated(made, directory).planned == made
