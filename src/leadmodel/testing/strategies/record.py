"""
Records of every type, out of what their fields hold.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.criteria import CustomField
from leadmodel.entities import (
    Account,
    Activity,
    Contact,
    Deal,
    Entity,
    Lead,
    Note,
    SocialUpdate,
    StageChange,
    Task,
    facts_of,
)
from leadmodel.processes import Outcome, Pipeline, Stage, Status, Statuses, StatusKind
from leadmodel.processes import pipelines as pipeline_presets
from leadmodel.processes import statuses as status_presets
from leadmodel.processes.pipelines import Pipelines, as_pipelines
from leadmodel.testing.strategies.choosing import pick, pick_some
from leadmodel.testing.strategies.field import OTHERS, REQUIRED, SOME_OTHERS, Wish, held, wish_of
from leadmodel.testing.strategies.text import ids
from leadmodel.testing.strategies.value import EARLIEST, LATEST, conversions, instants, money

E = TypeVar("E", bound=Entity)


def leads(
    *,
    statuses: Statuses = status_presets.ZOHO,
    status: str | SearchStrategy[str | None] | None = None,
    kind: StatusKind | None = None,
    network: str | None = None,
    currency: str | None = None,
    personal: bool = True,
    full: bool = False,
    own: Iterable[CustomField] | None = None,
    **fields: object,
) -> SearchStrategy[Lead]:
    """
    Give leads: people, companies, and people at companies; some converted, and then in a status that says so.

    About 4 ms a draw, 14 ms in full. Shrinks to an id and a last name.

    Args:
        statuses: The organisation's; each lead stands in one of them or in none yet.
        status: The key of the status that the leads stand in, or a strategy for it; None draws any.
        kind: What the status means; None draws any. Leads are converted where it means that, and nowhere else.
        network: The network of all profiles; None draws any.
        currency: The currency of all amounts; None draws any.
        personal: Whether they may look like somebody; if not, all that is personal is a placeholder.
        full: Whether every field holds something; what a state sets, such as the conversion, still depends on it.
        own: The organisation's own fields, which all leads then have, and no others; None draws any.
        fields: Values of fields, or strategies for them: `leads(company="Acme", emails=st.just([]))`.

    Raises:
        ValueError: No status has that key and that meaning.
    """
    given = given_fields(Lead, fields)
    wish = wish_of(network, currency, personal, full, own)
    if isinstance(status, SearchStrategy):
        return _leads(statuses, (), {**given, "status": status}, wish)
    wished: list[Status] = []
    if status is not None or kind is not None:
        wished = [each for each in statuses.members if status in {None, each.key} and kind in {None, each.kind}]
        if not wished:
            raise ValueError(f"no status of {statuses.key!r} has the key {status!r} and the kind {kind!r}")
    return _leads(statuses, tuple(wished), given, wish)


def contacts(
    *,
    network: str | None = None,
    personal: bool = True,
    full: bool = False,
    own: Iterable[CustomField] | None = None,
    **fields: object,
) -> SearchStrategy[Contact]:
    """
    Give contacts, who may be at an account or report to a contact that is not there.

    About 4 ms a draw, 12 ms in full. Shrinks to an id.

    Args:
        network: As for `leads`.
        personal: As for `leads`.
        full: As for `leads`.
        own: As for `leads`.
        fields: Values of fields, or strategies for them.
    """
    return _records(Contact, given_fields(Contact, fields), wish_of(network, None, personal, full, own))


def accounts(
    *,
    network: str | None = None,
    currency: str | None = None,
    personal: bool = True,
    full: bool = False,
    own: Iterable[CustomField] | None = None,
    **fields: object,
) -> SearchStrategy[Account]:
    """
    Give organisations.

    About 4 ms a draw, 10 ms in full. Shrinks to an id and a name.

    Args:
        network: As for `leads`.
        currency: As for `leads`.
        personal: As for `leads`.
        full: As for `leads`.
        own: As for `leads`.
        fields: Values of fields, or strategies for them.
    """
    return _records(Account, given_fields(Account, fields), wish_of(network, currency, personal, full, own))


def deals(
    *,
    pipeline: Pipeline | Iterable[Pipeline] | Pipelines = pipeline_presets.ZOHO,
    stage: str | None = None,
    outcome: Outcome | None = None,
    currency: str | None = None,
    personal: bool = True,
    full: bool = False,
    own: Iterable[CustomField] | None = None,
    **fields: object,
) -> SearchStrategy[Deal]:
    """
    Give deals, each with a story that holds together.

    A history, where there is one, leads to the stage that the deal stands in and agrees with `created_at` and
    `closed_at`; an open deal has no `closed_at`.

    About 2 ms a draw, 10 ms in full. Shrinks to an id in the first stage.

    Args:
        pipeline: The stages to draw from, of one pipeline or of several.
        stage: The key of the stage that the deals stand in; None draws any.
        outcome: What the stage means; None draws any.
        currency: As for `leads`.
        personal: As for `leads`.
        full: As for `leads`; each deal then has a history.
        own: As for `leads`.
        fields: Values of other fields, or strategies for them, such as `contact_id`.

    Raises:
        ValueError: No stage has that key and that meaning.
    """
    several = tuple(as_pipelines(pipeline).values())
    known = [
        (each, step) for each in several for step in each.stages
        if stage in {None, step.key} and outcome in {None, step.outcome}
    ]  # fmt: skip
    if not known:
        within = " or ".join(repr(each.key) for each in several)
        raise ValueError(f"no stage of pipeline {within} has the key {stage!r} and the outcome {outcome!r}")
    return _deals(tuple(known), given_fields(Deal, fields), wish_of(None, currency, personal, full, own))


def social_updates(
    *, network: str | None = None, personal: bool = True, full: bool = False, **fields: object
) -> SearchStrategy[SocialUpdate]:
    """
    Give updates: by anybody, by nobody, passed on by somebody else.

    About 4 ms a draw, 4 ms in full. Shrinks to an id.

    Args:
        network: As for `leads`.
        personal: As for `leads`.
        full: As for `leads`.
        fields: Values of fields, or strategies for them: `social_updates(author=profiles(uid=True))`.
    """
    return _records(SocialUpdate, given_fields(SocialUpdate, fields), wish_of(network, None, personal, full, None))


def activities(*, personal: bool = True, full: bool = False, **fields: object) -> SearchStrategy[Activity]:
    """
    Give activities of every kind. About 2 ms a draw.

    Args:
        personal: As for `leads`.
        full: As for `leads`.
        fields: Values of fields, or strategies for them, such as `about` and `kind`.
    """
    return _records(Activity, given_fields(Activity, fields), wish_of(None, None, personal, full, None))


def tasks(*, full: bool = False, **fields: object) -> SearchStrategy[Task]:
    """
    Give tasks, done and to be done. About 1.5 ms a draw.

    Args:
        full: As for `leads`.
        fields: Values of fields, or strategies for them, such as `about`.
    """
    return _records(Task, given_fields(Task, fields), wish_of(None, None, True, full, None))


def notes(*, personal: bool = True, full: bool = False, **fields: object) -> SearchStrategy[Note]:
    """
    Give notes about any record. About 1.5 ms a draw.

    Args:
        personal: As for `leads`.
        full: As for `leads`.
        fields: Values of fields, or strategies for them, such as `about`.
    """
    return _records(Note, given_fields(Note, fields), wish_of(None, None, personal, full, None))


def stage_changes(
    *, pipeline: Pipeline = pipeline_presets.ZOHO, currency: str | None = None
) -> SearchStrategy[StageChange]:
    """
    Give single moves between the stages of a pipeline. About 1 ms a draw.

    Args:
        pipeline: The stages to draw from.
        currency: The currency of the amounts; None draws any.
    """
    keys = st.sampled_from([stage.key for stage in pipeline.stages])
    return st.builds(
        StageChange, to=keys, at=instants(), come_from=st.none() | keys, pipeline=st.sampled_from(("", pipeline.key)),
        by=st.none() | ids(), amount=st.none() | money(currency=currency), probability=st.none() | st.integers(0, 100),
    )  # fmt: skip


def given_fields(record_type: type[Entity], fields: Mapping[str, object]) -> dict[str, SearchStrategy[object]]:
    """
    Take fields as values or as strategies.

    Raises:
        TypeError: The record has no such field.
    """
    known = facts_of(record_type)
    if wrong := sorted(fields.keys() - known.keys()):
        raise TypeError(f"a {record_type.__name__} has no field {', '.join(wrong)}; it has {', '.join(known)}")
    return {name: given if isinstance(given, SearchStrategy) else st.just(given) for name, given in fields.items()}


# Drawing

_Given = Mapping[str, SearchStrategy[object]]


def _fields(draw: DrawFn, record_type: type[Entity], given: _Given, wish: Wish) -> dict[str, Any]:
    """
    Draw the fields that a record must have or that are given, and a handful of others, or all.
    """
    known = held(record_type, wish)
    others = OTHERS[record_type] if wish.full else draw(SOME_OTHERS[record_type])
    chosen = [*REQUIRED[record_type], *others]
    if wish.own is not None:
        chosen.append("custom")
    drawn = {**{name: known[name] for name in chosen}, **given}
    return {name: draw(strategy) for name, strategy in drawn.items()}


@st.composite
def _records(draw: DrawFn, record_type: type[E], given: _Given, wish: Wish) -> E:
    return record_type(**_fields(draw, record_type, given, wish))


@st.composite
def _leads(draw: DrawFn, statuses: Statuses, wished: tuple[Status, ...], given: _Given, wish: Wish) -> Lead:
    fields = _fields(draw, Lead, given, wish)
    if wished:
        status = pick(draw, wished)
        fields["status"] = status.key
        if "conversion" not in given:
            fields["conversion"] = draw(conversions()) if status.kind is StatusKind.CONVERTED else None
    elif "status" not in given:
        converted = fields.get("conversion") is not None
        of_kind = [m.key for m in statuses.members if (m.kind is StatusKind.CONVERTED) is converted]
        fields["status"] = pick(draw, of_kind if wish.full and of_kind else (None, *of_kind))
    if not (fields.get("last_name", "").strip() or fields.get("company", "").strip()):
        fields["company" if "last_name" in given else "last_name"] = draw(held(Lead, wish)["last_name"])
    return Lead(**fields)


@st.composite
def _deals(draw: DrawFn, known: tuple[tuple[Pipeline, Stage], ...], given: _Given, wish: Wish) -> Deal:
    fields = _named_once(_fields(draw, Deal, given, wish), given)
    pipeline, stage = pick(draw, known)
    told: dict[str, Any] = {"pipeline": pipeline.key, "stage": stage.key, "history": (), "closed_at": None}
    if draw(_EITHER) or wish.full:
        told["history"] = history = _history(draw, pipeline, stage)
        told["created_at"] = history[0].at
    elif fields.get("created_at") is not None:
        told["created_at"] = min(fields["created_at"], LATEST - timedelta(days=1))
    if stage.outcome.closed:
        told["closed_at"] = draw(_closings(pipeline, told))
    return Deal(**{**fields, **{name: value for name, value in told.items() if name not in given}})


def _named_once(fields: dict[str, Any], given: _Given) -> dict[str, Any]:
    """
    Name the primary contact once (AUTH-9).

    Where it is among the others as well, it gives way to others that are given, and drawn others give way to it.
    """
    primary = fields.get("contact_id", "")
    if all(other.contact_id != primary for other in fields.get("contacts", ())):
        return fields
    if "contacts" in given:
        return {**fields, "contact_id": ""}
    return {**fields, "contacts": [other for other in fields["contacts"] if other.contact_id != primary]}


def _closings(pipeline: Pipeline, told: Mapping[str, Any]) -> SearchStrategy[datetime | None]:
    """
    Give when a closed deal was closed: by the last move that came from an open stage, or after it was created.
    """
    for move in reversed(told["history"]):
        if move.come_from is None or not pipeline.stage(move.come_from).outcome.closed:
            return st.just(move.at)
    return st.none() | instants(min_value=told.get("created_at") or EARLIEST)


def _history(draw: DrawFn, pipeline: Pipeline, stage: Stage) -> tuple[StageChange, ...]:
    """
    Draw the moves of a deal that stands in a stage: they follow one another, and the last one leads there.
    """
    path = [*pick_some(draw, pipeline.stages, max_size=3), stage]
    at, moves, before = draw(_STARTS), [], None
    for step in path:
        moves.append(StageChange(to=step.key, at=at, come_from=before, probability=step.probability))
        at += timedelta(days=draw(_PAUSES), microseconds=draw(_MOMENTS))
        before = step.key
    return tuple(moves)


_EITHER: Final = st.booleans()
_STARTS, _PAUSES, _MOMENTS = (
    instants(max_value=LATEST - timedelta(days=8_000)),
    st.integers(0, 1_000),
    st.integers(0, 1),
)
