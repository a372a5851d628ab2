"""The auditor: looks for open cases that no clock watches, on queries of its own, and raises them.

Two rounds over all open cases, a page at a time: which of them have no plan or no clock, and whose rows are not what the
fold says; the latter are mended, and cases that need no clock any more are struck off. What is missing for longer than
`ALLOWED` is told at once and every few minutes while it lasts: the router may have been waiting for a clock that then came to nothing.
"""

from collections.abc import Callable
from datetime import timedelta

from prometheus_client import Counter, Gauge

from services.timer import store
from services.timer.domain.deadlines import is_watched, running
from shared.contracts.envelope import event_id
from shared.contracts.events import DeadlineMissing
from shared.runtime import folds, outbox, telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database
from shared.runtime.loop import every

UNATTENDED = Gauge("tasuki_unattended_cases", "Open cases without a plan or without a running clock", ["what"])
MENDED = Counter("tasuki_deadlines_mended_total", "Cases whose rows were not what their fold says")
ALLOWED = timedelta(seconds=30)  # the router needs a moment for a plan, or for the next clock after a breach
AGAIN = timedelta(minutes=5)
SECONDS = 10.0
JUDGED = 10_000  # cases asked for in each round: 50,000 open cases take a minute
STANDS = 30.0  # seconds that a clock has waited to be fired; the worst storm is over in twenty
COMPARED = 500  # cases whose folds are read in each round: 50,000 take a quarter of an hour
RAISED = 500
log = telemetry.logger(__name__)


async def fires(db: Database) -> None:
    """Raise while clocks are not fired; for /readyz, since loops that stand still say nothing and count nothing as late."""
    async with db.reading() as tx:
        seconds = await store.overdue(tx)
    if seconds > STANDS:
        raise RuntimeError(f"a clock has waited for {seconds:.0f} s to be fired")


class Auditor:
    """Raises what is missing, and mends rows; any number of replicas may run it side by side."""

    def __init__(self, db: Database, clock: Clock, grace: timedelta, caught_up: Callable[[], bool]) -> None:
        self._db = db
        self._clock = clock
        self._grace = grace
        self._caught_up = caught_up
        self._judged = ""
        self._compared = ""

    async def run(self) -> None:
        """Audit for ever, whenever the log has been read: before that, what seems to be missing may stand there."""

        async def audit() -> None:
            if self._caught_up():
                await self.report()
                await self.compare()

        await every(SECONDS, audit)

    async def report(self) -> None:
        """Look for what is missing, count it, and say it once for each case and every few minutes."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            self._judged = await store.judge(tx, self._judged, now, JUDGED)
        async with self._db.transaction() as tx:
            counted = await store.count_missing(tx, now - ALLOWED)
            UNATTENDED.labels("no-plan").set(counted["plan"])
            UNATTENDED.labels("no-clock").set(counted["clock"])
            raised = []
            for row in await store.take_missing(tx, now - ALLOWED, AGAIN, RAISED) if any(counted) else []:
                times = (now - row["missing_since"]) // AGAIN
                what = "no-clock" if row["planned"] else "no-plan"
                event = DeadlineMissing(case_id=row["case_id"], since=row["missing_since"], what=what)
                log.error("unattended case", case_id=event.case_id, what=what, since=event.since.isoformat())
                await outbox.add(tx, event, event_id("missing", event.case_id, what, event.since, times), now)
                raised.append((event.case_id, times + 1))
            if raised:
                await store.raised(tx, raised)

    async def compare(self) -> int:
        """Compare the next open cases with their rows; returns how many had to be mended."""
        async with self._db.reading() as tx:
            page = await store.next_open(tx, self._compared, COMPARED)
            known = await folds.load_all(tx, page)
            rows = await store.clocks_of(tx, page)
        self._compared = page[-1] if len(page) == COMPARED else ""
        clocks = [clock for fold in known for clock in running(fold.case, self._grace).values()]
        wanted = {(clock.case_id, clock.name.value, clock.generation) for clock in clocks}
        wrong = sorted({case_id for case_id, _, _ in wanted ^ rows})
        for case_id in wrong:
            await self._mend(case_id)
        await self._close([fold.key for fold in known if not is_watched(fold.case, self._clock.now())])
        return len(wrong)

    async def _close(self, cases: list[str]) -> None:
        """For these no clock ought to run any more: that comes with time alone too, or with a newer release."""
        for case_id in cases:
            async with self._db.transaction() as tx:
                case, now = (await folds.load(tx, case_id)).case, self._clock.now()
                if not is_watched(case, now):
                    await store.watch(tx, case_id, False, False, now)

    async def _mend(self, case_id: str) -> None:
        async with self._db.transaction() as tx:
            case = (await folds.load(tx, case_id)).case
            clocks = running(case, self._grace)
            wanted = {(case_id, clock.name.value, clock.generation) for clock in clocks.values()}
            if wanted == await store.clocks_of(tx, [case_id]):
                return  # an event came between
            await store.sync(tx, case_id, clocks)
        MENDED.inc()
        log.error("clocks mended", case_id=case_id)
