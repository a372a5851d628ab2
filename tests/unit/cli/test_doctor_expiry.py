"""What expires is said three weeks before: real certificates in files and at a real TLS server, and tokens."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from cli import doctor_expiry as expiry
from cli.doctor_findings import Finding
from tests.integration.runtime.certificates import Authority, Pair

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
TOKEN = {"id": "0123456789ab", "name": "zendesk", "state": "valid", "expires_at": None, "last_used_at": None}
READERS = (*(f"services.{s}" for s in ("intake", "router", "timer", "notifier", "knowledge")), "gateway", "watchdog")


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    """Grade and English text of each; what to do stands in both languages."""
    for finding in findings:
        assert all((*finding.what, *finding.do))
        assert finding.what[0] != finding.what[1]
    return [(finding.grade, finding.what[1]) for finding in findings]


def grades(findings: list[Finding]) -> list[str]:
    return [grade for grade, _ in said(findings)]


@pytest.mark.parametrize(
    ("days", "expected"), [(22, []), (20.9, ["warn"]), (3.1, ["warn"]), (2.9, ["bad"]), (0, ["bad"]), (-1, ["bad"])]
)
def test_what_ends_is_judged_by_the_days_that_are_left(days: float, expected: list[str]) -> None:
    assert grades(expiry.ending(("あ", "a"), NOW + days * DAY, NOW, ("い", "b"))) == expected


@pytest.mark.parametrize(
    ("lasts", "expected", "text"),
    [(22 * DAY, [], ""), (20 * DAY, ["warn"], "expires in 20.0 days"), (2 * DAY, ["bad"], "expires in 2.0 days"),
     (-DAY, ["bad"], "has expired")],
)  # fmt: skip
def test_a_file_of_ours_is_read_with_the_name_that_stands_in_it(
    tmp_path: Path, lasts: timedelta, expected: list[str], text: str
) -> None:
    made = Authority(tmp_path, "kafka-ca").sign("髙﨑①㈱", lasts=lasts)
    for file in (made.certificate, made.both):
        found = said(expiry.in_files({file: "TASUKI_KAFKA_CERTIFICATE"}, NOW))
        assert [grade for grade, _ in found] == expected
        assert all(text in what and f"TASUKI_KAFKA_CERTIFICATE={file} (CN=髙﨑①㈱)" in what for _, what in found)


def test_of_a_chain_the_first_to_end_counts_and_of_authorities_the_first_that_still_holds(tmp_path: Path) -> None:
    old, new = Authority(tmp_path, "old", lasts=-DAY), Authority(tmp_path, "new", lasts=400 * DAY)
    soon = Authority(tmp_path, "soon", lasts=10 * DAY)
    ours = new.sign("ours", lasts=300 * DAY)

    def read(*parts: Path) -> list[tuple[str, str]]:
        file = tmp_path / "together.pem"
        file.write_bytes(b"".join(part.read_bytes() for part in parts))
        return said(expiry.in_files({file: "TASUKI_KAFKA_CA"}, NOW))

    assert read(ours.certificate, new.file) == read(old.file, new.file) == read(new.file, old.file) == []
    assert [grade for grade, _ in read(ours.certificate, old.file)] == ["bad"]
    ((grade, what),) = read(ours.certificate, soon.file)
    assert (grade, "CN=soon" in what) == ("warn", True)
    assert read(new.file, old.file, soon.file) == [(grade, what)], "what it signed may still be shown to us"
    ((grade, what),) = read(old.file)
    assert (grade, "CN=old) has expired" in what) == ("bad", True)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    key = Authority(tmp_path, "ca").sign("ours").key
    found = said(expiry.in_files({tmp_path / "none.crt": "TASUKI_KAFKA_CA", key: "--certificate"}, NOW))
    assert [grade for grade, _ in found] == ["bad", "bad"]
    assert found[0][1].endswith("none.crt cannot be read: FileNotFoundError")
    assert found[1][1] == f"The certificate --certificate={key} cannot be read: not PEM"


def test_files_are_those_of_settings_of_databases_and_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASUKI_KAFKA_CA", "/kafka-ca/ca.crt")
    monkeypatch.setenv("TASUKI_MAIL_IN_CERTIFICATE", "")
    address = "postgresql://tasuki_timer:x@db:5432/tasuki?sslmode=verify-full&sslrootcert=/database-ca/ca.crt"
    assert expiry.named({"timer": address, "router": "postgresql://db/tasuki"}, [Path("tls.crt")]) == {
        Path("/kafka-ca/ca.crt"): "TASUKI_KAFKA_CA",
        Path("/database-ca/ca.crt"): "database-url-timer",
        Path("tls.crt"): "--certificate",
    }


def test_every_setting_that_names_certificates_is_looked_at() -> None:
    every = {field.name for reader in READERS for field in fields(import_module(f"{reader}.settings").Settings)}
    assert {f"TASUKI_{name.upper()}" for name in every if name.endswith(("_ca", "_certificate"))} == set(
        expiry.SETTINGS
    )


@asynccontextmanager
async def server(pair: Pair) -> AsyncIterator[str]:
    """A server that shows this certificate; gives its address."""
    shows = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shows.load_cert_chain(pair.certificate, pair.key)

    def leave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with await asyncio.start_server(leave, "127.0.0.1", 0, ssl=shows) as served:
        yield f"https://127.0.0.1:{served.sockets[0].getsockname()[1]}"


Look = Callable[..., Coroutine[Any, Any, list[tuple[str, str]]]]


@pytest.fixture
def look(tmp_path: Path) -> tuple[Authority, Look]:
    """An authority that is believed, and what is said of a server that shows a certificate."""
    known = Authority(tmp_path, "known", lasts=400 * DAY)
    believed = ssl.create_default_context(cafile=str(known.file))

    async def at(pair: Pair) -> list[tuple[str, str]]:
        async with server(pair) as url:
            return said(await expiry.at_the_door(url, believed, NOW))

    return known, at


async def test_a_certificate_at_the_door_that_is_well_or_ends_soon(look: tuple[Authority, Look]) -> None:
    known, at = look
    assert await at(known.sign("well", lasts=90 * DAY)) == []
    ((grade, what),) = await at(known.sign("soon", lasts=14 * DAY))
    assert (grade, "expires in 14.0 days" in what) == ("warn", True)
    ((grade, what),) = await at(known.sign("now", lasts=2 * DAY))
    assert (grade, "expires in 2.0 days" in what) == ("bad", True)


async def test_one_that_has_expired_or_is_not_believed_is_read_all_the_same(
    look: tuple[Authority, Look], tmp_path: Path
) -> None:
    known, at = look
    ((grade, what),) = await at(known.sign("expired", lasts=-DAY))
    assert (grade, "has expired" in what) == ("bad", True)

    unknown = Authority(tmp_path, "unknown", lasts=400 * DAY)
    ((grade, what),) = await at(unknown.sign("theirs", lasts=90 * DAY))
    assert (grade, "its authority is unknown" in what) == ("bad", True)
    both = await at(unknown.sign("both", lasts=-DAY))
    assert ["has expired" in what for _, what in both] == [True, False]
    assert "its authority is unknown" in both[1][1]

    ((grade, what),) = await at(known.sign("elsewhere", address="192.0.2.1", lasts=90 * DAY))
    assert (grade, "it is for another name" in what) == ("bad", True)


async def test_an_authority_that_has_expired_is_not_taken_for_the_doors_own_certificate(tmp_path: Path) -> None:
    ended = Authority(tmp_path, "ended", lasts=-DAY)
    believed = ssl.create_default_context(cafile=str(ended.file))
    async with server(ended.sign("well", lasts=90 * DAY)) as url:
        ((grade, what),) = said(await expiry.at_the_door(url, believed, NOW))
    assert (grade, "a certificate of its chain has expired" in what) == ("bad", True)


async def test_a_door_that_says_nothing_is_not_waited_for() -> None:
    believed = ssl.create_default_context()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        async with asyncio.timeout(3):
            ((grade, what),) = said(await expiry.at_the_door(url, believed, NOW, within=0.2))
    assert (grade, what) == ("bad", f"The certificate of {url} cannot be looked at: TimeoutError")
    ((_, what),) = said(await expiry.at_the_door(url, believed, NOW))
    assert what.endswith("ConnectionRefusedError")
    assert await expiry.at_the_door("http://127.0.0.1:8700", believed, NOW) == []


@pytest.mark.parametrize(
    ("ends", "used", "state", "expected"),
    [
        (None, -1, "valid", []),
        (30, -1, "valid", []),
        (20, None, "valid", ["warn"]),
        (2, -1, "valid", ["bad"]),
        (2, -1, "revoked", []),
        (-2, -3, "expired", ["bad"]),
        (-2, None, "expired", []),
        (-30, -31, "expired", []),
    ],
)
def test_a_token_is_said_before_it_ends_and_after_only_where_it_was_used_lately(
    ends: int | None, used: int | None, state: str, expected: list[str]
) -> None:
    at = {
        name: days if days is None else (NOW + days * DAY).isoformat().replace("+00:00", "Z")
        for name, days in (("expires_at", ends), ("last_used_at", used))
    }
    found = said(expiry.token({**TOKEN, **at, "state": state}, NOW))
    assert [grade for grade, _ in found] == expected
    assert all("zendesk (0123456789ab)" in what for _, what in found)
