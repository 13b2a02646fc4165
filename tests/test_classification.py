"""Who is behind an update: one test for each decision of the domain, then feeds, tabs and whoever is added from one."""

import itertools
import pickle
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, Final
from uuid import UUID

import attrs
import pytest

import leadmodel as lm
from leadmodel import (
    Account,
    AmbiguousAuthor,
    Answer,
    Category,
    Contact,
    Converted,
    Deal,
    DealContact,
    Directory,
    InvalidValue,
    Lead,
    NoAuthor,
    Profile,
    Reason,
    Ref,
    SocialUpdate,
    StageChange,
    UnknownStage,
    classify_author,
    classify_feed,
    classify_many,
    sort_feed,
)
from leadmodel.processes.pipelines import SIMPLE, Pipeline, Stage
from leadmodel.rules.author_rules import HUBSPOT, ZOHO, AuthorRules
from tests.pages import bare

NAMESPACE: Final = UUID("5f3a3f0e-58c5-4a53-8d2e-6f0f35f6a7b1")
#: Both sides of every option at once.
COMPANIES: Final = attrs.evolve(ZOHO, companies=True)
EMAILS: Final = attrs.evolve(ZOHO, match_email=True)
STRICT: Final = attrs.evolve(ZOHO, strict=True)


def day(number: int, hour: int = 12) -> datetime:
    """Give an instant of January 2024."""
    return datetime(2024, 1, number, hour, tzinfo=UTC)


def at(text: str) -> Profile:
    """Read a profile in short: "x:ada", with a stable id "x:ada#1", the stable id alone "x:#1"."""
    network, _, rest = text.partition(":")
    handle, _, uid = rest.partition("#")
    return Profile(network, handle, uid=uid)


def contact(record_id: str, *profiles: str, **facts: object) -> Contact:
    """Make a contact with these profiles."""
    return Contact(id=record_id, last_name="Lovelace", profiles=list(map(at, profiles)), **facts)


def lead(
    record_id: str, *profiles: str, became: str | None = None, on: datetime | None = None, **facts: object
) -> Lead:
    """Make a lead with these profiles; where it *became* a contact, it was converted."""
    conversion = None if became is None else Converted(contact_id=became, at=on)
    return Lead(id=record_id, last_name="Lovelace", profiles=list(map(at, profiles)), conversion=conversion, **facts)


def account(record_id: str, *profiles: str, **facts: object) -> Account:
    """Make an account with these profiles."""
    return Account(id=record_id, name="Acme", profiles=list(map(at, profiles)), **facts)


def deal(record_id: str, stage: str, contact_id: str = "", **facts: object) -> Deal:
    """Make a deal in a stage of the simple pipeline: Open, Won or Lost."""
    return Deal(id=record_id, stage=stage, contact_id=contact_id, **facts)


def of(*records: Lead | Contact | Account | Deal, pipelines: object = SIMPLE) -> Directory:
    """Make a directory of records of any type."""
    kinds = {"leads": Lead, "contacts": Contact, "accounts": Account, "deals": Deal}
    sorted_out: dict[str, Any] = {
        name: [record for record in records if isinstance(record, kind)] for name, kind in kinds.items()
    }
    return Directory.of(**sorted_out, pipelines=pipelines)


def ask(
    author: str | Profile | SocialUpdate,
    *records: Lead | Contact | Account | Deal,
    rules: AuthorRules = ZOHO,
    as_of: datetime | None = None,
) -> Answer:
    """Ask who is behind an update or a profile, among these records; the fast road has to agree."""
    who = at(author) if isinstance(author, str) else author
    directory = of(*records)
    answer = classify_author(who, directory, rules=rules, as_of=as_of)
    assert classify_many([who], directory, rules=rules, as_of=as_of) == [answer.category]
    return answer


def said(answer: Answer) -> tuple[str, str, str, str, str]:
    """Give an answer in short: category, reason, rule, matches, deals."""
    matches, deals = (", ".join(map(str, refs)) for refs in (answer.matches, answer.deals))
    return answer.category.value, answer.reason.value, answer.rule, matches, deals


def update(record_id: str, author: str | None, reposted_by: str | None = None, **facts: object) -> SocialUpdate:
    """Make an update."""
    author_profile, reposter = (at(who) if who else None for who in (author, reposted_by))
    return SocialUpdate(id=record_id, author=author_profile, reposted_by=reposter, **facts)


class TestTheTable:
    """AUTH-1 to AUTH-5, on records."""

    def test_auth_1_nobody_on_record_is_unknown(self) -> None:
        """Whoever is not on record is unknown, whoever else is."""
        answer = ask("x:ada", contact("c1", "x:bob"), deal("d1", "Open", "c1"))

        assert said(answer) == ("unknown", "nobody", "AUTH-1", "", "")

    @pytest.mark.parametrize("others", [[], ["Won"], ["Lost"], ["Won", "Lost"]])
    def test_auth_2_open_deal_makes_a_potential_contact(self, others: list[str]) -> None:
        """An open deal decides, whatever else there was."""
        deals = [deal(f"d{number}", stage, "c1") for number, stage in enumerate(["Open", *others])]
        answer = ask("x:ada", contact("c1", "x:ada"), *deals)

        assert said(answer) == ("potential_contact", "open_deal", "AUTH-2", "contact c1", "deal d0")

    @pytest.mark.parametrize("others", [[], ["Lost"], ["Lost", "Lost"]])
    def test_auth_3_won_deal_makes_a_customer(self, others: list[str]) -> None:
        """Without an open deal, a won one decides."""
        deals = [deal(f"d{number}", stage, "c1") for number, stage in enumerate(["Won", *others])]
        answer = ask("x:ada", contact("c1", "x:ada"), *deals)

        assert said(answer) == ("customer", "won_deal", "AUTH-3", "contact c1", "deal d0")

    def test_auth_4_contact_without_deals_is_lead_or_contact(self) -> None:
        """On record, and nothing sold: other people's deals do not count."""
        answer = ask("x:ada", contact("c1", "x:ada"), contact("c2", "x:bob"), deal("d1", "Won", "c2"))

        assert said(answer) == ("lead_or_contact", "no_deals", "AUTH-4", "contact c1", "")

    def test_auth_4_contact_whose_deals_were_all_lost_is_lead_or_contact(self) -> None:
        """The same category for another reason, with the deals that were lost."""
        answer = ask("x:ada", contact("c1", "x:ada"), deal("d2", "Lost", "c1"), deal("d1", "Lost", "c1"))

        assert said(answer) == ("lead_or_contact", "all_lost", "AUTH-4", "contact c1", "deal d1, deal d2")

    def test_auth_5_lead_is_lead_or_contact(self) -> None:
        """Several leads change nothing; all are listed, by id."""
        answer = ask("x:ada", lead("l2", "x:ada"), lead("l1", "x:ada"))

        assert said(answer) == ("lead_or_contact", "lead", "AUTH-5", "lead l1, lead l2", "")
        assert answer.ambiguous is False

    def test_every_deciding_deal_is_listed_by_id_and_no_other(self) -> None:
        """The answer names the deals whose outcome the row asks for."""
        deals = [deal("d3", "Open", "c1"), deal("d2", "Won", "c1"), deal("d1", "Open", "c1"), deal("d0", "Lost", "c1")]

        assert ask("x:ada", contact("c1", "x:ada"), *deals).deals == (Ref(Deal, "d1"), Ref(Deal, "d3"))
        assert ask("x:ada", contact("c1", "x:ada"), *deals, rules=HUBSPOT).deals == (Ref(Deal, "d2"),)

    def test_hubspot_calls_a_customer_with_an_open_deal_a_customer(self) -> None:
        """Another policy is another table."""
        answer = ask("x:ada", contact("c1", "x:ada"), deal("d1", "Open", "c1"), deal("d2", "Won", "c1"), rules=HUBSPOT)

        assert said(answer) == ("customer", "won_deal", "AUTH-3", "contact c1", "deal d2")


