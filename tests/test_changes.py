"""Changes: what would be created, updated and deleted, as a value that can be read, joined, applied and taken back."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.changes import Cause, Changes, Effect, FieldChange, Plan, Updated, create, delete, edit, revert
from leadmodel.entities import (
    ENTITIES,
    Account,
    Activity,
    ActivityKind,
    Contact,
    Converted,
    Deal,
    Entity,
    Lead,
    Note,
    SocialUpdate,
    StageChange,
    Task,
    facts_of,
)
from leadmodel.errors import CannotRevert, Conflict, InvalidEdit, InvalidRecord, InvalidValue, Problem
from leadmodel.samples import World
from leadmodel.testing import laws, strategies
from leadmodel.values import Ref
from tests.pages import View, bare

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
BEFORE: Final = NOON - timedelta(days=1)
ADA: Final = Lead(id="l1", last_name="Lovelace")
ABOUT: Final = Ref(Lead, "l1")

#: A record of each type that is stamped, and of each that is not.
STAMPED: Final = [ADA, Contact(id="c1"), Account(id="a1", name="Acme"), Deal(id="d1", stage="Open")]
PLAIN: Final = [
    SocialUpdate(id="u1"),
    Activity(id="a1", about=ABOUT, kind=ActivityKind.CALL, at=BEFORE),
    Task(id="t1", about=ABOUT, subject="Call"),
    Note(id="n1", about=ABOUT),
]


def name(record: Entity) -> str:
    """Name a case by the type of its record."""
    return type(record).__name__


# ---------------------------------------------------------------- create


@pytest.mark.parametrize("record", STAMPED, ids=name)
def test_created_record_is_stamped(record: Entity) -> None:
    """Whoever has stamps gets both, and the next version; nothing else changes."""
    changes = create(record, at=NOON, by="u7")
    (created,) = changes.created

    assert created == attrs.evolve(record, created_at=NOON)
    assert (created.version, created.created_at, created.modified_at) == (1, NOON, NOON)
    assert (record.version, record.created_at) == (0, None)
    assert (changes.updated, changes.deleted) == ((), ())


@pytest.mark.parametrize("record", PLAIN, ids=name)
def test_created_record_without_stamps_gets_its_version(record: Entity) -> None:
    """Updates, activities, tasks and notes say themselves when they happened."""
    (created,) = create(record, at=NOON).created

    assert created == record
    assert created.version == 1


def test_record_that_says_when_it_was_created_is_believed() -> None:
    """An import keeps the instant of its source; the change itself happens now."""
    (created,) = create(attrs.evolve(ADA, created_at=BEFORE, modified_at=BEFORE), at=NOON).created

    assert (created.created_at, created.modified_at) == (BEFORE, NOON)


def test_version_grows_from_where_it_is() -> None:
    """A version counts changes and never restarts (S-2)."""
    (created,) = create(attrs.evolve(ADA, version=7), at=NOON).created

    assert created.version == 8


def test_instant_of_a_change_is_kept_in_utc() -> None:
    """The same instant in another zone makes the same change and the same cause."""
    changes = create(ADA, at=NOON.astimezone(timezone(timedelta(hours=2))), by="u7")

    assert changes == create(ADA, at=NOON, by="u7")
    assert changes.cause == Cause(at=NOON, by="u7")
    assert changes.cause is not None
    assert changes.cause.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (datetime(2026, 3, 2), "2026-03-02 00:00:00 has no time zone; give it one, such as tzinfo=datetime.UTC"),  # noqa: DTZ001  (naive on purpose)
        (date(2026, 3, 2), "2026-03-02 is no instant"),
        (None, "None is no instant"),
    ],
)
def test_creation_needs_an_aware_instant(at: datetime, why: str) -> None:
    """A naive instant has no place on the time line."""
    with pytest.raises(InvalidValue) as caught:
        create(ADA, at=at)

    assert caught.value == InvalidValue(subject="create", problems=(Problem(what=why, field="at", value=at),))


@pytest.mark.parametrize("record", [None, {"id": "l1"}, Lead, Entity(id="e1"), Ref(Lead, "l1")], ids=repr)
def test_only_records_are_created(record: Entity) -> None:
    """What is of none of the record types is refused, with what to pass instead."""
    with pytest.raises(InvalidValue) as caught:
        create(record, at=NOON)

    (problem,) = caught.value.problems
    assert problem.what.endswith("is no record")
    assert (problem.hint, problem.value) == ("pass a lead, a contact, an account …", record)


def test_all_that_is_wrong_with_a_creation_is_reported() -> None:
    """No record and no instant are told together."""
    with pytest.raises(InvalidValue) as caught:
        create(None, at=None)

    assert len(caught.value.problems) == 2


def test_version_cannot_grow_beyond_64_bits() -> None:
    """The last version there is has no next one."""
    with pytest.raises(InvalidRecord):
        create(attrs.evolve(ADA, version=2**63 - 1), at=NOON)


# ---------------------------------------------------------------- updates


def test_update_keeps_type_and_id() -> None:
    """A record before and after is one record; anything else is deleting and creating."""
    update = Updated(ADA, attrs.evolve(ADA, title="CTO"))

    assert update.after.ref == update.before.ref
    for other in (Lead(id="l2", last_name="Lovelace"), Contact(id="l1", last_name="Lovelace")):
        with pytest.raises(InvalidValue) as caught:
            Updated(ADA, other)
        assert str(caught.value) == (
            f"update: lead l1 cannot become {other.ref}; type and id stay; delete the one and create the other"
        )


# ---------------------------------------------------------------- changes

BOB: Final = Contact(id="c1", last_name="Bob")
DEAL: Final = Deal(id="d1", stage="Open")
ALL: Final = Changes(created=[ADA], updated=[Updated(BOB, attrs.evolve(BOB, title="CTO"))], deleted=[DEAL])


def test_changes_name_every_record_they_touch() -> None:
    """Created, updated, deleted, in this order, and kept as tuples."""
    assert list(ALL.refs()) == [Ref(Lead, "l1"), Ref(Contact, "c1"), Ref(Deal, "d1")]
    assert (type(ALL.created), type(ALL.updated), type(ALL.deleted)) == (tuple, tuple, tuple)


@pytest.mark.parametrize(
    "facts",
    [
        {"created": [ADA, ADA]},
        {"created": [ADA], "deleted": [ADA]},
        {"updated": [Updated(ADA, ADA)], "deleted": [ADA]},
        {"created": [ADA], "updated": [Updated(ADA, ADA)]},
        {"updated": [Updated(ADA, ADA)] * 2},
    ],
)
def test_one_change_says_all_about_a_record(facts: dict[str, list[Entity]]) -> None:
    """A record that is named twice would end in two states."""
    with pytest.raises(InvalidValue) as caught:
        Changes(**facts)

    assert str(caught.value) == "changes: lead l1 is named twice; one change says all about a record"


def test_every_record_that_is_named_twice_is_reported() -> None:
    """All of them at once; lead 1 and contact 1 are two records."""
    with pytest.raises(InvalidValue) as caught:
        Changes(created=[ADA, BOB, ADA], deleted=[BOB, Contact(id="l1")])

    assert [problem.what for problem in caught.value.problems] == [
        "lead l1 is named twice",
        "contact c1 is named twice",
    ]


def test_cause_stands_outside_equality() -> None:
    """What changes counts, not why."""
    one, other = create(ADA, at=NOON, by="u7"), create(ADA, at=NOON, by="u8")

    assert one == other
    assert hash(one) == hash(other)
    assert one.cause != other.cause


def test_changes_differ_by_what_changes() -> None:
    """Creating a record is not deleting it."""
    assert len({Changes(created=[ADA]), Changes(deleted=[ADA]), Changes(updated=[Updated(ADA, ADA)]), Changes()}) == 4


def test_changes_are_true_when_anything_changes() -> None:
    """Empty changes are false: nothing has to be written."""
    assert not Changes()
    assert Changes(created=[ADA])
    assert Changes(updated=[Updated(ADA, ADA)])
    assert Changes(deleted=[ADA])


def test_changes_print_a_line_for_each_record() -> None:
    """The text is what a person looks at before applying: what is created, what differs, what goes."""
    assert str(ALL) == "3 changes\n+ Lovelace (lead l1)\n~ Bob (contact c1)\n    title: – → CTO\n- deal d1"
    assert repr(ALL) == "Changes(1 created, 1 updated, 1 deleted)"
    assert str(Changes()) == "no changes"
    assert str(Changes(created=[ADA])) == "1 change\n+ Lovelace (lead l1)"


def test_changes_survive_copying_and_pickling() -> None:
    """They are kept, sent and looked at later."""
    changes = attrs.evolve(ALL, cause=Cause(at=NOON, by="u7", rules=("AUTH-1",)))

    for copied in (copy.copy(changes), copy.deepcopy(changes), pickle.loads(pickle.dumps(changes))):  # noqa: S301  (our own)
        assert copied == changes
        assert copied.cause == changes.cause


def test_changes_cannot_change() -> None:
    """They are a value like the records in them, whatever the caller does to the list they came from."""
    records = [ADA]
    changes = Changes(created=records)
    records.clear()

    assert changes.created == (ADA,)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        changes.created = ()


@pytest.mark.parametrize("thing", [None, "l1", Entity(id="e1"), Ref(Lead, "l1")], ids=repr)
def test_changes_hold_records_alone(thing: Entity) -> None:
    """What is of none of the record types is refused wherever it is given."""
    for key in ("created", "deleted"):
        with pytest.raises(InvalidValue, match="is no record"):
            Changes(**{key: [thing]})


def test_order_of_arguments_does_not_matter() -> None:
    """Changes are kept by type and id, so that equal changes look alike."""
    second, other = Lead(id="l2", company="Acme"), Contact(id="a0")
    updates = [Updated(record, record) for record in (DEAL, BOB)]
    one = Changes(created=[other, second, ADA], updated=updates)

    assert one == Changes(created=[ADA, second, other], updated=updates[::-1])
    assert one.created == (ADA, second, other)
    assert [update.after for update in one.updated] == [BOB, DEAL]


def test_difference_names_the_fields_that_differ() -> None:
    """Field by field, in the order of the record; version and stamp are no difference."""
    before = attrs.evolve(BOB, version=1, modified_at=BEFORE)
    after = attrs.evolve(before, title="CTO", first_name="Bo", version=2, modified_at=NOON)

    assert Updated(before, after).difference == (FieldChange("first_name", "", "Bo"), FieldChange("title", "", "CTO"))
    assert Updated(before, attrs.evolve(before, version=9, modified_at=NOON)).difference == ()


# ---------------------------------------------------------------- effects and merges

MAIL: Final = Effect(key="k1", kind="email", payload={"to": "ada@acme.example"})


def test_effect_is_kept_once() -> None:
    """The same effect given twice is one effect; joining changes keeps that."""
    assert Changes(effects=[MAIL, MAIL]).effects == (MAIL,)
    assert Changes(effects=[MAIL]).then(Changes(effects=[MAIL])).effects == (MAIL,)


def test_one_key_stands_for_one_effect() -> None:
    """Two effects under one key would be taken for one, and the second never sent (FLOW-2)."""
    with pytest.raises(InvalidValue) as caught:
        Changes(effects=[MAIL, Effect(key="k1", kind="webhook")])

    assert str(caught.value) == "changes: two effects have the key 'k1'; give each its own"


def test_effect_shows_no_payload() -> None:
    """What is sent may be personal: it is read-only, and stands in no text."""
    assert repr(MAIL) == "Effect(key='k1', kind='email')"
    assert Effect(key="k", kind="email").payload == {}
    assert str(Changes(effects=[MAIL])) == "0 changes\n! email k1"
    assert repr(Changes(effects=[MAIL])) == "Changes(0 created, 0 updated, 0 deleted, 1 effect)"
    assert Changes(effects=[MAIL])


GONE: Final = Contact(id="c2", last_name="Bob")
MERGED: Final = Changes(deleted=[GONE], merged=[(GONE.ref, BOB.ref)])


def test_merge_needs_its_deletion() -> None:
    """A record that went into another is no longer there; every one that is not deleted is named."""
    with pytest.raises(InvalidValue) as caught:
        Changes(deleted=[GONE], merged=[(GONE.ref, BOB.ref), (ADA.ref, BOB.ref)])

    assert caught.value.problems == (
        Problem(what="lead l1 was merged into contact c1 and is not deleted", hint="delete it as well"),
    )
    assert str(MERGED) == "1 change\n- Bob (contact c2)\n  contact c2 is merged into contact c1"


def test_merge_is_joined_with_its_deletion() -> None:
    """A merge follows the record: it stays while the record is gone, and goes when the record is there again."""
    again = create(GONE, at=NOON)

    assert create(ADA, at=NOON).then(MERGED).merged == MERGED.merged
    assert MERGED.then(again).merged == ()
    assert MERGED.inverse() == Changes(created=[GONE])


# ---------------------------------------------------------------- laws


@st.composite
def sequences(draw: st.DrawFn, *, forgetting: bool = True) -> tuple[World, tuple[Changes, ...]]:
    """Give a world and changes that can be made to it one after another; an update alters something."""
    world = draw(strategies.worlds())
    several = draw(strategies.changes_to(world, max_size=4, forgetting=forgetting))
    return world, tuple(
        attrs.evolve(changes, updated=[update for update in changes.updated if update.difference])
        for changes in several
    )


def records_of(world: World) -> dict[Ref, Entity]:
    """Give what changes to a world are applied to."""
    records = (*world.leads, *world.contacts, *world.accounts, *world.deals, *world.children)
    return {record.ref: record for record in records}


class TestLaws:
    """What holds for all changes."""

    @given(sequences())
    def test_drawn_changes_keep_the_laws(self, drawn: tuple[World, tuple[Changes, ...]]) -> None:
        """They are taken back, joined, applied whole or not at all, and read back; versions only grow (S-1, S-2)."""
        laws.check_changes(Changes(), *drawn[1])

    @given(sequences())
    def test_changes_to_a_world_follow_one_another(self, drawn: tuple[World, tuple[Changes, ...]]) -> None:
        """What they are made in is the world, and joined they make of it what the single ones make."""
        records = records_of(drawn[0])
        whole = dict(records)
        for changes in drawn[1]:
            changes.apply_to(records)
        Changes.of(*drawn[1]).apply_to(whole)

        assert whole == records

    @given(sequences(), st.integers(0, 4), st.integers(0, 4))
    def test_joining_is_associative(self, drawn: tuple[World, tuple[Changes, ...]], cut: int, other: int) -> None:
        """However changes that follow each other are grouped, the whole is the same."""
        several = drawn[1]
        first, second = sorted((cut, other))
        one, two, three = (Changes.of(*part) for part in (several[:first], several[first:second], several[second:]))

        assert one.then(two).then(three) == one.then(two.then(three)) == Changes.of(*several)


def test_nothing_joined_is_nothing() -> None:
    """No changes are the neutral element, and the last cause stands for all."""
    first, second = create(ADA, at=BEFORE, by="u1"), create(BOB, at=NOON, by="u2")

    assert Changes.of() == Changes()
    assert Changes.of().cause is None
    assert first.then(second).cause == second.cause
    assert first.then(Changes()).cause == first.cause


def test_deleting_and_creating_again_is_an_update() -> None:
    """What is joined says where a record stood first and where it stands last."""
    other = attrs.evolve(BOB, title="CTO")

    assert Changes(deleted=[BOB]).then(Changes(created=[other])) == Changes(updated=[Updated(BOB, other)])


@pytest.mark.parametrize(
    ("second", "expected", "found"),
    [
        (Changes(created=[ADA]), None, 1),
        (Changes(deleted=[attrs.evolve(ADA, title="CTO", version=7)]), 7, 1),
        (Changes(updated=[Updated(attrs.evolve(ADA, title="CTO", version=7), ADA)]), 7, 1),
    ],
)
def test_changes_that_do_not_follow_are_not_joined(second: Changes, expected: int | None, found: int) -> None:
    """The second starts where the first ended, or somebody is wrong about the record."""
    with pytest.raises(Conflict) as caught:
        create(ADA, at=NOON).then(second)

    assert caught.value == Conflict(ref=ADA.ref, expected=expected, found=found)


def test_record_that_is_gone_cannot_change_afterwards() -> None:
    """After a deletion there is nothing to update."""
    with pytest.raises(Conflict) as caught:
        Changes(deleted=[BOB]).then(Changes(updated=[Updated(BOB, attrs.evolve(BOB, title="CTO"))]))

    assert caught.value == Conflict(ref=BOB.ref, expected=0, found=None)


@pytest.mark.parametrize(
    ("there", "changes", "expected", "found"),
    [
        ([ADA], Changes(created=[ADA]), None, 0),
        ([], Changes(deleted=[ADA]), 0, None),
        ([], Changes(updated=[Updated(ADA, ADA)]), 0, None),
        ([attrs.evolve(ADA, version=2)], Changes(updated=[Updated(ADA, ADA)]), 0, 2),
        ([attrs.evolve(ADA, version=2)], Changes(deleted=[ADA]), 0, 2),
    ],
    ids=["there already", "missing", "nothing to update", "stale update", "stale deletion"],
)
def test_changes_are_applied_whole_or_not_at_all(
    there: list[Entity], changes: Changes, expected: int | None, found: int | None
) -> None:
    """A conflict names record and versions and leaves everything as it was (S-1, S-2)."""
    records = {record.ref: record for record in there}
    before = dict(records)
    also = Changes.of(changes, Changes(created=[Contact(id="c9"), Lead(id="l0", company="Acme")]))

    with pytest.raises(Conflict) as caught:
        (changes if changes.updated else also).apply_to(records)

    assert caught.value == Conflict(ref=ADA.ref, expected=expected, found=found)
    assert records == before


def test_very_many_changes_are_joined_and_applied_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of changes are joined pair by pair: each record is looked at a few times, whatever their number."""
    number = 5_000
    several = [Changes(created=[Note(id=f"{i}", about=ABOUT)]) for i in range(number)]
    asked = 0

    def counting(record: Entity) -> Ref:
        nonlocal asked
        asked += 1
        return Ref(type(record), record.id)

    monkeypatch.setattr(Entity, "ref", property(counting))
    joined = Changes.of(*several)
    records: dict[Ref, Entity] = {}
    joined.apply_to(records)

    assert len(joined.created) == len(records) == number
    assert asked <= 5 * number


