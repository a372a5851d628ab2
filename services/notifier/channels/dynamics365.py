"""The sender's own case in Dynamics 365: a note on its timeline, its status, and its owner, by the Web API of Dataverse."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.granted import Granted
from services.notifier.channels.http import json_object
from services.notifier.channels.tickets import Answer, Change, Failure, Meaning, as_html, table
from services.notifier.domain.fitting import fit
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Permanent, Retryable
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

API = "/api/data/v9.2"
STATUSES = {"open": "1", "solved": "5"}  # in progress; problem solved
SOLVED = "solved"
SUBJECT = 200  # letters
DUPLICATE = "0x80040237"  # a record of this id is there already


@dataclass(frozen=True)
class Dynamics365Settings:
    """The environment (`https://example.crm7.dynamics.com`), and an app of the tenant that is an application user there.

    `dynamics365_status` are the status reasons of a case: `open=1,solved=5`.
    """

    dynamics365_url: str = ""
    dynamics365_tenant: str = ""
    dynamics365_client: str = ""
    dynamics365_secret: Secret = NONE
    dynamics365_status: str = ""
    dynamics365_login: str = "https://login.microsoftonline.com"


class Dynamics365(Granted):
    """Cases of one environment. A note has the id of the notification, so that it is there once however often it is sent."""

    NAME = "dynamics365"
    ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
    CODES: ClassVar[Mapping[str, Meaning]] = {
        "0x80072321": "again",
        "0x80072322": "again",
        "0x80072326": "again",
        DUPLICATE: "again",
    }

    def __init__(self, around: Surroundings) -> None:
        s = around.read(Dynamics365Settings)
        needed = (s.dynamics365_tenant, s.dynamics365_client, s.dynamics365_secret)
        login, scope = s.dynamics365_login.rstrip("/"), f"{s.dynamics365_url.rstrip('/')}/.default"
        grant = f"{login}/{s.dynamics365_tenant}/oauth2/v2.0/token"
        client = {"client_id": s.dynamics365_client, "client_secret": str(s.dynamics365_secret), "scope": scope}
        super().__init__(around, s.dynamics365_url, *needed, grant=grant, form=client)
        self._status = table(s.dynamics365_status, STATUSES)

    @staticmethod
    def weight(text: str) -> int:
        """A note is HTML."""
        return len(as_html(text))

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        """Owner and status are set; the end of a case is something that is done, and is refused when it is done already."""
        given: dict[str, Any] = {"ownerid@odata.bind": f"/systemusers({change.owner})"} if change.owner else {}
        reason = self._status.get(change.status, "")
        if reason.isdecimal() and change.status != SOLVED:
            given |= {"statecode": 0, "statuscode": int(reason)}
        done: Answer | Failure = Answer()
        if given:  # only what is there: Dataverse would make a case of an id that it does not know
            done = await self._call("PATCH", f"{API}/incidents({id_})", json=given, headers={"if-match": "*"})
        going_on = isinstance(done, Answer) or (isinstance(done, Permanent) and done.scope == "target")
        if not (going_on and reason.isdecimal() and change.status == SOLVED):
            return done
        subject = fit(change.message.subject, SUBJECT)
        end = {"subject": subject, "incidentid@odata.bind": f"/incidents({id_})"}
        closed = await self._call(
            "POST", f"{API}/CloseIncident", json={"IncidentResolution": end, "Status": int(reason)}
        )
        return closed if isinstance(done, Answer) or not isinstance(closed, Answer) else done

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        note = {
            "annotationid": str(n.id),
            "subject": "Tasuki",
            "notetext": as_html(text),
            "objectid_incident@odata.bind": f"/incidents({id_})",
        }
        answer = await self._call("POST", f"{API}/annotations", json=note)
        if isinstance(answer, Retryable) and answer.code.endswith(DUPLICATE):
            return str(n.id)
        return str(n.id) if isinstance(answer, Answer) else answer

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        note = mark.removeprefix("[tasuki:").removesuffix("]")
        answer = await self._call("GET", f"{API}/annotations({note})", params={"$select": "annotationid"})
        if isinstance(answer, Permanent) and answer.scope == "target":
            return None
        return note if isinstance(answer, Answer) else answer

    async def _user(self, email: str) -> str | Failure:
        quoted = email.replace("'", "''")
        query = {
            "$select": "systemuserid",
            "$filter": f"internalemailaddress eq '{quoted}' and isdisabled eq false",
            "$top": "1",
        }
        answer = await self._call("GET", f"{API}/systemusers", params=query)
        if not isinstance(answer, Answer):
            return answer
        id_ = str(next(iter(answer.rows("value")), {}).get("systemuserid") or "")
        return id_ if self.ID.fullmatch(id_) else ""

    def _error(self, response: httpx.Response) -> str:
        error = json_object(response).get("error")
        return str(error.get("code") or "") if isinstance(error, dict) else ""
