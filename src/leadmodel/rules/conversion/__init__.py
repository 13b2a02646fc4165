"""
Conversion: a lead becomes a contact, an account and, where one is asked for, a deal.

Look first: `plan_conversion` shows every record that would be created, used or changed, field by field, and why.
`convert_lead` and `apply_plan` do exactly that, `convert_leads` does it for many, and `revert` takes it back.
"""

from leadmodel.rules.conversion.batches import Batch, convert_leads
from leadmodel.rules.conversion.carrying import Carried, FieldLine, Treatment
from leadmodel.rules.conversion.children import ChildLine
from leadmodel.rules.conversion.converting import Conversion, apply_plan, convert_lead, plan_conversion
from leadmodel.rules.conversion.evidence import Evidence
from leadmodel.rules.conversion.mapping import MAPPING, MappingRow, Policy, Target
from leadmodel.rules.conversion.planning import ConversionPlan
from leadmodel.rules.conversion.policies import (
    CHILDREN,
    PUBLISHED,
    Attitude,
    ChildRow,
    ConversionRules,
    Follow,
    Selling,
)
from leadmodel.rules.conversion.requests import Match, New, NewDeal, Omit, Request, Use

__all__ = [
    "CHILDREN",
    "MAPPING",
    "PUBLISHED",
    "Attitude",
    "Batch",
    "Carried",
    "ChildLine",
    "ChildRow",
    "Conversion",
    "ConversionPlan",
    "ConversionRules",
    "Evidence",
    "FieldLine",
    "Follow",
    "MappingRow",
    "Match",
    "New",
    "NewDeal",
    "Omit",
    "Policy",
    "Request",
    "Selling",
    "Target",
    "Treatment",
    "Use",
    "apply_plan",
    "convert_lead",
    "convert_leads",
    "plan_conversion",
]
