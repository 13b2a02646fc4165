"""The laws hold for what is shipped and drawn, and are broken by what is broken on purpose."""

import re
from collections.abc import Callable, Hashable
from datetime import datetime
from math import comb, factorial
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadmodel import (
    Account,
    AuthorRule,
    AuthorRules,
    Category,
    Changes,
    Contact,
    Deal,
    Directory,
    Network,
    OnRecord,
    Outcome,
    Profile,
    Reason,
    SocialUpdate,
    author_rules,
    playbooks,
)
from leadmodel.changes import Updated
from leadmodel.directory import Kept
from leadmodel.directory.kept import KEPT_SETS
from leadmodel.networks import rows
from leadmodel.rules.author_rules import CASES
from leadmodel.samples import AS_OF, World, world
from leadmodel.testing import laws, strategies
from leadmodel.testing.strategies.world import DAYS

ADA = Profile("x", "ada")
CONTACT = Contact(id="c1", profiles=[ADA], account_id="a1")
WON = Deal(id="d1", stage="Won", contact_id="c1", account_id="a1")


def small_world(kind: type[World] = World, **changed: object) -> World:
    """A contact with a won deal, and an update of theirs."""
    records: dict[str, Any] = {
            "leads": (), "contacts": (CONTACT,), "accounts": (Account(id="a1", name="Acme"),), "deals": (WON,),
            "updates": (SocialUpdate(id="u1", author=ADA),), "children": (),
            "misfiled": Deal(id="d9", stage="?"), "playbook": playbooks.SIMPLE, **changed,
        }  # fmt: skip
    return kind(**records)


def ghost_row() -> AuthorRule:
    """Make a row for a way of being on record that there is not."""
    row = AuthorRule(OnRecord.NOBODY, None, None, None, Category.UNKNOWN, Reason.NOBODY, "OWN-1")
    object.__setattr__(row, "on_record", "ghost")
    return row


#: How often the laws ask a table about its cases, and then about every order of every set of outcomes.
ASKED = 2 * len(CASES)
ANSWERED = sum(comb(len(Outcome), size) * (3 + factorial(size)) for size in range(len(Outcome) + 1))


class TestAuthorRules:
    """Laws of every table."""

    @pytest.mark.parametrize("rules", laws.SHIPPED, ids=repr)
    def test_shipped_tables_keep_the_laws(self, rules: AuthorRules) -> None:
        """With every option and with none."""
        laws.check_author_rules(rules)

    @settings(max_examples=15)
    @given(strategies.author_rules())
    def test_drawn_tables_keep_the_laws(self, rules: AuthorRules) -> None:
        """Whatever their content."""
        laws.check_author_rules(rules)

    @pytest.mark.parametrize(
        ("table", "message"),
        [
            (author_rules.ZOHO.rows[1:], "0 rows .* decide the case nobody with open=True"),
            ((*author_rules.ZOHO.rows, author_rules.ZOHO.rows[0]), "2 rows .* decide the case nobody"),
            (
                (*author_rules.ZOHO.rows[:-1], attrs.evolve(author_rules.ZOHO.rows[-1], category=Category.UNKNOWN)),
                "a lost deal turns lead_or_contact into unknown",
            ),
            (
                (
                    *author_rules.ZOHO.rows,
                    ghost_row(),
                ),
                "no case is decided by AuthorRule",
            ),
        ],
        ids=["open case", "double case", "lost deal counts", "idle row"],
    )
    def test_broken_table_is_found(self, table: tuple[AuthorRule, ...], message: str) -> None:
        """A table that got past its own check is told what is wrong with it."""
        with pytest.raises(AssertionError, match=message):
            laws.check_author_rules(Unchecked(name="unchecked", rows=table))

    @pytest.mark.parametrize(
        ("right", "message"),
        [
            (0, "decides"),
            (ASKED, "is decided by"),
            (ASKED + 2, "order or number"),
            (ASKED + ANSWERED, "merged they are"),
        ],
    )
    def test_table_that_forgets_its_rows_is_found(self, right: int, message: str) -> None:
        """A table that answers rightly so many times and then wrongly is noticed by each law in its turn."""
        Forgetful.left = right

        with pytest.raises(AssertionError, match=message):
            laws.check_author_rules(Forgetful(name="forgetful", rows=author_rules.ZOHO.rows))


class Unchecked(AuthorRules):
    """A table that takes any rows, and gives the first that applies."""

    def __attrs_post_init__(self) -> None:
        """Check nothing."""

    def row(self, on_record: OnRecord, *, any_open: bool, any_won: bool, any_lost: bool) -> AuthorRule:
        """Go through the rows."""
        case = {"any_open": any_open, "any_won": any_won, "any_lost": any_lost}
        return next((row for row in self.rows if row.applies(on_record, **case)), self.rows[0])


