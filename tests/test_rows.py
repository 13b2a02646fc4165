"""Rows for dataframes: plain values under stable names, one kind at a time, as they are asked for."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Final

import attrs
import pytest
from click.testing import CliRunner

import leadmodel as lm
from leadmodel.cli.commands import leadmodel as command
from leadmodel.display import one_line
from leadmodel.sheets import SHEETS, Plain, columns
from leadmodel.sheets.rows import _SOURCES

NOON: Final = datetime(2026, 6, 25, 12, tzinfo=UTC)
WORLD: Final = lm.samples.world()
PEOPLE: Final = WORLD.directory()
TABS: Final = lm.sort_feed(WORLD.updates, PEOPLE)
BOOK: Final = attrs.evolve(lm.playbooks.ZOHO, key="stockmoor", namespace=lm.samples.NAMESPACE)
ADA: Final = lm.Contact(
    id="c1", last_name="Lovelace", custom={"size": 7, "region": "north", "paid": lm.Money("1.5", "EUR")}
)
EDIT: Final = lm.edit(ADA, {"title": "CTO", "tags": ["b", "a"]}, at=NOON, by="ines")


def named(sheet: str) -> dict[str, type]:
    """Give the columns of a sheet, with what they hold."""
    (found,) = (each for each in SHEETS if each.noun == sheet)
    return {column.name: column.type for column in found.columns}


def everything() -> dict[str, object]:
    """Give something of every kind, by the sheet that it stands on."""
    plan = lm.plan_conversion(WORLD.leads[5], PEOPLE, at=NOON, playbook=BOOK, deal=lm.NewDeal())
    deal = WORLD.deals[0]
    return {
        "answers": TABS, "leads": WORLD.leads, "contacts": [*WORLD.contacts, ADA], "accounts": WORLD.accounts,
        "deals": WORLD.deals, "social updates": WORLD.updates,
        "activities": [each for each in WORLD.children if isinstance(each, lm.Activity)],
        "tasks": [each for each in WORLD.children if isinstance(each, lm.Task)],
        "notes": [each for each in WORLD.children if isinstance(each, lm.Note)],
        "changes": plan.changes, "plans": plan,
        "checks of moves": lm.next_stages(WORLD.deals[5], pipeline=lm.pipelines.ZOHO),
        "problems": lm.Problem(what="it is missing", field="title", options=("a", "b")), "stages": lm.pipelines.ZOHO,
        "statuses": lm.statuses.ZOHO, "stays in stages": lm.stage_history(deal, as_of=NOON),
    }  # fmt: skip


class TestEverySheet:
    """What holds whatever is asked for."""

    def test_every_sheet_is_tried_below(self) -> None:
        """A sheet that is added without an example is noticed."""
        assert set(everything()) == {sheet.noun for sheet in SHEETS}

    @pytest.mark.parametrize("noun", [sheet.noun for sheet in SHEETS])
    def test_rows_have_the_keys_of_their_sheet_and_values_of_its_types(self, noun: str) -> None:
        """Each row has every column, in order; what is not there is None, and no text is empty."""
        found = list(lm.rows(everything()[noun]))

        assert found
        assert {tuple(row) for row in found} == {tuple(named(noun))}
        assert [
            (name, value)
            for row in found
            for name, value in row.items()
            if value is not None and (type(value) is not named(noun)[name] or value == "")
        ] == []

    @pytest.mark.parametrize("noun", [sheet.noun for sheet in SHEETS])
    def test_columns_have_names_of_their_own(self, noun: str) -> None:
        """No column hides another."""
        (sheet,) = (each for each in SHEETS if each.noun == noun)

        assert len({column.name for column in sheet.columns}) == len(sheet.columns)

    def test_every_kind_that_is_taken_has_its_sheet(self) -> None:
        """The table of kinds and the list of sheets are about the same."""
        assert {source.sheet.noun for source in _SOURCES.values()} == {sheet.noun for sheet in SHEETS}


class TestAnswers:
    """Tabs, pairs of update and answer, and answers alone."""

    def test_pair_gives_one_row_with_everything(self) -> None:
        """Who, where, why, and what was said."""
        (pair,) = (pair for pair in TABS.all if pair[0].id == "u035")

        assert list(lm.rows(pair)) == [
            {
                "update": "u035", "author": "x:kwame_counts", "author_name": "Kwame A-B",
                "category": "potential_contact", "reason": "open_deal", "rule": "AUTH-2", "rules": "AUTH-2; AUTH-11",
                "matches": "contact c02", "deals": "d05; d06", "ambiguous": False, "look_alikes": None,
                "followed": None, "stale": None, "as_of": None, "reposter": "mastodon:pemba@peaks.example",
                "reposter_category": "unknown", "sentence": "contact c02 has open deals: deal d05 and deal d06",
                "text": "Thread: what our dispatch desk costs per truck, with numbers.",
                "posted_at": datetime(2026, 6, 5, 13, 50, tzinfo=UTC), "url": "https://feed.example/u035",
            }
        ]  # fmt: skip

    def test_tabs_pairs_and_a_feed_give_the_same_rows(self) -> None:
        """In the order of the feed."""
        feed = lm.classify_feed(WORLD.updates, PEOPLE)

        assert list(lm.rows(TABS)) == list(lm.rows(TABS.all)) == list(lm.rows(feed))

    def test_answer_alone_says_nothing_about_an_update(self) -> None:
        """And the same about the author."""
        (pair,) = islice(TABS.all, 1)
        (row,), (whole,) = lm.rows(pair[1]), lm.rows(pair)

        assert row == whole | dict.fromkeys(("update", "author_name", "text", "posted_at", "url"))
        assert list(lm.rows([pair[1]])) == [row]

    def test_updates_of_one_author_keep_their_own_words(self) -> None:
        """One answer serves many updates; what each of them says is its own, however often the answer comes."""
        expected = [(update.id, update.text or None) for update in WORLD.updates] * 2
        found = [(row["update"], row["text"]) for row in lm.rows([*TABS.all, *TABS.all])]

        assert found == expected

    def test_row_may_be_changed_without_changing_others(self) -> None:
        """Rows of one author are no one dictionary."""
        pair = TABS.all[0]
        stream = lm.rows([pair] * 3)
        next(stream)["author"] = next(stream)["author"] = "nobody"

        assert next(stream)["author"] == pair[1].author

    def test_answers_that_are_kept_are_few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where more authors write than are kept, the rows are the same."""
        expected = list(lm.rows(TABS))
        monkeypatch.setattr(columns, "_KEPT", 2)

        assert list(lm.rows(TABS)) == expected

    def test_command_writes_what_the_rows_hold(self) -> None:
        """A column of its CSV has the name and the meaning of a column here."""
        written = CliRunner().invoke(command, ["demo", "--csv"]).stdout
        found = list(csv.DictReader(io.StringIO(written)))

        assert [{name: _cell(row[name]) for name in found[0]} for row in lm.rows(TABS)] == found


