"""Stores that give back something else than what they were given."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final

import attrs

from leadmodel.criteria import Criterion
from leadmodel.entities import Entity, Record
from leadmodel.stores import MemoryStore
from leadmodel.values import EmailAddress, Money
from tests.stores.broken.row import Broken, mapped

_NAMES: Final = ("id", "version")


def deep(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401  (anything in a record)
    """Change every single value in a value."""
    if isinstance(value, Mapping):
        return {key: deep(each, change) for key, each in value.items()}
    if isinstance(value, (tuple, frozenset)):
        return type(value)(deep(each, change) for each in value)
    return change(value)


def altered(record: Entity, change: Callable[[Any], Any]) -> Entity:
    """Change every single value in the fields of a record."""
    fields = {each.name: getattr(record, each.name) for each in attrs.fields(type(record)) if each.init}
    return attrs.evolve(record, **{name: deep(value, change) for name, value in fields.items() if name not in _NAMES})


class Altering(MemoryStore):
    """A store that changes values on their way out."""

    change: ClassVar[Callable[[Any], Any]]

    def _out(self, record: Any) -> Any:  # noqa: ANN401  (a record or None)
        return None if record is None else self.out(record)

    def out(self, record: Entity) -> Entity:
        """Change a record on its way out."""
        return altered(record, type(self).change)

    def get(self, record_type: type[Any], record_id: str) -> Any:  # noqa: ANN401  (a record or None)
        """Change what is got."""
        return self._out(super().get(record_type, record_id))

    def candidates(self, record_type: type[Any], criterion: Criterion | None) -> list[Any]:
        """Change what is found."""
        return [self.out(each) for each in super().candidates(record_type, criterion)]


class LostTimeZone(Altering):
    """Instants are read as if they had been written in another zone."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401  (any single value, as below)
        """Shift instants that can be shifted."""
        return value + timedelta(hours=2) if isinstance(value, datetime) and 1900 < value.year < 9999 else value


