"""What the front door's OpenAPI document says holds for whatever is sent to it."""

from dataclasses import replace
from typing import Any

import httpx

from tests.integration.documents import holds
from tests.integration.intake.desk import Desk


async def test_no_operation_fails_or_answers_what_its_document_does_not_tell(desk: Desk, kafka: str) -> None:
    desk.door.settings = replace(desk.door.settings, kafka=kafka)
    case = await desk.submit(urgency="critical", impact="all")
    await desk.log.drain()
    await desk.act(case["id"], "acknowledge")
    await desk.set_up("prometheus-tokyo")
    file = {"tasuki-kind": "text/plain", "content-disposition": "attachment; filename*=UTF-8''%F0%9F%94%A5.txt"}
    desk.others.answer = lambda _: httpx.Response(200, json={"ok": True}, headers=file)
    known = {"case_id": [case["id"]], "id": ["prometheus-tokyo"], "source": ["prometheus-tokyo", "zendesk"]}
    headers = {"authorization": f"Bearer {desk.token}"}
    await holds(desk.app, "intake", headers, known, _own)


def _own(said: dict[str, Any]) -> bool:
    """What is relayed is tried at the service that answers it, and a stream has tests of its own, for it does not end."""
    return "x-answered-by" not in said and "text/event-stream" not in said["responses"].get("200", {}).get(
        "content", {}
    )
