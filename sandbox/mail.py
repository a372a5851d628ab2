"""The mail server: real SMTP in, readable messages out."""

import asyncio
import email
import email.policy
import re
from collections import deque
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from sandbox import marks
from sandbox.faults import AFTER, Faults
from sandbox.journal import Journal, now_iso
from sandbox.line import reset
from sandbox.outgoing import Delivery, Outgoing
from sandbox.webpage import Form, links_of, read_forms

SIZE = 10 << 20  # bytes of one mail
CASE_NUMBER = re.compile(r"(?:#|No\. ?)(\d+)")
LOOK_SECONDS = 1.2
URL = re.compile(r"https?://[^\s<>\"'）」】]+")


class NoSuchLink(Exception):
    """The mail has no such link, or the page behind it has nothing to confirm."""


@dataclass
class Mail:
    """One mail as delivered: `to` is the envelope's recipients, `headers` the first of each, `item` its cursor."""

    id: int
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str
    message_id: str
    references: list[str]
    headers: dict[str, str]
    links: list[str]
    at: str = field(default_factory=now_iso)
    item: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read(id: int, envelope: Envelope) -> Mail:
    """Parse what came over SMTP; never fails, whatever the bytes are."""
    content = envelope.original_content or b""
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    text, html = _part(parsed, "plain"), _part(parsed, "html")
    headers: dict[str, str] = {}
    for name, value in parsed.items():
        headers.setdefault(name.lower(), str(value))
    links = list(dict.fromkeys([*URL.findall(text), *links_of(html)]))
    return Mail(
        id=id,
        sender=envelope.mail_from or "",
        to=[str(r) for r in envelope.rcpt_tos],
        subject=headers.get("subject", ""),
        text=text,
        html=html,
        message_id=headers.get("message-id", "").strip(),
        references=headers.get("references", "").split(),
        headers=headers,
        links=links,
    )


def _named(mail: Mail, link: str, offered: list[str]) -> str:
    """The one of the numbers offered that the mail names: last before the link, else anywhere."""
    text = f"{mail.subject}\n{mail.text or mail.html}"
    for part in (text.partition(link)[0], text):
        for found in reversed(list(CASE_NUMBER.finditer(part))):
            if found[1] in offered:
                return found[1]
    raise NoSuchLink(f"the mail names none of the numbers {', '.join(offered)}")


def returned(mail: Mail, status: str) -> bytes:
    """A delivery report (RFC 3464) about a mail."""
    action = "failed" if status.startswith("5") else "delayed"
    report = ["Reporting-MTA: dns; sandbox.invalid\r\n\r\n"]
    report += [
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} no such recipient\r\n\r\n"
        for to in mail.to
    ]
    lines = [
        "From: MAILER-DAEMON@sandbox.invalid (Mail Delivery System)",
        f"To: {mail.sender}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "Your message could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
    ]
    return ("\r\n".join(lines) + "\r\n" + "".join(report) + "--b--\r\n").encode()


