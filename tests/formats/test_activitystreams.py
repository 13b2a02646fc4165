"""Updates from ActivityStreams 2.0: what each type makes, whose it is, and what is refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.shared_data import shared_files

from leadmodel.codec import parse_json
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, Problem
from leadmodel.formats.activitystreams import TYPES, Makes, looks_like, updates_from
from leadmodel.networks import Profile

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ADA_AT = "https://tea.example/users/ada"
BO_AT = "https://cake.example/people/bo"
ADA = Profile("mastodon", "ada@tea.example", uid=ADA_AT)
BO = Profile("mastodon", uid=BO_AT)


def a_note(**changes: object) -> dict[str, object]:
    """Give a note by Ada."""
    note: dict[str, object] = {
        "type": "Note",
        "id": "https://tea.example/notes/1",
        "attributedTo": ADA_AT,
        "content": "<p>Tea</p>",
        "published": "2024-05-01T12:00:00Z",
    }
    return note | changes


def an_activity(type_: str, **changes: object) -> dict[str, object]:
    """Give an activity by Bo about Ada's note."""
    activity: dict[str, object] = {
        "type": type_,
        "id": "https://cake.example/did/9",
        "actor": BO_AT,
        "object": a_note(),
        "published": "2024-05-01T13:00:00Z",
    }
    return activity | changes


def one(payload: object, **options: Any) -> SocialUpdate:  # noqa: ANN401  (the options of the reader)
    """Read the one update of a payload."""
    [update] = updates_from(payload, **options)
    return update


def problems_of(payload: object) -> list[tuple[str, str]]:
    """Give place and sentence of every problem of a payload."""
    with pytest.raises(InvalidInput) as caught:
        updates_from(payload)
    return [(problem.where, problem.what) for problem in caught.value.problems]


def test_note_is_read_whole() -> None:
    """Author, text, instant, addresses and what the source says besides are read."""
    note = a_note(
        name="On tea",
        summary="Food &amp; drink",
        url=[{"type": "Link", "href": "https://tea.example/1.json"}, {"type": "Link", "href": "https://tea.example/1"}],
        inReplyTo=[{"id": "https://cake.example/notes/5"}, "https://cake.example/notes/6"],
        updated="2024-05-01T14:00+01:00",
        contentMap={"de": "<p>Tee</p>", "en": "<p>Tea</p>"},
        attributedTo=[{"type": "Person", "id": ADA_AT, "name": "Ada"}, BO_AT, {"name": "nobody"}],
    )
    note["url"][1]["mediaType"] = "text/html"  # type: ignore[index]  # the list made above

    assert updates_from({"@context": "https://www.w3.org/ns/activitystreams", **note}) == [
        SocialUpdate(
            id="https://tea.example/notes/1",
            author=ADA,
            author_name="Ada",
            text="On tea\n\nFood & drink\n\nTea",
            posted_at=NOON,
            url="https://tea.example/1",
            in_reply_to="https://cake.example/notes/5",
            extra={
                "type": "Note",
                "language": "en",
                "edited_at": datetime(2024, 5, 1, 13, tzinfo=UTC),
                "authors": [BO_AT],
                "also_in_reply_to": ["https://cake.example/notes/6"],
            },
        )
    ]


# What each type makes #################################################################################################


def test_created_post_is_the_object() -> None:
    """Of a Create, the update is the object: its id, its instant, its author; who published it for them is noted."""
    assert one(an_activity("Create")) == SocialUpdate(
        id="https://tea.example/notes/1",
        author=ADA,
        text="Tea",
        posted_at=NOON,
        url="https://tea.example/notes/1",
        extra={"type": "Create", "actor": BO_AT},
    )


def test_created_post_without_an_author_is_the_actors() -> None:
    """An object that credits nobody was written by the actor, and is from the instant of the activity."""
    update = one(an_activity("Create", object={"type": "Note", "content": "Hi"}, summary="ignored"))

    assert update == SocialUpdate(
        id="https://cake.example/did/9",
        author=BO,
        text="Hi",
        posted_at=datetime(2024, 5, 1, 13, tzinfo=UTC),
        extra={"type": "Create"},
    )


def test_created_address_has_the_words_of_the_activity() -> None:
    """Of an object that is an address alone, the activity's summary is all that is known."""
    update = one(an_activity("Create", object="https://cake.example/cat.jpg", summary="Bo made an <b>image</b>"))

    assert update == SocialUpdate(
        id="https://cake.example/cat.jpg",
        author=BO,
        text="Bo made an image",
        posted_at=datetime(2024, 5, 1, 13, tzinfo=UTC),
        url="https://cake.example/cat.jpg",
        extra={"type": "Create"},
    )


