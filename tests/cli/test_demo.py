"""`leadmodel demo`: the whole job on the sample data."""

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest

from leadmodel import samples
from tests.cli.command import Here, in_a_pipe

#: Ways to sort that change answers; each gives the same on the samples and on their files.
OPTIONS = (
    (),
    ("--rules", "hubspot"),
    ("--companies",),
    ("--match-email",),
    ("--count-deals", "role", "--count-deals", "account"),
    ("--as-of", "2026-04-01T00:00Z"),
    ("--only", "customer", "--only", "unknown"),
    ("--explain",),
)


class TestPlain:
    """In a pipe the tabs are plain text."""

    def test_tabs_come_with_their_numbers(self) -> None:
        """The four tabs are titled and counted, in order."""
        done = in_a_pipe("demo")
        titles = re.findall(r"^.*: \d+ updates$", done.out, re.MULTILINE)

        assert (done.code, done.err) == (0, "")
        assert titles == [
            "Customers: 22 updates", "Potential Contacts: 30 updates", "Leads/Contacts: 36 updates",
            "Unknown: 32 updates",
        ]  # fmt: skip

    def test_lines_say_who_and_why(self, here: Here) -> None:
        """A line has the update, the instant, the author, the text and the reason."""
        lines = {" ".join(line.split()) for line in here("demo").out.splitlines()}

        assert lines >= {
            "update when author text because",
            (
                "u012 2026-06-02 13:14 x:ravi_saffron Eight kitchens, one pantry list. Renewed for the third year."
                " contact c11: won deal d24, d25 +3 [AUTH-3]"
            ),
            (
                "u018 2026-06-03 10:05 x:garnier_atelier Deux associés, un seul compte, et toujours pas assez d'étag…"
                " contact c17 or contact c18: open deal d41 [AUTH-2, AUTH-7]"
            ),
            (
                "u008 2026-06-02 05:40 bluesky:wanjiru.baobab.example Bei ilikuwa juu mno. Labda mwakani."
                " contact c06: lost deal d15, d16 +1 [AUTH-4]"
            ),
            (
                "u014 2026-06-02 18:30 mastodon:aoife@bookish.example A warehouse full of poets, and no way to count"
                " them. contact c10: no deals [AUTH-4]"
            ),
            (
                "u024 2026-06-04 08:00 x:yusuf_filo Dokuz kamyon, tek ekran. Hayırlı olsun."
                " contact c19: won deal d44; was lead l13 [AUTH-3, AUTH-8]"
            ),
            (
                "u030 2026-06-05 07:05 x:zofia_stocks Nowa nazwa, ten sam magazyn w Venlo."
                " contact c21: open deal d46, d47; old handle of contact c20? [AUTH-2, NET-1]"
            ),
            (
                "u026 2026-06-04 10:18 x:nad1a_haulage I am locked out, could you send my invoices to this account…"
                " not on record; looks like x:nadia_haulage! [AUTH-1, NET-4]"
            ),
            (
                "u097 2026-06-17 13:33 email:desk@loadingbay.example Four forklifts of five: the yard software test."
                " not on record; passed on by x:nadia_haulage [AUTH-1, AUTH-11]"
            ),
            (
                "u037 2026-06-06 08:15 mastodon:rangi@kowhai.example Tramping season over, 300 tents to count. Kia"
                " kaha. lead l15: contact is gone [AUTH-8]"
            ),
            "u114 2026-06-22 14:08 – . no author [AUTH-12]",
        }

    def test_columns_are_aligned(self, here: Here) -> None:
        """Columns begin below their headers, whatever script is in them."""
        customers = here("demo", "--only", "customer").out.split("\n\n")[1].splitlines()
        header, rule = customers[0], customers[1]
        starts = [header.index(name) for name in ("update", "when", "author", "text", "because")]

        assert [start for start in range(len(rule)) if rule[start] == "-" and rule[start - 1 : start] != "-"] == starts
        assert len(customers) == 24

    def test_no_colour_and_no_box_reaches_a_pipe(self) -> None:
        """Plain text stays plain, even where colours are forced upon other programs."""
        out = in_a_pipe("demo", FORCE_COLOR="1").out

        assert "\x1b" not in out
        assert not {c for c in out if "─" <= c <= "╿"}

    def test_legend_follows_the_table(self, here: Here) -> None:
        """Each tab says whose updates stand there, in the words of the rules in force."""
        zoho, hubspot = (" ".join(here("demo", "--rules", name).out.split()) for name in ("zoho", "hubspot"))

        assert "Customers contact with a won deal and no open deal" in zoho
        assert "Customers contact with a won deal Potential" in hubspot
        assert "Unknown nobody; account; no author" in zoho

    def test_last_lines_say_how_to_go_on(self, here: Here) -> None:
        """Whoever liked the demo sees the next command."""
        assert here("demo").out.splitlines()[-3:] == [
            "Your own feed:       leadmodel feed --people people.csv --deals deals.csv --updates feed.jsonl",
            "Files to begin with: leadmodel demo --write my-crm",
            "A database to try:   leadmodel demo --keep demo.db",
        ]

    def test_empty_tab_keeps_its_title(self, here: Here) -> None:
        """A tab on which nobody stands is shown as empty, not left out."""
        done = here("demo", "--as-of", "2020-01-01T00:00Z", "--only", "customer", "--only", "unknown")

        assert done.out.startswith("Customers: 0 updates\n\nUnknown: 120 updates\n\n")


