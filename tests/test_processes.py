"""Pipelines and statuses: data that is checked as a whole, presets as published, and look-ups that never guess."""

import copy
import pickle
from typing import Any, Final

import attrs
import pytest

from leadmodel.criteria import where
from leadmodel.entities import Lead
from leadmodel.errors import InvalidTable, InvalidValue, Problem, UnknownName, UnknownStage
from leadmodel.processes import (
    Counts,
    Forecast,
    MoveRule,
    Outcome,
    Pipeline,
    Stage,
    Status,
    Statuses,
    StatusKind,
    Transition,
    pipelines,
    statuses,
)
from leadmodel.processes.pipelines import as_pipelines, pipeline_of
from tests.pages import bare

#: The presets as DOMAIN states them, written down a second time: key, label, outcome, percent, forecast category.
STAGES: Final = {
    "simple": [
        ("Open", "Open", "open", 50, "pipeline"),
        ("Won", "Won", "won", 100, "closed"),
        ("Lost", "Lost", "lost", 0, "omitted"),
    ],
    "zoho": [
        ("Qualification", "Qualification", "open", 10, "pipeline"),
        ("Needs Analysis", "Needs Analysis", "open", 20, "pipeline"),
        ("Value Proposition", "Value Proposition", "open", 40, "pipeline"),
        ("Id. Decision Makers", "Identify Decision Makers", "open", 60, "pipeline"),
        ("Proposal/Price Quote", "Proposal/Price Quote", "open", 75, "pipeline"),
        ("Negotiation/Review", "Negotiation/Review", "open", 90, "pipeline"),
        ("Closed Won", "Closed Won", "won", 100, "closed"),
        ("Closed Lost", "Closed Lost", "lost", 0, "omitted"),
        ("Closed Lost to Competition", "Closed Lost to Competition", "lost", 0, "omitted"),
    ],
    "salesforce": [
        ("Prospecting", "Prospecting", "open", 10, "pipeline"),
        ("Qualification", "Qualification", "open", 10, "pipeline"),
        ("Needs Analysis", "Needs Analysis", "open", 20, "pipeline"),
        ("Value Proposition", "Value Proposition", "open", 50, "pipeline"),
        ("Id. Decision Makers", "Id. Decision Makers", "open", 60, "pipeline"),
        ("Perception Analysis", "Perception Analysis", "open", 70, "pipeline"),
        ("Proposal/Price Quote", "Proposal/Price Quote", "open", 75, "pipeline"),
        ("Negotiation/Review", "Negotiation/Review", "open", 90, "pipeline"),
        ("Closed Won", "Closed Won", "won", 100, "closed"),
        ("Closed Lost", "Closed Lost", "lost", 0, "omitted"),
    ],
    "hubspot": [
        ("appointmentscheduled", "Appointment Scheduled", "open", 20, "pipeline"),
        ("qualifiedtobuy", "Qualified To Buy", "open", 40, "pipeline"),
        ("presentationscheduled", "Presentation Scheduled", "open", 60, "pipeline"),
        ("decisionmakerboughtin", "Decision Maker Bought-In", "open", 80, "pipeline"),
        ("contractsent", "Contract Sent", "open", 90, "pipeline"),
        ("closedwon", "Closed Won", "won", 100, "closed"),
        ("closedlost", "Closed Lost", "lost", 0, "omitted"),
    ],
}

#: The same for statuses: key, label, kind (LEAD-5).
STATUSES: Final = {
    "simple": [
        ("New", "New", "new"),
        ("Contacted", "Contacted", "working"),
        ("Qualified", "Qualified", "qualified"),
        ("Converted", "Converted", "converted"),
        ("Unqualified", "Unqualified", "unqualified"),
    ],
    "zoho": [
        ("Not Contacted", "Not Contacted", "new"),
        ("Attempted to Contact", "Attempted to Contact", "working"),
        ("Contacted", "Contacted", "working"),
        ("Contact in Future", "Contact in Future", "working"),
        ("Pre-Qualified", "Pre-Qualified", "qualified"),
        ("Junk Lead", "Junk Lead", "unqualified"),
        ("Lost Lead", "Lost Lead", "unqualified"),
        ("Not Qualified", "Not Qualified", "unqualified"),
        ("Converted", "Converted", "converted"),
    ],
}

