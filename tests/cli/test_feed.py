"""`leadmodel feed`: one's own feed, sorted by one's own records."""

import json
from collections import Counter
from pathlib import Path

import pytest

from leadmodel.cli import answers, following, sorting, summary
from leadmodel.formats.updates import FORMATS
from tests.cli.command import Done, Here, in_a_pipe
from tests.shared_data import needs_shared_data, shared_data

ADA = '{"id": "u1", "network": "x", "handle": "ada", "text": "Hello"}\n'


def categories(done: Done) -> dict[str, str]:
    """Give the category of each update out of JSON lines."""
    return {line["update"]: line["category"] for line in map(json.loads, done.out.splitlines())}


def put(folder: Path, name: str, *lines: str, encoding: str = "utf-8") -> str:
    """Write lines into a file, and give its name."""
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
    return name


@pytest.fixture
def updates(folder: Path) -> str:
    """Give a feed of one update, of x:ada."""
    return put(folder, "feed.jsonl", ADA.strip())


class TestFiles:
    """What a file is, is told from its content."""

    def test_each_type_has_its_own_table(self, here: Here, folder: Path, updates: str) -> None:
        """Leads, contacts, accounts and deals may come in four files."""
        put(folder, "leads.csv", "Lead ID,Last name,X", "l1,Eve,eve")
        put(folder, "contacts.csv", "Contact ID,Last name,X,Account ID", "c1,Lovelace,@ada,a1")
        put(folder, "accounts.csv", "Account ID,Account name,X", "a1,Engines,engines")
        put(folder, "deals.csv", "Deal ID,Stage,Account ID", "d1,Closed Won,a1")
        put(folder, "more.csv", "id,network,handle", "u2,x,eve", "u3,x,engines")

        done = here(
            "feed", "--leads", "leads.csv", "--contacts", "contacts.csv", "--accounts", "accounts.csv",
            "--deals", "deals.csv", "--updates", updates, "--updates", "more.csv", "--count-deals", "account",
            "--companies", "--json",
        )  # fmt: skip

        assert (done.code, done.err) == (0, "")
        assert categories(done) == {"u1": "customer", "u2": "lead_or_contact", "u3": "customer"}

    def test_tree_of_salesforce_holds_all_types(self, here: Here, folder: Path, updates: str) -> None:
        """One tree may hold people and their deals, whatever option names it."""
        contact = {
            "attributes": {"type": "Contact", "referenceId": "c1"}, "LastName": "Lovelace",
            "Opportunities": {"records": [
                {"attributes": {"type": "Opportunity", "referenceId": "d1"}, "StageName": "Prospecting"},
            ]},
        }  # fmt: skip
        event = {"attributes": {"type": "Event", "referenceId": "e1"}, "Subject": "Tea"}
        put(folder, "tree.json", json.dumps({"records": [contact, event]}, indent=1))

        done = here("feed", "--people", "tree.json", "--pipeline", "salesforce", "--updates", updates, "--json")

        assert (done.code, categories(done)) == (0, {"u1": "unknown"})
        assert "Note: tree.json: skipped: " in done.err
        assert "Event" in done.err

    def test_export_of_data_loader_is_known_by_its_capitals(self, here: Here, folder: Path, updates: str) -> None:
        """Data Loader writes its headers in capitals; what has no place is remarked upon."""
        put(folder, "Contact.csv", '"ID","LASTNAME","TWITTER__C"', '"c1","Lovelace","ada"')
        column = ("--column", "TWITTER__C=profiles.x")

        remarked = here("feed", "--contacts", "Contact.csv", "--updates", updates, "--json")
        done = here("feed", "--contacts", "Contact.csv", "--updates", updates, "--json", *column)

        assert categories(remarked) == {"u1": "unknown"}
        assert remarked.err == (
            "Note: Contact.csv: no field is meant for 'TWITTER__C'; --column HEADER=TARGET names one\n"
        )
        assert (categories(done), done.err) == ({"u1": "lead_or_contact"}, "")

    def test_report_of_salesforce_is_known_by_its_prefixes(self, here: Here, folder: Path, updates: str) -> None:
        """A report writes the object before each field."""
        put(folder, "report.csv", "Contact: Contact ID,Contact: Last Name,Nickname", "c1,Lovelace,ada")

        done = here(
            "feed", "--contacts", "report.csv", "--updates", updates, "--json", "--column", "Nickname=profiles.x"
        )

        assert categories(done) == {"u1": "lead_or_contact"}

    def test_many_unplaced_columns_are_counted(self, here: Here, folder: Path, updates: str) -> None:
        """The remark stays one line, whatever the file holds."""
        extra = [f"Extra {n}" for n in range(9)]
        put(folder, "contacts.csv", ",".join(["id", "last name", *extra]), "c1,Lovelace" + "," * 9)

        done = here("feed", "--contacts", "contacts.csv", "--updates", updates)

        assert "'Extra 0', 'Extra 1', 'Extra 2', 'Extra 3', 'Extra 4', 'Extra 5' and 3 more; --column" in done.err

    def test_column_that_is_called_as_its_target_is_taken_at_its_word(
        self, here: Here, folder: Path, updates: str
    ) -> None:
        """A stable id needs no option; a dot in a header means nothing by itself."""
        put(folder, "contacts.csv", "id,last name,x,profile_uids.x,No. of shoes", "c1,Lovelace,ada_l,7,2")
        put(folder, "more.csv", "id,network,uid", "u2,x,7")

        done = here("feed", "--contacts", "contacts.csv", "--updates", updates, "--updates", "more.csv", "--json")

        assert categories(done) == {"u1": "unknown", "u2": "lead_or_contact"}
        assert done.err.startswith("Note: contacts.csv: no field is meant for 'No. of shoes';")

    def test_column_without_target_is_ignored(self, here: Here, folder: Path, updates: str) -> None:
        """What would be misread can be left out; a header may hold an equals sign."""
        put(folder, "contacts.csv", "id,last name,a=b", "c1,Lovelace,1")

        done = here("feed", "--contacts", "contacts.csv", "--updates", updates, "--column", "a=b=", "--json")

        assert (done.code, done.err) == (0, "")

    def test_stages_may_come_from_a_file(self, here: Here, folder: Path, updates: str) -> None:
        """An organisation's own stages are a table of their own."""
        put(folder, "stages.csv", "key,outcome,probability", "Talking,open,30", "Signed,won,100")
        put(folder, "contacts.csv", "id,last name,x", "c1,Lovelace,ada")
        put(folder, "deals.csv", "id,stage,contact id", "d1,Signed,c1")

        done = here(
            "feed", "--contacts", "contacts.csv", "--deals", "deals.csv", "--pipeline", "stages.csv",
            "--updates", updates, "--json",
        )  # fmt: skip

        assert (done.err, categories(done)) == ("", {"u1": "customer"})

    @pytest.mark.parametrize("top", [(), ('key = "acme"', 'start = "zoho"')], ids=["pipelines", "playbook"])
    def test_pipelines_may_come_from_a_file_in_toml(
        self, here: Here, folder: Path, updates: str, top: tuple[str, ...]
    ) -> None:
        """All that the file has, whether or not it is a whole playbook."""
        stages = 'stages = [{ key = "Talking", outcome = "open" }, { key = "Signed", outcome = "won" }]'
        put(folder, "acme.toml", *top, "[pipelines.new]", stages, "[pipelines.old]", stages.replace("Signed", "Done"))
        put(folder, "contacts.csv", "id,last name,x", "c1,Lovelace,ada")
        put(folder, "deals.csv", "id,stage,contact id,pipeline", "d1,Done,c1,old", "d2,Talking,c1,new")

        done = here(
            "feed", "--contacts", "contacts.csv", "--deals", "deals.csv", "--pipeline", "acme.toml",
            "--updates", updates, "--json",
        )  # fmt: skip

        assert (done.err, categories(done)) == ("", {"u1": "potential_contact"})

    def test_file_in_toml_without_pipelines_is_wrong_usage(self, here: Here, folder: Path, updates: str) -> None:
        """A file of statuses is not the one that was meant."""
        put(folder, "leads.toml", '[statuses.leads]\nmembers = [{ key = "New", kind = "new" }]')
        put(folder, "contacts.csv", "id,last name,x", "c1,Lovelace,ada")

        done = here("feed", "--contacts", "contacts.csv", "--pipeline", "leads.toml", "--updates", updates)

        assert done.code == 2
        assert "--pipeline leads.toml: the file holds no pipeline; write [pipelines.NAME] over each" in done.err

    def test_rows_without_ids_can_be_called_by_their_line(self, here: Here, folder: Path, updates: str) -> None:
        """A plain list of people is enough; a line that says nothing is skipped and named."""
        put(folder, "contacts.csv", "last name,x,shoe", "Lovelace,ada,", ",,41")

        done = here("feed", "--contacts", "contacts.csv", "--updates", updates, "--json", "--ids", "line")

        assert json.loads(done.out)["matches"] == [{"type": "contact", "id": "contacts-2"}]
        assert "Note: contacts.csv: skipped: contacts.csv line 3" in done.err

    def test_deals_of_others_can_be_let_through(self, here: Here, folder: Path, updates: str) -> None:
        """A part of a larger whole is read on request."""
        put(folder, "deals.csv", "id,stage,contact id", "d1,Closed Won,c9")
        asked = ("feed", "--deals", "deals.csv", "--updates", updates, "--json")

        assert (here(*asked).code, here(*asked, "--partial").code) == (1, 0)

    def test_feed_comes_from_standard_input(self) -> None:
        """A dash is what another program sends."""
        done = in_a_pipe("feed", "--updates", "-", "--json", given=ADA)

        assert (done.code, categories(done)) == (0, {"u1": "unknown"})

    def test_bare_handles_belong_to_the_server_that_sent_them(self, here: Here, folder: Path) -> None:
        """A Mastodon server names its own accounts without itself."""
        put(folder, "feed.jsonl", '{"id": "u1", "network": "mastodon", "handle": "ada"}')

        done = here("feed", "--updates", "feed.jsonl", "--server", "hachyderm.example", "--json")

        assert json.loads(done.out)["author"] == "mastodon:ada@hachyderm.example"

    def test_zone_is_that_of_bare_times(self, here: Here, folder: Path) -> None:
        """Times without an offset are taken in the zone that is named, --as-of among them."""
        put(folder, "feed.jsonl", '{"id": "u1", "handle": "ada", "network": "x", "posted_at": "2026-01-01T12:00"}')

        done = here("feed", "--updates", "feed.jsonl", "--zone", "Asia/Tokyo", "--as-of", "2026-01-02", "--json")
        line = json.loads(done.out)

        assert (line["posted_at"], line["as_of"]) == ("2026-01-01T03:00:00+00:00", "2026-01-01T15:00:00+00:00")

    def test_format_can_be_named(self, here: Here, folder: Path) -> None:
        """A payload is read as what it is said to be, and refused where it is not."""
        put(folder, "feed.jsonl", '{"id": "u1"}')

        done = here("feed", "--updates", "feed.jsonl", "--format", "leadmodel", "--json")
        refused = here("feed", "--updates", "feed.jsonl", "--format", "mastodon", "--json")

        assert (done.code, refused.code, refused.out) == (0, 1, "")


