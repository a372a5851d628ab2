"""Events that an older release has read and did not know are handled late, and their cases folded again in the log's order."""

from collections.abc import Mapping
from dataclasses import replace

from shared.contracts import topics
from shared.contracts.events import Event, Strange
from shared.runtime import folds, telemetry
from shared.runtime.clock import Clock
from shared.runtime.consume import Delivery, Handler
from shared.runtime.db import Database, Transaction

WAITING = "SELECT key FROM folds WHERE since IS NOT NULL AND key > $1 ORDER BY key LIMIT $2"
AT_ONCE = 200
NOWHERE = -1  # partition and offset: its line of the log was written down when it was read
log = telemetry.logger(__name__)


async def catch_up(db: Database, clock: Clock, handlers: Mapping[type[Event], Handler]) -> None:
    """Handle what this release knows of what was kept, each case in its transaction. Raises the last failure, when all were tried."""
    after, failed = "", None
    while True:
        async with db.reading() as tx:
            keys = [row["key"] for row in await tx.fetch(WAITING, after, AT_ONCE)]
        for key in keys:
            try:
                async with db.transaction() as tx:
                    await _one(tx, key, clock, handlers)
            except Exception as problem:
                log.exception("a late event cannot be handled", case=key)
                failed = problem
        if len(keys) < AT_ONCE:
            break
        after = keys[-1]
    if failed is not None:
        raise failed


async def _one(tx: Transaction, key: str, clock: Clock, handlers: Mapping[type[Event], Handler]) -> None:
    fold = await folds.load(tx, key)
    since = fold.since
    late = [x for x in since.events if x.unknown and not isinstance(x.event, Strange)] if since else []
    if since is None or not late:
        return
    folds.keep(tx, replace(fold, since=None))
    for said in late:
        if handler := handlers.get(type(said.event)):
            await handler(said.event, Delivery(tx, said.id, said.at, clock.now(), topics.CASES, NOWHERE, NOWHERE))
    events = tuple(replace(x, unknown=isinstance(x.event, Strange)) for x in since.events)
    rest = replace(since, events=events) if any(x.unknown for x in events) else None
    after = await folds.load(tx, key)
    await folds.save(tx, replace(after, told=since.folded(), since=rest))
    log.info("late events handled", case=key, events=[x.event.type for x in late])
