"""The shape of the house: imports point down, the core is pure, and importing leadmodel is light."""

import ast
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from tests.house import ROOT, SOURCE, core_files, core_rooms, files_of, layers
from tests.purity_plugin import is_core, watching

#: What the core may not import: clocks, chance, environment, files, network, processes, threads, logs.
IMPURE_MODULES: Final = frozenset(
    """
    asyncio builtins concurrent ctypes email fileinput getpass glob http importlib io linecache locale logging mmap
    multiprocessing os pathlib pickle pkgutil platform random secrets select selectors shelve shutil signal socket
    sqlite3 subprocess sys tempfile threading time tracemalloc urllib zoneinfo
    """.split()
)

#: Parts of the modules above that only compute.
PURE_PARTS: Final = frozenset({"urllib.parse"})

#: Attributes that look at a clock, the network card or a random source, whatever they are taken from.
IMPURE_ATTRIBUTES: Final = frozenset({"getnode", "now", "today", "utcnow", "uuid1", "uuid4"})

#: Built-in functions that leave the process or hide an import.
IMPURE_BUILTINS: Final = frozenset({"__import__", "breakpoint", "input", "open", "print"})

#: Each third-party package, and the one room that may import it; attrs is everybody's.
OWNERS: Final = {
    "cattrs": "codec", "click": "cli", "email_validator": "formats", "feedparser": "formats", "hypothesis": "testing",
    "phonenumbers": "formats", "pytest": "testing", "rich": "cli", "sqlalchemy": "stores", "tomli_w": "formats",
    "vobject": "formats",
}  # fmt: skip

#: The test files of the core's rooms, run once more with impure calls refused.
#: test_small_worlds is left out: it asks the functions of test_classification the same questions very many times. So is
#: moves/test_small_pipelines, which does so with those of moves/test_deals.
CORE_TESTS: Final = (
    "conversion/test_ada.py",
    "conversion/test_applying.py",
    "conversion/test_batches.py",
    "conversion/test_carrying.py",
    "conversion/test_children.py",
    "conversion/test_laws.py",
    "conversion/test_mapping.py",
    "conversion/test_match_patterns.py",
    "conversion/test_matching.py",
    "conversion/test_names.py",
    "conversion/test_plain_report.py",
    "conversion/test_planning.py",
    "conversion/test_report.py",
    "conversion/test_requests.py",
    "conversion/test_reverting.py",
    "conversion/test_rules.py",
    "conversion/test_scenarios.py",
    "criteria/test_criteria.py",
    "criteria/test_fields.py",
    "criteria/test_forms.py",
    "criteria/test_operators.py",
    "moves/test_asking.py",
    "moves/test_beginning.py",
    "moves/test_deals.py",
    "moves/test_histories.py",
    "moves/test_leads.py",
    "moves/test_machine.py",
    "moves/test_scenarios.py",
    "moves/test_several_pipelines.py",
    "moves/test_tables.py",
    "playbook/test_plain.py",
    "test_author_rules.py",
    "test_changes.py",
    "test_classification.py",
    "test_codec.py",
    "test_diagram.py",
    "test_directory.py",
    "test_display.py",
    "test_errors.py",
    "test_forgotten_changes.py",
    "test_networks.py",
    "test_plain.py",
    "test_process_plain.py",
    "test_processes.py",
    "test_records.py",
    "test_reshaping.py",
    "test_rows.py",
    "test_samples.py",
    "test_values.py",
)

#: Tests among these that ask one function about everything there is: others run the same lines, watched as closely.
EXHAUSTIVE: Final = ("test_values.py::test_fold_is_idempotent_on_every_code_point",)


def impurities(source: str) -> Iterator[str]:
    """Say what in a module's source reaches for the outside, with its line."""
    for node in ast.walk(ast.parse(source)):
        for name in _impure_names(node):
            yield f"line {node.lineno}: {name}"  # type: ignore[attr-defined]  # every node named here has a line


def _impure_names(node: ast.AST) -> Iterator[str]:
    """Give the impure names that one node of a syntax tree uses."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names if _is_impure_module(alias.name))
        case ast.ImportFrom(module=str(module), level=0, names=names):
            whole = {f"{module}.{alias.name}" for alias in names}
            if _is_impure_module(module) and not whole <= PURE_PARTS:
                yield module
            yield from (alias.name for alias in names if alias.name in IMPURE_ATTRIBUTES)
        case ast.Attribute(attr=attribute) if attribute in IMPURE_ATTRIBUTES:
            yield f".{attribute}"
        case ast.Name(id=name, ctx=ast.Load()) if name in IMPURE_BUILTINS:
            yield name


def _is_impure_module(name: str) -> bool:
    """Tell whether a module may not be imported by the core."""
    return name.partition(".")[0] in IMPURE_MODULES and name not in PURE_PARTS


def imported_packages(source: str) -> set[str]:
    """Give the top-level packages that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module.partition(".")[0])
    return found


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this interpreter unmeasured, and give what it said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False)


