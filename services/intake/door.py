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

from services.intake import admission, logins
from services.intake.domain import roles, sessions, tokens
from services.intake.domain.outlook import Reader
from services.intake.domain.sessions import Cookie, Session
from services.intake.domain.tokens import Principal, Scope, Token
from services.intake.domain.words import Language
from services.intake.gate import Gate, Limits
from services.intake.provider import Provider
from services.intake.safe import Safe
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
SAFE = ("GET", "HEAD", "OPTIONS")
CSRF_HEADER = "x-csrf-token"
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
    arrivals: Gate = field(init=False)
    sources: Sources = field(init=False)
    provider: Provider | None = field(init=False)
    safe: Safe = field(init=False)

    def __post_init__(self) -> None:
        """Know the sources from the same database, let no more in than there may be, and ask the provider who somebody is."""
        self.gate = Gate("deliveries", self.limits.deliveries)
        self.arrivals = Gate("arrivals", self.limits.arrivals, self.limits.answered)
        self.sources = Sources(self.settings, self.db, self.clock)
        self.provider = Provider(self.settings, self.http, self.clock) if self.settings.oidc_issuer else None
        self.safe = Safe(self.db, self.sources.vault, self.settings.masked.kinds, self.clock)

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


@dataclass(frozen=True)
class Visitor:
    """Somebody who is logged in with this browser; `csrf` is what their forms and calls must carry."""

    session: Session
    digest: bytes = field(repr=False)
    csrf: str = field(repr=False)

    @property
    def who(self) -> Principal:
        """The same as a caller."""
        return self.session.principal()


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


async def admit(request: Request, scope: Scope, of: Literal["one", "every"] | None = None) -> Principal:
    """Let the bearer of a token with this scope in, a person who is logged in, or one of our own services. Raises 401 or 403.

    A role that goes with the scope is needed too, by whoever has roles: in `one` team, or in `every` team, which is how
    the whole organisation is administered unless told otherwise.
    """
    who = await _bearer(request, scope) or await _person(request)
    if who is None:
        raise _unauthorized("unauthorized", "有効なトークンが必要です。", "A valid token is required.")
    permit(who, ROLES_OF[scope], of or ("every" if scope == "admin" else "one"))
    return who


async def visitor(request: Request) -> Visitor | None:
    """Who is logged in with this browser; None for nobody, and for a session that holds no longer."""
    here, now = door(request), door(request).clock.now()
    secret = request.cookies.get(here.cookie.name, "")
    if not secret:
        return None
    digest = sessions.digest(secret)
    async with here.db.reading() as tx:
        session = await logins.session(tx, digest)
        if session is None or session.standing(now) != "valid":
            return None
        if session.is_seen_anew(now):
            await logins.seen(tx, digest, now)
    return Visitor(session, digest, sessions.csrf(here.settings.link_key, digest))


def is_forged(request: Request, someone: Visitor, given: str) -> bool:
    """Whether a change comes from another site, or without the proof that it was made on a page of ours."""
    return comes_from_elsewhere(request) or not hmac.compare_digest(
        given.encode("utf-8", "replace"), someone.csrf.encode()
    )


def comes_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site sent this."""
    ours, headers = sessions.origin(door(request).settings.public_url), request.headers
    return sessions.is_from_elsewhere(headers.get("sec-fetch-site"), headers.get("origin"), ours)


async def _bearer(request: Request, scope: Scope) -> Principal | None:
    """The bearer of a token, or one of our own services; None where there is no token. Raises 401 or 403."""
    here = door(request)
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if not kind:
        return None
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
            return who
    raise _unauthorized("unauthorized", "有効なトークンが必要です。", "A valid token is required.")


async def _person(request: Request) -> Principal | None:
    """Who is logged in with this browser. Raises 403 for a change that no page of ours asks for."""
    someone = await visitor(request)
    if someone is None:
        return None
    if request.method not in SAFE and is_forged(request, someone, request.headers.get(CSRF_HEADER, "")):
        raise forged()
    return someone.who


def forged() -> web.Problem:
    """The answer for a change that was not asked for on a page of ours."""
    ja = "この画面からの操作と確認できませんでした。画面を読み込み直して、もう一度お試しください。"
    return web.Problem(
        403, "forged", ja, "This did not come from a page of ours. Please reload the page and try again."
    )


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
