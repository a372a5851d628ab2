"""Kafka: one producer a process, and a consumer that commits only what was handled."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import ConsumerRecord, TopicPartition

from shared.contracts.envelope import Record
from shared.runtime import loop, telemetry
from shared.runtime.clock import monotonic
from shared.runtime.lanes import Consume, Lanes
from shared.runtime.offsets import Offsets, told
from shared.runtime.settings import access

Producer: TypeAlias = AIOKafkaProducer
BATCH_BYTES = 512 * 1024  # a partition at once; by 16 kB a backlog would take a round trip for every few records
SESSION_MS = 4000
HEARTBEAT_MS = 250  # after which the others of a group see that one has left, and take over
COMMIT_SECONDS = 0.25
AT_MOST = 200  # records in one poll
WARMING_SECONDS = 1.0  # after the start, when all else of a process begins: so long the others keep what they read
OVERLAP_SECONDS = 2.0  # until the others of a group have seen that one has left, and read what it did
QUIET_SECONDS = 20.0  # a broker answers twice a second, if only that there is nothing new
LONGEST_QUIET = 60.0  # seconds; it may be starting anew, or believe other certificates than those of when we began
log = telemetry.logger(__name__)


@asynccontextmanager
async def producer(bootstrap: str) -> AsyncIterator[Producer]:
    """A producer that waits for all replicas; who sees it fail, or not begin in time (TimeoutError), must take a new one."""
    made = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, request_timeout_ms=6000, retry_backoff_ms=50,
        max_batch_size=BATCH_BYTES, **access(bootstrap),
    )  # fmt: skip
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            await made.start()
        yield made
    finally:
        await _end(made)


async def _end(made: Producer) -> None:
    """Stop it. aiokafka would wait for ever for what no broker takes, and whoever wants to begin anew would wait with it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(OVERLAP_SECONDS):
            await made.flush()
            await made.stop()
            return
    made._closed = True
    sending = made._sender.sender_task
    for _ in range(2 if sending else 0):  # told once it waits for the answers, told twice it lets go of them
        sending.cancel()
        await asyncio.wait({sending}, timeout=0.2)
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2):  # of TLS it would wait for the other side
            await made.client.close()


def member(bootstrap: str, group: str, instance: str, at_most: int | None = None) -> AIOKafkaConsumer:
    """A member of a group, which commits by hand; `instance` is its name in it, if it has one, `at_most` for one poll.

    A broker keeps an answer back for half a second when there is nothing new, and answers nothing else to us meanwhile:
    so long whoever takes over from another may wait for its first record.
    """
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        group_instance_id=f"{group}-{instance}" if instance else None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
        max_poll_records=at_most,
        fetch_max_wait_ms=500,
        retry_backoff_ms=50,
        **access(bootstrap),
    )


@asynccontextmanager
async def read_on(bootstrap: str, places: Mapping[TopicPartition, int], consume: Consume) -> AsyncIterator[None]:
    """Handle what still comes from these places on, for who leaves its group meanwhile: it takes the others a moment to see that.

    Both handle the same meanwhile, each in the order of the log, and the inbox lets each record in once. Nothing is committed.
    """
    reading = asyncio.create_task(_read_on(bootstrap, places, consume))
    try:
        yield
    finally:
        await asyncio.gather(reading, return_exceptions=True)


async def _read_on(bootstrap: str, places: Mapping[TopicPartition, int], consume: Consume) -> None:
    if not places:
        return
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="none", max_poll_records=AT_MOST,
        retry_backoff_ms=50, **access(bootstrap),
    )  # fmt: skip
    consumer.assign(list(places))
    lanes: Lanes[Record] = Lanes()

    async def read() -> None:
        while True:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in map(_record, records):
                    await lanes.put(record, record)

    try:
        async with asyncio.timeout(OVERLAP_SECONDS):
            await consumer.start()
            for place, offset in places.items():
                consumer.seek(place, offset)
            await loop.first_to_end(read(), lanes.run(consume, lambda _: None))
    except (KafkaError, TimeoutError) as problem:
        log.info("read on for others", problem=repr(problem))
    finally:
        await consumer.stop()


class Heard:
    """How long nothing has been heard of the brokers: aiokafka tries for ever, with what it was made with, and says nothing."""

    def __init__(self) -> None:
        self._answers: dict[TopicPartition | None, tuple[int | None, float]] = {}  # the last one, and since when
        self.quiet = 0.0  # seconds since the broker of some partition has answered

    def listen(self, consumer: AIOKafkaConsumer, busy: bool, settled: bool = True) -> None:
        """Note since when nothing is heard of a partition, or of which ones there are: until then it is not `settled`.

        None is asked for while what was fetched of it waits here: who is `busy` cannot tell.
        """
        now, before = monotonic(), {} if busy else self._answers
        answers: dict[TopicPartition | None, int | None] = {} if settled else {None: None}
        answers |= {place: consumer.last_poll_timestamp(place) for place in consumer.assignment()}
        self._answers = {
            place: before[place] if place in before and before[place][0] == answer else (answer, now)
            for place, answer in answers.items()
        }
        self.quiet = now - min((since for _, since in self._answers.values()), default=now)


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, revoked: Callable[[], Awaitable[None]], assigned: Callable[[], None]) -> None:
        self._revoked = revoked
        self._assigned = assigned

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._revoked()  # aiokafka takes all away, whatever is given back then

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._assigned()


