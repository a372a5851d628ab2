"""The rows of what is set up to send to us, its sealed secrets, and what came of it lately."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from services.intake.vault import CannotOpen, Vault
from shared.runtime import telemetry
from shared.runtime.db import Queries, Row, Transaction

log = telemetry.logger(__name__)
SQL = Queries(Path(__file__).with_name("sources.sql"))
SECRETS_KEPT = timedelta(days=30)  # after their end, so that "which one was it" has an answer
MOST_REJECTIONS = 20
MOST_DELIVERIES = 50


@dataclass(frozen=True)
class SecretRow:
    """One secret of a source; `sealed` opens with the vault alone."""

    id: int
    sealed: bytes = field(repr=False)
    made_at: datetime
    ends_at: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Whether a request that proves itself with it is believed."""
        return self.ends_at is None or now < self.ends_at


@dataclass(frozen=True)
class Setup:
    """One source as it is set up. `owner` is the person or team who is told of trouble; `version` counts the changes."""

    id: str
    sender: str
    name: str
    owner: str
    options: Mapping[str, str]
    enabled: bool
    version: int
    created_at: datetime
    changed_at: datetime
    secrets: tuple[SecretRow, ...] = ()
    built_in: bool = False


async def all_of(tx: Transaction) -> list[Setup]:
    """Everything that is set up."""
    secrets = defaultdict(list)
    for row in await tx.fetch(SQL["secrets"], None):
        secrets[row["source"]].append(_secret(row))
    return [_setup(row, tuple(secrets[row["id"]])) for row in await tx.fetch(SQL["sources"])]


async def locked(tx: Transaction, id_: str) -> Setup | None:
    """One source, locked until the transaction ends."""
    row = await tx.fetchrow(SQL["lock_source"], id_)
    if row is None:
        return None
    return _setup(row, tuple(_secret(secret) for secret in await tx.fetch(SQL["secrets"], id_)))


async def add(tx: Transaction, setup: Setup) -> bool:
    """Set a source up; False where there is one of this id."""
    s = setup
    row = (s.id, s.sender, s.name, s.owner, _dumped(s), s.enabled, s.version, s.created_at, s.changed_at)
    return bool(await tx.fetchval(SQL["add_source"], *row))


async def change(tx: Transaction, setup: Setup, now: datetime) -> Setup:
    """Write a source as it is now to be; gives it with its new version."""
    s = replace(setup, version=setup.version + 1, changed_at=now)
    await tx.execute(SQL["change_source"], s.id, s.name, s.owner, _dumped(s), s.enabled, s.version, now)
    return s


async def add_secret(tx: Transaction, vault: Vault, id_: str, secret: str, old_until: datetime, now: datetime) -> int:
    """Put a secret in force at once; those before it end at `old_until`. Gives its id."""
    await tx.execute(SQL["end_secrets"], id_, old_until)
    new: int = await tx.fetchval(SQL["add_secret"], id_, vault.seal(secret, about(id_)), now)
    return new


async def end_secret(tx: Transaction, id_: str, secret: int, now: datetime) -> bool:
    """End a secret now; False where there is no such one."""
    return bool(await tx.fetchval(SQL["end_secret"], id_, secret, now))


async def tidy(tx: Transaction, vault: Vault, now: datetime) -> None:
    """Forget secrets that ended long ago, and wrap what an older master key has wrapped with the first one."""
    await tx.execute(SQL["forget_secrets"], now - SECRETS_KEPT)
    for row in await tx.fetch(SQL["sealed_secrets"]):
        try:
            anew = vault.rewrapped(row["sealed"])
        except CannotOpen as problem:
            log.error("a secret cannot be opened", secret=row["id"], problem=str(problem))
            continue
        if anew is not None:
            await tx.execute(SQL["seal_secret_anew"], row["id"], anew)


def about(id_: str) -> str:
    """What the secrets of a source are bound to."""
    return f"source {id_}"


async def is_first_trouble(tx: Transaction, id_: str, hour: datetime) -> bool:
    """Whether nothing was said of trouble with this source in this hour; by asking it is."""
    return bool(await tx.fetchval(SQL["trouble_told"], id_, hour))


async def reject(tx: Transaction, id_: str, reason: str, looks: Mapping[str, str], size: int, now: datetime) -> None:
    """Remember a request that was not believed; the last twenty of a source are kept."""
    await tx.execute(SQL["reject"], id_, reason, json.dumps(looks), size, now)
    await tx.execute(SQL["forget_rejections"], id_, MOST_REJECTIONS)


async def last_deliveries(tx: Transaction, id_: str) -> list[Row]:
    """What came lately from a source, believed or not, the newest first."""
    return await tx.fetch(SQL["last_deliveries"], id_, MOST_DELIVERIES)


async def health(tx: Transaction, ids: list[str]) -> dict[str, Row]:
    """How each source does: `delivered_at`, `rejected_at`, and how many `waiting` are set aside."""
    return {row["id"]: row for row in await tx.fetch(SQL["health"], ids)}


def _setup(row: Row, secrets: tuple[SecretRow, ...]) -> Setup:
    return Setup(**{**row, "options": json.loads(row["options"])}, secrets=secrets)


def _secret(row: Row) -> SecretRow:
    return SecretRow(row["id"], row["sealed"], row["made_at"], row["ends_at"])


def _dumped(setup: Setup) -> str:
    return json.dumps(dict(setup.options))
