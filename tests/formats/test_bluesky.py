"""Updates from Bluesky: whose they are, when they were, what they say, and what is no post."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.payloads import broken, outcome
from tests.shared_data import shared_files

from leadmodel.codec import parse_json
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, InvalidValue, Problem
from leadmodel.formats.bluesky import _SHAPES, SHAPES, looks_like, updates_from
from leadmodel.formats.intake.payloads import Shape
from leadmodel.formats.posts.atproto import EPOCH
from leadmodel.formats.posts.atrecords import RECORDS
from leadmodel.formats.updates import read_updates
from leadmodel.networks import Profile

NOON: Final = datetime(2024, 5, 1, 12, tzinfo=UTC)
EXPECTED: Final = "pass a post, a feed, a thread, notifications, or records with their addresses, or a list of these"
ADA_DID: Final = "did:plc:ada"
BO_DID: Final = "did:plc:bo"
ADA: Final = Profile("bluesky", "ada.example", uid=ADA_DID)
BO: Final = Profile("bluesky", "bo.example", uid=BO_DID)


def uri(key: str = "1", *, owner: str = ADA_DID, collection: str = "app.bsky.feed.post") -> str:
    """Give the address of a record."""
    return f"at://{owner}/{collection}/{key}"


def an_account(**changes: object) -> dict[str, object]:
    """Give the account of Ada."""
    return {"did": ADA_DID, "handle": "Ada.example", "displayName": " Ada Lovelace "} | changes


BO_ACCOUNT: Final = an_account(did=BO_DID, handle="bo.example", displayName="Bo")


def a_record(**changes: object) -> dict[str, Any]:
    """Give the record of a post."""
    return {"$type": "app.bsky.feed.post", "text": "Tea & <cake>", "createdAt": "2024-05-01T12:00:00.000Z"} | changes


def a_post(**changes: object) -> dict[str, Any]:
    """Give a post by Ada as the API shows it; changes of the record's keys are made there."""
    own = {key: value for key, value in changes.items() if key in {"uri", "author", "record", "indexedAt", "labels"}}
    record = a_record(**{key: value for key, value in changes.items() if key not in own})
    post = {"uri": uri(), "cid": "b", "author": an_account(), "record": record, "indexedAt": "2024-05-01T12:00:01Z"}
    return post | own


def an_event(operation: str = "create", collection: str = "app.bsky.feed.post", **changes: object) -> dict[str, Any]:
    """Give an event of the stream about a record of Ada's."""
    commit = {"operation": operation, "collection": collection, "rkey": "9", "record": a_record(), "cid": "b"} | changes
    micros = (NOON - EPOCH) // timedelta(microseconds=1) + 5
    return {"did": ADA_DID, "time_us": micros, "kind": "commit", "commit": commit}


def ids(payload: object) -> list[str]:
    """Give the ids of the updates of a payload."""
    return [update.id for update in updates_from(payload)]


def problems_of(payload: object, **options: Any) -> list[tuple[str, str]]:  # noqa: ANN401  (the options of the reader)
    """Give place and description of everything that is wrong with a payload."""
    with pytest.raises(InvalidInput) as caught:
        updates_from(payload, **options)
    return [(problem.where, problem.what) for problem in caught.value.problems]


# Posts ################################################################################################################


