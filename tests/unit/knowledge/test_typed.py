"""Questions in Latin letters and in kana are read as words of the archive, whoever's spelling it is; other languages are not."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench.romanising import KINDS, spelt
from services.knowledge.domain.choosing import Choice, chosen
from services.knowledge.domain.kana import sound
from services.knowledge.domain.ranking import Index, Record
from services.knowledge.domain.romaji import begun, from_romaji
from services.knowledge.domain.shelf import Shelf
from services.knowledge.domain.synonyms import Synonyms
from services.knowledge.domain.tokens import Analyser
from services.knowledge.domain.typed import Converter
from services.knowledge.domain.vocabulary import plain
from services.knowledge.search import load_vectors
from tests.unit.knowledge.desk import ARCHIVE, MORNING

LIMIT = 400
OFFICE = (
    ("apply", "更新の申請の手続き", "窓口で申請する。"),
    ("newborn", "新生児の健康診断", "新生児は一か月で受ける。"),
    ("sacred", "神聖な場所での撮影", "許可を取る。"),
    ("cause", "障害の原因を調べる", "原因は記録に書く。"),
    ("party", "パーティーの会場を予約する", "コミュニティの部屋もある。"),
    ("number", "番号を忘れたとき", "番号は社員証にある。"),
    ("move", "住所の変更", "引っ越しをしたら十四日以内。"),
    ("drive", "運転免許の返納", "運転をやめたとき。"),
    ("umeda", "梅田の会場の地図", "問い合わせは map@umeda.example へ。"),
    ("umeda-2", "梅田の事務所", "二階。"),
    ("site", "site のお知らせを直す", "kintone の site にある。"),
)
ARCHIVED = [
    *ARCHIVE,
    *(Record(key, MORNING + timedelta(days=90), title, problem) for key, title, problem in OFFICE),
]


@pytest.fixture(scope="module")
def shelf(analyser: Analyser, synonyms: Synonyms) -> Shelf:
    shelf = Shelf(analyser, synonyms, load_vectors())
    for record in ARCHIVED:
        shelf.add(record)
    return shelf


@pytest.fixture(scope="module")
def converter(analyser: Analyser, shelf: Shelf) -> Converter:
    return Converter(analyser, shelf.vocabulary, shelf.channels.whole, shelf.channels.pairs)


@pytest.fixture(scope="module")
def index(create: Callable[[], Index]) -> Index:
    index = create()
    for record in ARCHIVED:
        index.add(record)
    return index


@pytest.mark.parametrize(
    ("word", "kana"),
    [
        ("syakusyo", "シャクショ"), ("shakusho", "シャクショ"), ("tiiki", "チイキ"), ("zyuusyo", "ジュウショ"), ("jyuusho", "ジュウショ"),
        ("tetuduki", "テツヅキ"), ("huku", "フク"), ("tōroku", "トウロク"), ("tôroku", "トウロク"), ("tohroku", "トーロク"),
        ("shimbun", "シンブン"), ("gamma", "ガンマ"), ("matcha", "マッチャ"), ("maccha", "マッチャ"), ("kitte", "キッテ"),
        ("kixtute", "キッテ"), ("kiltsute", "キッテ"), ("hon'ya", "ホンヤ"), ("hon’ya", "ホンヤ"), ("hennkou", "ヘンコウ"),
        ("annnai", "アンナイ"), ("annai", "アンナイ"), ("kinenn", "キネン"), ("mainanba-ka-do", "マイナンバーカード"),
        ("fuxairu", "ファイル"), ("fulairu", "ファイル"), ("pa-thi-", "パーティー"), ("shin-yokohama", "シンヨコハマ"),
        ("pc", ""), ("vpn", ""), ("web", ""), ("team", ""), ("room", ""), ("mobile", ""), ("file", ""), ("line", ""), ("the", ""), ("", ""),
    ],
)  # fmt: skip
def test_all_spellings_are_read(word: str, kana: str) -> None:
    assert from_romaji(word) == kana


SYLLABLE = st.one_of(
    st.sampled_from(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワガジズデバピ"
    ),
    st.sampled_from(
        [
            "キャ",
            "ショ",
            "チュ",
            "リョ",
            "ジャ",
            "ファ",
            "ティ",
            "ディ",
            "ッカ",
            "ッサ",
            "ッチ",
            "ッテ",
            "ンカ",
            "ンマ",
            "ンパ",
        ]
    ),
    st.sampled_from(["ンイ", "ンヨ", "コー", "シュウ", "トウ"]),
)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"bare", "loud"}))
@settings(deadline=None)
@given(word=st.lists(SYLLABLE, min_size=1, max_size=6).map("".join))
def test_what_is_written_by_any_rule_is_heard_as_it_was(kind: str, word: str) -> None:
    assume(
        kind != "method" or not re.search("ン[アイウエオヤユヨ]", word)
    )  # nn before a vowel is read as others mean it
    typed = spelt(word, kind)
    assert sound(plain(from_romaji(typed))) == sound(plain(word))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("kessai ga shippai suru", "決済が失敗する"),
        ("KESSAI GA SHIPPAI SURU", "決済が失敗する"),
        ("kessaigashippaisuru", "決済が失敗する"),
        ("けっさいがしっぱいする", "決済が失敗する"),
        ("zyuusyo no henkou", "住所の変更"),
        ("jusho no henko", "住所の変更"),
        ("jūsho no henkō", "住所の変更"),
        ("juusho wa doko", "住所はどこ"),
        ("unten menkyo", "運転免許"),
        ("menkyo no unten", "免許の運転"),
        ("shougai no genin", "障害の原因"),
        ("shougai no gen'in", "障害の原因"),
        ("shougainogenninn", "障害の原因"),
        ("pa-ti- no yoyaku", "パーティーの予約"),
        ("pa-thi- no yoyaku", "パーティーの予約"),
        ("shinsei no tetsuzuki", "申請の手続き"),
        ("shinsei na basho", "神聖な場所"),
        ("shinseiji no kenkou", "新生児の健康"),
        ("jusho o henko shitai", "住所を変更したい"),
        ("bango wo henko", "番号を変更"),
        ("vpn ni tsunagaranai", "vpn につながらない"),
        ("pc ga ugokanai", "pc がうごかない"),
        ("umeda no chizu", "梅田の地図"),
        ("pasuwaーdo no henkou", "パスワードの変更"),
        ("kintone no juusho", "kintone の住所"),
        ("site no oshirase", "site のお知らせ"),
        ("住所 no henkou", "住所 の変更"),
        ("err_502 de kessai dekinai", "err_502 で決済できない"),
        ("髙﨑①㈱🔥 no seikyuusho", "高崎1株式会社🔥 の請求書"),
    ],
)
def test_the_question_stands_as_if_converted(converter: Converter, typed: str, text: str) -> None:
    assert converter.converted(typed, LIMIT).text == text


def test_no_more_is_read_than_people_ask_in(converter: Converter) -> None:
    for typed, read in (("じゅうしょのへんこう", "住所の変更"), ("juusho no henkou ", "住所の変更")):
        text = converter.converted(typed * 1000, 10_000).text
        assert text.startswith(read * 10)
        assert text.count("住所") < 30
        assert text.count(typed.strip()) > 500


@pytest.mark.parametrize(
    "text",
    [
        *(record.title for record in ARCHIVE if record.title.isascii()),
        "customers cannot open the domain page",
        "token expired", "image upload error", "remote desktop", "kintone login", "Sansan", "change domain name", "no sound in the meeting",
        "How do I use the site?", "Where is the Umeda office?", "we made a mistake", "app keeps crashing", "taro.yamada@example.com", "vpn809",
        "err_kessai", "https://kessai.example/juusho", "a", "no", "name", "open", "time",
    ],
)  # fmt: skip
def test_english_and_names_are_not_taken_for_japanese(converter: Converter, text: str) -> None:
    typed = converter.converted(text, LIMIT)
    assert (typed.text, typed.heard) == (text, {})


@pytest.mark.parametrize("text", [record.title for record in ARCHIVED if not record.title.isascii()])
def test_what_was_converted_already_stays(converter: Converter, text: str) -> None:
    assert not converter.converted(text, LIMIT).heard


def test_what_the_dictionary_understands_is_no_guess(converter: Converter) -> None:
    assert list(converter.converted("しんせいのてつづき", LIMIT).heard) == ["申請"]


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(st.characters(), max_size=120),
        st.text("aiueokstnhm rygzdbpw'-ōあいうかきしちつてとんゃゅっー ", max_size=60),
    )
)
def test_any_text_is_read_as_something_and_the_same_each_time(converter: Converter, text: str) -> None:
    typed = converter.converted(text, LIMIT)
    assert typed == converter.converted(text, LIMIT)
    assert all(typed.heard)


def test_a_word_was_meant_that_stands_with_the_others(shelf: Shelf) -> None:
    alike = Choice("シンセイ", (("神聖", 6.0), ("申請", 6.1), ("新生", 6.2)))
    channels = shelf.channels
    for beside, first in (("手続き", "申請"), ("健康", "新生"), ("撮影", "神聖"), ("知らない", "神聖")):
        (found,) = chosen([alike], [beside], channels.whole, channels.pairs)
        assert (found[0], len(found)) == (first, 3)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ryousyuusyo wo saihakkou sitai", "receipt"), ("ryōshūsho", "receipt"), ("RYOSHUSHO", "receipt"),
        ("pasuwa-do wo wasureta", "password"), ("purinta- de insatu dekinai", "printer"), ("tyuumon wo torikesitai", "cancel"),
        ("kaigishitsu no wi-fi", "wifi"), ("yuukyuu no nokori", "leave"), ("かいやくのてつづき", "quit"), ("ざいこすうがあわない", "stock"),
        ("kōtsūhi no seisan", "expense"), ("koutuuhinoseisann", "expense"), ("genin o shiraberu", "cause"), ("untenmenkyo", "drive"),
    ],
)  # fmt: skip
def test_it_is_found_however_it_is_spelt(index: Index, query: str, expected: str) -> None:
    assert index.search(query)[0].id == expected


def test_a_hit_says_how_a_word_was_read(index: Index) -> None:
    hit = index.search("zyuusyo")[0]
    assert (hit.id, hit.why) == ("move", ("じゅうしょ→住所",))


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        *(
            ("pasuw", "パス"),
            ("kess", "ケッ"),
            ("sya", "シャ"),
            ("e", ""),
            ("pri", ""),
            ("vpn", ""),
            ("str", ""),
            ("e-m", ""),
        ),
        *(
            ("kenk", "ケン"),
            ("shinsh", "シン"),
            ("hinan'y", "ヒナン"),
            ("shimb", "シン"),
            ("konny", "コン"),
            ("tōk", "トウ"),
        ),
        *(("match", "マッ"), ("macch", "マッ"), ("gakky", "ガッ"), ("zassh", "ザッ"), ("pasuwa-d", "パスワー")),
    ],
)
def test_a_word_may_still_be_in_the_making(typed: str, kana: str) -> None:
    assert begun(typed) == kana


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "pasu",
            "pasuw",
            "pasuwa",
            "pasuwa-",
            "pasuwa-d",
            "pasuwa-do",
            "pasuwa-do wo",
            "pasuwa-do o wa",
            "PASUWAADO WO",
        ),
        *("pasuwaーd", "pasuwaーdo", "ぱすw", "ぱすわーd", "パスワードw", "ｐａｓｕｗａ－ｄ"),
    ],
)
def test_questions_are_proposed_while_latin_letters_are_typed(index: Index, typed: str) -> None:
    first = index.suggest(typed)[0]
    assert (first.id, first.goes_on) == ("password", True)
