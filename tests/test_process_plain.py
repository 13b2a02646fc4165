"""The plain form of pipelines and statuses: what goes without saying is left out, everything wrong is told at once."""

import json
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings

from leadmodel.criteria import CustomField, where
from leadmodel.entities import Deal
from leadmodel.errors import InvalidInput, InvalidTable, Problem
from leadmodel.processes import (
    MoveRule,
    Outcome,
    Pipeline,
    Processes,
    Stage,
    Status,
    Statuses,
    Transition,
    pipelines,
    processes_from_plain,
    processes_to_plain,
    statuses,
)
from leadmodel.testing import strategies

OPEN: Final = {"key": "Open", "outcome": "open"}
WON: Final = {"key": "Won", "outcome": "won"}


def sales(**facts: object) -> dict[str, Any]:
    """Give the plain form of one pipeline, of one open stage unless something else is said."""
    return {"pipelines": {"sales": {"stages": [OPEN], **facts}}}


def read(**facts: object) -> Pipeline:
    """Read that pipeline."""
    (pipeline,) = processes_from_plain(sales(**facts)).pipelines
    return pipeline


def problems(data: object) -> tuple[Problem, ...]:
    """Give what is wrong with plain data."""
    with pytest.raises(InvalidInput) as caught:
        processes_from_plain(data)  # type: ignore[arg-type]  # anything may be tried
    assert caught.value.subject == "processes"
    return caught.value.problems


def told(data: object) -> list[str]:
    """Give what is wrong in words."""
    return [str(problem) for problem in problems(data)]


class TestProcesses:
    """What one file holds is a value."""

    def test_one_process_may_be_given_alone(self) -> None:
        """A list is needed for several only."""
        assert Processes(pipelines.ZOHO, statuses.ZOHO) == Processes([pipelines.ZOHO], [statuses.ZOHO])

    def test_pipelines_come_before_statuses(self) -> None:
        """Whoever goes through all of them meets them in the order of the file."""
        assert Processes([pipelines.ZOHO, pipelines.SIMPLE], statuses.ZOHO).all == (
            pipelines.ZOHO, pipelines.SIMPLE, statuses.ZOHO,
        )  # fmt: skip

    def test_two_of_one_key_are_refused(self) -> None:
        """A key names one pipeline; a list of statuses may have the same."""
        with pytest.raises(InvalidTable) as caught:
            Processes([pipelines.ZOHO, pipelines.SIMPLE, pipelines.ZOHO], [statuses.ZOHO, statuses.ZOHO])

        hint = "give each its own"
        assert caught.value.problems == (
            Problem(what="2 have the key 'zoho'", hint=hint, field="pipelines", value="zoho"),
            Problem(what="2 have the key 'zoho'", hint=hint, field="statuses", value="zoho"),
        )
        assert Processes(pipelines.ZOHO, statuses.ZOHO).all == (pipelines.ZOHO, statuses.ZOHO)


