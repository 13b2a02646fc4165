"""
What an observer is told: how often, how fast, how much, and never about whom.

Events carry names, counts and durations alone; errors are told by their type, because an error itself may hold what is
personal.
"""

from typing import TypeAlias

import attrs

from leadmodel.changes import Changes


@attrs.frozen(kw_only=True)
class Applied:
    """
    A verb has written something.
    """

    #: The name of the method, such as "convert".
    verb: str
    #: The commit.
    position: int
    #: How many records were created, updated and deleted, and how many effects wait to be sent.
    created: int
    updated: int
    deleted: int
    effects: int
    #: How long it took, with everything that had to be tried.
    seconds: float
    #: How many attempts it took.
    tries: int
    #: Whether it had been done before under the same key: then nothing was written now.
    replayed: bool = False
    #: How many records were forgotten.
    forgotten: int = 0

    @classmethod
    def of(cls, verb: str, position: int, changes: Changes, *, seconds: float, tries: int, replayed: bool) -> "Applied":
        """
        Count what changes hold.
        """
        return cls(
            verb=verb, position=position, created=len(changes.created), updated=len(changes.updated),
            deleted=len(changes.deleted), effects=len(changes.effects), seconds=seconds, tries=tries,
            replayed=replayed, forgotten=len(changes.erased),
        )  # fmt: skip


@attrs.frozen(kw_only=True)
class Unchanged:
    """
    A verb had nothing to write: everything stands as it was asked for.
    """

    verb: str
    seconds: float
    tries: int


@attrs.frozen(kw_only=True)
class Conflicted:
    """
    Somebody else was faster, or is writing: an attempt came to nothing.
    """

    verb: str
    #: The type of the error: `Conflict` or `StoreBusy`.
    error: type[Exception]
    #: Which attempt, counted from 1.
    attempt: int


@attrs.frozen(kw_only=True)
class Retried:
    """
    A verb begins again, with the records as they are by then.
    """

    verb: str
    #: The attempt that begins.
    attempt: int
    #: The seconds that went by before it.
    pause: float


@attrs.frozen(kw_only=True)
class Refused:
    """
    A verb has ended with an error, and nothing was written.
    """

    verb: str
    error: type[Exception]
    seconds: float
    tries: int


#: Whatever an observer is told.
Event: TypeAlias = Applied | Unchanged | Conflicted | Retried | Refused
