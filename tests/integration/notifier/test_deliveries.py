"""The delivery log over HTTP: why each was called or not, for a case and for a person, and how the providers do."""

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import EMAIL, PHONE, SATO, TANAKA, World, assigned, person

ENGLISH = {"accept-language": "en"}


async def test_the_log_says_why_somebody_was_called_and_why_not(world: World) -> None:
    case = await world.submitted(external=False)
    world.sandbox.fault("phone", "busy", 1, to=PHONE[SATO])
    await world.say(assigned(case, SATO, channels=(Channel.PHONE,)))
    await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
    await world.settled(case, phone=State.PENDING, email=State.ACCEPTED)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(TANAKA), via="web"))
    log = await world.settled(case, phone=State.SKIPPED)
    phone, mail = (next(n for n in log if n["channel"] == c) for c in ("phone", "email"))
    assert "返事があったため、お送りしていません" in phone["sentence"]
    assert phone["why_not"] == "送る前に、返事があったため"
    assert (phone["address"], mail["address"]) == ("+81********01", "s***@example.co.jp")
    assert [a["result"] for a in phone["attempts"]] == ["retryable"]
    assert mail["why_not"] == ""
    assert "電話でお知らせできなかったため" in mail["why"]
    assert (mail["level"], mail["round"]) == (1, 1)
    english = (await world.http.get(f"/v1/cases/{case}/notifications", headers=ENGLISH)).json()["data"]
    assert (
        "not called, because somebody had answered" in next(n for n in english if n["channel"] == "phone")["sentence"]
    )
    assert PHONE[SATO] not in str(log)


async def test_a_person_without_an_address_is_told_of_as_such(world: World) -> None:
    case = await world.submitted(external=False)
    await world.say(assigned(case, "nobody.known", channels=(Channel.PHONE,)))
    await world.sandbox.phone.wait_for_call(case_id=case)  # the catch-all's
    lost = next(n for n in await world.log(case) if n["recipient"] == "nobody.known")
    assert "使える連絡先がないため" in lost["sentence"]
    assert lost["address"] == ""
    assert [a["result"] for a in lost["attempts"]] == ["permanent-target"]


async def test_one_person_sees_the_newest_first_page_by_page(world: World) -> None:
    cases = []
    for _ in range(3):
        cases.append(await world.submitted(external=False))
        await world.say(assigned(cases[-1], TANAKA, channels=(Channel.CHAT,)))
        await world.settled(cases[-1], chat=State.ACCEPTED)
    path = f"/v1/recipients/{TANAKA}/notifications"
    seen, cursor = [], ""
    for _ in range(10):
        page = (await world.http.get(path, params={"limit": 2, "cursor": cursor})).raise_for_status().json()
        seen += page["data"]
        if not (cursor := page["next_cursor"] or ""):
            break
    ids = [n["case_id"] for n in seen]
    assert ids[:3] == cases[::-1]
    assert len({n["id"] for n in seen}) == len(seen)
    assert {n["recipient"] for n in seen} == {TANAKA}
    assert (await world.http.get(path, params={"cursor": "x"})).status_code == 422
    assert (await world.http.get(path, headers={"authorization": "Bearer no"})).status_code == 401


async def test_each_provider_says_how_it_does(world: World) -> None:
    case = await world.submitted(external=False, priority=Priority.P1)
    world.sandbox.fault("chat", "500", 6)
    await world.say(assigned(case, SATO, channels=(Channel.CHAT,)))
    await world.settled(case, chat=State.ACCEPTED)
    await world.until(lambda: world.process.db.pool.fetchval("SELECT until FROM resting WHERE provider = 'slack'"))
    data = {c["provider"]: c for c in (await world.http.get("/v1/channels")).json()["data"]}
    slack = data["slack"]
    assert (slack["set_up"], slack["channel"], slack["kind"]) == (True, "chat", "slack")
    assert slack["last_failure"] == "http-500" or slack["last_failure"].startswith("slack")
    assert slack["last_success_at"] > slack["last_failure_at"]
    assert (data["teams"]["set_up"], data["teams"]["last_success_at"]) == (False, None)
    assert all(c["works"] for c in data.values())


async def test_the_last_hour_is_told_by_channel(world: World) -> None:
    before = {c["channel"]: c for c in (await world.http.get("/v1/channels/last-hour")).json()["data"]}
    case = await world.submitted(external=False)
    world.sandbox.fault("phone", "busy", 1, to=PHONE[SATO])
    await world.say(assigned(case, SATO, channels=(Channel.PHONE,)))
    await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case)
    await world.settled(case, phone=State.PENDING, email=State.ACCEPTED)
    after = {c["channel"]: c for c in (await world.http.get("/v1/channels/last-hour")).json()["data"]}

    def more(channel: str, outcome: str) -> int:
        return int(after[channel][outcome] - before.get(channel, {outcome: 0})[outcome])

    assert more("email", "accepted") == 1
    assert more("phone", "failed") == 1
    assert 0 <= after["phone"]["p50"] <= after["phone"]["p99"] < 60
    await world.say(e.CaseAcknowledged(case_id=case, by=person(TANAKA), via="web"))
