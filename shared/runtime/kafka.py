"""Kafka: one producer a process, and a consumer that commits only what was handled."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from shared.contracts.envelope import Record
from shared.runtime import clock, telemetry

Producer: TypeAlias = AIOKafkaProducer
SESSION_MS = 4000
COMMIT_SECONDS = 0.25


Consume = Callable[[Sequence[Record]], Awaitable[None]]
AT_ONCE = 100  # records in one transaction, at most
AT_MOST = 200  # records in one poll


@asynccontextmanager
async def producer(bootstrap: str) -> AsyncIterator[Producer]:
    """A producer that waits for all replicas; whoever sees it fail must take a new one."""
    made = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, request_timeout_ms=6000, retry_backoff_ms=50
    )
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, commit: Callable[[], Awaitable[None]], assigned: Callable[[int], None]) -> None:
        self._commit = commit
        self._assigned = assigned

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._commit()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._assigned(len(list(assigned)))


class Consumer:
    """Reads topics in a group; each partition in its order, committed after the handling.

    `linger` is how many seconds to wait for company once a record is there: handled together they cost less.
    It is not waited for while there is more to read than one poll takes.
    """

    def __init__(
        self,
        bootstrap: str,
        group: str,
        instance: str,
        topics: tuple[str, ...],
        consume: Consume,
        linger: float = 0.0,
    ) -> None:
        self._linger = linger
        self._bootstrap = bootstrap
        self._group = group
        self._instance = instance
        self._topics = topics
        self._consume = consume
        self._handled: dict[TopicPartition, int] = {}
        self.assigned = 0
        self.caught_up = asyncio.Event()  # set while polls find less than they would take

    async def run(self) -> None:
        """Consume until cancelled; what was handled is committed on the way out."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            group_instance_id=f"{self._group}-{self._instance}" if self._instance else None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=SESSION_MS // 4,
            max_poll_records=AT_MOST,
            fetch_max_wait_ms=500,
            retry_backoff_ms=50,
        )

        async def commit() -> None:
            handled, self._handled = self._handled, {}
            if handled:
                await consumer.commit(handled)

        def assigned(count: int) -> None:
            self.assigned = count

        consumer.subscribe(self._topics, listener=_Rebalance(commit, assigned))
        committed_at = clock.monotonic()
        try:
            await consumer.start()
            while True:
                batches = await consumer.getmany(timeout_ms=int(COMMIT_SECONDS * 1000))
                read = [r for records in batches.values() for r in records]
                (self.caught_up.set if self.assigned and len(read) < AT_MOST else self.caught_up.clear)()
                if read and self._linger and self.caught_up.is_set():
                    await asyncio.sleep(self._linger)
                    more = await consumer.getmany(timeout_ms=0)
                    read += [r for records in more.values() for r in records]
                await self._in_order(read)
                if clock.monotonic() - committed_at >= COMMIT_SECONDS:
                    await commit()
                    committed_at = clock.monotonic()
        finally:
            self.assigned = 0
            self.caught_up.clear()
            with suppress(KafkaError):
                await commit()
            await consumer.stop()

    async def _in_order(self, read: list[object]) -> None:
        records = [
            Record(r.topic, r.partition, r.offset, [(name, value or b"") for name, value in r.headers], r.value)  # type: ignore[attr-defined]
            for r in read
        ]
        for start in range(0, len(records), AT_ONCE):
            together = records[start : start + AT_ONCE]
            await self._consume(together)
            for record in together:
                self._handled[TopicPartition(record.topic, record.partition)] = record.offset + 1
                telemetry.CONSUMED.labels(record.topic).inc()

    async def check(self) -> None:
        """Raise while no partition is assigned."""
        if not self.assigned:
            raise ConnectionError("no partition is assigned yet")
