"""A gateway process on this machine, and a receiver of its reports that checks every signature."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.debian import ensure
from sandbox.line import serving
from sandbox.process import listening
from shared.contracts.signature import genuine
from tests import ports
from tests.integration.gateway.far_end import process, until

ROOT = Path(__file__).parents[3]
TOKEN, SECRET = "gateway-token-of-the-tests", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PROMPT = "タスキです。案件番号 12。引き受けるには 1 を押してください。"


@pytest.fixture(scope="session", autouse=True)
def _programs() -> None:
    ensure("baresip-core", "sip-tester", "espeak-ng")


@dataclass
class Receiver:
    """Plays the notifier: takes genuine reports, and answers keys as it is told."""

    url: str = ""
    reports: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0
    status: int = 200
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, call_id: str) -> list[dict[str, Any]]:
        """The reports of one call, as they came."""
        return [r for r in self.reports if r["call_id"] == call_id]

    def events(self, call_id: str) -> list[str]:
        """What happened in one call, in the order in which it was told."""
        return [f"{r['event']} {r['key']}" if r.get("key") else r["event"] for r in self.of(call_id)]

    async def ended(self, call_id: str, seconds: float = 30) -> dict[str, Any]:
        """Wait for the last report of a call."""
        await until(lambda: "ended" in self.events(call_id), f"{call_id} has ended", seconds)
        return self.of(call_id)[-1]

    async def take(self, request: Request) -> Response:
        """The route."""
        body = await request.body()
        id_, stamp, signature = (request.headers.get(f"webhook-{h}", "") for h in ("id", "timestamp", "signature"))
        if not genuine(SECRET, id_, stamp, signature, body, datetime.now(UTC)):
            self.forged += 1
            return Response(status_code=403)
        if self.status != 200:
            return Response(status_code=self.status)
        report = json.loads(body)
        assert id_ == f"{report['call_id']}.{report['sequence']}"
        self.reports.append(report)
        reply = self.replies.get(report.get("key", "")) if report["event"] == "key" else None
        return JSONResponse(reply) if reply else Response(status_code=204)


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver for one test; at its end no report was forged."""
    made = Receiver()
    app = Starlette(routes=[Route("/report", made.take, methods=["POST"])])
    port = ports.port()
    async with serving(app, listening("127.0.0.1", port)):
        made.url = f"http://127.0.0.1:{port}/report"
        yield made
    assert made.forged == 0


@dataclass
class Gateway:
    """The process and a client of its HTTP."""

    http: httpx.AsyncClient
    folder: Path
    port: int
    env: dict[str, str]
    running: asyncio.subprocess.Process | None = None

    async def place(self, id_: str, to: str, report: str, **more: Any) -> httpx.Response:
        """Place a call."""
        return await self.http.put(f"/calls/{id_}", json={"to": to, "speech": PROMPT, "report": report, **more})

    async def show(self, id_: str) -> dict[str, Any]:
        """The state of a call."""
        view: dict[str, Any] = (await self.http.get(f"/calls/{id_}")).json()
        return view

    @contextlib.asynccontextmanager
    async def up(self, status: int = 200) -> AsyncIterator["Gateway"]:
        """Run the process until /readyz says so; it may be killed and run again on the same folder."""
        argv = (sys.executable, "-m", "gateway")
        async with process(*argv, log=self.folder / "log", cwd=ROOT, env=self.env) as self.running:
            await until(
                lambda: self._answers(status), f"the gateway is up: {(self.folder / 'log').read_text()[-2000:]}", 30
            )
            yield self

    async def kill(self) -> None:
        """kill -9."""
        assert self.running is not None
        self.running.kill()
        await self.running.wait()

    async def _answers(self, status: int) -> bool:
        assert self.running is not None
        assert self.running.returncode is None, (self.folder / "log").read_text()[-2000:]
        with contextlib.suppress(httpx.HTTPError):
            return (await self.http.get("/readyz")).status_code == status
        return False


Make = Callable[..., Gateway]


@pytest_asyncio.fixture(scope="module")
async def make(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Make]:
    """Make gateways that are not running yet, each with a folder of its own; settings by their short names."""
    clients: list[httpx.AsyncClient] = []

    def made(**settings: object) -> Gateway:
        folder, port = tmp_path_factory.mktemp("gateway"), ports.port()
        told = {"token": TOKEN, "signing_secret": SECRET, "data": folder, "http_port": port, **settings}
        env = {"PATH": os.environ["PATH"], **{f"TASUKI_GATEWAY_{n.upper()}": str(v) for n, v in told.items()}}
        http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False
        )
        clients.append(http)
        (folder / "log").touch()
        return Gateway(http, folder, port, env)

    yield made
    for http in clients:
        await http.aclose()


@pytest_asyncio.fixture(scope="module")
async def gateway(make: Make) -> AsyncIterator[Gateway]:
    """One gateway with two lines for a test module."""
    async with make().up() as running:
        yield running
