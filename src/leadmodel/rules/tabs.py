"""
A sorted feed: updates on the tab of their author's category.
"""

from collections.abc import Iterable
from datetime import datetime

import attrs

from leadmodel.directory import People
from leadmodel.display import ROWS_SHOWN, counted, cut, html_facts, html_table, text_table
from leadmodel.entities import SocialUpdate
from leadmodel.processes import Pipeline, pipelines
from leadmodel.processes.pipelines import Pipelines
from leadmodel.rules.answers import Answer
from leadmodel.rules.author_rules import ZOHO, AuthorRules, Category
from leadmodel.rules.classification import classify_feed
from leadmodel.values.choice import choice

Pair = tuple[SocialUpdate, Answer]


def _as_pairs(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(pairs)


@attrs.frozen(repr=False)
class Tabs:
    """
    A feed sorted by who is behind it: `tabs[Category.CUSTOMER]` are the pairs of update and answer on one tab.
    """

    #: Every pair, in the order of the feed.
    all: tuple[Pair, ...] = attrs.field(converter=_as_pairs)

    def __getitem__(self, category: Category | str) -> tuple[Pair, ...]:
        wanted = choice(Category, category, "category")
        return tuple(pair for pair in self.all if pair[1].category is wanted)

    @property
    def counts(self) -> dict[Category, int]:
        """
        How many updates stand on each tab.
        """
        found = [answer.category for _, answer in self.all]
        return {category: found.count(category) for category in Category}

    def __len__(self) -> int:
        return len(self.all)

    def __repr__(self) -> str:
        return f"Tabs({', '.join(f'{category.value}: {number}' for category, number in self.counts.items())})"

    def __str__(self) -> str:
        parts = []
        for category, number in self.counts.items():
            parts.append(f"{category.label}: {counted(number, 'update')}")
            if number:
                parts.append(text_table(_HEADERS, map(_row, self[category][:ROWS_SHOWN])))
            if number > ROWS_SHOWN:
                parts.append(f"… and {number - ROWS_SHOWN:,} more")
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        return "".join(self._tab_html(category, number) for category, number in self.counts.items())

    def _tab_html(self, category: Category, number: int) -> str:
        caption = f"{category.label}: {counted(number, 'update')}"
        if not number:
            return html_facts(caption, ())
        return html_table(_HEADERS, map(_row, self[category]), caption=caption, of=number, limit=_ROWS_OF_A_TAB)


_HEADERS = ("update", "author", "text", "because")
_TEXT_SHOWN, _SENTENCE_SHOWN = 60, 240
#: Rows of one tab that a notebook shows: four tabs stand below each other.
_ROWS_OF_A_TAB = 10


def _row(pair: Pair) -> tuple[object, ...]:
    update, answer = pair
    text = update.text if len(update.text) <= _TEXT_SHOWN else f"{update.text[:_TEXT_SHOWN]}…"
    return update.id, answer.author or "–", text, f"{cut(answer.sentence, _SENTENCE_SHOWN)} [{answer.rule}]"


def sort_feed(
    updates: Iterable[SocialUpdate],
    people: People,
    *,
    pipelines: Pipeline | Iterable[Pipeline] | Pipelines = pipelines.ZOHO,
    rules: AuthorRules = ZOHO,
    as_of: datetime | None = None,
    batch: int = 500,
) -> Tabs:
    """
    Sort a feed onto its tabs. It is read whole; for an endless one there is `classify_feed`, with the same options.

    Raises:
        InvalidValue: The batch is not positive, or the instant naive.
        AmbiguousAuthor: Several contacts match and the rules are strict.
    """
    return Tabs(classify_feed(updates, people, pipelines=pipelines, rules=rules, as_of=as_of, batch=batch))
