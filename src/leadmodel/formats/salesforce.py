"""
Salesforce: records as its own tools write them: trees of JSON, answers to queries, CSV of Data Loader and of reports.

One table of its field names. A field that no record has a place for is kept in `custom` under its Salesforce name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar, Unpack

from leadmodel.entities import Account, Contact, Deal, Lead, Record
from leadmodel.formats.headers import plain
from leadmodel.formats.intake.sources import Source, name_of
from leadmodel.formats.products.objects import CrmRecord, Node, ObjectOptions, Objects, options_of, payloads_of
from leadmodel.formats.products.salesforce_trees import Tree, records_in
from leadmodel.formats.reading import Reading
from leadmodel.formats.tables.columns import Placed
from leadmodel.formats.tables.rows import Column
from leadmodel.formats.tabular import TableOptions, read_placed

__all__ = [
    "FIELDS",
    "NO_VALUE",
    "OBJECTS",
    "looks_like",
    "read_export",
    "read_payloads",
    "read_records",
    "read_tree",
    "read_trees",
]

R = TypeVar("R", bound=Record)

#: What stands for no value in CSV of the Bulk API.
NO_VALUE: Final = "#N/A"
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
    "sf__Id": "id",  # as the Bulk API writes it
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
    Read CSV that Data Loader, the Bulk API, an export or a report of Salesforce wrote; "#N/A" is a blank cell.

    Args:
        record_type: `Lead`, `Contact`, `Account` or `Deal`.
        source: A path, bytes, text or an open file.
        how: See `leadmodel.formats.tabular.TableOptions`.

    Raises:
        InvalidInput: Anything about the source, its header or its rows is wrong; all of it is reported.
        InvalidValue: An option is none of its choices, or the currency is no ISO 4217 code.
    """
    how.setdefault("blank", (NO_VALUE,))
    return read_placed(record_type, source, _fields, **how)


def read_tree(source: Source, **how: Unpack[ObjectOptions]) -> Reading[CrmRecord]:
    """
    Read a tree of JSON, `{"records": [{"attributes": {"type": …, "referenceId": …}, …}]}`, with the children in it.

    Ids come from `Id`, from the end of the record's address, or from the reference id; a reference such as
    "@AccountRef1" is that id.

    Args:
        source: A path, bytes, text or an open file.
        how: See `leadmodel.formats.products.objects.ObjectOptions`. Dates of a conversion need the zone.

    Raises:
        InvalidInput: The source is no tree, or a record in it is wrong; all problems are reported.
        InvalidValue: The currency is no ISO 4217 code.
    """
    return read_trees([source], **how)


def read_records(source: Source, **how: Unpack[ObjectOptions]) -> Reading[CrmRecord]:
    """
    Read what a query of the REST API answered: a page, a record, a list of them, or JSON lines of any.

    A record that is looked up, such as the account of a contact, becomes a record of its own where its name is there.

    Args:
        source: A path, bytes, text or an open file.
        how: See `leadmodel.formats.products.objects.ObjectOptions`.

    Raises:
        InvalidInput: As for `read_tree`.
        InvalidValue: As for `read_tree`.
    """
    return read_trees([source], **how)


def read_trees(sources: Iterable[Source], **how: Unpack[ObjectOptions]) -> Reading[CrmRecord]:
    """
    Read several trees or pages that belong together, such as the files of a data plan: ids are unique over all of them.

    Args:
        sources: The files.
        how: As for `read_tree`.

    Raises:
        InvalidInput: As for `read_tree`.
        InvalidValue: As for `read_tree`.
    """
    given = how.get("name", "")
    named = [(source, name_of(source, given)) for source in sources]
    objects = _objects(", ".join(name for _, name in named), how)
    trees = [Tree.of(payloads_of(source, name, objects.limit), name) for source, name in named]
    return _reading(objects, trees)


def read_payloads(payloads: Iterable[tuple[object, str]], **how: Unpack[ObjectOptions]) -> Reading[CrmRecord]:
    """
    Read records out of documents that are parsed already, each with its place.

    Raises:
        InvalidInput: As for `read_tree`.
        InvalidValue: As for `read_tree`.
    """
    objects = _objects(how.get("name", "input"), how)
    return _reading(objects, [Tree.of(payloads, objects.name)])


def looks_like(payload: object) -> bool:
    """
    Say whether a document has the shape of a tree, of an answer to a query, or of a record.
    """
    content = records_in(payload)
    if content == [] or (isinstance(payload, dict) and "records" in payload):
        return True
    first = next(iter(content), None) if isinstance(content, list) else content
    return isinstance(first, dict) and isinstance(first.get("attributes"), dict) and "type" in first["attributes"]


def _objects(name: str, how: ObjectOptions) -> Objects:
    return Objects(name=name, guess=_fields, called=_NAMES, cell=_cell, **options_of(how))


def _reading(objects: Objects, trees: Sequence[Tree]) -> Reading[CrmRecord]:
    records = [record for tree in trees for record in tree.records]
    there = {str(record.content["Id"]) for record in records if record.kind == "Account"}
    looked_up = {id_: record for tree in trees for id_, record in tree.looked_up.items() if id_ not in there}
    nodes = [
        Node(OBJECTS[record.kind], record.content, record.where)
        for record in (*records, *looked_up.values())
        if record.kind in OBJECTS
    ]
    return objects.read(nodes, [what for tree in trees for what in tree.all_told(OBJECTS)])


def _cell(value: object, column: Column) -> object:
    """
    Give a field's value; a reference within the tree is the id of what it refers to.
    """
    refers = column.target is not None and column.target.reference
    return value.removeprefix("@") if refers and isinstance(value, str) else value
