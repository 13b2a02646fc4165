"""
Finding: pages (S-8) and order (S-14).
"""
# ruff: noqa: RUF001  (words of many scripts are put in order)

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final

from leadmodel.criteria import where
from leadmodel.entities import Account, Deal, Entity, Lead, Rating
from leadmodel.errors import InvalidCriterion
from leadmodel.ports import Keeper, walk
from leadmodel.testing.conformance.basis import Conformance, Opener, clause
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import each_once, raised, same, same_records
from leadmodel.testing.conformance.samples import NOON, account, creating, deleting, ids_of, lead, leads, updating
from leadmodel.values import Money

_DAY: Final = timedelta(days=1)
#: More pages, and more records, than any of these tests needs.
_MANY: Final = 200

#: Leads with ties, missing values and texts that are equal but for their spelling.
_MIXED: Final = (
    lead("l01", company="beta", employees=3, created_at=NOON),
    lead("l02", company="Alpha", employees=1, created_at=NOON + _DAY),
    lead("l03", company="ALPHA", created_at=NOON),
    lead("l04", company="alpha", employees=3),
    lead("l05", company="Straße", employees=0, created_at=NOON - _DAY),
    lead("l06", company="STRASSE", employees=3, created_at=NOON),
    lead("l07", company="Ölmühle", employees=10, created_at=NOON),
    lead("l08"),
    lead("l09"),
    lead("l10", employees=1, created_at=NOON + timedelta(microseconds=1)),
    lead("l11", company="_x", employees=2),
)
_ORDERS: Final[tuple[tuple[str, ...], ...]] = (
    (), ("company",), ("-company",), ("employees",), ("-employees",), ("created_at",), ("-created_at",),
    ("company", "-employees"), ("-employees", "company"), ("-created_at", "-employees", "-company"), ("-id",),
)  # fmt: skip


def _pages(store: Any, question: Any, limit: int, order_by: Sequence[str] = ()) -> Iterator[list[Entity]]:  # noqa: ANN401  (any reader, any question)
    after = None
    for _ in range(_MANY):
        page = store.find(question, order_by=order_by, limit=limit, after=after)
        yield list(page)
        after = page.after
        if after is None:
            return
    raise AssertionError(f"after {_MANY} pages of {limit} there is still another one")


