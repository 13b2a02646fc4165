"""The table of figures at the end of a run of the benchmarks."""

import pytest

from leadmodel.display import text_table
from tests.benchmarks.measuring import LEDGER


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run fail on what it measured: never by default, since other programs share the machine."""
    parser.addoption(
        "--fail-missed", action="store_true", help="fail where a benchmark misses its target by over 10 %%"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, what was aimed at, and the verdict."""
    if LEDGER:
        rows = [
            (
                figure.name,
                f"{figure.measured:,.2f}",
                "" if figure.target is None else f"{'≥' if figure.at_least else '≤'} {figure.target:,g}",
                figure.verdict,
            )
            for figure in LEDGER
        ]
        terminalreporter.section("figures (ratios within this run)")
        terminalreporter.write_line(text_table(("figure", "measured", "target", "verdict"), rows))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn missed targets into the exit status, where that was asked for."""
    missed = any(figure.verdict.startswith("missed") for figure in LEDGER)
    if missed and session.config.getoption("--fail-missed") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
