"""
The social networks: one row each. What is special about a network stands in its row and nowhere else.

A row says which handles the network gives out, how two spellings of one handle are brought to one form, which web
addresses are profiles, and what a stable id looks like. A network without a row works with the plain rule: the handle
is kept as it is, apart from a leading at sign and the space around it.

Rule:
    NET-2, NET-3.
"""

import re
from collections.abc import Callable
from typing import Final

import attrs

from leadmodel.values.text import lower

#: Characters of a handle, in any network; checked before any pattern is tried.
HANDLE_LIMIT: Final = 320


@attrs.frozen(kw_only=True)
class Network:
    """
    One social network: a row of `NETWORKS`.
    """

    key: str
    #: The name that people know it by.
    label: str
    #: What a canonical handle looks like, as a whole.
    handle: re.Pattern[str]
    #: The same in words, for whoever got it wrong.
    form: str
    #: Brings the spellings of one handle to one form.
    canonical: Callable[[str], str] = lower
    #: What a stable id looks like: it outlives a change of the handle, and is never folded (NET-1).
    uid: re.Pattern[str] = re.compile(r"\S+")
    #: Hosts of profile pages, without "www." or "m.".
    hosts: tuple[str, ...] = ()
    #: Paths of profile pages, with a group `handle` or `uid`.
    paths: tuple[re.Pattern[str], ...] = ()
    #: The address of a profile page, with "{handle}" in it; "" where there is none.
    page: str = ""
    #: Other names for the network.
    aliases: tuple[str, ...] = ()
    #: Prefixes that people write before a handle, besides the at sign.
    prefixes: tuple[str, ...] = ()
    #: Whether a handle without a server is only half of one: many servers form this network.
    needs_server: bool = False


