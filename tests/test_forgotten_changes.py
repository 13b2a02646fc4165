"""Changes that forget: who goes and is known by reference alone, which nothing takes back (LIFE-2)."""

from datetime import UTC, datetime
from typing import Any, Final

import attrs
import pytest

from leadmodel import Directory, pipelines
from leadmodel.changes import Cause, Changes, Effect, Updated, delete, edit, revert
from leadmodel.codec import changes_from_json, changes_to_json
from leadmodel.entities import Contact, Deal, Entity, Lead, Note
from leadmodel.errors import CannotRevert, Conflict, InvalidDirectory, InvalidInput, InvalidValue, Problem
from leadmodel.stores import settled
from leadmodel.stores.applying import forgetting, tells_of, without
from leadmodel.values import Ref

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADA: Final = Lead(id="l1", last_name="Lovelace")
BOB: Final = Contact(id="c1", last_name="Bob")
EVE: Final = Lead(id="l1", last_name="Eve")
FORGET: Final = Changes(erased=[ADA.ref])
ONE, TWO = Ref(Lead, "l1"), Ref(Contact, "c1")


def forgotten(ref: Ref) -> Problem:
    """Give what stands in the way of taking it back."""
    return Problem(what="it was forgotten", hint="nothing brings it back", where=str(ref), rule="LIFE-2")


class TestValue:
    """Whom changes forget is a part of them."""

    def test_references_are_kept_once_and_in_order(self) -> None:
        """By type and id, as records are."""
        note = Ref(Note, "n1")

        assert Changes(erased=[note, TWO, ONE, TWO]).erased == (ONE, TWO, note)

    def test_whoever_is_forgotten_is_named_after_the_others(self) -> None:
        """`refs` names all, each once; `pairs` tells of those alone of whom something is known."""
        changes = Changes(created=[EVE], deleted=[BOB], erased=[Ref(Note, "n1"), ONE])

        assert list(changes.refs()) == [ONE, TWO, Ref(Note, "n1")]
        assert list(changes.pairs()) == [(None, EVE), (BOB, None)]

    def test_they_count_and_are_shown(self) -> None:
        """Changes that forget are not nothing."""
        changes = Changes(deleted=[BOB], erased=[ONE])

        assert FORGET
        assert Changes() != FORGET
        assert repr(changes) == "Changes(0 created, 0 updated, 1 deleted, 1 forgotten)"
        assert str(changes) == "2 changes\n- Bob (contact c1)\n- lead l1, forgotten"

    @pytest.mark.parametrize(
        "facts",
        [{"updated": [Updated(ADA, EVE)]}, {"deleted": [ADA]}, {"updated": [Updated(ADA, EVE)], "created": [BOB]}],
    )
    def test_whoever_is_forgotten_neither_changes_nor_is_deleted(self, facts: dict[str, Any]) -> None:
        """One change says all about a record."""
        with pytest.raises(InvalidValue) as caught:
            Changes(erased=[ONE], **facts)

        assert caught.value.problems == (
            Problem(what="lead l1 is named twice", hint="one change says all about a record"),
        )

    @pytest.mark.parametrize("thing", ["l1", ADA, Ref(str, "l1"), Ref(int, "1")])
    def test_only_references_to_records_are_forgotten(self, thing: Any) -> None:  # noqa: ANN401  (wrong on purpose)
        """A record is given by reference, because nothing else of it is to be kept."""
        with pytest.raises(InvalidValue, match=r"is no reference to a record; pass record\.ref"):
            Changes(erased=[thing])

    def test_whoever_was_merged_away_may_be_forgotten(self) -> None:
        """The pair of ids stays."""
        assert Changes(erased=[ONE], merged=[(ONE, Ref(Lead, "l2"))]).merged == ((ONE, Ref(Lead, "l2")),)

    def test_effect_names_whom_it_tells_of(self) -> None:
        """Each once, and nothing but references; what may be kept is all but what it says."""
        effect = Effect(key="k1", kind="email", payload={"to": "ada"}, about=[ONE, TWO, ONE])

        assert effect.about == (ONE, TWO)
        assert effect.forgotten() == Effect(key="k1", kind="email", about=[ONE, TWO])
        with pytest.raises(InvalidValue) as caught:
            Effect(key="", kind="email", about=[ADA, ONE])  # type: ignore[list-item]  # wrong on purpose
        assert [problem.field for problem in caught.value.problems] == ["key", "about[0]"]


