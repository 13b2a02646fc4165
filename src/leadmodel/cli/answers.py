"""
Printing a sorted feed: JSON lines and CSV as the answers come, or the tabs once all have come.
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, Final

from leadmodel.cli.options import Form, Settings
from leadmodel.cli.progress import Progress
from leadmodel.cli.tabs import FirstOfTabs, Known, print_live, print_tabs, records_behind
from leadmodel.display import one_line
from leadmodel.entities import SocialUpdate
from leadmodel.rules.answers import Answer
from leadmodel.rules.tabs import Pair
from leadmodel.values import Ref, type_name
from leadmodel.values.remembering import Remembered

#: The columns of CSV, which are among the keys of JSON.
COLUMNS: Final = (
    "update", "author", "author_name", "category", "reason", "rule", "rules", "matches", "deals", "ambiguous",
    "look_alikes", "stale", "reposter", "sentence", "text", "posted_at", "url",
)  # fmt: skip
#: Answers of which it is kept how they are written, since one answer serves all updates of a person.
_ANSWERS_KEPT: Final = 16_384
#: How a cell begins that a spreadsheet would take for a formula (EXPORT-1).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
#: Characters of JSON that a terminal might obey; the others of this kind json escapes itself.
_UNSEEN: Final = re.compile(r"[^ -~]")


def print_answers(
    pairs: Iterable[Pair],
    people: Known,
    settings: Settings,
    progress: Progress,
    *,
    added: Mapping[str, Ref] | None = None,
    live: bool = False,
) -> None:
    """
    Print updates and the answers to them, as the settings say.

    Args:
        pairs: The sorted feed.
        people: Who is on record.
        settings: How it is printed.
        progress: Stops before anything is printed that does not stream.
        added: Who was put on record with an update, by its id; None where nobody is to be.
        live: Whether each answer is printed at once, since the feed has no end.
    """
    printed: Iterable[object]
    if settings.form is Form.JSON:
        printed = _print_json(pairs, people, added, explain=settings.explain)
    elif settings.form is Form.CSV:
        printed = _print_csv(pairs, people, added, explain=settings.explain)
    elif live:
        printed = print_live(pairs, people, explain=settings.explain)
    else:
        tabs = FirstOfTabs(pairs, settings.limit)
        progress.stop()
        print_tabs(tabs, people, settings)
        return
    for _ in printed:
        if live:
            sys.stdout.flush()


def _print_json(
    pairs: Iterable[Pair], people: Known, added: Mapping[str, Ref] | None, *, explain: bool
) -> Iterator[None]:
    """
    Print JSON lines, put together out of parts: what stays the same about an author is written once.
    """
    plain = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")  # a stand-in for a file may have none
    quoted = encode_basestring_ascii if plain else encode_basestring
    about = Remembered(lambda answer: _harmless(json.dumps(_about(answer), ensure_ascii=plain)[1:-1]), _ANSWERS_KEPT)
    write = sys.stdout.write
    for update, answer in pairs:
        posted = f'"{update.posted_at.isoformat()}"' if update.posted_at else "null"
        passed_on = f"{{{about.of(answer.reposter)}}}" if answer.reposter else "null"
        more = _more(update, answer, people, added, explain=explain)
        last = f", {json.dumps(more, ensure_ascii=plain)[1:-1]}" if more else ""
        own = _harmless(
            f'"author_name": {quoted(update.author_name)}, "reposter": {passed_on}, "text": {quoted(update.text)}, '
            f'"posted_at": {posted}, "url": {quoted(update.url)}{last}'
        )
        write(f'{{"update": {_harmless(quoted(update.id))}, {about.of(answer)}, {own}}}\n')
        yield


def _harmless(line: str) -> str:
    """
    Escape what json leaves as it is, and a terminal might obey.
    """
    return line if line.isprintable() else _UNSEEN.sub(_escaped, line)


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]


def _print_csv(
    pairs: Iterable[Pair], people: Known, added: Mapping[str, Ref] | None, *, explain: bool
) -> Iterator[None]:
    columns = [*COLUMNS, *(["added"] if added is not None else []), *(["records"] if explain else [])]
    writer, about = csv.writer(sys.stdout, lineterminator="\n"), Remembered(_about, _ANSWERS_KEPT)
    writer.writerow(columns)
    yield
    for update, answer in pairs:
        facts = {
            **about.of(answer),
            "update": update.id,
            "author_name": update.author_name,
            "reposter": about.of(answer.reposter) if answer.reposter else None,
            "text": update.text,
            "posted_at": update.posted_at.isoformat() if update.posted_at else None,
            "url": update.url,
            **_more(update, answer, people, added, explain=explain),
        }
        writer.writerow([_cell(facts[column]) for column in columns])
        yield


def _cell(value: object) -> str:
    """
    Write a value as one harmless line.
    """
    if isinstance(value, list):
        return _cell("; ".join(f"{one['type']} {one['id']}" if isinstance(one, dict) else one for one in value))
    if isinstance(value, Mapping):
        return _cell(value.get("author", [value]))
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return one_line(f"'{text}" if text.startswith(_FORMULA) else text)


def _more(
    update: SocialUpdate, answer: Answer, people: Known, added: Mapping[str, Ref] | None, *, explain: bool
) -> dict[str, Any]:
    """
    Give what is told of an update only where it was asked for.
    """
    more: dict[str, Any] = {}
    if added is not None:
        more["added"] = _refs([added[update.id]])[0] if update.id in added else None
    if explain:
        more["records"] = list(records_behind(answer, people))
    return more


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
