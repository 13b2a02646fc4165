"""
The shell: a store, a playbook and a clock; the only place where rules meet I/O.

`Crm` has every verb on the records of a store. It reads them in a transaction, asks the pure verb, applies what that
gives, and tells what was done.
"""

from leadmodel.crm.done import BatchDone, BulkDone, ConversionDone, Done, ForgetDone, RecordDone, UndoDone
from leadmodel.crm.events import Applied, Conflicted, Event, Refused, Retried, Unchanged
from leadmodel.crm.referring import referring
from leadmodel.crm.shell import Crm

__all__ = [
    "Applied",
    "BatchDone",
    "BulkDone",
    "Conflicted",
    "ConversionDone",
    "Crm",
    "Done",
    "Event",
    "ForgetDone",
    "RecordDone",
    "Refused",
    "Retried",
    "Unchanged",
    "UndoDone",
    "referring",
]
