"""One telephone call: from queued to its end, as the telephone company lives it and reports it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from sandbox.conversation import Conversation
from sandbox.journal import Journal, now_iso
from sandbox.outgoing import Outgoing

ENDED = ("completed", "busy", "no-answer", "failed", "canceled")
EVENTS = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
PRESS_WAIT = 10.0  # seconds that a pressed key waits for the prompt to listen


class CallRefused(Exception):
    """The call is not in a state in which this can be done."""


@dataclass(frozen=True)
class Order:
    """What was asked of the telephone company when the call was placed."""

    to: str
    from_: str
    twiml: str = ""
    url: str = ""
    method: str = "POST"
    status_callback: str = ""
    status_method: str = "POST"
    events: tuple[str, ...] = ("completed",)
    ring_seconds: float = 60
    limit_seconds: float = 14_400
    detect_machine: bool = False
    detect_async: bool = False
    detect_callback: str = ""


class Call:
    """A call in progress or in the past; `item` is its cursor in the journal."""

    def __init__(self, sid: str, account: str, order: Order, journal: Journal, outgoing: Outgoing, rate: float) -> None:
        self.sid, self.account, self.order, self.item = sid, account, order, 0
        self.case_id: str | None = None
        self.notification_id: str | None = None
        self.status = "queued"
        self.created = datetime.now(UTC)
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.answered_by: str | None = None
        self.machine = False
        self.pressed = self.prompt = ""
        self.log: list[dict[str, Any]] = []
        self._journal, self._outgoing = journal, outgoing
        self.line = Conversation(outgoing, rate, lambda: self._params(self.status), self.note, self._changed)
        self._picked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._talk: asyncio.Task[None] | None = None
        self._sequence = 0
        self._reports: asyncio.Queue[tuple[str, str, dict[str, str]] | None] = asyncio.Queue()

    @property
    def to(self) -> str:
        return self.order.to

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def text(self) -> str:
        """Everything said so far, one line each; until something was said, what is going to be said."""
        return "\n".join(line["text"] for line in self.line.said) or self.prompt

    # --- what the person at the telephone does

    async def answer(self) -> None:
        """Pick up; returns once the call is in progress. Raises CallRefused unless it rings (or is about to)."""
        self._pick("answer")
        await self.until("in-progress")

    async def decline(self) -> None:
        """Refuse the ringing call: the caller hears busy."""
        self._pick("busy")
        await self.until("ended")

    async def press(self, digits: str) -> None:
        """Press keys as soon as the prompt listens; returns when the collected digits have been reported.

        Raises CallRefused when nobody is talking or the call ends before it listens.
        """
        if not digits or set(digits) - set("0123456789*#"):
            raise CallRefused("only the keys 0-9 * # can be pressed")
        if self.status != "in-progress":
            raise CallRefused(f"{self.sid} is {self.status}; answer it before pressing keys")
        if self.machine:
            raise CallRefused(f"{self.sid} was answered by a machine, which presses no keys")
        before = self.line.gathers
        await self._journal.until(lambda: self.line.listening or self.ended or None, PRESS_WAIT, "listening prompt")
        if self.ended:
            raise CallRefused(f"{self.sid} ended ({self.status}) before it listened")
        self.pressed += digits
        for key in digits:
            self.line.keys.put_nowait(key)
        await self._journal.until(lambda: self.line.gathers > before or self.ended or None, 60, "reported digits")

    async def hang_up(self, status: str = "completed") -> None:
        """End the call from either side; before it is answered, `canceled` unless the callee declines."""
        if self.ended:
            raise CallRefused(f"{self.sid} has ended already ({self.status})")
        if self._talk is not None:
            self._talk.cancel()
        else:
            self._pick("canceled" if status == "canceled" or not self.answered_at else status)
        await self.until("ended")

    async def until(self, status: str, timeout: float = 60) -> "Call":
        """Wait for a status, or for `ended`; raises TimeoutError, or CallRefused when it can no longer come."""

        def reached() -> bool | None:
            return status == self.status or self.ended or None

        await self._journal.until(reached, timeout, f"{self.sid} {status}")
        if status not in ("ended", self.status):
            raise CallRefused(f"{self.sid} ended as {self.status} and was not {status}")
        return self

    def _pick(self, how: str) -> None:
        if self.ended or self._picked.done():
            raise CallRefused(f"{self.sid} is not ringing any more ({self.status})")
        self._picked.set_result(how)

    # --- what the telephone company does

    async def run(self, fault: str | None, ring_seconds: float | None, dial_delay: float) -> None:
        """Live the call to its end; `fault` is busy, no-answer, voicemail, failed or None."""
        reporter = asyncio.create_task(self._report())
        try:
            await asyncio.sleep(dial_delay)
            self._enter("initiated", visible=False)
            if fault in ("busy", "failed"):
                return self._enter(fault)
            self._enter("ringing")
            how = await self._ring(fault, self.order.ring_seconds if ring_seconds is None else ring_seconds)
            if how != "answer":
                return self._enter(how)
            self.answered_at, self.machine = datetime.now(UTC), fault == "voicemail"
            self._enter("in-progress")
            if self.order.detect_machine:
                self._detect()
            self._talk = asyncio.create_task(self.line.run(self.order.twiml, self.order.url, self.order.method))
            await asyncio.wait({self._talk}, timeout=self.order.limit_seconds)
            self._talk.cancel()
            self._enter("completed")
        finally:
            if self._talk:
                self._talk.cancel()
            self._reports.put_nowait(None)
            await reporter

    async def _ring(self, fault: str | None, seconds: float) -> str:
        if fault == "voicemail":
            return "answer"
        try:
            async with asyncio.timeout(seconds):
                return await self._picked
        except TimeoutError:
            return "no-answer"

    def _detect(self) -> None:
        self.answered_by = "machine_start" if self.machine else "human"
        self.note("detected", self.answered_by)
        if self.order.detect_async and self.order.detect_callback:
            who = {"CallSid": self.sid, "AccountSid": self.account, "AnsweredBy": self.answered_by}
            self._reports.put_nowait((self.order.detect_callback, "POST", who | {"MachineDetectionDuration": "3200"}))

    def _enter(self, status: str, *, visible: bool = True) -> None:
        if visible:
            self.status = status
        if self.ended:
            self.ended_at = datetime.now(UTC)
        self.note("status", status)
        if self.order.status_callback and EVENTS.get(status, "completed") in self.order.events:
            params = self._status_params(status)
            self._reports.put_nowait((self.order.status_callback, self.order.status_method, params))

    def note(self, what: str, value: str, status: int | None = None, error: str = "") -> None:
        """Add one line to the call's log."""
        if len(self.log) < 200:
            self.log.append({"at": now_iso(), "what": what, "value": value, "status": status, "error": error})
        self._changed()

    def _changed(self) -> None:
        self._journal.publish("call", self.as_json)

    async def _report(self) -> None:
        """Post the call-backs, one after the other, so that their order holds."""
        while (report := await self._reports.get()) is not None:
            url, method, params = report
            what = params.get("CallStatus") or params["AnsweredBy"]
            delivery = await self._outgoing.twilio(f"status {what}", url, params, method)
            self.note("reported", what, delivery.status, delivery.error)

    def _status_params(self, status: str) -> dict[str, str]:
        params = self._params(status) | {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
            "Timestamp": format_datetime(datetime.now(UTC)),
        }
        self._sequence += 1
        if status in ENDED:
            params |= {"CallDuration": str(self.seconds), "Duration": str(-(-self.seconds // 60))}
            params["SipResponseCode"] = {"busy": "486", "no-answer": "487", "failed": "404", "canceled": "487"}.get(
                status, "200"
            )
        return params

    def _params(self, status: str) -> dict[str, str]:
        who = {"To": self.order.to, "Called": self.order.to, "From": self.order.from_, "Caller": self.order.from_}
        params = {"AccountSid": self.account, "ApiVersion": "2010-04-01", "CallSid": self.sid, "CallStatus": status}
        if self.answered_by:
            params["AnsweredBy"] = self.answered_by
        return params | who | {"Direction": "outbound-api"}

    @property
    def seconds(self) -> int:
        """Whole seconds talked."""
        if self.answered_at is None:
            return 0
        return int(((self.ended_at or datetime.now(UTC)) - self.answered_at).total_seconds())

    def as_json(self) -> dict[str, Any]:
        """What the page and the control interface show of it."""
        return {
            "sid": self.sid,
            "item": self.item,
            "to": self.to,
            "from": self.order.from_,
            "status": self.status,
            "created": _iso(self.created),
            "answered": _iso(self.answered_at),
            "ended": _iso(self.ended_at),
            "answered_by": self.answered_by,
            "machine": self.machine,
            "listening": self.line.listening,
            "said": list(self.line.said),
            "said_text": self.text,
            "pressed": self.pressed,
            "log": list(self.log),
            "case_id": self.case_id,
            "notification_id": self.notification_id,
        }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