def test_author_is_named_as_the_actor_who_is_the_same() -> None:
    """Where object and activity name one person in two ways, the name stands for both."""
    actor = {"type": "Person", "url": "https://tea.example/@ada", "name": "Ada"}
    same, other = (one(an_activity("Create", actor=who)) for who in (actor, {"id": BO_AT, "name": "Bo"}))

    assert (same.author_name, dict(same.extra)) == ("Ada", {"type": "Create"})
    assert (other.author_name, dict(other.extra)) == ("", {"type": "Create", "actor": BO_AT})


@pytest.mark.parametrize("type_", ["Add", "Update"])
def test_news_about_a_post_has_an_id_of_its_own(type_: str) -> None:
    """An edit or an addition is not the first word about its object, so it cannot take the object's id."""
    update = one(an_activity(type_))

    assert update.id == "https://cake.example/did/9"
    assert (update.author, update.text) == (ADA, "Tea")
    assert update.extra == {"type": type_, "actor": BO_AT, "object": "https://tea.example/notes/1"}


def test_several_created_objects_are_several_updates() -> None:
    """Each object of a list is an update; the activity's own id serves one of them only."""
    ids = [
        [update.id for update in updates_from(an_activity(type_, object=[a_note(), a_note(id=None)]))]
        for type_ in ("Create", "Add")
    ]

    assert ids[0][0] == "https://tea.example/notes/1"
    assert ids[1][0] == "https://cake.example/did/9"
    assert len({*ids[0], *ids[1]}) == 4


def test_announce_is_the_authors_and_names_who_passed_it_on() -> None:
    """Of an Announce, author and text are the object's; id and instant are its own (AUTH-11)."""
    assert one(an_activity("Announce")) == SocialUpdate(
        id="https://cake.example/did/9",
        author=ADA,
        text="Tea",
        posted_at=datetime(2024, 5, 1, 13, tzinfo=UTC),
        url="https://tea.example/notes/1",
        reposted_by=BO,
        extra={"type": "Announce", "object": "https://tea.example/notes/1"},
    )


def test_announced_activity_is_opened() -> None:
    """Groups announce the Create of their members: the post in it is what is passed on, by whoever created it."""
    inner = an_activity(
        "Create", actor=ADA_AT, object=an_activity("Update", object=a_note(attributedTo=None), actor=None)
    )
    update = one(an_activity("Announce", object=inner))

    assert (update.author, update.text, update.reposted_by) == (ADA, "Tea", BO)


@pytest.mark.parametrize("type_", ["Like", "EmojiReact", "Delete", "Undo", "Block"])
def test_announced_votes_and_deletions_make_nothing(type_: str) -> None:
    """Communities send on whatever their members do: what makes no post is no repost of one."""
    inner = an_activity(type_, actor=ADA_AT, id="https://tea.example/did/1", object="https://tea.example/notes/1")

    assert updates_from(an_activity("Announce", object=inner)) == []
    assert updates_from(an_activity("Announce", object=an_activity("Create", object=inner))) == []
    assert len(updates_from(an_activity("Announce", object=[inner, a_note()]))) == 1


def test_announced_person_is_passed_on() -> None:
    """Who or what can be announced need be no post; an announcement of nothing is its actor's."""
    person = {"type": "Person", "id": ADA_AT, "name": "Ada"}

    assert one(an_activity("Announce", object=person)).extra == {"type": "Announce", "object": ADA_AT}
    assert one(an_activity("Announce", object=[])).reposted_by == BO


@pytest.mark.parametrize(
    "object_",
    [
        "https://tea.example/notes/1",
        {"id": "https://tea.example/notes/1"},
        {"type": "Link", "href": "https://tea.example/notes/1"},
    ],
)
def test_announce_of_an_address_has_no_author(object_: object) -> None:
    """Who wrote what is only named by its address is not known (AUTH-12)."""
    update = one(an_activity("Announce", object=[object_, "https://tea.example/notes/2"]))

    assert (update.author, update.reposted_by) == (None, BO)
    assert update.extra == {
        "type": "Announce",
        "object": "https://tea.example/notes/1",
        "objects": ("https://tea.example/notes/2",),
    }


