"""
`leadmodel demo`: the whole job on the sample data.
"""

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from leadmodel import samples
from leadmodel.changes import Cause, Changes
from leadmodel.cli.answers import print_answers
from leadmodel.cli.init import MADE, held_in, made_at
from leadmodel.cli.options import Form, Settings, sorting
from leadmodel.cli.printing import say, table
from leadmodel.cli.progress import Progress
from leadmodel.cli.sorting import Sorting
from leadmodel.cli.stores import Place, checked_name, without_password
from leadmodel.cli.template import write_template
from leadmodel.display import one_line
from leadmodel.errors import StoreUnavailable
from leadmodel.rules.author_rules import AuthorRule, AuthorRules, Category


@click.command(short_help="Do the whole job on sample data.")
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the sample data as files instead: a template for your own.",
)
@click.option(
    "--keep",
    metavar="FILE",
    callback=checked_name,
    help="Put the sample data into a new database instead, to try the other commands on.",
)
@sorting
def demo(settings: Settings, folder: Path | None, keep: str | None) -> None:
    """
    Sort a sample feed of 120 updates by 40 people and 60 deals, all made up.
    """
    if folder is not None and keep is not None:
        raise click.UsageError("--write and --keep exclude each other")
    from leadmodel.stores import SqlStore

    world = samples.world()
    if keep is not None:
        _keep(world, keep)
        return
    if folder is not None:
        files = write_template(world, folder)
        say("\n".join(f"{path}" for path in files.values()))
        say("\nRead them with:")
        say("  leadmodel feed " + " ".join(f"--{option} {path}" for option, path in files.items()))
        return
    with SqlStore.open("sqlite://") as store:
        store.apply(_records(world))
        sorting_of = Sorting(store, settings, [world.pipeline])
        print_answers(sorting_of.pairs([world.updates]), store, settings, Progress(quiet=True))
    if settings.form is Form.TABS:
        say()
        table("The tabs", ("tab", "whose updates"), _legend(settings.rules))
        say("Your own feed:       leadmodel feed --people people.csv --deals deals.csv --updates feed.jsonl")
        say("Files to begin with: leadmodel demo --write my-crm")
        say("A database to try:   leadmodel demo --keep demo.db")


def _records(world: samples.World, cause: Cause | None = None) -> Changes:
    """
    Put the sample records on record as they are: they say themselves when they were created.
    """
    records = (*world.leads, *world.contacts, *world.accounts, *world.deals, *world.children)
    return Changes(created=records, cause=cause)


#: What a newcomer may try on the sample data, in this order.
_TO_TRY: Final = (
    ('find lead "status is Contacted"', "who has been contacted"),
    ("convert --lead l06 --deal --dry-run", "what would become of a lead"),
    ("convert --lead l06 --deal", "and now it does"),
    ('move d05 "Closed Won" --by me', "a deal is won"),
    ('edit contact c01 title="Head of fleet"', "a field is set"),
    ("history deal d05", "who did what, and when"),
    ("log", "what was written last"),
    ("undo 3", "and one of it taken back"),
)


def _keep(world: samples.World, name: str) -> None:
    """
    Leave a database with the sample data, and say what to try on it.

    Raises:
        StoreUnavailable: There is something under this name already.
    """
    place, shown_name = Place(name=name), without_password(name)
    store, how = made_at(place)
    with store:
        if how != MADE or next(store.log(limit=1), None):
            what = "it is there already, and the sample data does not go among other records"
            raise StoreUnavailable(doing=f"make {shown_name}", what=what, hint="name another file")
        store.apply(_records(world, Cause(at=datetime.now(UTC))))
        say(f"{one_line(shown_name)} is made: {held_in(store)}")
    say("\nTry on it:")
    option = f"--store {shlex.quote(shown_name)}"
    lines = [(f"leadmodel {command} {option}", why) for command, why in _TO_TRY]
    longest = max(len(command) for command, _ in lines)
    for command, why in lines:
        say(f"  {command:<{longest}}  # {why}")


def _legend(rules: AuthorRules) -> list[tuple[str, str]]:
    """
    Say of each tab who stands on it, in the words of the table.
    """
    return [
        (category.label, "; ".join(_said(row) for row in rules.rows if row.category is category))
        for category in Category
    ]


def _said(row: AuthorRule) -> str:
    asked = {"an open deal": row.any_open, "a won deal": row.any_won, "a lost deal": row.any_lost}
    deals = [deal for deal, wanted in asked.items() if wanted]
    deals += [f"no{deal[deal.index(' ') :]}" for deal, wanted in asked.items() if wanted is False]
    who = row.on_record.replace("_", " ")
    return f"{who} with {' and '.join(deals)}" if deals else who
