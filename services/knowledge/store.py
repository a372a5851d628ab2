"""The archive in Postgres."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from services.knowledge.domain.archive import Archived
from services.knowledge.domain.shelving import Learned
from services.knowledge.domain.sight import Sight
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("queries.sql"))


async def next_version(tx: Transaction, case_id: str) -> int:
    """The version that the next record of a case gets."""
    return int(await tx.fetchval(SQL["version_of"], case_id) or 0) + 1


async def put(tx: Transaction, record: Archived, sight: Sight, now: datetime) -> None:
    """Archive a record; what stood there before is kept as history."""
    body = record.model_dump_json()
    more = sight.model_dump_json(), sight.restricted, record.cause
    await tx.execute(SQL["put"], record.case_id, record.version, body, now, *more)
    await tx.execute(SQL["keep"], record.case_id, record.version, body)


async def reopen(tx: Transaction, record: Archived, at: datetime, now: datetime) -> None:
    """Mark a record as one of a case that is worked on again; the index takes it away."""
    body = record.model_copy(update={"reopened_at": at}).model_dump_json()
    await tx.execute(SQL["mark"], record.case_id, body, now)


async def see(tx: Transaction, case_id: str, sight: Sight, now: datetime) -> None:
    """Change what decides who may see a record; the index takes it in."""
    await tx.execute(SQL["see"], case_id, sight.model_dump_json(), now, sight.restricted)


async def one(tx: Transaction, case_id: str) -> tuple[Archived, Sight] | None:
    """The record of a case, if it is archived, with what decides who may see it."""
    row = await tx.fetchrow(SQL["one"], case_id)
    return read(row) if row else None


async def some(tx: Transaction, case_ids: Sequence[str]) -> dict[str, tuple[Archived, Sight]]:
    """The records of these cases, by case id."""
    rows = await tx.fetch(SQL["some"], list(case_ids)) if case_ids else ()
    return {record.case_id: (record, sight) for record, sight in map(read, rows)}


async def changed_since(tx: Transaction, since: datetime) -> Sequence[Row]:
    """Records that were archived, or taught about by use, at or after an instant, oldest first; for `read` and `learned_of`."""
    return await tx.fetch(SQL["changed_since"], since)


def read(row: Row) -> tuple[Archived, Sight]:
    """A record and who may see it, of its row. Raises ValidationError for what this release cannot read."""
    return Archived.model_validate_json(row["record"]), Sight.model_validate_json(row["sight"])


def learned_of(row: Row) -> Learned:
    """What use has taught, as a row beside an entry has it."""
    return Learned(row["uses"] or 0, tuple(row["phrasings"] or ()), tuple(row["public"] or ()))