class TestJoining:
    """A later forgetting takes out what was said before."""

    def test_what_was_said_before_is_gone(self) -> None:
        """Created, updated, and named by an effect; what names somebody else or nobody stays."""
        mails = [Effect(key=key, kind="email", about=about) for key, about in (("a", [ONE]), ("b", [TWO]), ("c", []))]
        edited = edit(ADA, {"title": "Countess"}, at=NOON)
        joined = Changes.of(Changes(created=[ADA, BOB], effects=mails), edited, FORGET)

        assert joined == Changes(created=[BOB], erased=[ONE], effects=mails[1:])

    def test_whoever_comes_after_stays(self) -> None:
        """Somebody else may have the id at once; the effects about them stay with them."""
        mail = Effect(key="a", kind="email", about=[ONE])
        joined = Changes.of(FORGET, Changes(created=[EVE], effects=[mail]), Changes(erased=[TWO]))

        assert joined == Changes(created=[EVE], erased=[ONE, TWO], effects=[mail])
        assert joined.then(delete(EVE, at=NOON)) == Changes(erased=[ONE, TWO], effects=[mail])

    def test_whoever_is_forgotten_cannot_change_afterwards(self) -> None:
        """A later change starts where an earlier one has ended."""
        with pytest.raises(Conflict) as caught:
            FORGET.then(edit(ADA, {"title": "Countess"}, at=NOON))

        assert caught.value == Conflict(ref=ONE, expected=0, found=None)

    def test_last_merge_of_a_record_counts(self) -> None:
        """Whoever was merged, created and merged again went into the second one."""
        two, three = Ref(Lead, "l2"), Ref(Lead, "l3")
        several = [
            Changes(deleted=[ADA], merged=[(ONE, two)]), Changes(created=[EVE]),
            Changes(deleted=[EVE], merged=[(ONE, three)]),
        ]  # fmt: skip

        assert Changes.of(*several).merged == ((ONE, three),)
        assert Changes.of(*several, FORGET).merged == ((ONE, three),)
        assert Changes.of(*several, FORGET, Changes(created=[ADA])).merged == ()


class TestApplying:
    """Whoever is forgotten goes, whatever their version."""

    @pytest.mark.parametrize("there", [[], [ADA], [attrs.evolve(ADA, version=7)]])
    def test_they_go_where_they_are(self, there: list[Entity]) -> None:
        """It is no conflict that they are not there."""
        records = {record.ref: record for record in (*there, BOB)}
        FORGET.apply_to(records)

        assert records == {TWO: BOB}

    def test_somebody_else_comes_in_their_place(self) -> None:
        """To forget comes first."""
        records: dict[Ref, Entity] = {ONE: ADA}
        Changes(created=[EVE], erased=[ONE]).apply_to(records)

        assert records == {ONE: EVE}

    def test_directory_forgets(self) -> None:
        """A directory keeps nothing of the past; one that is whole wants its deals to go with their contact."""
        deal = Deal(id="d1", stage="Open", contact_id="c1")
        directory = Directory.of(leads=[ADA], contacts=[BOB], deals=[deal], pipelines=pipelines.SIMPLE)
        directory.update(Changes(erased=[ONE, Ref(Lead, "never")], created=[EVE]))

        assert list(directory.all(Lead)) == [EVE]
        with pytest.raises(InvalidDirectory, match="contact 'c1' would go while deal d1 still names it"):
            directory.update(Changes(erased=[TWO]))
        directory.update(Changes(erased=[TWO], updated=[Updated(deal, attrs.evolve(deal, contact_id=""))]))
        assert list(directory.all(Contact)) == []


class TestTakingBack:
    """Nothing takes back what is forgotten."""

    def test_inverse_refuses_and_offers_the_rest(self) -> None:
        """All who are forgotten are named."""
        with pytest.raises(CannotRevert) as caught:
            Changes(deleted=[BOB], erased=[ONE, Ref(Note, "n1")]).inverse()

        back = Changes(created=[attrs.evolve(BOB, version=1)])
        assert caught.value == CannotRevert(problems=(forgotten(ONE), forgotten(Ref(Note, "n1"))), partial=back)
        with pytest.raises(CannotRevert) as caught:
            FORGET.inverse()
        assert caught.value == CannotRevert(problems=(forgotten(ONE),))
        assert str(caught.value) == "cannot revert: lead l1: it was forgotten; nothing brings it back [LIFE-2]"

    def test_revert_refuses_and_offers_the_rest(self) -> None:
        """The one that came in their place stays as well: it is none of what can be taken back."""
        changes = Changes(created=[EVE], deleted=[BOB], erased=[ONE])
        with pytest.raises(CannotRevert) as caught:
            revert(changes, {ONE: EVE}, at=NOON)

        back = Changes(created=[attrs.evolve(BOB, version=1)], cause=Cause(at=NOON))
        assert caught.value == CannotRevert(problems=(forgotten(ONE),), partial=back)
        with pytest.raises(CannotRevert) as caught:
            revert(FORGET, {}, at=NOON)
        assert caught.value.partial is None


