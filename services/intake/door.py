"""What every route stands on: the parts of the running process, and how a request is read."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

import httpx
from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from services.intake import admission
from services.intake.arrivals import Queue
from services.intake.domain.outlook import Reader
from services.intake.domain.sessions import Cookie
from services.intake.domain.tokens import Token
from services.intake.domain.words import Language
from services.intake.gate import Gate, Limits
from services.intake.pace import Pace
from services.intake.provider import Provider
from services.intake.pushing import Pusher
from services.intake.safe import Safe
from services.intake.settings import Settings
from services.intake.signing import Certificates
from services.intake.sources import Sources
from services.intake.streaming import Fan
from services.intake.turns import Turns
from shared.contracts.events import Actor
from shared.contracts.report import Id, Line, Report
from shared.runtime import guarded, web
from shared.runtime.clock import Clock
from shared.runtime.db import Database

Model = TypeVar("Model", bound=BaseModel)
TOKEN_SECONDS = 15
MOST_TOKENS = 1000


@dataclass
class Door:
    """The parts of the running process that routes use."""

    settings: Settings
    db: Database
    clock: Clock
    http: httpx.AsyncClient
    zone: ZoneInfo
    known: dict[str, tuple[Token, datetime]] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)
    limits: Limits = field(default_factory=Limits)
    gate: Gate = field(init=False)
    queue: Queue = field(init=False)
    arrivals: Gate = field(init=False)
    uploads: Gate = field(init=False)
    strangers: Gate = field(init=False)  # before that one: who proves nothing takes no more than half of its places
    files: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))  # are read and sealed at once
    lent: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))  # those of articles, on their way
    sources: Sources = field(init=False)
    provider: Provider | None = field(init=False)
    safe: Safe = field(init=False)
    fan: Fan = field(init=False)
    pace: Pace = field(init=False)
    outside: httpx.AsyncClient = field(init=False)
    pusher: Pusher = field(init=False)
    certificates: Certificates = field(init=False)

    def __post_init__(self) -> None:
        """Know the sources from the same database, let no more in than there may be, and ask the provider who somebody is."""
        self.fan = Fan(self.db, self.limits)
        self.pace = Pace(self.settings.rate_limit)
        self.gate = Gate("deliveries", self.limits.deliveries, easy=self.limits.easy)
        self.arrivals = Gate("arrivals", self.limits.arrivals, self.limits.answered)
        self.uploads = Gate("uploads", self.limits.uploads)
        self.strangers = Gate("strangers", self.limits.uploads // 2)
        self.queue = Queue(self.db)
        self.sources = Sources(self.settings, self.db, self.clock)
        self.provider = Provider(self.settings, self.http, self.clock) if self.settings.oidc_issuer else None
        self.safe = Safe(self.db, self.sources.vault, self.settings.masked.kinds, self.clock)
        self.outside = guarded.client(self.settings.webhook_allow)
        self.certificates = Certificates(self.clock)
        self.pusher = Pusher(self.db, self.clock, self.sources.vault, self.outside)

    def turn(self, *reports: Report) -> AbstractAsyncContextManager[None]:
        """Wait for the turn of these reports in a crowd; an urgent one has its turn at once."""
        return self.turns.turn(*reports)

    async def token(self, id_: str) -> Token | None:
        """A token by its id; one that is revoked elsewhere works here for at most 15 seconds more."""
        now = self.clock.now()
        cached = self.known.get(id_)
        if cached is not None and (now - cached[1]).total_seconds() < TOKEN_SECONDS:
            return cached[0]
        async with self.db.reading() as tx:
            found = await admission.token(tx, id_)
        if found is None:
            self.known.pop(id_, None)
            return None
        if len(self.known) >= MOST_TOKENS:
            self.known.clear()
        self.known[id_] = (found, now)
        return found

    @property
    def cookie(self) -> Cookie:
        """Where a browser keeps the secret of its session."""
        return Cookie.of("session", self.settings.public_url)

    async def used(self, token: Token) -> None:
        """Write down that a token was used, at most once a minute."""
        now = self.clock.now()
        if token.is_used_anew(now):
            self.known[token.id] = (replace(token, last_used_at=now), now)
            async with self.db.reading() as tx:
                await admission.used(tx, token.id, now)

    def forget(self) -> None:
        """Look at every token anew the next time."""
        self.known.clear()


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


def media_type(request: Request) -> str:
    """What the body of a request says that it is, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def reader(request: Request) -> Reader:
    """Who reads the answer, and when."""
    here = door(request)
    return Reader(language(request), here.zone, here.clock.now())


async def read_json(request: Request, model: type[Model], may_be_empty: bool = False) -> Model:
    """Read a JSON body strictly. Raises 400, 413, 415 or 422, each naming the place and never the value."""
    raw = await request.body()
    if not raw and may_be_empty:
        raw = b"{}"
    elif media_type(request) != "application/json":
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