PRESETS: Final = [*pipelines.PRESETS.values(), *statuses.PRESETS.values()]
MARKUP: Final = "<b>&"

every_preset: Final = pytest.mark.parametrize(
    "preset", PRESETS, ids=lambda preset: f"{type(preset).__name__} {preset.key}"
)


def stage(key: Any = "Open", **facts: Any) -> Stage:  # noqa: ANN401  (anything may be tried)
    """Make an open stage."""
    return Stage(**{"key": key, "label": key, "outcome": "open", **facts})


def refused(kind: type[Pipeline] | type[Statuses], **facts: object) -> InvalidTable:
    """Give the error with which a process refuses to be made."""
    with pytest.raises(InvalidTable) as caught:
        kind(**facts)
    return caught.value


# ---------------------------------------------------------------- presets


@pytest.mark.parametrize("key", STAGES)
def test_preset_pipeline_is_as_published(key: str) -> None:
    """Keys are the vendor's stored values; order, label, outcome, probability and forecast are those of DOMAIN."""
    rows = [attrs.astuple(stage) for stage in pipelines.PRESETS[key].stages]

    assert rows == [(*row, (), None, False) for row in STAGES[key]]


@pytest.mark.parametrize("key", STATUSES)
def test_preset_statuses_are_as_published(key: str) -> None:
    """The statuses of LEAD-5, in order: a new lead gets the first."""
    rows = [attrs.astuple(status) for status in statuses.PRESETS[key].members]

    assert rows == [(*row, (), None, False) for row in STATUSES[key]]


def test_presets_are_found_by_key_and_by_name() -> None:
    """What a configuration names and what code names is one value."""
    assert list(pipelines.PRESETS.items()) == [
        ("simple", pipelines.SIMPLE), ("zoho", pipelines.ZOHO), ("salesforce", pipelines.SALESFORCE),
        ("hubspot", pipelines.HUBSPOT),
    ]  # fmt: skip
    assert list(statuses.PRESETS.items()) == [("simple", statuses.SIMPLE), ("zoho", statuses.ZOHO)]
    assert [preset.key for preset in pipelines.PRESETS.values()] == list(STAGES)


@every_preset
def test_preset_survives_copying_and_pickling(preset: Pipeline | Statuses) -> None:
    """A process is a value: copies are equal and hash alike."""
    copies = [copy.copy(preset), copy.deepcopy(preset), pickle.loads(pickle.dumps(preset))]  # noqa: S301  (our own)

    assert copies == [preset] * 3
    assert {hash(copied) for copied in copies} == {hash(preset)}


def test_what_follows_from_the_published_outcomes_stands_in_their_rows() -> None:
    """Whether a sale is over, what it says about its contact and how it counts in a forecast: one row each (PIPE-1)."""
    rows = {str(outcome): (outcome.closed, outcome.counts_as, outcome.forecast) for outcome in Outcome}

    published = {
        "open": (False, Counts.OPEN, Forecast.PIPELINE),
        "won": (True, Counts.WON, Forecast.CLOSED),
        "lost": (True, Counts.LOST, Forecast.OMITTED),
    }
    assert {outcome: rows[outcome] for outcome in published} == published


@pytest.mark.parametrize("outcome", Outcome)
def test_outcome_survives_copying_and_pickling(outcome: Outcome) -> None:
    """It is the same member everywhere, found by its word."""
    copies = [copy.copy(outcome), copy.deepcopy(outcome), pickle.loads(pickle.dumps(outcome))]  # noqa: S301  (our own)

    assert all(copied is outcome for copied in (*copies, Outcome(str(outcome))))


def test_what_is_asked_of_deals_kinds_and_forecasts_are_closed_lists() -> None:
    """Behaviour hangs on these words and on no others; tables for authors ask about three (AUTH-2 to AUTH-4)."""
    assert list(Counts) == ["open", "won", "lost"]
    assert list(Forecast) == ["pipeline", "best_case", "commit", "closed", "omitted"]
    assert list(StatusKind) == ["new", "working", "qualified", "converted", "unqualified"]


