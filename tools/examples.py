"""Examples for the OpenAPI documents: one body for each operation that takes one, and a value for each part of a path."""

from typing import Any
from urllib.parse import quote

BY = {"id": "yamada.kyoko", "name": "山田 京子"}
REPORT = {
    "kind": "outage",
    "urgency": "critical",
    "impact": "all",
    "title": "決済が全店舗で失敗する",
    "customer": {"company": "髙﨑商店㈱"},
    "product": "決済サービス",
    "facts": "10:05 から全店舗で決済が失敗しています。再起動しても直りません。",
    "wanted": "復旧の見込みを 30 分以内に知りたい",
}
WHEN = {"since": "2026-12-01T09:00:00+09:00", "until": "2026-12-03T18:00:00+09:00"}
FILES = {"files": {"matrix.yaml": "version: 1\n"}}
ALERT = {"message": "決済のエラー率が 12 % です", "alias": "payments-error-rate", "priority": "P1"}
EVENT = {
    "routing_key": "0123456789abcdef0123456789abcdef",
    "payload": {"summary": "決済のエラー率が 12 % です", "source": "pos"},
}

CASE = "c_01m80tsfphe99kg5qcb6bqxnc5"
ARTICLE = {
    "question": "決済端末が証明書のエラーで止まる",
    "phrasings": ["レジで支払いができない"],
    "answer": "端末を再起動し、証明書の更新を待ってください。",
    "internal": "更新は夜間に自動で行われます。",
    "audience": "public",
    "language": "ja",
    "cases": [CASE],
}

