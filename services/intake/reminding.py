"""Reminds the owners of articles that are due; of somebody who is away or gone, whoever leads every team is told instead.

What was told stands in the very transaction that says it, so that any number of processes may do this side by side.
"""

import asyncio
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from services.intake import admission, behind
from services.intake.domain import roles
from services.intake.domain.reminders import AHEAD, NOBODY, Due, Key, Reminder, gathered, is_time, reminders
from services.intake.domain.roles import EVERY_TEAM, Grants
from services.intake.door import Door
from shared.contracts.envelope import event_id
from shared.contracts.events import DueArticle, KnowledgeDue
from shared.contracts.plan import Person
from shared.runtime import outbox, telemetry
from shared.runtime.db import Queries, Transaction
from shared.runtime.loop import every
from shared.runtime.web import Problem

log = telemetry.logger(__name__)
SQL = Queries(Path(__file__).with_name("reminding.sql"))
SECONDS = 600.0
AT_ONCE = "500"  # articles on a page


class Page(BaseModel):
    """Articles that are due."""

    data: list[Due]
    next_cursor: str | None = None


class Presence(BaseModel):
    """Whether somebody is away."""

    away: bool


class Reminding:
    """The loop; several processes take turns."""

    def __init__(self, here: Door) -> None:
        self._here = here

    async def run(self) -> None:
        """Remind for ever; not at once, for a notifier of the release before passes over what it does not know."""
        await asyncio.sleep(SECONDS)
        await every(SECONDS, self.once)

    async def once(self) -> None:
        """Tell everybody what falls due, unless that was done; nobody twice a day. What cannot be asked waits for the next time."""
        now = self._here.clock.now().astimezone(self._here.zone)
        if not is_time(now):
            return
        try:
            due = await self._due(now.date() + AHEAD - timedelta(days=1))
            wanted, given = await self._wanted(due, now.date())
            readers = {owner: await self._reader(owner, given) for owner in wanted}
        except Problem as problem:
            log.warning("reminders of articles have to wait", problem=problem.code)
            return
        theirs: dict[str, list[Reminder]] = defaultdict(list)
        people = {reader.id: reader for reader in readers.values()}
        for owner, all_ in wanted.items():
            theirs[readers[owner].id] += all_
        for id_, all_ in theirs.items():
            async with self._here.db.transaction() as tx:
                await self._tell(tx, people[id_], all_, now)

    async def _due(self, by: date) -> list[Due]:
        found: list[Due] = []
        cursor = ""
        while True:
            asked = {"by": by.isoformat(), "limit": AT_ONCE, "cursor": cursor}
            told = behind.told(Page, await behind.tell(self._here, "knowledge", "GET", "/v1/articles/due", **asked))
            if told is None:
                raise behind.away("knowledge", "/v1/articles/due", ValueError("no list of articles"))
            found += told.data
            if not told.next_cursor:
                return found
            cursor = told.next_cursor

    async def _wanted(self, due: list[Due], today: date) -> tuple[dict[Person, list[Reminder]], dict[str, Grants]]:
        """What each owner is to be told of, and who has which roles."""
        async with self._here.db.reading() as tx:
            told = await _told(tx, [one.id for one in due])
            return gathered(reminders(due), told, today), await admission.grants(tx)

    async def _reader(self, owner: Person, given: dict[str, Grants]) -> Person:
        """Who is told of somebody's articles: themselves where they are there and may write, else whoever leads every team and is."""
        theirs = given.get(owner.id)  # roles that only a login brings along do not stand there
        if (not theirs or roles.teams(theirs, "start")) and await self._is_there(owner):
            return owner
        for person in sorted(id_ for id_, all_ in given.items() if EVERY_TEAM in roles.teams(all_, "see-restricted")):
            if await self._is_there(Person(id=person, name=person)):
                return Person(id=person, name=person)
        return NOBODY

    async def _is_there(self, person: Person) -> bool:
        """Whether somebody stands in the directory and is not away. Raises 502 while that cannot be asked."""
        if not person.id:
            return False
        listed = await behind.is_listed(self._here, person.id)
        if listed is None:
            raise behind.away("notifier", "/v1/contacts", ValueError("no directory"))
        if not listed:
            return False
        try:
            path = f"/v1/presence/{quote(person.id, safe='')}"
            told = behind.told(Presence, await behind.tell(self._here, "router", "GET", path))
        except Problem as problem:
            if problem.status not in (httpx.codes.NOT_FOUND, httpx.codes.UNPROCESSABLE_ENTITY):
                raise
            return True  # no policy asks them, or could name them, so that nobody knows when they are away
        if told is None:
            raise behind.away("router", path, ValueError("no presence"))
        return not told.away

    async def _tell(self, tx: Transaction, person: Person, all_: list[Reminder], now: datetime) -> None:
        """Say to one person what nobody was told of before, at most what a message holds; not to who was told something today."""
        await tx.execute(SQL["one_at_a_time"])
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if person.id in {row["person"] for row in await tx.fetch(SQL["told_since"], midnight)}:
            return
        told = await _told(tx, [one.article for one in all_])
        new = sorted((one for one in all_ if one.key not in told), key=lambda one: (one.told_on, one.key))
        if not new:
            return
        said, later = new[: KnowledgeDue.most], new[KnowledgeDue.most :]
        articles, whats, days = zip(*(one.key for one in said), strict=True)
        await tx.execute(SQL["tell"], articles, whats, days, person.id, now)
        event = KnowledgeDue(person=person, articles=tuple(self._said(one, person) for one in said), further=len(later))
        await outbox.add(tx, event, event_id("knowledge.due", person.id, now.date().isoformat()), now)

    def _said(self, one: Reminder, person: Person) -> DueArticle:
        return DueArticle(
            id=one.article,
            question=one.question,
            what=one.what,
            day=one.day,
            url=f"{self._here.settings.public_url.rstrip('/')}/knowledge/articles/{one.article}",
            owner="" if one.owner.id == person.id else one.owner.name or one.owner.id,
        )


async def _told(tx: Transaction, articles: list[str]) -> set[Key]:
    return {(row["article"], row["what"], row["day"]) for row in await tx.fetch(SQL["told"], articles)}
