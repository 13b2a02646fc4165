"""The acceptance scenarios of conversion and of pipelines hold on stored records too."""

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final

import pytest

from tests.conversion import making
from tests.conversion import test_scenarios as conversion
from tests.crm.conftest import OpenStore
from tests.crm.through import Through
from tests.moves import test_scenarios as moves

VERBS: Final = (
    "convert_lead", "plan_conversion", "move_deal", "move_lead", "qualify_lead", "disqualify_lead", "create", "edit",
    "revert",
)  # fmt: skip


def scenarios(module: ModuleType) -> Iterator[Any]:
    """Give the tests of a module that do something, each with every set of its parameters."""
    for name, test in vars(module).items():
        if name.startswith("test_"):
            for number, values in enumerate(_parameters(test)):
                yield pytest.param(module, test, values, id=f"{name}-{number}" if values else name)


def _parameters(test: Callable[..., None]) -> list[dict[str, Any]]:
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    if not marks:
        return [{}]
    (mark,) = marks
    names, sets = mark.args
    return [dict(zip(names, values, strict=True)) for values in sets]


@pytest.mark.parametrize(("module", "test", "values"), [*scenarios(conversion), *scenarios(moves)])
def test_scenario_holds_through_a_store(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch, module: ModuleType, test: Callable[..., None],
    values: Mapping[str, object],
) -> None:  # fmt: skip
    """Each verb of it is done on stored records as well, and comes out the same."""
    through = Through(open_store)
    for place in (module, making):
        for verb in VERBS:
            if hasattr(place, verb):
                monkeypatch.setattr(place, verb, getattr(through, verb))
    test(**values)


def test_scenarios_really_go_through_a_store(open_store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of them do something that a store could do otherwise."""
    compared = 0
    for parameters in (*scenarios(conversion), *scenarios(moves)):
        module, test, values = parameters.values
        through = Through(open_store)
        with monkeypatch.context() as patch:
            for place in (module, making):
                for verb in VERBS:
                    if hasattr(place, verb):
                        patch.setattr(place, verb, getattr(through, verb))
            test(**values)
        compared += through.compared > 0

    assert compared > 40
