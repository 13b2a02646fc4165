"""What records are made of: the text policy and the fold, money, addresses, references, read-only mappings."""

import copy
import decimal
import itertools
import math
import pickle
import sys
import unicodedata
from collections import UserDict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.entities import Contact, Lead, SocialUpdate
from leadmodel.errors import InvalidValue, Problem
from leadmodel.values import (
    CURRENCIES,
    EMPTY,
    Address,
    Consent,
    EmailAddress,
    FrozenMap,
    Money,
    PhoneKind,
    PhoneNumber,
    Ref,
    derived_id,
    fold,
    type_name,
)
from leadmodel.values.frozen import DEPTH_LIMIT, INT_MAX, INT_MIN
from leadmodel.values.instants import instant_fault
from leadmodel.values.text import ID_LIMIT, LINE_LIMIT, TEXT_LIMIT, URL_LIMIT, identity_fault, sound, text_fault
from tests.unmeasured import unmeasured

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


def refused(make: Callable[[], object]) -> InvalidValue:
    """Give the error with which a value refuses to be made."""
    with pytest.raises(InvalidValue) as caught:
        make()
    return caught.value


def again(value: object) -> list[Any]:
    """Give a value as it comes out of every way to copy it."""
    pickles = [pickle.loads(pickle.dumps(value, n)) for n in range(pickle.HIGHEST_PROTOCOL + 1)]  # noqa: S301  (our own)
    return [copy.copy(value), copy.deepcopy(value), *pickles]


# ---------------------------------------------------------------- the fold (CRIT-3)


def test_fold_is_idempotent_on_every_code_point() -> None:
    """Folding what is folded changes nothing: CRIT-3 promises it for all code points."""
    with unmeasured():
        unsettled = [hex(i) for i in range(sys.maxunicode + 1) if fold(folded := fold(chr(i))) != folded]

    assert unsettled == []


@given(st.text())
def test_fold_is_idempotent_on_text(text: str) -> None:
    """It holds for whole texts as well."""
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x1FFF)))
def test_fold_is_the_stated_one(text: str) -> None:
    """The fold is NFKC, case folded, NFKC again; the short way for ASCII gives the same."""
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())

    assert fold(text) == normal


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_fold_of_ascii_is_the_stated_one(text: str) -> None:
    """For ASCII, lower case is all there is to it."""
    assert fold(text) == unicodedata.normalize("NFKC", text).casefold()


@pytest.mark.parametrize(
    ("one", "other"), [("STRASSE", "straße"), ("ＡＤＡ", "ada"), ("ﬁn", "FIN"), ("É", "e\u0301"), ("ΑΣ", "ας")]
)
def test_fold_makes_spellings_of_one_text_equal(one: str, other: str) -> None:
    """Case, width, ligatures and composition do not tell two texts apart."""
    assert fold(one) == fold(other)


def test_fold_keeps_what_is_different() -> None:
    """Accents and letters of other scripts stay different."""
    assert len({fold(text) for text in ("ada", "adá", "аda", "ad a")}) == 4


# ---------------------------------------------------------------- the text policy

NEVER: Final = ["\x00", "\ud800", "\udfff"]
UNSEEN: Final = "\n \t \x7f \x85 \xad \u200b \u200d \u202e \u2028 \u2029 \u2066 \ufeff \ue000 \U0010ffff".split(" ")


def test_limits_are_as_documented() -> None:
    """Databases and forms are laid out for these numbers."""
    assert (ID_LIMIT, LINE_LIMIT, URL_LIMIT, TEXT_LIMIT) == (255, 255, 2_048, 100_000)


@pytest.mark.parametrize("character", NEVER)
@pytest.mark.parametrize("fault", [text_fault, identity_fault])
def test_no_text_holds_what_no_database_keeps(character: str, fault: Callable[[str, int], str]) -> None:
    """NUL and lone surrogates are refused everywhere, and named by their code point."""
    assert fault(f"a{character}b", 10) == f"holds U+{ord(character):04X}, which no database keeps"
    assert not sound(f"a{character}b")


@pytest.mark.parametrize("fault", [text_fault, identity_fault])
def test_text_may_reach_its_limit_and_not_pass_it(fault: Callable[[str, int], str]) -> None:
    """The limit is counted in characters and included."""
    assert fault("x" * 1_000, 1_000) == ""
    assert fault("😀" * 1_000, 1_000) == ""
    assert fault("x" * 1_001, 1_000) == "is 1,001 characters long, and 1,000 is the limit"


def test_identity_is_limited_to_255_characters_unless_told() -> None:
    """An id has the limit of an id."""
    assert identity_fault("x" * 255) == ""
    assert identity_fault("x" * 256) == "is 256 characters long, and 255 is the limit"


@pytest.mark.parametrize("character", UNSEEN)
def test_identity_holds_nothing_that_cannot_be_seen(character: str) -> None:
    """Controls, bidirectional marks and zero-width characters are refused in identities; a long text may have them."""
    assert identity_fault(f"a{character}b").endswith("which cannot be seen")
    assert identity_fault(f"a{character}b").startswith(f"holds U+{ord(character):04X}")
    assert text_fault(f"a{character}b", 10) == ""


