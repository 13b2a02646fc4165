"""
`Crm`: every verb on the records of a store.
"""

import attrs

from leadmodel.crm.bulk import Bulk
from leadmodel.crm.converting import Converting
from leadmodel.crm.forgetting import Forgetting
from leadmodel.crm.moving import Moving
from leadmodel.crm.reading import Reading
from leadmodel.crm.undoing import Undoing


@attrs.frozen(eq=False, repr=False)
class Crm(Reading, Moving, Converting, Bulk, Undoing, Forgetting):
    """
    A store, a playbook and a clock: every verb on the records of the store.

    A verb reads today's records in a transaction, asks the pure verb, applies what that gives, once, and tells what was
    done. Where somebody else was faster, all of it is tried again, a bounded number of times. `dry_run=True` is the
    same with nothing written. `by` says who does it; `key` is for callers who may ask twice: the same key again writes
    nothing and tells what was done the first time.

    It holds no state but its parts, so that threads may share it as far as they may share these.

    Args:
        store: Where the records live: a `Keeper`; a `Writer`, which knows no past; or a `Reader`, for dry runs.
        playbook: How the organisation sells.
        now: Tells when something happens.
        observe: Is told of what was written, refused and tried again, after the transaction. An error in it cannot
            undo what was done, so it goes to the log, `leadmodel.crm`, and nowhere else.
        by: The user who does it, where a verb is not told.
        tries: How often a verb is tried where somebody else was faster.
        wait: Waits so many seconds between two attempts.
        timer: Tells seconds that only grow, for the durations that the observer is told.

    Raises:
        InvalidValue: A part is none; all is reported.
    """
