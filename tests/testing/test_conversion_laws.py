"""The laws of conversion hold for what is drawn and made, and are broken by what is broken on purpose."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadmodel import (
    Account,
    AlreadyConverted,
    Changes,
    Contact,
    Conversion,
    ConversionPlan,
    ConversionRules,
    Converted,
    Directory,
    Lead,
    Match,
    NewDeal,
    Omit,
    Playbook,
    Problem,
    Request,
    Target,
    Use,
    convert_lead,
    create,
    plan_conversion,
    playbooks,
)
from leadmodel.samples import world
from leadmodel.testing import laws, strategies
from leadmodel.testing.laws import conversion as law
from leadmodel.testing.strategies import NOW

BOOK: Final = attrs.evolve(playbooks.SIMPLE, namespace=UUID("11111111-2222-4333-8444-555555555555"))
LEAD: Final = Lead(
    id="l1", first_name="Ada", last_name="Vale", company="Acme", title="Miller", custom={"size": 3}, tags=["mill"]
)
ACME: Final = Account(id="a1", name="ACME", website="https://acme.example")
HELD: Final = attrs.evolve(BOOK, conversion=ConversionRules(requires="industry"))
WITH_DEAL: Final = Request(deal=NewDeal(name="Mill"))

_quiet = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def check(request: Request = WITH_DEAL, playbook: Playbook = BOOK, lead: Lead = LEAD) -> None:
    """Check the conversion of a lead of a company that is on record."""
    directory = Directory.of(leads=[lead], accounts=[ACME], pipelines=BOOK.pipelines)
    laws.check_conversion(lead, directory, playbook, request, at=NOW)


class TestKept:
    """What keeps the laws."""

    @_quiet
    @given(st.data())
    def test_drawn_conversions_keep_the_laws(self, data: st.DataObject) -> None:
        """Every world, every playbook, every request."""
        drawn = data.draw(strategies.conversion_worlds())
        book = data.draw(strategies.playbooks(pipeline=drawn.pipeline, statuses=drawn.statuses))
        directory = drawn.directory()
        for lead in drawn.leads:
            asked = data.draw(strategies.conversion_requests(drawn))
            laws.check_conversion(lead, directory, book, asked, at=NOW)

    def test_sample_data_keep_the_laws(self) -> None:
        """Every fourth lead of the demo data, by the usual request."""
        samples = world()
        for lead in samples.leads[::4]:
            laws.check_conversion(lead, samples.directory(), playbooks.ZOHO, at=NOW)

    @pytest.mark.parametrize(
        ("request_", "playbook"),
        [
            (WITH_DEAL, BOOK), (WITH_DEAL, HELD), (Request(account=Use("nobody")), BOOK),
            (Request(account=Omit(), contact=Match()), BOOK), (Request(account=Match(), contact=Omit()), BOOK),
        ],
        ids=["with a deal", "held", "a record that is not there", "no account", "no contact"],
    )  # fmt: skip
    def test_known_conversions_keep_the_laws(self, request_: Request, playbook: Playbook) -> None:
        """Those that are blocked too, and those that differ from another request in one choice."""
        check(request_, playbook)

    def test_lead_that_is_not_on_record_keeps_the_laws(self) -> None:
        """Conversion takes leads from elsewhere."""
        laws.check_conversion(LEAD, Directory(BOOK.pipelines), BOOK, at=NOW)

    @pytest.mark.parametrize("digest", [Request().digest(), ""], ids=["replay", "another request"])
    def test_converted_lead_keeps_the_laws(self, digest: str) -> None:
        """The same request gives today's records, another one is refused."""
        check(Request(), lead=attrs.evolve(LEAD, conversion=Converted(at=NOW, account_id="a1", digest=digest)))