class TestRecords:
    """Fields, and parts of them."""

    def test_parts_of_values_have_columns_of_their_own(self) -> None:
        """An amount has a number and a currency, an address its lines."""
        lead = lm.Lead(
            id="l1", last_name="Lovelace", tags=["b", "a"], emails=["a@b.example", "c@d.example"],
            phones=["+44 20 7946 0000"], profiles=[lm.Profile("x", "Ada")], rating="hot", birth_date=date(1815, 12, 10),
            address=lm.Address(city="London", country="GB"), annual_revenue=lm.Money("1234.50", "GBP"),
            consent={"email": "granted"}, custom={"size": 7, "region": "north"}, created_at=NOON,
            conversion=lm.Converted(at=NOON, contact_id="c1"), score=3,
        )  # fmt: skip
        (row,) = lm.rows(lead)

        assert {name: value for name, value in row.items() if value is not None} == {
            "id": "l1", "version": 0, "tags": "a; b", "custom": "size: 7; region: north", "created_at": NOON,
            "last_name": "Lovelace", "emails": "a@b.example; c@d.example", "phones": "+44 20 7946 0000 (main)",
            "profiles": "x:ada", "address.city": "London", "address.country": "GB", "birth_date": date(1815, 12, 10),
            "consent": "email: granted", "annual_revenue": Decimal("1234.50"), "annual_revenue.currency": "GBP",
            "rating": "hot", "score": 3, "conversion.at": NOON, "conversion.contact_id": "c1",
        }  # fmt: skip

    def test_reading_and_page_are_their_records(self) -> None:
        """Whatever holds records of one type."""
        page = lm.Page(records=WORLD.contacts)

        assert list(lm.rows(page)) == list(lm.rows(WORLD.contacts)) == list(lm.rows(iter(WORLD.contacts)))

    def test_custom_fields_get_columns_where_they_are_named(self) -> None:
        """Also where a record has no such field; what is no plain value becomes text."""
        found = list(lm.rows([ADA, lm.Contact(id="c2", last_name="Byron")], custom=["size", "paid"]))

        assert [(row["id"], row["custom.size"], row["custom.paid"]) for row in found] == [
            ("c1", 7, "1.50 EUR"), ("c2", None, None),
        ]  # fmt: skip
        assert list(found[0]) == [*named("contacts"), "custom.size", "custom.paid"]

    @pytest.mark.parametrize("things", [TABS, WORLD.updates], ids=["answers", "updates"])
    def test_custom_fields_of_what_has_none_are_refused(self, things: object) -> None:
        """A column that could never hold anything is a mistake."""
        with pytest.raises(lm.InvalidValue, match="have no custom fields; leave custom= out"):
            next(lm.rows(things, custom=["size"]))


