"""
Salesforce: records as its own tools write them, as trees of JSON or as CSV of Data Loader and of reports.

One table of its field names. A field that no record has a place for is kept in `custom` under its Salesforce name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final, TypeAlias, TypeVar, Unpack

import attrs

from leadmodel.codec import JSON_LIMIT, parse_json
from leadmodel.display import counted
from leadmodel.entities import Account, Contact, Deal, Lead, Record
from leadmodel.errors import InvalidInput, Problem, shown
from leadmodel.formats.cells import Options
from leadmodel.formats.columns import Layout, Placed, lay_out
from leadmodel.formats.headers import plain
from leadmodel.formats.reading import Reading
from leadmodel.formats.rows import Column, Intake
from leadmodel.formats.sources import Source, name_of, whole_of
from leadmodel.formats.tabular import TableOptions, read_placed
from leadmodel.values import FrozenMap
from leadmodel.values.text import identity_fault

__all__ = ["FIELDS", "OBJECTS", "read_export", "read_tree", "read_trees"]

R = TypeVar("R", bound=Record)
CrmRecord: TypeAlias = Lead | Contact | Account | Deal

#: The objects that are people, organisations or deals. Others, such as campaigns, are skipped and named.
OBJECTS: Final[Mapping[str, type[CrmRecord]]] = {
    "Lead": Lead,
    "Contact": Contact,
    "Account": Account,
    "Opportunity": Deal,
}


def _address(prefix: str) -> dict[str, str]:
    """
    Give the fields of the address that a record keeps; the second one of an object stays in `custom`.
    """
    return {
        f"{prefix}Street": "address.street",
        f"{prefix}City": "address.city",
        f"{prefix}State": "address.region",
        f"{prefix}PostalCode": "address.postal_code",
        f"{prefix}Country": "address.country",
        # as reports write them
        f"{prefix}State/Province": "address.region",
        f"{prefix}Zip/Postal Code": "address.postal_code",
    }


# fmt: off
_EVERY: Final = {
    "Id": "id",
    "OwnerId": "owner_id",
    "Description": "description",
    "CreatedDate": "created_at",
    "LastModifiedDate": "modified_at",
}
_PERSON: Final = {
    **_EVERY,
    "Salutation": "salutation",
    "FirstName": "first_name",
    "LastName": "last_name",
    "Title": "title",
    "Email": "emails",
    "Phone": "phones.main",
    "MobilePhone": "phones.mobile",
    "Mobile": "phones.mobile",  # as reports write it
    "Fax": "phones.fax",
    "LeadSource": "source",
    "HasOptedOutOfEmail": "opt_out.email",
    "EmailOptOut": "opt_out.email",  # as reports write it
    "HasOptedOutOfFax": "opt_out.fax",
    "FaxOptOut": "opt_out.fax",  # as reports write it
    "DoNotCall": "opt_out.phone",
}
_COMPANY: Final = {
    "Website": "website",
    "Industry": "industry",
    "AnnualRevenue": "annual_revenue",
    "NumberOfEmployees": "employees",
    "Employees": "employees",  # as reports write it
    "CurrencyIsoCode": "currency",
}
#: Field names of Salesforce, by record type, and what they are read as. Case and spaces do not count.
FIELDS: Final[Mapping[type[Record], Mapping[str, str]]] = {
    Lead: {
        **_PERSON, **_COMPANY, **_address(""),
        "Company": "company",
        "Company / Account": "company",  # as reports write it
        "Status": "status",
        "LeadStatus": "status",  # as reports write it
        "Rating": "rating",
        "IsConverted": "conversion",
        "Converted": "conversion",  # as reports write it
        "ConvertedContactId": "conversion.contact_id",
        "ConvertedAccountId": "conversion.account_id",
        "ConvertedOpportunityId": "conversion.deal_id",
        "ConvertedDate": "conversion.at",
        "LeadId": "id",  # as reports write it
    },
    Contact: {
        **_PERSON, **_address("Mailing"),
        "HomePhone": "phones.home",
        "OtherPhone": "phones.other",
        "AssistantPhone": "phones.assistant",
        "Birthdate": "birth_date",
        "AccountId": "account_id",
        "ReportsToId": "reports_to_id",
        "ContactId": "id",  # as reports write it
    },
    Account: {
        **_EVERY, **_COMPANY, **_address("Billing"),
        "Name": "name",
        "AccountName": "name",  # as reports write it
        "Phone": "phones.main",
        "Fax": "phones.fax",
        "ParentId": "parent_id",
        "AccountId": "id",  # as reports write it
    },
    Deal: {
        **_EVERY,
        "Name": "name",
        "OpportunityName": "name",  # as reports write it
        "StageName": "stage",
        "Stage": "stage",  # as reports write it
        "CloseDate": "closes_on",
        "Amount": "amount",
        "CurrencyIsoCode": "currency",
        "Probability": "probability",
        "LeadSource": "source",
        "NextStep": "next_step",
        "ContactId": "contact_id",
        "AccountId": "account_id",
        "OpportunityId": "id",  # as reports write it
    },
}
#: How a child in a tree refers to the record that it stands in: (object of the parent, of the child) to a field.
_LINKS: Final = {
    ("Account", "Contact"): "AccountId",
    ("Account", "Opportunity"): "AccountId",
    ("Account", "Account"): "ParentId",
    ("Contact", "Contact"): "ReportsToId",
    ("Contact", "Opportunity"): "ContactId",
}
# fmt: on

_BY_WORD: Final = {
    record_type: {plain(field): target for field, target in fields.items()} for record_type, fields in FIELDS.items()
}
_NAMES: Final[Mapping[type[Record], str]] = {record_type: name for name, record_type in OBJECTS.items()}


def _fields(record_type: type[Record], headers: Sequence[str], taken: Placed) -> dict[str, str]:
    """
    Give the targets of Salesforce's field names; a report writes "Contact: " before those of a contact.
    """
    found: dict[str, str] = {}
    filled = set(taken.values())
    for header in headers:
        word = plain(header.removeprefix(f"{_NAMES[record_type]}: "))
        target = _BY_WORD[record_type].get(word)
        if target and header not in taken and target not in filled:
            found[header] = target
            filled.add(target)
    return found


def read_export(record_type: type[R], source: Source, **how: Unpack[TableOptions]) -> Reading[R]:
    """
    Read CSV that Data Loader, an export or a report of Salesforce wrote.

    Args:
        record_type: `Lead`, `Contact`, `Account` or `Deal`.
        source: A path, bytes, text or an open file.
        how: See `leadmodel.formats.tabular.TableOptions`.

    Raises:
        InvalidInput: Anything about the source, its header or its rows is wrong; all of it is reported.
        InvalidValue: An option is none of its choices, or the currency is no ISO 4217 code.
    """
    return read_placed(record_type, source, _fields, **how)


def read_tree(
    source: Source, *, name: str = "", currency: str = "", pipeline: str = "", zone: tzinfo | None = None,
    limit: int = JSON_LIMIT,
) -> Reading[CrmRecord]:  # fmt: skip
    """
    Read a tree of JSON, `{"records": [{"attributes": {"type": …, "referenceId": …}, …}]}`, with the children in it.

    Ids come from `Id`, or from the reference id; a reference such as "@AccountRef1" is that id.

    Args:
        source: A path, bytes, text or an open file.
        name: What errors call the source.
        currency: The currency of amounts whose record names none.
        pipeline: The key of the pipeline of the deals.
        zone: The zone of times without an offset, such as the date of a conversion.
        limit: The most characters that the source may have.

    Raises:
        InvalidInput: The source is no tree, or a record in it is wrong; all problems are reported.
        InvalidValue: The currency is no ISO 4217 code.
    """
    options = Options(currency=currency, zone=zone, pipeline=pipeline)
    named = name_of(source, name)
    return _reading(named, [_tree(source, named, limit)], options)


def read_trees(
    sources: Iterable[Source], *, currency: str = "", pipeline: str = "", zone: tzinfo | None = None,
    limit: int = JSON_LIMIT,
) -> Reading[CrmRecord]:  # fmt: skip
    """
    Read several trees that belong together, such as the files of a data plan: ids are unique over all of them.

    Args:
        sources: The files.
        currency: As for `read_tree`.
        pipeline: As for `read_tree`.
        zone: As for `read_tree`.
        limit: The most characters that each source may have.

    Raises:
        InvalidInput: As for `read_tree`.
        InvalidValue: As for `read_tree`.
    """
    options = Options(currency=currency, zone=zone, pipeline=pipeline)
    trees = [_tree(source, name_of(source), limit) for source in sources]
    return _reading(", ".join(tree.name for tree in trees), trees, options)


@attrs.frozen
class _Node:
    """
    One record of a tree: its object, its fields, and its place.
    """

    kind: str
    content: dict[str, Any]
    where: str


@attrs.frozen
class _Tree:
    """
    The records of a source, children after their parents.
    """

    name: str
    nodes: tuple[_Node, ...]


def _tree(source: Source, name: str, limit: int) -> _Tree:
    payload = parse_json(whole_of(source, name=name, limit=4 * limit), subject=name, limit=limit)
    problems: list[Problem] = []
    nodes = tuple(_nodes(payload, name, "", None, problems))
    if problems:
        raise InvalidInput(subject=name, problems=tuple(problems))
    return _Tree(name, nodes)


def _nodes(payload: object, name: str, path: str, parent: _Node | None, problems: list[Problem]) -> Iterator[_Node]:
    """
    Give the records under a list "records", each before its children; what is none is added to *problems*.
    """
    records = payload.get("records") if isinstance(payload, dict) else None
    if not isinstance(records, list):
        what = 'there is no list "records", so this is no tree of Salesforce records'
        hint = 'a tree is {"records": [{"attributes": {"type": "Lead", "referenceId": "LeadRef1"}, "LastName": …}]}'
        options = tuple(payload) if isinstance(payload, dict) else ()
        problems.append(Problem(what=what, hint=hint, field=f"{path}records", options=options))
        return
    for number, record in enumerate(records):
        here = f"{path}records[{number}]"
        attributes = record.get("attributes") if isinstance(record, dict) else None
        kind = attributes.get("type") if isinstance(attributes, dict) else None
        if isinstance(kind, str):
            yield from _with_children(_node(kind, record, parent, f"{name} {here}"), record, name, here, problems)
        else:
            what, hint = "the record does not say what it is", 'give it "attributes": {"type": "Contact", …}'
            problems.append(Problem(what=what, hint=hint, field=f"{here}.attributes.type", value=kind))


def _node(kind: str, record: Mapping[str, Any], parent: _Node | None, where: str) -> _Node:
    content = {field: value for field, value in record.items() if field != "attributes" and not _is_list(value)}
    content.setdefault("Id", record["attributes"].get("referenceId"))
    link = _LINKS.get((parent.kind, kind)) if parent else None
    if parent and link:
        content.setdefault(link, parent.content["Id"])
    return _Node(kind, content, where)


def _with_children(
    node: _Node, record: Mapping[str, Any], name: str, path: str, problems: list[Problem]
) -> Iterator[_Node]:
    yield node
    for relation, value in record.items():
        if _is_list(value):
            yield from _nodes(value, name, f"{path}.{relation}.", node, problems)


def _is_list(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("records"), list)


def _reading(name: str, trees: Sequence[_Tree], options: Options) -> Reading[CrmRecord]:
    nodes = [node for tree in trees for node in tree.nodes]
    fields: dict[str, dict[str, None]] = {}
    for node in nodes:
        fields.setdefault(node.kind, {}).update(dict.fromkeys(node.content))
    layouts = {kind: _layout(kind, tuple(names), options, name) for kind, names in fields.items() if kind in OBJECTS}
    intake: Intake[CrmRecord] = Intake(name)
    for node in nodes:
        if layout := layouts.get(node.kind):
            cells = [_cell(node.content.get(column.name), column) for column in layout.columns]
            intake.take(layout.reader.read(cells, node.where, {}, intake.problems), node.where)
    placed = {f"{kind}.{field}": to for kind, layout in layouts.items() for field, to in layout.placed.items()}
    unplaced = tuple(f"{kind}.{field}" for kind, layout in layouts.items() for field in layout.unplaced)
    return Reading(
        source=name, records=intake.finish(), columns=FrozenMap(placed), unplaced=unplaced,
        skipped=tuple(what for tree in trees for what in _skipped(tree)),
    )  # fmt: skip


def _layout(kind: str, names: tuple[str, ...], options: Options, name: str) -> Layout[CrmRecord]:
    problems = tuple(
        Problem(what=f"the field name {shown(field)} {fault}", hint="correct it", field=kind, value=field)
        for field in names
        if (fault := identity_fault(field))
    )
    if problems:
        raise InvalidInput(subject=name, problems=problems)
    return lay_out(OBJECTS[kind], names, {}, _fields, options, name=name, keep=True, ids=True)


def _cell(value: object, column: Column) -> object:
    """
    Give a field's value; a reference within the tree is the id of what it refers to.
    """
    refers = column.target is not None and column.target.reference
    return value.removeprefix("@") if refers and isinstance(value, str) else value


def _skipped(tree: _Tree) -> Iterator[str]:
    counts = Counter(node.kind for node in tree.nodes if node.kind not in OBJECTS)
    for kind, number in counts.items():
        yield f"{tree.name}: {counted(number, 'record')} of type {kind}"
