"""Who may come in, and what they are in which team: the rows of tokens and grants, with their types."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.intake.domain import roles
from services.intake.domain.roles import Grant, Grants
from services.intake.domain.tokens import USED_EVERY, Principal, Token
from shared.contracts.events import Actor
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("admission.sql"))


@dataclass(frozen=True)
class Held:
    """A role that a person has, or had until `ended_at`: given when, and by the bearer of which token or session."""

    grant: Grant
    created_at: datetime
    created_by: str
    ended_at: datetime | None


async def token(tx: Transaction, id_: str) -> Token | None:
    """A token by its id, whether it still holds or not."""
    row = await tx.fetchrow(SQL["token"], id_)
    return _token(row) if row else None


async def tokens(tx: Transaction) -> list[Token]:
    """Every token that was ever made, the newest first."""
    return [_token(row) for row in await tx.fetch(SQL["token"], None)]


async def lock(tx: Transaction) -> None:
    """Nobody else changes roles or makes tokens until the transaction ends."""
    await tx.execute(SQL["lock_grants"])


async def add_token(tx: Transaction, new: Token) -> None:
    """Keep a new token with its roles; its secret is not kept."""
    who = new.principal
    actor = who.actor.model_dump_json()
    row = (new.id, who.name, new.digest, sorted(who.scopes), actor, new.created_at, new.created_by, new.expires_at)
    await tx.execute(SQL["add_token"], *row)
    if who.grants:
        await tx.execute(SQL["grant"], "token", new.id, *_columns(who.grants), new.created_at, new.created_by)


async def used(tx: Transaction, id_: str, now: datetime) -> None:
    """Write down that a token was used."""
    await tx.execute(SQL["token_used"], id_, now, now - USED_EVERY)


async def revoke(tx: Transaction, id_: str, by: str, now: datetime) -> Token | None:
    """End a token for good; what was revoked before stays as it was. None when there is no such token."""
    await tx.execute(SQL["revoke_token"], id_, now, by)
    return await token(tx, id_)


async def grants(tx: Transaction, person: str | None = None) -> dict[str, Grants]:
    """The roles of every person who ever had one, or of one; empty for who has none any more."""
    return {row["subject"]: roles.read(row["roles"]) for row in await tx.fetch(SQL["grants_of_people"], person)}


async def held(tx: Transaction, person: str) -> list[Held]:
    """Every role that a person has or had, those that count first."""
    rows = await tx.fetch(SQL["grants_of"], person)
    return [
        Held(Grant(row["role"], row["team"]), row["created_at"], row["created_by"], row["ended_at"]) for row in rows
    ]


async def grant(tx: Transaction, person: str, wanted: Grants, by: str, now: datetime) -> None:
    """Give a person exactly these roles."""
    columns = _columns(wanted)
    await tx.execute(SQL["end_grants"], person, *columns, now)
    await tx.execute(SQL["grant"], "person", person, *columns, now, by)


def _columns(wanted: Grants) -> tuple[list[str], list[str]]:
    return [g.role for g in sorted(wanted)], [g.team for g in sorted(wanted)]


def _token(row: Row) -> Token:
    actor, given = Actor.model_validate_json(row["actor"]), row["roles"]
    return Token(
        id=row["id"],
        principal=Principal(row["name"], frozenset(row["scopes"]), actor, None if given is None else roles.read(given)),
        digest=row["digest"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
