"""Holds pages back while a window of maintenance lasts, and calls back those that went out before it began."""

from datetime import datetime

from services.notifier import bundles, contacts, outcomes, store, windows
from services.notifier.domain.closing import Closing
from services.notifier.domain.maintenance import Window, matches, once_more, telling
from services.notifier.domain.notification import URGENT, Notification
from services.notifier.rows import read
from shared.contracts.vocabulary import Outcome
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

log = telemetry.logger(__name__)
SECONDS = 1.0


async def hold(tx: Transaction, n: Notification, window: Window, now: datetime) -> None:
    """Keep a page that is not leased until the window ends, and tell its recipient, once for each window."""
    (planned,) = await bundles.planned(tx, [n], [window.ends_at])
    for row in await windows.hold(tx, n, window, planned):
        await outcomes.say(tx, read(row), Outcome.SKIPPED, "superseded", now)
    await _tell(tx, window, {n.recipient}, now)


async def begin(db: Database, clock: Clock) -> None:
    """What rings or can be answered when a window begins is called back, and asked again when the window ends."""
    now = clock.now()
    async with db.transaction() as tx:
        begun = await windows.beginning(tx, now)
        cases = await windows.cases(tx, now) if begun else {}
        for window in begun:
            fitting = [id_ for id_, case in cases.items() if matches(window, case)]
            out = [part for part in await store.parts(await windows.out(tx, fitting, now)) if part[0].answerable]
            called_back = [n for n, known in out if (window.p1 or n.rank >= URGENT) and not known.needless(n)]
            still = await windows.still_out(tx, [n.id for n in called_back])  # one being handed over may be held by now
            called_back = [n for n in called_back if n.id in still]
            await store.close(tx, [n.id for n in called_back], Closing("held", window.reason), now)
            await store.add(tx, [once_more(n, window) for n in called_back], now)
            await _tell(tx, window, {n.recipient for n in called_back} | ({f"team:{window.team}"} - {"team:"}), now)
            log.info("a maintenance window begins", window=str(window.id), called_back=len(called_back))


async def _tell(tx: Transaction, window: Window, ids: set[str], now: datetime) -> None:
    known = await contacts.known(tx, ids)
    await store.add(tx, [w for c in known.values() if (w := telling(window, c))], now)
