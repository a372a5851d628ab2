"""The outbox: what a transaction has to say is committed with it, then published in order per key; urgent cases first."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID
from zlib import crc32

from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from prometheus_client import Counter, Gauge

from shared.contracts import envelope, topics
from shared.contracts.events import Event
from shared.runtime import kafka, telemetry
from shared.runtime.clock import monotonic
from shared.runtime.db import HURRY, Connection, Database, Transaction
from shared.runtime.db import Row as Found
from shared.runtime.loop import Nudge, first_to_end

PUBLISHED = Counter("tasuki_outbox_published_total", "Records published from the outbox")
UNPUBLISHED = Gauge(
    "tasuki_outbox_oldest_seconds", "Age of the oldest event that is said and not yet published; 0 for none"
)
log = telemetry.logger(__name__)
SLOTS = 16  # of those who wait; behind them as many again of urgent cases
BATCH = 500
POLL_SECONDS = 0.5
OVERHEAD_BYTES = 100  # of a record in a batch, at most
AT_ONCE_BYTES = 400_000  # less than a batch of Kafka's: what a turn gives a partition goes out as one, or fails as one
LARGE_KEPT = 100_000  # bytes, of what is too large
PULSE_SECONDS = 0.5
PATIENCE_SECONDS = 20.0  # what no broker takes for so long is left to whoever is let in, if only to us, made anew
ADD = """INSERT INTO outbox (slot, topic, key, headers, body, created_at)
         SELECT slot, topic, key, headers, body, at
         FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[])
         WITH ORDINALITY AS rows (slot, topic, key, headers, body, at, place) ORDER BY place"""
# Two statements: the rows must be read after the lock is held, or a row that another relay has just sent is seen again.
# Each slot is looked up by its index: after a storm the table is full of rows that are gone, and reading it all is slow.
# What is asked for is hidden in selects, so that the statement is planned once and not at every turn.
LOCK = f"""WITH hurry AS MATERIALIZED (SELECT {HURRY} AS most)
          SELECT slot FROM hurry, (
              SELECT slot FROM generate_series((SELECT $1::int), (SELECT $1::int) + {SLOTS - 1}) AS slot
              WHERE EXISTS (SELECT FROM outbox WHERE outbox.slot = slot.slot) OFFSET 0) AS waiting
          WHERE most = '2s' AND pg_try_advisory_xact_lock(hashtext(current_schema() || '.outbox'), slot)"""  # noqa: S608
SOME = f"SELECT EXISTS (SELECT FROM outbox WHERE slot BETWEEN $1::int AND $1 + {SLOTS - 1})"  # noqa: S608
# A case may stand in both of its slots, having become urgent: what was written first has gone out before what follows.
TAKE = """WITH earlier AS MATERIALIZED (SELECT key, min(id) AS id FROM outbox WHERE slot = ANY($3) GROUP BY key)
          SELECT id, topic, key, headers, body, created_at,
                 EXISTS (SELECT FROM earlier WHERE earlier.key = outbox.key AND earlier.id < outbox.id) AS held
          FROM outbox WHERE slot = ANY($1) ORDER BY id LIMIT $2"""
SENT = """WITH no_wait AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS done)
          DELETE FROM outbox USING no_wait WHERE id = ANY($1) AND no_wait.done = 'off'"""
OLDEST = "SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM outbox ORDER BY id LIMIT 1"
Row: TypeAlias = tuple[int, str, str, str, bytes, datetime]
T = TypeVar("T")
Producing: TypeAlias = Callable[[str], AbstractAsyncContextManager[kafka.Producer]]


async def add(tx: Transaction, event: Event, id_: UUID, now: datetime) -> None:
    """Put one event into the transaction; it is published soon after the commit, or after the next start."""
    _collect(tx, row(tx, event, id_, now))


def row(tx: Transaction, event: Event, id_: UUID, now: datetime) -> Row:
    """The columns of one row, for a statement in this transaction that writes more than the outbox at once."""
    body, headers = envelope.encode(event, id_, now, telemetry.traceparent(), event.case_id in tx.urgent)
    log.info("said", type=event.type, case_id=event.case_id, event_id=str(id_))
    return _row(tx, event.topic, event.key, headers, body, now, envelope.is_of_urgent(dict(headers), body))


async def park(
    tx: Transaction, origin: str, reason: str, headers: envelope.Headers, body: bytes, now: datetime
) -> None:
    """Set a record aside that nobody can handle. `origin` is topic/partition/offset@group."""
    marked = [*headers, ("tasuki_reason", reason[:1000].encode(errors="replace")), ("tasuki_origin", origin.encode())]
    _collect(tx, _row(tx, topics.DEAD_LETTERS, origin, marked, body, now))


def _row(
    tx: Transaction, topic: str, key: str, headers: envelope.Headers, body: bytes, now: datetime, urgent: bool = False
) -> Row:
    tx.said, tx.said_urgent = tx.said or not urgent, tx.said_urgent or urgent
    text = json.dumps([(name, value.decode("utf-8", "backslashreplace")) for name, value in headers])
    return crc32(key.encode()) % SLOTS + (SLOTS if urgent else 0), topic, key, text, body, now


def _collect(tx: Transaction, row: Row) -> None:
    tx.kept.setdefault("outbox", []).append(row)
    tx.at_end("outbox", _write)


async def _write(tx: Transaction) -> None:
    """Write all that was said in a transaction at once, in the order in which it was said."""
    await tx.execute(ADD, *map(list, zip(*tx.kept.pop("outbox"), strict=True)))


async def measure(db: Database) -> None:
    """Look how long the oldest event waits to be published; by a loop of its own, since the relay stands still without Kafka."""
    async with db.reading() as tx:
        UNPUBLISHED.set(max(await tx.fetchval(OLDEST) or 0.0, 0.0))


@dataclass(eq=False)
class Turn:
    """Those slots from `first` on that one loop publishes; `held` when something there waits for the other's to go out."""

    first: int
    nudge: Nudge = field(default_factory=Nudge)
    held: bool = False


