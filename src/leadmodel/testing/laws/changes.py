"""
The laws of changes: they can be taken back, joined, applied whole, and kept.
"""

from collections.abc import Iterator
from functools import reduce
from typing import cast

import attrs

from leadmodel.changes import Changes
from leadmodel.codec import changes_from_json, changes_to_json
from leadmodel.entities import Entity
from leadmodel.errors import CannotRevert, Conflict
from leadmodel.values import Ref

#: The records by reference, and what each change does to one of them.
Records = dict[Ref, Entity]
Ends = dict[Ref, tuple[Entity | None, Entity | None]]


def check_changes(changes: Changes, *more: Changes) -> None:
    """
    Check that changes can be taken back, joined in any grouping, applied whole or not at all, and read back from JSON.

    The inverse of the inverse is the change itself, effects and merges aside, which cannot be taken back; made one
    after the other, the two restore equal records, and joined they change none; versions only grow. `then` is
    associative, and `Changes.of` gives the same. One record that stands in the way keeps a change from being made.

    What is forgotten has no inverse: it is refused by name, and the rest is taken back.

    Args:
        changes: Any changes.
        more: Changes that follow them, one after another.

    Raises:
        AssertionError: One of the laws does not hold.
        Conflict: They do not follow one another.
    """
    several = (changes, *more)
    for each in several:
        rest = _check_forgetting(each)
        _check_inverse(rest)
        _check_undoing(rest)
        _check_atomic(each)
        _check_json(each)
    _check_joining(several)


def _ends(changes: Changes) -> Ends:
    """
    Give each record before and after; updates that leave a record equal are none.
    """
    return {ref: (before, after) for ref, (before, after) in _by_ref(changes).items() if before != after}


def _by_ref(changes: Changes) -> Ends:
    return {cast("Entity", before or after).ref: (before, after) for before, after in changes.pairs()}


def _check_forgetting(changes: Changes) -> Changes:
    """
    Check that whoever is forgotten goes and stays gone, and give the rest of the changes.
    """
    erased = set(changes.erased)
    created = [record for record in changes.created if record.ref not in erased]
    merged = [merge for merge in changes.merged if merge[0] not in erased]
    rest = attrs.evolve(changes, created=created, erased=(), merged=merged)
    if not erased:
        return rest
    refused: CannotRevert | None = None
    try:
        changes.inverse()
    except CannotRevert as error:
        refused = error
    named = set() if refused is None else {problem.where for problem in refused.problems}
    assert named == {str(ref) for ref in erased}, f"{changes}\nforget {erased}, and their inverse refuses {named}"
    assert getattr(refused, "partial", None) == (rest.inverse() if any(rest.pairs()) else None), (
        f"{changes}\nare taken back in part as\n{getattr(refused, 'partial', None)}"
    )
    records = _start(changes)
    changes.apply_to(records)
    left = erased.intersection(records) - {record.ref for record in changes.created}
    assert not left, f"{changes}\nleft {left}"
    return rest


def _check_inverse(changes: Changes) -> None:
    back, ends = changes.inverse(), _ends(changes)
    turned = {ref: (after, before) for ref, (before, after) in ends.items()}
    assert _ends(back) == turned, f"the inverse of\n{changes}\nis\n{back}"
    again = back.inverse()
    updated = [update for update in changes.updated if update.after.ref in ends]
    plain = attrs.evolve(changes, updated=updated, merged=(), effects=())
    assert again == plain, f"the inverse of the inverse of\n{plain}\nis\n{again}"
    for ref, (_, after) in _ends(back).items():
        last = max(record.version for record in ends[ref] if record)
        grown = after is None or after.version > last
        assert grown, f"{after} had version {last}, and the inverse gives it {getattr(after, 'version', 0)}"
    joined = _ends(changes.then(back))
    assert not joined, f"of these changes and their inverse, joined, is left: {joined}\n{changes}"


def _start(*several: Changes) -> Records:
    """
    Give the records that changes, made one after another, begin with.
    """
    first: dict[Ref, Entity | None] = {}
    for changes in several:
        for ref in changes.erased:
            first.setdefault(ref, None)
        for ref, (before, _) in _by_ref(changes).items():
            first.setdefault(ref, before)
    return {ref: record for ref, record in first.items() if record}


def _check_undoing(changes: Changes) -> None:
    records = _start(changes)
    before = dict(records)
    changes.apply_to(records)
    expected = {after.ref: after for _, after in changes.pairs() if after}
    assert records == expected, f"{changes}\nmade {records}, and should have made {expected}"
    changes.inverse().apply_to(records)
    assert records == before, f"{changes}\nand their inverse made {records} of {before}"


def _check_atomic(changes: Changes) -> None:
    for records in _spoilt(changes):
        before = dict(records)
        refused = False
        try:
            changes.apply_to(records)
        except Conflict:
            refused = True
        assert refused, f"{changes}\nwere made although a record stood in the way, in {before}"
        assert records == before, f"{changes}\nwere refused, and yet made in part: {records} of {before}"


def _spoilt(changes: Changes) -> Iterator[Records]:
    """
    Give the records that changes begin with, in the ways in which the first or the last of them stands in the way.
    """
    pairs = [pair for ref, pair in _by_ref(changes).items() if ref not in changes.erased]
    for before, after in (*pairs[:1], *pairs[-1:]):
        records = _start(changes)
        if before is not None:
            yield {ref: record for ref, record in records.items() if ref != before.ref}
            yield records | {before.ref: attrs.evolve(before, version=abs(before.version - 1))}
        else:
            there = cast("Entity", after)
            yield records | {there.ref: there}


def _check_json(changes: Changes) -> None:
    text = changes_to_json(changes)
    read = changes_from_json(text)
    assert read == changes, f"{text}\nreads back as\n{read}"
    assert read.cause == changes.cause, f"{text}\nreads back with the cause {read.cause}"
    for given, kept in zip(read.pairs(), changes.pairs(), strict=True):
        versions = [[record and record.version for record in pair] for pair in (given, kept)]
        assert versions[0] == versions[1], f"{text}\nreads back with the versions {versions[0]}, not {versions[1]}"


def _check_joining(several: tuple[Changes, ...]) -> None:
    joined = Changes.of(*several)
    left = reduce(lambda so_far, following: so_far.then(following), several, Changes())
    assert left == joined, f"joined one by one, the changes are\n{left}\nand joined by of\n{joined}"
    right = reduce(lambda following, before: before.then(following), reversed(several), Changes())
    assert right == left, f"joined from the end, the changes are\n{right}\nand from the beginning\n{left}"
    records = _start(*several)
    whole = dict(records)
    for changes in several:
        changes.apply_to(records)
    joined.apply_to(whole)
    assert whole == records, f"made one by one, the changes give {records}; joined, {whole}"
