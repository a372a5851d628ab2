"""Mail comes in: a case, a reply, a machine, a stranger; each is what it should be, once, whatever comes twice."""

import logging
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from services.intake.senders.email import KEPT
from shared.contracts import events as e
from tests.integration.intake.desk import TEXT, Desk
from tests.integration.intake.post import DOMAIN, Post, mail


async def test_a_mail_opens_a_case_once_however_often_it_comes(post: Post) -> None:
    address = await post.source(options={"product": "決済"})
    for _ in range(3):
        assert await post.send(address, mail(subject="【緊急】決済が止まりました①髙﨑㈱🔥")) == (250, "")
    assert await post.desk.said() == ["case.submitted.v1"]
    await post.desk.log.drain()
    (told,) = post.desk.log.of(e.CaseSubmitted)
    assert (told.report.title, told.report.urgency.value) == ("【緊急】決済が止まりました①髙﨑㈱🔥", "critical")
    assert told.report.facts == f"{TEXT}\n\n差出人 / From: 田中 実 <〔メール〕>"
    assert (told.report.product, told.source, told.by.name) == ("決済", "shop", "田中 実")
    assert told.external == e.External(system="email", id=told.external.id if told.external else "")
    assert await post.deliveries() == [("opened", "")]
    assert address.split("@")[0] not in str(told)


async def test_a_reply_in_its_thread_is_a_reply_on_its_case_and_an_automatic_one_is_marked(post: Post) -> None:
    address = await post.source()
    await post.send(address, mail())
    quoted = f"直りました。\n\n2026年11月21日(土) 20:59 田中 実 <tanaka@example.com>:\n> {TEXT}\n"
    await post.send(address, mail("2", "Re: 決済が止まりました", quoted, In_Reply_To="<1@example.com>"))
    # The third one knows the second one only, the fourth is a machine's.
    await post.send(address, mail("3", "Re: 決済が止まりました", "ありがとうございます", References="<2@example.com>"))
    away = mail("4", "自動返信: 決済", "不在です", References="<1@example.com> <3@example.com>")
    await post.send(address, away)
    await post.send(address, away)
    await post.desk.log.drain()
    replies = post.desk.log.of(e.CaseReplied)
    assert [(r.automatic, r.text.splitlines()[0]) for r in replies] == [
        (False, "直りました。"),
        (False, "ありがとうございます"),
        (True, "不在です"),
    ]
    assert "引用 2 行を省略" in replies[0].text
    assert TEXT not in replies[0].text
    assert len(post.desk.log.of(e.CaseSubmitted)) == 1
    assert {r.case_id for r in replies} == {post.desk.log.of(e.CaseSubmitted)[0].case_id}
    assert await post.deliveries() == [
        ("auto-reply", "自動返信です"), ("replied", ""), ("replied", ""), ("opened", ""),
    ]  # fmt: skip


async def test_whoever_writes_without_a_name_is_known_by_no_address(post: Post) -> None:
    address = await post.source()
    await post.send(address, mail(From="taro.takasaki@example.jp"))
    reply = mail(
        "2", "Re: 決済が止まりました", "直りました。", From="taro.takasaki@example.jp", In_Reply_To="<1@example.com>"
    )
    await post.send(address, reply)
    await post.desk.log.drain()
    said = [*post.desk.log.of(e.CaseSubmitted), *post.desk.log.of(e.CaseReplied)]
    assert [one.by.name for one in said] == ["〔メール〕", "〔メール〕"]
    assert "taro" not in str(said)
    for table in ("outbox", "folds", "timeline"):
        rows = await post.desk.log.db.pool.fetch(f"SELECT t::text AS text FROM {table} AS t")
        assert not [row for row in rows if "taro" in row["text"]], table
    told = await post.desk.get(f"/v1/cases/{said[0].case_id}/original")
    assert "taro.takasaki@example.jp" in {one["text"] for one in told.json()["data"]}


async def test_a_reply_after_the_end_wakes_nobody_anew(post: Post) -> None:
    address = await post.source()
    await post.send(address, mail())
    await post.desk.log.drain()
    case_id = post.desk.log.of(e.CaseSubmitted)[0].case_id
    await post.desk.act(case_id, "resolve", handling="h", result="r")
    await post.send(address, mail("2", "Re: 決済", "お世話になりました", In_Reply_To="<1@example.com>"))
    assert await post.desk.count("cases") == 1
    assert (await post.deliveries())[0][0] == "replied"


@pytest.mark.parametrize(
    ("headers", "sender", "verdict"),
    [
        ({"Auto-Submitted": "auto-replied"}, "tanaka@example.com", "auto-reply"),
        ({}, "", "auto-reply"),
        ({"X-Failed-Recipients": "nobody@example.com"}, "", "bounce"),
        ({"List-Id": "<all.example.com>", "Precedence": "list"}, "all@example.com", "list"),
        ({"X-Tasuki-Notification": "7", "Auto-Submitted": "auto-generated"}, "tasuki@example.jp", "ours"),
    ],
)
async def test_what_machines_write_opens_nothing_and_is_listed_with_why(
    post: Post, headers: dict[str, str], sender: str, verdict: str
) -> None:
    address = await post.source()
    named = {name.replace("-", "_"): value for name, value in headers.items()}
    assert (await post.send(address, mail(**named), sender))[0] == 250
    ((told, reason),) = await post.deliveries(language="en")
    assert told == verdict
    assert reason
    assert await post.desk.count("cases") == await post.desk.count("outbox") == 0


