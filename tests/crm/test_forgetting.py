"""Forgetting somebody: everything that they are and were on record as, and nothing else (LIFE-2)."""

from collections.abc import Iterable
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Activity,
    ActivityKind,
    CannotRevert,
    Cause,
    Changes,
    Contact,
    Effect,
    InvalidValue,
    Lead,
    NewDeal,
    Note,
    NotOnRecord,
    Profile,
    Ref,
    SocialUpdate,
    Task,
    UnknownName,
)
from leadmodel.crm import Applied
from leadmodel.errors import Problem, StoreError
from leadmodel.ports import Keeper
from leadmodel.stores import MemoryStore
from tests.crm.making import ADA, BOOK, HOUR, NOON, NOTE, inside, put, shell
from tests.crm.stores import OnlyReader, OnlyWriter

SOMEBODY: Final = Lead(id="l9", last_name="Else", profiles=[Profile("x", "else")])
KNOWN: Final = attrs.evolve(ADA, profiles=[Profile("x", "ada", uid="7")])


def words(refs: Iterable[Ref]) -> list[str]:
    """Name records."""
    return [str(ref) for ref in refs]


class TestWho:
    """Whatever the person is on record as."""

    def test_lead_and_the_contact_it_became(self, store: Keeper) -> None:
        """Accounts and deals stay, and keep the ids of who is gone."""
        put(store, ADA, NOTE, SOMEBODY)
        crm = shell(store)
        done = crm.convert("l1", deal=NewDeal())
        assert done.contact
        assert done.account
        assert done.deal

        forgotten = crm.forget("lead", "l1", by="u1")
        contact = done.contact.ref
        assert words(forgotten.forgotten) == ["lead l1", str(contact), "note n1"]
        assert set(inside(store)) == {done.account.ref, done.deal.ref, SOMEBODY.ref}
        deal = crm.get("deal", done.deal.id)
        assert deal == done.deal
        assert deal.contact_id == contact.id
        assert forgotten.changes.cause == Cause(at=NOON + 2 * HOUR, by="u1", rules=("LIFE-2",))

    @pytest.mark.parametrize("start", ["lead l1", "lead l2", "contact c1"])
    def test_every_lead_that_became_the_contact(self, store: Keeper, start: str) -> None:
        """Whichever of them is named."""
        from leadmodel import Converted

        became = {"conversion": Converted(contact_id="c1", at=NOON)}
        put(store, attrs.evolve(ADA, **became), Lead(id="l2", last_name="Vale", **became), Contact(id="c1"), SOMEBODY)

        assert words(shell(store).forget(*start.split()).forgotten) == ["lead l1", "lead l2", "contact c1"]

    def test_whoever_was_merged_into_them(self, store: Keeper) -> None:
        """Named by an id that is merged away, too."""
        put(store, Contact(id="c1"), Contact(id="c2"), Contact(id="c3"), SOMEBODY)
        for gone, into in (("c1", "c2"), ("c2", "c3")):
            merged = [(Ref(Contact, gone), Ref(Contact, into))]
            store.apply(Changes(deleted=[Contact(id=gone)], merged=merged))

        assert words(shell(store).forget(Contact, "c1").forgotten) == ["contact c1", "contact c2", "contact c3"]
        assert set(inside(store)) == {SOMEBODY.ref}

    def test_lead_that_became_whoever_was_merged_away(self, store: Keeper) -> None:
        """The lead names the contact that went; both are the survivor."""
        from leadmodel import Converted

        lead = attrs.evolve(ADA, conversion=Converted(contact_id="c1", at=NOON))
        put(store, lead, Contact(id="c1"), Contact(id="c2"))
        merged = [(Ref(Contact, "c1"), Ref(Contact, "c2"))]
        store.apply(Changes(deleted=[Contact(id="c1")], merged=merged))

        assert words(shell(store).forget(Contact, "c2").forgotten) == ["lead l1", "contact c1", "contact c2"]

    def test_what_is_about_them(self, store: Keeper) -> None:
        """Notes, tasks and activities, and those about these; what is about somebody with the same id is not."""
        call = Activity(id="a1", about=ADA.ref, kind=ActivityKind.CALL, at=NOON)
        put(store, ADA, SOMEBODY, NOTE, call, Task(id="t1", about=ADA.ref, subject="Call"),
            Note(id="n2", about=call.ref), Note(id="n3", about=SOMEBODY.ref),
            Note(id="n4", about=Ref(Contact, "l1")))  # fmt: skip

        done = shell(store).forget(Lead, "l1")
        assert words(done.forgotten) == ["lead l1", "activity a1", "task t1", "note n1", "note n2"]
        assert words(inside(store)) == ["lead l9", "note n3", "note n4"]

    def test_what_they_wrote_and_passed_on(self, store: Keeper) -> None:
        """By any identity that they ever had; a handle that somebody else has by now is nobody's word."""
        put(store, KNOWN, SOMEBODY,
            SocialUpdate(id="u1", author=Profile("x", "ada", uid="7"), text="Mine."),
            SocialUpdate(id="u2", author=Profile("x", "else"), reposted_by=Profile("x", "ada")),
            SocialUpdate(id="u3", author=Profile("x", "ada", uid="8")),
            SocialUpdate(id="u4", author=Profile("mastodon", "ada@acme.example")),
            SocialUpdate(id="u5", author=Profile("x", "else")), SocialUpdate(id="u6"),
            SocialUpdate(id="u7", author=Profile("x", "countess", uid="7")))  # fmt: skip
        crm = shell(store)
        crm.delete("social update", "u7")
        crm.edit("lead", "l1", {"profiles": [Profile("x", "lovelace")]})

        assert words(crm.forget("lead", "l1").forgotten) == [
            "lead l1", "social update u1", "social update u2", "social update u7",
        ]  # fmt: skip

    def test_what_has_been_deleted_before(self, store: Keeper) -> None:
        """A lead, and notes about it, of which the log alone knows by now."""
        put(store, ADA, NOTE, Note(id="n2", about=ADA.ref), SOMEBODY, Note(id="n3", about=SOMEBODY.ref))
        crm = shell(store)
        for note in ("n1", "n3"):
            crm.delete("note", note)
        done = crm.convert("l1")
        assert done.contact
        crm.delete("lead", "l1")

        forgotten = crm.forget("contact", done.contact.id).forgotten
        assert words(forgotten) == ["lead l1", str(done.contact.ref), "note n1", "note n2"]
        assert {entry.verb for ref in forgotten for entry in store.history(ref)} == {"forgotten"}
        assert [entry.verb for entry in store.history(Ref(Note, "n3"))] == ["created", "deleted"]

    def test_what_is_deleted_meanwhile(self) -> None:
        """Between the reading of the log and the transaction, somebody else may write."""

        class Meanwhile(MemoryStore):
            """A store in which a note is deleted just before a transaction begins."""

            def transaction(self) -> Any:  # noqa: ANN401  (as in the port)
                """Delete it."""
                if self.get(Note, "n1"):
                    self.apply(Changes(deleted=[NOTE]))
                return super().transaction()

        store = Meanwhile()
        put(store, ADA, NOTE)

        assert words(shell(store).forget("lead", "l1").forgotten) == ["lead l1", "note n1"]

    def test_whoever_is_deleted_can_be_forgotten(self, store: Keeper) -> None:
        """And again: that does no harm."""
        put(store, ADA)
        crm = shell(store)
        crm.delete("lead", "l1")
        for position in (3, 4):
            done = crm.forget("lead", "l1")

            assert (done.position, words(done.forgotten)) == (position, ["lead l1"])
        assert [entry.verb for entry in crm.history("lead", "l1")] == ["forgotten"] * 4