@pytest.mark.parametrize("type_", [name for name, makes in TYPES.items() if makes is Makes.REACTION])
def test_reaction_is_the_actors_and_answers_the_object(type_: str) -> None:
    """A like, a follow, an acceptance is an update by whoever acted; the object's words are not theirs."""
    update = one(an_activity(type_, object=[a_note(), "https://tea.example/notes/2"], name="Bo reacted", content="👌"))

    assert update == SocialUpdate(
        id="https://cake.example/did/9",
        author=BO,
        text="Bo reacted\n\n👌",
        posted_at=datetime(2024, 5, 1, 13, tzinfo=UTC),
        url="https://cake.example/did/9",
        in_reply_to="https://tea.example/notes/1",
        extra={"type": type_, "objects": ("https://tea.example/notes/2",)},
    )


@pytest.mark.parametrize("type_", [name for name, makes in TYPES.items() if makes is Makes.NOTHING])
def test_other_types_make_nothing(type_: str) -> None:
    """Taking back, refusing, removing, people, places and links are sound and no updates."""
    assert updates_from(an_activity(type_, content="words")) == []


@pytest.mark.parametrize("type_", [name for name, makes in TYPES.items() if makes is Makes.ITSELF])
def test_content_is_an_update_with_or_without_an_author(type_: str) -> None:
    """Every type of content makes an update; one that credits nobody has no author (AUTH-12)."""
    authors = [one(a_note(type=type_, attributedTo=who)).author for who in (ADA_AT, None)]

    assert authors == [ADA, None]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"@context": None},
        {"id": "https://tea.example/notes/1"},
        a_note(content=None, attributedTo=None),
        a_note(content=" ", attributedTo=[]),
        {"type": "Object", "name": "A title"},
        an_activity("Create", object={"type": "Person", "id": ADA_AT, "content": "me"}),
        an_activity("Create", object=None),
        an_activity("Create", object="", actor=None),
        an_activity("Announce", object=None, actor=None),
        an_activity("Like", actor=None),
        {"type": "Collection"},
        {"type": "OrderedCollection", "first": "https://tea.example/outbox?page=1"},
        {"type": "Collection", "first": {"type": "Link", "href": "https://tea.example/outbox?page=1"}},
        {"type": "Collection", "items": ["https://tea.example/notes/1", None]},
    ],
)
def test_documents_that_say_nothing_are_sound(payload: object) -> None:
    """An object that says neither what nor who gives no update and is no mistake."""
    assert updates_from(payload) == []


@pytest.mark.parametrize("type_", [None, "Object", "https://schema.org/SocialMediaPosting", []])
def test_unknown_types_count_as_content_when_they_have_some(type_: object) -> None:
    """Extensions have types of their own: what has content is a post."""
    by_map = a_note(type=type_, content=None, contentMap={"en": "Tea"})

    assert [one(a_note(type=type_)).text, one(by_map).text] == ["Tea", "Tea"]


@pytest.mark.parametrize(
    "type_",
    [
        ["http://schema.org/LikeAction", "Like"],
        ["prov:Activity", "as:Like", "Note"],
        "https://www.w3.org/ns/activitystreams#Like",
        "http://www.w3.org/ns/activitystreams#Like",
    ],
)
def test_types_may_be_several_and_written_in_full(type_: object) -> None:
    """The first type that the vocabulary has decides, in any of its spellings."""
    assert one(an_activity("Note") | {"type": type_}).extra["type"] == "Like"


def test_names_of_json_ld_are_understood() -> None:
    """Older documents write @id and @type."""
    note = a_note()
    older = {"@type": note.pop("type"), "@id": note.pop("id"), **note}

    assert one(older).id == "https://tea.example/notes/1"


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "Collection", "items": [a_note(id="1"), an_activity("Create", object=a_note(id="2"))]},
        {"type": "OrderedCollection", "orderedItems": [a_note(id="1"), a_note(id="2")]},
        {"type": "Collection", "items": a_note(id="1"), "first": {"type": "CollectionPage", "items": [a_note(id="2")]}},
        {
            "type": "OrderedCollectionPage",
            "orderedItems": [a_note(id="1"), {"type": "Collection", "items": a_note(id="2")}],
        },
    ],
)
def test_collections_give_what_is_in_them(payload: object) -> None:
    """Items, ordered items and an embedded first page are read in their order."""
    assert [update.id for update in updates_from(payload)] == ["1", "2"]


