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
from leadmodel.cli.reading import Inputs, Updates, pipelines_in, records_of
from leadmodel.cli.stores import Place, is_meant, opened, perhaps_stored
from leadmodel.formats.updates import FORMATS


@click.command(
    short_help="Sort your own feed by your own records.",
    epilog="""\b
Every FILE may be given several times. What a file is, is told from its content.
Instead of files of records, --store names a database that holds them.
Exit codes: 0 done, 1 the input is wrong, 2 wrongly used, 130 interrupted.
\b
Examples:
  leadmodel feed --people people.csv --deals deals.csv --updates feed.jsonl --only customer
  leadmodel feed --contacts contacts.csv --column "Twitter handle=profiles.x" --updates timeline.json
  leadmodel feed --people tree.json --pipeline salesforce --count-deals account --updates - --csv < statuses.json
  leadmodel feed --store crm.db --updates feed.jsonl
""",
)
@with_files
@click.option(
    "--updates",
    metavar="FILE",
    multiple=True,
    required=True,
    help="The feed, of Mastodon, Bluesky, X, RSS, Atom or ActivityStreams 2.0, or JSON lines or CSV of our own; - is "
    "standard input.",
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
@perhaps_stored
@with_reading
@sorting
def feed(
    settings: Settings,
    place: Place | None,
    updates: tuple[str, ...],
    kind: str | None,
    server: str,
    **given: Any,  # noqa: ANN401  (the files and options of Inputs)
) -> None:
    """
    Say who is behind each update of a feed, and sort it: Customers, Potential Contacts, Leads/Contacts, Unknown.

    On a terminal the tabs are tables, in a pipe plain text.
    """
    found = Updates(updates, format=kind or "", server=server, zone=given["zone"])
    inputs = Inputs(**given)
    with Progress(quiet=settings.form.streams and on_terminal()) as progress:
        if place is not None and is_meant(place, files=any(inputs.files())):
            pipelines = pipelines_in(inputs.pipeline, inputs.encoding)
            with opened(place, read_only=True) as store:
                print_answers(progress.counting(found), store, settings, progress, pipelines)
        else:
            try:
                directory = records_of(inputs, progress)
            except ExceptionGroup as wrong:
                raise ExceptionGroup("wrong input", [*wrong.exceptions, *found.wrong_alone()]) from None
            print_answers(progress.counting(found), directory, settings, progress)
    found.wrong.check()
