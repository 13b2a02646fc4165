"""
Changes as JSON: what a log keeps, what a queue carries, what a reviewer reads.

The document says `"format": 1`; readers accept every format that was ever written.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from leadmodel.changes import Cause, Changes, Effect, Updated
from leadmodel.codec.plain import CONVERTER, from_plain, read, refusal, to_plain
from leadmodel.codec.reading import DEPTH_LIMIT, JSON_LIMIT, parse_json
from leadmodel.errors import InvalidInput, Problem, shown, suggestion
from leadmodel.values import Ref

T = TypeVar("T")

#: The format that is written.
FORMAT: Final = 1
#: Levels of nesting: a record in its list, and in it mappings of as many levels as they may have, with their marks.
_DEPTH: Final = 2 * DEPTH_LIMIT + 8
_KEYS: Final = ("format", "created", "updated", "deleted", "erased", "merged", "effects", "cause")


def changes_to_json(changes: Changes, *, indent: int | None = None) -> str:
    """
    Write changes as JSON.

    Args:
        changes: Any changes.
        indent: Spaces for each level; None writes one line.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "created": [to_plain(record) for record in changes.created],
        "updated": [{"before": to_plain(u.before), "after": to_plain(u.after)} for u in changes.updated],
        "deleted": [to_plain(record) for record in changes.deleted],
        "erased": [CONVERTER.unstructure(ref) for ref in changes.erased],
        "merged": [[CONVERTER.unstructure(ref) for ref in merge] for merge in changes.merged],
        "effects": CONVERTER.unstructure(changes.effects, tuple[Effect, ...]),
        "cause": CONVERTER.unstructure(changes.cause) if changes.cause else None,
    }
    return json.dumps({key: value for key, value in content.items() if value}, ensure_ascii=False, indent=indent)


def changes_from_json(text: str | bytes, *, subject: str = "changes", limit: int = JSON_LIMIT) -> Changes:
    """
    Read changes from JSON.

    Args:
        text: What `changes_to_json` wrote.
        subject: What is read, for errors.
        limit: The most characters that it may have.

    Raises:
        InvalidInput: It is no JSON, of an unknown format, has unknown keys, or a record in it breaks a rule; all that
            is wrong is reported.
    """
    content = parse_json(text, subject=subject, limit=limit, depth=_DEPTH)
    found = content.get("format") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or type(found) is not int or found != FORMAT:
        what = f"there is no format {shown(found)}" if type(found) is int else "it does not say its format"
        problem = Problem(what=what, hint=f'known: "format": {FORMAT}', field="format", value=found)
        raise InvalidInput(subject=subject, problems=(problem,))
    problems = [
        Problem(what=f"there is no key {shown(key)}", hint=suggestion(key, _KEYS), field=key, value=key)
        for key in content
        if key not in _KEYS
    ]
    problems += [
        Problem(what=f"a {type(content[key]).__name__} is no list", hint="write a list", field=key)
        for key in _KEYS[1:-1]
        if not isinstance(content.get(key, []), list)
    ]
    if problems:
        raise InvalidInput(subject=subject, problems=tuple(problems))
    return _read_parts(content, subject)


def _read_parts(content: Mapping[str, Any], subject: str) -> Changes:
    problems: list[Problem] = []
    parts: dict[str, Any] = {
        key: [
            part
            for number, member in enumerate(content.get(key, ()))
            for part in _part(reader, member, f"{key}[{number}]", problems)
        ]
        for key, reader in _READERS.items()
    }
    if content.get("cause") is not None:
        parts["cause"] = next(_part(_cause, content["cause"], "cause", problems), None)
    if problems:
        raise InvalidInput(subject=subject, problems=tuple(problems))
    return read(lambda made: Changes(**made), parts, subject=subject)


def _part(reader: Callable[[Any], T], content: object, place: str, problems: list[Problem]) -> Iterator[T]:
    """
    Read one part; what is wrong with it is added to *problems* with its place.
    """
    try:
        yield read(reader, content, subject=place)
    except InvalidInput as error:
        problems += (problem.at(place) for problem in error.problems)


def _updated(member: Any) -> Updated:  # noqa: ANN401  (whatever stands in the data)
    if not isinstance(member, Mapping) or set(member) != {"before", "after"}:
        hint = 'write {"before": …, "after": …}'
        raise refusal("an update is the record before and after, and nothing else", hint, member)
    problems: list[Problem] = []
    states = [state for name in ("before", "after") for state in _part(from_plain, member[name], name, problems)]
    if problems:
        raise InvalidInput(subject="update", problems=tuple(problems))
    return Updated(*states)


def _merge(member: Any) -> tuple[Ref, Ref]:  # noqa: ANN401
    if not isinstance(member, list) or len(member) != 2:  # noqa: PLR2004  (a pair)
        raise refusal("a merge is the record that went and the one it went into", "write a list of the two", member)
    gone, survivor = CONVERTER.structure(member, list[Ref])
    return gone, survivor


def _ref(member: Any) -> Ref:  # noqa: ANN401
    return CONVERTER.structure(member, Ref)


def _effect(member: Any) -> Effect:  # noqa: ANN401
    return CONVERTER.structure(member, Effect)


def _cause(member: Any) -> Cause:  # noqa: ANN401
    return CONVERTER.structure(member, Cause)


#: How the members of each list are read.
_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "created": from_plain,
    "updated": _updated,
    "deleted": from_plain,
    "erased": _ref,
    "merged": _merge,
    "effects": _effect,
}