def test_unseen_character_is_named() -> None:
    """Who gets the message can search for the character by its Unicode name."""
    assert identity_fault("a\u202eb") == "holds U+202E (RIGHT-TO-LEFT OVERRIDE), which cannot be seen"


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u3000", "\xa0"])
def test_identity_is_never_blank(blank: str) -> None:
    """White space alone identifies nothing (NET-7)."""
    assert identity_fault(blank) == "is blank, and an identity cannot be"


@pytest.mark.parametrize(
    "text", ["l1", "Ada Lovelace", "山田\u3000太郎", "Jean\xa0Paul", "naïve", "नमस्ते", "a\u0301", "❤️"]
)
def test_identity_may_be_any_visible_text(text: str) -> None:
    """Letters of all scripts, marks, symbols and spaces between them are visible."""
    assert identity_fault(text) == ""


@given(st.text(st.characters()))
def test_sound_text_is_what_utf8_can_carry_without_nul(text: str) -> None:
    """The policy refuses exactly NUL and what UTF-8 cannot carry."""
    carried = "\x00" not in text and not any(unicodedata.category(c) == "Cs" for c in text)

    assert sound(text) == carried
    assert (text_fault(text, TEXT_LIMIT) == "") == carried


@given(st.text(st.characters(), min_size=1, max_size=5))
def test_identity_is_refused_by_the_category_of_its_characters(text: str) -> None:
    """An identity is sound, not blank, and free of the categories that cannot be seen."""
    unseen = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    expected = bool(text.strip()) and not any(unicodedata.category(c) in unseen for c in text)

    assert (identity_fault(text) == "") == expected


# ---------------------------------------------------------------- instants


class NoOffset(tzinfo):
    """A time zone that does not know how far it is from UTC: the instant is naive all the same."""

    def utcoffset(self, _: datetime | None) -> None:
        """Know nothing."""


def test_instant_is_aware_and_within_the_calendar() -> None:
    """An instant has an offset from UTC, and its UTC form a year from 1 to 9999."""
    zone = "has no time zone; give it one, such as tzinfo=datetime.UTC"
    years = "lies outside the years 1 to 9999 in UTC"
    east, west = timezone(timedelta(hours=5)), timezone(timedelta(hours=-5))

    assert instant_fault(NOON) == ""
    assert instant_fault(NOON.astimezone(east)) == ""
    assert instant_fault(datetime(2026, 3, 2)) == zone  # noqa: DTZ001  (naive on purpose)
    assert instant_fault(datetime(2026, 3, 2, tzinfo=NoOffset())) == zone
    assert instant_fault(datetime(1, 1, 1, tzinfo=east)) == years
    assert instant_fault(datetime(9999, 12, 31, 23, tzinfo=west)) == years
    assert instant_fault(date(2026, 3, 2)) == "is no instant"


# ---------------------------------------------------------------- money

UNITS: Final = st.integers(-(10**18) + 1, 10**18 - 1)  # counts of ten-thousandths: all amounts that there are


def euros(units: int) -> Money:
    """Make an amount from its count of ten-thousandths, by text, so that no arithmetic of the test can be wrong."""
    sign, digits = "-" if units < 0 else "", f"{abs(units):05}"
    return Money(f"{sign}{digits[:-4]}.{digits[-4:]}", "EUR")


@given(UNITS, UNITS)
def test_money_adds_and_subtracts_exactly(one: int, other: int) -> None:
    """Sum and difference are those of whole ten-thousandths, or are refused as too long: never rounded."""
    for result, operation in ((one + other, Money.__add__), (one - other, Money.__sub__)):
        if abs(result) < 10**18:
            assert operation(euros(one), euros(other)) == euros(result)
        else:
            assert "digits before the point" in str(refused(lambda op=operation: op(euros(one), euros(other))))


@given(*[st.integers(-(10**17), 10**17)] * 3)
def test_money_adds_in_any_order_and_grouping(one: int, two: int, three: int) -> None:
    """Addition is associative and commutative, which it is not for floats."""
    a, b, c = euros(one), euros(two), euros(three)

    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a - a == Money(0, "EUR")
    assert a.__neg__().__neg__() == a
    assert a + -b == a - b


@given(UNITS, UNITS)
def test_money_of_one_currency_is_ordered_as_its_amounts(one: int, other: int) -> None:
    """All four comparisons agree with those of the counts."""
    a, b = euros(one), euros(other)

    assert (a < b, a <= b, a > b, a >= b, a == b) == (
        one < other,
        one <= other,
        one > other,
        one >= other,
        one == other,
    )


@pytest.mark.parametrize("precision", [1, 5])
def test_surrounding_decimal_context_changes_nothing(precision: int) -> None:
    """Whatever precision the program around us has set, no digit is lost and nothing is trapped."""
    with decimal.localcontext(decimal.Context(prec=precision, traps=[decimal.Inexact, decimal.Rounded])):
        large = Money("99999999999999.9998", "EUR")
        result = large + Money("0.0001", "EUR")
        texts = [str(result), str(-result), repr(result - Money("0.0001", "EUR"))]

    assert texts == [
        "99,999,999,999,999.9999 EUR",
        "-99,999,999,999,999.9999 EUR",
        "Money('99999999999999.9998', 'EUR')",
    ]


