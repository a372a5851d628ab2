"""What `up` says at the end: where everything is, and a first case to submit."""

import json

from deploy.local.language import text
from deploy.local.layout import Layout
from deploy.local.services import address

FIRST_CASE = {
    "kind": "outage",
    "urgency": "critical",
    "impact": "all",
    "title": "決済が全店舗で失敗する",
    "facts": "11時10分から全店舗のレジでカード決済がエラー E-502 になる。再起動しても直らない。",
    "wanted": "原因の調査と、店舗への案内文の判断をお願いします。",
}
ADMIN = "sato.hanako"


def welcome(layout: Layout, token: str, zipkin: bool) -> str:
    """Return the text; its `curl` works when pasted."""
    intake, sandbox = address(layout, "intake"), address(layout, "sandbox")
    rows = [
        (text("報告フォーム", "report form"), f"{intake}/report"),
        (text("電話・メール・チャットの代役", "sandbox (phone, mail, chat)"), f"{sandbox}/"),
        *([(text("トレース表示", "trace viewer"), f"{address(layout, 'zipkin')}/zipkin/")] if zipkin else []),
        (text("API の定義 (OpenAPI)", "API definition (OpenAPI)"), f"{intake}/openapi.json"),
        (text("トークン", "token"), token),
    ]
    body = json.dumps(FIRST_CASE, ensure_ascii=False)
    return "\n".join(
        [
            "",
            text("準備ができました。", "Ready."),
            *(f"  {address:<42} {title}" for title, address in rows),
            "",
            text("最初のエスカレーションを送る (貼り付けて実行):", "Submit a first escalation (paste this):"),
            f"curl -sS -i {intake}/v1/cases -H 'Authorization: Bearer {token}' \\",
            "  -H 'Content-Type: application/json' -H \"Idempotency-Key: $(date +%s)-$RANDOM\" \\",
            f"  -d '{body}'",
            "",
            text(
                "管理画面に入る (1 回だけ使えるリンクを表示):", "Log in to the console (prints a link that works once):"
            ),
            f"./tasuki login --person {ADMIN} --admin",
            "",
            text(
                "代役のページで電話が鳴ります。状態: make status  記録: make logs S=intake  停止: make down  物語: make demo",
                "The phone rings on the sandbox page. State: make status  log: make logs S=intake  stop: make down  story: make demo",
            ),
        ]
    )
