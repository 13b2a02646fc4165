"""
What services answer, made up in the shapes that their documentation gives, with all the keys that one gets.

Every function makes one body, told apart by its number. `batch` is another set of people: readers keep profiles that
they have met, so bodies of one batch are new to them once. One author in twenty-five writes again in a page of forty.
"""

from typing import Any, Final

WORDS: Final = (
    "We shipped the new routes for the depots this morning, and the first vans are on the road already. Thanks to "
    "everybody who stayed late! Numbers follow on Thursday; questions are welcome here or by mail."
)
#: People in a page of forty.
AUTHORS: Final = 25


def _who(number: int, batch: int) -> tuple[str, int]:
    """Give a handle and a number of an account."""
    place = number % AUTHORS
    return f"ada_{batch}_{place}", 109_000_000_000_000_000 + batch * 1_000 + place


def at_(number: int) -> str:
    """Give an instant without its zone."""
    return f"2026-05-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:51"


def mastodon_status(number: int, batch: int = 0) -> dict[str, Any]:
    """A status of a timeline; one in four is a boost, one in three has a picture, one in five a card."""
    status = _status(number, batch)
    return (
        {**_status(number + 7, batch), "id": f"11{number:016}", "content": "", "reblog": status}
        if number % 4 == 3
        else status
    )


def _status(number: int, batch: int) -> dict[str, Any]:
    name, id_ = _who(number, batch)
    home, tag = "https://social.example", f"{number:06}"
    picture = {
        "id": f"113{tag}", "type": "image", "url": f"{home}/media/{tag}/original.jpg",
        "preview_url": f"{home}/media/{tag}/small.jpg", "remote_url": None, "preview_remote_url": None,
        "text_url": None, "description": "A van in front of a depot, in the first light.",
        "meta": {
            "original": {"width": 1920, "height": 1080, "size": "1920x1080", "aspect": 1.7777777777777777},
            "small": {"width": 640, "height": 360, "size": "640x360", "aspect": 1.7777777777777777},
        },
        "blurhash": "UVIz3=~WjuxuxuNGaeofxuM{WBWVozayRjof",
    }  # fmt: skip
    card = {
        "url": f"https://news.example/{tag}", "title": "Routes that plan themselves", "description": WORDS[:90],
        "language": "en", "type": "link", "author_name": "Ines Dahl", "author_url": "", "provider_name": "News",
        "provider_url": "", "html": "", "width": 1200, "height": 630, "image": f"{home}/cards/{tag}.jpg",
        "image_description": "", "embed_url": "", "blurhash": "UVIz3=~WjuxuxuNGaeofxuM{WBWVozayRjof",
        "published_at": "2026-05-01T00:00:00.000Z", "authors": [],
    }  # fmt: skip
    return {
        "id": f"11{number:016}", "created_at": f"{at_(number)}.777Z", "in_reply_to_id": None,
        "in_reply_to_account_id": None, "sensitive": False, "spoiler_text": "", "visibility": "public",
        "language": "en", "uri": f"{home}/users/{name}/statuses/11{number:016}",
        "url": f"{home}/@{name}/11{number:016}",
        "replies_count": 3, "reblogs_count": 12, "favourites_count": 40, "quotes_count": 0, "edited_at": None,
        "favourited": False, "reblogged": False, "muted": False, "bookmarked": False, "filtered": [],
        "content": f'<p>{WORDS}</p><p>More: <a href="https://news.example/{tag}" target="_blank" rel="nofollow '
        f'noopener" translate="no"><span class="invisible">https://</span><span class="">news.example/{tag}'
        f'</span></a> <a href="{home}/tags/logistics" class="mention" rel="tag">#<span>logistics</span></a></p>',
        "reblog": None, "application": {"name": "Web", "website": None},
        "account": {
            "id": str(id_), "username": name, "acct": name, "display_name": f"Ada Abara {id_ % 100} :verified:",
            "locked": False, "bot": False, "discoverable": True, "indexable": True, "group": False,
            "created_at": "2022-11-05T00:00:00.000Z", "note": f"<p>{WORDS[:110]}</p>", "url": f"{home}/@{name}",
            "uri": f"{home}/users/{name}", "avatar": f"{home}/accounts/avatars/{id_}/original/a2b4.jpg",
            "avatar_static": f"{home}/accounts/avatars/{id_}/original/a2b4.jpg",
            "header": f"{home}/accounts/headers/{id_}/original/c3d4.jpg",
            "header_static": f"{home}/accounts/headers/{id_}/original/c3d4.jpg", "followers_count": 812,
            "following_count": 214, "statuses_count": 4711, "last_status_at": "2026-05-27", "hide_collections": False,
            "noindex": False, "emojis": [{
                "shortcode": "verified", "url": f"{home}/emoji/v.png", "static_url": f"{home}/emoji/v.png",
                "visible_in_picker": True,
            }],
            "roles": [], "fields": [
                {"name": "Work", "value": "Routes and depots", "verified_at": None},
                {"name": "Site", "value": '<a href="https://ada.example" rel="me">ada.example</a>',
                 "verified_at": "2023-01-05T10:11:12.000+00:00"},
            ],
        },
        "media_attachments": [picture] if number % 3 == 0 else [], "mentions": [],
        "tags": [{"name": "logistics", "url": f"{home}/tags/logistics"}], "emojis": [],
        "card": card if number % 5 == 0 else None, "poll": None,
    }  # fmt: skip


