"""E-mail by SMTP: one Message-ID for each notification however often it is sent, one thread for each case."""

import asyncio
import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
import idna

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import CONNECT_SECONDS, TOTAL_SECONDS
from services.notifier.domain import bounce
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Ambiguous, Lookup, Permanent, Result, Retryable, Unaskable
from shared.contracts.vocabulary import Purpose

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
DATA_SECONDS = 60.0  # a relay that looks through a mail answers late, and delivers it all the same
NO_UTF8 = Permanent("smtputf8-not-offered", "target")


@dataclass(frozen=True)
class MailSettings:
    """`mail_bounce_domain` is where mails come back to, each under an address of its own; empty: to the sender."""

    mail_bounce_domain: str = ""


class Mail:
    """Mails through one relay. 250 means that the relay has it, and nothing more."""

    def __init__(self, around: Surroundings) -> None:
        url = urlsplit(around.settings.smtp_url)
        self._tls = url.scheme == "smtps"
        self._host = url.hostname or ""
        self.set_up = bool(self._host)
        self._port = url.port or (465 if self._tls else 587)
        self._user, self._password = unquote(url.username or ""), unquote(url.password or "")
        name, self._from = parseaddr(around.settings.mail_from)
        self._sender = Address(display_name=name, addr_spec=self._from)
        self._key, self._bounces = around.settings.link_key, around.read(MailSettings).mail_bounce_domain

    async def send(self, message: Message, to: str) -> Result:
        """Hand one mail to the relay."""
        if not self.set_up:
            return NOT_SET_UP
        try:
            to = punycoded(to)
            mail = self._mail(message, to)
        except (ValueError, IndexError):  # idna's refusals are ValueErrors
            return Permanent("bad-address", "target")
        smtp = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            start_tls=None if self._tls or not self._user else True,
            username=self._user or None,
            password=self._password or None,
            timeout=CONNECT_SECONDS,
        )
        handing_over = False
        try:
            async with asyncio.timeout(TOTAL_SECONDS) as limit:
                await smtp.connect()
                smtp.timeout = TOTAL_SECONDS
                id_ = message.notification.id
                sender = bounce.sender(self._key, id_, self._bounces) if self._bounces else self._from
                if to.isascii():
                    await smtp.mail(sender)
                    await smtp.rcpt(to)
                else:
                    await smtp.ehlo()
                    if not smtp.supports_extension("smtputf8"):
                        return NO_UTF8
                    await smtp.mail(sender, options=["SMTPUTF8"], encoding="utf-8")
                    await smtp.rcpt(to, encoding="utf-8")
                handing_over = True
                limit.reschedule(asyncio.get_running_loop().time() + DATA_SECONDS)
                content = mail.as_bytes(policy=SMTP if to.isascii() else SMTPUTF8)
                answer = await smtp.data(content, timeout=DATA_SECONDS)
                return Accepted(str(mail["Message-ID"]), f"smtp-{answer.code}")
        except aiosmtplib.SMTPAuthenticationError as problem:
            return Permanent(f"smtp-{problem.code}", "account")
        except aiosmtplib.SMTPResponseException as problem:
            return _refused(problem)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            return Ambiguous("no-answer-from-provider") if handing_over else Retryable("unreachable")
        finally:
            smtp.close()

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """A relay cannot be asked."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """A mail stays; its link says who has the case."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Nothing of its own."""

    def _mail(self, message: Message, to: str) -> EmailMessage:
        n, domain = message.notification, self._from.rpartition("@")[2]
        mail = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
        mail["From"] = self._sender
        whom, (local, _, host) = _CONTROL.sub(" ", n.name), to.rpartition("@")
        parts = {"addr_spec": to} if to.isascii() else {"username": local, "domain": host}
        mail["To"] = Address(display_name=whom, **parts)
        mail["Subject"] = _CONTROL.sub(" ", message.subject)
        mail["Date"] = format_datetime(n.attempted_at)
        mail["Message-ID"] = f"<{n.id}@{domain}>"
        if n.case_id:
            mail["References"] = mail["In-Reply-To"] = f"<case-{n.case_id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["X-Tasuki-Case"] = n.case_id
        mail["X-Tasuki-Notification"] = str(n.id)
        if n.purpose is Purpose.PAGE:
            mail["Importance"] = "high"
        if n.content.occasion not in ("", "storm"):  # a quiet digest; nobody silences a page by one click
            mail["List-Unsubscribe"] = f"<mailto:{self._from}?subject=unsubscribe>"
        mail.set_content(message.text + "\n", charset="utf-8", cte="base64")
        return mail


def punycoded(address: str) -> str:
    """The address with its domain as mail servers know it; the name before it stays. Raises ValueError."""
    name, at, domain = address.rpartition("@")
    if not name or not at:
        raise ValueError(address)
    return address if domain.isascii() else f"{name}@{idna.encode(domain, uts46=True).decode()}"


def _refused(problem: aiosmtplib.SMTPResponseException) -> Retryable | Permanent:
    """4yz: later; 5yz: never. What that is about is told by when it was said, and by 53x, which are always about us.

    At MAIL FROM it is our sender, at RCPT TO the recipient (552: their mailbox is full), and later, or before, what we say.
    """
    code = f"smtp-{problem.code}"
    if 400 <= problem.code < 500:
        return Retryable(code)
    if problem.code in (530, 534, 535, 538) or isinstance(problem, aiosmtplib.SMTPSenderRefused):
        return Permanent(code, "account")
    ours = problem.code in (500, 501, 502, 503, 504, 552, 554)
    return Permanent(code, "channel" if ours and not isinstance(problem, aiosmtplib.SMTPRecipientRefused) else "target")
