"""The rows of what is set up to send to us, its sealed secrets, and what came of it lately."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from services.intake.vault import CannotOpen, Vault
from shared.runtime import telemetry
from shared.runtime.db import Queries, Row, Transaction

log = telemetry.logger(__name__)
SQL = Queries(Path(__file__).with_name("sources.sql"))
SECRETS_KEPT = timedelta(days=30)  # after their end, so that "which one was it" has an answer
MOST_REJECTIONS = 20
MOST_DELIVERIES = 50
SENT_AWAY, REFUSED_OFTEN = timedelta(minutes=10), 2
Purpose: TypeAlias = Literal["proof", "api"]  # proves who sends, or opens the sender's own API


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
    """One source as it is set up. `owner` is the person or team who is told of trouble; `version` counts the changes.

    `tokens` open the sender's own API; `looked_at` and `problem` are what came of looking at its records there.
    """

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
    tokens: tuple[SecretRow, ...] = ()
    built_in: bool = False
    looked_at: datetime | None = None
    problem: str = ""


async def all_of(tx: Transaction) -> list[Setup]:
    """Everything that is set up."""
    secrets = defaultdict(list)
    for row in await tx.fetch(SQL["secrets"], None):
        secrets[row["source"]].append(row)
    return [_setup(row, secrets[row["id"]]) for row in await tx.fetch(SQL["sources"])]


async def locked(tx: Transaction, id_: str) -> Setup | None:
    """One source, locked until the transaction ends."""
    row = await tx.fetchrow(SQL["lock_source"], id_)
    if row is None:
        return None
    return _setup(row, await tx.fetch(SQL["secrets"], id_))


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


async def add_secret(
    tx: Transaction, vault: Vault, id_: str, secret: str, old_until: datetime, now: datetime, purpose: Purpose = "proof"
) -> int:
    """Put a secret in force at once; those before it for this purpose end at `old_until`. Gives its id."""
    await tx.execute(SQL["end_secrets"], id_, purpose, old_until)
    new: int = await tx.fetchval(SQL["add_secret"], id_, purpose, vault.seal(secret, about(id_)), now)
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


async def is_sent_away(tx: Transaction, id_: str, now: datetime) -> bool:
    """Whether a source that was believed before has been refused ever since: twice and more, and for ten minutes at least.

    One that works is not: what anybody may send beside it means nothing.
    """
    return bool(await tx.fetchval(SQL["is_sent_away"], id_, now - SENT_AWAY, REFUSED_OFTEN))


async def last_deliveries(tx: Transaction, id_: str) -> list[Row]:
    """What came lately from a source, believed or not, the newest first."""
    return await tx.fetch(SQL["last_deliveries"], id_, MOST_DELIVERIES)


async def health(tx: Transaction, ids: list[str]) -> dict[str, Row]:
    """How each source does: `delivered_at`, `rejected_at`, and how many `waiting` are set aside."""
    return {row["id"]: row for row in await tx.fetch(SQL["health"], ids)}


async def due_looks(tx: Transaction, ids: Sequence[str], now: datetime, until: datetime) -> list[tuple[str, datetime]]:
    """Of these sources, those whose records are to be looked at now, and since when; nobody else has them `until` then."""
    await tx.execute(SQL["begin_looks"], ids, now)
    return [(row["source"], row["since"]) for row in await tx.fetch(SQL["claim_looks"], ids, now, until)]


async def looked(tx: Transaction, id_: str, since: datetime, now: datetime) -> None:
    """The records of a source have been looked through; the next time only those are that changed `since`."""
    await tx.execute(SQL["looked"], id_, since, now)


async def look_failed(tx: Transaction, id_: str, problem: str) -> int:
    """They could not be; gives how often in a row that was."""
    times: int = await tx.fetchval(SQL["look_failed"], id_, problem)
    return times


def _setup(row: Row, secrets: Sequence[Row]) -> Setup:
    proofs, tokens = (
        tuple(SecretRow(s["id"], s["sealed"], s["made_at"], s["ends_at"]) for s in secrets if s["purpose"] == purpose)
        for purpose in ("proof", "api")
    )
    return Setup(**{**row, "options": json.loads(row["options"])}, secrets=proofs, tokens=tokens)


def _dumped(setup: Setup) -> str:
    return json.dumps(dict(setup.options))
