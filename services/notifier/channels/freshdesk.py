"""The sender's own ticket in Freshdesk: a private note, the status, and the agent."""

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

STATUSES = {"open": "2", "pending": "3", "solved": "4"}
PAGES, PER_PAGE = 5, 100  # of the conversation, which is told oldest first


@dataclass(frozen=True)
class FreshdeskSettings:
    """`freshdesk_url` is the account's own address; `freshdesk_status` its numbers where they are not the usual ones."""

    freshdesk_url: str = ""
    freshdesk_key: Secret = NONE
    freshdesk_status: str = ""


class Freshdesk(Tickets):
    """Tickets of one Freshdesk account."""

    NAME = "freshdesk"
    ID = re.compile(r"[1-9]\d{0,18}", re.ASCII)
    CODES: ClassVar[Mapping[str, Meaning]] = {
        "access_denied": "target",
        "invalid_credentials": "account",
        "account_suspended": "account",
        "require_feature": "account",
    }

    def __init__(self, around: Surroundings) -> None:
        s = around.read(FreshdeskSettings)
        super().__init__(around, s.freshdesk_url, s.freshdesk_key, auth=httpx.BasicAuth(s.freshdesk_key, "X"))
        self._status = table(s.freshdesk_status, STATUSES)

    @staticmethod
    def weight(text: str) -> int:
        """A note is HTML."""
        return len(as_html(text))

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        status = self._status.get(change.status, "")
        fields = {"status": status, "responder_id": change.owner}
        given = {name: int(value) for name, value in fields.items() if value.isdecimal()}
        return await self._call("PUT", f"/api/v2/tickets/{id_}", json=given) if given else Answer()

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        note = {"body": as_html(text), "private": True}
        answer = await self._call("POST", f"/api/v2/tickets/{id_}/notes", json=note)
        return str(answer.get("id") or "") if isinstance(answer, Answer) else answer

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        for page in range(1, PAGES + 1):
            query = {"per_page": PER_PAGE, "page": page}
            answer = await self._call("GET", f"/api/v2/tickets/{id_}/conversations", params=query)
            if not isinstance(answer, Answer):
                return answer
            if (found := first(answer.rows(), mark, "body_text")) is not None:
                return found
            if len(answer.rows()) < PER_PAGE:
                break
        return None

    async def _user(self, email: str) -> str | Failure:
        answer = await self._call("GET", "/api/v2/agents", params={"email": email})
        return str(next(iter(answer.rows()), {}).get("id") or "") if isinstance(answer, Answer) else answer

    def _error(self, response: httpx.Response) -> str:
        body = json_object(response)
        return str(body.get("code") or ("validation" if body.get("errors") else ""))
