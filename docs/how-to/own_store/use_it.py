"""Take a prospect out of the table of people, as another program wrote it, and convert it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from legacy_store import LegacyStore

import leadmodel as lm

here = Path(__file__).parent
with closing(sqlite3.connect("people.db")) as connection:
    connection.executescript((here / "legacy.sql").read_text(encoding="utf-8"))
    row = ("prospect", "Lovelace", "Ada", "ada@engines.example")
    connection.execute("INSERT INTO people (kind, surname, forename, mail) VALUES (?, ?, ?, ?)", row)
    connection.commit()
    connection.executescript((here / "added.sql").read_text(encoding="utf-8"))

crm = lm.Crm(LegacyStore("people.db"), playbook=lm.playbooks.ZOHO, by="ines")
(ada,) = crm.find(lm.parse_criterion(lm.Lead, "last_name is lovelace"))
print(ada)
crm.convert(ada.id)

with closing(sqlite3.connect("people.db")) as connection:
    for row in connection.execute("SELECT no, kind, surname, mail, version FROM people"):
        print(row)
