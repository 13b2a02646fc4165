"""Social networks and profiles: which spellings are one handle, which never are, and what is refused."""

import copy
import pickle
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import attrs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.errors import InvalidValue, Problem
from leadmodel.networks import CONFUSABLES, NETWORKS, Network, Profile, identity_of, network_of, skeleton
from leadmodel.networks.rows import HANDLE_LIMIT, ROWS
from leadmodel.values import fold
from leadmodel.values.text import URL_LIMIT
from tests.shared_data import needs_shared_data, shared_data

DID: Final = "did:plc:7iza6de2dwap2sbkpav7c6c6"
CHANNEL: Final = "UCaBcDeFgHiJkLmNoPqRsT_-"

#: (network, spellings of one handle, canonical key): case, a leading at sign, space around and the address of the page.
SPELLINGS: Final[list[tuple[str, list[str], str]]] = [
    (
        "x",
        [
            "ada",
            "@ada",
            "ADA",
            " @Ada ",
            "https://x.com/ada",
            "http://www.twitter.com/Ada/",
            "mobile.twitter.com/ada",
            "https://x.com/@ada",
            "https://twitter.com/ada/status/1?s=20",
            "https://x.com/ada?lang=en",
            "X.com/ada#top",
            "https://user:word@x.com/ada",
        ],
        "x:ada",
    ),
    ("x", ["i_love", "https://x.com/i_love"], "x:i_love"),
    ("x", ["https://x.com/homer", "homer"], "x:homer"),
    (
        "mastodon",
        [
            "ada@hachyderm.example",
            "@Ada@Hachyderm.Example",
            "acct:ada@hachyderm.example",
            "ACCT:Ada@hachyderm.example",
            "https://hachyderm.example/@ada",
            "https://hachyderm.example/@ada/110",
            "https://hachyderm.example/users/Ada",
            "https://other.example/@ada@hachyderm.example",
            "hachyderm.example/@ada",
        ],
        "mastodon:ada@hachyderm.example",
    ),
    ("mastodon", ["https://m.acme.example/@ada", "ada@m.acme.example"], "mastodon:ada@m.acme.example"),
    ("mastodon", ["http://localhost:3000/@a.d-a", "@a.d-a@localhost:3000"], "mastodon:a.d-a@localhost:3000"),
    (
        "bluesky",
        [
            "ada.bsky.social",
            "@Ada.bsky.social",
            "at://ada.bsky.social",
            "https://bsky.app/profile/ada.bsky.social",
            "bsky.app/profile/@ADA.bsky.social/post/3k",
            "https://main.bsky.dev/profile/ada.bsky.social",
        ],
        "bluesky:ada.bsky.social",
    ),
    ("bluesky", [f"https://bsky.app/profile/{DID}", f"bsky.app/profile/{DID}/post/3k"], f"bluesky#{DID}"),
    (
        "linkedin",
        [
            "ada-lovelace",
            "in/ada-lovelace",
            "https://www.linkedin.com/in/Ada-Lovelace/",
            "m.linkedin.com/in/ada-lovelace",
            "https://linkedin.com/in/ada-lovelace?trk=x",
            "https://linkedin.com/in/ada%2Dlovelace/details",
        ],
        "linkedin:ada-lovelace",
    ),
    ("linkedin", ["company/Acme", "https://www.linkedin.com/company/acme/about/"], "linkedin:company/acme"),
    (
        "facebook",
        [
            "ada.lovelace",
            "@Ada.Lovelace",
            "https://www.facebook.com/ada.lovelace",
            "m.facebook.com/ada.lovelace/photos",
            "fb.com/Ada.Lovelace",
            "https://web.facebook.com/ada.lovelace?x=1",
        ],
        "facebook:ada.lovelace",
    ),
    (
        "facebook",
        [
            "https://facebook.com/profile.php?id=100001",
            "facebook.com/profile.php?sk=about&id=100001&x=1",
            "https://www.facebook.com/people/Ada-Lovelace/100001/",
            "https://www.facebook.com/pages/Acme/100001",
        ],
        "facebook#100001",
    ),
    (
        "instagram",
        ["ada", "@ADA", "https://www.instagram.com/ada/", "instagram.com/ada/p/B1", "https://instagram.com/@ada?hl=en"],
        "instagram:ada",
    ),
    ("threads", ["ada", "@Ada", "https://www.threads.net/@ada", "threads.com/@ada/post/1"], "threads:ada"),
    (
        "github",
        ["ada", "@Ada", "https://github.com/Ada", "github.com/ada/engine/pull/1", "gist.github.com/ada"],
        "github:ada",
    ),
    ("github", ["Ada[bot]"], "github:ada[bot]"),
    (
        "youtube",
        [
            "ada",
            "@Ada",
            "https://www.youtube.com/@ada",
            "m.youtube.com/@ADA/videos",
            "youtube.com/c/ada",
            "youtube.com/user/Ada",
        ],
        "youtube:ada",
    ),
    (
        "youtube",
        [f"https://www.youtube.com/channel/{CHANNEL}", f"youtube.com/channel/{CHANNEL}/about"],
        f"youtube#{CHANNEL}",
    ),
    (
        "reddit",
        [
            "ada_l",
            "u/Ada_L",
            "/u/ada_l",
            "U/ada_l",
            "https://www.reddit.com/user/Ada_L/",
            "old.reddit.com/u/ada_l/comments",
        ],
        "reddit:ada_l",
    ),
    ("tiktok", ["ada", "@Ada", "https://www.tiktok.com/@ada", "m.tiktok.com/@ADA/video/1"], "tiktok:ada"),
    (
        "email",
        ["ada@acme.example", "Ada@ACME.example", "mailto:ada@acme.example", "MAILTO:ada@acme.example"],
        "email:ada@acme.example",
    ),
]

