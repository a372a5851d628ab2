"""How the pager itself does: what was gathered of each part, and what of it needs a human, the worst first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

SERVICES = ("intake", "router", "timer", "notifier", "knowledge")
BEHIND = timedelta(seconds=60)  # the oldest record that a service has not handled
UNSAID = timedelta(seconds=60)  # the oldest event in an outbox
LATE = timedelta(seconds=2)  # a clock that ought to have fired; a look takes a moment
CLOCK = 2.0  # seconds between two clocks
UNARCHIVED = 900.0  # seconds for which PostgreSQL has failed to archive its changes
LATENESS = 1.0  # seconds that a breach may be said too late
FAILING, ENOUGH = 0.2, 5  # the share of attempts that fail, of so many at least
Grade = Literal["bad", "warn"]
Stage = Literal["submitted", "planned", "assigned", "paged"]


class Readiness(BaseModel):
    """One thing that a service needs; `problem` is empty when it is well."""

    name: str
    problem: str


class Waiting(BaseModel):
    """How many records wait, and since when the oldest does."""

    waiting: int
    oldest: datetime | None


class Vitals(BaseModel):
    """How one process of a service does, as it tells itself."""

    version: str
    schema_version: str
    checks: list[Readiness]
    outbox: Waiting | None
    clock_ahead: float | None
    unarchived: float | None = None


class Service(BaseModel):
    """One service: null is what could not be asked for. `behind` is what it has not handled of its topics."""

    name: str
    vitals: Vitals | None
    behind: Waiting | None

    @property
    def unready(self) -> list[str]:
        """What it needs and does not have."""
        return [check.name for check in self.vitals.checks if check.problem] if self.vitals else []


class Punctuality(BaseModel):
    """How punctual the timer was in the last hour: seconds; and what it finds late or unwatched now."""

    breaches: int
    worst: float
    late_since: datetime | None
    unattended: int


class ChannelHour(BaseModel):
    """One channel in the last hour: attempts by what came of them, and seconds until pages began to go out."""

    channel: str
    accepted: int
    delivered: int
    acknowledged: int
    failed: int
    p50: float | None
    p99: float | None

    @property
    def fails(self) -> bool:
        """Whether so much of it fails that somebody must look."""
        made = self.accepted + self.delivered + self.acknowledged + self.failed
        return made >= ENOUGH and self.failed > FAILING * made


class LastHour(BaseModel):
    """Every channel by which something was sent."""

    data: list[ChannelHour]


class Provider(BaseModel):
    """How one provider does."""

    provider: str
    set_up: bool
    resting_until: datetime | None


class Providers(BaseModel):
    """Every provider."""

    data: list[Provider]


class Flown(BaseModel):
    """One canary that is under way, or that only has to be ended."""

    case_id: str
    sent_at: datetime


class Watchdog(BaseModel):
    """What the watchdog knows."""

    troubles: list[str]
    arrived_at: datetime | None
    took: float | None
    missed: int
    canaries: list[Flown]


class Step(BaseModel):
    """A stage of the last canary's way, and when it got there."""

    name: Stage
    at: datetime | None


class DeadLetters(BaseModel):
    """How many records are kept as dead letters, how many of the newest nobody has dealt with, and on how many of those calls depend."""

    kept: int
    open: int
    holding: int = 0


class Finding(BaseModel):
    """Something that needs a human: what (`kind` with its `values`), how bad, what to read first, where to go."""

    kind: str
    grade: Grade
    values: dict[str, str]
    runbook: Annotated[str, Field(description="The name of a page of docs/runbooks, or empty")]
    href: str


class Standing(BaseModel):
    """Everything that was gathered at one moment; null is what could not be asked for."""

    at: datetime
    services: list[Service]
    punctuality: Punctuality | None
    channels: LastHour | None
    providers: Providers | None
    quarantine: int
    dead_letters: DeadLetters | None
    public_url: Annotated[str, Field(description="Where links, call-backs and logins lead")]
    watchdog_url: Annotated[str, Field(description="Empty where no watchdog is named")]
    watchdog: Watchdog | None
    canary: list[Step]


class Operations(BaseModel):
    """How the pager itself does, and what of it needs a human: the bad first."""

    findings: list[Finding]
    standing: Standing