class MicrosecondsCut(Altering):
    """Instants are kept to the millisecond."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Cut instants."""
        if isinstance(value, datetime):
            return value.replace(microsecond=value.microsecond // 1000 * 1000)
        return value


class MoneyRounded(Altering):
    """Money has two decimals."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Round money."""
        return Money(round(value.amount, 2), value.currency) if isinstance(value, Money) else value


class DecimalAsFloat(Altering):
    """Exact numbers pass through a float."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Lose digits."""
        return Decimal(float(value)) if isinstance(value, Decimal) else value


class ScaleLost(Altering):
    """Exact numbers lose their last zeros."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Drop zeros."""
        return value.normalize() if isinstance(value, Decimal) else value


class NumbersAsFloats(Altering):
    """Whole numbers pass through a float."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Lose digits."""
        large = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62
        return int(float(value)) if large else value


class TruthAsNumbers(Altering):
    """Yes and no are kept as 1 and 0."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Make numbers."""
        return int(value) if isinstance(value, bool) and value.__class__ is bool else value

    def out(self, record: Entity) -> Entity:
        """Change own fields alone: a field of a record says itself what it holds."""
        if not isinstance(record, Record):
            return record
        return attrs.evolve(record, custom=deep(record.custom, self.change))


class TextNormalised(Altering):
    """Texts are brought into one Unicode form."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Compose."""
        return unicodedata.normalize("NFC", value) if type(value) is str else value


class LineEndsUnified(Altering):
    """Texts lose carriage returns."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Drop them."""
        return value.replace("\r\n", "\n") if type(value) is str else value


class MailLowered(Altering):
    """Addresses come back in lower case, which equal ones may be."""

    @staticmethod
    def change(value: Any) -> Any:  # noqa: ANN401
        """Lower."""
        return EmailAddress(value.address.lower()) if isinstance(value, EmailAddress) else value


class EmptyDropped(Altering):
    """Own fields that hold nothing are not kept."""

    def out(self, record: Entity) -> Entity:
        """Drop them."""
        if not isinstance(record, Record):
            return record
        return attrs.evolve(record, custom={key: each for key, each in record.custom.items() if each not in (None, "")})


class StampLost(Altering):
    """The stamp of the last change, which stands outside equality, is not kept."""

    def out(self, record: Entity) -> Entity:
        """Drop it."""
        return attrs.evolve(record, modified_at=None) if isinstance(record, Record) else record


class CollectionsSorted(Altering):
    """Collections lose their order."""

    def out(self, record: Entity) -> Entity:
        """Sort addresses."""
        emails = getattr(record, "emails", ())
        return attrs.evolve(record, emails=sorted(emails, key=str)) if emails else record


class MemberKept(MemoryStore):
    """An update adds the members of collections, and takes none away."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes, as below)
        def joined(record: Entity) -> Entity:
            now = self._find(record.ref)
            tags = getattr(record, "tags", None)
            return (
                attrs.evolve(record, tags=tags | now.tags) if tags is not None and isinstance(now, Record) else record
            )

        return super()._apply(mapped(changes, joined), key)


class FieldKept(MemoryStore):
    """An update sets no field to nothing."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        def joined(record: Entity) -> Entity:
            now = self._find(record.ref)
            if now is None or not isinstance(record, Record) or record.description or not isinstance(now, Record):
                return record
            return attrs.evolve(record, description=now.description)

        return super()._apply(mapped(changes, joined), key)


# Ids


class Renaming(MemoryStore):
    """A store that changes ids on their way in."""

    rename: ClassVar[Callable[[str], str]]

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        def renamed(record: Entity) -> Entity:
            return attrs.evolve(record, id=type(self).rename(record.id))

        return super()._apply(mapped(changes, renamed), key)

    def get(self, record_type: type[Any], record_id: str) -> Any:  # noqa: ANN401  (a record or None)
        """Look a changed id up."""
        return super().get(record_type, type(self).rename(record_id))


class IdsCaseFolded(Renaming):
    """Ids that differ in case are one."""

    rename = staticmethod(str.casefold)


class IdsTrimmed(Renaming):
    """Ids lose the space around them."""

    rename = staticmethod(str.strip)


class IdsNormalised(Renaming):
    """Ids are brought into one Unicode form."""

    @staticmethod
    def rename(record_id: str) -> str:
        """Compose."""
        return unicodedata.normalize("NFC", record_id)


class IdsAsNumbers(Renaming):
    """Ids that look like numbers are numbers."""

    @staticmethod
    def rename(record_id: str) -> str:
        """Read and write."""
        return str(int(record_id)) if record_id.isdecimal() else record_id


class IdsCut(Renaming):
    """Ids are cut."""

    @staticmethod
    def rename(record_id: str) -> str:
        """Cut."""
        return record_id[:254]


class TypesShareIds(MemoryStore):
    """An id is looked for in every type."""

    def get(self, record_type: type[Any], record_id: str) -> Any:  # noqa: ANN401  (a record or None)
        """Look everywhere."""
        found = (super(TypesShareIds, self).get(kind, record_id) for kind in (record_type, *self.by_type))
        return next(filter(None, found), None)


class UnknownRaises(MemoryStore):
    """An unknown id raises."""

    def get(self, record_type: type[Any], record_id: str) -> Any:  # noqa: ANN401  (a record)
        """Raise."""
        return self.by_type[record_type][record_id]


class UnknownIsLike(MemoryStore):
    """An unknown id is a pattern."""

    def get(self, record_type: type[Any], record_id: str) -> Any:  # noqa: ANN401  (a record or None)
        """Take any record for a wildcard."""
        several = list(self.by_type.get(record_type, {}).values())
        return several[0] if record_id == "%" and several else super().get(record_type, record_id)


VALUES: Final = (
    Broken("S-6", LostTimeZone), Broken("S-6", MicrosecondsCut), Broken("S-6", MoneyRounded),
    Broken("S-6", DecimalAsFloat), Broken("S-6", ScaleLost), Broken("S-6", NumbersAsFloats),
    Broken("S-6", TruthAsNumbers), Broken("S-6", TextNormalised), Broken("S-6", LineEndsUnified),
    Broken("S-6", MailLowered), Broken("S-6", EmptyDropped), Broken("S-6", StampLost),
    Broken("S-6", CollectionsSorted), Broken("S-6", MemberKept), Broken("S-6", FieldKept),
    Broken("S-5", IdsCaseFolded), Broken("S-5", IdsTrimmed), Broken("S-5", IdsNormalised), Broken("S-5", IdsAsNumbers),
    Broken("S-5", IdsCut), Broken("S-7", TypesShareIds), Broken("S-7", UnknownRaises), Broken("S-7", UnknownIsLike),
)  # fmt: skip
