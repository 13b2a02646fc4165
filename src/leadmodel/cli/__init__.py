"""
The command `leadmodel`: it reads arguments and files, asks the library, and prints.

Importing it needs nothing beyond the library; running it needs the extra `cli`, and says so where that is missing.
"""

import sys
from collections.abc import Sequence

from leadmodel.errors import MissingExtra

__all__ = ["main"]

_TOOLS = ("click", "rich")


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Run the command and leave with its exit code: 0 done, 1 the input is wrong, 2 wrongly used, 130 interrupted.

    Args:
        arguments: What follows the command's name; None takes it from the command line.

    Raises:
        SystemExit: Always.
    """
    try:
        import rich  # noqa: F401  (asked for now, since it is used only once something is printed)

        from leadmodel.cli.commands import leadmodel
    except ModuleNotFoundError as error:
        if error.name not in _TOOLS:
            raise
        missing = MissingExtra(library=str(error.name), extra="cli", purpose="the command leadmodel")
        sys.stderr.write(f"Error: {missing}\n")
        raise SystemExit(2) from None
    leadmodel(arguments, prog_name="leadmodel")
