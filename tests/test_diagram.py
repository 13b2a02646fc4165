"""Diagrams: what a process allows, at a glance and within a hundred columns."""

import pytest
from hypothesis import HealthCheck, given, settings

from leadmodel.display import width
from leadmodel.processes import Pipeline, Processes, Stage, Statuses, Transition, diagram, pipelines, statuses
from leadmodel.testing import strategies


def drawn(picture: str) -> str:
    """Give a picture as a diagram is: without the line breaks of its quotes."""
    return picture.strip("\n")


def stages(*facts: tuple[str, str]) -> list[Stage]:
    """Make stages of 10 percent out of keys and outcomes."""
    return [Stage(key, key, outcome, 10) for key, outcome in facts]


class TestFreeMode:
    """Steps stand in frames by what they mean, and arrows lead from frame to frame."""

    def test_preset_pipeline(self) -> None:
        """Open stages in any order; won and lost are ends, and lost ones may follow each other."""
        assert diagram(pipelines.ZOHO) == drawn("""
  ╭─ open ⇅ ────────────────────────╮
▶ │ Qualification              10 % │
  │ Needs Analysis             20 % │
  │ Value Proposition          40 % │
  │ Identify Decision Makers   60 % │
  │ Proposal/Price Quote       75 % │
  │ Negotiation/Review         90 % │
  ╰─────────────────────────────────┴──╮
  ╭─ won ───────────────────────────╮◀─┤
  │ Closed Won                100 % │  │
  ╰─────────────────────────────────╯  │
  ╭─ lost ⇅ ────────────────────────╮◀─╯
  │ Closed Lost                 0 % │
  │ Closed Lost to Competition  0 % │
  ╰─────────────────────────────────╯

  ▶ new deals begin here   ⇅ in any order
""")

    def test_preset_statuses(self) -> None:
        """Kinds that may become each other in any order share a frame; the move that is none is explained."""
        assert diagram(statuses.SIMPLE) == drawn("""
  ╭─ new ⇅ ───────╮
▶ │ New           │
  ├─ working ─────┤
  │ Contacted     │
  ├─ qualified ───┤
  │ Qualified     │
  ├─ unqualified ─┤
  │ Unqualified   │
  ╰───────────────╯
  ╭─ converted ───╮
  │ Converted     │
  ╰───────────────╯

  ▶ new leads begin here   ⇅ in any order
  no move leads to converted: convert the lead, which sets it
""")

    def test_ways_back_have_lines_of_their_own(self) -> None:
        """Lines that join lead to one frame; a line that is interrupted is crossed. What asks has a diamond."""
        own = pipelines.SIMPLE.allowing("won", "open", requires="description").allowing("won", "lost")

        assert diagram(own.requiring("Won", "amount")) == drawn("""
  ╭─ open ───────╮◀───◆╮
▶ │ Open    50 % │     │
  ╰──────────────┴──╮  │
  ╭─ won ────────╮◀─┤  │
  │ Won ◆  100 % │  │  │
  ╰──────────────┴──│──┤
  ╭─ lost ───────╮◀─┴──╯
  │ Lost     0 % │
  ╰──────────────╯

  ▶ new deals begin here   ◆ asks for something
""")

    def test_everything_allowed_is_one_frame(self) -> None:
        """Where every stage may follow every other, no arrow is needed."""
        own = pipelines.SIMPLE
        for come_from, to in (("won", "open"), ("lost", "open"), ("won", "lost"), ("lost", "won")):
            own = own.allowing(come_from, to)

        assert diagram(own) == drawn("""
  ╭─ open ⇅ ───╮
▶ │ Open  50 % │
  ├─ won ──────┤
  │ Won  100 % │
  ├─ lost ─────┤
  │ Lost   0 % │
  ╰────────────╯

  ▶ new deals begin here   ⇅ in any order
""")

    def test_move_that_asks_for_something_is_not_in_any_order(self) -> None:
        """Two kinds share a frame only if nothing is asked for between them."""
        two = Statuses(key="s", members=[statuses.SIMPLE.members[0], statuses.SIMPLE.members[2]])

        assert diagram(two.allowing("new", "qualified", requires="company")) == drawn("""
  ╭─ new ───────╮◀────╮
▶ │ New         │     │
  ╰─────────────┴──╮  │
  ╭─ qualified ─╮◀◆╯  │
  │ Qualified   │     │
  ╰─────────────┴─────╯

  ▶ new leads begin here   ◆ asks for something
""")

    def test_kinds_whose_own_steps_may_not_follow_each_other_stand_apart(self) -> None:
        """Two open stages that may not follow each other are in no order, whatever else is allowed."""
        own = Pipeline(key="p", stages=stages(("A", "open"), ("B", "open"), ("C", "won"))).refusing("open", "open")

        assert diagram(own.allowing("won", "open")) == drawn("""
  ╭─ open ──╮◀────╮
▶ │ A  10 % │     │
  │ B  10 % │     │
  ╰─────────┴──╮  │
  ╭─ won ───╮◀─╯  │
  │ C  10 % │     │
  ╰─────────┴─────╯

  ▶ new deals begin here
""")

    def test_frame_that_nothing_leads_to_says_so(self) -> None:
        """Without a hint the bare fact is told; the beginning needs no way to it."""
        own = Pipeline(key="p", stages=stages(("A", "won"), ("B", "open"))).refusing("open", "won")

        assert diagram(own) == drawn("""
  ╭─ open ──╮
▶ │ B  10 % │
  ╰─────────╯
  ╭─ won ───╮
  │ A  10 % │
  ╰─────────╯

  ▶ new deals begin here
  no move leads to won
""")

    def test_beginning_is_where_the_process_says(self) -> None:
        """The mark stands at the step that is first, not at the first in order."""
        own = Pipeline(key="p", stages=[Stage("A", "A", "open"), Stage("B", "B", "open", first=True)])

        assert [line[:5] for line in diagram(own).split("\n")[1:3]] == ["  │ A", "▶ │ B"]

    def test_label_is_shown_or_else_the_key(self) -> None:
        """A stage without a label is still named."""
        own = Pipeline(key="p", stages=[Stage("Key", "", "open"), Stage("x", "Label", "open")])

        assert diagram(own).split("\n")[1:3] == ["▶ │ Key    0 % │", "  │ Label  0 % │"]

    def test_pipeline_of_former_times_has_nothing_to_draw(self) -> None:
        """Its retired stages are named by histories alone."""
        assert diagram(Pipeline(key="p", stages=[], retired=stages(("A", "open")))) == "  no stages any more"


