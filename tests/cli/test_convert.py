"""`leadmodel convert`: a look at what would happen, then the records that are made or changed."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import leadmodel as lm
from leadmodel.codec import from_plain
from tests.cli.command import Done, Here, in_a_pipe, on_a_terminal, without_colours

#: A namespace of an organisation's own.
OURS = "7f9f2f58-0c55-4b86-9d5a-3f0e6a1c2b77"
AT = "2026-06-25T09:00:00Z"
NOON = datetime(2026, 6, 25, 12, tzinfo=UTC)
FACTS = ("--at", AT, "--namespace", OURS)

LEADS = """\
id,first name,last name,company,email,status,source
l1,Ada,Lovelace,Analytical Engines,ada@engines.example,Pre-Qualified,Web
l2,Charles,Babbage,Analytical Engines,charles@engines.example,Contacted,Web
l3,Grace,Hopper,Compilers,grace@navy.example,Contacted,Referral
"""
CONTACTS = "id,first name,last name,email,account id\nc1,Grace,Hopper,grace@navy.example,a1\n"
ACCOUNTS = "id,account name\na1,Navy\na2,Difference Engines\n"

REPORT = """\
Convert Ada Lovelace, Analytical Engines

The lead:
  it is kept as converted; its status becomes Converted

New account Analytical Engines
field  becomes             from
-----  ------------------  ------------------
name   Analytical Engines  the lead's company

New contact Ada Lovelace
field             becomes              from
----------------  -------------------  ---------------------------
account           Analytical Engines   by the conversion
first name        Ada                  the lead's first name
last name         Lovelace             the lead's last name
e-mail addresses  ada@engines.example  the lead's e-mail addresses
source            Web                  the lead's source

Not carried over
field   the lead has   because
------  -------------  ------------------
status  Pre-Qualified  conversion sets it

