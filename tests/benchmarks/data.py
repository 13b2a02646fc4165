"""
The world that the benchmarks share: people, deals and authors, the same in every run.

100,000 people with profiles on five networks and 300,000 deals; a feed whose authors follow Zipf's law (the author of
rank r writes 1/r times as often as the first) and of whom 30 % are on nobody's record.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any, Final

import attrs

from leadmodel import Account, Contact, Deal, Directory, EmailAddress, Lead, Money, Profile, SocialUpdate
from leadmodel.processes.pipelines import ZOHO

SEED: Final = 20_260_601
PEOPLE: Final = 100_000
DEALS: Final = 300_000
ACCOUNTS: Final = 10_000
UPDATES: Final = 1_000_000
UNKNOWN: Final = 0.3
START: Final = datetime(2026, 1, 1, tzinfo=UTC)

_FIRST: Final = "ada ben chloe dmitri elif femi grace hugo ines jun kofi lena mira noor olek priya rosa sam".split()
_LAST: Final = "abara berg costa dahl evans fischer gupta haddad ito jensen khan lopez novak okafor park".split()
_SERVERS: Final = ("hachyderm.example", "social.example", "fosstodon.example", "chaos.example")
_NETWORKS: Final = ("x", "mastodon", "bluesky", "linkedin", "instagram")


@attrs.frozen(kw_only=True)
class World:
    """Who is on record, and who writes."""

    leads: list[Lead]
    contacts: list[Contact]
    accounts: list[Account]
    deals: list[Deal]
    #: Profiles of people on record, then of people who are not; each writes in the order of its rank.
    known: list[Profile]
    strangers: list[Profile]

    @property
    def people(self) -> list[Lead | Contact]:
        """Give everybody on record."""
        return [*self.leads, *self.contacts]

    def directory(self) -> Directory:
        """Make a directory of the world: nothing is kept in it yet."""
        return Directory.of(leads=self.leads, contacts=self.contacts, accounts=self.accounts, deals=self.deals)

    def authors(self, number: int = UPDATES) -> list[Profile]:
        """Give the authors of so many updates."""
        chance = random.Random(SEED + number)
        unknown = sum(chance.random() < UNKNOWN for _ in range(number))
        drawn = [*_by_zipf(self.known, number - unknown, chance), *_by_zipf(self.strangers, unknown, chance)]
        chance.shuffle(drawn)
        return drawn


@cache
def world(people: int = PEOPLE, deals: int = DEALS) -> World:
    """Make the world, once for a run."""
    chance = random.Random(SEED)
    accounts = [Account(id=f"a{i}", name=f"Company {i}") for i in range(ACCOUNTS)]
    leads: list[Lead] = []
    contacts: list[Contact] = []
    for i in range(people):
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        facts: dict[str, Any] = {
            "first_name": first.title(),
            "last_name": last.title(),
            "emails": (EmailAddress(f"{first}.{last}{i}@customer.example"),),
            "profiles": tuple(_profile(f"{first}_{last}{i}", chance) for _ in range(1 + (chance.random() < 0.4))),
            "created_at": START - timedelta(minutes=i),
        }
        if chance.random() < 0.4:
            leads.append(Lead(id=f"l{i}", company=f"Company {i % ACCOUNTS}", status="New", **facts))
        else:
            contacts.append(Contact(id=f"c{i}", account_id=f"a{i % ACCOUNTS}", **facts))
    several = [_deal(i, chance.choice(contacts), chance) for i in range(deals)]
    known = [person.profiles[0] for person in (*leads, *contacts)]
    chance.shuffle(known)
    strangers = [_profile(f"{chance.choice(_FIRST)}.nobody{i}", chance) for i in range(people)]
    return World(
        leads=leads, contacts=contacts, accounts=accounts, deals=several, known=known, strangers=strangers
    )  # fmt: skip


def updates(authors: list[Profile]) -> Iterator[SocialUpdate]:
    """Give one update of each author, lazily."""
    for i, author in enumerate(authors):
        yield SocialUpdate(
            id=f"u{i}",
            author=author,
            author_name="Ada Lovelace",
            text="The engine weaves algebraic patterns just as the loom weaves flowers and leaves.",
            posted_at=START + timedelta(seconds=i),
        )


def _profile(name: str, chance: random.Random) -> Profile:
    network = chance.choice(_NETWORKS)
    uid = ""
    if network == "x":
        name, uid = name.replace(".", "_")[-20:], str(chance.randrange(10**9, 10**12)) if chance.random() < 0.25 else ""
    elif network == "mastodon":
        name = f"{name}@{chance.choice(_SERVERS)}"
    elif network == "bluesky":
        name = f"{name.replace('_', '-')}.bsky.example"
    return Profile(network, name, uid=uid)


def _deal(number: int, contact: Contact, chance: random.Random) -> Deal:
    stage = chance.choice(ZOHO.stages)
    return Deal(
        id=f"d{number}",
        name=f"Deal {number}",
        stage=stage.key,
        contact_id=contact.id,
        account_id=contact.account_id,
        amount=_PRICES[number % len(_PRICES)],
        created_at=START - timedelta(minutes=number),
    )


_PRICES: Final = [Money(price, "EUR") for price in ("900.00", "12500.00", "48000.00")]


def _by_zipf(authors: list[Profile], number: int, chance: random.Random) -> list[Profile]:
    weights = list(accumulate(1 / rank for rank in range(1, len(authors) + 1)))
    return chance.choices(authors, cum_weights=weights, k=number)