# ---------------------------------------------------------------- edit and delete

LATER: Final = NOON + timedelta(hours=1)


def test_edit_sets_fields_and_stamps() -> None:
    """The record keeps all else, its version grows and it is stamped; the change says before and after."""
    changes = edit(
        ADA, {"title": "Countess", "tags": ["VIP"]}, at=NOON.astimezone(timezone(timedelta(hours=2))), by="u7"
    )
    (update,) = changes.updated

    assert update == Updated(ADA, attrs.evolve(ADA, title="Countess", tags=["VIP"]))
    assert (update.after.version, update.after.modified_at) == (1, NOON)
    assert changes.cause == Cause(at=NOON, by="u7")


def test_edit_of_a_record_without_stamps_counts() -> None:
    """A note has no stamps, and its version grows."""
    note = Note(id="n1", about=ABOUT, version=4)
    (update,) = edit(note, {"text": "called"}, at=NOON).updated

    assert (update.after.text, update.after.version) == ("called", 5)


def test_equal_value_is_no_change() -> None:
    """What stands there already is not set again: no version, no stamp, no audit."""
    changes = edit(ADA, {"last_name": "Lovelace", "tags": []}, at=NOON, by="u7")

    assert not changes
    assert changes.cause == Cause(at=NOON, by="u7")


