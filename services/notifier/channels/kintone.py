"""The sender's own record in kintone: a comment, an action of its process or a field of status, and a field of people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import json_object
from services.notifier.channels.tickets import Answer, Change, Failure, Meaning, Tickets, first, table
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Permanent
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

VALUES = {"open": "対応中", "solved": "完了"}  # of the drop-down field
PAGES, PER_PAGE = 10, 10  # of the comments, the newest first; kintone tells ten at once


@dataclass(frozen=True)
class KintoneSettings:
    """`kintone_token` are API tokens, by a comma where there are several apps; they may read and edit records.

    The status is either an action of the process (`kintone_actions`: `open=対応を始める,solved=完了する`) or a value of a
    drop-down field (`kintone_status_field`, `kintone_status`). The owner goes into `kintone_owner_field`, a field of
    users, as the login name: the e-mail address, or its first part with `kintone_login=local`.
    """

    kintone_url: str = ""
    kintone_token: Secret = NONE
    kintone_actions: str = ""
    kintone_status_field: str = ""
    kintone_status: str = ""
    kintone_owner_field: str = ""
    kintone_login: str = "email"


class Kintone(Tickets):
    """Records of one domain; `42:1207` is record 1207 of app 42. Nobody is mentioned, so that nobody is notified."""

    NAME = "kintone"
    ID = re.compile(r"[1-9]\d{0,18}:[1-9]\d{0,18}", re.ASCII)
    ROOM = 65_535
    CODES: ClassVar[Mapping[str, Meaning]] = {
        "GAIA_CO02": "again",  # somebody else has saved the record
        "GAIA_DA02": "again",  # the database is locked
        "GAIA_RE01": "target",  # no such record
        "GAIA_AP01": "target",  # no such app
        "CB_NO02": "target",  # not permitted there
        "CB_VA01": "target",
        "GAIA_IL03": "target",  # no such action now
        "GAIA_IA02": "account",  # the token is not valid
        "GAIA_NO01": "account",  # the token may not do this
        "CB_AU01": "account",
        "CB_WA01": "account",
    }

    def __init__(self, around: Surroundings) -> None:
        s = around.read(KintoneSettings)
        super().__init__(around, s.kintone_url, s.kintone_token, headers={"x-cybozu-api-token": str(s.kintone_token)})
        self._actions = table(s.kintone_actions, {})
        self._field, self._values = s.kintone_status_field, table(s.kintone_status, VALUES)
        self._owner_field, self._login = s.kintone_owner_field, s.kintone_login

    async def _change(self, id_: str, change: Change) -> Answer | Failure:
        """The fields, then the process; both only where the record is as we have just read it."""
        fields: dict[str, Any] = {}
        action = self._actions.get(change.status, "")
        if self._field and self._values.get(change.status):
            fields[self._field] = {"value": self._values[change.status]}
        if self._owner_field and change.owner:
            fields[self._owner_field] = {"value": [{"code": change.owner}]}
        if not fields and not action:
            return Answer()
        answer = await self._call("GET", "/k/v1/record.json", params=_place(id_))
        if not isinstance(answer, Answer):
            return answer
        read = Answer({"revision": answer.get("record", "$revision", "value")})
        done: Answer | Failure = read
        if fields:
            done = await self._put("/k/v1/record.json", id_, read, record=fields)
            if (
                isinstance(done, Permanent)
                and done.scope == "target"
                and self._owner_field in fields
                and len(fields) > 1
            ):
                fields.pop(self._owner_field)  # nobody has that login name
                done = await self._put("/k/v1/record.json", id_, read, record=fields)
        if action and isinstance(done, Answer):
            done = await self._put("/k/v1/record/status.json", id_, done, action=action)
        return done

    async def _put(self, path: str, id_: str, before: Answer, **change: Any) -> Answer | Failure:
        place = _place(id_)
        revision = {"revision": str(before.get("revision"))} if before.get("revision") else {}
        return await self._call("PUT", path, json={**place, **revision, **change})

    async def _comment(self, id_: str, text: str, n: Notification) -> str | Failure:
        place = _place(id_)
        comment = {"app": place["app"], "record": place["id"], "comment": {"text": text, "mentions": []}}
        answer = await self._call("POST", "/k/v1/record/comment.json", json=comment)
        return str(answer.get("id") or "") if isinstance(answer, Answer) else answer

    async def _written(self, id_: str, mark: str) -> str | Failure | None:
        place = _place(id_)
        for page in range(PAGES):
            query = {"order": "desc", "offset": str(page * PER_PAGE), "limit": str(PER_PAGE)}
            query |= {"app": place["app"], "record": place["id"]}
            answer = await self._call("GET", "/k/v1/record/comments.json", params=query)
            if not isinstance(answer, Answer):
                return answer
            if (found := first(answer.rows("comments"), mark, "text")) is not None:
                return found
            if not answer.get("older"):
                break
        return None

    async def _user(self, email: str) -> str | Failure:
        """An API token cannot look anybody up: kintone refuses the field when nobody has that login name."""
        return email.partition("@")[0] if self._login == "local" else email

    def _error(self, response: httpx.Response) -> str:
        return str(json_object(response).get("code") or "")


def _place(id_: str) -> dict[str, str]:
    app, _, record = id_.partition(":")
    return {"app": app, "id": record}
