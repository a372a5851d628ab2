"""The disk of PostgreSQL is full: the door says so, what is read waits, nothing is parked, and it goes on when there is room."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from deploy.local import postgres
from deploy.local.artifacts import fetch
from deploy.local.layout import Layout
from deploy.local.provision import provision
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.envelope import Record
from shared.runtime.consume import Handling
from shared.runtime.db import connect
from shared.runtime.migrate import migrate
from tests import ports
from tests.conftest import SERVICES
from tests.integration.intake.desk import Desk, stub
from tests.integration.runtime.test_restoring import begin, running

MEGABYTES = 160
LONG = "髙﨑①㈱🔥" * 800
TRIES = 400
SMALL = ("max_wal_size=48MB", "min_wal_size=32MB")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, and a small one."""
    place = Path("/var/tmp") / f"tasuki-full-{tmp_path.name}-{os.getpid()}"
    place.mkdir(mode=0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        place.rmdir()
        pytest.skip("a disk can be mounted by root only")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65536))
    return filler


@pytest.mark.timeout(120)
async def test_a_full_disk_refuses_and_waits_and_loses_nothing(disk: Path) -> None:
    layout = Layout(disk / "one", ports.block())
    layout.folder.mkdir()
    part = postgres.prepare(layout, fetch(postgres.jar_group(), lambda *_: None)[0])
    async with running(layout, part, *SMALL) as admin, httpx.AsyncClient() as http:
        urls = await provision(admin, folder=layout.secrets)
        async with connect(urls["intake"], 4) as db:
            await migrate(db, SERVICES / "intake" / "migrations")
            desk = Desk(db, http, stub())
            await desk.open()
            first = await desk.submit()
            filler = fill(disk)
            accepted, refused = 1, None
            for number in range(TRIES):
                answer = await desk.post("/v1/cases", {"facts": LONG}, idempotency_key=f"full-{number}")
                if answer.status_code != httpx.codes.ACCEPTED:
                    refused = answer
                    break
                accepted += 1
            assert refused is not None, "the disk was never full"
            assert (refused.status_code, bool(refused.headers["retry-after"])) == (503, True), refused.text
            noted = e.CaseNoted(
                case_id=first["id"], by=e.Actor(kind="person", id="sato"), text=LONG[:4000], internal=True
            )
            reading = asyncio.create_task(_read(desk, noted))
            await asyncio.wait([reading], timeout=2)
            assert not reading.done(), "what cannot be written is not given up"
            filler.unlink()
            begin(
                layout, part, *SMALL
            )  # where it was in mid-checkpoint it has ended; whoever looks after it starts it anew
            assert await asyncio.wait_for(reading, 60) == 0
            again = await desk.post("/v1/cases", {"facts": LONG}, idempotency_key=f"full-{number}")
            assert again.status_code == httpx.codes.ACCEPTED
            assert await desk.count("cases") == accepted + 1


async def _read(desk: Desk, event: e.Event) -> int:
    """Read many records of one kind; how many were parked."""
    handling = Handling(desk.db, desk.clock, "tasuki-intake", desk.log.handlers)
    for number in range(TRIES):
        body, headers = envelope.encode(event, envelope.event_id("full", number), desk.clock.now())
        await handling.consume([Record("tasuki.cases", 0, 10_000 + number, headers, body)])
    return await desk.count("outbox WHERE topic = 'tasuki.dead-letters'")
