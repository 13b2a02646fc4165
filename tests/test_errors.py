"""Errors are values that explain themselves: they compare, copy, pickle, mask what is personal and name a remedy."""

import copy
import math
import pickle
import traceback
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel import errors
from leadmodel.changes import Changes, Plan
from leadmodel.entities import Contact, Converted
from leadmodel.errors import (
    AmbiguousAuthor,
    CannotRevert,
    Conflict,
    InvalidRecord,
    InvalidValue,
    LeadmodelError,
    Malformed,
    MissingExtra,
    NoAuthor,
    NotOnRecord,
    Problem,
    RuleViolation,
    StoreBusy,
    StoreError,
    UnknownName,
    UnknownStage,
    masked,
    nearest,
    shown,
    suggestion,
)
from leadmodel.values import Ref

#: Every error class of the module, found and not listed: a new one is tested the day it is written.
CLASSES: Final = sorted(
    (kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, LeadmodelError)),
    key=lambda kind: kind.__name__,
)

#: A value for each field that an error may have; a field of another name fails the tests until it stands here.
SAMPLES: Final[dict[str, Any]] = {
    "allowed": ("Open", "Won"),
    "author": "x:ada",
    "come_from": "Open",
    "doing": "open crm.db",
    "others": (Conflict(ref=Ref(Contact, "c2"), expected=1, found=2),),
    "what": "somebody else is writing",
    "contacts": (Ref(Contact, "c1"), Ref(Contact, "c2")),
    "expected": 3,
    "extra": "cli",
    "first": Converted(contact_id="c1"),
    "found": None,
    "hint": "",
    "kind": "stage",
    "known": ("Open", "Won"),
    "library": "click",
    "name": "Opne",
    "partial": Changes(),
    "planned": Plan(changes=Changes()),
    "problems": (Problem(what="it is blank", field="name"), Problem(what="it is long", value=7)),
    "purpose": "the command",
    "ref": Ref(Contact, "c1"),
    "rule": "AUTH-14",
    "subject": "profile",
    "to": "Won",
    "today": Plan(changes=Changes(), problems=(Problem(what="it is gone"),)),
    "update": "u1",
    "within": "pipeline simple",
}

#: What a caller who knows Python alone would catch.
BUILT_INS: Final = {
    Malformed: ValueError,
    UnknownName: LookupError,
    NoAuthor: ValueError,
    NotOnRecord: LookupError,
    MissingExtra: ImportError,
}


def facts(kind: type[LeadmodelError]) -> dict[str, Any]:
    """Give sample facts for an error class by the names of its fields."""
    return {field.name: SAMPLES[field.name] for field in attrs.fields(kind)} if attrs.has(kind) else {}


def make(kind: type[LeadmodelError]) -> LeadmodelError:
    """Make an error of a class from the sample facts; a plain one from a sentence."""
    return kind(**facts(kind)) if attrs.has(kind) else kind("a sentence", 1)


