"""RSS, Atom and JSON Feed: who wrote each entry, what it says and when, and what is refused."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import shared_files

from leadmodel.codec import parse_json
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, MissingExtra, Problem
from leadmodel.formats import jsonfeed, webfeeds
from leadmodel.formats.feeds import xml as feedxml
from leadmodel.formats.feeds.bylines import UNSIGNED, Byline, byline, owner_of, signed, written
from leadmodel.formats.feeds.dates import instant_of
from leadmodel.formats.webfeeds import Entry, entries_of, looks_like, updates_from
from leadmodel.networks import Profile

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ADA = Profile("mastodon", "ada@tea.example")
TEA = "<item><title>T&eacute;a</title></item>"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:media="http://search.yahoo.com/mrss/"'
)


def rss(items: str, head: str = "") -> str:
    """Give an RSS feed."""
    return f'<rss version="2.0" {NAMESPACES}><channel>{head}{items}</channel></rss>'


def rdf(namespace: str) -> str:
    """Give a feed of RSS 0.90 or 1.0."""
    head = f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{namespace}"'
    return f"<rdf:RDF {head}><channel/><item><title>Tea</title></item></rdf:RDF>"


def atom(entries: str, head: str = "", more: str = "") -> str:
    """Give an Atom feed."""
    thr = 'xmlns:thr="http://purl.org/syndication/thread/1.0"'
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {thr} {more}>{head}{entries}</feed>'


def one(feed: str | bytes, **options: Any) -> SocialUpdate:  # noqa: ANN401  (the options of the reader)
    """Read the one update of a feed."""
    [update] = updates_from(feed, **options)
    return update


def item(inner: str, head: str = "") -> SocialUpdate:
    """Read the one item of an RSS feed."""
    return one(rss(f"<item>{inner}</item>", head))


def json_item(feed: dict[str, object] | None = None, **keys: object) -> SocialUpdate:
    """Read the one item of a JSON Feed."""
    [update] = jsonfeed.updates_from({"version": "https://jsonfeed.org/version/1.1", "items": [keys], **(feed or {})})
    return update


def problems_of(payload: object, **options: Any) -> list[tuple[str, str]]:  # noqa: ANN401  (as above)
    """Give place and sentence of every problem of a feed."""
    read = updates_from if isinstance(payload, (str, bytes)) else jsonfeed.updates_from
    with pytest.raises(InvalidInput) as caught:
        read(payload, **options)
    return [(problem.where, problem.what) for problem in caught.value.problems]


# Whole entries ########################################################################################################


def test_rss_item_is_read_whole() -> None:
    """Author, text, instants, addresses and what the source says besides are read."""
    update = item(
        "<title>On tea</title><link>https://tea.example/1</link><guid isPermaLink='false'>t1</guid>"
        "<author>ada@tea.example (Ada)</author><pubDate>Wed, 01 May 2024 14:00:00 +0200</pubDate>"
        "<category>tea</category><category>tea</category><category> </category>"
        "<description>Short</description><content:encoded>&lt;p&gt;Long &amp;amp; good&lt;/p&gt;</content:encoded>"
        "<enclosure url='https://tea.example/1.mp3'/><thr:in-reply-to ref='tag:cake.example,2024:5'/>"
        "<comments>https://tea.example/1#c</comments><itunes:duration>12</itunes:duration>",
        "<title>Tea &amp; more</title><link>https://tea.example/</link><language>en</language>",
    )

    assert update == SocialUpdate(
        id="t1",
        author=Profile("email", "ada@tea.example"),
        author_name="Ada",
        text="On tea\n\nLong & good",
        posted_at=NOON,
        url="https://tea.example/1",
        in_reply_to="tag:cake.example,2024:5",
        extra={
            "categories": ("tea",),
            "enclosures": ("https://tea.example/1.mp3",),
            "comments": "https://tea.example/1#c",
            "itunes_duration": "12",
            "title": "On tea",
            "feed": "Tea & more",
            "language": "en",
        },
    )


def test_atom_entry_is_read_whole() -> None:
    """People have parts, an edit has its instant, and relative addresses begin where xml:base says."""
    update = one(
        atom(
            '<entry xml:lang="de"><title type="html">Tee &amp;amp; &lt;b&gt;mehr&lt;/b&gt;</title>'
            "<id>tag:tea.example:1</id>"
            '<link rel="self" href="/1.atom"/><link href="1"/><link rel="enclosure" href="https://tea.example/1.mp3"/>'
            "<author><name>Ada</name><uri>https://tea.example/@ada</uri><email>ada@tea.example</email></author>"
            "<author><name>Bo</name></author><author/>"
            "<published>2024-05-01T12:00:00Z</published><updated>2024-05-01T13:00:00Z</updated>"
            '<thr:in-reply-to href="https://cake.example/5"/><category term="tee" label="Tee"/>'
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Eins</p><p>Zwei</p></div></content></entry>',
            more='xml:base="https://tea.example/posts/"',
        )
    )

    assert update == SocialUpdate(
        id="tag:tea.example:1",
        author=ADA,
        author_name="Ada",
        text="Tee & mehr\n\nEins\n\nZwei",
        posted_at=NOON,
        url="https://tea.example/posts/1",
        in_reply_to="https://cake.example/5",
        extra={
            "categories": ("Tee",),
            "enclosures": ("https://tea.example/1.mp3",),
            "title": "Tee & mehr",
            "language": "de",
            "edited_at": datetime(2024, 5, 1, 13, tzinfo=UTC),
            "authors": ("Bo",),
            "author_mail": "ada@tea.example",
        },
    )


def test_json_item_is_read_whole() -> None:
    """Version 1.1 has a list of authors; unknown keys are kept."""
    update = json_item(
        {"title": "Tea", "home_page_url": "https://tea.example/", "language": "en", "authors": [{"name": "Nobody"}]},
        id=7,
        url="/1",
        title="On tea",
        content_html="<p>Long &amp; good</p>",
        content_text="unused",
        summary="Short",
        date_published="2024-05-01T14:00:00+02:00",
        date_modified="2024-05-01T13:00:00Z",
        authors=[{"name": "Ada", "url": "https://tea.example/@ada"}, {"url": "https://cake.example/bo"}, None],
        tags=["tea", 3],
        attachments=[{"url": "1.mp3"}, {}, 3],
        language="de",
        _tea={"sort": "green"},
        image="",
    )

    assert update == SocialUpdate(
        id="7",
        author=ADA,
        author_name="Ada",
        text="On tea\n\nLong & good",
        posted_at=NOON,
        url="https://tea.example/1",
        extra={
            "title": "On tea",
            "feed": "Tea",
            "language": "de",
            "edited_at": datetime(2024, 5, 1, 13, tzinfo=UTC),
            "authors": ("https://cake.example/bo",),
            "summary": "Short",
            "categories": ("tea",),
            "enclosures": ("https://tea.example/1.mp3",),
            "_tea": {"sort": "green"},
        },
    )


@pytest.mark.parametrize(
    "feed",
    [
        rss("<item><title>Tea</title></item>").replace("2.0", "0.91"),
        rdf("http://purl.org/rss/1.0/"),
        rdf("http://my.netscape.com/rdf/simple/0.9/"),
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>Tea</title></entry></feed>',
        '<entry xmlns="http://www.w3.org/2005/Atom"><title>Tea</title></entry>',
        f'<?xml version="1.0"?><!DOCTYPE rss PUBLIC "Netscape" "http://x.example/d>t"><!-- <rss> -->{rss(TEA)}',
    ],
)
def test_dialects_are_understood(feed: str) -> None:
    """RSS of every age, Atom 0.3 and 1.0, and an entry by itself are read; a document type is passed over."""
    assert one(feed).text in ("Tea", "Téa")


def test_entry_that_says_nothing_is_no_update() -> None:
    """An empty element is sound and gives nothing; so is a feed without entries."""
    assert updates_from(rss("<item/><item><title> </title></item>")) == []
    assert jsonfeed.updates_from({"version": "1.1", "items": [{}]}) == []
    assert updates_from(atom("")) == []


# Whose it is ##########################################################################################################


@pytest.mark.parametrize(
    ("text", "profile", "name"),
    [
        ("ada@tea.example (Ada)", "email:ada@tea.example", "Ada"),
        ("Ada Lovelace <Ada@tea.example>", "email:ada@tea.example", "Ada Lovelace"),
        ("Ada (ada@tea.example)", "email:ada@tea.example", "Ada"),
        ("ada@tea.example", "email:ada@tea.example", ""),
        ("mailto:ada@tea.example?subject=Hi Ada", "email:ada@tea.example", "Ada"),
        ('"Ada, Countess" <ada@tea.example>', "email:ada@tea.example", "Ada, Countess"),
        ("Ada Lovelace", None, "Ada Lovelace"),
        ("(Ada)", None, "Ada"),
        ("noreply@blogger.example (Ada)", None, "Ada"),
        ("No-Reply@tea.example", None, ""),
        ("https://tea.example/@ada", "mastodon:ada@tea.example", ""),
        ("acct:ada@tea.example", "mastodon:ada@tea.example", ""),
        ("https://ada.example/", "website:https://ada.example", ""),
        ('<a href="https://tea.example/ada">Ada</a>, <a href="https://tea.example/bo">Bo</a>', None, "Ada, Bo"),
        ("<b>Ada</b>", None, "Ada"),
        ("ada@", None, "ada@"),
        ("@ada", None, "@ada"),
    ],
)
def test_author_of_one_text_is_taken_apart(text: str, profile: str | None, name: str) -> None:
    """Mail and name stand in either order; an address that programs fill in is nobody's."""
    update = item(f"<author>{text.replace('<', '&lt;')}</author><title>Tea</title>")

    assert (str(update.author) if update.author else None, update.author_name) == (profile, name)


