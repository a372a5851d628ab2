"""The sender's own ticket in Salesforce: a comment on the case that is not published, its status, and its owner."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.granted import Granted
from services.notifier.channels.tickets import Answer, Change, Failure, Meaning, first, table
from services.notifier.domain.notification import Notification
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

VERSION = "v62.0"
API = f"/services/data/{VERSION}"
STATUSES = {"open": "Working", "solved": "Closed"}
NEWEST = 200  # comments
PAUSE = 60.0  # seconds, when the calls of a day are used up: they come back one by one


@dataclass(frozen=True)
class SalesforceSettings:
    """`salesforce_url` is My Domain of the org; client and secret are those of an external app with client credentials.

    `salesforce_status` are the values of the status of a case: `open=Working,solved=Closed`.
    """

    salesforce_url: str = ""
    salesforce_client: str = ""
    salesforce_secret: Secret = NONE
    salesforce_status: str = ""


class Salesforce(Granted):
    """Cases of one org."""

    NAME = "salesforce"
    ID = re.compile(r"500[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?", re.ASCII)
    ROOM = 4000  # bytes
    CODES: ClassVar[Mapping[str, Meaning]] = {
        "REQUEST_LIMIT_EXCEEDED": "again",
        "UNABLE_TO_LOCK_ROW": "again",
        "SERVER_UNAVAILABLE": "again",
        "NOT_FOUND": "target",
        "ENTITY_IS_DELETED": "target",
        "ENTITY_IS_LOCKED": "target",
        "INSUFFICIENT_ACCESS_OR_READONLY": "target",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "target",
        "INVALID_SESSION_ID": "account",
        "API_DISABLED_FOR_ORG": "account",
        "API_CURRENTLY_DISABLED": "account",
        "STORAGE_LIMIT_EXCEEDED": "account",
        "INVALID_TYPE": "channel",
    }

    def __init__(self, around: Surroundings) -> None:
        s = around.read(SalesforceSettings)
        client = {"client_id": s.salesforce_client, "client_secret": str(s.salesforce_secret)}
        grant = f"{s.salesforce_url.rstrip('/')}/services/oauth2/token"
        needed = (s.salesforce_client, s.salesforce_secret)
        super().__init__(around, s.salesforce_url, *needed, grant=grant, form=client)
        self._status = table(s.salesforce_status, STATUSES)

    @staticmethod
    def weight(text: str) -> int:
        """A comment is measured in bytes."""
        return len(text.encode())

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        fields = {"Status": self._status.get(change.status, ""), "OwnerId": change.owner}
        given = {name: value for name, value in fields.items() if value}
        return await self._call("PATCH", f"{API}/sobjects/Case/{id_}", json=given) if given else Answer()

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        comment = {"ParentId": id_, "CommentBody": text, "IsPublished": False}
        answer = await self._call("POST", f"{API}/sobjects/CaseComment", json=comment)
        return str(answer.get("id") or "") if isinstance(answer, Answer) else answer

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        answer = await self._query(
            "Id, CommentBody FROM CaseComment WHERE ParentId =",
            _quoted(id_),
            f"ORDER BY CreatedDate DESC LIMIT {NEWEST}",
        )
        if not isinstance(answer, Answer):
            return answer
        rows = [{"id": row.get("Id"), "body": row.get("CommentBody")} for row in answer.rows("records")]
        return first(rows, mark, "body")

    async def _user(self, email: str) -> str | Failure:
        answer = await self._query(
            "Id FROM User WHERE Email =",
            _quoted(email),
            "AND IsActive = true AND UserType = 'Standard' ORDER BY CreatedDate LIMIT 1",
        )
        return str(next(iter(answer.rows("records")), {}).get("Id") or "") if isinstance(answer, Answer) else answer

    async def _query(self, *soql: str) -> Answer | Failure:
        return await self._call("GET", f"{API}/query", params={"q": " ".join(("SELECT", *soql))})

    def _error(self, response: httpx.Response) -> str:
        try:
            body = response.json()
        except (ValueError, RecursionError):
            return ""
        return (
            str(body[0].get("errorCode") or "") if isinstance(body, list) and body and isinstance(body[0], dict) else ""
        )

    def _wait(self, response: httpx.Response) -> float | None:
        return super()._wait(response) or (PAUSE if self._error(response) == "REQUEST_LIMIT_EXCEEDED" else None)


def _quoted(text: str) -> str:
    r"""A text of SOQL: `O'Neil` is 'O\'Neil'."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
