"""
What follows from changes: merged records lead to the survivor (S-12), effects wait to be sent (S-13).
"""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from leadmodel.changes import Changes, Effect
from leadmodel.entities import Contact, Lead
from leadmodel.errors import InvalidCriterion
from leadmodel.ports import Keeper
from leadmodel.testing.conformance.basis import Conformance, Opener, clause
from leadmodel.testing.conformance.comparing import raised, same, whole
from leadmodel.testing.conformance.samples import ALIKE, KEYS, NOON, creating, deleting, lead, leads, updating
from leadmodel.values import Money, Ref


def _leads_to(store: Keeper, *ids: str) -> list[str]:
    return [store.resolve(Ref(Lead, each)).id for each in ids]


class MergeClauses(Conformance):
    """
    S-12: a record that was merged away resolves to the survivor.
    """

    @clause("S-12")
    def test_s12_a_merged_record_leads_to_the_survivor(self, open_store: Opener) -> None:
        """
        S-12: the one that went leads to the one it went into; everybody else is themselves, there or not.
        """
        store = open_store()
        store.apply(creating(*leads("l1", "l2", "l3"), Contact(id="l1")))
        store.apply(deleting(lead("l1"), into=Ref(Lead, "l2")))
        store.apply(deleting(lead("l3")))

        same(_leads_to(store, "l1", "l2", "l3", "never"), ["l2", "l2", "l3", "never"], "where they lead")
        same(_leads_to(open_store(), "l1"), ["l2"], "where a merged one leads, by another reader")
        same(store.resolve(Ref(Contact, "l1")), Ref(Contact, "l1"), "where the same id of another type leads")
        same(store.get(Lead, "l1"), None, "the merged record itself")

    @clause("S-12")
    def test_s12_merges_are_followed_as_far_as_they_go(self, open_store: Opener) -> None:
        """
        S-12: over several merges, whichever came first, to one that is there or was deleted in the end.
        """
        store = open_store()
        store.apply(creating(*leads("l1", "l2", "l3", "l4", "l5", "m1", "m2", "m3")))
        for gone, into in (("l1", "l2"), ("l2", "l3"), ("l3", "l4"), ("m2", "m3"), ("m1", "m2")):
            store.apply(deleting(lead(gone), into=Ref(Lead, into)))
        same(_leads_to(store, "l1", "l2", "l3", "l4"), ["l4"] * 4, "one after another")
        same(_leads_to(store, "m1", "m2"), ["m3", "m3"], "into one that is gone itself")
        store.apply(deleting(lead("l4")))

        same(_leads_to(store, "l1", "l4"), ["l4", "l4"], "after the survivor was deleted")

    @clause("S-12")
    def test_s12_several_are_merged_at_once(self, open_store: Opener) -> None:
        """
        S-12: one commit may merge several records, into one another too, and into a record of another type.
        """
        store = open_store()
        gone = leads("l1", "l2", "l3")
        store.apply(creating(*gone, lead("l4"), Contact(id="c1")))
        refs = [each.ref for each in gone]
        merged = [(refs[0], refs[1]), (refs[1], Ref(Lead, "l4")), (refs[2], Ref(Contact, "c1"))]
        store.apply(Changes(deleted=gone, merged=merged))

        same(_leads_to(store, "l1", "l2"), ["l4", "l4"], "where the two lead")
        same(store.resolve(refs[2]), Ref(Contact, "c1"), "where the third leads")
        same(store.changes(2).merged, tuple(merged), "the merges in the log")

    @clause("S-12")
    def test_s12_a_record_that_was_created_again_is_itself(self, open_store: Opener) -> None:
        """
        S-12: an id that is there leads to itself, and whoever was merged into it ends there.

        Once it is gone for another reason, it leads nowhere else.
        """
        store = open_store()
        store.apply(creating(*leads("l1", "l2", "l3")))
        store.apply(deleting(lead("l1"), into=Ref(Lead, "l2")))
        store.apply(deleting(lead("l2"), into=Ref(Lead, "l3")))
        store.apply(creating(lead("l2", version=5)))
        same(_leads_to(store, "l1", "l2"), ["l2", "l2"], "after the one in the middle was created again")
        store.apply(creating(lead("l1", version=5)))
        same(_leads_to(store, "l1"), ["l1"], "after the first one was created again")
        store.apply(deleting(lead("l1", version=5)))

        same(_leads_to(store, "l1"), ["l1"], "after it was deleted, and merged into nobody")

    @clause("S-12")
    def test_s12_ids_that_look_alike_lead_to_themselves(self, open_store: Opener) -> None:
        """
        S-12: a merge is about one id.
        """
        store = open_store()
        store.apply(creating(*leads(*ALIKE), lead("survivor")))
        store.apply(deleting(lead("A"), into=Ref(Lead, "survivor")))

        others = [each for each in ALIKE if each != "A"]
        same(_leads_to(store, *others, "A"), [*others, "survivor"], "where they lead")


#: Effects whose order is neither that of their keys nor of their kinds.
_EFFECTS: Final = tuple(Effect(key=key, kind=kind) for key, kind in (("b", "y"), ("c", "x"), ("a", "z")))


def _waiting(store: Keeper, **options: Any) -> list[tuple[int, str]]:  # noqa: ANN401  (the options of `outbox`)
    return [(each.position, each.effect.key) for each in store.outbox(**options)]


