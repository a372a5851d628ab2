"""The router's stream: Faust around the same `consume` as everywhere, acknowledged only after the commit; and its sweeps."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import faust
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from faust.exceptions import ConsumerNotStarted

from services.router import open_cases
from services.router.current import Current
from services.router.handlers import handlers
from services.router.handover import Digests, Handover
from services.router.recount import Recount
from services.router.review import Reminder
from services.router.unthreaded import Transport
from shared.contracts.envelope import Record
from shared.contracts.topics import CASES
from shared.runtime import telemetry
from shared.runtime.consume import Handling
from shared.runtime.kafka import COMMIT_SECONDS, LONGEST_QUIET, QUIET_SECONDS, Heard, member, producer, read_on
from shared.runtime.lanes import Consume, Lanes
from shared.runtime.loop import every, first_to_end, leave
from shared.runtime.offsets import Offsets
from shared.runtime.service import FIGURES_SECONDS, Process
from shared.runtime.settings import access, broker

GROUP = "tasuki-router"
LONGEST_WITHOUT_WORK = 30.0  # seconds without a partition: Faust does not notice topics that come later, a restart does


def create_app(bootstrap: str, instance: str, consume: Consume, offsets: Offsets, heard: Heard) -> Any:
    """A Faust application with one agent, which hands raw records to `consume` and leaves the process when that fails.

    Faust acknowledges a record even when its handler raises or is cancelled, so the stream is taken with `noack` and the
    acknowledgement is given by hand after `consume` has returned.
    """
    app = faust.App(
        GROUP,
        broker=f"kafka://{bootstrap}",
        broker_credentials=_credentials(bootstrap),
        store="memory://",
        datadir=Path(tempfile.gettempdir()) / GROUP,  # Faust makes the folder; nothing is kept in it
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        broker_commit_interval=COMMIT_SECONDS,
        producer_request_timeout=10.0,
        stream_buffer_maxsize=512,
        stream_wait_empty=False,
        worker_redirect_stdouts=False,
        key_serializer="raw",
        value_serializer="raw",
    )
    app.transport = Transport(
        app.conf.broker_consumer, app, offsets=offsets, heard=heard, made=lambda: member(bootstrap, GROUP, instance)
    )
    topic = app.topic(CASES, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    @app.agent(topic, name="cases")
    async def cases(stream: Any) -> None:
        lanes: Lanes[Any] = Lanes(more=lambda: not stream.channel.queue.empty())
        handling = asyncio.create_task(_handle(lanes, consume, offsets))
        try:
            async for event in stream.noack().events():
                await lanes.put(event, _record(event))
        finally:
            handling.cancel()

    return app


class Stream:
    """Reads for ever, by a new application for each try: what could not start, because no broker was there, starts never again."""

    def __init__(self, bootstrap: str, instance: str, consume: Consume, offsets: Offsets) -> None:
        self._given = bootstrap, instance, consume, offsets
        self._app: Any = None
        self._heard = Heard()

    async def run(self) -> None:
        """Read until there is nothing to read, or nobody who answers, and leave the process then. Raises what keeps it from starting."""
        leaving: dict[TopicPartition, int] = {}
        self._heard = Heard()
        app = self._app = create_app(*self._given, self._heard)
        app.loop = asyncio.get_running_loop()
        app.finalize()
        try:
            async with asyncio.timeout(LONGEST_WITHOUT_WORK):
                await app.start()
            stopped = asyncio.create_task(app.wait_until_stopped())
            try:
                await asyncio.wait([stopped], timeout=LONGEST_WITHOUT_WORK)
                while app.consumer.assignment() and not stopped.done():
                    await asyncio.wait([stopped], timeout=LONGEST_WITHOUT_WORK)
                    if self._heard.quiet > LONGEST_QUIET and await self._answer():
                        leave(
                            "the brokers let in who comes now, and do not answer us: their certificates were replaced"
                        )
            finally:
                stopped.cancel()
        except asyncio.CancelledError:
            leaving = self._leaving()
            raise
        finally:
            async with read_on(self._given[0], leaving, self._given[2]):
                await app.stop()
        leave("faust stopped, or was given no partition")

    def _leaving(self) -> dict[TopicPartition, int]:
        """What others will read, and from where; nothing for who has a name in the group and comes back to it."""
        _, instance, _, offsets = self._given
        with suppress(ConsumerNotStarted):
            if not instance:
                return offsets.of(TopicPartition(*place) for place in self._app.consumer.assignment())
        return {}

    async def _answer(self) -> bool:
        """Whether the brokers let in who comes now; while they let in nobody, another process would be no better off."""
        try:
            async with producer(self._given[0]):
                return True
        except (KafkaError, OSError):
            return False

    async def check(self) -> None:
        """Raise while no partition is assigned, or nothing is heard of one."""
        if self._heard.quiet > QUIET_SECONDS:
            raise ConnectionError("the brokers do not answer")
        with suppress(ConsumerNotStarted):
            if self._app and self._app.consumer.assignment():
                return
        raise ConnectionError("no partition is assigned yet")


def _credentials(bootstrap: str) -> Any:
    """What `access` says, in the words of Faust; None where nothing is asked for."""
    match access(bootstrap):
        case {"sasl_plain_username": user, "sasl_plain_password": password, "ssl_context": context}:
            return faust.SASLCredentials(
                username=user, password=password, mechanism="SCRAM-SHA-512", ssl_context=context
            )
        case {"ssl_context": context}:
            return faust.SSLCredentials(context)
    return None


async def _handle(lanes: Lanes[Any], consume: Consume, offsets: Offsets) -> None:
    """Hand over what has come in, and acknowledge it when that has been committed; on an error the process is left.

    Faust commits past what it has not seen acknowledged, so that a later acknowledgement must not come after a failure.
    It forgets what it could not commit, so that the database is told before it.
    """
    over: list[Any] = []

    async def acknowledge() -> None:
        events = list(over)
        if events and await offsets.keep(
            {TopicPartition(*event.message.tp): event.message.offset + 1 for event in events}
        ):
            del over[: len(events)]
            for event in events:
                event.ack()
                telemetry.CONSUMED.labels(CASES).inc()

    try:
        await first_to_end(lanes.run(consume, over.extend), every(COMMIT_SECONDS, acknowledge))
    except asyncio.CancelledError:
        raise
    except BaseException as problem:
        leave(repr(problem))


def _record(event: Any) -> Record:
    message = event.message
    raw = message.headers.items() if isinstance(message.headers, dict) else message.headers or ()
    body = event.value if isinstance(event.value, bytes) else message.value
    headers = [(name, value or b"") for name, value in raw]
    return Record(message.topic, message.partition, message.offset, headers, body)


async def build(current: Current, process: Process) -> None:
    """Add the stream and the sweeps."""
    await current.open(process)
    process.forget_canaries()
    handover = Handover(process.db, process.clock, current)
    digests = Digests(process.db, process.clock, current)
    process.loops["handover"] = lambda: every(1, handover.sweep)
    recount = Recount(process.db, process.clock, current)
    process.loops["recount"] = lambda: every(2, recount.sweep)
    reminder = Reminder(process.db, process.clock, current)
    process.loops["review"] = lambda: every(3600, reminder.sweep)
    process.loops["digests"] = lambda: every(30, digests.sweep)
    process.loops["unacknowledged"] = lambda: every(
        FIGURES_SECONDS, lambda: open_cases.measure(process.db, process.clock)
    )
    reactions = handlers(lambda: current.in_force)
    process.catch_up(reactions)
    handling = Handling(process.db, process.clock, GROUP, reactions)
    stream = Stream(broker(process.settings), process.settings.instance, handling.consume, Offsets(process.db))
    process.loops["faust"] = stream.run
    process.checks["kafka"] = stream.check
