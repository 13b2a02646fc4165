"""The hook: once leadmodel is installed, Hypothesis knows every type, and pays for it when it is asked."""

import os
import subprocess
import sys
from typing import Final, get_origin

import attrs
import pytest
from hypothesis import strategies as st
from tests.testing.drawing import drawn

import leadmodel
from leadmodel import ENTITIES, Consent, FrozenMap, Lead
from leadmodel.testing.hook import TYPES, register, strategy_name
from leadmodel.values import EMPTY

#: Values that are made of others or are no data: a rule, a problem, an answer, a plan are not drawn alone.
UNREGISTERED: Final = {
    "Answer", "AuthorRule", "Cause", "Changes", "Effect", "FieldChange", "Network", "Plan", "Problem", "Stage",
    "Status", "Tabs", "Updated",
    "DealMove", "LeadMove", "MoveCheck", "MoveRule", "PipelineChange", "PipelinesChange",
    "Process", "StatusesChange", "Stay", "Transition",
    "AllOf", "AnyOf", "Condition", "Criterion", "CustomField", "Field", "Not", "Operator",
    "Batch", "Carried", "ChildLine", "ChildRow", "Conversion", "ConversionPlan", "ConversionRules", "Evidence",
    "FieldLine", "MappingRow", "Match", "New", "NewDeal", "Omit", "Target", "Use",
    "Applied", "BatchDone", "BulkDone", "Conflicted", "ConversionDone", "Crm", "Done", "ForgetDone", "RecordDone",
    "Refused", "Retried", "Unchanged", "UndoDone",
    "Commit", "Entry", "Page", "Waiting",
}  # fmt: skip


def run(script: str, **environment: str) -> str:
    """Run a script in a process of its own and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )

    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_public_value_is_known() -> None:
    """A type that is added to the public names is registered, or named here as none that is drawn alone."""
    public = {name: getattr(leadmodel, name) for name in leadmodel.__all__}
    classes = {name for name, value in public.items() if isinstance(value, type) and attrs.has(value)}
    errors = {name for name in classes if issubclass(public[name], Exception)}

    assert classes - errors - UNREGISTERED == {known.__name__ for known in TYPES} - {"FrozenMap"}
    assert set(ENTITIES) <= set(TYPES)


@pytest.mark.parametrize("known", TYPES, ids=strategy_name)
def test_registered_type_is_drawn(known: type[object]) -> None:
    """Each type gives values of itself."""
    register()

    assert {type(value) for value in drawn(st.from_type(known), 20)} == {known}


def test_mapping_of_consent_holds_consent() -> None:
    """The parameter of a mapping is heeded."""
    assert get_origin(FrozenMap[Consent]) is FrozenMap
    states = {state for consent in drawn(st.from_type(FrozenMap[Consent]), 60) for state in consent.values()}

    assert states == set(Consent)
    assert EMPTY in drawn(st.from_type(FrozenMap), 20)


def test_installed_hook_makes_valid_leads() -> None:
    """In a fresh process, with no import but these, none of 300 leads is refused; pytest is not needed."""
    script = """
import sys, hypothesis, leadmodel as lm
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.statistics import collector
later = [name for name in sys.modules if name.startswith("leadmodel.testing.strategies")]
reports, seen = [], []
@settings(max_examples=300, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.from_type(lm.Lead))
def draw(lead):
    seen.append(type(lead))
with collector.with_value(reports.append):
    draw()
refused = [case for case in reports[0]["generate-phase"]["test-cases"] if case["status"] == "invalid"]
print(len(seen), set(seen) == {lm.Lead}, len(refused), later, "pytest" in sys.modules)
"""
    assert run(script) == "300 True 0 [] False"


def test_hook_can_be_turned_off() -> None:
    """Whoever wants no plug-ins gets none."""
    script = "import sys, hypothesis; print('leadmodel.testing.hook' in sys.modules)"

    assert run(script, HYPOTHESIS_NO_PLUGINS="1") == "False"
    assert run(script, HYPOTHESIS_NO_PLUGINS="") == "True"


def test_leadmodel_does_not_import_hypothesis() -> None:
    """Neither does the hook, nor do the laws."""
    script = "import sys, leadmodel.testing.hook, leadmodel.testing.laws; print('hypothesis' in sys.modules)"

    assert run(script) == "False"


def test_registered_strategy_is_the_public_one() -> None:
    """Names of strategies are plurals."""
    assert [strategy_name(kind) for kind in ENTITIES] == [
        "leads", "contacts", "accounts", "deals", "social_updates", "activities", "tasks", "notes",
    ]  # fmt: skip
    assert strategy_name(Lead) == "leads"