#: Addresses that are pages of a network and nobody's profile, or of another network, or no address at all.
NOBODY: Final[list[tuple[str, str, str]]] = [
    ("x", "https://x.com/home", "is a page of X, but nobody's profile"),
    ("x", "https://x.com/i/lists/1", "is a page of X, but nobody's profile"),
    ("x", "https://x.com/", "is a page of X, but nobody's profile"),
    ("x", "https://github.com/ada", "is no page of X"),
    ("x", "https://x.com.evil.example/ada", "is no page of X"),
    ("x", "https://[x.com/ada", "is no page of X"),
    ("mastodon", "https://x.com/@ada", "is no page of Mastodon"),
    ("mastodon", "https://medium.com/@ada", "is no page of Mastodon"),
    ("mastodon", "https://m.medium.com/@ada", "is no page of Mastodon"),
    ("mastodon", "https://hachyderm.example/about", "is a page of Mastodon, but nobody's profile"),
    ("bluesky", "https://bsky.app/search", "is a page of Bluesky, but nobody's profile"),
    ("linkedin", "https://linkedin.com/feed", "is a page of LinkedIn, but nobody's profile"),
    ("facebook", "https://facebook.com/groups/1", "is a page of Facebook, but nobody's profile"),
    ("facebook", "https://facebook.com/profile.php?sk=1", "is a page of Facebook, but nobody's profile"),
    ("instagram", "https://instagram.com/p/B1", "is a page of Instagram, but nobody's profile"),
    ("threads", "https://threads.net/search", "is a page of Threads, but nobody's profile"),
    ("github", "https://github.com/orgs/acme", "is a page of GitHub, but nobody's profile"),
    ("youtube", "https://youtube.com/watch?v=1", "is a page of YouTube, but nobody's profile"),
    ("reddit", "https://reddit.com/r/python", "is a page of Reddit, but nobody's profile"),
    ("tiktok", "https://tiktok.com/discover", "is a page of TikTok, but nobody's profile"),
]

#: Handles that their network does not give out.
WRONG: Final[list[tuple[str, str]]] = [
    ("x", "ada lovelace"), ("x", "ada-l"), ("x", "a" * 21), ("x", "adà"), ("x", "@@ada"), ("x", "@"),
    ("mastodon", "ada@"), ("mastodon", "@ada@b@c"), ("mastodon", "a da@b.example"), ("mastodon", ".ada@b.example"),
    ("bluesky", "ada"), ("bluesky", "ada.bsky.social."), ("bluesky", "ada_l.bsky.social"), ("bluesky", "127.0.0.1"),
    ("linkedin", "a b"), ("linkedin", "group/acme"), ("linkedin", "a" * 101),
    ("facebook", "a"), ("facebook", "a" * 81), ("facebook", "a/b"),
    ("instagram", "ada-l"), ("instagram", "a" * 31), ("threads", "ada-l"), ("threads", "a" * 31),
    ("github", "-ada"), ("github", "ada-"), ("github", "a" * 101), ("github", "a.b"),
    ("youtube", "a b"), ("youtube", "a" * 101), ("reddit", "a"), ("reddit", "a" * 41), ("reddit", "a.b"),
    ("tiktok", "ada-l"), ("tiktok", "a" * 31), ("email", "ada"), ("email", "a@b@c"), ("email", "a b@c"),
]  # fmt: skip

keys: Final = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)


def refused(network: object, handle: object = "", *, uid: object = "") -> InvalidValue:
    """Give the error with which a profile refuses to be made."""
    with pytest.raises(InvalidValue) as caught:
        Profile(network, handle, uid=uid)
    return caught.value


def attempt(make: Callable[..., Profile], *arguments: str) -> Profile | None:
    """Give a profile, or None where it is refused with a typed error that says what is wrong."""
    try:
        return make(*arguments)
    except InvalidValue as error:
        return None if error.problems else pytest.fail("a refusal without a reason")


def unreadable(text: object, **options: str) -> Problem:
    """Give the one problem with which a text refuses to be read as a profile."""
    with pytest.raises(InvalidValue) as caught:
        Profile.parse(text, **options)
    (problem,) = caught.value.problems
    return problem


# ---------------------------------------------------------------- spellings: NET-2 and NET-3


@pytest.mark.parametrize(
    ("network", "spelling", "key"), [(network, one, key) for network, many, key in SPELLINGS for one in many]
)
def test_spellings_of_one_handle_are_one_profile(network: str, spelling: str, key: str) -> None:
    """Where the network says so, neither case nor at sign, space or address matter (NET-3)."""
    profile = Profile(network, spelling)

    assert profile.key == str(profile) == key
    assert Profile(network, f"  {spelling}\n").key == key