class TestWrongUsage:
    """What cannot be meant is refused before any file is read."""

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (("--json", "--csv"), "--json and --csv exclude each other"),
            (("--as-of", "2026-01-01"), "--as-of 2026-01-01T00:00 has no time zone; add Z for UTC, or an offset"),
            (("--as-of", "yesterday"), "'yesterday' is no instant; write it as 2026-03-01T09:30:00Z"),
            (("--zone", "Moon/Base"), 'there is no time zone \'Moon/Base\'; name one such as "Europe/Berlin" or "UTC"'),
            (("--pipeline", "zohoo"), "--pipeline zohoo: there is no such pipeline; did you mean 'zoho'?"),
            (("--column", "Handle"), "'Handle' names no target; write it as \"Header=target\""),
            (("--column", "=title"), "'=title' names no target"),
            (("--column", "Handle=profiles.x"), "--column Handle: no file has it; there are none yet"),
            (("--currency", "EURO"), "'EURO' is no ISO 4217 code; did you mean 'EUR'?"),
            (("--currency", "€"), "'€' is no ISO 4217 code; name one such as EUR"),
            (("--only", "customers"), "'customers' is not one of 'customer', 'potential_contact', 'lead_or_contact'"),
            (("--count-deals", "all"), "'all' is not one of 'primary', 'role', 'account'"),
            (("--rules", "own"), "'own' is not one of 'zoho', 'hubspot'"),
            (("--format", "rss"), f"'rss' is not one of {', '.join(repr(row.key) for row in FORMATS)}"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )
    def test_slip_is_named_with_the_way_out(self, here: Here, updates: str, wrong: tuple[str, ...], said: str) -> None:
        """Exit code 2, and a sentence."""
        done = here("feed", "--updates", updates, *wrong)

        assert (done.code, done.out) == (2, "")
        assert said in " ".join(done.err.split())

    def test_column_of_no_file_names_the_nearest(self, here: Here, folder: Path, updates: str) -> None:
        """A slip in a header is a slip in the command line."""
        put(folder, "contacts.csv", "id,last name,Handle", "c1,Lovelace,ada")

        done = here("feed", "--contacts", "contacts.csv", "--updates", updates, "--column", "Handel=profiles.x")

        assert (done.code, done.err.splitlines()[-1]) == (
            2, "Error: --column Handel: no file has it; did you mean 'Handle'?",
        )  # fmt: skip