@pytest.mark.parametrize(
    "payload",
    [
        {"@context": "https://www.w3.org/ns/activitystreams", "@graph": [a_note(id="1"), "x", a_note(id="2")]},
        {
            "type": "CollectionPage",
            "items": [a_note(id="1")],
            "next": {"type": "CollectionPage", "items": a_note(id="2")},
        },
    ],
)
def test_graphs_and_next_pages_give_what_is_in_them(payload: object) -> None:
    """Several objects come as a graph of linked data, or on pages that stand in each other."""
    assert [update.id for update in updates_from(payload)] == ["1", "2"]


def test_tags_are_kept() -> None:
    """Who is mentioned, and under what a post can be found, stands in the extra; other links are none of these."""
    tags = [
        {"type": "Mention", "href": BO_AT, "name": "@bo@cake.example"},
        {"type": "Mention"},
        {"type": "Hashtag", "href": "https://tea.example/tags/tea", "name": "#tea"},
        {"type": "as:Hashtag", "name": "#ca\x00ke"},
        {"type": "Link", "href": "https://tea.example/"},
        "https://tea.example/",
    ]

    assert one(a_note(tag=tags)).extra == {"type": "Note", "mentions": (BO_AT,), "hashtags": ("#tea", "#ca\ufffdke")}


@pytest.mark.parametrize("path", shared_files("social_granary", "*.as.json"))
def test_older_version_is_refused_by_name(path: Path) -> None:
    """A document of ActivityStreams 1 is refused for what it is; two of the files are no JSON in the first place."""
    with pytest.raises(InvalidInput, match=r"this is ActivityStreams 1|it is no JSON"):
        updates_from(parse_json(path.read_bytes()))


def test_older_version_is_recognised() -> None:
    """It has types or verbs under names of its own; with a context it is not taken for it."""
    assert looks_like({"objectType": "note"})
    assert looks_like({"verb": "post", "actor": {}})
    assert one(a_note(objectType="note")).text == "Tea"


# Whose it is ##########################################################################################################


@pytest.mark.parametrize(
    ("actor", "profile"),
    [
        (ADA_AT, ADA),
        ("https://tea.example/@ada", Profile("mastodon", "ada@tea.example", uid="https://tea.example/@ada")),
        (BO_AT, BO),
        ("http://localhost:3000/users/ada", Profile("mastodon", "ada@localhost:3000", uid="http://localhost:3000/users/ada")),
        ("acct:Ada@tea.example", Profile("mastodon", "ada@tea.example")),
        ("mailto:ada@tea.example?subject=Hi", Profile("email", "ada@tea.example")),
        ("tag:tea.example,2024:ada", Profile("mastodon", uid="tag:tea.example,2024:ada")),
        ("did:plc:abcdefgh", Profile("bluesky", uid="did:plc:abcdefgh")),
        ("https://x.com/ada", Profile("x", "ada")),
        ("@ada@tea.example", Profile("mastodon", "ada@tea.example")),
        ("ada", Profile("mastodon", "ada@sent.example")),
        ({"id": ADA_AT, "preferredUsername": "other"}, Profile("mastodon", "other@tea.example", uid=ADA_AT)),
        ({"id": ADA_AT, "preferredUsername": "no handle"}, ADA),
        ({"id": "https://mk.example/users/8ozbzjs3o8", "url": "https://mk.example/@ada", "preferredUsername": "Ada"},
         Profile("mastodon", "ada@mk.example", uid="https://mk.example/users/8ozbzjs3o8")),
        ({"type": "Link", "href": ADA_AT}, ADA),
        ({"id": BO_AT, "preferredUsername": "Bo"}, Profile("mastodon", "bo@cake.example", uid=BO_AT)),
        ({"id": BO_AT, "url": "https://sweet.example/@bo"}, Profile("mastodon", "bo@sweet.example", uid=BO_AT)),
        ({"id": BO_AT, "url": "https://x.com/bo", "preferredUsername": "bo"},
         Profile("mastodon", "bo@cake.example", uid=BO_AT)),
        ({"url": "https://x.com/bo"}, Profile("x", "bo")),
        ({"url": "https://tea.example/@ada"}, Profile("mastodon", "ada@tea.example")),
        ({"url": "https://tea.example/~ada", "preferredUsername": "ada"}, Profile("mastodon", "ada@tea.example")),
        ({"url": "https://tea.example/~ada"}, Profile("mastodon", uid="https://tea.example/~ada")),
        ({"id": "tag:x,1:a", "url": "https://tea.example/~a", "preferredUsername": "a"},
         Profile("mastodon", "a@tea.example", uid="tag:x,1:a")),
        ({"preferredUsername": "ada"}, Profile("mastodon", "ada@sent.example")),
        ({"name": "Ada"}, None),
    ],
)  # fmt: skip
def test_actors_are_read_in_every_form(actor: object, profile: Profile | None) -> None:
    """The address of an actor is their stable id; a handle is added where address, page or name tell one (NET-1)."""
    assert one(an_activity("Like", actor=actor), server="sent.example").author == profile


