"""
Real data files that stand beside the checkout and are no part of it.

The environment variable LEADMODEL_SHARED_DATA names the folder; without it, `../shared/data` is meant.
Tests that need it are skipped, with the reason, where it is absent.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from _pytest.mark import ParameterSet

from tests.house import ROOT

FOLDER: Final = Path(os.environ.get("LEADMODEL_SHARED_DATA") or ROOT.parent / "shared" / "data")


def shared_data(*parts: str) -> Path:
    """Give the path of a shared file or folder, whether it is there or not."""
    return FOLDER.joinpath(*parts)


def reason_to_skip(*parts: str) -> str:
    """Say why a test cannot run without these data, or "" where they are present."""
    path = shared_data(*parts)
    return "" if path.exists() else f"no {path}; LEADMODEL_SHARED_DATA may name the folder with the shared data"


def needs_shared_data(*parts: str) -> pytest.MarkDecorator:
    """Mark a test, a class or a module (`pytestmark = …`) that cannot run without these data."""
    reason = reason_to_skip(*parts)
    return pytest.mark.skipif(bool(reason), reason=reason)


def shared_files(folder: str, *patterns: str) -> Sequence[ParameterSet]:
    """
    Give the files of a shared folder that match any of the patterns, as cases of a parametrised test.

    An absent folder gives one skipped case that says so:
    `@pytest.mark.parametrize("path", shared_files("vcard_samples", "*.vcf"))`.

    Raises:
        LookupError: The folder is there, and a pattern matches nothing in it: the test would pass without a case.
    """
    base = shared_data(folder)
    reason = reason_to_skip(folder)
    if reason:
        return [pytest.param(base, marks=pytest.mark.skip(reason=reason), id=f"no-{folder}")]
    found = [path for pattern in patterns or ("*",) for path in _matches(base, pattern)]
    return [pytest.param(path, id=path.relative_to(base).as_posix()) for path in found]


def _matches(base: Path, pattern: str) -> list[Path]:
    """Give the files below a folder that a pattern matches, sorted."""
    found = sorted(path for path in base.glob(pattern) if path.is_file())
    if not found:
        message = f"nothing in {base} matches {pattern!r}"
        raise LookupError(message)
    return found
