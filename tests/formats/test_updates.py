"""Files of social updates: formats told apart, streams, tables, and everything that can be wrong with them."""

import io
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pytest

from leadmodel.codec import parse_json
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, Problem, UnknownName
from leadmodel.formats import updates as module
from leadmodel.formats.plain import COLUMNS, KEYS
from leadmodel.formats.updates import FORMATS, PROBLEMS_LISTED, is_feed, read_updates, updates_in
from leadmodel.networks import Profile

NOON: Final = datetime(2024, 5, 1, 12, tzinfo=UTC)
ADA: Final = Profile("x", "ada", uid="12345")

PLAIN: Final = {
    "id": "p1",
    "network": "Twitter",
    "handle": "@Ada",
    "uid": 12345,
    "name": "Ada <Lovelace>",
    "text": "1 < 2 & <b>3</b>\n",
    "posted_at": "2024-05-01T12:00Z",
    "url": "https://x.com/ada/status/1",
    "reposted_by": {"network": "x", "handle": "bo"},
    "in_reply_to": 7,
}
NOTE: Final = {"type": "Note", "id": "n1", "content": "<p>Tea</p>", "published": "2024-05-01T12:00:00"}
STATUS: Final = {
    "id": "s1",
    "created_at": "2024-05-01T12:00:00Z",
    "account": {"acct": "ada", "display_name": "Ada"},
    "content": "<p>Cake</p>",
}


def read(source: Any, **options: Any) -> tuple[list[str], tuple[Problem, ...]]:  # noqa: ANN401  (any source and option)
    """Give the ids of the good updates, and the problems that are raised after them."""
    ids: list[str] = []
    try:
        ids.extend(update.id for update in read_updates(source, **options))
    except InvalidInput as error:
        return ids, error.problems
    return ids, ()


def lines(*payloads: object) -> str:
    """Write JSON lines."""
    return "".join(f"{json.dumps(payload)}\n" for payload in payloads)


# The plain form #######################################################################################################


def test_plain_form_is_read_whole() -> None:
    """Every key of the plain form has its field; the text is no HTML."""
    assert set(PLAIN) == set(KEYS)
    assert updates_in(PLAIN) == [
        SocialUpdate(
            id="p1",
            author=ADA,
            author_name="Ada <Lovelace>",
            text="1 < 2 & <b>3</b>",
            posted_at=NOON,
            url="https://x.com/ada/status/1",
            reposted_by=Profile("x", "bo"),
            in_reply_to="7",
        )
    ]


@pytest.mark.parametrize(
    ("person", "profile"),
    [
        ({}, None),
        ({"network": "x"}, None),
        ({"handle": " ", "uid": ""}, None),
        ({"handle": "https://x.com/ada"}, Profile("x", "ada")),
        ({"handle": "@ada@tea.example"}, Profile("mastodon", "ada@tea.example")),
        ({"handle": "ada", "network": "mastodon"}, Profile("mastodon", "ada@sent.example")),
        ({"handle": "ada", "network": "mastodon", "uid": "https://sent.example/u/1"},
         Profile("mastodon", "ada@sent.example", uid="https://sent.example/u/1")),
        ({"uid": "12345", "network": "x"}, Profile("x", uid="12345")),
        ({"handle": "did:plc:abc"}, Profile("bluesky", uid="did:plc:abc")),
        ({"handle": "ada", "network": "some-forum"}, Profile("some-forum", "ada")),
    ],
)  # fmt: skip
def test_author_of_the_plain_form(person: dict[str, object], profile: Profile | None) -> None:
    """A handle, a page, a stable id or both; nobody, where neither is given (AUTH-12)."""
    [update] = updates_in({"id": "1", "text": "Hi", **person}, server="sent.example")

    assert update.author == profile


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"handel": "x"}, "$", "there is no key 'handel'"),
        ({"reposted_by": {"network": "x", "handle": "bo", "nam": ""}}, "$.reposted_by", "there is no key 'nam'"),
        ({"reposted_by": "bo"}, "$.reposted_by", "text stands where a person belongs"),
        ({"network": None, "handle": None}, "$.network", "the network is missing"),
        ({"handle": "not a handle"}, "$.handle", "'not a handle' is no handle"),
        ({"handle": "ada", "network": "X Y"}, "$.network", "'x y' is no name of a network"),
        ({"uid": "abc"}, "$.uid", "'abc' is no stable id of X"),
        ({"handle": "a\u202eda"}, "$.handle",
         "the handle 'a\\u202eda' holds U+202E (RIGHT-TO-LEFT OVERRIDE), which cannot be seen"),
        ({"posted_at": 1}, "$.posted_at", "a number is no instant"),
        ({"text": ["Hi"]}, "$.text", "a list stands where text belongs"),
        ({"id": True}, "$.id", "true or false stands where text belongs"),
        ({"id": ""}, "$", "the id is blank, and an identity cannot be"),
    ],
)  # fmt: skip
def test_unsound_plain_form_is_refused(changes: dict[str, object], where: str, what: str) -> None:
    """A misspelt key, an unsound handle and values of another kind are told, with their place."""
    with pytest.raises(InvalidInput) as caught:
        updates_in(PLAIN | changes)

    assert [(problem.where, problem.what) for problem in caught.value.problems] == [(where, what)]


