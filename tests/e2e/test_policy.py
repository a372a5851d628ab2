"""The policy through the one door: what the simulator says is what happens, and a publication changes just that."""

import asyncio
from typing import Any

import pytest

from cli.door import Door, Refused
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone

BY = {"id": "kobayashi.jun", "name": "小林 純"}
REPORTS: list[dict[str, Any]] = [
    {"urgency": urgency, "impact": impact, "facts": f"試験 {urgency} {impact} {word} 髙﨑①㈱🔥"}
    for urgency in ("critical", "high", "medium", "low")
    for impact, word in (("all", "印刷"), ("some", "返金の依頼"), ("one", "弁護士"))
]


def shape(plan: dict[str, Any]) -> dict[str, Any]:
    """What both the simulator and the running system tell of a plan."""
    levels = [[level["channels"], level["first_response"]] for level in plan["levels"]]
    return {"team": plan["team"], "levels": levels, "clocks": [plan["first_handling"], plan["resolution"]]}


@pytest.mark.timeout(120)
async def test_the_simulator_and_the_running_system_say_the_same(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    for report in REPORTS:
        told = await asyncio.to_thread(door.post, "/v1/simulate", {"report": report})
        id_ = (await asyncio.to_thread(door.post, "/v1/cases", report))["id"]
        async with asyncio.timeout(10):
            while not (case := await asyncio.to_thread(door.get, f"/v1/cases/{id_}"))["responders"]:
                await asyncio.sleep(0.05)
        assert case["priority"] == told["plan"]["priority"], report
        assert shape(case["plan"]) == shape(told["plan"]), report
        asked = {r["person"]["id"] for assigned in told["assigned"] for r in assigned["responders"]}
        assert {r["id"] for r in case["responders"]} == asked, report
        done = {"handling": "試験", "result": "完了", "by": BY}
        await asyncio.to_thread(door.post, f"/v1/cases/{id_}/resolve", done)


@pytest.mark.timeout(120)
async def test_a_policy_is_published_by_one_person_at_a_time_and_taken_back(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    first = door.get(f"/v1/policy/versions/{door.get('/v1/policy')['version']}")
    files = {**first["files"], "matrix.yaml": first["files"]["matrix.yaml"].replace("resolution: 4h", "resolution: 3h")}
    wanted = {"files": files, "by": BY, "why": "解決を早める"}
    match = {"if-match": f'"{first["version"]}"'}
    broken = {**files, "matrix.yaml": files["matrix.yaml"].replace("resolution: 3h", "resolution: 3 hours")}
    with pytest.raises(Refused) as refused:
        door.ask("PUT", "/v1/policy", {**wanted, "files": broken}, match)
    assert refused.value.answer["errors"][0]["file"] == "matrix.yaml"
    door.ask("PUT", "/v1/policy", wanted, match)
    with pytest.raises(Refused) as outdated:
        door.ask("PUT", "/v1/policy", wanted, match)
    assert outdated.value.answer["status"] == 412
    report = {"urgency": "critical", "impact": "all", "facts": "試験 公開の後 髙﨑①㈱🔥"}
    id_ = (await asyncio.to_thread(door.post, "/v1/cases", report))["id"]
    async with asyncio.timeout(10):
        while (case := await asyncio.to_thread(door.get, f"/v1/cases/{id_}"))["plan"] is None:
            await asyncio.sleep(0.05)
    assert (case["plan"]["resolution"], case["plan"]["policy_version"]) == ("3h", first["version"] + 1)
    done = {"handling": "試験", "result": "完了", "by": BY}
    await asyncio.to_thread(door.post, f"/v1/cases/{id_}/resolve", done)
    version = door.get("/v1/policy")["version"]
    back = {"to": first["version"], "by": BY, "why": "元に戻す"}
    door.ask("POST", "/v1/policy/rollback", back, {"if-match": f'"{version}"'})
    assert door.get(f"/v1/policy/versions/{door.get('/v1/policy')['version']}")["files"] == first["files"]
