"""The sender's own ticket (Zendesk): a comment for the agents, and the status."""

import re
from typing import Any

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object, refused, retry_after
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Absent, Accepted, Lookup, Permanent, Result, Retryable

PAGES = 5  # of a hundred comments each, the newest first
_ID = re.compile(r"\d{1,20}", re.ASCII)


class Zendesk:
    """Tickets of one Zendesk account.

    Comments are internal notes: a public one would be mailed to the customer, and that is for the agent to decide.
    """

    def __init__(self, around: Surroundings) -> None:
        s = around.settings
        self._http = around.http
        self._tickets = f"{s.zendesk_url.rstrip('/')}/api/v2/tickets"
        self._auth = httpx.BasicAuth(f"{s.zendesk_user}/token", s.zendesk_token)
        self.set_up = bool(s.zendesk_url and s.zendesk_user and s.zendesk_token)

    async def send(self, message: Message, to: str) -> Result:
        """Write a comment and, where the message asks for it, the status and the owner."""
        n, id_ = message.notification, _ticket_id(to)
        if not self.set_up:
            return NOT_SET_UP
        if id_ is None:
            return Permanent("no-such-ticket", "target")
        body = f"{message.subject}\n\n{message.text}\n\n{_marker(n)}"
        change: dict[str, Any] = {
            "comment": {"body": body, "public": False},
            "metadata": {"case_id": n.case_id, "notification_id": str(n.id)},
        }
        if n.content.ticket_status:
            change["status"] = n.content.ticket_status
        result = await self._put(id_, n, {**change, "assignee_email": message.assignee} if message.assignee else change)
        if message.assignee and isinstance(result, Permanent) and result.code == "http-422":
            return await self._put(id_, n, change)  # the owner is no agent there
        return result

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Look for our marker among the newest comments."""
        id_ = _ticket_id(to)
        url: Any = f"{self._tickets}/{id_}/comments.json"
        query: dict[str, Any] | None = {"sort_order": "desc", "page[size]": 100}
        for _ in range(PAGES):
            response = await call(self._http, "GET", url, params=query, auth=self._auth)
            if not isinstance(response, httpx.Response):
                return Retryable(response.code)
            if response.status_code == 404:
                return Absent()
            if response.status_code != 200:
                return Retryable(f"http-{response.status_code}", retry_after(response))
            answer = json_object(response)
            for comment in answer.get("comments") or []:
                if _marker(n) in str(comment.get("body", "")):
                    return Accepted(f"{id_}/{comment.get('id', '')}")
            url, query = answer.get("next_page"), None
            if not isinstance(url, str) or not url.startswith(self._tickets):
                break
        return Absent()

    async def withdraw(self, message: Message, to: str) -> Result:
        """A comment stays."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Nothing of its own."""

    async def _put(self, id_: str, n: Notification, change: dict[str, Any]) -> Result:
        url = f"{self._tickets}/{id_}.json"
        response = await call(self._http, "PUT", url, json={"ticket": change}, auth=self._auth)
        if not isinstance(response, httpx.Response):
            return response
        if response.status_code == 200:
            return Accepted(f"{id_}/{n.id}")
        if response.status_code == 409:  # somebody else was writing to the ticket
            return Retryable("http-409", retry_after(response))
        return refused(response, f"http-{response.status_code}")


def _marker(n: Notification) -> str:
    return f"[tasuki:{n.id}]"


def _ticket_id(to: str) -> str | None:
    return to if _ID.fullmatch(to) else None
