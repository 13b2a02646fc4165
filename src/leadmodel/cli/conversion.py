"""
Rules of conversion on paper: where each field of a lead goes, what follows it, and what it is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence

from leadmodel.cli.printing import say, table
from leadmodel.display import one_line
from leadmodel.playbook.forms import CHILD, ROW
from leadmodel.processes.forms import row_to_plain
from leadmodel.rules.conversion import ConversionRules
from leadmodel.rules.conversion.showing import asked, child_table, mapping_table


def print_conversion(rules: ConversionRules, title: str) -> None:
    """
    Print the mapping, what becomes of notes and the like, and what leads are asked for.
    """
    table(title, *mapping_table(rules))
    table("what hangs on a lead", *child_table(rules))
    for name, said in asked(rules):
        say(one_line(f"{name}: {said}"))
    say()


def rows_of_conversion(rules: ConversionRules) -> Iterator[tuple[str, Sequence[Mapping[str, object]]]]:
    """
    Give the mapping and what becomes of notes and the like as plain data, each under its title.
    """
    yield "conversion", [row_to_plain(ROW, row, whole=True) for row in rules.rows()]
    yield "what hangs on a lead", [row_to_plain(CHILD, row, whole=True) for row in rules.children]
