"""
Headers: which target a column is meant for, by the words that people and tools write at its top.

One table of words. Headers are compared by their letters and digits alone, so "First Name", "first_name" and
"FIRSTNAME" are one. A column that no row knows is kept, under its header, in the record's `custom`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from leadmodel.entities import Account, Contact, Deal, Lead, Record
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.targets import TARGETS, target_of
from leadmodel.networks.rows import ROWS
from leadmodel.values import fold

__all__ = ["WORDS", "guessed", "plain"]

#: What a record type is called in headers.
_CALLED: Final[Mapping[type[Record], tuple[str, ...]]] = {
    Lead: ("lead",),
    Contact: ("contact", "person"),
    Account: ("account", "company", "organisation", "organization"),
    Deal: ("deal", "opportunity", "potential"),
}

# fmt: off
#: Target, and the headers that mean it, the surest first. "{}" stands for what the record type is called.
#: The target's own name is always one of them, and the first unless it stands elsewhere. A target that the record type
#: lacks is passed over.
WORDS: Final[Sequence[tuple[str, str]]] = (
    ("id",                    "id {}id recordid {}recordid"),
    ("owner_id",              "ownerid owner {}owner {}ownerid assignedto salesowner"),
    ("tags",                  "tags tag labels {}tags"),
    ("description",           "description {}description comments notes"),
    ("created_at",            "createdat created createddate createdtime createdon creationdate"),
    ("modified_at",           "modifiedat modified modifiedtime lastmodified lastmodifieddate updatedat lastupdated"),
    ("last_activity_at",      "lastactivityat lastactivity lastactivitytime lastactivitydate"),
    # people
    ("first_name",            "firstname givenname forename first"),
    ("last_name",             "lastname surname familyname last fullname displayname name {}name"),
    ("salutation",            "salutation"),
    ("title",                 "jobtitle title position organizationtitle organization1title"),
    ("emails",                "email emails emailaddress mail {}email primaryemail workemail emailwork businessemail"),
    ("emails",                "homeemail emailhome personalemail otheremail emailother email1 email2 email3"),
    ("emails",                "email1value email2value email3value email2address email3address"),
    ("phones.main",           "phone phones phonenumber telephone tel mainphone primaryphone {}phone"),
    ("phones.main",           "phone1value phone2value phone3value phone4value"),
    ("phones.work",           "workphone phonework businessphone businessphone2 officephone directphone"),
    ("phones.mobile",         "mobile mobilephone phonemobile mobilenumber cell cellphone"),
    ("phones.home",           "homephone homephone2 phonehome"),
    ("phones.fax",            "fax faxnumber businessfax homefax"),
    ("phones.assistant",      "assistantphone asstphone"),
    ("phones.other",          "otherphone phoneother"),
    ("profiles",              "profile socialprofile socialprofiles"),
    ("address.street",        "street streetaddress addressline1 mailingstreet billingstreet address"),
    ("address.city",          "city town mailingcity billingcity"),
    ("address.region",        "region state province stateprovince county mailingstate billingstate"),
    ("address.postal_code",   "postalcode postcode zip zipcode mailingpostalcode billingpostalcode"),
    ("address.country",       "country mailingcountry billingcountry"),
    ("language",              "language preferredlanguage"),
    ("birth_date",            "birthdate birthday dateofbirth dob"),
    # leads
    ("company",               "company companyname organisation organization account accountname employer"),
    ("company",               "organizationname organization1name"),
    ("website",               "website websiteurl url web homepage webpage companywebsite website1value"),
    ("industry",              "industry"),
    ("annual_revenue",        "annualrevenue revenue"),
    ("employees",             "employees numberofemployees noofemployees employeecount headcount"),
    ("source",                "source leadsource"),
    ("referred_by",           "referredby referrer"),
    ("status",                "status leadstatus"),
    ("rating",                "rating leadrating"),
    ("priority",              "priority"),
    ("score",                 "score leadscore"),
    ("conversion",            "converted isconverted"),
    ("conversion.contact_id", "convertedcontactid convertedcontact"),
    ("conversion.account_id", "convertedaccountid convertedaccount"),
    ("conversion.deal_id",    "converteddealid converteddeal convertedopportunityid"),
    ("conversion.at",         "convertedat converteddate convertedtime"),
    # contacts, accounts
    ("account_id",            "accountid companyid organisationid organizationid"),
    ("reports_to_id",         "reportstoid reportsto managerid"),
    ("relations",             "relation relations"),
    ("name",                  "name {}name {}"),
    ("parent_id",             "parentid parentaccountid"),
    # deals
    ("pipeline",              "pipeline"),
    ("stage",                 "stage {}stage stagename salesstage"),
    ("contact_id",            "contactid primarycontactid"),
    ("amount",                "amount {}amount value {}value"),
    ("currency",              "currency currencycode currencyisocode {}currency"),
    ("probability",           "probability"),
    ("closes_on",             "closingdate closedate closeson expectedclosedate expectedclosingdate"),
    ("closed_at",             "closedat closeddate closedtime"),
    ("loss_reason",           "lossreason lostreason"),
    ("next_step",             "nextstep"),
)
# fmt: on
#: What may follow the name of a network in a header.
_PROFILE_WORDS: Final = ("", "url", "handle", "username", "profile", "profileurl", "link")


def plain(header: str) -> str:
    """
    Give a header's letters and digits, folded: what headers are compared by.
    """
    return "".join(c for c in fold(header) if c.isalnum())


def guessed(record_type: type[Record], headers: Sequence[str], taken: Mapping[str, str | None]) -> dict[str, str]:
    """
    Guess what columns are meant for: a target for each header that the table knows.

    Args:
        record_type: What the rows are.
        headers: The columns, in order.
        taken: What is already decided: columns that are not guessed at, and their targets.
    """
    waiting = {header: plain(header) for header in headers if header not in taken}
    filled = set(taken.values())
    found = {}
    for target, repeats, words in _MEANINGS[record_type]:
        for word in words:
            for header in [header for header, letters in waiting.items() if letters == word]:
                if repeats or target not in filled:
                    found[header] = target
                    filled.add(target)
                    del waiting[header]
    return found


def _profile_rows() -> Iterator[tuple[str, str]]:
    """
    Make the rows of the networks from the table of networks; e-mail addresses are none of them.
    """
    for row in ROWS:
        if row.key != "email":
            names = dict.fromkeys(map(plain, (row.key, *row.aliases, row.label)))
            yield f"profiles.{row.key}", " ".join(name + after for name in names for after in _PROFILE_WORDS)


def _spelt(words: str, called: Sequence[str]) -> Iterator[str]:
    for word in words.split():
        yield from (word.format(name) for name in called) if "{}" in word else (word,)


def _meanings(record_type: type[Record]) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """
    Give the rows that hold for a record type: target, whether several columns may have it, and its words.
    """
    known = TARGETS[record_type]
    rows = [*WORDS, *_profile_rows()]
    named = {target for target, _ in rows}
    rows += [(target, "") for target in known if target not in named and "<" not in target]
    for target, words in rows:
        if target in known or (target.startswith("profiles.") and "profiles" in known):
            repeats = target_of(record_type, target, Options()).repeats
            own, spelt = plain(target), tuple(_spelt(words, _CALLED[record_type]))
            yield target, repeats, spelt if own in spelt else (own, *spelt)


_MEANINGS: Final = {record_type: tuple(_meanings(record_type)) for record_type in TARGETS}