def test_misspelt_key_is_told_with_the_right_one() -> None:
    """Whoever writes by hand is told the nearest key."""
    with pytest.raises(InvalidInput, match="did you mean 'handle'"):
        updates_in([PLAIN | {"handel": "x"}])


def test_list_of_the_plain_form_holds_updates_only() -> None:
    """Every member is an update."""
    with pytest.raises(InvalidInput) as caught:
        updates_in([PLAIN, "x", None])

    assert [(p.where, p.what) for p in caught.value.problems] == [
        ("$[1]", "text is no update"),
        ("$[2]", "nothing is no update"),
    ]


# Formats ##############################################################################################################


def test_formats_are_told_apart_by_shape() -> None:
    """Each payload of a stream is read in its own format."""
    stream = lines(
        PLAIN, NOTE, STATUS, {"@context": "https://www.w3.org/ns/activitystreams"}, [STATUS | {"id": "s2"}], []
    )
    ids, problems = read(stream, server="tea.example", zone=UTC)

    assert (ids, problems) == (["p1", "n1", "s1", "s2"], ())


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ({}, "an object is no update in a known format"),
        ({"count": 1}, "this is no update in a known format: its keys are count"),
        ([3], "a list is no update in a known format"),
        (3, "a number is no update in a known format"),
    ],
)
def test_unknown_format_is_refused(payload: object, what: str) -> None:
    """What has no known shape is refused with the formats that there are."""
    with pytest.raises(InvalidInput) as caught:
        updates_in(payload, where="here")

    known = ", ".join(f"{row.label} ({row.key})" for row in FORMATS)
    hint = f"known: {known}; format= says which one it is"
    keys = tuple(row.key for row in FORMATS)
    assert caught.value.problems == (Problem(what=what, hint=hint, where="here", options=keys),)


#: What the files of the shared data are, by folder and the end of their names. The others are in no format of updates,
#: or in one that is told by its own tests.
REAL: Final = {
    "mastodon_local_server": {".json": "mastodon"},
    "x_api_v2_corporate": {".json": "x"},
    "activitystreams2_w3c_core": {".json": "activitystreams"},
    "social_granary": {
        ".bsky.json": "bluesky",
        ".bsky-from-as.json": "bluesky",
        ".as2.json": "activitystreams",
        ".as2-from-as.json": "activitystreams",
        # ActivityStreams 1, which is refused by name
        ".as.json": "activitystreams",
        ".as-from-as2.json": "activitystreams",
        ".as-from-bsky.json": "activitystreams",
        ".as-from-feed.json": "activitystreams",
        ".as-from-rss.json": "activitystreams",
    },
}
OURS: Final = ("bluesky", "x", "mastodon", "activitystreams")