#: What is in the file, which option names it, and what is said of it: the place, what is wrong, what to do.
BAD_RECORDS = {
    "no file": (None, "people", ["people.csv", "cannot be opened", "check the path"]),
    "nothing in it": (b"", "people", ["people.csv", "the file is empty"]),
    "not UTF-8": ("id,name\nc1,Ren\xe9e\n".encode("cp1252"), "contacts", ["line 2", "0xe9", "encoding="]),
    "NUL": (b"id,last name\nc1,A\x00\n", "contacts", ["line 2", "NUL"]),
    "quote never closed": (b'id,last name\nc1,"Ada\n', "contacts", ["line 2", "a quote is never closed"]),
    "ragged": (b"id,last name,x\nc1,Ada\n", "contacts", ["line 2", "2 cells where the header has 3"]),
    "column twice": (b"id,id\n1,2\n", "contacts", ["line 1", "columns 1 and 2 have one name", "rename"]),
    "column missing": (b"id,name\nd1,Big\n", "deals", ["no column is read as 'stage'"]),
    "type missing": (b"id,last name\nc1,Ada\n", "people", ['add a column "type"']),
    "type unknown": (b"type,id,last name\ncontakt,c1,Ada\n", "people", ["line 2", "'contakt'", "'contact'"]),
    "id twice": (b"id,last name\nc1,Ada\nc1,Eve\n", "contacts", ["line 3", "the id 'c1' stands in people.csv line 2"]),
    "stage unknown": (b"id,stage\nd1,Closed Wom\n", "deals", ["deal d1", "Closed Wom", "Closed Won", "AUTH-14"]),
    "contact missing": (b"id,stage,contact id\nd1,Closed Won,c9\n", "deals", ["deal d1", "c9", "AUTH-9"]),
    "no currency": (b"id,stage,amount\nd1,Closed Won,5\n", "deals", ["line 2", "no currency"]),
    "amount grouped": (b'id,stage,amount,currency\nd1,Closed Won,"5,000",EUR\n', "deals", ["line 2", "'5,000'"]),
    "naive instant": (b"id,stage,created at\nd1,Closed Won,2026-01-01T00:00\n", "deals", ["line 2", "no time zone"]),
    "handle malformed": (b"id,last name,x\nc1,Ada,not a handle\n", "contacts", ["line 2", "letters, digits"]),
    "handle with an override": (
        "id,last name,x\nc1,Ada,a\u202eda\n".encode(), "contacts", ["line 2", "RIGHT-TO-LEFT OVERRIDE"],
    ),
    "no tree": (b'{"people": []}', "people", ["people.csv", "no record in a known format"]),
    "broken JSON": (b'{"records": [', "people", ["people.csv", "it is no JSON", "line 1"]),
    "deep JSON": (b'{"records":' + b"[" * 100 + b"]" * 100 + b"}", "people", ["more than 64 levels deep"]),
}  # fmt: skip

