"""
The rule pages: every table of the source as a table on a page, by the directive `tables`.

Nothing is kept here: the rows, the limits and the meanings are read from the code each time the pages are built.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, get_args

import attrs
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sqlalchemy.dialects.sqlite import dialect

import leadmodel as lm
from leadmodel.criteria import OPERATORS, FieldKind
from leadmodel.entities.facts import LIMITS, Facts, Kind, facts_of
from leadmodel.networks.rows import ROWS as NETWORK_ROWS
from leadmodel.processes.showing import asks, step_table
from leadmodel.rules.answers import Answer, Found
from leadmodel.rules.author_rules import TABLE_HEADERS
from leadmodel.rules.conversion.showing import child_table, mapping_table
from leadmodel.sheets import SHEETS
from leadmodel.stores.sql import METADATA
from leadmodel.values import type_name

#: Characters of code that stand on one line.
_UNBROKEN = 36


class Table(NamedTuple):
    """
    One table of a page: a title, headers, and rows of text in which backticks mark code.
    """

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    #: What is drawn below it.
    diagram: str = ""


def code(text: object) -> str:
    return f"`{text}`" if text else ""


def meaning(owner: type, name: str) -> str:
    """
    Give what the source says above a field; a field may be inherited.
    """
    for kind in owner.__mro__:
        if kind.__module__.startswith("leadmodel."):
            told = ModuleAnalyzer.for_module(kind.__module__).find_attr_docs().get((kind.__qualname__, name))
            if told:
                return " ".join(line.strip() for line in told).strip().replace('""', '`""`')
    return ""


# Who is behind an update


def author_rules() -> Iterator[Table]:
    for rules in lm.author_rules.PRESETS.values():
        rows = [[row[0], *map(code, row[1:2]), *row[2:5], *map(code, row[5:])] for row in rules.table()]
        yield Table(f"The table `{rules.name}`", TABLE_HEADERS, rows)


def author_options() -> Iterator[Table]:
    rows = [
        [code(field.name), _option(field.default), meaning(lm.AuthorRules, field.name)]
        for field in attrs.fields(lm.AuthorRules)
        if field.init and field.default is not attrs.NOTHING
    ]
    yield Table("Options", ("option", "unless you say otherwise", "meaning"), rows)


def _option(value: object) -> str:
    return ", ".join(map(code, value)) if isinstance(value, frozenset) else code(str(value))


def reasons() -> Iterator[Table]:
    lead, account = lm.Lead(id="l1", last_name="Lovelace"), lm.Account(id="a1", name="Acme")
    deal = lm.Deal(id="d1", stage="Open")
    people = {
        lm.OnRecord.CONTACT: {"contacts": [lm.Contact(id="c1")]},
        lm.OnRecord.LEAD: {"leads": [lead]},
        lm.OnRecord.CONVERTED_LEAD: {"leads": [lead]},
        lm.OnRecord.ACCOUNT: {"accounts": [account]},
    }
    answers = [
        Answer(row=row, author="x:ada", found=Found(row.on_record, **people.get(row.on_record, {})), deciding=[deal])
        for row in lm.author_rules.ZOHO.rows
    ]
    rows = [[code(answer.reason), answer.sentence] for answer in answers]
    yield Table("Reasons", ("reason", "said of an invented author"), rows)


# Networks


def networks() -> Iterator[Table]:
    rows = [
        [
            code(row.key), ", ".join(map(code, row.aliases)), row.form,
            "" if row.uid.pattern == r"\S+" else code(row.uid.pattern), code(row.page.removeprefix("https://")),
        ]
        for row in NETWORK_ROWS
    ]  # fmt: skip
    headers = ("network", "also called", "a handle is", "a stable id looks like", "profile page")
    yield Table("The rows", headers, rows)


# Stages, statuses and moves


def pipelines() -> Iterator[Table]:
    yield from _processes(lm.pipelines.PRESETS.values(), "Pipeline")


def statuses() -> Iterator[Table]:
    yield from _processes(lm.statuses.PRESETS.values(), "Statuses")


def _processes(presets: Iterable[lm.Process[Any]], noun: str) -> Iterator[Table]:
    for preset in presets:
        headers, rows = step_table(preset)
        rows = [[code(row[0]), *map(str, row[1:])] for row in rows]
        yield Table(f"{noun} `{preset.key}`", headers, rows, lm.diagram(preset))


def outcomes() -> Iterator[Table]:
    rows = [
        [code(each), "yes" if each.closed else "no", str(each.counts_as), str(each.forecast)] for each in lm.Outcome
    ]
    headers = ("outcome", "the sale is over", "counts for the contact as", "forecast, where a file says nothing")
    yield Table("What a stage can mean", headers, rows)


def moves() -> Iterator[Table]:
    yield from _moves("Moves of deals", lm.pipelines.PRESETS.values())
    yield from _moves("Moves of leads", lm.statuses.PRESETS.values())


def _moves(title: str, presets: Iterable[lm.Process[Any]]) -> Iterator[Table]:
    """
    Give the move table of each preset; those that have the same share one table.
    """
    several: dict[tuple[lm.MoveRule, ...], list[str]] = {}
    for preset in presets:
        several.setdefault(preset.moves, []).append(preset.key)
    for cells, keys in several.items():
        rows = [
            [
                row.come_from,
                row.to,
                "yes" if row.allowed else "no",
                _CLOSING[row.closing],
                asks(row),
                _hint(row),
                row.rule,
            ]
            for row in cells
        ]
        headers = ["from", "to", "allowed", "closing date", "asks for", "otherwise", "rule"]
        empty = [n for n in range(len(headers)) if not any(row[n] for row in rows)]
        kept = [[cell for n, cell in enumerate(row) if n not in empty] for row in (headers, *rows)]
        yield Table(f"{title}: {', '.join(map(code, keys))}", kept[0], kept[1:])


_CLOSING = {lm.Closing.KEEP: "", lm.Closing.STAMP: "set", lm.Closing.CLEAR: "removed"}


def _hint(row: lm.MoveRule) -> str:
    return re.sub(r"(\w+\(.*?\))", r"`\1`", row.hint)


# Conversion


def mapping() -> Iterator[Table]:
    yield Table("The mapping", *mapping_table(lm.ConversionRules(), code))
    told = [[code(policy), meaning(lm.Policy, policy.name)] for policy in lm.Policy]
    yield Table("Policies", ("policy", "meaning"), told)


def children() -> Iterator[Table]:
    yield Table("What hangs on a lead", *child_table(lm.ConversionRules(), code))


def conversion_options() -> Iterator[Table]:
    rows = [
        [code(field.name), _default(field.default), meaning(lm.ConversionRules, field.name)]
        for field in attrs.fields(lm.ConversionRules)
        if field.init
    ]
    yield Table("Options of conversion", ("option", "unless you say otherwise", "meaning"), rows)


def _default(value: object) -> str:
    if isinstance(value, tuple):
        return "the table above" if value else "none"
    return "none" if value is None else code(value)


# Criteria


def operators() -> Iterator[Table]:
    rows = [
        [code(row.name), row.takes.value, row.says, ", ".join(each.value for each in FieldKind if each in row.kinds)]
        for row in OPERATORS.values()
    ]
    yield Table("Every operator", ("operator", "takes", "the field", "goes with fields of the kind"), rows)


# Records


def fields() -> Iterator[Table]:
    for record_type in lm.ENTITIES:
        types = attrs.fields_dict(record_type)
        rows = [
            [
                code(name),
                _holds(fact, types[name].type),
                "yes" if fact.personal else "",
                _set_by(fact),
                meaning(record_type, name),
            ]
            for name, fact in facts_of(record_type).items()
        ]  # fmt: skip
        headers = ("field", "holds", "personal", "set by", "meaning")
        yield Table(f"{type_name(record_type).capitalize()}", headers, rows)


def _holds(fact: Facts, declared: Any) -> str:
    holds = f"required {fact.kind}" if fact.required else str(fact.kind)
    if fact.kind is Kind.COLLECTION:
        return f"{holds} of {code(get_args(declared)[0].__name__)}"
    if fact.kind in {Kind.VALUE, Kind.CHOICE}:
        return f"{holds}, {code(fact.types[0].__name__)}"
    if fact.kind in LIMITS:
        return f"{holds}, up to {LIMITS[fact.kind]:,} characters"
    free = attrs.fields_dict(Facts)
    low, high = (None if getattr(fact, end) == free[end].default else getattr(fact, end) for end in ("low", "high"))
    if low is None:
        return holds
    return f"{holds}, {low} or more" if high is None else f"{holds}, {low} to {high}"


def _set_by(fact: Facts) -> str:
    if not fact.verb:
        return "bookkeeping" if fact.bookkeeping else ""
    if not fact.verb.isidentifier():
        return fact.verb
    return code(fact.verb) if hasattr(lm, fact.verb) else f"{code(fact.verb)}, to come"


# Rows


def sheets() -> Iterator[Table]:
    for sheet in SHEETS:
        rows = [[code(column.name), code(_held(column.type)), column.says] for column in sheet.columns]
        yield Table(f"{sheet.noun[0].upper()}{sheet.noun[1:]}", ("column", "holds", "meaning"), rows)


def _held(kind: type) -> str:
    return "" if kind is object else kind.__name__


# Stores


def store_tables() -> Iterator[Table]:
    for table in METADATA.tables.values():
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        rows = [
            [
                code(column.name),
                code(column.type.compile(dialect())),
                "yes" if column.nullable else "",
                ", ".join(
                    ["primary key"] * column.primary_key
                    + [code(index.name) for index in indexes if column.name in index.columns]
                ),
            ]
            for column in table.columns
        ]
        yield Table(code(table.name), ("column", "type", "may be missing", "indexed by"), rows)


TABLES: dict[str, Callable[[], Iterator[Table]]] = {
    maker.__name__.replace("_", "-"): maker
    for maker in (
        author_rules,
        author_options,
        reasons,
        networks,
        pipelines,
        statuses,
        outcomes,
        moves,
        operators,
        mapping,
        children,
        conversion_options,
        fields,
        sheets,
        store_tables,
    )
}


class TablesDirective(SphinxDirective):
    """
    `{tables} networks` puts the tables of that name on a page, each in a section of its own.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        return [self.section(table) for table in TABLES[self.arguments[0]]()]

    def section(self, table: Table) -> nodes.section:
        section = nodes.section(ids=[nodes.make_id(table.title)])
        section += nodes.title("", "", *inline(table.title))
        section += table_node(table)
        if table.diagram:
            section += nodes.literal_block("", table.diagram, language="text", classes=["diagram"])
        return section


def table_node(table: Table) -> nodes.table:
    group = nodes.tgroup(cols=len(table.headers))
    group += [nodes.colspec(colwidth=1) for _ in table.headers]
    head = nodes.thead()
    head += _row(table.headers)
    body = nodes.tbody()
    body += [_row(row) for row in table.rows]
    group += [head, body]
    node = nodes.table()
    node += group
    return node


def _row(cells: Sequence[str]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        row += nodes.entry("", nodes.paragraph("", "", *inline(cell)))
    return row


def inline(text: str) -> list[nodes.Node]:
    """
    Read backticks as code, and nothing else as markup.
    """
    parts = re.split(r"`([^`]*)`", text)
    return [_literal(part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts) if part]


def _literal(text: str) -> nodes.literal:
    return nodes.literal("", text, classes=["long"] if len(text) > _UNBROKEN else [])


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("tables", TablesDirective)
    return {"parallel_read_safe": True}
