"""vCards: people of many address books are read, and a bad card does not stop the good ones."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import shared_files

from leadmodel.entities import Contact, Deal, Lead, Record
from leadmodel.errors import InvalidInput, MissingExtra
from leadmodel.formats.products.card_lines import PHONES
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.targets import target_of
from leadmodel.formats.vcard import DROPPED, FIELDS, looks_like, read_cards
from leadmodel.networks import Profile
from leadmodel.values import Address, PhoneNumber

Locate = Callable[..., Path]


def card(*lines: str, version: str = "3.0") -> str:
    """Write a card."""
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def only(*lines: str, version: str = "3.0", record_type: type[Record] = Contact) -> Record:
    """Give the one person of a card."""
    (person,) = read_cards(card(*lines, version=version), record_type=record_type, name="people.vcf")  # type: ignore[arg-type]  # one of the two
    return person


class TestCards:
    """What stands in a card is what stands in the record."""

    def test_contact(self) -> None:
        """Names, numbers by their types, the preferred address first, categories, a picture that is told."""
        text = card(
            "UID:urn:uuid:1", "N:Lovelace;Ada;Augusta\\, King;Ms.;", "FN:Ms. Ada Lovelace",
            "ORG:Science\\; Arts;Engines",
            "TITLE:Countess", "ROLE:Mathematics", "EMAIL;TYPE=home:ada@home.example",
            "EMAIL;TYPE=work,pref:ada@science.example", "TEL;TYPE=CELL,VOICE:555-1", "TEL;TYPE=home,fax:555-2",
            "TEL:555-3", "TEL;TYPE=pager:555-4", "TEL;TYPE=WORK:555-5", "TEL;TYPE=HOME:555-6",
            "ADR;TYPE=work:;Floor 2;1 Loom Street;London;Greater London;N1;UK", "ADR;TYPE=home:;;Home;;;;",
            "BDAY:18151210", "CATEGORIES:vip,press", "NOTE:likes\\nlooms\\, and engines", "NOTE:twice", "LANG:en",
            "REV:20260301T093000Z", "URL:https://science.example", "X-SHOE-SIZE:38", "PHOTO;ENCODING=b:AAAA",
        )  # fmt: skip

        reading = read_cards(text, name="people.vcf")

        assert reading.records == (
            Contact(
                id="urn:uuid:1", first_name="Ada", last_name="Lovelace", salutation="Ms.", title="Countess",
                emails=["ada@science.example", "ada@home.example"],
                phones=[
                    PhoneNumber("555-1", "mobile"), PhoneNumber("555-2", "fax"), PhoneNumber("555-3"),
                    PhoneNumber("555-4", "other"), PhoneNumber("555-5", "work"), PhoneNumber("555-6", "home"),
                ],
                address=Address(
                    street="Floor 2\n1 Loom Street", city="London", region="Greater London", postal_code="N1",
                    country="UK",
                ),
                birth_date=date(1815, 12, 10), tags=["vip", "press"], description="likes\nlooms, and engines\n\ntwice",
                language="en", modified_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
                custom={
                    "FN": "Ms. Ada Lovelace", "N.additional": "Augusta, King", "ORG": "Science; Arts",
                    "ORG.units": "Engines", "ROLE": "Mathematics", "ADR (others)": ";;Home;;;;",
                    "URL": "https://science.example", "X-SHOE-SIZE": "38",
                },
            ),
        )  # fmt: skip
        assert reading.skipped == ("people.vcf: 1 value of PHOTO",)
        assert reading.columns["TEL;mobile"] == "phones.mobile"

    def test_lead(self) -> None:
        """For a lead the organisation is the company, and the first address on the web its website."""
        lead = only("FN:Ada", "ORG:Science", "URL:https://a.example", "URL:https://b.example", record_type=Lead)

        assert lead == Lead(
            id="people-1", last_name="Ada", company="Science", website="https://a.example",
            custom={"URL (others)": "https://b.example"},
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("lines", "names"),
        [
            (["FN:Ada L."], ("", "Ada L.")),
            (["N:;;;;", "FN:Ada L."], ("", "Ada L.")),
            (["N:Lovelace"], ("", "Lovelace")),
            (["N:;Ada;;;", "FN:Ada"], ("", "Ada")),
            (["N:;Ada;;;", "FN:Ada L."], ("", "Ada L.")),
            (["N:;Ada;;;", "FN:The Countess"], ("Ada", "The Countess")),
            (["N:;Ada;;;", "FN:Adam"], ("Ada", "Adam")),
            (["EMAIL:a@b.example"], ("", "")),
        ],
    )
    def test_names(self, lines: list[str], names: tuple[str, str]) -> None:
        """What is shown stands in for a family name; nothing is taken apart."""
        person = only(*lines)

        assert isinstance(person, Contact)
        assert (person.first_name, person.last_name) == names

    def test_lead_with_a_first_name_alone(self) -> None:
        """It has a company; without one, what is shown stands in for a family name (LEAD-1)."""
        assert only("N:;Ada;;;", "FN:Ada", record_type=Lead) == Lead(id="people-1", last_name="Ada")

        lead = only("N:;Ada;;;", "FN:Ada", "ORG:Science", record_type=Lead)

        assert lead == Lead(id="people-1", first_name="Ada", company="Science", custom={"FN": "Ada"})

    def test_version_2_1(self) -> None:
        """Bare types, quoted-printable over several lines, a charset; a backslash is a backslash there."""
        lead = only(
            "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg",
            "NOTE;ENCODING=QUOTED-PRINTABLE:first=0D=0A=",
            "second",
            "TEL;WORK;VOICE:555-1",
            "ORG:C:\\new\\;x;Y",
            "LABEL;QUOTED-PRINTABLE:=C3=A4",
            version="2.1",
            record_type=Lead,
        )

        assert lead == Lead(
            id="people-1", first_name="Jörg", last_name="Müller", description="first\nsecond", company="C:\\new;x",
            phones=[PhoneNumber("555-1", "work")], custom={"ORG.units": "Y", "LABEL": "ä"},
        )  # fmt: skip

    def test_version_4_0(self) -> None:
        """Numbers are addresses with extensions; the rank of what is preferred is a number."""
        contact = only(
            "FN:Simon",
            'TEL;VALUE=uri;TYPE="work,voice":tel:+1-418-656-9254;ext=102',
            "EMAIL;PREF=20:b@b.example",
            "EMAIL:c@b.example",
            "EMAIL;PREF=1:a@b.example",
            "EMAIL;PREF=often:d@b.example",
            version="4.0",
        )

        assert contact == Contact(
            id="people-1", last_name="Simon", phones=[PhoneNumber("+1-418-656-9254 ext. 102", "work")],
            emails=["a@b.example", "b@b.example", "c@b.example", "d@b.example"],
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("line", "kept"),
        [
            ("BDAY:1815-12-10T00:00:00Z", {}),
            ("BDAY:--1210", {"BDAY (as written)": "--1210"}),
            ("BDAY;VALUE=text:circa 1815", {"BDAY (as written)": "circa 1815"}),
            ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10", {"BDAY (as written)": "--12-10"}),
            ("BDAY;X-APPLE-OMIT-YEAR=1604:1815-12-10", {}),
        ],
    )
    def test_birthdays(self, line: str, kept: dict[str, str]) -> None:
        """A day without a year is kept as it is written."""
        contact = only("FN:Ada", line)

        assert isinstance(contact, Contact)
        assert (dict(contact.custom), contact.birth_date) == (kept, None if kept else date(1815, 12, 10))

    def test_text_without_a_charset_is_in_that_of_the_file(self) -> None:
        """Quoted-printable text of old programs names none; what cannot be read is kept as it is written, and told."""
        card = b"BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE:Ren=E9;Jo;;;\nTEL:1\nEND:VCARD\n"
        given, reading = read_cards(card, encoding="cp1252"), read_cards(card)

        assert [(person.first_name, person.last_name) for person in given.records] == [("Jo", "Ren\xe9")]
        assert reading.records[0].custom == {"N (as written)": "Ren=E9;Jo;;;"}
        assert "the value of 'N' cannot be read, and is kept as it is written; pass encoding=" in reading.skipped[0]

    @pytest.mark.parametrize("when", ["2026-03-01T09:30:00", "yesterday"])
    def test_revisions_without_a_zone(self, when: str) -> None:
        """Nobody knows when that was."""
        assert only("FN:Ada", f"REV:{when}") == Contact(
            id="people-1", last_name="Ada", custom={"REV (as written)": when}
        )  # fmt: skip

    def test_backslashes_at_the_end(self) -> None:
        """A value may end in the middle of an escape."""
        contact = only("N:Lovelace\\;;Ada\\", "CATEGORIES:a\\,b,c\\")

        assert isinstance(contact, Contact)
        assert (contact.last_name, contact.first_name, contact.tags) == ("Lovelace;", "Ada\\", {"a,b", "c\\"})


class TestProfiles:
    """Who somebody is on a network stands in many properties."""

    @pytest.mark.parametrize(
        ("line", "profile"),
        [
            ("X-SOCIALPROFILE;type=twitter:http://twitter.com/Ada", Profile("x", "ada")),
            ("X-SOCIALPROFILE;type=twitter;x-user=ada:x-apple:ada", Profile("x", "ada")),
            ("X-SOCIALPROFILE;type=twitter:x-apple:ada", Profile("x", "ada")),
            ("SOCIALPROFILE;SERVICE-TYPE=Mastodon:https://s.example/@ada", Profile("mastodon", "ada@s.example")),
            ("item1.X-SOCIALPROFILE;type=linkedin:https://www.linkedin.com/in/ada", Profile("linkedin", "ada")),
            ("IMPP;X-SERVICE-TYPE=Facebook:ada.lovelace", Profile("facebook", "ada.lovelace")),
            ("IMPP:bluesky:ada.bsky.social", Profile("bluesky", "ada.bsky.social")),
            ("X-TWITTER:@Ada", Profile("x", "ada")),
            ("X-GITHUB;USERNAME=ada:https://github.example/x", Profile("github", "ada")),
            ("URL:https://x.com/ada", Profile("x", "ada")),
            ("URL:https://x.com/i/user/123", Profile("x", uid="123")),
        ],
    )  # fmt: skip
    def test_known_networks(self, line: str, profile: Profile) -> None:
        """Each way of writing one gives the same profile."""
        contact = only("FN:Ada", line)

        assert isinstance(contact, Contact)
        assert contact.profiles == (profile,)

    @pytest.mark.parametrize(
        ("line", "field"),
        [
            ("IMPP:skype:ada", "IMPP"),
            ("IMPP;TYPE=home:xmpp:ada@science.example", "IMPP"),
            ("URL:https://science.example/ada", "URL"),
            ("X-TWITTER:no handle at all", "X-TWITTER"),
            ("X-SOCIALPROFILE;type=myspace:ada", "X-SOCIALPROFILE"),
        ],
    )
    def test_unknown_networks_are_kept(self, line: str, field: str) -> None:
        """What is no profile goes to the custom fields as it is."""
        contact = only("FN:Ada", line)

        assert isinstance(contact, Contact)
        assert (contact.profiles, list(contact.custom)) == ((), [field])


class TestFiles:
    """Several cards, some of them bad."""

    def test_bad_cards_do_not_stop_the_good_ones(self) -> None:
        """Each is told with its line, and why."""
        text = (
            card("FN:Ada", "EMAIL:nobody")
            + card("FN:Bob", "no property", "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=none:x", "X" * 1100 + ":x")
            + "BEGIN:VCARD\nFN:Cut\n"
            + card("UID:1", "FN:Eve")
            + card("UID:1", "FN:Eve again")
            + "BEGIN:VCARD\nFN:Last\n"
        )

        reading = read_cards(text, name="people.vcf")

        assert [record.id for record in reading] == ["people-6", "1"]
        assert [what.partition(":")[0] for what in reading.skipped] == [
            "people.vcf line 6", "people.vcf line 6", "people.vcf line 6", "people.vcf line 13", "people.vcf line 25",
            "people.vcf line 1, EMAIL", "people.vcf line 20, id",
        ]  # fmt: skip

    def test_agent_is_left_out(self) -> None:
        """A card within a card is somebody else."""
        contact = only("FN:Ada", "AGENT:", "BEGIN:VCARD", "FN:Eve", "END:VCARD", "TITLE:Countess", version="2.1")

        assert contact == Contact(id="people-1", last_name="Ada", title="Countess")

    def test_nothing_but_bad_cards(self) -> None:
        """Where nobody can be read, everything wrong is raised."""
        with pytest.raises(InvalidInput) as caught:
            read_cards(card("FN:Ada", "EMAIL:nobody"), name="people.vcf")

        assert [problem.where for problem in caught.value.problems] == ["people.vcf line 1"]

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("id,name\n1,Ada\n", "there is no card in it"),
            ("BEGIN:VCARD\nFN:Ada\n", "line 1: the card does not end"),
            ("END:VCARD\n", "there is no card in it"),
        ],
    )
    def test_no_cards(self, text: str, what: str) -> None:
        """A file of something else is refused."""
        with pytest.raises(InvalidInput, match=what):
            read_cards(text)

    def test_lead_needs_a_name(self) -> None:
        """No card has one, nor a company."""
        with pytest.raises(InvalidInput, match="no column is read as 'last_name' or 'company'"):
            read_cards(card("EMAIL:a@b.example"), record_type=Lead)

    def test_encodings(self) -> None:
        """Bytes are UTF-8 unless the caller knows better."""
        content = card("FN:Jörg").encode("latin-1")

        with pytest.raises(InvalidInput, match="is no UTF-8"):
            read_cards(content)
        (contact,) = read_cards(content, encoding="latin-1").of(Contact)

        assert contact.last_name == "Jörg"

    def test_other_records_do_not_stand_in_cards(self) -> None:
        """A card is a person."""
        with pytest.raises(InvalidInput, match="pass Contact or Lead"):
            read_cards(card("FN:Ada"), record_type=Deal)

    def test_shape(self) -> None:
        """The first line tells a card, in any case."""
        assert (looks_like("\ufeff\nbegin:vCard\n"), looks_like("BEGIN:VCALENDAR")) == (True, False)

    def test_library_that_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The extra that brings it is named."""
        monkeypatch.setitem(sys.modules, "vobject", None)

        with pytest.raises(MissingExtra) as caught:
            read_cards(card("FN:Ada"))

        assert caught.value == MissingExtra(library="vobject", extra="vcard", purpose="reading vCards")

    def test_library_is_not_loaded_before_it_is_used(self) -> None:
        """The module is imported by the command, which has to start without the extra."""
        code = "import sys, leadmodel.formats.vcard; print('vobject' in sys.modules)"

        assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


