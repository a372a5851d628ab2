"""Tells the notifier what happens in calls: written down, signed, in order, and again until it has taken note."""

import asyncio
from collections import deque
from datetime import timedelta
from typing import Any

import httpx
from opentelemetry.trace import SpanKind
from pydantic import ValidationError

from gateway.journal import Call, Journal
from shared.contracts.call import CallEvent, CallReply, CallReport
from shared.contracts.signature import sign
from shared.runtime import telemetry, transport
from shared.runtime.clock import Clock

log = telemetry.logger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds, doubling
KEPT = timedelta(minutes=30)  # later than that the notifier has long found another way
POST_SECONDS = 10.0
LARGEST_REPLY = 16 * 1024
GONE = (404, 410)
NOTHING = CallReply()
_Waiting = tuple[CallReport, "asyncio.Future[CallReply | None]"]


class Reports:
    """One report of a call at a time, and never the next before the one before it was taken note of."""

    def __init__(self, journal: Journal, http: httpx.AsyncClient, secret: str, clock: Clock) -> None:
        self._journal = journal
        self._http = http
        self._secret = secret
        self._clock = clock
        self._waiting: dict[str, deque[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def say(self, call: Call, event: CallEvent, **more: Any) -> "asyncio.Future[CallReply | None]":
        """Report something; the future gives the reply, or None when nobody took note of it in time."""
        times = call.times + (event == "key")
        at, sequence = self._clock.now(), call.sequence + 1
        report = CallReport(call_id=call.id, event=event, times=times, at=at, sequence=sequence, **more)
        self._journal.said(report)
        log.info("call", call_id=call.id, what=event, code=report.code, outcome=report.outcome)
        return self._tell(call, report)

    def resume(self, call: Call) -> None:
        """Go on with what was not told before the gateway was started anew."""
        for report in list(call.untold.values()):
            self._tell(call, report)

    async def close(self) -> None:
        """Stop; what was not told stands in the journal."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _tell(self, call: Call, report: CallReport) -> "asyncio.Future[CallReply | None]":
        reply: asyncio.Future[CallReply | None] = asyncio.get_running_loop().create_future()
        if call.id in self._waiting:
            self._waiting[call.id].append((report, reply))
        else:
            self._waiting[call.id] = deque([(report, reply)])
            task = asyncio.create_task(self._run(call), name=f"reports {call.id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return reply

    async def _run(self, call: Call) -> None:
        waiting = self._waiting[call.id]
        try:
            while waiting:
                report, reply = waiting[0]
                said = await self._until_told(call.order.report, report)
                try:
                    self._journal.told(report)
                except OSError as problem:  # it is told once more after the next start, which changes nothing
                    log.error("the journal cannot be written", call_id=call.id, problem=repr(problem)[:300])
                waiting.popleft()
                if not reply.done():
                    reply.set_result(said)
        finally:
            del self._waiting[call.id]

    async def _until_told(self, url: str, report: CallReport) -> CallReply | None:
        pause = FIRST_PAUSE
        while True:
            said = await self._post(url, report)
            if said is not None:
                return said
            if self._clock.now() > report.at + KEPT:
                log.error("a report was never taken note of", call_id=report.call_id, what=report.event)
                return None
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, url: str, report: CallReport) -> CallReply | None:
        """Post once; None when it is worth another try."""
        body = report.model_dump_json(exclude_defaults=True).encode()
        signed = sign(self._secret, f"{report.call_id}.{report.sequence}", body, self._clock.now())
        headers = {"content-type": "application/json", **transport.AS_IT_IS, **signed}
        with telemetry.span(f"POST {report.event}", SpanKind.CLIENT, call__id=report.call_id) as opened:
            try:
                async with (
                    asyncio.timeout(POST_SECONDS),
                    self._http.stream("POST", url, content=body, headers=headers) as response,
                ):
                    text = await transport.whole(response, LARGEST_REPLY)
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as problem:
                telemetry.failed(opened, type(problem).__name__)
                log.warning("report not told", call_id=report.call_id, problem=type(problem).__name__)
                return None
            if response.is_success:
                return _reply(text)
            telemetry.failed(opened, f"http-{response.status_code}")
            log.warning("report refused", call_id=report.call_id, status=response.status_code)
            return NOTHING if response.status_code in GONE else None


def _reply(text: bytes) -> CallReply:
    """What is to be said; whatever is no reply says nothing."""
    try:
        return CallReply.model_validate_json(text) if text.strip() else NOTHING
    except ValidationError:
        log.warning("a reply could not be read")
        return NOTHING
