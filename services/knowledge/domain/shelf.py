"""All that is held of each record for the search, in memory: postings, words by number, questions as they are typed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from services.knowledge.domain.asking import grams, heard, kind_of, pairs
from services.knowledge.domain.features import Channels, Texts
from services.knowledge.domain.lexicon import Lexicon, Numbers, Vectors
from services.knowledge.domain.normalise import normalise
from services.knowledge.domain.postings import Points, Postings, weighted
from services.knowledge.domain.proposing import Beginnings, letters, sounds
from services.knowledge.domain.query import dictionary_group, group_term, is_group
from services.knowledge.domain.romaji import from_romaji
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import MAX_CHARACTERS, Analyser, Token
from services.knowledge.domain.vocabulary import Vocabulary

MAX_QUESTION = 400  # characters of a title or phrasing that are compared with what is being typed
TITLE, PHRASINGS, PROBLEM, HANDLING, OTHER = 3, 3, 2, 1, 1
_BODY = 64  # distinct words of a body that are compared by meaning


@dataclass(frozen=True, slots=True)
class Record:
    """What is searched of one archived case or article; `at` breaks ties and orders the last resort.

    `phrasings` are other ways in which people ask for it; those `made` by rule are proposed while somebody types, and have no
    part in what is found: they say again what the title says, and would count it twice.
    """

    id: str
    at: datetime
    title: str
    problem: str = ""
    handling: str = ""
    other: str = ""
    uses: int = 0
    phrasings: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A title or phrasing: as shown, as typed, as heard."""

    text: str
    written: str
    spoken: str