class Forgetful(AuthorRules):
    """A table that gives another row each time, once it has answered so many times."""

    left: ClassVar[int]

    def row(self, on_record: OnRecord, *, any_open: bool, any_won: bool, any_lost: bool) -> AuthorRule:
        """Answer rightly as long as any answers are left."""
        right = super().row(on_record, any_open=any_open, any_won=any_won, any_lost=any_lost)
        Forgetful.left -= 1
        if Forgetful.left >= 0:
            return right
        return attrs.evolve(right, category=list(Category)[Forgetful.left % 4], rule=f"OWN{Forgetful.left}")


class TestDirectory:
    """Kept up in place equals made again."""

    def test_all_answers_asked_for_are_kept(self) -> None:
        """A directory keeps so many sets of answers at a time: with more tables the law would try nothing."""
        assert 2 * len(laws.SHIPPED) <= KEPT_SETS

    @settings(max_examples=40)
    @given(st.data())
    def test_directory_keeps_the_law(self, data: st.DataObject) -> None:
        """Any world, any changes, now and then."""
        drawn = data.draw(strategies.worlds())
        changes = data.draw(strategies.changes_to(drawn))
        laws.check_directory(drawn, changes, as_of=data.draw(st.none() | st.sampled_from(DAYS)))

    def test_sample_data_keep_the_law(self) -> None:
        """The demo data, whose first lead is deleted and whose first contact changes their handle."""
        samples = world()
        contact = samples.contacts[0]
        renamed = Updated(contact, attrs.evolve(contact, profiles=[Profile("x", "renamed")]))
        laws.check_directory(samples, [Changes(deleted=samples.leads[:1]), Changes(updated=[renamed])])

    @pytest.mark.parametrize("as_of", [None, DAYS[0]])
    def test_directory_that_keeps_answers_for_ever_is_found(self, as_of: datetime | None) -> None:
        """A won deal goes, and the contact is still a customer."""
        with pytest.raises(AssertionError, match=r"after 1 change: .*kept up, the answer is customer"):
            laws.check_directory(small_world(), [Changes(deleted=[WON])], as_of=as_of, make=Hoarder.of)

    def test_directory_that_makes_no_changes_is_found(self) -> None:
        """A deal that is deleted is still there."""
        with pytest.raises(AssertionError, match="after 1 change: kept up, the records are"):
            laws.check_directory(small_world(), [Changes(deleted=[WON])], make=Deaf.of)

    def test_directory_that_loses_links_is_found(self) -> None:
        """A deal is there, and its account does not know it."""
        with pytest.raises(AssertionError, match="after 0 changes: kept up, on account a1 hang"):
            laws.check_directory(small_world(), [], make=Loner.of)

    def test_directory_with_a_wrong_fast_road_is_found(self) -> None:
        """The categories alone differ from the answers."""
        with pytest.raises(AssertionError, match="after 0 changes: kept up, classify_many gives"):
            laws.check_directory(small_world(), [], make=Hasty.of)


class Hoarder(Directory):
    """A directory that never forgets an answer."""

    __slots__ = ("hoard",)

    def keep(self, name: Hashable, make: Callable[[], Kept[Any]]) -> Kept[Any]:
        """Keep the answers where no change reaches them."""
        if not hasattr(self, "hoard"):
            self.hoard: dict[Hashable, Kept[Any]] = {}
        return self.hoard.setdefault(name, make())


class Deaf(Directory):
    """A directory that makes no changes."""

    __slots__ = ()

    def update(self, changes: Changes) -> None:
        """Do nothing."""


class Loner(Directory):
    """A directory whose accounts have no deals."""

    __slots__ = ()

    def deals_of_account(self, account: Account) -> list[Deal]:
        """Give none."""
        del account
        return []


class Hasty(Directory):
    """A directory whose categories are always the same."""

    __slots__ = ()

    def keep(self, name: Hashable, make: Callable[[], Kept[Any]]) -> Kept[Any]:
        """Keep the right answers, and beside them a category for everybody."""
        if isinstance(name, tuple) and name[0] == "categories":
            return Kept(lambda _: Category.UNKNOWN)
        return super().keep(name, make)


