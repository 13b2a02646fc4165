"""The verbs on single records: what they write, what they give back, and what they refuse."""

from collections.abc import Callable
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    CannotMove,
    Category,
    Changes,
    Conflict,
    Contact,
    Deal,
    InvalidEdit,
    InvalidValue,
    Lead,
    LeadmodelError,
    NoAuthor,
    Note,
    Pipeline,
    Profile,
    Ref,
    SocialUpdate,
    Stage,
    UnknownName,
    create,
    delete,
    edit,
    lead_from,
    new_deal,
    where,
)
from leadmodel.crm import Crm, Done, RecordDone
from leadmodel.errors import NotOnRecord, StoreError, StoreIsReadOnly
from leadmodel.ports import Keeper
from leadmodel.stores import MemoryStore
from tests.crm.making import ADA, BOOK, HOUR, NOON, NOTE, inside, put, shell, versions
from tests.crm.stores import OnlyReader, OnlyWriter
from tests.pages import bare

FIRST: Final = NOON + HOUR
POST: Final = SocialUpdate(id="u1", author=Profile("x", "bob"), author_name="Bob Moor")
DEAL: Final = new_deal(id="d1", name="Mill", pipeline=BOOK.pipelines, at=NOON)

#: Every writing verb on one record of a small world, and whether it changes anything.
VERBS: Final[dict[str, Callable[..., Any]]] = {
    "create": lambda crm, **how: crm.create(Account(id="a9", name="Newco"), **how),
    "add_lead": lambda crm, **how: crm.add_lead(POST, **how),
    "add_contact": lambda crm, **how: crm.add_contact(POST, **how),
    "edit": lambda crm, **how: crm.edit(Lead, "l1", {"title": "CTO"}, **how),
    "delete": lambda crm, **how: crm.delete(Note, "n1", **how),
    "move": lambda crm, **how: crm.move("d1", "Closed Won", **how),
    "move_lead": lambda crm, **how: crm.move_lead("l1", "Contacted", **how),
    "qualify": lambda crm, **how: crm.qualify("l1", **how),
    "disqualify": lambda crm, **how: crm.disqualify("l1", **how),
    "convert": lambda crm, **how: crm.convert("l1", **how),
    "undo": lambda crm, **how: crm.undo(1, **how),
}


@pytest.fixture
def crm(store: Keeper) -> Crm:
    """Give a shell over a lead, a note and a deal."""
    put(store, ADA, NOTE, DEAL)
    return shell(store)


