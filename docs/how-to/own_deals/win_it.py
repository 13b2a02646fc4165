"""Win a deal of the table."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from deals import move

connection = sqlite3.connect("sales.db", isolation_level=None)
connection.executescript((Path(__file__).parent / "tables.sql").read_text(encoding="utf-8"))
connection.execute("INSERT INTO opportunities (id, title, step) VALUES (7, 'One engine', 'Open')")

friday = datetime(2026, 3, 6, 9, tzinfo=UTC)
print(move(connection, 7, "Won", at=friday, by="ines").changes)
print(connection.execute("SELECT * FROM opportunities").fetchall())
