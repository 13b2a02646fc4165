"""The rules of conversion and the playbook: whole when they are made, with everything that is wrong told at once."""

import pickle
from typing import Any, Final
from uuid import UUID

import attrs
import pytest

from leadmodel import (
    Account,
    ChildRow,
    Contact,
    ConversionRules,
    CustomField,
    Deal,
    Follow,
    InvalidTable,
    InvalidValue,
    Lead,
    MappingRow,
    Note,
    PhoneKind,
    Playbook,
    Policy,
    Status,
    Statuses,
    Target,
    Task,
    UnknownName,
    pipelines,
    playbooks,
    statuses,
    where,
)
from leadmodel.rules.conversion import MAPPING, PUBLISHED, Attitude
from tests.conversion.making import BOOK
from tests.pages import bare

USUAL: Final = ConversionRules()


def wrong(**rules: Any) -> list[tuple[str, object, str]]:  # noqa: ANN401  (any field of the rules)
    """Give the field, the value and the rule of each problem of rules that cannot be made."""
    with pytest.raises(InvalidTable) as caught:
        ConversionRules(**rules)
    assert caught.value.subject == "conversion rules"
    return [(problem.field, problem.value, problem.rule) for problem in caught.value.problems]


def replaced(row: MappingRow) -> list[MappingRow]:
    """Give the usual mapping with another row for one field."""
    return [row if each.field == row.field else each for each in MAPPING]


# ---------------------------------------------------------------- mapping


def test_usual_rules_are_the_table() -> None:
    """Zoho's defaults, notes and the like moving along, nothing required."""
    assert (USUAL.mapping, USUAL.custom, USUAL.requires, USUAL.guard) == (MAPPING, (), (), None)
    assert (USUAL.unqualified, USUAL.known_email) == (Attitude.WARN, Attitude.WARN)
    assert repr(USUAL) == f"ConversionRules({len(MAPPING)} rows)"


def test_rules_are_values() -> None:
    """Equal rules are equal, and they survive pickling."""
    rules = ConversionRules(requires=["title"])

    assert rules == ConversionRules(requires=["title"]) != USUAL
    assert hash(rules) == hash(ConversionRules(requires=["title"]))
    assert pickle.loads(pickle.dumps(rules)) == rules  # noqa: S301  (our own bytes)


def test_forgotten_field_is_named() -> None:
    """Nothing is lost in silence (CONV-4)."""
    assert wrong(mapping=[row for row in MAPPING if row.field != "title"]) == [("mapping", "title", "CONV-4")]


def test_field_with_two_rows_is_named() -> None:
    """Each field once; one row can have several targets."""
    assert wrong(mapping=[*MAPPING, MappingRow("rating", dropped="no")]) == [("mapping", "rating", "CONV-4")]
    rows = [MappingRow("custom.size", Target(Contact, f"custom.{name}")) for name in "ab"]
    assert wrong(custom=rows) == [("mapping", "custom.size", "CONV-4")]


def test_row_of_no_field_is_named_with_the_nearest() -> None:
    """A field that a lead does not have."""
    with pytest.raises(InvalidTable, match="did you mean 'title'") as caught:
        ConversionRules(mapping=[*MAPPING, MappingRow("titel", dropped="no")])

    assert "company" in caught.value.problems[0].options


@pytest.mark.parametrize("field", ["size", "custom.", "title"])
def test_custom_row_is_of_a_custom_field(field: str) -> None:
    """It is written with the prefix."""
    found = wrong(custom=[MappingRow(field, dropped="no")])

    assert ("custom", field, "CONV-4") in found


def test_row_goes_somewhere_or_says_why_not() -> None:
    """One of the two, not both and not neither."""
    assert wrong(mapping=replaced(MappingRow("rating"))) == [("rating", None, "CONV-4")]
    both = MappingRow("rating", Target(Contact, "custom.rating"), "no")
    assert wrong(mapping=replaced(both)) == [("rating", None, "CONV-4")]


