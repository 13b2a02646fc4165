"""A mistake that is found in a drawn world shrinks to a world that a person can read."""

from collections.abc import Callable, Iterator
from typing import Final

import attrs
import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.strategies import SearchStrategy
from tests.unmeasured import unmeasured

from leadmodel import (
    AuthorRules,
    Category,
    DealLink,
    Directory,
    Outcome,
    Profile,
    SocialUpdate,
    author_rules,
    classify_author,
    playbooks,
)
from leadmodel.entities import Entity, facts_of
from leadmodel.samples import World
from leadmodel.testing import strategies

Author = SocialUpdate | Profile

#: The same search each time, and an end to it.
SEARCH: Final = settings(
    max_examples=1_500, derandomize=True, database=None, deadline=None, phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def smallest(worlds: SearchStrategy[World], wanted: Callable[[World], bool]) -> World:
    """Give the smallest world of which something is true, as `hypothesis.find` finds it."""
    with unmeasured():
        return find(worlds, wanted, settings=SEARCH)


ZOHO: Final = author_rules.ZOHO
COMPANIES: Final = attrs.evolve(ZOHO, companies=True)
WITH_ROLES: Final = attrs.evolve(ZOHO, deals=[DealLink.PRIMARY, DealLink.ROLE])
THROUGH_ACCOUNTS: Final = attrs.evolve(ZOHO, deals=[*DealLink])
MAILS: Final = attrs.evolve(ZOHO, match_email=True)


def by(author: Author, directory: Directory, rules: AuthorRules = ZOHO) -> Category:
    """Give the category that leadmodel gives."""
    return classify_author(author, directory, rules=rules).category


# What somebody got wrong: each gives the category of an author in a world, by code that overlooks something


def overlooks_stable_ids(author: Author, world: World) -> Category:
    """Whoever has renamed their profile is not found under the new handle."""
    who = author.author if isinstance(author, SocialUpdate) else author
    return by(attrs.evolve(who, uid="") if who and who.handle else author, world.directory())


def overlooks_conversions(author: Author, world: World) -> Category:
    """A converted lead is taken for one that was not."""
    leads = [attrs.evolve(lead, conversion=None, status=None) for lead in world.leads]
    return by(author, attrs.evolve(world, leads=tuple(leads)).directory())


def takes_lost_deals_for_open_ones(author: Author, world: World) -> Category:
    """Only won deals are looked at, and whoever has another is a potential contact."""
    stages = {stage.key: stage for stage in world.pipeline.stages}
    first = world.pipeline.first.key
    deals = [
        attrs.evolve(deal, stage=first, closed_at=None, history=())
        if stages[deal.stage].outcome is Outcome.LOST else deal
        for deal in world.deals
    ]  # fmt: skip
    return by(author, attrs.evolve(world, deals=tuple(deals)).directory())


def asks_who_reposted(author: Author, world: World) -> Category:
    """The one who passes an update on is taken for its author (AUTH-11)."""
    who = (author.reposted_by or author.author) if isinstance(author, SocialUpdate) else author
    return Category.UNKNOWN if who is None else by(who, world.directory())


def overlooks_companies(author: Author, world: World) -> Category:
    """The profile of a company is nobody's, whatever the rules say (AUTH-10)."""
    return by(author, world.directory(), ZOHO)


def overlooks_roles(author: Author, world: World) -> Category:
    """Whoever is not the primary contact of a deal has none."""
    deals = [attrs.evolve(deal, contacts=()) for deal in world.deals]
    return by(author, attrs.evolve(world, deals=tuple(deals)).directory(), WITH_ROLES)


def overlooks_accounts(author: Author, world: World) -> Category:
    """Deals of a contact's account are not the contact's, whatever the rules say (AUTH-9)."""
    return by(author, world.directory(), WITH_ROLES)


def overlooks_emails(author: Author, world: World) -> Category:
    """An address in the list of e-mail addresses is not asked for (NET-6)."""
    return by(author, world.directory(), ZOHO)


def takes_customers_first(author: Author, world: World) -> Category:
    """Whoever has bought is a customer, an open deal or not (AUTH-2)."""
    return by(author, world.directory(), author_rules.HUBSPOT)


#: The mistake, the rules, how many records there are around it, and how many fields they hold, ids aside.
MISTAKES: Final = (
    (overlooks_stable_ids, ZOHO, 5, 4),
    (overlooks_conversions, ZOHO, 3, 7),
    (takes_lost_deals_for_open_ones, ZOHO, 2, 4),
    (asks_who_reposted, ZOHO, 2, 3),
    (overlooks_companies, COMPANIES, 1, 2),
    (overlooks_roles, WITH_ROLES, 2, 4),
    (overlooks_accounts, THROUGH_ACCOUNTS, 3, 6),
    (overlooks_emails, MAILS, 2, 3),
    (takes_customers_first, ZOHO, 3, 6),
)


def authors_of(world: World) -> Iterator[Author]:
    """Give everybody who wrote something, and every profile on record."""
    yield from world.updates
    for record in (*world.leads, *world.contacts, *world.accounts):
        yield from record.profiles


def disagrees(mistaken: Callable[[Author, World], Category], rules: AuthorRules) -> Callable[[World], bool]:
    """Make what is asked of a world: whether the mistake shows in it."""

    def shows(world: World) -> bool:
        """Tell whether some author gets another category than by leadmodel."""
        directory = world.directory()
        return any(mistaken(author, world) is not by(author, directory, rules) for author in authors_of(world))

    return shows


def filled(record: Entity) -> list[str]:
    """Name the fields of a record that hold something, its id aside."""
    declared = attrs.fields_dict(type(record))
    return [name for name in facts_of(type(record)) if name != "id" and getattr(record, name) != declared[name].default]


@pytest.mark.parametrize(
    ("mistaken", "rules", "records", "fields"), MISTAKES, ids=lambda each: getattr(each, "__name__", "")
)
def test_mistake_shrinks_to_a_world_that_a_person_can_read(
    mistaken: Callable[[Author, World], Category], rules: AuthorRules, records: int, fields: int
) -> None:
    """A few records, each with what matters; one more of either is within bounds, since Hypothesis changes."""
    world = smallest(strategies.worlds(playbook=playbooks.SIMPLE, size=3), disagrees(mistaken, rules))
    found = (*world.records, *world.updates)

    assert len(found) <= records + 1, str(world)
    assert sum(len(filled(record)) for record in found) <= fields + 2, str(world)
    assert len(str(world).splitlines()) <= 2 + len(found)


def test_mistake_in_full_worlds_shrinks_to_few_records() -> None:
    """Every field is filled, with the least that there is."""
    world = smallest(
        strategies.worlds(playbook=playbooks.SIMPLE, size=1, full=True), disagrees(takes_lost_deals_for_open_ones, ZOHO)
    )

    assert len(world.records) <= 3, str(world)
    assert {contact.first_name for contact in world.contacts} == {"Ada"}
