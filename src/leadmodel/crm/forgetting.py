"""
Forgetting somebody: whatever they are on record as, what was written about them, and what they wrote on networks.

Accounts and deals stay. They keep the ids of whom is gone, which say nothing about anybody.

Rule:
    LIFE-2.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from leadmodel.changes import Cause, Changes
from leadmodel.crm.done import ForgetDone
from leadmodel.crm.lookups import Which, found_among, named, type_named
from leadmodel.crm.parts import Parts
from leadmodel.entities import Activity, Contact, Entity, Lead, Note, SocialUpdate, Task, references
from leadmodel.errors import InvalidValue, Problem, UnknownName
from leadmodel.networks import Profile
from leadmodel.ports import Keeper, KeptTransaction, Reader
from leadmodel.values import Ref, type_name

#: What a person may be on record as.
_PERSONS: Final = (Lead, Contact)
#: What is forgotten together with whom it is about.
_CHILDREN: Final = (Activity, Task, Note)
_RULE: Final = "LIFE-2"


@attrs.frozen(eq=False, repr=False)
class Forgetting(Parts):
    """
    The verb that forgets.
    """

    def forget(
        self,
        which: Which[Entity],
        record_id: str,
        *,
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> ForgetDone:
        """
        Forget a person: all that is known of them goes, from the past as well, and nothing brings it back.

        That is the lead and the contact it became, and all leads that became this contact; whatever was merged into
        them; notes, tasks and activities about any of them; and what they wrote or passed on on networks. Accounts and
        deals stay, and keep ids. It may be somebody who is deleted already, and to forget somebody again does no harm.

        A store that keeps the past is read through once, for what has been deleted before.

        Args:
            which: `Lead` or `Contact`, or the word for it.
            record_id: The id; one that was merged away stands for the one that it went into.
            by: The user who does it; None takes the shell's.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written: it tells what would be forgotten.

        Raises:
            NotOnRecord: There is no such person, and never was.
            UnknownName: There is no such type of record.
            InvalidValue: It is no type for a person, or the id or the user is none.
            StoreBusy: They are forgotten, and somebody who reads keeps traces in a file: the same call finishes it.
            StoreError: The store cannot be written, or knows no keys.

        Rule:
            LIFE-2.
        """
        person = _person(which, record_id)
        gone = _Gone()
        if isinstance(self.store, Keeper):
            for commit in self.store.log():
                gone.note(commit.position, commit.changes)

        def make(reader: Reader, at: datetime) -> ForgetDone:
            cause = Cause(at=at, by=self._by(by), rules=(_RULE,))
            if isinstance(reader, KeptTransaction):
                gone.catch_up(reader.changes)
            if not _states(reader, person) and not _past(reader, person):
                named(reader, *_typed(person))
            everything = _everything(reader, person, gone)
            changes = Changes(erased=everything, cause=attrs.evolve(cause, at=at.astimezone(UTC)))
            return ForgetDone(verb="forget", changes=changes)

        def again(reader: Reader, was: Changes, position: int) -> ForgetDone | None:
            del reader
            if person not in was.erased:
                return None
            return ForgetDone(verb="forget", changes=was, position=position, replayed=True)

        return self._run("forget", make, again, key=key, dry_run=dry_run)


def _person(which: Which[Entity], record_id: str) -> Ref:
    """
    Give the reference to somebody.
    """
    record_type = type_named(which)
    if record_type not in _PERSONS:
        what = f"a {type_name(record_type)} is no person"
        hint = "forget the lead or the contact; Changes(erased=…) forgets single records"
        problem = Problem(what=what, hint=hint, field="which", value=record_type, rule=_RULE)
        raise InvalidValue(subject="forget", problems=(problem,))
    return Ref(record_type, record_id)


class _Gone:
    """
    What has been deleted before: whom it was about, and who had written it.
    """

    def __init__(self) -> None:
        self._position = 0
        self.about: dict[Ref, set[Ref]] = {}
        self.authors: dict[Ref, set[Profile]] = {}
        self.merged: dict[Ref, set[Ref]] = {}

    def note(self, position: int, changes: Changes) -> None:
        """
        Note what a commit has deleted.
        """
        self._position = position
        for record in changes.deleted:
            if isinstance(record, (Lead, *_CHILDREN)):
                self.about.setdefault(record.ref, set()).update(references(record))
            elif isinstance(record, SocialUpdate):
                self.authors.setdefault(record.ref, set()).update(_authors(record))
        for ref, survivor in changes.merged:
            self.merged.setdefault(survivor, set()).add(ref)

    def catch_up(self, changes_at: Callable[[int], Changes]) -> None:
        """
        Note what was applied since.
        """
        while True:
            try:
                self.note(self._position + 1, changes_at(self._position + 1))
            except UnknownName:
                return


def _everything(reader: Reader, person: Ref, gone: _Gone) -> set[Ref]:
    """
    Give whatever a person is or was on record as, and what is or was on record about them or by them.
    """
    persons = _closed({person}, lambda refs: _same(reader, refs, gone))
    found = _closed(persons, lambda refs: _about(reader, refs, gone))
    profiles = {each for ref in persons for state in _states(reader, ref) for each in getattr(state, "profiles", ())}
    return found.union(_written_by(reader, profiles, gone)) if profiles else found


def _closed(first: set[Ref], following: Callable[[Collection[Ref]], Iterable[Ref]]) -> set[Ref]:
    found, waiting = set(first), set(first)
    while waiting:
        waiting = set(following(waiting)) - found
        found |= waiting
    return found


def _same(reader: Reader, refs: Collection[Ref], gone: _Gone) -> Iterator[Ref]:
    """
    Give what the same persons are or were on record as besides.
    """
    for ref in refs:
        for state in _states(reader, ref):
            if isinstance(state, Lead) and state.conversion is not None and state.conversion.contact_id:
                yield Ref(Contact, state.conversion.contact_id)
        if isinstance(reader, KeptTransaction):
            yield reader.resolve(ref)
        yield from gone.merged.get(ref, ())
    contacts = {ref for ref in refs if ref.type is Contact}
    leads = found_among(reader, Lead, "conversion.contact_id", {ref.id for ref in contacts})
    yield from (lead.ref for lead in leads)
    yield from (ref for ref, others in gone.about.items() if ref.type is Lead and not others.isdisjoint(contacts))


def _about(reader: Reader, refs: Collection[Ref], gone: _Gone) -> Iterator[Ref]:
    """
    Give what is or was on record about any of some records.
    """
    for kind in _CHILDREN:
        children = found_among(reader, kind, "about.id", {ref.id for ref in refs})
        yield from (child.ref for child in children if getattr(child, "about", None) in refs)
    yield from (ref for ref, others in gone.about.items() if ref.type is not Lead and not others.isdisjoint(refs))


def _written_by(reader: Reader, profiles: Collection[Profile], gone: _Gone) -> Iterator[Ref]:
    """
    Give what somebody wrote or passed on on networks.
    """
    keys = {key for each in profiles for key in each.keys}
    handles = {each.handle for each in profiles if each.handle}
    for path, values in (("key", keys), ("handle", handles)):
        for role in ("author", "reposted_by"):
            for update in found_among(reader, SocialUpdate, f"{role}.{path}", values):
                if _is_among(_authors(update), profiles):
                    yield update.ref
    yield from (ref for ref, authors in gone.authors.items() if _is_among(authors, profiles))


def _authors(update: SocialUpdate) -> set[Profile]:
    return {each for each in (update.author, update.reposted_by) if each is not None}


def _is_among(some: Iterable[Profile], others: Collection[Profile]) -> bool:
    """
    Say whether any of some profiles is one of others: where both have a stable id, a handle that they share is nothing.
    """
    return any(
        one.network == other.network and (one.uid == other.uid if one.uid and other.uid else _share(one, other))
        for one in some
        for other in others
    )


def _share(one: Profile, other: Profile) -> bool:
    return not set(one.keys).isdisjoint(other.keys)


def _states(reader: Reader, ref: Ref) -> list[Entity]:
    """
    Give the states of a record that are known: today's, and all those of its past.
    """
    today = reader.get(*_typed(ref))
    past = (state for entry in _past(reader, ref) for state in (entry.before, entry.after))
    return [state for state in (today, *past) if state is not None]


def _past(reader: Reader, ref: Ref) -> Collection[Any]:
    return reader.history(ref) if isinstance(reader, KeptTransaction) else ()


def _typed(ref: Ref) -> tuple[type[Entity], str]:
    record_type: Any = ref.type
    return record_type, ref.id
