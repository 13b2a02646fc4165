"""Conversion of stored leads: one, by a plan, many; twice; for two tenants."""

from collections.abc import Callable
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    AlreadyConverted,
    CannotConvert,
    Changes,
    Contact,
    Deal,
    InvalidCriterion,
    InvalidValue,
    Lead,
    New,
    NewDeal,
    Note,
    Omit,
    PlanOutdated,
    Request,
    Use,
    convert_lead,
    convert_leads,
    edit,
    plan_conversion,
    where,
)
from leadmodel.crm import BatchDone, BulkDone
from leadmodel.errors import NotOnRecord
from leadmodel.ports import Keeper
from tests.crm.conftest import OpenStore
from tests.crm.making import ADA, BOOK, HOUR, NOON, NOTE, inside, mapped, put, shell, versions
from tests.crm.stores import Spied
from tests.pages import bare

FIRST: Final = NOON + HOUR


class TestOne:
    """One lead."""

    def test_result_is_the_pure_verbs(self, store: Keeper) -> None:
        """The records, the changes and the plan; and the store holds what came of it."""
        put(store, ADA, NOTE)
        expected = convert_lead(ADA, store, at=FIRST, playbook=BOOK, deal=NewDeal(), by="u1")
        done = shell(store).convert("l1", deal=NewDeal(), by="u1")

        assert done.conversion == expected
        assert (done.lead, done.contact, done.account, done.deal, done.plan) == (
            expected.lead, expected.contact, expected.account, expected.deal, expected.plan,
        )  # fmt: skip
        after = mapped([ADA, NOTE])
        expected.changes.apply_to(after)
        assert inside(store) == after

    def test_double_click_writes_once(self, store: Keeper) -> None:
        """The same request again gives today's records (CONV-10)."""
        put(store, ADA)
        crm = shell(store)
        first, again = crm.convert("l1", deal=NewDeal()), crm.convert("l1", deal=NewDeal())

        assert (first.position, again.position, again.changes, again.plan.replayed) == (2, None, Changes(), True)
        assert (again.lead, again.contact, again.account, again.deal) == (
            first.lead, first.contact, first.account, first.deal,
        )  # fmt: skip

    def test_double_click_under_a_key_gives_the_first(self, store: Keeper) -> None:
        """Its position and its changes; the records are today's."""
        put(store, ADA)
        crm = shell(store)
        first = crm.convert("l1", deal=NewDeal(), key="k1", by="u1")
        assert first.contact is not None
        crm.edit(Contact, first.contact.id, {"title": "CTO"})
        crm.edit(Lead, "l1", {"score": 7})
        again = crm.convert("l1", deal=NewDeal(), key="k1")

        assert (again.position, again.changes, again.replayed) == (2, first.changes, True)
        assert again.contact == attrs.evolve(first.contact, title="CTO")
        assert (again.account, again.deal) == (first.account, first.deal)
        assert again.lead == attrs.evolve(first.lead, score=7)
        assert (again.plan.replayed, again.plan.at, again.plan.by) == (True, FIRST, "u1")

    def test_key_answers_where_the_verb_would_refuse(self, store: Keeper) -> None:
        """The lead is gone, or was converted in another way meanwhile: what was done then is told."""
        put(store, ADA)
        crm = shell(store)
        first = crm.convert("l1", account=Omit(), key="k1")
        crm.undo(2)
        crm.convert("l1", deal=NewDeal())
        with pytest.raises(AlreadyConverted):
            crm.convert("l1", account=Omit())
        again = crm.convert("l1", account=Omit(), key="k1")
        assert (again.position, again.changes, again.account, again.deal) == (2, first.changes, None, None)
        crm.delete(Lead, "l1")
        gone = crm.convert("l1", account=Omit(), key="k1")

        assert (gone.lead, gone.contact) == (first.lead, again.contact)

    def test_replay_under_a_new_key_is_known_by_it(self, store: Keeper) -> None:
        """Nothing changes, and the key is kept with that."""
        put(store, ADA)
        crm = shell(store)
        crm.convert("l1")
        first, again = crm.convert("l1", key="k2"), crm.convert("l1", key="k2")

        assert (first.position, first.changes, again.position, again.lead) == (3, Changes(), 3, first.lead)
        assert (first.replayed, again.replayed) == (False, True)

    def test_changes_without_a_cause_are_no_call_of_ours(self, store: Keeper) -> None:
        """Somebody applied them under the key."""
        put(store, ADA)
        made = convert_lead(ADA, store, at=FIRST, playbook=BOOK)
        store.apply(attrs.evolve(made.changes, cause=None), key="k1")
        with pytest.raises(InvalidValue, match="stands for another call"):
            shell(store).convert("l1", key="k1")

    def test_version_of_a_record_that_was_born_before_is_the_stores(self, store: Keeper) -> None:
        """Converted, taken back, and converted again: the ids are derived, so they are there again (S-2)."""
        put(store, ADA)
        crm = shell(store)
        crm.convert("l1", deal=NewDeal())
        crm.undo(2)
        done = crm.convert("l1", deal=NewDeal())
        assert done.contact is not None
        assert done.account is not None
        assert done.deal is not None

        there = versions(store)
        for record in (done.contact, done.account, done.deal, *done.records, *done.conversion.changes.created):
            assert record.version == there[record.ref]
        assert done.contact.version == 2
        assert crm.apply(edit(done.contact, {"title": "CTO"}, at=NOON)).position == 5

    def test_named_records_come_along(self, store: Keeper) -> None:
        """They need not match."""
        put(store, ADA, Contact(id="c5", last_name="Api"), Account(id="a5", name="Api Org"))
        done = shell(store).convert("l1", contact=Use("c5"), account=Use("a5"))

        assert done.contact is not None
        assert (done.contact.id, done.lead.conversion and done.lead.conversion.account_id) == ("c5", "a5")

    @pytest.mark.parametrize("key", [None, "k1"])
    def test_refusal_has_all_problems_and_writes_nothing(self, store: Keeper, key: str | None) -> None:
        """Under a key as well."""
        put(store, ADA)
        before = inside(store)
        with pytest.raises(CannotConvert) as caught:
            shell(store).convert("l1", account=Use("a9"), contact=Use("c9"), key=key)

        assert [problem.field for problem in caught.value.problems] == ["contact", "account"]
        assert (inside(store), len(list(store.log()))) == (before, 1)

    def test_cv_11_matching_never_crosses_a_tenant(self, open_store: OpenStore) -> None:
        """A contact of another tenant with the lead's e-mail address is no target, and no evidence names it."""
        one, two = open_store("one"), open_store("two")
        put(two, Contact(id="c1", last_name="Vale", emails=ADA.emails), Account(id="a1", name="Acme Mills"))
        put(one, ADA)
        plan = shell(one).plan("l1")

        assert plan.contact is not None
        assert plan.contact.id != "c1"
        assert not [each for each in plan.evidence if each.refs]
        theirs = inside(two)
        done = shell(one).convert("l1")
        assert {type(record) for record in done.changes.created} == {Contact, Account}
        assert inside(two) == theirs