OWNED: Final = [
    (record, name, facts.verb)
    for record in (*STAMPED, *PLAIN)
    for name, facts in facts_of(type(record)).items()
    if facts.verb
]


@pytest.mark.parametrize(("record", "field", "verb"), OWNED, ids=lambda case: case if isinstance(case, str) else "")
def test_field_that_a_verb_owns_cannot_be_edited(record: Entity, field: str, verb: str) -> None:
    """Whoever sets it past its verb would skip the rules of that verb; the refusal names the verb (PIPE-12)."""
    value = getattr(record, field)

    with pytest.raises(InvalidEdit) as caught:
        edit(record, {field: value}, at=NOON)

    what, hint = f"the field {field} cannot be edited", f"it is set by {verb}"
    problem = Problem(what=what, hint=hint, field=field, value=value, rule="PIPE-12")
    assert caught.value == InvalidEdit(subject=f"edit of {record.ref}", problems=(problem,))


def test_verbs_own_what_the_rule_says() -> None:
    """The enumeration above is not about nothing (PIPE-12)."""
    owned = {(type(record), name): verb for record, name, verb in OWNED}

    assert {name for _, name in owned} == set(
        "stage pipeline history closed_at status conversion id version created_at".split()
    )
    assert owned[Lead, "conversion"] == "convert_lead"
    assert {kind for kind, name in owned if name == "id"} == set(ENTITIES)


