"""Which archived record answers a question best; something is offered as long as anything is archived."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, nsmallest
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from services.knowledge.domain.asking import grams, heard, kind_of, pairs, sentences
from services.knowledge.domain.features import Asked, Features, features, look
from services.knowledge.domain.lexicon import Vectors
from services.knowledge.domain.normalise import normalise
from services.knowledge.domain.postings import Points, Slots
from services.knowledge.domain.proposing import Proposal, letters
from services.knowledge.domain.query import (
    Clause,
    Reason,
    Way,
    clauses,
    group_term,
    is_dictionary_group,
    is_group,
    telling,
    whole,
)
from services.knowledge.domain.shelf import Record, Shelf, spoken
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Analyser, Token
from services.knowledge.domain.trees import Trees
from services.knowledge.domain.typed import Converter, Typed, aloud

__all__ = ["Hit", "Index", "Proposal", "Record"]

MAX_QUERY = 400  # characters; nobody types more, and a pasted mail says what it is about in its beginning
MAX_SIMILAR = 4_000
# Records looked at closely: the best of each of these figures.
_FIRST = {
    "clauses": 100, "whole bm25": 40, "sentence best": 40, "title bm25": 40, "phrasings bm25": 40, "grams": 40, "heard": 30,
}  # fmt: skip
# What the curated groups count for beside the trees: all in a young archive, where few words are shared; half among
# so many records, nothing to speak of among thousands. Without them the trees answer best there (docs/benchmarks.md).
_CURATED, _HALVED = 3.2, 200
_LEARNED = re.compile(r"[^\x00-\u024f]")
_SAME = 100.0  # more than any trees say: a record whose title or phrasing is the question itself
_SIMILAR_TERMS = 25
_EQUALS = 4  # times as many as are wanted are taken, at most, where they are worth the same
Fits = Callable[[str], bool]  # whether the record of this id may be found
Weighed = list[tuple[Clause, list[tuple[Way, float]]]]  # the ways of each clause, with the most that each is worth


def _any(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Hit:
    """A record offered: score (comparable within one answer only), the surest reason, the words that led to it."""

    id: str
    score: float
    reason: Reason
    why: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether its title or a phrasing is the question itself."""
        return self.score > _SAME / 2


