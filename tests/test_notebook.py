"""What a person sees in a notebook: a real kernel runs it, and what it sends is read as a browser reads it."""

import asyncio
import re
from typing import Any, Final

import attrs
import nbformat
import pytest
from nbclient import NotebookClient

import leadmodel as lm
from tests.house import ROOT
from tests.pages import View

TUTORIAL: Final = ROOT / "docs" / "tutorial" / "in-a-notebook.md"

#: A key that would be markup, run a program, or leave its cell; and a name that would turn the line around as well.
MARKUP: Final = "<script>alert('x')</script><img src=x onerror=alert(1)></td></table>&amp;"
HOSTILE: Final = f"{MARKUP}\u202eeve"
SEEN: Final = HOSTILE.replace("\u202e", "\\u202e")

_SETUP: Final = f"""
from datetime import UTC, datetime

import attrs

import leadmodel as lm
from leadmodel.formats.tabular import read_people
from leadmodel.stores import MemoryStore

HOSTILE, MARKUP = {HOSTILE!r}, {MARKUP!r}
at = datetime(2026, 6, 25, tzinfo=UTC)
world = lm.samples.world()
people = world.directory()
ours = attrs.evolve(lm.playbooks.ZOHO, key="stockmoor", namespace=lm.samples.NAMESPACE)
lead = people.get(lm.Lead, "l06")
evil = lm.Lead(
    id="<i>l1</i>", last_name=HOSTILE, company=HOSTILE, tags=[MARKUP], custom={{MARKUP: HOSTILE}},
    profiles=[lm.Profile("elsewhere", "<script>alert('x')</script>")],
)
said = lm.SocialUpdate(id="<u>1</u>", author=evil.profiles[0], author_name=HOSTILE, text=HOSTILE)
strangers = lm.Directory.of(leads=[evil])
stage = lm.Stage(MARKUP, MARKUP, "open", 10)
crm = lm.Crm(MemoryStore(now=lambda: at), playbook=ours, now=lambda: at, by="ines")
loaded = crm.apply(lm.Changes(created=[*world.accounts, *world.contacts, *world.leads, *world.deals]))
done = []
mail = lm.Effect(key="k1", kind="email")
deal = people.get(lm.Deal, "d05")
"""