def test_all_that_is_wrong_with_an_edit_is_reported() -> None:
    """A slip, an owned field and values that do not fit, together; nothing personal is told."""
    values = {"titel": "x", "status": "New", "employees": -1, "emails": ["ada at acme.example"]}

    with pytest.raises(InvalidEdit) as caught:
        edit(ADA, values, at=NOON)

    found = {problem.field: str(problem) for problem in caught.value.problems}
    assert sorted(found) == ["emails[0]", "employees", "status", "titel"]
    assert found["titel"] == "titel: there is no field 'titel'; did you mean 'title'?"
    assert caught.value.problems[0].options == tuple(facts_of(Lead))
    assert "ada at" not in str(caught.value)


@pytest.mark.parametrize("record", [*STAMPED, *PLAIN], ids=name)
def test_no_value_breaks_an_edit(record: Entity) -> None:
    """Whatever is given for whatever field, the answer is a change or one typed refusal."""
    for field, facts in facts_of(type(record)).items():
        refused = 0
        for value in (object(), None, 1.5, "x", [], {1: 2}, [object()], float("nan"), b"x", -1, {"a": object()}):
            try:
                edit(record, {field: value}, at=NOON)
            except InvalidEdit:
                refused += 1
        assert refused >= (11 if facts.verb else 4), field


