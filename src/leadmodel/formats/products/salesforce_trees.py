"""
Salesforce's trees: the records of a document with what stands in them, children below and records that are looked up.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from leadmodel.display import counted
from leadmodel.errors import InvalidInput, Problem
from leadmodel.formats.products.objects import answered_error

__all__ = ["LINKS", "SalesforceRecord", "Tree", "records_in"]

# fmt: off
#: How a child in a tree refers to the record that it stands in: (object of the parent, of the child) to a field.
LINKS: Final = {
    ("Account", "Contact"): "AccountId",
    ("Account", "Opportunity"): "AccountId",
    ("Account", "Account"): "ParentId",
    ("Contact", "Contact"): "ReportsToId",
    ("Contact", "Opportunity"): "ContactId",
}
# fmt: on


@attrs.frozen
class SalesforceRecord:
    """
    One record of a tree: its object, its fields, and its place.
    """

    kind: str
    content: dict[str, Any]
    where: str


@attrs.define
class Tree:
    """
    The records of a source as they come, children after their parents.
    """

    name: str
    records: list[SalesforceRecord] = attrs.field(factory=list)
    #: Accounts that were looked up, by their ids: each is a record unless it stands in the source itself.
    looked_up: dict[str, SalesforceRecord] = attrs.field(factory=dict)
    problems: list[Problem] = attrs.field(factory=list)
    told: list[str] = attrs.field(factory=list)

    @classmethod
    def of(cls, payloads: Iterable[tuple[object, str]], name: str) -> "Tree":
        """
        Read the records out of documents, each with its place.

        Raises:
            InvalidInput: A document is none of records, or a record does not say what it is.
        """
        tree = cls(name)
        payload: object = None
        for payload, where in payloads:
            content = records_in(payload)
            if error := answered_error(payload, where):
                tree.problems.append(error)
            elif content is None:
                tree.problems.append(_no_tree(payload))
            else:
                listed = isinstance(content, list) and isinstance(payload, dict)
                tree.take(content, where, "records" if listed else "", None)
        tree.tell_more(_page(payload), name)
        if tree.problems:
            raise InvalidInput(subject=name, problems=tuple(tree.problems))
        return tree

    def take(self, content: object, where: str, path: str, parent: SalesforceRecord | None) -> None:
        """
        Take the records of a list, each before its children; what is none is a problem.
        """
        for number, record in enumerate(content if isinstance(content, list) else [content]):
            here = f"{path}[{number}]" if isinstance(content, list) else path
            attributes = record.get("attributes") if isinstance(record, dict) else None
            kind = attributes.get("type") if isinstance(attributes, dict) else None
            if not isinstance(kind, str):
                what, hint = "the record does not say what it is", 'give it "attributes": {"type": "Contact", …}'
                field = f"{here}.attributes.type" if here else "attributes.type"
                self.problems.append(Problem(what=what, hint=hint, field=field, value=kind))
            elif record.get("IsDeleted") is True:
                self.told.append(f"{where} {here}".rstrip() + ": it was deleted")
            else:
                self._keep(kind, record, where, here, parent)

    def _keep(self, kind: str, record: dict[str, Any], where: str, path: str, parent: SalesforceRecord | None) -> None:
        content = dict(self._fields(record, where, path))
        content["Id"] = content.get("Id", _id_of(record))
        link = LINKS.get((parent.kind, kind)) if parent else None
        if parent and link:
            content.setdefault(link, parent.content["Id"])
        kept = SalesforceRecord(kind, content, f"{where} {path}".rstrip())
        self.records.append(kept)
        for relation, value in record.items():
            if isinstance(value, dict) and _is_list(value):
                self.take(value["records"], where, f"{path}.{relation}.records".lstrip("."), kept)
                self.tell_more(value, where, f"{path}.{relation}".lstrip("."))

    def _fields(self, record: Mapping[str, Any], where: str, path: str) -> Iterator[tuple[str, Any]]:
        """
        Give the fields of a record; a record that is looked up gives its id, and what else is known of it.
        """
        for field, value in record.items():
            if not isinstance(value, dict):  # as most are
                yield field, value
                continue
            if field == "attributes" or _is_list(value):
                continue
            if not isinstance(value.get("attributes"), dict):
                yield field, value
                continue
            if (id_ := _id_of(value)) and f"{field}Id" not in record:
                yield f"{field}Id", id_
            within = dict(self._fields(value, where, f"{path}.{field}".lstrip(".")))
            if id_ and value["attributes"].get("type") == "Account" and within.get("Name"):
                place = f"{where} {path}.{field}".replace(" .", " ")
                self.looked_up.setdefault(str(id_), SalesforceRecord("Account", {**within, "Id": id_}, place))
            else:
                yield from ((f"{field}.{name}", one) for name, one in within.items())

    def tell_more(self, page: Mapping[str, Any], where: str, path: str = "") -> None:
        """
        Say that a page is not the last one.
        """
        if page.get("done") is False:
            self.told.append(f"{where} {path}".rstrip() + ": the pages that follow; nextRecordsUrl leads to them")

    def all_told(self, known: Container[str]) -> Iterator[str]:
        """
        Say what was left out.
        """
        counts = Counter(record.kind for record in self.records if record.kind not in known)
        for kind, number in counts.items():
            yield f"{self.name}: {counted(number, 'record')} of type {kind}"
        yield from self.told


def records_in(payload: object) -> Any:  # noqa: ANN401  (whatever JSON holds)
    """
    Give the records of a page, a list of records or a record as they are, and None where there is none of them.
    """
    page = _page(payload)
    if "records" in page:
        return page["records"] if isinstance(page["records"], list) else None
    if page:
        return page if "attributes" in page else None
    if isinstance(payload, list) and any(isinstance(one, dict) and "attributes" in one for one in payload):
        return payload
    return None


def _page(payload: object) -> Mapping[str, Any]:
    """
    Give the page that a document is, or that a command wrapped in its result; nothing where it is a list.
    """
    page = payload.get("result", payload) if isinstance(payload, dict) else {}
    return page if isinstance(page, dict) else {}


def _no_tree(payload: object) -> Problem:
    what = 'there is no list "records", so this is no tree of Salesforce records'
    hint = 'a tree is {"records": [{"attributes": {"type": "Lead", "referenceId": "LeadRef1"}, "LastName": …}]}'
    options = tuple(payload) if isinstance(payload, dict) else ()
    return Problem(what=what, hint=hint, field="records", options=options)


def _id_of(record: Mapping[str, Any]) -> object:
    """
    Give the id of a record: its own, the end of its address, or its reference.
    """
    attributes = record["attributes"]
    address = attributes.get("url")
    if record.get("Id") is None and isinstance(address, str):
        return address.rpartition("/")[2]
    return record.get("Id", attributes.get("referenceId"))


def _is_list(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("records"), list)
