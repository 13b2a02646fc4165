"""
HubSpot: objects as its API gives them, version 3 and later, and the CSV that its exports and connectors write.

One table of its property names, which are those of its exports as well. Everything in a property is text. A property
that no record has a place for is kept in `custom` under its HubSpot name.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from functools import partial
from typing import Any, Final, Literal, Unpack

import attrs

from leadmodel.display import counted
from leadmodel.entities import Account, Deal, Lead, Record
from leadmodel.errors import InvalidInput, Problem, shown, suggestion
from leadmodel.formats.headers import plain
from leadmodel.formats.intake.sources import Source, name_of
from leadmodel.formats.products.hubspot_cells import cell_of
from leadmodel.formats.products.hubspot_fields import (
    ABOUT,
    ALL_STAGES,
    FIELDS,
    LEAD_STAGES,
    LINKED,
    NAMES,
    OBJECTS,
    TELLING,
)
from leadmodel.formats.products.hubspot_links import MERGED, OTHERS, Merged, contacts_of, links_in, split_ids
from leadmodel.formats.products.objects import (
    CrmRecord,
    Node,
    ObjectOptions,
    Objects,
    answered_error,
    guess_by,
    members_of,
    options_of,
)
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.columns import Placed
from leadmodel.formats.tables.files import Table

__all__ = [
    "ALL_STAGES",
    "FIELDS",
    "LEAD_STAGES",
    "OBJECTS",
    "TELLING",
    "ExportOptions",
    "is_export",
    "looks_like",
    "read_export",
    "read_payloads",
    "read_records",
]

_PREFIX: Final = "property_"
_BASE: Final = guess_by(FIELDS, prefixes=(_PREFIX,))
#: The names by which an object says that it was deleted: in the API, and as connectors write it.
_GONE: Final = frozenset({"archived", "isdeleted", "fivetrandeleted"})
#: Fields of further contacts of a deal, by their label.
_FURTHER: Final = re.compile(r"associations\.contacts \((.+)\)")


#: Columns of exports that no other product calls so.
_OWN: Final = frozenset({
    "lifecyclestage", "createdate", "dealstage", "companydomainname", "contactowner", "companyowner", "dealowner",
    "associatedcontactids", "associatedcompanyids",
})  # fmt: skip


class ExportOptions(ObjectOptions, total=False):
    """
    How CSV is read. Every option may be left out.
    """

    #: How bytes are read; the default, "utf-8-sig", takes UTF-8 with or without a byte order mark.
    encoding: str
    #: What stands between cells; None, the default, tells it from the header line.
    delimiter: str | None
    #: "refuse", the default, makes a row with too few cells a problem; "fill" takes what is not there as blank.
    ragged: Literal["refuse", "fill"]


def looks_like(payload: object) -> bool:
    """
    Say whether a document has the shape of an answer of HubSpot's, or of an object.
    """
    if isinstance(payload, dict) and "results" in payload:
        return True
    first = next(iter(payload), None) if isinstance(payload, list) else payload
    return isinstance(first, dict) and isinstance(first.get("properties"), dict)


def is_export(header: Iterable[str]) -> bool:
    """
    Say whether a table was written by HubSpot or by a connector: by the names of its columns.
    """
    columns = list(header)
    words = {plain(column) for column in columns}
    return any(column.startswith(_PREFIX) for column in columns) or ("recordid" in words and not words.isdisjoint(_OWN))


def read_records(
    source: Source, *, object: str = "", leads: Collection[str] = LEAD_STAGES, **how: Unpack[ObjectOptions]  # noqa: A002  (HubSpot's word)
) -> Reading[CrmRecord]:  # fmt: skip
    """
    Read objects of HubSpot's API: answers `{"results": […], "paging": …}`, lists, single objects, or JSON lines of any.

    Who is linked to a deal is a contact, whatever the stage of life says, as far as the source tells.

    Args:
        source: A path, bytes, text or an open file.
        object: "contacts", "leads", "companies" or "deals"; "" tells it from the properties of each object.
        leads: The stages of life in which a contact is a lead; () makes everybody a contact, and `ALL_STAGES` a lead.
        how: See `leadmodel.formats.products.objects.ObjectOptions`.

    Raises:
        InvalidInput: The source holds no objects of HubSpot's, or one of them is wrong; all problems are reported.
        InvalidValue: The currency is no ISO 4217 code.
    """
    objects = _objects(name_of(source, how.get("name", "")), options_of(how))
    return _answer(objects, objects.payloads(source), object, leads)


def read_payloads(
    payloads: Iterable[tuple[object, str]], *, object: str = "", leads: Collection[str] = LEAD_STAGES,  # noqa: A002  (as above)
    **how: Unpack[ObjectOptions],
) -> Reading[CrmRecord]:  # fmt: skip
    """
    Read objects out of documents that are parsed already, each with its place.

    Raises:
        InvalidInput: As for `read_records`.
        InvalidValue: As for `read_records`.
    """
    return _answer(_objects(how.get("name", "input"), options_of(how)), payloads, object, leads)


def read_export(
    source: Source, *, object: str = "", leads: Collection[str] = LEAD_STAGES, **how: Unpack[ExportOptions]  # noqa: A002  (as above)
) -> Reading[CrmRecord]:  # fmt: skip
    """
    Read CSV that HubSpot exported, or that a connector wrote with ``property_`` before the names of properties.

    Args:
        source: A path, bytes, text or an open file.
        object: As for `read_records`; "" tells it from the header.
        leads: As for `read_records`.
        how: See `ExportOptions`.

    Raises:
        InvalidInput: Anything about the source, its header or its rows is wrong; all of it is reported.
        InvalidValue: The currency is no ISO 4217 code.
    """
    name = name_of(source, how.get("name", ""))
    options = {
        option: value for option, value in how.items() if option not in ("name", "encoding", "delimiter", "ragged")
    }
    objects = _objects(name, options, bare=True)
    table = Table(
        source, name=name, encoding=how.get("encoding", "utf-8-sig"), delimiter=how.get("delimiter"),
        fill=how.get("ragged") == "fill",
    )  # fmt: skip
    words = {header: plain(header.removeprefix(_PREFIX)) for header in table.header}
    names = {ABOUT[word]: header for header, word in reversed(words.items()) if word in ABOUT}
    found = _Found(_known(object, name) or _object_of(words.values()), names)
    for content, gone, where in _rows(table, words, found.problems):
        found.take(content, where, gone=gone)
    if not (found.object or found.objects or found.skipped or found.problems):
        found.problems.append(_no_object("", table.header))  # a table without rows is one of something
    return _read(objects, found, leads)


def _objects(name: str, how: Mapping[str, Any], *, bare: bool = False) -> Objects:
    cell = partial(cell_of, zone=how.get("zone") or UTC)
    return Objects(name=name, guess=_guess, called=NAMES, cell=cell, bare=bare, **how)


def _guess(record_type: type[Record], headers: Sequence[str], taken: Placed) -> dict[str, str]:
    """
    Give the targets of properties; the contacts of a deal, beside the first, stand under their labels.
    """
    found = dict(_BASE(record_type, headers, taken))
    if record_type is Deal:
        for header in headers:
            if header not in taken and (labelled := _FURTHER.fullmatch(header)):
                found[header] = f"contacts.{labelled[1]}" if labelled[1] != OTHERS else "contacts"
    return found


def _known(object: str, name: str) -> str:  # noqa: A002  (as above)
    if object and object not in OBJECTS:
        options = tuple(OBJECTS)
        what, hint = f"{shown(object)} is no object of people or deals", suggestion(object, options)
        problem = Problem(what=what, hint=hint, field="object", value=object, options=options)
        raise InvalidInput(subject=name, problems=(problem,))
    return object


def _object_of(words: Iterable[str]) -> str:
    found = frozenset(words)
    return next((object_name for object_name, telling in TELLING if not telling.isdisjoint(found)), "")


def _rows(
    table: Table, words: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[dict[str, Any], bool, str]]:
    """
    Give the rows of a table: what is in them, whether they were deleted, and their places.
    """
    links = [(LINKED[word], header) for header, word in words.items() if word in LINKED]
    marks = [header for header, word in words.items() if word in _GONE]
    for line, cells in table.rows(problems):
        content: dict[str, Any] = dict(zip(table.header, cells, strict=True))
        gone = any([_truly(content.pop(header)) for header in marks])
        ids: dict[str, dict[str, None]] = {}
        for name, header in links:
            ids.setdefault(name, {}).update(dict.fromkeys(split_ids(content.pop(header))))
        for name, linked in ids.items():
            first, *others = linked or [None]
            content |= {name: first, f"{name} ({OTHERS})": others or None}
        yield content, gone, table.place(line)


def _truly(value: object) -> bool:
    return value is True or str(value).strip().casefold() == "true"


def _answer(
    objects: Objects, payloads: Iterable[tuple[object, str]], object: str, leads: Collection[str]  # noqa: A002  (as above)
) -> Reading[CrmRecord]:  # fmt: skip
    found = _Found(_known(object, objects.name), {})
    more = False
    for payload, where in payloads:
        if error := answered_error(payload, where):
            found.problems.append(error)
            continue
        page = payload if isinstance(payload, dict) else {}
        more = bool(page.get("paging"))
        members = members_of(page["results"], f"{where} results") if "results" in page else members_of(payload, where)
        for place, member in members:
            properties = member.get("properties") if isinstance(member, dict) else None
            if not isinstance(member, dict) or not isinstance(properties, dict):
                hint = 'an object is {"id": "1", "properties": {"email": …}, …}'
                found.problems.append(Problem(what="here is no object of HubSpot's", hint=hint, where=place))
            elif _is_former(properties):
                hint = "ask for version 3, whose properties are texts"
                what = "this is an object of version 1 or 2 of HubSpot's API"
                found.problems.append(Problem(what=what, hint=hint, where=place))
            else:
                found.take(_content(member, place, found.skipped), place, gone=_truly(member.get("archived")))
    if more:
        found.skipped.append(f"the pages that follow: {counted(len(found.objects), 'object')} came with paging")
    return _read(objects, found, leads)


def _is_former(properties: Mapping[str, Any]) -> bool:
    """
    Say whether properties are of an older version of the API, where each is an object with its sources.
    """
    first = next(iter(properties.values()), None)
    return isinstance(first, dict) and "value" in first


def _content(member: Mapping[str, Any], where: str, told: list[str]) -> dict[str, Any]:
    """
    Give the fields of an object of the API: its properties, its links, and what stands beside them.
    """
    content = dict(member["properties"])
    content["id"] = member.get("id") or content.get("hs_object_id")
    content.pop("hs_object_id", None)
    if not content.get("createdate"):
        content["createdate"] = content.pop("hs_createdate", None) or member.get("createdAt")
    if not content.get("lastmodifieddate"):
        content["lastmodifieddate"] = content.pop("hs_lastmodifieddate", None) or member.get("updatedAt")
    links = member.get("associations")
    return content | dict(links_in(links if isinstance(links, dict) else {}, where, told))


@attrs.define
class _Found:
    """
    The objects of a source as they come, with what was merged.
    """

    #: What they are, where it is known.
    object: str
    #: The fields that hold what is asked of objects, by the names of the API, where they are called otherwise.
    names: Mapping[str, str]
    objects: list[tuple[str, str, dict[str, Any], str]] = attrs.field(factory=list)
    merged: Merged = attrs.field(factory=Merged)
    problems: list[Problem] = attrs.field(factory=list)
    skipped: list[str] = attrs.field(factory=list)

    def said(self, content: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401  (what the API holds)
        """
        Give what an object holds under a name of the API.
        """
        return content.get(self.names.get(name, name))

    def take(self, content: dict[str, Any], where: str, *, gone: bool) -> None:
        """
        Take one object, unless it was deleted or nobody knows what it is.
        """
        if gone:
            self.skipped.append(f"{where}: it was deleted")
            return
        kind = self.object or _object_of(content)
        if not kind:
            self.problems.append(_no_object(where, content))
            return
        id_ = str(self.said(content, "id"))
        self.merged.learn(_table_of(kind), id_, {name: self.said(content, name) for name in MERGED})
        self.objects.append((kind, id_, content, where))

    def nodes(self, leads: Collection[str]) -> Iterator[Node]:
        """
        Give the objects that are left, as what they are records of; say which ones were merged.
        """
        left = []
        for kind, id_, content, where in self.objects:
            table = _table_of(kind)
            if self.merged.left(table, id_) != id_:
                self.skipped.append(self.merged.told(table, id_, where))
            else:
                left.append((kind, id_, content | dict(self.merged.corrected(content)), where))
        buyers = {one for kind, _, content, _ in left if kind == "deals" for one in contacts_of(content)}
        for kind, id_, content, where in left:
            record_type = OBJECTS[kind]
            if kind == "contacts" and self._is_lead(content, leads, buyer=id_ in buyers):
                record_type = Lead
            yield Node(record_type, self._named(record_type, content), where)

    def _is_lead(self, content: Mapping[str, Any], leads: Collection[str], *, buyer: bool) -> bool:
        if leads == ALL_STAGES:
            return True
        deals = self.said(content, "num_associated_deals") or 0
        return (
            plain(str(self.said(content, "lifecyclestage") or "")) in leads
            and str(deals) in ("0", "0.0")
            and not buyer
            and "associations.deals" not in content
        )

    def _named(self, record_type: type[CrmRecord], content: dict[str, Any]) -> dict[str, Any]:
        """
        Give a name to whom HubSpot lets live without: a lead is called by its address, a company by its domain.
        """
        if record_type is Lead and not any(self.said(content, name) for name in ("lastname", "company")):
            return content | {self.names.get("lastname", "lastname"): self.said(content, "email")}
        if record_type is Account:
            # exports call the name of a company as they call the company of a contact
            name = self.names.get("name") or self.names.get("company", "name")
            site, domain = self.names.get("website", "website"), self.said(content, "domain")
            return content | {name: content.get(name) or domain, site: content.get(site) or domain}
        return content


def _no_object(where: str, names: Iterable[str]) -> Problem:
    what, hint = "the object does not say what it is", 'pass object="contacts", "companies" or "deals"'
    return Problem(what=what, hint=hint, where=where, options=tuple(names))


def _table_of(kind: str) -> str:
    """
    Give the object under whose ids another one stands: leads are contacts.
    """
    return "contacts" if kind == "leads" else kind


def _read(objects: Objects, found: _Found, leads: Collection[str]) -> Reading[CrmRecord]:
    if found.problems:
        raise InvalidInput(subject=objects.name, problems=tuple(found.problems))
    nodes = list(found.nodes(leads if leads == ALL_STAGES else frozenset(map(plain, leads))))
    return objects.read(nodes, found.skipped)
