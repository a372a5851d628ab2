"""HTTP as every service speaks it: problem+json, bounded bodies, health, metrics, and a span for each request."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from opentelemetry.trace import SpanKind
from prometheus_client import REGISTRY, exposition
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.contracts.keys import believed
from shared.runtime import clock, telemetry
from shared.runtime.db import UNAVAILABLE

log = telemetry.logger(__name__)
LARGEST_BODY = 256 * 1024
Check = Callable[[], Awaitable[None]]
Page = Callable[[Request, "Problem"], Awaitable[Response]]


class Problem(Exception):
    """An answer of RFC 9457. `code` is stable; the texts are for the reader, in both languages."""

    def __init__(self, status: int, code: str, ja: str, en: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.ja = ja
        self.en = en
        self.more = more
        self.headers: dict[str, str] = {}


def language(request: Request) -> str:
    """The reader's language: "en" when asked for before Japanese, otherwise "ja"."""
    wanted = request.headers.get("accept-language", "").lower()
    en, ja = wanted.find("en"), wanted.find("ja")
    return "en" if en >= 0 and (ja < 0 or en < ja) else "ja"


def problem_response(request: Request, problem: Problem) -> JSONResponse:
    """Write a problem in the reader's language."""
    body = {
        "type": f"urn:tasuki:problem:{problem.code}",
        "title": problem.en if language(request) == "en" else problem.ja,
        "status": problem.status,
        "code": problem.code,
        "instance": request.url.path,
        **_worded(problem.more, language(request)),
    }
    if trace_id := telemetry.trace_id():
        body["trace_id"] = trace_id
    headers = {"content-language": language(request), **problem.headers}
    return JSONResponse(body, problem.status, headers, "application/problem+json")


async def answer(request: Request, problem: Problem) -> Response:
    """A problem as whoever asked reads it: a page in a browser, where the application makes one (`app.state.page`), or JSON."""
    page: Page | None = getattr(request.app.state, "page", None)
    if page is not None and "text/html" in request.headers.get("accept", "").lower():
        return await page(request, problem)
    return problem_response(request, problem)


def invalid(errors: list[Any], skip: int = 1) -> Problem:
    """The problem for input that does not fit; each error names its place, never the value."""
    listed = [
        {
            "pointer": "".join(f"/{str(part)[:80]}" for part in error["loc"][skip:]),
            "detail": in_words(error),
            "type": error["type"],
        }
        for error in errors[:20]
    ]
    if any(error["type"] in ("json_invalid", "json_type") for error in errors):
        ja, en = "本文を読み取れません。JSON として正しくありません。", "The body is not valid JSON."
        return Problem(400, "malformed", ja, en, errors=listed)
    return Problem(422, "invalid", "入力に誤りがあります。", "Some of the input does not fit.", errors=listed)


JAPANESE = {
    "missing": "必須です。", "blank": "空にはできません。", "extra_forbidden": "この項目は使えません。",
    **dict.fromkeys(("enum", "literal_error"), "次のどれかにしてください：{expected}"),
    "string_type": "文字列にしてください。", "string_pattern_mismatch": "形式が正しくありません。",
    "string_too_long": "{max_length} 文字以内にしてください。", "string_too_short": "{min_length} 文字以上にしてください。",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "整数にしてください。"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true か false にしてください。"), "json_invalid": "JSON として読み取れません。",
    "greater_than_equal": "{ge} 以上にしてください。", "less_than_equal": "{le} 以下にしてください。",
    **dict.fromkeys(("model_type", "dict_type", "model_attributes_type"), "オブジェクトにしてください。"),
    **dict.fromkeys(("tuple_type", "list_type"), "一覧にしてください。"), "control_characters": "制御文字は使えません。",
    "too_short": "{min_length} 個以上にしてください。", "too_long": "{max_length} 個以内にしてください。",
    **dict.fromkeys(("date_parsing", "date_from_datetime_parsing"), "日付にしてください。例：2026-11-22"),
    **dict.fromkeys(("datetime_parsing", "datetime_from_date_parsing"), "日時にしてください。例：2026-11-22T18:00:00"),
    "time_parsing": "時刻にしてください。例：09:00", "timezone_naive": "時差を付けないでください。例：2026-11-22T18:00:00",
    **dict.fromkeys(("time_zone", "timezone_aware"), "時差が必要です。例：2026-11-22T18:00:00+09:00"),
}  # fmt: skip


def in_words(error: dict[str, Any]) -> dict[str, str]:
    """What is wrong, in Japanese and English; a check of our own says both itself, with " / " between them."""
    context = error.get("ctx", {})
    ja, both, en = str(context.get("error", "")).partition(" / ")
    if both:
        return {"ja": ja, "en": en}
    ja = JAPANESE.get(error["type"], "値が正しくありません。").format_map({"expected": "", **context})
    return {"ja": ja, "en": error["msg"]}


def _worded(more: dict[str, Any], reader: str) -> dict[str, Any]:
    """The additions to a problem with the details of its errors in the reader's language."""

    def worded(error: Any) -> Any:
        detail = error.get("detail") if isinstance(error, dict) else None
        return {**error, "detail": detail[reader]} if isinstance(detail, dict) else error

    return {**more, "errors": [worded(error) for error in more["errors"]]} if "errors" in more else more


HTTP_PROBLEMS = {
    400: ("malformed", "本文を読み取れません。", "The body cannot be read."),
    404: ("not-found", "見つかりません。", "There is nothing here."),
    405: ("method-not-allowed", "この操作は使えません。", "This method is not allowed here."),
    503: (
        "unavailable",
        "ただいま処理できません。少し待って再送してください。",
        "Not possible right now; please try again shortly.",
    ),
    413: ("too-large", "本文が大きすぎます（{} KB まで）。", "The body is too large ({} KB at most)."),
}


