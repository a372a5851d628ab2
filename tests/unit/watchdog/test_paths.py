"""The paths of alarm: mail goes where a login is secret, half a path is refused at the start, and each can be tried."""

import asyncio
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deploy.local.layout import ROOT
from shared.runtime.settings import BadSettings, Secret
from tests.integration.runtime.certificates import Authority
from tests.unit.watchdog.test_sight import settings_in
from watchdog.paths import Paths, Said, post
from watchdog.relay import Relay, relay
from watchdog.settings import Settings, checked
from watchdog.trying import try_each
from watchdog.words import trial

SAID = Said("alarm", "題", "文")


class MailServer:
    """Keeps the mails it is given, with whether they came by TLS, and with which login."""

    def __init__(self) -> None:
        self.mails: list[tuple[bool, bytes]] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append((session.ssl is not None, envelope.content))
        return "250 taken"

    def let_in(self, server: SMTP, session: Session, envelope: Envelope, how: str, login: LoginPassword) -> AuthResult:
        self.logins.append((login.login, login.password))
        return AuthResult(success=True)


@asynccontextmanager
async def serving(known: MailServer, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
    """A mail server as companies run them: with a certificate it offers STARTTLS, and takes no login before."""

    def talk() -> SMTP:
        return SMTP(known, hostname="mail.test", tls_context=tls, authenticator=known.let_in, auth_required=bool(tls))

    server = await asyncio.get_running_loop().create_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Of a server on this machine, which this process believes."""
    authority = Authority(tmp_path, "authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    pair = authority.sign("server")
    context.load_cert_chain(pair.certificate, pair.key)
    return context


def by_mail(folder: Path, url: str) -> Settings:
    return replace(settings_in(folder), watchdog_smtp_url=url, watchdog_mail_to="platform@example.com")


async def test_a_login_is_told_by_tls_alone(tmp_path: Path, certificate: ssl.SSLContext) -> None:
    known = MailServer()
    async with serving(known, certificate) as port:
        await asyncio.to_thread(post, by_mail(tmp_path, f"smtp://dog:p%40ss@127.0.0.1:{port}"), SAID)
        apart = replace(by_mail(tmp_path, f"smtp://dog@127.0.0.1:{port}"), watchdog_smtp_password=Secret("own"))
        await asyncio.to_thread(post, apart, SAID)
    assert [secret for secret, _ in known.mails] == [True, True]
    assert known.logins == [(b"dog", b"p@ss"), (b"dog", b"own")]


async def test_a_server_without_tls_is_told_no_password(tmp_path: Path) -> None:
    known = MailServer()
    async with serving(known, None) as port, httpx.AsyncClient() as unused:
        paths = Paths(by_mail(tmp_path, f"smtp://dog:pass@127.0.0.1:{port}"), unused)
        assert (await paths.attempt(SAID))["mail"].startswith("SMTPNotSupportedError")
    assert (known.mails, known.logins) == ([], [])


async def test_a_relay_that_asks_for_no_login_is_given_the_mail_as_it_is(tmp_path: Path) -> None:
    known = MailServer()
    async with serving(known, None) as port:
        await asyncio.to_thread(post, by_mail(tmp_path, f"smtp://127.0.0.1:{port}"), SAID)
    assert [secret for secret, _ in known.mails] == [False]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u:p@mail.example.jp", Relay("mail.example.jp", 587, False, True, "u", "p")),
        ("smtp://u:p@mail.example.jp:2525", Relay("mail.example.jp", 2525, False, True, "u", "p")),
        ("smtp+starttls://mail.example.jp", Relay("mail.example.jp", 587, False, True, "", "")),
        ("smtps://u:p@mail.example.jp", Relay("mail.example.jp", 465, True, False, "u", "p")),
        ("smtp://mail.example.jp", Relay("mail.example.jp", 25, False, False, "", "")),
    ],
)
def test_an_address_of_a_mail_server_means_what_it_means_to_the_notifier(url: str, expected: Relay) -> None:
    assert relay(url) == expected


@pytest.mark.parametrize("url", ["mail.example.jp:587", "mail.example.jp", "smtp://", "http://mail.example.jp", "smtp://u:s/ecret@mail.example.jp"])  # fmt: skip
def test_an_address_that_is_no_mail_server_is_refused_at_the_start_and_not_shown(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadSettings, match="SMTP_URL") as refused:
        checked(by_mail(tmp_path, url))
    assert "ecret" not in str(refused.value)


HALVES: list[tuple[str, Callable[[Settings], Settings]]] = [
    ("MAIL_TO", lambda s: replace(s, watchdog_smtp_url="smtp://mail.example.jp")),
    ("SMTP_URL", lambda s: replace(s, watchdog_mail_to="platform@example.com")),
    ("TWILIO_ACCOUNT", lambda s: replace(s, watchdog_call_to="+819000000001")),
    ("TWILIO_SECRET", lambda s: replace(s, watchdog_call_to="+81", watchdog_twilio_account="A", watchdog_twilio_from="+81")),
    ("TWILIO_FROM", lambda s: replace(s, watchdog_call_to="+81", watchdog_twilio_account="A", watchdog_twilio_secret=Secret("s"))),
]  # fmt: skip


@pytest.mark.parametrize(("missing", "half"), HALVES, ids=[name for name, _ in HALVES])
def test_half_a_path_is_refused_though_another_one_is_whole(
    tmp_path: Path, missing: str, half: Callable[[Settings], Settings]
) -> None:
    whole = replace(settings_in(tmp_path), watchdog_alarm_url="https://hooks.example.jp/x")
    assert checked(whole) == whole
    with pytest.raises(BadSettings, match=missing):
        checked(half(whole))


async def test_a_trial_goes_by_every_path_and_says_what_came_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[bytes] = []

    def outside(request: httpx.Request) -> httpx.Response:
        told.append(request.content)
        return httpx.Response(401 if request.url.host == "twilio" else 200)

    known = MailServer()
    async with serving(known, None) as port:
        settings = replace(
            by_mail(tmp_path, f"smtp://127.0.0.1:{port}"), watchdog_alarm_url="http://owner/alarm",
            watchdog_call_to="+819000000001", watchdog_twilio_account="AC1", watchdog_twilio_url="http://twilio",
        )  # fmt: skip
        async with httpx.AsyncClient(transport=httpx.MockTransport(outside)) as http:
            assert await try_each(Paths(settings, http)) == 1
            said = capsys.readouterr().out
            assert await try_each(Paths(replace(settings, watchdog_call_to=""), http)) == 0
    assert [line for line in said.splitlines() if line[0] in "✓✗"] == [
        "✓ メール: 受け付けられました / mail: taken",
        "✓ Webhook: 受け付けられました / webhook: taken",
        "✗ 電話: 送れませんでした / call: not taken: status 401",
    ]
    assert len(known.mails) == 2
    assert b'"watchdog.trial"' in b"".join(told)
    assert "【試験】" in trial()[0]


def test_the_command_tries_and_prints_nothing_else(tmp_path: Path) -> None:
    given = {
        "TOKEN": "t",
        "WEBHOOK_SECRET": "s",
        "DATA": str(tmp_path),
        "ALARM_URL": "http://127.0.0.1:1/SecretOfTheHook",
    }
    env = {
        "PATH": "",
        "TASUKI_PUBLIC_URL": "http://127.0.0.1:1",
        **{f"TASUKI_WATCHDOG_{n}": v for n, v in given.items()},
    }
    asked = [sys.executable, "-m", "watchdog", "try"]
    done = subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1, done.stderr
    assert [line[0] for line in done.stdout.splitlines()] == ["✗", "届"]
    assert "SecretOfTheHook" not in done.stdout + done.stderr
