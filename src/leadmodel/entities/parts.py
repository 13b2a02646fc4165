"""
Parts of records: small values that stand in a field, such as one move of a deal's history, and their check.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import attrs

from leadmodel.entities.convert import Unread
from leadmodel.errors import Problem, shown
from leadmodel.values import Money
from leadmodel.values.instants import instant_fault
from leadmodel.values.text import ID_LIMIT, identity_fault

#: What short texts are joined with to look at all of them at once.
_SEAM: Final = "|"


def key_problems(part: attrs.AttrsInstance, *names: str) -> Iterator[Problem]:
    """
    Say which of these short texts break the text policy; one that was left at its default is right.
    """
    defaults = _defaults(type(part))
    for name in names:
        value = getattr(part, name)
        if value is None or value == "":
            fault = "" if value == defaults[name] else "is missing"
        else:
            fault = identity_fault(value) if isinstance(value, str) else f"is a {type(value).__name__}, and no text"
        if fault:
            yield Problem(what=f"the {name.replace('_', ' ')} {fault}", field=name, value=value)


def plain_keys(*values: str | None) -> bool:
    """
    Say whether several short texts are seen to be right at the first look; None is one that was left out.
    """
    try:
        joined = _SEAM.join([_SEAM if value is None else value for value in values])
    except TypeError:
        return False
    return (
        len(joined) <= ID_LIMIT
        and joined.isprintable()
        and "" not in values
        and not any(map(str.isspace, filter(None, values)))
    )


@cache
def _defaults(kind: type[attrs.AttrsInstance]) -> Mapping[str, object]:
    return {field.name: field.default for field in attrs.fields(kind)}


def instant_problems(value: object, name: str) -> Iterator[Problem]:
    """
    Say why a value, as its converter left it, is no instant that can be kept.
    """
    given = value.value if isinstance(value, Unread) else value
    if fault := instant_fault(given):
        yield Problem(what=f"{given} {fault}", field=name, value=given)


def figure_problems(amount: object, probability: object) -> Iterator[Problem]:
    """
    Say why an amount is no money or a probability no percentage; either may be None.
    """
    if amount is not None and not isinstance(amount, Money):
        yield Problem(what=f"{shown(amount)} is no money", hint="make one: Money(…)", field="amount", value=amount)
    if probability is not None and not is_percentage(probability):
        what, hint = f"a probability of {shown(probability)} is no percentage", "use a whole number from 0 to 100"
        yield Problem(what=what, hint=hint, field="probability", value=probability)


def is_percentage(value: object) -> bool:
    """
    Say whether a value is a whole number from 0 to 100.
    """
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100  # noqa: PLR2004  (percent)
