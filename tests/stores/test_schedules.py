"""
Two people click at once: what each does, and what comes of it, whoever is first (S-2, S-17, S-18).

Each row is run with A first and B waiting, with B first and A waiting, at the same instant by two threads, and at the
same instant by two processes with connections of their own. The last two end as one of the first two.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any, Final, TypeAlias

import attrs
import pytest

from leadmodel import (
    Account,
    Changes,
    Contact,
    Deal,
    Lead,
    LeadmodelError,
    New,
    NewDeal,
    Profile,
    Ref,
    SocialUpdate,
    Updated,
    Use,
    create,
    delete,
    edit,
    new_deal,
)
from leadmodel.crm import Crm
from leadmodel.entities import Entity
from leadmodel.ports import Keeper
from leadmodel.stores import MemoryStore, SqlStore
from tests.crm.making import ADA, BOOK, NOON, shell
from tests.crm.watched import Watched
from tests.stores.children import PATIENCE, Tell, children
from tests.unmeasured import unmeasured

#: The same person as Ada, and somebody else from her company.
AGAIN: Final = attrs.evolve(ADA, id="l2")
CARL: Final = attrs.evolve(ADA, id="l3", first_name="Carl", last_name="Moor", emails=["carl@acme.example"])
MILLS: Final = Account(id="a1", name="Old Mills")
DEAL: Final = new_deal(id="d1", name="Mill", pipeline=BOOK.pipelines, at=NOON)
POST: Final = SocialUpdate(id="u1", author=Profile("x", "bob"), author_name="Bob Moor")
#: What is on record: the second commit is there to be taken back.
TITLED: Final = Updated(CARL, attrs.evolve(CARL, title="CFO", version=1))
BEFORE: Final = (Changes(created=[ADA, AGAIN, CARL, MILLS, DEAL]), Changes(updated=[TITLED]))
#: The two leads of one person become one.
MERGE: Final = Changes(
    updated=[Updated(ADA, attrs.evolve(ADA, title="Countess", version=1))], deleted=[AGAIN],
    merged=[(AGAIN.ref, ADA.ref)],
)  # fmt: skip

Call: TypeAlias = Callable[[Crm], Any]
#: How one of the two ends: "done", "nothing" (nothing was to be written), "replayed", or the name of an error.
Outcome: TypeAlias = str


@attrs.frozen
class Row:
    """
    Two calls, and what comes of them.

    Args:
        what: The case in words.
        a: What A does.
        b: What B does.
        look: What is asked of the store afterwards.
        a_first: What comes of it where A is first: the outcomes of A and of B, and the answer.
        b_first: The same where B is first.
    """

    what: str
    a: Call
    b: Call
    look: Callable[[Keeper], object]
    a_first: tuple[Outcome, Outcome, object]
    b_first: tuple[Outcome, Outcome, object]


def edits(which: type[Entity], record_id: str, **values: object) -> Call:
    """Give a call that edits a record."""
    return lambda crm: crm.edit(which, record_id, values)


def counts(*kinds: type[Entity]) -> Callable[[Keeper], object]:
    """Give the question how many records there are of some types."""
    return lambda store: tuple(store.count(kind) for kind in kinds)


def fields(ref: Ref, *names: str) -> Callable[[Keeper], object]:
    """Give the question what stands in fields of a record; None: it is not there."""

    def look(store: Keeper) -> object:
        record = store.get(ref.type, ref.id)  # type: ignore[arg-type]  # a type of record
        return record and tuple(getattr(record, name) for name in names)

    return look


_PEOPLE: Final = counts(Contact, Account, Deal)
_ADA: Final = fields(ADA.ref, "title", "industry", "version")
_STAGE: Final = fields(DEAL.ref, "stage", "version")

# fmt: off
ROWS: Final = (
    Row("two conversions of one lead, alike",
        lambda crm: crm.convert("l1", deal=NewDeal()), lambda crm: crm.convert("l1", deal=NewDeal()), _PEOPLE,
        ("done", "nothing", (1, 2, 2)), ("nothing", "done", (1, 2, 2))),
    Row("two conversions of one lead, one with a deal",
        lambda crm: crm.convert("l1", deal=NewDeal()), lambda crm: crm.convert("l1"), _PEOPLE,
        ("done", "AlreadyConverted", (1, 2, 2)), ("AlreadyConverted", "done", (1, 2, 1))),
    Row("two conversions of one lead under one key",
        lambda crm: crm.convert("l1", key="k"), lambda crm: crm.convert("l1", key="k"), _PEOPLE,
        ("done", "replayed", (1, 2, 1)), ("replayed", "done", (1, 2, 1))),
    Row("conversions of two leads of one person",
        lambda crm: crm.convert("l1"), lambda crm: crm.convert("l2"), _PEOPLE,
        ("done", "done", (1, 2, 1)), ("done", "done", (1, 2, 1))),
    Row("conversions of two leads of one new company",
        lambda crm: crm.convert("l1"), lambda crm: crm.convert("l3"), _PEOPLE,
        ("done", "done", (2, 2, 1)), ("done", "done", (2, 2, 1))),
    Row("conversions of all leads, twice",
        lambda crm: crm.convert_all(Lead), lambda crm: crm.convert_all(Lead), _PEOPLE,
        ("done", "nothing", (2, 2, 1)), ("nothing", "done", (2, 2, 1))),
    Row("a conversion that uses an account, and the end of the account",
        lambda crm: crm.convert("l1", account=Use("a1")), lambda crm: crm.delete(Account, "a1"), _PEOPLE,
        ("done", "done", (1, 0, 1)), ("CannotConvert", "done", (0, 0, 1))),
    Row("a conversion, and the end of the lead",
        lambda crm: crm.convert("l1"), lambda crm: crm.delete(Lead, "l1"), counts(Lead, Contact),
        ("done", "done", (2, 1)), ("NotOnRecord", "done", (2, 0))),
    Row("a conversion, and an edit of the lead's company",
        lambda crm: crm.convert("l1"), edits(Lead, "l1", company="Old Mills"), counts(Contact, Account),
        ("done", "InvalidEdit", (1, 2)), ("done", "done", (1, 1))),
    Row("two edits of one field",
        edits(Lead, "l1", title="CTO"), edits(Lead, "l1", title="CEO"), _ADA,
        ("done", "done", ("CEO", "", 2)), ("done", "done", ("CTO", "", 2))),
    Row("two edits of two fields",
        edits(Lead, "l1", title="CTO"), edits(Lead, "l1", industry="mills"), _ADA,
        ("done", "done", ("CTO", "mills", 2)), ("done", "done", ("CTO", "mills", 2))),
    Row("two edits, alike",
        edits(Lead, "l1", title="CTO"), edits(Lead, "l1", title="CTO"), _ADA,
        ("done", "nothing", ("CTO", "", 1)), ("nothing", "done", ("CTO", "", 1))),
    Row("an edit and a deletion",
        edits(Lead, "l1", title="CTO"), lambda crm: crm.delete(Lead, "l1"), counts(Lead),
        ("done", "done", (2,)), ("NotOnRecord", "done", (2,))),
    Row("two deletions",
        lambda crm: crm.delete(Lead, "l1"), lambda crm: crm.delete(Lead, "l1"), counts(Lead),
        ("done", "NotOnRecord", (2,)), ("NotOnRecord", "done", (2,))),
    Row("two moves of a deal to two stages",
        lambda crm: crm.move("d1", "Needs Analysis"), lambda crm: crm.move("d1", "Value Proposition"), _STAGE,
        ("done", "done", ("Value Proposition", 2)), ("done", "done", ("Needs Analysis", 2))),
    Row("a deal is won and lost",
        lambda crm: crm.move("d1", "Closed Won"), lambda crm: crm.move("d1", "Closed Lost"), _STAGE,
        ("done", "CannotMove", ("Closed Won", 1)), ("CannotMove", "done", ("Closed Lost", 1))),
    Row("a merge, and an edit of the one that goes",
        lambda crm: crm.apply(MERGE), edits(Lead, "l2", title="CTO"), _ADA,
        ("done", "NotOnRecord", ("Countess", "", 1)), ("Conflict", "done", ("", "", 0))),
    Row("a merge, and an edit of the one that stays",
        lambda crm: crm.apply(MERGE), edits(Lead, "l1", industry="mills"), _ADA,
        ("done", "done", ("Countess", "mills", 2)), ("Conflict", "done", ("", "mills", 1))),
    Row("two records under one id",
        lambda crm: crm.create(Contact(id="c1", last_name="Moor")),
        lambda crm: crm.create(Contact(id="c1", last_name="Vale")), fields(Ref(Contact, "c1"), "last_name"),
        ("done", "Conflict", ("Moor",)), ("Conflict", "done", ("Vale",))),
    Row("one author is added twice",
        lambda crm: crm.add_lead(POST), lambda crm: crm.add_lead(POST), counts(Lead),
        ("done", "nothing", (4,)), ("nothing", "done", (4,))),
    Row("one key for two calls",
        lambda crm: crm.edit(Lead, "l1", {"title": "CTO"}, key="k"),
        lambda crm: crm.edit(Lead, "l1", {"title": "CTO"}, key="k"), _ADA,
        ("done", "replayed", ("CTO", "", 1)), ("replayed", "done", ("CTO", "", 1))),
    Row("an undo, and an edit of the same field",
        lambda crm: crm.undo(2), edits(Lead, "l3", title="CEO"), fields(CARL.ref, "title", "version"),
        ("done", "done", ("CEO", 3)), ("CannotRevert", "done", ("CEO", 2))),
    Row("two undos of one commit",
        lambda crm: crm.undo(2), lambda crm: crm.undo(2), fields(CARL.ref, "title", "version"),
        ("done", "CannotRevert", ("", 2)), ("CannotRevert", "done", ("", 2))),
)
# fmt: on


@attrs.frozen
class Stale:
    """
    A looks, B writes, and then A writes what came of looking.

    Args:
        what: The case in words.
        look: What A looks at, and makes of it.
        between: What B does then.
        write: What A does then.
        outcome: What comes of it: A's outcome, and what is asked of the store afterwards.
        ask: What is asked.
    """

    what: str
    look: Call
    between: Call
    write: Callable[[Crm, Any], Any]
    outcome: tuple[Outcome, object]
    ask: Callable[[Keeper], object]


def applied(crm: Crm, changes: Changes) -> object:
    """Apply what was made before."""
    return crm.apply(changes)


def planned(crm: Crm, plan: Any) -> object:  # noqa: ANN401  (a plan)
    """Carry out what was planned before."""
    return crm.apply_plan(plan)


def made(verb: Callable[..., Changes], *values: object) -> Call:
    """Give what makes changes of the lead that is on record, to be applied later."""
    return lambda crm: verb(crm.get(Lead, "l1"), *values, at=NOON)


def begun_again(crm: Crm) -> None:
    """Delete the lead, and put the same one on record again: all but its version is as it was."""
    crm.delete(Lead, "l1")
    crm.create(ADA)


# fmt: off
STALE: Final = (
    Stale("an edit of what was edited", made(edit, {"title": "CTO"}), edits(Lead, "l1", title="CEO"), applied,
          ("Conflict", ("CEO", "", 1)), _ADA),
    Stale("an edit of what is gone", made(edit, {"title": "CTO"}), lambda crm: crm.delete(Lead, "l1"), applied,
          ("Conflict", None), _ADA),
    Stale("an edit of what was gone and is there again", made(edit, {"title": "CTO"}), begun_again, applied,
          ("Conflict", ("", "", 1)), _ADA),
    Stale("a deletion of what was edited", made(delete), edits(Lead, "l1", title="CEO"), applied,
          ("Conflict", ("CEO", "", 1)), _ADA),
    Stale("a record that somebody else has created", lambda _: create(Account(id="a2", name="Newco"), at=NOON),
          lambda crm: crm.create(Account(id="a2", name="Oldco")), applied,
          ("Conflict", ("Oldco",)), fields(Ref(Account, "a2"), "name")),
    Stale("a plan for a lead that was edited", lambda crm: crm.plan("l1"), edits(Lead, "l1", title="CEO"), planned,
          ("PlanOutdated", (0, 1, 1)), _PEOPLE),
    Stale("a plan to use an account that is gone", lambda crm: crm.plan("l1", account=Use("a1")),
          lambda crm: crm.delete(Account, "a1"), planned,
          ("PlanOutdated", (0, 0, 1)), _PEOPLE),
    Stale("a plan for somebody who has become a contact", lambda crm: crm.plan("l1"),
          lambda crm: crm.convert("l2"), planned,
          ("PlanOutdated", (1, 2, 1)), _PEOPLE),
    Stale("a plan for a lead that was converted otherwise", lambda crm: crm.plan("l1", account=New()),
          lambda crm: crm.convert("l1", deal=NewDeal()), planned,
          ("AlreadyConverted", (1, 2, 2)), _PEOPLE),
    Stale("a plan that somebody else has carried out", lambda crm: crm.plan("l1"),
          lambda crm: crm.convert("l1"), planned,
          ("nothing", (1, 2, 1)), _PEOPLE),
)
# fmt: on

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)


# How they are run

TENANTS: Final = count()
KINDS: Final = ("memory", "sqlite", "sqlite in memory", "postgresql")
#: Opens the store of a tenant.
Opens: TypeAlias = Callable[[str], Keeper]


@attrs.frozen
class Place:
    """
    Where two meet: each has a store, with connections of its own where there can be several.
    """

    ours: Keeper
    theirs: Keeper


@pytest.fixture(scope="module", params=KINDS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Opens, Opens]]:
    """Give what opens the stores of the two, in a place of each kind."""
    if request.param == "memory":
        known: dict[str, Keeper] = {}

        def opens(tenant: str) -> Keeper:
            return known.setdefault(tenant, MemoryStore())

        yield opens, opens
    elif request.param == "sqlite in memory":
        with SqlStore.open("sqlite://", timeout=PATIENCE) as only:
            yield only.of_tenant, only.of_tenant
    else:
        with ExitStack() as stack:
            if request.param == "sqlite":
                address = f"sqlite:///{tmp_path_factory.mktemp('schedules')}/crm.db"
            else:
                address = stack.enter_context(request.getfixturevalue("databases").made())
            first, second = (stack.enter_context(SqlStore.open(address, timeout=PATIENCE)) for _ in range(2))
            yield first.of_tenant, second.of_tenant


@pytest.fixture
def place(both: tuple[Opens, Opens]) -> Iterator[Place]:
    """Give a place with the records that the rows are about."""
    tenant = f"tenant {next(TENANTS)}"
    ours, theirs = (opens(tenant) for opens in both)
    for changes in BEFORE:
        ours.apply(changes)
    with unmeasured():
        yield Place(ours, theirs)


def outcome(call: Callable[[], Any]) -> Outcome:
    """Say how a call ends."""
    try:
        done = call()
    except LeadmodelError as error:
        return type(error).__name__
    if hasattr(done, "positions"):
        return "done" if done.positions else "nothing"
    return "nothing" if done.position is None else "replayed" if done.replayed else "done"


def in_turn(place: Place, first: Call, second: Call) -> tuple[Outcome, Outcome]:
    """Let the second begin after the first has read and before it writes, and give the outcomes."""
    ends: dict[str, Outcome] = {}
    inside, begun = threading.Event(), threading.Event()

    def hold(name: str, *, after: bool) -> None:
        if (name, after) == ("apply", False) and not inside.is_set():  # it has read all that it is going to
            inside.set()
            assert begun.wait(PATIENCE)
            time.sleep(0.01)  # for the second to come as far as it can

    held, other = shell(Watched(place.ours, hold), now=lambda: NOON), shell(place.theirs, now=lambda: NOON)

    def follow() -> None:
        assert inside.wait(PATIENCE)
        begun.set()
        ends["second"] = outcome(lambda: second(other))

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    ends["first"] = outcome(lambda: first(held))
    follower.join(PATIENCE)
    return ends["first"], ends["second"]


# The tests


@each_row
def test_second_waits_for_the_first(place: Place, row: Row) -> None:
    """Whoever has read writes what came of that, as if alone; whoever waits finds what was written."""
    ends = in_turn(place, row.a, row.b)

    assert (*ends, row.look(place.ours)) == row.a_first


@each_row
def test_order_may_be_turned_round(place: Place, row: Row) -> None:
    """The other one first."""
    b, a = in_turn(place, row.b, row.a)

    assert (a, b, row.look(place.ours)) == row.b_first


@each_row
def test_same_instant_is_one_order_or_the_other(place: Place, row: Row) -> None:
    """By two threads."""
    ends: dict[int, Outcome] = {}
    barrier = threading.Barrier(2, timeout=PATIENCE)
    crms = [shell(each, now=lambda: NOON, wait=time.sleep) for each in (place.ours, place.theirs)]

    def work(number: int, call: Call) -> None:
        barrier.wait()
        ends[number] = outcome(lambda: call(crms[number]))

    threads = [threading.Thread(target=work, args=each, daemon=True) for each in enumerate((row.a, row.b))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert (ends[0], ends[1], row.look(place.ours)) in {row.a_first, row.b_first}


@pytest.mark.parametrize("both", ["sqlite", "postgresql"], indirect=True)
@each_row
def test_two_machines_agree(place: Place, row: Row) -> None:
    """By two processes, where a store is more than memory."""

    def work(store: Keeper, call: Call) -> Callable[[Tell], None]:
        return lambda tell: tell(outcome(lambda: call(shell(store, now=lambda: NOON, wait=time.sleep))))

    for store in (place.ours, place.theirs):
        store._connections.engine.dispose()  # type: ignore[attr-defined]  # its connections are no child's to inherit
    with children(work(place.ours, row.a), work(place.theirs, row.b)) as (a, b):
        ends = a.line(), b.line()

    assert (*ends, row.look(place.ours)) in {row.a_first, row.b_first}


@pytest.mark.parametrize("row", STALE, ids=lambda row: row.what)
def test_what_was_looked_at_before_is_looked_at_again(place: Place, row: Stale) -> None:
    """Nothing is written over what somebody else has written since."""
    a, b = (shell(each, now=lambda: NOON) for each in (place.ours, place.theirs))
    seen = row.look(a)
    row.between(b)
    end = outcome(lambda: row.write(a, seen))

    assert (end, row.ask(place.ours)) == row.outcome
