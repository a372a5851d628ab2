"""HTTP of the watchdog: the receiver of its canaries, a status page in both languages, and what it knows as JSON."""

import asyncio
import json

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from watchdog import memory
from watchdog.canary import paged
from watchdog.page import status_page
from watchdog.rounds import Rounds
from watchdog.settings import Settings

LARGEST = 64 * 1024
WITHIN = 10.0  # seconds, for a page to come
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


def build(rounds: Rounds, settings: Settings) -> Starlette:
    """Make the application."""

    async def canary(request: Request) -> Response:
        """Take a page. What is not genuine gets 503: notifier then waits, and does not ask somebody else for us."""
        try:
            async with asyncio.timeout(WITHIN):
                body = await _read(request)
        except TimeoutError:
            return PlainTextResponse("not read\n", 503)
        if len(body) > LARGEST:
            return PlainTextResponse("too large\n", 413)
        try:
            case_id = paged(settings.watchdog_webhook_secret, request.headers, body, rounds.now().timestamp())
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return PlainTextResponse("not read\n", 503)
        if not case_id:
            return PlainTextResponse("not signed by the secret\n", 503)
        rounds.page(case_id)
        return Response(status_code=204)

    async def page(request: Request) -> Response:
        wanted = request.query_params.get("lang") or request.headers.get("accept-language", "ja")
        language = "en" if wanted.lower().startswith("en") else "ja"
        html = status_page(rounds.state, rounds.troubles(), tuple(rounds.services), language)
        return HTMLResponse(html, headers=HEADERS)

    async def state(request: Request) -> Response:
        told = {"troubles": list(rounds.troubles()), "services": list(rounds.services), **memory.as_json(rounds.state)}
        return Response(json.dumps(told, ensure_ascii=False), media_type="application/json", headers=HEADERS)

    async def live(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def metrics(request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def healthy(request: Request) -> Response:
        wrong = rounds.troubles()
        return JSONResponse({"wrong": list(wrong)}, 503 if wrong else 200, HEADERS)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/canary", canary, methods=["POST"]),
            Route("/state", state),
            Route("/health", healthy),
            Route("/livez", live),
            Route("/readyz", live),
            Route("/metrics", metrics),
        ]
    )


async def _read(request: Request) -> bytes:
    """A body, or the beginning of one that is too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            break
    return bytes(body)