@pytest.fixture(params=CLASSES, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[LeadmodelError]:
    """Give each error class in turn."""
    return request.param


def test_all_error_classes_are_found() -> None:
    """The enumeration sees both leaves and their leaves, so the tests below are not about nothing."""
    found = set(CLASSES)

    assert {LeadmodelError, RuleViolation, Malformed, InvalidValue, UnknownStage, AmbiguousAuthor} < found


def test_errors_with_equal_facts_are_equal_and_hash_alike(kind: type[LeadmodelError]) -> None:
    """An error is a value: equal facts make equal errors."""
    one, other = make(kind), make(kind)

    assert one is not other
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1


def test_each_fact_is_part_of_the_comparison(kind: type[LeadmodelError]) -> None:
    """Errors that differ in a single fact are different errors."""
    changes: dict[str, Any] = {"problems": (), "known": (), "contacts": (), "allowed": ()}
    sample = facts(kind)
    others = [kind(**{**sample, name: changes.get(name, "other")}) for name in sample] or [kind("a sentence", 2)]

    assert [make(kind) == other for other in others] == [False] * len(others)


def test_errors_that_read_alike_may_differ_in_what_they_carry() -> None:
    """Facts are compared, not texts: the offending value counts although no text shows it."""
    one, other = (InvalidValue(subject="s", problems=(Problem(what="w", value=value),)) for value in ("a", "b"))

    assert str(one) == str(other)
    assert one != other


def test_errors_of_different_classes_are_different() -> None:
    """The class is a fact as well: an unknown stage is more than an unknown name."""
    made = [make(kind) for kind in CLASSES]

    assert all(one != other for i, one in enumerate(made) for other in made[i + 1 :])
    assert make(UnknownName) != "there is no stage"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301  (our own pickle)
def test_error_survives_copying_and_pickling(
    kind: type[LeadmodelError], again: Callable[[LeadmodelError], LeadmodelError]
) -> None:
    """Errors cross process borders, so they pickle and copy to equal errors of the same class and text."""
    error = make(kind)
    copied = again(error)

    assert type(copied) is kind
    assert copied == error
    assert str(copied) == str(error)
    assert copied.args == error.args


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_error_pickles_with_every_protocol(kind: type[LeadmodelError], protocol: int) -> None:
    """No pickle protocol loses a fact."""
    error = make(kind)

    assert pickle.loads(pickle.dumps(error, protocol)) == error  # noqa: S301  (our own pickle)


@pytest.mark.parametrize(("ours", "theirs"), BUILT_INS.items())
def test_error_is_caught_as_the_built_in_error(ours: type[LeadmodelError], theirs: type[Exception]) -> None:
    """Who does not know leadmodel catches the error by its built-in class."""
    kinds = [kind for kind in CLASSES if issubclass(kind, ours)]

    for kind in kinds:
        with pytest.raises(theirs) as caught:
            raise make(kind)
        assert caught.value == make(kind)


def test_error_takes_notes_and_a_cause(kind: type[LeadmodelError]) -> None:
    """Frozen facts do not stop Python from noting, chaining and tracing an error; equality ignores all three."""
    error = make(kind)
    error.add_note("while reading people.csv")

    with pytest.raises(kind) as caught:
        raise error from KeyError("cause")

    assert caught.value.__notes__ == ["while reading people.csv"]
    assert repr(caught.value.__cause__) == "KeyError('cause')"
    assert "while reading people.csv" in "".join(traceback.format_exception(caught.value))
    assert caught.value == make(kind)


def test_error_passes_through_context_managers_and_groups(kind: type[LeadmodelError]) -> None:
    """An error can be collected with others into a group and taken out again."""
    group = ExceptionGroup("several", [make(kind), OSError()])
    ours, rest = group.split(LeadmodelError)

    assert ours is not None
    assert ours.exceptions == (make(kind),)
    assert rest is not None


def test_facts_of_an_error_cannot_be_changed() -> None:
    """An error is frozen: what it says stays said."""
    error = make(UnknownStage)

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        error.name = "Won"
    assert error == make(UnknownStage)


def test_every_error_says_something_in_words(kind: type[LeadmodelError]) -> None:
    """No error leaves its text to Python: the text of a subclass is a sentence about its facts."""
    text = str(make(kind))

    assert text.split() != []
    assert "object at 0x" not in text


# ---------------------------------------------------------------- what they say


def test_one_problem_is_told_in_one_line() -> None:
    """Subject, place, what is wrong, remedy and rule stand in one line."""
    problem = Problem(what="it is blank", hint="give one", where="row 3", field="name", value="", rule="NET-7")

    assert str(InvalidRecord(subject="Lead 'l1'", problems=(problem,))) == (
        "Lead 'l1': row 3, name: it is blank; give one [NET-7]"
    )


def test_several_problems_are_all_listed() -> None:
    """Everything that is wrong is said at once, one problem a line."""
    problems = (Problem(what="it is blank", field="name"), Problem(what="it is long", where="row 4"))

    assert str(InvalidValue(subject="profile", problems=problems)) == (
        "profile: 2 problems\n  - name: it is blank\n  - row 4: it is long"
    )


def test_problem_without_a_place_is_told_alone() -> None:
    """A problem that knows neither place nor remedy is just its sentence."""
    assert str(Problem(what="it is blank")) == "it is blank"


def test_problem_seen_from_further_out_keeps_its_own_place() -> None:
    """Whoever reads a file adds the line in front of the place that a record reported."""
    inner = Problem(what="it is blank", field="name")

    assert inner.at("line 3") == Problem(what="it is blank", field="name", where="line 3")
    assert inner.at("line 3").at("people.csv") == Problem(what="it is blank", field="name", where="people.csv, line 3")


@pytest.mark.parametrize(
    "value", [math.nan, Decimal("NaN"), Decimal("sNaN")], ids=["float", "quiet decimal", "signalling decimal"]
)
def test_problems_about_not_a_number_are_equal(value: object) -> None:
    """A value that is unequal to itself, or cannot be compared at all, is compared by its text."""
    assert Problem(what="w", value=value) == Problem(what="w", value=value)
    assert Problem(what="w", value=value) != Problem(what="w", value=1)


class Column:
    """A value that answers comparisons with a list of answers, as arrays do."""

    def __eq__(self, other: object) -> Any:  # noqa: ANN401  (what arrays do)
        raise ValueError("the truth value of an array is ambiguous")

    __hash__ = None

    def __repr__(self) -> str:
        return "Column()"


def test_problems_about_arrays_are_equal() -> None:
    """An array has no single answer to a comparison, and still does not break that of errors."""
    assert Problem(what="w", value=Column()) == Problem(what="w", value=Column())


def test_problems_with_different_values_are_different() -> None:
    """The offending value is part of the comparison, although the text does not show it."""
    one, other = Problem(what="w", value="a"), Problem(what="w", value="b")

    assert one != other
    assert hash(one) == hash(other)


def test_problem_shows_no_value_in_its_repr() -> None:
    """The offending value may be personal: it stands in the attribute and nowhere in a text."""
    problem = Problem(what="w", value="ada@acme.example")

    assert "ada" not in repr(problem) + str(problem)
    assert problem.value == "ada@acme.example"


def test_unknown_name_offers_the_nearest() -> None:
    """A slip is answered with the name that was probably meant."""
    assert str(make(UnknownStage)) == "there is no stage 'Opne' in pipeline simple; did you mean 'Open'? [AUTH-14]"


def test_unknown_name_may_say_what_to_do_instead() -> None:
    """Where a name is known elsewhere, no near one is offered."""
    error = UnknownName(kind="stage", name="Opne", known=("Open",), within="pipeline simple", hint="look at home")

    assert str(error) == "there is no stage 'Opne' in pipeline simple; look at home"


def test_unknown_name_without_a_near_one_lists_all() -> None:
    """Where nothing comes close, the known names are listed."""
    error = UnknownName(kind="network", name="zzz", known=("x", "reddit"))

    assert str(error) == "there is no network 'zzz'; known: 'x', 'reddit'"


def test_unknown_name_that_is_no_text_is_still_explained() -> None:
    """An error never fails while it explains itself."""
    error = UnknownName(kind="stage", name=None, known=("Open",))

    assert str(error) == "there is no stage None; known: 'Open'"


def test_ambiguous_author_lists_the_contacts_and_the_way_out() -> None:
    """Strict classification names everybody who matched (AUTH-7)."""
    assert str(make(AmbiguousAuthor)) == (
        "'x:ada' matches several contacts: contact c1, contact c2; merge them, or use rules with strict=False, "
        "which looks at the deals of all of them and says that the answer is ambiguous [AUTH-7]"
    )


def test_update_without_author_cannot_become_a_record() -> None:
    """The refusal names the update and the rule (AUTH-12)."""
    assert str(make(NoAuthor)) == "update 'u1' has no author, so no record can be made from it [AUTH-12]"


def test_conflict_names_record_and_both_versions() -> None:
    """Who was slower learns what is there now, and what to do (S-2)."""
    remedy = "read the record again and repeat the change [S-2]"

    assert str(Conflict(ref="contact c1", expected=3, found=None)) == (
        f"contact c1: the change starts from version 3, and there is no record; {remedy}"
    )
    assert str(Conflict(ref="contact c1", expected=None, found=2)) == (
        f"contact c1: the change starts from no record, and there is version 2; {remedy}"
    )


def test_conflict_names_every_record() -> None:
    """Several records of one change that are not what it starts from are told together (S-2)."""
    one, other = Conflict(ref="contact c1", expected=3, found=4), Conflict(ref="lead l1", expected=1, found=None)

    assert Conflict.of([one]) == one
    assert str(Conflict.of([one, other])) == (
        "contact c1: the change starts from version 3, and there is version 4; "
        "lead l1: the change starts from version 1, and there is no record; read them again and repeat the change [S-2]"
    )


def test_store_says_what_it_could_not_do() -> None:
    """What was to be done, what stood in the way, what to do about it."""
    assert str(StoreError(doing="apply", what="the disk is full", hint="make room")) == (
        "apply: the disk is full; make room [S-10]"
    )
    assert str(StoreBusy(doing="apply", what="somebody is writing", rule="S-17")) == "apply: somebody is writing [S-17]"


def test_record_that_is_not_there_is_named() -> None:
    """Which one, and the nearest that is."""
    assert str(NotOnRecord(ref="lead l1")) == "there is no lead l1 [S-7]"
    assert str(NotOnRecord(ref="lead l1", hint="did you mean 'l2'?")) == "there is no lead l1; did you mean 'l2'? [S-7]"


def test_refusal_to_revert_lists_what_stands_in_the_way() -> None:
    """Every obstacle is told in one text."""
    assert str(make(CannotRevert)) == "cannot revert: name: it is blank; it is long"


def test_missing_extra_names_the_command_that_installs_it() -> None:
    """A missing library is answered with the line to type."""
    assert str(make(MissingExtra)) == 'the command needs click; install it with: pip install "leadmodel[cli]"'


# ---------------------------------------------------------------- showing values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ada@acme.example", "'a…@acme.example'"),
        ("  ada@acme.example ", "'a…@acme.example'"),
        ("Ada", "'A…'"),
        ("Ada Lovelace", "'A…'"),
        ("meet me @ noon today", "'m…'"),
        ("@ada", "'@…'"),
        ("", "''"),
        (None, "'N…'"),
    ],
)
def test_personal_value_is_masked(value: object, text: str) -> None:
    """Of a personal value a message shows the first character, and the domain of an e-mail address."""
    assert masked(value) == text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="@"), min_size=2).filter(str.strip))
