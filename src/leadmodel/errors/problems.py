"""
What every error is, and what stands in it: facts, and problems with their place.
"""

from collections.abc import Callable
from typing import Any

import attrs

__all__ = ["LeadmodelError", "Problem"]


class LeadmodelError(Exception):
    """
    The base of every error that leadmodel raises on purpose.
    """

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return _facts(self) == _facts(other)

    def __hash__(self) -> int:
        return hash((type(self), str(self)))

    def __reduce__(self) -> tuple[Callable[..., "LeadmodelError"], tuple[type["LeadmodelError"], dict[str, Any]]]:
        return _rebuild, (type(self), _facts(self))


def _facts(error: LeadmodelError) -> dict[str, Any]:
    """
    Give the fields of an error by name; a plain one has its arguments.
    """
    kind: type[Any] = type(error)
    if not attrs.has(kind):
        return {"args": error.args}
    return {field.name: getattr(error, field.name) for field in attrs.fields(kind)}


def _rebuild(kind: Callable[..., LeadmodelError], facts: dict[str, Any]) -> LeadmodelError:
    """
    Make an error again from its facts: the way back from a pickle or a copy.
    """
    return kind(*facts["args"]) if "args" in facts else kind(**facts)


def _comparable(value: object) -> object:
    """
    Give what stands for an offending value in comparisons: itself, or its text where it is unequal to itself (NaN).

    Some values cannot even be asked: a signalling NaN raises, and an array answers with an array.
    """
    try:
        return value if value == value else repr(value)  # noqa: PLR0124  (the one test for NaN that holds for any type)
    except (ArithmeticError, TypeError, ValueError):
        return repr(value)


@attrs.frozen(kw_only=True)
class Problem:
    """
    One thing that is wrong: where, what, why, and what to do about it.
    """

    #: A sentence that says what is wrong; personal values are masked in it.
    what: str
    #: What to do: the nearest right answer, or the way to it.
    hint: str = ""
    #: The place: a record, a file and line, a path into a payload.
    where: str = ""
    #: The field, column or key.
    field: str = ""
    #: The offending value itself, unmasked.
    value: object = attrs.field(default=None, hash=False, repr=False, eq=_comparable)
    #: The answers that would have been right, where they can be listed.
    options: tuple[str, ...] = ()
    #: The id of the rule that it breaks.
    rule: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, self.field) if part)
        text = f"{place}: {self.what}" if place else self.what
        if self.hint:
            text += f"; {self.hint}"
        return f"{text} [{self.rule}]" if self.rule else text

    def at(self, where: str) -> "Problem":
        """
        Give the same problem seen from further out: *where* comes before its own place.
        """
        return attrs.evolve(self, where=f"{where}, {self.where}" if self.where else where)