ACTIONS: dict[str, Any] = {
    "acknowledge": {"by": BY, "round": 1},
    "unacknowledge": {"by": BY},
    "start": {"by": BY},
    "notes": {"by": BY, "text": "証明書の期限切れのようです。", "internal": True},
    "replies": {"text": "まだ直っていません。", "automatic": False},
    "wait": {"by": BY, "reason": "お客様の確認待ち"},
    "resume": {"by": BY},
    "reassign": {"by": BY, "to": {"id": "tanaka.minoru", "name": "田中 実"}, "reason": "担当の交代"},
    "offer": {"by": BY, "to": {"id": "tanaka.minoru", "name": "田中 実"}, "reason": "データベースに詳しいため"},
    "decline": {"by": BY, "reason": "別の障害に対応中"},
    "link": {"by": BY, "lead": 4711, "reason": "同じ決済の障害"},
    "split": {"by": BY, "reason": "別の機種の不具合だった"},
    "reassess": {"by": BY, "urgency": "high", "reason": "迂回策が見つかった"},
    "extend": {"by": BY, "deadline": "resolution", "more": "2h", "reason": "部品の到着待ち"},
    "followers": {"by": BY, "id": "tanaka.minoru", "name": "田中 実"},
    "resolve": {"by": BY, "handling": "証明書を更新した", "result": "全店舗で決済できる", "cause": "期限切れ"},
    "feedback": {"by": BY, "text": "店舗番号があり、すぐに調べられました。"},
    "reopen": {"by": BY, "reason": "3 店舗でまだ失敗する"},
}
BODIES: dict[tuple[str, str], Any] = {
    ("post", "/v1/operations/dead-letters/replay"): {"service": "router", "type": "case.noted.v1"},
    ("post", "/v1/replay"): {
        "topic": "tasuki.cases",
        "partition": 3,
        "offset": 4711,
        "headers": [["ce_type", "Y2FzZS5ub3RlZC52MQ=="]],
        "body": "e30=",
    },
    ("post", "/v1/cases"): REPORT | {"by": BY},
    **{("post", f"/v1/cases/{{case_id}}/{verb}"): body for verb, body in ACTIONS.items()},
    ("post", "/v1/cases/{case_id}/steps"): {"texts": ["端末を再起動する", "証明書の期限を確かめる"]},
    ("post", "/v1/drills"): {
        "team": "payments",
        "scenario": "outage",
        "starts_at": "2026-12-01T14:00:00+09:00",
        "announced": True,
        "minutes": 15,
    },
    ("post", "/v1/tokens"): {"name": "crm", "scopes": ["submit", "read"], "expires_at": "2027-03-31T18:00:00+09:00"},
    ("put", "/v1/grants/{person}"): {"grants": [{"role": "leader", "team": "payments"}]},
    ("post", "/v1/sources"): {
        "id": "zendesk-tokyo",
        "sender": "zendesk",
        "name": "Zendesk 東京",
        "owner": "team:support",
    },
    ("patch", "/v1/sources/{id}"): {"enabled": False},
    ("post", "/v1/sources/{id}/secrets"): {"old_until": "2026-12-01T09:00:00+09:00"},
    ("post", "/v1/sources/{id}/try"): {
        "body": '{"ticket_id": "4711"}',
        "headers": {"content-type": "application/json"},
    },
    ("post", "/v1/subscriptions"): {
        "url": "https://hooks.example.jp/tasuki",
        "types": ["case.submitted.v1", "case.resolved.v1"],
        "teams": ["payments"],
    },
    ("patch", "/v1/subscriptions/{id}"): {"enabled": True},
    ("post", "/v1/subscriptions/{id}/secrets"): {"old_until": "2026-12-01T09:00:00+09:00"},
    ("post", "/v1/absences"): {"by": BY, "person": "yamada.kyoko", "reason": "休暇", **WHEN},
    ("post", "/v1/overrides"): {"by": BY, "schedule": "payments-second-line", "person": "tanaka.minoru", **WHEN},
    ("post", "/v1/swaps"): {"by": BY, "schedule": "payments-second-line", "other": "tanaka.minoru", **WHEN},
    ("post", "/v1/swaps/{id}/{answer}"): {"by": BY},
    ("put", "/v1/presence/{person}"): {"state": "telework", "until": "2026-12-01T18:00:00+09:00"},
    ("put", "/v1/policy"): {"by": BY, "why": "決済の期限を短くする", **FILES},
    ("post", "/v1/policy/diff"): FILES,
    ("post", "/v1/policy/lint"): FILES,
    ("post", "/v1/policy/replay"): FILES,
    ("post", "/v1/policy/rollback"): {"by": BY, "why": "取り消し", "to": 1},
    ("post", "/v1/simulate"): {"report": REPORT},
    ("post", "/v1/simulate/week"): {"report": REPORT},
    ("put", "/v1/bundling"): {"after": 5},
    ("put", "/v1/contacts"): {
        "people": [{"id": "yamada.kyoko", "name": "山田 京子", "email": "yamada.kyoko@example.jp"}],
        "teams": [],
        "catch_all": "yamada.kyoko",
        "platform_owner": "yamada.kyoko",
    },
    ("post", "/v1/contacts/{person}/addresses"): {"kind": "email", "value": "yamada@example.jp"},
    ("post", "/v1/contacts/{person}/addresses/{address}/code"): {},
    ("post", "/v1/contacts/{person}/addresses/{address}/test"): {},
    ("post", "/v1/contacts/{person}/addresses/{address}/verify"): {"code": "123456"},
    ("put", "/v1/contacts/{person}/do-not-disturb"): {
        "zone": "Asia/Tokyo",
        "windows": [{"from": "22:00", "until": "07:00"}],
    },
    ("put", "/v1/contacts/{person}/rules"): {"language": "ja"},
    ("post", "/v1/maintenance"): {
        "by": BY,
        "team": "payments",
        "from": "2026-12-01T22:00:00+09:00",
        "to": "2026-12-02T02:00:00+09:00",
        "reason": "証明書の更新",
    },
    ("put", "/v1/texts/{language}/{name}"): {"by": BY, "why": "言い回しを短く", "text": "{{ c.headline }}"},
    ("post", "/v1/texts/{language}/{name}/preview"): {"sample": "outage"},
    ("post", "/v1/texts/{language}/{name}/rollback"): {"by": BY, "why": "取り消し", "to": 1},
    ("post", "/v1/articles"): {"by": BY, "content": ARTICLE, "why": "初版"},
    ("put", "/v1/articles/{id}"): {"by": BY, "content": ARTICLE, "why": "手順を追加"},
    ("post", "/v1/articles/drafts"): {"by": BY, "cases": [CASE], "publish": False},
    ("post", "/v1/articles/{id}/comments"): {"by": BY, "text": "最新の画面に合わせてください。"},
    ("post", "/v1/articles/{id}/feedback"): {"solved": True, "session": "a1b2c3"},
    ("post", "/v1/articles/{id}/merge"): {"by": BY, "into": "a_01a20b111a80c081d64ec67009674a20"},
    ("put", "/v1/articles/{id}/files/{file}"): {"by": BY, "public": True},
    ("post", "/v1/articles/{id}/{verb}"): {"by": BY, "text": "内容を確認しました。"},
    ("post", "/v1/deflections"): {"target": CASE, "session": "a1b2c3"},
    ("post", "/v1/imports"): {"by": BY, "format": "csv", "dry_run": True},
    ("post", "/v1/imports/{id}/apply"): {"by": BY, "publish": False},
    **{("post", f"/v1/learning/{{id}}/{verb}"): {"by": BY} for verb in ("accept", "dismiss")},
    ("post", "/v1/search"): {"q": "決済ができない", "limit": 5},
    ("post", "/v1/searches/{id}/clicks"): {"target": CASE},
    ("post", "/v2/alerts"): ALERT,
    **{("post", f"/v2/alerts/{{identifier}}/{verb}"): {"user": "sato"} for verb in ("acknowledge", "close")},
    ("post", "/v2/alerts/{identifier}/notes"): {"user": "sato", "note": "確認中です。"},
    ("put", "/v2/alerts/{identifier}/description"): {"description": "POS 端末 312 台で発生"},
    ("put", "/v2/alerts/{identifier}/message"): {"message": "決済のエラー率が 30 % です"},
    ("post", "/v2/enqueue"): EVENT | {"event_action": "trigger", "dedup_key": "payments-error-rate"},
    ("post", "/v2/change/enqueue"): EVENT,
}
PLACES = {
    "case_id": CASE,
    "person": "yamada.kyoko",
    "recipient": "yamada.kyoko",
    "id": "zendesk-tokyo",
    "source": "zendesk-tokyo",
    "token_id": "0123456789ab",
    "identifier": "payments-error-rate",
    "language": "ja",
    "answer": "accept",
    "number": 1,
    "secret": 1,
    "attachment": "0b6f2c1e-8a5d-5c3f-9e21-4d7a90b1c2d3",
}
OTHERS = {
    "/v1/articles/{id}/files": "a_01a20b111a80c081d64ec67009674a20",
    "/v1/schedules/{id}/shifts": "payments-second-line",
    "/v1/schedules/{id}/layers": "payments-second-line",
    "/v1/drills/{id}": "d_0123456789abcdef",
    "/v1/subscriptions/{id}": "sub_0123456789abcdef",
}
TABLES = {
    "application/x-ndjson": '{"external_id": "A-1", "facts": "決済が失敗する", "urgency": "high"}\n',
    "text/csv": "external_id,facts,customer.company\nA-1,決済が失敗する,髙﨑商店㈱\n",
}


def add(document: dict[str, Any]) -> None:
    """Put the examples into a document."""
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            for parameter in said.get("parameters", []):
                if parameter["in"] == "path" and parameter["name"] in PLACES:
                    parameter["example"] = _place(path, parameter)
                if parameter["name"] == "content-disposition":
                    parameter["example"] = f"attachment; filename*=UTF-8''{quote('レジ3の画面.png')}"
            for media, content in said.get("requestBody", {}).get("content", {}).items():
                example = BODIES.get((method, path)) if media == "application/json" else _table(path, media)
                if example is not None:
                    content["example"] = example


def _place(path: str, parameter: dict[str, Any]) -> Any:
    known = next((value for start, value in OTHERS.items() if path.startswith(start)), None)
    value = known if parameter["name"] == "id" and known is not None else PLACES[parameter["name"]]
    numeric = parameter["schema"].get("type") == "integer"
    return (value if isinstance(value, int) else 1) if numeric else str(value)


def _table(path: str, media: str) -> str | None:
    return TABLES.get(media) if path == "/v1/cases/import" else None
