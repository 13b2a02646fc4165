"""Updates from Mastodon statuses: whose they are, what they say, and what is no status."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.shared_data import shared_files

from leadmodel.codec import parse_json
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, Problem
from leadmodel.formats.intake.payloads import Shape
from leadmodel.formats.mastodon import _SHAPES, SHAPES, looks_like, updates_from
from leadmodel.networks import Profile

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
EXPECTED = (
    "pass a status, a list of them, or what holds them: a context, a notification, a conversation, a page of results"
)


def an_account(**changes: object) -> dict[str, object]:
    """Give the account of Ada on its own server."""
    account: dict[str, object] = {
        "id": "7",
        "acct": "Ada",
        "display_name": "Ada Lovelace",
        "url": "https://tea.example/@Ada",
        "uri": "https://tea.example/users/Ada",
    }
    return account | changes


def a_status(**changes: object) -> dict[str, Any]:
    """Give a status by Ada."""
    status: dict[str, Any] = {
        "id": "101",
        "created_at": "2024-05-01T12:00:00.000Z",
        "account": an_account(),
        "content": "<p>Tea &amp; cake</p>",
        "url": "https://tea.example/@Ada/101",
    }
    return status | changes


ADA = Profile("mastodon", "ada@tea.example", uid="https://tea.example/users/Ada")
BO = Profile("mastodon", "bo@cake.example", uid="https://cake.example/users/bo")
BO_ACCOUNT = an_account(acct="bo@cake.example", display_name="Bo", uri="https://cake.example/users/bo")


def problems_of(payload: object, **options: Any) -> tuple[Problem, ...]:  # noqa: ANN401  (the options of the reader)
    """Give everything that is wrong with a payload."""
    with pytest.raises(InvalidInput) as caught:
        updates_from(payload, **options)
    return caught.value.problems


def places_of(payload: object) -> list[str]:
    """Give the place of everything that is wrong with a payload."""
    return [problem.where for problem in problems_of(payload)]


def test_status_is_read_whole() -> None:
    """Author, text, instant, addresses and what the source says besides are read."""
    status = a_status(
        spoiler_text="Food \x00",
        in_reply_to_id="99",
        visibility="public",
        language="en",
        edited_at="2024-05-01T13:00:00Z",
        uri="https://tea.example/users/Ada/statuses/101",
    )

    assert updates_from(status) == [
        SocialUpdate(
            id="101",
            author=ADA,
            author_name="Ada Lovelace",
            text="Food \ufffd\n\nTea & cake",
            posted_at=NOON,
            url="https://tea.example/@Ada/101",
            in_reply_to="99",
            extra={
                "visibility": "public",
                "language": "en",
                "uri": "https://tea.example/users/Ada/statuses/101",
                "edited_at": datetime(2024, 5, 1, 13, tzinfo=UTC),
            },
        )
    ]


def test_boost_is_the_authors_and_names_the_booster() -> None:
    """Of a boost, author, text and address are the original's; id and instant are the boost's own (AUTH-11)."""
    original = a_status(
        id="50", account=BO_ACCOUNT, created_at="2020-01-01T00:00:00Z", language="de", in_reply_to_id=49, url=None,
        uri="https://cake.example/users/bo/statuses/50", edited_at="2020-01-02T00:00:00Z",
    )  # fmt: skip
    boost = a_status(content="", url=None, uri="https://tea.example/boosts/101", language=None, reblog=original)

    assert updates_from(boost) == [
        SocialUpdate(
            id="101",
            author=BO,
            author_name="Bo",
            text="Tea & cake",
            posted_at=NOON,
            url="https://cake.example/users/bo/statuses/50",
            reposted_by=ADA,
            in_reply_to="49",
            extra={
                "uri": "https://tea.example/boosts/101",
                "language": "de",
                "original_id": "50",
                "edited_at": datetime(2020, 1, 2, tzinfo=UTC),
            },
        )
    ]


@pytest.mark.parametrize(
    ("account", "server", "handle"),
    [
        (an_account(), "", "ada@tea.example"),
        (an_account(), "example.org", "ada@example.org"),
        (an_account(acct="ada@other.example"), "example.org", "ada@other.example"),
        (an_account(uri=None), "", "ada@tea.example"),
        (an_account(uri="https://[broken", url="https://u:p@tea.example:3000/@Ada"), "", "ada@tea.example:3000"),
        (an_account(acct="@Ada", uri="http://localhost:3000/ap/users/7"), "", "ada@localhost:3000"),
    ],
)
def test_server_of_a_bare_handle(account: dict[str, object], server: str, handle: str) -> None:
    """A bare handle belongs to the server that sent it; without the caller's word, to that of the account's address."""
    [update] = updates_from(a_status(account=account), server=server)

    assert update.author is not None
    assert update.author.handle == handle


def test_stable_id_is_the_actors_address() -> None:
    """The number of an account means something on one server only and is never a stable id (NET-1)."""
    authors = [
        update.author
        for account in (an_account(), an_account(uri=None))
        for update in updates_from(a_status(account=account))
    ]

    assert [author and author.uid for author in authors] == ["https://tea.example/users/Ada", ""]


@pytest.mark.parametrize("number", [2**53 + 1, 2**70, 0])
def test_numbers_as_ids_are_exact(number: int) -> None:
    """Whole numbers are taken as ids with all their digits, whatever their length."""
    [update] = updates_from(parse_json(json.dumps(a_status(id=number))))

    assert update.id == str(number)


@pytest.mark.parametrize("number", [Decimal("1.17020586027094262E+17"), 1.5])
def test_number_with_a_fraction_is_no_id(number: object) -> None:
    """A number that went through a program which rounds is refused: its digits are lost."""
    hint = "read the payload with leadmodel.codec.parse_json, or write ids as text: other programs round long numbers"

    assert problems_of([a_status(), a_status(id=number)]) == (
        Problem(what=f"{number!r} is no id: ids are text or whole numbers", hint=hint, where="$[1].id", value=number),
    )


def test_deleted_status_comes_with_its_source() -> None:
    """What a deletion gives back is plain text, never read as HTML."""
    status = a_status(text=" 1 <b> 2 ", visibility="public")
    del status["content"]

    assert [update.text for update in updates_from(status)] == ["1 <b> 2"]


@pytest.mark.parametrize(
    ("payload", "ids"),
    [
        ([], []),
        ([a_status(id="1"), a_status(id="2")], ["1", "2"]),
        ({"ancestors": [a_status(id="1")], "descendants": [a_status(id="2"), a_status(id="3")]}, ["1", "2", "3"]),
        ({"type": "mention", "created_at": "", "account": an_account(), "status": a_status()}, ["101"]),
        ([{"type": "follow", "created_at": "", "account": an_account()}], []),
        ([{"accounts": [], "last_status": a_status()}, {"accounts": [], "last_status": None}], ["101"]),
        ({"accounts": [an_account()], "statuses": [a_status()], "hashtags": []}, ["101"]),
        ({"statuses": []}, []),
        (a_status(quote={"state": "accepted", "quoted_status": a_status(id="1")}), ["101"]),
    ],
)
def test_statuses_are_found_where_they_stand(payload: object, ids: list[str]) -> None:
    """Lists, contexts, notifications, conversations and results hold statuses; a quoted one is no update of its own."""
    assert [update.id for update in updates_from(payload)] == ids


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: " ".join(sorted(shape.has)))
def test_every_row_can_be_reached(shape: Shape) -> None:
    """A body with the keys of a row is known, and no row above takes them all."""
    assert _SHAPES.of(dict.fromkeys(shape.has)) is shape


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if not shape.makes and not shape.inside])
def test_other_bodies_are_named(shape: Shape) -> None:
    """A body without statuses is refused by the name of what it looks like."""
    body = dict.fromkeys(shape.has)

    assert looks_like(body)
    assert problems_of([body]) == (
        Problem(what=f"this is no status; it looks like {shape.label}", hint=EXPECTED, where="$[0]"),
    )


@pytest.mark.parametrize(
    ("payload", "where", "what"),
    [
        ({}, "$", "an object is no status"),
        ({"count": 3, "b": 1}, "$", "this is no status: its keys are count, b"),
        (None, "$", "nothing is no status"),
        (True, "$", "true or false is no status"),
        ("status", "$", "text is no status"),
        (4, "$", "a number is no status"),
        ([[a_status()]], "$[0]", "a list is no status"),
        ({"statuses": [{"statuses": []}]}, "$.statuses[0]", "this is no status; it looks like a page of results"),
    ],
)
def test_what_is_no_body_is_refused(payload: object, where: str, what: str) -> None:
    """Anything else is refused with what it is and what was expected."""
    value = payload if isinstance(payload, (str, int)) else None

    assert not looks_like(payload) or payload == {"statuses": [{"statuses": []}]}
    assert problems_of(payload) == (Problem(what=what, hint=EXPECTED, where=where, value=value),)


def test_all_problems_of_a_payload_are_reported_together() -> None:
    """Every problem of every status is reported, with its path."""
    payload = [
        a_status(id=None, created_at="2024-05-01T12:00:00"),
        a_status(),
        a_status(account=None),
        a_status(account=an_account(acct="a da", display_name=5)),
        a_status(id=" ", content=7, url=[], edited_at="soon", language={}),
        a_status(reblog=a_status(id=True, account=4), account=an_account(acct=None, url=None, uri=None)),
        a_status(reblog="x"),
        a_status(account=an_account(acct="ada", url="nowhere", uri=None)),
        a_status(account=an_account(acct=5)),
        a_status(account=an_account(uri="https://tea.example/us ers")),
        a_status(content="x" * 100_001),
        a_status(created_at=0),
        a_status(reblog={}),
    ]

    assert places_of(payload) == [
        "$[0].id",
        "$[0].created_at",
        "$[2].account",
        "$[3].account.acct",
        "$[3].account.display_name",
        "$[4].id",
        "$[4].content",
        "$[4].url",
        "$[4].language",
        "$[4].edited_at",
        "$[5].account.acct",
        "$[5].reblog.account",
        "$[5].reblog.id",
        "$[6].reblog",
        "$[7].account.acct",
        "$[8].account.acct",
        "$[9].account.uri",
        "$[10]",
        "$[11].created_at",
        "$[12].reblog.account",
        "$[12].reblog.id",
    ]


def test_error_says_where_the_payload_stands() -> None:
    """The caller's place comes before the path."""
    with pytest.raises(InvalidInput) as caught:
        updates_from(a_status(account=an_account(uri=None, url=None)), where="feed.jsonl line 7")

    hint = 'pass server=, the one that sent it, such as server="hachyderm.io"'
    place = "feed.jsonl line 7, $.account.acct"
    problem = Problem(what="'Ada' does not say its server", hint=hint, where=place, value="Ada", rule="NET-2")
    assert caught.value == InvalidInput(subject="Mastodon statuses", problems=(problem,))
    assert str(caught.value) == f"Mastodon statuses: {place}: 'Ada' does not say its server; {hint} [NET-2]"