class TestWriting:
    """Only what does not go without saying is written."""

    def test_defaults_are_left_out(self) -> None:
        """A label that is the key, a forecast that goes with the outcome, 0 %: none of them is written."""
        stages = [
            Stage("Open", "Open", "open", 0, "pipeline"),
            Stage("Won", "Hurray", "won", 60, "commit", requires="amount", first=False),
            Stage("Lost", "", "lost", 0, "omitted", guard=where(Deal, "amount", "is_empty")),
        ]

        assert processes_to_plain(Processes(Pipeline(key="p", stages=stages))) == {
            "format": 1,
            "pipelines": {
                "p": {
                    "stages": [
                        {"key": "Open", "outcome": "open"},
                        {
                            "key": "Won", "label": "Hurray", "outcome": "won", "probability": 60, "forecast": "commit",
                            "requires": ["amount"],
                        },
                        {"key": "Lost", "label": "", "outcome": "lost", "guard": "amount is_empty"},
                    ]
                }
            },
        }  # fmt: skip

    def test_only_cells_that_differ_are_written(self) -> None:
        """Nine cells are a table, and one that differs is a row: with what differs in it."""
        own = pipelines.SIMPLE.allowing("won", "open", requires="description").refusing("lost", "lost", hint="ask Ada")

        assert processes_to_plain(Processes(own))["pipelines"]["simple"]["moves"] == [
            {"from": "lost", "to": "lost", "allowed": False, "hint": "ask Ada"},
            {"from": "won", "to": "open", "allowed": True, "requires": ["description"]},
        ]

    def test_table_in_another_order_is_written_whole(self) -> None:
        """The order of the cells is part of the value."""
        turned = Pipeline(key="p", stages=[Stage("Open", "Open", "open")], moves=pipelines.MOVES[::-1])
        data = processes_to_plain(Processes(turned))

        assert [(row["from"], row["to"]) for row in data["pipelines"]["p"]["moves"]] == [
            (cell.come_from, cell.to) for cell in pipelines.MOVES[::-1]
        ]
        assert processes_from_plain(data) == Processes(turned)

    def test_transition_from_one_step_names_it(self) -> None:
        """A list is written for several only, and nothing for anywhere."""
        ways = [
            Transition(name="one", come_from="Open", to="Won"),
            Transition(name="two", come_from=["Open", "Won"], to="Lost"),
            Transition(name="any", to="Open"),
        ]
        own = Pipeline(key="p", stages=pipelines.SIMPLE.stages, transitions=ways, moves=_all_allowed())

        assert processes_to_plain(Processes(own))["pipelines"]["p"]["transitions"] == [
            {"name": "one", "from": "Open", "to": "Won"},
            {"name": "two", "from": ["Open", "Won"], "to": "Lost"},
            {"name": "any", "to": "Open"},
        ]

    def test_nothing_is_written_of_no_processes(self) -> None:
        """The version of the form is always said."""
        assert processes_to_plain(Processes()) == {"format": 1}

    @settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(strategies.processes())
    def test_plain_form_survives_json(self, processes: Processes) -> None:
        """The form holds tables, lists, texts, whole numbers, true and false, and nothing else."""
        data = json.loads(json.dumps(processes_to_plain(processes)))

        assert processes_from_plain(data) == processes


def _all_allowed() -> list[MoveRule]:
    return [MoveRule(row.come_from, row.to, allowed=True) for row in pipelines.MOVES]


class TestReading:
    """What is left out is what goes without saying."""

    def test_forecast_follows_the_outcome_where_it_is_left_out(self) -> None:
        """An open stage is in the pipeline, a won one closed, a lost one omitted."""
        stages = [OPEN, WON, {"key": "Lost", "outcome": "lost"}, {**WON, "key": "Maybe", "forecast": "commit"}]

        assert [(stage.label, stage.probability, stage.forecast) for stage in read(stages=stages).stages] == [
            ("Open", 0, "pipeline"), ("Won", 0, "closed"), ("Lost", 0, "omitted"), ("Maybe", 0, "commit"),
        ]  # fmt: skip

    def test_cell_that_stays_refused_keeps_its_hint(self) -> None:
        """Who changes the rule of a cell changes nothing else about it."""
        moves = [{"from": "won", "to": "open", "allowed": False, "rule": "OWN-1"}]
        cell, usual = read(moves=moves).cell("won", "open"), pipelines.SIMPLE.cell("won", "open")

        assert cell == MoveRule("won", "open", False, usual.closing, "OWN-1", usual.hint)

    def test_statuses_are_read_like_pipelines(self) -> None:
        """Members with kinds, cells by kinds, transitions by keys."""
        data = {
            "label": "Our leads",
            "members": [{"key": "New", "kind": "new"}, {"key": "Hot", "kind": "qualified", "requires": "company"}],
            "moves": [{"from": "qualified", "to": "new", "allowed": False}],
            "transitions": [{"name": "warm up", "from": "New", "to": "Hot"}],
        }
        expected = Statuses(
            key="leads",
            label="Our leads",
            members=[Status("New", "New", "new"), Status("Hot", "Hot", "qualified", requires=["company"])],
            moves=statuses.SIMPLE.refusing("qualified", "new").moves,
            transitions=[Transition(name="warm up", come_from="New", to="Hot")],
        )

        assert processes_from_plain({"statuses": {"leads": data}}) == Processes(statuses=expected)

    def test_order_of_the_file_is_the_order(self) -> None:
        """Pipelines stand as they were written."""
        data = {"pipelines": {key: {"stages": [OPEN]} for key in ("b", "a", "c")}}

        assert [pipeline.key for pipeline in processes_from_plain(data).pipelines] == ["b", "a", "c"]


