"""
An index with several records under one key.
"""

from collections.abc import Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Buckets(dict[K, list[V]]):
    """
    Lists of records by key; a key without records is not there.
    """

    def add(self, key: K, record: V) -> None:
        """
        Put a record under a key.
        """
        bucket = self.get(key)
        if bucket is None:
            self[key] = [record]
        else:
            bucket.append(record)

    def take(self, key: K, record: V) -> None:
        """
        Take a record, this very object, from under a key, if it is there.
        """
        left = [member for member in self.get(key, ()) if member is not record]
        if left:
            self[key] = left
        else:
            self.pop(key, None)

    def twin(self) -> "Buckets[K, V]":
        """
        Give an independent index of the same records.
        """
        return Buckets({key: bucket.copy() for key, bucket in self.items()})
