"""A whole installation for the stories: real Kafka, real PostgreSQL, five services, the sandbox and the supervisor."""

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from deploy.local.demo import hurried

from cli.door import Door
from deploy.local.demo_data import client_environment
from deploy.local.layout import Layout
from deploy.local.ports import free_block
from deploy.local.processes import alive
from deploy.local.screen import Screen
from deploy.local.up import down, up
from sandbox.client import SandboxClient

FIRST_PORT = 26000


@dataclass(frozen=True)
class Installation:
    """One installation; `kill` is kill -9, and the supervisor starts the process anew."""

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

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one process of the installation."""
        record = alive(self.layout, name)
        assert record is not None, f"{name} is not running"
        os.kill(record.pid, number)

    def kill(self, name: str) -> None:
        """Kill -9."""
        self.signal(name, signal.SIGKILL)


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """Started once for all stories, with deadlines of seconds."""
    folder = Path(tempfile.mkdtemp(prefix="tasuki-e2e-"))
    folder.chmod(0o755)
    layout = Layout(folder, free_block(FIRST_PORT))
    try:
        up(layout, Screen(quiet=True), policy=hurried(folder / "policy"))
        yield Installation(layout, client_environment(layout))
    finally:
        down(layout, Screen(quiet=True))
        shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture
async def sandbox(installation: Installation) -> AsyncIterator[SandboxClient]:
    """The outside world, without faults and habits."""
    async with SandboxClient(installation.env["TASUKI_SANDBOX_URL"]) as client:
        await client.clear_faults()
        await client.clear_autos()
        yield client
        await client.clear_faults()
        await client.clear_autos()