def bluesky_item(number: int, batch: int = 0) -> dict[str, Any]:
    """A post as `getTimeline` shows it; one in four answers, one in four is passed on."""
    item: dict[str, Any] = {"post": bluesky_post(number, batch)}
    if number % 4 == 2:
        above = bluesky_post(number + 3, batch)
        item["reply"] = {"root": above, "parent": above}
    if number % 4 == 3:
        item["reason"] = {
            "$type": "app.bsky.feed.defs#reasonRepost", "by": bluesky_post(number + 5, batch)["author"],
            "uri": f"at://did:plc:{batch:04}{number % AUTHORS:020}/app.bsky.feed.repost/3r{number:011}",
            "cid": f"bafyrei{number:052}", "indexedAt": f"{at_(number)}.910Z",
        }  # fmt: skip
    return item


def bluesky_feed(numbers: range, batch: int = 0) -> dict[str, Any]:
    """A page of a timeline."""
    return {"feed": [bluesky_item(number, batch) for number in numbers], "cursor": "2026-05-01T00:00:00Z"}


def bluesky_post(number: int, batch: int = 0) -> dict[str, Any]:
    """A view of a post, with a link, a tag and the preview of a page."""
    name, _ = _who(number, batch)
    did, tag = f"did:plc:{batch:04}{number % AUTHORS:020}", f"{number:011}"
    cdn = f"https://cdn.bsky.example/img/feed_thumbnail/plain/{did}/bafkrei{tag:0>52}@jpeg"
    record = _bluesky_record(number)
    if number % 4 == 2:
        up = {"uri": f"at://{did}/app.bsky.feed.post/3p{number + 3:011}", "cid": f"bafyrei{number + 3:052}"}
        record["reply"] = {"parent": up, "root": up}
    return {
        "uri": f"at://{did}/app.bsky.feed.post/3p{tag}", "cid": f"bafyrei{number:052}",
        "author": {
            "did": did, "handle": f"{name.replace('_', '-')}.bsky.example", "displayName": f"Ada Abara {number % 25}",
            "avatar": f"https://cdn.bsky.example/img/avatar/plain/{did}/bafkrei{tag:0>52}@jpeg",
            "associated": {"chat": {"allowIncoming": "following"},
            "activitySubscription": {"allowSubscriptions": "followers"}},
            "viewer": {"muted": False, "blockedBy": False, "following": f"at://{did}/app.bsky.graph.follow/3f{tag}"},
            "labels": [], "createdAt": "2023-07-14T09:21:33.512Z",
        },
        "record": record,
        "embed": {
            "$type": "app.bsky.embed.external#view",
            "external": {"uri": f"https://news.example/{tag}", "title": "Routes that plan themselves",
                         "description": WORDS[:90], "thumb": cdn},
        },
        "bookmarkCount": 1, "replyCount": 3, "repostCount": 12, "likeCount": 40, "quoteCount": 0,
        "indexedAt": f"{at_(number)}.861Z", "viewer": {"bookmarked": False, "threadMuted": False,
        "embeddingDisabled": False},
        "labels": [],
    }  # fmt: skip


