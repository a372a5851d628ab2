"""Mails as mail programs, mail servers and telephones of Japan really send them; every line ends as on the wire."""

import base64
from email.message import EmailMessage
from email.policy import SMTP

from services.intake.senders.email import EMAIL
from services.intake.senders.sender import Machine, Malformed, Reading, Request, Source, Trigger, Unmapped
from tests.unit.intake.asked import NOON
from tests.unit.intake.test_charsets import windows

SECRET = "k3y9xk3y9xk3y9xk3y9x"
HOST = "in.example.co.jp"
TEXT = "髙﨑①㈱の決済が止まりました１２３"


def b64(raw: bytes) -> str:
    """As base64, in lines."""
    told = base64.b64encode(raw).decode()
    return "\r\n".join(told[at : at + 76] for at in range(0, len(told), 76))


def word(raw: bytes, charset: str) -> str:
    """An encoded word."""
    return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="


def letter(body: str | bytes = "本文です。", subject: str = "件名", **headers: str) -> bytes:
    """A plain mail in UTF-8; a header that is "" is left out."""
    had = {
        "From": "Tanaka <tanaka@example.com>",
        "To": f"shop-{SECRET}@{HOST}",
        "Subject": word(subject.encode(), "UTF-8"),
        "Date": "Sat, 21 Nov 2026 20:59:50 +0900",
        "Message-ID": "<1@example.com>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in had.items() if value)
    raw = body.replace("\r\n", "\n").replace("\n", "\r\n").encode() if isinstance(body, str) else body
    return head.encode() + b"\r\n" + raw


def with_files(*files: tuple[str, bytes], text: str = TEXT, id_: str = "1", **headers: str) -> bytes:
    """A mail with files, as mail programs send them: all called what says nothing."""
    made = EmailMessage()
    named = {
        "From": "田中 実 <tanaka@example.com>",
        "Subject": "写真を送ります",
        "Message-ID": f"<{id_}@example.com>",
        **headers,
    }
    for name, value in named.items():
        made[name.replace("_", "-")] = value
    made.set_content(text, cte="base64")
    for name, raw in files:
        made.add_attachment(raw, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes(policy=SMTP)


def source(**options: str) -> Source:
    """A source of mail; `from_` is the option of that name."""
    return Source("shop", "email", (SECRET,), {name.rstrip("_"): value for name, value in options.items()})


def request(raw: bytes, sender: str = "tanaka@example.com", secret: str = SECRET) -> Request:
    """A mail as it is handed over."""
    headers = {"x-tasuki-path-secret": secret, "x-envelope-from": sender, "x-envelope-to": f"@{HOST}"}
    return Request(raw, headers, NOON)


def read(raw: bytes, sender: str = "tanaka@example.com", **options: str) -> Reading:
    """What a mail says."""
    found = EMAIL.read(request(raw, sender), source(**options))
    assert not isinstance(found, Malformed)
    (one,) = found
    return one


def opened(raw: bytes, **options: str) -> Trigger:
    """The same for one that opens a case."""
    told = read(raw, **options)
    assert isinstance(told, Trigger), told
    return told


def machine(raw: bytes, sender: str = "tanaka@example.com") -> str:
    """What machine wrote it, "" for a mail that is taken."""
    told = read(raw, sender)
    assert not isinstance(told, Unmapped)
    return told.what if isinstance(told, Machine) else ""


OUTLOOK_JP = (  # Outlook of older days: ISO-2022-JP that holds ① and 髙, and a page beside the text
    "From: " + word(windows("髙橋 太郎"), "iso-2022-jp") + " <Takahashi@Example.co.jp>\r\n"
    f"To: <shop-{SECRET}@{HOST}>\r\n"
    "Subject: " + word(windows("【至急】髙﨑①㈱の決済が"), "iso-2022-jp") + "\r\n\t"
    + word(windows("止まりました"), "iso-2022-jp") + "\r\n"
    "Date: Sat, 21 Nov 2026 20:59:50 +0900\r\nMessage-ID: <000001d9$abc$def@Example.co.jp>\r\n"
    'MIME-Version: 1.0\r\nX-Priority: 1 (Highest)\r\nContent-Type: multipart/alternative;\r\n\tboundary="----=_NextPart_000"\r\n'
    "\r\nThis is a multipart message in MIME format.\r\n\r\n------=_NextPart_000\r\n"
    'Content-Type: text/plain;\r\n\tcharset="iso-2022-jp"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n'
).encode() + windows(TEXT).replace(b"\n", b"\r\n") + (
    b"\r\n\r\n------=_NextPart_000\r\n"
    b'Content-Type: text/html;\r\n\tcharset="iso-2022-jp"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    b"<html><body>never seen</body></html>\r\n------=_NextPart_000--\r\n"
)  # fmt: skip
GMAIL = (
    "From: =?UTF-8?B?55Sw5LitIOWunw==?= <tanaka@example.com>\r\n"
    f"To: shop-{SECRET}@{HOST}\r\nMIME-Version: 1.0\r\n"
    "Date: Sat, 21 Nov 2026 20:59:50 +0900\r\nMessage-ID: <CAF=abc@mail.gmail.com>\r\n"
    "Subject: =?UTF-8?B?6auZ?=\r\n =?UTF-8?B?77io?= =?UTF-8?Q?=E2=91=A0?=\r\n"
    'Content-Type: multipart/mixed; boundary="0000"\r\n\r\n'
    '--0000\r\nContent-Type: multipart/alternative; boundary="1111"\r\n\r\n'
    '--1111\r\nContent-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    + b64(f"{TEXT} \r\n続きです\r\n\r\n-- \r\n田中 実\r\n".encode())
    + '\r\n--1111\r\nContent-Type: text/html; charset="UTF-8"\r\n\r\n<div>x</div>\r\n--1111--\r\n'
    "--0000\r\nContent-Type: application/vnd.ms-excel;\r\n name*=UTF-8''%E8%A6%8B%E7%A9%8D%E2%91%A0.xlsx\r\n"
    "Content-Disposition: attachment;\r\n filename*0*=UTF-8''%E8%A6%8B%E7%A9%8D;\r\n filename*1*=%E2%91%A0.xlsx\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n" + b64(b"x" * 2048) + "\r\n--0000--\r\n"
).encode()  # fmt: skip
DOCOMO = (  # a telephone: Shift_JIS, a photograph, no name, nothing but the picture in the page
    "From: taro.2026@docomo.ne.jp\r\n" + f"To: shop-{SECRET}@{HOST}\r\n"
    "Subject: " + word("現地の写真".encode("cp932"), "Shift_JIS") + "\r\nMessage-ID: <d.1@docomo.ne.jp>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="_d_"\r\n\r\n--_d_\r\nContent-Type: multipart/related; boundary="_r_"\r\n\r\n'
    "--_r_\r\nContent-Type: text/html; charset=Shift_JIS\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b64("<HTML><BODY>①号機から煙<BR>㈱髙﨑です<IMG src=\"cid:01\"></BODY></HTML>".encode("cp932"))
    + "\r\n--_r_\r\nContent-Type: image/jpeg; name=\"" + word("写真①.jpg".encode("cp932"), "Shift_JIS") + "\"\r\n"
    "Content-ID: <01>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(b"\xff\xd8" * 2_000_000 )[:2_000_000]
    + "\r\n--_r_--\r\n--_d_--\r\n"
).encode()  # fmt: skip
IPHONE_REPLY = letter(
    f"直りました。\n\niPhoneから送信\n\n2026/11/21 20:59、受付 <uketsuke@example.jp>のメール:\n\n> {TEXT}\n> 二行目",
    "Re: 決済", Message_ID="<2@example.com>", In_Reply_To="<1@example.com>", References="<0@example.com>\r\n <1@example.com>",
)  # fmt: skip
POSTFIX_BOUNCE = letter(
    "--b\nContent-Type: text/plain\n\nThis is the mail system\n--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1\n--b--\n",
    "Undelivered Mail Returned to Sender",
    From="MAILER-DAEMON@mx.example.com (Mail Delivery System)", Auto_Submitted="auto-replied",
    Content_Type='multipart/report; report-type=delivery-status; boundary="b"',
)  # fmt: skip
EXCHANGE_AWAY = letter(
    "11月24日まで不在です。", "自動応答: 決済", X_Auto_Response_Suppress="All", Auto_Submitted="auto-generated",
    In_Reply_To="<1@example.com>", Message_ID="<3@example.com>",
)  # fmt: skip
GMAIL_AWAY = letter(
    "お休みをいただいております。", "不在のお知らせ Re: 決済", Auto_Submitted="auto-replied", Precedence="bulk",
    X_Autoreply="yes", In_Reply_To="<1@example.com>",
)  # fmt: skip
TICKET_SYSTEM = letter(
    "受け付けました。", "[#123] Re: 決済", Auto_Submitted="auto-generated", In_Reply_To="<1@example.com>"
)
