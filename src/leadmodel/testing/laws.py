"""
Laws: what is true of every sound table, directory and profile, as plain functions to call on values of your own.

Each returns nothing where the law holds, and raises an AssertionError that says what was compared where it does not.
They draw nothing and need no other package: combine them with the strategies, or call them on your own records.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, combinations, permutations
from typing import Final

import attrs

from leadmodel.changes import Changes
from leadmodel.directory import Directory
from leadmodel.display import counted
from leadmodel.entities import Account, Activity, Contact, Deal, DealContact, Entity, Lead, Note, Task
from leadmodel.networks import NETWORKS, Profile, network_of
from leadmodel.processes import Outcome, Pipeline, Stage
from leadmodel.rules.answers import Answer
from leadmodel.rules.author_rules import CASES, PRESETS, AuthorRules, DealLink, OnRecord, categorise
from leadmodel.rules.classification import classify_author, classify_feed, classify_many
from leadmodel.samples import World
from leadmodel.values import Ref

__all__ = ["check_author_rules", "check_directory", "check_feed", "check_profile", "check_story"]

#: Every shipped table, as it is and with every option turned on.
SHIPPED: Final = tuple(
    chain.from_iterable(
        (rules, attrs.evolve(rules, deals=DealLink, companies=True, match_email=True)) for rules in PRESETS.values()
    )
)


# Author rules


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
_PIPELINE: Final = Pipeline(key="law", stages=_STAGES.values())
_AUTHOR: Final = Profile("x", "ada")
_OUTCOME_SETS: Final = tuple(chain.from_iterable(combinations(tuple(Outcome), size) for size in range(4)))


def _deals(outcomes: Iterable[Outcome], contact_id: str) -> list[Deal]:
    """
    Make deals that are the contact's by whichever link the rules ask for.
    """
    return [
        Deal(
            id=f"{contact_id}-{number}", stage=outcome.value, contact_id=contact_id, account_id=contact_id,
            contacts=[DealContact(contact_id=contact_id)],
        )
        for number, outcome in enumerate(outcomes)
    ]  # fmt: skip


def _answer(rules: AuthorRules, deals: Iterable[Deal], *contact_ids: str) -> Answer:
    contacts = [Contact(id=each, account_id=each, profiles=[_AUTHOR]) for each in contact_ids]
    directory = Directory.of(contacts=contacts, deals=deals, pipelines=_PIPELINE)
    return classify_author(_AUTHOR, directory, rules=rules)


def _check_order(rules: AuthorRules, outcomes: tuple[Outcome, ...]) -> None:
    plain = _answer(rules, _deals(outcomes, "c"), "c")
    expected = categorise(
        on_record=OnRecord.CONTACT, any_open=Outcome.OPEN in outcomes, any_won=Outcome.WON in outcomes,
        any_lost=Outcome.LOST in outcomes, rules=rules,
    )  # fmt: skip
    assert plain.row == expected, f"a contact with {_said(outcomes)} is decided by {plain.row}, not by {expected}"
    for order in (*permutations(outcomes), outcomes * 2):
        row = _answer(rules, _deals(order, "c"), "c").row
        assert row == plain.row, f"order or number of {_said(outcomes)} matters: {plain.row}, then {row}"


def _check_merging(rules: AuthorRules, one: tuple[Outcome, ...], two: tuple[Outcome, ...]) -> None:
    apart = _answer(rules, [*_deals(one, "c"), *_deals(two, "d")], "c", "d")
    merged = _answer(rules, _deals((*one, *two), "c"), "c")
    assert apart.category is merged.category, (
        f"two contacts, with {_said(one)} and with {_said(two)}, are {apart.category}; merged they are "
        f"{merged.category}"
    )


def _said(outcomes: Iterable[Outcome]) -> str:
    return f"{' and '.join(outcomes) or 'no'} deals"


# Directories


def check_directory(
    world: World,
    changes: Iterable[Changes],
    *,
    as_of: datetime | None = None,
    make: Callable[..., Directory] = Directory.of,
) -> None:
    """
    Check that a directory which is kept up in place equals one that is made again, after each of some changes.

    Equal means: the same answers, under every shipped table with and without its options, to every identity that the
    world or a change knows, the same records, and the same deals, notes, activities and tasks of each. All is asked
    before the first change too, so that answers are kept which a change may make wrong.

    Args:
        world: The records to begin with.
        changes: What happens to them; each is valid after those before it.
        as_of: The instant whose story is asked for; None is now.
        make: Makes the directory that is kept up, from the keywords of `Directory.of`.

    Raises:
        AssertionError: The directory that was kept up differs from the one that was made again.
        InvalidDirectory: A change cannot be made.
    """
    told = tuple(changes)
    authors = _authors(world, told)
    records = {record.ref: record for record in _records(world)}
    kept_up = _made(make, records.values(), world.pipeline)
    for number in range(len(told) + 1):
        if number:
            kept_up.update(told[number - 1])
            _apply(told[number - 1], records)
        rebuilt = _made(Directory.of, records.values(), world.pipeline)
        try:
            _check_records(kept_up, rebuilt)
            for rules in SHIPPED:
                _check_answers(kept_up, rebuilt, authors, rules, as_of)
        except AssertionError as error:
            raise AssertionError(f"after {counted(number, 'change')}: {error}") from None


def _check_answers(
    kept_up: Directory, rebuilt: Directory, authors: Sequence[Profile], rules: AuthorRules, as_of: datetime | None
) -> None:
    for author in authors:
        given, expected = (classify_author(author, each, rules=rules, as_of=as_of) for each in (kept_up, rebuilt))
        assert given == expected, f"{author!r}: kept up, the answer is {_whole(given)}; made again, {_whole(expected)}"
    fast = classify_many(authors, kept_up, rules=rules, as_of=as_of)
    slow = [classify_author(author, rebuilt, rules=rules, as_of=as_of).category for author in authors]
    assert fast == slow, f"kept up, classify_many gives {fast} for {authors}; made again, the categories are {slow}"


def _check_records(kept_up: Directory, rebuilt: Directory) -> None:
    for kind in (Lead, Contact, Account, Deal, Note, Activity, Task):
        given, expected = ({record.id: record for record in each.all(kind)} for each in (kept_up, rebuilt))
        assert given == expected, f"kept up, the records are {given}; made again, {expected}"
    for record in (*rebuilt.all(Lead), *rebuilt.all(Contact), *rebuilt.all(Account), *rebuilt.all(Deal)):
        here, there = _hung_on(kept_up, record), _hung_on(rebuilt, record)
        assert here == there, f"kept up, on {record.ref} hang {here}; made again, {there}"


def _hung_on(directory: Directory, record: Entity) -> dict[Ref, Entity]:
    """
    Give what hangs on a record: notes, activities, tasks, and the deals of a contact or an account.
    """
    found: list[Entity] = [*directory.children_of(record.ref)]
    if isinstance(record, Contact):
        found += directory.deals_of(record, primary=True, role=True, account=True)
    elif isinstance(record, Account):
        found += directory.deals_of_account(record)
    return {each.ref: each for each in found}


def _whole(answer: Answer) -> str:
    return f"{answer} {attrs.asdict(answer, recurse=False)}"


def _records(world: World) -> tuple[Entity, ...]:
    return (*world.leads, *world.contacts, *world.accounts, *world.deals, *world.children)


def _apply(change: Changes, records: dict[Ref, Entity]) -> None:
    for gone in change.deleted:
        del records[gone.ref]
    for there in (*change.created, *(update.after for update in change.updated)):
        records[there.ref] = there


def _made(
    make: Callable[..., Directory], records: Iterable[Entity], pipeline: Pipeline, *, partial: bool = False
) -> Directory:
    several = tuple(records)
    return make(
        leads=[each for each in several if isinstance(each, Lead)],
        contacts=[each for each in several if isinstance(each, Contact)],
        accounts=[each for each in several if isinstance(each, Account)],
        deals=[each for each in several if isinstance(each, Deal)],
        children=[each for each in several if isinstance(each, (Note, Activity, Task))],
        pipelines=pipeline,
        partial=partial,
    )


def _authors(world: World, changes: Iterable[Changes] = ()) -> tuple[Profile, ...]:
    """
    Give every profile that the world, its feed or a change knows, whole and by handle or stable id alone.
    """
    after = chain.from_iterable((*each.created, *(update.after for update in each.updated)) for each in changes)
    whole = [profile for record in (*_records(world), *after) for profile in getattr(record, "profiles", ())]
    whole += [profile for update in world.updates for profile in (update.author, update.reposted_by) if profile]
    mails = [email for record in _records(world) for email in getattr(record, "emails", ())]
    whole += [Profile("email", email.address) for email in mails]
    parts = [
        part for profile in whole if profile.handle and profile.uid
        for part in (attrs.evolve(profile, uid=""), attrs.evolve(profile, handle=""))
    ]  # fmt: skip
    return tuple(dict.fromkeys((*whole, *parts)))


# Feeds


def check_feed(world: World, *, rules: AuthorRules = SHIPPED[0], as_of: datetime | None = None) -> None:
    """
    Check that all roads lead to one answer: one update at a time, the feed as a whole, and the categories alone.

    Args:
        world: The records and the feed.
        rules: The table and its options.
        as_of: The instant whose story is asked for; None is now.

    Raises:
        AssertionError: Two roads lead to different answers.
    """
    loose, updates = attrs.evolve(rules, strict=False), world.updates
    alone = [classify_author(update, world.directory(), rules=loose, as_of=as_of) for update in updates]
    fast = classify_many(updates, world.directory(), rules=loose, as_of=as_of)
    slow = [answer.category for answer in alone]
    assert fast == slow, f"classify_many gives {fast}; one by one the categories are {slow}"
    for batch in (1, len(updates) + 1):
        given = [a for _, a in classify_feed(updates, world.directory(), rules=loose, as_of=as_of, batch=batch)]
        assert given == alone, f"in batches of {batch} the feed gives {given}; one by one the answers are {alone}"


# Stories


def check_story(world: World, as_of: datetime, *, rules: AuthorRules = SHIPPED[0]) -> None:
    """
    Check that an answer as of an instant is the answer that was right then.

    The world is set back by hand: records created later are taken out, conversions that came later are undone, and each
    deal is put into the stage in which it stood. The answers of today in that world are compared.

    Args:
        world: The records and the feed.
        as_of: The instant; aware.
        rules: The table and its options.

    Raises:
        AssertionError: The two answers differ.

    Rule:
        AUTH-15.
    """
    then = _made(Directory.of, _set_back(world, as_of), _PIPELINE, partial=True)
    loose = attrs.evolve(rules, strict=False)
    for author in _authors(world):
        given = classify_author(author, world.directory(), rules=loose, as_of=as_of)
        expected = attrs.evolve(classify_author(author, then, rules=loose), as_of=as_of)
        assert given == expected, f"{author!r} as of {as_of}: {_whole(given)}; in the world of then: {_whole(expected)}"


def _set_back(world: World, as_of: datetime) -> Iterator[Entity]:
    """
    Give the records of a world as they were: deals stand in stages that say the outcome alone.
    """
    for record in (*world.leads, *world.contacts, *world.accounts, *world.deals):
        if record.created_at is not None and record.created_at > as_of:
            continue
        if isinstance(record, Lead) and record.conversion and record.conversion.at and record.conversion.at > as_of:
            yield attrs.evolve(record, conversion=None)
        elif isinstance(record, Deal):
            known = {stage.key: stage.outcome.value for stage in world.pipeline.stages}
            yield attrs.evolve(record, pipeline="", stage=known.get(_stage_then(record, as_of), "open"), history=())
        else:
            yield record


def _stage_then(deal: Deal, as_of: datetime) -> str:
    """
    Give the stage in which a deal stood, or "" where all that is known is that it was open.
    """
    if deal.history:
        path = [deal.history[0].come_from or "", *(move.to for move in deal.history if move.at <= as_of)]
        return path[-1]
    return "" if deal.closed_at and as_of < deal.closed_at else deal.stage


# Profiles


def check_profile(text: str, network: str, *, server: str = "") -> None:
    """
    Check that reading a profile is done once and for all: reading what was read changes nothing.

    The canonical handle reads as itself; space around the text and an at sign before the handle do not matter; equal
    profiles have equal hashes; and the key of a network with a row reads back.

    Args:
        text: A handle in any spelling, or the address of a profile page.
        network: The network; "" where the text itself tells.
        server: The server of a bare Mastodon handle.

    Raises:
        AssertionError: One of the laws does not hold.
        InvalidValue: The text is no profile.

    Rule:
        NET-2, NET-3.
    """
    profile = Profile.parse(text, network=network, server=server)
    _check_same(profile, Profile(profile.network, profile.handle, uid=profile.uid), "made again of its parts")
    _check_same(profile, Profile.parse(f" {text}\n", network=network, server=server), "read with space around it")
    if profile.handle:
        row, plain = network_of(profile.network), attrs.evolve(profile, uid="")
        assert row.canonical(profile.handle) == profile.handle, f"{row.key}: {profile.handle!r} is not canonical"
        _check_same(plain, Profile(profile.network, profile.handle), "made of its handle")
        _check_same(plain, Profile(profile.network, f"@{profile.handle}"), "with an at sign")
    if profile.network in NETWORKS:
        for key in profile.keys:
            assert Profile.parse(key).keys == (key,), f"the key {key!r} of {profile!r} does not read back"


def _check_same(one: Profile, two: Profile, how: str) -> None:
    assert one == two, f"{one!r}, {how}, is {two!r}"
    assert hash(one) == hash(two), f"{one!r}, {how}, is equal and has another hash"
    assert one.keys == two.keys, f"{one!r} has the keys {one.keys}; {how}, {two.keys}"