def test_every_network_has_its_spellings() -> None:
    """A new row is not tested until its spellings stand in the table above."""
    assert {network for network, _, _ in SPELLINGS} == set(NETWORKS)


@pytest.mark.parametrize(
    ("network", "address", "key"),
    [(n, one, key) for n, many, key in SPELLINGS for one in many if "/" in one.strip("/") and "." in one.split("/")[0]]
    + [(n, one, key) for n, many, key in SPELLINGS for one in many if one.lower().startswith("http")],
)
def test_address_tells_its_network(network: str, address: str, key: str) -> None:
    """The address of a profile page is enough: the network need not be said."""
    profile = Profile.parse(address)

    assert (profile.network, profile.key) == (network, key)


@pytest.mark.parametrize(("network", "address", "why"), NOBODY)
def test_page_that_is_nobodys_is_refused(network: str, address: str, why: str) -> None:
    """An address of another network, or of no profile, makes no profile."""
    (problem,) = refused(network, address).problems

    assert problem.what == f"{address!r} {why}"
    assert (problem.field, problem.value, problem.rule) == ("handle", address, "NET-2")


@pytest.mark.parametrize(("network", "handle"), WRONG)
def test_handle_that_the_network_does_not_give_out_is_refused(network: str, handle: str) -> None:
    """The refusal says what a handle looks like there."""
    (problem,) = refused(network, handle).problems

    assert problem.hint == f"on {NETWORKS[network].label} a handle is {NETWORKS[network].form}"
    assert (problem.field, problem.value) == ("handle", handle)


def test_every_network_refuses_something() -> None:
    """No row accepts everything."""
    assert {network for network, _ in WRONG} == set(NETWORKS)


def test_bare_mastodon_handle_lacks_its_server() -> None:
    """The local part alone is half a handle (NET-2)."""
    assert refused("mastodon", "ada").problems[0].what == "'ada' does not say its server"


@keys
def test_handle_is_limited_before_any_pattern_is_tried(row: Network) -> None:
    """Whatever the network, more than 320 characters are no handle, and more than an address has are not looked at."""
    assert refused(row.key, "a" * (HANDLE_LIMIT + 1)).problems[0].field == "handle"
    assert "is 2,049 characters long, and 2,048 is the limit" in str(refused(row.key, "a" * (URL_LIMIT + 1)))


HANDLES: Final = st.one_of(
    st.sampled_from([spelling for _, many, _ in SPELLINGS for spelling in many]),
    st.text(st.sampled_from("aZ0_.-@/: İKΩßǅ·é’"), min_size=1, max_size=12),
    st.text(min_size=1, max_size=12),
    st.from_regex(r"\A@{0,2}[A-Za-z0-9]{1,9}(@[a-z]{1,5}\.example)?\Z"),
)


@given(st.sampled_from([*NETWORKS, "elsewhere"]), HANDLES)
def test_canonical_form_is_settled(network: str, handle: str) -> None:
    """The canonical form of a canonical handle is itself, and it is what its key says."""
    profile = attempt(Profile, network, handle)
    if profile is None:
        return
    once_more = Profile(profile.network, profile.handle, uid=profile.uid)

    assert once_more == profile
    assert attrs.evolve(profile) == profile
    assert (once_more.key, once_more.identity) == (profile.key, profile.identity)


@given(st.sampled_from(sorted(NETWORKS)), HANDLES)
def test_key_can_be_read_again(network: str, handle: str) -> None:
    """A key says network and handle or stable id: nothing else is needed to look somebody up."""
    profile = attempt(Profile, network, handle)

    assert profile is None or Profile.parse(profile.key) == profile
    assert profile is None or Profile.parse(profile.key).key == profile.key


@given(st.sampled_from(sorted(NETWORKS)), HANDLES)
def test_canonical_handle_fits_its_row(network: str, handle: str) -> None:
    """Whatever is accepted has the form that the row states, in its canonical spelling."""
    profile = attempt(Profile, network, handle)
    if profile is None:
        return
    row = NETWORKS[network]

    assert profile.handle == "" or row.handle.fullmatch(profile.handle)
    assert profile.handle == row.canonical(profile.handle)
    assert bool(profile.handle or profile.uid)
    assert not profile.handle.startswith("@")


# ---------------------------------------------------------------- stable ids: NET-1

UIDS: Final = {
    "x": ["12345", "1" * 20],
    "mastodon": ["https://hachyderm.example/users/Ada", "110"],
    "bluesky": [DID, "did:web:Acme.example"],
    "facebook": ["100001"],
    "github": ["583231"],
    "youtube": [CHANNEL],
}


@pytest.mark.parametrize(("network", "uid"), [(network, uid) for network, uids in UIDS.items() for uid in uids])
def test_stable_id_is_kept_as_it_is(network: str, uid: str) -> None:
    """An opaque id is never folded (NET-3)."""
    profile = Profile(network, uid=uid)

    assert profile.uid == uid
    assert profile.key == f"{network}#{uid}"
    assert profile.handle == ""


def test_stable_ids_that_differ_in_case_are_two() -> None:
    """What looks like a spelling is another identity."""
    assert Profile("youtube", uid=CHANNEL) != Profile("youtube", uid="UC" + CHANNEL[2:].swapcase())
    assert Profile("mastodon", uid="https://a.example/Ada") != Profile("mastodon", uid="https://a.example/ada")