def test_scale_is_no_part_of_money() -> None:
    """1.5 EUR, 1.50 EUR and 1.50000000000 EUR are one amount, with one hash (S-6)."""
    spellings = {Money(text, "EUR") for text in ("1.5", "1.50", "1.50000000000", "15e-1", " 1.5 ")}

    assert spellings == {Money(Decimal("1.5"), "EUR")}


def test_money_of_two_currencies_differs() -> None:
    """One euro is not one dollar."""
    assert Money(1, "EUR") != Money(1, "USD")


@pytest.mark.parametrize("operator", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_are_never_added_or_compared(operator: str) -> None:
    """A rate is the caller's choice: without one the answer is a refusal that says so."""
    error = refused(lambda: getattr(Money(1, "EUR"), operator)(Money(1, "USD")))

    assert str(error) == (
        "money: currency: EUR and USD cannot be added or compared; convert one of them first, at a rate that you choose"
    )


@pytest.mark.parametrize("operator", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
@pytest.mark.parametrize("other", [1, Decimal(1), 1.0, "1"])
def test_money_goes_with_money_only(operator: str, other: object) -> None:
    """A bare number has no currency."""
    with pytest.raises(TypeError, match=r"money goes with money.* write Money\(…, 'EUR'\)"):
        getattr(Money(1, "EUR"), operator)(other)


@pytest.mark.parametrize(
    "amount", ["99999999999999", "99999999999999.9999", "-99999999999999.9999", "0.0001", "1e13", "0", 0, Decimal("-0")]
)
def test_amount_at_the_limits_is_kept(amount: object) -> None:
    """14 digits before the point and 4 after it are allowed: an exact 64-bit count of ten-thousandths."""
    assert Money(amount, "EUR").amount == Decimal(amount)


@pytest.mark.parametrize(
    "amount", ["100000000000000", "-100000000000000", "1e14", "0.00001", "1.00005", "1e-999999", 10**14, "9" * 10_000]
)
def test_amount_beyond_the_limits_is_refused(amount: object) -> None:
    """One digit more on either side is refused, never rounded."""
    (problem,) = refused(lambda: Money(amount, "EUR")).problems

    assert problem.what.endswith("has more than 14 digits before the point or 4 after it")
    assert (problem.field, problem.hint, problem.value) == ("amount", "round it first", Decimal(amount))


@pytest.mark.parametrize("amount", [1.5, 0.0, math.nan, math.inf])
def test_float_is_no_amount(amount: float) -> None:
    """A float is not exact, however round it looks."""
    (problem,) = refused(lambda: Money(amount, "EUR")).problems

    assert problem == Problem(
        what="a float is not exact", hint='write the amount as text, such as "120000.00"', field="amount", value=amount
    )


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-inf", Decimal("NaN"), Decimal("sNaN")])
def test_amount_is_finite(amount: object) -> None:
    """Where there is no number there is no money."""
    (problem,) = refused(lambda: Money(amount, "EUR")).problems

    assert (problem.what, problem.hint) == (f"{Decimal(amount)} is no amount", "leave the money out")


@pytest.mark.parametrize("amount", [True, False, None, "", "  ", "1,5", "1.234,50", "12 EUR", Fraction(1, 2), b"1", 1j])
def test_what_is_no_number_is_no_amount(amount: object) -> None:
    """A boolean is no number here, and a comma is no decimal point."""
    (problem,) = refused(lambda: Money(amount, "EUR")).problems

    assert problem.what == f"{amount!r} is no amount"
    assert problem.value is amount


@pytest.mark.parametrize("code", ["EUR", "USD", "JPY", "XAU", "DEM", "BGN", "HRK"])
def test_iso_codes_of_today_and_yesterday_are_currencies(code: str) -> None:
    """Old deals still carry currencies that have been withdrawn since."""
    assert Money(1, code).currency == code


def test_currencies_are_three_capitals() -> None:
    """Every code of the list has the form of ISO 4217."""
    assert [code for code in CURRENCIES if not (len(code) == 3 and code.isascii() and code.isupper())] == []
    assert len(CURRENCIES) > 180


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("eur", "did you mean 'EUR'?"),
        (" EUR", "did you mean 'EUR'?"),
        ("€", 'use the three capitals of the currency, such as "EUR"'),
        ("", 'use the three capitals of the currency, such as "EUR"'),
        (None, 'use the three capitals of the currency, such as "EUR"'),
        (978, 'use the three capitals of the currency, such as "EUR"'),
    ],
)
def test_unknown_currency_is_refused_with_a_hint(code: object, hint: str) -> None:
    """Currencies are never guessed; the nearest one is offered."""
    (problem,) = refused(lambda: Money(1, code)).problems

    assert problem == Problem(what=f"{code!r} is no ISO 4217 code", hint=hint, field="currency", value=code)


