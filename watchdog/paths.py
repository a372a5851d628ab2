"""The paths of an alarm: mail, a webhook, a call; with credentials of their own, and none of Tasuki's code in between."""

import asyncio
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from xml.sax.saxutils import escape

import httpx

from shared.runtime import telemetry
from watchdog.relay import relay
from watchdog.settings import Settings
from watchdog.words import SPOKEN, Told

log = telemetry.logger(__name__)
SECONDS = 10.0
TRIES = 5  # more, of a path that failed where another one took it


@dataclass(frozen=True)
class Said:
    """What is to be told."""

    tell: Told
    subject: str
    text: str


Way = Callable[[Said], Awaitable[None]]


class Paths:
    """All paths that are set up; all are used each time, and one that takes it is enough."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        self._settings = settings
        self._http = http
        ways: dict[str, tuple[bool, Way]] = {
            "mail": (bool(settings.watchdog_smtp_url and settings.watchdog_mail_to), self._mail),
            "webhook": (bool(settings.watchdog_alarm_url), self._webhook),
            "call": (bool(settings.watchdog_call_to), self._call),
        }
        self._ways = {name: way for name, (set_up, way) in ways.items() if set_up}
        self._owed: dict[str, tuple[Said, int]] = {}  # path → what it has not taken, and how often it is tried yet

    async def tell(self, said: Said) -> bool:
        """Tell it on every path at once; whether any path took it."""
        self._owed.clear()
        failed = [name for name, why in (await self.attempt(said)).items() if why]
        taken = len(failed) < len(self._ways)
        if taken:  # else all is told again soon anyway
            self._owed = dict.fromkeys(failed, (said, TRIES))
        return taken

    async def attempt(self, said: Said) -> dict[str, str]:
        """Tell it on every path at once; path → what went wrong there, "" where it was taken."""
        results = await asyncio.gather(*(self._try(name, way, said) for name, way in self._ways.items()))
        return dict(zip(self._ways, results, strict=True))

    async def insist(self) -> None:
        """Try the paths again that failed while another took it: a mail that was taken wakes nobody if the call was not."""
        for name, (said, tries) in list(self._owed.items()):
            failed = await self._try(name, self._ways[name], said)
            if self._owed.get(name) != (said, tries):
                continue  # something newer was told meanwhile
            if not failed or tries == 1:
                del self._owed[name]
            else:
                self._owed[name] = said, tries - 1

    async def beat(self) -> None:
        """Tell those outside that we live."""
        try:
            await self._ask("GET", self._settings.watchdog_heartbeat_url)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            log.warning("the heartbeat was not taken", problem=_why(problem))

    async def _try(self, name: str, way: Way, said: Said) -> str:
        try:
            await way(said)
        except Exception as problem:  # whatever it is: it must not keep the others from being used
            log.error("a path of alarm failed", path=name, problem=_why(problem))
            return _why(problem)
        log.warning("told", path=name, tell=said.tell, subject=said.subject)
        return ""

    async def _mail(self, said: Said) -> None:
        await asyncio.to_thread(post, self._settings, said)

    async def _webhook(self, said: Said) -> None:
        token = self._settings.watchdog_alarm_token
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = {"type": f"watchdog.{said.tell}", "subject": said.subject, "text": said.text}
        url = self._settings.watchdog_alarm_url
        await self._ask("POST", url, json=body, headers=headers)

    async def _call(self, said: Said) -> None:
        s = self._settings
        ja, en = SPOKEN[said.tell]
        twiml = f'<Response><Say language="ja-JP">{escape(ja)}</Say><Say language="en-US">{escape(en)}</Say></Response>'
        url = f"{s.watchdog_twilio_url.rstrip('/')}/2010-04-01/Accounts/{s.watchdog_twilio_account}/Calls.json"
        form = {"To": s.watchdog_call_to, "From": s.watchdog_twilio_from, "Twiml": twiml}
        login = (s.watchdog_twilio_key or s.watchdog_twilio_account, s.watchdog_twilio_secret)
        await self._ask("POST", url, data=form, auth=login)

    async def _ask(self, method: str, url: str, **request: Any) -> None:
        """Ask, and see whether it was taken; what else is answered is not read, however large it is. Raises HTTPError."""
        async with self._http.stream(method, url, timeout=SECONDS, **request) as answer:
            answer.raise_for_status()


def _why(problem: Exception) -> str:
    """What went wrong, without the address: to know that of a heartbeat or a hook is to speak in our place."""
    if isinstance(problem, httpx.HTTPStatusError):
        return f"status {problem.response.status_code}"
    return repr(problem)[:300]


def post(settings: Settings, said: Said) -> None:
    """Hand one mail to the mail server; blocks. Raises SMTPException and OSError."""
    to = relay(settings.watchdog_smtp_url)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = said.subject, settings.watchdog_mail_from, settings.watchdog_mail_to
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="watchdog.tasuki")
    mail["Auto-Submitted"], mail["X-Priority"] = "auto-generated", "1"
    mail.set_content(said.text)
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(to.host, to.port, timeout=SECONDS, context=context)
        if to.tls
        else smtplib.SMTP(to.host, to.port, timeout=SECONDS)
    ) as server:
        if to.starttls:
            server.starttls(context=context)
        if to.user:
            server.login(to.user, settings.watchdog_smtp_password or to.password)
        server.send_message(mail)
