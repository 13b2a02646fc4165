"""Carrying: what becomes of each field of a lead, by policy, and what is told of it."""

from datetime import date
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    Address,
    Carried,
    Contact,
    ConversionRules,
    Deal,
    FieldLine,
    Lead,
    MappingRow,
    Money,
    NewDeal,
    Omit,
    PhoneNumber,
    Policy,
    Profile,
    Target,
    Treatment,
)
from tests.conversion.making import ACME, ADA, BOOK, book, lead, line, plan, ruled, treatments

MAIL: Final = "ada@acme.example"
EUR: Final = Money("1200.50", "EUR")
MILL: Final = Address(street="1 Mill Lane", city="London")
#: A lead that says everything that a lead can say.
FULL: Final[dict[str, Any]] = {
    "website": "https://acme.example", "industry": "Textiles", "annual_revenue": EUR, "employees": 12,
    "salutation": "Dr", "title": "CTO", "emails": [MAIL], "phones": [PhoneNumber("+1 1"), PhoneNumber("+1 2", "work")],
    "profiles": [Profile("x", "adavale")], "address": MILL, "language": "en", "birth_date": date(1990, 1, 2),
    "consent": {"email": "granted"}, "preferences": {"tea": "green"}, "tags": ["fair"], "description": "Met there",
    "source": "Fair", "owner_id": "u7", "referred_by": "Gale", "rating": "hot", "priority": 1, "status": "Contacted",
}  # fmt: skip


def joined(field: str, policy: str, there: Any, value: Any) -> tuple[object, str]:  # noqa: ANN401
    """Say what becomes of a field of a contact that is there, under a policy, and how that is told."""
    rules = ruled(ConversionRules().keeping(field, policy))
    made = plan(lead(emails=[MAIL], company="", **{field: value}), attrs.evolve(ADA, **{field: there}), playbook=rules)
    (done,) = line(made, field).carried
    assert made.contact is not None
    return getattr(made.contact, field), str(done.treatment)


# ---------------------------------------------------------------- where fields go


def test_new_records_get_everything_by_the_table() -> None:
    """Zoho's defaults: each field to the record that it speaks of."""
    made = plan(lead(**FULL), deal=NewDeal())
    assert made.account is not None
    assert made.contact is not None
    assert made.deal is not None

    names = ("website", "industry", "annual_revenue", "employees", "address", "owner_id")
    carried = {name: FULL[name] for name in names}
    account = Account(id=made.account.id, created_at=made.at, name="Acme Mills", phones=["+1 1"], **carried)
    gone = {*carried, "referred_by", "rating", "priority", "status"} - {"address", "owner_id"}
    own = {name: value for name, value in FULL.items() if name not in gone}
    contact = Contact(
        id=made.contact.id, created_at=made.at, account_id=account.id, first_name="Ada", last_name="Vale", **own
    )
    assert (made.account, made.contact) == (account, contact)
    assert (made.deal.source, made.deal.owner_id, made.deal.tags) == ("Fair", "u7", frozenset())


def test_main_numbers_go_to_the_account_too() -> None:
    """The switchboard is the organisation's; a person's own line is not."""
    numbers = [PhoneNumber("+1 1", "main"), PhoneNumber("+1 2", "mobile"), PhoneNumber("+1 3", "main")]
    made = plan(lead(phones=numbers))

    assert made.contact is not None
    assert made.account is not None
    assert (made.contact.phones, made.account.phones) == (tuple(numbers), (numbers[0], numbers[2]))
    assert treatments(made, "phones") == [(Contact, "phones", "filled"), (Account, "phones", "filled")]


def test_numbers_that_reach_nobody_are_told() -> None:
    """Without a contact, the account takes the main number; what stays with the lead is named."""
    numbers = [PhoneNumber("+1 1"), PhoneNumber("+1 2", "mobile")]
    one = plan(Lead(id="l1", company="Acme Mills", phones=numbers))
    two = plan(Lead(id="l1", company="Acme Mills", phones=[*numbers, PhoneNumber("+1 3", "fax")]))
    all_of_them = plan(Lead(id="l1", company="Acme Mills", phones=numbers[:1]))

    assert line(one, "phones").dropped == "of these, +1 2 (mobile) stays with the lead"
    assert line(two, "phones").dropped == "of these, +1 2 (mobile), +1 3 (fax) stay with the lead"
    assert line(all_of_them, "phones").dropped == ""
    assert one.account is not None
    assert one.account.phones == (numbers[0],)


