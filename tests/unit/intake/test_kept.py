"""What is kept of a request: what its reading needs, no secret, and no more than fits, however it is packed."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.intake.domain.redacting import HIDDEN, MOST_HEADERS, blackened, kept, looks, without
from services.intake.domain.unpacking import MOST_MEMBERS, unpacked

pytestmark = pytest.mark.security

SECRET = "s3cret/of+the source"
MOST = 10_000


def bare(raw: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(raw) + packing.flush()


def test_proofs_are_blacked_out_and_what_reading_needs_is_there() -> None:
    headers = {
        "host": "tasuki.example.jp", "content-type": "application/json", "content-length": "12", "x-empty": "",
        "authorization": "Basic xyz", "x-hub-signature": "sha256=abc", "x-gitlab-token": "t", "x-api-key": "k", "cookie": "c",
        "x-ours": f"key={SECRET}", "idempotency-key": "k-1", "ce-id": "1", "webhook-id": "msg_1", "x-forwarded-for": "1.2.3.4",
        "x-tasuki-path-secret": SECRET,
    }  # fmt: skip
    told = kept(headers, [SECRET])
    assert {name for name, value in told.items() if value == HIDDEN} == {
        "authorization", "x-hub-signature", "x-gitlab-token", "x-api-key", "cookie", "x-tasuki-path-secret",
    }  # fmt: skip
    assert told["x-ours"] == f"key={HIDDEN}"
    assert (told["idempotency-key"], told["ce-id"], told["webhook-id"]) == ("k-1", "1", "msg_1")
    assert not {"host", "content-length", "x-forwarded-for", "x-empty"} & set(told)
    assert SECRET not in str(told)
    assert len(kept({f"x-{n}": "v" * 9999 for n in range(500)}, [])) == MOST_HEADERS
    assert "Basic xyz" not in str(looks(headers))
    assert "authorization" in looks(headers)["headers"]


@given(some.binary(), some.binary(), some.text("abcdefgh/+ ", min_size=6, max_size=40))
def test_a_body_stays_as_long_as_it_was_and_holds_no_secret(before: bytes, after: bytes, secret: str) -> None:
    raw = before + secret.encode() + after
    black = blackened(raw, [secret])
    assert len(black) == len(raw)
    assert secret.encode() not in black
    assert blackened(raw, ["a"]) == raw  # what is this short stands everywhere by chance


def test_an_address_holds_no_secret_however_it_is_written() -> None:
    assert without(f"https://x/w?code={SECRET}", [SECRET]) == f"https://x/w?code={HIDDEN}"
    assert without("https://x/w?code=s3cret%2Fof%2Bthe%20source&a=1", [SECRET]) == f"https://x/w?code={HIDDEN}&a=1"


@given(some.binary(max_size=MOST))
def test_what_was_packed_comes_out_as_it_was(raw: bytes) -> None:
    assert unpacked(gzip.compress(raw), "gzip", MOST) == raw
    assert unpacked(gzip.compress(raw[:5]) + gzip.compress(raw[5:]), " GZIP ", MOST) == raw
    assert unpacked(zlib.compress(raw), "deflate", MOST) == raw
    assert unpacked(bare(raw), "deflate", MOST) == raw
    assert unpacked(raw, "", MOST) == unpacked(raw, "identity", MOST) == raw


def test_a_bomb_is_stopped_where_it_gets_too_large() -> None:
    assert unpacked(gzip.compress(b"0" * MOST), "gzip", MOST) == b"0" * MOST
    for encoding, packed in (("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare)):
        assert unpacked(packed(b"0" * (MOST + 1)), encoding, MOST) == "too-large"
        assert unpacked(packed(b"0" * 50_000_000), encoding, MOST) == "too-large"
    assert unpacked(gzip.compress(b"0" * MOST) + gzip.compress(b"0"), "gzip", MOST) == "too-large"
    assert unpacked(gzip.compress(b"") * (MOST_MEMBERS + 1), "gzip", MOST) == "unreadable"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "x"])
def test_what_is_packed_in_another_way_is_not_guessed_at(encoding: str) -> None:
    assert unpacked(b"raw", encoding, MOST) == "unknown"


@given(some.binary(min_size=1, max_size=300), some.sampled_from(["gzip", "deflate"]))
def test_whatever_bytes_come_unpacking_answers(raw: bytes, encoding: str) -> None:
    assert isinstance(unpacked(raw, encoding, MOST), bytes | str)
    assert unpacked(gzip.compress(b"a" * 50)[:-3], "gzip", MOST) == "unreadable"
