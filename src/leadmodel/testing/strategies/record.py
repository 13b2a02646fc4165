"""
Records of every type, out of the facts about their fields: a new field is drawn the day it is declared.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.entities import (
    ENTITIES,
    Account,
    Activity,
    Contact,
    Converted,
    Deal,
    DealContact,
    Entity,
    Facts,
    Kind,
    Lead,
    Note,
    Relation,
    SocialUpdate,
    StageChange,
    Task,
    facts_of,
)
from leadmodel.networks import Profile
from leadmodel.processes import Outcome, Pipeline, Stage, Statuses, StatusKind
from leadmodel.processes import pipelines as pipeline_presets
from leadmodel.processes import statuses as status_presets
from leadmodel.testing.strategies.choosing import pick, pick_some
from leadmodel.testing.strategies.profile import profiles
from leadmodel.testing.strategies.text import ids, lines, names, texts
from leadmodel.testing.strategies.value import (
    EARLIEST,
    LATEST,
    addresses,
    consents,
    conversions,
    custom_fields,
    days,
    email_addresses,
    instants,
    money,
    phone_numbers,
    refs,
)
from leadmodel.values import Address, Money, Ref

E = TypeVar("E", bound=Entity)


def leads(*, statuses: Statuses = status_presets.ZOHO, **fields: object) -> SearchStrategy[Lead]:
    """
    Give leads: people, companies, and people at companies; some converted, and then in a status that says so.

    About 2 ms a draw. Shrinks to an id and a last name.

    Args:
        statuses: The organisation's; each lead stands in one of them or in none yet.
        fields: Values of fields, or strategies for them: `leads(company="Acme", emails=st.just([]))`.
    """
    return _leads(statuses, given_fields(Lead, fields))


def contacts(**fields: object) -> SearchStrategy[Contact]:
    """
    Give contacts, who may be at an account or report to a contact that is not there.

    About 2 ms a draw. Shrinks to an id.

    Args:
        fields: Values of fields, or strategies for them.
    """
    return _records(Contact, given_fields(Contact, fields))


def accounts(**fields: object) -> SearchStrategy[Account]:
    """
    Give organisations. About 2 ms a draw. Shrinks to an id and a name.

    Args:
        fields: Values of fields, or strategies for them.
    """
    return _records(Account, given_fields(Account, fields))


def deals(
    *,
    pipeline: Pipeline = pipeline_presets.ZOHO,
    stage: str | None = None,
    outcome: Outcome | None = None,
    **fields: object,
) -> SearchStrategy[Deal]:
    """
    Give deals of one pipeline, each with a story that holds together.

    A history, where there is one, leads to the stage that the deal stands in and agrees with `created_at` and
    `closed_at`; an open deal has no `closed_at`.

    About 2 ms a draw. Shrinks to an id in the first stage.

    Args:
        pipeline: The stages to draw from.
        stage: The key of the stage that the deals stand in; None draws any.
        outcome: What the stage means; None draws any.
        fields: Values of other fields, or strategies for them, such as `contact_id`.
    """
    keys = [step for step in pipeline.stages if stage in {None, step.key} and outcome in {None, step.outcome}]
    if not keys:
        raise ValueError(f"no stage of pipeline {pipeline.key!r} has the key {stage!r} and the outcome {outcome!r}")
    return _deals(pipeline, keys, given_fields(Deal, {"pipeline": pipeline.key, **fields}))


def social_updates(**fields: object) -> SearchStrategy[SocialUpdate]:
    """
    Give updates: by anybody, by nobody, passed on by somebody else.

    About 2 ms a draw. Shrinks to an id.

    Args:
        fields: Values of fields, or strategies for them: `social_updates(author=profiles(network="x"))`.
    """
    return _records(SocialUpdate, given_fields(SocialUpdate, fields))


def activities(**fields: object) -> SearchStrategy[Activity]:
    """
    Give activities of every kind. About 1 ms a draw.

    Args:
        fields: Values of fields, or strategies for them, such as `about`.
    """
    return _records(Activity, given_fields(Activity, fields))


def tasks(**fields: object) -> SearchStrategy[Task]:
    """
    Give tasks, done and to be done. About 1 ms a draw.

    Args:
        fields: Values of fields, or strategies for them, such as `about`.
    """
    return _records(Task, given_fields(Task, fields))


def notes(**fields: object) -> SearchStrategy[Note]:
    """
    Give notes about any record. About 1 ms a draw.

    Args:
        fields: Values of fields, or strategies for them, such as `about`.
    """
    return _records(Note, given_fields(Note, fields))


def deal_contacts(*, contact_id: SearchStrategy[str] | None = None) -> SearchStrategy[DealContact]:
    """
    Give those who take part in deals besides the primary contacts. About 200 µs a draw.

    Args:
        contact_id: Where to draw the contacts from; None draws any id.
    """
    roles = st.sampled_from(("", "decision maker", "user"))
    return st.builds(DealContact, contact_id=ids() if contact_id is None else contact_id, role=roles)


def stage_changes(*, pipeline: Pipeline = pipeline_presets.ZOHO) -> SearchStrategy[StageChange]:
    """
    Give single moves between the stages of a pipeline. About 500 µs a draw.

    Args:
        pipeline: The stages to draw from.
    """
    keys = st.sampled_from([stage.key for stage in pipeline.stages])
    return st.builds(
        StageChange, to=keys, at=instants(), come_from=st.none() | keys, pipeline=st.sampled_from(("", pipeline.key)),
        by=st.none() | ids(), amount=st.none() | money(), probability=st.none() | st.integers(0, 100),
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


def _fields(draw: DrawFn, record_type: type[Entity], given: _Given) -> dict[str, Any]:
    """
    Draw the fields that a record must have or that are given, and a handful of others.
    """
    held = _HELD[record_type]
    drawn = {**{name: held[name] for name in (*_MUST[record_type], *draw(_CHOSEN[record_type]))}, **given}
    return {name: draw(strategy) for name, strategy in drawn.items()}


@st.composite
def _records(draw: DrawFn, record_type: type[E], given: _Given) -> E:
    return record_type(**_fields(draw, record_type, given))


@st.composite
def _leads(draw: DrawFn, statuses: Statuses, given: _Given) -> Lead:
    fields = _fields(draw, Lead, given)
    if "status" not in given:
        converted = fields.get("conversion") is not None
        of_kind = [m.key for m in statuses.members if (m.kind is StatusKind.CONVERTED) is converted]
        fields["status"] = pick(draw, (None, *of_kind))
    if not (fields.get("last_name", "").strip() or fields.get("company", "").strip()):
        fields["company" if "last_name" in given else "last_name"] = draw(_HELD[Lead]["last_name"])
    return Lead(**fields)


@st.composite
def _deals(draw: DrawFn, pipeline: Pipeline, stages: list[Stage], given: _Given) -> Deal:
    fields = _named_once(_fields(draw, Deal, given), given)
    stage = pick(draw, stages)
    told: dict[str, Any] = {"stage": stage.key, "history": (), "closed_at": None}
    if draw(_EITHER):
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


_EITHER = st.booleans()
_STARTS, _PAUSES, _MOMENTS = (
    instants(max_value=LATEST - timedelta(days=8_000)),
    st.integers(0, 1_000),
    st.integers(0, 1),
)


# What a field holds

#: The values and collections that a field is drawn from, by its name; its kind says it for all others.
_BY_NAME: Mapping[str, Callable[[], SearchStrategy[Any]]] = {
    "emails": lambda: st.lists(email_addresses(), max_size=3),
    "phones": lambda: st.lists(phone_numbers(), max_size=3),
    "profiles": lambda: st.lists(profiles(), max_size=3),
    "relations": lambda: st.frozensets(st.sampled_from(Relation), max_size=3),
    "contacts": lambda: st.lists(deal_contacts(), max_size=3),
    "history": lambda: st.just(()),
    "tags": lambda: st.frozensets(ids(), max_size=3),
    "viewed_by": lambda: st.frozensets(ids(), max_size=3),
    "consent": consents,
    "company": names,
    "first_name": names,
    "last_name": names,
    "name": names,
    "author_name": names,
    "status": st.none,  # drawn last, since it agrees with the conversion
    "version": lambda: st.integers(0, 2**31),  # far from the last one there is, so that a change can follow
    "website": lambda: st.sampled_from(("", "https://acme.example", "acme.example/a?b=ü")),
    "url": lambda: st.sampled_from(("", "https://social.example/@ada/1")) | lines(),
    "language": lambda: st.sampled_from(("", "en", "pt-BR", "zh-Hant")),
}
_BY_TYPE: Mapping[type, Callable[[], SearchStrategy[Any]]] = {
    Address: addresses, Converted: conversions, Money: money, Profile: profiles, Ref: refs,
}  # fmt: skip
_BY_KIND: Mapping[Kind, Callable[[Facts], SearchStrategy[Any]]] = {
    Kind.IDENTITY: lambda _: ids(),
    Kind.LINE: lambda fact: lines(min_size=int(fact.required)),
    Kind.URL: lambda _: lines(),
    Kind.TEXT: lambda _: texts(),
    Kind.NUMBER: lambda fact: st.integers(fact.low, fact.high),
    Kind.INSTANT: lambda _: instants(),
    Kind.DATE: lambda _: days(),
    Kind.CHOICE: lambda fact: st.sampled_from(tuple(fact.types[0])),  # type: ignore[arg-type]  # a choice is an enum
    Kind.VALUE: lambda fact: _BY_TYPE[fact.types[0]](),
    Kind.MAPPING: lambda _: custom_fields(max_size=2),
}


def _field(record_type: type[Entity], name: str, fact: Facts) -> SearchStrategy[Any]:
    """
    Give what a field may hold; None too where that is its default.
    """
    held = _BY_NAME[name]() if name in _BY_NAME else _BY_KIND[fact.kind](fact)
    return st.none() | held if attrs.fields_dict(record_type)[name].default is None else held


_HELD: Mapping[type[Entity], Mapping[str, SearchStrategy[Any]]] = {
    record_type: {name: _field(record_type, name, fact) for name, fact in facts_of(record_type).items()}
    for record_type in ENTITIES
}
#: The fields that a record of a type must have.
_MUST: Mapping[type[Entity], tuple[str, ...]] = {
    record_type: tuple(f.name for f in attrs.fields(record_type) if f.default is attrs.NOTHING and f.init)
    for record_type in ENTITIES
}
#: A handful of its other fields.
_CHOSEN: Mapping[type[Entity], SearchStrategy[list[str]]] = {
    record_type: st.lists(st.sampled_from([name for name in held if name not in _MUST[record_type]]), unique=True)
    for record_type, held in _HELD.items()
}
