"""What is particular to mails, and to tokens that end, against the sandbox."""

from dataclasses import replace

import pytest

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import client
from services.notifier.channels.line_works import LineWorks
from services.notifier.channels.mail import Mail
from services.notifier.domain import bounce
from services.notifier.domain.result import Accepted, Permanent
from shared.contracts.vocabulary import Channel
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
