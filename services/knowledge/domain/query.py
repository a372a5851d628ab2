"""What a searcher asked: each word with the ways in which a record may answer it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.knowledge.domain.kana import is_kana, katakana
from services.knowledge.domain.postings import Postings
from services.knowledge.domain.romaji import from_romaji
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Token
from services.knowledge.domain.typed import Heard
from services.knowledge.domain.vocabulary import Vocabulary

# What each way is worth of the word itself; measured with bench.search.
SYNONYM, DICTIONARY, HOMOPHONE, HIDDEN, SPELLING = 0.75, 0.4, 0.35, 0.6, 0.5
_LEAST_ALIKE = 0.45


class Reason(StrEnum):
    """Why a record is offered, from the surest to the last resort."""

    WORDS = "words"
    SYNONYMS = "synonyms"
    READINGS = "readings"
    LETTERS = "letters"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Way:
    """A term that answers a word, worth `weight` (0–1) of the word itself."""

    term: str
    weight: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Clause:
    """One word of the query as written; a record counts the best of its ways once."""

    word: str
    ways: tuple[Way, ...]


def group_term(group: str) -> str:
    """The index term of a curated group; no word starts with this mark."""
    return f"#{group}"


def dictionary_group(number: int) -> str:
    """The index term of one of Sudachi's synonym groups; no word starts with this mark."""
    return f"~{number}"


def is_group(term: str) -> bool:
    """Whether an index term stands for a group of words, of either kind."""
    return term.startswith(("#", "~"))


def is_dictionary_group(term: str) -> bool:
    return term.startswith("~")


def whole(term: str) -> Clause:
    """A clause that wants exactly this index term."""
    reason = Reason.SYNONYMS if term.startswith("#") else Reason.WORDS
    return Clause(term.removeprefix("#"), (Way(term, 1.0, reason),))


def clauses(
    tokens: Sequence[Token],
    synonyms: Synonyms,
    vocabulary: Vocabulary,
    postings: Postings,
    converted: Mapping[str, Heard],
) -> list[Clause]:
    """Turn the tokens of a query into clauses, each word and each group once; `converted` are its terms that were read."""
    found: dict[str, Clause] = {}
    named, phrases = _named(tokens, synonyms)
    for place, token in enumerate(tokens):
        heard = converted.get(token.term)
        ways = tuple(_ways(token, named.get(place, {}), vocabulary, postings, heard))
        if ways:
            word = heard.typed if heard else token.surface
            found.setdefault(token.term, Clause(phrases.get(place, word), ways))
    read = set[str]()
    for run in _runs(tokens) if not converted else ():
        if any(token.content and not postings.holders(token.term) for token in run):
            for word, terms in vocabulary.hidden_in("".join(_kana(token) for token in run)):
                ways = tuple(_guessed(terms, synonyms, HIDDEN, Reason.READINGS))
                found.setdefault(terms[0], Clause(word, ways))
                read |= {token.term for token in run if not is_kana(token.surface)}
    for token in tokens:
        if token.content and not postings.holders(token.term) and token.term in found and token.term not in read:
            alike = vocabulary.spelt_like(token.term, _LEAST_ALIKE)
            ways = tuple(
                way
                for term, likeness in alike
                for way in _guessed([term], synonyms, SPELLING * likeness, Reason.LETTERS)
            )
            clause = found[token.term]
            if not any(postings.holders(way.term) for way in clause.ways):
                found[token.term] = Clause(clause.word, clause.ways + ways)
    return list(found.values())


def _named(tokens: Sequence[Token], synonyms: Synonyms) -> tuple[dict[int, dict[str, int]], dict[int, str]]:
    """The groups named, each once, at the first telling word of the phrase, with the number of its telling words.

    Beside them the wording of phrases that hold no telling word at all.
    """
    named: dict[int, dict[str, int]] = {}
    phrases: dict[int, str] = {}
    seen: set[str] = set()
    for mention in synonyms.mentions(tokens):
        if mention.group in seen:
            continue
        seen.add(mention.group)
        span = range(mention.start, mention.end)
        telling = [place for place in span if tokens[place].content]
        place = telling[0] if telling else mention.start
        named.setdefault(place, {})[mention.group] = len(telling)
        if not telling:
            phrases[place] = "".join(tokens[place].surface for place in span)
    return named, phrases


def _ways(
    token: Token, groups: dict[str, int], vocabulary: Vocabulary, postings: Postings, heard: Heard | None
) -> Iterator[Way]:
    if token.content:
        yield Way(token.term, token.weight, Reason.READINGS if heard else Reason.WORDS)
        yield from (Way(term, HOMOPHONE, Reason.READINGS) for term in (heard.others if heard else ()))
    for group, telling in groups.items():
        # A phrase answers all of its words at once: "money back" is worth two.
        yield Way(group_term(group), SYNONYM * min(max(telling, 1), 2), Reason.SYNONYMS)
    if not token.content:
        return
    yield from (Way(dictionary_group(group), DICTIONARY * token.weight, Reason.SYNONYMS) for group in token.groups)
    if token.reading and (is_kana(token.surface) or not postings.holders(token.term)):
        for term in vocabulary.heard_as(token.reading):
            if term != token.term:
                yield Way(term, HOMOPHONE, Reason.READINGS)


def _guessed(terms: Sequence[str], synonyms: Synonyms, weight: float, reason: Reason) -> Iterator[Way]:
    for term in terms:
        yield Way(term, weight, reason)
        yield from (Way(group_term(group), weight * SYNONYM, reason) for group in synonyms.groups_of(term))


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    run: list[Token] = []
    for token in tokens:
        if _kana(token):
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _kana(token: Token) -> str:
    return katakana(token.surface) if is_kana(token.surface) else from_romaji(token.surface)


def telling(asked: Sequence[Clause], postings: Postings) -> tuple[dict[str, float], set[str]]:
    """The words that carry a question, with their weight: as written, or as they were guessed where no record holds them.

    Beside them those that were guessed.
    """
    words, guessed = dict[str, float](), set[str]()
    for clause in asked:
        own = [way for way in clause.ways if way.reason is Reason.WORDS]
        other = [
            way for way in clause.ways if way.reason in (Reason.READINGS, Reason.LETTERS) and not is_group(way.term)
        ]
        held = sorted((way for way in other if postings.holders(way.term)), key=lambda way: -way.weight)
        if own and (postings.holders(own[0].term) or not held):
            words.setdefault(own[0].term, own[0].weight)
        elif held:
            best = [way for way in held if way.weight == held[0].weight]
            way = max(best, key=lambda way: (postings.holders(way.term), way.term))
            words.setdefault(way.term, way.weight)
            guessed.add(way.term)
    return words, guessed
