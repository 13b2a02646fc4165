"""Payloads that are broken: what a valid one becomes when anything in it is something else."""

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput

#: Anything that JSON can hold, and what a parser of JSON makes of its numbers.
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["at://", "did:plc:ada", "1", "RT @ada: ", "2024-05-01T12:00:00Z", "handle.invalid", "\x00", "\ud800"]
    )
)
KEYS = st.sampled_from(
    "id uri did text data user record value post feed thread parent replies reason by commit subject $type type "
    "includes users tweets errors tweet statuses id_str full_text author_id referenced_tweets retweeted_status "
    "meta".split()
) | st.text(max_size=5)
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))


def places(value: object) -> Iterator[tuple[object, ...]]:
    """Give the paths of everything in a payload, itself included."""
    yield ()
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from ((key, *rest) for rest in places(member))


def replaced(value: Any, path: tuple[Any, ...], new: object) -> object:  # noqa: ANN401  (any payload, any path)
    """Give a payload with something else at a path; the given one stays as it is."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def broken(payload: object) -> st.SearchStrategy[object]:
    """Draw a payload in which up to three things are replaced by anything, or anything at all."""

    @st.composite
    def changed(draw: st.DrawFn) -> object:
        result = payload
        for _ in range(draw(st.integers(1, 3))):
            result = replaced(result, draw(st.sampled_from(list(places(result)))), draw(ANYTHING))
        return result

    return changed() | ANYTHING


def outcome(read: Callable[[object], list[SocialUpdate]], payload: object) -> str:
    """Say what reading a payload came to: "updates", "problems", or something that it must never be."""
    try:
        updates = read(payload)
    except InvalidInput as error:
        return "problems" if error.problems else "an error without a problem"
    return "updates" if all(type(update) is SocialUpdate for update in updates) else "no updates"
