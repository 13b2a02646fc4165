"""
`leadmodel undo`: what was written at a position, taken back.
"""

import click

from leadmodel.cli.printing import note
from leadmodel.cli.stores import Act, Place, acting, opened, stored
from leadmodel.cli.telling import tell


@click.command(
    short_help="Take back what was written at a position.",
    epilog="""\b
leadmodel log shows the positions. Taking back is written as well, and can be taken back.
What was changed again since stays: the command says what it is and writes nothing, unless --partial is given.
\b
Examples:
  leadmodel undo 7 --store crm.db
  leadmodel undo 7 --dry-run --store crm.db
""",
)
@click.argument("position", type=int)
@click.option("--partial", is_flag=True, help="Where something cannot be taken back, take back the rest.")
@stored
@acting
def undo(act: Act, place: Place, position: int, *, partial: bool) -> None:
    """
    Take back what was written at a POSITION of the log.
    """
    with opened(place, read_only=act.dry_run) as store:
        done = act.crm(store).undo(position, partial=partial, dry_run=act.dry_run)
    tell(done, place, dry_run=act.dry_run)
    for problem in done.left:
        note(f"left as it is: {problem}")
    for effect in done.irreversible:
        note(f"cannot be taken back: {effect.kind} {effect.key}")