@pytest.mark.parametrize(
    ("payload", "tells"),
    [
        ({"type": "Note"}, True),
        ({"type": ["Note", "x:Recipe"]}, True),
        ({"type": "as:Like"}, True),
        ({"type": "x:Recipe", "content": "Tea"}, True),
        ({"type": "EmojiReact", "actor": ADA_AT, "object": "https://tea.example/notes/1"}, True),
        ({"type": "FeatureCollection", "features": []}, False),
        ({"type": "error", "message": "no"}, False),
        ({"type": "image", "url": "https://tea.example/1.png", "id": "1"}, False),
        ({"type": None}, False),
        ({"type": 7}, False),
        ({"type": "mention", "account": {}}, False),
    ],
)
def test_type_alone_tells_where_the_vocabulary_has_it(payload: dict[str, Any], tells: bool) -> None:
    """Many programs call a key `type`; what is none of ours is not read as a document that says nothing."""
    assert looks_like(payload) is tells


def test_undetermined_language_is_none() -> None:
    """Servers that do not know the language of a note say "und" in its context."""
    context = ["https://www.w3.org/ns/activitystreams", {"@language": "und"}]

    assert "language" not in one(a_note() | {"@context": context}).extra


def test_page_is_no_stable_id_where_it_tells_the_handle() -> None:
    """The page of an account differs from its actor's address; taken for a stable id it would hide the match."""
    author = one(a_note(attributedTo={"url": "https://tea.example/@ada"})).author

    assert author is not None
    assert (author.handle, author.uid) == ("ada@tea.example", "")


@pytest.mark.parametrize(
    ("actor", "where", "part"),
    [
        ("ada", "$.actor", "does not say its server"),
        ("acct:ada", "$.actor", "does not say its server"),
        ("https://tea.example/us ers", "$.actor", "holds a space"),
        ({"id": BO_AT, "preferredUsername": "bo\u202e"}, "$.actor.preferredUsername", "holds U+202E"),
        ({"id": f"{BO_AT}\u200b"}, "$.actor.id", "holds U+200B"),
        ([BO_AT, {"id": 7}], "$.actor[1].id", "a number stands"),
    ],
)
def test_unsound_actors_are_refused_with_their_place(actor: object, where: str, part: str) -> None:
    """A handle without a server, and one that could be taken for another, is no handle."""
    [(place, what)] = problems_of(an_activity("Like", actor=actor))

    assert place == where
    assert part in what


# Ids ##################################################################################################################


def test_id_falls_back_to_the_page() -> None:
    """An update without an id goes by its address on the web."""
    assert one(a_note(id=None, url="https://tea.example/1")).id == "https://tea.example/1"


def test_derived_id_tells_updates_apart_and_is_the_same_again() -> None:
    """Without id and page, type, author, object, instant and text decide."""
    likes = [
        an_activity("Like", id=None),
        an_activity("Like", id=None, object="https://tea.example/notes/2"),
        an_activity("Like", id=None, actor=ADA_AT),
        an_activity("Like", id=None, published=None),
        an_activity("Follow", id=None),
        a_note(id=None),
        a_note(id=None, content="Cake"),
    ]
    ids = [[update.id for like in likes for update in updates_from(like)] for _ in range(2)]

    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(likes)


def test_derived_id_does_not_depend_on_how_an_instant_is_written() -> None:
    """One instant in two zones is one instant."""
    ids = {one(a_note(id=None, published=instant)).id for instant in ("2024-05-01T12:00Z", "2024-05-01T14:00+02:00")}

    assert len(ids) == 1


def test_long_id_is_derived_and_kept_aside() -> None:
    """A record's id has at most 255 characters; the whole one is kept."""
    long = f"https://tea.example/{'n' * 300}"
    update = one(a_note(id=long))

    assert len(update.id) == 36
    assert update.extra["id"] == update.url == long


