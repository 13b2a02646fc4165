"""
`leadmodel feed`: sort one's own feed by one's own records.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import click

from leadmodel.cli.answers import print_answers
from leadmodel.cli.options import Settings, sorting, zone_of
from leadmodel.cli.printing import on_terminal
from leadmodel.cli.progress import Progress
from leadmodel.cli.reading import Inputs, Updates, records_of
from leadmodel.errors import nearest
from leadmodel.formats.updates import FORMATS
from leadmodel.values import CURRENCIES

_RECORDS: Final = (
    ("people", 'Leads, contacts and accounts together: CSV with a column "type", or a Salesforce tree.'),
    ("leads", "Leads: CSV of any tool, a Data Loader export, or a Salesforce tree."),
    ("contacts", "Contacts, likewise."),
    ("accounts", "Accounts, likewise."),
    ("deals", "Deals (potentials, opportunities), likewise."),
)  # fmt: skip


def _columns(_: click.Context, __: click.Parameter, pairs: Iterable[str]) -> dict[str, str | None]:
    columns: dict[str, str | None] = {}
    for pair in pairs:
        header, sign, target = pair.rpartition("=")
        if not sign or not header.strip():
            raise click.BadParameter(
                f'{pair!r} names no target; write it as "Header=target", such as "Handle=profiles.x"'
            )
        columns[header] = target.strip() or None
    return columns


def _currency(_: click.Context, __: click.Parameter, code: str) -> str:
    if code and code not in CURRENCIES:
        close = nearest(code, CURRENCIES)
        hint = f"did you mean {close!r}?" if close else "name one such as EUR"
        raise click.BadParameter(f"{code!r} is no ISO 4217 code; {hint}")
    return code


def _with_files(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command an option for each kind of file.
    """
    for name, text in reversed(_RECORDS):
        command = click.option(f"--{name}", metavar="FILE", multiple=True, help=text)(command)
    return command


@click.command(
    short_help="Sort your own feed by your own records.",
    epilog="""\b
Every FILE may be given several times. What a file is, is told from its content.
Exit codes: 0 done, 1 the input is wrong, 2 wrongly used, 130 interrupted.
\b
Examples:
  leadmodel feed --people people.csv --deals deals.csv --updates feed.jsonl --only customer
  leadmodel feed --contacts contacts.csv --column "Twitter handle=profiles.x" --updates timeline.json
  leadmodel feed --people tree.json --pipeline salesforce --count-deals account --updates - --csv < statuses.json
""",
)
@_with_files
@click.option(
    "--updates",
    metavar="FILE",
    multiple=True,
    required=True,
    help="The feed: Mastodon statuses, ActivityStreams 2.0, or JSON lines or CSV of our own; - is standard input.",
)
@click.option(
    "--format",
    "kind",
    metavar="NAME",
    type=click.Choice([row.key for row in FORMATS]),
    help=f"What the updates are, where that cannot be told: {', '.join(row.key for row in FORMATS)}.",
)
@click.option(
    "--server",
    metavar="HOST",
    default="",
    help="The server that sent Mastodon statuses: handles without one are of it.",
)
@click.option(
    "--pipeline",
    metavar="NAME|FILE",
    multiple=True,
    default=["zoho"],
    show_default=True,
    help="The stages of the deals: zoho, simple, salesforce, or a CSV file of stages.",
)
@click.option(
    "--column",
    "columns",
    metavar="HEADER=TARGET",
    multiple=True,
    callback=_columns,
    help='What a column of a CSV file is, such as "Handle=profiles.x"; with no target it is ignored.',
)
@click.option(
    "--currency", metavar="CODE", default="", callback=_currency, help="The currency of amounts that name none."
)
@click.option("--zone", metavar="ZONE", callback=zone_of, help="The time zone of times that name none, such as UTC.")
@click.option("--encoding", metavar="NAME", default="utf-8-sig", help="How CSV files are encoded; UTF-8 unless given.")
@click.option(
    "--ids",
    type=click.Choice(["column", "line"]),
    default="column",
    help="Whether rows of CSV have ids, or are called by file and line.",
)
@click.option(
    "--ragged",
    type=click.Choice(["refuse", "fill"]),
    default="refuse",
    help="What becomes of rows of CSV with too few cells.",
)
@click.option("--partial", is_flag=True, help="Take deals whose contacts are not in the files.")
@sorting
def feed(settings: Settings, updates: tuple[str, ...], kind: str | None, server: str, **given: Any) -> None:  # noqa: ANN401  (the files and options of Inputs)
    """
    Say who is behind each update of a feed, and sort it: Customers, Potential Contacts, Leads/Contacts, Unknown.

    On a terminal the tabs are tables, in a pipe plain text.
    """
    found = Updates(updates, format=kind or "", server=server, zone=given["zone"])
    with Progress(quiet=settings.form.streams and on_terminal()) as progress:
        try:
            directory = records_of(Inputs(**given), progress)
        except ExceptionGroup as wrong:
            raise ExceptionGroup("wrong input", [*wrong.exceptions, *found.wrong_alone()]) from None
        print_answers(progress.counting(found), directory, settings, progress)
    found.wrong.check()
