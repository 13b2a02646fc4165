"""
Looking records up: by id, by many ids, and the help where there is none.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias, TypeVar, cast

from leadmodel.changes import Changes
from leadmodel.criteria import where
from leadmodel.criteria.building import type_of
from leadmodel.criteria.limits import OPERANDS_LIMIT
from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import NotOnRecord, UnknownName, nearest, shown
from leadmodel.ports import KeptTransaction, Reader
from leadmodel.values import Ref, type_name

E = TypeVar("E", bound=Entity)

#: A type of record, or the word for it: "lead", "social update".
Which: TypeAlias = type[E] | str

#: So many ids at most are read to find the nearest.
_FEW: Final = 200


def type_named(which: object) -> type[Entity]:
    """
    Give the type of record that is meant.

    Raises:
        UnknownName: There is none.
    """
    found = type_of(which) if isinstance(which, str) else which if which in ENTITIES else None
    if found is None:
        name = which if isinstance(which, str) else shown(which)
        raise UnknownName(kind="type of record", name=name, known=tuple(map(type_name, ENTITIES)))
    return found


def named(reader: Reader, record_type: type[E], record_id: str) -> E:
    """
    Give the record with this type and id.

    Raises:
        NotOnRecord: There is none; it says what became of it, or which id comes nearest.
        InvalidValue: The id is none.
    """
    ref = Ref(record_type, record_id)
    record = reader.get(record_type, record_id)
    if record is None:
        raise NotOnRecord(ref=ref, hint=_hint(reader, record_type, ref))
    return record


def _hint(reader: Reader, record_type: type[Entity], ref: Ref) -> str:
    """
    Say what became of a record that is not there; of one that never was, the nearest among the first few.
    """
    past = reader.history(ref) if isinstance(reader, KeptTransaction) else ()
    if past and isinstance(reader, KeptTransaction):
        survivor = reader.resolve(ref)
        return (
            f"it was merged into {survivor}"
            if survivor != ref
            else f"it was {past[-1].verb} at position {past[-1].position}"
        )
    first = reader.find(record_type, limit=_FEW)
    close = nearest(ref.id, (record.id for record in first))
    if close:
        return f"did you mean {shown(close)}?"
    if first.after is None and not first:
        return f"no {type_name(record_type)} is on record yet"
    return f"look for it: crm.find(where({record_type.__name__}, …))"


def check_remembered(was: Changes, ref: Ref) -> None:
    """
    Refuse to tell what was done before where the record that it was done to is forgotten.

    Raises:
        NotOnRecord: It is (LIFE-2).
    """
    if ref in was.erased:
        raise NotOnRecord(ref=ref, hint="it was forgotten, and so was what had been done under this key")


def present(reader: Reader, ref: Ref) -> Entity | None:
    """
    Give a record, or the one that it was merged into; None where there is neither.
    """
    record = reader.get(cast("type[Entity]", ref.type), ref.id)
    if record is None and isinstance(reader, KeptTransaction) and (survivor := reader.resolve(ref)) != ref:
        return reader.get(cast("type[Entity]", survivor.type), survivor.id)
    return record


def found_among(reader: Reader, record_type: type[E], path: str, values: Iterable[str]) -> Iterator[E]:
    """
    Give the records of a type that hold one of many values in a field, perhaps more than once.
    """
    several = sorted(values)
    for start in range(0, len(several), OPERANDS_LIMIT):
        yield from reader.find(where(record_type, path, "in", several[start : start + OPERANDS_LIMIT]))


def today(reader: Reader, refs: Iterable[Ref]) -> dict[Ref, Entity]:
    """
    Give those of many records that are on record, by reference: a question for each type.
    """
    ids: dict[type[Entity], list[str]] = {}
    for ref in refs:
        ids.setdefault(cast("type[Entity]", ref.type), []).append(ref.id)
    found: dict[Ref, Entity] = {}
    for record_type, several in ids.items():
        found.update((record.ref, record) for record in found_among(reader, record_type, "id", several))
    return found


def related_in(reader: Reader) -> Callable[[Ref], Entity | None]:
    """
    Give the look-up that guards ask for related records.
    """
    return lambda ref: reader.get(cast("type[Entity]", ref.type), ref.id)
