"""Pipelines of other products: their lists of stages become pipelines with the keys that their deals hold."""

import csv
import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import needs_shared_data, shared_data

from leadmodel.errors import InvalidInput, Problem, UnknownName
from leadmodel.formats.pipelines import PRODUCTS, read_pipelines
from leadmodel.processes import Forecast, Outcome, Pipeline, Stage


def problems_of(content: object, **options: str) -> tuple[Problem, ...]:
    """Give the problems with which a document called p.json is refused."""
    with pytest.raises(InvalidInput) as caught:
        read_pipelines(json.dumps(content, indent=1), name="p.json", **options)
    return caught.value.problems


def hub(
    id_: str, label: str, place: int, probability: str, closed: str | None = None, **more: object
) -> dict[str, Any]:
    """Write a stage of HubSpot's."""
    metadata = {"probability": probability} | ({} if closed is None else {"isClosed": closed})
    return {"id": id_, "label": label, "displayOrder": place, "metadata": metadata, **more}


class TestSalesforce:
    """Rows of OpportunityStage."""

    ROWS = (
        {"ApiName": "Closed Won", "MasterLabel": "Gewonnen", "IsClosed": True, "IsWon": True, "SortOrder": 3,
         "DefaultProbability": 100, "ForecastCategory": "Closed", "IsActive": True},
        {"ApiName": "Prospecting", "MasterLabel": "Anbahnung", "IsClosed": False, "IsWon": False, "SortOrder": 1,
         "DefaultProbability": 10.0, "ForecastCategory": "BestCase", "IsActive": True},
        {"ApiName": "Closed Lost", "MasterLabel": "Verloren", "IsClosed": True, "IsWon": False, "SortOrder": 4,
         "DefaultProbability": 0, "ForecastCategory": "Omitted", "IsActive": True},
        {"ApiName": "Dreaming", "MasterLabel": "Dreaming", "IsClosed": False, "IsWon": False, "SortOrder": 2,
         "DefaultProbability": 5, "IsActive": False},
    )  # fmt: skip
    PIPELINE = Pipeline(
        key="salesforce", label="Salesforce",
        stages=[
            Stage("Prospecting", "Anbahnung", Outcome.OPEN, 10, Forecast.BEST_CASE),
            Stage("Closed Won", "Gewonnen", Outcome.WON, 100, Forecast.CLOSED),
            Stage("Closed Lost", "Verloren", Outcome.LOST, 0, Forecast.OMITTED),
        ],
        retired=[Stage("Dreaming", "Dreaming", Outcome.OPEN, 5)],
    )  # fmt: skip

    def test_answer_of_a_query(self) -> None:
        """The order is the product's; what is active no longer is a stage of former times."""
        text = json.dumps({"totalSize": 4, "done": True, "records": self.ROWS})

        assert read_pipelines(text) == (self.PIPELINE,)

    def test_table(self) -> None:
        """A query may be exported as a table; its key is the caller's."""
        out = io.StringIO()
        writer = csv.DictWriter(out, list(self.ROWS[0]), restval="")
        writer.writeheader()
        writer.writerows(self.ROWS)

        (pipeline,) = read_pipelines(out.getvalue(), key="sales")

        assert (pipeline.key, pipeline.stages, pipeline.retired) == (
            "sales", self.PIPELINE.stages, self.PIPELINE.retired,
        )  # fmt: skip

    def test_lines(self) -> None:
        """Each line may be a stage; a stage that is used again is none of former times."""
        again = {**self.ROWS[0], "IsActive": False}

        assert read_pipelines("\n".join(map(json.dumps, (*self.ROWS, again)))) == (self.PIPELINE,)


