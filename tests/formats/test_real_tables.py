"""Tables as they are found: a published set with its expected cells, and files that people were troubled by."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.shared_data import shared_data

from leadmodel import Account, InvalidInput, Problem
from leadmodel.formats.tables.files import Table
from leadmodel.formats.tabular import read_accounts

SPECTRUM: Final = ("csv_spectrum", "csvs")
TROUBLE: Final = ("csv_csvkit_examples",)

#: Files of which nothing can be read as they are, and what is said about it; every other one is a table.
REFUSED: Final = {
    "Datagov_FY10_EDU_recp_by_State": "line 1: column 1 has no name",
    "FY09_EDU_Recipients_by_State": "line 1: column 10 has no name",
    "empty": "the file is empty",
    "null_byte": "line 2: the line holds NUL",
    "sheetsxlsx_converted": "line 1: column 9 has no name",
    "test_empty_columns": "line 1: column 4 has no name",
    "test_latin1": "line 3, byte 16: 0xa9 is no UTF-8",
    "test_utf16_big": 'the file begins like UTF-16: pass encoding="utf-16"',
    "test_utf16_little": 'the file begins like UTF-16: pass encoding="utf-16"',
}
#: Files with rows whose cells are too few or too many: the lines.
MISSHAPEN: Final = {"bad": ["2", "3"], "bad_skip_lines": ["5", "6"], "test_extra_header": ["2"]}
#: Files with one line, which is taken for the header.
HEADER_ALONE: Final = {"no_header_row", "test_empty_columns_long_row", "test_empty_columns_short_row"}
#: Where the published set contradicts itself: the phone number of its table is another one in its expected cells.
CORRECTED: Final = {"location_coordinates": {"1234567890": "2095257564"}}


def names(*parts: str) -> list[str]:
    """Give the tables in a folder and below it; none where it is absent."""
    folder = shared_data(*parts)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.csv"))


def cells_in(path: Path, problems: list[Problem]) -> list[dict[str, str]]:
    """Give the rows of a table, each cell under its column; what is wrong with a row is added to *problems*."""
    table = Table(path)
    return [dict(zip(table.header, cells, strict=True)) for _, cells in table.rows(problems)]


@pytest.mark.parametrize("name", names(*SPECTRUM))
def test_cells_are_the_expected_ones(name: str, shared: Callable[..., Path]) -> None:
    """Commas and line breaks in quotes, quotes in quotes, empty cells; line ends within cells are all of one kind."""
    problems: list[Problem] = []
    text = shared("csv_spectrum", "json", f"{Path(name).stem}.json").read_text(encoding="utf-8")
    for written, meant in {"\\r\\n": "\\n", **CORRECTED.get(Path(name).stem, {})}.items():
        text = text.replace(written, meant)
    expected = json.loads(text)
    found = cells_in(shared(*SPECTRUM, name), problems)

    assert found == (expected if isinstance(expected, list) else [expected])
    assert problems == []


@pytest.mark.parametrize("name", names(*TROUBLE))
def test_troublesome_table_is_read_or_says_what_is_wrong(name: str, shared: Callable[..., Path]) -> None:
    """Byte order marks, other encodings, lines before the header, columns without a name, rows of other lengths."""
    path, problems = shared(*TROUBLE, name), list[Problem]()
    if reason := REFUSED.get(path.stem):
        with pytest.raises(InvalidInput) as caught:
            cells_in(path, problems)
        assert reason in str(caught.value)
        return
    rows = cells_in(path, problems)

    assert [problem.where.rpartition(" ")[2] for problem in problems] == MISSHAPEN.get(path.stem, [])
    assert (rows == [] and not problems) is (path.stem in HEADER_ALONE)


def test_public_figures_are_accounts_once_their_columns_are_named(shared: Callable[..., Path]) -> None:
    """A table of the census: 93 counties, each with every figure that no field is meant for."""
    counties = read_accounts(shared(*TROUBLE, "realdata", "acs2012_5yr_population.csv"), columns={"fips": "id"})
    (adams,) = (each for each in counties if each.id == "31001")

    assert len(counties) == 93
    assert adams == Account(
        id="31001", name="Adams County, NE", custom={"total_population": "31299", "margin_of_error": "0"}
    )
