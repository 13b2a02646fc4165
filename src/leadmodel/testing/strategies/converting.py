"""
What conversion meets: worlds in which matching has something to decide, requests, and playbooks of every policy.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final, TypeVar
from uuid import UUID

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.criteria import Criterion, CustomField, fields_of
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
    Task,
)
from leadmodel.errors import InvalidTable
from leadmodel.playbook import Playbook
from leadmodel.processes import Pipeline, Statuses, StatusKind
from leadmodel.processes import pipelines as pipeline_presets
from leadmodel.processes import statuses as status_presets
from leadmodel.processes.pipelines import Pipelines
from leadmodel.rules.conversion import (
    PUBLISHED,
    Attitude,
    ChildRow,
    ConversionRules,
    Follow,
    MappingRow,
    Match,
    New,
    NewDeal,
    Omit,
    Policy,
    Request,
    Target,
    Use,
)
from leadmodel.samples import World
from leadmodel.testing.strategies.books import books
from leadmodel.testing.strategies.choosing import pick, pick_some, places
from leadmodel.testing.strategies.criterion import askable_records, criteria
from leadmodel.testing.strategies.gated import FIELD_SETS, OWN_FIELDS
from leadmodel.testing.strategies.pools import INSTANTS
from leadmodel.values import EmailAddress, Money, Ref

E = TypeVar("E", bound=Entity)

# Requests

_AMOUNTS: Final = (None, Money("1200.50", "EUR"), Money("7", "USD"))
#: An id that no record has.
_NOBODY: Final = "nobody"


def conversion_requests(world: World | None = None) -> SearchStrategy[Request]:
    """
    Give requests: every choice for account, contact and deal; ids and stages of a world, and now and then wrong ones.

    About 500 µs a draw. Shrinks to matching both, and no deal.

    Args:
        world: The world whose records are named, and in whose pipeline deals are made; None is an empty one.
    """
    return _requests(world)


@st.composite
def _requests(draw: DrawFn, world: World | None) -> Request:
    asked: dict[str, Any] = {}
    for role, known in (("account", world.accounts if world else ()), ("contact", world.contacts if world else ())):
        choices: list[Any] = [Match(), Match(), New(), Omit()]
        choices += [Use(each.id) for each in known] or [Use(_NOBODY)]
        if role == "contact":
            choices += [Match(replace_account=True), *(Use(each.id, replace_account=True) for each in known)]
        asked[role] = pick(draw, choices)
    deals = [each.id for each in world.deals] if world else []
    used = [Use(each) for each in (*deals, _NOBODY)]
    asked["deal"] = pick(draw, (None, None, _new_deal(draw, world), _new_deal(draw, world), *used))
    return Request(**asked)


def _new_deal(draw: DrawFn, world: World | None) -> NewDeal:
    known = world.pipeline if world else None
    stages = [stage.key for stage in known.stages] if known else []
    return NewDeal(
        name=pick(draw, ("", "A deal")), pipeline=pick(draw, (*("", known.key if known else "") * 3, "nowhere")),
        stage=pick(draw, ("", *stages, *stages, "no stage")), amount=pick(draw, _AMOUNTS),
        next_step=pick(draw, ("", "call")),
    )  # fmt: skip


# Playbooks


def playbooks(
    *, pipeline: Pipeline | Iterable[Pipeline] | Pipelines | None = None, statuses: Statuses | None = None
) -> SearchStrategy[Playbook]:
    """
    Give playbooks: policies of every kind, own fields that are carried, facts and guards that leads are asked for.

    About 5 ms a draw. Shrinks to the usual rules of conversion.

    Args:
        pipeline: The stages of new deals, in one pipeline or in several; None draws one of the presets, or several.
        statuses: The statuses of leads, of which one means converted; None draws one of the presets.
    """
    return st.builds(
        Playbook,
        key=st.just("drawn"),
        pipelines=_PIPELINES if pipeline is None else st.just(pipeline),
        statuses=_STATUSES if statuses is None else st.just(statuses),
        conversion=_rules(),
        namespace=st.sampled_from(_NAMESPACES),
    )


_PRESETS: Final = tuple(pipeline_presets.PRESETS.values())
_PIPELINES: Final = st.sampled_from((*((each,) for each in _PRESETS), _PRESETS))
_STATUSES: Final = st.sampled_from(tuple(status_presets.PRESETS.values()))
_NAMESPACES: Final = (UUID("0c1f2a3b-4d5e-4f60-8a7b-8c9d0e1f2a3b"), PUBLISHED)
#: Where an own field can go; what it holds may not fit there.
_OWN_TARGETS: Final = (
    Target(Contact, "custom.own"), Target(Account, "custom.own"), Target(Deal, "next_step"),
    Target(Deal, "loss_reason"),
)  # fmt: skip
_CHILD_KINDS: Final = (Note, Activity, Task)
_EITHER: Final = st.booleans()
_USUAL: Final = ConversionRules()


@st.composite
def _rules(draw: DrawFn) -> ConversionRules:
    """
    Draw rules of conversion: the usual mapping with some other rows, own fields, and what is asked of leads.
    """
    fields = pick(draw, FIELD_SETS)
    varied = {row.field: pick(draw, _variants(row)) for row in pick_some(draw, _USUAL.mapping, max_size=4)}
    own = dict.fromkeys(pick_some(draw, fields, max_size=len(_OWN_TARGETS))) if fields else {}
    return ConversionRules(
        mapping=[varied.get(row.field, row) for row in _USUAL.mapping],
        custom=[
            MappingRow(f"custom.{field.name}", (target,)) for field, target in zip(own, _OWN_TARGETS, strict=False)
        ],
        fields=fields,
        requires=() if draw(places(4)) < _FREE else pick_some(draw, _paths(fields), max_size=1),
        guard=None if draw(places(4)) < _FREE else draw(_guards(fields)),
        unqualified=pick(draw, tuple(Attitude)),
        known_email=pick(draw, tuple(Attitude)),
        children=_children(draw) if draw(_EITHER) else _USUAL.children,
    )


#: Of four playbooks, how many ask leads for no field, and how many have no guard that holds them.
_FREE: Final = 3


@cache
def _paths(fields: tuple[CustomField, ...]) -> tuple[str, ...]:
    return tuple(field.path for field in fields_of(Lead, fields))


@cache
def _guards(fields: tuple[CustomField, ...]) -> SearchStrategy[Criterion]:
    return criteria(Lead, fields=fields, related=True, max_leaves=2)


def _children(draw: DrawFn) -> list[ChildRow]:
    kinds = dict.fromkeys(pick_some(draw, _CHILD_KINDS, max_size=3))
    return [
        ChildRow(kind, pick(draw, tuple(Follow)), pick(draw, ((Deal, Account), (Account,), (Contact,))))
        for kind in kinds
    ]


@cache
def _variants(row: MappingRow) -> tuple[MappingRow, ...]:
    """
    Give the rows that there can be for a field: every policy that goes with it, a field of its own, and nowhere.
    """
    several = [
        MappingRow(row.field, (Target(Contact, f"custom.{row.field}"),)),
        MappingRow(row.field, dropped="unused"),
        *(attrs.evolve(row, targets=[attrs.evolve(each, policy=policy) for each in row.targets]) for policy in Policy),
    ]
    found = [row]
    for varied in several:
        with suppress(InvalidTable):  # the policy or the target does not go with the field
            attrs.evolve(_USUAL, mapping=[varied if each is row else each for each in _USUAL.mapping])
            found.append(varied)
    return tuple(found)


# Worlds


def conversion_worlds(
    *, playbook: Playbook | SearchStrategy[Playbook] | None = None, size: int = 3
) -> SearchStrategy[World]:
    """
    Give worlds in which leads are converted: matching has something to find, and more often than not too much.

    Companies have names that count as one, contacts share e-mail addresses and names, are at the account, at another
    one, at none or at one that is gone; leads are linked to contacts, were converted (by the usual request or by
    another one), are unqualified, name no person or no company. Records are filled so that what a lead holds meets what
    is there already. Notes, activities and tasks hang on leads; there is no feed.

    About 4 ms a draw. Shrinks to an empty world.

    Args:
        playbook: How the organisation sells, or a strategy for it: deals stand in its stages and leads in its statuses,
            whatever those ask for; None draws the stages of one of the presets.
        size: How many leads there are at most, how many contacts, and how many accounts; deals are two at most.
    """
    return _worlds(books(playbook), size)


_Ids = Mapping[type[Any], Sequence[str]]

_COMPANIES: Final = ("Acme Mills", "ACME  mills", "Globex")
_FIRST, _LAST = ("Ada", "", "ada"), ("Vale", "VALE", "Moor")
_EMAILS: Final = ((), ("ada@acme.example",), ("ADA@acme.example",), ("ada@acme.example", "bob@globex.example"))
_SITES: Final = ("", "https://acme.example", "www.globex.example/about")
_DIGESTS: Final = (Request().digest(), Request(deal=NewDeal()).digest(), "")
_INSTANTS: Final = tuple(dict.fromkeys(INSTANTS))


@st.composite
def _worlds(draw: DrawFn, known: SearchStrategy[Playbook], size: int) -> World:
    book = draw(known)
    sizes = {Account: size, Contact: size, Lead: size, Deal: min(2, size)}
    there = {
        kind: [f"{kind.__name__[0].lower()}{number}" for number in range(draw(places(limit + 1)))]
        for kind, limit in sizes.items()
    }
    children = pick_some(draw, _CHILD_KINDS, max_size=3) if there[Lead] else []
    return World(
        accounts=tuple(draw(_one(_account, record_id, there, book)) for record_id in there[Account]),
        contacts=tuple(draw(_one(_contact, record_id, there, book)) for record_id in there[Contact]),
        leads=tuple(draw(_one(_lead, record_id, there, book)) for record_id in there[Lead]),
        deals=tuple(draw(_one(_deal, record_id, there, book)) for record_id in there[Deal]),
        children=tuple(
            _HANGING[kind](f"h{number}", _about(draw, there)) for number, kind in enumerate(children)
        ),
        updates=(), misfiled=Deal(id="misfiled", stage="nowhere"), playbook=book,
    )  # fmt: skip


@st.composite
def _one(draw: DrawFn, make: Any, record_id: str, there: _Ids, book: Playbook) -> Any:  # noqa: ANN401  (a record)
    """
    Draw one record: this is a strategy, so that it goes as one when an example shrinks.
    """
    return make(draw, record_id, there, book)


def _filled(draw: DrawFn, kind: type[E], bare: E, facts: Mapping[str, Any]) -> E:
    """
    Give a record with these facts, and in half of them with much else.
    """
    return attrs.evolve(draw(_DONORS[kind]) if draw(_EITHER) else bare, id=bare.id, **facts)


_DONORS: Final[Mapping[type[Any], SearchStrategy[Any]]] = {
    kind: askable_records(kind, fields=OWN_FIELDS) for kind in (Account, Contact, Lead, Deal)
}


def _account(draw: DrawFn, record_id: str, there: _Ids, book: Playbook) -> Account:
    del there, book
    facts = {"name": pick(draw, _COMPANIES), "website": pick(draw, _SITES)}
    return _filled(draw, Account, Account(id=record_id, name="Acme"), facts)


def _contact(draw: DrawFn, record_id: str, there: _Ids, book: Playbook) -> Contact:
    del book
    facts = {**_person(draw), "account_id": pick(draw, ("", *there[Account], "gone"))}
    return _filled(draw, Contact, Contact(id=record_id), facts)


def _person(draw: DrawFn) -> dict[str, Any]:
    emails = [EmailAddress(text) for text in pick(draw, _EMAILS)]
    return {"first_name": pick(draw, _FIRST), "last_name": pick(draw, _LAST), "emails": emails}


def _lead(draw: DrawFn, record_id: str, there: _Ids, book: Playbook) -> Lead:
    statuses = book.statuses
    facts: dict[str, Any] = {
        **_person(draw), "company": pick(draw, (*_COMPANIES, "Newco", "")), "conversion": None,
        "contact_id": pick(draw, ("",) * 6 + (*there[Contact], "gone")), "status": pick(draw, _lead_statuses(statuses)),
    }  # fmt: skip
    if facts["company"] and draw(_EITHER):
        facts |= {"first_name": "", "last_name": ""}
    if not draw(places(6)):
        facts["status"] = statuses.of_kind(StatusKind.CONVERTED)[0].key
        facts["conversion"] = Converted(
            at=pick(draw, _INSTANTS), contact_id=pick(draw, ("", *there[Contact], "gone")),
            account_id=pick(draw, ("", *there[Account])), digest=pick(draw, _DIGESTS),
        )  # fmt: skip
    return _filled(draw, Lead, Lead(id=record_id, last_name="Vale"), facts)


def _lead_statuses(statuses: Statuses) -> tuple[str | None, ...]:
    """
    Give what leads stand in that were not converted: mostly nothing, at times what there is not any more.
    """
    known = (status.key for status in statuses.members if status.kind is not StatusKind.CONVERTED)
    return (*(None,) * 6, "gone", *known)


def _deal(draw: DrawFn, record_id: str, there: _Ids, book: Playbook) -> Deal:
    several = [each for each in book.pipelines.values() if each.stages]
    stages = several[draw(places(len(several)))] if len(several) > 1 else several[0]
    stage, contact_id = pick(draw, stages.stages), pick(draw, ("", *there[Contact]))
    others = dict.fromkeys(pick_some(draw, there[Contact])) if there[Contact] else {}
    named = (stages.key, "") if len(book.pipelines) == 1 else (stages.key,)
    facts = {
        "pipeline": pick(draw, named), "stage": stage.key, "contact_id": contact_id, "history": (),
        "contacts": [DealContact(contact_id=each) for each in others if each != contact_id],
        "account_id": pick(draw, ("", *there[Account], "gone")),
        "closed_at": pick(draw, _INSTANTS) if stage.outcome.closed else None,
    }  # fmt: skip
    return _filled(draw, Deal, Deal(id=record_id, stage=stage.key), facts)


def _about(draw: DrawFn, there: _Ids) -> Ref:
    return pick(draw, [Ref(kind, each) for kind in (Lead, Contact) for each in there[kind]])


_HANGING: Final[Mapping[type[Any], Any]] = {
    Note: lambda record_id, about: Note(id=record_id, about=about, text="A note."),
    Activity: lambda record_id, about: Activity(id=record_id, about=about, kind=ActivityKind.CALL, at=INSTANTS[0]),
    Task: lambda record_id, about: Task(id=record_id, about=about, subject="Call back"),
}