BAD_UPDATES = {
    "no file": (None, ["feed.jsonl", "cannot be opened"]),
    "no status": (b'{"color": "red"}\n', ["feed.jsonl line 1", "known format"]),
    "no JSON": (b'{"id": }\n', ["line 1", "it is no JSON"]),
    "deep JSON": (b"[" * 300 + b"]" * 300, ["line 1", "256 levels"]),
    "long line": (b'{"id": "' + b"x" * 10_000_001 + b'"}\n', ["line 1", "more than 10,000,000 characters"]),
    "not UTF-8": (b'{"id": "1"}\n{"id": "\xff"}\n', ["line 2", "0xff"]),
    "id twice": (b'{"id": "1", "text": "a"}\n{"id": "1", "text": "b"}\n', ["line 2", "'1' was given before"]),
    "naive instant": (b'{"id": "1", "text": "a", "posted_at": "2026-01-01T00:00"}\n', ["line 1", "no time zone"]),
    "handle without server": (b'{"id": "1", "network": "mastodon", "handle": "ada"}\n', ["line 1", "server"]),
    "handle with an override": ('{"id": "1", "network": "x", "handle": "a\u202e"}\n'.encode(), ["line 1", "OVERRIDE"]),
    "unknown key": (b'{"id": "1", "text": "a", "handel": "ada"}\n', ["line 1", "'handel'", "did you mean 'handle'?"]),
    "unknown column": (b"id,handel\n1,ada\n", ["feed.jsonl", "'handel'"]),
}  # fmt: skip


