"""Tables of people and deals: whole records from whole files, and every way in which a file can be wrong."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pages import bare

from leadmodel.entities import Account, Contact, Deal, Lead, Rating, Record, SocialUpdate
from leadmodel.errors import InvalidInput, InvalidTable, InvalidValue, Problem
from leadmodel.formats.headers import guessed
from leadmodel.formats.intake import sources
from leadmodel.formats.reading import Reading
from leadmodel.formats.tabular import (
    read_accounts,
    read_contacts,
    read_deals,
    read_leads,
    read_people,
    read_records,
    read_stages,
)
from leadmodel.networks import Profile
from leadmodel.processes import Forecast, Outcome, Pipeline, Stage
from leadmodel.values import Address, FrozenMap, Money, PhoneNumber


def problems_of(read: Callable[..., object], text: str | bytes, **options: object) -> tuple[Problem, ...]:
    """Give the problems with which a table called people.csv is refused."""
    with pytest.raises(InvalidInput) as caught:
        read(text if isinstance(text, bytes) else text.encode(), name="people.csv", **options)
    assert caught.value.subject == "people.csv"
    return caught.value.problems


class TestReading:
    """What stands in a file is what stands in the records."""

    def test_contacts(self) -> None:
        """Headers as people write them, a quoted comma, a blank cell, a column of the organisation's own."""
        text = (
            "Contact Id,First Name,LASTNAME,E-mail Address,Mobile Phone,Twitter,LinkedIn URL,City,Tags,Shoe  size\n"
            'c1,Ada,Lovelace,ada@acme.example,555-1,@ada,https://linkedin.com/in/ada,London,"vip, press",38\n'
            "c2,Bob,,,,,,,,\n"
        )

        reading = read_contacts(text)

        assert reading == Reading(
            source="input",
            records=(
                Contact(
                    id="c1",
                    first_name="Ada",
                    last_name="Lovelace",
                    emails=["ada@acme.example"],
                    phones=[PhoneNumber("555-1", "mobile")],
                    profiles=[Profile("x", "ada"), Profile("linkedin", "ada")],
                    address=Address(city="London"),
                    tags=["vip", "press"],
                    custom={"Shoe size": "38"},
                ),
                Contact(id="c2", first_name="Bob"),
            ),
            columns=FrozenMap(
                {
                    "Contact Id": "id",
                    "First Name": "first_name",
                    "LASTNAME": "last_name",
                    "E-mail Address": "emails",
                    "Mobile Phone": "phones.mobile",
                    "Twitter": "profiles.x",
                    "LinkedIn URL": "profiles.linkedin",
                    "City": "address.city",
                    "Tags": "tags",
                    "Shoe size": "custom.Shoe size",
                }
            ),
            unplaced=("Shoe size",),
        )

    def test_deals(self) -> None:
        """A deal needs a stage; its amount takes the currency of the column, or else the caller's."""
        text = (
            "Deal ID;Deal Name;Stage;Amount;Currency;Closing Date;Contact Id\n"
            "d1;Generators;Closed Won;1200.50;EUR;2026-03-01;c1\nd2;Batteries;Qualification;5E3;;;"
        )

        reading = read_deals(text, currency="USD", pipeline="zoho")

        assert reading.records == (
            Deal(
                id="d1",
                name="Generators",
                stage="Closed Won",
                amount=Money("1200.50", "EUR"),
                pipeline="zoho",
                closes_on=date(2026, 3, 1),
                contact_id="c1",
            ),
            Deal(id="d2", name="Batteries", stage="Qualification", amount=Money(5000, "USD"), pipeline="zoho"),
        )
        assert reading.unplaced == ()

    def test_leads_and_accounts(self) -> None:
        """The same word may mean another field in another record."""
        leads = read_leads("id,name,company,rating,website\nl1,Ada Lovelace,Acme,hot,acme.example\n")
        accounts = read_accounts("account id,company,employees\na1,Acme,12\n")

        assert leads.records == (
            Lead(id="l1", last_name="Ada Lovelace", company="Acme", rating=Rating.HOT, website="acme.example"),
        )
        assert accounts.records == (Account(id="a1", name="Acme", employees=12),)

    def test_people_of_three_types_in_one_file(self) -> None:
        """A column says what each row is; what a type has no place for is kept in its custom fields."""
        text = (
            "Type,id,name,company,created,shoe\n"
            "Lead,1,Ada,Acme,2026-01-01T00:00Z,38\nContacts,1,Bob,Acme,,\naccount,1,Acme,,,\nlead,2,,Solo,,\n"
        )

        reading = read_people(text)

        assert [record.id for record in reading.of(Contact)] == [r.id for r in reading if isinstance(r, Contact)]
        assert reading.of(Deal) == ()

        assert reading.records == (
            Lead(
                id="1",
                last_name="Ada",
                company="Acme",
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
                custom={"shoe": "38"},
            ),
            Contact(id="1", last_name="Bob", custom={"company": "Acme"}),
            Account(id="1", name="Acme"),
            Lead(id="2", company="Solo"),
        )
        assert reading.unplaced == ("shoe",)
        assert reading.columns == {
            "Type": None,
            "id": "id",
            "name": "last_name",
            "company": "company",
            "created": "created_at",
            "shoe": "custom.shoe",
        }

    def test_target_of_one_type_is_enough_in_a_mixed_file(self) -> None:
        """A column that is mapped for leads stands in the custom fields of contacts."""
        text = "kind,id,Firma,Nachname\nlead,1,Acme,Ada\ncontact,2,Acme,Bob\n"

        reading = read_people(text, columns={"Firma": "company", "Nachname": "last_name"})

        assert reading.records == (
            Lead(id="1", company="Acme", last_name="Ada"),
            Contact(id="2", last_name="Bob", custom={"Firma": "Acme"}),
        )

    def test_mixed_file_without_rows(self) -> None:
        """A file with a header alone has no records and needs none."""
        assert read_people("type,id\n") == Reading(source="input", records=())

    def test_columns_come_before_the_guess(self) -> None:
        """The caller's map decides, None ignores, and what it does not name is guessed as far as that leaves room."""
        text = "id,Nachname,last name,Notes to self,email\n1,Lovelace,x,secret,a@b.example\n"
        columns = {"Nachname": "last_name", "Notes  to self": None}

        reading = read_contacts(text, columns=columns)

        assert reading.records == (
            Contact(id="1", last_name="Lovelace", emails=["a@b.example"], custom={"last name": "x"}),
        )
        assert reading.columns == {
            "id": "id",
            "Nachname": "last_name",
            "last name": "custom.last name",
            "Notes to self": None,
            "email": "emails",
        }
        assert reading.unplaced == ("last name",)

    def test_columns_without_a_place_may_be_ignored(self) -> None:
        """If the caller says so, they are left out, and still listed."""
        reading = read_contacts("id,shoe\n1,38\n", unplaced="ignore", columns=None)

        assert reading.records == (Contact(id="1"),)
        assert reading.columns == {"id": "id", "shoe": None}
        assert reading.unplaced == ("shoe",)

    def test_ids_made_of_lines(self) -> None:
        """Ids are those of the file and its lines; an id that is given is kept, a row about nobody is skipped."""
        text = 'id,last_name,shoe\n,"Love\nlace",\n\nc7,Bob,\n,,38\n ,Cid,\n'

        reading = read_contacts(text.encode(), name="people.csv", ids="line")

        assert reading.records == (
            Contact(id="people-2", last_name="Love\nlace"),
            Contact(id="c7", last_name="Bob"),
            Contact(id="people-7", last_name="Cid"),
        )
        assert reading.skipped == ("people.csv line 6: nothing in it fills a field of a contact",)

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_delimiter_is_told_from_the_header(self, delimiter: str) -> None:
        """Whatever stands in the rows, the header alone decides; a quoted name does not count."""
        text = delimiter.join(["id", '"shoe,;|\tsize"', "title"]) + "\n" + delimiter.join(["1", "a", '",,;;||"']) + "\n"

        assert read_contacts(text).records == (Contact(id="1", title=",,;;||", custom={"shoe,;| size": "a"}),)

    def test_delimiter_may_be_said(self) -> None:
        """Any single character can be the delimiter."""
        assert read_contacts("id~title\n1~CTO\n", delimiter="~").records == (Contact(id="1", title="CTO"),)

    def test_short_rows_may_be_filled(self) -> None:
        """Some programs leave out the blank cells at the end of a row."""
        assert read_contacts("id,title,city\n1,CTO\n2\n", ragged="fill").records == (
            Contact(id="1", title="CTO"),
            Contact(id="2"),
        )

    def test_blank_lines_and_rows_say_nothing(self) -> None:
        """Before the header, between rows and at the end."""
        assert read_contacts("\n \nid,title\n\n1,CTO\n,\n , \n\n").records == (Contact(id="1", title="CTO"),)

    def test_file_without_rows(self) -> None:
        """A header alone is a table without records."""
        assert read_contacts("id,title\n").records == ()

    def test_encoding_and_mark(self) -> None:
        """UTF-8 with a byte order mark needs no word, another encoding does."""
        assert read_contacts("id,title\n1,Zoë\n".encode("utf-8-sig")).records == (Contact(id="1", title="Zoë"),)
        assert read_contacts("id,title\n1,Zoë\n".encode("cp1252"), encoding="cp1252").records == (
            Contact(id="1", title="Zoë"),
        )

    def test_file_is_read_as_it_comes(self) -> None:
        """A table is never held as a whole: what a line says is known before the next ones are there."""
        seen: list[int] = []

        class Endless(io.RawIOBase):
            def read(self, size: int = -1) -> bytes:
                seen.append(size)
                return b"id\n" if len(seen) == 1 else b"1\n" * 10 if len(seen) < 4 else b"\xff"

        with pytest.raises(InvalidInput) as caught:
            read_contacts(Endless())  # type: ignore[arg-type]  # it reads, and no more is asked of a file

        assert [problem.where for problem in caught.value.problems][-1] == "input line 22, byte 43"

    @given(
        st.lists(
            st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20), st.booleans()),
            max_size=5,
        )
    )
    def test_any_text_in_a_cell_comes_back(self, rows: list[tuple[str, bool]]) -> None:
        """Quotes, line breaks and delimiters in cells belong to the cells; only the space around them is dropped."""
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        writer.writerow(["id", "description"])
        for number, (text, quoted) in enumerate(rows):
            csv.writer(file, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerow([f"c{number}", text])

        reading = read_contacts(file.getvalue().encode())

        assert [contact.description for contact in reading] == [text.strip() for text, _ in rows]


class TestGuessing:
    """Which column is what."""

    @pytest.mark.parametrize(
        ("record_type", "header", "target"),
        [
            (Contact, "Contact Id", "id"),
            (Lead, "Contact Id", "contact_id"),
            (Deal, "Contact Id", "contact_id"),
            (Deal, "Opportunity ID", "id"),
            (Contact, "Account Id", "account_id"),
            (Account, "Account ID", "id"),
            (Contact, "Last Modified", "modified_at"),
            (Deal, "Closed Date", "closed_at"),
            (Deal, "CloseDate", "closes_on"),
            (Deal, "Potential Name", "name"),
            (Lead, "Lead Status", "status"),
            (Lead, "Job title", "title"),
            (Contact, "Full name", "last_name"),
            (Contact, "ZIP", "address.postal_code"),
            (Contact, "Cell", "phones.mobile"),
            (Contact, "x handle", "profiles.x"),
            (Contact, "GitHub", "profiles.github"),
            (Contact, "FB", "profiles.facebook"),
            (Contact, "Mastodon profile", "profiles.mastodon"),
            (Account, "LinkedIn", "profiles.linkedin"),
            (Contact, "profiles.linkedin", "profiles.linkedin"),
            (Contact, "phones.fax", "phones.fax"),
            (Lead, "conversion.at", "conversion.at"),
            (Lead, "Converted Date", "conversion.at"),
            (Deal, "amount", "amount"),
        ],
    )
    def test_header_is_known(self, record_type: type[Record], header: str, target: str) -> None:
        """Headers of people, of programs, and the targets' own names."""
        assert guessed(record_type, [header], {}) == {header: target}

    @pytest.mark.parametrize("header", ["Shoe size", "Gender", "custom", "E", "12"])
    def test_header_that_means_nothing_known(self, header: str) -> None:
        """What no row of the table says is not guessed."""
        assert guessed(Contact, [header], {}) == {}

    def test_surest_header_wins(self) -> None:
        """One column fills a single field, the surest one; several may hold e-mail addresses."""
        headers = ["name", "email 2", "Last Name", "email", "surname"]

        assert guessed(Contact, headers, {}) == {"Last Name": "last_name", "email": "emails", "email 2": "emails"}

    def test_what_is_decided_is_not_guessed_again(self) -> None:
        """Neither the column nor the target."""
        assert guessed(Contact, ["title", "job title", "city"], {"x": "title", "city": None}) == {}


class TestRefusing:
    """All that is wrong with a file is said at once, with line, column, value and remedy."""

    def test_address_books_are_read_as_they_come(self) -> None:
        """Google and Outlook number what there may be several of, and a job has a title where both are columns."""
        google = (
            "First Name,Last Name,Notes,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value,Organization Name,"
            "Organization Title,Website 1 - Value\nAda,L,Met,Home,a@b.example,+32 1,Science,Countess,https://a.example\n"
        )
        outlook = (
            "Title,First Name,Last Name,Company,Job Title,Business Phone,Business Phone 2,Home Fax,E-mail Address,"
            "E-mail 2 Address,Web Page\nMs,Ada,L,Science,Countess,1,2,3,a@b.example,c@d.example,https://a.example\n"
        )
        (one,), (other,) = (read_leads(text, ids="line") for text in (google, outlook))

        for lead in (one, other):
            assert (lead.company, lead.title, lead.website) == ("Science", "Countess", "https://a.example")
        assert (one.description, [str(mail) for mail in one.emails], one.custom) == (
            "Met", ["a@b.example"], {"E-mail 1 - Label": "Home"},
        )  # fmt: skip
        assert [(phone.number, phone.kind) for phone in other.phones] == [("1", "work"), ("2", "work"), ("3", "fax")]
        assert [str(mail) for mail in other.emails] == ["a@b.example", "c@d.example"]
        assert other.custom == {"Title": "Ms"}

    def test_colons_part_what_google_exports(self) -> None:
        """Its contacts have several values in one cell."""
        text = "id,Last Name,E-mail,Mobile,Tags\nc1,A,a@b.example ::: c@d.example,+32 1 ::: 02,* mine ::: Rotary\n"
        (contact,) = read_contacts(text)

        assert [str(address) for address in contact.emails] == ["a@b.example", "c@d.example"]
        assert [phone.number for phone in contact.phones] == ["+32 1", "02"]
        assert contact.tags == {"* mine", "Rotary"}

    def test_cells_of_several_rows(self) -> None:
        """Every problem of every row, at the line on which the row begins, line breaks in cells counted."""
        text = (
            "id,email,employees,description,company\n"
            'l1,nobody,12,"two\nlines",A\nl2,a@b.example,6.5,x,\n,c@d.example,1,x,B\n'
        )

        problems = problems_of(read_leads, text)

        assert problems == (
            Problem(
                what="'n…' is no e-mail address",
                hint="write name@domain",
                where="people.csv line 2",
                field="email",
                value="nobody",
            ),
            Problem(
                what="'6.5' is no whole number",
                hint="round it first",
                where="people.csv line 4",
                field="employees",
                value="6.5",
            ),
            Problem(
                what="a lead has a last name or a company",
                hint="give one of them",
                where="people.csv line 4",
                field="last_name",
                rule="LEAD-1",
            ),
            Problem(what="the id is blank, and an identity cannot be", where="people.csv line 5", field="id", value=""),
        )

    def test_ids_given_twice(self) -> None:
        """Both lines are named; a lead and a contact may share an id."""
        text = "type,id,name\nlead,1,A\ncontact,1,B\nlead,1,C\n"

        assert problems_of(read_people, text) == (
            Problem(
                what="the id '1' stands in people.csv line 2 as well",
                hint="each record has an id of its own",
                where="people.csv line 4",
                field="id",
                value="1",
            ),
        )

    def test_ragged_rows(self) -> None:
        """Rows with too many or too few cells; the others are looked at all the same."""
        text = "id,employees,company\n1,2\n1,2,x,y\n1,many,x\n"

        assert problems_of(read_leads, text) == (
            Problem(
                what="2 cells where the header has 3",
                hint='fill it up, or pass ragged="fill" to take what is not there as blank',
                where="people.csv line 2",
                value=("1", "2"),
            ),
            Problem(
                what="4 cells where the header has 3",
                hint="put quotes around cells that hold the delimiter",
                where="people.csv line 3",
                value=("1", "2", "x", "y"),
            ),
            Problem(
                what="'many' is no plain number",
                hint="write digits and a decimal point, such as 350000000.50",
                where="people.csv line 4",
                field="employees",
                value="many",
            ),
        )

    def test_filling_does_not_take_too_many_cells(self) -> None:
        """Short rows may be filled; long ones stay a problem."""
        (problem,) = problems_of(read_contacts, "id,title\n1\n2,x,y\n", ragged="fill")

        assert (problem.what, problem.where) == ("3 cells where the header has 2", "people.csv line 3")

    @pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " \r\n"])
    def test_empty_file(self, text: str) -> None:
        """A file without a header is empty."""
        assert problems_of(read_contacts, text) == (
            Problem(what="the file is empty", hint="its first line names the columns"),
        )

    def test_header(self) -> None:
        """A column without a name, two with one name, and a name that nobody can see."""
        text = "\nid,,title,title,a\u200bb, \n1,2,3,4,5,6\n"

        where, rename = "people.csv line 2", "rename one of them"
        assert problems_of(read_contacts, text) == (
            Problem(what="column 2 has no name", hint="give it one, or remove it", where=where, value=""),
            Problem(what="columns 3 and 4 have one name", hint=rename, where=where, field="title", value="title"),
            Problem(
                what="column 5 holds U+200B (ZERO WIDTH SPACE), which cannot be seen",
                hint="give it one, or remove it",
                where=where,
                value="a\u200bb",
            ),
            Problem(what="column 6 has no name", hint="give it one, or remove it", where=where, value=""),
        )

    def test_wrong_delimiter(self) -> None:
        """A header that is one column, and holds another delimiter."""
        assert problems_of(read_contacts, "id;title\n1;x\n", delimiter=",") == (
            Problem(
                what="the header is one column, 'id;title', and holds the semicolon",
                hint="pass delimiter=';', or leave it out",
                where="people.csv line 1",
                field="delimiter",
                value=",",
            ),
        )

    @pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", 3])
    def test_delimiter_that_is_none(self, delimiter: object) -> None:
        """A delimiter is one character that no cell needs for itself."""
        assert problems_of(read_contacts, "id\n1\n", delimiter=delimiter) == (
            Problem(what=f"{delimiter!r} is no delimiter", hint='pass one character, such as ";"', field="delimiter"),
        )

    @pytest.mark.parametrize(
        ("rows", "what"),
        [
            ('2,"x\n3,y\n', "a quote is never closed"),
            ('2,"x"y\n', "something follows the closing quote of a cell"),
            ('2,"' + "x" * 140_000 + '"\n', "a cell is too long, or its quote is never closed"),
        ],
    )
    def test_quotes(self, rows: str, what: str) -> None:
        """What cannot be taken apart ends the reading, at the line where the row begins; earlier problems are kept."""
        problems = problems_of(read_leads, "id,company\n1,\n" + rows)

        assert [(problem.what, problem.where) for problem in problems] == [
            ("a lead has a last name or a company", "people.csv line 2"),
            (what, "people.csv line 3"),
        ]
        assert problems[1].hint == "quotes within a quoted cell are doubled, and the cell ends with one"

    def test_limit_of_cells_is_left_as_it_is(self) -> None:
        """Other users of the csv module do not notice that a table was read."""
        before = csv.field_size_limit()

        read_contacts("id\n1\n")

        assert csv.field_size_limit() == before

    def test_wrong_encoding_after_other_problems(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was wrong before the reading had to end is said as well."""
        monkeypatch.setattr(sources, "_CHUNK", 8)

        problems = problems_of(read_leads, b"id,company\n1,\n2,b\n3,Zo\xeb\n")

        assert [problem.where for problem in problems] == ["people.csv line 2", "people.csv line 4, byte 22"]

    def test_column_that_the_file_lacks(self) -> None:
        """The nearest header is named, and so is a target that there is not."""
        columns = {"Frist name": "first_name", "zzz": "title", "First name": "fist_name"}

        problems = problems_of(read_contacts, "id,First name\n1,x\n", columns=columns)

        header = ("id", "First name")
        assert problems[:2] == (
            Problem(
                what="there is no column 'Frist name'",
                hint="did you mean 'First name'?",
                field="columns",
                value="Frist name",
                options=header,
            ),
            Problem(
                what="there is no column 'zzz'",
                hint="it has 'id', 'First name'",
                field="columns",
                value="zzz",
                options=header,
            ),
        )
        assert [(problem.what, problem.hint, problem.field) for problem in problems[2:]] == [
            ("'fist_name' is no target for contact records", "did you mean 'first_name'?", "First name")
        ]

    def test_two_columns_for_one_field(self) -> None:
        """One of them would be lost."""
        assert problems_of(read_contacts, "id,a,b\n1,x,y\n", columns={"a": "title", "b": "title"}) == (
            Problem(
                what="'a' and 'b' are both read as 'title'",
                hint="map one of them to another target, or to None to ignore it",
                field="b",
                value="title",
            ),
        )

    @pytest.mark.parametrize(
        ("read", "text", "fields"),
        [
            (read_contacts, "title\nx\n", ["id"]),
            (read_deals, "name\nx\n", ["id", "stage"]),
            (read_accounts, "id\n1\n", ["name"]),
            (read_leads, "id\n1\n", ["last_name"]),
            (read_people, "type,id\naccount,1\n", ["name"]),
        ],
    )
    def test_column_that_every_record_needs(self, read: Callable[..., object], text: str, fields: list[str]) -> None:
        """A missing column is said once, not for every row."""
        assert [problem.field for problem in problems_of(read, text)] == fields

    def test_missing_columns_are_named_with_the_way_out(self) -> None:
        """What to add, or how to say which column it is."""
        assert problems_of(read_leads, "given name\nx\n") == (
            Problem(
                what="no column is read as 'id', which every lead has",
                hint="add a column 'id', or say which one it is: columns={\"…\": 'id'}, "
                'or pass ids="line" to make ids of the lines',
                field="id",
                options=("given name",),
            ),
            Problem(
                what="no column is read as 'last_name' or 'company', which every lead has",
                hint="add a column 'last_name' or 'company', or say which one it is: columns={\"…\": 'last_name'}",
                field="last_name",
                options=("given name",),
            ),
        )

    def test_people_without_a_column_that_says_what_they_are(self) -> None:
        """Nothing is guessed from the other columns."""
        assert problems_of(read_people, "id,name\n1,x\n") == (
            Problem(
                what="no column says which rows are leads, contacts or accounts",
                hint='add a column "type", or use read_leads, read_contacts or read_accounts',
                field="type",
                options=("id", "name"),
            ),
        )

    def test_rows_that_do_not_say_what_they_are(self) -> None:
        """A word that is none of the three, and none at all."""
        problems = problems_of(read_people, "Record,id,name\ncotnact,1,x\n,2,y\n")

        options = ("lead", "contact", "account")
        assert problems == (
            Problem(
                what="'cotnact' is neither lead, contact nor account",
                hint="did you mean 'contact'?",
                where="people.csv line 2",
                field="Record",
                value="cotnact",
                options=options,
            ),
            Problem(
                what="the row does not say what it is",
                hint="known: 'lead', 'contact', 'account'",
                where="people.csv line 3",
                field="Record",
                value="",
                options=options,
            ),
        )

    @pytest.mark.parametrize(
        ("options", "what", "hint"),
        [
            ({"ids": "lines"}, "'lines' is no choice", "did you mean 'line'?"),
            ({"unplaced": "drop"}, "'drop' is no choice", "known: 'custom', 'ignore'"),
            ({"ragged": True}, "True is no choice", "known: 'refuse', 'fill'"),
        ],
    )
    def test_options_that_there_are_not(self, options: dict[str, Any], what: str, hint: str) -> None:
        """A wrong option is refused with the right ones."""
        with pytest.raises(InvalidValue) as caught:
            read_contacts("id\n1\n", **options)

        (problem,) = caught.value.problems
        assert (problem.what, problem.hint, problem.field) == (what, hint, next(iter(options)))

    def test_records_that_tables_do_not_hold(self) -> None:
        """Social updates have readers of their own."""
        with pytest.raises(InvalidValue, match="is no type of record that tables hold"):
            read_records(SocialUpdate, "id\n1\n")  # type: ignore[type-var]  # that is the point

    def test_missing_file(self, tmp_path: Path) -> None:
        """The path is named."""
        with pytest.raises(InvalidInput) as caught:
            read_contacts(tmp_path / "none.csv")

        assert caught.value.subject == "none.csv"

    def test_message_for_a_person(self) -> None:
        """One problem in one line; the value is masked."""
        with pytest.raises(InvalidInput) as caught:
            read_contacts(b"id,email\n1,ada at acme.example\n", name="people.csv")

        assert str(caught.value) == "people.csv line 2, email: 'a…' is no e-mail address; write name@domain"


class TestShowing:
    """A reading shows what was understood."""

    READING = Reading(
        source="people.csv",
        records=(Lead(id="1", last_name="A"), Contact(id="1"), Lead(id="2", last_name="B")),
        columns=FrozenMap({"<id>": "id", "shoe": "custom.shoe", "secret": None, "hat": None}),
        unplaced=("shoe", "hat"),
        skipped=("people.csv line 6: nothing in it",),
    )

    def test_length_and_order(self) -> None:
        """A reading is the sequence of its records."""
        assert len(self.READING) == 3
        assert list(self.READING) == list(self.READING.records)

    def test_records_are_counted_and_reached_by_their_place(self) -> None:
        """A reading is used as the records in it."""
        assert [self.READING[number] for number in range(len(self.READING))] == [*self.READING]
        assert self.READING[-1] is self.READING.records[-1]

    def test_repr(self) -> None:
        """How many of what."""
        assert repr(self.READING) == "Reading('people.csv', 2 leads, 1 contact)"
        assert repr(Reading(source="x.csv", records=())) == "Reading('x.csv', no records)"

    def test_text(self) -> None:
        """Every column with what it was read as, and what was skipped."""
        assert str(self.READING) == (
            "people.csv: 2 leads, 1 contact\n"
            "column  read as\n"
            "------  ---------------------------\n"
            "<id>    id\n"
            "shoe    custom.shoe (no other place)\n"
            "secret  ignored\n"
            "hat     ignored\n"
            "skipped: people.csv line 6: nothing in it"
        ).replace("---------------------------\n", "----------------------------\n")
        assert str(Reading(source="x.csv", records=())) == "x.csv: no records"

    def test_notebook(self) -> None:
        """The same as a table, with markup made harmless."""
        html = bare(self.READING._repr_html_())

        assert "<td>&lt;id&gt;</td><td>id</td>" in html
        assert "<caption>people.csv: 2 leads, 1 contact</caption>" in html
        assert "<td>skipped</td><td>people.csv line 6: nothing in it</td>" in html


class TestStages:
    """A pipeline out of a table."""

    def test_stages(self) -> None:
        """Key, label, outcome, probability and forecast; what is left out has its default."""
        text = (
            "Key,Label,Outcome,Probability,Forecast\n"
            "new,New,open,10,Best Case\nwon,,WON,100.0,closed\nlost,Lost,lost,,\n"
        )

        pipeline = read_stages(text, key="own", label="Our own")

        assert pipeline == Pipeline(
            key="own",
            label="Our own",
            stages=[
                Stage("new", "New", Outcome.OPEN, 10, Forecast.BEST_CASE),
                Stage("won", "won", Outcome.WON, 100, Forecast.CLOSED),
                Stage("lost", "Lost", Outcome.LOST),
            ],
        )

    def test_key_is_that_of_the_file(self) -> None:
        """A file of stages is the pipeline of its name."""
        assert read_stages(b"key;outcome\nnew;open\n", name="renewals.csv").key == "renewals"

    def test_columns(self) -> None:
        """Columns that no stage has, and those that every stage has."""
        options = ("key", "label", "outcome", "probability", "forecast")
        assert problems_of(read_stages, "kye,label,order\nx,y,1\n") == (
            Problem(what="'kye' is nothing that a stage has", hint="did you mean 'key'?", field="kye", options=options),
            Problem(
                what="'order' is nothing that a stage has",
                hint="known: 'key', 'label', 'outcome', 'probability', 'forecast'",
                field="order",
                options=options,
            ),
            Problem(
                what="there is no column 'key', which every stage has",
                hint="add it",
                field="key",
                options=("kye", "label", "order"),
            ),
            Problem(
                what="there is no column 'outcome', which every stage has",
                hint="add it",
                field="outcome",
                options=("kye", "label", "order"),
            ),
        )

    def test_rows(self) -> None:
        """Everything wrong with every row."""
        text = "key,outcome,probability\na,wno,x\n,open,\nb,,1,2\n"

        problems = problems_of(read_stages, text)

        assert [(problem.where, problem.field, problem.what) for problem in problems] == [
            ("people.csv line 2", "outcome", "'wno' is none of the choices"),
            ("people.csv line 2", "probability", "'x' is no plain number"),
            ("people.csv line 3", "key", "the key is missing"),
            ("people.csv line 4", "", "4 cells where the header has 3"),
        ]

    def test_stages_that_make_no_pipeline(self) -> None:
        """A pipeline has stages, each with its own key."""
        with pytest.raises(InvalidTable):
            read_stages("key,outcome\na,open\na,won\n")
        with pytest.raises(InvalidTable):
            read_stages("key,outcome\n")