class TestHow:
    """How it is done and told."""

    def test_dry_run_tells_and_forgets_nobody(self, store: Keeper) -> None:
        """It names the same."""
        put(store, ADA, NOTE)
        before = inside(store)
        done = shell(store).forget("lead", "l1", dry_run=True)

        assert (words(done.forgotten), done.position, done.records) == (["lead l1", "note n1"], None, ())
        assert (inside(store), len(list(store.log()))) == (before, 1)
        assert str(done) == "forget: not written\n2 changes\n- lead l1, forgotten\n- note n1, forgotten"

    def test_same_key_forgets_once(self, store: Keeper) -> None:
        """And tells what was done the first time, those that the store added among it; another call is refused."""
        put(store, ADA, SOMEBODY)
        crm = shell(store)
        first, again = (crm.forget("lead", "l1", key="k1") for _ in range(2))

        assert (first.position, first.replayed, again.position, again.replayed) == (2, False, 2, True)
        assert again.changes == first.changes
        with pytest.raises(InvalidValue, match="stands for another call"):
            crm.forget("lead", "l9", key="k1")
        with pytest.raises(InvalidValue, match="stands for another call"):
            crm.delete("lead", "l9", key="k1")
        crm.delete("lead", "l9", key="k2")
        with pytest.raises(InvalidValue, match="stands for another call"):
            crm.forget("lead", "l1", key="k2")

    def test_key_is_new_where_only_the_past_is_forgotten(self, store: Keeper) -> None:
        """Nobody is there by whom to tell it."""
        put(store, ADA)
        crm = shell(store)
        crm.delete("lead", "l1")

        assert [crm.forget("lead", "l1", key="k1").replayed for _ in range(2)] == [False, True]

    def test_observer_is_told_how_many(self, store: Keeper) -> None:
        """And not who."""
        told: list[Any] = []
        put(store, ADA, NOTE)
        shell(store, observe=told.append, timer=lambda: 0.0).forget("lead", "l1")

        assert told == [
            Applied(verb="forget", position=2, created=0, updated=0, deleted=0, effects=0, forgotten=2,
                    seconds=0.0, tries=1)
        ]  # fmt: skip

    def test_unknown_person_is_refused(self, store: Keeper) -> None:
        """Whoever never was has nothing to be forgotten."""
        put(store, ADA)
        crm = shell(store)

        with pytest.raises(NotOnRecord, match="there is no lead l2"):
            crm.forget("lead", "l2")
        with pytest.raises(UnknownName):
            crm.forget("boat", "l1")
        with pytest.raises(InvalidValue, match="the user"):
            crm.forget("lead", "l1", by=" ")
        assert len(list(store.log())) == 1

    def test_only_persons_are_forgotten(self, store: Keeper) -> None:
        """A deal says nothing of a person but an id; single records go by changes."""
        with pytest.raises(InvalidValue) as caught:
            shell(store).forget("deal", "d1")

        (problem,) = caught.value.problems
        assert (problem.what, problem.rule) == ("a deal is no person", "LIFE-2")

    def test_single_records_are_forgotten_by_changes(self, store: Keeper) -> None:
        """A dry run tells of them as they are given."""
        put(store, ADA, NOTE)
        crm = shell(store)
        changes = Changes(erased=[NOTE.ref])

        assert crm.apply(changes, dry_run=True).changes == changes
        assert crm.apply(changes).changes == changes
        assert set(inside(store)) == {ADA.ref}

    def test_writer_without_a_past_forgets_what_is_there(self) -> None:
        """There is nothing else to forget; it has no keys."""
        inner = MemoryStore()
        put(inner, KNOWN, NOTE, SOMEBODY, SocialUpdate(id="u1", author=Profile("x", "ada")))
        crm = shell(OnlyWriter(inner))
        done = crm.forget("lead", "l1")

        assert words(done.forgotten) == ["lead l1", "social update u1", "note n1"]
        assert set(inside(inner)) == {SOMEBODY.ref}
        assert done.position == 2
        with pytest.raises(NotOnRecord):
            crm.forget("lead", "l1")
        with pytest.raises(StoreError, match=r"\[S-18\]"):
            crm.forget("lead", "l9", key="k1")

    def test_writer_without_a_past_shows_deletions_in_a_dry_run(self) -> None:
        """That is what it would do."""
        inner = MemoryStore()
        put(inner, ADA)

        assert shell(OnlyWriter(inner)).apply(Changes(erased=[ADA.ref]), dry_run=True).changes == Changes(deleted=[ADA])

    def test_reader_can_tell_who_would_be_forgotten(self) -> None:
        """A dry run needs no more."""
        inner = MemoryStore()
        put(inner, ADA, NOTE)

        assert words(shell(OnlyReader(inner)).forget("lead", "l1", dry_run=True).forgotten) == ["lead l1", "note n1"]


