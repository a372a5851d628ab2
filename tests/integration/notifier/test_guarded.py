"""The guarded client on real sockets: resolved once, pinned, and proven by the server's own name."""

import asyncio
import datetime
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.notifier.channels.http import call
from services.notifier.domain.result import Permanent, Retryable
from shared.runtime import guarded
from shared.runtime.networks import Address

pytestmark = pytest.mark.security

NAME = "hooks.example.test"


@dataclass
class Server:
    """Answers 200 (or a redirect) and remembers who was asked for."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    answer: bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(self.answer)
        await writer.drain()
        writer.close()


class Names:
    """A resolver that gives each list once, the last for ever: a name that is bound anew between two questions."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(a) for a in found]


async def started(host: str, server: Server, context: ssl.SSLContext | None = None) -> asyncio.Server:
    listening = await asyncio.start_server(server.serve, host, server.port, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    return listening


async def test_a_name_that_is_bound_anew_is_resolved_once_and_pinned() -> None:
    outside, inside = Server(), Server()
    listening = await started("127.0.0.2", outside)
    inside.port = outside.port
    within = await started("127.0.0.1", inside)
    names = Names(["127.0.0.2"], ["127.0.0.1"])
    async with listening, within, guarded.client("127.0.0.2/32", names) as http:
        answer = await call(http, "POST", f"http://rebound.example:{outside.port}/hook", content=b"x")
        assert isinstance(answer, httpx.Response)
        assert (answer.status_code, names.asked, len(outside.heads), inside.heads) == (200, 1, 1, [])
        assert b"Host: rebound.example:" in outside.heads[0].replace(b"host:", b"Host:")
        again = await call(http, "POST", f"http://rebound.example:{outside.port}/hook", content=b"x")
        assert again == Permanent("bad-address", "target")
        assert inside.heads == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/", "http://0x7f.1:{port}/",
        "http://0177.0.0.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[::1]:{port}/",
        "https://user:secret@127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "file:///etc/passwd",
        "http://[fe80::1%25lo]:{port}/", "http://127.0.0.1.:{port}/", "https://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
async def test_nothing_inside_is_reached(url: str) -> None:
    server = Server()
    async with await started("127.0.0.1", server), guarded.client("") as http:
        assert await call(http, "GET", url.format(port=server.port)) == Permanent("bad-address", "target")
    assert server.heads == []


async def test_redirects_are_answers_and_not_followed() -> None:
    server, inside = Server(), Server()
    async with await started("127.0.0.1", server), await started("127.0.0.1", inside):
        server.answer = (
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:%d/\r\ncontent-length: 0\r\n\r\n" % inside.port
        )
        async with guarded.client("127.0.0.0/8") as http:
            answer = await call(http, "POST", f"http://127.0.0.1:{server.port}/")
    assert isinstance(answer, httpx.Response)
    assert (answer.status_code, inside.heads) == (302, [])


async def test_a_dead_address_is_passed_over_and_an_unknown_name_is_no_message() -> None:
    server = Server()
    async with (
        await started("127.0.0.1", server),
        guarded.client("127.0.0.0/8", Names(["127.0.0.9", "127.0.0.1"])) as http,
    ):
        answer = await call(http, "GET", f"http://two.example:{server.port}/")
        assert isinstance(answer, httpx.Response)
    async with guarded.client("") as http:
        assert await call(http, "GET", "https://nobody.invalid/") == Retryable("unreachable")


async def test_the_server_proves_the_name_that_was_asked_for(tmp_path: Path) -> None:
    server, trusted = Server(), ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _, name, __: server.names.append(name)
    context.load_cert_chain(_certificate(tmp_path / "certificate.pem"))
    trusted.load_verify_locations(tmp_path / "certificate.pem")
    async with (
        await started("127.0.0.1", server, context),
        guarded.client("127.0.0.0/8", Names(["127.0.0.1"]), trusted) as http,
    ):
        answer = await call(http, "POST", f"https://{NAME}:{server.port}/hook")
        assert isinstance(answer, httpx.Response)
        assert await call(http, "POST", f"https://other.example:{server.port}/hook") == Retryable("unreachable")
    assert server.names == [NAME, "other.example"]


def _certificate(path: Path) -> Path:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
