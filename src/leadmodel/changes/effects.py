"""
Effects: what is to be sent or done outside, kept with the changes that it belongs to.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.values import EMPTY, FrozenMap, Ref
from leadmodel.values.text import key_fault


def _as_payload(content: Mapping[str, Any]) -> FrozenMap[Any]:
    return FrozenMap(content) if content else EMPTY


def _as_refs(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(refs))


@attrs.frozen(kw_only=True)
class Effect:
    """
    Something to be sent or done outside: the host does it, at least once, and knows it again by its key (FLOW-2).

    Raises:
        InvalidValue: The key or the kind is blank or no text, or it is about what is no record; all is reported.
    """

    #: The same key is the same effect.
    key: str
    #: What is to be done: "email", "webhook".
    kind: str
    payload: FrozenMap[Any] = attrs.field(default=EMPTY, converter=_as_payload, repr=False)
    #: The records that the payload tells of: it goes when one of them is forgotten (LIFE-2). An effect that names none
    #: is taken to tell of every record that changes together with it.
    about: tuple[Ref, ...] = attrs.field(default=(), converter=_as_refs, repr=False)

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidValue(subject="effect", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        for name, value in (("key", self.key), ("kind", self.kind)):
            if fault := key_fault(value):
                yield Problem(what=f"the {name} {shown(value)} {fault}", field=name, value=value)
        for place, ref in enumerate(self.about):
            if not isinstance(ref, Ref):
                what, hint = f"{shown(ref)} is no reference", "pass record.ref"
                yield Problem(what=what, hint=hint, field=f"about[{place}]", value=ref)

    def forgotten(self) -> "Effect":
        """
        Give what may be kept of it once somebody whom it tells of is forgotten: what it was, and not what it said.
        """
        return attrs.evolve(self, payload=EMPTY)
