"""
Putting the unknown authors of a feed on record: Zoho's *+Add*, for all of them.

Ids are derived from the profile under the namespace of the playbook, as `Crm.add_lead` derives them, so that the same
author is the same record, whoever adds them and however often.

Rule:
    AUTH-12.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final, cast

import attrs

from leadmodel.changes import Changes, create
from leadmodel.cli.printing import note, say
from leadmodel.cli.stores import Place
from leadmodel.cli.telling import print_changes, written_at
from leadmodel.crm import Crm
from leadmodel.crm.lookups import today
from leadmodel.display import counted
from leadmodel.entities import Contact, Entity, Lead
from leadmodel.errors import Conflict
from leadmodel.networks import Profile
from leadmodel.rules.adding import contact_from, lead_from
from leadmodel.rules.author_rules import Reason
from leadmodel.rules.conversion import PUBLISHED
from leadmodel.rules.tabs import Pair
from leadmodel.values import Ref


class Added(StrEnum):
    """
    As what unknown authors are put on record.
    """

    LEAD = "lead"
    CONTACT = "contact"


#: The verb of each.
_VERBS: Final[Mapping[Added, Callable[..., Lead | Contact]]] = MappingProxyType(
    {Added.LEAD: lead_from, Added.CONTACT: contact_from}
)
#: How often the authors of a batch are looked up again, because somebody else was faster.
_TRIES: Final = 5
#: Records that a dry run shows; more are counted.
_SHOWN: Final = 50
#: Positions that are named one by one, to be taken back; of more, the first and the last.
_POSITIONS: Final = 10


@attrs.define
class Adder:
    """
    Puts unknown authors on record, batch by batch, and knows whom.
    """

    crm: Crm
    kind: Added
    dry_run: bool = attrs.field(kw_only=True)
    #: Who was put on record with an update of this batch, by its id.
    here: dict[str, Ref] = attrs.field(factory=dict)
    number: int = 0
    positions: list[int] = attrs.field(factory=list)
    #: The strangers who were met, in this batch or all in a dry run: their stable ids, by all their keys.
    _met: dict[str, str] = attrs.field(factory=dict)
    #: The first whom a dry run would have added.
    _first: list[Entity] = attrs.field(factory=list)

    def add(self, pairs: Sequence[Pair]) -> bool:
        """
        Put the unknown authors of a batch on record, each once, and say whether anybody was.

        Args:
            pairs: Updates and the answers to them as records stand now.

        Raises:
            Conflict: Others have written the same authors, again and again.
            StoreError: The database could not be written.
        """
        if not self.dry_run:
            self._met.clear()
        asked = self._strangers(pairs)
        for _ in range(_TRIES - 1):
            try:
                return self._written(asked)
            except Conflict:  # somebody else has added some of them since they were looked up
                continue
        return self._written(asked)

    def _strangers(self, pairs: Iterable[Pair]) -> dict[Entity, str]:
        """
        Make a record of each unknown author, with the id of the first update of theirs.
        """
        at, namespace, make = self.crm.now(), self.crm.playbook.namespace, _VERBS[self.kind]
        found: dict[Entity, str] = {}
        for update, answer in pairs:
            if answer.reason is Reason.NOBODY and self._is_new(cast("Profile", update.author)):
                found.setdefault(make(update, at=at, namespace=namespace), update.id)
        return found

    def _is_new(self, author: Profile) -> bool:
        """
        Say whether a stranger was not met yet: who has the same handle is the same, unless two stable ids differ.
        """
        first, handle, uid = author.keys[0], author.keys[-1], author.uid
        there = self._met.get(handle)
        is_met = first in self._met or (there is not None and (there == uid or not (there and uid)))
        self._met[first] = uid
        self._met[handle] = (there or uid) if is_met else uid
        return not is_met

    def _written(self, asked: Mapping[Entity, str]) -> bool:
        """
        Put on record those who are not there yet, or see what that would do; say whether anything was written.

        Raises:
            Conflict: Some have been put on record since.
        """
        there = today(self.crm.store, (record.ref for record in asked))
        born = [record for record in asked if record.ref not in there]
        done = None
        if born:
            changes = Changes.of(*(create(record, at=self.crm.now(), by=self.crm.by) for record in born))
            done = self.crm.apply(changes, dry_run=self.dry_run)
        self.here.clear()
        self.here.update((asked[record], record.ref) for record in born)
        self.number += len(born)
        if self.dry_run:
            self._first += born[: _SHOWN - len(self._first)]
        if done is None or done.position is None:
            return False
        self.positions.append(done.position)
        return True

    def tell(self, place: Place, *, whole: bool) -> None:
        """
        Say who was put on record, or would be.

        Args:
            place: The database.
            whole: Whether a dry run names them; otherwise the answers do.
        """
        if whole and self._first:
            print_changes(Changes(created=self._first))
            say(f"… and {self.number - len(self._first):,} more" if self.number > len(self._first) else "")
        verb = "would be added" if self.dry_run else "added"
        note(f"{counted(self.number, 'unknown author')} {verb} as {self.kind}s")
        if self.dry_run:
            note("a dry run: nothing was written")
        if len(self.positions) > _POSITIONS:
            note(f"written at {len(self.positions):,} positions, from {self.positions[0]:,} to {self.positions[-1]:,}")
        elif self.positions:
            note(written_at(self.positions, place))
        if self.positions and self.crm.playbook.namespace == PUBLISHED:
            note("ids are derived under the published namespace of the presets; set your own in a --playbook")
