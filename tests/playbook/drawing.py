"""Playbooks of every shape: odd keys and texts, processes of every kind, rules of conversion that differ anywhere."""

from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.entities import Account, Contact
from leadmodel.playbook import Playbook
from leadmodel.processes import StatusKind
from leadmodel.rules.conversion import ConversionRules, Target
from leadmodel.testing import strategies
from leadmodel.values import PhoneKind

_REASONS = st.sampled_from(("is not wanted", "two\nlines", '"', "'''", "\\", "🙂"))
_FREE: Any = {"moves": None, "declared": None, "guarded": None}
_PIPELINES = strategies.pipelines(**_FREE, retired=None)
_STATUSES = strategies.statuses(**_FREE).filter(lambda drawn: drawn.of_kind(StatusKind.CONVERTED))


@st.composite
def _playbooks(draw: DrawFn) -> Playbook:
    base = draw(strategies.playbooks())
    pipelines = st.lists(_PIPELINES, min_size=1, max_size=2, unique_by=lambda drawn: drawn.key)
    return attrs.evolve(
        base,
        key=draw(strategies.ids()),
        label=draw(strategies.lines()),
        pipelines=draw(st.just(base.pipelines) | pipelines),
        statuses=draw(st.just(base.statuses) | _STATUSES),
        conversion=_varied(draw, base.conversion),
    )


def _varied(draw: DrawFn, rules: ConversionRules) -> ConversionRules:
    """Change what the rules of a drawn playbook leave as it is: phone kinds, reasons, and the order of the rows."""
    kinds: Any = draw(st.frozensets(st.sampled_from(PhoneKind)))
    phones = [Target(Contact, "phones", kinds=kinds), Target(Account, "phones")]
    rules = rules.carrying("phones", *draw(st.permutations(phones))).carrying("score", dropped=draw(_REASONS))
    return attrs.evolve(rules, mapping=draw(st.just(rules.mapping) | st.permutations(rules.mapping)))


def playbooks() -> SearchStrategy[Playbook]:
    """Give playbooks that use everything a playbook can hold."""
    return _playbooks()
