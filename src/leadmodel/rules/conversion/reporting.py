"""
The report of a plan: what a sales manager reads before saying yes. Words, no ids and no field keys.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from leadmodel.display import counted, escaped, html_table, one_line, text_table
from leadmodel.entities import DealContact, Entity, Record, facts_of
from leadmodel.networks import NETWORKS, Profile
from leadmodel.rules.conversion.carrying import FieldLine, Treatment, is_blank
from leadmodel.rules.conversion.requests import Request
from leadmodel.values import type_name

if TYPE_CHECKING:
    from leadmodel.rules.conversion.planning import ConversionPlan

_SHOWN: Final = 60

#: What fields are called, where that is not the name of the field with spaces.
_WORDS: Final = {
    "owner_id": "owner", "contact_id": "contact on record", "employees": "number of employees",
    "emails": "e-mail addresses", "phones": "phone numbers", "closes_on": "expected to close on",
}  # fmt: skip
_EFFECTS: Final = {
    Treatment.FILLED: "taken over", Treatment.KEPT: "stays as it is", Treatment.SAME: "is the same already",
    Treatment.REPLACED: "replaced", Treatment.JOINED: "added",
}  # fmt: skip
#: Fields that every record has for itself, and the mapping whose members have lines of their own.
_UNTOLD: Final = {"id", "version", "custom", "created_at", "modified_at", "last_activity_at", "viewed_by", "score"}
#: Fields that all records have: they come last, as a person or a company is known by others.
_COMMON: Final = frozenset(facts_of(Record))
#: What is said of several records that follow a lead, or stay.
_FOLLOWING: Final = {"move": "moved to", "copy": "copied to", "leave": "left with the lead"}
_PLURALS: Final = {"activity": "activities"}

#: The columns of a new record, of one that is there, and of what goes nowhere.
_NEW: Final = ("field", "becomes", "from")
_OLD: Final = ("field", "is", "the lead has", "becomes", "how")
_DROPPED: Final = ("field", "the lead has", "because")

#: A row of a record that is there; a new one leaves out what is not there.
_Row: TypeAlias = tuple[str, str, str, str, str]


def field_word(field: str) -> str:
    """
    Give what a field is called.
    """
    return _WORDS.get(field) or " ".join(field.removeprefix("custom.").replace("_", " ").split())


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
    for title, headers, rows in tables(plan):
        parts.append(html_table(headers, rows, caption=title) if rows else f"<p><b>{escaped(title)}</b></p>")
    return f"<div>{''.join(parts)}</div>"


def remarks(plan: "ConversionPlan") -> Iterator[tuple[str, list[str]]]:
    """
    Give what is told in sentences, each list under its title: what blocks, why, what to mind, what becomes of the lead.
    """
    told = (
        ("Blocked", [str(problem) for problem in plan.problems]),
        ("Because", [str(each) for each in plan.evidence if not each.warning]),
        ("Mind", [str(each) for each in plan.evidence if each.warning]),
        ("The lead", list(_kept(plan))),
    )
    yield from ((title, [one_line(line) for line in lines]) for title, lines in told if lines)


def _kept(plan: "ConversionPlan") -> Iterator[str]:
    """
    Say what becomes of the lead itself, and of what hangs on it.
    """
    if plan.changes:
        status = f"; its status becomes {plan.status}" if plan.status else ""
        yield f"it is kept as converted{status}"
    for line in plan.children:
        name = type_name(line.record_type)
        to = f" the {type_name(line.to)}" if line.to else ""
        yield f"{counted(line.number, name, _PLURALS.get(name, ''))} {_FOLLOWING[line.follow]}{to}"


def tables(plan: "ConversionPlan") -> Iterator[tuple[str, Sequence[str], list[Sequence[str]]]]:
    """
    Give a table for each record that is made, changed or used, and one of what goes nowhere: title, headers, rows.
    """
    for record, what, before in results(plan):
        name = f"{type_name(type(record))} {one_line(record.label())}"
        if what == "created":
            rows = [*_asked_rows(plan, record, None), *_new_rows(plan.fields, type(record))]
            yield f"New {name}", _NEW, [(field, after, source) for field, _, _, after, source in rows]
        elif what == "changed":
            asked = _asked_rows(plan, record, before)
            yield f"Changed {name}", _OLD, [*asked, *_old_rows(plan.fields, type(record))]
        else:
            yield f"Used as it is: {name}", _OLD, list(_old_rows(plan.fields, type(record)))
    if plan.changes and (dropped := list(dropped_rows(plan.fields))):
        yield "Not carried over", _DROPPED, list(dropped)


def results(plan: "ConversionPlan") -> Iterator[tuple[Record, str, Entity | None]]:
    """
    Give the records that the lead becomes, whether each is "created", "changed" or "used", and as it was before.
    """
    created = {record.ref for record in plan.changes.created}
    changed = {update.after.ref: update.before for update in plan.changes.updated}
    for record in (plan.account, plan.contact, plan.deal):
        if record is not None:
            before = changed.get(record.ref)
            yield record, "created" if record.ref in created else "changed" if before else "used", before


def _old_rows(lines: Sequence[FieldLine], record_type: type[Record]) -> Iterator[_Row]:
    """
    Give a row for each value that meets a record that is there: what is there, what the lead has, what becomes of it.
    """
    for line in _ordered(lines):
        for done in line.carried:
            if done.record_type is record_type:
                has = said(line.value)
                if field_word(done.field) != field_word(line.field):
                    has = f"{field_word(line.field)}: {has}"
                yield field_word(done.field), said(done.before), has, said(done.after), _EFFECTS[done.treatment]


def _new_rows(lines: Sequence[FieldLine], record_type: type[Record]) -> Iterator[_Row]:
    """
    Give a row for each value that goes to a new record; what was asked for has its own.
    """
    for line in _ordered(lines):
        for done in line.carried:
            if done.record_type is record_type and done.treatment is Treatment.FILLED:
                yield field_word(done.field), "", "", said(done.after), f"the lead's {field_word(line.field)}"


def _ordered(lines: Sequence[FieldLine]) -> Iterable[FieldLine]:
    """
    Put the name of a company first, and last what every record has.
    """
    return sorted(
        lines,
        key=lambda line: (line.field in _COMMON or line.field.startswith("custom."), line.field != "company"),
    )


def dropped_rows(lines: Sequence[FieldLine]) -> Iterator[tuple[str, str, str]]:
    """
    Give a row for each value that goes nowhere, with the reason; bookkeeping is left out.
    """
    for line in _ordered(lines):
        if line.dropped and line.field not in _UNTOLD:
            yield field_word(line.field), said(line.value), line.dropped


def _asked_rows(plan: "ConversionPlan", record: Record, before: Entity | None) -> Iterator[_Row]:
    """
    Give a row for each field that the conversion itself fills: whom the record belongs to, and what was asked for.
    """
    told = {
        done.field
        for line in plan.fields
        for done in line.carried
        if done.record_type is type(record) and (before is not None or done.treatment is Treatment.FILLED)
    }
    names = {each.id: each.label() for each in (plan.account, plan.contact) if each}
    fields = facts_of(type(record))
    for field, (word, unknown) in _ASKED.items():
        if field in told or field not in fields:
            continue
        now, was = getattr(record, field), getattr(before, field, None)
        if not is_blank(now) and now != was:
            how = "by the conversion" if unknown else _how_asked(plan.request, field)
            shown = [_by_name(value, names, unknown) for value in (was, plan.stage if field == "stage" else now)]
            yield word, shown[0], "–", shown[1], how


def _how_asked(request: Request, field: str) -> str:
    return "as asked" if getattr(request.deal, field, None) else "by default"


#: Fields that a conversion fills by itself: what they are called, and for a link what another record is called.
_ASKED: Final = {
    "name": ("name", ""), "stage": ("stage", ""), "amount": ("amount", ""),
    "closes_on": ("expected to close on", ""), "next_step": ("next step", ""),
    "account_id": ("account", "another account"), "contact_id": ("contact", "another contact"),
    "contacts": ("other contacts", "somebody else"),
}  # fmt: skip


def _by_name(value: object, names: Mapping[str, str], unknown: str) -> str:
    """
    Say a value with the names of the records that it refers to.
    """
    if unknown and isinstance(value, str) and value:
        return said(names.get(value, unknown))
    if isinstance(value, tuple):
        value = tuple(names.get(each.contact_id, unknown) for each in value if isinstance(each, DealContact))
    return said(value)


def said(value: object, *, limit: int | None = _SHOWN) -> str:
    """
    Say a value in one line, cut to so many characters.
    """
    if is_blank(value):
        return "–"
    if isinstance(value, (tuple, frozenset)):
        members = [_member(member) for member in value]
        told = ", ".join(members if isinstance(value, tuple) else sorted(members))
    elif isinstance(value, Mapping):
        told = ", ".join(f"{key}: {_member(member)}" for key, member in value.items())
    else:
        told = _member(value)
    told = one_line(told)
    return told if limit is None or len(told) <= limit else f"{told[: limit - 1]}…"


def _member(value: object) -> str:
    if isinstance(value, Profile):
        row = NETWORKS.get(value.network)
        return f"{value.handle or value.uid} on {row.label if row else value.network}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
