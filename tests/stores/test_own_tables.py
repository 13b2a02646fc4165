"""The deals of the how-to "one verb over your own tables": what the page shows runs, and writes what differs."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

import leadmodel as lm
from tests.house import ROOT

HOW_TO: Final = ROOT / "docs" / "how-to"
CODE: Final = HOW_TO / "own_deals"
PAGE: Final = HOW_TO / "one-verb-over-your-own-tables.md"
FRIDAY: Final = datetime(2026, 3, 6, 9, tzinfo=UTC)

sys.path.insert(0, str(CODE))
try:
    import deals
finally:
    sys.path.remove(str(CODE))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Give a database with one open deal."""
    made = sqlite3.connect(tmp_path / "sales.db", isolation_level=None)
    made.executescript((CODE / "tables.sql").read_text(encoding="utf-8"))
    made.execute("INSERT INTO opportunities VALUES (7, 'One engine', 'Open', 480000, 'EUR', 50, NULL, 3)")
    yield made
    made.close()


def rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    """Give all that stands in a table."""
    return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  (our own)


def test_page_shows_the_files_that_are_tested() -> None:
    """The code is one text, here and on the page."""
    page = PAGE.read_text(encoding="utf-8")

    assert re.findall(r"```\{literalinclude\} own_deals/(\S+)", page) == ["tables.sql", "deals.py", "win_it.py"]


def test_what_it_prints_stands_on_the_page(tmp_path: Path) -> None:
    """The script of the page wins a deal."""
    done = subprocess.run(
        [sys.executable, CODE / "win_it.py"], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert "stage: Open → Won" in done.stdout
    assert f"```text\n{done.stdout}```\n" in PAGE.read_text(encoding="utf-8")


def test_row_is_a_record(connection: sqlite3.Connection) -> None:
    """Names and units are the table's, and the record is the domain's."""
    deal = deals.deal(connection, 7)

    assert deal == lm.Deal(id="7", name="One engine", stage="Open", amount=lm.Money("4800", "EUR"), probability=50)
    assert deal.version == 3


def test_move_writes_what_differs(connection: sqlite3.Connection) -> None:
    """Stage, amount, probability and closing date, the history in its table, and the version."""
    given = {"amount": lm.Money("4500.50", "EUR")}
    deals.move(connection, 7, "Won", at=FRIDAY, by="ines", given=given)

    stamp = FRIDAY.isoformat()
    assert rows(connection, "opportunities") == [(7, "One engine", "Won", 450050, "EUR", None, stamp, 4)]
    assert rows(connection, "opportunity_steps") == [(7, "Open", "Won", stamp, "ines")]


def test_what_was_written_is_read(connection: sqlite3.Connection) -> None:
    """A second move goes on from the first, and adds one step."""
    pipeline = lm.pipelines.SIMPLE.allowing("won", "open")
    moved = deals.move(connection, 7, "Won", at=FRIDAY, by="ines")
    read = deals.deal(connection, 7)

    assert [(step.come_from, step.to, step.at) for step in read.history] == [("Open", "Won", FRIDAY)]
    assert (read.stage, read.closed_at, read.version) == ("Won", FRIDAY, moved.deal.version)
    again = lm.move_deal(read, "Open", at=FRIDAY + timedelta(days=1), by="ines", pipeline=pipeline)
    for update in again.changes.updated:
        deals.save(connection, update)
    assert [row[2] for row in rows(connection, "opportunity_steps")] == ["Won", "Open"]
    assert rows(connection, "opportunities")[0][2:] == ("Open", 480000, "EUR", None, None, 5)


def test_refused_move_writes_nothing(connection: sqlite3.Connection) -> None:
    """What the rules refuse never reaches the table."""
    deals.move(connection, 7, "Lost", at=FRIDAY, by="ines")
    before = rows(connection, "opportunities"), rows(connection, "opportunity_steps")

    with pytest.raises(lm.CannotMove):
        deals.move(connection, 7, "Won", at=FRIDAY, by="ines")

    assert (rows(connection, "opportunities"), rows(connection, "opportunity_steps")) == before
    assert not connection.in_transaction


def test_field_without_a_column_is_an_error(connection: sqlite3.Connection) -> None:
    """Nothing is lost in silence, and nothing is half written."""
    with pytest.raises(ValueError, match="no column for loss_reason"):
        deals.move(connection, 7, "Lost", at=FRIDAY, by="ines", given={"loss_reason": "price"})

    assert rows(connection, "opportunities")[0][2] == "Open"
    assert not connection.in_transaction


def test_whoever_was_faster_is_not_overwritten(connection: sqlite3.Connection) -> None:
    """A row that has another version by now is left alone."""
    move = lm.move_deal(deals.deal(connection, 7), "Won", at=FRIDAY, by="ines", pipeline=lm.pipelines.SIMPLE)
    connection.execute("UPDATE opportunities SET title = 'Two engines', version = 4")

    with pytest.raises(lm.Conflict) as caught:
        deals.save(connection, move.changes.updated[0])

    assert caught.value == lm.Conflict(ref=lm.Ref(lm.Deal, "7"), expected=3, found=None)
    assert rows(connection, "opportunity_steps") == []


def test_unknown_deal_is_not_on_record(connection: sqlite3.Connection) -> None:
    """The error names it."""
    with pytest.raises(lm.NotOnRecord) as caught:
        deals.move(connection, 8, "Won", at=FRIDAY, by="ines")

    assert caught.value == lm.NotOnRecord(ref=lm.Ref(lm.Deal, "8"))
