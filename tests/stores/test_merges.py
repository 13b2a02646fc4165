"""Merges that lead in a circle end all the same (S-12); a store that does not know that would never answer."""

from collections.abc import Callable

import pytest

from leadmodel import Changes, Contact, Keeper, Ref
from leadmodel.stores import MemoryStore, SqlStore


@pytest.mark.parametrize("opens", [MemoryStore, lambda: SqlStore.open("sqlite://")], ids=["memory", "sqlite"])
@pytest.mark.parametrize("ids", [("c1",), ("c1", "c2"), ("c1", "c2", "c3")], ids=len)
def test_circle_of_merges_ends(opens: Callable[[], Keeper], ids: tuple[str, ...]) -> None:
    """Records that were merged into each other, or one into itself, have no survivor: one of them is given."""
    store = opens()
    people = [Contact(id=each) for each in ids]
    store.apply(Changes(created=people))
    merged = [(Ref(Contact, one), Ref(Contact, other)) for one, other in zip(ids, (*ids[1:], ids[0]), strict=True)]
    store.apply(Changes(deleted=people, merged=merged))

    assert {store.resolve(person.ref).id for person in people} <= set(ids)