def test_title_is_one_line() -> None:
    """Programs break long titles where they stand in the file."""
    assert one(atom("<entry><title>Tea,\n      and  cake</title></entry>")).text == "Tea, and  cake"


@pytest.mark.parametrize("typed", ["/elements/1.1/ ", " /elements/1.1/", "/ele\nments/1.1/"])
def test_space_in_the_address_of_a_namespace_does_no_harm(typed: str) -> None:
    """Somebody typed it; the address means what it says."""
    feed = rss("<item><title>Tea</title><dc:creator>Ada</dc:creator></item>").replace("/elements/1.1/", typed)

    assert typed in feed
    assert one(feed).author_name == "Ada"


def test_address_of_a_namespace_that_is_a_reference_is_taken_as_it_is() -> None:
    """Nobody writes space so by mistake."""
    [(_, what)] = problems_of(rss("<item/>").replace("/elements/1.1/", "/elements/&#32;"))

    assert what == "it is no well-formed XML: the namespace 'http://purl.org/dc/elements/ ' holds a space"


def test_many_authors_of_one_line_are_read() -> None:
    """Papers name dozens of people in one element; a name has as many letters as a record keeps."""
    people = ", ".join(f"Firstname{number} Lastname" for number in range(60))

    assert item(f"<dc:creator>{people}</dc:creator><title>Tea</title>").author_name == people[:255]


