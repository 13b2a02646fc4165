"""
What changes is a value: the records that would be created, updated and deleted, and why.

A function that alters the CRM returns `Changes` and writes nothing. Look at them, keep them, apply them.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import attrs

from leadmodel.display import counted
from leadmodel.entities import ENTITIES, Entity, Record
from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.values import Ref
from leadmodel.values.instants import instant_fault


@attrs.frozen
class Updated:
    """
    A record before and after a change.

    Raises:
        InvalidValue: The two are not the same record.
    """

    before: Entity
    after: Entity

    def __attrs_post_init__(self) -> None:
        if self.before.ref != self.after.ref:
            what = f"{self.before.ref} cannot become {self.after.ref}"
            problem = Problem(what=what, hint="type and id stay; delete the one and create the other")
            raise InvalidValue(subject="update", problems=(problem,))


@attrs.frozen(kw_only=True)
class Cause:
    """
    Why something changed: when, by whom, under which rules.
    """

    at: datetime
    by: str | None = None
    rules: tuple[str, ...] = ()


def _as_entities(records: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(records)


def _as_updates(updates: Iterable[Updated]) -> tuple[Updated, ...]:
    return tuple(updates)


@attrs.frozen(kw_only=True, repr=False)
class Changes:
    """
    Records created, updated and deleted. The cause stands outside equality: what changes counts, not why.

    Raises:
        InvalidValue: One record is named twice.
    """

    created: tuple[Entity, ...] = attrs.field(default=(), converter=_as_entities)
    updated: tuple[Updated, ...] = attrs.field(default=(), converter=_as_updates)
    deleted: tuple[Entity, ...] = attrs.field(default=(), converter=_as_entities)
    cause: Cause | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        seen: set[Ref] = set()
        problems = []
        for ref in self.refs():
            if ref in seen:
                problems.append(Problem(what=f"{ref} is named twice", hint="one change says all about a record"))
            seen.add(ref)
        if problems:
            raise InvalidValue(subject="changes", problems=tuple(problems))

    def refs(self) -> Iterator[Ref]:
        """
        Give the identities of the records that change.
        """
        for record in self.created:
            yield record.ref
        for update in self.updated:
            yield update.after.ref
        for record in self.deleted:
            yield record.ref

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.deleted)

    def __repr__(self) -> str:
        counts = f"{len(self.created)} created, {len(self.updated)} updated, {len(self.deleted)} deleted"
        return f"Changes({counts})"

    def __str__(self) -> str:
        if not self:
            return "no changes"
        lines = [
            *(f"+ {record.ref}" for record in self.created),
            *(f"~ {update.after.ref}" for update in self.updated),
            *(f"- {record.ref}" for record in self.deleted),
        ]
        return "\n".join([counted(len(lines), "change"), *lines])


def create(record: Entity, *, at: datetime, by: str | None = None) -> Changes:
    """
    Put a record on record: it is stamped with the instant, unless it says itself when it was created.

    Args:
        record: A record of any type.
        at: When it happens; aware.
        by: The user who does it.

    Raises:
        InvalidValue: It is no record, or the instant is naive; both are reported.
    """
    problems = []
    if not isinstance(record, ENTITIES):
        hint = "pass a lead, a contact, an account …"
        problems.append(Problem(what=f"{shown(record)} is no record", hint=hint, value=record))
    if fault := instant_fault(at):
        problems.append(Problem(what=f"{at} {fault}", field="at", value=at))
    if problems:
        raise InvalidValue(subject="create", problems=tuple(problems))
    at = at.astimezone(UTC)
    stamped = attrs.evolve(record, version=record.version + 1)
    if isinstance(stamped, Record):
        stamped = attrs.evolve(stamped, created_at=stamped.created_at or at, modified_at=at)
    return Changes(created=(stamped,), cause=Cause(at=at, by=by))
