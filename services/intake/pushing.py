"""Webhooks out: each subscription is told of the changes after its place, one case after the other in order, until it has them."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
from prometheus_client import Counter

from services.intake import admission, auditing, store, subscriptions
from services.intake.domain import pushing
from services.intake.domain.changes import Change
from services.intake.domain.pushing import Answer
from services.intake.domain.tokens import Principal
from services.intake.domain.words import Language
from services.intake.subscriptions import Subscription
from services.intake.vault import CannotOpen, Vault
from shared.contracts.envelope import event_id
from shared.contracts.events import SourceTroubled
from shared.contracts.plan import Reason
from shared.contracts.signature import sign
from shared.runtime import outbox, telemetry
from shared.runtime.clock import Clock, monotonic
from shared.runtime.db import Database, Transaction
from shared.runtime.loop import Nudge

log = telemetry.logger(__name__)
PUSHED = Counter("tasuki_intake_pushed_total", "Webhooks sent to subscriptions", ["outcome"])
SECONDS = 10.0  # for one request
LEASE = timedelta(seconds=120)
BATCH = 50  # changes of one subscription at a time
SIDE_BY_SIDE = 8  # cases of one subscription, and subscriptions
POLL_SECONDS = 1.0


class Pusher:
    """Delivers to every subscription; several replicas take turns by leases."""

    def __init__(self, db: Database, clock: Clock, vault: Vault, http: httpx.AsyncClient) -> None:
        self._db, self._clock, self._vault, self._http = db, clock, vault, http
        self._nudge = Nudge()

    async def run(self) -> None:
        """Deliver for ever."""
        self._db.committed.append(self._nudge.set)
        while True:
            if not await self.push():
                await asyncio.sleep(0.2)
                await self._nudge.wait(POLL_SECONDS)

    async def push(self) -> int:
        """Deliver once what is due; gives how many subscriptions were."""
        now = self._clock.now()
        async with self._db.reading() as tx:
            due = await subscriptions.lease(tx, now, now + LEASE, await store.last_place(tx), SIDE_BY_SIDE)
        await asyncio.gather(*(self._serve(known) for known in due))
        return len(due)

    async def try_out(self, known: Subscription) -> Answer:
        """Send a test, which is no change of any case."""
        now = self._clock.now()
        async with self._db.reading() as tx:
            keys = await subscriptions.secrets_of(tx, self._vault, known.id, now)
        answer = await self._post(
            known.url, keys, f"test-{known.id}-{int(now.timestamp())}", pushing.body("test", now, "{}")
        )
        async with self._db.reading() as tx:
            await subscriptions.record(tx, known.id, "test", "test", answer, now)
        return answer

    async def _serve(self, known: Subscription) -> None:
        before = known.progress
        async with self._db.reading() as tx:
            token = await admission.token(tx, known.token)
            changes = await store.changes(tx, before.place, BATCH)
            try:
                keys = await subscriptions.secrets_of(tx, self._vault, known.id, self._clock.now())
            except CannotOpen as problem:
                log.error("a subscription has no secret that opens", subscription=known.id, problem=str(problem))
                keys = []
        if token is None or token.standing(self._clock.now()) != "valid":
            return await self._keep(known, replace(before, state="disabled", reason="token-ended"), [])
        if not keys:
            return await self._keep(known, replace(before, state="disabled", reason="no-secret"), [])
        told, answers = await self._tell(known, token.principal, keys, changes)
        given = [answer for _, answer in answers]
        following = pushing.after(self._clock.now(), before, (c.place for c in changes), told, given)
        return await self._keep(known, following, answers)

    async def _tell(
        self, known: Subscription, who: Principal, keys: list[str], changes: list[Change]
    ) -> tuple[set[int], list[tuple[Change, Answer]]]:
        """Tell of changes, several cases side by side; of a case nothing is told after what failed."""
        told = set(known.progress.done)
        answers: list[tuple[Change, Answer]] = []
        lanes: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            if not change.is_for(who) or not pushing.wants(change, known.types, known.teams):
                told.add(change.place)
            elif change.place not in told:
                lanes[change.case_id].append(change)
        turns = asyncio.Semaphore(SIDE_BY_SIDE)
        language: Language = "en" if known.language == "en" else "ja"
        until = monotonic() + LEASE.total_seconds() - 2 * SECONDS

        async def lane(waiting: list[Change]) -> None:
            async with turns:
                for change in waiting:
                    if monotonic() > until:
                        return
                    answer = await self._post(
                        known.url, keys, change.event_id, pushing.body(change.type, change.at, change.told[language])
                    )
                    answers.append((change, answer))
                    if not answer.good:
                        return
                    told.add(change.place)

        await asyncio.gather(*(lane(waiting) for waiting in lanes.values()))
        restricted = {c.case_id for c, answer in answers if answer.good and c.facts.restricted}
        async with self._db.reading() as tx:
            now = self._clock.now()
            await auditing.now(tx, *(auditing.of("case.seen", who, case_id, now) for case_id in sorted(restricted)))
        return told, answers

    async def _keep(
        self, known: Subscription, progress: pushing.Progress, answers: list[tuple[Change, Answer]]
    ) -> None:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            if stopped := await subscriptions.keep(tx, known, progress):
                await _tell_owner(tx, known, progress, now)
            for change, answer in answers:
                await subscriptions.record(tx, known.id, change.event_id, change.type, answer, now)
            await subscriptions.forget_deliveries(tx, known.id)
        if stopped:
            log.error("a subscription is disabled", subscription=known.id, owner=known.made_by, reason=progress.reason)

    async def _post(self, url: str, keys: list[str], id_: str, body: bytes) -> Answer:
        now, started = self._clock.now(), monotonic()
        signed = [sign(key, id_, body, now) for key in keys]
        headers = {
            **signed[0],
            "webhook-signature": " ".join(one["webhook-signature"] for one in signed),
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Tasuki-Webhook/1",
            "accept-encoding": "identity",
        }
        status: int | None = None
        problem, wait = "", 0.0
        try:
            async with (
                asyncio.timeout(SECONDS),
                self._http.stream("POST", url, content=body, headers=headers) as answer,
            ):
                status, wait = answer.status_code, _wait(answer)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError) as reason:
            problem = f"not-allowed: {reason}"[:200]
        except (httpx.HTTPError, TimeoutError, OSError) as reason:
            problem = type(reason).__name__
        PUSHED.labels("delivered" if status is not None and status < 300 else "failed").inc()
        return Answer(status, problem, int((monotonic() - started) * 1000), wait)


async def _tell_owner(tx: Transaction, known: Subscription, progress: pushing.Progress, now: datetime) -> None:
    """Say that one is stopped, for its receiver hears of nothing any more."""
    ja, en = pushing.REASONS[progress.reason]
    name, reason = known.name or known.url, Reason(ja=ja, en=en)
    trouble = SourceTroubled(what="subscription", source=known.id, name=name, owner=known.made_by, reason=reason)
    await outbox.add(tx, trouble, event_id("subscription.stopped", known.id, now.isoformat()), now)


def _wait(answer: httpx.Response) -> float:
    """The seconds of Retry-After, at most an hour; a date counts from the date of the answer."""
    text = answer.headers.get("retry-after", "")
    if text.isascii() and text.isdigit() and len(text) < 9:
        return min(float(text), 3600.0)
    try:
        until, said = parsedate_to_datetime(text), parsedate_to_datetime(answer.headers.get("date", ""))
        return min(max((until - said).total_seconds(), 0.0), 3600.0)
    except (ValueError, TypeError):
        return 0.0
