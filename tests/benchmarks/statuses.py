"""Statuses as a Mastodon server sends them: our own invention, with every key that such a status has."""

import json
import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

HOME: Final = "home.example"
_SERVERS: Final = tuple(f"s{number}.example" for number in range(40))
_SENTENCES: Final = (
    "Engines for everybody &amp; everything", "It computes, once more", "The loom weaves flowers and leaves",
    'read on at <a href="https://looms.example/notes" rel="nofollow noopener" target="_blank">looms.example</a>',
    '<span class="h-card"><a href="https://home.example/@bo" class="u-url mention">@<span>bo</span></a></span> yes',
)  # fmt: skip


def handle(number: int) -> str:
    """Give the handle of an author; every third one is of the server that answers."""
    return f"user{number}" if number % 3 == 0 else f"user{number}@{_SERVERS[number % 40]}"


@lru_cache(20_000)
def _account(number: int) -> dict[str, Any]:
    acct = handle(number)
    name, _, server = acct.partition("@")
    page = f"https://{server or HOME}"
    picture = f"{page}/system/accounts/{number}/original/a.png"
    return {
        "id": str(10**17 + number), "username": name, "acct": acct, "display_name": f"User {number}", "locked": False,
        "bot": False, "discoverable": True, "group": False, "created_at": "2022-11-05T00:00:00.000Z",
        "note": f"<p>I am number {number}, and glad of it</p>", "url": f"{page}/@{name}", "uri": f"{page}/users/{name}",
        "avatar": picture, "avatar_static": picture, "header": picture, "header_static": picture,
        "followers_count": number, "following_count": 7, "statuses_count": 99, "last_status_at": "2024-05-01",
        "noindex": False, "emojis": [], "roles": [],
        "fields": [{"name": "Home", "value": f'<a href="{page}">{page}</a>', "verified_at": None}],
    }  # fmt: skip


def status(number: int, author: int) -> dict[str, Any]:
    """Give a status of an author."""
    account = _account(author)
    sentences = (_SENTENCES[(number * step) % len(_SENTENCES)] for step in (1, 3, 7))
    return {
        "id": str(112 * 10**15 + number), "created_at": f"2024-05-{number % 28 + 1:02}T{number % 24:02}:30:00.000Z",
        "in_reply_to_id": None, "in_reply_to_account_id": None, "sensitive": False, "spoiler_text": "",
        "visibility": "public", "language": "en", "uri": f"{account['uri']}/statuses/{number}",
        "url": f"{account['url']}/{number}", "replies_count": 0, "reblogs_count": number % 5, "favourites_count": 3,
        "edited_at": None, "favourited": False, "reblogged": False, "muted": False, "bookmarked": False,
        "content": f"<p>Number {number}: {'.</p><p>'.join(sentences)}</p>", "filtered": [], "reblog": None,
        "application": {"name": "Web", "website": None}, "account": account, "media_attachments": [], "mentions": [],
        "tags": [{"name": "engines", "url": f"https://{HOME}/tags/engines"}], "emojis": [], "card": None, "poll": None,
    }  # fmt: skip


def lines(number: int, *, authors: int = 20_000) -> Iterator[str]:
    """Give statuses as lines of JSON, lazily; some authors write a lot, and most write little."""
    chance = random.Random(7)
    weights = list(accumulate(1 / rank for rank in range(1, authors + 1)))
    for start in range(0, number, 1_000):
        several = chance.choices(range(authors), cum_weights=weights, k=min(1_000, number - start))
        yield from (json.dumps(status(start + at, author)) + "\n" for at, author in enumerate(several))


def new_authors(number: int) -> Iterator[str]:
    """Give statuses of which each has an author of its own."""
    return (json.dumps(status(each, each)) + "\n" for each in range(number))


def people(path: Path, number: int = 2_000) -> tuple[str, ...]:
    """Write contacts with deals into a folder, and give the options that name the files."""
    contacts, deals = path / "contacts.csv", path / "deals.csv"
    rows = (f"c{n},User {n},@{handle(n) if '@' in handle(n) else f'{handle(n)}@{HOME}'}\n" for n in range(0, number, 2))
    stages = ("Qualification", "Closed Won", "Closed Lost")
    contacts.write_text("id,last name,mastodon\n" + "".join(rows), encoding="utf-8")
    of_deals = "".join(f"d{n},{stages[n % 3]},c{n}\n" for n in range(0, number, 4))
    deals.write_text("id,stage,contact id\n" + of_deals, encoding="utf-8")
    return "--contacts", str(contacts), "--deals", str(deals), "--server", HOME
