"""What the tests of the shell are made of: a playbook, a clock that can be turned, and what is in a store."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import attrs

from leadmodel import ENTITIES, Changes, Lead, Note, Playbook, Ref, playbooks
from leadmodel.crm import Crm
from leadmodel.entities import Entity
from leadmodel.ports import Reader, Writer

NOON: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)

#: An organisation with a namespace of its own.
BOOK: Final[Playbook] = attrs.evolve(
    playbooks.ZOHO, key="acme", namespace=UUID("11111111-2222-4333-8444-555555555555")
)  # fmt: skip

ADA: Final = Lead(
    id="l1", first_name="Ada", last_name="Vale", company="Acme Mills", emails=["ada@acme.example"],
    status="Not Contacted",
)  # fmt: skip
NOTE: Final = Note(id="n1", about=ADA.ref, text="Called.")


class Turning:
    """A clock that goes on by an hour each time it is asked."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        self.at += HOUR
        return self.at


def shell(store: Reader, **parts: Any) -> Crm:  # noqa: ANN401  (any part)
    """Give a shell that waits for nobody."""
    given: dict[str, Any] = {"playbook": BOOK, "now": Turning(), "wait": lambda _: None, **parts}
    return Crm(store, **given)


def put(store: Writer, *records: Entity) -> None:
    """Put records into a store as they are."""
    if records:
        store.apply(Changes(created=records))


def inside(store: Reader) -> dict[Ref, Entity]:
    """Give everything in a store by reference."""
    return {record.ref: record for kind in ENTITIES for record in store.find(kind)}


def versions(store: Reader) -> dict[Ref, int]:
    """Give the version of everything in a store."""
    return {ref: record.version for ref, record in inside(store).items()}


def mapped(records: Iterable[Entity]) -> dict[Ref, Entity]:
    """Give records by reference."""
    return {record.ref: record for record in records}


#: Somebody else who writes.
Other = Callable[[Writer], object]


def edits(values: dict[str, object]) -> Other:
    """Give somebody else who edits the lead."""
    return lambda store: store.apply(_edited(store, values))


def _edited(store: Reader, values: dict[str, object]) -> Changes:
    from leadmodel import edit

    lead = store.get(Lead, "l1")
    assert lead is not None
    return edit(lead, values, at=NOON)
