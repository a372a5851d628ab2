"""E-mail as a sender: what is believed, what becomes a report, what a reply, and what nothing at all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from services.intake.domain import addresses
from services.intake.domain.files import BROKEN
from services.intake.senders.email import EMAIL
from services.intake.senders.sender import Cleared, Machine, Rejected, Trigger, Trusted, Unmapped
from shared.contracts.vocabulary import Impact, Kind, Urgency
from tests.unit.intake.asked import NOON
from tests.unit.intake.senders import letters
from tests.unit.intake.senders.letters import HOST, SECRET, TEXT, letter, machine, opened, read, request, source

PAYLOADS = Path(__file__).with_name("payloads")


@pytest.mark.parametrize(
    ("name", "title", "facts"),
    [
        ("email_iso2022jp", "【重大】ラインA停止", "工場ラインA  ①髙 ｶﾅ"),
        ("email_utf8", "【重大】ラインA 停止 (PLC通信断)", "工場ラインA が停止しました。\nホスト: plc-01"),
    ],
)
def test_the_shared_examples_open_cases(name: str, title: str, facts: str) -> None:
    told = opened((PAYLOADS / f"{name}.eml").read_bytes())
    assert (told.report.title, told.report.urgency, told.report.impact) == (title, Urgency.CRITICAL, Impact.SOME)
    assert told.report.facts.startswith(facts)
    assert "monitor@example.co.jp" in told.report.facts


def test_outlook_of_japan() -> None:
    told = opened(letters.OUTLOOK_JP)
    assert told.report.title == "【至急】髙﨑①㈱の決済が止まりました"
    assert told.report.facts == f"{TEXT}\n\n差出人 / From: 髙橋 太郎 <takahashi@example.co.jp>"
    assert (told.report.urgency, told.by.kind, told.by.name) == (Urgency.CRITICAL, "source", "髙橋 太郎")


def test_gmail_with_an_attachment() -> None:
    told = opened(letters.GMAIL)
    assert told.report.title == "髙︨①"
    assert told.report.facts.startswith(f"{TEXT}続きです\n\n-- \n田中 実")
    assert told.report.facts.endswith("差出人 / From: 田中 実 <tanaka@example.com>")


def test_a_telephone_with_a_photograph() -> None:
    told = opened(letters.DOCOMO)
    assert told.report.title == "現地の写真"
    assert told.report.facts.startswith("①号機から煙\n㈱髙﨑です")
    (photo,) = EMAIL.parted(request(letters.DOCOMO)).files  # type: ignore[misc]
    assert (photo.name, photo.file) == ("写真①.jpg", BROKEN)


def test_a_reply_says_what_it_says_by_itself_and_names_what_it_answers() -> None:
    told, first = opened(letters.IPHONE_REPLY), opened(letter())
    assert told.thread
    assert first.thread
    assert first.thread.own == first.external.id
    assert told.thread.earlier[0] == first.external.id
    assert len(told.thread.earlier) == 2
    assert told.thread.reply == "直りました。\n\niPhoneから送信\n\n［引用 3 行を省略 / 3 quoted lines left out］"
    assert not told.thread.automatic
    assert TEXT in told.report.facts  # should nobody know what it answers, all of it is told


@pytest.mark.parametrize(
    ("raw", "sender", "what"),
    [
        (letters.POSTFIX_BOUNCE, "", "bounce"),
        (letter("x", "Undeliverable: 決済", From="postmaster@example.com"), "a@example.com", "bounce"),
        (letter("x", "メール配信エラー"), "<>", "bounce"),
        (letters.EXCHANGE_AWAY, "tanaka@example.com", "auto-reply"),
        (letters.GMAIL_AWAY, "", "auto-reply"),
        (letters.TICKET_SYSTEM, "t@example.com", "auto-reply"),
        (letter("x", "【自動返信】お問い合わせ"), "a@example.com", "auto-reply"),
        (letter("x", "Out of Office: x"), "a@example.com", "auto-reply"),
        (letter("x", Return_Path="<>"), "a@example.com", "auto-reply"),
        (letter("x", X_Autorespond="yes"), "a@example.com", "auto-reply"),
        (letter("x", Precedence="list"), "a@example.com", "list"),
        (letter("x", List_Id="<a.example.com>"), "a@example.com", "list"),
        (letter("x", X_Tasuki_Notification="1"), "a@example.com", "ours"),
        (letter("x", X_Loop=f"x@{HOST}"), "a@example.com", "ours"),
        (letter("自動返信が届きません", "Re: 自動返信"), "a@example.com", ""),
        (letter("x", Auto_Submitted="auto-generated"), "monitor@example.com", ""),
        (letter("x", X_Auto_Response_Suppress="OOF"), "monitor@example.com", ""),
        (letter("x", Auto_Submitted="no"), "a@example.com", ""),
        (letter("x", "配信不能の通知が来ました"), "a@example.com", ""),
        (letter("x", "【自動通知】サーバー停止"), "monitor@example.com", ""),
        (letter("x", "［自動送信］お問い合わせフォーム"), "form@example.com", ""),
        (letter("x", "■自動配信：㈱髙﨑 バッチ異常"), "monitor@example.com", ""),
        (letter("x", "【自動通知】受け付けました", In_Reply_To="<1@example.com>"), "a@example.com", "auto-reply"),
        (letter("x", "Re: 【自動通知】サーバー停止"), "a@example.com", ""),
    ],
)
def test_machines_are_told_from_people_and_monitors(raw: bytes, sender: str, what: str) -> None:
    assert machine(raw, sender) == what


def test_a_list_is_taken_where_the_source_says_so() -> None:
    assert isinstance(read(letter("x", List_Id="<a.example.com>"), lists="yes"), Trigger)
    told = read(letter("x", "Re: x", List_Id="<a.example.com>", In_Reply_To="<1@example.com>"))
    assert isinstance(told, Machine)
    assert not told.thread.automatic


@pytest.mark.parametrize(
    ("subject", "headers", "options", "found"),
    [
        ("普通の件名", {}, {}, (Urgency.MEDIUM, Kind.OTHER, Impact.SOME)),
        ("【緊急】【障害】【全体】停止", {}, {}, (Urgency.CRITICAL, Kind.OUTAGE, Impact.ALL)),
        ("Fwd: ［重要］返金", {}, {}, (Urgency.HIGH, Kind.OTHER, Impact.SOME)),
        ("至急：対応をお願いします", {}, {}, (Urgency.CRITICAL, Kind.OTHER, Impact.SOME)),
        ("[P３] slow", {}, {}, (Urgency.MEDIUM, Kind.OTHER, Impact.SOME)),
        ("【緊急ではありません】", {}, {}, (Urgency.MEDIUM, Kind.OTHER, Impact.SOME)),
        ("件名", {"Importance": "High"}, {}, (Urgency.HIGH, Kind.OTHER, Impact.SOME)),
        ("件名", {"X_Priority": "5 (Lowest)"}, {}, (Urgency.LOW, Kind.OTHER, Impact.SOME)),
        ("件名", {}, {"urgency": "high", "kind": "クレーム", "impact": "個別"}, (Urgency.HIGH, Kind.COMPLAINT, Impact.ONE)),
        ("【緊急】件名", {}, {"urgency": "low"}, (Urgency.CRITICAL, Kind.OTHER, Impact.SOME)),
        ("件名", {}, {"urgency": "nonsense"}, (Urgency.MEDIUM, Kind.OTHER, Impact.SOME)),
    ],
)  # fmt: skip
def test_what_the_subject_the_mail_and_the_source_say_of_it(
    subject: str, headers: dict[str, str], options: dict[str, str], found: tuple[Urgency, Kind, Impact]
) -> None:
    report = opened(letter(subject=subject, **headers), **options).report
    assert (report.urgency, report.kind, report.impact) == found


@pytest.mark.parametrize(
    ("options", "headers", "found"),
    [
        ({}, {}, Trusted()),
        ({"from_": "example.com"}, {}, Trusted()),
        ({"from_": "x@example.net, TANAKA@example.com"}, {}, Trusted()),
        ({"from_": "@example.com"}, {}, Trusted()),
        ({"from_": "example.net"}, {}, Rejected("author")),
        ({"from_": "ample.com"}, {}, Rejected("author")),
        ({"from_": "example.com"}, {"From": "tanaka@example.com.evil.test"}, Rejected("author")),
        ({"from_": "example.com"}, {"From": "tanaka@example.com <x@evil.test>"}, Rejected("author")),
        ({"from_": "example.com"}, {"From": '"<tanaka@example.com>" <x@evil.test>'}, Rejected("author")),
        ({"from_": "example.com"}, {"From": "=?utf-8?q?=3Ctanaka=40example=2Ecom=3E?= <x@evil.test>"}, Rejected("author")),
        ({"from_": "example.com"}, {"From": "(<tanaka@example.com>) x@evil.test"}, Rejected("author")),
        ({"from_": "example.com"}, {"From": ""}, Rejected("author")),
        ({"authenticated_by": "mx.example.jp"}, {}, Rejected("dmarc")),
        ({"authenticated_by": "MX.example.jp"}, {"Authentication_Results": "mx.example.jp 1; spf=pass; dmarc=pass"}, Trusted()),
        ({"authenticated_by": "mx.example.jp"}, {"Authentication_Results": "mx.example.jp; dmarc=fail"}, Rejected("dmarc")),
        ({"authenticated_by": "mx.example.jp"}, {"Authentication_Results": "evil.test; dmarc=pass"}, Rejected("dmarc")),
        ({"authenticated_by": "mx.example.jp"}, {"Authentication_Results":
            'mx.example.jp; spf=pass smtp.mailfrom="a; dmarc=pass b"@evil.test; dmarc=fail'}, Rejected("dmarc")),
        ({"authenticated_by": "mx.example.jp"}, {"Authentication_Results":
            r"mx.example.jp; spf=pass (of x (y) \) ; dmarc=pass ) smtp.mailfrom=a; dmarc=fail"}, Rejected("dmarc")),
        ({"authenticated_by": "mx.example.jp"}, {"Authentication_Results":
            "mx.example.jp; spf=pass (ok; fine); dmarc=pass (p=reject) header.from=example.com"}, Trusted()),
        ({"authenticated_by": "mx.example.jp"}, {"Authentication_Results":
            "mx.example.jp; dmarc=fail\r\nAuthentication-Results: mx.example.jp; dmarc=pass"}, Rejected("dmarc")),
    ],
)  # fmt: skip
def test_who_may_write(options: dict[str, str], headers: dict[str, str], found: Trusted | Rejected) -> None:
    assert EMAIL.verify(request(letter(**headers)), source(**options)) == found


def test_the_address_is_the_proof() -> None:
    assert EMAIL.verify(request(letter(), secret=SECRET[:-1]), source()) == Rejected("address")
    assert EMAIL.verify(request(letter(), secret=""), replace(source(), secrets=("",))) == Rejected("address")
    assert addresses.read(f"Shop-{SECRET.upper()}@IN.example.co.jp.", HOST) == ("shop", SECRET)
    assert addresses.read(f"a-b-{SECRET}@{HOST}", HOST) == ("a-b", SECRET)
    for wrong in (
        f"shop-{SECRET}@example.com",
        f"shop@{HOST}",
        "",
        "@",
        f"<shop-{SECRET}@{HOST}>",
        f"-{SECRET}@{HOST}",
    ):
        assert addresses.read(wrong, HOST) is None
    made = addresses.make(bytes(range(32)))
    assert addresses.fits("x" * 43, made)
    assert not addresses.fits("x" * 44, made)
    assert len({addresses.make(bytes([n]) * 32) for n in range(32)}) == 32


def test_the_secret_stands_in_nothing_that_was_read() -> None:
    quoted = letter(f"To: shop-{SECRET.upper()}@{HOST}", f"FW: shop-{SECRET}@{HOST}")
    mapping = json.dumps({"title": "subject", "facts": "text", "labels": "headers", "wanted": "to[0]"})
    for told in (opened(quoted), opened(quoted, mapping=mapping)):
        assert SECRET not in str(told).casefold()
        assert "***" in told.report.title


def test_a_mail_is_known_again_by_its_id_or_by_what_it_says() -> None:
    assert read(letter()).delivery_id == read(letter("another")).delivery_id
    nameless = letter(Message_ID="")
    on_its_way = b"Received: from mx by mx2; Sat, 21 Nov 2026 21:05:00 +0900\r\n" + nameless
    assert read(nameless).delivery_id == read(on_its_way).delivery_id != read(letter("x", Message_ID="")).delivery_id
    dateless = letter(Message_ID="", Date="")
    assert read(dateless).delivery_id != read(b"Received: x\r\n" + dateless).delivery_id


def test_what_says_nothing_cannot_be_mapped_and_what_says_little_can() -> None:
    assert isinstance(read(letter(" \n", "")), Unmapped)
    assert isinstance(read(b""), Unmapped)
    assert opened(letter("", "件名だけ")).report.facts.startswith("件名だけ\n")
    assert opened(letter("本文だけ", "")).report.headline == "本文だけ"


def test_a_forwarded_mail_is_told_with_what_it_holds() -> None:
    inner = letter(f"{TEXT}\n中の本文", "中の件名").decode()
    raw = letter(
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n転送します\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n",
        "Fwd: x", Content_Type="multipart/mixed; boundary=b",
    )  # fmt: skip
    facts = opened(raw).report.facts
    assert facts.startswith("転送します")
    assert "中の本文" in facts


@pytest.mark.parametrize("charset", ["iso-2022-jp", "x-nobody-knows", "hex", '"', "utf-8'", "=?x?="])
def test_whatever_the_charset_is_called_the_text_is_there(charset: str) -> None:
    assert TEXT in opened(letter(TEXT, Content_Type=f"text/plain; charset={charset}")).report.facts


def test_the_text_has_an_end_and_what_follows_it_has_room() -> None:
    facts = opened(letter("あ" * 500_000)).report.facts
    assert len(facts) <= 5000
    assert facts.endswith("差出人 / From: Tanaka <tanaka@example.com>")


def test_its_sample_is_a_mail_that_opens_a_case() -> None:
    assert EMAIL.sample
    asked = EMAIL.sample(source(), NOON)
    assert EMAIL.verify(asked, source()) == Trusted()
    (told,) = EMAIL.read(asked, source())  # type: ignore[misc]
    assert isinstance(told, Trigger)


@pytest.mark.parametrize(
    ("begun", "over"),
    [
        ("[FIRING:1] 髙﨑① Disk full (sre)", "[RESOLVED] 髙﨑① Disk full (sre)"),
        ("Problem: Disk full", "Resolved in 5m 3s: Disk full"),
        ("【監視】【障害】決済：応答なし", "【監視】【復旧】決済：応答なし"),
        ('ALARM: "cpu" in Asia Pacific (Tokyo)', 'OK: "cpu" in Asia Pacific (Tokyo)'),
        ("[Monitor Alert] Triggered: 遅延", "[Monitor Alert] Recovered: 遅延"),
        ("CRITICAL: db-1", "Re: OK: db-1"),
        ("** PROBLEM Service Alert: 髙﨑①/HTTP is CRITICAL **", "** RECOVERY Service Alert: 髙﨑①/HTTP is OK **"),
        ("** PROBLEM Host Alert: web is DOWN **", "** RECOVERY Host Alert: web is UP **"),
        ("[PROBLEM] HTTP on web is WARNING!", "[RECOVERY] HTTP on web is OK!"),
    ],
)
def test_a_monitor_opens_and_ends_one_case_where_that_is_wanted(begun: str, over: str) -> None:
    watched = replace(source(), options={"monitor": "yes"})
    first, last = (EMAIL.read(request(letter("x", said)), watched)[0] for said in (begun, over))  # type: ignore[index]
    assert (isinstance(first, Trigger), isinstance(last, Cleared)) == (True, True)
    assert first.report.urgency in (Urgency.HIGH, Urgency.CRITICAL)  # type: ignore[union-attr]
    assert first.external == last.external  # type: ignore[union-attr]
    assert isinstance(EMAIL.read(request(letter("x", over)), source())[0], Trigger), "people end nothing by a word"  # type: ignore[index]
