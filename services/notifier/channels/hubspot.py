"""The sender's own ticket in HubSpot: a note on the ticket, the stage of its pipeline, and the owner."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import json_object
from services.notifier.channels.tickets import Answer, Change, Failure, Meaning, Tickets, as_html, first, table
from services.notifier.domain.notification import Notification
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

STAGES = {"open": "3", "solved": "4"}  # of the support pipeline that every account has at first
NOTE_TO_TICKET = 228  # HubSpot's own kind of association
NEWEST = 100  # notes; one call reads no more
PAUSE = 10.0  # seconds: the window of HubSpot's burst limit
OBJECTS = "/crm/v3/objects"


@dataclass(frozen=True)
class HubSpotSettings:
    """`hubspot_token` is a private app's; `hubspot_stages` are the stages of the pipeline: `open=3,solved=4`."""

    hubspot_url: str = "https://api.hubapi.com"
    hubspot_token: Secret = NONE
    hubspot_stages: str = ""


class HubSpot(Tickets):
    """Tickets of one HubSpot account. A note is never mailed to anybody."""

    NAME = "hubspot"
    ID = re.compile(r"[1-9]\d{0,18}", re.ASCII)
    ROOM = 60_000  # HubSpot takes 65,536 characters of HTML
    CODES: ClassVar[Mapping[str, Meaning]] = {
        "OBJECT_NOT_FOUND": "target",
        "VALIDATION_ERROR": "target",
        "INVALID_AUTHENTICATION": "account",
        "EXPIRED_AUTHENTICATION": "account",
        "MISSING_SCOPES": "account",
        "RATE_LIMIT-DAILY": "account",
        "CONFLICT": "again",
        "MIGRATION_IN_PROGRESS": "again",
    }
    STATUSES: ClassVar[Mapping[int, Meaning]] = {477: "again"}

    def __init__(self, around: Surroundings) -> None:
        s = around.read(HubSpotSettings)
        access = {"authorization": f"Bearer {s.hubspot_token}"}
        super().__init__(around, s.hubspot_url, s.hubspot_token, headers=access)
        self._stages = table(s.hubspot_stages, STAGES)

    @staticmethod
    def weight(text: str) -> int:
        """A note is HTML."""
        return len(as_html(text))

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        fields = {"hs_pipeline_stage": self._stages.get(change.status, ""), "hubspot_owner_id": change.owner}
        given = {name: value for name, value in fields.items() if value}
        if not given:
            return Answer()
        return await self._call("PATCH", f"{OBJECTS}/tickets/{id_}", json={"properties": given})

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": NOTE_TO_TICKET}
        at = n.attempted_at or n.created_at
        note = {
            "properties": {"hs_note_body": as_html(text), "hs_timestamp": str(int(at.timestamp() * 1000))},
            "associations": [{"to": {"id": id_}, "types": [kind]}],
        }
        answer = await self._call("POST", f"{OBJECTS}/notes", json=note)
        return str(answer.get("id") or "") if isinstance(answer, Answer) else answer

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        """By the associations, which are true at once; HubSpot's search lags behind."""
        query = {"limit": 500}
        answer = await self._call("GET", f"/crm/v4/objects/tickets/{id_}/associations/notes", params=query)
        if not isinstance(answer, Answer):
            return answer
        ids = [str(row.get("toObjectId", "")) for row in answer.rows("results")]
        newest = sorted((note for note in ids if note.isdecimal()), key=int, reverse=True)[:NEWEST]
        if not newest:
            return None
        wanted = {"properties": ["hs_note_body"], "inputs": [{"id": note} for note in newest]}
        answer = await self._call("POST", f"{OBJECTS}/notes/batch/read", json=wanted)
        if not isinstance(answer, Answer):
            return answer
        return first(answer.rows("results"), mark, "properties")

    async def _user(self, email: str) -> str | Failure:
        answer = await self._call("GET", "/crm/v3/owners", params={"email": email, "limit": 1})
        return str(next(iter(answer.rows("results")), {}).get("id") or "") if isinstance(answer, Answer) else answer

    def _error(self, response: httpx.Response) -> str:
        body = json_object(response)
        category = str(body.get("category") or body.get("errorType") or "").removesuffix("S")
        if category == "RATE_LIMIT" and body.get("policyName") == "DAILY":
            return "RATE_LIMIT-DAILY"
        return "MISSING_SCOPES" if category == "MISSING_SCOPE" else category

    def _wait(self, response: httpx.Response) -> float | None:
        return super()._wait(response) or (PAUSE if response.status_code == 429 else None)
