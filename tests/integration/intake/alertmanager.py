"""A real Alertmanager, of its Debian package: a process of the test's own, whatever else runs on the machine."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.local.debian import ensure
from tests import ports
from tests.integration.intake.desk import API_KEY, MONITOR_TOKEN, ROUTING_KEY
from tests.integration.runtime.waiting import eventually

PACKAGE = "prometheus-alertmanager"


@dataclass(frozen=True)
class Alertmanager:
    """One that runs, told by programs what fires and what is over."""

    url: str

    async def tell(self, name: str, begun: str, over: str = "") -> None:
        """An alert fires since a time, or has ended at another."""
        alert = {
            "labels": {"alertname": name, "severity": "critical", "service": "payments"},
            "annotations": {"summary": "髙﨑①㈱🔥 エラー率 １２%"},
            "startsAt": begun,
            **({"endsAt": over} if over else {}),
        }
        async with httpx.AsyncClient() as http:
            (await http.post(f"{self.url}/api/v2/alerts", json=[alert])).raise_for_status()


def configuration(intake: str) -> str:
    """One receiver by all three roads to us; JSON is YAML too."""
    ways = {
        "webhook_configs": [
            {
                "url": f"{intake}/v1/webhooks/alertmanager",
                "http_config": {"authorization": {"credentials": MONITOR_TOKEN}},
            }
        ],
        "pagerduty_configs": [{"url": f"{intake}/v2/enqueue", "routing_key": ROUTING_KEY}],
        "opsgenie_configs": [{"api_url": f"{intake}/", "api_key": API_KEY, "priority": "P1", "update_alerts": True}],
    }
    route = {"receiver": "tasuki", "group_by": ["alertname"], "group_wait": "0s", "group_interval": "1s"}
    return json.dumps({"route": route, "receivers": [{"name": "tasuki", **ways}]})


@asynccontextmanager
async def running(folder: Path, intake: str) -> AsyncIterator[Alertmanager]:
    """Run one that sends to an intake while the block runs."""
    (folder / "alertmanager.yml").write_text(configuration(intake))
    url = f"127.0.0.1:{ports.port()}"
    await asyncio.to_thread(ensure, PACKAGE)
    process = await asyncio.create_subprocess_exec(
        PACKAGE,
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={url}",
        "--cluster.listen-address=",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient() as http:

            async def ready() -> bool:
                try:
                    return (await http.get(f"http://{url}/-/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            assert await eventually(ready)
        yield Alertmanager(f"http://{url}")
    finally:
        process.terminate()
        await process.wait()
