"""
`leadmodel init`: a database for one's records.
"""

from typing import TYPE_CHECKING, Final

import click

from leadmodel.cli.printing import say
from leadmodel.cli.stores import ALONE, Place, checked_name, without_password
from leadmodel.display import counted, one_line, plural
from leadmodel.entities import ENTITIES
from leadmodel.errors import SchemaMismatch, StoreUnavailable
from leadmodel.values import type_name

if TYPE_CHECKING:
    from leadmodel.stores import SqlStore

#: What is said of a database that was not there.
MADE: Final = "is made"


@click.command(
    short_help="Make a database for your records.",
    epilog="""\b
A database that is there already is left as it is. --migrate brings older tables up to date; make a copy first.
Exit codes: 0 it is there now, 1 it cannot be, 2 wrongly used.
\b
Examples:
  leadmodel init crm.db                  a file in this folder
  leadmodel init sqlite:////srv/crm.db   the same by its address
  leadmodel init crm.db --migrate        after an update of leadmodel
""",
)
@click.argument("store", metavar="FILE|URL", envvar="LEADMODEL_STORE", callback=checked_name)
@click.option("--migrate", is_flag=True, help="Bring the tables of an older leadmodel up to date.")
@click.option("--tenant", metavar="NAME", envvar="LEADMODEL_TENANT", default=ALONE, show_default=True,
              help="Whose records are counted where there are some; tenants need not be made.")  # fmt: skip
def init(store: str, tenant: str, *, migrate: bool) -> None:
    """
    Make a database, so that load, find, convert, move and edit have something to work on.
    """
    place = Place(name=store, tenant=tenant)
    made, done = made_at(place, migrate=migrate)
    with made:
        say(f"{one_line(without_password(store))} {done}: {held_in(made)}")


def made_at(place: Place, *, migrate: bool = False) -> "tuple[SqlStore, str]":
    """
    Make a database, and say what was done; one that is there already is left as it is.

    Args:
        place: Where.
        migrate: Whether older tables are brought up to date.

    Raises:
        SchemaMismatch: The tables there are older, newer, or somebody else's.
        StoreError: It cannot be opened.
    """
    from leadmodel.stores import SqlStore

    try:
        return SqlStore.open(place.address, tenant=place.tenant, create=False), "is there already"
    except (StoreUnavailable, SchemaMismatch):
        pass  # not there, or not yet ours: the second attempt says what is wrong
    try:
        return SqlStore.open(place.address, tenant=place.tenant), MADE
    except SchemaMismatch:
        if not migrate:
            raise
    return SqlStore.open(place.address, tenant=place.tenant, migrate=True), "is up to date now"


def held_in(store: "SqlStore") -> str:
    """
    Say how many records of each type there are.
    """
    numbers = ((store.count(record_type), type_name(record_type)) for record_type in ENTITIES)
    return ", ".join(counted(number, word, plural(word)) for number, word in numbers if number) or "no records yet"
