"""
What is applied: for every later reader (S-3), without judgement (S-9), at a position (S-18).
"""

from functools import partial
from typing import Any, cast

import attrs

from leadmodel.changes import Cause, Changes, Effect
from leadmodel.entities import Account, Contact, Converted, Deal, Entity, Lead, Note
from leadmodel.errors import Conflict, InvalidValue
from leadmodel.ports import Keeper
from leadmodel.testing.conformance.basis import Conformance, Opener, clause
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import raised, same, same_records, same_set
from leadmodel.testing.conformance.samples import (
    NOON,
    creating,
    deleting,
    everything,
    lead,
    leads,
    there,
    updating,
)
from leadmodel.values import Ref


class DurableClauses(Conformance):
    """
    S-3: what was applied is found by every later reader, and after a crash.
    """

    def _written(self, open_store: Opener) -> list[Entity]:
        store, several = open_store(), self.room(everything())
        store.apply(creating(*several, lead("l1"), lead("l2")))
        store.apply(updating(lead("l1"), title="CTO"))
        store.apply(deleting(lead("l2")))
        expected = [*several, lead("l1", title="CTO", version=1)]
        return sorted(expected, key=lambda each: (type(each).__name__, each.id))

    @staticmethod
    def _read(store: Keeper) -> list[Entity]:
        return sorted(there(store), key=lambda each: (type(each).__name__, each.id))

    @clause("S-3")
    def test_s03_what_was_applied_is_found_by_every_later_reader(self, open_store: Opener) -> None:
        """
        S-3: by the writer itself, by one that was open before, by one that is opened later.
        """
        early = open_store()
        early.count(Lead)
        expected = self._written(open_store)

        same_records(self._read(early), expected, "for a reader from before")
        same_records(self._read(open_store()), expected, "for a later reader")

    @clause("S-3")
    def test_s03_what_was_applied_is_found_after_a_crash(self, open_store: Opener) -> None:
        """
        S-3: when the program has died, everything that was applied is there, and it can be written on.
        """
        expected = self._written(open_store)
        after = open_store.over(self.after_crash(open_store.opens))

        same_records(self._read(after()), expected, "after a crash")
        raised(Conflict, lambda: after().apply(creating(lead("l1"))), "creating after a crash what is there")
        after().apply(creating(lead("l2")))
        known = {"l1": 1, "l2": 1, "r1": 0} if self.keeps("S-2") else {"l1": 1, "r1": 0}
        versions = {each.id: each.version for each in after().find(Lead) if each.id in known}
        same(versions, known, "versions after a crash")

    @clause("S-3", Level.KEEPER)
    def test_s03_what_has_happened_is_known_after_a_crash(self, open_store: Opener) -> None:
        """
        S-3: the log, keys, effects and merges outlive the program too.
        """
        store = open_store()
        effects = [Effect(key="e1", kind="email"), Effect(key="e2", kind="email")]
        store.apply(Changes(created=leads("l1", "l2"), effects=effects), key="k1")
        store.apply(deleting(lead("l1"), into=Ref(Lead, "l2")))
        store.acknowledge(["e1"])
        log = list(store.log())
        after = open_store.over(self.after_crash(open_store.opens))()

        same(list(after.log()), log, "the log after a crash")
        same([each.effect.key for each in after.outbox()], ["e2"], "the effects that wait after a crash")
        same(after.resolve(Ref(Lead, "l1")), Ref(Lead, "l2"), "where a merged record leads after a crash")
        same(after.apply(creating(lead("l9")), key="k1"), 1, "the position of a key after a crash")
        same(after.apply(creating(lead("l9"))), 3, "the next position after a crash")


class UnjudgingClauses(Conformance):
    """
    S-9: a store keeps values and judges none.
    """

    @clause("S-9")
    def test_s09_no_business_rule_is_judged(self, open_store: Opener) -> None:
        """
        S-9: stages that no pipeline knows, people who are not there, the same address twice: all of it is kept.
        """
        several: list[Entity] = [
            Deal(id="d1", stage="no such stage", pipeline="no such pipeline", contact_id="gone", account_id="gone"),
            Deal(id="d2", stage="Closed Won", probability=3, closed_at=None),
            lead("l1", status="no such status", emails=["a@acme.example"], contact_id="gone"),
            lead("l2", emails=["a@acme.example"], conversion=Converted(contact_id="gone")),
            Contact(id="c1", reports_to_id="c1", account_id="gone"), Note(id="n1", about=Ref(Lead, "gone")),
            Account(id="a1", name="Acme", parent_id="a1"), Account(id="a2", name="Acme", parent_id="a1"),
        ]  # fmt: skip
        store = open_store()
        store.apply(creating(*several))

        same_set(map(repr, there(store)), map(repr, several), "the records")
        same_records((store.get(type(each), each.id) for each in several), several, "each of them")

    @clause("S-9")
    def test_s09_fields_that_a_verb_owns_are_written_by_hand(self, open_store: Opener) -> None:
        """
        S-9: a converted lead that is edited, a deal that jumps back and a creation that is moved are kept as they come.
        """
        converted = lead("l1", status="Converted", conversion=Converted(at=NOON, contact_id="c1"))
        won = Deal(id="d1", stage="Closed Won", closed_at=NOON, created_at=NOON)
        store = open_store()
        store.apply(creating(converted, won))
        store.apply([
            updating(converted, company="Other", conversion=None, status="New"),
            updating(won, stage="Qualification", closed_at=None, created_at=None),
        ])  # fmt: skip

        expected = [
            attrs.evolve(converted, company="Other", conversion=None, status="New", version=1),
            attrs.evolve(won, stage="Qualification", closed_at=None, created_at=None, version=1),
        ]
        same_records([store.get(Lead, "l1"), store.get(Deal, "d1")], expected, "the records")

    @clause("S-9")
    def test_s09_what_others_refer_to_can_be_deleted(self, open_store: Opener) -> None:
        """
        S-9: no foreign key stands in the way, and nothing is deleted along.
        """
        contact, account = Contact(id="c1", account_id="a1"), Account(id="a1", name="Acme")
        hanging = [Deal(id="d1", stage="Open", contact_id="c1"), Note(id="n1", about=contact.ref)]
        store = open_store()
        store.apply(creating(contact, account, *hanging))
        store.apply(deleting(account))
        store.apply(deleting(contact))

        same_records(there(store), hanging, "what is left")


