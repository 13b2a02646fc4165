"""Deliberately broken stores: the store in memory, each with one fault, and the clause that has to catch it."""

from tests.stores.broken.forgetting import FORGETTING
from tests.stores.broken.keeping import KEEPING
from tests.stores.broken.people import PEOPLE
from tests.stores.broken.reading import READING
from tests.stores.broken.row import Broken, Suite, opening
from tests.stores.broken.transactions import TRANSACTIONS
from tests.stores.broken.values import VALUES
from tests.stores.broken.writing import WRITING

#: Every broken store, with its clause.
BROKEN = (*VALUES, *READING, *PEOPLE, *WRITING, *TRANSACTIONS, *KEEPING, *FORGETTING)

__all__ = ["BROKEN", "Broken", "Suite", "opening"]
