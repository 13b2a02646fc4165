"""
What can be wrong with a criterion, told all at once.
"""

from collections.abc import Iterable
from typing import Final, NoReturn

from leadmodel.errors import InvalidCriterion, InvalidValue, Problem, masked, nearest, shown, suggestion

#: What errors call a criterion.
SUBJECT: Final = "criterion"


def refuse(*problems: Problem) -> NoReturn:
    """
    Raise with everything that is wrong with a criterion.
    """
    raise InvalidCriterion(subject=SUBJECT, problems=problems)


def refuse_any(problems: Iterable[Problem]) -> None:
    """
    Raise if there are problems.
    """
    if found := tuple(problems):
        refuse(*found)


def unknown(what: str, name: object, options: Iterable[str], *, field: str, wider: Iterable[str] = ()) -> Problem:
    """
    Say that a name is not known, and name the nearest that is.

    Args:
        what: The sentence.
        name: What was asked for.
        options: The names that would have been right; they are listed where none comes close.
        field: Which part of the criterion it is.
        wider: More names that would have been right, looked through for the nearest only.
    """
    known = tuple(options)
    close = nearest(name, (*known, *wider))
    hint = f"did you mean {shown(close)}?" if close else suggestion(None, known)
    return Problem(what=what, hint=hint, field=field, value=name, options=known, rule="CRIT-6")


def unfit(value: object, fault: str, hint: str = "", *, personal: bool = False) -> NoReturn:
    """
    Raise because an operand is not what its field can be compared with.
    """
    what = f"{masked(value) if personal else shown(value)} {fault}"
    raise InvalidValue(subject="operand", problems=(Problem(what=what, hint=hint, value=value),))
