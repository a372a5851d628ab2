"""PostgreSQL is brought back to a named moment from a base backup and its archive of changes: what came later is not there."""

import asyncio
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import httpx

from deploy.local import postgres
from deploy.local.artifacts import fetch
from deploy.local.layout import Layout
from deploy.local.parts import Part
from deploy.local.processes import exclusively, start, stop
from deploy.local.provision import provision
from deploy.local.ready import answers, wait
from shared.runtime.db import connect
from shared.runtime.migrate import migrate
from tests import ports
from tests.conftest import SERVICES
from tests.integration.runtime.waiting import eventually

MARK = "INSERT INTO inbox (event_id, at) VALUES (gen_random_uuid(), now())"
QUIET_NIGHT = """CREATE OR REPLACE VIEW public.pg_stat_archiver AS
    SELECT now() AS last_failed_time, now() - interval '5 hours' AS last_archived_time, NULL::timestamptz AS stats_reset;
    ALTER ROLE CURRENT_USER SET search_path = public, pg_catalog"""
ROOT = Path(__file__).parents[3]
LEFT = 70
LEFT_OUT = {"postmaster.pid", "pg_wal"}  # as the manual of PostgreSQL has it


def begin(layout: Layout, part: Part, *settings: str) -> None:
    """Start the server with more settings, unless it lives."""
    part = replace(part, argv=(*part.argv, *(word for setting in settings for word in ("-c", setting))))
    with exclusively(layout), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the server is meant to outlive the call
        start(layout, part)


@asynccontextmanager
async def running(layout: Layout, part: Part, *settings: str) -> AsyncIterator[str]:
    """The server with more settings; gives the administrator's address, and stops it at the end."""
    begin(layout, part, *settings)
    try:
        await wait(layout, part, lambda: answers(part, "", postgres.admin_url(layout)))
        yield postgres.admin_url(layout)
    finally:
        with exclusively(layout):
            await asyncio.to_thread(stop, layout, part.name)


async def back_up(admin: str, data: Path, to: Path) -> None:
    """A base backup of a server that goes on working, by the functions that every tool for it calls."""
    session = await asyncpg.connect(admin)
    try:
        await session.execute("SELECT pg_backup_start('nightly', fast => true)")
        _copy(data, to)
        stopped = await session.fetchrow("SELECT labelfile FROM pg_backup_stop()")
        assert stopped is not None
        label = to / "backup_label"
        label.write_text(stopped["labelfile"])
        _own(to)
    finally:
        await session.close()


def _copy(data: Path, to: Path) -> None:
    def left_out(folder: str, names: list[str]) -> set[str]:
        return LEFT_OUT & set(names) if Path(folder) == data else set()

    shutil.copytree(data, to, ignore=left_out)
    (to / "pg_wal").mkdir()


def _own(folder: Path) -> None:
    folder.chmod(0o700)
    if user := postgres.server_user():
        subprocess.run(["chown", "-R", user, str(folder)], check=True)


