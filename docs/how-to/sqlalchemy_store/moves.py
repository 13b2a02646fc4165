"""One verb, before there is a store: move an offer; row → record → verb → the columns that differ."""

from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.orm import Session

import leadmodel as lm
from leadmodel.codec import CONVERTER

from .models import Offer

PIPELINE = lm.pipelines.SIMPLE
#: How each field is written: the columns that it has.
COLUMNS = {
    "stage": lambda stage: {"column": stage},
    "amount": lambda money: {"cents": money and int(money.amount * 100), "currency": money.currency if money else ""},
    "probability": lambda percent: {"chance": percent},
    "closed_at": lambda at: {"ended": at},
    "modified_at": lambda at: {"touched": at},
    "history": lambda steps: {"moves": CONVERTER.unstructure(steps)},
}


def move(engine, number, to, *, at, by, given=None):
    """Move an offer: the rules decide, and what they give is written, unless somebody was faster."""
    with Session(engine) as session, session.begin():
        row = session.get_one(Offer, number)
        moved = lm.move_deal(deal(row), to, at=at, by=by, pipeline=PIPELINE, given=given or {})
        for change in moved.changes.updated:
            columns = {"version": change.after.version}
            for each in change.difference:
                columns |= COLUMNS[each.field](each.after)  # a field without a column is a KeyError, and no silence
            there = update(Offer).where(Offer.no == number, Offer.version == change.before.version)
            if not session.execute(there.values(**columns)).rowcount:
                raise lm.Conflict(ref=change.after.ref, expected=change.before.version, found=None)
    return moved


def deal(row):
    """Make a record of a row."""
    return lm.Deal(
        id=str(row.no), name=row.subject, stage=row.column, probability=row.chance, version=row.version,
        amount=None if row.cents is None else lm.Money(Decimal(row.cents) / 100, row.currency),
        closed_at=row.ended, created_at=row.entered, modified_at=row.touched,
        history=CONVERTER.structure(row.moves, tuple[lm.StageChange, ...]),
    )  # fmt: skip