@pytest.mark.parametrize(("folder", "ends"), REAL.items())
def test_no_real_payload_is_taken_for_another(folder: str, ends: dict[str, str], shared: Callable[..., Path]) -> None:
    """Whoever recognises a body of a social network, it is the format of that network alone."""
    taken = {}
    for path in sorted(shared(folder).rglob("*.json")):
        try:
            payload: Any = parse_json(path.read_bytes())
        except InvalidInput:
            continue  # some are broken on purpose
        members = payload if isinstance(payload, list) else [payload]
        found = {row.key for member in members for row in FORMATS if row.key in OURS and row.recognises(member)}
        expected = {key for end, key in ends.items() if path.name.endswith(end)}
        if not found <= expected:
            taken[path.name] = found

    assert taken == {}


@pytest.mark.parametrize(
    "folder",
    [
        "zoho_api_records_excerpt", "atomic_crm_contacts", "salesforce_devorg_sample", "salesforce_trailhead_samples",
        "feeds_gofeed_translator",
    ],
)  # fmt: skip
def test_no_other_file_is_taken_for_updates(folder: str, shared: Callable[..., Path]) -> None:
    """Records and the expected readings of feeds are in no format of a social network."""
    taken = []
    for path in sorted(shared(folder).rglob("*.json")):
        payload: Any = json.loads(path.read_bytes())
        members = payload if isinstance(payload, list) else [payload]
        taken += [path.name for member in members for row in FORMATS if row.key in OURS and row.recognises(member)]

    assert taken == []


def test_named_format_is_not_guessed() -> None:
    """A format that the caller names reads everything."""
    assert updates_in({}, format="activitystreams") == []
    with pytest.raises(InvalidInput, match=r"Mastodon statuses: \$: an object is no status"):
        updates_in({}, format="mastodon")


@pytest.mark.parametrize("reader", [updates_in, read_updates])
def test_format_that_does_not_exist_is_refused_at_once(reader: Any) -> None:  # noqa: ANN401  (one of the two)
    """The nearest format is named, before anything is read."""
    with pytest.raises(UnknownName) as caught:
        reader("[]", format="mastodont")

    assert caught.value == UnknownName(kind="format", name="mastodont", known=tuple(row.key for row in FORMATS))


def test_payload_may_be_text_or_bytes() -> None:
    """Text and UTF-8 are parsed, strictly."""
    assert [u.id for data in (json.dumps(PLAIN), json.dumps(PLAIN).encode()) for u in updates_in(data)] == ["p1", "p1"]
    with pytest.raises(InvalidInput, match=r"^feed\.json: id: the key 'id' is given twice"):
        updates_in('{"id": "1", "id": "2"}', where="feed.json")


# Sources ##############################################################################################################


@pytest.mark.parametrize("indent", [None, 2])
def test_document_and_lines_are_read_alike(indent: int | None, tmp_path: Path) -> None:
    """One document on one line or on many, and one payload a line, give the same updates."""
    statuses = [STATUS, STATUS | {"id": "s2"}]
    path = tmp_path / "feed.json"
    path.write_text("\n\n" + json.dumps(statuses, indent=indent), encoding="utf-8")
    sources = [
        path,
        str(path),
        path.read_bytes(),
        io.StringIO(path.read_text("utf-8")),
        lines(*statuses),
        lines(statuses),
    ]

    assert [read(source, server="tea.example") for source in sources] == [(["s1", "s2"], ())] * 6


@pytest.mark.parametrize("source", [b"", b"\n \n", "\ufeff\n".encode(), b"[]", b"\n[]\n\n", b"[\n]"])
def test_empty_source_has_no_updates(source: bytes) -> None:
    """Nothing to read is no mistake."""
    assert read(source) == ([], ())


