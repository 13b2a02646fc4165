"""
The law of directories: kept up in place equals made again.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from leadmodel.changes import Changes
from leadmodel.directory import Directory
from leadmodel.display import counted
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Lead, Note, Task
from leadmodel.networks import Profile
from leadmodel.rules.author_rules import AuthorRules
from leadmodel.rules.classification import classify_author, classify_many
from leadmodel.samples import World
from leadmodel.testing.laws.authors import SHIPPED
from leadmodel.testing.laws.worlds import authors_in, made, whole
from leadmodel.values import Ref


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
    authors = authors_in(world, told)
    records = {record.ref: record for record in world.records}
    kept_up = made(make, records.values(), world.pipelines)
    for number in range(len(told) + 1):
        if number:
            kept_up.update(told[number - 1])
            _apply(told[number - 1], records)
        rebuilt = made(Directory.of, records.values(), world.pipelines)
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
        assert given == expected, f"{author!r}: kept up, the answer is {whole(given)}; made again, {whole(expected)}"
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


def _apply(change: Changes, records: dict[Ref, Entity]) -> None:
    for ref in (*(gone.ref for gone in change.deleted), *change.erased):
        records.pop(ref, None)
    for there in (*change.created, *(update.after for update in change.updated)):
        records[there.ref] = there
