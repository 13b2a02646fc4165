"""
A whole life on stored records: captured from a feed, qualified, planned, converted, retried, moved, edited, undone.

A directory is kept up by the pure verbs all the while; the store has to hold what it holds.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from leadmodel import (
    Account,
    Activity,
    CannotRevert,
    Changes,
    Contact,
    ConversionPlan,
    Deal,
    Directory,
    Lead,
    LeadmodelError,
    Note,
    Profile,
    Request,
    SocialUpdate,
    Stage,
    Task,
    apply_plan,
    contact_from,
    convert_lead,
    convert_leads,
    create,
    delete,
    disqualify_lead,
    edit,
    lead_from,
    move_deal,
    plan_conversion,
    playbooks,
    qualify_lead,
    revert,
)
from leadmodel.crm import Crm, Done
from leadmodel.samples import World
from leadmodel.testing import strategies
from tests.crm.conftest import NUMBERS, Opens
from tests.crm.making import BOOK, NOON, inside, mapped, put
from tests.crm.through import records_of

SIMPLE: Final = attrs.evolve(playbooks.SIMPLE, namespace=BOOK.namespace)
KINDS: Final[tuple[Any, ...]] = (Lead, Contact, Account, Deal, Note, Activity, Task)
PIPELINE: Final = SIMPLE.pipelines["simple"]


class StoredLife(RuleBasedStateMachine):
    """Everything that can happen to the people of a small world, on a store and beside it."""

    #: Opens the store of a tenant; each life is one.
    opens: Opens

    @initialize(world=strategies.conversion_worlds(size=2, playbook=SIMPLE), book=st.data())
    def begin(self, world: World, book: st.DataObject) -> None:
        """Begin with some records, or none, and with a playbook."""
        self.store = self.opens(f"life {next(NUMBERS)}")
        self.world, self.directory, self.at = world, world.directory(), NOON
        self.book = book.draw(
            st.just(SIMPLE) | strategies.playbooks(pipeline=PIPELINE, statuses=world.statuses), label="playbook"
        )
        put(self.store, *records_of(self.directory))
        self.crm = Crm(self.store, playbook=self.book, now=self.later)
        self.plans: list[ConversionPlan] = []
        #: What every commit has changed, by its position; the first is the world.
        self.log: dict[int, Changes] = {1: Changes()} if self.directory else {}
        self.asked: list[tuple[str, Request]] = []

    def teardown(self) -> None:
        """Close what was opened."""
        getattr(getattr(self, "store", None), "close", lambda: None)()

    def later(self) -> datetime:
        """Let some time go by, each time the clock is asked."""
        self.at += timedelta(hours=1)
        return self.at

    def both(self, stored: Callable[[], Done], pure: Callable[[datetime], Any]) -> Done | None:
        """Do a verb on the store, and the pure one at the same instant; both give the same, or refuse alike."""
        done, error = _tried(stored)
        made, refused = _tried(lambda: pure(self.at))
        assert _unordered(error) == _unordered(refused)
        if done is None:
            return None
        changes = made if isinstance(made, Changes) else made.changes
        assert done.changes == changes
        if changes:
            self.directory.update(done.changes)
            self.log[done.position] = done.changes
        return done

    def sorted(self) -> Directory:
        """Give the directory with its records in order of id, as a store gives them: candidates are told in order."""
        records = {kind: sorted(self.directory.all(kind), key=lambda each: each.id) for kind in KINDS}
        return Directory.of(
            leads=records[Lead], contacts=records[Contact], accounts=records[Account], deals=records[Deal],
            children=[*records[Activity], *records[Task], *records[Note]], pipelines=self.book.pipelines,
        )  # fmt: skip

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
        return asked, _choices(asked)

    # What happens to people

    @rule(handle=st.sampled_from(("ada", "bob")), kind=st.sampled_from((Lead, Contact)))
    def capture(self, handle: str, kind: type[Any]) -> None:
        """Somebody in the feed comes on record, once."""
        update = SocialUpdate(id="u1", author=Profile("x", handle), author_name="Ada Vale")
        add, person_from = (
            (self.crm.add_lead, lead_from) if kind is Lead else (self.crm.add_contact, contact_from)
        )  # fmt: skip
        born = person_from(update, at=self.at, namespace=self.book.namespace)
        there = self.directory.get(kind, born.id)
        done = self.both(
            lambda: add(update),
            lambda at: Changes() if there else create(attrs.evolve(born, created_at=at), at=at),
        )  # fmt: skip

        assert done is not None
        assert there in {None, done.record}  # type: ignore[attr-defined]  # of one record

    @rule(data=st.data(), number=st.integers(0, 3))
    def note(self, data: st.DataObject, number: int) -> None:
        """Something is noted about a lead, or taken away again."""
        lead, there = self.some(Lead, data), self.directory.get(Note, f"m{number}")
        if there is not None:
            self.both(lambda: self.crm.delete(Note, there.id), lambda at: delete(there, at=at))
        elif lead is not None:
            fresh = Note(id=f"m{number}", about=lead.ref, text="Seen.")
            self.both(lambda: self.crm.create(fresh), lambda at: create(fresh, at=at))

    @rule(data=st.data(), verb=st.sampled_from(("qualify", "disqualify")))
    def judge(self, data: st.DataObject, verb: str) -> None:
        """A lead is qualified or disqualified, where its status lets it be."""
        if (lead := self.some(Lead, data)) is not None:
            pure = {"qualify": qualify_lead, "disqualify": disqualify_lead}[verb]
            self.both(
                lambda: getattr(self.crm, verb)(lead.id), lambda at: pure(lead, at=at, statuses=self.book.statuses)
            )  # fmt: skip

    @rule(data=st.data(), title=st.sampled_from(("", "Miller", "Countess")))
    def change(self, data: st.DataObject, title: str) -> None:
        """A person is edited, unless it is a converted lead."""
        if (person := self.some(data.draw(st.sampled_from((Lead, Contact))), data)) is not None:
            values = {"title": title}
            self.both(
                lambda: self.crm.edit(type(person), person.id, values), lambda at: edit(person, values, at=at)
            )  # fmt: skip

    # Conversion

    @rule(data=st.data())
    def plan(self, data: st.DataObject) -> None:
        """Somebody looks first: that changes nothing."""
        if (lead := self.some(Lead, data)) is not None:
            _, how = self.ask(data)
            plan = self.crm.plan(lead.id, **how)
            again = plan_conversion(lead, self.sorted(), at=self.at, playbook=self.book, **how)
            assert (plan.changes, plan.problems) == (again.changes, again.problems)
            self.plans.append(plan)

    @precondition(lambda self: self.plans)
    @rule(data=st.data())
    def carry_out(self, data: st.DataObject) -> None:
        """A plan is carried out as it was shown, or refused."""
        plan = data.draw(st.sampled_from(self.plans), label="plan")
        if self.directory.get(Lead, plan.before.id) is None:
            return
        done, error = _tried(lambda: self.crm.apply_plan(plan))
        made, refused = _tried(lambda: apply_plan(plan, self.sorted(), playbook=self.book))
        assert type(error) is type(refused)
        if done is not None:
            assert done.changes == made.changes
            if done.changes:
                self.directory.update(done.changes)
                self.log[done.position] = done.changes

    @rule(data=st.data())
    def convert(self, data: st.DataObject) -> None:
        """A lead is converted; done again, nothing changes (CONV-10)."""
        if (lead := self.some(Lead, data)) is None:
            return
        asked, how = self.ask(data)
        done = self.both(
            lambda: self.crm.convert(lead.id, **how),
            lambda at: convert_lead(lead, self.sorted(), at=at, playbook=self.book, **how),
        )  # fmt: skip
        if done is not None:
            again = self.crm.convert(lead.id, **how)
            assert (again.position, again.changes) == (None, Changes())
            self.asked.append((lead.id, asked))

    @rule(data=st.data(), batch=st.integers(1, 3))
    def convert_all(self, data: st.DataObject, batch: int) -> None:
        """All open leads are converted, as many as can be."""
        _, how = self.ask(data)
        leads = [lead for lead in self.directory.all(Lead) if lead.conversion is None]
        batches: list[Any] = []
        done = self.crm.convert_all(Lead, batch=batch, on_progress=batches.append, **how)
        assert done.leads == len(leads)
        for one in batches:
            several = [self.directory.get(Lead, plan.before.id) for plan in one.batch.results]
            at = one.changes.cause.at if one.changes.cause else self.at
            made = convert_leads(several, self.sorted(), at=at, playbook=self.book, **how)
            assert Changes.of(*made.groups) == one.changes
            if one.changes:
                kept = self.store.changes(one.position)  # the versions of ids that were there before are the store's
                assert kept == one.changes
                self.directory.update(kept)
                self.log[one.position] = kept

    # Deals

    @rule(data=st.data(), stage=st.sampled_from(PIPELINE.stages), by_hand=st.none() | st.just({"probability": 70}))
    def move(self, data: st.DataObject, stage: Stage, by_hand: dict[str, object] | None) -> None:
        """A deal moves, if it may; it may have come from a time to come."""
        if (deal := self.some(Deal, data)) is not None:
            self.both(
                lambda: self.crm.move(deal.id, stage.key, given=by_hand),
                lambda at: move_deal(deal, stage.key, at=at, pipeline=PIPELINE, given=by_hand),
            )  # fmt: skip

    # Taking back

    @precondition(lambda self: len(self.log) > 1)
    @rule(data=st.data(), partial=st.booleans())
    def undo(self, data: st.DataObject, partial: bool) -> None:
        """Something is taken back, an undo among others; or refused for what has changed since."""
        position = data.draw(st.sampled_from(sorted(self.log)[1:]), label="position")
        changes = self.log[position]

        def pure(at: datetime) -> Changes:
            current = self.directory.current(changes)
            try:
                return revert(changes, current, at=at, referring=self.directory.referring)
            except LeadmodelError as refused:
                left = getattr(refused, "partial", None)
                if partial and isinstance(left, Changes):
                    return left
                raise

        self.both(lambda: self.crm.undo(position, partial=partial), pure)

    # What is always so

    @invariant()
    def store_holds_what_the_directory_holds(self) -> None:
        """The same records, and their versions too."""
        if not hasattr(self, "directory"):
            return
        there, expected = inside(self.store), mapped(records_of(self.directory))

        assert there == expected
        assert {ref: record.version for ref, record in there.items()} == {
            ref: record.version for ref, record in expected.items()
        }

    @invariant()
    def log_tells_how_it_came_to_be(self) -> None:
        """All that was applied, one after another, gives what is there."""
        if hasattr(self, "directory"):
            records: dict[Any, Any] = {}
            for commit in self.store.log():
                commit.changes.apply_to(records)
            assert records == inside(self.store)


def _unordered(error: LeadmodelError | None) -> object:
    """Give an error; of one that refuses an undo, the problems in any order: they come as the records are found."""
    if isinstance(error, CannotRevert):
        return sorted(map(str, error.problems)), error.partial
    return error


def _choices(asked: Request) -> dict[str, Any]:
    return {"account": asked.account, "contact": asked.contact, "deal": asked.deal}


def _tried(verb: Callable[[], Any]) -> tuple[Any, LeadmodelError | None]:
    """Give the result of a verb, or its error."""
    try:
        return verb(), None
    except LeadmodelError as error:
        return None, error


@pytest.mark.usefixtures("not_measured")
def test_whole_life_on_a_store(opens: Opens) -> None:
    """Whatever happens, in whatever order."""
    machine = type("Life", (StoredLife,), {"opens": staticmethod(opens)})
    run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=20))
