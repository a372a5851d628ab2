"""Sends what is due: claim under lease → re-check → provider → record. Retries stand in the ledger, not here."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from opentelemetry.trace import SpanKind

from services.notifier import bundles, bundling, contacts, lookups, maintenance, outcomes, store, trouble
from services.notifier.bundling import Part
from services.notifier.channels import HANDS, KEPT_FOR_P1
from services.notifier.domain.contact import Address, Contact
from services.notifier.domain.maintenance import Window, holding
from services.notifier.domain.news import ticket_owner, ticket_status
from services.notifier.domain.notification import URGENT, Notification, State
from services.notifier.domain.precedents import is_over
from services.notifier.domain.result import Absent, Lookup, Permanent, Result, Retryable
from services.notifier.domain.retry import (
    LOOKUP_SECONDS,
    UNANSWERED,
    Step,
    after_lookup,
    after_send,
    worn,
)
from services.notifier.recording import Recording
from services.notifier.reporters import Reporters
from services.notifier.roads import Roads
from services.notifier.store import Claimed, Known
from services.notifier.wording import Wording
from shared.contracts.vocabulary import Channel, Outcome
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database
from shared.runtime.loop import Nudge

log = telemetry.logger(__name__)
POLL_SECONDS = 0.25
SWEEP_SECONDS = 1.0
BUNDLE_SECONDS = 0.5
PATIENCE = 1.0  # seconds for reading what stands in the log already, before anything is sent after a start
FRESH = timedelta(milliseconds=50)  # what the claim has read is read again when the send comes later than this
LAST_WORD_SECONDS = 6  # what is under way when the process is told to stop may end so long
SKIPPED = Step(State.SKIPPED, Outcome.SKIPPED, "no longer needed")


class Dispatch:
    """The sending of one process; several processes share the ledger."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        roads: Roads,
        wording: Wording,
        overtaken: Callable[[Notification], Awaitable[bool]],
        reporters: Reporters,
        recording: Recording,
        caught_up: asyncio.Event | None = None,
    ) -> None:
        self._db = db
        self._caught_up = caught_up
        self._clock = clock
        self._roads = roads
        self._wording = wording
        self._overtaken = overtaken
        self._reporters = reporters
        self._recording = recording
        self._nudge = Nudge()
        self._busy: Counter[Channel] = Counter()
        self._running: set[asyncio.Task[None]] = set()
        self._held: dict[UUID, int] = {}
        self._full = False
        db.committed.append(self._look)

    def _look(self) -> None:
        if store.added():
            self._nudge.set()

    async def run(self) -> None:
        """Send for ever; what is under way is brought to its end before this returns.

        After a start the log is read first, for whoever was answered meanwhile must not be called; but not for ever.
        """
        if self._caught_up:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._caught_up.wait(), PATIENCE)
        try:
            while True:
                await self._round()
                await self._nudge.wait(POLL_SECONDS)
        finally:
            if self._running:
                await asyncio.wait(self._running, timeout=LAST_WORD_SECONDS)

    async def sweep(self) -> None:
        """Keep the leases of what is under way here; take over what a dead process has left in the middle."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            await store.renew_leases(tx, self._held)
            for n in await store.expire_leases(tx, now):
                log.warning("send was interrupted", case_id=n.case_id, notification_id=str(n.id), channel=n.channel)
                await outcomes.say(tx, n, Outcome.AMBIGUOUS, "interrupted", now)

    async def bundle(self) -> None:
        """Make up the digests that are due."""
        async with self._db.transaction() as tx:
            made = await bundles.load(tx, self._clock.now())
        if made:
            self._nudge.set()

    async def _round(self) -> None:
        """Start what is due, as far as there are hands."""
        free = {channel: most - self._busy[channel] for channel, most in HANDS.items() if most > self._busy[channel]}
        hands = {channel: (count, max(count - KEPT_FOR_P1, 0)) for channel, count in free.items()}
        if not hands:
            return
        now = self._clock.now()
        async with self._db.reading() as connection:
            claimed = await store.claim(connection, hands, now)
        taken = Counter(c.notification.channel for c in claimed)
        self._full = any(taken[channel] >= hands.get(channel, (0, 0))[1] for channel in HANDS)
        for c in claimed:
            channel = c.notification.channel
            self._busy[channel] += 1
            self._held[c.notification.id] = c.notification.epoch
            task = asyncio.create_task(self._one(c, now), name=f"send {c.notification.id}")
            self._running.add(task)
            task.add_done_callback(partial(self._ended, c.notification))

    def _ended(self, n: Notification, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._held.pop(n.id, None)
        self._busy[n.channel] -= 1
        if self._full or n.channel is Channel.TICKET:  # the next comment waits for this one
            self._nudge.set()
        if not task.cancelled() and (problem := task.exception()):
            log.error("sending failed, its lease will run out", task=task.get_name(), problem=repr(problem)[:500])

    async def _one(self, claimed: Claimed, at: datetime) -> None:
        n = claimed.notification
        name = f"{n.channel} {'find' if claimed.unsure else 'send'}"
        ids = {"case_id": n.case_id, "notification__id": str(n.id), "notification__attempt": n.attempts}
        with telemetry.span(
            name, SpanKind.CLIENT, n.traceparent, notification__purpose=str(n.purpose), **ids
        ) as opened:
            known = claimed.known
            if self._clock.now() - at > FRESH:
                async with self._db.reading() as connection:
                    known = await store.known(connection, n)
            known, step = await self._reporters.reached(n, known, claimed.unsure)
            step = step or await self._go(n, known, claimed.unsure)
            if step is None:
                return
            opened.set_attribute("notification.outcome", str(step.outcome or step.state))
            if step.outcome in (Outcome.FAILED, Outcome.RETRYABLE, Outcome.AMBIGUOUS):
                telemetry.failed(opened, step.code)
            await self._recording.record(n, step, known.contact)

    async def _go(self, n: Notification, known: Known, unsure: bool) -> Step | None:
        if unsure:
            return await self._look_up(n, known.contact)
        if not n.bundled and (known.needless(n) or (n.late and await self._overtaken(n))):
            return SKIPPED
        if is_over(n, self._roads.way(n, known.contact), self._clock.now()):
            return SKIPPED
        if window := holding(known.windows, known.case, n):
            await self._hold(n, window)
            return None
        return await (self._send_digest(n, known) if n.bundled else self._send(n, known.contact, known))

    async def _hold(self, n: Notification, window: Window) -> None:
        """Keep it until the maintenance ends; what a digest would have brought along waits for the next one."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            await store.put_back(tx, n, window.ends_at)
            await bundles.set_down(tx, n.id, now)
            await maintenance.hold(tx, n, window, now)
        self._nudge.set()

    async def _send_digest(self, n: Notification, known: Known) -> Step | None:
        """Send what waited together; what is left alone goes as it would have gone by itself."""
        parts = await bundling.gather(self._db, n, known, self._clock.now())
        if not parts:
            self._nudge.set()
            return SKIPPED
        if len(parts) > 1:
            return await self._send(n, known.contact, known, parts)
        async with self._db.reading() as connection:
            await bundles.stand_alone(connection, n)
        return await self._send(replace(n, bundled=False), known.contact, known)

    async def _send(
        self, n: Notification, contact: Contact | None, known: Known, parts: list[Part] | None = None
    ) -> Step | None:
        """Send by the provider whose turn it is; None when its rate makes the message wait."""
        way = self._roads.way(n, contact)
        names = self._roads.of(n.channel, way.kind) if way else []
        if way is None or not names:
            why = "no-contact" if way is None else "not-set-up"
            return after_send(n, Permanent(why), self._clock.now(), 0)
        name = self._roads.choose(n, names)
        wait = self._roads.capacity.wait(name, n.rank, n.id)
        if wait:
            async with self._db.reading() as connection:
                await store.put_back(connection, n, self._clock.now() + timedelta(seconds=wait))
            return None
        if len(names) > 1:
            async with self._db.reading() as connection:
                await store.going_by(connection, n, name)
        result = await self._hand_over(replace(n, provider=name), way, known, parts or [])
        await self._learn(name, result)
        if isinstance(result, Permanent) and result.scope != "target":
            async with self._db.transaction() as tx:
                await trouble.account_failed(
                    tx, name, self._roads.cards[name], result, self._roads.open, self._clock.now()
                )
        failed = isinstance(result, Retryable | Permanent)
        tried = (*n.tried, name) if failed else n.tried
        spare = self._roads.spare(names, tried)
        once = self._roads.cards[name].once
        step = after_send(n, result, self._clock.now(), random.random(), spare, once)  # noqa: S311 - jitter
        return replace(step, provider=name, tried=tried if spare or not failed else ())

    async def _learn(self, name: str, result: Result) -> None:
        """Remember what came of it; everybody is told when the provider begins or ends to be left alone."""
        before = self._roads.capacity.rest(name)
        self._roads.capacity.told(name, result)
        rest = self._roads.capacity.rest(name)
        if (rest > 0) != (before > 0) or rest > before:
            async with self._db.reading() as connection:
                await bundles.rest(connection, name, self._clock.now() + timedelta(seconds=rest))

    async def _hand_over(self, n: Notification, way: Address, known: Known, parts: list[Part]) -> Result:
        """Put it into words and give it to the provider, while it still is what is to be said."""
        name, card = n.provider, self._roads.cards[n.provider]
        status, by = ticket_status(known.case, n.content), known.case.submitted.report.wanted_by if known.case else None
        n, assignee = replace(n, content=replace(n.content, ticket_status=status, wanted_by=by)), ""
        if n.channel is Channel.TICKET and (id_ := ticket_owner(known.case, n.content)):
            async with self._db.reading() as connection:
                owner = (await contacts.known(connection, {id_})).get(id_)
            mail = owner.way(Channel.EMAIL) if owner else None
            assignee = mail.value if mail else ""
        now, lines = self._clock.now(), bundling.listed(parts)
        if len(lines) > 1:
            message = self._wording.digest(n, known.contact, now, lines, name, card.room)
        else:
            message = self._wording.message(n, known.contact, now, assignee, name, known.customer, link=card.link)
        if not self._roads.capacity.works(name) and n.rank >= URGENT:
            return Retryable("resting")
        return await self._roads.providers[name].send(message, way.value)

    async def _look_up(self, n: Notification, contact: Contact | None) -> Step:
        way = self._roads.way(n, contact)
        names = self._roads.of(n.channel, way.kind) if way else []
        if way is None or not names:
            return after_send(n, Permanent("no-contact"), self._clock.now(), 0)
        name = n.provider if n.provider in names else self._roads.choose(n, names)
        async with self._db.reading() as connection:
            others = await lookups.others(connection, n, name)
        spare = self._roads.spare(names, (*n.tried, name))
        found: Lookup = Retryable(UNANSWERED)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOKUP_SECONDS if spare and n.pressing else None):
                found = await self._roads.providers[name].find(n, way.value, others)
        failed = isinstance(found, Absent) or worn(n, found, spare)
        tried = (*n.tried, name) if failed else n.tried
        moves = failed and spare
        once = "asked" if moves else self._roads.cards[name].once  # another provider knows nothing of this one's key
        step = after_lookup(n, found, self._clock.now(), random.random(), once, spare)  # noqa: S311 - jitter
        return replace(step, provider=name, tried=tried if moves or not failed else ())
