"""The store over SQLAlchemy models of the how-to: what the page shows keeps the contract, and says what it cannot."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

import leadmodel as lm
from tests.house import ROOT

HOW_TO: Final = ROOT / "docs" / "how-to"
CODE: Final = HOW_TO / "sqlalchemy_store"
PAGE: Final = HOW_TO / "a-store-over-sqlalchemy-models.md"
FRIDAY: Final = datetime(2026, 3, 6, 9, tzinfo=UTC)

sys.path.insert(0, str(HOW_TO))
try:
    from sqlalchemy_store import engines, mapping, models, moves, store
    from sqlalchemy_store import test_store as shown
finally:
    sys.path.remove(str(HOW_TO))


@pytest.mark.usefixtures("not_measured")
class TestStoreOfThePage(shown.TestOrmStore):
    """The suite, as the page runs it, with fewer drawn examples: an ORM takes its time."""

    @pytest.fixture(autouse=True)
    def _few_examples(self) -> Iterator[None]:
        before = settings.get_current_profile_name()
        settings.load_profile("purity")
        yield
        settings.load_profile(before)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Give a database with the tables of the program, and nothing in them."""
    made: Engine = engines.engine_of(tmp_path / "crm.db")
    models.Base.metadata.create_all(made)
    return made


@pytest.fixture
def prospect(engine: Engine) -> int:
    """Give the number of a prospect that the program has saved."""
    with Session(engine) as session, session.begin():
        row = models.Prospect(family_name="Lovelace", mail="ada@engines.example")
        session.add(row)
        session.flush()
        number: int = row.no
    return number


