"""
Rows of the plain form, read: each key, what it holds, and everything that is wrong with it, at its place in the file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from leadmodel.criteria import Criterion, CustomField, parse_criterion
from leadmodel.entities import Record
from leadmodel.errors import InvalidCriterion, Problem, shown, suggestion
from leadmodel.processes.forms import FIELD, Form, Holds, Key, Words

_KINDS: Final[Mapping[type, str]] = {
    str: "text", bool: "true or false", int: "a whole number", float: "a fraction", list: "a list", dict: "a table",
}  # fmt: skip
_TYPES: Final[Mapping[Holds, type]] = {Holds.TEXT: str, Holds.WHOLE: int, Holds.TRUTH: bool, Holds.GUARD: str}
#: What to do where a value is of another type than is wanted.
_HINTS: Final[Mapping[Holds, str]] = {
    Holds.TEXT: "put it into quotes",
    Holds.WHOLE: "write it in digits, without quotes",
    Holds.TRUTH: "write true or false, without quotes",
    Holds.NAMES: 'write ["one", "two"]',
    Holds.GUARD: "put it into quotes",
}
#: What to do, as code says it, and as a file does.
_SPOKEN: Final = (
    (
        re.compile(r"allow it: allowing\('(\w+)', '(\w+)'\)"),
        r"allow it: a row in moves, from \1 to \2, with allowed = true",
    ),
    (re.compile(r"declare it, with fields=\[CustomField\(…\)\]"), "declare it: a row in fields"),
)


def _in_a_file(problem: Problem) -> Problem:
    """
    Give the problem with what is to be done in a file.
    """
    hint = problem.hint
    for pattern, said in _SPOKEN:
        hint = pattern.sub(said, hint)
    return attrs.evolve(problem, hint=hint)


@attrs.define
class Rows:
    """
    Reads the rows of one process, or of one set of rules; what is wrong is added to `problems`.
    """

    record_type: type[Record]
    problems: list[Problem]
    #: The organisation's own fields; None while they cannot be read, so that nothing is judged that names one.
    fields: tuple[CustomField, ...] | None = ()

    def refuse(self, where: str, what: str, hint: str = "", value: object = None, **facts: Any) -> None:  # noqa: ANN401  (of a problem)
        """
        Keep one thing that is wrong.
        """
        self.problems.append(Problem(what=what, hint=hint, where=where, value=value, **facts))

    def refuse_as(self, where: str, problem: Problem) -> None:
        """
        Keep what a check found, at its place in the file and with what to do there.
        """
        self.problems.append(attrs.evolve(_in_a_file(problem), where=where, field=""))

    def table(self, data: object, where: str, known: Iterable[str], hint: str) -> Mapping[str, Any] | None:
        """
        Give a table whose keys are known, or None where it is none; unknown keys are refused and left out.
        """
        if not isinstance(data, Mapping):
            self.refuse(where, f"{kind_of(data)} stands where a table is wanted", hint, data)
            return None
        names = tuple(known)
        for key in data:
            if key not in names:
                self.refuse(where, f"there is no key {shown(key)}", suggestion(key, names), key, options=names)
        return {key: data[key] for key in data if key in names}

    def own_fields(self, data: object, where: str) -> list[CustomField]:
        """
        Read the organisation's own fields, which the rest may name; two of one name are told by the check of the whole.
        """
        found: dict[str, CustomField] = {}
        several, sure = [], True
        for values, place, whole in self.list_of(data, where, FIELD):
            try:
                field = CustomField(**values) if whole else None
            except InvalidCriterion as error:
                for problem in error.problems:
                    self.refuse_as(place, problem)
                field = None
            if field is None or field.name in found:
                sure = False
            if field is not None:
                found[field.name] = field
                several.append(field)
        self.fields = tuple(several) if sure else None
        return several

    def list_of(self, data: object, where: str, form: Form) -> Iterator[tuple[dict[str, Any], str, bool]]:
        """
        Give what could be read of each row, its place, and whether all is there that must be; what is no list is one.
        """
        hint = f"write [[{where}]] over each" if "[" not in where else "write [{ … }, { … }]"
        if isinstance(data, (list, tuple)):
            for number, row in enumerate(data):
                yield self._row(row, f"{where}[{number}]", form, hint)
        else:
            self.refuse(where, f"{kind_of(data)} stands where a list of tables is wanted", hint, data)
            yield {}, where, False

    def _row(self, data: object, where: str, form: Form, hint: str) -> tuple[dict[str, Any], str, bool]:
        row = self.table(data, where, (key.name for key in form.keys), hint)
        if row is None:
            return {}, where, False
        values = {}
        for key in form.keys:
            if key.name in row:
                value = self.value(key, row[key.name], f"{where}.{key.name}")
                if value is not None:
                    values[key.attribute] = value
            elif key.default is None:
                self.refuse(where, f"the key {shown(key.name)} is missing", "add it")
        return values, where, all(key.attribute in values for key in form.keys if key.default is None)

    def value(self, key: Key, value: object, where: str) -> Any:  # noqa: ANN401  (whatever the key holds)
        """
        Read what a key holds; None is what cannot be read, or must not be judged yet.
        """
        if isinstance(key.holds, Form):
            return self._made(key.holds, value, where)
        if isinstance(key.holds, Words):
            return self._words(key.holds, value, where) if key.holds.several else self._word(key.holds, value, where)
        if key.holds is Holds.NAMES:
            return self._names(key, value, where)
        if type(value) is not _TYPES[key.holds]:
            self._refuse_type(key.holds, value, where)
            return None
        return self._guard(str(value), where) if key.holds is Holds.GUARD else value

    def _refuse_type(self, wanted: Holds, value: object, where: str) -> None:
        what = f"{shown(value)} is {kind_of(value)}, and {wanted.value} is wanted"
        self.refuse(where, what, _HINTS[wanted], value)

    def _word(self, words: Words, value: object, where: str) -> Any:  # noqa: ANN401  (what a word stands for)
        if isinstance(value, str) and value in words.means:
            return words.means[value]
        options = tuple(words.means)
        self.refuse(where, f"{shown(value)} is no {words.noun}", suggestion(value, options), value, options=options)
        return None

    def _words(self, words: Words, value: object, where: str) -> tuple[Any, ...] | None:
        """
        Read several words; where one of them is none, nothing is given.
        """
        if isinstance(value, str):
            value, places = [value], [where]
        elif isinstance(value, (list, tuple)):
            places = [f"{where}[{number}]" for number in range(len(value))]
        else:
            self._refuse_type(Holds.NAMES, value, where)
            return None
        found = [self._word(words, word, place) for word, place in zip(value, places, strict=True)]
        return None if None in found else tuple(found)

    def _made(self, form: Form, value: object, where: str) -> tuple[Any, ...] | None:
        """
        Make what a list of tables says; one table may stand for a list of one. Where one is wrong, nothing is given.
        """
        several, before = [value] if isinstance(value, Mapping) else value, len(self.problems)
        made = [form.makes(**filled(form, facts)) for facts, _, whole in self.list_of(several, where, form) if whole]
        return tuple(made) if len(self.problems) == before else None

    def _names(self, key: Key, value: object, where: str) -> tuple[str, ...] | None:
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, (list, tuple)):
            self._refuse_type(Holds.NAMES, value, where)
            return None
        found = []
        for number, name in enumerate(names):
            if isinstance(name, str):
                found.append(name)
            else:
                self._refuse_type(Holds.TEXT, name, f"{where}[{number}]")
        if key.name == "requires":
            found = [name for name in found if not self._is_unsure(name)]
        return tuple(found)

    def _guard(self, text: str, where: str) -> Criterion | None:
        if self._is_unsure(text):
            return None
        try:
            return parse_criterion(self.record_type, text, self.fields)
        except InvalidCriterion as error:
            self.problems += [_in_a_file(problem).at(where) for problem in error.problems]
            return None

    def _is_unsure(self, text: str) -> bool:
        return self.fields is None and "custom." in text


def kind_of(value: object) -> str:
    """
    Say of which type a plain value is.
    """
    return _KINDS.get(type(value), f"a {type(value).__name__}")


def filled(form: Form, values: dict[str, Any]) -> dict[str, Any]:
    """
    Add to the values of a row what holds where a key was left out.
    """
    for key in form.keys:
        if key.default is not None:
            values.setdefault(key.attribute, key.default(values))
    return values