def test_post_is_read_whole() -> None:
    """Author, text as it is shown, instant, address and what the source says besides are read."""
    facets = [
        {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://tea.example/very/long"}]},
        {"features": [{"$type": "app.bsky.richtext.facet#mention", "did": BO_DID}, {"tag": "tea"}]},
    ]
    post = a_post(
        text=" See tea.example/ver… \x00",
        langs=["en", "de"],
        facets=facets,
        tags=["cake"],
        reply={"parent": {"uri": uri("7", owner=BO_DID)}, "root": {"uri": uri("5")}},
        embed={"$type": "app.bsky.embed.record", "record": {"uri": uri("3"), "cid": "b"}},
        labels=[{"src": ADA_DID, "val": "graphic-media"}],
    )

    assert updates_from(post) == [
        SocialUpdate(
            id="at://did:plc:ada/app.bsky.feed.post/1",
            author=ADA,
            author_name="Ada Lovelace",
            text="See tea.example/ver… \ufffd",
            posted_at=NOON,
            url="https://bsky.app/profile/ada.example/post/1",
            in_reply_to=uri("7", owner=BO_DID),
            extra={
                "language": "en",
                "languages": ["en", "de"],
                "links": ["https://tea.example/very/long"],
                "mentions": [BO_DID],
                "tags": ["tea", "cake"],
                "quoted_id": uri("3"),
                "thread": uri("5"),
                "labels": ["graphic-media"],
            },
        )
    ]


def test_plain_post_has_nothing_besides() -> None:
    """What is not there leaves no trace; an answer to the first post names it once."""
    answer = a_post(reply={"parent": {"uri": uri("5")}, "root": {"uri": uri("5")}}, langs=["en"], facets=[], tags=[])

    [update] = updates_from(answer)

    assert (update.in_reply_to, update.text, update.extra) == (uri("5"), "Tea & <cake>", {"language": "en"})


@pytest.mark.parametrize(
    ("account", "profile"),
    [
        (an_account(handle="handle.invalid"), Profile("bluesky", uid=ADA_DID)),
        (an_account(handle="Handle.Invalid"), Profile("bluesky", uid=ADA_DID)),
        (an_account(handle=None), Profile("bluesky", uid=ADA_DID)),
        (an_account(did=None), Profile("bluesky", "ada.example")),
        (None, Profile("bluesky", uid=ADA_DID)),
    ],
)
def test_author_is_the_did(account: object, profile: Profile) -> None:
    """A handle that could not be verified is nobody's; without an account, the address says whose the post is."""
    [update] = updates_from(a_post(author=account))

    assert update.author == profile


def test_address_by_a_handle_names_its_author() -> None:
    """An address may begin with a handle as well."""
    [update] = updates_from({"uri": uri(owner="ada.example"), "value": a_record()})

    assert (update.author, update.url) == (
        Profile("bluesky", "ada.example"),
        "https://bsky.app/profile/ada.example/post/1",
    )


def test_page_of_an_author_without_a_handle_is_found_by_the_did() -> None:
    """The address of the page holds whatever is known."""
    [update] = updates_from(a_post(author=an_account(handle="handle.invalid")))

    assert update.url == "https://bsky.app/profile/did:plc:ada/post/1"


@pytest.mark.parametrize(
    ("facets", "found"),
    [
        (None, {}),
        ("x", {}),
        ([None, {"features": None}, {"features": [None, {"uri": 5}]}], {}),
        ([{"features": [{"uri": "https://tea.example"}]}], {"links": ("https://tea.example",)}),
    ],
)
def test_facets_that_are_not_sound_are_none(facets: object, found: dict[str, object]) -> None:
    """No program shows a facet that is broken, and the text is whole without."""
    [update] = updates_from(a_post(facets=facets, tags=5, langs="en", labels="x"))

    assert dict(update.extra) == found


@pytest.mark.parametrize(
    ("embed", "quoted"),
    [
        ({"record": {"uri": uri("3")}}, uri("3")),
        ({"record": {"record": {"uri": uri("3")}}, "media": {}}, uri("3")),
        ({"record": {"uri": uri("3", collection="app.bsky.feed.generator")}}, None),
        ({"record": {"record": {"record": {"uri": uri("3")}}}}, None),
        ({"images": []}, None),
        ("x", None),
    ],
)
def test_quoted_post_is_named(embed: object, quoted: str | None) -> None:
    """A quoted post is no update of its own; feeds and lists that are shown are not quoted."""
    [update] = updates_from(a_post(embed=embed))

    assert update.extra.get("quoted_id") == quoted


# Instants #############################################################################################################

BEFORE: Final = NOON - timedelta(days=4_000)


@pytest.mark.parametrize(
    ("claim", "seen", "instant", "disbelieved"),
    [
        ("2024-05-01T12:00:00Z", "2024-05-01T12:00:05Z", NOON, None),
        ("2024-05-01T12:00:05Z", "2024-05-01T12:00:00Z", NOON, "2024-05-01T12:00:05Z"),
        ("2924-05-01T12:00:05Z", "2024-05-01T12:00:00Z", NOON, "2924-05-01T12:00:05Z"),
        ("2013-05-19T12:00:00Z", "2024-05-01T12:00:00Z", BEFORE, None),
        ("1969-12-31T23:59:59Z", "2024-05-01T12:00:00Z", NOON, "1969-12-31T23:59:59Z"),
        ("0000-01-01T00:00:00.000Z", "2024-05-01T12:00:00Z", NOON, "0000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59-10:00", "2024-05-01T12:00:00Z", NOON, "9999-12-31T23:59:59-10:00"),
        ("0001-01-01T00:00:00+01:00", None, None, "0001-01-01T00:00:00+01:00"),
        ("2924-05-01T12:00:05Z", None, datetime(2924, 5, 1, 12, 0, 5, tzinfo=UTC), None),
        ("", "2024-05-01T12:00:00Z", NOON, None),
        (None, "2024-05-01T12:00:00Z", NOON, None),
        (None, None, None, None),
    ],
)
def test_claim_is_believed_as_far_as_it_can_be_true(
    claim: str | None, seen: str | None, instant: datetime | None, disbelieved: str | None
) -> None:
    """Nothing was said after it was seen, or before 1970; the claim is kept where it is not believed."""
    [update] = updates_from(a_post(createdAt=claim, indexedAt=seen))

    assert (update.posted_at, update.extra.get("claimed_at")) == (instant, disbelieved)


def test_zone_is_for_instants_without_one() -> None:
    """Old programs left the zone out; who knows it may say so."""
    [update] = updates_from(a_post(createdAt="2024-05-01T12:00:00", indexedAt=None), zone=UTC)

    assert update.posted_at == NOON


@pytest.mark.parametrize("claim", ["2024-05-01T12:00:00", "0000-05-01T12:00:00"])
def test_instant_without_a_zone_is_refused(claim: str) -> None:
    """Without the caller's word, it is no instant."""
    [(where, _)] = problems_of(a_post(createdAt=claim))

    assert where == "$.record.createdAt"


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"createdAt": 5}, "$.record.createdAt", "a number is no instant"),
        ({"createdAt": "0000-13-01T00:00:00Z"}, "$.record.createdAt", "'0000-13-01T00:00:00Z' is no instant"),
        ({"createdAt": "0000-01-01T00:00:00+01:00"}, "$.record.createdAt",
         "'0000-01-01T00:00:00+01:00' is no instant"),
        ({"indexedAt": "yesterday"}, "$.indexedAt", "'yesterday' is no instant"),
        ({"indexedAt": 10**30}, "$.indexedAt", f"{10**30} is no instant"),
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused(changes: dict[str, object], where: str, what: str) -> None:
    """An instant that cannot be read is told, wherever it stands."""
    assert problems_of(a_post(**changes)) == [(where, what)]


