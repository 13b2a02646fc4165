"""
`leadmodel forget`: a person, out of the records and out of everything that is kept of the past.
"""

import click

from leadmodel.cli.kinds import with_type
from leadmodel.cli.printing import note
from leadmodel.cli.stores import Act, Place, acting, opened, stored
from leadmodel.cli.telling import print_changes
from leadmodel.entities import Entity


@click.command(
    short_help="Forget a person, for good.",
    epilog="""\b
TYPE is lead or contact. The lead is forgotten with the contact it became, and the other way round; so is what was
merged into them, what is about them, and what they wrote on networks. Accounts and deals stay, and keep ids.
The log keeps when something was done to them, and not what it was. This is the one thing that cannot be undone.
\b
Examples:
  leadmodel forget lead l1 --dry-run --store crm.db
  leadmodel forget contact c1 --by u7 --yes --store crm.db
""",
)
@with_type
@click.argument("record_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@stored
@acting
def forget(act: Act, place: Place, which: type[Entity], record_id: str, *, yes: bool) -> None:
    """
    Forget a person: all that is known of them goes, and nothing brings it back.
    """
    with opened(place, read_only=act.dry_run) as store:
        crm = act.crm(store)
        print_changes(crm.forget(which, record_id, dry_run=True).changes)
        if act.dry_run:
            note("a dry run: nothing was written")
            return
        if not yes:
            click.confirm("Forget all of this? Nothing brings it back.", abort=True, err=True)
        done = crm.forget(which, record_id)
    note(f"forgotten at position {done.position:,}, for good")
