"""Puts the providers together behind one HTTP port and one SMTP port."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.chat import Chat
from sandbox.control import Control
from sandbox.faults import Fault, Faults
from sandbox.guided import Guided
from sandbox.journal import Journal, Received
from sandbox.line import Cut, serving
from sandbox.mail import MailServer
from sandbox.outgoing import Outgoing
from sandbox.phone import Phone
from sandbox.senders import Alertmanager, Zendesk
from sandbox.settings import Settings
from sandbox.slack_api import SlackApi
from sandbox.slack_forms import Forms
from sandbox.tickets import Crm, Ticket
from sandbox.vendor import Vendor
from sandbox.vendors import VENDORS
from sandbox.voice_api import VoiceApi


class Sandbox:
    """Telephone, chat, mail and CRM, with everything they received; make one with `Sandbox.run`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.journal = Journal(settings.keep)
        self.faults = Faults(self._tell_faults)
        self.outgoing = Outgoing(self.journal, settings.twilio_auth_token)
        self.phone = Phone(settings, self.journal, self.faults, self.outgoing)
        self.chat = Chat(settings, self.journal, self.outgoing)
        self.forms = Forms(self.chat, self.journal)
        self.crm = Crm(settings, self.journal, self.faults)
        self.mail = MailServer(self.journal, self.faults, self.outgoing, settings.keep, settings.public_url)
        self.zendesk = Zendesk(settings, self.journal, self.outgoing, self.crm)
        self.alertmanager = Alertmanager(settings, self.outgoing)
        self.vendors = {v.name: v(settings, self.journal, self.faults, self.outgoing) for v in VENDORS}
        self.http_url = ""
        self.smtp_url = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def run(
        cls, http_port: int = 0, smtp_port: int = 0, settings: Settings | None = None, host: str = "127.0.0.1"
    ) -> AsyncIterator["Sandbox"]:
        """Listen until the block ends; port 0 takes a free one. Raises OSError when a port is taken."""
        sandbox = cls(settings or Settings())
        with contextlib.ExitStack() as ports:
            http = ports.enter_context(listening(host, http_port))
            smtp = ports.enter_context(listening(host, smtp_port))
            sandbox.http_url = f"http://{host}:{http.getsockname()[1]}"
            sandbox.chat.http_url = sandbox.http_url
            sandbox.smtp_url = f"smtp://{host}:{smtp.getsockname()[1]}"
            mail = await asyncio.get_running_loop().create_server(sandbox.mail.protocol, sock=smtp)
            async with serving(sandbox.app(), http):
                try:
                    yield sandbox
                finally:
                    sandbox.journal.close()
                    await sandbox.phone.close()
                    mail.close()
                    await sandbox.chat.sockets.close()
                    await sandbox.outgoing.close()

    def app(self) -> ASGIApp:
        """All doors as one ASGI application."""
        routes = [
            *VoiceApi(self.settings, self.faults, self.phone).routes(),
            *SlackApi(self.settings, self.faults, self.chat, self.forms).routes(),
            *self.crm.routes(),
            *(route for vendor in self.vendors.values() for route in vendor.routes()),
            *Control(self).routes(),
            *Guided(self).routes(),
        ]
        inner = Starlette(routes=routes)

        async def quiet(scope: Scope, receive: Receive, send: Send) -> None:
            with contextlib.suppress(Cut):
                await inner(scope, receive, send)

        return quiet

    # --- what tests say

    def ticket(self, id: str | int) -> Ticket:
        """The ticket of that id; it springs into being when there is none."""
        return self.crm.ticket(id)

    def vendor(self, name: str) -> Vendor:
        """A provider by its name in our table; raises KeyError when the sandbox does not play it."""
        return self.vendors[name]

    def fault(self, channel: str, kind: str, count: int | None = None, *, to: str = "", seconds: float = 1.0) -> Fault:
        """Give a channel trouble, `count` times or until cleared; raises ValueError for one that it cannot have."""
        return self.faults.set(Fault(channel, kind, count, to, seconds))

    def clear_faults(self, channel: str | None = None, id: int | None = None) -> None:
        self.faults.clear(channel, id)

    def _tell_faults(self) -> None:
        self.journal.publish("faults", lambda: [f.as_json() for f in self.faults.active])

    def received(
        self, channel: str | None = None, *, since: int = 0, to: str | None = None, case_id: str | None = None
    ) -> list[Received]:
        """Everything received after the cursor, oldest first."""
        return self.journal.since(since, self.settings.keep, channel=channel, to=to, case_id=case_id)

    def reset(self) -> None:
        """Forget everything but the cursor."""
        for part in (self.phone, self.chat, self.forms, self.crm, self.mail):
            part.clear()
        for vendor in self.vendors.values():
            vendor.clear()
        self.faults.clear()
        self.journal.clear()


def listening(host: str, port: int) -> socket.socket:
    """A bound TCP socket; raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}") from None
    bound.listen(512)
    bound.setblocking(False)
    return bound
