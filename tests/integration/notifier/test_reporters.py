"""A reporter in no directory hears of their case by mail: intake is asked where, each time, and nothing here remembers it."""

import logging

import pytest

from services.notifier.domain.notification import State
from shared.contracts import events as e
from shared.contracts.links import make_followup
from shared.contracts.vocabulary import Channel, Kind
from tests.integration.notifier.conftest import SATO, SLACK, World, assigned, person

AUTHOR = e.Actor(kind="source", id="shop-mail", name="高崎 太郎")
CHAT = (Channel.CHAT,)


def resolved(case: str) -> e.CaseResolved:
    return e.CaseResolved(
        case_id=case,
        by=person(SATO),
        handling="証明書を更新",
        result="決済できた",
        evaluation="要改善",
        cause="期限切れ",
    )


async def every_row(world: World) -> str:
    """All that stands in the database of the notifier, as text."""
    pool = world.process.db.pool
    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    rows = [row for (table,) in tables for row in await pool.fetch(f'SELECT * FROM "{table}"')]
    return "\n".join(v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for r in rows for v in r.values())


@pytest.mark.parametrize("kind", [Kind.OUTAGE, Kind.HARASSMENT])
async def test_receipt_and_result_arrive_and_the_address_stays_where_it_is(
    world: World, kind: Kind, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    address = f"taro.{kind}@example.net"
    case = await world.submitted(external=False, by=AUTHOR, address=address, kind=kind)
    await world.say(assigned(case, SATO, channels=CHAT))
    receipt = await world.sandbox.mail.wait_for_mail(address, case_id=case)
    assert receipt.subject.startswith("【受付】")
    assert "ご報告ありがとうございます" in receipt.text
    assert f"/r/{make_followup('link-key', case)}" in receipt.text
    assert (receipt.headers["auto-submitted"], receipt.headers["x-auto-response-suppress"]) == ("auto-generated", "All")
    before = world.sandbox.journal.cursor
    await world.say(resolved(case))
    result = await world.sandbox.mail.wait_for_mail(address, case_id=case, since=before)
    assert "決済できた" in result.text
    assert not [word for word in ("要改善", "期限切れ") if word in result.text]
    await world.again()
    await world.settled(case, email=State.ACCEPTED, chat=State.ACCEPTED)
    assert [m.subject[:4] for m in world.sandbox.mail.messages if m.to == [address]] == ["【受付】", "【完了】"]
    told = {r.to for r in world.sandbox.received(case_id=case)}
    assert told == {address, SLACK[SATO]} | (set() if kind is Kind.HARASSMENT else {"C0PAYMENTS"})
    assert address not in await every_row(world)
    assert address not in "\n".join(r.getMessage() for r in caplog.records if r.name != "mail.log")  # the sandbox's
    assert address not in "".join(capsys.readouterr())
    shown = [n for n in await world.log(case) if n["channel"] == "email"]
    assert {(n["recipient"], n["name"], n["address"]) for n in shown} == {(f"reporter:{case}", "報告者", "")}
    assert shown[0]["sentence"].startswith("報告者：")
    said = await world.outcomes(case)
    assert {o["recipient"] for o in said if o["channel"] == "email"} == {f"reporter:{case}"}
    assert address not in str(said)


async def test_while_intake_is_away_the_mail_waits(world: World) -> None:
    world.intake.status = 503
    case = await world.submitted(external=False, by=AUTHOR, address="waits@example.net")
    await world.say(assigned(case, SATO, channels=CHAT))

    async def tried() -> bool:
        return any(a["code"] == "intake-away" for n in await world.log(case) for a in n["attempts"])

    await world.until(tried)
    assert not [m for m in world.sandbox.mail.messages if m.to == ["waits@example.net"]]
    world.intake.status = 200
    await world.sandbox.mail.wait_for_mail("waits@example.net", case_id=case, timeout=20)
    await world.settled(case, email=State.ACCEPTED)


async def test_once_the_address_is_gone_nothing_is_sent_and_the_log_says_why(world: World) -> None:
    case = await world.submitted(external=False, by=AUTHOR, address="gone@example.net")
    world.intake.addresses.clear()
    await world.say(assigned(case, SATO, channels=CHAT))
    (row,) = [n for n in await world.settled(case, email=State.SKIPPED) if n["channel"] == "email"]
    assert row["code"] == "forgotten"
    assert "すでに消去されている" in row["why_not"]
    await world.say(e.CaseErased(case_id=case, by=person(SATO)))
    await world.say(resolved(case))
    await world.settled(case, chat=State.ACCEPTED)
    assert len([n for n in await world.log(case) if n["channel"] == "email"]) == 1
    assert not [m for m in world.sandbox.mail.messages if m.to == ["gone@example.net"]]


async def test_a_refused_address_is_given_up_and_nobody_else_is_told_in_its_place(world: World) -> None:
    world.sandbox.fault("email", "550", to="nobody@example.net")
    case = await world.submitted(external=False, by=AUTHOR, address="nobody@example.net")
    await world.say(assigned(case, SATO, channels=CHAT))
    await world.settled(case, email=State.FAILED, chat=State.ACCEPTED)
    assert {n["recipient"] for n in await world.log(case)} == {f"reporter:{case}", SATO, "team:payments"}


async def test_much_news_of_one_case_is_not_put_together(world: World) -> None:
    await world.process.db.pool.execute("UPDATE bundling SET after = 1")
    case = await world.submitted(external=False, by=AUTHOR, address="much@example.net")
    await world.say(assigned(case, SATO, channels=CHAT))
    for number in range(3):
        await world.say(e.CaseNoted(case_id=case, by=person(SATO), text=f"その{number}", internal=False))
    await world.process.db.pool.execute("UPDATE bundling SET after = 0")

    async def all_there() -> bool:
        return len([m for m in world.sandbox.mail.messages if m.to == ["much@example.net"]]) == 4

    await world.until(all_there)
