"""The report as plain data: what the printed one says, with ids and field names, for other programs."""

import json
from typing import Any

from leadmodel import Directory, Money, NewDeal, convert_lead, plan_conversion
from tests.conversion.making import BOOK, NOON
from tests.conversion.test_ada import ADA, AGAIN, ENGINES, TALK


def report(**asked: Any) -> dict[str, Any]:  # noqa: ANN401  (whatever is asked)
    """Plan Ada's conversion, and give the report as it comes out of JSON."""
    people = Directory.of(leads=[ADA, AGAIN], accounts=[ENGINES], children=[TALK])
    plan = plan_conversion(ADA, people, at=NOON, playbook=BOOK, by="grace", **asked)
    told: dict[str, Any] = json.loads(json.dumps(plan.to_plain()))
    return told


def test_report_names_the_lead_and_every_record() -> None:
    """Created, changed, and used as it is."""
    told = report(deal=NewDeal(amount=Money("5", "EUR")))

    assert told["lead"] == {"type": "lead", "id": "lead-0815", "label": "Ada Lovelace, Analytical Engines"}
    assert (told["format"], told["at"], told["by"], told["replayed"]) == (1, NOON.isoformat(), "grace", False)
    assert [(each["type"], each["treatment"]) for each in told["records"]] == [
        ("account", "changed"), ("contact", "created"), ("deal", "created"),
    ]  # fmt: skip
    assert told["children"] == [{"type": "note", "number": 1, "follow": "move", "to": "contact"}]


def test_report_tells_every_filled_field_once_and_whole() -> None:
    """What is carried, to where and how; what goes nowhere, and why; long values are not cut."""
    fields = {each["field"]: each for each in report()["fields"]}

    assert fields["industry"]["carried"] == [
        {"type": "account", "field": "industry", "before": "Machinery", "after": "Machinery", "treatment": "kept"},
    ]
    assert fields["phones"]["value"] == "+44 20 7946 0001 (main), +44 7700 900123 (mobile)"
    assert (fields["rating"]["carried"], fields["rating"]["dropped"]) == ([], "stays with the lead")
    assert fields["custom.machine_type"]["dropped"] == "nothing says where it goes"
    assert "birth_date" not in fields


def test_report_gives_reasons_with_their_rules() -> None:
    """And the records that they speak of."""
    (found,) = [each for each in report()["evidence"] if not each["warning"]]

    assert found == {
        "said": "the account Analytical Engines has the name of the company", "rule": "CONV-3", "warning": False,
        "records": [{"type": "account", "id": "account-4711"}],
    }  # fmt: skip


def test_report_of_a_blocked_plan_says_what_blocks() -> None:
    """No record is named: there would be none."""
    told = report(deal=NewDeal(stage="Nowhere"))

    assert [(each["field"], each["rule"]) for each in told["problems"]] == [("stage", "CONV-13")]
    assert told["records"] == []


def test_report_of_what_was_done_before_says_so() -> None:
    """The records are those of today, used as they are; what stays has nowhere to go to."""
    people = Directory.of(leads=[ADA], accounts=[ENGINES])
    people.update(convert_lead(ADA, people, at=NOON, playbook=BOOK).changes)
    told = plan_conversion(ADA, people, at=NOON, playbook=BOOK).to_plain()

    assert told["replayed"] is True
    assert [each["treatment"] for each in told["records"]] == ["used", "used"]