class Shelf:
    """Records by slot: 0, 1, 2 … in the order of adding; not to be used from two threads at once."""

    def __init__(self, analyser: Analyser, synonyms: Synonyms, vectors: Vectors) -> None:
        self._analyser, self._synonyms = analyser, synonyms
        self.vocabulary, self.lexicon = Vocabulary(synonyms.words), Lexicon(vectors)
        self.channels = Channels(
            whole=Postings(2.5, 0.6),  # counts are weighted by field, so k1 is larger than for plain counts
            title=Postings(1.2, 0.3),
            phrasings=Postings(1.2, 0.3),
            grams=Postings(1.5, 0.6),
            pairs=Postings(1.2, 0.3),
            heard=Postings(1.2, 0.3),
        )
        self.slots: dict[str, int] = {}
        self.order: dict[int, tuple[float, int, str]] = {}  # slot → newest first, most used first, id
        self.texts: dict[int, Texts] = {}
        self.questions: dict[int, tuple[Question, ...]] = {}
        self.written, self.spoken = Beginnings(), Beginnings()
        self._holders = np.zeros(1024, np.int64)  # records by the number of a word

    def __len__(self) -> int:
        return len(self.slots)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self.slots

    def add(self, record: Record) -> None:
        """Make a record findable at once; one of the same id is replaced. All is worked out before anything is changed."""
        title = self._analyser.tokens(record.title)
        phrasings = [self._analyser.tokens(text) for text in record.phrasings]
        rest = [(PROBLEM, record.problem), (HANDLING, record.handling), (OTHER, record.other)]
        body = [(weight, self._analyser.tokens(text)) for weight, text in rest if text]
        analysed = [(TITLE, title), *body, *((PHRASINGS, tokens) for tokens in phrasings)]
        words = {token.term: token for _, tokens in analysed for token in tokens if token.content}
        counts, length = weighted((weight, [t.term for t in tokens if t.content]) for weight, tokens in analysed)
        named, _ = weighted((weight, list(self.groups(tokens))) for weight, tokens in analysed)
        questions = [title, *phrasings]
        of_channels = [
            (self.channels.title, self._filled([title])),
            (self.channels.phrasings, self._filled(phrasings)),
            (
                self.channels.grams,
                weighted(
                    [(2, grams(normalise(text, MAX_CHARACTERS))) for text in (record.title, *record.phrasings)]
                    + [(1, grams(normalise(text, MAX_CHARACTERS))) for _, text in rest]
                ),
            ),
            (
                self.channels.pairs,
                weighted((1, list(pairs([t.term for t in tokens if t.content]))) for tokens in questions),
            ),
            (self.channels.heard, weighted((1, heard(tokens)) for tokens in questions)),
        ]
        texts = Texts(
            self._numbers([title]),
            tuple(self._numbers([one]) for one in phrasings),
            self._numbers([tokens for _, tokens in body])[:_BODY],
            kind_of(record.title),
            length,
        )
        asked = tuple(
            Question(text, letters(normalise(text, MAX_QUESTION)), spoken(tokens))
            for text, tokens in zip(
                (record.title, *record.phrasings, *record.made),
                [*questions, *map(self._analyser.tokens, record.made)],
                strict=True,
            )
        )
        numbers, order = self.lexicon.numbers(list(counts)), (-record.at.timestamp(), -record.uses, record.id)

        self.remove(record.id)
        slot, fresh = self.channels.whole.add(counts | named, length)
        for term in fresh:
            if word := words.get(term):
                self.vocabulary.add(term, word.reading, word.surface)
        for postings, (held, size) in of_channels:
            postings.add(held, size)
        if len(self.lexicon) > len(self._holders):
            self._holders = np.concatenate([self._holders, np.zeros(len(self.lexicon), np.int64)])
        self._holders[numbers] += 1
        self.texts[slot], self.questions[slot], self.order[slot] = texts, asked, order
        for place, question in enumerate(asked):
            self.written.add(question.written, slot, place)
            self.spoken.add(question.spoken, slot, place)
        self.slots[record.id] = slot

    def same(self, typed: str) -> Iterator[int]:
        """Slots whose title or phrasing, none that was made by rule, is what was typed."""
        for slot, place in self.written.same(typed):
            if place <= len(self.texts[slot].phrasings):
                yield slot

    def _filled(self, texts: Sequence[Sequence[Token]]) -> tuple[Counter[str], int]:
        terms = Counter(token.term for tokens in texts for token in tokens if token.content)
        named = Counter(group for tokens in texts for group in self.groups(tokens))
        return terms | named, terms.total()

    def _numbers(self, texts: Sequence[Sequence[Token]]) -> Numbers:
        return self.lexicon.numbers(list(dict.fromkeys(t.term for tokens in texts for t in tokens if t.content)))

    def rarity(self, numbers: Numbers) -> Points:
        found = self._holders[numbers]
        rare: Points = np.log(1 + (len(self) - found + 0.5) / (found + 0.5))
        return rare

    def remove(self, record_id: str) -> None:
        """Forget a record; unknown ids are ignored. All is worked out before anything is changed."""
        if (slot := self.slots.get(record_id)) is None:
            return
        words = [term for term in self.channels.whole.held(slot) if not is_group(term)]
        numbers = self.lexicon.numbers(words)
        for place, question in enumerate(self.questions.pop(slot)):
            self.written.remove(question.written, slot, place)
            self.spoken.remove(question.spoken, slot, place)
        self._holders[numbers] -= 1
        for term in self.channels.whole.remove(slot):
            self.vocabulary.remove(term)
        for postings in (
            self.channels.title,
            self.channels.phrasings,
            self.channels.grams,
            self.channels.pairs,
            self.channels.heard,
        ):
            postings.remove(slot)
        del self.order[slot], self.texts[slot], self.slots[record_id]

    def groups(self, tokens: Sequence[Token]) -> Iterator[str]:
        yield from (group_term(mention.group) for mention in self._synonyms.mentions(tokens))
        yield from (dictionary_group(group) for token in tokens if token.content for group in token.groups)


def spoken(tokens: Sequence[Token]) -> str:
    return sounds("".join(token.reading or from_romaji(token.surface) or token.surface for token in tokens))
