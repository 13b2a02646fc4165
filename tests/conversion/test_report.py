"""The report of a plan: words for whoever says yes, the same in text and in a notebook."""

from datetime import date
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    Activity,
    Address,
    ChildRow,
    Contact,
    ConversionRules,
    Deal,
    DealContact,
    Lead,
    MappingRow,
    Match,
    Money,
    NewDeal,
    Note,
    Omit,
    Profile,
    Ref,
    Status,
    Statuses,
    Target,
    Use,
    convert_lead,
    plan_conversion,
)
from leadmodel.entities import Entity
from leadmodel.rules.conversion.reporting import said
from tests.conversion.making import ACME, ADA, BOOK, NOON, book, lead, plan, ruled, world
from tests.pages import bare

MAIL: Final = ["ada@acme.example"]


def table(text: str, title: str) -> list[list[str]]:
    """Give the rows of the table under a title."""
    lines = text.partition(f"\n\n{title}\n")[2].partition("\n\n")[0].splitlines()
    starts = [0, *(n for n in range(1, len(lines[1])) if lines[1][n - 1 : n + 1] == " -")]
    ends = [*starts[1:], None]
    return [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines[2:]]


def report(subject: Lead, *records: Entity, **how: Any) -> str:  # noqa: ANN401
    """Plan, and give the report."""
    return str(plan(subject, *records, **how))


def test_new_record_is_told_field_by_field() -> None:
    """What it becomes, and from where."""
    text = report(lead(title="CTO", employees=1200, tags=["fair", "spring"]))

    assert text.startswith("Convert Ada Vale, Acme Mills\n")
    assert table(text, "New account Acme Mills") == [
        ["name", "Acme Mills", "the lead's company"],
        ["number of employees", "1,200", "the lead's number of employees"],
    ]
    assert table(text, "New contact Ada Vale") == [
        ["account", "Acme Mills", "by the conversion"],
        ["first name", "Ada", "the lead's first name"],
        ["last name", "Vale", "the lead's last name"],
        ["title", "CTO", "the lead's title"],
        ["tags", "fair, spring", "the lead's tags"],
    ]


def test_changed_record_is_told_with_what_stays() -> None:
    """What is there, what the lead has, what becomes of it, and how."""
    rules = ruled(ConversionRules().keeping("tags", "join").keeping("language", "overwrite"))
    there = attrs.evolve(ADA, title="CFO", tags=["old"], language="de", salutation="Dr")
    text = report(
        lead(emails=MAIL, title="CTO", tags=["new"], language="en", salutation="Dr", source="Fair"),
        there,
        playbook=rules,
    )

    assert table(text, "Changed contact Ada Vale") == [
        ["account", "–", "–", "Acme Mills", "by the conversion"],
        ["first name", "Ada", "Ada", "Ada", "is the same already"],
        ["last name", "Vale", "Vale", "Vale", "is the same already"],
        ["salutation", "Dr", "Dr", "Dr", "is the same already"],
        ["title", "CFO", "CTO", "CFO", "stays as it is"],
        ["e-mail addresses", MAIL[0], MAIL[0], MAIL[0], "is the same already"],
        ["language", "de", "en", "en", "replaced"],
        ["source", "–", "Fair", "Fair", "taken over"],
        ["tags", "old", "new", "new, old", "added"],
    ]


def test_used_record_is_told_with_what_was_compared() -> None:
    """Nothing of it changes."""
    text = report(lead(), ACME)

    assert table(text, "Used as it is: account Acme Mills") == [
        ["name", "Acme Mills", "company: Acme Mills", "Acme Mills", "is the same already"]
    ]


def test_new_deal_is_told_as_asked_or_by_default() -> None:
    """The stage by its label."""
    text = report(
        lead(source="Fair"), deal=NewDeal(amount=Money("1200", "EUR"), closes_on=date(2026, 6, 1), next_step="Call")
    )

    assert table(text, "New deal Acme Mills") == [
        ["name", "Acme Mills", "by default"],
        ["stage", "Qualification", "by default"],
        ["amount", "1,200.00 EUR", "as asked"],
        ["expected to close on", "2026-06-01", "as asked"],
        ["next step", "Call", "as asked"],
        ["account", "Acme Mills", "by the conversion"],
        ["contact", "Ada Vale", "by the conversion"],
        ["source", "Fair", "the lead's source"],
    ]


