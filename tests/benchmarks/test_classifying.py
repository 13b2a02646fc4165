"""What an update costs once there is a directory: against bare look-ups in a dict of ready answers."""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import Category, Directory, Profile, classify_author, classify_feed, classify_many
from tests.benchmarks.data import World, updates, world
from tests.benchmarks.measuring import check, ratio

#: Updates of the feed whose answers are explained.
FEED = 300_000


@pytest.fixture(scope="module")
def everybody() -> World:
    """Give the world, the same for every benchmark."""
    return world()


@pytest.fixture(scope="module")
def authors(everybody: World) -> list[Profile]:
    """Give the authors of a million updates."""
    return everybody.authors()


@pytest.fixture(scope="module")
def directory(everybody: World) -> Directory:
    """Give a directory that keeps answers from one benchmark to the next."""
    return everybody.directory()


@pytest.fixture(scope="module")
def ready(everybody: World, directory: Directory) -> dict[str, Category]:
    """Give the categories of all known identities: what the base looks them up in."""
    return {author.identity: classify_author(author, directory).category for author in everybody.known}


def test_categories_of_profiles(
    benchmark: BenchmarkFixture, authors: list[Profile], directory: Directory, ready: dict[str, Category]
) -> None:
    """The fast road over profiles, a million updates; the base has the same identities ready, with cached hashes."""
    keys = [author.identity for author in authors]
    given = classify_many(authors, directory)

    assert given == [ready.get(key, Category.UNKNOWN) for key in keys]
    kept = ratio(benchmark, lambda: classify_many(authors, directory), lambda: list(map(ready.get, keys)))
    check(benchmark, "categories of profiles", kept, 2.5)


def test_first_categories_of_profiles(
    benchmark: BenchmarkFixture, everybody: World, authors: list[Profile], ready: dict[str, Category]
) -> None:
    """The same on the first pass: everybody's category is computed from the records."""
    keys = [author.identity for author in authors]
    measured = ratio(
        benchmark,
        lambda directory: classify_many(authors, directory),
        lambda _: list(map(ready.get, keys)),
        prepare=lambda: (everybody.directory(), None),
        rounds=3,
    )
    check(benchmark, "categories of profiles, first pass", measured)


def test_explained_answers(
    benchmark: BenchmarkFixture, everybody: World, authors: list[Profile], ready: dict[str, Category]
) -> None:
    """A feed with explained answers, on the first pass; the updates exist already on both sides."""
    feed = list(updates(authors[:FEED]))
    keys = [update.identity for update in feed]

    first = ratio(
        benchmark,
        lambda directory: list(classify_feed(feed, directory)),
        lambda _: list(map(ready.get, keys)),
        prepare=lambda: (everybody.directory(), None),
        rounds=3,
    )
    check(benchmark, "explained answers, first pass", first, 15)


def test_explained_answers_again(
    benchmark: BenchmarkFixture, authors: list[Profile], directory: Directory, ready: dict[str, Category]
) -> None:
    """The second pass over the feed: every answer is kept."""
    feed = list(updates(authors[:FEED]))
    keys = [update.identity for update in feed]
    found = [answer.category for _, answer in classify_feed(feed, directory)]

    assert found == [ready.get(key, Category.UNKNOWN) for key in keys]
    again = ratio(benchmark, lambda: list(classify_feed(feed, directory)), lambda: list(map(ready.get, keys)))
    check(benchmark, "explained answers, second pass", again, 3)


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_categories_of_raw_handles(
    benchmark: BenchmarkFixture,
    everybody: World,
    authors: list[Profile],
    directory: Directory,
    ready: dict[str, Category],
    *,
    warm: bool,
) -> None:
    """
    Handles as they were found, of one network; both sides get new strings each round, as a reader hands them out.

    A new string has no hash yet, so the base hashes every key as well.
    """
    theirs = [author for author in authors if author.network == "x" and not author.uid]
    handles = [f"@{author.handle.title()}" for author in theirs]
    keys = [author.identity for author in theirs]

    assert classify_many(handles, directory, network="x") == [ready.get(key, Category.UNKNOWN) for key in keys]
    measured = ratio(
        benchmark,
        lambda given: classify_many(given[0], given[1], network="x"),
        lambda given: list(map(ready.get, given)),
        prepare=lambda: ((fresh(handles), directory if warm else everybody.directory()), fresh(keys)),
        rounds=7 if warm else 3,
    )
    check(benchmark, f"categories of raw handles, {'warm' if warm else 'cold'}", measured, 2.5 if warm else 5)


def fresh(texts: list[str]) -> list[str]:
    """Give new strings of the same texts: none of them has a hash yet."""
    return "\n".join(texts).split("\n")


def test_one_profile(benchmark: BenchmarkFixture) -> None:
    """What a raw handle costs when it is met for the first time, against folding it and putting it into a key."""
    measured = ratio(
        benchmark,
        lambda: [Profile("x", "@Ada_Lovelace") for _ in range(10_000)],
        lambda: [f"x:{'@Ada_Lovelace'.strip().removeprefix('@').lower()}" for _ in range(10_000)],
        rounds=30,
    )
    check(benchmark, "a profile, against a lower-case key", measured)