def _bluesky_record(number: int) -> dict[str, Any]:
    start, end = len(WORDS) + 1, len(WORDS) + 24
    return {
        "$type": "app.bsky.feed.post", "createdAt": f"{at_(number)}.410Z", "langs": ["en"],
        "text": f"{WORDS} news.example/{number:06}…",
        "facets": [
            {"$type": "app.bsky.richtext.facet", "index": {"byteStart": start, "byteEnd": end},
             "features": [{"$type": "app.bsky.richtext.facet#link", "uri": f"https://news.example/{number:011}"}]},
        ],
        "embed": {
            "$type": "app.bsky.embed.external",
            "external": {
                "uri": f"https://news.example/{number:011}", "title": "Routes that plan themselves",
                "description": WORDS[:90],
                "thumb": {"$type": "blob", "ref": {"$link": f"bafkrei{number:052}"}, "mimeType": "image/jpeg",
                "size": 301_533},
            },
        },
    }  # fmt: skip


def bluesky_event(number: int, batch: int = 0) -> dict[str, Any]:
    """An event of Jetstream: a post that was just made, with little in it."""
    did = f"did:plc:{batch:04}{number % AUTHORS:020}"
    up = {"cid": f"bafyrei{number + 3:052}", "uri": f"at://{did}/app.bsky.feed.post/3p{number + 3:011}"}
    return {
        "did": did, "time_us": 1_780_000_000_000_000 + number * 1_013_337, "kind": "commit",
        "commit": {
            "rev": f"3v{number:011}", "operation": "create", "collection": "app.bsky.feed.post",
            "rkey": f"3p{number:011}",
            "record": {"$type": "app.bsky.feed.post", "createdAt": f"{at_(number)}.410Z", "langs": ["en"],
                       "reply": {"parent": up, "root": up}, "text": WORDS[: 40 + number % 100]},
            "cid": f"bafyrei{number:052}",
        },
    }  # fmt: skip


def x_post(number: int, batch: int = 0) -> dict[str, Any]:
    """A post of version 2 with all the fields that one asks for; one in four reposts, one in four answers."""
    _, id_ = _who(number, batch)
    post_id = str(1_790_000_000_000_000_000 + number)
    post: dict[str, Any] = {
        "id": post_id, "text": f"{WORDS[:200]} https://t.co/Ab{number:08}", "author_id": str(id_),
        "created_at": f"{at_(number)}.000Z", "conversation_id": post_id, "lang": "en", "reply_settings": "everyone",
        "possibly_sensitive": False, "edit_history_tweet_ids": [post_id],
        "edit_controls": {"edits_remaining": 5, "is_edit_eligible": True, "editable_until": f"{at_(number)}.000Z"},
        "public_metrics": {"retweet_count": 12, "reply_count": 3, "like_count": 40, "quote_count": 0,
                           "bookmark_count": 1, "impression_count": 5120},
        "context_annotations": [{
            "domain": {"id": "46", "name": "Business Taxonomy", "description": "Categories within Brand Verticals"},
            "entity": {"id": "1557697121477832705", "name": "Transport", "description": "Brands in transport"},
        }],
        "entities": {
            "urls": [{"start": 201, "end": 224, "url": f"https://t.co/Ab{number:08}",
            "unwound_url": f"https://news.example/{number}",
                      "expanded_url": f"https://news.example/{number}", "display_url": f"news.example/{number}",
                      "status": 200, "title": "Routes that plan themselves", "description": WORDS[:90]}],
            "annotations": [{"start": 4, "end": 9, "probability": 0.5413, "type": "Other",
            "normalized_text": "depots"}],
        },
    }  # fmt: skip
    if number % 4 == 2:
        post["referenced_tweets"] = [{"type": "replied_to", "id": str(int(post_id) - 3)}]
        post["in_reply_to_user_id"] = str(id_)
    if number % 4 == 3:
        post["referenced_tweets"] = [{"type": "retweeted", "id": str(int(post_id) - 5)}]
        post["text"] = f"RT @{_who(number - 5, batch)[0]}: {WORDS[:110]}…"
    return post