# Reposts and reactions ################################################################################################


def test_repost_in_a_feed_is_the_authors() -> None:
    """Author, text and address are the original's; who passed it on, and when that was seen, are the repost's own."""
    reason = {"by": BO_ACCOUNT, "indexedAt": "2024-06-01T12:00:00Z", "uri": uri("4", owner=BO_DID)}

    assert updates_from({"post": a_post(), "reason": reason}) == [
        SocialUpdate(
            id=uri("4", owner=BO_DID),
            author=ADA,
            author_name="Ada Lovelace",
            text="Tea & <cake>",
            posted_at=datetime(2024, 6, 1, 12, tzinfo=UTC),
            url="https://bsky.app/profile/ada.example/post/1",
            reposted_by=BO,
            extra={"original_id": uri()},
        )
    ]


def test_repost_without_an_address_has_an_id_of_its_own() -> None:
    """Whoever passes the same post on makes another update, and reading again gives the same."""
    reasons = [{"by": account, "indexedAt": "2024-06-01T12:00:00Z"} for account in (BO_ACCOUNT, an_account())]
    feed = {"feed": [{"post": a_post()}, *({"post": a_post(), "reason": reason} for reason in reasons)]}

    assert ids(feed) == ids(feed)
    assert len(set(ids(feed))) == 3


