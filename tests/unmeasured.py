"""Loops over everything there is run unmeasured: measuring takes several times as long as running."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from coverage import Coverage


@contextmanager
def unmeasured() -> Iterator[None]:
    """
    Measure no coverage while the body of the `with` statement runs.

    For loops that run the same few lines thousands of times: other tests run those lines measured.
    """
    measuring = Coverage.current()
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()


@pytest.fixture
def not_measured() -> Iterator[None]:
    """Measure no coverage during a test."""
    with unmeasured():
        yield
