"""The sender's own ticket in Jira Cloud: an internal comment on the issue, a transition, and the assignee."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import json_object
from services.notifier.channels.tickets import Answer, Change, Failure, Meaning, Tickets, first, table, within
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Permanent
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

CATEGORIES = {"open": "indeterminate", "solved": "done"}  # Jira's three kinds of status; `new` is the third
INTERNAL = {"key": "sd.public.comment", "value": {"internal": True}}
NEWEST = 100  # comments
NO_TRANSITION = Permanent("no-transition", "target")


@dataclass(frozen=True)
class JiraSettings:
    """The e-mail address and the API token of a user of ours.

    `jira_transitions` names a transition or its goal: `open=対応開始,solved=解決`; without, any that leads to such a kind
    of status is taken.
    """

    jira_url: str = ""
    jira_user: str = ""
    jira_token: Secret = NONE
    jira_transitions: str = ""


class Jira(Tickets):
    """Issues of one site. In a service project the comment is for the agents alone."""

    NAME = "jira"
    ID = re.compile(r"[A-Z][A-Z0-9_]{0,99}-[1-9]\d{0,9}|[1-9]\d{0,18}", re.ASCII)
    CODES: ClassVar[Mapping[str, Meaning]] = {"AUTHENTICATION_DENIED": "account"}
    STATUSES: ClassVar[Mapping[int, Meaning]] = {403: "target", 413: "channel"}  # 403: this issue is not ours to change

    def __init__(self, around: Surroundings) -> None:
        s = around.read(JiraSettings)
        auth = httpx.BasicAuth(s.jira_user, s.jira_token)
        super().__init__(around, s.jira_url, s.jira_user, s.jira_token, auth=auth)
        self._names = table(s.jira_transitions, {})

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        done = await self._assign(id_, change.owner) if change.owner else Answer()
        if change.status and (isinstance(done, Answer) or (isinstance(done, Permanent) and done.scope == "target")):
            moved = await self._move(id_, change.status)
            return done if isinstance(moved, Answer) else moved
        return done

    async def _assign(self, id_: str, account: str) -> Answer | Failure:
        return await self._call("PUT", f"{_issue(id_)}/assignee", json={"accountId": account})

    async def _move(self, id_: str, status: str, *, by: str = "open") -> Answer | Failure:
        """Take the transition that leads there, unless the issue is there already; one step between where none does."""
        category, name = CATEGORIES.get(status, ""), self._names.get(status, "").casefold()
        if not (category or name):
            return Answer()
        answer = await self._call("GET", _issue(id_), params={"fields": "status", "expand": "transitions"})
        if not isinstance(answer, Answer):
            return answer
        now = _goal(answer.get("fields", "status"))
        if (name and name == now[0]) or (not name and category == now[1]):
            return Answer()
        for transition in answer.rows("transitions"):
            goal = _goal(transition.get("to"))
            fits = name in (goal[0], str(transition.get("name", "")).casefold()) if name else category == goal[1]
            if fits:
                wanted = {"transition": {"id": str(transition.get("id"))}}
                return await self._call("POST", f"{_issue(id_)}/transitions", json=wanted)
        if status == by or not by:
            return NO_TRANSITION
        between = await self._move(id_, by)
        return await self._move(id_, status, by="") if isinstance(between, Answer) else between

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        comment = {"body": _document(text), "properties": [INTERNAL]}
        answer = await self._call("POST", f"{_issue(id_)}/comment", json=comment)
        return str(answer.get("id") or "") if isinstance(answer, Answer) else answer

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        query = {"orderBy": "-created", "maxResults": NEWEST}
        answer = await self._call("GET", f"{_issue(id_)}/comment", params=query)
        return first(answer.rows("comments"), mark, "body") if isinstance(answer, Answer) else answer

    async def _user(self, email: str) -> str | Failure:
        """Only one whose address is the same, or the only one found where Jira does not tell addresses."""
        answer = await self._call("GET", "/rest/api/3/user/search", params={"query": email, "maxResults": 10})
        if not isinstance(answer, Answer):
            return answer
        people = [u for u in answer.rows() if u.get("active") and u.get("accountType", "atlassian") == "atlassian"]
        same = [u for u in people if str(u.get("emailAddress") or "").casefold() == email.casefold()]
        hidden = people if len(people) == 1 and not people[0].get("emailAddress") else []
        return str(next(iter(same or hidden), {}).get("accountId") or "")

    def _error(self, response: httpx.Response) -> str:
        if response.headers.get("x-seraph-loginreason", "").startswith("AUTHENTICATION_DENIED"):
            return "AUTHENTICATION_DENIED"
        errors = json_object(response).get("errors")
        return (
            f"invalid-{next(iter(errors))}"
            if response.status_code == 400 and isinstance(errors, dict) and errors
            else ""
        )


def _issue(id_: str) -> str:
    return f"/rest/api/3/issue/{id_}"


def _goal(status: Any) -> tuple[str, str]:
    """The name and the kind of a status."""
    return str(within(status, "name") or "").casefold(), str(within(status, "statusCategory", "key") or "")


def _document(text: str) -> dict[str, Any]:
    """A text in Atlassian's document format: one paragraph, its lines broken."""
    content: list[dict[str, Any]] = []
    for line in text.splitlines():
        content += [{"type": "text", "text": line}] if line else []
        content.append({"type": "hardBreak"})
    return {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": content[:-1]}]}
