"""The worked `People` over Django: the code of the docs page, on a real database, with its queries counted."""

import ast
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from types import ModuleType
from typing import Any, Final

import attrs
import pytest

import leadmodel as lm
from leadmodel import Account, Contact, Converted, Deal, Directory, Lead, Profile, SocialUpdate
from leadmodel.rules.author_rules import ZOHO
from tests.django_ready import HOW_TO, django_ready

CODE: Final = HOW_TO / "django_people" / "people.py"
#: So many parameters SQLite takes in one query, unless it was built to take more.
SQLITE_PARAMETERS: Final = 32_766
#: Handles; leads, contacts and accounts with all of their handles; deals.
QUERIES_PER_BATCH: Final = 8
START: Final = datetime(2024, 1, 1, tzinfo=UTC)
OPTIONS: Final = attrs.evolve(ZOHO, deals=["primary", "account"], companies=True)


@attrs.frozen
class Sample:
    """People as records of leadmodel, made before any row was; and everybody's profile."""

    leads: list[Lead]
    contacts: list[Contact]
    accounts: list[Account]
    deals: list[Deal]
    profiles: list[Profile]

    def directory(self) -> Directory:
        """Give a directory of everybody."""
        return Directory.of(leads=self.leads, contacts=self.contacts, accounts=self.accounts, deals=self.deals)


