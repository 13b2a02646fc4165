"""
Profiles: a person's or a company's presence on one network.

Everything ready-made about a profile is computed when it is made and carried: its canonical handle, its key, and the
text by which it is looked up. Two profiles are equal when network, canonical handle and stable id are.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import attrs

from leadmodel.errors import InvalidValue, Problem, masked, shown, suggestion
from leadmodel.networks.rows import BY_HOST, BY_NAME, HANDLE_LIMIT, NETWORKS, NOT_FEDIVERSE, Network, network_of
from leadmodel.values.hydration import hydrator
from leadmodel.values.text import URL_LIMIT, identity_fault, lower

_NETWORK_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_URL = re.compile(r"https?://|(?:www\.)?[\w-]+(?:\.[\w-]+)+/", re.IGNORECASE)
_KEY = re.compile(r"([\w-]{1,40})([:#])(?!//)(.+)", re.DOTALL)
#: What is a plain handle and nothing else: no address, no prefix, no server, no letter beyond ASCII.
_WORD = re.compile(r"[a-z0-9_.-]{1,80}")
_FEDIVERSE = NETWORKS["mastodon"]


def _as_uid(value: str | int | None) -> str:
    """
    Take a stable id as text: X gives numbers, and "no id" comes as None. Space around it never matters (NET-3).
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return str(value) if type(value) is int else value  # type: ignore[return-value]  # other types are refused by the check


@attrs.frozen(repr=False)
class Profile:
    """
    A presence on a network: `Profile("mastodon", "@Ada@hachyderm.io")`.

    Args:
        network: A key of `NETWORKS`, another name for it, or the name of any other network.
        handle: The handle in any spelling, or the address of the profile page; kept in canonical form.
            It may be left out where the stable id is known.
        uid: The network's stable id, which outlives a change of the handle: X's number, Bluesky's DID, the
            address of an ActivityPub actor.

    Raises:
        InvalidValue: The network gives out no such handle or id, or one of them holds a character that cannot be seen.

    Rule:
        NET-1 to NET-3.
    """

    network: str
    handle: str = ""
    uid: str = attrs.field(default="", converter=_as_uid, kw_only=True)
    #: The canonical key, such as "x:ada"; "x#12345" where only the stable id is known.
    key: str = attrs.field(init=False, eq=False)
    #: The keys to look up, stable id first, one a line: what answers are kept under.
    identity: str = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        row, handle, uid = _checked(self.network, self.handle, self.uid)
        key, identity = _identity(row.key, handle, uid)
        put = object.__setattr__
        if row.key is not self.network:
            put(self, "network", row.key)
        if handle is not self.handle:
            put(self, "handle", handle)
        if uid is not self.uid:
            put(self, "uid", uid)
        put(self, "key", key)
        put(self, "identity", identity)

    @classmethod
    def parse(cls, text: str, *, network: str = "", server: str = "") -> "Profile":
        """
        Read a profile from what people write: a page's address, a handle, a DID, or a key such as "x:ada".

        Args:
            text: The text as it was found.
            network: The network, where the text alone does not tell.
            server: The server that a bare Mastodon handle belongs to: the one that sent it.

        Raises:
            InvalidValue: The text is no profile, or could be one on several networks.
        """
        if not isinstance(text, str):
            raise _invalid("a profile is read from text", "pass a handle or an address", "handle", text)
        text, uid = text.strip(), ""
        if not network:
            network, text, uid = _network_in(text)
        row = network_of(network)
        if text.startswith("did:") and row is NETWORKS["bluesky"]:
            text, uid = "", text
        for sign in ":#":  # a key of this network, as it is stored
            if text.startswith(f"{row.key}{sign}"):
                text, uid = ("", text[len(row.key) + 1 :]) if sign == "#" else (text[len(row.key) + 1 :], uid)
        if text and server and row.needs_server and "://" not in text and "@" not in text.lstrip("@"):
            text = f"{text}@{server}"
        return cls(row.key, text, uid=uid)

    @property
    def keys(self) -> tuple[str, ...]:
        """
        The keys to look up: that of the stable id, where there is one, before that of the handle.
        """
        return tuple(self.identity.split("\n"))

    @property
    def url(self) -> str:
        """
        The address of the profile page, or "" where the handle or the page is not known.
        """
        page = network_of(self.network).page
        if not page or not self.handle:
            return ""
        local, _, server = self.handle.rpartition("@")
        path = self.handle if "/" in self.handle else f"in/{self.handle}"
        return page.format(handle=self.handle, local=local, server=server, path=path)

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        handle = masked(self.handle) if self.network == "email" else repr(self.handle)
        uid = f", uid={self.uid!r}" if self.uid else ""
        return f"Profile({self.network!r}, {handle}{uid})"

    def __str__(self) -> str:
        return self.key


