"""
What a field of a record holds, by the facts about it: a field that is declared is drawn the same day.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final, cast

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from leadmodel.criteria import CustomField, FieldKind
from leadmodel.entities import ENTITIES, Converted, Entity, Facts, Kind, Relation, facts_of
from leadmodel.networks import Profile
from leadmodel.testing.strategies import placeholders
from leadmodel.testing.strategies.pools import BY_KIND
from leadmodel.testing.strategies.profile import profiles
from leadmodel.testing.strategies.text import ids, lines, names, texts
from leadmodel.testing.strategies.value import (
    addresses,
    consents,
    conversions,
    custom_fields,
    days,
    deal_contacts,
    email_addresses,
    instants,
    money,
    phone_numbers,
    refs,
)
from leadmodel.values import Address, FrozenMap, Money, Ref
from leadmodel.values.person import ADDRESS_PARTS


@attrs.frozen(kw_only=True)
class Wish:
    """
    What is asked of all fields of a record at once.
    """

    #: The network of its profiles; None is any.
    network: str | None = None
    #: The currency of its amounts; None is any.
    currency: str | None = None
    #: Whether it may look as if it told of somebody.
    personal: bool = True
    #: Whether every field holds something.
    full: bool = False
    #: The organisation's own fields: those that the record has, and no others; None is any.
    own: tuple[CustomField, ...] | None = None

    @property
    def least(self) -> int:
        """
        How much a text or a collection holds at least.
        """
        return int(self.full)


def wish_of(
    network: str | None, currency: str | None, personal: bool, full: bool, own: Iterable[CustomField] | None
) -> Wish:
    """
    Put the options of a strategy together.
    """
    fields = None if own is None else tuple(own)
    return Wish(network=network, currency=currency, personal=personal, full=full, own=fields)


#: The fields that a state of the record sets, or that others agree with: `full` does not fill them.
STATES: Final = frozenset({"conversion", "closed_at", "history", "status", "version"})


def held(record_type: type[Entity], wish: Wish) -> Mapping[str, SearchStrategy[Any]]:
    """
    Give what each field of a type of record is drawn from.
    """
    return _held(cast("Any", record_type), wish)  # mypy takes no class for hashable


@cache
def _held(record_type: type[Entity], wish: Wish) -> Mapping[str, SearchStrategy[Any]]:
    return {name: _field(record_type, name, fact, wish) for name, fact in facts_of(record_type).items()}


#: The fields that a record of a type must have.
REQUIRED: Final[Mapping[type[Entity], tuple[str, ...]]] = {
    record_type: tuple(f.name for f in attrs.fields(record_type) if f.default is attrs.NOTHING and f.init)
    for record_type in ENTITIES
}
#: Its other fields, and a handful of them.
OTHERS: Final[Mapping[type[Entity], list[str]]] = {
    record_type: [name for name in facts_of(record_type) if name not in REQUIRED[record_type]]
    for record_type in ENTITIES
}
SOME_OTHERS: Final[Mapping[type[Entity], SearchStrategy[list[str]]]] = {
    record_type: st.lists(st.sampled_from(others), unique=True) for record_type, others in OTHERS.items()
}


def _field(record_type: type[Entity], name: str, fact: Facts, wish: Wish) -> SearchStrategy[Any]:
    """
    Give what a field may hold; None too where that is its default.
    """
    found = _nobodys(name, fact, wish) if not wish.personal else None
    if found is None:
        found = _BY_NAME[name](wish) if name in _BY_NAME else _BY_KIND[fact.kind](fact, wish)
    if attrs.fields_dict(record_type)[name].default is not None or (wish.full and name not in STATES):
        return found
    return st.none() | found


def _nobodys(name: str, fact: Facts, wish: Wish) -> SearchStrategy[Any] | None:
    """
    Give what stands for personal data in a line, a text, a date or an address; None where its values see to it.
    """
    tells = fact.personal or fact.kind is Kind.URL
    if not tells or fact.kind not in _PLACEHOLDERS or _BY_NAME.get(name) is _names:
        return None
    missing, there = _PLACEHOLDERS[fact.kind]
    return there if wish.full else st.just(missing) | there


_PLACEHOLDERS: Final[Mapping[Kind, tuple[object, SearchStrategy[Any]]]] = {
    Kind.LINE: ("", placeholders.NAMES),
    Kind.TEXT: ("", placeholders.TEXTS),
    Kind.URL: ("", placeholders.PAGES),
    Kind.DATE: (None, placeholders.BIRTHDAYS),
}

#: Nothing, and where a text was posted.
_URLS: Final = ("", "https://social.example/@ada/1")
_Make = Callable[[Wish], SearchStrategy[Any]]


def _names(wish: Wish) -> SearchStrategy[str]:
    return names(personal=wish.personal)


def _keys(wish: Wish) -> SearchStrategy[frozenset[str]]:
    return st.frozensets(ids(), min_size=wish.least, max_size=3)


def _missing_too(*texts: str) -> _Make:
    return lambda wish: st.sampled_from(texts if wish.full else ("", *texts))


def _custom(wish: Wish) -> SearchStrategy[FrozenMap[Any]]:
    return custom_fields(min_size=wish.least, max_size=2, personal=wish.personal, currency=wish.currency)


#: The values and collections that a field is drawn from, by its name; its kind says it for all others.
_BY_NAME: Final[Mapping[str, _Make]] = {
    "emails": lambda wish: st.lists(email_addresses(personal=wish.personal), min_size=wish.least, max_size=3),
    "phones": lambda wish: st.lists(phone_numbers(personal=wish.personal), min_size=wish.least, max_size=3),
    "profiles": lambda wish: st.lists(_profile(wish), min_size=wish.least, max_size=3),
    "relations": lambda wish: st.frozensets(st.sampled_from(Relation), min_size=wish.least, max_size=3),
    "contacts": lambda wish: st.lists(deal_contacts(), min_size=wish.least, max_size=3),
    "history": lambda _: st.just(()),
    "tags": _keys,
    "viewed_by": _keys,
    "consent": lambda wish: consents(min_size=wish.least),
    "custom": lambda wish: _custom(wish)
    if wish.own is None else own_fields(wish.own, personal=wish.personal),
    "company": _names,
    "first_name": _names,
    "last_name": _names,
    "name": _names,
    "author_name": _names,
    "status": lambda _: st.none(),  # drawn last, since it agrees with the conversion
    "version": lambda _: st.integers(0, 2**31),  # far from the last one there is, so that a change can follow
    "website": _missing_too("https://acme.example", "acme.example/a?b=ü"),
    "url": lambda wish: st.sampled_from(_URLS[wish.least :]) | lines(min_size=wish.least),
    "language": _missing_too("en", "pt-BR", "zh-Hant"),
}  # fmt: skip


def _profile(wish: Wish) -> SearchStrategy[Profile]:
    return profiles(network=wish.network, personal=wish.personal)


def _addresses(wish: Wish) -> SearchStrategy[Address]:
    if wish.personal and wish.full:
        return st.builds(Address, **dict.fromkeys(ADDRESS_PARTS, lines(min_size=1, max_size=30)))
    return addresses(personal=wish.personal)


_BY_TYPE: Final[Mapping[type, _Make]] = {
    Address: _addresses,
    Converted: lambda _: conversions(),
    Money: lambda wish: money(currency=wish.currency),
    Profile: _profile,
    Ref: lambda _: refs(),
}
_BY_KIND: Final[Mapping[Kind, Callable[[Facts, Wish], SearchStrategy[Any]]]] = {
    Kind.IDENTITY: lambda _, __: ids(),
    Kind.LINE: lambda fact, wish: lines(min_size=int(fact.required or wish.full)),
    Kind.URL: lambda _, wish: lines(min_size=wish.least),
    Kind.TEXT: lambda _, wish: texts(min_size=wish.least),
    Kind.NUMBER: lambda fact, _: st.integers(fact.low, fact.high),
    Kind.INSTANT: lambda _, __: instants(),
    Kind.DATE: lambda _, __: days(),
    Kind.CHOICE: lambda fact, _: st.sampled_from(tuple(fact.types[0])),  # type: ignore[arg-type]  # a choice is an enum
    Kind.VALUE: lambda fact, wish: _BY_TYPE[fact.types[0]](wish),
    Kind.MAPPING: lambda _, wish: _custom(wish),
}


# The organisation's own fields


def own_fields(fields: Iterable[CustomField], *, personal: bool = True) -> SearchStrategy[FrozenMap[Any]]:
    """
    Give values for all of an organisation's own fields, each of the kind that was declared.
    """
    return st.fixed_dictionaries({each.name: own_value(each, personal=personal) for each in fields}).map(FrozenMap)


def own_value(field: CustomField, *, personal: bool = True) -> SearchStrategy[Any]:
    """
    Give what one of an organisation's own fields may hold.
    """
    words = field.kind in {FieldKind.TEXT, FieldKind.COLLECTION, FieldKind.CHOICE}
    one = st.sampled_from(BY_KIND[field.kind]) if personal or not words else placeholders.NAMES
    return st.lists(one, min_size=1, max_size=2).map(tuple) if field.kind is FieldKind.COLLECTION else one
