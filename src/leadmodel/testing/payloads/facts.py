"""
Facts: what payloads tell, drawn before anybody has decided how it is written.

Texts hold what goes wrong in importers: markup that is none, signs that have to be escaped, marks of direction, letters
beyond the first plane. Words are parted by one space and paragraphs by a blank line, so that every format can say them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final, Literal

import attrs
from hypothesis import strategies as st

from leadmodel.networks import Profile
from leadmodel.testing.strategies.pools import Picks

_WORDS: Final = (
    "tea", "Ada", "<b>bold</b>", "<script>", "&amp;", "AT&T", "1<2>0", "]]>", '"quoted"', "it's", "back\\slash",
    "a,b;c", "{}", "[]", "null", "\u202eevil", "zero\u200bwidth", "e\u0301", "İstanbul", "山田", "محمد", "👩‍👩‍👧",
    "\U0001d518", "@ada", "#tea", "https://tea.example/a?b=c&d=%20", "…", "--", "%s", "$1", "=1+1", "\ufffd",
)  # fmt: skip
_Unspaced = Literal["Cc", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"]
_UNSPACED: Final[tuple[_Unspaced, ...]] = ("Cc", "Cn", "Co", "Cs", "Zl", "Zp", "Zs")
#: Words that nobody has thought of.
_STRANGE: Final = st.lists(st.text(st.characters(exclude_categories=_UNSPACED), min_size=1, max_size=6), max_size=2)
_NAMES: Final = ("", "Ada", "Ada Lovelace", "O'Brien & Daughters", "山田太郎", "<Ada>", "👩 Ada")
_HANDLES: Final = ("ada", "grace", "lin", "mary", "hedy", "kat", "dorothy", "jean", "radia", "shafi", "barbara", "q")
_FIRST: Final = datetime(2010, 1, 1, tzinfo=UTC)
_SECONDS: Final = 20 * 365 * 24 * 3600
#: Bytes that tell what is picked: what a payload of usual size takes. Zeros, to which they shrink, pick what is first.
_TOLD: Final = 240


class Facts:
    """
    Makes facts as a few drawn bytes tell: a payload holds very many, and one draw is faster than one for each.
    """

    def __init__(self, pick: Picks, strange: Sequence[str], start: int) -> None:
        self.pick = pick
        self._words = (*_WORDS, *(word for word in strange for _ in range(4)))
        self._ids: Iterator[int] = count(2**60 + start)

    def number(self, below: int) -> int:
        """
        Make a whole number that is below a limit.
        """
        value, reach = 0, 1
        while reach < below:
            value, reach = value * 256 + self.pick(range(256)), reach * 256
        return value % below

    def flag(self, choice: bool | None) -> bool:
        """
        Make a decision, unless it is taken already.
        """
        return self.pick((False, True)) if choice is None else choice

    def line(self) -> str:
        """
        Make one line of text, never blank.
        """
        return " ".join(self.pick(self._words) for _ in range(self.pick((1, 1, 2, 4))))

    def text(self) -> str:
        """
        Make what people write: paragraphs of lines.
        """
        paragraphs = range(self.pick((1, 1, 2)))
        return "\n\n".join("\n".join(self.line() for _ in range(self.pick((1, 1, 2)))) for _ in paragraphs)

    def name(self) -> str:
        """
        Make the name under which somebody shows themselves; "" where they do not.
        """
        return str(self.pick(_NAMES)) or (self.line() if self.pick((False, True)) else "")

    def handle(self) -> str:
        """
        Make a handle that every network gives out.
        """
        return str(self.pick(_HANDLES))

    def id(self) -> str:
        """
        Make an id of nineteen digits, of which a floating-point number keeps the first sixteen; each only once.
        """
        return str(next(self._ids))

    def instant(self, unit: timedelta) -> datetime:
        """
        Make an instant of two decades, in UTC.

        Args:
            unit: How exactly the format tells it.
        """
        return _FIRST + self.number(_SECONDS * (timedelta(seconds=1) // unit)) * unit


#: What facts are made of.
FACTS: Final = st.builds(Facts, st.binary(min_size=_TOLD, max_size=_TOLD).map(Picks), _STRANGE, st.integers(0, 2**62))


@attrs.frozen(kw_only=True)
class Person:
    """
    Somebody on a network, as far as payloads tell.
    """

    #: As the network writes it, without an at sign: "ada", "ada@tea.example", "ada.tea.example".
    handle: str
    #: The network's stable id.
    uid: str
    name: str
    profile: Profile


@attrs.frozen(kw_only=True)
class Post:
    """
    A post, and whoever passed it on.
    """

    #: Ids of the post, and of what passes it on.
    id: str
    repost_id: str
    author: Person
    text: str
    #: When it was written, and when it was passed on.
    at: datetime
    reposted_at: datetime
    #: None where nobody passes it on.
    reposter: Person | None
    #: The id of what it answers; "" where it answers nothing.
    answers: str

    @property
    def told_id(self) -> str:
        """
        The id of what is told: of the post, or of its being passed on.
        """
        return self.repost_id if self.reposter else self.id

    @property
    def told_at(self) -> datetime:
        """
        The instant of what is told.
        """
        return self.reposted_at if self.reposter else self.at


def posts(
    facts: Facts,
    people: Sequence[Person],
    ids: Callable[[Facts], str],
    *,
    unit: timedelta,
    reposts: bool | None,
    size: int,
) -> list[Post]:
    """
    Make posts whose ids all differ.

    Args:
        facts: Where facts come from.
        people: Who writes and passes on.
        ids: Makes the ids of the network.
        unit: How exactly the format tells instants.
        reposts: Whether all of them are passed on, or none; None leaves it to the facts.
        size: How many there are.
    """
    made = []
    for _ in range(size):
        at = facts.instant(unit)
        made.append(
            Post(
                id=ids(facts), repost_id=ids(facts), author=facts.pick(people), text=facts.text(), at=at,
                reposted_at=at + unit * facts.number(10**6),
                reposter=facts.pick(people) if facts.flag(reposts) else None,
                answers=ids(facts) if facts.flag(None) else "",
            )
        )  # fmt: skip
    return made
