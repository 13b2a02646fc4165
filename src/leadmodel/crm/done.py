"""
What a verb on stored records gives: what has changed, where it stands in the log, and the records afterwards.
"""

from collections.abc import Mapping
from typing import Generic, Self, TypeVar, cast

import attrs

from leadmodel.changes import Changes, Effect
from leadmodel.crm.lookups import today
from leadmodel.display import counted, html_facts, html_table, listed, text_table
from leadmodel.entities import Account, Contact, Deal, Entity, Lead
from leadmodel.errors import Problem
from leadmodel.ports import KeptTransaction, Reader
from leadmodel.rules.conversion import Batch, Conversion, ConversionPlan
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)
E_co = TypeVar("E_co", bound=Entity, covariant=True)


@attrs.frozen(kw_only=True, repr=False)
class Done:
    """
    What a verb has done, or would do.
    """

    #: The name of the method, such as "convert".
    verb: str
    #: What was applied, as the store has it; of a dry run, what would be.
    changes: Changes
    #: The commit; None of a dry run, and where there was nothing to write.
    position: int | None = None
    #: Whether it had been done before under the same key: then nothing was written now, and all is told from then.
    replayed: bool = False

    @property
    def records(self) -> tuple[Entity, ...]:
        """
        The records that changed, as they were afterwards; those that were deleted are not among them.
        """
        return (*self.changes.created, *(update.after for update in self.changes.updated))

    def applied(self, reader: Reader, position: int) -> Self:
        """
        Give the same with its place in the log, and where it tells of single records, with new ones as they are stored.
        """
        del reader
        return attrs.evolve(self, position=position)

    @property
    def written(self) -> bool:
        """
        Whether something was written now.
        """
        return self.position is not None and not self.replayed

    def _how(self) -> str:
        if self.position is None:
            return "not written" if self.changes else "nothing to do"
        return f"done before, at position {self.position}" if self.replayed else f"position {self.position}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.verb}: {self._how()}, {self.changes!r})"

    def __str__(self) -> str:
        return f"{self.verb}: {self._how()}\n{self.changes}"

    def _facts(self) -> list[tuple[str, str]]:
        """
        Give what a notebook tells besides the changes.
        """
        return [("log", self._how())]

    def _repr_html_(self) -> str:
        return f"{html_facts(self.verb, self._facts())}{self._result()._repr_html_()}"

    def _result(self) -> Changes | Batch | Conversion:
        """
        Give what a notebook tells below the facts.
        """
        return self.changes


@attrs.frozen(kw_only=True, repr=False)
class RecordDone(Done, Generic[E_co]):
    """
    What a verb has done to one record.
    """

    #: The record afterwards, whether it changed or not; one that was deleted, as it stood last.
    record: E_co

    def applied(self, reader: Reader, position: int) -> Self:
        """
        As for `Done`.
        """
        changes, stored = _as_stored(self.changes, reader)
        return attrs.evolve(self, position=position, changes=changes, record=_stored(self.record, stored))

    def _facts(self) -> list[tuple[str, str]]:
        return [*super()._facts(), ("record", str(self.record))]


@attrs.frozen(kw_only=True, repr=False)
class ConversionDone(Done):
    """
    What has become of a lead.
    """

    #: What the pure verb gives, with the records as they are afterwards.
    conversion: Conversion

    @property
    def lead(self) -> Lead:
        """
        The lead.
        """
        return self.conversion.lead

    @property
    def contact(self) -> Contact | None:
        """
        The contact, new or used.
        """
        return self.conversion.contact

    @property
    def account(self) -> Account | None:
        """
        The account, new or used.
        """
        return self.conversion.account

    @property
    def deal(self) -> Deal | None:
        """
        The deal, new or used.
        """
        return self.conversion.deal

    @property
    def plan(self) -> ConversionPlan:
        """
        The plan that was carried out.
        """
        return self.conversion.plan

    def applied(self, reader: Reader, position: int) -> Self:
        """
        As for `Done`.
        """
        (changes, stored), was = _as_stored(self.changes, reader), self.conversion
        conversion = attrs.evolve(
            was, changes=changes, contact=was.contact and _stored(was.contact, stored),
            account=was.account and _stored(was.account, stored), deal=was.deal and _stored(was.deal, stored),
        )  # fmt: skip
        return attrs.evolve(self, position=position, changes=changes, conversion=conversion)

    def _result(self) -> Conversion:
        return self.conversion


def _as_stored(changes: Changes, reader: Reader) -> tuple[Changes, dict[Ref, Entity]]:
    """
    Give changes with the records that they create as the store has them, and those by themselves.

    A record under an id that was there before has a higher version than the verb could know (S-2).
    """
    stored = today(reader, (record.ref for record in changes.created))
    return (attrs.evolve(changes, created=stored.values()) if stored else changes), stored


