"""PostgreSQL is brought back to a named moment from a base backup and its archive of changes: what came later is not there."""

import asyncio
import shutil
import subprocess
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg

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
        await wait(layout, part, 40, lambda: answers(part, "", postgres.admin_url(layout)))
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


async def test_what_was_taken_before_the_moment_is_there_and_what_came_later_is_not(
    tmp_path: Path,
) -> None:
    base = ports.block()
    home = Path("/var/tmp") / f"tasuki-restoring-{tmp_path.name}-{base}"
    home.mkdir(mode=0o755)
    try:
        layout = Layout(home / "one", base)
        (home / "one").mkdir()
        part = postgres.prepare(layout, fetch(postgres.jar_group(), lambda *_: None)[0])
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
    finally:
        shutil.rmtree(home, ignore_errors=True)
