"""The plain form of playbooks: ten lines may do, what is written reads back, everything wrong is told at its place."""

import json
from typing import Any, Final
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, given, settings

import leadmodel as lm
from leadmodel.playbook import Playbook, playbook_from_plain, playbook_to_plain, playbooks
from leadmodel.rules.conversion import MAPPING, ConversionRules, MappingRow, Target
from tests.playbook.drawing import playbooks as drawn_playbooks

OURS: Final = UUID("7f9f2f58-0c55-4b86-9d5a-3f0e6a1c2b77")
SIZE: Final = lm.CustomField("size", "number")
RATING: Final = {"field": "rating", "to": {"record": "contact", "field": "custom.rating"}}


def data(**facts: object) -> dict[str, Any]:
    """Give the plain form of a playbook that starts from Zoho's, unless something else is said."""
    return {"key": "acme", "start": "zoho", **facts}


def converting(**facts: object) -> dict[str, Any]:
    """Give the plain form of a playbook that says something about conversion."""
    return data(conversion=facts)


def rules(**facts: object) -> ConversionRules:
    """Read rules of conversion."""
    return playbook_from_plain(converting(**facts)).conversion


def problems(given: object) -> tuple[lm.Problem, ...]:
    """Give what is wrong with plain data."""
    with pytest.raises(lm.InvalidInput) as caught:
        playbook_from_plain(given)  # type: ignore[arg-type]  # anything may be tried
    assert caught.value.subject == "playbook"
    return caught.value.problems


def told(given: object) -> list[str]:
    """Give what is wrong in words."""
    return [str(problem) for problem in problems(given)]


def places(given: object) -> list[str]:
    """Give where something is wrong."""
    return [problem.where for problem in problems(given)]


class TestStarting:
    """A file may start from a preset, and say only what differs."""

    def test_start_gives_all_that_is_not_said(self) -> None:
        """Pipelines, statuses and conversion are the preset's; the key, the label and the namespace are one's own."""
        made = playbook_from_plain({"key": "acme", "start": "zoho", "namespace": str(OURS)})

        assert made == attrs.evolve(playbooks.ZOHO, key="acme", label="", namespace=OURS)

    def test_pipelines_of_the_file_replace_those_of_the_start(self) -> None:
        """All of them, and nothing else."""
        own = {"stages": [{"key": "Open", "outcome": "open"}]}
        made = playbook_from_plain(data(pipelines={"own": own, "more": own}))

        assert [*made.pipelines] == ["own", "more"]
        assert made.statuses == playbooks.ZOHO.statuses

    def test_statuses_of_the_file_replace_those_of_the_start(self) -> None:
        """One list of its own."""
        members = [{"key": "New", "kind": "new"}, {"key": "Done", "kind": "converted"}]
        made = playbook_from_plain(data(statuses={"own": {"members": members}}))

        assert [status.key for status in made.statuses.members] == ["New", "Done"]
        assert made.pipelines == playbooks.ZOHO.pipelines

    def test_each_key_of_the_conversion_stands_for_itself(self) -> None:
        """What is not said of conversion is as in the start; of the mapping, row by row."""
        made = rules(requires="emails", mapping=[RATING])

        assert made == ConversionRules(requires=["emails"]).carrying("rating", Target(lm.Contact, "custom.rating"))

    def test_without_a_start_pipelines_and_statuses_are_needed(self) -> None:
        """Nobody sells in a way that nobody has said."""
        start = 'start = "simple" or start = "zoho"'

        assert told({"key": "acme"}) == [
            f"there is no pipeline; write [pipelines.NAME] over it, or begin the file with {start}",
            f"there are no statuses; write [statuses.NAME] over it, or begin the file with {start}",
        ]

    def test_unknown_start_is_the_only_thing_told(self) -> None:
        """What it would have given is not called missing."""
        assert told(data(start="zohoo")) == ["start: 'zohoo' is no preset; did you mean 'zoho'?"]