@pytest.mark.parametrize("unset", ["Mon, 01 Jan 0001 00:00:00 +0000", "Mon, 01 Jan 0001 00:00:00 UTC"])
def test_instant_that_was_never_set_is_none(unset: str) -> None:
    """Programs write the first moment that they know where a page has no date."""
    assert item(f"<title>Tea</title><pubDate>{unset}</pubDate>").posted_at is None
    assert one(atom("<entry><title>T</title><published>0001-01-01T00:00:00Z</published></entry>")).posted_at is None


def test_long_ends_of_mail_addresses_are_kept() -> None:
    """Two authors whose mail addresses end in more than four letters are read as they were written."""
    update = item("<author>ada@tea.example (Ada)</author><dc:creator>bo@cake.agency (Bo)</dc:creator>")

    assert update.author == Profile("email", "ada@tea.example")
    assert update.author_name == "Ada"
    assert update.extra["authors"] == ("bo@cake.agency",)


@pytest.mark.parametrize(
    ("address", "profile"),
    [
        ("https://tea.example/@ada", "mastodon:ada@tea.example"),
        ("https://cake.example/@ada@tea.example", "mastodon:ada@tea.example"),
        ("https://twitter.com/Ada", "x:ada"),
        ("https://www.facebook.com/profile.php?id=123", "facebook#123"),
        ("https://github.com/ada", "github:ada"),
        ("https://github.com/ada/ada", "website:https://github.com/ada/ada"),
        ("https://github.com/ada/tea", "website:https://github.com/ada/tea"),
        ("https://www.linkedin.com/company/acme/", "linkedin:company/acme"),
        ("https://bsky.app/profile/did:plc:abcdefgh", "bluesky#did:plc:abcdefgh"),
        ("mailto:ada@tea.example?subject=Hi", "email:ada@tea.example"),
        ("HTTPS://Ada.Example/About/?a=1#x", "website:https://ada.example/About?a=1"),
        ("tag:ada.example,2024:me", None),
        ("mailto:nonsense", None),
        (f"https://ada.example/{'a' * 3_000}", None),
        ("https://[ada", None),
        ("", None),
    ],
)
def test_address_of_an_author_is_a_profile_or_a_site(address: str, profile: str | None) -> None:
    """A page of a network is a profile there, any other page the author's own site."""
    assert str(byline("Ada", address=address).profile or "") == (profile or "")


def test_network_comes_before_mail_and_mail_before_a_site() -> None:
    """Of several addresses, the one that says most decides, and the others are kept."""
    known, unknown = (
        byline("Ada", "ada@tea.example", f"https://{site}") for site in ("tea.example/@ada", "ada.example")
    )

    assert (str(known.profile), str(unknown.profile)) == ("mastodon:ada@tea.example", "email:ada@tea.example")
    update = one(atom("<entry><author><email>ada@tea.example</email><uri>https://ada.example</uri></author></entry>"))
    assert update.extra == {"author_address": "https://ada.example"}


@pytest.mark.parametrize(
    ("people", "names"),
    [
        (["ada@tea.example", "Ada"], ["Ada"]),
        (["Ada", "ada@tea.example"], ["Ada"]),
        (["Ada", "ada@tea.example (Ada)", "Ada"], ["Ada"]),
        (["ada@tea.example (Ada)", "Bo"], ["Ada", "Bo"]),
        (["Bo", "ada@tea.example (Ada)"], ["Bo", "Ada"]),
        (["Ada", "Ada", "", "Bo"], ["Ada", "Bo"]),
        ([], [""]),
    ],
)
def test_one_author_in_two_places_is_one(people: list[str], names: list[str]) -> None:
    """Mail here and name there are one author; two names are two."""
    first, others = signed(written(text) for text in people)

    assert [first.name, *(person.name for person in others)] == names
    assert signed([UNSIGNED]) == (UNSIGNED, ())


def test_author_is_inherited_from_the_source_before_the_feed() -> None:
    """An entry taken from another feed is by the author of that one."""
    head = "<author><name>Planet</name></author>"
    source = "<source><title>Hers</title><author><name>Ada</name></author></source>"
    own, sources, feeds = updates_from(
        atom(
            f"<entry><id>1</id><author><name>Bo</name></author>{source}</entry><entry><id>2</id>{source}</entry>"
            "<entry><id>3</id><source><title>Hers</title></source></entry>",
            head,
        )
    )

    assert [update.author_name for update in (own, sources, feeds)] == ["Bo", "Ada", "Planet"]
    assert own.extra == {"source": "Hers"}


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<managingEditor>ada@tea.example (Ada)</managingEditor>", "Ada"),
        ("<itunes:author>Ada</itunes:author>", "Ada"),
        ("<dc:creator>Ada</dc:creator>", "Ada"),
        (
            "<itunes:author>Ada</itunes:author><itunes:owner><itunes:name>Acme</itunes:name></itunes:owner>",
            "Ada",
        ),
        ("<webMaster>bo@tea.example (Bo)</webMaster>", ""),
        ("<itunes:owner><itunes:name>Bo</itunes:name></itunes:owner>", ""),
    ],
)
def test_author_of_an_rss_feed_is_inherited(head: str, name: str) -> None:
    """Whoever answers for the words of a feed wrote its items; whoever keeps it running did not."""
    assert item("<title>Tea</title>", head).author_name == name


