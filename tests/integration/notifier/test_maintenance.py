"""Maintenance: pages wait for its end, what rang is called back, and what is still open then is paged, once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from services.notifier import maintenance, store, windows
from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import PHONE, SATO, SLACK, TANAKA, World, assigned, person

CHAT_ONLY = (Channel.CHAT,)
BY = {"id": "yamada.kyoko", "name": "山田 京子"}


@pytest_asyncio.fixture(autouse=True)
async def _calm(world: World) -> AsyncIterator[None]:
    """No window is open, and nobody has had anything lately."""
    await world.process.db.pool.execute("TRUNCATE notifications, maintenance CASCADE")
    yield
    await world.process.db.pool.execute("TRUNCATE maintenance")


ONE = """SELECT n.*, (SELECT state FROM folds WHERE key = n.case_id) AS fold, false AS answered,
                NULL AS contact, '[]' AS windows FROM notifications AS n WHERE n.id = $1"""


async def window(world: World, **more: Any) -> dict[str, Any]:
    """Ask for a window of two hours from now on."""
    now = datetime.now(UTC)
    times = {"from": now.isoformat(), "to": (now + timedelta(hours=2)).isoformat()}
    answer = await world.http.post(
        "/v1/maintenance", json={"team": "payments", **times, "reason": "計画停止 髙﨑①", "by": BY, **more}
    )
    made: dict[str, Any] = answer.raise_for_status().json()
    return made


async def end(world: World, made: dict[str, Any]) -> None:
    """End it early."""
    (await world.http.delete(f"/v1/maintenance/{made['id']}", params={"by": BY["id"]})).raise_for_status()


async def asked(world: World, priority: Priority = Priority.P3, channels: tuple[Channel, ...] = CHAT_ONLY) -> str:
    """A new case that somebody is asked to take."""
    case = await world.submitted(external=False, priority=priority)
    await world.say(assigned(case, SATO, channels=channels, priority=priority))
    return case


async def held(world: World, case: str) -> list[dict[str, Any]]:
    """The pages of a case once a window holds one of them."""

    async def found() -> Any:
        log = await world.log(case)
        return log if any(n["held_by"] and n["state"] == "pending" for n in log) else None

    log: list[dict[str, Any]] = await world.until(found)
    return log


def messages(world: World, case: str, who: str = SATO) -> list[str]:
    """What somebody got by chat about a case."""
    return [
        m.text for m in world.sandbox.chat.messages if m.to == SLACK[who] and m.metadata and case in str(m.metadata)
    ]


async def test_pages_wait_for_the_end_and_then_go_once(world: World) -> None:
    made = await window(world)
    case = await asked(world)
    (page,) = [n for n in await held(world, case) if n["recipient"] == SATO]
    assert page["held_by"] == made["id"]
    assert page["next_attempt_at"][:16] == made["to"][:16]
    assert "メンテナンス中（計画停止 髙﨑①）" in page["sentence"]
    assert page["attempts"] == []
    assert world.sandbox.received("chat", case_id=case) == []
    other = await asked(world)
    await held(world, other)
    told = [m for m in world.sandbox.chat.messages if m.to == SLACK[SATO] and "計画停止" in m.text]
    assert len(told) == 1
    await end(world, made)
    await world.settled(case, chat=State.ACCEPTED)
    await world.settled(other, chat=State.ACCEPTED)
    assert len([r for r in world.sandbox.received("chat", case_id=case) if r.to == SLACK[SATO]]) == 1


async def test_what_is_held_already_when_a_window_begins_is_not_called_back_as_well(world: World) -> None:
    made = await window(world)
    case = await asked(world)
    (page,) = [n for n in await held(world, case) if n["recipient"] == SATO]
    pool = world.process.db.pool
    await pool.execute(
        "UPDATE notifications SET state = 'sending', closing = 'held', closing_at = now() WHERE case_id = $1", case
    )
    async with world.process.db.transaction() as tx:
        assert await windows.still_out(tx, [UUID(page["id"])]) == {UUID(page["id"])}
        await tx.execute("UPDATE notifications SET state = 'pending' WHERE case_id = $1", case)
        assert await windows.still_out(tx, [UUID(page["id"])]) == set()
        (n,) = await store.parts(await tx.fetch(ONE, UUID(page["id"])))
        kept = await windows.one(tx, UUID(made["id"]))
        assert kept is not None
        await maintenance.hold(tx, n[0], kept.window, datetime.now(UTC))
        assert await tx.fetchval("SELECT closing_at FROM notifications WHERE id = $1", UUID(page["id"])) is None
    await end(world, made)
    await world.settled(case, chat=State.ACCEPTED)
    assert [r.kind for r in world.sandbox.received("chat", case_id=case) if r.to == SLACK[SATO]] == ["message"]


async def test_a_p1_goes_through_and_other_teams_do_not_notice(world: World) -> None:
    await window(world, team="support")
    case = await asked(world)
    await world.settled(case, chat=State.ACCEPTED)
    await window(world)
    urgent = await asked(world, Priority.P1)
    await world.settled(urgent, chat=State.ACCEPTED)
    assert {n["held_by"] for n in await world.log(urgent)} == {None}


async def test_a_p1_waits_only_where_the_window_says_so(world: World) -> None:
    made = await window(world, p1=True)
    urgent = await asked(world, Priority.P1)
    await held(world, urgent)
    assert world.sandbox.received("chat", case_id=urgent) == []
    await end(world, made)
    await world.settled(urgent, chat=State.ACCEPTED)


async def test_what_rings_is_called_back_and_asked_again_at_the_end(world: World) -> None:
    case = await asked(world, Priority.P2, (Channel.PHONE,))
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    made = await window(world)
    await call.until("canceled")
    again = [n for n in await held(world, case) if n["held_by"]]
    assert [n["channel"] for n in again] == ["phone"]
    await end(world, made)

    async def rings_again() -> bool:
        return len([c for c in world.sandbox.phone.calls if c.case_id == case]) == 2

    await world.until(rings_again)


OTHERS = """INSERT INTO notifications (id, case_id, purpose, channel, recipient, name, round, after, rank, content, traceparent,
                                        state, attempts, created_at, next_attempt_at, planned_at)
            SELECT gen_random_uuid(), $2, 'page', 'chat', 'tanaka.minoru', name, round, after, rank, content, '',
                   'accepted', 1, $3, $3, $3
            FROM notifications, generate_series(1, 20001) WHERE case_id = $1 AND recipient = 'sato.hanako'"""
CASE = """INSERT INTO folds (key, state, pending, since)
          SELECT $2, replace(state, $3, $4), pending, since FROM folds WHERE key = $1"""


@pytest.mark.parametrize(
    ("age", "was", "other"),
    [
        (timedelta(days=2), '"source":"zendesk"', '"source":"jira"'),
        (timedelta(minutes=-1), '"status":"received"', '"status":"done"'),
    ],
    ids=["older ones of others", "newer ones of what is done"],
)
async def test_what_rings_is_called_back_among_very_many(world: World, age: timedelta, was: str, other: str) -> None:
    one, many = await asked(world), f"c_{uuid4().hex[:26]}"
    pool = world.process.db.pool
    await pool.execute(CASE, one, many, was, other)
    assert other in await pool.fetchval("SELECT state FROM folds WHERE key = $1", many)
    await pool.execute(OTHERS, one, many, datetime.now(UTC) - age)
    case = await asked(world, Priority.P2, (Channel.PHONE,))
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await call.until("ringing")
    await window(world, source="zendesk")
    await call.until("canceled")
    assert [n["channel"] for n in await held(world, case) if n["held_by"]] == ["phone"]


async def test_of_more_pages_than_can_be_called_back_the_newest_are(world: World) -> None:
    cases = [await asked(world) for _ in range(3)]
    for case in cases:
        await world.settled(case, chat=State.ACCEPTED)
    async with world.process.db.transaction() as tx:
        rows = await windows.out(tx, cases, datetime.now(UTC), 2)
    assert [row["case_id"] for row in rows if row["recipient"] == SATO][:1] == [cases[2]]


OLD = "UPDATE notifications SET created_at = created_at - interval '2 hours' WHERE case_id = $1"
WAITED = "UPDATE notifications SET planned_at = created_at, next_attempt_at = now() WHERE case_id = $1"


@pytest.mark.parametrize("how", ["the window is ended", "its turn came late"])
async def test_what_had_to_wait_for_long_is_tried_again_as_any_other(world: World, how: str) -> None:
    made = await window(world)
    case = await asked(world)
    await held(world, case)
    world.sandbox.fault("chat", "500", 1, to=SLACK[SATO])
    pool = world.process.db.pool
    await pool.execute(OLD, case)
    if how == "the window is ended":
        await end(world, made)
    else:  # as when the rate of its provider kept it waiting
        await pool.execute("TRUNCATE maintenance")
        await pool.execute(WAITED, case)
    log = await world.settled(case, chat=State.ACCEPTED)
    (page,) = [n for n in log if n["recipient"] == SATO]
    assert [a["outcome"] for a in page["attempts"]] == ["retryable", "accepted"]


async def test_what_is_released_early_is_not_said_to_have_been_wanted_later(world: World) -> None:
    """A page that goes before its time has not been quick: what is counted begins when it could go."""
    case = await asked(world, Priority.P2, (Channel.PHONE,))
    await (await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)).until("ringing")
    made = await window(world)
    await held(world, case)
    await end(world, made)
    begun = "SELECT max(greatest(not_before, planned_at)) FROM notifications WHERE case_id = $1 AND held_by IS NOT NULL"
    assert await world.process.db.pool.fetchval(begun, case) <= datetime.now(UTC)


async def test_what_was_answered_meanwhile_is_not_paged_at_the_end(world: World) -> None:
    made = await window(world)
    case = await asked(world)
    await held(world, case)
    await world.say(e.CaseAcknowledged(case_id=case, by=person(TANAKA), via="web"))
    await end(world, made)
    await asyncio.sleep(0.5)  # the end of the window has its chance
    pages = [n for n in await world.log(case) if n["purpose"] == "page"]
    assert {n["state"] for n in pages} == {State.SKIPPED}
    assert not [r for r in world.sandbox.received("chat", case_id=case) if r.to == SLACK[SATO]]


async def test_the_climb_passes_nobody_who_was_held_and_pages_nobody_twice(world: World) -> None:
    made = await window(world)
    case = await asked(world)
    await held(world, case)
    p3: dict[str, Any] = {"channels": CHAT_ONLY, "priority": Priority.P3, "cause": "breached"}

    async def are_held(*whom: tuple[str, int]) -> bool:
        log = [n for n in await world.log(case) if n["state"] == "pending" and n["held_by"]]
        return {(n["recipient"], n["round"]) for n in log} == set(whom)

    await world.say(assigned(case, TANAKA, round=2, level=2, **p3))
    await world.until(lambda: are_held((SATO, 1), (TANAKA, 2)))
    await world.say(assigned(case, SATO, round=3, level=1, **p3))
    await world.until(lambda: are_held((SATO, 3), (TANAKA, 2)))
    await end(world, made)
    await world.until(lambda: _both(world, case))
    paged = [r.to for r in world.sandbox.received("chat", case_id=case) if r.to in (SLACK[SATO], SLACK[TANAKA])]
    assert sorted(paged) == sorted([SLACK[SATO], SLACK[TANAKA]])


async def _both(world: World, case: str) -> bool:
    pages = [n for n in await world.log(case) if n["purpose"] == "page" and n["state"] == "accepted"]
    return {SATO, TANAKA} <= {n["recipient"] for n in pages}


async def test_windows_are_checked_listed_and_ended_once(world: World) -> None:
    now = datetime.now(UTC)
    good = {
        "team": "payments",
        "from": now.isoformat(),
        "to": (now + timedelta(hours=1)).isoformat(),
        "reason": "x",
        "by": BY,
    }
    for wrong in (
        {"team": ""},
        {"to": now.isoformat()},
        {"to": (now + timedelta(days=15)).isoformat()},
        {"from": (now - timedelta(hours=2)).isoformat(), "to": (now - timedelta(hours=1)).isoformat()},
        {"from": "2026-11-28T10:00:00"},
        {"reason": ""},
        {"p1": "yes"},
    ):
        answer = await world.http.post("/v1/maintenance", json=good | wrong)
        assert answer.status_code == 422, (wrong, answer.text)
        english = await world.http.post("/v1/maintenance", json=good | wrong, headers={"accept-language": "en"})
        assert not any("぀" <= letter <= "ヿ" for letter in english.text)
    assert (await world.http.post("/v1/maintenance", json=good, headers={"authorization": "x"})).status_code == 401
    made = await window(world)
    (listed,) = (await world.http.get("/v1/maintenance")).json()["data"]
    assert (listed["id"], listed["state"], listed["p1"], listed["by"]) == (made["id"], "open", False, BY)
    await end(world, made)
    again = await world.http.delete(f"/v1/maintenance/{made['id']}", params={"by": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "window-over")
    gone = await world.http.delete("/v1/maintenance/00000000-0000-0000-0000-000000000000", params={"by": "x"})
    assert gone.status_code == 404
