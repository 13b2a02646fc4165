"""Requests: what may be asked of a conversion, and when two are the same."""

from datetime import date, datetime
from typing import Any

import pytest

from leadmodel import InvalidValue, Match, Money, New, NewDeal, Omit, Request, Use
from tests.conversion.making import NOON, lead, plan


def test_usual_request_matches_and_makes_no_deal() -> None:
    """A deal only on request (CONV-2)."""
    assert Request() == Request(account=Match(), contact=Match(), deal=None)


def test_choices_that_are_none_are_refused_together() -> None:
    """What may be passed instead is said."""
    with pytest.raises(InvalidValue) as caught:
        plan(lead(), account="a1", contact=None, deal=New())

    assert caught.value.subject == "conversion"
    assert [problem.field for problem in caught.value.problems] == ["account", "contact", "deal"]
    assert "Use(id)" in caught.value.problems[0].hint


@pytest.mark.parametrize("record_id", ["", "  ", "a\n", 7])
def test_id_to_use_is_an_id(record_id: Any) -> None:  # noqa: ANN401
    """It follows the text policy."""
    with pytest.raises(InvalidValue, match="use"):
        Use(record_id)


def test_facts_of_a_new_deal_are_of_their_types() -> None:
    """All that are not are told at once."""
    wrong: dict[str, Any] = {
        "name": 1, "pipeline": [], "stage": None, "next_step": b"x", "amount": "12", "closes_on": datetime(2026, 1, 1),  # noqa: DTZ001
    }  # fmt: skip
    with pytest.raises(InvalidValue) as caught:
        NewDeal(**wrong)

    assert caught.value.subject == "new deal"
    assert {problem.field: problem.value for problem in caught.value.problems} == wrong
    with pytest.raises(InvalidValue, match="'soon' is no date"):
        NewDeal(closes_on="soon")


def test_same_request_has_the_same_digest() -> None:
    """The scale of an amount is no part of it; every fact is."""
    asked = Request(
        contact=Use("c1"), deal=NewDeal(name="Mill", amount=Money("1.5", "EUR"), closes_on=date(2026, 1, 2))
    )
    again = Request(
        contact=Use("c1"), deal=NewDeal(name="Mill", amount=Money("1.50", "EUR"), closes_on=date(2026, 1, 2))
    )

    assert asked.digest() == again.digest()
    assert len(asked.digest()) == 32


def test_digest_is_the_same_in_every_process_and_release() -> None:
    """Leads keep it: a change of it would make every replay an error."""
    asked = Request(account=New(), contact=Use("c1", replace_account=True), deal=NewDeal(amount=Money("1.50", "EUR")))

    assert Request().digest() == "1d3c175163b5d3c0445ec13b07995289"
    assert asked.digest() == "3743871dd62591309950178ecdfb7a19"


def test_different_requests_have_different_digests() -> None:
    """Each choice, each id, each fact of a deal."""
    deals = [
        None, NewDeal(), Use("c1"), NewDeal(name="x"), NewDeal(pipeline="x"), NewDeal(stage="x"),
        NewDeal(amount=Money("1", "EUR")), NewDeal(amount=Money("1", "USD")), NewDeal(closes_on=date(2026, 1, 1)),
        NewDeal(next_step="x"),
    ]  # fmt: skip
    choices = [Match(), New(), Omit(), Use("a"), Use("b"), Match(replace_account=True), Use("a", replace_account=True)]
    several = [Request(account=a, contact=c, deal=d) for a in choices for c in choices for d in deals]

    assert len({asked.digest() for asked in several}) == len(several) == 490


def test_instant_and_user_are_no_part_of_a_request() -> None:
    """The same request, whenever and by whomever (CONV-10)."""
    assert plan(lead(), by="u1").request == plan(lead(), by="u2", at=NOON.replace(hour=13)).request
