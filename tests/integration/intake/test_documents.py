"""What the front door's OpenAPI document says holds for whatever is sent to it."""

from dataclasses import replace
from typing import Any

from tests.integration.documents import holds
from tests.integration.intake.desk import Desk


async def test_no_operation_fails_or_answers_what_its_document_does_not_tell(desk: Desk, kafka: str) -> None:
    desk.door.settings = replace(desk.door.settings, kafka=kafka)
    case = await desk.submit(urgency="critical", impact="all")
    await desk.log.drain()
    await desk.act(case["id"], "acknowledge")
    await desk.set_up("prometheus-tokyo")
    known = {"case_id": [case["id"]], "id": ["prometheus-tokyo"], "source": ["prometheus-tokyo", "zendesk"]}
    headers = {"authorization": f"Bearer {desk.token}"}
    await holds(desk.app, "intake", headers, known, _own)


def _own(said: dict[str, Any]) -> bool:
    """What is relayed is tried at the service that answers it, and a stream has tests of its own, for it does not end."""
    return "x-answered-by" not in said and "text/event-stream" not in said["responses"].get("200", {}).get(
        "content", {}
    )
