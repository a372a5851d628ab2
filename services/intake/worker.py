"""The worker: keeps the view of the cases up to date, watches the direct road, signs the audit, and forgets what is old."""

from datetime import timedelta
from typing import cast

from services.intake import auditing, erasing, logins, parked, setups, store, subscriptions
from services.intake.direct import DirectRoad
from services.intake.handlers import HANDLERS
from services.intake.pushing import Pusher
from services.intake.safe import Safe
from services.intake.settings import Settings
from services.intake.vault import Vault
from shared.contracts import topics
from shared.runtime import guarded, loop, telemetry
from shared.runtime.service import Process
from shared.runtime.settings import broker

ANSWERS_KEPT = timedelta(hours=24)
CHALLENGES_KEPT = timedelta(days=8)  # longer than any link works: what was tried on it is remembered

CHECKPOINT_SECONDS = 600
RETENTION_SECONDS = 600
COUNT_SECONDS = 60
LINGER = 0.05  # seconds; own actions are seen at once, what the log tells may come a moment later


async def build(process: Process) -> None:
    """Add the projection and the loops to a process."""
    process.consume(HANDLERS, topics.CASES, topics.NOTIFICATIONS, linger=LINGER, behind=store.skip_numbers)
    http = await process.closing.enter_async_context(telemetry.http_client())
    settings = cast(Settings, process.settings)
    vault = Vault(settings.data_key)
    safe = Safe(process.db, vault, settings.masked.kinds, process.clock)
    road = DirectRoad(process.db, process.clock, settings, http)

    outside = await process.closing.enter_async_context(guarded.client(settings.webhook_allow))
    process.loops["webhooks out"] = Pusher(process.db, process.clock, vault, outside).run

    async def sweep() -> None:
        await road.sweep()

    async def tidy() -> None:
        # first what is sealed anew: an older key is taken away after an hour
        async with process.db.transaction() as tx:
            now = await tx.earlier(process.clock.now())
            await setups.tidy(tx, vault, now)
            await logins.tidy(tx, now)
        async with process.db.transaction() as tx:
            await safe.tidy(tx)
            await subscriptions.tidy(tx, vault, now)
        async with process.db.transaction() as tx:
            await tx.execute(store.SQL["forget_challenges"], now - CHALLENGES_KEPT)
        await erasing.forget_answers(process.db, now - ANSWERS_KEPT)
        await road.tidy()

    keys = auditing.Keys.of(cast(Settings, process.settings))

    async def sign() -> None:
        async with process.db.transaction() as tx:
            await auditing.checkpoint(tx, keys, process.clock.now())

    process.forget_canaries(lambda tx, ids: tx.execute(store.SQL["forget_cases"], ids))
    process.loops["audit"] = lambda: loop.every(CHECKPOINT_SECONDS, sign)
    process.loops["direct road"] = lambda: loop.every(1, sweep)
    process.loops["retention"] = lambda: loop.every(
        RETENTION_SECONDS, lambda: erasing.forget(process.db, settings.retention.spans, process.clock)
    )
    kafka = broker(settings)
    process.loops["dead letters"] = lambda: loop.every(COUNT_SECONDS, lambda: parked.measure(process.db, kafka))
    process.loops["tidy"] = lambda: loop.every(600, tidy)
