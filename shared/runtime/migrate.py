"""Forward-only numbered migrations: `0001_pre_name.sql` runs before new code, `0002_post_name.sql` after the old is gone (ADR 36)."""

import asyncio
import hashlib
from pathlib import Path

from shared.runtime.db import Connection, Database

RUNTIME = Path(__file__).parent / "migrations"
LEDGER = (
    "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, digest text NOT NULL, at timestamptz DEFAULT now())"
)
# Sessions of this service that are not of this release: each is marked by the migrations that its code knows.
OTHERS = """SELECT count(*) FROM pg_stat_activity
            WHERE usename = current_user AND application_name <> current_setting('application_name')"""
# Tried instead of waited for: whoever waits inside a statement holds up an index that is built beside the writers, and it them.
LOCK = "SELECT pg_try_advisory_lock(hashtext(current_schema() || '.migrate'))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext(current_schema() || '.migrate'))"
KEEP = "INSERT INTO migrations (name, digest) VALUES ($1, $2)"
TURN_SECONDS = 0.1
LONGEST = 3600.0  # seconds for one statement over a large table


class Edited(SystemExit):
    """A migration that was applied has been changed since."""


def mark(*folders: Path) -> str:
    """By what the sessions of a release are known to others."""
    names = [path.name for folder in (RUNTIME, *folders) for path in sorted(folder.glob("*.sql"))]
    return f"tasuki {hashlib.sha256(' '.join(names).encode()).hexdigest()[:12]}"


async def migrate(db: Database, *folders: Path) -> list[str]:
    """Apply what is missing, in order, each in its transaction but `CONCURRENTLY`; returns the names applied.

    What is `post` is left for later while a process of another release is connected.
    """
    applied: list[str] = []
    async with db.pool.acquire() as connection:
        while not await connection.fetchval(LOCK):  # noqa: ASYNC110 - it is another process's
            await asyncio.sleep(TURN_SECONDS)
        try:
            await connection.execute(LEDGER)
            alone = not await connection.fetchval(OTHERS)
            known = {r["name"]: r["digest"] for r in await connection.fetch("SELECT name, digest FROM migrations")}
            for path in (p for folder in (RUNTIME, *folders) for p in sorted(folder.glob("*.sql"))):
                name = f"{path.parents[1].name}/{path.stem}"
                sql = path.read_text()
                digest = hashlib.sha256(sql.encode()).hexdigest()
                if name in known and known[name] != digest:
                    raise Edited(f"migration {name} was applied and has been edited since; write a new one instead")
                if name in known or ("_post_" in path.name and not alone):
                    continue
                if "CONCURRENTLY" in sql:
                    await _beside_writers(connection, sql)
                    await connection.execute(KEEP, name, digest)
                else:
                    async with connection.transaction():
                        await connection.execute("SET LOCAL lock_timeout = '4s'")
                        await connection.execute(sql, timeout=LONGEST)
                        await connection.execute(KEEP, name, digest)
                applied.append(name)
        finally:
            await connection.execute(UNLOCK)
    return applied


async def _beside_writers(connection: Connection, sql: str) -> None:
    """Build an index of a large table while others write to it: no transaction, so it is to be begun anew after a crash."""
    for statement in filter(str.strip, sql.split(";\n")):
        await connection.execute(statement, timeout=LONGEST)