def x_answer(numbers: range, batch: int = 0) -> dict[str, Any]:
    """An answer of version 2, with the accounts and the posts that its posts name."""
    posts = [x_post(number, batch) for number in numbers]
    named = {reference["id"] for post in posts for reference in post.get("referenced_tweets", ())}
    beside = [post for n in range(numbers.start - 5, numbers.stop) if (post := x_post(n, batch))["id"] in named]
    users = {post["author_id"]: post for post in (*posts, *beside)}
    return {
        "data": posts,
        "includes": {"users": [_x_user(int(id_)) for id_ in users], "tweets": beside},
        "meta": {
            "result_count": len(posts),
            "newest_id": posts[0]["id"],
            "oldest_id": posts[-1]["id"],
            "next_token": "7140dibdnow9",
        },
    }


def _x_user(id_: int) -> dict[str, Any]:
    name = f"ada_{(id_ - 109_000_000_000_000_000) // 1_000}_{id_ % 1_000}"
    return {
        "id": str(id_), "username": name, "name": f"Ada Abara {id_ % 100}", "created_at": "2013-12-14T04:35:55.000Z",
        "description": WORDS[:110], "location": "Ghent", "protected": False, "verified": True, "verified_type": "blue",
        "url": "https://t.co/3IZnPh3RAd", "profile_image_url": f"https://pbs.example/profile_images/{id_}/a_normal.jpg",
        "public_metrics": {"followers_count": 812, "following_count": 214, "tweet_count": 4711, "listed_count": 9,
        "like_count": 77},
    }  # fmt: skip


def x_small(number: int, batch: int = 0) -> dict[str, Any]:
    """A post of version 2 as it comes if one asks for little: under 300 bytes."""
    post_id = str(1_790_000_000_000_000_000 + number)
    return {
        "id": post_id, "text": WORDS[: 60 + number % 60], "author_id": str(_who(number, batch)[1]),
        "created_at": f"{at_(number)}.000Z", "edit_history_tweet_ids": [post_id],
    }  # fmt: skip


def x_status(number: int, batch: int = 0) -> dict[str, Any]:
    """A post of version 1.1, as timelines gave it in extended mode; one in four is a repost."""
    status = _x_status(number, batch)
    if number % 4 == 3:
        original = _x_status(number - 3, batch)
        return {**status, "full_text": f"RT @ada: {original['full_text'][:100]}…", "retweeted_status": original}
    return status