@pytest.mark.parametrize(
    ("page", "author"),
    [
        ("https://tea.example/@ada", ADA),
        ("https://bsky.app/profile/ada.tea.example", Profile("bluesky", "ada.tea.example")),
        ("https://github.com/ada/tea", None),
        ("https://blog.example/", None),
        ("", None),
    ],
)
def test_feed_of_a_profile_page_is_its_owners(page: str, author: Profile | None) -> None:
    """Mastodon's and Bluesky's feeds name nobody: the page that they are about says whose they are."""
    head = f"<title>Ada</title><link>{page}</link>"

    assert item("<title>Tea</title>", head).author == author
    assert item("<title>Tea</title><source url='https://x.example/'>X</source>", head).author is None


def test_json_authors_of_both_versions_are_read() -> None:
    """Version 1 has one author, version 1.1 several; those of an item come before those of the feed."""
    ada, bo = {"name": "Ada"}, {"name": "Bo"}

    assert json_item(id="1", author=ada).author_name == "Ada"
    assert json_item(id="1", author=bo, authors=[ada]).author_name == "Ada"
    assert json_item({"author": ada}, id="1", authors=[]).author_name == "Ada"
    assert json_item({"authors": [bo]}, id="1", author=ada).author_name == "Ada"


def test_owner_is_found_by_the_page_itself_only() -> None:
    """What stands below a profile is no profile."""
    assert owner_of("https://x.com/ada/status/1") is None
    assert owner_of("nonsense") is None


def test_byline_is_bounded() -> None:
    """Nobody's name has ten thousand letters."""
    assert len(byline("a" * 10_000).name) == 255
    assert Byline(name="Ada").label() == "Ada"


# Ids and addresses ####################################################################################################


def test_address_stands_in_for_a_missing_id() -> None:
    """Without an id an entry goes by its address; without one either, by what it says, and the same again."""
    linked, derived, again, other = (
        item(inner)
        for inner in ("<link>https://tea.example/1</link>", *["<title>Tea</title>"] * 2, "<title>Cake</title>")
    )

    assert linked.id == "https://tea.example/1"
    assert derived.id == again.id != other.id


def test_long_id_is_derived_and_kept_aside() -> None:
    """A record's id has at most 255 characters; the whole one is kept."""
    update = item(f"<guid>https://tea.example/{'n' * 300}</guid>")

    assert len(update.id) == 36
    assert update.extra["id"] == update.url


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<guid>https://tea.example/1</guid>", "https://tea.example/1"),
        ("<guid isPermaLink='false'>https://tea.example/1</guid>", ""),
        ("<guid>t1</guid>", ""),
        ("<guid>t1</guid><link>https://tea.example/1</link>", "https://tea.example/1"),
        ("<link>/1</link>", "https://tea.example/1"),
        ("<link>https://[1</link><title>x</title>", ""),
        ("<link>//[/1</link><title>x</title>", ""),
        ("<link>javascript:alert(1)</link><title>x</title>", ""),
        (f"<link>https://tea.example/{'a' * 3_000}</link><title>x</title>", ""),
    ],
)
def test_link_of_an_item_is_whole_and_on_the_web(inner: str, url: str) -> None:
    """A guid is a link unless it says otherwise; relative links begin at the feed's page."""
    head = "<link>https://tea.example/</link>" if "/1" in inner else ""

    assert item(inner, head).url == url


def test_relative_links_begin_where_the_feed_is() -> None:
    """The feed's own address comes before its page, and what the caller knows before both."""
    head = '<atom:link rel="self" href="https://feeds.example/a/tea.xml"/><link>https://tea.example/</link>'
    feed = rss("<item><link>1</link></item>", head)

    assert one(feed).url == "https://feeds.example/a/1"
    [entry] = entries_of(feed, address="https://got.example/b/")
    assert [update.url for update in updates_from(entry)] == ["https://got.example/b/1"]


def test_id_of_atom_is_no_link() -> None:
    """An Atom id only looks like an address; a page in another form than HTML is one."""
    entry = "<entry><id>https://tea.example/1</id>{}</entry>"

    assert one(atom(entry.format(""))).url == ""
    assert (
        one(atom(entry.format('<link type="text/plain" href="https://tea.example/2"/>'))).url == "https://tea.example/2"
    )


