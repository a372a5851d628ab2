"""kill -9 at random moments while every provider accepts: nothing is lost, and what comes twice says so.

TASUKI_TEST_KILLS is how often (8), TASUKI_TEST_SEED repeats a run.
"""

import asyncio
import os
import random
import re
import signal
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from services.notifier.channels import PROVIDERS
from services.notifier.directory import WRITTEN
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from tests.contracts.channels.specs import SPECS
from tests.integration.notifier import conftest as c
from tests.integration.notifier.test_killed import Life, notifying

KILLS = int(os.environ.get("TASUKI_TEST_KILLS", "8"))
SEED = int(os.environ.get("TASUKI_TEST_SEED", "0")) or random.randrange(1, 10**6)
LEASE_SECONDS = 4
LATE = 0.3  # seconds between a provider's accepting and its answer
SETTLED = {"accepted", "delivered", "answered", "acknowledged"}
LABEL = "重複の可能性"
# the providers that people are written to by, each with somebody who is reached by nothing else
WRITTEN_TO = {
    name: spec
    for name, spec in SPECS.items()
    if PROVIDERS[name].kind in WRITTEN and PROVIDERS[name].channel not in (Channel.PHONE, Channel.TICKET)
}
ONCE = {f"p.{name}": PROVIDERS[name].once for name in WRITTEN_TO} | {"p.smtp": "labelled", "p.slack": "asked"}


@dataclass
class Round:
    """The two cases of one kill: one that is written about everywhere, one for which somebody is rung up."""

    written: str
    called: str


@pytest_asyncio.fixture(scope="module")
async def parts(databases: dict[str, str], kafka: str) -> AsyncIterator[tuple[c.World, Life]]:
    """A notifier with every provider set up, each with a reader of its own."""
    async with notifying(databases["notifier"], kafka, [s.env for s in WRITTEN_TO.values()]) as (world, life):
        people = [
            {"id": f"p.{name}", "name": f"{name} の読者", PROVIDERS[name].kind: spec.given(world.sandbox)}
            for name, spec in WRITTEN_TO.items()
        ]
        people += [
            {"id": "p.smtp", "name": "髙﨑 メール", "email": "reader@example.co.jp"},
            {"id": "p.slack", "name": "髙﨑 スラック", "slack": c.SLACK[c.SATO]},
            {"id": "p.twilio", "name": "髙﨑 電話", "phone": c.PHONE[c.SATO]},
        ]
        (await world.http.put("/v1/contacts", json={"people": people, "catch_all": "p.twilio"})).raise_for_status()
        yield world, life


@pytest.mark.timeout(120 + KILLS * 25)
async def test_killed_at_random_points_it_loses_nothing_and_labels_what_comes_twice(
    parts: tuple[c.World, Life],
) -> None:
    world, life = parts
    chance = random.Random(SEED)
    print(f"TASUKI_TEST_SEED={SEED} TASUKI_TEST_KILLS={KILLS}")
    for name in ("phone", "chat", "email", "ticket", *WRITTEN_TO):
        world.sandbox.fault(name, "late", seconds=LATE)
    rounds: list[Round] = []
    kills = 0
    while kills < KILLS:
        rounds.append(await _begun(world))
        await asyncio.sleep(chance.uniform(0, 3 * LATE))
        again = True
        while again:
            await life.end(signal.SIGKILL)
            await life.start()
            kills += 1
            again = kills < KILLS and chance.random() < 0.3  # what is taken over is interrupted as well
            await asyncio.sleep(chance.uniform(0, LEASE_SECONDS + 1) if again else 0)
        await _over(world, rounds[-1])
        await world.until(partial(_all_there, world, rounds[-1]), 60)
    await _proved(world, rounds)


async def _begun(world: c.World) -> Round:
    """Say what is to be told, and wait until some provider has taken some of it."""
    since = world.sandbox.journal.cursor
    written, called = await world.submitted(), await world.submitted(external=False)
    channels = tuple({card.channel for card in PROVIDERS.values()} - {Channel.PHONE})
    await world.say(c.assigned(written, *ONCE, channels=channels))
    await world.say(c.assigned(called, "p.twilio", channels=(Channel.PHONE,)))

    async def any_arrived() -> bool:
        return any(r.case_id in (written, called) for r in world.sandbox.received(since=since))

    await world.until(any_arrived, 20)
    return Round(written, called)


async def _over(world: c.World, r: Round) -> None:
    """The call has come and the case is taken, so that nobody is rung up a second time for want of an answer."""
    await world.sandbox.phone.wait_for_call(c.PHONE[c.SATO], case_id=r.called, timeout=30)
    await world.say(e.CaseAcknowledged(case_id=r.called, by=c.person(c.SATO), via="phone"))


async def _all_there(world: c.World, r: Round) -> bool:
    log = await _sent(world, r)
    return {n["recipient"] for n in log} >= set(ONCE) and all(n["state"] in SETTLED for n in log)


async def _sent(world: c.World, r: Round) -> list[dict[str, Any]]:
    """What there was an address for."""
    return [n for n in await world.log(r.written) if n["code"] != "no-contact"]


async def _proved(world: c.World, rounds: list[Round]) -> None:
    """Every page has its evidence; a repeat is labelled, and no provider has had more of them than there were kills."""
    repeats: Counter[str] = Counter()
    numbers = {event.case_id: event.number for event, _ in world.said if isinstance(event, e.CaseSubmitted)}
    for r in rounds:
        arrived: defaultdict[str, list[str]] = defaultdict(list)
        told = {n["recipient"] if n["channel"] != "ticket" else "ticket" for n in await _sent(world, r)}
        for item in world.sandbox.received():
            number = re.search(r"(?:#|番号 ?)(\d+)", item.text)
            if item.kind in ("message", "mail", "comment") and number and int(number[1]) == numbers[r.written]:
                vendor = item.content.get("vendor") or {"email": "smtp", "chat": "slack"}.get(item.channel)
                arrived[f"p.{vendor}" if vendor else item.channel].append(item.text)
        assert set(arrived) == told, f"lost: {told - set(arrived)}, nobody's: {set(arrived) - told}"
        for who, texts in arrived.items():
            if len(texts) > 1:
                repeats[who] += len(texts) - 1
                assert ONCE.get(who) == "labelled", f"{who} came {len(texts)} times"
                assert sum(LABEL not in text for text in texts) <= 1, texts
        calls = [i for i in world.sandbox.received("phone", case_id=r.called) if i.kind == "call"]
        assert len(calls) == 1, f"{len(calls)} calls"
    print(f"repeats in {KILLS} kills: {dict(repeats)}")
    assert all(count <= KILLS for count in repeats.values()), repeats
