"""The words that the records use, found by how they sound and by the letters they share."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from services.knowledge.domain.kana import sound

_LONGEST = 14
_BETWEEN = """
 ハ ガ ヲ ノ ニ デ ト モ ヘ ヤ カラ マデ ヨリ ナド デモ ニハ デハ トハ ノデ ノニ ケド ケレド ガドウ タメ タメノ タメニ ナラ ナノデ ナノカ ワ ネ ヨ カ
 シタイ シタイノデスガ シタイデス タイ タイノデスガ タイデス シマス シマシタ シテ シテイマス シテイル スル スルニハ スルト シナイ シヨウ シヨウト シタ シタラ サレル サレテ サレタ
 デス デスカ デシタ デショウカ マス マスカ マシタ マセン マセンカ マセンデシタ イマス イマスカ アリマス アリマスカ アル イル ナイ ナイデスカ ナノデスガ ノデスガ ノデスカ ンデスガ ンデスケド
 ドウ ドウスレバ ドウシタラ ドウヤッテ ドノヨウニ ドノヨウナ イイデスカ ヨイデスカ ヨイデショウカ ヨロシイデショウカ イイノデショウカ ドコ ドコデ ドコニ イツ ナニ ナニカ ナン ナンデスカ
 オシエテ オシエテクダサイ クダサイ シテクダサイ イタダケマスカ シリタイ シリタイデス オモイマス オモッテ オモッテイマス カンガエテイマス キキタイ ニツイテ ニカンシテ ニヨッテ トシテ トイウ
 コト コトハ コトガ モノ モノハ トキ トキハ バアイ バアイハ デキル デキマスカ デキマセン デキナイ モラエル モラエマスカ クレマスカ イケマスカ イウ ソノ コノ アノ ソレ コレ
"""


class Vocabulary:
    """Every term in the index, by sound and by pairs of letters; grows with the words, not with the records."""

    def __init__(self, lasting: Mapping[str, str]) -> None:
        """Start with words (and their readings) that stay although no record holds them."""
        self._sound: dict[str, str] = {}
        self._by_sound: dict[str, set[str]] = defaultdict(set)
        self._by_letters: dict[str, set[str]] = defaultdict(set)
        self._lasting = frozenset[str]()
        for term, reading in lasting.items():
            self.add(term, reading)
        self._lasting = frozenset(lasting)

    def add(self, term: str, reading: str) -> None:
        if term in self._lasting:
            return
        for pair in _pairs(term):
            self._by_letters[pair].add(term)
        if len(heard := sound(reading)) > 1:
            self._sound[term] = heard
            self._by_sound[heard].add(term)

    def remove(self, term: str) -> None:
        if term in self._lasting:
            return
        for pair in _pairs(term):
            self._by_letters[pair].discard(term)
        if heard := self._sound.pop(term, ""):
            self._by_sound[heard].discard(term)

    def heard_as(self, reading: str) -> list[str]:
        return sorted(self._by_sound.get(sound(reading), ()))

    def hidden_in(self, reading: str) -> Iterator[tuple[str, list[str]]]:
        """Cut a run of kana without word borders into known words; the longest words that fit together win.

        Yields the sound of each word found and the terms that sound so.
        """
        heard = sound(reading)
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


_PASSED = frozenset(sound(part) for part in _BETWEEN.split())


def _pairs(term: str) -> set[str]:
    if not term.isascii():
        # One kanji is a word part, so it counts as well; a single kana says nothing.
        singles = {letter for letter in term if letter >= "\u3400" and not "\uff00" <= letter <= "\uffef"}
        return singles | {term[at : at + 2] for at in range(len(term) - 1)} or {term}
    edged = f"^{term}$"
    return {edged[at : at + 2] for at in range(len(edged) - 1)}
