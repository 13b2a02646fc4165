"""
Deals on their way: histories that were written by legal moves, whole or with the gaps that imports leave.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.changes.verbs import with_values
from leadmodel.criteria import Related
from leadmodel.entities import Deal, facts_of
from leadmodel.errors import CannotMove
from leadmodel.processes import Pipeline, Stage
from leadmodel.processes import pipelines as presets
from leadmodel.processes.pipelines import Pipelines, as_pipelines
from leadmodel.processes.ways import Way
from leadmodel.rules.deals import move_deal, new_deal
from leadmodel.testing.strategies.choosing import pick, places
from leadmodel.testing.strategies.criterion import askable_records
from leadmodel.testing.strategies.gated import OWN_FIELDS
from leadmodel.testing.strategies.pools import NOW
from leadmodel.testing.strategies.record import given_fields
from leadmodel.testing.strategies.text import ids
from leadmodel.values import Money


def moved_deals(
    *,
    pipeline: Pipeline | Iterable[Pipeline] | Pipelines = presets.ZOHO,
    max_moves: int = 4,
    gaps: bool | None = False,
    related: Related | None = None,
    **fields: object,
) -> SearchStrategy[Deal]:
    """
    Give deals whose histories were written by legal moves: begun by `new_deal`, then moved along ways that are open.

    What a way asks for is given with the move where that is possible; a way whose guard still says no is not taken.
    Between moves, some deals are edited: an amount, a probability set by hand. The last move lies within a few hundred
    days before `NOW`. A deal for which the pipelines have no beginning stands where it was imported, without a history.

    About 4 ms a draw. Shrinks to a deal that has just begun.

    Args:
        pipeline: The pipeline, or several: then deals move between them as well.
        max_moves: How many moves there are at most.
        gaps: Whether something is not known any more, as after an import: when the deal was created, how its history
            began, when it was closed; None draws it.
        related: Finds the record behind a reference, where a guard asks about one; without it, there is none.
        fields: Values of fields with which deals begin, or strategies for them, such as `contact_id`; not of those that
            a verb sets.

    Raises:
        ValueError: Every pipeline is one of former times, in which no deal begins.
    """
    several = tuple(as_pipelines(pipeline).values())
    if not any(each.stages for each in several):
        raise ValueError("every pipeline is one of former times, in which no deal begins")
    whole = _moved(several, max_moves, related or _nobody, given_fields(Deal, fields))
    forgotten = _forgotten(whole, len(several) == 1)
    return whole | forgotten if gaps is None else forgotten if gaps else whole


def _nobody(ref: object) -> None:
    """
    Find nothing.
    """


_Facts = Mapping[str, Any]
_Given = Mapping[str, SearchStrategy[object]]
_EITHER: Final = st.booleans()
#: Minutes between two moves: none at times, and mostly some days.
_PAUSES: Final = st.sampled_from((0, 0, 1, 1_440, 10_000, 100_000))
#: What fills the fields that moves ask for.
_DONORS: Final = st.lists(askable_records(Deal, fields=OWN_FIELDS), min_size=2, max_size=2)
_BEGIN: Final = NOW - timedelta(days=400)


@attrs.frozen
class _Road:
    """
    What all moves of one deal share: the pipelines, and what fills the fields that they ask for.
    """

    pipelines: tuple[Pipeline, ...]
    related: Related
    donors: Sequence[Deal]

    def fillings(self, way: Way[Stage], held: _Facts, *, fixed: bool = False) -> Iterator[dict[str, Any]]:
        """
        Give what may be given with a move: nothing, then the fields that it asks for or about, in several ways.

        Args:
            way: The way.
            held: What the deal holds.
            fixed: Whether that is not to be changed.
        """
        yield {}
        if way.required or way.guards:
            yield from (self._filling(way, held, donor, held if fixed else ()) for donor in self.donors)

    def _filling(self, way: Way[Stage], held: _Facts, donor: Deal, fixed: Container[str]) -> dict[str, Any]:
        paths = [path for path, _ in way.required]
        paths += [each.field.path for _, guard in way.guards for each in guard.conditions()]
        facts = facts_of(Deal)
        given = {
            path: getattr(donor, path) for path in paths if path in facts and not facts[path].verb and path not in fixed
        }
        own = {path.removeprefix("custom.") for path in paths if path.startswith("custom.")} & donor.custom.keys()
        if own and "custom" not in fixed:
            given["custom"] = {**held.get("custom", {}), **{name: donor.custom[name] for name in own}}
        both = {**held, **given}
        if both.get("contact_id", "") in {other.contact_id for other in both.get("contacts", ())}:
            given = {name: value for name, value in given.items() if name not in {"contact_id", "contacts"}}
        return given  # the primary contact is named once (AUTH-9)


@st.composite
def _moved(draw: DrawFn, several: tuple[Pipeline, ...], max_moves: int, related: Related, given: _Given) -> Deal:
    told = {name: draw(strategy) for name, strategy in {"id": ids(), **given}.items()}
    road = _Road(several, related, draw(_DONORS))
    at = _BEGIN + timedelta(minutes=draw(_PAUSES))
    deal = _begun(draw, road, at, told)
    for _ in range(draw(places(max_moves + 1)) if deal.history else 0):
        at += timedelta(minutes=draw(_PAUSES))
        if draw(_EITHER):
            deal = with_values(deal, pick(draw, _EDITS))
        deal = _stepped(draw, road, deal, at)
    return deal


_EDITS: Final[Sequence[_Facts]] = (
    {"probability": 70},
    {"amount": Money("100", "EUR")},
    {"amount": Money("5", "USD")},
    {"amount": None},
)


def _begun(draw: DrawFn, road: _Road, at: datetime, told: _Facts) -> Deal:
    """
    Begin a deal: at any stage, or where deals begin; where neither lets it, it was imported.
    """
    pipeline = pick(draw, [each for each in road.pipelines if each.stages])
    stage = pick(draw, (pipeline.first, *pipeline.stages))
    for begin in (stage, pipeline.first):
        way = pipeline.way(None, begin)
        for filled in road.fillings(way, told, fixed=True):
            try:
                return new_deal(pipeline=pipeline, stage=begin.key, at=at, related=road.related, **{**filled, **told})
            except CannotMove:
                continue
    return Deal(stage=stage.key, pipeline=pipeline.key, **told)


def _stepped(draw: DrawFn, road: _Road, deal: Deal, at: datetime) -> Deal:
    """
    Move a deal along a way that the tables leave open; where a guard says no, it stays.
    """
    own = next(each for each in road.pipelines if each.key == deal.pipeline)
    start = own.stage(deal.stage)
    ways = [
        (target.key, way) for target in road.pipelines for stage in target.stages
        if (target is not own or stage is not start)
        and (way := own.way(start, stage) if target is own else target.way(None, stage, start.mark)).is_open
    ]  # fmt: skip
    if not ways:
        return deal
    key, way = pick(draw, ways)
    by_hand = pick(draw, ({}, {}, {"probability": 70}))
    held = {name: getattr(deal, name) for name in ("contact_id", "contacts", "custom")}
    for filled in road.fillings(way, held):
        try:
            return move_deal(
                deal, way.to.key, at=at, pipeline=road.pipelines, to_pipeline=key, given={**filled, **by_hand},
                related=road.related,
            ).deal  # fmt: skip
        except CannotMove:
            continue
    return deal


@st.composite
def _forgotten(draw: DrawFn, whole: SearchStrategy[Deal], alone: bool) -> Deal:
    """
    Take something out of what is known of a deal, as if it came from elsewhere; of the pipeline only where it is alone.
    """
    deal, gone = draw(whole), draw(_GAPS)
    facts: dict[str, Any] = {name: None for name in ("created_at", "closed_at") if name in gone}
    history = deal.history[1 + draw(places(len(deal.history) or 1)) :] if "history" in gone else deal.history
    if "pipeline" in gone and alone:
        facts["pipeline"] = ""
        history = tuple(attrs.evolve(entry, pipeline="") for entry in history)
    return attrs.evolve(deal, history=history, **facts)


_GAPS: Final = st.sets(st.sampled_from(("created_at", "history", "closed_at", "pipeline")), min_size=1)
