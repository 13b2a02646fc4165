"""
Something was named that is not there: a name of a table, a record, a library.
"""

import attrs

from leadmodel.errors.problems import LeadmodelError
from leadmodel.errors.words import shown, suggestion

__all__ = ["MissingExtra", "NotOnRecord", "UnknownName", "UnknownStage"]


@attrs.frozen(kw_only=True)
class UnknownName(LeadmodelError, LookupError):
    """
    A stage, status, pipeline, network, field or column was named that does not exist.
    """

    #: What was looked for: "stage", "pipeline".
    kind: str
    name: str
    known: tuple[str, ...]
    #: Where it was looked for: "pipeline zoho".
    within: str = ""
    rule: str = ""
    #: What to do instead; where nothing is said, the nearest of the known names is offered, or all of them.
    hint: str = ""

    def __str__(self) -> str:
        place = f" in {self.within}" if self.within else ""
        text = f"there is no {self.kind} {shown(self.name)}{place}; {self.hint or suggestion(self.name, self.known)}"
        return f"{text} [{self.rule}]" if self.rule else text


class UnknownStage(UnknownName):
    """
    A stage was named that the pipeline does not have (AUTH-14): never guessed.
    """


@attrs.frozen(kw_only=True)
class NotOnRecord(LeadmodelError, LookupError):
    """
    A record was named that the store does not have.
    """

    #: The record.
    ref: object
    #: The nearest of what is there, or what to do.
    hint: str = ""

    def __str__(self) -> str:
        return f"there is no {self.ref}{f'; {self.hint}' if self.hint else ''} [S-7]"


@attrs.frozen(kw_only=True)
class MissingExtra(LeadmodelError, ImportError):
    """
    An optional part was used whose library is not installed.
    """

    #: The library that could not be imported.
    library: str
    #: The extra that brings it.
    extra: str
    #: What it was wanted for.
    purpose: str

    def __str__(self) -> str:
        return f'{self.purpose} needs {self.library}; install it with: pip install "leadmodel[{self.extra}]"'