# Texts ################################################################################################################


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        (None, "1 2"),
        ("text/html; charset=utf-8", "1 2"),
        ("image/png", "1 2"),
        ("text/plain", "1 <b>\n2\ufffd"),
        ("Text/Markdown", "1 <b>\n2\ufffd"),
    ],
)
def test_content_is_html_unless_it_says_otherwise(media_type: str | None, text: str) -> None:
    """Plain text and Markdown are never read as HTML; NUL is replaced in both."""
    content = "1 <b>\n2" if media_type in (None, "text/html; charset=utf-8", "image/png") else "1 <b>\n2\x00"

    assert one(a_note(content=content, mediaType=media_type)).text == text


@pytest.mark.parametrize(
    ("texts", "context", "text", "language"),
    [
        ({"nameMap": {"fr": "Thé", "en": "Tea", "und": "T"}}, "de", "T", None),
        ({"nameMap": {"fr": "Thé", "en": "Tea", "de": "Tee"}}, "de", "Tee", "de"),
        ({"name": {"fr": "Thé", "en": "Tea"}}, "", "Tea", "en"),
        ({"name": {"fr": "Thé"}, "nameMap": {"es": "Té", "fr": None}}, "", "Thé", "fr"),
        ({"name": " ", "nameMap": {"fr": "Thé"}}, "", "Thé", "fr"),
        ({"name": "Tea"}, "en-GB", "Tea", "en-GB"),
        ({"name": "Tea", "nameMap": {"fr": "Thé", "en": "Tea"}}, "de", "Tea", "en"),
        ({"name": "Tea", "content": "Tea"}, "", "Tea", None),
    ],
)
def test_language_is_chosen_and_kept(texts: dict[str, object], context: str, text: str, language: str | None) -> None:
    """Undetermined, the document's own, English, the first; and the record says which it was."""
    head = {"@context": ["https://www.w3.org/ns/activitystreams", {"@language": context or None}]}
    update = one({**head, "type": "Note", "id": "1", **texts})

    assert (update.text, update.extra.get("language")) == (text, language)


def test_instant_may_lack_seconds_but_not_its_zone() -> None:
    """A naive instant is refused with the way out, and read in the zone that is given."""
    naive = a_note(published="2024-05-01T12:00")

    with pytest.raises(InvalidInput) as caught:
        updates_from(naive, where="feed.jsonl line 2")
    assert caught.value == InvalidInput(
        subject="ActivityStreams document",
        problems=(
            Problem(
                what="'2024-05-01T12:00' has no time zone",
                hint="pass zone=, such as zone=datetime.UTC, to read it in that zone",
                where="feed.jsonl line 2, $.published",
                value="2024-05-01T12:00",
            ),
        ),
    )
    assert one(naive, zone=UTC).posted_at == one(a_note(published="2024-05-01T12:00Z")).posted_at == NOON