"""
ELSEWHERE = (
    "lead l3: account: contact c1 is at another account, account a1; use that one: account=Use(id); make none: Omit(); "
    "or let the contact leave: replace_account=True [CONV-7]"
)


@pytest.fixture
def files(folder: Path) -> tuple[str, ...]:
    """Give the options that name files of leads, contacts and accounts in the current folder."""
    for name, text in (("leads", LEADS), ("contacts", CONTACTS), ("accounts", ACCOUNTS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return ("--leads", "leads.csv", "--contacts", "contacts.csv", "--accounts", "accounts.csv")


def records(done: Done) -> list[Any]:
    """Read the records that were printed back."""
    return [from_plain(json.loads(line)) for line in done.out.splitlines()]


def names(done: Done) -> list[tuple[str, str]]:
    """Give the type and the label of each record that was printed, in order."""
    return [(type(record).__name__, record.label()) for record in records(done)]


class TestLooking:
    """A dry run prints reports, and no record."""

    def test_report_is_printed_in_a_pipe(self, files: tuple[str, ...]) -> None:
        """The report of the library, and a summary on standard error."""
        done = in_a_pipe("convert", *files, *FACTS, "--lead", "l1", "--dry-run")

        assert done == Done(0, REPORT, "Note: 1 lead would be converted\n")

    def test_report_is_the_plan_of_the_library(self, here: Here, files: tuple[str, ...]) -> None:
        """Whoever has looked here has seen what `plan_conversion` shows."""
        people = lm.Directory.of(
            leads=[
                lm.Lead(id="l1", first_name="Ada", last_name="Lovelace", company="Analytical Engines",
                        emails=["ada@engines.example"], status="Pre-Qualified", source="Web"),
            ],
        )  # fmt: skip
        playbook = lm.Playbook(
            key="ours", pipelines=lm.pipelines.ZOHO, statuses=lm.statuses.ZOHO, namespace=lm.samples.NAMESPACE
        )
        (ada,) = people.all(lm.Lead)
        plan = lm.plan_conversion(ada, people, at=NOON, playbook=playbook)

        done = here("convert", *files, "--namespace", str(lm.samples.NAMESPACE), "--lead", "l1", "--dry-run")

        assert done.out == f"{plan}\n\n"

    def test_report_is_given_as_json(self, here: Here, files: tuple[str, ...]) -> None:
        """One object for each lead, whether it can be converted or not."""
        done = here("convert", *files, *FACTS, "--lead", "l1", "--lead", "l3", "--dry-run", "--json")
        reports = [json.loads(line) for line in done.out.splitlines()]

        assert [(each["lead"]["id"], len(each["problems"]), each["format"]) for each in reports] == [
            ("l1", 0, 1), ("l3", 1, 1),
        ]  # fmt: skip
        assert [each["treatment"] for each in reports[0]["records"]] == ["created", "created"]

    def test_terminal_shows_tables(self, files: tuple[str, ...]) -> None:
        """On a terminal the tables have a rule under their header, and fit the width; a refusal says why."""
        done = on_a_terminal("convert", *files, *FACTS, "--lead", "l1", "--lead", "l3", "--dry-run", columns=80)
        lines = [line.strip() for line in without_colours(done.out).splitlines()]
        text = " ".join(lines)

        assert done.code == 1
        assert lines[0] == "Convert Ada Lovelace, Analytical Engines"
        assert "New contact Ada Lovelace" in lines
        assert any(re.fullmatch("─+", line) and len(line) < 80 for line in lines)
        assert "Convert Grace Hopper, Compilers  Blocked: account: contact c1 is at another account" in text
        assert lines[-1] == "Note: 1 lead would be converted, 1 cannot be"

    def test_blocked_lead_is_reported_with_the_others(self, here: Here, files: tuple[str, ...]) -> None:
        """What stands in the way is a part of the report; the exit code says that something does."""
        done = here("convert", *files, *FACTS, "--dry-run")

        assert (done.code, done.err) == (1, "Note: 2 leads would be converted, 1 cannot be\n")
        assert f"Convert Grace Hopper, Compilers\n\nBlocked:\n  {ELSEWHERE.partition(': ')[2]}\n" in done.out

    def test_text_of_a_file_cannot_steer_a_terminal(self, here: Here, folder: Path) -> None:
        """Names of strangers are shown, not obeyed, in reports, records and complaints."""
        (folder / "leads.csv").write_text(
            "id,last name,company\nl1,\x9b2J,\u202eevil\nl2,,Zuse\x9b\n", encoding="utf-8"
        )
        said = [
            done.out + done.err
            for option in ((), ("--dry-run",), ("--account", "omit"))
            for done in [here("convert", "--leads", "leads.csv", *FACTS, *option)]
        ]

        assert [bool(set(text) & {"\x9b", "\u202e"}) for text in said] == [False, False, False]
        assert all("9b" in text for text in said[:2])


class TestConverting:
    """Without a dry run, the records that are made or changed are printed."""

    def test_records_are_json_lines(self, files: tuple[str, ...]) -> None:
        """Each line is a record that the library reads back: what was made, and the lead as it is now."""
        done = in_a_pipe("convert", *files, *FACTS, "--lead", "l1", "--by", "u7")
        account, contact, lead = sorted(records(done), key=lambda record: type(record).__name__)

        assert (done.code, done.err) == (0, "Note: 1 lead converted\n")
        assert (account.name, contact.name, contact.account_id) == ("Analytical Engines", "Ada Lovelace", account.id)
        assert lead.conversion == lm.Converted(
            at=NOON.replace(hour=9), contact_id=contact.id, account_id=account.id,
            digest=lm.Request().digest(),
        )  # fmt: skip
        assert (lead.id, lead.status, lead.version) == ("l1", "Converted", 1)

    def test_same_command_gives_the_same_records(self, here: Here, files: tuple[str, ...]) -> None:
        """Ids are derived, so that a command can be repeated."""
        asked = ("convert", *files, *FACTS, "--lead", "l1", "--lead", "l2", "--deal")

        assert here(*asked) == here(*asked)

    def test_all_unconverted_leads_are_taken(self, here: Here, files: tuple[str, ...]) -> None:
        """Those that share a record stand together; one that cannot be converted does not stop the others."""
        done = here("convert", *files, *FACTS)

        assert names(done) == [
            ("Contact", "Charles Babbage"), ("Contact", "Ada Lovelace"), ("Account", "Analytical Engines"),
            ("Lead", "Ada Lovelace, Analytical Engines"), ("Lead", "Charles Babbage, Analytical Engines"),
        ]  # fmt: skip
        assert (done.code, done.err.splitlines()) == (1, [ELSEWHERE, "Note: 2 leads converted, 1 cannot be"])

    def test_criterion_chooses_leads(self, here: Here, files: tuple[str, ...]) -> None:
        """Leads are asked a question, as of the instant of the conversion."""
        done = here("convert", *files, *FACTS, "--where", "status is Contacted and source is Web")

        assert [name for kind, name in names(done) if kind == "Lead"] == ["Charles Babbage, Analytical Engines"]
        assert done.err == "Note: 1 lead converted\n"

    def test_lead_may_be_named_twice(self, here: Here, files: tuple[str, ...]) -> None:
        """It is one lead all the same, and no other is taken."""
        done = here("convert", *files, *FACTS, "--lead", "l2", "--lead", "l2")

        assert (done.code, [name for kind, name in names(done) if kind == "Lead"]) == (
            0, ["Charles Babbage, Analytical Engines"],
        )  # fmt: skip

    def test_converted_lead_is_left_alone(self, here: Here, folder: Path) -> None:
        """One that was converted before is not taken, unless it is named: then it is refused."""
        header, row = "id,last name,conversion.at,conversion.account_id", "l1,Lovelace,2026-01-01T00:00Z,a1"
        (folder / "leads.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
        (folder / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
        asked = ("convert", "--leads", "leads.csv", "--accounts", "accounts.csv", *FACTS)

        left, named = here(*asked), here(*asked, "--lead", "l1")

        assert left == Done(0, "", "Note: there is no lead to convert\n")
        assert (named.code, named.out) == (1, "")
        assert "lead l1: the lead was converted at 2026-01-01 00:00:00+00:00, by another request" in named.err

    def test_criterion_that_holds_for_none_is_no_error(self, here: Here, files: tuple[str, ...]) -> None:
        """A job that runs each night has nothing to do on some."""
        done = here("convert", *files, *FACTS, "--where", "source is Fax", "--dry-run")

        assert done == Done(0, "", "Note: there is no lead to convert\n")

    def test_published_namespace_is_pointed_out(self, here: Here, files: tuple[str, ...]) -> None:
        """Ids that others can derive are for trying."""
        done = here("convert", *files, "--at", AT, "--lead", "l1")

        assert done.err.splitlines() == [
            "Note: ids are derived under the published namespace of the presets; set your own with --namespace",
            "Note: 1 lead converted",
        ]


class TestChoices:
    """What a lead becomes is a matter of choice."""

    def test_account_and_contact_can_be_named(self, here: Here, files: tuple[str, ...]) -> None:
        """A record that is named is used, whatever matches."""
        done = here("convert", *files, *FACTS, "--lead", "l1", "--account", "use:a1", "--contact", "use:c1")
        (lead,) = (record for record in records(done) if isinstance(record, lm.Lead))

        assert lead.conversion is not None
        assert (lead.conversion.account_id, lead.conversion.contact_id) == ("a1", "c1")

    def test_account_and_contact_can_be_left_out(self, here: Here, files: tuple[str, ...]) -> None:
        """Each on its own."""
        without = [
            {kind for kind, _ in names(here("convert", *files, *FACTS, "--lead", "l1", *option))}
            for option in (("--account", "omit"), ("--contact", "omit"))
        ]

        assert without == [{"Contact", "Lead"}, {"Account", "Lead"}]

    def test_account_and_contact_can_be_new(self, here: Here, files: tuple[str, ...]) -> None:
        """Somebody with the same e-mail address is not used then."""
        done = here("convert", *files, *FACTS, "--lead", "l3", "--account", "new", "--contact", "new")

        assert {kind for kind, _ in names(done)} == {"Account", "Contact", "Lead"}
        assert "c1" not in {record.id for record in records(done)}

    @pytest.mark.parametrize("choice", ["match", "use:c1"])
    def test_contact_may_leave_its_account(self, here: Here, files: tuple[str, ...], choice: str) -> None:
        """On request only, found or named."""
        done = here("convert", *files, *FACTS, "--lead", "l3", "--contact", choice, "--replace-account")
        (account,) = (record for record in records(done) if isinstance(record, lm.Account))
        (contact,) = (record for record in records(done) if isinstance(record, lm.Contact))

        assert (account.name, contact.id, contact.account_id) == ("Compilers", "c1", account.id)

    def test_deal_is_made_on_request(self, here: Here, files: tuple[str, ...]) -> None:
        """Called as the company, and on the first stage, unless somebody says otherwise."""
        (deal,) = self.deals(here("convert", *files, *FACTS, "--lead", "l1", "--deal"))

        assert (deal.name, deal.stage, deal.amount, deal.closes_on) == (
            "Analytical Engines", "Qualification", None, None,
        )  # fmt: skip

    def test_facts_of_the_deal_can_be_given(self, here: Here, files: tuple[str, ...]) -> None:
        """Name, stage, amount and closing date."""
        facts = ("--name", "12 engines", "--stage", "Needs Analysis", "--amount", "1200.50 EUR")

        (deal,) = self.deals(
            here("convert", *files, *FACTS, "--lead", "l1", "--deal", *facts, "--closes-on", "2026-07-31")
        )

        assert (deal.name, deal.stage, deal.amount, str(deal.closes_on)) == (
            "12 engines", "Needs Analysis", lm.Money("1200.50", "EUR"), "2026-07-31",
        )  # fmt: skip

    def test_deal_stands_in_the_pipeline_that_was_given(self, here: Here, files: tuple[str, ...]) -> None:
        """The stages are those of the files, whatever the playbook has."""
        done = here("convert", *files, *FACTS, "--lead", "l1", "--deal", "--pipeline", "simple")

        assert [(deal.pipeline, deal.stage) for deal in self.deals(done)] == [("simple", "Open")]

    def test_unknown_stage_is_a_problem_of_each_lead(self, here: Here, files: tuple[str, ...]) -> None:
        """What can only be known from the files is found while planning."""
        done = here("convert", *files, *FACTS, "--lead", "l1", "--lead", "l2", "--deal", "--stage", "Closed")

        assert (done.code, done.out) == (1, "")
        assert done.err.splitlines()[:2] == [
            f"lead {lead}: stage: there is no stage 'Closed' in pipeline zoho; did you mean 'Closed Won'? [CONV-13]"
            for lead in ("l1", "l2")
        ]

    def test_playbook_brings_the_statuses(self, here: Here, folder: Path) -> None:
        """What a status is called differs."""
        (folder / "leads.csv").write_text("id,last name,status\nl1,Lovelace,Qualified\n", encoding="utf-8")
        asked = ("convert", "--leads", "leads.csv", *FACTS)

        assert here(*asked, "--playbook", "simple").code == 0
        assert "lead l1: status: there is no status 'Qualified'" in here(*asked).err

    def test_playbook_may_come_from_a_file(self, here: Here, files: tuple[str, ...], folder: Path) -> None:
        """Its namespace, its pipelines and its rules are an organisation's own."""
        text = f'key = "acme"\nstart = "simple"\nnamespace = "{OURS}"\n[conversion]\nrequires = ["phones"]\n'
        (folder / "acme.toml").write_text(text, encoding="utf-8")
        (folder / "leads.csv").write_text("id,last name,phone\nl1,Lovelace,+44 20 7946 0000\nl2,Babbage,\n")

        done = here("convert", *files, "--at", AT, "--deal", "--playbook", "acme.toml")

        assert [(deal.pipeline, deal.name) for deal in self.deals(done)] == [("simple", "Lovelace")]
        assert (done.code, done.err.splitlines()) == (
            1, [
                "lead l2: phones: it is missing; a lead needs it to be converted [CONV-15]",
                "Note: 1 lead converted, 1 cannot be",
            ],
        )  # fmt: skip

    @staticmethod
    def deals(done: Done) -> list[lm.Deal]:
        """Give the deals that were printed."""
        return [record for record in records(done) if isinstance(record, lm.Deal)]