# ---------------------------------------------------------------- making them


def test_process_keeps_its_steps_in_order_and_for_itself() -> None:
    """A list is accepted and copied: the caller's later changes do not show."""
    steps = [stage("B"), stage("A")]
    members = [Status("B", "B", "new"), Status("A", "A", StatusKind.WORKING)]
    pipeline, list_of_statuses = Pipeline(key="p", stages=steps), Statuses(key="s", members=members)
    steps.clear()
    members.clear()

    assert [step.key for step in pipeline.stages] == ["B", "A"]
    assert [step.key for step in list_of_statuses.members] == ["B", "A"]
    assert type(pipeline.stages) is type(list_of_statuses.members) is tuple


def test_outcome_probability_and_forecast_are_independent() -> None:
    """Real organisations have open stages at 100 % and won stages at 60 % (PIPE-1)."""
    odd = Pipeline(
        key="odd", stages=[stage("a", probability=100, forecast="closed"), stage("b", outcome="won", probability=60)]
    )

    assert [(s.outcome, s.probability, s.forecast) for s in odd.stages] == [
        (Outcome.OPEN, 100, Forecast.CLOSED),
        (Outcome.WON, 60, Forecast.PIPELINE),
    ]


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: stage(outcome="wno"), ("outcome", "'wno' is no outcome", "did you mean 'won'?")),
        (
            lambda: stage(forecast="Commit"),
            ("forecast category", "'Commit' is no forecast category", "did you mean 'commit'?"),
        ),
        (
            lambda: Status("a", "a", "working "),
            ("kind of status", "'working ' is no kind of status", "did you mean 'working'?"),
        ),
        (
            lambda: stage(outcome=None),
            ("outcome", "None is no outcome", f"known: {', '.join(map(repr, map(str, Outcome)))}"),
        ),
    ],
)
def test_choice_out_of_a_closed_list_is_never_guessed(make: Any, problem: tuple[str, str, str]) -> None:  # noqa: ANN401
    """A near miss is refused, and the nearest choice offered."""
    with pytest.raises(InvalidValue) as caught:
        make()

    (found,) = caught.value.problems
    assert (found.field, found.what, found.hint) == problem


@pytest.mark.parametrize("probability", [0, 1, 99, 100])
def test_probability_is_a_percentage(probability: int) -> None:
    """Both ends are included."""
    assert Pipeline(key="p", stages=[stage(probability=probability)]).stages[0].probability == probability


@pytest.mark.parametrize("probability", [-1, 101, 50.5, "50", True, None])
def test_what_is_no_percentage_is_refused(probability: object) -> None:
    """Neither a fraction nor a text nor a truth value is a percentage."""
    error = refused(Pipeline, key="p", stages=[stage(probability=probability)])

    assert error.problems == (
        Problem(
            what=f"a probability of {probability!r} is no percentage",
            hint="use a whole number from 0 to 100",
            field="stages 'Open'",
            value=probability,
        ),
    )


def test_all_that_is_wrong_with_a_pipeline_is_reported() -> None:
    """A blank key, a key given twice, a key that is no text, a wrong probability: told together."""
    error = refused(
        Pipeline, key="a\n", stages=[stage("A"), stage("A"), stage(" "), stage(None), stage("B", probability=101)]
    )

    assert error.subject == "pipeline 'a\\n'"
    assert [(p.field, p.what, p.rule) for p in error.problems] == [
        ("key", "the key holds U+000A, which cannot be seen", "PIPE-1"),
        ("stages None, label", "the label is no text", ""),
        ("stages[2]", "the key ' ' is blank, and an identity cannot be", "PIPE-1"),
        ("stages[3]", "the key None is no text", "PIPE-1"),
        ("stages", "the key 'A' is given 2 times", "PIPE-1"),
        ("stages 'B'", "a probability of 101 is no percentage", ""),
    ]


