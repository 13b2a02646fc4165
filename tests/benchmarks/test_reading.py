"""
What reading costs: bytes in, updates or records out, against `json.loads` or feedparser of the same bytes.

The bodies are of the usual size and have all the keys that services send. Every round has other people in it, whom the
readers have not met: of the forty posts in a page, twenty-five are the first of their authors.
"""

import io
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
import feedparser  # type: ignore[import-untyped]  # the library has no types
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import Address, EmailAddress, Money, PhoneNumber, Profile
from leadmodel.formats import hubspot, salesforce, webfeeds, zoho
from leadmodel.formats.updates import updates_in
from leadmodel.values import FrozenMap
from tests.benchmarks import answers, products
from tests.benchmarks.measuring import check, ratio, seconds

PAGE: Final = range(40)
FILE: Final = range(50)
#: How much each round reads: so many bodies one by one, or so many pages.
BODIES: Final = 200
PAGES: Final = 5

Read = Callable[[bytes], Sequence[Any]]


@attrs.frozen
class Case:
    """One format: what it sends, what reads it, and how many each body makes."""

    name: str
    body: Callable[[int, int], object]
    read: Read = updates_in
    each: int = 1

    def bodies(self, batch: int) -> list[bytes]:
        """Give the bodies of a round, as text in UTF-8."""
        numbers = range(BODIES if self.each == 1 else PAGES)
        return [json.dumps(self.body(number, batch), ensure_ascii=False).encode() for number in numbers]

    def all_of(self, bodies: list[bytes]) -> list[Sequence[Any]]:
        """Read bodies one after the other."""
        return [self.read(body) for body in bodies]


def _one(number: int) -> range:
    return range(number, number + 1)


def _zoho(body: bytes) -> Sequence[Any]:
    return zoho.read_records(body, currency="EUR").records


def _hubspot(body: bytes) -> Sequence[Any]:
    return hubspot.read_records(body, currency="EUR").records


def _salesforce(body: bytes) -> Sequence[Any]:
    return salesforce.read_records(body, currency="EUR").records


def _x_single(number: int, batch: int) -> object:
    number -= number % 4  # neither a repost nor an answer
    return answers.x_answer(_one(number), batch)


# fmt: off
POSTS: Final = (
    Case("a Mastodon status",           answers.mastodon_status),
    Case("a page of Mastodon statuses", lambda _, batch: [answers.mastodon_status(n, batch) for n in PAGE], each=40),
    Case("a Bluesky post",              answers.bluesky_post),
    Case("a feed of Bluesky",           lambda _, batch: answers.bluesky_feed(PAGE, batch), each=40),
    Case("an event of Bluesky's stream", answers.bluesky_event),
    Case("a post of X",                 _x_single),
    Case("a page of posts of X",        lambda _, batch: answers.x_answer(PAGE, batch), each=40),
    Case("a post of X of 250 bytes",    answers.x_small),
    Case("a post of X, version 1.1",    answers.x_status),
    Case("an activity",                 answers.activity),
    Case("a page of activities",        lambda _, batch: answers.outbox(PAGE, batch), each=40),
    Case("an update in the plain form", answers.plain_update),
)
RECORDS: Final = (
    Case("a lead of Zoho",              lambda n, batch: products.zoho_page(_one(n), batch), _zoho),
    Case("a page of leads of Zoho",     lambda _, batch: products.zoho_page(PAGE, batch), _zoho, 40),
    Case("a deal of Zoho",              lambda n, batch: products.zoho_deals(_one(n), batch), _zoho),
    Case("a page of deals of Zoho",     lambda _, batch: products.zoho_deals(PAGE, batch), _zoho, 40),
    Case("a contact of HubSpot",        products.hubspot_contact, _hubspot),
    Case("a page of contacts of HubSpot", lambda _, batch: products.hubspot_page(PAGE, batch), _hubspot, 40),
    Case("a lead of Salesforce",        products.salesforce_lead, _salesforce),
    Case("a page of leads of Salesforce", lambda _, batch: products.salesforce_page(PAGE, batch), _salesforce, 40),
)
# fmt: on


def _loaded(bodies: list[bytes]) -> list[object]:
    return [json.loads(body) for body in bodies]


