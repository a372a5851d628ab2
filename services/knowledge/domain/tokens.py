"""Text to words: Japanese by Sudachi's short units in their normalised form, Latin letters by our own rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from services.knowledge.domain.english import LATIN, STOP_WORDS, split, stem
from services.knowledge.domain.kana import is_kana, katakana
from services.knowledge.domain.normalise import normalise

MAX_CHARACTERS = 20_000  # of one field of one record; more adds nothing that anybody searches for
_KNOWN = 100_000  # words whose analysis is kept; asking Sudachi for each again takes most of the time
_PIECE = 4_000  # Sudachi refuses more than 49,149 bytes at once

_TOPICLESS_WORDS = (
    "為る 居る 有る 成る 出来る 言う 下さる 頂く 貰う 呉れる 見る 来る 行く 事 物 所 時 様 訳 為 方 其れ 此れ 何"
    " 何処 どう 其の 此の 良い 教える 知る いい よい こと もの ところ とき よう ため ほう それ これ なに なん どこ"
    " する いる ある なる できる ください いただく もらう くれる 思う 御 お ご さん 等 的 性 ない 無い 場合 願う 聞く 尋ねる 欲しい"
)
_TOPICLESS = frozenset(_TOPICLESS_WORDS.split())
PREDICATE = 0.6  # verbs and adjectives tell less about a topic than nouns; measured with bench.search
_POLITE = frozenset(["ます", "です", "た", "だ", "て", "で", "ちゃう", "てる", "ている", "は", "が", "を", "も", "に"])
_NEGATIVE = frozenset(["ない", "無い", "ず", "ぬ", "ん", "不可", "まい"])


class Morpheme(Protocol):
    def surface(self) -> str: ...
    def normalized_form(self) -> str: ...
    def dictionary_form(self) -> str: ...
    def reading_form(self) -> str: ...
    def part_of_speech(self) -> tuple[str, ...]: ...
    def synonym_group_ids(self) -> list[int]: ...
    def is_oov(self) -> bool: ...
    def word_id(self) -> int: ...


class Tokenizer(Protocol):
    """What is used of SudachiPy; not to be called from two threads at once."""

    def tokenize(self, text: str) -> Iterator[Morpheme]: ...


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as written, as indexed (`term`), its katakana reading ("" if unknown), the key used by synonyms.

    `content` is False for particles, endings and words that carry no topic: they only count inside a synonym phrase.
    `polite` words are passed over even there. `groups` are Sudachi's own synonym group ids; `weight` is how much the
    word tells about the topic, 1 for a noun. `known` is False for what no dictionary has.
    """

    surface: str
    term: str
    reading: str
    content: bool
    polite: bool = False
    groups: tuple[int, ...] = ()
    weight: float = 1.0
    known: bool = True


class Analyser:
    """Text to tokens; never fails on any string."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[tuple[int, str], Token] = {}

    def tokens(self, text: str, limit: int = MAX_CHARACTERS) -> list[Token]:
        """All tokens of the first `limit` characters, in order."""
        clean, found, at = normalise(text, limit), list[Token](), 0
        for run in LATIN.finditer(clean):
            found += self._japanese(clean[at : run.start()])
            found += _latin(run[0])
            at = run.end()
        return found + list(self._japanese(clean[at:]))

    def words(self, text: str) -> list[str]:
        """The indexed terms of the content words of a text, in order, repeated as often as they occur."""
        return [token.term for token in self.tokens(text) if token.content]

    def knows(self, word: str) -> bool:
        """Whether the dictionary has a text, in just these letters, as one word."""
        found = list(self._tokenizer.tokenize(word[:_PIECE]))
        return len(found) == 1 and not found[0].is_oov()

    def _japanese(self, text: str) -> Iterator[Token]:
        for piece in _pieces(text):
            for morpheme in self._tokenizer.tokenize(piece):
                key = (morpheme.word_id(), morpheme.surface())
                if (token := self._known.get(key)) is None:
                    if len(self._known) >= _KNOWN:
                        self._known.clear()
                    token = self._known[key] = _token(key[1], morpheme)
                if not token.surface.isspace():
                    yield token


def _pieces(text: str) -> Iterator[str]:
    """Cut long text where no word can stand, if such a place is near."""
    start = 0
    while start < len(text):
        end = start + _PIECE
        if end < len(text):
            end = max(text.rfind(mark, start, end) for mark in " 。、") + 1 or end
        yield text[start:end]
        start = end


def _token(surface: str, morpheme: Morpheme) -> Token:
    kind = morpheme.part_of_speech()[0]
    form = morpheme.normalized_form().casefold()
    term = "ない" if kind in ("助動詞", "形容詞", "接尾辞") and form in _NEGATIVE else _without_last_bar(form)
    mark = kind in ("補助記号", "記号", "空白") and not any(c.isalnum() for c in form)
    content = kind not in ("助詞", "助動詞", "接続詞", "感動詞", "連体詞") and not mark and term not in _TOPICLESS
    reading = "" if morpheme.is_oov() and not is_kana(surface) else morpheme.reading_form()
    reading = reading if is_kana(reading) else katakana(surface) if is_kana(surface) else ""
    weight = PREDICATE if kind in ("動詞", "形容詞") else 1.0
    polite = mark or term in _POLITE
    groups = tuple(morpheme.synonym_group_ids())
    return Token(surface, term, reading, content, polite, groups, weight, not morpheme.is_oov())


def _without_last_bar(form: str) -> str:
    # JIS Z 8301 writes サーバ where others write サーバー; three letters and more, so that バー stays apart from バ.
    return form[:-1] if len(form) > 3 and form.endswith("ー") and is_kana(form) else form


def _latin(run: str) -> Iterator[Token]:
    for word in split(run):
        yield Token(word, stem(word), "", word not in STOP_WORDS and (len(word) > 1 or not word.isalpha()))