class TestHubSpot:
    """Pipelines with their stages, and the table of a connector."""

    STAGES = (
        hub("closedlost", "Closed Lost", 6, "0.0", "true"),
        hub("appointmentscheduled", "Appointment Scheduled", 0, "0.2", "false"),
        hub("closedwon", "Closed Won", 5, "1.0", "true"),
    )

    def test_answer(self) -> None:
        """Stages are sorted as they are shown; parts of one are percents; what was archived is of former times."""
        old = hub("old", "Old", 1, "0.5", "false", archived=True)
        answer = {"results": [{"id": "default", "label": "Sales", "displayOrder": 0, "stages": [*self.STAGES, old]}]}

        assert read_pipelines(json.dumps(answer)) == (
            Pipeline(
                key="default", label="Sales",
                stages=[
                    Stage("appointmentscheduled", "Appointment Scheduled", Outcome.OPEN, 20),
                    Stage("closedwon", "Closed Won", Outcome.WON, 100, Forecast.CLOSED),
                    Stage("closedlost", "Closed Lost", Outcome.LOST, 0, Forecast.OMITTED),
                ],
                retired=[Stage("old", "Old", Outcome.OPEN, 50)],
            ),
        )  # fmt: skip

    def test_archived_pipeline_is_one_of_former_times(self) -> None:
        """No deal comes to it any more."""
        (pipeline,) = read_pipelines(json.dumps({"id": "p", "label": "Old", "archived": True, "stages": self.STAGES}))

        assert (pipeline.stages, [stage.key for stage in pipeline.retired]) == (
            (), ["appointmentscheduled", "closedwon", "closedlost"],
        )  # fmt: skip

    def test_earlier_versions(self) -> None:
        """They have no word for closed: 1 is won and 0 is lost, as HubSpot says."""
        stages = [
            {"stageId": "a", "label": "A", "probability": 0.2, "displayOrder": 0, "closedWon": False, "active": True},
            {"stageId": "w", "label": "W", "probability": 0.9, "displayOrder": 1, "closedWon": True},
            {"stageId": "x", "label": "X", "probability": 1, "displayOrder": 2},
            {"stageId": "l", "label": "L", "probability": 0, "displayOrder": 3, "closedWon": False},
        ]

        (pipeline,) = read_pipelines(json.dumps([{"pipelineId": "default", "label": "Sales", "stages": stages}]))

        assert [(stage.key, stage.outcome) for stage in pipeline.stages] == [
            ("a", Outcome.OPEN), ("w", Outcome.WON), ("x", Outcome.WON), ("l", Outcome.LOST),
        ]  # fmt: skip

    def test_flag_goes_before_the_number(self) -> None:
        """What says that it is open is open, at whatever probability (AUTH-13)."""
        stages = [hub("a", "A", 0, "1.0", "false"), hub("b", "B", 1, "0.0", "false")]

        (pipeline,) = read_pipelines(json.dumps({"id": "p", "stages": stages}))

        assert [(stage.outcome, stage.probability) for stage in pipeline.stages] == [
            (Outcome.OPEN, 100), (Outcome.OPEN, 0),
        ]  # fmt: skip

    def test_closed_in_between_is_refused(self) -> None:
        """Nobody can say what it is."""
        stages = [self.STAGES[1], hub("a", "A", 0, "0.5", "true"), hub("b", "B", 0, "much", "true")]

        problems = problems_of({"id": "p", "label": "P", "stages": stages})

        assert [(problem.where, problem.what[:33]) for problem in problems] == [
            ("p.json stages[1]", "the stage is closed at 0.5, which"),
            ("p.json stages[2]", "'much' is no plain number"),
        ]


class TestZoho:
    """Pipelines of a layout, and the values of the field Stage."""

    MAPS = (
        {"display_value": "Closed Lost", "actual_value": "Closed Lost", "sequence_number": 9, "id": "3",
         "forecast_category": {"name": "Omitted", "id": "1"}, "forecast_type": "Closed Lost"},
        {"display_value": "Identify Decision Makers", "actual_value": "Id. Decision Makers", "sequence_number": 4,
         "forecast_category": {"name": "Pipeline", "id": "1"}, "forecast_type": "Open", "probability": 60, "id": "1"},
        {"display_value": "Closed Won", "actual_value": "Closed Won", "sequence_number": 7, "id": "2",
         "forecast_category": {"name": "Closed", "id": "2"}, "forecast_type": "Closed Won"},
    )  # fmt: skip
    STAGES = (
        Stage("Id. Decision Makers", "Identify Decision Makers", Outcome.OPEN, 60),
        Stage("Closed Won", "Closed Won", Outcome.WON, 100, Forecast.CLOSED),
        Stage("Closed Lost", "Closed Lost", Outcome.LOST, 0, Forecast.OMITTED),
    )

    def test_pipelines_of_a_layout(self) -> None:
        """The key is what deals hold, and the label what people see; no probability is that of the outcome."""
        answer = {"pipeline": [{"display_value": "Standard", "actual_value": "Std", "id": "5", "maps": self.MAPS}]}

        assert read_pipelines(json.dumps(answer)) == (Pipeline(key="Std", label="Standard", stages=self.STAGES),)

    def test_values_of_the_field(self) -> None:
        """A field has no pipeline: its key is the product's."""
        answer = {"fields": [{"api_name": "Stage", "field_label": "Stage", "pick_list_values": self.MAPS}]}

        assert read_pipelines(json.dumps(answer)) == (Pipeline(key="zoho", label="Zoho CRM", stages=self.STAGES),)

    def test_kind_that_is_none(self) -> None:
        """An outcome is not guessed from a label (AUTH-13)."""
        stage = {**self.MAPS[0], "forecast_type": "Won?"}

        (problem,) = problems_of({"pipeline": [{"display_value": "P", "maps": [stage, 3]}]})

        assert (problem.where, problem.field, problem.value) == (
            "p.json pipeline [0] stages[0]",
            "forecast_type",
            "Won?",
        )