def test_texts_that_no_database_keeps_are_refused_together() -> None:
    """Labels, hints and ids of rules are lines of text as in records: not too long, and without what none keeps."""
    stages = [stage("Open", label="x" * 256), stage("Won", outcome="won", label="\0"), stage("Lost", outcome="lost")]
    moves = [
        attrs.evolve(row, hint="\ud800", rule="R" * 256) if (row.come_from, row.to) == ("won", "open") else row
        for row in pipelines.MOVES
    ]
    error = refused(Pipeline, key="p", label=7, stages=stages, retired=[stage("Old", label="\0")], moves=moves)

    nul = "holds U+0000, which no database keeps"
    assert [(p.field, p.what, p.value) for p in error.problems] == [
        ("label", "the label is no text", 7),
        ("stages 'Open', label", "the label is 256 characters long, and 255 is the limit", "x" * 256),
        ("stages 'Won', label", f"the label {nul}", "\0"),
        ("stages 'Old', label", f"the label {nul}", "\0"),
        ("moves won to open, hint", "the hint holds U+D800, which no database keeps", "\ud800"),
        ("moves won to open, rule", "the rule is 256 characters long, and 255 is the limit", "R" * 256),
    ]


def test_all_that_is_wrong_with_retired_stages_is_reported() -> None:
    """A blank key, a key that is no text, one given twice, one that is in use: told together, and each once."""
    former = [stage("A"), stage("A"), stage(" "), stage(["x"], label="x"), stage("Open")]
    error = refused(Pipeline, key="p", stages=[stage("Open"), stage(["x"], label="x")], retired=former)

    assert [(p.field, p.what, p.rule) for p in error.problems] == [
        ("stages[1]", "the key ['x'] is no text", "PIPE-1"),
        ("retired[2]", "the key ' ' is blank, and an identity cannot be", "PIPE-1"),
        ("retired[3]", "the key ['x'] is no text", "PIPE-1"),
        ("retired", "the key 'A' is given 2 times", "PIPE-1"),
        ("retired", "the stage 'Open' is both in use and retired", "PIPE-10"),
    ]


def test_what_a_retired_stage_asks_for_is_checked_like_any_other() -> None:
    """It may come back, and it stands in files: a field that does not exist is a slip there too (PIPE-10)."""
    error = refused(Pipeline, key="p", stages=[stage("Open")], retired=[stage("Old", requires=["amuont"], guard=3)])

    assert [(p.field, p.value) for p in error.problems] == [
        ("stages 'Old', requires", "amuont"), ("stages 'Old', guard", 3),
    ]  # fmt: skip


def test_all_that_is_wrong_with_statuses_is_reported() -> None:
    """The same holds for the statuses of leads."""
    error = refused(Statuses, key="", members=[Status("A", "", "new"), Status("A", "", "new"), Status("", "", "new")])

    assert error.subject == "statuses ''"
    assert [(p.field, p.what, p.rule) for p in error.problems] == [
        ("key", "the key is blank, and an identity cannot be", "LEAD-3"),
        ("members[2]", "the key '' is blank, and an identity cannot be", "PIPE-1"),
        ("members", "the key 'A' is given 2 times", "PIPE-1"),
    ]


@pytest.mark.parametrize(("kind", "field"), [(Pipeline, "stages"), (Statuses, "members")])
def test_process_without_steps_is_none(kind: type[Pipeline] | type[Statuses], field: str) -> None:
    """There is nothing to pass through."""
    (problem,) = refused(kind, **{"key": "p", field: []}).problems

    assert (problem.field, problem.what, problem.hint) == (field, "there are none", "give at least one")


@pytest.mark.parametrize("key", [None, 7])
@pytest.mark.parametrize(
    ("kind", "steps"), [(Pipeline, {"stages": [stage()]}), (Statuses, {"members": [Status("A", "A", "new")]})]
)
def test_key_of_a_process_is_text(kind: type[Pipeline] | type[Statuses], steps: dict[str, Any], key: object) -> None:
    """Deals and playbooks name it."""
    (problem,) = refused(kind, key=key, **steps).problems

    assert (problem.field, problem.what) == ("key", "the key is no text")


