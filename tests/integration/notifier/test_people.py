"""People decide how they are reached, over HTTP on real Postgres, and what they decided is what happens to a page."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, DeadlineName, Priority
from tests.integration.notifier.conftest import (
    CONTACTS,
    EMAIL,
    PHONE,
    SATO,
    SLACK,
    TANAKA,
    World,
    assigned,
    paged_in,
    person,
)
from tests.integration.notifier.persons import NEW, added, as_new, put

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@pytest.fixture(autouse=True)
async def _as_new(world: World) -> None:
    await as_new(world)


def around_now() -> dict[str, Any]:
    """Quiet hours that hold this moment and the next hours."""
    now = datetime.now(ZoneInfo("Asia/Tokyo"))
    begin, end = now - timedelta(hours=1), now + timedelta(hours=4)
    window = {"days": EVERY_DAY, "from": f"{begin:%H:%M}", "until": f"{end:%H:%M}"}
    return {"zone": "Asia/Tokyo", "windows": [window]}


def sent_to(world: World, case: str) -> set[tuple[str, str]]:
    return {(r.channel, r.to) for r in world.sandbox.received(case_id=case)}


async def test_a_person_reads_how_they_are_reached(world: World) -> None:
    found = (await world.http.get(f"/v1/contacts/{SATO}")).json()
    assert sorted((a["id"], a["origin"], a["trusted"]) for a in found["addresses"]) == [
        ("email", "directory", True), ("phone", "directory", True), ("slack", "directory", True),
    ]  # fmt: skip
    assert set(found["reachability"]) == set(Priority)
    assert found["reachability"]["P1"]["loud"] is True
    assert [w["channel"] for w in found["reachability"]["P1"]["ways"]] == ["phone", "chat", "email"]
    assert found["warnings"] == []
    assert (await world.http.get("/v1/contacts/nobody")).status_code == 404
    assert (await world.http.get(f"/v1/contacts/{SATO}", headers={"authorization": ""})).status_code == 401


async def test_a_rule_is_followed_and_a_later_way_is_not_needed_once_somebody_has_answered(world: World) -> None:
    steps = [{"channel": "chat"}, {"channel": "phone", "minutes": 5}]
    found = await put(world, "rules", {"rules": {"P2": steps}})
    assert found["rules"]["P2"][1] == {"channel": "phone", "address": "", "minutes": 5}
    case = await world.submitted(priority=Priority.P2)
    await world.say(assigned(case, SATO, TANAKA, priority=Priority.P2, channels=(Channel.PHONE,)))
    await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)
    await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    log = await world.log(case)
    (waiting,) = [n for n in log if n["recipient"] == SATO and n["channel"] == "phone"]
    wait = datetime.fromisoformat(waiting["next_attempt_at"]) - datetime.fromisoformat(waiting["created_at"])
    assert (waiting["state"], wait) == ("pending", timedelta(minutes=5))
    await world.say(e.CaseAcknowledged(case_id=case, by=person(TANAKA), via="phone"))
    (over,) = [n for n in await world.log(case) if n["id"] == waiting["id"]]
    assert over["state"] == "skipped"
    assert ("phone", PHONE[SATO]) not in sent_to(world, case)


async def test_a_way_that_is_due_after_an_answer_is_looked_at_again_and_not_sent(world: World) -> None:
    """The answer is known to us, the log has not told of it, and the row is due."""
    await put(world, "rules", {"rules": {"P2": [{"channel": "chat"}, {"channel": "phone", "minutes": 5}]}})
    case = await world.submitted(priority=Priority.P2)
    await world.say(assigned(case, SATO, priority=Priority.P2, channels=(Channel.PHONE,)))
    message = await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)
    await world.sandbox.chat.press(message)
    await world.until(lambda: _answered(world))
    pool = world.process.db.pool
    await pool.execute(
        "UPDATE notifications SET state = 'pending', next_attempt_at = now() WHERE case_id = $1 AND channel = 'phone'",
        case,
    )
    await world.settled(case, phone=State.SKIPPED)
    assert {to for channel, to in sent_to(world, case) if channel == "phone"} == set()


async def _answered(world: World) -> bool:
    return bool(world.intake.taken)


async def test_a_p1_keeps_its_telephone_whatever_the_rule_and_the_hour(world: World) -> None:
    await put(world, "rules", {"rules": {"P1": [{"channel": "email"}]}})
    await put(world, "do-not-disturb", around_now())
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=(Channel.PHONE,)))
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
    assert "notification.unreachable.v1" not in await said(world, case)


async def said(world: World, case: str) -> list[str]:
    rows = await world.process.db.pool.fetch("SELECT headers FROM outbox WHERE key = $1", case)
    return re.findall(r"notification\.\w+\.v1", "".join(row["headers"] for row in rows))


async def test_quiet_hours_hold_the_telephone_and_ask_somebody_else_when_that_is_too_late(world: World) -> None:
    await put(world, "do-not-disturb", around_now())
    case = await world.submitted(priority=Priority.P2)
    both = (Channel.PHONE, Channel.CHAT)
    await world.say(assigned(case, SATO, TANAKA, priority=Priority.P2, channels=both))
    await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)  # quiet, so it goes
    await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    (held,) = [n for n in await world.log(case) if n["recipient"] == SATO and n["channel"] == "phone"]
    assert (held["state"], held["code"]) == ("pending", "do_not_disturb")
    assert datetime.fromisoformat(held["next_attempt_at"]) > datetime.now(UTC) + timedelta(hours=3)
    assert (await said(world, case)).count("notification.unreachable.v1") == 1
    (event,) = [o for o in await world.outcomes(case) if o.get("code") == "do_not_disturb"]
    assert event["person"]["id"] == SATO
    assert ("phone", PHONE[SATO]) not in sent_to(world, case)


async def test_quiet_hours_that_end_in_time_hold_the_telephone_and_nobody_else_is_asked(world: World) -> None:
    await put(world, "do-not-disturb", around_now())
    case = await world.submitted(priority=Priority.P3)
    due = e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=1, due=datetime.now(UTC) + timedelta(hours=9))
    both = (Channel.PHONE, Channel.CHAT)
    await world.say(assigned(case, SATO, priority=Priority.P3, channels=both, deadlines=(due,)))
    await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case)
    (held,) = [n for n in await world.log(case) if n["channel"] == "phone"]
    assert (held["state"], held["code"]) == ("pending", "do_not_disturb")
    assert "notification.unreachable.v1" not in await said(world, case)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(SATO), via="chat"))
    await world.settled(case, phone=State.SKIPPED)


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("rules", {"rules": {"P2": [{"channel": "phone", "minutes": 5}]}}, ""),
        ("rules", {"rules": {"P1": [{"channel": "chat"}, {"channel": "phone", "minutes": 16}]}}, ""),
        ("rules", {"rules": {"P2": [{"channel": "ticket"}]}}, "/rules/P2/0/channel"),
        ("rules", {"rules": {"P2": [{"channel": "phone", "address": "phone-7"}]}}, "/rules/P2/0/address"),
        ("rules", {"rules": {"P2": [{"channel": "chat"}] * 11}}, "/rules/P2"),
        ("do-not-disturb", {"zone": "Asia/Edo"}, "/zone"),
        ("do-not-disturb", {"windows": [{"days": [], "from": "22:00", "until": "07:00"}]}, "/windows/0/days"),
        ("do-not-disturb", {"windows": [{"from": "22:00:30", "until": "07:00"}]}, "/windows/0/from"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_with_its_place(
    world: World, what: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await world.http.put(f"/v1/contacts/{SATO}/{what}", json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert re.search(r"[ぁ-んァ-ヶ一-龠]", error["detail"])
    english = await world.http.put(f"/v1/contacts/{SATO}/{what}", json=body, headers={"accept-language": "en"})
    assert not re.search(r"[ぁ-んァ-ヶ一-龠]", english.json()["errors"][0]["detail"])
    found = (await world.http.get(f"/v1/contacts/{SATO}")).json()
    assert (found["rules"], found["do_not_disturb"]["windows"]) == ({}, [])


@pytest.mark.parametrize("value", ["110", "090-0000-101", "＋８１９０", "090-0000-0101\n", "電話"])
async def test_an_impossible_number_is_refused(world: World, value: str) -> None:
    answer = await world.http.post(f"/v1/contacts/{SATO}/addresses", json={"kind": "phone", "value": value})
    assert answer.status_code == (409 if value.startswith("090-0000-0101") else 422), answer.text


async def test_whoever_saves_is_warned_and_the_last_way_of_the_last_person_stays(world: World) -> None:
    for address in ("phone", "slack"):
        answer = await world.http.delete(f"/v1/contacts/{SATO}/addresses/{address}")
        assert answer.status_code == 200
    assert "電話・SMS・プッシュ通知のどれでも届きません" in answer.json()["warnings"][0]
    assert answer.json()["reachability"]["P1"]["loud"] is False
    last = CONTACTS["catch_all"]
    answers = [await world.http.delete(f"/v1/contacts/{last}/addresses/{a}") for a in ("phone", "slack", "email")]
    assert [a.status_code for a in answers] == [200, 200, 409]
    assert answers[-1].json()["code"] == "last-way"


async def test_an_import_keeps_what_people_have_decided(world: World) -> None:
    id_ = await added(world)
    await put(world, "rules", {"rules": {"P2": [{"channel": "phone", "address": id_}]}, "language": "en"})
    await put(world, "do-not-disturb", around_now())
    before = (await world.http.get(f"/v1/contacts/{SATO}")).json()
    (await world.http.put("/v1/contacts", json=CONTACTS)).raise_for_status()
    assert (await world.http.get(f"/v1/contacts/{SATO}")).json() == before
    assert (before["language"], before["own_language"]) == ("en", "en")
    await put(world, "rules", {"rules": {}})
    after = (await world.http.get(f"/v1/contacts/{SATO}")).json()
    assert (after["language"], after["own_language"]) == ("ja", None), "the directory's again"
    listed = next(p for p in (await world.http.get("/v1/contacts")).json()["people"] if p["id"] == SATO)
    assert listed["phone"] == PHONE[SATO]  # what nobody has proven is not given out as the directory's


async def test_imports_and_changes_at_once_lose_nothing(world: World) -> None:
    rules = {"rules": {"P2": [{"channel": "email"}]}}
    await put(world, "do-not-disturb", around_now())
    imports = [world.http.put("/v1/contacts", json=CONTACTS) for _ in range(6)]
    changes = [world.http.put(f"/v1/contacts/{SATO}/rules", json=rules) for _ in range(6)]
    pairs = [one for pair in zip(imports, changes, strict=True) for one in pair]
    assert {answer.status_code for answer in await asyncio.gather(*pairs)} == {200}
    found = (await world.http.get(f"/v1/contacts/{SATO}")).json()
    assert [step["channel"] for step in found["rules"]["P2"]] == ["email"]
    assert len(found["do_not_disturb"]["windows"]) == 1


async def test_who_removes_an_address_that_rules_name_is_told_and_can_save_them_again(world: World) -> None:
    id_ = await added(world)
    second = {"channel": "phone", "address": id_, "minutes": 0}
    await put(world, "rules", {"rules": {"P2": [second, {"channel": "email", "minutes": 5}], "P3": [second]}})
    answer = (await world.http.delete(f"/v1/contacts/{SATO}/addresses/{id_}")).json()
    assert "P2, P3" in answer["warnings"][0]
    assert answer["rules"] == {"P2": [{"channel": "email", "address": "", "minutes": 0}]}
    await put(world, "rules", {"rules": answer["rules"], "language": "en"})


async def test_a_team_has_addresses_and_no_rules(world: World) -> None:
    assert (await world.http.get("/v1/contacts/team:payments")).status_code == 200
    answer = await world.http.put("/v1/contacts/team:payments/rules", json={"rules": {}})
    assert (answer.status_code, answer.json()["code"]) == (409, "not-a-person")


async def test_a_case_that_becomes_a_p1_rings_the_telephone_that_was_held(world: World) -> None:
    """Who is being paged already is not paged anew, so what waits for them must go out."""
    await put(world, "do-not-disturb", around_now())
    case = await world.submitted(priority=Priority.P2)
    only = (Channel.PHONE,)
    await world.say(assigned(case, SATO, priority=Priority.P2, channels=only))
    (held,) = [n for n in await world.log(case) if n["recipient"] == SATO and n["channel"] == "phone"]
    assert held["code"] == "do_not_disturb"
    risen = assigned(case, SATO, TANAKA, channels=only, round=2, cause="reassessed", priority=Priority.P1)
    await world.say(paged_in(risen, 1, SATO))
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    assert len([r for r in world.sandbox.received("phone", case_id=case) if r.to == PHONE[SATO]]) == 1


async def test_the_second_number_is_rung_once_the_first_was_called_twice_in_vain(world: World) -> None:
    await added(world)
    world.sandbox.fault("phone", "busy", 2, to=PHONE[SATO], seconds=0.05)
    case = await world.submitted(priority=Priority.P2)
    await world.say(assigned(case, SATO, priority=Priority.P2, channels=(Channel.PHONE,)))
    await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)  # the first failure has brought another way
    assert ("phone", NEW) not in sent_to(world, case)
    await world.process.db.pool.execute(
        "UPDATE notifications SET next_attempt_at = now() WHERE case_id = $1 AND channel = 'phone' AND attempts = 1",
        case,
    )
    await world.sandbox.phone.wait_for_call(NEW, case_id=case)
    assert "notification.unreachable.v1" not in await said(world, case)
