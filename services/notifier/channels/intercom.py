"""The sender's own conversation in Intercom, or its ticket: a note for the team, open or closed, and who it is assigned to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import json_object
from services.notifier.channels.tickets import (
    Answer,
    Change,
    Failure,
    Meaning,
    Tickets,
    as_html,
    first,
    marker,
    table,
    within,
)
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Permanent
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

VERSION = "2.14"
STATUSES = {"open": "open", "solved": "close"}  # what is done to a conversation
LARGEST = 4 * 1024 * 1024  # bytes: every answer tells the conversation whole, with its 500 newest parts
LONGEST_WAIT = 60.0  # seconds; what may be asked is counted anew every ten


@dataclass(frozen=True)
class IntercomSettings:
    """`intercom_admin` is the id of the teammate in whose name we write; `intercom_status` says what is done: `solved=close`."""

    intercom_url: str = "https://api.intercom.io"
    intercom_token: Secret = NONE
    intercom_admin: str = ""
    intercom_status: str = ""


class Intercom(Tickets):
    """Conversations and tickets of one workspace. Which of them an id names, it does not say; a ticket is only commented on."""

    NAME = "intercom"
    ID = re.compile(r"[1-9]\d{0,19}", re.ASCII)
    CODES: ClassVar[Mapping[str, Meaning]] = {
        "rate_limit_exceeded": "again",
        "too_many_requests": "again",
        "action_forbidden": "target",
        "api_plan_restricted": "account",
    }

    def __init__(self, around: Surroundings) -> None:
        s = around.read(IntercomSettings)
        headers = {
            "authorization": f"Bearer {s.intercom_token}",
            "accept": "application/json",
            "intercom-version": VERSION,
        }
        super().__init__(around, s.intercom_url, s.intercom_token, s.intercom_admin, headers=headers, most=LARGEST)
        self._admin = {"type": "admin", "admin_id": s.intercom_admin}
        self._status = table(s.intercom_status, STATUSES)

    @staticmethod
    def weight(text: str) -> int:
        """A note is HTML."""
        return len(as_html(text))

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        wanted = [{"message_type": "assignment", "assignee_id": change.owner}] if change.owner else []
        status = self._status.get(change.status, "")
        wanted += [{"message_type": status}] if status else []
        done: Answer | Failure = Answer()
        for one in wanted:
            said = await self._call("POST", f"/conversations/{id_}/parts", json=self._admin | one)
            if not isinstance(said, Answer | Permanent):
                return said
            done = said if isinstance(done, Answer) else done
        return done

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        note = self._admin | {"message_type": "note", "body": as_html(text)}
        answer = await self._either("POST", id_, "/reply", json=note)
        return (_found(answer, marker(n)) or str(n.id)) if isinstance(answer, Answer) else answer

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        answer = await self._either("GET", id_, "")
        return _found(answer, mark) if isinstance(answer, Answer) else answer

    async def _user(self, email: str) -> str | Failure:
        answer = await self._call("GET", "/admins")
        if not isinstance(answer, Answer):
            return answer
        same = (a for a in answer.rows("admins") if str(a.get("email") or "").casefold() == email.casefold())
        return str(next(same, {}).get("id") or "")

    async def _either(self, method: str, id_: str, what: str, **request: Any) -> Answer | Failure:
        """Ask for a conversation, and where there is none of this id for a ticket."""
        answer = await self._call(method, f"/conversations/{id_}{what}", **request)
        if isinstance(answer, Permanent) and answer.code in ("intercom-not_found", "http-404"):
            return await self._call(method, f"/tickets/{id_}{what}", **request)
        return answer

    def _error(self, response: httpx.Response) -> str:
        errors = json_object(response).get("errors")
        return str(within(errors[0], "code") or "") if isinstance(errors, list) and errors else ""

    def _wait(self, response: httpx.Response) -> float | None:
        """Intercom says at which second it counts anew, by its own clock."""
        until, said = response.headers.get("x-ratelimit-reset", ""), response.headers.get("date", "")
        try:
            wait = int(until[:12]) - parsedate_to_datetime(said).timestamp()
        except (ValueError, TypeError, OverflowError):
            return super()._wait(response)
        return min(max(wait, 0.0), LONGEST_WAIT)


def _found(answer: Answer, mark: str) -> str | None:
    """The id of the part that holds a mark."""
    for name in ("conversation_parts", "ticket_parts"):
        rows = Answer(answer.get(name)).rows(name)
        if (found := first(rows, mark, "body")) is not None:
            return found
    return None
