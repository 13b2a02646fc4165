"""
Printing the tabs of a sorted feed: tables on a terminal, plain columns in a pipe, blocks where all is explained.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeVar, cast

from leadmodel.cli.options import Settings
from leadmodel.cli.printing import Writer, on_terminal, say, writer
from leadmodel.directory import People
from leadmodel.display import counted, fitted, one_line, text_table
from leadmodel.entities import Deal, Entity, SocialUpdate
from leadmodel.rules.answers import Answer
from leadmodel.rules.author_rules import Category, Reason
from leadmodel.rules.tabs import Pair
from leadmodel.values import Ref

if TYPE_CHECKING:
    from rich.table import Table

E = TypeVar("E", bound=Entity)


class Known(People, Protocol):
    """
    Whoever knows who is on record, and gives single records: a directory, or a store.
    """

    def get(self, record_type: type[E], record_id: str) -> E | None:
        """
        Give the record with this type and id, or None.
        """


#: Columns of text that a line in a pipe shows.
_TEXT_SHOWN: Final = 60
_COLOURS: Final = {
    Category.CUSTOMER: "green",
    Category.POTENTIAL_CONTACT: "yellow",
    Category.LEAD_OR_CONTACT: "cyan",
    Category.UNKNOWN: "magenta",
}
#: Columns of the longest name of a tab.
_WIDEST: Final = max(len(category.label) for category in Category)
#: What each reason says in a few words; who is behind it stands before, the deals after it.
BRIEFLY: Final = {
    Reason.OPEN_DEAL: "open deal",
    Reason.WON_DEAL: "won deal",
    Reason.NO_DEALS: "no deals",
    Reason.ALL_LOST: "lost deal",
    Reason.LEAD: "not yet a contact",
    Reason.CONTACT_GONE: "contact is gone",
    Reason.ACCOUNT_PROFILE: "company's profile",
    Reason.NOBODY: "not on record",
    Reason.NO_AUTHOR: "no author",
}
#: Deals that are named in a few words; more are counted.
_DEALS_NAMED: Final = 2


class FirstOfTabs:
    """
    The tabs as they are printed: how many updates stand on each, and the first of them.

    Args:
        pairs: The sorted feed.
        limit: The most updates of a tab that are kept.
    """

    def __init__(self, pairs: Iterable[Pair], limit: int) -> None:
        self.counts: Counter[Category] = Counter()
        self._first: dict[Category, list[Pair]] = {category: [] for category in Category}
        for pair in pairs:
            category = pair[1].category
            self.counts[category] += 1
            if self.counts[category] <= limit:
                self._first[category].append(pair)

    def __getitem__(self, category: Category) -> Sequence[Pair]:
        return self._first[category]

    def left(self, category: Category) -> str:
        """
        Say how many updates of a tab are not printed; "" where all are.
        """
        all_of_them = self.counts[category]
        more = all_of_them - len(self._first[category])
        return f"… and {more:,} more; --limit {all_of_them} prints them all" if more else ""


def print_tabs(tabs: FirstOfTabs, people: Known, settings: Settings) -> None:
    """
    Print the tabs that are wanted, each under its name and the number of its updates.
    """
    wanted = [category for category in Category if category in settings.only]
    if settings.explain:
        _print_blocks(tabs, people, wanted)
    elif on_terminal():
        _print_tables(tabs, wanted)
    else:
        _print_plain(tabs, wanted)


def print_live(pairs: Iterable[Pair], people: Known, *, explain: bool) -> Iterator[None]:
    """
    Print each update as it comes, on a line of its own, or as a block where all is explained.
    """
    write = writer()
    for update, answer in pairs:
        if explain:
            for line, style in _block(update, answer, people):
                write(one_line(line), style)
            write("", "")
        else:
            tab = f"{answer.category.label:<{_WIDEST}}"
            parts = (when(update), tab, answer.author or "–", fitted(update.text, _TEXT_SHOWN), briefly(answer))
            write(one_line("  ".join(part for part in parts if part)), _COLOURS[answer.category])
        yield


def when(update: SocialUpdate) -> str:
    """
    Say when an update was posted, in UTC; "" where nobody knows.
    """
    return f"{update.posted_at:%Y-%m-%d %H:%M}" if update.posted_at else ""


def briefly(answer: Answer) -> str:
    """
    Say in a few words why.
    """
    who = [match for match in answer.matches if match.type is answer.matches[0].type]
    deals = [deal.id for deal in answer.deals[:_DEALS_NAMED]]
    more = f" +{len(answer.deals) - _DEALS_NAMED}" if len(answer.deals) > _DEALS_NAMED else ""
    said = " ".join([BRIEFLY[answer.reason], ", ".join(deals)]).strip() + more
    remarks = (
        *(f"was {lead}" for lead in answer.followed),
        *(f"old handle of {ref}?" for ref in answer.stale),
        *(f"looks like {key}!" for key in answer.look_alikes),
        *([f"passed on by {answer.reposter.author}"] if answer.reposter else []),
    )
    return "; ".join(([f"{' or '.join(map(str, who))}: {said}"] if who else [said]) + list(remarks))


def records_behind(answer: Answer, people: Known) -> Iterator[str]:
    """
    Name the records and deals behind an answer.
    """
    for ref in dict.fromkeys((*answer.matches, *answer.followed, *answer.stale, *answer.deals)):
        record = _record(ref, people)
        stands = f", {record.stage}, {record.amount or 'no amount'}" if isinstance(record, Deal) else ""
        yield f"{record}{stands}"


def _record(ref: Ref, people: Known) -> Entity | None:
    return people.get(cast("type[Entity]", ref.type), ref.id)


def _print_plain(tabs: FirstOfTabs, wanted: Sequence[Category]) -> None:
    headers, write = ("update", "when", "author", "text", "because"), writer()
    for category in wanted:
        _print_title(write, tabs, category)
        rows = [
            (
                update.id, when(update), answer.author or "–", fitted(update.text, _TEXT_SHOWN),
                f"{briefly(answer)} [{', '.join(answer.rules)}]",
            )
            for update, answer in tabs[category]
        ]  # fmt: skip
        left = tabs.left(category)
        say("\n".join(["", text_table(headers, rows), *([left] if left else []), ""]) if rows else "")


def _print_tables(tabs: FirstOfTabs, wanted: Sequence[Category]) -> None:
    from rich.console import Console

    console, write = Console(highlight=False), writer()
    for category in wanted:
        _print_title(write, tabs, category)
        if tabs.counts[category]:
            console.print(_laid_out(tabs[category]))
        _print_left(write, tabs, category)
        write("", "")


def _print_left(write: Writer, tabs: FirstOfTabs, category: Category) -> None:
    if left := tabs.left(category):
        write(left, "dim")


def _print_title(write: Writer, tabs: FirstOfTabs, category: Category) -> None:
    write(f"{category.label}: {counted(tabs.counts[category], 'update')}", f"bold {_COLOURS[category]}")


def _laid_out(pairs: Sequence[Pair]) -> "Table":
    """
    Lay out updates in two lines each: day over time, name over profile, text over reason.

    Names and texts are cut to the width; a reason takes the lines that it needs.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(width=len("2026-01-01"), style="dim")
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column(overflow="fold", ratio=5)
    table.add_row("when", Text("author", style="dim"), Text("text, and why it stands here", style="dim"))
    for update, answer in pairs:
        day, _, time = when(update).partition(" ")
        name = Text(one_line(update.author_name) or "–", style="bold")
        table.add_row(day, name, Text(one_line(update.text), no_wrap=True, overflow="ellipsis"))
        because = Text.assemble((briefly(answer), _COLOURS[answer.category]), (f"  {' '.join(answer.rules)}", "dim"))
        table.add_row(time, Text(answer.author or "–", style="dim"), because)
    return table


def _print_blocks(tabs: FirstOfTabs, people: Known, wanted: Sequence[Category]) -> None:
    """
    Print each update with the whole answer and the records behind it.
    """
    write = writer()
    for category in wanted:
        _print_title(write, tabs, category)
        write("", "")
        for update, answer in tabs[category]:
            for line, style in _block(update, answer, people):
                write(one_line(line), style)
            write("", "")
        if tabs.left(category):
            _print_left(write, tabs, category)
            write("", "")


def _block(update: SocialUpdate, answer: Answer, people: Known) -> Iterator[tuple[str, str]]:
    """
    Give the lines about one update, each with its style.
    """
    name = f"{update.author_name}  {answer.author}".strip()
    yield "  ".join(part for part in (update.id, when(update), name) if part), "bold"
    yield f"    {update.text}", ""
    yield f"    {answer}", _COLOURS[answer.category]
    for record in records_behind(answer, people):
        yield f"    - {record}", "dim"
