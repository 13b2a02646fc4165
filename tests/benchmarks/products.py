"""
Records as Zoho, HubSpot and Salesforce answer them, made up in the shapes that their documentation gives.
"""

from typing import Any

from tests.benchmarks.answers import WORDS, at_


def _lookup(name: str, id_: int) -> dict[str, str]:
    return {"name": name, "id": f"41538670000{id_:08}"}


def _zoho_every(number: int) -> dict[str, Any]:
    return {
        "Owner": {**_lookup("Patricia Boyle", 225_013), "email": "patricia@tea.example"},
        "$currency_symbol": "$", "$field_states": None, "$review_process": {"approve": False, "reject": False,
        "resubmit": False},
        "$sharing_permission": "full_access", "$state": "save", "$process_flow": False, "$approved": True,
        "$approval": {"delegate": False, "approve": False, "reject": False, "resubmit": False}, "$editable": True,
        "$orchestration": None, "$in_merge": False, "$locked_for_me": False, "$approval_state": "approved",
        "Locked__s": False, "Tag": [{**_lookup("fleet", 7), "color_code": "#63C57E"}], "Record_Image": None,
        "Created_By": {**_lookup("Patricia Boyle", 225_013), "email": "patricia@tea.example"},
        "Modified_By": {**_lookup("Patricia Boyle", 225_013), "email": "patricia@tea.example"},
        "Created_Time": f"{at_(number)}+05:30", "Modified_Time": f"{at_(number)}+05:30",
        "Last_Activity_Time": f"{at_(number)}+05:30", "Description": WORDS, "id": f"41538670000{number:08}",
        "Exchange_Rate": 1, "Currency": "EUR", "Unsubscribed_Mode": None, "Unsubscribed_Time": None,
        "Record_Status__s": "Available", "Change_Log_Time__s": None,
    }  # fmt: skip


def zoho_lead(number: int, batch: int = 0) -> dict[str, Any]:
    """A lead of Zoho's API, version 7, with all the fields that a fresh organisation has."""
    return {
        **_zoho_every(number), "Salutation": "Ms.", "First_Name": "Ada", "Last_Name": f"Abara {batch} {number}",
        "Full_Name": f"Ms. Ada Abara {batch} {number}", "Email": f"ada.{batch}.{number}@acme.example",
        "Secondary_Email": None,
        "Phone": f"+32 9 555 {number:04}", "Mobile": f"+32 470 55 {number:04}", "Fax": None,
        "Designation": "Head of fleet",
        "Company": f"Acme {number}", "Website": "https://acme.example", "Industry": "Transport",
        "Annual_Revenue": 1_250_000,
        "No_of_Employees": 120, "Lead_Source": "Trade Show", "Lead_Status": "Contacted", "Rating": None,
        "Street": "Dok Noord 4", "City": "Ghent", "State": "East Flanders", "Zip_Code": "9000", "Country": "Belgium",
        "Twitter": f"ada_{number}", "Skype_ID": None, "Email_Opt_Out": False, "Enrich_Status__s": None,
        "Converted__s": False, "Converted_Date_Time": None, "Converted_Account": None, "Converted_Contact": None,
        "Converted_Deal": None, "$converted": False, "$converted_detail": {}, "Lead_Conversion_Time": None,
        "Data_Source": "Manual", "Average_Time_Spent_Minutes": None, "Days_Visited": None, "Visitor_Score": None,
    }  # fmt: skip


def zoho_deal(number: int, batch: int = 0) -> dict[str, Any]:
    """A deal of Zoho's API, version 7."""
    return {
        **_zoho_every(number), "Deal_Name": f"Fleet of Acme {batch} {number}", "Stage": "Proposal/Price Quote",
        "Closing_Date": f"2026-07-{number % 28 + 1:02}", "Amount": 60_000.5, "Probability": 75,
        "Expected_Revenue": 45_000.38,
        "Pipeline": {**_lookup("Standard", 9)}, "Type": "New Business", "Lead_Source": "Trade Show",
        "Next_Step": "Send the offer",
        "Account_Name": _lookup(f"Acme {number}", number), "Contact_Name": _lookup("Ada Abara", number),
        "Campaign_Source": None,
        "Lead_Conversion_Time": 12, "Sales_Cycle_Duration": None, "Overall_Sales_Duration": 12,
        "Reason_For_Loss__s": None,
    }  # fmt: skip