def test_number_is_a_stable_id_and_none_is_no_id() -> None:
    """X gives numbers; a source without ids gives None or blank text (NET-7)."""
    assert Profile("x", "ada", uid=12345) == Profile("x", "ada", uid="12345") == Profile("x", "ada", uid=" 12345 ")
    assert Profile("x", "ada", uid=None) == Profile("x", "ada") == Profile("x", "ada", uid="  ")


@pytest.mark.parametrize(
    ("network", "uid", "what"),
    [
        ("x", "ada", "'ada' is no stable id of X"),
        ("x", "1" * 21, f"{'1' * 21!r} is no stable id of X"),
        ("x", "-5", "'-5' is no stable id of X"),
        ("x", "١٢٣", "'١٢٣' is no stable id of X"),
        ("x", "1 2", "the stable id '1 2' holds a space"),
        ("x", "1\u200b", "the stable id holds U+200B (ZERO WIDTH SPACE), which cannot be seen"),
        ("x", True, "the stable id is a bool"),
        ("x", 1.0, "the stable id is a float"),
        ("facebook", "ada", "'ada' is no stable id of Facebook"),
        ("github", "x1", "'x1' is no stable id of GitHub"),
        ("youtube", CHANNEL.lower(), f"{CHANNEL.lower()!r} is no stable id of YouTube"),
        ("bluesky", "ada.bsky.social", "'ada.bsky.social' is no stable id of Bluesky"),
        ("mastodon", "x" * 2_049, "the stable id is 2,049 characters long, and 2,048 is the limit"),
    ],
)
def test_stable_id_of_another_form_is_refused(network: str, uid: object, what: str) -> None:
    """A network's stable ids have a form, and nothing is cut to fit it."""
    (problem,) = refused(network, uid=uid).problems

    assert problem.what == what
    assert problem.field == "uid"
    assert problem.hint == f"leave it out, or give the id that {NETWORKS[network].label} gives"


def test_stable_id_comes_before_the_handle() -> None:
    """The keys to look up stand in the order of their weight; the key shown is that of the handle."""
    profile = Profile("x", "ada", uid="12345")

    assert profile.keys == ("x#12345", "x:ada")
    assert profile.identity == "x#12345\nx:ada"
    assert profile.key == "x:ada"
    assert Profile("x", "ada").keys == ("x:ada",)
    assert Profile("x", uid="12345").keys == ("x#12345",)


# ---------------------------------------------------------------- equality


def test_profiles_are_equal_when_network_handle_and_stable_id_are() -> None:
    """Each of the three tells two profiles apart; spelling does not (NET-3, NET-5)."""
    ada = Profile("x", "ada", uid="1")
    others = [
        Profile("x", "ada"),
        Profile("x", uid="1"),
        Profile("x", "ada", uid="2"),
        Profile("x", "ida", uid="1"),
        Profile("github", "ada", uid="1"),
    ]

    assert ada == Profile("twitter", "@ADA", uid=1)
    assert hash(ada) == hash(Profile("twitter", "@ADA", uid=1))
    assert [ada == other for other in others] == [False] * 5
    assert len({ada, *others}) == 6
    assert ada != "x:ada"


@pytest.mark.parametrize(
    "profile", [Profile("x", "ada", uid=1), Profile("x", uid=1), Profile("elsewhere", "Ada")], ids=str
)
def test_profile_survives_copying_and_pickling(profile: Profile) -> None:
    """Copies are equal and carry the same key, hash and text."""
    pickles = [pickle.loads(pickle.dumps(profile, n)) for n in range(pickle.HIGHEST_PROTOCOL + 1)]  # noqa: S301  (our own)

    for copied in [copy.copy(profile), copy.deepcopy(profile), *pickles]:
        assert copied == profile
        assert hash(copied) == hash(profile)
        assert (copied.key, copied.identity, repr(copied)) == (profile.key, profile.identity, repr(profile))


