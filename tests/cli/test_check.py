"""`leadmodel check`: a playbook, or a file of pipelines and statuses, is shown, or what is wrong with it."""

import json
from pathlib import Path

import pytest

from leadmodel.processes import diagram, pipelines
from leadmodel.rules.conversion import MAPPING
from tests.cli.command import Here, in_a_pipe, matrix, on_a_terminal, without_colours

SOUND = """\
[pipelines.sales]
stages = [
    { key = "Open", outcome = "open", probability = 50 },
    { key = "Won", outcome = "won", probability = 100, requires = ["amount"] },
    { key = "Lost", outcome = "lost" },
]
moves = [{ from = "won", to = "open", allowed = true, guard = "amount is_empty" }]

[statuses.leads]
members = [{ key = "New", kind = "new" }, { key = "Hot", kind = "qualified" }]
transitions = [{ name = "warm up", from = "New", to = "Hot" }]
"""
WRONG = SOUND.replace('"lost"', '"lots"').replace("amount is_empty", "amuont is_empty")
PROBLEMS = [
    "pipelines.sales.stages[2].outcome: 'lots' is no outcome; did you mean 'lost'?",
    ("pipelines.sales.moves[0].guard, column 1, field: a deal has no field 'amuont'; did you mean 'amount'? [CRIT-6]"),
]
PLAYBOOK = """\
key = "acme"
start = "simple"

[conversion]
requires = ["emails"]
guard = "priority at_least 2"
mapping = [{ field = "rating", to = { record = "contact", field = "custom.rating" } }]
"""


@pytest.fixture
def sound(folder: Path) -> str:
    """Give a sound file in the current folder."""
    (folder / "sound.toml").write_text(SOUND, encoding="utf-8")
    return "sound.toml"


@pytest.fixture
def wrong(folder: Path) -> str:
    """Give a file with two slips in the current folder."""
    (folder / "wrong.toml").write_text(WRONG, encoding="utf-8")
    return "wrong.toml"


def test_sound_file_is_shown_as_tables_and_diagrams(sound: str) -> None:
    """Steps, moves, what they ask for, transitions and the picture: what the file means."""
    done = in_a_pipe("check", sound)

    assert (done.code, done.err) == (0, "")
    parts = done.out.split("\n\n")
    cells = {(row.come_from, row.to): "yes" if row.allowed else "no" for row in pipelines.MOVES}
    assert matrix(parts.pop(3)) == {**cells, ("won", "open"): "yes ◆"}
    assert parts[:4] == [
        "pipeline sales",
        (
            "key   label  outcome  probability  forecast  asks for\n"
            "----  -----  -------  -----------  --------  --------\n"
            "Open  Open   open     50 %         pipeline\n"
            "Won   Won    won      100 %        closed    amount\n"
            "Lost  Lost   lost     0 %          omitted"
        ),
        "moves of pipeline sales",
        "◆ won to open: amount is_empty",
    ]
    assert "transitions of statuses leads\n\ntransition  from  to   asks for\n" in done.out
    assert "diagram of statuses leads\n\n▶ New  new\n  ╰─ warm up ───▶ Hot\n" in done.out


def test_file_may_come_from_standard_input() -> None:
    """What one program prints, another checks."""
    toml = in_a_pipe("rules", "simple", "--toml").out
    done = in_a_pipe("check", "-", given=toml)

    assert (done.code, done.err) == (0, "")
    assert f"diagram of pipeline simple\n\n{diagram(pipelines.SIMPLE)}\n" in done.out


def test_problems_stand_one_a_line_on_standard_error(wrong: str) -> None:
    """Nothing is printed of a file that is wrong, and everything that is wrong is."""
    done = in_a_pipe("check", wrong)

    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines() == [f"wrong.toml: {problem}" for problem in PROBLEMS]


def test_problems_of_standard_input_have_a_name() -> None:
    """A pipe has no file name."""
    done = in_a_pipe("check", "-", given=WRONG)

    assert done.err.splitlines() == [f"standard input: {problem}" for problem in PROBLEMS]


def test_wrong_file_does_not_hide_a_sound_one(here: Here, sound: str, wrong: str) -> None:
    """Every file is looked at, and one that is wrong makes the whole wrong."""
    done = here("check", "--quiet", wrong, sound, "missing.toml")

    assert done.code == 1
    assert done.out.splitlines() == [
        "sound.toml: pipeline sales, 3 stages", "sound.toml: statuses leads, 2 statuses",
    ]  # fmt: skip
    assert len(done.err.splitlines()) == 3
    assert done.err.splitlines()[2].startswith("missing.toml: 'missing.toml' cannot be opened: no such file")


def test_quiet_says_one_line_a_process(here: Here, sound: str) -> None:
    """For a hook: what was found, and how large it is."""
    done = here("check", "--quiet", sound)

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == ["sound.toml: pipeline sales, 3 stages", "sound.toml: statuses leads, 2 statuses"]