class TestFeed:
    """All roads lead to one answer."""

    @settings(max_examples=60)
    @given(strategies.worlds(), st.sampled_from(laws.SHIPPED), st.none() | st.sampled_from(DAYS))
    def test_feeds_keep_the_law(self, drawn: World, rules: AuthorRules, as_of: datetime | None) -> None:
        """One by one, as a feed, by categories alone."""
        laws.check_feed(drawn, rules=rules, as_of=as_of)

    def test_strict_rules_are_compared_too(self) -> None:
        """Where several contacts match, the strict option is left out: the roads are compared, not the refusals."""
        shared = small_world(contacts=(CONTACT, Contact(id="c2", profiles=[ADA])))

        laws.check_feed(shared, rules=attrs.evolve(author_rules.ZOHO, strict=True))
        assert shared.directory().matching(ADA.identity)[0] == [*shared.contacts]

    def test_wrong_fast_road_is_found(self) -> None:
        """The categories alone differ."""
        with pytest.raises(AssertionError, match="classify_many gives"):
            laws.check_feed(small_world(HastyWorld))

    def test_feed_about_other_people_is_found(self) -> None:
        """The feed asks for a directory of its own, and gets one of nobody."""
        with pytest.raises(AssertionError, match="in batches of 1 the feed gives"):
            laws.check_feed(small_world(EmptyFeedWorld))


class HastyWorld(World):
    """A world whose directory has a wrong fast road."""

    def directory(self) -> Directory:
        """Make the hasty one."""
        return Hasty.of(contacts=self.contacts, deals=self.deals, pipelines=self.pipeline)


class Absent(Directory):
    """A directory that knows nobody once it is asked for a batch."""

    __slots__ = ()

    def directory_for(self, wanted: object, *, pipelines: object = None) -> Directory:
        """Give an empty one."""
        del wanted, pipelines
        return Directory(self.pipelines)


class EmptyFeedWorld(World):
    """A world whose directory is absent."""

    def directory(self) -> Directory:
        """Make the absent one."""
        return Absent.of(contacts=self.contacts, deals=self.deals, pipelines=self.pipeline)


class TestStory:
    """An answer as of an instant is the one that was right then (AUTH-15)."""

    @settings(max_examples=60)
    @given(strategies.worlds(), st.sampled_from(laws.SHIPPED), st.sampled_from(DAYS))
    def test_stories_keep_the_law(self, drawn: World, rules: AuthorRules, as_of: datetime) -> None:
        """Every world, at every instant in it."""
        laws.check_story(drawn, as_of, rules=rules)

    def test_sample_data_keep_the_law(self) -> None:
        """At the instant that the samples single out."""
        laws.check_story(world(), AS_OF)

    def test_directory_that_knows_today_only_is_found(self) -> None:
        """A deal that was won later was open then."""
        later = attrs.evolve(WON, closed_at=DAYS[2])

        laws.check_story(small_world(deals=(later,)), DAYS[1])
        with pytest.raises(AssertionError, match="in the world of then: potential_contact"):
            laws.check_story(small_world(TodaysWorld, deals=(later,)), DAYS[1])


class TodaysWorld(World):
    """A world whose directory knows no dates."""

    def directory(self) -> Directory:
        """Make a directory of deals that do not say when they were closed."""
        deals = [attrs.evolve(deal, closed_at=None) for deal in self.deals]
        return Directory.of(contacts=self.contacts, accounts=self.accounts, deals=deals, pipelines=self.pipeline)


class TestProfile:
    """Reading a profile is done once and for all."""

    @given(st.data())
    def test_drawn_profiles_keep_the_law(self, data: st.DataObject) -> None:
        """On every network, in every spelling."""
        profile = data.draw(strategies.profiles(handle=True))
        laws.check_profile(data.draw(strategies.handle_spellings(profile)), profile.network)

    @pytest.mark.parametrize(
        ("text", "network", "server"),
        [
            ("https://x.com/i/user/12", "", ""), ("did:plc:ada", "bluesky", ""), ("ada", "mastodon", "social.example"),
            ("Ada", "xing", ""), ("https://www.linkedin.com/company/acme", "", ""),
        ],
    )  # fmt: skip
    def test_known_texts_keep_the_law(self, text: str, network: str, server: str) -> None:
        """Stable ids, servers that the caller gives, networks without a row."""
        laws.check_profile(text, network, server=server)

    @pytest.mark.parametrize(
        ("canonical", "message"),
        [(lambda handle: f"{handle}x", "made again of its parts"), (str.swapcase, "made again of its parts")],
        ids=["grows", "swaps"],
    )
    def test_row_that_never_comes_to_rest_is_found(
        self, canonical: Callable[[str], str], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A canonical form that is not canonical makes another profile each time."""
        row = Network(key="odd", label="Odd", handle=re.compile(r"\w+"), form="letters", canonical=canonical)
        monkeypatch.setitem(rows.BY_NAME, "odd", row)

        with pytest.raises(AssertionError, match=message):
            laws.check_profile("ada", "odd")