def test_zone_is_for_instants_without_one() -> None:
    """An instant that says its own zone keeps it."""
    zone = timezone(timedelta(hours=2))
    statuses = [a_status(created_at="2024-05-01T14:00:00"), a_status(created_at="2024-05-01T13:00+01:00")]

    assert [update.posted_at for update in updates_from(statuses, zone=zone)] == [NOON, NOON]


@pytest.mark.parametrize(
    "value",
    ["2024-02-30T12:00:00Z", "0001-01-01T00:00:00+14:00", "2024-05-01", "20240501T120000Z", "1714564800", "x" * 100],
)
def test_other_instants_are_refused(value: str) -> None:
    """A date alone, another form and days that do not exist are no instants."""
    [problem] = problems_of(a_status(created_at=value), zone=UTC)

    assert (problem.where, problem.value) == ("$.created_at", value)
    assert "is no instant" in problem.what


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\ud800", "\x00"])
def test_handle_with_unseen_characters_is_refused(sign: str) -> None:
    """A handle that could be taken for another one is no handle."""
    [problem] = problems_of(a_status(account=an_account(acct=f"a{sign}da@tea.example")))

    assert problem.where == "$.account.acct"
    assert "holds U+" in problem.what


def test_text_with_unstorable_characters_is_mended() -> None:
    """NUL and lone surrogates in what was said or in a name are replaced: nobody is mistaken for another by them."""
    [update] = updates_from(a_status(content="a\x00b\ud800", account=an_account(display_name="A\udfffda")))

    assert (update.text, update.author_name) == ("a\ufffdb\ufffd", "A\ufffdda")


