"""The fields that a criterion can ask about: derived from the records, and declared by the organisation."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leadmodel import (
    Account,
    Activity,
    Address,
    Contact,
    Converted,
    Deal,
    Lead,
    Money,
    Problem,
    Profile,
    Ref,
    SocialUpdate,
    Task,
)
from leadmodel.criteria import CustomField, FieldKind, fields_of, where
from leadmodel.entities import ENTITIES, Entity, Kind, facts_of
from leadmodel.errors import InvalidCriterion
from leadmodel.testing.strategies import NOW


def kinds(record_type: type[Entity]) -> dict[str, FieldKind]:
    """Give the fields of a type of record with their kinds."""
    return {field.path: field.kind for field in fields_of(record_type)}


def problems(path: Any, record_type: type[Entity] = Lead, **options: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    """Give what is wrong with a path, and the hint."""
    with pytest.raises(InvalidCriterion) as caught:
        where(record_type, path, "is_empty", **options)
    return [(problem.what, problem.hint) for problem in caught.value.problems]


class TestOwnFields:
    """The fields of a type of record."""

    @pytest.mark.parametrize("record_type", ENTITIES)
    def test_every_field_can_be_asked_about(self, record_type: type[Entity]) -> None:
        """No field is left out: a new one is there the day it is declared."""
        paths = kinds(record_type)

        assert [path for path in paths if "." not in path] == list(facts_of(record_type))
        for path in paths:
            assert str(where(record_type, path, "is_empty")) == f"{path} is_empty"

    @pytest.mark.parametrize(
        ("record_type", "path", "kind"),
        [
            (Lead, "id", FieldKind.IDENTITY),
            (Lead, "version", FieldKind.NUMBER),
            (Lead, "company", FieldKind.TEXT),
            (Lead, "website", FieldKind.TEXT),
            (Lead, "description", FieldKind.TEXT),
            (Lead, "annual_revenue", FieldKind.MONEY),
            (Lead, "annual_revenue.currency", FieldKind.CHOICE),
            (Lead, "status", FieldKind.CHOICE),
            (Lead, "birth_date", FieldKind.DATE),
            (Lead, "created_at", FieldKind.INSTANT),
            (Lead, "emails", FieldKind.COLLECTION),
            (Lead, "address", FieldKind.VALUE),
            (Lead, "address.city", FieldKind.TEXT),
            (Lead, "conversion", FieldKind.VALUE),
            (Lead, "conversion.at", FieldKind.INSTANT),
            (Lead, "custom", FieldKind.VALUE),
            (SocialUpdate, "author.network", FieldKind.TEXT),
            (Task, "about.id", FieldKind.IDENTITY),
        ],
    )
    def test_kind_of_a_field(self, record_type: type[Entity], path: str, kind: FieldKind) -> None:
        """What a field is compared as follows from its facts."""
        assert kinds(record_type)[path] is kind

    def test_parts_of_values_are_asked_about(self) -> None:
        """A city, the instant of a conversion, a currency, the network of an author, the record of a task."""
        lead = Lead(
            id="l1", last_name="x", address=Address(city="Zürich"), annual_revenue=Money("1", "CHF"),
            conversion=Converted(at=NOW, contact_id="c1"),
        )  # fmt: skip
        update = SocialUpdate(id="u1", author=Profile("x", "Ada"))
        task = Task(id="t1", about=Ref(Lead, "l1"), subject="Call")

        assert where(Lead, "address.city", "is", "ZÜRICH").holds(lead)
        assert where(Lead, "address.region", "is_empty").holds(lead)
        assert where(Lead, "address.city", "is_empty").holds(Lead(id="l2", last_name="x"))
        assert where(Lead, "conversion.at", "is", NOW).holds(lead)
        assert where(Lead, "conversion.contact_id", "is", "c1").holds(lead)
        assert where(Lead, "annual_revenue.currency", "in", ["chf", "eur"]).holds(lead)
        assert where(SocialUpdate, "author.network", "is", "X").holds(update)
        assert where(Task, "about.id", "is", "l1").holds(task)
        assert where(Activity, "kind", "in", ["call", "meeting"]).holds(
            Activity(id="v1", about=Ref(Lead, "l1"), kind="call", at=NOW)
        )

    @pytest.mark.parametrize(
        ("record_type", "path", "value", "empty"),
        [
            (Lead, "custom", {}, True),
            (Lead, "custom", {"x": None}, False),
            (Lead, "consent", {"email": "granted"}, False),
            (Lead, "conversion", None, True),
            (Lead, "conversion", Converted(), False),
            (Lead, "address", Address(), True),
            (Lead, "employees", 0, False),
            (Lead, "description", "  ", True),
        ],
    )
    def test_what_is_empty(self, record_type: type[Entity], path: str, value: object, empty: bool) -> None:
        """Nothing, blank text and empty collections are missing; nought is not (NET-7)."""
        record = record_type(id="r1", last_name="x", **{path: value})  # type: ignore[call-arg]  # a lead

        assert where(record_type, path, "is_empty").holds(record) is empty


class TestPaths:
    """Paths that name no field."""

    @pytest.mark.parametrize(
        ("record_type", "path", "hint"),
        [
            (Lead, "statsu", "did you mean 'status'?"),
            (Lead, "address.citi", "did you mean 'address.city'?"),
            (Contact, "acount.industry", "did you mean 'account.industry'?"),
            (Contact, "account.industri", "did you mean 'account.industry'?"),
            (Deal, "contact.account.industri", "did you mean 'contact.account.industry'?"),
        ],
    )
    def test_nearest_field_is_offered(self, record_type: type[Entity], path: str, hint: str) -> None:
        """Also across related records (CRIT-6)."""
        name = record_type.__name__.lower()

        assert problems(path, record_type) == [(f"a {name} has no field {path!r}", hint)]

    @pytest.mark.parametrize("path", ["", ".", "status.", ".status", "contact.", "contact", "zzzzzzz", "a" * 1_000_000])
    def test_what_is_far_from_any_field(self, path: str) -> None:
        """Then the fields are listed."""
        if path == "contact":
            path = "contact."
        ((what, hint),) = problems(path)

        assert what.startswith("a lead has no field '")
        assert hint.startswith(("known: ", "did you mean "))

    @pytest.mark.parametrize("path", [None, 7, b"status", ["status"]])
    def test_what_is_no_text(self, path: object) -> None:
        """A field is named by text."""
        assert problems(path) == [(f"{path!r} names no field", 'write its name as text, such as "status"')]

    def test_number_of_steps_is_limited(self) -> None:
        """A path steps over four related records, and no more (CRIT-9)."""
        four = "contact.reports_to.reports_to.account.name"

        assert str(where(Deal, four, "is_empty")) == f"{four} is_empty"
        assert problems("contact.reports_to.reports_to.account.parent.name", Deal) == [
            ("'contact.reports_to.reports_to.account.parent.name' steps over 5 related records, and 4 is the limit",
             "ask about a nearer record")
        ]  # fmt: skip
        assert problems("parent." * 100_000 + "name", Account)[0][1] == "ask about a nearer record"

    def test_related_type_is_known_or_not_followed(self) -> None:
        """An owner is somebody of the host's, and a note may be about any record."""
        for record_type, path in ((Lead, "owner.name"), (Task, "about.last_name")):
            assert problems(path, record_type)[0][0].endswith(f"has no field {path!r}")


