"""Two lanes of the log: what concerns an urgent case goes past what waits, and the records of each case keep their order."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.contracts import envelope
from shared.contracts.envelope import Record
from shared.contracts.events import CaseSubmitted
from shared.contracts.report import is_urgent
from shared.runtime.loop import first_to_end

T = TypeVar("T")
Place = tuple[str, int]  # topic and partition
ROOM = 512  # records that wait or are under way, at most
AT_ONCE = 50  # records in one transaction
REMEMBERED = 10_000  # urgent cases of late


@dataclass(eq=False)
class Waiting(Generic[T]):
    """One record on its way through: the thing it came as, and whether it has been handled."""

    item: T
    record: Record
    case: str
    urgent: bool
    handled: bool = False

    @property
    def place(self) -> Place:
        """Which log it stands in."""
        return self.record.topic, self.record.partition


class Lanes(Generic[T]):
    """Takes records in the order of the log and has those of urgent cases handled beside the others, not behind them.

    `linger` is how many seconds the others wait for company: handled together they cost less. An urgent case never waits.
    What is given back is in the order of the log: nothing before which something is not handled.
    """

    def __init__(self, linger: float = 0.0) -> None:
        self._linger = linger
        self._lanes: dict[bool, deque[Waiting[T]]] = {True: deque(), False: deque()}
        self._others: Counter[str] = Counter()  # case → its records among the others, waiting or under way
        self._known: OrderedDict[str, None] = OrderedDict()
        self._log: dict[Place, deque[Waiting[T]]] = {}  # what is not given back yet, in its order
        self._count = 0
        self._changed = asyncio.Condition()

    @property
    def count(self) -> int:
        """How many records wait or are under way."""
        return self._count

    async def put(self, item: T, record: Record) -> None:
        """Add one; waits while there is no room."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._count < ROOM)
            case, urgent = self._lane(record)
            waiting = Waiting(item, record, case, urgent)
            self._log.setdefault(waiting.place, deque()).append(waiting)
            self._lanes[urgent].append(waiting)
            self._count += 1
            if not urgent:
                self._others[case] += 1
            self._changed.notify_all()

    async def drop(self, places: Collection[Place]) -> None:
        """Forget what waits of logs that somebody else reads from now on; what is under way is brought to its end."""
        async with self._changed:
            for urgent, lane in self._lanes.items():
                gone = [w for w in lane if w.place in places]
                self._lanes[urgent] = deque(w for w in lane if w.place not in places)
                self._leave(gone)
            for place in places:
                self._log.pop(place, None)
            self._changed.notify_all()

    async def run(
        self, consume: Callable[[Sequence[Record]], Awaitable[None]], done: Callable[[Sequence[T]], None]
    ) -> None:
        """Hand the records of both lanes to `consume` until it fails or this is cancelled; `done` is told what is over."""
        await first_to_end(*(self._work(urgent, consume, done) for urgent in self._lanes))

    async def _work(
        self,
        urgent: bool,
        consume: Callable[[Sequence[Record]], Awaitable[None]],
        done: Callable[[Sequence[T]], None],
    ) -> None:
        while True:
            taken = await self._take(urgent)
            await consume([w.record for w in taken])
            done(await self._over(taken))

    async def _take(self, urgent: bool) -> list[Waiting[T]]:
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._lanes[urgent]))
        if self._linger and not urgent and len(self._lanes[urgent]) < AT_ONCE:
            await asyncio.sleep(self._linger)
        lane = self._lanes[urgent]
        return [lane.popleft() for _ in range(min(len(lane), AT_ONCE))]

    async def _over(self, taken: Sequence[Waiting[T]]) -> list[T]:
        over = []
        async with self._changed:
            self._leave(taken)
            for waiting in taken:
                waiting.handled = True
            for place in dict.fromkeys(waiting.place for waiting in taken):
                log = self._log.get(place, deque())
                while log and log[0].handled:
                    over.append(log.popleft().item)
            self._changed.notify_all()
        return over

    def _leave(self, gone: Sequence[Waiting[T]]) -> None:
        self._count -= len(gone)
        for waiting in gone:
            if not waiting.urgent:
                self._others[waiting.case] -= 1
                if not self._others[waiting.case]:
                    del self._others[waiting.case]

    def _lane(self, record: Record) -> tuple[str, bool]:
        """The case of a record and whether it goes past others; never past one of its own case."""
        headers = dict(record.headers)
        case = headers.get("ce_subject", b"").decode("utf-8", "replace")
        if self._others[case]:
            return case, False
        if headers.get("ce_type") == CaseSubmitted.type.encode():
            try:
                submitted = envelope.decode(CaseSubmitted.type, record.body)
            except envelope.Unreadable:
                return case, False
            if isinstance(submitted, CaseSubmitted) and is_urgent(submitted.report):
                self._known[case] = None
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return case, case in self._known
