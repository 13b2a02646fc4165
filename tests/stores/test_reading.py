"""
A store of one's own answers whole questions once it gives the records that may match.
"""

from collections.abc import Iterable
from typing import Final

import pytest

import leadmodel as lm
from leadmodel import Account, Changes, Contact, Criterion, InvalidCriterion, Lead, where
from leadmodel.entities import Entity
from leadmodel.stores import MemoryStore, PlainReader
from leadmodel.stores.reading import related_to

LEADS: Final = [Lead(id=f"l{number}", last_name=f"N{number}", contact_id=f"c{number % 3}") for number in range(7)]
PEOPLE: Final = [Contact(id=f"c{number}", last_name="Hopper", account_id=f"a{number}") for number in range(2)]
ACME: Final = Account(id="a0", name="Acme")


class Narrow(PlainReader):
    """A store of one's own that notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, record_type: type[Entity], record_id: str) -> Entity | None:  # type: ignore[override]  # short
        """Give a record."""
        return next((each for each in self.candidates(record_type, None) if each.id == record_id), None)

    def candidates(self, record_type: type[Entity], criterion: Criterion | None) -> Iterable[Entity]:  # type: ignore[override]  # as above
        """Give the records of a type, one after the other."""
        self.asked.append(f"{record_type.__name__} {criterion}")
        return iter([each for each in (*LEADS, *PEOPLE, ACME) if type(each) is record_type])


def test_own_store_answers_as_the_one_in_memory() -> None:
    """Finding, counting, pages, related records, the directory."""
    own, memory = Narrow(), MemoryStore()
    memory.apply(Changes(created=[*LEADS, *PEOPLE, ACME]))
    criterion = where(Lead, "contact.account.name", "is", "acme") | where(Lead, "last_name", "is", "n4")

    assert own.find(criterion) == memory.find(criterion)
    assert own.count(criterion) == memory.count(criterion) == 4
    first = own.find(Lead, order_by=["-last_name"], limit=2)
    assert [each.id for each in first] == ["l6", "l5"]
    assert own.find(Lead, order_by=["-last_name"], limit=9, after=first.after).records == tuple(reversed(LEADS[:5]))
    directories = [each.directory_for(LEADS[:1], pipelines=lm.pipelines.SIMPLE) for each in (own, memory)]
    assert [[each.id for each in one.all(Contact)] for one in directories] == [["c0"]] * 2


def test_criterion_is_handed_on_and_related_records_are_asked_for_at_once() -> None:
    """One question for the records, and one for each step: not one for each record."""
    own = Narrow()
    criterion = where(Lead, "contact.account.name", "is", "acme")
    own.find(criterion)

    assert own.asked == [f"Lead {criterion}", "Contact None", "Account None"]


def test_related_records_are_not_asked_for_where_there_are_none() -> None:
    """No ids, no question; no step, no question."""
    own = Narrow()
    lonely = [Lead(id="l", last_name="B")]
    find = related_to(where(Lead, "contact.account.name", "is", "acme"), lonely, own.standing)
    related_to(where(Lead, "last_name", "is", "b"), LEADS, own.standing)

    assert find(lm.Ref(Contact, "c0")) is None
    assert own.asked == []


def test_wrong_question_asks_nothing() -> None:
    """What is missing or wrong is said before any record is looked at."""
    own = Narrow()
    for ask in (
        lambda: own.find(Lead, limit=0),
        lambda: own.find(Lead, after="x"),
        lambda: own.find(Lead, order_by=["x"]),
    ):
        with pytest.raises(InvalidCriterion):
            ask()

    assert own.asked == []
