"""Text messages on a running notifier: delivered or not, answered by a link or by a reply, and never by a forger."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from sandbox.twilio_sms import SENDER, TwilioSms
from services.notifier.domain import short_links
from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.links import read_link
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import EMAIL, PHONE, SATO, TANAKA, World, assigned

SMS = (Channel.SMS,)
BREAK = """SELECT pg_terminate_backend(pid) FROM pg_locks
           WHERE relation = 'acknowledgements'::regclass AND NOT granted AND pid <> pg_backend_pid()"""


@pytest.fixture(scope="module", autouse=True)
def _set_up() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASUKI_TWILIO_SMS_FROM", SENDER)
        patch.setenv("TASUKI_TWILIO_SMS_REPLIES", "yes")
        yield


def twilio(world: World) -> TwilioSms:
    return cast(TwilioSms, world.sandbox.vendor("twilio_sms"))


async def paged(world: World, who: str = SATO, *, held: bool = False, **more: Any) -> tuple[str, Any]:
    """A case whose page went out as a text message, and that message."""
    twilio(world).held = held
    case = await world.submitted()
    await world.say(assigned(case, who, channels=SMS, **more))
    got = await world.sandbox.journal.wait(8, channel="sms", to=PHONE[who], case_id=case)
    return case, got


async def test_a_page_is_delivered_and_its_link_leads_to_the_page_that_answers(world: World) -> None:
    case, got = await paged(world)
    (page,) = [n for n in await world.settled(case, sms=State.DELIVERED) if n["channel"] == "sms"]
    assert page["provider"] == "twilio_sms"
    link = got.text.splitlines()[-1]
    assert link.startswith(f"{world.url}/callbacks/l/")
    assert "返信 1=引き受ける" in got.text
    for method in ("GET", "HEAD"):
        answer = await world.http.request(method, urlsplit(link).path, headers={"authorization": ""})
        assert answer.status_code == 303
    token = answer.headers["location"].rpartition("/a/")[2]
    read = read_link("link-key", token, world.process.clock.now())
    assert read is not None
    assert (read.case_id, read.person.id, read.round, read.track) == (case, SATO, 1, "handling")
    assert world.intake.taken == []


@pytest.mark.security
async def test_a_link_that_is_not_ours_leads_nowhere(world: World) -> None:
    _, got = await paged(world)
    path = urlsplit(got.text.splitlines()[-1]).path
    for wrong in (path[:-1], path[:-3] + "AAA", "/callbacks/l/x", "/callbacks/l/" + "あ" * 38):
        assert (await world.http.get(wrong)).status_code == 404
    unknown = short_links.address("", "link-key", uuid4())
    assert (await world.http.get(unknown)).status_code == 404


@pytest.mark.parametrize("kind", ["undelivered", "failed"])
async def test_what_the_telephone_never_got_goes_another_way_at_once(world: World, kind: str) -> None:
    world.sandbox.fault("twilio_sms", kind, 1)
    case, _ = await paged(world)
    await world.sandbox.journal.wait(8, channel="email", to=EMAIL[SATO], case_id=case)
    pages = {n["channel"]: n for n in await world.settled(case, sms=State.FAILED, email=State.ACCEPTED)}
    assert pages["sms"]["code"].startswith("twilio-3000")
    assert len(pages["sms"]["attempts"]) == 1


async def test_reordered_and_repeated_progress_never_goes_back(world: World) -> None:
    case, got = await paged(world, held=True)
    await world.settled(case, sms=State.ACCEPTED)
    for status, state in (
        ("delivered", State.DELIVERED), ("sent", State.DELIVERED), ("queued", State.DELIVERED),
        ("nonsense", State.DELIVERED), ("delivered", State.DELIVERED), ("undelivered", State.FAILED),
        ("delivered", State.FAILED),
    ):  # fmt: skip
        assert (await twilio(world).report(got.vendor_id, status, 30005)).status == 204
        (page,) = [n for n in await world.log(case) if n["channel"] == "sms"]
        assert page["state"] == state, status


async def test_a_reply_of_one_acknowledges_and_is_answered(world: World) -> None:
    case, got = await paged(world)
    said = await twilio(world).reply(PHONE[SATO], "１", "SM1")
    assert "受け付けました" in said.body
    (taken,) = world.intake.taken
    assert (taken["case_id"], taken["by"]["id"], taken["via"]) == (case, SATO, "sms")
    (page,) = [n for n in await world.settled(case, sms=State.ACKNOWLEDGED) if n["channel"] == "sms"]
    assert got.notification_id == page["id"]


@pytest.mark.security
async def test_the_same_reply_once_more_does_not_take_another_case(world: World) -> None:
    older, _ = await paged(world, TANAKA)
    newer, _ = await paged(world, TANAKA)
    await twilio(world).reply(PHONE[TANAKA], "1", "SM2")
    again = await twilio(world).reply(PHONE[TANAKA], "1", "SM2")
    assert "受け付けました" in again.body
    assert [t["case_id"] for t in world.intake.taken] == [newer]
    number = next(e for e, _ in world.said if getattr(e, "number", None) and e.case_id == older)
    named = await twilio(world).reply(PHONE[TANAKA], f"1 {number.number}")  # type: ignore[attr-defined]
    assert named.ok
    assert [t["case_id"] for t in world.intake.taken] == [newer, older]


async def test_a_reply_that_could_not_be_written_down_says_so_and_counts_when_it_comes_again(world: World) -> None:
    case, _ = await paged(world)
    pool = world.process.db.pool
    async with pool.acquire() as holding, holding.transaction():
        await holding.execute("LOCK TABLE acknowledgements IN EXCLUSIVE MODE")
        replying = asyncio.create_task(twilio(world).reply(PHONE[SATO], "1", "SM3"))

        async def broken() -> bool:  # whoever waits for the table, the loop that tells again among them
            await pool.fetch(BREAK)
            return replying.done()

        await world.until(broken)
        assert "確認できませんでした" in (await replying).body
    assert world.intake.taken == []
    newer, _ = await paged(world)
    said = await twilio(world).reply(PHONE[SATO], "1", "SM3")
    assert "受け付けました" in said.body
    assert [taken["case_id"] for taken in world.intake.taken] == [case], f"not {newer}"


async def test_a_reply_of_two_passes_it_on(world: World) -> None:
    case, _ = await paged(world)
    said = await twilio(world).reply(PHONE[SATO], "2")
    assert "ほかの人にお願いします" in said.body
    pages = {n["channel"]: n for n in await world.settled(case, sms=State.FAILED)}
    assert pages["sms"]["code"] == "declined"
    assert world.intake.taken == []


async def test_after_one_case_was_passed_on_a_reply_is_about_the_other(world: World) -> None:
    older, _ = await paged(world, TANAKA)
    newer, _ = await paged(world, TANAKA)
    numbers = {x.case_id: x.number for x, _ in world.said if isinstance(x, e.CaseSubmitted)}
    for case in (newer, older):
        said = await twilio(world).reply(PHONE[TANAKA], "2")
        assert f"案件番号 {numbers[case]} は、ほかの人にお願いします" in said.body
        await world.settled(case, sms=State.FAILED)


async def test_the_one_that_was_passed_on_is_not_taken_by_the_next_reply(world: World) -> None:
    older, _ = await paged(world, TANAKA)
    await paged(world, TANAKA)
    for digit in ("2", "1"):
        await twilio(world).reply(PHONE[TANAKA], digit)
    assert [taken["case_id"] for taken in world.intake.taken] == [older]


async def test_other_words_get_help_and_strangers_nothing(world: World) -> None:
    await paged(world)
    assert "1 123" in (await twilio(world).reply(PHONE[SATO], "了解です！")).body
    assert "1 123" in (await twilio(world).reply(PHONE[SATO], "1 999999")).body
    assert "<Message>" not in (await twilio(world).reply("+819099999999", "1")).body
    assert world.intake.taken == []


async def test_a_digest_names_every_case_and_a_reply_without_a_number_takes_none(world: World) -> None:
    await world.process.db.pool.execute("TRUNCATE notifications CASCADE")
    await world.process.db.pool.execute("UPDATE bundling SET after = 5")
    since, cases = world.sandbox.journal.cursor, list[str]()
    for _ in range(8):
        cases.append(await world.submitted(priority=Priority.P3))
        await world.say(assigned(cases[-1], SATO, channels=SMS, priority=Priority.P3))
    await world.process.db.pool.execute("UPDATE bundling SET after = 0")
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE bundled")
    carried = "SELECT id, carrier FROM notifications WHERE carrier IS NOT NULL AND state <> 'pending'"

    async def went() -> Any:
        return len(await world.process.db.pool.fetch(carried)) == 3

    await world.until(went)
    numbers = {x.case_id: x.number for x, _ in world.said if isinstance(x, e.CaseSubmitted)}
    digest = [got.text for got in world.sandbox.received("sms", since=since) if "まとめて" in got.text]
    assert len(digest) == 1
    assert all(f"#{numbers[case]}" in digest[0] for case in cases[5:])
    led = await world.http.get(urlsplit(digest[0].splitlines()[-1]).path, headers={"authorization": ""})
    assert "/digests/" in led.headers["location"]
    page = await world.http.get(urlsplit(led.headers["location"]).path, headers={"authorization": ""})
    assert all(f"#{numbers[case]}" in page.text for case in cases[5:])
    for digit in ("1", "2"):
        assert "1 123" in (await twilio(world).reply(PHONE[SATO], digit)).body
    assert world.intake.taken == []
    await twilio(world).reply(PHONE[SATO], f"1 {numbers[cases[6]]}")
    assert [taken["case_id"] for taken in world.intake.taken] == [cases[6]]


async def test_a_reply_takes_what_was_to_come_with_others_and_came_alone(world: World) -> None:
    await world.process.db.pool.execute("TRUNCATE notifications CASCADE")
    await world.process.db.pool.execute("UPDATE bundling SET after = 1")
    await paged(world, priority=Priority.P3)
    since, case = world.sandbox.journal.cursor, await world.submitted(priority=Priority.P3)
    await world.say(assigned(case, SATO, channels=SMS, priority=Priority.P3))
    await world.process.db.pool.execute("UPDATE bundling SET after = 0")
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE bundled")
    got = await world.sandbox.journal.wait(8, since, channel="sms", to=PHONE[SATO], case_id=case)
    led = await world.http.get(urlsplit(got.text.splitlines()[-1]).path, headers={"authorization": ""})
    assert "/a/" in led.headers["location"]
    assert "受け付けました" in (await twilio(world).reply(PHONE[SATO], "1")).body
    assert [taken["case_id"] for taken in world.intake.taken] == [case]


@pytest.mark.security
async def test_forged_reports_and_replies_change_nothing(world: World) -> None:
    case, got = await paged(world, held=True)
    await world.settled(case, sms=State.ACCEPTED)
    for path in ("/callbacks/twilio/sms", f"/callbacks/twilio/sms-status/{got.notification_id}?attempt=1"):
        fields = {"From": PHONE[SATO], "Body": "1", "MessageStatus": "failed", "MessageSid": "SM9"}
        for headers in ({}, {"x-twilio-signature": "AAAA"}, {"x-twilio-signature": "é"}):
            raw = {k.encode(): v.encode("latin-1") for k, v in headers.items()}
            assert (await world.http.post(path, data=fields, headers=raw)).status_code == 403
    assert world.intake.taken == []
    assert [n["state"] for n in await world.log(case) if n["channel"] == "sms"] == [State.ACCEPTED]
