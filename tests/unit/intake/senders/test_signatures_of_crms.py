"""Signatures that other tools made are good; each of them, spoilt in any way, is not, and never an error."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.senders import SENDERS
from services.intake.senders.sender import Rejected, Trusted
from tests.unit.intake.asked import verdict
from tests.unit.intake.senders.crms import VECTORS, raw

pytestmark = pytest.mark.security

OLDER = {"older_signatures": "v1,v2"}
NAMES = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
VECTORS_V3 = [vector for vector in VECTORS if vector["id"].startswith("hubspot-v3")]


def judged(
    vector: Mapping[str, Any],
    given: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = 0,
    secrets: tuple[str, ...] | None = None,
    options: Mapping[str, str] = OLDER,
) -> Trusted | Rejected:
    signed = {**vector["headers"], vector["signed_in"]: vector["signature"], **(headers or {})}
    now = datetime.fromtimestamp(vector["now"], UTC) + timedelta(seconds=seconds)
    given = raw(vector["body"]) if given is None else given
    secrets = (vector["secret"],) if secrets is None else secrets
    return verdict(SENDERS[vector["sender"]], given, signed, secrets, now, vector["url"], options)


@NAMES
def test_a_signature_of_another_tool_is_good(vector: dict[str, Any]) -> None:
    assert judged(vector) == Trusted()
    assert judged(vector, secrets=("the new one", vector["secret"])) == Trusted()


@NAMES
def test_no_other_body_is(vector: dict[str, Any]) -> None:
    given = raw(vector["body"])
    again = json.dumps(json.loads(given)).encode()
    for other in (given[:-1] + bytes([given[-1] ^ 1]), given + b"\xff", again, b""):
        assert judged(vector, other) == Rejected("signature")


@NAMES
def test_no_other_signature_is(vector: dict[str, Any]) -> None:
    right = vector["signature"]
    for other in ("abc", "v1", "v1,%%%", "", "é", "髙", "sha256=", "sha1=", right[:-1], f"{right}=", f" {right}"):
        assert judged(vector, headers={vector["signed_in"]: other}) == Rejected("signature"), other


@NAMES
def test_without_the_header_or_the_secret_nothing_is_believed(vector: dict[str, Any]) -> None:
    now = datetime.fromtimestamp(vector["now"], UTC)
    for headers in (dict[str, str](), vector["headers"]):
        found = verdict(SENDERS[vector["sender"]], raw(vector["body"]), headers, (vector["secret"],), now)
        assert found == Rejected("signature")
    for secrets in ((), ("",), ("another",), (vector["secret"] + " ",)):
        assert judged(vector, secrets=secrets) == Rejected("signature")


@pytest.mark.parametrize("vector", VECTORS_V3, ids=lambda vector: vector["id"])
@pytest.mark.parametrize(
    ("seconds", "good"), [(-303, False), (-301, True), (0, True), (297, True), (299, False), (31_536_000, False)]
)
def test_a_time_that_is_past_or_future_is_refused(vector: dict[str, Any], seconds: int, good: bool) -> None:
    assert judged(vector, seconds=seconds) == (Trusted() if good else Rejected("stale"))