class TestTable:
    """The table and the records agree."""

    @pytest.mark.parametrize("record_type", FIELDS, ids=lambda kind: kind.__name__)
    def test_every_row_is_a_target(self, record_type: type[Record]) -> None:
        """No row names what a record does not have, and every kind of number has a row."""
        targets = set(FIELDS[record_type].values())

        assert {target_of(record_type, target, Options()).name for target in targets} == targets
        assert set(PHONES.values()) <= set(FIELDS[record_type])


class TestRealCards:
    """Cards that address books wrote, and those of the standards."""

    @pytest.mark.parametrize("path", shared_files("vcard_samples", "*.vcf"))
    @pytest.mark.parametrize("record_type", [Contact, Lead])
    def test_every_card_is_read(self, path: Path, record_type: type[Contact | Lead]) -> None:
        """Nothing is left out but pictures and keys; everybody has a name, and an address or a number."""
        reading = read_cards(path, record_type=record_type)

        assert len(reading) == path.read_text("utf-8").casefold().count("begin:vcard")
        assert all(what.endswith(tuple(DROPPED)) for what in reading.skipped)
        assert [p.last_name for p in reading.of(record_type) if not p.last_name or not (p.emails or p.phones)] == []

    def test_evolution(self, shared: Locate) -> None:
        """Folded lines, escaped commas, types among other parameters."""
        (contact,) = read_cards(shared("vcard_samples", "John_Doe_EVOLUTION.vcf")).of(Contact)

        assert (contact.id, contact.first_name, contact.last_name, contact.salutation, contact.title) == (
            "477343c8e6bf375a9bac1f96a5000837", "John", "Doe", "Mr.", "Money Counter",
        )  # fmt: skip
        assert contact.phones == (PhoneNumber("905-666-1234", "mobile"), PhoneNumber("905-555-1234", "work"))
        assert (contact.birth_date, contact.tags) == (date(1980, 3, 22), {"VIP"})
        assert contact.address == Address(
            street="ASB-123\n15 Crescent moon drive", city="Albaney", region="New York", postal_code="12345",
            country="United States of America",
        )  # fmt: skip
        assert (contact.custom["FN"], contact.custom["N.additional"]) == (
            "Mr. John Richter, James Doe Sr.", "Richter, James",
        )  # fmt: skip

    def test_outlook(self, shared: Locate) -> None:
        """Version 2.1: labels over several lines, of which nothing is lost."""
        (contact,) = read_cards(shared("vcard_samples", "John_Doe_MS_OUTLOOK.vcf")).of(Contact)

        assert contact.custom["LABEL"] == (
            "Cresent moon drive\nAlbaney, New York  12345", "Silicon Alley 5,\nNew York, New York  12345",
        )  # fmt: skip


