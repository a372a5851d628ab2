"""Absences: they change who is asked at once and say so; what is refused changes nothing; files are read or remarked on."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.log import T0, Hands
from tests.integration.router.people import ITO, PAYMENTS, SATO, SUZUKI, WEDNESDAY, by
from tests.integration.router.policy_desk import Desk


async def test_an_absence_changes_who_is_asked_and_says_so(desk: Desk) -> None:
    said = await desk.post(
        "absences", person=SATO, substitute=ITO, reason="通院 髙﨑①㈱🔥１２３", by=by(SATO), **WEDNESDAY
    )
    assert said["consequences"] == [
        "11月25日(水) 9:00〜18:00 の「決済二次対応の当番」は 伊藤 さくら さんになります（佐藤 花子 さん不在のため代理）。"
    ]
    assert said["warnings"] == []
    absence = said["absence"]
    assert (absence["substitute"]["name"], absence["reason"]) == ("伊藤 さくら", "通院 髙﨑①㈱🔥１２３")
    assert (absence["since"], absence["by"]["id"]) == (WEDNESDAY["since"], SATO)
    assert await desk.who("2026-11-25T12:00:00+09:00") == ITO
    assert await desk.who("2026-11-25T18:00:00+09:00") == SATO
    assert await desk.simulated("2026-11-25T12:00:00+09:00") == {ITO, "tanaka.minoru"}
    assert await desk.simulated("2026-11-25T19:00:00+09:00") == {SATO, "tanaka.minoru"}
    assert [x["id"] for x in (await desk.client.get(f"/v1/absences?person={ITO}")).json()["data"]] == [absence["id"]]
    assert (await desk.client.get(f"/v1/absences/{absence['id']}")).json() == absence

    gone = await desk.client.delete(f"/v1/absences/{absence['id']}", params={"by": SUZUKI})
    assert gone.json()["absence"]["cancelled_by"] == {"id": SUZUKI, "name": "鈴木 一郎"}
    assert "佐藤 花子 さんになります" in gone.json()["consequences"][0]
    assert await desk.who("2026-11-25T12:00:00+09:00") == SATO
    assert (await desk.client.get("/v1/absences")).json()["data"] == []
    again = await desk.client.delete(f"/v1/absences/{absence['id']}", params={"by": SATO})
    assert (again.json()["absence"]["cancelled_by"]["id"], again.json()["consequences"]) == (SUZUKI, [])
    kept = (await desk.client.get("/v1/absences?cancelled=true")).json()["data"]
    assert [x["id"] for x in kept] == [absence["id"]]
    assert (await desk.client.get(f"/v1/absences/{absence['id']}")).json() == kept[0]


async def test_who_is_named_to_stand_in_hears_of_it_and_of_its_end(desk: Desk) -> None:
    """Seen red: they heard of it when the telephone rang."""
    body: dict[str, Any] = {"person": SATO, "substitute": ITO, "by": by(SATO), **WEDNESDAY}
    made = await desk.post("absences", **body)
    assert await desk.told() == [
        (
            ITO,
            "佐藤 花子 さんが、11月25日(水) 9:00〜18:00 に不在の 佐藤 花子 さんの代理としてあなたを登録しました。"
            "この間、佐藤 花子 さんへの依頼はあなたに届きます。都合がつかないときは、佐藤 花子 さんに伝えてください。",
        )
    ]
    for _ in range(2):
        await desk.client.delete(f"/v1/absences/{made['absence']['id']}", params={"by": SATO})
    ((who, said),) = await desk.told()
    assert (who, said.endswith("代理は要らなくなりました。")) == (ITO, True)
    await desk.post("absences", **{**body, "by": by(ITO)})
    await desk.post("absences", person=SUZUKI, by=by(SATO), **WEDNESDAY)
    assert await desk.told() == [], "who did it themselves, and where nobody stands in"


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("absences", {"person": "nobody"}, "unknown_person"),
    ("absences", {"substitute": SATO}, "own_substitute"),
    ("absences", {"until": WEDNESDAY["since"]}, "order"),
    ("absences", {"since": "2026-11-01T09:00:00+09:00", "until": "2026-11-02T09:00:00+09:00"}, "past"),
    ("absences", {"until": "2027-11-28T09:00:00+09:00"}, "too_long"),
    ("overrides", {"schedule": "nothing"}, "unknown_schedule"),
    ("swaps", {"by": by(ITO)}, "not_their_shift"),
    ("swaps", {"other": SATO}, "self"),
]


@pytest.mark.parametrize(("path", "change", "code"), BAD)
async def test_what_is_refused_changes_nothing(desk: Desk, path: str, change: dict[str, Any], code: str) -> None:
    good: dict[str, dict[str, Any]] = {
        "absences": {"person": SATO, **WEDNESDAY, "by": by(SATO)},
        "overrides": {"schedule": PAYMENTS, "person": ITO, **WEDNESDAY, "by": by(SATO)},
        "swaps": {"schedule": PAYMENTS, "other": SUZUKI, **WEDNESDAY, "by": by(SATO)},
    }
    before, force = await desk.changes(), desk.current.in_force
    for language in ("ja", "en"):
        answer = await desk.client.post(
            f"/v1/{path}", json={**good[path], **change}, headers={"accept-language": language}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"].isascii() or code in ("not_their_shift", "own_substitute")
    assert await desk.changes() == before
    assert desk.current.in_force.attendance == force.attendance


async def test_input_that_does_not_fit_is_named(desk: Desk) -> None:
    for change, pointer in (
        ({"since": "2026-11-25T09:00:00"}, "/since"),
        ({"since": "9999-12-31T23:59:59+00:00"}, "/since"),
        ({"reason": "x" * 201}, "/reason"),
        ({"reason": "a\x00b"}, "/reason"),
        ({"surprise": 1}, "/surprise"),
    ):
        answer = await desk.client.post("/v1/absences", json={"person": SATO, **WEDNESDAY, "by": by(SATO), **change})
        assert answer.status_code == 422
        assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]
    for path in ("absences/none", "overrides/none"):
        assert (await desk.client.delete(f"/v1/{path}", params={"by": SATO})).status_code == 404
        assert (await desk.client.get(f"/v1/{path}")).json()["code"] == f"unknown-{path.removesuffix('s/none')}"
    assert (await desk.client.delete("/v1/absences/none")).status_code == 422
    for odd in ("absences/a%00b", "absences?person=%00", "overrides?schedule=髙"):
        method = "DELETE" if "?" not in odd else "GET"
        answer = await desk.client.request(method, f"/v1/{odd}", params=None if "?" in odd else {"by": SATO})
        assert answer.status_code == 422
    assert (await desk.client.get("/v1/presence/nobody")).status_code == 404
    assert (await desk.client.get("/v1/people/nobody/shifts")).status_code == 404
    assert (await desk.client.get("/v1/schedules/nothing/shifts")).status_code == 404
    wide = {"since": T0.isoformat(), "until": (T0 + timedelta(days=401)).isoformat()}
    assert (await desk.client.get(f"/v1/schedules/{PAYMENTS}/shifts", params=wide)).json()["code"] == "range"


async def test_the_same_id_again_is_the_same_entry(desk: Desk) -> None:
    body: dict[str, Any] = {"id": "hr-4711", "person": SATO, "substitute": ITO, "by": by(SATO), **WEDNESDAY}
    first = await desk.post("absences", **body)
    again = await desk.post("absences", 200, **body)
    assert (again["absence"], again["consequences"]) == (first["absence"], [])
    assert (await desk.post("absences", 409, **{**body, "substitute": SUZUKI}))["code"] == "id-taken"
    assert len((await desk.client.get("/v1/absences")).json()["data"]) == 1


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//JA
BEGIN:VEVENT
UID:a
SUMMARY:佐藤 花子 休暇
DTSTART;VALUE=DATE:20261125
DTEND;VALUE=DATE:20261126
END:VEVENT
BEGIN:VEVENT
UID:b
SUMMARY:だれかの休暇 髙﨑①㈱🔥
DTSTART:20261126T000000Z
DTEND:20261126T090000Z
END:VEVENT
BEGIN:VEVENT
UID:c
SUMMARY:鈴木 一郎 昨年
DTSTART:20251126T000000Z
DTEND:20251126T090000Z
END:VEVENT
BEGIN:VEVENT
UID:d
SUMMARY:鈴木 一郎 在宅勤務
DTSTART;VALUE=DATE:20261125
DTEND;VALUE=DATE:20261126
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


async def send(desk: Desk, text: str, status: int = 200, **query: str) -> dict[str, Any]:
    answer = await desk.client.post(
        "/v1/absences/import",
        params={"by": SATO, **query},
        content=text.encode(),
        headers={"content-type": "text/calendar"},
    )
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_import_takes_what_it_can_read_and_says_what_it_cannot(desk: Desk) -> None:
    before = await desk.changes()
    tried = await send(desk, CALENDAR, dry_run="true")
    assert await desk.changes() == before
    said = await send(desk, CALENDAR)
    assert said["taken"] == tried["taken"]
    assert [(x["person"]["id"], x["since"]) for x in said["taken"]] == [(SATO, "2026-11-25T00:00:00+09:00")]
    assert [(x["uid"], x["why"].partition("、")[0]) for x in said["left_out"]] == [
        ("b", "だれの予定かわかりません"),
        ("c", "取り込む期間の外です"),
        ("d", "「予定なし」（空き時間）の予定なので"),
    ]
    assert said["consequences"] == [
        "11月25日(水) 0:00〜24:00 の「決済二次対応の当番」は 鈴木 一郎 さんになります（佐藤 花子 さん不在のため次の当番）。"
    ]
    assert await desk.who("2026-11-25T12:00:00+09:00") == SUZUKI
    again = await send(desk, CALENDAR)
    assert (again["taken"], len(again["known"]), again["consequences"]) == ([], 1, [])
    assert (await send(desk, "not a calendar 髙"))["left_out"][0]["why"]
    odd = CALENDAR.replace("佐藤 花子 休暇", "鈴木 一郎\x00\x1b 休暇")
    assert [x["reason"] for x in (await send(desk, odd))["taken"]] == ["鈴木 一郎 休暇"]
    assert (await send(desk, "x" * 1_100_000, 413))["code"] == "too-large"
    assert len((await desk.client.get("/v1/absences")).json()["data"]) == 2


class Passing(Hands):
    """A clock that goes on a millisecond each time somebody looks at it."""

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


async def test_an_import_takes_a_leave_that_has_been_running_for_days(desk: Desk) -> None:
    """Seen red: cut by one look at the clock and judged by a later one, it was refused as past."""
    desk.clock = Passing(T0)
    await desk.start()
    running = CALENDAR.replace("20261125", "20261121").replace("20261126\r", "20261204\r")
    said = await send(desk, running)
    assert [(x["person"]["id"], x["until"]) for x in said["taken"]] == [(SATO, "2026-12-04T00:00:00+09:00")]
    assert [x["uid"] for x in said["left_out"]] == ["b", "c", "d"]
    assert await desk.who("2026-11-25T12:00:00+09:00") == SUZUKI
