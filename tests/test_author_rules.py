"""The tables of the author rules: each decides every case once, says what the domain says, and keeps its laws."""

import copy
import pickle
from itertools import product
from typing import Final

import attrs
import pytest

import leadmodel as lm
from leadmodel import AuthorRule, AuthorRules, Category, DealLink, InvalidTable, InvalidValue, OnRecord, Problem, Reason
from leadmodel.rules.author_rules import CASES, HUBSPOT, PRESETS, WITHOUT_CONTACT, ZOHO
from tests.pages import bare

EVERY_TABLE: Final = pytest.mark.parametrize("rules", PRESETS.values(), ids=PRESETS)
EITHER: Final = (True, False)

#: The domain's own table, as it is published: on record, any open deal, any won deal; a dash asks nothing.
PUBLISHED: Final = """
    nobody          –    –    unknown            AUTH-1
    contact         yes  –    potential_contact  AUTH-2
    contact         no   yes  customer           AUTH-3
    contact         no   no   lead_or_contact    AUTH-4
    lead            –    –    lead_or_contact    AUTH-5
    converted_lead  –    –    lead_or_contact    AUTH-8
    account         –    –    unknown            AUTH-10
    no_author       –    –    unknown            AUTH-12
"""


def published(on_record: OnRecord, *, any_open: bool, any_won: bool) -> tuple[str, str]:
    """Look a case up in the published table: category and rule."""
    given = ("yes" if any_open else "no", "yes" if any_won else "no")
    found = [
        (category, rule)
        for who, asks_open, asks_won, category, rule in map(str.split, PUBLISHED.strip().splitlines())
        if who == on_record and asks_open in {"–", given[0]} and asks_won in {"–", given[1]}
    ]
    (only,) = found
    return only


def category(rules: AuthorRules, on_record: OnRecord, *outcomes: str) -> Category:
    """Ask a table for the category of whoever has deals with these outcomes."""
    asked = {f"any_{outcome}": outcome in outcomes for outcome in ("open", "won", "lost")}
    return rules.row(on_record, **asked).category


def without(*rules: str) -> list[AuthorRule]:
    """Give the rows of the standard table, apart from those with these ids."""
    return [row for row in ZOHO.rows if row.rule not in rules]


def problems_of(**facts: object) -> tuple[Problem, ...]:
    """Make a table that cannot be made and give everything that is wrong with it."""
    with pytest.raises(InvalidTable) as caught:
        AuthorRules(**{"name": "own", **facts})  # type: ignore[arg-type]  # the facts are wrong on purpose
    assert caught.value.subject == "author rules 'own'"
    return caught.value.problems


