"""
What stores give back, shown as a reader wants to see it; and stores that are what they say.
"""

from datetime import UTC, datetime
from typing import Final

import attrs
import pytest

from leadmodel import Cause, Changes, Lead, Updated
from leadmodel.changes import FieldChange
from leadmodel.ports import Commit, Entry, Keeper, KeptTransaction, Page, Reader, Transaction, Writer, walk
from leadmodel.stores import MemoryStore, SqlStore

NOON: Final = datetime(2026, 6, 15, 12, tzinfo=UTC)
ADA: Final = Lead(id="ada", last_name="Lovelace")
RENAMED: Final = attrs.evolve(ADA, last_name="King", version=1)
BYRON: Final = Lead(id="byron", last_name="Byron")


def test_page_is_a_sequence_of_its_records() -> None:
    """It has a length and members, and says whether there is more."""
    page, last = Page(records=(ADA, BYRON), after="x"), Page(records=(ADA,))

    assert (len(page), page[0], page[-1], list(page), page[:1]) == (2, ADA, BYRON, [ADA, BYRON], (ADA,))
    assert (repr(page), repr(last)) == ("Page(2 records, and more)", "Page(1 record)")
    assert str(page) == f"{ADA}\n{BYRON}\n… and more"
    assert str(last) == str(ADA)
    assert "Lovelace" in page._repr_html_()
    assert "byron" in page._repr_html_()


@pytest.mark.parametrize(
    ("before", "after", "verb"), [(None, ADA, "created"), (ADA, RENAMED, "updated"), (ADA, None, "deleted")]
)
def test_entry_says_what_happened_to_its_record(before: Lead | None, after: Lead | None, verb: str) -> None:
    """Created, updated or deleted; only an update has a difference."""
    entry = Entry(position=3, recorded_at=NOON, cause=Cause(at=NOON), before=before, after=after)

    assert (entry.ref, entry.verb) == (ADA.ref, verb)
    assert repr(entry) == f"Entry(3: {ADA.ref} {verb})"
    assert entry.difference == ((FieldChange("last_name", "Lovelace", "King"),) if verb == "updated" else ())


def test_commit_shows_its_position_and_changes() -> None:
    """In one line."""
    changes = Changes(updated=[Updated(ADA, RENAMED)])

    assert repr(Commit(position=7, recorded_at=NOON, changes=changes)) == f"Commit(7: {changes!r})"


def test_stores_are_keepers() -> None:
    """Both are of the third level, and so are their transactions."""
    for store in (MemoryStore(), SqlStore.open("sqlite://")):
        assert isinstance(store, Keeper | Writer | Reader)
        assert isinstance(store.as_of(NOON), Reader)
        assert not isinstance(store.as_of(NOON), Writer)
        with store.transaction() as transaction:
            assert isinstance(transaction, KeptTransaction | Transaction)


@pytest.mark.parametrize("batch", [1, 2, 3, 1_000])
def test_walk_gives_everything_once(batch: int) -> None:
    """Page by page, in order, whatever the size of the page."""
    store = MemoryStore()
    store.apply(Changes(created=[ADA, BYRON, Lead(id="c", last_name="C")]))

    assert [each.id for each in walk(store, Lead, batch=batch, order_by=["-id"])] == ["c", "byron", "ada"]


def test_memory_store_tells_how_much_it_holds() -> None:
    """By the number of its records."""
    store = MemoryStore()
    store.apply(Changes(created=[ADA]))

    assert repr(store) == "MemoryStore(1 record)"