# Texts ################################################################################################################


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<title>Tea is…</title><description>Tea is  good.</description>", "Tea is good."),
        ("<title>Tea [...]</title><description>Tea</description>", "Tea"),
        ("<title>Tea</title><description>Cake</description>", "Tea\n\nCake"),
        ("<title>1 &lt; 2</title>", "1 < 2"),
        ("<title>&lt;b&gt;1&lt;/b&gt;</title>", "1"),
        ("<description>a&lt;br&gt;b&lt;script&gt;x&lt;/script&gt;</description>", "a\nb"),
        ("<dc:title>Tea</dc:title><dc:description>Cake</dc:description>", "Tea\n\nCake"),
        ("<atom:content type='html'>&lt;p&gt;Tea&lt;/p&gt;</atom:content>", "Tea"),
        ("<atom:content type='image/png'>AAAA</atom:content><description>Tea</description>", "Tea"),
        ("<atom:content type='text'>1 &lt;b&gt; 2</atom:content>", "1 <b> 2"),
        ("<description>Tea.</description><media:description>A cup.</media:description>", "Tea."),
        ("<media:description>A cup.</media:description><description>Tea.</description>", "Tea."),
        ("<media:description>A cup.</media:description>", "A cup."),
        ("<description>Tea.&lt;br&gt;Cake.</description><itunes:summary>On tea</itunes:summary>", "Tea.\nCake."),
        ("<itunes:summary>On tea</itunes:summary><description>Tea.&lt;br&gt;Cake.</description>", "Tea.\nCake."),
        (
            "<description/><media:description>Cup</media:description><content:encoded>&lt;p&gt;Tea.&lt;/p&gt;</content:encoded>",
            "Tea.",
        ),
    ],
)
def test_text_is_title_and_content(inner: str, text: str) -> None:
    """A title that is how the text begins is left out; markup is read where the feed has some."""
    assert item(inner).text == text


def test_json_text_falls_back() -> None:
    """HTML comes before plain text, and the summary stands in where there is neither."""
    assert json_item(id="1", content_text="1 <b> 2").text == "1 <b> 2"
    assert json_item(id="1", summary="Short") == SocialUpdate(id="1", text="Short")


# Instants #############################################################################################################


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Wed, 01 May 2024 12:00:00 GMT", NOON),
        ("Wed, 01 May 2024 12:00:00 +0000 (UTC)", NOON),
        ("1 May 24 14:00 +0200", NOON),
        ("Wednesday, 1-May-2024 07:00:00 CDT", NOON),
        ("May 1, 2024 at 12:00 p.m. UTC", NOON),
        ("Wed May  1 08:00:00 EDT 2024", NOON),
        ("Wed, 01 May 2024 12:00:00 Etc/GMT", NOON),
        ("Wed, 01 May 2024 13:30:00 GMT+1:30", NOON),
        ("2024-05-01T12:00Z", NOON),
        ("2024-05-01 14:00:00.000000000+02", NOON),
        ("20240501T120000Z", NOON),
        ("2024-05-01T17:30:00+530", NOON),
        ("Tue, 30 Apr 2024 24:00:00 UTC", NOON - timedelta(hours=12)),
        ("Wed, 01 May 2024 11:59:60 UTC", NOON),
        ("2024-05-01T13:59:60+02:00", NOON),
        ("1 May 99 12:00 GMT", NOON.replace(year=1999)),
        ("2024-05-01T12:00:00.25Z", NOON.replace(microsecond=250_000)),
        ("1 May 2024 12:00 am z", NOON.replace(hour=0)),
        ("2024-05-01T12:00:00", NOON.replace(tzinfo=None)),
        ("Wed, 01 May 2024 12:00:00 IST", NOON.replace(tzinfo=None)),
        ("2024-05", datetime(2024, 5, 1)),  # noqa: DTZ001  (a date has no zone)
        ("2024", datetime(2024, 1, 1)),  # noqa: DTZ001  (as above)
        *[(wrong, None) for wrong in (
            "", "yesterday", "2024-02-30", "2024-13-01", "1 May 2024 25:00 UTC", "1 May 2024 24:01 UTC",
            "1 May 2024 12:60 UTC", "1 May 2024 12:00:61 UTC", "1 May 2024 13:00 pm", "2024-05-01T12:00:00+2500",
            "0001-01-01", "9999-01-01", "9" * 200,
        )],
    ],
)  # fmt: skip
def test_instants_are_read_as_feeds_write_them(text: str, instant: datetime | None) -> None:
    """RFC 822 with its misspellings and ISO 8601 with parts left out; a zone that may be several is none."""
    assert instant_of(text) == instant


def test_instant_without_a_zone_is_refused_or_read_in_one() -> None:
    """A naive instant is refused with the way out, and read in the zone that is given."""
    feed = rss("<item><pubDate>01 May 2024 14:00</pubDate></item>")

    with pytest.raises(InvalidInput) as caught:
        updates_from(feed, where="feed.xml")
    assert caught.value == InvalidInput(
        subject="feed",
        problems=(
            Problem(
                what="'01 May 2024 14:00' has no time zone that means one thing",
                hint="pass zone=, such as zone=datetime.UTC, to read it in that zone",
                where="feed.xml, entry 1, published",
                value="01 May 2024 14:00",
            ),
        ),
    )
    assert one(feed, zone=timezone(timedelta(hours=2))).posted_at == NOON


