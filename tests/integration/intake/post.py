"""A mail server of somebody's that hands mails over to the front door, by a real client; and a mail as people send it."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from services.intake import mail_in
from services.intake.mail_in import MailIn
from tests.integration.intake.desk import TEXT, Desk

DOMAIN = "in.tasuki.example.jp"


@dataclass
class Post:
    """A mail server of somebody's, which hands mails over to the front door."""

    desk: Desk
    mail_in: MailIn

    async def source(self, id_: str = "shop", **more: Any) -> str:
        """Set a source up; gives its address."""
        made = await self.desk.set_up(id_, "email", **more)
        assert isinstance(made["secret_url"], str)
        return made["secret_url"]

    async def send(self, to: str | list[str], mail: bytes, sender: str = "tanaka@example.com") -> tuple[int, str]:
        """Hand a mail over, a second after the last one; gives the answer to it, or to the address that was refused."""
        self.desk.clock.at += timedelta(seconds=1)
        return await asyncio.to_thread(self._send, [to] if isinstance(to, str) else to, mail, sender)

    def _send(self, to: list[str], mail: bytes, sender: str) -> tuple[int, str]:
        with smtplib.SMTP("127.0.0.1", self.mail_in.port, timeout=20) as smtp:
            try:
                smtp.sendmail(sender, to, mail)
            except smtplib.SMTPRecipientsRefused as problem:
                code, text = next(iter(problem.recipients.values()))
                return code, text.decode()
            except smtplib.SMTPResponseException as problem:
                said = problem.smtp_error
                return problem.smtp_code, said if isinstance(said, str) else said.decode()
        return 250, ""

    async def talk(self, *lines: bytes) -> list[str]:
        """Say these lines, each after the answer to the one before; gives the answers, the greeting first."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.mail_in.port)
        told = [(await reader.readline()).decode().strip()]
        for line in lines:
            writer.write(line)
            answer = await reader.readline()
            while answer[3:4] == b"-":
                answer = await reader.readline()
            told.append(answer.decode().strip())
        writer.close()
        return told

    async def deliveries(self, id_: str = "shop", language: str = "ja") -> list[tuple[str, str]]:
        data = (await self.desk.get(f"/v1/sources/{id_}/deliveries", language)).json()["data"]
        return [(d["verdict"], d["reason"]) for d in data]


@asynccontextmanager
async def listening(desk: Desk, **limits: Any) -> AsyncIterator[Post]:
    """Listen until the test is over, and end as the process does."""
    desk.door.settings = replace(desk.door.settings, mail_in_domain=DOMAIN, mail_in_port=0)
    listener = MailIn(desk.door, replace(mail_in.Limits(), **limits))
    task = asyncio.create_task(listener.run())
    await until(lambda: listener.port > 0 or task.done())
    yield Post(desk, listener)
    task.cancel()
    await asyncio.wait([task], timeout=10)
    assert task.cancelled()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0)


def mail(id_: str = "1", subject: str = "決済が止まりました", text: str = TEXT, **headers: str) -> bytes:
    """A mail as Outlook or Gmail sends it."""
    made = EmailMessage()
    made["From"] = "田中 実 <tanaka@example.com>"
    made["Subject"] = subject
    made["Date"] = "Sat, 21 Nov 2026 20:59:50 +0900"
    if id_:
        made["Message-ID"] = f"<{id_}@example.com>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text, cte="base64")
    return made.as_bytes(policy=SMTP)
