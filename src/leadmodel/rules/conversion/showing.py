"""
How rules of conversion are shown: where each field of a lead goes, and what becomes of what hangs on it.

A page, a notebook and a terminal show the same rows.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from leadmodel.display import html_facts, html_table, text_table
from leadmodel.rules.conversion.mapping import MappingRow, Target
from leadmodel.values import type_name

if TYPE_CHECKING:
    from leadmodel.rules.conversion.policies import ConversionRules

Rows: TypeAlias = Sequence[Sequence[str]]


def mapping_table(rules: "ConversionRules", code: Callable[[object], str] = str) -> tuple[Sequence[str], Rows]:
    """
    Give the headers and rows of the mapping: each field of a lead, then the organisation's own.

    Args:
        rules: The rules.
        code: How names and words of the code are marked as such.
    """
    rows = [
        (code(row.field), ", ".join(_target(target, code) for target in row.targets), _policies(row, code), row.dropped)
        for row in rules.rows()
    ]
    return ("field of a lead", "goes to", "where that is filled", "or why it goes nowhere"), rows


def _target(target: Target, code: Callable[[object], str]) -> str:
    kinds = f" (of kind {', '.join(map(code, sorted(target.kinds)))})" if target.kinds else ""
    return code(f"{type_name(target.record_type)}.{target.field}") + kinds


def _policies(row: MappingRow, code: Callable[[object], str]) -> str:
    return ", ".join(dict.fromkeys(code(target.policy) for target in row.targets))


def child_table(rules: "ConversionRules", code: Callable[[object], str] = str) -> tuple[Sequence[str], Rows]:
    """
    Give the headers and rows of what becomes of notes, activities and tasks.
    """
    rows = [
        (type_name(row.record_type), code(row.follow), ", or ".join(map(type_name, row.to))) for row in rules.children
    ]
    return ("record", "what becomes of it", "goes to the"), rows


def asked(rules: "ConversionRules") -> list[tuple[str, str]]:
    """
    Say what a lead is asked for, and what is done about what is doubtful.
    """
    told = [
        ("a lead must hold", ", ".join(rules.requires)),
        ("a lead must satisfy", "" if rules.guard is None else str(rules.guard)),
        ("a lead that is unqualified", f"{rules.unqualified}"),
        ("a new contact whose e-mail address is known", f"{rules.known_email}"),
    ]
    return [(name, said) for name, said in told if said]


def rules_text(rules: "ConversionRules") -> str:
    """
    Show rules of conversion as tables.
    """
    tables = (text_table(*mapping_table(rules)), text_table(*child_table(rules)))
    return "\n\n".join((*tables, "\n".join(f"{name}: {said}" for name, said in asked(rules))))


def rules_html(rules: "ConversionRules") -> str:
    """
    The same for a notebook.
    """
    tables = (
        html_table(*mapping_table(rules), caption="conversion"),
        html_table(*child_table(rules), caption="what hangs on a lead"),
        html_facts("what is asked for", asked(rules)),
    )
    return "".join(tables)
