"""Gives calls to lines: each id once, one call at a time to one number, and no more waiting than is bearable."""

from datetime import timedelta

from gateway import outcomes
from gateway.configuration import dialled
from gateway.conversation import Conversation
from gateway.journal import Call, Journal
from gateway.line import Line, LineLost
from gateway.reports import Reports
from gateway.settings import Settings
from gateway.speech import Voice
from shared.contracts.call import CallOrder
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.loop import Nudge

log = telemetry.logger(__name__)
POLL_SECONDS = 0.5


class Busy(RuntimeError):
    """Every line is taken and enough calls wait, or no line works."""


class Conflict(ValueError):
    """The id belongs to a call with another order."""


class Undialable(ValueError):
    """A number, and no account to dial it by."""


class Talking(RuntimeError):
    """Somebody has answered, so the call is not taken back."""


class Exchange:
    """The calls of one gateway."""

    def __init__(self, settings: Settings, journal: Journal, reports: Reports, voice: Voice, clock: Clock) -> None:
        self.lines = [Line(number, settings) for number in range(1, settings.gateway_lines + 1)]
        self._settings = settings
        self._journal = journal
        self._reports = reports
        self._voice = voice
        self._clock = clock
        self._waiting: list[Call] = []
        self._held: dict[str, Conversation] = {}
        self._nudges = {line.number: Nudge() for line in self.lines}

    def recover(self) -> None:
        """Say of calls that the last process has not brought to an end what is known of them."""
        for call in list(self._journal.calls.values()):
            self._reports.resume(call)
            if not call.over:
                end = outcomes.NOT_PLACED if call.state == "queued" else outcomes.INTERRUPTED
                self._reports.say(call, "ended", code=end.code, outcome=end.outcome)

    def place(self, id_: str, order: CallOrder, wait: timedelta) -> tuple[Call, bool]:
        """Take a call in that waits so long for a line; the second is False when it was known.

        Raises Busy, Conflict, Undialable.
        """
        if known := self._journal.calls.get(id_):
            if not known.is_of(order):
                raise Conflict
            return known, False
        if dialled(order.to, self._settings) is None:
            raise Undialable
        working = sum(line.up and line.registered for line in self.lines)
        if not working or len(self._waiting) + len(self._held) >= 2 * working:
            raise Busy
        call = Call(id_, order, self._clock.now(), wait)
        self._journal.place(call)
        self._waiting.append(call)
        self._wake()
        return call, True

    def find(self, id_: str) -> Call | None:
        """The call of that id."""
        return self._journal.calls.get(id_)

    def withdraw(self, call: Call, unanswered_only: bool) -> None:
        """End a call, now or before it begins. Raises Talking."""
        if call.state == "answered" and unanswered_only:
            raise Talking
        if call in self._waiting:
            self._drop(call, outcomes.CANCELED)
        elif call.id in self._held:
            self._held[call.id].withdraw()

    async def expire(self) -> None:
        """Give up calls that no line has had time for."""
        for call in [c for c in self._waiting if c.placed_at + c.wait < self._clock.now()]:
            self._drop(call, outcomes.NO_LINE)

    async def work(self, line: Line) -> None:
        """Keep one line up and hold its calls until it is lost; whoever runs this runs it again."""
        async with line.open():
            while line.up:
                call = self._next() if line.registered else None
                if call is None:
                    await self._nudges[line.number].wait(POLL_SECONDS)
                    continue
                uri = dialled(call.order.to, self._settings)
                assert uri is not None
                held = self._held[call.id] = Conversation(line, call, uri, self._voice, self._reports, self._journal)
                try:
                    await held.hold()
                finally:
                    del self._held[call.id]
                    self._wake()
        raise LineLost(f"line {line.number}")

    async def ready(self) -> None:
        """Raises RuntimeError while no line can call."""
        if not any(line.up and line.registered for line in self.lines):
            raise LineLost("no line")

    def _drop(self, call: Call, end: outcomes.End) -> None:
        self._reports.say(call, "ended", code=end.code, outcome=end.outcome)  # it waits until that is written down
        self._waiting.remove(call)

    def _next(self) -> Call | None:
        """The call that waits longest and whose number is not being called."""
        taken = {self._journal.calls[id_].order.to for id_ in self._held}
        call = next((c for c in self._waiting if c.order.to not in taken), None)
        if call:
            self._waiting.remove(call)
        return call

    def _wake(self) -> None:
        for nudge in self._nudges.values():
            nudge.set()
