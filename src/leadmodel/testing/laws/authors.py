"""
The laws of tables for authors.
"""

from collections.abc import Iterable
from itertools import chain, combinations, permutations
from typing import Final

import attrs

from leadmodel.directory import Directory
from leadmodel.entities import Contact, Deal, DealContact
from leadmodel.networks import Profile
from leadmodel.processes import Counts, Outcome, Pipeline, Stage
from leadmodel.rules.answers import Answer
from leadmodel.rules.author_rules import CASES, PRESETS, AuthorRules, DealLink, OnRecord, categorise
from leadmodel.rules.classification import classify_author

#: Every shipped table, as it is and with every option turned on.
SHIPPED: Final = tuple(
    chain.from_iterable(
        (rules, attrs.evolve(rules, deals=DealLink, companies=True, match_email=True)) for rules in PRESETS.values()
    )
)


def check_author_rules(rules: AuthorRules) -> None:
    """
    Check the laws of every table for authors.

    Each case has exactly one row, each row some case; a lost deal changes no category; the order and the number of
    deals change nothing; and two contacts with one identity have the category of the union of their deals.

    Args:
        rules: A table with its options, of whatever origin.

    Raises:
        AssertionError: One of the laws does not hold.

    Rule:
        AUTH-1 to AUTH-9; the laws of every table.
    """
    _check_cases(rules)
    loose = attrs.evolve(rules, strict=False)
    for outcomes in _OUTCOME_SETS:
        _check_order(loose, outcomes)
    for one, two in combinations(_OUTCOME_SETS, 2):
        _check_merging(loose, one, two)


def _check_cases(rules: AuthorRules) -> None:
    used = []
    for on_record, any_open, any_won, any_lost in CASES:
        case = f"{on_record} with open={any_open}, won={any_won}, lost={any_lost}"
        asked = {"any_open": any_open, "any_won": any_won}
        rows = [row for row in rules.rows if row.applies(on_record, **asked, any_lost=any_lost)]
        assert len(rows) == 1, f"{len(rows)} rows of {rules!r} decide the case {case}; there is exactly one"
        row = categorise(on_record=on_record, **asked, any_lost=any_lost, rules=rules)
        assert row == rows[0], f"{rules!r} decides {case} by {row}, and the row that applies is {rows[0]}"
        lost = categorise(on_record=on_record, **asked, any_lost=True, rules=rules)
        assert row.category is lost.category, f"a lost deal turns {row.category} into {lost.category}: {case}"
        used.append(row)
    idle = [row for row in rules.rows if row not in used]
    assert not idle, f"no case is decided by {idle[0]}"


_STAGES: Final = {outcome: Stage(outcome.value, outcome.value, outcome) for outcome in Outcome}
#: A stage for each outcome, whose key says the outcome.
BY_OUTCOME: Final = Pipeline(key="law", stages=_STAGES.values())
_AUTHOR: Final = Profile("x", "ada")
_OUTCOME_SETS: Final = tuple(chain.from_iterable(combinations(Outcome, size) for size in range(len(Outcome) + 1)))


def _deals(outcomes: Iterable[Outcome], contact_id: str, rules: AuthorRules) -> list[Deal]:
    """
    Make deals that are the contact's by whichever link the rules ask for.
    """
    primary = rules.deals != {DealLink.ROLE}
    return [
        Deal(
            id=f"{contact_id}-{number}", stage=outcome.value, account_id=contact_id,
            contact_id=contact_id if primary else "",
            contacts=() if primary else [DealContact(contact_id=contact_id)],
        )
        for number, outcome in enumerate(outcomes)
    ]  # fmt: skip


def _answer(rules: AuthorRules, deals: Iterable[Deal], *contact_ids: str) -> Answer:
    contacts = [Contact(id=each, account_id=each, profiles=[_AUTHOR]) for each in contact_ids]
    directory = Directory.of(contacts=contacts, deals=deals, pipelines=BY_OUTCOME)
    return classify_author(_AUTHOR, directory, rules=rules)


def _check_order(rules: AuthorRules, outcomes: tuple[Outcome, ...]) -> None:
    plain = _answer(rules, _deals(outcomes, "c", rules), "c")
    counts = {outcome.counts_as for outcome in outcomes}
    expected = categorise(
        on_record=OnRecord.CONTACT, any_open=Counts.OPEN in counts, any_won=Counts.WON in counts,
        any_lost=Counts.LOST in counts, rules=rules,
    )  # fmt: skip
    assert plain.row == expected, f"a contact with {_said(outcomes)} is decided by {plain.row}, not by {expected}"
    for order in (*permutations(outcomes), outcomes * 2):
        row = _answer(rules, _deals(order, "c", rules), "c").row
        assert row == plain.row, f"order or number of {_said(outcomes)} matters: {plain.row}, then {row}"


def _check_merging(rules: AuthorRules, one: tuple[Outcome, ...], two: tuple[Outcome, ...]) -> None:
    apart = _answer(rules, [*_deals(one, "c", rules), *_deals(two, "d", rules)], "c", "d")
    merged = _answer(rules, _deals((*one, *two), "c", rules), "c")
    assert apart.category is merged.category, (
        f"two contacts, with {_said(one)} and with {_said(two)}, are {apart.category}; merged they are "
        f"{merged.category}"
    )


def _said(outcomes: Iterable[Outcome]) -> str:
    return f"{' and '.join(outcomes) or 'no'} deals"
