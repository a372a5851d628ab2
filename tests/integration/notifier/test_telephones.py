"""Two telephones, a company's and our own: each rings where the other cannot, and keys mean the same on both."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import pytest
import pytest_asyncio

from sandbox.sip import Sip
from sandbox.vendor import Sent
from services.notifier.domain.notification import State
from services.notifier.doors.telephone import PRESSES
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests.contracts.channels.specs import SPECS
from tests.integration.notifier.conftest import (
    CONTACTS,
    EMAIL,
    NAME,
    PHONE,
    SATO,
    TANAKA,
    YAMADA,
    World,
    assigned,
    person,
)
from tests.integration.notifier.worlds import world_with

ONLY = (Channel.PHONE,)
EVERYBODY = {**CONTACTS, "platform_owner": YAMADA}


def gateway(world: World) -> Sip:
    """The gateway that the sandbox plays."""
    return cast(Sip, world.sandbox.vendor("sip"))


@pytest_asyncio.fixture(scope="module")
async def world(request: pytest.FixtureRequest, database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier with both; the first of its telephones is named by the test."""
    async with world_with(database, SPECS["sip"].env, lambda _: EVERYBODY, request.param) as made:
        yield made


company_first = pytest.mark.parametrize("world", ["twilio"], indirect=True)
gateway_first = pytest.mark.parametrize("world", ["sip"], indirect=True)


async def page(world: World) -> str:
    """Page Sato by telephone about a new case."""
    case_id = await world.submitted()
    await world.say(assigned(case_id, SATO, channels=ONLY))
    return case_id


async def placed(world: World, case_id: str, calls: int = 1) -> Sent:
    """The newest of so many calls of the gateway about a case."""

    async def there() -> Sent | None:
        found = [s for s in gateway(world).sent.values() if s.case_id == case_id]
        return found[-1] if len(found) >= calls else None

    return cast(Sent, await world.until(there))


async def rung(world: World, case_id: str) -> dict[str, Any]:
    """The telephone's line of the delivery log."""
    return next(n for n in await world.log(case_id) if n["channel"] == "phone" and n["recipient"] == SATO)


@company_first
async def test_the_gateway_rings_at_once_where_the_company_is_down(world: World) -> None:
    case_id = await world.submitted()
    world.sandbox.fault("phone", "500", to=PHONE[SATO])
    await world.say(assigned(case_id, SATO, channels=ONLY))
    call = await placed(world, case_id)
    assert (call.content["to"], call.content["language"]) == (PHONE[SATO], "ja")
    assert "引き受けるには 1" in call.text
    assert (await gateway(world).report(call.id, "ringing")).ok
    assert (await gateway(world).report(call.id, "answered")).ok
    said = await gateway(world).report(call.id, "key", key="1", times=1)
    assert f"{NAME[SATO]}さん、" in said.body
    assert '"then":"hang-up"' in said.body
    assert [t["via"] for t in world.intake.taken if t["case_id"] == case_id] == ["phone"]
    await world.settled(case_id, phone=State.ACKNOWLEDGED)
    log = await rung(world, case_id)
    assert [a["outcome"] for a in log["attempts"]] == ["retryable", "acknowledged"]
    assert [a["provider"] for a in log["attempts"]] == ["twilio", "sip"]
    assert "email" not in {n["channel"] for n in await world.log(case_id)}  # it was rung in time


@company_first
async def test_who_misses_the_call_of_the_second_telephone_is_called_again(world: World) -> None:
    world.sandbox.fault("phone", "500", to=PHONE[SATO])
    case_id = await page(world)
    call = await placed(world, case_id)
    await gateway(world).report(call.id, "ringing")
    await gateway(world).report(call.id, "ended", code="no-answer", outcome="retryable")
    log = await rung(world, case_id)
    assert (log["state"], log["code"]) == (State.PENDING, "no-answer")  # the try that failed was no call
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE id = $1", log["id"])
    second = await placed(world, case_id, 2)
    assert second.id == f"{log['id']}-3"
    await gateway(world).report(second.id, "ended", code="486", outcome="retryable")
    assert ((await rung(world, case_id))["state"], (await rung(world, case_id))["code"]) == (State.FAILED, "busy")


