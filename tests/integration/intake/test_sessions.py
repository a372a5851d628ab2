"""A session lets one person in with one browser, ends when it should, and no other site makes use of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.intake import __main__ as command
from shared.runtime.clock import Clock
from tests.integration.intake.desk import SETTINGS, Desk, hidden
from tests.integration.intake.people import ADMIN, SITE, fresh, give, link_for, log_in, send, words

pytestmark = pytest.mark.security

HOME = "/admin/sources"
COOKIE = "__Host-tasuki-session"
NEW = {"id": "alerts", "sender": "alertmanager", "owner": "sato"}
PAGES = (
    HOME, "/admin/sources/new", "/admin/sources/alertmanager", "/admin/quarantine", "/admin/sessions", "/admin/access",
    "/admin/access/mai", "/admin/tokens", "/admin/audit", "/admin/audit.csv",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
async def test_without_a_session_every_page_leads_to_the_login_and_no_token_opens_one(desk: Desk, page: str) -> None:
    for headers in ({}, {"authorization": f"Bearer {desk.token}"}):
        answer = await desk.client.get(page, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={page}")
    assert (await (await log_in(desk)).get(page)).status_code == 200
    outsider = await log_in(desk, "mai", ("admin", "payments"))
    assert (await outsider.get(page)).status_code == 403


async def test_a_link_lets_in_once_within_five_minutes_and_only_by_its_button(desk: Desk) -> None:
    await give(desk, "sato", *ADMIN)
    link, browser = await link_for(desk), fresh(desk)
    for _ in range(3):
        assert "佐藤 花子さんとしてログインします" in words(await browser.get(link))
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert (
        await browser.post(link, data={}, headers=elsewhere | {"content-type": "application/x-www-form-urlencoded"})
    ).status_code == 403
    assert (await browser.post(link, data={"go": "1"}, headers=SITE)).status_code == 303
    assert (await fresh(desk).post(link, data={"go": "1"}, headers=SITE)).status_code == 410
    assert (await fresh(desk).get(link)).status_code == 410
    late = await link_for(desk)
    desk.clock.at += timedelta(minutes=5)
    assert (await fresh(desk).post(late, data={"go": "1"}, headers=SITE)).status_code == 410
    nobody = await fresh(desk).post(await link_for(desk, "mai", "麻衣"), data={"go": "1"}, headers=SITE)
    assert nobody.status_code == 403
    assert "役割がまだありません" in words(nobody)


async def test_a_login_gives_a_new_id_and_ends_the_one_that_the_browser_brought(desk: Desk) -> None:
    browser = await log_in(desk)
    before = browser.cookies[COOKIE]
    planted = fresh(desk)
    planted.cookies.set(COOKIE, before, domain="tasuki.example.jp", path="/")
    answer = await planted.post(await link_for(desk), data={"go": "1"}, headers=SITE)
    assert answer.status_code == 303
    after = answer.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    assert after != before
    assert (await browser.get(HOME)).status_code == 303
    made_up = fresh(desk)
    made_up.cookies.set(COOKIE, "A" * 43, domain="tasuki.example.jp", path="/")
    assert (await made_up.get(HOME)).status_code == 303


async def test_it_ends_after_twelve_idle_hours_and_after_seven_days(desk: Desk) -> None:
    browser = await log_in(desk)
    for _ in range(15):
        desk.clock.at += timedelta(hours=11)
        assert (await browser.get(HOME)).status_code == 200
    desk.clock.at += timedelta(hours=4)
    assert (await browser.get(HOME)).status_code == 303
    browser = await log_in(desk)
    desk.clock.at += timedelta(hours=12)
    assert (await browser.get(HOME)).status_code == 303


async def test_an_administrator_sees_who_is_logged_in_and_ends_it(desk: Desk) -> None:
    stolen, browser = await log_in(desk, "mai", name="髙﨑 麻衣①"), await log_in(desk)
    page = await browser.get("/admin/sessions")
    assert "髙﨑 麻衣①" in words(page)
    (listed, own) = sorted((await desk.get("/v1/sessions")).json()["data"], key=lambda s: str(s["person"]["id"]))
    assert (listed["person"]["id"], own["how"]) == ("mai", "link")
    assert (await send(browser, HOME, f"/admin/sessions/{listed['id']}/end")).status_code == 303
    assert (await stolen.get(HOME)).status_code == 303
    assert (await send(browser, HOME, f"/admin/sessions/{listed['id']}/end")).status_code == 404
    token = {"authorization": f"Bearer {desk.token}"}
    assert (await desk.client.delete(f"/v1/sessions/{own['id']}", headers=token)).status_code == 204
    assert (await browser.get(HOME)).status_code == 303


async def test_a_form_needs_the_proof_of_its_own_session(desk: Desk) -> None:
    browser, other = await log_in(desk), await log_in(desk, "mai")
    csrf, others = [hidden((await b.get(HOME)).text, "csrf") for b in (browser, other)]
    form: dict[str, Any] = {"sender": "alertmanager", "id": "alerts", "owner": "sato"}
    for given, headers in (
        ({}, SITE), ({"csrf": others}, SITE), ({"csrf": ""}, SITE), ({"csrf": "髙﨑"}, SITE),
        ({"csrf": csrf}, {"sec-fetch-site": "cross-site"}), ({"csrf": csrf}, {"sec-fetch-site": "same-site"}),
        ({"csrf": csrf}, {"origin": "https://evil.example"}), ({"csrf": csrf}, {"origin": "null"}),
    ):  # fmt: skip
        answer = await browser.post("/admin/sources/new", data={**form, **given}, headers=headers)
        assert answer.status_code == 403, (given, headers)
        assert (await browser.post("/logout", data={"a": "b", **given}, headers=headers)).status_code == 403
    assert await desk.count("sources") == 0
    own = {"origin": "https://tasuki.example.jp"}
    assert (await browser.post("/admin/sources/new", data={**form, "csrf": csrf}, headers=own)).status_code == 201


async def test_calls_of_the_api_by_a_session_need_a_header_that_no_other_site_can_send(desk: Desk) -> None:
    browser = await log_in(desk)
    csrf = hidden((await browser.get(HOME)).text, "csrf")
    assert (await browser.get("/v1/sources")).status_code == 200
    assert (await browser.get("/v1/cases")).status_code == 200
    assert (await browser.post("/v1/sources", json=NEW)).json()["code"] == "forged"
    proof = {"x-csrf-token": csrf}
    assert (
        await browser.post("/v1/sources", json=NEW, headers={**proof, "sec-fetch-site": "cross-site"})
    ).status_code == 403
    made = await browser.post("/v1/sources", json=NEW, headers={**proof, **SITE})
    assert made.status_code == 201
    wrong = {"authorization": "Bearer nothing"}
    assert (await browser.get("/v1/sources", headers=wrong)).status_code == 401
    async with desk.db.reading() as tx:
        entry = await tx.fetchval("SELECT entry FROM audit WHERE object = 'source:alerts'")
    assert '"actor":"sato"' in entry
    assert '"through":"console:sato"' in entry


async def test_what_a_person_reports_is_theirs_and_no_other_visitors(desk: Desk) -> None:
    sato, mai = await log_in(desk, "sato", ("reporter", "support")), await log_in(desk, "mai", ("reporter", "support"))
    csrf = hidden((await sato.get("/admin/sources")).text, "csrf")
    headers = {"x-csrf-token": csrf, "idempotency-key": "one", **SITE}
    case = (await sato.post("/v1/cases", json={"facts": "レジが止まった"}, headers=headers)).json()
    assert (await sato.get(f"/v1/cases/{case['id']}")).status_code == 200
    assert (await mai.get(f"/v1/cases/{case['id']}")).status_code == 404


async def test_the_terminal_makes_the_first_administrator_and_refuses_who_has_no_role(
    desk: Desk, databases: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(SETTINGS, database_url=type(SETTINGS.database_url)(databases["intake"]))
    with pytest.raises(SystemExit):
        await command.make_login_link(settings, ["--person", "mai"])
    assert "--admin" in capsys.readouterr().err
    desk.clock.at = Clock().now()
    link = await command.make_login_link(settings, ["--person", "mai:麻衣", "--admin"])
    assert link.startswith("https://tasuki.example.jp/login/once/")
    browser = fresh(desk)
    assert (await browser.post(link, data={"go": "1"}, headers=SITE)).status_code == 303
    assert (await browser.get(HOME)).status_code == 200
