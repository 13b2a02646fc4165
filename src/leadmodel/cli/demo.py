"""
`leadmodel demo`: the whole job on the sample data.
"""

from pathlib import Path

import click

from leadmodel import samples
from leadmodel.cli.answers import print_answers
from leadmodel.cli.options import Form, Settings, sorting
from leadmodel.cli.printing import say, table
from leadmodel.cli.progress import Progress
from leadmodel.cli.template import write_template
from leadmodel.rules.author_rules import AuthorRule, AuthorRules, Category


@click.command(short_help="Do the whole job on sample data.")
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the sample data as files instead: a template for your own.",
)
@sorting
def demo(settings: Settings, folder: Path | None) -> None:
    """
    Sort a sample feed of 120 updates by 40 people and 60 deals, all made up.
    """
    world = samples.world()
    if folder is not None:
        files = write_template(world, folder)
        say("\n".join(f"{path}" for path in files.values()))
        say("\nRead them with:")
        say("  leadmodel feed " + " ".join(f"--{option} {path}" for option, path in files.items()))
        return
    print_answers(world.updates, world.directory(), settings, Progress(quiet=True))
    if settings.form is Form.TABS:
        say()
        table("The tabs", ("tab", "whose updates"), _legend(settings.rules))
        say("Your own feed:       leadmodel feed --people people.csv --deals deals.csv --updates feed.jsonl")
        say("Files to begin with: leadmodel demo --write my-crm")


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
