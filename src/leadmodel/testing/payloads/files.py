"""
Payloads of people in files: cards of address books, and tables.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from leadmodel.entities import Deal
from leadmodel.testing.payloads.kept import FIELDS, KINDS, CrmRecord
from leadmodel.testing.payloads.records import (
    Rows,
    first_email,
    offset,
    part,
    phone,
    told,
)
from leadmodel.testing.payloads.writing import Holds, Key
from leadmodel.values import Address, PhoneKind


def _card_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def _parts(*parts: object) -> str:
    return ";".join(_card_text(str(part)) for part in parts)


def _card_address(at: Address) -> str:
    return _parts("", "", at.street, at.city, "", at.postal_code, at.country)


# fmt: off
CARD: Final[Rows] = (
    Key("UID",       lambda person: person.id),
    Key("N",         lambda person: _parts(person.last_name, person.first_name, "", "", "")),
    Key("FN",        lambda person: _card_text(f"{person.first_name} {person.last_name}".strip())),
    Key("TITLE",     told("title", _card_text)),
    Key("EMAIL;TYPE=INTERNET", told("emails", first_email),      Holds.EMAIL, ("half", "NUL", "an object")),
    Key("TEL;TYPE=VOICE", phone(PhoneKind.MAIN)),
    Key("TEL;TYPE=CELL", phone(PhoneKind.MOBILE)),
    Key("ADR;TYPE=WORK", told("address", _card_address)),
    Key("BDAY",      told("birth_date", str)),
    Key("NOTE",      told("description", _card_text)),
    Key("REV",       told("modified_at", lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"))),
    Key("X-TEA",     lambda _: "loose"),
)
# fmt: on
#: Octets of a line, without its end.
_FOLD: Final = 75


def _folded(line: str) -> Iterator[str]:
    """
    Fold a line after at most so many octets, never within a character.
    """
    part = ""
    for character in line:
        if len((part + character).encode("utf-8", "surrogatepass")) > _FOLD:
            yield part
            part = " "
        part += character
    yield part


def cards(bodies: Sequence[Mapping[str, object]], _: Sequence[object]) -> str:
    """
    Write cards of version 3.0, with folded lines.
    """
    lines: list[str] = []
    for body in bodies:
        lines += ["BEGIN:VCARD", "VERSION:3.0"]
        lines += [folded for name, value in body.items() for folded in _folded(f"{name}:{value}")]
        lines.append("END:VCARD")
    return "".join(f"{line}\r\n" for line in lines)


# fmt: off
_COLUMNS: Final[Mapping[str, tuple[Callable[[Any], object], Holds]]] = {
    "id":                  (lambda record: record.id, Holds.ANYTHING),
    "owner_id":            (told("owner_id"), Holds.ANYTHING),
    "description":         (told("description"), Holds.ANYTHING),
    "created_at":          (told("created_at", offset), Holds.INSTANT),
    "modified_at":         (told("modified_at", offset), Holds.INSTANT),
    "first_name":          (told("first_name"), Holds.ANYTHING),
    "last_name":           (told("last_name"), Holds.ANYTHING),
    "title":               (told("title"), Holds.ANYTHING),
    "emails":              (told("emails", first_email), Holds.EMAIL),
    "phones.main":         (phone(PhoneKind.MAIN), Holds.ANYTHING),
    "phones.mobile":       (phone(PhoneKind.MOBILE), Holds.ANYTHING),
    "address.street":      (part("address", "street"), Holds.ANYTHING),
    "address.city":        (part("address", "city"), Holds.ANYTHING),
    "address.postal_code": (part("address", "postal_code"), Holds.ANYTHING),
    "address.country":     (part("address", "country"), Holds.ANYTHING),
    "source":              (told("source"), Holds.ANYTHING),
    "website":             (told("website"), Holds.ANYTHING),
    "industry":            (told("industry"), Holds.ANYTHING),
    "employees":           (told("employees"), Holds.NUMBER),
    "company":             (told("company"), Holds.ANYTHING),
    "status":              (told("status"), Holds.ANYTHING),
    "rating":              (told("rating", str), Holds.ANYTHING),
    "account_id":          (told("account_id"), Holds.ANYTHING),
    "birth_date":          (told("birth_date", str), Holds.DAY),
    "name":                (told("name"), Holds.ANYTHING),
    "pipeline":            (told("pipeline"), Holds.ANYTHING),
    "stage":               (told("stage"), Holds.ANYTHING),
    "amount":              (part("amount", "amount", str), Holds.NUMBER),
    "currency":            (part("amount", "currency"), Holds.ANYTHING),
    "closes_on":           (told("closes_on", str), Holds.DAY),
    "probability":         (told("probability"), Holds.NUMBER),
    "contact_id":          (told("contact_id"), Holds.ANYTHING),
    "next_step":           (told("next_step"), Holds.ANYTHING),
}
# fmt: on
_BUT: Final = ("half", "NUL", "an object", "a list", "true", "lists in")


def _columns(kind: type[CrmRecord]) -> Rows:
    fields = {"id", *FIELDS[kind]} | ({"currency"} if kind is Deal else set())
    named = {name: found for name, found in _COLUMNS.items() if name.partition(".")[0] in fields}
    rows = (Key(name.replace(".", "\t"), of, holds, _BUT) for name, (of, holds) in named.items())
    return (*rows, Key("tea leaves", lambda _: "loose"))


#: The columns of a table are called as the fields of our records; a tab stands in their paths for the dot.
TABLE: Final[Mapping[type[CrmRecord], Rows]] = {kind: _columns(kind) for kind in KINDS.values()}


def table(delimiter: str, rows: Rows) -> Callable[[Sequence[Mapping[str, object]], Sequence[object]], str]:
    """
    Give what writes a table, with the line ends of RFC 4180.
    """
    names = [row.path for row in rows]

    def written(bodies: Sequence[Mapping[str, object]], _: Sequence[object]) -> str:
        file = io.StringIO()
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([name.replace("\t", ".") for name in names])
        writer.writerows([body.get(name, "") for name in names] for body in bodies)
        return file.getvalue()

    return written
