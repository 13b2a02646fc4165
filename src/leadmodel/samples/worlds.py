"""
Worlds: an organisation whole, as one value. The demo data is one, and the testing kit draws others.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import attrs

from leadmodel.directory import Directory
from leadmodel.display import counted, fitted, html_table, text_table
from leadmodel.entities import (
    Account,
    Activity,
    Contact,
    Deal,
    DealContact,
    Entity,
    Lead,
    Note,
    SocialUpdate,
    Task,
    facts_of,
)
from leadmodel.networks import Profile
from leadmodel.playbook import Playbook
from leadmodel.processes import Pipeline, Statuses
from leadmodel.rules import author_rules
from leadmodel.rules.author_rules import AuthorRules
from leadmodel.values import type_name

#: How many records a world may have and still show each of them; beyond, it shows their numbers.
SHOWN: Final = 20
#: Columns that the facts of one record take at most.
_COLUMNS: Final = 100


@attrs.frozen(kw_only=True, repr=False)
class World:
    """
    An organisation whole: who is on record, what they buy, what is posted, and how the organisation sells.

    Printed, a small world shows its records, each with the fields that hold something, and a large one their numbers.
    """

    leads: tuple[Lead, ...]
    contacts: tuple[Contact, ...]
    accounts: tuple[Account, ...]
    deals: tuple[Deal, ...]
    #: The feed, in the order in which it was posted.
    updates: tuple[SocialUpdate, ...]
    #: Notes, activities and tasks.
    children: tuple[Note | Activity | Task, ...]
    #: A deal that is not among the others, because no directory takes it: its stage is misspelt (AUTH-14).
    misfiled: Deal
    #: How the organisation sells: its pipelines, its statuses, how it converts leads.
    playbook: Playbook
    #: The rules by which its feed is sorted.
    rules: AuthorRules = author_rules.ZOHO

    @property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """
        The pipelines of the playbook by key, in order.
        """
        return self.playbook.pipelines

    @property
    def pipeline(self) -> Pipeline:
        """
        The pipeline in which new deals begin: the first one that has stages.
        """
        several = tuple(self.pipelines.values())
        return next((each for each in several if each.stages), several[0])

    @property
    def statuses(self) -> Statuses:
        """
        The statuses of the playbook.
        """
        return self.playbook.statuses

    @property
    def records(self) -> tuple[Entity, ...]:
        """
        Everything on record: leads, contacts, accounts, deals, and what hangs on them; the feed is not.
        """
        return (*self.leads, *self.contacts, *self.accounts, *self.deals, *self.children)

    def directory(self) -> Directory:
        """
        Make a directory of everybody on record: a new one each time, since a directory can change.
        """
        return Directory.of(
            leads=self.leads,
            contacts=self.contacts,
            accounts=self.accounts,
            deals=self.deals,
            children=self.children,
            pipelines=self.pipelines,
        )

    def __repr__(self) -> str:
        return f"World({', '.join(counted(number, name) for name, number in self._counts())})"

    def __str__(self) -> str:
        return text_table(*self._table())

    def _repr_html_(self) -> str:
        return html_table(*self._table(), caption=f"a world with playbook {self.playbook.key}")

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        shown = (*self.records, *self.updates)
        if 0 < len(shown) <= SHOWN:
            return _FACTS, [(type_name(type(each)), each.id, fitted(self._told(each), _COLUMNS)) for each in shown]
        return _NUMBERS, [(f"{name}s", f"{number:,}") for name, number in self._counts()]

    def _counts(self) -> list[tuple[str, int]]:
        kinds = ("lead", "contact", "account", "deal", "update")
        return [(kind, len(getattr(self, f"{kind}s"))) for kind in kinds]

    def _told(self, record: Entity) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self._facts(record))

    def _facts(self, record: Entity) -> Iterator[tuple[str, str]]:
        """
        Give the fields of a record that hold something, its id aside; of a stage, its outcome too.
        """
        declared = attrs.fields_dict(type(record))
        for name in facts_of(type(record)):
            value = getattr(record, name)
            if name == "id" or value == declared[name].default or value in (None, (), frozenset()):
                continue
            outcome = self._outcome(record) if name == "stage" and isinstance(record, Deal) else ""
            yield name, f"{_said(value)}{outcome}"

    def _outcome(self, deal: Deal) -> str:
        several = [self.pipelines[deal.pipeline]] if deal.pipeline in self.pipelines else self.pipelines.values()
        found = [stage for each in several if (stage := each.find(deal.stage))]
        return f" ({found[0].outcome})" if found else ""


_NUMBERS: Final = ("what", "number")
_FACTS: Final = ("what", "id", "holds")


def _said(value: object) -> str:
    """
    Say what a field holds, in few words.
    """
    if isinstance(value, tuple | frozenset):
        several = list(map(_said, value))
        return " and ".join(sorted(several) if isinstance(value, frozenset) else several)
    if isinstance(value, DealContact):
        return f"{value.contact_id} ({value.role})" if value.role else value.contact_id
    if isinstance(value, Profile) and value.handle and value.uid:
        return f"{value} #{value.uid}"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
