"""Strategies of processes, of deals on their way and of conversions: what they give, and that all of it occurs."""

from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty
from tests.testing.drawing import drawn, refused, smallest, told

from leadmodel import (
    Attitude,
    Contact,
    ConversionPlan,
    ConversionRules,
    Deal,
    DealContact,
    Follow,
    Lead,
    Match,
    New,
    NewDeal,
    Omit,
    Outcome,
    Pipeline,
    Playbook,
    Policy,
    Processes,
    Request,
    Stage,
    StatusKind,
    Target,
    Use,
    pipelines,
    plan_conversion,
    playbooks,
    statuses,
    where,
)
from leadmodel.samples import World
from leadmodel.testing import strategies
from leadmodel.testing.strategies import NOW
from leadmodel.testing.strategies.gated import OWN_FIELDS

_quiet = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def parts_of(pipeline: Pipeline) -> set[str]:
    """Say which parts of a process are used, and which are not."""
    gates = list(pipeline.gates())
    used = {
        "transitions": bool(pipeline.transitions), "fields": bool(pipeline.fields), "retired": bool(pipeline.retired),
        "guards": any(gate.guard is not None for gate in gates), "requires": any(gate.requires for gate in gates),
        "moves": pipeline.moves != pipelines.MOVES, "first": any(stage.first for stage in pipeline.stages),
        "anywhere": any(not way.come_from for way in pipeline.transitions),
    }  # fmt: skip
    return {name if used[name] else f"no {name}" for name in used}


class TestProcesses:
    """Pipelines and statuses use what they are asked to use."""

    def test_plain_pipelines_use_nothing_more(self) -> None:
        """Unless something is asked for, deals move as in the presets."""
        seen = {part for pipeline in drawn(strategies.pipelines(), 60) for part in parts_of(pipeline)}

        assert seen == {
            "no transitions", "no fields", "no retired", "no guards", "no requires", "no moves", "no first",
            "no anywhere",
        }  # fmt: skip

    def test_everything_can_be_left_to_the_draw(self) -> None:
        """Every part is used by some, and left out by others."""
        every = {"transitions", "fields", "retired", "guards", "requires", "moves", "first", "anywhere"}
        every |= {f"no {part}" for part in every}
        anything = strategies.pipelines(moves=None, declared=None, guarded=None, retired=None)

        assert told(anything, parts_of, every) == every
        assert refused(anything, 60) == 0

    @pytest.mark.parametrize(
        ("option", "part"), [("declared", "transitions"), ("retired", "retired")],
    )  # fmt: skip
    def test_part_that_is_asked_for_is_there(self, option: str, part: str) -> None:
        """True is always, and what is not asked for stays out."""
        options: dict[str, Any] = {option: True}
        seen = [parts_of(each) for each in drawn(strategies.pipelines(**options), 40)]

        assert all(part in parts and "no guards" in parts for parts in seen)

    def test_outcomes_are_those_asked_for(self) -> None:
        """In pipelines of every shape."""
        wanted = frozenset(Outcome)
        several = drawn(strategies.pipelines(outcomes=wanted, declared=None), 30)

        assert all({stage.outcome for stage in pipeline.stages} == wanted for pipeline in several)

    def test_kinds_are_those_asked_for(self) -> None:
        """A playbook needs a status that means converted."""
        several = drawn(strategies.statuses(kinds=frozenset({StatusKind.CONVERTED})), 30)

        assert all(own.of_kind(StatusKind.CONVERTED) for own in several)
        assert {bool(own.transitions) for own in drawn(strategies.statuses(declared=True), 20)} == {True}

    def test_files_hold_processes_of_former_times(self) -> None:
        """Nothing, several, and pipelines that have retired stages alone."""

        def facts(held: Processes) -> set[object]:
            return {(len(held.pipelines), len(held.statuses)), *(bool(each.stages) for each in held.pipelines)}

        wanted = {(0, 0), (2, 2), True, False}
        assert told(strategies.processes(), facts, wanted) >= wanted

    def test_found_pipeline_is_as_small_as_it_can_be(self) -> None:
        """One stage, one transition, nothing asked for."""
        pipeline = smallest(strategies.pipelines(declared=None, guarded=None), lambda each: bool(each.transitions))

        assert len(pipeline.stages) == 1
        assert len(pipeline.transitions) == 1
        assert parts_of(pipeline) >= {"no guards", "no requires", "no fields"}


