"""`leadmodel move`, `edit`, `history`, `log`, `undo`: single records of a database, and what has happened to them."""

import json
from pathlib import Path
from typing import Any

import pytest

from leadmodel.changes import Changes, Effect
from leadmodel.codec import changes_from_json
from leadmodel.entities import Lead
from leadmodel.stores import SqlStore
from tests.cli.command import Here, on_a_terminal, without_colours

AT = ("--at", "2026-06-25T09:00:00Z")


def record(here: Here, which: str, record_id: str, *crm: str) -> dict[str, Any]:
    """Give a record as it stands."""
    found: dict[str, Any] = json.loads(here("find", which, f"id is {record_id}", "--json", *crm).out)
    return found


class TestMove:
    """Deals and leads go where the playbook allows it."""

    def test_deal_moves_to_a_stage(self, here: Here, crm: tuple[str, str]) -> None:
        """What changed is printed, then where it stands and how to take it back."""
        done = here("move", "d05", "Closed Won", "--by", "u7", *AT, *crm)

        assert (done.code, done.out.splitlines()) == (0, [
            "1 change",
            "~ Invoice matching (deal d05)",
            "    stage: Proposal/Price Quote → Closed Won",
            "    closed_at: – → 2026-06-25 09:00:00+00:00",
            "    history: + Proposal/Price Quote → Closed Won, 2026-06-25 09:00 by u7",
        ])  # fmt: skip
        assert done.err == "Note: written at position 2; to take it back: leadmodel undo 2 --store crm.db\n"
        assert record(here, "deal", "d05", *crm)["stage"] == "Closed Won"

    def test_type_may_be_said(self, here: Here, crm: tuple[str, str]) -> None:
        """A lead moves to a status, and a deal may be called one."""
        lead, deal = here("move", "lead", "l01", "Contacted", *crm), here("move", "deal", "d05", "Closed Won", *crm)

        assert (lead.code, deal.code) == (0, 0)
        assert "    status: Not Contacted → Contacted" in lead.out.splitlines()

    def test_fields_are_set_with_the_move(self, here: Here, crm: tuple[str, str]) -> None:
        """Texts are read as cells of a file are."""
        here("move", "d05", "Closed Lost", "--given", "loss_reason=Price", "--given", "amount=5.50", *crm)
        deal = record(here, "deal", "d05", *crm)

        assert (deal["loss_reason"], deal["amount"]) == ("Price", {"amount": "5.50", "currency": "EUR"})

    def test_dry_run_moves_nothing(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """It shows the same."""
        before = (folder / "crm.db").read_bytes()

        done = here("move", "d05", "Closed Won", "--dry-run", *crm)

        assert (done.code, done.err) == (0, "Note: a dry run: nothing was written\n")
        assert "    stage: Proposal/Price Quote → Closed Won" in done.out
        assert (folder / "crm.db").read_bytes() == before

    def test_move_to_where_it_stands_is_none(self, here: Here, crm: tuple[str, str]) -> None:
        """Nothing is written."""
        done = here("move", "d05", "Proposal/Price Quote", *crm)

        assert (done.code, done.out, done.err) == (0, "no changes\n", "")

    def test_deal_may_change_its_pipeline(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """Where the playbook has several."""
        stages = '{ key = "Talking", outcome = "open" }, { key = "Signed", outcome = "won" }'
        zoho = "\n".join(here("rules", "zoho", "--toml").out.splitlines())
        (folder / "acme.toml").write_text(f'key = "acme"\n{zoho}\n[pipelines.own]\nstages = [{stages}]\n', "utf-8")

        done = here("move", "d05", "Signed", "--to-pipeline", "own", "--playbook", "acme.toml", *crm)

        assert done.code == 0
        assert [record(here, "deal", "d05", *crm)[name] for name in ("pipeline", "stage")] == ["own", "Signed"]

    @pytest.mark.parametrize(
        ("moved", "said"),
        [
            (("d99", "Closed Won"), "there is no deal d99; did you mean 'd59'? [S-7]"),
            (("d05", "Closed Wom"), "there is no stage 'Closed Wom' in pipeline zoho; did you mean 'Closed Won'?"),
            (("d01", "Qualification"), "what is won cannot become open"),
            (("lead", "l01", "Converted"), "convert the lead, which sets it"),
            (("d05", "Closed Won", "--given", "stage=x"), "the field stage cannot be edited; leadmodel move sets it"),
            (("d05", "Closed Won", "--given", "amuont=1"), "a deal has no field 'amuont'; did you mean 'amount'?"),
        ],
    )  # fmt: skip
    def test_refusal_says_why(self, here: Here, crm: tuple[str, str], moved: tuple[str, ...], said: str) -> None:
        """Exit code 1, and nothing is written."""
        done = here("move", *moved, *crm)

        assert (done.code, done.out) == (1, "")
        assert said in done.err
        assert here("log", "--json", *crm).out.count("position") == 1

    def test_missing_fact_is_asked_for_as_an_option(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """The words are those of the command."""
        stages = '{ key = "Closed Won", outcome = "won", requires = ["next_step"] }'
        stages += ', { key = "Proposal/Price Quote", outcome = "open" }'
        (folder / "acme.toml").write_text(
            f'key = "acme"\nstart = "zoho"\n[pipelines.zoho]\nstages = [{stages}]\n', encoding="utf-8"
        )

        done = here("move", "d05", "Closed Won", "--playbook", "acme.toml", *crm)

        assert done.code == 1
        assert "next_step: it is missing; give it with the move: --given next_step=…" in done.err

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ((), "name a deal and its stage, or a lead and its status"),
            (("d05",), "name a deal and its stage, or a lead and its status"),
            (("account", "a01", "Won"), "deals and leads move, and 'account' is neither"),
            (("dael", "d05", "Closed Won"), "'dael' is no type of record; did you mean 'deal'?"),
            (("lead", "l01", "Contacted", "--to-pipeline", "own"), "--to-pipeline is of a deal"),
            (("d05", "Closed Won", "--given", "amount"), "'amount' sets no field; write it as FIELD=VALUE"),
        ],
    )  # fmt: skip
    def test_slip_is_named(self, here: Here, crm: tuple[str, str], wrong: tuple[str, ...], said: str) -> None:
        """Exit code 2, and a sentence."""
        done = here("move", *wrong, *crm)

        assert (done.code, done.out) == (2, "")
        assert said in " ".join(done.err.split())


class TestEdit:
    """Fields take other values, read by what they hold."""

    @pytest.mark.parametrize(
        ("which", "pairs", "values"),
        [
            ("lead l01", ["title=CTO"], {"title": "CTO"}),
            ("lead l01", ["emails=a@b.example; c@d.example"], {"emails": ["a@b.example", "c@d.example"]}),
            ("lead l01", ["tags=vip, new"], {"tags": ["new", "vip"]}),
            ("lead l01", ["employees=9E3", "priority=2"], {"employees": 9000, "priority": 2}),
            ("lead l01", ["annual_revenue=5 EUR"], {"annual_revenue": {"amount": "5", "currency": "EUR"}}),
            ("lead l01", ["annual_revenue=5", "--currency", "USD"],
             {"annual_revenue": {"amount": "5", "currency": "USD"}}),
            ("deal d05", ["amount=7"], {"amount": {"amount": "7", "currency": "EUR"}}),
            ("deal d05", ["currency=usd"], {"amount": {"amount": "22000", "currency": "USD"}}),
            ("deal d05", ["closes_on=2026-12-31"], {"closes_on": "2026-12-31"}),
            ("lead l01", ["last_activity_at=2026-01-01T12:00", "--zone", "Asia/Tokyo"],
             {"last_activity_at": "2026-01-01T03:00:00Z"}),
            ("lead l01", ["description=a=b"], {"description": "a=b"}),
            ("lead l01", ["consent.email=denied"], {"consent": {"email": "denied"}}),
        ],
    )  # fmt: skip
    def test_text_is_read_as_the_field_wants_it(
        self, here: Here, crm: tuple[str, str], which: str, pairs: list[str], values: dict[str, Any]
    ) -> None:
        """As cells of a file are."""
        done = here("edit", *which.split(), *pairs, *crm)
        found = record(here, *which.split(), *crm)

        assert done.code == 0
        assert {name: found[name] for name in values} == values

    def test_part_leaves_the_others(self, here: Here, crm: tuple[str, str]) -> None:
        """A part behind a dot is set by itself; so is one that is cleared."""
        first = ("address.street=Kade 1", "address.city=Delft", "phones=+31 20 1", "phones.mobile=+31 6 1",
                 "profiles.x=nadia_new", "custom.hat=7", "custom.shoe=39")  # fmt: skip
        second = ("address.city=Leiden", "phones.mobile=+31 6 2", "custom.hat=", "custom.glove=8", "profiles.mastodon=")
        codes = [here("edit", "contact", "c01", *pairs, *crm).code for pairs in (first, second)]
        found = record(here, "contact", "c01", *crm)

        assert codes == [0, 0]
        assert found["address"] == {"street": "Kade 1", "city": "Leiden"}
        assert found["phones"] == [{"number": "+31 20 1"}, {"number": "+31 6 2", "kind": "mobile"}]
        assert found["custom"] == {"shoe": "39", "glove": "8"}
        assert [profile["handle"] for profile in found["profiles"] if profile["network"] == "x"] == ["nadia_new"]

    @pytest.mark.parametrize("pair", ["title=", "emails=", "amount=", "address.city=", "closes_on="])
    def test_no_value_clears(self, here: Here, crm: tuple[str, str], pair: str) -> None:
        """What is cleared is gone from the record."""
        which = ("deal", "d05") if pair in {"amount=", "closes_on="} else ("contact", "c01")
        here("edit", "contact", "c01", "address.city=Delft", *crm)

        done = here("edit", *which, pair, *crm)

        assert done.code == 0
        assert done.out.splitlines()[2].endswith(" → –") or "- " in done.out.splitlines()[2]
        assert pair.partition(".")[0].strip("=") not in record(here, *which, *crm)

    def test_roles_of_a_deal_can_be_set(self, here: Here, crm: tuple[str, str]) -> None:
        """A role is a part of its own."""
        here("edit", "deal", "d05", "contacts.buyer=c05", "contacts.user=c03", *crm)
        here("edit", "deal", "d05", "contacts.buyer=c04", *crm)

        assert record(here, "deal", "d05", *crm)["contacts"] == [
            {"contact_id": "c03", "role": "user"}, {"contact_id": "c04", "role": "buyer"},
        ]  # fmt: skip

    def test_equal_value_is_no_change(self, here: Here, crm: tuple[str, str]) -> None:
        """Nothing is written."""
        done = here("edit", "lead", "l01", "source=Trade Show", *crm)

        assert (done.code, done.out, done.err) == (0, "no changes\n", "")

    def test_dry_run_edits_nothing(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """It shows the same."""
        before = (folder / "crm.db").read_bytes()

        done = here("edit", "lead", "l01", "title=CTO", "--dry-run", *crm)

        assert done.out.splitlines()[-1] == "    title: – → CTO"
        assert (folder / "crm.db").read_bytes() == before

    def test_all_problems_are_told_together(self, here: Here, crm: tuple[str, str]) -> None:
        """Each with its field; personal values are masked, and nothing is written."""
        wrong = ("titel=CTO", "emails=ada.lovelace", "employees=many", "annual_revenue=5", "consent.email=perhaps")

        done = here("edit", "lead", "l01", *wrong, *crm)

        assert (done.code, done.out) == (1, "")
        assert [line.split(";")[0].strip() for line in done.err.splitlines()] == [
            "Error: edit of lead l01: 5 problems",
            "- titel: a lead has no field 'titel'",
            "- emails: 'a…' is no e-mail address",
            "- employees: 'many' is no plain number",
            "- consent.email: 'perhaps' says nothing about consent",
            "- annual_revenue: the amount has no currency",
        ]
        assert 'write it as "1200.00 EUR"' in done.err

    @pytest.mark.parametrize(
        ("edited", "said"),
        [
            (("lead", "l99", "title=CTO"), "there is no lead l99"),
            (("lead", "l01", "status=Contacted"), "the field status cannot be edited; leadmodel move sets it"),
            (("lead", "l01", "conversion.at=now"), "leadmodel convert sets it"),
            (("lead", "l13", "title=CTO"), "a converted lead stays as it was"),
            (("lead", "l04", "last_name="), "a lead has a last name or a company; give one of them [LEAD-1]"),
        ],
    )
    def test_refusal_says_why(self, here: Here, crm: tuple[str, str], edited: tuple[str, ...], said: str) -> None:
        """What belongs to a verb, or cannot be."""
        done = here("edit", *edited, *crm)

        assert (done.code, done.out) == (1, "")
        assert said in done.err

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (("lead", "l01"), "Missing argument 'FIELD=VALUE...'"),
            (("lead", "l01", "title"), "'title' sets no field; write it as FIELD=VALUE, such as title=CTO"),
            (("lead", "l01", "=CTO"), "'=CTO' sets no field"),
            (("note", "n1", "text=Hello"), "a note cannot be edited here, only: lead, contact, account, deal"),
        ],
    )
    def test_slip_is_named(self, here: Here, crm: tuple[str, str], wrong: tuple[str, ...], said: str) -> None:
        """Exit code 2, and a sentence."""
        done = here("edit", *wrong, *crm)

        assert (done.code, done.out) == (2, "")
        assert said in " ".join(done.err.split())


