"""Strict JSON: exact numbers, no key twice, nothing that exhausts stack or memory, and every refusal with its place."""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.codec import parse_json
from leadmodel.errors import InvalidInput, Problem


def refusal(text: object, **options: object) -> tuple[Problem, ...]:
    """Give the problems with which a document is refused."""
    with pytest.raises(InvalidInput) as caught:
        parse_json(text, **options)  # type: ignore[arg-type]  # what is no text is refused too
    assert caught.value.subject == "JSON"
    return caught.value.problems


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


class TestReading:
    """What a document says is what is given."""

    def test_whole_numbers_stay_whole_and_fractions_exact(self) -> None:
        """A number of a payload may be money, or an id beyond 2^53: no digit is lost."""
        content = parse_json('{"amount": 350000000.50, "id": 9007199254740993, "e": 3.5E8}')

        assert content == {"amount": Decimal("350000000.50"), "id": 9007199254740993, "e": Decimal("3.5E8")}
        assert str(content["amount"]) == "350000000.50"
        assert type(content["id"]) is int

    @pytest.mark.parametrize(
        "text", ['\ufeff{"a": "ü"}', '{"a": "ü"}', '\ufeff{"a": "ü"}'.encode(), '{"a": "ü"}'.encode()]
    )
    def test_byte_order_mark_says_nothing(self, text: str | bytes) -> None:
        """UTF-8 is read with or without a byte order mark, from text or bytes."""
        assert parse_json(text) == {"a": "ü"}

    @given(JSON_VALUES)
    def test_what_python_writes_is_read_back(self, value: object) -> None:
        """Every value of JSON comes back equal."""
        assert parse_json(json.dumps(value)) == value

    def test_brackets_and_digits_within_strings_do_not_count(self) -> None:
        """A long text of brackets, quotes, digits and words is a text."""
        text = "[{" * 100 + '\\"' + "9" * 5_000 + " NaN Infinity"

        assert parse_json('["' + text + '"]') == ["[{" * 100 + '"' + "9" * 5_000 + " NaN Infinity"]

    def test_sixty_four_levels_are_read(self) -> None:
        """The limit of nesting is itself allowed, and closed brackets do not add up."""
        text = "[" + "[" * 63 + "]" * 63 + ',{"a":1}' * 100 + "]"

        assert len(parse_json(text)) == 101  # type: ignore[arg-type]  # a list


