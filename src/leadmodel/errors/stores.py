"""
The place where records live could not answer.
"""

import attrs

from leadmodel.errors.problems import LeadmodelError

__all__ = ["SchemaMismatch", "StoreBusy", "StoreError", "StoreIsReadOnly", "StoreUnavailable"]


@attrs.frozen(kw_only=True)
class StoreError(LeadmodelError):
    """
    The place where records live could not do what it was asked; the driver's own error is the cause.
    """

    #: What was to be done: "open crm.db", "apply".
    doing: str
    what: str
    #: What to do about it.
    hint: str = ""
    #: The clause of the storage contract.
    rule: str = "S-10"

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.doing}: {self.what}{hint} [{self.rule}]"


class StoreUnavailable(StoreError):
    """
    The store cannot be reached: it is not there, is closed, or the connection is gone.
    """


class StoreBusy(StoreError):
    """
    Somebody else is writing, or wrote in between: nothing was changed, and it can be tried again.
    """


class StoreIsReadOnly(StoreError):
    """
    The store can be read and not written.
    """


class SchemaMismatch(StoreError):
    """
    The database has other tables than this version of leadmodel: older ones, newer ones, or somebody else's.
    """
