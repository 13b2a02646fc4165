"""
Criteria, and records that make them true about as often as false.

Fields come from `fields_of`, operators from `OPERATORS`, values from the pools that both sides share.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.criteria import OPERATORS, Condition, Criterion, CustomField, Field, Operator, fields_of
from leadmodel.criteria.fields import field_of
from leadmodel.entities import ENTITIES, TARGETS, Deal, Entity, Lead, facts_of
from leadmodel.testing.strategies.pools import Fill, Pick, Picks, filling, operands, own_fields
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)

#: Records that a drawn path steps over at most.
_STEPS = 2


def conditions(
    record_type: type[Entity], *, fields: Iterable[CustomField] = (), related: bool = False
) -> SearchStrategy[Condition]:
    """
    Give single conditions: every operator, each on a field that it goes with.

    About 1 ms a draw. Shrinks to `is_empty` on the first field.

    Args:
        record_type: The type of record that is asked about.
        fields: The organisation's own fields, which are asked about too.
        related: Whether fields of related records are asked about as well; see `related_records`.
    """
    return _conditions(record_type, tuple(fields), related)


def criteria(
    record_type: type[Entity], *, fields: Iterable[CustomField] = (), related: bool = False, max_leaves: int = 8
) -> SearchStrategy[Criterion]:
    """
    Give criteria: conditions joined by `&`, `|` and `~`. Ask them of `askable_records`, with `NOW` as the moment.

    About 3 ms a draw. Shrinks to one condition.

    Args:
        record_type: The type of record that is asked about.
        fields: The organisation's own fields, which are asked about too.
        related: Whether fields of related records are asked about as well; see `related_records`.
        max_leaves: How many conditions there are at most.
    """
    return trees(conditions(record_type, fields=fields, related=related), max_leaves=max_leaves)


def askable_records(record_type: type[E], *, fields: Iterable[CustomField] = ()) -> SearchStrategy[E]:
    """
    Give records that hold what drawn criteria ask for: most operators are true of a quarter to three quarters of them.

    Every field is filled, or missing one time in four. The records are valid and otherwise hang together in nothing:
    the stage of a deal is any text.

    About 300 µs a draw. Shrinks to a record whose fields are missing.

    Args:
        record_type: The type of the records.
        fields: The organisation's own fields; some records hold in them what is of another kind.
    """
    return _records(record_type, tuple(fields))


def related_records(*, fields: Iterable[CustomField] = (), max_size: int = 4) -> SearchStrategy[dict[Ref, Entity]]:
    """
    Give, by reference, the records that drawn ones may name: pass the `get` of a draw as `related=`.

    About 1 ms a draw. Shrinks to none.

    Args:
        fields: The organisation's own fields.
        max_size: How many records there are at most.
    """
    own = tuple(fields)
    targets = dict.fromkeys(TARGETS.values())
    several = st.lists(st.one_of([_records(target, own) for target in targets]), max_size=max_size)
    return several.map(lambda found: {record.ref: record for record in found})


def trees(leaves: SearchStrategy[Any], *, max_leaves: int = 8) -> SearchStrategy[Criterion]:
    """
    Give conditions of any origin, joined by `&`, `|` and `~`.
    """
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda one, two: one & two, inner, inner),
            st.builds(lambda one, two: one | two, inner, inner),
            st.builds(lambda one: ~one, inner),
        ),
        max_leaves=max_leaves,
    )


@st.composite
def _conditions(draw: DrawFn, record_type: type[Entity], fields: tuple[CustomField, ...], related: bool) -> Condition:
    def pick(pool: Sequence[Any]) -> Any:  # noqa: ANN401  (whatever is in the pool)
        return draw(st.sampled_from(pool))

    row, own, reached = pick(_askable(cast("Any", record_type), fields, related))  # mypy takes no class for hashable
    field = pick(pick([fitting for fitting in (own, own, reached) if fitting]))
    return Condition(field, row.name, operands(pick, field, row))


@cache
def _askable(
    record_type: type[Entity], fields: tuple[CustomField, ...], related: bool
) -> list[tuple[Operator, list[Field], list[Field]]]:
    """
    Give every operator with the fields that it goes with: those of the record, and those of related ones.
    """
    several = _fields(record_type, fields, _STEPS if related else 0)
    found = []
    for row in OPERATORS.values():
        fitting = [field for field in several if field.kind in row.kinds]
        if fitting:
            found.append((row, [each for each in fitting if not each.hops], [each for each in fitting if each.hops]))
    return found


def _fields(record_type: type[Entity], fields: tuple[CustomField, ...], steps: int) -> list[Field]:
    """
    Give the fields that can be asked about, those of records a few steps away included.
    """
    found = list(fields_of(record_type, fields))
    declared = {each.name: each for each in fields}
    for id_field, target in TARGETS.items():
        if steps and id_field in facts_of(record_type):
            relation = id_field.removesuffix("_id")
            paths = [f"{relation}.{further.path}" for further in _fields(target, fields, steps - 1)]
            found += [cast("Field", field_of(record_type, path, declared)) for path in paths]
    return found


def _records(record_type: type[E], fields: tuple[CustomField, ...]) -> SearchStrategy[E]:
    size = _BYTES * (len(_FILLING[record_type]) + len(fields))
    return st.binary(min_size=size, max_size=size).map(lambda told: _made(record_type, fields, Picks(told)))


#: More than a field takes, but for the few whose values have parts.
_BYTES = 3


def _made(record_type: type[E], fields: tuple[CustomField, ...], pick: Pick) -> E:
    held = {name: fill(pick) for name, fill in _FILLING[record_type].items()}
    if "custom" in facts_of(record_type):
        held["custom"] = own_fields(pick, fields)
    if record_type is Lead and not (held["last_name"] or held["company"]):
        held["last_name"] = "Acme"  # a lead is a person or a company (LEAD-1)
    if record_type is Deal:  # the primary contact is named once (AUTH-9)
        held["contacts"] = [each for each in held["contacts"] if each.contact_id != held["contact_id"]]
    return record_type(**held)


_FILLING: Final[Mapping[type[Entity], Mapping[str, Fill]]] = {each: filling(each) for each in ENTITIES}
