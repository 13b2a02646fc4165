"""
Which records of a store refer to a record: what `revert` asks before something goes.

Rule:
    CONV-11.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from leadmodel.criteria import where
from leadmodel.criteria.fields import fields_of
from leadmodel.criteria.limits import OPERANDS_LIMIT
from leadmodel.entities import ENTITIES, TARGETS, Contact, Deal, Entity, references
from leadmodel.ports import Reader
from leadmodel.values import Ref

#: Paths that hold the ids of records of a type, besides the fields that stand in `TARGETS`.
_FURTHER: Final[tuple[tuple[str, str, type[Entity] | None], ...]] = (
    ("conversion.contact_id", "in", TARGETS["contact_id"]),
    ("conversion.account_id", "in", TARGETS["account_id"]),
    ("conversion.deal_id", "in", Deal),
    ("contacts", "has_any", Contact),
    ("about.id", "in", None),  # whatever its type is
)


def referring(reader: Reader, asked: Collection[Ref] = ()) -> Callable[[Ref], Collection[Entity]]:
    """
    Give the look-up of the records that refer to a record, as they are found when they are first asked for.

    Args:
        reader: A store, or a transaction.
        asked: Records of which it is known that they will be asked for: all of them are looked up at once, with a
            question for each type of record. Any other costs as many questions by itself.
    """
    known: dict[Ref, list[Entity]] = {}

    def look_up(ref: Ref) -> Collection[Entity]:
        if ref not in known:
            _look_up(reader, {*asked, ref}.difference(known), known)
        return known[ref]

    return look_up


def _look_up(reader: Reader, refs: Collection[Ref], known: dict[Ref, list[Entity]]) -> None:
    known.update((ref, []) for ref in refs)
    for record_type in ENTITIES:
        for record in _candidates(reader, record_type, refs):
            for ref in set(references(record)).intersection(refs):
                known[ref].append(record)


def _candidates(reader: Reader, record_type: type[Entity], refs: Collection[Ref]) -> Iterable[Entity]:
    """
    Give the records of a type, each once, that hold one of the ids; the type of what they refer to is not looked at.
    """
    found: dict[str, Entity] = {}
    for path, operator, target in _paths(record_type):
        ids = sorted({ref.id for ref in refs if target in {None, ref.type}})
        for start in range(0, len(ids), OPERANDS_LIMIT):
            page = reader.find(where(record_type, path, operator, ids[start : start + OPERANDS_LIMIT]))
            found.update((record.id, record) for record in page)
    return found.values()


def _paths(record_type: type[Entity]) -> Iterator[tuple[str, str, type[Entity] | None]]:
    there = {field.path for field in fields_of(record_type)}
    rows = (*((field, "in", target) for field, target in TARGETS.items()), *_FURTHER)
    return (row for row in rows if row[0] in there)
