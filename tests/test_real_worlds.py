"""Who is behind an update, on real data: a Salesforce sample that SQL judges too, and a Mastodon server's timelines."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

import leadmodel as lm
from leadmodel import Account, Category, Contact, Deal, Directory, Profile, SocialUpdate
from leadmodel.formats import mastodon, salesforce
from leadmodel.rules.author_rules import HUBSPOT, ZOHO
from tests.shared_data import needs_shared_data, shared_data

Shared = Callable[..., Path]

#: The sample links people and opportunities through accounts alone.
THROUGH_ACCOUNTS: Final = {
    name: attrs.evolve(rules, deals="account") for name, rules in (("zoho", ZOHO), ("hubspot", HUBSPOT))
}
#: One stage for each outcome.
STAGES: Final = ("Negotiation/Review", "Closed Won", "Closed Lost")

#: The oracle: a contact is what the opportunities of its account say. The two policies differ in what comes first.
ORACLE: Final = """
    SELECT contact.ref,
           CASE WHEN :policy = 'hubspot' AND won > 0 THEN 'customer'
                WHEN open > 0 THEN 'potential_contact'
                WHEN won > 0 THEN 'customer'
                ELSE 'lead_or_contact' END,
           CASE WHEN won IS NULL THEN 'no_deals'
                WHEN won + open = 0 THEN 'all_lost'
                WHEN open = 0 OR (:policy = 'hubspot' AND won > 0) THEN 'won_deal'
                ELSE 'open_deal' END
    FROM contact LEFT JOIN (
        SELECT account,
               SUM(stage = 'Closed Won') AS won,
               SUM(stage = 'Closed Lost') AS lost,
               SUM(stage NOT IN ('Closed Won', 'Closed Lost')) AS open
        FROM opportunity GROUP BY account
    ) AS sums ON sums.account = contact.account
