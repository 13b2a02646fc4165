"""
How Hypothesis shows records in a failing example: as calls, with the fields that say something.

The `repr` of a record hides its fields, since they are personal; drawn ones are nobody's, and a failing example without
them would be of no use.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import attrs
from hypothesis.vendor.pretty import for_type_by_name

from leadmodel.criteria import AllOf, AnyOf, Condition, Criterion, Not
from leadmodel.entities import ENTITIES
from leadmodel.playbook import Playbook, playbooks
from leadmodel.processes import Pipeline, Statuses, pipelines, statuses
from leadmodel.rules import author_rules
from leadmodel.rules.author_rules import AuthorRules
from leadmodel.rules.conversion import ConversionRules, MappingRow, Target
from leadmodel.samples import World
from leadmodel.values import FrozenMap


class Printer(Protocol):
    """
    What is used of Hypothesis's printer: it takes text and breaks lines where it may.
    """

    def text(self, obj: str) -> None:
        """
        Write a text.
        """
        ...

    def breakable(self, sep: str = " ") -> None:
        """
        Write a separator, or begin a line.
        """
        ...

    def pretty(self, obj: object) -> None:
        """
        Write a value as it should be shown.
        """
        ...

    def group(self, indent: int = 0, open: str = "", close: str = "") -> Any:  # noqa: ANN401, A002  (its own names)
        """
        Keep what is written inside together.
        """
        ...


def show_records() -> None:
    """
    Tell Hypothesis how to show records, worlds, pipelines, playbooks, criteria and read-only mappings.
    """
    for record_type in ENTITIES:
        _register(record_type, _show_filled)
    _register(World, _show_world)
    _register(Pipeline, _shows_table("pipelines", pipelines.PRESETS))
    _register(Statuses, _shows_table("statuses", statuses.PRESETS))
    _register(AuthorRules, _shows_table("author_rules", author_rules.PRESETS))
    _register(Playbook, _shows_table("playbooks", playbooks.PRESETS))
    _register(ConversionRules, _show_rules)
    for part in (MappingRow, Target):
        _register(part, _show_filled)
    _register(FrozenMap, _show_mapping)
    for node in (AllOf, AnyOf, Condition, Not):
        _register(node, _show_criterion)


def _register(shown: type[object], show: Any) -> None:  # noqa: ANN401  (takes whatever is shown)
    for_type_by_name(shown.__module__, shown.__name__, show)


def _show_filled(record: attrs.AttrsInstance, printer: Printer, cycle: bool) -> None:
    del cycle  # a record holds no record
    fields = [field for field in attrs.fields(type(record)) if field.init]
    _show_call(record, printer, [field.name for field in fields if getattr(record, field.name) != field.default])


def _show_world(world: World, printer: Printer, cycle: bool) -> None:
    del cycle
    rules = ["rules"] if world.rules != author_rules.ZOHO else []
    kinds = ("leads", "contacts", "accounts", "deals", "updates", "children")
    _show_call(world, printer, [*(kind for kind in kinds if getattr(world, kind)), "playbook", *rules])


def _show_call(value: object, printer: Printer, names: Iterable[str]) -> None:
    with printer.group(1, f"{type(value).__name__}(", ")"):
        for number, name in enumerate(names):
            if number:
                printer.text(",")
                printer.breakable()
            printer.text(f"{name}=")
            printer.pretty(getattr(value, name))


def _shows_table(room: str, presets: Mapping[str, object]) -> Callable[[Any, Printer, bool], None]:
    """
    Make what shows the tables of a room: a preset by its name, any other by its fields.
    """

    def show(table: attrs.AttrsInstance, printer: Printer, cycle: bool) -> None:
        name = next((name for name, preset in presets.items() if preset == table), "")
        if name:
            printer.text(f"{room}.{name.upper()}")
        else:
            _show_filled(table, printer, cycle)

    return show


def _show_rules(rules: ConversionRules, printer: Printer, cycle: bool) -> None:
    """
    Show rules of conversion by what is otherwise than usual.
    """
    del cycle
    names = [field.name for field in attrs.fields(ConversionRules) if field.init and field.name != "mapping"]
    _show_call(rules, printer, [name for name in names if getattr(rules, name) != getattr(_USUAL, name)])
    for row in rules.mapping:
        if row not in _USUAL.mapping:
            with printer.group(1, ".carrying(", ")"):
                printer.pretty(row.field)
                for target in row.targets:
                    printer.text(",")
                    printer.breakable()
                    printer.pretty(target)
                if row.dropped:
                    printer.text(f", dropped={row.dropped!r}")


_USUAL = ConversionRules()


def _show_mapping(mapping: FrozenMap[object], printer: Printer, cycle: bool) -> None:
    del cycle
    with printer.group(1, "FrozenMap(", ")"):
        printer.pretty(dict(mapping))


def _show_criterion(criterion: Criterion, printer: Printer, cycle: bool) -> None:
    del cycle
    printer.text(f"parse_criterion({criterion.record_type.__name__}, {str(criterion)!r})")
