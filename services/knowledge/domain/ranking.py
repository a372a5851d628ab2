"""Which archived record answers a question best; something is offered as long as anything is archived."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest, nsmallest

from services.knowledge.domain.postings import Postings, weighted
from services.knowledge.domain.query import (
    Clause,
    Reason,
    Way,
    clauses,
    dictionary_group,
    group_term,
    is_dictionary_group,
    whole,
)
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Analyser, Token
from services.knowledge.domain.vocabulary import Vocabulary

MAX_QUERY = 400  # characters; nobody types more, and a pasted mail says what it is about in its beginning
MAX_SIMILAR = 4_000
TITLE, PHRASINGS, PROBLEM, HANDLING, OTHER = 3, 3, 2, 1, 1
_SCAN = 20_000  # postings read for one query; terms beyond it only re-rank what the rarer ones found
_KEPT = 500  # records that stay in the running when that many postings are read
_SIMILAR_TERMS = 25


@dataclass(frozen=True, slots=True)
class Record:
    """What is searched of one archived case or article; `at` breaks ties and orders the last resort.

    `phrasings` are other ways in which people ask for it.
    """

    id: str
    at: datetime
    title: str
    problem: str = ""
    handling: str = ""
    other: str = ""
    uses: int = 0
    phrasings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record offered: score (comparable within one answer only), the surest reason, the words that led to it."""

    id: str
    score: float
    reason: Reason
    why: tuple[str, ...]


