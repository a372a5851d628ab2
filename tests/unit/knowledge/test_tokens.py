"""Text becomes the same words however it is typed, and any string becomes some list of words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.knowledge.domain.english import split, stem
from services.knowledge.domain.kana import sound
from services.knowledge.domain.normalise import normalise
from services.knowledge.domain.romaji import from_romaji
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Analyser

ANY = st.text(st.characters(), max_size=300)  # lone surrogates, NUL, emoji and unassigned characters included


@settings(deadline=None)
@given(ANY)
def test_words_are_total_and_repeatable(analyser: Analyser, text: str) -> None:
    words = analyser.words(text)
    assert words == analyser.words(text)
    assert all(word and word[0] not in "#~" for word in words)


@settings(deadline=None)
@given(ANY, st.integers(0, 50))
def test_normalising_is_bounded_and_settles(text: str, limit: int) -> None:
    once = normalise(text, limit)
    assert len(once) <= limit
    assert "\0" not in once
    once.encode()


def test_very_long_text_is_cut(analyser: Analyser) -> None:
    assert len(analyser.words("決済 " * 200_000)) == -(-20_000 // 3)
    assert len(analyser.words("あ" * 100_000)) <= 20_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("レジで支払いできない", ["レジ", "支払う"]),
        ("ＰＯＳ端末３１２台", ["pos", "端末", "312", "台"]),
        ("髙﨑①㈱🔥", ["高崎", "1", "株式", "会社"]),
        ("サーバ サーバー ｻｰﾊﾞｰ サーバ～", ["サーバ"] * 4),
        ("E-mail の wi-fi", ["mail", "email", "wi", "fi", "wifi"]),
        ("1,000円", ["1000", "円"]),
        ("Customers can't pay", ["customer", "pay"]),
        ("", []),
    ],
)
def test_words(analyser: Analyser, text: str, words: list[str]) -> None:
    assert analyser.words(text) == words


@pytest.mark.parametrize(
    "forms",
    [
        ["pay", "pays", "paying"],
        ["fail", "fails", "failed", "failing"],
        ["cancel", "cancelled", "canceled", "cancelling"],
        ["charge", "charged", "charging", "charges"],
        ["policy", "policies"],
        ["log", "logged", "logging"],
        ["crash", "crashes", "crashed"],
    ],
)
def test_forms_of_a_word_share_a_stem(forms: list[str]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_contractions_keep_their_not() -> None:
    assert split("can’t") == ["cannot"]
    assert split("doesn't") == ["does", "not"]


@pytest.mark.parametrize("typed", ["n't", "n’t", "It does n't.", "n't n’t"])
def test_a_not_that_stands_alone_is_no_empty_word(analyser: Analyser, typed: str) -> None:
    assert "" not in {token.term for token in analyser.tokens(typed)}
    assert analyser.words(typed) == []


@pytest.mark.parametrize(
    ("romaji", "kana"),
    [("kessai", "ケッサイ"), ("shiharai", "シハライ"), ("konnichi", "コンニチ"), ("tosho", "トショ"), ("password", "")],
)
def test_romaji(romaji: str, kana: str) -> None:
    assert from_romaji(romaji) == kana


@pytest.mark.parametrize("heard", [["サーバー", "さーばあ", "サーバ"], ["トウロク", "とうろく", "トーロク", "トロク"]])
def test_long_vowels_sound_alike(heard: list[str]) -> None:
    assert len({sound(word) for word in heard}) == 1


@settings(deadline=None)
@given(ANY)
def test_sound_and_romaji_are_total(text: str) -> None:
    assert len(sound(text)) <= len(text)
    from_romaji(text)


def test_groups_are_found_across_polite_forms_and_languages(analyser: Analyser, synonyms: Synonyms) -> None:
    for text in ("支払いができません", "支払できない", "we cannot pay", "決済に失敗しました"):
        assert {"支払い", "できない"} <= {mention.group for mention in synonyms.mentions(analyser.tokens(text))}, text


@pytest.mark.parametrize("line", ["ひとつ", "決済 | ", "| 決済"])
def test_a_mistake_in_the_groups_names_its_line(analyser: Analyser, line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        Synonyms(f"# head\n{line}", analyser)
