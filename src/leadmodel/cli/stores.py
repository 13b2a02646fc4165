"""
The database that a command works on: how it is named, how it is opened, and when something happens in it.
"""

import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import attrs
import click
from click.core import ParameterSource

from leadmodel.cli.options import instant_of, moment_in
from leadmodel.crm import Crm
from leadmodel.errors import suggestion
from leadmodel.formats.toml import read_playbook
from leadmodel.playbook import Playbook, playbooks

if TYPE_CHECKING:
    from leadmodel.stores import SqlStore

#: The tenant of whoever does not speak of tenants.
ALONE: Final = "default"
#: Addresses of databases that would end with the command.
_MEMORY: Final = frozenset({":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:"})
#: The password in an address: behind the user, or among the options.
_PASSWORD: Final = re.compile(r"(://[^:/@]*:).*(?=@)|([?&]password=)[^&]*")
_STORE, _TENANT = "LEADMODEL_STORE", "LEADMODEL_TENANT"


@attrs.frozen(kw_only=True)
class Place:
    """
    Where records live: a database, and the tenant in it.
    """

    #: The database as the user has named it.
    name: str
    tenant: str = ALONE
    #: Seconds to wait for somebody else who is writing.
    wait: float = 30.0
    #: What to type so that another command works here: "--store crm.db"; "" where the environment says it.
    options: str = ""

    @property
    def address(self) -> str:
        """
        The address of the database: a file is one of SQLite.
        """
        return self.name if "://" in self.name else f"sqlite:///{quote(self.name, safe='/')}"


def checked_name(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """
    Refuse what would be no lasting database.
    """
    if name is not None and (not name.strip() or name in _MEMORY):
        raise click.BadParameter(f"{name!r} would end with the command; name a file, such as crm.db")
    return name


# fmt: off
_WHERE: Final = (
    click.option("--store", metavar="FILE|URL", envvar=_STORE, show_envvar=True, callback=checked_name,
                 help="The database: a file such as crm.db, or an address such as postgresql://ada@server/crm."),
    click.option("--tenant", metavar="NAME", envvar=_TENANT, default=ALONE, show_default=True, show_envvar=True,
                 help="Whose records, where several share a database."),
    click.option("--wait", metavar="SECONDS", type=click.FloatRange(min=0), default=30.0, show_default=True,
                 help="How long to wait for somebody else who is writing."),
)
# fmt: on


def stored(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the options that name a database; it gets them as `place`, a `Place`, and cannot do without.
    """

    @wraps(command)
    def placed(place: Place | None, **given: Any) -> None:  # noqa: ANN401  (whatever options the command has besides)
        if place is None:
            raise click.UsageError(f"which database? Name it with --store crm.db, or in {_STORE}; init makes one")
        command(place=place, **given)

    return perhaps_stored(placed)


def perhaps_stored(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the options that name a database; it gets them as `place`, which is None where there is none.
    """

    @wraps(command)
    def placed(**given: Any) -> None:  # noqa: ANN401  (as above)
        command(place=_place(given.pop("store"), given.pop("tenant"), given.pop("wait")), **given)

    for option in reversed(_WHERE):
        placed = option(placed)
    return placed


def _place(name: str | None, tenant: str, wait: float) -> Place | None:
    if name is None:
        return None
    said = [("store", without_password(name))] if _typed("store") else []
    said += [("tenant", tenant)] if _typed("tenant") else []
    options = " ".join(f"--{option} {shlex.quote(value)}" for option, value in said)
    return Place(name=name, tenant=tenant, wait=wait, options=options)


def without_password(name: str) -> str:
    """
    Give the name of a database as it may be shown.
    """
    return _PASSWORD.sub(lambda found: f"{found[1] or found[2]}***", name)


def _typed(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def is_meant(place: Place | None, *, files: bool) -> bool:
    """
    Say whether records come from a database. Files count for more than the environment; both at once are a slip.

    Args:
        place: The database, if one was named.
        files: Whether files were named.

    Raises:
        click.UsageError: Both were named on the command line.
    """
    if place is not None and files and _typed("store"):
        raise click.UsageError("--store and files of records exclude each other; leadmodel load puts them into it")
    return place is not None and not files


@contextmanager
def opened(place: Place, *, read_only: bool = False) -> "Iterator[SqlStore]":
    """
    Open the database; a slip in a path makes none.

    Raises:
        StoreError: It is not there, is none of ours, or cannot be opened.
    """
    from leadmodel.stores import SqlStore

    with SqlStore.open(
        place.address, tenant=place.tenant, create=False, read_only=read_only, timeout=place.wait
    ) as store:
        yield store


def _playbook(_: click.Context, __: click.Parameter, name: str) -> Playbook:
    if name in playbooks.PRESETS:
        return playbooks.PRESETS[name]
    if not name.lower().endswith(".toml"):
        known = suggestion(name, playbooks.PRESETS)
        raise click.BadParameter(f"there is no playbook {name!r}; a file of one ends in .toml; {known}")
    return read_playbook(Path(name), name=name)


@attrs.frozen(kw_only=True)
class Act:
    """
    How something is written: by which rules, when, by whom, and whether it is.
    """

    playbook: Playbook
    #: None is the moment at which it is done.
    at: datetime | None
    by: str | None
    dry_run: bool

    def crm(self, store: "SqlStore") -> Crm:
        """
        Give the verbs on a database.
        """
        return Crm(store, playbook=self.playbook, now=self.now, by=self.by, tries=1)  # the store waits by itself

    def now(self) -> datetime:
        """
        Tell when it happens.
        """
        return self.at or datetime.now(UTC)


def with_playbook(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the option that says how the organisation sells.
    """
    return click.option(
        "--playbook", metavar="NAME|FILE", default="zoho", show_default=True, envvar="LEADMODEL_PLAYBOOK",
        show_envvar=True, callback=_playbook, help="How the organisation sells: zoho, simple, or a TOML file.",
    )(command)  # fmt: skip


def with_moment(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the option that says when it happens.
    """
    return click.option("--at", metavar="INSTANT", callback=instant_of, help="When it happens; now unless given.")(
        command
    )


# fmt: off
_ACTING: Final = (
    with_playbook,
    with_moment,
    click.option("--by", metavar="USER", help="Who does it."),
    click.option("--dry-run", is_flag=True, help="Show what would happen, and write nothing."),
)
# fmt: on


def acting(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the options that say how something is written; it gets them as `act`. It has --zone besides.
    """

    @wraps(command)
    def settled(**given: Any) -> None:  # noqa: ANN401  (as above)
        at, zone = given.pop("at"), given.get("zone")
        facts = {name: given.pop(name) for name in ("playbook", "by", "dry_run")}
        command(act=Act(at=moment_in(at, zone), **facts), **given)

    for option in reversed(_ACTING):
        settled = option(settled)
    return settled
