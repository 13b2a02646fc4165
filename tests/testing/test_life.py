"""
A whole life: captured from a feed, qualified, planned, converted, retried, moved, edited, reverted.

One directory is kept up all the while, and whatever was done is remembered to be retried or taken back.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import attrs
import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from leadmodel import (
    Account,
    Activity,
    AlreadyConverted,
    CannotConvert,
    CannotMove,
    CannotRevert,
    Changes,
    Contact,
    Conversion,
    ConversionPlan,
    Deal,
    Directory,
    Lead,
    Note,
    PlanOutdated,
    Playbook,
    Profile,
    Ref,
    Request,
    SocialUpdate,
    Stage,
    Task,
    apply_plan,
    convert_lead,
    create,
    edit,
    lead_from,
    move_deal,
    plan_conversion,
    playbooks,
    qualify_lead,
    revert,
)
from leadmodel.entities import Entity
from leadmodel.samples import World
from leadmodel.testing import laws, strategies

NOON: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)
KINDS: Final = (Lead, Contact, Account, Deal, Note, Activity, Task)
BOOK: Final = attrs.evolve(playbooks.SIMPLE, namespace=UUID("11111111-2222-4333-8444-555555555555"))
PIPELINE: Final = BOOK.pipelines["simple"]
COMPANIES: Final = ("Acme", "ACME ", "Globex", "")
EMAILS: Final = ((), ("ada@acme.example",), ("ADA@acme.example", "bob@acme.example"))


def records_of(directory: Directory) -> dict[Ref, Entity]:
    """Give everything in a directory by reference."""
    return {record.ref: record for kind in KINDS for record in directory.all(kind)}


class Life(RuleBasedStateMachine):
    """Everything that can happen to people of a small world."""

    @initialize(world=strategies.conversion_worlds(size=2, playbook=BOOK), book=st.data())
    def begin(self, world: World, book: st.DataObject) -> None:
        """Begin with some records, or none, and with a playbook."""
        self.world = world
        self.book: Playbook = book.draw(
            st.just(BOOK) | strategies.playbooks(pipeline=PIPELINE, statuses=world.statuses), label="playbook"
        )
        self.directory: Directory = world.directory()
        self.at = NOON
        self.versions: dict[Ref, int] = {ref: each.version for ref, each in records_of(self.directory).items()}
        self.plans: list[ConversionPlan] = []
        #: What was asked of each conversion, and what came of it.
        self.done: list[tuple[Request, Conversion]] = []

    def later(self) -> datetime:
        """Let some time go by."""
        self.at += timedelta(hours=1)
        return self.at

    def make(self, changes: Changes) -> None:
        """Make changes, and see that versions only grow."""
        for _, after in changes.pairs():
            if after is not None:
                assert after.version >= self.versions.get(after.ref, 0), f"{after.ref} went back to {after.version}"
        for update in changes.updated:
            assert update.after.version > update.before.version, f"{update.after.ref} keeps its version"
        self.directory.update(changes)
        self.versions |= {after.ref: after.version for _, after in changes.pairs() if after is not None}

    def some(self, kind: Any, data: st.DataObject) -> Any:  # noqa: ANN401  (a record of that kind)
        """Choose a record of a kind, or None."""
        there = sorted(self.directory.all(kind), key=lambda each: each.id)
        return data.draw(st.sampled_from(there), label=kind.__name__) if there else None

    def ask(self, data: st.DataObject) -> tuple[Request, dict[str, Any]]:
        """Draw a request about the world as it is today."""
        today = attrs.evolve(
            self.world, accounts=tuple(self.directory.all(Account)), contacts=tuple(self.directory.all(Contact)),
            deals=tuple(self.directory.all(Deal)),
        )  # fmt: skip
        asked = data.draw(strategies.conversion_requests(today), label="request")
        return asked, {"account": asked.account, "contact": asked.contact, "deal": asked.deal, "playbook": self.book}

    # What happens to leads

    @rule(
        handle=st.sampled_from(("ada", "bob", "cyd")), company=st.sampled_from(COMPANIES),
        emails=st.sampled_from(EMAILS),
    )  # fmt: skip
    def capture(self, handle: str, company: str, emails: tuple[str, ...]) -> None:
        """Somebody in the feed becomes a lead; adding the same author twice gives the same lead."""
        update = SocialUpdate(id="u1", author=Profile("x", handle), author_name="Ada Vale")
        lead = lead_from(update, at=self.later(), namespace=BOOK.namespace)
        again = lead_from(update, at=self.later(), namespace=BOOK.namespace)
        assert lead.ref == again.ref
        if self.directory.get(Lead, lead.id) is None:
            self.make(create(attrs.evolve(lead, company=company, emails=emails), at=self.at))
            self.make(create(Note(id=f"n{self.at:%d%H}", about=lead.ref, text="Seen."), at=self.at))

    @rule(data=st.data())
    def qualify(self, data: st.DataObject) -> None:
        """A lead is qualified, where its status lets it be."""
        lead = self.some(Lead, data)
        known = {status.key for status in self.book.statuses.members}
        if lead is None or lead.status not in {None, *known}:
            return
        laws.check_lead_moves(lead, self.book.statuses, at=self.later())
        try:
            move = qualify_lead(lead, at=self.at, statuses=self.book.statuses)
        except CannotMove:
            return
        assert lead.conversion is None
        self.make(move.changes)

    @rule(data=st.data(), title=st.sampled_from(("", "Miller", "Countess")))
    def change(self, data: st.DataObject, title: str) -> None:
        """A person is edited; of a converted lead that is refused elsewhere."""
        person = self.some(data.draw(st.sampled_from((Lead, Contact))), data)
        if person is not None and getattr(person, "conversion", None) is None:
            self.make(edit(person, {"title": title}, at=self.later()))

    # Conversion

    @rule(data=st.data())
    def plan(self, data: st.DataObject) -> None:
        """Somebody looks first: that changes nothing."""
        lead = self.some(Lead, data)
        if lead is not None:
            before = records_of(self.directory)
            self.plans.append(plan_conversion(lead, self.directory, at=self.later(), **self.ask(data)[1]))
            assert all(self.directory.find(ref) is record for ref, record in before.items())

    @precondition(lambda self: self.plans)
    @rule(data=st.data())
    def carry_out(self, data: st.DataObject) -> None:
        """A plan is carried out as it was shown, or refused."""
        plan = data.draw(st.sampled_from(self.plans), label="plan")
        before = records_of(self.directory)
        try:
            done = apply_plan(plan, self.directory, playbook=self.book)
        except (PlanOutdated, CannotConvert) as refused:
            self.check_refusal(plan, refused)
            return
        if done.changes:
            assert done.changes == plan.changes
            self.remember(plan.request, done, before)

    @staticmethod
    def check_refusal(plan: ConversionPlan, refused: PlanOutdated | CannotConvert) -> None:
        """A plan is refused because it was blocked, because the lead was converted, or because it is outdated."""
        if isinstance(refused, PlanOutdated):
            assert refused.planned is plan
            assert str(refused.today) != str(plan)
        elif not isinstance(refused, AlreadyConverted):
            assert refused.problems == plan.problems

    @rule(data=st.data())
    def convert(self, data: st.DataObject) -> None:
        """A lead is converted at once."""
        lead = self.some(Lead, data)
        if lead is None:
            return
        asked, how = self.ask(data)
        before = records_of(self.directory)
        try:
            done = convert_lead(lead, self.directory, at=self.later(), **how)
        except AlreadyConverted:
            assert lead.conversion is not None
            return
        except CannotConvert:
            return
        assert bool(done.changes) is (lead.conversion is None)
        if done.changes:
            self.remember(asked, done, before)

    def remember(self, asked: Request, done: Conversion, before: dict[Ref, Entity]) -> None:
        """Make the changes of a conversion; taken back at once, all records are as they were (CONV-11)."""
        self.make(done.changes)
        twin = self.directory.copy()
        twin.update(revert(done.changes, twin.current(done.changes), at=self.at, referring=twin.referring))

        assert records_of(twin) == before
        self.done = [each for each in self.done if each[1].lead.ref != done.lead.ref]
        self.done.append((asked, done))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """The same request again gives today's records and no changes (CONV-10)."""
        asked, done = data.draw(st.sampled_from(self.done), label="converted")
        again = convert_lead(
            done.lead, self.directory, at=self.later(), playbook=self.book, account=asked.account,
            contact=asked.contact, deal=asked.deal,
        )  # fmt: skip
        assert not again.changes
        for first, now in ((done.contact, again.contact), (done.account, again.account), (done.deal, again.deal)):
            assert now is (None if first is None else self.directory.find(first.ref))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def take_back_later(self, data: st.DataObject) -> None:
        """A conversion of some time ago is reverted, or refused for what has changed since."""
        entry = data.draw(st.sampled_from(self.done), label="converted")
        changes = entry[1].changes
        try:
            back = revert(changes, self.directory.current(changes), at=self.later(), referring=self.directory.referring)
        except CannotRevert:
            return
        self.make(back)
        self.done.remove(entry)

        for pair_before, pair_after in changes.pairs():
            ref = (pair_before or pair_after).ref  # type: ignore[union-attr]  # one of the two is there
            now = self.directory.find(ref)
            assert (now is None) is (pair_before is None)
            assert not isinstance(now, Lead) or now.conversion is None

    # Deals

    @rule(data=st.data(), stage=st.sampled_from(PIPELINE.stages), by_hand=st.none() | st.just({"probability": 70}))
    def move(self, data: st.DataObject, stage: Stage, by_hand: dict[str, object] | None) -> None:
        """A deal moves, if it may; the laws of moves hold for it wherever it stands."""
        deal = self.some(Deal, data)
        if deal is None:
            return
        at = max(self.later(), deal.created_at or NOON, deal.history[-1].at if deal.history else NOON)
        laws.check_moves(deal, PIPELINE, at=at)
        try:
            moved = move_deal(
                deal, stage.key, at=at, pipeline=PIPELINE, given=None if deal.stage == stage.key else by_hand
            )
        except CannotMove:
            return
        self.make(moved.changes)

    # What is always so

    @invariant()
    def directory_is_the_same_when_it_is_made_again(self) -> None:
        """Kept up in place equals made again: the records, who is found by name and address, and what hangs on whom."""
        if not hasattr(self, "directory"):
            return
        given: dict[type[Entity], Any] = {kind: list(self.directory.all(kind)) for kind in KINDS}
        again = Directory.of(
            leads=given[Lead], contacts=given[Contact], accounts=given[Account], deals=given[Deal],
            children=[*given[Note], *given[Activity], *given[Task]], pipelines=self.book.pipelines,
        )  # fmt: skip

        assert records_of(again) == records_of(self.directory)
        assert _told(again) == _told(self.directory)


def _told(directory: Directory) -> dict[str, Any]:
    """Say what a directory answers to what conversion asks of it."""
    accounts = sorted(directory.all(Account), key=lambda each: each.id)
    return {
        "named": {name: _refs(directory.accounts_named(name)) for name in ("acme", "acme mills", "globex")},
        "at": _refs(directory.accounts_at("acme.example")),
        "people": {each.id: _refs(directory.contacts_named("ada vale", each)) for each in accounts},
        "members": {each.id: _refs(directory.contacts_of(each)) for each in accounts},
        "mail": {mail: _refs(directory.with_email(mail)) for mail in ("ada@acme.example", "bob@acme.example")},
        "profiles": [_refs(found) for found in directory.matching("x:ada")],
        "hanging": {str(ref): _refs(directory.children_of(ref)) for ref in records_of(directory)},
        "referring": {str(ref): _refs(directory.referring(ref)) for ref in records_of(directory)},
        "deals": {each.id: _refs(directory.deals_of_account(each)) for each in accounts},
    }


def _refs(records: Any) -> set[str]:  # noqa: ANN401  (records of any type)
    return {str(record.ref) for record in records}


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=25)