class TestEveryShippedTable:
    """What holds for each table that ships, found and not listed."""

    @EVERY_TABLE
    def test_every_case_has_exactly_one_row(self, rules: AuthorRules) -> None:
        """A table is total and disjoint: order never matters."""
        cases = list(product(OnRecord, EITHER, EITHER, EITHER))
        deciding = {
            case: [
                row
                for row in rules.rows
                if row.on_record is case[0]
                and all(
                    wanted in {None, given} for wanted, given in zip(attrs.astuple(row)[1:4], case[1:], strict=True)
                )
            ]
            for case in cases
        }

        assert {case: len(rows) for case, rows in deciding.items()} == dict.fromkeys(cases, 1)
        assert {case: [rules.row(case[0], any_open=case[1], any_won=case[2], any_lost=case[3])] for case in cases} == (
            deciding
        )

    @EVERY_TABLE
    def test_every_row_decides_some_case(self, rules: AuthorRules) -> None:
        """No row stands there for nothing."""
        reached = {rules.row(who, any_open=o, any_won=w, any_lost=n) for who, o, w, n in CASES}

        assert reached == set(rules.rows)

    @EVERY_TABLE
    def test_order_of_rows_never_matters(self, rules: AuthorRules) -> None:
        """A table read from below says the same."""
        turned = attrs.evolve(rules, rows=rules.rows[::-1])

        assert [rules.row(who, any_open=o, any_won=w, any_lost=n) for who, o, w, n in CASES] == [
            turned.row(who, any_open=o, any_won=w, any_lost=n) for who, o, w, n in CASES
        ]

    @EVERY_TABLE
    def test_lost_deal_never_changes_the_category(self, rules: AuthorRules) -> None:
        """What was lost is gone: it may change the reason, not the tab."""
        for who, any_open, any_won in product(OnRecord, EITHER, EITHER):
            outcomes = [name for name, there in (("open", any_open), ("won", any_won)) if there]

            assert category(rules, who, *outcomes) is category(rules, who, *outcomes, "lost")

    @EVERY_TABLE
    def test_deals_count_for_contacts_alone(self, rules: AuthorRules) -> None:
        """Whoever is no contact is judged without deals, and by the rule of their own."""
        for who, any_open, any_won, any_lost in CASES:
            if who is not OnRecord.CONTACT:
                row = rules.row(who, any_open=any_open, any_won=any_won, any_lost=any_lost)

                assert (row.category, row.rule) == published(who, any_open=False, any_won=False)

    @EVERY_TABLE
    def test_no_deals_and_only_lost_deals_are_kept_apart(self, rules: AuthorRules) -> None:
        """AUTH-4 has one category and two reasons."""
        none = rules.row(OnRecord.CONTACT, any_open=False, any_won=False, any_lost=False)
        lost = rules.row(OnRecord.CONTACT, any_open=False, any_won=False, any_lost=True)

        assert [(row.category, row.reason, row.rule) for row in (none, lost)] == [
            (Category.LEAD_OR_CONTACT, Reason.NO_DEALS, "AUTH-4"),
            (Category.LEAD_OR_CONTACT, Reason.ALL_LOST, "AUTH-4"),
        ]

    @EVERY_TABLE
    def test_every_row_is_shown(self, rules: AuthorRules) -> None:
        """The text and the page of a table have a line for each row, with all that it asks and answers."""
        header, _, *lines = str(rules).splitlines()
        words = [line.split() for line in lines]
        cell = {None: "–", True: "yes", False: "no"}
        rows = [
            [
                row.rule,
                row.on_record,
                cell[row.any_open],
                cell[row.any_won],
                cell[row.any_lost],
                row.category,
                row.reason,
            ]
            for row in rules.rows
        ]
        page = bare(rules._repr_html_())

        assert header.split("  ")[0] == "rule"
        assert words == rows
        assert page.startswith(f"<table><caption>author rules {rules.name}</caption>")
        assert page.count("<tr>") == 1 + len(rules.rows)
        assert all("".join(f"<td>{part}</td>" for part in row) in page for row in rows)

    @EVERY_TABLE
    def test_table_is_a_value(self, rules: AuthorRules) -> None:
        """A copy, a pickle and a table made of the same parts are equal, hash alike and answer alike."""
        again = AuthorRules(name=rules.name, rows=list(rules.rows))
        others = [copy.copy(rules), copy.deepcopy(rules), pickle.loads(pickle.dumps(rules)), again]  # noqa: S301  (our own bytes)

        assert all(other == rules and hash(other) == hash(rules) for other in others)
        assert all(
            other.row(who, any_open=o, any_won=w, any_lost=n) == rules.row(who, any_open=o, any_won=w, any_lost=n)
            for other in others
            for who, o, w, n in CASES
        )

    @EVERY_TABLE
    def test_every_reason_of_a_table_can_be_said(self, rules: AuthorRules) -> None:
        """A row without a sentence would break the answer that it gives."""
        from leadmodel.rules.answers import SENTENCES

        assert {row.reason for row in rules.rows} <= SENTENCES.keys()

    @EVERY_TABLE
    def test_repr_names_the_table(self, rules: AuthorRules) -> None:
        """A table does not flood a console."""
        assert repr(rules) == f"AuthorRules(name={rules.name!r}, {len(rules.rows)} rows)"


