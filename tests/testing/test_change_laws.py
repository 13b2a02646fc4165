"""The laws of changes hold for what is drawn and made, and are broken by what is broken on purpose."""

from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadmodel import Changes, Contact, Lead, create, delete, edit
from leadmodel.changes import Effect, Updated, change
from leadmodel.entities import Entity
from leadmodel.errors import CannotRevert, Conflict
from leadmodel.samples import world
from leadmodel.testing import laws, strategies
from leadmodel.testing.laws import changes as law
from leadmodel.values import Ref

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADA = create(Lead(id="l1", last_name="Lovelace"), at=NOON, by="u7")
TITLED = edit(ADA.created[0], {"title": "Countess"}, at=NOON)
GONE = delete(TITLED.updated[0].after, at=NOON)
MAIL = Effect(key="k1", kind="email")
FORGET = Changes(erased=[Ref(Lead, "l1")])
AGAIN = create(Lead(id="l1", company="Acme"), at=NOON)

inverse, of, apply_to = Changes.inverse, Changes.of, Changes.apply_to


class TestKept:
    """What keeps the laws."""

    @settings(max_examples=12)
    @given(st.data())
    def test_drawn_changes_keep_the_laws(self, data: st.DataObject) -> None:
        """Any sequence of changes to any world."""
        world = data.draw(strategies.worlds())

        laws.check_changes(Changes(), *data.draw(strategies.changes_to(world, forgetting=True)))

    @pytest.mark.parametrize(
        "several",
        [
            (Changes(),),
            (ADA, TITLED, GONE),
            (ADA, ADA.inverse(), create(Lead(id="l1", company="Acme"), at=NOON)),
            (Changes(created=world().leads, deleted=world().contacts, effects=[MAIL]),),
            (Changes(deleted=[Contact(id="c1")], merged=[(Ref(Contact, "c1"), Ref(Contact, "c2"))]),),
            (Changes(updated=[Updated(ADA.created[0], attrs.evolve(ADA.created[0], version=9))]),),
            (ADA, TITLED, attrs.evolve(FORGET, deleted=[Contact(id="c1")], effects=[MAIL]), AGAIN, FORGET, AGAIN),
            (attrs.evolve(FORGET, created=AGAIN.created), FORGET),
            (Changes(erased=[Ref(Contact, "c1")], merged=[(Ref(Contact, "c1"), Ref(Contact, "c2"))]),),
        ],
        ids=[
            "none",
            "a life",
            "born again",
            "many, and an effect",
            "a merge",
            "an update of nothing",
            "forgotten",
            "somebody else at once",
            "merged and forgotten",
        ],
    )
    def test_known_changes_keep_the_laws(self, several: tuple[Changes, ...]) -> None:
        """Effects, merges and updates that leave a record equal included."""
        laws.check_changes(*several)

    @pytest.mark.parametrize("second", [ADA, GONE], ids=["created twice", "another state"])
    def test_changes_that_do_not_follow_are_no_case(self, second: Changes) -> None:
        """The laws are about changes one after another; others are a conflict, as everywhere."""
        with pytest.raises(Conflict):
            laws.check_changes(ADA, second)


def without_checks(changes: Changes, records: MutableMapping[Ref, Entity]) -> None:
    """Make changes whatever stands in the way."""
    for record in changes.deleted:
        records.pop(record.ref, None)
    records.update((after.ref, after) for _, after in changes.pairs() if after)


def without_deletions(changes: Changes, records: MutableMapping[Ref, Entity]) -> None:
    """Make changes, and delete nothing."""
    apply_to(attrs.evolve(changes, deleted=()), records)


def of_the_forgetful(*many: Changes) -> Changes:
    """Join changes, and forget to forget."""
    return attrs.evolve(of(*many), erased=())


def refusing_in_part(changes: Changes) -> Changes:
    """Take back nothing where something cannot be taken back."""
    try:
        return inverse(changes)
    except CannotRevert as error:
        raise attrs.evolve(error, partial=None) from None


