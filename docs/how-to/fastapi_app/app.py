"""A small web service: rules in the handlers, the store in threads."""

from asyncio import to_thread
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import leadmodel as lm
from leadmodel.codec import from_plain, to_plain
from leadmodel.stores import SqlStore

PLAYBOOK = lm.playbooks.ZOHO
#: What each family of errors is on the web; the first that fits counts.
STATUS = {
    lm.NotOnRecord: 404,
    lm.Conflict: 409,  # somebody was faster: read again and repeat
    lm.PlanOutdated: 409,
    lm.AlreadyConverted: 409,
    lm.RuleViolation: 422,  # a rule says no
    lm.Malformed: 422,  # InvalidInput, InvalidValue, InvalidRecord …
    lm.UnknownName: 422,
    lm.StoreBusy: 503,  # the same again, later
    lm.StoreUnavailable: 503,
    lm.LeadmodelError: 500,
}


class Move(BaseModel):
    """Which move is asked for, and the version of the deal that was on the screen."""

    to: str
    version: int
    by: str


def make_app(url: str = "sqlite:///crm.db") -> FastAPI:
    """Make the service over a database."""

    @asynccontextmanager
    async def lifespan(app: FastAPI):
        app.state.store = await to_thread(SqlStore.open, url)
        yield
        await to_thread(app.state.store.close)

    app = FastAPI(lifespan=lifespan)
    app.add_exception_handler(lm.LeadmodelError, refused)

    @app.post("/authors")
    async def authors(updates: list[dict[str, Any]], request: Request):
        """Say who is behind each update: one question to the store for all of them, and then rules alone."""
        feed = [from_plain({"type": "social update"} | update) for update in updates]
        wanted = [update for update in feed if update.author]
        people = await to_thread(request.app.state.store.directory_for, wanted, pipelines=PLAYBOOK.pipelines)
        answers = [(update, lm.classify_author(update, people)) for update in feed]
        return [{"update": update.id, "category": answer.category, "why": str(answer)} for update, answer in answers]

    @app.post("/leads/{lead_id}/conversion")
    def convert(lead_id: str, request: Request, idempotency_key: Annotated[str | None, Header()] = None):
        """Convert a lead; FastAPI runs a plain `def` in a thread."""
        crm = lm.Crm(request.app.state.store, playbook=PLAYBOOK)
        done = crm.convert(lead_id, key=idempotency_key)
        became = {"account": done.account, "contact": done.contact, "deal": done.deal}
        return {"replayed": done.replayed} | {name: record and to_plain(record) for name, record in became.items()}

    @app.post("/deals/{deal_id}/moves")
    async def move(deal_id: str, asked: Move, request: Request):
        """Move a deal, in three steps: read, decide, write what was decided."""
        store = request.app.state.store
        deal = await to_thread(store.get, lm.Deal, deal_id)
        if deal is None:
            raise lm.NotOnRecord(ref=lm.Ref(lm.Deal, deal_id))
        if deal.version != asked.version:
            raise lm.Conflict(ref=deal.ref, expected=asked.version, found=deal.version)
        pipeline = PLAYBOOK.pipelines
        moved = lm.move_deal(deal, asked.to, at=datetime.now(UTC), by=asked.by, pipeline=pipeline)
        await to_thread(store.apply, moved.changes)  # refused if the deal has changed since it was read
        return to_plain(moved.deal)

    return app


def refused(_: Request, error: Exception) -> JSONResponse:
    """Tell an error as JSON: what, where, what to do, which rule; personal values are masked."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    problems = [
        {"field": each.field, "where": each.where, "what": each.what, "hint": each.hint, "rule": each.rule}
        for each in getattr(error, "problems", ())
    ]
    headers = {"Retry-After": "1"} if status == 503 else None  # noqa: PLR2004
    content = {"error": type(error).__name__, "text": str(error), "problems": problems}
    return JSONResponse(content, status_code=status, headers=headers)
