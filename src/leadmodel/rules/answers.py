"""
Answers: what was found out about an author, and why. An answer explains itself.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

import attrs

from leadmodel.display import html_facts
from leadmodel.entities import Account, Contact, Deal, Entity, Lead
from leadmodel.rules.author_rules import AuthorRule, Category, OnRecord, Reason
from leadmodel.values import Ref


@attrs.frozen
class Found:
    """
    What is on record about one author: records, in no particular order.
    """

    on_record: OnRecord
    contacts: Sequence[Contact] = ()
    leads: Sequence[Lead] = ()
    accounts: Sequence[Account] = ()
    #: Leads that were followed to the contacts they were converted to.
    followed: Sequence[Lead] = ()
    #: Records that have the author's handle, but whose owner it may no longer be.
    stale: Sequence[Entity] = ()


@attrs.frozen(kw_only=True, repr=False, eq=False)
class Answer:
    """
    Who is behind an update: the category, and everything that led to it.

    An answer is about a person, so one answer serves all of that person's updates; that of a repost is a copy with
    `reposter` set. Answers are equal when they say the same, whatever else the records hold.
    """

    #: The row of the table that decided.
    row: AuthorRule
    #: The author's canonical key, such as "x:ada"; "" where the update names none.
    author: str
    #: The records behind the answer.
    found: Found
    #: The deals whose outcome the row asks for.
    deciding: Sequence[Deal] = ()
    #: Known keys that look like the author's and are not: possible impersonation (NET-4).
    look_alikes: tuple[str, ...] = ()
    #: The answer about whoever passed the update on; None unless it is a repost (AUTH-11).
    reposter: "Answer | None" = None
    #: The instant whose story was asked for (AUTH-15); None is now.
    as_of: datetime | None = None

    @property
    def matches(self) -> tuple[Ref, ...]:
        """
        The records that the author is, or that stand for them: contacts, then leads, then accounts, each by id.
        """
        return _refs(self.found.contacts) + _refs(self.found.leads) + _refs(self.found.accounts)

    @property
    def deals(self) -> tuple[Ref, ...]:
        """
        The deals that decided, by id: those whose outcome the row asks for.
        """
        return _refs(self.deciding)

    @property
    def ambiguous(self) -> bool:
        """
        Whether several contacts match; then the deals of all of them were looked at (AUTH-7).
        """
        return len(self.found.contacts) > 1

    @property
    def followed(self) -> tuple[Ref, ...]:
        """
        Leads that were followed to the contacts they were converted to (AUTH-8).
        """
        return _refs(self.found.followed)

    @property
    def stale(self) -> tuple[Ref, ...]:
        """
        Records that have the author's handle, but whose owner it may no longer be (NET-1).
        """
        return _refs(self.found.stale)

    def _said(self) -> tuple[object, ...]:
        return (
            self.row, self.author, self.matches, self.deals, self.followed, self.stale, self.look_alikes,
            self.reposter, self.as_of,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return self._said() == other._said() if isinstance(other, Answer) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._said())

    @property
    def category(self) -> Category:
        """
        The tab that the update belongs on.
        """
        return self.row.category

    @property
    def reason(self) -> Reason:
        """
        Why it belongs there.
        """
        return self.row.reason

    @property
    def rule(self) -> str:
        """
        The id of the rule that decided.
        """
        return self.row.rule

    @property
    def rules(self) -> tuple[str, ...]:
        """
        The ids of all rules that had a part in the answer, the deciding one first.
        """
        kinds = {match.type for match in self.matches}
        applied = (
            ("AUTH-6", len({match.type for match in self.matches if match not in self.followed}) > 1),
            ("AUTH-7", self.ambiguous),
            ("AUTH-8", bool(self.followed)),
            ("AUTH-10", Account in kinds),
            ("AUTH-11", self.reposter is not None),
            ("AUTH-15", self.as_of is not None),
            ("NET-1", bool(self.stale)),
            ("NET-4", bool(self.look_alikes)),
        )
        return tuple(dict.fromkeys((self.rule, *(rule for rule, had_a_part in applied if had_a_part))))

    @property
    def sentence(self) -> str:
        """
        The answer in words.
        """
        named = {kind: [match for match in self.matches if match.type is kind] for kind in (Contact, Lead, Account)}
        who = named[Contact] or named[Lead] or named[Account]
        said = SENTENCES[self.reason].format(
            author=self.author,
            who=_listed(who),
            has="have" if len(who) > 1 else "has",
            an_open_deal="an open deal" if len(self.deals) == 1 else "open deals",
            a_won_deal="a won deal" if len(self.deals) == 1 else "won deals",
            is_="are" if len(who) > 1 else "is",
            was="were" if len(who) > 1 else "was",
            deals=_listed(self.deals),
        )
        return "; ".join((said, *self._remarks()))

    def _remarks(self) -> list[str]:
        remarks = (
            ("several contacts match, and the deals of all of them count", self.ambiguous),
            (f"{_listed(self.followed)} was converted", bool(self.followed)),
            (f"{_listed(self.stale)} may hold an old handle", bool(self.stale)),
            (f"looks like {', '.join(self.look_alikes)}", bool(self.look_alikes)),
            (f"as of {self.as_of:%Y-%m-%d %H:%M} UTC" if self.as_of else "", self.as_of is not None),
        )
        return [remark for remark, holds in remarks if holds]

    def __str__(self) -> str:
        passed_on = f"; passed on by {self.reposter.author}, {self.reposter.category}" if self.reposter else ""
        return f"{self.category}: {self.sentence}{passed_on} [{', '.join(self.rules)}]"

    def __repr__(self) -> str:
        return f"Answer({self.category.value!r}, {self.reason.value!r}, rule={self.rule!r})"

    def _repr_html_(self) -> str:
        facts = (
            ("category", self.category.label),
            ("because", self.sentence),
            ("on record", _listed(self.matches)),
            ("deals", _listed(self.deals)),
            ("passed on by", str(self.reposter) if self.reposter else ""),
            ("rules", ", ".join(self.rules)),
        )
        return html_facts(self.author or "no author", (fact for fact in facts if fact[1]))


#: What each reason says in words.
SENTENCES: Final = {
    Reason.OPEN_DEAL: "{who} {has} {an_open_deal}: {deals}",
    Reason.WON_DEAL: "{who} {has} {a_won_deal}: {deals}",
    Reason.NO_DEALS: "{who} {is_} on record and {has} no deals",
    Reason.ALL_LOST: "{who} {is_} on record, and every deal was lost: {deals}",
    Reason.LEAD: "{who} {is_} on record, not yet a contact",
    Reason.CONTACT_GONE: "{who} {was} converted, and the contact is no longer on record",
    Reason.ACCOUNT_PROFILE: "{author} is the profile of {who}, not of a person",
    Reason.NOBODY: "nobody on record is {author}",
    Reason.NO_AUTHOR: "the update does not say who wrote it",
}


def _refs(records: Collection[Entity]) -> tuple[Ref, ...]:
    """
    Give references by type and id, each once: lead 1 and contact 1 are different records.
    """
    if not records:  # so it is nearly always, and it is asked for again and again
        return ()
    return tuple(sorted({record.ref for record in records}, key=_type_and_id))


def _type_and_id(ref: Ref) -> tuple[str, str]:
    return ref.type.__name__, ref.id


def _listed(refs: Iterable[Ref]) -> str:
    return " and ".join(map(str, refs))
