"""Sends what is due: claim under lease → re-check → provider → record. Retries stand in the ledger, not here."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from opentelemetry.trace import SpanKind

from services.notifier import outcomes, store
from services.notifier.channels.channel import Channel
from services.notifier.domain.asked import still_wanted
from services.notifier.domain.contact import Contact
from services.notifier.domain.fallback import instead
from services.notifier.domain.news import ticket_status
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.result import Permanent
from services.notifier.domain.retry import Step, after_lookup, after_send
from services.notifier.store import Claimed, Known
from services.notifier.wording import Wording
from shared.contracts import vocabulary
from shared.contracts.vocabulary import Outcome
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import UNAVAILABLE, Database
from shared.runtime.loop import Nudge

log = telemetry.logger(__name__)
POLL_SECONDS = 0.25
SWEEP_SECONDS = 1.0
FRESH = timedelta(milliseconds=50)  # what the claim has read is read again when the send comes later than this
LAST_WORD_SECONDS = 6  # what is under way when the process is told to stop may end so long
RECORD_TRIES = 20
SKIPPED = Step(State.SKIPPED, Outcome.SKIPPED, "no longer needed")


class Dispatch:
    """The sending of one process; several processes share the ledger."""

    def __init__(
        self, db: Database, clock: Clock, channels: Mapping[vocabulary.Channel, Channel], wording: Wording
    ) -> None:
        self._db = db
        self._clock = clock
        self._channels = channels
        self._wording = wording
        self._nudge = Nudge()
        self._busy: Counter[vocabulary.Channel] = Counter()
        self._running: set[asyncio.Task[None]] = set()
        self._held: dict[UUID, int] = {}
        self._full = False
        db.committed.append(self._look)

    def _look(self) -> None:
        if store.added():
            self._nudge.set()

    async def run(self) -> None:
        """Send for ever; what is under way is brought to its end before this returns."""
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
            await store.renew_leases(tx, self._held, now)
            for n in await store.expire_leases(tx, now):
                log.warning("send was interrupted", case_id=n.case_id, notification_id=str(n.id), channel=n.channel)
                await outcomes.say(tx, n, Outcome.AMBIGUOUS, "interrupted", now)

    async def _round(self) -> None:
        """Start what is due, as far as there are hands."""
        hands = {name: c.hands - self._busy[name] for name, c in self._channels.items() if c.hands > self._busy[name]}
        if not hands:
            return
        now = self._clock.now()
        async with self._db.reading() as connection:
            claimed = await store.claim(connection, hands, now)
        taken = Counter(c.notification.channel for c in claimed)
        self._full = any(taken[name] >= hands.get(name, 0) for name in self._channels)
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
        if self._full:
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
            contact = known.contact if n.channel is not vocabulary.Channel.TICKET else Contact(n.recipient, "")
            if claimed.unsure:
                step = await self._look_up(n, contact)
            elif n.revocable and (known.answered or not still_wanted(known.case, n)):
                step = SKIPPED
            else:
                step = await self._send(n, contact, known)
            opened.set_attribute("notification.outcome", str(step.outcome or step.state))
            if step.outcome in (Outcome.FAILED, Outcome.RETRYABLE, Outcome.AMBIGUOUS):
                telemetry.failed(opened, step.code)
            await self._record(n, step, contact)

    async def _send(self, n: Notification, contact: Contact | None, known: Known) -> Step:
        reachable = contact is not None and (contact.address(n.channel) or n.channel is vocabulary.Channel.TICKET)
        if contact is None or not reachable:
            return after_send(n, Permanent("no-contact"), self._clock.now(), 0)
        n, assignee = replace(n, content=replace(n.content, ticket_status=ticket_status(known.case, n.content))), ""
        if n.channel is vocabulary.Channel.TICKET and n.content.ticket_status and n.content.owner_id:
            async with self._db.reading() as connection:
                owner = (await store.contacts(connection, {n.content.owner_id})).get(n.content.owner_id)
            assignee = owner.email if owner else ""
        message = self._wording.message(n, known.contact, self._clock.now(), assignee)
        result = await self._channels[n.channel].send(message, contact)
        if isinstance(result, Permanent) and result.scope != "target":
            log.error("a channel does not work", channel=n.channel, code=result.code, scope=result.scope)
        return after_send(n, result, self._clock.now(), random.random())  # noqa: S311 - jitter

    async def _look_up(self, n: Notification, contact: Contact | None) -> Step:
        if contact is None:
            return after_send(n, Permanent("no-contact"), self._clock.now(), 0)
        async with self._db.reading() as connection:
            others = await store.known_at_provider(connection, n)
        found = await self._channels[n.channel].find(n, contact, others)
        return after_lookup(n, found, self._clock.now(), random.random())  # noqa: S311 - jitter

    async def _record(self, n: Notification, step: Step, contact: Contact | None) -> None:
        """Write what came of it, also through a short absence of the database: forgetting it may mean sending twice."""
        for _ in range(RECORD_TRIES):
            try:
                await self._write(n, step, contact)
                return
            except UNAVAILABLE as problem:
                log.warning("database unavailable, outcome not yet written", problem=repr(problem))
                await asyncio.sleep(0.5)

    async def _write(self, n: Notification, step: Step, contact: Contact | None) -> None:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            said = outcomes.row(tx, n, step.outcome, step.code, now) if step.outcome else None
            written = await store.record(tx, n, step, now, said)
            if written and step.outcome:
                outcomes.count(n, step.outcome, now)
            if written and step.backup:
                catch_all = await store.catch_all(tx)
                wishes = instead(n, contact, catch_all)
                if not wishes and contact is None and n.answerable:
                    log.error("nobody can be reached", case_id=n.case_id, notification_id=str(n.id))
                await store.add(tx, wishes, now)