class TestEveryVerb:
    """What holds for all of them."""

    @pytest.mark.parametrize("verb", VERBS)
    def test_dry_run_writes_nothing_and_says_what_would_be_done(self, crm: Crm, verb: str) -> None:
        """The same as without it, the place in the log aside."""
        before, counted = inside(crm.store), versions(crm.store)
        looked = VERBS[verb](crm, dry_run=True)

        assert (inside(crm.store), versions(crm.store)) == (before, counted)
        assert (looked.position, looked.written, bool(looked.changes)) == (None, False, True)
        crm = shell(crm.store)
        done = VERBS[verb](crm)
        assert (done.changes, done.records) == (looked.changes, looked.records)
        assert (done.position, done.written) == (2, True)

    @pytest.mark.parametrize("verb", VERBS)
    def test_changes_are_what_the_log_has(self, crm: Crm, verb: str) -> None:
        """And whatever was changed is told as it stands afterwards, its version too."""
        done = VERBS[verb](crm)
        kept = crm.store.changes(done.position)

        assert (done.changes, done.changes.cause) == (kept, kept.cause)
        there = {record.ref: record.version for record in done.records}
        assert there == {ref: number for ref, number in versions(crm.store).items() if ref in there}

    @pytest.mark.parametrize("verb", VERBS)
    def test_user_is_the_shells_unless_the_verb_says(self, crm: Crm, verb: str) -> None:
        """Nobody is told where nobody is."""
        for given, asked, told in ((None, None, None), ("u1", None, "u1"), ("u1", "u2", "u2"), (None, "u2", "u2")):
            looked = VERBS[verb](attrs.evolve(crm, by=given), by=asked, dry_run=True)
            assert looked.changes.cause.by == told

    @pytest.mark.parametrize("verb", [name for name in VERBS if name != "undo"])
    def test_plain_writer_is_enough(self, verb: str) -> None:
        """What is done on it is what is done on a keeper."""
        inner, other = MemoryStore(), MemoryStore()
        put(inner, ADA, NOTE, DEAL)
        put(other, ADA, NOTE, DEAL)
        done, expected = VERBS[verb](shell(OnlyWriter(inner))), VERBS[verb](shell(other))

        assert (done.position, done.changes) == (expected.position, expected.changes)
        assert inside(inner) == inside(other)

    @pytest.mark.parametrize("verb", [name for name in VERBS if name != "undo"])
    def test_reader_is_enough_for_a_dry_run(self, verb: str) -> None:
        """And writing is refused with what to do."""
        inner = MemoryStore()
        put(inner, ADA, NOTE, DEAL)
        crm = shell(OnlyReader(inner))

        assert VERBS[verb](crm, dry_run=True).changes
        with pytest.raises(StoreIsReadOnly, match=f"{verb}: the store can only be read; pass dry_run=True"):
            VERBS[verb](crm)

    @pytest.mark.parametrize("verb", VERBS)
    def test_key_that_was_used_writes_nothing(self, crm: Crm, verb: str) -> None:
        """A double click gives the first position and what was done then, though the verb would do something else."""
        first = VERBS[verb](crm, key="k1")
        there, counted = inside(crm.store), versions(crm.store)
        again = VERBS[verb](crm, key="k1")

        assert (first.replayed, again.replayed, again.written) == (False, True, False)
        assert (again.position, again.changes, again.records) == (first.position, first.changes, first.records)
        assert (inside(crm.store), versions(crm.store)) == (there, counted)
        assert len(list(crm.store.log())) == first.position == 2

    @pytest.mark.parametrize("verb", [name for name in VERBS if name != "undo"])
    def test_key_needs_a_keeper(self, verb: str) -> None:
        """A store that knows no keys would write twice."""
        inner = MemoryStore()
        put(inner, ADA, NOTE, DEAL)
        with pytest.raises(StoreError, match="the store knows no keys") as caught:
            VERBS[verb](shell(OnlyWriter(inner)), key="k1")

        assert (caught.value.rule, len(list(inner.log()))) == ("S-18", 1)


class TestCreating:
    """Records come on record."""

    def test_record_is_stamped_and_stored(self, store: Keeper) -> None:
        """At the instant of the clock, as version 1."""
        done = shell(store).create(ADA, by="u1")

        assert (done.record, done.record.created_at, done.record.version) == (store.get(Lead, "l1"), FIRST, 1)
        assert done.changes.cause == create(ADA, at=FIRST, by="u1").cause

    def test_record_that_is_there_is_a_conflict(self, crm: Crm) -> None:
        """It names the version that is there, and nothing is tried again."""
        told: list[object] = []
        with pytest.raises(Conflict) as caught:
            attrs.evolve(crm, observe=told.append).create(ADA)

        assert caught.value == Conflict(ref=ADA.ref, expected=None, found=0)
        assert len(told) == 1

    def test_version_of_a_record_that_was_there_before_is_the_stores(self, crm: Crm) -> None:
        """It continues above the last one, and what is given back can be edited as it is."""
        crm.edit(Lead, "l1", {"title": "CTO"})
        crm.delete(Lead, "l1")
        done = crm.create(ADA)

        assert (done.record.version, done.changes.created[0].version) == (2, 2)
        assert crm.apply(edit(done.record, {"title": "CEO"}, at=NOON)).position == 5

    def test_what_is_no_record_is_refused(self, store: Keeper) -> None:
        """As by the pure verb."""
        with pytest.raises(InvalidValue, match="is no record"):
            shell(store).create("Ada")  # type: ignore[type-var]  # that is the point


