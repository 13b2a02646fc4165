"""
Whether a record may move to a step of a process, and if not, why not: the one interpreter of every move table.

Three things are asked, and everything that stands in the way is told at once: does the table allow the move, is there a
transition that leads this way where the process declares any, and does the record that would result hold what the
step, the cell and the transition ask for.

Rule:
    PIPE-2, PIPE-3, LEAD-3, LEAD-4.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Generic, TypeVar

import attrs

from leadmodel.changes.verbs import with_values
from leadmodel.criteria import Criterion, Related
from leadmodel.display import html_facts, listed
from leadmodel.entities import Record, facts_of
from leadmodel.errors import CannotMove, InvalidEdit, Problem, shown
from leadmodel.processes import MoveRule, Process, Transition
from leadmodel.processes.parts import Step
from leadmodel.processes.ways import Way, ways_from
from leadmodel.values import Ref

S = TypeVar("S", bound=Step)
S_co = TypeVar("S_co", bound=Step, covariant=True)


def problems_of(
    process: Process[S], way: Way[S], record: Record, *, at: datetime | None = None, related: Related | None = None
) -> Iterator[Problem]:
    """
    Say why the tables refuse a move; where they do not, what the record that would result lacks of what is asked for.
    """
    if not way.is_open:
        yield _refusal(process, way)
        return
    for path, lacks in way.required:
        if lacks.holds(record, None, related):
            fact = facts_of(type(record)).get(path)
            with_the_move = fact is not None and not fact.verb  # what a verb sets cannot be given (PIPE-12)
            hint = f"give it with the move: given={{{path!r}: …}}" if with_the_move else "fill it in first"
            yield Problem(what="it is missing", hint=hint, field=path, rule=process.gate_rule)
    now = at if process.timed else None
    for who, guard in way.guards:
        if not guard.holds(record, now, related):
            what, hint = f"{who} asks that {guard!s}", "change the record first, or with the move"
            yield Problem(what=what, hint=hint, field="guard", rule=process.gate_rule)


def _refusal(process: Process[S], way: Way[S]) -> Problem:
    noun, to = process.nouns[1], way.to
    if not way.row.allowed:
        what = f"what is {way.mark} cannot become {to.mark}"
        return Problem(what=what, hint=way.row.hint, field=noun, value=to.key, rule=way.row.rule)
    place = "from outside" if way.start is None else f"from {shown(way.start.key)}"
    what, hint = f"no transition leads {place} to {shown(to.key)}", "declare one, or take another way"
    return Problem(what=what, hint=hint, field=noun, value=to.key, rule="PIPE-3")


def already_there(record: Record, given: Mapping[str, object] | None, key: str) -> None:
    """
    See that a move to the step in which a record stands would change nothing else: no value is dropped in silence.

    Raises:
        InvalidEdit: A given field does not exist, belongs to a verb, cannot hold the value, or would be changed.

    Rule:
        PIPE-5.
    """
    after = with_values(record, given) if given else record
    problems = [
        Problem(
            what=f"{record.ref} stands in {shown(key)} already, so no move sets it", hint="use edit", field=name,
            value=value, rule="PIPE-5",
        )
        for name, value in (given or {}).items()
        if getattr(after, name) != getattr(record, name)
    ]  # fmt: skip
    if problems:
        raise InvalidEdit(subject=f"move of {record.ref}", problems=tuple(problems))


@attrs.frozen(kw_only=True, repr=False)
class MoveCheck(Generic[S_co]):
    """
    Whether a record may move to a step; true where it may. `problems` say why not.
    """

    #: The record.
    ref: Ref
    #: The key of the step in which it stands; "" where it stands on none.
    come_from: str
    #: The step to which it would go.
    to: S_co
    #: The cell of the move table.
    row: MoveRule
    #: The transition that leads there, where the process declares any.
    transition: Transition | None = None
    #: Every field that the move asks for.
    requires: tuple[str, ...] = ()
    #: Those of them in which the record, with what was given, holds nothing.
    missing: tuple[str, ...] = ()
    #: What must be true of the record after the move.
    guards: tuple[Criterion, ...] = ()
    #: All that stands in the way.
    problems: tuple[Problem, ...] = ()
    #: The keys of the steps to which the record may go, as far as the tables are concerned.
    allowed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.problems

    def __repr__(self) -> str:
        return f"<{self.ref} {'may' if self else 'cannot'} go to {shown(self.to.key)}>"

    def __str__(self) -> str:
        if self.problems:
            return str(self.refusal())
        start = f"from {shown(self.come_from)} " if self.come_from else ""
        return f"{self.ref} may go {start}to {shown(self.to.key)} [{self.row.rule}]"

    def _repr_html_(self) -> str:
        facts = (
            ("may go", "yes" if self else "no"),
            ("from", self.come_from),
            ("to", self.to.label),
            ("transition", self.transition.name if self.transition else ""),
            ("asks for", ", ".join(self.requires)),
            ("must be true", "\n".join(map(str, self.guards))),
            ("because", listed(self.problems, of=len(self.problems))),
            ("may go to", ", ".join(self.allowed)),
            ("rule", self.row.rule),
        )
        return html_facts(f"{self.ref} → {self.to.key}", (fact for fact in facts if fact[1]))

    def refusal(self) -> CannotMove:
        """
        Give the error that the move would raise.
        """
        return CannotMove(
            ref=self.ref, come_from=self.come_from, to=self.to.key, problems=self.problems, allowed=self.allowed
        )


def refuse_any(
    process: Process[S], way: Way[S], record: Record, problems: Iterable[Problem], *, left: str,
    related: Related | None = None,
) -> None:  # fmt: skip
    """
    Refuse a move against which something stands; the arguments are those of `checked`.

    Raises:
        CannotMove: There are problems; the error has them all.
    """
    if found := tuple(problems):
        raise checked(process, way, record, found, left=left, related=related).refusal()


def checked(
    process: Process[S], way: Way[S], record: Record, problems: Iterable[Problem], *, left: str,
    related: Related | None = None,
) -> MoveCheck[S]:  # fmt: skip
    """
    Give all that is known about a move.

    Args:
        process: The process that the step belongs to.
        way: The way.
        record: The record that would result.
        problems: All that stands in the way.
        left: The key of the step that is left, of whatever process.
        related: Finds the record behind a reference.
    """
    return MoveCheck(
        ref=record.ref, come_from=left, to=way.to, row=way.row, transition=way.transition,
        requires=tuple(path for path, _ in way.required),
        missing=tuple(path for path, lacks in way.required if lacks.holds(record, None, related)),
        guards=tuple(guard for _, guard in way.guards),
        problems=tuple(problems),
        allowed=tuple(each.to.key for each in ways_from(process, way.start, way.mark)),
    )  # fmt: skip
