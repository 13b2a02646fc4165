"""
The JSON form, read: strictly, with everything that is wrong told at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from leadmodel.criteria.building import check_type, resolved, type_of
from leadmodel.criteria.condition import Condition
from leadmodel.criteria.faults import refuse, refuse_any
from leadmodel.criteria.fields import CustomField, declared
from leadmodel.criteria.limits import LEAVES_LIMIT, LEVELS_LIMIT, leaves_problem, levels_problem
from leadmodel.criteria.nodes import Criterion, all_of, any_of, negation
from leadmodel.criteria.plain import FORMAT, operand_from_plain
from leadmodel.entities import Entity
from leadmodel.errors import InvalidCriterion, Problem, shown, suggestion
from leadmodel.values import type_name


def criterion_from_plain(
    record_type: type[Entity], data: Mapping[str, Any], fields: Iterable[CustomField] | None = None
) -> Criterion:
    """
    Read a criterion from plain data: the way back from `criterion.to_plain()`.

    Args:
        record_type: The type of record that is asked about; the data must say the same.
        data: What `to_plain` gave, as it comes out of JSON.
        fields: The organisation's own fields.

    Raises:
        InvalidCriterion: The data are no criterion on that type of record; all is reported, with its place.

    Rule:
        CRIT-7, CRIT-9.
    """
    check_type(record_type)
    refuse_any(_envelope_problems(record_type, data))
    return _Reader(record_type, tuple(declared(fields).values())).node(data["criterion"], "criterion")


def _envelope_problems(record_type: type[Entity], data: object) -> Iterator[Problem]:
    if not isinstance(data, Mapping):
        hint = "pass what to_plain() gives"
        yield Problem(what=f"a {type(data).__name__} is no criterion", hint=hint, value=data, rule="CRIT-7")
        return
    yield from _key_problems(data, {"format", "record", "criterion"}, "")
    version = data.get("format", FORMAT)
    if version != FORMAT or isinstance(version, bool):
        hint = "use a newer version of leadmodel"
        yield Problem(what=f"format {shown(version)} is not known", hint=hint, field="format", value=version)
    name = data.get("record", type_name(record_type))
    if name != type_name(record_type):
        what = f"the criterion asks about {shown(name)}, and a {type_name(record_type)} was expected"
        hint = "pass the type of record that it asks about" if type_of(name) else "correct it"
        yield Problem(what=what, hint=hint, field="record", value=name, rule="CRIT-6")


def _key_problems(data: Mapping[Any, object], wanted: set[str], where: str) -> Iterator[Problem]:
    for key in data:
        if key not in wanted:
            what = f"there is no key {shown(key)}"
            hint = suggestion(key, sorted(wanted))
            yield Problem(what=what, hint=hint, where=where, value=key, rule="CRIT-7")
    for key in sorted(wanted - set(data)):
        yield Problem(what=f"the key {shown(key)} is missing", hint="add it", where=where, rule="CRIT-7")


#: How the parts of a node are joined, by the key that holds them.
_JOINS: Final[Mapping[str, Callable[[Iterable[Criterion]], Criterion]]] = {"all": all_of, "any": any_of}


class _Reader:
    """
    Plain data on their way to becoming a criterion. Where a node is wrong, its neighbours are still looked at.
    """

    def __init__(self, record_type: type[Entity], fields: tuple[CustomField, ...]) -> None:
        self._record_type = record_type
        self._fields = fields
        self._leaves = 0

    def node(self, data: object, where: str, level: int = 1) -> Criterion:
        """
        Read one node and what is in it.
        """
        if level > LEVELS_LIMIT:
            refuse(levels_problem(f"more than {LEVELS_LIMIT}").at(where))
        if not isinstance(data, Mapping):
            hint = 'write {"field": …, "operator": …, "operands": […]}'
            what = f"a {type(data).__name__} is no condition"
            refuse(Problem(what=what, hint=hint, where=where, value=data, rule="CRIT-7"))
        key = next((key for key in _JOINS if key in data), "")
        if key:
            return self._joined(data, key, where, level)
        if "not" in data:
            refuse_any(_key_problems(data, {"not"}, where))
            part = self.node(data["not"], f"{where}.not", level + 1)
            return _made(lambda: negation(part), where)
        return self._condition(data, where)

    def _joined(self, data: Mapping[str, Any], key: str, where: str, level: int) -> Criterion:
        members = data[key]
        problems = [*_key_problems(data, {key}, where)]
        if not isinstance(members, list) or not members:
            what, hint = f"what stands under {shown(key)} is no list of conditions", "give a list of one or more"
            problems.append(Problem(what=what, hint=hint, where=where, value=members, rule="CRIT-7"))
        refuse_any(problems)
        parts = []
        for number, member in enumerate(members):
            if self._leaves > LEAVES_LIMIT:
                break  # that has been said
            try:
                parts.append(self.node(member, f"{where}.{key}[{number}]", level + 1))
            except InvalidCriterion as error:
                problems += error.problems
        refuse_any(problems)
        return _made(lambda: _JOINS[key](parts), where)

    def _condition(self, data: Mapping[str, Any], where: str) -> Criterion:
        self._leaves += 1
        if self._leaves > LEAVES_LIMIT:
            refuse(leaves_problem(f"more than {LEAVES_LIMIT}").at(where))
        operands = data.get("operands", [])
        problems = [*_key_problems({"operands": operands, **data}, {"field", "operator", "operands"}, where)]
        if not isinstance(operands, list):
            what = f"the operands are a {type(operands).__name__}"
            problems.append(Problem(what=what, hint="give a list", where=where, value=operands, rule="CRIT-7"))
        refuse_any(problems)
        return _made(lambda: self._built(data["field"], data["operator"], operands), where)

    def _built(self, path: object, operator: object, operands: list[object]) -> Criterion:
        field, row = resolved(self._record_type, path, operator, self._fields)
        return Condition(field, row.name, [operand_from_plain(field, row, each) for each in operands])


def _made(make: Callable[[], Criterion], where: str) -> Criterion:
    """
    Make a node; what is wrong with it gets its place.
    """
    try:
        return make()
    except InvalidCriterion as error:
        refuse(*(problem.at(where) for problem in error.problems))
