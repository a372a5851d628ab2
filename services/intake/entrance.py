"""Who is let in: the bearer of a token, a person who is logged in with this browser, one of our own services."""

from dataclasses import dataclass, field
from typing import Literal

from fastapi import Request

from services.intake import logins
from services.intake.domain import roles, sessions, tokens
from services.intake.domain.sessions import Session
from services.intake.domain.tokens import Principal, Scope
from services.intake.door import door
from shared.contracts.events import Actor
from shared.contracts.keys import believed, first
from shared.runtime import web

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


async def admit(
    request: Request, scope: Scope, of: Literal["one", "every"] | None = None, counted: bool = True
) -> Principal:
    """Let the bearer of a token in that has this scope, a person who is logged in, or one of our services. Raises 401, 403, 429.

    What may be urgent is let in uncounted, and counted when that is known.
    A role that goes with the scope is needed too, by whoever has roles: in `one` team, or in `every` team, which is how
    the whole organisation is administered unless told otherwise.
    """
    who = await _bearer(request, scope) or await _person(request)
    if who is None:
        raise _unauthorized("unauthorized", "有効なトークンが必要です。", "A valid token is required.")
    permit(who, ROLES_OF[scope], of or ("every" if scope == "admin" else "one"))
    if counted:
        count(request)
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
    return Visitor(session, digest, sessions.csrf(first(here.settings.link_key), digest))


async def was_here(request: Request) -> bool:
    """Whether somebody has logged in with this browser, though their session may have ended since."""
    here = door(request)
    secret = request.cookies.get(here.cookie.name, "")
    if not secret:
        return False
    async with here.db.reading() as tx:
        return await logins.session(tx, sessions.digest(secret)) is not None


def is_forged(request: Request, someone: Visitor, given: str) -> bool:
    """Whether a change comes from another site, or without the proof that it was made on a page of ours."""
    keys = door(request).settings.link_key
    ours = believed(keys, given.encode("utf-8", "replace"), lambda key: sessions.csrf(key, someone.digest).encode())
    return comes_from_elsewhere(request) or not ours


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
        if believed(here.settings.service_token, text.encode("utf-8", "replace"), str.encode):
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
            request.state.token = found.id
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


def only_ours(who: Principal) -> None:
    """Let nobody on but one of our own services. Raises 403."""
    if who.name != "service":
        raise web.Problem(403, "forbidden", "内部のサービスだけが使えます。", "Only our own services may do this.")


def role_needed() -> web.Problem:
    """The answer for what a role does not allow."""
    return web.Problem(403, "role-needed", "この操作ができる役割ではありません。", "Your role does not allow this.")


def _unauthorized(code: str, ja: str, en: str) -> web.Problem:
    problem = web.Problem(401, code, ja, en)
    problem.headers = {"www-authenticate": "Bearer"}
    return problem