CONVERTED: Final = attrs.evolve(ADA, conversion=Converted(at=BEFORE, contact_id="c1"))


@pytest.mark.parametrize("field", [name for name, facts in facts_of(Lead).items() if not facts.verb])
def test_converted_lead_is_frozen_but_for_bookkeeping(field: str) -> None:
    """Of a converted lead only what keeps books can be edited (CONV-9)."""
    keeps_books = {"score": 7, "viewed_by": ["u1"], "last_activity_at": NOON, "modified_at": NOON}

    if field in keeps_books:
        assert edit(CONVERTED, {field: keeps_books[field]}, at=LATER).cause == Cause(at=LATER)
        return
    with pytest.raises(InvalidEdit) as caught:
        edit(CONVERTED, {field: getattr(CONVERTED, field)}, at=NOON)
    assert [(problem.field, problem.rule) for problem in caught.value.problems] == [(field, "CONV-9")]


@pytest.mark.parametrize("verb", [create, partial(edit, values={}), delete])
def test_every_verb_needs_a_record_an_instant_and_a_user_or_none(verb: Callable[..., Changes]) -> None:
    """All three are told together."""
    with pytest.raises(InvalidValue) as caught:
        verb(None, at=None, by="")

    assert sorted(problem.field for problem in caught.value.problems) == ["", "at", "by"]


