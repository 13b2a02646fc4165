"""`leadmodel rules`: the tables, for people and for programs."""

import json

import leadmodel as lm
from leadmodel.processes import pipelines, statuses
from leadmodel.rules import author_rules
from tests.cli.command import Here, in_a_pipe, on_a_terminal, without_colours


def test_every_table_is_printed() -> None:
    """Both author tables, every pipeline, the statuses and the networks."""
    done = in_a_pipe("rules")
    titles = [part for part in done.out.split("\n\n") if part and "\n" not in part.strip()]

    assert (done.code, done.err) == (0, "")
    assert [title.strip() for title in titles] == [
        *(f"author rules {name}" for name in author_rules.PRESETS),
        *(f"pipeline {key}" for key in pipelines.PRESETS),
        *(f"statuses {key}" for key in statuses.PRESETS),
        "networks",
    ]


def test_rows_of_a_table_are_words(here: Here) -> None:
    """What a rule does not ask is a dash; yes and no are words."""
    lines = [line.split() for line in here("rules", "zoho").out.splitlines()]

    assert lines[2] == ["rule", "on", "record", "open", "won", "lost", "category", "reason"]
    assert ["AUTH-3", "contact", "no", "yes", "–", "customer", "won_deal"] in lines
    assert ["Closed", "Won", "Closed", "Won", "won", "100", "closed"] in lines


def test_name_chooses_the_author_rules(here: Here) -> None:
    """With a name, the other author table is left out, and nothing else."""
    everything, hubspot = here("rules").out, here("rules", "hubspot").out

    assert hubspot == everything[everything.index("author rules hubspot") :]


def test_json_holds_every_row(here: Here) -> None:
    """Programs get one object a row, with its table and values of their own types."""
    rows = [json.loads(line) for line in here("rules", "--json").out.splitlines()]
    stages = sum(len(pipeline.stages) for pipeline in pipelines.PRESETS.values())
    members = sum(len(known.members) for known in statuses.PRESETS.values())

    assert len(rows) == 2 * len(lm.author_rules.ZOHO.rows) + stages + members + len(lm.NETWORKS)
    assert {
        "table": "author rules hubspot", "rule": "AUTH-2", "on_record": "contact", "any_open": True, "any_won": False,
        "any_lost": None, "category": "potential_contact", "reason": "open_deal",
    } in rows  # fmt: skip
    assert {
        "table": "pipeline zoho", "key": "Id. Decision Makers", "label": "Identify Decision Makers", "outcome": "open",
        "probability": 60, "forecast": "pipeline",
    } in rows  # fmt: skip
    assert {"table": "statuses simple", "key": "New", "label": "New", "kind": "new"} in rows
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