def test_json_is_one_object_a_process_or_problem(here: Here, sound: str, wrong: str) -> None:
    """Programs get the plain form, or the place, the problem and the hint."""
    done = here("check", "--json", sound, wrong)
    objects = [json.loads(line) for line in done.out.splitlines()]

    assert (done.code, done.err) == (1, "")
    assert [(each["file"], each.get("process"), each.get("key")) for each in objects] == [
        ("sound.toml", "pipeline", "sales"), ("sound.toml", "statuses", "leads"),
        ("wrong.toml", None, None), ("wrong.toml", None, None),
    ]  # fmt: skip
    assert objects[0]["stages"][2] == {"key": "Lost", "outcome": "lost"}
    assert objects[3] == {
        "file": "wrong.toml", "problem": "a deal has no field 'amuont'",
        "place": "pipelines.sales.moves[0].guard, column 1, field", "hint": "did you mean 'amount'?", "rule": "CRIT-6",
    }  # fmt: skip


def test_file_that_says_nothing_is_wrong(here: Here, folder: Path) -> None:
    """Whoever checks an empty file has named another than the one that was meant."""
    (folder / "empty.toml").write_text("format = 1\n", encoding="utf-8")

    done = here("check", "empty.toml")

    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "empty.toml: it holds neither pipelines nor statuses; "
        "write [pipelines.NAME] or [statuses.NAME] over each\n"
    )  # fmt: skip


def test_name_that_looks_like_content_is_a_file(here: Here, folder: Path) -> None:
    """Names are never read as TOML."""
    (folder / "[x].toml").write_text(SOUND, encoding="utf-8")

    assert here("check", "--quiet", "[x].toml").code == 0


def test_text_of_a_file_cannot_steer_a_terminal(here: Here, folder: Path) -> None:
    """Labels, keys and problems of strangers are shown, not obeyed."""
    steering = "\\u001b[2J"
    (folder / "a.toml").write_text(SOUND.replace('"Lost"', f'"Lost", label = "{steering}"'), encoding="utf-8")
    (folder / "b.toml").write_text(WRONG.replace('"lots"', f'"{steering}"'), encoding="utf-8")

    everything = "".join(
        done.out + done.err
        for option in ((), ("--quiet",), ("--json",))
        for done in [here("check", "a.toml", "b.toml", *option)]
    )

    assert "x1b" in everything
    assert "\x1b" not in everything


def test_forms_of_output_exclude_each_other(here: Here, sound: str) -> None:
    """Quiet JSON would be no JSON."""
    done = here("check", "--quiet", "--json", sound)

    assert (done.code, done.out) == (2, "")
    assert "--quiet and --json exclude each other" in done.err


def test_file_has_to_be_named(here: Here) -> None:
    """Nobody waits for standard input unawares."""
    assert here("check").code == 2


def test_terminal_shows_tables(sound: str) -> None:
    """On a terminal the tables have a rule under their header, and the diagram stands as it is."""
    done = on_a_terminal("check", sound, columns=100)
    lines = without_colours(done.out).splitlines()

    assert any(set(line.strip()) == {"─"} for line in lines)
    assert "▶ │ Open    50 % │     │" in lines


@pytest.fixture
def acme(folder: Path) -> str:
    """Give the file of a playbook in the current folder."""
    (folder / "acme.toml").write_text(PLAYBOOK, encoding="utf-8")
    return "acme.toml"


def test_playbook_is_shown_with_its_conversion(acme: str) -> None:
    """Pipelines, statuses, then where each field goes, what follows a lead, and what it is asked for."""
    done = in_a_pipe("check", acme)
    parts = done.out.split("\n\n")

    assert (done.code, done.err, parts[0]) == (0, "", "pipeline simple")
    assert "statuses simple" in parts
    assert "conversion of playbook acme" in parts
    assert "rating            contact.custom.rating" in done.out
    assert parts[-2] == (
        "a lead must hold: emails\n"
        "a lead must satisfy: priority at_least 2\n"
        "a lead that is unqualified: warn\n"
        "a new contact whose e-mail address is known: warn"
    )


def test_playbook_in_brief_is_a_line_more(here: Here, acme: str) -> None:
    """The playbook, then what it is made of."""
    assert here("check", "--quiet", acme).out.splitlines() == [
        f"acme.toml: playbook acme, {len(MAPPING)} rows of conversion",
        "acme.toml: pipeline simple, 3 stages",
        "acme.toml: statuses simple, 5 statuses",
    ]


def test_playbook_as_json_says_what_differs(here: Here, acme: str) -> None:
    """The plain form of the conversion, and of each process."""
    objects = [json.loads(line) for line in here("check", "--json", acme).out.splitlines()]

    assert [each.get("process") for each in objects] == [None, "pipeline", "statuses"]
    assert objects[0] == {
        "file": "acme.toml",
        "playbook": "acme",
        "conversion": {
            "requires": ["emails"],
            "guard": "priority at_least 2",
            "mapping": [{"field": "rating", "to": [{"record": "contact", "field": "custom.rating"}]}],
        },
    }


def test_wrong_playbook_is_told_like_any_file(here: Here, folder: Path) -> None:
    """One problem a line, at its place; a file that names a conversion is no file of pipelines alone."""
    (folder / "wrong.toml").write_text('[conversion]\nrequires = ["emials"]\n', encoding="utf-8")
    done = here("check", "wrong.toml")

    assert (done.code, done.out) == (1, "")
    assert [line.partition(";")[0] for line in done.err.splitlines()] == [
        "wrong.toml: the key 'key' is missing",
        "wrong.toml: there is no pipeline",
        "wrong.toml: there are no statuses",
        "wrong.toml: conversion.requires: a lead has no field 'emials'",
    ]
