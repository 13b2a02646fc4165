"""
`leadmodel rules`: the tables by which authors are judged, records move and leads are converted, and the vocabulary.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import click

from leadmodel.cli.conversion import print_conversion, rows_of_conversion
from leadmodel.cli.printing import say, table
from leadmodel.cli.processes import print_process, rows_of
from leadmodel.formats.toml import processes_to_toml
from leadmodel.networks import NETWORKS
from leadmodel.processes import Processes, pipelines, statuses
from leadmodel.rules import author_rules
from leadmodel.rules.author_rules import AuthorRule
from leadmodel.rules.conversion import ConversionRules

Row = Mapping[str, object]

_USUAL: Final = ConversionRules()

#: The words that name all tables of a kind.
_KINDS: Final = ("authors", "pipelines", "statuses", "conversion", "networks")
_AUTHORS, _PIPELINES, _STATUSES, _CONVERSION, _NETWORKS = _KINDS
#: What may be named: one table, those of one vendor, or all of a kind.
_NAMES: Final = tuple(dict.fromkeys((*author_rules.PRESETS, *pipelines.PRESETS, *statuses.PRESETS, *_KINDS)))


def _is_wanted(name: str | None, *names: str) -> bool:
    return name is None or name in names


def _author_tables(name: str | None) -> Iterator[tuple[str, Sequence[Row]]]:
    for rules in author_rules.PRESETS.values():
        if _is_wanted(name, _AUTHORS, rules.name):
            yield f"author rules {rules.name}", [_author_rule(row) for row in rules.rows]


def _processes(name: str | None) -> Processes:
    return Processes(
        [pipeline for pipeline in pipelines.PRESETS.values() if _is_wanted(name, _PIPELINES, pipeline.key)],
        [known for known in statuses.PRESETS.values() if _is_wanted(name, _STATUSES, known.key)],
    )


def _network_tables(name: str | None) -> Iterator[tuple[str, Sequence[Row]]]:
    if _is_wanted(name, _NETWORKS):
        yield "networks", [
            {"key": row.key, "label": row.label, "handle": row.form, "other_names": row.aliases}
            for row in NETWORKS.values()
        ]  # fmt: skip


def _author_rule(row: AuthorRule) -> Row:
    return {"rule": row.rule, **attrs.asdict(row)}


def _shown(value: object) -> str:
    """
    Write a value of a table for people.
    """
    if isinstance(value, tuple):
        return ", ".join(value)
    return _WORDS[value] if value is None or isinstance(value, bool) else str(value)


_WORDS: Final[Mapping[bool | None, str]] = {None: "–", True: "yes", False: "no"}


@click.command(
    short_help="Show the rules, stages, statuses, moves, conversion and networks.",
    epilog=f"""\b
NAME is one of: {", ".join(_NAMES)}.
\b
Examples:
  leadmodel rules zoho                        how Zoho CRM does it: authors, stages, statuses
  leadmodel rules pipelines                   every pipeline, with its moves and a diagram
  leadmodel rules conversion                  where each field of a lead goes
  leadmodel rules zoho --toml > crm.toml      a pipeline and statuses to begin your own with
""",
)
@click.argument("name", required=False, metavar="[NAME]", type=click.Choice(_NAMES))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")
@click.option("--toml", "as_toml", is_flag=True, help="Print pipelines and statuses as TOML: a start for your own.")
def rules(name: str | None, *, as_json: bool, as_toml: bool) -> None:
    """
    Print the rules about authors, stages and statuses with their moves, conversion, networks: all, or those of NAME.
    """
    if as_toml:
        _print_toml(name, as_json=as_json)
    elif as_json:
        _print_json(name)
    else:
        for title, rows in _author_tables(name):
            _print_rows(title, rows)
        for process in _processes(name).all:
            print_process(process)
        if _is_wanted(name, _CONVERSION):
            print_conversion(_USUAL, _CONVERSION)
        for title, rows in _network_tables(name):
            _print_rows(title, rows)


def _print_toml(name: str | None, *, as_json: bool) -> None:
    processes = _processes(name)
    if as_json:
        raise click.UsageError("--json and --toml exclude each other")
    if not processes.all:
        raise click.UsageError(f"{name} names no pipeline and no statuses, and TOML holds nothing else")
    say(processes_to_toml(processes).rstrip())


def _print_json(name: str | None) -> None:
    several: Iterator[tuple[str, Any]] = (pair for process in _processes(name).all for pair in rows_of(process))
    conversion = rows_of_conversion(_USUAL) if _is_wanted(name, _CONVERSION) else ()
    for title, rows in (*_author_tables(name), *several, *conversion, *_network_tables(name)):
        for row in rows:
            say(json.dumps({"table": title, **row}, ensure_ascii=False))


def _print_rows(title: str, rows: Sequence[Row]) -> None:
    headers = [key.removeprefix("any_").replace("_", " ") for key in rows[0]]
    table(title, headers, [[_shown(value) for value in row.values()] for row in rows])
