"""What a playbook says of conversion holds together as a whole, and is shown as tables."""

from typing import Any

import attrs
import pytest

import leadmodel as lm
from leadmodel.rules.conversion import MAPPING, ConversionRules, MappingRow, Target
from tests.pages import bare

SIZE = lm.CustomField("size", "number")
LARGE = lm.where(lm.Lead, "custom.size", "at_least", 3, fields=[SIZE])


def wrong(**rules: Any) -> list[str]:  # noqa: ANN401  (any field of the rules)
    """Give what is wrong with rules that cannot be made."""
    with pytest.raises(lm.InvalidTable) as caught:
        ConversionRules(**rules)
    return [str(problem) for problem in caught.value.problems]


class TestChecks:
    """Rules of conversion contradict nothing."""

    def test_guard_on_an_undeclared_field_is_refused(self) -> None:
        """Nobody else who reads the rules could tell what the field holds (CONV-14)."""
        assert wrong(guard=LARGE) == [
            "guard: the guard asks about 'custom.size', which is not declared; declare it in fields= [CONV-14]"
        ]
        assert ConversionRules(guard=LARGE, fields=[SIZE]).guard == LARGE

    def test_field_that_is_declared_twice_is_told_once(self) -> None:
        """What asks for it is judged once the declaration is right."""
        assert wrong(fields=[SIZE, SIZE], requires=["custom.size"], guard=LARGE) == [
            "fields[1]: the custom field 'size' is declared twice; keep one of the two"
        ]

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            (
                lm.ChildRow(lm.Deal, "move"),
                "children: no deal hangs on a lead; give a row to Note, Activity or Task [CONV-8]",
            ),
            (
                lm.ChildRow("note", "move"),  # type: ignore[arg-type]  # a slip
                "children: no 'note' hangs on a lead; give a row to Note, Activity or Task [CONV-8]",
            ),
            (
                lm.ChildRow(lm.Note, "move", (lm.Lead,)),
                "children: nothing follows a lead to lead; send it to Account, Contact or Deal [CONV-8]",
            ),
        ],
    )
    def test_row_of_nothing_that_follows_is_refused(self, row: lm.ChildRow, problem: str) -> None:
        """Notes, activities and tasks hang on leads, and go to what a lead becomes (CONV-8)."""
        assert wrong(children=[row]) == [problem]

    def test_kind_with_two_rows_is_refused(self) -> None:
        """One of them would be lost in silence (CONV-8)."""
        assert wrong(children=[lm.ChildRow(lm.Note, "move"), lm.ChildRow(lm.Note, "copy")]) == [
            "children: 2 rows say what becomes of a note; keep one [CONV-8]"
        ]

    def test_reason_is_a_line_of_text(self) -> None:
        """It stands in reports."""
        rows = [MappingRow("rating", dropped="\0") if row.field == "rating" else row for row in MAPPING]

        assert wrong(mapping=rows) == ["rating: the reason holds U+0000, which no database keeps [CONV-4]"]

    def test_label_of_a_playbook_is_a_line_of_text(self) -> None:
        """People see it."""
        label: Any = 7
        with pytest.raises(lm.InvalidTable, match="label: the label is no text"):
            attrs.evolve(lm.playbooks.SIMPLE, label=label)


class TestShowing:
    """Rules of conversion print as tables."""

    def test_rules_print_as_tables_and_sentences(self) -> None:
        """Where each field goes, what follows a lead, what it is asked for."""
        rules = ConversionRules(
            requires=["emails", "title"], guard=LARGE, fields=[SIZE], unqualified="refuse",
            custom=[MappingRow("custom.size", [Target(lm.Account, "custom.size", "overwrite")])],
            children=[lm.ChildRow(lm.Note, "copy", (lm.Deal, lm.Account))],
        )  # fmt: skip
        mapping, children, asked = str(rules).split("\n\n")
        lines = mapping.splitlines()

        assert len(lines) == 2 + len(MAPPING) + 1
        assert lines[2].split() == ["company", "account.name", "fill"]
        assert lines[-1].split() == ["custom.size", "account.custom.size", "overwrite"]
        assert children.splitlines()[-1].split(maxsplit=2) == ["note", "copy", "deal, or account"]
        assert asked.splitlines() == [
            "a lead must hold: emails, title",
            "a lead must satisfy: custom.size at_least 3",
            "a lead that is unqualified: refuse",
            "a new contact whose e-mail address is known: warn",
        ]

    def test_usual_rules_ask_for_nothing(self) -> None:
        """What is not asked for is not mentioned."""
        assert str(ConversionRules()).split("\n\n")[-1].splitlines() == [
            "a lead that is unqualified: warn", "a new contact whose e-mail address is known: warn",
        ]  # fmt: skip

    def test_notebook_shows_the_same_and_no_markup_of_strangers(self) -> None:
        """A reason is text."""
        html = bare(ConversionRules().carrying("rating", dropped="<b>no</b>")._repr_html_())

        assert "<td>&lt;b&gt;no&lt;/b&gt;</td>" in html
        assert "<td>phones</td><td>contact.phones, account.phones (of kind main)</td><td>fill</td>" in html
        assert html.count("<table>") == 3

    def test_playbook_in_a_notebook_names_its_rules(self) -> None:
        """A playbook is a few facts, not tables in a cell."""
        assert f"<td>ConversionRules({len(MAPPING)} rows)</td>" in bare(lm.playbooks.ZOHO._repr_html_())