def test_profile_cannot_change() -> None:
    """A profile is a value."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Profile("x", "ada").handle = "ida"


def test_profile_shows_how_to_make_it() -> None:
    """The repr is the constructor."""
    assert repr(Profile("twitter", "@Ada", uid=1)) == "Profile('x', 'ada', uid='1')"
    assert repr(Profile("x", "ada")) == "Profile('x', 'ada')"


# ---------------------------------------------------------------- rows


@keys
def test_row_says_what_people_need_to_read(row: Network) -> None:
    """Every network has a name and its form in words, and is found under all its names in any case."""
    assert row.label.strip() != ""
    assert row.form.strip() != ""
    for name in (row.key, row.label, *row.aliases):
        assert network_of(f" {name.upper()} ") is row


@keys
def test_page_of_a_handle_leads_back_to_it(row: Network) -> None:
    """The address that a profile gives is that of its page: reading it gives the profile again."""
    canonical = [key for network, _, key in SPELLINGS if network == row.key and ":" in key.partition("#")[0]]
    profiles = [Profile.parse(key) for key in canonical]

    assert profiles != []
    for profile in profiles:
        assert "{" not in profile.url
        assert Profile.parse(profile.url) == profile


@pytest.mark.parametrize(
    ("profile", "url"),
    [
        (Profile("x", "ada"), "https://x.com/ada"),
        (Profile("mastodon", "ada@hachyderm.example"), "https://hachyderm.example/@ada"),
        (Profile("linkedin", "ada"), "https://www.linkedin.com/in/ada"),
        (Profile("linkedin", "company/acme"), "https://www.linkedin.com/company/acme"),
        (Profile("email", "ada@acme.example"), "mailto:ada@acme.example"),
        (Profile("x", uid="1"), ""),
        (Profile("elsewhere", "ada"), ""),
    ],
    ids=str,
)
def test_profile_gives_the_address_of_its_page(profile: Profile, url: str) -> None:
    """The page is known where the handle and the network are."""
    assert profile.url == url


def test_names_and_hosts_of_networks_are_unique() -> None:
    """No two rows claim one name or one host."""
    names = list(chain.from_iterable((row.key, *row.aliases) for row in ROWS))
    hosts = list(chain.from_iterable(row.hosts for row in ROWS))

    assert len(set(names)) == len(names)
    assert len(set(hosts)) == len(hosts)
    assert list(NETWORKS) == [row.key for row in ROWS]


@pytest.mark.parametrize(
    ("alias", "key"),
    [
        ("Twitter", "x"),
        ("ActivityPub", "mastodon"),
        ("fediverse", "mastodon"),
        ("acct", "mastodon"),
        ("bsky", "bluesky"),
        ("atproto", "bluesky"),
        ("fb", "facebook"),
        ("mail", "email"),
        ("E-Mail", "email"),
        ("mailto", "email"),
    ],
)
def test_network_has_other_names(alias: str, key: str) -> None:
    """A profile made under another name is kept under the key of the network."""
    handle = {"mastodon": "a@b.example", "email": "a@b.example", "bluesky": "a.b"}.get(key, "ada")

    assert Profile(alias, handle).network == key


# ---------------------------------------------------------------- networks without a row


def test_unknown_network_works_with_a_plain_rule() -> None:
    """The handle is kept as it is, case included, apart from a leading at sign and space around (NET-2)."""
    profile = Profile(" Elsewhere ", " @Ada Lovelace ")

    assert (profile.network, profile.handle, profile.key) == ("elsewhere", "Ada Lovelace", "elsewhere:Ada Lovelace")
    assert Profile("elsewhere", "Ada") != Profile("elsewhere", "ada")
    assert Profile("elsewhere", "https://elsewhere.example/Ada").handle == "https://elsewhere.example/Ada"
    assert Profile("elsewhere", uid="Any:Thing").key == "elsewhere#Any:Thing"


@pytest.mark.parametrize("handle", ["@", "@@ada", "a  b", "@ ada", "a" * 321])
def test_plain_rule_refuses_what_is_not_settled(handle: str) -> None:
    """Several at signs or spaces would give one person several keys."""
    assert refused("elsewhere", handle).problems[0].hint.startswith("on elsewhere a handle is text")


@pytest.mark.parametrize("name", ["", " ", "two words", "a/b", "-a", "x" * 41, "x:y", "naïve\n!"])
def test_name_of_a_network_is_a_word(name: str) -> None:
    """The name stands in keys, so it is one short word."""
    (problem,) = refused(name, "ada").problems

    assert problem.what == f"{name!r} is no name of a network"
    assert problem.field == "network"


def test_name_that_is_no_text_is_refused() -> None:
    """A network is named by text."""
    assert refused(None, "ada").problems[0].hint == "name the network"


def test_wrong_name_of_a_network_offers_the_nearest() -> None:
    """A slip is answered with the network that was probably meant."""
    assert refused("face book", "ada").problems[0].hint == "did you mean 'facebook'?"


# ---------------------------------------------------------------- look-alikes: NET-4

LATIN: Final = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("letter", "other"), [(letter, other) for letter, others in CONFUSABLES.items() for other in others]
)
def test_look_alike_letter_has_the_skeleton_of_the_letter(letter: str, other: str) -> None:
    """Each row of the table leads to one skeleton, alone and within a word."""
    assert skeleton(other) == skeleton(letter)
    assert skeleton(f"a{other}e") == skeleton(f"a{letter}e")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("modern", "modem"),
        ("vvill", "will"),
        ("clean", "dean"),
        ("ａｄａ", "ada"),
        ("𝐚𝐝𝐚", "ada"),
        ("ádà", "ada"),
        ("аdа", "ada"),
        ("paypal", "paypa1"),
        ("INGRID", "lngrid"),
        ("g0ogle", "google"),
        ("Ada", "ADA"),
        ("\u212aate", "kate"),
    ],
)
def test_words_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    """Pairs of letters, styled letters, marks over letters and case are seen through."""
    assert skeleton(one) == skeleton(other)


def test_letters_that_look_different_keep_different_skeletons() -> None:
    """Only i and l are read as each other; all other letters stay apart."""
    assert len({skeleton(letter) for letter in LATIN}) == 25
    assert skeleton("i") == skeleton("l")


@given(st.text(max_size=30) | st.text(st.sampled_from("rnvwcldi1IЬϲ\u0301"), max_size=10))
def test_skeleton_is_settled(text: str) -> None:
    """The skeleton looks like the text, so it is its own skeleton."""
    assert skeleton(skeleton(text)) == skeleton(text)


@given(st.text(st.sampled_from("abcIl1rnvw"), max_size=10), st.integers(0, 9))
def test_capital_i_and_small_l_are_one_anywhere(text: str, place: int) -> None:
    """The oldest trick: a capital I in place of a small l, also where the l is half of a pair."""
    assert skeleton(text[:place] + "I" + text[place:]) == skeleton(text[:place] + "l" + text[place:])


def look_alikes() -> Iterator[tuple[str, str, str]]:
    """Give handles with one letter replaced by a look-alike, for each row that lets letters through."""
    samples = {row.key: "a.{}b" for row in ROWS} | {
        "x": "a{}b", "mastodon": "a{}b@c.example", "bluesky": "a{}b.example", "github": "a{}b", "reddit": "a{}b",
        "email": "a{}b@c.example",
    }  # fmt: skip
    for network, sample in samples.items():
        for letter, others in {**CONFUSABLES, "k": CONFUSABLES["k"] + "\u212a", "å": "\u212b", "ω": "\u2126"}.items():
            yield from ((network, sample.format(letter), sample.format(other)) for other in others)


@pytest.mark.parametrize("network", NETWORKS)
def test_look_alikes_never_match(network: str) -> None:
    """A look-alike is refused or is somebody else, the Kelvin sign that lower-cases to a k included."""
    # The fold of e-mail addresses (CRIT-3) takes compatibility characters for the letters that they stand for.
    pairs = [
        pair for name, *pair in look_alikes() if name == network and (network != "email" or fold(pair[1]) != pair[0])
    ]
    made = [(attempt(Profile, network, real), attempt(Profile, network, fake)) for real, fake in pairs]
    matched = [str(fake) for real, fake in made if fake and fake == real]

    assert len(pairs) > 50
    assert matched == []


def test_full_width_letters_never_match() -> None:
    """Full-width letters have a small form of their own, which is not the Latin letter."""
    assert Profile("facebook", "ＡＤＡ") == Profile("facebook", "ａｄａ")
    assert Profile("facebook", "ＡＤＡ") != Profile("facebook", "ada")


def test_letters_beyond_ascii_are_lower_cased_where_handles_may_have_them() -> None:
    """Case does not matter in any script that has it."""
    assert Profile("facebook", "ÉMILIE").handle == "émilie"
    assert Profile("mastodon", "ЮЛИЯ@пример.example").handle == "юлия@пример.example"


# ---------------------------------------------------------------- reading what people write


@pytest.mark.parametrize(
    ("text", "options", "key"),
    [
        ("@Ada@hachyderm.example", {}, "mastodon:ada@hachyderm.example"),
        ("acct:ada@hachyderm.example", {}, "mastodon:ada@hachyderm.example"),
        ("mailto:ada@acme.example", {}, "email:ada@acme.example"),
        ("x:ada", {}, "x:ada"),
        ("Twitter:@Ada", {}, "x:ada"),
        ("x#12345", {}, "x#12345"),
        (DID, {}, f"bluesky#{DID}"),
        (DID, {"network": "bluesky"}, f"bluesky#{DID}"),
        ("  https://x.com/ada  ", {}, "x:ada"),
        ("ada", {"network": "x"}, "x:ada"),
        ("@ada", {"network": "mastodon", "server": "hachyderm.example"}, "mastodon:ada@hachyderm.example"),
        ("ada", {"network": "mastodon", "server": "hachyderm.example"}, "mastodon:ada@hachyderm.example"),
        ("@ada@a.example", {"network": "mastodon", "server": "hachyderm.example"}, "mastodon:ada@a.example"),
        ("https://a.example/@ada", {"network": "mastodon", "server": "b.example"}, "mastodon:ada@a.example"),
        ("ada", {"network": "x", "server": "hachyderm.example"}, "x:ada"),
        ("ada@acme.example", {"network": "email"}, "email:ada@acme.example"),
    ],
)
def test_profile_is_read_from_what_people_write(text: str, options: dict[str, str], key: str) -> None:
    """An address, a full handle, a DID or a key says its network; elsewhere the caller does."""
    assert Profile.parse(text, **options).key == key


@pytest.mark.parametrize(
    "text", ["ada", "@ada", "ada@acme.example", "", "  ", "elsewhere:ada", "x://ada", "ada.bsky.social"]
)
def test_text_that_could_be_on_any_network_is_not_guessed(text: str) -> None:
    """The refusal says how to say which."""
    problem = unreadable(text)

    assert problem.what == f"{text.strip()!r} could be a handle on any network"
    assert problem.hint.startswith('say which, such as network="x"')
    assert problem.field == "network"


@pytest.mark.parametrize(
    "address",
    [
        "https://acme.example/ada",
        "https://medium.com/@ada",
        "www.t.me/@ada",
        "https://[broken/@ada",
        "acme.example/",
        "https://stackoverflow.com/users/212343",
        "https://stackoverflow.com/users/212343/ada",
    ],
)
def test_address_of_no_known_network_is_not_guessed(address: str) -> None:
    """An address alone tells the network only if it is one that we know."""
    assert unreadable(address).what == f"{address!r} is a page of no known network"


@pytest.mark.parametrize("text", [None, 7, b"ada", ["ada"]])
def test_profile_is_read_from_text_only(text: object) -> None:
    """Anything else is refused before it is looked at."""
    problem = unreadable(text, network="x")

    assert problem.what == "a profile is read from text"
    assert problem.value == text


def test_address_of_another_network_contradicts_the_one_that_is_named() -> None:
    """What the caller says and what the address says must agree."""
    assert unreadable("https://x.com/ada", network="github").what == "'https://x.com/ada' is no page of GitHub"
    assert unreadable(DID, network="x").what == f"{DID!r} is no handle"


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\n", "\u202e", "\u200b", "\u2066", "\ufeff", "\ud800", "\U0010ffff"]
)
@pytest.mark.parametrize("network", [*NETWORKS, "elsewhere"])
def test_handle_holds_nothing_that_cannot_be_seen(network: str, character: str) -> None:
    """Control characters and right-to-left overrides are refused on every network, and named."""
    (problem,) = refused(network, f"a{character}da").problems

    assert f"U+{ord(character):04X}" in problem.what
    assert problem.value == f"a{character}da"
    assert problem.what.isprintable()


@pytest.mark.parametrize(
    "address", ["https://linkedin.com/in/a%00", "https://youtube.com/@a%E2%80%AEb", "linkedin.com/in/%20"]
)
def test_escaped_characters_in_an_address_are_seen_through(address: str) -> None:
    """An address cannot smuggle in what a handle may not hold."""
    with pytest.raises(InvalidValue):
        Profile.parse(address)


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_profile_has_a_handle_or_a_stable_id(blank: str) -> None:
    """A blank handle is a missing one, and nothing matches nothing (NET-7)."""
    (problem,) = refused("x", blank).problems

    assert problem.what == "there is neither a handle nor a stable id"
    assert Profile("x", blank, uid="1") == Profile("x", uid="1")


@pytest.mark.parametrize("handle", [None, 7, ["ada"], b"ada"])
def test_handle_is_text(handle: object) -> None:
    """A number is no handle, even on a network whose handles may be digits."""
    (problem,) = refused("x", handle).problems

    assert problem == Problem(
        what=f"the handle is a {type(handle).__name__}",
        hint="write it as text",
        field="handle",
        value=handle,
        rule="NET-2",
    )


def test_all_that_is_wrong_with_a_profile_is_reported() -> None:
    """Handle and stable id are told together."""
    error = refused("x", "a b", uid="c")

    assert error.subject == "profile"
    assert [problem.field for problem in error.problems] == ["handle", "uid"]


# ---------------------------------------------------------------- patterns and adversaries

BASES: Final = [
    "a",
    "a.",
    "a-",
    ".",
    "-",
    "@",
    "a@",
    "/",
    "a/",
    "a b",
    "é",
    "[bot]",
    "did:",
    "1",
    ":1",
    "_",
    "%41",
    "·",
]
ATTACKS: Final = [(base * HANDLE_LIMIT)[:HANDLE_LIMIT] + end for base in BASES for end in ("", "!", " \x00", "@", "/")]


@keys
def test_patterns_answer_adversarial_text(row: Network) -> None:
    """Repetitions with a wrong end make a careless pattern search for ever; each of ours answers, and says no."""
    ends = [attack for attack in ATTACKS if attack.endswith(" \x00")]
    patterns = (row.handle, row.uid)

    assert [pattern.fullmatch(attack) for pattern in patterns for attack in ends] == [None] * 2 * len(ends)
    assert [path.fullmatch(attack) for path in row.paths for attack in ends] == [None] * len(row.paths) * len(ends)
    for start in ("/", "/@", "/in/", "/profile.php?", "/people/", "/company/"):
        found = [path.fullmatch(f"{start}{attack}/\n") for path in row.paths for attack in ATTACKS]
        assert found == [None] * len(found)


@pytest.mark.parametrize("network", [*NETWORKS, "elsewhere"])
def test_adversarial_handle_is_refused_or_settled(network: str) -> None:
    """Whatever is thrown at a network comes back as a profile of at most 320 characters or as a typed error."""
    attacks = [*ATTACKS, *(f"https://{network}.com/{attack}" for attack in ATTACKS)]
    profiles = [attempt(Profile, network, attack) for attack in attacks]

    assert len(profiles) == 2 * len(ATTACKS)
    assert [profile for profile in profiles if profile and len(profile.handle) > HANDLE_LIMIT] == []


@given(st.text(st.sampled_from("aA1.-_@/:%?&=#[] \u202e\x00é"), max_size=60))
def test_reading_any_text_gives_a_profile_or_a_typed_error(text: str) -> None:
    """No text makes the reader fail in any other way, and what it gives can be read again."""
    profile = attempt(Profile.parse, text)

    assert profile is None or Profile.parse(profile.key) == profile


# ---------------------------------------------------------------- real data


def lines(name: str) -> list[str]:
    """Give the entries of a list of the AT Protocol: lines without comments and blank ones, spaces kept."""
    path = shared_data("atproto_interop_syntax", f"{name}.txt")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [line for line in text.split("\n") if line.strip() and not line.startswith("#")]


atproto: Final = needs_shared_data("atproto_interop_syntax")


@atproto
def test_valid_handles_of_the_at_protocol_are_profiles() -> None:
    """Each handle that the protocol's own vectors call valid is a Bluesky handle, lower-cased."""
    handles = lines("handle_syntax_valid")

    assert len(handles) > 50
    assert [Profile("bluesky", handle).handle for handle in handles] == [handle.lower() for handle in handles]