# ---------------------------------------------------------------- looking up


@pytest.mark.parametrize("pipeline", pipelines.PRESETS.values(), ids=lambda pipeline: pipeline.key)
def test_stage_is_found_by_its_key(pipeline: Pipeline) -> None:
    """Every stage, and by its key alone."""
    assert [pipeline.stage(stage.key) for stage in pipeline.stages] == list(pipeline.stages)


@pytest.mark.parametrize("preset", statuses.PRESETS.values(), ids=lambda preset: preset.key)
def test_status_is_found_by_its_key(preset: Statuses) -> None:
    """Every status, and by its key alone."""
    assert [preset.status(status.key) for status in preset.members] == list(preset.members)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Identify Decision Makers", "did you mean 'Id. Decision Makers'?"),
        ("closed won", "did you mean 'Closed Won'?"),
        ("Closed Won ", "did you mean 'Closed Won'?"),
        ("ClosedWon", "did you mean 'Closed Won'?"),
        ("", "known: 'Qualification', "),
        (None, "known: 'Qualification', "),
    ],
)
def test_stage_is_never_guessed(name: Any, remedy: str) -> None:  # noqa: ANN401  (anything may be tried)
    """A label, another case, a near miss: refused, with the nearest key (AUTH-14)."""
    with pytest.raises(UnknownStage) as caught:
        pipelines.ZOHO.stage(name)

    known = tuple(row[0] for row in STAGES["zoho"])
    assert caught.value == UnknownStage(kind="stage", name=name, known=known, within="pipeline zoho", rule="AUTH-14")
    assert remedy in str(caught.value)


@pytest.mark.parametrize("name", ["prequalified", "pre-qualified", "Prequalified lead", ""])
def test_status_is_never_guessed(name: str) -> None:
    """Leads hold keys, and nothing but a key is one: no label, no other case, no near miss (LEAD-3)."""
    own = Statuses(key="own", members=[Status("Pre-Qualified", "Prequalified lead", "qualified")])
    with pytest.raises(UnknownName) as caught:
        own.status(name)

    assert caught.value == UnknownName(
        kind="status", name=name, known=("Pre-Qualified",), within="statuses own", rule="LEAD-3"
    )
    assert "'Pre-Qualified'" in str(caught.value)


SALES: Final = Pipeline(key="sales", stages=[stage()])
GRANTS: Final = Pipeline(key="grants", stages=[stage()])


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (SALES, {"sales": SALES}),
        ([SALES, GRANTS], {"sales": SALES, "grants": GRANTS}),
        (iter([SALES, GRANTS]), {"sales": SALES, "grants": GRANTS}),
        ({"sales": SALES, "grants": GRANTS}, {"sales": SALES, "grants": GRANTS}),
    ],
    ids=["one", "list", "iterator", "mapping"],
)
def test_pipelines_are_given_in_any_form(given: Any, found: dict[str, Pipeline]) -> None:  # noqa: ANN401
    """One, several, or a mapping: what comes out is by key, in order."""
    by_key = as_pipelines(given)

    assert list(by_key.items()) == list(found.items())


def test_pipelines_in_a_mapping_are_copied() -> None:
    """What the caller does to their mapping afterwards does not show."""
    given = {"sales": SALES}
    by_key = as_pipelines(given)
    given.clear()

    assert by_key == {"sales": SALES}


@pytest.mark.parametrize(
    ("given", "what"),
    [([], "there is no pipeline"), ({}, "there is no pipeline"), ([SALES, SALES], "two pipelines have one key")],
)
def test_pipelines_are_some_and_have_keys_of_their_own(given: Any, what: str) -> None:  # noqa: ANN401
    """No pipeline, or two under one key, is no way to sell."""
    with pytest.raises(InvalidTable) as caught:
        as_pipelines(given)

    assert [problem.what for problem in caught.value.problems] == [what]