class Relay:
    """Publishes what stands in the outbox, nudged after every commit and polling as the safety net.

    Urgent cases have a turn and a producer of their own, so that they stand behind nothing that is on its way.
    """

    def __init__(
        self, db: Database, bootstrap: str, producing: Producing = kafka.producer, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._db = db
        self._bootstrap = bootstrap
        self._producing = producing
        self._patience = patience
        self._others, self._urgent = Turn(0), Turn(SLOTS)
        for topic in topics.TOPICS:
            telemetry.PARKED.labels(topic.name)  # it stands at 0 before the first, or nobody would see it grow
        db.said.append(self._others.nudge.set)
        db.said_urgent.append(self._urgent.nudge.set)

    async def run(self) -> None:
        """Publish for ever. On an error the producers are thrown away, because nobody knows what they have sent."""
        async with self._producing(self._bootstrap) as producer, self._producing(self._bootstrap) as fast:
            await first_to_end(
                self._publish(producer, self._others, self._urgent), self._publish(fast, self._urgent, self._others)
            )

    async def _publish(self, producer: kafka.Producer, turn: Turn, other: Turn) -> None:
        while True:
            sent = await self._drain(producer, turn, other)
            if sent and other.held:
                other.nudge.set()
            if sent < BATCH:
                await self._until_some(turn)

    async def _until_some(self, turn: Turn) -> None:
        """Wait for a nudge; nobody gives one for rows that another relay has left, so they are looked for."""
        while not await turn.nudge.wait(POLL_SECONDS):
            async with self._db.reading() as connection:
                if await connection.fetchval(SOME, turn.first):
                    return

    async def _drain(self, producer: kafka.Producer, turn: Turn, other: Turn) -> int:
        async with self._db.pool.acquire() as connection, connection.transaction():
            slots = [r["slot"] for r in await connection.fetch(LOCK, turn.first)]
            others = [slot - turn.first + other.first for slot in slots]
            found = await connection.fetch(TAKE, slots, BATCH, others) if slots else []
            free = [row for row in found if not row["held"]]
            turn.held = len(free) < len(found)
            rows = _fitting(free)
            if len(rows) < len(free):
                turn.nudge.set()
            if not rows:
                return 0
            large = await _meanwhile_alive(connection, _send(producer, rows), self._patience)
            # A crash here repeats these rows under the same ids; waiting for the disk would only cost time.
            await connection.execute(SENT, [row["id"] for row in rows])
            for row in large:
                await _set_aside(connection, row)
            PUBLISHED.inc(len(rows) - len(large))
        return len(rows)


def _fitting(rows: Sequence[Found]) -> Sequence[Found]:
    """As many of the first rows as one batch takes, and at least one."""
    size = 0
    for count, row in enumerate(rows):
        size += len(row["body"]) + len(row["headers"]) + len(row["key"].encode()) + OVERHEAD_BYTES
        if count and size > AT_ONCE_BYTES:
            return rows[:count]
    return rows


async def _send(producer: kafka.Producer, rows: Sequence[Found]) -> list[Found]:
    """Hand rows over in their order, and wait until all are in the log but those that are too large. Raises KafkaError.

    Once the topics are known nothing is waited for in between: no row goes out before an earlier one has failed.
    """
    for topic in sorted({row["topic"] for row in rows}):
        await producer.partitions_for(topic)
    sent, large = [], []
    for row in rows:
        headers = [(name, value.encode()) for name, value in json.loads(row["headers"])]
        try:
            sent.append(await producer.send(row["topic"], row["body"], row["key"].encode(), headers=headers))
        except MessageSizeTooLargeError:
            large.append(row)
    for problem in await asyncio.gather(*sent, return_exceptions=True):
        if isinstance(problem, BaseException):
            raise KafkaError(f"publishing failed: {problem!r}") from problem
    return large


async def _set_aside(connection: Connection, row: Found) -> None:
    """Make a dead letter of what Kafka never takes, with the beginning of its body; all else would wait behind it for ever."""
    topic, origin, headers = row["topic"], row["key"], json.loads(row["headers"])
    if topic != topics.DEAD_LETTERS:
        origin = f"{topic}/{row['key']}/{row['id']}"
        reason = f"not published: {len(row['body'])} bytes are more than Kafka takes"
        headers += [("tasuki_reason", reason), ("tasuki_origin", origin)]
    values = (crc32(origin.encode()) % SLOTS, topics.DEAD_LETTERS, origin, json.dumps(headers))
    await connection.execute(ADD, *([value] for value in (*values, row["body"][:LARGE_KEPT], row["created_at"])))
    telemetry.PARKED.labels(topic).inc()
    log.error("too large to be published, set aside", origin=origin, bytes=len(row["body"]))


async def _meanwhile_alive(connection: Connection, sending: Coroutine[Any, Any, T], patience: float) -> T:
    """Wait for a broker that is slow without being taken for a process that was stopped, whose slots others may have.

    Raises KafkaError after `patience` seconds, for aiokafka tries for ever with what it was made with, and nobody else could.
    """
    task, until = asyncio.create_task(sending), monotonic() + patience
    try:
        while not (await asyncio.wait([task], timeout=PULSE_SECONDS))[0]:
            if monotonic() > until:
                raise KafkaError(f"no broker has taken it for {patience:.0f} s")
            await connection.execute("SELECT 1")
        return task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