def test_numbers_that_fit_nowhere_are_dropped_with_the_reason() -> None:
    """A company's lead with a mobile number alone."""
    made = plan(Lead(id="l1", company="Acme Mills", phones=[PhoneNumber("+1 2", "mobile")]))

    assert line(made, "phones").dropped == "the lead names no person; there is none of the kind main"


@pytest.mark.parametrize(
    ("facts", "how", "reason"),
    [
        ({"company": ""}, {}, "the lead names no company"),
        ({}, {"account": Omit()}, "no account was asked for"),
    ],
)
def test_values_of_an_account_that_is_not_made_are_dropped_with_the_reason(
    facts: dict[str, Any], how: dict[str, Any], reason: str
) -> None:
    """Nothing is lost without a word."""
    made = plan(lead(industry="Textiles", **facts), **how)

    assert line(made, "industry") == FieldLine("industry", "Textiles", (), reason)


def test_values_of_a_contact_that_is_not_made_are_dropped_with_the_reason() -> None:
    """As above."""
    made = plan(lead(title="CTO", source="Fair"), contact=Omit())

    assert line(made, "title").dropped == "no contact was asked for"
    assert line(made, "source").dropped == "no contact was asked for; no deal was asked for"
    assert line(plan(Lead(id="l1", company="Acme", title="CTO")), "title").dropped == "the lead names no person"


def test_what_is_carried_somewhere_is_not_dropped() -> None:
    """The owner goes to the account, although there is no deal."""
    made = plan(lead(owner_id="u7"))

    assert (line(made, "owner_id").dropped, len(line(made, "owner_id").carried)) == ("", 2)


def test_line_tells_both_sides() -> None:
    """Field, before, after and what it did."""
    made = plan(lead(title="CTO", emails=[MAIL]), ADA)

    assert line(made, "title") == FieldLine(
        "title", "CTO", (Carried(Contact, "title", "", "CTO", Treatment.FILLED),), ""
    )  # fmt: skip


def test_field_that_holds_nothing_has_a_line_that_says_nothing() -> None:
    """Every field is accounted for."""
    made = plan(lead())

    assert line(made, "title") == FieldLine("title", "")
    assert line(made, "annual_revenue") == FieldLine("annual_revenue", None)
    assert line(plan(lead(company="")), "company") == FieldLine("company", "")


def test_zero_is_something() -> None:
    """A company without employees is not one whose number is unknown (NET-7)."""
    made = plan(lead(employees=0))

    assert made.account is not None
    assert (made.account.employees, line(made, "employees").carried[0].treatment) == (0, Treatment.FILLED)
    there = plan(lead(employees=5), attrs.evolve(ACME, employees=0))
    assert treatments(there, "employees") == [(Account, "employees", "kept")]


# ---------------------------------------------------------------- the organisation's own fields


def test_own_fields_go_by_the_users_map() -> None:
    """To a field of a record, or to an own field of it."""
    rows = [MappingRow("custom.size", Target(Account, "custom.staff")),
            MappingRow("custom.rank", [Target(Contact, "custom.rank"), Target(Account, "relations")])]  # fmt: skip
    made = plan(lead(custom={"size": 5, "rank": ["partner"]}), playbook=book(custom=rows))

    assert made.contact is not None
    assert made.account is not None
    assert (made.contact.custom, made.account.custom) == ({"rank": ("partner",)}, {"staff": 5})
    assert {str(each) for each in made.account.relations} == {"partner"}


def test_own_field_without_a_row_is_told() -> None:
    """It is never lost in silence."""
    made = plan(lead(custom={"size": 5, "rank": ""}))

    assert line(made, "custom.size") == FieldLine("custom.size", 5, (), "nothing says where it goes")
    assert line(made, "custom.rank") == FieldLine("custom.rank", "")


