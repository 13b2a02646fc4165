"""
The options of every part that reads records out of files.
"""

from collections.abc import Callable, Iterable
from typing import Final

import click

from leadmodel.cli.options import with_zone
from leadmodel.errors import InvalidValue, nearest
from leadmodel.formats.phones import check_region
from leadmodel.values import CURRENCIES

_RECORDS: Final = (
    ("people", 'Leads, contacts and accounts together: CSV with a column "type", or a Salesforce tree.'),
    ("leads", "Leads: CSV of any tool, a Data Loader export, or a Salesforce tree."),
    ("contacts", "Contacts, likewise."),
    ("accounts", "Accounts, likewise."),
    ("deals", "Deals (potentials, opportunities), likewise."),
)  # fmt: skip


def _columns(_: click.Context, __: click.Parameter, pairs: Iterable[str]) -> dict[str, str | None]:
    columns: dict[str, str | None] = {}
    for pair in pairs:
        header, sign, target = pair.rpartition("=")
        if not sign or not header.strip():
            raise click.BadParameter(
                f'{pair!r} names no target; write it as "Header=target", such as "Handle=profiles.x"'
            )
        columns[header] = target.strip() or None
    return columns


def _currency(_: click.Context, __: click.Parameter, code: str) -> str:
    if code and code not in CURRENCIES:
        close = nearest(code, CURRENCIES)
        hint = f"did you mean {close!r}?" if close else "name one such as EUR"
        raise click.BadParameter(f"{code!r} is no ISO 4217 code; {hint}")
    return code


def _region(_: click.Context, __: click.Parameter, code: str) -> str:
    try:
        if code:
            check_region(code)
    except InvalidValue as error:
        raise click.BadParameter(f"{error.problems[0].what}; {error.problems[0].hint}") from None
    return code


def with_files(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command an option for each kind of file.
    """
    for name, text in reversed(_RECORDS):
        command = click.option(f"--{name}", metavar="FILE", multiple=True, help=text)(command)
    return command


def with_currency(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the option that says the currency of amounts.
    """
    return click.option(
        "--currency", metavar="CODE", default="", callback=_currency, help="The currency of amounts that name none."
    )(command)


# fmt: off
_OPTIONS: Final = (
    click.option("--pipeline", metavar="NAME|FILE", multiple=True, default=["zoho"], show_default=True,
                 help="The stages of the deals: zoho, simple, salesforce, hubspot, or a CSV, JSON or TOML file."),
    click.option("--column", "columns", metavar="HEADER=TARGET", multiple=True, callback=_columns,
                 help='What a column of a CSV file is, such as "Handle=profiles.x"; with no target it is ignored.'),
    with_currency,
    with_zone,
    click.option("--region", metavar="CC", default="", callback=_region,
                 help="The country of phone numbers that name none, such as BE: they are completed."),
    click.option("--strict-emails", is_flag=True, help="Refuse e-mail addresses that cannot be delivered."),
    click.option("--encoding", metavar="NAME", default="utf-8-sig",
                 help="How CSV files are encoded; UTF-8 unless given."),
    click.option("--ids", type=click.Choice(["column", "line"]), default="column",
                 help="Whether rows of CSV have ids, or are called by file and line."),
    click.option("--ragged", type=click.Choice(["refuse", "fill"]), default="refuse",
                 help="What becomes of rows of CSV with too few cells."),
    click.option("--partial", is_flag=True, help="Take deals whose contacts are not in the files."),
)
# fmt: on


def with_reading(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the options that say how its files are read.
    """
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