class PageClauses(Conformance):
    """
    S-8: paging shows a record that matches throughout, and whose order does not change, exactly once.
    """

    @clause("S-8")
    def test_s08_pages_hold_what_is_found_at_once(self, open_store: Opener) -> None:
        """
        S-8: in every order, with pages of every size, ties and missing values at every border.
        """
        store = open_store()
        self.fill(store, _MIXED)

        for order_by in _ORDERS:
            at_once = list(store.find(Lead, order_by=order_by))
            for limit in range(1, len(_MIXED) + 2):
                pages = list(_pages(store, Lead, limit, order_by))
                what = f"pages of {limit} by {order_by}"
                same_records((each for page in pages for each in page), at_once, what)
                same([len(page) for page in pages[:-1]], [limit] * (len(pages) - 1), f"{what}, their sizes")
                same(bool(pages[-1]), True, f"{what}: the last one holds something")

    @clause("S-8")
    def test_s08_pages_of_a_question_hold_what_it_finds(self, open_store: Opener) -> None:
        """
        S-8: paging goes over what matches, not over what is there.
        """
        store = open_store()
        self.fill(store, _MIXED)
        question = where(Lead, "employees", "at_least", 1) | where(Lead, "company", "is", "strasse")

        for order_by in _ORDERS:
            found = ids_of(store.find(question, order_by=order_by))
            paged = [ids for page in _pages(store, question, 2, order_by) for ids in ids_of(page)]
            same(paged, found, f"pages of a question, by {order_by}")
            walked = islice(walk(store, question, order_by=order_by, batch=3), _MANY)
            same(ids_of(walked), found, f"a walk, by {order_by}")

    @clause("S-8")
    def test_s08_pages_show_each_once_while_records_come_in(self, open_store: Opener) -> None:
        """
        S-8: records that come in before and after the end of a page displace nobody.
        """
        for number, order_by in enumerate(_ORDERS):
            store = self.fresh(open_store)
            self.fill(store, _MIXED)
            seen: list[str] = []
            for place, page in enumerate(_pages(store, Lead, 2, order_by)):
                seen += ids_of(page)
                new = [
                    lead(f"{letter}{number:02}{place}", company=word, employees=size, created_at=NOON + day * _DAY)
                    for letter, word, size, day in (("a", "a", 1, -9), ("z", "zz", 99, 9), ("l03 ", "alpha", 3, 0))
                ]
                if place < len(_MIXED):
                    self.fill(store, new)
            each_once(seen, ids_of(_MIXED), f"records that were there throughout, by {order_by}")
            same(len(seen), len(set(seen)), f"records that were seen by {order_by}, each once")

    @clause("S-8", Level.WRITER)
    def test_s08_pages_show_each_once_while_others_write(self, open_store: Opener) -> None:
        """
        S-8: between two pages the record at the border is deleted, others are deleted or changed, before and after it.
        """
        for order_by in _ORDERS:
            store = self.fresh(open_store)
            store.apply(creating(*_MIXED))
            expected = ids_of(store.find(Lead, order_by=order_by))
            seen: list[str] = []
            gone: set[str] = set()
            for page in _pages(store, Lead, 2, order_by):
                seen += ids_of(page)
                gone |= _disturb(store, page, expected, seen)
            stayed = [each for each in expected if each not in gone]
            each_once(seen, stayed, f"records that stayed, by {order_by}")
            same(len(seen), len(set(seen)), f"records that were seen by {order_by}, each once")
            same([each for each in seen if each in stayed], stayed, f"the order of those that stayed, by {order_by}")

    @clause("S-8")
    def test_s08_the_end_of_a_page_belongs_to_its_order(self, open_store: Opener) -> None:
        """
        S-8: the end of a page in one order is refused in another one, for another type, and where it is none.
        """
        store = open_store()
        self.fill(store, [*_MIXED, account("a1"), account("a2")])
        after = store.find(Lead, order_by=("company",), limit=2).after

        for order_by in ((), ("-company",), ("company", "employees"), ("employees",)):
            what = f"the end of a page by company, used by {order_by}"
            raised(InvalidCriterion, partial(store.find, Lead, order_by=order_by, after=after), what)
        raised(InvalidCriterion, partial(store.find, Account, after=after), "the end of a page of leads, for accounts")
        for wrong in ("", "x", "!", "é", "bnVsbA", "W10", "[]", "Ik5hTiI"):
            what = f"{wrong!r} as the end of a page"
            raised(InvalidCriterion, partial(store.find, Lead, after=wrong), what)

    @clause("S-8")
    def test_s08_questions_that_make_no_sense_are_refused(self, open_store: Opener) -> None:
        """
        S-8: a page of no records, an order that there is not, and what is no question are typed errors.
        """
        store: Any = open_store()
        self.fill(store, _MIXED)

        for limit in (0, -1, 1.5, "2", True):
            raised(InvalidCriterion, partial(store.find, Lead, limit=limit), f"at most {limit!r} records")
        for order in (
            ("nothing",),
            ("emails",),
            ("custom",),
            ("--company",),
            ("",),
            (1,),
            "company",
            ("account.name",),
        ):
            raised(InvalidCriterion, partial(store.find, Lead, order_by=order), f"an order by {order!r}")
        for question in (None, "lead", object, Entity, lead("x")):
            for ask in (store.find, store.count):
                raised(InvalidCriterion, partial(ask, question), f"the question {question!r}")


def _disturb(store: Keeper, page: Sequence[Entity], expected: Sequence[str], seen: Sequence[str]) -> set[str]:
    """
    Delete the last record of a page, the first one of all and one that is still to come; change another one's title.
    """
    ahead = [each for each in expected if each not in seen]
    victims = {page[-1].id, expected[0], *ahead[2:3]}
    doomed = [record for each in victims if (record := store.get(Lead, each)) is not None]
    store.apply(deleting(*doomed))
    for each in store.find(Lead):
        if each.id in ahead[1:2] or each.id in seen[:-1]:
            store.apply(updating(each, title=f"{each.title}."))
    return {each.id for each in doomed}


