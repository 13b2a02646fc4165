"""
Taking back what was applied.

Rule:
    CONV-11.
"""

from datetime import datetime
from typing import cast

import attrs

from leadmodel.changes import Changes, revert
from leadmodel.crm.done import UndoDone
from leadmodel.crm.lookups import today
from leadmodel.crm.parts import Parts
from leadmodel.crm.referring import referring
from leadmodel.errors import CannotRevert, Problem
from leadmodel.ports import KeptTransaction, Reader


@attrs.frozen(eq=False, repr=False)
class Undoing(Parts):
    """
    The verb that takes back.
    """

    def undo(
        self,
        position: int,
        *,
        partial: bool = False,
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> UndoDone:
        """
        Take back what was applied at a position, as `revert` does. That is a commit as well, and can be taken back.

        Effects cannot be taken back: those of the position are told as irreversible.

        Args:
            position: The place in the log.
            partial: Whether, where something cannot be taken back, the rest is.
            by: The user who does it; None takes the shell's.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written.

        Raises:
            CannotRevert: Records have changed since, or are referred to by now; all of them are named, and the error's
                `partial` takes back the rest. With *partial*: there is no rest.
            UnknownName: There is no such position.
            InvalidValue: The user is no id.
            StoreError: The store keeps nothing of what has happened, or cannot be written.

        Rule:
            CONV-11.
        """
        self._keeper("undo")

        def make(reader: Reader, at: datetime) -> UndoDone:
            changes = cast("KeptTransaction", reader).changes(position)
            refs = [*changes.refs()]
            born = [record.ref for record in changes.created]
            left: tuple[Problem, ...] = ()
            try:
                back = revert(
                    changes, today(reader, refs), at=at, by=self._by(by), referring=referring(reader, born)
                )  # fmt: skip
            except CannotRevert as error:
                if not partial or not isinstance(error.partial, Changes):
                    raise
                back, left = error.partial, error.problems
            return UndoDone(verb="undo", changes=back, undone=position, irreversible=changes.effects, left=left)

        def again(reader: Reader, was: Changes, there: int) -> UndoDone:
            effects = cast("KeptTransaction", reader).changes(position).effects
            return UndoDone(
                verb="undo", changes=was, position=there, replayed=True, undone=position, irreversible=effects
            )  # fmt: skip

        return self._run("undo", make, again, key=key, dry_run=dry_run)