def _part(parsed: EmailMessage, kind: str) -> str:
    body = parsed.get_body((kind,))
    if body is None:
        return ""
    payload = body.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        return raw.decode(body.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
    except LookupError:  # a character set nobody knows
        return raw.decode("utf-8", "replace").replace("\r\n", "\n")


class MailServer:
    """Accepts every recipient, unless told to have trouble; the handler of aiosmtpd and the inbox in one."""

    def __init__(self, journal: Journal, faults: Faults, outgoing: Outgoing, keep: int, public_url: str = "") -> None:
        self._public_url = public_url
        self._journal, self._faults, self._outgoing = journal, faults, outgoing
        self._mails: deque[Mail] = deque(maxlen=keep)
        self._next = 0
        self._under_way: set[asyncio.Task[Delivery]] = set()

    @property
    def messages(self) -> list[Mail]:
        """Every remembered mail, oldest first."""
        return list(self._mails)

    def mail(self, id: int) -> Mail:
        """Raises KeyError when there is no such mail."""
        for mail in reversed(self._mails):
            if mail.id == id:
                return mail
        raise KeyError(id)

    async def wait_for_mail(
        self, to: str | None = None, *, since: int = 0, case_id: str | None = None, timeout: float = 5
    ) -> Mail:
        """The first mail after the cursor `since`; raises TimeoutError with what came instead."""
        item = await self._journal.wait(timeout, since, channel="email", to=to, case_id=case_id)
        return self.mail(int(item.content["mail"]))

    async def follow(self, mail: Mail, link: int | str = 0, *, confirm: bool = True) -> tuple[int, str]:
        """Open a link (by number, or the first that contains the text) and, when asked, submit the form found there.

        Where that leads to a choice, a person looks at it for a second and presses the number that the mail names.
        Returns the last HTTP status and page. Raises NoSuchLink, and httpx.HTTPError when nobody answers.
        """
        fits = mail.links[link : link + 1] if isinstance(link, int) else [u for u in mail.links if link in u]
        if not fits:
            raise NoSuchLink(f"no link {link!r}; there are: {', '.join(mail.links) or 'none'}")
        response = await self._outgoing.get(fits[0])
        if confirm and response.is_success:
            form: Form | None = next((f for f in read_forms(response.text, str(response.url)) if f.post), None)
            if form is None:
                raise NoSuchLink(f"the page behind {fits[0]} has no form to submit")
            response = await self._outgoing.submit(form.action, form.fields)
            choice = next((f for f in read_forms(response.text, str(response.url)) if len(f.buttons) > 1), None)
            if choice is not None:
                await asyncio.sleep(LOOK_SECONDS)
                pressed = choice.pressed(_named(mail, fits[0], [value for _, value in choice.buttons]))
                response = await self._outgoing.submit(pressed.action, pressed.fields)
        return response.status_code, response.text

    async def bounce(self, mail: Mail, status: str = "5.1.1") -> Delivery:
        """Send a mail back to its envelope sender, as a mail server does that cannot deliver it."""
        url = f"{self._public_url.rstrip('/')}/callbacks/bounce"
        headers = {"content-type": "message/rfc822", "x-envelope-to": mail.sender}
        return await self._outgoing.send("bounce", url, returned(mail, status), headers)

    def clear(self) -> None:
        self._mails.clear()

    # --- aiosmtpd calls these, by these names

    def protocol(self) -> asyncio.Protocol:
        """A new SMTP conversation."""
        loop = asyncio.get_running_loop()
        return Conversation(
            self,
            loop=loop,
            hostname="sandbox.invalid",
            enable_SMTPUTF8=True,
            data_size_limit=SIZE,
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
            timeout=60,
        )

    def is_down(self) -> bool:
        """Asked for every new connection, before the greeting."""
        everybody = [f for f in self._faults.active if f.channel == "email" and f.kind == "down" and not f.to]
        return bool(everybody) and self._faults.take("email", "", ("down",)) is not None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= 100:
            return "452 4.5.3 Too many recipients"
        fault = self._faults.take("email", address, ("451", "550", "down"))
        if fault and fault.kind == "down" and server.transport:
            reset(server.transport)
        if fault and fault.kind == "451":
            return "451 4.7.1 Try again later"
        if fault:
            return "550 5.1.1 No such recipient here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = None
        for address in envelope.rcpt_tos:
            fault = fault or self._faults.take("email", address, ("slow", *AFTER, "bounce"))
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        mail = self._keep(envelope)
        if fault and fault.kind == "bounce":
            task = asyncio.create_task(self.bounce(mail), name=f"bounce {mail.id}")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if fault and fault.kind in AFTER and server.transport:
            await asyncio.sleep(fault.seconds)
            if fault.kind != "late":
                reset(server.transport)
        return f"250 2.0.0 OK: queued as {mail.id}"

    def _keep(self, envelope: Envelope) -> Mail:
        self._next += 1
        mail = read(self._next, envelope)
        self._mails.append(mail)
        case, notification = marks.find(mail.headers, *map(marks.query, mail.links), text=" ".join(mail.links))
        notification = notification or mail.message_id.strip("<>").partition("@")[0] or None
        content = {
            "mail": mail.id,
            "from": mail.sender,
            "subject": mail.subject,
            "html": bool(mail.html),
            "links": mail.links,
            "message_id": mail.message_id,
        }
        mail.item = self._journal.cursor + 1
        for address in mail.to:
            vendor, text = mail.message_id or str(mail.id), f"{mail.subject}\n{mail.text}"
            self._journal.add("email", "mail", address, vendor, text, content, (case, notification))
        self._journal.publish("mail", mail.as_json)
        return mail


class Conversation(SMTP):
    """One SMTP connection, reset before the greeting when the server plays dead."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(self.event_handler, MailServer) and self.event_handler.is_down():
            reset(transport)
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.session is not None:
            super().connection_lost(error)