class TestExplained:
    """With --explain, each update has the whole answer and the records behind it."""

    def test_block_names_answer_records_and_deals(self, here: Here) -> None:
        """The sentence of the answer, then each record with its name."""
        out = here("demo", "--explain", "--only", "potential_contact").out

        assert (
            "u030  2026-06-05 07:05  M. Dąbrowski  x:zofia_stocks\n"
            "    Nowa nazwa, ten sam magazyn w Venlo.\n"
            "    potential_contact: contact c21 has open deals: deal d46 and deal d47; contact c20 may hold an old"
            " handle [AUTH-2, NET-1]\n"
            "    - Marek Dąbrowski (contact c21)\n"
            "    - Zofia Wiśniewska (contact c20)\n"
            "    - Cross-dock, Venlo (deal d46), Proposal/Price Quote, 44,000.00 EUR\n"
            "    - Reefer alarms (deal d47), Needs Analysis, 15,300.00 EUR\n"
        ) in out

    def test_record_that_was_followed_is_named_once(self, here: Here) -> None:
        """A converted lead stands among the matches already."""
        out = here("demo", "--explain", "--only", "customer").out
        block = out[out.index("u024") : out.index("u029")]

        assert block.count("(lead l13)") == 1

    def test_json_has_the_records_on_request(self, here: Here) -> None:
        """The names of records come with --explain only."""
        plain, explained = (
            json.loads(here("demo", "--json", *more).out.splitlines()[13]) for more in ((), ("--explain",))
        )

        assert explained == {**plain, "records": ["Aoife Ní Bhriain (contact c10)"]}