#: What is looked at, by name: the last line of a cell.
CELLS: Final = {
    "answer": "lm.classify_author(world.updates[0], people)",
    "repost": "lm.classify_author(world.updates[34], people)",
    "tabs": "lm.sort_feed(world.updates, people)",
    "directory": "people",
    "record": "people.get(lm.Contact, 'c01')",
    "update": "world.updates[0]",
    "changes": "lm.edit(lead, {'title': 'CTO', 'tags': ['b', 'a']}, at=at)",
    "plan": "lm.plan_conversion(lead, people, at=at, playbook=ours, deal=lm.NewDeal())",
    "conversion": "lm.convert_lead(lead, people, at=at, playbook=ours, deal=lm.NewDeal())",
    "preview": "lm.Plan(changes=lm.Changes(), problems=[lm.Problem(what=HOSTILE)], evidence=[HOSTILE])",
    "batch": "lm.convert_leads(world.leads, people, at=at, playbook=ours)",
    "pipeline": "lm.pipelines.ZOHO",
    "statuses": "lm.statuses.ZOHO",
    "playbook": "ours",
    "preset": "lm.playbooks.ZOHO",
    "rules": "lm.author_rules.ZOHO",
    "mapping": "ours.conversion",
    "verdict": "lm.can_move(deal, 'Closed Won', pipeline=lm.pipelines.ZOHO)",
    "refusal": "lm.can_move(people.get(lm.Deal, 'd01'), 'Qualification', pipeline=lm.pipelines.ZOHO)",
    "move": "lm.move_deal(deal, 'Closed Lost', at=at, pipeline=lm.pipelines.ZOHO)",
    "lead move": "lm.move_lead(lead, 'Junk Lead', at=at, statuses=lm.statuses.ZOHO)",
    "reshaped": "lm.remove_stage(lm.pipelines.ZOHO, 'Qualification', to='Needs Analysis', deals=world.deals, at=at)",
    "reading": "read_people('type,id,last name,Shoe size\\ncontact,c1,Lovelace,37\\n', name='people.csv')",
    "loaded": "loaded",
    "page": "crm.find(lm.Deal, limit=5)",
    "dry run": "crm.convert('l06', dry_run=True)",
    "moved": "crm.move('d05', 'Closed Lost')",
    "undone": "crm.undo(2)",
    "bulk": "crm.convert_all(['l01', 'nobody'], on_progress=done.append)",
    "bulk of all": "crm.convert_all(['l02', 'l03'], on_progress=done.append)",
    "batch done": "done[0]",
    "second batch": "done[1]",
    "sent": "crm.apply(lm.Changes(created=[lm.Contact(id='c98', last_name='Eve')], effects=[mail]))",
    "taken back": "crm.undo(6, partial=True)",
    "deleted entry": "crm.store.history(lm.Ref(lm.Contact, 'c98'))[1]",
    "forgotten": "crm.forget('contact', 'c98')",
    "forgotten entry": "crm.store.history(lm.Ref(lm.Contact, 'c98'))[0]",
    "two edited": "crm.apply(lm.Changes.of(*(lm.edit(each, {'title': 'CTO'}, at=at) for each in world.leads[3:5])))",
    "one edited again": "crm.edit('lead', 'l04', {'title': 'CEO'})",
    "half taken back": "crm.undo(crm.store.last() - 1, partial=True)",
    "nothing to change": "lm.Changes()",
    "removed": "lm.remove_pipeline([lm.pipelines.SIMPLE, lm.pipelines.ZOHO], 'zoho', at=at)",
    "statuses reshaped": "lm.remove_status(ours.statuses, 'Contacted', to='Not Contacted', leads=world.leads, at=at)",
    "entry": "crm.store.history(lm.Ref(lm.Deal, 'd05'))[1]",
    "first entry": "crm.store.history(lm.Ref(lm.Deal, 'd05'))[0]",
    "commit": "list(crm.store.log())[1]",
    "hostile record": "evil",
    "hostile update": "said",
    "hostile answer": "lm.classify_author(said, strangers)",
    "hostile tabs": "lm.sort_feed([said], strangers)",
    "hostile changes": "lm.edit(evil, {'title': HOSTILE}, at=at)",
    "hostile plan": "lm.plan_conversion(evil, strangers, at=at, playbook=ours, deal=lm.NewDeal(name=HOSTILE))",
    "hostile pipeline": "lm.Pipeline(key=MARKUP, label=MARKUP, stages=[stage])",
    "hostile reading": "read_people(f'type,id,last name,\"{MARKUP}\"\\ncontact,c1,{HOSTILE},37\\n', name=HOSTILE)",
    "hostile page": "lm.Page(records=(evil,))",
    "hostile playbook": "attrs.evolve(ours, label=MARKUP)",
}


#: What somebody has misspelt.
_MISTAKE: Final = "lm.pipelines.ZOHO.step('Qualificaton')"


@attrs.frozen
class Output:
    """What a cell sends back."""

    plain: str
    html: str

    @property
    def view(self) -> View:
        """The output as a browser reads it."""
        return View.of(self.html)