class TestHistory:
    """What has happened to a record."""

    @pytest.fixture
    def changed(self, here: Here, crm: tuple[str, str]) -> tuple[str, str]:
        """Give a database in which a lead has changed twice."""
        here("edit", "lead", "l01", "title=CTO", "company=", "last_name=Bell", "--by", "u7", *AT, *crm)
        here("move", "lead", "l01", "Contacted", *AT, *crm)
        return crm

    def test_each_field_has_a_row(self, here: Here, changed: tuple[str, str]) -> None:
        """Who, when, which fields, from what to what."""
        lines = here("history", "lead", "l01", *changed).out.splitlines()

        assert lines[0] == "history of lead l01"
        assert [line.split() for line in lines[4:-1]] == [
            ["1", *lines[4].split()[1:3], "–", "created"],
            ["2", "2026-06-25", "09:00", "u7", "last", "name", "–", "Bell"],
            ["title", "–", "CTO"],
            ["company", "Bluebottle", "Ferries", "–"],
            ["3", "2026-06-25", "09:00", "–", "status", "Not", "Contacted", "Contacted"],
        ]

    def test_members_of_a_set_stand_in_order(self, here: Here, crm: tuple[str, str]) -> None:
        """A set has none of its own."""
        here("edit", "lead", "l01", "tags=vip, new", *crm)

        assert here("history", "lead", "l01", *crm).out.splitlines()[5].split()[-3:] == ["–", "new;", "vip"]

    def test_json_has_the_values(self, here: Here, changed: tuple[str, str]) -> None:
        """One object for each entry."""
        first, second, third = map(json.loads, here("history", "lead", "l01", "--json", *changed).out.splitlines())

        assert (first["verb"], first["at"], first["record"]["id"]) == ("created", None, "l01")
        assert {name: second[name] for name in ("position", "verb", "by", "at")} == {
            "position": 2, "verb": "updated", "by": "u7", "at": "2026-06-25T09:00:00+00:00",
        }  # fmt: skip
        assert second["changes"][1] == {"field": "title", "before": None, "after": "CTO"}
        assert third["rules"] == ["LEAD-3"]

    def test_deletion_and_merge_are_told(self, here: Here, crm: tuple[str, str]) -> None:
        """Of a record that is gone, there is still the history."""
        with SqlStore.open("sqlite:///crm.db") as store:
            gone, kept = store.get(Lead, "l01"), store.get(Lead, "l02")
            assert gone is not None
            assert kept is not None
            store.apply(Changes(deleted=[gone], merged=[(gone.ref, kept.ref)]))

        lines = here("history", "lead", "l01", *crm).out.splitlines()
        last = json.loads(here("history", "lead", "l01", "--json", *crm).out.splitlines()[-1])

        assert (lines[5].split()[-1], lines[-1]) == ("deleted", "it was merged into lead l02")
        assert (last["verb"], last["record"]["id"]) == ("deleted", "l01")

    @pytest.mark.parametrize("asked", [("lead", "l99"), ("social-update", "u1")])
    def test_record_that_never_was_has_none(self, here: Here, crm: tuple[str, str], asked: tuple[str, ...]) -> None:
        """The way to those that are is named."""
        done = here("history", *asked, *crm)

        assert (done.code, done.out) == (1, "")
        assert f"leadmodel find {asked[0]} lists what there is" in done.err

    def test_terminal_shows_a_table(self, changed: tuple[str, str]) -> None:
        """With a rule under its header."""
        out = without_colours(on_a_terminal("history", "lead", "l01", *changed, columns=100).out)

        assert any(set(line.strip()) == {"─"} for line in out.splitlines())