class TestSeveralMatches:
    """AUTH-6 to AUTH-8: one author, several records."""

    def test_auth_6_contact_decides_over_a_lead_and_both_are_listed(self) -> None:
        """A relation counts for more than a prospect; the lead of an account's profile comes before the account."""
        answer = ask("x:ada", lead("l1", "x:ada"), contact("c1", "x:ada"), deal("d1", "Won", "c1"))

        assert said(answer) == ("customer", "won_deal", "AUTH-3", "contact c1, lead l1", "deal d1")
        assert answer.rules == ("AUTH-3", "AUTH-6")
        assert answer.ambiguous is False

    def test_auth_6_lead_decides_over_an_account(self) -> None:
        """A person comes before a company's profile."""
        answer = ask("x:acme", account("a1", "x:acme"), lead("l1", "x:acme"))

        assert said(answer) == ("lead_or_contact", "lead", "AUTH-5", "lead l1, account a1", "")
        assert answer.rules == ("AUTH-5", "AUTH-6", "AUTH-10")

    def test_auth_7_several_contacts_are_ambiguous_and_all_their_deals_count(self) -> None:
        """Never pick one silently: the table applies to the union of the deals, and all contacts are listed."""
        people = [contact("c2", "x:ada"), contact("c1", "x:ada")]
        answer = ask("x:ada", *people, deal("d1", "Won", "c1"), deal("d2", "Open", "c2"), deal("d3", "Open", "c1"))

        assert said(answer) == (
            "potential_contact",
            "open_deal",
            "AUTH-2",
            "contact c1, contact c2",
            "deal d2, deal d3",
        )
        assert answer.ambiguous is True
        assert answer.rules == ("AUTH-2", "AUTH-7")

    def test_auth_7_strict_rules_raise_with_all_contacts(self) -> None:
        """Whoever wants no ambiguous answers gets an error that lists whom to merge."""
        directory = of(contact("c2", "x:ada#1"), contact("c1", "x:ada#1"), contact("c3", "x:bob"))
        expected = AmbiguousAuthor(author="x:ada", contacts=(Ref(Contact, "c1"), Ref(Contact, "c2")))

        with pytest.raises(AmbiguousAuthor) as one:
            classify_author(at("x:ada#1"), directory, rules=STRICT)
        with pytest.raises(AmbiguousAuthor) as many:
            classify_many([at("x:bob"), at("x:ada#1")], directory, rules=STRICT)
        assert (one.value, many.value) == (expected, expected)

    def test_auth_7_strict_rules_let_one_contact_and_several_leads_pass(self) -> None:
        """Only several contacts are ambiguous, and a lead that became this contact is not another one."""
        records = [lead("l1", "x:ada"), lead("l2", "x:ada"), lead("l3", "x:ada", became="c1"), contact("c1", "x:ada")]

        assert ask("x:ada", *records, rules=STRICT).matches[0] == Ref(Contact, "c1")
        assert ask("x:bob", lead("l1", "x:bob"), lead("l2", "x:bob"), rules=STRICT).reason is Reason.LEAD

    def test_auth_7_contact_that_was_followed_is_ambiguous_to_strict_rules(self) -> None:
        """A contact that matches and another that a lead became: strict rules do not pick one either."""
        records = [contact("c1", "x:ada"), contact("c2"), lead("l1", "x:ada", became="c2")]

        with pytest.raises(AmbiguousAuthor) as caught:
            classify_author(at("x:ada"), of(*records), rules=STRICT)
        assert caught.value == AmbiguousAuthor(author="x:ada", contacts=(Ref(Contact, "c1"), Ref(Contact, "c2")))

    def test_auth_8_converted_lead_is_followed_to_its_contact(self) -> None:
        """Who has the lead's profile is the contact that the lead became, with that contact's deals."""
        records = [lead("l1", "x:ada", became="c1"), contact("c1"), deal("d1", "Won", "c1")]
        answer = ask("x:ada", *records)

        assert said(answer) == ("customer", "won_deal", "AUTH-3", "contact c1, lead l1", "deal d1")
        assert answer.followed == (Ref(Lead, "l1"),)
        assert answer.rules == ("AUTH-3", "AUTH-8")

    def test_auth_8_lead_converted_to_a_contact_that_is_gone_is_lead_or_contact(self) -> None:
        """The reason says that the contact is gone; nobody else is taken for it."""
        for became in ("c9", ""):
            answer = ask("x:ada", lead("l1", "x:ada", became=became), contact("c1"), deal("d1", "Won", "c1"))

            assert said(answer) == ("lead_or_contact", "contact_gone", "AUTH-8", "lead l1", "")
            assert answer.followed == ()

    def test_auth_8_lead_that_is_still_one_comes_before_one_whose_contact_is_gone(self) -> None:
        """The reason is that there is a lead."""
        answer = ask("x:ada", lead("l1", "x:ada", became="c9"), lead("l2", "x:ada"))

        assert said(answer) == ("lead_or_contact", "lead", "AUTH-5", "lead l1, lead l2", "")

    def test_auth_8_contact_that_a_lead_became_counts_beside_a_contact_that_matches(self) -> None:
        """A converted lead stands for its contact: two contacts are ambiguous, also where one was followed."""
        records = [lead("l1", "x:ada", became="c2"), contact("c1", "x:ada"), contact("c2"), deal("d1", "Open", "c2")]
        answer = ask("x:ada", *records)

        assert said(answer)[:4] == ("potential_contact", "open_deal", "AUTH-2", "contact c1, contact c2, lead l1")
        assert (answer.ambiguous, answer.followed) == (True, (Ref(Lead, "l1"),))

    def test_auth_8_and_auth_6_are_both_named_where_both_had_a_part(self) -> None:
        """A followed lead beside one that is still a lead."""
        answer = ask("x:ada", lead("l1", "x:ada", became="c1"), lead("l2", "x:ada"), contact("c1"))

        assert answer.rules == ("AUTH-4", "AUTH-6", "AUTH-8")

    def test_returning_customer_is_not_followed(self) -> None:
        """A lead that names an existing contact (LEAD-6) was not converted to it."""
        answer = ask("x:ada", lead("l1", "x:ada", contact_id="c1"), contact("c1"), deal("d1", "Won", "c1"))

        assert said(answer) == ("lead_or_contact", "lead", "AUTH-5", "lead l1", "")


class TestWhoseDeals:
    """AUTH-9: which deals are a contact's."""

    RECORDS: Final = (
        contact("c1", "x:ada", account_id="a1"),
        contact("c2", "x:bob", account_id="a2"),
        account("a1"),
        account("a2"),
        deal("primary", "Lost", "c1"),
        deal("role", "Won", "c2", contacts=[DealContact(contact_id="c1", role="user")]),
        deal("account", "Open", "c2", account_id="a1"),
        deal("others", "Open", "c2", account_id="a2"),
        deal("nobody's", "Open"),
    )

    @pytest.mark.parametrize(
        ("links", "found"),
        [
            ("primary", ("lead_or_contact", "all_lost", "deal primary")),
            ("role", ("customer", "won_deal", "deal role")),
            ("account", ("potential_contact", "open_deal", "deal account")),
            (["primary", "role"], ("customer", "won_deal", "deal role")),
            (["primary", "account"], ("potential_contact", "open_deal", "deal account")),
            (["role", "account"], ("potential_contact", "open_deal", "deal account")),
            (["primary", "role", "account"], ("potential_contact", "open_deal", "deal account")),
        ],
    )
    def test_auth_9_links_that_count_are_an_option(self, links: object, found: tuple[str, str, str]) -> None:
        """Primary contact, any role, the contact's account: each alone and in every combination."""
        answer = ask("x:ada", *self.RECORDS, rules=attrs.evolve(ZOHO, deals=links))
        category, reason, _, _, deals = said(answer)

        assert (category, reason, deals) == found

    def test_auth_9_primary_alone_is_the_default(self) -> None:
        """Nobody is sold to because a colleague was."""
        assert said(ask("x:ada", *self.RECORDS)) == said(
            ask("x:ada", *self.RECORDS, rules=attrs.evolve(ZOHO, deals=["primary"]))
        )

    def test_auth_9_deal_with_several_links_counts_once(self) -> None:
        """One deal, linked in all three ways and shared by two contacts of one author, is listed once."""
        both = [contact("c1", "x:ada", account_id="a1"), contact("c2", "x:ada", account_id="a1"), account("a1")]
        shared = deal("d1", "Won", "c1", account_id="a1", contacts=[DealContact(contact_id="c2")])
        rules = attrs.evolve(ZOHO, deals=["primary", "role", "account"])

        assert ask("x:ada", *both, shared, rules=rules).deals == (Ref(Deal, "d1"),)

    def test_auth_9_missing_account_is_no_account(self) -> None:
        """A contact without an account has no part in deals without one (NET-7)."""
        answer = ask("x:ada", contact("c1", "x:ada"), deal("d1", "Open"), rules=attrs.evolve(ZOHO, deals="account"))

        assert answer.reason is Reason.NO_DEALS


