"""A token that asks too often is told when to come again; what is urgent is let in all the same, and no other token is touched."""

import re

import httpx

from tests.integration.intake.desk import Desk
from tests.integration.intake.people import running

MOST = 3  # requests a minute
URGENT = 10 * MOST


async def test_who_asks_too_often_waits_and_an_urgent_report_does_not(desk: Desk) -> None:
    other = await desk.token_for("monitor", "submit,read")
    report = {"facts": "決済が全店舗で失敗する", "impact": "all"}
    sent = 0
    async with running(desk, rate_limit=MOST) as address, httpx.AsyncClient(base_url=address) as client:

        async def ask(path: str, token: str = desk.token, **body: str) -> httpx.Response:
            nonlocal sent
            sent += 1
            headers = {"authorization": f"Bearer {token}", "idempotency-key": f"key-{sent}"}
            return await (client.post(path, json=body, headers=headers) if body else client.get(path, headers=headers))

        for left in range(MOST - 1, -1, -1):
            answer = await ask("/v1/cases")
            assert (answer.status_code, answer.headers["ratelimit"].partition(";t=")[0]) == (200, f'"default";r={left}')
        for refused in (await ask("/v1/cases"), await ask("/v1/cases", urgency="low", **report)):
            assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
            assert refused.headers["content-type"] == "application/problem+json"
            assert 0 < int(refused.headers["retry-after"]) <= 20
            assert refused.headers["ratelimit-policy"] == f'"default";q={MOST};w=60'
            assert re.fullmatch(r'"default";r=0;t=\d\d', refused.headers["ratelimit"])
        assert await desk.count("cases") == 0
        urgent = [await ask("/v1/cases", urgency="critical", **report) for _ in range(URGENT)]
        assert {answer.status_code for answer in urgent} == {202}
        assert urgent[0].headers["ratelimit-policy"] == f'"urgent";q={URGENT};w=60'
        assert (await ask("/v1/cases", other, urgency="low", **report)).status_code == 202
        assert await desk.count("cases") == URGENT + 1
        for _ in range(MOST):  # a wrong token is not counted against anybody
            assert (await ask("/v1/cases", other[:-1] + "0")).status_code == 401
        assert (await ask("/v1/cases", other)).status_code == 200
