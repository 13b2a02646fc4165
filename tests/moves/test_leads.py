"""Leads on their way: where they begin, which status may follow, what it asks for, and qualification."""

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    CannotMove,
    CannotRevert,
    Cause,
    Changes,
    Contact,
    Converted,
    CustomField,
    InvalidCriterion,
    InvalidEdit,
    InvalidRecord,
    InvalidValue,
    Lead,
    MoveCheck,
    Problem,
    Ref,
    Status,
    Statuses,
    StatusKind,
    Transition,
    UnknownName,
    Updated,
    create,
    disqualify_lead,
    edit,
    move_lead,
    new_lead,
    next_statuses,
    qualify_lead,
    revert,
    where,
)
from leadmodel.codec import changes_from_json, changes_to_json
from leadmodel.processes import statuses
from leadmodel.testing.laws import check_changes
from tests.moves.making import DAY, EAST, HOUR, LEADS, NOON, lead, refusal, rules_of

#: The statuses of `LEADS` by kind.
KEYS: Final = {"new": "New", "working": "Contacted", "qualified": "Qualified", "converted": "Converted",
               "unqualified": "Unqualified"}  # fmt: skip
UNCONVERTED: Final = [kind for kind in KEYS if kind != "converted"]
#: Two statuses of every kind but one.
MANY: Final = Statuses(key="many", members=[
    Status("Fresh", "New", "new"), Status("Web", "Web", "new"),
    Status("Called", "Qualified", "working"),
    Status("Sound", "New", "qualified"), Status("Checked", "Checked", "qualified"),
    Status("Junk", "Junk", "unqualified"), Status("Lost", "Lost", "unqualified"),
])  # fmt: skip
#: Leads are called before they are checked.
DECLARED: Final = attrs.evolve(MANY, transitions=[
    Transition(name="call", come_from=["Fresh", "Web"], to="Called"),
    Transition(name="check", come_from="Called", to="Checked", requires="company"),
    Transition(name="bin", to="Junk"),
])  # fmt: skip


def standing(status: str | None, **facts: Any) -> Lead:  # noqa: ANN401  (any field of a lead)
    """Give a lead that an import left with a status."""
    return Lead(**{"id": "l1", "last_name": "Vale", "status": status, **facts})


# ---------------------------------------------------------------- beginning


def test_new_lead_has_the_first_status() -> None:
    """A lead begins where its organisation's leads begin (LEAD-3)."""
    begun = new_lead(id="l1", statuses=LEADS, last_name="Vale", at=NOON.astimezone(EAST), tags=["fair"])

    assert begun == Lead(id="l1", last_name="Vale", status="New", created_at=NOON, tags=["fair"])
    assert begun.version == 0


def test_instant_of_a_beginning_is_kept_in_utc() -> None:
    """The zone of the caller's clock is no part of the lead."""
    created = lead(at=NOON.astimezone(EAST)).created_at

    assert created is not None
    assert created.tzinfo is UTC


def test_new_lead_need_not_say_when_it_began() -> None:
    """Then `create` says it."""
    begun = lead(at=None)

    assert begun.created_at is None
    assert create(begun, at=NOON).created == (attrs.evolve(begun, created_at=NOON),)


def test_plain_constructor_does_not_guess_a_status() -> None:
    """None is "not yet set" (LEAD-3)."""
    assert Lead(id="l1", last_name="Vale").status is None


def test_first_status_is_the_one_that_says_so() -> None:
    """The order of the list decides only where none is marked."""
    marked = Statuses(key="s", members=[Status("A", "A", "new"), Status("B", "B", "working", first=True)])
    unmarked = Statuses(key="s", members=[Status("Z", "Z", "unqualified"), Status("A", "A", "new")])

    assert (lead(statuses=marked).status, lead(statuses=unmarked).status) == ("B", "A")


def test_new_lead_can_begin_with_another_status() -> None:
    """A lead may come in half-way."""
    assert lead(status="Contacted").status == "Contacted"