class TestAdding:
    """Authors come on record (AUTH-12)."""

    @pytest.mark.parametrize(("verb", "kind"), [("add_lead", Lead), ("add_contact", Contact)])
    def test_author_is_put_on_record_once(self, store: Keeper, verb: str, kind: type[Any]) -> None:
        """Under the id that the playbook's namespace gives; again, the record of today is given and nothing written."""
        crm = shell(store)
        first = VERBS[verb](crm)
        crm.edit(kind, first.record.id, {"title": "CTO"})
        again = VERBS[verb](crm)

        assert isinstance(first.record, kind)
        assert (again.position, again.changes, again.record.title) == (None, Changes(), "CTO")
        assert again.record.id == first.record.id
        assert first.record.profiles == (POST.author,)

    def test_id_is_that_of_the_pure_function(self, store: Keeper) -> None:
        """Under the namespace of the playbook."""
        added = shell(store).add_lead(POST).record

        assert added == lead_from(POST, at=FIRST, namespace=BOOK.namespace)

    def test_author_is_known_afterwards(self, store: Keeper) -> None:
        """What follows AUTH-15: the same author is a lead or contact."""
        crm = shell(store)
        before, _ = (tuple(crm.feed([POST])), crm.add_lead(POST))

        assert [answer.category for _, answer in before] == [Category.UNKNOWN]
        assert [answer.category for _, answer in crm.feed([POST])] == [Category.LEAD_OR_CONTACT]
        assert crm.tabs([POST]).counts[Category.LEAD_OR_CONTACT] == 1

    def test_author_who_was_merged_away_is_the_survivor(self, store: Keeper) -> None:
        """The id that would be derived went into another record (S-12)."""
        crm = shell(store)
        lead = crm.add_lead(POST).record
        put(store, ADA)
        store.apply(attrs.evolve(delete(lead, at=NOON), merged=[(lead.ref, ADA.ref)]))

        assert crm.add_lead(POST).record == ADA
        assert crm.get(Lead, lead.id) == ADA

    @pytest.mark.parametrize("key", [None, "k1"])
    def test_update_without_an_author_is_refused(self, store: Keeper, key: str | None) -> None:
        """Nobody can be added."""
        with pytest.raises(NoAuthor):
            shell(store).add_lead(SocialUpdate(id="u2"), key=key)

        assert list(store.log()) == []


class TestEditing:
    """Fields are set."""

    @pytest.mark.parametrize("which", [Lead, "lead"])
    def test_type_may_be_named_by_its_word(self, crm: Crm, which: type[Lead] | str) -> None:
        """For programs that read it from somewhere."""
        done = crm.edit(which, "l1", {"title": "CTO"})

        assert done.record == attrs.evolve(ADA, title="CTO")
        assert crm.get(which, "l1") == done.record

    @pytest.mark.parametrize("which", ["leads", "person", Stage, 7])
    def test_unknown_type_is_refused(self, crm: Crm, which: object) -> None:
        """With the nearest word."""
        with pytest.raises(UnknownName, match="type of record"):
            crm.edit(which, "l1", {"title": "CTO"})  # type: ignore[call-overload]  # that is the point

    def test_value_that_stands_there_writes_nothing(self, crm: Crm) -> None:
        """There is no commit, and the record is given."""
        done = crm.edit(Lead, "l1", {"last_name": "Vale"})

        assert (done.position, done.changes, done.record) == (None, Changes(), ADA)
        assert len(list(crm.store.log())) == 1

    def test_pure_verbs_refusal_comes_through(self, crm: Crm) -> None:
        """And nothing is written."""
        before = inside(crm.store)
        with pytest.raises(InvalidEdit, match="move_deal"):
            crm.edit(Deal, "d1", {"stage": "Closed Won"})

        assert inside(crm.store) == before

    def test_deleted_record_is_given_as_it_stood_last(self, crm: Crm) -> None:
        """And is gone."""
        done = crm.delete("note", "n1")

        assert (done.record, done.records, crm.get(Note, "n1")) == (NOTE, (), None)