class Index:
    """All searchable records in memory; not to be used from two threads at once."""

    def __init__(self, analyser: Analyser, synonyms: Synonyms, vectors: Vectors, trees: Trees) -> None:
        self._analyser, self._synonyms, self._trees = analyser, synonyms, trees
        self._shelf = Shelf(analyser, synonyms, vectors)
        channels = self._shelf.channels
        self._converter = Converter(analyser, self._shelf.vocabulary, channels.whole, channels.pairs)

    def __len__(self) -> int:
        return len(self._shelf)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._shelf.slots

    @property
    def waste(self) -> int:
        """Places of records that were replaced or forgotten: a new index does without them."""
        return self._shelf.channels.whole.slots - len(self._shelf)

    def add(self, record: Record) -> None:
        """Make a record findable at once; one of the same id is replaced."""
        self._shelf.add(record)

    def remove(self, record_id: str) -> None:
        """Forget a record; unknown ids are ignored."""
        self._shelf.remove(record_id)

    def search(self, query: str, limit: int = 10, fits: Fits = _any) -> list[Hit]:
        """The best records for a question in Japanese or English, best first, of those whose id `fits`.

        Where all fit, it is empty only while the index is empty.
        """
        typed = self._converter.converted(query, MAX_QUERY)
        asked, slots, found = self._described(typed, fits)
        if not len(slots):
            return self._latest(limit, fits)
        if _LEARNED.search(typed.text) or found.columns["asked mended"].any():
            curated = _CURATED / (1 + (len(self) / _HALVED) ** 2)
            scores = self._trees.score(found.table(self._trees.names)) + curated * found.columns["curated of best"]
        else:  # the trees were trained on Japanese; what they say of English is not better than the first look
            scores = found.columns["clauses"].copy()
        scores = np.round(scores, 6)
        same = set(self._shelf.same(letters(normalise(query, MAX_QUERY))))
        scores[[slot in same for slot in slots.tolist()]] += _SAME
        order = self._shelf.order
        ranked = sorted(zip((-scores).tolist(), slots.tolist(), strict=True), key=lambda one: (one[0], order[one[1]]))
        best = islice(((score, slot) for score, slot in ranked if fits(order[slot][2])), limit)
        weighed = self._weighed(asked)
        return [self._hit(slot, -score, weighed) for score, slot in best]

    def described(self, query: str) -> tuple[list[str], Features]:
        """The records worth a closer look, with their figures: what the ranking is trained on."""
        _, slots, found = self._described(self._converter.converted(query, MAX_QUERY))
        return [self._shelf.order[slot][2] for slot in slots.tolist()], found

    def _described(self, typed: Typed, fits: Fits = _any) -> tuple[Sequence[Clause], Slots, Features]:
        tokens = self._analyser.tokens(typed.text, MAX_QUERY)
        asked = clauses(tokens, self._synonyms, self._shelf.vocabulary, self._shelf.channels.whole, typed.heard)
        points, most = self._first_look(asked)
        question = self._asked(typed.text, tokens, asked)
        seen = look(question, self._shelf.channels)
        seen.shares["clauses"] = points / max(most, 1e-9)
        chosen = [self._top(seen.shares[name], size, fits) for name, size in _FIRST.items()]
        slots = np.unique(np.concatenate(chosen)).astype(np.uint32)
        texts = [self._shelf.texts[slot] for slot in slots.tolist()]
        return asked, slots, features(question, seen, slots, texts, self._shelf.lexicon, self._shelf.rarity)

    def _asked(self, query: str, tokens: Sequence[Token], clauses: Sequence[Clause]) -> Asked:
        words, guessed = telling(clauses, self._shelf.channels.whole)
        terms, text = tuple(words), normalise(query, MAX_QUERY)
        parts = [set(self._analyser.words(part)) | guessed for part in sentences(query[:MAX_QUERY])]
        groups = [way.term for clause in clauses for way in clause.ways if is_group(way.term)]
        written = [token.term for token in tokens if token.content]
        return Asked(
            terms,
            np.array(list(words.values())),
            np.array([[term in part for term in terms] for part in parts], bool).reshape(len(parts), len(terms)),
            tuple(dict.fromkeys(groups)),
            tuple(dict.fromkeys([*pairs(written), *pairs([term for term in terms if term in guessed])])),
            tuple(dict.fromkeys([*grams(text), *(gram for term in terms if term in guessed for gram in grams(term))])),
            tuple(dict.fromkeys(heard(tokens))),
            kind_of(text),
            len(query),
            len(guessed) / max(len(terms), 1),
        )

    def _first_look(self, asked: Iterable[Clause]) -> tuple[Points, float]:
        whole = self._shelf.channels.whole
        sums, most = np.zeros(whole.slots), 0.0
        for clause in asked:
            best = np.zeros(whole.slots)
            top = 0.0
            for way in clause.ways:
                factor = way.weight * whole.rarity(way.term)
                slots, scores = whole.scores(way.term, factor)
                best[slots] = np.maximum(best[slots], scores)
                top = max(top, factor)
            sums += best
            most += top * 3.5
        return sums, most

    def suggest(self, text: str, limit: int = 6) -> list[Proposal]:
        """Questions that go on as typed, by letters or by sound, then those that hold what was typed; none twice."""
        typed = normalise(text, MAX_QUERY)
        found: dict[tuple[int, int], None] = {}
        said = dict.fromkeys(spoken(self._analyser.tokens(form)) for form in (typed, aloud(typed)))
        for beginnings, key in ((self._shelf.written, letters(typed)), *((self._shelf.spoken, key) for key in said)):
            if key:
                ready = sorted(
                    beginnings.going_on(key),
                    key=lambda one: (self._shelf.order[one[0]][1], self._shelf.order[one[0]], one),
                )
                found |= dict.fromkeys(ready[:limit])
        going_on = set(found)
        if len(found) < limit:
            read = self._converter.converted(typed, MAX_QUERY).text
            found |= dict.fromkeys(self._holding(self._analyser.tokens(read), read, limit))
        proposals: dict[str, Proposal] = {}
        for slot, place in found:
            question = self._shelf.questions[slot][place]
            proposal = Proposal(self._shelf.order[slot][2], question.text, (slot, place) in going_on)
            proposals.setdefault(question.written, proposal)
        return list(proposals.values())[:limit]

    def _holding(self, tokens: Sequence[Token], typed: str, limit: int) -> Iterator[tuple[int, int]]:
        channels = self._shelf.channels
        terms = [token.term for token in tokens if token.content]
        points = np.zeros(channels.whole.slots)
        for postings, wanted in (
            (channels.title, terms),
            (channels.phrasings, terms),
            (channels.grams, grams(typed)),
            (channels.heard, heard(tokens)),
        ):
            distinct = list(dict.fromkeys(wanted))
            factors = np.array([postings.rarity(term) for term in distinct])
            points += postings.summed(distinct, factors / max(float(factors.sum()), 1e-9))
        best = sorted(self._top(points, limit).tolist(), key=lambda slot: (-points[slot], self._shelf.order[slot]))
        parts = set(grams(typed)) | set(terms)
        for slot in best:
            questions = self._shelf.questions[slot]
            yield (
                slot,
                max(range(len(questions)), key=lambda place: sum(one in questions[place].written for one in parts)),
            )

    def similar(self, record_id: str, limit: int = 10) -> list[Hit]:
        """Records like an archived one, without itself; empty when there are none.

        Raises KeyError for an unknown id.
        """
        slot = self._shelf.slots[record_id]
        terms = (term for term in self._shelf.channels.whole.held(slot) if not is_dictionary_group(term))
        weights = {way.term: self._worth(way, slot) for term in terms for way in whole(term).ways}
        return self._like(weights, limit, record_id)

    def similar_to(self, text: str, limit: int = 10, *, but: str = "") -> list[Hit]:
        """Records like a report that is not archived (yet), without the record `but`."""
        tokens = self._analyser.tokens(text, MAX_SIMILAR)
        terms = {token.term for token in tokens if token.content}
        terms |= {group_term(mention.group) for mention in self._synonyms.mentions(tokens)}
        postings = self._shelf.channels.whole
        return self._like({t: postings.rarity(t) for t in terms if postings.holders(t)}, limit, but)

    def _like(self, weights: dict[str, float], limit: int, but: str) -> list[Hit]:
        telling = nsmallest(_SIMILAR_TERMS, weights, key=lambda term: (-weights[term], term))
        return [hit for hit in self._ranked(list(map(whole, telling)), limit + 1) if hit.id != but][:limit]

    def _ranked(self, asked: Sequence[Clause], limit: int) -> list[Hit]:
        points, _ = self._first_look(asked)
        slots = self._top(points, limit)
        top = sorted(slots.tolist(), key=lambda slot: (-points[slot], self._shelf.order[slot]))[:limit]
        weighed = self._weighed(asked)
        return [self._hit(slot, float(points[slot]), weighed) for slot in top]

    def _top(self, points: Points, size: int, fits: Fits = _any) -> NDArray[np.intp]:
        """Where the `size` highest points above nothing are, in no order, with what equals the last of them.

        Where the same stands there a thousand times, as an alert writes it, the newest that fit are enough.
        """
        filled = np.flatnonzero(points != 0)  # of numbers the same takes four times as long
        if len(filled) <= size:
            return filled
        held = points[filled]
        least = np.partition(held, len(held) - size)[len(held) - size]
        best: NDArray[np.intp] = filled[held >= least]
        if len(best) <= _EQUALS * size:
            return best
        surer, equal = filled[held > least], [self._shelf.order[slot] for slot in filled[held == least].tolist()]
        heapify(equal)
        newest = (heappop(equal)[2] for _ in range(len(equal)))
        wanted = islice((self._shelf.slots[id_] for id_ in newest if fits(id_)), size - len(surer))
        return np.concatenate([surer, np.fromiter(wanted, np.intp)])

    def _weighed(self, asked: Iterable[Clause]) -> Weighed:
        rarity = self._shelf.channels.whole.rarity
        return [(clause, [(way, way.weight * rarity(way.term)) for way in clause.ways]) for clause in asked]

    def _hit(self, slot: int, score: float, asked: Weighed) -> Hit:
        reasons, why, worth = set(), [], self._shelf.channels.whole.score
        for clause, ways in asked:
            points = [(worth(way.term, factor, slot), way) for way, factor in ways]
            best, way = max(points, key=lambda pair: pair[0])
            if best:
                reasons.add(way.reason)
                why.append(_shown(clause, way))
        return Hit(
            self._shelf.order[slot][2], score, next((r for r in Reason if r in reasons), Reason.LETTERS), tuple(why)
        )

    def _worth(self, way: Way, slot: int) -> float:
        whole = self._shelf.channels.whole
        return whole.score(way.term, way.weight * whole.rarity(way.term), slot)

    def _latest(self, limit: int, fits: Fits) -> list[Hit]:
        newest = nsmallest(limit, (one for one in self._shelf.order.values() if fits(one[2])))
        return [Hit(record_id, 0.0, Reason.RECENT, ()) for _, _, record_id in newest]


def _shown(clause: Clause, way: Way) -> str:
    guessed = way.reason in (Reason.READINGS, Reason.LETTERS)
    return f"{clause.word}→{way.term.removeprefix('#')}" if guessed else clause.word
