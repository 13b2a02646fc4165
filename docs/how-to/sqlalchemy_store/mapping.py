"""Which field of a record stands in which column, what there is no room for: all that the store has to be told."""

from decimal import Decimal
from functools import reduce

import leadmodel as lm
from leadmodel.codec import CONVERTER, record_type_of, to_plain
from leadmodel.values import type_name

from .models import ROOM, Client, Firm, Offer, Prospect, Remark

SHARED = {"version": "version", "created_at": "entered", "modified_at": "touched"}
PEOPLE = SHARED | {"first_name": "given_name", "last_name": "family_name", "title": "post", "source": "found_by"}
HOME = {"website": "homepage", "employees": "headcount"}
PROSPECT = PEOPLE | HOME | {"company": "works_at", "status": "mood"}
OFFER = SHARED | {"name": "subject", "pipeline": "board", "stage": "column", "probability": "chance"}
OFFER |= {"loss_reason": "lost_to", "closes_on": "expected", "closed_at": "ended"}
REMARK = {"version": "version", "text": "text", "at": "written", "by": "author"}
CLIENT, FIRM = {"client_no": (lm.Contact, "contact_id")}, {"firm_no": (lm.Account, "account_id")}
BECAME = {
    "new_client_no": (lm.Contact, "conversion.contact_id"),
    "new_firm_no": (lm.Account, "conversion.account_id"),
    "new_offer_no": (lm.Deal, "conversion.deal_id"),
}
#: Where records stand, those that others point to first: the model; field → column with just the same; foreign key →
#: the type of the record there, and the field with its id; the fields that have a row in `OTHERS`.
TABLES = {
    lm.Account: (Firm, SHARED | HOME | {"name": "name"}, {}, ["profiles"]),
    lm.Contact: (Client, PEOPLE, FIRM, ["emails", "profiles"]),
    lm.Deal: (Offer, OFFER, CLIENT | FIRM, ["amount", "history"]),
    lm.Lead: (Prospect, PROSPECT, CLIENT | BECAME, ["emails", "profiles", "conversion"]),
    lm.Note: (Remark, REMARK, {}, ["about"]),
}
NO_MONEY = {"cents": None, "currency": ""}
#: How a field is read from a row, and what is written of it.
OTHERS = {
    "emails": (
        lambda row: [row["mail"]] if row["mail"] else [],
        lambda emails: {"mail": emails[0].address if emails else ""},
    ),
    "profiles": (lambda row: row["handles"], lambda _: {}),  # they have a table of their own
    "amount": (
        lambda row: None if row["cents"] is None else lm.Money(Decimal(row["cents"]) / 100, row["currency"]),
        lambda money: {"cents": int(money.amount * 100), "currency": money.currency} if money else NO_MONEY,
    ),
    "history": (
        lambda row: CONVERTER.structure(row["moves"], tuple[lm.StageChange, ...]),
        lambda steps: {"moves": CONVERTER.unstructure(steps)},
    ),
    "about": (
        lambda row: lm.Ref(record_type_of(row["about"].partition(":")[0]), row["about"].partition(":")[2]),
        lambda ref: {"about": f"{type_name(ref.type)}:{ref.id}"},
    ),
    "conversion": (
        lambda row: became(row) if row["won_over"] else None,
        lambda end: {"won_over": bool(end), "won_at": end and end.at, "won_how": end.digest if end else ""},
    ),
}


def became(row):
    ids = {path.partition(".")[2]: row[column] for column, (_, path) in BECAME.items()}
    return lm.Converted(at=row["won_at"], digest=row["won_how"], **ids)


def targets(record):
    """Give the records that one points to, by foreign key."""
    ids = {
        column: (target, reduce(lambda at, name: getattr(at, name, ""), path.split("."), record))
        for column, (target, path) in TABLES[type(record)][2].items()
    }
    return {column: lm.Ref(target, record_id) for column, (target, record_id) in ids.items() if record_id}


def lacking(record):
    """Name the fields of a record that the tables have no room for."""
    if type(record) not in TABLES:
        return ["type"]
    _, columns, links, others = TABLES[type(record)]
    names = {"type", "id", *columns, *others, *(path for _, path in links.values())}
    several, money = len(getattr(record, "emails", ())) > 1, getattr(record, "amount", None)
    too_much = (("emails", several), ("amount", money and money.amount * 100 % 1), ("id", len(record.id) > ROOM))
    return [*(name for name in to_plain(record) if name not in names), *(name for name, found in too_much if found)]


def refuse(records, *, new):
    """Say everything that there is no room for (S-6), and whose id is made of the number that a row will have (S-5)."""
    wrong = [f"{record.ref} ({', '.join(names)})" for record in records if (names := lacking(record))]
    wrong += [f"{record.ref} (id)" for record in new if TABLES[type(record)][0].number(record.id)] if not wrong else []
    if wrong:
        what = f"the tables have no room for {'; '.join(wrong)}"
        raise lm.StoreError(doing="apply", what=what, hint="leave it out, or add a column", rule="S-6")