# The bodies that a real server sent ###################################################################################


def statuses_within(body: object) -> Iterator[dict[str, Any]]:
    """Find statuses by a plain walk: whatever has an account, an id and an address of its own among servers."""
    if isinstance(body, list):
        for member in body:
            yield from statuses_within(member)
    elif isinstance(body, dict):
        if {"account", "visibility", "uri"} <= body.keys():
            yield body
        else:
            yield from statuses_within(list(body.values()))


@pytest.mark.parametrize("path", shared_files("mastodon_local_server", "test_*.json"))
def test_real_body_gives_its_statuses(path: Path) -> None:
    """Each body gives the statuses that a plain walk finds, or is refused where it can hold none."""
    body = parse_json(path.read_bytes())
    expected = [(status["id"], status["account"]["username"]) for status in statuses_within(body)]
    holds_them = path.name.startswith(("test_search", "test_status_context")) or body == []
    if not expected and not holds_them:
        with pytest.raises(InvalidInput, match="no status"):
            updates_from(body)
        return

    updates = updates_from(body)

    found = [(update.id, (update.reposted_by or update.author)) for update in updates]
    assert [(id_, profile.handle if profile else "") for id_, profile in found] == [
        (id_, f"{name}@localhost:3000") for id_, name in expected
    ]