@atproto
def test_invalid_handles_of_the_at_protocol_are_refused() -> None:
    """Each that they call invalid is refused, but for two that are wrong only for the space around them (NET-3)."""
    handles = lines("handle_syntax_invalid")
    accepted = [handle for handle in handles if attempt(Profile, "bluesky", handle)]

    assert len(handles) > 40
    assert accepted == [" john.test", "john.test "]


@atproto
def test_valid_dids_are_stable_ids() -> None:
    """Each DID that the vectors call valid is kept to the letter."""
    dids = lines("did_syntax_valid")

    assert len(dids) > 15
    assert [Profile("bluesky", uid=did).uid for did in dids] == dids
    assert [Profile.parse(did).uid for did in dids] == dids


@atproto
@pytest.mark.parametrize("did", lines("did_syntax_invalid") or ["absent"], ids=lambda did: did[:20])
def test_invalid_dids_are_refused(did: str) -> None:
    """Each that they call invalid is no stable id of Bluesky."""
    assert refused("bluesky", uid=did).problems[0].field == "uid"


def mentioned(path: Path) -> set[str]:
    """Give every handle that the mention and reply cases of twitter-text expect to be extracted."""
    tests = yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]
    plain = chain.from_iterable(case["expected"] for case in tests["mentions"])
    placed = (
        found["screen_name"]
        for name in ("mentions_with_indices", "mentions_or_lists_with_indices")
        for case in tests[name]
        for found in case["expected"]
    )
    return {*plain, *placed, *(case["expected"] for case in tests["replies"] if case["expected"])}