def http_problem(problem: HTTPException) -> Problem:
    """The problem for what the framework refuses by itself."""
    code, ja, en = HTTP_PROBLEMS.get(problem.status_code, ("error", "処理できません。", "This cannot be done."))
    most = getattr(problem, "most", LARGEST_BODY) // 1024
    refused = Problem(problem.status_code, code, ja.format(most), en.format(most))
    refused.headers = dict(problem.headers or {})
    return refused


def create(title: str, checks: Mapping[str, Check]) -> FastAPI:
    """A FastAPI application with everything that no service should have to write again."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None, telemetry=telemetry.OF_THE_FRAMEWORK)
    app.state.checks = checks

    async def on_refusal(request: Request, problem: Exception) -> Response:
        if isinstance(problem, RequestValidationError):
            problem = invalid(list(problem.errors()))
        elif isinstance(problem, HTTPException):
            problem = http_problem(problem)
        assert isinstance(problem, Problem)
        return await answer(request, problem)

    async def on_error(request: Request, problem: Exception) -> Response:
        route = getattr(request.scope.get("route"), "path", "none")  # the path itself may hold the token of a link
        log.error("request failed", route=route, problem=repr(problem)[:500])
        return await answer(request, http_problem(HTTPException(503, headers={"retry-after": "2"})))

    for refused in (Problem, RequestValidationError, HTTPException):
        app.add_exception_handler(refused, on_refusal)
    for unavailable in (*UNAVAILABLE, Exception):
        app.add_exception_handler(unavailable, on_error)

    @app.get("/livez", include_in_schema=False)
    async def live() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", include_in_schema=False)
    async def ready(request: Request) -> Response:
        lines, good = [], True
        for name, check in checks.items():
            try:
                await check()
                lines.append(f"ok {name}")
            except (*UNAVAILABLE, RuntimeError) as problem:
                good = False
                lines.append(f"not ready {name}: {type(problem).__name__}")
        if _is_from_outside(request):
            lines = ["ok" if good else "not ready"]
        return PlainTextResponse("\n".join(lines) + "\n", 200 if good else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if _is_from_outside(request):
            raise http_problem(HTTPException(404))
        written, kind = exposition.choose_encoder(request.headers.get("accept", ""))  # OpenMetrics has traces
        return Response(written(REGISTRY), media_type=kind)

    app.add_middleware(Edge)
    return app


def _is_from_outside(request: Request) -> bool:
    """Whether a proxy has let this in: Prometheus and whoever looks whether we live come by themselves."""
    return "x-forwarded-for" in request.headers or "forwarded" in request.headers


class TooLarge(HTTPException):
    """The body went on for longer than is allowed; FastAPI lets an HTTPException through while it reads."""

    def __init__(self, most: int) -> None:
        super().__init__(413)
        self.most = most


def largest(scope: Scope) -> int:
    """How many bytes this path takes: `app.state.larger` gives path prefixes more than the others, "*" being any one part."""
    larger: dict[str, int] = getattr(scope["app"].state, "larger", {})
    path = f"{scope['path']}/"
    return next((most for prefix, most in larger.items() if fnmatchcase(path, f"{prefix}/*")), LARGEST_BODY)


class Edge:
    """Around every request: a span (below `app.state.untraced` never of the asker's own trace), a measure, an end to large bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ("/livez", "/readyz", "/metrics"):
            return await self._app(scope, receive, send)
        request = Request(scope)
        size, most = request.headers.get("content-length", "0"), largest(scope)
        status, started, read = 500, clock.monotonic(), 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLarge(most)
            return message

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        untraced = scope["path"].startswith(getattr(scope["app"].state, "untraced", ()))
        parent = "" if untraced else request.headers.get("traceparent", "")
        with telemetry.span(scope["method"], SpanKind.SERVER, parent, http__request__method=scope["method"]) as opened:
            try:
                if size.isdigit() and int(size) > most:
                    raise TooLarge(most)
                await self._app(scope, counted, seen)
            except TooLarge as problem:
                await (await answer(request, http_problem(problem)))(scope, receive, seen)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                opened.set_attributes({"http.route": route, "http.response.status_code": status})
                opened.update_name(f"{scope['method']} {route}")
                served = telemetry.HTTP.labels(scope["method"], route, str(status))
                telemetry.observe(served, clock.monotonic() - started)


def require_token(request: Request, tokens: str) -> None:
    """Let only the other services in, by any of the tokens."""
    given = request.headers.get("authorization", "")
    if not believed(tokens, given.encode(), lambda token: f"Bearer {token}".encode()):
        refused = Problem(401, "unauthorized", "認証が必要です。", "Authentication is required.")
        refused.headers = {"www-authenticate": "Bearer"}
        raise refused


# The loop lets one connection in for each listener and turn: with one listener, a crowd waits outside for as many turns.
ACCEPTED = 16


class _Server(uvicorn.Server):
    """Signals belong to the process, not to its HTTP server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until cancelled; requests under way are finished."""
    config = uvicorn.Config(
        app, host, port, lifespan="off", log_config=None, log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=5, timeout_keep_alive=65,
    )  # fmt: skip
    server = _Server(config)
    listening = config.bind_socket()
    doors = [listening, *(listening.dup() for _ in range(ACCEPTED - 1))]
    serving = asyncio.create_task(server.serve(doors))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
