"""What comes of answers, over HTTP: opened, solved it or not, made a report needless. Nobody's name is kept."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.knowledge import articles, editing, usage
from services.knowledge.domain.article import clean
from services.knowledge.domain.sight import Audience, Reader, asking_for
from services.knowledge.library import Library
from services.knowledge.routes.articles import ArticleId
from services.knowledge.routes.asking import CANNOT, Gate, problem_of
from services.knowledge.routes.finding import LONGEST
from services.knowledge.routes.shown import proposals
from shared.contracts.plan import Person
from shared.contracts.report import Text
from shared.runtime.db import Transaction
from shared.runtime.service import Process

LATELY = timedelta(days=90)
READER = Person(id="reader", name="")
Session = Annotated[str, Field(max_length=200, description="Any text that stays the same while somebody searches")]
Target = Annotated[str, Field(max_length=100, pattern=r"^[ac]_\w+$")]


class Opening(BaseModel):
    """Which entry of an answer was opened."""

    model_config = ConfigDict(extra="forbid")
    target: Target


class Deflection(BaseModel):
    """Which entry made it needless to report; told by the form of the report."""

    model_config = ConfigDict(extra="forbid")
    target: Target
    search_id: UUID | None = None
    session: Session = ""


class Feedback(BaseModel):
    """Whether an article solved it, and what was missing."""

    model_config = ConfigDict(extra="forbid")
    solved: Annotated[bool, Field(strict=True)]
    search_id: UUID | None = None
    session: Session = ""
    comment: Text = ""


class Counted(BaseModel):
    """How often an entry was opened, solved it, did not, and made a report needless, in the last 90 days."""

    click: int = 0
    solved: int = 0
    unsolved: int = 0
    deflected: int = 0


class Proposal(BaseModel):
    """A question to choose while typing."""

    text: str
    id: str
    form: Literal["article", "case"]


class Proposals(BaseModel):
    """Questions that are proposed, the likeliest first."""

    data: list[Proposal]


def add(process: Process, library: Library, gate: Gate) -> None:
    """Add the routes."""
    assert process.app is not None
    process.app.include_router(routes(process, library, gate))


def routes(process: Process, library: Library, gate: Gate) -> APIRouter:
    """Every route by which use is told."""
    db, clock, secrets = process.db, process.clock, process.settings.service_token
    found = APIRouter(tags=["use"])
    asking = Depends(gate)

    async def told(
        tx: Transaction, what: usage.What, target: str, reader: Reader, session: str, search_id: UUID | None
    ) -> Counted:
        """Write one use down; only what was offered in a search, or may be seen by this reader, can be used."""
        now = clock.now()
        asked = await usage.search(tx, search_id) if search_id else None
        if asked is not None and target in asked.offered:
            who = asked.who
        elif library.shelves().shows(target, reader):
            who, search_id = usage.searcher(secrets, reader, session, now.date()), None
        else:
            raise editing.Missing
        await usage.add(tx, what, target, who, reader, search_id, now)
        return Counted(**await usage.of_target(tx, target, now - LATELY))

    @found.get("/v1/suggest")
    async def suggest(
        reader: Annotated[Reader, asking],
        q: Annotated[str, Query(max_length=LONGEST)] = "",
        limit: Annotated[int, Query(ge=1, le=20)] = 8,
        audience: Annotated[
            Audience | None, Query(description="`public`: only what readers outside are proposed")
        ] = None,
    ) -> Proposals:
        """Questions proposed while somebody types; nothing is written down."""
        text, to = clean(q), asking_for(reader, audience)
        ids = library.suggest(text, limit, to)
        async with db.reading() as tx:
            data = await proposals(tx, ids, text, to)
        return Proposals(data=[Proposal(text=words, id=id_, form=form) for words, id_, form in data])

    @found.post("/v1/searches/{id}/clicks", status_code=201)
    async def opened(reader: Annotated[Reader, asking], id: UUID, wanted: Opening) -> Counted:
        """An entry of an answer was opened; the same again counts once."""
        try:
            async with db.transaction() as tx:
                asked = await usage.search(tx, id)
                if asked is None or wanted.target not in asked.offered:
                    raise editing.Missing
                return await told(tx, "click", wanted.target, reader, "", id)
        except CANNOT as error:
            raise problem_of(error) from None

    @found.post("/v1/deflections", status_code=201)
    async def deflected(reader: Annotated[Reader, asking], wanted: Deflection) -> Counted:
        """Somebody who was about to report found the answer instead."""
        try:
            async with db.transaction() as tx:
                return await told(tx, "deflected", wanted.target, reader, wanted.session, wanted.search_id)
        except CANNOT as error:
            raise problem_of(error) from None

    @found.post("/v1/articles/{id}/feedback", status_code=201)
    async def feedback(reader: Annotated[Reader, asking], id: ArticleId, wanted: Feedback) -> Counted:
        """解決した or 解決しない; the newest answer of somebody counts, and a comment goes to those who write, without a name."""
        try:
            async with db.transaction() as tx:
                article = await editing.resolve(tx, id)
                what: usage.What = "solved" if wanted.solved else "unsolved"
                counted = await told(tx, what, article.id, reader, wanted.session, wanted.search_id)
                if wanted.comment:
                    await articles.comment(tx, article, READER, usage.masked(wanted.comment), clock.now())
                return counted
        except CANNOT as error:
            raise problem_of(error) from None

    return found
