"""
`leadmodel load`: the records of files, put into a database.
"""

from contextlib import nullcontext
from typing import Any

import click

from leadmodel.cli.files import with_files, with_reading
from leadmodel.cli.loading import Fate, Load, Loader, There
from leadmodel.cli.printing import note, table
from leadmodel.cli.progress import Progress
from leadmodel.cli.reading import Inputs, found_in, stages_of
from leadmodel.cli.stores import Act, Place, acting, opened, stored
from leadmodel.cli.telling import written_at
from leadmodel.display import plural
from leadmodel.values import type_name


@click.command(
    short_help="Put the records of files into a database.",
    epilog="""\b
Every FILE may be given several times. What a file is, is told from its content.
Either everything is stored, at one position of the log, or nothing is.
A record that is there already is left as it is where the files say the same, and is refused where they say something
else, unless --update or --keep is given. An empty cell says nothing. Stages and statuses are not updated: they move.
Exit codes: 0 done, 1 the input is wrong, 2 wrongly used, 130 interrupted.
\b
Examples:
  leadmodel load --people people.csv --deals deals.csv --store crm.db
  leadmodel load --leads leads.csv --column "Twitter handle=profiles.x" --dry-run --store crm.db
  leadmodel load --contacts contacts.csv --update --by u7 --store crm.db
""",
)
@with_files
@click.option("--update", is_flag=True, help="Let records that are there already take what the files say.")
@click.option("--keep", is_flag=True, help="Let records that are there already stay as they are.")
@with_reading
@stored
@acting
def load(act: Act, place: Place, *, update: bool, keep: bool, **given: Any) -> None:  # noqa: ANN401  (the files and options of Inputs)
    """
    Put leads, contacts, accounts and deals out of files into a database.
    """
    if update and keep:
        raise click.UsageError("--update and --keep exclude each other")
    inputs = Inputs(**given, stages=stages_of(act.playbook))
    if not any(inputs.files()):
        raise click.UsageError("there is nothing to load; name files with --people, --leads, --contacts …")
    there = There.UPDATE if update else There.KEEP if keep else There.REFUSE
    loader = Loader(there=there, at=act.now(), by=act.by, partial=inputs.partial)
    position = None
    with Progress() as progress, opened(place, read_only=act.dry_run) as store:
        found = found_in(inputs, progress)
        with nullcontext(None) if act.dry_run else store.transaction() as transaction:
            made = loader.load(found, transaction or store, progress.say)
            if transaction and made.changes:
                progress.say("storing them")
                position = transaction.apply(made.changes)
    _print(made)
    if position is not None:
        note(written_at([position], place))
    else:
        note("a dry run: nothing was written" if act.dry_run else "there was nothing to write")


def _print(made: Load) -> None:
    fates = [fate for fate in Fate if fate is Fate.NEW or any(counts[fate] for counts in made.counts.values())]
    rows = [
        (plural(type_name(record_type)), *(f"{counts[fate]:,}" for fate in fates))
        for record_type, counts in made.counts.items()
    ]
    table("records of the files", ("", *fates), rows)