def test_pinned_post_is_passed_on_by_nobody() -> None:
    """The same post, pinned and in its turn, is one update twice, so that a file of the feed holds it once."""
    pinned = {"post": a_post(), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    text = json.dumps({"feed": [pinned, {"post": a_post()}], "cursor": "x"})

    assert [update.reposted_by for update in read_updates(text)] == [None]


def test_record_of_a_repost_says_whose_the_original_is() -> None:
    """The address of the original begins with its author; nothing else is known of it."""
    record = {
        "$type": "app.bsky.feed.repost",
        "subject": {"uri": uri("3", owner=BO_DID)},
        "createdAt": "2024-05-01T12:00:00Z",
    }
    bo = Profile("bluesky", uid=BO_DID)

    assert updates_from({"uri": uri("2", collection="app.bsky.feed.repost"), "cid": "b", "value": record}) == [
        SocialUpdate(
            id=uri("2", collection="app.bsky.feed.repost"),
            author=bo,
            posted_at=NOON,
            url="https://bsky.app/profile/did:plc:bo/post/3",
            reposted_by=Profile("bluesky", uid=ADA_DID),
            extra={"original_id": uri("3", owner=BO_DID)},
        )
    ]


@pytest.mark.parametrize(
    ("collection", "subject", "answered", "type_"),
    [
        ("app.bsky.feed.like", {"uri": uri("3")}, uri("3"), "like"),
        ("app.bsky.graph.follow", BO_DID, BO_DID, "follow"),
    ],
)
def test_reaction_is_an_update_that_says_only_to_what(
    collection: str, subject: object, answered: str, type_: str
) -> None:
    """Who likes a post or follows an account is known, and said nothing."""
    record = {"$type": collection, "subject": subject, "createdAt": "2024-05-01T12:00:00Z"}
    address = uri("2", collection=collection)
    view = {"uri": address, "author": BO_ACCOUNT, "reason": type_, "record": record, "isRead": True}

    assert updates_from(view) == [
        SocialUpdate(
            id=address, author=BO, author_name="Bo", posted_at=NOON, in_reply_to=answered, extra={"type": type_}
        )
    ]


# Where posts stand ####################################################################################################


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ([], []),
        ([a_post(), a_post(uri=uri("2"))], [uri(), uri("2")]),
        ({"feed": [], "cursor": "x"}, []),
        ({"feed": [{"post": a_post(), "reply": {"parent": a_post(uri=uri("8")), "root": a_post(uri=uri("9"))}}]},
         [uri()]),
        ({"posts": [a_post()], "hitsTotal": 1}, [uri()]),
        ({"uri": uri("5"), "posts": [a_post()]}, [uri()]),
        ({"notifications": [a_post() | {"reason": "mention", "isRead": False}], "seenAt": "x"}, [uri()]),
        ({"bookmarks": [{"subject": {}, "item": a_post()}, {"subject": {}, "item": {"uri": uri(), "notFound": True}}]},
         [uri()]),
        ({"records": [{"uri": uri(), "cid": "b", "value": a_record()}], "cursor": "x"}, [uri()]),
        ({"thread": {"post": a_post()}, "threadgate": None}, [uri()]),
        ({"thread": {"uri": uri(), "notFound": True}}, []),
        ({"thread": {"uri": uri(), "blocked": True, "author": {"did": BO_DID}}}, []),
        ({"thread": [
            {"uri": uri(), "depth": 0, "value": {"$type": "app.bsky.unspecced.defs#threadItemPost", "post": a_post()}},
            {"uri": uri("2"), "depth": 1, "value": {"$type": "app.bsky.unspecced.defs#threadItemNotFound"}},
        ]}, [uri()]),
        (an_event(), [uri("9")]),
        (an_event("update"), [f"{uri('9')}#b"]),
        (an_event("delete", record=None), []),
        (an_event(collection="app.bsky.actor.profile"), []),
        ({"did": ADA_DID, "time_us": 1, "kind": "identity", "identity": {"did": ADA_DID, "handle": "ada.example"}}, []),
        ({"did": ADA_DID, "time_us": 1, "kind": "account", "account": {"active": False}}, []),
        ({"$type": "app.bsky.actor.profile", "displayName": "Ada"}, []),
    ],
)  # fmt: skip
def test_posts_are_found_where_they_stand(payload: object, expected: list[str]) -> None:
    """Pages, threads, notifications, repositories and the stream hold posts; context and marks do not."""
    assert ids(payload) == expected
    assert isinstance(payload, list) or looks_like(payload)


