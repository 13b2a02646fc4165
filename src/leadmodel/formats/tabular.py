"""
Tables of people, organisations and deals: CSV files with one record in a row.

Which column is what is told by `columns`, guessed from the headers where that says nothing, and shown in the reading.
A column that no field is meant for is kept in `custom` under its header, so that nothing is lost.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any, Final, Literal, TypeAlias, TypeVar, Unpack

import attrs

from leadmodel.entities import Account, Contact, Deal, Lead, Record
from leadmodel.errors import InvalidInput, InvalidValue, Problem, shown, suggestion
from leadmodel.formats.headers import guessed, plain
from leadmodel.formats.intake.sources import Source
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.cells import CellOptions, Options, Read, member, text, whole_number
from leadmodel.formats.tables.columns import Guess, Layout, Placed, decided, lay_out
from leadmodel.formats.tables.files import Table
from leadmodel.formats.tables.rows import Intake
from leadmodel.formats.targets import targets_of
from leadmodel.processes import Forecast, Outcome, Pipeline, Stage
from leadmodel.values import FrozenMap, type_name

__all__ = [
    "TableOptions",
    "read_accounts",
    "read_contacts",
    "read_deals",
    "read_leads",
    "read_people",
    "read_placed",
    "read_records",
    "read_stages",
]

R = TypeVar("R", bound=Record)

Person: TypeAlias = Lead | Contact | Account

#: What says, in a file of people, what a row is: the header, and the word in the row.
_TYPE_HEADERS: Final = ("type", "record", "recordtype", "kind")
_PEOPLE: Final[Mapping[str, type[Person]]] = {"lead": Lead, "contact": Contact, "account": Account}


class TableOptions(CellOptions, total=False):
    """
    How a table is read. Every option may be left out.
    """

    #: The target of each column by its header, or None to ignore it; other columns are guessed. See `TARGETS`.
    columns: Mapping[str, str | None] | None
    #: What errors call the source, and what ids made of lines begin with.
    name: str
    #: How bytes are read; the default, "utf-8-sig", takes UTF-8 with or without a byte order mark.
    encoding: str
    #: What stands between cells; None, the default, tells it from the header line.
    delimiter: str | None
    #: "custom", the default, keeps columns without a place in `custom`; "ignore" leaves them out.
    unplaced: Literal["custom", "ignore"]
    #: "column", the default, takes ids from a column; "line" makes those that are missing of the source's name and the
    #: line, such as "people-7": the same for the same file, and only for it.
    ids: Literal["column", "line"]
    #: "refuse", the default, makes a row with too few cells a problem; "fill" takes what is not there as blank.
    ragged: Literal["refuse", "fill"]
    #: What stands in cells that hold nothing, besides nothing, such as "#N/A"; to the letter.
    blank: Collection[str]


def _one_of(*options: str) -> Callable[[object, Any, object], None]:
    """
    Make the check of an option that has a closed list of answers.
    """

    def check(_: object, attribute: Any, value: object) -> None:  # noqa: ANN401  (attrs' own class takes no parameter)
        if value not in options:
            hint = suggestion(str(value), options)
            problem = Problem(
                what=f"{shown(value)} is no choice", hint=hint, field=attribute.name, value=value, options=options
            )
            raise InvalidValue(subject="options of a table", problems=(problem,))

    return check


@attrs.frozen(kw_only=True)
class _How(Options):
    """
    The options of a table, with their defaults.
    """

    columns: Mapping[str, str | None] | None = None
    name: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str | None = None
    unplaced: str = attrs.field(default="custom", validator=_one_of("custom", "ignore"))
    ids: str = attrs.field(default="column", validator=_one_of("column", "line"))
    ragged: str = attrs.field(default="refuse", validator=_one_of("refuse", "fill"))
    blank: Collection[str] = ()

    def table(self, source: Source) -> Table:
        """
        Open the table.
        """
        return Table(
            source, name=self.name, encoding=self.encoding, delimiter=self.delimiter, fill=self.ragged == "fill"
        )

    def layout(self, record_type: type[R], table: Table, columns: Placed, guess: Guess) -> Layout[R]:
        """
        Settle the columns of a table for one record type.
        """
        return lay_out(
            record_type, table.header, columns, guess, self,
            name=table.name, keep=self.unplaced == "custom", ids=self.ids == "column", lines=True,
        )  # fmt: skip


def read_records(record_type: type[R], source: Source, **how: Unpack[TableOptions]) -> Reading[R]:
    """
    Read a table whose rows are records of one type.

    Args:
        record_type: `Lead`, `Contact`, `Account` or `Deal`.
        source: A path, bytes, text or an open file.
        how: See `TableOptions`.

    Raises:
        InvalidInput: Anything about the source, its header or its rows is wrong; all of it is reported.
        InvalidValue: An option is none of its choices, or the currency is no ISO 4217 code.
    """
    return read_placed(record_type, source, guessed, **how)


def read_leads(source: Source, **how: Unpack[TableOptions]) -> Reading[Lead]:
    """
    Read a table of leads; see `read_records`.
    """
    return read_records(Lead, source, **how)


def read_contacts(source: Source, **how: Unpack[TableOptions]) -> Reading[Contact]:
    """
    Read a table of contacts; see `read_records`.
    """
    return read_records(Contact, source, **how)


def read_accounts(source: Source, **how: Unpack[TableOptions]) -> Reading[Account]:
    """
    Read a table of accounts; see `read_records`.
    """
    return read_records(Account, source, **how)


def read_deals(source: Source, **how: Unpack[TableOptions]) -> Reading[Deal]:
    """
    Read a table of deals; see `read_records`. Amounts need a currency: a column, or `currency`.
    """
    return read_records(Deal, source, **how)


def read_placed(record_type: type[R], source: Source, guess: Guess, **how: Unpack[TableOptions]) -> Reading[R]:
    """
    Read a table whose columns are placed by a function of the caller's, where `columns` does not decide.

    Raises:
        InvalidInput: As for `read_records`.
    """
    targets_of(record_type)  # before anything is opened
    settings = _How(**how)
    table = settings.table(source)
    columns = decided(settings.columns or {}, table.header, (record_type,), table.name)
    layout = settings.layout(record_type, table, columns, guess)
    intake: Intake[R] = Intake(table.name)
    skipped = _take_in(table, settings, intake, lambda _, __: layout)
    return Reading(
        source=table.name, records=intake.finish(), columns=FrozenMap(layout.placed), unplaced=layout.unplaced,
        skipped=skipped,
    )  # fmt: skip


def read_people(source: Source, **how: Unpack[TableOptions]) -> Reading[Person]:
    """
    Read a table with leads, contacts and accounts together: a column "type", "record" or "kind" says which.

    A column that is meant for one of the three types alone goes to `custom` in the rows of the others.

    Raises:
        InvalidInput: As for `read_records`, or the column or the word in a row is missing.
        InvalidValue: As for `read_records`.
    """
    settings = _How(**how)
    table = settings.table(source)
    said_in = _type_column(table)
    asked = decided(settings.columns or {}, table.header, tuple(_PEOPLE.values()), table.name)
    columns = {**asked, table.header[said_in]: None}
    layouts: dict[str, Layout[Person]] = {}
    intake: Intake[Person] = Intake(table.name)

    def layout_of(cells: Sequence[str], where: str) -> Layout[Person] | None:
        word = plain(cells[said_in]).removesuffix("s")
        if word not in layouts:
            if word not in _PEOPLE:
                intake.problems.append(_no_person(cells[said_in], where, table.header[said_in]))
                return None
            layouts[word] = settings.layout(_PEOPLE[word], table, columns, guessed)
        return layouts[word]

    skipped = _take_in(table, settings, intake, layout_of)
    placed, unplaced = _merged(table.header, tuple(layouts.values()))
    return Reading(source=table.name, records=intake.finish(), columns=placed, unplaced=unplaced, skipped=skipped)


def _type_column(table: Table) -> int:
    words = [plain(column) for column in table.header]
    for word in _TYPE_HEADERS:
        if word in words:
            return words.index(word)
    what = "no column says which rows are leads, contacts or accounts"
    hint = 'add a column "type", or use read_leads, read_contacts or read_accounts'
    problem = Problem(what=what, hint=hint, field="type", options=table.header)
    raise InvalidInput(subject=table.name, problems=(problem,))


def _no_person(word: str, where: str, column: str) -> Problem:
    options = tuple(_PEOPLE)
    what = f"{shown(word)} is neither lead, contact nor account" if word.strip() else "the row does not say what it is"
    return Problem(what=what, hint=suggestion(word, options), where=where, field=column, value=word, options=options)


def _merged(header: Sequence[str], layouts: Sequence[Layout[Person]]) -> tuple[FrozenMap[str | None], tuple[str, ...]]:
    """
    Give what columns were read as, of several layouts: a place in any of them is a place.
    """
    placed: dict[str, str | None] = {}
    unplaced = []
    for column in header:
        places = [layout.placed[column] for layout in layouts if column not in layout.unplaced]
        if layouts:
            placed[column] = [*places, layouts[0].placed[column]][0]
            unplaced += [] if places else [column]
    return FrozenMap(placed), tuple(unplaced)


def _take_in(
    table: Table, how: _How, intake: Intake[R], layout_of: Callable[[Sequence[str], str], Layout[R] | None]
) -> tuple[str, ...]:
    """
    Read every row, as far as the source can be read, and give what was skipped.
    """
    skipped: list[str] = []
    start: dict[str, str] = {}
    stem = PurePath(table.name).stem
    try:
        for line, written in table.rows(intake.problems):
            where = table.place(line)
            cells = ["" if cell in how.blank else cell for cell in written] if how.blank else written
            layout = layout_of(cells, where)
            if layout is None:
                continue
            if how.ids == "line":
                if not layout.reader.says_something(cells):
                    skipped.append(f"{where}: nothing in it fills a field of a {type_name(layout.record_type)}")
                    continue
                start = {"id": f"{stem}-{line}"}
            intake.take(layout.reader.read(cells, where, start, intake.problems), where)
    except InvalidInput as error:
        raise InvalidInput(subject=table.name, problems=(*intake.problems, *error.problems)) from error
    return tuple(skipped)


#: The columns of a table of stages, how each is read, and whether a stage needs it.
_STAGE_COLUMNS: Final[Mapping[str, tuple[Read, bool]]] = {
    "key": (text, True),
    "label": (text, False),
    "outcome": (partial(member, Outcome), True),
    "probability": (whole_number, False),
    "forecast": (partial(member, Forecast), False),
}


def read_stages(
    source: Source, *, key: str = "", label: str = "", name: str = "", encoding: str = "utf-8-sig",
    delimiter: str | None = None,
) -> Pipeline:  # fmt: skip
    """
    Read a pipeline from a table with a stage in each row: key, outcome, and if wanted label, probability and forecast.

    Args:
        source: A path, bytes, text or an open file.
        key: The key of the pipeline; without it, the source's name without its ending.
        label: What people call the pipeline.
        name: What errors call the source.
        encoding: How bytes are read.
        delimiter: What stands between cells; None tells it from the header line.

    Raises:
        InvalidInput: Anything about the source, its header or its rows is wrong; all of it is reported.
        InvalidTable: The stages make no pipeline: none is there, or two have one key.
    """
    table = Table(source, name=name, encoding=encoding, delimiter=delimiter)
    words = [plain(column) for column in table.header]
    problems = [*_stage_header_problems(table, words)]
    if problems:
        raise InvalidInput(subject=table.name, problems=tuple(problems))
    stages = [
        _stage(dict(zip(words, cells, strict=True)), table.place(line), problems)
        for line, cells in table.rows(problems)
    ]
    if problems:
        raise InvalidInput(subject=table.name, problems=tuple(problems))
    return Pipeline(key=key or PurePath(table.name).stem, label=label, stages=[Stage(**stage) for stage in stages])


def _stage_header_problems(table: Table, words: Sequence[str]) -> Iterator[Problem]:
    known = tuple(_STAGE_COLUMNS)
    for column, word in zip(table.header, words, strict=True):
        if word not in known:
            what = f"{shown(column)} is nothing that a stage has"
            yield Problem(what=what, hint=suggestion(column, known), field=column, options=known)
    for name, (_, required) in _STAGE_COLUMNS.items():
        if required and name not in words:
            what, hint = f"there is no column {shown(name)}, which every stage has", "add it"
            yield Problem(what=what, hint=hint, field=name, options=table.header)


def _stage(cells: Mapping[str, str], where: str, problems: list[Problem]) -> dict[str, Any]:
    """
    Give the facts of a stage; its label is its key where none is given.
    """
    facts: dict[str, Any] = {}
    for name, cell in cells.items():
        read, required = _STAGE_COLUMNS[name]
        if not cell.strip():
            if required:
                problems.append(Problem(what=f"the {name} is missing", hint="give one", where=where, field=name))
            continue
        try:
            facts[name] = read(cell.strip())
        except InvalidValue as error:
            problems += [attrs.evolve(problem, where=where, field=name) for problem in error.problems]
    return {"label": facts.get("key", ""), **facts}
