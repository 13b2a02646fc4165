"""
`leadmodel convert`: convert leads out of files, after a look at what would happen.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import attrs
import click

from leadmodel.cli.converting import Converting, complain_of, print_records, report, summary
from leadmodel.cli.files import with_files, with_reading
from leadmodel.cli.printing import note
from leadmodel.cli.progress import Progress
from leadmodel.cli.reading import Inputs, pipelines_in, records_of, stages_of
from leadmodel.cli.stores import Act, Place, acting, is_meant, perhaps_stored
from leadmodel.criteria import Criterion, parse_criterion
from leadmodel.crm import BulkDone
from leadmodel.directory import Directory
from leadmodel.entities import Lead
from leadmodel.errors import InvalidCriterion, InvalidValue, shown, suggestion
from leadmodel.playbook import Playbook
from leadmodel.rules.conversion import PUBLISHED, Match, New, NewDeal, Omit, Request, Use, convert_leads
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
  leadmodel convert --store crm.db --lead l07 --use-deal d1 --by u7
  leadmodel convert --store crm.db --where "status is Pre-Qualified" --dry-run
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
@click.option("--use-deal", metavar="ID", default="", help="Take a deal that is there already.")
@click.option("--name", default="", help="The name of the deal; the company's or the person's unless given.")
@click.option("--stage", default="", help="The stage of the deal; the pipeline's first unless given.")
@click.option("--amount", metavar="AMOUNT", callback=_amount, help='The amount of the deal, such as "1200 EUR".')
@click.option("--closes-on", metavar="DAY", callback=_day, help="The day on which the deal is expected to close.")
@click.option("--namespace", metavar="UUID", callback=_namespace,
              help="What ids are derived under: your organisation's own UUID.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True,
              help="With --dry-run: print each report as a JSON object; with --store: the records.")  # fmt: skip
@perhaps_stored
@with_reading
@acting
def convert(
    act: Act, place: Place | None, named: tuple[str, ...], criterion: Criterion | None, namespace: UUID | None, *,
    as_json: bool, **given: Any  # noqa: ANN401  (the options of Inputs and of Request)
) -> None:  # fmt: skip
    """
    Convert leads, and print the records that are made or changed as JSON lines; --dry-run shows why instead.

    All leads that are not converted are taken, unless --lead or --where says which. In a database, they are converted
    there, and what changes is printed for people.
    """
    if named and criterion is not None:
        raise click.UsageError("--lead and --where exclude each other")
    request = Request(account=given.pop("account"), contact=_asked_contact(given), deal=_asked_deal(given))
    inputs = Inputs(**given, stages=stages_of(act.playbook))
    act = attrs.evolve(act, at=act.now(), playbook=_under(act.playbook, namespace or act.playbook.namespace))
    if place is not None and is_meant(place, files=any(inputs.files())):
        stages = inputs.stages or pipelines_in(inputs.pipeline, inputs.encoding)
        act = attrs.evolve(act, playbook=attrs.evolve(act.playbook, pipelines=stages))
        which = criterion if criterion is not None else [*dict.fromkeys(named)] or Lead
        done = Converting(act, place, request, as_json=as_json).run(which)
    else:
        if not (inputs.people or inputs.leads):
            raise click.UsageError("there are no leads; name a file of them with --people or --leads, or a --store")
        done = _from_files(inputs, act, request, named, criterion, as_json=as_json)
    if not act.dry_run and act.playbook.namespace == PUBLISHED:
        note("ids are derived under the published namespace of the presets; set your own with --namespace")
    note(summary(done, dry_run=act.dry_run))
    if done.failed:
        click.get_current_context().exit(1)


def _under(playbook: Playbook, namespace: UUID) -> Playbook:
    return attrs.evolve(playbook, namespace=namespace)


def _from_files(
    inputs: Inputs, act: Act, request: Request, named: tuple[str, ...], criterion: Criterion | None, *, as_json: bool
) -> BulkDone:
    """
    Convert leads of files, and print what comes out.
    """
    at = act.now()
    with Progress() as progress:
        directory = records_of(inputs, progress)
        playbook = attrs.evolve(act.playbook, pipelines=directory.pipelines)
        leads = _chosen(directory, named, criterion, at)
        requests = {lead.id: request for lead in leads}
        batch = convert_leads(leads, directory, at=at, playbook=playbook, requests=requests, by=act.by)
    if act.dry_run:
        for plan in batch.results:
            report(plan, as_json=as_json)
    else:
        for changes in batch.groups:
            print_records(changes)
        complain_of(batch.failed)
    return BulkDone(leads=len(batch.results), converted=len(batch.converted), failed=batch.failed)


def _asked_contact(given: dict[str, Any]) -> Match | New | Use | Omit:
    choice: Match | New | Use | Omit = given.pop("contact")
    if not given.pop("replace_account"):
        return choice
    if isinstance(choice, (Match, Use)):
        return attrs.evolve(choice, replace_account=True)
    raise click.UsageError("--replace-account is of a contact that is there; with --contact new or omit there is none")


def _asked_deal(given: dict[str, Any]) -> NewDeal | Use | None:
    wanted, facts = given.pop("deal"), {name: given.pop(name) for name in ("name", "stage", "amount", "closes_on")}
    if used := given.pop("use_deal"):
        if wanted or any(facts.values()):
            raise click.UsageError("--use-deal takes a deal as it is; it excludes --deal and what a new deal is told")
        return Use(used)
    if not wanted and any(facts.values()):
        named = next(name for name, value in facts.items() if value)
        raise click.UsageError(f"--{named.replace('_', '-')} is of a deal, and none was asked for; add --deal")
    return NewDeal(**facts) if wanted else None


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