def test_thread_is_read_in_order() -> None:
    """What is answered comes before its answers, whatever could not be seen in between."""
    first: dict[str, Any] = {"post": a_post(uri=uri("a1")), "parent": {"uri": uri("a0"), "notFound": True}}
    thread = {
        "post": a_post(uri=uri("b")),
        "parent": {"post": a_post(uri=uri("a2")), "parent": first},
        "replies": [
            {"post": a_post(uri=uri("c1")), "replies": [{"post": a_post(uri=uri("d1"))}]},
            {"uri": uri("x"), "blocked": True},
            {"post": a_post(uri=uri("c2")), "replies": []},
        ],
    }

    assert [id_.rpartition("/")[2] for id_ in ids({"thread": thread})] == ["a1", "a2", "b", "c1", "d1", "c2"]


def test_long_conversation_is_read() -> None:
    """Eighty posts, each within the one that answers it, are nothing unusual."""
    thread: dict[str, Any] = {"post": a_post(uri=uri("0"))}
    for number in range(1, 81):
        thread = {"post": a_post(uri=uri(str(number))), "parent": thread}

    updates = list(read_updates(json.dumps({"thread": thread})))

    assert [update.id for update in updates] == [uri(str(number)) for number in range(81)]


def test_event_is_read_whole() -> None:
    """The stream says by DID whose a record is, and when it was seen; a later claim is not believed."""
    [update] = updates_from(an_event(record=a_record(createdAt="2030-01-01T00:00:00Z")))

    assert (update.author, update.posted_at, update.url) == (
        Profile("bluesky", uid=ADA_DID),
        NOON + timedelta(microseconds=5),
        "https://bsky.app/profile/did:plc:ada/post/9",
    )
    assert update.extra == {"claimed_at": "2030-01-01T00:00:00Z"}


def test_record_without_an_address_is_nobodys() -> None:
    """It gets an id that reading again gives again, and another one than any other record (AUTH-12)."""
    records = [
        a_record(),
        a_record(text="x"),
        a_record(createdAt=None),
        a_record() | {"$type": "app.bsky.feed.like", "subject": {"uri": ""}},
    ]

    updates = updates_from(records)

    assert [update.author for update in updates] == [None] * 4
    assert [update.url for update in updates] == [""] * 4
    assert len({update.id for update in updates}) == 4
    assert updates == updates_from(records)


def test_long_address_is_kept_besides() -> None:
    """An address of more than 255 characters is no id; it stays readable."""
    address = uri("k" * 300)

    [update] = updates_from(a_post(uri=address))

    assert len(update.id) == 36
    assert update.extra == {"uri": address}


# What is wrong ########################################################################################################


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: " ".join(sorted(shape.has)))
def test_every_row_can_be_reached(shape: Shape) -> None:
    """A body with the keys of a row is known, and no row above takes them all."""
    assert _SHAPES.of(dict.fromkeys(shape.has)) is shape


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if not shape.makes and not shape.inside])
def test_other_bodies_are_named(shape: Shape) -> None:
    """A body without updates is refused by the name of what it looks like."""
    body = dict.fromkeys(shape.has)

    assert looks_like(body)
    assert problems_of([body]) == [("$[0]", f"this is no post; it looks like {shape.label}")]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"uri": "https://tea.example", "content": "x"},
        {"posts": [{"id": 1, "title": "x"}]},
        {"posts": "x"},
        {"feed": {"title": "x"}},
        {"feed": {}, "entries": []},
        {"records": [{"attributes": {}}], "done": True},
        {"post": "https://tea.example"},
        {"post": None},
        {"$type": "Acme.Post, Acme"},
        {"feed": [{"post": {"post": {"post": {"post": {"post": {}}}}}}]},
        [],
        None,
    ],
)  # fmt: skip
def test_what_others_send_is_not_taken_for_ours(payload: object) -> None:
    """Keys that others use as well tell by what stands under them."""
    assert not looks_like(payload)


