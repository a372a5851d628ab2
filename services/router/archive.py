"""The finished cases: kept by when they were finished, and read for replays and reviews of the policy."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from services.router.domain.trial.review import Reassessment
from services.router.store import SQL
from services.router.trial import Task
from shared.contracts.case import Case
from shared.contracts.drill import is_real
from shared.contracts.plan import Plan
from shared.runtime.db import Database, Transaction

PAGE = 100  # folds read and handed on at once
LONGEST = 60.0  # seconds
ROOT = Path(__file__).parents[2]
_END = datetime(9999, 1, 1, tzinfo=UTC)


class Failed(RuntimeError):
    """The replay did not come to its end."""


def keep(tx: Transaction, before: Case | None, case: Case, now: datetime) -> None:
    """Note when the transaction ends what a case's change means for the archive; canaries and drills teach nothing about the policy."""
    if not is_real(case.submitted.source):
        return
    finished = case.resolved_at
    if finished != (before.resolved_at if before else None):
        tx.kept.setdefault("finished", {})[case.id] = finished
        tx.at_end("finished", _write)
    was, became = before.plan if before else None, case.plan
    if was is not None and became is not None and was.priority is not became.priority:
        tx.kept.setdefault("reassessed", []).append(_reassessed(case, was, became, now))
        tx.at_end("reassessed", _write_reassessed)


def _reassessed(case: Case, was: Plan, became: Plan, now: datetime) -> tuple[object, ...]:
    return case.id, now, was.priority.value, became.priority.value, list(was.rules)


async def _write(tx: Transaction) -> None:
    changed: dict[str, datetime | None] = tx.kept.pop("finished")
    done = {id_: at for id_, at in changed.items() if at is not None}
    if gone := [id_ for id_ in changed if id_ not in done]:
        await tx.execute(SQL["unarchive_cases"], gone)
    if done:
        await tx.execute(SQL["archive_cases"], list(done), list(done.values()))


async def _write_reassessed(tx: Transaction) -> None:
    await tx.executemany(SQL["keep_reassessment"], tx.kept.pop("reassessed"))


async def reassessments(tx: Transaction, since: datetime) -> tuple[Reassessment, ...]:
    """What people changed since an instant."""
    return tuple(Reassessment(**dict(row)) for row in await tx.fetch(SQL["reassessments_since"], since))


async def folds(db: Database, since: datetime, limit: int) -> AsyncIterator[list[str]]:
    """The newest `limit` finished cases since an instant, page by page, as they stand in the table."""
    at, id_, left = _END, "", limit
    while left > 0:
        async with db.reading() as tx:
            rows = await tx.fetch(SQL["archived_folds"], since, at, id_, min(PAGE, left))
        if not rows:
            return
        yield [row["state"] for row in rows]
        left -= len(rows)
        at, id_ = rows[-1]["resolved_at"], rows[-1]["case_id"]


async def tried(db: Database, task: Task, limit: int) -> bytes:
    """Run a replay or review in a process of its own over at most `limit` finished cases; gives its JSON.

    Nothing is written. Raises `Failed` when it does not end well, and TimeoutError.
    """
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.router.trial", stdin=pipe, stdout=pipe, cwd=ROOT
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        async with asyncio.timeout(LONGEST):
            child.stdin.write(task.model_dump_json().encode() + b"\n")
            async for page in folds(db, task.since, limit):
                child.stdin.write("".join(f"{state}\n" for state in page).encode())
                await child.stdin.drain()
            child.stdin.close()
            said = await child.stdout.read()
            if await child.wait() != 0:
                raise Failed(f"exit code {child.returncode}")
            return said
    except (BrokenPipeError, ConnectionResetError) as problem:
        raise Failed(repr(problem)) from problem
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
