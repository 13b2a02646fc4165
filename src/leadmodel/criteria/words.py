"""
The words of the text form: brackets, commas, words, texts in quotes, and where each of them stands.

Words are found one by one as the parser asks for them, so that a text which breaks a limit is refused at the place
where it does, however long it is.
"""

import json
import re
from typing import Final, NoReturn

import attrs

from leadmodel.criteria.faults import refuse
from leadmodel.criteria.printing import KEYWORDS
from leadmodel.errors import Problem, shown

#: Possessive throughout: no text makes the search go back.
_WORD: Final = re.compile(
    r'\s*+(?:(?P<mark>[(),])|"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<open>")|(?P<word>[^\s(),"]++)|(?P<end>\Z))', re.DOTALL
)


@attrs.frozen
class Word:
    """
    One word of a text.
    """

    #: "mark", "word", "quoted" or "end".
    kind: str
    #: What it says: of a text in quotes, what stands in them.
    text: str
    start: int
    end: int

    def is_mark(self, mark: str) -> bool:
        """
        Whether it is this bracket or comma.
        """
        return self.kind == "mark" and self.text == mark

    @property
    def keyword(self) -> str:
        """
        "and", "or", "not", in small letters; "" where it is none of them.
        """
        folded = self.text.casefold() if self.kind == "word" else ""
        return folded if folded in KEYWORDS else ""

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else shown(self.text)


class Words:
    """
    A text, word by word.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def take(self) -> Word:
        """
        Give the next word and step over it; the end is never stepped over.

        Raises:
            InvalidCriterion: A quote is never closed, or an escape is none.
        """
        word = self.peek()
        self._position = word.end
        return word

    def peek(self) -> Word:
        """
        Give the next word.
        """
        found = _WORD.match(self._text, self._position)
        kind = str(found.lastgroup)  # type: ignore[union-attr]  # one of the ways always matches
        text, (start, end) = found[kind], found.span(kind)  # type: ignore[index,union-attr]  # as above
        if kind == "open":
            self.refuse(start, "the quote is never closed", 'close it; within quotes, write \\" for a quote')
        if kind == "quoted":
            return Word(kind, self._unescaped(text, start), start - 1, end + 1)
        return Word(kind, text, start, end)

    def _unescaped(self, text: str, start: int) -> str:
        if "\\" not in text:
            return text
        try:
            return str(json.loads(f'"{text}"', strict=False))
        except ValueError:
            hint = 'write \\\\ for a backslash, \\" for a quote, \\n for a line break, \\u0041 for a character'
            self.refuse(start - 1, "the text in quotes holds an escape that is none", hint)

    def place(self, position: int) -> str:
        """
        Name a position: the column, counted from one, after the line, where there are several.
        """
        before = self._text[:position]
        column = f"column {len(before) - before.rfind(chr(10))}"
        return f"line {before.count(chr(10)) + 1}, {column}" if "\n" in self._text else column

    def refuse(self, position: int, what: str, hint: str) -> NoReturn:
        """
        Raise with what is wrong at a position.
        """
        self.refuse_as(position, Problem(what=what, hint=hint, rule="CRIT-7"))

    def refuse_as(self, position: int, problem: Problem) -> NoReturn:
        """
        Raise with a problem at a position.
        """
        refuse(problem.at(self.place(position)))
