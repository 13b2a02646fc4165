"""Plain data: records and changes go to JSON and come back; what is none of them is refused with all its faults."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from enum import Enum
from fractions import Fraction
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.changes import Cause, Changes, Effect, Updated
from leadmodel.codec import (
    CONVERTER,
    changes_from_json,
    changes_to_json,
    from_plain,
    make_converter,
    parse_json,
    record_type_of,
    to_plain,
)
from leadmodel.entities import ENTITIES, Contact, Deal, Entity, Lead, facts_of
from leadmodel.errors import InvalidInput, InvalidValue, Problem, UnknownName
from leadmodel.testing import strategies
from leadmodel.values import Consent, EmailAddress, Money, Ref, type_name

NOON: Final = datetime(2026, 3, 2, 12, 30, 15, 250, tzinfo=UTC)
ADA: Final = Lead(id="l1", last_name="Lovelace")
#: A value that is personal wherever it stands.
MARKER: Final = "marker.person@acme.example"


def state(record: Entity) -> dict[str, object]:
    """Give every field of a record, what stands outside equality included."""
    return {name: getattr(record, name) for name in facts_of(type(record))}


def problems(content: object) -> dict[str, str]:
    """Give the problems with which plain data is refused, by path."""
    with pytest.raises(InvalidInput) as caught:
        from_plain(content)
    assert caught.value.subject == "record"
    return {problem.field: problem.what for problem in caught.value.problems}


def lead(**fields: object) -> dict[str, object]:
    """Give the plain data of a lead."""
    return {"type": "lead", "id": "l1", "last_name": "Lovelace", **fields}


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("record_type", ENTITIES, ids=type_name)
@given(data=st.data())
def test_record_comes_back_as_it_was(record_type: type[Entity], data: st.DataObject) -> None:
    """Every field survives plain data and JSON, version and stamp among them, and is written the same again."""
    record = data.draw(st.from_type(record_type))
    plain = to_plain(record)

    for content in (plain, parse_json(json.dumps(plain, allow_nan=False))):
        again = from_plain(content)
        assert again == record
        assert state(again) == state(record)
        assert to_plain(again) == plain


def test_plain_data_of_a_record() -> None:
    """The form is public: the type, and what differs from its default, in the words of JSON."""
    record = Deal(
        id="d1", stage="Open", version=3, amount=Money("1.50", "EUR"), closes_on=date(2026, 4, 1), tags={"b", "a"},
        created_at=NOON, modified_at=NOON, custom={"size": 3},
    )  # fmt: skip

    assert to_plain(record) == {
        "type": "deal",
        "id": "d1",
        "version": 3,
        "tags": ["a", "b"],
        "custom": {"size": 3},
        "created_at": "2026-03-02T12:30:15.000250Z",
        "modified_at": "2026-03-02T12:30:15.000250Z",
        "stage": "Open",
        "amount": {"amount": "1.50", "currency": "EUR"},
        "closes_on": "2026-04-01",
    }


def test_instant_of_another_zone_is_read_as_utc() -> None:
    """The same instant is the same record."""
    assert from_plain(lead(created_at="2026-03-02T14:30:15.00025+02:00")) == from_plain(
        lead(created_at="2026-03-02T12:30:15.000250Z")
    )


MARKED: Final = [
    (Decimal("1.50"), {"$decimal": "1.50"}),
    (Decimal("1e-40"), {"$decimal": "1E-40"}),
    (0.1, {"$float": "0.1"}),
    (date(2026, 3, 2), {"$date": "2026-03-02"}),
    (NOON, {"$instant": "2026-03-02T12:30:15.000250Z"}),
    (Money("1.5", "EUR"), {"$money": ["1.5", "EUR"]}),
    (frozenset({2, 1}), {"$set": [1, 2]}),
    (frozenset({(1, frozenset({"a"}))}), {"$set": [[1, {"$set": ["a"]}]]}),
    ((1, (2, Decimal(3))), [1, [2, {"$decimal": "3"}]]),
    ({"a": {"b": (None, True, "x")}}, {"a": {"b": [None, True, "x"]}}),
    ({"$decimal": "1.50"}, {"$$decimal": "1.50"}),
    ({"$set": 1, "$$money": {"$": 2}}, {"$$set": 1, "$$$money": {"$$": 2}}),
    (Consent.GRANTED, Consent.GRANTED.value),
]


@pytest.mark.parametrize(("value", "plain"), MARKED, ids=lambda case: str(case)[:30])
def test_open_mapping_keeps_what_json_has_no_word_for(value: object, plain: object) -> None:
    """Exact numbers, dates, instants, money, sets and keys that begin with a dollar sign come back as they were."""
    record = attrs.evolve(ADA, custom={"it": value})
    written = to_plain(record)
    (again,) = from_plain(parse_json(json.dumps(written))).custom.values()  # type: ignore[attr-defined]  # a lead's

    assert written["custom"] == {"it": plain}
    assert again == record.custom["it"]
    assert type(again) in {type(record.custom["it"]), str}


def test_no_digit_of_a_number_is_lost() -> None:
    """A fraction in JSON is exact, whatever precision the program around us has set."""
    with localcontext(prec=3):
        record = from_plain(parse_json('{"type": "lead", "id": "l1", "company": "A", "custom": {"n": 1.23456789}}'))
        deal = from_plain(
            {"type": "deal", "id": "d", "stage": "Open", "amount": {"amount": Decimal("12345.67"), "currency": "EUR"}}
        )

    assert record == Lead(id="l1", company="A", custom={"n": Decimal("1.23456789")})
    assert deal == Deal(id="d", stage="Open", amount=Money("12345.67", "EUR"))


def test_consent_of_a_channel_with_any_name_comes_back() -> None:
    """Channels are named by the organisation, and may begin with a dollar sign."""
    record = Contact(id="c1", consent={"$set": Consent.GRANTED, "email": Consent.DENIED})

    assert from_plain(to_plain(record)) == record


class Colour(Enum):
    """A choice whose value is no plain one."""

    RED = Fraction(1, 2)


@pytest.mark.parametrize("value", [Ref(Lead, "l1"), EmailAddress(MARKER), Colour.RED], ids=lambda v: type(v).__name__)
def test_value_without_plain_form_is_refused_when_it_is_written(value: object) -> None:
    """What could not be read again is not written; nothing personal is told."""
    with pytest.raises(InvalidValue, match="has no plain form in an open mapping") as caught:
        to_plain(attrs.evolve(ADA, custom={"it": [value]}))

    assert MARKER not in str(caught.value)


def test_record_types_have_words() -> None:
    """Each type is found by its word, and a slip is answered with the nearest."""
    assert [record_type_of(type_name(kind)) for kind in ENTITIES] == list(ENTITIES)
    for word in ("leed", None, [], 1):
        with pytest.raises(UnknownName):
            record_type_of(word)
    with pytest.raises(UnknownName, match="did you mean 'lead'"):
        record_type_of("leed")


def test_converter_takes_hooks_of_ones_own() -> None:
    """A converter made for the purpose can be taught more; the one in use here stays as it is."""
    mine = make_converter()
    mine.register_unstructure_hook(Fraction, str)
    mine.register_structure_hook(Fraction, lambda value, _: Fraction(value))

    assert mine.structure(mine.unstructure(Fraction(1, 3)), Fraction) == Fraction(1, 3)
    assert mine.structure(mine.unstructure(ADA), Lead) == ADA
    assert CONVERTER.unstructure(Fraction(1, 3)) == Fraction(1, 3)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("fields", "path", "what"),
    [
        ({"titel": "x"}, "titel", "there is no field 'titel'"),
        ({"last_name": 7}, "last_name", "a int is no text"),
        ({"last_name": None}, "last_name", "a NoneType is no text"),
        ({"employees": True}, "employees", "a bool is no whole number"),
        ({"employees": "7"}, "employees", "a str is no whole number"),
        ({"employees": Decimal("7.0")}, "employees", "a Decimal is no whole number"),
        ({"employees": -1}, "employees", "-1 is not between 0 and 9223372036854775807"),
        ({"version": 2**63}, "version", None),
        ({"tags": "vip"}, "tags", "a str is no list"),
        ({"tags": {"vip": 1}}, "tags", "a dict is no list"),
        ({"tags": ["vip", 1]}, "tags[1]", "a int is no text"),
        ({"emails": ["a@x.example", "x"]}, "emails[1]", None),
        ({"emails": ["a@x.example", 7]}, "emails[1]", None),
        ({"phones": ["123"]}, "phones[0]", "a str is no object"),
        ({"phones": [{"number": "123", "kind": "boat"}]}, "phones[0].kind", "'b…' is none of the choices"),
        ({"phones": [{"number": "123", "kid": "home"}]}, "phones[0].kid", "there is no field 'kid'"),
        ({"phones": [{}]}, "phones[0].number", "it is missing"),
        ({"address": "London"}, "address", "a str is no object"),
        ({"address": []}, "address", "a list is no object"),
        ({"rating": "boiling"}, "rating", "'b…' is none of the choices"),
        ({"rating": ["hot"]}, "rating", "'[…' is none of the choices"),
        ({"birth_date": "2026-02-30"}, "birth_date", "'2…' is no date"),
        ({"birth_date": 7}, "birth_date", "'7…' is no date"),
        ({"created_at": "yesterday"}, "created_at", "'y…' is no instant"),
        ({"created_at": 7}, "created_at", "'7…' is no instant"),
        ({"annual_revenue": {"amount": "x", "currency": "EUR"}}, "annual_revenue.amount", "'x…' is no exact number"),
        ({"annual_revenue": {"amount": True, "currency": "EUR"}}, "annual_revenue.amount", "'T…' is no exact number"),
        ({"annual_revenue": {"amount": 1.5, "currency": "EUR"}}, "annual_revenue.amount", "'1…' is no exact number"),
        ({"annual_revenue": {"amount": "NaN", "currency": "EUR"}}, "annual_revenue", None),
        ({"custom": []}, "custom", "a list is no mapping"),
        ({"custom": "x"}, "custom", "a str is no mapping"),
        ({"custom": {"$decimal": "1"}}, "custom", "a dict is no mapping"),
        ({"custom": {"a": {"$decimal": "x"}}}, "custom", "'x…' is no exact number"),
        ({"custom": {"a": {"$decimal": "NaN"}}}, "custom", None),
        ({"custom": {"a": {"$float": "x"}}}, "custom", "'x…' is no number"),
        ({"custom": {"a": {"$float": 1}}}, "custom", "'1…' is no number"),
        ({"custom": {"a": {"$float": "inf"}}}, "custom", None),
        ({"custom": {"a": {"$money": "1 EUR"}}}, "custom", "'1…' is no money"),
        ({"custom": {"a": {"$money": ["1"]}}}, "custom", "'[…' is no money"),
        ({"custom": {"a": {"$money": ["1", "EURO"]}}}, "custom", None),
        ({"custom": {"a": {"$set": "abc"}}}, "custom", "a str is no list"),
        ({"custom": {"a": {"$ref": "lead l1"}}}, "custom", "'$ref' marks nothing here"),
        ({"custom": {"a": {"$set": [], "b": 1}}}, "custom", "'$set' marks nothing here"),
        ({"custom": {1: "x"}}, "custom", None),
        ({"custom": {"a": 2**63}}, "custom", None),
        ({"custom": {"a": float("nan")}}, "custom", None),
        ({"consent": {"email": "perhaps"}}, "consent", "'p…' is none of the choices"),
        ({"consent": ["email"]}, "consent", "a list is no mapping"),
    ],
    ids=lambda case: str(case)[:50],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_path(fields: dict[str, object], path: str, what: str | None) -> None:
    """Nothing is guessed: a number is no text, a text is no list, an unknown key is no field."""
    found = problems(lead(**fields))

    assert [place for place in found if place.startswith(path)] == list(found)
    assert what is None or found == {path: what}


def test_naive_instant_is_refused() -> None:
    """An instant without a zone has no place on the time line."""
    assert "has no time zone" in problems(lead(created_at="2026-03-02T12:00:00"))["created_at"]


@pytest.mark.parametrize("content", [None, "lead", [], 7, {}, {"id": "l1"}, [["type", "lead"]]], ids=repr)
def test_what_is_no_object_with_a_type_is_no_record(content: object) -> None:
    """A record says what it is."""
    assert problems(content) == {"": f"a {type(content).__name__} is no record"}


@pytest.mark.parametrize("word", ["leed", None, 7, ["lead"], {"a": 1}], ids=repr)
def test_unknown_type_is_refused(word: object) -> None:
    """Each type that there is, is offered."""
    with pytest.raises(InvalidInput) as caught:
        from_plain({"type": word, "id": "l1"})

    (problem,) = caught.value.problems
    assert problem.options == tuple(map(type_name, ENTITIES))


@pytest.mark.parametrize(
    "ref", [None, "lead l1", {}, {"type": "lead"}, {"type": "lead", "id": "l1", "x": 1}, {"type": "leed", "id": "l1"},
            {"type": "lead", "id": 7}, {"type": "lead", "id": ""}, ["lead", "l1"]], ids=repr,
)  # fmt: skip
def test_reference_is_a_type_and_an_id(ref: object) -> None:
    """Nothing more and nothing less."""
    assert {path.partition(".")[0] for path in problems({"type": "note", "id": "n1", "about": ref})} == {"about"}


def test_all_that_is_wrong_is_reported_together() -> None:
    """Whoever corrects a file corrects it once."""
    found = problems(
        {"type": "lead", "nme": "x", 7: 1, "tags": "vip", "employees": "7", "emails": ["a@x.example", "x", 3]}
    )

    assert sorted(found) == ["7", "emails[1].address", "emails[2].address", "employees", "id", "nme", "tags"]


def test_record_that_breaks_a_rule_is_refused() -> None:
    """What a record says about itself is said here as well."""
    assert problems({"type": "lead", "id": "l1"}) == {"last_name": "a lead has a last name or a company"}
    assert set(problems({"type": "lead", "id": " ", "priority": 9, "company": "A"})) == {"id", "priority"}


def test_custom_fields_nested_too_deep_are_refused() -> None:
    """The limit of the records holds for what is read."""
    deep: object = 1
    for _ in range(65):
        deep = [deep]

    (what,) = problems(lead(custom={"a": deep})).values()
    assert "nested more than 64 levels deep" in what


def test_nesting_that_would_exhaust_the_stack_is_refused() -> None:
    """What no JSON text brings, a program may still pass: the answer is a typed refusal."""
    deep: object = 1
    for _ in range(20_000):
        deep = [deep]

    assert problems(lead(custom={"a": deep})) == {"custom": "it does not have the form that belongs here"}


@pytest.mark.parametrize("record_type", ENTITIES, ids=type_name)
def test_no_refusal_quotes_what_may_be_personal(record_type: type[Entity]) -> None:
    """A personal value that stands in the wrong place is told by its shape, never as it is."""
    misplaced: list[object] = [MARKER, [MARKER], {MARKER[:6]: MARKER}, [[MARKER]], [{"number": [MARKER]}]]
    misplaced += [{"$decimal": MARKER}, {"a": {"$money": MARKER}}, {"a": {"$instant": MARKER}}]
    found = []
    for field in facts_of(record_type):
        for value in misplaced:
            try:
                from_plain({"type": type_name(record_type), "id": "x", field: value})
            except InvalidInput as error:
                found.append(f"{error} {error.problems!r} {error.__cause__}")

    assert len(found) > 2 * len(facts_of(record_type))
    assert [text for text in found if MARKER in text] == []


# ---------------------------------------------------------------- changes

BOB: Final = Contact(id="c1", last_name="Bob", version=2)
GONE: Final = Contact(id="c2", last_name="Bob")
ALL: Final = Changes(
    created=[ADA],
    updated=[Updated(BOB, attrs.evolve(BOB, title="CTO", version=3))],
    deleted=[GONE],
    merged=[(GONE.ref, BOB.ref)],
    effects=[Effect(key="k1", kind="email", payload={"to": ["ä"], "at": NOON}), Effect(key="k2", kind="webhook")],
    cause=Cause(at=NOON, by="u7", rules=("CONV-9", "FLOW-2")),
)


def refusal(text: str | bytes, **options: str) -> tuple[Problem, ...]:
    """Give the problems with which a document of changes is refused."""
    with pytest.raises(InvalidInput) as caught:
        changes_from_json(text, **options)
    return caught.value.problems


def places(**content: object) -> list[str]:
    """Give the places of the problems that a document with this content has."""
    found = refusal(json.dumps({"format": 1, **content}))
    return [", ".join(part for part in (problem.where, problem.field) if part) for problem in found]


def test_changes_as_json() -> None:
    """The document is public: it says its format, and leaves out what is empty."""
    assert changes_to_json(Changes()) == '{"format": 1}'
    assert json.loads(changes_to_json(ALL)) == {
        "format": 1,
        "created": [to_plain(ADA)],
        "updated": [{"before": to_plain(BOB), "after": {**to_plain(BOB), "title": "CTO", "version": 3}}],
        "deleted": [to_plain(GONE)],
        "merged": [[{"type": "contact", "id": "c2"}, {"type": "contact", "id": "c1"}]],
        "effects": [
            {
                "key": "k1",
                "kind": "email",
                "payload": {"to": ["ä"], "at": {"$instant": "2026-03-02T12:30:15.000250Z"}},
            },
            {"key": "k2", "kind": "webhook"},
        ],
        "cause": {"at": "2026-03-02T12:30:15.000250Z", "by": "u7", "rules": ["CONV-9", "FLOW-2"]},
    }
    assert "ä" in changes_to_json(ALL)
    assert changes_to_json(Changes(), indent=2) == '{\n  "format": 1\n}'


@pytest.mark.parametrize("changes", [ALL, Changes(), attrs.evolve(ALL, cause=Cause(at=NOON))], ids=repr)
def test_changes_come_back_with_their_cause(changes: Changes) -> None:
    """Effects, merges and the cause survive, in text and in bytes, on one line and on many."""
    for text in (changes_to_json(changes), changes_to_json(changes, indent=2).encode()):
        again = changes_from_json(text)
        assert again == changes
        assert again.cause == changes.cause


@given(st.data())
def test_any_changes_come_back(data: st.DataObject) -> None:
    """Whatever is done to a world is kept whole, versions among it."""
    for changes in data.draw(strategies.changes_to(data.draw(strategies.worlds()), forgetting=True)):
        again = changes_from_json(changes_to_json(changes))

        assert again == changes
        assert [state(record) for pair in again.pairs() for record in pair if record] == [
            state(record) for pair in changes.pairs() for record in pair if record
        ]


def test_deepest_record_comes_back() -> None:
    """What a record may nest, a document of changes may nest too."""
    deep: object = 1
    for _ in range(63):
        deep = frozenset({deep})
    changes = Changes(created=[attrs.evolve(ADA, custom={"deep": deep})])

    assert changes_from_json(changes_to_json(changes)) == changes


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"format": 1, "x": NaN}', "NaN is no JSON number"),
        ('{"format": 1, "format": 1}', "the key 'format' is given twice in one object"),
        ('{"format": ' + "9" * 5_000 + "}", "a number has 5,000 digits, and 4,300 is the limit"),
        ('{"format": 1, "created": ' + "[" * 100_000, "it is nested more than 136 levels deep"),
        ("", "it is no JSON: expecting value"),
        ('{"format": 2}', "there is no format 2"),
        ('{"format": true}', "it does not say its format"),
        ('{"format": 1.0}', "it does not say its format"),
        ('{"format": "1"}', "it does not say its format"),
        ("{}", "it does not say its format"),
        ("[]", "it does not say its format"),
        (f'"{MARKER}"', "it does not say its format"),
        ("null", "it does not say its format"),
    ],
    ids=lambda case: case[:40],
)
def test_document_that_is_none_of_ours_is_refused(text: str, what: str) -> None:
    """Strict JSON of a known format, or nothing."""
    assert [problem.what for problem in refusal(text)] == [what]


def test_document_that_is_too_long_is_refused() -> None:
    """The limit is the caller's, and so is the subject."""
    text = changes_to_json(ALL)

    with pytest.raises(InvalidInput, match=r"^log: it has [0-9,]+ characters, and 10 is the limit"):
        changes_from_json(text, subject="log", limit=10)


