"""
The directory: who is on record.

A `Directory` answers which records have an identity and which deals are a contact's. It keeps itself up in place when
records change, and keeps whatever answers were computed from it until a change touches them.

`People` is the port of whoever can make a directory for a batch of updates or leads: a directory itself, a store, a few
lines over somebody's own tables.

Rule:
    NET-1, AUTH-9.
"""

from leadmodel.directory.index import Directory, look_alike_key
from leadmodel.directory.kept import Kept
from leadmodel.directory.links import Child
from leadmodel.directory.names import name_key
from leadmodel.directory.people import People, Wanted, keys_of

__all__ = ["Child", "Directory", "Kept", "People", "Wanted", "keys_of", "look_alike_key", "name_key"]