class TestZoho:
    """The standard table."""

    def test_table_is_the_published_one(self) -> None:
        """Every case has the category and the rule of the published table."""
        found = {
            (who, o, w, n): (row.category.value, row.rule)
            for who, o, w, n in CASES
            for row in [ZOHO.row(who, any_open=o, any_won=w, any_lost=n)]
        }

        assert found == {(who, o, w, n): published(who, any_open=o, any_won=w) for who, o, w, n in CASES}
        assert len(found) == 48

    def test_reasons_follow_from_what_is_on_record(self) -> None:
        """Each case has a reason of its own."""
        reasons = {(who, o, w, n): ZOHO.row(who, any_open=o, any_won=w, any_lost=n).reason for who, o, w, n in CASES}
        contact = {(o, w, n): reason for (who, o, w, n), reason in reasons.items() if who is OnRecord.CONTACT}
        others = {who: reason for (who, *_), reason in reasons.items() if who is not OnRecord.CONTACT}

        assert contact == {
            (True, True, True): Reason.OPEN_DEAL,
            (True, True, False): Reason.OPEN_DEAL,
            (True, False, True): Reason.OPEN_DEAL,
            (True, False, False): Reason.OPEN_DEAL,
            (False, True, True): Reason.WON_DEAL,
            (False, True, False): Reason.WON_DEAL,
            (False, False, True): Reason.ALL_LOST,
            (False, False, False): Reason.NO_DEALS,
        }
        assert others == {
            OnRecord.LEAD: Reason.LEAD,
            OnRecord.CONVERTED_LEAD: Reason.CONTACT_GONE,
            OnRecord.ACCOUNT: Reason.ACCOUNT_PROFILE,
            OnRecord.NOBODY: Reason.NOBODY,
            OnRecord.NO_AUTHOR: Reason.NO_AUTHOR,
        }

    @pytest.mark.parametrize("others", [(), ("won",), ("lost",), ("won", "lost")])
    def test_open_deal_always_makes_a_potential_contact(self, others: tuple[str, ...]) -> None:
        """Whatever else there was, an open deal decides."""
        assert category(ZOHO, OnRecord.CONTACT, "open", *others) is Category.POTENTIAL_CONTACT

    @pytest.mark.parametrize("others", [(), ("open",), ("lost",), ("open", "lost")])
    def test_won_deal_never_makes_a_lead_or_contact(self, others: tuple[str, ...]) -> None:
        """Whoever has bought is more than a name on record."""
        assert category(ZOHO, OnRecord.CONTACT, "won", *others) is not Category.LEAD_OR_CONTACT

    def test_table_is_not_monotone(self) -> None:
        """A customer with a new open deal is a potential contact until it closes, even if it closes lost."""
        story = [("won",), ("won", "open"), ("won", "lost")]

        assert [category(ZOHO, OnRecord.CONTACT, *outcomes) for outcomes in story] == [
            Category.CUSTOMER,
            Category.POTENTIAL_CONTACT,
            Category.CUSTOMER,
        ]


class TestHubspot:
    """The second shipped table."""

    def test_table_differs_where_a_contact_has_won_and_open_deals(self) -> None:
        """HubSpot calls them a customer; every other case is decided as in the standard table."""
        differ = {
            case: (HUBSPOT.row(case[0], **asked).category, HUBSPOT.row(case[0], **asked).rule)
            for case in CASES
            for asked in [dict(zip(("any_open", "any_won", "any_lost"), case[1:], strict=True))]
            if (ZOHO.row(case[0], **asked).category, ZOHO.row(case[0], **asked).reason)
            != (HUBSPOT.row(case[0], **asked).category, HUBSPOT.row(case[0], **asked).reason)
        }

        assert differ == {(OnRecord.CONTACT, True, True, lost): (Category.CUSTOMER, "AUTH-3") for lost in EITHER}

    def test_tables_are_found_by_name(self) -> None:
        """The presets stand under their own names."""
        assert {name: rules.name for name, rules in PRESETS.items()} == {"zoho": "zoho", "hubspot": "hubspot"}