class TestCompanies:
    """AUTH-10: a company's own profile."""

    def test_auth_10_account_profile_is_unknown_with_the_account_listed(self) -> None:
        """A company is no person, whatever it bought."""
        answer = ask("x:acme", account("a1", "x:acme"), deal("d1", "Won", account_id="a1"))

        assert said(answer) == ("unknown", "account_profile", "AUTH-10", "account a1", "")

    @pytest.mark.parametrize(
        ("stages", "found"),
        [
            ([], ("lead_or_contact", "no_deals", "AUTH-4", "account a1", "")),
            (["Lost"], ("lead_or_contact", "all_lost", "AUTH-4", "account a1", "deal d0")),
            (["Lost", "Won"], ("customer", "won_deal", "AUTH-3", "account a1", "deal d1")),
            (["Won", "Open"], ("potential_contact", "open_deal", "AUTH-2", "account a1", "deal d1")),
        ],
    )
    def test_auth_10_account_is_judged_by_its_deals_as_an_option(self, stages: list[str], found: object) -> None:
        """The same table, over the account's own deals; a member's private deals are not the account's."""
        deals = [deal(f"d{number}", stage, account_id="a1") for number, stage in enumerate(stages)]
        member = [contact("c1", account_id="a1"), deal("private", "Open", "c1")]
        answer = ask("x:acme", account("a1", "x:acme"), account("a2"), *deals, *member, rules=COMPANIES)

        assert said(answer) == found
        assert answer.rules == (answer.rule, "AUTH-10")

    def test_auth_10_several_accounts_give_the_union_of_their_deals(self) -> None:
        """Never pick one silently: both are listed, and the deals of both count."""
        accounts = [account("a2", "x:acme"), account("a1", "x:acme")]
        deals = [deal("d1", "Won", account_id="a1"), deal("d2", "Open", account_id="a2")]

        assert said(ask("x:acme", *accounts, *deals, rules=COMPANIES)) == (
            "potential_contact", "open_deal", "AUTH-2", "account a1, account a2", "deal d2",
        )  # fmt: skip

    def test_auth_10_option_changes_nothing_for_people(self) -> None:
        """A contact with the company's profile is judged by the contact's deals, and a lead by none."""
        records = [account("a1", "x:acme"), deal("d1", "Open", account_id="a1")]

        assert ask("x:acme", *records, contact("c1", "x:acme"), rules=COMPANIES).reason is Reason.NO_DEALS
        assert ask("x:acme", *records, lead("l1", "x:acme"), rules=COMPANIES).reason is Reason.LEAD
        assert ask("x:bob", *records, rules=COMPANIES).reason is Reason.NOBODY


class TestUpdates:
    """AUTH-11 and AUTH-12: reposts, and updates that do not say who wrote them."""

    RECORDS: Final = (contact("c1", "x:ada"), deal("d1", "Won", "c1"), lead("l1", "x:bob"))

    def test_auth_11_tab_of_a_repost_follows_the_original_author(self) -> None:
        """Who passed it on is the second answer."""
        directory = of(*self.RECORDS)
        answer = classify_author(update("u1", "x:ada", "x:bob"), directory)

        assert said(answer) == ("customer", "won_deal", "AUTH-3", "contact c1", "deal d1")
        assert answer.reposter is classify_author(at("x:bob"), directory)
        assert answer.reposter.reason is Reason.LEAD
        assert answer == attrs.evolve(classify_author(at("x:ada"), directory), reposter=answer.reposter)
        assert answer.rules == ("AUTH-3", "AUTH-11")

    def test_auth_11_author_of_a_repost_is_not_judged_by_who_passed_it_on(self) -> None:
        """A customer who passes on a stranger's words does not make the stranger one."""
        answer = ask(update("u1", "x:eve", "x:ada"), *self.RECORDS)

        assert (answer.category, answer.author) == (Category.UNKNOWN, "x:eve")
        assert answer.reposter is not None
        assert answer.reposter.category is Category.CUSTOMER

    def test_auth_11_answer_of_the_author_has_no_reposter(self) -> None:
        """The person's own answer stays as it is."""
        directory = of(*self.RECORDS)
        classify_author(update("u1", "x:ada", "x:bob"), directory)

        assert classify_author(update("u2", "x:ada"), directory).reposter is None

    def test_auth_12_update_without_an_author_is_unknown(self) -> None:
        """Nobody is nobody's author, also where somebody on record has no profile (NET-7)."""
        answer = ask(update("u1", None, author_name="Ada Lovelace"), contact("c1"), lead("l1"))

        assert said(answer) == ("unknown", "no_author", "AUTH-12", "", "")
        assert (answer.author, answer.look_alikes) == ("", ())

    def test_auth_12_repost_of_an_update_without_an_author_keeps_its_reposter(self) -> None:
        """The second answer does not depend on the first."""
        answer = ask(update("u1", None, "x:ada"), *self.RECORDS)

        assert (answer.reason, answer.reposter and answer.reposter.reason) == (Reason.NO_AUTHOR, Reason.WON_DEAL)


class TestStages:
    """AUTH-13 and AUTH-14: what a stage means."""

    ODD: Final = Pipeline(
        key="odd",
        stages=[
            Stage("Won (not yet)", "Closed Won", "open", 100, "closed"),
            Stage("Lost", "Lost", "won", 0, "omitted"),
            Stage("Open", "Open", "lost", 60),
        ],
    )

    @pytest.mark.parametrize(
        ("stage", "reason"),
        [("Won (not yet)", Reason.OPEN_DEAL), ("Lost", Reason.WON_DEAL), ("Open", Reason.ALL_LOST)],
    )
    def test_auth_13_outcome_comes_from_the_stage_and_never_from_its_name_or_probability(
        self, stage: str, reason: Reason
    ) -> None:
        """An open stage at 100 %, a won one at 0 %: the typed outcome decides, whatever the deal's own probability."""
        records = [contact("c1", "x:ada"), deal("d1", stage, "c1", probability=100)]

        assert classify_author(at("x:ada"), of(*records, pipelines=self.ODD)).reason is reason

    def test_auth_13_stage_means_what_its_own_pipeline_says(self) -> None:
        """One name, two pipelines, two outcomes."""
        records = [
            contact("c1", "x:ada"), deal("d1", "Open", "c1", pipeline="odd"),
            contact("c2", "x:bob"), deal("d2", "Open", "c2", pipeline="simple"),
        ]  # fmt: skip
        directory = of(*records, pipelines=[SIMPLE, self.ODD])

        assert [classify_author(at(who), directory).reason for who in ("x:ada", "x:bob")] == [
            Reason.ALL_LOST, Reason.OPEN_DEAL,
        ]  # fmt: skip

    def test_auth_14_unknown_stage_in_a_history_is_an_error_with_the_deal(self) -> None:
        """A stage of the past that nobody knows any more is never guessed."""
        past = [StageChange(to="Opne", at=day(1)), StageChange(to="Won", come_from="Opne", at=day(5))]
        directory = of(contact("c1", "x:ada"), deal("d1", "Won", "c1", history=past))
        expected = UnknownStage(
            kind="stage", name="Opne", known=("Open", "Won", "Lost"), within="pipeline simple, deal d1", rule="AUTH-14"
        )  # fmt: skip

        assert classify_author(at("x:ada"), directory).reason is Reason.WON_DEAL
        assert classify_author(at("x:ada"), directory, as_of=day(6)).reason is Reason.WON_DEAL
        for call in (classify_author, lambda who, *rest, **asked: classify_many([who], *rest, **asked)):
            with pytest.raises(UnknownStage) as caught:
                call(at("x:ada"), directory, as_of=day(3))
            assert caught.value == expected

    def test_auth_14_unknown_pipeline_in_a_history_is_an_error_with_the_deal(self) -> None:
        """A pipeline of the past that nobody knows any more is never guessed."""
        past = [StageChange(to="Won", at=day(1), pipeline="old"), StageChange(to="Won", at=day(5), pipeline="simple")]
        directory = of(contact("c1", "x:ada"), deal("d1", "Won", "c1", history=past))

        with pytest.raises(UnknownStage) as caught:
            classify_author(at("x:ada"), directory, as_of=day(3))
        assert caught.value == UnknownStage(
            kind="pipeline", name="old", known=("simple",), within="deal d1", rule="AUTH-14"
        )  # fmt: skip


