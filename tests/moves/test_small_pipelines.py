"""
Every small pipeline, with every way in which deals can go through it, against an oracle that knows nothing of tables.

The sequences of moves are walked as a tree: what two of them have in common is done once.
A move that is refused, or that stays, leaves the very same deal: what would follow has been seen without it, and the
walk ends there.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, combinations, permutations, product
from typing import Final

import attrs
import pytest

from leadmodel import CannotMove, Deal, InvalidTable, Pipeline, Stage, Transition, move_deal, new_deal
from tests.moves.making import HOUR, NOON

LENGTH: Final = 4
OUTCOMES: Final = ("open", "won", "lost")
#: What a pipeline may declare beyond what all of them allow.
DECLARABLE: Final = (("won", "open"), ("lost", "open"), ("won", "lost"), ("lost", "won"))
#: When the deal begins, and when each move is made: the third one at the instant of the second.
INSTANTS: Final = (NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + 2 * HOUR, NOON + 5 * HOUR)

Cell = tuple[str, str]


@attrs.frozen
class Naive:
    """What the oracle knows of a deal."""

    stage: int
    closed: datetime | None
    #: For each entry of the history, whether it reopened the deal.
    entries: tuple[bool, ...]


@attrs.frozen
class Refused:
    """What the oracle says where a deal cannot move: the rule."""

    rule: str


@attrs.frozen
class Rules:
    """What a pipeline says, as the oracle reads it."""

    outcomes: Sequence[str]
    allowed: Sequence[Cell] = ()
    #: The declared ways; None where every stage follows every other.
    ways: Sequence[tuple[int, int]] | None = None


def naive_refusal(rules: Rules, come_from: int, to: int) -> str:
    """Give the rule that refuses a move, or "", one case after another."""
    left, entered = rules.outcomes[come_from], rules.outcomes[to]
    if left == "won" and entered == "open" and ("won", "open") not in rules.allowed:
        return "PIPE-4"
    if left == "lost" and entered == "open" and ("lost", "open") not in rules.allowed:
        return "PIPE-4"
    if left == "won" and entered == "lost" and ("won", "lost") not in rules.allowed:
        return "PIPE-2"
    if left == "lost" and entered == "won" and ("lost", "won") not in rules.allowed:
        return "PIPE-2"
    if rules.ways is not None and (come_from, to) not in rules.ways:
        return "PIPE-3"
    return ""


def naive_move(rules: Rules, before: Naive, to: int, at: datetime) -> Naive | Refused:
    """Say what becomes of a deal."""
    if to == before.stage:
        return before
    if rule := naive_refusal(rules, before.stage, to):
        return Refused(rule)
    left, entered = rules.outcomes[before.stage], rules.outcomes[to]
    if entered == "open":
        return Naive(to, None, (*before.entries, left != "open"))
    return Naive(to, before.closed if left == entered else at, (*before.entries, False))


@attrs.define
class Walk:
    """A walk through all moves of one pipeline, and how many of each kind were made."""

    rules: Rules
    pipeline: Pipeline
    made: int = 0
    refused: int = 0
    stayed: int = 0

    def walk(self, deal: Deal, before: Naive, moves: int, length: int) -> None:
        """Make every next move, compare, and go on from where it was allowed."""
        for to in range(len(self.rules.outcomes) if moves <= length else 0):
            at = INSTANTS[moves]
            expected = naive_move(self.rules, before, to, at)
            found = self.moved(deal, to, at, expected)
            if found is not None and found is not deal and isinstance(expected, Naive):
                told = (found.stage, found.closed_at, tuple(entry.reopened for entry in found.history))
                assert told == (str(expected.stage), expected.closed, expected.entries), (self.rules, before, to)
                self.walk(found, expected, moves + 1, length)

    def moved(self, deal: Deal, to: int, at: datetime, expected: Naive | Refused) -> Deal | None:
        """Move a deal, see that it is refused as expected, and count."""
        try:
            made = move_deal(deal, str(to), at=at, pipeline=self.pipeline)
        except CannotMove as error:
            rules = [problem.rule for problem in error.problems]
            assert isinstance(expected, Refused), (self, deal, to)
            assert rules == [expected.rule], (self, deal, to)
            self.refused += 1
            return None
        assert isinstance(expected, Naive), (self, deal, to)
        if str(to) == deal.stage:
            assert made.deal is deal
            assert not made.changes
            self.stayed += 1
        else:
            self.made += 1
        return made.deal


def outcome_vectors(most: int) -> Iterator[tuple[str, ...]]:
    """Give the outcomes of the stages of every pipeline of up to so many stages; one is open."""
    for length in range(1, most + 1):
        for outcomes in product(OUTCOMES, repeat=length):
            if "open" in outcomes:
                yield outcomes


def policies(outcomes: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    """Give every combination of the declarable cells that the stages can make use of."""
    matter = [cell for cell in DECLARABLE if set(cell) <= set(outcomes)]
    return chain.from_iterable(combinations(matter, count) for count in range(len(matter) + 1))


def pipeline_of(outcomes: Sequence[str], allowed: Sequence[Cell]) -> Pipeline:
    """Make a pipeline: the keys of its stages are their numbers."""
    stages = [Stage(str(number), "", outcome) for number, outcome in enumerate(outcomes)]
    pipeline = Pipeline(key="p", stages=stages)
    for come_from, to in allowed:
        pipeline = pipeline.allowing(come_from, to)
    return pipeline


def begun(walk: Walk) -> tuple[Deal, Naive]:
    """Begin a deal: on the first open stage."""
    first = 0
    while walk.rules.outcomes[first] != "open":
        first += 1
    deal = new_deal(id="d", pipeline=walk.pipeline, at=INSTANTS[0])
    assert (deal.stage, deal.closed_at, len(deal.history)) == (str(first), None, 1)
    return deal, Naive(first, None, (False,))


def test_every_small_pipeline_moves_deals_as_the_oracle_does() -> None:
    """Up to four stages, every policy that matters, every sequence of up to four moves: PIPE-2, PIPE-4, PIPE-5."""
    walks = [
        Walk(Rules(outcomes, allowed), pipeline_of(outcomes, allowed))
        for outcomes in outcome_vectors(4)
        for allowed in policies(outcomes)
    ]
    for walk in walks:
        walk.walk(*begun(walk), moves=1, length=LENGTH)

    assert len(walks) == 764
    assert [sum(walk.made for walk in walks), sum(walk.refused for walk in walks)] == [34_590, 10_948]
    assert sum(walk.stayed for walk in walks) == 15_548


def test_every_small_declared_pipeline_moves_deals_as_the_oracle_does() -> None:
    """
    Up to three stages, the strictest and the laxest policy, every set of ways, up to three moves: PIPE-3.

    A set with a way that the table refuses makes no pipeline; the oracle says which.
    """
    walks, refused = [], 0
    for outcomes in outcome_vectors(3):
        several = [(), tuple(cell for cell in DECLARABLE if set(cell) <= set(outcomes))]
        for allowed in dict.fromkeys(several):
            pipeline = pipeline_of(outcomes, allowed)
            pairs = list(permutations(range(len(outcomes)), 2))
            for ways in chain.from_iterable(combinations(pairs, count) for count in range(1, len(pairs) + 1)):
                transitions = [Transition(name=f"{a} {b}", come_from=str(a), to=str(b)) for a, b in ways]
                closed = any(naive_refusal(Rules(outcomes, allowed), a, b) for a, b in ways)
                if closed:
                    refused += 1
                    with pytest.raises(InvalidTable, match="which the move table refuses"):
                        attrs.evolve(pipeline, transitions=transitions)
                else:
                    walks.append(Walk(Rules(outcomes, allowed, ways), attrs.evolve(pipeline, transitions=transitions)))
    for walk in walks:
        walk.walk(*begun(walk), moves=1, length=3)

    assert [len(walks), refused] == [1_414, 944]
    assert [sum(walk.made for walk in walks), sum(walk.refused for walk in walks)] == [4_348, 3_968]


@pytest.mark.parametrize(
    ("rules", "to", "expected"),
    [
        (Rules(("open", "won")), 1, Naive(1, NOON, (False, False))),
        (Rules(("open", "open")), 1, Naive(1, None, (False, False))),
        (Rules(("open",)), 0, Naive(0, None, (False,))),
    ],
)
def test_oracle_says_what_is_plain(rules: Rules, to: int, expected: Naive) -> None:
    """The oracle is tried by hand: to win closes, to go on does not, to stay is nothing."""
    assert naive_move(rules, Naive(0, None, (False,)), to, NOON) == expected


def test_oracle_refuses_what_nobody_declared() -> None:
    """A won deal stays won, unless the pipeline says otherwise."""
    won = Naive(1, NOON, (False, False))
    reopening = Rules(("open", "won"), (("won", "open"),))

    assert naive_move(Rules(("open", "won")), won, 0, NOON) == Refused("PIPE-4")
    assert naive_move(reopening, won, 0, NOON) == Naive(0, None, (False, False, True))
    assert naive_move(Rules(("lost", "won")), won, 0, NOON) == Refused("PIPE-2")
    assert naive_move(attrs.evolve(reopening, ways=[]), won, 0, NOON) == Refused("PIPE-3")
