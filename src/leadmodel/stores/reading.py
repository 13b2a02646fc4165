"""
Reading in Python: what is left of a store's questions once it can give the records that may match.

`PlainReader` answers `find`, `count` and `directory_for` for any store that can hand out its records; a store of one's
own inherits it, gives `get` and `candidates`, and narrows the candidates down as far as it can.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TypeVar

from leadmodel.criteria import Criterion
from leadmodel.criteria.faults import refuse
from leadmodel.directory import Directory, Wanted
from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import Problem, shown
from leadmodel.ports import Page
from leadmodel.processes.pipelines import Pipeline, Pipelines
from leadmodel.stores.gathering import gather
from leadmodel.stores.paging import order_of
from leadmodel.stores.places import keys_at
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)


class PlainReader(ABC):
    """
    A store's questions, answered in Python.
    """

    @abstractmethod
    def get(self, record_type: type[E], record_id: str) -> E | None:
        """
        Give the record with this type and id, or None.
        """

    @abstractmethod
    def candidates(self, record_type: type[E], criterion: Criterion | None) -> Iterable[E]:
        """
        Give the records of a type for which a criterion may hold: none is left out for which it does.

        Args:
            record_type: The type of the records.
            criterion: What they will be asked; None where all are wanted. Whoever can ask a part of it elsewhere
                gives fewer; see `Criterion.split`.
        """

    def standing(self, record_type: type[Entity], place: str, keys: Collection[str]) -> Iterable[Entity]:
        """
        Give the records of a type that stand at a place under any of some keys: a row of `PLACES`, or "id".
        """
        keys_there = keys_at(record_type, place)
        wanted = set(keys)
        return [record for record in self.candidates(record_type, None) if not wanted.isdisjoint(keys_there(record))]

    def find(
        self,
        question: type[E] | Criterion,
        *,
        now: datetime | None = None,
        zone: tzinfo = UTC,
        order_by: Sequence[str] = (),
        limit: int | None = None,
        after: str | None = None,
    ) -> Page[Any]:
        """
        Find records: see `leadmodel.ports.Reader`.
        """
        record_type, _ = parted(question)
        order = order_of(record_type, order_by)
        check_limit(limit)
        place = None if after is None else order.place(after)
        matching = self._matching(question, now, zone)
        found = order.sorted(record for record in matching if place is None or order.beyond(record, place))
        if limit is None or len(found) <= limit:
            return Page(records=tuple(found))
        return Page(records=tuple(found[:limit]), after=order.cursor(found[limit - 1]))

    def count(self, question: type[Entity] | Criterion, *, now: datetime | None = None, zone: tzinfo = UTC) -> int:
        """
        Count what `find` would give.
        """
        return sum(1 for _ in self._matching(question, now, zone))

    def directory_for(
        self, wanted: Collection[Wanted], *, pipelines: Pipeline | Iterable[Pipeline] | Pipelines
    ) -> Directory:
        """
        Make the directory of everybody whom the wanted could match: see `leadmodel.People`.
        """
        return gather(self.standing, wanted, pipelines=pipelines)

    def _matching(self, question: type[E] | Criterion, now: datetime | None, zone: tzinfo) -> Iterator[Any]:
        record_type, criterion = parted(question)
        candidates = self.candidates(record_type, criterion)
        if criterion is None:
            return iter(candidates)
        criterion.compile(now, _nobody, zone=zone)  # says what is missing before anything is looked at
        several = list(candidates)
        return filter(criterion.compile(now, related_to(criterion, several, self.standing), zone=zone), several)


def related_to(
    criterion: Criterion,
    records: Iterable[Entity],
    standing: Callable[[type[Entity], str, Collection[str]], Iterable[Entity]],
) -> Callable[[Ref], Entity | None]:
    """
    Give the look-up for a criterion's related records, all of which are fetched at once: a question for each step.
    """
    found: dict[Ref, Entity] = {}
    paths = {condition.field.hops for condition in criterion.conditions()} - {()}
    start = list(records) if paths else []
    for path in paths:
        here: list[Entity] = start
        for hop in path:
            ids = {record_id for record in here if (record_id := getattr(record, hop.id_field))}
            here = list(standing(hop.target, "id", ids)) if ids else []
            found.update((record.ref, record) for record in here)
    return found.get


def _nobody(_: Ref) -> None:
    """
    Find no related record.
    """


def parted(question: type[E] | Criterion) -> tuple[type[Entity], Criterion | None]:
    """
    Take a question apart: the type of record, and the criterion, None where every record is wanted.

    Raises:
        InvalidCriterion: It is neither.
    """
    if isinstance(question, Criterion):
        return question.record_type, question
    if question not in ENTITIES:
        what, hint = f"{shown(question)} is no question", "pass a type of record, such as Lead, or a criterion"
        refuse(Problem(what=what, hint=hint, field="question", value=question))
    return question, None


#: More than any store holds, and than a number of 64 bits.
_ENDLESS: Final = 2**62


def check_limit(limit: object) -> None:
    """
    Check how many records are wanted at most.

    Raises:
        InvalidCriterion: It is no number above zero.
    """
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or not 0 < limit < _ENDLESS):
        what, hint = f"{shown(limit)} is no number of records", "pass a whole number from 1 on, or None for all"
        refuse(Problem(what=what, hint=hint, field="limit", value=limit))
