"""The laws of processes hold for what is shipped and drawn, and are broken by what is broken on purpose."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings

from leadmodel import Deal, Pipeline, Process, Processes, Stage, Transition, pipelines, statuses, where
from leadmodel.processes import process as process_module
from leadmodel.processes.ways import Way, find_way
from leadmodel.testing import laws, strategies
from leadmodel.testing.laws import processes as process_law

SIMPLE: Final = pipelines.SIMPLE
#: A pipeline of declared ways, of which one asks for an amount.
STEPS: Final = attrs.evolve(SIMPLE, key="steps", transitions=[
    Transition(name="win", come_from="Open", to="Won", requires="amount"), Transition(name="lose", to="Lost"),
])  # fmt: skip
GUARDED: Final = SIMPLE.allowing("won", "open", requires="next_step", guard=where(Deal, "name", "is", "Mill"))
#: Two cells are refused that are usually allowed.
REFUSED: Final = SIMPLE.refusing("open", "open").refusing("open", "won")

_quiet = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
#: A pipeline of former times: histories name its stages, and nobody stands in one.
FORMER: Final = Pipeline(key="former", stages=(), retired=pipelines.SIMPLE.stages)


class TestProcess:
    """A process answers every question about a move, and each once."""

    @pytest.mark.parametrize(
        "process",
        [*pipelines.PRESETS.values(), *statuses.PRESETS.values(), STEPS, GUARDED, FORMER],
        ids=lambda process: process.key,
    )
    def test_known_processes_keep_the_laws(self, process: Process[Any]) -> None:
        """The presets, and processes of an organisation's own."""
        laws.check_process(process)

    @_quiet
    @given(strategies.processes())
    def test_drawn_processes_keep_the_laws(self, drawn: Processes) -> None:
        """Whatever they ask for, in whatever order their rows stand; those of former times too."""
        for process in drawn.all:
            laws.check_process(process)

    @pytest.mark.parametrize(
        ("moves", "message"),
        [
            (SIMPLE.moves[1:], "0 rows of .* say whether open may become open"),
            ((*SIMPLE.moves, SIMPLE.cell("lost", "lost")), "2 rows of .* say whether lost may become lost"),
            ((attrs.evolve(SIMPLE.moves[0], allowed=False), *SIMPLE.moves[1:]), "the cell of open and open is"),
        ],
        ids=["missing", "double", "another"],
    )
    def test_table_that_is_not_total_is_found(self, moves: tuple[object, ...], message: str) -> None:
        """A table that got past the check of the process is told what is wrong with it."""
        broken = attrs.evolve(SIMPLE)
        object.__setattr__(broken, "moves", moves)

        with pytest.raises(AssertionError, match=message):
            laws.check_process(broken)

    @pytest.mark.parametrize(
        ("first", "message"),
        [(SIMPLE.stages[1], "and live are"), (attrs.evolve(SIMPLE.stages[0], label="?"), "and live are"),
         (Stage("Later", "Later", "open"), "and should begin at")],
        ids=["won", "none of them", "not the first"],
    )  # fmt: skip
    def test_wrong_beginning_is_found(self, first: Stage, message: str) -> None:
        """Records begin at the step that says so, or at the first in order that is live."""
        own = Misbegun(key="own", stages=[*SIMPLE.stages, Stage("Later", "Later", "open")])
        Misbegun.begins = first

        with pytest.raises(AssertionError, match=message):
            laws.check_process(own)

    @pytest.mark.parametrize(
        ("facts", "message"),
        [
            ({"row": SIMPLE.moves[-1]}, "is decided by"),
            ({"transition": Transition(name="?", to="Won")}, "has the transition"),
            ({"is_open": False}, "is closed; the tables say otherwise"),
            ({"required": (("name", where(Deal, "name", "is_empty")),)}, "asks for"),
            ({"guards": (("?", where(Deal, "name", "is_empty")),)}, "has the guards"),
        ],
        ids=["row", "transition", "verdict", "requirements", "guards"],
    )
    def test_way_that_departs_from_the_tables_is_found(
        self, facts: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each part of what a process says of a way."""
        monkeypatch.setattr(process_module, "find_way", lambda *asked: attrs.evolve(find_way(*asked), **facts))

        with pytest.raises(AssertionError, match=message):
            laws.check_process(attrs.evolve(SIMPLE))

    def test_way_that_changes_is_found(self) -> None:
        """Asked again, a process gives the same answer."""
        Fickle.asked = 0

        with pytest.raises(AssertionError, match=r"asked again, the way .* is another one"):
            laws.check_process(Fickle(key="fickle", stages=SIMPLE.stages))

    @pytest.mark.parametrize("name", ["processes_from_plain", "pickle"])
    def test_form_that_forgets_is_found(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A process that comes back as another one."""

        class Forgetful:
            """Reads the same process whatever is given."""

            dumps = staticmethod(lambda _: b"")
            loads = staticmethod(lambda _: pipelines.ZOHO)

        broken = Forgetful if name == "pickle" else lambda _: Processes(pipelines.ZOHO)
        monkeypatch.setattr(process_law, name, broken)

        with pytest.raises(AssertionError, match="pickled and read" if name == "pickle" else "reads back as"):
            laws.check_process(SIMPLE)

    @pytest.mark.parametrize(
        ("verb", "broken", "message"),
        [
            ("allowing", lambda self, *_, **__: self, "there and back, the cell .* is"),
            ("allowing", lambda *_, **__: REFUSED, "after allowing it, the cell .* is"),
            ("refusing", lambda self, *_, **__: self, "after refusing it, the cell .* is"),
            ("refusing", lambda *_, **__: REFUSED, "has made of the others"),
            ("refusing", lambda *_, **__: refuse(), "cannot be refused, and no transition leads that way"),
        ],
        ids=["allows nothing", "refuses nothing", "refuses all the same", "refuses two", "refuses to refuse"],
    )  # fmt: skip
    def test_permission_that_is_not_taken_back_is_found(
        self, verb: str, broken: Callable[..., Any], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Allowing and refusing change one cell."""
        monkeypatch.setattr(Pipeline, verb, broken)

        with pytest.raises(AssertionError, match=message):
            laws.check_process(SIMPLE)

    def test_transition_that_is_refused_in_silence_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where a transition leads that way, refusing the cell contradicts it."""
        refused = SIMPLE.refusing("open", "won")
        monkeypatch.setattr(Pipeline, "refusing", lambda *_, **__: refused)

        with pytest.raises(AssertionError, match="was refused, and a transition leads that way"):
            process_law._check_permission(STEPS, STEPS.cell("open", "won"))

    def test_permission_that_forgets_what_it_asked_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A cell that was allowed for something is not the same when it is allowed for nothing."""
        allowing = Pipeline.allowing
        monkeypatch.setattr(Pipeline, "allowing", lambda self, *cell, **_: allowing(self, *cell))

        with pytest.raises(AssertionError, match="there and back, the cell"):
            laws.check_process(GUARDED)


def refuse() -> Pipeline:
    """Make a pipeline that there cannot be."""
    return attrs.evolve(SIMPLE, stages=[])


class Misbegun(Pipeline):
    """A pipeline in which deals begin anywhere."""

    begins: ClassVar[Stage]

    @property
    def first(self) -> Stage:
        """Give what was set."""
        return Misbegun.begins


class Fickle(Pipeline):
    """A pipeline that gives another answer each second time."""

    asked: ClassVar[int]

    def way(self, start: Any, to: Any, mark: Any = None) -> Way[Stage]:  # noqa: ANN401  (as in the base)
        """Give the right answer, and then another one."""
        Fickle.asked += 1
        way = super().way(start, to, mark)
        return way if Fickle.asked % 2 else attrs.evolve(way, guards=(("?", where(Deal, "name", "is_empty")),))
