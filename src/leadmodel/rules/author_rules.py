"""
Who is behind a social update: the tables.

A person is on record in one of a few ways and has deals with some set of outcomes. A table gives each such case a
category and the reason for it; nothing else decides. Order never matters: exactly one row applies to every case, and a
table that leaves a case open or decides it twice cannot be made.

The standard table is Zoho's published rule. It is not monotone: a past customer with a new open deal is a potential
contact until that deal closes, even if it closes lost. HubSpot answers "customer" there.

Rule:
    AUTH-1 to AUTH-5, AUTH-8, AUTH-10, AUTH-12.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import product
from typing import Final

import attrs

from leadmodel.display import html_table, text_table
from leadmodel.errors import InvalidTable, Problem
from leadmodel.values.choice import choice


class Category(StrEnum):
    """
    What an author is to the organisation: the four tabs of a sorted feed.
    """

    CUSTOMER = "customer"
    POTENTIAL_CONTACT = "potential_contact"
    LEAD_OR_CONTACT = "lead_or_contact"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """
        The name of the tab.
        """
        return _LABELS[self]


_LABELS: Final = {
    Category.CUSTOMER: "Customers",
    Category.POTENTIAL_CONTACT: "Potential Contacts",
    Category.LEAD_OR_CONTACT: "Leads/Contacts",
    Category.UNKNOWN: "Unknown",
}


class OnRecord(StrEnum):
    """
    How an author is on record. Where several apply, the first in this order counts (AUTH-6).
    """

    #: As a contact, or as a lead that was converted to one.
    CONTACT = "contact"
    #: As a lead only.
    LEAD = "lead"
    #: Only as a converted lead whose contact is gone (AUTH-8).
    CONVERTED_LEAD = "converted_lead"
    #: As a company's own profile (AUTH-10).
    ACCOUNT = "account"
    NOBODY = "nobody"
    #: The update does not say who wrote it (AUTH-12).
    NO_AUTHOR = "no_author"


class Reason(StrEnum):
    """
    Why an author has a category.
    """

    OPEN_DEAL = "open_deal"
    WON_DEAL = "won_deal"
    NO_DEALS = "no_deals"
    ALL_LOST = "all_lost"
    LEAD = "lead"
    CONTACT_GONE = "contact_gone"
    ACCOUNT_PROFILE = "account_profile"
    NOBODY = "nobody"
    NO_AUTHOR = "no_author"


class DealLink(StrEnum):
    """
    What makes a deal a contact's (AUTH-9).
    """

    #: The contact is its primary one.
    PRIMARY = "primary"
    #: The contact takes part in it in any role.
    ROLE = "role"
    #: It is a deal of the contact's account.
    ACCOUNT = "account"


def _as_on_record(value: OnRecord | str) -> OnRecord:
    return choice(OnRecord, value, "way of being on record")


def _as_category(value: Category | str) -> Category:
    return choice(Category, value, "category")


def _as_reason(value: Reason | str) -> Reason:
    return choice(Reason, value, "reason")


@attrs.frozen
class AuthorRule:
    """
    One row: for whoever is on record so and has deals with these outcomes, the category and the reason.

    True and False ask whether there is a deal with the outcome; None asks nothing.

    Raises:
        InvalidValue: There is no such way of being on record, category or reason.
    """

    on_record: OnRecord = attrs.field(converter=_as_on_record)
    any_open: bool | None
    any_won: bool | None
    any_lost: bool | None
    category: Category = attrs.field(converter=_as_category)
    reason: Reason = attrs.field(converter=_as_reason)
    #: The id of the rule in the domain's list.
    rule: str

    def applies(self, on_record: OnRecord, *, any_open: bool, any_won: bool, any_lost: bool) -> bool:
        """
        Say whether the row decides this case.
        """
        asked = (self.any_open, self.any_won, self.any_lost)
        return self.on_record is on_record and all(
            wanted is None or wanted is given
            for wanted, given in zip(asked, (any_open, any_won, any_lost), strict=True)
        )


Case = tuple[OnRecord, bool, bool, bool]


def _as_rows(rows: Iterable[AuthorRule]) -> tuple[AuthorRule, ...]:
    return tuple(rows)


def _as_links(links: Iterable[DealLink | str] | DealLink | str) -> frozenset[DealLink]:
    several = [links] if isinstance(links, str) else links
    return frozenset(choice(DealLink, link, "link of a deal") for link in several)


@attrs.frozen(kw_only=True, repr=False)
class AuthorRules:
    """
    A table for authors and the options that go with it: one value. `attrs.evolve(ZOHO, strict=True)` changes an option.

    Raises:
        InvalidTable: A case has no row or several, a row can never apply, a lost deal would change a category, or no
            deal would ever count.
    """

    name: str
    rows: tuple[AuthorRule, ...] = attrs.field(converter=_as_rows)
    #: What makes a deal a contact's (AUTH-9): one of `DealLink` or several.
    deals: frozenset[DealLink] = attrs.field(default=frozenset({DealLink.PRIMARY}), converter=_as_links)
    #: Whether an author who matches several contacts is an error instead of an ambiguous answer (AUTH-7).
    strict: bool = False
    #: Whether a company's profile is judged by the account's deals (AUTH-10).
    companies: bool = False
    #: Whether an author known by an e-mail address is looked for among the addresses of persons (NET-6).
    match_email: bool = False
    #: The row of each case, by the words for being on record: a plain text is hashed once, a member of an enumeration
    #: each time.
    _cells: dict[tuple[str, bool, bool, bool], AuthorRule] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_cells", {})
        problems = (*self._case_problems(), *self._row_problems())
        if problems:
            raise InvalidTable(subject=f"author rules {self.name!r}", problems=problems)

    def row(self, on_record: OnRecord, *, any_open: bool, any_won: bool, any_lost: bool) -> AuthorRule:
        """
        Give the one row that decides a case.
        """
        return self._cells[on_record._value_, any_open, any_won, any_lost]

    def _case_problems(self) -> Iterator[Problem]:
        for case in CASES:
            rows = [row for row in self.rows if _decides(row, case)]
            if len(rows) == 1:
                self._cells[case[0].value, *case[1:]] = rows[0]
                continue
            what = "no row decides it" if not rows else f"{len(rows)} rows decide it"
            hint = "add one" if not rows else "make them exclude each other"
            yield Problem(what=what, hint=hint, where=_said(case), options=tuple(row.rule for row in rows))

    def _row_problems(self) -> Iterator[Problem]:
        if not self.deals:
            yield Problem(what="no deal would ever count", hint='name a link, such as "primary"', field="deals")
        for number, row in enumerate(self.rows):
            if not any(_decides(row, case) for case in CASES):
                yield Problem(what="the row never applies", hint="take it out", where=f"rows[{number}]", rule=row.rule)
        for case in CASES:
            on_record, any_open, any_won, any_lost = case
            decided = self._cells.get((on_record.value, any_open, any_won, any_lost))
            other = self._cells.get((on_record.value, any_open, any_won, True))
            if not any_lost and decided and other and other.category is not decided.category:
                what = f"a lost deal would turn {decided.category} into {other.category}"
                yield Problem(what=what, hint="give both the same category", where=_said(case))

    def __hash__(self) -> int:
        return hash(self.name)  # asked for often, and few tables share a name

    def __repr__(self) -> str:
        return f"AuthorRules(name={self.name!r}, {len(self.rows)} rows)"

    def __str__(self) -> str:
        return text_table(TABLE_HEADERS, self.table())

    def _repr_html_(self) -> str:
        return html_table(TABLE_HEADERS, self.table(), caption=f"author rules {self.name}")

    def table(self) -> list[tuple[str, ...]]:
        """
        Give the rows as texts, for a page or a terminal.
        """
        return [
            (
                row.rule, row.on_record, _yes_no(row.any_open), _yes_no(row.any_won), _yes_no(row.any_lost),
                row.category, row.reason,
            )
            for row in self.rows
        ]  # fmt: skip


TABLE_HEADERS: Final = ("rule", "on record as", "any open deal", "any won deal", "any lost deal", "category", "reason")
#: Every case that a table decides.
CASES: Final[tuple[Case, ...]] = tuple(product(OnRecord, (True, False), (True, False), (True, False)))


def _decides(row: AuthorRule, case: Case) -> bool:
    on_record, any_open, any_won, any_lost = case
    return row.applies(on_record, any_open=any_open, any_won=any_won, any_lost=any_lost)


def _yes_no(asked: bool | None) -> str:
    return "–" if asked is None else "yes" if asked else "no"


def _said(case: Case) -> str:
    deals = [name for name, there in zip(("open", "won", "lost"), case[1:], strict=True) if there]
    return f"{case[0]} with {' and '.join(deals) or 'no'} deals"


_E: Final = None  # either

# fmt: off
#: What every table says of those without a contact on record.
WITHOUT_CONTACT: Final = (
    #          on record                 open  won   lost  category                  reason                  rule
    AuthorRule(OnRecord.NOBODY,          _E,   _E,   _E,   Category.UNKNOWN,         Reason.NOBODY,          "AUTH-1"),
    AuthorRule(OnRecord.LEAD,            _E,   _E,   _E,   Category.LEAD_OR_CONTACT, Reason.LEAD,            "AUTH-5"),
    AuthorRule(OnRecord.CONVERTED_LEAD,  _E,   _E,   _E,   Category.LEAD_OR_CONTACT, Reason.CONTACT_GONE,    "AUTH-8"),
    AuthorRule(OnRecord.ACCOUNT,         _E,   _E,   _E,   Category.UNKNOWN,         Reason.ACCOUNT_PROFILE, "AUTH-10"),
    AuthorRule(OnRecord.NO_AUTHOR,       _E,   _E,   _E,   Category.UNKNOWN,         Reason.NO_AUTHOR,       "AUTH-12"),
)

#: Zoho's published rule, the standard: an open deal comes before a won one.
ZOHO: Final = AuthorRules(name="zoho", rows=(
    *WITHOUT_CONTACT,
    AuthorRule(OnRecord.CONTACT,         True,  _E,    _E,    Category.POTENTIAL_CONTACT, Reason.OPEN_DEAL, "AUTH-2"),
    AuthorRule(OnRecord.CONTACT,         False, True,  _E,    Category.CUSTOMER,          Reason.WON_DEAL,  "AUTH-3"),
    AuthorRule(OnRecord.CONTACT,         False, False, False, Category.LEAD_OR_CONTACT,   Reason.NO_DEALS,  "AUTH-4"),
    AuthorRule(OnRecord.CONTACT,         False, False, True,  Category.LEAD_OR_CONTACT,   Reason.ALL_LOST,  "AUTH-4"),
))

#: HubSpot's answer: who has bought once stays a customer.
HUBSPOT: Final = AuthorRules(name="hubspot", rows=(
    *WITHOUT_CONTACT,
    AuthorRule(OnRecord.CONTACT,         _E,    True,  _E,    Category.CUSTOMER,          Reason.WON_DEAL,  "AUTH-3"),
    AuthorRule(OnRecord.CONTACT,         True,  False, _E,    Category.POTENTIAL_CONTACT, Reason.OPEN_DEAL, "AUTH-2"),
    AuthorRule(OnRecord.CONTACT,         False, False, False, Category.LEAD_OR_CONTACT,   Reason.NO_DEALS,  "AUTH-4"),
    AuthorRule(OnRecord.CONTACT,         False, False, True,  Category.LEAD_OR_CONTACT,   Reason.ALL_LOST,  "AUTH-4"),
))
# fmt: on

#: The shipped tables by name.
PRESETS: Final = {rules.name: rules for rules in (ZOHO, HUBSPOT)}


def categorise(
    *,
    on_record: OnRecord | str,
    any_open: bool = False,
    any_won: bool = False,
    any_lost: bool = False,
    rules: AuthorRules = ZOHO,
) -> AuthorRule:
    """
    Ask the table alone: give the row that decides a case, with its category, reason and rule.

    Args:
        on_record: How the person is on record.
        any_open: Whether there is an open deal; a count of them will do, here and below.
        any_won: Whether there is a won deal.
        any_lost: Whether there is a lost deal; it never changes the category.
        rules: The table.

    Raises:
        InvalidValue: There is no such way of being on record.
    """
    known = choice(OnRecord, on_record, "way of being on record")
    return rules.row(known, any_open=bool(any_open), any_won=bool(any_won), any_lost=bool(any_lost))
