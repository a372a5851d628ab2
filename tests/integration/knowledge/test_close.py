"""Of similar cases the answer says which tell of the same trouble, as far as a reader may see them."""

from typing import Any

from shared.contracts import events as e
from shared.contracts.report import Report
from tests.integration.knowledge.conftest import BY, Desk, plan

TEAM = {"sees": ["payments"], "leads": []}
LEADER = {"person": "ito.sakura", "sees": ["payments"], "leads": ["payments"]}


async def close(desk: Desk, case_id: str, reader: object) -> dict[str, Any]:
    """Which of the cases that are offered are close, by their titles."""
    offered = (await desk.get(f"/v1/cases/{case_id}/similar", reader, form="case", limit=12))["data"]
    return {one["record"]["title"]: one["close"] for one in offered}


async def test_only_the_same_trouble_is_close_and_nobody_is_offered_what_they_may_not_see(desk: Desk) -> None:
    same = "ニシン端末でカード決済ができません"
    await desk.case(same, "ニシン端末のカード決済がエラーになります。")
    await desk.case("ニシン端末の請求書の宛名を変えてほしい", "請求書が旧社名のままとのことです。")
    await desk.case(f"{same}と怒鳴られた", "ニシン端末のカード決済がエラーだと暴言", report={"kind": "harassment"})
    await desk.case(f"{same}（店舗）", "ニシン端末のカード決済がエラーになります。", team="stores")
    opened = f"c_{'9' * 26}"
    report = Report(title="ニシン端末でカード決済ができない", facts="ニシン端末のカード決済がエラーになる。")
    await desk.log.tell(e.CaseSubmitted(case_id=opened, by=BY, number=999, report=report, source="form"))
    await desk.log.tell(e.EscalationPlanned(case_id=opened, plan=plan("payments")))

    assert await close(desk, opened, TEAM) == {same: True, "ニシン端末の請求書の宛名を変えてほしい": False}
    assert (await close(desk, opened, LEADER))[f"{same}と怒鳴られた"] is True
    await desk.article("ニシン端末でカード決済ができないとき")
    offered = (await desk.get(f"/v1/cases/{opened}/similar", TEAM, limit=12))["data"]
    assert [("close" in one, "record" in one) for one in offered if "article" in one] == [(False, False)]