class TestAsOf:
    """AUTH-15: the story as told today."""

    @pytest.mark.parametrize(
        ("created", "visible"),
        [(day(5), True), (day(5, 13), False), (day(4), True), (None, True), (day(9), False)],
    )
    def test_auth_15_record_is_visible_from_the_instant_of_its_creation(
        self, created: datetime | None, visible: bool
    ) -> None:
        """Records created later are invisible; without an instant they always were there."""
        for made in (contact, lead, account):
            answer = ask("x:ada", made("r1", "x:ada", created_at=created), as_of=day(5))

            assert bool(answer.matches) is visible
            assert (answer.reason is Reason.NOBODY) is not visible

    @pytest.mark.parametrize(("created", "reason"), [
        (None, Reason.OPEN_DEAL), (day(5), Reason.OPEN_DEAL), (day(6), Reason.NO_DEALS),
    ])  # fmt: skip
    def test_auth_15_deal_is_visible_from_the_instant_of_its_creation(
        self, created: datetime | None, reason: Reason
    ) -> None:
        """A deal of next week does not count today."""
        answer = ask("x:ada", contact("c1", "x:ada"), deal("d1", "Open", "c1", created_at=created), as_of=day(5))

        assert answer.reason is reason

    @pytest.mark.parametrize(
        ("stage", "closed_at", "reason"),
        [
            ("Won", day(6), Reason.OPEN_DEAL),
            ("Won", day(5, 13), Reason.OPEN_DEAL),
            ("Won", day(5), Reason.WON_DEAL),
            ("Won", day(4), Reason.WON_DEAL),
            ("Lost", day(6), Reason.OPEN_DEAL),
            ("Lost", day(5), Reason.ALL_LOST),
            ("Won", None, Reason.WON_DEAL),
            ("Open", None, Reason.OPEN_DEAL),
        ],
    )
    def test_auth_15_deal_without_a_history_is_open_until_it_closes(
        self, stage: str, closed_at: datetime | None, reason: Reason
    ) -> None:
        """At the instant of its closing it is closed; where nobody knows when that was, it stands as it does."""
        closed = deal("d1", stage, "c1", created_at=day(1), closed_at=closed_at)

        assert ask("x:ada", contact("c1", "x:ada"), closed, as_of=day(5)).reason is reason

    @pytest.mark.parametrize(
        ("number", "reason"),
        [
            (1, Reason.NO_DEALS),
            (2, Reason.OPEN_DEAL),
            (3, Reason.OPEN_DEAL),
            (4, Reason.WON_DEAL),
            (5, Reason.WON_DEAL),
            (6, Reason.OPEN_DEAL),
            (7, Reason.OPEN_DEAL),
            (8, Reason.ALL_LOST),
            (9, Reason.ALL_LOST),
        ],
    )
    def test_auth_15_deal_stands_where_its_history_says(self, number: int, reason: Reason) -> None:
        """Won, reopened and lost: each move counts from its own instant; `closed_at` says nothing beside a history."""
        history = [
            StageChange(to="Open", at=day(2)),
            StageChange(to="Won", come_from="Open", at=day(4)),
            StageChange(to="Open", come_from="Won", at=day(6)),
            StageChange(to="Lost", come_from="Open", at=day(8)),
        ]
        told = deal("d1", "Lost", "c1", created_at=day(2), closed_at=day(8), history=history)

        assert ask("x:ada", contact("c1", "x:ada"), told, as_of=day(number)).reason is reason

    def test_auth_15_last_of_two_moves_at_one_instant_counts(self) -> None:
        """Equal instants are allowed (PIPE-9), and the order of the history decides."""
        history = [StageChange(to="Won", at=day(4)), StageChange(to="Lost", come_from="Won", at=day(4))]
        told = deal("d1", "Lost", "c1", history=history)

        assert ask("x:ada", contact("c1", "x:ada"), told, as_of=day(4)).reason is Reason.ALL_LOST

    def test_auth_15_before_its_first_move_a_deal_stood_where_that_move_came_from(self) -> None:
        """A history that begins late still says what was before; one that begins at the beginning says open."""
        late = deal("d1", "Won", "c1", history=[StageChange(to="Won", come_from="Lost", at=day(4))])
        early = deal("d1", "Won", "c1", history=[StageChange(to="Won", at=day(4))])

        assert ask("x:ada", contact("c1", "x:ada"), late, as_of=day(3)).reason is Reason.ALL_LOST
        assert ask("x:ada", contact("c1", "x:ada"), early, as_of=day(3)).reason is Reason.OPEN_DEAL

    def test_auth_15_history_reads_each_stage_in_its_pipeline(self) -> None:
        """A deal that changed its pipeline stood, before, in a stage of the old one; no name means the deal's own."""
        stages = [Stage("Won", "Won", "lost"), Stage("Start", "Start", "won"), Stage("Idea", "Idea", "open")]
        old = Pipeline(key="old", stages=stages)
        history = [
            StageChange(to="Start", at=day(2), pipeline="old"),
            StageChange(to="Won", come_from="Start", at=day(4), pipeline="old"),
            StageChange(to="Won", come_from="Won", at=day(6)),
        ]
        told = deal("d1", "Won", "c1", pipeline="simple", history=history)
        directory = of(contact("c1", "x:ada"), told, pipelines=[SIMPLE, old])
        before = attrs.evolve(told, history=[StageChange(to="Won", come_from="Start", at=day(4), pipeline="old")])
        late = of(contact("c1", "x:ada"), before, pipelines=[SIMPLE, old])

        assert [classify_author(at("x:ada"), directory, as_of=day(n)).reason for n in (3, 5, 7)] == [
            Reason.WON_DEAL, Reason.ALL_LOST, Reason.WON_DEAL,
        ]  # fmt: skip
        assert classify_author(at("x:ada"), late, as_of=day(3)).reason is Reason.WON_DEAL

    @pytest.mark.parametrize(
        ("converted", "reason"),
        [(day(4), Reason.WON_DEAL), (day(5), Reason.WON_DEAL), (day(6), Reason.LEAD), (None, Reason.WON_DEAL)],
    )
    def test_auth_15_conversion_after_the_instant_is_ignored(self, converted: datetime | None, reason: Reason) -> None:
        """A lead was a lead until it was converted; one that does not say when always was."""
        records = [lead("l1", "x:ada", became="c1", on=converted), contact("c1"), deal("d1", "Won", "c1")]

        assert ask("x:ada", *records, as_of=day(5)).reason is reason
        assert ask("x:ada", *records).reason is Reason.WON_DEAL

    def test_auth_15_contact_that_was_not_there_yet_is_not_followed(self) -> None:
        """A conversion to a contact of later leads nowhere."""
        records = [lead("l1", "x:ada", became="c1", on=day(1)), contact("c1", created_at=day(9))]

        assert ask("x:ada", *records, as_of=day(5)).reason is Reason.CONTACT_GONE

    def test_auth_15_record_that_was_not_there_yet_suppresses_nobody(self) -> None:
        """Who has the handle alone was the author, until somebody with the stable id came on record (NET-1)."""
        records = [contact("c1", "x:ada", created_at=day(1)), lead("l1", "x:ada#1", created_at=day(9))]
        before = ask("x:ada#1", *records, as_of=day(5))
        after = ask("x:ada#1", *records, as_of=day(9))

        assert (before.matches, before.stale) == ((Ref(Contact, "c1"),), ())
        assert (after.matches, after.stale) == ((Ref(Lead, "l1"),), (Ref(Contact, "c1"),))

    def test_auth_15_stale_candidates_and_look_alikes_of_later_are_invisible(self) -> None:
        """Nobody is warned of somebody who was not there."""
        records = [
            contact("c1", "x:ada#1", created_at=day(1)), contact("c2", "x:ada", created_at=day(9)),
            lead("l1", "x:bob1", created_at=day(9)), lead("l2", "x:b0bl", created_at=day(1)),
        ]  # fmt: skip

        assert [ask("x:ada#1", *records, as_of=when).stale for when in (day(5), None)] == [(), (Ref(Contact, "c2"),)]
        assert [ask("x:bobl", *records, as_of=when).look_alikes for when in (day(5), None)] == [
            ("x:b0bl",), ("x:b0bl", "x:bob1"),
        ]  # fmt: skip

    def test_auth_15_answer_names_its_instant(self) -> None:
        """An answer about another day says so; today's does not."""
        answer = ask(
            "x:ada", contact("c1", "x:ada"), as_of=datetime(2024, 1, 5, 14, 30, tzinfo=timezone(timedelta(hours=2)))
        )

        assert answer.as_of == day(5).replace(minute=30)
        assert answer.sentence == "contact c1 is on record and has no deals; as of 2024-01-05 12:30 UTC"
        assert answer.rules == ("AUTH-4", "AUTH-15")
        assert ask("x:ada", contact("c1", "x:ada")).as_of is None

    def test_auth_15_one_instant_in_two_zones_is_one_question(self) -> None:
        """Answers are kept under the instant, not under its spelling."""
        directory = of(contact("c1", "x:ada"))
        first = classify_author(at("x:ada"), directory, as_of=day(5))

        assert classify_author(at("x:ada"), directory, as_of=day(5).astimezone(timezone(timedelta(hours=9)))) is first
        assert classify_author(at("x:ada"), directory, as_of=day(6)) is not first

    class Nowhere(tzinfo):
        """A zone that does not know its offset."""

        def utcoffset(self, _: datetime | None) -> None:
            """Give no offset."""

    @pytest.mark.parametrize(
        ("wrong", "what"),
        [
            (datetime(2024, 1, 5), "2024-01-05 00:00:00 has no time zone; give it one, such as tzinfo=datetime.UTC"),  # noqa: DTZ001  (naive on purpose)
            (datetime(2024, 1, 5, tzinfo=Nowhere()), "2024-01-05 00:00:00 has no time zone; give it one"),
            (date(2024, 1, 5), "2024-01-05 is no instant"),
            (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), "lies outside the years 1 to 9999 in UTC"),
        ],
    )
    def test_auth_15_what_is_no_instant_is_refused_by_every_verb(self, wrong: object, what: str) -> None:
        """A naive instant has no place on the time line; a feed is refused before it is read."""
        people = of(contact("c1", "x:ada"))
        unread = iter([update("u1", "x:ada")])
        verbs = [
            lambda: classify_author(at("x:ada"), people, as_of=wrong),
            lambda: classify_many([at("x:ada")], people, as_of=wrong),
            lambda: classify_feed(unread, people, as_of=wrong),
            lambda: sort_feed(unread, people, as_of=wrong),
        ]

        for verb in verbs:
            with pytest.raises(InvalidValue) as caught:
                verb()
            (problem,) = caught.value.problems
            assert what in problem.what
            assert (problem.field, problem.rule, problem.value) == ("as_of", "AUTH-15", wrong)
        assert len(list(unread)) == 1