_profile: Callable[..., Profile] = hydrator(Profile)


def kept_profile(network: str, handle: str, uid: str) -> Profile:
    """
    Give a profile out of the canonical parts of one that was made before: nothing is checked again.
    """
    return _profile(network, handle, uid, *_identity(network, handle, uid))


def _identity(network: str, handle: str, uid: str) -> tuple[str, str]:
    """
    Give the key of a profile, and the keys to look up in one text.
    """
    key = f"{network}:{handle}" if handle else f"{network}#{uid}"
    return key, f"{network}#{uid}\n{key}" if uid and handle else key


def identity_of(text: str, *, network: str = "", server: str = "") -> str:
    """
    Give the identity of the profile that a text names, as `Profile.parse` reads it: the short way for many handles.

    Raises:
        InvalidValue: The text is no profile, or could be one on several networks.
    """
    row = NETWORKS.get(network)
    if row and isinstance(text, str):
        handle = text.removeprefix("@").lower()
        if _WORD.fullmatch(handle) and row.handle.fullmatch(handle):
            return f"{network}:{handle}"
    return Profile.parse(text, network=network, server=server).identity


def _checked(network: object, handle: object, uid: str) -> tuple[Network, str, str]:
    """
    Give the row, the canonical handle and the stable id, or raise with everything that is wrong.
    """
    row = _row_of(network)
    problems = []
    canonical, from_url = "", ""
    if not isinstance(handle, str):
        problems.append(_problem(f"the handle is a {type(handle).__name__}", "write it as text", "handle", handle))
    elif handle.strip():
        canonical, from_url, fault = _canonical(row, handle.strip())
        if fault:
            hint = f"on {row.label} a handle is {row.form}"
            problems.append(_problem(fault, hint, "handle", handle))
    if uid and from_url and uid != from_url:
        what = f"the address says {shown(from_url)} and the stable id is {shown(uid)}"
        problems.append(_problem(what, "leave one of them out", "uid", uid))
    uid = uid or from_url
    if uid:
        fault = _uid_fault(row, uid)
        if fault:
            problems.append(_problem(fault, f"leave it out, or give the id that {row.label} gives", "uid", uid))
    elif not canonical and not problems:
        problems.append(_problem("there is neither a handle nor a stable id", "give one of them", "handle", handle))
    if problems:
        raise InvalidValue(subject="profile", problems=tuple(problems))
    return row, canonical, uid


def _row_of(network: object) -> Network:
    if isinstance(network, str):
        if network in NETWORKS:
            return NETWORKS[network]
        if _NETWORK_NAME.fullmatch(network.strip().casefold()):
            return network_of(network)
    hint = suggestion(network, NETWORKS) if isinstance(network, str) else "name the network"
    raise _invalid(f"{shown(network)} is no name of a network", hint, "network", network)