@pytest.mark.parametrize(
    ("payload", "where", "what"),
    [
        ({}, "$", "an object is no post"),
        ({"count": 3}, "$", "this is no post: its keys are count"),
        (None, "$", "nothing is no post"),
        ("at://x", "$", "text is no post"),
        ([[a_post()]], "$[0]", "a list is no post"),
        ({"feed": [{"post": uri()}]}, "$.feed[0].post", "this is the address of a post alone"),
        ({"post": 5}, "$.post", "a number is no post"),
        ({"post": a_post(), "reason": "x"}, "$.reason", "text is no reason"),
        ({"post": a_post(), "reason": {"by": None}}, "$.reason.by", "nothing is no account"),
        (a_post(record="x"), "$.record", "text is no record"),
        (a_post(author="x"), "$.author", "text is no account"),
        (a_post(author={}), "$.author.handle", "there is neither a handle nor a stable id"),
        (a_post(uri=5), "$.uri", "a number stands where text belongs"),
        (a_post(author=None, uri=uri(owner="did:PLC:x")), "$.uri", "'did:PLC:x' is no stable id of Bluesky"),
        (a_post(text=["x"]), "$.record.text", "a list stands where text belongs"),
        (a_post(reply="x"), "$.record.reply.parent", "text points to no record"),
        (a_post(reply={"parent": {"uri": "x"}}), "$.record.reply.root", "nothing points to no record"),
        (an_event() | {"commit": "x"}, "$.commit", "text is no commit"),
        (an_event() | {"did": "x y"}, "$.did", "'x y' is no handle"),
        ({"thread": {"thread": {"thread": {"thread": {"thread": {"thread": {}}}}}}}, "$.thread.thread.thread.thread",
         "this is no post; it looks like a thread"),
    ],
)  # fmt: skip
def test_what_is_no_post_is_refused(payload: object, where: str, what: str) -> None:
    """Anything else is refused with its place and with what it is."""
    assert problems_of(payload)[0] == (where, what)


def test_all_problems_of_a_payload_are_reported_together() -> None:
    """Every problem of every post is reported, with its path after the caller's place."""
    feed = {"feed": [{"post": a_post(text=5, createdAt="soon")}, {"post": a_post()}, {"post": a_post(author=5)}]}

    with pytest.raises(InvalidInput) as caught:
        updates_from(feed, where="feed.jsonl line 7")

    assert caught.value == InvalidInput(
        subject="Bluesky posts",
        problems=(
            Problem(
                what="'soon' is no instant",
                hint='write it like "2024-05-01T09:30:00Z"',
                where="feed.jsonl line 7, $.feed[0].post.record.createdAt",
                value="soon",
            ),
            Problem(
                what="a number stands where text belongs",
                hint="write it as text",
                where="feed.jsonl line 7, $.feed[0].post.record.text",
                value=5,
            ),
            Problem(
                what="a number is no account",
                hint="give the account as the server gave it",
                where="feed.jsonl line 7, $.feed[2].post.author",
                value=5,
            ),
        ),
        partial=tuple(updates_from(a_post())),
    )


def test_text_that_no_record_holds_is_refused_at_its_post() -> None:
    """What only the record can judge is told at the post."""
    assert [where for where, _ in problems_of([a_post(), a_post(text="x" * 100_001)])] == ["$[1]"]


VALID: Final = (
    a_post(facets=[{"features": [{"uri": "x"}]}], reply={"parent": {"uri": uri("5")}, "root": {"uri": uri("4")}}),
    {"feed": [{"post": a_post(), "reason": {"by": BO_ACCOUNT, "indexedAt": "2024-06-01T12:00:00Z"}}], "cursor": "x"},
    {"thread": {"post": a_post(), "parent": {"post": a_post()}, "replies": [{"uri": uri(), "blocked": True}]}},
    an_event(),
    {"records": [{"uri": uri(collection=name), "value": a_record(subject={"uri": uri()})} for name in RECORDS]},
)


@given(st.sampled_from(VALID).flatmap(broken))
def test_broken_payload_gives_updates_or_its_problems(payload: object) -> None:
    """Whatever is changed in a payload, nothing but its problems is ever raised."""
    assert outcome(updates_from, payload) in ("updates", "problems")
    assert looks_like(payload) in (True, False)


# Real data ############################################################################################################


def syntax(name: str) -> Sequence[Any]:
    """Give the lines of a file of the protocol's test data as cases; one skipped case, where it is absent."""
    [case] = shared_files("atproto_interop_syntax", f"{name}.txt")
    if case.marks:
        return [case]
    path: Any = case.values[0]
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]


