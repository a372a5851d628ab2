"""Who is there, over HTTP: now, at any instant, as shifts and calendars; in every replica; and where nobody is."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from services.router.current import Current
from services.router.domain.duty.ical_import import read
from services.router.settings import Settings
from shared.contracts.plan import Target
from shared.contracts.vocabulary import Path as Road
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.log import T0
from tests.integration.router.people import CATCH_ALL, ITO, PAYMENTS, SATO, SUPPORT, SUZUKI, TAKAHASHI, WEDNESDAY, by
from tests.integration.router.policy_desk import TOKEN, Desk
from tests.integration.runtime.waiting import eventually


async def test_each_part_says_who_why_until_when_and_who_is_next(desk: Desk) -> None:
    row = await desk.on_duty()
    assert (row["team_name"], row["role_name"]["ja"], row["schedule"]) == ("決済チーム", "二次対応", PAYMENTS)
    assert (row["person"]["name"], row["reason"]["ja"], row["presence"]) == ("佐藤 花子", "当番", None)
    assert (row["next"]["at"], row["next"]["person"]["id"]) == ("2026-11-30T09:00:00+09:00", SUZUKI)
    assert (await desk.on_duty(role="leader"))["next"] is None
    assert await desk.who("2026-12-01T03:00:00+09:00") == SUZUKI
    assert (await desk.client.get("/v1/on-duty?at=2026-12-01T03:00:00+09:00&team=payments")).status_code == 200
    assert len((await desk.client.get("/v1/on-duty")).json()) == 11
    for wrong in ({"at": "2026-12-01T03:00:00"}, {"at": "0001-01-01T00:00:00+09:00"}, {"at": "x"}):
        assert (await desk.client.get("/v1/on-duty", params=wrong)).status_code == 422
    assert (await desk.client.get("/v1/on-duty?team=nobody")).status_code == 404
    assert (await desk.client.get("/v1/on-duty", headers={"authorization": "Bearer x"})).status_code == 401


async def test_what_has_passed_of_a_cancelled_absence_stays_in_the_history(desk: Desk) -> None:
    """Red when a cancelled entry is left out of what is loaded, instead of ending when it was cancelled."""
    later = (T0 + timedelta(days=3)).isoformat()
    said = await desk.post("absences", person=SATO, substitute=ITO, by=by(SATO), since=T0.isoformat(), until=later)
    desk.clock.at = T0 + timedelta(days=2)
    assert await desk.who() == ITO
    await desk.client.delete(f"/v1/absences/{said['absence']['id']}", params={"by": SATO})
    assert await desk.who() == SATO
    assert await desk.who((T0 + timedelta(hours=1)).isoformat()) == ITO
    desk.clock.at = T0 + timedelta(days=60)
    assert await desk.who((T0 + timedelta(hours=1)).isoformat()) == ITO
    (first, *_) = (await desk.client.get(f"/v1/schedules/{PAYMENTS}/shifts", params={"since": T0.isoformat()})).json()
    assert (first["person"]["id"], first["until"]) == (ITO, "2026-11-26T10:00:00+09:00")


async def test_where_nobody_is_left_it_is_said_who_is_asked_then(desk: Desk) -> None:
    for person in (SUZUKI, SATO):
        said = await desk.post("absences", person=person, by=by(person), **WEDNESDAY)
    assert said["warnings"] == [
        "11月25日(水) 9:00〜18:00 の「決済二次対応の当番」：だれもいません。"
        "P1・P2 は最終担当者 小林 純 さんに依頼します。P3・P4 は 11月26日(木) 9:00 まで待ちます。",
        "11月25日(水) 9:00〜18:00 の「サポート二次対応の当番」：だれもいません。"
        "P1・P2 は最終担当者 小林 純 さんに依頼します。P3・P4 は 11月26日(木) 9:00 まで待ちます。",
    ]
    row = await desk.on_duty("2026-11-25T12:00:00+09:00")
    assert row["person"] is None
    assert row["reason"]["en"].startswith("Nobody is there. P1, P2: 小林 純 (catch-all) is asked")
    assert (row["next"]["at"], row["next"]["person"]["id"]) == (WEDNESDAY["until"], SATO)
    assert CATCH_ALL in await desk.simulated("2026-11-25T12:00:00+09:00")
    gaps = (await desk.client.get("/v1/schedules/gaps")).json()
    assert [(g["schedule"], g["since"], g["until"]) for g in gaps] == [
        (id_, WEDNESDAY["since"], WEDNESDAY["until"]) for id_ in (PAYMENTS, SUPPORT)
    ]
    shifts = (await desk.client.get(f"/v1/schedules/{PAYMENTS}/shifts")).json()
    layers = (await desk.client.get(f"/v1/schedules/{PAYMENTS}/layers")).json()
    assert {layer["shifts"][0]["since"] for layer in layers} == {shifts[0]["since"]}, "and nobody away in them"
    assert [(s["gap"], s["person"] is None) for s in shifts[:3]] == [(False, False), (True, True), (False, False)]


async def test_whoever_always_plays_a_part_is_missed_too(desk: Desk) -> None:
    said = await desk.post("absences", person=TAKAHASHI, by=by(TAKAHASHI), **WEDNESDAY)
    row = await desk.on_duty(WEDNESDAY["since"], role="leader")
    assert (row["holder"]["id"], row["person"], row["schedule"]) == (TAKAHASHI, None, "")
    assert (await desk.on_duty())["holder"] is None, "whoever takes turns holds nothing by name"
    assert [w.split("：")[0] for w in said["warnings"]] == [
        "11月25日(水) 9:00〜18:00 の「決済チーム」の現場リーダー",
        "11月25日(水) 9:00〜18:00 の「サポート」の一次対応",
        "11月25日(水) 9:00〜18:00 の「サポート」の現場リーダー",
    ]
    said = await desk.post("absences", person=CATCH_ALL, by=by(CATCH_ALL), **WEDNESDAY)
    assert said["warnings"] == ["小林 純 さんは最終担当者です。不在の間も、ほかにだれもいなければ連絡が届きます。"]


async def test_another_replica_knows_within_a_second_and_reads_nothing_when_nothing_changed(desk: Desk) -> None:
    """Red when `Current.hear` loads at every look: the table that it may not need is out of reach then."""
    settings = Settings(database_url=Secret(""), kafka="", http_port=0, service_token=Secret(TOKEN))
    process, other = Process("router", settings, desk.db, desk.clock), Current()
    await other.open(process)
    target = Target(kind="schedule", id=PAYMENTS, path=Road.FUNCTIONAL)
    looking = asyncio.create_task(_run(process))
    try:
        await desk.post("absences", person=SATO, substitute=ITO, by=by(SATO), **WEDNESDAY)
        noon = datetime.fromisoformat("2026-11-25T12:00:00+09:00")

        async def heard() -> bool:
            duty = other.in_force.on_duty(target, noon)
            return duty is not None and duty.person.id == ITO

        assert await eventually(heard, 1.0)
    finally:
        looking.cancel()
    force = other.in_force
    async with desk.db.transaction() as tx:
        await tx.execute("ALTER TABLE attendance RENAME TO hidden")
    try:
        await other.hear(desk.db, desk.clock.now())
    finally:
        async with desk.db.transaction() as tx:
            await tx.execute("ALTER TABLE hidden RENAME TO attendance")
    assert other.in_force is force


async def _run(process: Process) -> None:
    await process.loops["attendance"]()


async def test_calendars_hold_the_shifts(desk: Desk) -> None:
    """Red when the calendar begins with a shift cut at the moment of asking: its event is another one each time."""
    await desk.post("absences", person=SATO, substitute=ITO, by=by(SATO), **WEDNESDAY)
    answer = await desk.client.get(f"/v1/schedules/{PAYMENTS}/shifts.ics", params={"since": T0.isoformat()})
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    people = desk.current.in_force.policy.people
    found = read(answer.text, people, "Asia/Tokyo", T0, T0 + timedelta(days=14))
    told = {(x.person, x.since, x.until) for x in found.entries}
    shifts = (
        await desk.client.get(
            f"/v1/schedules/{PAYMENTS}/shifts",
            params={"since": T0.isoformat(), "until": (T0 + timedelta(days=90)).isoformat()},
        )
    ).json()
    assert told == {
        (s["person"]["id"], datetime.fromisoformat(s["since"]), datetime.fromisoformat(s["until"]))
        for s in shifts
        if datetime.fromisoformat(s["since"]) < T0 + timedelta(days=14)
    }
    assert len(told) >= 4
    desk.clock.at += timedelta(days=3)
    later = await desk.client.get(f"/v1/schedules/{PAYMENTS}/shifts.ics")
    uids = {line for line in answer.text.splitlines() if line.startswith("UID:")}
    assert uids <= set(later.text.splitlines())  # a subscriber keeps the events it knows
    desk.clock.at = T0
    own = (await desk.client.get(f"/v1/people/{ITO}/shifts.ics")).text
    assert own.count("BEGIN:VEVENT") == 1
    rows = (await desk.client.get(f"/v1/people/{ITO}/shifts")).json()
    assert [(r["schedule"], r["since"]) for r in rows] == [(PAYMENTS, WEDNESDAY["since"])]


async def test_the_load_is_told_per_person(desk: Desk) -> None:
    span: dict[str, Any] = {"since": "2026-11-23T09:00:00+09:00", "until": "2026-12-07T09:00:00+09:00"}
    said = (await desk.client.get("/v1/schedules/load", params=span)).json()
    assert [(x["person"]["id"], x["hours"], x["share"]) for x in said["data"]] == [
        (SATO, 336.0, 0.5),
        (SUZUKI, 336.0, 0.5),
    ]
    assert said["data"][0]["night_hours"] == 14 * 9.0
    listed = (await desk.client.get("/v1/schedules")).json()
    assert [(x["id"], [p["id"] for p in x["people"]]) for x in listed] == [
        (PAYMENTS, [SATO, SUZUKI]),
        (SUPPORT, [SUZUKI, SATO]),
    ]