def test_status_to_begin_with_asks_for_its_facts() -> None:
    """A lead cannot begin where it could not go (LEAD-4)."""
    checked = LEADS.requiring("Qualified", "company", guard=where(Lead, "priority", "at_most", 2))
    error = refusal(lead, statuses=checked, status="Qualified")

    assert (error.ref, error.come_from, error.to) == (Ref(Lead, "l1"), "", "Qualified")
    assert rules_of(error.problems) == [("company", "LEAD-4"), ("guard", "LEAD-4")]
    assert lead(statuses=checked, status="Qualified", company="Mill", priority=1).status == "Qualified"


def test_no_lead_begins_converted() -> None:
    """Conversion alone makes a converted lead (LEAD-3)."""
    error = refusal(lead, status="Converted")

    assert rules_of(error.problems) == [("status", "LEAD-3")]
    assert error.problems[0].hint == "convert the lead, which sets it"


def test_new_lead_is_asked_about_time_and_related_records() -> None:
    """Guards get the instant and the look-up."""
    today = LEADS.requiring("New", guard=where(Lead, "created_at", "today"))
    known = LEADS.requiring("New", "contact.title", guard=where(Lead, "contact.title", "is", "CEO"))
    titled = {Ref(Contact, "c1"): Contact(id="c1", last_name="Vale", title="CEO")}.get

    assert lead(statuses=today).status == "New"
    with pytest.raises(InvalidCriterion, match="asks about the time"):
        lead(statuses=today, at=None)
    assert lead(statuses=known, contact_id="c1", related=titled).status == "New"
    error = refusal(lead, statuses=known, contact_id="c2", related=titled)
    assert [problem.field for problem in error.problems] == ["contact.title", "guard"]


