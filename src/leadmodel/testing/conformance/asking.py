"""
Asking: `find`, `count` and the criterion itself give one answer (S-15).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import partial
from typing import Final

import attrs
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.criteria import Criterion, CustomField, where
from leadmodel.entities import (
    ENTITIES,
    Account,
    Activity,
    Contact,
    Deal,
    Entity,
    Lead,
    Note,
    SocialUpdate,
    Task,
)
from leadmodel.errors import InvalidCriterion
from leadmodel.samples import World, world
from leadmodel.testing import strategies
from leadmodel.testing.conformance.basis import Conformance, Opener, clause, few
from leadmodel.testing.conformance.comparing import raised, same
from leadmodel.testing.conformance.samples import HOSTILE, KEYS, NOON, ids_of, lead
from leadmodel.values import Money, Ref

#: Questions about the demo data that have some answer and not every one: each operator on each kind that it goes with.
QUESTIONS: Final = (
    where(Lead, "status", "is_empty"), where(Lead, "rating", "is_empty"), where(Lead, "annual_revenue", "is_empty"),
    where(Lead, "conversion", "is_empty"), where(Contact, "profiles", "is_empty"), where(Lead, "company", "is_empty"),
    where(Lead, "status", "is", "CONTACTED"), where(Lead, "company", "is", "jade LANTERN tea"),
    where(Lead, "contact_id", "is", "c01"), where(Account, "employees", "is", 95),
    where(Account, "annual_revenue", "is", Money("38000000.00", "EUR")),
    where(Contact, "created_at", "is", datetime(2024, 2, 12, tzinfo=NOON.tzinfo)),
    where(Lead, "status", "is_not", "contacted"), where(Lead, "company", "is_not", "Alpenrad"),
    where(Account, "employees", "is_not", 95), where(Account, "parent_id", "is_not", "a02"),
    where(Account, "annual_revenue", "is_not", Money("12500000", "EUR")),
    where(Lead, "status", "in", ["Contacted", "junk lead"]), where(Lead, "status", "in", []),
    where(Lead, "contact_id", "in", ["c01", "c02"]), where(Lead, "company", "in", ["ALPENRAD", "Delta Pulses"]),
    where(Lead, "company", "contains", "ANT"), where(Contact, "last_name", "contains", "ż"),
    where(Lead, "company", "starts_with", "copper"), where(Lead, "company", "ends_with", "TEA"),
    where(Account, "employees", "below", 95), where(Account, "employees", "at_most", 95),
    where(Account, "employees", "above", 95), where(Account, "employees", "at_least", 95),
    where(Account, "employees", "between", 44, 150),
    where(Account, "annual_revenue", "above", Money("6400000", "USD")),
    where(Account, "annual_revenue", "between", Money("1000000", "EUR"), Money("38000000", "EUR")),
    where(Contact, "profiles", "has_any", ["x:kwame_counts", "x#13"]), where(Contact, "profiles", "has_any", []),
    where(Contact, "profiles", "has_all", ["x:nadia_haulage", "linkedin:nadia-van-der-heide-sample"]),
    where(Lead, "emails", "has_any", ["ELIF@yildizpaper.example"]),
    where(Lead, "created_at", "today"), where(Lead, "created_at", "this_week"),
    where(Lead, "created_at", "last_days", 30),
    where(Task, "due_at", "next_days", 17), where(Lead, "created_at", "older_than_days", 60),
    where(Deal, "closes_on", "today"), where(Deal, "closes_on", "last_days", 30),
    where(Deal, "closes_on", "next_days", 9),
    where(Deal, "closes_on", "older_than_days", 300), where(Deal, "closes_on", "this_week"),
    where(Lead, "conversion.contact_id", "is", "c19"), where(Account, "address.city", "is", "LYON"),
    where(Deal, "amount.currency", "is_not", "EUR"), where(Note, "about.id", "is", "l05"),
    where(Activity, "kind", "is", "meeting"), where(SocialUpdate, "author.network", "is", "bluesky"),
    where(SocialUpdate, "reposted_by", "is_empty"), where(SocialUpdate, "text", "contains", "the"),
    where(Contact, "account.industry", "is", "LOGISTICS"), where(Contact, "account.parent.name", "contains", "kestrel"),
    where(Contact, "account.name", "is_empty"), where(Deal, "contact.account.address.country", "in", ["NL", "es"]),
    where(Deal, "contact.profiles", "has_any", ["x:lucia_marisol"]), where(Lead, "contact.title", "is_empty"),
)  # fmt: skip
#: The moments at which the demo data is asked, and whose days count.
_MOMENTS: Final = (
    (datetime(2026, 6, 15, 12, tzinfo=NOON.tzinfo), timezone(timedelta(0))),
    (datetime(2026, 6, 14, 23, 30, tzinfo=NOON.tzinfo), timezone(timedelta(hours=9))),
)
_OWN: Final = (CustomField("size", "number"), CustomField("colour", "text"), CustomField("since", "date"))


def expected(
    criterion: Criterion, records: Mapping[Ref, Entity], now: datetime | None = None, *, zone: tzinfo = UTC
) -> list[str]:
    """
    Give the ids of the records for which a criterion holds, asked of each of them in Python.
    """
    holds = criterion.compile(now, records.get, zone=zone)
    return sorted(ref.id for ref, each in records.items() if ref.type is criterion.record_type and holds(each))


def everybody(a_world: World) -> list[Entity]:
    """
    Give all records of a world, its feed among them.
    """
    return [*a_world.records, *a_world.updates]


class AnswerClauses(Conformance):
    """
    S-15: `find`, `count` and totals agree.
    """

    @clause("S-15")
    def test_s15_every_question_has_one_answer(self, open_store: Opener) -> None:
        """
        S-15: what is found is what the criterion holds for, asked in Python, and as many as are counted.
        """
        store, several = open_store(), self.room(everybody(world()))
        self.fill(store, several)
        records = {each.ref: each for each in several}

        for question in _asked(QUESTIONS):
            for now, zone in _MOMENTS:
                ids = expected(question, records, now, zone=zone)
                same(ids_of(store.find(question, now=now, zone=zone)), ids, f"found: {question}")
                same(store.count(question, now=now, zone=zone), len(ids), f"counted: {question}")

    @clause("S-15")
    def test_s15_drawn_questions_have_one_answer(self, open_store: Opener) -> None:
        """
        S-15: any criterion over any records, with own fields and related records.
        """

        @few(25)
        @given(st.data())
        def answers(data: st.DataObject) -> None:
            kind = data.draw(st.sampled_from((Lead, Contact, Account, Deal)))
            own: st.SearchStrategy[Entity] = strategies.askable_records(kind, fields=_OWN)
            several = data.draw(st.lists(own, min_size=1, max_size=5))
            several = [attrs.evolve(each, id=f"{number} of these") for number, each in enumerate(several)]
            related = data.draw(strategies.related_records(fields=_OWN))
            there = self.room({**related, **{each.ref: each for each in several}}.values())
            store = self.fresh(open_store)
            self.fill(store, there)
            records = {each.ref: each for each in self.as_kept(store, there)}
            for _ in range(4):
                question = data.draw(strategies.criteria(kind, fields=_OWN, related=True))
                ids = expected(question, records, strategies.NOW)
                same(ids_of(store.find(question, now=strategies.NOW)), ids, f"found: {question}")
                same(store.count(question, now=strategies.NOW), len(ids), f"counted: {question}")

        answers()

    @clause("S-15")
    def test_s15_everything_is_counted(self, open_store: Opener) -> None:
        """
        S-15: of each type, as many as there are; of none, none.
        """
        store, several = open_store(), self.room(everybody(world()))
        same([store.count(kind) for kind in ENTITIES], [0] * len(ENTITIES), "how many there are before there are any")
        self.fill(store, several)

        for kind in ENTITIES:
            ids = sorted(each.id for each in several if type(each) is kind)
            same(ids_of(store.find(kind)), ids, f"every {kind.__name__}")
            same(store.count(kind), len(ids), f"how many of {kind.__name__}")

    @clause("S-15")
    def test_s15_no_word_is_taken_for_anything_but_a_word(self, open_store: Opener) -> None:
        """
        S-15: hostile operands and names of custom fields are compared, not carried out, and wildcards mean themselves.
        """
        store = open_store()
        several = [lead(f"l{number:02}", company=word, title=f"a{word[:200]}b") for number, word in enumerate(HOSTILE)]
        several += [lead(f"m{number:02}", custom={word: word}, tags=[word]) for number, word in enumerate(KEYS)]
        there = self.room(several)
        self.fill(store, there)
        records: dict[Ref, Entity] = {each.ref: each for each in there}

        for question in _hostile():
            ids = expected(question, records)
            same(ids_of(store.find(question)), ids, f"found: {question}")
            same(store.count(question), len(ids), f"counted: {question}")

    @clause("S-15")
    def test_s15_a_question_about_time_needs_a_moment(self, open_store: Opener) -> None:
        """
        S-15: no clock is read in the place of the moment that is missing, also where there is nothing to be asked.
        """
        store = open_store()
        for question in (where(Lead, "created_at", "today"), where(Deal, "closes_on", "last_days", 3)):
            for ask in (store.find, store.count):
                raised(InvalidCriterion, partial(ask, question), f"{question}, without a moment")


def _asked(questions: Iterable[Criterion]) -> Iterator[Criterion]:
    """
    Give questions alone, turned round, and joined with their neighbours of the same type.
    """
    last: Criterion | None = None
    for question in questions:
        yield question
        yield ~question
        if last is not None and last.record_type is question.record_type:
            yield question & last
            yield question | ~last
            yield ~(last & question)
        last = question


def _hostile() -> Iterator[Criterion]:
    for word in filter(str.strip, HOSTILE):
        yield where(Lead, "company", "is", word)
        yield where(Lead, "company", "is_not", word)
        for operator in ("contains", "starts_with", "ends_with"):
            yield where(Lead, "title", operator, word[:200])
    for word in KEYS:
        yield where(Lead, "tags", "has_any", [word])
        for field in ("text", "id"):
            yield where(Lead, f"custom.{word}", "is", word, fields=[CustomField(word, field)])
        yield where(Lead, f"custom.{word}", "is_empty", fields=[CustomField(word, "value")])
