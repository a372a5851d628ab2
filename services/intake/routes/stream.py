"""The stream of case changes (server-sent events): what the caller may see, as it happens, and from where they were."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from starlette.types import Message, Send

from services.intake import auditing
from services.intake.domain.changes import CaseChange, Change, here, message
from services.intake.domain.tokens import Principal
from services.intake.door import Door, door, language
from services.intake.entrance import admit
from services.intake.seeing import within
from shared.runtime.clock import monotonic
from shared.runtime.web import Problem

routes = APIRouter(tags=["cases"])
_PLACE = re.compile(r"[0-9]{1,18}")
WITHIN_SECONDS = 5.0
RETRY = b"retry: 2000\n\n"


class Stream(StreamingResponse):
    """Server-sent events; ended when the reader takes nothing any more."""

    media_type = "text/event-stream"
    patience = 10.0  # whoever takes nothing for so many seconds is not there any more

    async def stream_response(self, send: Send) -> None:
        """Send part by part."""

        async def in_time(part: Message) -> None:
            async with asyncio.timeout(self.patience):
                await send(part)

        async with contextlib.aclosing(self.body_iterator):  # type: ignore[type-var]
            with contextlib.suppress(TimeoutError):
                await super().stream_response(in_time)


@routes.get(
    "/v1/cases/stream",
    response_class=Stream,
    responses={200: {"model": CaseChange, "description": "Events `case`, each with a CaseChange as its data"}},
)
async def stream_cases(
    request: Request,
    follow: bool = True,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> Stream:
    """Tell of every change of a case that the caller may see. `Last-Event-ID` goes on from there, without gap or repeat.

    Events: `case`; `gone` (`id`) for a case that the caller may see no longer; `reset` when they were away for too long and
    should read the list anew; `end` (`code`) when the token holds no longer. `follow=false` ends after what there is.
    """
    who, fan = await admit(request, "read"), door(request).fan
    if fan.full:
        full = Problem(503, "too-many-listeners", "接続が多すぎます。", "There are too many listeners.")
        full.headers = {"retry-after": "5"}
        raise full
    after = int(last_event_id) if last_event_id and _PLACE.fullmatch(last_event_id) else None
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(_told(request, who, after, last_event_id is not None, follow), headers=headers)


async def _told(
    request: Request, who: Principal, after: int | None, returns: bool, follow: bool
) -> AsyncIterator[bytes]:
    hearing = _Hearing(request, who)
    fan = door(request).fan
    listener, place = await fan.join()
    try:
        yield RETRY
        if returns and (after is None or not await fan.remembers(after)):
            yield message("reset", place, "{}")
            after = None
        at = place if after is None else after
        while at < place and (found := await fan.after(at)):
            yield await hearing.of(found)
            at = found[-1].place
        yield here(at)
        while follow and not listener.ended:
            found = [change for change in await listener.next(fan.limits.heartbeat) if change.place > at]
            try:
                hearing.who = await admit(request, "read", counted=False)
            except Problem as problem:
                yield message("end", None, f'{{"code": "{problem.code}"}}')
                return
            at = found[-1].place if found else at
            yield await hearing.of(found) if found else here(at)
    finally:
        fan.leave(listener)


class _Hearing:
    """One who listens: what they were told of, and what of it was recorded."""

    def __init__(self, request: Request, who: Principal) -> None:
        self.who = who
        self._here: Door = door(request)
        self._language = language(request)
        self._told: set[str] = set()
        self._recorded: set[str] = set()
        self._within: dict[str, float] = {}

    async def of(self, changes: list[Change]) -> bytes:
        """Those of some changes that are for them; who hears of a restricted case is recorded, once for each stream."""
        parts, restricted = [], []
        theirs = await self._behind_the_wall({change.case_id for change in changes if change.is_for(self.who)})
        for change in changes:
            if change.case_id in theirs and change.is_for(self.who):
                self._told.add(change.case_id)
                parts.append(change.said[self._language])
                if change.facts.restricted and change.case_id not in self._recorded:
                    self._recorded.add(change.case_id)
                    restricted.append(change.case_id)
            elif change.case_id in self._told and not change.is_seen_by(self.who):
                self._told.discard(change.case_id)
                parts.append(message("gone", change.place, f'{{"id": "{change.case_id}"}}'))
        if restricted:
            now = self._here.clock.now()
            async with self._here.db.reading() as tx:
                await auditing.now(tx, *(auditing.of("case.seen", self.who, case_id, now) for case_id in restricted))
        return b"".join(parts)

    async def _behind_the_wall(self, case_ids: set[str]) -> set[str]:
        """Those that the database too lets them see; it is asked again for each after a few seconds."""
        now = monotonic()
        self._within = {id_: at for id_, at in self._within.items() if now - at < WITHIN_SECONDS}
        for id_ in await within(self._here, self.who, case_ids - self._within.keys()):
            self._within[id_] = now
        return case_ids & self._within.keys()
