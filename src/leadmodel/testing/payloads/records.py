"""
Payloads of records: what Zoho, HubSpot and Salesforce answer, cards of address books, and tables.

A record is made first, with fields that every product has; the tables say under which names each product gives them
out. What a product has no name for is left out of the record as well.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from leadmodel.entities import Account, Contact, Deal, Lead
from leadmodel.testing.payloads.kept import CrmRecord
from leadmodel.testing.payloads.writing import ABSENT, Holds, Key
from leadmodel.values import EmailAddress, PhoneKind

Rows = tuple[Key[Any], ...]
# How values are written


def told(name: str, write: Callable[[Any], object] = lambda value: value) -> Callable[[Any], object]:
    """
    Write one field of a record, unless it is missing.
    """

    def of(record: Any) -> object:  # noqa: ANN401  (any record)
        value = getattr(record, name)
        return ABSENT if value is None or value in ("", (), frozenset()) else write(value)

    return of


def phone(kind: PhoneKind) -> Callable[[Any], object]:
    """
    Write the number of one kind.
    """
    return told("phones", lambda phones: next((each.number for each in phones if each.kind is kind), ABSENT))


def part(name: str, inner: str, write: Callable[[Any], object] = lambda value: value) -> Callable[[Any], object]:
    """
    Write one part of a value, unless it is missing.
    """
    return told(name, lambda value: write(getattr(value, inner)) if getattr(value, inner) not in ("", None) else ABSENT)


def first_email(emails: Sequence[EmailAddress]) -> str:
    """
    Write the first address.
    """
    return emails[0].address


def _exact(amount: object) -> float:
    return float(str(amount))


def _opted_out(yes: object) -> Callable[[Any], object]:
    """
    Write that somebody wants no letters, as the product says yes.
    """
    return told("consent", lambda consent: yes if consent else ABSENT)


def _lookup(id_: str) -> dict[str, str]:
    return {"name": "Tea & Sons", "id": id_}


def offset(at: datetime) -> str:
    """
    Write an instant as seen two hours east of Greenwich.
    """
    return (at + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00")


def _millis(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _fraction(percent: int) -> str:
    return f"{percent / 100:.2f}"


def _basic(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


#: An id, a name, an e-mail address and a number, in tables of products whose values are typed.
_REFERENCE: Final = (*("no id", "null for an id", "a blank id"), "an object where", "an object for an id")
#: What is no fault where a payload's number becomes its digits.
_DIGITS: Final = ("a number where",)
_MOMENT: Final = ("a list where", "lists in lists")


def _text(path: str, name: str) -> Key[Any]:
    """
    Give the row of a text that one field of the record is filled from.
    """
    return Key(path, told(name), Holds.TEXT, _DIGITS, name)


# fmt: off
_ZOHO_EVERY: Final[Rows] = (
    Key("id",            lambda record: record.id,                 Holds.NUMBER_ID, ("an object for an id",)),
    Key("Owner",         told("owner_id", _lookup)),
    _text("Description",   "description"),
    Key("Created_Time",  told("created_at", offset),             Holds.INSTANT),
    Key("Modified_Time", told("modified_at", offset),            Holds.INSTANT),
    Key("$editable",     lambda _: True),
    Key("Tea_Leaves",    lambda _: "loose"),
)
_ZOHO_PERSON: Final[Rows] = (
    *_ZOHO_EVERY,
    _text("First_Name",    "first_name"),
    _text("Last_Name",     "last_name"),
    Key("Email",         told("emails", first_email),            Holds.EMAIL),
    Key("Phone",         phone(PhoneKind.MAIN)),
    Key("Mobile",        phone(PhoneKind.MOBILE)),
    _text("Lead_Source",   "source"),
    Key("Email_Opt_Out", _opted_out(True)),
)
_ZOHO_COMPANY: Final[Rows] = (
    Key("Website",       told("website"),                         Holds.WORD),
    _text("Industry",      "industry"),
)


def _places(**paths: str) -> Rows:
    return tuple(Key(path, part("address", name), Holds.WORD) for name, path in paths.items())


ZOHO: Final[Mapping[type[CrmRecord], Rows]] = {
    Lead: (
        *_ZOHO_PERSON, *_ZOHO_COMPANY,
        *_places(street="Street", city="City", postal_code="Zip_Code", country="Country"),
        _text("Company",         "company"),
        _text("Designation",     "title"),
        _text("Lead_Status",     "status"),
        Key("Rating",          told("rating", str)),
        Key("No_of_Employees", told("employees"),                 Holds.NUMBER),
        Key("$converted",      lambda _: False),
    ),
    Contact: (
        *_ZOHO_PERSON,
        *_places(street="Mailing_Street", city="Mailing_City", postal_code="Mailing_Zip", country="Mailing_Country"),
        _text("Title",           "title"),
        Key("Date_of_Birth",   told("birth_date", str),           Holds.DAY),
        Key("Account_Name",    told("account_id", _lookup)),
    ),
    Account: (
        *_ZOHO_EVERY, *_ZOHO_COMPANY,
        *_places(street="Billing_Street", city="Billing_City", postal_code="Billing_Code", country="Billing_Country"),
        _text("Account_Name",    "name"),
        Key("Phone",           phone(PhoneKind.MAIN)),
        Key("Employees",       told("employees"),                 Holds.NUMBER),
        Key("Account_Type",    lambda _: None),
    ),
    Deal: (
        *_ZOHO_EVERY,
        _text("Deal_Name",       "name"),
        _text("Pipeline",        "pipeline"),
        _text("Stage",           "stage"),
        Key("Amount",          part("amount", "amount", _exact),  Holds.NUMBER),
        Key("Currency",        part("amount", "currency"),        Holds.WORD),
        Key("Closing_Date",    told("closes_on", str),            Holds.DAY),
        Key("Probability",     told("probability"),               Holds.NUMBER),
        Key("Contact_Name",    told("contact_id", _lookup)),
        Key("Account_Name",    told("account_id", _lookup)),
        _text("Lead_Source",     "source"),
        _text("Next_Step",       "next_step"),
    ),
}
_HUBSPOT_EVERY: Final[Rows] = (
    Key("id",                          lambda record: record.id,   Holds.NUMBER_ID),
    Key("properties.hs_object_id",     lambda record: record.id),
    Key("properties.hubspot_owner_id", told("owner_id")),
    Key("properties.createdate",       told("created_at", _millis), Holds.INSTANT, ("a fraction",)),
    Key("properties.lastmodifieddate", told("modified_at", _millis), Holds.INSTANT, ("a fraction",)),
    Key("properties.tea_leaves",       lambda _: "loose"),
    Key("createdAt",                   lambda record: _millis(record.created_at) if record.created_at else ABSENT),
    Key("updatedAt",                   lambda record: _millis(record.modified_at) if record.modified_at else ABSENT),
    Key("archived",                    lambda _: False),
)
_HUBSPOT_PERSON: Final[Rows] = (
    *_HUBSPOT_EVERY, *_places(street="properties.address", city="properties.city", postal_code="properties.zip",
                              country="properties.country"),
    _text("properties.firstname",        "first_name"),
    _text("properties.lastname",         "last_name"),
    _text("properties.jobtitle",         "title"),
    Key("properties.email",            told("emails", first_email), Holds.EMAIL),
    Key("properties.phone",            phone(PhoneKind.MAIN)),
    Key("properties.mobilephone",      phone(PhoneKind.MOBILE)),
    _text("properties.hs_analytics_source", "source"),
    Key("properties.hs_email_optout",  _opted_out("true")),
)
_HUBSPOT_COMPANY: Final[Rows] = (
    Key("properties.website",          told("website"),           Holds.WORD),
    _text("properties.industry",         "industry"),
)


def _linked(field: str, kind: str) -> Callable[[Any], object]:
    return told(field, lambda id_: {"results": [{"id": id_, "type": kind}]})


HUBSPOT: Final[Mapping[type[CrmRecord], Rows]] = {
    Lead: (
        *_HUBSPOT_PERSON, *_HUBSPOT_COMPANY,
        Key("properties.lifecyclestage",     lambda _: "lead"),
        _text("properties.company",            "company"),
        _text("properties.hs_lead_status",     "status"),
    ),
    Contact: (
        *_HUBSPOT_PERSON,
        Key("properties.lifecyclestage",     lambda _: "customer"),
        Key("associations.companies",        _linked("account_id", "contact_to_company")),
    ),
    Account: (
        *_HUBSPOT_EVERY, *_HUBSPOT_COMPANY,
        *_places(street="properties.address", city="properties.city", postal_code="properties.zip",
                 country="properties.country"),
        _text("properties.name",               "name"),
        _text("properties.description",        "description"),
        Key("properties.phone",              phone(PhoneKind.MAIN)),
        Key("properties.numberofemployees",  told("employees", str), Holds.NUMBER),
    ),
    Deal: (
        *_HUBSPOT_EVERY,
        _text("properties.dealname",           "name"),
        _text("properties.description",        "description"),
        _text("properties.pipeline",           "pipeline"),
        _text("properties.dealstage",          "stage"),
        Key("properties.amount",             part("amount", "amount", str), Holds.NUMBER),
        Key("properties.deal_currency_code", part("amount", "currency"), Holds.WORD),
        Key("properties.closedate",          told("closes_on", lambda day: f"{day}T00:00:00Z"), Holds.DAY),
        Key("properties.hs_deal_stage_probability", told("probability", _fraction), Holds.NUMBER),
        _text("properties.hs_next_step",       "next_step"),
        _text("properties.hs_analytics_source", "source"),
        Key("associations.contacts",         _linked("contact_id", "deal_to_contact")),
        Key("associations.companies",        _linked("account_id", "deal_to_company")),
    ),
}


def _attributes(kind: str) -> Rows:
    return (
        Key("attributes.type", lambda _: kind,                     Holds.OBJECT, ("text where", "true where")),
        Key("attributes.url",  lambda record: f"/services/data/v60.0/sobjects/{kind}/{record.id}"),
        Key("Id",              lambda record: record.id,           Holds.NUMBER_ID, ("no id", "null for an id")),
        Key("OwnerId",         told("owner_id")),
        _text("Description",     "description"),
        Key("CreatedDate",     told("created_at", _basic),        Holds.INSTANT),
        Key("LastModifiedDate", told("modified_at", _basic),      Holds.INSTANT),
        Key("Tea_Leaves__c",   lambda _: "loose"),
    )


_FORCE_PERSON: Final[Rows] = (
    _text("FirstName",         "first_name"),
    _text("LastName",          "last_name"),
    _text("Title",             "title"),
    Key("Email",             told("emails", first_email),        Holds.EMAIL),
    Key("Phone",             phone(PhoneKind.MAIN)),
    Key("MobilePhone",       phone(PhoneKind.MOBILE)),
    _text("LeadSource",        "source"),
    Key("HasOptedOutOfEmail", _opted_out(True)),
)
_FORCE_COMPANY: Final[Rows] = (
    Key("Website",           told("website"),                     Holds.WORD),
    _text("Industry",          "industry"),
    Key("NumberOfEmployees", told("employees"),                   Holds.NUMBER),
)
SALESFORCE: Final[Mapping[type[CrmRecord], Rows]] = {
    Lead: (
        *_attributes("Lead"), *_FORCE_PERSON, *_FORCE_COMPANY,
        *_places(street="Street", city="City", postal_code="PostalCode", country="Country"),
        _text("Company",       "company"),
        _text("Status",        "status"),
        Key("Rating",        told("rating", lambda rating: str(rating).capitalize())),
        Key("IsConverted",   lambda _: False),
    ),
    Contact: (
        *_attributes("Contact"), *_FORCE_PERSON,
        *_places(street="MailingStreet", city="MailingCity", postal_code="MailingPostalCode", country="MailingCountry"),
        Key("Birthdate",     told("birth_date", str),             Holds.DAY),
        Key("AccountId",     told("account_id"),                  Holds.NUMBER_ID, _REFERENCE[:3]),
    ),
    Account: (
        *_attributes("Account"), *_FORCE_COMPANY,
        *_places(street="BillingStreet", city="BillingCity", postal_code="BillingPostalCode", country="BillingCountry"),
        _text("Name",          "name"),
        Key("Phone",         phone(PhoneKind.MAIN)),
    ),
    Deal: (
        *_attributes("Opportunity"),
        _text("Name",          "name"),
        _text("StageName",     "stage"),
        Key("Amount",        part("amount", "amount", _exact),    Holds.NUMBER),
        Key("CurrencyIsoCode", part("amount", "currency"),        Holds.WORD),
        Key("CloseDate",     told("closes_on", str),              Holds.DAY),
        Key("Probability",   told("probability"),                 Holds.NUMBER),
        Key("ContactId",     told("contact_id"),                  Holds.NUMBER_ID, _REFERENCE[:3]),
        Key("AccountId",     told("account_id"),                  Holds.NUMBER_ID, _REFERENCE[:3]),
        _text("LeadSource",    "source"),
        _text("NextStep",      "next_step"),
    ),
}
#: Fields that a product has no name for, by type of record.
LACKS: Final[Mapping[str, Mapping[type[CrmRecord], tuple[str, ...]]]] = {
    "zoho": {Lead: (), Contact: (), Account: (), Deal: ()},
    "hubspot": {
        Lead: ("description", "employees", "rating"), Contact: ("description", "birth_date"), Account: (), Deal: (),
    },
    "salesforce": {Lead: (), Contact: (), Account: (), Deal: ("pipeline",)},
    "vcard": {Contact: ("owner_id", "source", "consent", "created_at", "account_id")},
    # whether somebody may be written to is told under no common header
    "table": {Lead: ("consent",), Contact: ("consent",), Account: (), Deal: ()},
}
# fmt: on


def _card_custom(person: Any) -> dict[str, str]:  # noqa: ANN401  (any person)
    return {"FN": f"{person.first_name} {person.last_name}".strip(), "X-TEA": "loose"}


#: What no field of a record has a place for, under the names that the formats have for it.
CUSTOM: Final[Mapping[str, Callable[[Any], dict[str, str]]]] = {
    "zoho": lambda _: {"Tea_Leaves": "loose"},
    "hubspot": lambda record: {"tea_leaves": "loose"} | _STAGES.get(type(record), {}),
    "salesforce": lambda _: {"Tea_Leaves__c": "loose"},
    "vcard": _card_custom,
    "table": lambda _: {"tea leaves": "loose"},
}
_STAGES: Final[Mapping[type, dict[str, str]]] = {
    Lead: {"lifecyclestage": "lead"},
    Contact: {"lifecyclestage": "customer"},
}


def with_custom(format_: str) -> Callable[[Any], Any]:
    """
    Give the meaning of a record that came with fields which no record has a place for.
    """
    return lambda record: attrs.evolve(record, custom=CUSTOM[format_](record))