class TestLog:
    """What was written last."""

    def test_newest_comes_first(self, here: Here, crm: tuple[str, str]) -> None:
        """A record by its name, several by their numbers."""
        here("move", "d05", "Closed Won", "--by", "u7", *AT, *crm)
        lines = here("log", *crm).out.splitlines()

        assert lines[4].split() == [
            "2", "2026-06-25", "09:00", "u7", "updated", "Invoice", "matching", "(deal", "d05)",
        ]  # fmt: skip
        assert lines[5].endswith(
            "–    created 16 leads, 24 contacts, 11 accounts, 60 deals, 3 activities, 2 tasks, 3 notes"
        )

    def test_last_positions_are_found_in_a_long_log(self, here: Here, crm: tuple[str, str]) -> None:
        """However many there are, and however many are asked for."""
        with SqlStore.open("sqlite:///crm.db") as store:
            for _ in range(36):
                store.apply(Changes())

        lines = {
            limit: here("log", "--json", "--limit", limit, *crm).out.splitlines()
            for limit in ("1", "3", "36", "37", "99")
        }
        found = {limit: [json.loads(line)["position"] for line in several] for limit, several in lines.items()}

        assert found == {
            "1": [37], "3": [37, 36, 35], "36": [*range(37, 1, -1)], "37": [*range(37, 0, -1)],
            "99": [*range(37, 0, -1)],
        }  # fmt: skip
        assert here("log", "--limit", "1", *crm).out.splitlines()[4].split()[-1] == "nothing"

    def test_one_position_is_shown_whole(self, here: Here, crm: tuple[str, str]) -> None:
        """All that changed there; as JSON, changes that the library reads back."""
        here("edit", "lead", "l01", "title=CTO", *crm)

        text, plain = here("log", "2", *crm).out, json.loads(here("log", "2", "--json", *crm).out)
        changes = changes_from_json(json.dumps({
            name: plain[name] for name in plain.keys() - {"position", "recorded_at", "at", "by", "rules"}
        }))  # fmt: skip

        assert "    title: – → CTO" in text.splitlines()
        assert [change.field for change in changes.updated[0].difference] == ["title"]

    def test_very_long_changes_are_cut(self, here: Here, crm: tuple[str, str]) -> None:
        """The rest is counted."""
        lines = here("log", "1", *crm).out.splitlines()

        assert lines[-1] == "… and 60 lines more"

    @pytest.mark.usefixtures("folder")
    def test_empty_log_is_said_in_words(self, here: Here) -> None:
        """A new database has nothing to show."""
        here("init", "new.db")

        assert here("log", "--store", "new.db").out == "nothing was written yet\n"
        assert here("log", "--json", "--store", "new.db").out == ""

    @pytest.mark.parametrize("position", ["0", "2", "99999999999999999999"])
    def test_unknown_position_is_refused(self, here: Here, crm: tuple[str, str], position: str) -> None:
        """Those that there are, are named."""
        done = here("log", position, *crm)

        assert (done.code, done.out) == (1, "")
        assert f"there is no position '{position}' in the log; positions go from 1 to 1" in done.err


