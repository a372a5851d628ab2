"""A key or token that was replaced goes on being believed: between the services, in links, on pages that are open."""

from dataclasses import replace

import pytest

from shared.contracts.links import make_followup
from shared.runtime.settings import Secret
from tests.integration.intake.desk import LINK_KEY, SERVICE_TOKEN, SETTINGS, Desk, hidden, link
from tests.integration.intake.people import SITE, log_in

pytestmark = pytest.mark.security


async def test_both_tokens_of_the_services_let_in_and_the_first_is_shown(desk: Desk) -> None:
    desk.door.settings = replace(SETTINGS, service_token=Secret(f"new, {SERVICE_TOKEN}"))
    for token, status in (("new", 200), (SERVICE_TOKEN, 200), (f"new, {SERVICE_TOKEN}", 401)):
        assert (await desk.get("/v1/cases", token=token)).status_code == status
    assert (await desk.get("/v1/policy")).status_code == 200
    (asked,) = desk.others.asked
    assert asked.headers["authorization"] == "Bearer new"


async def test_links_and_open_pages_outlive_the_key_that_signed_them(desk: Desk) -> None:
    case_id = (await desk.submit())["id"]
    asked, followed = link(desk, case_id), f"/r/{make_followup(LINK_KEY, case_id)}"
    nonce = hidden((await desk.client.get(asked)).text, "nonce")
    browser = await log_in(desk)
    csrf = hidden((await browser.get("/admin/sources")).text, "csrf")
    for keys, works in ((f"new,{LINK_KEY}", True), ("new", False)):
        desk.door.settings = replace(SETTINGS, link_key=Secret(keys))
        for path in (asked, followed):
            assert ((await desk.client.get(path)).status_code == 200) is works, (path, keys)
        assert ("challenge" in (await desk.form(asked, {"nonce": nonce})).text) is works
        body = {"id": f"alerts-{len(keys)}", "sender": "alertmanager", "owner": "sato"}
        made = await browser.post("/v1/sources", json=body, headers={"x-csrf-token": csrf, **SITE})
        assert made.status_code == (201 if works else 403)
