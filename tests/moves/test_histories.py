"""Where deals stood and for how long: stays without gaps, and what is not known told as such."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import attrs
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from leadmodel import (
    Category,
    Contact,
    Deal,
    Directory,
    InvalidValue,
    Pipeline,
    Profile,
    StageChange,
    Stay,
    classify_author,
    move_deal,
    stage_at,
    stage_history,
    time_in_stages,
)
from leadmodel.rules.histories import Arrival, standing_at
from tests.moves.making import DAY, EAST, HOUR, NOON, OPEN_ALL, RENEWAL, SALES, begun, standing

PROFILE: Final = Profile("x", "vale")
#: Deals may go from every stage of the two pipelines to every other.
ANYWHERE: Final = (
    OPEN_ALL,
    RENEWAL.allowing("won", "open").allowing("lost", "open").allowing("won", "lost").allowing("lost", "won"),
)


def travelled() -> Deal:
    """Give a deal that talked for an hour, offered for two, and was signed."""
    deal = begun()
    for to, hours in (("Talk", 1), ("Offer", 2), ("Signed", 4)):
        deal = move_deal(deal, to, at=NOON + hours * HOUR, pipeline=OPEN_ALL).deal
    return deal


def stay(stage: str | None, since: int | None, until: int, pipeline: str = "sales") -> Stay:
    """Give a stay between two hours after noon."""
    return Stay(
        stage=stage, pipeline=pipeline, since=None if since is None else NOON + since * HOUR, until=NOON + until * HOUR
    )


# ---------------------------------------------------------------- stays


def test_stays_follow_one_another_up_to_the_instant() -> None:
    """The last one is the stage in which the deal stands (PIPE-8)."""
    assert stage_history(travelled(), as_of=NOON + 9 * HOUR) == (
        stay("First", 0, 1), stay("Talk", 1, 2), stay("Offer", 2, 4), stay("Signed", 4, 9),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "stages"),
    [(-1, []), (0, ["First"]), (1, ["First", "Talk"]), (3, ["First", "Talk", "Offer"])],
)
def test_stays_that_came_later_are_not_told(hours: int, stages: list[str]) -> None:
    """A deal that did not exist yet has none; a move counts from its own instant on."""
    stays = stage_history(travelled(), as_of=NOON + hours * HOUR)

    assert [each.stage for each in stays] == stages
    assert not stays or stays[-1].until == NOON + hours * HOUR


def test_moves_of_one_instant_are_stays_without_length() -> None:
    """Both are told, in the order in which they were made."""
    deal = move_deal(move_deal(begun(), "Talk", at=NOON, pipeline=OPEN_ALL).deal, "Offer", at=NOON, pipeline=OPEN_ALL)

    assert stage_history(deal.deal, as_of=NOON + HOUR) == (
        stay("First", 0, 0), stay("Talk", 0, 0), stay("Offer", 0, 1),
    )  # fmt: skip


def test_stays_name_their_pipelines() -> None:
    """Of several pipelines, each stay says which; an entry without one means the deal's own."""
    deal = standing("Talk", history=[StageChange(to="First", at=NOON), StageChange(to="Talk", at=NOON + HOUR)])
    away = move_deal(deal, "Offer", at=NOON + 2 * HOUR, pipeline=ANYWHERE, to_pipeline="renewal").deal

    assert stage_history(away, as_of=NOON + 3 * HOUR) == (
        stay("First", 0, 1), stay("Talk", 1, 2), stay("Offer", 2, 3, "renewal"),
    )  # fmt: skip
    assert stage_history(deal, as_of=NOON + 2 * HOUR) == stage_history(away, as_of=NOON + 2 * HOUR)[:2]


def test_instants_of_stays_are_in_utc() -> None:
    """Whatever the zone of the question."""
    last = stage_history(begun(), as_of=(NOON + HOUR).astimezone(EAST))[-1]

    assert last.until.tzinfo is UTC
    assert last == stay("First", 0, 1)


def test_length_of_a_stay_is_what_lies_between() -> None:
    """It is not known where the beginning is not."""
    assert stay("Talk", 1, 4).duration == 3 * HOUR
    assert stay("Talk", None, 4).duration is None


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (stay("Talk", 1, 4), "Talk for 3:00:00, until 2026-01-15 16:00"),
        (stay(None, 1, 4), "a stage that is not known for 3:00:00, until 2026-01-15 16:00"),
        (stay("Talk", None, 4), "Talk for an unknown time, until 2026-01-15 16:00"),
        (stay("Talk", 4, 4), "Talk for 0:00:00, until 2026-01-15 16:00"),
    ],
)
def test_stay_reads_as_a_line(one: Stay, text: str) -> None:
    """What is not known is said in words."""
    assert str(one) == text


