"""The demo data: whole, sound, made up, and with every case of the rules about authors in it."""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import attrs
import pytest

import leadmodel as lm
from leadmodel import samples
from leadmodel.entities import Entity
from leadmodel.rules.answers import Answer
from leadmodel.samples import AS_OF, CASES, NAMESPACE, World, deals, making, people, updates
from tests.pages import bare

WORLD = samples.world()
DIRECTORY = WORLD.directory()
BY_ID = {update.id: update for update in WORLD.updates}


def answer(update: str, *, as_of: datetime | None = None, **options: Any) -> Answer:  # noqa: ANN401  (any option of the rules)
    """Give the answer about an update of the samples under changed options."""
    rules = attrs.evolve(lm.author_rules.ZOHO, **options)
    return lm.classify_author(BY_ID[update], DIRECTORY, rules=rules, as_of=as_of)


def deal(record_id: str) -> lm.Deal:
    """Give a deal of the samples."""
    return next(deal for deal in WORLD.deals if deal.id == record_id)


def shown_by(rule: str) -> tuple[Answer, ...]:
    """Give the answers about the updates that show a rule."""
    return tuple(answer(update) for update in CASES[rule])


class TestWorld:
    """The data are what the documentation says."""

    def test_numbers_are_as_promised(self) -> None:
        """40 people, 60 deals, 120 updates."""
        numbers = (len(WORLD.leads) + len(WORLD.contacts), len(WORLD.deals), len(WORLD.updates))

        assert numbers == (40, 60, 120)

    def test_two_worlds_are_equal(self) -> None:
        """The data are the same each time, and nobody shares the directory of another."""
        assert samples.world() == WORLD
        assert WORLD.directory() is not WORLD.directory()

    def test_feed_comes_from_five_networks(self) -> None:
        """Every network is there more than once."""
        networks = Counter(update.author.network for update in WORLD.updates if update.author)

        assert networks.keys() == {"x", "mastodon", "bluesky", "linkedin", "email"}
        assert min(networks.values()) > 5

    def test_feed_runs_forwards_through_2026(self) -> None:
        """Updates stand in the order in which they were posted, each with an id of its own."""
        instants = [update.posted_at for update in WORLD.updates if update.posted_at]

        assert instants == sorted(instants)
        assert (len(instants), len(BY_ID)) == (120, 120)
        assert {instant.year for instant in instants} == {2026}

    def test_amounts_come_in_three_currencies(self) -> None:
        """Nobody who tries the samples can add two currencies by mistake without noticing."""
        assert {deal.amount.currency for deal in WORLD.deals if deal.amount} == {"EUR", "USD", "JPY"}

    def test_deals_stand_where_their_history_ends(self) -> None:
        """A history begins with the deal, ends in its stage, and closes it."""
        told = [
            (deal.history[0].at, deal.history[-1].to, deal.closed_at in {None, deal.history[-1].at})
            for deal in WORLD.deals
            if deal.history
        ]

        assert told == [(deal.created_at, deal.stage, True) for deal in WORLD.deals if deal.history]
        assert len(told) > 50

    def test_closed_deals_say_when(self) -> None:
        """A deal is closed exactly where its stage is won or lost."""
        outcomes = {deal.id: DIRECTORY.outcome(deal) for deal in WORLD.deals}

        assert {d.id for d in WORLD.deals if d.closed_at} == {
            i for i, o in outcomes.items() if o is not lm.Outcome.OPEN
        }

    def test_every_stage_occurs(self) -> None:
        """Whoever tries the samples sees the whole pipeline."""
        moves = {move.to for deal in WORLD.deals for move in deal.history}

        assert moves == {stage.key for stage in WORLD.pipeline.stages}

    def test_every_status_occurs(self) -> None:
        """Leads have every status that there is."""
        assert {lead.status for lead in WORLD.leads} == {status.key for status in WORLD.statuses.members}

    def test_links_lead_to_records(self) -> None:
        """Every id that a record names is on record, but for the contact that is gone (AUTH-8)."""
        contacts, accounts = ({record.id for record in records} for records in (WORLD.contacts, WORLD.accounts))
        conversions = [lead.conversion for lead in WORLD.leads if lead.conversion]
        named = {c.account_id for c in WORLD.contacts} | {d.account_id for d in WORLD.deals}
        named |= {a.parent_id for a in WORLD.accounts}
        people = {d.contact_id for d in WORLD.deals} | {lead.contact_id for lead in WORLD.leads}

        assert named - accounts == {""}
        assert people - contacts == {""}
        assert {c.contact_id for c in conversions} - contacts == {"c99"}
        assert {c.deal_id for c in conversions} - {d.id for d in WORLD.deals} == {""}

    def test_children_hang_on_records(self) -> None:
        """There is a note, an activity and a task, each about somebody on record."""
        refs = {record.ref for record in (*WORLD.leads, *WORLD.contacts)}

        assert {type(child) for child in WORLD.children} == {lm.Note, lm.Activity, lm.Task}
        assert {child.about for child in WORLD.children} <= refs

    def test_returning_customer_is_a_lead_with_a_contact(self) -> None:
        """A lead can be known as a contact already (LEAD-6), and has another profile."""
        (lead,) = (lead for lead in WORLD.leads if lead.contact_id)

        assert (lead.id, lead.contact_id, answer("u043").matches) == ("l14", "c01", (lead.ref,))

    def test_domains_are_reserved_ones(self) -> None:
        """Nobody's real address is among the samples: every domain ends in .example."""
        records: list[lm.Lead | lm.Contact | lm.Account] = [*WORLD.leads, *WORLD.contacts, *WORLD.accounts]
        profiles = [profile for record in records for profile in record.profiles]
        profiles += [profile for update in WORLD.updates for profile in (update.author, update.reposted_by) if profile]
        handles = [p.handle for p in profiles if p.network in {"mastodon", "bluesky", "email"}]
        addresses = [e.key for record in (*WORLD.leads, *WORLD.contacts) for e in record.emails]
        pages = [account.website for account in WORLD.accounts] + [update.url for update in WORLD.updates]
        pages += [profile.uid for profile in profiles if profile.uid.startswith("http")]
        hosts = {text.rpartition("@")[2] for text in handles + addresses} | {urlsplit(page).hostname for page in pages}

        assert {str(host).rpartition(".")[2] for host in hosts} == {"example"}

    def test_texts_name_no_page_of_the_web(self) -> None:
        """The texts advertise nobody."""
        assert [
            update.id for update in WORLD.updates if re.search(r"https?:|www\.|\w\.(?:com|org|net)\b", update.text)
        ] == []

    def test_namespace_is_a_random_one(self) -> None:
        """Ids can be derived, from a namespace that is drawn and not made of a name."""
        lead = lm.lead_from(BY_ID["u003"], at=AS_OF, namespace=NAMESPACE)

        assert NAMESPACE.version == 4
        assert UUID(lead.id).version == 5

    def test_importing_builds_nothing(self) -> None:
        """Whoever imports leadmodel without the samples in mind pays for the rows alone."""
        values = [value for module in (samples, people, deals, updates, making) for value in vars(module).values()]

        assert [
            value for value in values if isinstance(value, (Entity, World, lm.Directory, lm.Money, lm.Profile))
        ] == []

    def test_world_says_what_it_holds(self) -> None:
        """A world shows its numbers, as text and as a page."""
        assert repr(WORLD) == "World(16 leads, 24 contacts, 11 accounts, 60 deals, 120 updates)"
        assert str(WORLD).splitlines()[2:] == [
            "leads     16", "contacts  24", "accounts  11", "deals     60", "updates   120",
        ]  # fmt: skip
        assert "<caption>a world with playbook zoho</caption>" in bare(WORLD._repr_html_())
        assert "<td>deals</td><td>60</td>" in bare(WORLD._repr_html_())


