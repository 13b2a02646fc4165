"""What can be imported, what is listed and what is documented are one list."""

import importlib
import inspect
import re
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Final

import pytest

from tests.house import ROOT, SOURCE, files_of

REFERENCE: Final = ROOT / "docs" / "reference"


def surfaces() -> list[str]:
    """Give the modules that users import from."""
    formats = [".".join(path.relative_to(SOURCE.parent).with_suffix("").parts) for path in files_of("formats")]
    public = [name.removesuffix(".__init__") for name in formats if not name.rpartition(".")[2].startswith("_")]
    package = ["leadmodel.formats"] if (SOURCE / "formats" / "__init__.py").exists() else []
    kits = [f"leadmodel.testing.{name}" for name in ("laws", "payloads", "strategies")]
    return ["leadmodel", *kits, *package, *public]


@cache
def documented_words() -> frozenset[str]:
    """Give every word of the reference."""
    pages = sorted(REFERENCE.rglob("*.md"))
    return frozenset(word for page in pages for word in re.findall(r"\w+", page.read_text(encoding="utf-8")))


def unlisted(module: ModuleType) -> list[str]:
    """Give the public names of a module that it does not list: what a user finds and nobody promised."""
    names = {name for name in vars(module) if not name.startswith("_")} - set(module.__all__)
    return sorted(name for name in names if not _is_room(vars(module)[name]) and _is_from_here(module, name))


def _is_room(value: object) -> bool:
    """Tell whether a value is one of our modules: importing it leaves its name in the package."""
    return isinstance(value, ModuleType) and value.__name__.partition(".")[0] == "leadmodel"


def _is_from_here(module: ModuleType, name: str) -> bool:
    """Tell whether a name belongs to a module: a package shows all that it has, a module what it defines itself."""
    if hasattr(module, "__path__"):
        return True
    value = vars(module)[name]
    return (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__ == module.__name__


def undescribed(module: ModuleType) -> list[str]:
    """Give the listed classes, functions and modules without a docstring of their own."""
    values = {name: getattr(module, name) for name in module.__all__}
    named = {name: v for name, v in values.items() if inspect.isclass(v) or inspect.isroutine(v) or inspect.ismodule(v)}
    return sorted(name for name, value in named.items() if not _own_docstring(value).strip())


def _own_docstring(value: object) -> str:
    """Give a docstring; that of a class's parent is not the class's own."""
    return (vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__) or ""


def undocumented(names: Iterable[str]) -> list[str]:
    """Give the names that no page of the reference mentions."""
    return sorted(set(names) - documented_words())


@pytest.mark.parametrize("name", surfaces())
class TestSurface:
    """Each module that users import from keeps one list."""

    def test_listed_names_are_sorted_and_unique(self, name: str) -> None:
        """The list can be read, and two branches that add to it meet in one place."""
        listed = list(importlib.import_module(name).__all__)

        assert listed == sorted(set(listed), key=_order)

    def test_listed_names_can_be_imported(self, name: str) -> None:
        """No name is promised that is not there."""
        module = importlib.import_module(name)

        assert [listed for listed in module.__all__ if not hasattr(module, listed)] == []

    def test_public_names_are_listed(self, name: str) -> None:
        """No name is there that is not promised."""
        assert unlisted(importlib.import_module(name)) == []

    def test_listed_names_have_docstrings(self, name: str) -> None:
        """`help()` answers."""
        assert undescribed(importlib.import_module(name)) == []

    def test_listed_names_stand_in_the_reference(self, name: str) -> None:
        """Whoever meets a name can look it up."""
        assert undocumented(importlib.import_module(name).__all__) == []


def _order(name: str) -> tuple[int, str]:
    """Order names as ruff does: constants, then classes, then all others."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


class TestTheChecks:
    """The checks are themselves tried on a module with one mistake of each kind."""

    def test_mistakes_are_found(self) -> None:
        """An unlisted function, a function without docstring and an unknown word are seen."""
        planted = ModuleType("leadmodel.planted", "A module.")
        planted.__dict__["__path__"] = []
        source = (
            "def told():\n    'Say.'\ndef silent(): pass\ndef hidden():\n    'Hide.'\n__all__ = ['silent', 'told']\n"
        )
        exec(source, vars(planted))  # noqa: S102  (our own text)

        assert unlisted(planted) == ["hidden"]
        assert undescribed(planted) == ["silent"]
        assert undocumented(["zyzzyva"]) == ["zyzzyva"]
