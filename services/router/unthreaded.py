"""Faust's consumer, quick enough for a storm: in the loop of the service, and a whole fetch at a time.

In Faust it has a thread of its own, where all that is read waits for the interpreter, and makes four tasks for every
record, after which the handlers have their turn. So a record was read for each that was handled, and an urgent one that
stood two hundred places behind waited for two hundred.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer
from faust.transport.drivers import aiokafka as driver
from mode.utils.futures import maybe_async

from shared.runtime.kafka import Heard
from shared.runtime.loop import leave
from shared.runtime.offsets import Offsets, told

LONGEST_SEEK = 30.0  # seconds; after 90 Faust gives the partitions up, keeps them, and never reads again


class _Here(driver.AIOKafkaConsumerThread):
    """What Faust starts in a thread and calls there, started and called here."""

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        made: AIOKafkaConsumer = transport.made()
        return made

    async def start(self) -> None:
        self._thread_started.set()
        await self._default_start()

    async def stop(self) -> None:
        if self._started.is_set() and not self._stopped.is_set():
            self._stopped.set()
            await self._shutdown_thread()

    async def call_thread(self, fun: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        return await maybe_async(fun(*args, **kwargs))


class _Consumer(driver.Consumer):
    transport: "Transport"

    async def _drain_messages(self, fetcher: Any) -> None:
        """Hand over what is fetched until this is stopped; what a rebalance interrupts is fetched again after it."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                if self.flow_active:
                    await self.wait_first(self._deliver(), self.suspend_flow.wait())
                else:
                    await self.wait_first(self.can_resume_flow.wait())
                await asyncio.sleep(0)
        except self.consumer_stopped_errors:
            if not self.transport.app.should_stop:
                raise

    async def _deliver(self) -> None:
        busy = False
        async for tp, message in self.getmany(timeout=1.0):
            busy, known = True, self._read_offset[tp]
            if known is not None and message.offset < known:
                continue
            if known and message.offset > known + 1:
                await self._add_gap(tp, known + 1, message.offset)
            await self.callback(message)
            self._read_offset[tp] = message.offset
        self.transport.heard.listen(self._thread._ensure_consumer(), busy)

    def _new_consumer_thread(self) -> _Here:
        return _Here(self, loop=self.loop, thread_loop=self.loop, beacon=self.beacon)

    async def seek_to_committed(self) -> Mapping[Any, Any]:
        """From where to read: not where Kafka says, where the database lost what it knew. Faust waits for it, but not for ever."""
        reader = self._thread._ensure_consumer()
        try:
            async with asyncio.timeout(LONGEST_SEEK):
                stood = await (offsets := self.transport.offsets).stood()
                whence = await offsets.whence(*await told(reader, list(reader.assignment())), stood)
        except TimeoutError:
            leave("it cannot be found out from where to read: the next process waits for that before it takes anything")
        for place, offset in whence.items():
            reader.seek(place, offset)
        return whence


class Transport(driver.Transport):
    """Reads in the loop of the application that it is given."""

    Consumer = _Consumer

    def __init__(self, *args: Any, offsets: Offsets, heard: Heard, made: Callable[[], AIOKafkaConsumer]) -> None:
        super().__init__(*args)
        self.offsets = offsets
        self.heard = heard
        self.made = made