class TestIdentity:
    """NET-1, NET-4 to NET-7: who is who."""

    @pytest.mark.parametrize(
        ("on_record", "author", "matches"),
        [
            ("x:ada", "x:ada", True),
            ("x:ada#1", "x:ada#1", True),
            ("x:ada#1", "x:ada", True),
            ("x:ada", "x:ada#1", True),
            ("x:ada#1", "x:ada#2", False),
            ("x:old#1", "x:ada#1", True),
            ("x:#1", "x:ada#1", True),
            ("x:#1", "x:#1", True),
            ("x:ada#1", "x:#1", True),
            ("x:ada", "x:#1", False),
            ("x:#1", "x:ada", False),
            ("x:bob#1", "x:ada#2", False),
        ],
    )
    def test_net_1_stable_id_decides_where_both_sides_have_one(
        self, on_record: str, author: str, matches: bool
    ) -> None:
        """Handles are renamed and reused; a stable id is not. Without one on either side, the handle has to do."""
        answer = ask(author, contact("c1", on_record))

        assert bool(answer.matches) is matches
        assert answer.stale == ()

    def test_net_1_match_by_stable_id_suppresses_those_by_handle_alone(self) -> None:
        """They are listed as stale candidates, and their deals do not count."""
        records = [
            contact("c1", "x:renamed#1"), contact("c2", "x:ada"), lead("l1", "x:ada"), contact("c3", "x:ada#2"),
            deal("d1", "Won", "c1"), deal("d2", "Open", "c2"), deal("d3", "Open", "c3"),
        ]  # fmt: skip
        answer = ask("x:ada#1", *records)

        assert said(answer) == ("customer", "won_deal", "AUTH-3", "contact c1", "deal d1")
        assert answer.stale == (Ref(Contact, "c2"), Ref(Lead, "l1"))
        assert (answer.ambiguous, answer.rules) == (False, ("AUTH-3", "NET-1"))

    def test_net_1_handle_alone_asks_everybody_who_has_it(self) -> None:
        """Where the author has no stable id, those on record with one are candidates like any other."""
        answer = ask("x:ada", contact("c1", "x:ada#1"), contact("c2", "x:ada#2"), contact("c3", "x:ada"))

        assert [ref.id for ref in answer.matches] == ["c1", "c2", "c3"]

    def test_net_1_record_that_matches_in_both_ways_is_no_stale_candidate(self) -> None:
        """Somebody whose profile was noted twice, before and after the stable id was known, is one person."""
        answer = ask("x:ada#1", contact("c1", "x:ada", "x:ada#1", "x:ada#1"))

        assert (answer.matches, answer.stale, answer.ambiguous) == ((Ref(Contact, "c1"),), (), False)

    def test_net_1_handle_of_one_network_beside_the_stable_id_of_another_is_no_match(self) -> None:
        """A stable id belongs to its network (NET-5)."""
        assert ask("github:ada#1", contact("c1", "x:ada#1")).reason is Reason.NOBODY

    def test_net_4_look_alike_is_flagged_and_never_matched(self) -> None:
        """A stranger with a known name's look is a stranger, and may be an impostor."""
        answer = ask("x:ada_l0velace", contact("c1", "x:ada_lovelace"), lead("l1", "x:bob"))

        assert said(answer) == ("unknown", "nobody", "AUTH-1", "", "")
        assert answer.look_alikes == ("x:ada_lovelace",)
        assert answer.rules == ("AUTH-1", "NET-4")

    def test_net_4_person_on_record_is_no_impostor(self) -> None:
        """Somebody who is on record is flagged for nothing, and nobody looks like themselves."""
        records = [contact("c1", "x:ada1"), contact("c2", "x:adal#7"), account("a1", "x:acme1"), lead("l1", "x:acmel")]

        assert [ask(who, *records).look_alikes for who in ("x:ada1", "x:adal#7", "x:acme1")] == [(), (), ()]
        assert ask("x:adal#8", *records).look_alikes == ("x:ada1",)

    def test_net_5_same_handle_on_two_networks_is_two_identities(self) -> None:
        """A person may have many; each has to be on record."""
        records = [contact("c1", "x:ada", "github:ada_l"), contact("c2", "github:ada")]

        assert [[ref.id for ref in ask(who, *records).matches] for who in ("x:ada", "github:ada", "github:ada_l")] == [
            ["c1"], ["c2"], ["c1"],
        ]  # fmt: skip

    def test_net_6_email_address_is_matched_only_where_the_rules_say_so(self) -> None:
        """An author known by an address is looked for among the addresses of people, whatever the case."""
        records = [
            contact("c1", emails=["Ada@Acme.example"]), lead("l1", emails=["ada@acme.example", "ADA@acme.example"]),
            lead("l2", "email:ada@acme.example", emails=["ada@acme.example"]),
            contact("c2", emails=["bob@acme.example"]),
        ]  # fmt: skip

        assert [ref.id for ref in ask("email:ADA@acme.example", *records).matches] == ["l2"]
        assert [ref.id for ref in ask("email:ADA@acme.example", *records, rules=EMAILS).matches] == ["c1", "l1", "l2"]
        assert ask("email:eve@acme.example", *records, rules=EMAILS).reason is Reason.NOBODY

    def test_net_6_email_matching_says_nothing_about_other_networks(self) -> None:
        """A Mastodon handle looks like an address and is none; names are never matched."""
        person = contact("c1", emails=["ada@acme.example"], first_name="Ada")
        named = update("u1", "mastodon:ada@acme.example", author_name="Ada Lovelace")

        assert ask(named, person, rules=EMAILS).reason is Reason.NOBODY

    def test_net_6_address_that_is_not_there_yet_matches_nobody(self) -> None:
        """As of an instant, people of later are invisible here as well."""
        person = contact("c1", emails=["ada@acme.example"], created_at=day(9))

        assert [ask("email:ada@acme.example", person, rules=EMAILS, as_of=day(n)).reason for n in (5, 9)] == [
            Reason.NOBODY, Reason.NO_DEALS,
        ]  # fmt: skip

    def test_net_7_blank_never_matches_a_blank(self) -> None:
        """People without profiles and addresses are nobody's match."""
        records = [contact("c1"), lead("l1"), account("a1"), deal("d1", "Open", "")]
        rules = attrs.evolve(ZOHO, match_email=True, companies=True, deals=["primary", "role", "account"])

        assert ask(update("u1", None), *records, rules=rules).matches == ()
        assert ask("x:ada", *records, rules=rules).matches == ()


