"""
The laws of playbooks: sound processes, a mapping that leaves out nothing, and records that stand in all of its places.
"""

import json
import tomllib
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from leadmodel.directory import Directory
from leadmodel.entities import Deal, Lead, facts_of
from leadmodel.errors import Malformed, MissingExtra
from leadmodel.formats.toml import playbook_to_toml
from leadmodel.networks import Profile
from leadmodel.playbook import Playbook, playbook_from_plain, playbook_to_plain
from leadmodel.processes import Process, StatusKind
from leadmodel.testing.laws.conversion import check_conversion
from leadmodel.testing.laws.processes import check_process
from leadmodel.values import Address, Money

if TYPE_CHECKING:
    from collections.abc import Callable

_NOON: Final = datetime(2026, 6, 3, 12, tzinfo=UTC)


def check_playbook(playbook: Playbook) -> None:
    """
    Check that a playbook can be worked with: whatever an organisation does by it, the rules have an answer.

    Its processes keep their laws; the mapping of its conversion says of every field of a lead where it goes, once; it
    is read back equal from plain data, and from TOML where the extra `toml` is installed. A directory takes a deal in
    each of its stages and a lead in each of its statuses, and each of these leads, with all fields filled and with few,
    is converted and taken back as `check_conversion` says, or refused for reasons.

    Args:
        playbook: A playbook of whatever origin.

    Raises:
        AssertionError: One of the laws does not hold.

    Rule:
        PIPE-1 to PIPE-3, PIPE-11, LEAD-3, LEAD-4, CONV-4, CONV-9 to CONV-11.
    """
    processes: tuple[Process[Any], ...] = (*playbook.pipelines.values(), playbook.statuses)
    for process in processes:
        check_process(process)
    _check_mapping(playbook)
    _check_forms(playbook)
    _check_records(playbook)


def _check_mapping(playbook: Playbook) -> None:
    rows = Counter(row.field for row in playbook.conversion.mapping)
    fields = [name for name in facts_of(Lead) if name != "custom"]
    wrong = {name: rows[name] for name in fields if rows[name] != 1}
    assert not wrong, f"the mapping of {playbook!r} has one row for each field of a lead; of these it has: {wrong}"
    silent = [row.field for row in playbook.conversion.mapping if not row.targets and not row.dropped]
    assert not silent, f"the mapping of {playbook!r} leaves out without a reason: {', '.join(silent)}"


def _check_forms(playbook: Playbook) -> None:
    forms: dict[str, Callable[[], Any]] = {
        "plain data": lambda: playbook_to_plain(playbook),
        "JSON": lambda: json.loads(json.dumps(playbook_to_plain(playbook))),
        "TOML": lambda: tomllib.loads(playbook_to_toml(playbook)),
    }
    for form, written in forms.items():
        try:
            back = playbook_from_plain(written())
        except MissingExtra:
            continue
        except Malformed as error:
            raise AssertionError(f"{playbook!r} is not read back from {form}: {error}") from error
        assert back == playbook, f"{playbook!r} is another one, read back from {form}: {back!r}"


def _check_records(playbook: Playbook) -> None:
    deals = [
        Deal(id=f"{pipeline.key} {stage.key}", name="Tea", pipeline=pipeline.key, stage=stage.key)
        for pipeline in playbook.pipelines.values() for stage in pipeline.stages
    ]  # fmt: skip
    keys = [
        status.key for status in playbook.statuses.steps
        if status.mark is not StatusKind.CONVERTED  # only conversion gives it
    ]  # fmt: skip
    leads = [lead for key in keys for lead in (_whole(key), Lead(id=f"little {key}", last_name="Lovelace", status=key))]
    directory = Directory.of(leads=leads, deals=deals, pipelines=playbook.pipelines)
    for lead in leads:
        check_conversion(lead, directory, playbook, at=_NOON)


def _whole(status: str) -> Lead:
    """
    Give a lead that has something in very many fields.
    """
    return Lead(
        id=f"whole {status}", status=status, first_name="Ada", last_name="Lovelace", salutation="Dr", title="Engineer",
        company="Tea", website="https://tea.example", industry="Tea", annual_revenue=Money("1.5", "EUR"), employees=3,
        emails=["ada@tea.example"], phones=["+49 30 1234567"], profiles=[Profile("mastodon", "ada@tea.example")],
        address=Address(street="Leaf 1", city="Bremen", country="DE"), language="en", source="Fair", tags=["tea"],
        description="Wants tea.", custom={"leaves": "loose"}, created_at=_NOON,
    )  # fmt: skip
