"""E-mail by SMTP: the envelope is proven before a byte of the mail is taken, and 250 is said when it is on disk."""

import asyncio
import logging
import ssl
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.intake import receiving
from services.intake.domain import addresses, mails, redacting
from services.intake.door import Door
from services.intake.senders import SENDERS
from services.intake.senders.email import FROM, KEPT, TO
from services.intake.senders.sender import Malformed, Rejected, Request, Unmapped
from shared.runtime import telemetry
from shared.runtime.db import UNAVAILABLE
from shared.runtime.web import Problem

log = telemetry.logger(__name__)
LONGEST_LINE = 100_000  # bytes; mails of machines do not keep to the thousand that the standard allows
CONNECTIONS, RECIPIENTS, COMMANDS = 8, 50, 200  # a mail of 15 MB takes twice that until it is whole
SILENCE, CONVERSATION = 60.0, 600.0  # seconds: between two commands, or for one mail; and for all of them
LEAVING = 5.0  # seconds in which what is under way may end
OK = "250 2.0.0 OK"
UNKNOWN = "550 5.1.1 No such recipient here"  # the same whatever was wrong with the address
REFUSED = "550 5.7.1 Not accepted from this author"
LATER = "451 4.3.0 Not possible right now, please try again"


@dataclass(frozen=True)
class Limits:
    """What other numbers tests want."""

    largest: int = mails.LARGEST
    connections: int = CONNECTIONS
    silence: float = SILENCE


@dataclass
class MailIn:
    """Listens for mail to the sources of one front door; the handler of aiosmtpd, which calls `handle_…` by these names."""

    here: Door
    limits: Limits = field(default_factory=Limits)
    port: int = 0  # where it listens, once it does
    _open: set["Conversation"] = field(default_factory=set)
    _under_way: set["asyncio.Future[None]"] = field(default_factory=set)

    async def run(self) -> None:
        """Listen until this is cancelled; then take what is under way, and no more."""
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it would write down addresses, and they are secrets
        settings, loop = self.here.settings, asyncio.get_running_loop()
        context = _context(settings.mail_in_certificate, settings.mail_in_key)
        server = await loop.create_server(
            lambda: Conversation(self, context), settings.mail_in_host, settings.mail_in_port
        )
        self.port = server.sockets[0].getsockname()[1]
        log.info("mail comes in", host=settings.mail_in_host, port=self.port, tls=context is not None)
        try:
            await asyncio.Event().wait()
        finally:
            server.close()
            await self._leave()

    async def _leave(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LEAVING)
        for conversation in list(self._open):
            conversation.hang_up()

    def enter(self, conversation: "Conversation") -> bool:
        """Whether there is room for one more."""
        if len(self._open) >= self.limits.connections:
            return False
        self._open.add(conversation)
        return True

    def leave(self, conversation: "Conversation") -> None:
        """One has ended."""
        self._open.discard(conversation)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Nobody logs in here: the address is the proof."""
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mail for a source of ours and for nobody else."""
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        named = addresses.read(address, self.here.settings.mail_in_domain)
        try:
            source = await self.here.sources.find(named[0]) if named else None
        except UNAVAILABLE as problem:
            return _later(problem)
        if source is None or named is None or not SENDERS[source.sender].by_mail:
            return UNKNOWN
        given = self._request(b"", envelope, address, named[1])
        found = SENDERS[source.sender].verify(given, source) if source.secrets else Rejected("no secret is set")
        if isinstance(found, Rejected) and found.reason in ("address", "no secret is set"):
            self._aside(receiving.note_rejected(self.here, source, given, found.reason))
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail for each of its sources; what could not be taken for one is to come again for all, as a repeat."""
        raw = envelope.original_content or b""
        taking = asyncio.get_running_loop().create_future()
        self._under_way.add(taking)
        try:
            told = [await self._take(raw, envelope, address) for address in dict.fromkeys(envelope.rcpt_tos)]
        except Problem as problem:
            return LATER if problem.status >= 500 or problem.status == 429 else REFUSED
        except UNAVAILABLE as problem:
            return _later(problem)
        finally:
            self._under_way.discard(taking)
            taking.cancel()
        return OK if OK in told else told[0]

    async def handle_exception(self, error: Exception) -> str:
        """Whatever fails here, the mail stays where it is and comes again."""
        log.error("a mail failed", problem=repr(error)[:500])
        return LATER

    async def _take(self, raw: bytes, envelope: Envelope, address: str) -> str:
        named = addresses.read(address, self.here.settings.mail_in_domain)
        source = await self.here.sources.find(named[0]) if named else None
        if source is None or named is None:
            return UNKNOWN  # ended since it was named
        given = self._request(raw, envelope, address, named[1])
        sender = SENDERS[source.sender]
        found = await asyncio.to_thread(sender.verify, given, source)
        if isinstance(found, Rejected):
            await receiving.note_rejected(self.here, source, given, found.reason)
            return REFUSED
        turn: AbstractAsyncContextManager[None] = self.here.files if len(raw) > KEPT else nullcontext()
        async with turn:
            readings = await asyncio.to_thread(sender.read, given, source)
            kept = self._request(redacting.blackened(raw, source.secrets), envelope, address, "")
            kept = await asyncio.to_thread(sender.parted, kept) if sender.parted else kept
            assert not isinstance(readings, Malformed)
            if not any(isinstance(reading, Unmapped) for reading in readings):
                kept = replace(kept, rest=b"")  # only what is set aside keeps it
            await receiving.take(self.here, source, readings, kept)
        return OK

    def _request(self, raw: bytes, envelope: Envelope, address: str, secret: str) -> Request:
        headers = {
            "content-type": "message/rfc822",
            "x-tasuki-path-secret": secret,
            FROM: (envelope.mail_from or "").strip() or "<>",
            TO: "@" + address.rpartition("@")[2].casefold(),
        }
        return Request(raw, headers, self.here.clock.now())

    def _aside(self, work: Coroutine[None, None, None]) -> None:
        """Do something that the answer must not wait for: how long it takes would tell what was right."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


class Conversation(SMTP):
    """One connection, from the greeting to its end; one too many is told to come again."""

    line_length_limit = LONGEST_LINE

    def __init__(self, mail_in: MailIn, context: ssl.SSLContext | None) -> None:
        super().__init__(
            mail_in,
            data_size_limit=mail_in.limits.largest,
            enable_SMTPUTF8=True,
            hostname=mail_in.here.settings.mail_in_domain,
            ident="ESMTP",
            tls_context=context,
            timeout=mail_in.limits.silence,
            command_call_limit=COMMANDS,
            loop=asyncio.get_running_loop(),
        )
        self._mail_in = mail_in
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless there is no room; after STARTTLS it begins once more."""
        if self._end is None:
            if not self._mail_in.enter(self):
                crowded = cast(asyncio.WriteTransport, transport)
                crowded.write(b"421 4.3.2 Too many connections, please try again\r\n")
                crowded.close()
                return
            self._end = self.loop.call_later(CONVERSATION, self.hang_up)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        if self._end is not None:
            self._end.cancel()
            super().connection_lost(error)
        self._mail_in.leave(self)

    def hang_up(self) -> None:
        """End it from our side; what was not answered comes again."""
        if self.transport is not None:
            self.transport.close()


def _context(certificate: str, key: str) -> ssl.SSLContext | None:
    """What STARTTLS needs; None where there is no certificate."""
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key or None)
    return context


def _later(problem: BaseException) -> str:
    log.warning("a mail is to come again", problem=repr(problem)[:300])
    return LATER