class Consumer:
    """Reads topics in a group; each case in the order of the log, committed after the handling.

    Urgent cases go past the others. `linger` is how many seconds the others wait for company: handled together they cost
    less. It is not waited for while there is enough to handle.
    """

    def __init__(
        self,
        bootstrap: str,
        group: str,
        instance: str,
        topics: tuple[str, ...],
        consume: Consume,
        offsets: Offsets,
        linger: float = 0.0,
    ) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._instance = instance
        self._topics = topics
        self._consume = consume
        self._offsets = offsets
        self._linger = linger
        self._handled: dict[TopicPartition, int] = {}
        self._reads: set[TopicPartition] = set()  # what is assigned, once it is known from where it is to be read
        self._turn = 0  # how often partitions were taken away
        self._settled = False  # whether they have been given out since
        self.heard = Heard()
        self.caught_up = asyncio.Event()  # set while there is less to handle than one poll would take

    async def run(self) -> None:
        """Consume until cancelled, or until the brokers do not answer; what was handled is committed on the way out."""
        lanes: Lanes[Record] = Lanes(self._linger)
        hurried = not (self._instance or self._linger)  # a name comes back to what it read; what lingers can wait
        leaving: dict[TopicPartition, int] = {}
        consumer = member(self._bootstrap, self._group, self._instance, AT_MOST)

        async def commit() -> None:
            handled, self._handled = self._handled, {}
            if not handled:
                return
            if not await self._offsets.keep(handled):
                self._handled = handled | self._handled
                return
            ours = {place: offset for place, offset in handled.items() if place in consumer.assignment()}
            with suppress(CommitFailedError, IllegalStateError):  # taken away meanwhile: others read it again
                await consumer.commit(ours)

        async def revoked() -> None:
            self._turn += 1
            self._settled = False
            lanes.drop(self._reads)
            self._reads.clear()
            await commit()
            self._handled.clear()

        def assigned() -> None:
            self._settled = True

        consumer.subscribe(self._topics, listener=_Rebalance(revoked, assigned))
        try:
            if hurried:  # nobody waits for one without a name to come
                await asyncio.sleep(WARMING_SECONDS)
            await consumer.start()
            await loop.first_to_end(
                self._read(consumer, lanes), lanes.run(self._consume, self._over), loop.every(COMMIT_SECONDS, commit)
            )
        except asyncio.CancelledError:
            if hurried:
                leaving = self._offsets.of(self._reads)
            raise
        finally:
            self._reads.clear()
            self._settled = False
            self.heard = Heard()
            self.caught_up.clear()
            async with read_on(self._bootstrap, leaving, self._consume):
                try:
                    with suppress(KafkaError, TimeoutError):
                        async with asyncio.timeout(OVERLAP_SECONDS):  # it would be tried for ever
                            await commit()
                finally:
                    self._handled.clear()
                    await _stop(consumer)

    async def _read(self, consumer: AIOKafkaConsumer, lanes: Lanes[Record]) -> None:
        while True:
            batches = await consumer.getmany(timeout_ms=int(COMMIT_SECONDS * 1000))
            anew = await self._begun(consumer)
            read = [_record(r) for place, records in batches.items() if place not in anew for r in records]
            self.heard.listen(consumer, bool(read), self._settled)
            if self.heard.quiet > LONGEST_QUIET:
                raise ConnectionError("the brokers do not answer: begun anew by what the files say now")
            behind = bool(anew) or lanes.count + len(read) >= AT_MOST
            (self.caught_up.set if self._reads and not behind else self.caught_up.clear)()
            for record in read:
                place = TopicPartition(record.topic, record.partition)
                await lanes.put(record, record, lambda place=place: place in self._reads)  # type: ignore[misc]

    async def _begun(self, consumer: AIOKafkaConsumer) -> set[TopicPartition]:
        """Find out from where what is newly assigned is to be read; gives it, for what was fetched of it is fetched again."""
        new = set(consumer.assignment()) - self._reads
        if not new or not self._settled:
            return new
        turn, places = self._turn, list(new)
        stood = await self._offsets.stood()
        async with asyncio.timeout(QUIET_SECONDS):
            known = await told(consumer, places)
        whence = await self._offsets.whence(*known, stood)
        if turn == self._turn:
            for place in places:
                consumer.seek(place, whence[place])
            self._reads |= new
        return new

    def _over(self, records: Sequence[Record]) -> None:
        for record in records:
            self._handled[TopicPartition(record.topic, record.partition)] = record.offset + 1
            telemetry.CONSUMED.labels(record.topic).inc()

    async def check(self) -> None:
        """Raise while no partition is assigned, or nothing is heard of one: aiokafka tries for ever and says nothing."""
        if not self._reads:
            raise ConnectionError("no partition is assigned yet")
        if self.heard.quiet > QUIET_SECONDS:
            raise ConnectionError("the brokers do not answer")


async def _stop(consumer: AIOKafkaConsumer) -> None:
    """Stop it; where no broker answers aiokafka lets out that it cancelled a task of its own, and keeps its connections."""
    await asyncio.gather(consumer.stop(), return_exceptions=True)
    await consumer._client.close()


def _record(read: ConsumerRecord) -> Record:
    return Record(
        read.topic, read.partition, read.offset, [(name, value or b"") for name, value in read.headers], read.value
    )