"""


@attrs.frozen
class Recipes:
    """The sample: its records as they are read, and the same files as tables that nothing of ours has touched."""

    accounts: list[Account]
    contacts: list[Contact]
    deals: list[Deal]
    tables: sqlite3.Connection


@pytest.fixture
def recipes(shared: Shared) -> Iterator[Recipes]:
    """Read the sample; each contact gets a profile, which it has not."""
    folder = shared("salesforce_trailhead_samples", "lwc-recipes")
    paths = [folder / f"{name}.json" for name in ("Accounts", "Contacts", "Opportunities")]
    records = salesforce.read_trees(paths, currency="USD").records
    contacts = [
        attrs.evolve(record, profiles=[Profile("x", record.id)]) for record in records if isinstance(record, Contact)
    ]
    tables = sqlite3.connect(":memory:")
    tables.execute("CREATE TABLE contact (ref, account)")
    tables.execute("CREATE TABLE opportunity (ref, account, stage)")
    rows = [[row for row in json.loads(path.read_text(encoding="utf-8"))["records"]] for path in paths[1:]]
    tables.executemany("INSERT INTO contact VALUES (?, ?)", [(ref(row), row["AccountId"]) for row in rows[0]])
    tables.executemany(
        "INSERT INTO opportunity VALUES (?, ?, ?)", [(ref(row), row["AccountId"], row["StageName"]) for row in rows[1]]
    )
    yield Recipes(
        accounts=[record for record in records if isinstance(record, Account)],
        contacts=contacts,
        deals=[record for record in records if isinstance(record, Deal)],
        tables=tables,
    )
    tables.close()


def ref(row: dict[str, Any]) -> str:
    """Give the name by which a tree knows a record."""
    return str(row["attributes"]["referenceId"])


def expected(tables: sqlite3.Connection, policy: str) -> dict[str, tuple[str, str]]:
    """Ask SQL: category and reason of each contact."""
    return {name: (category, reason) for name, category, reason in tables.execute(ORACLE, {"policy": policy})}


def found(recipes: Recipes, deals: list[Deal], policy: str) -> dict[str, tuple[str, str]]:
    """Classify a feed in which everybody says something: category and reason of each author."""
    directory = Directory.of(
        accounts=recipes.accounts, contacts=recipes.contacts, deals=deals, pipelines=lm.pipelines.SALESFORCE
    )
    updates = [SocialUpdate(id=one.id, author=Profile("x", f"@{one.id.upper()}")) for one in recipes.contacts]
    answers = lm.classify_feed(updates, directory, rules=THROUGH_ACCOUNTS[policy])
    return {update.id: (answer.category.value, answer.reason.value) for update, answer in answers}


@needs_shared_data("salesforce_trailhead_samples")
class TestSalesforceRecipes:
    """10 accounts, 6 contacts and 20 opportunities, linked through the accounts."""

    def test_sample_is_read_whole(self, recipes: Recipes) -> None:
        """A comparison of nothing would agree."""
        assert [len(recipes.accounts), len(recipes.contacts), len(recipes.deals)] == [10, 6, 20]

    @pytest.mark.parametrize("policy", THROUGH_ACCOUNTS)
    def test_everybody_is_a_potential_contact_as_the_sample_stands(self, recipes: Recipes, policy: str) -> None:
        """Every account has an open opportunity; SQL says the same."""
        answers = found(recipes, recipes.deals, policy)

        assert answers == expected(recipes.tables, policy)
        assert set(answers.values()) == {("potential_contact", "open_deal")}

    @pytest.mark.parametrize("policy", THROUGH_ACCOUNTS)
    def test_every_way_to_close_the_deals_is_judged_as_sql_does(self, recipes: Recipes, policy: str) -> None:
        """The opportunities of the accounts with contacts, left open, won and lost in every combination."""
        accounts = {contact.account_id for contact in recipes.contacts}
        theirs = [deal for deal in recipes.deals if deal.account_id in accounts]
        others = [deal for deal in recipes.deals if deal.account_id not in accounts]
        seen: set[tuple[str, str]] = set()
        for stages in product(STAGES, repeat=len(theirs)):
            deals = [attrs.evolve(deal, stage=stage) for deal, stage in zip(theirs, stages, strict=True)]
            recipes.tables.executemany(
                "UPDATE opportunity SET stage = ? WHERE ref = ?", [(deal.stage, deal.id) for deal in deals]
            )
            answers = found(recipes, [*others, *deals], policy)
            seen |= set(answers.values())

            assert answers == expected(recipes.tables, policy)
        assert len(theirs) == 4
        assert seen == {
            ("potential_contact", "open_deal"), ("customer", "won_deal"), ("lead_or_contact", "all_lost"),
        }  # fmt: skip

    def test_contacts_without_opportunities_are_judged_as_sql_does(self, recipes: Recipes) -> None:
        """Where an account sold nothing, its people are on record and no more."""
        recipes.tables.execute("DELETE FROM opportunity WHERE account = '@AccountRef1'")
        answers = found(recipes, [deal for deal in recipes.deals if deal.account_id != "AccountRef1"], "zoho")

        assert set(answers.values()) == {("lead_or_contact", "no_deals"), ("potential_contact", "open_deal")}
        assert answers == expected(recipes.tables, "zoho")

    def test_links_of_the_sample_say_nothing_about_primary_contacts(self, recipes: Recipes) -> None:
        """Under the standard option nobody has a deal: the option is what makes the difference."""
        directory = Directory.of(contacts=recipes.contacts, deals=recipes.deals, pipelines=lm.pipelines.SALESFORCE)

        assert {lm.classify_author(one.profiles[0], directory).reason for one in recipes.contacts} == {
            lm.Reason.NO_DEALS
        }


def timelines() -> list[tuple[SocialUpdate, dict[str, Any]]]:
    """Give the updates of every recorded timeline and status, each with the account that wrote it."""
    pairs = []
    for path in sorted(shared_data("mastodon_local_server").glob("test_*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        statuses = body if isinstance(body, list) else [body]
        if all(isinstance(one, dict) and {"content", "visibility", "account"} <= one.keys() for one in statuses):
            updates = mastodon.updates_from(body, server="localhost:3000")
            assert [update.id for update in updates] == [status["id"] for status in statuses]
            authors = [(status["reblog"] or status)["account"] for status in statuses]
            pairs += zip(updates, authors, strict=True)
    return pairs


def accounts() -> dict[str, dict[str, Any]]:
    """Give every account in the recordings by the address of its actor, wherever a body holds it."""
    found: dict[str, dict[str, Any]] = {}

    def look(node: object) -> None:
        if isinstance(node, dict):
            if {"acct", "uri", "username"} <= node.keys():
                found[node["uri"]] = node
            node = list(node.values())
        for member in node if isinstance(node, list) else ():
            look(member)

    for path in sorted(shared_data("mastodon_local_server").glob("test_*.json")):
        look(json.loads(path.read_text(encoding="utf-8")))
    return found


def customer(account: dict[str, Any], *, uid: bool = True) -> tuple[Contact, Deal]:
    """Put an account on record as a contact who has bought."""
    profile = Profile("mastodon", f"@{account['acct']}@localhost:3000", uid=account["uri"] if uid else "")
    contact = Contact(id=account["id"], profiles=[profile])
    return contact, Deal(id=account["id"], stage="Closed Won", contact_id=contact.id)


def of(*customers: tuple[Contact, Deal]) -> Directory:
    """Make a directory of customers."""
    return Directory.of(contacts=[contact for contact, _ in customers], deals=[deal for _, deal in customers])


@needs_shared_data("mastodon_local_server")
class TestMastodonTimelines:
    """Statuses of a local server whose users were deleted and made again under their old names."""

    def test_users_of_one_name_are_two_people_there(self) -> None:
        """What the tests below are about occurs in the data: three names, each with two actors."""
        names = [account["acct"] for account in accounts().values()]

        assert {name for name in names if names.count(name) == 2} == {"admin", "mastodonpy_test", "mastodonpy_test_2"}
        assert {account["acct"] for _, account in timelines()} == {"admin", "mastodonpy_test", "mastodonpy_test_2"}
        assert len(timelines()) > 20

    def test_net_1_user_who_was_made_again_is_somebody_else(self) -> None:
        """The users of the first recording are customers; what was written later under their names is a stranger's."""
        writers = {account["uri"] for _, account in timelines()}
        directory = of(*(customer(account) for uri, account in accounts().items() if uri not in writers))
        answers = [lm.classify_author(update, directory) for update, _ in timelines()]

        assert len(directory.all(Contact)) == 4
        assert {answer.author for answer in answers} <= {key for c in directory.all(Contact) for key in lm.keys_of(c)}
        assert {(answer.reason, answer.matches, answer.stale) for answer in answers} == {(lm.Reason.NOBODY, (), ())}

    def test_net_1_stable_id_tells_two_users_of_one_name_apart(self) -> None:
        """With all of them on record, each update is by the one who wrote it, and nobody is ambiguous."""
        directory = of(*map(customer, accounts().values()))
        answers = [(account, lm.classify_author(update, directory)) for update, account in timelines()]

        assert [answer.matches for _, answer in answers] == [
            (lm.Ref(Contact, account["id"]),) for account, _ in answers
        ]
        assert {(a.category, a.ambiguous, a.stale) for _, a in answers} == {(Category.CUSTOMER, False, ())}

    def test_net_1_name_alone_on_record_is_everybody_of_that_name(self) -> None:
        """Without a stable id on record the name has to do; beside somebody with the stable id it is stale."""
        pairs = timelines()
        by_name = customer({"acct": "admin", "id": "by name", "uri": ""}, uid=False)
        by_actor = [customer(account) for uri, account in accounts().items() if uri in {a["uri"] for _, a in pairs}]
        alone = [lm.classify_author(update, of(by_name)).matches for update, _ in pairs]
        beside = [lm.classify_author(update, of(by_name, *by_actor)) for update, _ in pairs]
        admins = [account["acct"] == "admin" for _, account in pairs]

        assert alone == [(by_name[0].ref,) if admin else () for admin in admins]
        assert [answer.stale for answer in beside] == alone
        assert [answer.matches for answer in beside] == [(lm.Ref(Contact, account["id"]),) for _, account in pairs]

    def test_reposts_are_sorted_by_their_authors(self) -> None:
        """A boost stands on the tab of whoever wrote it, and the booster is the second answer."""
        directory = of(*map(customer, accounts().values()))
        boosts = [update for update, _ in timelines() if update.reposted_by]
        answers = [lm.classify_author(update, directory) for update in boosts]

        assert boosts
        assert all(answer.reposter and answer.reposter.category is Category.CUSTOMER for answer in answers)
