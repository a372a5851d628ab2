"""What is particular to mails, and to tokens that end, against the sandbox."""

import asyncio
from dataclasses import replace

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import client
from services.notifier.channels.line_works import LineWorks
from services.notifier.channels.mail import Mail
from services.notifier.domain import bounce
from services.notifier.domain.result import Accepted, Permanent, Retryable
from shared.contracts.vocabulary import Channel
from shared.runtime.settings import Secret
from tests.contracts.channels.conftest import Providers
from tests.contracts.channels.specs import SPECS

pytestmark = pytest.mark.security


def mailer(providers: Providers) -> Mail:
    """Mails whose bounces come to an address each."""
    return Mail(Surroundings(providers.settings, client(), {"TASUKI_MAIL_BOUNCE_DOMAIN": "b.example.com"}))


async def test_each_mail_has_an_envelope_sender_of_its_own(providers: Providers) -> None:
    message = providers.message(Channel.EMAIL)
    assert isinstance(await mailer(providers).send(message, "sato@日本語.jp"), Accepted)
    (mail,) = providers.sandbox.mail.messages
    assert bounce.about("k", mail.sender) == message.notification.id
    assert mail.to == ["sato@xn--wgv71a119e.jp"]
    assert "list-unsubscribe" not in mail.headers


async def test_a_name_that_is_not_ascii_goes_where_the_server_can(providers: Providers) -> None:
    assert isinstance(await mailer(providers).send(providers.message(Channel.EMAIL), "佐藤@example.jp"), Accepted)
    assert providers.sandbox.mail.messages[0].to == ["佐藤@example.jp"]


@pytest.mark.parametrize("name", ["佐藤\r\nBcc: x@example.com", "a\nb\r\n\r\nbody", "\u2028x"])
async def test_a_name_cannot_write_headers(providers: Providers, name: str) -> None:
    message = providers.message(Channel.EMAIL)
    n = replace(message.notification, name=name, content=replace(message.notification.content, occasion="weekly"))
    sent = await mailer(providers).send(replace(message, notification=n, subject=f"件名{name}"), "sato@example.jp")
    assert isinstance(sent, Accepted)
    (mail,) = providers.sandbox.mail.messages
    assert "bcc" not in mail.headers
    assert "髙﨑①㈱🔥" in mail.text
    assert mail.headers["list-unsubscribe"].startswith("<mailto:")


async def test_an_address_that_is_none_is_refused_for_good(providers: Providers) -> None:
    sent = await mailer(providers).send(providers.message(Channel.EMAIL), "a@x\r\nRCPT TO:<b@y>")
    assert isinstance(sent, Permanent)


class Relay:
    """A mail server that refuses at one stage; SMTP calls these by name."""

    def __init__(self, stage: str, answer: str) -> None:
        self._at = {stage: answer}

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._at.get("mail", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._at.get("rcpt", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self._at.get("data", "250 OK")


@pytest.mark.parametrize(
    ("stage", "answer", "expected"),
    [
        ("mail", "550 5.7.1 Sender rejected", Permanent("smtp-550", "account")),
        ("mail", "553 5.7.1 Sender address not owned", Permanent("smtp-553", "account")),
        ("mail", "451 4.3.0 Later", Retryable("smtp-451")),
        ("rcpt", "550 5.1.1 No such user", Permanent("smtp-550", "target")),
        ("rcpt", "552 5.2.2 Mailbox is full", Permanent("smtp-552", "target")),
        ("rcpt", "554 5.7.1 Recipient rejected", Permanent("smtp-554", "target")),
        ("rcpt", "530 5.7.0 Authentication required", Permanent("smtp-530", "account")),
        ("data", "552 5.3.4 Too large", Permanent("smtp-552", "channel")),
        ("data", "554 5.7.1 Refused for its content", Permanent("smtp-554", "channel")),
        ("data", "550 5.7.1 Refused by the recipient", Permanent("smtp-550", "target")),
    ],
)
async def test_a_refusal_is_about_whom_it_was_said_of(
    providers: Providers, stage: str, answer: str, expected: Permanent | Retryable
) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Relay(stage, answer), enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    async with server:
        host, port = server.sockets[0].getsockname()
        settings = replace(providers.settings, smtp_url=Secret(f"smtp://{host}:{port}"))
        ours = Mail(Surroundings(settings, client(), {}))
        assert await ours.send(providers.message(Channel.EMAIL), "sato@example.jp") == expected


async def test_a_token_is_fetched_once_and_again_when_it_has_ended(providers: Providers) -> None:
    spec, fake = SPECS["line_works"], providers.sandbox.vendor("line_works")
    http = client()
    ours = LineWorks(Surroundings(providers.settings, http, spec.env(providers.sandbox)))
    for _ in range(2):
        assert isinstance(await ours.send(providers.message(Channel.CHAT), spec.to), Accepted)
    assert fake.issued == 1  # type: ignore[attr-defined]
    fake.revoke()  # type: ignore[attr-defined]
    assert isinstance(await ours.send(providers.message(Channel.CHAT), spec.to), Accepted)
    assert fake.issued == 2  # type: ignore[attr-defined]
    await http.aclose()