WRONG: Final = {
    "no table": (7, ["a whole number stands where a table is wanted; pass what processes_to_plain gives"]),
    "newer format": ({"format": 2, "frob": 1}, ["format: format 2 is not known; use a newer version of leadmodel"]),
    "no format": ({"format": "1"}, ["format: '1' is no version of the form; write format = 1"]),
    "true is no format": ({"format": True}, ["format: True is no version of the form; write format = 1"]),
    "format before the first": ({"format": 0}, ["format: 0 is no version of the form; write format = 1"]),
    "unknown key": ({"pipeline": {}}, ["there is no key 'pipeline'; did you mean 'pipelines'?"]),
    "no pipelines": (
        {"pipelines": [1], "statuses": date(2026, 1, 1)},
        [
            "pipelines: a list stands where a table is wanted; write [pipelines.NAME] over each",
            "statuses: a date stands where a table is wanted; write [statuses.NAME] over each",
        ],
    ),
    "no pipeline": (
        {"pipelines": {"sales": 1.5}},
        ["pipelines.sales: a fraction stands where a table is wanted; write [pipelines.sales] over it"],
    ),
    "odd key": (
        {"pipelines": {"a.b": "x"}},
        ["pipelines.'a.b': text stands where a table is wanted; write [pipelines.'a.b'] over it"],
    ),
    "key that is no text": (
        {"pipelines": {7: {"stages": [OPEN]}}},
        ["pipelines.7: the key is no text [PIPE-1]"],
    ),
    "unknown list": (sales(stage=[]), ["pipelines.sales: there is no key 'stage'; did you mean 'stages'?"]),
    "label": (
        sales(label=True),
        ["pipelines.sales.label: True is true or false, and text is wanted; put it into quotes"],
    ),
    "no stages": (
        {"pipelines": {"sales": {}}},
        ["pipelines.sales.stages: there are none; give at least one [PIPE-1]"],
    ),
    "stages are a table": (
        sales(stages=OPEN),
        [("pipelines.sales.stages: a table stands where a list of tables is wanted; "
         "write [[pipelines.sales.stages]] over each")],
    ),
    "stage is no table": (
        sales(stages=[OPEN, "Won"]),
        ["pipelines.sales.stages[1]: text stands where a table is wanted; write [[pipelines.sales.stages]] over each"],
    ),
    "stage without an outcome": (
        sales(stages=[{"key": "Open"}]),
        ["pipelines.sales.stages[0]: the key 'outcome' is missing; add it"],
    ),
    "types": (
        sales(stages=[{**OPEN, "probability": "50", "first": "true", "requires": 7, "guard": 8, "forecast": 9}]),
        [
            ("pipelines.sales.stages[0].probability: '50' is text, and a whole number is wanted; "
            "write it in digits, without quotes"),
            ("pipelines.sales.stages[0].forecast: 9 is no forecast category; "
            "known: 'pipeline', 'best_case', 'commit', 'closed', 'omitted'"),
            ("pipelines.sales.stages[0].requires: 7 is a whole number, and text, or a list of texts is wanted; "
            'write ["one", "two"]'),
            ("pipelines.sales.stages[0].guard: 8 is a whole number, and the text of a criterion is wanted; "
            "put it into quotes"),
            ("pipelines.sales.stages[0].first: 'true' is text, and true or false is wanted; "
            "write true or false, without quotes"),
        ],
    ),
    "true is no number": (
        sales(stages=[{**OPEN, "probability": True}]),
        [
            ("pipelines.sales.stages[0].probability: True is true or false, and a whole number is wanted; "
            "write it in digits, without quotes")
        ],
    ),
    "one of several texts": (
        sales(stages=[{**OPEN, "requires": ["amount", 7]}]),
        [
            "pipelines.sales.stages[0].requires[1]: 7 is a whole number, and text is wanted; put it into quotes",
        ],
    ),
    "closing": (
        sales(moves=[{"from": "won", "to": "open", "allowed": True, "closing": "Clear"}]),
        ["pipelines.sales.moves[0].closing: 'Clear' is no closing; did you mean 'clear'?"],
    ),
    "cell of no outcome": (
        sales(moves=[{"from": "done", "to": "open", "allowed": True}]),
        [f"pipelines.sales.moves[0].from: 'done' is no outcome; known: {', '.join(map(repr, map(str, Outcome)))}"],
    ),
    "cell twice": (
        sales(moves=[{"from": "won", "to": "open", "allowed": allowed} for allowed in (True, False)]),
        ["pipelines.sales.moves[1]: another row says already whether won may become open; keep one of them [PIPE-2]"],
    ),
    "kind of status": (
        {"statuses": {"leads": {"members": [{"key": "New", "kind": "open"}]}}},
        [
            ("statuses.leads.members[0].kind: 'open' is no kind of status; "
            "known: 'new', 'working', 'qualified', 'converted', 'unqualified'")
        ],
    ),
    "kind of field": (
        sales(fields=[{"name": "size", "kind": "numbr"}]),
        ["pipelines.sales.fields[0].kind: 'numbr' is no kind of field; did you mean 'number'?"],
    ),
    "name of a field": (
        sales(fields=[{"name": " ", "kind": "number"}]),
        ["pipelines.sales.fields[0]: the name ' ' of a custom field is blank, and an identity cannot be"],
    ),
    "field twice": (
        sales(fields=[{"name": "size", "kind": "number"}, {"name": "size", "kind": "text"}]),
        ["pipelines.sales.fields[1]: the custom field 'size' is declared twice; keep one of the two"],
    ),
    "guard": (
        sales(stages=[{**OPEN, "guard": "amount is_empty or"}]),
        [("pipelines.sales.stages[0].guard, column 19: here comes the end, and no condition; begin it with a field "
         "[CRIT-7]")],
    ),
    "no open stage": (
        sales(stages=[WON]),
        ["pipelines.sales.stages: no stage is open; give one that is open [PIPE-1]"],
    ),
    "two first stages": (
        sales(stages=[{**OPEN, "first": True}, {**OPEN, "key": "B", "first": True}]),
        ["pipelines.sales.stages: 'Open' and 'B' are both first; mark one of them [PIPE-11]"],
    ),
    "probability": (
        sales(retired=[{**WON, "probability": 101}]),
        ["pipelines.sales.retired[0]: a probability of 101 is no percentage; use a whole number from 0 to 100"],
    ),
    "probability of one of two that share a key": (
        sales(stages=[OPEN, {**OPEN, "probability": 101}]),
        [
            "pipelines.sales.stages: the key 'Open' is given 2 times; keys are unique [PIPE-1]",
            "pipelines.sales.stages: a probability of 101 is no percentage; use a whole number from 0 to 100",
        ],
    ),
    "required field": (
        sales(stages=[OPEN, {**WON, "requires": "amuont"}]),
        ["pipelines.sales.stages[1].requires: a deal has no field 'amuont'; did you mean 'amount'? [CRIT-6]"],
    ),
    "required field of a cell": (
        sales(moves=[{"from": "won", "to": "open", "allowed": True, "requires": ["amuont"]}]),
        ["pipelines.sales.moves[0].requires: a deal has no field 'amuont'; did you mean 'amount'? [CRIT-6]"],
    ),
    "transition to nowhere": (
        sales(stages=[OPEN, WON], transitions=[{"name": "win", "from": "Open", "to": "Wonn"}]),
        ["pipelines.sales.transitions[0]: there is no stage 'Wonn'; did you mean 'Won'? [PIPE-3]"],
    ),
    "required field of a transition": (
        sales(transitions=[{"name": "a", "to": "Open", "requires": "amuont"}]),
        ["pipelines.sales.transitions[0].requires: a deal has no field 'amuont'; did you mean 'amount'? [CRIT-6]"],
    ),
    "required field of one of two transitions that share a name": (
        sales(stages=[OPEN, WON], transitions=[
            {"name": "a", "to": "Open", "requires": "amuont"}, {"name": "a", "to": "Won"}]),
        [
            "pipelines.sales.transitions: the name 'a' is given 2 times; names are unique [PIPE-1]",
            "pipelines.sales.transitions.requires: a deal has no field 'amuont'; did you mean 'amount'? [CRIT-6]",
        ],
    ),
}  # fmt: skip


