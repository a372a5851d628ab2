"""Moving in and out over HTTP: a file comes in parts and is taken in beside everything else; pages of files go out."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from services.knowledge import articles, files, imports
from services.knowledge.domain.article import Language
from services.knowledge.domain.moving import writing
from services.knowledge.domain.sight import Audience, Reader
from services.knowledge.imports import Import
from services.knowledge.routes.asking import Done, Gate, person, publisher, writer
from shared.runtime.service import Process
from shared.runtime.web import Problem

Format = Literal["csv", "json", "markdown", "html", "zendesk", "helpfeel"]
MOST_PARTS = 4_000


class NewImport(Done):
    """A file to be taken in: its format, whether only to try, and whether to publish what comes in."""

    format: Format
    dry_run: bool = False
    publish: bool = False


class Applied(Done):
    """What was tried is to be taken in: whether to publish it."""

    publish: bool = False


class BadRow(BaseModel):
    """A row that cannot be taken: its line (or its number among the files), and why."""

    line: int
    name: str
    ja: str
    en: str


class Progress(BaseModel):
    """How far a file has come in."""

    id: UUID
    format: Format
    dry_run: bool
    publish: bool
    state: imports.State
    created_at: datetime
    seen: int
    total: int | None
    added: Annotated[int, Field(description="New articles; of a dry run, what would be new")]
    changed: int
    same: Annotated[
        int, Field(description="Rows that say what their article says already, or what they said the last time")
    ]
    unpublished: Annotated[int, Field(description="Of the same: drafts, or in a review, which publishing would show")]
    bad_rows: int
    bad: list[BadRow]


class File(BaseModel):
    """A file, or a part of one."""

    name: str
    text: str


class Files(BaseModel):
    """A page of what goes out."""

    data: list[File]
    next_cursor: str | None = None
    left_out: Annotated[
        int, Field(description="Attached files of these articles; JSON names where each is fetched")
    ] = 0


def add(process: Process, gate: Gate) -> None:
    """Add the routes."""
    assert process.app is not None
    process.app.include_router(routes(process, gate))


def routes(process: Process, gate: Gate) -> APIRouter:
    """Every route by which articles come in and go out."""
    db, clock = process.db, process.clock
    found = APIRouter(tags=["moving"])
    asking = Depends(gate)

    @found.post("/v1/imports", status_code=201)
    async def begin(reader: Annotated[Reader, asking], wanted: NewImport) -> Progress:
        """Announce a file; its parts follow."""
        publisher(reader, wanted.publish)
        by = person(reader, wanted.by)
        new = Import(uuid4(), wanted.format, wanted.dry_run, wanted.publish, by, clock.now())
        async with db.transaction() as tx:
            await imports.add(tx, new)
        return _shown(new)

    @found.put("/v1/imports/{id}/parts/{number}", status_code=204)
    async def part(
        request: Request, reader: Annotated[Reader, asking], id: UUID, number: Annotated[int, Path(ge=0, lt=MOST_PARTS)]
    ) -> None:
        """One part of the file as it is, 256 KB at most and 32 MB all together; the same number again replaces it."""
        writer(reader)
        body = await request.body()
        try:
            async with db.transaction() as tx:
                if not await imports.put_part(tx, id, number, body):
                    raise _unknown()
        except imports.TooLarge:
            ja = "一度に取り込めるファイルは 32 MB までです。分けて取り込んでください。"
            raise Problem(
                413, "too-large", ja, "A file of 32 MB at most is taken in at once: please divide it."
            ) from None

    @found.post("/v1/imports/{id}/start")
    async def start(reader: Annotated[Reader, asking], id: UUID) -> Progress:
        """All parts are there: take the file in."""
        writer(reader)
        async with db.transaction() as tx:
            await imports.start(tx, id)
            now = await imports.one(tx, id)
        if now is None:
            raise _unknown()
        return _shown(now)

    @found.post("/v1/imports/{id}/apply", status_code=201)
    async def apply(reader: Annotated[Reader, asking], id: UUID, wanted: Applied) -> Progress:
        """Take in what was tried, without sending it again; once, and within a day."""
        publisher(reader, wanted.publish)
        by = person(reader, wanted.by)
        async with db.transaction() as tx:
            tried = await imports.one(tx, id)
            if tried is None:
                raise _unknown()
            new = replace(Import(uuid4(), tried.format, False, wanted.publish, by, clock.now()), state="running")
            await imports.add(tx, new)
            if not await imports.adopt(tx, id, new.id):
                ja = "この確認は、もう取り込まれたか、1 日以上たっています。もう一度ファイルを選んでください。"
                raise Problem(
                    409, "not-tried", ja, "It was taken in already, or is older than a day: please send the file again."
                )
            await imports.start(tx, new.id)
        return _shown(new)

    @found.get("/v1/imports/{id}")
    async def progress(reader: Annotated[Reader, asking], id: UUID) -> Progress:
        """How far it has gone, and the bad rows with line and reason."""
        writer(reader)
        async with db.reading() as tx:
            now = await imports.one(tx, id)
        if now is None:
            raise _unknown()
        return _shown(now)

    @found.get("/v1/exports/{format}")
    async def export(
        reader: Annotated[Reader, asking],
        format: Literal["csv", "json", "markdown"],
        audience: Audience | None = None,
        language: Language | None = None,
        cursor: Annotated[str, Query(pattern=r"^(a_[0-9a-z]{1,40})?$")] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
    ) -> Files:
        """What readers see, as files to be read again; of a CSV or JSON lines, each page is the next piece of one file.

        A page is shorter than `limit` where the articles are long; there are more while it has a `next_cursor`.
        """
        if reader.audience is Audience.PUBLIC:
            audience = Audience.PUBLIC
        asker = Reader(audience=Audience.PUBLIC) if audience is Audience.PUBLIC else reader
        async with db.reading() as tx:
            page = await articles.live_page(tx, cursor, audience.value if audience else None, language, limit + 1)
            ids = [one.article.id for one in page[:limit]]
            attached = await files.of_live(tx, ids, asker)
        rows = []
        for one in page[:limit]:
            assert one.content is not None
            row = writing.plain(one.article.external_id or one.article.id, one.content, one.article.live)
            row |= {"files": writing.files_of(one.article.id, attached[one.article.id])}
            rows.append(row | ({"cause": "", "internal": ""} if audience is Audience.PUBLIC else {}))
        many = writing.fitting(rows)
        ids = ids[:many]
        more = ids[-1] if len(page) > many else None
        out = sum(len(attached[id_]) for id_ in ids)
        return Files(data=_files(format, rows[:many], ids, cursor == ""), next_cursor=more, left_out=out)

    return found


def _files(format_: str, rows: list[dict[str, object]], ids: list[str], first: bool) -> list[File]:
    match format_:
        case "csv":
            return [File(name="articles.csv", text=writing.csv_text(rows, first))]
        case "markdown":
            pairs = zip(ids, rows, strict=True)
            return [File(name=f"{id_}.md", text=writing.markdown_text(row)) for id_, row in pairs]
    return [File(name="articles.json", text=writing.json_lines(rows))]


def _shown(now: Import) -> Progress:
    return Progress.model_validate({name: value for name, value in asdict(now).items() if name != "by"})


def _unknown() -> Problem:
    return Problem(404, "unknown-import", "その取り込みはありません。", "There is no such import, or it has begun.")
