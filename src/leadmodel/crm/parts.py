"""
The parts of a shell, and the one way in which each of its verbs is carried out.

A verb reads today's records in a transaction, asks the pure verb, and applies what that gives, once. Where somebody
else was faster, all of it is done again, in a new transaction and with the records as they are by then: a bounded
number of times.

Rule:
    S-2, S-17, S-18.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, TypeVar, cast

import attrs

from leadmodel.changes import Changes
from leadmodel.changes.parts import cause_problems
from leadmodel.crm.done import Done
from leadmodel.crm.events import Applied, Conflicted, Event, Refused, Retried, Unchanged
from leadmodel.errors import (
    Conflict,
    InvalidValue,
    LeadmodelError,
    Problem,
    StoreBusy,
    StoreError,
    StoreIsReadOnly,
    shown,
)
from leadmodel.playbook import Playbook
from leadmodel.ports import Keeper, KeptTransaction, Reader, Transaction, Writer
from leadmodel.stores import Clock, utc_now

D = TypeVar("D", bound=Done)

#: Asks the pure verb, with the records of a reader and an instant; what it gives is not written yet.
Make = Callable[[Reader, datetime], D]
#: Tells what was done before under the same key, out of the changes and the position in the log; None where the key
#: stands for something else.
Again = Callable[[Reader, Changes, int], D | None]

#: Seconds before the second attempt; each further one waits twice as long.
_PAUSE: Final = 0.01

#: An instant that is none in particular.
_SOMETIME: Final = datetime(1970, 1, 1, tzinfo=UTC)

_log: Final = logging.getLogger("leadmodel.crm")


class _Refusal(Exception):
    """
    Carries out of the transaction what the rules have said: to try again would not help.
    """

    def __init__(self, error: LeadmodelError) -> None:
        super().__init__()
        self.error = error


@attrs.frozen(eq=False, repr=False)
class Parts:
    """
    What a shell is made of: see `Crm`, which says what each part is for.

    Raises:
        InvalidValue: A part is none; all is reported.
    """

    store: Reader
    playbook: Playbook = attrs.field(kw_only=True)
    now: Clock = attrs.field(kw_only=True, default=utc_now)
    observe: Callable[[Event], object] | None = attrs.field(kw_only=True, default=None)
    by: str | None = attrs.field(kw_only=True, default=None)
    tries: int = attrs.field(kw_only=True, default=5)
    wait: Callable[[float], object] = attrs.field(kw_only=True, default=time.sleep)
    timer: Callable[[], float] = attrs.field(kw_only=True, default=time.monotonic)

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidValue(subject="Crm", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        for name, kind, hint in (
            ("store", Reader, "pass a store, such as MemoryStore()"),
            ("playbook", Playbook, "pass one, such as playbooks.ZOHO"),
        ):
            if not isinstance(getattr(self, name), kind):
                yield Problem(what=f"{shown(getattr(self, name))} is no {name}", hint=hint, field=name)
        for name in ("now", "wait", "timer"):
            if not callable(getattr(self, name)):
                yield Problem(what=f"{shown(getattr(self, name))} cannot be called", hint="pass a function", field=name)
        if not isinstance(self.tries, int) or isinstance(self.tries, bool) or self.tries < 1:
            yield Problem(what=f"{shown(self.tries)} is no number of attempts", hint="use 1 or more", field="tries")
        yield from cause_problems(_SOMETIME, self.by)

    def _by(self, by: str | None) -> str | None:
        return self.by if by is None else by

    def _keeper(self, doing: str) -> Keeper:
        """
        Give the store as one that keeps what has happened.

        Raises:
            StoreError: It is none.
        """
        if isinstance(self.store, Keeper):
            return self.store
        what, hint = "the store keeps nothing of what has happened", "use one that does, such as SqlStore"
        raise StoreError(doing=doing, what=what, hint=hint, rule="S-4")

    def _writer(self, doing: str, key: str | None) -> Writer:
        """
        Give the store as one that can be written.

        Raises:
            StoreIsReadOnly: It is none.
            StoreError: There is a key, and the store knows none.
        """
        if not isinstance(self.store, Writer):
            what, hint = "the store can only be read", "pass dry_run=True, or open one that can be written"
            raise StoreIsReadOnly(doing=doing, what=what, hint=hint, rule="S-1")
        if key is not None and not isinstance(self.store, Keeper):
            what, hint = "the store knows no keys, so the same key could write twice", "leave it out, or use a Keeper"
            raise StoreError(doing=doing, what=what, hint=hint, rule="S-18")
        return self.store

    # How a verb is carried out

    def _run(
        self, verb: str, make: Make[D], again: Again[D], *, key: str | None, dry_run: bool, tries: int | None = None
    ) -> D:
        """
        Carry a verb out, or only look at it: a dry run reads what is there, opens no transaction and locks nobody.

        Args:
            verb: Its name.
            make: Asks the pure verb.
            again: Tells what was done before under the same key.
            key: The key, or None.
            dry_run: Whether nothing is to be written.
            tries: How many attempts there are; None takes the shell's.
        """
        if dry_run:
            return make(self.store, self.now())
        return self._told(verb, lambda: self._once(verb, make, again, key), tries or self.tries)

    def _told(self, verb: str, once: Callable[[], D], tries: int) -> D:
        """
        Try a verb until it is done or refused, and tell the observer.
        """
        started, attempt = self.timer(), 1
        while True:
            failure: Exception
            try:
                done = once()
                break
            except _Refusal as refusal:
                failure = refusal.error
            except (Conflict, StoreBusy) as error:
                failure = error
                self._tell(Conflicted(verb=verb, error=type(error), attempt=attempt))
                if attempt < tries:
                    self._pause(verb, attempt)
                    attempt += 1
                    continue
            except Exception as error:  # noqa: BLE001  (it is told, and raised again below)
                failure = error
            self._tell(Refused(verb=verb, error=type(failure), seconds=self.timer() - started, tries=attempt))
            raise failure
        self._tell_done(done, self.timer() - started, attempt)
        return done

    def _pause(self, verb: str, attempt: int) -> None:
        pause = _PAUSE * 2 ** (attempt - 1)
        self.wait(pause)
        self._tell(Retried(verb=verb, attempt=attempt + 1, pause=pause))

    def _once(self, verb: str, make: Make[D], again: Again[D], key: str | None) -> D:
        """
        Carry a verb out in one transaction.

        Raises:
            Conflict: Somebody else was faster.
            StoreError: The store could not do it.
        """
        with self._writer(verb, key).transaction() as tx:
            try:
                done = make(tx, self.now())
            except StoreError:
                raise
            except LeadmodelError as error:
                if key is None:
                    raise _Refusal(error) from None
                return self._known_or_refused(tx, again, key, error)
            if key is not None:
                return self._under_key(tx, done, again, key)
            return done.applied(tx, tx.apply(done.changes)) if done.changes else done

    @staticmethod
    def _under_key(tx: Transaction, done: D, again: Again[D], key: str) -> D:
        """
        Apply under a key, which a commit without changes makes known as well; or tell what was done under it before.
        """
        position, is_new = _applied(tx, done.changes, key)
        return done.applied(tx, position) if is_new else _before(tx, again, position, key)

    @staticmethod
    def _known_or_refused(tx: Transaction, again: Again[D], key: str, error: LeadmodelError) -> D:
        """
        Answer from the log where a verb that is refused today was done before, under the same key.

        Whether a key is known, only `apply` says: nothing is applied under it, which is taken back where it is new.
        """
        position, is_new = _applied(tx, Changes(), key)
        if is_new:
            raise _Refusal(error) from None
        return _before(tx, again, position, key)

    def _tell_done(self, done: Done, seconds: float, tries: int) -> None:
        if done.position is None:
            self._tell(Unchanged(verb=done.verb, seconds=seconds, tries=tries))
            return
        self._tell(
            Applied.of(
                done.verb, done.position, done.changes, seconds=seconds, tries=tries, replayed=done.replayed
            )
        )  # fmt: skip

    def _tell(self, event: Event) -> None:
        if self.observe is None:
            return
        try:
            self.observe(event)
        except Exception:  # noqa: BLE001  (whatever it is, the verb is done)
            _log.exception("the observer failed on %r; the verb is not touched by that", event)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.store!r}, playbook={self.playbook.key!r})"


def _applied(tx: Transaction, changes: Changes, key: str) -> tuple[int, bool]:
    """
    Apply changes under a key, and say whether they are written now: otherwise the key was known.
    """
    last = cast("KeptTransaction", tx).last()
    position = tx.apply(changes, key=key)
    return position, position > last


def _before(tx: Transaction, again: Again[D], position: int, key: str) -> D:
    """
    Tell what was done before under a key.
    """
    was = cast("KeptTransaction", tx).changes(position)
    if (done := again(tx, was, position)) is None:
        what, hint = f"the key {shown(key)} stands for another call, at position {position}", "give each call its own"
        problem = Problem(what=what, hint=hint, field="key", value=key, rule="S-18")
        raise _Refusal(InvalidValue(subject="key", problems=(problem,)))
    return done
