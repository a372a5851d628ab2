"""Standard Webhooks: the same verdict as its own library, and what that library cannot do or does wrong."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from services.intake.senders.sender import Cleared, Malformed, Rejected, Taken, Trigger, Trusted, Unmapped
from services.intake.senders.standard_webhooks import STANDARD_WEBHOOKS
from tests.unit.intake.asked import reading, verdict
from tests.unit.intake.senders.monitors import HEADER, JSON, NOW, TEXT, Proof, deep, payload

pytestmark = pytest.mark.security

BODY = payload("standard_webhooks.json")
SECRET = "whsec_Z97LzbeDfLsrKlHZNZsBcL8CUhvfaEg7CepmF1XF0eo="
PUBLIC = "whpk_DvPV5BVMTFEVxbG/sRGHOV3uTsG8kyFEvPr3IMAgLPw="
ID, STAMP, NAME = "webhook-id", "webhook-timestamp", "webhook-signature"
OLD = "v1,8QjOaYY4MMLgEYY1siUonJy3LBrjLgLEkZZWqQWvA5M="
NEW = "v1,3lC47mXmL50GOPbfAcMFEZGFlEV/c5jSIBsMyCS2S/g="
SIGNED = "v1a,1h4Fr6QfzuruEgk+1ENHKGahfgj4U1yNnR754ZM0g+aCi5mp5VHY+KuJ5LW6JpdTjCyeRKA+euXwvYY+ABT9Cw=="
HEADERS = {ID: "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", STAMP: "1795262400"}


def proof(signature: str, secret: str = SECRET) -> Proof:
    return Proof(BODY, {**HEADERS, NAME: signature}, secret, NAME, STAMP)


@pytest.mark.parametrize(
    "genuine",
    [proof(OLD), proof(f"{NEW} {OLD}"), proof(f"{OLD} {SIGNED}", PUBLIC), proof(SIGNED, PUBLIC)],
    ids=["one", "two keys", "both kinds", "public key"],
)
def test_a_signature_is_good_and_every_other_is_not(genuine: Proof) -> None:
    assert genuine.verdict(STANDARD_WEBHOOKS) == Trusted()
    aliased = {name.replace("webhook-", "svix-"): value for name, value in genuine.headers.items()}
    assert genuine.verdict(STANDARD_WEBHOOKS, headers=aliased) == Trusted()
    other_id = {**genuine.headers, ID: "msg_other"}
    without = {k: v for k, v in genuine.headers.items() if k != ID}
    for spoiled in (*genuine.spoiled(), {"headers": other_id}, {"headers": without}):
        assert isinstance(genuine.verdict(STANDARD_WEBHOOKS, **spoiled), Rejected), spoiled


def test_the_published_example_is_good() -> None:
    headers = {
        ID: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        STAMP: "1614265330",
        NAME: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    for given_secret in (secret, secret.removeprefix("whsec_")):
        assert verdict(STANDARD_WEBHOOKS, b'{"test": 2432232314}', headers, (given_secret,), at) == Trusted()


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whpk_", "whsec_é", "whsec_AAAA", f"whsec_{'A' * 88}", PUBLIC[:-4], "whpk_AAAA"]
)
def test_a_key_that_anybody_could_guess_opens_nothing(secret: str) -> None:
    key = (
        base64.b64decode(secret.removeprefix("whsec_").encode() + b"==")
        if secret.isascii() and "pk" not in secret
        else b""
    )
    signature = Webhook(key or b"x").sign("m", NOW, "{}") if len(key) < 64 else OLD
    headers = {ID: "m", STAMP: str(int(NOW.timestamp())), NAME: signature}
    assert verdict(STANDARD_WEBHOOKS, b"{}", headers, (secret,), NOW) == Rejected("signature")


@given(
    st.binary(min_size=24, max_size=64),
    st.text(st.characters(codec="ascii", exclude_characters="."), min_size=1, max_size=20),
    st.text(max_size=40),
    st.integers(-400, 400),
)
def test_the_library_that_senders_use_and_we_agree(key: bytes, id_: str, text: str, seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    body = json.dumps({"title": text}).encode()
    signature = Webhook(key).sign(id_, at, body.decode())
    headers = {ID: id_, STAMP: str(int(at.timestamp())), NAME: f"v1,unknown {signature}"}
    secret = f"whsec_{base64.b64encode(key).decode()}"
    good = abs(seconds) <= 300
    assert verdict(STANDARD_WEBHOOKS, body, headers, (secret,), NOW) == (Trusted() if good else Rejected("stale"))
    assert verdict(STANDARD_WEBHOOKS, body + b" ", headers, (secret,), NOW) == Rejected("signature")


def test_a_public_key_is_enough() -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    public = base64.b64encode(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    signature = base64.b64encode(private.sign(b"m.1795262402." + BODY)).decode()
    headers = {ID: "m", STAMP: "1795262402", NAME: f"v1a,{signature}"}
    assert verdict(STANDARD_WEBHOOKS, BODY, headers, (f"whpk_{public}",), NOW) == Trusted()
    assert verdict(STANDARD_WEBHOOKS, BODY, headers, (f"whsec_{public}",), NOW) == Rejected("signature")


def test_of_very_many_signatures_the_first_are_looked_at() -> None:
    assert proof(f"{'v1,a ' * 15}{OLD}").verdict(STANDARD_WEBHOOKS) == Trusted()
    assert proof(f"{'v1,a ' * 16}{OLD}").verdict(STANDARD_WEBHOOKS) == Rejected("signature")


def test_the_example_opens_a_case_and_its_end_closes_it() -> None:
    found = reading(STANDARD_WEBHOOKS, BODY, HEADERS)
    assert isinstance(found, Trigger)
    assert (found.report.title, found.report.urgency) == ("決済停止", "critical")
    assert found.alerts["alert"].since.isoformat() == "2026-11-21T11:59:59.123456+00:00"
    over = reading(STANDARD_WEBHOOKS, BODY.replace(b"incident.escalated", b"incident.resolved"), {ID: "2"})
    assert isinstance(over, Cleared)
    assert over.external == found.external
    assert over.delivery_id != found.delivery_id
    taken = reading(STANDARD_WEBHOOKS, BODY.replace(b"incident.escalated", b"incident.acknowledged"), {ID: "3"})
    assert isinstance(taken, Taken)


def test_a_mapping_of_its_own_comes_first() -> None:
    found = reading(STANDARD_WEBHOOKS, BODY, HEADERS, {"mapping": json.dumps({"title": f"'{TEXT}'"})})
    assert isinstance(found, Trigger)
    assert found.report.title == TEXT


@given(st.binary(max_size=300), HEADER, HEADER, HEADER)
def test_whatever_comes_is_judged(raw: bytes, id_: str, stamp: str, signature: str) -> None:
    for prefix in ("", "v1,", "v1a,"):
        headers = {ID: id_, STAMP: stamp, NAME: prefix + signature}
        assert isinstance(verdict(STANDARD_WEBHOOKS, raw, headers, (SECRET, PUBLIC), NOW), Rejected)
    assert isinstance(reading(STANDARD_WEBHOOKS, raw, {ID: id_}), Malformed | Unmapped)


@given(st.dictionaries(st.sampled_from(["type", "timestamp", "data"]), JSON))
def test_whatever_an_event_holds_is_read(body: dict[str, Any]) -> None:
    found = reading(STANDARD_WEBHOOKS, json.dumps(body).encode(), HEADERS)
    assert isinstance(found, Trigger | Taken | Cleared | Unmapped)


@pytest.mark.parametrize("raw", deep(), ids=["open", "lists", "objects", "labels"])
def test_what_is_nested_without_end_is_refused(raw: bytes) -> None:
    assert reading(STANDARD_WEBHOOKS, raw) == Malformed()
