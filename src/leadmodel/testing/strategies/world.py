"""
Whole worlds: records that hold together, and a feed about them.

Records hold what the rules about authors read, and little else; identities come from a small pool, so that they meet.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.entities import (
    Account,
    Activity,
    ActivityKind,
    Contact,
    Converted,
    Deal,
    DealContact,
    Lead,
    Note,
    SocialUpdate,
    StageChange,
    Task,
)
from leadmodel.networks import CONFUSABLES, Profile, network_of
from leadmodel.processes import Pipeline, Stage, statuses
from leadmodel.processes import pipelines as pipeline_presets
from leadmodel.samples import World
from leadmodel.testing.strategies.choosing import pick, pick_some, places
from leadmodel.testing.strategies.profile import profiles
from leadmodel.values import EmailAddress, Ref

#: The instants of a world: few, so that records, moves and conversions meet in time.
DAYS = tuple(datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(6))
_SOMETIME = st.none() | st.sampled_from(DAYS)
_EITHER = st.booleans()
_STRANGER = Profile("x", "stranger")


@attrs.frozen(kw_only=True)
class Cast:
    """
    What the records of a world are drawn from: the identities that they share, and the stages.
    """

    identities: tuple[Profile, ...]
    pipeline: Pipeline
    #: Whether ids say the type, as in "c0", or are alike: lead 0 and contact 0 are different records.
    typed_ids: bool

    def id(self, record_type: type[object], number: int) -> str:
        """
        Give the id of the record of a type with this number.
        """
        return f"{record_type.__name__[0].lower() if self.typed_ids else ''}{number}"


def worlds(
    *, max_people: int = 4, max_deals: int = 4, max_updates: int = 4, pipeline: Pipeline | None = None
) -> SearchStrategy[World]:
    """
    Give whole worlds that hold together.

    Every deal's contacts are there, every stage is known, histories lead to the stage that a deal stands in, and ids
    are unique within their type. People share profiles, hold old handles, handles of others with another stable id, and
    look-alikes; leads were converted to contacts who are there or gone; companies have profiles of their own. The feed
    has posts and reposts by people on record, by strangers and by nobody.

    About 10 ms a draw with the usual sizes. Shrinks to an empty world.

    Args:
        max_people: How many leads there are at most, how many contacts, and how many accounts.
        max_deals: How many deals there are at most.
        max_updates: How long the feed is at most.
        pipeline: The stages of the deals; None draws one of the presets.
    """
    known = tuple(pipeline_presets.PRESETS.values()) if pipeline is None else (pipeline,)
    return _worlds(known, max_people, max_deals, max_updates)


@st.composite
def _worlds(draw: DrawFn, known: tuple[Pipeline, ...], max_people: int, max_deals: int, max_updates: int) -> World:
    stages = pick(draw, known)
    cast = Cast(identities=_identities(draw), pipeline=stages, typed_ids=pick(draw, (True, False)))
    there = {
        kind: [cast.id(kind, number) for number in range(draw(places(limit + 1)))]
        for kind, limit in ((Account, min(2, max_people)), (Contact, max_people), (Lead, max_people), (Deal, max_deals))
    }
    records = {
        kind: tuple(draw(draw_one(cast, kind, record_id, there)) for record_id in ids) for kind, ids in there.items()
    }
    children = pick_some(draw, (Note, Activity, Task))
    updates = range(draw(places(max_updates + 1)))
    misspelt = "".join(stage.key for stage in stages.stages)[:200]
    return World(
        leads=records[Lead], contacts=records[Contact], accounts=records[Account], deals=records[Deal],
        updates=tuple(draw(draw_one(cast, SocialUpdate, f"u{number}", there)) for number in updates),
        children=tuple(draw(draw_one(cast, kind, f"h{i}", there)) for i, kind in enumerate(children)),
        misfiled=Deal(id="misfiled", stage=f"not {misspelt}"), pipeline=stages, statuses=statuses.ZOHO,
    )  # fmt: skip


Ids = dict[type[Any], list[str]]


@st.composite
def draw_one(draw: DrawFn, cast: Cast, kind: type[Any], record_id: str, there: Ids) -> Any:  # noqa: ANN401  (a record of that type)
    """
    Give a record of a type that fits into a world in which these others are, and perhaps some that are not.

    This is a strategy, the parts of records are none: what is drawn as one goes as one when an example shrinks.
    """
    return _KINDS[kind](draw, cast, record_id, there)


# Identities


def _identities(draw: DrawFn) -> tuple[Profile, ...]:
    """
    Draw a few profiles, and what may be taken for them: without the stable id, under another handle, with another id.
    """
    drawn = draw(_PROFILES)
    found = dict.fromkeys(drawn)
    for profile in drawn:
        found |= dict.fromkeys(_relatives(profile, drawn))
    return tuple(found)


_PLAIN = st.builds(
    Profile, st.sampled_from(("x", "github")), st.sampled_from(("ada", "bob")), uid=st.sampled_from(("", "1", "2"))
)
_PROFILES = st.lists(_PLAIN | profiles(), min_size=1, max_size=3)


def _relatives(profile: Profile, others: Sequence[Profile]) -> list[Profile]:
    same = [other for other in others if other.network == profile.network and other.uid]
    relatives = [attrs.evolve(profile, uid=other.uid) for other in same] if profile.handle else []
    if profile.handle and profile.uid:
        relatives += [attrs.evolve(profile, uid=""), attrs.evolve(profile, handle="")]
    if like := look_alike(profile):
        relatives.append(like)
    return relatives


def look_alike(profile: Profile) -> Profile | None:
    """
    Give a profile on the same network whose handle looks like this one's and is another (NET-4), where there is one.
    """
    row = network_of(profile.network)
    for letter, others in CONFUSABLES.items():
        for other in others if letter in profile.handle else "":
            handle = row.canonical(profile.handle.replace(letter, other, 1))
            if handle != profile.handle and row.handle.fullmatch(handle):
                return Profile(profile.network, handle)
    return None


# One record


def _emails(draw: DrawFn, cast: Cast) -> list[EmailAddress]:
    addresses = [profile.handle for profile in cast.identities if profile.network == "email" and profile.handle]
    return [EmailAddress(text) for text in pick_some(draw, ("ada@acme.example", *addresses), max_size=1)]


def _account(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> Account:
    del there
    return Account(id=record_id, name="Acme", profiles=pick_some(draw, cast.identities), created_at=draw(_SOMETIME))


def _contact(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> Contact:
    return Contact(
        id=record_id, profiles=pick_some(draw, cast.identities), emails=_emails(draw, cast),
        created_at=draw(_SOMETIME), account_id=pick(draw, (*there[Account], "", "gone")),
    )  # fmt: skip


def _lead(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> Lead:
    fields: dict[str, Any] = {
        "last_name": "Ada", "profiles": pick_some(draw, cast.identities), "emails": _emails(draw, cast),
        "created_at": draw(_SOMETIME),
    }  # fmt: skip
    if draw(_EITHER):
        contact_id = pick(draw, (*there[Contact], "", "gone"))
        fields["conversion"] = Converted(at=draw(_SOMETIME), contact_id=contact_id)
        fields["status"] = "Converted"
    return Lead(id=record_id, **fields)


def _deal(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> Deal:
    stage = pick(draw, cast.pipeline.stages)
    fields: dict[str, Any] = {
        "pipeline": pick(draw, (cast.pipeline.key, "")), "stage": stage.key,
        "contact_id": pick(draw, (*there[Contact], "")), "account_id": pick(draw, (*there[Account], "", "gone")),
    }  # fmt: skip
    if there[Contact]:
        roles = pick_some(draw, there[Contact])
        fields["contacts"] = [DealContact(contact_id=each) for each in roles if each != fields["contact_id"]]
    return Deal(id=record_id, **fields, **_story(draw, cast.pipeline, stage))


def _story(draw: DrawFn, pipeline: Pipeline, stage: Stage) -> dict[str, Any]:
    """
    Draw when a deal was created, moved and closed, so that all three agree with the stage that it stands in.
    """
    told: dict[str, Any] = {}
    instants = sorted(pick_some(draw, DAYS, max_size=3))
    closed = stage.outcome.closed
    if len(instants) == 1:
        told["closed_at" if closed else "created_at"] = instants[0]
    elif instants:
        before = [pick(draw, pipeline.stages) for _ in instants[1:]]
        path = [*before, stage]
        told["created_at"] = instants[0]
        told["history"] = [
            StageChange(to=step.key, at=at, come_from=came.key if came else None)
            for step, at, came in zip(path, instants, [None, *before], strict=True)
        ]
        if closed:
            told["closed_at"] = next(
                at for at, step, came in zip(reversed(instants), reversed(path), [*reversed(before), None], strict=True)
                if came is None or not came.outcome.closed
            )  # fmt: skip
    return told


def _update(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> SocialUpdate:
    del there
    anybody = (*cast.identities, None, _STRANGER)
    fields: dict[str, Any] = {"author": pick(draw, anybody), "posted_at": draw(_SOMETIME)}
    if draw(_EITHER):
        fields["reposted_by"] = pick(draw, anybody)
    return SocialUpdate(id=record_id, **fields)


def _child(draw: DrawFn, cast: Cast, record_id: str, there: Ids, *, kind: type[Any], fields: dict[str, Any]) -> Any:  # noqa: ANN401  (a note, an activity or a task)
    del cast
    about = [Ref(record_type, each) for record_type, ids in there.items() for each in ids] or [Ref(Lead, "gone")]
    return kind(id=record_id, about=pick(draw, about), **fields)


_KINDS: dict[type[Any], Any] = {
    Account: _account,
    Contact: _contact,
    Lead: _lead,
    Deal: _deal,
    SocialUpdate: _update,
    Note: lambda *given: _child(*given, kind=Note, fields={"text": "A note."}),
    Activity: lambda *given: _child(*given, kind=Activity, fields={"kind": ActivityKind.CALL, "at": DAYS[0]}),
    Task: lambda *given: _child(*given, kind=Task, fields={"subject": "Call back"}),
}