class TestChanges:
    """What changes, field by field."""

    def test_every_part_has_its_row(self) -> None:
        """As in the text of the changes."""
        gone, erased = lm.Contact(id="c2", last_name="Byron"), lm.Ref(lm.Lead, "l9")
        changes = attrs.evolve(
            EDIT, created=[lm.Contact(id="c3", last_name="Eve")], deleted=[gone], erased=[erased],
            merged=[(gone.ref, ADA.ref)], effects=[lm.Effect(key="k1", kind="email")],
        )  # fmt: skip
        found = [tuple(row.values()) for row in lm.rows(changes)]
        same = (None, None, NOON, "ines", None)

        assert found == [
            (*same, "contact", "c3", "created", None, None, None),
            (*same, "contact", "c1", "updated", "tags", None, "a; b"),
            (*same, "contact", "c1", "updated", "title", None, "CTO"),
            (*same, "contact", "c2", "deleted", None, None, None),
            (*same, "lead", "l9", "forgotten", None, None, None),
            (*same, "contact", "c2", "merged", None, None, "contact c1"),
            (*same, None, None, "effect", "email", None, "k1"),
        ]

    def test_commits_and_entries_say_where_they_stand(self) -> None:
        """One table for a whole log."""
        commit = lm.Commit(position=7, recorded_at=NOON, changes=EDIT)
        (update,) = EDIT.updated
        entry = lm.Entry(position=7, recorded_at=NOON, cause=EDIT.cause, before=update.before, after=update.after)
        born = attrs.evolve(entry, before=None)

        assert [row["position"] for row in lm.rows([commit, commit])] == [7] * 4
        assert list(lm.rows(entry)) == list(lm.rows(commit))
        assert [(row["recorded_at"], row["what"], row["field"]) for row in lm.rows(born)] == [(NOON, "created", None)]

    def test_update_alone_has_no_cause(self) -> None:
        """Who did it and when is not known of it."""
        found = [(row["field"], row["happened_at"], row["by"], row["rules"]) for row in lm.rows(EDIT.updated)]

        assert found == [("tags", None, None, None), ("title", None, None, None)]

    def test_what_carries_changes_gives_their_rows(self) -> None:
        """A move, a conversion, a preview."""
        move = lm.move_deal(WORLD.deals[5], "Closed Lost", at=NOON, pipeline=lm.pipelines.ZOHO)
        converted = lm.convert_lead(WORLD.leads[5], PEOPLE, at=NOON, playbook=BOOK)

        assert list(lm.rows(move)) == list(lm.rows(move.changes))
        assert list(lm.rows([converted])) == list(lm.rows(converted.changes))
        assert list(lm.rows(lm.Plan(changes=EDIT))) == list(lm.rows(EDIT))


class TestPlansAndProblems:
    """What would become of leads, and what stands in the way."""

    def test_batch_has_a_row_for_each_lead(self) -> None:
        """Converted, converted before, and blocked."""
        people = WORLD.directory()
        people.update(lm.convert_lead(WORLD.leads[5], people, at=NOON, playbook=BOOK).changes)
        lost = lm.Lead(id="x1", last_name="Lost", status="Nonesuch")
        batch = lm.convert_leads([*WORLD.leads[4:6], lost], people, at=NOON, playbook=BOOK, by="ines")
        found = [(row["lead"], row["result"], row["created"], row["by"]) for row in lm.rows(batch)]

        assert found == [
            ("l05", "converted", 2, "ines"), ("l06", "converted before", 0, "ines"), ("x1", "blocked", 0, "ines"),
        ]  # fmt: skip
        assert [row["problems"] for row in lm.rows(batch.failed)] == [str(batch.failed[0].problems[0])]
        assert list(lm.rows(batch.results)) == list(lm.rows(batch))

    def test_warnings_are_no_evidence(self) -> None:
        """What speaks for a match, and what to mind, are two columns."""
        lead = lm.Lead(id="x1", last_name="Gale", company="Acme", emails=["gale@acme.example"], status="Junk Lead")
        people = lm.Directory.of(contacts=[lm.Contact(id="c1", last_name="Gale", emails=["gale@acme.example"])])
        (row,) = lm.rows(lm.plan_conversion(lead, people, at=NOON, playbook=BOOK))

        assert "e-mail" in str(row["evidence"])
        assert row["warnings"] == "the lead is unqualified: Junk Lead"

    def test_error_gives_its_problems(self) -> None:
        """All of them, ready to be sorted by file and field."""
        with pytest.raises(lm.InvalidRecord) as caught:
            lm.Lead(id="", last_name=5)

        assert [row["field"] for row in lm.rows(caught.value)] == ["id", "last_name"]
        assert list(lm.rows(caught.value.problems)) == list(lm.rows(caught.value))

    def test_checks_say_what_stands_in_the_way(self) -> None:
        """The record, the way, and why not."""
        closed = next(deal for deal in WORLD.deals if deal.closed_at)
        (row,) = lm.rows(lm.can_move(closed, "Qualification", pipeline=lm.pipelines.ZOHO))

        assert (row["record_type"], row["record"], row["to"], row["may"]) == ("deal", "d01", "Qualification", False)
        assert "cannot become open" in str(row["problems"])

    def test_stay_of_unknown_length_has_none(self) -> None:
        """And one that is known, seconds."""
        stays = [
            lm.Stay(stage="Open", pipeline="own", since=NOON - timedelta(hours=1), until=NOON),
            lm.Stay(stage=None, pipeline=None, since=None, until=NOON),
        ]

        assert [(row["stage"], row["seconds"]) for row in lm.rows(stays)] == [("Open", 3600), (None, None)]