@pytest.fixture(scope="session")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Give the cells above, those of the tutorial, and a mistake, run in that order by one kernel."""
    tutorial = re.findall(r"^```{code-cell} ipython3\n(.*?)^```", TUTORIAL.read_text(encoding="utf-8"), re.M | re.S)
    run = [nbformat.v4.new_code_cell(source) for source in (_SETUP, *CELLS.values(), *tutorial, _MISTAKE)]
    run[-1].metadata["tags"] = ["raises-exception"]
    folder = {"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}}
    client = NotebookClient(nbformat.v4.new_notebook(cells=run), timeout=300, resources=folder)
    asyncio.run(client.async_execute())
    return run


@pytest.fixture(scope="session")
def outputs(cells: list[Any]) -> list[Output]:
    """Give what is sent for each of the cells, and then for those of the tutorial."""
    sent = [cell.outputs[-1].get("data", {}) if cell.outputs else {} for cell in cells[1:-1]]
    return [Output(data.get("text/plain", ""), data.get("text/html", "")) for data in sent]


@pytest.fixture(scope="session")
def shown(outputs: list[Output]) -> dict[str, Output]:
    """Give what is sent for each of the cells by name."""
    return dict(zip(CELLS, outputs[: len(CELLS)], strict=True))


class TestEveryView:
    """What holds for everything that is shown."""

    @pytest.mark.parametrize("name", CELLS)
    def test_view_is_sound_and_every_table_is_named(self, shown: dict[str, Output], name: str) -> None:
        """Tables and text, each table under one caption; nothing that runs, loads or sets a colour."""
        view = shown[name].view

        assert view.strange == []
        assert [(table.captions, bool(table.caption.strip())) for table in view.tables] == [(1, True)] * len(
            view.tables
        )
        assert view.tables

    @pytest.mark.parametrize("name", CELLS)
    def test_view_is_brief(self, shown: dict[str, Output], name: str) -> None:
        """A cell of a notebook holds a few screens at most, and its text form one line."""
        assert sum(len(table.rows) for table in shown[name].view.tables) <= 100
        assert len(shown[name].plain) < 400

    @pytest.mark.parametrize("name", [name for name in CELLS if name.startswith("hostile")])
    def test_hostile_names_stay_text(self, shown: dict[str, Output], name: str) -> None:
        """Every character is shown as it is, and what would turn a line around as its escape."""
        assert "<script>alert('x')</script>" in shown[name].view.text
        assert "\u202e" not in shown[name].html

    def test_kernel_sends_what_the_values_give(self, shown: dict[str, Output]) -> None:
        """The same values here have the same views; their texts are those of one line."""
        names: dict[str, Any] = {}
        exec(_SETUP, names)  # noqa: S102  (our own cells)
        values = {name: eval(source, names) for name, source in CELLS.items()}  # noqa: S307  (as above)

        assert {name: value._repr_html_() for name, value in values.items()} == {
            name: output.html for name, output in shown.items()
        }


class TestViews:
    """What each view tells."""

    def test_answer(self, shown: dict[str, Output]) -> None:
        """Who, which tab, why."""
        view = shown["answer"].view

        assert view.table.caption == "x:nadia_haulage"
        assert view.facts == {
            "category": "Customers", "because": "contact c01 has won deals: deal d01 and deal d02 and deal d04",
            "on record": "contact c01", "deals": "deal d01 and deal d02 and deal d04", "rules": "AUTH-3",
        }  # fmt: skip
        assert shown["repost"].view.facts["passed on by"].startswith("unknown: nobody on record is mastodon:pemba@")

    def test_tabs(self, shown: dict[str, Output]) -> None:
        """Four tables, cut, each with how many there are."""
        tabs = lm.sort_feed(lm.samples.world().updates, lm.samples.world().directory())
        tables = shown["tabs"].view.tables

        assert [table.caption for table in tables] == [
            f"{category.label}: {number} updates" for category, number in tabs.counts.items()
        ]
        assert [table.rows[-1] for table in tables] == [(f"… and {n - 10} more",) for n in tabs.counts.values()]
        assert {len(table.rows) for table in tables} == {12}

    def test_empty_tab(self, shown: dict[str, Output]) -> None:
        """Its name and no headers."""
        customers = shown["hostile tabs"].view.tables[0]

        assert (customers.caption, customers.rows) == ("Customers: 0 updates", [])

    def test_directory(self, shown: dict[str, Output]) -> None:
        """Numbers, not people."""
        assert shown["directory"].view.table.rows == [
            ("on record", "number"), ("leads", "16"), ("contacts", "24"), ("accounts", "11"), ("deals", "60"),
            ("identities", "83"),
        ]  # fmt: skip

    def test_changes(self, shown: dict[str, Output]) -> None:
        """The record, and each field before and after."""
        table = shown["changes"].view.table

        assert table.caption == "1 updated"
        assert table.rows[1:] == [
            ("Jonas Lindqvist, Björk & Brott (lead l06)", "tags", "", "+ a, b"),
            ("Jonas Lindqvist, Björk & Brott (lead l06)", "title", "–", "CTO"),
        ]

    def test_plan(self, shown: dict[str, Output]) -> None:
        """A table for each record that is made, and one of what goes nowhere."""
        assert [table.caption for table in shown["plan"].view.tables] == [
            "New account Björk & Brott", "New contact Jonas Lindqvist", "New deal Björk & Brott", "Not carried over",
        ]  # fmt: skip

    def test_conversion(self, shown: dict[str, Output]) -> None:
        """What the lead became, then all that changes; a dry run adds where it stands in the log."""
        first, second = shown["conversion"].view.tables
        captions = [table.caption for table in shown["dry run"].view.tables]

        assert [row[0] for row in first.rows] == ["lead", "contact", "account", "deal"]
        assert second.caption == "3 created, 2 updated"
        assert captions == ["convert", "conversion", "2 created, 1 updated"]
        assert shown["dry run"].view.facts == {"log": "not written"}

    def test_preview(self, shown: dict[str, Output]) -> None:
        """What blocks, what speaks for it, and that nothing changes."""
        view = shown["preview"].view

        assert view.facts == {"blocked": SEEN, "because": SEEN}
        assert [table.caption for table in view.tables] == ["plan", "no changes"]

    def test_batch(self, shown: dict[str, Output]) -> None:
        """A row for each lead, and the sum of it."""
        table = shown["batch"].view.table

        assert table.caption.startswith("16 leads: ")
        assert len(table.rows) == 17

    def test_processes(self, shown: dict[str, Output]) -> None:
        """A row for each stage and each status, under the name of the list."""
        stages, members = shown["pipeline"].view.table, shown["statuses"].view.table

        assert (stages.caption, members.caption) == ("pipeline Zoho CRM", "statuses Zoho CRM")
        assert [row[0] for row in stages.rows[1:]] == [stage.key for stage in lm.pipelines.ZOHO.stages]
        assert [row[0] for row in members.rows[1:]] == [status.key for status in lm.statuses.ZOHO.members]
        assert [table.caption for table in shown["reshaped"].view.tables] == ["pipeline Zoho CRM", "2 updated"]

    def test_playbook(self, shown: dict[str, Output]) -> None:
        """Its parts by name, and whether its namespace is its own; never the namespace."""
        facts = shown["playbook"].view.facts

        assert facts["pipelines"] == repr(lm.pipelines.ZOHO)
        assert (facts["namespace"], shown["preset"].view.facts["namespace"]) == (
            "the organisation's own", "published, for tests only",
        )  # fmt: skip
        assert str(lm.samples.NAMESPACE) not in shown["playbook"].html

    def test_rules(self, shown: dict[str, Output]) -> None:
        """All rows, all columns."""
        captions = [table.caption for table in shown["mapping"].view.tables]

        assert len(shown["rules"].view.table.rows) == 1 + len(lm.author_rules.ZOHO.rows)
        assert captions == ["conversion", "what hangs on a lead", "what is asked for"]

    def test_verdicts(self, shown: dict[str, Output]) -> None:
        """May it, and if not, why not."""
        may, cannot = shown["verdict"].view, shown["refusal"].view

        assert (may.table.caption, may.facts["may go"]) == ("deal d05 → Closed Won", "yes")
        assert cannot.facts["may go"] == "no"
        assert "what is won cannot become open" in cannot.facts["because"]

    def test_moves_show_their_changes(self, shown: dict[str, Output]) -> None:
        """Field by field; what a verb on stored records has done, with its place in the log."""
        assert {row[1] for row in shown["move"].view.table.rows[1:]} == {"stage", "closed at", "history"}
        assert ("status", "Pre-Qualified", "Junk Lead") in [row[1:] for row in shown["lead move"].view.table.rows]
        assert shown["moved"].view.facts == {"log": "position 2", "record": "Invoice matching (deal d05)"}
        assert shown["undone"].view.facts["log"] == "position 3"

    def test_long_changes_are_cut(self, shown: dict[str, Output]) -> None:
        """Of more than a hundred records, fifty; and how many more."""
        table = shown["loaded"].view.tables[1]

        assert (table.caption, len(table.rows), table.rows[-1]) == ("111 created", 52, ("… and 61 more",))

    def test_log(self, shown: dict[str, Output]) -> None:
        """When it was recorded, who did it, what changed."""
        entry, first, commit = (shown[name].view for name in ("entry", "first entry", "commit"))

        assert [table.caption for table in entry.tables] == ["2: deal d05 updated", "1 updated"]
        assert [table.caption for table in first.tables] == ["1: deal d05 created", "1 created"]
        assert [table.caption for table in commit.tables] == ["commit 2", "1 updated"]
        assert (entry.facts["by"], list(first.facts)) == ("ines", ["recorded at"])

    def test_what_verbs_leave_undone_is_told(self, shown: dict[str, Output]) -> None:
        """What could not be taken back, who was not on record, and that of what is forgotten nothing is left."""
        taken, half, batch = (shown[name].view.facts for name in ("taken back", "half taken back", "batch done"))

        assert taken == {"log": "position 7", "cannot be taken back": "email k1"}
        assert half["left"].startswith("lead l04, title: ")
        assert batch == {"log": "position 4", "not on record": "nobody"}
        assert shown["second batch"].view.facts == {"log": "position 5"}
        assert [table.caption for table in shown["forgotten entry"].view.tables] == [
            "6: contact c98 forgotten", "1 forgotten",
        ]  # fmt: skip
        assert [table.caption for table in shown["deleted entry"].view.tables] == [
            "7: contact c98 deleted", "1 deleted",
        ]  # fmt: skip

    def test_reshaped_processes_show_themselves_and_what_moves(self, shown: dict[str, Output]) -> None:
        """Every pipeline there is, then the changes; in a text as well."""
        removed, statuses = shown["removed"].view, shown["statuses reshaped"].view

        assert [table.caption for table in removed.tables] == ["pipeline Simple", "pipeline Zoho CRM", "no changes"]
        assert [table.caption for table in statuses.tables] == ["statuses Zoho CRM", "4 updated"]

    def test_reading(self, shown: dict[str, Output]) -> None:
        """How each column was understood."""
        table = shown["reading"].view.table

        assert table.caption == "people.csv: 1 contact"
        assert table.rows[-1] == ("Shoe size", "custom.Shoe size (no other place)")

    def test_bulk(self, shown: dict[str, Output]) -> None:
        """Who was not converted, and why."""
        table = shown["bulk"].view.table

        assert table.rows[1:] == [("lead nobody", "not on record")]


class TestTutorial:
    """The tutorial is run by the same kernel."""

    def test_every_view_of_the_tutorial_is_named(self, outputs: list[Output]) -> None:
        """From two exports and a timeline to four tabs, a plan, a dry run and a verdict; frames show themselves."""
        views = [output.view for output in outputs[len(CELLS) :] if output.html.startswith(("<table>", "<div><h4>"))]

        assert [view.strange for view in views] == [[]] * len(views)
        assert [[table.caption for table in view.tables] for view in views] == [
            ["people.csv: 16 leads, 24 contacts, 11 accounts"],
            ["directory"],
            ["Customers: 22 updates", "Potential Contacts: 30 updates", "Leads/Contacts: 36 updates",
             "Unknown: 32 updates"],
            ["x:kwame_counts"],
            ["playbook Stockmoor"],
            ["New account Björk & Brott", "New contact Jonas Lindqvist", "New deal Forty seats", "Not carried over"],
            ["convert", "conversion", "3 created, 1 updated"],
            ["deal d01 → Qualification"],
        ]  # fmt: skip

    def test_dry_run_of_the_tutorial_writes_nothing(self, outputs: list[Output]) -> None:
        """As it says."""
        assert [output.plain for output in outputs[len(CELLS) :] if output.plain in {"True", "False"}] == ["True"]


class TestTexts:
    """What `print` shows of values that carry changes."""

    def test_moves_and_conversions_print_their_changes(self) -> None:
        """As the changes alone do."""
        world, at = lm.samples.world(), lm.samples.AS_OF
        deal = next(each for each in world.deals if each.id == "d05")
        moved = lm.move_deal(deal, "Closed Lost", at=deal.history[-1].at, pipeline=lm.pipelines.ZOHO)
        lead_moved = lm.move_lead(world.leads[5], "Junk Lead", at=at, statuses=lm.statuses.ZOHO)
        converted = lm.convert_lead(world.leads[5], world.directory(), at=at, playbook=lm.playbooks.ZOHO)

        assert [str(each) for each in (moved, lead_moved, converted)] == [
            str(each.changes) for each in (moved, lead_moved, converted)
        ]

    def test_reshaped_processes_print_themselves_and_what_moves(self) -> None:
        """The table, then the changes."""
        at, leads = lm.samples.AS_OF, lm.samples.world().leads
        stage = lm.remove_stage(lm.pipelines.ZOHO, "Qualification", to="Needs Analysis", at=at)
        status = lm.remove_status(lm.statuses.ZOHO, "Contacted", to="Not Contacted", leads=leads, at=at)
        gone = lm.remove_pipeline([lm.pipelines.SIMPLE, lm.pipelines.ZOHO], "zoho", at=at)

        assert str(stage) == f"{stage.pipeline}\n\nno changes"
        assert str(status) == f"{status.statuses}\n\n{status.changes}"
        assert str(gone) == f"{gone.pipelines['simple']}\n\n{gone.pipelines['zoho']}\n\nno changes"


class TestErrors:
    """What goes wrong is told by the error itself."""

    def test_error_ends_with_what_to_do(self, cells: list[Any]) -> None:
        """The last lines of the red box are the error's own: what, and what next."""
        (output,) = cells[-1].outputs

        assert output.ename == "UnknownStage"
        assert "did you mean 'Qualification'?" in output.evalue