class TestMovedDeals:
    """Histories that were written by legal moves."""

    @_quiet
    @given(strategies.moved_deals(max_moves=3))
    def test_whole_histories_have_no_gaps(self, deal: Deal) -> None:
        """Each move comes from where the one before it led, and the last one led to where the deal stands."""
        stages = [entry.to for entry in deal.history]

        assert [entry.come_from for entry in deal.history] == [None, *stages[:-1]]
        assert stages[-1] == deal.stage
        assert deal.history[0].at == deal.created_at
        assert len(deal.history) <= 4
        assert deal.history[-1].at <= NOW

    def test_histories_of_all_lengths_occur(self) -> None:
        """With deals that were reopened, moved by hand, and closed."""
        reopening = pipelines.SIMPLE.allowing("won", "open", requires="next_step")

        def facts(deal: Deal) -> set[object]:
            return {
                len(deal.history), deal.closed_at is None, f"by hand: {deal.probability is not None}",
                *(f"reopened: {entry.reopened}" for entry in deal.history),
            }  # fmt: skip

        wanted = {1, 2, 3, 4, 5, False, "by hand: True", "by hand: False", "reopened: True", "reopened: False"}
        assert told(strategies.moved_deals(pipeline=reopening), facts, wanted) == wanted

    def test_gaps_of_every_kind_occur(self) -> None:
        """An import knows neither when a deal began nor all of its moves."""

        def facts(deal: Deal) -> set[object]:
            late = bool(deal.history) and deal.history[0].come_from is not None
            return {
                f"late: {late}", f"untold: {not deal.history}", f"created: {deal.created_at is not None}",
                f"pipeline: {bool(deal.pipeline)}", f"closed untold: {deal.stage == 'Won' and deal.closed_at is None}",
            }  # fmt: skip

        kinds = ("late", "untold", "created", "pipeline", "closed untold")
        wanted = {f"{kind}: {answer}" for kind in kinds for answer in (True, False)}
        assert told(strategies.moved_deals(pipeline=pipelines.SIMPLE, gaps=True), facts, wanted) == wanted

    def test_deals_move_between_pipelines(self) -> None:
        """Of several, and the histories say so."""
        both = (pipelines.SIMPLE, pipelines.ZOHO)
        found = told(
            strategies.moved_deals(pipeline=both), lambda deal: {entry.from_pipeline for entry in deal.history},
            {"", "simple", "zoho"},
        )  # fmt: skip

        assert found == {"", "simple", "zoho"}

    def test_what_a_stage_asks_for_is_given(self) -> None:
        """Fields, own fields, and whatever a guard asks about; a guard that still says no keeps the deal out."""
        own = OWN_FIELDS[0]
        asking = attrs.evolve(
            pipelines.SIMPLE, fields=[own], stages=[
                Stage("Open", "Open", "open"),
                Stage("Named", "Named", "open", requires=f"custom.{own.name}"),
                Stage("Owned", "Owned", "open", guard=where(Deal, "owner_id", "is", "Acme")),
                Stage("Never", "Never", "open", guard=where(Deal, "version", "is", 77)),
            ],
        )  # fmt: skip

        assert "Never" not in {deal.stage for deal in drawn(strategies.moved_deals(pipeline=asking), 60)}
        wanted = {"Open", "Named", "Owned"}
        assert told(strategies.moved_deals(pipeline=asking), lambda deal: {deal.stage}, wanted) == wanted

    def test_contacts_are_named_once(self) -> None:
        """Where a move asks for contacts, the primary one is not among them (AUTH-9)."""
        asking = pipelines.SIMPLE.requiring("Won", "contacts", "contact_id")
        found = drawn(strategies.moved_deals(pipeline=asking, contact_id="r1"), 60)

        assert all(deal.contact_id not in {other.contact_id for other in deal.contacts} for deal in found)
        assert any(deal.contacts and deal.stage == "Won" for deal in found)

    def test_deal_that_cannot_begin_was_imported(self) -> None:
        """Where the first stage asks for what no new deal holds, deals stand where they were put."""
        closed = attrs.evolve(
            pipelines.SIMPLE, stages=[Stage("Never", "Never", "open", guard=where(Deal, "version", "is", 77))]
        )

        assert {(each.stage, each.history) for each in drawn(strategies.moved_deals(pipeline=closed), 20)} == {
            ("Never", ())
        }

    def test_fields_can_be_wished(self) -> None:
        """A value or a strategy, for any field that no verb sets."""
        others = st.just([DealContact(contact_id="c2")])
        found = drawn(strategies.moved_deals(contact_id="c1", contacts=others), 20)

        assert {(deal.contact_id, len(deal.contacts)) for deal in found} == {("c1", 1)}

    def test_deals_stay_where_no_way_is_open(self) -> None:
        """A pipeline of one stage."""
        alone = attrs.evolve(pipelines.SIMPLE, stages=[Stage("Open", "Open", "open")])

        assert {deal.stage for deal in drawn(strategies.moved_deals(pipeline=alone), 20)} == {"Open"}

    def test_pipelines_of_former_times_are_refused(self) -> None:
        """No deal begins there."""
        former = attrs.evolve(pipelines.SIMPLE, stages=[], retired=[Stage("Old", "Old", "open")])

        with pytest.raises(ValueError, match="every pipeline is one of former times"):
            strategies.moved_deals(pipeline=former)


def plans_of(data: tuple[World, Playbook, tuple[Request, ...]]) -> list[ConversionPlan]:
    """Plan the conversion of every lead."""
    world, book, requests = data
    directory = world.directory()
    return [
        plan_conversion(
            lead, directory, at=NOW, playbook=book, account=asked.account, contact=asked.contact, deal=asked.deal
        )
        for lead, asked in zip(world.leads, requests, strict=False)
    ]