class TestCustomFields:
    """The organisation's own fields."""

    FIELDS = (CustomField("size", FieldKind.NUMBER), CustomField("tier", "choice"), CustomField("a.b c", "text"))

    def test_kind_may_be_given_in_three_ways(self) -> None:
        """As a kind of field, as its text, or as a kind out of the facts of the records."""
        assert (
            CustomField("size", Kind.NUMBER) == CustomField("size", "number") == CustomField("size", FieldKind.NUMBER)
        )
        assert CustomField("note", Kind.LINE).kind is FieldKind.TEXT

    @pytest.mark.parametrize(
        ("kind", "held", "operator", "operand", "expected"),
        [
            ("number", 7, "is", 7, True),
            ("number", 0.1, "is", Decimal("0.1"), True),
            ("number", Decimal("0.10"), "is", 0.1, True),
            ("number", "7", "is", 7, False),
            ("number", True, "is", 1, False),
            ("text", "Ä", "is", "ä", True),
            ("text", 7, "is", "7", False),
            ("date", date(2026, 6, 3), "is", date(2026, 6, 3), True),
            ("date", NOW, "is", date(2026, 6, 3), False),
            ("instant", NOW, "is", NOW, True),
            ("instant", date(2026, 6, 3), "is", NOW, False),
            ("money", Money("1", "EUR"), "is", Money("1", "EUR"), True),
            ("yes or no", True, "is", True, True),
            ("yes or no", 1, "is", True, False),
            ("id", "A", "is", "a", False),
            ("collection", ["a", 7, " "], "has_any", "A", True),
            ("collection", {"a", "b"}, "has_all", "b", True),
            ("collection", "abc", "has_any", "a", False),
        ],
    )
    def test_custom_field(self, kind: str, held: object, operator: str, operand: object, expected: bool) -> None:
        """What is not of the declared kind counts as missing."""
        lead = Lead(id="l1", last_name="x", custom={"f": held})
        fields = [CustomField("f", kind)]

        assert where(Lead, "custom.f", operator, operand, fields=fields).holds(lead) is expected
        empty = where(Lead, "custom.f", "is_empty", fields=fields)
        assert empty.holds(lead) is (not expected and kind != "id")
        assert empty.holds(Lead(id="l1", last_name="x"))

    @pytest.mark.parametrize("held", ["", "  ", [], None])
    def test_blank_custom_field_is_missing(self, held: object) -> None:
        """As everywhere (NET-7); what can only be there or not may be anything else."""
        lead = Lead(id="l1", last_name="x", custom={"f": held})

        for kind in FieldKind:
            assert where(Lead, "custom.f", "is_empty", fields=[CustomField("f", kind)]).holds(lead)

    def test_custom_fields_are_listed(self) -> None:
        """Behind the fields of the record, where it has custom ones at all."""
        assert [field.path for field in fields_of(Lead, self.FIELDS)][-3:] == [
            "custom.size",
            "custom.tier",
            "custom.a.b c",
        ]
        assert fields_of(Task, self.FIELDS) == fields_of(Task)

    def test_custom_fields_of_related_records(self) -> None:
        """The same fields, one step further."""
        lead, contact = Lead(id="l1", last_name="x", contact_id="c1"), Contact(id="c1", custom={"a.b c": "Yes"})
        asked = where(Lead, "contact.custom.a.b c", "is", "yes", fields=self.FIELDS)

        assert asked.holds(lead, related={contact.ref: contact}.get)

    def test_unknown_custom_field(self) -> None:
        """The nearest of the declared ones is offered, or the way to declare it."""
        assert problems("custom.sise", fields=self.FIELDS) == [
            ("a lead has no field 'custom.sise'", "did you mean 'custom.size'?")
        ]
        assert problems("custom.x") == [
            ("a lead has no field 'custom.x'", "declare it, with fields=[CustomField(…)]; there are none yet")
        ]
        assert problems("custom.size", Task, fields=self.FIELDS)[0][0] == "a task has no field 'custom.size'"

    def test_declaration_is_refused(self) -> None:
        """A name that is none, and a kind that is none; both are told."""
        with pytest.raises(InvalidCriterion) as caught:
            CustomField(" ", "numbr")
        with pytest.raises(InvalidCriterion) as untyped:
            CustomField(7, "text")  # type: ignore[arg-type]  # that is the point

        assert caught.value.problems == (
            Problem(
                what="the name ' ' of a custom field is blank, and an identity cannot be", field="name", value=" "
            ),
            Problem(
                what="'numbr' is no kind of field", hint="did you mean 'number'?", field="kind", value="numbr",
                options=tuple(FieldKind), rule="CRIT-6",
            ),
        )  # fmt: skip
        assert [problem.what for problem in untyped.value.problems] == ["the name 7 of a custom field is no text"]

    def test_declarations_are_refused(self) -> None:
        """One name twice, and what is no declaration."""
        wrong: Any = [CustomField("a", "text"), CustomField("a", "number"), "size"]

        assert problems("status", fields=wrong) == [
            ("the custom field 'a' is declared twice", "keep one of the two"),
            ("'size' is no custom field", "make one: CustomField(name, kind)"),
        ]

    def test_field_shows_itself(self) -> None:
        """Its path, its type of record and its kind."""
        field = fields_of(Lead, self.FIELDS)[-3]

        assert (str(field), repr(field)) == ("custom.size", "Field(Lead.custom.size, number)")
