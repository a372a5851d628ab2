"""Logging in and out: by the company's OpenID provider, or by a link that the terminal of the server printed."""

from fastapi import APIRouter, Request, Response

from services.intake import auditing, logins
from services.intake.domain import sessions
from services.intake.domain.roles import Grants
from services.intake.domain.sessions import How
from services.intake.door import door
from services.intake.entrance import visitor
from services.intake.pages.console.shell import elsewhere, fields, home, in_language, sent, shown
from shared.contracts.events import Actor

routes = APIRouter(include_in_schema=False)
MAX_AGE = int(sessions.LONGEST.total_seconds())


@routes.api_route("/login", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the ways in, or lead on whoever is in already."""
    back = sessions.own_path(request.query_params.get("next", ""))
    if await visitor(request) is not None:
        return in_language(request, elsewhere(back))
    provider = door(request).provider is not None
    return shown(request, "login.html", None, back=back, provider=provider, unsent="unsent" in request.query_params)


@routes.api_route("/login/once/{secret}", methods=["GET", "HEAD"])
async def show_link(request: Request, secret: str) -> Response:
    """Show whom a link lets in; only the button uses it."""
    here = door(request)
    async with here.db.reading() as tx:
        person = await logins.link(tx, secret, here.clock.now())
    if person is None:
        return refused(request, "link", 410)
    return shown(request, "once.html", None, person=person)


@routes.post("/login/once/{secret}")
async def use_link(request: Request, secret: str) -> Response:
    """Log in whom the link was made for, once."""
    await fields(request)
    here = door(request)
    async with here.db.transaction() as tx:
        person = await logins.link(tx, secret, here.clock.now(), use=True)
    if person is None:
        return refused(request, "link", 410)
    return await let_in(request, person, "link", frozenset(), sessions.HOME)


@routes.post("/logout")
async def leave(request: Request) -> Response:
    """End the session of this browser, and that at the provider where it has a way for it."""
    someone, here = await visitor(request), door(request)
    if someone is None:
        return elsewhere("/login")
    await sent(request, someone)
    now, by = here.clock.now(), someone.session.person
    async with here.db.transaction() as tx:
        ended = await logins.end(tx, here.sources.vault, by.id, now, digest=someone.digest)
        auditing.add(tx, auditing.of("logout", someone.who, f"person:{by.id}", now, session=someone.session.ref))
    onwards = ""
    if ended is not None and someone.session.how == "oidc" and here.provider is not None:
        onwards = await here.provider.farewell(ended.hint)
    answer = shown(request, "left.html", None, onwards=onwards, refresh=onwards, at="/login")
    forget(request, answer)
    return answer


async def let_in(request: Request, person: Actor, how: How, given: Grants, back: str, hint: str = "") -> Response:
    """Open a new session for a person who has a role, and end the one that this browser had."""
    here, now = door(request), door(request).clock.now()
    old = request.cookies.get(here.cookie.name, "")
    async with here.db.transaction() as tx:
        if old:
            await logins.end(tx, here.sources.vault, person.id, now, digest=sessions.digest(old))
        ref, secret = await logins.begin(tx, here.sources.vault, person, how, given, hint, now)
        session = await logins.session(tx, sessions.digest(secret))
        assert session is not None
        if not session.grants:
            await logins.end(tx, here.sources.vault, "role", now, ref=ref)
        action, told = ("login", {"how": how, "session": ref}) if session.grants else ("login.refused", {"why": "role"})
        auditing.add(tx, auditing.entry(action, person, f"person:{person.id}", now, f"console:{person.id}", **told))
    if not session.grants:
        return refused(request, "role", 403, person.id)
    answer = elsewhere(home(session.grants) if back == sessions.HOME else back)
    cookie = here.cookie
    answer.set_cookie(cookie.name, secret, MAX_AGE, path="/", secure=cookie.secure, httponly=True, samesite="lax")
    return answer


def refused(request: Request, why: str, status: int, id_: str = "") -> Response:
    """Say in the reader's language why a login came to nothing."""
    return shown(request, "refused.html", None, status, why=why, id=id_, at="/login")


def forget(request: Request, answer: Response) -> None:
    """Have the browser drop what it holds of its session."""
    cookie = door(request).cookie
    answer.delete_cookie(cookie.name, path="/", secure=cookie.secure, httponly=True, samesite="lax")
