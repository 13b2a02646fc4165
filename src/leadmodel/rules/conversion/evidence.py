"""
Evidence: why a conversion does what it does, and what somebody should know before saying yes.
"""

import attrs

from leadmodel.values import Ref


@attrs.frozen
class Evidence:
    """
    One reason, fact or warning, in words.
    """

    #: A sentence without ids: for whoever decides.
    said: str
    #: The id of the rule.
    rule: str
    #: The records that it speaks of.
    refs: tuple[Ref, ...] = ()
    #: Whether it is a warning: it does not block, and should be read.
    warning: bool = False

    def __str__(self) -> str:
        return self.said
