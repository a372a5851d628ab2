"""The archive in Postgres."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from services.knowledge.domain.archive import Archived
from shared.runtime.db import Queries, Transaction

SQL = Queries(Path(__file__).with_name("queries.sql"))


async def next_version(tx: Transaction, case_id: str) -> int:
    """The version that the next record of a case gets."""
    return int(await tx.fetchval(SQL["version_of"], case_id) or 0) + 1


async def put(tx: Transaction, record: Archived, now: datetime) -> None:
    """Archive a record; what stood there before is kept as history."""
    body = record.model_dump_json()
    await tx.execute(SQL["put"], record.case_id, record.version, body, now)
    await tx.execute(SQL["keep"], record.case_id, record.version, body)


async def one(tx: Transaction, case_id: str) -> Archived | None:
    """The record of a case, if it is archived."""
    body = await tx.fetchval(SQL["one"], case_id)
    return Archived.model_validate_json(body) if body else None


async def some(tx: Transaction, case_ids: Sequence[str]) -> dict[str, Archived]:
    """The records of these cases, by case id."""
    found = [Archived.model_validate_json(r["record"]) for r in await tx.fetch(SQL["some"], list(case_ids))]
    return {record.case_id: record for record in found}


async def changed_since(tx: Transaction, since: datetime) -> list[tuple[Archived, datetime]]:
    """Records that were archived at or after an instant, oldest first."""
    rows = await tx.fetch(SQL["changed_since"], since)
    return [(Archived.model_validate_json(r["record"]), r["changed_at"]) for r in rows]