def test_amount_and_currency_are_reported_together() -> None:
    """Both mistakes are told at once."""
    assert [problem.field for problem in refused(lambda: Money(1.5, "eur")).problems] == ["amount", "currency"]


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("120000", "EUR", "120,000.00 EUR"),
        ("0.5", "USD", "0.50 USD"),
        ("0.1250", "GBP", "0.125 GBP"),
        ("1e3", "JPY", "1,000.00 JPY"),
        ("-0", "CHF", "0.00 CHF"),
        ("-1234.5678", "XTS", "-1,234.5678 XTS"),
    ],
)
def test_money_prints_with_its_currency(amount: str, currency: str, text: str) -> None:
    """At least two decimals, all that count, thousands set apart; there is no negative nothing."""
    assert str(Money(amount, currency)) == text
    assert str(Money(0, currency) + Money(amount, currency)) == text


def test_money_shows_how_to_make_it() -> None:
    """The repr is the constructor."""
    money = Money("1.50", "EUR")

    assert repr(money) == "Money('1.50', 'EUR')"
    assert eval(repr(money)) == money  # noqa: S307  (our own repr)


def test_money_cannot_change() -> None:
    """Money is a value."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Money(1, "EUR").amount = Decimal(2)


# ---------------------------------------------------------------- e-mail addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ada@acme.example", "ada@acme.example"),
        ("  ada@acme.example\n", "ada@acme.example"),
        ("Ada Lovelace <ada@acme.example>", "ada@acme.example"),
        ('"Lovelace, Ada" <ada@acme.example> ', "ada@acme.example"),
        ("< ada@acme.example >", "ada@acme.example"),
        ("Ada.B+crm@sub.acme.example", "Ada.B+crm@sub.acme.example"),
        ("o'brien@acme.example", "o'brien@acme.example"),
        ('"ada b"@acme.example'.replace(" ", "."), '"ada.b"@acme.example'),
        ("用户@例子.example", "用户@例子.example"),
        ("a" * 300 + "@" + "b" * 11 + ".example", "a" * 300 + "@" + "b" * 11 + ".example"),
    ],
)
def test_email_address_is_kept_as_given(text: str, address: str) -> None:
    """The display name of the header form and the space around are dropped, nothing else changes."""
    assert str(EmailAddress(text)) == address


def test_email_addresses_are_equal_when_they_differ_in_case_only() -> None:
    """No mail system in use tells Ada@ from ada@."""
    one, other = EmailAddress("Ada@ACME.example"), EmailAddress("ada@acme.example")

    assert one == other
    assert hash(one) == hash(other)
    assert one.key == other.key == "ada@acme.example"
    assert one != EmailAddress("ada@acme2.example")
    assert EmailAddress("ÄDA@acme.example") == EmailAddress("äda@acme.example")
    assert EmailAddress("STRASSE@acme.example") != EmailAddress("straße@acme.example")
    assert EmailAddress("ada@acme.example") != EmailAddress("ａda@acme.example")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ada", "'a…' is no e-mail address"),
        ("ada@", "'a…@' is no e-mail address"),
        ("@acme.example", "'@…' is no e-mail address"),
        ("ada@acme@evil.example", "'a…@evil.example' is no e-mail address"),
        ("a b@acme.example", "'a…@acme.example' is no e-mail address"),
        ("ada@acme.example, bob@acme.example", "'a…@acme.example' is no e-mail address"),
        ("<ada@acme.example", "'<…@acme.example' is no e-mail address"),
        ("", "the address is blank, and an identity cannot be"),
        ("Ada <>", "'A…' is no e-mail address"),
        ("a\u200bda@acme.example", "the address holds U+200B (ZERO WIDTH SPACE), which cannot be seen"),
        ("a\x00@acme.example", "the address holds U+0000, which no database keeps"),
        ("a" * 309 + "@acme.example", "the address is 322 characters long, and 320 is the limit"),
        ("<" * 10_000, "the address is 10,000 characters long, and 320 is the limit"),
        (None, "a NoneType is no e-mail address"),
        (7, "a int is no e-mail address"),
    ],
)
def test_what_is_no_email_address_is_refused(text: object, why: str) -> None:
    """One address, visible, of a length that mail systems pass on; the text of the error masks it."""
    (problem,) = refused(lambda: EmailAddress(text)).problems

    assert (problem.what, problem.hint, problem.field) == (why, "write name@domain", "address")


def test_email_address_at_the_limit_is_kept() -> None:
    """320 characters are the most that RFC 5321 lets through."""
    longest = "a" * 307 + "@acme.example"

    assert len(longest) == 320
    assert EmailAddress(longest).address == longest
    assert EmailAddress(f"{'x' * 300} <{longest}>").address == longest


def test_email_address_is_masked_in_its_repr() -> None:
    """What is shown to developers and logs is not the address."""
    assert repr(EmailAddress("ada@acme.example")) == "EmailAddress('a…@acme.example')"


# ---------------------------------------------------------------- phone numbers


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("+44 20 7946 0018", "+442079460018"),
        (" +44 (20) 7946-0018 ", "+442079460018"),
        ("020 7946 0018", "02079460018"),
        ("020 7946 0018 x12", "02079460018x12"),
        ("020 7946 0018 ext. 12", "02079460018x12"),
        ("020 7946 0018 Extension 12 ", "02079460018x12"),
        ("020 7946 0018 #12", "02079460018x12"),
        ("Fax 02079460018", "02079460018"),
        ("x12", "12"),
    ],
)
def test_phone_number_is_compared_by_its_digits(number: str, key: str) -> None:
    """Punctuation is a matter of taste; the plus and the extension are not."""
    assert PhoneNumber(number).key == key
    assert str(PhoneNumber(number)) == f"{number} (main)"


def test_phone_numbers_are_equal_when_digits_and_kind_are() -> None:
    """A fax number is another thing than a line with the same digits."""
    line = PhoneNumber("020 7946 0018")

    assert line == PhoneNumber("(020) 7946 0018", PhoneKind.MAIN)
    assert hash(line) == hash(PhoneNumber("(020) 7946 0018", "main"))
    assert line != PhoneNumber("020 7946 0018", PhoneKind.FAX)
    assert line != PhoneNumber("020 7946 0018 x1")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("none", "'n…' holds no digit"),
        ("", "the number is blank, and an identity cannot be"),
        ("1" * 65, "the number is 65 characters long, and 64 is the limit"),
        ("0\u202e1", "the number holds U+202E (RIGHT-TO-LEFT OVERRIDE), which cannot be seen"),
        (123, "a int is no phone number"),
    ],
)
def test_what_is_no_phone_number_is_refused(number: object, why: str) -> None:
    """A number has a digit and can be seen; the text of the error masks it."""
    (problem,) = refused(lambda: PhoneNumber(number)).problems

    assert problem == Problem(what=why, hint="write its digits", field="number", value=number)


def test_phone_number_at_the_limit_is_kept() -> None:
    """64 characters are enough for any number with its extension."""
    assert PhoneNumber("1" * 64).key == "1" * 64


def test_unknown_kind_of_phone_is_refused_with_the_nearest() -> None:
    """Kinds are never guessed."""
    error = refused(lambda: PhoneNumber("1", "moble"))

    assert str(error) == "kind: 'moble' is no kind; did you mean 'mobile'?"
    assert error.problems[0].options == ("main", "work", "mobile", "home", "fax", "assistant", "other")


@pytest.mark.parametrize("kind", [None, 7])
def test_kind_that_is_no_text_is_refused_with_the_list(kind: object) -> None:
    """Where nothing is near, all choices are listed."""
    error = refused(lambda: PhoneNumber("1", kind))

    assert error.problems[0].hint.startswith("known: 'main', 'work'")


def test_phone_number_is_masked_in_its_repr() -> None:
    """What is shown to developers and logs is not the number."""
    assert repr(PhoneNumber("020 7946 0018", PhoneKind.HOME)) == "PhoneNumber('0…', 'home')"


# ---------------------------------------------------------------- addresses and consent


def test_address_with_nothing_in_it_is_false() -> None:
    """An address is true once it says anything; blank text says nothing (NET-7)."""
    assert not Address()
    assert not Address(street=" ", city="\n")
    assert Address(street=" ") == Address()
    assert [bool(Address(**{field.name: "x"})) for field in attrs.fields(Address)] == [True] * 5


def test_address_prints_in_one_line() -> None:
    """The parts follow each other as on an envelope; what is missing leaves no comma behind."""
    full = Address(street="1 High St\nFlat 2", city="London", region="Greater London", postal_code="N1", country="UK")

    assert str(full) == "1 High St, Flat 2, N1 London, Greater London, UK"
    assert str(Address(city="Rome")) == "Rome"
    assert str(Address()) == ""


def test_address_shows_which_parts_it_has_and_not_what_they_say() -> None:
    """The repr is free of personal data."""
    assert repr(Address(street="1 High St", country="UK")) == "Address(street, country)"


def test_all_that_is_wrong_with_an_address_is_reported() -> None:
    """Each part is held to the text policy, and the text of the error masks it."""
    error = refused(lambda: Address(street="S" * 1_021, city="C\x00", region=7, postal_code="P" * 1_020))

    assert [(p.field, p.what) for p in error.problems] == [
        ("street", "'S…' is 1,021 characters long, and 1,020 is the limit"),
        ("city", "'C…' holds U+0000, which no database keeps"),
        ("region", "'7…' is no text"),
    ]


def test_consent_stands_in_order_of_precedence() -> None:
    """DENIED outweighs GRANTED, which outweighs UNKNOWN (CONV-6)."""
    assert list(Consent) == ["denied", "granted", "unknown"]


# ---------------------------------------------------------------- references and derived ids


def test_lead_and_contact_of_one_id_are_two_records() -> None:
    """The identity of a record is its type and its id."""
    assert Ref(Lead, "1") != Ref(Contact, "1")
    assert Ref(Lead, "1") == Ref(Lead, "1")
    assert len({Ref(Lead, "1"), Ref(Lead, "1"), Ref(Contact, "1"), Ref(Lead, "2")}) == 3


def test_reference_prints_as_in_a_sentence() -> None:
    """The text is for people, the repr for developers."""
    assert str(Ref(SocialUpdate, "u1")) == "social update u1"
    assert repr(Ref(SocialUpdate, "u1")) == "Ref(SocialUpdate, 'u1')"


@pytest.mark.parametrize(
    ("kind", "name"), [(Lead, "lead"), (SocialUpdate, "social update"), (type("ABTest", (), {}), "a b test")]
)
def test_type_of_record_has_a_word(kind: type, name: str) -> None:
    """The words of a class name stand apart, in lower case."""
    assert type_name(kind) == name


class Text(str):
    """Text of somebody else's type, such as a template's safe string."""

    __slots__ = ()


def test_reference_accepts_any_text_as_id() -> None:
    """An id that is a kind of text is an id, as in a record."""
    assert Ref(Lead, Text("l1")) == Ref(Lead, "l1")


@pytest.mark.parametrize(
    ("given_id", "why"),
    [
        ("", "the id is blank, and an identity cannot be"),
        ("x" * 256, "the id is 256 characters long, and 255 is the limit"),
        ("l\u200b1", "the id holds U+200B (ZERO WIDTH SPACE), which cannot be seen"),
        (1, "the id is no text"),
        (None, "the id is no text"),
    ],
)
def test_what_is_no_id_makes_no_reference(given_id: object, why: str) -> None:
    """An id follows the text policy for identities."""
    assert refused(lambda: Ref(Lead, given_id)).problems == (Problem(what=why, field="id", value=given_id),)


def test_reference_needs_a_class_and_reports_all() -> None:
    """The word for a type is not the type; both mistakes are told at once."""
    error = refused(lambda: Ref("lead", ""))

    assert [(p.field, p.what) for p in error.problems] == [
        ("type", "'lead' is no type"),
        ("id", "the id is blank, and an identity cannot be"),
    ]


def test_reference_with_a_good_id_still_needs_a_class() -> None:
    """What is wrong is told alone."""
    assert [(p.field, p.what) for p in refused(lambda: Ref(None, "l1")).problems] == [("type", "None is no type")]


NAMESPACE: Final = UUID("5f0e8f3c-2d6b-4c56-9a36-0d1f9f4f6b11")


def test_derived_id_is_stable_for_ever() -> None:
    """Published: who holds the namespace derives this id today and in ten years (CONV-10)."""
    assert derived_id(NAMESPACE, "contact", "l1") == "47568659-3640-5cf5-8c1b-6363ff8f65a7"


def test_derived_id_differs_by_namespace_role_and_key() -> None:
    """Another organisation, another role or another key is another id."""
    other = UUID("5f0e8f3c-2d6b-4c56-9a36-0d1f9f4f6b12")
    ids = {derived_id(*parts) for parts in itertools.product((NAMESPACE, other), ("lead", "contact"), ("l1", "l2"))}

    assert len(ids) == 8


@given(
    *[
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\x1f")), st.text(st.characters(codec="utf-8"))
        )
    ]
    * 2
)
def test_role_and_key_cannot_run_into_each_other(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Two pairs give one id only if they are one pair, wherever the text is split."""
    assert (derived_id(NAMESPACE, *one) == derived_id(NAMESPACE, *other)) == (one == other)


