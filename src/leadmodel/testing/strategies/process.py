"""
Pipelines, statuses and author rules of every shape that a sound one can have.
"""

from enum import StrEnum
from itertools import product
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from leadmodel.processes import (
    Forecast,
    Outcome,
    Pipeline,
    Process,
    Processes,
    Stage,
    Status,
    Statuses,
    StatusKind,
)
from leadmodel.rules.author_rules import AuthorRule, AuthorRules, Category, DealLink, OnRecord, Reason
from leadmodel.testing.strategies.gated import Shape, gated
from leadmodel.testing.strategies.text import ids, lines

#: Labels and probabilities that say one thing while the outcome may say another (AUTH-13).
_PERCENT = st.sampled_from((0, 60, 100)) | st.integers(0, 100)
_LABELS = st.sampled_from(("Open", "Won", "Lost", "Closed Won", "Wonderful", "Not lost yet", "")) | lines()


def pipelines(
    *,
    outcomes: frozenset[Outcome] = frozenset(),
    moves: bool | None = False,
    declared: bool | None = False,
    guarded: bool | None = False,
    retired: bool | None = False,
) -> st.SearchStrategy[Pipeline]:
    """
    Give pipelines of one to seven stages, whose outcomes, labels, probabilities and forecasts agree in nothing.

    One of them is open, as in every pipeline. Without more being asked, deals move freely, as in the presets.

    About 8 ms a draw; with any of the options, about 5 ms. Shrinks to one stage.

    Args:
        outcomes: Those that some stage has, whatever else there is.
        moves: Whether cells of the move table are otherwise than usual; None draws it, as below.
        declared: Whether there are transitions, so that deals move along them alone (PIPE-3).
        guarded: Whether stages, cells and transitions ask for fields and have guards, own fields among them; ask what
            they ask with an instant and with `related=`.
        retired: Whether there are stages of former times (PIPE-10).
    """
    if moves is declared is guarded is retired is False:
        return _plain_pipelines(outcomes)
    shape = Shape(marks=frozenset[StrEnum](outcomes), moves=moves, declared=declared, guarded=guarded, retired=retired)
    return gated(Pipeline, shape)


def _plain_pipelines(outcomes: frozenset[Outcome]) -> st.SearchStrategy[Pipeline]:
    wanted = tuple(sorted({Outcome.OPEN, *outcomes}))
    given = st.tuples(*map(_stages, wanted)).map(list)
    more = st.lists(st.sampled_from(Outcome).flatmap(_stages), max_size=4)
    stages = st.builds(lambda some, others: [*some, *others], given, more).map(_with_unique_keys)
    return st.builds(Pipeline, key=ids(), label=lines(), stages=stages.flatmap(st.permutations))


def _stages(outcome: Outcome) -> st.SearchStrategy[Stage]:
    return st.builds(Stage, ids(), _LABELS, st.just(outcome), _PERCENT, st.sampled_from(Forecast))


def _with_unique_keys(stages: list[Stage]) -> list[Stage]:
    return list({stage.key: stage for stage in (_numbered(stages, i) for i in range(len(stages)))}.values())


def _numbered(stages: list[Stage], number: int) -> Stage:
    stage = stages[number]
    if all(stage.key != earlier.key for earlier in stages[:number]):
        return stage
    return Stage(f"{stage.key} ({number})", stage.label, stage.outcome, stage.probability, stage.forecast)


def statuses(
    *,
    kinds: frozenset[StatusKind] = frozenset(),
    moves: bool | None = False,
    declared: bool | None = False,
    guarded: bool | None = False,
) -> st.SearchStrategy[Statuses]:
    """
    Give lists of one to six statuses of any kind, a live one among them.

    About 2.5 ms a draw; with any of the options, about 3 ms. Shrinks to one status.

    Args:
        kinds: Those that some status has, whatever else there is.
        moves: As for `pipelines`.
        declared: As for `pipelines`.
        guarded: As for `pipelines`.
    """
    if kinds or not (moves is declared is guarded is False):
        shape = Shape(marks=frozenset[StrEnum](kinds), moves=moves, declared=declared, guarded=guarded)
        return gated(Statuses, shape)
    member = st.builds(Status, ids(), lines(), st.sampled_from(StatusKind))
    members = st.lists(member, min_size=1, max_size=6, unique_by=lambda status: status.key).map(_with_live)
    return st.builds(Statuses, key=ids(), label=lines(), members=members)


def processes() -> st.SearchStrategy[Processes]:
    """
    Give what one file holds: some pipelines and some statuses that use everything they can, each in a way of its own.

    Pipelines of former times are among them, which have retired stages alone.

    About 10 ms a draw. Shrinks to none.
    """
    return st.builds(Processes, _some(Pipeline), _some(Statuses))


def _some(kind: type[Process[Any]]) -> st.SearchStrategy[Any]:
    several = st.lists(gated(kind, Shape(former=True)), max_size=2)
    return several.map(lambda found: {process.key: process for process in found}.values())


def _with_live(members: list[Status]) -> list[Status]:
    """
    Let the first one be new where none is live.
    """
    if any(status.kind in Statuses.live for status in members):
        return members
    return [attrs.evolve(members[0], kind=StatusKind.NEW), *members[1:]]


def author_rules(
    *, strict: bool | None = None, companies: bool | None = None, match_email: bool | None = None
) -> st.SearchStrategy[AuthorRules]:
    """
    Give sound tables, of any content: every case has one row, every row a case, and lost deals change no category.

    About 4 ms a draw. Shrinks to one row for each way of being on record.

    Args:
        strict: Whether an author who matches several contacts is an error; None draws it, as below.
        companies: Whether a company's profile is judged by the account's deals.
        match_email: Whether authors are looked for among e-mail addresses.
    """
    return st.builds(
        AuthorRules,
        name=ids(),
        rows=_tables(),
        deals=st.frozensets(st.sampled_from(DealLink), min_size=1),
        strict=_either(strict),
        companies=_either(companies),
        match_email=_either(match_email),
    )


def _either(wanted: bool | None) -> st.SearchStrategy[bool]:
    return st.booleans() if wanted is None else st.just(wanted)


@st.composite
def _tables(draw: DrawFn) -> list[AuthorRule]:
    rows = [row for on_record in OnRecord for row in _rows(draw, on_record)]
    return rows[:: draw(st.sampled_from((1, -1)))]


#: The ways to part the cases by open and won deals: what each row asks of (open, won).
_PARTS: tuple[tuple[tuple[bool | None, bool | None], ...], ...] = (
    ((None, None),),
    ((True, None), (False, None)),
    ((None, True), (None, False)),
    ((True, None), (False, True), (False, False)),
    ((None, True), (True, False), (False, False)),
    ((False, None), (True, True), (True, False)),
    ((None, False), (True, True), (False, True)),
    ((True, True), (True, False), (False, True), (False, False)),
)


def _rows(draw: DrawFn, on_record: OnRecord) -> list[AuthorRule]:
    """
    Part the cases by open and won deals, give each part a category, and part some of them again by lost deals.
    """
    parts = _PARTS if on_record is OnRecord.CONTACT else _PARTS[:3]
    return [
        AuthorRule(on_record, any_open, any_won, any_lost, category, draw(_REASONS), "OWN-1")
        for any_open, any_won in draw(st.sampled_from(parts))
        for category, by_lost in (draw(_ANSWERS),)
        for any_lost in by_lost
    ]


_REASONS = st.sampled_from(Reason)
_ANSWERS = st.sampled_from(tuple(product(Category, ((None,), (True, False)))))