# What is refused ######################################################################################################


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ([a_note()], ("$", "a list is no ActivityStreams object")),
        ([3], ("$", "a list is no ActivityStreams object")),
        ([{"objectType": "note"}], ("$", "this is ActivityStreams 1")),
        ({"objectType": "note", "content": "Tea", "author": {}}, ("$", "this is ActivityStreams 1")),
        ({"type": "Collection", "items": [{"verb": "post"}]}, ("$.items[0]", "this is ActivityStreams 1")),
        ({"@graph": [3]}, ("$.@graph[0]", "a number is no @graph")),
        ({"type": "CollectionPage", "next": a_note()}, ("$.next", "a Note is no page")),
        (a_note(tag=[7]), ("$.tag[0]", "a number is no tag")),
        ("note", ("$", "text is no ActivityStreams object")),
        (42, ("$", "a number is no ActivityStreams object")),
        (None, ("$", "nothing is no ActivityStreams object")),
        ({"@context": 3}, ("$.@context", "a number is no context")),
        ({"@context": [{}, True]}, ("$.@context", "true or false is no context")),
        ({"@context": "https://schema.org"}, ("$.@context", "the context does not name ActivityStreams")),
        ({"@context": [{"@vocab": {}}]}, ("$.@context", "the context does not name ActivityStreams")),
        (a_note(type=16), ("$.type", "a number is no type")),
        (a_note(type=["Note", {}]), ("$.type", "an object is no type")),
        (a_note(id=4), ("$.id", "a number stands where text belongs")),
        (a_note(name=1), ("$.name", "a number stands where text belongs")),
        (a_note(content=[]), ("$.content", "a list stands where text belongs")),
        (a_note(content=False), ("$.content", "true or false stands where text belongs")),
        (a_note(nameMap="Tea"), ("$.nameMap", "text is no map by language")),
        (a_note(nameMap={"en": 3}), ("$.nameMap.en", "a number stands where text belongs")),
        (a_note(name={"sp": "Té"}), ("$.name", "'sp' is no language of ISO 639-1")),
        (a_note(contentMap={"de-419-DE": "Tee"}), ("$.contentMap", "'de-419-DE' is no language tag")),
        (a_note(url="images/tea.jpg"), ("$.url", "'images/tea.jpg' is a relative address")),
        (a_note(url=["https://tea.example/", {"href": "tea"}]), ("$.url[1].href", "'tea' is a relative address")),
        (a_note(url=[{"href": 1}]), ("$.url[0].href", "a number stands where text belongs")),
        (a_note(attributedTo=[[]]), ("$.attributedTo[0]", "a list is no attributedTo")),
        (a_note(published="yesterday"), ("$.published", "'yesterday' is no instant")),
        (a_note(updated=1), ("$.updated", "a number is no instant")),
        (an_activity("Undo", actor=90), ("$.actor", "a number is no actor")),
        (an_activity("Offer", object=23), ("$.object", "a number is no object")),
        (an_activity("Announce", object={"id": 4}), ("$.object.id", "a number stands where text belongs")),
        (an_activity("Create", object=a_note(content=5)), ("$.object.content", "a number stands where text belongs")),
        ({"type": "Collection", "orderedItems": []}, ("$.orderedItems", "a Collection has no orderedItems")),
        ({"type": "OrderedCollectionPage", "items": []}, ("$.items", "an OrderedCollectionPage has no items")),
        ({"type": "Collection", "items": [7]}, ("$.items[0]", "a number is no items")),
        ({"type": "Collection", "items": [a_note(id=7)]}, ("$.items[0].id", "a number stands where text belongs")),
        ({"type": "Collection", "first": a_note()}, ("$.first", "a Note is no page")),
        ({"type": "Collection", "first": {"id": "x"}}, ("$.first", "it is no page")),
        (a_note(content="x" * 100_001), ("$", "the text is 100,001 characters long, and 100,000 is the limit")),
    ],
)
def test_unsound_documents_are_refused_with_their_place(payload: object, problem: tuple[str, str]) -> None:
    """What the vocabulary does not allow is refused, with its path, and once."""
    assert problems_of(payload) == [problem]


def test_all_problems_are_reported_together() -> None:
    """One mistake does not hide the others."""
    assert problems_of({"@context": "x", "type": "Collection", "items": [a_note(id=1, name=2), 3]}) == [
        ("$.@context", "the context does not name ActivityStreams"),
        ("$.items[0].id", "a number stands where text belongs"),
        ("$.items[0].name", "a number stands where text belongs"),
        ("$.items[1]", "a number is no items"),
    ]


def test_endless_nesting_is_refused() -> None:
    """Collections within collections, and activities about activities, end somewhere."""
    collections, activities = a_note(), a_note()
    for _ in range(10_000):
        collections = {"type": "Collection", "items": [collections]}
        activities = an_activity("Create", object=activities)

    what = "it is nested more than 16 levels deep"
    assert problems_of(collections) == [(f"${'.items[0]' * 17}", what)]
    assert problems_of(an_activity("Announce", object=activities)) == [(f"${'.object' * 17}", what)]


def test_shape_is_recognised() -> None:
    """A context, a type, an author or ordered items tell the format; a notification of Mastodon has a type, too."""
    shapes = [
        {"verb": "post"},
        {"@graph": []},
        {"@context": 1},
        {"type": "Note"},
        {"attributedTo": 1},
        {"orderedItems": 1},
    ]
    others = [{}, {"type": "mention", "account": {}}, {"id": "1"}, [], "Note"]

    assert all(map(looks_like, shapes))
    assert not any(map(looks_like, others))


# Documents that others wrote ##########################################################################################


@pytest.mark.parametrize("path", shared_files("activitystreams2_w3c_core", "*.json"))
def test_valid_document_of_the_w3c_is_accepted(path: Path) -> None:
    """Every document outside fail/ is read; every update says who or what, and has an id of its own."""
    document = parse_json(path.read_bytes())
    updates = updates_from(document)

    assert all(update.author or update.text for update in updates)
    assert len({update.id for update in updates}) == len(updates)


