"""Updates from X: whose they are, what they say, which of them are reposts, and what is no post."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.payloads import broken, outcome
from tests.shared_data import shared_files

from leadmodel.codec import parse_json
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, Problem
from leadmodel.formats.intake.payloads import Shape
from leadmodel.formats.updates import read_updates, updates_in
from leadmodel.formats.x import _SHAPES, SHAPES, looks_like, updates_from, without_program
from leadmodel.networks import Profile

NOON: Final = datetime(2024, 5, 1, 12, tzinfo=UTC)
EXPECTED: Final = "pass a post, a list of posts, or what holds them: an answer of the API, a page of results"
ADA: Final = Profile("x", "ada", uid="11")
BO: Final = Profile("x", "bo", uid="22")
USERS: Final = [
    {"id": "11", "username": "Ada", "name": " Ada Lovelace "},
    {"id": "22", "username": "bo", "name": "Bo"},
]
ORIGINAL: Final = {
    "id": "200",
    "text": "A very long text that …",
    "note_tweet": {"text": "A very long text that goes on &amp; on"},
    "author_id": "22",
    "created_at": "2024-04-01T12:00:00.000Z",
    "lang": "de",
    "referenced_tweets": [{"type": "quoted", "id": "198"}, {"type": "replied_to", "id": "199"}],
}


def a_post(**changes: object) -> dict[str, Any]:
    """Give a post by Ada, as version 2 gives it."""
    return {
        "id": "300",
        "text": "Tea &amp; cake",
        "author_id": "11",
        "created_at": "2024-05-01T12:00:00.000Z",
        "edit_history_tweet_ids": ["300"],
    } | changes


def an_answer(*posts: object, **changes: object) -> dict[str, Any]:
    """Give an answer of version 2 with the accounts of Ada and Bo."""
    return {"data": list(posts), "includes": {"users": USERS}, "meta": {"result_count": len(posts)}} | changes


def a_user(**changes: object) -> dict[str, object]:
    """Give Ada's account, as version 1.1 gives it."""
    return {"id": 11, "id_str": "11", "screen_name": "Ada", "name": "Ada Lovelace"} | changes


BO_USER: Final = a_user(id=22, id_str="22", screen_name="bo", name="Bo")


def a_status(**changes: object) -> dict[str, Any]:
    """Give a post by Ada, as version 1.1 gives it."""
    return {
        "id": 300,
        "id_str": "300",
        "full_text": "Tea &amp; cake",
        "user": a_user(),
        "created_at": "Wed May 01 12:00:00 +0000 2024",
    } | changes


def problems_of(payload: object) -> list[tuple[str, str]]:
    """Give place and description of everything that is wrong with a payload."""
    with pytest.raises(InvalidInput) as caught:
        updates_from(payload)
    return [(problem.where, problem.what) for problem in caught.value.problems]


# Version 2 ############################################################################################################


def test_post_is_read_whole() -> None:
    """Author, text, instant, address and what the source says besides are read."""
    post = a_post(
        note_tweet={"text": "Tea &amp;lt; cake &gt; 2"},
        lang="en",
        conversation_id="250",
        referenced_tweets=[{"type": "replied_to", "id": "290"}, {"type": "quoted", "id": "280"}],
        edit_history_tweet_ids=["299", "300"],
        withheld={"country_codes": ["DE"], "copyright": True, "scope": "tweet"},
        possibly_sensitive=True,
    )

    assert updates_from(an_answer(post, matching_rules=[{"id": "1", "tag": "tea"}])) == [
        SocialUpdate(
            id="300",
            author=ADA,
            author_name="Ada Lovelace",
            text="Tea &lt; cake > 2",
            posted_at=NOON,
            url="https://x.com/ada/status/300",
            in_reply_to="290",
            extra={
                "language": "en",
                "conversation": "250",
                "quoted_id": "280",
                "versions": ["299", "300"],
                "withheld": {"country_codes": ["DE"], "copyright": True},
                "sensitive": True,
                "rules": ["tea"],
            },
        )
    ]


def test_plain_post_has_nothing_besides() -> None:
    """What is not there, or says nothing, leaves no trace."""
    post = a_post(lang="und", conversation_id="300", withheld={}, possibly_sensitive=False, referenced_tweets=[])

    [update] = updates_from(an_answer(post))

    assert (update.text, dict(update.extra)) == ("Tea & cake", {})


