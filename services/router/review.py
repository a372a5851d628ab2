"""The reminder to look at the policy again: once a period, with what the archive says about the rules."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.router import archive, attendance
from services.router.current import Current
from services.router.domain.policies.findings import Finding
from services.router.domain.policies.lint import deadlines
from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import Duration
from services.router.domain.trial.review import Reviewed
from services.router.store import SQL
from services.router.trial import Task
from shared.contracts import events as e
from shared.contracts.envelope import event_id
from shared.contracts.plan import Person, Reason
from shared.runtime import outbox, telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
MOST_CASES = 20_000
MOST_ADVICE = 5
SHORTEST = timedelta(days=1)


class Reminder:
    """Reminds the owner of the policy, however many replicas look: the first one that writes the period down says it."""

    def __init__(self, db: Database, clock: Clock, current: Current) -> None:
        self._db = db
        self._clock = clock
        self._current = current
        self._said: tuple[int, int] = (0, 0)

    async def sweep(self) -> None:
        """Say the reminder whose time has come, unless that was done. The figures are only worked out for one that is due."""
        version, force, now = self._current.version, self._current.in_force, self._clock.now()
        policy = force.policy
        every = Duration.parse(policy.review_every)
        period = periods(version.published_at, every, policy.calendar_of(""), now)
        if not period or self._said == (version.number, period):
            return
        async with self._db.reading() as tx:
            if await tx.fetchval(SQL["review_begun"], version.number, period):
                self._said = version.number, period
                return
            changed = await archive.reassessments(tx, version.published_at)
            there = await attendance.past(tx, version.published_at, now)
        task = Task(
            version=version.number,
            in_force=policy,
            attendance=there,
            since=version.published_at,
            until=now,
            reassessments=changed,
        )
        found = Reviewed.model_validate_json(await archive.tried(self._db, task, MOST_CASES))
        person = policy.person(policy.owner) or force.catch_all
        told = reminder(person, policy.review_every, found, deadlines.closed_days(policy, now))
        async with self._db.transaction() as tx:
            if await tx.fetchval(SQL["begin_review"], version.number, period) is not None:
                await outbox.add(tx, told, event_id("review", version.number, period), now)
                log.info("reminded of the review", version=version.number, period=period)
        self._said = version.number, period


def periods(since: datetime, every: Duration, calendar: Calendar, now: datetime) -> int:
    """How many whole periods have passed; one shorter than a day counts as a day."""
    if not every.business:
        return max((now - since) // max(every.at_most, SHORTEST), 0)
    count, at = 0, calendar.add(since, every)
    while at <= now:
        count, at = count + 1, max(calendar.add(at, every), at + SHORTEST)
    return count


def reminder(person: Person, every: str, found: Reviewed, more: Iterable[Finding] = ()) -> e.DutyDigest:
    """What the owner is told: the time, what lint finds that comes with time (`more`), and what the archive says."""
    first = Reason(
        ja=f"エスカレーション方針（版 {found.version}）の見直しの時期です（{every} ごと）。公開後に完了した案件は {found.cases} 件です。",
        en=f"Time to review the escalation policy (version {found.version}, every {every}): {found.cases} cases were finished under it.",
    )
    dated = (Reason(ja=f"{x.reason.ja}。{x.remedy.ja}。", en=f"{x.reason.en}: {x.remedy.en}.") for x in more)
    reasons = (first, *dated, *found.advice[:MOST_ADVICE])
    return e.DutyDigest(cause="review", person=person, cases=(), reasons=reasons)
