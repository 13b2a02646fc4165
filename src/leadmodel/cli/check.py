"""
`leadmodel check`: whether a playbook, or a file of pipelines and statuses, holds together, and what it says.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from leadmodel.cli.conversion import print_conversion
from leadmodel.cli.printing import say
from leadmodel.cli.processes import print_process, size_of, title_of
from leadmodel.display import counted, one_line
from leadmodel.errors import InvalidInput, Problem
from leadmodel.formats.toml import read_either
from leadmodel.playbook import Playbook, playbook_to_plain
from leadmodel.processes import Process, Processes
from leadmodel.processes.plain import process_to_plain

STANDARD_INPUT: Final = "-"
_EMPTY: Final = Problem(
    what="it holds neither pipelines nor statuses", hint="write [pipelines.NAME] or [statuses.NAME] over each"
)
_NOTHING: Final = Processes()


@click.command(
    short_help="Check your own playbook, or your pipelines and statuses.",
    epilog="""\b
Exit codes: 0 sound, 1 something is wrong, 2 wrongly used.
\b
Examples:
  leadmodel check acme.toml                         the tables and diagrams of what the file says
  leadmodel check --quiet *.toml                    one line for each, for a hook that runs at every commit
  leadmodel rules zoho --toml | leadmodel check -   a preset, as a file would hold it
""",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--quiet", is_flag=True, help="Print one line for each playbook, pipeline or list of statuses.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each of them, or for each problem.")
def check(files: tuple[str, ...], *, quiet: bool, as_json: bool) -> None:
    """
    Check playbooks, or pipelines and statuses, in TOML files, and print them as tables and diagrams.

    A file that has a key, a start, a namespace or a conversion at its top is a playbook; - is standard input.

    What is wrong is printed on standard error, one problem a line.
    """
    if quiet and as_json:
        raise click.UsageError("--quiet and --json exclude each other")
    sound = [_is_sound(file, quiet=quiet, as_json=as_json) for file in files]
    if not all(sound):
        click.get_current_context().exit(1)


def _is_sound(file: str, *, quiet: bool, as_json: bool) -> bool:
    """
    Print what is in a file, or what is wrong with it.
    """
    name = "standard input" if file == STANDARD_INPUT else file
    held, problems = _read(file, name)
    show = _show_json if as_json else _show_briefly if quiet else _show
    show(name, held)
    sys.stdout.flush()  # complaints come after what was printed before them
    for problem in problems:
        if as_json:
            _say_json(_facts(name, problem))
        else:
            sys.stderr.write(f"{one_line(f'{name}: {problem}')}\n")
    return not problems


def _read(file: str, name: str) -> tuple[Playbook | Processes, tuple[Problem, ...]]:
    source = sys.stdin.buffer if file == STANDARD_INPUT else Path(file)
    try:
        held = read_either(source, name=name)
    except InvalidInput as error:
        return _NOTHING, error.problems
    return held, (_EMPTY,) if held == _NOTHING else ()


def _processes(held: Playbook | Processes) -> tuple[Process[Any], ...]:
    return (*held.pipelines.values(), held.statuses) if isinstance(held, Playbook) else held.all


def _show(_: str, held: Playbook | Processes) -> None:
    for process in _processes(held):
        print_process(process)
    if isinstance(held, Playbook):
        print_conversion(held.conversion, f"conversion of playbook {one_line(held.key)}")


def _show_briefly(name: str, held: Playbook | Processes) -> None:
    if isinstance(held, Playbook):
        rows = counted(len([*held.conversion.rows()]), "row")
        say(f"{one_line(name)}: playbook {one_line(held.key)}, {rows} of conversion")
    for process in _processes(held):
        say(f"{one_line(name)}: {title_of(process)}, {size_of(process)}")


def _show_json(name: str, held: Playbook | Processes) -> None:
    if isinstance(held, Playbook):
        told = playbook_to_plain(held)
        _say_json({"file": name, "playbook": told["key"], "conversion": told.get("conversion", {})})
    for process in _processes(held):
        _say_json({"file": name, "process": process.nouns[0], "key": process.key, **process_to_plain(process)})


def _facts(name: str, problem: Problem) -> dict[str, str]:
    place = ", ".join(part for part in (problem.where, problem.field) if part)
    return {"file": name, "problem": problem.what, "place": place, "hint": problem.hint, "rule": problem.rule}


def _say_json(facts: Mapping[str, Any]) -> None:
    say(json.dumps(facts))  # in ASCII: no text of a file steers a terminal
