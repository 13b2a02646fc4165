"""
The text form, read: `status in (New, Contacted) and not (last_activity_at is_empty)`.

Conditions are joined by `and` or by `or`; where both occur, brackets say what is meant, because people disagree about
what binds closer. The parser keeps its own stack, so that no text exhausts Python's.
"""

from collections.abc import Iterable

import attrs

from leadmodel.criteria.building import check_type, resolved
from leadmodel.criteria.condition import Condition
from leadmodel.criteria.faults import refuse
from leadmodel.criteria.fields import CustomField, Field, declared
from leadmodel.criteria.kinds import FieldKind
from leadmodel.criteria.limits import (
    LEAVES_LIMIT,
    LEVELS_LIMIT,
    OPERANDS_LIMIT,
    leaves_problem,
    levels_problem,
    operands_problem,
)
from leadmodel.criteria.nodes import Criterion, all_of, any_of
from leadmodel.criteria.operators import LISTS, Operator, Takes
from leadmodel.criteria.plain import operand_from_words
from leadmodel.criteria.words import Word, Words
from leadmodel.entities import Entity
from leadmodel.errors import InvalidCriterion, Problem, masked


def parse_criterion(record_type: type[Entity], text: str, fields: Iterable[CustomField] | None = None) -> Criterion:
    """
    Read a criterion from its text form: the way back from `str(criterion)`.

    Args:
        record_type: The type of record that is asked about.
        text: Conditions, joined by `and` or by `or`, with `not (…)` and brackets. Text that is more than one word, or
            holds a comma, a bracket or a quote, stands in double quotes, with the escapes of JSON.
        fields: The organisation's own fields.

    Raises:
        InvalidCriterion: The text is no criterion; the column is named, and the nearest names are.

    Rule:
        CRIT-7, CRIT-9.
    """
    check_type(record_type)
    if not isinstance(text, str):
        what = f"a {type(text).__name__} is no text of a criterion"
        refuse(Problem(what=what, hint="pass its text form", field="text", value=text, rule="CRIT-7"))
    return _Parser(record_type, text, tuple(declared(fields).values())).whole()


@attrs.define
class _Group:
    """
    What stands between two brackets, as far as it has been read.
    """

    start: int
    negated: bool = False
    #: The word that joins the parts, "" until there is one.
    word: str = ""
    parts: list[Criterion] = attrs.field(factory=list)

    def criterion(self) -> Criterion:
        whole = any_of(self.parts) if self.word == "or" else all_of(self.parts)
        return ~whole if self.negated else whole


