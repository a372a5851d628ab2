"""What every route stands on: the parts of the running process, and who is let in."""

import asyncio
import hmac
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

import httpx
from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from services.intake import store
from services.intake.domain import tokens
from services.intake.domain.outlook import Reader
from services.intake.domain.tokens import Principal, Scope
from services.intake.domain.words import Language
from services.intake.gate import Gate, Limits
from services.intake.settings import Settings
from services.intake.sources import Sources
from shared.contracts.events import Actor
from shared.contracts.report import Id, Line, Report, is_urgent
from shared.runtime import web
from shared.runtime.clock import Clock
from shared.runtime.db import Database

Model = TypeVar("Model", bound=BaseModel)
TOKEN_SECONDS = 15
MOST_TOKENS = 1000
AT_ONCE = 4  # reports that are taken in side by side; more would only wait for each other


@dataclass
class Door:
    """The parts of the running process that routes use."""

    settings: Settings
    db: Database
    clock: Clock
    http: httpx.AsyncClient
    zone: ZoneInfo
    known: dict[str, tuple[Principal, bytes, datetime]] = field(default_factory=dict)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    limits: Limits = field(default_factory=Limits)
    gate: Gate = field(init=False)
    arrivals: Gate = field(init=False)
    sources: Sources = field(init=False)

    def __post_init__(self) -> None:
        """Know the sources from the same database, and let no more in than there may be."""
        self.gate = Gate("deliveries", self.limits.deliveries)
        self.arrivals = Gate("arrivals", self.limits.arrivals, self.limits.answered)
        self.sources = Sources(self.settings, self.db, self.clock)

    def turn(self, *reports: Report) -> AbstractAsyncContextManager[None]:
        """Wait for the turn of these reports in a crowd; an urgent one has its turn at once."""
        return nullcontext() if any(map(is_urgent, reports)) else self.turns

    async def principal(self, id_: str) -> tuple[Principal, bytes] | None:
        """Who a token id belongs to; a revoked token works for at most 15 seconds more."""
        now = self.clock.now()
        cached = self.known.get(id_)
        if cached is not None and (now - cached[2]).total_seconds() < TOKEN_SECONDS:
            return cached[0], cached[1]
        async with self.db.reading() as tx:
            found = await store.principal(tx, id_)
        if found is None:
            self.known.pop(id_, None)
            return None
        if len(self.known) >= MOST_TOKENS:
            self.known.clear()
        self.known[id_] = (*found, now)
        return found


class By(BaseModel):
    """The person in whose name something is done."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Id
    name: Line = ""

    def actor(self) -> Actor:
        """The person as an actor."""
        return Actor(kind="person", id=self.id, name=self.name or self.id)


def door(request: Request) -> Door:
    """The parts of the process that serves this request."""
    return cast(Door, request.app.state.door)


def language(request: Request) -> Language:
    """The reader's language."""
    return "en" if web.language(request) == "en" else "ja"


def reader(request: Request) -> Reader:
    """Who reads the answer, and when."""
    here = door(request)
    return Reader(language(request), here.zone, here.clock.now())


async def admit(request: Request, scope: Scope) -> Principal:
    """Let the bearer of a token with this scope in, or one of our own services. Raises 401 or 403."""
    here = door(request)
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and text:
        if hmac.compare_digest(text.encode("utf-8", "replace"), here.settings.service_token.encode()):
            return Principal("service", frozenset(tokens.SCOPES), Actor(kind="source", id="tasuki", name="Tasuki"))
        read = tokens.read(text.strip())
        found = await here.principal(read[0]) if read else None
        if read and found and tokens.same(read[1], found[1]):
            if scope in found[0].scopes:
                return found[0]
            raise web.Problem(
                403,
                "forbidden",
                f"このトークンには「{scope}」の権限がありません。",
                f'This token lacks the scope "{scope}".',
                needed=scope,
            )
    problem = web.Problem(401, "unauthorized", "有効なトークンが必要です。", "A valid token is required.")
    problem.headers = {"www-authenticate": "Bearer"}
    raise problem


async def read_json(request: Request, model: type[Model], may_be_empty: bool = False) -> Model:
    """Read a JSON body strictly. Raises 400, 413, 415 or 422, each naming the place and never the value."""
    raw = await request.body()
    if not raw and may_be_empty:
        raw = b"{}"
    elif request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise web.Problem(
            415, "unsupported-media-type", "application/json で送ってください。", "Send application/json."
        )
    try:
        return model.model_validate_json(raw, strict=True)
    except ValidationError as problem:
        raise web.invalid(problem.errors(include_input=False, include_url=False), skip=0) from None


def unknown_case() -> web.Problem:
    """The answer for a case that does not exist."""
    return web.Problem(404, "unknown-case", "この案件は見つかりません。", "There is no such case.")
