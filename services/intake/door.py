"""What every route stands on: the parts of the running process, and who is let in."""

import asyncio
import hmac
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeVar, cast
from zoneinfo import ZoneInfo

import httpx
from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from services.intake import admission
from services.intake.domain import roles, tokens
from services.intake.domain.outlook import Reader
from services.intake.domain.tokens import Principal, Scope, Token
from services.intake.domain.words import Language
from services.intake.gate import Gate, Limits
from services.intake.pace import Pace
from services.intake.pushing import Pusher
from services.intake.settings import Settings
from services.intake.sources import Sources
from services.intake.streaming import Fan
from shared.contracts.events import Actor
from shared.contracts.report import Id, Line, Report, is_urgent
from shared.runtime import guarded, web
from shared.runtime.clock import Clock
from shared.runtime.db import Database

Model = TypeVar("Model", bound=BaseModel)
TOKEN_SECONDS = 15
MOST_TOKENS = 1000
AT_ONCE = 4  # reports that are taken in side by side; more would only wait for each other
ROLES_OF: dict[Scope, str] = {"read": "consult", "submit": "submit", "act": "consult", "admin": "administer"}
ENDED = {
    "expired": (
        "token-expired",
        "このトークンは有効期限が切れています。新しいトークンを発行してください。",
        "This token has expired. Please have a new one made.",
    ),
    "revoked": (
        "token-revoked",
        "このトークンは失効しているため、使えません。新しいトークンを発行してください。",
        "This token has been revoked. Please have a new one made.",
    ),
}


@dataclass
class Door:
    """The parts of the running process that routes use."""

    settings: Settings
    db: Database
    clock: Clock
    http: httpx.AsyncClient
    zone: ZoneInfo
    known: dict[str, tuple[Token, datetime]] = field(default_factory=dict)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    limits: Limits = field(default_factory=Limits)
    gate: Gate = field(init=False)
    sources: Sources = field(init=False)
    fan: Fan = field(init=False)
    pace: Pace = field(init=False)
    pusher: Pusher = field(init=False)

    def __post_init__(self) -> None:
        """Know the sources from the same database, and let no more in than there may be."""
        self.fan = Fan(self.db, self.limits)
        self.pace = Pace(self.settings.rate_limit)
        self.gate = Gate("deliveries", self.limits.deliveries)
        self.sources = Sources(self.settings, self.db, self.clock)
        outside = guarded.client(self.settings.webhook_allow)
        self.pusher = Pusher(self.db, self.clock, self.sources.vault, outside)

    def turn(self, *reports: Report) -> AbstractAsyncContextManager[None]:
        """Wait for the turn of these reports in a crowd; an urgent one has its turn at once."""
        return nullcontext() if any(map(is_urgent, reports)) else self.turns

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


def reader(request: Request) -> Reader:
    """Who reads the answer, and when."""
    here = door(request)
    return Reader(language(request), here.zone, here.clock.now())


async def admit(
    request: Request, scope: Scope, of: Literal["one", "every"] | None = None, counted: bool = True
) -> Principal:
    """Let the bearer of a token with this scope in, or one of our own services. Raises 401, 403 or 429.

    What may be urgent is let in uncounted, and counted when that is known.
    A role that goes with the scope is needed too, by whoever has roles: in `one` team, or in `every` team, which is how
    the whole organisation is administered unless told otherwise.
    """
    here = door(request)
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and text:
        if hmac.compare_digest(text.encode("utf-8", "replace"), here.settings.service_token.encode()):
            return Principal("service", frozenset(tokens.SCOPES), Actor(kind="source", id="tasuki", name="Tasuki"))
        read = tokens.read(text.strip())
        found = await here.token(read[0]) if read else None
        if read and found and tokens.same(read[1], found.digest):
            standing = found.standing(here.clock.now())
            if standing != "valid":
                raise _unauthorized(*ENDED[standing])
            await here.used(found)
            who = found.principal
            if scope not in who.scopes:
                raise web.Problem(
                    403,
                    "forbidden",
                    f"このトークンには「{scope}」の権限がありません。",
                    f'This token lacks the scope "{scope}".',
                    needed=scope,
                )
            permit(who, ROLES_OF[scope], of or ("every" if scope == "admin" else "one"))
            request.state.token = found.id
            if counted:
                count(request)
            return who
    raise _unauthorized("unauthorized", "有効なトークンが必要です。", "A valid token is required.")


def count(request: Request, urgent: bool = False) -> None:
    """Count a request of a token that was let in; our own services are not counted. Raises 429."""
    token = getattr(request.state, "token", "")
    if token:
        request.state.pace = door(request).pace.count(token, urgent)


def permit(who: Principal, verb: str, of: Literal["one", "every"] = "one") -> None:
    """Let somebody do what needs a role in a team, but no case. Raises 403."""
    if who.grants is None:
        return
    allowed = roles.teams(who.grants, verb)
    if not allowed or (of == "every" and roles.EVERY_TEAM not in allowed):
        raise role_needed()


def role_needed() -> web.Problem:
    """The answer for what a role does not allow."""
    return web.Problem(403, "role-needed", "この操作ができる役割ではありません。", "Your role does not allow this.")


def _unauthorized(code: str, ja: str, en: str) -> web.Problem:
    problem = web.Problem(401, code, ja, en)
    problem.headers = {"www-authenticate": "Bearer"}
    return problem


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
