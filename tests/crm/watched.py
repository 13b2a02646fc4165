"""A keeper that is watched: every call of it, and the beginning and the end of its transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

import attrs

from leadmodel.ports import Keeper, KeptTransaction


class Met(Protocol):
    """Is told of each call before it is made, and after it; what it raises, the call raises."""

    def __call__(self, name: str, *, after: bool) -> None:
        """Take note of a call."""
        ...


def _passed(name: str) -> Callable[..., Any]:
    """Give a method that passes a call on to the store within."""

    def method(self: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401  (whatever the store's takes and gives)
        self.met(name, after=False)
        try:
            return getattr(self.inner, name)(*given, **named)
        finally:
            self.met(name, after=True)

    return method


def _watched(port: type[object]) -> type[Any]:
    """Give a class whose objects have every method of a port, transactions aside."""
    names = {name for base in port.__mro__ for name in vars(base) if not name.startswith("_")} - {"transaction"}
    body = {name: _passed(name) for name in names}
    return attrs.make_class(f"Watched{port.__name__}", ["inner", "met"], class_body=body)


_WatchedTransaction: Final = _watched(KeptTransaction)


class Watched(_watched(Keeper)):  # type: ignore[misc]  # made of the port
    """
    A keeper, as it is, of which each call is told; the end of a transaction is the call "leave".

    Args:
        inner: The keeper.
        met: Is told.
    """

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Open a transaction, which is watched as well; after its end, everything is written."""
        self.met("transaction", after=False)
        with self.inner.transaction() as tx:
            self.met("transaction", after=True)
            yield _WatchedTransaction(tx, self.met)
            self.met("leave", after=False)
        self.met("leave", after=True)
