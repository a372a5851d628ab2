"""The telephone company: calls are placed, remembered, and answered by habit when nobody is at hand."""

import asyncio
import secrets
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from typing import Any

from sandbox import marks, twiml
from sandbox.calls import Call, CallRefused, Order
from sandbox.faults import CALL, Faults
from sandbox.journal import Journal
from sandbox.outgoing import Outgoing
from sandbox.settings import Settings

HABITS = 10_000


@dataclass(frozen=True)
class Auto:
    """What a telephone does by itself: seconds until it is answered, pressed, hung up or declined (None = never)."""

    to: str = "*"
    answer_after: float | None = None
    press: str = ""
    press_after: float = 0.0
    hang_up_after: float | None = None
    decline_after: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Phone:
    """All calls, newest last, and the habits of the telephones."""

    def __init__(self, settings: Settings, journal: Journal, faults: Faults, outgoing: Outgoing) -> None:
        self._settings, self._journal, self._faults, self._outgoing = settings, journal, faults, outgoing
        self._by_sid: dict[str, Call] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.autos: dict[str, Auto] = {}

    @property
    def calls(self) -> list[Call]:
        """Every remembered call, oldest first."""
        return list(self._by_sid.values())

    def call(self, sid: str) -> Call:
        """Raises KeyError when there is no such call."""
        return self._by_sid[sid]

    async def wait_for_call(
        self, to: str | None = None, *, since: int = 0, case_id: str | None = None, timeout: float = 5
    ) -> Call:
        """The first call after the cursor `since` (see `Call.item`); raises TimeoutError with what came instead."""
        item = await self._journal.wait(timeout, since, channel="phone", to=to, case_id=case_id)
        return self._by_sid[item.vendor_id]

    def auto(self, habit: Auto) -> None:
        """Set what a number (or `*`, all others) does by itself."""
        if len(self.autos) >= HABITS and habit.to not in self.autos:
            raise ValueError(f"{HABITS} habits are set already; clear them")
        self.autos[habit.to] = habit
        self._tell_autos()

    def clear_autos(self, to: str | None = None) -> None:
        """Let a number (None = every number) ring again until somebody does something."""
        if to is None:
            self.autos.clear()
        self.autos.pop(to or "", None)
        self._tell_autos()

    def _tell_autos(self) -> None:
        self._journal.publish("autos", lambda: [a.as_json() for a in self.autos.values()])

    def find(self, sid: str) -> Call | None:
        return self._by_sid.get(sid)

    def place(self, order: Order, fields: dict[str, str]) -> Call:
        """Accept a call and begin to dial."""
        sid = "CA" + secrets.token_hex(16)
        ours = self._settings
        call = Call(sid, ours.twilio_account, order, self._journal, self._outgoing, ours.speech_rate)
        self._by_sid[sid] = call
        while len(self._by_sid) > self._settings.keep:
            self._by_sid.pop(next(iter(self._by_sid)))
        try:
            said = twiml.spoken(twiml.parse(order.twiml)) if order.twiml else ""
        except twiml.TwimlError as error:
            said = f"({error})"
        links = [marks.query(url) for url in (order.status_callback, order.url)]
        call.case_id, call.notification_id = marks.find(*links, text=order.twiml)
        call.prompt, content = said, {"params": fields}
        call.item = self._journal.cursor + 1
        self._journal.add("phone", "call", order.to, sid, said, content, (call.case_id, call.notification_id))
        fault = self._faults.take("phone", order.to, CALL)
        ring = min(fault.seconds, order.ring_seconds) if fault and fault.kind == "no-answer" else None
        self._keep(call.run(fault.kind if fault else None, ring, self._settings.dial_delay))
        habit = self.autos.get(order.to) or self.autos.get("*")
        if habit and fault is None:
            self._keep(self._follow(habit, call))
        return call

    async def _follow(self, habit: Auto, call: Call) -> None:
        try:
            if habit.decline_after is not None:
                await call.until("ringing")
                await asyncio.sleep(habit.decline_after)
                await call.decline()
            if habit.answer_after is None:
                return
            await call.until("ringing")
            await asyncio.sleep(habit.answer_after)
            await call.answer()
            if habit.press:
                await asyncio.sleep(habit.press_after)
                await call.press(habit.press)
            if habit.hang_up_after is not None:
                await asyncio.sleep(habit.hang_up_after)
                await call.hang_up()
        except (CallRefused, TimeoutError) as reason:
            call.note("habit", str(reason))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def clear(self) -> None:
        """Forget calls and habits; what is ringing falls silent without a report."""
        for task in self._tasks:
            task.cancel()
        self._by_sid.clear()
        self.autos.clear()

    async def close(self) -> None:
        self.clear()
        await asyncio.gather(*self._tasks, return_exceptions=True)