class TestAnswer:
    """Every answer explains itself."""

    PEOPLE: Final = (
        contact("c1", "x:open"), deal("d1", "Open", "c1"), deal("d2", "Open", "c1"),
        contact("c2", "x:won"), deal("d3", "Won", "c2"),
        contact("c3", "x:none"),
        contact("c4", "x:lost"), deal("d4", "Lost", "c4"),
        lead("l1", "x:lead"), lead("l2", "x:leads"), lead("l3", "x:leads"),
        lead("l4", "x:gone", became="c9"),
        account("a1", "x:acme"),
        contact("c5", "x:two#1"), contact("c6", "x:two#1"), contact("c7", "x:two"),
        lead("l5", "x:was", became="c2"),
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("author", "text"),
        [
            ("x:open", "potential_contact: contact c1 has open deals: deal d1 and deal d2 [AUTH-2]"),
            ("x:won", "customer: contact c2 has a won deal: deal d3 [AUTH-3]"),
            ("x:none", "lead_or_contact: contact c3 is on record and has no deals [AUTH-4]"),
            ("x:lost", "lead_or_contact: contact c4 is on record, and every deal was lost: deal d4 [AUTH-4]"),
            ("x:lead", "lead_or_contact: lead l1 is on record, not yet a contact [AUTH-5]"),
            ("x:leads", "lead_or_contact: lead l2 and lead l3 are on record, not yet a contact [AUTH-5]"),
            ("x:gone", "lead_or_contact: lead l4 was converted, and the contact is no longer on record [AUTH-8]"),
            ("x:acme", "unknown: x:acme is the profile of account a1, not of a person [AUTH-10]"),
            ("x:eve", "unknown: nobody on record is x:eve [AUTH-1]"),
            ("x:w0n", "unknown: nobody on record is x:w0n; looks like x:won [AUTH-1, NET-4]"),
            (
                "x:two#1",
                (
                    "lead_or_contact: contact c5 and contact c6 are on record and have no deals; several contacts "
                    "match, and the deals of all of them count; contact c7 may hold an old handle "
                    "[AUTH-4, AUTH-7, NET-1]"
                ),
            ),
            ("x:was", "customer: contact c2 has a won deal: deal d3; lead l5 was converted [AUTH-3, AUTH-8]"),
        ],
    )
    def test_answer_says_in_a_sentence_why(self, author: str, text: str) -> None:
        """The category, what led to it, and the rules that had a part in it."""
        answer = ask(author, *self.PEOPLE)

        assert str(answer) == text
        assert answer.sentence in text

    def test_answer_of_a_repost_says_who_passed_it_on(self) -> None:
        """And of an update without an author, that it says nothing about it."""
        assert str(ask(update("u1", "x:won", "x:lead"), *self.PEOPLE)) == (
            "customer: contact c2 has a won deal: deal d3; passed on by x:lead, lead_or_contact [AUTH-3, AUTH-11]"
        )
        assert str(ask(update("u1", None), *self.PEOPLE)) == "unknown: the update does not say who wrote it [AUTH-12]"

    def test_answer_shows_ids_and_no_personal_data(self) -> None:
        """A log line with an answer holds the handle and nothing else about the person."""
        person = contact("c1", "x:ada", first_name="Augusta", emails=["ada@acme.example"], phones=["+44 20 7946 0000"])
        answer = ask(update("u1", "x:ada", "x:bob", author_name="Countess"), person)
        shown = f"{answer!r} {answer} {answer._repr_html_()}"

        assert repr(answer) == "Answer('lead_or_contact', 'no_deals', rule='AUTH-4')"
        assert not [word for word in ("Augusta", "Lovelace", "acme.example", "7946", "Countess") if word in shown]

    def test_answer_in_a_notebook_is_escaped(self) -> None:
        """A handle and an id can hold markup, and stay text."""
        records = [contact("<i>c1</i>", "forum:<b>ada</b>"), deal("<i>d1</i>", "Won", "<i>c1</i>")]
        page = bare(ask(update("u1", "forum:<b>ada</b>", "forum:<b>bob</b>"), *records)._repr_html_())

        assert "<b>" not in page
        assert "<i>" not in page
        assert "<caption>forum:&lt;b&gt;ada&lt;/b&gt;</caption>" in page
        assert [part for part in ("category", "because", "on record", "deals", "passed on by", "rules") if (
            f"<th>{part}</th>" in page
        )] == ["category", "because", "on record", "deals", "passed on by", "rules"]  # fmt: skip

    def test_answer_in_a_notebook_leaves_out_what_there_is_not(self) -> None:
        """A stranger has no records and no deals to show."""
        page = bare(ask(update("u1", None))._repr_html_())

        assert page.startswith("<table><caption>no author</caption>")
        assert "<td>Unknown</td>" in page
        assert "on record" not in page

    def test_answer_is_a_value(self) -> None:
        """It compares, hashes and survives a pickle, whole."""
        answer = ask(update("u1", "x:two#1", "x:lead"), *self.PEOPLE, as_of=day(5))
        again = pickle.loads(pickle.dumps(answer))  # noqa: S301  (our own bytes)

        assert (again, hash(again)) == (answer, hash(answer))
        assert again.row in ZOHO.rows

    def test_one_answer_serves_all_updates_of_a_person(self) -> None:
        """Answers are about people: the second question costs a look-up, and so does a repost by the same hand."""
        directory = of(*self.PEOPLE)
        own = [classify_author(who, directory) for who in (at("x:won"), update("u1", "x:won"), update("u2", "x:won"))]
        passed_on = [classify_author(update(name, "x:won", "x:lead"), directory) for name in ("u3", "u4")]

        assert own[0] is own[1] is own[2]
        assert passed_on[0] is passed_on[1]
        assert classify_author(at("x:won"), directory, rules=HUBSPOT) is not own[0]

    def test_options_are_not_mixed_up(self) -> None:
        """Rules that differ in one option keep their answers apart, also where they carry one name."""
        directory = of(
            contact("c1", "x:ada", account_id="a1"), account("a1", "x:acme"), deal("d1", "Open", account_id="a1")
        )
        variants = [ZOHO, attrs.evolve(ZOHO, deals="account"), COMPANIES, EMAILS, ZOHO]
        found = [[c.value for c in classify_many(map(at, ["x:ada", "x:acme"]), directory, rules=r)] for r in variants]

        assert found == [
            ["lead_or_contact", "unknown"], ["potential_contact", "unknown"], ["lead_or_contact", "potential_contact"],
            ["lead_or_contact", "unknown"], ["lead_or_contact", "unknown"],
        ]  # fmt: skip

    def test_answers_follow_the_directory(self) -> None:
        """What is kept is dropped when a record changes: the same author, added on the way, is on record at once."""
        directory = of()
        stranger = update("u1", "x:eve", "x:eve")
        before = classify_author(stranger, directory)
        directory.update(lm.create(lm.lead_from(stranger, at=day(1), namespace=NAMESPACE), at=day(1)))
        after = classify_author(stranger, directory)

        assert (before.category, after.category) == (Category.UNKNOWN, Category.LEAD_OR_CONTACT)
        assert after.reposter == classify_author(at("x:eve"), directory)

    def test_repost_is_answered_anew_when_a_look_alike_comes_on_record(self) -> None:
        """The warning of an impostor reaches the answer about a repost, on both of its sides."""
        directory = of()
        first, second = update("u1", "x:paypa1", "x:bob"), update("u2", "x:bob", "x:paypa1")
        before = [classify_author(one, directory) for one in (first, second)]
        directory.update(lm.create(lead("l1", "x:paypal"), at=day(1)))
        after = [classify_author(one, directory) for one in (first, second)]

        assert [before[0].look_alikes, before[1].reposter and before[1].reposter.look_alikes] == [(), ()]
        assert [after[0].look_alikes, after[1].reposter and after[1].reposter.look_alikes] == [("x:paypal",)] * 2


class Counting:
    """A small `People` of somebody's own: it makes a directory of whoever is asked for, and notes what it was asked."""

    def __init__(self, *records: Lead | Contact | Account | Deal) -> None:
        """Take the records that there are."""
        self.records = records
        self.asked: list[int] = []
        self.pipelines: list[Any] = []

    def directory_for(self, wanted: Collection[Lead | Profile | SocialUpdate], *, pipelines: object) -> Directory:
        """Give those who share a key with the wanted, and their deals."""
        self.asked.append(len(wanted))
        self.pipelines.append(pipelines)
        keys = {key for one in wanted for key in lm.keys_of(one)}
        people = [record for record in self.records if not isinstance(record, Deal) and keys & {*lm.keys_of(record)}]
        ids = {person.id for person in people}
        deals = [record for record in self.records if isinstance(record, Deal) and record.contact_id in ids]
        return of(*people, *deals, pipelines=pipelines)


