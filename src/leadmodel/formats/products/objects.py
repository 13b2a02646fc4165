"""
Objects: records as other products give them out, an object with a value under the name of each field.

Which field is what is settled once for each type of record, as it is for the columns of a table; the formats bring
their tables of names, and small functions for what their product does in its own way.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, Literal, TypeAlias

import attrs

from leadmodel.codec import JSON_LIMIT, parse_json
from leadmodel.entities import Account, Contact, Deal, Lead, Record
from leadmodel.errors import InvalidInput, Problem, shown
from leadmodel.formats.headers import guessed, plain
from leadmodel.formats.intake.sources import Source, joined, lines_of, parsed_line
from leadmodel.formats.products.stages import Stages
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.cells import CellOptions, Options
from leadmodel.formats.tables.columns import Guess, Layout, Placed, decided, lay_out
from leadmodel.formats.tables.rows import Column, Intake
from leadmodel.processes import Pipeline
from leadmodel.values import FrozenMap
from leadmodel.values.frozen import kept_map
from leadmodel.values.text import identity_fault

__all__ = [
    "CrmRecord",
    "Fields",
    "Node",
    "ObjectOptions",
    "Objects",
    "answered_error",
    "guess_by",
    "members_of",
    "options_of",
    "payloads_of",
]

CrmRecord: TypeAlias = Lead | Contact | Account | Deal
#: Names of a product's fields, by record type, and the targets that they are read as; the surest name comes first.
Fields: TypeAlias = Mapping[type[Record], Mapping[str, str]]
#: Gives the cell of a column out of the value of a field.
Cell: TypeAlias = Callable[[object, Column], object]

#: Layouts that are kept, and the characters that the names of their fields may have.
_LAYOUTS_KEPT: Final = 64
_HEADER_KEPT: Final = 20_000
_BRACKETS: Final = {"{": "}", "[": "]"}


class ObjectOptions(CellOptions, total=False):
    """
    How objects of another product are read. Every option may be left out.
    """

    #: The target of a field by its name, or None to ignore it: "Handle__c" or "Contact.Handle__c". See `TARGETS`.
    columns: Mapping[str, str | None] | None
    #: What errors call the source.
    name: str
    #: The pipelines that the deals are in: labels that people see are read as the keys that deals hold.
    stages: Pipeline | Iterable[Pipeline]
    #: The most characters of a document; of JSON lines, each has at most 10,000,000.
    limit: int
    #: "refuse", the default, refuses `columns` that name a field which no record has; "ignore" passes over it.
    missing: Literal["refuse", "ignore"]


@attrs.frozen
class Node:
    """
    One object: what it is a record of, its fields, and its place.
    """

    record_type: type[CrmRecord]
    content: dict[str, Any]
    where: str


def _as_stages(pipelines: Stages | Pipeline | Iterable[Pipeline]) -> Stages:
    return pipelines if isinstance(pipelines, Stages) else Stages(pipelines)


def _as_columns(columns: Mapping[str, str | None] | None) -> Mapping[str, str | None]:
    return columns or {}


def _never(_: str) -> bool:
    return False


def options_of(how: ObjectOptions, *, less: Collection[str] = ()) -> dict[str, Any]:
    """
    Give the options by name, but for the name of the source and for those of a format alone.
    """
    return {option: value for option, value in how.items() if option != "name" and option not in less}


@attrs.frozen(kw_only=True)
class Objects(Options):
    """
    How the objects of one source are read: the caller's options, and what the format brings.
    """

    name: str
    guess: Guess
    #: What record types are called where fields are named: "Contact.Email".
    called: Mapping[type[Record], str]
    cell: Cell
    #: Says whether a field is the product's own business, and is left out.
    ignored: Callable[[str], bool] = attrs.field(default=_never)
    columns: Mapping[str, str | None] = attrs.field(default=None, converter=_as_columns)
    stages: Stages = attrs.field(factory=Stages, converter=_as_stages)
    limit: int = JSON_LIMIT
    missing: str = "refuse"
    #: What fields are named when only one type of record is read, such as the columns of a table.
    bare: bool = False
    #: Whether an object that cannot be read is told and left out, as long as there are others.
    forgiving: bool = False

    def payloads(self, source: Source) -> Iterator[tuple[object, str]]:
        """
        Give the documents of a source; see `payloads_of`.
        """
        return payloads_of(source, self.name, self.limit)

    def read(self, nodes: Sequence[Node], skipped: Iterable[str] = ()) -> Reading[CrmRecord]:
        """
        Make records of all objects.

        Raises:
            InvalidInput: Any of them is wrong, or a record type lacks a field that it needs; all is reported.
        """
        headers: dict[type[CrmRecord], dict[str, None]] = {}
        for node in nodes:
            known = headers.setdefault(node.record_type, {})
            if node.content.keys() - known.keys():
                known.update(dict.fromkeys(node.content))
        self._check(headers)
        layouts = {kind: self.layout(kind, tuple(names)) for kind, names in headers.items()}
        intake: Intake[CrmRecord] = Intake(self.name)
        told = [*skipped]
        for node in nodes:
            intake.take(self.record(node, layouts[node.record_type], intake.problems, told), node.where)
        if self.forgiving and intake.records:
            told += map(str, intake.problems)
            intake.problems.clear()
        return self.reading(layouts, intake.finish(), told)

    def reading(
        self, layouts: Mapping[type[CrmRecord], Layout[Any]], records: tuple[CrmRecord, ...], skipped: Iterable[str]
    ) -> Reading[CrmRecord]:
        """
        Say what became of the fields.
        """
        named = [("" if self.bare else f"{self.called[kind]}.", layout) for kind, layout in layouts.items()]
        # Each layout's fields were frozen once, so together they need no second look.
        placed = {field: target for prefix, layout in named for field, target in _placed(prefix, layout).items()}
        unplaced = tuple(prefix + field for prefix, layout in named for field in layout.unplaced)
        return Reading(
            source=self.name, records=self.stages.stored(records), columns=kept_map(placed), unplaced=unplaced,
            skipped=(*skipped, *self.stages.told(records)),
        )  # fmt: skip

    def record(self, node: Node, layout: Layout[Any], problems: list[Problem], told: list[str]) -> Any:  # noqa: ANN401  (any record)
        """
        Make the record of an object, or add what is wrong with it to *problems* and give None.

        What people wrote where a profile or a rating belongs, and is none, does not stop the record: it goes to
        `custom`, and that is told.
        """
        content, cell, start = node.content, self.cell, len(problems)
        cells: list[object] = [None] * len(layout.columns)
        for place, column in layout.read:
            if (value := content.get(column.name)) is not None:
                cells[place] = cell(value, column)
        record = layout.reader.read(cells, node.where, {}, problems)
        if record is not None or not (faulty := _forgiven(layout, problems[start:])):
            return record
        cells = [None if column.name in faulty else value for column, value in zip(layout.columns, cells, strict=True)]
        found, problems[start:] = problems[start:], []
        told += [f"{problem}; it is kept in custom" for problem in found]
        kept = layout.reader.read(cells, node.where, {}, problems)
        return kept and attrs.evolve(kept, custom={**kept.custom, **{name: content[name] for name in faulty}})

    def layout(self, record_type: type[CrmRecord], header: tuple[str, ...]) -> Layout[Any]:
        """
        Settle what the fields of one record type are.

        Raises:
            InvalidInput: A name is none that can be kept, two fields have one target, or a needed one is missing.
        """
        called = self.called[record_type]
        asked = {field.removeprefix(f"{called}."): target for field, target in self.columns.items()}
        mine = tuple((field, target) for field, target in asked.items() if field in header)
        keeps = isinstance(self.zone, Hashable) and sum(map(len, header)) <= _HEADER_KEPT
        settle: Callable[..., Layout[Any] | tuple[Problem, ...]] = _settled if keeps else _settled.__wrapped__
        settled = settle(
            record_type, header, mine, guess=self.guess, ignored=self.ignored, options=self.alone(),
            called=tuple(self.called.items()),
        )  # fmt: skip
        if isinstance(settled, Layout):
            return settled
        raise InvalidInput(subject=self.name, problems=settled)

    def _check(self, headers: Mapping[type[CrmRecord], Iterable[str]]) -> None:
        """
        See that every field that the caller decided about is there.
        """
        if headers and self.columns and self.missing == "refuse":
            known = {name for fields in headers.values() for name in fields}
            full = {f"{self.called[kind]}.{name}" for kind, fields in headers.items() for name in fields}
            missing = {field: target for field, target in self.columns.items() if field not in known | full}
            decided(missing, sorted(known), tuple(headers), self.name)


@lru_cache(_LAYOUTS_KEPT)
def _settled(
    record_type: type[CrmRecord], header: tuple[str, ...], asked: tuple[tuple[str, str | None], ...], *,
    guess: Guess, ignored: Callable[[str], bool], options: Options, called: tuple[tuple[type[Record], str], ...],
) -> Layout[Any] | tuple[Problem, ...]:  # fmt: skip
    """
    Give the layout of one record type, or what is wrong with its fields.

    Settling some fifty fields takes as long as reading a dozen records. Records come one by one or page by page, all
    with the same fields, and their layout depends on nothing but what stands here: so the last ones are kept.
    """
    names = dict(called)
    faulty = [(field, fault) for field in header if (fault := identity_fault(field))]
    if faulty:
        return tuple(
            Problem(
                what=f"the field name {shown(field)} {fault}", hint="correct it", field=names[record_type], value=field
            )
            for field, fault in faulty
        )
    known: dict[str, str | None] = {field: None for field in header if ignored(field)}
    try:
        known |= decided(dict(asked), header, tuple(names), "")
        return lay_out(record_type, header, known, guess, options, name="", keep=True, ids=True)
    except InvalidInput as error:
        return error.problems


@lru_cache(_LAYOUTS_KEPT)
def _placed(prefix: str, layout: Layout[Any]) -> FrozenMap[str | None]:
    return FrozenMap({prefix + field: target for field, target in layout.placed.items()})


def guess_by(fields: Fields, *, profiles: bool = True, prefixes: Sequence[str] = ()) -> Guess:
    """
    Make the function that finds the targets of a product's fields.

    Names are compared by their letters and digits. Where several names have one target that is filled once, the first
    in the table is taken.

    Args:
        fields: The table.
        profiles: Whether a field that no row knows and that is called as a network is a profile: "LinkedIn".
        prefixes: What may stand before a name.
    """
    by_word = {kind: {plain(name): target for name, target in rows.items()} for kind, rows in fields.items()}

    def guess(record_type: type[Record], headers: Sequence[str], taken: Placed) -> dict[str, str]:
        waiting: dict[str, list[str]] = {}
        for header in headers:
            if header not in taken:
                waiting.setdefault(plain(_without(header, prefixes)), []).append(header)
        found: dict[str, str] = {}
        filled = set(taken.values())
        for word, target in by_word[record_type].items():
            for header in waiting.get(word, ()):
                if target not in filled or target.partition(".")[0] in _REPEATING:
                    found[header] = target
                    filled.add(target)
        if profiles:
            others = guessed(record_type, [_without(h, prefixes) for h in headers], {})
            found |= {
                header: target
                for header in headers
                if header not in taken and header not in found
                and (target := others.get(_without(header, prefixes), "")).startswith("profiles")
            }  # fmt: skip
        return found

    return guess


def _forgiven(layout: Layout[Any], problems: Sequence[Problem]) -> frozenset[str]:
    """
    Give the fields that hold what their products let people write freely; none where anything else is wrong as well.
    """
    faulty = frozenset(problem.field for problem in problems)
    free = {column.name for column in layout.columns if column.target and not _FREE.isdisjoint(column.target.fields)}
    return faulty if faulty <= free else frozenset()


#: Fields of records that products keep as any text or any picklist.
_FREE: Final = frozenset({"profiles", "rating"})
#: Targets that several fields may fill.
_REPEATING: Final = frozenset({"emails", "phones", "profiles", "tags", "contacts", "opt_out"})


def _without(header: str, prefixes: Sequence[str]) -> str:
    return next((header.removeprefix(prefix) for prefix in prefixes if header.startswith(prefix)), header)


def payloads_of(source: Source, name: str, limit: int = JSON_LIMIT) -> Iterator[tuple[object, str]]:
    """
    Part a source into JSON documents, each with its place: one document over many lines, or JSON lines.

    A first line that opens a bracket and does not end with its counterpart begins a document of many lines.

    Raises:
        InvalidInput: The source cannot be read, or holds what is no JSON.
    """
    lines = lines_of(source, name=name)
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    start, first = next(numbered, (1, ""))
    text = first.strip()
    second = next(numbered, None) if text and _BRACKETS.get(text[0]) == text[-1] else None
    if second is None:
        whole = joined(chain(["\n"] * (start - 1), [first], lines), limit)
        yield parse_json(whole, subject=name, limit=limit), name
    else:
        problems: list[Problem] = []
        for number, line in chain([(start, first), second], numbered):
            where = f"{name} line {number:,}"
            try:
                payload = parsed_line(line, where, limit=limit)
            except InvalidInput as error:
                problems += error.problems
            else:
                yield payload, where
        if problems:
            raise InvalidInput(subject=name, problems=tuple(problems))


def members_of(content: object, path: str) -> Iterator[tuple[str, object]]:
    """
    Give the members of a list, each with its place, or what is no list by itself.
    """
    if isinstance(content, list):
        yield from ((f"{path}[{number}]", member) for number, member in enumerate(content))
    else:
        yield path, content


def answered_error(payload: object, where: str) -> Problem | None:
    """
    Say that a document is an error which the product answered in place of records; None where it is none.
    """
    members = payload.get("data") if isinstance(payload, dict) else payload
    first = members[0] if isinstance(members, list) and members else payload
    if isinstance(first, dict) and (first.get("status") == "error" or "errorCode" in first):
        message = first.get("message")
        what = f"this is an error that was answered instead of records: {shown(message)}"
        return Problem(what=what, hint="ask again, and keep the answer that has the records", where=where)
    return None