def test_role_ends_where_the_key_begins() -> None:
    """A letter that moves from the role to the key makes another id."""
    assert derived_id(NAMESPACE, "lead", "s1") != derived_id(NAMESPACE, "leads", "1")


# ---------------------------------------------------------------- read-only mappings

LEAVES: Final = (
    st.none()
    | st.booleans()
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5)
    | st.integers(INT_MIN, INT_MAX)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
)
KEYS: Final = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=5)
FLAT: Final = st.dictionaries(KEYS, LEAVES, max_size=5)
DEEP: Final = st.dictionaries(
    KEYS,
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
    ),
    max_size=4,
)


@given(FLAT, KEYS)
def test_frozen_mapping_answers_as_the_dict_it_was_made_from(content: dict[str, Any], key: str) -> None:
    """Every question of a read-only mapping has the answer that a dict gives."""
    frozen = FrozenMap(content)

    assert frozen == content
    assert content == frozen
    assert dict(frozen) == content
    assert len(frozen) == len(content)
    assert list(frozen) == list(content)
    assert list(frozen.items()) == list(content.items())
    assert list(frozen.values()) == list(content.values())
    assert frozen.keys() == content.keys()
    assert frozen.get(key) == content.get(key)
    assert (key in frozen) == (key in content)
    assert bool(frozen) == bool(content)


