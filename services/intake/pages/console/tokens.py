"""The keys of programs, in the console: see each and its last use, make one, which is shown once, and revoke one."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake import admission, drilling, granting
from services.intake.domain import tokens
from services.intake.domain.roles import EVERY_TEAM, ROLES
from services.intake.domain.tokens import NAME, SCOPES, Principal, Token
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.access import wanted_grant
from services.intake.pages.console.shell import chosen, details, elsewhere, entered, sent, shown, text_of
from services.intake.pages.form import shown_again
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
TokenId = Annotated[str, Path(pattern="^[0-9a-f]{12}$")]
DAYS = (30, 90, 365)


@routes.api_route("/admin/tokens", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show every token that was ever made, without its secret."""
    someone = await entered(request)
    done = request.query_params.get("done") == "revoked"
    return await _page(request, someone, notice="tokens.done" if done else "")


@routes.post("/admin/tokens")
async def make(request: Request) -> Response:
    """Make a token and show it, this once."""
    someone = await entered(request)
    given = await sent(request, someone)
    try:
        made, text = await granting.make_token(door(request), someone.who, *await _wanted(request, given))
    except Problem as problem:
        return await _page(
            request, someone, problem.status, wrong=details(problem, chosen(request)), typed=shown_again(given)
        )
    return await _page(request, someone, 201, made=(made, text))


@routes.post("/admin/tokens/{id}/revoke")
async def revoke(request: Request, id: TokenId) -> Response:
    """End a token for good."""
    someone = await entered(request)
    await sent(request, someone)
    await granting.revoke_token(door(request), someone.who, id)
    return elsewhere("/admin/tokens?done=revoked")


async def _wanted(request: Request, given: dict[str, str]) -> tuple[Principal, datetime | None]:
    """What was chosen in the form. Raises 422 with what is missing."""
    name = unicodedata.normalize("NFKC", given.get("name", "")).strip()
    if not re.fullmatch(NAME, name):
        raise Problem(422, "invalid", *text_of("tokens.wrong-name"))
    scopes = frozenset(scope for scope in SCOPES if f"scope-{scope}" in given)
    if not scopes:
        raise Problem(422, "invalid", *text_of("tokens.wrong-scopes"))
    limited = bool(given.get("role")) or given.get("team", "") not in ("", EVERY_TEAM)
    grant = await wanted_grant(request, given) if limited else None
    days = given.get("days", "")
    if (limited and grant is None) or days not in ("", *map(str, DAYS)):
        raise Problem(422, "invalid", *text_of("access.wrong-choice"))
    expires_at = door(request).clock.now() + timedelta(days=int(days)) if days else None
    grants = frozenset((grant,)) if grant else None
    return Principal(name, scopes, tokens.actor(name, None), grants), expires_at


async def _page(
    request: Request,
    someone: Visitor,
    status: int = 200,
    *,
    made: tuple[Token, str] | None = None,
    wrong: str = "",
    notice: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    here = door(request)
    now = here.clock.now()
    async with here.db.reading() as tx:
        rows = [(token, token.standing(now)) for token in await admission.tokens(tx)]
    return shown(
        request, "tokens.html", someone, status, area="tokens", at="/admin/tokens", rows=rows, made=made, wrong=wrong,
        notice=notice, typed=typed or {}, scopes=SCOPES, roles=ROLES, teams=await drilling.team_names(here), days=DAYS,
    )  # fmt: skip
