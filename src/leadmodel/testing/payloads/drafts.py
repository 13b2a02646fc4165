"""
Drafts: what was drawn for a payload, from which a sound one is written, or one in which something is wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import signature
from typing import Any, Final, ParamSpec, TypeAlias

import attrs
from hypothesis import strategies as st

from leadmodel.entities import SocialUpdate
from leadmodel.testing.payloads.writing import (
    Broken,
    Fault,
    Key,
    Meaning,
    Path,
    Payload,
    body_of,
    faults_in,
    found,
    put,
    shown_path,
)

#: Puts bodies together, and knows the facts that they tell.
Page: TypeAlias = Callable[[Sequence[Any], Sequence[Any]], Any]


@attrs.frozen(kw_only=True)
class Draft:
    """
    What a payload will tell, and how it is written.
    """

    format: str
    #: What is told, one body each.
    facts: Sequence[Any]
    rows: Callable[[Any], Sequence[Key[Any]]]
    means: Callable[[Any], Meaning]
    page: Page
    #: Where the bodies stand in the page; None where the one body is the payload.
    inside: Path | None = ()
    server: str = ""
    record_type: type[Meaning] = SocialUpdate
    #: What can be wrong with the whole: a key of `WHOLE`.
    kind: str = "json"

    def bodies(self) -> list[Any]:
        """
        Write the bodies.
        """
        return [body_of(self.rows(fact), fact) for fact in self.facts]

    def written(self, bodies: Sequence[Any]) -> Any:  # noqa: ANN401  (any payload)
        """
        Put bodies together.
        """
        return bodies[0] if self.inside is None else self.page(bodies, self.facts)

    def payload(self) -> Payload:
        """
        Write the payload.
        """
        return Payload(
            format=self.format, body=self.written(self.bodies()), means=tuple(map(self.means, self.facts)),
            server=self.server, record_type=self.record_type,
        )  # fmt: skip

    def faults(self) -> list[tuple[int, Key[Any], Fault]]:
        """
        Give everything that can be wrong in the bodies. Of formats that are text, only what is text itself.
        """
        textual = self.kind != "json"
        return [
            (number, row, fault)
            for number, (fact, body) in enumerate(zip(self.facts, self.bodies(), strict=True))
            for row, fault in faults_in(self.rows(fact), body)
            if not textual or isinstance(fault.instead(str(found(body, row.steps))), str)
        ]

    def with_fault(self, number: int, row: Key[Any], fault: Fault) -> Broken:
        """
        Write the payload with one place wrong.
        """
        bodies, means = self.bodies(), tuple(map(self.means, self.facts))
        bodies[number] = put(bodies[number], row.steps, fault.instead(found(bodies[number], row.steps)))
        prefix = () if self.inside is None else (*self.inside, number)
        before, after = means[:number], means[number + 1 :]
        mended = _mended(means[number], row, fault)
        return Broken(
            format=self.format, body=self.written(bodies), what=fault.what, where=shown_path((*prefix, *row.steps)),
            may_mean=tuple(dict.fromkeys((means, (*before, mended, *after)))), rest=(*before, *after),
            server=self.server, record_type=self.record_type,
        )  # fmt: skip


def _mended(meaning: Meaning, row: Key[Any], fault: Fault) -> Meaning:
    """
    Give what is meant in spite of a fault that can be put right.
    """
    if fault.meant is None or not row.fills:
        return meaning
    changed: dict[str, Any] = {row.fills: fault.meant(getattr(meaning, row.fills))}
    return attrs.evolve(meaning, **changed)


def under(key: str, **more: object) -> Page:
    """
    Give what puts bodies into an object under a key, with more beside it.
    """
    return lambda bodies, _: {key: list(bodies), **more}


#: What can be wrong with a whole document: a sentence, and what makes it so out of the text and of a number.
Whole: TypeAlias = tuple[str, Callable[[str, int], str | bytes]]


def _truncated(text: str, number: int) -> str:
    cut = text.rstrip()
    return cut[: 1 + number % (len(cut) - 1)]


def _bad_byte(text: str, number: int) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    place = number % len(data)
    return data[:place] + b"\xff" + data[place:]


_DECLARED: Final = "?>\n"


def _with_doctype(declarations: str, reference: str) -> Callable[[str, int], str]:
    def changed(text: str, _number: int) -> str:
        head, _, rest = text.partition(_DECLARED)
        return f"{head}?>\n<!DOCTYPE tea [{declarations}]>\n{rest.replace('<title>', f'<title>{reference}', 1)}"

    return changed


_LAUGHS: Final = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_CUT: Final[Whole] = ("it was cut off", _truncated)
_ENCODED: Final[Whole] = ("a byte that is no UTF-8", _bad_byte)
#: What can be wrong with whole documents, by their kind.
WHOLE: Final[Mapping[str, tuple[Whole, ...]]] = {
    "json": (
        _CUT,
        _ENCODED,
        ("it is in UTF-16", lambda text, _: text.encode("utf-16", "surrogatepass")),
        ("it is nested without end", lambda text, _: "[" * 100_000 + text + "]" * 100_000),
        ("a key is given twice", lambda text, _: f'{{"tea": 1, "tea": 2, "feed": {text}}}'),
        ("NaN is no JSON", lambda text, _: f'{{"tea": NaN, "feed": {text}}}'),
        ("something follows the end", lambda text, _: f"{text}]"),
    ),
    "xml": (
        _CUT,
        _ENCODED,
        ("entities multiply", _with_doctype(f'<!ENTITY l0 "tea">{_LAUGHS}', "&l9;")),
        ("an entity leads to a file", _with_doctype('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;")),
        ("an entity leads elsewhere", _with_doctype('<!ENTITY % x SYSTEM "http://tea.example/x"> %x;', "tea")),
        ("an element is not closed", lambda text, _: text.replace("</title>", "", 1)),
    ),
    "csv": (
        _ENCODED,
        ("a line holds NUL", lambda text, number: f"{text}\x00{number}\r\n"),
        ("a row has too many cells", lambda text, _: text.rstrip() + ",x;x\tx" * 99 + "\r\n"),
        ("a quote is never closed", lambda text, _: f'{text}"'),
        ("a column is there twice", lambda text, _: _twice(text)),
    ),
    "vcard": (_ENCODED, ("it was cut off", lambda text, _: text.rstrip()[: -len("END:VCARD")])),
}  # fmt: skip


def _twice(text: str) -> str:
    header, _, rest = text.partition("\r\n")
    delimiter = next(sign for sign in ",;\t" if sign in header)
    return f"{header}{delimiter}id\r\n" + "".join(f"{line}{delimiter}1\r\n" for line in rest.split("\r\n") if line)


_CHANCE: Final[st.SearchStrategy[int]] = st.integers(0, 5)
_PLACE: Final[st.SearchStrategy[int]] = st.integers(0, 10**6)


@st.composite
def broken_of(draw: st.DrawFn, draft: Draft) -> Broken:
    """
    Draw what is wrong with a payload: mostly one place, now and then the whole.
    """
    faults = draft.faults()
    if draw(_CHANCE) and faults:
        return draft.with_fault(*draw(st.sampled_from(faults)))
    what, change = draw(st.sampled_from(WHOLE[draft.kind]))
    payload = draft.payload()
    return Broken(
        format=draft.format, body=change(payload.text, draw(_PLACE)), what=what, where="",
        rest=payload.means[:-1] if draft.kind == "vcard" else (),  # one card has nothing to do with another
        server=draft.server, record_type=draft.record_type,
    )  # fmt: skip


P = ParamSpec("P")
#: What is drawn for each format, by its name.
DRAFTS: Final[dict[str, Callable[..., st.SearchStrategy[Draft]]]] = {}


@st.composite
def _written(draw: st.DrawFn, *, drafts: st.SearchStrategy[Draft]) -> Payload:
    """
    Write what was drafted; a composite shows the payload where a test fails, and not what it was made of.
    """
    return draw(drafts).payload()


def of_payloads(drafts: Callable[P, st.SearchStrategy[Draft]]) -> Callable[P, st.SearchStrategy[Payload]]:
    """
    Make a strategy of payloads out of one of drafts, and list it under its name.
    """
    name = drafts.__name__
    DRAFTS[name] = drafts

    @wraps(drafts)
    def payloads(*given: P.args, **options: P.kwargs) -> st.SearchStrategy[Payload]:
        return _written(drafts=drafts(*given, **options))

    shown: Any = payloads
    shown.__signature__ = signature(drafts).replace(return_annotation=st.SearchStrategy[Payload])
    return payloads