class TestBrokenTables:
    """A table that leaves a case open, or decides it twice, cannot be made."""

    def test_gap_is_refused_with_every_open_case(self) -> None:
        """A table without a row for leads names the eight cases that it leaves open."""
        problems = problems_of(rows=without("AUTH-5"))

        assert [(problem.what, problem.hint) for problem in problems] == [("no row decides it", "add one")] * 8
        assert [problem.where for problem in problems] == [
            "lead with open and won and lost deals",
            "lead with open and won deals",
            "lead with open and lost deals",
            "lead with open deals",
            "lead with won and lost deals",
            "lead with won deals",
            "lead with lost deals",
            "lead with no deals",
        ]

    def test_overlap_is_refused_with_the_rules_that_clash(self) -> None:
        """Two rows for one case would make the order matter."""
        again = AuthorRule(OnRecord.CONTACT, True, True, True, Category.CUSTOMER, Reason.WON_DEAL, "OWN-1")
        (problem,) = problems_of(rows=[*ZOHO.rows, again])

        assert problem == Problem(
            what="2 rows decide it",
            hint="make them exclude each other",
            where="contact with open and won and lost deals",
            options=("AUTH-2", "OWN-1"),
        )

    def test_row_that_never_applies_is_refused(self) -> None:
        """A condition that nothing meets is a slip of the pen."""
        never = AuthorRule(OnRecord.CONTACT, "maybe", None, None, Category.CUSTOMER, Reason.WON_DEAL, "OWN-1")  # type: ignore[arg-type]  # wrong on purpose
        (problem,) = problems_of(rows=[*ZOHO.rows, never])

        assert problem == Problem(what="the row never applies", hint="take it out", where="rows[9]", rule="OWN-1")

    def test_lost_deal_that_changes_a_category_is_refused(self) -> None:
        """A law of every table: adding a lost deal changes nothing."""
        rows = [
            attrs.evolve(row, category=Category.UNKNOWN) if row.reason is Reason.ALL_LOST else row for row in ZOHO.rows
        ]
        (problem,) = problems_of(rows=rows)

        assert problem == Problem(
            what="a lost deal would turn lead_or_contact into unknown",
            hint="give both the same category",
            where="contact with no deals",
        )

    def test_table_without_a_link_is_refused(self) -> None:
        """Where no deal could ever count, half of the table would be dead."""
        (problem,) = problems_of(rows=ZOHO.rows, deals=[])

        assert problem == Problem(what="no deal would ever count", hint='name a link, such as "primary"', field="deals")

    def test_all_problems_are_reported_together(self) -> None:
        """A gap, an overlap, a dead row, a lost deal that counts and no link: one error names them all."""
        rows = [
            attrs.evolve(row, category=Category.UNKNOWN) if row.reason is Reason.ALL_LOST else row
            for row in without("AUTH-1")
        ]
        never = AuthorRule(OnRecord.LEAD, 2, None, None, Category.CUSTOMER, Reason.LEAD, "OWN-1")  # type: ignore[arg-type]  # wrong on purpose
        twice = AuthorRule(OnRecord.NO_AUTHOR, None, None, True, Category.UNKNOWN, Reason.NO_AUTHOR, "OWN-2")
        problems = problems_of(rows=[*rows, never, twice], deals=())
        counts = {what: [problem.what for problem in problems].count(what) for what in {p.what for p in problems}}

        assert counts == {
            "no row decides it": 8,
            "2 rows decide it": 4,
            "the row never applies": 1,
            "no deal would ever count": 1,
            "a lost deal would turn lead_or_contact into unknown": 1,
        }

    def test_empty_table_is_refused(self) -> None:
        """Silence is no rule: every case stands open."""
        assert [problem.what for problem in problems_of(rows=())] == ["no row decides it"] * len(CASES)

    @pytest.mark.parametrize(
        ("place", "value", "what"),
        [
            (0, "contcat", "'contcat' is no way of being on record"),
            (4, "custmer", "'custmer' is no category"),
            (5, "won", "'won' is no reason"),
        ],
    )
    def test_row_with_an_unknown_word_is_refused(self, place: int, value: str, what: str) -> None:
        """What a row is about and what it answers come from closed lists."""
        words: list[object] = ["contact", True, None, None, "customer", "won_deal", "OWN-1"]
        words[place] = value

        with pytest.raises(InvalidValue) as caught:
            AuthorRule(*words)  # type: ignore[arg-type]  # wrong on purpose
        assert [problem.what for problem in caught.value.problems] == [what]


