"""What the notifier's OpenAPI document says holds for whatever is sent to it."""

import pytest

from tests.integration.documents import holds, refuses_strangers
from tests.integration.notifier.conftest import SATO, World, assigned
from tests.integration.notifier.intake import TOKEN


async def test_no_operation_fails_or_answers_what_its_document_does_not_tell(world: World) -> None:
    case_id = await world.submitted()
    await world.say(assigned(case_id, SATO))
    known = {"case_id": [case_id], "person": [SATO], "recipient": [SATO], "language": ["ja"], "name": ["page.txt"]}
    assert world.process.app is not None
    headers = {"authorization": f"Bearer {TOKEN}"}
    await holds(world.process.app, "notifier", headers, known)


@pytest.mark.security
async def test_no_operation_answers_a_stranger(world: World) -> None:
    assert world.process.app is not None
    await refuses_strangers(world.process.app, "notifier", ("/callbacks/", "/digests/"))
