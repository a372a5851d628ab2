"""A whole installation for the stories: real Kafka, real PostgreSQL, five services, the sandbox and the supervisor."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from cli.door import Door
from deploy.local.demo import hurried
from deploy.local.demo_data import client_environment
from deploy.local.layout import Layout
from deploy.local.processes import alive
from deploy.local.screen import Screen
from deploy.local.up import down
from sandbox.client import SandboxClient
from tests import ports


@dataclass(frozen=True)
class Installation:
    """One installation; what is killed is started anew by its supervisor."""

    layout: Layout
    env: dict[str, str]

    def door(self, patience: float = 0) -> Door:
        """The API, with the token that `up` made."""
        token = Path(self.env["TASUKI_TOKEN_FILE"]).read_text().strip()
        return Door(self.env["TASUKI_PUBLIC_URL"], token, patience=patience)

    @property
    def zipkin(self) -> str:
        """The trace viewer."""
        return self.env["TASUKI_TRACE_VIEWER_URL"]

    async def signal(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal (kill -9) to one process, as soon as it runs."""
        async with asyncio.timeout(10):
            while (record := alive(self.layout, name)) is None:
                await asyncio.sleep(0.02)
        os.kill(record.pid, number)


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """Started once for all stories, with deadlines of seconds."""
    folder = Path(tempfile.mkdtemp(prefix="tasuki-e2e-"))
    folder.chmod(0o755)
    layout = Layout(folder, ports.block())
    env = {
        "TASUKI_LOCAL_DIR": str(folder),
        "TASUKI_POLICY_DIR": str(hurried(folder / "policy")),
        "TASUKI_SANDBOX_SPEECH_RATE": "0",  # people of the tests listen at once
        "PORT_BASE": str(layout.port_base),
    }
    try:
        # A process of its own, as for people: what is killed later must not stay behind as a zombie of the tests.
        subprocess.run([sys.executable, "-m", "deploy.local", "up"], env={**os.environ, **env}, check=True)
        made = Installation(layout, client_environment(layout))
        with made.door() as opened:
            opened.ask("PUT", "/v1/bundling", {"after": 0})  # the stories share people, who get much
        yield made
    finally:
        down(layout, Screen(quiet=True))
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_left_open(installation: Installation) -> Iterator[None]:
    """The stories share people: what a failed one left unanswered would call them in the next one."""
    yield
    end = {"by": {"id": "yamada.kyoko", "name": "山田 京子"}, "handling": "試験", "result": "試験の終わり"}
    with installation.door(patience=20) as opened:
        for status in ("received", "in_progress"):
            for left in opened.get("/v1/cases", status=status, limit=200)["data"]:
                opened.post(f"/v1/cases/{left['id']}/resolve", end)


@pytest.fixture
def door(installation: Installation) -> Iterator[Door]:
    """The API, for somebody who takes no for an answer."""
    with installation.door() as opened:
        yield opened


@pytest.fixture
def patient_door(installation: Installation) -> Iterator[Door]:
    """The API, for a sender that tries again while a service is away."""
    with installation.door(patience=20) as opened:
        yield opened


@pytest_asyncio.fixture
async def sandbox(installation: Installation) -> AsyncIterator[SandboxClient]:
    """The outside world, without faults and habits."""
    async with SandboxClient(installation.env["TASUKI_SANDBOX_URL"]) as client:
        await client.clear_faults()
        await client.clear_autos()
        yield client
        await client.clear_faults()
        await client.clear_autos()
