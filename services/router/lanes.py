"""Two lanes of the log: what concerns an urgent case goes past what waits, and the records of each case keep their order."""

import asyncio
from collections import Counter, OrderedDict, deque
from typing import Generic, TypeVar

from shared.contracts import envelope
from shared.contracts.envelope import Record
from shared.contracts.events import CaseSubmitted
from shared.contracts.report import is_urgent

T = TypeVar("T")
ROOM = 512  # records that wait here at most
URGENT_AT_ONCE, OTHERS_AT_ONCE = 100, 25  # in one transaction; an urgent case waits for the one that is under way
REMEMBERED = 10_000  # urgent cases of late


class Lanes(Generic[T]):
    """Takes records in the order of the log and gives out those of urgent cases first. One task puts, one takes.

    They are to be acknowledged in the order of the log all the same: Faust commits past what it has not seen acknowledged.
    """

    def __init__(self) -> None:
        self._urgent: deque[T] = deque()
        self._others: deque[tuple[str, T]] = deque()
        self._waiting: Counter[str] = Counter()  # case → its records among the others
        self._known: OrderedDict[str, None] = OrderedDict()
        self._log: dict[int, deque[T]] = {}  # partition → what is not acknowledged yet, in its order
        self._partition: dict[int, int] = {}  # the identity of an item → its partition
        self._handled: set[int] = set()
        self._changed = asyncio.Condition()

    async def put(self, item: T, record: Record) -> None:
        """Add one; waits while there is no room."""
        case, urgent = self._lane(record)
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._urgent) + len(self._others) < ROOM)
            self._log.setdefault(record.partition, deque()).append(item)
            self._partition[id(item)] = record.partition
            if urgent:
                self._urgent.append(item)
            else:
                self._others.append((case, item))
                self._waiting[case] += 1
            self._changed.notify_all()

    async def take(self) -> list[T]:
        """What is handled together next; waits until there is something."""
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._urgent or self._others))
            taken = [self._urgent.popleft() for _ in range(min(len(self._urgent), URGENT_AT_ONCE))]
            if not taken:
                for _ in range(min(len(self._others), OTHERS_AT_ONCE)):
                    case, item = self._others.popleft()
                    taken.append(item)
                    self._waiting[case] -= 1
                    if not self._waiting[case]:
                        del self._waiting[case]
            self._changed.notify_all()
            return taken

    def handled(self, items: list[T]) -> list[T]:
        """What may be acknowledged now that these are handled: nothing before which something is not."""
        self._handled.update(map(id, items))
        over = []
        for partition in dict.fromkeys(self._partition[id(item)] for item in items):
            log = self._log[partition]
            while log and id(log[0]) in self._handled:
                item = log.popleft()
                self._handled.remove(id(item))
                del self._partition[id(item)]
                over.append(item)
        return over

    def _lane(self, record: Record) -> tuple[str, bool]:
        """The case of a record and whether it goes past others; never past one of its own case."""
        headers = dict(record.headers)
        case = headers.get("ce_subject", b"").decode("utf-8", "replace")
        if headers.get("ce_type") == CaseSubmitted.type.encode() and not self._waiting[case]:
            try:
                submitted = envelope.decode(CaseSubmitted.type, record.body)
            except envelope.Unreadable:
                return case, False
            if isinstance(submitted, CaseSubmitted) and is_urgent(submitted.report):
                self._known[case] = None
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return case, case in self._known