class TestMoving:
    """Deals and leads go on."""

    def test_fields_are_set_with_the_move(self, crm: Crm) -> None:
        """By the same commit."""
        done = crm.move("d1", "Closed Lost", given={"loss_reason": "price"})

        assert (done.record.stage, done.record.loss_reason) == ("Closed Lost", "price")
        assert done.record.history[-1].at == done.record.modified_at == FIRST

    def test_move_to_where_it_stands_writes_nothing(self, crm: Crm) -> None:
        """PIPE-5."""
        done = crm.move("d1", "Qualification")

        assert (done.position, done.record) == (None, DEAL)

    def test_deal_may_move_to_another_pipeline(self, store: Keeper) -> None:
        """Of the playbook."""
        other = Pipeline(key="other", label="Other", stages=[Stage("Due", "Due", "open", 50)])
        book = attrs.evolve(BOOK, pipelines=[*BOOK.pipelines.values(), other])
        put(store, DEAL)

        assert shell(store, playbook=book).move("d1", "Due", to_pipeline="other").record.pipeline == "other"

    def test_guard_asks_the_store_about_related_records(self, store: Keeper) -> None:
        """Won only with an account in mills."""
        (zoho,) = BOOK.pipelines.values()
        guarded = zoho.requiring("Closed Won", guard=where(Deal, "account.industry", "is", "mills"))
        crm = shell(store, playbook=attrs.evolve(BOOK, pipelines=guarded))
        put(store, attrs.evolve(DEAL, account_id="a1"), Account(id="a1", name="Acme"))
        with pytest.raises(CannotMove):
            crm.move("d1", "Closed Won")
        crm.edit(Account, "a1", {"industry": "mills"})

        assert crm.move("d1", "Closed Won").record.stage == "Closed Won"

    def test_lead_is_moved_by_status_or_by_kind(self, crm: Crm) -> None:
        """A named one, the first of a kind, or a named one of a kind."""
        told = [
            crm.move_lead("l1", "Contacted", given={"title": "CTO"}).record,
            crm.qualify("l1").record,
            crm.disqualify("l1", status="Lost Lead", given={"rating": "cold"}).record,
        ]

        assert [lead.status for lead in told] == ["Contacted", "Pre-Qualified", "Lost Lead"]
        assert (told[0].title, str(told[2].rating)) == ("CTO", "cold")

    def test_named_status_of_another_kind_is_refused(self, crm: Crm) -> None:
        """As by the pure verb."""
        with pytest.raises(UnknownName):
            crm.qualify("l1", status="Lost Lead")


class TestApplying:
    """Changes that were made elsewhere."""

    def test_several_are_one_commit(self, store: Keeper) -> None:
        """In order."""
        made = create(ADA, at=NOON)
        then = edit(made.created[0], {"title": "CTO"}, at=NOON)
        done = shell(store).apply([made, then])

        assert (done.position, done.verb, done.changes) == (1, "apply", made.then(then))
        assert store.get(Lead, "l1") == attrs.evolve(ADA, title="CTO", created_at=NOON)

    def test_conflict_is_the_callers(self, crm: Crm) -> None:
        """Ready changes are not tried again; a dry run tells all conflicts as well."""
        told: list[object] = []
        crm = attrs.evolve(crm, observe=told.append)
        stale = [edit(attrs.evolve(record, version=7), {"title": "CTO"}, at=NOON) for record in (ADA,)]
        stale += [create(attrs.evolve(NOTE), at=NOON)]
        for dry_run in (True, False):
            with pytest.raises(Conflict) as caught:
                crm.apply(stale, dry_run=dry_run)
            assert {caught.value.ref, *(each.ref for each in caught.value.others)} == {ADA.ref, NOTE.ref}
        assert [type(event).__name__ for event in told] == ["Conflicted", "Refused"]

    def test_dry_run_shows_what_would_be_written(self, crm: Crm) -> None:
        """And writes nothing."""
        looked = crm.apply(edit(ADA, {"title": "CTO"}, at=NOON), dry_run=True)

        assert (looked.position, looked.records) == (None, (attrs.evolve(ADA, title="CTO"),))
        assert crm.get(Lead, "l1") == ADA

    def test_key_is_passed_on(self, crm: Crm) -> None:
        """Another call under it gives the first, whatever it brings."""
        changes = edit(ADA, {"title": "CTO"}, at=NOON)
        first, again = crm.apply(changes, key="k1"), crm.apply(changes, key="k1")

        assert (first.position, again.position, again.replayed, again.changes) == (2, 2, True, changes)

    @pytest.mark.parametrize("key", [None, "k1"])
    def test_what_is_no_changes_is_refused(self, crm: Crm, key: str | None) -> None:
        """Before anything is written."""
        with pytest.raises(InvalidValue, match="is no changes"):
            crm.apply([ADA], key=key)  # type: ignore[list-item]  # that is the point

    def test_no_changes_are_not_written(self, crm: Crm) -> None:
        """There is nothing to keep."""
        assert crm.apply(Changes()).position is None


