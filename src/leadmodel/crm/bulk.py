"""
Conversions of many stored leads, batch by batch.

Rule:
    CONV-12.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import attrs

from leadmodel.changes import Changes
from leadmodel.criteria import Criterion, where
from leadmodel.criteria.faults import refuse
from leadmodel.crm.done import BatchDone, BulkDone
from leadmodel.crm.lookups import today
from leadmodel.crm.parts import Parts
from leadmodel.entities import Lead
from leadmodel.errors import InvalidValue, NotOnRecord, Problem, shown
from leadmodel.ports import Reader
from leadmodel.rules.conversion import Match, Request, convert_leads
from leadmodel.rules.conversion.requests import Choice, DealChoice
from leadmodel.values import Ref

_MATCH = Match()


@attrs.frozen(eq=False, repr=False)
class Bulk(Parts):
    """
    The verb for many leads.
    """

    def convert_all(
        self,
        which: Criterion | type[Lead] | Iterable[str],
        *,
        account: Choice = _MATCH,
        contact: Choice = _MATCH,
        deal: DealChoice = None,
        requests: Mapping[str, Request] | None = None,
        by: str | None = None,
        batch: int = 500,
        stop: bool = False,
        on_progress: Callable[[BatchDone], object] | None = None,
        dry_run: bool = False,
    ) -> BulkDone:
        """
        Convert many leads, as `convert_leads` does, in order of id and batch by batch: each is one commit.

        A lead that cannot be converted does not stop the others. What was converted before, by the same request, stays
        as it is, so that a run which was broken off can simply be started again.

        Args:
            which: Ids; or a criterion, or `Lead` for all: of those, the leads that are not converted.
            account: As for `plan`, for every lead.
            contact: As for `plan`, for every lead.
            deal: As for `plan`, for every lead.
            requests: What is asked for single leads instead, by their ids; those that are not met are `missing`.
            by: The user who does it; None takes the shell's.
            batch: How many leads are converted at a time.
            stop: Whether the first lead that cannot be converted, or is not on record, is an error. Its batch is not
                written then; those before it are.
            on_progress: Is given every batch once it is written. Its errors end the run.
            dry_run: Whether nothing is to be written. All leads are one batch then, since each is planned against what
                those before it become.

        Raises:
            InvalidCriterion: The criterion is not about leads.
            InvalidValue: The user is no id, a choice is none, or the batch is not positive.
            NotOnRecord: An id is not on record, and *stop* was asked for.
            CannotConvert: A lead cannot be converted, and *stop* was asked for.
            StoreError: The store cannot be written.

        Rule:
            CONV-12.
        """
        source = _source(which, None if dry_run else _checked_size(batch), self.now())
        asked = dict(requests or {})
        whole, met = BulkDone(), set[str]()

        def make(reader: Reader, at: datetime) -> BatchDone:
            leads, missing = source.read(reader)
            if missing and stop:
                raise NotOnRecord(ref=Ref(Lead, missing[0]), hint="leave it out, or stop=False")
            made = convert_leads(
                leads, reader, at=at, playbook=self.playbook, account=account, contact=contact, deal=deal,
                requests={lead.id: asked[lead.id] for lead in leads if lead.id in asked}, by=self._by(by), stop=stop,
            )  # fmt: skip
            changes = Changes.of(*made.groups)
            met.update(lead.id for lead in leads)
            return BatchDone(verb="convert_all", changes=changes, batch=made, missing=tuple(missing))

        while True:
            done = self._run("convert_all", make, _never, key=None, dry_run=dry_run)
            whole = whole.plus(done)
            if on_progress is not None:
                on_progress(done)
            if not source.next():
                break
        missing = dict.fromkeys((*whole.missing, *sorted(asked.keys() - met)))
        return attrs.evolve(whole, missing=tuple(missing))


def _never(reader: Reader, was: Changes, position: int) -> None:
    """
    Tell nothing of keys: there are none.
    """


def _source(which: Criterion | type[Lead] | Iterable[str], size: int | None, now: datetime) -> "_Ids | _Found":
    """
    Say where leads come from.

    Raises:
        InvalidCriterion: The criterion is not about leads, or something else is given.
    """
    if isinstance(which, Criterion) and which.record_type is Lead:
        return _Found(which & _OPEN, size, now)
    if which is Lead:
        return _Found(_OPEN, size, now)
    if isinstance(which, (str, type, Criterion)) or not isinstance(which, Iterable):
        what, hint = f"{shown(which)} says of no leads", "pass a criterion on leads, Lead, or a list of ids"
        refuse(Problem(what=what, hint=hint, field="which", value=which))
    return _Ids(sorted(set(which)), size)


def _checked_size(batch: object) -> int:
    """
    Give how many leads are converted at a time.

    Raises:
        InvalidValue: It is no number above zero.
    """
    if not isinstance(batch, int) or isinstance(batch, bool) or batch < 1:
        problem = Problem(what=f"{shown(batch)} leads are no batch", hint="use 1 or more", field="batch", value=batch)
        raise InvalidValue(subject="batch", problems=(problem,))
    return batch


#: Converted leads are hidden from open views (CONV-9).
_OPEN: Final = where(Lead, "conversion", "is_empty")


@attrs.define
class _Ids:
    """
    Leads by their ids, batch by batch.
    """

    ids: Sequence[str]
    size: int | None
    start: int = 0

    def read(self, reader: Reader) -> tuple[list[Lead], list[str]]:
        """
        Read one batch: the leads, and the ids that are not on record.
        """
        ids = self.ids[self.start :][: self.size]
        found = today(reader, (Ref(Lead, lead_id) for lead_id in ids))
        there = {ref.id: lead for ref, lead in found.items() if isinstance(lead, Lead)}
        return list(there.values()), [lead_id for lead_id in ids if lead_id not in there]

    def next(self) -> bool:
        """
        Go on to the next batch, and say whether there is one.
        """
        self.start += self.size or len(self.ids)
        return self.start < len(self.ids)


@attrs.define
class _Found:
    """
    Leads for which a criterion holds, batch by batch.
    """

    criterion: Criterion
    size: int | None
    now: datetime
    after: str | None = None
    end: str | None = None

    def read(self, reader: Reader) -> tuple[list[Lead], list[str]]:
        """
        Read one batch.
        """
        page = reader.find(self.criterion, now=self.now, limit=self.size, after=self.after)
        self.end = page.after
        return list(page), []

    def next(self) -> bool:
        """
        Go on to the next batch, and say whether there is one.
        """
        self.after = self.end
        return self.after is not None
