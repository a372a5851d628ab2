"""Brings "I have it" to intake: written down first, told at once, and told again until intake has answered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import httpx
from opentelemetry.trace import SpanKind

from services.notifier import acknowledgements, bundling, outcomes, store
from services.notifier.acknowledgements import Acknowledgement
from services.notifier.domain.asked import owner_after
from services.notifier.domain.notification import Notification, State, supersedes
from services.notifier.domain.retry import Step
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Outcome
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
ASKED_SECONDS, ASKED_AGAIN = 1.0, 0.25  # that intake has for an answer, and until it is asked once more
ASKED_FOR = 4.0  # seconds that a telephone waits for an answer; it rings without one
AT_ONCE_SECONDS = 2.0  # somebody is on the telephone, or Slack waits three seconds
FIRST_RETRY = timedelta(seconds=3)  # of the loop, after the try at once has ended
LONGEST_PAUSE = 30.0
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Answer:
    """What to tell the person: whether their word counts, or comes too late, or was refused; and who has the case now.

    Until intake has answered, it counts, and the log as far as it was read says who has the case.
    """

    verdict: Literal["counts", "late", "refused"]
    owner: Person | None = None


class Acknowledging:
    """Intake alone decides whether an acknowledgement counts; this is the road to it."""

    def __init__(self, db: Database, clock: Clock, http: httpx.AsyncClient, intake_url: str, token: str) -> None:
        self._db = db
        self._clock = clock
        self._http = http
        self._intake = intake_url.rstrip("/")
        self._token = token

    async def take(self, n: Notification, person: Person, via: str) -> Answer:
        """Write an acknowledgement down, stop the pages that it makes needless, and tell intake within two seconds."""
        now = self._clock.now()
        trace = telemetry.traceparent()
        new = Acknowledgement(n.id, n.case_id, n.round, n.track, person, via, now, trace)
        async with self._db.transaction() as tx:
            await acknowledgements.add(tx, new, now + FIRST_RETRY)
            pages = await store.parts(await acknowledgements.answered(tx, n.case_id))
            over = [page.id for page, known in pages if page.revocable and known.is_answered(page)]
            for skipped in await store.skip(tx, over, "acknowledged"):
                await outcomes.say(tx, skipped, Outcome.SKIPPED, "no longer needed", now)
        written, view = await self._written(n.id), {}
        if written.state == "pending":
            try:
                async with asyncio.timeout(AT_ONCE_SECONDS):
                    view = await self._tell(written)
            except TimeoutError:
                log.warning("intake is slow, the acknowledgement is told later", case_id=n.case_id)
            written = await self._written(n.id)
        if written.state == "taken":
            return Answer("late", Person(id="", name=written.taken_by) if written.taken_by else None)
        if written.state == "refused":
            return Answer("refused")
        owner = _owner(view) if "owner" in view else await self._expected(n, written.person)
        return Answer("counts" if written.person.id == person.id else "late", owner)  # a room's page is answered once

    async def decline(self, n: Notification, person: Person) -> bool:
        """Tell intake that a person does not take over what was offered to them; whether it has heard.

        Nothing is written down: an offer that is not declined stands, which is seen, and they may say so again.
        """
        headers = {"authorization": f"Bearer {self._token}"}
        body = {"by": person.model_dump(), "via": "phone"}
        url = f"{self._intake}/v1/cases/{n.case_id}/decline"
        try:
            with telemetry.span("POST decline", SpanKind.CLIENT, case_id=n.case_id):
                response = await self._http.post(url, json=body, headers=headers, timeout=AT_ONCE_SECONDS)
        except httpx.HTTPError as problem:
            log.warning("intake not reached", case_id=n.case_id, problem=type(problem).__name__)
            return False
        return response.is_success or response.status_code == 409  # there is nothing left to decline

    async def overtaken(self, n: Notification) -> bool:
        """Whether intake has taken an answer that the log does not show here yet, so that nobody is to be rung up by a page.

        The log may be behind, or away, and a climb is then decided without an answer that stands in intake's books.
        Where intake cannot say so within a few seconds, the page goes out.
        """
        asked: dict[str, str | int] = {"person": n.instead_of or n.recipient, "track": n.track}
        asked |= {"round": n.round, "after": n.after}
        headers = {"authorization": f"Bearer {self._token}"}
        url = f"{self._intake}/v1/cases/{n.case_id}/asked"
        end, problem = asyncio.get_running_loop().time() + ASKED_FOR, ""
        while asyncio.get_running_loop().time() < end:
            try:
                async with asyncio.timeout(ASKED_SECONDS):
                    with telemetry.span("GET asked", SpanKind.CLIENT, case_id=n.case_id):
                        response = await self._http.get(url, params=asked, headers=headers)
                if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return response.is_success and _object(response).get("asked") is False
                problem = f"http-{response.status_code}"
            except (httpx.HTTPError, TimeoutError) as error:
                problem = type(error).__name__
            await asyncio.sleep(ASKED_AGAIN)
        log.warning("intake not reached, the page goes out", case_id=n.case_id, problem=problem)
        return False

    async def once(self) -> None:
        """Tell intake what it has not heard yet."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            due = await acknowledgements.claim(connection, now, now + timedelta(seconds=LONGEST_PAUSE))
        for ack in due:
            with telemetry.span("acknowledge again", parent=ack.traceparent, case_id=ack.case_id):
                await self._tell(ack)

    async def _written(self, id_: UUID) -> Acknowledgement:
        async with self._db.reading() as connection:
            return await acknowledgements.of(connection, id_)

    async def _expected(self, n: Notification, person: Person) -> Person | None:
        async with self._db.reading() as connection:
            return owner_after(await store.case_of(connection, n.case_id), n, person)

    async def _tell(self, ack: Acknowledgement) -> dict[str, Any]:
        """Post to intake and write its verdict down; without one the loop comes back to it.

        Returns the case as intake shows it once the acknowledgement counts, else nothing.
        """
        url = f"{self._intake}/v1/cases/{ack.case_id}/acknowledge"
        headers = {"authorization": f"Bearer {self._token}", "idempotency-key": f'"{ack.notification_id}"'}
        body = {"by": ack.person.model_dump(), "via": ack.via, "round": ack.round, "track": ack.track}
        try:
            with telemetry.span("POST acknowledge", SpanKind.CLIENT, case_id=ack.case_id):
                response = await self._http.post(url, json=body, headers=headers, timeout=5.0)
        except httpx.HTTPError as problem:
            log.warning("intake not reached", case_id=ack.case_id, problem=type(problem).__name__)
            await self._postpone(ack)
            return {}
        answer = _object(response)
        if response.is_success:
            await self._counts(ack)
            return answer
        if response.status_code == 409 and "flight" not in str(answer.get("code", "")):
            await self._settle(ack, "taken", await self._who_has_it(ack))
        elif response.status_code in (400, 403, 404, 410, 422):
            log.error("intake refuses an acknowledgement", case_id=ack.case_id, status=response.status_code)
            await self._settle(ack, "refused", "")
        else:
            await self._postpone(ack)
        return {}

    async def _counts(self, ack: Acknowledgement) -> None:
        """Intake has it: now it is an acknowledgement."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            told = await store.lock(tx, ack.notification_id)
            settled = await acknowledgements.settle(tx, ack.notification_id, "told", "")
            if settled and told and supersedes(Outcome.ACKNOWLEDGED, told.outcome):
                step = Step(State.ACKNOWLEDGED, Outcome.ACKNOWLEDGED, ack.via)
                await store.progress(tx, told.notification, step, now)
                await outcomes.say(tx, told.notification, Outcome.ACKNOWLEDGED, ack.via, now)
                await bundling.heard(tx, told.notification, now)

    async def _who_has_it(self, ack: Acknowledgement) -> str:
        """The name of the owner, as intake knows it or else as the log has told."""
        headers = {"authorization": f"Bearer {self._token}"}
        try:
            response = await self._http.get(f"{self._intake}/v1/cases/{ack.case_id}", headers=headers, timeout=2.0)
            owner = _owner(_object(response))
        except httpx.HTTPError:
            owner = None
        if owner is None:
            async with self._db.reading() as connection:
                case = await store.case_of(connection, ack.case_id)
            owner = case.owner if case else None
        return owner.name if owner else ""

    async def _settle(self, ack: Acknowledgement, state: str, taken_by: str) -> None:
        async with self._db.transaction() as tx:
            await acknowledgements.settle(tx, ack.notification_id, state, taken_by)

    async def _postpone(self, ack: Acknowledgement) -> None:
        pause = min(0.5 * 2.0 ** min(ack.tries, 10), LONGEST_PAUSE)
        async with self._db.reading() as connection:
            at = self._clock.now() + timedelta(seconds=pause)
            await acknowledgements.postpone(connection, ack.notification_id, at)


def _owner(view: Mapping[str, Any]) -> Person | None:
    """The owner in a case as intake shows it."""
    owner = view.get("owner")
    if isinstance(owner, dict) and isinstance(owner.get("id"), str) and isinstance(owner.get("name"), str):
        return Person(id=owner["id"][:200], name=owner["name"][:200])
    return None


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