class TestUndo:
    """What was written can be taken back."""

    def test_position_is_taken_back(self, here: Here, crm: tuple[str, str]) -> None:
        """And the taking back as well."""
        before = record(here, "deal", "d05", *crm)
        here("move", "d05", "Closed Won", *crm)

        done, after = here("undo", "2", "--by", "u7", *crm), record(here, "deal", "d05", *crm)
        again = here("undo", "3", *crm)

        assert (done.code, again.code) == (0, 0)
        assert "    stage: Closed Won → Proposal/Price Quote" in done.out.splitlines()
        assert done.err == "Note: written at position 3; to take it back: leadmodel undo 3 --store crm.db\n"
        assert (after["stage"], record(here, "deal", "d05", *crm)["stage"]) == (before["stage"], "Closed Won")

    def test_dry_run_takes_nothing_back(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """It shows the same."""
        here("edit", "lead", "l01", "title=CTO", *crm)
        before = (folder / "crm.db").read_bytes()

        done = here("undo", "2", "--dry-run", *crm)

        assert (done.code, done.out.splitlines()[-1]) == (0, "    title: CTO → –")
        assert (folder / "crm.db").read_bytes() == before

    def test_what_has_changed_since_stays(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """The whole is refused; with --partial the rest is taken back, and what is left is named."""
        (folder / "more.csv").write_text("id,last name\nl51,Bell\nl52,Watson\n", encoding="utf-8")
        here("load", "--leads", "more.csv", *crm)
        here("edit", "lead", "l51", "title=CTO", *crm)

        refused, done = here("undo", "2", *crm), here("undo", "2", "--partial", *crm)

        assert (refused.code, refused.out) == (1, "")
        assert "cannot revert: lead l51" in refused.err
        assert (done.code, done.out) == (0, "1 change\n- Watson (lead l52)\n")
        assert "Note: left as it is: lead l51" in done.err

    def test_effects_cannot_be_taken_back(self, here: Here, crm: tuple[str, str]) -> None:
        """What was sent is sent, and that is said."""
        with SqlStore.open("sqlite:///crm.db") as store:
            store.apply(Changes(created=[Lead(id="l60", last_name="Bell")], effects=[Effect(key="e1", kind="email")]))

        assert "Note: cannot be taken back: email e1" in here("undo", "2", *crm).err.splitlines()

    @pytest.mark.parametrize(("asked", "code"), [("99", 1), ("0", 1), ("two", 2)])
    def test_unknown_position_is_refused(self, here: Here, crm: tuple[str, str], asked: str, code: int) -> None:
        """Nothing is guessed."""
        done = here("undo", asked, *crm)

        assert (done.code, done.out) == (code, "")

    @pytest.mark.usefixtures("crm")
    def test_option_is_repeated_with_the_way_back(self, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is typed can be copied; what the environment says need not be."""
        edit = ("edit", "lead", "l01")
        tenant = here("init", "a b.db") and ("--store", "a b.db", "--tenant", "acme")
        with SqlStore.open("sqlite:///a b.db", tenant="acme") as store:
            store.apply(Changes(created=[Lead(id="l01", last_name="Bell")]))
        monkeypatch.setenv("LEADMODEL_STORE", "crm.db")

        ends = [here(*edit, "title=CTO", *options).err.rpartition(": ")[2] for options in ((), tenant)]

        assert ends == ["leadmodel undo 2\n", "leadmodel undo 2 --store 'a b.db' --tenant acme\n"]
