"""
Records one by one: ids are the caller's (S-5), values come back equal (S-6), an unknown id is None (S-7).
"""

from itertools import pairwise
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.criteria import where
from leadmodel.entities import ENTITIES, Contact, Deal, Entity, Lead, Note
from leadmodel.testing import strategies
from leadmodel.testing.conformance.basis import Conformance, Opener, clause, few
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import same, same_records
from leadmodel.testing.conformance.samples import (
    ALIKE,
    AMOUNTS,
    DAYS,
    HOSTILE,
    INSTANTS,
    KEYS,
    OWN,
    account,
    creating,
    deleting,
    everything,
    filled,
    ids_of,
    lead,
    leads,
    replacing,
    updating,
)
from leadmodel.values import Money, Ref

_RECORDS = st.one_of(
    strategies.leads(), strategies.contacts(), strategies.accounts(), strategies.deals(), strategies.social_updates(),
    strategies.activities(), strategies.tasks(), strategies.notes(),
)  # fmt: skip


class IdClauses(Conformance):
    """
    S-5: ids are the caller's strings. S-7: an unknown id is None.
    """

    @clause("S-5")
    def test_s05_ids_that_look_alike_are_different_records(self, open_store: Opener) -> None:
        """
        S-5: case, space, Unicode form and notation tell ids apart; nothing is folded, trimmed or read as a number.
        """
        store = open_store()
        several = [lead(record_id, last_name=f"Vale {number}") for number, record_id in enumerate(ALIKE)]
        by_id = {each.id: each for each in several}
        self.fill(store, several)

        same_records((store.get(Lead, each) for each in ALIKE), several, "each of the ids")
        same_records(store.find(Lead), [by_id[each] for each in sorted(by_id)], "all of them, in order of id")
        for each in several:
            found = store.find(where(Lead, "id", "is", each.id))
            same_records(found, [each], f"those whose id is {each.id!r}")

    @clause("S-5")
    def test_s05_references_that_look_alike_lead_to_different_records(self, open_store: Opener) -> None:
        """
        S-5: what refers to an id means that id alone, in questions and in directories.
        """
        store = open_store()
        contacts = [Contact(id=each, last_name=f"Vale {number}") for number, each in enumerate(ALIKE)]
        deals = [Deal(id=f"d{number}", stage="Open", contact_id=each) for number, each in enumerate(ALIKE)]
        self.fill(store, [*contacts, *deals])

        for number, record_id in enumerate(ALIKE):
            found = store.find(where(Deal, "contact_id", "is", record_id))
            same(ids_of(found), [f"d{number}"], f"deals of contact {record_id!r}")
            related = store.find(where(Deal, "contact.last_name", "is", f"Vale {number}"))
            same(ids_of(related), [f"d{number}"], f"deals by the name of contact {record_id!r}")

    @clause("S-5")
    def test_s05_one_id_may_stand_in_every_type(self, open_store: Opener) -> None:
        """
        S-5: lead 1 and contact 1 are different records.
        """
        store, several = open_store(), everything(record_id="1")
        self.fill(store, several)

        same_records((store.get(type(each), "1") for each in several), several, "id 1 of each type")
        for each in several:
            same_records(store.find(type(each)), [each], "the only one of its type")

    @clause("S-5", Level.WRITER)
    def test_s05_changing_a_record_leaves_its_look_alikes_alone(self, open_store: Opener) -> None:
        """
        S-5: an update and a deletion mean one id.
        """
        store = open_store()
        store.apply(creating(*leads(*ALIKE)))
        store.apply(updating(lead("a"), title="CTO"))
        store.apply(deleting(lead("\u212a"), lead("1"), lead("fi")))

        changed = {each.id for each in store.find(Lead) if each.title}
        left = {each.id for each in store.find(Lead)}
        same(changed, {"a"}, "those that were changed")
        same(left, set(ALIKE) - {"\u212a", "1", "fi"}, "those that are left")

    @clause("S-5")
    def test_s05_no_id_is_taken_for_anything_but_an_id(self, open_store: Opener) -> None:
        """
        S-5: quotes, wildcards and words of query languages are ids like any other.
        """
        store, several = open_store(), leads(*KEYS)
        self.fill(store, several)

        same_records((store.get(Lead, each) for each in KEYS), several, "each of the ids")
        same(store.count(Lead), len(KEYS), "how many there are")

    @clause("S-7")
    def test_s07_an_unknown_id_is_none(self, open_store: Opener) -> None:
        """
        S-7: `get` gives None for an id that no record of the type has, and raises for none.
        """
        store = open_store()
        same([store.get(kind, "l1") for kind in ENTITIES], [None] * len(ENTITIES), "l1 of any type, in an empty store")
        self.fill(store, self.room([lead("l1"), Note(id="n1", about=Ref(Lead, "l1"))]))

        for record_id in ("", "l2", "n1", "L1", "l1 ", "%", "l_", *KEYS):
            same(store.get(Lead, record_id), None, f"lead {record_id!r}")
        same(store.get(Contact, "l1"), None, "a contact with the id of a lead")

    @clause("S-7", Level.WRITER)
    def test_s07_a_deleted_record_is_none(self, open_store: Opener) -> None:
        """
        S-7: what was deleted is not there.
        """
        store = open_store()
        store.apply(creating(lead("l1"), lead("l2")))
        store.apply(deleting(lead("l1")))

        same_records([store.get(Lead, "l1"), store.get(Lead, "l2")], [None, lead("l2")], "the deleted one, the other")


