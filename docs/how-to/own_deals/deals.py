"""Move the deals of a table of one's own: row → record → verb → the columns that differ."""

import sqlite3
from datetime import datetime
from decimal import Decimal

import leadmodel as lm

PIPELINE = lm.pipelines.SIMPLE
ONE = "SELECT title, step, cents, currency, percent, won_lost, version FROM opportunities WHERE id = ?"
STEPS = "SELECT come_from, step, at, user FROM opportunity_steps WHERE opportunity = ? ORDER BY at, rowid"

#: How each field is written: the columns that it has.
COLUMNS = {
    "name": lambda name: {"title": name},
    "stage": lambda stage: {"step": stage},
    "amount": lambda amount: {
        "cents": amount and int(amount.amount * 100),
        "currency": amount and amount.currency,
    },
    "probability": lambda percent: {"percent": percent},
    "closed_at": lambda at: {"won_lost": at and at.isoformat()},
    "history": lambda _: {},  # it has a table of its own
}


def move(connection: sqlite3.Connection, number: int, to: str, *, at: datetime, by: str, given=None) -> lm.DealMove:
    """Move a deal, in one transaction: the rules decide, and what they give is written."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        moved = lm.move_deal(deal(connection, number), to, at=at, by=by, pipeline=PIPELINE, given=given or {})
        for update in moved.changes.updated:
            save(connection, update)
    return moved


def deal(connection: sqlite3.Connection, number: int) -> lm.Deal:
    """Make a record of a row."""
    row = connection.execute(ONE, [number]).fetchone()
    if row is None:
        raise lm.NotOnRecord(ref=lm.Ref(lm.Deal, str(number)))
    title, step, cents, currency, percent, won_lost, version = row
    return lm.Deal(
        id=str(number), name=title, stage=step, probability=percent, version=version,
        amount=None if cents is None else lm.Money(Decimal(cents) / 100, currency),
        closed_at=won_lost and datetime.fromisoformat(won_lost),
        history=[
            lm.StageChange(come_from=come_from, to=to, at=datetime.fromisoformat(at), by=user)
            for come_from, to, at, user in connection.execute(STEPS, [number])
        ],
    )  # fmt: skip


def save(connection: sqlite3.Connection, update: lm.Updated) -> None:
    """Write what differs, unless somebody was faster."""
    before, after = update.before, update.after
    columns = {"version": after.version}
    for change in update.difference:
        if change.field not in COLUMNS:
            raise ValueError(f"the table has no column for {change.field}")
        columns |= COLUMNS[change.field](change.after)
    names = ", ".join(f"{name} = ?" for name in columns)
    written = connection.execute(
        f"UPDATE opportunities SET {names} WHERE id = ? AND version = ?",  # noqa: S608  (the names are ours)
        [*columns.values(), int(after.id), before.version],
    )
    if not written.rowcount:
        raise lm.Conflict(ref=after.ref, expected=before.version, found=None)
    connection.executemany(
        "INSERT INTO opportunity_steps VALUES (?, ?, ?, ?, ?)",
        [
            (int(after.id), step.come_from, step.to, step.at.isoformat(), step.by)
            for step in after.history[len(before.history) :]
        ],
    )
