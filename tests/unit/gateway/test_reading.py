"""Reading aloud: what a person on the telephone hears for numbers, times, dates and Latin words of a case."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.reading import aloud, runs
from gateway.speech import MOST, speakable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("案件番号 4512。", "案件番号 ヨンゴーイチニー。"),
        ("ケース 10345 です", "ケース イチゼロサンヨンゴー です"),
        ("#4512 の続き", "ヨンゴーイチニー の続き"),
        ("INC0012345", "アイエヌシー ゼロゼロイチニーサンヨンゴー"),
        ("JIRA-482", "ジラ ヨンハチニー"),
        ("注文番号 450件", "注文番号 450件"),
        ("１２３店で再現", "123店で再現"),
        ("12,500円", "12,500円"),
        ("０９０-００００-０１０１", "090-0000-0101"),
        ("＋８１９０００００００１", "プラス ハチイチキューゼロゼロゼロゼロゼロゼロゼロイチ"),
    ],
)
def test_numbers(text: str, said: str) -> None:
    assert aloud(speakable(text), "ja") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10:05 から", "10時5分 から"),
        ("１４：００ まで", "14時 まで"),
        ("0:10", "零時10分"),
        ("10:05:09", "10時5分9秒"),
        ("10時05分", "10時5分"),
        ("23:59〜0:10", "23時59分から零時10分"),
        ("25:00", "25:00"),
        ("10:60", "10:60"),
        ("2026/11/24 9:30", "2026年11月24日 9時30分"),
        ("2026-01-05T10:05:00", "2026年1月5日10時5分"),
        ("11/24（火）9:30 まで", "11月24日(火)9時30分 まで"),
        ("11/24 に再起動", "11月24日 に再起動"),
        ("1/2 のノード", "1/2 のノード"),  # a half, or the second of January
        ("13/40 から", "13/40 から"),
    ],
)
def test_times_and_dates(text: str, said: str) -> None:
    assert aloud(speakable(text), "ja") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ｋａｆｋａ の lag", "カフカ の ラグ"),
        ("login できない", "ログイン できない"),
        ("HTTP 500 Internal Server Error", "HTTP 500 インターナル サーバー エラー"),
        ("5xx エラー", "500番台 エラー"),
        ("P1 の案件", "ピーワン の案件"),
        ("v2.1.3 に更新", "v2点1点3 に更新"),
        ("192.168.0.1", "192点168点0点1"),
        ("3.5GB", "3.5ギガバイト"),
        ("https://example.com/a?b=c を参照", "リンク を参照"),
        ("a@example.com へ", "メールアドレス へ"),
        ("APIサーバー", "APIサーバー"),
        ("⚠️ 1️⃣ 髙﨑①㈱🔥", "1 髙﨑1株式会社"),
    ],
)
def test_latin_and_signs(text: str, said: str) -> None:
    assert aloud(speakable(text), "ja") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Case number 4512.", "Case number 4 5 1 2."),
        ("Case number 12.", "Case number 12."),
        ("#4512 is open", "number 4 5 1 2 is open"),
        ("INC0012345", "INC 0 0 1 2 3 4 5"),
        ("P1 since 10:05", "P 1 since 10:05"),
        ("see https://example.com/x", "see a link"),
        ("HTTP 500", "HTTP 500"),
    ],
)
def test_english(text: str, said: str) -> None:
    assert aloud(speakable(text), "en") == said


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("案件番号 4512。", "アンケンバンゴーヨンゴーイチニー。"),
        ("案件番号 12。", "アンケンバンゴーイチニー。"),
        ("11/24（火）9:30 まで", "ジューイチガツニジューヨッカカヨービクジサンジュップンマデ"),
        ("0:10 から", "レージジュップンカラ"),
        ("P1 の案件", "ピーワンノアンケン"),
        ("3.5GB", "サンテンゴギガバイト"),
        ("Kafka の lag", "カフカノラグ"),
        ("①、㈱髙﨑🔥 の１２３店", "イチ、カブシキガイシャタカサキノヒャクニジューサンテン"),
    ],
)
def test_what_the_japanese_voice_makes_of_it(text: str, heard: str) -> None:
    import pyopenjtalk

    assert pyopenjtalk.g2p(aloud(speakable(text), "ja"), kana=True) == heard


def test_words_of_the_other_language_go_to_the_other_voice() -> None:
    text = speakable("Case 12. 決済が全店舗で失敗する。 Press 1.")
    assert list(runs(text, "en")) == [("en", "Case 12."), ("ja", "決済が全店舗で失敗する。"), ("en", "Press 1.")]
    assert list(runs("案件 12 api", "ja")) == [("ja", "案件 12 api")]
    assert list(runs("Sato Hanako さん", "ja")) == [("en", "Sato Hanako"), ("ja", "さん")]
    assert list(runs("CPU と API", "ja")) == [("ja", "CPU と API")]


TEXTS = st.text(max_size=200) | st.text("0123456789:/-#.~ PAaz月日時分から@_", max_size=60)


@given(TEXTS)
def test_nothing_is_lost_between_the_voices(text: str) -> None:
    for language in ("ja", "en"):
        read = aloud(speakable(text), language)
        cut = list(runs(read, language))
        assert all(words.strip() for _, words in cut)
        assert "".join("".join(w.split()) for _, w in cut) == "".join(read.split())


@pytest.mark.parametrize("piece", ["a", "a.", ".", "1:", "1/", "1.", "A-", "http://", "@a", "#1", "ﷺ", "a ", "あa1 "])
def test_a_hostile_text_is_read_at_once(piece: str) -> None:
    began = time.monotonic()
    read = aloud(speakable(piece * 1000), "ja")
    list(runs(read, "ja"))
    assert time.monotonic() - began < 0.5
    assert len(speakable(piece * 1000)) <= MOST