def _paths(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """
    Compile the paths of profile pages; whatever follows the handle, such as a single post, may stand after a slash.
    """
    return tuple(re.compile(rf"/{pattern}(?:/.*)?", re.IGNORECASE) for pattern in patterns)


#: First parts of a path on x.com that are pages of the site and nobody's handle.
_X_PAGES = "home|i|search|intent|hashtag|share|explore|settings|messages|notifications|login|signup|tos|privacy|compose"
_META_PAGES = "p|reel|reels|explore|stories|tv|accounts|direct|about|legal|developer"
_FACEBOOK_PAGES = (
    r"pages|people|groups|events|watch|marketplace|gaming|login|help|share|story\.php|photo\.php|profile\.php"
)
_GITHUB_PAGES = "orgs|settings|notifications|explore|topics|trending|marketplace|sponsors|login|join|about|pricing|apps"
_DOMAIN = r"[\w-]+(?:\.[\w-]+)*(?::[0-9]{1,5})?"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"

ROWS: Final = (
    Network(
        key="x",
        label="X",
        handle=re.compile(r"[a-z0-9_]{1,20}"),
        form="1 to 20 letters, digits or underscores",
        uid=re.compile(r"[0-9]{1,20}"),
        hosts=("x.com", "twitter.com", "mobile.twitter.com"),
        paths=_paths(r"i/user/(?P<uid>[0-9]{1,20})", rf"@?(?P<handle>(?!(?:{_X_PAGES})(?:/|$))\w{{1,20}})"),
        page="https://x.com/{handle}",
        aliases=("twitter",),
    ),
    Network(
        key="mastodon",
        label="Mastodon",
        handle=re.compile(rf"[\w](?:[\w.-]*\w)?@{_DOMAIN}"),
        form="user@server, such as ada@hachyderm.io",
        paths=_paths(r"@(?P<handle>[\w.-]+(?:@[\w.:-]+)?)", r"users/(?P<handle>(?![0-9]+(?:/|$))[\w.-]+)"),
        page="https://{server}/@{local}",
        aliases=("activitypub", "fediverse", "acct"),
        prefixes=("acct:",),
        needs_server=True,
    ),
    Network(
        key="bluesky",
        label="Bluesky",
        handle=re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?"),
        form="a domain name, such as ada.bsky.social",
        uid=re.compile(r"(?=.{1,2048}$)did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"),
        hosts=("bsky.app", "main.bsky.dev"),
        paths=_paths(r"profile/(?P<uid>did:[a-z]+:[\w.:%-]+)", r"profile/@?(?P<handle>[\w.-]+)"),
        page="https://bsky.app/profile/{handle}",
        aliases=("bsky", "atproto"),
        prefixes=("at://",),
    ),
    Network(
        key="linkedin",
        label="LinkedIn",
        handle=re.compile(r"(?:(?:company|school|showcase)/)?[\w&'.–\u2019-]{1,100}"),
        form="the last part of the profile's address, or \"company/\" and the last part of a company's",
        hosts=("linkedin.com",),
        paths=_paths(r"in/(?P<handle>[^/]+)", r"(?P<handle>(?:company|school|showcase)/[^/]+)"),
        page="https://www.linkedin.com/{path}",
        prefixes=("in/",),
    ),
    Network(
        key="facebook",
        label="Facebook",
        handle=re.compile(r"[\w.-]{2,80}"),
        form="2 to 80 letters, digits, dots or hyphens",
        uid=re.compile(r"[0-9]{1,20}"),
        hosts=("facebook.com", "fb.com", "web.facebook.com"),
        paths=_paths(
            r"profile\.php\?(?:.*&)?id=(?P<uid>[0-9]{1,20})(?:&.*)?",
            r"(?:people|pages)/[^/]+/(?P<uid>[0-9]{1,20})",
            rf"(?P<handle>(?!(?:{_FACEBOOK_PAGES})(?:/|\?|$))[\w.-]{{2,80}})",
        ),
        page="https://www.facebook.com/{handle}",
        aliases=("fb",),
    ),
    Network(
        key="instagram",
        label="Instagram",
        handle=re.compile(r"[a-z0-9._]{1,30}"),
        form="1 to 30 letters, digits, dots or underscores",
        hosts=("instagram.com",),
        paths=_paths(rf"@?(?P<handle>(?!(?:{_META_PAGES})(?:/|$))[\w.]{{1,30}})"),
        page="https://www.instagram.com/{handle}/",
    ),
    Network(
        key="threads",
        label="Threads",
        handle=re.compile(r"[a-z0-9._]{1,30}"),
        form="1 to 30 letters, digits, dots or underscores",
        hosts=("threads.net", "threads.com"),
        paths=_paths(r"@(?P<handle>[\w.]{1,30})"),
        page="https://www.threads.net/@{handle}",
    ),
    Network(
        key="github",
        label="GitHub",
        handle=re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,98}[a-z0-9])?(?:\[bot\])?"),
        form="letters, digits and single hyphens",
        uid=re.compile(r"[0-9]{1,20}"),
        hosts=("github.com", "gist.github.com"),
        paths=_paths(rf"(?P<handle>(?!(?:{_GITHUB_PAGES})(?:/|$))[\w-]{{1,100}}(?:\[bot\])?)"),
        page="https://github.com/{handle}",
    ),
    Network(
        key="youtube",
        label="YouTube",
        handle=re.compile(r"[\w.·-]{1,100}"),
        form="the handle after the at sign",
        uid=re.compile(r"UC[A-Za-z0-9_-]{22}"),
        hosts=("youtube.com",),
        paths=_paths(r"channel/(?P<uid>UC[A-Za-z0-9_-]{22})", r"@(?P<handle>[^/]+)", r"(?:c|user)/(?P<handle>[^/]+)"),
        page="https://www.youtube.com/@{handle}",
    ),
    Network(
        key="reddit",
        label="Reddit",
        handle=re.compile(r"[a-z0-9_-]{2,40}"),
        form="2 to 40 letters, digits, underscores or hyphens",
        hosts=("reddit.com", "old.reddit.com", "new.reddit.com"),
        paths=_paths(r"(?:user|u)/(?P<handle>[\w-]{2,40})"),
        page="https://www.reddit.com/user/{handle}",
        prefixes=("/u/", "u/"),
    ),
    Network(
        key="tiktok",
        label="TikTok",
        handle=re.compile(r"[a-z0-9_.]{1,30}"),
        form="1 to 30 letters, digits, dots or underscores",
        hosts=("tiktok.com",),
        paths=_paths(r"@(?P<handle>[\w.]{1,30})"),
        page="https://www.tiktok.com/@{handle}",
    ),
    Network(
        key="email",
        label="E-mail",
        handle=re.compile(r"[^\s@<>\"(),:;]+@[^\s@<>\"(),:;]+"),
        form="name@domain",
        page="mailto:{handle}",
        aliases=("mail", "e-mail", "mailto"),
        prefixes=("mailto:",),
    ),
)

NETWORKS: Final = {row.key: row for row in ROWS}
BY_NAME: Final = {name: row for row in ROWS for name in (row.key, *row.aliases)}
BY_HOST: Final = {host: row for row in ROWS for host in row.hosts}

#: Hosts whose addresses look like those of the fediverse and are not.
NOT_FEDIVERSE: Final = frozenset(
    {"medium.com", "substack.com", "open.substack.com", "t.me", "warpcast.com", "gitlab.com", "observablehq.com"}
)


def network_of(name: str) -> Network:
    """
    Give the row of a network by its key or another name for it; an unknown network gets the plain rule.
    """
    folded = name.strip().casefold()
    return BY_NAME.get(folded) or Network(
        key=folded,
        label=name.strip(),
        handle=re.compile(r"[^\s@]\S*(?: \S+)*"),
        form="text without line breaks, after at most one at sign",
        canonical=str,
    )