def test_own_fields_of_a_record_that_is_there_stay() -> None:
    """Others are added beside them."""
    rows = [MappingRow("custom.a", Target(Contact, "custom.a")), MappingRow("custom.b", Target(Contact, "custom.b"))]
    there = attrs.evolve(ADA, custom={"a": 1, "z": 26})
    made = plan(lead(emails=[MAIL], custom={"a": 7, "b": 2}), there, playbook=book(custom=rows))

    assert made.contact is not None
    assert made.contact.custom == {"a": 1, "b": 2, "z": 26}
    assert treatments(made, "custom.a") == [(Contact, "custom.a", "kept")]


def test_plain_field_can_go_to_an_own_field() -> None:
    """Rating, say, to the contact."""
    rules = ConversionRules().carrying("priority", Target(Contact, "custom.priority"), Target(Deal, "priority"))
    made = plan(lead(priority=2), playbook=ruled(rules), deal=NewDeal())

    assert made.contact is not None
    assert made.deal is not None
    assert (made.contact.custom, made.deal.priority) == ({"priority": 2}, 2)


#: Values of own fields that meet under the policy *join*: what is there, what the lead has, what becomes of it.
OWN: Final = [
    ({"a"}, "b", frozenset("ab"), "joined"),
    ({"a"}, ["b", "a"], frozenset("ab"), "joined"),
    ({"a"}, "a", frozenset("a"), "same"),
    (["b"], "ab", ("b", "ab"), "joined"),
    (["b"], {"d", "c", "b"}, ("b", "c", "d"), "joined"),
    (["b"], ["b"], ("b",), "same"),
    ({"k": 1}, {"k": 2, "m": 3}, {"k": 1, "m": 3}, "joined"),
    ({"k": 1}, "b", {"k": 1}, "kept"),
    ("a", "b", "a\nb", "joined"),
    ("a\nb", "b", "a\nb", "same"),
    ("a", 2, "a", "kept"),
    (1, 2, 1, "kept"),
    (1, 1, 1, "same"),
]


@pytest.mark.parametrize(("there", "value", "after", "told"), OWN)
def test_own_fields_join_what_can_stand_side_by_side(there: Any, value: Any, after: Any, told: str) -> None:  # noqa: ANN401
    """Members are added, texts get a line more, and where nothing fits, what is there stays."""
    rules = book(custom=[MappingRow("custom.x", Target(Contact, "custom.x", "join"))])
    made = plan(lead(emails=[MAIL], custom={"x": value}), attrs.evolve(ADA, custom={"x": there}), playbook=rules)

    assert made.contact is not None
    assert made.contact.custom["x"] == after
    assert treatments(made, "custom.x") == [(Contact, "custom.x", told)]


# ---------------------------------------------------------------- policies


@pytest.mark.parametrize(
    ("policy", "there", "value", "after", "told"),
    [
        ("keep", "CFO", "CTO", "CFO", "kept"),
        ("keep", "CTO", "CTO", "CTO", "same"),
        ("keep", "", "CTO", "", "kept"),
        ("fill", "CFO", "CTO", "CFO", "kept"),
        ("fill", "CTO", "CTO", "CTO", "same"),
        ("fill", "", "CTO", "CTO", "filled"),
        ("overwrite", "CFO", "CTO", "CTO", "replaced"),
        ("overwrite", "CTO", "CTO", "CTO", "same"),
        ("overwrite", "", "CTO", "CTO", "filled"),
        ("join", "CFO", "CTO", "CFO\nCTO", "joined"),
        ("join", "CFO\nCTO", "CTO", "CFO\nCTO", "same"),
        ("join", "", "CTO", "CTO", "filled"),
    ],
)
def test_text_meets_text_by_policy(policy: str, there: str, value: str, after: str, told: str) -> None:
    """Keep, fill, overwrite, join; blank, equal and different."""
    assert joined("title", policy, there, value) == (after, told)


@pytest.mark.parametrize("policy", [each for each in Policy if each is not Policy.STRICTER])
def test_blank_value_of_the_lead_changes_nothing(policy: Policy) -> None:
    """Overwriting with nothing would be losing."""
    rules = ruled(ConversionRules().keeping("title", policy))
    there = attrs.evolve(ADA, title="CFO", version=3)
    made = plan(lead(emails=[MAIL], company=""), there, playbook=rules)

    assert made.contact is not None
    assert (made.contact.title, line(made, "title").carried) == ("CFO", ())


