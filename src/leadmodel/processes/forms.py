"""
The plain form of a process: which keys its tables have, what each holds, and what holds where it is left out.

Reading and writing follow these rows; a key that is added here is read, written and checked.
"""

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from typing import Any, Final, TypeAlias

import attrs

from leadmodel.criteria import Criterion, CustomField, FieldKind
from leadmodel.processes import pipelines, statuses
from leadmodel.processes.parts import Closing, MoveRule, Transition
from leadmodel.processes.pipelines import Forecast, Outcome, Pipeline, Stage
from leadmodel.processes.process import Process
from leadmodel.processes.statuses import Status, Statuses, StatusKind

#: The facts of a row by the names of their attributes.
Facts: TypeAlias = Mapping[str, Any]
#: A row as plain data.
PlainRow: TypeAlias = dict[str, Any]


class Holds(Enum):
    """
    What a key holds, where it is neither one of a few words nor a list of tables.
    """

    TEXT = "text"
    WHOLE = "a whole number"
    TRUTH = "true or false"
    #: One text, or a list of several.
    NAMES = "text, or a list of texts"
    #: A criterion in its text form.
    GUARD = "the text of a criterion"


@attrs.frozen
class Words:
    """
    What a key holds that holds one of a few words, or several of them.
    """

    #: What each of the words is called.
    noun: str
    #: What each of them stands for.
    means: Mapping[str, Any]
    several: bool = False


def words_of(noun: str, choices: type[StrEnum], *, several: bool = False) -> Words:
    """
    Take the words of a list of choices, each for itself.
    """
    return Words(noun, {str(word): word for word in choices}, several)


@attrs.frozen
class Key:
    """
    One key of a table.
    """

    name: str
    #: A form stands for a list of tables.
    holds: "Holds | Words | Form"
    #: What holds where the key is left out, by the other facts of the row; None is a key that must be given.
    default: Callable[[Facts], Any] | None = None
    #: What Python calls it, where that is another name.
    attribute: str = attrs.field(default=attrs.Factory(lambda self: self.name, takes_self=True))


@attrs.frozen
class Form:
    """
    The keys of one kind of table, and what is made of it.
    """

    makes: type[Any]
    keys: tuple[Key, ...]


def _always(value: object) -> Callable[[Facts], Any]:
    return lambda _: value


def _key(facts: Facts) -> object:
    return facts["key"]


_OUTCOMES: Final = words_of("outcome", Outcome)
_FORECASTS: Final = words_of("forecast category", Forecast)
_KINDS: Final = words_of("kind of status", StatusKind)
_CLOSINGS: Final = words_of("closing", Closing)

_NONE, _NOBODY, _NO, _EMPTY = _always(()), _always(None), _always(False), _always("")

# fmt: off
_STAGE: Final = Form(Stage, (
    #   key            holds         where it is left out
    Key("key",         Holds.TEXT),
    Key("label",       Holds.TEXT,   _key),
    Key("outcome",     _OUTCOMES),
    Key("probability", Holds.WHOLE,  _always(0)),
    Key("forecast",    _FORECASTS,   lambda facts: facts["outcome"].forecast),
    Key("requires",    Holds.NAMES,  _NONE),
    Key("guard",       Holds.GUARD,  _NOBODY),
    Key("first",       Holds.TRUTH,  _NO),
))
_STATUS: Final = Form(Status, (
    Key("key",         Holds.TEXT),
    Key("label",       Holds.TEXT,   _key),
    Key("kind",        _KINDS),
    Key("requires",    Holds.NAMES,  _NONE),
    Key("guard",       Holds.GUARD,  _NOBODY),
    Key("first",       Holds.TRUTH,  _NO),
))
#: A named way between steps.
TRANSITION: Final = Form(Transition, (
    Key("name",        Holds.TEXT),
    Key("from",        Holds.NAMES,  _NONE,  "come_from"),
    Key("to",          Holds.TEXT),
    Key("requires",    Holds.NAMES,  _NONE),
    Key("guard",       Holds.GUARD,  _NOBODY),
))
#: One of the organisation's own fields.
FIELD: Final = Form(CustomField, (
    Key("name",        Holds.TEXT),
    Key("kind",        words_of("kind of field", FieldKind)),
))
# fmt: on