# ---------------------------------------------------------------- what is not known


def test_deal_without_a_history_stands_where_it_stands_since_it_was_created() -> None:
    """An open one has been in its stage for as long as anybody knows."""
    deal = standing("Talk")

    assert stage_history(deal, as_of=NOON + HOUR) == (stay("Talk", 0, 1),)
    assert stage_history(deal, as_of=NOON - HOUR) == ()


def test_closed_deal_without_a_history_was_open_before_in_no_known_stage() -> None:
    """It stands in its stage since it was closed (AUTH-15)."""
    deal = standing("Signed", closed_at=NOON + 2 * HOUR)

    assert stage_history(deal, as_of=NOON + 3 * HOUR) == (stay(None, 0, 2, ""), stay("Signed", 2, 3))
    assert stage_history(deal, as_of=NOON + HOUR) == (stay(None, 0, 1, ""),)


def test_deal_that_was_closed_when_it_was_created_has_one_stay() -> None:
    """There was no time before."""
    deal = standing("Signed", closed_at=NOON)

    assert stage_history(deal, as_of=NOON + HOUR) == (stay("Signed", 0, 1),)


def test_deal_that_says_nothing_of_time_has_one_stay_of_unknown_length() -> None:
    """It stood there whenever it is asked about."""
    deal = standing("Talk", created_at=None)
    early = datetime(1, 1, 1, tzinfo=UTC)

    assert stage_history(deal, as_of=NOON) == (stay("Talk", None, 0),)
    assert stage_history(deal, as_of=early) == (Stay(stage="Talk", pipeline="sales", since=None, until=early),)
    assert time_in_stages(deal, as_of=NOON) == {}


def test_closed_deal_that_does_not_say_when_it_was_created() -> None:
    """It was open for an unknown time, then it stands in its stage."""
    deal = standing("Signed", created_at=None, closed_at=NOON)

    assert stage_history(deal, as_of=NOON + HOUR) == (stay(None, None, 0, ""), stay("Signed", 0, 1))
    assert time_in_stages(deal, as_of=NOON + HOUR) == {"Signed": HOUR}


def test_first_entry_tells_where_the_deal_came_from() -> None:
    """It stood there since it was created."""
    deal = standing("Offer", history=[StageChange(to="Offer", at=NOON + HOUR, come_from="Talk")])

    assert stage_history(deal, as_of=NOON + 2 * HOUR) == (stay("Talk", 0, 1), stay("Offer", 1, 2))


def test_first_entry_tells_which_pipeline_the_deal_came_from() -> None:
    """That of the entry, unless it says another one."""
    came = StageChange(to="Due", at=NOON + HOUR, come_from="Talk", pipeline="renewal", from_pipeline="sales")
    within = attrs.evolve(came, come_from="Offer", from_pipeline="")
    deal = standing("Due", pipeline="renewal", history=[came])

    assert [each.pipeline for each in stage_history(deal, as_of=NOON + DAY)] == ["sales", "renewal"]
    deal = standing("Due", pipeline="sales", history=[within])
    assert [each.pipeline for each in stage_history(deal, as_of=NOON + DAY)] == ["renewal", "renewal"]


def test_deal_of_unknown_age_came_from_there_too() -> None:
    """It is not known since when."""
    deal = standing("Offer", created_at=None, history=[StageChange(to="Offer", at=NOON, come_from="Talk")])

    assert stage_history(deal, as_of=NOON + HOUR) == (stay("Talk", None, 0), stay("Offer", 0, 1))
    assert time_in_stages(deal, as_of=NOON + HOUR) == {"Offer": HOUR}


def test_first_entry_at_the_creation_leaves_nothing_before() -> None:
    """What it came from took no time."""
    deal = standing("Offer", history=[StageChange(to="Offer", at=NOON, come_from="Talk")])

    assert stage_history(deal, as_of=NOON + HOUR) == (stay("Offer", 0, 1),)


def test_time_between_creation_and_a_history_that_begins_later_is_in_no_known_stage() -> None:
    """It is told, so that stays have no gap."""
    deal = standing("Offer", history=[StageChange(to="Offer", at=NOON + HOUR)])

    assert stage_history(deal, as_of=NOON + 2 * HOUR) == (stay(None, 0, 1, ""), stay("Offer", 1, 2))
    assert stage_history(deal, as_of=NOON) == (stay(None, 0, 0, ""),)


