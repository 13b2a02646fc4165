"""How time and memory grow with the length of the feed."""

import subprocess
import sys
from math import log
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import SocialUpdate, classify_feed
from tests.benchmarks.data import updates, world
from tests.benchmarks.measuring import check, recorded, seconds

ROOT = Path(__file__).parents[2]

STREAM = """
import resource, sys
from itertools import islice
from leadmodel import SocialUpdate, classify_feed
from tests.benchmarks.data import updates, world
everybody = world(1_000, 3_000)
directory = everybody.directory()
authors = everybody.authors(1_000)
number = int(sys.argv[1])
feed = (update for _ in range(number // 1_000) for update in updates(authors))
peaks = []
for count, pair in enumerate(classify_feed(feed, directory), 1):
    if count in (number // 10, number):
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(*peaks)
"""


def test_time_grows_with_the_feed(benchmark: BenchmarkFixture) -> None:
    """Explained answers over one warm directory, from 10,000 to 1,000,000 updates: exponent 1 is in proportion."""
    everybody = world()
    directory = everybody.directory()
    authors = everybody.authors()
    feeds = [list(updates(authors[:number])) for number in (10_000, 1_000_000)]
    for _ in classify_feed(feeds[-1], directory):
        pass

    def run(feed: list[SocialUpdate]) -> None:
        for _ in classify_feed(feed, directory):
            pass

    short, long = ([seconds(run, feed) for _ in range(9)] for feed in feeds)
    recorded(benchmark, run, args=(feeds[0],), rounds=3)
    check(benchmark, "growth exponent, 10⁴ to 10⁶ updates", log(min(long) / min(short)) / log(100), 1.05)


def test_a_feed_streams_in_constant_memory(benchmark: BenchmarkFixture) -> None:
    """Peak memory of a process after 10⁶ updates of a lazy feed, against that of the same process after 10⁵."""

    def peaks() -> tuple[int, int]:
        done = subprocess.run(
            [sys.executable, "-c", STREAM, "1000000"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        early, late = map(int, done.stdout.split())
        return early, late

    early, late = recorded(benchmark, peaks, rounds=1)
    check(benchmark, "peak memory after 10⁶ updates, against 10⁵", late / early, 1.02)
