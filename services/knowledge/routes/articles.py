"""Articles over HTTP: listed, read, written, reviewed, published, merged, talked about."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.knowledge import articles, editing, files
from services.knowledge.articles import Filter
from services.knowledge.domain.article import Article, Content, Language, Phrase, State, Verb, owned
from services.knowledge.domain.files import File
from services.knowledge.domain.shelving import Wanted
from services.knowledge.domain.sight import Audience, Reader
from services.knowledge.library import Library
from services.knowledge.routes import shown as show
from services.knowledge.routes.asking import (
    CANNOT,
    Done,
    Gate,
    expected,
    person,
    problem_of,
    publisher,
    writer,
)
from services.knowledge.routes.shown import Full, Listed
from shared.contracts.report import Id, Line, Text
from shared.runtime.db import Transaction
from shared.runtime.service import Process
from shared.runtime.web import Problem

ArticleId = Annotated[str, Path(pattern=r"^a_[0-9a-z]{1,40}$", max_length=42)]


class Writing(Done):
    """A new article or a new version; `publish` shows it to readers at once."""

    content: Content
    publish: bool = False
    why: Text = ""


class NewArticle(Writing):
    """A new article. An `id` of the caller's own makes sending it twice the same as once."""

    id: Annotated[
        str | None, Field(pattern=r"^a_[0-9a-f]{32}$", description="12 digits of milliseconds, 20 at random")
    ] = None


class Drafting(Done):
    """Archived cases that are to become one article; `changes` replace fields of the draft."""

    cases: Annotated[tuple[Id, ...], Field(min_length=1, max_length=200)]
    changes: Annotated[dict[str, object], Field(default_factory=dict)]
    publish: bool = False
    dry_run: Annotated[bool, Field(description="Show the draft and what is like it, and write nothing")] = False


class Doing(Done):
    """Something that is done to an article, with a word about it."""

    text: Text = ""


class Merging(Done):
    """The article that this one becomes part of."""

    into: Annotated[str, Field(pattern=r"^a_[0-9a-z]{1,40}$")]


class Saying(Done):
    """A comment; readers never see it."""

    text: Annotated[Phrase | Text, Field(min_length=1)]


class Page(BaseModel):
    """Articles, the newest first, and how many there are in each state."""

    model_config = ConfigDict(frozen=True)
    data: list[Listed]
    states: dict[str, int]
    next_cursor: str | None = None


class Draft(BaseModel):
    """What a draft would say, and the articles that say nearly the same."""

    content: Content
    near: list[show.Found]


class Version(BaseModel):
    """What one version says, and the files that it had; those that were taken away for good are `gone`."""

    version: int
    content: Content
    files: list[File]


def add(process: Process, library: Library, gate: Gate) -> None:
    """Add the routes, and the loop that ends what is over."""
    assert process.app is not None
    process.app.include_router(routes(process, library, gate))