def _x_status(number: int, batch: int) -> dict[str, Any]:
    name, account = _who(number, batch)
    id_ = 1_190_000_000_000_000_000 + number
    return {
        "created_at": f"Wed May {number % 28 + 1:02} {number % 24:02}:19:24 +0000 2019", "id": id_, "id_str": str(id_),
        "full_text": f"{WORDS} https://t.co/Ab{number:08}", "truncated": False, "display_text_range": [0, 214],
        "entities": {
            "hashtags": [], "symbols": [], "user_mentions": [],
            "urls": [{"url": f"https://t.co/Ab{number:08}", "expanded_url": f"https://news.example/{number}",
                      "display_url": f"news.example/{number}", "indices": [191, 214]}],
        },
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "in_reply_to_status_id": None, "in_reply_to_status_id_str": None, "in_reply_to_user_id": None,
        "in_reply_to_user_id_str": None, "in_reply_to_screen_name": None,
        "user": {
            "id": account, "id_str": str(account), "name": f"Ada Abara {number % 25}", "screen_name": name[:15],
            "location": "Ghent", "description": WORDS[:110], "url": "https://t.co/3IZnPh3RAd",
            "entities": {"url": {"urls": [{"url": "https://t.co/3IZnPh3RAd", "expanded_url": "https://ada.example",
                                           "display_url": "ada.example", "indices": [0, 23]}]},
                         "description": {"urls": []}},
            "protected": False, "followers_count": 812, "friends_count": 214, "listed_count": 9,
            "created_at": "Sat Dec 14 04:35:55 +0000 2013", "favourites_count": 77, "utc_offset": None,
            "time_zone": None,
            "geo_enabled": False, "verified": False, "statuses_count": 4711, "lang": None,
            "contributors_enabled": False,
            "is_translator": False, "is_translation_enabled": False, "profile_background_color": "F5F8FA",
            "profile_background_image_url": None, "profile_background_tile": False,
            "profile_image_url": f"http://pbs.example/profile_images/{account}/a_normal.jpg",
            "profile_image_url_https": f"https://pbs.example/profile_images/{account}/a_normal.jpg",
            "profile_banner_url": f"https://pbs.example/profile_banners/{account}/1", "profile_link_color": "1DA1F2",
            "profile_sidebar_border_color": "C0DEED", "profile_sidebar_fill_color": "DDEEF6",
            "profile_text_color": "333333", "profile_use_background_image": True, "has_extended_profile": False,
            "default_profile": True, "default_profile_image": False, "following": False, "follow_request_sent": False,
            "notifications": False, "translator_type": "none",
        },
        "geo": None, "coordinates": None, "place": None, "contributors": None, "is_quote_status": False,
        "retweet_count": 12, "favorite_count": 40, "favorited": False, "retweeted": False, "possibly_sensitive": False,
        "lang": "en",
    }  # fmt: skip


def activity(number: int, batch: int = 0) -> dict[str, Any]:
    """A member of an outbox as Mastodon writes it: a note and its making."""
    name, _ = _who(number, batch)
    home = "https://social.example"
    actor, note = f"{home}/users/{name}", f"{home}/users/{name}/statuses/11{number:016}"
    to, cc = ["https://www.w3.org/ns/activitystreams#Public"], [f"{actor}/followers"]
    return {
        "id": f"{note}/activity", "type": "Create", "actor": actor, "published": f"{at_(number)}Z", "to": to, "cc": cc,
        "object": {
            "id": note, "type": "Note", "summary": None, "inReplyTo": None, "published": f"{at_(number)}Z",
            "url": f"{home}/@{name}/11{number:016}", "attributedTo": actor, "to": to, "cc": cc, "sensitive": False,
            "atomUri": note, "inReplyToAtomUri": None,
            "conversation": f"tag:social.example,2026-05-01:objectId={number}:objectType=Conversation",
            "content": f"<p>{WORDS}</p>", "contentMap": {"en": f"<p>{WORDS}</p>"}, "attachment": [],
            "tag": [{"type": "Hashtag", "href": f"{home}/tags/logistics", "name": "#logistics"}],
            "replies": {"id": f"{note}/replies", "type": "Collection", "first": {
                "type": "CollectionPage", "next": f"{note}/replies?only_other_accounts=true&page=true",
                "partOf": f"{note}/replies", "items": [],
            }},
            "likes": {"id": f"{note}/likes", "type": "Collection", "totalItems": 40},
            "shares": {"id": f"{note}/shares", "type": "Collection", "totalItems": 12},
        },
    }  # fmt: skip


def outbox(numbers: range, batch: int = 0) -> dict[str, Any]:
    """A page of an outbox."""
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", {
            "ostatus": "http://ostatus.org#", "atomUri": "ostatus:atomUri",
            "inReplyToAtomUri": "ostatus:inReplyToAtomUri",
            "conversation": "ostatus:conversation", "sensitive": "as:sensitive", "Hashtag": "as:Hashtag",
        }],
        "id": "https://social.example/outbox?page=true", "type": "OrderedCollectionPage",
        "orderedItems": [activity(number, batch) for number in numbers],
    }  # fmt: skip


