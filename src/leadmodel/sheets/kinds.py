"""
The sheets of what is no record: answers, changes, plans, checks of moves, problems, steps and stays.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from leadmodel.changes import Cause, Changes, FieldChange, Updated
from leadmodel.entities import SocialUpdate
from leadmodel.errors import Problem
from leadmodel.ports import Commit, Entry
from leadmodel.processes import Pipeline, Stage, Status, Statuses
from leadmodel.rules.answers import Answer
from leadmodel.rules.conversion import ConversionPlan
from leadmodel.rules.histories import Stay
from leadmodel.sheets.columns import Column, Plain, Sheet, plain, several
from leadmodel.sheets.records import RECORDS
from leadmodel.values import Ref, type_name


class Asked(NamedTuple):
    """
    An answer, and the update that it is about where there is one.
    """

    update: SocialUpdate | None
    answer: Answer


def _of_update(name: str, kind: type, says: str) -> Column:
    def get(asked: Asked) -> Plain:
        return None if asked.update is None else plain(getattr(asked.update, name))

    return Column("update" if name == "id" else name, kind, get, says, own=True)


# fmt: off
ANSWERS: Final = Sheet("answers", (
    _of_update("id", str, "the id of the update"),
    Column("author", str, lambda one: one.answer.author or None, "the author's key, such as `x:ada`"),
    _of_update("author_name", str, "the author's display name"),
    Column("category", str, lambda one: one.answer.category.value, "the tab"),
    Column("reason", str, lambda one: one.answer.reason.value, "why"),
    Column("rule", str, lambda one: one.answer.rule, "the id of the rule that decided"),
    Column("rules", str, lambda one: several(one.answer.rules), "the ids of all that had a part"),
    Column("matches", str, lambda one: several(one.answer.matches), "the records that the author is"),
    Column("deals", str, lambda one: several(ref.id for ref in one.answer.deals), "the ids of the deals that decided"),
    Column("ambiguous", bool, lambda one: one.answer.ambiguous, "whether several contacts match"),
    Column("look_alikes", str, lambda one: several(one.answer.look_alikes), "known keys that look like the author's"),
    Column("followed", str, lambda one: several(one.answer.followed), "leads that were followed to their contacts"),
    Column("stale", str, lambda one: several(one.answer.stale), "records whose owner may no longer have the handle"),
    Column("as_of", datetime, lambda one: one.answer.as_of, "the instant that was asked about; None is now"),
    Column("reposter", str, lambda one: one.answer.reposter and (one.answer.reposter.author or None),
           "the key of whoever passed it on"),
    Column("reposter_category", str, lambda one: one.answer.reposter and one.answer.reposter.category.value,
           "and their category"),
    Column("sentence", str, lambda one: one.answer.sentence, "the answer in words"),
    _of_update("text", str, "what was said"),
    _of_update("posted_at", datetime, "when"),
    _of_update("url", str, "where"),
), shared=lambda one: one.answer)
# fmt: on


class Changed(NamedTuple):
    """
    One field that changes, or a record that comes or goes.
    """

    ref: Ref | None
    what: str
    field: str | None = None
    before: object = None
    after: object = None


class Told(NamedTuple):
    """
    The same with where it stands in the log, and why it happened.
    """

    changed: Changed
    cause: Cause | None
    position: int | None = None
    recorded_at: datetime | None = None


# fmt: off
CHANGES: Final = Sheet("changes", (
    Column("position", int, lambda told: told.position, "the place in the log, where it is told"),
    Column("recorded_at", datetime, lambda told: told.recorded_at, "when the store wrote it down, where it is told"),
    Column("happened_at", datetime, lambda told: told.cause and told.cause.at, "when it happened"),
    Column("by", str, lambda told: told.cause and told.cause.by, "the user"),
    Column("rules", str, lambda told: told.cause and several(told.cause.rules), "the ids of the rules"),
    Column("record_type", str, lambda told: told.changed.ref and type_name(told.changed.ref.type),
           "None for an effect"),
    Column("record", str, lambda told: told.changed.ref and told.changed.ref.id, "the id of the record"),
    Column("what", str, lambda told: told.changed.what,
           "`created`, `updated`, `deleted`, `forgotten`, `merged` or `effect`"),
    Column("field", str, lambda told: told.changed.field, "the field; None where the whole record comes or goes"),
    Column("before", str, lambda told: _text(told.changed.before), "the value before, as text"),
    Column("after", str, lambda told: _text(told.changed.after), "the value after, as text"),
))
# fmt: on


def _text(value: object) -> str | None:
    cell = plain(value)
    return None if cell is None else str(cell)


def _changed(changes: Changes) -> Iterator[Changed]:
    yield from (Changed(record.ref, "created") for record in changes.created)
    for update in changes.updated:
        yield from _fields(update.after.ref, update.difference)
    yield from (Changed(record.ref, "deleted") for record in changes.deleted)
    yield from (Changed(ref, "forgotten") for ref in changes.erased)
    yield from (Changed(gone, "merged", after=survivor) for gone, survivor in changes.merged)
    yield from (Changed(None, "effect", effect.kind, after=effect.key) for effect in changes.effects)


def _fields(ref: Ref, difference: Iterable[FieldChange]) -> Iterator[Changed]:
    return (Changed(ref, "updated", change.field, change.before, change.after) for change in difference)


def of_changes(changes: Changes) -> Iterator[Told]:
    """
    Give what changes, field by field.
    """
    return (Told(changed, changes.cause) for changed in _changed(changes))


def of_update(update: Updated) -> Iterator[Told]:
    """
    Give the fields in which a record changes.
    """
    return (Told(changed, None) for changed in _fields(update.after.ref, update.difference))


def of_commit(commit: Commit) -> Iterator[Told]:
    """
    Give what was applied at once, field by field.
    """
    cause = commit.changes.cause
    return (Told(changed, cause, commit.position, commit.recorded_at) for changed in _changed(commit.changes))


def of_entry(entry: Entry) -> Iterator[Told]:
    """
    Give what happened to a record, field by field.
    """
    whole = (Changed(entry.ref, entry.verb),)
    told = _fields(entry.ref, entry.difference) if entry.verb == "updated" else whole
    return (Told(changed, entry.cause, entry.position, entry.recorded_at) for changed in told)


def _result(plan: ConversionPlan) -> str:
    return "blocked" if plan.lead is None else "converted before" if plan.replayed else "converted"


# fmt: off
PLANS: Final = Sheet("plans", (
    Column("lead", str, lambda plan: plan.before.id, "the id of the lead"),
    Column("name", str, lambda plan: plain(plan.before.label()), "what people call it"),
    Column("result", str, _result, "`converted`, `converted before` or `blocked`"),
    Column("contact", str, lambda plan: plan.contact and plan.contact.id, "the id of the contact"),
    Column("account", str, lambda plan: plan.account and plan.account.id, "the id of the account"),
    Column("deal", str, lambda plan: plan.deal and plan.deal.id, "the id of the deal"),
    Column("stage", str, lambda plan: plan.stage or None, "what people call the stage of a new deal"),
    Column("status", str, lambda plan: plan.status or None, "what people call the status that the lead gets"),
    Column("problems", str, lambda plan: several(plan.problems), "all that stands in the way"),
    Column("evidence", str, lambda plan: several(each for each in plan.evidence if not each.warning),
           "what speaks for it"),
    Column("warnings", str, lambda plan: several(each for each in plan.evidence if each.warning), "what to mind"),
    Column("created", int, lambda plan: len(plan.changes.created), "how many records would be created"),
    Column("updated", int, lambda plan: len(plan.changes.updated), "and updated"),
    Column("at", datetime, lambda plan: plan.at, "when it would happen"),
    Column("by", str, lambda plan: plan.by, "the user"),
))

CHECKS: Final = Sheet("checks of moves", (
    Column("record_type", str, lambda check: type_name(check.ref.type), ""),
    Column("record", str, lambda check: check.ref.id, "the id of the record"),
    Column("come_from", str, lambda check: check.come_from or None, "the key of the step where it stands"),
    Column("to", str, lambda check: check.to.key, "the key of the step to which it would go"),
    Column("label", str, lambda check: check.to.label, "what people see"),
    Column("may", bool, bool, "whether it may go there"),
    Column("problems", str, lambda check: several(check.problems), "all that stands in the way"),
    Column("requires", str, lambda check: several(check.requires), "every field that the move asks for"),
    Column("missing", str, lambda check: several(check.missing), "those that are empty"),
    Column("guards", str, lambda check: several(check.guards), "what must be true after the move"),
    Column("transition", str, lambda check: check.transition and check.transition.name, "the named way"),
    Column("rule", str, lambda check: check.row.rule, "the id of the rule in the move table"),
))

PROBLEMS: Final = Sheet("problems", (
    Column("where", str, lambda problem: problem.where or None, "the file and line, or the record"),
    Column("field", str, lambda problem: problem.field or None, "the field, column or key"),
    Column("what", str, lambda problem: problem.what, "what is wrong; personal values are masked"),
    Column("hint", str, lambda problem: problem.hint or None, "what to do"),
    Column("options", str, lambda problem: several(problem.options), "the right answers, where they can be listed"),
    Column("rule", str, lambda problem: problem.rule or None, "the id of the rule that it breaks"),
))


class OfPipeline(NamedTuple):
    """
    A stage, and the pipeline that it belongs to.
    """

    pipeline: Pipeline
    stage: Stage


class OfStatuses(NamedTuple):
    """
    A status, and the statuses that it belongs to.
    """

    statuses: Statuses
    status: Status


STAGES: Final = Sheet("stages", (
    Column("pipeline", str, lambda one: one.pipeline.key, "the key of the pipeline"),
    Column("key", str, lambda one: one.stage.key, "what deals hold"),
    Column("label", str, lambda one: one.stage.label, "what people see"),
    Column("outcome", str, lambda one: one.stage.outcome.value, "`open`, `won` or `lost`"),
    Column("probability", int, lambda one: one.stage.probability, "percent"),
    Column("forecast", str, lambda one: plain(one.stage.forecast), "the forecast category"),
    Column("requires", str, lambda one: several(one.stage.requires), "the fields that it asks for"),
    Column("guard", str, lambda one: _text(one.stage.guard), "what must be true of a deal that comes here"),
))

STATUSES: Final = Sheet("statuses", (
    Column("statuses", str, lambda one: one.statuses.key, "the key of the list"),
    Column("key", str, lambda one: one.status.key, "what leads hold"),
    Column("label", str, lambda one: one.status.label, "what people see"),
    Column("kind", str, lambda one: one.status.kind.value, "what it means"),
    Column("requires", str, lambda one: several(one.status.requires), "the fields that it asks for"),
    Column("guard", str, lambda one: _text(one.status.guard), "what must be true of a lead that comes here"),
))


def _seconds(stay: Stay) -> int | None:
    return None if stay.duration is None else round(stay.duration.total_seconds())


STAYS: Final = Sheet("stays in stages", (
    Column("stage", str, lambda stay: stay.stage or None, "None where it is not known"),
    Column("pipeline", str, lambda stay: stay.pipeline or None, ""),
    Column("since", datetime, lambda stay: stay.since, "None where it is not known"),
    Column("until", datetime, lambda stay: stay.until, ""),
    Column("seconds", int, _seconds, "how long"),
))
# fmt: on

#: Every sheet.
SHEETS: Final = (ANSWERS, *RECORDS.values(), CHANGES, PLANS, CHECKS, PROBLEMS, STAGES, STATUSES, STAYS)

__all__ = [
    "ANSWERS", "CHANGES", "CHECKS", "PLANS", "PROBLEMS", "SHEETS", "STAGES", "STATUSES", "STAYS", "Asked", "OfPipeline",
    "OfStatuses", "Problem", "of_changes", "of_commit", "of_entry", "of_update",
]  # fmt: skip
