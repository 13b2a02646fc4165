"""Phone numbers by the plans of their countries, e-mail addresses by the letter of the standards, where one asks."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET  # our own copy of a published file

import pytest

from leadmodel import Contact, EmailAddress, InvalidInput, InvalidValue, MissingExtra, PhoneKind, PhoneNumber
from leadmodel.formats import emails, phones, vcard, zoho
from leadmodel.formats.emails import strict_email
from leadmodel.formats.phones import check_region, completed, phone_number
from leadmodel.formats.tabular import read_contacts

#: Numbers as people in Belgium write them, and how they are dialled from anywhere.
WRITTEN: Final = {
    "0450 00 12 34": "+32450001234",
    "0450/00.12.34": "+32450001234",
    "00 32 450 00 12 34": "+32450001234",
    "+44 (0) 20 7946 0958": "+442079460958",
    "02 555 12 12 ext. 34": "+3225551212x34",
}
#: What no plan knows.
UNKNOWN: Final = ("112", "ask for Bob, line 5", "0450 00 12 34 56 78 90")


@pytest.mark.parametrize("number", WRITTEN)
def test_number_is_completed_by_its_country(number: str) -> None:
    """The digits that are only dialled at home go, the country comes, and the extension stays."""
    found = phone_number(number, region="BE", kind=PhoneKind.MOBILE)

    assert (found.key, found.kind) == (WRITTEN[number], PhoneKind.MOBILE)
    assert found == completed(number, region="BE", kind=PhoneKind.MOBILE)


def test_numbers_of_every_region_keep_every_digit(shared: Callable[..., Path]) -> None:
    """An example mobile number of each region, as the plans give it without a prefix."""
    examples: dict[str, str] = json.loads(shared("phone_example_mobiles", "examples.mobile.json").read_text())
    found = {region: phone_number(number, region=region).key for region, number in examples.items()}

    assert len(examples) == 245
    assert {region: key[-len(examples[region]) :] for region, key in found.items()} == examples
    assert {key[0] for key in found.values()} == {"+"}
    assert all(len(found[region]) > len(number) + 1 for region, number in examples.items())


@pytest.mark.parametrize("number", UNKNOWN)
def test_number_that_no_plan_knows_is_refused_or_left_alone(number: str) -> None:
    """Whoever asks for one number wants to know; in a table it stays what it was."""
    with pytest.raises(InvalidValue, match="no phone number that can be dialled in BE") as caught:
        phone_number(number, region="BE")

    assert caught.value.problems[0].value == number
    assert completed(number, region="BE") == PhoneNumber(number)


@pytest.mark.parametrize("read", [phone_number, completed])
def test_text_without_digits_is_no_number(read: Callable[..., PhoneNumber]) -> None:
    """With a country or without."""
    with pytest.raises(InvalidValue, match="holds no digit"):
        read("unknown", region="BE")


def test_country_without_phones_is_refused_with_the_nearest() -> None:
    """Two capitals of ISO 3166; the long name is none."""
    with pytest.raises(InvalidValue, match="'Belgium' is no country with phones; write two capitals"):
        check_region("Belgium")
    with pytest.raises(InvalidValue, match="did you mean 'BE'"):
        check_region("be")
    with pytest.raises(InvalidValue, match="write two capitals"):
        phone_number("0450 00 12 34", region=32)  # type: ignore[arg-type]  # what callers without types do


class TestAddresses:
    """What mail systems pass on."""

    @staticmethod
    def group(path: Path, category: str) -> list[str]:
        """Give the addresses of a category; visible signs stand for control characters in the file."""
        tests = ET.parse(path).getroot().iter("test")  # noqa: S314  (our own copy)
        addresses = [test.findtext("address") or "" for test in tests if test.findtext("category") == category]
        signs = {0x2400 + code: code for code in range(0x20)}
        return [address.translate(signs) for address in addresses]

    def test_valid_addresses_are_read(self, shared: Callable[..., Path]) -> None:
        """Every address that the published set calls valid, as it was given."""
        valid = self.group(shared("email_isemail", "tests.xml"), "ISEMAIL_VALID_CATEGORY")

        assert len(valid) == 14
        assert [strict_email(address).address for address in valid] == valid

    def test_faulty_addresses_are_refused(self, shared: Callable[..., Path]) -> None:
        """Every address that the published set calls an error."""
        faulty = self.group(shared("email_isemail", "tests.xml"), "ISEMAIL_ERR")
        read = []
        for address in faulty:
            with pytest.raises(InvalidValue) as caught:
                read.append(strict_email(address))
            assert caught.value.subject == "e-mail address"

        assert len(faulty) == 66
        assert read == []

    @pytest.mark.parametrize(
        ("address", "why"),
        [
            ("ada@acme..example", "cannot have two periods in a row"),
            (f"{'a' * 65}@acme.example", "too long"),
            ('"ada"@acme.example', "quoting"),
            ("ada@[192.0.2.1]", "bracketed IP address"),
            ("ada@localhost", "special-use"),
        ],
    )
    def test_address_that_records_take_may_be_refused(self, address: str, why: str) -> None:
        """It has the form of an address; the reason is the library's."""
        with pytest.raises(InvalidValue, match=why) as caught:
            strict_email(address)

        assert EmailAddress(address).address == address
        assert caught.value.problems[0].value == address
        assert address not in str(caught.value)

    def test_form_of_a_header_loses_its_name(self) -> None:
        """As for every address."""
        assert strict_email("Ada Abara <Ada@Acme.example>").address == "Ada@Acme.example"


