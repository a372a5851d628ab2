"""The rows of who is logged in with which browser, and of the links that let somebody in once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.intake.domain import roles, sessions
from services.intake.domain.roles import Grants
from services.intake.domain.sessions import IDLE, LINK_HOLDS, LONGEST, SEEN_EVERY, How, Session
from services.intake.vault import CannotOpen, Vault
from shared.contracts.events import Actor
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("logins.sql"))
LONGEST_HINT = 16_000  # characters; a provider that hears no hint asks the person


@dataclass(frozen=True)
class Ended:
    """A session that was just ended: whose it was, and what the provider wants to hear ("" where there is nothing)."""

    ref: str
    person: str
    hint: str


async def begin(
    tx: Transaction, vault: Vault, person: Actor, how: How, given: Grants, hint: str, now: datetime
) -> tuple[str, str]:
    """Open a session with an id of its own; gives its ref and the secret that the browser is to hold."""
    ref, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    sealed = vault.seal(hint, f"session {ref}") if hint and len(hint) <= LONGEST_HINT else None
    row = (sessions.digest(secret), ref, person.id, person.name, how, roles.written(given), sealed, now)
    await tx.execute(SQL["open_session"], *row)
    return ref, secret


async def session(tx: Transaction, digest: bytes) -> Session | None:
    """A session by the digest of its secret, whether it still holds or not."""
    row = await tx.fetchrow(SQL["sessions"], digest, None, None)
    return _session(row) if row else None


async def open_sessions(tx: Transaction, now: datetime) -> list[Session]:
    """Who is logged in, the last one seen first."""
    return [_session(row) for row in await tx.fetch(SQL["sessions"], None, now - LONGEST, now - IDLE)]


async def seen(tx: Transaction, digest: bytes, now: datetime) -> None:
    """Write down that a session was used."""
    await tx.execute(SQL["session_seen"], digest, now, now - SEEN_EVERY)


async def end(
    tx: Transaction, vault: Vault, by: str, now: datetime, *, digest: bytes | None = None, ref: str = ""
) -> Ended | None:
    """End a session for good, by its digest or its ref; None where there is none that is open."""
    row = await tx.fetchrow(SQL["end_session"], digest, ref, now, by)
    if row is None:
        return None
    try:
        hint = vault.open(row["hint"], f"session {row['ref']}") if row["hint"] else ""
    except CannotOpen:
        hint = ""
    return Ended(row["ref"], row["person"], hint)


async def add_link(tx: Transaction, person: str, name: str, now: datetime) -> str:
    """Make a link for a person; gives the secret in it."""
    secret = secrets.token_urlsafe(32)
    await tx.execute(SQL["add_link"], sessions.digest(secret), person, name, now)
    return secret


async def link(tx: Transaction, secret: str, now: datetime, *, use: bool = False) -> Actor | None:
    """Whom a link lets in; by its `use` it holds no longer. None where it does not hold."""
    digest, since = sessions.digest(secret), now - LINK_HOLDS
    row = await (tx.fetchrow(SQL["use_link"], digest, since, now) if use else tx.fetchrow(SQL["link"], digest, since))
    return Actor(kind="person", id=row["person"], name=row["name"] or row["person"]) if row else None


async def tidy(tx: Transaction, now: datetime) -> None:
    """Forget what has ended long ago."""
    await tx.execute(SQL["forget_sessions"], now - LONGEST * 5)
    await tx.execute(SQL["forget_links"], now - LONGEST)


def _session(row: Row) -> Session:
    return Session(
        ref=row["ref"],
        person=Actor(kind="person", id=row["person"], name=row["name"]),
        how=row["how"],
        grants=roles.read((*row["given"], *row["granted"])),
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
    )
