"""The laws of conversion, for whatever can be drawn: apply is plan, twice is once, and taking back restores."""

from collections.abc import Collection
from itertools import pairwise, permutations
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from leadmodel import (
    Account,
    Activity,
    AlreadyConverted,
    Changes,
    Contact,
    Deal,
    Directory,
    Lead,
    Match,
    Money,
    New,
    NewDeal,
    Note,
    Omit,
    Playbook,
    Profile,
    Ref,
    Request,
    SocialUpdate,
    Task,
    Use,
    apply_plan,
    convert_lead,
    convert_leads,
    derived_id,
    plan_conversion,
    revert,
)
from leadmodel.entities import Entity
from leadmodel.processes import Pipeline
from leadmodel.samples import World
from leadmodel.testing import strategies
from leadmodel.testing.laws import check_changes
from tests.conversion.making import BOOK, DAY, NOON, made_in, mapped

#: Names, companies and addresses are few, so that leads meet each other and what is there.
NAMES: Final = ("Vale", "Gale", "vale")
COMPANIES: Final = ("", "Acme", "ACME", "Dale Ltd")
MAILS: Final = ("v@acme.example", "g@acme.example", "w@dale.example")


@st.composite
def small_records(draw: DrawFn) -> list[Entity]:
    """Give a small world in which leads match what is there, each other, nothing, or too much."""
    pick = st.sampled_from
    mails = st.lists(pick(MAILS), max_size=2, unique=True)
    accounts = [Account(id=f"a{n}", name=draw(pick(COMPANIES[1:]))) for n in range(draw(st.integers(0, 2)))]
    homes = ["", *(account.id for account in accounts)]
    contacts = [
        Contact(id=f"c{n}", last_name=draw(pick(NAMES)), emails=draw(mails), account_id=draw(pick(homes)))
        for n in range(draw(st.integers(0, 3)))
    ]
    leads = [
        Lead(
            id=f"l{n}", last_name=draw(pick(NAMES)), company=draw(pick(COMPANIES)), emails=draw(mails),
            title=draw(pick(("", "CTO"))), website=draw(pick(("", "acme.example"))), tags=draw(st.sets(pick("ab"))),
            contact_id=draw(pick(["", "", "", *(contact.id for contact in contacts)])),
        )
        for n in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    deals = [Deal(id="d1", name="Mill", stage="Qualification")] if draw(st.booleans()) else []
    about = st.sampled_from([each.ref for each in leads])
    children = [Note(id="n1", about=draw(about)), Task(id="t1", about=draw(about), subject="Call")]
    return [*accounts, *contacts, *leads, *deals, *children[: draw(st.integers(0, 2))]]


@st.composite
def requests(draw: DrawFn) -> dict[str, Any]:
    """Give what may be asked, of records that may be there and of some that are not."""
    choices = st.sampled_from([Match(), Match(), Match(replace_account=True), New(), Omit()])
    deals = st.sampled_from([None, None, NewDeal(), NewDeal(amount=Money("5", "EUR"), stage="Closed Won"), Use("d1")])
    return {
        "account": draw(choices | st.just(Use("a0"))),
        "contact": draw(choices | st.just(Use("c0"))),
        "deal": draw(deals),
    }


def of(records: list[Entity]) -> Directory:
    """Give a directory of records."""
    kinds: dict[str, Any] = {"leads": Lead, "contacts": Contact, "accounts": Account, "deals": Deal}
    given_: dict[str, Any] = {name: [each for each in records if type(each) is kind] for name, kind in kinds.items()}
    children = [each for each in records if isinstance(each, (Note, Task))]
    return Directory.of(**given_, children=children, pipelines=BOOK.pipelines)


def everything(directory: Directory) -> set[Entity]:
    """Give all records of a directory."""
    kinds: list[Any] = [Lead, Contact, Account, Deal, Note, Task, Activity]
    return {each for kind in kinds for each in directory.all(kind)}


def leads_of(records: list[Entity]) -> list[Lead]:
    """Give the leads among records."""
    return [each for each in records if isinstance(each, Lead)]


# ---------------------------------------------------------------- one lead


@given(small_records(), requests())
def test_applying_a_plan_is_converting(records: list[Entity], how: dict[str, Any]) -> None:
    """`apply(plan(x)) == convert(x)`, or both are refused for the same reasons."""
    directory, subject = of(records), leads_of(records)[0]
    plan = plan_conversion(subject, directory, at=NOON, playbook=BOOK, **how)
    results: list[object] = []
    for verb in (
        lambda: apply_plan(plan, directory, playbook=BOOK),
        lambda: convert_lead(subject, directory, at=NOON, playbook=BOOK, **how),
    ):
        try:
            results.append(verb())
        except Exception as error:  # noqa: BLE001  (whatever it is, both shall raise it)
            results.append(error)

    assert results[0] == results[1]
    assert bool(plan) is not isinstance(results[0], Exception)


@given(small_records(), requests(), requests())
def test_converting_twice_is_converting_once(records: list[Entity], how: dict[str, Any], other: dict[str, Any]) -> None:
    """The same request again changes nothing; another one is refused."""
    directory, subject = of(records), leads_of(records)[0]
    plan = plan_conversion(subject, directory, at=NOON, playbook=BOOK, **how)
    directory.update(plan.changes)
    again = plan_conversion(subject, directory, at=NOON + DAY, playbook=BOOK, **how)

    if not plan:
        assert again.problems == plan.problems
        return
    assert (again.changes, again.lead, again.contact, again.account, again.deal) == (
        Changes(), plan.lead, plan.contact, plan.account, plan.deal,
    )  # fmt: skip
    if Request(**other) != Request(**how):
        with pytest.raises(AlreadyConverted) as caught:
            convert_lead(subject, directory, at=NOON, playbook=BOOK, **other)
        assert plan.lead is not None
        assert caught.value.first == plan.lead.conversion


@given(small_records(), requests())
def test_taking_back_gives_equal_records(records: list[Entity], how: dict[str, Any]) -> None:
    """Whatever was asked for, and whatever was there."""
    directory, subject = of(records), leads_of(records)[0]
    changes = plan_conversion(subject, directory, at=NOON, playbook=BOOK, **how).changes
    after = made_in(records, changes)
    directory.update(changes)
    back = revert(changes, after, at=NOON + DAY, referring=directory.referring)
    back.apply_to(after)
    directory.update(back)

    assert after == mapped(records)
    assert len(directory) == len(records)


@given(small_records(), requests())
def test_changes_of_a_conversion_keep_the_laws_of_changes(records: list[Entity], how: dict[str, Any]) -> None:
    """They can be undone, joined, applied whole and read back."""
    changes = plan_conversion(leads_of(records)[0], of(records), at=NOON, playbook=BOOK, **how).changes

    if changes:
        check_changes(changes)


@given(small_records(), requests())
def test_planning_never_raises_and_blocked_plans_change_nothing(records: list[Entity], how: dict[str, Any]) -> None:
    """What stands in the way is said; the report prints either way."""
    for subject in leads_of(records):
        plan = plan_conversion(subject, of(records), at=NOON, playbook=BOOK, **how)

        assert bool(plan.changes) is bool(plan) is (plan.lead is not None)
        assert str(plan).startswith(f"Convert {subject.label()}")


@given(strategies.worlds(), st.data())
def test_leads_of_whole_worlds_are_converted_and_taken_back(world: World, data: st.DataObject) -> None:
    """Worlds with profiles, stale links, converted leads, notes and deals of several people."""
    directory = world.directory()
    book = attrs.evolve(BOOK, pipelines=world.pipeline, statuses=world.statuses)
    how = data.draw(requests())
    for subject in world.leads:
        before = everything(directory)
        plan = plan_conversion(subject, directory, at=NOON, playbook=book, **how)
        if plan.changes:
            directory.update(plan.changes)
            back = revert(plan.changes, directory.current(plan.changes), at=NOON, referring=directory.referring)
            directory.update(back)

        assert everything(directory) == before


@given(strategies.leads())
def test_whatever_a_lead_holds_can_be_planned(subject: Lead) -> None:
    """Every lead that can be made, with any status and any fields."""
    plan = plan_conversion(subject, Directory(pipelines=BOOK.pipelines), at=NOON, playbook=BOOK, deal=NewDeal())

    assert str(plan)
    assert plan._repr_html_().startswith("<div><h4>Convert ")


# ---------------------------------------------------------------- many leads


@given(small_records(), requests(), st.randoms(use_true_random=False))
def test_order_of_a_batch_does_not_matter(records: list[Entity], how: dict[str, Any], chance: Any) -> None:  # noqa: ANN401
    """Results and groups are equal."""
    leads = leads_of(records)
    mixed = chance.sample(leads, len(leads))
    batch = convert_leads(leads, of(records), at=NOON, playbook=BOOK, **how)

    assert convert_leads(mixed, of(records), at=NOON, playbook=BOOK, **how) == batch


@given(small_records(), requests(), st.sets(st.integers(1, 4)))
def test_split_of_a_batch_gives_the_same_records(records: list[Entity], how: dict[str, Any], cuts: set[int]) -> None:
    """In order of id, with the records updated in between: as if it had been one."""
    leads = leads_of(records)
    whole = convert_leads(leads, of(records), at=NOON, playbook=BOOK, **how)
    there = mapped(records)
    bounds = [0, *sorted(cut for cut in cuts if cut < len(leads)), len(leads)]
    for start, end in pairwise(bounds):
        part = convert_leads(leads[start:end], of([*there.values()]), at=NOON, playbook=BOOK, **how)
        for group in part.groups:
            group.apply_to(there)

    assert there == made_in(records, *whole.groups)


@given(small_records(), requests())
def test_batch_is_its_leads_one_by_one(records: list[Entity], how: dict[str, Any]) -> None:
    """Each against what those before it have become."""
    leads = leads_of(records)
    batch = convert_leads(leads, of(records), at=NOON, playbook=BOOK, **how)
    directory = of(records)
    for subject, result in zip(leads, batch.results, strict=True):
        plan = plan_conversion(subject, directory, at=NOON, playbook=BOOK, **how)
        directory.update(plan.changes)

        assert plan == result


@given(small_records(), requests())
def test_groups_touch_different_records_and_can_be_applied_in_any_order(
    records: list[Entity], how: dict[str, Any]
) -> None:
    """A crash half-way leaves whole groups, and the rest can follow."""
    batch = convert_leads(leads_of(records), of(records), at=NOON, playbook=BOOK, **how)
    refs = [ref for group in batch.groups for ref in group.refs()]
    results = [made_in(records, *order) for order in permutations(batch.groups[:4])]

    assert len(refs) == len(set(refs))
    assert all(result == results[0] for result in results)
    for group in batch.groups:
        for after in made_in(records, group).values():
            if isinstance(after, Contact) and after.account_id:
                assert Ref(Account, after.account_id) in made_in(records, group)


@given(small_records(), requests())
def test_born_ids_are_derived_from_the_lead_or_the_company(records: list[Entity], how: dict[str, Any]) -> None:
    """Nothing else goes into them (CONV-10)."""
    batch = convert_leads(leads_of(records), of(records), at=NOON, playbook=BOOK, **how)
    keys = [("account", name) for name in ("acme", "dale ltd")]
    keys += [(role, lead.id) for lead in leads_of(records) for role in ("account of lead", "contact", "deal")]
    allowed = {derived_id(BOOK.namespace, role, key) for role, key in keys}

    assert {record.id for group in batch.groups for record in group.created} <= allowed


# ---------------------------------------------------------------- asking


class CountingPeople:
    """Whoever can say who is on record, counting how often that is asked, and for how many."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.asked: list[int] = []

    def directory_for(
        self, wanted: Collection[Lead | Profile | SocialUpdate], *, pipelines: Pipeline | object = None
    ) -> Directory:
        """Give everybody, and count."""
        assert pipelines is BOOK.pipelines
        self.asked.append(len(wanted))
        return self.directory


@pytest.mark.parametrize("number", [10, 1_000])
def test_people_are_asked_once_for_a_batch(number: int) -> None:
    """Nothing is looked up per lead, however many there are."""
    leads = [Lead(id=f"l{n:04}", last_name=f"Vale {n}", company=f"Acme {n % 7}") for n in range(number)]
    people = CountingPeople(Directory(pipelines=BOOK.pipelines))
    batch = convert_leads(leads, people, at=NOON, playbook=BOOK)

    assert people.asked == [number]
    assert (len(batch.converted), len(batch.groups)) == (number, 7)


def test_people_are_asked_once_for_a_lead_and_once_to_apply() -> None:
    """And for nobody else."""
    people = CountingPeople(Directory(pipelines=BOOK.pipelines))
    subject = Lead(id="l1", last_name="Vale")
    plan = plan_conversion(subject, people, at=NOON, playbook=BOOK)
    assert people.asked == [1]
    apply_plan(plan, people, playbook=BOOK)

    assert people.asked == [1, 1]
    assert isinstance(BOOK, Playbook)