class TestPlans:
    """Looked at first, carried out then (CONV-1)."""

    def test_plan_is_the_pure_verbs(self, store: Keeper) -> None:
        """At the instant of the clock, and nothing is written."""
        put(store, ADA, NOTE)
        plan = shell(store, by="u1").plan("l1", account=New(), contact=Omit(), deal=NewDeal(name="Mill"))

        assert plan == plan_conversion(
            ADA, store, at=FIRST, playbook=BOOK, account=New(), contact=Omit(), deal=NewDeal(name="Mill"), by="u1"
        )  # fmt: skip
        assert len(list(store.log())) == 1

    def test_plan_is_carried_out_as_it_was_shown(self, store: Keeper) -> None:
        """At its own instant, whenever that is."""
        put(store, ADA)
        crm = shell(store)
        plan = crm.plan("l1", deal=NewDeal())
        looked, done = crm.apply_plan(plan, dry_run=True), crm.apply_plan(plan, key="k1")

        assert (looked.position, looked.changes, done.position) == (None, plan.changes, 2)
        assert (done.changes, done.lead, done.deal) == (plan.changes, plan.lead, plan.deal)
        again = crm.apply_plan(plan, key="k1")
        assert (again.verb, again.position, again.lead) == ("apply_plan", 2, done.lead)
        assert crm.apply_plan(plan).position is None

    def test_outdated_plan_is_refused_with_both(self, store: Keeper) -> None:
        """An account of the name has come on record since."""
        put(store, ADA)
        crm = shell(store)
        plan = crm.plan("l1")
        put(store, Account(id="a1", name="Acme Mills"))
        with pytest.raises(PlanOutdated) as caught:
            crm.apply_plan(plan)

        assert caught.value.planned is plan
        assert caught.value.today.account.id == "a1"  # type: ignore[attr-defined]  # it is a plan
        assert crm.get(Lead, "l1") == ADA

    def test_plan_for_a_lead_that_is_gone_is_refused(self, store: Keeper) -> None:
        """Though everything else would be as planned."""
        put(store, ADA)
        crm = shell(store)
        plan = crm.plan("l1")
        crm.delete(Lead, "l1")
        with pytest.raises(NotOnRecord, match="it was deleted at position 2"):
            crm.apply_plan(plan)