class TestKeys:
    """The same key is the same call."""

    def test_record_of_a_known_key_is_given_as_it_stands_today(self, crm: Crm) -> None:
        """What has happened since is not taken back."""
        crm.edit(Lead, "l1", {"title": "CTO"}, key="k1")
        crm.edit(Lead, "l1", {"title": "CEO"})
        again = crm.edit(Lead, "l1", {"title": "CTO"}, key="k1")

        assert (again.replayed, again.position, again.record.title) == (True, 2, "CEO")
        assert again.records == (attrs.evolve(ADA, title="CTO"),)

    def test_record_that_has_gone_since_is_given_as_it_stood_then(self, crm: Crm) -> None:
        """Though the verb alone would say that there is none."""
        crm.edit(Lead, "l1", {"title": "CTO"}, key="k1")
        crm.delete(Lead, "l1")

        assert crm.edit(Lead, "l1", {"title": "CTO"}, key="k1").record == attrs.evolve(ADA, title="CTO")

    def test_call_that_changed_nothing_is_known_by_its_key(self, crm: Crm) -> None:
        """It is a commit without changes; later, when it would change something, it still changes nothing."""
        first = crm.edit(Lead, "l1", {"title": ""}, key="k1")
        crm.edit(Lead, "l1", {"title": "CTO"})
        again = crm.edit(Lead, "l1", {"title": ""}, key="k1")

        assert (first.position, first.changes, again.position, again.changes) == (2, Changes(), 2, Changes())
        assert (again.replayed, again.record.title) == (True, "CTO")

    def test_key_of_another_call_is_refused(self, crm: Crm) -> None:
        """Where what was done then is about another record: nothing is written, and the key is named."""
        crm.edit(Lead, "l1", {"title": "CTO"}, key="k1")
        for call in (
            lambda: crm.delete(Note, "n1", key="k1"),
            lambda: crm.edit(Lead, "nobody", {"title": "CTO"}, key="k1"),
            lambda: crm.convert("l1", key="k1"),
        ):
            with pytest.raises(InvalidValue, match="the key 'k1' stands for another call, at position 2"):
                call()
        assert len(list(crm.store.log())) == 2

    def test_key_without_changes_tells_of_no_record_that_is_not_there(self, crm: Crm) -> None:
        """An empty commit under the key says nothing of a record that never was."""
        crm.apply(Changes(), key="k1")
        with pytest.raises(InvalidValue, match="stands for another call"):
            crm.edit(Lead, "nobody", {"title": "CTO"}, key="k1")

    def test_refusal_under_a_new_key_leaves_the_key_free(self, crm: Crm) -> None:
        """Nothing was done, so nothing is kept."""
        with pytest.raises(NotOnRecord):
            crm.edit(Lead, "l2", {"title": "CTO"}, key="k1")
        assert len(list(crm.store.log())) == 1
        crm.create(attrs.evolve(ADA, id="l2"))

        assert crm.edit(Lead, "l2", {"title": "CTO"}, key="k1").position == 3

    def test_bad_key_is_refused(self, crm: Crm) -> None:
        """By the store."""
        with pytest.raises(InvalidValue, match="key"):
            crm.edit(Lead, "l1", {"title": "CTO"}, key=" ")


