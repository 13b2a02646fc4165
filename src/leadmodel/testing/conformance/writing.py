"""
Writing: all or none (S-1), from the version that is there (S-2).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import attrs

from leadmodel.changes import Changes, Effect, Updated
from leadmodel.entities import Contact, Lead
from leadmodel.errors import Conflict, StoreBusy
from leadmodel.testing.conformance.basis import Conformance, Opener, clause
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import raised, same, same_records
from leadmodel.testing.conformance.samples import (
    NOON,
    creating,
    deleting,
    ids_of,
    lead,
    leads,
    there,
    updating,
)
from leadmodel.values import Ref

_MANY: Final = 200


def facts(conflict: Conflict) -> list[tuple[str, int | None, int | None]]:
    """
    Give what a conflict says of each record: which, the version that was expected, the one that is there.
    """
    return sorted((str(each.ref), each.expected, each.found) for each in (conflict, *conflict.others))


class AtomicClauses(Conformance):
    """
    S-1: changes are applied all or none.
    """

    @clause("S-1")
    def test_s01_apply_is_all_or_nothing(self, open_store: Opener) -> None:
        """
        S-1: a conflict at the end of a large batch leaves nothing of it: no record, no version, no effect.
        """
        store = open_store()
        before = leads("l1", "l2", "l3", "z9")
        store.apply(creating(*before))
        store.apply(updating(before[3], title="CTO"))
        batch = Changes(
            created=leads(*(f"new{number}" for number in range(_MANY))),
            updated=[Updated(before[0], attrs.evolve(before[0], title="CEO", version=1)),
                     Updated(before[3], attrs.evolve(before[3], title="CEO", version=1))],
            deleted=[before[1]],
        )  # fmt: skip
        raised(Conflict, lambda: store.apply(batch), "a large batch whose last record is stale")

        expected = [*before[:3], attrs.evolve(before[3], title="CTO", version=1)]
        same_records(store.find(Lead), expected, "the records after it")
        same_records(open_store().find(Lead), expected, "the records after it, for another reader")

    @clause("S-1")
    def test_s01_several_changes_are_all_or_nothing_together(self, open_store: Opener) -> None:
        """
        S-1: a conflict in the last of several changes takes the ones before it along.
        """
        store = open_store()
        store.apply(creating(lead("l1")))
        several = [creating(lead("l2")), updating(lead("l1"), title="CTO"), deleting(lead("l9"))]
        raised(Conflict, lambda: store.apply(several), "several changes, the last of which deletes nobody")

        same_records(there(store), [lead("l1")], "the records after it")

    @clause("S-1")
    def test_s01_every_conflict_is_named(self, open_store: Opener) -> None:
        """
        S-1, S-2: all records that are in conflict are named, each with both versions; the others are not.
        """
        store = open_store()
        store.apply(creating(lead("l1"), lead("l2"), lead("l3", version=7), lead("l5"), Contact(id="l1")))
        store.apply(updating(lead("l2"), title="CTO"))
        changes = Changes(
            created=[lead("l1"), lead("l4")],
            updated=[Updated(lead("l2"), lead("l2", title="CEO", version=1)),
                     Updated(lead("l6"), lead("l6", version=1)),
                     Updated(lead("l5"), lead("l5", title="CEO", version=1))],
            deleted=[lead("l3", version=5), lead("l7", version=3)],
        )  # fmt: skip
        error = raised(Conflict, lambda: store.apply(changes), "changes with several conflicts")

        told = [("lead l1", None, 0), ("lead l2", 0, 1), ("lead l3", 5, 7), ("lead l6", 0, None), ("lead l7", 3, None)]
        same(facts(error), told, "the conflicts")

    @clause("S-1")
    def test_s01_readers_never_see_a_part(self, open_store: Opener) -> None:
        """
        S-1: whoever reads while others write sees all of a commit or nothing of it.
        """
        writer = open_store()
        writer.apply(creating(*leads("l1", "l2")))
        seen: set[tuple[int, ...]] = set()
        ended = threading.Event()

        def watch() -> None:
            reader = open_store()
            while not ended.is_set():
                seen.add(_looked(lambda: tuple(each.version for each in reader.find(Lead))))

        with _running(watch, ended):
            for _ in range(30):
                now = list(writer.find(Lead))
                after = [attrs.evolve(each, version=each.version + 1) for each in now]
                writer.apply(Changes(updated=[Updated(*pair) for pair in zip(now, after, strict=True)]))
        torn = {versions for versions in seen if len(set(versions)) > 1}
        same(torn, set(), "what a reader saw that never was: the versions of two records that change together")

    @clause("S-1", Level.KEEPER)
    def test_s01_what_failed_is_nowhere(self, open_store: Opener) -> None:
        """
        S-1: a conflict leaves nothing in the log, in histories, in the outbox, and takes no position and no key.
        """
        store = open_store()
        store.apply(creating(lead("l1")))
        effect = Effect(key="e1", kind="email")
        wrong = Changes(created=[lead("l0"), lead("l1")], effects=[effect])
        raised(Conflict, lambda: store.apply(wrong, key="k1"), "a record that is there already")

        same([each.position for each in store.log()], [1], "the positions in the log")
        same(list(store.history(Ref(Lead, "l0"))), [], "the history of a record that never was")
        same(list(store.outbox()), [], "the effects that wait")
        same(store.apply(Changes(created=[lead("l0")], effects=[effect]), key="k1"), 2, "the next position")
        same(ids_of(store.find(Lead)), ["l0", "l1"], "the records, after the same key has come with what is right")
        same([each.effect.key for each in store.outbox()], ["e1"], "the effects that wait, after that")


def _looked(ask: Callable[[], tuple[int, ...]]) -> tuple[int, ...]:
    try:
        return ask()
    except StoreBusy:
        return ()


@contextmanager
def _running(run: Callable[[], None], ended: threading.Event) -> Iterator[None]:
    """
    Run a function in another thread for as long as a block is open.
    """
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class VersionClauses(Conformance):
    """
    S-2: a stale version is refused, and the version of an id never restarts.
    """

    @clause("S-2")
    def test_s02_a_stale_update_is_refused(self, open_store: Opener) -> None:
        """
        S-2: an update that starts from an older version, or from a newer one, names both and changes nothing.
        """
        store = open_store()
        store.apply(creating(lead("l1")))
        store.apply(updating(lead("l1"), title="CTO"))
        now = lead("l1", title="CTO", version=1)

        for stale in (0, 2, 7):
            again = updating(lead("l1", title="CTO", version=stale), title="CEO")
            error = raised(Conflict, partial(store.apply, again), f"an update from version {stale}")
            same(facts(error), [("lead l1", stale, 1)], "the conflict")
            same_records([store.get(Lead, "l1")], [now], "the record after it")
        error = raised(Conflict, lambda: store.apply(updating(lead("l2"), title="CEO")), "an update of nobody")
        same(facts(error), [("lead l2", 0, None)], "the conflict")

    @clause("S-2")
    def test_s02_a_stale_deletion_is_refused(self, open_store: Opener) -> None:
        """
        S-2: whoever deletes has seen what is there today.
        """
        store = open_store()
        store.apply(creating(lead("l1")))
        store.apply(updating(lead("l1"), title="CTO"))
        error = raised(Conflict, lambda: store.apply(deleting(lead("l1"))), "a deletion of an older version")

        same(facts(error), [("lead l1", 0, 1)], "the conflict")
        same(store.count(Lead), 1, "how many there are after it")
        store.apply(deleting(lead("l1", version=1)))
        same(store.count(Lead), 0, "how many there are after the deletion of what is there")
        gone = deleting(lead("l1", version=1))
        error = raised(Conflict, lambda: store.apply(gone), "a deletion of what is gone")
        same(facts(error), [("lead l1", 1, None)], "the conflict")

    @clause("S-2")
    def test_s02_what_is_there_is_not_created_again(self, open_store: Opener) -> None:
        """
        S-2: creating starts from no record, whatever version is there.
        """
        store = open_store()
        store.apply(creating(lead("l1", version=3)))
        for version in (0, 3, 9):
            again = creating(lead("l1", company="Acme", version=version))
            error = raised(Conflict, partial(store.apply, again), "a record that is there")
            same(facts(error), [("lead l1", None, 3)], "the conflict")

        same_records(store.find(Lead), [lead("l1", version=3)], "the record after it")

    @clause("S-2")
    def test_s02_versions_are_kept_as_they_are_given_where_they_grow(self, open_store: Opener) -> None:
        """
        S-2: a first version of any number, and a step of any size.
        """
        store = open_store()
        store.apply(creating(lead("l1", version=5), lead("l2")))
        store.apply(updating(lead("l1", version=5), version=9, title="CTO"))
        store.apply(updating(lead("l2"), title="CTO"))

        same([each.version for each in store.find(Lead)], [9, 1], "the versions")

    @clause("S-2")
    def test_s02_the_store_raises_a_version_that_would_not_grow(self, open_store: Opener) -> None:
        """
        S-2: an update that keeps the version, or turns it back, gets the next one.
        """
        store = open_store()
        store.apply(creating(lead("l1", version=5)))
        store.apply(updating(lead("l1", version=5), version=5, title="CTO"))
        same([each.version for each in store.find(Lead)], [6], "after an update that keeps the version")
        store.apply(updating(lead("l1", title="CTO", version=6), version=2, title="CEO"))

        same_records(store.find(Lead), [lead("l1", title="CEO", version=7)], "after one that turns it back")

    @clause("S-2")
    def test_s02_the_version_of_an_id_never_restarts(self, open_store: Opener) -> None:
        """
        S-2: what is created under an id that was there before continues above its last version, and never below.
        """
        store = open_store()
        store.apply(creating(lead("l1", version=3)))
        store.apply(deleting(lead("l1", version=3)))
        store.apply(creating(lead("l1", company="Acme")))
        same_records(store.find(Lead), [lead("l1", company="Acme", version=4)], "created again")
        store.apply(deleting(lead("l1", version=4)))
        open_store().apply(creating(lead("l1", version=2)))
        same_records(store.find(Lead), [lead("l1", version=5)], "created for the third time, by another writer")
        store.apply(deleting(lead("l1", version=5)))
        store.apply(creating(lead("l1", version=9), Contact(id="l1")))

        same_records(store.find(Lead), [lead("l1", version=9)], "created with a version of its own above the last one")
        same_records(store.find(Contact), [Contact(id="l1")], "another type has versions of its own")

    @clause("S-2")
    def test_s02_a_change_of_bookkeeping_alone_counts(self, open_store: Opener) -> None:
        """
        S-2: an update that changes nothing but the stamp is a change: whoever has not seen it is refused.
        """
        store = open_store()
        store.apply(creating(lead("l1")))
        store.apply(updating(lead("l1"), modified_at=NOON))

        raised(Conflict, lambda: store.apply(updating(lead("l1"), title="CTO")), "an update from before the stamp")
        same_records(store.find(Lead), [lead("l1", modified_at=NOON, version=1)], "the record")
