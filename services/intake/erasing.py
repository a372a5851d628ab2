"""Erasing what is personal in a case, when somebody asks for it or when its time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from prometheus_client import Counter, Gauge

from services.intake import auditing, safe, setups, store
from services.intake.domain.retention import Spans
from shared.contracts import events as e
from shared.contracts.envelope import event_id
from shared.contracts.plan import Reason
from shared.runtime import outbox
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction
from shared.runtime.folds import Fold

FORGOTTEN = Counter("tasuki_intake_forgotten_total", "What was erased because its time was over", ["what"])
SET_ASIDE = Gauge("tasuki_intake_quarantined", "Deliveries that are set aside and wait for somebody to look at them")
NOTICE = timedelta(days=3)  # the owner of a source hears so long before what is set aside is forgotten
AT_ONCE = 200  # cases in one transaction
ROWS_AT_ONCE = 5000  # of what is no case


@dataclass(frozen=True)
class Erased:
    """What came of it: the number of texts whose originals are gone for good."""

    case_id: str
    originals: int


async def erase(tx: Transaction, fold: Fold, by: e.Actor, reporter: bool, now: datetime) -> Erased:
    """Destroy the key of a case and say so, so that every service forgets what it knows of the customer."""
    case = fold.case
    assert case is not None
    await tx.fetch(safe.SQL["lock_keys"], [case.id])
    originals = len(await tx.fetch(safe.SQL["originals_of"], case.id))
    await tx.fetch(safe.SQL["shred"], [case.id])
    await tx.execute(safe.SQL["empty_deliveries"], case.id)
    await tx.execute(safe.SQL["reword_answers"], case.id)
    event, id_ = e.CaseErased(case_id=case.id, by=by, reporter=reporter), event_id("erased", case.id, uuid4())
    await store.change(tx, fold.say(event, id_, now), event, id_, now)
    return Erased(case.id, originals)


async def forget(db: Database, spans: Spans, clock: Clock) -> None:
    """Forget all whose time is over, this machine's clock and the database's agreeing on it, and tell of what will be next.

    First it is told: what takes long, or cannot be done, must keep no owner from hearing in time.
    """
    for step in (give_notice, forget_originals, forget_deliveries):
        more = True
        while more:
            async with db.transaction() as tx:
                more = await step(tx, spans, await tx.earlier(clock.now()))


async def forget_originals(tx: Transaction, spans: Spans, now: datetime) -> bool:
    """Destroy the keys of cases that were done long enough ago; whether there may be more of them."""
    before = now - spans.originals, now - spans.restricted
    rows = await tx.fetch(safe.SQL["outlived"], *before, AT_ONCE)
    still = await tx.fetch(safe.SQL["still_outlived"], *before, [row["case_id"] for row in rows])
    gone = [row["case_id"] for row in await tx.fetch(safe.SQL["shred"], [row["case_id"] for row in still])]
    auditing.later(tx)
    auditing.add(tx, *(auditing.entry("personal.forgotten", store.SYSTEM, case_id, now) for case_id in gone))
    FORGOTTEN.labels("originals").inc(len(gone))
    return len(rows) == AT_ONCE


async def forget_deliveries(tx: Transaction, spans: Spans, now: datetime) -> bool:
    """Forget what senders sent, and what was set aside and nobody looked at; of that its owner was told before.

    Of the newest delivery of each source it stays that it came. Gives whether there may be more deliveries; the rest is
    forgotten with the last of them.
    """
    gone = _rows(await tx.execute(store.SQL["forget_deliveries"], now - spans.deliveries, ROWS_AT_ONCE))
    FORGOTTEN.labels("deliveries").inc(gone)
    if gone == ROWS_AT_ONCE:
        return True
    await tx.execute(store.SQL["empty_newest"], now - spans.deliveries)
    await tx.execute(store.SQL["forget_ends"], now - max(spans.deliveries, spans.quarantine))  # a replay asks for them
    by_source: dict[str, int] = {}
    for row in await tx.fetch(safe.SQL["forget_quarantine"], now - spans.quarantine, now - NOTICE):
        by_source[row["source"]] = by_source.get(row["source"], 0) + 1
    for source, number in by_source.items():
        line = auditing.entry("quarantine.forgotten", store.SYSTEM, f"source:{source}", now, number=number)
        auditing.add(tx, line)
        FORGOTTEN.labels("quarantine").inc(number)
    return False


async def give_notice(tx: Transaction, spans: Spans, now: datetime) -> bool:
    """Tell the owners of sources what of theirs is set aside and will be forgotten in three days, once for each; all at once."""
    SET_ASIDE.set(await tx.fetchval(store.SQL["count_quarantined"]))
    rows = await tx.fetch(safe.SQL["warn_of_quarantine"], now - spans.quarantine + NOTICE, now)
    known = {setup.id: setup for setup in await setups.all_of(tx)} if rows else {}
    for row in rows:
        setup, number = known.get(row["source"]), row["number"]
        reason = Reason(
            ja=f"要確認の通知 {number} 件は、{NOTICE.days} 日後に消去されます。必要なものは、それまでに取り込んでください。",
            en=f"{number} of what is set aside will be erased in {NOTICE.days} days. Please take in what is needed before.",
        )
        name, owner = (setup.name or setup.id, setup.owner) if setup else (row["source"], "")
        trouble = e.SourceTroubled(source=row["source"], name=name, owner=owner, reason=reason)
        await outbox.add(tx, trouble, event_id("quarantine.ending", row["source"], now.isoformat()), now)
    return False


async def forget_answers(db: Database, before: datetime) -> None:
    """Forget what was answered before an instant; of many, some in each transaction, which has 15 seconds."""
    gone = ROWS_AT_ONCE
    while gone == ROWS_AT_ONCE:
        async with db.transaction() as tx:
            gone = _rows(await tx.execute(store.SQL["forget_answers"], before, ROWS_AT_ONCE))


def _rows(done: str) -> int:
    """How many rows a statement has changed, by its tag: `DELETE 12`."""
    return int(done.rpartition(" ")[2])
