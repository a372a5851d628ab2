"""The story of the product, on everything real; and again with each part killed in the middle of it."""

import pytest

from cli.demo import Story
from cli.door import Door
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation

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
