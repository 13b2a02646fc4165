"""
The strategies of records: what products, address books and tables give out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from hypothesis import strategies as st

from leadmodel.testing.payloads import files, kept, records
from leadmodel.testing.payloads.drafts import Draft, of_payloads, under
from leadmodel.testing.payloads.facts import FACTS, Facts
from leadmodel.testing.payloads.kept import KINDS, CrmRecord
from leadmodel.testing.payloads.records import LACKS

Kind: TypeAlias = Literal["lead", "contact", "account", "deal"]


def _kept(
    product: str, kinds: Sequence[str], kind: str | None, size: int | None,
    form: Callable[[type[CrmRecord], list[Any]], Draft],
) -> st.SearchStrategy[Draft]:  # fmt: skip
    """
    Draw records of one type, and put them into a form.
    """

    def drawn(facts: Facts) -> Draft:
        record_type = KINDS[facts.pick(kinds) if kind is None else kind]
        number = facts.pick((1, 2, 3)) if size is None else size
        found = kept.records(facts, record_type, lacks=LACKS[product][record_type], size=number)
        return form(record_type, found)

    return FACTS.map(drawn)


def _answered(
    product: str, tables: Mapping[Any, records.Rows], key: str, kind: str | None, size: int | None,
    **more: object,
) -> st.SearchStrategy[Draft]:  # fmt: skip
    def form(record_type: type[CrmRecord], several: list[Any]) -> Draft:
        return Draft(
            format=product, facts=several, rows=lambda _: tables[record_type], means=records.with_custom(product),
            page=under(key, **more), inside=(key,), record_type=record_type,
        )  # fmt: skip

    return _kept(product, tuple(KINDS), kind, size, form)


@of_payloads
def zoho(*, kind: Kind | None = None, size: int | None = None) -> st.SearchStrategy[Draft]:
    """
    Give records as Zoho CRM's API answers; which module they are of, nothing in the answer says.

    About 3 ms a draw.

    Args:
        kind: What they are records of; None draws it.
        size: How many there are; None draws one to three.
    """
    return _answered("zoho", records.ZOHO, "data", kind, size, info={"more_records": False})


@of_payloads
def hubspot(*, kind: Kind | None = None, size: int | None = None) -> st.SearchStrategy[Draft]:
    """
    Give objects as HubSpot's API answers.

    About 3 ms a draw.

    Args:
        kind: What they are records of; None draws it.
        size: How many there are; None draws one to three.
    """
    return _answered("hubspot", records.HUBSPOT, "results", kind, size)


@of_payloads
def salesforce(*, kind: Kind | None = None, size: int | None = None) -> st.SearchStrategy[Draft]:
    """
    Give records as Salesforce's REST API answers a query.

    About 3 ms a draw.

    Args:
        kind: What they are records of; None draws it.
        size: How many there are; None draws one to three.
    """
    return _answered("salesforce", records.SALESFORCE, "records", kind, size, done=True)


@of_payloads
def vcard(*, size: int | None = None) -> st.SearchStrategy[Draft]:
    """
    Give cards of version 3.0, with folded lines.

    About 3 ms a draw.

    Args:
        size: How many there are; None draws one to three.
    """

    def form(record_type: type[CrmRecord], several: list[Any]) -> Draft:
        return Draft(
            format="vcard", facts=several, rows=lambda _: files.CARD, means=records.with_custom("vcard"),
            page=files.cards, inside=("card",), record_type=record_type, kind="vcard",
        )  # fmt: skip

    return _kept("vcard", (), "contact", size, form)


@of_payloads
def table(
    *, kind: Kind | None = None, delimiter: Literal[",", ";", "\t"] = ",", size: int | None = None
) -> st.SearchStrategy[Draft]:
    """
    Give tables whose columns are called as the fields of our records.

    About 3 ms a draw.

    Args:
        kind: What the rows are records of; None draws it.
        delimiter: What stands between cells.
        size: How many rows there are; None draws one to three.
    """

    def form(record_type: type[CrmRecord], several: list[Any]) -> Draft:
        rows = files.TABLE[record_type]
        return Draft(
            format="table", facts=several, rows=lambda _: rows, means=records.with_custom("table"),
            page=files.table(delimiter, rows), inside=("row",), record_type=record_type, kind="csv",
        )  # fmt: skip

    return _kept("table", tuple(KINDS), kind, size, form)
