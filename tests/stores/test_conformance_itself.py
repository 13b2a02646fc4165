"""The conformance suite does what it says: levels, declared gaps, hooks, and what it tells of itself."""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar
from unittest import SkipTest

import attrs
import pytest
from hypothesis import Phase, settings

from leadmodel import ENTITIES, OPERATORS, Changes, InvalidValue, MissingExtra, Money, Ref, fold
from leadmodel.codec import to_plain
from leadmodel.entities import Entity, Lead
from leadmodel.stores import MemoryStore, PlainReader
from leadmodel.testing import Capabilities, Level, StoreConformance
from leadmodel.testing import conformance as conformance_room
from leadmodel.testing.conformance import CLAUSES, threads
from leadmodel.testing.conformance.asking import QUESTIONS
from leadmodel.testing.conformance.basis import Counter
from leadmodel.testing.conformance.comparing import each_once, raised, same, same_records, whole
from leadmodel.testing.conformance.samples import (
    ALIKE,
    HOSTILE,
    KEYS,
    NOON,
    OWN,
    creating,
    everything,
    filled,
    lead,
    updating,
)
from leadmodel.testing.conformance.threads import Beside
from tests.house import SOURCE
from tests.stores.broken import Suite, opening
from tests.stores.broken.keeping import AsOfToday, EffectTwice, LogOutOfOrder
from tests.stores.broken.people import Driven, DrivenSuite, one_pot
from tests.stores.broken.reading import MissingFirst
from tests.stores.broken.row import Opens, prefix
from tests.stores.broken.writing import KeyIgnored, VersionKept, reader_of_its_own
from tests.stores.test_broken_stores import draws, outcomes

TESTS = Suite.named()


def results(suite: type[StoreConformance], opener: Callable[[], Any], *clauses: str) -> dict[str, str]:
    """
    Run tests and give what each came to: "", or the kind of error and its text.

    Those that draw their examples are left out: other tests run them, and they take their time.
    """
    found = outcomes(suite, opener, [name for name in suite.named(*clauses) if not draws(name)])
    return {name: "" if error is None else f"{type(error).__name__}: {error}" for name, error in found}


def failures(found: dict[str, str]) -> dict[str, str]:
    """Give those that neither passed nor were skipped."""
    return {name: text for name, text in found.items() if text and not text.startswith("SkipTest")}


class Found(PlainReader):
    """A reader: records that somebody else puts there."""

    def __init__(self) -> None:
        self.records: dict[tuple[type[Entity], str], Entity] = {}

    def get(self, record_type: type[Any], record_id: str) -> Any:  # noqa: ANN401  (a record or None)
        """Look it up."""
        return self.records.get((record_type, record_id))

    def candidates(self, record_type: type[Any], criterion: object) -> list[Any]:  # noqa: ARG002  (all may match)
        """Give all."""
        return [each for (kind, _), each in self.records.items() if kind is record_type]


class ReaderSuite(StoreConformance):
    """The suite for readers."""

    capabilities = Capabilities(level=Level.READER)

    def fill(self, store: Any, records: Iterable[Entity]) -> None:  # noqa: ANN401  (a reader)
        """Put records there by hand."""
        store.records.update(((type(each), each.id), each) for each in records)


def readers() -> Opens:
    """Open readers by tenant."""
    kept: dict[str, Found] = {}
    return lambda tenant="acme": kept.setdefault(tenant, Found())


class WriterSuite(StoreConformance):
    """The suite for writers."""

    capabilities = Capabilities(level=Level.WRITER)


@pytest.fixture
def hasty(request: pytest.FixtureRequest) -> Iterator[None]:
    """Find what is wrong without making it small, which takes a hundred times as long."""
    before = settings.get_current_profile_name()
    most = getattr(request, "param", 200)
    settings.register_profile(
        "hasty", settings.default, phases=[Phase.generate], database=None, max_examples=most, derandomize=True
    )
    settings.load_profile("hasty")
    yield
    settings.load_profile(before)