@attrs.frozen
class Shape:
    """
    The plain form of one kind of process.
    """

    #: The key under which the processes stand, each under its own key.
    name: str
    makes: type[Process[Any]]
    #: The keys of the lists of steps; the first holds those of today.
    lists: tuple[str, ...]
    step: Form
    #: Which of a step's keys says what it means.
    mark: str
    #: The words for that.
    marks: Words
    #: The move table that holds where a process says nothing else.
    moves: tuple[MoveRule, ...]

    @property
    def cells(self) -> dict[tuple[str, str], MoveRule]:
        """
        The cells of that move table by what two steps mean, in order.
        """
        return {(str(row.come_from), str(row.to)): row for row in self.moves}

    @property
    def move(self) -> Form:
        """
        The form of a row of the move table: what it leaves out is as in the table that holds otherwise.
        """
        cells = self.cells

        def same(attribute: str) -> Callable[[Facts], Any]:
            return lambda facts: getattr(cells[facts["come_from"], facts["to"]], attribute)

        def hint(facts: Facts) -> str:
            cell = cells[facts["come_from"], facts["to"]]
            return cell.hint if cell.allowed == facts["allowed"] else ""

        # fmt: off
        return Form(MoveRule, (
            Key("from",     self.marks,   None,             "come_from"),
            Key("to",       self.marks),
            Key("allowed",  Holds.TRUTH),
            Key("closing",  _CLOSINGS,    same("closing")),
            Key("requires", Holds.NAMES,  _NONE),
            Key("guard",    Holds.GUARD,  _NOBODY),
            Key("hint",     Holds.TEXT,   hint),
            Key("rule",     Holds.TEXT,   same("rule")),
        ))
        # fmt: on


PIPELINES: Final = Shape("pipelines", Pipeline, ("stages", "retired"), _STAGE, "outcome", _OUTCOMES, pipelines.MOVES)
STATUSES: Final = Shape("statuses", Statuses, ("members",), _STATUS, "kind", _KINDS, statuses.MOVES)


def shape_of(process: Process[Any]) -> Shape:
    """
    Give the plain form that a process has.
    """
    return PIPELINES if isinstance(process, PIPELINES.makes) else STATUSES


def row_to_plain(form: Form, value: object, *, whole: bool = False) -> PlainRow:
    """
    Give a row as plain data.

    Args:
        form: Its form.
        value: A step, a cell, a transition or a field.
        whole: Whether what holds anyhow is given as well.
    """
    facts = {key.attribute: getattr(value, key.attribute) for key in form.keys}
    return {
        key.name: _plain(key, facts[key.attribute], whole=whole)
        for key in form.keys
        if whole or key.default is None or facts[key.attribute] != key.default(facts)
    }


def _words_for(words: Words, value: Any) -> object:  # noqa: ANN401  (what one or several words stand for)
    said = {meant: word for word, meant in words.means.items()}
    if not words.several:
        return said[value]
    in_order = value if isinstance(value, tuple) else [meant for meant in said if meant in value]
    return [said[meant] for meant in in_order]


def _plain(key: Key, value: Any, *, whole: bool) -> object:  # noqa: ANN401  (whatever the key holds)
    if isinstance(key.holds, Form):
        return [row_to_plain(key.holds, row, whole=whole) for row in value]
    if isinstance(key.holds, Words):
        return _words_for(key.holds, value)
    if isinstance(value, tuple):
        return value[0] if key.name == "from" and len(value) == 1 else list(value)
    return str(value) if isinstance(value, (Criterion, StrEnum)) else value
