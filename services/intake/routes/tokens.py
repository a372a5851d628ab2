"""Tokens and roles over the API: who has one and when it was last used; a new one, shown once; an end to one; who is what."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.intake import admission, granting
from services.intake.domain import roles, tokens
from services.intake.domain.roles import Grant, Grants, Role
from services.intake.domain.tokens import Principal, Scope, Standing, Token
from services.intake.domain.words import Language
from services.intake.door import By, door, language, read_json
from services.intake.entrance import admit
from shared.contracts.plan import Person
from shared.contracts.report import Id

routes = APIRouter(tags=["access"])
TokenId = Annotated[str, Path(max_length=100)]


class GrantBody(BaseModel):
    """A role in a team of the policy, or in every team (`*`)."""

    model_config = ConfigDict(extra="forbid")
    role: Role
    team: Annotated[str, Field(pattern=r"^(\*|[^\s*][^\x00-\x1f]{0,99})$")]

    def grant(self) -> Grant:
        """The same as a value."""
        return Grant(self.role, self.team)


class GrantsBody(BaseModel):
    """All the roles that a person is to have; none at all shuts them out."""

    model_config = ConfigDict(extra="forbid")
    grants: Annotated[list[GrantBody], Field(max_length=200)]


class NewToken(BaseModel):
    """A token to be made: its name is the source of what it submits; it ends at `expires_at`, if that is given.

    Without `grants` it has those of its person, or, where there are none, every team as far as its scopes go.
    """

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(pattern=f"^{tokens.NAME}$")]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(tokens.SCOPES))]
    person: By | None = None
    expires_at: AwareDatetime | None = None
    grants: Annotated[list[GrantBody], Field(min_length=1, max_length=200)] | None = None


class TokenView(BaseModel):
    """A token without its secret; times are UTC, `last_used_at` is true to a minute or so. `grants` null: every team."""

    id: str
    name: str
    scopes: list[Scope]
    grants: list[GrantBody] | None
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
    """Every token that was ever made and is the caller's to administer, the newest first."""

    data: list[TokenView]


class PersonGrants(BaseModel):
    """What a person is in which team."""

    person: str
    grants: list[GrantBody]


class AllGrants(BaseModel):
    """The roles of everybody who ever had one."""

    data: list[PersonGrants]


@routes.get("/v1/tokens", response_model=Tokens)
async def list_tokens(request: Request) -> Tokens:
    """List the tokens; nothing that lets anybody in is among it."""
    who, here = await admit(request, "admin", of="one"), door(request)
    now, reads = here.clock.now(), language(request)
    async with here.db.reading() as tx:
        found = await admission.tokens(tx)
    mine = [token for token in found if roles.covers(who.grants, token.principal.grants)]
    return Tokens(data=[TokenView.model_validate(_shown(token, now, reads)) for token in mine])


@routes.post("/v1/tokens", status_code=201, response_model=MadeToken)
async def create_token(request: Request, response: Response) -> MadeToken:
    """Make a token. Its text stands in this answer and nowhere else."""
    who, here = await admit(request, "admin", of="one"), door(request)
    body = await read_json(request, NewToken)
    actor = tokens.actor(body.name, (body.person.id, body.person.name) if body.person else None)
    given = frozenset(g.grant() for g in body.grants) if body.grants else None
    principal = Principal(body.name, frozenset(body.scopes), actor, given)
    made, text = await granting.make_token(here, who, principal, body.expires_at)
    response.headers["location"] = f"/v1/tokens/{made.id}"
    response.headers["cache-control"] = "no-store"
    return MadeToken.model_validate({**_shown(made, here.clock.now(), language(request)), "token": text})


@routes.delete("/v1/tokens/{token_id}", response_model=TokenView)
async def revoke_token(request: Request, token_id: TokenId) -> TokenView:
    """Revoke a token for good. It stops working here at once, and on other replicas within 15 seconds."""
    who, here = await admit(request, "admin", of="one"), door(request)
    found = await granting.revoke_token(here, who, token_id)
    return TokenView.model_validate(_shown(found, here.clock.now(), language(request)))


@routes.get("/v1/grants", response_model=AllGrants)
async def list_grants(request: Request) -> AllGrants:
    """Tell what everybody is in the teams that the caller administers."""
    who = await admit(request, "admin", of="one")
    async with door(request).db.reading() as tx:
        found = await admission.grants(tx)
    mine = {person: {g for g in known if roles.covers(who.grants, frozenset((g,)))} for person, known in found.items()}
    everywhere = roles.covers(who.grants, None)
    return AllGrants(data=[_person(person, known) for person, known in mine.items() if known or everywhere])


@routes.put("/v1/grants/{person}", response_model=PersonGrants)
async def set_grants(request: Request, person: Annotated[Id, Path()]) -> PersonGrants:
    """Give a person exactly these roles; the tokens in their name that have no roles of their own have these.

    The last person who administers every team keeps that role: 409.
    """
    who, here = await admit(request, "admin"), door(request)
    wanted = frozenset(g.grant() for g in (await read_json(request, GrantsBody)).grants)
    return _person(person, await granting.change(here, who, person, lambda _: wanted))


def _person(person: str, known: Grants | set[Grant]) -> PersonGrants:
    return PersonGrants(person=person, grants=[GrantBody(role=g.role, team=g.team) for g in sorted(known)])


def _shown(token: Token, now: datetime, reader: Language) -> dict[str, object]:
    who, standing = token.principal, token.standing(now)
    return {
        "id": token.id,
        "name": who.name,
        "scopes": sorted(who.scopes),
        "grants": None if who.grants is None else [{"role": g.role, "team": g.team} for g in sorted(who.grants)],
        "person": Person(id=who.actor.id, name=who.actor.name) if who.actor.kind == "person" else None,
        "state": standing,
        "state_label": tokens.STANDINGS[standing][reader == "en"],
        "created_at": token.created_at,
        "created_by": token.created_by,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }
