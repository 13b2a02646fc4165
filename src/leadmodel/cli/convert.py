"""
`leadmodel convert`: convert leads out of files, after a look at what would happen.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import attrs
import click
from click.core import ParameterSource

from leadmodel.cli.files import with_files, with_reading
from leadmodel.cli.options import instant_of
from leadmodel.cli.printing import note, on_terminal, say, table
from leadmodel.cli.progress import Progress
from leadmodel.cli.reading import Inputs, records_of
from leadmodel.criteria import Criterion, parse_criterion
from leadmodel.directory import Directory
from leadmodel.display import counted, one_line
from leadmodel.entities import Lead
from leadmodel.errors import InvalidCriterion, InvalidValue, shown, suggestion
from leadmodel.formats.toml import read_playbook
from leadmodel.playbook import Playbook, playbooks
from leadmodel.processes import Pipeline
from leadmodel.rules.conversion import (
    PUBLISHED,
    Batch,
    ConversionPlan,
    Match,
    New,
    NewDeal,
    Omit,
    Request,
    Use,
    convert_leads,
)
from leadmodel.rules.conversion.reporting import remarks, tables
from leadmodel.values import Money

_USE: Final = "use:"


def _choice(_: click.Context, __: click.Parameter, text: str) -> Match | New | Use | Omit:
    plain: dict[str, Match | New | Omit] = {"match": Match(), "new": New(), "omit": Omit()}
    if text in plain:
        return plain[text]
    if text.startswith(_USE) and text != _USE:
        return Use(text.removeprefix(_USE))
    raise click.BadParameter(f"{text!r} is no choice; write match, new, omit, or use:ID")


def _criterion(_: click.Context, __: click.Parameter, text: str | None) -> Criterion | None:
    try:
        return parse_criterion(Lead, text) if text is not None else None
    except InvalidCriterion as error:
        raise click.BadParameter(str(error)) from None


def _amount(_: click.Context, __: click.Parameter, text: str | None) -> Money | None:
    if text is None:
        return None
    amount, _space, currency = text.strip().partition(" ")
    try:
        return Money(amount, currency.strip())
    except InvalidValue as error:
        raise click.BadParameter(f'{text!r} is no amount; write it as "1200.00 EUR": {error.problems[0]}') from None


def _day(_: click.Context, __: click.Parameter, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; write it as 2026-03-31") from None


def _namespace(_: click.Context, __: click.Parameter, text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        hint = 'make one once, and keep it: python -c "import uuid; print(uuid.uuid4())"'
        raise click.BadParameter(f"{text!r} is no UUID; {hint}") from None


def _playbook(_: click.Context, __: click.Parameter, name: str) -> Playbook:
    if name in playbooks.PRESETS:
        return playbooks.PRESETS[name]
    if not name.lower().endswith(".toml"):
        known = suggestion(name, playbooks.PRESETS)
        raise click.BadParameter(f"there is no playbook {name!r}; a file of one ends in .toml; {known}")
    return read_playbook(Path(name), name=name)


@click.command(
    short_help="Convert leads into contacts, accounts and deals.",
    epilog="""\b
Every FILE may be given several times. What a file is, is told from its content.
Where a report says Use(id), write use:ID; Omit() is omit, and replace_account is --replace-account.
Exit codes: 0 done, 1 the input is wrong or a lead cannot be converted, 2 wrongly used, 130 interrupted.
\b
Examples:
  leadmodel convert --people people.csv --lead l07 --dry-run
  leadmodel convert --leads leads.csv --accounts accounts.csv --where "status is Pre-Qualified" --deal > records.jsonl
  leadmodel convert --people people.csv --playbook acme.toml > records.jsonl
  leadmodel convert --people people.csv --lead l07 --contact use:c3 --deal --name "Acme – 12 seats" --amount "1200 EUR"
