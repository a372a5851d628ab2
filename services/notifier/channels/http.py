"""How an HTTP call can end, told exactly: it did not go out, it may have gone out, or the provider has answered."""

import asyncio
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from services.notifier.domain.result import Ambiguous, Permanent, Retryable
from shared.runtime import telemetry, transport

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
LARGEST_ANSWER = 256 * 1024  # bytes; no provider has more to say about one message
_UNFOLDED = (b"content-encoding", b"content-length", b"transfer-encoding")  # what was read is none of these any more
_AGAIN = (408, 425, 429, 500, 502, 503, 504)


def client() -> httpx.AsyncClient:
    """A client for the providers; it follows no redirects and hands the trace on."""
    return telemetry.http_client(httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS))


async def call(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    seconds: float = TOTAL_SECONDS,
    most: int = LARGEST_ANSWER,
    **request: Any,
) -> httpx.Response | Retryable | Ambiguous | Permanent:
    """Call a provider within `seconds` in all, and read no more than `most` bytes of what it answers."""
    headers = {**transport.AS_IT_IS, **request.pop("headers", {})}
    limit = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
    try:
        async with (
            asyncio.timeout(seconds),
            http.stream(method, url, timeout=limit, headers=headers, **request) as response,
        ):
            return await _whole(response, most)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
        return Permanent("bad-address", "target")
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Retryable("unreachable")
    except transport.TooLarge:
        return Ambiguous("answer-too-large")
    except httpx.DecodingError:
        return Ambiguous("answer-unreadable")
    except (httpx.RequestError, TimeoutError):
        return Ambiguous("no-answer-from-provider")


async def _whole(response: httpx.Response, most: int) -> httpx.Response:
    content = await transport.whole(response, most)
    headers = [(n, v) for n, v in response.headers.raw if n.lower() not in _UNFOLDED]
    return httpx.Response(response.status_code, headers=headers, content=content, request=response.request)


def refused(response: httpx.Response, code: str) -> Retryable | Permanent:
    """What an answer that is not a success means, by its status."""
    status = response.status_code
    if status in _AGAIN:
        return Retryable(code, retry_after(response))
    if status in (401, 403):
        return Permanent(code, "account")
    if status in (400, 404, 410, 422):
        return Permanent(code, "target")
    return Permanent(code, "channel")


def retry_after(response: httpx.Response) -> float | None:
    """The seconds of Retry-After; a date counts from the date of the answer."""
    text = response.headers.get("retry-after", "")
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return min(float(text), 3600.0)
    try:
        until, said = parsedate_to_datetime(text), parsedate_to_datetime(response.headers.get("date", ""))
        return min(max((until - said).total_seconds(), 0.0), 3600.0)
    except (ValueError, TypeError):
        return None


def json_object(response: httpx.Response) -> dict[str, Any]:
    """The body as a JSON object, empty when it is none."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def token_in(answer: dict[str, Any]) -> str:
    """The access token of an OAuth answer, as far as it can stand in a header (RFC 6750); nothing when there is none."""
    token = answer.get("access_token")
    return token if isinstance(token, str) and token.isascii() and token.isprintable() and " " not in token else ""
