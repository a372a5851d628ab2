"""Kana is cut into all of its pieces, each of them heard by itself, and the likelier word wins."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.knowledge.domain.cutting import Costs, Run, cut
from services.knowledge.domain.kana import heard_from, hiragana, sound, spelt
from services.knowledge.domain.tokens import Analyser
from services.knowledge.domain.vocabulary import Vocabulary, plain, stands_between

WORDS = {
    "運転": "ウンテン", "免許": "メンキョ", "都市": "トシ", "投資": "トウシ", "原因": "ゲンイン", "今夜": "コンヤ", "鳩": "ハト", "糞": "フン",
    "会社": "カイシャ", "医者": "イシャ", "国民": "コクミン", "年金": "ネンキン", "コミュニティ": "コミュニティ", "巣": "ス", "蜂": "ハチ", "市": "シ", "役所": "ヤクショ", "試薬": "シヤク", "書": "ショ", "日": "ヒ", "票": "ヒョウ",
}  # fmt: skip
PAIRS = ["市\t役所", "国民\t日"]
HELD = {"会社": 40, "医者": 1}


def vocabulary() -> Vocabulary:
    known = Vocabulary({})
    for term, reading in WORDS.items():
        known.add(term, reading)
    return known


def words(analyser: Analyser, kana: str, *spaces: int) -> list[str]:
    """The likeliest word of each piece, "" where there is none."""
    run = Run(kana, frozenset(spaces))
    tokens = analyser.tokens(hiragana(kana))
    pieces = cut(run, tokens, vocabulary(), Costs(lambda term: HELD.get(term, 1), 100, PAIRS.count))
    return [piece.terms[0][0] if piece.terms else "" for piece in pieces]


@pytest.mark.parametrize(
    ("kana", "expected"),
    [
        ("メンキョノウンテン", ["免許", "", "運転"]),
        ("トシ", ["都市"]),
        ("トウシ", ["投資"]),
        ("トーシ", ["投資"]),
        ("ゲニン", ["原因"]),
        ("ゲンニン", ["原因"]),
        ("コニャ", ["今夜"]),
        ("ハトノフン", ["鳩", "", "糞"]),
        ("コクミンネンキンノ", ["国民", "年金", ""]),
        ("コミュニチ", ["コミュニティ"]),
        ("シヤクショ", ["市", "役所"]),
        ("シヤクノ", ["試薬", ""]),
        ("コクミンヒョ", ["国民", "票"]),  # 日 stands beside 国民 in a title, but nothing but ょ would be left
    ],
)
def test_words_are_found(analyser: Analyser, kana: str, expected: list[str]) -> None:
    assert words(analyser, kana) == expected


def test_a_word_after_what_is_not_read_is_no_particle(analyser: Analyser) -> None:
    known = Vocabulary({})
    known.add("カード", "カード")
    run, costs = Run("カード", opens=False), Costs(lambda _: 1, 100, lambda _: 0)
    (piece,) = cut(run, analyser.tokens("かーど"), known, costs)
    assert [term for term, _ in piece.terms] == ["カード"]


def test_a_space_says_where_a_word_begins(analyser: Analyser) -> None:
    assert words(analyser, "カイシャ") == ["会社"]
    assert words(analyser, "ハチノスガ", 2, 3, 4) == ["蜂", "", "巣", ""]
    assert words(analyser, "ハトカイシャ") == ["鳩", "会社"]
    assert words(analyser, "ハトカイシャ", 2, 3) == ["鳩", "", "医者"]


@pytest.mark.parametrize("kana", ["イ" * 200, "コウ" * 100, "カ" * 200, "ャ" * 200, "ー" * 200])
def test_however_many_words_are_heard_alike_few_are_looked_for_beside_others(analyser: Analyser, kana: str) -> None:
    known, asked = Vocabulary({}), list[str]()
    for number in range(100):
        for reading in ("イ", "イイ", "コウ", "コウコウ", "コウコ", "ウコ", "カ", "カカ", "カカカ"):
            known.add(f"{reading}{number}", reading)

    def beside(pair: str) -> int:
        asked.append(pair)
        return 0

    cut(Run(kana), analyser.tokens(hiragana(kana)), known, Costs(lambda _: 1, 1000, beside))
    assert len(asked) < 160 * len(kana)


class Asked(Vocabulary):
    """A vocabulary that counts what it is asked for."""

    times = 0

    def meant_by(self, heard: str) -> Iterator[tuple[str, bool]]:
        self.times += 1
        return super().meant_by(heard)


def test_parts_are_not_looked_for_that_begin_like_no_word(analyser: Analyser) -> None:
    known, kana = Asked({}), "".join(f"{one}{other}" for one in "アカサタナハマ" for other in "ヌフユルグズブ")
    for term, reading in WORDS.items():
        known.add(term, reading)
    cut(Run(kana), analyser.tokens(hiragana(kana)), known, Costs(lambda _: 1, 100, lambda _: 0))
    assert known.times < 5 * len(kana)


@settings(deadline=None)
@given(st.text("アイウエオカクコシシチトニノャュョーンセツメヨ", min_size=1, max_size=12), st.integers(1, 12))
def test_no_word_goes_on_where_none_is_said_to(kana: str, end: int) -> None:
    known = vocabulary()
    if not known.goes_on(spelt(kana[:end])):
        assert not list(known.meant_by(spelt(kana)))
        assert not stands_between(spelt(kana))


@pytest.mark.parametrize("reading", [*WORDS.values(), "ゲニン", "コンニャ", "ニツイテ", "オシエテクダサイ"])
def test_every_word_goes_on_to_its_end(reading: str) -> None:
    assert all(vocabulary().goes_on(spelt(plain(reading)[:end])) for end in range(1, len(reading) + 1))


def test_of_many_that_are_heard_alike_those_of_most_records_are_kept(analyser: Analyser) -> None:
    known = Vocabulary({})
    for number in range(100):
        known.add(f"{number:02}", "カイギ")
    (piece,) = cut(Run("カイギ"), analyser.tokens("かいぎ"), known, Costs(int, 100, lambda _: 0))
    assert [term for term, _ in piece.terms] == [str(number) for number in range(99, 83, -1)]


@settings(deadline=None)
@given(st.text("アイウエオカシスチツテトナニノハンャュョッーガ", max_size=60), st.sets(st.integers(1, 59), max_size=8))
def test_nothing_is_lost_and_nothing_is_read_twice(analyser: Analyser, kana: str, spaces: set[int]) -> None:
    run = Run(kana, frozenset(space for space in spaces if space < len(kana)))
    pieces = cut(run, analyser.tokens(hiragana(kana)), vocabulary(), Costs(lambda _: 1, 10, PAIRS.count))
    assert "".join(kana[piece.start : piece.end] for piece in pieces) == kana
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces)][: len(pieces)]


@settings(deadline=None)
@given(st.text("アイウエオカシスチツテトノハンャュョッーガ", min_size=1, max_size=20), st.integers(0, 19))
def test_every_part_is_heard_as_if_it_stood_alone(kana: str, start: int) -> None:
    parts = list(heard_from(kana, start, 8))
    ends = range(start + 1, min(start + 8, len(kana)) + 1)
    assert parts == [(end, heard) for end in ends if "ーーー" not in (heard := spelt(kana[start:end]))]
    assert all(sound(kana[start:end]) == heard.replace("ー", "") for end, heard in parts)


def test_no_word_begins_or_goes_on_with_the_kana_of_a_particle() -> None:
    assert list(heard_from("ヲカシ", 0, 8)) == [(1, "オ")]
    assert list(heard_from("バンゴヲカ", 0, 8)) == [(1, "バ"), (2, "バン"), (3, "バンゴ")]


def test_a_word_that_is_gone_is_not_heard() -> None:
    known = vocabulary()
    for term in WORDS:
        known.remove(term)
    assert not [term for reading in WORDS.values() for term, _ in known.meant_by(spelt(reading))]
    assert list(known.meant_by("ゲニン")) == []
