"""Lanes of the log: what concerns an urgent case goes past what waits, and the records of each case keep their order."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from zlib import crc32

from prometheus_client import Gauge

from shared.contracts import envelope
from shared.contracts.envelope import Record
from shared.runtime.clock import monotonic
from shared.runtime.loop import first_to_end

T = TypeVar("T")
Place = tuple[str, int]  # topic and partition
Aside = Callable[[], Awaitable[None]]
Consume = Callable[[Sequence[Record], Aside], Awaitable[None]]  # calls the second between any two records
ROOM = 2000  # records that wait or are under way, at most
AT_ONCE = 50  # records in one transaction
ASIDE_SECONDS = 0.05  # so long the others hold their transaction open between two records, at most
BEFORE_SECONDS = 0.25  # so long they wait before they begin one
AFTER_SECONDS = 0.05  # so long they leave the processor to what follows elsewhere of an urgent case
OTHERS, URGENT = 0, (1, 2, 3)  # urgent cases wait for none but those that share their lane
STUCK_SECONDS = 60.0  # what is read is handled sooner, in a storm too
REMEMBERED = 10_000  # urgent cases of late
WAITED = Gauge(
    "tasuki_records_waited_seconds", "Since when the longest waiting record of the log was read and is not handled"
)


async def check(most: float = STUCK_SECONDS) -> None:
    """Raise while a record that was read so many seconds ago is not handled; for /readyz.

    Canaries are urgent and go past the others: where those alone stand still, no canary is late.
    """
    waited = max(sample.value for family in WAITED.collect() for sample in family.samples)
    if waited > most:
        raise RuntimeError(f"a record has waited for {waited:.0f} s to be handled")


async def go_on() -> None:
    """Let whoever is ready have a turn."""
    await asyncio.sleep(0)


def nothing_more() -> bool:
    """Whoever reads has put all that was read."""
    return False


@dataclass(eq=False)
class Waiting(Generic[T]):
    """One record on its way through: the thing it came as, and whether it has been handled."""

    item: T
    record: Record
    case: str
    lane: int
    handled: bool = False
    read_at: float = field(default_factory=monotonic)

    @property
    def place(self) -> Place:
        """Which log it stands in."""
        return self.record.topic, self.record.partition


class Lanes(Generic[T]):
    """Takes records in the order of the log and has those of urgent cases handled beside the others, not behind them.

    `linger` is how many seconds the others wait for company: handled together they cost less. An urgent case never waits.
    `more` says whether the reader holds more that it has not put yet: the others let it, for an urgent case may be there.
    What is given back is in the order of the log: nothing before which something is not handled.
    """

    def __init__(self, linger: float = 0.0, more: Callable[[], bool] = nothing_more) -> None:
        self._linger = linger
        self._more = more
        self._lanes: dict[int, deque[Waiting[T]]] = {lane: deque() for lane in (OTHERS, *URGENT)}
        self._others: Counter[str] = Counter()  # case → its records among the others, waiting or under way
        self._known: OrderedDict[str, None] = OrderedDict()
        self._log: dict[Place, deque[Waiting[T]]] = {}  # what is not given back yet, in its order
        self._count = 0
        self._urgent = 0  # how many of them are urgent
        self._until = 0.0  # monotonic: until then what follows of the last one is on its way in other services
        self._came = {lane: asyncio.Event() for lane in self._lanes}
        self._room, self._calm = asyncio.Event(), asyncio.Event()  # fewer than ROOM are here; none of them is urgent
        WAITED.set_function(self.waited)

    @property
    def count(self) -> int:
        """How many records wait or are under way."""
        return self._count

    def waited(self) -> float:
        """Seconds since the first record that is not over was read: so long the committed offset has stood still."""
        heads = [log[0].read_at for log in list(self._log.values()) if log]
        return monotonic() - min(heads) if heads else 0.0

    async def put(self, item: T, record: Record, wanted: Callable[[], bool] = lambda: True) -> None:
        """Add one; waits while there is no room, and leaves it if it is not `wanted` then: its log was dropped meanwhile."""
        while self._count >= ROOM:
            self._room.clear()
            await self._room.wait()
        if not wanted():
            return
        case, lane = self._lane(record)
        waiting = Waiting(item, record, case, lane)
        self._log.setdefault(waiting.place, deque()).append(waiting)
        self._lanes[lane].append(waiting)
        self._count += 1
        if lane == OTHERS:
            self._others[case] += 1
        else:
            self._urgent += 1
            self._calm.clear()
        self._came[lane].set()

    def drop(self, places: Collection[Place]) -> None:
        """Forget what waits of logs that somebody else reads from now on; what is under way is brought to its end."""
        for number, lane in self._lanes.items():
            self._leave([w for w in lane if w.place in places])
            self._lanes[number] = deque(w for w in lane if w.place not in places)
        for place in places:
            self._log.pop(place, None)

    async def run(self, consume: Consume, done: Callable[[Sequence[T]], None]) -> None:
        """Hand the records of all lanes to `consume` until it fails or this is cancelled; `done` is told what is over."""
        await first_to_end(*(self._work(lane, consume, done) for lane in self._lanes))

    async def _work(self, lane: int, consume: Consume, done: Callable[[Sequence[T]], None]) -> None:
        while True:
            taken = await self._take(lane)
            await consume([w.record for w in taken], self._step_aside if lane == OTHERS else go_on)
            done(self._over(taken))

    async def _step_aside(self, seconds: float = ASIDE_SECONDS) -> None:
        """Let urgent cases have the processor, here and in other services; not for long, for they may need a row of ours."""
        await go_on()
        if self._urgent or self._behind or monotonic() < self._until:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while self._behind:
                        await go_on()
                    while self._urgent:
                        await self._calm.wait()
                    await asyncio.sleep(self._until - monotonic())

    @property
    def _behind(self) -> bool:
        return self._count < ROOM and self._more()

    async def _take(self, lane: int) -> list[Waiting[T]]:
        taken: list[Waiting[T]] = []
        while not taken:  # what waited may have been dropped meanwhile
            while not self._lanes[lane]:
                self._came[lane].clear()
                await self._came[lane].wait()
            if lane == OTHERS:
                await self._step_aside(BEFORE_SECONDS)
            if self._linger and lane == OTHERS and len(self._lanes[lane]) < AT_ONCE:
                await asyncio.sleep(self._linger)
            waiting = self._lanes[lane]
            taken = [waiting.popleft() for _ in range(min(len(waiting), AT_ONCE))]
        return taken

    def _over(self, taken: Sequence[Waiting[T]]) -> list[T]:
        over = []
        self._leave(taken)
        for waiting in taken:
            waiting.handled = True
        for place in dict.fromkeys(waiting.place for waiting in taken):
            log = self._log.get(place, deque())
            while log and log[0].handled:
                over.append(log.popleft().item)
        return over

    def _leave(self, gone: Sequence[Waiting[T]]) -> None:
        self._count -= len(gone)
        for waiting in gone:
            if waiting.lane != OTHERS:
                self._urgent -= 1
                self._until = monotonic() + AFTER_SECONDS
                continue
            self._others[waiting.case] -= 1
            if not self._others[waiting.case]:
                del self._others[waiting.case]
        if self._count < ROOM:
            self._room.set()
        if not self._urgent:
            self._calm.set()

    def _lane(self, record: Record) -> tuple[str, int]:
        """The case of a record and its lane; it never goes past another record of its own case."""
        headers = dict(record.headers)
        case = headers.get("ce_subject", b"").decode("utf-8", "replace")
        if self._others[case] or not (case in self._known or envelope.is_of_urgent(headers, record.body)):
            return case, OTHERS
        self._known[case] = None
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return case, URGENT[crc32(case.encode()) % len(URGENT)]
