"""An organisation that tells who is there, asked over HTTP on a real database."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tests.integration.log import T0 as T0
from tests.integration.log import Opened
from tests.integration.router import policy_desk
from tests.integration.router.policy_desk import Desk

# T0 is Tuesday 2026-11-24 10:00 in Tokyo: this week Sato has the duty for payments, Suzuki that for support
PAYMENTS, SUPPORT = "payments-second-line", "support-second-line"
SATO, SUZUKI, ITO, TAKAHASHI, CATCH_ALL = (
    "sato.hanako",
    "suzuki.ichiro",
    "ito.sakura",
    "takahashi.ken",
    "kobayashi.jun",
)
WEDNESDAY: dict[str, Any] = {"since": "2026-11-25T09:00:00+09:00", "until": "2026-11-25T18:00:00+09:00"}
OUTAGE = {
    "kind": "outage",
    "urgency": "critical",
    "impact": "all",
    "product": "決済",
    "facts": "髙﨑①㈱🔥 の決済が失敗",
}


async def opened(database: Opened, folder: Path) -> Desk:
    """A router with the shipped policy, to which nobody has told anything."""
    db = await database("router")
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM attendance; UPDATE attendance_changes SET number = number + 1")
    return await policy_desk.opened(db, folder / "policy")


def by(id_: str) -> dict[str, str]:
    return {"id": id_}


def iso(at: datetime) -> str:
    return at.isoformat()


async def post(desk: Desk, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
    answer = await desk.client.post(f"/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def on_duty(desk: Desk, at: str = "", team: str = "payments", role: str = "second_line") -> dict[str, Any]:
    given = {"team": team, **({"at": at} if at else {})}
    answer = await desk.client.get("/v1/on-duty", params=given)
    assert answer.status_code == 200, answer.text
    (row,) = [row for row in answer.json() if row["role"] == role]
    found: dict[str, Any] = row
    return found


async def who(desk: Desk, at: str = "") -> str | None:
    person = (await on_duty(desk, at))["person"]
    return person["id"] if person else None


async def simulated(desk: Desk, at: str) -> set[str]:
    answer = await desk.client.post("/v1/simulate", json={"report": OUTAGE, "at": at})
    return {r["person"]["id"] for a in answer.json()["assigned"] for r in a["responders"]}


async def changes(desk: Desk) -> tuple[int, int]:
    async with desk.db.reading() as tx:
        return await tx.fetchval("SELECT number FROM attendance_changes"), await tx.fetchval(
            "SELECT count(*) FROM attendance"
        )