@pytest.mark.parametrize(
    ("post", "includes", "author", "url"),
    [
        (a_post(), {"users": USERS}, ADA, "https://x.com/ada/status/300"),
        (a_post(), {"users": USERS[1:]}, Profile("x", uid="11"), "https://x.com/i/web/status/300"),
        (a_post(), None, Profile("x", uid="11"), "https://x.com/i/web/status/300"),
        (a_post(author_id=11), {"users": USERS}, ADA, "https://x.com/ada/status/300"),
        (a_post(author_id=None), {"users": USERS}, None, "https://x.com/i/web/status/300"),
        (a_post(author=USERS[0]), None, ADA, "https://x.com/ada/status/300"),
        (a_post(author=USERS[0], author_id=None), {}, ADA, "https://x.com/ada/status/300"),
    ],
)
def test_author_is_found_by_id(post: object, includes: object, author: Profile | None, url: str) -> None:
    """An account that was not asked for leaves the stable id; without that, the post is nobody's (AUTH-12)."""
    [update] = updates_from(an_answer(post, includes=includes))

    assert (update.author, update.url) == (author, url)


@pytest.mark.parametrize("original", ["beside it", "in the reference"])
def test_repost_is_the_authors(original: str) -> None:
    """Author, whole text and address are the original's; id and instant are the repost's own (AUTH-11)."""
    reference: dict[str, Any] = {"type": "retweeted", "id": "200"}
    includes: dict[str, Any] = {"users": USERS}
    if original == "beside it":
        includes["tweets"] = [ORIGINAL]
    else:
        reference |= ORIGINAL
    post = a_post(text="RT @bo: A very long text …", lang="en", referenced_tweets=[reference])

    assert updates_from(an_answer(post, includes=includes)) == [
        SocialUpdate(
            id="300",
            author=BO,
            author_name="Bo",
            text="A very long text that goes on & on",
            posted_at=NOON,
            url="https://x.com/bo/status/200",
            reposted_by=ADA,
            in_reply_to="199",
            extra={"original_id": "200", "quoted_id": "198", "language": "de"},
        )
    ]


@pytest.mark.parametrize(
    ("mentions", "author"),
    [
        ([{"start": 30, "username": "ada", "id": "11"}, {"start": 3, "username": "bo", "id": "22"}], BO),
        ([{"start": 3, "username": "bo"}], Profile("x", "bo")),
        ([None, {"start": []}], Profile("x", "bo")),
        (None, Profile("x", "bo")),
    ],
)
def test_repost_without_its_original_names_the_author(mentions: object, author: Profile) -> None:
    """Its own text is a shortened copy that begins with the author; who passed it on never becomes that."""
    post = a_post(
        text="RT @Bo: A &lt; long …", referenced_tweets=[{"type": "retweeted", "id": "200"}],
        entities={"mentions": mentions}, lang="en",
    )  # fmt: skip

    [update] = updates_from(an_answer(post))

    assert (update.author, update.author_name, update.reposted_by) == (author, "", ADA)
    assert (update.text, update.url) == ("A < long …", "https://x.com/bo/status/200")
    assert update.extra == {"original_id": "200", "truncated": True, "language": "en"}


def test_repost_that_names_nobody_is_nobodys() -> None:
    """Whoever passed it on did not write it."""
    post = a_post(text="Cut off", referenced_tweets=[{"type": "retweeted", "id": "200"}], author_id=None)

    [update] = updates_from(an_answer(post))

    assert (update.author, update.reposted_by, update.text) == (None, None, "Cut off")
    assert update.extra == {"original_id": "200", "repost": True}


@pytest.mark.parametrize(
    ("changes", "author", "reposter", "text"),
    [
        ({"text": "RT @bo: Tea"}, Profile("x", "bo"), ADA, "Tea"),
        ({"text": "RT @bo: Tea", "author_id": None}, Profile("x", "bo"), None, "Tea"),
        ({"text": "RT @bo: Tea", "referenced_tweets": [{"type": "quoted", "id": "1"}]}, ADA, None, "RT @bo: Tea"),
        ({"text": "RT @bo"}, None, ADA, "RT @bo"),
        ({"text": "Look: RT @bo: Tea"}, ADA, None, "Look: RT @bo: Tea"),
    ],
)
def test_copy_tells_where_nothing_else_does(
    changes: dict[str, object], author: Profile | None, reposter: Profile | None, text: str
) -> None:
    """A payload that says nothing of references leaves the text to say whose it is."""
    [update] = updates_from(an_answer(a_post(**changes)))

    assert (update.author, update.reposted_by, update.text) == (author, reposter, text)


