"""An administrator gives and takes roles and makes and revokes tokens on pages; the last one stays, and all of it is audited."""

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import httpx

from services.intake import admission, granting
from services.intake.domain.tokens import SCOPES, Principal
from shared.contracts.events import Actor
from tests.integration.intake.desk import Desk
from tests.integration.intake.people import SITE, give, log_in, send, words

PAIR = (("sato", "mai"), ("mai", "sato"))
PAGE, TOKENS = "/admin/access", "/admin/tokens"


def known_teams(request: httpx.Request) -> httpx.Response:
    """What the router says of who is on duty, by which the teams are known."""
    part = {"schedule": "sre", "schedule_name": "SRE", "role": "primary", "role_name": {"ja": "一次", "en": "first"}}
    both = {"presence": None, "reason": {"ja": "当番", "en": "on duty"}, "person": None, "next": None}
    teams = [{**part, **both, "team": id_, "team_name": name} for id_, name in (("sre", "SRE"), ("billing", "請求"))]
    return httpx.Response(200, json=teams if request.url.path == "/v1/on-duty" else {"data": []})


async def audited(desk: Desk, object_: str) -> list[dict[str, Any]]:
    """What the trail says of something, the oldest first."""
    rows = await desk.db.pool.fetch("SELECT entry FROM audit WHERE object = $1 ORDER BY id", object_)
    return [json.loads(row["entry"]) for row in rows]


async def test_a_role_is_given_with_a_reason_seen_and_taken_away(desk: Desk) -> None:
    desk.others.answer = known_teams
    browser, one = await log_in(desk), f"{PAGE}/mai"
    wanted = {"person": " ｍａｉ", "role": "leader", "team": "billing", "reason": "四月の異動 <b>髙﨑①</b>"}
    assert (await send(browser, PAGE, PAGE, **wanted)).headers["location"] == f"{one}?done=given"
    await send(browser, one, f"{one}/give", role="reporter", team="*")
    shown = words(await browser.get(f"{one}?done=given"))
    assert all(told in shown for told in ("役割を付けました", "リーダー", "請求", "報告者", "全チーム", "console:sato"))
    assert "リーダー：請求" in words(await browser.get(PAGE))
    mai = await log_in_as_is(desk, "mai")
    assert (await mai.get("/cases")).status_code == 200
    for role, team in (("leader", "billing"), ("reporter", "*")):
        answer = await send(browser, one, f"{one}/take", role=role, team=team)
        assert answer.headers["location"] == f"{one}?done=taken"
    assert (await mai.get("/cases")).status_code == 403
    after = words(await browser.get(one))
    assert "ログインできません" in after
    assert "以前の役割" in after
    desk.clock.at += timedelta(days=60)
    past = words(await (await log_in(desk)).get(one))
    assert "2026年11月24日 10:00 – 2026年11月24日 10:00" in past, "of another year than this one"
    said = await audited(desk, "person:mai")
    changes = [(line["actor"], line["detail"]) for line in said if line["action"] == "grants.set"]
    assert changes == [
        ("sato", {"grants": ["leader billing"], "reason": "四月の異動 <b>髙﨑①</b>"}),
        ("sato", {"grants": ["leader billing", "reporter *"]}),
        ("sato", {"grants": ["reporter *"]}),
        ("sato", {"grants": []}),
    ]


async def log_in_as_is(desk: Desk, person: str) -> httpx.AsyncClient:
    """A browser of somebody with the roles that they have."""
    rows = await desk.db.pool.fetch("SELECT role, team FROM grants WHERE subject = $1 AND ended_at IS NULL", person)
    return await log_in(desk, person, *((row["role"], row["team"]) for row in rows))


async def test_the_last_administrator_cannot_be_taken_away_by_page_or_program(desk: Desk) -> None:
    browser, one = await log_in(desk), f"{PAGE}/sato"
    await give(desk, "mai", ("admin", "payments"))
    refused = await send(browser, one, f"{one}/take", role="admin", team="*")
    assert (refused.status_code, "管理者がいなくなる" in words(refused)) == (409, True)
    headers = {"authorization": f"Bearer {desk.token}"}
    by_program = await desk.client.put("/v1/grants/sato", json={"grants": []}, headers=headers)
    assert (by_program.status_code, by_program.json()["code"]) == (409, "last-administrator")
    assert await audited(desk, "person:sato") == [
        line for line in await audited(desk, "person:sato") if line["action"] != "grants.set"
    ]
    await give(desk, "mai", ("admin", "*"))
    assert (await send(browser, one, f"{one}/take", role="admin", team="*")).status_code == 303
    assert (await browser.get(PAGE)).status_code == 403