class TestReaders:
    """The options of tables and of other products' records."""

    TABLE: Final = "Id,Last Name,Email,Phone,Mobile\nc1,Abara,ada@acme.example,02 555 12 12,ask Bob 5\n"

    def test_numbers_of_a_table_are_completed(self) -> None:
        """Those that the country's plan knows; another stays as it is."""
        (ada,) = read_contacts(self.TABLE, region="BE")
        (before,) = read_contacts(self.TABLE)

        assert [phone.key for phone in ada.phones] == ["+3225551212", "5"]
        assert [phone.key for phone in before.phones] == ["025551212", "5"]

    def test_addresses_of_a_table_are_refused_where_that_is_asked(self) -> None:
        """With the row, the column and the reason."""
        table = self.TABLE.replace("ada@acme.example", "ada@acme..example")
        with pytest.raises(InvalidInput, match=r"line 2, Email: .* two periods in a row"):
            read_contacts(table, strict_emails=True)

        assert len(read_contacts(table)) == 1

    def test_records_of_products_take_the_same_options(self) -> None:
        """A payload of Zoho, and a vCard."""
        payload = {"data": [{"id": "1", "Last_Name": "Abara", "Phone": "02 555 12 12"}]}
        card = "BEGIN:VCARD\nVERSION:3.0\nUID:1\nN:Abara;Ada\nFN:Ada Abara\nTEL:02 555 12 12\nEND:VCARD\n"
        (zohos,) = zoho.read_records(json.dumps(payload), module="Contacts", region="BE")
        (cards,) = vcard.read_cards(card, region="BE")

        assert [type(zohos), type(cards)] == [Contact, Contact]
        assert [*zohos.phones, *cards.phones] == [PhoneNumber("+3225551212")] * 2

    def test_wrong_options_are_refused_before_anything_is_read(self) -> None:
        """Even where no row has a number."""
        with pytest.raises(InvalidValue, match="no country with phones"):
            read_contacts("Id,Last Name\n", region="Belgium")

    @pytest.mark.parametrize(
        ("library", "option", "extra"),
        [("phonenumbers", {"region": "BE"}, "phones"), ("email_validator", {"strict_emails": True}, "email")],
    )
    def test_missing_library_is_named_with_its_extra(
        self, library: str, option: dict[str, object], extra: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only where it is wanted."""
        for module in (phones, emails):
            module._library.cache_clear()
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(MissingExtra, match=rf"leadmodel\[{extra}\]"):
            read_contacts(self.TABLE, **option)  # type: ignore[arg-type]  # one of the options

        assert len(read_contacts(self.TABLE)) == 1
