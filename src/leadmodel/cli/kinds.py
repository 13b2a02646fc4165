"""
Types of record as the command line names them: "lead", "leads", "social-update".
"""

from collections.abc import Callable
from typing import Final

import click

from leadmodel.display import plural
from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import suggestion
from leadmodel.values import type_name

_WORDS: Final = {type_name(record_type): record_type for record_type in ENTITIES}
_KNOWN: Final = _WORDS | {plural(word): record_type for word, record_type in _WORDS.items()}


def type_of(word: str) -> type[Entity]:
    """
    Give the type of record that a word names.

    Raises:
        click.BadParameter: It names none.
    """
    meant = " ".join(word.lower().replace("-", " ").replace("_", " ").split())
    if meant not in _KNOWN:
        raise click.BadParameter(f"{word!r} is no type of record; {suggestion(meant, _WORDS)}")
    return _KNOWN[meant]


def _named(_: click.Context, __: click.Parameter, word: str) -> type[Entity]:
    return type_of(word)


def with_type(command: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command the argument that names a type of record.
    """
    return click.argument("which", metavar="TYPE", callback=_named)(command)
