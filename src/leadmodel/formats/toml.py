"""
Processes and playbooks in TOML: how an organisation sells, in a file that people write and keep.

Pipelines and statuses alone:

    format = 1

    [pipelines.sales]
    stages = [
        { key = "Open", outcome = "open", probability = 50 },
        { key = "Won", outcome = "won", probability = 100, requires = ["amount"] },
        { key = "Lost", outcome = "lost" },
    ]

and playbooks, which hold one list of statuses, how leads are converted, and the organisation's namespace besides:

    key = "acme"
    start = "zoho"
    namespace = "2f9c6a1e-0b54-4f7d-9d43-51e0c8a7b6d2"

    [conversion]
    requires = ["emails"]

Reading needs nothing besides Python; writing needs the extra `toml`.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from leadmodel.errors import InvalidInput, MissingExtra, Problem
from leadmodel.formats.intake.sources import Source, lines_of, name_of
from leadmodel.playbook import Playbook, playbook_from_plain, playbook_to_plain
from leadmodel.playbook.forms import OWN
from leadmodel.processes.plain import Processes, processes_from_plain, processes_to_plain

__all__ = [
    "KEY_LIMIT",
    "TOML_LIMIT",
    "playbook_to_toml",
    "processes_to_toml",
    "read_either",
    "read_playbook",
    "read_processes",
]

#: Characters that a file may have.
TOML_LIMIT: Final = 1_000_000
#: Parts that a dotted key may have: the parser takes time that grows with their square.
KEY_LIMIT: Final = 8
_PART: Final = r"""(?:(?<![\w-])[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
#: A key of too many parts; or a text or a comment, in which what looks like one is none.
_LONG: Final = re.compile(
    rf"(?P<key>(?:{_PART}[ \t]*+\.[ \t]*+){{{KEY_LIMIT},}}+)"
    r'''|"{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|"(?:[^"\\\n]|\\.)*+"'''
    r"""|'{3}(?:[^']|'(?!''))*+'{3}|'[^'\n]*+'|\#[^\n]*+""",
    re.DOTALL,
)
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


def read_playbook(source: Source, *, name: str = "") -> Playbook:
    """
    Read a playbook from TOML.

    Args:
        source: A path, bytes, an open file, or text that holds a line break.
        name: What errors call it.

    Raises:
        InvalidInput: It cannot be read or is no TOML, or the playbook is not sound: all is reported, each at its place,
            such as `conversion.mapping[2].to[0].record`; the first of a list is number 0.

    Rule:
        PIPE-1 to PIPE-4, LEAD-3, LEAD-4, CONV-4 to CONV-10, CONV-14, CONV-15.
    """
    name = name_of(source, name)
    return playbook_from_plain(_parsed(_text(source, name), name), subject=name)


def read_either(source: Source, *, name: str = "") -> Playbook | Processes:
    """
    Read a playbook, or pipelines and statuses alone: what the file is, its keys at the top say.

    Args:
        source: A path, bytes, an open file, or text that holds a line break.
        name: What errors call it.

    Raises:
        InvalidInput: As for `read_playbook` and `read_processes`.
    """
    name = name_of(source, name)
    data = _parsed(_text(source, name), name)
    if any(key in data for key in OWN):
        return playbook_from_plain(data, subject=name)
    return processes_from_plain(data, subject=name)


def playbook_to_toml(playbook: Playbook) -> str:
    """
    Give a playbook as TOML; what holds anyhow is left out.

    Raises:
        MissingExtra: The library tomli-w is not installed.
    """
    return _writer()(playbook_to_plain(playbook))


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
    long = next((found.start() for found in _LONG.finditer(text) if found["key"]), None)
    if long is not None:
        line = text.count("\n", 0, long) + 1
        _refuse(name, f"a key has more than {KEY_LIMIT} parts", "no table of a playbook stands so deep", f"line {line}")
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