def test_place_of_a_problem_is_the_line_of_the_file() -> None:
    """Blank lines count, and the path within the payload follows."""
    ids, problems = read(
        io.StringIO("\n" + lines(PLAIN, NOTE) + "\n" + '{"id": }\n{"id":1,"id":2}\n' + lines({"text": "x", "id": ""})),
        name="feed.jsonl",
    )

    assert ids == ["p1"]
    assert [problem.where for problem in problems] == [
        "feed.jsonl line 3, $.published",
        "feed.jsonl line 5, column 8",
        "feed.jsonl line 6",
        "feed.jsonl line 7, $",
    ]


def test_place_of_a_problem_in_a_document_is_its_line() -> None:
    """Lines of a document are counted as they stand in the file; a path needs no file before it."""
    assert [p.where for p in read(b'\n\n{"id":\n }')[1]] == ["line 4, column 2"]
    assert [p.where for p in read(json.dumps([PLAIN | {"id": ""}], indent=1), format="leadmodel")[1]] == ["$[0]"]


def on_bluesky(text: object, number: int) -> dict[str, object]:
    """Give an item of a feed."""
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2024-05-01T12:00:00Z"}
    author = {"did": "did:plc:ada", "handle": "ada.example"}
    uri = f"at://did:plc:ada/app.bsky.feed.post/{number}"
    return {"post": {"uri": uri, "cid": "b", "author": author, "record": record, "indexedAt": "2024-05-01T12:00:01Z"}}


def a_note(number: int, published: str) -> dict[str, object]:
    """Give a note of ActivityStreams."""
    return NOTE | {"id": f"n{number}", "published": published}


