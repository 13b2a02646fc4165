"""
The laws of feeds: all roads lead to one answer, and an answer as of an instant is the one that was right then.
"""

from collections.abc import Iterator
from datetime import datetime

import attrs

from leadmodel.directory import Directory
from leadmodel.entities import Deal, Entity, Lead
from leadmodel.processes.pipelines import pipeline_of
from leadmodel.rules.author_rules import AuthorRules
from leadmodel.rules.classification import classify_author, classify_feed, classify_many
from leadmodel.samples import World
from leadmodel.testing.laws.authors import BY_OUTCOME, SHIPPED
from leadmodel.testing.laws.worlds import authors_in, made, whole


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
    then = made(Directory.of, _set_back(world, as_of), BY_OUTCOME, partial=True)
    loose = attrs.evolve(rules, strict=False)
    for author in authors_in(world):
        given = classify_author(author, world.directory(), rules=loose, as_of=as_of)
        expected = attrs.evolve(classify_author(author, then, rules=loose), as_of=as_of)
        assert given == expected, f"{author!r} as of {as_of}: {whole(given)}; in the world of then: {whole(expected)}"


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
            stages = pipeline_of(record.pipeline, world.pipelines).stages
            known = {stage.key: stage.outcome.value for stage in stages}
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