def test_pipeline_stands_under_its_own_key() -> None:
    """A mapping with another key would lose one of the two; every such key is named."""
    with pytest.raises(InvalidTable) as caught:
        as_pipelines({"sales": pipelines.ZOHO, "simple": pipelines.SIMPLE, "more": pipelines.SALESFORCE})

    assert [problem.what for problem in caught.value.problems] == [
        "pipeline 'zoho' stands under the key 'sales'",
        "pipeline 'salesforce' stands under the key 'more'",
    ]


def test_deal_names_its_pipeline_or_takes_the_only_one() -> None:
    """A blank name is the only pipeline there is; among several it is none."""
    both = as_pipelines([SALES, GRANTS])

    assert pipeline_of("grants", both) is GRANTS
    assert pipeline_of("", {"sales": SALES}) is SALES
    for key, known in (("", both), ("Sales", {"sales": SALES}), ("sale", both)):
        with pytest.raises(UnknownName) as caught:
            pipeline_of(key, known)
        assert caught.value == UnknownName(kind="pipeline", name=key, known=tuple(known), rule="AUTH-14")


# ---------------------------------------------------------------- showing them


def test_pipeline_is_shown_as_a_table() -> None:
    """The text is for a terminal, the repr is short."""
    assert str(pipelines.SIMPLE) == (
        "pipeline Simple\n"
        "key   label  outcome  probability  forecast\n"
        "----  -----  -------  -----------  --------\n"
        "Open  Open   open     50 %         pipeline\n"
        "Won   Won    won      100 %        closed\n"
        "Lost  Lost   lost     0 %          omitted"
    )
    assert repr(pipelines.ZOHO) == "Pipeline(key='zoho', 9 stages)"


def test_statuses_are_shown_as_a_table() -> None:
    """A list without a label is shown under its key."""
    own = Statuses(key="own", members=[Status("a", "Fresh", "new")])

    assert str(own) == "statuses own\nkey  label  kind\n---  -----  ----\na    Fresh  new"
    assert repr(own) == "Statuses(key='own', 1 status)"
    assert str(Pipeline(key="own", stages=[stage()])).startswith("pipeline own\n")


@every_preset
def test_notebook_shows_every_cell_of_the_table(preset: Pipeline | Statuses) -> None:
    """The view in a notebook has a caption and a row for each step."""
    html = bare(preset._repr_html_())

    assert f"<caption>{'pipeline' if isinstance(preset, Pipeline) else 'statuses'} {preset.label}</caption>" in html
    assert html.count("<tr>") == 1 + len(preset.stages if isinstance(preset, Pipeline) else preset.members)


@pytest.mark.parametrize(
    "process",
    [
        Pipeline(key=MARKUP, label=MARKUP, stages=[stage(MARKUP)]),
        Statuses(key=MARKUP, label=MARKUP, members=[Status(MARKUP, MARKUP, "new")]),
    ],
    ids=["pipeline", "statuses"],
)
def test_notebook_shows_markup_as_text(process: Pipeline | Statuses) -> None:
    """Keys and labels are text, whatever they look like."""
    html = process._repr_html_()

    assert MARKUP not in html
    assert html.count("&lt;b&gt;&amp;") == 3


# ---------------------------------------------------------------- whole processes


LOSS: Final = Stage("Lost", "Lost", "lost")
BOTH: Final = [stage(), LOSS]


def told(kind: type[Pipeline] | type[Statuses], **facts: Any) -> list[tuple[str, str]]:  # noqa: ANN401  (anything may be tried)
    """Give the place of everything that is wrong with a process, and what it is."""
    return [(problem.field, problem.what) for problem in refused(kind, key="p", **facts).problems]


def test_deals_begin_at_a_stage_that_is_open() -> None:
    """A pipeline without one is none (PIPE-1)."""
    assert told(Pipeline, stages=[LOSS]) == [("stages", "no stage is open")]


def test_leads_begin_at_a_status_that_is_live() -> None:
    """New, working or qualified (LEAD-3)."""
    error = refused(Statuses, key="p", members=[Status("a", "a", "converted"), Status("b", "b", "unqualified")])

    assert [(each.field, each.what, each.hint) for each in error.problems] == [
        ("members", "no status is new or working or qualified",
         "give at least one whose kind of status is one of: new, working, qualified"),
    ]  # fmt: skip