class TestStores:
    """What every store decides alike."""

    def test_without_a_past_to_forget_is_to_delete(self) -> None:
        """Whoever is there is deleted as they stand, or becomes the one that comes instead, with a higher version."""
        there: dict[Ref, Entity] = {ONE: attrs.evolve(ADA, version=4), TWO: BOB}
        changes = Changes(erased=[ONE, TWO, Ref(Lead, "never")], created=[EVE], merged=[(TWO, Ref(Contact, "c2"))])

        found = settled(changes, there, {})
        assert found == Changes(
            updated=[Updated(there[ONE], EVE)], deleted=[BOB], merged=[(TWO, Ref(Contact, "c2"))]
        )  # fmt: skip
        assert found.updated[0].after.version == 5
        assert settled(Changes(erased=[ONE], merged=[(ONE, TWO)]), {}, {}) == Changes()

    def test_with_a_past_references_stay(self) -> None:
        """The store itself takes them out of what it keeps; versions go on from what is there, or was."""
        changes = Changes(erased=[ONE, TWO], created=[EVE, BOB])

        found = settled(changes, {ONE: attrs.evolve(ADA, version=4)}, {TWO: 7}, keeps=True)
        assert found == changes
        assert [record.version for record in found.created] == [5, 8]

    def test_whoever_was_merged_into_them_is_forgotten_as_far_as_that_goes(self) -> None:
        """Before, and in the same changes; what else these say about them is gone."""
        refs = [Ref(Lead, f"l{number}") for number in range(5)]
        gone = [Lead(id=ref.id, company="Acme") for ref in refs]
        before = {refs[1]: refs[2], refs[4]: refs[0]}
        changes = Changes(deleted=[gone[0]], merged=[(refs[0], refs[1])], created=[gone[4]], erased=[refs[2]])

        found = forgetting(changes, lambda asked: [ref for ref, into in before.items() if into in asked])
        assert found == attrs.evolve(changes, deleted=(), erased=[refs[0], refs[1], refs[2], refs[4]])

    def test_log_tells_the_rest(self) -> None:
        """Records and effects of others are whole; what was said about whoever is forgotten is gone."""
        said = {"text": "Dear Ada"}
        effects = [
            Effect(key="a", kind="email", payload=said), Effect(key="b", kind="email", payload=said, about=[ONE]),
            Effect(key="c", kind="email", payload=said, about=[TWO]),
        ]  # fmt: skip
        cause = Cause(at=NOON)
        changes = Changes(created=[BOB], updated=[Updated(ADA, EVE)], effects=effects, cause=cause)

        left = Changes(
            created=[BOB], erased=[ONE], effects=[effects[0].forgotten(), effects[1].forgotten(), effects[2]]
        )
        assert without(changes, {ONE}) == left
        assert without(changes, {ONE}).cause == cause
        assert without(Changes(deleted=[ADA], created=[BOB]), {ONE, TWO}) == Changes(erased=[ONE, TWO])
        other = Changes(created=[BOB], effects=effects[:1])
        assert without(other, {ONE}) == other

    @pytest.mark.parametrize(
        ("about", "touched", "tells"),
        [([], True, True), ([], False, False), ([TWO], True, False), ([TWO, ONE], False, True)],
    )
    def test_effect_that_names_nobody_tells_of_all(self, about: list[Ref], touched: bool, tells: bool) -> None:
        """One that names somebody tells of these."""
        assert tells_of(Effect(key="k", kind="x", about=about), {ONE}, touched=touched) is tells


class TestJson:
    """They are kept in a document as they are."""

    def test_document_names_them(self) -> None:
        """By type and id; documents that are older name nobody."""
        changes = Changes(erased=[ONE], effects=[Effect(key="k", kind="x", about=[ONE])])
        ref = '{"type": "lead", "id": "l1"}'

        text = changes_to_json(changes)
        assert text == (
            f'{{"format": 1, "erased": [{ref}], "effects": [{{"key": "k", "kind": "x", "about": [{ref}]}}]}}'
        )
        assert changes_from_json(text) == changes
        assert changes_from_json('{"format": 1}').erased == ()

    def test_what_is_no_reference_is_refused_with_its_place(self) -> None:
        """All of it."""
        with pytest.raises(InvalidInput) as caught:
            changes_from_json('{"format": 1, "erased": ["l1", {"type": "boat", "id": "1"}]}')

        assert [problem.where or problem.field for problem in caught.value.problems] == ["erased[0]", "erased[1]"]
