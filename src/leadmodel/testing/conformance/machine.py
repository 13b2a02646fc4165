"""
A store and the store in memory, side by side: whatever is done to both, both answer alike.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
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

from leadmodel.changes import Cause, Changes, Effect, Updated, create, delete, edit, revert
from leadmodel.entities import ENTITIES, Contact, Deal, DealContact, Entity, Lead, Note
from leadmodel.errors import CannotMove, CannotRevert, Conflict, LeadmodelError
from leadmodel.networks import Profile
from leadmodel.playbook import playbooks
from leadmodel.ports import Keeper, Transaction
from leadmodel.processes import pipelines
from leadmodel.rules.classification import classify_author
from leadmodel.rules.conversion import NewDeal, plan_conversion
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
#: What some of the first records hold: others of their type hold nothing there.
_FIRST: Final[dict[type[Entity], dict[str, Any]]] = {
    Lead: {"company": "ACME", "employees": 2, "profiles": [_BOB]},
    Contact: {"last_name": "Vale", "profiles": [_ADA]},
    Deal: {"name": "Acme", "amount": Money("1.5", "EUR"), "contact_id": "a"},
    Note: {"text": "O'Brien"},
}
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
    #: What is compared at the end of a run that has begun.
    at_the_end: Sequence[Callable[[], None]] = ()

    @initialize(kinds=st.sampled_from((_KINDS, (Lead, Deal), ())))
    def begin(self, kinds: Sequence[type[Entity]]) -> None:
        """
        Begin with two stores in which there is nothing or a little, and one clock.
        """
        self.clock: Clock = Clock()
        self.prefix: str = next(type(self).prefixes)
        self.store: Keeper = type(self).opens(self.clock)
        self.model: MemoryStore = MemoryStore(now=self.clock)
        self.done: list[Changes] = []
        self.at_the_end = [self.compare_at_the_end]
        for kind in kinds:
            self.create(kind, "a", 0, {})
            self.create(kind, "A", 0, _FIRST[kind])

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

    def records(self, *kinds: type[Entity]) -> list[Any]:
        """
        Give the records of some types that are there, leads that are converted left out.
        """
        found = (each for each in there(self.model) if type(each) in (kinds or _KINDS))
        return [each for each in found if getattr(each, "conversion", None) is None]

    def both(self, act: Callable[[Any], object], what: str) -> bool:
        """
        Do something to both, and compare what comes of it; say whether it gave something.
        """
        given, expected = (_outcome(act, each) for each in (self.store, self.model))
        same(given, expected, what)
        return expected[0] == "gave"

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
        self.apply(self.telling(create(record, at=self.later(), by="u1"), record))

    def telling(self, changes: Changes, record: Entity) -> Changes:
        """
        Add an effect to changes, the same one for each change of a record.
        """
        about = [record.ref] if isinstance(record, Lead) else []
        effect = Effect(key=record.id, kind="email", payload={"id": record.id}, about=about)
        effects = [effect] if self.keeps("S-13") else []
        return attrs.evolve(changes, effects=effects)

    @precondition(lambda self: self.records())
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """
        Set some fields of a record.
        """
        record = data.draw(st.sampled_from(self.records()), label="record")
        fields = data.draw(_EDITS[type(record)], label="fields")
        self.apply(self.telling(edit(record, fields, at=self.later()), record))

    @precondition(lambda self: self.records())
    @rule(data=st.data(), off=st.sampled_from((0, 0, 0, -1, 1)), step=st.sampled_from((1, 0, -1, 4)))
    def write_by_hand(self, data: st.DataObject, off: int, step: int) -> None:
        """
        Update a record from any version to any other one, together with a record that is created.
        """
        record = data.draw(st.sampled_from(self.records()), label="record")
        start = max(0, record.version + off)
        states = [attrs.evolve(record, version=each) for each in (start, max(0, start + step))]
        new = self.new(Note, data.draw(st.sampled_from(_IDS), label="new"))
        self.apply(Changes(created=[new] if new.ref != record.ref else [], updated=[Updated(*states)]))

    @precondition(lambda self: self.records())
    @rule(data=st.data(), other=st.sampled_from(_IDS))
    def delete(self, data: st.DataObject, other: str) -> None:
        """
        Delete a record, or merge it into another one.
        """
        record = data.draw(st.sampled_from(self.records()), label="record")
        into = Ref(type(record), self.prefix + other)
        merges = self.keeps("S-12") and into != record.ref and self.model.get(type(record), into.id) is not None
        changes = delete(record, at=self.later())
        self.apply(attrs.evolve(changes, merged=[(record.ref, into)] if merges else []))

    @precondition(lambda self: self.keeps("LIFE-2"))
    @rule(
        kinds=st.sets(st.sampled_from(_KINDS), min_size=1, max_size=2),
        record_id=st.sampled_from(_IDS),
        again=st.booleans(),
    )
    def forget(self, kinds: set[type[Entity]], record_id: str, again: bool) -> None:
        """
        Forget records that are there, were there or never were; and give the id to another one at once.
        """
        refs = [Ref(kind, self.prefix + record_id) for kind in kinds]
        effects = [Effect(key=f"forget {record_id}", kind="webhook", about=refs)] if self.keeps("S-13") else []
        created = [self.new(cast("type[Entity]", refs[0].type), record_id)] if again else []
        self.apply(Changes(erased=refs, created=created, effects=effects, cause=Cause(at=self.later())))

    @precondition(lambda self: self.records(Deal))
    @rule(data=st.data(), stage=st.sampled_from(("Open", "Won", "Lost")))
    def move(self, data: st.DataObject, stage: str) -> None:
        """
        Move a deal.
        """
        deal = data.draw(st.sampled_from(self.records(Deal)), label="deal")
        with suppress(CannotMove):
            self.apply(move_deal(deal, stage, at=self.later(), pipeline=pipelines.SIMPLE).changes)

    @precondition(lambda self: self.records(Lead))
    @rule(data=st.data(), deal=st.none() | st.just(NewDeal(name="Pilot")))
    def convert(self, data: st.DataObject, deal: NewDeal | None) -> None:
        """
        Convert a lead, as each of the two would: the plans are the same.
        """
        lead = data.draw(st.sampled_from(self.records(Lead)), label="lead")
        at = self.later()

        def planned(store: Keeper) -> Changes:
            return plan_conversion(lead, store, at=at, playbook=playbooks.SIMPLE, deal=deal).changes

        self.both(lambda store: whole(planned(store)), f"converting {lead.ref}")
        self.apply(planned(self.model))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """
        Revert what was applied at some time.
        """
        changes = data.draw(st.sampled_from(self.done), label="changes")
        current = {ref: now for ref in changes.refs() if (now := self.model.get(cast("Any", ref.type), ref.id))}
        with suppress(CannotRevert):
            self.apply(revert(changes, current, at=self.later()))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def apply_again(self, data: st.DataObject) -> None:
        """
        Apply what was applied before: mostly it is stale.
        """
        self.apply(data.draw(st.sampled_from(self.done), label="changes"))

    @precondition(lambda self: self.keeps("S-18") and self.keeps("S-4"))
    @rule(key=st.sampled_from(("k", "K")), record_id=st.sampled_from(_IDS))
    def apply_under_a_key(self, key: str, record_id: str) -> None:
        """
        Apply something under a key that may have been used.
        """
        self.apply(create(self.new(Contact, record_id), at=self.later()), key=key)

    @precondition(lambda self: self.keeps("S-17"))
    @rule(data=st.data(), record_id=st.sampled_from(_IDS), fails=st.booleans())
    def transact(self, data: st.DataObject, record_id: str, fails: bool) -> None:
        """
        Read, write and read in a transaction, which may be left in the middle.
        """
        new = self.new(Lead, record_id)
        several = [each for each in self.records() if each.ref != new.ref]
        doomed = data.draw(st.sampled_from([*several, None]), label="record")
        changes = Changes(created=[new], deleted=[] if doomed is None else [doomed])
        self.later()

        def act(store: Keeper) -> object:
            with store.transaction() as transaction:
                return _transacted(transaction, changes, fails=fails)

        self.both(act, f"a transaction that {'fails' if fails else 'ends well'}")

    @precondition(lambda self: self.keeps("S-13"))
    @rule(number=st.integers(1, 3))
    def acknowledge(self, number: int) -> None:
        """
        Send some effects.
        """
        keys = [each.effect.key for each in self.model.outbox(limit=number)]
        self.both(lambda store: store.acknowledge(keys), f"acknowledging {keys}")

    @rule(hours=st.integers(-5, 5))
    def turn_the_clock(self, hours: int) -> None:
        """
        Turn the clock ahead or back.
        """
        self.clock.at += timedelta(hours=hours)

    # What is asked

    @rule(kind=st.sampled_from(_KINDS), limit=st.integers(1, 3))
    def turn_pages(self, kind: type[Entity], limit: int) -> None:
        """
        Go through pages of a type.
        """
        self.page(kind, limit)

    def page(self, kind: type[Entity], limit: int) -> None:
        """
        Go through pages in every order.
        """
        for order_by in _ORDERS[kind] if self.keeps("S-14") else ((),):
            self.both(partial(_pages, kind=kind, limit=limit, order_by=order_by), f"pages of {limit} by {order_by}")

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

    @precondition(lambda self: self.keeps("S-4") and self.timed)
    @rule(hours=st.integers(-3, 30))
    def look_back(self, hours: int) -> None:
        """
        Read the records as of some instant.
        """
        instant = NOON + timedelta(hours=hours)
        self.both(lambda store: [whole(each) for each in there(store.as_of(instant))], f"as of {instant}")

    @precondition(lambda self: self.keeps("S-4"))
    @rule(kind=st.sampled_from(_KINDS), after=st.integers(0, 9))
    def recall(self, kind: type[Entity], after: int) -> None:
        """
        Ask for the histories of records, and for a part of the log.
        """
        refs = [Ref(kind, self.prefix + each) for each in _IDS]
        self.both(lambda store: [[self.told(one) for one in store.history(each)] for each in refs], "the histories")
        self.both(lambda store: [self.told(each) for each in store.log(after=after, limit=3)], "a part of the log")
        self.both(lambda store: whole(store.changes(after)), f"the changes at {after}")

    @precondition(lambda self: self.keeps("S-12"))
    @rule(kind=st.sampled_from(_KINDS))
    def follow(self, kind: type[Entity]) -> None:
        """
        Ask where records lead that may have been merged.
        """
        refs = [Ref(kind, self.prefix + each) for each in _IDS]
        self.both(lambda store: [str(store.resolve(each)) for each in refs], "where records lead")

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
        same_records(there(self.store), there(self.model), "the records")
        counts = [[store.count(kind) for kind in ENTITIES] for store in (self.store, self.model)]
        same(counts[0], counts[1], "how many there are of each type")
        if self.keeps("S-13"):
            self.both(lambda store: [whole(each) for each in store.outbox()], "the effects that wait")

    def compare_at_the_end(self) -> None:
        """
        Compare pages in every order, and the whole log.
        """
        for kind in _KINDS:
            self.page(kind, 2)
        if self.keeps("S-4"):
            self.both(lambda store: [self.told(each) for each in islice(store.log(), 1_000)], "the log")

    def teardown(self) -> None:
        """
        End what has begun.
        """
        for compare in self.at_the_end:
            compare()


def _pages(store: Keeper, *, kind: type[Entity], limit: int, order_by: Sequence[str]) -> object:
    """
    Give what stands on the first pages.
    """
    pages = [store.find(kind, order_by=order_by, limit=limit)]
    while pages[-1].after is not None:
        pages.append(store.find(kind, order_by=order_by, limit=limit, after=pages[-1].after))
    return [whole(page.records) for page in pages]


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
