"""
Addresses of databases: which module knows how to reach one.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from leadmodel.errors import shown, suggestion
from leadmodel.stores.sql import postgres, sqlite
from leadmodel.stores.sql.engines import Opening, Reached, no_address

#: How a database is reached, by the word with which its address begins.
_WAYS: Final[Mapping[str, Callable[[URL, str, Opening], Reached]]] = {
    "sqlite": sqlite.reach,
    "postgresql": postgres.reach,
    "postgres": postgres.reach,
    "postgresql+psycopg": postgres.reach,
}
#: The words that are told to somebody who has written another one.
_KNOWN: Final = ("sqlite", "postgresql")


def reach(url: object, opening: Opening) -> Reached:
    """
    Reach the database at an address.

    Raises:
        InvalidValue: It is no address of a database that is known here.
        MissingExtra: The driver of the database is not installed.
        StoreUnavailable: There is no such file.
    """
    hint = "write sqlite:///crm.db for a file, or postgresql://user@host/database for a server"
    try:
        address = make_url(url)  # type: ignore[arg-type]  # what is none is refused
    except (ArgumentError, ValueError):
        raise no_address(f"{shown(url)} is no address of a database", hint, url) from None
    name = address.drivername
    if name not in _WAYS:
        raise no_address(f"there is no store for {shown(name)}", f"{suggestion(name, _KNOWN)}; {hint}", url)
    return _WAYS[name](address, str(url), opening)
