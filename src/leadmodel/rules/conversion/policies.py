"""
How an organisation converts leads, as one value: the mapping, what it asks for, and what follows a lead.

Rule:
    CONV-4, CONV-5, CONV-8, CONV-14, CONV-15.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

import attrs

from leadmodel.criteria import Criterion, CustomField, where
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Lead, Note, Record, Task
from leadmodel.errors import InvalidTable, UnknownName
from leadmodel.processes import Pipeline, Statuses
from leadmodel.processes.parts import as_fields, as_keys
from leadmodel.rules.conversion.checks import rules_problems
from leadmodel.rules.conversion.mapping import MAPPING, MappingRow, Policy, Target, as_targets
from leadmodel.rules.conversion.showing import rules_html, rules_text
from leadmodel.values.choice import choice

#: The namespace of the presets, for samples and tests: it is published, so ids under it are no secret (CONV-10).
PUBLISHED: Final = UUID("6c656164-6d6f-4465-8c00-000000000001")


class Attitude(StrEnum):
    """
    What is done about something that is doubtful.
    """

    WARN = "warn"
    REFUSE = "refuse"


class Follow(StrEnum):
    """
    What becomes of the notes, activities and tasks of a converted lead (CONV-8).
    """

    MOVE = "move"
    COPY = "copy"
    LEAVE = "leave"


def _as_attitude(value: Attitude | str) -> Attitude:
    return choice(Attitude, value, "attitude")


def _as_follow(value: Follow | str) -> Follow:
    return choice(Follow, value, "policy")


@attrs.frozen
class ChildRow:
    """
    What becomes of one kind of record that hangs on a lead, and where it goes: to the first of *to* that there is.

    Raises:
        InvalidValue: The policy is none of the listed ones.
    """

    record_type: type[Entity]
    follow: Follow = attrs.field(converter=_as_follow)
    to: tuple[type[Record], ...] = (Contact, Account, Deal)


#: What hangs on a lead goes with it to the contact; where there is none, to the account, and then to the deal.
CHILDREN: Final = (ChildRow(Note, Follow.MOVE), ChildRow(Activity, Follow.MOVE), ChildRow(Task, Follow.MOVE))


def _as_rows(rows: Iterable[MappingRow]) -> tuple[MappingRow, ...]:
    return tuple(rows)


def _as_children(rows: Iterable[ChildRow]) -> tuple[ChildRow, ...]:
    return tuple(rows)


@attrs.frozen(kw_only=True, repr=False)
class ConversionRules:
    """
    How leads are converted.

    Raises:
        InvalidTable: A field of a lead has no row, or several; a row goes nowhere without a reason, or to a field that
            does not exist or cannot hold it; a required field does not exist; the guard asks about something else, or
            about a custom field that is not among `fields`; what hangs on a lead has two rows; all is reported.
    """

    #: Each field of a lead once.
    mapping: tuple[MappingRow, ...] = attrs.field(default=MAPPING, converter=_as_rows)
    #: The organisation's own fields: `MappingRow("custom.size", Target(Account, "custom.size"))`.
    custom: tuple[MappingRow, ...] = attrs.field(default=(), converter=_as_rows)
    #: The organisation's own fields of leads that `requires` may name.
    fields: tuple[CustomField, ...] = attrs.field(default=(), converter=as_fields)
    #: Fields that a lead must hold to be converted (CONV-15).
    requires: tuple[str, ...] = attrs.field(default=(), converter=as_keys)
    #: What must be true of a lead to be converted: reviewed, approved, not locked (CONV-14).
    guard: Criterion | None = None
    #: What is done about a lead whose status means unqualified (CONV-14).
    unqualified: Attitude = attrs.field(default=Attitude.WARN, converter=_as_attitude)
    #: What is done where a new contact is asked for, and one with the same e-mail address is there.
    known_email: Attitude = attrs.field(default=Attitude.WARN, converter=_as_attitude)
    #: What becomes of notes, activities and tasks; a kind without a row stays with the lead.
    children: tuple[ChildRow, ...] = attrs.field(default=CHILDREN, converter=_as_children)
    _rows: Mapping[str, MappingRow] = attrs.field(init=False, eq=False)
    _lacking: tuple[tuple[str, Criterion], ...] = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        problems = tuple(rules_problems(self))
        if problems:
            raise InvalidTable(subject="conversion rules", problems=problems)
        put = object.__setattr__
        put(self, "_rows", {row.field: row for row in self.rows()})
        put(
            self, "_lacking", tuple((path, where(Lead, path, "is_empty", fields=self.fields)) for path in self.requires)
        )

    def rows(self) -> Iterator[MappingRow]:
        """
        Give all rows: those of the fields that every lead has, and those of the organisation's own.
        """
        yield from self.mapping
        yield from self.custom

    def row(self, field: str) -> MappingRow | None:
        """
        Give the row of a field of a lead, such as "title" or "custom.size".
        """
        return self._rows.get(field)

    def missing(self, lead: Lead) -> Iterator[str]:
        """
        Name the required fields in which a lead holds nothing (CONV-15).
        """
        return (path for path, lacks in self._lacking if lacks.holds(lead))

    def carrying(self, field: str, *targets: Target, dropped: str = "") -> "ConversionRules":
        """
        Give the same rules with another row for one field: `carrying("rating", Target(Contact, "custom.rating"))`.

        Args:
            field: A field of a lead; `custom.size` is one of the organisation's own.
            targets: Where it goes.
            dropped: Why it goes nowhere.

        Raises:
            InvalidTable: As for the rules themselves.

        Rule:
            CONV-4.
        """
        row = MappingRow(field, targets, dropped)
        if field.startswith("custom."):
            return attrs.evolve(self, custom=[*(each for each in self.custom if each.field != field), row])
        if self.row(field) is None:
            known = tuple(each.field for each in self.mapping)
            raise UnknownName(kind="field of a lead", name=field, known=known, rule="CONV-4")
        return attrs.evolve(self, mapping=[row if each.field == field else each for each in self.mapping])

    def keeping(self, field: str, policy: Policy | str) -> "ConversionRules":
        """
        Give the same rules with another policy for one field, wherever it goes: `rules.keeping("emails", "join")`.

        Args:
            field: A field of a lead.
            policy: What becomes of a target that is filled already.

        Raises:
            UnknownName: There is no row for the field.
            InvalidTable: The policy does not go with the field.

        Rule:
            CONV-5.
        """
        row = self.row(field)
        if row is None:
            known = tuple(each.field for each in self.rows())
            raise UnknownName(kind="field of a lead", name=field, known=known, rule="CONV-4")
        targets = [attrs.evolve(target, policy=policy) for target in row.targets]
        return self.carrying(field, *as_targets(targets), dropped=row.dropped)

    def __repr__(self) -> str:
        return f"ConversionRules({len(self.mapping) + len(self.custom)} rows)"

    def __str__(self) -> str:
        return rules_text(self)

    def _repr_html_(self) -> str:
        return rules_html(self)


class Selling(Protocol):
    """
    What conversion reads of a playbook.
    """

    @property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """
        The pipelines by key; the first is the default.
        """
        ...

    @property
    def statuses(self) -> Statuses:
        """
        The statuses of leads; one of them means converted.
        """
        ...

    @property
    def conversion(self) -> ConversionRules:
        """
        How leads are converted.
        """
        ...

    @property
    def namespace(self) -> UUID:
        """
        What ids are derived under (CONV-10).
        """
        ...