""",
)
@with_files
@click.option("--lead", "named", metavar="ID", multiple=True, help="A lead to convert; may be given several times.")
@click.option("--where", "criterion", metavar="TEXT", callback=_criterion,
              help='Which leads to convert, such as "status is Pre-Qualified".')  # fmt: skip
@click.option("--account", metavar="CHOICE", default="match", callback=_choice, show_default=True,
              help="The account: match, new, omit, or use:ID.")  # fmt: skip
@click.option("--contact", metavar="CHOICE", default="match", callback=_choice, show_default=True,
              help="The contact: match, new, omit, or use:ID.")  # fmt: skip
@click.option("--replace-account", is_flag=True,
              help="Let a contact leave the account that it is at for the lead's company (CONV-7).")  # fmt: skip
@click.option("--deal", is_flag=True, help="Make a deal with each lead.")
@click.option("--name", default="", help="The name of the deal; the company's or the person's unless given.")
@click.option("--stage", default="", help="The stage of the deal; the pipeline's first unless given.")
@click.option("--amount", metavar="AMOUNT", callback=_amount, help='The amount of the deal, such as "1200 EUR".')
@click.option("--closes-on", metavar="DAY", callback=_day, help="The day on which the deal is expected to close.")
@click.option("--playbook", metavar="NAME|FILE", default="zoho", show_default=True, callback=_playbook,
              help="How the organisation sells: zoho, simple, or a TOML file.")  # fmt: skip
@click.option("--namespace", metavar="UUID", callback=_namespace,
              help="What ids are derived under: your organisation's own UUID.")  # fmt: skip
@click.option("--at", metavar="INSTANT", callback=instant_of, help="When it happens; now unless given.")
@click.option("--by", metavar="USER", help="Who does it.")
@click.option("--dry-run", is_flag=True, help="Show what would happen, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: print each report as a JSON object.")
@with_reading
def convert(named: tuple[str, ...], criterion: Criterion | None, *, dry_run: bool, as_json: bool, **given: Any) -> None:  # noqa: ANN401  (the options)
    """
    Convert leads, and print the records that are made or changed as JSON lines; --dry-run shows why instead.

    All leads that are not converted are taken, unless --lead or --where says which.
    """
    if named and criterion is not None:
        raise click.UsageError("--lead and --where exclude each other")
    if not (given["people"] or given["leads"]):
        raise click.UsageError("there are no leads; name a file of them with --people or --leads")
    at = _moment(given.pop("at"), given["zone"])
    request = Request(account=given.pop("account"), contact=_asked_contact(given), deal=_asked_deal(given))
    by, playbook = given.pop("by"), given.pop("playbook")
    namespace = given.pop("namespace") or playbook.namespace
    with Progress() as progress:
        directory = records_of(Inputs(**given, stages=_stages(playbook)), progress)
        playbook = attrs.evolve(playbook, pipelines=directory.pipelines, namespace=namespace)
        leads = _chosen(directory, named, criterion, at)
        requests = {lead.id: request for lead in leads}
        batch = convert_leads(leads, directory, at=at, playbook=playbook, requests=requests, by=by)
    if dry_run:
        for plan in batch.results:
            _report(plan, as_json=as_json)
    else:
        _print_records(batch)
        if namespace == PUBLISHED:
            note("ids are derived under the published namespace of the presets; set your own with --namespace")
    note(_summary(batch, dry_run=dry_run))
    if batch.failed:
        click.get_current_context().exit(1)


def _stages(playbook: Playbook) -> tuple[Pipeline, ...]:
    """
    Give the pipelines of the playbook, unless others were asked for.
    """
    chosen = click.get_current_context().get_parameter_source("pipeline")
    return tuple(playbook.pipelines.values()) if chosen is ParameterSource.DEFAULT else ()


def _asked_contact(given: dict[str, Any]) -> Match | New | Use | Omit:
    choice: Match | New | Use | Omit = given.pop("contact")
    if not given.pop("replace_account"):
        return choice
    if isinstance(choice, (Match, Use)):
        return attrs.evolve(choice, replace_account=True)
    raise click.UsageError("--replace-account is of a contact that is there; with --contact new or omit there is none")


def _asked_deal(given: dict[str, Any]) -> NewDeal | None:
    wanted, facts = given.pop("deal"), {name: given.pop(name) for name in ("name", "stage", "amount", "closes_on")}
    if not wanted and any(facts.values()):
        named = next(name for name, value in facts.items() if value)
        raise click.UsageError(f"--{named.replace('_', '-')} is of a deal, and none was asked for; add --deal")
    return NewDeal(**facts) if wanted else None


def _moment(at: datetime | None, zone: Any) -> datetime:  # noqa: ANN401  (a time zone or None)
    if at is None:
        return datetime.now(UTC)
    if at.tzinfo is None and zone is None:
        raise click.UsageError(f"--at {at:%Y-%m-%dT%H:%M} has no time zone; add Z for UTC, or an offset")
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _chosen(directory: Directory, ids: Iterable[str], criterion: Criterion | None, at: datetime) -> list[Lead]:
    """
    Give the leads that were asked for.

    Raises:
        click.UsageError: An id is no lead's.
    """
    leads = {lead.id: lead for lead in directory.all(Lead)}
    for lead_id in ids:
        if lead_id not in leads:
            raise click.UsageError(f"--lead {lead_id}: there is no lead {shown(lead_id)}; {suggestion(lead_id, leads)}")
    if ids:
        return [leads[lead_id] for lead_id in dict.fromkeys(ids)]
    unconverted = [lead for lead in leads.values() if lead.conversion is None]
    if criterion is None:
        return unconverted
    holds = criterion.compile(at, directory.find)
    return [lead for lead in unconverted if holds(lead)]


def _print_records(batch: Batch) -> None:
    """
    Print what was made or changed; of the leads that cannot be converted, say why on standard error.
    """
    from leadmodel.codec import to_plain

    for changes in batch.groups:
        for record in (*changes.created, *(update.after for update in changes.updated)):
            say(json.dumps(to_plain(record)))  # in ASCII: no text of a file steers a terminal
    for line in (line for plan in batch.failed for line in _failed(plan)):
        sys.stderr.write(f"{one_line(line)}\n")


def _failed(plan: ConversionPlan) -> Iterator[str]:
    for problem in plan.problems:
        yield f"{plan.before.ref}: {problem}"


def _summary(batch: Batch, *, dry_run: bool) -> str:
    if not batch.results:
        return "there is no lead to convert"
    done = f"{counted(len(batch.converted), 'lead')} {'would be converted' if dry_run else 'converted'}"
    return f"{done}, {len(batch.failed):,} cannot be" if batch.failed else done


def _report(plan: ConversionPlan, *, as_json: bool) -> None:
    """
    Print a plan: as text in a pipe, with tables on a terminal, or as JSON.
    """
    if as_json:
        say(json.dumps(plan.to_plain()))
        return
    if not on_terminal():
        say(f"{plan}\n")
        return
    say(f"Convert {one_line(plan.before.label())}")
    for title, lines in remarks(plan):
        say(f"\n{title}:")
        for line in lines:
            say(f"  {one_line(line)}")
    say()
    for title, headers, rows in tables(plan):
        table(title, headers, rows)