def test_collections_join_in_order() -> None:
    """What is there comes first, and nothing twice."""
    new, old = PhoneNumber("+1 2"), PhoneNumber("+1 1")

    assert joined("phones", "join", [old], [new, old]) == ((old, new), "joined")
    assert joined("phones", "join", [old, new], [new]) == ((old, new), "same")
    assert joined("tags", "join", ["a"], ["b"]) == ({"a", "b"}, "joined")
    assert joined("tags", "join", ["a", "b"], ["b"]) == ({"a", "b"}, "same")


def test_mappings_join_by_key() -> None:
    """What is there wins."""
    assert joined("preferences", "join", {"tea": "black"}, {"tea": "green", "time": "noon"}) == (
        {"tea": "black", "time": "noon"}, "joined",
    )  # fmt: skip


def test_address_is_one_block() -> None:
    """A filled one stays as a whole, an empty one is filled as a whole."""
    there, value = Address(country="France"), MILL

    assert joined("address", "fill", there, value) == (there, "kept")
    assert joined("address", "overwrite", there, value) == (value, "replaced")
    assert joined("address", "fill", None, value) == (value, "filled")
    assert joined("address", "fill", Address(), value) == (value, "filled")


def test_unchanged_records_keep_their_version() -> None:
    """A record that gets nothing is used as it is."""
    made = plan(lead(emails=[MAIL], company=""), attrs.evolve(ADA, version=3))

    assert made.contact is not None
    assert (made.contact.version, len(made.changes.updated)) == (3, 1)


def test_changed_records_get_a_new_version() -> None:
    """And the instant of the change."""
    made = plan(lead(emails=[MAIL], company="", title="CTO"), attrs.evolve(ADA, version=3))

    assert made.contact is not None
    assert (made.contact.version, made.contact.modified_at) == (4, made.at)


# ---------------------------------------------------------------- consent

DENIED, GRANTED, UNKNOWN = "denied", "granted", "unknown"


@pytest.mark.parametrize(
    ("there", "value", "after", "told"),
    [
        (DENIED, GRANTED, DENIED, "same"),
        (GRANTED, DENIED, DENIED, "joined"),
        (GRANTED, GRANTED, GRANTED, "same"),
        (DENIED, DENIED, DENIED, "same"),
        (UNKNOWN, GRANTED, GRANTED, "joined"),
        (GRANTED, UNKNOWN, GRANTED, "same"),
        (UNKNOWN, DENIED, DENIED, "joined"),
        (DENIED, UNKNOWN, DENIED, "same"),
        (UNKNOWN, UNKNOWN, UNKNOWN, "same"),
    ],
)
def test_consent_is_the_stricter_of_two(there: str, value: str, after: str, told: str) -> None:
    """DENIED before GRANTED before UNKNOWN."""
    assert joined("consent", "stricter", {"email": there}, {"email": value}) == ({"email": after}, told)


def test_consent_goes_by_channel() -> None:
    """Each for itself; a channel that is not there is unknown."""
    there, value = {"email": GRANTED, "post": DENIED}, {"email": DENIED, "phone": GRANTED}

    assert joined("consent", "stricter", there, value) == (
        {"email": DENIED, "post": DENIED, "phone": GRANTED}, "joined",
    )  # fmt: skip


def test_born_contact_takes_consent_as_it_is() -> None:
    """There is nothing to be stricter than."""
    made = plan(lead(consent={"email": UNKNOWN, "phone": DENIED}))

    assert made.contact is not None
    assert made.contact.consent == {"email": UNKNOWN, "phone": DENIED}


def test_usual_rules_are_strict_about_consent() -> None:
    """Without any policy of one's own."""
    made = plan(lead(emails=[MAIL], consent={"email": DENIED}), attrs.evolve(ADA, consent={"email": GRANTED}))

    assert made.contact is not None
    assert made.contact.consent == {"email": DENIED}
    assert BOOK.conversion == ConversionRules()