class TestDeclaredMode:
    """Steps stand in order, each over the transitions that leave it."""

    def test_transitions_are_named_under_the_step_that_they_leave(self) -> None:
        """One from several steps stands under each, and one from anywhere once."""
        ways = [
            Transition(name="win", come_from=["Open", "Lost"], to="Won", requires="amount"),
            Transition(name="lose", come_from="Open", to="Lost"),
            Transition(name="start over", to="Open"),
        ]
        own = pipelines.SIMPLE.allowing("lost", "won")
        declared = Pipeline(key="p", stages=own.stages, moves=own.moves, transitions=ways)

        assert diagram(declared) == drawn("""
▶ Open  open          50 %
  ├─ win ─────────◆▶ Won
  ╰─ lose ─────────▶ Lost
  Won   won          100 %
  Lost  lost           0 %
  ╰─ win ─────────◆▶ Won

  from anywhere
  ╰─ start over ───▶ Open

  ▶ new deals begin here   ◆ asks for something
""")

    def test_statuses_have_no_percentage(self) -> None:
        """A kind stands where a stage has its outcome and its percentage."""
        ways = [Transition(name="call", come_from="New", to="Contacted")]
        own = Statuses(key="s", members=statuses.SIMPLE.members[:2], transitions=ways)

        assert diagram(own) == drawn("""
▶ New        new
  ╰─ call ───▶ Contacted
  Contacted  working

  ▶ new leads begin here
""")


class TestSize:
    """A diagram fits into a terminal and a code block, whatever the process is called."""

    @pytest.mark.parametrize("label", ["x" * 255, "失注" * 100, "e\u0301" * 120])
    def test_long_labels_are_cut(self, label: str) -> None:
        """The end of a cut label is a mark, and the edges of the frame stay below each other."""
        own = Pipeline(key="p", stages=[Stage("A", label, "open"), Stage("B", "B", "won")])
        edge, first, _, _, second, *_ = diagram(own).split("\n")

        assert "…" in first
        assert width(edge) == width(first) == width(second.removesuffix("  │"))

    def test_forty_stages_take_forty_lines_and_a_few(self) -> None:
        """A long pipeline is a long frame."""
        own = Pipeline(key="p", stages=stages(*((f"Stage {number}", "open") for number in range(40))))

        assert len(diagram(own).split("\n")) == 44

    def test_text_cannot_leave_its_line(self) -> None:
        """Line breaks and control characters of a label are shown, not obeyed."""
        own = Pipeline(key="p", stages=[Stage("A", "two\nlines\x1b[2J", "open")])

        assert diagram(own).split("\n")[1] == "▶ │ two lines\\x1b[2J  0 % │"

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(strategies.processes())
    def test_every_process_is_drawn_within_its_columns(self, processes: Processes) -> None:
        """Every step is there, no line is wider than a hundred columns, and drawing twice gives the same."""
        for process in processes.all:
            lines = diagram(process).split("\n")

            assert len(lines) > len(process.steps) or not process.steps
            assert max(map(width, lines)) <= 100
            assert all(line == line.rstrip() for line in lines)
            assert sum(line.startswith("▶") for line in lines) == bool(process.steps)
            assert diagram(process).split("\n") == lines