class Index:
    """All searchable records in memory; not to be used from two threads at once."""

    def __init__(self, analyser: Analyser, synonyms: Synonyms) -> None:
        self._analyser, self._synonyms = analyser, synonyms
        self._postings, self._vocabulary = Postings(), Vocabulary(synonyms.words)
        self._slots: dict[str, int] = {}
        self._order: dict[int, tuple[float, int, str]] = {}  # slot → newest first, most used first, id

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._slots

    def add(self, record: Record) -> None:
        """Make a record findable at once; one of the same id is replaced."""
        self.remove(record.id)
        readings: dict[str, str] = {}
        analysed = [(weight, self._analyser.tokens(text)) for weight, text in _fields(record) if text]
        for _, tokens in analysed:
            readings |= {token.term: token.reading for token in tokens if token.content}
        counts, length = weighted((weight, [t.term for t in tokens if t.content]) for weight, tokens in analysed)
        named, _ = weighted((weight, list(self._groups(tokens))) for weight, tokens in analysed)
        slot, fresh = self._postings.add(counts | named, length)
        for term in fresh:
            if term in readings:
                self._vocabulary.add(term, readings[term])
        self._slots[record.id] = slot
        self._order[slot] = (-record.at.timestamp(), -record.uses, record.id)

    def remove(self, record_id: str) -> None:
        """Forget a record; unknown ids are ignored."""
        if (slot := self._slots.pop(record_id, None)) is not None:
            del self._order[slot]
            for term in self._postings.remove(slot):
                self._vocabulary.remove(term)

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The best records for a question in Japanese or English, best first; empty only while the index is empty."""
        tokens = self._analyser.tokens(query, MAX_QUERY)
        asked = clauses(tokens, self._synonyms, self._vocabulary, self._postings)
        return self._ranked(asked, limit) or self._latest(limit)

    def similar(self, record_id: str, limit: int = 10) -> list[Hit]:
        """Records like an archived one, without itself; empty when there are none.

        Raises KeyError for an unknown id.
        """
        slot = self._slots[record_id]
        terms = (term for term in self._postings.held(slot) if not is_dictionary_group(term))
        weights = {way.term: self._worth(way, slot) for term in terms for way in whole(term).ways}
        return self._like(weights, limit, record_id)

    def similar_to(self, text: str, limit: int = 10, *, but: str = "") -> list[Hit]:
        """Records like a report that is not archived (yet), without the record `but`."""
        tokens = self._analyser.tokens(text, MAX_SIMILAR)
        terms = {token.term for token in tokens if token.content}
        terms |= {group_term(mention.group) for mention in self._synonyms.mentions(tokens)}
        return self._like({t: self._postings.rarity(t) for t in terms if self._postings.holders(t)}, limit, but)

    def _like(self, weights: dict[str, float], limit: int, but: str) -> list[Hit]:
        telling = nsmallest(_SIMILAR_TERMS, weights, key=lambda term: (-weights[term], term))
        return [hit for hit in self._ranked(map(whole, telling), limit + 1) if hit.id != but][:limit]

    def _groups(self, tokens: list[Token]) -> Iterator[str]:
        yield from (group_term(mention.group) for mention in self._synonyms.mentions(tokens))
        yield from (dictionary_group(group) for token in tokens if token.content for group in token.groups)

    def _ranked(self, asked: Iterable[Clause], limit: int) -> list[Hit]:
        ordered = sorted((clause for clause in asked if self._cost(clause)), key=self._cost)
        scores: dict[int, float] = {}
        scanned = 0
        for clause in ordered:
            scanned += self._cost(clause)
            if scanned > _SCAN and len(scores) > _KEPT:
                scores = {slot: scores[slot] for slot in _best(scores, _KEPT)}
            only = scores if scanned > _SCAN and scores else None
            for slot, points in self._points(clause, only).items():
                scores[slot] = scores.get(slot, 0.0) + points
        top = sorted(_best(scores, limit), key=lambda slot: (-scores[slot], self._order[slot]))[:limit]
        return [self._hit(slot, scores[slot], ordered) for slot in top]

    def _cost(self, clause: Clause) -> int:
        return sum(self._postings.holders(way.term) for way in clause.ways)

    def _points(self, clause: Clause, only: Iterable[int] | None) -> dict[int, float]:
        """The points, by its best way, of each record (or each of `only`) that answers a clause."""
        best: dict[int, float] = {}
        for way in clause.ways:
            factor = way.weight * self._postings.rarity(way.term)
            if only is None:
                found = self._postings.scores(way.term, factor)
            else:
                found = ((slot, self._postings.score(way.term, factor, slot)) for slot in only)
            for slot, points in found:
                if points > best.get(slot, 0.0):
                    best[slot] = points
        return best

    def _hit(self, slot: int, score: float, asked: Iterable[Clause]) -> Hit:
        reasons, why = set(), []
        for clause in asked:
            points = [(self._worth(way, slot), way) for way in clause.ways]
            best, way = max(points, key=lambda pair: pair[0])
            if best:
                reasons.add(way.reason)
                why.append(_shown(clause, way))
        return Hit(self._order[slot][2], score, next(reason for reason in Reason if reason in reasons), tuple(why))

    def _worth(self, way: Way, slot: int) -> float:
        return self._postings.score(way.term, way.weight * self._postings.rarity(way.term), slot)

    def _latest(self, limit: int) -> list[Hit]:
        newest = nsmallest(limit, self._order.values())
        return [Hit(record_id, 0.0, Reason.RECENT, ()) for _, _, record_id in newest]


def _fields(record: Record) -> Iterator[tuple[int, str]]:
    yield TITLE, record.title
    yield PROBLEM, record.problem
    yield HANDLING, record.handling
    yield OTHER, record.other
    yield from ((PHRASINGS, phrasing) for phrasing in record.phrasings)


def _best(scores: Mapping[int, float], size: int) -> list[int]:
    """The slots of the `size` highest scores, in no order, with everything that equals the last of them."""
    if len(scores) <= size:
        return list(scores)
    least = nlargest(size, scores.values())[-1]
    return [slot for slot, points in scores.items() if points >= least]


def _shown(clause: Clause, way: Way) -> str:
    guessed = way.reason in (Reason.READINGS, Reason.LETTERS)
    return f"{clause.word}→{way.term.removeprefix('#')}" if guessed else clause.word