class TestFeed:
    """`classify_feed`: lazily, in order, one question per batch."""

    RECORDS: Final = (contact("c1", "x:ada"), deal("d1", "Won", "c1"), lead("l1", "x:bob"))
    AUTHORS: Final = ("x:ada", "x:eve", "x:bob", "x:ada", "x:mallory")

    def feed(self, count: int) -> list[SocialUpdate]:
        """Give so many updates, by the authors in turn."""
        return [update(f"u{n}", self.AUTHORS[n % len(self.AUTHORS)]) for n in range(count)]

    def test_pairs_come_in_the_order_of_the_feed(self) -> None:
        """Each update with its own answer, as if it had been asked alone."""
        directory = of(*self.RECORDS)
        pairs = list(classify_feed(self.feed(7), directory, batch=3))

        assert pairs == [(one, classify_author(one, directory)) for one in self.feed(7)]
        assert [answer.category.value for _, answer in pairs] == [
            "customer", "unknown", "lead_or_contact", "customer", "unknown", "customer", "unknown",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("count", "batch", "asked"),
        [(0, 500, []), (1, 500, [1]), (7, 3, [3, 3, 1]), (6, 3, [3, 3]), (6, 1, [1] * 6), (6, 6, [6]), (6, 7, [6])],
    )
    def test_people_are_asked_once_per_batch(self, count: int, batch: int, asked: list[int]) -> None:
        """The number of questions follows from the batches, whoever wrote the updates."""
        people = Counting(*self.RECORDS)
        pairs = list(classify_feed(iter(self.feed(count)), people, pipelines=SIMPLE, batch=batch))

        assert people.asked == asked
        assert pairs == list(classify_feed(self.feed(count), of(*self.RECORDS)))

    def test_batch_has_500_updates_unless_asked_for(self) -> None:
        """The default is stated."""
        people = Counting()
        list(classify_feed((update(f"u{n}", "x:ada") for n in range(501)), people))

        assert people.asked == [500, 1]

    def test_feed_that_breaks_off_gives_what_came_before(self) -> None:
        """An error in the feed loses no answer: it comes after them, whatever the batch."""

        def broken() -> Iterator[SocialUpdate]:
            yield from self.feed(4)
            raise ConnectionError("cut")

        pairs = classify_feed(broken(), of(*self.RECORDS), batch=3)

        assert [next(pairs)[0].id for _ in range(4)] == ["u0", "u1", "u2", "u3"]
        with pytest.raises(ConnectionError, match="cut"):
            next(pairs)

    def test_endless_feed_is_read_as_far_as_it_is_asked_for(self) -> None:
        """One batch at a time, and nothing before the first answer is wanted."""
        read = itertools.count()
        people = Counting(*self.RECORDS)
        pairs = classify_feed((update(f"u{n}", "x:ada") for n in read), people, pipelines=SIMPLE, batch=10)

        assert isinstance(pairs, Iterator)
        assert people.asked == []
        assert [one.id for one, _ in itertools.islice(pairs, 11)] == [f"u{n}" for n in range(11)]
        assert (people.asked, next(read)) == ([10, 10], 20)

    def test_pipelines_are_handed_on(self) -> None:
        """Whoever makes a directory needs the stages; a directory keeps its own."""
        people = Counting(*self.RECORDS)
        list(classify_feed(self.feed(1), people, pipelines=SIMPLE))
        sort_feed(self.feed(1), people, pipelines=[SIMPLE])

        assert people.pipelines == [SIMPLE, [SIMPLE]]
        assert [answer.category for _, answer in classify_feed(self.feed(1), of(*self.RECORDS))] == [Category.CUSTOMER]

    def test_standard_pipeline_is_zoho(self) -> None:
        """Nobody has to name it."""
        people = Counting(contact("c1", "x:ada"), deal("d1", "Negotiation/Review", "c1"))
        ((_, first),) = classify_feed(self.feed(1), people)

        assert first.reason is Reason.OPEN_DEAL
        assert sort_feed(self.feed(1), people).counts[Category.POTENTIAL_CONTACT] == 1

    def test_rules_and_instant_are_handed_on(self) -> None:
        """A feed is answered under the rules and as of the instant that are asked for."""
        records = [contact("c1", "x:ada", created_at=day(2)), deal("d1", "Won", "c1"), deal("d2", "Open", "c1")]
        directory = of(*records)
        feed = self.feed(1)

        for asked in ({}, {"rules": HUBSPOT}, {"as_of": day(1)}, {"as_of": day(3), "rules": HUBSPOT}):
            expected = [classify_author(feed[0], directory, **asked)]
            assert [answer for _, answer in classify_feed(feed, directory, **asked)] == expected
            assert [answer for _, answer in sort_feed(feed, directory, **asked).all] == expected

    def test_strangers_can_be_added_on_the_way(self) -> None:
        """Within one batch, what was added after the first update of a person counts for the second."""
        directory = of()
        found = []
        for one, answer in classify_feed([update("u1", "x:eve"), update("u2", "x:eve")], directory):
            found.append(answer.category)
            if answer.category is Category.UNKNOWN:
                directory.update(lm.create(lm.lead_from(one, at=day(1), namespace=NAMESPACE), at=day(1)))

        assert found == [Category.UNKNOWN, Category.LEAD_OR_CONTACT]

    def test_feed_stays_right_while_many_other_questions_are_asked(self) -> None:
        """Answers are kept for a few sets of rules and instants; a feed that is under way outlives its own set."""
        directory = of()
        found = []
        for one, answer in classify_feed([update(f"u{n}", "x:eve", "x:eve") for n in range(3)], directory):
            found.append(answer.category)
            for hour in range(9) if answer.category is Category.UNKNOWN else ():
                classify_author(at("x:bob"), directory, as_of=day(1, hour))
            if answer.category is Category.UNKNOWN:
                directory.update(lm.create(lm.lead_from(one, at=day(1), namespace=NAMESPACE), at=day(1)))

        assert found == [Category.UNKNOWN, Category.LEAD_OR_CONTACT, Category.LEAD_OR_CONTACT]

    @pytest.mark.parametrize("batch", [0, -1])
    def test_batch_that_is_none_is_refused_before_anything_is_read(self, batch: int) -> None:
        """An empty batch would never end."""
        for verb in (classify_feed, sort_feed):
            with pytest.raises(InvalidValue, match=rf"batch: {batch} updates are no batch; use 1 or more"):
                verb(self.feed(1), of(), batch=batch)

    def test_ambiguous_author_stops_a_strict_feed(self) -> None:
        """What came before has been given."""
        directory = of(contact("c1", "x:ada"), contact("c2", "x:ada"))
        pairs = classify_feed([update("u1", "x:eve"), update("u2", "x:ada")], directory, rules=STRICT)

        assert next(pairs)[0].id == "u1"
        with pytest.raises(AmbiguousAuthor):
            next(pairs)


#: The tabs of the feed below, as they stand on a terminal.
SHOWN: Final = """\
Customers: 2 updates

update  author  text    because
------  ------  ------  -------------------------------------------
u0      x:ada   word 0  contact c1 has a won deal: deal d1 [AUTH-3]
u4      x:ada   word 4  contact c1 has a won deal: deal d1 [AUTH-3]

Potential Contacts: 0 updates

Leads/Contacts: 1 update

update  author  text    because
------  ------  ------  ------------------------------------------------
u2      x:bob   word 2  lead l1 is on record, not yet a contact [AUTH-5]

Unknown: 2 updates

update  author  text    because
------  ------  ------  ----------------------------------------------
u1      x:eve   word 1  nobody on record is x:eve [AUTH-1]
u3      –       word 3  the update does not say who wrote it [AUTH-12]"""


class TestTabs:
    """`sort_feed`: a feed on its tabs."""

    def tabs(self) -> lm.Tabs:
        """Sort a feed with somebody on three of the four tabs."""
        directory = of(contact("c1", "x:ada"), deal("d1", "Won", "c1"), lead("l1", "x:bob"))
        who = ["x:ada", "x:eve", "x:bob", None, "x:ada"]
        return sort_feed([update(f"u{n}", author, text=f"word {n}") for n, author in enumerate(who)], directory)

    def test_tab_has_the_updates_of_its_category_in_order(self) -> None:
        """A tab is asked for by its category, as member or word; an empty one is there as well."""
        tabs = self.tabs()

        assert [[one.id for one, _ in tabs[category]] for category in Category] == [
            ["u0", "u4"], [], ["u2"], ["u1", "u3"],
        ]  # fmt: skip
        assert tabs["customer"] == tabs[Category.CUSTOMER]
        assert all(answer.category is category for category in Category for _, answer in tabs[category])

    def test_all_has_every_update_once_in_the_order_of_the_feed(self) -> None:
        """Tabs lose nothing: their numbers add up."""
        tabs = self.tabs()

        assert [one.id for one, _ in tabs.all] == ["u0", "u1", "u2", "u3", "u4"]
        assert sorted(one.id for category in Category for one, _ in tabs[category]) == [one.id for one, _ in tabs.all]
        assert tabs.counts == {
            Category.CUSTOMER: 2, Category.POTENTIAL_CONTACT: 0, Category.LEAD_OR_CONTACT: 1, Category.UNKNOWN: 2,
        }  # fmt: skip
        assert len(tabs) == 5

    def test_unknown_tab_is_refused(self) -> None:
        """A misspelt tab is no empty one."""
        with pytest.raises(InvalidValue, match="'custmer' is no category; did you mean 'customer'"):
            self.tabs()["custmer"]

    def test_tabs_of_own_words_agree_with_the_counts(self) -> None:
        """A table that was written in plain words gives answers that stand on their tabs."""
        rows = [attrs.evolve(row, category=str(row.category)) for row in ZOHO.rows]
        tabs = sort_feed([update("u1", "x:eve")], of(), rules=AuthorRules(name="own", rows=rows))

        assert {category: len(tabs[category]) for category in Category} == tabs.counts

    def test_tabs_are_shown_with_their_reasons(self) -> None:
        """On a terminal: a heading for each tab, a line for each update."""
        assert repr(self.tabs()) == "Tabs(customer: 2, potential_contact: 0, lead_or_contact: 1, unknown: 2)"
        assert str(self.tabs()) == SHOWN

    def test_tabs_in_a_notebook_are_escaped_and_long_texts_cut(self) -> None:
        """What somebody said is text, and the table stays readable."""
        long, exact = "<b>" + "x" * 58, "y" * 60
        tabs = sort_feed([update("u1", "x:eve", text=long), update("u2", "x:eve", text=exact)], of())
        page = bare(tabs._repr_html_())

        assert f"<td>&lt;b&gt;{'x' * 57}…</td>" in page
        assert f"<td>{exact}</td>" in page
        assert page.count("<caption>") == len(Category)
        assert "<caption>Unknown: 2 updates</caption>" in page

    def test_tabs_are_a_value(self) -> None:
        """The same feed over the same records gives equal tabs; a pickle too."""
        assert self.tabs() == self.tabs()
        assert pickle.loads(pickle.dumps(self.tabs())) == self.tabs()  # noqa: S301  (our own bytes)