@pytest.mark.parametrize(
    ("field", "target", "rule"),
    [
        ("rating", Target(Lead, "rating"), "CONV-4"),
        ("rating", Target(Note, "text"), "CONV-4"),
        ("title", Target(Contact, "titel"), "CONV-4"),
        ("rating", Target(Contact, "relations"), "CONV-4"),
        ("emails", Target(Account, "profiles"), "CONV-4"),
        ("employees", Target(Deal, "amount"), "CONV-4"),
        ("tags", Target(Deal, "tags", kinds=["main"]), "CONV-4"),
        ("rating", Target(Deal, "custom.rating", kinds=["main"]), "CONV-4"),
        ("title", Target(Deal, "stage"), "PIPE-12"),
        ("title", Target(Contact, "id"), "PIPE-12"),
        ("priority", Target(Contact, "version"), "PIPE-12"),
        ("referred_by", Target(Contact, "account_id"), "PIPE-12"),
        ("referred_by", Target(Deal, "contact_id"), "PIPE-12"),
        ("title", Target(Contact, "title", "stricter"), "CONV-5"),
        ("priority", Target(Deal, "priority", "join"), "CONV-5"),
        ("rating", Target(Contact, "custom.rating", "stricter"), "CONV-5"),
    ],
)
def test_target_that_cannot_hold_the_field_is_named(field: str, target: Target, rule: str) -> None:
    """Another type of record, another kind of field, a field of a verb, a policy that does not go with it."""
    found = wrong(mapping=replaced(MappingRow(field, target)))

    assert found == [(field, found[0][1], rule)]


@pytest.mark.parametrize(
    ("field", "target"),
    [
        ("referred_by", Target(Contact, "description", "join")),
        ("referred_by", Target(Contact, "reports_to_id")),
        ("priority", Target(Deal, "priority", "overwrite")),
        ("tags", Target(Deal, "tags", "join")),
        ("rating", Target(Contact, "custom.rating", "join")),
        ("annual_revenue", Target(Deal, "amount")),
        ("preferences", Target(Contact, "preferences", "join")),
    ],
)
def test_target_that_can_hold_the_field_is_let_through(field: str, target: Target) -> None:
    """Any text in any text, and what is no text in a field of the same type."""
    rules = USUAL.carrying("description", dropped="no").carrying(field, target)

    assert rules.row(field) == MappingRow(field, target)


def test_two_fields_do_not_go_to_one() -> None:
    """Which of them would win?"""
    assert wrong(mapping=replaced(MappingRow("referred_by", Target(Contact, "title")))) == [
        ("mapping", "title", "CONV-4")
    ]


def test_kinds_are_those_of_phone_numbers() -> None:
    """One alone needs no list around it."""
    assert Target(Contact, "phones", kinds="main").kinds == frozenset({PhoneKind.MAIN})
    assert Target(Contact, "phones").kinds == frozenset()
    with pytest.raises(InvalidValue, match="desk"):
        Target(Contact, "phones", kinds=["work", "desk"])


def test_policy_is_one_of_the_listed() -> None:
    """By its text too."""
    assert Target(Contact, "title", "join").policy is Policy.JOIN
    with pytest.raises(InvalidValue, match="did you mean 'join'"):
        Target(Contact, "title", "joint")


# ---------------------------------------------------------------- requirements, guard, attitudes, children


def test_required_field_that_does_not_exist_is_named() -> None:
    """With the nearest; an own field must be declared."""
    assert wrong(requires=["titel", "custom.size"]) == [
        ("requires", "titel", "CONV-15"), ("requires", "custom.size", "CONV-15"),
    ]  # fmt: skip
    assert ConversionRules(requires=["custom.size"], fields=[CustomField("size", "number")]).requires == (
        "custom.size",
    )


@pytest.mark.parametrize("guard", ["title", where(Contact, "title", "is", "CTO")])
def test_guard_asks_about_leads(guard: Any) -> None:  # noqa: ANN401
    """Nothing else is converted."""
    assert wrong(guard=guard) == [("guard", guard, "CONV-14")]


