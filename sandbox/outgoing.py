"""What the sandbox itself posts to the services: call-backs, pressed buttons and webhooks."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from sandbox import signatures
from sandbox.journal import Journal, now_iso
from sandbox.poster import Poster

AT_ONCE = 32  # requests under way; the pool's cost grows with those that queue inside it
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Delivery:
    """One request that was sent and what came back; `status` is None when no answer came, and `error` says why."""

    what: str
    url: str
    status: int | None
    body: str = ""
    error: str = ""
    milliseconds: int = 0
    at: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_headers: Mapping[str, str] = field(default_factory=dict)
    sent_body: bytes = b""

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    def as_json(self) -> dict[str, Any]:
        """Everything but the signatures and the body that was sent."""
        return {
            "what": self.what,
            "url": self.url,
            "status": self.status,
            "body": self.body[:4000],
            "error": self.error,
            "milliseconds": self.milliseconds,
            "at": self.at,
            "location": self.headers.get("location"),
        }


class Outgoing:
    """Posts over one connection pool, straight to the address (no proxy), and tells the watchers."""

    def __init__(self, journal: Journal, auth_token: str) -> None:
        self._journal = journal
        self._auth_token = auth_token
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(15, connect=3),
            trust_env=False,
            limits=httpx.Limits(max_connections=AT_ONCE + 4, max_keepalive_connections=AT_ONCE + 4),
        )
        self._poster = Poster()
        self._lanes = asyncio.Semaphore(AT_ONCE)

    async def send(
        self, what: str, url: str, body: bytes, headers: Mapping[str, str], method: str = "POST"
    ) -> Delivery:
        """Send once; never raises for the network: a failure is a Delivery without status."""
        began = time.monotonic()
        status, answer, error, got = None, "", "", dict[str, str]()
        try:
            async with self._lanes:
                if url.startswith("http://"):
                    status, got, raw = await self._poster.send(method, url, body, headers)
                    answer = raw.decode("utf-8", "replace")
                else:
                    response = await self._http.request(method, url, content=body, headers=dict(headers))
                    status, answer, got = response.status_code, response.text, dict(response.headers)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as failure:
            error = f"{type(failure).__name__}: {failure}"
        took = round((time.monotonic() - began) * 1000)
        delivery = Delivery(what, url, status, answer, error, took, now_iso(), got, headers, body)
        self._journal.publish("sent", delivery.as_json)
        return delivery

    async def twilio(self, what: str, url: str, params: Mapping[str, str], method: str = "POST") -> Delivery:
        """Send as the telephone company does, signed; a refused connection is tried once more."""
        if method == "GET":
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        url = iri_to_uri(url)
        signed = signatures.twilio(self._auth_token, url, params if method == "POST" else {})
        headers = {"X-Twilio-Signature": signed, "User-Agent": "TwilioProxy/1.1", "Accept": "*/*"}
        if method == "POST":
            headers["Content-Type"] = f"{FORM}; charset=UTF-8"
        body = urlencode(params).encode() if method == "POST" else b""
        delivery = await self.send(what, url, body, headers, method)
        if delivery.error.startswith(("Connect", "Unreachable")):
            delivery = await self.send(what, url, body, headers, method)
        return delivery

    async def get(self, url: str) -> httpx.Response:
        """Open a link as a browser would; raises httpx.HTTPError."""
        return await self._http.get(url, follow_redirects=True)

    async def submit(self, url: str, fields: Mapping[str, str]) -> httpx.Response:
        """Submit a form as a browser would; raises httpx.HTTPError."""
        return await self._http.post(url, data=dict(fields), follow_redirects=True)

    async def close(self) -> None:
        self._poster.close()
        await self._http.aclose()


def iri_to_uri(address: str) -> str:
    """The address as it goes over the wire: everything that is not ASCII, percent-encoded."""
    return quote(address, safe="%/:=&?~#+!$,;'@()*[]")