class TestBadInput:
    """Whatever is wrong with a file is said with its place, the value and the remedy; never with a traceback."""

    @pytest.mark.parametrize(("content", "option", "said"), BAD_RECORDS.values(), ids=BAD_RECORDS)
    def test_bad_records_are_explained(
        self, here: Here, folder: Path, content: bytes | None, option: str, said: list[str]
    ) -> None:
        """Nothing is sorted by records that cannot be trusted."""
        updates = put(folder, "feed.jsonl", ADA.strip())
        if content is not None:
            (folder / "people.csv").write_bytes(content)

        done = here("feed", f"--{option}", "people.csv", "--updates", updates, "--json")

        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("Error: ")
        assert [words for words in said if words not in done.err] == []

    @pytest.mark.parametrize(("content", "said"), BAD_UPDATES.values(), ids=BAD_UPDATES)
    def test_bad_updates_are_explained(self, here: Here, folder: Path, content: bytes | None, said: list[str]) -> None:
        """A feed of which nothing can be read gives no tabs."""
        if content is not None:
            (folder / "feed.jsonl").write_bytes(content)

        done = here("feed", "--updates", "feed.jsonl")

        assert done.code == 1
        assert ("Unknown: 1 update\n" in done.out) if "was given before" in said[-1] else done.out == ""
        assert done.err.startswith("Error: ")
        assert [words for words in said if words not in done.err] == []

    def test_good_updates_are_sorted_all_the_same(self, folder: Path) -> None:
        """What could be read is printed, then everything that could not, and the exit code says so."""
        put(folder, "a.jsonl", '{"id": "1", "text": "good"}', "bad", '{"id": "2", "text": "good"}', "worse")
        put(folder, "b.jsonl", '{"id": "3", "text": "good"}')

        done = in_a_pipe("feed", "--updates", "a.jsonl", "--updates", "b.jsonl", "--json")

        assert (done.code, list(categories(done))) == (1, ["1", "2", "3"])
        assert [line[:17] for line in done.err.splitlines()] == [
            "Error: a.jsonl: 2", "  - a.jsonl line ", "  - a.jsonl line ",
        ]  # fmt: skip

    def test_problems_of_all_files_come_at_once(self, folder: Path) -> None:
        """One file's problems do not hide another's; the feed is looked at as well."""
        put(folder, "contacts.csv", "id,last name,x", "c1,Ada,no handle", "c2,Eve")
        put(folder, "stages.csv", "key,outcome", "Talking,maybe")
        put(folder, "feed.jsonl", "{}")

        done = in_a_pipe(
            "feed", "--contacts", "contacts.csv", "--deals", "deals.csv", "--pipeline", "stages.csv",
            "--updates", "feed.jsonl", "--updates", "-", given="not looked at",
        )  # fmt: skip

        assert (done.code, done.out) == (1, "")
        assert "Traceback" not in done.err
        assert [line.split()[1].strip(":") for line in done.err.splitlines() if line.startswith("Error")] == [
            "stages.csv", "deals.csv", "contacts.csv", "feed.jsonl",
        ]  # fmt: skip
        assert done.err.count("contacts.csv line ") == 2

    def test_personal_values_are_masked(self, here: Here, folder: Path, updates: str) -> None:
        """An error goes into logs; whose address it was does not."""
        put(folder, "contacts.csv", "id,last name,email", "c1,Lovelace,ada.lovelace(at)acme.example")

        done = here("feed", "--contacts", "contacts.csv", "--updates", updates)

        assert done.code == 1
        assert "line 2" in done.err
        assert "ada.lovelace" not in done.err


