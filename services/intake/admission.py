"""Who may come in: the rows of tokens, with the types of what goes in and comes out."""

from datetime import datetime
from pathlib import Path

from services.intake.domain.tokens import USED_EVERY, Principal, Token
from shared.contracts.events import Actor
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("admission.sql"))


async def token(tx: Transaction, id_: str) -> Token | None:
    """A token by its id, whether it still holds or not."""
    row = await tx.fetchrow(SQL["token"], id_)
    return _token(row) if row else None


async def tokens(tx: Transaction) -> list[Token]:
    """Every token that was ever made, the newest first."""
    return [_token(row) for row in await tx.fetch(SQL["tokens"])]


async def add_token(tx: Transaction, new: Token) -> None:
    """Keep a new token; its secret is not kept."""
    who = new.principal
    actor = who.actor.model_dump_json()
    row = (new.id, who.name, new.digest, sorted(who.scopes), actor, new.created_at, new.created_by, new.expires_at)
    await tx.execute(SQL["add_token"], *row)


async def used(tx: Transaction, id_: str, now: datetime) -> None:
    """Write down that a token was used."""
    await tx.execute(SQL["token_used"], id_, now, now - USED_EVERY)


async def revoke(tx: Transaction, id_: str, by: str, now: datetime) -> Token | None:
    """End a token for good; what was revoked before stays as it was. None when there is no such token."""
    await tx.execute(SQL["revoke_token"], id_, now, by)
    return await token(tx, id_)


def _token(row: Row) -> Token:
    return Token(
        id=row["id"],
        principal=Principal(row["name"], frozenset(row["scopes"]), Actor.model_validate_json(row["actor"])),
        digest=row["digest"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
