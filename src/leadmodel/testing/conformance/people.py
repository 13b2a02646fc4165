"""
Whole batches: one directory serves them, in a constant number of statements (S-16).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from unittest import SkipTest

import attrs
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.directory import Directory, Wanted
from leadmodel.entities import (
    ENTITIES,
    Account,
    Activity,
    Contact,
    Converted,
    Deal,
    DealContact,
    Entity,
    Lead,
    Note,
    SocialUpdate,
    Task,
)
from leadmodel.networks import Profile
from leadmodel.playbook import Playbook, playbooks
from leadmodel.processes import pipelines
from leadmodel.rules.author_rules import AuthorRules, Category
from leadmodel.rules.classification import classify_author, classify_feed
from leadmodel.rules.conversion import ConversionPlan, Match, New, NewDeal, Omit, Request, Use, plan_conversion
from leadmodel.samples import World, world
from leadmodel.testing import strategies
from leadmodel.testing.conformance.asking import everybody
from leadmodel.testing.conformance.basis import Conformance, Opener, clause, few
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import same
from leadmodel.testing.conformance.samples import NOON, creating, deleting, lead, updating
from leadmodel.testing.laws.authors import SHIPPED
from leadmodel.testing.laws.worlds import authors_in, made, whole
from leadmodel.values import Ref

_LOOSE: Final = tuple(attrs.evolve(rules, strict=False) for rules in SHIPPED)
_REQUESTS: Final = (
    Request(), Request(deal=NewDeal(name="Pilot")), Request(account=New(), contact=New(), deal=NewDeal()),
    Request(account=Omit()), Request(contact=Use("nobody")), Request(contact=Match(replace_account=True)),
)  # fmt: skip
#: A world in which much is referred to that is not on record, and people are linked in roundabout ways.
_LOOSE_ENDS: Final = attrs.evolve(
    world(),
    leads=(
        lead("l1", profiles=[Profile("x", "eve")], conversion=Converted(contact_id="c2")),
        lead("l2", profiles=[Profile("x", "eve")], conversion=Converted(contact_id="gone")),
        lead("l3", profiles=[Profile("x", "fay")], emails=["fay@acme.example"], contact_id="c1"),
        lead("l4", company="GLOBEX "), lead("l5", company="Newco", website="https://www.acme.example/about"),
        lead("l6", first_name="Ada", last_name="moor", company="globex"), lead("l7", emails=["ADA@acme.example"]),
    ),
    contacts=(
        Contact(id="c1", profiles=[Profile("x", "ada")], emails=["ada@acme.example"], account_id="gone"),
        Contact(id="c2", first_name="ada", last_name="Moor", account_id="a2", reports_to_id="c1"),
        Contact(id="c3", profiles=[Profile("x", "gus", uid="7")]),
    ),
    accounts=(
        Account(id="a1", name="Acme", website="acme.example", profiles=[Profile("x", "acme")], parent_id="gone"),
        Account(id="a2", name="Globex", parent_id="a1"),
    ),
    deals=(
        Deal(id="d1", stage="Open", account_id="gone"), Deal(id="d2", stage="Won", account_id="a2"),
        Deal(id="d3", stage="Lost", contact_id="c1", contacts=[DealContact(contact_id="c3")]),
        Deal(id="d4", stage="Won", account_id="a1", contacts=[DealContact(contact_id="c3", role="user")]),
    ),
    updates=tuple(
        SocialUpdate(id=f"u{number}", author=author, reposted_by=passed_on)
        for number, (author, passed_on) in enumerate((
            (Profile("x", "ada"), None), (Profile("x", "eve"), Profile("x", "acme")), (Profile("x", "gus"), None),
            (None, None), (Profile("x", "stranger"), Profile("x", "gus", uid="7")), (Profile("x", "fav"), None),
            (Profile("flickr", "ad\u0430"), None), (Profile("x", "gus2", uid="7"), None),
            (Profile("email", "ADA@acme.example"), None),
        ))
    ),
    children=(), playbook=playbooks.SIMPLE,
)  # fmt: skip
#: The records of a world, by the name under which it has them.
_GROUPS: Final[Mapping[str, type[Entity] | tuple[type[Entity], ...]]] = {
    "leads": Lead, "contacts": Contact, "accounts": Account, "deals": Deal, "children": (Activity, Task, Note),
}  # fmt: skip


class BatchClauses(Conformance):
    """
    S-16: one directory serves a whole batch, in a constant number of statements.
    """

    @clause("S-16")
    def test_s16_authors_are_classified_as_by_all_records(self, open_store: Opener) -> None:
        """
        S-16: the directory of a batch answers as one of everything does, under every shipped table, look-alikes too.
        """
        for a_world in (world(), _LOOSE_ENDS):
            self._classified(self.fresh(open_store), a_world)

    @clause("S-16")
    def test_s16_drawn_authors_are_classified_as_by_all_records(self, open_store: Opener) -> None:
        """
        S-16: the same over drawn worlds.
        """

        @few(20)
        @given(strategies.worlds())
        def classified(drawn: World) -> None:
            self._classified(self.fresh(open_store), drawn)

        classified()

    def _classified(self, store: Any, a_world: World) -> None:  # noqa: ANN401  (a store of any level)
        a_world = self._filled(store, a_world)
        whole_directory = everyone_in(a_world)
        authors: list[SocialUpdate | Profile] = [*a_world.updates, *authors_in(a_world)]
        batch = store.directory_for(authors, pipelines=a_world.pipelines)
        for rules in _LOOSE:
            for author in authors:
                answers = [classify_author(author, each, rules=rules) for each in (batch, whole_directory)]
                same(whole(answers[0]), whole(answers[1]), f"{author!r} under {rules!r}")
            # whom a batch of one brings does not depend on the rules, so that is asked once
            _same_feed(store, whole_directory, a_world, rules, (1, 500) if rules is _LOOSE[0] else (500,))

    @clause("S-16")
    def test_s16_conversions_are_planned_as_by_all_records(self, open_store: Opener) -> None:
        """
        S-16: the directory of a lead plans as one of everything does: account, contact, deal, what hangs on it.
        """
        for a_world, book, ids in (
            (world(), playbooks.ZOHO, ("a01", "c06", "d05")), (_LOOSE_ENDS, playbooks.SIMPLE, ("a2", "c2", "d2")),
        ):  # fmt: skip
            account, contact, deal = map(Use, ids)
            named = (Request(account=account, contact=contact, deal=deal), Request(contact=contact), Request(deal=deal))
            store = self.fresh(open_store)
            there = self._filled(store, a_world)
            everyone = everyone_in(there)
            for each in there.leads:
                for request in (*_REQUESTS, *named):
                    plans = [planned(each, people, request, book) for people in (store, everyone)]
                    same_plans(plans[0], plans[1], f"the plan of {each.ref} by {request}")

    @clause("S-16")
    def test_s16_drawn_conversions_are_planned_as_by_all_records(self, open_store: Opener) -> None:
        """
        S-16: the same over drawn worlds, requests and playbooks.
        """

        @few(20)
        @given(st.data())
        def plans_agree(data: st.DataObject) -> None:
            drawn = data.draw(strategies.conversion_worlds())
            book = data.draw(strategies.playbooks(pipeline=drawn.pipelines, statuses=drawn.statuses))
            store = self.fresh(open_store)
            there = self._filled(store, drawn)
            everyone = everyone_in(there)
            for each in there.leads:
                request = data.draw(strategies.conversion_requests(drawn))
                plans = [planned(each, people, request, book) for people in (store, everyone)]
                same_plans(plans[0], plans[1], f"the plan of {each.ref} by {request}")

        plans_agree()

    @clause("S-16")
    def test_s16_records_that_are_named_come_along(self, open_store: Opener) -> None:
        """
        S-16: a directory holds the records that are named by a reference, an account with its contacts and deals.
        """
        store = open_store()
        several = self.room([
            Account(id="a1", name="Acme"), Account(id="a2", name="Globex"), Contact(id="c1", account_id="a1"),
            Contact(id="c2"), Deal(id="d1", stage="Open", account_id="a1"), Deal(id="d2", stage="Open"),
            Deal(id="d3", stage="Open", contacts=[DealContact(contact_id="c1")]), lead("l1"), lead("l2"),
        ])  # fmt: skip
        self.fill(store, several)
        wanted = [Ref(Account, "a1"), Ref(Deal, "d2"), Ref(Lead, "l2"), Ref(Contact, "gone")]
        directory = store.directory_for(wanted, pipelines=pipelines.SIMPLE)

        for ref in wanted[:3]:
            same(directory.find(ref), next(each for each in several if each.ref == ref), f"the directory's {ref}")
        same(directory.find(wanted[3]), None, "what is not on record")
        account = directory.get(Account, "a1")
        same([each.id for each in directory.contacts_of(account)] if account else None, ["c1"], "contacts of a1")
        deals = directory.deals_of_account(account) if account else ()
        same([each.id for each in deals], ["d1"], "deals of a1")
        contact = directory.get(Contact, "c1")
        deals = directory.deals_of(contact, role=True) if contact else ()
        taking_part = [each.id for each in several if isinstance(each, Deal) and each.contacts]
        same([each.id for each in deals], taking_part, "deals in which c1 has a part")

    @clause("S-16")
    def test_s16_nobody_is_brought_for_nobody(self, open_store: Opener) -> None:
        """
        S-16: an empty batch has an empty directory, and strangers bring nobody along.
        """
        store, sample = open_store(), world()
        self._filled(store, sample)

        same(len(store.directory_for([], pipelines=sample.pipeline)), 0, "records for nobody")
        strangers: list[Wanted] = [
            Profile("x", "perfect_stranger"),
            SocialUpdate(id="u"),
            Profile("email", "nobody@no.example"),
        ]
        same(len(store.directory_for(strangers, pipelines=sample.pipeline)), 0, "records for strangers")

    @clause("S-16", Level.WRITER)
    def test_s16_a_directory_shows_the_records_of_today(self, open_store: Opener) -> None:
        """
        S-16: what was changed since is found by what it is now, and no longer by what it was.
        """
        store = open_store()
        before = Contact(id="c1", last_name="Vale", profiles=[Profile("x", "old")], emails=["old@acme.example"])
        deal = Deal(id="d1", stage="Open", contact_id="c1")
        store.apply(creating(before, deal, Deal(id="d2", stage="Won", contact_id="c1")))
        store.apply(updating(before, profiles=[Profile("x", "new")], emails=["new@acme.example"]))
        store.apply(deleting(deal))
        authors = [Profile("x", "old"), Profile("x", "new"), Profile("email", "old@acme.example")]
        rules = SHIPPED[1]
        directories = [store.directory_for([each], pipelines=pipelines.SIMPLE) for each in authors]
        answers = [classify_author(a, each, rules=rules) for a, each in zip(authors, directories, strict=True)]

        expected = [Category.UNKNOWN, Category.CUSTOMER, Category.UNKNOWN]
        same([each.category for each in answers], expected, "the old profile, the new one, the old address")

    @clause("S-16")
    def test_s16_statements_do_not_grow_with_the_records(self, open_store: Opener) -> None:
        """
        S-16: thirty times the records take at most twice the statements, for each question and for a batch.

        As many again are granted, since a store may pass the keys of a large batch in several parts.
        """
        if self.counting(open_store()) is None:
            raise SkipTest("not checked: nobody counts the statements; say how with `counting`")
        few_of_them, many = (self._counted(self.fresh(open_store), size) for size in (10, 300))
        for what, number in many.items():
            low = few_of_them[what]
            assert number <= 2 * max(low, 1), f"{what} takes {low} statements for 10 records and {number} for 300"

    def _counted(self, store: Any, size: int) -> Mapping[str, int]:  # noqa: ANN401  (a store of any level)
        """
        Count the statements of each question to a store of so many people.
        """
        people = self.room(each for number in range(size) for each in _person(number))
        asked: list[SocialUpdate] = [SocialUpdate(id=f"u{n}", author=Profile("x", f"p{n}")) for n in range(size)]
        converted = [each for each in people if isinstance(each, Lead)]
        questions: dict[str, Callable[[], object]] = {
            "find": lambda: store.find(Contact), "count": lambda: store.count(Contact),
            "a page": lambda: store.find(Contact, limit=size),
            "a feed": lambda: store.directory_for(asked, pipelines=pipelines.SIMPLE),
            "a batch of leads": lambda: store.directory_for(converted, pipelines=pipelines.SIMPLE),
        }  # fmt: skip
        if self.capabilities.level >= Level.WRITER:
            questions["apply"] = lambda: store.apply(creating(*_renamed(people)))
        self.fill(store, people)
        found = {}
        for what, ask in questions.items():
            counting = self.counting(store)
            assert counting is not None, "`counting` has to count for every store"
            with counting as number:
                before = number()
                ask()
                found[what] = number() - before
        return found

    def _filled(self, store: Any, a_world: World) -> World:  # noqa: ANN401  (a store of any level)
        """
        Put the records of a world into a store, and give the world as the store keeps it.
        """
        there = self.room(everybody(a_world))
        self.fill(store, there)
        there = self.as_kept(store, there)
        by_type: dict[str, Any] = {
            name: tuple(each for each in there if isinstance(each, kinds)) for name, kinds in _GROUPS.items()
        }
        return attrs.evolve(a_world, **by_type)


def everyone_in(a_world: World) -> Directory:
    """
    Give the directory of all records of a world: by type and id, as a store finds them.
    """
    several = sorted(a_world.records, key=lambda each: (ENTITIES.index(type(each)), each.id))
    return made(Directory.of, several, a_world.pipelines, partial=True)


def _person(number: int) -> Sequence[Entity]:
    about = Ref(Lead, f"l{number}")
    return (
        Account(id=f"a{number}", name=f"Acme {number}", website=f"https://acme{number}.example"),
        Contact(id=f"c{number}", account_id=f"a{number}", profiles=[Profile("x", f"p{number}")]),
        Deal(id=f"d{number}", stage="Open", contact_id=f"c{number}", account_id=f"a{number}"),
        lead(f"l{number}", company=f"Acme {number}", emails=[f"p{number}@acme{number}.example"]),
        Note(id=f"n{number}", about=about), Task(id=f"t{number}", about=about, subject="Call"),
        Activity(id=f"v{number}", about=about, kind="call", at=NOON),
    )  # fmt: skip


def _renamed(people: Iterable[Entity]) -> list[Entity]:
    return [attrs.evolve(each, id=f"{each.id} too") for each in people]


def _same_feed(
    store: Any,  # noqa: ANN401  (a store)
    everyone: Directory,
    a_world: World,
    rules: AuthorRules,
    batches: Iterable[int],
) -> None:
    for batch in batches:
        told = [
            [str(answer) for _, answer in classify_feed(
                a_world.updates, people, pipelines=a_world.pipelines, rules=rules, batch=batch
            )]
            for people in (store, everyone)
        ]  # fmt: skip
        same(told[0], told[1], f"the feed in batches of {batch}, under {rules!r}")


def planned(a_lead: Lead, people: Any, request: Request, book: Playbook) -> ConversionPlan:  # noqa: ANN401  (anybody)
    """
    Plan what a request asks for.
    """
    return plan_conversion(
        a_lead, people, at=NOON, playbook=book, account=request.account, contact=request.contact, deal=request.deal
    )


def same_plans(given_plan: ConversionPlan, expected: ConversionPlan, what: str) -> None:
    """
    Check that two plans say and do the same.
    """
    same(str(given_plan), str(expected), what)
    same(given_plan.to_plain(), expected.to_plain(), f"{what}, as plain data")
    same(given_plan.changes, expected.changes, f"{what}, its changes")
