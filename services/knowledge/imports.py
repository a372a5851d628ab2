"""Files that are being taken in, in Postgres: the parts as they came, and how far it has gone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias
from uuid import UUID

from shared.contracts.plan import Person
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("imports.sql"))
LARGEST = 32 * 1024 * 1024  # bytes of a file: who takes it in holds it, and what is read from it, in memory
State: TypeAlias = Literal["open", "running", "done"]


class TooLarge(Exception):
    """All parts together are more than is taken in at once."""


@dataclass(frozen=True)
class Import:
    """A file that comes in: of `total` rows `seen` are dealt with; `bad` are the first of `bad_rows`, line and reason each.

    Of those that are the `same`, so many are `unpublished`: drafts, or in a review. `attempts` counts how often it was
    begun since a batch of it was taken in.
    """

    id: UUID
    format: str
    dry_run: bool
    publish: bool
    by: Person
    created_at: datetime
    state: State = "open"
    seen: int = 0
    total: int | None = None
    added: int = 0
    changed: int = 0
    same: int = 0
    bad_rows: int = 0
    bad: tuple[dict[str, Any], ...] = ()
    unpublished: int = 0
    attempts: int = 0


async def add(tx: Transaction, new: Import) -> None:
    """A file that is to come in."""
    await tx.execute(SQL["add"], new.id, new.format, new.dry_run, new.publish, new.by.model_dump_json(), new.created_at)


async def put_part(tx: Transaction, id_: UUID, number: int, body: bytes) -> bool:
    """Keep a part; False when there is no such file, or it has begun. Raises TooLarge."""
    if await tx.fetchval(SQL["open"], id_) is None:
        return False
    if await tx.fetchval(SQL["size_of_others"], id_, number) + len(body) > LARGEST:
        raise TooLarge
    await tx.execute(SQL["put_part"], id_, number, body)
    return True


async def start(tx: Transaction, id_: UUID) -> None:
    """All parts are there."""
    await tx.execute(SQL["start"], id_)


async def one(tx: Transaction, id_: UUID) -> Import | None:
    """How far it has gone."""
    row = await tx.fetchrow(SQL["one"], id_)
    return _import(row) if row else None


async def waiting(tx: Transaction) -> bool:
    """Whether any file is to be taken in."""
    found: bool = await tx.fetchval(SQL["waiting"])
    return found


async def running(tx: Transaction) -> Import | None:
    """The oldest file that is to be taken in, locked; none where other processes are at all of them."""
    row = await tx.fetchrow(SQL["next"])
    return _import(row) if row else None


async def attempt(tx: Transaction, id_: UUID) -> None:
    """Count that it is begun."""
    await tx.execute(SQL["attempt"], id_)


async def stay(tx: Transaction) -> None:
    """Keep what this transaction has locked, though it has nothing to ask for long."""
    await tx.execute(SQL["stay"])


async def body(tx: Transaction, id_: UUID) -> bytes:
    """The whole file."""
    return bytes(await tx.fetchval(SQL["body"], id_) or b"")


async def go_on(tx: Transaction, now: Import) -> None:
    """Keep how far it has gone; what is taken in needs its parts no more, what was tried may be taken in yet."""
    counts = now.seen, now.total, now.added, now.changed, now.same, now.bad_rows
    await tx.execute(SQL["go_on"], now.id, *counts, json.dumps(now.bad), now.state, now.unpublished)
    if now.state == "done" and not now.dry_run:
        await tx.execute(SQL["drop_parts"], now.id)


async def said(tx: Transaction, article_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The digests of what a file said last of these articles, by field."""
    rows = await tx.fetch(SQL["said"], list(article_ids)) if article_ids else ()
    return {row["article_id"]: json.loads(row["said"]) for row in rows}


async def keep_said(tx: Transaction, said_: Mapping[str, Mapping[str, str]]) -> None:
    """Keep the digests of what a file says now."""
    await tx.executemany(SQL["keep_said"], [(id_, json.dumps(fields)) for id_, fields in said_.items()])


async def adopt(tx: Transaction, tried: UUID, new: UUID) -> bool:
    """Give what was tried to an import that takes it in; False where it was taken in already, or is not done."""
    found: bool = await tx.fetchval(SQL["adopt_parts"], tried, new)
    return found


async def prune(tx: Transaction, before: datetime, tried_before: datetime) -> None:
    """Forget old files, and those sooner that were only tried."""
    await tx.execute(SQL["prune_tried"], tried_before)
    await tx.execute(SQL["prune"], before)


def _import(row: Row) -> Import:
    return Import(
        id=row["id"],
        format=row["format"],
        dry_run=row["dry_run"],
        publish=row["publish"],
        by=Person.model_validate_json(row["by_whom"]),
        created_at=row["created_at"],
        state=row["state"],
        seen=row["seen"],
        total=row["total"],
        added=row["added"],
        changed=row["changed"],
        same=row["same"],
        bad_rows=row["bad_rows"],
        bad=tuple(json.loads(row["bad"])),
        unpublished=row["unpublished"],
        attempts=row["attempts"],
    )