class TestLevels:
    """A store is tested to its level."""

    def test_reader_is_asked_what_a_reader_can(self) -> None:
        """A reader passes, and what it cannot do is not asked."""
        found = results(ReaderSuite, readers)
        asked = {name for name, text in found.items() if "alone" not in text}

        assert failures(found) == {}
        assert {TESTS[name] for name in asked} == {
            name for name, (level, _) in CLAUSES.items() if level == Level.READER
        }

    def test_writer_is_asked_nothing_about_the_past(self) -> None:
        """A writer passes without a log: what is asked of a keeper alone is told so."""
        found = results(WriterSuite, lambda: opening(MemoryStore))

        assert failures(found) == {}
        assert {TESTS[name] for name, text in found.items() if text == "SkipTest: asked of a keeper alone"} == {
            "S-1", "S-3", "S-4", "S-11", "S-12", "S-13", "S-17", "S-18", "LIFE-2",
        }  # fmt: skip

    def test_wrong_capabilities_are_refused_together(self) -> None:
        """An unknown clause, one above the level and a gap without a reason are all told."""
        with pytest.raises(InvalidValue) as caught:
            Capabilities(level=Level.READER, gaps={"S-99": "no", "S-4": "no log", "S-6": " "})

        assert [problem.value for problem in caught.value.problems] == ["S-99", "S-4", "S-6"]


class GapSuite(Suite):
    """The suite for a store with a gap."""

    capabilities = Capabilities(gaps={"S-13": "effects are queued twice"})


class TestGaps:
    """A declared gap must really be one."""

    def test_gap_that_is_there_is_told(self) -> None:
        """What fails is skipped with the reason; what passes passes."""
        found = results(GapSuite, lambda: opening(EffectTwice), "S-13")
        told = {text for text in found.values() if text}

        assert failures(found) == {}
        assert told == {"SkipTest: S-13 is a declared gap: effects are queued twice (AssertionError)"}
        assert "" in found.values()

    def test_gap_that_is_none_fails_once(self) -> None:
        """Where every test of the clause passes, the last of them to run says that the gap can go, in any order."""

        class Declared(GapSuite):
            """The suite for a store that says less of itself than is true."""

        names = sorted(Declared.named("S-13"), reverse=True)
        for name in names[:-1]:
            getattr(Declared(), name)(opening(MemoryStore))

        with pytest.raises(
            AssertionError, match=r"S-13 is declared a gap, and every test of it passes: take the gap out"
        ):
            getattr(Declared(), names[-1])(opening(MemoryStore))

    def test_gap_that_cannot_be_tried_is_left(self) -> None:
        """Where the tests of a clause cannot be run, nobody knows, and nothing fails."""

        class Declared(Suite):
            """The suite for a store that cannot be closed."""

            capabilities = Capabilities(gaps={"S-10": "errors are the driver's"})

        found = results(Declared, lambda: opening(MemoryStore), "S-10")

        assert {text.partition(":")[0] for text in found.values()} == {"SkipTest"}

    def test_suites_do_not_share_what_they_have_tried(self) -> None:
        """Two classes with the same gap find out by themselves."""

        class One(GapSuite):
            """One suite."""

        class Two(GapSuite):
            """Another suite."""

        results(One, lambda: opening(EffectTwice), "S-13")

        assert failures(results(Two, lambda: opening(MemoryStore), "S-13")) != {}

    @pytest.mark.usefixtures("hasty")
    @pytest.mark.parametrize("hasty", [5], indirect=True)
    def test_store_with_one_tenant_passes_the_rest(self) -> None:
        """Without tenants, stores are emptied in between, and nothing is asked about the past of all that was done."""

        class OneTenant(Suite):
            """The suite for a store with one tenant."""

            capabilities = Capabilities(gaps={"S-11": "there is one organisation alone"})

        found = dict(outcomes(OneTenant, one_pot, OneTenant.named()))

        assert [error for error in found.values() if error is not None and not isinstance(error, SkipTest)] == []
        assert found["test_all_clauses_hold_together"] is None

    def test_reader_with_one_tenant_is_not_emptied(self) -> None:
        """What needs several stores without records is not checked of a reader with one tenant."""

        class OneTenant(ReaderSuite):
            """The suite for a reader with one tenant."""

            capabilities = Capabilities(level=Level.READER, gaps={"S-11": "there is one organisation alone"})

        def one() -> Opens:
            store = Found()
            return lambda tenant="acme": store  # noqa: ARG005  (there is one alone)

        found = results(OneTenant, one)

        assert failures(found) == {}
        assert "SkipTest: there is one tenant alone, and nobody who empties it" in found.values()