def sample(people: int = 400) -> Sample:
    """
    Make people with what is difficult about them.

    Handles are shared and reused, stable ids known of some, leads converted to contacts that are there or gone.
    """
    random = Random(7)
    made: list[Profile] = []

    def drawn(number: int) -> list[Profile]:
        several = []
        for network in random.sample(["x", "github", "bluesky"], random.choice([0, 1, 1, 2])):
            handle = f"p{random.choice([number, number, random.randrange(people)])}"
            handle = f"{handle}.bsky.social" if network == "bluesky" else handle
            uid = random.choice(["", str(number)]) if network != "bluesky" else f"did:plc:{number}"
            several.append(Profile(network, handle, uid=uid))
        made.extend(several)
        return several

    def some(there: list[Any]) -> str:
        return random.choice(there).id if random.random() < 0.7 else ""

    def moment() -> datetime | None:
        return random.choice(
            [None, START + timedelta(days=random.randrange(300), microseconds=random.randrange(10**6))]
        )

    accounts = [Account(id=str(n), name=f"Acme {n}", profiles=drawn(n)) for n in range(1, people // 10)]
    contacts = [
        Contact(id=str(n), last_name=f"N{n}", profiles=drawn(n), account_id=some(accounts), created_at=moment())
        for n in range(1, people)
    ]
    leads = []
    for n in range(1, people // 2):
        gone, there = Converted(at=START, contact_id=""), Converted(at=START, contact_id=random.choice(contacts).id)
        conversion = random.choice([None, None, there, gone])
        leads.append(Lead(id=str(n), last_name=f"L{n}", profiles=drawn(n), conversion=conversion, created_at=moment()))
    stages = [stage.key for stage in lm.pipelines.ZOHO.stages]
    deals = [
        Deal(id=str(n), stage=random.choice(stages), contact_id=some(contacts), account_id=some(accounts),
             created_at=moment(), closed_at=moment())
        for n in range(1, people * 2)
    ]  # fmt: skip
    return Sample(leads, contacts, accounts, deals, made)


def feed(people: Sample, count: int) -> list[SocialUpdate]:
    """Give a feed that begins with a lead, a contact and an account, and has reposts, strangers and nobody."""
    random = Random(11)
    first = [
        next(p for r in records for p in r.profiles) for records in (people.leads, people.contacts, people.accounts)
    ]
    strangers = [Profile("x", f"stranger{n}", uid=str(10**9 + n)) for n in range(100)]
    without = [attrs.evolve(profile, uid="") for profile in people.profiles]
    pool = [*people.profiles, *people.profiles, *without, *strangers, *[None] * 20]
    authors = [*first, *(random.choice(pool) for _ in range(count - len(first)))]
    return [
        SocialUpdate(id=str(n), author=author, reposted_by=random.choice([None, None, random.choice(pool)]))
        for n, author in enumerate(authors)
    ]


@pytest.fixture(scope="module")
def everybody() -> Sample:
    """Give the people that stand in the tables."""
    return sample()


@pytest.fixture(scope="module")
def django_people(everybody: Sample) -> Iterator[ModuleType]:
    """Set Django up over SQLite in memory, make the tables of the page, and fill them."""
    django_ready()
    from django.db import connection
    from django_people import models, people

    with connection.schema_editor() as editor:
        for model in (models.Account, models.Contact, models.Lead, models.Deal, models.Handle):
            editor.create_model(model)
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, SQLITE_PARAMETERS)
    fill(models, everybody)
    yield people
    connection.close()


def fill(models: ModuleType, everybody: Sample) -> None:
    """Put records into the tables, in the way that the page says."""

    def rows(model: Any, records: list[Any], **columns: Any) -> None:  # noqa: ANN401  (Django's)
        model.objects.bulk_create(
            [model(pk=int(record.id), **{name: read(record) for name, read in columns.items()}) for record in records]
        )

    def key(value: str) -> int | None:
        return int(value) if value else None

    rows(models.Account, everybody.accounts, name=lambda r: r.name)
    rows(models.Contact, everybody.contacts, last_name=lambda r: r.last_name, account_id=lambda r: key(r.account_id),
         created_at=lambda r: r.created_at)  # fmt: skip
    rows(models.Lead, everybody.leads, last_name=lambda r: r.last_name, created_at=lambda r: r.created_at,
         contact_id=lambda r: key(r.conversion.contact_id) if r.conversion else None,
         converted_at=lambda r: r.conversion.at if r.conversion else None)  # fmt: skip
    rows(models.Deal, everybody.deals, stage=lambda r: r.stage, contact_id=lambda r: key(r.contact_id),
         account_id=lambda r: key(r.account_id), created_at=lambda r: r.created_at,
         closed_at=lambda r: r.closed_at)  # fmt: skip
    models.Handle.objects.bulk_create([
        models.Handle.of(profile, **{f"{kind}_id": int(record.id)})
        for kind, records in (
            ("lead", everybody.leads), ("contact", everybody.contacts), ("account", everybody.accounts),
        )
        for record in records for profile in record.profiles
    ])  # fmt: skip


def plain(answer: lm.Answer) -> lm.Answer:
    """Give an answer without its look-alikes, which are known of a whole directory alone."""
    reposter = plain(answer.reposter) if answer.reposter else None
    return attrs.evolve(answer, look_alikes=(), reposter=reposter)


def queries(people: ModuleType, updates: list[SocialUpdate], batch: int) -> list[int]:
    """Classify a feed and count the queries of each batch."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    class Counted(people.DjangoPeople):  # type: ignore[name-defined,misc]  # found at run time
        """The page's people, with each batch counted."""

        counts: Final[list[int]] = []

        def directory_for(self, wanted: Any, *, pipelines: Any) -> Directory:  # noqa: ANN401  (as the page has it)
            """Count the queries of one batch."""
            with CaptureQueriesContext(connection) as captured:
                directory: Directory = super().directory_for(wanted, pipelines=pipelines)
            self.counts.append(len(captured))
            return directory

    with CaptureQueriesContext(connection) as all_of_them:
        assert len(list(lm.classify_feed(updates, Counted(), batch=batch))) == len(updates)
    assert len(all_of_them) == sum(Counted.counts)
    return Counted.counts


class TestTheCode:
    """What the page shows is what runs, and it is short."""

    def test_page_shows_the_files_that_are_tested(self) -> None:
        """The models and the code are one text, here and on the page."""
        page = (HOW_TO / "your-own-people.md").read_text(encoding="utf-8")

        assert page.startswith("# Use your own people\n")
        assert all(
            f"```{{literalinclude}} django_people/{name}.py\n:language: python\n```" in page
            for name in ("models", "people")
        )

    def test_code_has_at_most_40_lines(self) -> None:
        """Blank lines, comments and the opening docstring aside; no line is longer than the house allows."""
        text = CODE.read_text(encoding="utf-8")
        docstring = ast.parse(text).body[0].end_lineno or 0
        lines = [line for line in text.splitlines()[docstring:] if line.strip() and not line.lstrip().startswith("#")]

        assert len(lines) <= 40
        assert max(map(len, lines)) <= 120


class TestQueries:
    """The number of queries per batch is constant."""

    @pytest.mark.parametrize(
        ("count", "batch", "batches"), [(10, 500, 1), (2_000, 500, 4), (10_000, 1_000, 10), (10_000, 4_000, 3)]
    )
    def test_number_of_queries_per_batch_is_constant(
        self, django_people: ModuleType, everybody: Sample, count: int, batch: int, batches: int
    ) -> None:
        """At 10 updates and at 10,000, in batches of any size that SQLite's parameters allow."""
        assert queries(django_people, feed(everybody, count), batch) == [QUERIES_PER_BATCH] * batches

    def test_largest_batch_of_the_page_fits_into_sqlite(self, django_people: ModuleType) -> None:
        """4,000 reposts by people with stable ids, no two alike: the most keys that a batch can have."""
        updates = [
            SocialUpdate(
                id=str(n), author=Profile("x", f"a{n}", uid=str(n)), reposted_by=Profile("x", f"b{n}", uid=f"9{n}")
            )
            for n in range(4_000, 8_000)
        ]
        keys = {key for update in updates for key in lm.keys_of(update)}

        assert len(keys) == 16_000
        assert queries(django_people, updates, 4_000) == [1]

    def test_strangers_cost_less(self, django_people: ModuleType) -> None:
        """Where nobody is found, nothing more is asked; without authors, nothing at all."""
        assert queries(django_people, [SocialUpdate(id="1", author=Profile("x", "nobody_here"))], 500) == [1]
        assert queries(django_people, [SocialUpdate(id="1")], 500) == [0]


class TestAnswers:
    """Whoever asks the tables gets what a directory of everybody says."""

    @pytest.mark.parametrize("rules", [ZOHO, OPTIONS, lm.author_rules.HUBSPOT], ids=["zoho", "options", "hubspot"])
    @pytest.mark.parametrize("as_of", [None, START + timedelta(days=150)], ids=["now", "as of"])
    def test_answers_equal_those_of_a_directory_of_everybody(
        self, django_people: ModuleType, everybody: Sample, rules: lm.AuthorRules, as_of: datetime | None
    ) -> None:
        """Whole answers: matches, deals, stale candidates, ambiguity, reposters."""
        updates = feed(everybody, 1_500)
        people = django_people.DjangoPeople()
        found = [plain(a) for _, a in lm.classify_feed(updates, people, rules=rules, as_of=as_of, batch=700)]
        directory = everybody.directory()
        expected = [plain(a) for _, a in lm.classify_feed(updates, directory, rules=rules, as_of=as_of)]

        assert found == expected
        assert {answer.category for answer in expected} == set(lm.Category)

    def test_records_that_are_named_are_used(self, django_people: ModuleType, everybody: Sample) -> None:
        """A conversion finds the contact, the account and the deal that it is told to use, whoever else matches."""
        contact = next(each for each in everybody.contacts if each.account_id)
        stages = {stage.key for stage in lm.pipelines.ZOHO.stages if not stage.outcome.closed}
        deal = next(d for d in everybody.deals if d.stage in stages and d.account_id and not d.contact_id)
        asked: list[dict[str, Any]] = [
            {"contact": lm.Use(contact.id)},
            {"contact": lm.Use(contact.id), "account": lm.Use(contact.account_id)},
            {"account": lm.Use(deal.account_id), "deal": lm.Use(deal.id)},
            {"account": lm.Use("9999999")},
            {"contact": lm.Use("nobody")},
        ]
        leads = [lead for lead in everybody.leads if lead.conversion is None][:5]
        ways = [(lead, each) for lead in leads for each in asked]
        plans = [
            [lm.plan_conversion(lead, people, at=START, playbook=lm.playbooks.ZOHO, **each) for lead, each in ways]
            for people in (django_people.DjangoPeople(), everybody.directory())
        ]

        assert plans[0] == plans[1]
        assert [plan.contact == contact for plan in plans[0]] == [True, True, False, False, False] * len(leads)
        assert [plan.deal and plan.deal.id for plan in plans[0]] == [None, None, deal.id, None, None] * len(leads)
        assert [bool(plan.problems) for plan in plans[0]] == [False, False, False, True, True] * len(leads)

    def test_sample_has_every_difficulty(self, everybody: Sample) -> None:
        """The comparison would say little about people without shared handles, stale ones and conversions."""
        answers = [answer for _, answer in lm.classify_feed(feed(everybody, 1_500), everybody.directory())]
        rules = {rule for answer in answers for rule in answer.rules}

        assert {"AUTH-6", "AUTH-7", "AUTH-8", "AUTH-10", "AUTH-11", "AUTH-12", "NET-1"} <= rules
        assert any(answer.followed for answer in answers)

    def test_records_are_mapped_whole(self, django_people: ModuleType, everybody: Sample) -> None:
        """Each person comes with all profiles, and with the deals and the account that are theirs."""
        wanted = everybody.profiles[::7]
        directory = django_people.DjangoPeople().directory_for(wanted, pipelines=lm.pipelines.ZOHO)

        assert 100 < len(directory) < len(everybody.directory())
        for kind, records in ((Lead, everybody.leads), (Contact, everybody.contacts), (Account, everybody.accounts),
                              (Deal, everybody.deals)):  # fmt: skip
            by_id = {record.id: record for record in records}
            given = list(directory.all(kind))
            assert given == [by_id[record.id] for record in given]
            assert given
