"""The words that the records use, found by how they sound and by the letters they share."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from services.knowledge.domain.kana import sound, spelt

_LONGEST = 14
_TOLD = 3  # sounds by which it is known how many more may follow
_BETWEEN = """
 ハ ガ ヲ ノ ニ デ ト モ ヘ ヤ カラ マデ ヨリ ナド デモ ニハ デハ トハ ノデ ノニ ケド ケレド ガドウ タメ タメノ タメニ ナラ ナノデ ナノカ ワ ネ ヨ カ
 シタイ シタイノデスガ シタイデス タイ タイノデスガ タイデス シマス シマシタ シテ シテイマス シテイル スル スルニハ スルト シナイ シヨウ シヨウト シタ シタラ サレル サレテ サレタ
 デス デスカ デシタ デショウカ マス マスカ マシタ マセン マセンカ マセンデシタ イマス イマスカ アリマス アリマスカ アル イル ナイ ナイデスカ ナノデスガ ノデスガ ノデスカ ンデスガ ンデスケド
 ドウ ドウスレバ ドウシタラ ドウヤッテ ドノヨウニ ドノヨウナ イイデスカ ヨイデスカ ヨイデショウカ ヨロシイデショウカ イイノデショウカ ドコ ドコデ ドコニ イツ ナニ ナニカ ナン ナンデスカ
 オシエテ オシエテクダサイ クダサイ シテクダサイ イタダケマスカ シリタイ シリタイデス オモイマス オモッテ オモッテイマス カンガエテイマス キキタイ ニツイテ ニカンシテ ニヨッテ トシテ トイウ
 コト コトハ コトガ モノ モノハ トキ トキハ バアイ バアイハ デキル デキマスカ デキマセン デキナイ モラエル モラエマスカ クレマスカ イケマスカ イウ ソノ コノ アノ ソレ コレ
"""
# More of it, where a whole question has to be read.
_BETWEEN_TOO = """
 テ タ テモ テイル テイマス テイマスカ テイタ テイナイ テキタ テシマッタ テシマイマシタ タイノデ マシタガ マスガ ノデショウカ デスガ デスケド ナノデスカ イイ ヨイ ホシイ ホシイデス
 スレバ スレバイイ スレバイイデスカ スレバヨイデスカ シタラ シタライイ シタライイデスカ シテモ シテホシイ シテモラエマスカ シテモラエル シテクレル シマスカ スルコト ガアル ガアリマス ガアリマスカ ハアリマスカ
 ガデキル ハデキマスカ ニタイシテ ニタイスル ニカンスル ヨウニ ヨウナ ノハ ノガ ノヲ ノカ トカ ダケ シカ クライ グライ ホド ナノ ダッタ デシタラ イツマデ イツカラ ドンナ ドレ ナゼ ドウカ ナンノ
