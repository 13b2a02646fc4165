"""
The deals of the samples: rows, and the maker that reads them.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from leadmodel.entities import Deal, DealContact, StageChange
from leadmodel.processes import pipelines
from leadmodel.samples.making import instant, money

#: One letter for each stage: a path such as "QNW" is a history.
_STAGES: Final = {
    "Q": "Qualification",
    "N": "Needs Analysis",
    "V": "Value Proposition",
    "I": "Id. Decision Makers",
    "P": "Proposal/Price Quote",
    "R": "Negotiation/Review",
    "W": "Closed Won",
    "L": "Closed Lost",
    "C": "Closed Lost to Competition",
}

# fmt: off
_DEALS: Final = (
    # id, name, contact, account, amount, path, since, days from move to move
    ("d01", "Dispatch desk, 40 seats", "c01", "a01", "48000 EUR", "QNPRW", "2024-02-20", 12),
    ("d02", "Dispatch desk, renewal", "c01", "a01", "51500 EUR", "QRW", "2025-01-27", 9),
    ("d03", "Yard cameras", "c01", "a01", "17250.50 EUR", "QNVL", "2025-06-02", 20),
    ("d04", "Dispatch desk, renewal 2026", "c01", "a01", "53900 EUR", "QRW", "2026-01-26", 8),
    ("d05", "Invoice matching", "c02", "a01", "22000 EUR", "QNVP", "2026-03-02", 18),
    ("d06", "Fuel card audit", "c02", "a01", "9400 EUR", "QN", "2026-05-19", 10),
    ("d07", "Cold store counting", "c03", "a02", "31000 EUR", "QNPW", "2024-07-01", 15),
    ("d08", "Harvest overflow", "c03", "a02", "12800 EUR", "QPW", "2025-04-14", 11),
    ("d09", "Second packing hall", "c03", "a02", "64000 EUR", "QNVIP", "2026-02-09", 21),
    ("d10", "Pallet labels", "c03", "a02", "5200 EUR", "Q", "2026-06-08", 7),
    ("d11", "Tool crib, pilot", "c04", "a03", "2400000 JPY", "QNW", "2023-11-01", 14),
    ("d12", "Tool crib, all lines", "c04", "a03", "18500000 JPY", "QNVPRW", "2024-08-19", 16),
    ("d13", "Supplier portal", "c04", "a03", "6100000 JPY", "QNC", "2025-02-03", 25),
    ("d14", "Night shift handhelds", "c04", "a03", "1950000 JPY", "QPL", "2025-10-06", 19),
    ("d15", "Clinic stock rooms", "c06", "a04", "14000 USD", "QNPL", "2025-04-01", 22),
    ("d16", "Vaccine cold boxes", "c06", "a04", "27500 USD", "QVC", "2025-09-15", 17),
    ("d17", "Clinic stock rooms, again", "c06", "a04", "13200 USD", "QPL", "2026-02-16", 20),
    ("d18", "Turbine spares", "c08", "a05", "120000 EUR", "QNVIPR", "2026-01-12", 24),
    ("d19", "Offshore kits", "c08", "a05", "76000 EUR", "QNV", "2026-04-07", 20),
    ("d20", "Rope and rigging", "c08", "a05", "8800 EUR", "QN", "2026-05-26", 9),
    ("d21", "Site stores, north", "c09", "a05", "39000 EUR", "QNPRW", "2026-01-20", 22),
    ("d22", "Site stores, south", "c09", "a05", "41000 EUR", "QPRW", "2026-02-03", 25),
    ("d23", "Helmet tags", "c09", "a05", "3100 EUR", "QL", "2025-11-11", 30),
    ("d24", "Dark kitchens, first three", "c11", "a07", "21000 USD", "QNW", "2023-05-02", 13),
    ("d25", "Dark kitchens, next five", "c11", "a07", "33500 USD", "QPW", "2024-01-15", 10),
    ("d26", "Spice traceability", "c11", "a07", "15750 USD", "QNVW", "2024-10-07", 12),
    ("d27", "Kitchens, renewal", "c11", "a07", "36000 USD", "QRW", "2025-01-20", 8),
    ("d28", "Kitchens, renewal 2026", "c11", "a07", "38200 USD", "QRW", "2026-01-19", 8),
    ("d29", "Menu costing", "c12", "a07", "11900 USD", "QNP", "2026-04-13", 15),
    ("d30", "Allergen sheets", "c12", "a07", "6700 USD", "QN", "2026-05-11", 12),
    ("d31", "Crate deposits", "c12", "a07", "4300 USD", "QVL", "2025-08-04", 16),
    ("d32", "Loom spares", "c13", "a08", "9900 USD", "QNL", "2025-01-13", 20),
    ("d33", "Dye room scales", "c13", "a08", "7400 USD", "QPC", "2025-05-19", 18),
    ("d34", "Dye room scales, refurbished", "c13", "a08", "4900 USD", "QL", "2026-03-09", 14),
    ("d35", "Yarn store", "c14", "a08", "16000 USD", "QNV", "2026-04-20", 14),
    ("d36", "Yarn store, handhelds", "c14", "a08", "5600 USD", "Q", "2026-06-01", 7),
    ("d37", "Won! (only the signature is missing)", "c15", "a09", "58000 USD", "QNPR", "2026-03-16", 19),
    ("d38", "Bench inventory", "c15", "a09", "12000 USD", "QNL", "2025-11-03", 15),
    ("d39", "Actuator bins", "c16", "a09", "19000 USD", "QNW", "2025-10-20", 18),
    ("d40", "Lost and found shelf", "c16", "a09", "2300 USD", "QW", "2026-02-23", 16),
    ("d41", "Sample archive", "c17", "a10", "7800 EUR", "QNV", "2026-04-28", 13),
    ("d42", "Studio stock", "c18", "a10", "5100 EUR", "QPW", "2025-07-14", 15),
    ("d43", "Exhibition crates", "c18", "a10", "3950 EUR", "QW", "2026-02-02", 12),
    ("d44", "Fleet of nine", "c19", "", "26000 EUR", "NPW", "2026-05-05", 11),
    ("d45", "Shelf audit", "c20", "", "6400 EUR", "W", "2024-10-01", 30),
    ("d46", "Cross-dock, Venlo", "c21", "a11", "44000 EUR", "QNVP", "2026-03-23", 17),
    ("d47", "Reefer alarms", "c21", "a11", "15300 EUR", "QN", "2026-05-04", 16),
    ("d48", "Dock scheduling", "c21", "a11", "12100 EUR", "QPL", "2025-09-22", 21),
    ("d49", "Bonded store", "c22", "", "29000 USD", "QNPW", "2025-01-06", 15),
    ("d50", "Bonded store, renewal", "c22", "", "30500 USD", "QRW", "2026-01-05", 10),
    ("d51", "Tasting room", "c23", "a02", "8200 EUR", "QNW", "2025-08-18", 12),
    ("d52", "Web shop stock", "c23", "a02", "14600 EUR", "QNI", "2026-04-01", 22),
    ("d53", "Driver tablets", "c24", "a11", "18000 EUR", "QN", "2026-05-18", 13),
    ("d54", "Gate kiosks", "", "a01", "25000 EUR", "QNW", "2025-03-03", 20),
    ("d55", "County pharmacies", "", "a04", "52000 USD", "QNVW", "2025-06-16", 24),
    ("d56", "Substation spares", "", "a05", "67000 EUR", "QV", "2026-05-04", 14),
    ("d57", "Backlist warehouse", "", "a06", "9700 EUR", "QN", "2026-05-25", 9),
    ("d58", "Test rig hire", "", "a09", "4400 USD", "W", "2025-12-01", 21),
    ("d59", "Showroom floor", "", "a10", "2750 EUR", "QC", "2026-01-12", 18),
    ("d60", "Bakery line", "", "a02", "19900 EUR", "L", "2025-02-10", 35),
)

#: deal → probabilities set by hand; they say nothing about the outcome (AUTH-13)
_PROBABILITIES: Final = {"d37": 100, "d39": 60, "d40": 60}
#: deal → those who take part besides its primary contact (AUTH-9)
_ROLES: Final = {
    "d12": (("c05", "technical buyer"),),
    "d18": (("c09", "user"),),
    "d46": (("c24", "user"), ("c01", "reference")),
}
#: deal → why it was lost
_LOSSES: Final = {
    "d03": "No budget", "d13": "Rival was cheaper", "d14": "Postponed", "d15": "Price", "d16": "Rival was cheaper",
    "d17": "Price", "d33": "Rival was cheaper", "d48": "No decision", "d60": "Postponed",
}
# fmt: on


def deals() -> Iterator[Deal]:
    """
    Make the deals, each with the history that its path stands for; a path of one stage leaves none.
    """
    pipeline = pipelines.ZOHO
    for record_id, name, contact, account, amount, path, since, days in _DEALS:
        start, step = instant(since) + timedelta(hours=9), timedelta(days=days)
        stages = [pipeline.stage(_STAGES[letter]) for letter in path]
        last = start + step * max(len(path) - 1, 1)
        is_open = not stages[-1].outcome.closed
        history = [
            StageChange(
                to=stage.key, at=start + step * number, come_from=stages[number - 1].key if number else None,
                by="dana", amount=money(amount), probability=stage.probability,
            )
            for number, stage in enumerate(stages)
        ]  # fmt: skip
        yield Deal(
            id=record_id, name=name, pipeline=pipeline.key, stage=stages[-1].key, contact_id=contact,
            contacts=[DealContact(contact_id=other, role=role) for other, role in _ROLES.get(record_id, ())],
            account_id=account, amount=money(amount), probability=_PROBABILITIES.get(record_id),
            closes_on=(last + timedelta(days=45 if is_open else 0)).date(), closed_at=None if is_open else last,
            loss_reason=_LOSSES.get(record_id, ""), owner_id="dana", created_at=start,
            history=history if len(path) > 1 else (),
        )  # fmt: skip


def misfiled() -> Deal:
    """
    Make a deal in a stage that no pipeline has: a slip of the pen, and no directory takes it (AUTH-14).
    """
    return Deal(id="d61", name="Ferry freezers", pipeline="zoho", stage="Closed-Won", contact_id="c24")
