"""One verb, before there is a store: move a sale; row → record → verb → the columns that differ."""

from decimal import Decimal

from django.db import transaction

import leadmodel as lm
from leadmodel.codec import CONVERTER

from .models import Sale

PIPELINE = lm.pipelines.SIMPLE
#: How each field is written: the columns that it has.
COLUMNS = {
    "stage": lambda stage: {"step": stage},
    "amount": lambda money: {"cents": money and int(money.amount * 100), "currency": money.currency if money else ""},
    "probability": lambda percent: {"percent": percent},
    "closed_at": lambda at: {"won_lost": at},
    "modified_at": lambda at: {"changed": at},
    "history": lambda moves: {"trail": CONVERTER.unstructure(moves)},
}


def move(number, to, *, at, by, given=None):
    """Move a sale: the rules decide, and what they give is written, unless somebody was faster."""
    with transaction.atomic():
        moved = lm.move_deal(deal(Sale.objects.get(pk=number)), to, at=at, by=by, pipeline=PIPELINE, given=given or {})
        for update in moved.changes.updated:
            columns = {"version": update.after.version}
            for change in update.difference:
                columns |= COLUMNS[change.field](change.after)  # a field without a column is a KeyError, and no silence
            written = Sale.objects.filter(pk=number, version=update.before.version).update(**columns)
            if not written:
                raise lm.Conflict(ref=update.after.ref, expected=update.before.version, found=None)
    return moved


def deal(row):
    """Make a record of a row."""
    return lm.Deal(
        id=str(row.pk), name=row.title, stage=row.step, probability=row.percent, version=row.version,
        amount=None if row.cents is None else lm.Money(Decimal(row.cents) / 100, row.currency),
        closed_at=row.won_lost, created_at=row.created, modified_at=row.changed,
        history=CONVERTER.structure(row.trail, tuple[lm.StageChange, ...]),
    )  # fmt: skip
