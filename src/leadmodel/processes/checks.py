"""
What makes a process whole: keys once, somewhere to begin, every cell declared, and nothing asked for that is not there.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import attrs

from leadmodel.criteria import Criterion, CustomField, fields_of, where
from leadmodel.criteria.fields import declared
from leadmodel.entities import Record
from leadmodel.errors import InvalidCriterion, Problem, shown, suggestion
from leadmodel.values.text import LINE_LIMIT, key_fault, text_fault

if TYPE_CHECKING:
    from leadmodel.processes.parts import Gate, Step, Transition
    from leadmodel.processes.process import Process


def line_fault(text: object) -> str:
    """
    Say what is wrong with a label, a hint or another line of text, or "" where nothing is.
    """
    return text_fault(text, LINE_LIMIT) if isinstance(text, str) else "is no text"


def emptiness(process: "Process[Any]", path: str) -> Criterion:
    """
    Give the question whether a field is empty.

    Raises:
        InvalidCriterion: There is no such field.
    """
    return where(process.record_type, path, "is_empty", fields=process.fields)


def process_problems(process: "Process[Any]") -> Iterator[Problem]:
    """
    Say everything that is wrong with a process.
    """
    if fault := key_fault(process.key):
        yield Problem(what=f"the key {fault}", field="key", value=process.key, rule=process.steps_rule)
    yield from _text_problems(process)
    if process.steps:
        yield from step_problems(process.steps, process.steps_field)
        yield from _beginning_problems(process)
    elif not process.past_steps:
        yield Problem(what="there are none", hint="give at least one", field=process.steps_field, rule="PIPE-1")
    yield from process.own_problems()
    yield from _cell_problems(process)
    yield from _transition_problems(process)
    if wrong := list(field_problems(process.record_type, process.fields)):
        yield from wrong  # what asks for one of these fields can only be judged once they are right
        return
    for step in (*process.steps, *process.past_steps):
        yield from _gate_problems(process, step, f"{process.steps_field} {shown(step.key)}")
    for row in process.moves:
        yield from _gate_problems(process, row, f"moves {row.come_from} to {row.to}")
    for way in process.transitions:
        yield from _gate_problems(process, way, f"transitions {shown(way.name)}")


def _text_problems(process: "Process[Any]") -> Iterator[Problem]:
    """
    Say which labels, hints and ids of rules no record could hold either: they are too long, or hold what none keeps.
    """
    steps = (*process.steps, *process.past_steps)
    lines: list[tuple[str, str, object]] = [("", "label", process.label)]
    lines += [(f"{process.steps_field} {shown(step.key)}, ", "label", step.label) for step in steps]
    for row in process.moves:
        place = f"moves {row.come_from} to {row.to}, "
        lines += [(place, "hint", row.hint), (place, "rule", row.rule)]
    for place, name, text in lines:
        if fault := line_fault(text):
            yield Problem(what=f"the {name} {fault}", field=f"{place}{name}", value=text)


def step_problems(steps: "Sequence[Step]", field: str) -> Iterator[Problem]:
    """
    Say what is wrong with the keys of steps: one is no identity, one is given twice.

    Rule:
        PIPE-1.
    """
    for number, step in enumerate(steps):
        if fault := key_fault(step.key):
            what = f"the key {shown(step.key)} {fault}"
            yield Problem(what=what, field=f"{field}[{number}]", value=step.key, rule="PIPE-1")
    yield from _repeated([step.key for step in steps if not key_fault(step.key)], "key", field)


def _repeated(keys: Sequence[str], noun: str, field: str) -> Iterator[Problem]:
    for key, times in Counter(keys).items():
        if times > 1:
            what = f"the {noun} {shown(key)} is given {times} times"
            yield Problem(what=what, hint=f"{noun}s are unique", field=field, value=key, rule="PIPE-1")


def _beginning_problems(process: "Process[Any]") -> Iterator[Problem]:
    """
    Say why a process has no step, or no single one, at which records begin.
    """
    noun, meaning = process.nouns[1:]
    live = ", ".join(mark for mark in process.marks if mark in process.live)
    field = process.steps_field
    if not any(step.mark in process.live for step in process.steps):
        hint = f"give at least one whose {meaning} is one of: {live}" if "," in live else f"give one that is {live}"
        yield Problem(what=f"no {noun} is {live.replace(', ', ' or ')}", hint=hint, field=field, rule="PIPE-1")
    first = [step for step in process.steps if step.first]
    if len(first) > 1:
        keys = " and ".join(shown(step.key) for step in first)
        yield Problem(what=f"{keys} are both first", hint="mark one of them", field=field, rule="PIPE-11")
    for step in first:
        if step.mark not in process.live:
            what = f"the first {noun} {shown(step.key)} is {step.mark}"
            hint = f"begin at one that is {live.replace(', ', ' or ')}"
            yield Problem(what=what, hint=hint, field=field, value=step.key, rule="PIPE-11")


def _cell_problems(process: "Process[Any]") -> Iterator[Problem]:
    """
    Say which cells of the move table are missing, declared twice, or of no step that there can be.
    """
    marks = tuple(process.marks)
    meaning = process.nouns[2]
    for row in process.moves:
        for mark in (row.come_from, row.to):
            if mark not in marks:
                what = f"{shown(mark)} is no {meaning}"
                yield Problem(
                    what=what, hint=suggestion(mark, marks), field="moves", value=mark, options=marks, rule="PIPE-2"
                )
    declared = Counter((row.come_from, row.to) for row in process.moves)
    for come_from, to in product(marks, marks):
        if not (times := declared[come_from, to]):
            what, hint = f"no row says whether {come_from} may become {to}", "declare each cell once"
            yield Problem(what=what, hint=hint, field="moves", rule="PIPE-2")
        elif times > 1:
            what, hint = f"{times} rows say whether {come_from} may become {to}", "declare each cell once"
            yield Problem(what=what, hint=hint, field="moves", rule="PIPE-2")


def _transition_problems(process: "Process[Any]") -> Iterator[Problem]:
    """
    Say which transitions have no name of their own, lead nowhere, or lead where the table lets nothing go.
    """
    steps = {step.key: step for step in process.steps if not key_fault(step.key)}
    yield from _repeated([way.name for way in process.transitions], "name", "transitions")
    ways: Counter[tuple[str, str]] = Counter()
    for way in process.transitions:
        place = f"transitions {shown(way.name)}"
        if fault := key_fault(way.name):
            yield Problem(what=f"the name {fault}", field="transitions", value=way.name, rule="PIPE-3")
        unknown = [key for key in (*way.come_from, way.to) if key not in steps]
        for key in unknown:
            what = f"there is no {process.nouns[1]} {shown(key)}"
            hint, options = suggestion(key, steps), tuple(steps)
            yield Problem(what=what, hint=hint, field=place, value=key, options=options, rule="PIPE-3")
        if not unknown:
            yield from _closed_ways(process, way, steps, place)
        ways.update((start, way.to) for start in way.come_from or ("",))
    for (start, to), times in ways.items():
        if times > 1:
            what = f"{times} transitions lead from {shown(start) if start else 'anywhere'} to {shown(to)}"
            yield Problem(
                what=what, hint="declare one; its guard may join conditions", field="transitions", rule="PIPE-3"
            )


def _closed_ways(process: "Process[Any]", way: "Transition", steps: dict[str, Any], place: str) -> Iterator[Problem]:
    allowed: Container[tuple[str, str]] = {(row.come_from, row.to) for row in process.moves if row.allowed}
    to = steps[way.to]
    for start in way.come_from:
        mark = steps[start].mark
        if start == way.to:
            yield Problem(what=f"it leads from {shown(start)} to itself", field=place, value=start, rule="PIPE-5")
        elif (mark, to.mark) not in allowed:
            what = f"it leads from {mark} to {to.mark}, which the move table refuses"
            yield Problem(
                what=what, hint=f"allow it: allowing({mark.value!r}, {to.mark.value!r})", field=place, rule="PIPE-2"
            )


def field_problems(record_type: type[Record], fields: Iterable[CustomField]) -> Iterator[Problem]:
    """
    Say what is wrong with the declarations of the organisation's own fields.
    """
    try:
        fields_of(record_type, fields)
    except InvalidCriterion as error:
        yield from error.problems


def _gate_problems(process: "Process[Any]", gate: "Gate", place: str) -> Iterator[Problem]:
    """
    Say which required fields do not exist, and that a guard asks about another type of record or undeclared fields.
    """
    yield from required_problems(process.record_type, process.fields, gate.requires, f"{place}, requires")
    guard: object = gate.guard
    if guard is None:
        return
    name = process.record_type.__name__
    if not isinstance(guard, Criterion):
        what, hint = f"{shown(guard)} is no criterion", f"make one: where({name}, …), or parse_criterion({name}, …)"
        yield Problem(what=what, hint=hint, field=f"{place}, guard", value=guard, rule="PIPE-2")
    elif guard.record_type is not process.record_type:
        what, hint = f"the guard asks about a {guard.record_type.__name__}", f"ask about the {name}"
        yield Problem(what=what, hint=hint, field=f"{place}, guard", value=guard, rule="PIPE-2")
    else:
        yield from undeclared_problems(guard, process.fields, f"{place}, guard", "PIPE-2")


def required_problems(
    record_type: type[Record], fields: Iterable[CustomField], paths: Iterable[str], field: str, rule: str = ""
) -> Iterator[Problem]:
    """
    Say which required fields do not exist.

    Args:
        record_type: The type of record that is to hold them.
        fields: The organisation's own fields that are declared.
        paths: The required fields.
        field: What problems call the list of them.
        rule: The rule by which they are required; "" is that of the criteria by which they are looked for.
    """
    for path in paths:
        try:
            where(record_type, path, "is_empty", fields=fields)
        except InvalidCriterion as error:
            for each in error.problems:
                yield attrs.evolve(each, field=field, value=path, rule=rule or each.rule)


def undeclared_problems(guard: Criterion, fields: Iterable[CustomField], field: str, rule: str) -> Iterator[Problem]:
    """
    Say which of the organisation's own fields a guard asks about that are not among those declared, or not as that.

    Args:
        guard: A criterion.
        fields: The fields that are declared.
        field: What problems call the guard.
        rule: The rule by which it asks.
    """
    own = declared(fields)
    for path, asked in {each.field.path: each.field for each in guard.conditions() if each.field.custom}.items():
        name = asked.part
        if name not in own:
            what, hint = f"the guard asks about {shown(path)}, which is not declared", "declare it in fields="
        elif own[name].kind != asked.kind:
            kinds = f"{shown(asked.kind.value)}, and it is declared as {shown(own[name].kind.value)}"
            what, hint = f"the guard asks about {shown(path)} as {kinds}", "make the guard with the same fields"
        else:
            continue
        yield Problem(what=what, hint=hint, field=field, value=path, options=tuple(own), rule=rule)