@pytest.mark.parametrize(
    ("payload", "ids"),
    [
        ([], []),
        ([a_post(), a_post(id="301")], ["300", "301"]),
        ({"data": a_post()}, ["300"]),
        (an_answer(a_post(), a_post(id="301")), ["300", "301"]),
        ({"data": [], "meta": {"result_count": 0}}, []),
        ({"meta": {"result_count": 0}}, []),
        ({"errors": [{"resource_type": "tweet", "title": "Not Found Error", "detail": "x"}]}, []),
        (an_answer(a_post(), errors=[{"resource_type": "tweet", "title": "Authorization Error"}]), ["300"]),
        ({"data": {"id": "1", "text": "x"}, "matching_rules": []}, ["1"]),
        ({"statuses": [a_status()], "search_metadata": {"count": 1}}, ["300"]),
        ({"statuses": [], "search_metadata": {}}, []),
        ([{"tweet": a_status(user=None)}], ["300"]),
        ({"delete": {"status": {"id": 1}}}, []),
        ({"limit": {"track": 1}}, []),
    ],
)  # fmt: skip
def test_posts_are_found_where_they_stand(payload: object, ids: list[str]) -> None:
    """Answers, pages, streams and archives hold posts; what could not be given is no mistake."""
    assert [update.id for update in updates_from(payload)] == ids
    assert isinstance(payload, list) or looks_like(payload)


@pytest.mark.parametrize("number", [2**53 + 1, 2**63])
def test_numbers_as_ids_are_exact(number: int) -> None:
    """Whole numbers are taken with all their digits, whatever their length."""
    text = json.dumps(
        an_answer(a_post(id=number, author_id=number, referenced_tweets=[{"type": "replied_to", "id": number}]))
    )

    [update] = updates_in(text)

    assert (update.id, update.in_reply_to) == (str(number), str(number))
    assert update.author == Profile("x", uid=str(number))


@pytest.mark.parametrize("number", [Decimal("1.5778E+18"), 1.5])
def test_number_with_a_fraction_is_no_id(number: object) -> None:
    """A number that went through a program which rounds is refused: its digits are lost."""
    assert problems_of(an_answer(a_post(id=number))) == [
        ("$.data[0].id", f"{number!r} is no id: ids are text or whole numbers")
    ]


# Version 1.1 and the archive ##########################################################################################


def test_status_is_read_whole() -> None:
    """Author, text, instant and what the source says besides are read; ids are those in text."""
    status = a_status(
        id=300000000000000064,
        id_str="300000000000000063",
        in_reply_to_status_id=290000000000000064,
        in_reply_to_status_id_str="290000000000000063",
        quoted_status_id_str="280",
        lang="en",
        created_at="Wed May 01 14:00:00 +0200 2024",
        withheld_in_countries=["DE"],
        possibly_sensitive=True,
        edit_history={"initial_tweet_id": "299", "edit_tweet_ids": ["299", "300000000000000063"]},
    )

    assert updates_from(status) == [
        SocialUpdate(
            id="300000000000000063",
            author=ADA,
            author_name="Ada Lovelace",
            text="Tea & cake",
            posted_at=NOON,
            url="https://x.com/ada/status/300000000000000063",
            in_reply_to="290000000000000063",
            extra={
                "language": "en",
                "quoted_id": "280",
                "versions": ["299", "300000000000000063"],
                "withheld": {"country_codes": ["DE"]},
                "sensitive": True,
            },
        )
    ]


@pytest.mark.parametrize(
    ("changes", "text", "extra"),
    [
        ({"full_text": "Tea", "text": "T…"}, "Tea", {}),
        ({"full_text": None, "text": "Tea", "truncated": False}, "Tea", {}),
        ({"full_text": None, "text": "Te…", "truncated": True}, "Te…", {"truncated": True}),
        ({"full_text": None, "text": "Te…", "truncated": True, "extended_tweet": {"full_text": "Tea"}}, "Tea", {}),
        ({"full_text": "RT @bo: Tea"}, "RT @bo: Tea", {}),
    ],
)
def test_text_stands_where_it_was_asked_for(changes: dict[str, object], text: str, extra: dict[str, object]) -> None:
    """The longest text is read; that a person copied another's is their own affair here."""
    [update] = updates_from(a_status(**changes))

    assert (update.author, update.text, dict(update.extra)) == (ADA, text, extra)


