"""A question as it would stand if whoever typed it in kana or Latin letters had converted it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from services.knowledge.domain.choosing import Choice, chosen
from services.knowledge.domain.cutting import Costs, Piece, Run, cut
from services.knowledge.domain.english import STOP_WORDS, split, stem
from services.knowledge.domain.kana import hiragana, katakana
from services.knowledge.domain.normalise import normalise
from services.knowledge.domain.postings import Postings
from services.knowledge.domain.romaji import begun, from_romaji, spoken_word, without_begun
from services.knowledge.domain.tokens import Analyser
from services.knowledge.domain.vocabulary import Vocabulary, plain

_LETTERS = "a-z\u00c0-\u024f"
_PART = re.compile(
    rf"(?<![{_LETTERS}@_./])(?P<latin>[{_LETTERS}]+(?:['’ー-]+[{_LETTERS}]+)*[ー-]*)(?![{_LETTERS}0-9@_/]|\.[{_LETTERS}0-9])"
    r"|(?P<kana>[ぁ-ゖ][ぁ-ゖー]*)"
)
_KANJI = re.compile(r"[\u3400-\u9fff々]")
_ENGLISH = frozenset(word for word in STOP_WORDS if not from_romaji(word)) | {"we"}
_MOST = 200  # kana of a question that are read; the longest that people ask in has half of them, and each costs time
_FOR_CERTAIN = 2  # letters of Japanese words for one of an English one, before a text is taken for Japanese
_SPOKEN = {"ワ": "は", "オ": "を"}  # particles as they are written


@dataclass(frozen=True, slots=True)
class Heard:
    """How a word was typed, in hiragana, and the other terms that are heard so, likeliest first."""

    typed: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """The converted text, and how each term was heard that the dictionary alone would not have found."""

    text: str
    heard: Mapping[str, Heard] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Word:
    """A part of a text that may be Japanese without kanji: its place, its katakana, whether it may as well be foreign."""

    start: int
    end: int
    kana: str
    latin: bool = False
    doubted: bool = False


class Converter:
    """Reads what was typed as words of an archive; what it is not sure of stays as it is."""

    def __init__(self, analyser: Analyser, vocabulary: Vocabulary, whole: Postings, pairs: Postings) -> None:
        self._analyser, self._vocabulary, self._whole, self._pairs = analyser, vocabulary, whole, pairs

    def converted(self, text: str, limit: int) -> Typed:
        """A question with its Latin letters and, where there is no kanji at all, its hiragana turned into words."""
        clean = normalise(text, limit)
        runs = list(_runs(clean, self._words(clean)))
        if not runs:
            return Typed(text)
        costs, parts, at = Costs(self._whole.holders, len(self._whole), self._pairs.holders), list[str | Choice](), 0
        for words in runs:
            parts += [clean[at : words[0].start], *self._read(clean, words, costs)]
            at = words[-1].end
        parts.append(clean[at:])
        if not any(isinstance(part, Choice) for part in parts):
            return Typed(text)
        beside = [term for part in parts if isinstance(part, str) for term in self._analyser.words(part)]
        found = chosen([part for part in parts if isinstance(part, Choice)], beside, self._whole, self._pairs)
        shown, heard, understood = list[str](), dict[str, Heard](), set(self._analyser.words(clean))
        for part in parts:
            if isinstance(part, Choice) and part.terms:
                first, *others = next(found)
                if first not in understood:
                    heard.setdefault(first, Heard(hiragana(part.kana), tuple(others)))
                shown.append(self._vocabulary.written(first))
            else:
                shown.append(part if isinstance(part, str) else hiragana(part.kana))
        return Typed("".join(shown).strip(), heard)

    def _words(self, text: str) -> Iterator[_Word]:
        """What may be Japanese without kanji."""
        found, kanji = list(_PART.finditer(text)), _KANJI.search(text)
        latin = {part["latin"] for part in found if part["latin"]}
        foreign = {word for word in latin if len(word) > 2 and (self._is_held(word) or self._analyser.knows(word))}
        certain = sum(len(word) for word in latin - foreign - STOP_WORDS if from_romaji(word))
        is_japanese = certain > _FOR_CERTAIN * sum(len(word) for word in latin & _ENGLISH)
        left = _MOST
        for part in found:
            word, start = part["latin"] or "", part.start()
            if part["kana"] and not kanji and left > 0:
                heard = part[0][:left]
                yield _Word(start, start + len(heard), plain(katakana(heard)))
                left -= len(heard)
            elif is_japanese and 0 < len(kana := plain(spoken_word(word))) <= left:
                yield _Word(start, part.end(), kana, latin=True, doubted=word in foreign)
                left -= len(kana)

    def _is_held(self, word: str) -> bool:
        return self._held(word) > 0

    def _held(self, word: str) -> int:
        """How many records hold a word in Latin letters."""
        return sum(self._whole.holders(stem(one)) for one in split(word)[-1:])

    def _read(self, text: str, words: Sequence[_Word], costs: Costs) -> Iterator[str | Choice]:
        """What a run of words says, word by word; those that cannot be read remain as they were typed."""
        starts = list(accumulate((len(word.kana) for word in words), initial=0))
        before, kana = text[: words[0].start].rstrip(" "), "".join(word.kana for word in words)
        run = Run(kana, frozenset(starts[1:-1]), not before or not before[-1].isalnum())
        pieces = cut(run, self._analyser.tokens(hiragana(kana)), self._vocabulary, costs)
        kept = {
            at: word
            for at, word in zip(starts, words, strict=False)
            if word.latin and not self._is_read(text[word.start : word.end], word, at, pieces)
        }
        places, at = {piece.start: piece for piece in pieces}, 0
        while at < len(kana):
            piece, until = places.get(at), min((place for place in kept if place > at), default=len(kana))
            if word := kept.get(at):
                # A foreign word that is not in the archive is still one: it may be like others that are.
                is_word = not word.doubted and len(word.kana) > 2 and self._analyser.knows(word.kana)
                yield f" {word.kana if is_word else text[word.start : word.end]} "
                at += len(word.kana)
            elif piece and piece.end <= until:
                part = kana[at : piece.end]
                alone = piece.tail and (not run.spaces or piece.end in {*run.spaces, len(kana)})
                spoken = _SPOKEN.get(part) if alone and words[0].latin else None
                yield spoken or Choice(part, piece.terms)
                at = piece.end
            else:
                yield Choice(kana[at])
                at += 1

    def _is_read(self, typed: str, word: _Word, at: int, pieces: Sequence[Piece]) -> bool:
        """Whether all of a word is something, and, if it may be foreign, nothing that any letters could be cut into."""
        mine = [piece for piece in pieces if piece.start < at + len(word.kana) and piece.end > at]
        if held := self._held(typed):
            return len(mine) == 1 and max((self._whole.holders(term) for term, _ in mine[0].terms), default=0) > held
        if word.doubted:
            return all(piece.terms and piece.end - piece.start > 1 for piece in mine) or all(
                piece.tail for piece in mine
            )
        return not any(piece.left for piece in mine)


def aloud(text: str) -> str:
    """A normalised text that is still being typed, with what can be read of its Latin letters in katakana."""

    def read(found: re.Match[str]) -> str:
        word = found["latin"] or ""
        return (begun if found.end() == len(text) else spoken_word)(word) or found[0]

    return _PART.sub(read, without_begun(text))


def _runs(text: str, words: Iterator[_Word]) -> Iterator[list[_Word]]:
    """Words that nothing but spaces stands between."""
    run: list[_Word] = []
    for word in words:
        if run and text[run[-1].end : word.start].strip(" "):
            yield run
            run = []
        run.append(word)
    if run:
        yield run
