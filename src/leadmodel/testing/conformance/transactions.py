"""
Transactions: reads and one `apply` that behave as if alone (S-17).
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from leadmodel.changes import Changes, Effect
from leadmodel.criteria import where
from leadmodel.entities import Contact, Lead
from leadmodel.errors import Conflict, StoreBusy, StoreError
from leadmodel.networks import Profile
from leadmodel.ports import Keeper
from leadmodel.processes import pipelines
from leadmodel.testing.conformance.basis import Conformance, Opener, clause
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import raised, same, same_records
from leadmodel.testing.conformance.samples import creating, deleting, ids_of, lead, leads, updating
from leadmodel.testing.conformance.threads import SHORT, Beside
from leadmodel.values import Ref

_ADA: Final = Profile("x", "ada")
_WRITERS, _ROUNDS = 4, 6
#: How often a writer tries again that has lost.
_TRIES: Final = 1_000


class _Stopped(Exception):
    """
    What leaves a block in the middle.
    """


class TransactionClauses(Conformance):
    """
    S-17: a transaction gives reads and one `apply` that behave as if alone.
    """

    @clause("S-17")
    def test_s17_what_is_applied_is_read_in_the_transaction(self, open_store: Opener) -> None:
        """
        S-17: every way to read sees what was applied, and so does everybody after the end.
        """
        store = open_store()
        store.apply(creating(lead("l1"), lead("l2")))
        changes = Changes(created=[lead("l3"), Contact(id="c1", profiles=[_ADA])], deleted=[lead("l2")])
        with store.transaction() as transaction:
            same(transaction.count(Lead), 2, "how many there are before")
            transaction.apply(changes)
            same_records([transaction.get(Lead, "l3"), transaction.get(Lead, "l2")], [lead("l3"), None], "by id")
            same(ids_of(transaction.find(Lead)), ["l1", "l3"], "found")
            same(ids_of(transaction.find(where(Lead, "id", "in", ["l2", "l3"]))), ["l3"], "found by a question")
            same(transaction.count(Lead), 2, "counted")
            directory = transaction.directory_for([_ADA], pipelines=pipelines.SIMPLE)
            same([each.id for each in directory.all(Contact)], ["c1"], "in a directory")

        same(ids_of(open_store().find(Lead)), ["l1", "l3"], "found after the end")

    @clause("S-17")
    def test_s17_an_error_takes_everything_back(self, open_store: Opener) -> None:
        """
        S-17: whatever leaves the block, it goes on as it is, and what was applied has never been.
        """
        store = open_store()
        store.apply(creating(lead("l1"), lead("l2")))

        def stop(error: BaseException) -> None:
            with store.transaction() as transaction:
                transaction.apply([updating(lead("l1"), title="CTO"), deleting(lead("l2")), creating(lead("l3"))])
                raise error

        for error in (_Stopped("stop"), SystemExit("stop"), StoreBusy(doing="ours", what="stop")):
            came = raised(type(error), partial(stop, error), f"a transaction that {error!r} leaves")
            same(came is error, True, f"whether {error!r} goes on as it is")
            same_records(store.find(Lead), leads("l1", "l2"), "the records after it")
            same_records(open_store().find(Lead), leads("l1", "l2"), "the records after it, for another reader")
        store.apply([updating(lead("l1"), title="CTO"), creating(lead("l3"))])
        same([each.version for each in store.find(Lead)], [1, 0, 0], "versions of what is applied after it")

    @clause("S-17", Level.KEEPER)
    def test_s17_an_error_takes_back_what_was_kept(self, open_store: Opener) -> None:
        """
        S-17: nothing of it stands in the log, in a history, in the outbox; position, key and id are free again.
        """
        store = open_store()
        store.apply(Changes(created=leads("l1", "l2"), effects=[Effect(key="e0", kind="email")]))
        changes = Changes(
            created=[lead("l3")], deleted=[lead("l1")], merged=[(Ref(Lead, "l1"), Ref(Lead, "l2"))],
            effects=[Effect(key="e0", kind="email"), Effect(key="e1", kind="email")],
        )  # fmt: skip

        def stop() -> None:
            with store.transaction() as transaction:
                same(transaction.apply(changes, key="k1"), 2, "the position in the transaction")
                same(transaction.resolve(Ref(Lead, "l1")), Ref(Lead, "l2"), "where the merged one leads, in it")
                same(len(transaction.history(Ref(Lead, "l1"))), 2, "its history, in it")
                same(transaction.changes(2), changes, "what was applied, in it")
                raise _Stopped

        raised(_Stopped, stop, "a transaction that is left in the middle")
        same([each.position for each in store.log()], [1], "the positions in the log")
        same([len(store.history(Ref(Lead, each))) for each in ("l1", "l3")], [1, 0], "the histories")
        same(store.resolve(Ref(Lead, "l1")), Ref(Lead, "l1"), "where the merged one leads")
        same([each.effect.key for each in store.outbox()], ["e0"], "the effects that wait")
        same(store.apply(creating(lead("l4")), key="k1"), 2, "the next position, under the same key")
        same(ids_of(store.find(Lead)), ["l1", "l2", "l4"], "the records")
        store.apply(creating(lead("l3")))
        same([each.version for each in store.find(where(Lead, "id", "is", "l3"))], [0], "the version of l3")

    @clause("S-17")
    def test_s17_a_transaction_applies_once(self, open_store: Opener) -> None:
        """
        S-17: the second apply is refused, and the first one holds.
        """
        store = open_store()
        with store.transaction() as transaction:
            transaction.apply(creating(lead("l1")))
            error = raised(StoreError, lambda: transaction.apply(creating(lead("l2"))), "the second apply")
            same(error.rule, "S-17", "the clause that it names")

        same(ids_of(store.find(Lead)), ["l1"], "the records")

    @clause("S-17")
    def test_s17_a_transaction_can_read_alone(self, open_store: Opener) -> None:
        """
        S-17: a transaction that applies nothing leaves no trace, and neither does one whose apply was refused.
        """
        store = open_store()
        first = store.apply(creating(lead("l1")))
        with store.transaction() as transaction:
            same(transaction.count(Lead), 1, "how many there are")
        with store.transaction() as transaction:
            wrong = creating(lead("l2"), lead("l1"))
            raised(Conflict, lambda: transaction.apply(wrong), "what is there already")
            same(transaction.count(Lead), 1, "how many there are after a refusal")
            same_records([transaction.get(Lead, "l2")], [None], "what would have been created")

        same(ids_of(store.find(Lead)), ["l1"], "the records")
        same(store.apply(creating(lead("l2"))) > first, True, "whether the next position is above the first")

    @clause("S-17")
    def test_s17_a_transaction_that_has_ended_answers_nothing(self, open_store: Opener) -> None:
        """
        S-17: used after its end, by success or by error, a transaction raises.
        """
        store = open_store()
        store.apply(creating(lead("l1")))
        with store.transaction() as ended:
            pass
        with suppress(_Stopped), store.transaction() as failed:
            raise _Stopped

        for transaction in (ended, failed):
            for ask in _questions(transaction):
                error = raised(StoreError, ask, "a question to a transaction that has ended")
                same(error.rule, "S-17", "the clause that it names")
        same(ids_of(store.find(Lead)), ["l1"], "the records")

    @clause("S-17", Level.KEEPER)
    def test_s17_the_past_is_closed_with_the_transaction(self, open_store: Opener) -> None:
        """
        S-17: the same for what a keeper's transaction knows of the past.
        """
        store = open_store()
        store.apply(creating(lead("l1")))
        with store.transaction() as ended:
            same(len(ended.history(Ref(Lead, "l1"))), 1, "the history, while it is open")
            same(ended.changes(1), creating(lead("l1")), "the changes, while it is open")

        ref = Ref(Lead, "l1")
        for ask in (lambda: ended.history(ref), lambda: ended.changes(1), lambda: ended.resolve(ref)):
            raised(StoreError, ask, "a question about the past to a transaction that has ended")

    @clause("S-17")
    def test_s17_nobody_sees_what_is_not_settled(self, open_store: Opener) -> None:
        """
        S-17: what a transaction has applied is seen by nobody else before it ends, and never if it is taken back.
        """
        store = open_store()
        store.apply(creating(lead("l1")))
        with suppress(_Stopped), store.transaction() as transaction:
            transaction.apply([updating(lead("l1"), title="CTO"), creating(lead("l2"))])
            looking = Beside(lambda: _patiently(lambda: open_store().find(Lead)))
            looking.wait()
            raise _Stopped

        same_records(looking.result(), [lead("l1")], "what somebody else saw meanwhile")

    @clause("S-17")
    def test_s17_what_was_read_stays_true(self, open_store: Opener) -> None:
        """
        S-17: whatever others write meanwhile, the same question has the same answer, or one of the two has to give way.
        """
        store = open_store()
        store.apply(creating(lead("l1", employees=1)))
        written: list[bool] = []

        def write() -> None:
            written.append(_gave_way(lambda: open_store().apply(updating(lead("l1", employees=1), employees=10))))

        def read_twice() -> None:
            with store.transaction() as transaction:
                first = list(transaction.find(Lead))
                meanwhile.append(Beside(write))
                meanwhile[0].wait()
                same_records(transaction.find(Lead), first, "the second answer")
                now = transaction.get(Lead, "l1")
                assert now is not None, "the record is gone in the middle of a transaction"
                transaction.apply(updating(now, employees=2))

        meanwhile: list[Beside[None]] = []
        ours = _gave_way(read_twice)
        meanwhile[0].result()
        expected = [ours, written[0]].count(True)
        same(expected, 1, "how many of two writers succeed who start from the same version")
        size = 2 if ours else 10
        same_records(store.find(Lead), [lead("l1", employees=size, version=1)], "the record, as the winner wrote it")

    @clause("S-17")
    def test_s17_of_two_who_saw_nobody_one_creates(self, open_store: Opener) -> None:
        """
        S-17: what was not there when it was looked for is not there when something is written because of that.
        """
        store = open_store()
        for number in range(3):
            company = f"Company {number}"
            entered = [threading.Event(), threading.Event()]

            def create(mine: int, company: str = company, entered: list[threading.Event] = entered) -> None:
                with open_store().transaction() as transaction:
                    there = transaction.count(where(Lead, "company", "is", company))
                    entered[mine].set()
                    entered[1 - mine].wait(SHORT)  # the other one comes in here, unless the store lets in one at a time
                    if not there:
                        transaction.apply(creating(lead(f"{company} {mine}", company=company)))

            both = [Beside(partial(_until_done, partial(create, mine))) for mine in (0, 1)]
            for each in both:
                each.result()
            same(store.count(where(Lead, "company", "is", company)), 1, "how many two writers have created")

    @clause("S-17")
    def test_s17_no_increment_is_lost(self, open_store: Opener) -> None:
        """
        S-17: of writers who read, add and write, each addition counts; who loses hears of it and does it again.
        """
        store = open_store()
        store.apply(creating(lead("l1", employees=0), lead("l2", employees=0)))

        def add_in_a_transaction(mine: Keeper) -> None:
            with mine.transaction() as transaction:
                transaction.apply(_added(transaction.get(Lead, "l1")))

        def add_alone(mine: Keeper) -> None:
            mine.apply(_added(mine.get(Lead, "l2")))

        def work() -> None:
            mine = open_store()
            for _ in range(_ROUNDS):
                _until_done(lambda: add_in_a_transaction(mine))
                _until_done(lambda: add_alone(mine))

        for each in [Beside(work) for _ in range(_WRITERS)]:
            each.result()
        total = _WRITERS * _ROUNDS
        found = [(each.employees, each.version) for each in store.find(Lead)]
        same(found, [(total, total)] * 2, "what was added in transactions, and without; and the versions")


def _added(record: Lead | None) -> Changes:
    assert record is not None, "the record is gone"
    return updating(record, employees=(record.employees or 0) + 1)


def _until_done(run: Callable[[], object]) -> None:
    """
    Do something again and again, until nobody was faster.
    """
    for _ in range(_TRIES):
        if _gave_way(run):
            return
    raise AssertionError(f"a writer lost {_TRIES:,} times in a row")


def _gave_way(run: Callable[[], object]) -> bool:
    """
    Do something, and say whether it was done: a loser hears that somebody was faster, and of nothing else.
    """
    try:
        run()
    except (Conflict, StoreBusy):
        return False
    return True


def _patiently(ask: Callable[[], Iterable[Lead]]) -> list[Lead]:
    """
    Ask again for as long as the store is busy.
    """
    found: list[list[Lead]] = []
    _until_done(lambda: found.append(list(ask())))
    return found[-1]


def _questions(transaction: Any) -> list[Callable[[], object]]:  # noqa: ANN401  (a transaction of any level)
    return [
        lambda: transaction.get(Lead, "l1"), lambda: transaction.find(Lead), lambda: transaction.count(Lead),
        lambda: transaction.directory_for([], pipelines=pipelines.SIMPLE),
        lambda: transaction.apply(creating(lead("l9"))),
    ]  # fmt: skip
