"""kintone: records of apps with comments, a process, and fields."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.crm import AGENT, Desk, Record, Refusal, asked

TOKEN = "sandbox-kintone-token"  # noqa: S105 - opens only this sandbox
LOGINS = (AGENT,)
STATUS_FIELD, OWNER_FIELD, TIME_FIELD = "対応状況", "担当者", "更新日時"
_ORDER = rf" order by {TIME_FIELD} asc, \$id asc limit (?P<limit>\d+)"
_SINCE = re.compile(rf'{TIME_FIELD} >= "(?P<at>[^"]+)"{_ORDER}')
_AFTER = re.compile(
    rf'\({TIME_FIELD} > "(?P<at>[^"]+)" or \({TIME_FIELD} = "(?P=at)" and \$id > (?P<id>\d+)\)\){_ORDER}'
)
VALUES = ("未対応", "対応中", "完了")
# status → what may be done there: the action → where it leads
PROCESS = {"未対応": {"対応を始める": "対応中"}, "対応中": {"完了する": "完了"}, "完了": {"再開する": "対応中"}}
LARGEST = 65_535  # letters of a comment
AT_ONCE = 10  # comments in one answer


def _error(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "id": "sandbox", "message": message}


INVALID = (400, _error("CB_VA01", "入力内容が正しくありません。"))
CONFLICT = (409, _error("GAIA_CO02", "指定したrevisionは最新ではありません。"))


def _number(record: Record) -> int:
    return int(record.id.partition(":")[2])


def _changed(record: Record) -> str:
    """The minute of its last change, which is all that kintone tells."""
    return record.changed_at[:16]


def _shown(record: Record) -> dict[str, Any]:
    """A record as kintone tells it: what everybody has, then what was given."""
    fields = {
        "$id": ("__ID__", str(_number(record))),
        "$revision": ("__REVISION__", str(record.revision)),
        STATUS_FIELD: ("DROP_DOWN", record.status),
        TIME_FIELD: ("UPDATED_TIME", _changed(record) + ":00Z"),
    }
    return {name: {"type": kind, "value": value} for name, (kind, value) in fields.items()} | record.fields


class Kintone(Desk):
    """One domain; a record is named `<app>:<record>`."""

    name = "kintone"
    PREFIX = "/kintone/k/v1"
    ID = re.compile(r"[1-9]\d*:[1-9]\d*")
    FIRST = "未対応"
    DENIED = (520, _error("GAIA_IA02", "指定したAPIトークンは、APIを実行するアプリのAPIトークンと一致しません。"))
    MISSING = (404, _error("GAIA_RE01", "指定したレコードが見つかりません。"))
    _last = 0
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "gone": (404, {}, MISSING[1]),
        "no-app": (404, {}, _error("GAIA_AP01", "指定したアプリが見つかりません。")),
        "forbidden": (403, {}, _error("CB_NO02", "権限がありません。")),
        "may-not": (403, {}, _error("GAIA_NO01", "この操作を実行する権限がありません。")),
        "conflict": (409, {}, CONFLICT[1]),
        "locked": (520, {}, _error("GAIA_DA02", "データベースのロックに失敗しました。")),
        "invalid": (400, {}, INVALID[1]),
        "maintenance": (503, {}, "<html>メンテナンス中</html>"),
    }

    def routes(self) -> list[Route]:
        return [
            self.route("/record.json", "GET", self._show),
            self.route("/record.json", "POST", self._add, sending=False),
            self.route("/records.json", "GET", self._list),
            self.route("/record.json", "PUT", self._update),
            self.route("/record/status.json", "PUT", self._act),
            self.route("/record/comment.json", "POST", self._comment),
            self.route("/record/comments.json", "GET", self._comments),
        ]

    def known(self, request: Request) -> bool:
        """The API token."""
        return signatures.same(request.headers.get("x-cybozu-api-token", ""), TOKEN)

    async def _show(self, request: Request) -> Response:
        query = request.query_params
        return JSONResponse({"record": _shown(self.record(f"{query.get('app')}:{query.get('id')}"))})

    async def _add(self, request: Request) -> Response:
        found = await asked(request, INVALID, "app", "record")
        app, fields = str(found.get("app")), found.get("record")
        if not re.fullmatch(r"[1-9]\d*", app) or not isinstance(fields, dict):
            raise Refusal(*INVALID)
        self._last += 1
        record = self.record(f"{app}:{self._last}")
        record.fields.update({str(name): field for name, field in fields.items() if isinstance(field, dict)})
        return JSONResponse({"id": str(self._last), "revision": str(record.revision)})

    async def _list(self, request: Request) -> Response:
        app, query = str(request.query_params.get("app")), str(request.query_params.get("query") or "")
        found = [
            (_changed(record), _number(record), record) for n, record in self.records.items() if n.startswith(f"{app}:")
        ]
        if query == "order by $id desc limit 1":
            page = sorted(found, key=lambda one: -one[1])[:1]
        elif asked_for := _SINCE.fullmatch(query) or _AFTER.fullmatch(query):
            after = (asked_for["at"][:16], int(asked_for.groupdict().get("id", 0)))
            page = sorted(one for one in found if one[:2] > after)[: int(asked_for["limit"])]
        else:
            raise Refusal(*INVALID)
        return JSONResponse({"records": [_shown(record) for *_, record in page], "totalCount": None})

    async def _update(self, request: Request) -> Response:
        found = await asked(request, INVALID, "app", "id", "revision", "record")
        record, fields = self._current(found), found.get("record")
        if not isinstance(fields, dict) or set(fields) - {STATUS_FIELD, OWNER_FIELD}:
            raise Refusal(*INVALID)
        status = str((fields.get(STATUS_FIELD) or {}).get("value") or "")
        codes = [str(user.get("code")) for user in (fields.get(OWNER_FIELD) or {}).get("value") or []]
        if status not in (*VALUES, "") or set(codes) - set(LOGINS):
            raise Refusal(*INVALID)
        self.change(record, status=status, owner=",".join(codes))
        return JSONResponse({"revision": str(record.revision)})

    async def _act(self, request: Request) -> Response:
        found = await asked(request, INVALID, "app", "id", "revision", "action", "assignee")
        record = self._current(found)
        goal = PROCESS[record.status].get(str(found.get("action")))
        if goal is None:
            raise Refusal(400, _error("GAIA_IL03", "ステータスの更新に失敗しました。"))
        self.change(record, status=goal)
        return JSONResponse({"revision": str(record.revision)})

    async def _comment(self, request: Request) -> Response:
        found = await asked(request, INVALID, "app", "record", "comment")
        record = self.record(f"{found.get('app')}:{found.get('record')}")
        match found.get("comment"):
            case {"text": str(text), "mentions": []} if 0 < len(text) <= LARGEST:
                return JSONResponse({"id": self.write(record, text, text, internal=True).id})
        raise Refusal(*INVALID)

    async def _comments(self, request: Request) -> Response:
        query = request.query_params
        record = self.record(f"{query.get('app')}:{query.get('record')}")
        limit, offset = int(query.get("limit", AT_ONCE)), int(query.get("offset", 0))
        if not 1 <= limit <= AT_ONCE:
            raise Refusal(*INVALID)
        notes = list(reversed(record.notes)) if query.get("order", "desc") == "desc" else list(record.notes)
        page = [{"id": n.id, "text": n.text, "createdAt": n.at} for n in notes[offset : offset + limit]]
        return JSONResponse({"comments": page, "older": len(notes) > offset + limit, "newer": offset > 0})

    def _current(self, found: Mapping[str, Any]) -> Record:
        """The record, where it is still as the sender has seen it."""
        record = self.record(f"{found.get('app')}:{found.get('id')}")
        if str(found.get("revision", -1)) not in ("-1", str(record.revision)):
            raise Refusal(*CONFLICT)
        return record
