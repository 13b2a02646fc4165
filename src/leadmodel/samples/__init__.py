"""
The demo data: a made-up organisation with its people, deals and feed, as Python values.

Stockmoor sells a stock and dispatch tool. On record are 40 leads and contacts, 11 accounts and 60 deals in three
currencies; the feed has 120 updates from five networks. Everybody is invented, every domain ends in `.example`, and
every case of the rules about authors occurs: `CASES` says where.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from leadmodel.playbook import playbooks
from leadmodel.samples import deals, people, updates
from leadmodel.samples.worlds import World

__all__ = ["AS_OF", "CASES", "NAMESPACE", "World", "world"]

#: The namespace of the samples, for ids that are derived. It is published, so it is nobody's own: draw yours with
#: `uuid.uuid4()` and keep it.
NAMESPACE: Final = UUID("5b0c7f0e-2d3a-4c55-9a6e-0f6f3c1d8e42")

#: The instant at which the cases of AUTH-15 had another answer than today.
AS_OF: Final = datetime(2026, 4, 1, tzinfo=UTC)

# fmt: off
#: The id of a rule → the ids of updates that show it.
CASES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "AUTH-1":  ("u003", "u020"),          # nobody on record
    "AUTH-2":  ("u002", "u004"),          # an open deal; the second has won ones as well, where HubSpot disagrees
    "AUTH-3":  ("u001", "u012"),          # a won deal and no open one
    "AUTH-4":  ("u014", "u021"),          # no deals; all lost
    "AUTH-5":  ("u005", "u047"),          # a lead; a lead that is a company
    "AUTH-6":  ("u028",),                 # a lead and a contact
    "AUTH-7":  ("u018",),                 # two contacts: ambiguous, or an error where the rules are strict
    "AUTH-8":  ("u024", "u037"),          # a converted lead; one whose contact is gone
    "AUTH-9":  ("u036", "u046"),          # deals through the account; through a role
    "AUTH-10": ("u017", "u034", "u061"),  # a company's profile; the second is a contact's as well
    "AUTH-11": ("u032", "u035", "u097"),  # reposts
    "AUTH-12": ("u011",),                 # no author
    "AUTH-13": ("u022", "u025"),          # a won deal at 60 %; an open one at 100 % that is called "Won!"
    "AUTH-14": ("u045",),                 # with `World.misfiled` among the deals, no answer is given at all
    "AUTH-15": ("u015", "u024", "u045"),  # as of `AS_OF`: not won yet; not converted yet; not on record yet
    "NET-1":   ("u030", "u048"),          # a renamed profile, with a stale candidate; a handle that somebody else took
    "NET-4":   ("u026", "u056"),          # look-alikes of customers
    "NET-5":   ("u068",),                 # a contact's handle, on another network
    "NET-6":   ("u050",),                 # an e-mail address that is on record, where the rules ask for it
})
# fmt: on


def world() -> World:
    """
    Make the demo data: the same each time.

    Rule:
        AUTH-1 to AUTH-15, NET-1, NET-4 to NET-6; see `CASES`.
    """
    return World(
        leads=tuple(people.leads()),
        contacts=tuple(people.contacts()),
        accounts=tuple(people.accounts()),
        deals=tuple(deals.deals()),
        updates=tuple(updates.updates()),
        children=tuple(people.children()),
        misfiled=deals.misfiled(),
        playbook=playbooks.ZOHO,
    )
