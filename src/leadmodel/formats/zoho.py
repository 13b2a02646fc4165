"""
Zoho CRM: records as its API gives them, versions 2 to 8.

One table of its field names. A field that no record has a place for is kept in `custom` under its Zoho name; what
begins with a dollar sign is the product's own business, and is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Unpack

from leadmodel.display import counted
from leadmodel.entities import Account, Contact, Deal, Lead, Record
from leadmodel.errors import InvalidInput, Problem, shown, suggestion
from leadmodel.formats.intake.sources import Source, name_of
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
from leadmodel.formats.tables.rows import Column

__all__ = ["FIELDS", "MODULES", "TELLING", "looks_like", "read_payloads", "read_records"]

#: The modules that are people, organisations or deals.
MODULES: Final[Mapping[str, type[CrmRecord]]] = {
    "Leads": Lead, "Contacts": Contact, "Accounts": Account, "Deals": Deal,
}  # fmt: skip
_NAMES: Final[Mapping[type[Record], str]] = {record_type: name for name, record_type in MODULES.items()}


def _address(prefix: str, code: str) -> dict[str, str]:
    """
    Give the fields of the address that a record keeps; the second one of a record stays in `custom`.
    """
    return {
        f"{prefix}Street": "address.street",
        f"{prefix}City": "address.city",
        f"{prefix}State": "address.region",
        f"{prefix}{code}": "address.postal_code",
        f"{prefix}Country": "address.country",
    }


# fmt: off
_EVERY: Final = {
    "id": "id",
    "Owner": "owner_id",
    "Tag": "tags",
    "Description": "description",
    "Created_Time": "created_at",
    "Modified_Time": "modified_at",
    "Last_Activity_Time": "last_activity_at",
}
_PERSON: Final = {
    **_EVERY,
    "Salutation": "salutation",
    "First_Name": "first_name",
    "Last_Name": "last_name",
    "Email": "emails",
    "Secondary_Email": "emails",
    "Phone": "phones.main",
    "Mobile": "phones.mobile",
    "Fax": "phones.fax",
    "Twitter": "profiles.x",
    "Lead_Source": "source",
    "Email_Opt_Out": "opt_out.email",
}
_COMPANY: Final = {
    "Website": "website",
    "Industry": "industry",
    "Annual_Revenue": "annual_revenue",
    "Currency": "currency",
}
#: Field names of Zoho, by record type, and what they are read as. Case and underscores do not count.
FIELDS: Final[Mapping[type[Record], Mapping[str, str]]] = {
    Lead: {
        **_PERSON, **_COMPANY, **_address("", "Zip_Code"),
        "Designation": "title",
        "Company": "company",
        "No_of_Employees": "employees",
        "Lead_Status": "status",
        "Rating": "rating",
        "Converted__s": "conversion",
        "Converted_Contact": "conversion.contact_id",
        "Converted_Account": "conversion.account_id",
        "Converted_Deal": "conversion.deal_id",
        "Converted_Date_Time": "conversion.at",
    },
    Contact: {
        **_PERSON, **_address("Mailing_", "Zip"),
        "Title": "title",
        "Home_Phone": "phones.home",
        "Other_Phone": "phones.other",
        "Asst_Phone": "phones.assistant",
        "Date_of_Birth": "birth_date",
        "Account_Name": "account_id",
        "Reporting_To": "reports_to_id",
    },
    Account: {
        **_EVERY, **_COMPANY, **_address("Billing_", "Code"),
        "Account_Name": "name",
        "Phone": "phones.main",
        "Fax": "phones.fax",
        "Twitter": "profiles.x",
        "Employees": "employees",
        "Parent_Account": "parent_id",
    },
    Deal: {
        **_EVERY,
        "Deal_Name": "name",
        "Pipeline": "pipeline",
        "Stage": "stage",
        "Closing_Date": "closes_on",
        "Amount": "amount",
        "Currency": "currency",
        "Probability": "probability",
        "Lead_Source": "source",
        "Next_Step": "next_step",
        "Reason_For_Loss__s": "loss_reason",
        "Contact_Name": "contact_id",
        "Account_Name": "account_id",
    },
}
#: Which fields tell what a record is, the most telling first: a record of the API does not say its module.
TELLING: Final[tuple[tuple[type[CrmRecord], frozenset[str]], ...]] = (
    (Deal,    frozenset({"Deal_Name", "Stage", "Closing_Date"})),
    (Lead,    frozenset({"$converted", "$converted_detail", "Converted__s", "Lead_Status", "Company"})),
    (Contact, frozenset({"Last_Name", "Full_Name", "First_Name", "Reporting_To"})),
    (Account, frozenset({"Account_Name", "Billing_City", "Account_Type", "Parent_Account"})),
)
#: What versions before 8 call the facts of a conversion, in the record and in its "$converted_detail".
FORMERLY: Final[Mapping[str, str]] = {
    "$converted":   "Converted__s",
    "contact":      "Converted_Contact",
    "account":      "Converted_Account",
    "deal":         "Converted_Deal",
    "convert_date": "Converted_Date_Time",
}
# fmt: on
#: What a picklist holds where nothing was chosen.
NO_CHOICE: Final = "-None-"
_GUESS: Final = guess_by(FIELDS)


def looks_like(payload: object) -> bool:
    """
    Say whether a document has the shape of an answer of Zoho's, or of a record.
    """
    if isinstance(payload, dict) and isinstance(payload.get("data"), list):
        return True
    first = next(iter(payload), None) if isinstance(payload, list) else payload
    return isinstance(first, dict) and (_type_of(first) is not None or any(key.startswith("$") for key in first))


def read_records(source: Source, *, module: str = "", **how: Unpack[ObjectOptions]) -> Reading[CrmRecord]:
    """
    Read records of Zoho's API: answers `{"data": […], "info": {…}}`, lists, single records, or JSON lines of any.

    Args:
        source: A path, bytes, text or an open file.
        module: "Leads", "Contacts", "Accounts" or "Deals"; "" tells it from the fields of each record.
        how: See `leadmodel.formats.products.objects.ObjectOptions`.

    Raises:
        InvalidInput: The source holds no records of Zoho's, or one of them is wrong; all problems are reported.
        InvalidValue: The currency is no ISO 4217 code.
    """
    objects = _objects(name_of(source, how.get("name", "")), how)
    return _reading(objects, objects.payloads(source), module)


def read_payloads(
    payloads: Iterable[tuple[object, str]], *, module: str = "", **how: Unpack[ObjectOptions]
) -> Reading[CrmRecord]:
    """
    Read records out of documents that are parsed already, each with its place.

    Raises:
        InvalidInput: As for `read_records`.
        InvalidValue: As for `read_records`.
    """
    return _reading(_objects(how.get("name", "input"), how), payloads, module)


def _objects(name: str, how: ObjectOptions) -> Objects:
    return Objects(name=name, guess=_GUESS, called=_NAMES, cell=_cell, ignored=_is_system, **options_of(how))


def _is_system(field: str) -> bool:
    return field.startswith("$")


def _reading(objects: Objects, payloads: Iterable[tuple[object, str]], module: str) -> Reading[CrmRecord]:
    if module and module not in MODULES:
        options = tuple(MODULES)
        problem = Problem(
            what=f"{shown(module)} is no module of people or deals", hint=suggestion(module, options), field="module",
            value=module, options=options,
        )  # fmt: skip
        raise InvalidInput(subject=objects.name, problems=(problem,))
    problems: list[Problem] = []
    nodes: list[Node] = []
    more = False
    for payload, where in payloads:
        nodes += _nodes(payload, where, MODULES.get(module), problems)
        info = payload.get("info") if isinstance(payload, dict) else None
        more = isinstance(info, dict) and info.get("more_records") is True
    if problems:
        raise InvalidInput(subject=objects.name, problems=tuple(problems))
    told = [f"the pages that follow: {counted(len(nodes), 'record')} came with more_records"] if more else []
    return objects.read(nodes, told)


def _nodes(payload: object, where: str, record_type: type[CrmRecord] | None, problems: list[Problem]) -> Iterator[Node]:
    """
    Give the records of a document; what is none is added to *problems*.
    """
    if error := answered_error(payload, where):
        problems.append(error)
        return
    if isinstance(payload, dict) and "data" in payload and "id" not in payload:
        members = members_of(payload["data"], f"{where} data")
    else:
        members = members_of(payload, f"{where} " if isinstance(payload, list) else where)
    for place, record in members:
        kind = record_type or (_type_of(record) if isinstance(record, dict) else None)
        if isinstance(record, dict) and kind is not None:
            yield Node(kind, _content(record), place)
        else:
            what = "the record does not say what it is" if isinstance(record, dict) else "here is no record"
            hint = 'pass module="Leads", "Contacts", "Accounts" or "Deals"'
            problems.append(Problem(what=what, hint=hint, where=place, options=tuple(MODULES)))


def _type_of(record: Mapping[str, Any]) -> type[CrmRecord] | None:
    return next((kind for kind, telling in TELLING if not telling.isdisjoint(record)), None)


def _content(record: dict[str, Any]) -> dict[str, Any]:
    """
    Give the fields of a record: the facts of its conversion under the names of today, and a full name for a last one.
    """
    content = dict(record)
    detail = content.pop("$converted_detail", None)
    former = {**(detail if isinstance(detail, dict) else {}), "$converted": content.pop("$converted", None)}
    for key, field in FORMERLY.items():
        if (value := former.get(key)) is not None and content.get(field) is None:
            content[field] = value
    full_name = content.pop("Full_Name", None)
    if full_name and not content.get("Last_Name"):
        first = content.get("First_Name")
        content["Last_Name"] = full_name.removeprefix(f"{first} ") if isinstance(full_name, str) else full_name
        if full_name == first:  # it is said already
            del content["First_Name"]
    return content


def _cell(value: object, column: Column) -> object:
    """
    Give what a field holds: of a lookup its id, of a picklist what is stored, of tags their names.

    What is none of these is left as it is, and refused where it is read.
    """
    target = column.target
    if type(value) is str:
        return None if value == NO_CHOICE else value
    if target is None or target.fields == ("custom",):
        return value
    if isinstance(value, dict):
        keys = ("id",) if target.reference or target.name == "owner_id" else ("actual_value", "name")
        return next((value[key] for key in keys if value.get(key)), value)
    if isinstance(value, list):
        names = [one.get("name", one) if isinstance(one, dict) else one for one in value]
        told = all(type(name) in (str, int) for name in names)
        return "; ".join(map(str, names)) if told and not target.repeats else names
    return value