@asynccontextmanager
async def home_of(tmp_path: Path) -> AsyncIterator[tuple[Path, Layout, Part]]:
    """A server of one's own that is not started yet, below a folder that is gone at the end."""
    base = ports.block()
    home = Path("/var/tmp") / f"tasuki-restoring-{tmp_path.name}-{base}"
    home.mkdir(mode=0o755)
    try:
        layout = Layout(home / "one", base)
        (home / "one").mkdir()
        yield home, layout, postgres.prepare(layout, fetch(postgres.jar_group(), lambda *_: None)[0])
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def test_what_was_taken_before_the_moment_is_there_and_what_came_later_is_not(
    tmp_path: Path,
) -> None:
    async with home_of(tmp_path) as (home, layout, part):
        data, archive = Path(part.argv[2]), home / "archive"
        archive.mkdir()
        _own(archive)
        keep = ("archive_mode=on", f"archive_command=test ! -f {archive}/%f && cp %p {archive}/%f")
        async with running(layout, part, *keep) as admin:
            urls = await provision(admin, folder=layout.secrets)
            async with connect(urls["timer"], 2) as db:
                await migrate(db, SERVICES / "timer" / "migrations")
                await db.pool.execute(MARK)
                await back_up(admin, data, home / "base")
                await db.pool.execute(MARK)
                session = await asyncpg.connect(admin)
                await session.execute("SELECT pg_create_restore_point('before the mistake')")
                await db.pool.execute("DELETE FROM inbox")
                await session.execute("SELECT pg_switch_wal()")
                await session.close()
        shutil.rmtree(data)  # the disk is lost
        shutil.move(home / "base", data)
        (data / "recovery.signal").touch()
        _own(data)
        back = (
            f"restore_command=cp {archive}/%f %p",
            "recovery_target_name=before the mistake",
            "recovery_target_action=promote",
        )
        async with running(layout, part, *back), connect(urls["timer"], 2) as db:
            assert await db.pool.fetchval("SELECT count(*) FROM inbox") == 2

            async def open_for_work() -> bool:
                return not await db.pool.fetchval("SELECT pg_is_in_recovery()")

            assert await eventually(open_for_work)
            assert await migrate(db, SERVICES / "timer" / "migrations") == []
            await db.pool.execute(MARK)  # and it goes on from there


async def test_an_archive_that_fails_is_seen(tmp_path: Path) -> None:
    async with home_of(tmp_path) as (home, layout, part):
        keep = ("archive_mode=on", f"archive_command=test -f {home}/room")
        async with running(layout, part, *keep) as admin, connect(admin, 2) as db:

            async def unarchived() -> float:
                await db.pool.execute("SELECT pg_logical_emit_message(true, 'tasuki', 'a change')")
                await db.pool.execute("SELECT pg_switch_wal()")
                return await db.unarchived()

            async def archived() -> bool:
                return not await unarchived()

            assert await eventually(unarchived, 30)
            (home / "room").touch()
            assert await eventually(archived, 90)


async def test_one_failure_after_a_quiet_night_is_young_and_without_an_archive_none(tmp_path: Path) -> None:
    async with home_of(tmp_path) as (_, layout, part):
        for mode in ("on", "off"):
            async with running(layout, part, f"archive_mode={mode}") as admin:
                async with connect(admin, 1) as db:
                    await db.pool.execute(QUIET_NIGHT)
                async with connect(admin, 1) as db:
                    first, then = await db.unarchived(), await db.unarchived()
                    assert 0 <= first <= then < 60
                    assert (then > 0) is (mode == "on")


@asynccontextmanager
async def answering(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A timer that only answers, ready, without Kafka."""
    mine = ports.port()
    env = {
        "PATH": os.environ["PATH"],
        "TASUKI_DATABASE_URL": url,
        "TASUKI_KAFKA": f"127.0.0.1:{ports.port()}",
        "TASUKI_HTTP_PORT": str(mine),
        "TASUKI_SERVICE_TOKEN": "test",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.timer", "api", cwd=ROOT, env=env, stdout=asyncio.subprocess.DEVNULL
    )

    async def ready() -> bool:
        try:
            return (await client.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    try:
        async with httpx.AsyncClient(trust_env=False, base_url=f"http://127.0.0.1:{mine}") as client:
            assert await eventually(ready, 40)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_who_only_answers_leaves_when_another_server_has_taken_over(tmp_path: Path) -> None:
    async with home_of(tmp_path) as (_, layout, part), AsyncExitStack() as stack:
        async with running(layout, part) as admin:
            urls = await provision(admin, folder=layout.secrets)
            process = await stack.enter_async_context(answering(urls["timer"]))
        (Path(part.argv[2]) / "standby.signal").touch()
        _own(Path(part.argv[2]))
        async with running(layout, part) as admin:
            session = await asyncpg.connect(admin)
            assert await session.fetchval("SELECT pg_promote()")
            await session.close()
            async with asyncio.timeout(40):
                assert await process.wait() == LEFT
