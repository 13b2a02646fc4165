"""The web service of the how-to: asked as a browser would, over a database in a file."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest

import leadmodel as lm
from leadmodel.codec import to_plain
from tests.house import ROOT

httpx = pytest.importorskip("httpx")
pytest.importorskip("fastapi")
pytest.importorskip("sqlalchemy")

HOW_TO: Final = ROOT / "docs" / "how-to"
CODE: Final = HOW_TO / "fastapi_app"
PAGE: Final = HOW_TO / "use-it-with-fastapi.md"

sys.path.insert(0, str(CODE))
try:
    import app as service
finally:
    sys.path.remove(str(CODE))

WORLD: Final = lm.samples.world()
ADA: Final = lm.Lead(id="l1", last_name="Lovelace", company="Engines", emails=["ada@engines.example"])
SALE: Final = lm.Deal(id="d1", stage="Qualification", name="One engine", version=3)

#: Asks the service: a method, a path, what httpx takes besides.
Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give a database with a lead, a deal, and everybody of the demo data."""
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    with lm.stores.SqlStore.open(url) as store:
        store.apply(lm.Changes(created=[ADA, SALE, *WORLD.leads, *WORLD.contacts, *WORLD.accounts, *WORLD.deals]))
    return url


def asked(url: str, talk: Callable[[Any, Ask], Awaitable[None]]) -> None:
    """Run the service for as long as a conversation takes; no error may pass by its handler."""

    async def run() -> None:
        made = service.make_app(url)
        transport = httpx.ASGITransport(made, raise_app_exceptions=True)
        client = httpx.AsyncClient(transport=transport, base_url="http://crm.example")
        async with made.router.lifespan_context(made), client:
            await talk(made, client.post)

    asyncio.run(run())


def test_page_shows_the_file_that_is_tested() -> None:
    """The code is one text, here and on the page."""
    page = PAGE.read_text(encoding="utf-8")

    assert re.findall(r"```\{literalinclude\} fastapi_app/(\S+)", page) == ["app.py"]


def test_authors_are_classified_as_by_the_rules(url: str) -> None:
    """The feed of the demo data has the answers that a directory of everybody gives."""
    expected = [
        {"update": update.id, "category": answer.category.value, "why": str(answer)}
        for update, answer in lm.classify_feed(WORLD.updates, WORLD.directory())
    ]

    async def talk(_: Any, post: Ask) -> None:  # noqa: ANN401  (an app)
        answer = await post("/authors", json=[to_plain(update) for update in WORLD.updates])

        assert (answer.status_code, answer.json()) == (200, expected)

    asked(url, talk)


def test_conversion_that_is_asked_twice_is_done_once(url: str) -> None:
    """The same idempotency key again gives the first outcome, and so does the same request under another one."""

    async def talk(app: Any, post: Ask) -> None:  # noqa: ANN401  (an app)
        path, header = "/leads/l1/conversion", {"Idempotency-Key": "k1"}
        first, again = [(await post(path, headers=header)).json() for _ in range(2)]
        other = await post("/leads/l1/conversion", headers={"Idempotency-Key": "k2"})
        stored = app.state.store.get(lm.Contact, first["contact"]["id"])

        assert first["contact"] == to_plain(stored)
        assert again == {**first, "replayed": True}
        assert other.json()["contact"] == first["contact"]
        assert app.state.store.count(lm.Contact) == len(WORLD.contacts) + 1

    asked(url, talk)


def test_move_is_written(url: str) -> None:
    """What the rules decide stands in the store."""

    async def talk(app: Any, post: Ask) -> None:  # noqa: ANN401  (an app)
        answer = await post("/deals/d1/moves", json={"to": "Closed Won", "version": 3, "by": "ines"})
        deal = app.state.store.get(lm.Deal, "d1")

        assert (answer.status_code, answer.json()) == (200, to_plain(deal))
        assert (deal.stage, deal.version, deal.history[-1].by) == ("Closed Won", 4, "ines")

    asked(url, talk)


