"""
The question itself cannot be read.
"""

import attrs

from leadmodel.errors.problems import LeadmodelError, Problem

__all__ = [
    "InvalidCriterion",
    "InvalidDirectory",
    "InvalidEdit",
    "InvalidInput",
    "InvalidRecord",
    "InvalidTable",
    "InvalidValue",
    "Malformed",
]


@attrs.frozen(kw_only=True)
class Malformed(LeadmodelError, ValueError):
    """
    The question cannot be read. All that is wrong with it stands in `problems`.
    """

    #: What could not be made or read: "Lead l1", "profile", "people.csv".
    subject: str
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        if len(self.problems) == 1:
            said = str(self.problems[0])
            return said if said.startswith(self.subject) else f"{self.subject}: {said}"
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        return f"{self.subject}: {len(self.problems)} problems{lines}"


class InvalidValue(Malformed):
    """
    A value under the records cannot be made: money, an e-mail address, a profile, a reference.
    """


class InvalidRecord(Malformed):
    """
    A record cannot be made from these fields.
    """


class InvalidCriterion(Malformed):
    """
    A criterion cannot be made, read or answered: a field, an operator, an operand or the text does not fit.
    """


class InvalidEdit(Malformed):
    """
    Fields cannot be set so: they do not exist, belong to another verb, or cannot hold the values.
    """


class InvalidTable(Malformed):
    """
    A table of rules, a pipeline or a list of statuses contradicts itself or leaves a case open.
    """


class InvalidDirectory(Malformed):
    """
    A set of records does not hold together: ids given twice, deals of nobody, stages that no pipeline knows.
    """


@attrs.frozen(kw_only=True)
class InvalidInput(Malformed):
    """
    A file or payload cannot be read as what it was said to be.
    """

    #: What could be read all the same, in order, such as the other posts of a page.
    partial: tuple[object, ...] = attrs.field(default=(), repr=False)
