"""
The playbook: everything that the rules need to know about an organisation.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

import attrs

from leadmodel.display import html_facts, listed, one_line
from leadmodel.errors import InvalidTable, Problem, shown
from leadmodel.processes import Pipeline, Statuses, StatusKind
from leadmodel.processes.checks import line_fault
from leadmodel.processes.pipelines import Pipelines, as_pipelines
from leadmodel.rules.conversion import PUBLISHED, ConversionRules
from leadmodel.values.text import key_fault


def _as_pipelines(pipelines: Pipeline | Iterable[Pipeline] | Pipelines) -> Pipelines:
    return as_pipelines(pipelines)


_USUAL: Final = ConversionRules()


@attrs.frozen(kw_only=True, repr=False)
class Playbook:
    """
    How an organisation sells. It is checked as a whole when it is made.

    An organisation starts from a preset, and sets a namespace of its own:
    `attrs.evolve(playbooks.ZOHO, key="acme", namespace=uuid4())`, kept where its configuration is kept.

    Raises:
        InvalidTable: The key is none, the label is no line of text, two pipelines have one key, no status means
            converted, or the namespace is no UUID; all is reported.
    """

    key: str
    label: str = ""
    #: The pipelines by key, in order; new deals begin in the first.
    pipelines: Pipelines = attrs.field(converter=_as_pipelines, hash=False)
    statuses: Statuses
    conversion: ConversionRules = _USUAL
    #: What ids are derived under: a random UUID that the organisation keeps to itself (CONV-10).
    namespace: UUID = PUBLISHED

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise InvalidTable(subject=f"playbook {shown(self.key)}", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        if fault := key_fault(self.key):
            yield Problem(what=f"the key {fault}", field="key", value=self.key)
        if fault := line_fault(self.label):
            yield Problem(what=f"the label {fault}", field="label", value=self.label)
        if not self.statuses.of_kind(StatusKind.CONVERTED):
            what, hint = "no status means converted", "add one: conversion gives it to the leads"
            yield Problem(what=what, hint=hint, field="statuses", rule="LEAD-3")
        if not isinstance(self.namespace, UUID):
            what, hint = f"{shown(self.namespace)} is no UUID", "make one once, and keep it: uuid.uuid4()"
            yield Problem(what=what, hint=hint, field="namespace", value=self.namespace, rule="CONV-10")

    def __repr__(self) -> str:
        return f"Playbook(key={self.key!r}, pipelines={', '.join(self.pipelines)}, statuses={self.statuses.key})"

    def __str__(self) -> str:
        return "\n\n".join(map(str, (*self.pipelines.values(), self.statuses)))

    def _repr_html_(self) -> str:
        facts = (
            ("pipelines", listed(map(repr, self.pipelines.values()), of=len(self.pipelines))),
            ("statuses", repr(self.statuses)),
            ("conversion", repr(self.conversion)),
            (
                "namespace",
                "published, for tests only" if self.namespace == PUBLISHED else "the organisation's own",
            ),
        )
        return html_facts(f"playbook {one_line(self.label or self.key)}", facts)