def _stored(record: E, stored: Mapping[Ref, Entity]) -> E:
    return cast("E", stored.get(record.ref, record))


@attrs.frozen(kw_only=True, repr=False)
class UndoDone(Done):
    """
    What was taken back, and what could not be.
    """

    #: The position whose changes were taken back.
    undone: int
    #: What was to be sent with them, and cannot be taken back.
    irreversible: tuple[Effect, ...] = ()
    #: What a partial undo has left as it is, and why.
    left: tuple[Problem, ...] = ()

    def applied(self, reader: Reader, position: int) -> Self:
        """
        As for `Done`.
        """
        return attrs.evolve(self, position=position, changes=_as_stored(self.changes, reader)[0])

    def __str__(self) -> str:
        lines = [super().__str__()]
        lines += [f"left: {problem}" for problem in self.left]
        lines += [f"cannot be taken back: {effect}" for effect in self._sent()]
        return "\n".join(lines)

    def _sent(self) -> list[str]:
        return [f"{effect.kind} {effect.key}" for effect in self.irreversible]

    def _facts(self) -> list[tuple[str, str]]:
        told = (("left", self.left), ("cannot be taken back", self._sent()))
        return [*super()._facts(), *((name, listed(each, of=len(each))) for name, each in told if each)]


@attrs.frozen(kw_only=True, repr=False)
class ForgetDone(Done):
    """
    What was forgotten: ids are all that is left of it.
    """

    @property
    def forgotten(self) -> tuple[Ref, ...]:
        """
        The records that are forgotten, those that had been deleted or merged away before among them.
        """
        return self.changes.erased

    def applied(self, reader: Reader, position: int) -> Self:
        """
        As for `Done`; a store that keeps the past knows what else had been merged into them.
        """
        known = reader.changes(position) if isinstance(reader, KeptTransaction) else self.changes
        return attrs.evolve(self, position=position, changes=known)


@attrs.frozen(kw_only=True, repr=False)
class BatchDone(Done):
    """
    What has become of one batch of leads.

    Of records that are created under an id that was there before, the store alone knows the version.
    """

    batch: Batch
    #: Ids that were asked for and are not on record.
    missing: tuple[str, ...] = ()

    def _facts(self) -> list[tuple[str, str]]:
        gone = [("not on record", listed(self.missing, of=len(self.missing)))] if self.missing else []
        return [*super()._facts(), *gone]

    def _result(self) -> Batch:
        return self.batch


@attrs.frozen(kw_only=True, repr=False)
class BulkDone:
    """
    What has become of many leads, batch by batch.
    """

    #: How many leads were looked at.
    leads: int = 0
    #: How many of them are converted now, those that were converted before aside.
    converted: int = 0
    #: How many had been converted before by the same request.
    replayed: int = 0
    #: The plans of those that cannot be converted: their `problems` say why.
    failed: tuple[ConversionPlan, ...] = ()
    #: Ids that were asked for and are not on record.
    missing: tuple[str, ...] = ()
    #: The commits.
    positions: tuple[int, ...] = ()

    def plus(self, done: BatchDone) -> "BulkDone":
        """
        Count one more batch.
        """
        batch = done.batch
        before = sum(plan.replayed for plan in batch.converted)
        return BulkDone(
            leads=self.leads + len(batch.results), converted=self.converted + len(batch.converted) - before,
            replayed=self.replayed + before, failed=(*self.failed, *batch.failed),
            missing=(*self.missing, *done.missing),
            positions=self.positions if done.position is None else (*self.positions, done.position),
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"BulkDone({self._told()})"

    def _told(self) -> str:
        told = [f"{counted(self.leads, 'lead')}: {self.converted:,} converted", f"{len(self.failed):,} not"]
        told += [f"{self.replayed:,} converted before"] if self.replayed else []
        told += [f"{len(self.missing):,} not on record"] if self.missing else []
        return ", ".join([*told, counted(len(self.positions), "commit")])

    def __str__(self) -> str:
        rows = self._rows()
        return f"{self!r}\n{text_table(_HEADERS, rows)}" if rows else repr(self)

    def _repr_html_(self) -> str:
        return html_table(_HEADERS, self._rows(), caption=self._told())

    def _rows(self) -> list[tuple[str, str]]:
        failed = [(str(plan.before.ref), "; ".join(map(str, plan.problems))) for plan in self.failed]
        return failed + [(f"lead {lead_id}", "not on record") for lead_id in self.missing]


_HEADERS = ("lead", "why not")
