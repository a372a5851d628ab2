"""Of what came and was ignored its owner reads why: an echo, something old, no case, or a case that does not allow it."""

from datetime import timedelta
from typing import Any

from tests.integration.intake.desk import Desk, signed, ticket
from tests.integration.log import T0

T1, T2, T3 = ((T0 + timedelta(minutes=m)).isoformat() for m in (1, 2, 3))
TAKER = {"id": "tanaka", "name": "田中 実"}


async def why(desk: Desk, invocation: str, **fields: Any) -> str:
    """Why a delivery was ignored, as its sender is told."""
    body, stamp = ticket(**fields), desk.clock.now().isoformat()
    headers = {**signed(body, "a signing secret", stamp), "x-zendesk-webhook-invocation-id": invocation}
    made = (await desk.client.post("/v1/webhooks/z", content=body, headers=headers)).json()
    assert ("why" in made) == (made["verdict"] == "ignored")
    return str(made.get("why", made["verdict"]))


async def reasons(desk: Desk, source: str, language: str = "ja") -> list[str]:
    """The reasons that stand with the last deliveries, the oldest first."""
    data = (await desk.get(f"/v1/sources/{source}/deliveries", language)).json()["data"]
    return [one["reason"] for one in reversed(data) if one["verdict"] == "ignored"]


async def test_each_cause_has_a_name_and_words(desk: Desk) -> None:
    await desk.set_up("z", "zendesk", secret="a signing secret", options={"ours": "7"})
    told = []
    for invocation, fields in (
        ("1", {"taken_by": TAKER, "updated_at": T1}),
        ("2", {"updated_by": "7"}),
        ("3", {"updated_at": T2}),
        ("4", {"updated_at": T1, "status": "solved"}),
        ("5", {"updated_at": T2, "taken_by": TAKER}),
        ("6", {"updated_at": T2, "taken_by": {"id": "sato", "name": "佐藤"}}),
        ("7", {"updated_at": T3, "status": "solved"}),
        ("8", {"updated_at": T3, "status": "solved"}),
        ("9", {"updated_at": T2}),
    ):
        desk.clock.at += timedelta(seconds=1)
        told.append(await why(desk, invocation, **dict[str, Any](fields)))
        assert await why(desk, invocation, **dict[str, Any](fields)) == told[-1]
    assert told == [
        "no-case",
        "echo",
        "opened",
        "late",
        "taken",
        "already-acknowledged",
        "resolved",
        "case-done",
        "late",
    ]
    assert await reasons(desk, "z") == [
        "対応する案件がありません",
        "Tasuki 自身の書き込みです",
        "すでに届いたものより古い内容です",
        "すでにほかの人が引き受けています",
        "案件はすでに完了しています",
        "すでに届いたものより古い内容です",
    ]
    assert (await reasons(desk, "z", "en"))[0] == "there is no case of it"


async def test_an_end_of_one_alert_of_several_says_that_the_others_go_on(desk: Desk) -> None:
    await desk.monitor("firing", ("a", T1), ("b", T1))
    await desk.monitor("resolved", ("-a", T1))
    assert await reasons(desk, "alertmanager") == ["同じグループのほかのアラートが続いています"]