class TestDatabase:
    """Records of a database serve as well as those of files."""

    @pytest.mark.parametrize("options", [(), ("--explain",), ("--json",), ("--csv", "--match-email", "--companies")])
    def test_answers_are_those_of_the_files(
        self, here: Here, crm: tuple[str, str], template: tuple[str, ...], options: tuple[str, ...]
    ) -> None:
        """The same people, the same answers."""
        assert here("feed", *template[4:], *crm, *options) == here("feed", *template, *options)

    def test_stages_are_those_that_were_named(
        self, here: Here, crm: tuple[str, str], template: tuple[str, ...]
    ) -> None:
        """A stage that no pipeline knows is an error, never guessed (AUTH-14)."""
        done = here("feed", *template[4:], *crm, "--pipeline", "simple")

        assert done.code == 1
        assert "Error: " in done.err

    def test_wrong_stages_are_told_as_for_files(
        self, here: Here, crm: tuple[str, str], template: tuple[str, ...]
    ) -> None:
        """A file of stages is read before anything is asked."""
        done = here("feed", *template[4:], *crm, "--pipeline", "stages.csv")

        assert (done.code, done.out) == (1, "")
        assert "stages.csv" in done.err

    def test_files_count_for_more_than_the_environment(
        self, here: Here, crm: tuple[str, str], folder: Path, updates: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both on one command line contradict each other."""
        monkeypatch.setenv("LEADMODEL_STORE", "crm.db")
        put(folder, "contacts.csv", "id,last name,x", "c1,Lovelace,ada")
        asked = ("feed", "--contacts", "contacts.csv", "--updates", updates, "--json")

        done, refused = here(*asked), here(*asked, *crm)

        assert categories(done) == {"u1": "lead_or_contact"}
        assert (refused.code, "exclude each other" in " ".join(refused.err.split())) == (2, True)


class TestRealData:
    """Files that other tools wrote."""

    @needs_shared_data("salesforce_trailhead_samples")
    @needs_shared_data("mastodon_local_server")
    def test_salesforce_and_mastodon_meet(self, folder: Path) -> None:
        """Contacts by their accounts' opportunities, authors by a profile that a table adds."""
        trees = shared_data("salesforce_trailhead_samples", "lwc-recipes")
        timeline = shared_data("mastodon_local_server", "test_public_tl.0.json")
        contacts = json.loads((trees / "Contacts.json").read_text("utf-8"))["records"]
        rows = [
            f"{c['attributes']['referenceId']},{c['LastName']},{c['AccountId'][1:]},{handle}"
            for c, handle in zip(contacts, ["@mastodonpy_test_2@localhost:3000", *[""] * len(contacts)], strict=False)
        ]
        put(folder, "contacts.csv", "id,last name,account id,mastodon", *rows)

        done = in_a_pipe(
            "feed", "--accounts", trees / "Accounts.json", "--contacts", "contacts.csv",
            "--deals", trees / "Opportunities.json", "--pipeline", "salesforce", "--currency", "USD",
            "--count-deals", "account", "--updates", timeline, "--json",
        )  # fmt: skip
        line = json.loads(done.out)

        assert done.code == 0
        assert (line["author"], line["category"], line["text"]) == (
            "mastodon:mastodonpy_test_2@localhost:3000", "potential_contact", "Toot, finally!",
        )  # fmt: skip
        assert line["matches"] == [{"type": "contact", "id": "ContactRef1"}]
        assert "OpportunityRef1" in line["deals"]

    @needs_shared_data("salesforce_trailhead_samples")
    def test_trees_of_a_plan_hold_together(self, folder: Path, updates: str) -> None:
        """Accounts, contacts and opportunities in three files refer to each other."""
        trees = shared_data("salesforce_trailhead_samples", "lwc-recipes")

        done = in_a_pipe(
            "feed", "--people", trees / "Accounts.json", "--people", trees / "Contacts.json",
            "--people", trees / "Opportunities.json", "--pipeline", "salesforce", "--currency", "USD",
            "--updates", folder / updates,
        )  # fmt: skip

        assert (done.code, "Unknown: 1 update" in done.out) == (0, True)
        assert {line.partition(":")[0] for line in done.err.splitlines()} <= {"Note"}


def test_many_updates_all_come_out(template: tuple[str, ...], folder: Path) -> None:
    """5,000 updates through a pipe: as many lines, in order, with the answers of the demo repeated."""
    sample = [json.loads(line) for line in Path(template[5]).read_text("utf-8").splitlines()]
    lines = (json.dumps(sample[n % 120] | {"id": str(n)}) for n in range(5_000))
    put(folder, "many.jsonl", *lines)

    done = in_a_pipe("feed", *template[:4], "--updates", "many.jsonl", "--json")
    found = [json.loads(line) for line in done.out.splitlines()]
    per_round = Counter(line["category"] for line in found[: 120 * 41])

    assert (done.code, done.err) == (0, "")
    assert [line["update"] for line in found] == [str(n) for n in range(5_000)]
    assert per_round == {
        "customer": 22 * 41, "potential_contact": 30 * 41, "lead_or_contact": 36 * 41, "unknown": 32 * 41,
    }  # fmt: skip


class TestManyFiles:
    """A feed may be files of several formats, and folders of them."""

    @pytest.fixture
    def pages(self, folder: Path) -> Path:
        """Give a folder with two feeds and other things."""
        pages = folder / "pages"
        (pages / "media").mkdir(parents=True)
        put(pages, "b.jsonl", ADA.strip())
        status = {"id": "m1", "account": {"acct": "eve"}, "content": "<p>Hello</p>"}
        put(pages, "a.json", json.dumps([status], indent=1))
        put(pages, "README.md", "# Pages", "", "of mine")
        put(pages, "account.js", 'window.YTD.account.part0 = [ {"account": {"username": "ada"}} ]')
        put(pages, ".hidden", "no feed")
        put(pages, "picture.svg", "<svg/>")
        (pages / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
        return pages

    @pytest.mark.usefixtures("pages")
    def test_folder_is_all_feeds_in_it(self, here: Here) -> None:
        """In the order of their names; what is no feed is named, what is hidden is not, and nor is what lies deeper."""
        done = here("feed", "--updates", "pages", "--server", "tea.example", "--json")

        assert (done.code, list(categories(done))) == (0, ["m1", "u1"])
        assert done.err.splitlines() == [
            "Note: pages: folders within it are not read, unless they are named as well: media",
            "Note: pages: left out, as they hold no updates: README.md, account.js, picture.png, picture.svg",
        ]

    def test_format_of_a_file_in_a_folder_can_be_named(self, here: Here, pages: Path) -> None:
        """It is read as that, though its shape does not tell."""
        put(pages, "c.any", '{"id": "u9"}')

        done = here(
            "feed", "--updates", "pages", "--server", "tea.example", "--csv", "--format", "pages/c.any=leadmodel"
        )

        assert [line.split(",")[0] for line in done.out.splitlines()] == ["update", "m1", "u1", "u9"]

    def test_folder_of_one_feed_needs_no_remark(self, here: Here, folder: Path) -> None:
        """Nothing is left out."""
        (folder / "pages").mkdir()
        put(folder / "pages", "feed.jsonl", ADA.strip())

        done = here("feed", "--updates", "pages", "--json")

        assert (done.code, done.err, categories(done)) == (0, "", {"u1": "unknown"})

    def test_what_is_left_out_is_counted_where_it_is_much(self, here: Here, pages: Path) -> None:
        """The remark stays one line."""
        for number in range(9):
            put(pages, f"n{number}.txt", "nothing")

        done = here("feed", "--updates", "pages", "--server", "tea.example", "--csv")

        assert done.err.splitlines()[-1].endswith("README.md, account.js, n0.txt, n1.txt, n2.txt, n3.txt and 7 more")

    @pytest.mark.parametrize(
        "content",
        [
            '[{"id": "1", "text": "cut o',
            '{"id": }\n{"id": }\n',
            "<rss><channel>",
            "id,text\n1\n",
            '{"id": "1", "network": "x", "handle": "no handle"}\n',
        ],
        ids=["cut off", "no JSON", "broken feed", "ragged table", "wrong value"],
    )
    def test_feed_that_is_broken_is_an_error(self, here: Here, pages: Path, content: str) -> None:
        """What looks like a feed is never left out without a word."""
        (pages / "c.any").write_text(content, encoding="utf-8")

        done = here("feed", "--updates", "pages", "--server", "tea.example", "--json")

        assert (done.code, list(categories(done))) == (1, ["m1", "u1"])
        assert "Error: c.any" in done.err

    def test_problems_of_folders_are_told_with_those_of_records(self, here: Here, pages: Path) -> None:
        """Other files in the folder are none."""
        put(pages, "c.jsonl", "{")

        done = here("feed", "--people", "nowhere.csv", "--updates", "pages", "--server", "tea.example")

        assert done.code == 1
        assert [line.split()[1] for line in done.err.splitlines() if line.startswith("Error")] == [
            "nowhere.csv:", "c.jsonl:",
        ]  # fmt: skip

    def test_format_and_server_are_said_of_single_files(self, here: Here, folder: Path) -> None:
        """What is said of one file counts for more than what is said of all."""
        for name in ("a.jsonl", "b=1.jsonl", "c.jsonl"):
            put(folder, name, json.dumps({"id": name, "account": {"acct": "eve"}, "content": "Hello"}))
        put(folder, "d.jsonl", '{"id": "d", "network": "x", "handle": "eve"}')

        done = here(
            "feed", "--updates", "a.jsonl", "--updates", "b=1.jsonl", "--updates", "c.jsonl", "--updates", "d.jsonl",
            "--server", "tea.example", "--server", "b=1.jsonl=b.example", "--server", "./c.jsonl=c.example",
            "--format", "mastodon", "--format", "d.jsonl=leadmodel", "--json",
        )  # fmt: skip

        assert [json.loads(line)["author"] for line in done.out.splitlines()] == [
            "mastodon:eve@tea.example", "mastodon:eve@b.example", "mastodon:eve@c.example", "x:eve",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (("--format", "feed.json=x"), "--format feed.json=x: there is no such file of updates; did you mean"),
            (("--format", "feed.jsonl=rss"), "'rss' is not one of"),
            (("--format", "x", "--format", "feed"), "'x' and 'feed' are both said of every file; write FILE=feed"),
            (("--server", "a.jsonl=tea.example"), "--server a.jsonl=tea.example: there is no such file of updates"),
            (("--updates", "-", "--updates", "-"), "standard input can be read once; name it once"),
            (("--updates", "empty"), "--updates empty: there is no file in this folder"),
            (("--limit", "3", "--csv"), "--limit is of the tabs; --json and --csv print every update"),
            (("--summary", "xml"), "'xml' is not one of 'text', 'json'"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )  # fmt: skip
    def test_slip_is_named(self, here: Here, folder: Path, updates: str, wrong: tuple[str, ...], said: str) -> None:
        """Exit code 2, and a sentence."""
        (folder / "empty").mkdir()

        done = here("feed", "--updates", updates, *wrong)

        assert (done.code, done.out) == (2, "")
        assert said in " ".join(done.err.split())


class TestSummary:
    """At the end it can be said how many there were."""

    @pytest.fixture
    def mixed(self, folder: Path) -> str:
        """Give a feed of three networks, of which one update cannot be read."""
        lines = [
            ADA.strip(), '{"id": "u2", "network": "x", "handle": "eve"}', ADA.strip().replace("u1", "u3"),
            '{"id": "u4", "network": "bluesky", "handle": "bo.example"}', '{"id": "u5", "text": "who?"}', "bad",
        ]  # fmt: skip
        put(folder, "contacts.csv", "id,last name,x", "c1,Lovelace,ada")
        return put(folder, "mixed.jsonl", *lines)

    def test_it_counts_tabs_and_networks(self, here: Here, mixed: str) -> None:
        """On standard error, before what is wrong; what is not printed is counted as well."""
        done = here(
            "feed", "--contacts", "contacts.csv", "--updates", mixed, "--only", "customer", "--json", "--summary"
        )

        assert (done.code, done.out) == (1, "")
        assert done.err.splitlines()[:8] == [
            "",
            "5 updates by 3 authors, 1 problem with what could not be read",
            "",
            "network    Customers  Potential Contacts  Leads/Contacts  Unknown  all",
            "---------  ---------  ------------------  --------------  -------  ---",
            "no author  0          0                   0               1        1",
            "bluesky    0          0                   0               1        1",
            "x          0          0                   2               1        3",
        ]
        assert done.err.splitlines()[8].split() == ["all", "0", "0", "2", "3", "5"]
        assert done.err.splitlines()[9].startswith("Error: mixed.jsonl")

    def test_programs_read_it_as_json(self, here: Here, mixed: str) -> None:
        """The one line of standard error that begins with a brace."""
        done = here("feed", "--contacts", "contacts.csv", "--updates", mixed, "--csv", "--summary", "json")
        [line] = [line for line in done.err.splitlines() if line.startswith("{")]
        none = {"customer": 0, "potential_contact": 0, "lead_or_contact": 0, "unknown": 0}

        assert json.loads(line) == {
            "updates": 5, "authors": 3, "problems": 1, "tabs": none | {"lead_or_contact": 2, "unknown": 3},
            "networks": {
                "": none | {"unknown": 1}, "bluesky": none | {"unknown": 1},
                "x": none | {"lead_or_contact": 2, "unknown": 1},
            },
        }  # fmt: skip

    def test_feed_of_which_nothing_can_be_read_has_one_too(self, here: Here, folder: Path) -> None:
        """A file that is not there is a problem."""
        done = here("feed", "--updates", folder / "nowhere.jsonl", "--json", "--summary", "text")

        assert (done.code, done.out) == (1, "")
        assert "\n0 updates by 0 authors, 1 problem with what could not be read\nError: " in done.err

    def test_authors_are_told_apart_up_to_a_bound(
        self, here: Here, mixed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A feed of ever new authors does not fill the memory."""
        monkeypatch.setattr(summary, "AUTHORS_COUNTED", 2)

        assert "5 updates by 2 authors or more" in here("feed", "--updates", mixed, "--json", "--summary").err


class TestBounds:
    """Of a long feed, no more is held than is printed."""

    @pytest.mark.parametrize("form", [(), ("--explain",)], ids=str)
    def test_tabs_show_the_first_updates(self, here: Here, folder: Path, form: tuple[str, ...]) -> None:
        """All are counted; how to see them all is said."""
        put(folder, "feed.jsonl", *(f'{{"id": "u{n}", "network": "x", "handle": "a{n}"}}' for n in range(12)))

        done = here("feed", "--updates", "feed.jsonl", "--limit", "10", *form)

        assert [f"x:a{n} " in done.out or f"x:a{n}\n" in done.out for n in (0, 9, 10)] == [True, True, False]
        assert "Unknown: 12 updates\n" in done.out
        assert done.out.endswith("… and 2 more; --limit 12 prints them all\n\n")

    @pytest.mark.parametrize("form", ["--json", "--csv"])
    def test_what_is_forgotten_is_found_again(
        self, here: Here, template: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, form: str
    ) -> None:
        """Answers that are let go of are the same the next time."""
        before = here("feed", *template, form)
        monkeypatch.setattr(answers, "_ANSWERS_KEPT", 1)
        monkeypatch.setattr(sorting, "_KEPT", 1)
        monkeypatch.setattr(following, "TOGETHER", 7)

        assert here("feed", *template, form) == before
