"""
The plain form of a playbook: which keys its tables have, what each holds, and what holds where it is left out.

The tables of its pipelines and statuses have the forms of `leadmodel.processes.forms`.
"""

from collections.abc import Mapping
from typing import Any, Final

from leadmodel.entities import Account, Activity, Contact, Deal, Note, Task
from leadmodel.processes.forms import FIELD, PIPELINES, STATUSES, Form, Holds, Key, Words, words_of
from leadmodel.rules.conversion import (
    Attitude,
    ChildRow,
    ConversionRules,
    Follow,
    MappingRow,
    Policy,
    Target,
)
from leadmodel.values import PhoneKind, type_name


def _records(*types: type[Any], several: bool = False) -> Words:
    return Words("kind of record", {type_name(each): each for each in types}, several)


def _nothing(_: object) -> tuple[()]:
    return ()


_TARGETS: Final = (Contact, Account, Deal)
_ATTITUDES: Final = words_of("attitude", Attitude)

# fmt: off
#: Where a field of a lead goes.
TARGET: Final = Form(Target, (
    #   key         holds                                            where it is left out
    Key("record",   _records(*_TARGETS),                             None,                      "record_type"),
    Key("field",    Holds.TEXT),
    Key("policy",   words_of("policy", Policy),                      lambda _: Policy.FILL),
    Key("kinds",    words_of("kind of number", PhoneKind, several=True), lambda _: frozenset()),
))
#: One field of a lead.
ROW: Final = Form(MappingRow, (
    Key("field",    Holds.TEXT),
    Key("to",       TARGET,                                          _nothing,                  "targets"),
    Key("dropped",  Holds.TEXT,                                      lambda _: ""),
))
#: One kind of record that hangs on a lead.
CHILD: Final = Form(ChildRow, (
    Key("record",   _records(Note, Activity, Task),                  None,                      "record_type"),
    Key("follow",   words_of("policy", Follow)),
    Key("to",       _records(*_TARGETS, several=True),               lambda _: (Contact, Account, Deal)),
))
#: How leads are converted: what the table `conversion` holds besides lists of tables.
RULES: Final = Form(ConversionRules, (
    Key("requires",    Holds.NAMES,                                  _nothing),
    Key("guard",       Holds.GUARD,                                  lambda _: None),
    Key("unqualified", _ATTITUDES,                                   lambda _: Attitude.WARN),
    Key("known_email", _ATTITUDES,                                   lambda _: Attitude.WARN),
))
# fmt: on

#: The lists of tables there, by name.
LISTS: Final[Mapping[str, Form]] = {"fields": FIELD, "mapping": ROW, "custom": ROW, "children": CHILD}

#: The keys at the top that only a playbook has, and all of them.
OWN: Final = ("start", "key", "label", "namespace", "conversion")
TOP: Final = (*OWN, PIPELINES.name, STATUSES.name)
