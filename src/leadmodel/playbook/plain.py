"""
Playbooks to and from plain data: the form in which an organisation keeps how it sells.

    {"format": 1, "key": "acme", "start": "zoho", "namespace": "…", "conversion": {"requires": ["emails"]}}

Whatever holds anyhow may be left out, and is left out. With a start, what the file does not say is as in that preset:
all pipelines, the statuses, each key of the conversion, each row of its mapping.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from leadmodel.errors import InvalidInput, InvalidTable, Problem, shown
from leadmodel.playbook.forms import LISTS, RULES, TOP
from leadmodel.playbook.playbook import Playbook
from leadmodel.playbook.presets import PRESETS, SIMPLE
from leadmodel.playbook.reading import read_conversion
from leadmodel.processes import Pipeline, Statuses
from leadmodel.processes.forms import PIPELINES, STATUSES, Holds, Key, Words, row_to_plain
from leadmodel.processes.plain import FORMAT, process_to_plain, read_top
from leadmodel.processes.reading import place_of, read_processes_of
from leadmodel.processes.rows import Rows
from leadmodel.rules.conversion import PUBLISHED, ConversionRules

_USUAL: Final = ConversionRules()
_START: Final = Key("start", Words("preset", PRESETS))
_NAMED: Final = " or ".join(f'start = "{key}"' for key in PRESETS)


def playbook_from_plain(data: Mapping[str, Any], *, subject: str = "playbook") -> Playbook:
    """
    Read a playbook from plain data: the way back from `playbook_to_plain`.

    Args:
        data: Tables, lists, texts, whole numbers, true and false, as they come out of TOML or JSON.
        subject: What is read, for errors: "acme.toml".

    Raises:
        InvalidInput: A key is unknown or missing, a value is of the wrong type or none of the listed words, a guard
            is no criterion, or the playbook contradicts itself; all is reported, each at its place.

    Rule:
        PIPE-1 to PIPE-4, LEAD-3, LEAD-4, CONV-4 to CONV-10, CONV-14, CONV-15.
    """
    problems: list[Problem] = []
    made = _Reader(problems).playbook(data)
    if made is None or problems:
        raise InvalidInput(subject=subject, problems=tuple(problems))
    return made


class _Reader:
    """
    A playbook on its way out of plain data; what cannot be read of it is stood in for by what breaks no rule.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self._rows = Rows(STATUSES.makes.record_type, problems)
        #: The preset that the file starts from; None while it names none.
        self._start: Playbook | None = None
        #: Whether a start was meant.
        self._starts = False

    def playbook(self, data: object) -> Playbook | None:
        """
        Read as much as can be read, and check it.
        """
        table = read_top(data, TOP, self._rows.problems, "pass what playbook_to_plain gives")
        if self._rows.problems and not table:
            return None
        self._starts = "start" in table
        if self._starts:
            self._start = self._rows.value(_START, table["start"], "start")
        if "key" not in table:
            self._rows.refuse("", "the key 'key' is missing", "add it: the name that the playbook goes by")
        pipelines, statuses = self._pipelines(table), self._statuses(table)
        rules = read_conversion(table.get("conversion", {}), (self._start or SIMPLE).conversion, self._rows.problems)
        try:
            return Playbook(
                key=self._text(table, "key", SIMPLE.key), label=self._text(table, "label", ""),
                pipelines=pipelines, statuses=statuses, conversion=rules or SIMPLE.conversion,
                namespace=self._namespace(table),
            )  # fmt: skip
        except InvalidTable as error:
            for problem in error.problems:
                place = place_of(STATUSES, statuses.key) if problem.field == "statuses" else problem.field
                self._rows.refuse_as(place, problem)
            return None

    def _text(self, table: Mapping[str, Any], name: str, otherwise: str) -> str:
        found: str | None = self._rows.value(Key(name, Holds.TEXT), table.get(name, otherwise), name)
        return otherwise if found is None else found

    def _pipelines(self, table: Mapping[str, Any]) -> Mapping[str, Pipeline] | list[Pipeline]:
        """
        Read the pipelines; those of the start are taken where the file has none of its own.
        """
        if "pipelines" not in table:
            self._need_start("there is no pipeline", PIPELINES.name)
            return (self._start or SIMPLE).pipelines
        found: list[Any] = list(read_processes_of(PIPELINES, table["pipelines"], self._rows.problems))
        if table["pipelines"] == {}:
            self._rows.refuse(PIPELINES.name, "there is no pipeline", "write [pipelines.NAME] over each")
        return found or SIMPLE.pipelines

    def _statuses(self, table: Mapping[str, Any]) -> Statuses:
        """
        Read the one list of statuses.
        """
        if "statuses" not in table:
            self._need_start("there are no statuses", STATUSES.name)
            return (self._start or SIMPLE).statuses
        given = table["statuses"]
        found: list[Any] = list(read_processes_of(STATUSES, given, self._rows.problems))
        if isinstance(given, Mapping) and len(given) != 1:
            said = f"{len(given)} lists of statuses stand here" if given else "there are no statuses"
            self._rows.refuse(STATUSES.name, f"{said}, and a playbook has one list", "write [statuses.NAME] over it")
            return SIMPLE.statuses
        return found[0] if found else SIMPLE.statuses

    def _need_start(self, what: str, name: str) -> None:
        """
        Refuse to go on without something, unless there is a start that has it.
        """
        if not self._starts:
            self._rows.refuse("", what, f"write [{name}.NAME] over it, or begin the file with {_NAMED}")

    def _namespace(self, table: Mapping[str, Any]) -> UUID:
        text = self._text(table, "namespace", str(PUBLISHED))
        try:
            return UUID(text)
        except ValueError:
            what = f"{shown(text)} is no UUID"
            hint = 'make one once, and keep it: python -c "import uuid; print(uuid.uuid4())"'
            self._rows.refuse("namespace", what, hint, text, rule="CONV-10")
            return PUBLISHED


def playbook_to_plain(playbook: Playbook) -> dict[str, Any]:
    """
    Give a playbook as plain data, ready for TOML or JSON; `playbook_from_plain` reads it.

    It says everything itself: what a preset says in a later version changes nothing in it.
    """
    told: dict[str, Any] = {"format": FORMAT, "key": playbook.key}
    if playbook.label:
        told["label"] = playbook.label
    if playbook.namespace != PUBLISHED:
        told["namespace"] = str(playbook.namespace)
    told[PIPELINES.name] = {key: process_to_plain(pipeline) for key, pipeline in playbook.pipelines.items()}
    told[STATUSES.name] = {playbook.statuses.key: process_to_plain(playbook.statuses)}
    if rules := conversion_to_plain(playbook.conversion):
        told["conversion"] = rules
    return told


def conversion_to_plain(rules: ConversionRules) -> dict[str, Any]:
    """
    Give how leads are converted as plain data: what differs from what holds anyhow.
    """
    told = row_to_plain(RULES, rules)
    for name, form in LISTS.items():
        rows = _own_rows(rules) if name == "mapping" else getattr(rules, name)
        if rows != getattr(_USUAL, name):
            told[name] = [row_to_plain(form, row) for row in rows]
    return told


def _own_rows(rules: ConversionRules) -> tuple[Any, ...]:
    """
    Give the rows of the mapping that differ from the usual ones; all of them where they stand in another order.
    """
    usual = _USUAL.mapping
    if [row.field for row in rules.mapping] != [row.field for row in usual]:
        return rules.mapping
    return tuple(row for row, other in zip(rules.mapping, usual, strict=True) if row != other) or usual