def test_value_that_was_asked_for_is_told_as_such() -> None:
    """Also where the lead has one for that field, which then goes nowhere."""
    rules = ruled(ConversionRules().carrying("annual_revenue", Target(Deal, "amount")))
    text = report(lead(annual_revenue=Money("9", "EUR")), playbook=rules, deal=NewDeal(amount=Money("5", "EUR")))

    assert ["amount", "5.00 EUR", "as asked"] in table(text, "New deal Acme Mills")


def test_joined_deal_is_told_by_names() -> None:
    """Others take part whose names the plan does not know: no id is shown."""
    there = Deal(id="d1", name="Mill", stage="Qualification", contact_id="c8", contacts=[DealContact(contact_id="c9")])
    others = [Contact(id="c8", last_name="Gale"), Contact(id="c9", last_name="Dale")]
    text = report(lead(company=""), there, ADA, *others, contact=Use("c1"), deal=Use("d1"))

    assert table(text, "Changed deal Mill") == [
        ["other contacts", "somebody else", "–", "somebody else, Ada Vale", "by the conversion"]
    ]


def test_account_that_is_left_is_not_told_by_its_id() -> None:
    """Its name stands under Mind."""
    there = attrs.evolve(ADA, account_id="a9")
    gale = Account(id="a9", name="Gale")
    text = report(lead(emails=MAIL), there, gale, ACME, contact=Match(replace_account=True))

    assert table(text, "Changed contact Ada Vale")[0] == [
        "account", "another account", "–", "Acme Mills", "by the conversion",
    ]  # fmt: skip
    assert "Mind:\n  the contact Ada Vale leaves Gale\n" in text


def test_deal_of_an_account_that_the_plan_does_not_touch_is_not_told_by_id() -> None:
    """The contact's own account."""
    text = report(lead(company="", emails=MAIL), ACME, attrs.evolve(ADA, account_id="a1"), deal=NewDeal())

    assert ["account", "another account", "by the conversion"] in table(text, "New deal Ada Vale")


def test_what_is_dropped_is_told_with_the_reason() -> None:
    """Bookkeeping is not; the organisation's own fields come last."""
    subject = lead(rating="hot", custom={"machine_type": "old"}, score=7, viewed_by=["u1"], created_at=NOON)

    assert table(report(subject), "Not carried over") == [
        ["rating", "hot", "stays with the lead"], ["machine type", "old", "nothing says where it goes"],
    ]  # fmt: skip


def test_nothing_dropped_is_no_table() -> None:
    """An empty one would only make people look."""
    assert "Not carried over" not in report(lead())


def test_evidence_is_told_by_its_weight() -> None:
    """Because, and Mind."""
    text = report(lead(status="Junk Lead"), ACME)

    assert "\n\nBecause:\n  the account Acme Mills has the name of the company\n" in text
    assert "\n\nMind:\n  the lead is unqualified: Junk Lead\n" in text


def test_lead_and_what_hangs_on_it_are_told() -> None:
    """By kind, number and where they go."""
    about = Ref(Lead, "l1")
    children = [
        Note(id="n1", about=about), Note(id="n2", about=about), Activity(id="x1", about=about, kind="call", at=NOON),
        Activity(id="x2", about=about, kind="call", at=NOON),
    ]  # fmt: skip
    moved = report(lead(), *children)
    rules = book(children=[ChildRow(Note, "copy", (Account,)), ChildRow(Activity, "leave")])
    copied = report(lead(), *children, playbook=rules)

    assert (
        "The lead:\n  it is kept as converted; its status becomes Converted\n  2 notes moved to the contact\n"
        "  2 activities moved to the contact\n"
    ) in moved
    assert "  2 notes copied to the account\n  2 activities left with the lead\n" in copied


def test_status_is_told_by_its_label() -> None:
    """A key is for programs."""
    own = Statuses(key="own", members=[Status("N1", "New", "new"), Status("X9", "Won over", "converted")])

    assert "its status becomes Won over\n" in report(lead(), playbook=attrs.evolve(BOOK, statuses=own))