@given(FLAT, FLAT)
def test_frozen_mappings_are_equal_as_dicts_are_and_hash_alike(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Equality is that of the contents, in any order; equal mappings have equal hashes."""
    backwards = FrozenMap(dict(reversed(one.items())))

    assert (FrozenMap(one) == FrozenMap(other)) == (one == other)
    assert (FrozenMap(one) != other) == (one != other)
    assert backwards == FrozenMap(one)
    assert hash(backwards) == hash(FrozenMap(one))


@given(DEEP)
def test_frozen_mapping_survives_copying_and_pickling(content: dict[str, Any]) -> None:
    """However deep it is, a copy is equal and hashes alike."""
    frozen = FrozenMap(content)

    assert again(frozen) == [frozen] * len(again(frozen))
    assert {hash(copied) for copied in again(frozen)} == {hash(frozen)}


@given(DEEP)
def test_freezing_what_is_frozen_changes_nothing(content: dict[str, Any]) -> None:
    """A frozen form has itself as its frozen form."""
    frozen = FrozenMap(content)

    assert FrozenMap(frozen) == frozen
    assert FrozenMap(frozen.items()) == frozen


def is_frozen(value: object) -> bool:
    """Say, independently of the code, whether a value and all in it can no longer change."""
    if isinstance(value, Mapping):
        return type(value) is FrozenMap and all(map(is_frozen, value.values()))
    if isinstance(value, (tuple, frozenset)):
        return type(value) in {tuple, frozenset} and all(map(is_frozen, value))
    return not isinstance(value, (list, set, bytearray))


@given(DEEP)
def test_freezing_is_deep(content: dict[str, Any]) -> None:
    """Lists become tuples and dicts frozen mappings at every level, and the whole can be hashed."""
    frozen = FrozenMap(content)

    assert is_frozen(frozen)
    assert isinstance(hash(frozen), int)


def test_each_collection_has_its_frozen_form() -> None:
    """List and tuple, set and frozenset, and any kind of mapping."""
    frozen = FrozenMap({"l": [1, [2]], "t": (1,), "s": {1}, "f": frozenset({1}), "m": UserDict({"a": [1]})})

    assert dict(frozen) == {
        "l": (1, (2,)), "t": (1,), "s": frozenset({1}), "f": frozenset({1}), "m": FrozenMap({"a": (1,)}),
    }  # fmt: skip
    assert type(frozen["m"]) is FrozenMap


def test_instants_are_kept_in_utc() -> None:
    """An aware instant is kept as the same instant, in UTC."""
    frozen = FrozenMap({"at": NOON.astimezone(timezone(timedelta(hours=2)))})

    assert frozen["at"] == NOON
    assert frozen["at"].tzinfo is UTC


class Level(IntEnum):
    """A user's own closed list."""

    LOW = 1


def test_values_of_leadmodel_and_closed_lists_are_kept_as_they_are() -> None:
    """Money, references, dates and enumerations are frozen already."""
    content = {"m": Money(1, "EUR"), "r": Ref(Lead, "l1"), "d": date(2026, 3, 2), "c": Consent.DENIED, "e": Level.LOW}

    assert dict(FrozenMap(content)) == content


def test_later_changes_to_the_original_do_not_show() -> None:
    """The caller keeps their list; the record keeps what it was given."""
    inner, names = {"a": [1]}, ["x"]
    original: dict[str, Any] = {"inner": inner, "names": names, "set": {1}}
    frozen = FrozenMap(original)
    inner["a"].append(2)
    inner["b"] = []
    names.append("y")
    original["set"].add(2)
    original["new"] = 1

    assert frozen == FrozenMap({"inner": {"a": [1]}, "names": ["x"], "set": {1}})


MUTATIONS: Final[dict[str, Callable[[Any], object]]] = {
    "set item": lambda m: m.__setitem__("a", 2),
    "delete item": lambda m: m.__delitem__("a"),
    "pop": lambda m: m.pop("a"),
    "popitem": lambda m: m.popitem(),
    "clear": lambda m: m.clear(),
    "update": lambda m: m.update(a=2),
    "setdefault": lambda m: m.setdefault("b", 2),
    "union in place": lambda m: m.__ior__({"b": 2}),
    "attribute": lambda m: setattr(m, "a", 2),
    "slot": lambda m: setattr(m, "_content", {}),
    "delete slot": lambda m: delattr(m, "_content"),
    "hash": lambda m: setattr(m, "_hash", 1),
}


@pytest.mark.parametrize("mutate", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_frozen_mapping_refuses_every_change(mutate: Callable[[Any], object]) -> None:
    """There is no way to change it from outside."""
    frozen = FrozenMap({"a": 1})

    with pytest.raises((AttributeError, TypeError)):
        mutate(frozen)
    assert frozen == {"a": 1}


def test_refused_change_says_what_to_do() -> None:
    """The way to change a mapping is to make a new one."""
    with pytest.raises(AttributeError, match="make a new one instead of setting a"):
        FrozenMap().a = 1
    with pytest.raises(AttributeError, match="make a new one instead of deleting a"):
        del FrozenMap().a


def test_all_that_has_no_frozen_form_is_reported_with_its_path() -> None:
    """Every refusal names the path to the value, however deep, and what to do about it."""
    naive = datetime(2026, 3, 2)  # noqa: DTZ001  (naive on purpose)
    marker = object()
    error = refused(
        lambda: FrozenMap(
            {
                "a": {"b": [1, marker]},
                "c": 2**63,
                "d": math.nan,
                "e": naive,
                "f": "x\x00",
                "g": Decimal("sNaN"),
                " ": 1,
                7: 1,
            }
        )
    )

    assert [(p.field, p.what) for p in error.problems] == [
        ("", "the key ' ' is blank, and an identity cannot be"),
        ("", "the key 7 is no text"),
        ("a.b[1]", "is a object, which has no read-only form"),
        ("c", "does not fit into 64 bits"),
        ("d", "is nan, which is no number"),
        ("e", "has no time zone; give it one, such as tzinfo=datetime.UTC"),
        ("f", "holds U+0000, which no database keeps"),
        ("g", "is sNaN, which is no number"),
    ]
    assert error.problems[2].value is marker


@pytest.mark.parametrize(
    "value",
    [bytearray(b"x"), b"x", object(), Lead, len, iter([]), 1j, UUID(int=0), timedelta(1), range(3)],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_frozen_form_is_refused(value: object) -> None:
    """What cannot be stored as plain data is no content of a record."""
    (problem,) = refused(lambda: FrozenMap({"a": [value]})).problems

    assert problem.what == f"is a {type(value).__name__}, which has no read-only form"
    assert (problem.field, problem.value) == ("a[0]", value)


@pytest.mark.parametrize("number", [INT_MIN, INT_MAX, Decimal("1e999"), 1e308])
def test_numbers_within_bounds_are_kept(number: object) -> None:
    """64 bits for whole numbers; anything finite for the others."""
    assert FrozenMap({"a": number})["a"] == number


@pytest.mark.parametrize(
    "number", [INT_MIN - 1, INT_MAX + 1, math.inf, -math.inf, Decimal("-Infinity"), Decimal("NaN")]
)
def test_numbers_out_of_bounds_are_refused(number: object) -> None:
    """What no engine keeps, no record holds."""
    assert len(refused(lambda: FrozenMap({"a": number})).problems) == 1


def test_text_in_a_mapping_has_the_limit_of_a_long_text() -> None:
    """100,000 characters and not one more; keys have the limit of an id."""
    assert FrozenMap({"a" * ID_LIMIT: "x" * TEXT_LIMIT})
    assert len(refused(lambda: FrozenMap({"a" * (ID_LIMIT + 1): "x" * (TEXT_LIMIT + 1)})).problems) == 2


def nested(levels: int, wrap: Callable[[Any], Any]) -> object:
    """Wrap a leaf so many times."""
    value: Any = 1
    for _ in range(levels):
        value = wrap(value)
    return value


@pytest.mark.parametrize("wrap", [lambda v: {"a": v}, lambda v: [v]], ids=["mappings", "lists"])
def test_mapping_is_at_most_64_levels_deep(wrap: Callable[[Any], Any]) -> None:
    """The limit itself is allowed; one level more is refused before any stack is exhausted."""
    assert hash(FrozenMap({"a": nested(DEPTH_LIMIT, wrap)}))
    (problem,) = refused(lambda: FrozenMap({"a": nested(DEPTH_LIMIT + 1, wrap)})).problems
    assert problem.what == "is nested more than 64 levels deep"
    assert refused(lambda: FrozenMap({"a": nested(100_000, wrap)})).problems[0].what == problem.what


def test_value_that_holds_itself_is_refused() -> None:
    """A circle has no bottom."""
    circle: list[Any] = []
    circle.append(circle)

    assert "64 levels" in str(refused(lambda: FrozenMap({"a": circle})))


def test_frozen_mapping_shows_its_keys_and_no_values() -> None:
    """The repr is free of personal data."""
    assert repr(FrozenMap({"b": "secret", "a": 1})) == "FrozenMap(2 keys: a, b)"
    assert repr(EMPTY) == "FrozenMap()"


def test_frozen_mapping_is_no_list() -> None:
    """Equality with what is no mapping is simply false."""
    assert EMPTY != []
    assert FrozenMap({"a": 1}) != [("a", 1)]


# ---------------------------------------------------------------- all of them

VALUES: Final = [
    Money("1.50", "EUR"),
    EmailAddress("Ada@acme.example"),
    PhoneNumber("020 7946 0018", PhoneKind.FAX),
    Address(street="1 High St"),
    Ref(Lead, "l1"),
    FrozenMap({"a": [1, {"b": 2}]}),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_value_survives_copying_and_pickling(value: object) -> None:
    """Copies are equal, hash alike, show alike and are as frozen as the original."""
    for copied in again(value):
        assert copied == value
        assert (hash(copied), str(copied), repr(copied)) == (hash(value), str(value), repr(value))
        with pytest.raises(AttributeError):
            copied.amount = 1


@pytest.mark.parametrize("value", VALUES[:-1], ids=lambda value: type(value).__name__)
def test_value_can_be_evolved(value: object) -> None:
    """`attrs.evolve` without changes gives an equal value."""
    assert attrs.evolve(value) == value