class TestReport:
    """The suite tells what it has not checked."""

    def test_everything_that_was_not_checked_is_told(self) -> None:
        """Higher levels, gaps, and what the suite was not told."""

        class Declared(WriterSuite):
            """The suite for a writer with a gap."""

            capabilities = Capabilities(level=Level.WRITER, gaps={"S-11": "one alone"})

        report = str(Declared().report(one_pot()))

        assert re.findall(r"^  - (\S+?),", report, re.MULTILINE) == [
            "S-4", "S-12", "S-13", "S-11", "S-16", "S-10", "S-10",
        ]  # fmt: skip
        assert report.startswith("of a writer, this was not checked:\n")

    def test_keeper_without_a_clock_is_told(self) -> None:
        """A log that cannot be given a clock is not tried under one."""

        class Declared(Suite):
            """The suite for a keeper with one tenant."""

            capabilities = Capabilities(gaps={"S-11": "one alone"})

        report = Declared().report(one_pot())

        assert [line for line in report.unchecked if line.startswith("S-4")] == [
            "S-4, a log under a clock of ours: let `open_store` take `now`",
            "S-4, a log beside that of the store in memory: there is one tenant alone",
        ]

    def test_gaps_are_not_told_twice(self) -> None:
        """What is a gap needs no hook."""

        class Declared(Suite):
            """The suite for a store with gaps in all that has a hook."""

            capabilities = Capabilities(gaps={"S-4": "a", "S-10": "b", "S-16": "c"})

        report = Declared().report(one_pot())

        assert [line.partition(",")[0] for line in report.unchecked] == ["S-4", "S-10", "S-16"]

    def test_last_test_is_skipped_with_the_report(self) -> None:
        """So the list stands in the summary of pytest; where nothing is left, it passes."""
        with pytest.raises(SkipTest, match="of a keeper, this was not checked:"):
            Suite().test_tells_what_was_not_checked(opening(MemoryStore))

        DrivenSuite().test_tells_what_was_not_checked(opening(Driven))
        assert str(DrivenSuite().report(opening(Driven))) == "every clause of a keeper was checked"


class TestOpening:
    """Stores are opened, and closed at the end of each test."""

    def test_what_was_opened_is_closed(self) -> None:
        """Every store that can be closed is."""
        opened: list[Driven] = []

        def open_store(tenant: str = "acme") -> Driven:  # noqa: ARG001  (each is one of its own)
            opened.append(Driven())
            return opened[-1]

        with pytest.raises(AssertionError):
            DrivenSuite().test_s03_what_was_applied_is_found_by_every_later_reader(open_store)

        assert opened
        assert all(each.closed for each in opened)

    @pytest.mark.usefixtures("hasty")
    @pytest.mark.parametrize("hasty", [5], indirect=True)
    def test_stores_without_a_clock_pass(self) -> None:
        """Where no clock can be given, what needs one is not checked, and the rest is compared without stamps."""

        def clockless() -> Opens:
            opens = opening(MemoryStore)
            return lambda tenant="acme": opens(tenant)

        found = results(Suite, clockless, "S-4")

        Suite().test_all_clauses_hold_together(clockless())
        assert failures(found) == {}
        assert list(found.values()).count("SkipTest: not checked: `open_store` takes no `now`") == 3

    def test_statements_of_a_reader_are_counted_too(self) -> None:
        """A reader that counts is asked for its questions, and for no writing."""
        counted: list[object] = []

        class Counting(ReaderSuite):
            """The suite for a reader that counts."""

            def counting(self, store: Any) -> AbstractContextManager[Counter]:  # noqa: ANN401  (a reader)
                """Count nothing, and note who asks."""
                counted.append(store)
                return nullcontext(lambda: 0)

        Counting().test_s16_statements_do_not_grow_with_the_records(readers())

        assert len(counted) == 1 + 2 * 5


class TestMachine:
    """The store in memory beside any other store."""

    @pytest.mark.parametrize("kind", [VersionKept, KeyIgnored, EffectTwice, AsOfToday, MissingFirst, LogOutOfOrder])
    @pytest.mark.usefixtures("hasty")
    def test_store_that_differs_is_found(self, kind: type[MemoryStore]) -> None:
        """The same is done to both until they differ."""
        with pytest.raises((AssertionError, BaseExceptionGroup)):
            Suite().test_all_clauses_hold_together(opening(kind))

    @pytest.mark.usefixtures("hasty")
    @pytest.mark.parametrize("hasty", [5], indirect=True)
    @pytest.mark.parametrize("gap", ["S-17", "S-13", "S-12", "S-4", "S-18", "S-14"])
    def test_gaps_are_left_alone(self, gap: str) -> None:
        """What stands under a gap is not done."""

        class Declared(Suite):
            """The suite for a store with a gap."""

            capabilities = Capabilities(gaps={gap: "not yet"})

        Declared().test_all_clauses_hold_together(opening(MemoryStore))


