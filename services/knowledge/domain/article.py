"""An article: a question that many ask, how it is answered, and what may become of it. `now` tells its day by its zone."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.knowledge.domain.sight import Audience
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line, Text
from shared.contracts.vocabulary import Kind

REVIEWED_AFTER = timedelta(days=180)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without control characters and broken halves of letters, its line ends in one form."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _plain(text: str) -> str:
    if _CONTROL.search(text.replace("\r", "")):
        raise PydanticCustomError("control_characters", "control characters are not allowed")
    return clean(text)


def _said(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "must not be blank")
    return text


Long = Annotated[str, Field(max_length=20_000), AfterValidator(_plain)]
Phrase = Annotated[Line, AfterValidator(_said)]
Language: TypeAlias = Literal["ja", "en"]


class State(StrEnum):
    """Where the newest version of an article stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Content(BaseModel):
    """What is written in an article. `answer` is for whom the article is for, `internal` never leaves the organisation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    question: Phrase
    phrasings: Annotated[
        tuple[Phrase, ...], Field(max_length=50, description="Other ways to ask it, written by people")
    ] = ()
    unwanted: Annotated[
        tuple[Phrase, ...], Field(max_length=50, description="Phrasings made by rules or learned, taken out again")
    ] = ()
    kind: Kind | None = None
    cause: Text = ""
    answer: Long = ""
    internal: Long = ""
    audience: Audience = Audience.INTERNAL
    language: Language = "ja"
    product: Line = ""
    cases: Annotated[tuple[Id, ...], Field(max_length=200, description="The cases it came from")] = ()
    owner: Person | None = None
    review_by: Annotated[date | None, Field(description="When its owner is asked whether it is still true")] = None
    expires_on: Annotated[date | None, Field(description="From this day on it is shown to nobody")] = None


@dataclass(frozen=True)
class Article:
    """The newest version of an article. `live` is the version that readers see, if they see any."""

    id: str
    version: int
    state: State
    live: int | None
    content: Content
    created_at: datetime
    changed_at: datetime
    changed_by: Person
    merged_into: str | None = None
    external_id: str | None = None


def article_id(now: datetime, random: bytes) -> str:
    """Make an id out of the milliseconds of `now` and 10 random bytes: ids sort by time and cannot be guessed."""
    return f"a_{int(now.timestamp() * 1000):012x}{random[:10].hex()}"


def created(id_: str, content: Content, by: Person, now: datetime, external_id: str | None = None) -> Article:
    """A first draft."""
    return Article(id_, 1, State.DRAFT, None, content, now, now, by, None, external_id)


class Verb(StrEnum):
    """What may be done to an article beside writing it."""

    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"


_S = State
FROM: dict[Verb, tuple[State, ...]] = {
    Verb.SUBMIT: (_S.DRAFT,),
    Verb.RETURN: (_S.IN_REVIEW,),
    Verb.PUBLISH: (_S.DRAFT, _S.IN_REVIEW, _S.WITHDRAWN, _S.EXPIRED),
    Verb.WITHDRAW: (_S.DRAFT, _S.IN_REVIEW, _S.PUBLISHED, _S.EXPIRED),
    Verb.CONFIRM: (_S.PUBLISHED,),
}
TO: dict[Verb, State] = {
    Verb.SUBMIT: _S.IN_REVIEW,
    Verb.RETURN: _S.DRAFT,
    Verb.PUBLISH: _S.PUBLISHED,
    Verb.WITHDRAW: _S.WITHDRAWN,
    Verb.CONFIRM: _S.PUBLISHED,
}


class Refusal(Exception):
    """It cannot be done to the article as it stands; the code says why."""


def possible(article: Article) -> tuple[Verb, ...]:
    """What can be done to an article as it stands."""
    return () if article.merged_into else tuple(verb for verb in Verb if article.state in FROM[verb])


def owned(article: Article, person: str) -> bool:
    """Whether an article is somebody's own, who may say that it is still true without being let publish anything."""
    return bool(person) and article.content.owner is not None and article.content.owner.id == person


def acted(article: Article, verb: Verb, by: Person, now: datetime) -> Article:
    """What becomes of an article. Doing again what is done already changes nothing. Raises Refusal."""
    if article.state is TO[verb] and verb is not Verb.CONFIRM and not article.merged_into:
        return article
    if verb not in possible(article):
        raise Refusal("merged" if article.merged_into else "wrong-state")
    after = replace(article, state=TO[verb], changed_by=by, changed_at=now)
    if verb is Verb.WITHDRAW:
        return replace(after, live=None)
    if verb is Verb.CONFIRM:
        return _published(_written(after, _kept_true(article.content, now)), now)
    return _published(after, now) if verb is Verb.PUBLISH else after


def edited(article: Article, content: Content, by: Person, now: datetime) -> Article:
    """A new version; what readers see stays as it is until the new one is published. Raises Refusal."""
    if article.merged_into:
        raise Refusal("merged")
    state = article.state if article.state is State.IN_REVIEW else State.DRAFT
    return _written(replace(article, state=state, changed_by=by, changed_at=now), content)


def expired(article: Article, now: datetime) -> Article:
    """An article whose last day is over: nobody sees it any more, and its owner may renew it; a newer draft stays one."""
    state = State.EXPIRED if article.live == article.version else article.state
    return replace(article, state=state, live=None, changed_at=now)


def merged(
    loser: Article, winner: Article, by: Person, now: datetime, seen: tuple[Audience | None, Audience | None]
) -> tuple[Article, Article]:
    """Both articles after the first became part of the second, which takes over how it was asked for. Raises Refusal.

    `seen` says for whom the live version of each is. Readers of the first are led to the second, so it has to be there for
    them; how those inside ask goes into no article that is for outside too.
    """
    if loser.merged_into or winner.merged_into or loser.id == winner.id:
        raise Refusal("merged")
    if seen[0] is not None and seen[1] is None:
        raise Refusal("other-not-live")
    if seen == (Audience.PUBLIC, Audience.INTERNAL):
        raise Refusal("other-internal")
    ours, theirs = winner.content, loser.content
    fit = ours.audience is Audience.INTERNAL or was_outside(loser, seen[0])
    asked = (p for p in (*ours.phrasings, *((theirs.question, *theirs.phrasings) if fit else ())) if p != ours.question)
    content = ours.model_copy(
        update={
            "phrasings": tuple(dict.fromkeys(asked))[:50],
            "cases": tuple(dict.fromkeys((*ours.cases, *theirs.cases)))[:200],
        }
    )
    was_live = winner.live == winner.version
    after = _written(replace(winner, changed_by=by, changed_at=now), content)
    gone = replace(loser, state=State.WITHDRAWN, live=None, merged_into=winner.id, changed_by=by, changed_at=now)
    return gone, replace(after, live=after.version) if was_live else after


def was_outside(loser: Article, seen: Audience | None) -> bool:
    """Whether what became part of another was for readers outside: by its newest version, and by the live one if it has one."""
    return loser.content.audience is Audience.PUBLIC and seen is not Audience.INTERNAL


def _written(article: Article, content: Content) -> Article:
    return replace(article, version=article.version + 1, content=content)


def _published(article: Article, now: datetime) -> Article:
    content = article.content
    if not content.answer:
        raise Refusal("no-answer")
    if content.expires_on and content.expires_on <= now.date():
        raise Refusal("over")
    if content.review_by is None:
        article = _written(article, _kept_true(content, now))
    return replace(article, live=article.version)


def _kept_true(content: Content, now: datetime) -> Content:
    return content.model_copy(update={"review_by": (now + REVIEWED_AFTER).date()})
