"""
What all records have in common: identity, version, and a check that reports everything that is wrong at once.

The check runs whenever a record is made. It first asks, in a few steps over all fields together, whether anything can
be wrong at all; only then does it look field by field and explain.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter, le
from typing import Any, Final, cast

import attrs

from leadmodel.display import html_facts, listed
from leadmodel.entities.convert import Unread, as_instant, as_keys, as_mapping
from leadmodel.entities.facts import LIMITS, Facts, Kind, facts_of, holds
from leadmodel.errors import InvalidRecord, Problem, masked, shown
from leadmodel.values import EMPTY, FrozenMap, Ref, type_name
from leadmodel.values.refs import ref_of
from leadmodel.values.text import identity_fault, sound, text_fault

#: What the texts of a record are joined with to look at all of them at once; the id comes first.
_SEAM: Final = "|"
#: Combinations of types seen to be right, with the numbers among them that have bounds; their number is bounded.
_SHAPES_KEPT: Final = 4_096


@attrs.frozen(kw_only=True, repr=False)
class Entity:
    """
    A record: an immutable value with an id that its owner chose.

    Two records are equal when all their fields are, bookkeeping that only counts or stamps changes aside.
    """

    #: Unique among the records of its type.
    id: str = attrs.field(metadata=holds(Kind.IDENTITY, required=True, verb="create"))
    #: Counts changes; 0 is new. It only grows, and says nothing about equality.
    version: int = attrs.field(
        default=0, eq=False, metadata=holds(Kind.NUMBER, int, low=0, bookkeeping=True, verb="the store")
    )

    def __attrs_post_init__(self) -> None:
        check = _CHECKS[type(self)]
        if not check.passes(self):
            check.explain(self)

    @property
    def ref(self) -> Ref:
        """
        The identity of the record: its type and id.
        """
        return ref_of(type(self), self.id)

    def own_problems(self) -> Sequence[Problem]:
        """
        Say what is wrong with the record beyond its single fields; most records have nothing to add.
        """
        return ()

    def label(self) -> str:
        """
        Name the record for a person: a name, a title, the beginning of a text.
        """
        return self.id

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"

    def __str__(self) -> str:
        label = self.label()
        name = type_name(type(self))
        return f"{name} {self.id}" if label in {"", self.id} else f"{label} ({name} {self.id})"

    def _repr_html_(self) -> str:
        facts = ((name.replace("_", " "), _cell(value)) for name, value in _filled(self))
        return html_facts(str(self), facts)


@attrs.frozen(kw_only=True, repr=False)
class Record(Entity):
    """
    What leads, contacts, accounts and deals have in common.
    """

    #: The user who looks after the record; "" where nobody does.
    owner_id: str = attrs.field(default="", metadata=holds(Kind.LINE))
    tags: frozenset[str] = attrs.field(
        default=frozenset(), converter=as_keys, metadata=holds(Kind.COLLECTION, frozenset)
    )
    description: str = attrs.field(default="", metadata=holds(Kind.TEXT, personal=True))
    #: The organisation's own fields, by name; read-only, deep.
    custom: FrozenMap[Any] = attrs.field(
        default=EMPTY, converter=as_mapping, metadata=holds(Kind.MAPPING, FrozenMap, personal=True)
    )
    created_at: datetime | None = attrs.field(
        default=None, converter=as_instant, metadata=holds(Kind.INSTANT, datetime, verb="create")
    )
    modified_at: datetime | None = attrs.field(
        default=None, converter=as_instant, eq=False, metadata=holds(Kind.INSTANT, datetime, bookkeeping=True)
    )
    last_activity_at: datetime | None = attrs.field(
        default=None, converter=as_instant, metadata=holds(Kind.INSTANT, datetime, bookkeeping=True)
    )


class _Check:
    """
    The check of one record type, prepared from the facts about its fields.
    """

    def __init__(self, record_type: type[Entity]) -> None:
        self._facts = facts = facts_of(record_type)
        texts = [name for name, fact in facts.items() if fact.kind in LIMITS]
        texts.sort(key=lambda name: (not facts[name].required, facts[name].kind is not Kind.IDENTITY))
        self._texts = _getter(texts)
        self._limits = [LIMITS[facts[name].kind] for name in texts]
        self._shortest = min(self._limits)
        self._required = sum(facts[name].required for name in texts)
        self._visible = sum(facts[name].required or facts[name].kind is Kind.IDENTITY for name in texts)
        self._types = _getter(f"{name}.__class__" for name, fact in facts.items() if fact.kind not in LIMITS)
        self._has_rules = record_type.own_problems is not Entity.own_problems
        self._shapes: dict[tuple[type, ...], list[tuple[Callable[[Entity], int], int, int]]] = {}

    def passes(self, record: Entity) -> bool:
        """
        Say whether the record is seen to be right at the first look; if not, it may still be.
        """
        texts = self._texts(record)
        try:
            joined = _SEAM.join(texts)
        except TypeError:
            return False
        if not texts[0] or "" in texts[1 : self._required] or joined[0] == " " or "| " in joined:
            return False
        if not (len(joined) <= self._shortest and joined.isprintable()) and not self._fit(texts, joined):
            return False
        numbers = self._shapes.get(self._types(record))
        if numbers is None:
            return False
        for number, low, high in numbers:
            if not low <= number(record) <= high:
                return False
        return not (self._has_rules and record.own_problems())

    def _fit(self, texts: tuple[str, ...], joined: str) -> bool:
        """
        Say whether long texts, or some of several lines, are seen to be right.
        """
        return (
            (len(joined) <= self._shortest or all(map(le, map(len, texts), self._limits)))
            and "".join(texts[: self._visible]).isprintable()
            and sound(joined)
            and not any(map(str.isspace, texts))
        )

    def explain(self, record: Entity) -> None:
        """
        Look at every field; mend what is only missing, and raise with all that is wrong.

        Raises:
            InvalidRecord: Something is.
        """
        problems = [problem for name, fact in self._facts.items() for problem in _field_problems(record, name, fact)]
        problems += record.own_problems()
        if problems:
            subject = f"{type(record).__name__} {shown(record.id)}"
            raise InvalidRecord(subject=subject, problems=tuple(problems))
        if len(self._shapes) < _SHAPES_KEPT:
            self._shapes[self._types(record)] = [
                (attrgetter(name), fact.low, fact.high)
                for name, fact in self._facts.items()
                if fact.kind is Kind.NUMBER and getattr(record, name) is not None
            ]


def _getter(names: Iterable[str]) -> Callable[[Entity], tuple[Any, ...]]:
    """
    Make the function that takes one or more fields out of a record at once: always a tuple.
    """
    first, *more = names
    take = attrgetter(first, *more)
    return cast("Callable[[Entity], tuple[Any, ...]]", take) if more else lambda record: (take(record),)


class _Checks(dict[type[Entity], _Check]):
    """
    The checks by record type, each prepared when the first record of its type is made.
    """

    def __missing__(self, record_type: type[Entity]) -> _Check:
        check = self[record_type] = _Check(record_type)
        return check


_CHECKS: Final = _Checks()


def _field_problems(record: Entity, name: str, fact: Facts) -> Iterator[Problem]:
    value = getattr(record, name)
    if type(value) is Unread:
        for problem in value.problems:
            yield attrs.evolve(problem, field=f"{name}{problem.where}", where="")
    elif fact.kind in LIMITS:
        yield from _text_problems(record, name, fact, value)
    else:
        fault, hint = _fault(value, fact, nullable=attrs.fields_dict(type(record))[name].default is None)
        if fault:
            yield Problem(what=f"{_show(value, fact)} {fault}", hint=hint, field=name, value=value)


def _text_problems(record: Entity, name: str, fact: Facts, value: object) -> Iterator[Problem]:
    if not isinstance(value, str):
        hint = 'leave it out or write ""' if value is None else "write it as text"
        yield Problem(what=f"{_show(value, fact)} is no text", hint=hint, field=name, value=value)
        return
    if value and not value.strip():
        object.__setattr__(record, name, "")  # blank text is missing text (NET-7); the record is still being made
        value = ""
    if fact.kind is Kind.IDENTITY and (value or fact.required):
        fault = identity_fault(value, LIMITS[fact.kind])
    else:
        fault = text_fault(value, LIMITS[fact.kind])
        if not fault and fact.required and not value:
            fault = "is missing"
    if fault:
        what = f"the {name.replace('_', ' ')} {fault}"
        yield Problem(what=what, hint="give one" if fault == "is missing" else "", field=name, value=value)


def _fault(value: object, fact: Facts, *, nullable: bool) -> tuple[str, str]:
    """
    Say what is wrong with a value that is no text, and what to do about it.
    """
    if value is None and nullable:
        return "", ""
    if not isinstance(value, fact.types) or (isinstance(value, bool) and bool not in fact.types):
        wanted = " or ".join(kind.__name__ for kind in fact.types)
        return f"is no {fact.kind}", f"pass a value of type {wanted}" + (", or None" if nullable else "")
    if isinstance(value, int) and not fact.low <= value <= fact.high:
        return f"is not between {fact.low} and {fact.high}", "correct it"
    return "", ""


def _show(value: object, fact: Facts) -> str:
    return masked(value) if fact.personal else shown(value)


def _filled(record: Entity) -> Iterator[tuple[str, object]]:
    for name in facts_of(type(record)):
        value = getattr(record, name)
        if value not in (None, "", (), frozenset(), EMPTY):
            yield name, value


def _cell(value: object) -> str:
    if isinstance(value, FrozenMap):
        return listed((f"{key}: {member}" for key, member in value.items()), of=len(value))
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    return listed(value, of=len(value)) if isinstance(value, tuple) else str(value)