def routes(process: Process, library: Library, gate: Gate) -> APIRouter:
    """Every route of the articles."""
    db, clock = process.db, process.clock
    found = APIRouter(tags=["articles"])
    asking = Depends(gate)

    async def answered(
        tx: Transaction, response: Response, article: Article, reader: Reader, asked_for: str | None = None
    ) -> Full:
        return await show.answered(tx, library, response, article, reader, clock.now(), asked_for)

    @found.get("/v1/articles")
    async def listed(
        reader: Annotated[Reader, asking],
        state: State | None = None,
        owner: Id | None = None,
        audience: Audience | None = None,
        language: Language | None = None,
        product: Line | None = None,
        due: Annotated[bool, Query(description="Only those whose owner is to say whether they are still true")] = False,
        cursor: Annotated[str | None, Query(pattern=r"^a_[0-9a-z]{1,40}$")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page:
        """Articles as those who write them see them, the newest first."""
        writer(reader)
        today = clock.now().date() if due else None
        wanted = Filter(state, owner, audience, language, product, today)
        async with db.reading() as tx:
            entries = await articles.listed(tx, wanted, cursor, limit + 1)
            states = await articles.states(tx)
        more = entries[limit - 1].id if len(entries) > limit else None
        return Page(data=[show.listed(a) for a in entries[:limit]], states=states, next_cursor=more)

    @found.post("/v1/articles", status_code=201)
    async def write_new(response: Response, reader: Annotated[Reader, asking], wanted: NewArticle) -> Full:
        """Write a new article, and publish it at once when asked."""
        publisher(reader, wanted.publish)
        by = person(reader, wanted.by)
        try:
            async with db.transaction() as tx:
                article = await editing.create(
                    tx, wanted.content, by, clock, publish=wanted.publish, why=wanted.why, id_=wanted.id
                )
                return await answered(tx, response, article, reader)
        except CANNOT as error:
            raise problem_of(error) from None

    @found.post("/v1/articles/drafts", status_code=201, response_model_exclude_none=True)
    async def draft(response: Response, reader: Annotated[Reader, asking], wanted: Drafting) -> Full | Draft:
        """Make an article of archived cases in one step; names of customers are left out."""
        publisher(reader, wanted.publish)
        by = person(reader, wanted.by)
        try:
            async with db.transaction() as tx:
                if not wanted.dry_run:
                    more = {"publish": wanted.publish, "changes": wanted.changes}
                    article = await editing.draft(tx, wanted.cases, reader, by, clock, **more)  # type: ignore[arg-type]
                    return await answered(tx, response, article, reader)
                response.status_code = 200
                content = await editing.drafted(tx, wanted.cases, reader, by)
                return Draft(content=content, near=await near(tx, content, reader))
        except CANNOT as error:
            raise problem_of(error) from None

    async def near(tx: Transaction, content: Content, reader: Reader) -> list[show.Found]:
        hits = library.similar(show.question_of(content), show.NEAR, "", reader, Wanted(form="article"))
        return await show.found(tx, hits, reader)

    @found.get("/v1/articles/{id}", response_model_exclude_none=True)
    async def read(response: Response, reader: Annotated[Reader, asking], id: ArticleId) -> Full | show.Read:
        """One article with all that its page shows; who does not write sees what is live, and one that was merged leads on."""
        try:
            async with db.reading() as tx:
                article = await editing.resolve(tx, id)
                if reader.writes and reader.audience is Audience.INTERNAL:
                    return await answered(tx, response, article, reader, id)
                live = (await articles.shown(tx, [article.id]))[article.id]
                inside = live.content is not None and live.content.audience is Audience.INTERNAL
                if live.content is None or (inside and reader.audience is Audience.PUBLIC):
                    raise editing.Missing
                its = (await files.of_live(tx, [article.id], reader))[article.id]
        except CANNOT as error:
            raise problem_of(error) from None
        return show.Read(**dict(show.summary(article, live.content, live.learned.uses, reader)), files=its)

    @found.put("/v1/articles/{id}")
    async def write(
        request: Request, response: Response, reader: Annotated[Reader, asking], id: ArticleId, wanted: Writing
    ) -> Full:
        """Write a new version. Needs If-Match; readers see the old one until the new one is published."""
        publisher(reader, wanted.publish)
        by, base = person(reader, wanted.by), expected(request, needed=True)
        assert base is not None
        try:
            async with db.transaction() as tx:
                more = {"expected": base, "reader": reader, "publish": wanted.publish, "why": wanted.why}
                article = await editing.write(tx, id, wanted.content, by, clock, **more)  # type: ignore[arg-type]
                return await answered(tx, response, article, reader)
        except CANNOT as error:
            raise problem_of(error) from None

    @found.post("/v1/articles/{id}/merge")
    async def merge(response: Response, reader: Annotated[Reader, asking], id: ArticleId, wanted: Merging) -> Full:
        """Make this article part of another, which takes over its phrasings and cases; who asks for this one gets that.

        Phrasings of an internal article go into no public one. Refused where readers of this one would not be shown the other.
        """
        publisher(reader)
        by = person(reader, wanted.by)
        try:
            async with db.transaction() as tx:
                article = await editing.merge(tx, id, wanted.into, by, clock)
                return await answered(tx, response, article, reader)
        except CANNOT as error:
            raise problem_of(error) from None

    @found.post("/v1/articles/{id}/comments", status_code=201)
    async def comment(response: Response, reader: Annotated[Reader, asking], id: ArticleId, wanted: Saying) -> Full:
        """Say something about an article to those who write."""
        if reader.audience is Audience.PUBLIC:
            writer(reader)
        by = person(reader, wanted.by)
        try:
            async with db.transaction() as tx:
                article = await editing.resolve(tx, id)
                await articles.comment(tx, article, by, wanted.text, clock.now())
                return await answered(tx, response, article, reader)
        except CANNOT as error:
            raise problem_of(error) from None

    @found.get("/v1/articles/{id}/versions/{version}")
    async def version(
        reader: Annotated[Reader, asking], id: ArticleId, version: Annotated[int, Path(ge=1, le=2**31 - 1)]
    ) -> Version:
        """What one version said."""
        writer(reader)
        async with db.reading() as tx:
            content = await articles.version(tx, id, version)
            seen = await editing.visible(tx, content.cases, reader) if content else set()
            had = await files.of_version(tx, id, version)
        if content is None:
            raise Problem(404, "unknown-version", f"版 {version} はありません。", f"There is no version {version}.")
        cases = tuple(case for case in content.cases if case in seen)
        return Version(version=version, content=content.model_copy(update={"cases": cases}), files=had)

    @found.post("/v1/articles/{id}/{verb}")
    async def act(
        request: Request,
        response: Response,
        reader: Annotated[Reader, asking],
        id: ArticleId,
        verb: Verb,
        wanted: Doing,
    ) -> Full:
        """Submit for review, return to its author, publish, withdraw, or confirm that it is still true, as its owner may."""
        publisher(reader, verb not in (Verb.SUBMIT, Verb.CONFIRM))
        by, base = person(reader, wanted.by), expected(request, needed=False)
        try:
            async with db.transaction() as tx:
                if verb is Verb.CONFIRM:
                    publisher(reader, not owned(await editing.locked(tx, id, base), reader.person))
                article = await editing.act(tx, id, verb, by, clock, expected=base, text=wanted.text)
                return await answered(tx, response, article, reader)
        except CANNOT as error:
            raise problem_of(error) from None

    return found