@pytest.mark.parametrize("path", shared_files("mastodon_local_server", "test_*.json"))
def test_real_authors_are_known_by_their_actor_address(path: Path) -> None:
    """The stable id of every author is the `uri` of the account, the same in every body."""
    body = parse_json(path.read_bytes())
    expected = {status["account"]["username"]: status["account"]["uri"] for status in statuses_within(body)}
    try:
        updates = updates_from(body)
    except InvalidInput:
        updates = []

    found = {update.author.handle.partition("@")[0]: update.author.uid for update in updates if update.author}
    assert found == expected


def test_index_names_every_body(shared: Callable[..., Path]) -> None:
    """The index of the real bodies names each file once, so that the cases above are all there are."""
    folder = shared("mastodon_local_server")
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))

    assert sorted(entry["file"] for entry in index) == sorted(path.name for path in folder.glob("test_*.json"))


def test_real_boost_is_read_whole(shared: Callable[..., Path]) -> None:
    """The boost of the real server is read as its own wrapper around the original."""
    body = parse_json(shared("mastodon_local_server", "test_status_reblog_unreblog.1.json").read_bytes())
    john = Profile(
        "mastodon", "mastodonpy_test@localhost:3000", uid="http://localhost:3000/ap/users/117020565966271181"
    )

    assert updates_from(body) == [
        SocialUpdate(
            id="117020586027094262",
            author=john,
            author_name="John Lennon",
            text="Toot!",
            posted_at=datetime(2026, 8, 1, 13, 53, 58, 160_000, tzinfo=UTC),
            url="http://localhost:3000/@mastodonpy_test/117020586019094258",
            reposted_by=john,
            extra={
                "visibility": "unlisted",
                "language": "en",
                "uri": "http://localhost:3000/ap/users/117020565966271181/statuses/117020586027094262/activity",
                "original_id": "117020586019094258",
            },
        )
    ]