class TestStreams:
    """JSON and CSV hold everything, for other programs."""

    def test_json_has_every_fact(self, here: Here) -> None:
        """One object a line, complete."""
        lines = here("demo", "--json").out.splitlines()

        assert len(lines) == 120
        assert json.loads(lines[96]) == {
            "update": "u097",
            "author": "email:desk@loadingbay.example",
            "author_name": "The Loading Bay, news desk",
            "category": "unknown",
            "reason": "nobody",
            "rule": "AUTH-1",
            "rules": ["AUTH-1", "AUTH-11"],
            "matches": [],
            "deals": [],
            "ambiguous": False,
            "look_alikes": [],
            "followed": [],
            "stale": [],
            "as_of": None,
            "sentence": "nobody on record is email:desk@loadingbay.example",
            "reposter": {
                "author": "x:nadia_haulage",
                "category": "customer",
                "reason": "won_deal",
                "rule": "AUTH-3",
                "rules": ["AUTH-3"],
                "matches": [{"type": "contact", "id": "c01"}],
                "deals": ["d01", "d02", "d04"],
                "ambiguous": False,
                "look_alikes": [],
                "followed": [],
                "stale": [],
                "as_of": None,
                "sentence": "contact c01 has won deals: deal d01 and deal d02 and deal d04",
            },
            "text": "Four forklifts of five: the yard software test.",
            "posted_at": "2026-06-17T13:33:00+00:00",
            "url": "https://feed.example/u097",
        }

    def test_json_says_as_of_when(self, here: Here) -> None:
        """An answer about the past says so."""
        line = json.loads(here("demo", "--json", "--as-of", "2026-04-01T02:00+02:00").out.splitlines()[14])

        assert (line["category"], line["as_of"]) == ("potential_contact", "2026-04-01T00:00:00+00:00")
        assert line["rules"] == ["AUTH-2", "AUTH-15"]

    def test_csv_is_a_table_of_the_same(self, here: Here) -> None:
        """The header names the columns, lists stand in one cell, and an update takes one line."""
        out = here("demo", "--csv").out
        rows = list(csv.DictReader(io.StringIO(out)))

        assert (len(out.splitlines()), len(rows)) == (121, 120)
        assert rows[17] == {
            "update": "u018",
            "author": "x:garnier_atelier",
            "author_name": "Garnier & Garnier",
            "category": "potential_contact",
            "reason": "open_deal",
            "rule": "AUTH-2",
            "rules": "AUTH-2; AUTH-7",
            "matches": "contact c17; contact c18",
            "deals": "d41",
            "ambiguous": "true",
            "look_alikes": "",
            "stale": "",
            "reposter": "",
            "sentence": "contact c17 and contact c18 have an open deal: deal d41; several contacts match, and the deals"
            " of all of them count",
            "text": "Deux associés, un seul compte, et toujours pas assez d'étagères.",
            "posted_at": "2026-06-03T10:05:00+00:00",
            "url": "https://feed.example/u018",
        }
        assert [rows[n]["reposter"] for n in (31, 32)] == ["x:kestrel_freight", ""]
        assert rows[119]["text"] == "The tasting room is open till ten tonight. Bring friends."

    def test_csv_has_the_records_on_request(self, here: Here) -> None:
        """With --explain there is one more column."""
        rows = list(csv.DictReader(io.StringIO(here("demo", "--csv", "--explain").out)))

        assert list(rows[0])[-1] == "records"
        assert rows[13]["records"] == "Aoife Ní Bhriain (contact c10)"

    def test_spreadsheet_runs_nothing(self, here: Here) -> None:
        """A cell that begins like a formula gets a quote mark, so that it stays text."""
        rows = list(csv.DictReader(io.StringIO(here("demo", "--csv").out)))

        assert rows[19]["text"].startswith("'=CHEAP!A1")
        assert rows[19]["author_name"] == "'=DEALS(4,U)"
        assert rows[87]["text"] == "'-50% +FREE SHELVES @everyone"
        assert [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))] == []


class TestStrict:
    """An author who is several contacts can be an error."""

    def test_strict_rules_stop_at_an_ambiguous_author(self, here: Here) -> None:
        """The message names both contacts and the way out."""
        done = here("demo", "--strict")

        assert (done.code, done.out) == (1, "")
        assert done.err == (
            "Error: 'x:garnier_atelier' matches several contacts: contact c17, contact c18; merge them, or use rules"
            " with strict=False, which looks at the deals of all of them and says that the answer is ambiguous"
            " [AUTH-7]\n"
        )