@company_first
async def test_where_neither_telephone_takes_the_call_a_mail_goes_out_at_once(world: World) -> None:
    world.sandbox.fault("phone", "500", to=PHONE[SATO])
    world.sandbox.fault("sip", "busy")
    case_id = await page(world)
    mail = await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case_id)
    assert "電話でお知らせできなかったため" in mail.text
    log = await rung(world, case_id)
    assert [a["provider"] for a in log["attempts"][:2]] == ["twilio", "sip"]
    await world.say(e.CaseAcknowledged(case_id=case_id, by=person(TANAKA), via="web"))
    await world.settled(case_id, phone=State.SKIPPED)


@company_first
@pytest.mark.parametrize("failures", [1, None])
async def test_a_company_that_gives_no_answer_is_stood_in_for(world: World, failures: int | None) -> None:
    """It may have rung, or may still: the mail goes out meanwhile, and what follows says that it may be a repeat."""
    world.sandbox.fault("phone", "down", failures, to=PHONE[SATO])
    case_id = await page(world)
    await world.sandbox.mail.wait_for_mail(EMAIL[SATO], case_id=case_id)
    call = await placed(world, case_id)
    log = await rung(world, case_id)
    assert [a["provider"] for a in log["attempts"]] == ["twilio", "sip"]
    assert (log["repeat"], log["attempts"][0]["outcome"]) == (True, "ambiguous")
    assert "二度お伝えしているかもしれません" in call.text
    await world.say(e.CaseAcknowledged(case_id=case_id, by=person(TANAKA), via="web"))


@gateway_first
@pytest.mark.parametrize("fault", ["busy", "500", "unauthorized"])
async def test_the_company_rings_at_once_where_the_gateway_cannot(world: World, fault: str) -> None:
    world.sandbox.fault("sip", fault, 1)
    case_id = await page(world)
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id)
    await call.until("ringing")
    await call.answer()
    await call.until("in-progress")
    await call.press("1")
    await world.settled(case_id, phone=State.ACKNOWLEDGED)
    assert [a["provider"] for a in (await rung(world, case_id))["attempts"]] == ["sip", "twilio"]


@gateway_first
async def test_a_gateway_that_can_dial_no_numbers_is_nobodys_number_to_blame(world: World) -> None:
    world.sandbox.fault("sip", "not-dialable", 1)
    case_id = await page(world)
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id)
    assert [n for n in await _all(world) if n["recipient"] == YAMADA and "gateway-not-dialable" in n["content"]]
    await call.decline()


@gateway_first
@pytest.mark.parametrize(
    "ended",
    [
        {"code": "403", "outcome": "account"},
        {"code": "503", "outcome": "retryable"},
        {"code": "no-line", "outcome": "retryable"},
        {"code": "line-lost", "outcome": "retryable"},
        {"code": "interrupted", "outcome": "interrupted"},
    ],
)
async def test_a_trunk_that_brings_no_call_about_is_replaced_at_once(world: World, ended: dict[str, str]) -> None:
    case_id = await page(world)
    first = await placed(world, case_id)
    since = world.sandbox.journal.cursor
    assert (await gateway(world).report(first.id, "ended", **ended)).ok
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id, since=since)
    await call.until("ringing")
    await gateway(world).report(first.id, "ringing")  # late news of the other call
    assert len([s for s in gateway(world).sent.values() if s.case_id == case_id]) == 1
    if ended["outcome"] == "account":
        alarm = [n for n in await _all(world) if n["recipient"] == YAMADA and "sip-403" in n["content"]]
        assert alarm
    await call.decline()


@gateway_first
async def test_a_number_that_does_not_exist_is_not_called_again(world: World) -> None:
    case_id = await page(world)
    call = await placed(world, case_id)
    assert (await gateway(world).report(call.id, "ended", code="404", outcome="target")).ok
    await world.settled(case_id, phone=State.FAILED)
    assert [c for c in world.sandbox.phone.calls if c.case_id == case_id] == []
    assert "email" in {n["channel"] for n in await world.log(case_id)}


