"""The audit trail on pages: found by person, thing, kind and time, taken along, checked, and each look recorded."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from services.intake import auditing, trail
from services.intake.domain.courses import Period
from services.intake.domain.tokens import Principal
from services.intake.domain.trail import KINDS, Wanted
from services.intake.gate import Limits
from shared.contracts.events import Actor
from tests.integration.intake.desk import Desk
from tests.integration.intake.people import log_in, send, words
from tests.integration.intake.test_audit import begin_anew, sign

PAGE = "/admin/audit"
WHO = Principal("console:sato", frozenset(), Actor(kind="person", id="sato", name="sato"))


@pytest.fixture(autouse=True)
async def empty(desk: Desk) -> None:
    await begin_anew(desk)


async def looks(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    """Who looked at the trail, and for what, the oldest first."""
    rows = await desk.db.pool.fetch("SELECT entry FROM audit WHERE object = 'audit' ORDER BY id")
    return [(line["action"], line["detail"]) for line in (json.loads(row["entry"]) for row in rows)]


async def write(desk: Desk, *entries: tuple[str, str, str, timedelta]) -> None:
    """Entries by hand: who did what to what, how long ago."""
    async with desk.db.transaction() as tx:
        for actor, action, object_, ago in entries:
            by = Actor(kind="person", id=actor, name=actor)
            auditing.add(tx, auditing.entry(action, by, object_, desk.clock.now() - ago))


async def found(desk: Desk, **asked: str) -> list[tuple[str, str]]:
    """The lines of the table that is taken along: who did what."""
    auditor = await log_in(desk, "kobayashi", ("auditor", "*"))
    answer = await auditor.get(f"{PAGE}.csv", params=asked)
    assert answer.status_code == 200
    rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    ours = [(row["actor"], row["action"]) for row in rows if row["actor"] != "kobayashi"]
    return ours[::-1]


async def test_it_is_found_by_person_thing_kind_and_time(desk: Desk) -> None:
    await write(desk, ("old", "case.seen", "c_1", timedelta(days=400)))
    await write(desk, ("before", "grants.set", "person:mai", timedelta(days=40)))
    case = await desk.submit()
    await write(desk, ("ken", "grants.set", "person:mai", timedelta(0)), ("mai", "case.seen", case["id"], timedelta(0)))
    await write(
        desk,
        ("ken", "relayed.asked", "/v1/policy", timedelta(0)),
        ("ken", "relayed", "/v1/policy", timedelta(0)),
        ("ken", "notification.attempted.v1", "c_9", timedelta(0)),
    )
    submitted = ("crm", "case.submitted.v1")
    assert await found(desk, object=f"No. {case['number']}") == [submitted, ("mai", "case.seen")]
    assert await found(desk, object=case["id"]) == [submitted, ("mai", "case.seen")]
    assert await found(desk, person="ｍａｉ") == [("ken", "grants.set"), ("mai", "case.seen")]
    assert await found(desk, kind="published") == [("ken", "relayed.asked"), ("ken", "relayed")]
    assert await found(desk, kind="sent") == [("ken", "notification.attempted.v1")]
    assert await found(desk, kind="access", person="mai") == [("ken", "grants.set")]
    then = (desk.clock.now() - timedelta(days=41)).date().isoformat()
    assert ("before", "grants.set") in await found(desk, since=then)
    assert await found(desk, since=then, until=then, kind="case") == []
    last = (desk.clock.now() - timedelta(days=39)).date().isoformat()
    assert await found(desk, since=then, until=last) == [("before", "grants.set")]
    assert await found(desk, object="nothing' OR 1=1", kind="nonsense") == []


async def test_pages_go_on_where_the_last_one_ended(desk: Desk) -> None:
    await write(desk, *((f"p{n}", "case.seen", "c_1", timedelta(0)) for n in range(60)))
    auditor = await log_in(desk, "kobayashi", ("auditor", "*"))
    first = await auditor.get(f"{PAGE}?object=c_1")
    assert words(first).count("制限付き案件の閲覧") == 50
    older = first.text.split('class="pager"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert words(await auditor.get(older)).count("制限付き案件の閲覧") == 10


async def test_whoever_looks_is_recorded_with_what_they_looked_for(desk: Desk) -> None:
    auditor = await log_in(desk, "kobayashi", ("auditor", "*"))
    await auditor.get(f"{PAGE}?person=mai&kind=seen")
    await auditor.get(f"{PAGE}.csv?object=c_1")
    (seen, what), (taken, other) = await looks(desk)
    assert (seen, what["person"], what["kind"]) == ("audit.seen", "mai", "seen")
    assert (taken, other["object"]) == ("audit.exported", "c_1")
    await desk.get("/v1/audit?object=person:kobayashi")
    assert [(action, told.get("object")) for action, told in await looks(desk)][2:] == [
        ("audit.seen", "person:kobayashi")
    ]
    again = (await desk.get("/v1/audit?object=audit")).json()["data"]
    assert len(again) == 3
    assert len(await looks(desk)) == 4
    assert "監査記録の閲覧" in words(await auditor.get(f"{PAGE}?object=audit"))


@pytest.mark.parametrize(
    ("grant", "status"),
    [(("auditor", "*"), 200), (("admin", "*"), 200), (("auditor", "sre"), 403), (("manager", "*"), 403)],
)
async def test_only_who_audits_every_team_sees_it(desk: Desk, grant: Any, status: int) -> None:
    browser = await log_in(desk, "mai", grant)
    for path in (PAGE, f"{PAGE}.csv"):
        assert (await browser.get(path)).status_code == status
    assert (await send(browser, "/me", f"{PAGE}/verify")).status_code == status
    assert (PAGE in (await browser.get("/me")).text) is (grant == ("auditor", "*"))
    if grant[0] == "auditor":
        assert "/admin/sources" not in (await browser.get(PAGE)).text


async def test_a_whole_trail_and_a_broken_one_are_told_as_they_are(desk: Desk) -> None:
    await desk.submit()
    browser = await log_in(desk)
    assert "まだありません" in words(await browser.get(PAGE))
    await sign(desk)
    assert "署名は正しい" in words(await browser.get(PAGE))
    assert "異常はありません" in words(await send(browser, PAGE, f"{PAGE}/verify"))
    async with desk.db.transaction() as tx:
        await tx.execute("ALTER TABLE audit DISABLE TRIGGER USER")
        await tx.execute("UPDATE audit SET entry = replace(entry, 'crm', 'mai') WHERE object LIKE 'c\\_%'")
        await tx.execute("ALTER TABLE audit ENABLE TRIGGER USER")
    told = words(await send(browser, PAGE, f"{PAGE}/verify"))
    assert "記録が書き換えられています" in told
    assert "異常はありません" not in told
    (action, detail) = (await looks(desk))[-2]
    assert (action, detail["findings"] > 0) == ("audit.verified", True)


async def test_a_trail_that_is_too_long_is_not_said_to_be_whole(desk: Desk) -> None:
    browser = await log_in(desk)
    await desk.submit()
    desk.door.limits = Limits(checked=1)
    shown = await browser.get(PAGE)
    assert "画面では検査できません" in words(shown)
    assert f"{PAGE}/verify" not in shown.text
    refused = await send(browser, PAGE, f"{PAGE}/verify")
    assert (refused.status_code, "異常はありません" in words(refused)) == (409, False)


async def test_a_search_that_takes_too_long_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await log_in(desk)
    slow = auditing.SQL["search"].replace("WHERE id >= $1", "WHERE (SELECT pg_sleep(3)) IS NOT NULL AND id >= $1")
    monkeypatch.setitem(auditing.SQL, "search", slow)
    desk.door.limits = Limits(looking=0.1)
    answer = await browser.get(PAGE)
    assert (answer.status_code, "期間を短く" in words(answer)) == (503, True)


async def test_a_moment_is_found_by_halving_wherever_ids_are_missing(desk: Desk) -> None:
    ago = [timedelta(hours=n * 30) for n in range(40, 0, -1)]
    await write(desk, *((f"p{n}", "case.seen", "c_1", gone) for n, gone in enumerate(ago)))
    today = desk.clock.now().date()
    for days in (1, 3, 10, 60):
        about = Period(today - timedelta(days=days), today - timedelta(days=1), desk.door.zone)
        lines = await trail.search(desk.door, WHO, Wanted(about, object="c_1"), None, 100, "audit.seen")
        within = [gone for gone in ago if about.begins <= desk.clock.now() - gone < about.ends]
        assert len(lines) == len(within), days
    assert set(KINDS) == {"seen", "access", "sent", "published", "settings", "erased", "case"}
