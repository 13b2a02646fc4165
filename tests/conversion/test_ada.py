"""The plan for Ada, word for word, as a sales manager reads it before saying yes."""

import re
from datetime import date
from html import unescape
from typing import Final

from leadmodel import (
    Account,
    ConversionPlan,
    Directory,
    Lead,
    Money,
    NewDeal,
    Note,
    PhoneNumber,
    Profile,
    Ref,
    convert_lead,
    plan_conversion,
)
from tests.conversion.making import BOOK, NOON
from tests.pages import bare

ADA: Final = Lead(
    id="lead-0815", first_name="Ada", last_name="Lovelace", title="Head of Machines", company="Analytical Engines",
    emails=["ada@engines.example"], phones=[PhoneNumber("+44 20 7946 0001"), PhoneNumber("+44 7700 900123", "mobile")],
    profiles=[Profile("x", "countess")], industry="Computing", employees=1200, tags=["fair", "press"],
    consent={"email": "granted"}, source="Trade Show", owner_id="Grace", rating="hot", status="Pre-Qualified",
    custom={"machine_type": "difference engine"}, description="Wants a second engine by summer",
)  # fmt: skip
ENGINES: Final = Account(id="account-4711", name="Analytical Engines", industry="Machinery")
AGAIN: Final = Lead(id="lead-0816", last_name="Lovelace", emails=["ada@engines.example"])
TALK: Final = Note(id="note-1", about=Ref(Lead, "lead-0815"), text="She calls back on Friday")

EXPECTED: Final = """\
Convert Ada Lovelace, Analytical Engines

Because:
  the account Analytical Engines has the name of the company

Mind:
  1 other lead with the same e-mail address: Lovelace; merge them first

The lead:
  it is kept as converted; its status becomes Converted
  1 note moved to the contact

Changed account Analytical Engines
field                is                  the lead has                                       becomes                  how
-------------------  ------------------  -------------------------------------------------  -----------------------  -------------------
name                 Analytical Engines  company: Analytical Engines                        Analytical Engines       is the same already
phone numbers        –                   +44 20 7946 0001 (main), +44 7700 900123 (mobile)  +44 20 7946 0001 (main)  taken over
industry             Machinery           Computing                                          Machinery                stays as it is
number of employees  –                   1,200                                              1,200                    taken over
owner                –                   Grace                                              Grace                    taken over

New contact Ada Lovelace
field             becomes                                            from
----------------  -------------------------------------------------  ---------------------------
account           Analytical Engines                                 by the conversion
first name        Ada                                                the lead's first name
last name         Lovelace                                           the lead's last name
title             Head of Machines                                   the lead's title
e-mail addresses  ada@engines.example                                the lead's e-mail addresses
phone numbers     +44 20 7946 0001 (main), +44 7700 900123 (mobile)  the lead's phone numbers
profiles          countess on X                                      the lead's profiles
consent           email: granted                                     the lead's consent
source            Trade Show                                         the lead's source
owner             Grace                                              the lead's owner
tags              fair, press                                        the lead's tags
description       Wants a second engine by summer                    the lead's description

New deal Second engine
field                 becomes             from
--------------------  ------------------  -----------------
name                  Second engine       as asked
stage                 Qualification       by default
amount                12,000.00 GBP       as asked
expected to close on  2026-06-30          as asked
account               Analytical Engines  by the conversion
contact               Ada Lovelace        by the conversion
source                Trade Show          the lead's source
owner                 Grace               the lead's owner

Not carried over
field         the lead has       because
------------  -----------------  --------------------------
status        Pre-Qualified      conversion sets it
rating        hot                stays with the lead
machine type  difference engine  nothing says where it goes"""  # noqa: E501  (the report is as wide as what it tells)

ASKED: Final = NewDeal(name="Second engine", amount=Money("12000", "GBP"), closes_on=date(2026, 6, 30))


def directory() -> Directory:
    """Give who is on record."""
    return Directory.of(leads=[ADA, AGAIN], accounts=[ENGINES], children=[TALK], pipelines=BOOK.pipelines)


def planned() -> ConversionPlan:
    """Plan what becomes of Ada."""
    return plan_conversion(ADA, directory(), at=NOON, playbook=BOOK, deal=ASKED, by="Grace")


def test_plan_for_ada_reads_like_this() -> None:
    """Every record that is created, used or changed, and every field that is dropped."""
    assert str(planned()) == EXPECTED


def test_plan_for_ada_shows_no_id_and_no_key() -> None:
    """Words for people: what is for programs stands in the values."""
    made = planned()
    ids = {record.id for pair in made.changes.pairs() for record in pair if record}
    keys = {row.field for row in BOOK.conversion.rows() if "_" in row.field}

    assert len(ids) == 5
    assert {word for word in (*ids, *keys, "closes_on", "custom.", "CONV-") if word in str(made)} == set()


def test_every_record_that_changes_is_named_in_the_plan_for_ada() -> None:
    """The account, the contact, the deal, the lead and the note."""
    made = planned()
    told = {
        "Lead": "Convert Ada Lovelace",
        "Contact": "New contact Ada Lovelace",
        "Account": "Changed account Analytical Engines",
        "Deal": "New deal Second engine",
        "Note": "1 note moved to the contact",
    }

    assert {ref.type.__name__ for ref in made.changes.refs()} == set(told)
    assert [words for words in told.values() if words not in str(made)] == []


def test_notebook_tells_the_same_of_ada() -> None:
    """Cell by cell."""
    shown = bare(planned()._repr_html_())
    cells = {unescape(cell) for cell in re.findall(r"<(?:td|th|li|h4|caption|b)>(.*?)</", shown)}
    words = {
        word.strip()
        for line in EXPECTED.splitlines()
        if not line.startswith("-")
        for word in re.split(r" {2,}", line.strip())
        if word.strip()
    }

    assert {word.removesuffix(":") for word in words} == cells


def test_conversion_of_ada_does_what_was_shown() -> None:
    """Field by field."""
    done = convert_lead(ADA, directory(), at=NOON, playbook=BOOK, deal=ASKED, by="Grace")

    assert done.account is not None
    assert done.contact is not None
    assert done.deal is not None
    assert (done.account.industry, done.account.employees, done.account.owner_id) == ("Machinery", 1200, "Grace")
    assert (done.contact.profiles, done.contact.tags) == ((Profile("x", "countess"),), {"fair", "press"})
    assert (done.deal.name, done.deal.amount, done.deal.contact_id) == (
        "Second engine", Money("12000", "GBP"), done.contact.id,
    )  # fmt: skip
    assert done.plan == planned()