class TestUnknownIds:
    """Where there is no record."""

    @pytest.mark.parametrize("verb", "edit delete move move_lead qualify disqualify convert plan".split())
    def test_nearest_id_is_offered(self, store: Keeper, verb: str) -> None:
        """By every verb that takes one."""
        kind: type[Any] = Deal if verb == "move" else Lead
        there = DEAL if kind is Deal else ADA
        put(store, attrs.evolve(there, id="mills-one"))
        more: dict[str, tuple[Any, ...]] = {
            "edit": (Lead, "mills-on", {}), "delete": (Lead, "mills-on"), "move": ("mills-on", "Closed Won"),
            "move_lead": ("mills-on", "Contacted"),
        }  # fmt: skip
        with pytest.raises(NotOnRecord) as caught:
            getattr(shell(store), verb)(*more.get(verb, ("mills-on",)))

        assert caught.value == NotOnRecord(ref=Ref(kind, "mills-on"), hint="did you mean 'mills-one'?")

    def test_empty_store_says_so(self, store: Keeper) -> None:
        """There is nothing to mistake it for."""
        with pytest.raises(NotOnRecord, match="there is no lead l1; no lead is on record yet"):
            shell(store).convert("l1")

    def test_nothing_near_says_how_to_look(self, crm: Crm) -> None:
        """No table is read whole for a hint."""
        with pytest.raises(NotOnRecord, match="look for it"):
            crm.delete(Lead, "something else")

    def test_what_became_of_it_is_told(self, crm: Crm) -> None:
        """It was deleted, or merged into another."""
        put(crm.store, attrs.evolve(ADA, id="l2"), attrs.evolve(ADA, id="l3"))  # type: ignore[arg-type]
        crm.delete(Lead, "l2")
        twin = crm.get(Lead, "l3")
        assert twin is not None
        crm.apply(attrs.evolve(delete(twin, at=NOON), merged=[(twin.ref, ADA.ref)]))

        for dry_run in (True, False):
            with pytest.raises(NotOnRecord, match="there is no lead l2; it was deleted at position 3"):
                crm.edit(Lead, "l2", {}, dry_run=dry_run)
            with pytest.raises(NotOnRecord, match="there is no lead l3; it was merged into lead l1"):
                crm.edit(Lead, "l3", {}, dry_run=dry_run)

    @pytest.mark.parametrize("verb", ["get", "history", "delete"])
    def test_what_is_no_id_is_refused(self, crm: Crm, verb: str) -> None:
        """By every verb that takes one."""
        with pytest.raises(InvalidValue):
            getattr(crm, verb)(Lead, " ")


class TestReading:
    """Reading goes to the store."""

    def test_unknown_record_is_none(self, crm: Crm) -> None:
        """As in the store, on any level."""
        assert (crm.get(Lead, "l9"), shell(OnlyReader(MemoryStore())).get(Lead, "l9")) == (None, None)

    def test_question_about_time_is_asked_at_the_moment_of_the_clock(self, store: Keeper) -> None:
        """Unless another one is given."""
        put(store, attrs.evolve(ADA, last_activity_at=NOON - HOUR))
        today = where(Lead, "last_activity_at", "today")
        crm = shell(store, now=lambda: NOON)

        assert (list(crm.find(today)), crm.count(today)) == ([attrs.evolve(ADA, last_activity_at=NOON - HOUR)], 1)
        assert (list(crm.find(today, now=NOON + 48 * HOUR)), crm.count(today, now=NOON + 48 * HOUR)) == ([], 0)

    def test_pages_are_the_stores(self, crm: Crm) -> None:
        """Order, limit and place are passed on."""
        for number in range(3):
            crm.create(Note(id=f"m{number}", about=ADA.ref))
        first = crm.find(Note, order_by=("-id",), limit=2)

        assert [note.id for note in first] == ["n1", "m2"]
        assert [note.id for note in crm.find(Note, order_by=("-id",), limit=2, after=first.after)] == ["m1", "m0"]
        assert crm.count(Note) == 4

    def test_history_tells_what_was_done(self, crm: Crm) -> None:
        """In order, with who did it."""
        crm.edit(Lead, "l1", {"title": "CTO"}, by="u1")

        assert [entry.verb for entry in crm.history("lead", "l1")] == ["created", "updated"]
        assert [entry.cause and entry.cause.by for entry in crm.history(Lead, "l1")] == [None, "u1"]

    def test_history_needs_a_keeper(self) -> None:
        """A store that keeps nothing says so."""
        with pytest.raises(StoreError, match="history: the store keeps nothing of what has happened") as caught:
            shell(OnlyWriter(MemoryStore())).history(Lead, "l1")

        assert caught.value.rule == "S-4"