class TestNameless:
    """A playbook that carries nothing into what a record must hold."""

    def test_new_account_without_a_name_is_a_problem(self) -> None:
        """The plan says that the name is missing, instead of failing."""
        rules = ConversionRules().carrying("company", Target(Contact, "custom.company"))
        plan = plan_conversion(LEAD, Directory(BOOK.pipelines), at=NOW, playbook=attrs.evolve(BOOK, conversion=rules))

        assert [(each.where, each.field, each.what) for each in plan.problems] == [
            ("new account", "name", "the name is missing")
        ]


Broken = Callable[..., Any]
NO: Final = (Problem(what="no"),)


def planting(monkeypatch: pytest.MonkeyPatch, name: str, broken: Broken, *, number: int = 0) -> None:
    """Let what a verb gives be something else, from its so-manieth call on."""
    right, calls = getattr(law, name), []

    def planted(*asked: Any, **how: Any) -> object:  # noqa: ANN401  (as for the verb)
        calls.append(asked)
        given = right(*asked, **how)
        return broken(given) if len(calls) > number else given

    monkeypatch.setattr(law, name, planted)


def without(field: str) -> Broken:
    """Make a plan that says nothing of a field."""
    return lambda plan: attrs.evolve(plan, fields=[line for line in plan.fields if line.field != field])


def with_line(field: str, **facts: object) -> Broken:
    """Make a plan that says something else of a field."""
    return lambda plan: attrs.evolve(
        plan,
        fields=[attrs.evolve(line, **facts) if line.field == field else line for line in plan.fields],
    )


def renamed(plan: ConversionPlan) -> ConversionPlan:
    """Make a plan whose contact is another one than its changes make."""
    return attrs.evolve(plan, contact=attrs.evolve(plan.contact, reports_to_id="?") if plan.contact else None)


def grown(plan: ConversionPlan) -> ConversionPlan:
    """Make a plan in which records keep their version."""
    updated = [
        attrs.evolve(each, after=attrs.evolve(each.after, version=each.before.version)) for each in plan.changes.updated
    ]
    return attrs.evolve(plan, changes=attrs.evolve(plan.changes, updated=updated))