def test_deal_that_was_created_after_its_first_moves_is_not_seen_before() -> None:
    """A record that was created later is invisible (AUTH-15): its first stay begins then, where the moves had led."""
    history = [
        StageChange(to="Talk", at=NOON), StageChange(to="Offer", at=NOON + HOUR),
        StageChange(to="Signed", at=NOON + 3 * HOUR),
    ]  # fmt: skip
    deal = standing("Signed", created_at=NOON + 2 * HOUR, closed_at=NOON + 3 * HOUR, history=history, contact_id="c1")
    people = Directory.of(
        contacts=[Contact(id="c1", last_name="Vale", profiles=[PROFILE])], deals=[deal], pipelines=SALES
    )

    assert stage_history(deal, as_of=NOON + 4 * HOUR) == (stay("Offer", 2, 3), stay("Signed", 3, 4))
    assert stage_history(deal, as_of=NOON + HOUR) == ()
    hours = range(5)
    assert [stage_at(deal, NOON + n * HOUR) for n in hours] == [None, None, "Offer", "Signed", "Signed"]
    assert [str(classify_author(PROFILE, people, as_of=NOON + n * HOUR).reason) for n in hours] == [
        "no_deals", "no_deals", "open_deal", "won_deal", "won_deal",
    ]  # fmt: skip


def test_history_of_a_deal_of_unknown_age_begins_with_its_first_entry() -> None:
    """Nothing is said of the time before."""
    deal = standing("Offer", created_at=None, history=[StageChange(to="Offer", at=NOON)])

    assert stage_history(deal, as_of=NOON + HOUR) == (stay("Offer", 0, 1),)
    assert stage_history(deal, as_of=NOON - HOUR) == ()


# ---------------------------------------------------------------- time in stages


def test_time_in_stages_includes_the_present_one() -> None:
    """Counted up to the instant that is asked about (PIPE-8)."""
    assert time_in_stages(travelled(), as_of=NOON + 9 * HOUR) == {
        "First": HOUR, "Talk": HOUR, "Offer": 2 * HOUR, "Signed": 5 * HOUR,
    }  # fmt: skip


def test_time_in_a_stage_adds_up_over_several_stays() -> None:
    """A deal that came back has been there twice."""
    deal = move_deal(travelled(), "Talk", at=NOON + 5 * HOUR, pipeline=OPEN_ALL).deal

    assert time_in_stages(deal, as_of=NOON + 9 * HOUR)["Talk"] == 5 * HOUR


def test_time_in_a_stage_that_is_not_known_is_told_as_such() -> None:
    """None is a key of its own."""
    deal = standing("Signed", closed_at=NOON + 2 * HOUR)

    assert time_in_stages(deal, as_of=NOON + 3 * HOUR) == {None: 2 * HOUR, "Signed": HOUR}


def test_deal_that_does_not_exist_yet_has_spent_no_time() -> None:
    """Nowhere."""
    assert time_in_stages(travelled(), as_of=NOON - HOUR) == {}


# ---------------------------------------------------------------- where a deal stood


@pytest.mark.parametrize(
    ("minutes", "stage"), [(-1, None), (0, "First"), (59, "First"), (60, "Talk"), (200, "Offer"), (9999, "Signed")]
)
def test_stage_at_an_instant_is_the_last_one_that_the_deal_came_to(minutes: int, stage: str | None) -> None:
    """A move counts from its own instant on (AUTH-15)."""
    assert stage_at(travelled(), NOON + timedelta(minutes=minutes)) == stage


def test_stage_at_an_instant_of_two_moves_is_the_later_one() -> None:
    """The order of the history decides."""
    deal = move_deal(begun(), "Talk", at=NOON, pipeline=OPEN_ALL).deal

    assert stage_at(deal, NOON) == "Talk"


def test_stage_that_is_not_known_is_none() -> None:
    """A deal that was closed without a history was somewhere before."""
    deal = standing("Signed", closed_at=NOON + 2 * HOUR)

    assert [stage_at(deal, NOON + hours * HOUR) for hours in (-1, 0, 1, 2)] == [None, None, None, "Signed"]


def test_stage_at_reads_the_instant_and_not_the_clock_on_the_wall() -> None:
    """The zone of the question does not matter."""
    assert stage_at(travelled(), (NOON + HOUR).astimezone(EAST)) == "Talk"
    assert stage_at(travelled(), (NOON + HOUR / 2).astimezone(EAST)) == "First"


