"""Mail arrives by real SMTP, reads well, and its links can be followed."""

from email.message import EmailMessage
from email.policy import SMTP

import aiosmtplib
import pytest
from starlette.responses import Response

from sandbox import Sandbox
from sandbox.mail import NoSuchLink

from .conftest import Service

pytestmark = pytest.mark.asyncio
SUBJECT = "【P1】決済が全店舗で失敗する（髙﨑①㈱🔥）"


def letter(link: str = "http://127.0.0.1:1/ack", to: str = "hanako@example.co.jp") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "Tasuki <tasuki@example.com>", to, SUBJECT
    message["Message-ID"], message["References"] = "<ntf-1@example.com>", "<case-1@example.com>"
    message["X-Tasuki-Case"] = "case-1"
    message.set_content(f"髙﨑①㈱🔥 様\n対応する: {link}\n", cte="base64")
    message.add_alternative(f'<p>１２３ <a href="{link}">対応する</a></p>', subtype="html", cte="base64")
    return message


async def send(sandbox: Sandbox, message: EmailMessage) -> None:
    port = int(sandbox.smtp_url.rpartition(":")[2])
    await aiosmtplib.send(message, hostname="127.0.0.1", port=port, timeout=3)


async def test_japanese_arrives_whole(sandbox: Sandbox) -> None:
    await send(sandbox, letter())
    mail = await sandbox.mail.wait_for_mail("hanako@example.co.jp", case_id="case-1")
    assert mail.subject == SUBJECT
    assert mail.text == "髙﨑①㈱🔥 様\n対応する: http://127.0.0.1:1/ack\n"
    assert "１２３" in mail.html
    assert (mail.message_id, mail.references) == ("<ntf-1@example.com>", ["<case-1@example.com>"])
    assert mail.links == ["http://127.0.0.1:1/ack"]
    assert sandbox.received("email")[0].notification_id == "ntf-1"


async def test_link_is_a_page_and_its_form_is_the_deed(sandbox: Sandbox, service: Service) -> None:
    page = (
        '<form method="post" action="?sure=1"><input type="hidden" name="token" value="髙"><button>対応</button></form>'
    )
    service.answers["/ack"] = lambda: Response(page, media_type="text/html")
    await send(sandbox, letter(f"{service.url}/ack"))
    [mail] = sandbox.mail.messages
    assert (await sandbox.mail.follow(mail, confirm=False))[0] == 200
    assert [post.method for post in service.at("/ack")] == ["GET"]
    assert (await sandbox.mail.follow(mail, "/ack"))[0] == 200
    assert [post.method for post in service.at("/ack")] == ["GET", "GET", "POST"]
    assert service.at("/ack")[-1].form == {"token": "髙"}
    with pytest.raises(NoSuchLink):
        await sandbox.mail.follow(mail, "/other")


async def test_a_person_presses_the_number_that_the_mail_names(sandbox: Sandbox, service: Service) -> None:
    buttons = "".join(f'<button name="choice" value="{n}">{n}</button>' for n in (11, 47, 12, 30))
    pages = iter(
        ('<form method="post"><button>対応</button></form>',) * 2 + (f'<form method="post">{buttons}</form>', "済")
    )
    service.answers["/ack"] = lambda: Response(next(pages), media_type="text/html")
    message = letter()
    message.clear_content()
    message.set_content(f"P1 11件 #30 の報告\n案件番号: #12 {service.url}/ack\n#47\n", cte="base64")
    await send(sandbox, message)
    [mail] = sandbox.mail.messages
    assert (await sandbox.mail.follow(mail, confirm=False))[1].startswith("<form")
    assert (await sandbox.mail.follow(mail))[1] == "済"
    assert service.at("/ack")[-1].form == {"choice": "12"}


@pytest.mark.parametrize(("kind", "code"), [("451", 451), ("550", 550)])
async def test_refused_recipient(sandbox: Sandbox, kind: str, code: int) -> None:
    sandbox.fault("email", kind, 1, to="hanako")
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(sandbox, letter())
    assert refused.value.recipients[0].code == code
    assert sandbox.mail.messages == []
    await send(sandbox, letter())


async def test_dropped_after_data_was_accepted(sandbox: Sandbox) -> None:
    sandbox.fault("email", "timeout-after-accept", 1, seconds=0)
    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await send(sandbox, letter())
    assert [mail.subject for mail in sandbox.mail.messages] == [SUBJECT]


async def test_down(sandbox: Sandbox) -> None:
    sandbox.fault("email", "down", 1)
    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await send(sandbox, letter())
    assert sandbox.mail.messages == []
    await send(sandbox, letter())


async def test_broken_mail_is_kept_all_the_same(sandbox: Sandbox) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=int(sandbox.smtp_url.rpartition(":")[2]))
    async with client:
        raw = b"Subject: =?nonsense?b?x?=\r\nContent-Type: text/plain; charset=nobody-knows\r\n\r\n\xff\x00\x82\xa0\r\n"
        await client.sendmail("a@example.com", ["b@example.com"], raw)
    assert len(sandbox.mail.messages) == 1