LINES = st.builds(
    "{}{}:{}".format,
    st.sampled_from(
        ["N", "FN", "TEL", "ADR", "ORG", "BDAY", "REV", "UID", "X-SOCIALPROFILE", "IMPP", "BEGIN", "END", "AGENT"]
    ),
    st.sampled_from(
        ["", ";TYPE=work", ";ENCODING=QUOTED-PRINTABLE", ";CHARSET=x", ";PREF=1", ';A="', ";;", ";TYPE=a,b;c"]
    )
    | st.text(max_size=6),
    st.sampled_from(["VCARD", "=C3=A4=", "http://x.com/ada", ";;;"]) | st.text(max_size=20),
)


class TestWhatever:
    """Nothing that stands in a file brings the reader down."""

    @given(lines=st.lists(LINES | st.text(max_size=20), max_size=8), version=st.sampled_from(["2.1", "3.0", "4.0"]))
    def test_cards_give_people_or_typed_errors(self, lines: list[str], version: str) -> None:
        """People, or everything that is wrong."""
        with suppress(InvalidInput):
            assert isinstance(read_cards(card(*lines, version=version)), Reading)

    @given(content=st.binary(max_size=80))
    def test_bytes_give_people_or_typed_errors(self, content: bytes) -> None:
        """Whatever stands between the frame of a card."""
        with suppress(InvalidInput):
            assert isinstance(read_cards(b"BEGIN:VCARD\nN:A\n" + content + b"\nEND:VCARD\n"), Reading)
