"""Storms: whoever gets much gets it together, everything is listed, and nothing urgent or of others waits."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier import bundles, store
from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import EMAIL, ITO, PHONE, SATO, SLACK, TANAKA, YAMADA, World, assigned, person

CHAT_ONLY, PHONE_ONLY = (Channel.CHAT,), (Channel.PHONE,)
PENDING = "SELECT count(*) FROM notifications WHERE bundled AND state = 'pending' AND recipient = $1 AND channel = $2"


@pytest.fixture(autouse=True)
async def _calm(world: World) -> None:
    """Nobody has had anything lately."""
    await world.process.db.pool.execute("TRUNCATE notifications CASCADE")
    await world.process.db.pool.execute("UPDATE bundling SET after = 5")


async def storm(
    world: World, count: int, who: str, channels: tuple[Channel, ...] = CHAT_ONLY, priority: Priority = Priority.P3
) -> list[str]:
    """So many cases that one person is asked to take."""
    cases = []
    for _ in range(count):
        cases.append(await world.submitted(external=False, priority=priority))
        await world.say(assigned(cases[-1], who, channels=channels, priority=priority))
    return cases


async def time_passes(world: World) -> None:
    """The next digest is due."""
    await world.process.db.pool.execute(
        "UPDATE notifications SET next_attempt_at = now() WHERE bundled AND state = 'pending'"
    )


async def pages(world: World, cases: list[str], channel: str = "chat") -> list[dict[str, Any]]:
    """The pages by a channel, a case after the other."""
    return [n for case in cases for n in await world.log(case) if n["channel"] == channel and n["purpose"] == "page"]


async def accepted(world: World, cases: list[str], channel: str = "chat") -> list[dict[str, Any]]:
    """The same once the provider has all of them."""

    async def all_of_them() -> Any:
        found = await pages(world, cases, channel)
        return found if {n["state"] for n in found} <= {"accepted", "delivered", "answered"} else None

    found: list[dict[str, Any]] = await world.until(all_of_them)
    return found


def to(world: World, who: str, since: int) -> list[str]:
    """What somebody got by chat."""
    return [
        str(r.content)
        for r in world.sandbox.received("chat", since=since)
        if r.to == SLACK[who] and r.kind == "message"
    ]


async def test_thirty_cases_are_five_messages_and_one_digest_that_lists_all_others(world: World) -> None:
    since = world.sandbox.journal.cursor
    cases = await storm(world, 30, SATO)
    await accepted(world, cases[:5])
    assert len(to(world, SATO, since)) == 5
    assert await world.process.db.pool.fetchval(PENDING, SATO, "chat") == 25
    urgent = await world.submitted(external=False)
    await world.say(assigned(urgent, SATO, channels=(Channel.PHONE, Channel.CHAT)))
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=urgent)
    await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=urgent)
    (other,) = await storm(world, 1, TANAKA)
    await accepted(world, [other])
    assert await world.process.db.pool.fetchval(PENDING, SATO, "chat") == 25
    await time_passes(world)
    log = await accepted(world, cases)
    got = to(world, SATO, since)
    assert len(got) == 7
    numbers = re.findall(r"・#(\d+)［P3］", got[-1])
    assert "25 件" in got[-1]
    assert len(numbers) == len(set(numbers)) == 25
    assert got[-1].count("/a/") == 25
    assert "25件をまとめて" in got[-1]
    assert {n["carrier"] for n in log[:5]} == {None}
    assert {n["carrier"] for n in log[5:]} == {log[5]["id"]}
    assert all([a["outcome"] for a in n["attempts"]] == ["accepted"] for n in log)
    assert [o["outcome"] for o in await world.outcomes(cases[29])] == ["accepted"]


async def test_what_was_answered_meanwhile_falls_out_and_the_rest_still_goes(world: World) -> None:
    cases = await storm(world, 9, SATO)
    await accepted(world, cases[:5])
    since = world.sandbox.journal.cursor
    await world.say(e.CaseAcknowledged(case_id=cases[5], by=person(TANAKA), via="web"))
    await time_passes(world)
    await accepted(world, [*cases[:5], *cases[6:]])
    (digest,) = [m for m in to(world, SATO, since) if "・#" in m]
    assert digest.count("・#") == 3
    assert [n["state"] for n in await pages(world, [cases[5]])] == [State.SKIPPED]


async def test_a_digest_whose_own_case_was_answered_just_before_it_went_goes_without_it(world: World) -> None:
    cases = await storm(world, 8, SATO)
    await accepted(world, cases[:5])
    since = world.sandbox.journal.cursor
    world.sandbox.fault("chat", "500", 1, to=SLACK[SATO])
    await time_passes(world)
    first = cases[5]

    async def tried() -> bool:
        return bool((await pages(world, [first]))[0]["attempts"])

    await world.until(tried)
    await world.say(e.CaseAcknowledged(case_id=first, by=person(TANAKA), via="web"))
    log = await accepted(world, cases[6:])
    assert len({n["carrier"] for n in log}) == 1
    digests = [m for m in to(world, SATO, since) if "・#" in m]
    assert digests[-1].count("・#") in (2, 3)  # it may have gone before the answer was read
    assert len(digests) == 1


async def test_a_digest_that_fails_is_tried_again_with_everything_in_it(world: World) -> None:
    cases = await storm(world, 12, SATO)
    await accepted(world, cases[:5])
    since = world.sandbox.journal.cursor
    world.sandbox.fault("chat", "500", 2, to=SLACK[SATO])
    await time_passes(world)
    log = await accepted(world, cases)
    (digest,) = to(world, SATO, since)
    assert digest.count("・#") == 7
    assert len({n["carrier"] for n in log[5:]}) == 1


async def test_a_digest_that_nobody_knows_the_end_of_is_looked_up_and_loses_nothing(world: World) -> None:
    cases = await storm(world, 12, SATO)
    await accepted(world, cases[:5])
    since, db = world.sandbox.journal.cursor, world.process.db.pool
    world.sandbox.fault("chat", "500", 1, to=SLACK[SATO])
    await time_passes(world)
    killed = """UPDATE notifications SET state = 'sending', lease_until = now() - interval '1 minute', attempts = attempts + 1
                WHERE carrier = id AND recipient = $1 AND state = 'pending' RETURNING id"""
    await world.until(lambda: db.fetchval(killed, SATO))
    log = await accepted(world, cases)
    assert sum(m.count("・#") for m in to(world, SATO, since)) == 7
    assert len({n["carrier"] for n in log[5:]}) == 1


async def test_what_stands_in_no_digest_any_more_waits_for_the_next(world: World) -> None:
    cases = await storm(world, 9, SATO)
    await accepted(world, cases[:5])
    since = world.sandbox.journal.cursor
    ended = """UPDATE notifications SET carrier = (SELECT id FROM notifications WHERE case_id = $2 AND channel = 'chat')
               WHERE bundled AND state = 'pending' AND recipient = $1"""
    await world.process.db.pool.execute(ended, SATO, cases[0])
    await accepted(world, cases)
    assert sum(m.count("・#") for m in to(world, SATO, since)) == 4


@pytest.mark.parametrize("set_down", [True, False])
async def test_what_a_digest_may_have_brought_says_so_when_it_comes_with_the_next(world: World, set_down: bool) -> None:
    cases, db = await storm(world, 8, SATO), world.process.db
    await accepted(world, cases[:5])
    cut_off = "UPDATE notifications SET repeat = true WHERE case_id = $1 AND channel = 'chat' RETURNING id"
    in_it = "UPDATE notifications SET carrier = $2 WHERE bundled AND state = 'pending' AND recipient = $1"
    async with db.transaction() as tx:
        await tx.execute(in_it, SATO, carrier := await tx.fetchval(cut_off, cases[0]))
        if set_down:
            await bundles.set_down(tx, carrier, datetime.now(UTC))
    assert [n["repeat"] for n in await accepted(world, cases[5:])] == [True] * 3


async def test_a_digest_that_cannot_go_leaves_each_case_its_next_way(world: World) -> None:
    cases = await storm(world, 8, SATO)
    await accepted(world, cases[:5])
    await world.known_as(SATO, slack="")
    await time_passes(world)

    async def by_mail() -> bool:
        return len(await pages(world, cases[5:], "email")) == 3

    try:
        await world.until(by_mail)
        mails = await accepted(world, cases[5:], "email")
        assert {n["recipient"] for n in mails} == {SATO}
        assert {n["state"] for n in await pages(world, cases[5:])} == {State.FAILED}
        assert len({n["id"] for n in mails}) == 3
        assert [m for m in world.sandbox.mail.messages if m.to == [EMAIL[SATO]]]
    finally:
        await world.known_as(SATO)


async def test_what_was_to_come_with_others_and_came_alone_is_a_message_like_any_other(world: World) -> None:
    """Its button goes once somebody else answers; and the next digest keeps its distance from it."""
    cases = await storm(world, 6, SATO)
    await accepted(world, cases[:5])
    await time_passes(world)
    (page,) = await accepted(world, cases[5:])
    assert page["carrier"] is None
    message = await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=cases[5])
    assert len(message.buttons) == 1
    await world.say(e.CaseAcknowledged(case_id=cases[5], by=person(TANAKA), via="web"))

    async def changed() -> bool:
        return bool(message.updates)

    await world.until(changed)
    assert message.buttons == []
    (later,) = await storm(world, 1, SATO, priority=Priority.P4)
    (waiting,) = await pages(world, [later])
    at = datetime.fromisoformat(waiting["next_attempt_at"])
    assert at - datetime.fromisoformat(page["created_at"]) > timedelta(minutes=2)  # half of what is left to answer
    await world.process.db.pool.execute("UPDATE notifications SET next_attempt_at = now() WHERE case_id = $1", later)


async def test_a_telephone_falls_silent_for_what_was_to_come_with_others_and_came_alone(world: World) -> None:
    cases = await storm(world, 2, YAMADA, PHONE_ONLY, Priority.P2)
    first = await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=cases[0])
    await first.until("ringing")
    await first.decline()
    await time_passes(world)
    call = await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=cases[1])
    await call.until("ringing")
    await world.say(e.CaseAcknowledged(case_id=cases[1], by=person(TANAKA), via="web"))
    await call.until("canceled")


async def test_many_calls_are_one_that_says_how_many_and_a_key_takes_the_first_alone(world: World) -> None:
    since = world.sandbox.journal.cursor
    cases = await storm(world, 6, YAMADA, PHONE_ONLY, Priority.P2)
    first = await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=cases[0])
    await first.until("ringing")
    await first.decline()
    assert len(world.sandbox.received("phone", since=since)) == 1
    await time_passes(world)
    call = await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=cases[1])
    await call.until("ringing")
    await call.answer()
    await call.press("9")
    await call.press("1")
    assert call.text.count("お知らせが 5 件あります") == 2
    assert [t["case_id"] for t in world.intake.taken] == [cases[1]]
    states = {n["state"] for n in await pages(world, cases[2:], "phone")}
    assert states == {State.ANSWERED}  # heard, and not taken
    assert len([c for c in world.sandbox.phone.calls if c.case_id in cases[1:]]) == 1


async def test_the_page_of_a_digest_lists_everything_and_only_for_its_link(world: World) -> None:
    cases = await storm(world, 9, ITO)
    await accepted(world, cases[:5])
    since = world.sandbox.journal.cursor
    await time_passes(world)
    await accepted(world, cases)
    (digest,) = to(world, ITO, since)
    token = digest.split("/digests/")[1].split("\\n")[0].split("'")[0].split()[0]
    page = await world.http.get(f"/digests/{token}", headers={"authorization": ""})
    assert page.status_code == 200
    assert page.text.count("/a/") == 4
    assert re.findall(r'<a class="button quiet" href="[^"]+/a/[^"]+">#[0-9]+ P3 決済が全店舗で失敗する</a>', page.text)
    assert "4 件" in page.text
    assert world.intake.taken == []
    forged = await world.http.get(f"/digests/{token[:-3]}AAA")
    assert forged.status_code == 404
    assert not any(case in forged.text for case in cases)


async def test_bundling_can_be_changed_and_switched_off(world: World) -> None:
    assert (await world.http.get("/v1/bundling")).json() == {"after": 5}
    assert (await world.http.put("/v1/bundling", json={"after": -1})).status_code == 422
    assert (await world.http.put("/v1/bundling", json={"after": 5}, headers={"authorization": "x"})).status_code == 401
    try:
        assert (await world.http.put("/v1/bundling", json={"after": 0})).json() == {"after": 0}
        cases = await storm(world, 9, TANAKA)
        await accepted(world, cases)
        assert {n["carrier"] for n in await pages(world, cases)} == {None}
    finally:
        await world.http.put("/v1/bundling", json={"after": 5})


async def test_what_becomes_a_p1_while_a_digest_is_made_up_goes_by_itself_and_takes_nobody_along(world: World) -> None:
    cases, db = await storm(world, 7, SATO), world.process.db
    await accepted(world, cases[:5])
    since = world.sandbox.journal.cursor
    due = "UPDATE notifications SET next_attempt_at = now() WHERE bundled AND case_id = $1"
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with db.transaction() as tx:
        await store.release(tx, cases[5], [SATO], 10, datetime.now(UTC))
        await db.pool.execute(due, cases[6])
        await world.until(lambda: db.pool.fetchval(waits))  # the digest is being made up, of both as they were
    await accepted(world, cases)
    assert len(to(world, SATO, since)) == 2
    assert {n["carrier"] for n in await pages(world, [cases[5]])} == {None}
