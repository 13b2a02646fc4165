"""
The summary of a feed: how many updates, on which tab, of which network, by how many authors.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from leadmodel.display import counted, text_table
from leadmodel.errors import InvalidInput
from leadmodel.rules.author_rules import Category
from leadmodel.rules.tabs import Pair

#: Authors that are told apart; a feed of ever new ones would fill the memory.
AUTHORS_COUNTED: Final = 100_000


class SummaryForm(StrEnum):
    """
    In which form a summary is printed.
    """

    TEXT = "text"
    JSON = "json"


class Summary:
    """
    Counts updates as they are sorted, whether they are printed or not.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Category]] = Counter()
        self._authors: set[str] = set()
        #: Problems with what could not be read.
        self.problems: int = 0
        #: Unknown authors who were put on record, or would be; None where nobody is to be.
        self.added: int | None = None

    def count(self, pair: Pair) -> None:
        """
        Count one update.
        """
        update, answer = pair
        author = update.author
        self._counts["" if author is None else author.network, answer.category] += 1
        if author is not None and len(self._authors) < AUTHORS_COUNTED:
            self._authors.add(answer.author)

    def count_problems(self, errors: Iterable[Exception]) -> None:
        """
        Count what is wrong with the files.
        """
        self.problems += sum(len(error.problems) if isinstance(error, InvalidInput) else 1 for error in errors)

    def to_plain(self) -> dict[str, Any]:
        """
        Give the counts as plain data; updates without an author are of the network "".
        """
        networks = sorted({network for network, _ in self._counts})
        plain: dict[str, Any] = {
            "updates": self._counts.total(),
            "authors": len(self._authors),
            "problems": self.problems,
            "tabs": {category.value: self._of(category=category) for category in Category},
            "networks": {
                network: {category.value: self._counts[network, category] for category in Category}
                for network in networks
            },
        }
        return plain if self.added is None else {**plain, "added": self.added}

    def _of(self, *, category: Category) -> int:
        return sum(number for (_, tab), number in self._counts.items() if tab is category)

    def __str__(self) -> str:
        plain = self.to_plain()
        most = " or more" if len(self._authors) >= AUTHORS_COUNTED else ""
        told = [f"{counted(plain['updates'], 'update')} by {counted(plain['authors'], 'author')}{most}"]
        told += [f"{self.added:,} added"] if self.added is not None else []
        told += [f"{counted(self.problems, 'problem')} with what could not be read"] if self.problems else []
        headers = ("network", *(category.label for category in Category), "all")
        rows = [_row(network or "no author", tabs) for network, tabs in plain["networks"].items()]
        rows += [_row("all", plain["tabs"])] if len(rows) > 1 else []
        return "\n".join([", ".join(told), *(["", text_table(headers, rows)] if rows else [])])

    def print(self, form: SummaryForm) -> None:
        """
        Print the summary on standard error, after everything that was printed before it.
        """
        sys.stdout.flush()
        said = json.dumps(self.to_plain()) if form is SummaryForm.JSON else f"\n{self}"
        sys.stderr.write(f"{said}\n")
        sys.stderr.flush()


def _row(name: str, tabs: dict[str, int]) -> tuple[str, ...]:
    return name, *(f"{number:,}" for number in tabs.values()), f"{sum(tabs.values()):,}"
