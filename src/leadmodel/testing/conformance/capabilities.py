"""
What a store says of itself: its level, and the clauses of the storage contract that it does not keep.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

import attrs

from leadmodel.errors import InvalidValue, Problem, shown, suggestion


class Level(IntEnum):
    """
    How much a store does; each level does what the ones before it do.
    """

    #: It finds records.
    READER = 1
    #: It applies changes too.
    WRITER = 2
    #: It also keeps what has happened.
    KEEPER = 3

    def __str__(self) -> str:
        return self.name.lower()


# fmt: off
#: Every clause of the storage contract: the level from which on it holds, and what it says.
CLAUSES: Final[Mapping[str, tuple[Level, str]]] = MappingProxyType({
    "S-1":  (Level.WRITER, "changes are applied all or none"),
    "S-2":  (Level.WRITER, "a stale version is refused, and the version of an id never restarts"),
    "S-3":  (Level.WRITER, "what was applied is found by every later reader, after a crash too"),
    "S-4":  (Level.KEEPER, "the log is append-only, ordered and complete"),
    "S-5":  (Level.READER, "ids are the caller's"),
    "S-6":  (Level.READER, "values come back equal"),
    "S-7":  (Level.READER, "an unknown id is None"),
    "S-8":  (Level.READER, "pages show each record once, whatever is written in between"),
    "S-9":  (Level.WRITER, "a store judges no business rule"),
    "S-10": (Level.READER, "every failure is a typed error"),
    "S-11": (Level.READER, "a store sees one tenant alone"),
    "S-12": (Level.KEEPER, "a record that was merged away resolves to the survivor"),
    "S-13": (Level.KEEPER, "effects wait until they are acknowledged"),
    "S-14": (Level.READER, "ids and order survive a round trip"),
    "S-15": (Level.READER, "find and count agree"),
    "S-16": (Level.READER, "one directory serves a whole batch, in a constant number of statements"),
    "S-17": (Level.WRITER, "a transaction behaves as if alone"),
    "S-18": (Level.WRITER, "apply gives a position, takes several changes, and knows a key again"),
    "LIFE-2": (Level.WRITER, "whoever is forgotten is gone, and leaves no trace in what is kept"),
})
# fmt: on


def _as_gaps(gaps: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(gaps))


@attrs.frozen(kw_only=True)
class Capabilities:
    """
    The level that a store is tested to, and its declared gaps.

    Raises:
        InvalidValue: A gap names no clause or one above the level, or gives no reason; all is reported.
    """

    level: Level = Level.KEEPER
    #: Clauses that the store does not keep, each with the reason; every one of them must really fail.
    gaps: Mapping[str, str] = attrs.field(factory=dict, converter=_as_gaps)

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidValue(subject="capabilities", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        for name, reason in self.gaps.items():
            if name not in CLAUSES:
                what = f"there is no clause {shown(name)}"
                yield Problem(what=what, hint=suggestion(name, CLAUSES), field="gaps", value=name)
            elif CLAUSES[name][0] > self.level:
                what, hint = f"{name} is no clause of a {self.level}", "leave it out: it is not asked"
                yield Problem(what=what, hint=hint, field="gaps", value=name)
            elif not reason.strip():
                what, hint = f"the gap {name} has no reason", "say why the store cannot do it"
                yield Problem(what=what, hint=hint, field="gaps", value=name)

    def above(self) -> Iterator[str]:
        """
        Name the clauses that only a higher level keeps.
        """
        return (name for name, (level, _) in CLAUSES.items() if level > self.level)