@pytest.mark.parametrize("key", ["created", "updated", "deleted", "merged", "effects"])
@pytest.mark.parametrize("value", [None, {}, "x", 1], ids=repr)
def test_each_part_is_a_list(key: str, value: object) -> None:
    """An object or a text in place of a list is refused."""
    (problem,) = refusal(json.dumps({"format": 1, key: value}))

    assert (problem.field, problem.what) == (key, f"a {type(value).__name__} is no list")


def test_unknown_keys_are_refused() -> None:
    """A slip is answered with the nearest."""
    assert refusal('{"format": 1, "craeted": [], "merged": {}}') == (
        Problem(what="there is no key 'craeted'", hint="did you mean 'created'?", field="craeted", value="craeted"),
        Problem(what="a dict is no list", hint="write a list", field="merged"),
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"created": ["x"]}, ["created[0]"]),
        ({"created": [to_plain(ADA), lead(id=7)]}, ["created[1], id"]),
        ({"updated": ["x"]}, ["updated[0]"]),
        ({"updated": [{"before": to_plain(BOB)}]}, ["updated[0]"]),
        ({"updated": [{"before": to_plain(BOB), "after": to_plain(BOB), "x": 1}]}, ["updated[0]"]),
        ({"updated": [{"before": {}, "after": lead(a=1)}]}, ["updated[0], before", "updated[0], after, a"]),
        ({"updated": [{"before": to_plain(BOB), "after": to_plain(GONE)}]}, ["updated[0]"]),
        ({"merged": ["ab"]}, ["merged[0]"]),
        ({"merged": [[1, 2, 3]]}, ["merged[0]"]),
        ({"merged": [[{"type": "lead", "id": "l1"}, 1]]}, ["merged[0], [1]"]),
        ({"merged": [[{"type": "lead", "id": "l1"}, {"type": "lead", "id": "l2"}]]}, [""]),
        ({"effects": ["x"]}, ["effects[0]"]),
        ({"effects": [{"key": 1, "kind": "a", "x": 1}]}, ["effects[0], key", "effects[0], x"]),
        ({"effects": [{"key": "k", "kind": "a", "payload": 7}]}, ["effects[0], payload"]),
        ({"effects": [{"key": "k", "kind": "a"}, {"key": "k", "kind": "b"}]}, [""]),
        ({"cause": "x"}, ["cause"]),
        ({"cause": {"at": "2026-03-02", "rules": "x"}}, ["cause, at", "cause, rules"]),
        ({"created": [lead()], "deleted": [lead()]}, [""]),
    ],
    ids=lambda case: str(case)[:60],
)
def test_part_that_does_not_fit_is_refused_with_its_place(content: dict[str, object], found: list[str]) -> None:
    """Every record, effect, merge and cause is read strictly, and what is wrong is told with its place."""
    assert places(**content) == found


def test_all_that_is_wrong_with_changes_is_reported_together() -> None:
    """One look at the errors is enough to mend the document."""
    assert places(created=[1, lead(), 2], deleted=[3], effects=[4], cause=5) == [
        "created[0]", "created[2]", "deleted[0]", "effects[0]", "cause",
    ]  # fmt: skip


def test_no_refusal_of_changes_quotes_what_may_be_personal() -> None:
    """A marker planted in every place where something else belongs is never told."""
    content: Any = [MARKER, {"before": MARKER, "after": MARKER}, [MARKER, MARKER], {"key": [MARKER], "kind": "a"}]

    found = refusal(json.dumps({"format": 1, **dict.fromkeys(("created", "updated", "deleted", "merged"), content)}))

    assert MARKER not in "".join(map(str, found)) + repr(found)
    assert MARKER not in str(refusal(json.dumps({"format": MARKER})))
    assert MARKER not in str(refusal(json.dumps({"format": 1, "cause": {"at": MARKER}, "effects": [MARKER]})))
