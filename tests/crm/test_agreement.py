"""On any records and for any request, a verb on stored records does what the pure verb does on a directory."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadmodel import ConversionPlan, Deal, Lead, LeadmodelError, Playbook, Request, convert_leads, move_deal, pipelines
from leadmodel.samples import World
from leadmodel.testing import strategies
from tests.crm.conftest import OpenStore
from tests.crm.making import BOOK, NOON, inside, mapped, put, shell
from tests.crm.through import Through, records_of

#: A world, with a playbook and a request that fit it.
Drawn: TypeAlias = tuple[World, Playbook, Request]

#: A store is made for each example, by the function that the fixture gives, and for each of its leads.
_SETTINGS = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=500 if settings().max_examples > 1_000 else 50,
)


def worlds_and_requests() -> st.SearchStrategy[Drawn]:
    """Give worlds with playbooks and requests that fit them."""
    return strategies.conversion_worlds().flatmap(
        lambda world: st.tuples(
            st.just(world),
            strategies.playbooks(pipeline=world.pipeline, statuses=world.statuses),
            strategies.conversion_requests(world),
        )
    )


class TestConversion:
    """Conversion on a store that has much more than is asked for."""

    @_SETTINGS
    @given(drawn=worlds_and_requests())
    def test_each_lead_is_converted_as_by_the_pure_verb(
        self, open_store: OpenStore, drawn: tuple[World, Playbook, Request]
    ) -> None:
        """Or refused as by it, by the same error; planned first or at once."""
        world, playbook, request = drawn
        directory, through = world.directory(), Through(open_store)
        how: dict[str, Any] = {"account": request.account, "contact": request.contact, "deal": request.deal}
        for lead in world.leads:
            through.plan_conversion(lead, directory, at=NOON, playbook=playbook, **how)
            try:
                through.convert_lead(lead, directory, at=NOON, playbook=playbook, **how)
            except LeadmodelError:
                continue

    @_SETTINGS
    @given(drawn=worlds_and_requests(), batch=st.integers(1, 4))
    def test_many_leads_are_converted_as_by_the_pure_verb(
        self, open_store: OpenStore, drawn: Drawn, batch: int
    ) -> None:
        """Whatever the batches."""
        world, playbook, request = drawn
        how: dict[str, Any] = {"account": request.account, "contact": request.contact, "deal": request.deal}
        directory, store = world.directory(), open_store()
        put(store, *records_of(directory))
        expected = convert_leads(world.leads, directory, at=NOON, playbook=playbook, **how)
        after = mapped(records_of(directory))
        for group in expected.groups:
            group.apply_to(after)
        crm = shell(store, playbook=playbook, now=lambda: NOON)
        done = crm.convert_all([lead.id for lead in world.leads], batch=batch, **how)

        assert inside(store) == after
        assert (done.leads, done.converted + done.replayed) == (len(world.leads), len(expected.converted))
        assert [_told(plan) for plan in done.failed] == [_told(plan) for plan in expected.failed]


def _told(plan: ConversionPlan) -> tuple[Lead, list[tuple[str, str, frozenset[str]]]]:
    """Say what stands in the way of a lead; equal candidates are told in whatever order they were found."""
    return plan.before, [(problem.field, problem.rule, frozenset(problem.options)) for problem in plan.problems]


class TestMoves:
    """Moves of stored deals and leads."""

    @_SETTINGS
    @given(data=st.data())
    def test_each_deal_moves_as_by_the_pure_verb(self, open_store: OpenStore, data: st.DataObject) -> None:
        """Or is refused as by it; guards ask a store that has nobody else."""
        pipeline = data.draw(strategies.pipelines() | st.sampled_from([pipelines.ZOHO, pipelines.SIMPLE]))
        if not pipeline.stages:
            return
        deal = data.draw(strategies.moved_deals(pipeline=pipeline))
        to = data.draw(st.sampled_from(pipeline.stages)).key
        at = strategies.NOW + timedelta(days=1)
        store = open_store()
        put(store, deal)
        crm = shell(store, playbook=attrs.evolve(BOOK, pipelines=pipeline), now=lambda: at)
        made, refused = _tried(lambda: move_deal(deal, to, at=at, pipeline=pipeline, related=lambda _: None))
        done, error = _tried(lambda: crm.move(deal.id, to))

        assert error == refused
        assert (done and done.record) == (made and made.deal)
        assert store.get(Deal, deal.id) == (made.deal if made else deal)

    @_SETTINGS
    @given(data=st.data())
    def test_each_lead_moves_as_by_the_pure_verb(self, open_store: OpenStore, data: st.DataObject) -> None:
        """By status, or by kind."""
        statuses = BOOK.statuses
        lead = data.draw(strategies.leads(status=st.sampled_from([None, *(each.key for each in statuses.members)])))
        through = Through(open_store)
        for verb in (
            lambda: through.move_lead(lead, "Contacted", at=strategies.NOW, statuses=statuses),
            lambda: through.qualify_lead(lead, at=strategies.NOW, statuses=statuses),
            lambda: through.disqualify_lead(lead, at=strategies.NOW, statuses=statuses, status="Lost Lead"),
        ):
            _tried(verb)

        assert through.compared == 3


def _tried(verb: Callable[[], Any]) -> tuple[Any, LeadmodelError | None]:
    """Give the result of a verb, or its error."""
    try:
        return verb(), None
    except LeadmodelError as error:
        return None, error