class TestWrong:
    """Everything wrong is told, each at its place, and nothing is called wrong that is right."""

    @pytest.mark.parametrize(("data", "said"), WRONG.values(), ids=WRONG)
    def test_what_is_wrong_is_told_at_its_place(self, data: object, said: list[str]) -> None:
        """The place is the path in the file, and the nearest right name is offered."""
        assert told(data) == said

    def test_all_processes_of_a_file_are_looked_at(self) -> None:
        """One wrong pipeline does not hide another, nor the statuses."""
        data = {"pipelines": {"a": {}, "b": 7}, "statuses": {"c": {"members": []}}, "x": 1}

        assert [problem.where for problem in problems(data)] == [
            "",
            "pipelines.a.stages",
            "pipelines.b",
            "statuses.c.members",
        ]

    def test_steps_that_cannot_be_read_leave_transitions_unjudged(self) -> None:
        """Whether a way leads anywhere can be said once its stages can be read."""
        stages = [OPEN, {"key": 7, "outcome": "won"}, {"key": "Lost", "outcome": "lots"}]
        ways = [{"name": "win", "to": "7"}, {"name": "back", "from": "Lost", "to": "Open"}, {"name": "half"}]

        assert [problem.where for problem in problems(sales(stages=stages, transitions=ways))] == [
            "pipelines.sales.stages[1].key", "pipelines.sales.stages[2].outcome", "pipelines.sales.transitions[2]",
        ]  # fmt: skip

    def test_stage_of_no_outcome_may_be_the_open_one(self) -> None:
        """Nobody is told that no stage is open while the outcome of one cannot be read."""
        assert told(sales(stages=[WON, {"key": "Open", "outcome": "opne"}])) == [
            "pipelines.sales.stages[1].outcome: 'opne' is no outcome; did you mean 'open'?"
        ]

    def test_cell_that_cannot_be_read_leaves_transitions_unjudged(self) -> None:
        """The cell may be the one that allows what a transition does."""
        data = sales(
            stages=[OPEN, WON],
            moves=[{"from": "won", "to": "open"}],
            transitions=[{"name": "reopen", "from": "Won", "to": "Open"}],
        )

        assert told(data) == ["pipelines.sales.moves[0]: the key 'allowed' is missing; add it"]

    def test_own_fields_that_cannot_be_read_leave_unjudged_what_names_one(self) -> None:
        """Guards and requirements on the other fields are judged all the same."""
        stages = [
            {**OPEN, "requires": ["custom.size", "x"], "guard": "custom.size at_least 3"},
            {**WON, "guard": "amuont is_empty"},
        ]

        assert [problem.where for problem in problems(sales(stages=stages, fields=[{"name": "size", "kind": 7}]))] == [
            "pipelines.sales.fields[0].kind",
            "pipelines.sales.stages[1].guard, column 1",
            "pipelines.sales.stages[0].requires",
        ]

    def test_offending_value_and_the_right_ones_are_kept(self) -> None:
        """Programs get the facts, not only the sentence."""
        (problem,) = problems(sales(stages=[{**OPEN, "outcome": "opne"}]))

        assert (problem.where, problem.value) == ("pipelines.sales.stages[0].outcome", "opne")
        assert problem.options == tuple(Outcome)


