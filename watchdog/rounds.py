"""The rounds of the watchdog: send, look, give up, tell, and keep what is known after every change."""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
from prometheus_client import Counter, Gauge

from shared.runtime import telemetry
from shared.runtime.clock import Wall
from watchdog import decisions, memory, words
from watchdog.canary import Door, is_ready
from watchdog.decisions import Rhythm, Watched
from watchdog.paths import Paths, Said
from watchdog.settings import Settings

log = telemetry.logger(__name__)
AGE = Gauge(
    "tasuki_canary_age_seconds", "Seconds since the last canary page that came in time, or since one is waited for"
)
TOOK = Gauge("tasuki_canary_seconds", "Seconds from the submission of the last canary to its page")
MISSED = Gauge("tasuki_canary_missed", "Canaries in a row whose page did not come in time")
ALARM = Gauge("tasuki_watchdog_alarm", "1 while the alarm of the watchdog is on")
READY = Gauge("tasuki_watchdog_service_ready", "1 while a service says that it can work", ["service"])
TOLD = Counter("tasuki_watchdog_told_total", "Alarms and recoveries that were told", ["tell", "reached"])
TURN_SECONDS = 1.0
RETRY_SECONDS = 5.0  # between tries at a door that takes nothing, and between probes
EARLY = 20  # pages that may come before the door has answered
STEP = timedelta(seconds=1)  # between the wall clock and the monotonic one: the wall clock was set


class Rounds:
    """What runs until the process ends; one state, changed by pure decisions and written before it is acted upon."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient, wall: Wall) -> None:
        self.services = settings.services
        self.rhythm = Rhythm(
            timedelta(seconds=settings.watchdog_period),
            timedelta(seconds=settings.watchdog_late),
            timedelta(seconds=settings.watchdog_repeat),
            timedelta(seconds=settings.watchdog_repeat_longest),
        )
        self._file = settings.watchdog_data / "state.json"
        self._wall = wall
        self._set_at, self._passed = wall.now(), wall.passed()
        self.state = decisions.woken(memory.load(self._file, self._set_at), self.rhythm, self._set_at)
        self._left = self.state.key  # of a canary of the last process, whose page may have come while nobody listened
        self._door, self._paths, self._http = Door(settings, http), Paths(settings, http), http
        self._heartbeat = bool(settings.watchdog_heartbeat_url)
        self._early: deque[str] = deque(maxlen=EARLY)
        self._pace = min(RETRY_SECONDS, settings.watchdog_late / 4)

    def now(self) -> datetime:
        """The present instant, UTC; where the wall clock was set, all that is known has been moved along with it."""
        now, passed = self._wall.now(), self._wall.passed()
        step = (now - self._set_at) - timedelta(seconds=passed - self._passed)
        self._set_at, self._passed = now, passed
        if abs(step) >= STEP:
            log.warning("the clock was set", seconds=step.total_seconds())
            self._now_is(decisions.moved(self.state, lambda at: at + step))
        return now

    def page(self, case_id: str) -> None:
        """A page has come."""
        now = self.now()
        if case_id not in {canary.case_id for canary in self.state.canaries}:
            self._early.append(case_id)
        self._now_is(decisions.arrived(self.state, case_id, self.rhythm, now))

    async def send(self) -> None:
        """Send a canary when it is due, and the same one again where the door takes nothing."""
        now = self.now()
        if not decisions.is_due(self.state, self.rhythm, now) and self.state.refused_since is None:
            await asyncio.sleep(min(TURN_SECONDS, self._pace))
            return
        self._now_is(decisions.tried(self.state, now, uuid4().hex))
        case_id = await self._door.submit(self.state.key)
        if not case_id:
            self._now_is(decisions.refused(self.state))
            await asyncio.sleep(self._pace)
            return
        self._now_is(decisions.taken(self.state, case_id, unheard=self.state.key == self._left))
        if case_id in self._early:
            self.page(case_id)

    async def end(self) -> None:
        """End what is over."""
        for canary in self.state.canaries:
            if canary.over and await self._door.end(canary.case_id):
                self._now_is(decisions.ended(self.state, canary.case_id))
        await asyncio.sleep(self._pace if any(c.over for c in self.state.canaries) else min(TURN_SECONDS, self._pace))

    async def probe(self) -> None:
        """Ask every service whether it can work."""
        ready = await asyncio.gather(*(is_ready(self._http, url) for url in self.services.values()))
        by_name = dict(zip(self.services, ready, strict=True))
        for name, good in by_name.items():
            READY.labels(name).set(good)
        unready = [name for name, good in by_name.items() if not good]
        now = self.now()
        self._now_is(decisions.seen(self.state, unready, now))
        await asyncio.sleep(self._pace)

    async def judge(self) -> None:
        """Say what is wrong, and when it is over."""
        now = self.now()
        self._now_is(decisions.given_up(self.state, self.rhythm, now))
        wrong = decisions.troubles(self.state, self.rhythm, now)
        self._now_is(decisions.noted(self.state, wrong))
        tell = decisions.to_tell(self.state, wrong, now)
        if tell is not None:
            subject, text = words.letter(tell, self.state, wrong, now)
            reached = await self._paths.tell(Said(tell, subject, text))
            TOLD.labels(tell, "yes" if reached else "no").inc()
            now = self.now()
            self._now_is(decisions.told(self.state, tell, wrong, reached, self.rhythm, now))
        self._measure()
        await asyncio.sleep(min(TURN_SECONDS, self._pace))

    async def insist(self) -> None:
        """Try the paths again that have not taken what another one took."""
        await asyncio.sleep(decisions.AGAIN_AT_ONCE.total_seconds())
        await self._paths.insist()

    async def beat(self) -> None:
        """Tell those outside that the watchdog lives and can be heard."""
        now = self.now()
        if self._heartbeat and decisions.beats(self.state, self.rhythm, now):
            await self._paths.beat()
        await asyncio.sleep(self.rhythm.period.total_seconds())

    def troubles(self) -> tuple[str, ...]:
        """What is wrong at this moment."""
        now = self.now()
        return decisions.troubles(self.state, self.rhythm, now)

    def _measure(self) -> None:
        now, w = self.now(), self.state
        AGE.set((now - decisions.heard_at(w)).total_seconds())
        TOOK.set(w.took or 0)
        MISSED.set(w.missed)
        ALARM.set(w.alarm is not None)

    def _now_is(self, new: Watched) -> None:
        """Take a new state; a full disk must not keep the dog from barking."""
        if new == self.state:
            return
        self.state = new
        try:
            memory.save(self._file, new)
        except OSError as problem:
            log.error("what is known cannot be kept", problem=repr(problem)[:300])
