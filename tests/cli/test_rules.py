"""`leadmodel rules`: the tables, for people and for programs."""

import json
import re
from typing import Any

import pytest

import leadmodel as lm
from leadmodel.formats.toml import read_processes
from leadmodel.processes import pipelines, statuses
from leadmodel.rules import author_rules
from tests.cli.command import Here, in_a_pipe, matrix, on_a_terminal, without_colours


def titles(text: str) -> list[str]:
    """Give the titles of printed tables: a line between blank ones; what a diagram says of its signs is none."""
    return [part.strip() for part in text.split("\n\n") if part and "\n" not in part.strip() and part[0] != " "]


def test_every_table_is_printed() -> None:
    """Both author tables, every pipeline and list of statuses with moves and diagram, and the networks."""
    done = in_a_pipe("rules")
    processes = [f"pipeline {key}" for key in pipelines.PRESETS] + [f"statuses {key}" for key in statuses.PRESETS]

    assert (done.code, done.err) == (0, "")
    assert titles(done.out) == [
        *(f"author rules {name}" for name in author_rules.PRESETS),
        *(title for name in processes for title in (name, f"moves of {name}", f"diagram of {name}")),
        "conversion",
        "what hangs on a lead",
        "networks",
    ]


def test_moves_are_a_matrix(here: Here) -> None:
    """What is left stands at the side, what is entered at the top, and every cell of the table is there."""
    _, _, rest = here("rules", "zoho").out.partition("moves of pipeline zoho\n\n")
    text = rest.partition("\n\n")[0]

    assert text.splitlines()[0].split() == ["from", "\\", "to", *lm.Outcome]
    assert matrix(text) == {(row.come_from, row.to): "yes" if row.allowed else "no" for row in pipelines.MOVES}


def test_diagram_of_every_process_is_printed(here: Here) -> None:
    """The picture stands as the library draws it."""
    out = here("rules").out
    presets = lm.Processes(pipelines.PRESETS.values(), statuses.PRESETS.values())

    assert all(lm.diagram(preset) in out for preset in presets.all)


def test_rows_of_a_table_are_words(here: Here) -> None:
    """What a rule does not ask is a dash; yes and no are words."""
    lines = [line.split() for line in here("rules", "zoho").out.splitlines()]

    assert lines[2] == ["rule", "on", "record", "open", "won", "lost", "category", "reason"]
    assert ["AUTH-3", "contact", "no", "yes", "–", "customer", "won_deal"] in lines
    assert ["Closed", "Won", "Closed", "Won", "won", "100", "%", "closed"] in lines


@pytest.mark.parametrize(
    ("name", "first", "number"),
    [
        ("zoho", "author rules zoho", 7),
        ("hubspot", "author rules hubspot", 4),
        ("salesforce", "pipeline salesforce", 3),
        ("authors", "author rules zoho", 2),
        ("pipelines", "pipeline simple", 12),
        ("statuses", "statuses simple", 6),
        ("conversion", "conversion", 2),
        ("networks", "networks", 1),
    ],
)
def test_name_chooses_tables(here: Here, name: str, first: str, number: int) -> None:
    """A name is that of one table, of all of a vendor's, or of all of a kind."""
    found = titles(here("rules", name).out)

    assert (found[0], len(found)) == (first, number)


def test_conversion_is_the_table_of_the_library(here: Here) -> None:
    """Where each field of a lead goes, what is done where that is filled, or why it goes nowhere."""
    lines = [re.split("  +", line) for line in here("rules", "conversion").out.splitlines()]

    assert lines[2] == ["field of a lead", "goes to", "where that is filled", "or why it goes nowhere"]
    assert [line[0] for line in lines[4 : 4 + len(lm.MAPPING)]] == [row.field for row in lm.MAPPING]
    assert ["phones", "contact.phones, account.phones (of kind main)", "fill"] in lines
    assert ["rating", "stays with the lead"] in lines


def test_toml_is_a_start_for_ones_own(here: Here) -> None:
    """The presets in the form that `leadmodel check` reads."""
    done = here("rules", "--toml")

    assert (done.code, done.err) == (0, "")
    assert read_processes(done.out) == lm.Processes(pipelines.PRESETS.values(), statuses.PRESETS.values())
    assert read_processes(here("rules", "salesforce", "--toml").out) == lm.Processes(pipelines.SALESFORCE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("authors", "--toml"), "authors names no pipeline and no statuses, and TOML holds nothing else"),
        (("conversion", "--toml"), "conversion names no pipeline and no statuses, and TOML holds nothing else"),
        (("zoho", "--toml", "--json"), "--json and --toml exclude each other"),
    ],
)
def test_toml_of_anything_else_is_wrong_usage(here: Here, arguments: tuple[str, ...], said: str) -> None:
    """Other tables have no such form."""
    done = here("rules", *arguments)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_json_holds_every_row(here: Here) -> None:
    """Programs get one object a row, with its table and values of their own types."""
    rows = [json.loads(line) for line in here("rules", "--json").out.splitlines()]
    presets: list[lm.Process[Any]] = [*pipelines.PRESETS.values(), *statuses.PRESETS.values()]
    steps, cells = (sum(map(len, lists)) for lists in zip(*((each.steps, each.moves) for each in presets), strict=True))

    conversion = len(lm.MAPPING) + len(lm.CHILDREN)
    assert len(rows) == 2 * len(lm.author_rules.ZOHO.rows) + steps + cells + conversion + len(lm.NETWORKS)
    assert {
        "table": "conversion", "field": "consent", "dropped": "",
        "to": [{"record": "contact", "field": "consent", "policy": "stricter", "kinds": []}],
    } in rows  # fmt: skip
    assert {
        "table": "what hangs on a lead", "record": "note", "follow": "move", "to": ["contact", "account", "deal"],
    } in rows  # fmt: skip
    assert {
        "table": "author rules hubspot", "rule": "AUTH-2", "on_record": "contact", "any_open": True, "any_won": False,
        "any_lost": None, "category": "potential_contact", "reason": "open_deal",
    } in rows  # fmt: skip
    assert {
        "table": "pipeline zoho", "key": "Id. Decision Makers", "label": "Identify Decision Makers", "outcome": "open",
        "probability": 60, "forecast": "pipeline", "requires": [], "guard": None, "first": False,
    } in rows  # fmt: skip
    assert {
        "table": "statuses simple", "key": "New", "label": "New", "kind": "new", "requires": [], "guard": None,
        "first": False,
    } in rows  # fmt: skip
    assert {
        "table": "moves of statuses zoho", "from": "new", "to": "converted", "allowed": False, "closing": "keep",
        "requires": [], "guard": None, "hint": "convert the lead, which sets it", "rule": "LEAD-3",
    } in rows  # fmt: skip
    assert {
        "table": "networks", "key": "x", "label": "X", "handle": "1 to 20 letters, digits or underscores",
        "other_names": ["twitter"],
    } in rows  # fmt: skip


def test_terminal_shows_tables() -> None:
    """On a terminal the tables have a rule under their header, and fit the width."""
    done = on_a_terminal("rules", "zoho", columns=80)
    lines = without_colours(done.out).splitlines()

    assert lines[0].strip() == "author rules zoho"
    assert any(set(line.strip()) == {"─"} for line in lines)
    assert max(map(len, lines)) <= 80
    assert any(
        line.split() == ["AUTH-2", "contact", "yes", "–", "–", "potential_contact", "open_deal"] for line in lines
    )