class OutboxClauses(Conformance):
    """
    S-13: effects are kept in an outbox with the changes, and handed out at least once until acknowledged.
    """

    @clause("S-13")
    def test_s13_effects_wait_until_they_are_acknowledged(self, open_store: Opener) -> None:
        """
        S-13: each is handed out again and again, to everybody who asks, and not once it was acknowledged.
        """
        store = open_store()
        store.apply(Changes(created=[lead("l1")], effects=_EFFECTS))
        for reader in (store, store, open_store()):
            same(_waiting(reader), [(1, "b"), (1, "c"), (1, "a")], "the effects that wait")
        same(store.acknowledge(["c"]), 1, "how many had waited")
        same(_waiting(store), [(1, "b"), (1, "a")], "the effects that wait after one was acknowledged")
        same(open_store().acknowledge(["a", "b"]), 2, "how many had waited")

        same(_waiting(store), [], "the effects that wait after all were acknowledged")

    @clause("S-13")
    def test_s13_effects_come_in_order(self, open_store: Opener) -> None:
        """
        S-13: oldest first; within a commit as they stand in the changes; so many at most.
        """
        store = open_store()
        keys = [f"{word}" for word in ("z", "y", "x", "b", "a", "c", "é", "B", "10", "9")]
        expected = []
        for number in range(5):
            pair = keys[2 * number : 2 * number + 2]
            effects = [Effect(key=key, kind="email") for key in pair]
            position = store.apply(Changes(created=[lead(f"l{number}")], effects=effects))
            expected += [(position, key) for key in pair]

        same(_waiting(store), expected, "the effects in order")
        same(_waiting(store, limit=3), expected[:3], "three at most")
        same(_waiting(store, limit=99), expected, "more at most than there are")
        store.acknowledge(["y", "a"])
        left = [each for each in expected if each[1] not in "ya"][:4]
        same(
            _waiting(store, limit=4),
            left,
            "four at most of those left",
        )
        raised(InvalidCriterion, lambda: store.outbox(limit=0), "none at most")

    @clause("S-13")
    def test_s13_the_same_key_is_the_same_effect(self, open_store: Opener) -> None:
        """
        S-13: an effect is queued once, also if it comes again while it waits, or after it was acknowledged.
        """
        store = open_store()
        store.apply(Changes(created=[lead("l1")], effects=_EFFECTS))
        again = Effect(key="b", kind="other")
        store.apply(Changes(created=[lead("l2")], effects=[again, Effect(key="d", kind="x")]))
        same(_waiting(store), [(1, "b"), (1, "c"), (1, "a"), (2, "d")], "the effects that wait")
        same(store.outbox()[0].effect, _EFFECTS[0], "the effect that came twice, as it came first")
        store.acknowledge(["b", "d"])
        store.apply(Changes(created=[lead("l3")], effects=[_EFFECTS[0], Effect(key="d", kind="x")]))

        same(_waiting(store), [(1, "c"), (1, "a")], "the effects that wait after two came once more")
        same([each.key for each in store.changes(3).effects], ["b", "d"], "the effects in the log")

    @clause("S-13")
    def test_s13_acknowledging_counts_what_had_waited(self, open_store: Opener) -> None:
        """
        S-13: unknown keys, those that were acknowledged before and repetitions count nothing and change nothing.
        """
        store = open_store()
        store.apply(Changes(created=[lead("l1")], effects=_EFFECTS))

        same(store.acknowledge(["never", "B", "b ", "%"]), 0, "for unknown keys")
        same(store.acknowledge(each for each in ("a", "a", "never")), 1, "for one that waits, twice")
        same(store.acknowledge(["a"]), 0, "for one that waits no longer")
        same(store.acknowledge([]), 0, "for none")
        same(_waiting(store), [(1, "b"), (1, "c")], "the effects that wait")

    @clause("S-13")
    def test_s13_an_effect_comes_back_whole(self, open_store: Opener) -> None:
        """
        S-13, S-6: its key, its kind and everything in its payload.
        """
        payload = {
            "to": "ada@acme.example", "amount": Money("1.50", "EUR"), "share": Decimal("0.10"), "at": NOON,
            "on": date(2024, 2, 29), "nested": {"list": [1, True, None, {"$set": frozenset({"a"})}]}, "none": None,
        }  # fmt: skip
        effects = [Effect(key=word, kind=word, payload={word: word}) for word in KEYS]
        effects.append(Effect(key="all", kind="email", payload=payload))
        effects.append(Effect(key="nothing", kind="email"))
        store = open_store()
        store.apply(Changes(effects=effects))

        waiting = store.outbox()
        same([whole(each.effect) for each in waiting], [whole(each) for each in effects], "the effects")
        same(store.acknowledge(each.effect.key for each in waiting), len(effects), "how many had waited")

    @clause("S-13")
    def test_s13_effects_stand_and_fall_with_their_changes(self, open_store: Opener) -> None:
        """
        S-13: an effect is there as soon as its changes are, and a change of records takes no effect away.
        """
        store = open_store()
        store.apply(Changes(created=[lead("l1")], effects=_EFFECTS[:1]))
        store.apply(updating(lead("l1"), title="CTO"))
        store.apply(deleting(lead("l1", title="CTO", version=1)))

        same(_waiting(store), [(1, "b")], "the effect, after its record is gone")
