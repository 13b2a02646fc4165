"""
Reading the files that the command was given: what each is, its records, and everything that is wrong with any of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

import attrs
import click
from click.core import ParameterSource

from leadmodel.cli.printing import named, note
from leadmodel.cli.progress import Progress
from leadmodel.directory import Directory
from leadmodel.entities import Account, Contact, Deal, Entity, Lead, Record
from leadmodel.errors import InvalidValue, LeadmodelError, shown, suggestion
from leadmodel.formats import hubspot, salesforce, tabular, vcard
from leadmodel.formats.intake.sources import lines_of
from leadmodel.formats.pipelines import read_pipelines
from leadmodel.formats.reading import Reading
from leadmodel.formats.records import read_records
from leadmodel.formats.tables.cells import CellOptions, Options
from leadmodel.formats.tables.files import Table
from leadmodel.formats.targets import target_of
from leadmodel.formats.toml import read_either
from leadmodel.playbook import Playbook
from leadmodel.processes import Pipeline, pipelines

P = ParamSpec("P")
T = TypeVar("T")

STANDARD_INPUT: Final = "-"
#: The type of the records in the files of each option; None where the files say it themselves.
_TYPES: Final[Mapping[str, type[Lead | Contact | Account | Deal] | None]] = {
    "people": None, "leads": Lead, "contacts": Contact, "accounts": Account, "deals": Deal,
}  # fmt: skip
_PEOPLE: Final = (Lead, Contact, Account)
#: How the headers of Salesforce's reports begin; those of Data Loader are all in capitals.
_REPORT: Final = tuple(f"{name}: " for name in salesforce.OBJECTS)
#: What the files of each option hold in HubSpot's words.
_HUBSPOT: Final = {"leads": "leads", "contacts": "contacts", "accounts": "companies", "deals": "deals"}


@attrs.frozen(kw_only=True)
class Inputs:
    """
    The files that say who is on record, and how they are to be read.
    """

    people: tuple[str, ...]
    leads: tuple[str, ...]
    contacts: tuple[str, ...]
    accounts: tuple[str, ...]
    deals: tuple[str, ...]
    pipeline: tuple[str, ...]
    columns: Mapping[str, str | None]
    currency: str
    zone: ZoneInfo | None
    region: str
    strict_emails: bool
    encoding: str
    ids: str
    ragged: str
    partial: bool
    #: The pipelines where they are known already; then `pipeline` is not read.
    stages: tuple[Pipeline, ...] = ()

    def cells(self) -> CellOptions:
        """
        Give what cells leave open.
        """
        return {
            "currency": self.currency, "zone": self.zone, "region": self.region, "strict_emails": self.strict_emails,
        }  # fmt: skip

    def files(self) -> Iterator[tuple[str, str]]:
        """
        Give every file with the name of its option.
        """
        for option in _TYPES:
            for file in getattr(self, option):
                yield option, file


class Wrong:
    """
    What was found wrong so far: the errors of one file do not hide those of another.
    """

    def __init__(self) -> None:
        self.errors: list[LeadmodelError] = []

    def tried(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """
        Give what *read* gives, or keep what it raises.
        """
        try:
            return read(*args, **kwargs)
        except LeadmodelError as error:
            self.errors.append(error)
            return None

    def check(self) -> None:
        """
        Raise everything that was kept.

        Raises:
            ExceptionGroup: Something was.
        """
        if self.errors:
            raise ExceptionGroup("wrong input", self.errors)


@attrs.frozen(kw_only=True)
class Found:
    """
    What stands in the files.
    """

    #: Leads, contacts, accounts and deals.
    records: Mapping[type[Entity], list[Any]]
    pipelines: Sequence[Pipeline]


def stages_of(playbook: Playbook) -> tuple[Pipeline, ...]:
    """
    Give the pipelines of the playbook, unless others were asked for.
    """
    chosen = click.get_current_context().get_parameter_source("pipeline")
    return tuple(playbook.pipelines.values()) if chosen is ParameterSource.DEFAULT else ()


def pipelines_in(names: Iterable[str], encoding: str) -> list[Pipeline]:
    """
    Give the pipelines that were asked for: presets, and those of files.

    Raises:
        ExceptionGroup: Files cannot be read.
        click.UsageError: There is no such pipeline.
    """
    wrong = Wrong()
    read = [pipeline for name in names for pipeline in wrong.tried(_pipelines, name, encoding) or ()]
    wrong.check()
    return read


def records_of(inputs: Inputs, progress: Progress) -> Directory:
    """
    Read the records out of all files, and put them together.

    Raises:
        ExceptionGroup: Files cannot be read; the errors of all of them are in it.
        InvalidDirectory: The records do not hold together.
        click.UsageError: An option does not go with the files.
    """
    found = found_in(inputs, progress)
    records = found.records
    return Directory.of(
        leads=records[Lead], contacts=records[Contact], accounts=records[Account], deals=records[Deal],
        pipelines=found.pipelines, partial=inputs.partial,
    )  # fmt: skip


def found_in(inputs: Inputs, progress: Progress) -> Found:
    """
    Read the records out of all files.

    Raises:
        ExceptionGroup: Files cannot be read; the errors of all of them are in it.
        click.UsageError: An option does not go with the files.
    """
    wrong = Wrong()
    read = (wrong.tried(_pipelines, name, inputs.encoding) or () for name in inputs.pipeline)
    stages = list(inputs.stages) or [pipeline for several in read for pipeline in several]
    headers = {file: wrong.tried(_header, file, inputs.encoding) for _, file in inputs.files()}
    columns = [column for header in headers.values() for column in header or ()]
    if not wrong.errors and all(headers.values()):
        _check_columns(inputs.columns, columns)
    records: dict[type[Entity], list[Any]] = {Lead: [], Contact: [], Account: [], Deal: []}
    for option, file in inputs.files():
        header = headers[file]
        if header is not None:
            progress.say(f"reading {Path(file).name}")
            reading = wrong.tried(_reading, option, file, header, inputs, stages)
            columns += reading.columns if reading else ()
            for record in reading or ():
                records[type(record)].append(record)
    wrong.check()
    _check_columns(inputs.columns, [name for column in columns for name in (column, column.partition(".")[2])])
    return Found(records=records, pipelines=stages)


def _pipelines(name: str, encoding: str) -> tuple[Pipeline, ...]:
    """
    Give a preset by its key, or read pipelines out of a file: TOML, a table of stages, or what another product lists.
    """
    if name in pipelines.PRESETS:
        return (pipelines.PRESETS[name],)
    ending = Path(name).suffix.lower()
    if ending == ".toml":
        held = read_either(Path(name), name=name).pipelines
        if not held:
            raise click.UsageError(f"--pipeline {name}: the file holds no pipeline; write [pipelines.NAME] over each")
        return tuple(held.values() if isinstance(held, Mapping) else held)
    if ending == ".json":
        return read_pipelines(name)
    if ending == ".csv":
        own = "outcome" in {column.casefold() for column in Table(name, encoding=encoding).header}
        return (tabular.read_stages(name, encoding=encoding),) if own else read_pipelines(name, encoding=encoding)
    known = suggestion(name, pipelines.PRESETS)
    ways = "A file of stages ends in .csv, .json or .toml"
    raise click.UsageError(f"--pipeline {name}: there is no such pipeline; {known} {ways}")


def _header(file: str, encoding: str) -> tuple[str, ...]:
    """
    Give the columns of a CSV file; JSON and vCards have none.
    """
    first = next((line for line in lines_of(file, encoding=encoding) if line.strip()), "")
    bare = first.lstrip().startswith(("{", "[")) or vcard.looks_like(first)
    return () if bare else Table(file, encoding=encoding).header


def _check_columns(columns: Mapping[str, str | None], headers: Iterable[str]) -> None:
    known = dict.fromkeys(headers)
    for column in columns:
        if column not in known:
            raise click.UsageError(f"--column {column}: no file has it; {suggestion(column, known)}")


def _reading(
    option: str, file: str, header: tuple[str, ...], inputs: Inputs, stages: Sequence[Pipeline]
) -> Reading[Any]:
    """
    Read one file as what it looks like: records of another product, an export of one, or any other table.
    """
    record_type = _TYPES[option]
    if not header:
        people = record_type if record_type in (Lead, Contact) else None
        return _told(read_records(
            file, people=people, encoding=inputs.encoding, columns=inputs.columns, missing="ignore",
            stages=stages, **inputs.cells(),
        ))  # fmt: skip
    asked = {column: target for column, target in inputs.columns.items() if column in header}
    if hubspot.is_export(header):
        return _told(hubspot.read_export(
            file, object=_HUBSPOT.get(option, ""), leads=() if record_type is Contact else hubspot.LEAD_STAGES,
            columns=asked, encoding=inputs.encoding, stages=stages, ragged=cast("Any", inputs.ragged), **inputs.cells(),
        ))  # fmt: skip
    how = cast("tabular.TableOptions", {
        "columns": _own_names(header, (record_type,) if record_type else _PEOPLE) | asked,
        "encoding": inputs.encoding, "ids": inputs.ids, "ragged": inputs.ragged, **inputs.cells(),
    })  # fmt: skip
    if record_type is None:
        return _told(tabular.read_people(file, **how))
    if all(column.isupper() for column in header) or any(column.startswith(_REPORT) for column in header):
        return _told(salesforce.read_export(record_type, file, **how))
    return _told(tabular.read_records(record_type, file, **how))


def _own_names(header: Iterable[str], record_types: Iterable[type[Record]]) -> dict[str, str | None]:
    """
    Take at its word every column that is called as a target with a part of its own: "profile_uids.x".
    """
    types = tuple(record_types)
    return {column: column for column in header if "." in column and any(_has(t, column) for t in types)}


def _has(record_type: type[Record], target: str) -> bool:
    try:
        target_of(record_type, target, Options())
    except InvalidValue:
        return False
    return True


def _told(reading: Reading[Any]) -> Reading[Any]:
    """
    Say what was left out of a file, and which of its columns say nothing.
    """
    for what in reading.skipped:
        note(f"{reading.source}: skipped: {what}")
    if reading.unplaced:
        hint = "; --column HEADER=TARGET names one" if reading.columns.keys() >= set(reading.unplaced) else ""
        note(f"{reading.source}: no field is meant for {named([*map(shown, reading.unplaced)])}{hint}")
    return reading
