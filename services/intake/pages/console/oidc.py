"""Logging in by the company's account: to the provider, and back with what it says of the person."""

import secrets

from fastapi import APIRouter, Request, Response

from services.intake import auditing
from services.intake.domain import attempts, claims, sessions
from services.intake.domain.attempts import Attempt
from services.intake.domain.claims import Names
from services.intake.domain.sessions import Cookie
from services.intake.door import Door, door
from services.intake.pages.console.login import let_in, refused
from services.intake.pages.console.shell import elsewhere
from services.intake.pages.render import HEADERS
from services.intake.provider import Away, Refused, Said
from shared.contracts.events import Actor
from shared.runtime import telemetry

routes = APIRouter(include_in_schema=False)
log = telemetry.logger(__name__)
LONGEST_CODE = 4000


@routes.get("/login/start")
async def start(request: Request) -> Response:
    """Send the person to the provider; what only this browser is to know stays in a cookie."""
    here = door(request)
    if here.provider is None:
        return elsewhere("/login")
    until = int((here.clock.now() + attempts.HOLDS).timestamp())
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    back = sessions.own_path(request.query_params.get("next", ""))
    try:
        address = await here.provider.address(state, nonce, verifier)
    except Away:
        return refused(request, "away", 503)
    answer = Response(status_code=303, headers={**HEADERS, "location": address})
    cookie, text = _cookie(here), Attempt(state, nonce, verifier, back, until).written(here.settings.link_key)
    age = int(attempts.HOLDS.total_seconds())
    answer.set_cookie(cookie.name, text, age, path="/", secure=cookie.secure, httponly=True, samesite="lax")
    return answer


@routes.get("/login/callback")
async def come_back(request: Request) -> Response:
    """Let in whom the provider vouches for, if they began here, and if they have a role. Works once."""
    here = door(request)
    answer = await _come_back(request, here)
    cookie = _cookie(here)
    answer.delete_cookie(cookie.name, path="/", secure=cookie.secure, httponly=True, samesite="lax")
    return answer


async def _come_back(request: Request, here: Door) -> Response:
    given, settings = request.query_params, here.settings
    attempt = attempts.read(request.cookies.get(_cookie(here).name, ""), settings.link_key)
    if here.provider is None or attempt is None or not attempt.is_of(given.get("state", ""), here.clock.now()):
        return await _not_in(request, "changed", "state")
    if given.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
        return await _not_in(request, "token", "issuer of the answer")
    code = given.get("code", "")
    if "error" in given or not code or len(code) > LONGEST_CODE:
        return await _not_in(request, "provider", given.get("error", "no code")[:100])
    try:
        said = await here.provider.exchange(code, attempt.nonce, attempt.verifier)
    except Away:
        return refused(request, "away", 503)
    except Refused as problem:
        return await _not_in(request, "token", str(problem)[:200])
    return await _known(request, here, said, attempt.back)


async def _known(request: Request, here: Door, said: Said, back: str) -> Response:
    settings = here.settings
    names = Names(settings.oidc_person_claim, settings.oidc_name_claim, settings.oidc_groups_claim)
    person = claims.person(said.claims, names)
    if person is None:
        return await _not_in(request, "person", f"no usable claim {names.person}")
    given = claims.grants(said.claims, names, claims.group_roles(settings.oidc_roles))
    return await let_in(request, person, "oidc", given, back, said.token)


async def _not_in(request: Request, why: str, detail: str) -> Response:
    """Say that it came to nothing, and write down why. Nobody is named: it is not known who it was."""
    here = door(request)
    log.warning("a login was refused", why=detail)
    if why != "changed":  # anybody can open the address without having begun; that must not fill the trail
        now, nobody = here.clock.now(), Actor(kind="anonymous", id="")
        async with here.db.transaction() as tx:
            auditing.add(tx, auditing.entry("login.refused", nobody, "person:", now, "oidc", why=why))
    return refused(request, why, 403 if why in ("token", "person") else 400)


def _cookie(here: Door) -> Cookie:
    return Cookie.of("login", here.settings.public_url)