@pytest.mark.parametrize(
    ("inner", "posted", "edited"),
    [
        ("<dc:date>2024-05-01T12:00Z</dc:date>", 12, None),
        ("<pubDate>1 May 2024 12:00 GMT</pubDate><atom:updated>2024-05-01T13:00Z</atom:updated>", 12, 13),
        ("<pubDate>1 May 2024 12:00 GMT</pubDate><atom:updated>2024-05-01T12:00Z</atom:updated>", 12, None),
        ("<dcterms:created xmlns:dcterms='http://purl.org/dc/terms/'>2024-05-01T12:00Z</dcterms:created>", 12, None),
    ],
)
def test_first_instant_is_when_it_was_posted(inner: str, posted: int, edited: int | None) -> None:
    """What only has an instant of change was posted then."""
    update = item(inner)
    changed = update.extra.get("edited_at")

    assert update.posted_at == NOON.replace(hour=posted)
    assert changed == (NOON.replace(hour=edited) if edited else None)


# What is refused ######################################################################################################


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ("<html><body/></html>", ("line 1, column 1", "it is a page of HTML and no feed")),
        ("\n <opml/>", ("line 2, column 2", "it is a document of 'opml' and no feed")),
        ("<feed><x/></feed>".replace("feed", "rdf"), ("", "it is no feed that is known")),
        ("<rss>\n<item>", ("line 2, column 7", "it is no well-formed XML: no element found")),
        ("<rss>\n<item><b></item>", ("line 2, column 12", "it is no well-formed XML: mismatched tag")),
        ("", ("line 1, column 1", "it is no well-formed XML: no element found")),
        (b"<rss>\xff</rss>", ("byte 6", "0xff is no UTF-8")),
        (b'<?xml version="1.0" encoding="punycode"?><rss/>', ("", "there is no encoding 'punycode'")),
        (b'<?xml version="1.0" encoding="klingon"?><rss/>', ("", "there is no encoding 'klingon'")),
        (rss("<item><pubDate>soon</pubDate></item>"), ("entry 1, published", "'soon' is no instant")),
        ({"items": 3}, ("$", "an object is no JSON Feed")),
        ([], ("$", "a list is no JSON Feed")),
        ({"items": [3]}, ("$.items[0]", "a number is no entry")),
        ({"items": [{"id": 1.5}]}, ("$.items[0].id", "1.5 is no id: ids are text or whole numbers")),
        ({"items": [{"id": {}}]}, ("$.items[0].id", "an object is no id")),
        ({"items": [{"authors": ["Ada"]}]}, ("$.items[0].authors[0]", "text is no author")),
        ({"items": [{"author": "Ada"}]}, ("$.items[0].author", "text is no author")),
        ({"items": [{"date_published": 3}]}, ("$.items[0].date_published", "a number is no instant")),
        ({"items": [{"content_html": ["x"]}]}, ("$.items[0].content_html", "a list stands where text belongs")),
        ({"items": [], "title": 3}, ("$.title", "a number stands where text belongs")),
    ],
)
def test_unsound_feeds_are_refused_with_their_place(payload: object, problem: tuple[str, str]) -> None:
    """What is cut off, garbled or something else is told, with its place and once."""
    assert problems_of(payload) == [problem]


