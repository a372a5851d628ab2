"""An address is proven by its code or by an answer from it, and tried by a message that is no page."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from sandbox import Auto
from services.notifier import contacts, people, store
from services.notifier.domain import content, proof
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import EMAIL, ITO, PHONE, SATO, SLACK, TANAKA, World, assigned
from tests.integration.notifier.persons import NEW, added, address_of, as_new, put


@pytest.fixture(autouse=True)
async def _as_new(world: World) -> None:
    await as_new(world)


async def test_a_new_address_is_proven_by_its_code_and_not_by_guessing(world: World) -> None:
    id_ = await added(world, value="０９０－００００－０９９９", label="私用")
    path = f"/v1/contacts/{SATO}/addresses/{id_}"
    assert (id_, (await address_of(world, id_))["trusted"]) == ("phone-2", False)
    since = world.sandbox.journal.cursor
    sent = await world.http.post(f"{path}/code")
    assert sent.status_code == 202, sent.text
    call = await world.sandbox.phone.wait_for_call(NEW, since=since)
    code = "".join(re.findall(r"\d", call.text)[:6])
    assert code == await _code(world, sent.json()["id"])
    everything = await world.process.db.pool.fetchval("SELECT string_agg(c::text, '') FROM codes AS c")
    ledger = await world.process.db.pool.fetchval(
        "SELECT content FROM notifications WHERE id = $1", UUID(sent.json()["id"])
    )
    assert code not in everything + ledger
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    refused = await world.http.post(f"{path}/verify", json={"code": wrong})
    assert (refused.status_code, refused.json()["code"], refused.json()["left"]) == (422, "wrong-code", 4)
    other = await world.http.post(f"/v1/contacts/{SATO}/addresses/email/verify", json={"code": code})
    assert (other.status_code, other.json()["code"]) == (410, "no-code")
    proven = await world.http.post(f"{path}/verify", json={"code": code})
    assert proven.status_code == 200, proven.text
    assert (await address_of(world, id_))["trusted"] is True
    assert (await world.http.post(f"{path}/verify", json={"code": code})).status_code == 410
    again = await world.http.post(f"{path}/code")
    assert (again.status_code, again.json()["code"]) == (429, "too-often")
    assert int(again.headers["retry-after"]) > 0


async def _code(world: World, id_: str) -> str:
    row = await world.process.db.pool.fetchval("SELECT content FROM notifications WHERE id = $1", UUID(id_))
    return proof.code("link-key", content.loads(row).text)


async def test_five_wrong_codes_end_the_right_one(world: World) -> None:
    id_ = await added(world)
    path = f"/v1/contacts/{SATO}/addresses/{id_}"
    sent = (await world.http.post(f"{path}/code")).json()
    code = await _code(world, sent["id"])
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    answers = [await world.http.post(f"{path}/verify", json={"code": wrong}) for _ in range(6)]
    assert [a.status_code for a in answers] == [422, 422, 422, 422, 429, 429]
    assert (await world.http.post(f"{path}/verify", json={"code": code})).json()["code"] == "code-spent"
    assert (await address_of(world, id_))["trusted"] is False


async def test_an_address_that_somebody_answers_from_is_proven(world: World) -> None:
    id_ = await added(world)
    await put(world, "rules", {"rules": {"P2": [{"channel": "phone", "address": id_}]}})
    world.sandbox.phone.auto(Auto(to=NEW, answer_after=0, press="1"))
    case = await world.submitted(priority=Priority.P2)
    await world.say(assigned(case, SATO, priority=Priority.P2, channels=(Channel.PHONE,)))

    async def proven() -> bool:
        return bool((await address_of(world, id_))["verified_at"])

    await world.until(proven)
    assert world.intake.taken[-1]["by"]["id"] == SATO
    assert (await address_of(world, "email"))["verified_at"] is None


async def test_a_test_is_a_real_message_that_asks_nothing_and_is_no_page(world: World) -> None:
    since = world.sandbox.journal.cursor
    started = await world.http.post(f"/v1/contacts/{SATO}/addresses/email/test")
    assert started.status_code == 202, started.text
    mail = await world.sandbox.mail.wait_for_mail(EMAIL[SATO], since=since)
    assert mail.subject.startswith("【テスト】")
    assert "/a/" not in mail.text

    async def over() -> Any:
        found = (await world.http.get(started.headers["location"])).json()
        return found if found["state"] == "accepted" else None

    found = await world.until(over)
    assert (found["what"], found["channel"], found["address"], found["attempts"][0]["outcome"]) == (
        "test", "email", "email", "accepted",
    )  # fmt: skip
    assert (
        await world.process.db.pool.fetchval("SELECT purpose FROM notifications WHERE id = $1", UUID(found["id"]))
        == "test"
    )
    assert (await world.http.get(started.headers["location"].replace(SATO, TANAKA))).status_code == 404
    assert (await world.http.post(f"/v1/contacts/{SATO}/addresses/email/test")).status_code == 429
    assert (await world.http.post(f"/v1/contacts/{SATO}/addresses/fax/test")).status_code == 404


async def test_a_test_that_fails_says_so_and_goes_no_other_way(world: World) -> None:
    world.sandbox.fault("phone", "busy", 1, to=PHONE[TANAKA])
    started = await world.http.post(f"/v1/contacts/{TANAKA}/addresses/phone/test", json={"channel": "phone"})

    async def over() -> Any:
        found = (await world.http.get(started.headers["location"])).json()
        return found if found["state"] == "failed" else None

    found = await world.until(over)
    assert (found["code"], found["said"], len(found["attempts"])) == ("busy", "届きませんでした。", 1)
    rows = await world.process.db.pool.fetch("SELECT channel FROM notifications WHERE purpose = 'test'")
    assert [r["channel"] for r in rows] == ["phone"]
    refused = await world.http.post(f"/v1/contacts/{SATO}/addresses/phone/test", json={"channel": "chat"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-set-up")


async def test_a_test_call_is_confirmed_with_1_and_repeated_with_9(world: World) -> None:
    since = world.sandbox.journal.cursor
    started = await world.http.post(f"/v1/contacts/{TANAKA}/addresses/phone/test")
    call = await world.sandbox.phone.wait_for_call(PHONE[TANAKA], since=since)
    await call.answer()
    await call.press("9")
    await call.press("1")
    assert call.text.count("これはテストのお電話です") == 2
    assert "確認しました" in call.text
    assert "案件番号" not in call.text
    found = (await world.http.get(started.headers["location"])).json()
    assert found["state"] == "acknowledged"
    assert world.intake.taken == []  # nobody has taken any case


async def owner(world: World, value: str) -> str:
    """Who speaks by this address in Slack."""
    async with world.process.db.reading() as tx:
        found = await contacts.owner_of(tx, "slack", value)
    return found.id if found else ""


async def prove(world: World, person: str, id_: str) -> None:
    async with world.process.db.transaction() as tx:
        contact = await contacts.locked(tx, person)
        assert contact is not None
        await contacts.save(tx, people.proven(contact, id_, world.process.clock.now()))


@pytest.mark.security
async def test_who_says_that_an_address_is_theirs_speaks_for_nobody(world: World) -> None:
    taken = await added(world, kind="slack", value=SLACK[TANAKA])
    assert await owner(world, SLACK[TANAKA]) == TANAKA
    await prove(world, SATO, taken)
    assert await owner(world, SLACK[TANAKA]) == TANAKA, "the directory is believed first"
    new = await added(world, kind="slack", value="U0NEW")
    assert await owner(world, "U0NEW") == "", "nobody has proven it"
    await prove(world, SATO, new)
    assert await owner(world, "U0NEW") == SATO
    answer = await world.http.post(f"/v1/contacts/{ITO}/addresses", json={"kind": "slack", "value": "U0NEW"})
    assert await owner(world, "U0NEW") == SATO
    await prove(world, ITO, answer.headers["location"].rsplit("/", 1)[1])
    assert await owner(world, "U0NEW") == "", "two have proven it"


@pytest.mark.security
async def test_an_answer_by_text_is_to_the_pages_of_whose_number_it_surely_is(world: World) -> None:
    db = world.process.db
    await added(world, value=PHONE[TANAKA])
    await added(world)
    case = await world.submitted()
    await world.say(assigned(case, SATO, TANAKA, channels=(Channel.PHONE,)))
    await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case)
    await world.sandbox.phone.wait_for_call(PHONE[TANAKA], case_id=case)
    began = world.process.clock.now() - timedelta(minutes=5)

    async def asked(value: str) -> set[str]:
        async with db.reading() as tx:
            found = await store.pages_to(tx, Channel.PHONE, "phone", value, began)
        return {n.recipient for n in found if n.case_id == case}

    assert await asked(PHONE[TANAKA]) == {TANAKA}
    assert await asked(NEW) == {SATO}, "nobody else has it, and pages go there"
