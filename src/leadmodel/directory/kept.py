"""
Answers that are kept until a change touches what they were computed from.
"""

from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

#: Answers kept at a time for one set of rules; beyond it they are dropped and computed again when asked for, so that
#: a flood of invented handles cannot fill the memory.
KEPT_LIMIT: Final = 2**20
#: Sets of rules and instants for which answers are kept at a time.
KEPT_SETS: Final = 8


class Kept(dict[str, T]):
    """
    Answers by identity, each computed when it is first asked for and kept until a change touches it.
    """

    def __init__(self, compute: Callable[[str], T]) -> None:
        super().__init__()
        self._compute = compute
        #: Identities by the keys that their answers depend on; most keys have one.
        self._under: dict[str, str | set[str]] = {}
        self._retired = False

    def __missing__(self, identity: str) -> T:
        if self._retired:
            return self._compute(identity)
        if len(self) >= KEPT_LIMIT:
            self.drop()
        answer = self[identity] = self._compute(identity)
        if "\n" in identity or "\t" in identity:
            for key in identity.replace("\t", "\n").split("\n"):
                self.note(identity, key)
        return answer

    def retire(self) -> None:
        """
        Keep nothing from now on: whoever still holds these answers gets each computed when it is asked for.

        A directory that no longer knows of them could not tell them what has changed.
        """
        self.drop()
        self._retired = True

    def drop(self) -> None:
        """
        Drop all that is kept; it is computed again when it is asked for.
        """
        self.clear()
        self._under.clear()

    def note(self, identity: str, key: str) -> None:
        """
        Note that the answer to *identity* also depends on *key*.
        """
        noted = self._under.setdefault(key, identity)
        if isinstance(noted, set):
            noted.add(identity)
        elif noted != identity:
            self._under[key] = {noted, identity}

    def forget(self, key: str) -> None:
        """
        Drop every answer that depends on *key*.
        """
        self.pop(key, None)
        noted = self._under.pop(key, ())
        for identity in (noted,) if isinstance(noted, str) else noted:
            self.pop(identity, None)