class TestNames:
    """The tests say what they are about."""

    @pytest.mark.parametrize("name", sorted(TESTS))
    def test_name_and_docstring_cite_the_clause(self, name: str) -> None:
        """The name begins with the number of the clause, and the docstring with its id."""
        mark = TESTS[name]
        test = getattr(StoreConformance, name)

        assert name.startswith(prefix(mark) if mark else "test_all_clauses_")
        assert test.__doc__.strip().startswith(mark or "S-1 to S-18")

    def test_every_clause_has_a_test_at_its_level(self) -> None:
        """No clause is without a test."""
        told = {(mark, getattr(StoreConformance, name).level) for name, mark in TESTS.items()}

        assert {(name, level) for name, (level, _) in CLAUSES.items()} <= told


class TestSamples:
    """What stores are tried with is as varied as it says."""

    @pytest.mark.parametrize("kind", ENTITIES)
    def test_filled_record_holds_something_in_every_field(self, kind: type[Entity]) -> None:
        """A new field is filled the day it is declared."""
        record = filled(kind, "r1")
        fields = [each for each in attrs.fields(kind) if each.init and each.name not in {"id", "version"}]
        defaults = {
            each.name: each.default.factory() if isinstance(each.default, attrs.Factory) else each.default  # type: ignore[arg-type]  # attrs types it as a function
            for each in fields
        }

        assert [name for name, value in defaults.items() if getattr(record, name) == value] == []

    def test_hostile_word_stands_in_every_text(self) -> None:
        """A word that is no identity stands wherever any text may stand."""
        word = "two\nlines"
        held = {type(each).__name__: json.dumps(to_plain(each)).count(r"two\nlines") for each in everything(word)}

        assert min(held.values()) >= 1
        assert held["Lead"] > 10

    def test_words_and_ids_are_all_different(self) -> None:
        """And some of the ids are equal under the fold, which is the point of them."""
        assert len(set(HOSTILE)) == len(HOSTILE)
        assert len(set(ALIKE)) == len(ALIKE)
        assert len({fold(each).strip() for each in ALIKE}) < len(ALIKE) - 10
        assert set(KEYS) < set(HOSTILE)
        assert len({str(whole(each)) for each in OWN.values()}) == len(OWN)

    def test_questions_use_every_operator(self) -> None:
        """A new operator is asked the day it is added."""
        assert {each.operator for question in QUESTIONS for each in question.conditions()} == set(OPERATORS)


class TestComparing:
    """What is not the same is seen."""

    def test_values_of_other_types_differ(self) -> None:
        """1, 1.0, True and "1" are four values, and so are a list and a set."""
        several: list[object] = [1, 1.0, True, "1", [1], frozenset({1}), {"1": 1}, None]

        several += [Level.READER, Lead, NOON, NOON.date(), Money("1", "EUR"), Ref(Lead, "1")]

        assert len({repr(whole(each)) for each in several}) == len(several)
        assert whole(Money("1.50", "EUR")) == whole(Money("1.5", "EUR"))
        assert whole(Money("0", "EUR")) == whole(Money("0.00", "EUR"))

    def test_records_that_differ_outside_equality_are_told_apart(self) -> None:
        """A version is no part of equality, and of the record."""
        assert lead("l1") == lead("l1", version=1)

        with pytest.raises(AssertionError, match="came back with version 1, not 0"):
            same_records([lead("l1", version=1)], [lead("l1")], "records")
        with pytest.raises(AssertionError, match="records: it gave"):
            same_records([], [None], "records")

    def test_wrong_and_missing_errors_are_told(self) -> None:
        """Another error, and none, are not what was expected."""
        with pytest.raises(AssertionError, match="a KeyError was expected, and a TypeError came"):
            raised(KeyError, lambda: len(3), "x")  # type: ignore[arg-type]  # wrong on purpose
        with pytest.raises(AssertionError, match="a KeyError was expected, and it gave"):
            raised(KeyError, lambda: 3, "x")

    def test_twice_and_never_are_not_once(self) -> None:
        """Each is counted."""
        each_once(["a", "b", "c"], ["a", "b"], "x")

        for seen in (["a"], ["a", "b", "b"]):
            with pytest.raises(AssertionError):
                each_once(seen, ["a", "b"], "x")
        with pytest.raises(AssertionError, match="x: it gave 1, and 2 was expected"):
            same(1, 2, "x")