class TestWhatIsNoRow:
    """Mistakes say what to do instead."""

    @pytest.mark.parametrize(
        ("given", "said"),
        [(7, "an int"), ("contacts", "a str"), (b"x", "a bytes"), (None, "a none type"), (PEOPLE, "a directory")],
    )
    def test_what_has_no_rows_is_refused_at_once(self, given: object, said: str) -> None:
        """Before the first row is asked for."""
        with pytest.raises(lm.InvalidValue, match=f"there are no rows of {said}; give answers, pairs"):
            lm.rows(given)

    @pytest.mark.parametrize("member", [7, (1, 2), (WORLD.updates[0], None)], ids=["number", "tuple", "half a pair"])
    def test_member_that_has_no_row_is_refused(self, member: object) -> None:
        """When it is reached."""
        with pytest.raises(lm.InvalidValue, match="there are no rows of a"):
            list(lm.rows([member]))

    def test_kinds_are_not_mixed(self) -> None:
        """One table has one meaning; the rows before are given."""
        stream = lm.rows([ADA, WORLD.leads[0]])

        assert next(stream)["id"] == "c1"
        with pytest.raises(lm.InvalidValue, match="a lead cannot stand among contacts; one table has rows of one kind"):
            next(stream)

    def test_nothing_gives_no_rows(self) -> None:
        """An empty feed is no mistake."""
        assert list(lm.rows([])) == []

    def test_rows_come_as_they_are_asked_for(self) -> None:
        """An endless feed has a first row."""

        def endless() -> Iterator[lm.SocialUpdate]:
            while True:
                yield WORLD.updates[0]

        feed = lm.classify_feed(endless(), PEOPLE, batch=1)

        assert [row["update"] for row in islice(lm.rows(feed), 3)] == ["u001"] * 3


class TestDataframes:
    """The libraries that people use understand the rows as they are."""

    def test_pandas(self) -> None:
        """Rows become a frame with instants and counts."""
        pandas = pytest.importorskip("pandas", reason="pandas is not installed")
        frame = pandas.DataFrame(lm.rows(TABS))

        assert list(frame.columns) == list(named("answers"))
        assert frame["category"].value_counts().to_dict() == {c.value: n for c, n in TABS.counts.items()}
        assert frame["posted_at"].dtype.tz is UTC

    def test_polars(self) -> None:
        """Exact amounts stay exact, instants aware, and an absent value is null."""
        import polars as pl

        deals = pl.DataFrame(lm.rows(WORLD.deals), infer_schema_length=None)
        euros = sum(deal.amount.amount for deal in WORLD.deals if deal.amount and deal.amount.currency == "EUR")

        assert deals.columns == list(named("deals"))
        assert deals.filter(pl.col("amount.currency") == "EUR")["amount"].sum() == euros
        assert deals["closed_at"].null_count() == sum(deal.closed_at is None for deal in WORLD.deals)
        assert deals.schema["closed_at"] == pl.Datetime("us", "UTC")


def _cell(value: Plain) -> str:
    """Write a value as the command does."""
    if isinstance(value, datetime):
        return value.isoformat()
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else one_line(value)
    return f"'{text}" if text.startswith(("=", "-")) else text  # no spreadsheet takes it for a formula (EXPORT-1)
