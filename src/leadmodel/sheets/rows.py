"""
The one verb: which sheet a thing belongs to, and the things that one value holds.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import attrs

from leadmodel.changes import Changes, Updated
from leadmodel.entities import ENTITIES, Record, SocialUpdate
from leadmodel.errors import InvalidValue, Malformed, Problem
from leadmodel.ports import Commit, Entry
from leadmodel.processes import Pipeline, Statuses
from leadmodel.rules.answers import Answer
from leadmodel.rules.conversion import Batch, ConversionPlan
from leadmodel.rules.histories import Stay
from leadmodel.rules.moving import MoveCheck
from leadmodel.rules.tabs import Tabs
from leadmodel.sheets.columns import Plain, Sheet
from leadmodel.sheets.kinds import (
    ANSWERS,
    CHANGES,
    CHECKS,
    PLANS,
    PROBLEMS,
    STAGES,
    STATUSES,
    STAYS,
    Asked,
    OfPipeline,
    OfStatuses,
    of_changes,
    of_commit,
    of_entry,
    of_update,
)
from leadmodel.sheets.records import RECORDS, with_custom
from leadmodel.values import type_name


@attrs.frozen
class Source:
    """
    A kind of thing that can be given: its sheet, and the items of which each is a row.
    """

    sheet: Sheet
    items: Callable[[Any], Iterable[Any]] = lambda thing: (thing,)


#: What can be given, by type; a class stands for its subclasses.
_SOURCES: Final[dict[type, Source]] = {
    Tabs: Source(ANSWERS, lambda tabs: (Asked(*pair) for pair in tabs.all)),
    Answer: Source(ANSWERS, lambda answer: (Asked(None, answer),)),
    Changes: Source(CHANGES, of_changes),
    Updated: Source(CHANGES, of_update),
    Commit: Source(CHANGES, of_commit),
    Entry: Source(CHANGES, of_entry),
    Batch: Source(PLANS, lambda batch: batch.results),
    ConversionPlan: Source(PLANS),
    MoveCheck: Source(CHECKS),
    Malformed: Source(PROBLEMS, lambda error: error.problems),
    Problem: Source(PROBLEMS),
    Pipeline: Source(STAGES, lambda pipeline: (OfPipeline(pipeline, each) for each in pipeline.stages)),
    Statuses: Source(STATUSES, lambda statuses: (OfStatuses(statuses, each) for each in statuses.members)),
    Stay: Source(STAYS),
    **{record_type: Source(RECORDS[record_type]) for record_type in ENTITIES},
}
#: A pair of update and answer, as `classify_feed` gives them.
_PAIR: Final = Source(ANSWERS, lambda pair: (Asked(*pair),))
#: What carries changes: a move, a conversion, what a verb on stored records has done.
_CARRIER: Final = Source(CHANGES, lambda carrier: of_changes(carrier.changes))


def rows(items: object, *, custom: Iterable[str] = ()) -> Iterator[dict[str, Plain]]:
    """
    Give things as rows for a dataframe: dictionaries of plain values, all with the same keys.

    The rows come as they are asked for, so a feed of any length passes through in constant memory.

    Args:
        items: Answers, pairs of update and answer, records, changes, entries or commits of a log, plans, checks of
            moves, problems, stages, statuses or stays: an iterable of one kind, or a value that holds some, such as
            tabs, a page, a batch, a pipeline or an error.
        custom: Names of the organisation's own fields, for a column each: `custom.size`.

    Raises:
        InvalidValue: There are no rows of such a thing, two kinds are mixed, or what has no custom fields is asked for
            them; the first is raised at once, and the others when the row is reached.
    """
    members = (items,) if _source(items) else items
    if not isinstance(members, Iterable) or isinstance(members, (str, bytes)):
        raise _refusal(f"there are no rows of {_called(items)}", _HINT)
    return _rows(members, tuple(custom))


def _rows(members: Iterable[object], custom: tuple[str, ...]) -> Iterator[dict[str, Plain]]:
    sheet, read = None, None
    for member in members:
        source = _source(member)
        if source is None:
            raise _refusal(f"there are no rows of {_called(member)}", _HINT)
        if sheet is None or read is None:
            sheet, read = source.sheet, _shown(source.sheet, member, custom).reader()
        elif source.sheet is not sheet:
            what = f"{_called(member)} cannot stand among {sheet.noun}"
            raise _refusal(what, "one table has rows of one kind: call rows() once for each kind")
        yield from map(read, source.items(member))


def _shown(sheet: Sheet, member: object, custom: tuple[str, ...]) -> Sheet:
    if not custom:
        return sheet
    if not isinstance(member, Record):
        raise _refusal(f"{sheet.noun} have no custom fields", "leave custom= out")
    return with_custom(sheet, custom)


def _source(thing: object) -> Source | None:
    """
    Say what a thing is a source of; None where it is none.
    """
    if isinstance(thing, tuple):
        match thing:
            case (SocialUpdate(), Answer()):
                return _PAIR
        return None
    for kind in type(thing).__mro__:
        if kind in _SOURCES:
            return _SOURCES[kind]
    return _CARRIER if isinstance(getattr(thing, "changes", None), Changes) else None


_HINT: Final = "give answers, pairs of update and answer, records of one type, changes or plans"


def _called(thing: object) -> str:
    name = type_name(type(thing)).replace("_", " ")
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _refusal(what: str, hint: str) -> InvalidValue:
    return InvalidValue(subject="rows", problems=(Problem(what=what, hint=hint),))
