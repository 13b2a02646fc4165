"""One post that exists in several formats gives one author, one text and one instant, where both formats carry them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from tests.shared_data import shared_files

from leadmodel.codec import parse_json
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput
from leadmodel.formats import activitystreams, bluesky, jsonfeed, webfeeds
from leadmodel.formats.intake.html import plain_text
from leadmodel.networks import Profile

#: How the formats of a post are told by the ends of file names; the first that is there is compared with the others.
_ENDS: Final = (
    (".as2.json", activitystreams.updates_from),
    (".as2-from-as.json", activitystreams.updates_from),
    (".feed-from-as.json", jsonfeed.updates_from),
    (".feed.json", jsonfeed.updates_from),
    (".bsky.json", bluesky.updates_from),
    (".bsky-from-as.json", bluesky.updates_from),
)
#: Copies that say something else: of the note, Bluesky's is its summary; Bluesky's repost and follow bear the instant
#: at which a server saw them; its copy of the repost made from the older format lacks the post that is passed on.
_OTHERWISE: Final = frozenset(
    {"note.bsky.json", "note.bsky-from-as.json", "repost.bsky.json", "repost.bsky-from-as.json", "follow.bsky.json"}
)
#: Copies that leave a paragraph out, or have one more: what a browser shows that can play nothing, or a place.
_OTHER_PARAGRAPHS: Final = frozenset({"article_with_audio_video.feed-from-as.json", "note.feed-from-as.json"})


def updates_of(path: Path) -> list[SocialUpdate]:
    """Read a file by the end of its name."""
    read = next(read for end, read in _ENDS if path.name.endswith(end))
    return read(parse_json(path.read_bytes()), zone=UTC)


def formats_of(path: Path) -> list[Path]:
    """Give the files that hold the post of a file, whose name ends alike."""
    stem = path.name.partition(".")[0]
    found = (path.with_name(stem + end) for end, _ in _ENDS)
    return [other for other in found if other.exists() and other.name not in _OTHERWISE]


#: One case for each post that exists in two formats; without the data, the one that says so.
POSTS: Final = [
    case
    for case in shared_files("social_granary", "*.as2.json", "*.as2-from-as.json")
    if case.marks or (isinstance(case.values[0], Path) and len(formats_of(case.values[0])) > 1)
]


@pytest.mark.parametrize("path", POSTS)
def test_formats_agree(path: Path) -> None:
    """What one format says of a post and another one says as well is the same."""
    first, *others = formats_of(path)
    [here] = updates_of(first) or [None]
    for other in others:
        [there] = updates_of(other) or [None]
        assert (here is None) == (there is None)
        if here and there:
            assert disagreements(here, there, exact=other.name not in _OTHER_PARAGRAPHS) == []


def disagreements(here: SocialUpdate, there: SocialUpdate, *, exact: bool) -> list[str]:
    """
    Give the facts in which two copies of a post differ, of those that both have.

    Each network knows an author by an identity of its own, so two networks cannot differ.
    """
    facts = {"author_name": (here.author_name, there.author_name), "posted_at": (here.posted_at, there.posted_at)}
    if here.author and there.author and here.author.network == there.author.network:
        facts["author"] = (here.author, there.author)  # type: ignore[assignment]  # any two that can be compared
    if exact:
        facts["text"] = (here.text, there.text)
    elif set(here.text.split("\n\n")).isdisjoint(there.text.split("\n\n")):
        return ["text"]
    return [fact for fact, (one, two) in facts.items() if one and two and one != two]


def test_disagreements_are_found() -> None:
    """A comparison that cannot fail would prove nothing."""
    ada = SocialUpdate(id="1", author=Profile("x", "ada"), author_name="Ada", text="Tea\n\nCake")
    bo = SocialUpdate(id="1", author=Profile("x", "bo"), author_name="Bo", text="Tea")

    assert disagreements(ada, bo, exact=True) == ["author_name", "author", "text"]
    assert disagreements(ada, bo, exact=False) == ["author_name", "author"]
    assert disagreements(ada, SocialUpdate(id="1", text="Coffee"), exact=False) == ["text"]


@pytest.mark.parametrize("path", shared_files("social_granary", "*.rss.xml"))
def test_rss_agrees_with_the_reading_beside_it(path: Path) -> None:
    """Instant, address and words of each item are those of the ActivityStreams 1 that stands beside it."""
    expected = json.loads(path.with_name(path.name.replace(".rss.xml", ".as-from-rss.json")).read_bytes())
    updates = webfeeds.updates_from(path.read_bytes(), zone=UTC)

    assert [update.url for update in updates] == [item.get("url", "") for item in expected]
    assert [update.posted_at for update in updates] == [
        datetime.fromisoformat(item["published"]) if "published" in item else None for item in expected
    ]
    assert [update.extra.get("title", "") for update in updates] == [item.get("displayName", "") for item in expected]
    assert [update.text for update in updates] == [
        "\n\n".join(filter(None, (item.get("displayName", ""), plain_text(item["content"])))) for item in expected
    ]


def test_rss_author_of_two_elements_is_one(shared: Callable[..., Path]) -> None:
    """Mail and name stand in two elements, and the reading beside them makes one author of both."""
    update = webfeeds.updates_from(shared("social_granary", "feed_with_authors.rss.xml").read_bytes())[-1]

    assert (update.author, update.author_name) == (Profile("email", "alice@example.com"), "Ms Alice")


def test_broken_content_is_refused(shared: Callable[..., Path]) -> None:
    """A list where text belongs is told with its place."""
    document = parse_json(shared("social_granary", "invalid_content_fields.feed.json").read_bytes())
    with pytest.raises(InvalidInput) as caught:
        jsonfeed.updates_from(document)

    assert [problem.where for problem in caught.value.problems] == [
        "$.items[0].content_html",
        "$.items[0].content_text",
    ]
