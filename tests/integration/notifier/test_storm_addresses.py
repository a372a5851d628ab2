"""Storms of whoever has two telephones or two mailboxes: each gets its own digest, and no case stands in one twice."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import EMAIL, PHONE, SATO, TANAKA, World, assigned, person
from tests.integration.notifier.persons import NEW, as_new, put
from tests.integration.notifier.test_maintenance import end, window

OTHER_MAIL = "sato@home.example"
TELEPHONES = [{"channel": "phone", "address": "phone"}, {"channel": "phone", "address": "phone-2"}]
MAILBOXES = [{"channel": "email", "address": "email"}, {"channel": "email", "address": "email-2"}]
DUE = "UPDATE notifications SET next_attempt_at = now(), planned_at = now() WHERE bundled AND state = 'pending'"
SENT = "SELECT address, carrier FROM notifications WHERE case_id = ANY($1) AND recipient = $2"


@pytest_asyncio.fixture(autouse=True)
async def _two_of_each(world: World) -> AsyncIterator[None]:
    """Sato has two telephones and two mailboxes, and nobody has had anything lately."""
    await world.process.db.pool.execute("TRUNCATE notifications, maintenance CASCADE")
    await world.process.db.pool.execute("UPDATE bundling SET after = 2")
    await as_new(world)
    await world.known_as(SATO, phone=[PHONE[SATO], NEW], email=[EMAIL[SATO], OTHER_MAIL])
    yield
    await world.process.db.pool.execute("TRUNCATE maintenance")
    await as_new(world)


async def asked(world: World, count: int, channel: Channel, priority: Priority = Priority.P2) -> list[str]:
    """So many cases that Sato is asked to take."""
    cases = []
    for _ in range(count):
        cases.append(await world.submitted(external=False, priority=priority))
        await world.say(assigned(cases[-1], SATO, channels=(channel,), priority=priority))
    return cases


async def digests(world: World, cases: list[str], *states: str) -> dict[str, set[str]]:
    """The carriers of these cases by address, once everything has come so far."""

    async def there() -> Any:
        found = [n for case in cases for n in await world.log(case)]
        return found if {n["state"] for n in found} <= set(states) else None

    await world.until(there)
    rows = await world.process.db.pool.fetch(SENT, cases, SATO)
    carriers: dict[str, set[str]] = {}
    for row in rows:
        carriers.setdefault(row["address"], set()).add(str(row["carrier"]))
    return carriers


def mails(world: World, to: str) -> list[str]:
    """What came into a mailbox."""
    return [m.text for m in world.sandbox.mail.messages if m.to == [to] and "・#" in m.text]


async def rings(world: World, number: str, case: str) -> Any:
    """The call to a number about a case rings."""
    call = await world.sandbox.phone.wait_for_call(number, case_id=case)
    return await call.until("ringing")


async def test_both_telephones_ring_once_for_all_cases_and_a_p1_rings_by_itself(world: World) -> None:
    await put(world, "rules", {"rules": {"P2": TELEPHONES}})
    cases = await asked(world, 4, Channel.PHONE)
    for number in (PHONE[SATO], NEW):
        await rings(world, number, cases[0])
    (urgent,) = await asked(world, 1, Channel.PHONE, Priority.P1)
    await rings(world, PHONE[SATO], urgent)
    await world.say(e.CaseAcknowledged(case_id=cases[2], by=person(TANAKA), via="web"))
    await world.process.db.pool.execute(DUE)
    for number in (PHONE[SATO], NEW):
        call = await world.sandbox.phone.wait_for_call(number, case_id=cases[1])
        assert "2 件" in call.text
    calls = [c for c in world.sandbox.phone.calls if c.case_id in (*cases, urgent)]
    assert len(calls) == len({(c.to, c.case_id) for c in calls}) == 5
    carriers = await digests(world, [cases[1], cases[3]], State.ACCEPTED, State.DELIVERED)
    assert {address: len(ids) for address, ids in carriers.items()} == {"phone": 1, "phone-2": 1}
    assert carriers["phone"].isdisjoint(carriers["phone-2"])


async def test_both_mailboxes_get_one_list_of_each_case_once(world: World) -> None:
    await put(world, "rules", {"rules": {"P2": MAILBOXES}})
    cases = await asked(world, 6, Channel.EMAIL)
    await digests(world, cases[:2], State.ACCEPTED)
    await world.say(e.CaseAcknowledged(case_id=cases[3], by=person(TANAKA), via="web"))
    await world.process.db.pool.execute(DUE)
    await digests(world, [*cases[:3], *cases[4:]], State.ACCEPTED)
    for mailbox in (EMAIL[SATO], OTHER_MAIL):
        (listed,) = mails(world, mailbox)
        assert listed.count("・#") == 3


async def test_the_best_address_and_the_same_one_by_its_name_are_one_telephone(world: World) -> None:
    """P2 has a rule that names it, P3 has none: two calls at once do not reach one person."""
    await put(world, "rules", {"rules": {"P2": TELEPHONES[:1]}})
    first = await asked(world, 1, Channel.PHONE)
    await rings(world, PHONE[SATO], first[0])
    cases = [*await asked(world, 2, Channel.PHONE), *await asked(world, 2, Channel.PHONE, Priority.P3)]
    await world.process.db.pool.execute(DUE)
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=cases[0])
    assert "4 件" in call.text
    assert len([c for c in world.sandbox.phone.calls if c.case_id in cases]) == 1


async def test_a_case_that_goes_to_one_mailbox_by_two_names_stands_in_its_list_once(world: World) -> None:
    await put(world, "rules", {"rules": {"P2": MAILBOXES}})
    before = len(mails(world, EMAIL[SATO]))
    cases = await asked(world, 4, Channel.EMAIL)
    await digests(world, cases[:2], State.ACCEPTED)
    await world.known_as(SATO, phone=[PHONE[SATO], NEW])  # the second mailbox is gone
    await world.process.db.pool.execute(DUE)
    await digests(world, cases, State.ACCEPTED)
    listed = mails(world, EMAIL[SATO])[before:]
    assert [text.count("・#") for text in listed] == [2]
    token = listed[0].split("/digests/")[1].split()[0]
    assert (await world.http.get(f"/digests/{token}")).text.count("/a/") == 2


async def test_both_mailboxes_hear_of_what_was_held_when_a_maintenance_ends(world: World) -> None:
    await put(world, "rules", {"rules": {"P2": MAILBOXES}})
    made = await window(world)
    (case,) = await asked(world, 1, Channel.EMAIL)

    async def held() -> bool:
        return [bool(n["held_by"]) for n in await world.log(case) if n["recipient"] == SATO] == [True, True]

    await world.until(held)
    await end(world, made)
    for mailbox in (EMAIL[SATO], OTHER_MAIL):
        await world.sandbox.mail.wait_for_mail(mailbox, case_id=case)
    await digests(world, [case], State.ACCEPTED)