async def test_of_two_who_take_it_from_each_other_at_once_one_keeps_it(desk: Desk) -> None:
    administrators = {}
    for name in ("sato", "mai"):
        await give(desk, name, ("admin", "*"))
        grants = frozenset((granting.ADMINISTRATOR,))
        administrators[name] = Principal(f"console:{name}", frozenset(SCOPES), Actor(kind="person", id=name), grants)
    took = await asyncio.gather(
        *(granting.change(desk.door, administrators[by], of, lambda _: frozenset()) for by, of in PAIR),
        return_exceptions=True,
    )
    assert [getattr(answer, "code", "taken") for answer in took].count("last-administrator") == 1
    async with desk.db.reading() as tx:
        assert [known for known in (await admission.grants(tx)).values() if known] == [{granting.ADMINISTRATOR}]


async def test_what_is_chosen_wrong_changes_nothing_and_stands_in_the_form_again(desk: Desk) -> None:
    desk.others.answer = known_teams
    browser = await log_in(desk)
    before = await desk.db.pool.fetchval("SELECT count(*) FROM audit WHERE entry LIKE '%grants.set%'")
    for fields, told in (
        ({"person": "髙﨑 花子", "role": "leader", "team": "sre"}, "担当者の ID"),
        ({"person": "mai", "role": "boss", "team": "sre"}, "選び直して"),
        ({"person": "mai", "role": "leader", "team": "nowhere"}, "選び直して"),
        ({"person": "mai", "role": "leader", "team": ""}, "選び直して"),
    ):
        answer = await send(browser, PAGE, PAGE, **fields)
        assert (answer.status_code, told in words(answer)) == (422, True), fields
        assert f'value="{fields["person"]}"' in answer.text
    assert (await browser.get(f"{PAGE}/%00")).status_code == 404
    assert (
        await browser.post(PAGE, data={"person": "mai", "role": "admin", "team": "*"}, headers=SITE)
    ).status_code == 403
    assert await desk.db.pool.fetchval("SELECT count(*) FROM audit WHERE entry LIKE '%grants.set%'") == before


async def test_while_the_router_is_away_a_team_is_typed(desk: Desk) -> None:
    desk.others.answer = lambda request: httpx.Response(503)
    browser = await log_in(desk)
    assert "チームの一覧を取得できません" in words(await browser.get(PAGE))
    assert (await send(browser, PAGE, PAGE, person="mai", role="leader", team="sre")).status_code == 303


async def test_a_token_is_made_shown_once_used_and_revoked(desk: Desk) -> None:
    desk.others.answer = known_teams
    browser = await log_in(desk)
    form = {"name": "crm-tokyo", "scope-read": "1", "scope-submit": "1", "role": "leader", "team": "sre", "days": "30"}
    made = await send(browser, TOKENS, TOKENS, **form)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    found = re.search(r'value="(tsk_([0-9a-f]{12})_[0-9a-f]{64})"', made.text)
    assert found is not None
    text, id_ = found.groups()
    assert (await desk.get("/v1/cases", token=text)).status_code == 200
    listed = await browser.get(TOKENS)
    assert text not in listed.text
    told = ("crm-tokyo", "リーダー", "最後の使用", "発行：11月24日 10:00", "期限：2026年12月24日 10:00")
    assert all(one in words(listed) for one in told)
    assert (await send(browser, TOKENS, f"{TOKENS}/{id_}/revoke")).headers["location"] == f"{TOKENS}?done=revoked"
    assert (await desk.get("/v1/cases", token=text)).json()["code"] == "token-revoked"
    assert (await send(browser, TOKENS, f"{TOKENS}/000000000000/revoke")).status_code == 404
    assert [line["action"] for line in await audited(desk, f"token:{id_}")] == ["token.created", "token.revoked"]
    desk.clock.at += timedelta(days=31)
    wrong = await send(await log_in(desk), TOKENS, TOKENS, name="髙﨑", **{"scope-read": "1"})
    assert (wrong.status_code, "名前は、半角" in words(wrong)) == (422, True)
    for fields in (
        {"name": "x"},
        {"name": "x", "scope-read": "1", "days": "9999"},
        {**form, "name": "zendesk"},
        {**form, "role": ""},
    ):
        assert (await send(await log_in(desk), TOKENS, TOKENS, **fields)).status_code == 422
    assert await desk.count("tokens") == 2
