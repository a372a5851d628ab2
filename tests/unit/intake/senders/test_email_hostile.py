"""Mails that mean harm, or mean nothing: whatever the bytes are they are read as something, soon, and within bounds."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain import mails
from services.intake.senders.email import EMAIL
from services.intake.senders.sender import Trigger
from tests.unit.intake.senders.letters import read, request, source

pytestmark = pytest.mark.security


def parts(depth: int) -> bytes:
    """Parts in parts."""
    told = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for n in range(depth):
        told += f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n".encode()
    return told + b"x"


HOSTILE = [
    parts(50),
    parts(5000),
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    b"Subject: " + b"=?utf-8?q?" * 100_000,
    b"Subject: " + b"=?iso-2022-jp?b?GyRC?= " * 50_000,
    b"References: " + b"<a@b>" * 200_000,
    b"From: " + b"(" * 300_000,
    b"From: " + b'"' * 300_001 + b"<" * 1000,
    b"X: y\r\n" * 200_000,
    b"Content-Type: text/html\r\n\r\n" + b"<p " * 500_000,
    b"Content-Type: text/plain;" + b" a*0*=x;" * 20_000 + b"\r\n\r\nx",
    b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * 1_000_000,
    b"Authentication-Results: x\r\n" * 50_000,
    b"\x00" * 1_000_000,
    parts(20) + b"\r\n" * 3_000_000,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_made_to_take_long_or_much_does_not(raw: bytes) -> None:
    began = time.process_time()
    EMAIL.verify(request(raw), source(from_="example.com", authenticated_by="x"))
    read(raw)
    assert time.process_time() - began < 5
    seen = mails.read(raw)
    assert len(seen.text) <= mails.LONGEST_TEXT
    assert len(seen.headers) <= mails.HEADERS
    assert len(seen.attached) <= mails.PARTS + 1


PIECES = st.sampled_from([
    b"Subject: ", b"From: ", b"=?iso-2022-jp?B?GyRC?=", b"=?utf-8?q?=E9=AB?=", b"Content-Type: multipart/alternative; boundary=b",
    b"Content-Type: text/plain; charset=", b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename*=",
    b"\r\n", b"\r\n\r\n", b"\n", b"--b", b"--b--", b"<a@b>", b"In-Reply-To: ", b"Date: ", b"\x1b$B", b"\xff", b"utf-8", b";", b" ",
])  # fmt: skip


@settings(max_examples=300)
@given(
    st.binary(max_size=300) | st.lists(PIECES | st.binary(max_size=8), max_size=40).map(b"".join), st.text(max_size=20)
)
def test_any_bytes_are_read_as_something(raw: bytes, sender: str) -> None:
    told = read(raw, sender)
    assert told.delivery_id
    EMAIL.verify(request(raw, sender), source(from_="example.com", authenticated_by="mx"))
    parted = EMAIL.parted(request(raw))  # type: ignore[misc]
    assert parted.raw + parted.rest == raw
    if isinstance(told, Trigger):
        type(told.report).model_validate(told.report.model_dump())


@pytest.mark.parametrize(("depth", "text"), [(mails.DEPTH, "inside"), (mails.DEPTH + 1, "")])
def test_parts_in_parts_are_looked_into_so_deep_and_no_deeper(depth: int, text: str) -> None:
    told = f"{parts(depth - 1)[:-1].decode()}--b{depth - 1}\r\nContent-Type: text/plain\r\n\r\ninside\r\n"
    assert mails.read(told.encode()).text == text