@pytest.mark.parametrize("instant", syntax("datetime_syntax_valid"))
def test_valid_instants_are_read(instant: str) -> None:
    """Each is taken as it stands, or known to be beyond belief."""
    [update] = updates_from(a_post(createdAt=instant, indexedAt=None))

    assert (update.posted_at is None) == (int(instant[:4]) < 1970)


@pytest.mark.parametrize("instant", [*syntax("datetime_syntax_invalid"), *syntax("datetime_parse_invalid")])
def test_invalid_instants_are_refused(instant: str) -> None:
    """Each is told where it stands."""
    assert [where for where, _ in problems_of(a_post(createdAt=instant))] == ["$.record.createdAt"]


@pytest.mark.parametrize("handle", syntax("handle_syntax_valid"))
def test_valid_handles_are_profiles(handle: str) -> None:
    """Each is an author's handle."""
    [update] = updates_from(a_post(author=an_account(handle=handle)))

    assert update.author == Profile("bluesky", handle.lower(), uid=ADA_DID)


@pytest.mark.parametrize("handle", syntax("handle_syntax_invalid"))
def test_invalid_handles_are_refused(handle: str) -> None:
    """None is anybody's."""
    if handle != handle.strip():
        pytest.skip("space around a handle never matters (NET-3)")

    assert [where for where, _ in problems_of(a_post(author=an_account(handle=handle)))] == ["$.author.handle"]


@pytest.mark.parametrize("did", syntax("did_syntax_valid"))
def test_valid_dids_are_stable_ids(did: str) -> None:
    """Each is kept as it stands, in an account and in an address."""
    updates = updates_from([a_post(author=an_account(did=did)), {"uri": uri(owner=did), "value": a_record()}])

    assert [update.author and update.author.uid for update in updates] == [did, did]


@pytest.mark.parametrize("did", syntax("did_syntax_invalid"))
def test_invalid_dids_are_refused(did: str) -> None:
    """None is a stable id."""
    with pytest.raises(InvalidValue):
        Profile("bluesky", uid=did)
    assert [where for where, _ in problems_of(a_post(author=an_account(did=did)))] == ["$.author.did"]


def reading(path: Path) -> tuple[object, dict[str, Any]]:
    """Give a post, and the expected reading of it that stands beside it."""
    expected = path.with_name(path.name.replace(".bsky.json", ".as-from-bsky.json"))
    return parse_json(path.read_bytes()), json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["note", "comment_inreplyto_id", "note_with_custom_feed", "quote"])
def test_real_post_is_read_as_another_program_reads_it(name: str, shared: Callable[..., Path]) -> None:
    """Author, text, instant, addresses and the post that is answered are those of the expected reading."""
    body, expected = reading(shared("social_granary", f"{name}.bsky.json"))

    [update] = updates_from(body, zone=UTC)

    author = expected.get("author", {"id": update.author and update.author.uid})
    answered = expected.get("inReplyTo", [{"id": ""}])
    instant = datetime.fromisoformat(expected["published"])
    assert update.author
    assert (update.id, update.url, update.text) == (expected["id"], expected["url"], expected["content"])
    assert (update.author.uid, update.author.handle) == (author["id"], author.get("username", ""))
    assert update.author_name == author.get("displayName", "")
    assert update.posted_at == (instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    assert update.in_reply_to == answered[0]["id"]


def test_real_repost_is_read_as_another_program_reads_it(shared: Callable[..., Path]) -> None:
    """The original's author and text, and who passed it on."""
    body, expected = reading(shared("social_granary", "repost.bsky.json"))

    [update] = updates_from(body)

    assert update.author
    assert update.reposted_by
    assert (update.author.uid, update.reposted_by.uid) == (expected["object"]["author"]["id"], expected["actor"]["id"])
    assert (update.text, update.url) == (expected["object"]["content"], expected["object"]["url"])
    assert update.extra["original_id"] == expected["object"]["id"]


@pytest.mark.parametrize("path", shared_files("social_granary", "*.bsky.json", "*.bsky-from-as.json"))
def test_real_body_is_read(path: Path) -> None:
    """Every body is known, and gives one update, except what is about an account."""
    body = parse_json(path.read_bytes())

    assert looks_like(body)
    assert len(updates_from(body, zone=UTC)) == (0 if path.name.startswith("actor") else 1)
