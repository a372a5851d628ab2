"""Files of articles in Postgres: of which versions they are, and their bytes."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.knowledge.domain.article import Article
from services.knowledge.domain.files import File, Room
from services.knowledge.domain.sight import Audience, Reader
from shared.contracts.plan import Person
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("files.sql"))


async def of_version(tx: Transaction, id_: str, version: int) -> list[File]:
    """The files of one version of an article, the first one first; those that are gone for good say so."""
    return [_file(row) for row in await tx.fetch(SQL["of_version"], id_, version)]


async def of_live(tx: Transaction, ids: Sequence[str], reader: Reader) -> dict[str, list[File]]:
    """The files of what a reader sees of these articles, which are those that they may see, by article."""
    found: dict[str, list[File]] = {id_: [] for id_ in ids}
    for row in await tx.fetch(SQL["of_live"], list(ids)) if ids else ():
        if row["public"] or reader.audience is Audience.INTERNAL:
            found[row["article_id"]].append(_file(row))
    return found


async def opened(tx: Transaction, id_: str, file: UUID, reader: Reader) -> tuple[File, bytes] | None:
    """A file with its bytes: to who writes of any version, to others of the one that they see. None for what is not for them."""
    if reader.writes and reader.audience is Audience.INTERNAL:
        row = await tx.fetchrow(SQL["opened_by_writer"], id_, file)
    else:
        row = await tx.fetchrow(SQL["opened_by_reader"], id_, file, reader.audience is Audience.PUBLIC)
    return (_file(row), bytes(row["body"])) if row else None


async def has(tx: Transaction, article: Article, file: UUID) -> bool | None:
    """Whether the newest version of an article has a file; None where no version had."""
    found: bool | None = await tx.fetchval(SQL["known"], article.id, file)
    return found


async def room(tx: Transaction, article: Article, most: int) -> Room:
    """What is taken of the room for files."""
    row = await tx.fetchrow(SQL["kept"], article.id)
    assert row is not None
    return Room(row["files"], row["size"], await tx.fetchval(SQL["everywhere"]), most)


async def add(tx: Transaction, article: Article, file: File, body: bytes) -> None:
    """Keep a file with an article from its newest version on."""
    what = file.name, file.kind, file.size, file.public, file.by.model_dump_json(), file.at
    await tx.execute(SQL["keep"], file.id, file.size, body)
    await tx.execute(SQL["add"], article.id, file.id, article.version, *what)


async def close(tx: Transaction, article: Article, file: UUID) -> None:
    """From its newest version on an article has a file no more."""
    await tx.execute(SQL["close"], article.id, file, article.version)


async def mark(tx: Transaction, article: Article, file: UUID, public: bool) -> None:
    """From its newest version on a file of an article is for readers outside too, or no more."""
    await close(tx, article, file)
    await tx.execute(SQL["go_on"], article.id, file, article.version, public)


async def forget(tx: Transaction, file: UUID) -> None:
    """What stood in a file, and what it was called, is gone for good, wherever it was taken over."""
    await tx.execute(SQL["forget"], file)
    await tx.execute(SQL["unname"], file)


async def take_over(tx: Transaction, gone: Article, stays: Article, public: bool) -> None:
    """What an article had last, another has from its newest version on; unless that was `public`, it is internal there."""
    await tx.execute(SQL["take_over"], gone.id, stays.id, gone.version, stays.version, public)


def _file(row: Row) -> File:
    by = Person.model_validate_json(row["by_whom"])
    return File(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        size=row["size"],
        public=row["public"],
        by=by,
        at=row["at"],
        gone=row["gone"],
    )
