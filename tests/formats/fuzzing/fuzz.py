"""
Fuzz a reader with atheris, which looks for inputs that reach code not reached before: see README.md beside this file.

A reader gives records or updates, or raises a typed error that says what is wrong. Anything else is a finding: another
exception, more than TIMEOUT seconds, more than MEMORY megabytes.
"""

import json
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import atheris

with atheris.instrument_imports(include=["leadmodel", "feedparser", "vobject"]):
    from leadmodel.entities import Account, Contact, Deal, Lead
    from leadmodel.errors import InvalidTable, Malformed
    from leadmodel.formats import hubspot, records, salesforce, tabular, updates, vcard, zoho
    from leadmodel.formats.intake.html import plain_text
    from leadmodel.formats.pipelines import read_pipelines

#: Seconds and megabytes that one input may take, and how long it may be.
TIMEOUT: Final = 5
MEMORY: Final = 1_000
LENGTH: Final = 4_000


def _updates(format_: str) -> Callable[[bytes], object]:
    return lambda data: list(updates.read_updates(data, format=format_))


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "surrogateescape"))


def _tables(data: bytes) -> None:
    """Read a table as each type of record, each time whatever the time before has come to."""
    problem: Malformed | None = None
    for kind in (Lead, Contact, Account, Deal):
        try:
            tabular.read_records(kind, data, currency="EUR", pipeline="simple", ids="line")
        except Malformed as error:
            problem = error
    if problem is not None:
        raise problem


#: What is fuzzed, by name; and whether it reads JSON, which is then changed as JSON now and then.
TARGETS: Final[Mapping[str, tuple[Callable[[bytes], object], bool]]] = {
    "mastodon": (_updates("mastodon"), True),
    "bluesky": (_updates("bluesky"), True),
    "x": (_updates("x"), True),
    "activitystreams": (_updates("activitystreams"), True),
    "jsonfeed": (_updates("jsonfeed"), True),
    "plain": (_updates("leadmodel"), True),
    "updates": (_updates(""), True),
    "feed": (_updates("feed"), False),
    "html": (_text(plain_text), False),
    "zoho": (zoho.read_records, True),
    "hubspot": (hubspot.read_records, True),
    "salesforce": (salesforce.read_records, True),
    "records": (records.read_records, True),
    "hubspot_export": (hubspot.read_export, False),
    "vcard": (vcard.read_cards, False),
    "tables": (_tables, False),
    "stages": (tabular.read_stages, False),
    "pipelines": (read_pipelines, True),
}
#: What stands in for a part of a JSON document.
_ANYTHING: Final = (
    None, True, False, 0, -1, 1.5, 2**53 + 1, 10**400, "", " ", "1", "\x00", "\ud800", "\u202eada", "a" * 300,
    "2024-02-31T00:00:00Z", "2024-05-01T09:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "https://[", "at://", "did:plc:ada", "RT @ada: ", [], {}, [[]], [None], [{}], {"": ""}, {"id": {}}, "@ada@",
    "acct:",
)  # fmt: skip


def _changed(value: Any, luck: random.Random) -> Any:  # noqa: ANN401  (any JSON)
    """Change one part of a document: put something else there, take it out, or say it twice."""
    if luck.random() < 0.2 or not isinstance(value, (dict, list)) or not value:
        return luck.choice(_ANYTHING)
    if isinstance(value, dict):
        key = luck.choice(list(value))
        chance = luck.random()
        if chance < 0.1:
            return {name: member for name, member in value.items() if name != key}
        return {**value, key: [value[key]] if chance < 0.2 else _changed(value[key], luck)}
    place = luck.randrange(len(value))
    twice = luck.random() < 0.1
    return [*value[:place], *([value[place]] if twice else []), _changed(value[place], luck), *value[place + 1 :]]


def _mutator(data: bytes, size: int, seed: int) -> bytes:
    luck = random.Random(seed)
    if luck.random() < 0.7:
        try:
            changed = json.dumps(_changed(json.loads(data), luck)).encode()
        except (ValueError, RecursionError, OverflowError):
            changed = b""
        if changed and len(changed) <= size:
            return changed
    given: bytes = atheris.Mutate(data, size)
    return given


def main() -> None:
    """Fuzz one reader: `fuzz.py TARGET SECONDS FOLDER`; the folder has what to begin with, and keeps what is new."""
    name, seconds, folder = sys.argv[1:4]
    read, is_json = TARGETS[name]
    Path(folder).mkdir(parents=True, exist_ok=True)

    def once(data: bytes) -> None:
        try:
            read(data)
        except (Malformed, InvalidTable) as error:
            if not error.problems or not str(error):
                raise AssertionError("an error without a problem") from error

    options = [f"-max_total_time={seconds}", f"-timeout={TIMEOUT}", f"-rss_limit_mb={MEMORY}", f"-max_len={LENGTH}"]
    options += [f"-artifact_prefix={folder.rstrip('/')}-found-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, folder], once, **({"custom_mutator": _mutator} if is_json else {}))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