def people(number: int, **facts: object) -> list[Lead]:
    """Give leads, two of whom at a time are one person and four at one company; some are refused."""
    usual: list[dict[str, Any]] = [
        {
            "id": f"l{n:03}", "last_name": f"Vale {n // 2}", "emails": [f"v{n // 2}@acme.example"],
            "company": f"Mills {n // 4}", "status": "Nonesuch" if n % 7 == 6 else "Contacted",
        }
        for n in range(number)
    ]  # fmt: skip
    return [Lead(**{**each, **facts}) for each in usual]


class TestMany:
    """Many leads, batch by batch (CONV-12)."""

    @pytest.mark.parametrize("batch", [1, 2, 7, 30, 500])
    def test_split_does_not_matter(self, store: Keeper, batch: int) -> None:
        """Whatever the batches, the store holds what the pure verb gives for all of them at once."""
        leads = people(30)
        put(store, *leads)
        expected = convert_leads(leads, store, at=NOON, playbook=BOOK, deal=NewDeal())
        after = mapped(leads)
        for group in expected.groups:
            group.apply_to(after)
        done = shell(store, now=lambda: NOON).convert_all(Lead, deal=NewDeal(), batch=batch)

        assert inside(store) == after
        assert (done.leads, done.converted, done.replayed, done.missing) == (30, 26, 0, ())
        assert [plan.before.id for plan in done.failed] == [plan.before.id for plan in expected.failed]
        assert done.positions == tuple(range(2, 2 + len(done.positions)))

    def test_leads_of_one_person_share_the_contact(self, store: Keeper) -> None:
        """In one batch and across two."""
        leads = people(8)
        put(store, *leads)
        shell(store).convert_all([lead.id for lead in leads], batch=3)

        became = [lead.conversion and lead.conversion.contact_id for lead in store.find(Lead)]
        assert became[0] == became[1]
        assert became[2] == became[3]
        assert len(set(became)) == 4 + 1
        assert became[6] is None
        assert store.count(Contact) == 4

    def test_dry_run_is_what_would_be_done(self, store: Keeper) -> None:
        """Across batches too, since each lead is planned against what those before it become."""
        put(store, *people(12))
        before, told = inside(store), list[BatchDone]()
        crm = shell(store, now=lambda: NOON)
        looked = crm.convert_all(Lead, batch=5, dry_run=True, on_progress=told.append)
        assert inside(store) == before
        (batch,) = told
        done = crm.convert_all(Lead, batch=5)

        batch.changes.apply_to(before)
        assert before == inside(store)
        assert (looked.leads, looked.converted, looked.positions) == (12, 11, ())
        assert (done.leads, done.converted, len(done.positions)) == (12, 11, 3)
        assert looked.failed == done.failed

    def test_progress_is_told_batch_by_batch(self, store: Keeper) -> None:
        """Each once it is written."""
        put(store, *people(7))
        told: list[tuple[int, int | None, int]] = []
        shell(store).convert_all(
            Lead, batch=3, on_progress=lambda done: told.append(
                (len(done.batch.results), done.position, len(list(store.log())))
            )
        )  # fmt: skip

        assert told == [(3, 2, 2), (3, 3, 3), (1, None, 3)]

    def test_criterion_takes_the_leads_that_are_open(self, store: Keeper) -> None:
        """Those that were converted are hidden (CONV-9), so that a run can be started again."""
        put(store, *people(6))
        crm = shell(store)
        crm.convert("l001")
        first = crm.convert_all(where(Lead, "company", "in", ["Mills 0"]))
        again = crm.convert_all(where(Lead, "company", "in", ["Mills 0"]))

        assert (first.leads, first.converted) == (3, 3)
        assert again == BulkDone()

    def test_question_about_time_is_asked_of_the_clock(self, store: Keeper) -> None:
        """Once for all batches."""
        put(store, *people(3, last_activity_at=NOON))
        asked = where(Lead, "last_activity_at", "today")

        assert shell(store).convert_all(asked, batch=1).leads == 3
        assert shell(store, now=lambda: NOON + 48 * HOUR).convert_all(asked).leads == 0

    def test_named_leads_that_were_converted_before_stay(self, store: Keeper) -> None:
        """By the same request they are counted, by another one refused."""
        put(store, *people(3))
        crm = shell(store)
        crm.convert("l000")
        crm.convert("l001", deal=NewDeal())
        done = crm.convert_all(["l002", "l001", "l000", "l000"])

        assert (done.leads, done.converted, done.replayed, len(done.failed)) == (3, 1, 1, 1)
        assert done.failed[0].before.id == "l001"

    def test_ids_that_are_not_on_record_are_told(self, store: Keeper) -> None:
        """And so are requests for leads that are not met; the others are converted."""
        put(store, *people(2))
        requests = {"l000": Request(deal=NewDeal()), "l8": Request(), "l9": Request()}
        done = shell(store).convert_all(["l9", "l000", "l001"], requests=requests, batch=1)

        assert (done.converted, done.missing) == (2, ("l9", "l8"))
        assert store.count(Deal) == 1

    def test_first_failure_stops_where_that_is_asked(self, store: Keeper) -> None:
        """Its batch is not written; those before it are."""
        put(store, *people(9))
        crm = shell(store)
        with pytest.raises(CannotConvert):
            crm.convert_all(Lead, batch=3, stop=True)

        converted = [lead.id for lead in store.find(Lead) if lead.conversion]
        assert converted == ["l000", "l001", "l002", "l003", "l004", "l005"]
        with pytest.raises(NotOnRecord, match="there is no lead l9"):
            crm.convert_all(["l008", "l9"], stop=True)
        assert store.count(where(Lead, "conversion", "is_empty")) == 3

    @pytest.mark.parametrize(
        "which", ["l1", Contact, None, 7, where(Contact, "title", "is_empty"), where(Note, "text", "is_empty")]
    )
    def test_what_names_no_leads_is_refused(self, store: Keeper, which: object) -> None:
        """A text is no list of ids."""
        with pytest.raises(InvalidCriterion, match="says of no leads"):
            shell(store).convert_all(which)  # type: ignore[arg-type]  # that is the point

    @pytest.mark.parametrize("batch", [0, True, "5"])
    def test_batch_is_a_number(self, store: Keeper, batch: object) -> None:
        """One or more."""
        with pytest.raises(InvalidValue, match="are no batch"):
            shell(store).convert_all(Lead, batch=batch)  # type: ignore[arg-type]  # that is the point

    def test_no_leads_are_no_work(self, store: Keeper) -> None:
        """Neither by ids nor by a criterion."""
        crm = shell(store)

        assert [crm.convert_all(which) for which in ([], Lead)] == [BulkDone(), BulkDone()]
        assert crm.convert_all([], dry_run=True) == BulkDone()

    def test_every_batch_says_who_did_it(self, store: Keeper) -> None:
        """The shell's user, or the one that is named."""
        put(store, *people(4))
        crm = shell(store, by="u1")
        crm.convert_all(["l000"])
        crm.convert_all(["l001"], by="u2")

        assert [commit.changes.cause and commit.changes.cause.by for commit in store.log(after=1)] == ["u1", "u2"]

    def test_error_of_progress_ends_the_run(self, store: Keeper) -> None:
        """What was written stays."""
        put(store, *people(4))

        def enough(_: BatchDone) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            shell(store).convert_all(Lead, batch=2, on_progress=enough)

        assert store.count(where(Lead, "conversion", "is_empty")) == 2

    def test_result_says_how_many_and_why_not(self, store: Keeper) -> None:
        """As text and for a notebook."""
        put(store, *people(7))
        done = shell(store).convert_all([f"l00{n}" for n in range(8)])
        again = shell(store).convert_all(["l000"])

        assert repr(done) == "BulkDone(7 leads: 6 converted, 1 not, 1 not on record, 1 commit)"
        assert repr(again) == str(again) == "BulkDone(1 lead: 0 converted, 0 not, 1 converted before, 0 commits)"
        assert "lead l006  " in str(done)
        assert "lead l007  not on record" in str(done)
        assert "<td>lead l006</td>" in bare(done._repr_html_())


class TestStatements:
    """A constant number of questions (S-16)."""

    @pytest.mark.parametrize(
        "verb",
        [
            lambda crm: crm.convert("l000"),
            lambda crm: crm.convert_all(Lead, deal=NewDeal()),
            lambda crm: crm.convert_all([f"l{n:03}" for n in range(400)]),
        ],
    )
    def test_questions_do_not_grow_with_the_records(self, verb: Callable[[Any], object]) -> None:
        """Ten leads or four hundred."""
        counts = []
        for number in (10, 400):
            store = Spied()
            put(store, *people(number))
            store.questions.clear()
            verb(shell(store))
            counts.append(sorted(store.questions))

        assert counts[0] == counts[1]
        assert 0 < len(counts[0]) < 10


def test_other_tenants_are_other_stores(open_store: OpenStore) -> None:
    """What the fixture promises: two tenants in one place share nothing, and two stores without one do not either."""
    stores = [open_store("one"), open_store("two"), open_store(), open_store()]
    put(stores[0], ADA)
    put(stores[2], ADA)

    assert [store.get(Lead, "l1") for store in stores] == [ADA, None, ADA, None]
