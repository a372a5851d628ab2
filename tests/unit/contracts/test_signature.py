"""Signatures of call-backs: what was signed passes, and nothing else does, whatever the bytes are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.signature import WINDOW, genuine, sign

pytestmark = pytest.mark.security

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def check(secret: str, headers: dict[str, str], body: bytes, now: datetime = NOW) -> bool:
    stamp, signature = headers["webhook-timestamp"], headers["webhook-signature"]
    return genuine(secret, headers["webhook-id"], stamp, signature, body, now)


def test_the_published_example_of_standard_webhooks() -> None:
    secret, at = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", datetime.fromtimestamp(1614265330, UTC)
    signed = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at)
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.text(min_size=1), st.text(min_size=1), st.binary())
def test_what_was_signed_is_genuine(secret: str, id_: str, body: bytes) -> None:
    assert check(secret, sign(secret, id_, body, NOW), body)


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_every_header_counts(change: str) -> None:
    headers = sign("secret", "n-1.3", b"{}", NOW)
    assert not check("secret", {**headers, change: headers[change] + "1"}, b"{}")
    assert not check("secret", {**headers, change: ""}, b"{}")
    assert not check("other", headers, b"{}")
    assert not check("secret", headers, b"{} ")
    assert not check("", sign("", "n-1.3", b"{}", NOW), b"{}")


def test_the_window_is_five_minutes_either_way() -> None:
    headers = sign("secret", "n-1.3", b"{}", NOW)
    for seconds, good in ((WINDOW, True), (-WINDOW, True), (WINDOW + 1, False), (-WINDOW - 1, False)):
        assert check("secret", headers, b"{}", NOW + timedelta(seconds=seconds)) is good


def test_one_of_several_signatures_is_enough() -> None:
    headers = sign("secret", "n-1.3", b"{}", NOW)
    assert check("secret", {**headers, "webhook-signature": f"v1,AAAA {headers['webhook-signature']} v1a,x"}, b"{}")


@given(st.text(), st.text(), st.text(), st.text(), st.binary())
def test_nothing_raises(secret: str, id_: str, stamp: str, signature: str, body: bytes) -> None:
    assert genuine(secret, id_, stamp, signature, body, NOW) in (True, False)