class TestConversion:
    """How leads are converted, in words."""

    def test_everything_can_be_said(self) -> None:
        """Fields of one's own, requirements, a guard, attitudes, rows, and what hangs on a lead."""
        made = rules(
            fields=[{"name": "size", "kind": "number"}],
            requires=["emails", "custom.size"],
            guard="custom.size at_least 3",
            unqualified="refuse",
            known_email="refuse",
            mapping=[
                {"field": "title", "to": [{"record": "contact", "field": "title", "policy": "overwrite"}]},
                {"field": "industry", "dropped": "nobody asks"},
                {"field": "phones", "to": {"record": "contact", "field": "phones", "kinds": ["work", "mobile"]}},
            ],
            custom=[{"field": "custom.size", "to": {"record": "account", "field": "custom.size"}}],
            children=[{"record": "note", "follow": "copy", "to": "deal"}, {"record": "task", "follow": "leave"}],
        )

        expected = ConversionRules(
            fields=[SIZE], requires=["emails", "custom.size"], unqualified="refuse", known_email="refuse",
            guard=lm.where(lm.Lead, "custom.size", "at_least", 3, fields=[SIZE]),
            custom=[MappingRow("custom.size", [Target(lm.Account, "custom.size")])],
            children=[lm.ChildRow(lm.Note, "copy", (lm.Deal,)), lm.ChildRow(lm.Task, "leave")],
        )  # fmt: skip
        expected = expected.carrying("title", Target(lm.Contact, "title", "overwrite"))
        expected = expected.carrying("industry", dropped="nobody asks")
        assert made == expected.carrying("phones", Target(lm.Contact, "phones", kinds={"work", "mobile"}))

    def test_what_hangs_on_a_lead_is_said_as_a_whole(self) -> None:
        """As in code: a kind without a row stays with the lead."""
        assert rules(children=[]).children == ()

    def test_one_kind_of_number_needs_no_list(self) -> None:
        """One word is a word."""
        made = rules(mapping=[{"field": "phones", "to": {"record": "contact", "field": "phones", "kinds": "work"}}])

        row = made.row("phones")
        assert row is not None
        assert row.targets == (Target(lm.Contact, "phones", kinds={"work"}),)


class TestWriting:
    """Only what does not go without saying is written."""

    def test_usual_conversion_is_not_written(self) -> None:
        """A preset is its pipelines and its statuses."""
        plain = playbook_to_plain(playbooks.SIMPLE)

        assert (list(plain), plain["key"]) == (["format", "key", "label", "pipelines", "statuses"], "simple")

    def test_only_what_differs_is_written(self) -> None:
        """A namespace of one's own, one row, one requirement; and no label where there is none."""
        own = ConversionRules(requires=["emails"]).carrying("rating", Target(lm.Contact, "custom.rating"))
        book = attrs.evolve(playbooks.SIMPLE, label="", namespace=OURS, conversion=own)
        plain = playbook_to_plain(book)

        assert (plain["namespace"], "label" in plain) == (str(OURS), False)
        assert plain["conversion"] == {
            "requires": ["emails"],
            "mapping": [{"field": "rating", "to": [{"record": "contact", "field": "custom.rating"}]}],
        }

    def test_mapping_in_another_order_is_written_whole(self) -> None:
        """The order of the rows is part of the value."""
        own = ConversionRules(mapping=MAPPING[::-1])
        plain = playbook_to_plain(attrs.evolve(playbooks.SIMPLE, conversion=own))

        assert [row["field"] for row in plain["conversion"]["mapping"]] == [row.field for row in MAPPING[::-1]]
        assert playbook_from_plain(plain).conversion == own

    @pytest.mark.parametrize("preset", playbooks.PRESETS.values(), ids=str)
    def test_presets_read_back_equal(self, preset: Playbook) -> None:
        """And equal to what JSON makes of them."""
        plain = playbook_to_plain(preset)

        assert playbook_from_plain(plain) == playbook_from_plain(json.loads(json.dumps(plain))) == preset

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(drawn_playbooks())
    def test_written_playbooks_read_back_equal(self, playbook: Playbook) -> None:
        """Whatever a playbook can hold, its plain form holds, and JSON keeps that."""
        assert playbook_from_plain(json.loads(json.dumps(playbook_to_plain(playbook)))) == playbook