@gateway_first
async def test_keys_that_mean_nothing_say_it_again_and_not_for_ever(world: World) -> None:
    case_id = await page(world)
    call = await placed(world, case_id)
    await gateway(world).report(call.id, "answered")
    for times, key in enumerate("95#*0", 1):
        again = await gateway(world).report(call.id, "key", key=key, times=times)
        assert '"then":"ask"' in again.body
        assert "9 を押してください" in again.body
    last = await gateway(world).report(call.id, "key", key="5", times=PRESSES)
    assert '"then":"hang-up"' in last.body
    assert "お返事を確認できなかった" in last.body
    assert (await rung(world, case_id))["state"] == State.ANSWERED  # a key that is no answer takes nothing
    assert [t for t in world.intake.taken if t["case_id"] == case_id] == []


@gateway_first
async def test_a_machine_hears_the_prompt_out_and_has_not_answered(world: World) -> None:
    case_id = await page(world)
    call = await placed(world, case_id)
    await gateway(world).report(call.id, "answered")
    silent = await gateway(world).report(call.id, "key", times=1)
    assert '"then":"hang-up"' in silent.body
    assert (await gateway(world).report(call.id, "ended", code="completed", outcome="completed")).ok
    log = await rung(world, case_id)
    assert (log["state"], log["code"]) == (State.PENDING, "hung-up")
    assert log["next_attempt_at"]


@gateway_first
async def test_who_hangs_up_before_listening_is_called_again(world: World) -> None:
    case_id = await page(world)
    call = await placed(world, case_id)
    await gateway(world).report(call.id, "answered")
    await gateway(world).report(call.id, "ended", code="hung-up", outcome="completed")
    log = await rung(world, case_id)
    assert (log["state"], log["code"]) == (State.PENDING, "hung-up")
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE id = $1", log["id"])
    second = await placed(world, case_id, 2)
    await gateway(world).report(second.id, "answered")
    assert "お願いします" in (await gateway(world).report(second.id, "key", key="2", times=1)).body
    log = await rung(world, case_id)
    assert (log["state"], log["code"]) == (State.FAILED, "declined")


@gateway_first
async def test_a_key_that_is_told_late_still_counts(world: World) -> None:
    """The gateway could not tell it before; meanwhile the person is already being called again."""
    case_id = await page(world)
    call = await placed(world, case_id)
    since = world.sandbox.journal.cursor
    await gateway(world).report(call.id, "ended", code="interrupted", outcome="interrupted")
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id, since=since)
    await gateway(world).report(call.id, "key", key="1", times=1)
    assert [t["via"] for t in world.intake.taken if t["case_id"] == case_id] == ["phone"]


@gateway_first
async def test_2_of_a_call_that_another_has_followed_is_not_said_to_count(world: World) -> None:
    case_id = await page(world)
    call = await placed(world, case_id)
    since = world.sandbox.journal.cursor
    await gateway(world).report(call.id, "ended", code="interrupted", outcome="interrupted")
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id, since=since)
    assert "記録できませんでした" in (await gateway(world).report(call.id, "key", key="2", times=1)).body
    assert (await rung(world, case_id))["state"] != State.FAILED


@gateway_first
async def test_who_presses_when_somebody_else_has_it_is_told_so(world: World) -> None:
    case_id = await page(world)
    call = await placed(world, case_id)
    await gateway(world).report(call.id, "answered")
    await world.say(e.CaseAcknowledged(case_id=case_id, by=person(TANAKA), via="web"))
    said = await gateway(world).report(call.id, "key", key="9", times=1)
    assert f"{NAME[TANAKA]}さんが対応しています" in said.body
    assert '"then":"hang-up"' in said.body


async def _all(world: World) -> list[dict[str, Any]]:
    return [dict(r) for r in await world.process.db.pool.fetch("SELECT * FROM notifications")]
