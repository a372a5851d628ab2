"""The sender's own ticket in ServiceNow: a work note, the state, and whom it is assigned to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import json_object
from services.notifier.channels.tickets import Answer, Change, Failure, Meaning, Tickets, table
from services.notifier.domain.fitting import fit
from services.notifier.domain.notification import Notification
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

STATES = {"open": "2", "pending": "3", "solved": "6"}
SOLVED = "solved"
CLOSE_NOTES = 1000  # letters
TABLE = "/api/now/table"


@dataclass(frozen=True)
class ServiceNowSettings:
    """A user and a password, or a token of OAuth.

    `servicenow_states` are the states of the table: `open=2,solved=6`; `servicenow_close_code` is what an incident needs
    to be resolved.
    """

    servicenow_url: str = ""
    servicenow_user: str = ""
    servicenow_password: Secret = NONE
    servicenow_token: Secret = NONE
    servicenow_table: str = "incident"
    servicenow_states: str = ""
    servicenow_close_code: str = "Solution provided"


class ServiceNow(Tickets):
    """Records of one table of one instance. Work notes are for those who work on it, comments would be the customer's."""

    NAME = "servicenow"
    ID = re.compile(r"[0-9a-f]{32}", re.ASCII)  # sys_id
    CODES: ClassVar[Mapping[str, Meaning]] = {"Invalid-table": "channel"}
    STATUSES: ClassVar[Mapping[int, Meaning]] = {403: "target"}  # a rule or an access list keeps us from this record

    def __init__(self, around: Surroundings) -> None:
        s = around.read(ServiceNowSettings)
        token, basic = s.servicenow_token, httpx.BasicAuth(s.servicenow_user, s.servicenow_password)
        access: dict[str, Any] = {"headers": {"authorization": f"Bearer {token}"}} if token else {"auth": basic}
        super().__init__(around, s.servicenow_url, token or (s.servicenow_user and s.servicenow_password), **access)
        self._table = f"{TABLE}/{s.servicenow_table}"
        self._states = table(s.servicenow_states, STATES)
        self._close_code = s.servicenow_close_code

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        fields = {"state": self._states.get(change.status, ""), "assigned_to": change.owner}
        given = {name: value for name, value in fields.items() if value}
        if change.status == SOLVED and "state" in given and self._close_code:
            given["close_code"] = self._close_code
            given["close_notes"] = fit(change.message.subject, CLOSE_NOTES)
        return await self._patch(id_, given) if given else Answer()

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        answer = await self._patch(id_, {"work_notes": text})
        return str(n.id) if isinstance(answer, Answer) else answer

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        wanted = f"element_id={id_}^element=work_notes^valueLIKE{mark}"
        return await self._first("sys_journal_field", wanted)

    async def _user(self, email: str) -> str | Failure:
        if "^" in email:  # would begin another condition
            return ""
        return await self._first("sys_user", f"email={email}^active=true") or ""

    async def _first(self, name: str, wanted: str) -> str | Failure | None:
        query = {"sysparm_query": wanted, "sysparm_fields": "sys_id", "sysparm_limit": 1}
        answer = await self._call("GET", f"{TABLE}/{name}", params=query)
        if not isinstance(answer, Answer):
            return answer
        return next((str(row.get("sys_id") or "") for row in answer.rows("result")), None)

    async def _patch(self, id_: str, fields: dict[str, str]) -> Answer | Failure:
        return await self._call("PATCH", f"{self._table}/{id_}", params={"sysparm_fields": "sys_id"}, json=fields)

    def _error(self, response: httpx.Response) -> str:
        error = json_object(response).get("error")
        message = str(error.get("message") or "") if isinstance(error, dict) else str(error or "")
        return "Invalid-table" if message.startswith("Invalid table") else ""
