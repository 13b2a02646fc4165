"""Changes: what would be created, updated and deleted, as a value that can be looked at."""

import copy
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

import attrs
import pytest

from leadmodel.changes import Cause, Changes, Updated, create
from leadmodel.entities import Account, Activity, ActivityKind, Contact, Deal, Entity, Lead, Note, SocialUpdate, Task
from leadmodel.errors import InvalidRecord, InvalidValue, Problem
from leadmodel.values import Ref

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
    """The text is what a person looks at before applying; it names records and tells nothing personal."""
    assert str(ALL) == "3 changes\n+ lead l1\n~ contact c1\n- deal d1"
    assert repr(ALL) == "Changes(1 created, 1 updated, 1 deleted)"
    assert str(Changes()) == "no changes"
    assert str(Changes(created=[ADA])) == "1 change\n+ lead l1"


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
