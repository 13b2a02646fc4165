"""What moves and changes cost: against state machines that make neither history nor changes, and as they grow."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import log
from typing import TYPE_CHECKING, Any, Final

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from statemachine import State, StateMachine
from statemachine.factory import StateMachineMetaclass
from transitions import Machine

import leadmodel as lm
from leadmodel import Changes, Deal, Money
from tests.benchmarks.measuring import check, ratio, recorded, seconds

if TYPE_CHECKING:
    from leadmodel.entities import Entity
    from leadmodel.values import Ref

NOON: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)
DEALS: Final = 2_000
KEYS: Final = [stage.key for stage in lm.pipelines.ZOHO.stages]
NAMES: Final = [f"stage_{number}" for number in range(len(KEYS))]
WORTH: Final = Money("1000", "EUR")
#: Zoho's nine stages; to come to the second, a deal has to be worth something.
GUARDED: Final = lm.pipelines.ZOHO.requiring(KEYS[1], guard=lm.where(Deal, "amount", "at_least", WORTH))


class Sale:
    """What a state machine moves about: an amount, and the machine's own state."""

    def __init__(self) -> None:
        self.amount = WORTH
        self.state = NAMES[0]

    def is_worth_it(self, *_: object, **__: object) -> bool:
        """Guard the move."""
        return self.amount.currency == WORTH.currency and self.amount >= WORTH


@pytest.fixture(scope="module")
def deals() -> list[Deal]:
    """Give deals that stand on the first stage and have a history."""
    return [lm.new_deal(id=f"d{number}", pipeline=GUARDED, at=NOON, amount=WORTH) for number in range(DEALS)]


def moved(deals: Sequence[Deal]) -> list[lm.DealMove]:
    """Move every deal to the second stage."""
    return [lm.move_deal(deal, KEYS[1], at=NOON, pipeline=GUARDED, by="u1") for deal in deals]


def test_guarded_move_against_transitions(benchmark: BenchmarkFixture, deals: list[Deal]) -> None:
    """One machine for all of its models, as its own documentation shares it; it keeps no history and no changes."""
    machine: Any = Machine(model=None, states=NAMES, initial=NAMES[0], auto_transitions=False)
    for source in NAMES:
        for dest in NAMES:
            if source != dest:
                machine.add_transition(
                    f"to_{dest}", source, dest, conditions="is_worth_it" if dest == NAMES[1] else None
                )

    def prepare() -> tuple[list[Deal], list[Any]]:
        sales: list[Any] = [Sale() for _ in deals]
        for sale in sales:
            machine.add_model(sale, initial=NAMES[0])
        return deals, sales

    def by_machine(sales: list[Any]) -> None:
        for sale in sales:
            sale.to_stage_1()

    _, sales = prepare()
    by_machine(sales)
    assert {sale.state for sale in sales} == {NAMES[1]}
    assert {move.deal.stage for move in moved(deals)} == {KEYS[1]}
    measured = ratio(benchmark, moved, by_machine, prepare=prepare)
    check(benchmark, "a guarded move, against transitions", measured, 1.0)


def test_guarded_move_against_python_statemachine(benchmark: BenchmarkFixture, deals: list[Deal]) -> None:
    """The same nine stages, each reachable from each other one."""
    kind = machine_class()

    def prepare() -> tuple[list[Deal], list[Any]]:
        return deals, [kind(Sale()) for _ in deals]

    def by_machine(machines: list[Any]) -> None:
        for machine in machines:
            machine.send("to_stage_1")

    _, machines = prepare()
    by_machine(machines)
    assert {machine.model.state for machine in machines} == {NAMES[1]}
    measured = ratio(benchmark, moved, by_machine, rounds=3, prepare=prepare)
    check(benchmark, "guarded moves for the price of one of python-statemachine", 1 / measured, 15, at_least=True)


def machine_class() -> Any:  # noqa: ANN401  (a class that its metaclass makes)
    """Make the class of a machine with a transition between any two stages."""
    states = {name: State(name, value=name, initial=not number) for number, name in enumerate(NAMES)}
    events = {}
    for dest, target in states.items():
        guard = "is_worth_it" if dest == NAMES[1] else None
        several = [source.to(target, cond=guard) for name, source in states.items() if name != dest]
        joined = several[0]
        for each in several[1:]:
            joined |= each
        events[f"to_{dest}"] = joined
    return StateMachineMetaclass("Sales", (StateMachine,), {**states, **events})


@pytest.mark.parametrize("what", ["building", "joining", "applying"])
def test_changes_grow_in_line(benchmark: BenchmarkFixture, what: str) -> None:
    """From 10,000 to 100,000 changes: exponent 1 is in proportion."""
    runs = {"building": building, "joining": joining, "applying": applying}
    made = {number: (updates(number),) for number in (10_000, 100_000)}
    if what != "joining":
        made = {number: (several, Changes.of(*several)) for number, (several,) in made.items()}
    run = runs[what]
    short, long = (min(seconds(run, *given) for _ in range(5)) for given in made.values())
    recorded(benchmark, run, args=made[10_000], rounds=3)
    check(benchmark, f"{what} changes, growth exponent from 10⁴ to 10⁵", log(long / short) / log(10), 1.1)


def updates(number: int) -> list[Changes]:
    """Give changes of as many deals."""
    several = [Deal(id=f"d{each:06}", stage="Open") for each in range(number)]
    return [lm.edit(deal, {"next_step": "Call"}, at=NOON) for deal in several]


def building(several: Sequence[Changes], _: Changes) -> Changes:
    """Build one value out of all updates."""
    return Changes(updated=[update for each in several for update in each.updated])


def joining(several: Sequence[Changes]) -> Changes:
    """Join them."""
    return Changes.of(*several)


def applying(several: Sequence[Changes], whole: Changes) -> None:
    """Apply them at once to the records from which they start."""
    records: dict[Ref, Entity] = {each.updated[0].before.ref: each.updated[0].before for each in several}
    whole.apply_to(records)
