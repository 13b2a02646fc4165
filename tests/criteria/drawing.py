"""What the tests of criteria share: an organisation's own fields, and the types of record that have them."""

from typing import Final

from leadmodel import Account, Contact, Deal, Lead
from leadmodel.criteria import CustomField, FieldKind

#: The organisation's own fields: one of each kind, one with a name that needs quotes.
CUSTOM: Final = (
    CustomField("note", "text"),
    CustomField("code", FieldKind.IDENTITY),
    CustomField("size", "number"),
    CustomField("budget", "money"),
    CustomField("since", "date"),
    CustomField("seen at", "instant"),
    CustomField("tier", "choice"),
    CustomField('the "key", (and) more', "yes or no"),
    CustomField("markets", "collection"),
    CustomField("blob", "value"),
)

TYPES: Final = (Lead, Contact, Account, Deal)
