"""Mails that come back: read as the mail systems of the world write them, and never an exception."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier import bounced
from services.notifier.channels.mail import punycoded
from services.notifier.domain import bounce
from services.notifier.domain.bounce import Bounce

ID = UUID("0f3779fb-a3b3-4996-8c5d-07db31eab56f")


def report(action: str, status: str, more: str = "", author: str = "MAILER-DAEMON@mail.example.jp") -> bytes:
    return f"""From: {author}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="X"

--X
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
--X
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.jp
Arrival-Date: Sat, 28 Nov 2026 11:00:00 +0900 (JST)

Final-Recipient: rfc822; sato@example.co.jp
Action: {action}
Status: {status}
{more}
--X
Content-Type: text/rfc822-headers

Subject: =?utf-8?b?44CQUDE=?=
--X--
""".encode()


def plain(author: str, subject: str, text: str, charset: str = "utf-8", more: str = "") -> bytes:
    head = f"From: {author}\nSubject: {subject}\n{more}Content-Type: text/plain; charset={charset}\n\n"
    return head.encode() + text.encode(charset)


EXCHANGE = "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address"
GMAIL = (
    "Remote-MTA: dns; gmail-smtp-in.l.google.com\nDiagnostic-Code: smtp; 550-5.1.1 The email account does not exist."
)
JAPANESE = "あなたのメールは配信できませんでした。\n<sato@example.co.jp>: User unknown (5.1.1)\n"


@pytest.mark.parametrize(
    ("mail", "told"),
    [
        (report("failed", "5.1.1"), Bounce(True, "5.1.1", "sato@example.co.jp")),
        (report("failed", "5.0.0", EXCHANGE), Bounce(True, "5.1.10", "sato@example.co.jp")),
        (report("failed", "5.1.1", GMAIL), Bounce(True, "5.1.1", "sato@example.co.jp")),
        (report("failed", "5.2.2"), Bounce(True, "5.2.2", "sato@example.co.jp")),
        (report("failed", "4.4.1"), Bounce(True, "4.4.1", "sato@example.co.jp")),
        (report("delayed", "4.4.1"), Bounce(False, "4.4.1", "sato@example.co.jp")),
        (report("relayed", "2.0.0"), None),
        (plain("Mail Delivery Subsystem <mailer-daemon@example.jp>", "Returned mail", JAPANESE, "iso-2022-jp"),
         Bounce(True, "5.1.1", "sato@example.co.jp")),
        (plain("postmaster@example.jp", "failure notice", "<sato@example.co.jp>:\nno such user"),
         Bounce(True, "5.0.0", "sato@example.co.jp")),
        (plain("Mail Delivery System <x@example.jp>", "Mail delivery failed: warning", "<a@b.jp> delayed 4.4.2"),
         Bounce(False, "4.4.2", "a@b.jp")),
        (plain("佐藤 <sato@example.co.jp>", "自動応答: 不在", "不在にしております。5.1.1", more="Auto-Submitted: auto-replied\n"), None),
        (plain("sato@example.co.jp", "Automatic reply: out of office", "Undeliverable? no"), None),
        (b"", None),
        (b"\xff\xfe\x00" * 100, None),
    ],
)  # fmt: skip
def test_what_comes_back_is_understood(mail: bytes, told: Bounce | None) -> None:
    assert bounce.read(mail) == told


@pytest.mark.parametrize(("status", "broken"), [("5.1.1", True), ("5.1.10", True), ("5.2.2", False), ("4.4.1", False)])
def test_only_a_bad_address_is_broken(status: str, broken: bool) -> None:
    read = bounce.read(report("failed", status))
    assert read is not None
    assert read.broken is broken


def test_a_huge_mail_is_read_in_its_beginning() -> None:
    assert bounce.read(report("failed", "5.1.1") + "長い本文🔥\n".encode() * 100_000) == Bounce(
        True, "5.1.1", "sato@example.co.jp"
    )


@given(st.binary(max_size=300), st.integers(0, 600), st.integers(0, 255))
def test_no_mail_makes_an_exception(junk: bytes, place: int, byte: int) -> None:
    bounce.read(junk)
    mail = bytearray(report("failed", "5.1.1", EXCHANGE))
    mail[place % len(mail)] = byte
    bounce.read(bytes(mail[:place] + junk + mail[place:]))


def test_an_envelope_sender_is_ours_or_not() -> None:
    address = bounce.sender("key", ID, "bounces.example.jp")
    assert len(address.partition("@")[0]) <= 64
    assert bounce.about("key", address) == ID
    assert bounce.about("key", f"<{address.upper()}>") == ID
    assert bounce.about("other", address) is None
    assert bounce.about("key", address.replace(ID.hex, uuid4().hex)) is None
    assert bounce.about("key", "") is None


@given(st.text(max_size=100))
def test_no_address_makes_an_exception(text: str) -> None:
    assert bounce.about("key", text) is None


def test_the_pipe_finds_the_envelope_in_the_headers() -> None:
    address = bounce.sender("key", ID, "b.example.jp")
    assert bounced.envelope(b"From: x\nDelivered-To: " + address.encode() + b"\n\nhello") == address
    assert bounced.envelope(b"To: somebody@example.jp\n\nbounce+") == ""


def test_a_domain_in_kanji_is_known_by_its_other_name() -> None:
    assert punycoded("sato@日本語.jp") == "sato@xn--wgv71a119e.jp"
    assert punycoded("佐藤@日本語.jp") == "佐藤@xn--wgv71a119e.jp"
    assert punycoded("sato@example.jp") == "sato@example.jp"
    for wrong in ("", "x", "@example.jp", "a@..日本"):
        with pytest.raises(ValueError):
            punycoded(wrong)