class _Parser:
    """
    One text on its way to becoming a criterion.
    """

    def __init__(self, record_type: type[Entity], text: str, fields: tuple[CustomField, ...]) -> None:
        self._record_type = record_type
        self._fields = fields
        self._words = Words(text)
        self._groups = [_Group(0)]
        self._leaves = self._operands = 0
        #: Whether the last field was personal: words behind it may belong to what it is compared with.
        self._personal = False

    def whole(self) -> Criterion:
        """
        Read to the end: a condition after its opening brackets, closing brackets, the word that joins, and so on.
        """
        while True:
            path = self._open()
            self._groups[-1].parts.append(self._condition(path))
            if (word := self._close()).kind == "end":
                return self._groups[0].criterion()
            self._join(word)

    def _open(self) -> Word:
        """
        Step over opening brackets, and give the word behind them.
        """
        while True:
            word = self._words.take()
            negated = word.keyword == "not"
            bracket = self._words.take() if negated else word
            if not bracket.is_mark("("):
                if negated:
                    self._words.refuse(bracket.start, f"'not' is followed by {bracket}", "write not (…)")
                return word
            if len(self._groups) >= LEVELS_LIMIT:
                self._words.refuse_as(bracket.start, levels_problem(f"more than {LEVELS_LIMIT}"))
            self._groups.append(_Group(bracket.start, negated))

    def _close(self) -> Word:
        """
        Step over closing brackets, and give the word behind them: one that joins, or the end.
        """
        while (word := self._words.take()).is_mark(")"):
            if len(self._groups) == 1:
                self._words.refuse(word.start, "the bracket was never opened", "remove it, or open it")
            group = self._groups.pop()
            self._groups[-1].parts.append(group.criterion())
        if word.kind == "end" and len(self._groups) > 1:
            self._words.refuse(self._groups[-1].start, "the bracket is never closed", "close it")
        return word

    def _join(self, word: Word) -> None:
        group = self._groups[-1]
        if word.keyword not in {"and", "or"}:
            hint = "join conditions by 'and' or 'or', and put text of several words into quotes"
            self._words.refuse(word.start, f"after a condition comes {self._said(word)}", hint)
        if group.word not in {"", word.keyword}:
            what = "'and' and 'or' are mixed, and nobody can say which comes first"
            self._words.refuse(word.start, what, "add brackets: (a and b) or c, or a and (b or c)")
        group.word = word.keyword

    def _condition(self, first: Word) -> Criterion:
        self._leaves += 1
        if self._leaves > LEAVES_LIMIT:
            self._words.refuse_as(first.start, leaves_problem(f"more than {LEAVES_LIMIT}"))
        path = self._path(first)
        operator = self._words.take()
        if operator.kind != "word" or operator.keyword:
            hint = f"a condition is a field, an operator and what it compares with: {path} is_empty"
            self._words.refuse(operator.start, f"after the field comes {operator}, and no operator", hint)
        places = {"field": first.start, "operator": operator.start}
        try:
            field, row = resolved(self._record_type, path, operator.text, self._fields)
            texts = self._operand_words(field, row)
            places |= {f"operands[{number}]": start for number, (start, _) in enumerate(texts)}
            places["operand"] = texts[0][0] if texts else operator.start
            return Condition(field, row.name, [operand_from_words(field, row, text) for _, text in texts])
        except InvalidCriterion as error:
            refuse(*(self._placed(problem, places) for problem in error.problems))

    def _placed(self, problem: Problem, places: dict[str, int]) -> Problem:
        if problem.where:
            return problem
        return attrs.evolve(problem, where=self._words.place(places.get(problem.field, places["operator"])))

    def _said(self, word: Word) -> str:
        return masked(word.text) if self._personal and word.kind in {"word", "quoted"} else str(word)

    def _path(self, first: Word) -> str:
        """
        Read a field: a word, and the name of a custom field in quotes behind it.
        """
        if first.kind != "word" or first.keyword:
            self._words.refuse(first.start, f"here comes {first}, and no condition", "begin it with a field")
        following = self._words.peek() if first.text.endswith(".") else first
        if following.kind == "quoted" and following.start == first.end:
            self._words.take()
            return first.text + following.text
        return first.text

    def _operand_words(self, field: Field, row: Operator) -> list[tuple[int, str]]:
        """
        Read what an operator compares with: where each operand begins, and its text.
        """
        self._personal = field.personal
        if row.takes is Takes.NOTHING:
            return []
        if row.takes in LISTS:
            return self._list(field)
        found = [self._operand(field)]
        if row.takes is Takes.TWO:
            word = self._words.take()
            if word.keyword != "and":
                hint = f"write {row.name} … and …"
                self._words.refuse(word.start, f"after the lower end comes {self._said(word)}", hint)
            found.append(self._operand(field))
        return found

    def _list(self, field: Field) -> list[tuple[int, str]]:
        opening = self._words.take()
        if not opening.is_mark("("):
            self._words.refuse(
                opening.start, f"a list begins with a bracket, and not with {opening}", "write (one, two)"
            )
        found: list[tuple[int, str]] = []
        if self._words.peek().is_mark(")"):
            self._words.take()
            return found
        while True:
            found.append(self._operand(field))
            word = self._words.take()
            if word.is_mark(")"):
                return found
            if not word.is_mark(","):
                hint = "put commas between the members of a list, and text of several words into quotes"
                self._words.refuse(word.start, f"within a list comes {self._said(word)}", hint)

    def _operand(self, field: Field) -> tuple[int, str]:
        word = self._words.take()
        if word.kind not in {"word", "quoted"} or word.keyword:
            hint = f'put it into quotes: "{word.text}"' if word.keyword else "write what to compare with"
            self._words.refuse(word.start, f"here comes {word}, and nothing to compare with", hint)
        self._operands += 1
        if self._operands > OPERANDS_LIMIT:
            self._words.refuse_as(word.start, operands_problem(f"more than {OPERANDS_LIMIT:,}"))
        text = word.text
        if field.kind is FieldKind.MONEY and word.kind == "word":
            currency = self._words.peek()
            if currency.kind == "word" and not currency.keyword:
                text = f"{text} {self._words.take().text}"
        return word.start, text
