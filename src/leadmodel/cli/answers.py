"""
Printing a sorted feed: JSON lines and CSV as the answers come, or the tabs once all have come.
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from leadmodel.cli.options import Form, Settings
from leadmodel.cli.progress import Progress
from leadmodel.cli.tabs import Known, print_tabs, records_behind
from leadmodel.display import one_line
from leadmodel.entities import SocialUpdate
from leadmodel.processes import Pipeline
from leadmodel.rules.answers import Answer
from leadmodel.rules.classification import classify_feed
from leadmodel.rules.tabs import Pair, Tabs
from leadmodel.values import Ref, type_name

#: The columns of CSV, which are among the keys of JSON.
COLUMNS: Final = (
    "update", "author", "author_name", "category", "reason", "rule", "rules", "matches", "deals", "ambiguous",
    "look_alikes", "stale", "reposter", "sentence", "text", "posted_at", "url",
)  # fmt: skip
#: Answers as plain data that are kept, since one answer serves all updates of a person.
_ANSWERS_KEPT: Final = 4_096
#: How a cell begins that a spreadsheet would take for a formula (EXPORT-1).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
#: Characters of JSON that a terminal might obey; the others of this kind json escapes itself.
_UNSEEN: Final = re.compile(r"[^ -~]")


def print_answers(
    updates: Iterable[SocialUpdate],
    people: Known,
    settings: Settings,
    progress: Progress,
    pipelines: Iterable[Pipeline] = (),
) -> None:
    """
    Sort a feed and print it as the settings say.

    Args:
        updates: The feed.
        people: Who is on record.
        settings: How it is sorted and printed.
        progress: Stops before anything is printed that does not stream.
        pipelines: The stages of the deals; a directory has its own.
    """
    pairs = classify_feed(updates, people, pipelines=pipelines, rules=settings.rules, as_of=settings.as_of)
    wanted = ((update, answer) for update, answer in pairs if answer.category in settings.only)
    if settings.form is Form.JSON:
        _print_json(wanted, people, explain=settings.explain)
    elif settings.form is Form.CSV:
        _print_csv(wanted, people, explain=settings.explain)
    else:
        tabs = Tabs(wanted)
        progress.stop()
        print_tabs(tabs, people, settings)


def _print_json(pairs: Iterable[Pair], people: Known, *, explain: bool) -> None:
    plain = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")  # a stand-in for a file may have none
    for update, answer in pairs:
        line = json.dumps(_facts(update, answer, people, explain=explain), ensure_ascii=plain)
        sys.stdout.write(f"{line if line.isprintable() else _UNSEEN.sub(_escaped, line)}\n")


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]


def _print_csv(pairs: Iterable[Pair], people: Known, *, explain: bool) -> None:
    columns = [*COLUMNS, *(["records"] if explain else [])]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for update, answer in pairs:
        facts = _facts(update, answer, people, explain=explain)
        writer.writerow([_cell(facts[column]) for column in columns])


def _cell(value: object) -> str:
    """
    Write a value as one harmless line.
    """
    if isinstance(value, list):
        return _cell("; ".join(f"{one['type']} {one['id']}" if isinstance(one, dict) else one for one in value))
    if isinstance(value, Mapping):
        return _cell(value["author"])
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return one_line(f"'{text}" if text.startswith(_FORMULA) else text)


def _facts(update: SocialUpdate, answer: Answer, people: Known, *, explain: bool) -> dict[str, Any]:
    """
    Give an update and its answer as plain data.
    """
    facts = {
        "update": update.id,
        **_about(answer),
        "author_name": update.author_name,
        "reposter": _about(answer.reposter) if answer.reposter else None,
        "text": update.text,
        "posted_at": update.posted_at.isoformat() if update.posted_at else None,
        "url": update.url,
    }
    return {**facts, "records": list(records_behind(answer, people))} if explain else facts


@lru_cache(_ANSWERS_KEPT)
def _about(answer: Answer) -> Mapping[str, Any]:
    return {
        "author": answer.author or None,
        "category": answer.category,
        "reason": answer.reason,
        "rule": answer.rule,
        "rules": list(answer.rules),
        "matches": _refs(answer.matches),
        "deals": [deal.id for deal in answer.deals],
        "ambiguous": answer.ambiguous,
        "look_alikes": list(answer.look_alikes),
        "followed": _refs(answer.followed),
        "stale": _refs(answer.stale),
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "sentence": answer.sentence,
    }


def _refs(refs: Iterable[Ref]) -> list[dict[str, str]]:
    return [{"type": type_name(ref.type), "id": ref.id} for ref in refs]
