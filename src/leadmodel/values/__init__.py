"""
Values: what records are made of. Each checks itself when it is made and shows no personal data in its `repr`.
"""

from leadmodel.values.frozen import EMPTY, FrozenMap
from leadmodel.values.money import CURRENCIES, Money
from leadmodel.values.person import Address, Consent, EmailAddress, PhoneKind, PhoneNumber
from leadmodel.values.refs import Ref, derived_id, type_name
from leadmodel.values.text import fold

__all__ = [
    "CURRENCIES",
    "EMPTY",
    "Address",
    "Consent",
    "EmailAddress",
    "FrozenMap",
    "Money",
    "PhoneKind",
    "PhoneNumber",
    "Ref",
    "derived_id",
    "fold",
    "type_name",
]
