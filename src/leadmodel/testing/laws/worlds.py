"""
What the laws about whole worlds have in common: their records, their people, and directories of them.
"""

from collections.abc import Callable, Iterable
from itertools import chain

import attrs

from leadmodel.changes import Changes
from leadmodel.directory import Directory
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Lead, Note, Task
from leadmodel.networks import Profile
from leadmodel.processes import Pipeline
from leadmodel.processes.pipelines import Pipelines
from leadmodel.rules.answers import Answer
from leadmodel.samples import World


def whole(answer: Answer) -> str:
    """
    Show an answer with all that it holds.
    """
    return f"{answer} {attrs.asdict(answer, recurse=False)}"


def made(
    make: Callable[..., Directory], records: Iterable[Entity], pipelines: Pipeline | Pipelines, *, partial: bool = False
) -> Directory:
    """
    Make a directory of records of any type.

    Args:
        make: Makes it, from the keywords of `Directory.of`.
        records: Records of the types that a directory holds.
        pipelines: The stages of the deals: one pipeline, or several by key.
        partial: Whether deals may refer to contacts that are not among them.
    """
    several = tuple(records)
    return make(
        leads=[each for each in several if isinstance(each, Lead)],
        contacts=[each for each in several if isinstance(each, Contact)],
        accounts=[each for each in several if isinstance(each, Account)],
        deals=[each for each in several if isinstance(each, Deal)],
        children=[each for each in several if isinstance(each, (Note, Activity, Task))],
        pipelines=pipelines,
        partial=partial,
    )


def authors_in(world: World, changes: Iterable[Changes] = ()) -> tuple[Profile, ...]:
    """
    Give every profile that the world, its feed or a change knows, whole and by handle or stable id alone.
    """
    after = chain.from_iterable((*each.created, *(update.after for update in each.updated)) for each in changes)
    found = [profile for record in (*world.records, *after) for profile in getattr(record, "profiles", ())]
    found += [profile for update in world.updates for profile in (update.author, update.reposted_by) if profile]
    mails = [email for record in world.records for email in getattr(record, "emails", ())]
    found += [Profile("email", email.address) for email in mails]
    parts = [
        part for profile in found if profile.handle and profile.uid
        for part in (attrs.evolve(profile, uid=""), attrs.evolve(profile, handle=""))
    ]  # fmt: skip
    return tuple(dict.fromkeys((*found, *parts)))
