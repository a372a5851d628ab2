"""The rows of subscriptions: who is told of changes by webhook, with what secret, and what came of it lately."""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from services.intake.domain.pushing import Answer, Progress, State
from services.intake.vault import CannotOpen, Vault
from shared.runtime import telemetry
from shared.runtime.db import Queries, Row, Transaction

log = telemetry.logger(__name__)
SQL = Queries(Path(__file__).with_name("subscriptions.sql"))
SECRET_BYTES = 32
MOST_DELIVERIES = 50
SECRETS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Subscription:
    """Who is told, of what, in which language, and by whose token it was made: it hears what that token may see."""

    id: str
    name: str
    url: str
    types: tuple[str, ...]
    teams: tuple[str, ...]
    language: str
    token: str
    made_by: str
    version: int
    created_at: datetime
    progress: Progress


async def all_of(tx: Transaction, token: str | None) -> list[Subscription]:
    """Every subscription, or those that a token has made."""
    return [_read(row) for row in await tx.fetch(SQL["subscriptions"], None, token)]


async def locked(tx: Transaction, id_: str) -> Subscription | None:
    """One subscription, locked until the transaction ends."""
    row = await tx.fetchrow(SQL["lock_subscription"], id_)
    return _read(row) if row else None


async def add(tx: Transaction, new: Subscription) -> None:
    """Keep a new one; it is told of what comes after its place."""
    p = new.progress
    row = (new.id, new.name, new.url, list(new.types), list(new.teams), new.language, new.token, new.made_by, p.place)
    await tx.execute(SQL["add_subscription"], *row, new.created_at)


async def change(tx: Transaction, new: Subscription, state: State, now: datetime) -> Subscription:
    """Write it as it is to be, with a new version."""
    row = (new.id, new.name, new.url, list(new.types), list(new.teams), new.language)
    reason = "" if state == "enabled" else "by-hand"
    return _read(await tx.fetchrow(SQL["change_subscription"], *row, state, reason, now))


async def drop(tx: Transaction, id_: str) -> None:
    """Forget one."""
    await tx.execute(SQL["drop_subscription"], id_)


async def add_secret(tx: Transaction, vault: Vault, id_: str, old_until: datetime, now: datetime) -> str:
    """Make a secret and put it in force; those before it are signed with too until `old_until`."""
    secret = "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    await tx.execute(SQL["end_subscription_secrets"], id_, old_until)
    await tx.execute(SQL["add_subscription_secret"], id_, vault.seal(secret, _about(id_)), now)
    return secret


async def secrets_of(tx: Transaction, vault: Vault, id_: str, now: datetime) -> list[str]:
    """Those in force, the newest first. Raises CannotOpen."""
    return [vault.open(row["sealed"], _about(id_)) for row in await tx.fetch(SQL["subscription_secrets"], id_, now)]


async def lease(tx: Transaction, now: datetime, until: datetime, last: int, most: int) -> list[Subscription]:
    """Take some that something has come for, for as long as the lease runs."""
    return [_read(row) for row in await tx.fetch(SQL["lease_subscriptions"], now, until, last, most)]


async def keep(tx: Transaction, known: Subscription, p: Progress) -> bool:
    """Write down how far one is, and give it back; whether it is stopped by that."""
    row = (known.id, p.place, sorted(p.done), p.tries, p.failing_since, p.next_at, p.state, p.reason, known.version)
    as_we_knew_it = bool(await tx.fetchval(SQL["keep_progress"], *row))
    return as_we_knew_it and p.state == "disabled"


async def record(tx: Transaction, id_: str, event_id: str, type_: str, answer: Answer, at: datetime) -> None:
    """Remember one request; the last fifty of a subscription are kept."""
    row = (event_id, type_, answer.status, answer.problem, answer.milliseconds, at)
    await tx.execute(SQL["add_subscription_delivery"], id_, *row)


async def forget_deliveries(tx: Transaction, id_: str) -> None:
    """Forget the requests of before the last fifty."""
    await tx.execute(SQL["forget_subscription_deliveries"], id_, MOST_DELIVERIES)


async def deliveries(tx: Transaction, id_: str) -> list[Row]:
    """The last requests, the newest first."""
    return await tx.fetch(SQL["subscription_deliveries"], id_, MOST_DELIVERIES)


async def tidy(tx: Transaction, vault: Vault, now: datetime) -> None:
    """Forget secrets that ended long ago, and wrap what an older master key has wrapped with the first one."""
    await tx.execute(SQL["forget_subscription_secrets"], now - SECRETS_KEPT)
    for row in await tx.fetch(SQL["sealed_subscription_secrets"]):
        try:
            anew = vault.rewrapped(row["sealed"])
        except CannotOpen as problem:
            log.error("a secret of a subscription cannot be opened", secret=row["id"], problem=str(problem))
            continue
        if anew is not None:
            await tx.execute(SQL["seal_subscription_secret_anew"], row["id"], anew)


def _about(id_: str) -> str:
    return f"subscription {id_}"


def _read(row: Row | None) -> Subscription:
    assert row is not None
    return Subscription(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        types=tuple(row["types"]),
        teams=tuple(row["teams"]),
        language=row["language"],
        token=row["token"],
        made_by=row["made_by"],
        version=row["version"],
        created_at=row["created_at"],
        progress=Progress(
            row["place"], frozenset(row["done"]), row["tries"], row["failing_since"], row["next_at"], row["state"], row["reason"]
        ),
    )  # fmt: skip