class TestOwnTables:
    """A user's own table is data, and as good as a shipped one."""

    def test_rows_may_be_written_in_plain_words(self) -> None:
        """Words of the closed lists stand for their members, so that a table can come from a file."""
        rows = [
            AuthorRule(
                str(row.on_record),
                row.any_open,
                row.any_won,
                row.any_lost,
                str(row.category),
                str(row.reason),
                row.rule,
            )
            for row in ZOHO.rows
        ]

        assert AuthorRules(name="zoho", rows=rows) == ZOHO
        assert all(type(row.category) is Category and type(row.reason) is Reason for row in rows)

    def test_another_policy_is_another_table(self) -> None:
        """A house that counts open deals only needs two rows for a contact."""
        rules = AuthorRules(
            name="open only",
            rows=[
                *WITHOUT_CONTACT,
                AuthorRule(OnRecord.CONTACT, True, None, None, Category.POTENTIAL_CONTACT, Reason.OPEN_DEAL, "OWN-1"),
                AuthorRule(OnRecord.CONTACT, False, None, None, Category.LEAD_OR_CONTACT, Reason.NO_DEALS, "OWN-2"),
            ],
        )

        assert category(rules, OnRecord.CONTACT, "won") is Category.LEAD_OR_CONTACT
        assert category(rules, OnRecord.CONTACT, "won", "open") is Category.POTENTIAL_CONTACT

    def test_changed_option_keeps_the_table_and_its_check(self) -> None:
        """`attrs.evolve` changes an option; a table broken on the way is refused all the same."""
        strict = attrs.evolve(ZOHO, strict=True)

        assert (strict.strict, strict.rows, strict == ZOHO) == (True, ZOHO.rows, False)
        assert strict.row(OnRecord.LEAD, any_open=False, any_won=False, any_lost=False).rule == "AUTH-5"
        with pytest.raises(InvalidTable):
            attrs.evolve(ZOHO, rows=ZOHO.rows[1:])

    @pytest.mark.parametrize("option", ["strict", "companies", "match_email"])
    def test_options_are_off_unless_asked_for(self, option: str) -> None:
        """The shipped tables ask for nothing special, and each option makes another value."""
        assert [getattr(rules, option) for rules in PRESETS.values()] == [False] * len(PRESETS)
        assert attrs.evolve(ZOHO, **{option: True}) != ZOHO

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("account", {DealLink.ACCOUNT}),
            (DealLink.ROLE, {DealLink.ROLE}),
            (["primary", "role"], {DealLink.PRIMARY, DealLink.ROLE}),
            ({DealLink.PRIMARY, DealLink.ACCOUNT, DealLink.ROLE}, set(DealLink)),
            (("role", "role"), {DealLink.ROLE}),
        ],
    )
    def test_links_are_given_one_or_several_as_members_or_words(self, given: object, kept: set[DealLink]) -> None:
        """Which deals count (AUTH-9) can be said in the shortest way."""
        rules = attrs.evolve(ZOHO, deals=given)

        assert rules.deals == frozenset(kept)
        assert ZOHO.deals == frozenset({DealLink.PRIMARY})

    def test_unknown_link_is_refused_with_the_nearest(self) -> None:
        """A misspelt link is no link."""
        with pytest.raises(InvalidValue, match=r"'acount' is no link of a deal; did you mean 'account'\?"):
            attrs.evolve(ZOHO, deals="acount")


class TestCategorise:
    """The table alone."""

    def test_words_name_the_way_of_being_on_record(self) -> None:
        """A word or a member; what is not said about deals is no."""
        row = lm.categorise(on_record="contact", any_open=False, any_won=True)

        assert (row.category, row.reason, row.rule) == (Category.CUSTOMER, Reason.WON_DEAL, "AUTH-3")
        assert row is lm.categorise(on_record=OnRecord.CONTACT, any_won=True)
        assert lm.categorise(on_record="contact") is lm.categorise(on_record="contact", any_open=False, any_won=False)

    def test_every_flag_is_asked(self) -> None:
        """Open, won and lost reach the table each in its own place."""
        flags = [{}, {"any_lost": True}, {"any_won": True}, {"any_open": True}]

        assert [lm.categorise(on_record="contact", **given).reason for given in flags] == [
            Reason.NO_DEALS,
            Reason.ALL_LOST,
            Reason.WON_DEAL,
            Reason.OPEN_DEAL,
        ]

    def test_counts_stand_for_yes_and_no(self) -> None:
        """Whoever counts deals need not compare first."""
        assert lm.categorise(on_record="contact", any_open=3).reason is Reason.OPEN_DEAL
        assert lm.categorise(on_record="contact", any_open=0, any_won=2, any_lost=0).reason is Reason.WON_DEAL

    def test_another_table_may_be_asked(self) -> None:
        """The table is an argument."""
        asked = {"on_record": "contact", "any_open": True, "any_won": True}

        assert lm.categorise(**asked).category is Category.POTENTIAL_CONTACT
        assert lm.categorise(**asked, rules=lm.author_rules.HUBSPOT).category is Category.CUSTOMER

    def test_unknown_way_of_being_on_record_is_refused(self) -> None:
        """A misspelt word is refused with the nearest right one."""
        with pytest.raises(InvalidValue, match="'contcat' is no way of being on record; did you mean 'contact'"):
            lm.categorise(on_record="contcat")


def test_every_category_has_the_name_of_its_tab() -> None:
    """The tabs have the names that people know."""
    assert [category.label for category in Category] == ["Customers", "Potential Contacts", "Leads/Contacts", "Unknown"]
