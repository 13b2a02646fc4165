"""
A store and the store in memory, side by side: whatever is done to both, both answer alike.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Final, cast

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from leadmodel.changes import Changes, Effect, Updated, create, delete, edit, revert
from leadmodel.entities import ENTITIES, Contact, Deal, DealContact, Entity, Lead, Note
from leadmodel.errors import CannotMove, CannotRevert, Conflict, LeadmodelError
from leadmodel.networks import Profile
from leadmodel.playbook import playbooks
from leadmodel.ports import Keeper, Transaction
from leadmodel.processes import pipelines
from leadmodel.rules.classification import classify_author
from leadmodel.rules.conversion import NewDeal, convert_lead
from leadmodel.rules.deals import move_deal
from leadmodel.stores import MemoryStore
from leadmodel.testing import strategies
from leadmodel.testing.conformance.comparing import same, same_records, whole
from leadmodel.testing.conformance.keeping import Clock
from leadmodel.testing.conformance.samples import HOUR, NOON, there
from leadmodel.testing.conformance.writing import facts
from leadmodel.values import Money, Ref

_IDS: Final = ("a", "A", "é", "e\u0301")
_KINDS: Final = (Lead, Contact, Deal, Note)
_ADA, _BOB = Profile("x", "ada"), Profile("x", "bob", uid="7")
_WORDS: Final = ("", "Acme", "ACME", "O'Brien", "%")

_EDITS: Final[dict[type[Entity], st.SearchStrategy[dict[str, Any]]]] = {
    Lead: st.fixed_dictionaries({}, optional={
        "company": st.sampled_from(_WORDS), "employees": st.none() | st.integers(0, 3),
        "emails": st.sampled_from(((), ("ada@acme.example",))),
        "profiles": st.sampled_from(((), (_ADA,), (_BOB, _ADA))),
        "custom": st.sampled_from(({}, {"size": 1}, {"size": "1", "O'Brien": ()})),
        "tags": st.sampled_from(((), ("b", "B"))),
    }),
    Contact: st.fixed_dictionaries({}, optional={
        "last_name": st.sampled_from(_WORDS), "profiles": st.sampled_from(((), (_ADA,), (_BOB,))),
        "account_id": st.sampled_from(("", *_IDS)), "emails": st.sampled_from(((), ("ada@acme.example",))),
    }),
    Deal: st.fixed_dictionaries({}, optional={
        "contact_id": st.sampled_from(("", "a", "A")), "amount": st.none() | st.sampled_from(
            (Money("1.5", "EUR"), Money("10", "EUR"), Money("2", "USD"))
        ),
        "contacts": st.sampled_from(((), (DealContact(contact_id="é"),))), "name": st.sampled_from(_WORDS),
    }),
    Note: st.fixed_dictionaries({}, optional={"text": st.sampled_from(_WORDS)}),
}  # fmt: skip
_ORDERS: Final = {
    Lead: ((), ("company",), ("-employees", "company"), ("-created_at",)), Contact: ((), ("-last_name",)),
    Deal: ((), ("amount",), ("-amount", "-name")), Note: ((), ("-text",)),
}  # fmt: skip


class _Left(Exception):
    """
    What leaves a transaction in the middle.
    """


class Twins(RuleBasedStateMachine):
    """
    What can happen to a store, done to two of them.
    """

    #: What opens a store without any record, given a clock.
    opens: Callable[[Callable[[], Any]], Any]
    #: Says whether a clause is asked of the store.
    keeps: Callable[[str], bool]
    #: Whether the stamps of the log can be compared.
    timed: bool
    #: Gives what the ids of a run begin with: nothing, or what no run before it has used.
    prefixes: Iterator[str]

    @initialize(kinds=st.sampled_from((_KINDS, (Lead, Deal), ())))
    def begin(self, kinds: Sequence[type[Entity]]) -> None:
        """
        Begin with two stores in which there is nothing or a little, and one clock.
        """
        self.clock = Clock()
        self.prefix = next(type(self).prefixes)
        self.store: Keeper = type(self).opens(self.clock)
        self.model = MemoryStore(now=self.clock)
        self.done: list[Changes] = []
        for kind in kinds:
            self.create(kind, "a", 0, {})

    def new(self, kind: type[Entity], record_id: str) -> Entity:
        """
        Give a record of a type that has little in it.
        """
        if kind is Lead:
            return Lead(id=self.prefix + record_id, last_name="Vale")
        if kind is Deal:
            return Deal(id=self.prefix + record_id, stage="Open", pipeline="simple")
        if kind is Note:
            return Note(id=self.prefix + record_id, about=Ref(Lead, "a"))
        return Contact(id=self.prefix + record_id)

    def later(self) -> Any:  # noqa: ANN401  (an instant)
        """
        Let some time go by.
        """
        self.clock.at += HOUR
        return self.clock.at

    def record(self, data: st.DataObject, kinds: Sequence[type[Entity]] = _KINDS) -> Entity | None:
        """
        Choose a record that is there, or None where there is none.
        """
        found = [each for each in there(self.model) if type(each) in kinds]
        return data.draw(st.sampled_from(found), label="record") if found else None

    def both(self, act: Callable[[Any], object], what: str) -> bool:
        """
        Do something to both, and compare what comes of it; say whether it was done.
        """
        given, expected = (_outcome(act, each) for each in (self.store, self.model))
        same(given, expected, what)
        return expected[0] != "raised"

    def apply(self, changes: Changes, **options: Any) -> None:  # noqa: ANN401  (the options of `apply`)
        """
        Apply changes to both.
        """
        keeper = self.keeps("S-18") and self.keeps("S-4")

        def act(store: Keeper) -> object:
            position = store.apply(changes, **options)
            return position if keeper else None

        if self.both(act, f"applying {changes}"):
            self.done.append(changes)

    # What is done

    @rule(
        data=st.data(), kind=st.sampled_from(_KINDS), record_id=st.sampled_from(_IDS), version=st.sampled_from((0, 3))
    )
    def create_any(self, data: st.DataObject, kind: type[Entity], record_id: str, version: int) -> None:
        """
        Create a record, which may be there, or have been there.
        """
        self.create(kind, record_id, version, data.draw(_EDITS[kind], label="fields"))

    def create(self, kind: type[Entity], record_id: str, version: int, fields: dict[str, Any]) -> None:
        """
        Create a record, with an effect.
        """
        record = attrs.evolve(self.new(kind, record_id), version=version, **fields)
        effects = [Effect(key=record_id, kind="email", payload={"id": record_id})] if self.keeps("S-13") else []
        self.apply(attrs.evolve(create(record, at=self.later(), by="u1"), effects=effects))

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """
        Set some fields of a record.
        """
        record = self.record(data)
        if record is not None and getattr(record, "conversion", None) is None:
            self.apply(edit(record, data.draw(_EDITS[type(record)], label="fields"), at=self.later()))

    @rule(data=st.data(), off=st.sampled_from((0, 0, 0, -1, 1)), step=st.sampled_from((1, 0, -1, 4)))
    def write_by_hand(self, data: st.DataObject, off: int, step: int) -> None:
        """
        Update a record from any version to any other one, together with a record that is created.
        """
        record = self.record(data)
        if record is not None:
            start = max(0, record.version + off)
            states = [attrs.evolve(record, version=each) for each in (start, max(0, start + step))]
            new = self.new(Lead, data.draw(st.sampled_from(_IDS), label="new"))
            created = [] if new.ref == record.ref else [new]
            self.apply(Changes(created=created, updated=[Updated(*states)]))

    @precondition(lambda self: self.done)
    @rule(data=st.data(), other=st.sampled_from(_IDS))
    def delete(self, data: st.DataObject, other: str) -> None:
        """
        Delete a record, or merge it into another one.
        """
        record = self.record(data)
        if record is not None:
            into = Ref(type(record), self.prefix + other)
            merges = self.keeps("S-12") and into != record.ref and self.model.get(type(record), into.id) is not None
            changes = delete(record, at=self.later())
            self.apply(attrs.evolve(changes, merged=[(record.ref, into)] if merges else []))

    @rule(data=st.data(), stage=st.sampled_from(("Open", "Won", "Lost")))
    def move(self, data: st.DataObject, stage: str) -> None:
        """
        Move a deal.
        """
        deal = self.record(data, (Deal,))
        if isinstance(deal, Deal):
            try:
                self.apply(move_deal(deal, stage, at=self.later(), pipeline=pipelines.SIMPLE).changes)
            except CannotMove:
                return

    @rule(data=st.data(), deal=st.none() | st.just(NewDeal(name="Pilot")))
    def convert(self, data: st.DataObject, deal: NewDeal | None) -> None:
        """
        Convert a lead, as each of the two would: the plans are the same.
        """
        lead = self.record(data, (Lead,))
        if isinstance(lead, Lead):
            at = self.later()

            def act(store: Keeper) -> object:
                changes = convert_lead(lead, store, at=at, playbook=playbooks.SIMPLE, deal=deal).changes
                converted.append(changes)
                return whole(changes)

            converted: list[Changes] = []
            if self.both(act, f"converting {lead.ref}"):
                self.apply(converted[-1])

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """
        Revert what was applied at some time.
        """
        changes = data.draw(st.sampled_from(self.done), label="changes")
        current = {
            ref: now for ref in changes.refs() if (now := self.model.get(cast("Any", ref.type), ref.id)) is not None
        }
        try:
            self.apply(revert(changes, current, at=self.later()))
        except CannotRevert:
            return

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def apply_again(self, data: st.DataObject) -> None:
        """
        Apply what was applied before: mostly it is stale.
        """
        self.apply(data.draw(st.sampled_from(self.done), label="changes"))

    @rule(key=st.sampled_from(("k", "K")), record_id=st.sampled_from(_IDS))
    def apply_under_a_key(self, key: str, record_id: str) -> None:
        """
        Apply something under a key that may have been used.
        """
        if self.keeps("S-18") and self.keeps("S-4"):
            self.apply(create(self.new(Contact, record_id), at=self.later()), key=key)

    @rule(data=st.data(), record_id=st.sampled_from(_IDS), fails=st.booleans())
    def transact(self, data: st.DataObject, record_id: str, fails: bool) -> None:
        """
        Read, write and read in a transaction, which may be left in the middle.
        """
        if not self.keeps("S-17"):
            return
        record, new = self.record(data), self.new(Lead, record_id)
        changes = Changes(created=[new], deleted=[record] if record is not None and record.ref != new.ref else [])
        self.later()

        def act(store: Keeper) -> object:
            with store.transaction() as transaction:
                return _transacted(transaction, changes, fails=fails)

        if self.both(act, f"a transaction that {'fails' if fails else 'ends well'}"):
            self.done.append(changes)

    @rule(number=st.integers(1, 3))
    def acknowledge(self, number: int) -> None:
        """
        Send some effects.
        """
        if self.keeps("S-13"):
            keys = [each.effect.key for each in self.model.outbox(limit=number)]
            self.both(lambda store: store.acknowledge(keys), f"acknowledging {keys}")

    @rule(hours=st.integers(-5, 5))
    def turn_the_clock(self, hours: int) -> None:
        """
        Turn the clock ahead or back.
        """
        self.clock.at += timedelta(hours=hours)

    # What is asked

    @rule(data=st.data(), kind=st.sampled_from(_KINDS), limit=st.integers(1, 3))
    def page(self, data: st.DataObject, kind: type[Entity], limit: int) -> None:
        """
        Go through pages in some order, up to three of them.
        """
        order_by = data.draw(st.sampled_from(_ORDERS[kind]), label="order") if self.keeps("S-14") else ()

        def act(store: Keeper) -> object:
            pages, after = [], None
            for _ in range(3):
                page = store.find(kind, order_by=order_by, limit=limit, after=after)
                pages.append(whole(page.records))
                after = page.after
                if after is None:
                    break
            return pages, after is None

        self.both(act, f"pages of {limit} by {order_by}")

    @rule(data=st.data(), kind=st.sampled_from(_KINDS))
    def ask(self, data: st.DataObject, kind: type[Entity]) -> None:
        """
        Find and count by any criterion.
        """
        question = data.draw(strategies.criteria(kind, related=True, max_leaves=3), label="question")
        self.both(lambda store: [each.id for each in store.find(question, now=NOON)], f"found: {question}")
        self.both(lambda store: store.count(question, now=NOON), f"counted: {question}")

    @rule(author=st.sampled_from((_ADA, _BOB)))
    def classify(self, author: Profile) -> None:
        """
        Ask who somebody is.
        """

        def act(store: Keeper) -> object:
            return str(classify_author(author, store.directory_for([author], pipelines=pipelines.SIMPLE)))

        self.both(act, f"who {author} is")

    @rule(hours=st.integers(-3, 30))
    def look_back(self, hours: int) -> None:
        """
        Read the records as of some instant.
        """
        if self.keeps("S-4") and self.timed:
            instant = NOON + timedelta(hours=hours)
            self.both(lambda store: [whole(each) for each in there(store.as_of(instant))], f"as of {instant}")

    @rule(kind=st.sampled_from(_KINDS), record_id=st.sampled_from(_IDS), after=st.integers(0, 9))
    def recall(self, kind: type[Entity], record_id: str, after: int) -> None:
        """
        Ask for the history of a record, where it leads, and for a part of the log.
        """
        ref = Ref(kind, self.prefix + record_id)
        if self.keeps("S-4"):
            self.both(lambda store: [self.told(each) for each in store.history(ref)], f"the history of {ref}")
            self.both(lambda store: [self.told(each) for each in store.log(after=after, limit=3)], "a part of the log")
            self.both(lambda store: whole(store.changes(after)), f"the changes at {after}")
        if self.keeps("S-12"):
            self.both(lambda store: str(store.resolve(ref)), f"where {ref} leads")

    def told(self, entry: Any) -> object:  # noqa: ANN401  (an entry or a commit)
        """
        Give all of an entry, without the stamp where the store has a clock of its own.
        """
        return whole(entry if self.timed else attrs.evolve(entry, recorded_at=NOON))

    # What is always so

    @invariant()
    def records_are_the_same(self) -> None:
        """
        Every record is there in both, to the last detail; so is every effect that waits.
        """
        if hasattr(self, "store"):
            same_records(there(self.store), there(self.model), "the records")
            same(
                [self.store.count(kind) for kind in ENTITIES], [self.model.count(kind) for kind in ENTITIES], "counted"
            )
            if self.keeps("S-13"):
                self.both(lambda store: [whole(each) for each in store.outbox()], "the effects that wait")

    def teardown(self) -> None:
        """
        Compare the whole log at the end.
        """
        if hasattr(self, "store") and self.keeps("S-4"):
            self.both(lambda store: [self.told(each) for each in islice(store.log(), 1_000)], "the log")


def _transacted(transaction: Transaction, changes: Changes, *, fails: bool) -> object:
    seen: list[object] = [[each.id for each in transaction.find(Lead)]]
    transaction.apply(changes)
    seen += [transaction.count(kind) for kind in ENTITIES]
    if fails:
        raise _Left
    return seen


def _outcome(act: Callable[[Any], object], store: object) -> tuple[str, object]:
    """
    Give what comes of doing something to a store: what it gives, or what it raises.
    """
    try:
        return "gave", act(store)
    except Conflict as error:
        return "raised", facts(error)
    except (LeadmodelError, _Left) as error:
        return "raised", type(error).__name__