@pytest.mark.parametrize("verb", [create, partial(edit, values={"company": "Acme"}), partial(edit, values={}), delete])
@pytest.mark.parametrize("by", ["", " ", "u\n1", "u" * 256, 7, ["u1"]])
def test_whoever_does_something_has_an_id(verb: Callable[..., Changes], by: object) -> None:
    """A user is named by an id, or by none; whatever breaks the policy of ids is refused."""
    with pytest.raises(InvalidValue) as caught:
        verb(ADA, at=NOON, by=by)

    assert [(problem.field, problem.value) for problem in caught.value.problems] == [("by", by)]


def test_cause_needs_an_instant_and_a_user_or_none() -> None:
    """Changes that come from outside keep their own cause, which is checked alike."""
    with pytest.raises(InvalidValue) as caught:
        Cause(at=NOON.replace(tzinfo=None), by=" ")

    assert [str(problem) for problem in caught.value.problems] == [
        "at: 2026-03-02 12:00:00 has no time zone; give it one, such as tzinfo=datetime.UTC",
        "by: the user ' ' is blank, and an identity cannot be; give the id of a user, or None",
    ]


def test_deletion_keeps_the_record() -> None:
    """What goes stands in the changes, so that it can be taken back."""
    changes = delete(ADA, at=NOON, by="u7")

    assert changes == Changes(deleted=[ADA])
    assert changes.cause == Cause(at=NOON, by="u7")


# ---------------------------------------------------------------- revert


def applied(*several: Changes) -> dict[Ref, Entity]:
    """Give the records after these changes, from nothing."""
    records: dict[Ref, Entity] = {}
    for changes in several:
        changes.apply_to(records)
    return records


THERE: Final = create(ADA, at=BEFORE)
NAMED: Final = edit(THERE.created[0], {"title": "Countess"}, at=NOON)


def test_revert_restores_what_was_set() -> None:
    """The fields are as before, the version grows on, and the stamp is of today."""
    records = applied(THERE, NAMED)
    changes = revert(NAMED, records, at=LATER, by="u7")
    (update,) = changes.updated

    assert update == Updated(NAMED.updated[0].after, NAMED.updated[0].before)
    assert (update.after.version, update.after.modified_at) == (3, LATER)
    assert changes.cause == Cause(at=LATER, by="u7")
    changes.apply_to(records)
    assert records == applied(THERE)


def test_revert_of_a_creation_deletes_and_of_a_deletion_creates() -> None:
    """Taking back a creation deletes what is there today; a deleted record comes back with a higher version."""
    records = applied(THERE)
    (ada,) = records.values()
    gone = delete(ada, at=NOON)

    assert revert(THERE, records, at=LATER) == Changes(deleted=[ada])
    (back,) = revert(gone, {}, at=LATER).created
    assert (back, back.version) == (ada, 2)


def test_bookkeeping_never_stands_in_the_way_of_a_revert() -> None:
    """What was counted or stamped meanwhile outdates nothing, and is kept."""
    counted = edit(NAMED.updated[0].after, {"score": 9, "last_activity_at": NOON}, at=NOON)
    records = applied(THERE, NAMED, counted)
    revert(NAMED, records, at=LATER).apply_to(records)

    ada = records[ADA.ref]
    assert (ada.title, ada.score, ada.last_activity_at, ada.version) == ("", 9, NOON, 4)


