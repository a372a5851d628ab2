"""The loop that says what is near its end and what is past it."""

from datetime import datetime, timedelta

from prometheus_client import Histogram

from services.timer import store
from shared.contracts.envelope import event_id
from shared.contracts.events import DeadlineBreached, DeadlineWarned
from shared.runtime import outbox, telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database
from shared.runtime.loop import Nudge

LATENESS = Histogram(
    "tasuki_deadline_lateness_seconds",
    "How long after its time a breach was said",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30),
)
LONGEST_SLEEP = 0.25  # wall time is asked for again at least this often, so that a step of the clock costs no more


class Firing:
    """Sleeps until the next clock, says what has come, and looks again."""

    def __init__(self, db: Database, clock: Clock, grace: timedelta) -> None:
        self._db = db
        self._clock = clock
        self._grace = grace
        self._nudge = Nudge()
        db.committed.append(self._nudge.set)

    async def run(self) -> None:
        """Fire for ever; any number of replicas may run it side by side."""
        while True:
            async with self._db.reading() as tx:
                at = await store.next_at(tx)
            now = self._clock.now()
            if at is not None and at <= now:
                await self.fire(now)
                continue
            await self._nudge.wait(min((at - now).total_seconds(), LONGEST_SLEEP) if at else LONGEST_SLEEP)

    async def fire(self, now: datetime) -> None:
        """Say everything whose time has come by `now`, in one transaction with marking it as said."""
        async with self._db.transaction() as tx:
            for row in await store.take_breached(tx, now):
                late = now - row["due"]
                event = DeadlineBreached(
                    case_id=row["case_id"],
                    name=row["name"],
                    generation=row["generation"],
                    due=row["due"],
                    late_ms=int(late.total_seconds() * 1000),
                )
                with telemetry.span("deadline breached", parent=row["traceparent"]):
                    id_ = event_id("breached", event.case_id, event.name, event.generation)
                    await outbox.add(tx, event, id_, now)
                LATENESS.observe(max((late - self._grace).total_seconds(), 0))
            for row in await store.take_warned(tx, now):
                warned = DeadlineWarned(
                    case_id=row["case_id"], name=row["name"], generation=row["generation"], due=row["due"]
                )
                with telemetry.span("deadline near", parent=row["traceparent"]):
                    id_ = event_id("warned", warned.case_id, warned.name, warned.generation)
                    await outbox.add(tx, warned, id_, now)
