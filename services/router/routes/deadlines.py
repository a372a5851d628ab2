"""The clocks of a case over HTTP: how each stands, and day by day what counted, what did not, and why."""

from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field

from services.router import store
from services.router.domain import wording
from services.router.domain.climb import clocks
from services.router.domain.climb.in_force import InForce
from services.router.domain.policies import labels
from services.router.domain.policies.policy import Policy
from services.router.domain.times import explain
from services.router.routes.policy import Desk
from services.router.store import SQL
from shared.contracts.case import Case
from shared.contracts.clocks import Deadline
from shared.contracts.plan import Plan, Reason
from shared.contracts.vocabulary import DeadlineName, DeadlineState
from shared.runtime import folds
from shared.runtime.db import Transaction
from shared.runtime.web import Problem, language, require_token

STATES = {
    DeadlineState.RUNNING: Reason(ja="進行中", en="running"),
    DeadlineState.PAUSED: Reason(ja="停止中", en="paused"),
    DeadlineState.MET: Reason(ja="達成", en="met"),
    DeadlineState.BREACHED: Reason(ja="超過", en="breached"),
    DeadlineState.DROPPED: Reason(ja="不要になり終了", en="no longer needed"),
}
COUNTED = Reason(ja="数えた時間", en="counted")
MILLISECOND = timedelta(milliseconds=1)


class Counting(BaseModel):
    """The calendar by which a clock counts."""

    id: str
    name: str
    zone: str


class Counted(BaseModel):
    """A length of time, in milliseconds and as hours and minutes."""

    ms: int
    text: str


class Stretch(BaseModel):
    """A part of a day in the calendar's zone, that counted or did not; `why` is in the reader's language."""

    start: datetime
    end: datetime
    counted: bool
    why: str


class Day(BaseModel):
    """One day, or `left_out` days up to this one; `due` stands on the last when the span ends there.

    `counted` is of this day, `total` all by its end; `text` says the row in the reader's language.
    """

    day: date
    counted: Counted
    total: Counted
    due: datetime | None
    left_out: int
    pieces: list[Stretch]
    text: str


class Clock(BaseModel):
    """One clock: what is `used` of its span so far, `used_before` of it before `since`, and what remains; nothing once breached."""

    name: DeadlineName
    label: str
    state: DeadlineState
    state_label: str
    span: Annotated[str, Field(description="As the policy writes it: 4h, 3bh, 1bd")]
    span_label: str
    since: Annotated[datetime | None, Field(description="From when it runs, after its last wait or change")]
    due: datetime
    warn_at: datetime | None
    stopped_at: datetime | None
    calendar: Counting
    used: Counted
    used_before: Counted
    remaining: Counted
    explained: list[Day]


class Clocks(BaseModel):
    """Every clock of a case, the one that is due first before the others."""

    case_id: str
    waiting: str
    data: list[Clock]


def routes(desk: Desk) -> APIRouter:
    """The route of the deadlines."""

    def admitted(request: Request) -> None:
        require_token(request, desk.settings.service_token)

    found = APIRouter(tags=["deadlines"], dependencies=[Depends(admitted)])

    @found.get("/v1/cases/{case_id}/deadlines")
    async def explain_deadlines(request: Request, case_id: Annotated[str, Path(max_length=100)]) -> Clocks:
        """Every clock of a case, with the days that explain it."""
        force, now = desk.current.in_force, desk.clock.now()
        async with desk.db.reading() as tx:
            case = None if "\x00" in case_id else (await folds.load(tx, case_id, lock=False)).case
            if case is None:
                raise Problem(404, "unknown-case", "この案件は見つかりません。", "There is no such case.")
            policies = {d.name: await _policy(tx, d, force) for d in case.deadlines.values()}
        ordered = sorted(case.deadlines.values(), key=lambda d: d.due)
        data = [_clock(case, d, policies[d.name], now, language(request)) for d in ordered]
        return Clocks(case_id=case.id, waiting=case.waiting, data=data)

    return found


async def _policy(tx: Transaction, deadline: Deadline, force: InForce) -> Policy:
    """The policy by whose calendars a clock counts: the one of its day for one that has ended."""
    if deadline.state in clocks.OPEN or deadline.stopped_at is None:
        return force.policy
    number = await tx.fetchval(SQL["version_in_force_at"], deadline.stopped_at)
    then = await store.version(tx, number) if number and number != force.version else None
    return then.readable if then and then.readable else force.policy


def _clock(case: Case, deadline: Deadline, policy: Policy, now: datetime, reader: str) -> Clock:
    id_ = _calendar(policy, case.plan)
    calendar = policy.calendar_of(id_)
    stands = clocks.standing(case, deadline, calendar, now)
    return Clock(
        **deadline.model_dump(include={"name", "state", "span", "since", "due", "warn_at", "stopped_at"}),
        label=_in(Reason(ja=wording.DEADLINE[deadline.name][0], en=wording.DEADLINE[deadline.name][1]), reader),
        state_label=_in(STATES[deadline.state], reader),
        span_label=_in(labels.said(deadline.span), reader) if deadline.span else "",
        calendar=Counting(id=id_, name=calendar.name or id_, zone=calendar.zone),
        explained=[_day(row, ZoneInfo(calendar.zone), reader) for row in stands.rows],
        used=_counted(stands.used),
        used_before=_counted(stands.before),
        remaining=_counted(stands.left),
    )


def _calendar(policy: Policy, plan: Plan | None) -> str:
    id_ = plan.calendar if plan else ""
    return id_ if id_ in policy.calendars else policy.calendar


def _day(row: explain.Row, zone: ZoneInfo, reader: str) -> Day:
    return Day(
        day=row.day,
        counted=_counted(row.counted),
        total=_counted(row.total),
        due=row.due and row.due.astimezone(zone),
        left_out=row.left_out,
        pieces=[
            Stretch(start=p.start, end=p.end, counted=p.why is None, why=_in(p.why or COUNTED, reader))
            for p in row.pieces
        ],
        text=_in(explain.said(row), reader),
    )


def _counted(time: timedelta) -> Counted:
    return Counted(ms=time // MILLISECOND, text=explain.spoken(time))


def _in(reason: Reason, reader: str) -> str:
    return reason.en if reader == "en" else reason.ja
