"""What the services behind say of the policy, its history, trials of drafts, and figures."""

from pathlib import Path
from typing import Any

from services.router import reading
from tests.integration.log import T0

FILES = {one.name: one.read_text() for one in sorted(Path("policy").glob("*.yaml"))}
PUBLISHED = {
    "version": 3, "published_at": T0.isoformat(), "published_by": "山田 京子", "published_by_id": "yamada.kyoko",
    "origin": "api", "why": "返金の判断を管理者へ 髙﨑①㈱🔥", "restores": None,
}  # fmt: skip


def policy() -> dict[str, Any]:
    """The policy of this repository, as the router tells it."""
    draft = reading.stored(FILES)
    assert draft is not None
    return {**PUBLISHED, "policy": draft.policy.model_dump(mode="json")}


GOVERNING: dict[str, Any] = {
    "/v1/policy": policy,
}