def test_repost_of_version_1_1_is_the_authors() -> None:
    """Author, text, language and address are the original's; id and instant are the repost's own (AUTH-11)."""
    original = a_status(id_str="200", user=BO_USER, created_at="Mon Apr 01 12:00:00 +0000 2024", lang="de",
                        in_reply_to_status_id=199)  # fmt: skip

    assert updates_from(a_status(full_text="RT @bo: Tea …", retweeted_status=original)) == [
        SocialUpdate(
            id="300",
            author=BO,
            author_name="Bo",
            text="Tea & cake",
            posted_at=NOON,
            url="https://x.com/bo/status/200",
            reposted_by=ADA,
            in_reply_to="199",
            extra={"original_id": "200", "language": "de"},
        )
    ]


@pytest.mark.parametrize(
    ("user", "author"),
    [
        ({"id": 11, "id_str": "11"}, Profile("x", uid="11")),
        ({"id": 11}, Profile("x", uid="11")),
        (None, None),
    ],
)
def test_account_may_be_cut_down(user: object, author: Profile | None) -> None:
    """The id alone says whose a post is; posts of an archive do not say it at all (AUTH-12)."""
    [update] = updates_from(a_status(user=user))

    assert update.author == author


@pytest.mark.parametrize(
    ("changes", "author", "text", "extra"),
    [
        ({"full_text": "Tea"}, None, "Tea", {}),
        ({"full_text": "RT @Bo: Tea", "entities": {"user_mentions": [{"indices": ["3", "6"], "id_str": "22"}]}}, BO,
         "Tea", {"repost": True}),
        ({"full_text": "RT @bo: Te…", "entities": {"user_mentions": [{"indices": [3, 6], "id_str": "22"}]}}, BO, "Te…",
         {"repost": True, "truncated": True}),
        ({"full_text": "RT @bo: Tea", "entities": "x"}, Profile("x", "bo"), "Tea", {"repost": True}),
        ({"edit_info": {"initial": {"editTweetIds": ["300"]}}}, None, "Tea & cake", {}),
        ({"edit_info": {"edit": {"editControlInitial": {"editTweetIds": ["299", "300"]}}}}, None, "Tea & cake",
         {"versions": ("299", "300")}),
    ],
)  # fmt: skip
def test_post_of_an_archive(
    changes: dict[str, object], author: Profile | None, text: str, extra: dict[str, object]
) -> None:
    """It says neither whose it is nor that it is a repost; a copy names the original's author."""
    [update] = updates_from({"tweet": a_status(**(changes | {"user": None}))})

    assert (update.author, update.text, dict(update.extra)) == (author, text, extra)
    assert (update.reposted_by, update.url) == (None, "https://x.com/i/web/status/300")


@pytest.mark.parametrize(
    "written", ["Wed May 01 12:00:00 +0000 2024", "2024-05-01 12:00:00 +0000", "2024-05-01T12:00:00Z"]
)
def test_instants_of_all_times_are_read(written: str) -> None:
    """The API, old archives and new programs write them differently."""
    [update] = updates_from(a_status(created_at=written))

    assert update.posted_at == NOON


@pytest.mark.parametrize(
    "written",
    ["Fri Feb 30 12:00:00 +0000 2024", "Wed Foo 01 12:00:00 +0000 2024", "Sat Jan 01 00:00:00 +1400 0001", "noon"],
)
def test_what_is_no_instant_is_refused(written: str) -> None:
    """Days that do not exist and instants outside of the years of the calendar are told."""
    assert problems_of(a_status(created_at=written)) == [("$.created_at", f"{written!r} is no instant")]


@pytest.mark.parametrize(
    "begin", ["window.YTD.tweets.part0 = ", "window.YTD.tweet.part12=", "\n Grailbird.data.tweets_2014_05 =\n "]
)
@pytest.mark.parametrize("indent", [None, 2])
def test_file_of_an_archive_is_read(begin: str, indent: int | None, tmp_path: Path) -> None:
    """It is a program that keeps the posts under a name."""
    posts = [{"tweet": a_status(user=None, id_str=id_)} for id_ in ("1", "2")]
    text = begin + json.dumps(posts, indent=indent) + "\n"
    path = tmp_path / "tweets.js"
    path.write_text(text, encoding="utf-8")

    assert [[update.id for update in updates] for updates in (read_updates(path), updates_in(text))] == [["1", "2"]] * 2


