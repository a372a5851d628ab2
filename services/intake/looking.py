"""Looks through the records of every source that has an API token, for what was changed without a notification."""

import asyncio
from datetime import datetime, timedelta

from services.intake import receiving, records, setups
from services.intake.door import Door
from services.intake.records import Gone, Unreadable
from services.intake.senders import SENDERS
from services.intake.senders.sender import Request, Source
from shared.contracts.envelope import event_id
from shared.contracts.events import SourceTroubled
from shared.contracts.plan import Reason
from shared.runtime import outbox, telemetry
from shared.runtime.loop import every
from shared.runtime.web import Problem

log = telemetry.logger(__name__)
BETWEEN = timedelta(minutes=2)  # kintone allows an app 10,000 requests a day, and this needs two
BACK = timedelta(minutes=5)  # clocks differ, and kintone tells the minute only
SECONDS = 10.0  # for one request
FAILED_OFTEN = 3  # times in a row, and the owner is told
SIDE_BY_SIDE = 4  # sources
CHECK_SECONDS = 5.0


class Looking:
    """The looking through; several processes take turns."""

    def __init__(self, here: Door) -> None:
        self._here = here
        self._turns = asyncio.Semaphore(SIDE_BY_SIDE)

    async def run(self) -> None:
        """Look for ever."""
        await every(CHECK_SECONDS, self.once)

    async def once(self) -> None:
        """Look through those whose time has come."""
        here, now = self._here, self._here.clock.now()
        reads = {name for name, sender in SENDERS.items() if sender.records}
        able = [s.id for s in await here.sources.all() if s.enabled and s.tokens and s.sender in reads]
        if able:
            async with here.db.reading() as tx:
                due = await setups.due_looks(tx, able, now, now + BETWEEN)
            await asyncio.gather(*(self._look(id_, since) for id_, since in due))

    async def _look(self, id_: str, since: datetime) -> None:
        here, now = self._here, self._here.clock.now()
        source = await here.sources.find(id_)
        if source is None or not source.tokens:
            return
        try:
            async with self._turns:
                await self._all(source, since)
        except Problem as problem:
            log.warning("records have to wait", source=id_, problem=problem.code)
        except (Unreadable, Gone) as problem:
            await self._failed(source, str(problem) or "404", now)
        else:
            async with here.db.reading() as tx:
                await setups.looked(tx, id_, now - BACK, now)
            here.sources.forget()

    async def _all(self, source: Source, since: datetime) -> None:
        """Take everything that has changed. Raises Unreadable, Gone, and the problem when there is no room."""
        own = SENDERS[source.sender].records
        assert own is not None
        places = own.places(source)
        if not places:
            raise Unreadable("オプション url と app がありません (the options url and app are missing)")
        for place in places:
            newest = await records.fetch(self._here.outside, source, place, SECONDS)
            page, before = b"", ""
            while (address := own.changed(place, newest, since, page)) not in ("", before):
                page, before = await records.fetch(self._here.outside, source, address, SECONDS), address
                found = own.told(place, page)
                for raw in found:
                    given = Request(raw, {"content-type": "application/json"}, self._here.clock.now())
                    await receiving.believe(self._here, source, given)
                if len(found) < own.page:
                    break
            else:
                if page:
                    raise Unreadable(
                        "続きのレコードを読み取れません (what comes after a page of records cannot be read)"
                    )

    async def _failed(self, source: Source, problem: str, now: datetime) -> None:
        here = self._here
        log.warning("the records of a source cannot be looked at", source=source.id, problem=problem)
        hour = now.replace(minute=0, second=0, microsecond=0)
        async with here.db.transaction() as tx:
            often = await setups.look_failed(tx, source.id, problem)
            if often >= FAILED_OFTEN and await setups.is_first_trouble(tx, f"records {source.id}", hour):
                name, reason = source.name or source.id, Reason(ja=problem, en=problem)
                told = SourceTroubled(what="records", source=source.id, name=name, owner=source.owner, reason=reason)
                await outbox.add(tx, told, event_id("source.unseen", source.id, hour.isoformat()), now)
        here.sources.forget()
