"""
Many leads at once: one after the other in order of id, each against what those before it have become.

Leads whose changes touch the same record form a group; a group is one `Changes`, so that it is applied whole or not at
all, and groups can be applied in any order. A lead that cannot be converted takes part in no group.

Rule:
    CONV-12.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from leadmodel.changes import Changes
from leadmodel.directory import Directory, People
from leadmodel.display import counted, html_table, text_table
from leadmodel.entities import Lead
from leadmodel.errors import InvalidValue, Problem, shown, suggestion
from leadmodel.rules.beginning import moment
from leadmodel.rules.conversion.converting import refusal
from leadmodel.rules.conversion.planning import ConversionPlan, planned
from leadmodel.rules.conversion.policies import Selling
from leadmodel.rules.conversion.requests import Choice, DealChoice, Match, Request

if TYPE_CHECKING:
    from leadmodel.values import Ref

_MATCH = Match()


@attrs.frozen(kw_only=True, repr=False)
class Batch:
    """
    What becomes of many leads.
    """

    #: A plan for each lead, in order of id; the `problems` of those that cannot be converted say why.
    results: tuple[ConversionPlan, ...]
    #: The changes to apply: one for each group of leads that share a record. No two groups touch the same record.
    groups: tuple[Changes, ...]

    @property
    def converted(self) -> tuple[ConversionPlan, ...]:
        """
        The results of the leads that are converted, those among them that were converted before.
        """
        return tuple(plan for plan in self.results if plan.lead is not None)

    @property
    def failed(self) -> tuple[ConversionPlan, ...]:
        """
        The results of the leads that cannot be converted.
        """
        return tuple(plan for plan in self.results if plan.lead is None)

    def __repr__(self) -> str:
        return f"Batch({self._told()})"

    def _told(self) -> str:
        number = counted(len(self.results), "lead")
        groups = counted(len(self.groups), "group")
        return f"{number}: {len(self.converted):,} converted, {len(self.failed):,} not, {groups}"

    def __str__(self) -> str:
        return f"{self!r}\n{text_table(_HEADERS, self._rows())}" if self.results else repr(self)

    def _repr_html_(self) -> str:
        return html_table(_HEADERS, self._rows(), caption=self._told(), of=len(self.results))

    def _rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        for plan in self.results:
            became = [record.label() if record else "–" for record in (plan.contact, plan.account, plan.deal)]
            told = "; ".join(map(str, plan.problems)) or ("converted before" if plan.replayed else "converted")
            yield plan.before.label(), became[0], became[1], became[2], told


_HEADERS = ("lead", "contact", "account", "deal", "result")


def convert_leads(
    leads: Iterable[Lead],
    people: People,
    *,
    at: datetime,
    playbook: Selling,
    account: Choice = _MATCH,
    contact: Choice = _MATCH,
    deal: DealChoice = None,
    requests: Mapping[str, Request] | None = None,
    by: str | None = None,
    stop: bool = False,
) -> Batch:
    """
    Convert many leads. *people* is asked once for all of them, and is left as it is.

    The leads are taken in order of id, each against what those before it have become, so the order in which they are
    given does not matter. A lead that cannot be converted does not stop the others.

    Args:
        leads: The leads; where *people* has them, today's are taken.
        people: A directory, a store, or whoever can say who is on record.
        at: When it happens; aware.
        playbook: How the organisation sells.
        account: As for `plan_conversion`, for every lead.
        contact: As for `plan_conversion`, for every lead.
        deal: As for `plan_conversion`, for every lead.
        requests: What is asked for single leads instead, by their ids.
        by: The user who does it.
        stop: Whether the first lead that cannot be converted is an error.

    Raises:
        InvalidValue: The instant is naive, the user is no id, a choice is none, an id is given twice, or a request is
            for no lead.
        CannotConvert: A lead cannot be converted, and *stop* was asked for.

    Rule:
        CONV-12.
    """
    at = moment(at, "conversion", by=by)
    usual = Request(account=account, contact=contact, deal=deal)
    asked = dict(requests or {})
    several = sorted(leads, key=lambda lead: lead.id)
    _check(several, asked)
    named = dict.fromkeys(ref for request in (usual, *asked.values()) for ref in request.refs())
    directory = people.directory_for([*several, *named], pipelines=playbook.pipelines).copy()
    results, groups = [], _Groups()
    for lead in several:
        plan = planned(lead, directory, asked.get(lead.id, usual), at=at, by=by, playbook=playbook)
        results.append(plan)
        if plan.lead is None and stop:
            raise refusal(plan)
        if plan.changes:
            _keep_up(directory, lead, plan.changes)
            groups.add(plan)
    return Batch(results=tuple(results), groups=groups.joined())


def _check(leads: Sequence[Lead], requests: Mapping[str, Request]) -> None:
    times = Counter(lead.id for lead in leads)
    problems = [
        Problem(
            what=f"lead {shown(lead_id)} is given {number} times", hint="give it once", field="leads", value=lead_id
        )
        for lead_id, number in times.items()
        if number > 1
    ]
    problems += [
        Problem(what=f"{shown(request)} is no request", hint="pass Request(…)", field="requests", value=request)
        for request in requests.values()
        if not isinstance(request, Request)
    ]
    problems += [
        Problem(
            what=f"there is a request for {shown(lead_id)}, which is no lead of the batch",
            hint=suggestion(lead_id, times), field="requests", value=lead_id,
        )
        for lead_id in requests
        if lead_id not in times
    ]  # fmt: skip
    if problems:
        raise InvalidValue(subject="batch", problems=tuple(problems))


def _keep_up(directory: Directory, lead: Lead, changes: Changes) -> None:
    """
    Let the directory know what a lead became; one that was given and is not on record there is put in first.
    """
    if directory.get(Lead, lead.id) is None:
        directory.update(Changes(created=(lead,)))
    directory.update(changes)


class _Groups:
    """
    Changes that touch the same records, put together as they come.
    """

    def __init__(self) -> None:
        self._changes: list[Changes] = []
        #: The first changes that touched a record.
        self._first: dict[Ref, int] = {}
        #: For each changes, an earlier one of the same group, or itself.
        self._earlier: list[int] = []
        #: The records that were made.
        self._born: set[Ref] = set()

    def add(self, plan: ConversionPlan) -> None:
        """
        Put the changes of a plan to those that touch, or have made, one of its records.
        """
        number = len(self._changes)
        self._changes.append(plan.changes)
        self._earlier.append(number)
        self._born.update(record.ref for record in plan.changes.created)
        used = (record.ref for record in (plan.account, plan.contact, plan.deal) if record)
        for ref in {*plan.changes.refs(), *self._born.intersection(used)}:
            other = self._root(self._first.setdefault(ref, number))
            own = self._root(number)
            self._earlier[max(own, other)] = min(own, other)

    def _root(self, number: int) -> int:
        while self._earlier[number] != number:
            self._earlier[number] = number = self._earlier[self._earlier[number]]
        return number

    def joined(self) -> tuple[Changes, ...]:
        """
        Give each group as one, in the order of their first leads.
        """
        groups: dict[int, list[Changes]] = {}
        for number, changes in enumerate(self._changes):
            groups.setdefault(self._root(number), []).append(changes)
        return tuple(members[0] if len(members) == 1 else Changes.of(*members) for members in groups.values())