class TestFound:
    """What breaks the laws is found, and told by what it breaks."""

    @pytest.mark.parametrize(
        ("broken", "message"),
        [
            (without("title"), "the plan tells"),
            (without("custom.size"), "the plan tells"),
            (with_line("title", value="Countess"), "the plan says 'Countess'"),
            (with_line("title", carried=()), "title is lost without a word"),
            (lambda plan: attrs.evolve(plan, contact=attrs.evolve(plan.contact, title="")),
             "title of contact .* becomes"),
            (lambda plan: attrs.evolve(plan, account=attrs.evolve(plan.account, name="Globex")),
             "name of account a1 becomes 'ACME'"),
            (lambda plan: attrs.evolve(plan, lead=None, problems=NO), "and yet there are"),
            (lambda plan: attrs.evolve(plan, lead=None, account=None, contact=None, deal=None, problems=NO),
             "and yet there are Changes"),
        ],
        ids=["field forgotten", "own field forgotten", "another value", "lost", "not carried", "not kept",
             "records of a blocked plan", "changes of a blocked plan"],
    )  # fmt: skip
    def test_plan_that_does_not_tell_is_found(
        self, broken: Broken, message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every field once, no value lost, the records as the lines say, and nothing in a plan that is blocked."""
        planting(monkeypatch, "plan_conversion", broken)

        with pytest.raises(AssertionError, match=message):
            check()

    def test_own_field_that_is_not_carried_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What the lines say of an organisation's own fields is compared as well."""
        rules = ConversionRules().carrying("custom.size", Target(Contact, "custom.size"))
        planting(
            monkeypatch, "plan_conversion",
            lambda plan: attrs.evolve(plan, contact=attrs.evolve(plan.contact, custom={})),
        )  # fmt: skip

        with pytest.raises(AssertionError, match=r"size of contact .* becomes 3, and it is None"):
            check(playbook=attrs.evolve(BOOK, conversion=rules))

    @pytest.mark.parametrize("name", ["convert_lead", "apply_plan"])
    def test_blocked_conversion_that_is_done_is_found(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A plan that is blocked is refused, by both ways."""
        monkeypatch.setattr(law, name, lambda *_, **__: None)

        with pytest.raises(AssertionError, match=rf"is blocked by .*, and {name} by \(\)"):
            check(playbook=HELD)

    @pytest.mark.parametrize(
        ("name", "number", "broken", "message"),
        [
            ("plan_conversion", 1, lambda plan: attrs.evolve(plan, status="?"), "planned again, the plan is"),
            ("plan_conversion", 2, lambda plan: attrs.evolve(plan, changes=Changes()), "reverted, the plan is"),
            ("convert_lead", 0, lambda done: attrs.evolve(done, deal=None), "and convert_lead gives"),
            ("apply_plan", 0, lambda done: attrs.evolve(done, changes=Changes()), "and apply_plan gives"),
            ("convert_lead", 1, lambda done: attrs.evolve(done, changes=create(ACME, at=NOW)),
             "done again, convert_lead changes something"),
            ("apply_plan", 1, lambda done: attrs.evolve(done, deal=None), "done again, apply_plan gives"),
        ],
        ids=["another plan", "another plan after revert", "no deal", "no changes", "done twice", "forgets the deal"],
    )  # fmt: skip
    def test_conversion_that_is_not_what_was_planned_is_found(
        self, name: str, number: int, broken: Broken, message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first time and the second."""
        planting(monkeypatch, name, broken, number=number)

        with pytest.raises(AssertionError, match=message):
            check()

    @pytest.mark.parametrize(
        ("broken", "message"),
        [(renamed, "and its changes make"), (grown, "had version 0, and has 0 now")],
        ids=["another record", "version"],
    )
    def test_changes_that_make_something_else_are_found(
        self, broken: Callable[[ConversionPlan], ConversionPlan], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The records of a plan are those that its changes make, and their versions grow."""

        def done(plan: ConversionPlan) -> Conversion:
            return Conversion(
                lead=plan.lead or LEAD, contact=plan.contact, account=plan.account, deal=plan.deal,
                changes=plan.changes, plan=plan,
            )  # fmt: skip

        planting(monkeypatch, "plan_conversion", broken)
        planting(monkeypatch, "convert_lead", lambda given: done(broken(given.plan)))
        planting(monkeypatch, "apply_plan", lambda given: done(broken(given.plan)))

        with pytest.raises(AssertionError, match=message):
            check()

    def test_second_conversion_by_another_request_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A lead is converted by one request."""
        first: list[Conversion] = []

        def twice(*asked: Any, **how: Any) -> Conversion:  # noqa: ANN401  (as for the verb)
            with suppress(AlreadyConverted):
                first.append(convert_lead(*asked, **how))
            return first[-1]

        monkeypatch.setattr(law, "convert_lead", twice)

        with pytest.raises(AssertionError, match=r"the lead was converted by .* too"):
            check()

    def test_revert_that_restores_nothing_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A conversion that cannot be taken back."""
        monkeypatch.setattr(law, "revert", lambda *_, **__: Changes())

        with pytest.raises(AssertionError, match="are not as they were"):
            check()

    def test_planning_that_touches_the_directory_is_found(self) -> None:
        """A plan writes nothing."""

        class Touched(Directory):
            """A directory that changes when it is copied."""

            __slots__ = ()

            def copy(self) -> Directory:
                """Give a copy, and lose a record."""
                twin = super().copy()
                self.update(Changes(deleted=[ACME]))
                return twin

        directory = Touched.of(leads=[LEAD], accounts=[ACME], pipelines=BOOK.pipelines)

        with pytest.raises(AssertionError, match="have touched the directory"):
            laws.check_conversion(LEAD, directory, BOOK, at=NOW)