def test_playbook_without_status_says_nothing_of_it() -> None:
    """The lead is kept all the same."""
    made = attrs.evolve(plan(lead()), status="")

    assert "The lead:\n  it is kept as converted\n" in str(made)


def test_blocked_plan_tells_what_stands_in_the_way_alone() -> None:
    """Nothing is carried, so nothing is told of it."""
    made = plan(lead(rating="hot"), account=Use("a9"))

    assert str(made) == (
        "Convert Ada Vale, Acme Mills\n\nBlocked:\n"
        "  account: there is no account 'a9'; name one that is on record [CONV-2]"
    )
    assert repr(made) == "<plan to convert lead l1: 1 problem, Changes(0 created, 0 updated, 0 deleted)>"


def test_replay_tells_that_nothing_is_left_to_do() -> None:
    """With the records of today."""
    directory = world(lead())
    directory.update(convert_lead(lead(), directory, at=NOON, playbook=BOOK).changes)
    again = plan_conversion(lead(), directory, at=NOON, playbook=BOOK)

    assert str(again) == (
        "Convert Ada Vale, Acme Mills\n\n"
        "Because:\n  the lead was converted before by the same request; nothing is left to do\n\n"
        "Used as it is: account Acme Mills\n\nUsed as it is: contact Ada Vale"
    )
    assert "<p><b>Used as it is: account Acme Mills</b></p>" in again._repr_html_()


def test_notebook_shows_the_same_with_markup_escaped() -> None:
    """A name can hold markup, and stays text."""
    made = plan(lead(last_name="<b>Vale</b>", status="Junk Lead"), contact=Omit())
    shown = bare(made._repr_html_())

    assert shown.startswith("<div><h4>Convert Ada &lt;b&gt;Vale&lt;/b&gt;, Acme Mills</h4>")
    assert "<b>Vale" not in shown
    assert "<p><b>Mind</b></p><ul><li>the lead is unqualified: Junk Lead</li></ul>" in shown
    assert "<caption>New account Acme Mills</caption>" in shown
    assert "<td>no contact was asked for</td>" in shown
    assert (shown.count("<table>"), shown.count("</table>")) == (2, 2)


def test_no_name_can_rewrite_a_report() -> None:
    """Line breaks and directions in what somebody typed are shown, not obeyed."""
    text = report(lead(company="Acme\nBlocked:\n  all", last_name="Va\u202ele", custom={"a b": "x\ny"}))

    assert "\u202e" not in text
    assert "\nBlocked:" not in text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"), ("", "–"), ((), "–"), (0, "0"), (False, "no"), (True, "yes"), (1234567, "1,234,567"), (1.5, "1.5"),
        ("a\nb", "a b"), ("x" * 60, "x" * 60), ("x" * 61, "x" * 59 + "…"),
        (frozenset({"b", "a"}), "a, b"), ((1, True), "1, yes"), ({"a": 1000, "b": "x"}, "a: 1,000, b: x"),
        (Profile("x", "ada"), "ada on X"), ((Profile("millnet", "ada"),), "ada on millnet"),
        (Profile("x", uid="12"), "12 on X"), (Address(city="London", country="UK"), "London, UK"),
    ],
)  # fmt: skip
def test_values_are_said_in_words(value: object, words: str) -> None:
    """In one line, cut where it is long."""
    assert said(value) == words


def test_own_field_of_the_lead_is_told_by_its_name() -> None:
    """To another field, with both names."""
    fields = {"head_count": "staff", "b": "b"}
    rows = [MappingRow(f"custom.{own}", Target(Contact, f"custom.{to}")) for own, to in fields.items()]
    there = attrs.evolve(ADA, custom={"staff": 1})
    text = report(lead(emails=MAIL, custom={"head_count": 5, "b": 2}), there, playbook=book(custom=rows))

    assert table(text, "Changed contact Ada Vale")[-2:] == [
        ["staff", "1", "head count: 5", "1", "stays as it is"], ["b", "–", "2", "2", "taken over"],
    ]  # fmt: skip
