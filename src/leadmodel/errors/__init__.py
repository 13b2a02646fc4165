"""
The errors of leadmodel: records of facts that can explain themselves.

They part by whose move it is.
`RuleViolation`: the question was sound and a rule of the domain says no.
`Malformed`: the question itself cannot be read, and says everything that is wrong with it at once.
`StoreError`: the question was sound and the place where records live could not answer.
Each also inherits the built-in error that a caller would catch.

Errors are values: equal facts make equal errors, and they survive pickling and copying.
What was wrong stands in an attribute; the text masks what is personal.
"""

from leadmodel.errors.malformed import (
    InvalidCriterion,
    InvalidDirectory,
    InvalidEdit,
    InvalidInput,
    InvalidRecord,
    InvalidTable,
    InvalidValue,
    Malformed,
)
from leadmodel.errors.problems import LeadmodelError, Problem
from leadmodel.errors.stores import SchemaMismatch, StoreBusy, StoreError, StoreIsReadOnly, StoreUnavailable
from leadmodel.errors.unknown import MissingExtra, NotOnRecord, UnknownName, UnknownStage
from leadmodel.errors.violations import (
    AlreadyConverted,
    AmbiguousAuthor,
    CannotConvert,
    CannotMove,
    CannotRevert,
    Conflict,
    NoAuthor,
    PlanOutdated,
    RuleViolation,
    StillInUse,
)
from leadmodel.errors.words import masked, nearest, shown, suggestion

__all__ = [
    "AlreadyConverted",
    "AmbiguousAuthor",
    "CannotConvert",
    "CannotMove",
    "CannotRevert",
    "Conflict",
    "InvalidCriterion",
    "InvalidDirectory",
    "InvalidEdit",
    "InvalidInput",
    "InvalidRecord",
    "InvalidTable",
    "InvalidValue",
    "LeadmodelError",
    "Malformed",
    "MissingExtra",
    "NoAuthor",
    "NotOnRecord",
    "PlanOutdated",
    "Problem",
    "RuleViolation",
    "SchemaMismatch",
    "StillInUse",
    "StoreBusy",
    "StoreError",
    "StoreIsReadOnly",
    "StoreUnavailable",
    "UnknownName",
    "UnknownStage",
    "masked",
    "nearest",
    "shown",
    "suggestion",
]

# A traceback names an error as everybody imports it, wherever its class is written.
for _error in list(globals().values()):
    if isinstance(_error, type) and issubclass(_error, LeadmodelError):
        _error.__module__ = __name__
del _error
