"""The databases on which what is said of SQL is tested."""

from collections.abc import Iterator

import pytest

from leadmodel.stores import SqlStore


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def sql(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    """Give a store in a fresh database, of which each case takes a tenant of its own."""
    if request.param == "sqlite":
        with SqlStore.open("sqlite://") as store:
            yield store
    else:
        with request.getfixturevalue("databases").made() as address, SqlStore.open(address) as store:
            yield store
