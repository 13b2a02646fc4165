"""
Printing: tables on a terminal, plain text in a pipe, notes and complaints on standard error.

What is printed may come from strangers, so nothing reaches a terminal that could steer it.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from leadmodel.cli.words import in_words_of_the_command
from leadmodel.display import one_line, text_table

#: Things that are named in one note; more are counted.
_NAMED: Final = 6
#: Prints a line in a style.
Writer: TypeAlias = Callable[[str, str], None]


def on_terminal() -> bool:
    """
    Say whether somebody looks at standard output.
    """
    return sys.stdout.isatty()


def say(text: str = "") -> None:
    """
    Print lines that are known to be harmless.
    """
    sys.stdout.write(f"{text}\n")


def writer() -> Writer:
    """
    Give a function that prints one harmless line, in a style where somebody looks at it.
    """
    if not on_terminal():
        return lambda line, _: say(line)
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    return lambda line, style: console.print(Text(line, style=style))


def named(names: Sequence[str]) -> str:
    """
    Name the first of several things, and say how many more there are.
    """
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def note(text: str) -> None:
    """
    Remark something on standard error.
    """
    sys.stdout.flush()  # a remark comes after what it is about
    sys.stderr.write(f"Note: {one_line(text)}\n")


def complain(error: Exception) -> None:
    """
    Say on standard error what is wrong, line by line.
    """
    lines = in_words_of_the_command(str(error)).split("\n")
    sys.stderr.write("Error: " + "\n".join(map(one_line, lines)) + "\n")


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """
    Print a table under its title.
    """
    if not on_terminal():
        say(f"{title}\n\n{text_table(headers, rows)}\n")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shape = Table(box=box.SIMPLE_HEAD, title=Text(title, style="bold"), title_justify="left", padding=(0, 1, 0, 0))
    for header in headers:
        shape.add_column(header, overflow="fold")
    for row in rows:
        shape.add_row(*(Text(one_line(cell)) for cell in row))
    Console(highlight=False).print(shape)
