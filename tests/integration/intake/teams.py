"""Two teams: cases of the one that the other must never see."""

from typing import Any
from urllib.parse import quote

import httpx

from shared.contracts import events as e
from shared.contracts.plan import Plan, Reason
from shared.contracts.vocabulary import Path as Way
from shared.contracts.vocabulary import Priority
from tests.integration.intake.desk import Desk

MARK = "髙﨑①㈱🔥の秘密"
NOBODYS = "c_01m80tsfphe99kg5qcb6bqxnc5"
WHY = Reason(ja="影響", en="impact")


def plan(team: str) -> e.EscalationPlanned:
    """A plan of this team, for whatever case it is told of."""
    made = Plan(
        policy_version=1, priority=Priority.P1, path=Way.FUNCTIONAL, team=team, levels=(), first_handling="15m",
        resolution="4h", reasons=(WHY,),
    )  # fmt: skip
    return e.EscalationPlanned(case_id=NOBODYS, plan=made)


async def case_of(desk: Desk, team: str, token: str | None = None, **report: Any) -> str:
    """A case that was submitted by a program of its own, and is planned for a team, if one is named."""
    desk.keys += 1
    body = {"facts": MARK, "customer": {"company": MARK}, **report}
    answer = await desk.post("/v1/cases", body, token, idempotency_key=f"key-{desk.keys}")
    case_id: str = answer.json()["id"]
    await desk.log.drain()
    if team:
        await desk.log.tell(plan(team).model_copy(update={"case_id": case_id}))
    return case_id


async def attach(
    desk: Desk, case_id: str, raw: bytes, name: str = "", token: str = "", key: str = "", internal: bool = True
) -> httpx.Response:
    """Attach a file to a case."""
    headers = {"authorization": f"Bearer {token or desk.token}", "content-type": "application/octet-stream"}
    query = {"internal": str(internal).lower()}
    more = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        **({"idempotency-key": key} if key else {}),
    }
    path = f"/v1/cases/{case_id}/attachments"
    return await desk.client.post(path, params=query, content=raw, headers={**headers, **more})


async def theirs(desk: Desk) -> list[str]:
    """Cases of the payments team: one with a story, a restricted one, and one that is not planned yet."""
    shop = await desk.token_for("shop", "submit", None, ("reporter", "payments"))
    found = [await case_of(desk, "payments", shop), await case_of(desk, "payments", shop, kind="harassment")]
    await desk.act(found[0], "acknowledge")
    await desk.act(found[0], "notes", text=MARK)
    await desk.post(f"/v1/cases/{found[0]}/steps", {"texts": [MARK]})
    await attach(desk, found[0], MARK.encode(), MARK)
    found.append(await case_of(desk, "", shop))
    await desk.log.drain()
    return found
