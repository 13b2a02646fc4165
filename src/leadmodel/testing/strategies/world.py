"""
Whole worlds: records that hold together, and a feed about them.

Unless they are to be full, records hold what the rules about authors read, and little else; identities come from a
small pool, so that they meet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.criteria import CustomField
from leadmodel.entities import (
    Account,
    Activity,
    ActivityKind,
    Contact,
    Converted,
    Deal,
    DealContact,
    Entity,
    Lead,
    Note,
    SocialUpdate,
    StageChange,
    Task,
    facts_of,
)
from leadmodel.networks import Profile
from leadmodel.playbook import Playbook
from leadmodel.processes import Pipeline, Stage, StatusKind
from leadmodel.rules import author_rules
from leadmodel.rules.author_rules import AuthorRules
from leadmodel.samples import World
from leadmodel.testing.strategies import placeholders
from leadmodel.testing.strategies.books import Tables, books, rule_tables
from leadmodel.testing.strategies.choosing import pick, pick_some, places
from leadmodel.testing.strategies.field import Wish, held, own_fields
from leadmodel.testing.strategies.fitting import Asked, asked_by, asked_of_converted, fitting, open_paths
from leadmodel.testing.strategies.identity import identities, stranger
from leadmodel.values import EmailAddress, Ref

T = TypeVar("T")
E = TypeVar("E", bound=Entity)

#: The instants of a world: few, so that records, moves and conversions meet in time.
DAYS = tuple(datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(6))
_SOMETIME = st.none() | st.sampled_from(DAYS)
_ON_A_DAY = st.sampled_from(DAYS)
_EITHER = st.booleans()


@attrs.frozen(kw_only=True)
class Cast:
    """
    What the records of a world are drawn from: the identities that they share, and how the organisation sells.
    """

    identities: tuple[Profile, ...]
    playbook: Playbook
    #: Whether ids say the type, as in "c0", or are alike: lead 0 and contact 0 are different records.
    typed_ids: bool
    #: Whether histories go along ways that the playbook leaves open.
    legal: bool = False
    wish: Wish = attrs.field(factory=Wish)
    #: The records that are there already.
    there: dict[Ref, Entity] = attrs.field(factory=dict)

    def id(self, record_type: type[object], number: int) -> str:
        """
        Give the id of the record of a type with this number.
        """
        return f"{record_type.__name__[0].lower() if self.typed_ids else ''}{number}"

    def some(self, draw: DrawFn, options: Sequence[T], *, max_size: int = 2) -> list[T]:
        """
        Draw a few of several, or none where records need not be full.
        """
        return pick_some(draw, options, max_size=max_size) or list(options[: self.wish.least])

    def at(self, draw: DrawFn) -> datetime | None:
        """
        Draw an instant, which may be unknown where records need not be full.
        """
        return draw(_ON_A_DAY if self.wish.full else _SOMETIME)


def worlds(
    *,
    playbook: Playbook | SearchStrategy[Playbook] | None = None,
    tables: Tables = author_rules.ZOHO,
    size: int = 4,
    full: bool = False,
    network: str | None = None,
    currency: str | None = None,
    personal: bool = True,
) -> SearchStrategy[World]:
    """
    Give whole worlds that hold together.

    Every deal's contacts are there, every stage and status is known, histories lead to the stage that a deal stands in,
    and ids are unique within their type. People share profiles, hold old handles, handles of others with another stable
    id, and look-alikes; leads were converted to contacts who are there or gone; companies have profiles of their own.
    The feed has posts and reposts by people on record, by strangers and by nobody.

    In a world with a playbook that is given, records hold what their stage or status asks for, and converted leads what
    the conversion asks for; guards are asked as of `NOW`. Histories go along ways that the playbook leaves open. A deal
    that meets no stage is left out. Without a playbook, histories go any way, as they do after an import.

    About 8 ms a draw with the usual size, 60 ms in full. Shrinks to an empty world.

    Args:
        playbook: How the organisation sells, or a strategy for it; None draws the stages of one of the presets.
        tables: The tables of rules by which the feed is to be sorted, `World.rules`: one, several to draw from, or a
            strategy.
        size: How many leads there are at most, how many contacts, deals and updates; accounts are two at most.
        full: Whether all fields of all records hold something, as far as they can: ids name records that are there, and
            what a state sets, such as a conversion, still depends on it.
        network: The network of all profiles; None draws any.
        currency: The currency of all amounts; None draws any.
        personal: Whether records may look like somebody; if not, all that is personal is a placeholder.
    """
    wish = Wish(network=network, currency=currency, personal=personal, full=full)
    return _worlds(st.tuples(books(playbook), rule_tables(tables)), size, playbook is not None, wish)


@st.composite
def _worlds(
    draw: DrawFn,
    known: SearchStrategy[tuple[Playbook, AuthorRules]],
    size: int,
    legal: bool,
    wish: Wish,
) -> World:
    book, rules = draw(known)
    cast = Cast(
        identities=identities(draw, wish), playbook=book, typed_ids=pick(draw, (True, False)), legal=legal, wish=wish
    )
    there: Ids = {
        kind: [cast.id(kind, number) for number in range(draw(places(limit + 1)))]
        for kind, limit in ((Account, min(2, size)), (Contact, size), (Lead, size), (Deal, size))
    }
    records = {kind: _drawn(draw, cast, kind, there) for kind in (Account, Contact, Lead, Deal)}
    there[Deal] = [deal.id for deal in records[Deal]]
    children = pick_some(draw, (Note, Activity, Task))
    updates = range(draw(places(size + 1)))
    return World(
        leads=records[Lead], contacts=records[Contact], accounts=records[Account], deals=records[Deal],
        updates=tuple(draw(draw_one(cast, SocialUpdate, f"u{number}", there)) for number in updates),
        children=tuple(draw(draw_one(cast, kind, f"h{i}", there)) for i, kind in enumerate(children)),
        misfiled=Deal(id="misfiled", stage=_misspelt(book)), playbook=book, rules=rules,
    )  # fmt: skip


def _misspelt(book: Playbook) -> str:
    keys = "".join(stage.key for each in book.pipelines.values() for stage in (*each.stages, *each.retired))
    return f"not {keys[:200]}"


Ids = dict[type[Any], list[str]]


def _drawn(draw: DrawFn, cast: Cast, kind: type[Any], there: Ids) -> tuple[Any, ...]:
    """
    Draw all records of a type, but for those that would fit nowhere.
    """
    found = [draw(draw_one(cast, kind, record_id, there)) for record_id in there[kind]]
    records = tuple(each for each in found if each is not None)
    cast.there.update((each.ref, each) for each in records)
    return records


@st.composite
def draw_one(draw: DrawFn, cast: Cast, kind: type[Any], record_id: str, there: Ids) -> Any:  # noqa: ANN401  (a record of that type)
    """
    Give a record of a type that fits into a world in which these others are, and perhaps some that are not.

    This is a strategy, the parts of records are none: what is drawn as one goes as one when an example shrinks. None is
    a deal that no stage of the playbook lets stand there.
    """
    return _KINDS[kind](draw, cast, record_id, there)


# One record

#: What a world says itself about its records, rather than leaving it to the strategies of fields.
_OF_WORLDS: Final = frozenset({
    "id", "version", "created_at", "profiles", "emails", "account_id", "contact_id", "contacts", "reports_to_id",
    "parent_id", "status", "conversion", "pipeline", "stage", "history", "closed_at", "about", "author", "reposted_by",
    "posted_at", "custom",
})  # fmt: skip


def _bare_or_full(draw: DrawFn, cast: Cast, kind: type[Entity], bare: Mapping[str, object]) -> dict[str, Any]:
    """
    Give what a record holds that the world has no say in: what it must have, or everything.
    """
    if not cast.wish.full:
        return {**bare}
    known = held(kind, cast.wish)
    return {**bare, **{name: draw(known[name]) for name in facts_of(kind) if name not in _OF_WORLDS}}


def _name(cast: Cast, name: str) -> str:
    return name if cast.wish.personal else placeholders.NAME


def _emails(draw: DrawFn, cast: Cast) -> list[EmailAddress]:
    addresses = [profile.handle for profile in cast.identities if profile.network == "email" and profile.handle]
    usual = "ada@acme.example" if cast.wish.personal else placeholders.MAIL
    return [EmailAddress(text) for text in cast.some(draw, (usual, *addresses), max_size=1)]


def _person(draw: DrawFn, cast: Cast) -> dict[str, Any]:
    return {
        "profiles": cast.some(draw, cast.identities), "emails": _emails(draw, cast), "created_at": cast.at(draw),
    }  # fmt: skip


def _account(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> Account:
    del there
    fields = _bare_or_full(draw, cast, Account, {"name": _name(cast, "Acme")})
    return Account(id=record_id, profiles=cast.some(draw, cast.identities), created_at=cast.at(draw), **fields)


def _contact(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> Contact:
    fields = _bare_or_full(draw, cast, Contact, {})
    return Contact(id=record_id, **_person(draw, cast), account_id=pick(draw, ("", *there[Account], "gone")), **fields)


def _lead(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> Lead:
    fields = {**_bare_or_full(draw, cast, Lead, {"last_name": _name(cast, "Ada")}), **_person(draw, cast)}
    statuses, rules = cast.playbook.statuses, cast.playbook.conversion
    lead = Lead(id=record_id, **fields, **_own(draw, cast, Lead, (*statuses.fields, *rules.fields)))
    if draw(_EITHER):
        contact_id = pick(draw, (*there[Contact], "", "gone"))
        status = pick(draw, statuses.of_kind(StatusKind.CONVERTED))
        converted = attrs.evolve(lead, status=status.key, conversion=Converted(at=cast.at(draw), contact_id=contact_id))
        asked = asked_by(statuses, status) + asked_of_converted(rules)
        if fitted := _fitting(draw, cast, converted, asked):
            return fitted
    live = [status for status in statuses.members if status.kind is not StatusKind.CONVERTED]
    first = pick(draw, live if cast.wish.full else (None, *live))
    for live_one in (first, *live) if first else ():
        stands = attrs.evolve(lead, status=live_one.key)
        if fitted := _fitting(draw, cast, stands, asked_by(statuses, live_one)):
            return fitted
    return lead


def _own(draw: DrawFn, cast: Cast, kind: type[Entity], fields: Iterable[CustomField]) -> dict[str, Any]:
    """
    Fill the organisation's own fields where records are to be full: those that are declared, or else any.
    """
    if not cast.wish.full:
        return {}
    declared = tuple({each.name: each for each in fields}.values())
    held_there = own_fields(declared, personal=cast.wish.personal) if declared else held(kind, cast.wish)["custom"]
    return {"custom": draw(held_there)}


def _fitting(draw: DrawFn, cast: Cast, record: E, asked: Asked) -> E | None:
    return fitting(draw, record, asked, cast.there, cast.wish) if asked else record


def _deal(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> Deal | None:
    several = [each for each in cast.playbook.pipelines.values() if each.stages]
    if not several:
        return None
    pipeline = pick(draw, several) if len(several) > 1 else several[0]
    named = (pipeline.key, "") if len(cast.playbook.pipelines) == 1 else (pipeline.key,)
    fields: dict[str, Any] = {
        "pipeline": pick(draw, named),
        "contact_id": pick(draw, (*there[Contact], "")), "account_id": pick(draw, ("", *there[Account], "gone")),
    }  # fmt: skip
    if there[Contact]:
        roles = cast.some(draw, there[Contact])
        fields["contacts"] = [DealContact(contact_id=each) for each in roles if each != fields["contact_id"]]
    fields |= {**_bare_or_full(draw, cast, Deal, {}), **_own(draw, cast, Deal, pipeline.fields)}
    for stage in (pick(draw, pipeline.stages), *pipeline.stages):
        deal = Deal(id=record_id, stage=stage.key, **fields, **_story(draw, cast, pipeline, stage))
        if fitted := _fitting(draw, cast, deal, asked_by(pipeline, stage)):
            return fitted
    return None


def _story(draw: DrawFn, cast: Cast, pipeline: Pipeline, stage: Stage) -> dict[str, Any]:
    """
    Draw when a deal was created, moved and closed, so that all three agree with the stage that it stands in.
    """
    instants = sorted(pick_some(draw, DAYS, max_size=3))
    if cast.wish.full and len(instants) < _LEAST_TOLD:
        instants = [*DAYS[:_LEAST_TOLD]]
    closed = stage.outcome.closed
    if len(instants) < _LEAST_TOLD:
        return {"closed_at" if closed else "created_at": at for at in instants}
    told: dict[str, Any] = {"created_at": instants[0], "closed_at": instants[-1] if closed else None}
    before = _path(draw, cast, pipeline, stage, len(instants) - 1)
    if before is None:
        return told
    path = [*before, stage]
    told["history"] = [
        StageChange(to=step.key, at=at, come_from=came.key if came else None)
        for step, at, came in zip(path, instants, [None, *before], strict=False)
    ]
    if closed:
        told["closed_at"] = next(
            at for at, came in zip(reversed(instants[: len(path)]), [*reversed(before), None], strict=True)
            if came is None or not came.outcome.closed
        )  # fmt: skip
    return told


#: Entries of a history, where there is to be one.
_LEAST_TOLD: Final = 2


def _path(draw: DrawFn, cast: Cast, pipeline: Pipeline, stage: Stage, length: int) -> Sequence[Stage] | None:
    """
    Draw the stages in which a deal stood before this one: any, or such that every move was open.

    Where no open path is as long as that, it is a shorter one; None where none leads there in so few moves.
    """
    if not cast.legal:
        return [pick(draw, pipeline.stages) for _ in range(length)]
    several = (open_paths(pipeline, stage, steps) for steps in range(length, -1, -1))
    found = next((paths for paths in several if paths), [])
    return pick(draw, found) if found else None


def _update(draw: DrawFn, cast: Cast, record_id: str, there: Ids) -> SocialUpdate:
    del there
    anybody = (*cast.identities, None, stranger(cast.wish.network))
    fields = _bare_or_full(draw, cast, SocialUpdate, {})
    fields |= {"author": pick(draw, anybody), "posted_at": cast.at(draw)}
    if draw(_EITHER):
        fields["reposted_by"] = pick(draw, anybody)
    return SocialUpdate(id=record_id, **fields)


def _child(draw: DrawFn, cast: Cast, record_id: str, there: Ids, *, kind: type[Any], fields: dict[str, Any]) -> Any:  # noqa: ANN401  (a note, an activity or a task)
    about = [Ref(record_type, each) for record_type, ids in there.items() for each in ids] or [Ref(Lead, "gone")]
    return kind(id=record_id, about=pick(draw, about), **_bare_or_full(draw, cast, kind, fields))


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
