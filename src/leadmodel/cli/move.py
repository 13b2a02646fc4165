"""
`leadmodel move`: a deal to a stage, a lead to a status.
"""

from datetime import tzinfo

import click

from leadmodel.cli.assigning import Pair, assigned, pairs_of
from leadmodel.cli.files import with_currency
from leadmodel.cli.kinds import type_of
from leadmodel.cli.options import with_zone
from leadmodel.cli.stores import Act, Place, acting, opened, stored
from leadmodel.cli.telling import tell
from leadmodel.crm.lookups import named
from leadmodel.entities import Deal, Entity, Lead
from leadmodel.formats.tables.cells import Options
from leadmodel.values import type_name


def _moved(_: click.Context, __: click.Parameter, words: tuple[str, ...]) -> tuple[type[Entity], str, str]:
    """
    Read [TYPE] ID STEP: a deal is what moves unless somebody says otherwise.
    """
    if len(words) not in {2, 3}:
        ways = 'd1 "Closed Won", or: lead l1 Contacted'
        raise click.BadParameter(f"name a deal and its stage, or a lead and its status: {ways}")
    which = type_of(words[0]) if len(words) == 3 else Deal  # noqa: PLR2004  (with the type)
    if which not in {Deal, Lead}:
        raise click.BadParameter(f"deals and leads move, and {type_name(which)!r} is neither")
    return which, words[-2], words[-1]


@click.command(
    short_help="Move a deal to a stage, or a lead to a status.",
    epilog="""\b
TYPE is deal, which need not be said, or lead. STEP is the key of a stage or of a status: see leadmodel rules zoho.
A lead becomes converted by leadmodel convert alone.
\b
Examples:
  leadmodel move d1 "Closed Won" --store crm.db
  leadmodel move d1 "Closed Lost" --given loss_reason=Price --by u7 --store crm.db
  leadmodel move lead l1 Contacted --dry-run --store crm.db
""",
)
@click.argument("moved", metavar="[TYPE] ID STEP", nargs=-1, callback=_moved)
@click.option("--given", "pairs", metavar="FIELD=VALUE", multiple=True, callback=pairs_of,
              help="Another field to be set with the move; may be given several times.")  # fmt: skip
@click.option("--to-pipeline", metavar="KEY", default="", help="The pipeline to move a deal to; its own unless given.")
@with_currency
@with_zone
@stored
@acting
def move(
    act: Act, place: Place, moved: tuple[type[Entity], str, str], *, pairs: tuple[Pair, ...], to_pipeline: str,
    currency: str, zone: tzinfo | None,
) -> None:  # fmt: skip
    """
    Move a deal to a stage, or a lead to a status, as the playbook allows it.
    """
    which, record_id, step = moved
    if to_pipeline and which is not Deal:
        raise click.UsageError("--to-pipeline is of a deal")
    with opened(place, read_only=act.dry_run) as store:
        crm, options = act.crm(store), Options(currency=currency, zone=zone)
        given = assigned(named(store, which, record_id), pairs, options)
        done = (
            crm.move(record_id, step, given=given, to_pipeline=to_pipeline, dry_run=act.dry_run)
            if which is Deal
            else crm.move_lead(record_id, step, given=given, dry_run=act.dry_run)
        )
    tell(done, place, dry_run=act.dry_run)