def test_places_in_a_file_of_an_archive_are_those_of_the_file() -> None:
    """A person who looks for a mistake finds it in the file as it is."""
    with pytest.raises(InvalidInput) as caught:
        list(read_updates('window.YTD.tweets.part0 = [ {"a" 1} ]\n'))

    assert [problem.where for problem in caught.value.problems] == ["line 1, column 34"]


@pytest.mark.parametrize("text", ["window.YTD = 5", "window.ytd.tweets = [", "x window.YTD.a = [", '{"a": 1}', ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    """Only the beginning of a file of an archive is taken away."""
    assert without_program(text) == text


# What is wrong ########################################################################################################


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: " ".join(sorted(shape.has)))
def test_every_row_can_be_reached(shape: Shape) -> None:
    """A body with the keys of a row is known, and no row above takes them all."""
    assert _SHAPES.of(dict.fromkeys(shape.has)) is shape


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if not shape.makes and not shape.inside])
def test_other_bodies_are_named(shape: Shape) -> None:
    """A body without posts is refused by the name of what it looks like."""
    body = dict.fromkeys(shape.has)

    assert looks_like(body)
    assert problems_of([body]) == [("$[0]", f"this is no post; it looks like {shape.label}")]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"id": "1", "text": "x"},
        {"data": []},
        {"data": {"name": "x"}},
        {"data": [{"id": 1, "message": "x"}]},
        {"data": [{"id": 1, "text": "x"}], "paging": {}},
        {"meta": {"count": 1}},
        {"errors": ["x"]},
        {"tweet": "x"},
        {"tweet": {"text": "x"}},
        {"delete": {}, "other": 1},
        {"limit": 10},
        [],
        None,
    ],
)
def test_what_others_send_is_not_taken_for_ours(payload: object) -> None:
    """Keys that others use as well tell by what stands under them."""
    assert not looks_like(payload)


FAILED = "this is no post; it looks like the answer that something failed"