@pytest.mark.parametrize(
    ("feed", "part"),
    [
        ('<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "it declares an entity, 'a'"),
        ('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "it declares an entity, 'a'"),
        ('<!DOCTYPE r [<!ENTITY % a SYSTEM "http://x.example/">%a;]><rss/>', "it declares an entity, 'a'"),
        ("<rss>" + "<a>" * 200, "more than 100 levels deep"),
        ("<rss>" + "<a/>" * 500_001, "more than 500,000 elements"),
        ("<rss>" + "".join(f'<a xmlns:n{n}="u"/>' for n in range(200)), "more than 100 namespaces"),
        (f'<rss xmlns="{"u" * 501}"/>', "more than 100 namespaces, or a very long one"),
        (f'<rss xml:base="https://x.example/{"u" * 1_500}"><a base="{"u" * 500}"/></rss>', "more than 2,000 letters"),
        ("<rss " + " ".join(f'a{n}="1"' for n in range(101)) + "/>", "more than 100 attributes"),
        (f"<rss><author>{'a ' * 2_501}</author></rss>", "more than 5,000 characters"),
        (f"<rss><author>{'a' * 200}</author></rss>", "more than 120 letters"),
        (f"<rss><keywords>{'a ' * 2_000}</keywords></rss>", "more than 1,000 categories"),
        (f"<rss><item>{'<category/>' * 1_001}</item></rss>", "more than 1,000 categories"),
        (f"<rss><keywords>{'a' * 10_001}</keywords></rss>", "more than 10,000 characters"),
        ("<rss>" + " " * 20_000_000, "more than 20,000,000 characters"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_hostile_feeds_are_refused(feed: str, part: str) -> None:
    """Nothing expands, nothing is fetched, and everything that makes a reader slow has a limit."""
    [(_, what)] = problems_of(feed)

    assert part in what


def test_endless_cell_is_refused_by_the_record() -> None:
    """A text of a megabyte is read, and is too long for a record."""
    [(where, what)] = problems_of(rss(f"<item><description>{'a' * 1_000_000}</description></item>"))

    assert where == "entry 1"
    assert what == "the text is 1,000,000 characters long, and 100,000 is the limit"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<title>Tea & cake</title>", "Tea & cake"),
        ("<title>Tea &#38; &nbsp;&tea; cake</title>", "Tea & \xa0&tea; cake"),
        ("<title>Tea & <![CDATA[a&amp;b]]><!-- & --></title>", "Tea & a&amp;b"),
        ("<title>Tea\x0bcake&#1;</title>", "Tea\ufffdcake\ufffd"),
        ("<title>Tea</title><media:title>Cake</media:title>", "Tea"),
        ("<title>Tea</title><x:y>Cake</x:y>", "Tea"),
        ("<title>Tea &amp; <![CDATA[cake]]></title>&", "Tea & cake"),
    ],
)
def test_common_mistakes_are_mended(inner: str, text: str) -> None:
    """Ampersands, HTML's names for characters, control characters and undeclared prefixes are no reason to refuse."""
    feed = f"<?xml version='1.0'?><!-- <x> --><rss version='2.0'><channel><item>{inner}</item></channel></rss>"

    assert one(feed).text.replace("&amp;", "&") == text.replace("&amp;", "&")


def test_mending_is_no_guessing() -> None:
    """A piece of CDATA that never ends is no piece of CDATA that ends somewhere."""
    assert problems_of("<rss>&<![CDATA[ <item>")[0][1].startswith("it is no well-formed XML")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_encodings_are_told_by_their_bytes(encoding: str) -> None:
    """A byte order mark, or the first character, says which of Unicode's encodings it is."""
    document = rss("<item><title>Thé</title></item>").encode(encoding)

    assert looks_like(document)
    assert one(document).text == "Thé"


def test_declared_and_given_encodings_are_used() -> None:
    """What the declaration says counts, and what the caller says counts more."""
    head, body = "<?xml version='1.0' encoding='iso-8859-1'?>", rss("<item><title>Thé</title></item>")

    assert one((head + body).encode("latin-1")).text == "Thé"
    [entry] = entries_of((head + body).encode("utf-8"), encoding="utf-8")
    assert updates_from(entry)[0].text == "Thé"
    assert one(head + body).text == "Thé"


# Entry by entry #######################################################################################################


def test_entries_are_judged_one_by_one() -> None:
    """One unsound entry does not stop the others, when they are read one after the other."""
    feed = rss("<item><guid>1</guid></item><item><pubDate>x</pubDate></item><item><guid>3</guid></item>")
    first, second, third = entries_of(feed)

    assert [updates_from(entry)[0].id for entry in (first, third)] == ["1", "3"]
    assert looks_like(second)
    with pytest.raises(InvalidInput, match="entry 2, published: 'x' is no instant"):
        updates_from(second)


def test_items_in_the_text_of_another_are_refused() -> None:
    """An element of a text that has the name of an entry would put people to the wrong entries."""
    entry = (
        '<entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><item>x</item></div></content></entry>'
    )

    assert problems_of(atom(entry)) == [("", "entries stand within entries")]


def test_every_author_has_their_own_mail() -> None:
    """What one author lacks is not taken from another; a part of no meaning is passed over."""
    update = one(
        atom(
            "<entry><author><name>Ada</name><email>ada@tea.example</email><x>Dr</x></author>"
            "<author><name>Bo</name></author></entry>"
        )
    )

    assert (update.author_name, str(update.author), update.extra["authors"]) == (
        "Ada",
        "email:ada@tea.example",
        ("Bo",),
    )


def test_other_payloads_are_no_feeds() -> None:
    """What is neither text nor an entry cannot be a feed."""
    with pytest.raises(InvalidInput, match="a list is no feed"):
        updates_from(["<rss/>"])
    assert looks_like(b"<?xml version='1.0' encoding='klingon'?>")
    assert [looks_like(payload) for payload in ("\ufeff\n<a", b"<a", "{", 3, {})] == [True, True, False, False, False]


def test_shape_of_a_json_feed_is_recognised() -> None:
    """The version tells it, as an address or a number."""
    shapes = [{"version": version, "items": []} for version in ("https://jsonfeed.org/version/1", "1.0", "1.1")]
    others: list[object] = [
        {"version": "2", "items": []},
        {"version": 1, "items": []},
        {"items": []},
        {"version": "1"},
        [],
    ]

    assert all(map(jsonfeed.looks_like, shapes))
    assert not any(map(jsonfeed.looks_like, others))


def test_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without feedparser, the error says what to install."""
    monkeypatch.setitem(sys.modules, "feedparser", None)
    with pytest.raises(MissingExtra) as caught:
        updates_from(rss(""))

    assert caught.value == MissingExtra(library="feedparser", extra="feeds", purpose="reading RSS and Atom")


@pytest.mark.parametrize("spoilt", ["raises", "reports"])
def test_failure_of_the_library_is_a_refusal(spoilt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library stumbles over, the caller sees an error of ours."""
    import xml.sax

    import feedparser

    def parse(*_: object, **__: object) -> dict[str, object]:
        if spoilt == "raises":
            raise RuntimeError
        return {"bozo_exception": xml.sax.SAXException("oh dear")}

    monkeypatch.setattr(feedparser, "parse", parse)

    [(_, what)] = problems_of(rss(""))
    assert what == f"feedparser cannot read it: {'RuntimeError' if spoilt == 'raises' else 'oh dear'}"


# Fuzzing ##############################################################################################################

_PIECES = """
    <rss>| </rss>| <channel>| </channel>| <item>| </item>| <feed>| </feed>| <entry>| </entry>| <author>| </author>|
    <name>| </name>| <title>| </title>| <link/>| <link href='http://[x'/>| <source>| </source>| <image>| </image>|
    <textinput>|
    </textinput>| <guid>| </guid>| <content type='xhtml'>| </content>| <content mode='base64'>| <category/>| <pubDate>|
    </pubDate>| <channel lastmod='x' href='y'>| <!DOCTYPE x>| <![CDATA[| ]]>| <!--| -->| &| &amp;| &#xD800;| &nbsp;|
    2024-05-01| a@b.example (c)| <width>| </width>| <svg>| </svg>| <url>| </url>| <description>| </description>| x
""".replace("\n", " ").split("| ")


def outcome_of(read: Callable[[Any], list[SocialUpdate]], payload: object) -> list[Any]:
    """Give the updates of a payload, or the problems of its refusal; another error is one."""
    try:
        return [update.id for update in read(payload)]
    except InvalidInput as error:
        return [problem.what for problem in error.problems] or [""]


@given(st.lists(st.sampled_from([*_PIECES, "\x00", "\ud800"]), max_size=30), st.booleans())
def test_any_markup_is_read_or_refused(pieces: list[str], within: bool) -> None:
    """Whatever stands in a document, there are updates with ids or a refusal with reasons."""
    document = "".join(pieces)

    assert all(outcome_of(updates_from, rss(f"<item>{document}</item>") if within else document))


@given(st.binary(max_size=200), st.sampled_from([b"", b"<rss>", b"<?xml encoding='utf-16'?>", b"\xff\xfe", b"\x00<"]))
def test_any_bytes_are_read_or_refused(data: bytes, before: bytes) -> None:
    """Whatever bytes come, there are updates with ids or a refusal with reasons."""
    assert all(outcome_of(updates_from, before + data))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_KEYS = "id url title content_html summary date_published authors author tags attachments _x".split()


@given(st.lists(st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=6) | _JSON, max_size=3))
def test_any_json_is_read_or_refused(items: list[object]) -> None:
    """Whatever values stand under the keys of a JSON Feed, there are updates with ids or a refusal with reasons."""
    assert all(outcome_of(jsonfeed.updates_from, {"version": "1.1", "items": items}))


# Documents that others wrote ##########################################################################################


def expected_of(path: Path) -> list[dict[str, Any]]:
    """Give the items as somebody else reads them."""
    items: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")).get("items") or []
    return items


def facts_of(update: SocialUpdate, wanted: dict[str, Any]) -> dict[str, Any]:
    """Give the facts of an update that somebody else's reading has as well, under its names."""
    mail = update.author.handle if update.author and update.author.network == "email" else ""
    instant = update.posted_at.isoformat().replace("+00:00", "Z").replace("520000", "52") if update.posted_at else ""
    author = {"name": update.author_name, "email": mail}
    facts = {
        "author": {key: author[key] for key in wanted.get("author", {}) if key in author},
        "link": update.url,
        "guid": update.id,
        "publishedParsed": instant,
    }
    return {key: value for key, value in facts.items() if key in wanted}


def wanted_of(wanted: dict[str, Any]) -> dict[str, Any]:
    """Give the facts of somebody else's reading that are compared."""
    author = {key: value for key, value in wanted.get("author", {}).items() if key in ("name", "email")}
    facts = {key: wanted[key] for key in ("link", "guid", "publishedParsed") if key in wanted}
    return {**({"author": author} if "author" in wanted else {}), **facts}


@pytest.mark.parametrize("path", shared_files("feeds_gofeed_translator", "rss/*.xml", "atom/*.xml"))
def test_xml_feeds_are_read_as_expected(path: Path) -> None:
    """Author, link, id and instant are as the reading beside each document says."""
    wanted = expected_of(path.with_suffix(".json"))
    # An entry that says nothing but what makes no update stands in the reading all the same.
    updates = updates_from(path.read_bytes())
    compared = [item for item in wanted if any(key in item for key in ("author", "link", "guid", "publishedParsed"))]

    assert [facts_of(update, item) for update, item in zip(updates, compared, strict=False)] == [
        wanted_of(item) for item in compared
    ]


@pytest.mark.parametrize("name", ["json10_full", "json11_full", "json10_simple"])
def test_json_feeds_are_read_as_expected(name: str, shared: Callable[..., Path]) -> None:
    """Author, link, id and instant are as the reading beside each document says."""
    folder = shared("feeds_gofeed_translator", "json")
    document = parse_json((folder / f"{name}.json").read_bytes())
    updates = jsonfeed.updates_from(document)
    wanted = expected_of(folder / f"{name}_expected.json")

    assert jsonfeed.looks_like(document)
    assert [facts_of(update, item) for update, item in zip(updates, wanted, strict=True)] == list(
        map(wanted_of, wanted)
    )


def test_limits_are_told() -> None:
    """The documentation names these numbers."""
    assert (feedxml.FEED_LIMIT, feedxml.ELEMENTS_LIMIT, feedxml.DEPTH_LIMIT) == (20_000_000, 500_000, 100)
    assert isinstance(next(iter(entries_of(atom("<entry/>")))), Entry)
    assert webfeeds.looks_like(next(iter(entries_of(atom("<entry/>")))))
