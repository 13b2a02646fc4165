"""
The report of a plan: what a sales manager reads before saying yes. Words, no ids and no field keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from leadmodel.display import counted, escaped, html_table, one_line, text_table
from leadmodel.entities import Entity, Record, facts_of
from leadmodel.rules.conversion.carrying import FieldLine, Treatment, is_blank
from leadmodel.values import type_name

if TYPE_CHECKING:
    from leadmodel.rules.conversion.planning import ConversionPlan

_SHOWN: Final = 40

#: What fields are called, where that is not the name of the field with spaces.
_WORDS: Final = {
    "owner_id": "owner", "contact_id": "contact on record", "employees": "number of employees",
    "emails": "e-mail addresses", "phones": "phone numbers", "closes_on": "expected to close on",
}  # fmt: skip
_EFFECTS: Final = {
    Treatment.FILLED: "taken over", Treatment.KEPT: "what is there stays", Treatment.SAME: "is there already",
    Treatment.REPLACED: "replaces what was there", Treatment.JOINED: "added to what is there",
}  # fmt: skip
#: Fields that every record has for itself, and the mapping whose members have lines of their own.
_UNTOLD: Final = {"id", "version", "custom", "created_at", "modified_at", "last_activity_at", "viewed_by", "score"}
#: What is said of several records that follow a lead, or stay.
_FOLLOWING: Final = {"move": "moved to", "copy": "copied to", "leave": "left with the lead"}
_PLURALS: Final = {"activity": "activities"}

_NEW: Final = ("field", "becomes", "from the lead's")
_OLD: Final = ("field", "is", "becomes", "from the lead's", "how")
_DROPPED: Final = ("not carried over", "value", "because")


def field_word(field: str) -> str:
    """
    Give what a field is called.
    """
    return _WORDS.get(field) or field.removeprefix("custom.").replace("_", " ")


def record_rows(lines: Sequence[FieldLine], record_type: type[Record]) -> Iterator[tuple[str, str, str, str, str]]:
    """
    Give a row for each value that goes to a type of record: its field, before, after, the lead's field, and how.
    """
    for line in lines:
        for done in line.carried:
            if done.record_type is record_type:
                before, after = said(done.before), said(done.after)
                yield field_word(done.field), before, after, field_word(line.field), _EFFECTS[done.treatment]


def dropped_rows(lines: Sequence[FieldLine]) -> Iterator[tuple[str, str, str]]:
    """
    Give a row for each value that goes nowhere, with the reason; bookkeeping is left out.
    """
    for line in lines:
        if line.dropped and not is_blank(line.value) and line.field not in _UNTOLD:
            yield field_word(line.field), said(line.value), line.dropped


def plan_text(plan: "ConversionPlan") -> str:
    """
    Give the report as text.
    """
    parts = [f"Convert {one_line(plan.before.label())}"]
    for title, lines in remarks(plan):
        parts += ["", f"{title}:", *(f"  {line}" for line in lines)]
    for title, headers, rows in tables(plan):
        parts += ["", title, *([text_table(headers, rows)] if rows else [])]
    return "\n".join(parts)


def plan_html(plan: "ConversionPlan") -> str:
    """
    Give the report for a notebook.
    """
    parts = [f"<h4>Convert {escaped(one_line(plan.before.label()))}</h4>"]
    for title, lines in remarks(plan):
        items = "".join(f"<li>{escaped(line)}</li>" for line in lines)
        parts.append(f"<p><b>{escaped(title)}</b></p><ul>{items}</ul>")
    parts += [html_table(headers, rows, caption=title) for title, headers, rows in tables(plan)]
    return f"<div>{''.join(parts)}</div>"


def remarks(plan: "ConversionPlan") -> Iterator[tuple[str, list[str]]]:
    """
    Give what is told in sentences, each list under its title: what blocks, why, what to mind, what comes along.
    """
    told = (
        ("Blocked", [str(problem) for problem in plan.problems]),
        ("Because", [str(each) for each in plan.evidence if not each.warning]),
        ("Mind", [str(each) for each in plan.evidence if each.warning]),
        ("Along with the lead", list(_following(plan))),
    )
    yield from ((title, lines) for title, lines in told if lines)


def tables(plan: "ConversionPlan") -> Iterator[tuple[str, Sequence[str], list[Sequence[str]]]]:
    """
    Give a table for each record that is made, changed or used, and one of what goes nowhere: title, headers, rows.
    """
    created = {record.ref for record in plan.changes.created}
    changed = {update.after.ref: update.before for update in plan.changes.updated}
    for record in (plan.account, plan.contact, plan.deal):
        if record is None:
            continue
        touched = record.ref in created or record.ref in changed
        asked = _asked_rows(plan, record, changed.get(record.ref)) if touched else ()
        rows = [*asked, *record_rows(plan.fields, type(record))]
        name = f"{type_name(type(record))} {one_line(record.label())}"
        if record.ref in created:
            yield f"New {name}", _NEW, [(field, after, source) for field, _, after, source, _ in rows]
        else:
            yield f"{'Changed' if record.ref in changed else 'Used as it is:'} {name}", _OLD, list(rows)
    if dropped := list(dropped_rows(plan.fields)):
        yield "Not carried over", _DROPPED, list(dropped)


def _asked_rows(
    plan: "ConversionPlan", record: Record, before: Entity | None
) -> Iterator[tuple[str, str, str, str, str]]:
    """
    Give a row for each field that the conversion itself fills: whom the record belongs to, and what was asked for.
    """
    told = {done.field for line in plan.fields for done in line.carried if done.record_type is type(record)}
    names = {each.id: each.label() for each in (plan.account, plan.contact) if each}
    fields = facts_of(type(record))
    for field, word in _ASKED.items():
        if field in told or field not in fields:
            continue
        now, was = getattr(record, field), getattr(before, field, None)
        if field == "stage" and plan.stage:
            now = plan.stage
        if not is_blank(now) and now != was:
            yield word, _by_name(was, names), _by_name(now, names), "–", "by the conversion"


#: Fields that a conversion fills by itself, and what they are called.
_ASKED: Final = {
    "name": "name", "stage": "stage", "amount": "amount", "closes_on": "expected to close on", "next_step": "next step",
    "account_id": "account", "contact_id": "contact", "contacts": "other contacts",
}  # fmt: skip


def _by_name(value: object, names: Mapping[str, str]) -> str:
    """
    Say a value with the names of the records that it refers to.
    """
    if isinstance(value, tuple):
        value = tuple(names.get(each.contact_id, each.contact_id) for each in value)
    return said(names.get(value, value) if isinstance(value, str) else value)


def _following(plan: "ConversionPlan") -> Iterator[str]:
    for line in plan.children:
        name = type_name(line.record_type)
        to = f" the {type_name(line.to)}" if line.to else ""
        yield f"{counted(line.number, name, _PLURALS.get(name, ''))} {_FOLLOWING[line.follow]}{to}"


def said(value: object) -> str:
    """
    Say a value in one line.
    """
    if is_blank(value):
        return "–"
    if isinstance(value, (tuple, frozenset)):
        told = ", ".join(map(str, value) if isinstance(value, tuple) else sorted(map(str, value)))
    elif isinstance(value, Mapping):
        told = ", ".join(f"{key}: {member}" for key, member in value.items())
    else:
        told = str(value)
    told = one_line(told)
    return told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…"
