"""Every door of every provider: nothing that is forged reaches the desk behind it, whatever is set up and whatever comes."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any, cast

import httpx
import pytest

from services.notifier.channels.channel import Surroundings
from services.notifier.desk import Desk
from services.notifier.doors import add_all
from services.notifier.settings import Settings
from shared.contracts.signature import sign
from shared.runtime import web
from shared.runtime.settings import Secret
from tests.hard import BODIES
from tests.unit.notifier.examples import NOW
from tools.openapi import routes

pytestmark = pytest.mark.security
SET_UP = {
    "TASUKI_LINE_CHANNEL_SECRET": "a secret",
    "TASUKI_LINE_WORKS_BOT_SECRET": "a secret",
    "TASUKI_LINE_WORKS_BOT_ID": "2000001",
    "TASUKI_CHATWORK_WEBHOOK_TOKEN": base64.b64encode(b"a secret").decode(),
    "TASUKI_DISCORD_PUBLIC_KEY": "6e9bf2a8f9081b9c5b4f4e69a162df745f69dbe58a6b8d75880f2b188322f334",
    "TASUKI_SIP_SIGNING_SECRET": "a secret",
}
OPEN = "/callbacks/push-key"  # whose messages a browser agrees to
REFUSED = {400, 401, 403, 404, 410, 422}


class Untouched:
    """A desk at which nobody may arrive; it knows what time it is."""

    reporting: Any = None

    class clock:  # noqa: N801
        """Stands still."""

        now = staticmethod(lambda: NOW)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"what is forged has reached the desk: {name}")


def settings(secret: str) -> Settings:
    """Settings in which what Slack and Twilio sign with is this."""
    none = Secret("")
    return Settings(
        database_url=none, kafka="", http_port=0, service_token=Secret("t"), public_url="https://tasuki.example.jp",
        intake_url="", link_key=Secret("a key for links"), slack_signing_secret=Secret(secret), twilio_auth_token=Secret(secret),
    )  # fmt: skip


def signatures(key: str, path: str, body: bytes) -> Iterator[Mapping[str, str]]:
    """The headers of every provider, signed with a key that is not ours."""

    def mac(text: bytes, kind: str = "sha256") -> bytes:
        return hmac.new(key.encode(), text, kind).digest()

    stamp, plain = str(int(NOW.timestamp())), base64.b64encode(mac(body)).decode()
    yield {"x-line-signature": plain, "x-chatworkwebhooksignature": plain}
    yield {"x-works-signature": plain, "x-works-botid": ""}
    yield {"x-works-signature": plain, "x-works-botid": "2000001"}
    slack = mac(f"v0:{stamp}:".encode() + body).hex()
    yield {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={slack}"}
    yield {"x-twilio-signature": base64.b64encode(mac(f"https://tasuki.example.jp{path}".encode(), "sha1")).decode()}
    yield {"x-signature-timestamp": stamp, "x-signature-ed25519": hashlib.sha512(body).hexdigest()}
    yield sign(key, "call-1", body, NOW)


@pytest.mark.parametrize("env", [{}, SET_UP], ids=["nothing is set up", "all is set up"])
async def test_what_is_forged_reaches_no_desk(env: Mapping[str, str]) -> None:
    app = web.create("doors", {})
    async with httpx.AsyncClient() as unused:
        add_all(app, cast(Desk, Untouched()), Surroundings(settings("a secret" if env else ""), unused, env))
    doors = [
        (
            method,
            route.path.replace("{notification_id}", "00000000-0000-0000-0000-000000000001").replace("{token}", "x"),
        )
        for route in routes(app)
        if route.path and route.path.startswith("/") and route.path not in (OPEN, "/livez", "/readyz", "/metrics")
        for method in route.methods or ()
    ]
    assert len(doors) >= 15
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://doors") as http:
        for method, path in doors:
            for body in BODIES[::4]:
                wrong = (*signatures("", path, body), *signatures("another secret", path, body))
                for headers in ({}, *wrong):
                    answer = await http.request(method, path, content=body, headers=headers)
                    assert answer.status_code in REFUSED, (method, path, body[:40], headers)
