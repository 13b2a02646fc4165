"""
`leadmodel rules`: the tables by which authors are judged, and the vocabulary of the records.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs
import click

from leadmodel.cli.printing import say, table
from leadmodel.networks import NETWORKS
from leadmodel.processes import pipelines, statuses
from leadmodel.rules import author_rules
from leadmodel.rules.author_rules import AuthorRule

Row = Mapping[str, object]


def _tables(name: str | None) -> Iterator[tuple[str, Sequence[Row]]]:
    """
    Give every table under its title; of the author rules, those of one name, or all.
    """
    for rules in author_rules.PRESETS.values():
        if name in {None, rules.name}:
            yield f"author rules {rules.name}", [_author_rule(row) for row in rules.rows]
    for pipeline in pipelines.PRESETS.values():
        yield f"pipeline {pipeline.key}", [attrs.asdict(stage) for stage in pipeline.stages]
    for known in statuses.PRESETS.values():
        yield f"statuses {known.key}", [attrs.asdict(status) for status in known.members]
    yield (
        "networks",
        [
            {"key": row.key, "label": row.label, "handle": row.form, "other_names": row.aliases}
            for row in NETWORKS.values()
        ],
    )


def _author_rule(row: AuthorRule) -> Row:
    return {"rule": row.rule, **attrs.asdict(row)}


def _shown(value: object) -> str:
    """
    Write a value of a table for people.
    """
    if isinstance(value, tuple):
        return ", ".join(value)
    return _WORDS[value] if value is None or isinstance(value, bool) else str(value)


_WORDS: Final[Mapping[bool | None, str]] = {None: "–", True: "yes", False: "no"}


@click.command(short_help="Show the rules, stages, statuses and networks.")
@click.argument("name", required=False, type=click.Choice([*author_rules.PRESETS]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")
def rules(name: str | None, *, as_json: bool) -> None:
    """
    Print the rules about authors, all of them or those of NAME, and the stages, statuses and networks that are known.
    """
    for title, rows in _tables(name):
        if as_json:
            for row in rows:
                say(json.dumps({"table": title, **row}, ensure_ascii=False))
        else:
            headers = [key.removeprefix("any_").replace("_", " ") for key in rows[0]]
            table(title, headers, [[_shown(value) for value in row.values()] for row in rows])
