"""Everything the providers received, in one order, and the waiting for it."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")
END = ""  # ends a subscription


def now_iso() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Received:
    """One thing a provider accepted: `id` is the cursor, `kind` is call, message, update, mail, comment or change.

    `channel` is phone, chat, email or ticket, `text` the words that a person gets to hear or read.
    """

    id: int
    channel: str
    kind: str
    to: str
    at: str
    vendor_id: str
    text: str
    content: dict[str, Any]
    case_id: str | None = None
    notification_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Journal:
    """The last `keep` items, and a feed of changes for whoever watches."""

    def __init__(self, keep: int) -> None:
        self.items: deque[Received] = deque(maxlen=keep)
        self.cursor = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._subscribers: set[asyncio.Queue[str]] = set()

    def add(
        self,
        channel: str,
        kind: str,
        to: str,
        vendor_id: str,
        text: str,
        content: dict[str, Any],
        ids: tuple[str | None, str | None] = (None, None),
    ) -> Received:
        """Keep one item under the next cursor and wake everybody who waits."""
        self.cursor += 1
        item = Received(self.cursor, channel, kind, to, now_iso(), vendor_id, text, content, *ids)
        self.items.append(item)
        self.publish("received", item.as_json)
        return item

    def since(self, cursor: int = 0, limit: int = 1000, **wanted: str | None) -> list[Received]:
        """Items after the cursor, oldest first; each keyword compares one field, None means any."""
        fields = {name: value for name, value in wanted.items() if value}
        if fields.get("channel") == "mail":
            fields["channel"] = "email"
        found: list[Received] = []
        for item in reversed(self.items):
            if item.id <= cursor:
                break
            if all(getattr(item, name) == value for name, value in fields.items()):
                found.append(item)
        found.reverse()
        return found[:limit]

    def publish(self, event: str, data: Callable[[], Any]) -> None:
        """Tell waiters and watchers that something changed; `data` is only asked when somebody watches."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()
        if not self._subscribers:
            return
        frame = f"event: {event}\ndata: {json.dumps(data(), ensure_ascii=False)}\n\n"
        for queue in list(self._subscribers):
            if queue.full():  # a watcher that fell behind reloads instead of seeing a gap
                self._subscribers.discard(queue)
                queue.get_nowait()
                queue.put_nowait(END)
            else:
                queue.put_nowait(frame)

    async def until(self, check: Callable[[], T | None], timeout: float, what: str) -> T:
        """The first non-None answer of `check`, asked again after every change.

        Raises TimeoutError after `timeout` seconds, with an account of what was received instead.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + timeout
        while (found := check()) is None:
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            try:
                async with asyncio.timeout_at(ends):
                    await future
            except TimeoutError:
                raise TimeoutError(f"no {what} within {timeout:g} s; {self.account()}") from None
            finally:
                self._waiting.discard(future)
        return found

    async def wait(self, timeout: float, cursor: int = 0, **wanted: str | None) -> Received:
        """The first item after the cursor that fits; raises TimeoutError with an account."""
        what = ", ".join(f"{name}={value}" for name, value in wanted.items() if value) or "item"
        return await self.until(
            lambda: next(iter(self.since(cursor, 1, **wanted)), None), timeout, f"item ({what}) after {cursor}"
        )

    def account(self) -> str:
        """One readable paragraph of what was received, newest last."""
        if not self.items:
            return "nothing was received at all"
        counts = ", ".join(f"{count} {channel}" for channel, count in Counter(i.channel for i in self.items).items())
        last = [f"#{i.id} {i.channel}/{i.kind} to {i.to}: {' '.join(i.text.split())[:80]}" for i in [*self.items][-8:]]
        return f"received: {counts}; the last of them:\n  " + "\n  ".join(last)

    async def watch(self) -> AsyncIterator[str]:
        """Server-sent-event frames from now on, until the sandbox closes or the watcher falls behind."""
        with self._subscription() as queue:
            yield "retry: 1000\n\n"
            while True:
                try:
                    async with asyncio.timeout(15):
                        frame = await queue.get()
                except TimeoutError:
                    frame = ": still here\n\n"
                if frame == END:
                    return
                yield frame

    @contextmanager
    def _subscription(self) -> Iterator[asyncio.Queue[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=2000)
        self._subscribers.add(queue)
        try:
            yield queue
        finally:
            self._subscribers.discard(queue)

    def clear(self) -> None:
        """Forget the items; the cursor goes on, so that an old cursor stays meaningful."""
        self.items.clear()
        self.publish("reset", dict)

    def close(self) -> None:
        for queue in self._subscribers:
            if not queue.full():
                queue.put_nowait(END)
