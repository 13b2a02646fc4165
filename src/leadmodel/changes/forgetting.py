"""
Forgetting where nothing is kept of the past: what is there goes, and that is all.

Rule:
    LIFE-2.
"""

from collections.abc import Mapping

import attrs

from leadmodel.changes.change import Changes
from leadmodel.changes.parts import Updated
from leadmodel.entities import Entity
from leadmodel.values import Ref


def as_deletions(changes: Changes, there: Mapping[Ref, Entity]) -> Changes:
    """
    Give changes that forget as they are made where no past is kept: as deletions, or as updates of what comes instead.

    Args:
        changes: Any changes.
        there: Those of the records that they forget that are there.
    """
    born = {record.ref: record for record in changes.created}
    gone = {ref: there[ref] for ref in changes.erased if ref in there}
    replaced = [Updated(gone.pop(ref), born.pop(ref)) for ref in changes.erased if ref in gone and ref in born]
    deleted = {record.ref: record for record in changes.deleted} | gone
    return attrs.evolve(
        changes,
        created=born.values(),
        updated=[*changes.updated, *replaced],
        deleted=deleted.values(),
        erased=(),
        merged=[merge for merge in changes.merged if merge[0] in deleted],
    )