class TestInstant:
    """When it happens is said, or is now."""

    @pytest.mark.parametrize(
        ("options", "at"),
        [
            (("--at", "2026-06-25T09:00Z"), "2026-06-25T09:00:00Z"),
            (("--at", "2026-06-25T09:00+02:00"), "2026-06-25T07:00:00Z"),
            (("--at", "2026-06-25T09:00", "--zone", "Asia/Tokyo"), "2026-06-25T00:00:00Z"),
        ],
    )
    def test_instant_is_kept_in_utc(
        self, here: Here, files: tuple[str, ...], options: tuple[str, ...], at: str
    ) -> None:
        """A zone serves those that name none."""
        done = here("convert", *files, "--namespace", OURS, "--lead", "l1", *options)

        assert {json.loads(line)["modified_at"] for line in done.out.splitlines()} == {at}

    def test_instant_is_now_unless_given(self, here: Here, files: tuple[str, ...]) -> None:
        """The command is the one place that looks at a clock; it does so once."""
        done = here("convert", *files, "--namespace", OURS, "--lead", "l1")

        assert len({json.loads(line)["modified_at"] for line in done.out.splitlines()}) == 1
        assert records(done)[0].modified_at > NOON


class TestWrongUsage:
    """What cannot be meant is refused, and nothing is printed."""

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (("--lead", "l1", "--where", "status is New"), "--lead and --where exclude each other"),
            (("--lead", "l4"), "--lead l4: there is no lead 'l4'; known: 'l1', 'l2', 'l3'"),
            (("--where", "statsu is New"), "a lead has no field 'statsu'; did you mean 'status'?"),
            (("--where", "status is"), "'--where': criterion: column 10: here comes the end"),
            (("--account", "use:"), "'use:' is no choice; write match, new, omit, or use:ID"),
            (("--contact", "none"), "'none' is no choice; write match, new, omit, or use:ID"),
            (("--contact", "omit", "--replace-account"), "--replace-account is of a contact that is there"),
            (("--name", "Big"), "--name is of a deal, and none was asked for; add --deal"),
            (("--closes-on", "2026-07-01"), "--closes-on is of a deal, and none was asked for; add --deal"),
            (("--deal", "--closes-on", "soon"), "'soon' is no day; write it as 2026-03-31"),
            (("--deal", "--amount", "1200"), "'1200' is no amount; write it as \"1200.00 EUR\""),
            (("--deal", "--amount", "12 EUX"), "'12 EUX' is no amount; write it as \"1200.00 EUR\""),
            (("--namespace", "acme"), "'acme' is no UUID; make one once, and keep it"),
            (("--at", "2026-01-01T00:00"), "--at 2026-01-01T00:00 has no time zone; add Z for UTC, or an offset"),
            (("--at", "yesterday"), "'yesterday' is no instant; write it as 2026-03-01T09:30:00Z"),
            (("--playbook", "own"), "there is no playbook 'own'; a file of one ends in .toml; known: 'simple', 'zoho'"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )
    def test_slip_is_named_with_the_way_out(
        self, here: Here, files: tuple[str, ...], wrong: tuple[str, ...], said: str
    ) -> None:
        """Exit code 2, and a sentence."""
        done = here("convert", *files, *wrong)

        assert (done.code, done.out) == (2, "")
        assert said in " ".join(done.err.split())

    def test_leads_have_to_be_named(self, here: Here, files: tuple[str, ...]) -> None:
        """Contacts and accounts alone hold nothing to convert."""
        done = here("convert", *files[2:])

        assert (done.code, done.out) == (2, "")
        assert "there are no leads; name a file of them with --people or --leads" in done.err

    def test_wrong_file_is_wrong_input(self, here: Here, folder: Path) -> None:
        """Every problem of it is printed, and no lead is converted."""
        (folder / "leads.csv").write_text("id,last name,email\nl1,Lovelace,ada\nl2,Babbage,b@\n", encoding="utf-8")

        done = here("convert", "--leads", "leads.csv", *FACTS)

        assert (done.code, done.out) == (1, "")
        assert done.err.splitlines() == [
            "Error: leads.csv: 2 problems",
            "  - leads.csv line 2, email: 'a…' is no e-mail address; write name@domain",
            "  - leads.csv line 3, email: 'b…@' is no e-mail address; write name@domain",
        ]


