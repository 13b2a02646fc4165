"""
Records and changes to and from plain data.
"""

from leadmodel.codec.changes import changes_from_json, changes_to_json
from leadmodel.codec.plain import CONVERTER, from_plain, make_converter, record_type_of, to_plain
from leadmodel.codec.reading import JSON_LIMIT, parse_json

__all__ = [
    "CONVERTER",
    "JSON_LIMIT",
    "changes_from_json",
    "changes_to_json",
    "from_plain",
    "make_converter",
    "parse_json",
    "record_type_of",
    "to_plain",
]
