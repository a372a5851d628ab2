"""The board of this process: what is known of open cases, read anew only where something has changed."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.intake import auditing, listing, seeing
from services.intake.domain import access
from services.intake.domain import board as domain
from services.intake.domain.board import Item, Wanted
from services.intake.domain.changes import Change
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from shared.contracts import drill
from shared.contracts.case import Case
from shared.contracts.vocabulary import Status
from shared.runtime import folds
from shared.runtime.db import Database, Queries, Transaction

SQL = Queries(Path(__file__).with_name("board.sql"))
MOST = 10_000  # open cases that are looked at
AT_ONCE = 50  # are read before somebody else has their turn
MOST_DONE = 200  # done cases that are listed
STRETCHES = (1_000, 19_000)  # so many done cases are looked at, and then so many more where too few of them fit


@dataclass(frozen=True)
class Done:
    """Cases that are done, the newest first; whether `more` of them fit, and whether older ones were left `unsearched`."""

    items: list[Item]
    more: bool = False
    unsearched: bool = False


class Board:
    """Items by case, each with the row version that it was made of and the place of the change that it was read after."""

    def __init__(self) -> None:
        self._items: dict[str, tuple[str, Item]] = {}
        self._places: dict[str, int] = {}
        self._turn = asyncio.Lock()

    async def open(self, here: Door, who: Principal) -> list[Item]:
        """The open cases that somebody may see, in no order."""
        async with seeing.reading(here, who) as tx:
            wanted = listing.Filter(seer=access.seer(who), only_open=True)
            found = await self._fresh(tx, await listing.versions(tx, wanted, MOST))
        return [one for one in found.values() if one.is_open and access.roles_in(who, one.facts)]

    async def after(self, db: Database, changes: Sequence[Change]) -> dict[str, Item]:
        """The cases of some changes as they are after these; who may see them is for the caller to say."""
        newest = {change.case_id: change.place for change in changes}
        stale = [id_ for id_, place in newest.items() if self._places.get(id_, -1) < place]
        if stale:
            async with self._turn, db.reading() as tx:
                rows = await tx.fetch(SQL["row_versions"], stale)
                await self._read(tx, {row["id"]: row["version"] for row in rows})
                self._places.update({id_: newest[id_] for id_ in stale})
        return {id_: self._items[id_][1] for id_ in newest if id_ in self._items}

    async def _fresh(self, tx: Transaction, rows: Mapping[str, str]) -> dict[str, Item]:
        async with self._turn:
            await self._read(tx, rows)
        return {id_: self._items[id_][1] for id_ in rows if id_ in self._items}

    async def _read(self, tx: Transaction, rows: Mapping[str, str]) -> None:
        """Read those whose row has changed since; what was done in between is read again the next time."""
        if len(self._items) > 2 * MOST:
            self._items.clear()
            self._places.clear()
        stale = [id_ for id_, version in rows.items() if self._items.get(id_, ("",))[0] != version]
        for first in range(0, len(stale), AT_ONCE):
            for fold in await folds.load_all(tx, stale[first : first + AT_ONCE]):
                if fold.case is not None and drill.is_real(fold.case.submitted.source):
                    self._items[fold.key] = rows[fold.key], domain.item(fold.case)
            await asyncio.sleep(0)


async def done(here: Door, who: Principal, wanted: Wanted) -> Done:
    """The newest done cases that fit, as somebody may see them; they are not kept in mind.

    However many there are, only so many rows are looked at: the newest of a team, or of who asks, where a filter says so.
    How far that is, is found outside of the wall, behind which rows that nobody may see would be passed over without end.
    """
    if wanted.who == "none" or wanted.late:
        return Done([])  # what is done is nobody's to take, and no longer late
    me, team, ids = who.actor.id, wanted.team or None, list[str]()
    owner = me if wanted.who == "me" else None
    whose = (None, owner) if owner else (team, None)
    after: str | None = None
    oldest: str | None = None
    for rows in STRETCHES:
        async with here.db.reading() as tx:
            oldest = await tx.fetchval(SQL["end_of_stretch"], after, *whose, list(drill.UNREAL), rows - 1)
        asked = listing.Filter(
            after, Status.DONE, wanted.priority or None, owner, wanted.q or None, access.seer(who), team, oldest
        )
        async with seeing.reading(here, who) as tx:
            ids += await listing.case_ids(tx, asked, MOST_DONE + 1 - len(ids))
        if oldest is None or len(ids) > MOST_DONE:
            break
        after = oldest
    async with seeing.reading(here, who) as tx:
        found = [domain.item(case) for case in await cases(tx, who, ids[:MOST_DONE])]
    items = [one for one in found if domain.fits(one, wanted, me, here.clock.now())]
    more = len(ids) > MOST_DONE
    return Done(items, more, oldest is not None and not more)


async def told(tx: Transaction, who: Principal, items: Iterable[Item], now: datetime) -> None:
    """Record that somebody is shown restricted cases."""
    restricted = [one.id for one in items if one.facts.restricted]
    await auditing.now(tx, *(auditing.of("case.seen", who, id_, now) for id_ in restricted))


async def cases(tx: Transaction, who: Principal, ids: Sequence[str]) -> list[Case]:
    """Some cases as somebody may see them, in the order asked for."""
    found = await folds.load_all(tx, list(ids))
    return [fold.case for fold in found if fold.case is not None and access.sees(who, fold.case)]


async def numbered(tx: Transaction, number: int) -> str:
    """The id of the case with this number, as far as it may be seen by whoever reads; "" for none."""
    return str(await tx.fetchval(SQL["case_of_number"], number) or "")


async def views(tx: Transaction, person: str) -> list[tuple[str, str]]:
    """The views that a person has kept: name and query."""
    return [(row["name"], row["query"]) for row in await tx.fetch(SQL["views"], person)]


async def keep_view(tx: Transaction, person: str, name: str, query: str, now: datetime) -> None:
    """Keep a view, in place of one of the same name; the oldest go when there are too many."""
    await tx.execute(SQL["keep_view"], person, name, query, now)


async def drop_view(tx: Transaction, person: str, name: str) -> None:
    """Forget a view."""
    await tx.execute(SQL["drop_view"], person, name)
