"""
Reading: what is on record, what has happened, and who is behind a feed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar, overload

import attrs

from leadmodel.criteria import Criterion
from leadmodel.crm.lookups import Which, present, type_named
from leadmodel.crm.parts import Parts
from leadmodel.entities import Entity, SocialUpdate
from leadmodel.ports import Entry, Page
from leadmodel.rules.answers import Answer
from leadmodel.rules.author_rules import ZOHO, AuthorRules
from leadmodel.rules.classification import classify_feed
from leadmodel.rules.tabs import Tabs, sort_feed
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)


@attrs.frozen(eq=False, repr=False)
class Reading(Parts):
    """
    What can be asked of the store.
    """

    @overload
    def get(self, which: type[E], record_id: str) -> E | None: ...
    @overload
    def get(self, which: str, record_id: str) -> Entity | None: ...
    def get(self, which: Which[Entity], record_id: str) -> Entity | None:
        """
        Give the record with this type and id, or None; one that was merged away gives the one that it went into (S-12).

        Args:
            which: The type of the record, or the word for it: "lead", "social update".
            record_id: Its id.

        Raises:
            UnknownName: There is no such type.
            InvalidValue: The id is none.
        """
        return present(self.store, Ref(type_named(which), record_id))

    @overload
    def find(
        self, question: type[E], *, now: datetime | None = None, zone: tzinfo = UTC, order_by: Sequence[str] = (),
        limit: int | None = None, after: str | None = None,
    ) -> Page[E]: ...  # fmt: skip
    @overload
    def find(
        self, question: Criterion, *, now: datetime | None = None, zone: tzinfo = UTC, order_by: Sequence[str] = (),
        limit: int | None = None, after: str | None = None,
    ) -> Page[Any]: ...  # fmt: skip
    def find(
        self,
        question: type[Entity] | Criterion,
        *,
        now: datetime | None = None,
        zone: tzinfo = UTC,
        order_by: Sequence[str] = (),
        limit: int | None = None,
        after: str | None = None,
    ) -> Page[Any]:
        """
        Find records, as `Reader.find` does; the moment is that of the clock, unless another one is given.

        Raises:
            InvalidCriterion: As for `Reader.find`.
        """
        moment = self.now() if now is None else now
        return self.store.find(question, now=moment, zone=zone, order_by=order_by, limit=limit, after=after)

    def count(self, question: type[Entity] | Criterion, *, now: datetime | None = None, zone: tzinfo = UTC) -> int:
        """
        Count what `find` would give.

        Raises:
            InvalidCriterion: As for `Reader.find`.
        """
        return self.store.count(question, now=self.now() if now is None else now, zone=zone)

    def history(self, which: Which[Entity], record_id: str) -> Sequence[Entry]:
        """
        Give what has happened to a record, in order; nothing for one that never was.

        Raises:
            StoreError: The store keeps nothing of what has happened.
            UnknownName: There is no such type of record.
            InvalidValue: The id is none.
        """
        return self._keeper("history").history(Ref(type_named(which), record_id))

    def feed(
        self,
        updates: Iterable[SocialUpdate],
        *,
        rules: AuthorRules = ZOHO,
        as_of: datetime | None = None,
        batch: int = 500,
    ) -> Iterator[tuple[SocialUpdate, Answer]]:
        """
        Say who is behind each update of a feed, lazily and in order, as `classify_feed` does: a question a batch.

        Raises:
            InvalidValue: The batch is not positive, or the instant naive.
            AmbiguousAuthor: Several contacts match and the rules are strict.
        """
        pipelines = self.playbook.pipelines
        return classify_feed(updates, self.store, pipelines=pipelines, rules=rules, as_of=as_of, batch=batch)

    def tabs(
        self,
        updates: Iterable[SocialUpdate],
        *,
        rules: AuthorRules = ZOHO,
        as_of: datetime | None = None,
        batch: int = 500,
    ) -> Tabs:
        """
        Sort a feed onto its tabs, as `sort_feed` does.

        Raises:
            InvalidValue: The batch is not positive, or the instant naive.
            AmbiguousAuthor: Several contacts match and the rules are strict.
        """
        pipelines = self.playbook.pipelines
        return sort_feed(updates, self.store, pipelines=pipelines, rules=rules, as_of=as_of, batch=batch)