class TestRefusals:
    """What is no list of stages is refused with what is wrong."""

    @pytest.mark.parametrize("content", [[], {"results": []}, 3, {"stages": []}, {"stages": [3]}])
    def test_nothing_in_it(self, content: object) -> None:
        """No stages are no pipeline."""
        assert [problem.what for problem in problems_of([content])] == ["there are no stages in it"]

    def test_stages_of_an_unknown_product(self) -> None:
        """Every one of them is named."""
        problems = problems_of([{"name": "A"}, {"name": "B"}])

        assert [(problem.where, problem.what) for problem in problems] == [
            (f"p.json [{n}]", "this is no stage of a product that is known") for n in (0, 1)
        ]

    @pytest.mark.parametrize(
        ("stage", "what"),
        [
            ({"IsClosed": True}, "the stage has no apiname"),
            ({"ApiName": "A", "IsClosed": True}, "the stage has no isclosed or iswon"),
        ],
    )
    def test_product_that_is_named_and_stage_that_is_none_of_its(self, stage: object, what: str) -> None:
        """The caller's word goes before the shape."""
        assert [problem.what for problem in problems_of([stage], product="salesforce")] == [what]

    def test_pipeline_without_an_open_stage(self) -> None:
        """Deals could not begin in it (PIPE-1)."""
        (problem,) = problems_of({"id": "p", "label": "P", "stages": [TestHubSpot.STAGES[0]]})

        assert (problem.where, problem.field, problem.rule) == ("p.json pipeline 'p'", "stages", "PIPE-1")

    def test_error_that_was_answered(self) -> None:
        """A refusal was saved."""
        (problem,) = problems_of({"status": "error", "message": "no scope"})

        assert problem.what.endswith("'no scope'")

    def test_product_that_is_none(self) -> None:
        """The known ones are named."""
        with pytest.raises(UnknownName) as caught:
            read_pipelines("[]", product="hubpsot")

        assert caught.value.known == tuple(product.key for product in PRODUCTS)

    def test_rows_that_are_misshapen(self) -> None:
        """A table is a table."""
        with pytest.raises(InvalidInput, match="3 cells where the header has 2"):
            read_pipelines("stage_id,probability\na,0.5,x\n")

    @given(
        content=st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["1.0", "0", "Open"]),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["stages", "maps", "results", "id", "label", "probability", "metadata", "isClosed", "iswon",
                     "ApiName", "forecast_type", "display_value", "archived", "active", "displayOrder"]
                ),
                inner, max_size=5,
            ),
            max_leaves=12,
        ),
        product=st.sampled_from(["", *(product.key for product in PRODUCTS)]),
    )  # fmt: skip
    def test_whatever(self, content: object, product: str) -> None:
        """Pipelines, or everything that is wrong."""
        with suppress(InvalidInput):
            assert read_pipelines(json.dumps(content), product=product)


@needs_shared_data("hubspot_connector_seeds")
class TestConnectorSeeds:
    """The stages that a connector landed: pipelines in one table, of which one has no open stage in this sample."""

    def test_stages(self) -> None:
        """Every other pipeline is read in the order of its stages; deleted ones are of former times."""
        path = shared_data("hubspot_connector_seeds", "deal_pipeline_stage_data.csv")
        with pytest.raises(InvalidInput) as caught:
            read_pipelines(path)
        lines = [
            line for line in path.read_text("utf-8").splitlines(keepends=True) if "AZzqPCai12V9o2zSLAQQuw" not in line
        ]

        read = read_pipelines("".join(lines))

        assert [problem.rule for problem in caught.value.problems] == ["PIPE-1"]
        assert {p.key: (len(p.stages), len(p.retired)) for p in read} == {
            "wh+Wm18D0z1D4E+PE252gg==": (8, 0), "Y8OGidQXXDZY0C7FaNUGUA==": (10, 1), "PBUgrXANfP+Uw7TXWDnSkA==": (3, 0),
            "/QJj4Q8q6MEf7Vs+2juQMg==": (40, 1), "2suHVO8IF4SEKSDGff7PBw==": (6, 0),
        }  # fmt: skip
