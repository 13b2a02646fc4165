"""Where the rooms of the house are: one reading of the layer line in pyproject.toml, for every test that needs it."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src" / "leadmodel"


@cache
def layers() -> tuple[tuple[str, ...], ...]:
    """Give the rooms, highest first; those that share a line may not import each other."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = configuration["tool"]["importlinter"]["contracts"]
    (rows,) = (contract["layers"] for contract in contracts if contract["id"] == "layers")
    return tuple(tuple(name.strip(" ()") for name in row.split("|")) for row in rows)


@cache
def core_rooms() -> tuple[str, ...]:
    """Give the rooms below the stores: those that may touch nothing outside."""
    (stores,) = (number for number, rooms in enumerate(layers()) if "stores" in rooms)
    return tuple(room for rooms in layers()[stores + 1 :] for room in rooms)


def files_of(room: str) -> Iterator[Path]:
    """Give the source files of a room, be it one module or a package; none for a room that is still to come."""
    module = SOURCE / f"{room}.py"
    if module.exists():
        yield module
    yield from sorted((SOURCE / room).rglob("*.py"))


def core_files() -> list[Path]:
    """Give the source files of the core, the façade among them."""
    return [SOURCE / "__init__.py", *(path for room in core_rooms() for path in files_of(room))]
