"""
Facts about fields: what a field holds, how much of it, whose it is. They stand in the field's own metadata.

Checks, displays, criteria and the reading of files ask here, so that a field is described once, where it is declared.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import attrs

from leadmodel.values.text import ID_LIMIT, LINE_LIMIT, TEXT_LIMIT, URL_LIMIT

_KEY: Final = "leadmodel"


class Kind(StrEnum):
    """
    What kind of thing a field holds.
    """

    IDENTITY = "identity"
    LINE = "line"
    URL = "address on the web"
    TEXT = "text"
    NUMBER = "whole number"
    INSTANT = "instant"
    DATE = "date"
    CHOICE = "choice"
    VALUE = "value"
    COLLECTION = "collection"
    MAPPING = "mapping"


#: Characters that a text of each kind may have.
LIMITS: Final = {Kind.IDENTITY: ID_LIMIT, Kind.LINE: LINE_LIMIT, Kind.URL: URL_LIMIT, Kind.TEXT: TEXT_LIMIT}


@attrs.frozen(kw_only=True)
class Facts:
    """
    What is known of one field.
    """

    kind: Kind
    #: Personal data: masked in every message.
    personal: bool = False
    #: The verb that alone may set the field (PIPE-12), "" where anybody may.
    verb: str = ""
    #: Bookkeeping: revert keeps today's value, and a change of it alone outdates nothing.
    bookkeeping: bool = False
    #: Whether the field must hold something.
    required: bool = False
    #: Bounds of a number, both included.
    low: int = -(2**63)
    high: int = 2**63 - 1
    #: The types that a value may have, besides None where the field's default is None.
    types: tuple[type, ...] = ()


def holds(
    kind: Kind,
    *types: type,
    personal: bool = False,
    verb: str = "",
    bookkeeping: bool = False,
    required: bool = False,
    low: int = -(2**63),
    high: int = 2**63 - 1,
) -> Mapping[str, Facts]:
    """
    State the facts about a field, as the `metadata` of its declaration.
    """
    return {
        _KEY: Facts(
            kind=kind, types=types, personal=personal, verb=verb, bookkeeping=bookkeeping, required=required,
            low=low, high=high,
        )
    }  # fmt: skip


def facts_of(record_type: type[attrs.AttrsInstance]) -> Mapping[str, Facts]:
    """
    Give the facts about every field of a record type that has any, in the order of declaration.
    """
    return _facts_of(record_type)


def _facts_of(record_type: type[attrs.AttrsInstance]) -> Mapping[str, Facts]:
    return {field.name: field.metadata[_KEY] for field in attrs.fields(record_type) if _KEY in field.metadata}