async def test_nobody_learns_which_part_of_an_address_was_wrong(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    address = await post.source()
    other = await post.source("other")
    wrong = [
        address.replace("shop-", "shop-x"), address.replace("shop-", "other-"), other.replace("other-", "nobody-"),
        f"shop@{DOMAIN}", f"postmaster@{DOMAIN}", "tanaka@example.com", address.replace(DOMAIN, "example.com"),
    ]  # fmt: skip
    answers = [await post.send(one, mail()) for one in wrong]
    assert set(answers) == {(550, "5.1.1 No such recipient here")}
    assert (await post.send(address.upper(), mail()))[0] == 250
    reader = post.deliveries("other", "en")
    assert await reader == [("rejected", "the secret in the address does not match")]
    assert address.split("@")[0].rpartition("-")[2] not in caplog.text
    async with post.desk.db.reading() as tx:
        kept = await tx.fetchval("SELECT body FROM deliveries")
    assert address.split("@")[0].rpartition("-")[2].encode() not in kept


async def test_the_secret_is_replaced_with_an_overlap_and_a_disabled_source_takes_nothing(post: Post) -> None:
    old = await post.source()
    made = (await post.desk.post("/v1/sources/shop/secrets", {})).json()
    assert made["secret_url"] == f"shop-{made['secret']}@{DOMAIN}"
    for number, address in enumerate((old, made["secret_url"])):
        assert (await post.send(address, mail(str(number))))[0] == 250
    post.desk.clock.at += timedelta(days=2)
    assert (await post.send(old, mail("3")))[0] == 550
    assert (await post.send(made["secret_url"], mail("3")))[0] == 250
    headers = {"authorization": f"Bearer {post.desk.token}", "if-match": "*"}
    await post.desk.client.delete("/v1/sources/shop", headers=headers)
    assert (await post.send(made["secret_url"], mail("4")))[0] == 550


async def test_only_those_that_are_named_may_write(post: Post) -> None:
    address = await post.source(options={"from": "example.com, monitor@example.net"})
    assert (await post.send(address, mail()))[0] == 250
    other = mail("2").replace(b"tanaka@example.com", b"tanaka@example.net")
    assert await post.send(address, other) == (550, "5.7.1 Not accepted from this author")
    assert await post.deliveries() == [
        ("rejected", "差出人が許可されていません（from を確認してください）"), ("opened", ""),
    ]  # fmt: skip


async def test_one_mail_to_two_sources_is_a_delivery_of_each(post: Post) -> None:
    both = [await post.source("one"), await post.source("two")]
    assert (await post.send([*both, both[0]], mail()))[0] == 250
    assert [await post.deliveries(id_) for id_ in ("one", "two")] == [[("opened", "")]] * 2
    assert await post.desk.count("cases") == 2


async def test_what_cannot_be_read_is_set_aside_and_taken_after_all(post: Post) -> None:
    address = await post.source(options={"mapping": '{"title": "headers.\\"x-none\\""}'})
    assert (await post.send(address, mail()))[0] == 250
    assert (await post.deliveries())[0][0] == "quarantined"
    assert await post.desk.said() == ["source.troubled.v1"]
    (aside,) = (await post.desk.get("/v1/quarantine")).json()["data"]
    assert set(aside["headers"]) == {"content-type", "x-envelope-from", "x-envelope-to"}
    headers = {"authorization": f"Bearer {post.desk.token}", "if-match": "*"}
    await post.desk.client.patch("/v1/sources/shop", json={"options": {}}, headers=headers)
    answer = await post.desk.post(f"/v1/quarantine/{aside['id']}/replay")
    assert (answer.status_code, answer.json()["verdict"]) == (202, "opened")


async def test_long_lines_and_large_files_are_taken_and_little_of_them_stays_with_the_delivery(post: Post) -> None:
    address = await post.source()
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "a@example.com", "見積", "<9@example.com>"
    made.set_content("<p>" + "長い行 " * 3000 + "</p>", subtype="html", cte="8bit")
    made.add_attachment(b"%PDF-" + b"x" * 8_000_000, maintype="application", subtype="pdf", filename="見積書①髙.pdf")
    raw = made.as_bytes(policy=SMTP)
    assert max(map(len, raw.splitlines())) > 10_000
    assert await post.send(address, raw) == (250, "")
    await post.desk.log.drain()
    (told,) = post.desk.log.of(e.CaseSubmitted)
    (one,) = (await post.desk.get(f"/v1/cases/{told.case_id}/attachments")).json()["data"]
    assert (one["name"], one["size"]) == ("見積書①髙.pdf", 8_000_005)
    async with post.desk.db.reading() as tx:
        assert await tx.fetchval("SELECT bytes FROM deliveries") <= KEPT


async def test_no_source_of_mail_without_a_domain_or_with_what_no_address_can_hold(desk: Desk) -> None:
    body = {"id": "shop", "sender": "email", "owner": "sato"}
    assert (await desk.post("/v1/sources", body)).json()["code"] == "no-mail"
    desk.door.settings = replace(desk.door.settings, mail_in_domain=DOMAIN)
    for wrong in ({"id": "x" * 44}, {"secret": "Upper-Case-Secret-1"}, {"secret": "short123"}):
        assert (await desk.post("/v1/sources", {**body, **wrong})).json()["code"] == "no-address"
    made = await desk.set_up("x" * 43, "email")
    assert made["url"] == f"{'x' * 43}-<SECRET>@{DOMAIN}"
    assert made["secret_url"] in made["guide"]
    trial = (await desk.post(f"/v1/sources/{'x' * 43}/test")).json()
    assert (trial["stage"], trial["verdicts"]) == ("done", ["opened"])
    assert (await desk.client.post(f"/v1/webhooks/{'x' * 43}", content=mail())).status_code == 401
    assert (await desk.client.post(f"/v1/webhooks/{'x' * 43}/{made['secret']}", content=mail())).status_code == 404