def judge(s: Standing) -> Operations:
    """Say what needs a human."""
    found = [*_services(s), *_pages(s), *_watched(s), *_set_aside(s)]
    return Operations(findings=sorted(found, key=lambda finding: finding.grade != "bad"), standing=s)


def _found(kind: str, grade: Grade, runbook: str = "", href: str = "", **values: Any) -> Finding:
    told = {name: str(value) for name, value in values.items()}
    return Finding(kind=kind, grade=grade, runbook=runbook, href=href, values=told)


def _services(s: Standing) -> Iterator[Finding]:
    for one in s.services:
        if one.vitals is None:
            yield _found("away", "bad", "TasukiServiceDown", service=one.name)
        elif one.unready:
            yield _found("unready", "bad", "TasukiServiceDown", service=one.name, what=", ".join(one.unready))
        if one.behind and one.behind.oldest and s.at - one.behind.oldest > BEHIND:
            yield _found("behind", "bad", "TasukiLogStuck", service=one.name, count=one.behind.waiting)
        outbox = one.vitals.outbox if one.vitals else None
        if outbox and outbox.oldest and s.at - outbox.oldest > UNSAID:
            yield _found("unsaid", "bad", "TasukiOutboxStuck", service=one.name, count=outbox.waiting)
        if one.vitals and abs(one.vitals.clock_ahead or 0) > CLOCK:
            ahead = f"{one.vitals.clock_ahead:+.1f}"
            yield _found("clock", "bad", "TasukiClockWrong", service=one.name, seconds=ahead)
    unarchived = max((one.vitals.unarchived or 0 for one in s.services if one.vitals), default=0)
    if unarchived > UNARCHIVED:
        yield _found("unarchived", "bad", "TasukiArchiveFailing", minutes=int(unarchived // 60))
    if any(one.behind is None for one in s.services):
        yield _found("kafka", "bad", "TasukiServiceDown")


def _pages(s: Standing) -> Iterator[Finding]:
    if s.punctuality:
        if s.punctuality.unattended:
            yield _found(
                "unattended", "bad", "TasukiCasesUnattended", "/cases?who=none", count=s.punctuality.unattended
            )
        if s.punctuality.late_since and s.at - s.punctuality.late_since > LATE:
            late = (s.at - s.punctuality.late_since).total_seconds()
            yield _found("late", "bad", "TasukiDeadlinesLate", seconds=round(late))
        elif s.punctuality.worst > LATENESS:
            yield _found("was-late", "warn", "TasukiDeadlinesLate", seconds=f"{s.punctuality.worst:.1f}")
    for channel in s.channels.data if s.channels else ():
        if channel.fails:
            yield _found("failing", "bad", "TasukiPagesFailing", channel=channel.channel, count=channel.failed)
    for provider in s.providers.data if s.providers else ():
        if provider.set_up and provider.resting_until and provider.resting_until > s.at:
            yield _found("resting", "bad", "TasukiProviderResting", provider=provider.provider)


def _watched(s: Standing) -> Iterator[Finding]:
    if s.watchdog_url and s.watchdog is None:
        yield _found("watchdog-away", "bad", "TasukiWatchdogAway", s.watchdog_url)
    seen_here = {one.name for one in s.services if one.vitals is None or one.unready}
    for trouble in s.watchdog.troubles if s.watchdog else ():
        what, _, service = trouble.partition(":")
        if what == "service" and service not in seen_here:
            yield _found("seen-down", "bad", "TasukiServiceDown", s.watchdog_url, service=service)
        elif what in ("page", "door"):
            yield _found(what, "bad", "TasukiCanaryLate", s.watchdog_url)


def _set_aside(s: Standing) -> Iterator[Finding]:
    where = "/operations/dead-letters"
    if s.dead_letters and s.dead_letters.holding:
        yield _found("holding", "bad", "TasukiCaseParked", where, count=s.dead_letters.holding)
    elif s.dead_letters and s.dead_letters.open:
        yield _found("parked", "warn", "TasukiRecordsParked", where, count=s.dead_letters.open)
    if s.quarantine:
        yield _found("quarantine", "warn", "TasukiQuarantineWaiting", "/admin/quarantine", count=s.quarantine)
