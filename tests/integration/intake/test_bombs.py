"""Bodies that are made to harm, at every door of intake and whatever they say that they are: refused, soon, and nothing is done."""

import time

import pytest

from tests.hard import BODIES
from tests.integration.intake.desk import Desk
from tests.integration.intake.teams import theirs
from tests.integration.intake.test_access import OPERATIONS

pytestmark = [pytest.mark.security, pytest.mark.timeout(300)]
TYPES = ("application/json", "application/x-www-form-urlencoded", "text/xml")
BOMBS = [body for body in BODIES if len(body) > 50]
TAKING = [o for o in OPERATIONS if o.method not in ("GET", "HEAD", "OPTIONS")]


@pytest.mark.parametrize("type_", TYPES)
async def test_no_door_breaks(desk: Desk, type_: str) -> None:
    case_id = (await theirs(desk))[0]
    made = await desk.set_up("anything", "generic", options={"mapping": '{"title": "a", "dedup_key": "a"}'})
    cases = await desk.count("cases")
    headers = {"authorization": f"Bearer {desk.token}", "content-type": type_, "x-tasuki-secret": made["secret"]}
    for operation in TAKING:
        path = operation.address(case_id).replace("/v1/webhooks/x", "/v1/webhooks/anything")
        for number, body in enumerate(BOMBS):
            began = time.process_time()
            key = {"idempotency-key": f"{operation.name}-{number}".replace(" ", "")}
            answer = await desk.client.request(operation.method, path, content=body, headers={**headers, **key})
            assert answer.status_code < 500, (operation.name, body[:40], answer.text[:200])
            assert time.process_time() - began < 5, (operation.name, body[:40])
    assert await desk.count("cases") == cases