def zoho_page(numbers: range, batch: int = 0) -> dict[str, Any]:
    """A page of leads."""
    return {"data": [zoho_lead(number, batch) for number in numbers], "info": _zoho_info(numbers)}


def zoho_deals(numbers: range, batch: int = 0) -> dict[str, Any]:
    """A page of deals."""
    return {"data": [zoho_deal(number, batch) for number in numbers], "info": _zoho_info(numbers)}


def _zoho_info(numbers: range) -> dict[str, Any]:
    return {
        "per_page": 200, "next_page_token": None, "count": len(numbers), "sort_by": "id", "page": 1,
        "previous_page_token": None, "page_token_expiry": None, "sort_order": "desc", "more_records": False,
    }  # fmt: skip


def hubspot_contact(number: int, batch: int = 0) -> dict[str, Any]:
    """A contact of HubSpot's API, version 3, with the properties that people ask for and its company."""
    id_, at = f"{50_000 + number}", f"{at_(number)}.481Z"
    return {
        "id": id_,
        "properties": {
            "address": "Dok Noord 4", "annualrevenue": None, "city": "Ghent", "company": f"Acme {number}",
            "country": "Belgium",
            "createdate": at, "email": f"ada.{batch}.{number}@acme.example", "fax": None, "firstname": "Ada",
            "hs_email_domain": "acme.example", "hs_lead_status": "OPEN", "hs_object_id": id_,
            "hubspot_owner_id": "7115",
            "industry": "Transport", "jobtitle": "Head of fleet", "lastmodifieddate": at, "lastname": f"Abara {number}",
            "lifecyclestage": "lead", "mobilephone": f"+32 470 55 {number:04}", "notes_last_updated": None,
            "num_associated_deals": None, "numemployees": None, "phone": f"+32 9 555 {number:04}", "salutation": None,
            "state": "East Flanders", "twitterhandle": None, "website": "https://acme.example", "zip": "9000",
        },
        "createdAt": at, "updatedAt": at, "archived": False,
        "associations": {"companies": {"results": [
            {"id": f"{80_000 + number}", "type": "contact_to_company"},
            {"id": f"{80_000 + number}", "type": "contact_to_company_unlabeled"},
        ]}},
    }  # fmt: skip


def hubspot_page(numbers: range, batch: int = 0) -> dict[str, Any]:
    """A page of contacts."""
    return {"results": [hubspot_contact(number, batch) for number in numbers]}


def salesforce_lead(number: int, batch: int = 0) -> dict[str, Any]:
    """A lead as a query of Salesforce's REST API answers it."""
    id_ = f"00Q5f00000{number:06}EAA"
    return {
        "attributes": {"type": "Lead", "url": f"/services/data/v60.0/sobjects/Lead/{id_}"}, "Id": id_,
        "Salutation": "Ms.", "FirstName": "Ada", "LastName": f"Abara {batch} {number}",
        "Name": f"Ada Abara {batch} {number}",
        "Title": "Head of fleet", "Company": f"Acme {number}", "Email": f"ada.{batch}.{number}@acme.example",
        "Phone": f"+32 9 555 {number:04}", "MobilePhone": f"+32 470 55 {number:04}", "Fax": None,
        "Website": "https://acme.example",
        "LeadSource": "Trade Show", "Status": "Working - Contacted", "Industry": "Transport", "Rating": "Warm",
        "AnnualRevenue": 1_250_000.0, "NumberOfEmployees": 120, "OwnerId": "0055f000004qBVkAAM",
        "Street": "Dok Noord 4",
        "City": "Ghent", "State": "East Flanders", "PostalCode": "9000", "Country": "Belgium", "Description": WORDS,
        "HasOptedOutOfEmail": False, "IsConverted": False, "ConvertedDate": None, "ConvertedAccountId": None,
        "ConvertedContactId": None, "ConvertedOpportunityId": None, "IsUnreadByOwner": True,
        "CreatedDate": f"{at_(number)}.000+0000", "LastModifiedDate": f"{at_(number)}.000+0000",
        "SystemModstamp": f"{at_(number)}.000+0000", "LastActivityDate": None, "IsDeleted": False,
    }  # fmt: skip


def salesforce_page(numbers: range, batch: int = 0) -> dict[str, Any]:
    """The answer to a query."""
    return {
        "totalSize": len(numbers), "done": True, "records": [salesforce_lead(number, batch) for number in numbers],
    }  # fmt: skip
