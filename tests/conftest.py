"""Hypothesis profiles, the shared data as a fixture, and benchmarks that run on demand only."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import database, databases, server
from tests.shared_data import reason_to_skip, shared_data
from tests.unmeasured import not_measured

__all__ = ["database", "databases", "not_measured", "server", "shared"]

BENCHMARKS: Final = Path(__file__).parent / "benchmarks"

# No profile judges speed: a slow machine is no broken rule.
_PATIENT: Final = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", _PATIENT)
settings.register_profile("ci", _PATIENT, derandomize=True, max_examples=60)  # the same ones each time
settings.register_profile("purity", _PATIENT, derandomize=True, max_examples=6, database=None)
settings.register_profile("thorough", _PATIENT, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.fixture
def shared() -> Callable[..., Path]:
    """Give a function from the parts of a path to a shared file or folder; the test is skipped where it is absent."""

    def locate(*parts: str) -> Path:
        reason = reason_to_skip(*parts)
        if reason:
            pytest.skip(reason)
        return shared_data(*parts)

    return locate


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the benchmarks out, unless the command line names them."""
    if collection_path != BENCHMARKS:
        return None
    named = ((config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args)
    return None if any(path.is_relative_to(BENCHMARKS) for path in named) else True