def test_all_that_is_wrong_with_a_new_lead_is_reported() -> None:
    """Fields of verbs, unknown fields, and values that do not fit are told together."""
    with pytest.raises(InvalidRecord) as caught:
        lead(id="", conversion=None, created_at=NOON, version=1, compny="Mill", employees=-1)

    assert caught.value.subject == "new Lead ''"
    assert [(problem.field, problem.rule) for problem in caught.value.problems] == [
        ("conversion", "PIPE-12"), ("created_at", "PIPE-12"), ("version", "PIPE-12"), ("compny", ""), ("id", ""),
        ("employees", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("at", [datetime(2026, 1, 15), date(2026, 1, 15), "2026-01-15"])  # noqa: DTZ001
def test_beginning_needs_no_naive_instant(at: Any) -> None:  # noqa: ANN401  (anything may be tried)
    """It may be left out, and is not guessed."""
    with pytest.raises(InvalidValue, match=r"^new lead: at: "):
        lead(at=at)


def test_unknown_status_is_never_guessed() -> None:
    """Neither for a beginning nor for a move nor where a lead stands (LEAD-3)."""
    for ask in (
        lambda: lead(status="new"),
        lambda: move_lead(lead(), "new", at=NOON, statuses=LEADS),
        lambda: move_lead(standing("new"), "New", at=NOON, statuses=LEADS),
        lambda: next_statuses(standing("new"), statuses=LEADS),
        lambda: qualify_lead(standing("new"), at=NOON, statuses=LEADS),
    ):
        with pytest.raises(UnknownName, match="there is no status 'new' in statuses simple; did you mean 'New'"):
            ask()


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize(("come_from", "to"), list(product(KEYS, KEYS)))
def test_lead_moves_as_the_table_says(come_from: str, to: str) -> None:
    """All kinds follow each other, but nothing becomes converted and nothing leaves it (LEAD-3, CONV-9)."""
    if come_from == to:
        assert move_lead(standing(KEYS[to]), KEYS[to], at=NOON, statuses=LEADS).lead == standing(KEYS[to])
    elif "converted" in {come_from, to}:
        error = refusal(move_lead, standing(KEYS[come_from]), KEYS[to], at=NOON, statuses=LEADS)
        assert rules_of(error.problems) == [("status", "CONV-9" if come_from == "converted" else "LEAD-3")]
    else:
        assert move_lead(standing(KEYS[come_from]), KEYS[to], at=NOON, statuses=LEADS).lead.status == KEYS[to]


@pytest.mark.parametrize("kind", StatusKind)
def test_two_statuses_of_one_kind_follow_each_other_unless_converted(kind: StatusKind) -> None:
    """The table speaks of kinds: from one to another of the same kind is a move like all others."""
    two = Statuses(
        key="s", members=[Status("Start", "Start", "new"), Status("One", "One", kind), Status("Two", "Two", kind)]
    )
    if kind is StatusKind.CONVERTED:
        assert rules_of(refusal(move_lead, standing("One"), "Two", at=NOON, statuses=two).problems) == [
            ("status", "CONV-9")
        ]
    else:
        assert move_lead(standing("One"), "Two", at=NOON, statuses=two).lead.status == "Two"


def test_table_of_leads_is_total_and_asks_for_nothing() -> None:
    """A row for each pair of kinds, and sixteen of them allow."""
    assert {(row.come_from, row.to) for row in statuses.MOVES} == set(product(StatusKind, StatusKind))
    assert [len(statuses.MOVES), sum(row.allowed for row in statuses.MOVES)] == [25, 16]
    assert {(row.requires, row.guard, row.closing.value) for row in statuses.MOVES} == {((), None, "keep")}


def test_move_to_converted_points_to_conversion() -> None:
    """The refusal names the verb that does it, and where the lead may go (LEAD-3)."""
    error = refusal(move_lead, lead(), "Converted", at=NOON, statuses=LEADS)

    assert str(error) == (
        "lead l1 cannot go from 'New' to 'Converted': status: what is new cannot become converted; convert the lead, "
        "which sets it [LEAD-3]; from here it may go to: 'Contacted', 'Qualified', 'Unqualified'"
    )


def test_converted_lead_points_to_the_revert_of_its_conversion() -> None:
    """It stays as it is (CONV-9)."""
    error = refusal(move_lead, standing("Converted"), "New", at=NOON, statuses=LEADS)

    assert error.problems == (
        Problem(
            what="what is converted cannot become new", hint="revert its conversion", field="status", value="New",
            rule="CONV-9",
        ),
    )  # fmt: skip
    assert error.allowed == ()


@pytest.mark.parametrize("status", [None, "New", "Qualified", "Converted"])
def test_lead_that_was_converted_counts_as_converted_whatever_its_status(status: str | None) -> None:
    """What an import made of the status does not bring it back (CONV-9)."""
    gone = standing(status, conversion=Converted(at=NOON))
    error = refusal(move_lead, gone, "Contacted", at=NOON, statuses=LEADS)

    assert rules_of(error.problems) == [("status", "CONV-9")]
    assert next_statuses(gone, statuses=LEADS) == ()


def test_refused_move_of_a_converted_lead_says_so_whatever_was_given() -> None:
    """The refusal of the move is the better answer than that of the edit."""
    gone = standing("Converted", conversion=Converted(at=NOON))
    error = refusal(move_lead, gone, "New", at=NOON, statuses=LEADS, given={"company": "Mill"})

    assert rules_of(error.problems) == [("status", "CONV-9")]


@pytest.mark.parametrize("values", [{"companny": "Mill"}, {"status": "New"}, {"employees": "many"}])
@pytest.mark.parametrize("facts", [{}, {"conversion": Converted(at=NOON)}], ids=["lead", "converted lead"])
def test_given_fields_of_a_refused_move_are_checked_all_the_same(facts: dict[str, Any], values: dict[str, Any]) -> None:
    """A slip is a slip, whatever the tables say, as it is for deals."""
    one = standing("Converted" if facts else "New", **facts)
    to = "New" if facts else "Converted"
    with pytest.raises(InvalidEdit) as caught:
        move_lead(one, to, at=NOON, statuses=LEADS, given=values)

    assert [problem.field for problem in caught.value.problems] == list(values)


def test_lead_without_a_status_counts_as_new() -> None:
    """It may go wherever a new one may, to the new ones too (LEAD-3)."""
    made = move_lead(standing(None), "New", at=NOON, statuses=LEADS)
    error = refusal(move_lead, standing(None), "Converted", at=NOON, statuses=LEADS)

    assert (made.lead.status, bool(made.changes)) == ("New", True)
    assert error.problems[0].what == "what is new cannot become converted"
    assert error.come_from == ""
    assert [check.to.key for check in next_statuses(standing(None), statuses=LEADS)] == [
        "New", "Contacted", "Qualified", "Unqualified",
    ]  # fmt: skip


def test_refusal_of_a_lead_without_a_status_counts_it_as_new() -> None:
    """A policy for new leads holds for it."""
    strict = LEADS.refusing("new", "qualified", hint="call first")
    error = refusal(move_lead, standing(None), "Qualified", at=NOON, statuses=strict)

    assert error.problems[0].hint == "call first"


def test_behaviour_follows_the_kind_and_never_the_label() -> None:
    """A qualified status may be labelled New (LEAD-3)."""
    assert qualify_lead(standing("Fresh"), at=NOON, statuses=MANY).lead.status == "Sound"
    assert [status.key for status in MANY.of_kind(StatusKind.NEW)] == ["Fresh", "Web"]


def test_kind_of_move_can_be_refused_and_allowed() -> None:
    """Another policy is another value."""
    strict = LEADS.refusing("unqualified", "working", hint="begin anew")

    assert refusal(move_lead, standing("Unqualified"), "Contacted", at=NOON, statuses=strict).problems[0].hint == (
        "begin anew"
    )
    assert move_lead(
        standing("Unqualified"), "Contacted", at=NOON, statuses=strict.allowing("unqualified", "working")
    ).changes


# ---------------------------------------------------------------- declared mode


@pytest.mark.parametrize(
    ("status", "next_ones"),
    [("Fresh", ["Called", "Junk"]), ("Called", ["Checked", "Junk"]), ("Checked", ["Junk"]), (None, ["Fresh", "Junk"])],
)
def test_leads_move_along_declared_transitions_alone(status: str | None, next_ones: list[str]) -> None:
    """What is not declared is closed; who stands nowhere may begin on the first status."""
    assert [check.to.key for check in next_statuses(standing(status), statuses=DECLARED)] == next_ones


def test_move_of_a_lead_without_a_transition_is_refused() -> None:
    """The refusal says where from and where to (PIPE-3)."""
    error = refusal(move_lead, standing("Fresh"), "Sound", at=NOON, statuses=DECLARED)
    outside = refusal(move_lead, standing(None), "Sound", at=NOON, statuses=DECLARED)

    assert error.problems[0].what == "no transition leads from 'Fresh' to 'Sound'"
    assert outside.problems[0].what == "no transition leads from outside to 'Sound'"
    assert rules_of(error.problems) == rules_of(outside.problems) == [("status", "PIPE-3")]
    assert error.allowed == ("Called", "Junk")


def test_transition_of_leads_asks_for_its_facts() -> None:
    """A named way may need what the status does not."""
    error = refusal(move_lead, standing("Called"), "Checked", at=NOON, statuses=DECLARED)

    assert rules_of(error.problems) == [("company", "LEAD-4")]
    assert move_lead(standing("Called", company="Mill"), "Checked", at=NOON, statuses=DECLARED).changes


# ---------------------------------------------------------------- requirements


def test_status_may_require_facts() -> None:
    """They may stand already or come with the move; the resulting lead is asked (LEAD-4)."""
    checked = LEADS.requiring("Qualified", "company", "score")
    error = refusal(move_lead, lead(company="Mill"), "Qualified", at=NOON, statuses=checked)

    assert error.problems == (
        Problem(what="it is missing", hint="give it with the move: given={'score': …}", field="score", rule="LEAD-4"),
    )
    assert move_lead(lead(company="Mill"), "Qualified", at=NOON, statuses=checked, given={"score": 0}).lead.score == 0


def test_guard_judges_the_resulting_lead() -> None:
    """The new status is seen, and what is given."""
    guard = where(Lead, "status", "is", "Qualified") & where(Lead, "company", "is", "Mill")
    checked = LEADS.requiring("Qualified", guard=guard)

    assert move_lead(lead(), "Qualified", at=NOON, statuses=checked, given={"company": "Mill"}).changes
    error = refusal(move_lead, lead(), "Qualified", at=NOON, statuses=checked)
    assert [(problem.what, problem.rule) for problem in error.problems] == [
        (f"the status 'Qualified' asks that {guard}", "LEAD-4")
    ]


def test_guard_about_time_is_asked_of_the_instant_of_the_move() -> None:
    """Nothing looks at a clock of its own accord."""
    timely = LEADS.requiring("Unqualified", guard=where(Lead, "created_at", "older_than_days", 30))

    assert move_lead(lead(), "Unqualified", at=NOON + 40 * DAY, statuses=timely).changes
    with pytest.raises(CannotMove):
        move_lead(lead(), "Unqualified", at=NOON + DAY, statuses=timely)
    with pytest.raises(InvalidCriterion, match="asks about the time"):
        next_statuses(lead(), statuses=timely)
    assert [bool(check) for check in next_statuses(lead(), statuses=timely, at=NOON + 40 * DAY)] == [True] * 3
    assert [bool(check) for check in next_statuses(lead(), statuses=timely, at=NOON)] == [True, True, False]


def test_related_record_of_a_lead_is_found_through_the_look_up() -> None:
    """A requirement or a guard may ask about the contact that is already on record (LEAD-6)."""
    known = LEADS.requiring("Qualified", "contact.title", guard=where(Lead, "contact.title", "is", "CEO"))
    titled = {Ref(Contact, "c1"): Contact(id="c1", last_name="Vale", title="CEO")}.get
    one, other = lead(contact_id="c1"), lead(contact_id="c2")

    assert move_lead(one, "Qualified", at=NOON, statuses=known, related=titled).changes
    assert qualify_lead(one, at=NOON, statuses=known, related=titled).changes
    error = refusal(move_lead, other, "Qualified", at=NOON, statuses=known, related=titled)
    assert [problem.field for problem in error.problems] == ["contact.title", "guard"]
    assert [check.missing for check in next_statuses(other, statuses=known, related=titled)] == [
        (), ("contact.title",), (),
    ]  # fmt: skip
    with pytest.raises(InvalidCriterion, match="pass related="):
        move_lead(one, "Qualified", at=NOON, statuses=known)


def test_disqualification_gets_the_look_up_too() -> None:
    """Every verb hands on what guards may ask for."""
    known = LEADS.requiring("Unqualified", "contact.title")
    titled = {Ref(Contact, "c1"): Contact(id="c1", last_name="Vale", title="CEO")}.get

    assert disqualify_lead(lead(contact_id="c1"), at=NOON, statuses=known, related=titled).changes


def test_custom_field_may_be_required_of_a_lead() -> None:
    """An organisation's own check, such as an approval."""
    approved = attrs.evolve(LEADS, fields=[CustomField("approved", "yes or no")])
    approved = approved.requiring("Qualified", guard=where(Lead, "custom.approved", "is", True, fields=approved.fields))

    assert qualify_lead(lead(custom={"approved": True}), at=NOON, statuses=approved).changes
    with pytest.raises(CannotMove):
        qualify_lead(lead(custom={"approved": False}), at=NOON, statuses=approved)


# ---------------------------------------------------------------- what a move does


def test_move_of_a_lead_gives_the_lead_and_its_changes() -> None:
    """The status changes and nothing else; the cause says when, by whom and under which rule."""
    one = lead(tags=["fair"], owner_id="u1")
    made = move_lead(one, "Contacted", at=(NOON + HOUR).astimezone(EAST), statuses=LEADS, by="u2")

    assert made.lead == attrs.evolve(one, status="Contacted")
    assert (made.lead.version, made.lead.modified_at) == (1, NOON + HOUR)
    assert made.changes == Changes(updated=[Updated(one, made.lead)])
    assert made.changes.cause == Cause(at=NOON + HOUR, by="u2", rules=("LEAD-3",))
    assert attrs.evolve(made.lead) == made.lead


def test_stamp_of_a_moved_lead_is_kept_in_utc() -> None:
    """As everything is."""
    stamp = move_lead(lead(), "Contacted", at=NOON.astimezone(EAST), statuses=LEADS).lead.modified_at

    assert stamp is not None
    assert stamp.tzinfo is UTC


def test_other_fields_of_a_lead_are_set_with_the_move() -> None:
    """Status and given fields come in one change."""
    made = move_lead(lead(), "Contacted", at=NOON, statuses=LEADS, given={"company": "Mill", "score": 7})

    assert (made.lead.company, made.lead.score, made.lead.version) == ("Mill", 7, 1)
    assert [change.field for change in made.changes.updated[0].difference] == ["company", "status", "score"]


def test_lead_keeps_to_its_status_without_a_change() -> None:
    """The same status is no move (PIPE-5 says the same of deals)."""
    one = lead()
    made = move_lead(one, "New", at=NOON, statuses=LEADS, by="u1", given={"last_name": "Vale"})

    assert made.lead is one
    assert made.changes == Changes()
    assert made.changes.cause == Cause(at=NOON, by="u1", rules=("LEAD-3",))


def test_given_field_is_not_dropped_in_silence_where_a_lead_stays() -> None:
    """A move that changes nothing sets nothing, and says so."""
    with pytest.raises(InvalidEdit) as caught:
        move_lead(lead(), "New", at=NOON, statuses=LEADS, given={"company": "Mill"})

    assert [(p.what, p.hint, p.field, p.rule) for p in caught.value.problems] == [
        ("lead l1 stands in 'New' already, so no move sets it", "use edit", "company", "PIPE-5")
    ]


@pytest.mark.parametrize("field", ["status", "conversion", "id", "version", "created_at"])
def test_field_that_a_verb_owns_cannot_be_given(field: str) -> None:
    """What `edit` refuses, every verb refuses with the same words (PIPE-12)."""
    values = {field: getattr(lead(), field)}
    errors = []
    for verb in (
        lambda: edit(lead(), values, at=NOON),
        lambda: move_lead(lead(), "Contacted", at=NOON, statuses=LEADS, given=values),
        lambda: move_lead(lead(), "New", at=NOON, statuses=LEADS, given=values),
        lambda: next_statuses(lead(), statuses=LEADS, given=values),
        lambda: qualify_lead(lead(), at=NOON, statuses=LEADS, given=values),
        lambda: disqualify_lead(lead(), at=NOON, statuses=LEADS, given=values),
    ):
        with pytest.raises(InvalidEdit) as caught:
            verb()
        errors.append(caught.value)

    assert errors == [errors[0]] * 6
    assert errors[0].problems[0].rule == "PIPE-12"


def test_everything_wrong_with_the_given_fields_of_a_lead_is_told() -> None:
    """Unknown names, verbs' fields and wrong values together; a lead needs a name after the move too (LEAD-1)."""
    values = {"status": "Contacted", "compny": "Mill", "employees": -1, "last_name": ""}
    with pytest.raises(InvalidEdit) as caught:
        move_lead(lead(), "Contacted", at=NOON, statuses=LEADS, given=values)

    assert [(problem.field, problem.rule) for problem in caught.value.problems] == [
        ("status", "PIPE-12"), ("compny", ""), ("employees", ""), ("last_name", "LEAD-1"),
    ]  # fmt: skip


@pytest.mark.parametrize("at", [datetime(2026, 1, 15), date(2026, 1, 15), None, "2026-01-15"])  # noqa: DTZ001
@pytest.mark.parametrize("verb", [
    lambda at: move_lead(lead(), "Contacted", at=at, statuses=LEADS),
    lambda at: move_lead(lead(), "New", at=at, statuses=LEADS),
    lambda at: qualify_lead(lead(), at=at, statuses=LEADS),
    lambda at: disqualify_lead(lead(), at=at, statuses=LEADS),
])  # fmt: skip
def test_move_of_a_lead_needs_an_instant(verb: Callable[[Any], object], at: Any) -> None:  # noqa: ANN401
    """Naive instants are refused."""
    with pytest.raises(InvalidValue, match=r"^move: at: "):
        verb(at)


@pytest.mark.parametrize("verb", [move_lead, qualify_lead, disqualify_lead])
def test_author_of_a_move_of_a_lead_has_an_id_or_is_left_out(verb: Callable[..., object]) -> None:
    """A blank name is nobody's, also where nothing would move."""
    for to in ("New", "Contacted") if verb is move_lead else ("",):
        with pytest.raises(InvalidValue) as caught:
            verb(lead(), *filter(None, [to]), at=NOON, statuses=LEADS, by=" ")

        assert [(problem.field, problem.value) for problem in caught.value.problems] == [("by", " ")]


def test_question_about_next_statuses_refuses_a_naive_instant() -> None:
    """It may be left out, but it may not be vague."""
    with pytest.raises(InvalidValue, match="has no time zone"):
        next_statuses(lead(), statuses=LEADS, at=datetime(2026, 1, 15))  # noqa: DTZ001


def test_lead_is_unchanged_after_a_refusal() -> None:
    """A refused move leaves the lead and what was given as they were."""
    one, values = lead(), {"company": "Mill"}
    before = pickle.dumps(one)
    refusal(move_lead, one, "Converted", at=NOON, statuses=LEADS, given=values)

    assert pickle.dumps(one) == before
    assert values == {"company": "Mill"}


def test_moves_of_leads_keep_the_laws_of_changes() -> None:
    """They can be taken back, joined, applied and read back from JSON."""
    one = lead()
    first = move_lead(one, "Contacted", at=NOON, statuses=LEADS, by="u1")
    second = qualify_lead(first.lead, at=NOON + HOUR, statuses=LEADS, given={"company": "Mill"})
    read = changes_from_json(changes_to_json(second.changes))

    check_changes(
        create(one, at=NOON).then(Changes()),
    )
    check_changes(first.changes, second.changes)
    assert (read, read.cause) == (second.changes, second.changes.cause)


def test_move_of_a_lead_can_be_taken_back_until_it_moves_on() -> None:
    """Reverting restores the status; once another move followed, it is refused by field."""
    one = lead()
    first = move_lead(one, "Contacted", at=NOON, statuses=LEADS)
    back = revert(first.changes, {one.ref: first.lead}, at=NOON + HOUR)
    second = qualify_lead(first.lead, at=NOON, statuses=LEADS)

    assert back.updated[0].after == one
    assert back.updated[0].after.version == 2
    with pytest.raises(CannotRevert) as caught:
        revert(first.changes, {one.ref: second.lead}, at=NOON)
    assert [problem.field for problem in caught.value.problems] == ["status"]


# ---------------------------------------------------------------- what may follow


def test_next_statuses_name_what_each_of_them_needs() -> None:
    """Those that ask for something are among them, with what is missing after what is given."""
    checked = LEADS.requiring("Qualified", "company", "score")
    checks = next_statuses(lead(), statuses=checked, given={"score": 3})

    assert [(check.to.key, check.missing, bool(check)) for check in checks] == [
        ("Contacted", (), True), ("Qualified", ("company",), False), ("Unqualified", (), True),
    ]  # fmt: skip
    assert checks[1] == MoveCheck(
        ref=Ref(Lead, "l1"), come_from="New", to=checked.status("Qualified"), row=checked.cell("new", "qualified"),
        requires=("company", "score"), missing=("company",), problems=checks[1].problems,
        allowed=("Contacted", "Qualified", "Unqualified"),
    )  # fmt: skip
    assert str(checks[0]) == "lead l1 may go from 'New' to 'Contacted' [LEAD-3]"


def test_check_without_an_instant_keeps_the_stamp_of_the_lead() -> None:
    """A guard on the resulting lead sees when it was last touched, where nobody says when it would move."""
    stamped = LEADS.requiring("Contacted", guard=~where(Lead, "modified_at", "is_empty"))

    assert next_statuses(lead(modified_at=NOON), statuses=stamped)[0]
    assert not next_statuses(lead(), statuses=stamped)[0]


def test_check_of_a_lead_without_a_status_names_no_status() -> None:
    """It comes from nowhere."""
    check = next_statuses(standing(None), statuses=LEADS)[0]

    assert (check.come_from, str(check)) == ("", "lead l1 may go to 'New' [LEAD-3]")


def test_refused_check_is_the_refusal_of_the_move() -> None:
    """What the move would raise, the check says beforehand."""
    checked = LEADS.requiring("Qualified", "company")
    check = next_statuses(lead(), statuses=checked)[1]

    assert check.refusal() == refusal(move_lead, lead(), "Qualified", at=NOON, statuses=checked)


# ---------------------------------------------------------------- qualification


@pytest.mark.parametrize(
    ("verb", "first", "other"), [(qualify_lead, "Sound", "Checked"), (disqualify_lead, "Junk", "Lost")]
)
def test_qualification_moves_to_a_status_of_that_kind(verb: Callable[..., Any], first: str, other: str) -> None:
    """To the first, or to the one that is named (LEAD-3)."""
    one = standing("Called")
    made = verb(one, at=NOON, statuses=MANY, by="u1", given={"company": "Mill"})

    assert made == move_lead(one, first, at=NOON, statuses=MANY, by="u1", given={"company": "Mill"})
    assert made.changes.cause == Cause(at=NOON, by="u1", rules=("LEAD-3",))
    assert verb(one, at=NOON, statuses=MANY, status=other).lead.status == other
    assert verb(standing(None), at=NOON, statuses=MANY).lead.status == first


@pytest.mark.parametrize(
    ("verb", "status", "kind"), [(qualify_lead, "Checked", "qualified"), (disqualify_lead, "Lost", "unqualified")]
)
def test_who_is_qualified_is_not_qualified_again(verb: Callable[..., Any], status: str, kind: str) -> None:
    """The refusal says so, and which verb changes the status."""
    error = refusal(verb, standing(status), at=NOON, statuses=MANY)

    assert error == CannotMove(
        ref=Ref(Lead, "l1"), come_from=status, to=status, allowed=(),
        problems=(
            Problem(
                what=f"it is {kind} already", hint="move_lead changes the status", field="status", value=status,
                rule="LEAD-3",
            ),
        ),
    )  # fmt: skip
    named = refusal(verb, standing(status), at=NOON, statuses=MANY, status="Sound")
    assert (named.come_from, named.to) == (status, "Sound")


@pytest.mark.parametrize(("verb", "kind"), [(qualify_lead, "qualified"), (disqualify_lead, "unqualified")])
def test_qualification_needs_a_status_of_that_kind(verb: Callable[..., Any], kind: str) -> None:
    """An organisation that has none cannot qualify; a status of another kind is none of this one."""
    bare = Statuses(key="bare", members=[Status("A", "A", "new")])
    with pytest.raises(UnknownName, match=f"there is no {kind} status '' in statuses bare; there are none yet"):
        verb(standing("A"), at=NOON, statuses=bare)
    with pytest.raises(UnknownName, match=r"there is no .*status 'Called' in statuses many") as caught:
        verb(standing("Fresh"), at=NOON, statuses=MANY, status="Called")

    assert caught.value.known == tuple(status.key for status in MANY.of_kind(StatusKind(kind)))
    assert (caught.value.kind, caught.value.rule) == (f"{kind} status", "LEAD-3")


def test_qualification_asks_for_what_the_status_asks() -> None:
    """It is a move like all others (LEAD-4)."""
    error = refusal(qualify_lead, lead(), at=NOON, statuses=LEADS.requiring("Qualified", "company"))

    assert rules_of(error.problems) == [("company", "LEAD-4")]


def test_converted_lead_is_neither_qualified_nor_disqualified() -> None:
    """It stays as it is (CONV-9)."""
    for verb in (qualify_lead, disqualify_lead):
        error = refusal(verb, standing("Converted"), at=NOON, statuses=LEADS)
        assert rules_of(error.problems) == [("status", "CONV-9")]


def test_related_account_is_no_field_of_a_lead() -> None:
    """A guard asks about leads: an account has no place in it (CRIT-6)."""
    with pytest.raises(InvalidCriterion):
        where(Lead, "account.industry", "is", "Steel")

    assert Account(id="a1", name="A").ref == Ref(Account, "a1")