def _measure(benchmark: BenchmarkFixture, case: Case) -> None:
    batches = iter(range(1, 1_000))

    def prepare() -> tuple[list[bytes], list[bytes]]:
        bodies = case.bodies(next(batches))
        return bodies, bodies

    measured = ratio(benchmark, case.all_of, _loaded, prepare=prepare)
    check(benchmark, f"reading {case.name}", measured, 3)
    bodies = case.bodies(next(batches))
    each = seconds(case.all_of, bodies) / len(bodies) / case.each
    benchmark.extra_info["microseconds each"] = round(each * 1e6, 1)


@pytest.mark.parametrize("case", POSTS, ids=lambda case: case.name)
def test_reading_posts(benchmark: BenchmarkFixture, case: Case) -> None:
    """A status, a post or a tweet, alone and in a page, against `json.loads`."""
    assert {len(found) for found in case.all_of(case.bodies(0))} == {case.each}
    _measure(benchmark, case)


@pytest.mark.parametrize("case", RECORDS, ids=lambda case: case.name)
def test_reading_records(benchmark: BenchmarkFixture, case: Case) -> None:
    """A record of another product, alone and in a page, against `json.loads`."""
    assert {len(found) for found in case.all_of(case.bodies(0))} == {case.each}
    _measure(benchmark, case)


@pytest.mark.parametrize("case", [*POSTS, *RECORDS], ids=lambda case: case.name)
def test_the_constructors_alone(benchmark: BenchmarkFixture, case: Case) -> None:
    """What no reader can do without: the values and the records themselves, made out of ready parts."""
    bodies = case.bodies(0)
    parts = [_parts(record) for found in case.all_of(bodies) for record in found]
    measured = ratio(benchmark, lambda: [make() for make in parts], lambda: _loaded(bodies))
    check(benchmark, f"the constructors alone of {case.name}", measured)


def _parts(record: Any) -> Callable[[], object]:  # noqa: ANN401  (any record)
    """Give what makes a record again, with everything in it, by the classes themselves."""
    fields = {field.name: field for field in attrs.fields(type(record)) if field.init}
    filled = {name: getattr(record, name) for name, field in fields.items() if getattr(record, name) != field.default}
    makers = {name: maker for name, value in filled.items() if (maker := _maker(value)) is not None}

    def make() -> object:
        return type(record)(**{**filled, **{name: again() for name, again in makers.items()}})

    assert make() == record
    return make


#: The parts of which values are made, as their classes take them.
_MADE_OF: Final[dict[type, Callable[[Any], tuple[tuple[Any, ...], dict[str, Any]]]]] = {
    Profile: lambda value: ((value.network, value.handle), {"uid": value.uid}),
    EmailAddress: lambda value: ((value.address,), {}),
    PhoneNumber: lambda value: ((value.number, value.kind), {}),
    Money: lambda value: ((value.amount, value.currency), {}),
    Address: lambda value: ((), attrs.asdict(value)),
    FrozenMap: lambda value: ((dict(value),), {}),
}


def _maker(value: object) -> Callable[[], object] | None:
    """Give what makes a value again; None for what is no value of ours."""
    if isinstance(value, tuple):
        makers = [_maker(member) for member in value]
        return lambda: tuple(maker() for maker in makers if maker)
    if type(value) not in _MADE_OF:
        return None
    kind: Any = type(value)
    given, named = _MADE_OF[kind](value)
    return lambda: kind(*given, **named)


def _parse(data: bytes) -> object:
    return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)


@pytest.mark.parametrize(("name", "made"), [("RSS", answers.rss), ("Atom", answers.atom)])
def test_feed_files(benchmark: BenchmarkFixture, name: str, made: Callable[[range, int], bytes]) -> None:
    """A file of fifty entries, against feedparser with the same switches."""
    batches = iter(range(1_000))

    def prepare() -> tuple[bytes, bytes]:
        data = made(FILE, next(batches))
        return data, data

    assert len(webfeeds.updates_from(made(FILE, next(batches)))) == len(FILE)
    measured = ratio(benchmark, webfeeds.updates_from, _parse, rounds=5, prepare=prepare)
    check(benchmark, f"reading a file of {name}", measured, 1.5)


def test_json_feed(benchmark: BenchmarkFixture) -> None:
    """A file of fifty entries, against `json.loads`, which does nothing of what a parser of feeds does."""
    case = Case("a file of JSON Feed", lambda _, batch: answers.json_feed(FILE, batch), each=len(FILE))
    bodies = case.bodies(0)

    assert all(len(found) == case.each for found in case.all_of(bodies))
    check(benchmark, f"reading {case.name}", ratio(benchmark, lambda: case.all_of(bodies), lambda: _loaded(bodies)))