class TestLayers:
    """Imports point down only."""

    def test_contracts_of_the_layers_are_kept(self) -> None:
        """No room imports one above it, and no room of the core imports a tool."""
        program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

        done = run("-c", program, "--no-cache")

        assert done.returncode == 0, done.stdout + done.stderr

    def test_core_stands_below_the_stores(self) -> None:
        """The rules, the records and the values are core; the shell, the formats and the kit are not."""
        rooms = set(core_rooms())

        assert {"errors", "values", "entities", "rules", "samples"} <= rooms
        assert not {"stores", "formats", "frames", "testing", "crm", "cli", "__main__"} & rooms

    @pytest.mark.parametrize(("package", "owner"), OWNERS.items())
    def test_third_party_package_is_imported_in_its_own_room(self, package: str, owner: str) -> None:
        """A third-party package has one room that knows it."""
        importers = {
            room
            for rooms in layers()
            for room in rooms
            for path in files_of(room)
            if package in imported_packages(path.read_text(encoding="utf-8"))
        }

        assert importers <= {owner}

    def test_converter_of_plain_data_is_known_to_one_module(self) -> None:
        """Within its room, one module imports cattrs; the others ask that module."""
        importers = [
            path.name for path in files_of("codec") if "cattrs" in imported_packages(path.read_text(encoding="utf-8"))
        ]

        assert importers == ["plain.py"]

    def test_packages_are_found_wherever_they_are_imported(self) -> None:
        """The search for packages sees whole modules, parts of them and imports inside functions."""
        source = (
            "import click.testing\nfrom rich.table import Table\nfrom . import x\ndef f():\n    import hypothesis\n"
        )

        assert imported_packages(source) == {"click", "rich", "hypothesis"}


class TestPurityOfTheSource:
    """The core's source names nothing outside."""

    @pytest.mark.parametrize("path", core_files(), ids=lambda path: path.relative_to(SOURCE).as_posix())
    def test_module_of_the_core_names_nothing_impure(self, path: Path) -> None:
        """A rule needs no clock, chance, environment, file or network: they are arguments."""
        assert list(impurities(path.read_text(encoding="utf-8"))) == []

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("import time", "line 1: time"),
            ("import os.path", "line 1: os.path"),
            ("import urllib.request", "line 1: urllib.request"),
            ("from random import choice", "line 1: random"),
            ("from urllib import parse, request", "line 1: urllib"),
            ("from uuid import uuid4", "line 1: uuid4"),
            ("def f():\n    import socket", "line 2: socket"),
            ("if TYPE_CHECKING:\n    from pathlib import Path", "line 2: pathlib"),
            ("datetime.now(UTC)", "line 1: .now"),
            ("field(factory=date.today)", "line 1: .today"),
            ("dt.datetime.utcnow()", "line 1: .utcnow"),
            ("uuid.uuid1()", "line 1: .uuid1"),
            ("print('x')", "line 1: print"),
            ("open('x')", "line 1: open"),
            ("reader = open", "line 1: open"),
            ("__import__('time')", "line 1: __import__"),
        ],
    )
    def test_impure_source_is_found(self, source: str, found: str) -> None:
        """The checker sees each way to reach outside."""
        assert list(impurities(source)) == [found]

    @pytest.mark.parametrize(
        "source",
        [
            "from datetime import UTC, datetime",
            "from urllib.parse import urlsplit",
            "from urllib import parse",
            "import urllib.parse",
            "from uuid import UUID, uuid5",
            "from leadmodel.values import time",
            "from .random import x",
            "def f(now: datetime) -> bool: return now > start",
            "open = 1",
        ],
    )
    def test_pure_source_is_let_through(self, source: str) -> None:
        """The checker takes no offence at arguments, at our own names and at what only computes."""
        assert list(impurities(source)) == []


#: Each way to be impure, as the body of a function.
IMPURE_BODIES: Final = {
    "clock of datetime": "from datetime import UTC, datetime; datetime.now(UTC)",
    "clock of date": "from datetime import date; date.today()",
    "clock of time": "import time; time.time()",
    "monotonic clock": "import time; time.perf_counter_ns()",
    "chance": "import random; random.random()",
    "chance of a helper": "import random; random.choice([1, 2])",
    "secrets": "import secrets; secrets.token_hex()",
    "random identifier": "import uuid; uuid.uuid4()",
    "random bytes": "import os; os.urandom(4)",
    "environment": "import os; os.environ.get('HOME')",
    "environment by function": "import os; os.getenv('HOME')",
    "file": "open(__file__).close()",
    "file by path": "import pathlib; pathlib.Path(__file__).read_text()",
    "file behind a helper": "import linecache; linecache.checkcache(); linecache.updatecache(__file__)",
    "unopened file": "import io; io.FileIO(__file__).close()",
    "folder": "import os; os.listdir('.')",
    "network": "import socket; socket.socket().close()",
    "command": "import subprocess; subprocess.run(['true'])",
    "log": "import logging; logging.getLogger('x').debug('y')",
    "terminal": "print('x')",
}


