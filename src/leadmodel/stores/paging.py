"""
Order and pages: by what records are ordered, and the text that says where a page has ended.

An order has to be the same in every store: text is ordered by its fold, by code point; money by currency and amount;
missing values come last, whichever way round; what is equal is ordered by id (CRIT-3, S-8).
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn, TypeVar

import attrs

from leadmodel.criteria.evaluating import reader
from leadmodel.criteria.faults import refuse, unknown
from leadmodel.criteria.fields import Field, fields_of
from leadmodel.criteria.kinds import FieldKind
from leadmodel.entities import Entity
from leadmodel.errors import Problem, shown
from leadmodel.values import Money, type_name
from leadmodel.values.text import sound

E = TypeVar("E", bound=Entity)

#: Kinds of field that records cannot be ordered by.
_UNORDERED: Final = frozenset({FieldKind.COLLECTION, FieldKind.VALUE})

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


def _money(pair: Any) -> tuple[str, Decimal]:  # noqa: ANN401  (what a cursor holds)
    currency, amount = pair
    money = Money(Decimal(_text(amount)), _text(currency))
    return money.currency, money.amount


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _number(number: Any) -> int:  # noqa: ANN401  (as above)
    if type(number) is not int or not _INT_MIN <= number <= _INT_MAX:
        raise ValueError(number)
    return number


def _text(text: Any) -> str:  # noqa: ANN401  (as above)
    if not isinstance(text, str) or not sound(text):
        raise ValueError(text)
    return text


#: How the value of a field is written in a cursor and read back, by kind; other kinds hold text.
_WRITTEN: Final[Mapping[FieldKind, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    FieldKind.MONEY: (lambda key: [key[0], str(key[1])], _money),
    FieldKind.DATE: (date.isoformat, date.fromisoformat),
    FieldKind.INSTANT: (datetime.isoformat, _instant),
    FieldKind.NUMBER: (int, _number),
}
_AS_TEXT: Final = (str, _text)


@attrs.frozen
class OrderKey:
    """
    One field to order by.
    """

    field: Field
    descending: bool

    def value(self, record: Entity) -> Any:  # noqa: ANN401  (whatever is compared)
        """
        Give what a record is ordered by; None is missing.
        """
        found = reader(self.field)(record)
        return (found.currency, found.amount) if isinstance(found, Money) else found


@attrs.frozen
class Place:
    """
    Where a page has ended: the last record's values, and its id.
    """

    values: tuple[Any, ...]
    id: str


@attrs.frozen
class Order:
    """
    By what records of a type are ordered; the id decides last.
    """

    record_type: type[Entity]
    keys: tuple[OrderKey, ...]

    @property
    def _signature(self) -> list[str]:
        names = [f"{'-' if key.descending else ''}{key.field.path}" for key in self.keys]
        return [type_name(self.record_type), *names]

    def sorted(self, records: Iterable[E]) -> list[E]:
        """
        Put records in order: by id first, then by each key from the last to the first, since sorting is stable.
        """
        several = sorted(records, key=lambda record: record.id)
        for key in reversed(self.keys):
            there, missing = _parted(several, key)
            there.sort(key=lambda pair: pair[0], reverse=key.descending)
            several = [record for _, record in there] + missing
        return several

    def beyond(self, record: Entity, place: Place) -> bool:
        """
        Say whether a record comes after a place.
        """
        for key, last in zip(self.keys, place.values, strict=True):
            value = key.value(record)
            if value != last:
                if value is None or last is None:
                    return value is None
                return bool(value < last if key.descending else value > last)
        return record.id > place.id

    def place_of(self, record: Entity) -> Place:
        """
        Give where a page ends whose last record this is.
        """
        return Place(tuple(key.value(record) for key in self.keys), record.id)

    def cursor(self, record: Entity) -> str:
        """
        Write where a page ends whose last record this is.
        """
        place = self.place_of(record)
        values = [_written(key, value) for key, value in zip(self.keys, place.values, strict=True)]
        content = json.dumps([self._signature, values, place.id], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")

    def place(self, cursor: str) -> Place:
        """
        Read where a page has ended.

        Raises:
            InvalidCriterion: It was not written here, or for another order.
        """
        try:
            content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            signature, values, record_id = json.loads(content)
            read = tuple(_read(key, value) for key, value in zip(self.keys, values, strict=True))
            place = Place(read, _text(record_id))
            written = [_written(key, value) for key, value in zip(self.keys, read, strict=True)]
        except (TypeError, ValueError, ArithmeticError, RecursionError):
            _no_cursor(cursor)
        if signature != self._signature or written != values:
            _no_cursor(cursor)
        return place


def _parted(records: list[E], key: OrderKey) -> tuple[list[tuple[Any, E]], list[E]]:
    """
    Part records into those that have a value to be ordered by, with it, and those that have none.
    """
    there: list[tuple[Any, E]] = []
    missing: list[E] = []
    for record in records:
        value = key.value(record)
        if value is None:
            missing.append(record)
        else:
            there.append((value, record))
    return there, missing


def _written(key: OrderKey, value: Any) -> Any:  # noqa: ANN401  (what the field holds)
    return None if value is None else _WRITTEN.get(key.field.kind, _AS_TEXT)[0](value)


def _read(key: OrderKey, value: Any) -> Any:  # noqa: ANN401  (as above)
    return None if value is None else _WRITTEN.get(key.field.kind, _AS_TEXT)[1](value)


def _no_cursor(cursor: object) -> NoReturn:
    hint = "pass the `after` of the page before, with the same question and the same order"
    refuse(Problem(what=f"{shown(cursor)} is no end of a page in this order", hint=hint, field="after", value=cursor))


def order_of(record_type: type[Entity], order_by: Sequence[str]) -> Order:
    """
    Read by what records are to be ordered.

    Args:
        record_type: The type of the records.
        order_by: Fields, such as "created_at"; a minus sign in front turns one round.

    Raises:
        InvalidCriterion: A field does not exist, or holds what has no order.
    """
    if isinstance(order_by, str):
        hint = f"put it into a list: [{order_by!r}]"
        refuse(Problem(what="a text is no list of fields", hint=hint, field="order_by", value=order_by))
    known = {field.path: field for field in fields_of(record_type) if field.kind not in _UNORDERED}
    keys = []
    for number, given in enumerate(order_by):
        path = given.removeprefix("-") if isinstance(given, str) else ""
        if path not in known:
            what = f"a {type_name(record_type)} cannot be ordered by {shown(given)}"
            refuse(unknown(what, given, known, field=f"order_by[{number}]"))
        keys.append(OrderKey(known[path], str(given).startswith("-")))
    return Order(record_type, tuple(keys))