@st.composite
def conversions(draw: st.DrawFn) -> tuple[World, Playbook, tuple[Request, ...]]:
    """Give a world, a playbook that fits it, and a request for each lead."""
    world = draw(strategies.conversion_worlds())
    book = draw(strategies.playbooks(pipeline=world.pipeline, statuses=world.statuses))
    return world, book, tuple(draw(strategies.conversion_requests(world)) for _ in world.leads)


class TestConversions:
    """Worlds in which conversion has something to decide."""

    def test_matching_decides_in_every_way(self) -> None:
        """Leads that are linked, known by e-mail or company; and those that fit two, or are held."""

        def facts(data: tuple[World, Playbook, tuple[Request, ...]]) -> set[str]:
            found = set()
            for plan in plans_of(data):
                found |= {("blocked" if plan.problems else "replayed" if plan.replayed else "planned")}
                found |= {word for word in KNOWN for each in plan.evidence if word in each.said}
                found |= {word for word in KNOWN for problem in plan.problems if word in problem.what}
                found |= {f"{line.follow} children" for line in plan.children}
            return found

        assert told(conversions(), facts, KNOWN) >= KNOWN

    def test_drawn_worlds_are_valid_at_once(self) -> None:
        """No draw is thrown away."""
        assert refused(conversions(), 60) == 0

    def test_every_choice_occurs(self) -> None:
        """For account, contact and deal, whatever there is in the world."""
        full = next(each for each in drawn(strategies.conversion_worlds(), 60) if each.contacts and each.deals)
        wanted: set[tuple[str, type[object]]] = {("contact", kind) for kind in (Match, New, Omit, Use)}
        wanted |= {("account", kind) for kind in (Match, New, Omit, Use)}
        wanted |= {("deal", kind) for kind in (NewDeal, Use, type(None))}
        for world in (full, None):
            found = told(
                strategies.conversion_requests(world),
                lambda asked: {(name, type(getattr(asked, name))) for name in ("account", "contact", "deal")},
                wanted,
            )

            assert found == wanted

    def test_every_policy_occurs(self) -> None:
        """Playbooks differ in every field of the rules."""

        def facts(book: Playbook) -> set[object]:
            rules = book.conversion
            return {
                rules.unqualified, rules.known_email, len(book.pipelines), f"guard: {rules.guard is not None}",
                f"requires: {bool(rules.requires)}", f"custom: {bool(rules.custom)}",
                *(row.follow for row in rules.children),
                *(target.policy for row in rules.mapping for target in row.targets), book.statuses.key,
            }  # fmt: skip

        wanted = {*Attitude, *Follow, *Policy, 1, len(pipelines.PRESETS), "simple", "zoho"}
        wanted |= {f"{name}: {answer}" for name in ("guard", "requires", "custom") for answer in (True, False)}
        assert told(strategies.playbooks(), facts, wanted) == wanted

    def test_size_and_playbook_of_a_world_can_be_wished(self) -> None:
        """As for other worlds."""
        several = drawn(strategies.conversion_worlds(size=1, playbook=playbooks.SIMPLE), 40)

        assert max(len(world.leads) for world in several) == 1
        assert max(len(world.deals) for world in several) == 1
        assert {world.pipeline for world in several} == {pipelines.SIMPLE}

    def test_found_request_is_as_small_as_it_can_be(self) -> None:
        """The usual one; and of worlds, one lead alone."""
        assert smallest(strategies.conversion_requests(), lambda _: True) == Request()
        found = smallest(strategies.conversion_worlds(), lambda each: bool(each.leads))
        assert (len(found.leads), found.accounts, found.contacts, found.deals) == (1, (), (), ())


KNOWN = {
    "is linked to the contact", "has the e-mail address", "has the name of the company", "fits 2 contacts equally",
    "is not on record", "with the same e-mail address", "names no person", "is unqualified", "is held",
    "by another request", "was named", "blocked", "planned", "replayed", "move children",
}  # fmt: skip


class TestShown:
    """A failing example shows what the repr hides."""

    def test_rules_are_shown_by_what_is_otherwise(self) -> None:
        """What is as usual is left out."""
        rules = ConversionRules(requires="title").carrying("rating", Target(Contact, "custom.rating"))
        dropped = rules.carrying("title", dropped="unused")

        assert "".join(pretty(dropped).split()) == (
            "ConversionRules(requires=('title',)).carrying('title',dropped='unused')"
            ".carrying('rating',Target(record_type=leadmodel.entities.contact.Contact,field='custom.rating'))"
        )

    def test_playbooks_are_shown_by_name_or_in_full(self) -> None:
        """A preset needs no more than its name."""
        own = attrs.evolve(playbooks.ZOHO, key="own", statuses=statuses.SIMPLE)

        assert pretty(playbooks.ZOHO) == "playbooks.ZOHO"
        assert "statuses=statuses.SIMPLE" in pretty(own)
        assert pretty(Lead(id="l1", company="Acme")) == "Lead(id='l1', company='Acme')"