class ValueClauses(Conformance):
    """
    S-6: values come back equal.
    """

    def _come_back(self, open_store: Opener, several: list[Entity], what: str) -> None:
        """
        Check that records which are put into a fresh store come back, one by one and together.
        """
        store = self.fresh(open_store)
        self.fill(store, several)
        several = self.as_kept(store, several)
        same_records((store.get(type(each), each.id) for each in several), several, what)
        for kind in ENTITIES:
            expected = sorted((each for each in several if type(each) is kind), key=lambda each: each.id)
            same_records(store.find(kind), expected, f"{what}, found")

    @clause("S-6")
    def test_s06_every_field_of_every_type_comes_back(self, open_store: Opener) -> None:
        """
        S-6: a record with every field filled, and one with none but those that it must have.
        """
        bare = [_bare(each) for each in everything(record_id="bare")]

        self._come_back(open_store, [*everything(), *bare], "filled and bare records")

    @clause("S-6")
    def test_s06_texts_come_back_as_they_are(self, open_store: Opener) -> None:
        """
        S-6: every text, in every place where one can stand: no other spelling, form, case or space.
        """
        several = [each for number, word in enumerate(HOSTILE) for each in everything(word, f"r{number:02}")]

        self._come_back(open_store, several, "hostile texts")

    @clause("S-6")
    def test_s06_instants_come_back_to_the_microsecond(self, open_store: Opener) -> None:
        """
        S-6: instants are instants in UTC, from the first year to the last, whatever zone they were given in.
        """
        several: list[Entity] = [
            lead(f"l{number:02}", created_at=at, modified_at=at, custom={"at": at})
            for number, at in enumerate(INSTANTS)
        ]

        self._come_back(open_store, several, "instants")

    @clause("S-6")
    def test_s06_days_come_back_as_days(self, open_store: Opener) -> None:
        """
        S-6: a calendar date has no time and no zone.
        """
        several: list[Entity] = [
            Contact(id=f"c{number}", birth_date=day, custom={"day": day}) for number, day in enumerate(DAYS)
        ]

        self._come_back(open_store, several, "days")

    @clause("S-6")
    def test_s06_amounts_come_back_exactly(self, open_store: Opener) -> None:
        """
        S-6: no digit of an amount is lost; the scale is no part of money.
        """
        several: list[Entity] = [
            account(f"a{number:02}", annual_revenue=amount, custom={"amount": amount, "number": amount.amount})
            for number, amount in enumerate(AMOUNTS)
        ]

        self._come_back(open_store, several, "amounts")

    @clause("S-6")
    def test_s06_whole_numbers_come_back_whatever_their_size(self, open_store: Opener) -> None:
        """
        S-6: 64 bits, no float in between.
        """
        numbers = (0, 1, 2**53 + 1, 2**62 + 1, 2**63 - 1)
        several: list[Entity] = [
            lead(f"l{place}", employees=number, score=-number - 1, version=min(number, 2**53 + 1))
            for place, number in enumerate(numbers)
        ]

        self._come_back(open_store, several, "whole numbers")

    @clause("S-6")
    def test_s06_empty_and_missing_are_two_things(self, open_store: Opener) -> None:
        """
        S-6: None, nothing, zero and an empty text are told apart, in fields and in the organisation's own.
        """
        nothings: tuple[Any, ...] = (None, "", 0, False, (), frozenset(), {})
        several: list[Entity] = [lead("l0", employees=None), lead("l1", employees=0), lead("l2", custom={})]
        several += [lead(f"m{number}", custom={"own": value}) for number, value in enumerate(nothings)]
        several += [Deal(id="d0", stage="Open", probability=None), Deal(id="d1", stage="Open", probability=0)]

        self._come_back(open_store, several, "empty and missing values")

    @clause("S-6")
    def test_s06_own_fields_come_back_with_their_types(self, open_store: Opener) -> None:
        """
        S-6: every value that a custom field can hold, nested too, next to those that look like it.
        """
        several: list[Entity] = [lead("all", custom=OWN)]
        several += [lead(f"l{number:02}", custom={name: value}) for number, (name, value) in enumerate(OWN.items())]
        several += [lead(f"m{number:02}", custom={word: {word: [word]}}) for number, word in enumerate(KEYS)]

        self._come_back(open_store, several, "own fields")

    @clause("S-6")
    def test_s06_the_order_of_a_collection_is_kept(self, open_store: Opener) -> None:
        """
        S-6: the first address is the main one; repetitions stay.
        """
        mails = ("b@acme.example", "a@acme.example", "c@acme.example", "a@acme.example")
        several: list[Entity] = [
            lead("l1", emails=mails), lead("l2", emails=mails[::-1]), lead("l3", emails=mails[:1]), lead("l4"),
        ]  # fmt: skip

        self._come_back(open_store, several, "collections")

    @clause("S-6")
    def test_s06_drawn_records_come_back(self, open_store: Opener) -> None:
        """
        S-6: whatever a record can be.
        """

        @few(20)
        @given(st.lists(_RECORDS, max_size=5, unique_by=lambda each: each.ref))
        def come_back(several: list[Entity]) -> None:
            self._come_back(open_store, several, "drawn records")

        come_back()

    @clause("S-6", Level.WRITER)
    def test_s06_an_update_sets_every_field(self, open_store: Opener) -> None:
        """
        S-6: what an update adds is there, and what it takes away is gone, members of collections among it.
        """
        store = open_store()
        for kind in ENTITIES:
            states = [_bare(filled(kind, "r1")), filled(kind, "r1"), _fewer(filled(kind, "r1", "Bob"))]
            states = [attrs.evolve(each, version=number) for number, each in enumerate((*states, states[0]))]
            store.apply(creating(states[0]))
            for before, after in pairwise(states):
                store.apply(replacing(before, after))
                same_records([store.get(kind, "r1")], [after], "after an update")
                same_records(open_store().find(kind), [after], "after an update, found by another reader")


def _names(kind: type[Entity]) -> list[str]:
    return [each.name for each in attrs.fields(kind) if each.init and each.name not in {"id", "version"}]


def _bare(record: Entity) -> Entity:
    """
    Give a record that holds what it must.
    """
    must = [each.name for each in attrs.fields(type(record)) if each.default is attrs.NOTHING]
    held: dict[str, Any] = {name: getattr(record, name) for name in must}
    if isinstance(record, Lead):
        held["company"] = "Acme"  # a lead is a person or a company (LEAD-1)
    return type(record)(**held)


def _fewer(record: Entity) -> Entity:
    """
    Give a record whose collections have lost a member each, and whose money another currency.
    """
    changed: dict[str, Any] = {}
    for name in _names(type(record)):
        value = getattr(record, name)
        if isinstance(value, tuple):
            changed[name] = value[1:]
        elif isinstance(value, frozenset):
            changed[name] = frozenset(sorted(value)[1:])
        elif isinstance(value, Money):
            changed[name] = Money(value.amount, "USD")
    return attrs.evolve(record, **changed)
