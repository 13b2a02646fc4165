"""
The storage contract on its page: below each clause its level, and the tests that prove it, by the directive `clause`.

The names and the sentences are read from the conformance suite each time the pages are built. A clause without a test,
a test without a clause and a clause that is not on the page stop the build.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from _tables import inline
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from leadmodel.testing.conformance import CLAUSES, StoreConformance

PAGE = "reference/storage-contract"
#: The one test of the suite that proves nothing: it says what was left out.
_TELLS = "test_tells_what_was_not_checked"


def proofs(clause: str) -> Iterator[tuple[str, str]]:
    """
    Give the tests that prove a clause, in the order of the suite: name and sentence; "" is all clauses together.
    """
    for name, mark in StoreConformance.named().items():
        if mark == clause:
            yield name, sentence(getattr(StoreConformance, name))


def sentence(test: object) -> str:
    text = " ".join((inspect.getdoc(test) or "").split())
    said = re.sub(r"^[A-Z]+-\d+(?:,? (?:to )?[A-Z]+-\d+)*: ", "", text)
    return f"{said[:1].upper()}{said[1:]}"


def unmarked() -> list[str]:
    """
    Give the tests of the suite that cite no clause of the contract.
    """
    marks = StoreConformance.named()
    names = [name for name in dir(StoreConformance) if name.startswith("test_") and name != _TELLS]
    return [name for name in names if marks.get(name) not in {"", *CLAUSES}]


class ClauseDirective(SphinxDirective):
    """
    `{clause} S-1` says from which level on a clause holds, and lists its tests; alone, those of all clauses together.
    """

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        clause = self.arguments[0] if self.arguments else ""
        found = list(proofs(clause))
        if not found:
            raise self.error(f"no test of the conformance suite proves {clause}")
        here = self.env.metadata.setdefault(self.env.docname, {})
        here["clauses"] = " ".join((here.get("clauses", ""), clause))
        items = nodes.bullet_list()
        for name, said in found:
            level = getattr(StoreConformance, name).level
            later = f" (of a {level})" if clause and level > CLAUSES[clause][0] else ""
            items += nodes.list_item("", nodes.paragraph("", "", *inline(f"`{name}`{later}: {said}")))
        if not clause:
            return [items]
        told = f"Of a {CLAUSES[clause][0]}: {CLAUSES[clause][1]}."
        return [nodes.paragraph("", "", nodes.emphasis("", told)), items]


def check(_: Sphinx, env: BuildEnvironment) -> None:
    """
    Stop where the page and the suite do not hold the same clauses.
    """
    shown = env.metadata[PAGE].get("clauses", "").split()
    if missing := [clause for clause in CLAUSES if clause not in shown]:
        raise ExtensionError(f"{PAGE} says nothing of {missing}")
    if strange := unmarked():
        raise ExtensionError(f"no clause of the contract is cited by {strange}")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("clause", ClauseDirective)
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True}