def one_by_one(changes: Changes, records: MutableMapping[Ref, Entity]) -> None:
    """Make changes record by record, until one stands in the way."""
    for record in changes.created:
        apply_to(Changes(created=[record]), records)
    apply_to(attrs.evolve(changes, created=()), records)


def of_two(*many: Changes) -> Changes:
    """Join two changes, and forget all others."""
    return of(*many[:2])


def of_the_living(*many: Changes) -> Changes:
    """Join changes, and forget what goes."""
    return attrs.evolve(of(*many), deleted=())


TWO = Changes(created=[Lead(id="l1", company="Acme"), Lead(id="l2", company="Acme")])


class TestFound:
    """What breaks the laws is found, and told by what it breaks."""

    @pytest.mark.parametrize(
        ("name", "broken", "several", "message"),
        [
            ("inverse", lambda self: self, (ADA,), r"the inverse of\n1 change\n\+ Lovelace"),
            ("inverse", lambda self: attrs.evolve(inverse(self), effects=self.effects),
             (Changes(effects=[MAIL]),), "the inverse of the inverse"),
            ("then", lambda self, _: self, (ADA,), "of these changes and their inverse, joined, is left"),
            ("apply_to", lambda _, records: records.clear(), (ADA,), "and should have made"),
            ("apply_to", without_deletions, (ADA,), "and their inverse made"),
            ("apply_to", without_checks, (ADA,), "were made although a record stood in the way"),
            ("apply_to", without_checks, (GONE,), "were made although a record stood in the way"),
            ("apply_to", one_by_one, (TWO,), "were refused, and yet made in part"),
            ("of", of_two, (ADA, TITLED, GONE), "and joined by of"),
            ("then", lambda self, other: of(self, other) if other else other, (ADA, TITLED), "joined from the end"),
            ("of", of_the_living, (GONE,), "made one by one"),
            ("inverse", lambda self: inverse(attrs.evolve(self, erased=())), (FORGET,), "and their inverse refuses"),
            ("inverse", refusing_in_part, (attrs.evolve(FORGET, deleted=[Contact(id="c1")]),), "taken back in part"),
            ("apply_to", lambda self, records: records.update(dict.fromkeys(self.erased)), (FORGET,), "\nleft "),
            ("of", of_the_forgetful, (TITLED, FORGET), "joined from the end"),
        ],
        ids=[
            "inverse is the change", "inverse keeps effects", "joining forgets the second", "applying clears",
            "applying deletes nothing", "applying twice", "applying to nothing", "applying in part", "of forgets",
            "then forgets at the end", "joined forgets deletions", "inverse passes over whom it forgot",
            "inverse offers nothing", "applying forgets nobody", "joined forgets nobody",
        ],
    )  # fmt: skip
    def test_broken_verb_is_found(
        self, name: str, broken: Callable[..., Any], several: tuple[Changes, ...], message: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        """Each of the verbs of changes, planted with a mistake."""
        monkeypatch.setattr(Changes, name, staticmethod(broken) if name == "of" else broken)

        with pytest.raises(AssertionError, match=message):
            laws.check_changes(*several)

    def test_version_that_does_not_grow_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An inverse that gives the old record its old version would be taken for stale."""
        monkeypatch.setattr(change, "_next", lambda record, _: record)

        with pytest.raises(AssertionError, match="had version 2, and the inverse gives it 1"):
            laws.check_changes(TITLED)

    @pytest.mark.parametrize(
        ("read", "message"),
        [
            (lambda _: Changes(), "reads back as\nno changes"),
            (lambda _: attrs.evolve(ADA, cause=None), "reads back with the cause None"),
            (lambda _: attrs.evolve(ADA, created=[attrs.evolve(ADA.created[0], version=7)]),
             r"reads back with the versions \[None, 7\], not \[None, 1\]"),
        ],
        ids=["nothing", "no cause", "another version"],
    )  # fmt: skip
    def test_reader_that_forgets_is_found(
        self, read: Callable[[str], Changes], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What equality does not see is compared too: the cause, the versions."""
        monkeypatch.setattr(law, "changes_from_json", read)

        with pytest.raises(AssertionError, match=message):
            laws.check_changes(ADA)