def test_standing_says_which_pipeline_and_since_when() -> None:
    """What the author rules ask; a deal that did not exist yet stood nowhere."""
    assert standing_at(travelled(), NOON + 3 * HOUR) == Arrival(NOON + 2 * HOUR, "sales", "Offer")
    assert standing_at(travelled(), NOON - HOUR) is None


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda at: stage_history(begun(), as_of=at), "as_of"),
        (lambda at: time_in_stages(begun(), as_of=at), "as_of"),
        (lambda at: stage_at(begun(), at), "instant"),
    ],
    ids=["stage_history", "time_in_stages", "stage_at"],
)
def test_question_about_the_past_needs_an_instant(ask: Callable[[Any], object], name: str) -> None:
    """Naive instants are refused, and named by the argument."""
    with pytest.raises(InvalidValue, match="has no time zone") as caught:
        ask(datetime(2026, 1, 15))  # noqa: DTZ001

    assert (caught.value.subject, caught.value.problems[0].field) == ("stage history", name)
    assert caught.value.problems[0].value == datetime(2026, 1, 15)  # noqa: DTZ001


# ---------------------------------------------------------------- laws

_INSTANTS: Final = st.integers(-30, 300).map(lambda minutes: NOON + timedelta(minutes=minutes))


@st.composite
def _moved_deals(draw: st.DrawFn) -> Deal:
    """Draw a deal that was begun, or imported, and moved up to six times through two pipelines."""
    deal = draw(
        st.sampled_from(
            [begun(contact_id="c1"), begun(contact_id="c1", stage="Signed"), standing("Talk", contact_id="c1"),
             standing("Gone", contact_id="c1", closed_at=NOON)]
        )
    )  # fmt: skip
    last = NOON
    for _ in range(draw(st.integers(0, 6))):
        last += timedelta(minutes=draw(st.sampled_from([0, 1, 30])))
        pipeline: Pipeline = draw(st.sampled_from(ANYWHERE))
        to = draw(st.sampled_from(pipeline.stages)).key
        deal = move_deal(deal, to, at=last, pipeline=ANYWHERE, to_pipeline=pipeline.key).deal
    return deal


@drawn(_moved_deals(), _INSTANTS)
def test_stays_have_no_gap_and_add_up(deal: Deal, instant: datetime) -> None:
    """Together they last from the creation of the deal to the instant; none lasts less than nothing (PIPE-8)."""
    stays = stage_history(deal, as_of=instant)

    assert bool(stays) == (instant >= NOON)
    assert all(one.until == two.since for one, two in pairwise(stays))
    assert all(each.duration is not None and each.duration >= timedelta() for each in stays)
    whole = sum(time_in_stages(deal, as_of=instant).values(), timedelta())
    assert whole == max(instant - NOON, timedelta())


@drawn(_moved_deals(), _INSTANTS)
def test_stage_at_is_the_last_stay(deal: Deal, instant: datetime) -> None:
    """Two questions, one answer; and today's is the stage in which the deal stands."""
    stays = stage_history(deal, as_of=instant)

    assert stage_at(deal, instant) == (stays[-1].stage if stays else None)
    assert stage_at(deal, NOON + DAY) == deal.stage


@drawn(_moved_deals(), _INSTANTS)
def test_author_is_judged_by_the_stage_of_the_instant(deal: Deal, instant: datetime) -> None:
    """As of then, the author's category follows from where the deal stood then (AUTH-15)."""
    directory = Directory.of(
        contacts=[Contact(id="c1", last_name="Vale", profiles=[PROFILE])], deals=[deal], pipelines=ANYWHERE
    )
    stays = stage_history(deal, as_of=instant)
    by_key = {pipeline.key: pipeline for pipeline in ANYWHERE}
    outcome = by_key[stays[-1].pipeline].stage(stays[-1].stage or "").outcome if stays else "none"

    expected = {"open": Category.POTENTIAL_CONTACT, "won": Category.CUSTOMER}.get(outcome, Category.LEAD_OR_CONTACT)
    assert classify_author(PROFILE, directory, as_of=instant).category == expected


@drawn(_moved_deals())
def test_instant_of_closing_is_that_of_the_last_closing(deal: Deal) -> None:
    """Read off the history alone: the last entry that came to won or lost from elsewhere (PIPE-2, PIPE-4)."""
    outcomes = {(pipeline.key, stage.key): stage.outcome for pipeline in ANYWHERE for stage in pipeline.stages}
    first = deal.history[0] if deal.history else None
    closed = deal.created_at if first is None or first.come_from == "Gone" else None
    before = "open" if first is None or first.come_from is None else outcomes["sales", first.come_from]
    for entry in deal.history:
        outcome = outcomes[entry.pipeline, entry.to]
        if outcome != before:
            closed = None if outcome == "open" else entry.at
        before = outcome
    if first is None and deal.stage == "Talk":
        closed = None

    assert deal.closed_at == closed
