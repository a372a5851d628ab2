"""The database comes back as it was an hour ago, and the log is ahead of it: what had been said is known again by itself."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.door import Door
from deploy.local.layout import Layout
from deploy.local.parts import wanted
from deploy.local.processes import exclusively, interrupt
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone

SERVICES = ("intake", "router", "timer", "notifier", "knowledge")
BY = {"id": "takahashi.ken", "name": "髙橋 健"}
URGENT = {"urgency": "critical", "impact": "all", "facts": "決済が全店舗で失敗する 髙﨑①㈱🔥"}
CALM = {"urgency": "high", "impact": "some", "facts": "一部でログインできない"}
KEPT = ("id", "number", "status", "owner", "priority", "headline")


def data(layout: Layout) -> Path:
    """Where PostgreSQL keeps everything."""
    return Path(next(part for part in wanted(layout) if part.name == "postgres").argv[2])


def back_up(layout: Layout, to: Path) -> None:
    """A copy of a server that stands still; it goes on afterwards."""
    with exclusively(layout):
        interrupt(layout, "postgres")
        shutil.copytree(data(layout), to)


def restore(layout: Layout, backup: Path, stopping: tuple[str, ...]) -> None:
    """The server has the data of then; all go on by themselves."""
    with exclusively(layout):
        for name in (*stopping, "postgres"):
            interrupt(layout, name)
        owner = data(layout).stat()
        shutil.rmtree(data(layout))
        shutil.copytree(backup, data(layout))
        for path in (data(layout), *data(layout).rglob("*")):
            shutil.chown(path, owner.st_uid, owner.st_gid)


async def case(door: Door, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = await asyncio.to_thread(door.get, f"/v1/cases/{id_}")
    return {name: found[name] for name in KEPT}


async def submitted(door: Door, report: dict[str, Any]) -> str:
    """A report that has been planned."""
    id_: str = (await asyncio.to_thread(door.post, "/v1/cases", report))["id"]
    async with asyncio.timeout(30):
        while not (await asyncio.to_thread(door.get, f"/v1/cases/{id_}"))["responders"]:
            await asyncio.sleep(0.1)
    return id_


async def read_again(door: Door, ids: list[str]) -> None:
    """Until every case is there and the log has been read to its end."""
    missing: dict[str, Any] = {"all": ids}
    for _ in range(90):
        listed = await asyncio.to_thread(door.get, "/v1/cases", limit=200)
        services = (await asyncio.to_thread(door.get, "/v1/operations"))["standing"]["services"]
        missing = {"cases": sorted(set(ids) - {one["id"] for one in listed["data"]})}
        missing |= {one["name"]: one["behind"] for one in services if (one["behind"] or {"waiting": -1})["waiting"]}
        if not any(missing.values()):
            return
        await asyncio.sleep(1)
    raise AssertionError(missing)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("stopping", [SERVICES, ()], ids=["after all was stopped", "under running services"])
async def test_what_was_done_since_the_backup_is_known_again_and_nobody_is_called_for_it(
    installation: Installation, patient_door: Door, sandbox: SandboxClient, tmp_path: Path, stopping: tuple[str, ...]
) -> None:
    door, layout = patient_door, installation.layout
    before = await submitted(door, CALM)
    await asyncio.to_thread(back_up, layout, tmp_path / "backup")

    taken, done = await submitted(door, URGENT), await submitted(door, CALM)
    for id_ in (taken, before):
        for person in (await asyncio.to_thread(door.get, f"/v1/cases/{id_}"))["responders"]:  # of both tracks
            by = {"id": person["id"], "name": person["name"]}
            await asyncio.to_thread(door.post, f"/v1/cases/{id_}/acknowledge", {"by": by})
    end = {"by": BY, "handling": "再起動", "result": "ログインできる"}
    await asyncio.to_thread(door.post, f"/v1/cases/{done}/resolve", end)
    waiting = await submitted(door, URGENT)
    ids = [before, taken, done, waiting]
    await read_again(door, ids)
    was = [await case(door, id_) for id_ in ids]
    since = await sandbox.cursor()

    await asyncio.to_thread(restore, layout, tmp_path / "backup", stopping)
    await read_again(door, ids)
    assert [await case(door, id_) for id_ in ids] == was
    await sandbox.wait_for("phone", since=since, case_id=waiting, timeout=60)  # its clock goes on

    another = await submitted(door, URGENT)
    await sandbox.wait_for("phone", since=since, case_id=another, timeout=30)
    assert (await case(door, another))["number"] > max(one["number"] for one in was)
    told = [item for item in await sandbox.received("phone", since=since) if item["kind"] == "call"]
    assert {item["case_id"] for item in told} <= {waiting, another}, "nobody is called for what is done, or in hand"