ON_A_SERVER: Final = STATUS | {"account": {"acct": "ada@a.example"}}
BAD_IN_PAGES: Final = {
    "Mastodon": (
        [ON_A_SERVER, ON_A_SERVER | {"id": True}, ON_A_SERVER | {"id": "s3"}], ["s1", "s3"], ["$[1].id"],
    ),
    "Bluesky": (
        {"feed": [on_bluesky("a", 1), on_bluesky(5, 2), on_bluesky("c", 3)]},
        ["at://did:plc:ada/app.bsky.feed.post/1", "at://did:plc:ada/app.bsky.feed.post/3"],
        ["$.feed[1].post.record.text"],
    ),
    "X": (
        {"data": [{"id": "1", "text": "a"}, {"id": "2", "text": 5}, {"id": "3", "text": "c"}]},
        ["1", "3"],
        ["$.data[1].text"],
    ),
    "ActivityStreams": (
        {"type": "Collection", "items": [a_note(1, "2024-05-01T12:00:00Z"), a_note(2, "2024-05-01T12:00:00")]},
        ["n1"],
        ["$.items[1].published"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("page", "ids", "places"), BAD_IN_PAGES.values(), ids=BAD_IN_PAGES)
def test_bad_post_does_not_spoil_its_page(page: object, ids: list[str], places: list[str]) -> None:
    """The others of a page are given, and the error of a whole payload has them as well."""
    given, problems = read(json.dumps(page).encode())
    with pytest.raises(InvalidInput) as caught:
        updates_in(page)

    assert (given, [problem.where.rpartition(", ")[2] for problem in problems]) == (ids, places)
    assert [update.id for update in caught.value.partial if isinstance(update, SocialUpdate)] == ids


def test_good_updates_come_before_the_error() -> None:
    """A bad payload does not stop the good ones; what is wrong is raised after the last of them."""
    feed = read_updates(lines(PLAIN, {"x": 1}, PLAIN | {"id": "p2"}), name="feed.jsonl")

    assert [next(feed).id, next(feed).id] == ["p1", "p2"]
    with pytest.raises(InvalidInput) as caught:
        next(feed)
    assert (caught.value.subject, len(caught.value.problems)) == ("feed.jsonl", 1)


def test_problems_beyond_the_limit_are_counted() -> None:
    """A thousand problems are listed, and the others counted."""
    _, problems = read(lines(*[{"x": 1}] * (PROBLEMS_LISTED + 234)))

    assert len(problems) == PROBLEMS_LISTED + 1
    assert problems[-1] == Problem(what="234 more problems are not listed", hint="mend these first")


def test_id_given_twice_is_a_problem() -> None:
    """The first update keeps the id, also against an equal one on another line."""
    ids, problems = read(lines(PLAIN, PLAIN, PLAIN | {"text": "x"}), name="feed.jsonl")

    hint = "give every update an id of its own"
    assert ids == ["p1"]
    assert problems == tuple(
        Problem(what="the id 'p1' was given before", hint=hint, where=f"feed.jsonl line {line}", value="p1")
        for line in (2, 3)
    )


def test_payload_that_repeats_itself_is_read_once() -> None:
    """Notifications about one status hold it again and again; a different one under its id is a problem."""
    notifications = [
        {"type": type_, "created_at": "", "account": {}, "status": status}
        for type_, status in (("reblog", STATUS), ("favourite", STATUS), ("update", STATUS | {"content": "New"}))
    ]
    ids, problems = read(json.dumps(notifications), server="tea.example")

    assert ids == ["s1"]
    assert [problem.value for problem in problems] == ["s1"]


def test_remembered_ids_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id is found again within the bound at least; memory does not grow beyond twice that."""
    monkeypatch.setattr(module, "IDS_REMEMBERED", 2)
    ids, problems = read(lines(*({"id": id_, "text": "x"} for id_ in "abacbdaefa")))

    assert "".join(ids) == "abcdefa"
    assert [problem.value for problem in problems] == ["a", "b", "a"]


def test_stream_is_read_as_it_comes() -> None:
    """An update is given before much more than its line has been read."""
    taken = itertools.count()

    class Endless(io.TextIOBase):
        def read(self, size: int | None = -1) -> str:
            return lines({"id": f"u{next(taken)}", "text": "x" * min(size or 0, 100)})

    feed = read_updates(Endless())  # type: ignore[arg-type]  # an open file, as typeshed does not see it

    assert [update.id for update in itertools.islice(feed, 1_000)] == [f"u{number}" for number in range(1_000)]
    assert next(taken) < 1_010


# Tables ###############################################################################################################


def test_table_of_updates_is_read() -> None:
    """A CSV table has the columns of the plain form, in any order and case; blank cells are missing ones."""
    table = (
        "Network;ID;handle;uid;Posted At;text;in reply to\n"
        'x;1;ada;12345;2024-05-01T14:00;"Tea;\ncake";7\n'
        ";;;;;;\n"
        ";2;;;;Hi;\n"
    )

    assert list(read_updates(table, zone=timezone(timedelta(hours=2)))) == [
        SocialUpdate(id="1", author=ADA, posted_at=NOON, text="Tea;\ncake", in_reply_to="7"),
        SocialUpdate(id="2", text="Hi"),
    ]


def test_rows_of_a_table_are_judged_one_by_one() -> None:
    """Good rows are given; a misshapen and an unsound one are told with their lines."""
    table = "\nid,network,handle\n1,x,ada\n2,x\n3,x,not a handle\n4,x,bo\n5,x,bo,more\n"
    ids, problems = read(table, name="feed.csv")

    assert ids == ["1", "4"]
    assert sorted(problem.where for problem in problems) == [
        "feed.csv line 4",
        "feed.csv line 5, $.handle",
        "feed.csv line 7",
    ]


def test_columns_of_a_table_are_checked() -> None:
    """A column that is none of updates is told with the nearest; without ids, nothing can be read."""
    _, problems = read("handel,text\nada,Hi\n", name="feed.csv")

    hint = f"name columns of: {', '.join(map(repr, COLUMNS))}"
    assert problems == (
        Problem(
            what="there is no column 'handel' of updates", hint="did you mean 'handle'?", field="handel", value="handel"
        ),
        Problem(what="there is no column 'id'", hint=hint, field="id"),
    )


def test_quote_that_never_closes_ends_the_table() -> None:
    """Rows before it are given, and misshapen ones told as well."""
    ids, problems = read('id,text\n1,a\n2\n3,"b\n')

    assert ids == ["1"]
    assert len(problems) == 2


# Hostile input ########################################################################################################


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (b'{"id": "1", "text": "' + b"x" * 10_000_001 + b'"}\n', "the line has more than 10,000,000 characters"),
        (b"[\n" + (b"1," * 499_999 + b"\n") * 42 + b"1]", "it has 40,999,961 characters, and 40,000,000 is the limit"),
        ("[" * 10_000 + "]" * 10_000, "it is nested more than 256 levels deep"),
        ('{"id": 1, "text": ' * 10_000, "it is nested more than 256 levels deep"),
        (b'{"id": "1", "text": "\xff"}\n', "0xff is no UTF-8"),
        (b'{"id": "1", "text": "\x00"}\n', "the line holds NUL"),
        (lines({"id": float("nan"), "text": "x"}), "NaN is no JSON number"),
        (b"42", "there is no column '42' of updates"),
        ("<html>\n<body>", "it is a page of HTML and no feed"),
    ],
    ids=["10 MB line", "40 MB document", "deep list", "deep object", "no UTF-8", "NUL", "NaN", "number", "HTML"],
)
def test_hostile_source_is_refused(source: str | bytes, what: str) -> None:
    """Too long, too deep, no text, no JSON: each is told, and nothing else happens."""
    ids, problems = read(source)

    assert ids == []
    assert problems[0].what == what


def test_scalar_is_left_to_the_named_format() -> None:
    """A document that is no object is refused by the format that was to read it."""
    _, problems = read("42\n", format="activitystreams", name="feed.json")

    assert [str(problem).partition(";")[0] for problem in problems] == [
        "feed.json line 1, $: a number is no ActivityStreams object"
    ]


def test_escaped_surrogates_and_nul_are_replaced() -> None:
    """What JSON can smuggle into a text is replaced there."""
    [update] = read_updates('{"id": "1", "text": "a\\u0000b\\ud800", "name": "\\udfff"}\n')

    assert (update.text, update.author_name) == ("a\ufffdb\ufffd", "\ufffd")


def test_error_of_a_generator_closes_it() -> None:
    """After the error, the feed is at its end."""
    feed = read_updates(lines({"x": 1}))
    with pytest.raises(InvalidInput):
        next(feed)

    assert list(feed) == []


# Web feeds ############################################################################################################

RSS: Final = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Tea</title>'
    "<item><guid>1</guid><title>One</title></item><item><guid>2</guid><title>Two</title></item></channel></rss>"
)


@pytest.mark.parametrize("source", [RSS, RSS.encode(), io.StringIO(RSS), io.BytesIO(RSS.encode())])
def test_feed_of_the_web_is_told_by_its_first_bytes(source: Any) -> None:  # noqa: ANN401  (any source)
    """Entries come one by one, and as a payload all at once."""
    assert read(source) == (["1", "2"], ())


@pytest.mark.parametrize("format", ["", "feed"])
def test_feed_of_the_web_is_a_payload(format: str) -> None:  # noqa: A002  (as the option is called)
    """Text and bytes of a document are read whole."""
    for payload in (RSS, RSS.encode()):
        assert [update.id for update in updates_in(payload, format=format)] == ["1", "2"]


@pytest.mark.parametrize(
    ("root", "known"),
    [
        ("<rss>", True),
        ('<rdf:RDF xmlns:rdf="x">', True),
        ('<RDF xmlns="x">', True),
        ('<atom:feed xmlns:atom="x">', True),
        ('<?xml version="1.0"?>\n<!-- mine -->\n<feed>', True),
        ("<html>", False),
        ("<rssi>", False),
        ("<properties><entry key='a'>b</entry></properties>", False),
    ],
)
def test_feed_that_cannot_be_read_is_one_among_other_files(root: str, known: bool) -> None:
    """By its outermost element, whatever prefix that has: what is cut off in a folder is told and not left out."""
    for encoding in ("utf-8", "utf-16"):
        assert is_feed(root.encode(encoding)) is known
