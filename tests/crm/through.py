"""
The pure verbs, each done twice: as they are, and on stored records through a shell.

What comes of both is compared, the error or the records, and the whole store. The answer is that of the pure verb, so
that tests of the rules can be run again with these in place of it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from leadmodel import (
    Account,
    Activity,
    Changes,
    Contact,
    Deal,
    Directory,
    Lead,
    LeadmodelError,
    Note,
    Pipeline,
    Playbook,
    Ref,
    Statuses,
    Task,
    convert_lead,
    create,
    disqualify_lead,
    edit,
    move_deal,
    move_lead,
    plan_conversion,
    qualify_lead,
    revert,
)
from leadmodel.crm import Crm
from leadmodel.entities import Entity
from leadmodel.ports import Keeper
from leadmodel.processes.pipelines import as_pipelines
from tests.crm.making import BOOK, inside, put

_KINDS: Final = (Lead, Contact, Account, Deal, Note, Activity, Task)


def records_of(directory: Directory) -> list[Entity]:
    """Give everything in a directory."""
    return [record for kind in _KINDS for record in directory.all(kind)]


def _tried(verb: Callable[[], Any]) -> tuple[Any, LeadmodelError | None]:
    """Give the result of a verb, or its error."""
    try:
        return verb(), None
    except LeadmodelError as error:
        return None, error


class Through:
    """
    The pure verbs by their names, each done twice.

    Args:
        open_store: Opens an empty store.
    """

    def __init__(self, open_store: Callable[[], Keeper]) -> None:
        self._open = open_store
        #: How often both ways were compared.
        self.compared = 0

    def _both(
        self, records: Iterable[Entity], pure: Callable[[], Any], stored: Callable[[Crm], Any], at: datetime, *,
        playbook: Playbook = BOOK, before: Iterable[Changes] = (),
    ) -> Any:  # noqa: ANN401  # fmt: skip
        """Do a verb twice, compare, and give the result of the pure one, or raise its error."""
        store = self._open()
        for changes in (Changes(created=records), *before):
            store.apply(changes)
        there = inside(store)
        made, refused = _tried(pure)
        done, error = _tried(lambda: stored(Crm(store, playbook=playbook, now=lambda: at)))
        self.compared += 1
        assert error == refused
        if refused is not None:
            assert inside(store) == there
            raise refused
        changes = made if isinstance(made, Changes) else made.changes
        assert done.changes == changes
        assert (done.position is None) is not bool(changes)
        for record in changes.deleted:
            del there[record.ref]
        there.update((after.ref, after) for _, after in changes.pairs() if after)
        assert inside(store) == there
        return made, done

    # Conversion

    def convert_lead(self, lead: Lead, people: Directory, *, at: datetime, playbook: Playbook, **how: Any) -> Any:  # noqa: ANN401
        """Convert a lead that is on record."""
        made, done = self._both(
            records_of(people),
            lambda: convert_lead(lead, people, at=at, playbook=playbook, **how),
            lambda crm: crm.convert(lead.id, **how),
            at, playbook=playbook,
        )  # fmt: skip
        assert done.conversion == made
        return made

    def plan_conversion(self, lead: Lead, people: Directory, *, at: datetime, playbook: Playbook, **how: Any) -> Any:  # noqa: ANN401
        """Plan the conversion of a lead, and apply the plan."""
        plan = plan_conversion(lead, people, at=at, playbook=playbook, **how)
        store = self._open()
        put(store, *records_of(people))
        crm = Crm(store, playbook=playbook, now=lambda: at)
        stored = crm.plan(lead.id, **how)
        self.compared += 1
        assert stored == plan
        done, _ = _tried(lambda: crm.apply_plan(stored))
        assert done is None if plan.problems else done.changes == plan.changes
        return plan

    # Moves

    def move_deal(
        self, deal: Deal, to: str, *, at: datetime, pipeline: Pipeline, by: str | None = None,
        given: Mapping[str, object] | None = None, to_pipeline: str = "",
    ) -> Any:  # noqa: ANN401  # fmt: skip
        """Move a deal."""
        book = attrs.evolve(BOOK, pipelines=as_pipelines(pipeline))
        how: dict[str, Any] = {"by": by, "given": given, "to_pipeline": to_pipeline}
        made, done = self._both(
            [deal],
            lambda: move_deal(deal, to, at=at, pipeline=pipeline, **how),
            lambda crm: crm.move(deal.id, to, **how),
            at, playbook=book,
        )  # fmt: skip
        assert done.record == made.deal
        return made

    def move_lead(self, lead: Lead, to: str, *, at: datetime, statuses: Statuses, **how: Any) -> Any:  # noqa: ANN401
        """Move a lead to a status."""
        return self._lead(
            lead, lambda: move_lead(lead, to, at=at, statuses=statuses, **how),
            lambda crm: crm.move_lead(lead.id, to, **how), at, statuses,
        )  # fmt: skip

    def qualify_lead(self, lead: Lead, *, at: datetime, statuses: Statuses, **how: Any) -> Any:  # noqa: ANN401
        """Qualify a lead."""
        return self._lead(
            lead, lambda: qualify_lead(lead, at=at, statuses=statuses, **how),
            lambda crm: crm.qualify(lead.id, **how), at, statuses,
        )  # fmt: skip

    def disqualify_lead(self, lead: Lead, *, at: datetime, statuses: Statuses, **how: Any) -> Any:  # noqa: ANN401
        """Disqualify a lead."""
        return self._lead(
            lead, lambda: disqualify_lead(lead, at=at, statuses=statuses, **how),
            lambda crm: crm.disqualify(lead.id, **how), at, statuses,
        )  # fmt: skip

    def _lead(
        self, lead: Lead, pure: Callable[[], Any], stored: Callable[[Crm], Any], at: datetime, statuses: Statuses
    ) -> Any:  # noqa: ANN401
        made, done = self._both([lead], pure, stored, at, playbook=attrs.evolve(BOOK, statuses=statuses))
        assert done.record == made.lead
        return made

    # The plain verbs

    def create(self, record: Entity, *, at: datetime) -> Changes:
        """Put a record on record."""
        made, _ = self._both([], lambda: create(record, at=at), lambda crm: crm.create(record), at)
        return made  # type: ignore[no-any-return]  # changes

    def edit(self, record: Entity, values: Mapping[str, object], *, at: datetime) -> Changes:
        """Edit a record."""
        made, _ = self._both(
            [record], lambda: edit(record, values, at=at), lambda crm: crm.edit(type(record), record.id, values), at
        )  # fmt: skip
        return made  # type: ignore[no-any-return]  # changes

    def revert(self, changes: Changes, current: Mapping[Ref, Entity], *, at: datetime) -> Changes:
        """Take changes back that were the last thing that happened."""
        before = [before for before, _ in changes.pairs() if before]
        made, done = self._both(
            before, lambda: revert(changes, current, at=at), lambda crm: crm.undo(2), at, before=[changes]
        )  # fmt: skip
        assert done.undone == 2
        return made  # type: ignore[no-any-return]  # changes
