"""
`leadmodel feed`: sort one's own feed by one's own records.
"""

from typing import Any

import click

from leadmodel.cli.answers import print_answers
from leadmodel.cli.files import with_files, with_reading
from leadmodel.cli.options import Settings, sorting
from leadmodel.cli.printing import on_terminal
from leadmodel.cli.progress import Progress
from leadmodel.cli.reading import Inputs, Updates, records_of
from leadmodel.formats.updates import FORMATS


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
@with_files
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
@with_reading
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
