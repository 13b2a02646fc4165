"""Every example that a reader may copy runs: in the README, in the docs and in the docstrings of the source."""

import doctest
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from sybil import Document, Sybil
from sybil.document import PythonDocStringDocument
from sybil.evaluators.python import PythonEvaluator
from sybil.example import SybilFailure
from sybil.parsers import myst, rest

from tests.house import ROOT, SOURCE
from tests.unmeasured import unmeasured

FLAGS: Final = doctest.ELLIPSIS

#: Fences marked `python` (prompts or plain), `{code-cell} ipython3`, `{doctest}`. There is no way to skip one.
PAGES: Final = Sybil(
    [
        myst.PythonCodeBlockParser(doctest_optionflags=FLAGS),
        myst.CodeBlockParser("ipython3", PythonEvaluator()),
        myst.DocTestDirectiveParser(FLAGS),
    ],
    path=str(ROOT),
)

DOCSTRINGS: Final = Sybil(
    [rest.DocTestParser(FLAGS), rest.CodeBlockParser("python", PythonEvaluator())],
    path=str(ROOT),
    document_types={".py": PythonDocStringDocument},
)


def pages() -> list[Path]:
    """Give the pages that readers see: the README and the docs, without what a build left behind."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in found if path.exists() and "_build" not in path.parts]


def ways_around(text: str, document: Document) -> list[str]:
    """Give the lines of a page that look like an example of Python and are none that runs."""
    fences = ("```py", "```ipython", "```{code-cell}", "```{code-block} py", "```{code} py", "~~~py")
    known = {"```python", "```{code-cell} ipython3", "```{code-block} python", "```{code} python"}
    lines = [line.strip() for line in text.splitlines()]
    strange = [line for line in lines if line.startswith(fences) and line not in known]
    prompts = [line for line in lines if line.startswith(">>>")]
    run = [e for e in document.examples() if isinstance(e.parsed, doctest.Example)]
    return strange + (prompts if len(prompts) != len(run) else [])


def run_all(document: Document) -> Sequence[str]:
    """Run the examples of a document in order, in one namespace, and give what failed, each with its line."""
    failures = []
    for example in document.examples():
        try:
            example.evaluate()
        except SybilFailure as failure:
            failures.append(str(failure))
        except Exception as error:  # noqa: BLE001  (whatever an example raises is the finding)
            failures.append(f"{example.path}:{example.line}: {type(error).__name__}: {error}")
    return failures


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_examples_of_the_page_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page shows is what happens."""
    monkeypatch.chdir(tmp_path)
    document = PAGES.parse(path)

    assert ways_around(path.read_text(encoding="utf-8"), document) == []
    with unmeasured():
        assert run_all(document) == []


def test_text_below_an_example_of_the_readme_is_what_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the README says what an example prints, it prints exactly that."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(python|text)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    names: dict[str, object] = {}
    told, printed = [], []
    for (kind, body), (following, _) in pairwise([*blocks, ("", "")]):
        if kind == "text":
            told.append(body)
        elif not body.startswith(">>>"):
            exec(body, names)  # noqa: S102  (our own page)
            printed += [capsys.readouterr().out] if following == "text" else []

    assert len(told) > 1
    assert printed == told


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_examples_of_the_docstrings_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a docstring shows is what happens."""
    monkeypatch.chdir(tmp_path)

    assert run_all(DOCSTRINGS.parse(path)) == []


class TestTheRunner:
    """The runner of the examples is itself tried on broken ones."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("```python\n>>> 1 + 1\n3\n```\n", "Expected:\n    3\nGot:\n    2"),
            ("```python\nassert 1 + 1 == 3\n```\n", "page.md:1: AssertionError"),
            ("```{code-cell} ipython3\nmissing\n```\n", "page.md:1: NameError"),
            ("```{doctest}\n>>> 1 + 1\n3\n```\n", "Expected:\n    3\nGot:\n    2"),
        ],
    )
    def test_wrong_example_of_a_page_is_found(self, text: str, found: str, tmp_path: Path) -> None:
        """Each kind of fence is run."""
        page = tmp_path / "page.md"
        page.write_text(text, encoding="utf-8")

        (failure,) = run_all(PAGES.parse(page))

        assert found in failure

    def test_wrong_example_of_a_docstring_is_found(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The prompts in a docstring are run, with the names of its module at hand."""
        module = tmp_path / "planted_docstring.py"
        module.write_text('TWO = 2\ndef f():\n    """\n    >>> TWO + 1\n    4\n    """\n', encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)

        (failure,) = run_all(DOCSTRINGS.parse(module))

        assert "Expected:\n    4\nGot:\n    3" in failure

    @pytest.mark.parametrize(
        "text",
        [
            "```py\n1/0\n```\n",
            "```pycon\n1/0\n```\n",
            "```{code-cell}\n1/0\n```\n",
            "~~~python\n1/0\n~~~\n",
            ">>> 1/0\n",
        ],
    )
    def test_example_that_would_not_run_is_found(self, text: str, tmp_path: Path) -> None:
        """No spelling of a fence keeps an example from running."""
        page = tmp_path / "page.md"
        page.write_text(text, encoding="utf-8")

        assert ways_around(text, PAGES.parse(page)) == [text.splitlines()[0]]

    def test_right_examples_pass(self, tmp_path: Path) -> None:
        """Examples of one page share their names; other languages are left alone."""
        page = tmp_path / "page.md"
        text = "```python\nx = 1\n```\n\n```python\n>>> x\n1\n```\n\n```console\n$ leadmodel demo\n```\n"
        page.write_text(text, encoding="utf-8")
        document = PAGES.parse(page)

        assert (ways_around(text, document), run_all(document)) == ([], [])