class TestRefusing:
    """What is no strict JSON is refused with place, value and remedy."""

    def test_key_given_twice(self) -> None:
        """Which of two values was meant, nobody knows; every repeated key is named."""
        problems = refusal('{"a": 1, "a": 2, "b": {"c": 1, "c": 1}}')

        assert problems == tuple(
            Problem(
                what=f"the key {key!r} is given twice in one object", hint="keep one of the two", field=key, value=key
            )
            for key in ("c", "a")
        )

    def test_numbers_that_are_none(self) -> None:
        """NaN and the infinities are named with their places, together with what else is wrong."""
        problems = refusal('{"a": NaN,\n "b": [-Infinity, "NaN"], "c": 1, "c": 1}')

        hint = "write null, or leave it out"
        assert problems == (
            Problem(what="the key 'c' is given twice in one object", hint="keep one of the two", field="c", value="c"),
            Problem(what="NaN is no JSON number", hint=hint, where="line 1, column 7", value="NaN"),
            Problem(what="-Infinity is no JSON number", hint=hint, where="line 2, column 8", value="-Infinity"),
        )

    @pytest.mark.parametrize("opening", ["[", '{"a":'])
    def test_nesting_beyond_the_limit(self, opening: str) -> None:
        """A document that would exhaust the stack is refused before anything is called recursively."""
        problems = refusal(opening * 100_000)

        column = 64 * len(opening) + 1
        assert problems == (
            Problem(
                what="it is nested more than 64 levels deep", hint="flatten it", where=f"line 1, column {column:,}"
            ),
        )

    def test_number_with_too_many_digits(self) -> None:
        """A number beyond Python's own limit is refused with its place; every one is named."""
        problems = refusal('{"a": "x",\n "b": ' + "9" * 4_301 + ', "c": ' + "1" * 5_000 + "}")

        hint = "write it as text"
        assert problems == (
            Problem(what="a number has 4,301 digits, and 4,300 is the limit", hint=hint, where="line 2, column 7"),
            Problem(what="a number has 5,000 digits, and 4,300 is the limit", hint=hint, where="line 2, column 4,315"),
        )

    @pytest.mark.parametrize("before", range(0, 430, 43))
    def test_limit_of_digits_wherever_a_number_stands(self, before: int) -> None:
        """The longest number is read and one digit more is refused, whatever stands before and behind."""
        longest, document = "9" * 4_300, '[{}{}, 1, "x"{}]'

        for offset in range(before, before + 43):
            pad = " " * offset
            assert parse_json(document.format(pad, longest, pad)) == [int(longest), 1, "x"]
            (problem,) = refusal(document.format(pad, longest + "9", pad))
            assert problem.what == "a number has 4,301 digits, and 4,300 is the limit"
            assert problem.where == f"line 1, column {offset + 2}"

    def test_many_long_numbers_are_looked_at_once_each(self) -> None:
        """A document of the longest numbers is no work without end."""
        numbers = ["9" * 4_300] * 2_000

        assert len(refusal(f"[{','.join(numbers)}, {'9' * 4_301}]")) == 1

    def test_exponent_that_no_decimal_holds(self) -> None:
        """An exponent beyond what a decimal can have is refused, not rounded."""
        assert refusal("[1e99999999999999999999]") == (
            Problem(what="it holds a number that is too long to be kept exactly", hint="write it as text"),
        )

    @pytest.fixture
    def few_digits(self) -> Iterator[None]:
        """Let Python convert fewer digits than usual."""
        before = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(640)
        yield
        sys.set_int_max_str_digits(before)

    @pytest.mark.usefixtures("few_digits")
    def test_lower_limit_of_the_interpreter(self) -> None:
        """Where the program allows fewer digits, the error is still ours."""
        assert refusal("[" + "9" * 641 + "]") == (
            Problem(what="it holds a number that is too long to be kept exactly", hint="write it as text"),
        )

    def test_document_that_is_too_long(self) -> None:
        """The limit is the caller's: one character more is refused."""
        assert parse_json("[1]", limit=3) == [1]
        assert refusal("[12]", limit=3) == (
            Problem(what="it has 4 characters, and 3 is the limit", hint="split it, or raise limit="),
        )

    def test_bytes_that_are_too_many(self) -> None:
        """Bytes that cannot be few enough characters are refused before they are decoded."""
        assert refusal(b"\xff" * 16, limit=3) == (
            Problem(what="it has 16 bytes, and 3 characters is the limit", hint="split it, or raise limit="),
        )

    @pytest.mark.parametrize(
        ("data", "where", "what", "hint", "value"),
        [
            ('{"a":\n "é"}'.encode("cp1252"), "line 2, column 3", "byte 8 (0xe9) is no UTF-8", "save it as UTF-8", 8),
            ("[1]".encode("utf-16"), "line 1, column 1", "byte 0 (0xff) is no UTF-8", "it looks like UTF-16", 0),
            (b"\x1f\x8b\x08", "line 1, column 2", "byte 1 (0x8b) is no UTF-8", "it looks compressed with gzip", 1),
        ],
    )
    def test_bytes_in_another_encoding(self, data: bytes, where: str, what: str, hint: str, value: int) -> None:
        """The first byte that is no UTF-8 is named, and what the file looks like."""
        assert refusal(data) == (Problem(what=what, hint=hint, where=where, value=value),)

    @pytest.mark.parametrize(
        ("text", "what", "where"),
        [
            ("", "it is no JSON: expecting value", "line 1, column 1"),
            ('{"a": 1,\n "b": 2 3}', "it is no JSON: expecting ',' delimiter", "line 2, column 9"),
            ("{'a': 1}", "it is no JSON: expecting property name enclosed in double quotes", "line 1, column 2"),
            ('["a\nb"]', "it is no JSON: invalid control character", "line 1, column 4"),
            ('["\\"\\"', "it is no JSON: unterminated string", "line 1, column 2"),
        ],
    )
    def test_text_that_is_no_json(self, text: str, what: str, where: str) -> None:
        """Line and column say where it stops being JSON."""
        assert refusal(text) == (Problem(what=what, hint="correct it", where=where),)

    def test_second_document(self) -> None:
        """JSON lines are several documents."""
        assert refusal('{"a": 1}\n{"a": 2}') == (
            Problem(
                what="it is no JSON: extra data", hint="pass one document; of JSON lines, pass each line by itself",
                where="line 2, column 1",
            ),
        )  # fmt: skip

    def test_what_is_no_text(self) -> None:
        """A payload that was parsed already is no text."""
        assert refusal({"a": 1}) == (Problem(what="a dict is no JSON text", hint="pass text or bytes", value={"a": 1}),)

    def test_subject_is_named(self) -> None:
        """The error says which file it is about."""
        with pytest.raises(InvalidInput) as caught:
            parse_json("[", subject="people.json")

        assert str(caught.value) == "people.json: line 1, column 2: it is no JSON: expecting value; correct it"

    def test_string_without_end_is_passed_over_once(self) -> None:
        """A million escaped quotes in a string that never ends are looked at once each: an answer comes at all."""
        (problem,) = refusal("[" * 65 + '"' + '\\"' * 1_000_000)

        assert problem.what == "it is nested more than 64 levels deep"

    def test_many_brackets_that_never_close_are_no_depth(self) -> None:
        """What is no JSON is told as such, however many brackets it has."""
        (problem,) = refusal("[" + "[]," * 100)

        assert problem.what.startswith("it is no JSON")

    @given(
        st.recursive(
            st.sampled_from([None, 1, 'a"b', "\\", 'x\\"', "[", "]", '{"', '\\\\"[', "é\ud800"]),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab[]{}\\"', max_size=3), inner),
            max_leaves=30,
        ),
        st.integers(1, 8),
        st.booleans(),
    )
    def test_depth_is_that_of_the_value(self, value: object, limit: int, ascii_alone: bool) -> None:
        """However many brackets there are, beside each other or in texts: as many levels as allowed are read."""
        text = json.dumps(value, ensure_ascii=ascii_alone)
        if depth_of(value) > limit:
            (problem,) = refusal(text, depth=limit)
            assert problem.what == f"it is nested more than {limit} levels deep"
        else:
            assert parse_json(text, depth=limit) == value


def depth_of(value: object) -> int:
    """Give the levels of a value."""
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if members is None else 1 + max(map(depth_of, members), default=0)
