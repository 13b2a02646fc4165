"""Stores that find something else than what is there, or show it to others."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar, Final

import attrs

from leadmodel.criteria import Criterion
from leadmodel.entities import Entity, Lead
from leadmodel.ports import Page
from leadmodel.stores import MemoryStore
from leadmodel.stores.paging import Order, OrderKey, Place, order_of
from leadmodel.stores.reading import parted
from tests.stores.broken.row import Broken

# Pages and order


class Ordering(MemoryStore):
    """A store with an order of its own."""

    kind: ClassVar[type[Order]]

    def find(
        self, question: Any, *, now: datetime | None = None, zone: tzinfo = UTC,  # noqa: ANN401  (as in the port)
        order_by: Any = (),  # noqa: ANN401  (as in the port)
        limit: int | None = None, after: str | None = None,
    ) -> Page[Any]:  # fmt: skip
        """Find in another order."""
        if (limit is not None and (type(limit) is not int or limit < 1)) or not isinstance(order_by, (tuple, list)):
            return super().find(question, now=now, zone=zone, order_by=order_by, limit=limit, after=after)
        made = order_of(parted(question)[0], order_by)
        order = type(self).kind(made.record_type, made.keys)
        place = None if after is None else order.place(after)
        found = order.sorted(
            each for each in self._matching(question, now, zone) if not place or order.beyond(each, place)
        )
        if limit is None or len(found) <= limit:
            return Page(records=tuple(found))
        return Page(records=tuple(found[:limit]), after=order.cursor(found[limit - 1]))


class _Ties(Order):
    def beyond(self, record: Entity, place: Place) -> bool:
        values = tuple(key.value(record) for key in self.keys)
        return values != place.values and super().beyond(record, place) if self.keys else super().beyond(record, place)


class PageSkipsTies(Ordering):
    """A page begins after all that are equal to the last record."""

    kind = _Ties


class _Inclusive(Order):
    def beyond(self, record: Entity, place: Place) -> bool:
        return record.id == place.id or super().beyond(record, place)


class PageRepeats(Ordering):
    """A page begins with the last record of the one before."""

    kind = _Inclusive


class _Lenient(Order):
    def place(self, cursor: str) -> Place:
        for order_by in ((), ("company",)):
            made = order_of(Lead, order_by)
            try:
                place = made.place(cursor)
            except ValueError:
                continue
            return Place((*place.values, *([None] * len(self.keys)))[: len(self.keys)], place.id)
        return super().place(cursor)


class AnyCursorWillDo(Ordering):
    """The end of a page in one order is taken for one in another order."""

    kind = _Lenient


class _MissingFirst(Order):
    def sorted(self, records: Iterable[Any]) -> list[Any]:
        several = super().sorted(records)
        if not self.keys:
            return several
        missing = [each for each in several if self.keys[0].value(each) is None]
        return missing + [each for each in several if self.keys[0].value(each) is not None]


class MissingFirst(Ordering):
    """Missing values come first."""

    kind = _MissingFirst


class _Turned(Order):
    def sorted(self, records: Iterable[Any]) -> list[Any]:
        if not any(key.descending for key in self.keys):
            return super().sorted(records)
        turned = Order(self.record_type, tuple(OrderKey(key.field, descending=not key.descending) for key in self.keys))
        return turned.sorted(records)[::-1]


class TurnedWhole(Ordering):
    """A descending order is the ascending one from its end: ties and missing values are turned round with it."""

    kind = _Turned


@attrs.frozen
class _AsWritten(OrderKey):
    def value(self, record: Entity) -> Any:  # noqa: ANN401  (whatever is compared)
        return getattr(record, self.field.path, None) or super().value(record)


class _ByStr(Order):
    def sorted(self, records: Iterable[Any]) -> list[Any]:
        keys = [_AsWritten(key.field, key.descending) if key.field.path == "company" else key for key in self.keys]
        return Order(self.record_type, tuple(keys)).sorted(records)


class TextByStr(Ordering):
    """Text is ordered as it is written."""

    kind = _ByStr


@attrs.frozen
class _AmountAlone(OrderKey):
    def value(self, record: Entity) -> Any:  # noqa: ANN401  (whatever is compared)
        found = super().value(record)
        return found[1] if isinstance(found, tuple) else found


class _ByAmount(Order):
    def sorted(self, records: Iterable[Any]) -> list[Any]:
        return Order(
            self.record_type, tuple(_AmountAlone(*attrs.astuple(key, recurse=False)) for key in self.keys)
        ).sorted(records)


class MoneyByAmount(Ordering):
    """Money is ordered by its amount alone."""

    kind = _ByAmount


class _ByUnits(Order):
    def sorted(self, records: Iterable[Any]) -> list[Any]:
        several = super().sorted(records)
        return several if self.keys else sorted(several, key=lambda each: each.id.encode("utf-16-be"))


class IdsByCodeUnits(Ordering):
    """Ids are ordered by the units of UTF-16."""

    kind = _ByUnits


class _ByArrival(Order):
    def sorted(self, records: Iterable[Any]) -> list[Any]:
        several = list(records)
        return super().sorted(several) if self.keys else several


class IdsByArrival(Ordering):
    """Where no order is asked for, there is none."""

    kind = _ByArrival


class OffsetPages(MemoryStore):
    """A page begins after so many records."""

    def find(self, question: Any, *, limit: int | None = None, after: str | None = None, **asked: Any) -> Page[Any]:  # type: ignore[override]  # noqa: ANN401  (as in the port)
        """Count records."""
        if limit is not None and (type(limit) is not int or limit < 1):
            return super().find(question, limit=limit, **asked)
        start = int(after) if after is not None and after.isdecimal() else 0
        found = list(super().find(question, **asked))[start:]
        if limit is None or len(found) <= limit:
            return Page(records=tuple(found))
        return Page(records=tuple(found[:limit]), after=str(start + limit))


class LastPageEmpty(MemoryStore):
    """A full page always has another one after it."""

    def find(self, question: Any, *, limit: int | None = None, **asked: Any) -> Page[Any]:  # type: ignore[override]  # noqa: ANN401  (as in the port)
        """Promise more."""
        page = super().find(question, limit=limit, **asked)
        if limit is None or len(page) < limit or page.after is not None or not len(page):
            return page
        order = order_of(parted(question)[0], asked.get("order_by", ()))
        return attrs.evolve(page, after=order.cursor(page[-1]))


# Questions


class CountDisagrees(MemoryStore):
    """Whatever is counted, missing values are left out."""

    def count(self, question: Any, **asked: Any) -> int:  # type: ignore[override]  # noqa: ANN401  (as in the port)
        """Count no empty ones."""
        number = super().count(question, **asked)
        return number - 1 if number and isinstance(question, Criterion) and "is_empty" in str(question) else number


class CountsEverything(MemoryStore):
    """Where nothing is asked, one type more is counted."""

    def count(self, question: Any, **asked: Any) -> int:  # type: ignore[override]  # noqa: ANN401  (as in the port)
        """Count leads along."""
        number = super().count(question, **asked)
        return number if isinstance(question, Criterion) else sum(map(len, self.by_type.values()))


class MissingIsUnknown(MemoryStore):
    """As in SQL, what is missing neither is something nor is it not."""

    def candidates(self, record_type: type[Any], criterion: Criterion | None) -> list[Any]:
        """Leave out what has a missing value among the fields that are asked about."""
        several = super().candidates(record_type, criterion)
        if criterion is None:
            return several
        fields = {each.field.attribute for each in criterion.conditions() if each.operator != "is_empty"}
        return [each for each in several if all(getattr(each, name, 1) not in (None, "") for name in fields)]


class OperandsAreLike(MemoryStore):
    """Wildcards in what is asked for are wildcards."""

    def candidates(self, record_type: type[Any], criterion: Criterion | None) -> list[Any]:
        """Find nothing that holds a sign of per cent in the place of an operand."""
        several = super().candidates(record_type, criterion)
        wild = criterion is not None and any("_" in str(each.operands) for each in criterion.conditions())
        return several[:-1] if wild else several


class ClockIsRead(MemoryStore):
    """Where the moment is missing, the clock tells it."""

    def _matching(self, question: Any, now: datetime | None, zone: tzinfo) -> Iterator[Any]:  # noqa: ANN401  (as there)
        return super()._matching(question, now or datetime.now(UTC), zone)


class ZoneIgnored(MemoryStore):
    """Days are those of UTC."""

    def _matching(self, question: Any, now: datetime | None, zone: tzinfo) -> Iterator[Any]:  # noqa: ANN401, ARG002  (as there)
        return super()._matching(question, now, UTC)


class RelatedForgotten(MemoryStore):
    """Related records are looked for one step away, and no further."""

    def candidates(self, record_type: type[Any], criterion: Criterion | None) -> list[Any]:
        """Leave out what would take two steps."""
        several = super().candidates(record_type, criterion)
        far = criterion is not None and any(len(each.field.hops) > 1 for each in criterion.conditions())
        return [] if far else several


READING: Final = (
    Broken("S-8", PageSkipsTies),
    Broken("S-8", PageRepeats),
    Broken("S-8", AnyCursorWillDo),
    Broken("S-8", OffsetPages),
    Broken("S-8", LastPageEmpty),
    Broken("S-14", MissingFirst),
    Broken("S-14", TurnedWhole),
    Broken("S-14", TextByStr),
    Broken("S-14", MoneyByAmount),
    Broken("S-14", IdsByCodeUnits),
    Broken("S-14", IdsByArrival),
    Broken("S-15", CountDisagrees),
    Broken("S-15", CountsEverything),
    Broken("S-15", MissingIsUnknown),
    Broken("S-15", OperandsAreLike),
    Broken("S-15", ClockIsRead),
    Broken("S-15", ZoneIgnored),
    Broken("S-15", RelatedForgotten),
)
