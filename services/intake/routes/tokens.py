"""Tokens over the API: who has one and when it was last used; a new one, whose secret is shown once; an end to one."""

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.intake import admission
from services.intake.domain import tokens
from services.intake.domain.tokens import Scope, Standing, Token
from services.intake.domain.words import Language
from services.intake.door import By, admit, door, language, read_json
from shared.contracts.plan import Person
from shared.runtime.web import Problem

routes = APIRouter(tags=["tokens"])
TokenId = Annotated[str, Path(max_length=100)]


class NewToken(BaseModel):
    """A token to be made: its name is the source of what it submits; it ends at `expires_at`, if that is given."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(pattern=f"^{tokens.NAME}$")]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(tokens.SCOPES))]
    person: By | None = None
    expires_at: AwareDatetime | None = None


class TokenView(BaseModel):
    """A token without its secret; times are UTC, `last_used_at` is true to a minute or so."""

    id: str
    name: str
    scopes: list[Scope]
    person: Person | None
    state: Standing
    state_label: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class MadeToken(TokenView):
    """A new token with its text, which is shown this once only."""

    token: str


class Tokens(BaseModel):
    """Every token that was ever made, the newest first."""

    data: list[TokenView]


@routes.get("/v1/tokens", response_model=Tokens)
async def list_tokens(request: Request) -> Tokens:
    """List the tokens; nothing that lets anybody in is among it."""
    await admit(request, "admin")
    here = door(request)
    async with here.db.reading() as tx:
        found = await admission.tokens(tx)
    return Tokens(
        data=[TokenView.model_validate(_shown(token, here.clock.now(), language(request))) for token in found]
    )


@routes.post("/v1/tokens", status_code=201, response_model=MadeToken)
async def create_token(request: Request, response: Response) -> MadeToken:
    """Make a token. Its text stands in this answer and nowhere else."""
    who, here = await admit(request, "admin"), door(request)
    body, now = await read_json(request, NewToken), here.clock.now()
    if body.expires_at is not None and body.expires_at <= now:
        raise _passed()
    id_, secret = secrets.token_hex(6), secrets.token_hex(32)
    actor = tokens.actor(body.name, (body.person.id, body.person.name) if body.person else None)
    principal = tokens.Principal(body.name, frozenset(body.scopes), actor)
    new = Token(id_, principal, tokens.digest(secret), now, who.name, body.expires_at)
    async with here.db.transaction() as tx:
        await admission.add_token(tx, new)
    response.headers["location"] = f"/v1/tokens/{id_}"
    response.headers["cache-control"] = "no-store"
    return MadeToken.model_validate({**_shown(new, now, language(request)), "token": tokens.write(id_, secret)})


@routes.delete("/v1/tokens/{token_id}", response_model=TokenView)
async def revoke_token(request: Request, token_id: TokenId) -> TokenView:
    """Revoke a token for good. It stops working here at once, and on other replicas within 15 seconds."""
    who, here = await admit(request, "admin"), door(request)
    now, found = here.clock.now(), None
    if "\x00" not in token_id:
        async with here.db.transaction() as tx:
            found = await admission.revoke(tx, token_id, who.name, now)
    if found is None:
        raise Problem(404, "unknown-token", "このトークンは見つかりません。", "There is no such token.")
    here.forget(token_id)
    return TokenView.model_validate(_shown(found, now, language(request)))


def _shown(token: Token, now: datetime, reader: Language) -> dict[str, object]:
    who, standing = token.principal, token.standing(now)
    return {
        "id": token.id,
        "name": who.name,
        "scopes": sorted(who.scopes),
        "person": Person(id=who.actor.id, name=who.actor.name) if who.actor.kind == "person" else None,
        "state": standing,
        "state_label": tokens.STANDINGS[standing][reader == "en"],
        "created_at": token.created_at,
        "created_by": token.created_by,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }


def _passed() -> Problem:
    detail = {"ja": "これからの日時にしてください。", "en": "must be in the future"}
    error = {"pointer": "/expires_at", "detail": detail, "type": "passed"}
    return Problem(422, "invalid", "入力に誤りがあります。", "Some of the input does not fit.", errors=[error])
