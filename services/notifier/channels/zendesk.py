"""The sender's own ticket in Zendesk: a comment for the agents, the status, and the owner, all in one update."""

import re
from typing import Any

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.tickets import Answer, Change, Failure, Tickets, first
from services.notifier.domain.result import Accepted, Permanent, Result

PAGES = 5  # of a hundred comments each, the newest first
TICKETS = "/api/v2/tickets"


class Zendesk(Tickets):
    """Tickets of one Zendesk account.

    Comments are internal notes: a public one would be mailed to the customer, and that is for the agent to decide.
    """

    NAME = "zendesk"
    ID = re.compile(r"\d{1,20}", re.ASCII)
    ROOM = 60_000

    def __init__(self, around: Surroundings) -> None:
        s = around.settings
        auth = httpx.BasicAuth(f"{s.zendesk_user}/token", s.zendesk_token)
        super().__init__(around, s.zendesk_url, s.zendesk_user, s.zendesk_token, auth=auth)

    async def _write(self, id_: str, change: Change) -> Result:
        n = change.message.notification
        comment: dict[str, Any] = {
            "comment": {"body": self._text(change.message), "public": False},
            "metadata": {"case_id": n.case_id, "notification_id": str(n.id)},
        }
        status = {"status": change.status} if change.status else {}
        owner = {"assignee_email": change.owner} if change.owner else {}
        code, done = "", await self._put(id_, {**comment, **status, **owner})
        if owner and _refused(done):
            done = await self._put(id_, {**comment, **status})  # the owner is no agent there
        if status and isinstance(done, Permanent) and _refused(done):
            code = f"comment-only: {done.code}"  # a field is lacking that they want for this status
            done = await self._put(id_, comment)
        return Accepted(f"{id_}/{n.id}", code) if isinstance(done, Answer) else done

    async def _put(self, id_: str, update: dict[str, Any]) -> Answer | Failure:
        return await self._call("PUT", f"{TICKETS}/{id_}.json", json={"ticket": update})

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        path = f"{TICKETS}/{id_}/comments.json"
        query: dict[str, str] | None = {"sort_order": "desc", "per_page": "100"}
        for _ in range(PAGES):
            answer = await self._call("GET", path, params=query)
            if not isinstance(answer, Answer):
                return answer
            if (found := first(answer.rows("comments"), mark, "body")) is not None:
                return found
            following = str(answer.get("next_page") or "")
            if not following.startswith(f"{self._url}{TICKETS}/{id_}/"):
                break
            path, query = following.removeprefix(self._url), None
        return None

    async def _user(self, email: str) -> str | Failure:
        """Zendesk looks agents up itself."""
        return email


def _refused(done: Answer | Failure) -> bool:
    """Whether the update was understood, and something in it was not taken."""
    return isinstance(done, Permanent) and done.code == "http-422"