class TestDatabase:
    """Leads of a database are converted there."""

    def test_conversion_is_written(self, here: Here, crm: tuple[str, str]) -> None:
        """What changes is printed, where it stands, and how to take it back."""
        done = here("convert", "--lead", "l06", "--deal", "--by", "u7", *FACTS, *crm)
        found = here("find", "lead", "id is l06", "--json", *crm)

        assert done.code == 0
        assert [line[0] for line in done.out.splitlines()] == ["5", "+", "+", "+", "~", " ", " ", "~", " "]
        assert done.err.splitlines() == [
            "Note: written at position 2; to take it back: leadmodel undo 2 --store crm.db", "Note: 1 lead converted",
        ]  # fmt: skip
        assert json.loads(found.out)["conversion"]["at"] == AT

    def test_dry_run_writes_nothing(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """The report is that of files, in words and as JSON."""
        before = (folder / "crm.db").read_bytes()

        text, plain = (here("convert", "--lead", "l06", "--dry-run", *FACTS, *crm, *form) for form in ((), ("--json",)))

        assert (text.code, text.err) == (0, "Note: 1 lead would be converted\n")
        assert text.out.startswith("Convert Jonas Lindqvist, Björk & Brott\n")
        assert json.loads(plain.out)["lead"]["id"] == "l06"
        assert (folder / "crm.db").read_bytes() == before

    def test_records_can_be_printed_as_json(self, here: Here, crm: tuple[str, str]) -> None:
        """Those that were made and those that have changed, as they are stored."""
        done = here("convert", "--lead", "l06", "--json", *FACTS, *crm)

        assert {record.ref for record in records(done)} >= {lm.Ref(lm.Lead, "l06")}
        assert all(from_plain(json.loads(here("find", type(record).__name__.lower(), f"id is {record.id}", "--json",
                                              *crm).out)) == record for record in records(done))  # fmt: skip

    def test_criterion_chooses_leads(self, here: Here, crm: tuple[str, str]) -> None:
        """Or all that are not converted are taken."""
        some = here("convert", "--where", "status is Pre-Qualified", "--dry-run", *FACTS, *crm)
        every = here("convert", "--dry-run", "--json", *FACTS, *crm)
        converted = here("find", "lead", "conversion is_empty", "--count", *crm)

        assert some.err == "Note: 2 leads would be converted\n"
        assert len(every.out.splitlines()) == int(converted.out)

    def test_lead_that_cannot_be_converted_does_not_stop_the_others(self, here: Here, crm: tuple[str, str]) -> None:
        """It says why, and the exit code says that there was one."""
        done = here("convert", "--lead", "l06", "--lead", "l13", *FACTS, *crm)

        assert done.code == 1
        assert done.err.splitlines()[0].startswith("lead l13: the lead was converted at ")
        assert done.err.splitlines()[-1] == "Note: 1 lead converted, 1 cannot be"

    def test_conversion_may_be_asked_for_again(self, here: Here, crm: tuple[str, str]) -> None:
        """The same request changes nothing."""
        asked = ("convert", "--lead", "l06", *FACTS, *crm)
        here(*asked)

        assert here(*asked) == Done(0, "", "Note: 0 leads converted, 1 had been before\n")

    def test_unknown_leads_are_all_named(self, here: Here, crm: tuple[str, str]) -> None:
        """Nothing is converted then."""
        done = here("convert", "--lead", "l66", "--lead", "l06", "--lead", "zz", *FACTS, *crm)

        assert (done.code, done.out) == (1, "")
        assert done.err.splitlines() == [
            "Error: there is no lead l66; did you mean 'l16'? [S-7]",
            "Error: there is no lead zz; leadmodel find lists what there is [S-7]",
        ]

    def test_deal_that_is_there_can_be_used(self, here: Here, crm: tuple[str, str]) -> None:
        """The lead joins it."""
        done = here("convert", "--lead", "l06", "--use-deal", "d60", "--account", "use:a02", *FACTS, *crm)
        lead = json.loads(here("find", "lead", "id is l06", "--json", *crm).out)

        assert (done.code, lead["conversion"]["deal_id"]) == (0, "d60")

    def test_pipeline_may_be_another(self, here: Here, crm: tuple[str, str]) -> None:
        """New deals begin in it."""
        here("convert", "--lead", "l06", "--deal", "--pipeline", "simple", *FACTS, *crm)

        assert here("find", "deal", "pipeline is simple", "--count", *crm).out == "1\n"

    def test_files_count_for_more_than_the_environment(
        self, here: Here, crm: tuple[str, str], files: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both on one command line contradict each other."""
        monkeypatch.setenv("LEADMODEL_STORE", "crm.db")

        done, refused = here("convert", *files, *FACTS, "--lead", "l1"), here("convert", *files, *FACTS, *crm)

        assert (done.code, names(done)[-1]) == (0, ("Lead", "Ada Lovelace, Analytical Engines"))
        assert refused.code == 2
        assert "--store and files of records exclude each other" in " ".join(refused.err.split())

    def test_many_leads_are_written_in_batches(self, here: Here, folder: Path) -> None:
        """Each batch has a position, and all of them are taken back from the end."""
        (folder / "leads.csv").write_text("id,last name\n" + "".join(f"l{n},Lead {n}\n" for n in range(501)))
        here("init", "new.db")
        here("load", "--leads", "leads.csv", "--store", "new.db")

        done = here("convert", *FACTS, "--store", "new.db")

        assert done.err.splitlines() == [
            (
                "Note: written at positions 2 to 3; to take it back: "
                "leadmodel undo 3 --store new.db && leadmodel undo 2 --store new.db"
            ),
            "Note: 501 leads converted",
        ]


@pytest.mark.parametrize("more", [("--deal",), ("--name", "Big")])
def test_deal_is_new_or_used(here: Here, files: tuple[str, ...], more: tuple[str, ...]) -> None:
    """What a new deal is told says nothing to one that is there."""
    done = here("convert", *files, "--use-deal", "d1", *more)

    assert done.code == 2
    assert "--use-deal takes a deal as it is" in " ".join(done.err.split())