class TestThreads:
    """Somebody else works beside a test."""

    def test_result_and_error_come_back(self) -> None:
        """What another thread gives or raises is given or raised here."""
        assert Beside(lambda: 3).result() == 3
        with pytest.raises(ZeroDivisionError):
            Beside(lambda: 1 // 0).result()

    def test_who_waits_for_ever_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A store that never lets go fails, and does not hang the suite."""
        monkeypatch.setattr(threads, "LONG", 0.01)
        ended = threading.Event()

        with pytest.raises(AssertionError, match="another thread still waits"):
            Beside(ended.wait).result()
        ended.set()


class Stubborn(MemoryStore):
    """A store that says of every transaction that somebody was faster."""

    def transaction(self) -> Any:  # noqa: ANN401  (never given)
        """Refuse."""
        from leadmodel import StoreBusy

        raise StoreBusy(doing="transaction", what="somebody else writes")


class Busy(MemoryStore):
    """A store that is busy when somebody else reads."""

    def find(self, *given: Any, **asked: Any) -> Any:  # noqa: ANN401  (as in the port)
        """Refuse in any thread but the first."""
        from leadmodel import StoreBusy

        if threading.current_thread() is not threading.main_thread():
            raise StoreBusy(doing="find", what="somebody writes")
        return super().find(*given, **asked)


class Vanishing(MemoryStore):
    """A store in which what was found cannot be got."""

    hidden: ClassVar[bool] = True

    def get(self, record_type: type[Any], record_id: str) -> Any:  # noqa: ANN401  (nothing)
        """Find nothing."""
        del record_type, record_id


class TestHopelessStores:
    """Stores that are so wrong that a test could go on for ever."""

    def test_store_that_is_always_busy_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever always loses gives up."""
        from leadmodel.testing.conformance import transactions

        monkeypatch.setattr(transactions, "_TRIES", 3)

        with pytest.raises(AssertionError, match="a writer lost 3 times in a row"):
            Suite().test_s17_no_increment_is_lost(opening(Stubborn))

    def test_readers_may_have_to_come_again(self) -> None:
        """A store may be busy while somebody writes: whoever reads tries again."""
        Suite().test_s01_readers_never_see_a_part(opening(Busy))

    def test_store_that_loses_records_is_told(self) -> None:
        """What is gone is said to be gone."""
        for name in ("test_s17_no_increment_is_lost", "test_s17_what_was_read_stays_true"):
            with pytest.raises(AssertionError, match="gone"):
                getattr(Suite(), name)(opening(Vanishing))

    def test_readers_of_their_own_share_nothing(self) -> None:
        """A store that forgets between two openings is caught where it is opened twice."""
        assert failures(results(Suite, reader_of_its_own, "S-3")) != {}


class TestImports:
    """The suite asks for no more than it says."""

    def test_suite_needs_no_pytest(self) -> None:
        """Users of other runners have it too."""
        sources = {path.name: path.read_text(encoding="utf-8") for path in (SOURCE / "testing").rglob("*.py")}

        assert [name for name, text in sources.items() if re.search(r"^\s*(import|from) _?pytest", text, re.M)] == []

    def test_missing_hypothesis_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever asks for the suite without it is told what to install."""
        import leadmodel.testing

        for name in [name for name in sys.modules if name.startswith("leadmodel.testing.")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(leadmodel.testing, "conformance")
        monkeypatch.setitem(sys.modules, "hypothesis", None)

        with pytest.raises(MissingExtra, match=re.escape('pip install "leadmodel[testing]"')):
            _ = leadmodel.testing.StoreConformance

    def test_other_missing_modules_are_not_hidden(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Only Hypothesis belongs to the extra."""
        import leadmodel.testing

        monkeypatch.delattr(leadmodel.testing, "conformance")
        monkeypatch.setitem(sys.modules, "leadmodel.testing.conformance", None)

        with pytest.raises(ModuleNotFoundError, match=re.escape("leadmodel.testing.conformance")):
            _ = leadmodel.testing.Level

    def test_unknown_names_are_none(self) -> None:
        """The package has the names that it lists, and no others."""
        import leadmodel.testing

        assert [getattr(leadmodel.testing, name) for name in leadmodel.testing.__all__] == [
            getattr(conformance_room, name) for name in leadmodel.testing.__all__
        ]
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            _ = leadmodel.testing.nothing


def test_suite_asks_what_its_owner_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """`fill` is asked wherever records are needed, and apply is what it does where nothing is said."""
    filled_with: list[Changes] = []
    monkeypatch.setattr(MemoryStore, "apply", lambda _, changes: filled_with.append(changes))

    Suite().fill(MemoryStore(), [lead("l1")])
    assert filled_with == [Changes(created=[lead("l1")])]
    assert creating(lead("l1")) == filled_with[0]
    assert updating(lead("l1"), title="CTO").updated[0].after == Lead(id="l1", last_name="Vale", title="CTO")
