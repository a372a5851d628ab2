"""Each part stands still in turn: the watchdog tells the platform's owner by its own mail, and says so when it is over.

It watches in a hurry here (a canary every 2 s, late after 4), so that what takes two minutes at most takes seconds.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import psutil
import pytest

from deploy.local.processes import alive
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone

HURRIED = {"TASUKI_WATCHDOG_PERIOD": "2", "TASUKI_WATCHDOG_LATE": "4", "TASUKI_WATCHDOG_REPEAT": "600"}
PAGE, DOOR, ALL_CLEAR = "試験の案件の呼び出しが", "受付が案件を受け付けません", "【復旧】"
TOLD = {  # any of these is the right alarm: a canary, the door, or the service by its name
    "kafka": (PAGE,),
    "postgres": (PAGE, DOOR),
    "intake": (PAGE, DOOR, "サービス intake が"),
    "router": (PAGE, "サービス router が"),
    "timer": ("サービス timer が",),
    "notifier": (PAGE, "サービス notifier が"),
    "knowledge": ("サービス knowledge が",),
}


@pytest.fixture(scope="module")
def watched(installation: Installation) -> Iterator[Installation]:
    """The same installation under a watchdog in a hurry; afterwards as it was."""
    own = {
        **os.environ,
        "TASUKI_LOCAL_DIR": str(installation.layout.folder),
        "TASUKI_POLICY_DIR": str(installation.layout.folder / "policy"),
        "TASUKI_SANDBOX_SPEECH_RATE": "0",
        "PORT_BASE": str(installation.layout.port_base),
    }
    up = [sys.executable, "-m", "deploy.local", "up"]
    subprocess.run(up, env=own | HURRIED, check=True)
    yield installation
    subprocess.run(up, env=own | dict.fromkeys(HURRIED, ""), check=True)


def stand(installation: Installation, name: str, number: signal.Signals) -> None:
    """Have a process and its children stand still, or go on."""
    kept = alive(installation.layout, name)
    assert kept is not None, name
    process = psutil.Process(kept.pid)
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            one.send_signal(number)


@asynccontextmanager
async def stopped(installation: Installation, *names: str) -> AsyncIterator[None]:
    for name in names:
        stand(installation, name, signal.SIGSTOP)
    try:
        yield
    finally:
        for name in names:
            stand(installation, name, signal.SIGCONT)


async def letters(sandbox: SandboxClient, since: int) -> str:
    """What the watchdog has written to the platform's owner."""
    mails = await sandbox.received("email", since=since, to="platform@example.com")
    return "\n".join(str(mail["text"]) for mail in mails)


async def state(installation: Installation) -> dict[str, Any]:
    address = f"http://127.0.0.1:{installation.layout.port('watchdog')}/state"
    async with httpx.AsyncClient(trust_env=False) as http:
        found: dict[str, Any] = (await http.get(address)).json()
    return found


async def well(installation: Installation) -> None:
    """Until canaries come and nothing is wrong."""
    async with asyncio.timeout(60):
        while (now := await state(installation))["alarm"] or now["troubles"] or not now["arrived_at"]:
            await asyncio.sleep(0.2)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "names", [("kafka",), ("postgres",), ("intake",), ("router",), ("notifier",), ("timer", "knowledge")], ids="+".join
)
async def test_the_watchdog_tells_by_its_own_mail_and_says_when_it_is_over(
    watched: Installation, sandbox: SandboxClient, names: tuple[str, ...]
) -> None:
    await well(watched)
    since = await sandbox.cursor()
    async with stopped(watched, *names), asyncio.timeout(60):
        text = ""
        while not all(any(words in text for words in TOLD[name]) for name in names):
            await asyncio.sleep(0.2)
            text = await letters(sandbox, since)
        assert ALL_CLEAR not in text
        assert "docs/runbooks/TasukiCanaryLate.ja.md" in text
    async with asyncio.timeout(40):
        while ALL_CLEAR not in await letters(sandbox, since):
            await asyncio.sleep(0.2)
    assert (await state(watched))["alarm"] is None