def _canonical(row: Network, handle: str) -> tuple[str, str, str]:
    """
    Bring a handle to its canonical form: (handle, stable id found in an address, fault).
    """
    fault = identity_fault(handle, URL_LIMIT)
    if fault:
        return "", "", f"the handle {shown(handle)} {fault}"
    if "/" in handle and _URL.match(handle) and (row.hosts or row.needs_server):
        return _from_page(row, handle)
    for prefix in row.prefixes:
        handle = handle[len(prefix) :] if handle[: len(prefix)].lower() == prefix else handle
    canonical = row.canonical(handle.removeprefix("@"))
    if len(canonical) <= HANDLE_LIMIT and row.handle.fullmatch(canonical):
        return canonical, "", ""
    lacks_server = row.needs_server and "@" not in canonical
    why = f"{shown(handle)} does not say its server" if lacks_server else f"{shown(handle)} is no handle"
    return "", "", why


def _from_page(row: Network, address: str) -> tuple[str, str, str]:
    """
    Take handle or stable id out of the address of a profile page of this network.
    """
    host, path = _host_and_path(address)
    theirs = BY_HOST.get(host)
    if theirs is not row and not (row.needs_server and theirs is None and host not in NOT_FEDIVERSE):
        return "", "", f"{shown(address)} is no page of {row.label}"
    for pattern in row.paths:
        if found := pattern.fullmatch(path):
            groups = found.groupdict()
            if groups.get("uid"):
                return "", groups["uid"], ""
            handle = groups["handle"]
            handle = f"{handle}@{host}" if row.needs_server and "@" not in handle else handle
            return _canonical(row, handle)
    return "", "", f"{shown(address)} is a page of {row.label}, but nobody's profile"


def _host_and_path(address: str) -> tuple[str, str]:
    """
    Split an address into its host, without "www.", and its path with the question part.

    "m." is a mobile page of the networks that we know; elsewhere it belongs to the name, as in a server m.acme.example.
    """
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:  # such as an unclosed bracket
        return "", ""
    given = lower(parts.netloc.rpartition("@")[2])
    for host in (given, given.removeprefix("www."), given.removeprefix("www.").removeprefix("m.")):
        if host in BY_HOST or host in NOT_FEDIVERSE:  # only known networks are known to serve one page on all three
            break
    else:
        host = given
    path = unquote(parts.path).rstrip("/")
    return host, f"{path}?{parts.query}" if path.endswith(".php") and parts.query else path


def _network_in(text: str) -> tuple[str, str, str]:
    """
    Find the network that a text itself names: (network, handle, stable id).
    """
    if text.startswith("did:"):
        return "bluesky", "", text
    if named := _KEY.match(text):
        network, sign, rest = named.groups()
        if network.casefold() in BY_NAME:
            return (network, "", rest) if sign == "#" else (network, rest, "")
    if _URL.match(text):
        return _network_of_page(text), text, ""
    if text.startswith("@") and "@" in text[1:]:
        return _FEDIVERSE.key, text, ""
    what = f"{shown(text)} could be a handle on any network"
    raise _invalid(what, 'say which, such as network="x", or give the address of the profile page', "network", text)


def _network_of_page(address: str) -> str:
    host, path = _host_and_path(address)
    if host in BY_HOST:
        return BY_HOST[host].key
    if host not in NOT_FEDIVERSE and any(pattern.fullmatch(path) for pattern in _FEDIVERSE.paths):
        return _FEDIVERSE.key
    raise _invalid(f"{shown(address)} is a page of no known network", "say which with network=", "network", address)


def _uid_fault(row: Network, uid: object) -> str:
    if not isinstance(uid, str):
        return f"the stable id is a {type(uid).__name__}"
    fault = identity_fault(uid, URL_LIMIT)
    if fault:
        return f"the stable id {fault}"
    if any(c.isspace() for c in uid):
        return f"the stable id {shown(uid)} holds a space"
    return "" if row.uid.fullmatch(uid) else f"{shown(uid)} is no stable id of {row.label}"


def _problem(what: str, hint: str, field: str, value: object) -> Problem:
    return Problem(what=what, hint=hint, field=field, value=value, rule="NET-2")


def _invalid(what: str, hint: str, field: str, value: object) -> InvalidValue:
    return InvalidValue(subject="profile", problems=(_problem(what, hint, field, value),))