@pytest.mark.parametrize(
    ("path", "body", "expected", "said"),
    [
        ("/leads/nobody/conversion", None, (404, "NotOnRecord"), "lead nobody"),
        ("/deals/nobody/moves", {"to": "x", "version": 0, "by": "i"}, (404, "NotOnRecord"), "deal nobody"),
        ("/deals/d1/moves", {"to": "Closed Won", "version": 2, "by": "i"}, (409, "Conflict"), "version 3"),
        ("/deals/d1/moves", {"to": "Won?", "version": 3, "by": "i"}, (422, "UnknownStage"), "Closed Won"),
        ("/authors", [{"author": {"network": "x", "handle": "ada"}}], (422, "InvalidInput"), ""),
    ],
    ids=["no lead", "no deal", "stale version", "unknown stage", "no id"],
)
def test_errors_have_a_status_and_say_why(
    url: str, path: str, body: Any, expected: tuple[int, str], said: str  # noqa: ANN401  (any JSON)
) -> None:  # fmt: skip
    """Each family of errors has its status, its name and its text."""

    async def talk(_: Any, post: Ask) -> None:  # noqa: ANN401  (an app)
        answer = await post(path, json=body)

        assert (answer.status_code, answer.json()["error"]) == expected
        assert said in answer.json()["text"]

    asked(url, talk)


def test_every_problem_is_told(url: str) -> None:
    """Two wrong fields are two problems, each with its place."""

    async def talk(_: Any, post: Ask) -> None:  # noqa: ANN401  (an app)
        wrong = {"id": "u1", "author": {"network": "x", "handle": "ada lovelace"}, "posted_at": "yesterday"}
        answer = await post("/authors", json=[wrong])
        told = [(each["where"], each["field"]) for each in answer.json()["problems"]]

        assert (answer.status_code, told) == (422, [("", "author.handle"), ("", "posted_at")])

    asked(url, talk)


def test_whoever_is_faster_is_not_overwritten(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deal that changes between reading and writing is a conflict, and is left as it is."""
    decide = lm.move_deal

    async def talk(app: Any, post: Ask) -> None:  # noqa: ANN401  (an app)
        def decide_slowly(deal: lm.Deal, *given: Any, **options: Any) -> lm.DealMove:  # noqa: ANN401  (whatever is passed)
            app.state.store.apply(lm.edit(deal, {"name": "Two engines"}, at=lm.samples.AS_OF))
            return decide(deal, *given, **options)

        monkeypatch.setattr(service.lm, "move_deal", decide_slowly)
        answer = await post("/deals/d1/moves", json={"to": "Closed Won", "version": 3, "by": "ines"})
        deal = app.state.store.get(lm.Deal, "d1")

        assert answer.status_code == 409
        assert (deal.name, deal.stage, deal.version) == ("Two engines", "Qualification", 4)

    asked(url, talk)


@pytest.mark.parametrize("kind", [lm.StoreBusy, lm.StoreUnavailable])
def test_busy_store_asks_for_patience(url: str, kind: type[lm.StoreError], monkeypatch: pytest.MonkeyPatch) -> None:
    """503, with the time to wait."""

    async def talk(app: Any, post: Ask) -> None:  # noqa: ANN401  (an app)
        def busy(*_: Any) -> None:  # noqa: ANN401  (whatever is asked)
            raise kind(doing="get", what="the database is locked")

        monkeypatch.setattr(app.state.store, "get", busy)
        answer = await post("/deals/d1/moves", json={"to": "Closed Won", "version": 3, "by": "ines"})

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.json()["error"] == kind.__name__

    asked(url, talk)


def test_every_error_has_a_status() -> None:
    """Whatever leadmodel raises is told; what is a subclass stands above what it is a kind of."""
    kinds = list(service.STATUS)

    assert kinds[-1] is lm.LeadmodelError
    assert [
        (one.__name__, two.__name__) for number, one in enumerate(kinds) for two in kinds[number + 1 :]
        if issubclass(two, one)
    ] == []  # fmt: skip