class TestCases:
    """Every rule about authors is shown by the updates that CASES names."""

    def test_every_rule_has_a_case(self) -> None:
        """AUTH-1 to AUTH-15 are there, and the identity cases that authors meet."""
        assert CASES.keys() == {*(f"AUTH-{n}" for n in range(1, 16)), "NET-1", "NET-4", "NET-5", "NET-6"}
        assert all(CASES.values())

    def test_cases_name_updates(self) -> None:
        """No case points to an update that is not there."""
        assert {update for ids in CASES.values() for update in ids} <= BY_ID.keys()

    def test_every_category_and_every_reason_occurs(self) -> None:
        """The feed fills every tab, for every reason that there is."""
        tabs = lm.sort_feed(WORLD.updates, DIRECTORY)

        assert {category.value: number for category, number in tabs.counts.items()} == {
            "customer": 22, "potential_contact": 30, "lead_or_contact": 36, "unknown": 32,
        }  # fmt: skip
        assert {found.reason for _, found in tabs.all} == set(lm.Reason)

    @pytest.mark.parametrize("rule", ["AUTH-1", "AUTH-2", "AUTH-3", "AUTH-4", "AUTH-5", "AUTH-12"])
    def test_row_decides(self, rule: str) -> None:
        """The rows of the table decide their cases."""
        assert {found.rule for found in shown_by(rule)} == {rule}

    def test_hubspot_keeps_a_returning_customer(self) -> None:
        """An author with a won and an open deal is a customer by HubSpot's table alone (AUTH-2, AUTH-3)."""
        hubspot = lm.classify_author(BY_ID["u004"], DIRECTORY, rules=lm.author_rules.HUBSPOT)

        assert (answer("u004").category, hubspot.category) == ("potential_contact", "customer")

    def test_both_kinds_of_no_win_occur(self) -> None:
        """No deals and only lost ones are kept apart (AUTH-4)."""
        assert [found.reason for found in shown_by("AUTH-4")] == ["no_deals", "all_lost"]

    def test_lead_can_be_a_company(self) -> None:
        """A lead without a person is a lead all the same (AUTH-5, LEAD-1)."""
        lead = DIRECTORY.get(lm.Lead, shown_by("AUTH-5")[1].matches[0].id)

        assert lead is not None
        assert (lead.name, lead.company) == ("", "Bluebottle Ferries")

    def test_contact_comes_before_lead(self) -> None:
        """Whoever is both is judged as a contact, and both are named (AUTH-6)."""
        (found,) = shown_by("AUTH-6")

        assert (found.rules, found.matches) == (
            ("AUTH-2", "AUTH-6"),
            (lm.Ref(lm.Contact, "c14"), lm.Ref(lm.Lead, "l12")),
        )

    def test_shared_profile_is_ambiguous(self) -> None:
        """Two contacts with one profile: their deals count together, and strict rules stop (AUTH-7)."""
        (found,) = shown_by("AUTH-7")

        assert (found.ambiguous, found.category, len(found.matches)) == (True, "potential_contact", 2)
        with pytest.raises(lm.AmbiguousAuthor):
            answer("u018", strict=True)

    def test_converted_lead_is_followed_while_its_contact_is_there(self) -> None:
        """One converted lead leads to a customer, the other to nobody (AUTH-8)."""
        there, gone = shown_by("AUTH-8")

        assert (there.category, there.followed) == ("customer", (lm.Ref(lm.Lead, "l13"),))
        assert (gone.category, gone.reason) == ("lead_or_contact", "contact_gone")

    def test_deals_through_account_and_role_count_on_request(self) -> None:
        """Two contacts have no deals of their own, and become customers by an option each (AUTH-9)."""
        member, engineer = CASES["AUTH-9"]

        assert [found.reason for found in shown_by("AUTH-9")] == ["no_deals", "no_deals"]
        assert (answer(member, deals=["account"]).category, answer(member, deals=["role"]).reason) == (
            "customer",
            "no_deals",
        )
        assert (answer(engineer, deals=["role"]).category, answer(engineer, deals=["primary"]).reason) == (
            "customer", "no_deals",
        )  # fmt: skip

    def test_company_is_nobody_until_asked(self) -> None:
        """A company is judged by its deals on request (AUTH-10); a contact with the same profile comes first."""
        company, shared, clinic = shown_by("AUTH-10")

        assert (company.reason, shared.category, clinic.reason) == (
            "account_profile",
            "potential_contact",
            "account_profile",
        )
        assert {match.type for match in shared.matches} == {lm.Contact, lm.Account}
        assert [answer(u, companies=True).category for u in ("u017", "u061")] == ["potential_contact", "customer"]

    def test_repost_belongs_to_its_author(self) -> None:
        """A repost stands on the tab of whoever wrote it; whoever passed it on is named (AUTH-11)."""
        told = [(found.category, found.reposter and found.reposter.category) for found in shown_by("AUTH-11")]

        assert told == [("customer", "unknown"), ("potential_contact", "unknown"), ("unknown", "customer")]

    def test_outcome_is_no_matter_of_probability_or_name(self) -> None:
        """A deal is won at 60 %, and another is open at 100 % and called "Won!" (AUTH-13)."""
        won, still_open = shown_by("AUTH-13")

        assert (won.category, [deal(ref.id).probability for ref in won.deals]) == ("customer", [60, 60])
        assert (still_open.category, still_open.deals) == ("potential_contact", (lm.Ref(lm.Deal, "d37"),))
        assert (deal("d37").probability, deal("d37").name[:4]) == (100, "Won!")

    def test_misfiled_deal_is_refused(self) -> None:
        """With the deal in an unknown stage, no directory is made, and so no answer guessed (AUTH-14)."""
        with pytest.raises(lm.InvalidDirectory) as caught:
            attrs.evolve(WORLD, deals=(*WORLD.deals, WORLD.misfiled)).directory()

        assert [(p.where, p.value, p.rule) for p in caught.value.problems] == [("deal d61", "Closed-Won", "AUTH-14")]
        assert WORLD.misfiled.contact_id in {match.id for found in shown_by("AUTH-14") for match in found.matches}

    def test_answers_were_others_in_spring(self) -> None:
        """Not won yet, not converted yet, not on record yet (AUTH-15)."""
        now = [found.category for found in shown_by("AUTH-15")]
        then = [answer(update, as_of=AS_OF).category for update in CASES["AUTH-15"]]

        assert now == ["customer", "customer", "potential_contact"]
        assert then == ["potential_contact", "lead_or_contact", "unknown"]

    def test_stable_id_beats_the_handle(self) -> None:
        """A renamed profile is known by its id, with a stale candidate; a reused handle is somebody else (NET-1)."""
        renamed, reused = shown_by("NET-1")
        keys = {profile.key for contact in WORLD.contacts for profile in contact.profiles}

        assert (renamed.matches, renamed.stale) == ((lm.Ref(lm.Contact, "c21"),), (lm.Ref(lm.Contact, "c20"),))
        assert (reused.category, reused.author in keys) == ("unknown", True)

    def test_look_alikes_are_flagged(self) -> None:
        """A digit in the place of a letter, and a letter of another script (NET-4)."""
        assert [found.look_alikes for found in shown_by("NET-4")] == [
            ("x:nadia_haulage",), ("mastodon:sigrid@fjord.example",),
        ]  # fmt: skip

    def test_handle_on_another_network_is_another_identity(self) -> None:
        """A contact's handle on a network where the contact is not (NET-5)."""
        (found,) = shown_by("NET-5")
        handle = found.author.partition(":")[2]

        assert found.category == "unknown"
        assert handle in {profile.handle for contact in WORLD.contacts for profile in contact.profiles}

    def test_email_address_is_asked_on_request(self) -> None:
        """An author is known by an address that is on record, where the rules ask for it (NET-6)."""
        (update,) = CASES["NET-6"]

        assert (answer(update).category, answer(update, match_email=True).category) == ("unknown", "lead_or_contact")


def test_notation_of_instants_is_in_utc() -> None:
    """The rows write days and minutes; the records hold instants."""
    assert making.instant("06-01 08:12") == datetime(2026, 6, 1, 8, 12, tzinfo=UTC)
    assert making.instant("2025-03-14") == datetime(2025, 3, 14, tzinfo=UTC)
