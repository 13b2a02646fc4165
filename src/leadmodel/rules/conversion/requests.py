"""
What a caller asks of a conversion: which account, which contact, and whether there is to be a deal.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

import attrs

from leadmodel.entities import Account, Contact, Deal
from leadmodel.entities.convert import Unread, as_date
from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.values import Money, Ref
from leadmodel.values.text import key_fault


@attrs.frozen
class Match:
    """
    Use the record that matches, or make one where none does (CONV-3).
    """

    #: Of a contact: whether it leaves the account that it has for the lead's company (CONV-7).
    replace_account: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class New:
    """
    Make a new record, whatever matches.
    """


@attrs.frozen
class Use:
    """
    Use the record with this id.

    Raises:
        InvalidValue: The id is none.
    """

    id: str
    #: Of a contact: whether it leaves the account that it has for the lead's company (CONV-7).
    replace_account: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if fault := key_fault(self.id):
            problem = Problem(what=f"the id {shown(self.id)} {fault}", field="id", value=self.id)
            raise InvalidValue(subject="use", problems=(problem,))


@attrs.frozen
class Omit:
    """
    Make none and use none.
    """


@attrs.frozen(kw_only=True)
class NewDeal:
    """
    Make a deal with the conversion.

    Raises:
        InvalidValue: A fact is of another type; all is reported.
    """

    #: What people call it; "" takes the company's name, or the person's.
    name: str = ""
    #: The key of a pipeline; "" is the playbook's first.
    pipeline: str = ""
    #: The key of a stage; "" is the pipeline's first.
    stage: str = ""
    amount: Money | None = None
    #: The day on which it is expected to close.
    closes_on: date | None = attrs.field(default=None, converter=as_date)
    next_step: str = ""

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise InvalidValue(subject="new deal", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        for name in ("name", "pipeline", "stage", "next_step"):
            value = getattr(self, name)
            if not isinstance(value, str):
                yield Problem(what=f"{shown(value)} is no text", hint="write it as text", field=name, value=value)
        for name, kind, what, hint in (
            ("amount", Money, "money", "make it: Money(…)"), ("closes_on", date, "date", "pass a date"),
        ):  # fmt: skip
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                given = value.value if isinstance(value, Unread) else value
                yield Problem(what=f"{shown(given)} is no {what}", hint=hint, field=name, value=given)

    def given(self) -> dict[str, Any]:
        """
        Give what the deal is to hold: what is set here wins over what the lead brings.
        """
        names = ("name", "amount", "closes_on", "next_step")
        return {name: value for name in names if (value := getattr(self, name)) not in (None, "")}


#: What may be asked for an account or a contact, and for a deal.
Choice: TypeAlias = Match | New | Use | Omit
DealChoice: TypeAlias = NewDeal | Use | None


@attrs.frozen(kw_only=True)
class Request:
    """
    What a caller asks of a conversion.

    Raises:
        InvalidValue: A choice is none of those that there are; all is reported.
    """

    account: Choice = Match()
    contact: Choice = Match()
    deal: DealChoice = None

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise InvalidValue(subject="conversion", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        for name in ("account", "contact"):
            value = getattr(self, name)
            if not isinstance(value, (Match, New, Use, Omit)):
                hint = "pass Match(), New(), Use(id) or Omit()"
                yield Problem(what=f"{shown(value)} is no choice", hint=hint, field=name, value=value)
        if self.deal is not None and not isinstance(self.deal, (NewDeal, Use)):
            hint = "pass NewDeal(…), Use(id) or None"
            yield Problem(what=f"{shown(self.deal)} is no choice", hint=hint, field="deal", value=self.deal)

    def refs(self) -> tuple[Ref, ...]:
        """
        Give the records that are to be used: whoever is asked who is on record has to bring them along.
        """
        named = ((Account, self.account), (Contact, self.contact), (Deal, self.deal))
        return tuple(Ref(record_type, choice.id) for record_type, choice in named if isinstance(choice, Use))

    def digest(self) -> str:
        """
        Give what is kept of a request: the same request, whenever and by whomever, has the same (CONV-10).
        """
        return _digest(self)


@lru_cache(maxsize=256)
def _digest(request: Request) -> str:
    told = {name: _plain(getattr(request, name)) for name in ("account", "contact", "deal")}
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(choice: Choice | DealChoice) -> Any:  # noqa: ANN401  (plain data)
    if choice is None:
        return None
    facts = attrs.asdict(choice, recurse=False)
    return {"choice": type(choice).__name__, **{name: _plain_fact(value) for name, value in facts.items()}}


def _plain_fact(value: object) -> object:
    return str(value) if isinstance(value, (Money, date)) else value
