"""
Sorting a feed batch by batch: what was asked for is asked of whoever is on record, and unknown authors may be added.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from leadmodel.cli.adding import Adder
from leadmodel.cli.options import Settings
from leadmodel.cli.summary import Summary
from leadmodel.cli.tabs import Known
from leadmodel.directory import Directory
from leadmodel.entities import SocialUpdate
from leadmodel.processes import Pipeline
from leadmodel.rules.classification import answers_kept, classify_feed
from leadmodel.rules.tabs import Pair

#: Answers that a directory of files keeps; a feed of ever new authors would fill the memory.
_KEPT: Final = 50_000


@attrs.frozen
class Sorting:
    """
    Who is asked, and what happens on the way.
    """

    people: Known
    settings: Settings
    #: The stages of the deals; a directory has its own.
    pipelines: Sequence[Pipeline] = ()
    adder: Adder | None = None
    summary: Summary | None = None

    def pairs(self, batches: Iterable[Sequence[SocialUpdate]]) -> Iterator[Pair]:
        """
        Give the updates that are wanted, each with the answer to it.

        Where unknown authors are put on record, the answers are those after it.

        Raises:
            AmbiguousAuthor: Several contacts match and the rules are strict.
            LeadmodelError: The database could not be read, or not be written.
        """
        count = self.summary.count if self.summary else None
        only = self.settings.only
        for batch in batches:
            for pair in self._answered(batch):
                if count is not None:
                    count(pair)
                if pair[1].category in only:
                    yield pair
            self._forget()

    def _answered(self, batch: Sequence[SocialUpdate]) -> Iterable[Pair]:
        if self.adder is None:
            return self._asked(batch)
        pairs = list(self._asked(batch))
        return self._asked(batch) if self.adder.add(pairs) else pairs

    def _asked(self, batch: Sequence[SocialUpdate]) -> Iterator[Pair]:
        rules, as_of = self.settings.rules, self.settings.as_of
        return classify_feed(batch, self.people, pipelines=self.pipelines, rules=rules, as_of=as_of)

    def _forget(self) -> None:
        """
        Let go of answers that were kept, once they are many.
        """
        if isinstance(self.people, Directory):
            kept = answers_kept(self.people, self.settings.rules, self.settings.as_of)
            if len(kept) > _KEPT:
                kept.drop()
