"""
What stages and statuses have in common: an ordered set of keyed steps, checked as a whole.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from leadmodel.errors import Problem, shown
from leadmodel.values.text import identity_fault


class Step(Protocol):
    """
    One step of a process: a stage of a pipeline or a status of a lead.
    """

    @property
    def key(self) -> str:
        """
        What records hold.
        """
        ...

    @property
    def label(self) -> str:
        """
        What people see.
        """
        ...


def key_fault(key: object) -> str:
    """
    Say what is wrong with the key of a process or a step, or "" where nothing is.
    """
    return identity_fault(key) if isinstance(key, str) else "is no text"


def step_problems(steps: Sequence[Step], field: str) -> Iterator[Problem]:
    """
    Say what is wrong with the keys of a process: there are none, one is no identity, one is given twice.

    Rule:
        PIPE-1.
    """
    if not steps:
        yield Problem(what="there are none", hint="give at least one", field=field, rule="PIPE-1")
    for number, step in enumerate(steps):
        if fault := key_fault(step.key):
            what = f"the key {shown(step.key)} {fault}"
            yield Problem(what=what, field=f"{field}[{number}]", value=step.key, rule="PIPE-1")
    for key, times in Counter(step.key for step in steps if not key_fault(step.key)).items():
        if times > 1:
            what = f"the key {shown(key)} is given {times} times"
            yield Problem(what=what, hint="keys are unique", field=field, value=key, rule="PIPE-1")