"""
# Sounds of foreign words that are written in as many ways as there are rules for Latin letters.
_FOREIGN = {
    "ティ": "チ",
    "ディ": "ジ",
    "トゥ": "ツ",
    "ドゥ": "ズ",
    "ヴァ": "バ",
    "ヴィ": "ビ",
    "ヴェ": "ベ",
    "ヴォ": "ボ",
    "ヴ": "ブ",
}
_FOREIGN_SOUND = re.compile("|".join(_FOREIGN))
_BROKEN = re.compile("ン([アイウエオヤユヨ])")
_JOINED = {"ア": "ナ", "イ": "ニ", "ウ": "ヌ", "エ": "ネ", "オ": "ノ", "ヤ": "ニャ", "ユ": "ニュ", "ヨ": "ニョ"}


def plain(kana: str) -> str:
    """Katakana with the sounds of foreign words as Latin letters have them: パーティ and パーチ are one."""
    return _FOREIGN_SOUND.sub(lambda found: _FOREIGN[found[0]], kana)


class Vocabulary:
    """Every term in the index, by sound and by pairs of letters; grows with the words, not with the records."""

    def __init__(self, lasting: Mapping[str, str]) -> None:
        """Start with words (and their readings) that stay although no record holds them."""
        self._spelt: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._by_sound: dict[str, set[str]] = defaultdict(set)
        self._by_slip: dict[str, set[str]] = defaultdict(set)
        self._by_letters: dict[str, set[str]] = defaultdict(set)
        self._reach = dict(_PASSED_REACH)  # by its first sounds: of how many the longest is; none is ever taken back
        self._lasting = frozenset[str]()
        for term, reading in lasting.items():
            self.add(term, reading)
        self._lasting = frozenset(lasting)

    def add(self, term: str, reading: str, written: str = "") -> None:
        """Know a term by its reading in katakana ("" if unknown), and how it was `written`, if not as itself."""
        if term in self._lasting:
            return
        for pair in _pairs(term):
            self._by_letters[pair].add(term)
        if heard := spelt(plain(reading)):
            self._spelt[term] = heard
            if written not in ("", term):
                self._written[term] = written
            key, slips = heard.replace("ー", ""), _slips(heard)
            self._by_sound[key].add(term)
            for slip in slips:
                self._by_slip[slip].add(term)
            _stretch(self._reach, (key, *slips))

    def remove(self, term: str) -> None:
        if term in self._lasting:
            return
        for pair in _pairs(term):
            self._by_letters[pair].discard(term)
        if heard := self._spelt.pop(term, ""):
            self._written.pop(term, None)
            self._by_sound[heard.replace("ー", "")].discard(term)
            for slip in _slips(heard):
                self._by_slip[slip].discard(term)

    def heard_as(self, reading: str) -> list[str]:
        """The terms of two kana and more that sound so."""
        heard = sound(plain(reading))
        return sorted(self._by_sound.get(heard, ())) if len(heard) > 1 else []

    def meant_by(self, heard: str) -> Iterator[tuple[str, bool]]:
        """Terms that a spelt sound (`spelt`) may stand for, in no order, and whether each is spelt just so.

        A long vowel may be missing or too much, and ん before a vowel may have been taken for な, に …: gen-in, genin.
        """
        key = heard.replace("ー", "")
        for term in self._by_sound.get(key, ()):
            yield term, self._spelt[term] == heard
        for term in self._by_slip.get(key, ()):
            yield term, False

    def goes_on(self, heard: str) -> bool:
        """False where neither a term nor what stands between words is heard so or begins with a spelt sound (`spelt`)."""
        key = heard.replace("ー", "")
        return len(key) < _TOLD or len(key) <= self._reach.get(key[:_TOLD], 0)

    def written(self, term: str) -> str:
        """How a term stands in the records."""
        return self._written.get(term) or term

    def hidden_in(self, reading: str) -> Iterator[tuple[str, list[str]]]:
        """Cut a run of kana without word borders into known words; the longest words that fit together win.

        Yields the sound of each word found and the terms that sound so.
        """
        heard = sound(plain(reading))
        best: list[tuple[int, int]] = [(0, 0)]  # for each end: points so far, length of the last word (0 = none)
        for end in range(1, len(heard) + 1):
            options = [(best[end - 1][0], 0)]
            for size in range(1, min(end, _LONGEST) + 1):
                part = heard[end - size : end]
                if part in _PASSED:  # what stands between words is taken for one of them only where nothing else fits
                    options.append((best[end - size][0] + size * size - 1, size))
                elif size > 1 and self._by_sound.get(part):
                    options.append((best[end - size][0] + size * size - 2, size))
            best.append(max(options))
        words, end = [], len(heard)
        while end:
            if (size := best[end][1]) and heard[end - size : end] not in _PASSED:
                words.append(heard[end - size : end])
            end -= size or 1
        for word in reversed(words):
            yield word, sorted(self._by_sound[word])

    def spelt_like(self, term: str, least: float, limit: int = 5) -> list[tuple[str, float]]:
        """Terms that share pairs of letters, most alike first, with their likeness from `least` to 1 (Dice)."""
        own = _pairs(term)
        shared = Counter(other for pair in own for other in self._by_letters.get(pair, ()))
        alike = ((other, 2 * n / (len(own) + len(_pairs(other)))) for other, n in shared.items())
        return sorted((pair for pair in alike if pair[1] >= least), key=lambda pair: (-pair[1], pair[0]))[:limit]


def _stretch(reach: dict[str, int], keys: Iterable[str]) -> None:
    for key in keys:
        reach[key[:_TOLD]] = max(reach.get(key[:_TOLD], 0), len(key))


_PASSED = frozenset(sound(part) for part in _BETWEEN.split())
_PASSED_SPELT = frozenset(spelt(part) for part in (*_BETWEEN.split(), *_BETWEEN_TOO.split()))
_PASSED_LONG = frozenset(key for part in _PASSED_SPELT if len(key := part.replace("ー", "")) > 2)
_PASSED_REACH: dict[str, int] = {}
_stretch(_PASSED_REACH, (part.replace("ー", "") for part in _PASSED_SPELT))


def stands_between(heard: str) -> bool:
    """Whether a spelt sound stands between words; long ones with any long vowels."""
    key = heard.replace("ー", "")
    return heard in _PASSED_SPELT or key in _PASSED_LONG


def _slips(heard: str) -> set[str]:
    """What a sound is taken for where ン stands before a vowel: ゲンイン is typed genin (ゲニン) and gennin (ゲンニン)."""
    key = heard.replace("ー", "")
    if not _BROKEN.search(key):
        return set()
    joined = _BROKEN.sub(lambda found: _JOINED[found[1]], key)
    kept = _BROKEN.sub(lambda found: f"ン{_JOINED[found[1]]}", key)
    return {sound(joined), sound(kept)}


def _pairs(term: str) -> set[str]:
    if not term.isascii():
        # One kanji is a word part, so it counts as well; a single kana says nothing.
        singles = {letter for letter in term if letter >= "\u3400" and not "\uff00" <= letter <= "\uffef"}
        return singles | {term[at : at + 2] for at in range(len(term) - 1)} or {term}
    edged = f"^{term}$"
    return {edged[at : at + 2] for at in range(len(edged) - 1)}