def rows(engine: Engine, *columns: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  (columns of models)
    """Give all that stands in some columns."""
    with Session(engine) as session:
        return [tuple(row) for row in session.execute(select(*columns))]


class TestThePage:
    """The page shows what is tested, and says what comes of it."""

    def test_page_shows_the_files_that_are_tested(self) -> None:
        """The code is one text, here and on the page; each file is named."""
        page = PAGE.read_text(encoding="utf-8")
        shown_files = re.findall(r"```\{literalinclude\} sqlalchemy_store/(\S+)", page)

        assert sorted(shown_files) == sorted(each.name for each in CODE.glob("*.py") if each.name != "__init__.py")
        assert [name for name in shown_files if f"`{name}`" not in page] == []

    def test_store_is_short(self) -> None:
        """The writer, and what it is told of the tables: blank lines aside."""
        lines = {
            name: sum(1 for line in (CODE / name).read_text(encoding="utf-8").splitlines() if line.strip())
            for name in ("store.py", "mapping.py")
        }

        assert lines["store.py"] <= 150
        assert lines["mapping.py"] <= 100

    def test_gaps_stand_on_the_page(self) -> None:
        """Each declared gap, with its reason."""
        page = PAGE.read_text(encoding="utf-8")

        assert [name for name in shown.GAPS if f"\n{name}\n: " not in page] == []

    def test_what_it_prints_stands_on_the_page(self, tmp_path: Path) -> None:
        """A prospect of the program is found, converted, and seen in the tables."""
        environment = {**os.environ, "PYTHONPATH": str(HOW_TO)}
        done = subprocess.run(
            [sys.executable, "-m", "sqlalchemy_store.use_it"],
            capture_output=True, text=True, check=True, cwd=tmp_path, env=environment,
        )  # fmt: skip

        assert f"```text\n{done.stdout}```\n" in PAGE.read_text(encoding="utf-8")


class TestOtherCode:
    """The rest of the program goes on reading and writing its tables."""

    def test_rows_of_the_program_are_records(self, engine: Engine, prospect: int) -> None:
        """Its id is made of the number, and what has no column is missing."""
        lead = store.OrmStore(engine).get(lm.Lead, "prospect-1")

        assert lead == lm.Lead(id="prospect-1", last_name="Lovelace", emails=["ada@engines.example"])
        assert prospect == 1

    def test_change_of_the_program_is_seen(self, engine: Engine, prospect: int) -> None:
        """S-2: a session raises the version, and whoever has not seen it overwrites nothing."""
        kept = store.OrmStore(engine)
        changes = lm.edit(kept.get(lm.Lead, "prospect-1"), {"title": "Analyst"}, at=FRIDAY)
        with Session(engine) as session, session.begin():
            session.get_one(models.Prospect, prospect).mail = "ada@home.example"

        with pytest.raises(lm.Conflict) as caught:
            kept.apply(changes)

        assert caught.value == lm.Conflict(ref=lm.Ref(lm.Lead, "prospect-1"), expected=0, found=1)
        row = models.Prospect
        assert rows(engine, row.mail, row.post, row.version) == [("ada@home.example", "", 1)]

    def test_row_that_does_not_change_keeps_its_version(self, engine: Engine, prospect: int) -> None:
        """What is set to what it was is no change."""
        with Session(engine) as session, session.begin():
            session.get_one(models.Prospect, prospect).mail = "ada@engines.example"

        assert rows(engine, models.Prospect.version) == [(0,)]

    @pytest.mark.usefixtures("prospect")
    def test_conversion_points_to_the_rows_that_it_made(self, engine: Engine) -> None:
        """The new client has a number of the program's own, and the prospect points to it; profiles go along."""
        crm = lm.Crm(store.OrmStore(engine), playbook=lm.playbooks.ZOHO)
        crm.edit(lm.Lead, "prospect-1", {"profiles": [lm.Profile("x", "ada")]})
        done = crm.convert("prospect-1")

        assert done.contact is not None
        client, lead, handle = models.Client, models.Prospect, models.Handle
        assert rows(engine, client.no, client.reference, client.mail) == [(1, done.contact.id, "ada@engines.example")]
        assert rows(engine, lead.won_over, lead.new_client_no, lead.version) == [(True, 1, 2)]
        assert rows(engine, handle.key, handle.prospect_no, handle.client_no) == [
            ("x:ada", 1, None), ("x:ada", None, 1),
        ]  # fmt: skip


class TestWhatIsRefused:
    """What the tables cannot keep is refused, and never lost in silence."""

    @pytest.mark.parametrize(
        ("record", "said"),
        [
            (lm.Lead(id="l1", last_name="Vale", rating="hot", tags=["b"]), r"lead l1 \(tags, rating\).*\[S-6\]"),
            (lm.Contact(id="c1", emails=["a@a.example", "b@a.example"]), r"contact c1 \(emails\)"),
            (lm.Deal(id="d1", stage="Open", amount=lm.Money("1.005", "EUR")), r"deal d1 \(amount\)"),
            (lm.Task(id="t1", about=lm.Ref(lm.Lead, "l1"), subject="Call"), r"task t1 \(type\)"),
            (lm.Lead(id="x" * 41, last_name="Vale"), r"\(id\)"),
            (lm.Lead(id="prospect-9", last_name="Vale"), r"lead prospect-9 \(id\)"),
            (lm.Contact(id="c1", account_id="gone"), r"contact c1 points to account gone.*\[S-9\]"),
        ],
        ids=["fields", "emails", "amount", "type", "long id", "id of a number", "reference"],
    )
    def test_what_has_no_room_is_refused(self, engine: Engine, record: Any, said: str) -> None:  # noqa: ANN401  (any record)
        """The error names the record and the field, and nothing is written, of what goes with it either."""
        kept = store.OrmStore(engine)
        fine = lm.Lead(id="l2", last_name="Moor")

        with pytest.raises(lm.StoreError, match=said):
            kept.apply(lm.Changes(created=[fine, record]))

        assert [kept.count(kind) for kind in mapping.TABLES] == [0] * 5

    def test_keys_and_undo_are_refused(self, engine: Engine) -> None:
        """What a keeper can besides, the store says that it cannot."""
        kept = store.OrmStore(engine)
        with pytest.raises(lm.StoreError, match=r"\[S-18\]"):
            kept.apply(lm.Changes(), key="k1")
        with pytest.raises(lm.StoreError, match=r"\[S-4\]"):
            lm.Crm(kept, playbook=lm.playbooks.ZOHO).undo(1)

    def test_short_ids_that_look_alike_are_different_records(self, engine: Engine) -> None:
        """S-5 holds as far as the column is wide."""
        ids = ["a", "A", "a ", "á", "a\u0301", "ss", "ß", "1", "01", "a%", "a_", "prospect-01", "client-1", "x" * 40]
        kept = store.OrmStore(engine)
        several = [lm.Lead(id=each, last_name=f"Vale {number}") for number, each in enumerate(ids)]
        kept.apply(lm.Changes(created=several))

        assert [kept.get(lm.Lead, each) for each in ids] == several


class TestOneVerb:
    """Before there is a store: one verb over one model."""

    @pytest.fixture
    def offer(self, engine: Engine) -> int:
        """Give the number of an open offer."""
        values = {"subject": "One engine", "column": "Open", "cents": 480000, "currency": "EUR", "version": 3}
        with Session(engine) as session, session.begin():
            return session.scalars(insert(models.Offer).values(**values).returning(models.Offer.no)).one()

    def test_move_writes_what_differs(self, engine: Engine, offer: int) -> None:
        """Stage, amount, closing date, history and version; and the program reads them."""
        given = {"amount": lm.Money("4500.50", "EUR")}
        moved = moves.move(engine, offer, "Won", at=FRIDAY, by="ines", given=given)

        row = models.Offer
        columns = (row.subject, row.column, row.cents, row.currency, row.ended, row.version)
        assert rows(engine, *columns) == [("One engine", "Won", 450050, "EUR", FRIDAY, 4)]
        with Session(engine) as session:
            assert moves.deal(session.get_one(row, offer)).history == moved.deal.history

    def test_refused_move_writes_nothing(self, engine: Engine, offer: int) -> None:
        """What the rules refuse never reaches the table."""
        moves.move(engine, offer, "Lost", at=FRIDAY, by="ines")

        with pytest.raises(lm.CannotMove):
            moves.move(engine, offer, "Won", at=FRIDAY, by="ines")

        assert rows(engine, models.Offer.column, models.Offer.version) == [("Lost", 4)]

    def test_field_without_a_column_is_an_error(self, engine: Engine, offer: int) -> None:
        """Nothing is lost in silence, and nothing is half written."""
        with pytest.raises(KeyError, match="loss_reason"):
            moves.move(engine, offer, "Lost", at=FRIDAY, by="ines", given={"loss_reason": "price"})

        assert rows(engine, models.Offer.column, models.Offer.version) == [("Open", 3)]

    def test_whoever_was_faster_is_not_overwritten(
        self, engine: Engine, offer: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An update that starts from a version which is no longer there changes nothing."""
        stale = moves.deal

        def deal_of_yesterday(row: Any) -> lm.Deal:  # noqa: ANN401  (a row)
            row.version = 2
            made: lm.Deal = stale(row)
            row.version = 3
            return made

        monkeypatch.setattr(moves, "deal", deal_of_yesterday)
        with pytest.raises(lm.Conflict) as caught:
            moves.move(engine, offer, "Won", at=FRIDAY, by="ines")

        assert caught.value == lm.Conflict(ref=lm.Ref(lm.Deal, str(offer)), expected=2, found=None)
        assert rows(engine, models.Offer.column, models.Offer.version) == [("Open", 3)]