class TestMany:
    """`classify_many`: categories only."""

    RECORDS: Final = (
        contact("c1", "x:ada", "mastodon:ada@acme.example"), deal("d1", "Open", "c1"),
        contact("c2", "github:ada"), deal("d2", "Won", "c2"), lead("l1", "x:bob#7"),
    )  # fmt: skip
    PROFILES: Final = (at("x:ada"), at("github:ada"), at("x:eve"), at("x:bobby#7"), at("x:ada"))
    FOUND: Final = (
        Category.POTENTIAL_CONTACT, Category.CUSTOMER, Category.UNKNOWN, Category.LEAD_OR_CONTACT,
        Category.POTENTIAL_CONTACT,
    )  # fmt: skip

    @pytest.mark.parametrize("collected", [list, tuple, iter, lambda authors: (one for one in authors)])
    def test_profiles_come_in_any_collection(self, collected: Callable[..., Any]) -> None:
        """A list, a tuple, an iterator, a generator: one category each, in order."""
        assert classify_many(collected(self.PROFILES), of(*self.RECORDS)) == list(self.FOUND)

    def test_updates_and_profiles_may_be_mixed(self) -> None:
        """Who wrote it counts, and not who passed it on."""
        updates = [
            SocialUpdate(id=f"u{n}", author=who, reposted_by=at("x:bob#7")) for n, who in enumerate(self.PROFILES)
        ]
        directory = of(*self.RECORDS)

        assert classify_many(updates, directory) == list(self.FOUND)
        assert classify_many([*updates, *self.PROFILES], directory) == [*self.FOUND, *self.FOUND]
        assert classify_many([update("u1", None)], directory) == [Category.UNKNOWN]

    def test_handles_are_read_as_they_were_found(self) -> None:
        """Addresses and keys say their network; the second time they are known already."""
        texts = ["https://x.com/Ada", "github:ADA", "x:eve", "x#7", "@ada@acme.example"]
        directory = of(*self.RECORDS)
        found = [*self.FOUND[:4], Category.POTENTIAL_CONTACT]

        assert classify_many(texts, directory) == found
        assert classify_many(iter(texts), directory) == found

    def test_network_and_server_complete_a_handle(self) -> None:
        """One text is three people on three networks, also when asked one after the other."""
        directory = of(*self.RECORDS)
        asked = [{"network": "x"}, {"network": "github"}, {"network": "mastodon", "server": "acme.example"},
                 {"network": "mastodon", "server": "other.example"}, {"network": "x"}]  # fmt: skip

        assert [classify_many(["@ada"], directory, **where)[0].value for where in asked] == [
            "potential_contact", "customer", "potential_contact", "unknown", "potential_contact",
        ]  # fmt: skip

    @pytest.mark.parametrize("turn", [1, -1])
    def test_handles_may_be_mixed_with_profiles_and_updates(self, turn: int) -> None:
        """Whatever comes first."""
        authors = ["x:ada", at("github:ada"), update("u1", "x:eve")][::turn]
        found = [Category.POTENTIAL_CONTACT, Category.CUSTOMER, Category.UNKNOWN][::turn]

        assert classify_many(authors, of(*self.RECORDS)) == found

    def test_nobody_gives_nothing(self) -> None:
        """No authors, no categories."""
        assert classify_many([], of(*self.RECORDS)) == classify_many(iter(()), of(*self.RECORDS)) == []

    def test_handle_that_cannot_be_read_is_refused(self) -> None:
        """A bare handle could be anybody's; nothing is guessed."""
        with pytest.raises(InvalidValue, match="'ada' could be a handle on any network"):
            classify_many(["x:ada", "ada"], of(*self.RECORDS))

    def test_rules_and_instant_are_handed_on(self) -> None:
        """Each set of rules and each instant has categories of its own."""
        records = [contact("c1", "x:ada", created_at=day(2)), deal("d1", "Won", "c1"), deal("d2", "Open", "c1")]
        directory = of(*records)
        who = [at("x:ada")]

        assert [classify_many(who, directory, **asked)[0].value for asked in (
            {}, {"rules": HUBSPOT}, {"as_of": day(1)}, {"rules": HUBSPOT, "as_of": day(2)}, {},
        )] == ["potential_contact", "customer", "unknown", "customer", "potential_contact"]  # fmt: skip


class TestAdding:
    """Zoho's *+Add*: a record from an unknown author."""

    VERBS: Final = pytest.mark.parametrize(("verb", "kind"), [(lm.lead_from, Lead), (lm.contact_from, Contact)])
    EACH: Final = pytest.mark.parametrize("verb", [lm.lead_from, lm.contact_from])

    @VERBS
    def test_record_has_what_the_update_says(self, verb: Callable[..., Any], kind: type) -> None:
        """The display name whole, the profile, the network it came from, the instant; nothing is guessed."""
        one = update("u1", "mastodon:ada@acme.example#7", author_name="Ada King, Countess of Lovelace 👩‍💻")
        made = verb(one, at=day(3), namespace=NAMESPACE)

        assert made == kind(
            id=made.id,
            last_name="Ada King, Countess of Lovelace 👩‍💻",
            profiles=[at("mastodon:ada@acme.example#7")],
            source="mastodon",
            created_at=day(3),
        )

    @VERBS
    def test_same_author_twice_is_the_same_record(self, verb: Callable[..., Any], kind: type) -> None:
        """The id is derived from the profile: from the stable id where there is one, so that it outlives a rename."""
        ids = {
            verb(update(f"u{n}", who), at=day(3 + n), namespace=NAMESPACE).id
            for n, who in enumerate(["x:ada#7", "x:renamed#7", "x:#7"])
        }  # fmt: skip

        assert len(ids) == 1
        assert ids == {lm.derived_id(NAMESPACE, kind.__name__.lower(), "x#7")}

    def test_ids_of_different_people_roles_and_namespaces_differ(self) -> None:
        """And they are the same tomorrow: two are written down."""
        one, other = update("u1", "x:ada"), update("u2", "github:ada")
        ids = [
            verb(who, at=day(1), namespace=NAMESPACE).id
            for verb in (lm.lead_from, lm.contact_from)
            for who in (one, other)
        ]
        ids.append(lm.lead_from(one, at=day(1), namespace=UUID(int=1)).id)

        assert len(set(ids)) == 5
        assert ids[0] == "7f5bffb0-a085-5aec-9447-d5b3a0f836ba"
        assert ids[2] == "3eec1d4c-ae69-5db9-840d-b09b3b2a8cda"

    @VERBS
    @pytest.mark.parametrize(
        ("author", "name", "kept"),
        [
            ("x:ada", "", "ada"),
            ("x:ada", "   ", "ada"),
            ("x:ada", f"{' ' * 300}Ada", "Ada"),
            ("x:#7", "", "7"),
            ("x:ada", "A" * 300, "A" * 255),
        ],
    )
    def test_person_without_a_name_is_called_by_the_handle(
        self, verb: Callable[..., Any], kind: type, author: str, name: str, kept: str
    ) -> None:
        """A blank name is none (NET-7); one beyond the limit of a name is cut."""
        made = verb(update("u1", author, author_name=name), at=day(1), namespace=NAMESPACE)

        assert (type(made), made.last_name) == (kind, kept)

    @EACH
    def test_author_of_a_repost_is_added_and_not_who_passed_it_on(self, verb: Callable[..., Any]) -> None:
        """The tab follows the author, and so does *+Add*."""
        made = verb(update("u1", "x:ada", "x:bob"), at=day(1), namespace=NAMESPACE)

        assert made.profiles == (at("x:ada"),)
        assert made == verb(update("u2", "x:ada"), at=day(1), namespace=NAMESPACE)

    @EACH
    def test_auth_12_no_record_is_made_without_an_author(self, verb: Callable[..., Any]) -> None:
        """There is nobody to add, also where somebody passed it on."""
        with pytest.raises(NoAuthor) as caught:
            verb(update("u1", None, "x:bob", author_name="Ada"), at=day(1), namespace=NAMESPACE)
        assert caught.value == NoAuthor(update="u1")

    @EACH
    def test_naive_instant_is_refused(self, verb: Callable[..., Any]) -> None:
        """When somebody was added has to be an instant."""
        with pytest.raises(lm.InvalidRecord, match="has no time zone"):
            verb(update("u1", "x:ada"), at=datetime(2024, 1, 1), namespace=NAMESPACE)  # noqa: DTZ001  (naive on purpose)

    @VERBS
    @pytest.mark.parametrize("author", ["x:ada", "x:ada#7", "x:#7"])
    def test_author_is_lead_or_contact_afterwards(self, verb: Callable[..., Any], kind: type, author: str) -> None:
        """The same author is on record, and so is whoever has the same stable id."""
        directory = of()
        one = update("u1", author)
        before = classify_author(one, directory).category
        made = verb(one, at=day(1), namespace=NAMESPACE)
        directory.update(lm.create(made, at=day(1)))
        answer = classify_author(update("u2", author), directory)

        assert before is Category.UNKNOWN
        assert (answer.category, answer.matches) == (Category.LEAD_OR_CONTACT, (Ref(kind, made.id),))


def test_lead_and_contact_of_one_id_are_both_stale_candidates() -> None:
    """The identity of a record is its type and its id, in an answer as anywhere."""
    directory = lm.Directory.of(
        leads=[lm.Lead(id="1", last_name="Ada", profiles=[lm.Profile("x", "ada")])],
        contacts=[
            lm.Contact(id="1", profiles=[lm.Profile("x", "ada")]),
            lm.Contact(id="2", profiles=[lm.Profile("x", "ada", uid="7")]),
        ],
    )
    answer = classify_author(lm.Profile("x", "ada", uid="7"), directory)

    assert answer.matches == (lm.Ref(lm.Contact, "2"),)
    assert answer.stale == (lm.Ref(lm.Contact, "1"), lm.Ref(lm.Lead, "1"))