def test_one_stage_is_the_first_and_it_is_open() -> None:
    """Two are told together, and each that no deal can begin at (PIPE-11)."""
    stages = [stage(), attrs.evolve(LOSS, first=True), stage("B", first=True)]

    assert told(Pipeline, stages=stages) == [
        ("stages", "'Lost' and 'B' are both first"),
        ("stages", "the first stage 'Lost' is lost"),
    ]
    assert Pipeline(key="p", stages=[stage(), stage("B", first=True)]).first.key == "B"


def test_every_cell_of_the_move_table_is_declared_once() -> None:
    """A cell that is missing, one that stands twice, and one of something that no stage can mean (PIPE-2)."""
    moves = [*pipelines.MOVES[1:], pipelines.MOVES[1], MoveRule("won", "wno", allowed=True)]

    assert told(Pipeline, stages=BOTH, moves=moves) == [
        ("moves", "'wno' is no outcome"),
        ("moves", "no row says whether open may become open"),
        ("moves", "2 rows say whether open may become won"),
    ]


def test_transitions_lead_along_steps_that_there_are_and_where_the_table_lets_records_go() -> None:
    """Everything that is wrong with any of them is told (PIPE-3)."""
    ways = [
        Transition(name="lose", come_from="Open", to="Lost"),
        Transition(name="lose", come_from="Open", to="Lots"),
        Transition(name=" ", come_from="Lost", to="Open"),
        Transition(name="stay", come_from="Open", to="Open"),
        Transition(name="drop", come_from="Open", to="Lost"),
        Transition(name="begin", to="Open"),
        Transition(name="begin again", to="Open"),
    ]

    assert told(Pipeline, stages=BOTH, transitions=ways) == [
        ("transitions", "the name 'lose' is given 2 times"),
        ("transitions 'lose'", "there is no stage 'Lots'"),
        ("transitions", "the name is blank, and an identity cannot be"),
        ("transitions ' '", "it leads from lost to open, which the move table refuses"),
        ("transitions 'stay'", "it leads from 'Open' to itself"),
        ("transitions", "2 transitions lead from 'Open' to 'Lost'"),
        ("transitions", "2 transitions lead from anywhere to 'Open'"),
    ]


def test_guards_are_criteria_on_the_record_that_moves() -> None:
    """Neither a text nor a question about another type of record; fields that are asked for exist."""
    about_leads: Any = where(Lead, "status", "is_empty")
    stages = [stage(requires=["amuont"]), stage("B", guard="amount at_least 1"), stage("C", guard=about_leads)]

    assert told(Pipeline, stages=stages) == [
        ("stages 'Open', requires", "a deal has no field 'amuont'"),
        ("stages 'B', guard", "'amount at_least 1' is no criterion"),
        ("stages 'C', guard", "the guard asks about a Lead"),
    ]


@pytest.mark.parametrize(("cell", "wrong"), [(("won", "opne"), "opne"), (("wno", "open"), "wno")])
def test_cell_is_asked_for_by_what_stages_mean(cell: tuple[str, str], wrong: str) -> None:
    """What no stage can mean is an error that names the nearest."""
    with pytest.raises(UnknownName) as caught:
        pipelines.SIMPLE.cell(*cell)

    assert caught.value == UnknownName(kind="outcome", name=wrong, known=("open", "won", "lost"))


def test_declared_process_shows_its_transitions() -> None:
    """What each asks for stands beside it, in the text and in the notebook."""
    ways = [
        Transition(name="lose", come_from="Open", to="Lost", requires="loss_reason"),
        Transition(name="back", to="Open"),
    ]
    own = Pipeline(key="own", stages=BOTH, transitions=ways)

    assert str(own).endswith(
        "\n\ntransition  from      to    asks for\n"
        "----------  --------  ----  -----------\n"
        "lose        Open      Lost  loss_reason\n"
        "back        anywhere  Open"
    )
    assert own._repr_html_().count("<table>") == 2
