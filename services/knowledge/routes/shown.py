"""Articles and answers as they are shown, everything that one screen needs at once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from services.knowledge import articles, files, store, usage
from services.knowledge.articles import Step
from services.knowledge.domain import article as domain
from services.knowledge.domain.archive import Archived
from services.knowledge.domain.article import Article, Content, Language, State, Verb
from services.knowledge.domain.files import File
from services.knowledge.domain.likeness import nearest
from services.knowledge.domain.phrasings import folded, phrasings
from services.knowledge.domain.query import Reason
from services.knowledge.domain.ranking import Hit
from services.knowledge.domain.shelving import Wanted, wanted
from services.knowledge.domain.sight import Audience, Reader, sees
from services.knowledge.library import Library
from shared.contracts.plan import Person
from shared.runtime.db import Transaction

NEAR = 5
LATELY = timedelta(days=90)


class Summary(BaseModel):
    """An article as readers see it in a list; to readers outside of the organisation without what is internal."""

    id: str
    question: str
    answer: str
    cause: str = ""
    audience: Audience
    language: Language
    product: str
    changed_at: datetime
    uses: Annotated[int, Field(description="How often it helped lately")] = 0


class Read(Summary):
    """An article as readers see it by itself, with its files."""

    files: list[File]


class Found(BaseModel):
    """An article or a case offered: why, by which words, and how well (comparable within one answer)."""

    record: Archived | None = None
    article: Summary | None = None
    reason: Reason
    why: list[str]
    score: float
    close: Annotated[
        bool | None, Field(description="Of similar cases: it tells of the same trouble, by product and words")
    ] = None


class Phrasing(BaseModel):
    """One way in which it is asked for, and where that comes from."""

    text: str
    origin: Literal["people", "learned", "rule"]


class CaseOf(BaseModel):
    """A case that an article came from, as far as the reader may see it."""

    case_id: str
    number: int
    title: str
    resolved_at: datetime


class Past(BaseModel):
    """A version, or something done or said."""

    version: int
    verb: str
    by: Person
    at: datetime
    text: str


class Listed(BaseModel):
    """An article in a list of those who write."""

    id: str
    version: int
    state: State
    live: Annotated[int | None, Field(description="The version that readers see")]
    question: str
    audience: Audience
    language: Language
    product: str
    owner: Person | None
    review_by: date | None
    expires_on: date | None
    changed_at: datetime
    changed_by: Person


class Full(Listed):
    """An article with all that its page shows."""

    content: Content
    files: Annotated[list[File], Field(description="Of the newest version; readers see those of the live one")]
    shown: Annotated[Content | None, Field(description="What readers see, where that is another version")]
    created_at: datetime
    external_id: str | None
    redirected_from: Annotated[str | None, Field(description="The article that was asked for and became part of this")]
    merged_from: list[str]
    can: list[Verb]
    phrasings: list[Phrasing]
    cases: list[CaseOf]
    near: Annotated[list[Found], Field(description="Articles that ask nearly the same")]
    versions: list[Past]
    history: list[Past]
    use: Annotated[dict[str, int], Field(description="What came of it lately: click, solved, unsolved, deflected")]


def listed(article: Article) -> Listed:
    """An article in a list."""
    return Listed(**_head(article))


async def full(
    tx: Transaction,
    library: Library,
    article: Article,
    reader: Reader,
    synonyms: tuple[tuple[str, str], ...],
    use: dict[str, int],
    asked_for: str | None = None,
) -> Full:
    """An article with all that its page shows to somebody who writes."""
    content = article.content
    records = await store.some(tx, content.cases)
    cases = [record for record, sight in records.values() if sees(reader, sight)]
    seen = {record.case_id for record in cases}
    content = content.model_copy(update={"cases": tuple(id_ for id_ in content.cases if id_ in seen)})
    live = (await articles.shown(tx, [article.id])).get(article.id)
    differs = live is not None and live.content is not None and article.live != article.version
    hits = library.similar(question_of(content), NEAR, article.id, reader, Wanted(form="article"))
    return Full(
        **_head(article),
        content=content,
        files=await files.of_version(tx, article.id, article.version),
        shown=live.content.model_copy(update={"cases": ()}) if differs and live and live.content else None,
        created_at=article.created_at,
        external_id=article.external_id,
        redirected_from=asked_for if asked_for != article.id else None,
        merged_from=await articles.merged_from(tx, article.id),
        can=list(domain.possible(article)),
        phrasings=_phrasings(content, live.learned.phrasings if live else (), synonyms),
        cases=[case_of(record) for record in cases],
        near=await found(tx, hits, reader),
        versions=[_past(step) for step in await articles.versions(tx, article.id)],
        history=[_past(step) for step in await articles.steps(tx, article.id)],
        use=use,
    )


async def answered(
    tx: Transaction,
    library: Library,
    response: Response,
    article: Article,
    reader: Reader,
    now: datetime,
    asked_for: str | None = None,
) -> Full:
    """The same as an answer, whose tag is the version."""
    response.headers["etag"] = f'"{article.version}"'
    use = await usage.of_target(tx, article.id, now - LATELY)
    return await full(tx, library, article, reader, await articles.synonyms(tx), use, asked_for)


async def found(tx: Transaction, hits: Iterable[Hit], reader: Reader, audience: Audience | None = None) -> list[Found]:
    """Hits with what they lead to now; what the index does not know yet to be withdrawn, reopened, or for others, is left out."""
    hits, only = list(hits), Audience.PUBLIC if reader.audience is Audience.PUBLIC else audience
    records = await store.some(tx, [hit.id for hit in hits if not hit.id.startswith("a_")])
    shown = await articles.shown(tx, [hit.id for hit in hits if hit.id not in records])
    offered = []
    for hit in hits:
        record, sight = records.get(hit.id, (None, None))
        live = shown.get(hit.id)
        if record is not None and sight is not None and sees(reader, sight) and not record.reopened_at:
            entry = Found(record=record, reason=hit.reason, why=list(hit.why), score=round(hit.score, 3))
        elif live is not None and live.content is not None and only in (None, live.content.audience):
            article = summary(live.article, live.content, live.learned.uses, reader)
            entry = Found(article=article, reason=hit.reason, why=list(hit.why), score=round(hit.score, 3))
        else:
            continue
        offered.append(entry)
    return offered


async def proposals(
    tx: Transaction, ids: Sequence[str], typed: str, reader: Reader
) -> list[tuple[str, str, Literal["article", "case"]]]:
    """For each entry the way of asking that is nearest to what was typed, each text once; nothing that is gone or hidden."""
    records = await store.some(tx, [id_ for id_ in ids if not id_.startswith("a_")])
    shown = await articles.shown(tx, [id_ for id_ in ids if id_ not in records])
    proposed: dict[str, tuple[str, str, Literal["article", "case"]]] = {}
    for id_ in ids:
        live = shown.get(id_)
        record, sight = records.get(id_, (None, None))
        if record is not None and sight is not None and sees(reader, sight) and not record.reopened_at:
            proposed.setdefault(folded(record.title), (record.title, id_, "case"))
        elif (
            live and live.content and (reader.audience is Audience.INTERNAL or live.content.audience is Audience.PUBLIC)
        ):
            learned = live.learned.phrasings if reader.audience is Audience.INTERNAL else live.learned.public
            ways = wanted(live.content, (*live.content.phrasings, *learned))
            text = nearest(typed, (live.content.question, *ways))
            proposed.setdefault(folded(text), (text, id_, "article"))
    return list(proposed.values())


def case_of(record: Archived) -> CaseOf:
    """A case in a list."""
    return CaseOf(case_id=record.case_id, number=record.number, title=record.title, resolved_at=record.resolved_at)


def summary(article: Article, content: Content, uses: int, reader: Reader) -> Summary:
    """An article in an answer."""
    inside = reader.audience is Audience.INTERNAL
    return Summary(
        id=article.id,
        question=content.question,
        answer=content.answer,
        cause=content.cause if inside else "",
        audience=content.audience,
        language=content.language,
        product=content.product,
        changed_at=article.changed_at,
        uses=uses if inside else 0,
    )


def question_of(content: Content) -> str:
    """The words by which articles like this one are looked for."""
    return "\n".join((content.question, *content.phrasings))


def _head(article: Article) -> dict[str, Any]:
    content = article.content
    return {
        "id": article.id,
        "version": article.version,
        "state": article.state,
        "live": article.live,
        "question": content.question,
        "audience": content.audience,
        "language": content.language,
        "product": content.product,
        "owner": content.owner,
        "review_by": content.review_by,
        "expires_on": content.expires_on,
        "changed_at": article.changed_at,
        "changed_by": article.changed_by,
    }


def _phrasings(content: Content, learned: tuple[str, ...], synonyms: tuple[tuple[str, str], ...]) -> list[Phrasing]:
    learned = wanted(content, learned)
    made = wanted(content, phrasings(content.question, (*content.phrasings, *learned), synonyms))
    all_ = [Phrasing(text=text, origin="people") for text in content.phrasings]
    all_ += [Phrasing(text=text, origin="learned") for text in learned]
    return all_ + [Phrasing(text=text, origin="rule") for text in made]


def _past(step: Step) -> Past:
    return Past(version=step.version, verb=step.verb, by=step.by, at=step.at, text=step.text)
