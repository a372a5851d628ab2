"""Other business hours or holidays: the clocks of open cases are counted anew, each with the time that was left."""

from datetime import datetime, timedelta

from services.router import store
from services.router.current import Current
from services.router.domain.climb import clocks
from services.router.domain.policies.policy import Policy
from services.router.store import SQL
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.plan import Reason
from shared.runtime import folds, telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

log = telemetry.logger(__name__)
AT_ONCE = 50  # cases in one transaction
SETTLING = timedelta(seconds=10)  # until then another replica may still set clocks by the version before
Policies = dict[int, Policy | None]
RECOUNTED = Reason(
    ja="営業日カレンダーが変わったため、残り時間はそのままで期限を計り直しました。",
    en="The business calendar has changed: the deadlines were set again with the time that was left.",
)


class Recount:
    """Compares the policy in force with the one that the clocks were counted by, and counts them anew when calendars differ.

    A case counts by the newest of three versions: the one that all cases have been counted by, the one it was counted
    anew for itself, and the one it was planned by. Its event and its new version are written in one transaction under
    the lock of its fold: a crash half-way loses nothing and repeats nothing, and a second replica that waited for the
    lock finds the version written. The version of all is written last, when every case of the list has its own; whoever
    begins before that, in a later version too, goes on from what each case says.
    """

    def __init__(self, db: Database, clock: Clock, current: Current) -> None:
        self._db = db
        self._clock = clock
        self._current = current
        self._counted = 0

    async def sweep(self) -> None:
        """Take over the calendars of the version in force, unless that was done."""
        version, now = self._current.version, self._clock.now()
        if version.number == self._counted:
            return
        async with self._db.reading() as tx:
            known: int | None = await tx.fetchval(SQL["counted_by"])
            policies: Policies = {}
            if known is not None and known < version.number:
                if now < version.published_at + SETTLING:
                    return
                policies = {n: await _policy(tx, n) for n in range(known, version.number)}
        if any(_calendars(policy) != _calendars(version.policy) for policy in policies.values()):
            await self._recount(version, policies)
        async with self._db.transaction() as tx:
            await tx.execute(SQL["keep_counted_by"], version.number)
        self._counted = version.number

    async def _recount(self, version: store.Version, policies: Policies) -> None:
        async with self._db.reading() as tx:
            cases = [row["case_id"] for row in await tx.fetch(SQL["cases_to_recount"], version.number)]
        moved = 0
        for start in range(0, len(cases), AT_ONCE):
            moved += await self._cases(cases[start : start + AT_ONCE], version, policies)
        log.info("counted anew", version=version.number, cases=len(cases), moved=moved)

    async def _cases(self, cases: list[str], version: store.Version, policies: Policies) -> int:
        """Count some cases anew; gives how many of them have other deadlines now."""
        moved, now = 0, self._clock.now()
        async with self._db.transaction() as tx:
            await folds.prepare(tx, cases)
            counted_by = await tx.fetchval(SQL["counted_by"])
            rows = await tx.fetch(SQL["still_to_recount"], cases, version.number)
            for row in rows:
                fold = await folds.load(tx, row["case_id"])
                if fold.case is None or fold.case.plan is None:
                    continue
                number = max(counted_by, row["counted_by"], fold.case.plan.policy_version)
                new = recounted(fold.case, policies.get(number), version.policy, now)
                if new is not None:
                    fold = await folds.publish(tx, fold, new, event_id("recounted", version.number, fold.key), now)
                    await folds.save(tx, fold)
                    moved += 1
            await tx.execute(SQL["keep_recounted"], [row["case_id"] for row in rows], version.number)
        return moved


def recounted(case: Case, before: Policy | None, after: Policy, now: datetime) -> e.EscalationRescheduled | None:
    """What is to be said of a case whose clocks counted by one policy and count by another from `now` on, if anything.

    Nothing when the policy before can no longer be read, and of a case that is done or handled as another one.
    """
    if before is None or case.plan is None or case.is_over:
        return None
    calendars = before.calendar_of(case.plan.calendar), after.calendar_of(case.plan.calendar)
    moved = clocks.recounted(case, *calendars, now)
    return e.EscalationRescheduled(case_id=case.id, deadlines=moved, reasons=(RECOUNTED,)) if moved else None


async def _policy(tx: Transaction, number: int) -> Policy | None:
    found = await store.version(tx, number)
    return found.readable if found else None


def _calendars(policy: Policy | None) -> object:
    return policy and (policy.calendars, policy.calendar)
