"""
`leadmodel edit`: other values in fields of a record that is on record.
"""

from datetime import tzinfo

import click

from leadmodel.changes import Changes
from leadmodel.changes import edit as edited
from leadmodel.cli.assigning import Pair, assigned, pairs_of
from leadmodel.cli.files import with_currency
from leadmodel.cli.kinds import with_type
from leadmodel.cli.options import with_zone
from leadmodel.cli.stores import Act, Place, acting, opened, stored
from leadmodel.cli.telling import tell
from leadmodel.crm import Done
from leadmodel.crm.lookups import named
from leadmodel.entities import Entity
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.targets import TARGETS
from leadmodel.ports import Reader
from leadmodel.values import type_name


@click.command(
    short_help="Set fields of a record.",
    epilog="""\b
TYPE is lead, contact, account or deal. A field is called as a column of a file would be: title, emails, address.city,
phones.mobile, profiles.x, custom.size; a part, behind the dot, leaves the others as they are. No value clears.
Stages, statuses and conversions are no fields to be set: see leadmodel move and leadmodel convert.
\b
Examples:
  leadmodel edit lead l1 title=CTO emails="ada@acme.example; ada@home.example" --store crm.db
  leadmodel edit contact c1 address.city=Lisbon phones.mobile= --by u7 --store crm.db
  leadmodel edit deal d1 amount="1200.00 EUR" closes_on=2026-07-31 --dry-run --store crm.db
""",
)
@with_type
@click.argument("record_id", metavar="ID")
@click.argument("pairs", metavar="FIELD=VALUE...", nargs=-1, required=True, callback=pairs_of)
@with_currency
@with_zone
@stored
@acting
def edit(
    act: Act, place: Place, which: type[Entity], record_id: str, pairs: tuple[Pair, ...], *, currency: str,
    zone: tzinfo | None,
) -> None:  # fmt: skip
    """
    Set fields of a record to other values.
    """
    if which not in TARGETS:
        words = ", ".join(map(type_name, TARGETS))
        raise click.UsageError(f"a {type_name(which)} cannot be edited here, only: {words}")

    def changed(reader: Reader) -> Changes:
        record = named(reader, which, record_id)
        values = assigned(record, pairs, Options(currency=currency, zone=zone))
        return edited(record, values, at=act.now(), by=act.by)

    position = None
    with opened(place, read_only=act.dry_run) as store:
        if act.dry_run:
            changes = changed(store)
        else:  # parts are put together with what stands there, so nobody may change it in between
            with store.transaction() as transaction:
                changes = changed(transaction)
                position = transaction.apply(changes) if changes else None
    tell(Done(verb="edit", changes=changes, position=position), place, dry_run=act.dry_run)
