"""
Choices: a value out of a closed list, given as the member or as its text.
"""

from enum import StrEnum
from typing import TypeVar

from leadmodel.errors import InvalidValue, Problem, shown, suggestion

E = TypeVar("E", bound=StrEnum)


def choice(choices: type[E], value: object, field: str) -> E:
    """
    Give the member of *choices* that *value* is or names.

    Raises:
        InvalidValue: There is no such choice; the nearest one is named.
    """
    if type(value) is choices:
        return value
    found = choices._value2member_map_.get(value) if isinstance(value, str) else None
    if isinstance(found, choices):
        return found
    options = tuple(choices)
    hint = suggestion(value, options)
    problem = Problem(what=f"{shown(value)} is no {field}", hint=hint, field=field, value=value, options=options)
    raise InvalidValue(subject=field, problems=(problem,))
