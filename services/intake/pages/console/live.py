"""What changes on a board or a case while it is looked at, for the session that the page belongs to."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.intake import board, seeing
from services.intake.domain import access
from services.intake.domain import board as domain
from services.intake.domain.board import Item, Wanted
from services.intake.domain.changes import Change, here, message
from services.intake.door import Door, door, unknown_case
from services.intake.entrance import Visitor, visitor
from services.intake.pages.console.board import board_of, directory_of
from services.intake.pages.console.case import id_of
from services.intake.pages.console.shell import chosen, opened, zone_of
from services.intake.pages.render import HEADERS, rendered
from shared.contracts.case import Case
from shared.runtime.clock import monotonic

routes = APIRouter(include_in_schema=False)
LOOKED_AGAIN = 2.0  # seconds after which it is looked whether the session still holds
READY = 2000  # rows that are kept as they were made
RETRY = b"retry: 2000\n\n"
_PLACE = re.compile(r"[0-9]{1,18}")


@routes.get("/cases/stream")
async def stream(request: Request) -> Response:
    """Tell a board of rows that have changed since the place that its page was made at.

    Events: `row` (id, html) for one that belongs to the filter, `gone` (id) for one that does not, `reset` when the page is to
    be read anew, `end` when the session holds no longer.
    """
    someone = await opened(request)
    return _full(request) or _stream(Rows(request, someone, domain.wanted(request.query_params)))


@routes.get("/cases/{ref}/stream")
async def stream_one(request: Request, ref: str) -> Response:
    """Tell the page of a case that something has happened to it since the place that the page was made at.

    Events: `changed`, which says no more than that; `end` as for a board. Nothing is shown by it, so nobody is recorded.
    """
    someone = await opened(request)
    if refused := _full(request):
        return refused
    async with seeing.reading(door(request), someone.who) as tx:
        case_id = await id_of(tx, ref)
        case = (await seeing.among(tx, someone.who, {case_id})).get(case_id)
    if case is None:
        raise unknown_case()
    return _stream(One(request, someone, case))


def _full(request: Request) -> Response | None:
    return Response(status_code=503, headers={"retry-after": "5"}) if door(request).fan.full else None


def _stream(told: "Told") -> Response:
    headers = {**HEADERS, "x-accel-buffering": "no"}
    return StreamingResponse(told.follow(), headers=headers, media_type="text/event-stream")


@dataclass
class Told(ABC):
    """One page that listens, and for whom."""

    request: Request
    someone: Visitor

    def __post_init__(self) -> None:
        """The session held just now."""
        self._looked = monotonic()

    @property
    def here(self) -> Door:
        """The parts of the process."""
        return door(self.request)

    async def follow(self) -> AsyncIterator[bytes]:
        """What is sent, until the page is left."""
        fan = self.here.fan
        listener, place = await fan.join()
        try:
            yield RETRY
            after = await self._after()
            async for part in self.missed(after, place):
                yield part
            at = max(after or 0, place)
            yield here(at)
            while not listener.ended:
                found = [change for change in await listener.next(fan.limits.heartbeat) if change.place > at]
                if not await self._holds():
                    yield message("end", None, "{}")
                    return
                at = found[-1].place if found else at
                yield await self.of(found) if found else here(at)
        finally:
            fan.leave(listener)

    @abstractmethod
    def missed(self, at: int | None, place: int) -> AsyncIterator[bytes]:
        """What the page is told of what happened after its own place, if it named one, up to where the listening began."""

    @abstractmethod
    async def of(self, changes: list[Change]) -> bytes:
        """What the page is told of some changes."""

    async def _after(self) -> int | None:
        """The place that is named, if it is one that the log has reached."""
        given = self.request.headers.get("last-event-id") or self.request.query_params.get("after", "")
        place = int(given) if _PLACE.fullmatch(given) else None
        return None if place is None or place > await self.here.fan.last() else place

    async def _holds(self) -> bool:
        """Whether the session does; roles that have changed count from then on."""
        if monotonic() - self._looked >= LOOKED_AGAIN:
            self._looked = monotonic()
            someone = await visitor(self.request)
            if someone is None or not someone.who.grants:
                return False
            self.someone = someone
        return True


@dataclass
class Rows(Told):
    """A board: which filter it shows, and which rows it may have."""

    wanted: Wanted
    known: set[str] = field(default_factory=set)

    async def missed(self, at: int | None, place: int) -> AsyncIterator[bytes]:
        """Every row that has changed; `reset` for who was away for too long."""
        fan = self.here.fan
        if at is None or not await fan.remembers(at):
            yield message("reset", place, "{}")
            at = place
        await self._begin()
        while at < place and (found := await fan.after(at)):
            yield await self.of(found)
            at = found[-1].place

    async def _begin(self) -> None:
        now, me = self.here.clock.now(), self.someone.who.actor.id
        items = await board_of(self.request).open(self.here, self.someone.who)
        await directory_of(self.request).all(self.here)  # rows name their teams
        self.known = {one.id for one in items if domain.fits(one, self.wanted, me, now)}

    async def of(self, changes: list[Change]) -> bytes:
        """The rows of some changes; several of one case are one row."""
        items = await board_of(self.request).after(self.here.db, changes)
        mine = {id_ for id_, one in items.items() if access.roles_in(self.someone.who, one.facts)}
        mine = await seeing.within(self.here, self.someone.who, mine)
        last = {change.case_id: change for change in changes}
        now, shown, parts = self.here.clock.now(), list[Item](), list[bytes]()
        for id_, change in last.items():
            one = items.get(id_)
            if one is not None and id_ in mine and domain.fits(one, self.wanted, self.someone.who.actor.id, now):
                if id_ not in self.known:
                    shown.append(one)
                self.known.add(id_)
                who = self.someone.who
                asks = one.asks(who.actor.id) if access.may(who, one.facts, "acknowledge") else ""
                data = {"id": id_, "html": row(self.request, one, asks)}
                parts.append(message("row", change.place, json.dumps(data, ensure_ascii=False)))
            elif id_ in self.known:
                self.known.discard(id_)
                parts.append(message("gone", change.place, json.dumps({"id": id_})))
        if shown:
            async with self.here.db.reading() as tx:
                await board.told(tx, self.someone.who, shown, now)
        return b"".join(parts) or here(changes[-1].place)


@dataclass
class One(Told):
    """The page of a case."""

    case: Case

    async def missed(self, at: int | None, place: int) -> AsyncIterator[bytes]:
        """That something has happened, however much, and whatever happened to other cases."""
        reports = access.only_reports(self.someone.who, self.case)
        if at is None or await self.here.fan.of_case(self.case.id, at, reports):
            yield message("changed", place, "{}")

    async def of(self, changes: list[Change]) -> bytes:
        """That something has happened, of which the page may tell; where they see the case no longer, the page finds out."""
        who = self.someone.who
        ours = [one for one in changes if one.case_id == self.case.id]
        told = [one for one in ours if one.public or access.roles_in(who, one.facts) != {"reporter"}]
        return message("changed", told[-1].place, "{}") if told else here(changes[-1].place)


def row(request: Request, one: Item, asks: str) -> str:
    """A row of the board, made once for all who read it in one language and zone and of whom it `asks` the same."""
    lang, zone = chosen(request), zone_of(request)
    late = one.is_late(door(request).clock.now())
    made: dict[tuple[str, str, str, str], tuple[Item, bool, str]] = request.app.state.rows
    key = (one.id, lang, str(zone), asks)
    known = made.get(key)
    if known is None or known[0] is not one or known[1] != late:
        if len(made) >= READY:
            made.clear()
        named = directory_of(request).teams
        values = {"one": one, "now": door(request).clock.now(), "takes": {one.id: asks}, "named": named}
        html = rendered(request, "console/row.html", lang, zone, **values)
        known = made[key] = (one, late, html)
    return known[2]
