"""
Files of records of other products: which product wrote one, told by its shape, and the records in it.

Tables are told apart by their headers, which `leadmodel.formats.tabular` reads whoever wrote them.
"""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, Final, Unpack, cast

import attrs

from leadmodel.codec import JSON_LIMIT
from leadmodel.entities import Contact, Lead
from leadmodel.errors import InvalidInput, Problem, UnknownName
from leadmodel.formats import hubspot, salesforce, vcard, zoho
from leadmodel.formats.intake.payloads import is_no
from leadmodel.formats.intake.sources import Source, lines_of, name_of, read_on
from leadmodel.formats.products.objects import CrmRecord, ObjectOptions, answered_error, payloads_of
from leadmodel.formats.reading import Reading

__all__ = ["FORMATS", "Format", "read_records"]


@attrs.frozen
class Format:
    """
    One product whose JSON is known: a row of `FORMATS`.
    """

    key: str
    #: What it is called in a sentence.
    label: str
    #: Says whether a document has the shape of this format.
    recognises: Callable[[object], bool]
    #: Reads documents, each with its place.
    read: Callable[..., Reading[CrmRecord]]


# fmt: off
#: The formats of JSON, the most telling shape first: the first row that recognises the first document reads them all.
FORMATS: Final = (
    Format("salesforce", "Salesforce", salesforce.looks_like, salesforce.read_payloads),
    Format("hubspot",    "HubSpot",    hubspot.looks_like,    hubspot.read_payloads),
    Format("zoho",       "Zoho CRM",   zoho.looks_like,       zoho.read_payloads),
)
# fmt: on
_BY_KEY: Final = {row.key: row for row in FORMATS}
_CARDS: Final = "vcard"


def read_records(
    source: Source, *, format: str = "", people: type[CrmRecord] | None = None, encoding: str = "utf-8-sig",  # noqa: A002  (what it is, in a user's words)
    **how: Unpack[ObjectOptions],
) -> Reading[CrmRecord]:  # fmt: skip
    """
    Read the records out of a file of Salesforce's, HubSpot's or Zoho's JSON, or of vCards.

    Args:
        source: A path, bytes, text or an open file.
        format: The key of a row of `FORMATS`, or "vcard"; "" tells it from the shape.
        people: `Lead` or `Contact`, for products that do not tell the two apart; None goes by what they say.
        encoding: How bytes are read.
        how: See `leadmodel.formats.products.objects.ObjectOptions`.

    Raises:
        InvalidInput: It is in no known format, or a record in it is wrong; all problems are reported.
        UnknownName: There is no such format.
        MissingExtra: It holds vCards, and the library vobject is not installed.
    """
    if format and format not in (*_BY_KEY, _CARDS):
        raise UnknownName(kind="format", name=format, known=(*_BY_KEY, _CARDS))
    name = name_of(source, how.get("name", ""))
    lines = lines_of(source, name=name, encoding=encoding)
    before, first = [], ""
    for first in lines:
        if first.strip():
            break
        before.append(first)
    whole = read_on(chain(before, [first], lines))
    if format == _CARDS or (not format and vcard.looks_like(first)):
        return vcard.read_cards(whole, record_type=people or Contact, **cast("ObjectOptions", {**how, "name": name}))
    payloads = payloads_of(whole, name, how.get("limit", JSON_LIMIT))
    payload, where = next(payloads)
    row = _BY_KEY[format] if format else _recognised(payload, where, name)
    options: dict[str, Any] = {**how, "name": name}
    if row.key == "hubspot" and people in _LEADS:
        options["leads"] = _LEADS[people]
    return row.read(chain([(payload, where)], payloads), **options)


#: Which stages of life HubSpot's contacts are leads in, where the caller says what all of them are.
_LEADS: Final[dict[type[CrmRecord] | None, Iterable[str]]] = {Lead: hubspot.ALL_STAGES, Contact: ()}


def _recognised(payload: object, where: str, name: str) -> Format:
    if error := answered_error(payload, where):
        raise InvalidInput(subject=name, problems=(error,))
    row = next((row for row in FORMATS if row.recognises(payload)), None)
    if row is None:
        known = ", ".join(f"{row.label} ({row.key})" for row in FORMATS)
        problem = Problem(
            what=is_no(payload, "record in a known format"),
            hint=f"known: {known}; format= says which one it is", where=where, options=tuple(_BY_KEY),
        )  # fmt: skip
        raise InvalidInput(subject=name, problems=(problem,))
    return row
