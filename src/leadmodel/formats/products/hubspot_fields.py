"""
HubSpot's names: its objects, its properties, and what each is read as.

Properties have one name in the API and another in exports; both stand in the table. Case, spaces and underscores do not
count.
"""

from collections.abc import Mapping
from typing import Final

from leadmodel.entities import Account, Contact, Deal, Lead, Record
from leadmodel.formats.products.objects import CrmRecord

__all__ = ["ABOUT", "ALL_STAGES", "FIELDS", "LEAD_STAGES", "LINKED", "NAMES", "OBJECTS", "TELLING"]

#: The objects that are people, organisations or deals. Of "contacts", each is a lead or a contact by its stage of life;
#: see `LEAD_STAGES`; "leads" are the same people, all of them leads.
OBJECTS: Final[Mapping[str, type[CrmRecord]]] = {
    "contacts": Contact, "leads": Lead, "companies": Account, "deals": Deal,
}  # fmt: skip
#: What records are called where their fields are named.
NAMES: Final[Mapping[type[Record], str]] = {
    Lead: "leads", Contact: "contacts", Account: "companies", Deal: "deals",
}  # fmt: skip
#: The stages of life in which a HubSpot contact is a lead; without a stage, or in any other, it is a contact.
LEAD_STAGES: Final = frozenset({"subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead"})

#: Makes every contact a lead.
ALL_STAGES: Final = "*"

# fmt: off
_EVERY: Final = {
    "hs_object_id": "id",
    "Record ID": "id",
    "id": "id",
    "hubspot_owner_id": "owner_id",
    "owner_id": "owner_id",
    "Contact owner": "owner_id",
    "Company owner": "owner_id",
    "Deal owner": "owner_id",
    "createdate": "created_at",
    "hs_createdate": "created_at",
    "lastmodifieddate": "modified_at",
    "hs_lastmodifieddate": "modified_at",
    "notes_last_updated": "last_activity_at",
    "Last Activity Date": "last_activity_at",
}
_ADDRESS: Final = {
    "address": "address.street",
    "Street Address": "address.street",
    "city": "address.city",
    "state": "address.region",
    "State/Region": "address.region",
    "zip": "address.postal_code",
    "Postal Code": "address.postal_code",
    "country": "address.country",
    "Country/Region": "address.country",
}
_PERSON: Final = {
    **_EVERY, **_ADDRESS,
    "salutation": "salutation",
    "firstname": "first_name",
    "lastname": "last_name",
    "jobtitle": "title",
    "email": "emails",
    "work_email": "emails",
    "hs_additional_emails": "emails",
    "phone": "phones.main",
    "Phone Number": "phones.main",
    "mobilephone": "phones.mobile",
    "Mobile Phone Number": "phones.mobile",
    "fax": "phones.fax",
    "Fax Number": "phones.fax",
    "twitterhandle": "profiles.x",
    "Twitter Username": "profiles.x",
    "hs_linkedin_url": "profiles.linkedin",
    "hs_language": "language",
    "hs_analytics_source": "source",
    "Original Source": "source",
    "Original Traffic Source": "source",
    "hs_email_optout": "opt_out.email",
    "Unsubscribed from all email": "opt_out.email",
}
#: Names of HubSpot's properties, by record type, and what they are read as: in the API, and as exports write them.
FIELDS: Final[Mapping[type[Record], Mapping[str, str]]] = {
    Lead: {
        **_PERSON,
        "company": "company",
        "Company Name": "company",
        "Associated Company": "company",
        "website": "website",
        "Website URL": "website",
        "industry": "industry",
        "hs_lead_status": "status",
        "hubspotscore": "score",
    },
    Contact: {
        **_PERSON,
        "associations.companies": "account_id",
        "associatedcompanyid": "account_id",
    },
    Account: {
        **_EVERY, **_ADDRESS,
        "name": "name",
        "Company name": "name",
        "description": "description",
        "website": "website",
        "Website URL": "website",
        "phone": "phones.main",
        "Phone Number": "phones.main",
        "twitterhandle": "profiles.x",
        "linkedin_company_page": "profiles.linkedin",
        "facebook_company_page": "profiles.facebook",
        "industry": "industry",
        "annualrevenue": "annual_revenue",
        "numberofemployees": "employees",
        "hs_parent_company_id": "parent_id",
        "Parent Company ID": "parent_id",
    },
    Deal: {
        **_EVERY,
        "deal_id": "id",
        "dealname": "name",
        "description": "description",
        "Deal Description": "description",
        "pipeline": "pipeline",
        "deal_pipeline_id": "pipeline",
        "dealstage": "stage",
        "deal_pipeline_stage_id": "stage",
        "closedate": "closes_on",
        "amount": "amount",
        "deal_currency_code": "currency",
        "Currency": "currency",
        "hs_deal_stage_probability": "probability",
        "Deal probability": "probability",
        "closed_lost_reason": "loss_reason",
        "hs_next_step": "next_step",
        "Next step": "next_step",
        "hs_analytics_source": "source",
        "Original Source Type": "source",
        "associations.contacts": "contact_id",
        "associations.companies": "account_id",
    },
}
#: Which properties tell what an object is, the most telling first: an answer of the API does not say it.
TELLING: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("deals",     frozenset({"dealname", "dealstage", "pipeline"})),
    ("contacts",  frozenset({"firstname", "lastname", "email"})),
    ("companies", frozenset({"name", "domain", "companyname", "companydomainname"})),
)
#: Columns of exports that name linked objects, the primary one before all of them, by their letters and digits.
LINKED: Final[Mapping[str, str]] = {
    "associatedcontactids":        "associations.contacts",
    "associatedcompanyidsprimary": "associations.companies",
    "primaryassociatedcompanyid":  "associations.companies",
    "associatedcompanyids":        "associations.companies",
}
#: Columns of exports and of connectors that say something about the object itself, likewise, and the property it is.
ABOUT: Final[Mapping[str, str]] = {
    "recordid":                "id",
    "hsobjectid":              "id",
    "id":                      "id",
    "dealid":                  "id",
    "lifecyclestage":          "lifecyclestage",
    "lastname":                "lastname",
    "firstname":               "firstname",
    "company":                 "company",
    "companyname":             "company",
    "associatedcompany":       "company",
    "email":                   "email",
    "name":                    "name",
    "domain":                  "domain",
    "companydomainname":       "domain",
    "website":                 "website",
    "websiteurl":              "website",
    "numassociateddeals":      "num_associated_deals",
    "numberofassociateddeals": "num_associated_deals",
    "hsmergedobjectids":       "hs_merged_object_ids",
    "mergedobjectids":         "hs_merged_object_ids",
    "mergedrecordids":         "hs_merged_object_ids",
    "hscalculatedmergedvids":  "hs_calculated_merged_vids",
    "mergedcontactids":        "hs_calculated_merged_vids",
}
# fmt: on