class TestPurityOfTheRun:
    """The core makes no impure call, whatever its source looks like."""

    @pytest.mark.parametrize("body", IMPURE_BODIES.values(), ids=IMPURE_BODIES)
    def test_impure_call_is_seen(self, body: str, tmp_path: Path) -> None:
        """The watch sees each way to reach outside, and says where."""
        planted = tmp_path / "planted.py"
        planted.write_text("", encoding="utf-8")
        impure = _function(body, planted)

        with watching(lambda name: name == str(planted)) as watch:
            impure()

        assert watch.found
        assert all(line.endswith(f"{planted}:2") for line in watch.found)

    @pytest.mark.parametrize(
        "body",
        [
            "from datetime import UTC, datetime; datetime(2026, 1, 1, tzinfo=UTC).isoformat()",
            "import uuid; uuid.uuid5(uuid.NAMESPACE_URL, 'x')",
            "from urllib.parse import urlsplit; urlsplit('https://a.example/b')",
            "import re, decimal; re.compile('a+').match('aa'); decimal.Decimal('1.50').normalize()",
            "import colorsys",
        ],
    )
    def test_pure_call_is_let_through(self, body: str, tmp_path: Path) -> None:
        """The watch takes no offence at what only computes, nor at Python loading a module."""
        planted = tmp_path / "planted.py"
        pure = _function(body, planted)

        with watching(lambda name: name == str(planted)) as watch:
            pure()

        assert watch.found == []

    def test_impure_calls_of_others_are_let_through(self, tmp_path: Path) -> None:
        """A test may look at the clock, and so may a function that the core was given."""
        planted = tmp_path / "planted.py"
        impure = _function("import time; time.time()", tmp_path / "given.py")
        calls_it = _function("given()", planted, given=impure)

        with watching(lambda name: name == str(planted)) as watch:
            impure()
            calls_it()

        assert watch.found == []

    def test_what_attrs_generates_for_the_core_is_the_core(self) -> None:
        """A default that looks at the clock is an impure record, although attrs makes the call."""
        generated = "<attrs generated methods leadmodel.values.money.Money>"
        elsewhere = "<attrs generated methods tests.test_values.Sample>"

        assert (is_core(generated), is_core(elsewhere)) == (True, False)

    def test_suite_fails_on_an_impure_function_in_the_core(self, tmp_path: Path) -> None:
        """With a planted clock in a room of the core, the run below would be red."""
        (tmp_path / "test_planted.py").write_text(_PLANTED_SUITE, encoding="utf-8")

        done = run(*_WATCHED, "-c", str(ROOT / "pyproject.toml"), str(tmp_path / "test_planted.py"))

        assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
        assert f"datetime.now was called at {SOURCE / 'display.py'}:1" in done.stdout

    def test_suite_of_the_core_makes_no_impure_call(self) -> None:
        """The tests of the core's rooms pass with every impure call of the core refused."""
        chosen = [*(f"tests/{name}" for name in CORE_TESTS), *(f"--deselect=tests/{name}" for name in EXHAUSTIVE)]

        done = run(*_WATCHED, *chosen, HYPOTHESIS_PROFILE="purity")

        assert done.returncode == 0, done.stdout + done.stderr


_WATCHED: Final = ("-m", "pytest", "-p", "tests.purity_plugin", "-p", "no:cacheprovider", "-q", "--no-header")

# The code of a planted function bears the file name of a module of the core, and so counts as one.
_PLANTED_SUITE: Final = f"""
from datetime import UTC, datetime

import pytest

CODE = compile("def impure(): return datetime.now(UTC)", {str(SOURCE / "display.py")!r}, "exec")

def test_planted_clock_is_refused():
    names = {{"datetime": datetime, "UTC": UTC}}
    exec(CODE, names)
    names["impure"]()

def test_own_clock_is_let_through():
    datetime.now(UTC)
"""


def _function(body: str, path: Path, **names: object) -> Callable[[], object]:
    """Make a function whose code says that it stands in the file *path*, on line 2."""
    space: dict[str, Any] = {"__file__": __file__, **names}
    exec(compile(f"def planted():\n    {body}\n", str(path), "exec"), space)  # noqa: S102  (our own text)
    planted: Callable[[], object] = space["planted"]
    return planted


class TestLightImport:
    """Importing leadmodel loads little."""

    def test_import_loads_no_extra_and_no_kit(self) -> None:
        """A program that classifies updates pays for no codec, no command, no test kit and no server."""
        heavy = "cattrs hypothesis click rich sqlalchemy pytest sqlite3 asyncio socket leadmodel.testing leadmodel.cli"

        loaded = _loaded_by("import leadmodel")

        assert "leadmodel" in loaded
        assert sorted(loaded & set(heavy.split())) == []

    def test_loading_the_command_is_seen(self) -> None:
        """The question above would notice the command: asked for by name, it is among the loaded."""
        assert {"leadmodel", "leadmodel.cli"} <= _loaded_by("import leadmodel.cli")


def _loaded_by(statement: str) -> set[str]:
    """Give the modules that are loaded once a statement has run in an interpreter that read no start-up files."""
    folders = {str(SOURCE.parent), str(Path(attrs.__file__).parents[1]), sysconfig.get_path("purelib")}
    program = f"import sys; sys.path += {sorted(folders)}; {statement}; print(*sys.modules)"

    done = run("-I", "-S", "-c", program)

    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
