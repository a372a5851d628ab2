"""Takes a report from a chat to intake, once for each form or talk, and says how it stands."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

import httpx
from opentelemetry.trace import SpanKind
from pydantic import BaseModel, ValidationError

from services.notifier import contacts, store
from services.notifier.domain.draft import Draft, Teller, body
from services.notifier.domain.standing import is_planned, standing
from services.notifier.settings import Settings
from shared.contracts.keys import first
from shared.runtime import telemetry
from shared.runtime.clock import Clock, monotonic
from shared.runtime.db import Database

log = telemetry.logger(__name__)
Chat = Literal["slack", "line_works", "line"]
Refusal = Literal["busy", "refused"]
SECONDS = 2.0  # Slack waits three
PLANNED_SECONDS = 8.0
LOOK_SECONDS = 0.2


class Received(BaseModel):
    """What intake answers: the case, its number, the reporter's own page, and whether it had the report before."""

    case_id: str
    number: int
    page: str
    again: bool


@dataclass(frozen=True)
class Reporting:
    """The road of reports, for all chats of a process."""

    settings: Settings
    db: Database
    clock: Clock
    http: httpx.AsyncClient

    async def teller(self, chat: Chat, user: str) -> Teller | None:
        """The person of the directory who has this address, with their language."""
        async with self.db.reading() as connection:
            person = await contacts.owner_of(connection, chat, user) if user else None
            known = (await contacts.known(connection, {person.id})).get(person.id) if person else None
        return Teller(known.language, person) if known else None

    async def send(self, chat: Chat, draft: Draft, teller: Teller, form: str) -> Received | Refusal:
        """Hand a report to intake, within two seconds; the same form sent again is the same case.

        Nothing of it is written down here, so that nothing here knows who reported anonymously: who hears `busy` still
        has the text before them and sends it again.
        """
        base = self.settings.intake_url.rstrip("/")
        headers = {
            "authorization": f"Bearer {first(self.settings.service_token)}",
            "idempotency-key": self.hidden(chat, form),
            "accept-language": teller.language,
        }
        try:
            async with asyncio.timeout(SECONDS):
                with telemetry.span("POST report", SpanKind.CLIENT):
                    answer = await self.http.post(
                        f"{base}/v1/chats/{chat}/reports", json=body(draft, teller), headers=headers
                    )
        except (httpx.HTTPError, TimeoutError) as problem:
            log.warning("intake not reached for a report", chat=chat, problem=type(problem).__name__)
            return "busy"
        if answer.status_code in (400, 422):
            log.error("intake refuses a report", chat=chat, status=answer.status_code)
            return "refused"
        try:
            return Received.model_validate_json(answer.content) if answer.is_success else "busy"
        except ValidationError:
            return "busy"

    async def lines(self, case_id: str, teller: Teller, seconds: float = PLANNED_SECONDS) -> list[str]:
        """How the case stands, once it is known who is asked or the seconds have passed."""
        until = monotonic() + seconds
        while True:
            async with self.db.reading() as connection:
                case = await store.case_of(connection, case_id)
            if is_planned(case) or monotonic() > until:
                return standing(case, teller.language, ZoneInfo(self.settings.zone), self.clock.now())
            await asyncio.sleep(LOOK_SECONDS)

    def hidden(self, *parts: str) -> str:
        """A name that is the same for the same parts, and tells nobody without our key what they are."""
        return hmac.new(
            first(self.settings.link_key).encode(), "|".join(("report", *parts)).encode(), hashlib.sha256
        ).hexdigest()[:32]
