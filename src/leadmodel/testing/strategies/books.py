"""
The playbooks and the tables that worlds are drawn for: given as they are, as several, or as a strategy.
"""

from collections.abc import Iterable
from typing import Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from leadmodel.playbook import Playbook, playbooks
from leadmodel.processes import pipelines
from leadmodel.rules.author_rules import AuthorRules

#: A playbook for each preset of stages.
_USUAL: Final = st.sampled_from(
    tuple(
        playbooks.PRESETS.get(key) or attrs.evolve(playbooks.ZOHO, key=key, label=each.label, pipelines=each)
        for key, each in pipelines.PRESETS.items()
    )
)


def books(given: Playbook | SearchStrategy[Playbook] | None) -> SearchStrategy[Playbook]:
    """
    Give the playbooks that are meant; None is one for each preset of stages.
    """
    if isinstance(given, SearchStrategy):
        return given
    return _USUAL if given is None else st.just(given)


#: Tables for authors, as they are wished for.
Tables = AuthorRules | Iterable[AuthorRules] | SearchStrategy[AuthorRules]


def rule_tables(given: Tables) -> SearchStrategy[AuthorRules]:
    """
    Give the tables for authors that are meant.
    """
    if isinstance(given, SearchStrategy):
        return given
    return st.just(given) if isinstance(given, AuthorRules) else st.sampled_from(tuple(given))