class TestWrong:
    """Everything that is wrong is told at once, each at its place."""

    def test_all_is_told_together(self) -> None:
        """From the top to the last row, whatever else is wrong."""
        given = data(
            kye="acme", key="", label=7, namespace="mine", pipelines={"own": {"stages": [{"key": "Open"}]}},
            statuses={"own": {"members": [{"key": "New", "kind": "new"}]}},
            conversion={"requires": ["emials"], "known_email": "shout", "nix": 1},
        )  # fmt: skip

        assert [(problem.where, problem.what, problem.hint) for problem in problems(given)] == [
            ("", "there is no key 'kye'", "did you mean 'key'?"),
            ("pipelines.own.stages[0]", "the key 'outcome' is missing", "add it"),
            (
                "conversion", "there is no key 'nix'",
                "known: 'requires', 'guard', 'unqualified', 'known_email', 'fields', 'mapping', 'custom', 'children'",
            ),
            ("conversion.known_email", "'shout' is no attitude", "known: 'warn', 'refuse'"),
            ("conversion.requires", "a lead has no field 'emials'", "did you mean 'emails'?"),
            ("label", "7 is a whole number, and text is wanted", "put it into quotes"),
            (
                "namespace", "'mine' is no UUID",
                'make one once, and keep it: python -c "import uuid; print(uuid.uuid4())"',
            ),
            ("key", "the key is blank, and an identity cannot be", ""),
            ("statuses.own", "no status means converted", "add one: conversion gives it to the leads"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            ([], "a list stands where a table is wanted; pass what playbook_to_plain gives"),
            ({"format": 2, "nonsense": 1}, "format: format 2 is not known; use a newer version of leadmodel"),
            ({"start": "zoho"}, "the key 'key' is missing; add it: the name that the playbook goes by"),
            (data(namespace=""), "namespace: '' is no UUID; make one once, and keep it: "),
            (data(key=7), "key: 7 is a whole number, and text is wanted; put it into quotes"),
            (data(label="x" * 256), "label: the label is 256 characters long, and 255 is the limit"),
            (data(pipelines={}), "pipelines: there is no pipeline; write [pipelines.NAME] over each"),
            (data(pipelines=[]), "pipelines: a list stands where a table is wanted; write [pipelines.NAME] over each"),
            (data(statuses=[]), "statuses: a list stands where a table is wanted; write [statuses.NAME] over each"),
            (
                data(statuses={}),
                "statuses: there are no statuses, and a playbook has one list; write [statuses.NAME] over it",
            ),
            (
                data(statuses=lm.processes_to_plain(lm.Processes(statuses=lm.statuses.PRESETS.values()))["statuses"]),
                "statuses: 2 lists of statuses stand here, and a playbook has one list; write [statuses.NAME] over it",
            ),
            (data(conversion=[]), "conversion: a list stands where a table is wanted; write [conversion] over it"),
        ],
    )
    def test_slip_at_the_top_is_told(self, given: object, problem: str) -> None:
        """One slip, one sentence."""
        (said,) = told(given)

        assert said.startswith(problem)

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            (
                converting(mapping=[RATING, {"field": "titel", "dropped": "no"}]),
                "conversion.mapping[1]: a lead has no field 'titel'; did you mean 'title'? [CONV-4]",
            ),
            (
                converting(mapping=[{"field": "custom.size", "dropped": "no"}]),
                "conversion.mapping[0]: a lead has no field 'custom.size'; its row belongs to custom [CONV-4]",
            ),
            (
                converting(mapping=[RATING, {"field": "rating", "dropped": "no"}]),
                "conversion.mapping[1]: another row says already where 'rating' goes; keep one of them [CONV-4]",
            ),
            (
                converting(custom=[{**RATING, "field": "custom.a"}, {"field": "custom.a", "dropped": "no"}]),
                "conversion.custom: the field custom.a has 2 rows; give it one, with several targets [CONV-4]",
            ),
            (
                converting(custom=[{"field": "size", "dropped": "no"}]),
                "conversion.custom[0]: 'size' is no custom field; write it as custom.name [CONV-4]",
            ),
            (
                converting(mapping=[{"field": "rating"}]),
                "conversion.mapping[0]: it goes nowhere, and nothing says why; give it a target or a reason [CONV-4]",
            ),
            (
                converting(mapping=[{"field": "rating", "dropped": "x" * 256}]),
                "conversion.mapping[0]: the reason is 256 characters long, and 255 is the limit [CONV-4]",
            ),
            (
                converting(
                    mapping=[
                        {"field": "emails", "to": {"record": "account", "field": "profiles"}},
                        {"field": "profiles", "dropped": "no"},
                    ]
                ),
                "conversion.mapping[0]: collection does not go into the field profiles of the account, ",
            ),
            (
                converting(mapping=[{"field": "salutation", "to": {"record": "contact", "field": "title"}}]),
                (
                    "conversion.mapping: salutation and title go to one field, title of the Contact; "
                    "send each to its own [CONV-4]"
                ),
            ),
            (
                converting(mapping=[{"field": "rating", "to": {"record": "lead", "field": "rating"}}]),
                (
                    "conversion.mapping[0].to[0].record: 'lead' is no kind of record; "
                    "known: 'contact', 'account', 'deal'"
                ),
            ),
            (
                converting(mapping=[{"field": "rating", "to": "contact"}]),
                ("conversion.mapping[0].to: text stands where a list of tables is wanted; write [{ … }, { … }]"),
            ),
            (
                converting(mapping=[{"field": "phones", "to": {"record": "contact", "field": "phones", "kinds": 3}}]),
                (
                    "conversion.mapping[0].to[0].kinds: 3 is a whole number, and text, or a list of texts is wanted; "
                    'write ["one", "two"]'
                ),
            ),
            (
                converting(
                    mapping=[{"field": "phones", "to": {"record": "contact", "field": "phones", "kinds": ["wrok"]}}]
                ),
                "conversion.mapping[0].to[0].kinds[0]: 'wrok' is no kind of number; did you mean 'work'?",
            ),
            (
                converting(children=[{"record": "deal", "follow": "move"}]),
                "conversion.children[0].record: 'deal' is no kind of record; known: 'note', 'activity', 'task'",
            ),
            (
                converting(children=[{"record": "note", "follow": "move"}, {"record": "note", "follow": "copy"}]),
                "conversion.children: 2 rows say what becomes of a note; keep one [CONV-8]",
            ),
            (
                converting(guard="custom.size at_least 3"),
                (
                    "conversion.guard, column 1, field: a lead has no field 'custom.size'; "
                    "declare it: a row in fields; there are none yet [CRIT-6]"
                ),
            ),
            (
                converting(fields=[{"name": "a", "kind": "text"}, {"name": "a", "kind": "number"}]),
                "conversion.fields[1]: the custom field 'a' is declared twice; keep one of the two",
            ),
            (
                converting(fields=[{"name": "a", "kind": "txt"}], requires=["custom.a"], guard="custom.b is_empty"),
                "conversion.fields[0].kind: 'txt' is no kind of field; did you mean 'text'?",
            ),
        ],
    )
    def test_slip_in_the_conversion_is_told_at_its_row(self, given: object, problem: str) -> None:
        """What code calls by its field stands in the file in a row, and nothing that is right is called wrong."""
        (said,) = told(given)

        assert said.startswith(problem)

    def test_row_that_cannot_be_read_stands_in_no_other_ones_way(self) -> None:
        """The title may be meant to go elsewhere, so that the salutation can have its place."""
        to_title = {"field": "salutation", "to": {"record": "contact", "field": "title"}}
        unread = {"field": "title", "to": {"record": "contakt", "field": "description"}}

        assert places(converting(mapping=[to_title, unread])) == ["conversion.mapping[1].to[0].record"]

    def test_row_without_a_field_may_be_any(self) -> None:
        """It may be the title's; two rows that are there still meet."""
        rows = [{"field": "salutation", "to": {"record": "contact", "field": "title"}}, {"dropped": "no"}]
        also = {"field": "source", "to": {"record": "contact", "field": "title"}}

        assert places(converting(mapping=rows)) == ["conversion.mapping[1]"]
        assert places(converting(mapping=[*rows, also])) == ["conversion.mapping[1]", "conversion.mapping"]

    def test_own_row_that_cannot_be_read_is_told_alone(self) -> None:
        """Nothing else depends on it."""
        rows = [{"field": "custom.a", "dropped": 3}, {"field": "custom.b", "to": []}]

        assert places(converting(custom=rows)) == ["conversion.custom[0].dropped", "conversion.custom[1]"]

    def test_offending_value_and_the_right_ones_are_kept(self) -> None:
        """Programs get the facts, not only the sentence."""
        (problem,) = problems(converting(unqualified="no"))

        assert (problem.where, problem.value, problem.options) == ("conversion.unqualified", "no", ("warn", "refuse"))

    def test_subject_of_the_error_can_be_named(self) -> None:
        """The name of the file."""
        with pytest.raises(lm.InvalidInput) as caught:
            playbook_from_plain({}, subject="acme.toml")

        assert caught.value.subject == "acme.toml"