def test_reverting_what_only_keeps_books_changes_nothing() -> None:
    """Today's bookkeeping stands."""
    counted = edit(THERE.created[0], {"score": 9}, at=NOON)

    assert not revert(counted, applied(THERE, counted), at=LATER)


def test_revert_is_refused_where_records_have_changed_since() -> None:
    """All records and fields that stand in the way are named, with today's values and the way out."""
    bob = create(BOB, at=BEFORE)
    changes = Changes.of(bob, NAMED, Changes(deleted=[DEAL]))
    since = edit(NAMED.updated[0].after, {"title": "Lady", "company": "Acme"}, at=NOON)
    records = applied(THERE, NAMED, since, Changes(created=[DEAL]))
    before = dict(records)

    with pytest.raises(CannotRevert) as caught:
        revert(changes, records, at=LATER)

    first, changed = "revert that change first", "it has changed since"
    assert caught.value.problems == (
        Problem(what="it is gone", hint="revert what deleted it first", where="contact c1"),
        Problem(what=changed, hint=first, where="lead l1", field="title", value="Lady"),
        Problem(what=changed, hint=first, where="lead l1", field="company", value="Acme"),
        Problem(what="it is there again", hint="rename or delete it first", where="deal d1"),
    )
    assert "Lady" not in str(caught.value)
    assert records == before


def test_created_record_that_has_changed_is_not_deleted() -> None:
    """Whoever worked on it since does not lose the work."""
    with pytest.raises(CannotRevert, match="lead l1, title: it has changed since"):
        revert(THERE, applied(THERE, NAMED), at=LATER)


def test_revert_needs_an_aware_instant() -> None:
    """A naive instant has no place on the time line."""
    with pytest.raises(InvalidValue, match="revert: at: None is no instant"):
        revert(THERE, applied(THERE), at=None)


def test_revert_needs_a_user_or_none() -> None:
    """Whoever takes something back has an id as well, and both slips are told together."""
    with pytest.raises(InvalidValue) as caught:
        revert(create(ADA, at=NOON), {}, at=NOON.replace(tzinfo=None), by="")

    assert [problem.field for problem in caught.value.problems] == ["at", "by"]


@given(sequences(forgetting=False))
def test_last_changes_can_always_be_reverted(drawn: tuple[World, tuple[Changes, ...]]) -> None:
    """Nothing has changed since: every record is as before, but for what keeps books."""
    records = records_of(drawn[0])
    for changes in drawn[1]:
        before = {ref: kept(record) for ref, record in records.items()}
        changes.apply_to(records)
        after = dict(records)
        revert(changes, records, at=NOON).apply_to(records)

        assert {ref: kept(record) for ref, record in records.items()} == before
        records = after


def kept(record: Entity) -> dict[str, object]:
    """Give the fields of a record that do more than keep books."""
    return {name: getattr(record, name) for name, facts in facts_of(type(record)).items() if not facts.bookkeeping}


# ---------------------------------------------------------------- shown


ABOUT_EVE: Final = Ref(Lead, "l9")


def test_update_that_only_counts_is_shown_as_well() -> None:
    """A notebook names every record that is written, also where nothing differs but the count of changes."""
    changes = Changes(updated=[Updated(ADA, attrs.evolve(ADA, version=ADA.version + 1))])

    assert View.of(changes._repr_html_()).table.rows[1:] == [("Lovelace (lead l1)", "", "", "updated")]


