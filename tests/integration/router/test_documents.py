"""What the router's OpenAPI document says holds for whatever is sent to it; intake's has the same operations."""

import pytest

from tests.integration.documents import holds, refuses_strangers
from tests.integration.router.policy_desk import TOKEN, Desk


async def test_no_operation_fails_or_answers_what_its_document_does_not_tell(desk: Desk) -> None:
    known = {"person": ["yamada.kyoko"], "id": ["payments-second-line", "1"], "number": ["1"]}
    await holds(desk.app, "router", {"authorization": f"Bearer {TOKEN}"}, known)


@pytest.mark.security
async def test_no_operation_answers_a_stranger(desk: Desk) -> None:
    await refuses_strangers(desk.app, "router")