def test_masked_text_shows_one_character_only(text: str) -> None:
    """Texts that begin alike are masked alike, whatever follows: nothing but the first character comes through."""
    assert masked(text) == masked(text.strip()[0] + "other words")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("short", "'short'"),
        ("line\nbreak\u202e", "'line\\nbreak\\u202e'"),
        ("x" * 100, "'" + "x" * 59 + "…"),
        ([1, "a"], "[1, 'a']"),
        (list(range(100)), "a list of 100"),
        ({"a": [1]}, "a dict of 1"),
        pytest.param(10**5_000, "a number of 16610 bits", id="long number"),
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 59 + "…"),
    ],
)
def test_value_is_shown_in_one_short_line(value: object, text: str) -> None:
    """A message stays readable whatever it is about: escaped, and cut after 60 characters."""
    assert shown(value) == text


@given(st.text(max_size=10_000), st.integers(4, 80))
def test_shown_text_is_one_printable_line(text: str, limit: int) -> None:
    """No text can break, hide or flood the message that shows it."""
    seen = shown(text, limit)

    assert len(seen) <= limit + 1
    assert seen.isprintable()


def test_nearest_ignores_case_and_gives_up_where_nothing_is_close() -> None:
    """The nearest name is given as it is spelled among the known."""
    assert nearest("CLOSED WON", ["Open", "Closed Won"]) == "Closed Won"
    assert nearest("CLOSED WON", ["Open"]) == ""
    assert nearest(7, ["Open"]) == ""


def test_suggestion_cuts_a_long_list() -> None:
    """Twenty names are listed, and dots say that there are more."""
    twenty = [f"{i:02}" for i in range(20)]

    assert suggestion("zzz", twenty) == "known: " + ", ".join(map(repr, twenty))
    assert suggestion("zzz", [*twenty, "20"]) == "known: " + ", ".join(map(repr, twenty)) + ", …"


def test_suggestion_says_when_there_is_nothing() -> None:
    """An empty list of answers is said to be empty."""
    assert suggestion("x", ()) == "there are none yet"
