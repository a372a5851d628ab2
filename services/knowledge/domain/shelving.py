"""What the index holds of a record or an article, for whom, and by what it can be filtered."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from services.knowledge.domain.archive import Archived
from services.knowledge.domain.article import Article, Content
from services.knowledge.domain.phrasings import exchanged, folded, phrasings
from services.knowledge.domain.ranking import Hit, Record
from services.knowledge.domain.sight import Audience, Reader, Sight, sees
from shared.contracts.vocabulary import Kind

Form: TypeAlias = Literal["article", "case"]
Shelf: TypeAlias = Literal["public", "internal", "restricted"]
ARTICLES_FIRST = 0.25  # an article that was reviewed beats a record that answers about as well
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Facts:
    """By what an entry is filtered; `sight` is None for an article."""

    form: Form
    kind: Kind | None
    product: str
    language: str
    audience: Audience
    at: datetime
    sight: Sight | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a searcher asks for beside the words; None and "" mean all."""

    form: Form | None = None
    kind: Kind | None = None
    product: str = ""
    language: str = ""
    audience: Audience | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What use has taught about one entry: how often it helped, and by which words it was found."""

    uses: int = 0
    phrasings: tuple[str, ...] = ()
    public: tuple[str, ...] = ()  # those that readers outside of the organisation have typed themselves


@dataclass(frozen=True, slots=True)
class Entry:
    """One record for one shelf."""

    shelf: Shelf
    record: Record


def may_see(reader: Reader, facts: Facts) -> bool:
    """Whether an entry is there at all for a reader."""
    if facts.sight is not None:
        return sees(reader, facts.sight)
    return reader.audience is Audience.INTERNAL or facts.audience is Audience.PUBLIC


def fits(facts: Facts, wanted: Wanted) -> bool:
    """Whether an entry passes the filters."""
    return (
        wanted.form in (None, facts.form)
        and wanted.kind in (None, facts.kind)
        and (not wanted.product or wanted.product.casefold() in facts.product.casefold())
        and wanted.language in ("", facts.language)
        and wanted.audience in (None, facts.audience)
        and (wanted.since is None or facts.at >= wanted.since)
    )


def shelves_for(reader: Reader) -> tuple[Shelf, ...]:
    """Where a reader's answers stand. Nothing of another shelf has any part in them, not even in how rare a word is."""
    if reader.audience is Audience.PUBLIC:
        return ("public",)
    return ("internal", "restricted") if reader.leads or reader.person or reader.name else ("internal",)


def ordered(hits: list[Hit], facts: dict[str, Facts]) -> list[Hit]:
    """Hits of one or several shelves, best first; of two that answer alike the article stands first."""

    def place(hit: Hit) -> tuple[bool, bool, float]:
        article = facts[hit.id].form == "article"
        return not hit.is_same, hit.is_same and not article, -hit.score - ARTICLES_FIRST * article

    return sorted(hits, key=place)


def of_case(record: Archived, sight: Sight, learned: Learned) -> tuple[Facts, tuple[Entry, ...]]:
    """The entry of an archived case."""
    text = f"{record.title}\n{record.problem}"
    facts = Facts("case", record.kind, record.product, language_of(text), Audience.INTERNAL, record.resolved_at, sight)
    found = Record(
        id=record.case_id,
        at=record.resolved_at,
        title=record.title,
        problem=record.problem,
        handling=f"{record.handling}\n{record.result}",
        other=f"{record.cause}\n{record.product}",
        uses=learned.uses,
    )
    return facts, (Entry("restricted" if sight.restricted else "internal", found),)


def of_article(
    article: Article, content: Content, learned: Learned, synonyms: tuple[tuple[str, str], ...] = ()
) -> tuple[Facts, tuple[Entry, ...]]:
    """The entries of an article that readers see as `content`; its internal notes stand on the internal shelf alone."""
    facts = Facts("article", content.kind, content.product, content.language, content.audience, article.changed_at)
    entries = [Entry("internal", _searched(article, content, learned.uses, learned.phrasings, synonyms, True))]
    if content.audience is Audience.PUBLIC:
        entries.append(Entry("public", _searched(article, content, learned.uses, learned.public, synonyms, False)))
    return facts, tuple(entries)


def asked(content: Content, learned: tuple[str, ...], synonyms: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """All other ways in which an article is asked for: people's, learned, made by rule; without the unwanted."""
    made = phrasings(content.question, content.phrasings, synonyms)
    return wanted(content, (*content.phrasings, *learned, *made))


def wanted(content: Content, ways: Iterable[str]) -> tuple[str, ...]:
    """Ways of asking, each once, without those that were taken out, however these are written; what people wrote stays."""
    out = set(map(folded, content.unwanted)) - set(map(folded, content.phrasings))
    return tuple(way for way in dict.fromkeys(ways) if folded(way) not in out)


def language_of(text: str) -> str:
    """Japanese when any Japanese letter stands in it, else English."""
    return "ja" if _JAPANESE.search(text) or not text.strip() else "en"


def _searched(
    article: Article,
    content: Content,
    uses: int,
    learned: tuple[str, ...],
    synonyms: tuple[tuple[str, str], ...],
    inside: bool,
) -> Record:
    said = wanted(content, (*content.phrasings, *learned))
    said += wanted(content, exchanged((content.question, *said), synonyms))
    cause = (content.cause,) if inside else ()
    return Record(
        id=article.id,
        at=article.changed_at,
        title=content.question,
        problem="\n".join(cause),
        phrasings=said,
        made=wanted(content, phrasings(content.question, said)),
        handling=f"{content.answer}\n{content.internal}" if inside else content.answer,
        other=content.product,
        uses=uses,
    )
