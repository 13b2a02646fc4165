"""
The plain verbs on stored records: put on record, edit, delete, and apply what was made elsewhere.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar, cast, overload

import attrs

from leadmodel.changes import Changes, create, delete, edit
from leadmodel.crm.done import Done, RecordDone
from leadmodel.crm.lookups import Which, check_remembered, named, present, today, type_named
from leadmodel.crm.parts import Parts
from leadmodel.entities import Contact, Entity, Lead, SocialUpdate
from leadmodel.errors import Conflict
from leadmodel.ports import Keeper, Reader
from leadmodel.rules.adding import contact_from, lead_from
from leadmodel.stores.applying import joined, settled
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)

#: Decides what becomes of a record: with it, a reader of the rest, and the instant; gives it afterwards, and changes.
Decide = Callable[[E, Reader, datetime], tuple[E, Changes]]


@attrs.frozen(eq=False, repr=False)
class Recording(Parts):
    """
    The verbs on single records.
    """

    def create(
        self, record: E, *, by: str | None = None, key: str | None = None, dry_run: bool = False
    ) -> RecordDone[E]:
        """
        Put a record on record.

        Args:
            record: A record of any type.
            by: The user who does it; None takes the shell's.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written.

        Raises:
            Conflict: It is there already.
            InvalidValue: It is no record, or the user is no id.
            StoreError: The store cannot be written, or knows no keys.
        """

        def make(reader: Reader, at: datetime) -> RecordDone[E]:
            changes = create(record, at=at, by=self._by(by))
            (born,) = changes.created
            if there := reader.get(type(born), born.id):
                raise Conflict(ref=born.ref, expected=None, found=there.version)
            return RecordDone(verb="create", changes=changes, record=cast("E", born))

        return self._run("create", make, self._again("create", lambda: record.ref), key=key, dry_run=dry_run)

    def add_lead(
        self, update: SocialUpdate, *, by: str | None = None, key: str | None = None, dry_run: bool = False
    ) -> RecordDone[Lead]:
        """
        Put whoever wrote an update on record as a lead; adding the same author again gives the same lead.

        Raises:
            NoAuthor: The update does not say who wrote it.
            InvalidValue: The user is no id.
            StoreError: The store cannot be written, or knows no keys.

        Rule:
            AUTH-12.
        """
        return self._add("add_lead", lead_from, update, by=by, key=key, dry_run=dry_run)

    def add_contact(
        self, update: SocialUpdate, *, by: str | None = None, key: str | None = None, dry_run: bool = False
    ) -> RecordDone[Contact]:
        """
        Put whoever wrote an update on record as a contact, as `add_lead` does as a lead.

        Raises:
            NoAuthor: The update does not say who wrote it.
            InvalidValue: The user is no id.
            StoreError: The store cannot be written, or knows no keys.

        Rule:
            AUTH-12.
        """
        return self._add("add_contact", contact_from, update, by=by, key=key, dry_run=dry_run)

    @overload
    def edit(
        self, which: type[E], record_id: str, values: Mapping[str, object], *, by: str | None = None,
        key: str | None = None, dry_run: bool = False,
    ) -> RecordDone[E]: ...  # fmt: skip
    @overload
    def edit(
        self, which: str, record_id: str, values: Mapping[str, object], *, by: str | None = None,
        key: str | None = None, dry_run: bool = False,
    ) -> RecordDone[Entity]: ...  # fmt: skip
    def edit(
        self,
        which: Which[Entity],
        record_id: str,
        values: Mapping[str, object],
        *,
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> RecordDone[Entity]:
        """
        Set fields of a record as it stands today.

        Args:
            which: The type of the record, or the word for it: "lead", "social update".
            record_id: Its id.
            values: The new values by field.
            by: The user who does it; None takes the shell's.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written.

        Raises:
            NotOnRecord: There is no such record.
            UnknownName: There is no such type of record.
            InvalidEdit: A field does not exist, belongs to another verb, or cannot hold the value; all is reported.
            InvalidValue: The id or the user is none.
            StoreError: The store cannot be written, or knows no keys.
        """

        def decide(record: Entity, _: Reader, at: datetime) -> tuple[Entity, Changes]:
            return record, edit(record, values, at=at, by=self._by(by))

        return self._change("edit", type_named(which), record_id, decide, key=key, dry_run=dry_run)

    @overload
    def delete(
        self, which: type[E], record_id: str, *, by: str | None = None, key: str | None = None, dry_run: bool = False
    ) -> RecordDone[E]: ...
    @overload
    def delete(
        self, which: str, record_id: str, *, by: str | None = None, key: str | None = None, dry_run: bool = False
    ) -> RecordDone[Entity]: ...
    def delete(
        self,
        which: Which[Entity],
        record_id: str,
        *,
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> RecordDone[Entity]:
        """
        Delete a record; what is done keeps it as it stood last.

        Args:
            which: The type of the record, or the word for it: "lead", "social update".
            record_id: Its id.
            by: The user who does it; None takes the shell's.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written.

        Raises:
            NotOnRecord: There is no such record.
            UnknownName: There is no such type of record.
            InvalidValue: The id or the user is none.
            StoreError: The store cannot be written, or knows no keys.
        """

        def decide(record: Entity, _: Reader, at: datetime) -> tuple[Entity, Changes]:
            return record, delete(record, at=at, by=self._by(by))

        return self._change("delete", type_named(which), record_id, decide, key=key, dry_run=dry_run)

    def apply(self, changes: Changes | Iterable[Changes], *, key: str | None = None, dry_run: bool = False) -> Done:
        """
        Apply changes that were made elsewhere, all of them or none. This is never tried again: they are the caller's.

        Args:
            changes: Changes, or several that follow each other.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written: conflicts are told all the same.

        Raises:
            Conflict: Records have changed since, are there already, or are gone; all of them are named.
            InvalidValue: It is no changes, or the key is none.
            StoreError: The store cannot be written, or knows no keys.
        """

        def make(reader: Reader, at: datetime) -> Done:
            del at
            whole = joined(changes, key)
            if dry_run:
                whole = settled(whole, today(reader, whole.refs()), {}, keeps=isinstance(self.store, Keeper))
            return Done(verb="apply", changes=whole)

        def again(reader: Reader, was: Changes, position: int) -> Done:
            del reader
            return Done(verb="apply", changes=was, position=position, replayed=True)

        return self._run("apply", make, again, key=key, dry_run=dry_run, tries=1)

    # How they are carried out

    def _add(
        self, verb: str, person_from: Callable[..., E], update: SocialUpdate, *, by: str | None, key: str | None,
        dry_run: bool,
    ) -> RecordDone[E]:  # fmt: skip
        namespace = self.playbook.namespace

        def make(reader: Reader, at: datetime) -> RecordDone[E]:
            born = person_from(update, at=at, namespace=namespace)
            there = present(reader, born.ref)
            if there is not None:
                return RecordDone(verb=verb, changes=Changes(), record=cast("E", there))
            changes = create(born, at=at, by=self._by(by))
            return RecordDone(verb=verb, changes=changes, record=cast("E", changes.created[0]))

        def ref() -> Ref:
            return person_from(update, at=self.now(), namespace=namespace).ref

        return self._run(verb, make, self._again(verb, ref), key=key, dry_run=dry_run)

    def _change(
        self, verb: str, record_type: type[E], record_id: str, decide: Decide[E], *, key: str | None, dry_run: bool
    ) -> RecordDone[E]:
        """
        Change one record that is there.
        """

        def make(reader: Reader, at: datetime) -> RecordDone[E]:
            before = named(reader, record_type, record_id)
            record, changes = decide(before, reader, at)
            after = changes.updated[0].after if changes.updated else record
            return RecordDone(verb=verb, changes=changes, record=cast("E", after))

        return self._run(verb, make, self._again(verb, lambda: Ref(record_type, record_id)), key=key, dry_run=dry_run)

    @staticmethod
    def _again(verb: str, ref: Callable[[], Ref]) -> Callable[[Reader, Changes, int], RecordDone[E] | None]:
        """
        Give what tells of a record what was done before under the same key.
        """

        def again(reader: Reader, was: Changes, position: int) -> RecordDone[E] | None:
            wanted = ref()
            check_remembered(was, wanted)
            then = [record for pair in was.pairs() for record in pair if record is not None and record.ref == wanted]
            if was and not then:
                return None
            record = present(reader, wanted) or (then[-1] if then else None)
            if record is None:
                return None
            return RecordDone(verb=verb, changes=was, position=position, replayed=True, record=cast("E", record))

        return again