def plain_update(number: int, batch: int = 0) -> dict[str, Any]:
    """An update in leadmodel's plain form."""
    name, _ = _who(number, batch)
    return {
        "id": str(number), "network": "x", "handle": name[:15], "name": f"Ada Abara {number % 25}",
        "text": WORDS[:120], "posted_at": f"{at_(number)}Z", "url": f"https://x.com/ada/status/{number}",
    }  # fmt: skip


def json_feed(numbers: range, batch: int = 0) -> dict[str, Any]:
    """A JSON Feed of a magazine whose entries are by several authors."""
    return {
        "version": "https://jsonfeed.org/version/1.1", "title": "Depot notes",
        "home_page_url": "https://notes.example/",
        "feed_url": "https://notes.example/feed.json", "language": "en",
        "items": [
            {
                "id": f"https://notes.example/{number}", "url": f"https://notes.example/{number}",
                "title": f"Routes that plan themselves, part {number}",
                "content_html": f"<p>{WORDS}</p>\n<p>{WORDS}</p>\n<ul><li>one</li><li>two</li></ul>\n<p>{WORDS}</p>",
                "summary": WORDS[:90], "image": f"https://notes.example/{number}.jpg", "tags": ["logistics", "depots"],
                "date_published": f"{at_(number)}+02:00", "date_modified": f"{at_(number)}+02:00",
                "authors": [{"name": f"Ada Abara {number % 25}",
                "url": f"https://social.example/@{_who(number, batch)[0]}",
                             "avatar": "https://notes.example/ada.jpg"}],
            }
            for number in numbers
        ],
    }  # fmt: skip


_ESCAPED: Final = f"&lt;p&gt;{WORDS}&lt;/p&gt;&lt;p&gt;{WORDS}&lt;/p&gt;"


def rss(numbers: range, batch: int = 0) -> bytes:
    """An RSS 2.0 file of a weblog: creators by name, comments, categories, and the content beside the description."""
    items = "".join(
        f"""<item><title>Routes that plan themselves, part {number}</title><link>https://notes.example/{number}/</link>
<comments>https://notes.example/{number}/#comments</comments>
<dc:creator><![CDATA[Ada Abara {batch} {number % 25}]]></dc:creator>
<pubDate>Wed, {number % 28 + 1:02} May 2026 {number % 24:02}:09:13 +0000</pubDate>
<category><![CDATA[Logistics]]></category><category><![CDATA[Depots]]></category>
<guid isPermaLink="false">https://notes.example/?p={number}</guid>
<description><![CDATA[<p>{WORDS}</p>]]></description>
<content:encoded><![CDATA[<p>{WORDS}</p><p>{WORDS}</p><p><a href="https://news.example/{number}">{WORDS}</a></p>]]></content:encoded>
<slash:comments>3</slash:comments></item>"""
        for number in numbers
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Depot notes</title><atom:link href="https://notes.example/feed/" rel="self" type="application/rss+xml"/>
<link>https://notes.example</link><description>On the road</description><language>en-GB</language>
{items}</channel></rss>""".encode()


def atom(numbers: range, batch: int = 0) -> bytes:
    """An Atom file of a magazine whose entries have authors with addresses."""
    entries = "".join(
        f"""<entry><title>Routes that plan themselves, part {number}</title>
<link rel="alternate" type="text/html" href="https://notes.example/{number}"/><id>tag:notes.example,2026:{number}</id>
<published>{at_(number)}Z</published><updated>{at_(number)}Z</updated>
<author><name>Ada Abara {number % 25}</name><uri>https://social.example/@{_who(number, batch)[0]}</uri></author>
<category term="logistics" label="Logistics"/><summary type="text">{WORDS[:90]}</summary>
<content type="html">{_ESCAPED}</content></entry>"""
        for number in numbers
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Depot notes</title><subtitle>On the road</subtitle>
<link href="https://notes.example/atom.xml" rel="self"/><link href="https://notes.example/"/>
<updated>2026-05-29T10:00:00Z</updated><id>https://notes.example/</id>{entries}</feed>""".encode()