class TestAfterwards:
    """What can no longer be done."""

    def test_conversion_cannot_be_taken_back(self, store: Keeper) -> None:
        """The reason is named for each; what is left of it can be taken back on demand."""
        put(store, ADA)
        crm = shell(store)
        done = crm.convert("l1", deal=NewDeal())
        assert done.contact
        assert done.account
        assert done.deal
        crm.forget("lead", "l1")
        with pytest.raises(CannotRevert) as caught:
            crm.undo(2)

        what = {"what": "it was forgotten", "hint": "nothing brings it back", "rule": "LIFE-2"}
        expected = tuple(Problem(where=str(ref), **what) for ref in (ADA.ref, done.contact.ref))
        assert caught.value.problems == expected
        back = crm.undo(2, partial=True)
        assert set(words(record.ref for record in back.changes.deleted)) == {str(done.account.ref), str(done.deal.ref)}
        assert back.left == expected

    @pytest.mark.parametrize("position", [1, 2])
    def test_neither_their_creation_nor_the_forgetting_can_be_taken_back(self, store: Keeper, position: int) -> None:
        """There is nothing to go back to."""
        put(store, ADA)
        crm = shell(store)
        crm.forget("lead", "l1")

        with pytest.raises(CannotRevert, match=r"lead l1: it was forgotten; nothing brings it back \[LIFE-2\]"):
            crm.undo(position)
        with pytest.raises(CannotRevert):
            crm.undo(position, partial=True)

    def test_whoever_is_forgotten_is_not_on_record(self, store: Keeper) -> None:
        """The help says so."""
        put(store, ADA)
        crm = shell(store)
        crm.forget("lead", "l1")

        with pytest.raises(NotOnRecord, match="it was forgotten at position 2"):
            crm.edit("lead", "l1", {"title": "CTO"})

    def test_known_key_of_what_was_done_to_them_tells_nothing(self, store: Keeper) -> None:
        """Neither that of a conversion nor that of an edit: it has no record to give."""
        put(store, ADA)
        crm = shell(store)
        crm.edit("lead", "l1", {"title": "CTO"}, key="k1")
        crm.convert("l1", key="k2")
        crm.forget("lead", "l1")

        for act in (lambda: crm.edit("lead", "l1", {"title": "CTO"}, key="k1"), lambda: crm.convert("l1", key="k2")):
            with pytest.raises(NotOnRecord, match="it was forgotten, and so was what had been done under this key"):
                act()

    def test_effects_about_them_leave_the_outbox(self, store: Keeper) -> None:
        """Whoever names them says nothing any more."""
        put(store, ADA)
        mail = Effect(key="e1", kind="email", payload={"to": "ada@acme.example"}, about=[ADA.ref])
        store.apply(Changes(effects=[mail]))
        shell(store, playbook=BOOK).forget("lead", "l1")

        assert list(store.outbox()) == []
        assert store.changes(2) == Changes(effects=[mail.forgotten()])