@needs_shared_data("handles_twitter_text_extract")
def test_handles_that_twitter_text_extracts_are_profiles_on_x() -> None:
    """Whatever X itself takes for a mention is a handle here, with and without the at sign."""
    handles = mentioned(shared_data("handles_twitter_text_extract", "extract.yml"))

    assert len(handles) > 5
    for handle in handles:
        assert Profile("x", handle).handle == handle.lower()
        assert Profile.parse(f"https://x.com/{handle}") == Profile("x", f"@{handle}")


def identity_or_fault(read: Callable[[], str]) -> str | InvalidValue:
    """Give an identity, or why there is none."""
    try:
        return read()
    except InvalidValue as error:
        return error


@given(
    text=st.one_of(
        st.text(max_size=30),
        st.from_regex(r"@?[A-Za-z0-9_.-]{1,20}(@[a-z]{1,5}\.[a-z]{2})?", fullmatch=True),
        st.from_regex(r"(https://)?(x|instagram|github)\.com/[A-Za-z_.-]{1,9}", fullmatch=True),
        st.from_regex(r"(u/|in/|did:|x:|x#|acct:|mailto:)[a-z0-9.@:]{1,12}", fullmatch=True),
    ),
    network=st.sampled_from(["", *NETWORKS, "xing", "twitter"]),
    server=st.sampled_from(["", "hachyderm.io"]),
)
def test_short_way_to_an_identity_is_the_long_way(text: str, network: str, server: str) -> None:
    """Many handles are read by a short cut, which says what a profile would."""
    short = identity_or_fault(lambda: identity_of(text, network=network, server=server))
    long = identity_or_fault(lambda: Profile.parse(text, network=network, server=server).identity)

    assert short == long