@pytest.mark.parametrize("path", shared_files("activitystreams2_w3c_core", "fail/*.json"))
def test_bad_document_of_the_w3c_is_refused(path: Path) -> None:
    """Every document under fail/ is refused with one clear problem."""
    with pytest.raises(InvalidInput) as caught:
        updates_from(parse_json(path.read_bytes()))

    [problem] = caught.value.problems
    assert problem.where
    assert problem.hint


def test_w3c_documents_make_what_they_say(shared: Callable[..., Path]) -> None:
    """The number of updates of each document that makes any."""
    folder = shared("activitystreams2_w3c_core")
    counts = {path.stem: len(updates_from(parse_json(path.read_bytes()))) for path in folder.glob("*.json")}
    made = {name.removesuffix("-jsonld"): count for name, count in counts.items() if count}

    assert made == {
        **dict.fromkeys(["core-ex1", "core-ex2", "core-ex3", "core-ex4", "core-ex11e", "core-ex11f", "core-ex17"], 1),
        **dict.fromkeys(["core-ex19", "core-ex20", "core-ex21b", "core-ex27"], 1),
        **dict.fromkeys(["core-ex21", "core-ex22"], 2),
        **{f"simple{number:04}": 1 for number in range(10, 23)},
    }


@pytest.mark.parametrize("path", shared_files("social_granary", "*.as2.json", "*.as2-from-as.json"))
def test_granary_document_is_read(path: Path) -> None:
    """Every ActivityStreams 2 document is accepted; naive instants are read in a zone."""
    updates = updates_from(parse_json(path.read_bytes()), zone=UTC)

    assert len(updates) <= 1


def address_in(node: Any) -> str:  # noqa: ANN401  (whatever stands in the file)
    """Give the address of somebody in an ActivityStreams 1 file."""
    return node if isinstance(node, str) else (node or {}).get("id") or (node or {}).get("url") or ""


def sibling_of(path: Path) -> Path:
    """Give the file that holds the same in ActivityStreams 1."""
    return path.with_name(path.name.replace(".as2.json", ".as.json"))


#: Cases with a sibling; without the data, the one that says so.
WITH_SIBLING = [
    case
    for case in shared_files("social_granary", "*.as2.json")
    if case.marks or (isinstance(case.values[0], Path) and sibling_of(case.values[0]).exists())
]


@pytest.mark.parametrize("path", WITH_SIBLING)
def test_granary_author_is_that_of_the_sibling(path: Path) -> None:
    """Author and reposter are those of the same post in ActivityStreams 1, read naively."""
    sibling = sibling_of(path)
    older = json.loads(sibling.read_text(encoding="utf-8"))
    reposter = ""
    author = address_in(older.get("author") or older.get("actor"))
    if older.get("verb") == "share":
        author, reposter = address_in(older["object"].get("author")), author

    for update in updates_from(parse_json(path.read_bytes()), zone=UTC):
        assert [profile.uid if profile else "" for profile in (update.author, update.reposted_by)] == [author, reposter]


def test_granary_note_is_read_whole(shared: Callable[..., Path]) -> None:
    """A note with all its trimmings, compared with a reading by hand."""
    note = parse_json(shared("social_granary", "note.as2.json").read_bytes())

    assert updates_from(note, zone=UTC) == [
        SocialUpdate(
            id="tag:example.com,2011:blog-post-123",
            author=Profile("mastodon", uid="tag:example.com,2001:ryan"),
            author_name="Ryan Barrett",
            text="too cool to summarize\n\nA note. link too",
            posted_at=datetime(2012, 2, 22, 20, 26, 41, tzinfo=UTC),
            url="http://example.com/blog-post-123",
            extra={"type": "Note", "edited_at": datetime(2013, 10, 25, 10, 31, 30, tzinfo=UTC)},
        )
    ]


def test_granary_repost_is_read_whole(shared: Callable[..., Path]) -> None:
    """A repost of an embedded article, compared with a reading by hand."""
    repost = parse_json(shared("social_granary", "repost.as2.json").read_bytes())

    assert updates_from(repost) == [
        SocialUpdate(
            id="tag:example.com,2001:3344",
            author=Profile("mastodon", uid="http://example.com/bob"),
            author_name="Bob",
            text="The original post",
            posted_at=datetime(2012, 12, 5, 0, 58, 26, tzinfo=UTC),
            url="http://example.com/original/post",
            reposted_by=Profile("mastodon", uid="http://example.com/alice"),
            extra={"type": "Announce", "object": "http://example.com/original/post"},
        )
    ]