def test_notebook_shows_a_table_of_differences() -> None:
    """Every part has its row, and markup in a value stays text."""
    changes = Changes(
        created=[ADA], updated=[Updated(BOB, attrs.evolve(BOB, title="<b>CTO</b>", tags=["b", "a"]))],
        deleted=[GONE], erased=[ABOUT_EVE], merged=[(GONE.ref, BOB.ref)], effects=[MAIL],
    )  # fmt: skip
    html = bare(changes._repr_html_())

    cells = [
        ("Lovelace (lead l1)", "", "", "created"),
        ("Bob (contact c1)", "tags", "", "+ a, b"),
        ("Bob (contact c1)", "title", "–", "&lt;b&gt;CTO&lt;/b&gt;"),
        ("Bob (contact c2)", "", "deleted", ""),
        ("lead l9", "", "forgotten", ""),
        ("contact c2", "", "merged into", "contact c1"),
        ("k1", "", "", "email"),
    ]
    assert html == (
        "<table><caption>1 created, 1 updated, 1 deleted, 1 forgotten, 1 effect</caption>"
        "<thead><tr><th>record</th><th>field</th><th>before</th><th>after</th></tr></thead><tbody>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
        + "</tbody></table>"
    )


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"description": "a\nb"}, "description: – → a b"),
        ({"description": "x" * 61}, f"description: – → {'x' * 60}…"),
        ({"emails": ["b@x.example", "a@x.example"]}, "emails: + b@x.example, a@x.example"),
        ({"tags": ["a" * 119, "b"]}, f"tags: + {'a' * 119},…"),
        ({"birth_date": date(1815, 12, 10)}, "birth_date: – → 1815-12-10"),
    ],
)
def test_values_are_shown_in_one_short_line(values: dict[str, object], line: str) -> None:
    """No value breaks or floods the text; what is missing is a dash."""
    update = Updated(BOB, attrs.evolve(BOB, **values))

    assert str(Changes(updated=[update])) == f"1 change\n~ Bob (contact c1)\n    {line}"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ({"tags": ["a"]}, {"tags": ["a", "c", "b"]}, "tags: + b, c"),
        ({"tags": ["a", "b"]}, {"tags": ["b"]}, "tags: - a"),
        ({"tags": ["a"]}, {"tags": []}, "tags: - a"),
        ({"tags": ["a", "b"]}, {"tags": ["b", "c"]}, "tags: - a + c"),
        ({"tags": ["a"]}, {"tags": ["b"]}, "tags: a → b"),
        ({"emails": ["a@x.example"]}, {"emails": ["a@x.example", "b@x.example"]}, "emails: + b@x.example"),
        (
            {"emails": ["a@x.example", "b@x.example"]}, {"emails": ["b@x.example", "a@x.example"]},
            "emails: a@x.example, b@x.example → b@x.example, a@x.example",
        ),
    ],
)  # fmt: skip
def test_collection_shows_what_comes_and_what_goes(
    before: dict[str, object], after: dict[str, object], line: str
) -> None:
    """Members that stay are not repeated; where all are others, or only their order is, the whole is shown."""
    bob = attrs.evolve(BOB, **before)

    assert str(Changes(updated=[Updated(bob, attrs.evolve(bob, **after))])).splitlines()[2:] == [f"    {line}"]


def test_history_shows_the_moves_that_were_added() -> None:
    """What a person reads of a move is the move, and not the history before and after (PIPE-8)."""
    first = StageChange(to="Open", at=BEFORE)
    moves = [
        StageChange(to="Won", come_from="Open", at=NOON, by="u1"),
        StageChange(to="Open", come_from="Won", at=LATER, reopened=True),
    ]
    deal = Deal(id="d1", name="Mill", stage="Open", history=[first])
    changes = Changes(updated=[Updated(deal, attrs.evolve(deal, history=[first, *moves]))])

    assert str(changes).splitlines()[2:] == [
        f"    history: + Open → Won, {NOON:%Y-%m-%d %H:%M} by u1; Won → Open, {LATER:%Y-%m-%d %H:%M}, reopened"
    ]
    assert str(changes.inverse()).splitlines()[2].startswith("    history: - Open → Won")


def test_repr_tells_nothing_personal() -> None:
    """A log line names how much changes, and nobody."""
    changes = Changes(created=[ADA], effects=[MAIL])

    assert "Lovelace" not in repr(changes) + repr(Plan(changes=changes))


def test_plan_is_true_unless_something_blocks() -> None:
    """Problems block; evidence does not (every preview has this one shape)."""
    changes = create(ADA, at=NOON)
    good = Plan(changes=changes, evidence=("same e-mail address",))
    blocked = Plan(changes=changes, problems=(Problem(what="it is blank", field="name"),))

    assert good
    assert not blocked
    assert str(good) == "1 change\n+ Lovelace (lead l1)\nbecause same e-mail address"
    assert str(blocked) == "blocked: name: it is blank\n1 change\n+ Lovelace (lead l1)"
    assert repr(blocked) == "Plan(Changes(1 created, 0 updated, 0 deleted), 1 problem)"


def test_cause_has_an_instant_on_the_time_line() -> None:
    """When something happened is kept in logs of every zone."""
    with pytest.raises(InvalidValue) as caught:
        Cause(at=datetime(2026, 1, 1))  # noqa: DTZ001  (the naive instant is the point)

    assert [problem.field for problem in caught.value.problems] == ["at"]
