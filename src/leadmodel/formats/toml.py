"""
Processes in TOML: pipelines and statuses in a file that people write and keep.

    format = 1

    [pipelines.sales]
    stages = [
        { key = "Open", outcome = "open", probability = 50 },
        { key = "Won", outcome = "won", probability = 100, requires = ["amount"] },
        { key = "Lost", outcome = "lost" },
    ]

Reading needs nothing besides Python; writing needs the extra `toml`.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from leadmodel.errors import InvalidInput, MissingExtra, Problem
from leadmodel.formats.sources import Source, lines_of, name_of
from leadmodel.processes.plain import Processes, processes_from_plain, processes_to_plain

__all__ = ["TOML_LIMIT", "processes_to_toml", "read_processes"]

#: Characters that a file may have.
TOML_LIMIT: Final = 1_000_000
_PLACED: Final = re.compile(r"(.*) \(at (.*)\)", re.DOTALL)
#: What the parser says, and what is meant.
_MEANT: Final = (
    (re.compile("Cannot overwrite a value"), "a key or a table is given twice", "keep one of the two"),
    (re.compile(r"Cannot declare \((.*?),?\) twice"), "the table {0} is given twice", "keep one of the two"),
    (re.compile("Cannot mutate immutable namespace"), "a list or table is given twice", "keep one of the two"),
    (re.compile("Invalid value"), "here is no value", "text stands in quotes"),
)
_HINT: Final = 'write key = "value"; text stands in quotes, and a table under its name in brackets'


def read_processes(source: Source, *, name: str = "") -> Processes:
    """
    Read pipelines and statuses from TOML.

    Args:
        source: A path, bytes, an open file, or text that holds a line break.
        name: What errors call it.

    Raises:
        InvalidInput: It cannot be read or is no TOML, or its pipelines and statuses are not sound: all is reported,
            each at its place, such as `pipelines.sales.stages[2].outcome`; the first of a list is number 0.

    Rule:
        PIPE-1 to PIPE-4, LEAD-3, LEAD-4.
    """
    name = name_of(source, name)
    return processes_from_plain(_parsed(_text(source, name), name), subject=name)


def processes_to_toml(processes: Processes) -> str:
    """
    Give pipelines and statuses as TOML; what holds anyhow is left out.

    Raises:
        MissingExtra: The library tomli-w is not installed.
    """
    return _writer()(processes_to_plain(processes))


def _writer() -> Callable[[Mapping[str, Any]], str]:
    try:
        from tomli_w import dumps
    except ModuleNotFoundError as error:
        raise MissingExtra(library="tomli-w", extra="toml", purpose="writing TOML") from error
    return dumps


def _text(source: Source, name: str) -> str:
    lines, length = [], 0
    for line in lines_of(source, name=name):
        lines.append(line)
        length += len(line)
        if length > TOML_LIMIT:
            _refuse(name, f"it has more than {TOML_LIMIT:,} characters", "put the processes into several files")
    return "".join(lines).removeprefix("\ufeff")


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = _PLACED.fullmatch(str(error))
        what, where = (said[1], said[2]) if said else (str(error), "")
        for meant, sentence, hint in _MEANT:
            if found := meant.match(what):
                _refuse(name, sentence.format(*(group.replace("', '", ".") for group in found.groups())), hint, where)
        _refuse(name, what[:1].lower() + what[1:], _HINT, where)
    except RecursionError:
        _refuse(name, "its lists or tables stand in each other too deeply", "no process needs more than a few levels")
    except ValueError:
        _refuse(name, "a number has more digits than can be read", "write a shorter one")


def _refuse(name: str, what: str, hint: str, where: str = "") -> NoReturn:
    raise InvalidInput(subject=name, problems=(Problem(what=what, hint=hint, where=where),)) from None