class OrderClauses(Conformance):
    """
    S-14: ids and order survive round trips.
    """

    @clause("S-14")
    def test_s14_records_come_in_order_of_id_by_code_point(self, open_store: Opener) -> None:
        """
        S-14: where no order is asked for, and of equal ones, the id decides: capitals first, no language's order.
        """
        store = open_store()
        ids = [
            "10",
            "9",
            "A",
            "B",
            "Z",
            "a",
            "b",
            "z",
            "ä",
            "é",
            "e\u0301",
            "\ufb01",
            "ｚ",
            "\U00010400",
            "😀",
            "~",
            "_",
        ]
        for part in (ids[8:], ids[:8]):  # whoever comes first stands in the order of nobody
            self.fill(store, leads(*part, company="Acme"))

        same(ids_of(store.find(Lead)), sorted(ids), "by id")
        same(ids_of(store.find(Lead, order_by=["company"])), sorted(ids), "equal ones, by id")
        same(ids_of(store.find(Lead, order_by=["-company"])), sorted(ids), "equal ones the other way round, by id")
        same(ids_of(store.find(Lead, order_by=["-id"])), sorted(ids, reverse=True), "by id, turned round")

    @clause("S-14")
    def test_s14_text_is_ordered_by_its_fold(self, open_store: Opener) -> None:
        """
        S-14: case and Unicode spelling do not matter, and no language has an order of its own (CRIT-3).
        """
        store = open_store()
        self.fill(store, [lead(f"l{number:02}", company=word) for number, word in enumerate(_WORDS)])
        told = {f"l{number:02}": word for number, word in enumerate(_WORDS)}

        same([told[each.id] for each in store.find(Lead, order_by=["company"])], list(_IN_ORDER), "by company")

    @clause("S-14")
    def test_s14_every_kind_of_field_has_its_order(self, open_store: Opener) -> None:
        """
        S-14: numbers, money by currency and amount, days, instants, choices and parts of values, each both ways.
        """
        store = open_store()
        self.fill(store, [*_ORDERED_LEADS, *_ORDERED_ACCOUNTS, *_ORDERED_DEALS])

        for kind, field, up, missing in _ORDER_CASES:
            by = ids_of(store.find(kind, order_by=[field]))
            same(by, [*_flat(up), *missing], f"by {field}")
            by = ids_of(store.find(kind, order_by=[f"-{field}"]))
            same(by, [*_flat(up[::-1]), *missing], f"by -{field}")

    @clause("S-14")
    def test_s14_several_fields_order_one_after_another(self, open_store: Opener) -> None:
        """
        S-14: the next field decides among those that are equal by the ones before it.
        """
        store = open_store()
        self.fill(store, _MIXED)

        by = ids_of(store.find(Lead, order_by=["company", "-employees"]))
        same(
            by, ["l11", "l04", "l02", "l03", "l01", "l06", "l05", "l07", "l10", "l08", "l09"], "by company, -employees"
        )
        by = ids_of(store.find(Lead, order_by=["-employees", "-created_at"]))
        same(
            by,
            ["l07", "l01", "l06", "l04", "l11", "l02", "l10", "l05", "l03", "l08", "l09"],
            "by -employees, -created_at",
        )


def _flat(groups: Sequence[str]) -> list[str]:
    """
    Give ids one by one: those that are equal stand together, as in "a1+a2".
    """
    return [each for group in groups for each in group.split("+")]


#: Texts, and the same in order; of equal ones the first of them comes first.
_WORDS: Final = (
    "ALPHA", "alpha", "Beta", "beta", "STRASSE", "straße", "Zulu", "ärger", "Ärger", "\ufb01x", "FIX", "\U00010400",
    "\ufffd", "_", "1", "10", "9",
)  # fmt: skip
_IN_ORDER: Final = (
    "1", "10", "9", "_", "ALPHA", "alpha", "Beta", "beta", "\ufb01x", "FIX", "STRASSE", "straße", "Zulu", "ärger",
    "Ärger", "\ufffd", "\U00010400",
)  # fmt: skip
_ORDERED_LEADS: Final = (
    lead("l1", employees=2, rating=Rating.WARM, created_at=NOON),
    lead("l2", employees=10, rating=Rating.COLD, created_at=NOON + timedelta(microseconds=1)),
    lead("l3", employees=0, rating=Rating.HOT, created_at=datetime(1, 1, 1, tzinfo=NOON.tzinfo)),
    lead("l4"),
    lead("l5", employees=2**53 + 1, rating=Rating.HOT, created_at=NOON - timedelta(microseconds=1)),
    lead("l6", employees=2**53, rating=Rating.COLD, created_at=datetime(9999, 12, 31, tzinfo=NOON.tzinfo)),
)
_ORDERED_ACCOUNTS: Final = (
    account("a1", annual_revenue=Money("10", "EUR")),
    account("a2", annual_revenue=Money("9.5", "EUR")),
    account("a3", annual_revenue=Money("-1", "USD")),
    account("a4"),
    account("a5", annual_revenue=Money("99999999999999.9999", "EUR")),
    account("a6", annual_revenue=Money("99999999999999.9998", "EUR")),
    account("a7", annual_revenue=Money("0.5", "CHF")),
    account("a8", annual_revenue=Money("9.50", "EUR")),
)
_ORDERED_DEALS: Final = (
    Deal(id="d1", stage="B", closes_on=date(2026, 6, 15)),
    Deal(id="d2", stage="a", closes_on=date(999, 6, 15)),
    Deal(id="d3", stage="C", closes_on=date(2026, 6, 2)),
    Deal(id="d4", stage="b"),
)
#: A type, a field, the ids in order, those that are equal together, and the ids of those where it is missing.
_ORDER_CASES: Final[tuple[tuple[type[Entity], str, tuple[str, ...], tuple[str, ...]], ...]] = (
    (Lead, "employees", ("l3", "l1", "l2", "l6", "l5"), ("l4",)),
    (Lead, "created_at", ("l3", "l5", "l1", "l2", "l6"), ("l4",)),
    (Lead, "rating", ("l2+l6", "l3+l5", "l1"), ("l4",)),
    (Account, "annual_revenue", ("a7", "a2+a8", "a1", "a6", "a5", "a3"), ("a4",)),
    (Account, "annual_revenue.currency", ("a7", "a1+a2+a5+a6+a8", "a3"), ("a4",)),
    (Deal, "closes_on", ("d2", "d3", "d1"), ("d4",)),
    (Deal, "stage", ("d2", "d1+d4", "d3"), ()),
)
