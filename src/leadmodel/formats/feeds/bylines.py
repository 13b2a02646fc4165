"""
Bylines: who wrote an entry of a feed, out of the words and addresses that feeds have for it.

A byline may be "ada@tea.example (Ada)", "Ada <ada@tea.example>", a name alone, or an object with a name, a mail address
and an address on the web. What says who it is, best first: a page of a network that we know, a mail address, any other
address on the web. A name alone says nobody: it is kept as a name (AUTH-12).

Rule:
    NET-1 to NET-3, AUTH-12.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

import attrs

from leadmodel.errors import InvalidValue
from leadmodel.formats.intake.html import plain_text, storable
from leadmodel.formats.intake.payloads import host_of
from leadmodel.networks import Profile
from leadmodel.values.text import LINE_LIMIT, URL_LIMIT

__all__ = ["NOBODYS", "UNSIGNED", "WEBSITE", "Byline", "byline", "owner_of", "signed", "written"]

#: The network of authors who are known by an address that is no profile anywhere: their own site.
WEBSITE: Final = "website"
#: What stands before the at sign of mail addresses that programs fill in: many people share one, so it says nobody.
NOBODYS: Final = frozenset(
    "no-reply noreply no_reply do-not-reply donotreply do_not_reply nobody none null unknown anonymous".split()
)

#: A mail address among other words, perhaps in brackets. Every repetition ends where the next part begins.
_WORDS_AND_MAIL: Final = re.compile(
    r"[<(\[]? ?(?:mailto:)?"
    r"(?P<mail>[^\s@<>\"(),:;\[\]]{1,64}+@[^\s@<>\"(),:;\[\]?]{1,255}+)"
    r"(?:\?[^\s<>()]*+)? ?[>)\]]?",
    re.IGNORECASE,
)
#: What is markup among names, and no mail address in brackets: an end tag, or a tag with attributes.
_MARKED: Final = re.compile(r"</\w|<\w+\s[^<>]*=")
#: Characters of a byline that are looked at; what is longer is no name.
_BYLINE_LIMIT: Final = 1_000
#: What parts the steps of an address.
_STEPS: Final = re.compile("[/?&=]+")
#: Quotes and brackets that stand around a whole name.
_AROUND: Final = (("(", ")"), ("<", ">"), ("[", "]"), ('"', '"'), ("'", "'"))
#: Schemes of addresses that say a handle, with its network.
_SCHEMES: Final = {"acct": "mastodon", "mailto": "email"}
#: Profiles that are kept, so that an author who comes again is read once.
_PROFILES_KEPT: Final = 4_096


@attrs.frozen
class Byline:
    """
    An author, as a feed names one.
    """

    profile: Profile | None = None
    name: str = ""
    #: The mail address and the address on the web, as they were written.
    mail: str = ""
    address: str = ""

    def label(self) -> str:
        """
        What to call them where the profile has no place: the address, the mail address or the name.
        """
        return self.address or self.mail or self.name


UNSIGNED: Final = Byline()


def byline(name: str = "", mail: str = "", address: str = "") -> Byline:
    """
    Make a byline out of its parts, each of which may be missing.

    Args:
        name: A name; one that holds a mail address is taken apart.
        mail: A mail address, with or without words around it.
        address: An address on the web, absolute.
    """
    name = plain_text(name) if _MARKED.search(name) else name
    name, mail = (" ".join(storable(part[:_BYLINE_LIMIT]).split()) for part in (name, mail))
    address = storable(address[: URL_LIMIT + 1]).strip()
    found = _WORDS_AND_MAIL.search(mail) or _WORDS_AND_MAIL.search(name)
    if found:
        words = name or mail
        mail = found["mail"].rstrip(".")
        if found["mail"] in words:
            name = _WORDS_AND_MAIL.sub(" ", words, count=1)
    name = _bare(name)[:LINE_LIMIT]
    return Byline(_profile(mail if found else "", address), name, mail if found else "", address)


def written(text: str) -> Byline:
    """
    Read a byline in one text: "mail (Name)", "Name <mail>", "Name (mail)", a mail address or a name.

    An address on the web alone is one of the author.
    """
    text = text.strip()
    if text.startswith(("http://", "https://", "acct:", "mailto:")) and not any(map(str.isspace, text)):
        return byline(address=text)
    return byline(text)


def signed(bylines: Iterable[Byline]) -> tuple[Byline, tuple[Byline, ...]]:
    """
    Choose who wrote it, and give the others.

    Feeds name one author in several places, the mail address here and the name there, so a name alone joins an author
    beside it who has none. The first author is who wrote it.
    """
    people: list[Byline] = []
    for person in bylines:
        if person == UNSIGNED or person in people:
            continue
        before = people[-1] if people else UNSIGNED
        if before.profile is None and before.name and (person.profile and person.name in ("", before.name)):
            people[-1] = attrs.evolve(person, name=before.name)
        elif person.profile is None and before.profile is not None and before.name in ("", person.name):
            people[-1] = attrs.evolve(before, name=person.name or before.name)
        else:
            people.append(person)
    return (people[0], tuple(people[1:])) if people else (UNSIGNED, ())


@lru_cache(_PROFILES_KEPT)
def owner_of(page: str) -> Profile | None:
    """
    Give the profile whose page is at an address; None where it is no page of a network, or one of something else there.

    The address has to be the page itself: what stands below it, such as a repository, need not be its owner's.
    """
    try:
        profile = Profile.parse(page)
    except InvalidValue:
        return None
    names = {profile.handle.rpartition("/")[2], profile.handle.partition("@")[0], profile.uid.lower()} - {""}
    parts = urlsplit(page)
    steps = [step.removeprefix("@").lower() for step in _STEPS.split(unquote(f"{parts.path}?{parts.query}")) if step]
    return (
        profile
        if next(index for index, step in enumerate([*steps, *names]) if step in names) == len(steps) - 1
        else None
    )


@lru_cache(_PROFILES_KEPT)
def _profile(mail: str, address: str) -> Profile | None:
    for who in (_owner, _writer, _site):
        try:
            profile = who(mail, address)
        except InvalidValue:  # what it says is nobody; the next one may be somebody
            continue
        if profile is not None:
            return profile
    return None


def _owner(_mail: str, address: str) -> Profile | None:
    """
    Say whose address on a network it is.
    """
    scheme, _, rest = address.partition(":")
    network = _SCHEMES.get(scheme.lower())
    return Profile(network, rest.partition("?")[0]) if network else owner_of(address)


def _writer(mail: str, _address: str) -> Profile | None:
    """
    Say whose mail address it is.
    """
    return None if mail.partition("@")[0].lower() in NOBODYS else Profile("email", mail)


def _site(_mail: str, address: str) -> Profile | None:
    """
    Say whose site it is: the host in small letters, and no slash at the end.
    """
    host = host_of(address)
    if not host or len(address) > URL_LIMIT:
        return None
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return Profile(WEBSITE, f"{parts.scheme}://{host.lower()}{parts.path.rstrip('/')}{query}")


def _bare(name: str) -> str:
    """
    Give a name without the quotes or brackets around it.
    """
    name = name.strip(" ,;")
    for opening, closing in _AROUND:
        if len(name) > 1 and name.startswith(opening) and name.endswith(closing):
            name = name[1:-1].strip()
    return name
