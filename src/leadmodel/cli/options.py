"""
The options that every part which sorts a feed has, and what they come to.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import wraps
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
import click

from leadmodel.rules import author_rules
from leadmodel.rules.author_rules import AuthorRules, Category, DealLink

#: Updates of a tab that are printed unless more are asked for.
SHOWN: Final = 1_000


class Form(StrEnum):
    """
    In which form answers are printed.
    """

    TABS = "tabs"
    JSON = "json"
    CSV = "csv"

    @property
    def streams(self) -> bool:
        """
        Whether answers are printed as they come.
        """
        return self is not Form.TABS


@attrs.frozen(kw_only=True)
class Settings:
    """
    How a feed is sorted, and how the answers are printed.
    """

    rules: AuthorRules
    as_of: datetime | None
    #: The tabs to print; all of them where none is named.
    only: frozenset[Category]
    form: Form
    explain: bool
    #: The most updates of a tab that are printed.
    limit: int = SHOWN


def zone_of(_: click.Context, __: click.Parameter, name: str | None) -> ZoneInfo | None:
    """
    Read the name of a time zone.
    """
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f'there is no time zone {name!r}; name one such as "Europe/Berlin" or "UTC"') from None


def instant_of(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    """
    Read an instant.
    """
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no instant; write it as 2026-03-01T09:30:00Z") from None


def moment_in(at: datetime | None, zone: tzinfo | None, option: str = "--at") -> datetime | None:
    """
    Give an instant that was named, in the zone if it names none.

    Raises:
        click.UsageError: It has no time zone, and none was given.
    """
    if at is None or at.tzinfo is not None:
        return at
    if zone is None:
        raise click.UsageError(f"{option} {at:%Y-%m-%dT%H:%M} has no time zone; add Z for UTC, or an offset")
    return at.replace(tzinfo=zone)


def with_zone(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the option that says the time zone of times.
    """
    return click.option(
        "--zone", metavar="ZONE", callback=zone_of, help="The time zone of times that name none, such as UTC."
    )(command)


_LINKS: Final = [link.value for link in DealLink]
_CATEGORIES: Final = [category.value for category in Category]
# fmt: off
_OPTIONS: Final = (
    click.option("--rules", type=click.Choice([*author_rules.PRESETS]), default="zoho", show_default=True,
                 help="The table by which authors are judged; see `leadmodel rules`."),
    click.option("--strict", is_flag=True, help="Stop at an author who matches several contacts (AUTH-7)."),
    click.option("--companies", is_flag=True, help="Judge a company's profile by the account's deals (AUTH-10)."),
    click.option("--match-email", is_flag=True, help="Know authors by their e-mail address as well (NET-6)."),
    click.option("--count-deals", multiple=True, type=click.Choice(_LINKS), default=["primary"], show_default=True,
                 help="Which deals are a contact's (AUTH-9); may be given several times."),
    click.option("--as-of", metavar="INSTANT", callback=instant_of,
                 help="Answer as of an instant, such as 2026-03-01T00:00Z (AUTH-15)."),
    click.option("--only", metavar="CATEGORY", multiple=True, type=click.Choice(_CATEGORIES),
                 help=f"Print one tab only: {', '.join(_CATEGORIES)}; may be given several times."),
    click.option("--limit", type=click.IntRange(min=1), metavar="N",
                 help=f"Print so many updates of each tab at most; {SHOWN:,} unless given."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line."),
    click.option("--csv", "as_csv", is_flag=True, help="Print CSV, safe to open in a spreadsheet."),
    click.option("--explain", is_flag=True, help="Say in full why, and name the records and deals."),
)
# fmt: on


def sorting(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the options of sorting; it gets them as `settings`.
    """

    @wraps(command)
    def with_settings(**given: Any) -> None:  # noqa: ANN401  (whatever options the command has besides)
        command(settings=_settings(given), **given)

    for option in reversed(_OPTIONS):
        with_settings = option(with_settings)
    return with_settings


def _settings(given: dict[str, Any]) -> Settings:
    """
    Take the options of sorting out of what was given.

    Raises:
        click.UsageError: They contradict each other, or the instant has no time zone.
    """
    as_json, as_csv = given.pop("as_json"), given.pop("as_csv")
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    limit: int | None = given.pop("limit")
    if limit and (as_json or as_csv):
        raise click.UsageError("--limit is of the tabs; --json and --csv print every update")
    as_of = moment_in(given.pop("as_of"), given.get("zone"), "--as-of")
    only: Iterable[str] = given.pop("only")
    return Settings(
        rules=attrs.evolve(
            author_rules.PRESETS[given.pop("rules")],
            strict=given.pop("strict"),
            companies=given.pop("companies"),
            match_email=given.pop("match_email"),
            deals=given.pop("count_deals"),
        ),
        as_of=as_of,
        only=frozenset(map(Category, only or Category)),
        form=Form.JSON if as_json else Form.CSV if as_csv else Form.TABS,
        explain=given.pop("explain"),
        limit=limit or SHOWN,
    )
