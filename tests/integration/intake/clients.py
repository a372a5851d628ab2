"""The vendors' own clients, and an application that really listens for them."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, TypeVar

import opsgenie_sdk
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from pagerduty import EventsApiV2Client

from tests.integration.intake.desk import API_KEY, ROUTING_KEY

T = TypeVar("T")


@dataclass(frozen=True)
class Server:
    """Where intake listens, and the certificate by which it is known."""

    port: int
    certificate: Path | None = None


def certify(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine's own address, made by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    own, secret = folder / "certificate.pem", folder / "key.pem"
    own.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return own, secret


@asynccontextmanager
async def listening(app: FastAPI, certificate: Path | None = None, key: Path | None = None) -> AsyncIterator[Server]:
    """Listen on a free port while the block runs."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_level="warning", ssl_certfile=certificate, ssl_keyfile=key)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield Server(listener.getsockname()[1], certificate)
    finally:
        server.should_exit = True
        await serving


async def pagerduty(server: Server, ask: Callable[[Any], T], key: str = ROUTING_KEY) -> T:
    """What PagerDuty's own client makes of our answer; it takes nothing but https."""

    def blocking() -> T:
        trust = ssl.create_default_context(cafile=str(server.certificate))
        with EventsApiV2Client(key, base_url=f"https://127.0.0.1:{server.port}", verify=trust) as client:
            return ask(client)

    return await asyncio.to_thread(blocking)


async def opsgenie(server: Server, ask: Callable[[Any], T], key: str = API_KEY) -> T:
    """What Opsgenie's own client makes of our answer."""

    def blocking() -> T:
        configuration = opsgenie_sdk.Configuration()
        configuration.host = f"http://127.0.0.1:{server.port}"
        configuration.api_key["Authorization"] = key
        return ask(opsgenie_sdk.AlertApi(opsgenie_sdk.ApiClient(configuration)))

    return await asyncio.to_thread(blocking)


async def became(server: Server, request_id: str) -> Any:
    """What Opsgenie's own client hears became of a request."""
    return await opsgenie(server, lambda api: api.get_request_status(request_id))