def test_attitudes_and_policies_are_of_the_listed() -> None:
    """By their texts too."""
    assert ConversionRules(unqualified="refuse", known_email="refuse").unqualified is Attitude.REFUSE
    assert ChildRow(Note, "copy").follow is Follow.COPY
    with pytest.raises(InvalidValue):
        ConversionRules(unqualified="bar")
    with pytest.raises(InvalidValue):
        ChildRow(Note, "stay")


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Nobody mends one row to hear of the next."""
    mapping = [row for row in MAPPING if row.field != "title"]
    found = wrong(
        mapping=[*mapping, MappingRow("titel", Target(Contact, "nix"))], custom=[MappingRow("size", dropped="x")],
        requires=["nix"], guard=3,
    )  # fmt: skip

    assert [(field, value) for field, value, _ in found] == [
        ("mapping", "title"), ("mapping", "titel"), ("custom", "size"), ("titel", "nix"), ("requires", "nix"),
        ("guard", 3),
    ]  # fmt: skip


def test_rows_of_children_are_of_what_hangs_on_a_lead_and_lead_somewhere() -> None:
    """One for each kind, to a record that a lead becomes (CONV-8)."""
    rows = [ChildRow(Note, "move"), ChildRow(Note, "copy"), ChildRow(Deal, "move"), ChildRow(Task, "move", (Lead, 3))]

    assert wrong(children=rows) == [("children", value, "CONV-8") for value in (Note, Deal, Lead, 3)]


def test_own_field_that_a_guard_asks_about_is_declared() -> None:
    """Otherwise nobody knows as what to compare it."""
    size = CustomField("size", "number")
    guard = where(Lead, "custom.size", "above", 5, fields=[size])

    assert [(field, rule) for field, _, rule in wrong(guard=guard)] == [("guard", "CONV-14")]
    assert ConversionRules(guard=guard, fields=[size]).guard == guard


def test_own_fields_are_declared_once() -> None:
    """What asks for one of them is only judged after that."""
    twice = [CustomField("size", "number"), CustomField("size", "text")]

    assert [field for field, _, _ in wrong(fields=twice, requires=["nix"])] == ["fields[1]"]


def test_reason_and_label_are_lines() -> None:
    """What cannot be kept in a file is refused."""
    assert [(field, rule) for field, _, rule in wrong(mapping=replaced(MappingRow("rating", dropped="a\0b")))] == [
        ("rating", "CONV-4")
    ]
    with pytest.raises(InvalidTable, match="label"):
        attrs.evolve(BOOK, label="a\0b")


def test_row_of_an_own_field_among_the_others_is_told_its_place() -> None:
    """It stands in a list of its own."""
    with pytest.raises(InvalidTable, match="its row belongs to custom"):
        ConversionRules(mapping=[*MAPPING, MappingRow("custom.size", dropped="ours")])


def test_rules_show_where_everything_goes() -> None:
    """Each field, each kind of child, and what is asked for; in a notebook the same."""
    rules = attrs.evolve(USUAL, requires=["title"], guard=where(Lead, "tags", "has_any", ["<ok>"]))
    text, shown = str(rules), rules._repr_html_()

    rows = [line.split()[0] for line in text.split("\n\n", maxsplit=1)[0].splitlines()[2:]]
    assert rows == [row.field for row in MAPPING]
    assert "contact.phones, account.phones (of kind main)" in text
    assert "a lead must hold: title\na lead must satisfy: " in text
    assert "must satisfy" not in str(USUAL)
    assert ("&lt;ok&gt;" in shown, "<ok>" in shown, shown.count("<table>")) == (True, False, 3)


# ---------------------------------------------------------------- other rows


def test_carrying_gives_a_field_another_row() -> None:
    """The others stay, and so do the rules it was said to."""
    rules = USUAL.carrying("rating", Target(Contact, "custom.rating"))

    assert rules.row("rating") == MappingRow("rating", Target(Contact, "custom.rating"))
    assert [row for row in rules.mapping if row.field != "rating"] == [row for row in MAPPING if row.field != "rating"]
    assert USUAL.row("rating") == MappingRow("rating", dropped="stays with the lead")


def test_carrying_adds_an_own_field_or_replaces_its_row() -> None:
    """Only one row for each."""
    once = USUAL.carrying("custom.size", Target(Account, "custom.size"))
    again = once.carrying("custom.rank", dropped="ours").carrying("custom.size", dropped="not kept")

    assert once.custom == (MappingRow("custom.size", Target(Account, "custom.size")),)
    assert again.custom == (MappingRow("custom.rank", dropped="ours"), MappingRow("custom.size", dropped="not kept"))


@pytest.mark.parametrize("change", [USUAL.carrying, lambda field: USUAL.keeping(field, "join")])
def test_unknown_field_is_named(change: Any) -> None:  # noqa: ANN401
    """With the nearest."""
    with pytest.raises(UnknownName, match="did you mean 'title'") as caught:
        change("titel")

    assert (caught.value.kind, caught.value.rule) == ("field of a lead", "CONV-4")


def test_keeping_gives_a_field_another_policy_wherever_it_goes() -> None:
    """Targets stay."""
    rules = USUAL.keeping("address", "overwrite")

    assert rules.row("address") == MappingRow(
        "address", [Target(Account, "address", "overwrite"), Target(Contact, "address", "overwrite")]
    )
    assert USUAL.keeping("rating", "join").row("rating") == USUAL.row("rating")


def test_keeping_refuses_a_policy_that_does_not_fit() -> None:
    """A number cannot be joined."""
    with pytest.raises(InvalidTable, match="the policy join does not go with the field employees"):
        USUAL.keeping("employees", "join")


# ---------------------------------------------------------------- the playbook


def test_presets_are_whole() -> None:
    """Their namespace is the published one."""
    assert playbooks.PRESETS == {"simple": playbooks.SIMPLE, "zoho": playbooks.ZOHO}
    assert [book.namespace for book in playbooks.PRESETS.values()] == [PUBLISHED] * 2
    assert list(playbooks.ZOHO.pipelines) == ["zoho"]
    assert (playbooks.SIMPLE.statuses, playbooks.SIMPLE.conversion) == (statuses.SIMPLE, USUAL)


def test_playbook_is_checked_as_a_whole() -> None:
    """Key, statuses and namespace are told together."""
    open_only = Statuses(key="s", members=[Status("New", "New", "new")])
    with pytest.raises(InvalidTable) as caught:
        Playbook(key="", pipelines=pipelines.ZOHO, statuses=open_only, namespace="acme")

    assert caught.value.subject == "playbook ''"
    assert [(problem.field, problem.rule) for problem in caught.value.problems] == [
        ("key", ""), ("statuses", "LEAD-3"), ("namespace", "CONV-10"),
    ]  # fmt: skip


def test_key_of_a_playbook_is_text() -> None:
    """A number is none."""
    with pytest.raises(InvalidTable, match="the key is no text"):
        Playbook(key=3, pipelines=pipelines.ZOHO, statuses=statuses.ZOHO)


def test_playbook_takes_pipelines_in_any_form() -> None:
    """One, several, or by key; the first is the default, and two with one key are refused."""
    one = Playbook(key="a", pipelines=pipelines.ZOHO, statuses=statuses.ZOHO)
    both = Playbook(key="a", pipelines=[pipelines.SIMPLE, pipelines.ZOHO], statuses=statuses.ZOHO)

    assert (one.pipelines, list(both.pipelines)) == ({"zoho": pipelines.ZOHO}, ["simple", "zoho"])
    with pytest.raises(InvalidTable):
        Playbook(key="a", pipelines=[pipelines.ZOHO, pipelines.ZOHO], statuses=statuses.ZOHO)


def test_playbook_is_a_value() -> None:
    """Equal ones are equal, hash alike and survive pickling; the namespace is part of it."""
    twin = attrs.evolve(BOOK)

    assert (twin, hash(twin)) == (BOOK, hash(BOOK))
    assert pickle.loads(pickle.dumps(BOOK)) == BOOK  # noqa: S301  (our own bytes)
    assert attrs.evolve(BOOK, namespace=UUID(int=1)) != BOOK


def test_playbook_shows_itself() -> None:
    """In a line, as tables, and in a notebook with what it is called escaped."""
    shown = bare(attrs.evolve(BOOK, label="A & B")._repr_html_())

    assert repr(BOOK) == "Playbook(key='acme', pipelines=zoho, statuses=zoho)"
    assert str(BOOK) == f"{pipelines.ZOHO}\n\n{statuses.ZOHO}"
    assert "<caption>playbook A &amp; B</caption>" in shown
    assert "<caption>playbook acme</caption>" in bare(attrs.evolve(BOOK, label="")._repr_html_())


@pytest.mark.parametrize("field", ["emails", "phones", "profiles", "address"])
def test_what_no_file_keeps_in_an_open_mapping_goes_into_no_custom_field(field: str) -> None:
    """A custom field holds texts, numbers, dates and money: all else would be refused when the record is written."""
    with pytest.raises(InvalidTable) as caught:
        ConversionRules().carrying(field, Target(Contact, "custom.x"))

    assert [(problem.field, problem.rule) for problem in caught.value.problems] == [(field, "CONV-4")]


@pytest.mark.parametrize("field", ["tags", "annual_revenue", "employees", "rating", "birth_date", "title"])
def test_what_a_file_keeps_in_an_open_mapping_goes_into_a_custom_field(field: str) -> None:
    """Texts, numbers, choices, dates, money, and sets of texts."""
    row = ConversionRules().carrying(field, Target(Contact, "custom.x")).row(field)

    assert row is not None
    assert row.targets == (Target(Contact, "custom.x"),)
