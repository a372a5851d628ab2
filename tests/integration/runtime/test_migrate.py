"""Migrations: applied once, in order, side by side, and never edited afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from asyncpg import UniqueViolationError

from shared.runtime.db import Database, connect
from shared.runtime.migrate import Edited, mark, migrate
from tests.integration.runtime.waiting import eventually

FIRST = "CREATE TABLE things (id int PRIMARY KEY);"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "sample" / "migrations"
    made.mkdir(parents=True)
    (made / "0001_pre_things.sql").write_text(FIRST)
    return made


async def test_a_second_run_changes_nothing(database: Callable[[str], Awaitable[Database]]) -> None:
    db = await database("knowledge")
    assert await migrate(db, Path("services/knowledge/migrations").resolve()) == []


async def test_migrations_run_once_though_two_processes_start_together(
    database: Callable[[str], Awaitable[Database]], folder: Path
) -> None:
    db = await database("timer")
    applied = await asyncio.gather(migrate(db, folder), migrate(db, folder))
    assert sorted(applied) == [[], ["sample/0001_pre_things"]]


async def test_an_edited_migration_is_refused_and_nothing_is_applied(
    database: Callable[[str], Awaitable[Database]], folder: Path
) -> None:
    db = await database("intake")
    await migrate(db, folder)
    (folder / "0001_pre_things.sql").write_text(FIRST.replace("int", "bigint"))
    (folder / "0002_pre_more.sql").write_text("CREATE TABLE more (id int);")
    with pytest.raises(Edited, match="sample/0001_pre_things was applied and has been edited"):
        await migrate(db, folder)
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT to_regclass('more')") is None


async def test_a_migration_with_a_mistake_leaves_no_half_behind(
    database: Callable[[str], Awaitable[Database]], folder: Path
) -> None:
    db = await database("router")
    (folder / "0002_pre_wrong.sql").write_text("CREATE TABLE half (id int); SELECT nonsense;")
    with pytest.raises(Exception, match="nonsense"):
        await migrate(db, folder)
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT to_regclass('half')") is None
        assert await tx.fetchval("SELECT to_regclass('things')") is not None


async def test_an_index_is_built_beside_those_who_write_and_begun_anew_when_it_broke_off(
    database: Callable[[str], Awaitable[Database]], folder: Path
) -> None:
    db = await database("router")
    await migrate(db, folder)
    (folder / "0002_pre_odd.sql").write_text(
        "DROP INDEX CONCURRENTLY IF EXISTS odd;\nCREATE UNIQUE INDEX CONCURRENTLY odd ON things ((id % 2));\n"
    )
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO things VALUES (1), (3)")
    with pytest.raises(UniqueViolationError):
        await migrate(db, folder)
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM things WHERE id = 3")
    applied = await asyncio.gather(migrate(db, folder), migrate(db, folder))
    assert sorted(applied) == [[], ["sample/0002_pre_odd"]]
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('odd')")


async def test_post_migrations_wait_until_the_old_code_is_gone(
    database: Callable[[str], Awaitable[Database]], databases: dict[str, str], folder: Path
) -> None:
    db = await database("notifier")
    (folder / "0002_post_drop.sql").write_text("DROP TABLE things;")
    async with connect(databases["notifier"], 1, mark="an older release"):
        assert await migrate(db, folder) == ["sample/0001_pre_things"]
        assert await migrate(db, folder) == []
    async with connect(databases["notifier"], 1):  # another process of this one
        assert await eventually(lambda: _applied(db, folder))


async def _applied(db: Database, folder: Path) -> bool:
    """Whether the server has seen the other session off, and the rest was applied."""
    return await migrate(db, folder) == ["sample/0002_post_drop"]


def test_a_release_is_known_by_the_migrations_that_it_knows(folder: Path) -> None:
    before = mark(folder)
    assert mark(folder) == before
    (folder / "0002_post_drop.sql").write_text("DROP TABLE things;")
    assert mark(folder) != before