class ApplyClauses(Conformance):
    """
    S-18: apply gives a position, takes one or several changes, and knows a key again.
    """

    @clause("S-18")
    def test_s18_positions_grow(self, open_store: Opener) -> None:
        """
        S-18: every commit has a position above the ones before it, that of another writer too, and empty ones as well.
        """
        store, other = open_store(), open_store()
        changes = [creating(lead("l1")), Changes(), creating(lead("l2")), Changes(cause=Cause(at=NOON)), creating()]
        positions = [(other if number % 2 else store).apply(each) for number, each in enumerate(changes)]

        same([type(each) for each in positions], [int] * len(positions), "the types of the positions")
        same(sorted(set(positions)), positions, "the positions in order, each once")

    @clause("S-18", Level.KEEPER)
    def test_s18_positions_have_no_gaps(self, open_store: Opener) -> None:
        """
        S-18: a keeper counts from one on, and what is refused takes no position.
        """
        store = open_store()
        positions = []
        for number in range(1, 6):
            positions.append(store.apply([creating(lead(f"l{number}")), creating(lead(f"m{number}"))]))
            raised(Conflict, lambda: store.apply(creating(lead("l1"))), "what is there already")
            positions.append(open_store().apply(Changes()))

        same(positions, list(range(1, 11)), "the positions")

    @clause("S-18")
    def test_s18_several_changes_follow_each_other(self, open_store: Opener) -> None:
        """
        S-18: any iterable of changes is one commit, and a record may change in several of them.
        """
        store = open_store()
        first, second = lead("l1"), lead("l1", title="CTO", version=1)
        store.apply(each for each in (creating(first), updating(first, title="CTO"), creating(lead("l2"))))
        store.apply((updating(second, title="CEO"), creating(lead("l3")), deleting(lead("l2"))))
        store.apply([creating(lead("l4")), deleting(lead("l4"))])
        store.apply([])

        expected = [lead("l1", title="CEO", version=2), lead("l3")]
        same_records(store.find(Lead), expected, "the records")

    @clause("S-18")
    def test_s18_changes_that_do_not_follow_are_refused(self, open_store: Opener) -> None:
        """
        S-18: the second of two changes starts where the first one ended.
        """
        store = open_store()
        twice = [creating(lead("l1")), creating(lead("l1", company="Acme"))]
        raised(Conflict, lambda: store.apply(twice), "the same record created twice at once")

        same(store.count(Lead), 0, "how many there are after it")

    @clause("S-18")
    def test_s18_what_is_no_changes_is_refused(self, open_store: Opener) -> None:
        """
        S-18: a record, a text, nothing, and a key that is none are typed errors; nothing is written.
        """
        store: Any = open_store()
        for wrong in (None, lead("l1"), "changes", 3, [lead("l1")], [creating(lead("l1")), None]):
            raised(InvalidValue, partial(store.apply, wrong), f"applying {wrong!r}")

        same(store.count(Lead), 0, "how many there are after it")

    @clause("S-18", Level.KEEPER)
    def test_s18_a_key_is_known_again(self, open_store: Opener) -> None:
        """
        S-18: the same key gives the first position and writes nothing, whatever comes with it: a retry is safe.
        """
        store = open_store()
        changes = creating(lead("l1"))
        first = store.apply(changes, key="k1")
        other = store.apply(creating(lead("l2")))
        again = [store.apply(changes, key="k1"), open_store().apply(creating(lead("l9")), key="k1")]
        again.append(store.apply([changes], key="k1"))
        others = [store.apply(Changes(), key=each) for each in ("K1", "k1 ", "k1%", "k1'; --")]

        same([first, other, *again, *others], [1, 2, 1, 1, 1, 3, 4, 5, 6], "the positions")
        same_records(store.find(Lead), leads("l1", "l2"), "the records")
        same(len(list(store.log())), 6, "the length of the log")
        wrong = cast("Any", ("", " ", 3, "\x00", "a\tb"))
        for key in wrong:
            raised(InvalidValue, partial(store.apply, Changes(), key=key), f"the key {key!r}")