class TestLooks:
    """How a shell and what it did are shown."""

    def test_done_says_what_and_where(self, crm: Crm) -> None:
        """Written, looked at, done before, nothing to do."""
        values = {"title": "<CTO>"}
        looked, done = crm.edit(Lead, "l1", values, dry_run=True), crm.edit(Lead, "l1", values, key="k1")
        again, nothing = crm.edit(Lead, "l1", values, key="k1"), crm.edit(Lead, "l1", values)

        assert [repr(each) for each in (looked, done, again, nothing)] == [
            "RecordDone(edit: not written, Changes(0 created, 1 updated, 0 deleted))",
            "RecordDone(edit: position 2, Changes(0 created, 1 updated, 0 deleted))",
            "RecordDone(edit: done before, at position 2, Changes(0 created, 1 updated, 0 deleted))",
            "RecordDone(edit: nothing to do, Changes(0 created, 0 updated, 0 deleted))",
        ]
        assert str(done).splitlines()[0] == "edit: position 2"
        assert "title: – → <CTO>" in str(done)
        assert "&lt;CTO&gt;" in done._repr_html_()
        assert "<caption>edit</caption>" in bare(done._repr_html_())

    def test_shell_tells_its_parts(self) -> None:
        """And nothing personal."""
        assert repr(shell(MemoryStore())) == "Crm(MemoryStore(0 records), playbook='acme')"

    def test_results_are_values(self, crm: Crm) -> None:
        """They compare, and cannot be changed."""
        done = crm.edit(Lead, "l1", {"title": "CTO"})

        assert isinstance(done, RecordDone)
        assert isinstance(done, Done)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            done.position = 3  # type: ignore[misc]  # that is the point


class TestParts:
    """What a shell is made of is checked."""

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        """Each part by its name."""
        with pytest.raises(InvalidValue) as caught:
            Crm(
                None, playbook="zoho", now=NOON, by=" ", tries=0, wait=1, timer=None  # type: ignore[arg-type]
            )  # fmt: skip

        assert [problem.field for problem in caught.value.problems] == [
            "store", "playbook", "now", "wait", "timer", "tries", "by",
        ]  # fmt: skip

    @pytest.mark.parametrize("tries", [True, "5", -1])
    def test_attempts_are_a_number(self, tries: object) -> None:
        """One or more."""
        with pytest.raises(InvalidValue, match="is no number of attempts"):
            shell(MemoryStore(), tries=tries)

    def test_clock_of_the_machine_is_the_usual_one(self, store: Keeper) -> None:
        """An aware instant, so that a shell can be made from a store and a playbook."""
        done = Crm(store, playbook=BOOK).create(ADA)

        assert done.record.created_at is not None
        assert done.record.created_at > NOON

    def test_errors_are_the_librarys(self, crm: Crm) -> None:
        """Whoever catches `LeadmodelError` catches all of them."""
        for call in (lambda: crm.undo(99), lambda: crm.edit("person", "l1", {}), lambda: crm.delete(Lead, "l9")):
            with pytest.raises(LeadmodelError):
                call()