class TestSize:
    """Large things are shown at once, and briefly."""

    def test_tabs_of_a_hundred_thousand_make_few_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Only what is shown is put into words: counted, not timed."""
        tabs = lm.sort_feed(lm.samples.world().updates, lm.samples.world().directory())
        many = lm.Tabs(tabs.all * 834)
        told: list[str] = []
        sentence = lm.Answer.sentence.fget  # type: ignore[attr-defined]  # a property has one
        monkeypatch.setattr(lm.Answer, "sentence", property(lambda one: told.append("") or sentence(one)))
        html, text = many._repr_html_(), str(many)

        assert len(many) == 100_080
        assert (len(told), len(View.of(html).tables)) == (4 * (10 + 50), 4)
        assert text.count("… and ") == 4
        assert max(len(html), len(text)) < 100_000

    def test_changes_of_many_records_are_few_rows(self) -> None:
        """And how many are left out is said."""
        changes = lm.Changes(created=[lm.Contact(id=f"c{n}", last_name="Lovelace") for n in range(2_000)])

        assert View.of(changes._repr_html_()).table.rows[-1] == ("… and 1,950 more",)

    def test_changes_of_many_fields_are_few_rows(self) -> None:
        """A record that is begun is shown whole; what is left out are records."""
        old = [lm.Contact(id=f"c{n:02}", last_name="Lovelace") for n in range(60)]
        new = {"first_name": "Ada", "title": "Countess", "language": "en"}
        changes = lm.Changes.of(*(lm.edit(each, new, at=lm.samples.AS_OF) for each in old))

        assert len(View.of(changes._repr_html_()).table.rows) == 1 + 17 * 3 + 1
        assert View.of(changes._repr_html_()).table.rows[-1] == ("… and 43 more",)

    def test_record_with_long_members_is_cut(self) -> None:
        """A thousand custom fields, a long text, many addresses: the beginning of each."""
        lead = lm.Lead(
            id="l1", last_name="Lovelace", description="x" * 5_000, custom={f"k{n}": n for n in range(1_000)},
            emails=[f"a{n}@b.example" for n in range(30)],
        )  # fmt: skip
        facts = View.of(lead._repr_html_()).facts

        assert facts["description"].endswith("x… (4,000 more characters)")
        assert facts["custom"].splitlines()[-1] == "… and 980 more"
        assert facts["emails"].splitlines()[-1] == "… and 10 more"
