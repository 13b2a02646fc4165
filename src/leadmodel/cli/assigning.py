"""
FIELD=VALUE: texts of the command line read as the values of fields, as cells of a file are.

A field is named as a column of a file may be: "title", "emails", "address.city", "custom.shoe size", "phones.mobile".
A part, which follows the dot, changes that part and leaves the others. No value clears.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs
import click

from leadmodel.entities import Entity, Record, facts_of
from leadmodel.errors import InvalidEdit, InvalidValue, Problem, masked, shown, suggestion
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.targets import TARGETS, Target, target_of
from leadmodel.values import type_name
from leadmodel.values.person import ADDRESS_PARTS

#: A field and what it is to hold, as they were typed.
Pair: TypeAlias = tuple[str, str]
#: What a field holds, apart: the name of each part, and its value as a column gives it.
Parts: TypeAlias = list[tuple[str, Any]]


def _by(attribute: str) -> Callable[[Any], Parts]:
    return lambda members: [(str(getattr(each, attribute)), (each,)) for each in members]


def _items(mapping: Any) -> Parts:  # noqa: ANN401  (the value of a field)
    return [*mapping.items()]


def _money(money: Any) -> Parts:  # noqa: ANN401
    return [("amount", money.amount), ("currency", money.currency)] if money else []


def _address(address: Any) -> Parts:  # noqa: ANN401
    return [(part, getattr(address, part)) for part in ADDRESS_PARTS] if address else []


#: How the value of a field is taken apart, so that one part of it can be set; any other is set as a whole.
_APART: Final[Mapping[str, Callable[[Any], Parts]]] = {
    "address": _address, "custom": _items, "preferences": _items, "consent": _items, "amount": _money,
    "annual_revenue": _money, "phones": _by("kind"), "profiles": _by("network"), "contacts": _by("role"),
}  # fmt: skip
_SUMS: Final = ("amount", "annual_revenue")


def pairs_of(_: click.Context, __: click.Parameter, texts: Iterable[str]) -> tuple[Pair, ...]:
    """
    Read FIELD=VALUE.
    """
    return tuple(map(_pair, texts))


def _pair(text: str) -> Pair:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise click.BadParameter(f"{text!r} sets no field; write it as FIELD=VALUE, such as title=CTO")
    return name.strip(), value.strip()


def assigned(record: Entity, pairs: Iterable[Pair], options: Options) -> dict[str, object]:
    """
    Give the values that fields of a record are to hold.

    Args:
        record: The record as it stands.
        pairs: Fields and texts.
        options: What texts leave open.

    Raises:
        InvalidEdit: A field does not exist, or a text cannot be read; all is reported.
    """
    reading = _Assigning(record, options)
    for name, text in pairs:
        reading.take(name, text)
    return reading.finish()


class _Assigning:
    """
    The fields of one record on their way to new values.
    """

    def __init__(self, record: Entity, options: Options) -> None:
        self._record = record
        self._options = options
        self._facts = facts_of(type(record))
        self._values: dict[str, object] = {}
        #: Fields that are made of parts: what makes them, what stays of them, and what comes.
        self._made: dict[str, tuple[Target, Parts]] = {}
        self._problems: list[Problem] = []

    def take(self, name: str, text: str) -> None:
        """
        Take one text for one field.
        """
        record_type = type(self._record)
        try:
            target = target_of(record_type, name, self._options)  # type: ignore[arg-type]  # others are refused
        except InvalidValue:
            what, known = f"a {type_name(record_type)} has no field {shown(name)}", _known(record_type)
            self._problems.append(Problem(what=what, hint=suggestion(name, known), field=name, options=known))
            return
        for field in target.fields:
            if self._facts[field].verb:
                self._values[field] = text  # whoever sets it says so
            elif target.gather is None:
                self._values[field] = self._blank(field)
                self._values.update(self._read(target, text))
            else:
                self._put(field, target, text)

    def _put(self, field: str, target: Target, text: str) -> None:
        """
        Put a part of a field in the place of the one that stands there.
        """
        is_part = field in _APART and (target.name != field or field in _SUMS)
        _, parts = self._made.get(field, (target, self._apart(field))) if is_part else (target, [])
        amount, _, currency = text.partition(" ")
        if target.name in _SUMS and currency:  # "1200 EUR" says two parts
            text = amount
            parts = [*_without(parts, "currency"), ("currency", currency.strip())]
        self._made[field] = target, [*_without(parts, target.part), *self._read(target, text)]

    def _apart(self, field: str) -> Parts:
        return _APART[field](getattr(self._record, field))

    def _read(self, target: Target, text: str) -> Parts:
        try:
            return [(target.part, target.read(text))] if text else []
        except InvalidValue as error:
            self._problems += (_told(problem, target) for problem in error.problems)
            return []

    def finish(self) -> dict[str, object]:
        """
        Give the values.

        Raises:
            InvalidEdit: Anything was wrong.
        """
        for field, (target, parts) in self._made.items():
            try:
                made = target.gather(parts, self._options) if parts and target.gather else None
            except InvalidValue as error:
                self._problems += (_told(problem, target) for problem in error.problems)
            else:
                self._values[field] = self._blank(field) if made is None or not made else made
        if self._problems:
            raise InvalidEdit(subject=f"edit of {self._record.ref}", problems=tuple(self._problems))
        return self._values

    def _blank(self, field: str) -> object:
        """
        Give what a field holds that holds nothing.
        """
        default = attrs.fields_dict(type(self._record))[field].default
        return "" if default is attrs.NOTHING else default


def _without(parts: Parts, name: str) -> Parts:
    return [part for part in parts if part[0] != name]


def _known(record_type: type[Entity]) -> tuple[str, ...]:
    """
    Give the fields that can be set here.
    """
    targets = TARGETS.get(record_type, ()) if issubclass(record_type, Record) else ()
    facts = facts_of(record_type)
    return tuple(name for name in targets if name not in facts or not facts[name].verb)


def _told(problem: Problem, target: Target) -> Problem:
    what = problem.what.replace(shown(problem.value), masked(problem.value)) if target.personal else problem.what
    return attrs.evolve(problem, what=what, field=target.name)
