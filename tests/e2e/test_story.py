"""The story of the product, on everything real; and again with each part killed in the middle of it."""

import json

import pytest

from cli.demo import Story
from cli.door import Door
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone

MOMENTS = ("submitted", "asked", "climbed", "answered", "resolved")


@pytest.mark.timeout(180)
async def test_the_story_comes_true(installation: Installation, door: Door, sandbox: SandboxClient) -> None:
    await Story(door, sandbox, installation.zipkin).play()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("service", ["intake", "router", "timer", "notifier", "knowledge"])
async def test_the_story_comes_true_although_a_service_is_killed_at_every_step(
    installation: Installation, patient_door: Door, sandbox: SandboxClient, service: str
) -> None:
    killed = []

    async def kill(moment: str) -> None:
        if moment in MOMENTS:
            await installation.signal(service)
            killed.append(moment)

    await Story(patient_door, sandbox, happened=kill, patience=20).play()
    assert killed == list(MOMENTS)


async def test_the_logs_tell_the_story_with_ids_and_without_personal_data(installation: Installation) -> None:
    said: dict[str, set[str]] = {}
    for service in ("intake", "router", "timer", "notifier", "knowledge"):
        text = (installation.layout.logs / f"{service}.log").read_text(encoding="utf-8")
        assert "+8190" not in text
        assert "@example" not in text
        assert "tsk_" not in text.replace("tsk_***", "")
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        said[service] = {
            line["type"] for line in lines if line.get("event") == "said" and line["case_id"] and line.get("trace_id")
        }
    assert "case.submitted.v1" in said["intake"]
    assert "escalation.assigned.v1" in said["router"]
    assert "deadline.breached.v1" in said["timer"]
    assert "notification.attempted.v1" in said["notifier"]
    assert "knowledge.archived.v1" in said["knowledge"]
