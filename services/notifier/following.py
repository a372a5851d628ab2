"""After a page by chat: how the same trouble was solved before. Asked beside the sending, and left out rather than late."""

import asyncio
from datetime import datetime, timedelta

from prometheus_client import Counter
from pydantic import BaseModel

from services.notifier import store
from services.notifier.domain import precedents
from services.notifier.domain.bundling import WINDOW
from services.notifier.domain.contact import Language
from services.notifier.domain.content import Precedent
from services.notifier.domain.notification import Notification
from services.notifier.intake import Intake
from services.notifier.roads import Roads
from services.notifier.sql import SQL
from services.notifier.store import Known
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import UNAVAILABLE, Database

log = telemetry.logger(__name__)
DROPPED = Counter(
    "tasuki_precedents_dropped_total",
    "Lists of similar cases that were left out: too many at once (full), too late (late), somebody had much to read (storm), or nobody could say (away)",
    ["why"],
)
MOST_WAITING = 50  # pages of one process
WAIT = timedelta(seconds=1)  # who answers at once needs no list, and by then everybody has heard of the case
LATEST = timedelta(seconds=30)
SECONDS, PAUSE = 2.0, 0.2  # for one answer; between two questions, for a storm is no time to search for each case


class Told(BaseModel):
    """What intake answers; None while it cannot say."""

    data: tuple[Precedent, ...] | None


class Following:
    """The lists of one process. What waits is kept in memory alone: whoever has been paged loses nothing they need with it."""

    def __init__(self, db: Database, clock: Clock, roads: Roads, intake: Intake) -> None:
        self._db = db
        self._clock = clock
        self._roads = roads
        self._intake = intake
        self._waiting: asyncio.Queue[tuple[Notification, datetime]] = asyncio.Queue(MOST_WAITING)

    def follow(self, page: Notification) -> None:
        """Have a page that has gone out be followed by a list, if there is room; nobody waits here."""
        if not precedents.may_follow(page):
            return
        try:
            self._waiting.put_nowait((page, self._clock.now()))
        except asyncio.QueueFull:
            DROPPED.labels("full").inc()

    async def run(self) -> None:
        """Look for ever, one after the other."""
        while True:
            page, sent_at = await self._waiting.get()
            await asyncio.sleep(max((sent_at + WAIT - self._clock.now()).total_seconds(), PAUSE))
            if self._clock.now() - sent_at > LATEST:
                DROPPED.labels("late").inc()
                continue
            try:
                await self._look(page)
            except UNAVAILABLE as problem:
                DROPPED.labels("away").inc()
                log.info("no list of similar cases without the database", problem=repr(problem)[:300])

    async def _look(self, page: Notification) -> None:
        since = self._clock.now() - WINDOW
        async with self._db.reading() as tx:
            known = await store.known(tx, page)
            id_ = precedents.wish_id(page)
            room = await tx.fetchrow(SQL["room_for_precedents"], id_, page.recipient, page.channel, since)
        if room is None or room["told"] or known.needless(page):
            return
        if room["much"]:
            DROPPED.labels("storm").inc()
            return
        await self._tell(page, known)

    async def _tell(self, page: Notification, known: Known) -> None:
        language = known.contact.language if known.contact else page.content.language
        alone = precedents.is_alone(self._roads.way(page, known.contact))
        found = await self._ask(page, language, alone)
        if found is None:
            DROPPED.labels("away").inc()
        elif found:
            async with self._db.transaction() as tx:
                await store.add(tx, [precedents.wish(page, found, alone)], self._clock.now())

    async def _ask(self, page: Notification, language: Language, alone: bool) -> tuple[Precedent, ...] | None:
        wanted = {"person": page.recipient, "shared": "false" if alone else "true"}
        told = await self._intake.read(page.case_id, "precedents", Told, SECONDS, language, page.traceparent, **wanted)
        if isinstance(told, Told):
            return told.data
        log.info("nobody says how similar cases were solved", case_id=page.case_id, problem=told)
        return None
