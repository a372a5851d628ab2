"""An administrator sets a source up on pages, and nobody else does."""

from tests.integration.intake.desk import Desk
from tests.integration.intake.people import log_in, send, words

PAGES = (
    "/admin/sources",
    "/admin/sources/new",
    "/admin/sources/new?sender=zendesk",
    "/admin/quarantine",
    "/admin/sessions",
)


async def test_a_source_is_set_up_tested_and_heard_of(desk: Desk) -> None:
    browser = await log_in(desk)
    fields = {"sender": "alertmanager", "id": "alerts", "owner": "team:sre", "name": "髙﨑㈱の監視①🔥"}
    made = await send(
        browser, "/admin/sources/new?sender=alertmanager", "/admin/sources/new?sender=alertmanager", **fields
    )
    assert made.status_code == 201
    (setup,) = [s for s in await desk.door.sources.all() if s.id == "alerts"]
    source = await desk.door.sources.find("alerts")
    assert source is not None
    secret = source.secrets[0]
    assert f'value="{secret}"' in made.text
    assert f"credentials: {secret}" in made.text
    assert setup.owner == "team:sre"
    again = await browser.get("/admin/sources/alerts")
    assert secret not in again.text
    assert (await desk.alert("alerts", secret)).status_code == 202
    assert (await desk.alert("alerts", "a wrong one")).status_code == 401
    seen = words(await browser.get("/admin/sources/alerts"))
    assert "新しい案件" in seen
    assert "トークンが一致しません" in seen
    tested = await send(browser, "/admin/sources/alerts", "/admin/sources/alerts/test")
    assert "届きました。だれにも連絡していません。" in words(tested)
    listed = words(await browser.get("/admin/sources"))
    assert "髙﨑㈱の監視①🔥" in listed
    assert "認証できず拒否" in listed