class TestTemplate:
    """The samples can be written as files: a template of the formats."""

    def test_files_are_written_and_the_next_command_is_shown(self, here: Here, folder: Path) -> None:
        """Three files, and the line that reads them."""
        done = here("demo", "--write", "my-crm")

        assert done.code == 0
        assert done.out == (
            "my-crm/people.csv\nmy-crm/deals.csv\nmy-crm/updates.jsonl\n\nRead them with:\n"
            "  leadmodel feed --people my-crm/people.csv --deals my-crm/deals.csv --updates my-crm/updates.jsonl\n"
        )
        assert sorted(path.name for path in (folder / "my-crm").iterdir()) == [
            "deals.csv",
            "people.csv",
            "updates.jsonl",
        ]

    def test_line_that_is_shown_works(self, folder: Path) -> None:
        """A user who copies the line gets the tabs of the demo, with no remark."""
        shown = in_a_pipe("demo", "--write", str(folder / "crm")).out.splitlines()[-1]

        done = in_a_pipe(*shown.split()[1:])

        assert (done.code, done.err) == (0, "")
        assert in_a_pipe("demo").out.startswith(done.out)

    @pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
    def test_files_give_the_answers_of_the_samples(
        self, here: Here, template: tuple[str, ...], options: tuple[str, ...]
    ) -> None:
        """Nothing that matters for an answer is lost on the way through the files."""
        assert here("feed", *template, "--json", *options) == here("demo", "--json", *options)

    def test_columns_of_the_template_all_mean_something(self, template: tuple[str, ...]) -> None:
        """A template whose columns nobody reads would teach the wrong thing; rows name every record."""
        people, deals = (list(csv.reader(io.StringIO(Path(template[n]).read_text("utf-8")))) for n in (1, 3))
        world = samples.world()

        assert [row[:2] for row in people[1:]] == [
            *(["lead", lead.id] for lead in world.leads),
            *(["contact", contact.id] for contact in world.contacts),
            *(["account", account.id] for account in world.accounts),
        ]
        assert [row[0] for row in deals[1:]] == [deal.id for deal in world.deals]
        assert [name for column, name in enumerate(people[0]) if not any(row[column] for row in people[1:])] == []

    def test_files_that_are_there_are_kept(self, here: Here, folder: Path) -> None:
        """Nobody's people.csv is overwritten: every file that is there is named, and nothing is written."""
        (folder / "people.csv").write_text("mine", encoding="utf-8")
        (folder / "deals.csv").write_text("mine", encoding="utf-8")

        done = here("demo", "--write", ".")

        assert (done.code, done.out) == (1, "")
        assert done.err == (
            "Error: .: 2 problems\n"
            "  - people.csv: it is there already; name another folder\n"
            "  - deals.csv: it is there already; name another folder\n"
        )
        assert (folder / "people.csv").read_text(encoding="utf-8") == "mine"
        assert not (folder / "updates.jsonl").exists()

    def test_folder_that_cannot_be_made_is_an_error(self, here: Here, folder: Path) -> None:
        """A file in the way is said in a line."""
        (folder / "taken").write_text("", encoding="utf-8")

        done = here("demo", "--write", "taken/crm")

        assert (done.code, done.err) == (
            1, "Error: taken/crm: the files cannot be written: Not a directory; name another folder\n",
        )  # fmt: skip


class TestKeep:
    """The samples can be left in a database, to try the other commands on."""

    @pytest.mark.usefixtures("folder")
    def test_everything_that_is_suggested_works(self, here: Here) -> None:
        """A newcomer copies one line after the other, and each does something."""
        shown = here("demo", "--keep", "my crm.db").out
        lines = [line.partition("#")[0].split(maxsplit=1)[1] for line in shown.splitlines() if "#" in line]

        done = [here(*shlex.split(line)) for line in lines]

        assert shown.startswith("my crm.db is made: 16 leads, 24 contacts, 11 accounts, 60 deals,")
        assert [each.code for each in done] == [0] * 8
        assert "    stage: Closed Won → Proposal/Price Quote" in done[-1].out.splitlines()

    @pytest.mark.parametrize("name", ["crm.db", "empty.db"])
    @pytest.mark.usefixtures("crm")
    def test_database_that_is_there_is_left_alone(self, here: Here, folder: Path, name: str) -> None:
        """Nobody's records get company."""
        here("init", "empty.db")
        before = (folder / name).read_bytes()

        done = here("demo", "--keep", name)

        assert (done.code, done.out, (folder / name).read_bytes()) == (1, "", before)
        assert "it is there already, and the sample data does not go among other records" in done.err

    def test_files_and_database_exclude_each_other(self, here: Here, folder: Path) -> None:
        """One thing at a time."""
        done = here("demo", "--keep", "crm.db", "--write", "files")

        assert (done.code, [*folder.iterdir()]) == (2, [])