@pytest.mark.parametrize(
    ("payload", "where", "what"),
    [
        ({}, "$", "an object is no post"),
        ({"count": 3}, "$", "this is no post: its keys are count"),
        (None, "$", "nothing is no post"),
        ([[a_post()]], "$[0]", "a list is no post"),
        ({"data": USERS[0]}, "$.data", "this is no post; it looks like an account"),
        (an_answer("x"), "$.data[0]", "text is no post"),
        (an_answer({"id": "1"}), "$.data[0]", "an object is no post"),
        ({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, "$",
         f"{FAILED}: 'Rate limit exceeded'"),
        ({"errors": [{"title": "operational-disconnect", "detail": "x"}]}, "$",
         f"{FAILED}: 'operational-disconnect: x'"),
        ({"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap", "period": "Monthly",
          "type": "https://api.twitter.com/2/problems/usage-capped"}, "$",
         f"{FAILED}: 'UsageCapExceeded: Usage cap exceeded: Monthly product cap'"),
        ({"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}, "$",
         f"{FAILED}: 'Too Many Requests'"),
        ({"errors": [{"parameters": {"id": ["1"]}, "message": "not valid"}]}, "$",
         f"{FAILED}: 'not valid'"),
        ({"errors": [{"parameters": {"id": ["1"]}, "message": "not valid"}], "title": "Invalid Request",
          "detail": "One or more parameters was invalid", "type": "https://api.twitter.com/2/problems/invalid-request"},
         "$", f"{FAILED}: 'Invalid Request: One or more parameters was invalid'"),
        ({"errors": ["x"]}, "$", FAILED),
        (an_answer(a_post(), includes="x"), "$.includes", "text stands where an object belongs"),
        (an_answer(a_post(), includes={"users": ["x"]}), "$.includes.users[0]", "text stands where an object belongs"),
        (an_answer(a_post(), includes={"users": [{"id": "11", "username": "a b"}]}), "$.includes.users[0].username",
         "'a b' is no handle"),
        (an_answer(a_post(author_id="x")), "$.data[0].author_id", "'x' is no stable id of X"),
        (an_answer(a_post(author={"username": "ada"}, author_id=None)), "$.data[0].author.id", "the id is missing"),
        (an_answer(a_post(referenced_tweets=["x"])), "$.data[0].referenced_tweets[0]", "text refers to no post"),
        (an_answer(a_post(referenced_tweets=[{"type": "quoted"}])), "$.data[0].referenced_tweets[0].id",
         "the id is missing"),
        (an_answer(a_post(created_at="noon")), "$.data[0].created_at", "'noon' is no instant"),
        (an_answer(a_post(text="x" * 100_001)), "$.data[0]",
         "the text is 100,001 characters long, and 100,000 is the limit"),
        ({"statuses": ["x"], "search_metadata": {}}, "$.statuses[0]", "text is no post"),
        ({"tweet": "x"}, "$.tweet", "text is no post"),
        (a_status(user="x"), "$.user", "text is no account"),
        (a_status(user=a_user(screen_name="a b")), "$.user.screen_name", "'a b' is no handle"),
        (a_status(retweeted_status="x"), "$.retweeted_status", "text is no post"),
        (a_status(id_str=" "), "$.id_str", "the id is blank"),
        (a_status(quoted_status_id=1.5), "$.quoted_status_id", "1.5 is no id: ids are text or whole numbers"),
    ],
)  # fmt: skip
def test_what_is_no_post_is_refused(payload: object, where: str, what: str) -> None:
    """Anything else is refused with its place and with what it is."""
    assert problems_of(payload) == [(where, what)]


@pytest.mark.parametrize(
    "payload",
    [
        {
            "title": "UsageCapExceeded",
            "detail": "Usage cap exceeded",
            "type": "https://api.twitter.com/2/problems/usage",
        },
        {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429},
        {"errors": [{"parameters": {"id": ["1"]}, "message": "not valid"}]},
    ],
)
def test_failures_are_told_from_other_formats(payload: object) -> None:
    """An answer that something failed is no feed without updates."""
    with pytest.raises(InvalidInput, match="something failed: '"):
        updates_in(payload)


def test_all_problems_of_a_payload_are_reported_together() -> None:
    """Every problem of every post is reported, with its path after the caller's place."""
    answer = an_answer(a_post(id=True, text=5), a_post(), a_post(id=None))

    with pytest.raises(InvalidInput) as caught:
        updates_from(answer, where="feed.jsonl line 7")

    place = "feed.jsonl line 7, $.data"
    assert caught.value == InvalidInput(
        subject="posts of X",
        problems=(
            Problem(what="true or false is no id", hint="write it as text", where=f"{place}[0].id", value=True),
            Problem(
                what="a number stands where text belongs", hint="write it as text", where=f"{place}[0].text", value=5
            ),
            Problem(what="the id is missing", hint="give the id that the server gave", where=f"{place}[2].id"),
        ),
        partial=tuple(updates_from(an_answer(a_post()))),
    )


VALID: Final = (
    an_answer(
        a_post(text="RT @bo: x", referenced_tweets=[{"type": "retweeted", "id": "200"}]), a_post(withheld={}),
        includes={"users": USERS, "tweets": [ORIGINAL]}, matching_rules=[{"tag": "x"}],
    ),
    an_answer(a_post(text="RT @bo: x", entities={"mentions": [{"start": 3, "id": "22"}]})),
    a_status(retweeted_status=a_status(user=BO_USER), edit_info={"initial": {"editTweetIds": ["1", "2"]}}),
    {"statuses": [a_status(extended_tweet={"full_text": "x"})], "search_metadata": {}},
    [{"tweet": a_status(user=None, full_text="RT @bo: x", entities={"user_mentions": [{"indices": ["3"]}]})}],
)  # fmt: skip


@given(st.sampled_from(VALID).flatmap(broken))
def test_broken_payload_gives_updates_or_its_problems(payload: object) -> None:
    """Whatever is changed in a payload, nothing but its problems is ever raised."""
    assert outcome(updates_from, payload) in ("updates", "problems")
    assert looks_like(payload) in (True, False)


# Real data ############################################################################################################


@pytest.mark.parametrize("path", shared_files("x_api_v2_corporate", "test_*.json"))
def test_real_body_gives_its_posts(path: Path) -> None:
    """Each body gives the posts that stand in it; one about accounts is refused by name."""
    body: Any = parse_json(path.read_bytes())
    members = body["data"] if isinstance(body["data"], list) else [body["data"]]

    assert looks_like(body)
    if "username" in members[0]:
        assert {what for _, what in problems_of(body)} == {"this is no post; it looks like an account"}
        return
    assert updates_from(body) == [
        SocialUpdate(id=post["id"], text=post["text"], url=f"https://x.com/i/web/status/{post['id']}")
        for post in members
    ]


def test_index_names_every_body(shared: Callable[..., Path]) -> None:
    """The index of the real bodies names each file once, so that the cases above are all there are."""
    folder = shared("x_api_v2_corporate")
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))

    assert sorted(entry["file"] for entry in index) == sorted(path.name for path in folder.glob("test_*.json"))
