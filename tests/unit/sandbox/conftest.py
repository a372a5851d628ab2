"""A sandbox on free ports, and a service that records what the sandbox posts to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import Sandbox, Settings
from sandbox.line import serving
from sandbox.process import listening


@dataclass(frozen=True)
class Post:
    """One request that reached the service."""

    method: str
    url: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Service:
    """Stands where intake and notifier stand; `answers` maps a path to what is answered there (204 elsewhere)."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: dict[str, Callable[[], Response]] = field(default_factory=dict)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle(self, request: Request) -> Response:
        body = await request.body()
        url = f"{self.url}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
        async with self.arrived:
            self.posts.append(Post(request.method, url, request.url.path, dict(request.headers), body))
            self.arrived.notify_all()
        return self.answers.get(request.url.path, lambda: Response(status_code=204))()

    def at(self, path: str) -> list[Post]:
        return [post for post in self.posts if post.path == path]

    async def wait(self, path: str, count: int = 1) -> list[Post]:
        """The posts to a path, once there are so many."""
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.at(path)) >= count)
        return self.at(path)


@pytest_asyncio.fixture
async def service() -> AsyncIterator[Service]:
    found = Service()
    app = Starlette(routes=[Route("/{path:path}", found.handle, methods=["GET", "POST", "PUT"])])
    with listening("127.0.0.1", 0) as bound:
        found.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with serving(app, bound):
            yield found


@pytest_asyncio.fixture
async def sandbox(service: Service) -> AsyncIterator[Sandbox]:
    async with Sandbox.run(settings=Settings(public_url=service.url, dial_delay=0)) as running:
        yield running


@pytest_asyncio.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.http_url, trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def calls_path(sandbox: Sandbox) -> str:
    return f"/2010-04-01/Accounts/{sandbox.settings.twilio_account}/Calls.json"
