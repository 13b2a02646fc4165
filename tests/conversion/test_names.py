"""Who has a name: accounts by name and web domain, contacts by name within an account, kept up as records change."""

from itertools import permutations

import attrs
import pytest

from leadmodel import Account, Changes, Contact, Converted, Directory, Lead, Updated
from leadmodel.directory.names import name_key, person_key, web_domain
from tests.conversion.making import ACME, ADA, world

HERE = attrs.evolve(ADA, account_id="a1")


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("acme.example", "acme.example"), ("https://www.ACME.example/about?x=1", "acme.example"),
        ("http://user@acme.example:8080/", "acme.example"), (" acme.example ", "acme.example"),
        ("ada@Acme.example", "acme.example"), ("https://acme.example/@ada", "acme.example"),
        ("//acme.example/about", "acme.example"), ("acme.example//x", "acme.example"),
        ("www.mill.acme.example", "mill.acme.example"), ("wwwacme.example", "wwwacme.example"),
        ("", ""), ("  ", ""), ("localhost", ""), ("http://[broken.example", ""), ("mill", ""), ("http://", ""),
    ],
)  # fmt: skip
def test_web_domain_of_an_address(address: str, domain: str) -> None:
    """Of a page, of a host alone, of an e-mail address; none where there is none."""
    assert web_domain(address) == domain


def test_names_are_compared_by_their_fold() -> None:
    """Case, width and spaces do not count; a person's name is first and last."""
    assert name_key("  ＡCME   Mills\t") == name_key("acme mills") == "acme mills"
    assert person_key(ADA) == "ada vale"


def found(directory: Directory) -> list[list[str]]:
    """Ask all four questions, and give ids."""
    answers = (
        directory.accounts_named("ACME mills"), directory.accounts_at("acme.example"),
        directory.contacts_named("ADA vale", ACME), directory.contacts_of(ACME),
    )  # fmt: skip
    return [[record.id for record in answer] for answer in answers]


def test_records_are_found_by_what_they_are_called() -> None:
    """Each in its own way."""
    there = [
        attrs.evolve(ACME, website="www.acme.example"),
        Account(id="a2", name="Gale"),
        HERE,
        attrs.evolve(ADA, id="c2"),
    ]

    assert found(world(*there)) == [["a1"], ["a1"], ["c1"], ["c1"]]


@pytest.mark.parametrize("asked_first", [False, True])
def test_names_are_kept_up(asked_first: bool) -> None:
    """Whether anybody asked before the change or not: created, renamed, moved and deleted records."""
    directory = world(ACME, HERE)
    if asked_first:
        assert found(directory) == [["a1"], [], ["c1"], ["c1"]]
    renamed, moved = attrs.evolve(ACME, name="Gale", website="acme.example"), attrs.evolve(HERE, account_id="a2")
    other = Account(id="a2", name="acme MILLS", website="https://acme.example")
    directory.update(Changes(created=[other], updated=[Updated(ACME, renamed), Updated(HERE, moved)]))

    assert sorted(map(sorted, found(directory))) == [[], [], ["a1", "a2"], ["a2"]]
    directory.update(Changes(deleted=[other, renamed, moved]))
    assert found(directory) == [[], [], [], []]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_question_that_comes_first_does_not_matter(order: tuple[int, ...]) -> None:
    """Each index is made when it is needed."""
    directory = world(attrs.evolve(ACME, website="acme.example"), HERE)
    questions = [
        lambda: directory.accounts_named("acme mills"), lambda: directory.accounts_at("acme.example"),
        lambda: directory.contacts_named("ada vale", ACME),
    ]  # fmt: skip

    assert {number: [record.id for record in questions[number]()] for number in order} == {
        0: ["a1"],
        1: ["a1"],
        2: ["c1"],
    }


def test_copy_is_independent() -> None:
    """What is put into one is not found in the other."""
    directory = world(ACME)
    assert found(directory)[0] == ["a1"]
    twin = directory.copy()
    twin.update(Changes(created=[Account(id="a2", name="Acme Mills"), Contact(id="c9", last_name="Gale")]))

    assert (found(directory)[0], sorted(found(twin)[0])) == (["a1"], ["a1", "a2"])


@pytest.mark.parametrize("asked_first", [False, True])
def test_people_are_found_by_e_mail_address_type_by_type(asked_first: bool) -> None:
    """Contacts and leads apart, each once; a lead that is converted is no longer found."""
    two = attrs.evolve(ADA, id="c2", emails=["ADA@vale.example", "ada@vale.example"])
    lead = Lead(id="l1", last_name="Vale", emails=["ada@vale.example"])
    directory = world(two, lead, ACME)

    def both() -> list[list[str]]:
        return [[one.id for one in directory.people_with_email(kind, "ada@vale.example")] for kind in (Contact, Lead)]

    if asked_first:
        assert both() == [["c2"], ["l1"]]
    moved = attrs.evolve(two, emails=["other@vale.example"])
    gone = attrs.evolve(lead, conversion=Converted(contact_id="c2"))
    other = Lead(id="l2", last_name="Gale", emails=["ada@vale.example"])
    directory.update(Changes(created=[other], updated=[Updated(two, moved), Updated(lead, gone)]))

    assert both() == [[], ["l2"]]
    directory.update(Changes(updated=[Updated(moved, two), Updated(gone, lead)], deleted=[other]))
    assert both() == [["c2"], ["l1"]]