@pytest.mark.parametrize(
    ("key", "network"), [("x:ada", "x"), ("x#12", "x"), ("xing:Ada", "xing"), ("email:a@b.c", "email")]
)
def test_stored_key_is_read_back_where_its_network_is_named(key: str, network: str) -> None:
    """What people are told to store can be read again, on networks without a row as well."""
    assert Profile.parse(key, network=network).key == key


def test_address_and_stable_id_that_disagree_are_refused() -> None:
    """Neither is taken silently."""
    with pytest.raises(InvalidValue) as caught:
        Profile("x", "https://x.com/i/user/12", uid="13")

    assert caught.value.problems == (
        Problem(
            what="the address says '12' and the stable id is '13'", hint="leave one of them out", field="uid",
            value="13", rule="NET-2",
        ),
    )  # fmt: skip
    assert Profile("x", "https://x.com/i/user/12", uid="12") == Profile("x", uid="12")


@pytest.mark.parametrize(
    ("network", "handle"),
    [("mastodon", "ada@www.acme.example"), ("mastodon", "ada@straße.example"), ("instagram", "ada.php")],
)
def test_page_of_a_profile_is_read_back_to_it(network: str, handle: str) -> None:
    """A server keeps its "www." and its letters, and a handle may look like a script."""
    profile = Profile(network, handle)

    assert Profile.parse(profile.url) == profile


def test_did_is_a_stable_id_on_bluesky_only() -> None:
    """Elsewhere it is the handle that was given."""
    assert Profile.parse("did:plc:abc", network="bluesky") == Profile("bluesky", uid="did:plc:abc")
    assert Profile.parse("did:x", network="xing") == Profile("xing", "did:x")


def test_address_of_an_email_profile_is_masked_in_its_repr() -> None:
    """An e-mail address is personal wherever it stands."""
    assert repr(Profile("email", "ada@acme.example")) == "Profile('email', 'a…@acme.example')"