class TestOwnFields:
    """A process declares the fields of the organisation's own that it asks for."""

    def test_guard_on_an_undeclared_field_is_refused(self) -> None:
        """Nobody else who reads the process could tell what the field holds."""
        guard = where(Deal, "custom.size", "at_least", 3, fields=[CustomField("size", "number")])
        with pytest.raises(InvalidTable) as caught:
            Pipeline(key="p", stages=[Stage("Open", "Open", "open", guard=guard)])

        assert str(caught.value) == (
            "pipeline 'p': stages 'Open', guard: the guard asks about 'custom.size', which is not declared; "
            "declare it in fields= [PIPE-2]"
        )

    def test_guard_on_a_field_declared_as_another_kind_is_refused(self) -> None:
        """A field is a number or a text, not one here and the other there."""
        guard = where(Deal, "custom.size", "at_least", 3, fields=[CustomField("size", "number")])
        with pytest.raises(InvalidTable) as caught:
            Pipeline(key="p", stages=[Stage("O", "O", "open", guard=guard)], fields=[CustomField("size", "text")])

        assert str(caught.value) == (
            "pipeline 'p': stages 'O', guard: the guard asks about 'custom.size' as 'number', and it is declared as "
            "'text'; make the guard with the same fields [PIPE-2]"
        )

    def test_guard_on_a_declared_field_is_taken(self) -> None:
        """Declared in the process and in the guard: the same field."""
        fields = [CustomField("size", "number")]
        guard = where(Deal, "custom.size", "at_least", 3, fields=fields) & where(Deal, "amount", "is_empty")
        own = Pipeline(key="p", stages=[Stage("Open", "Open", "open", guard=guard)], fields=fields)

        assert own.step("Open").guard == guard

    def test_field_that_is_declared_twice_is_told_once(self) -> None:
        """What asks for it is judged once the declaration is right."""
        fields = [CustomField("size", "number"), CustomField("size", "text")]
        with pytest.raises(InvalidTable) as caught:
            Pipeline(key="p", stages=[Stage("Open", "Open", "open", requires="custom.size")], fields=fields)

        assert str(caught.value) == (
            "pipeline 'p': fields[1]: the custom field 'size' is declared twice; keep one of the two"
        )
