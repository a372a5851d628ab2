"""What a front-line worker finds, in the words that come to mind."""

import pytest

from services.knowledge.domain.query import Reason
from services.knowledge.domain.ranking import Index, Record
from tests.unit.knowledge.desk import ARCHIVE, MORNING, PAYMENT


def first(index: Index, query: str) -> str:
    return index.search(query)[0].id


@pytest.mark.parametrize(
    "query",
    [
        "レジで支払いできない",
        "customers cannot pay at the register",
        "お会計ができません",
        "POSが使えない",
        "payment fails in every store",
        "全店でクレカ決済エラー",
        "checkout is failing",
        "れじでしはらいできない",
        "ケッサイガシッパイスル",
        "kessai ga shippai suru",
    ],
)
def test_the_payment_outage_is_offered_first(desk: Index, query: str) -> None:
    assert first(desk, query) == PAYMENT.id


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("サインインできません", "login"),
        ("customer wants money back", "en-refund"),
        ("お金を返してほしい", "refund"),
        ("パス忘れた", "password"),
        ("画面がもっさりしている", "slow"),
        ("ハラスメント", "harass"),
        ("個人情報の漏洩", "privacy"),
        ("ＶＰＮ　８０９", "vpn"),
        ("app keeps crashing", "en-app"),
        ("password reset", "password"),
        ("pasword forgoten", "password"),
        ("高崎1(株)", "takasaki"),
        ("髙﨑①㈱🔥", "takasaki"),
        ("wi-fi", "wifi"),
        ("WiFi", "wifi"),
    ],
)
def test_other_words_for_the_same_thing_find_it(desk: Index, query: str, expected: str) -> None:
    assert first(desk, query) == expected


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        (["プリンター", "プリンタ", "ﾌﾟﾘﾝﾀｰ", "プリンタ－", "ぷりんたー", "purinta"], "printer"),
        (["取り消し", "取消し", "取消", "取りけし", "とりけし"], "cancel"),
        (["解約", "かいやく", "カイヤク", "ｶｲﾔｸ", "kaiyaku"], "quit"),
        (["領収書", "りょうしゅうしょ", "ryoushuusho", "領収書　再発行"], "receipt"),
        (["バーコード", "ﾊﾞｰｺｰﾄﾞ", "バアコオド", "ばーこーど"], "scanner"),
        (["問題は VPN 809", "vpn809", "ＶＰＮ８０９"], "vpn"),
    ],
)
def test_spelling_width_kana_and_okurigana_do_not_matter(desk: Index, variants: list[str], expected: str) -> None:
    assert {query: first(desk, query) for query in variants} == dict.fromkeys(variants, expected)


def test_a_hit_says_why(desk: Index) -> None:
    synonym = desk.search("レジで支払いできない")[0]
    assert (synonym.reason, synonym.why) == (Reason.SYNONYMS, ("レジ", "支払い", "できない"))
    assert desk.search("決済")[0].reason is Reason.WORDS
    heard = desk.search("kessai")[0]
    assert (heard.id, heard.reason) == (PAYMENT.id, Reason.READINGS)
    assert "決済" in heard.why[0]
    assert desk.search("pasword")[0].reason is Reason.LETTERS


@pytest.mark.parametrize("query", ["", "🔥🔥", "\0", "\ud800", "。、", "xqzxqz", "を", "the", "　"])
def test_a_question_that_says_nothing_offers_the_latest(desk: Index, query: str) -> None:
    hits = desk.search(query, limit=3)
    assert hits[0].id
    if hits[0].reason is Reason.RECENT:
        assert [hit.id for hit in hits] == [record.id for record in ARCHIVE[:-4:-1]]


def test_only_an_empty_archive_gives_an_empty_answer(empty: Index) -> None:
    assert empty.search("決済") == []
    empty.add(PAYMENT)
    assert [hit.id for hit in empty.search("プリンター")] == [PAYMENT.id]
    empty.remove(PAYMENT.id)
    assert empty.search("決済") == []


def test_among_equals_the_latest_and_then_the_most_used_comes_first(empty: Index) -> None:
    for key, uses in (("a", 0), ("b", 5), ("c", 1)):
        empty.add(Record(key, MORNING, "停電", uses=uses))
    assert [hit.id for hit in empty.search("停電")] == ["b", "c", "a"]


def test_a_corrected_record_is_found_by_its_new_words_only(empty: Index) -> None:
    empty.add(Record("x", MORNING, "空調の故障"))
    empty.add(Record("x", MORNING, "エレベーターの点検"))
    assert len(empty) == 1
    assert empty.search("昇降機")[0].reason is Reason.SYNONYMS
    assert empty.search("空調")[0].reason is Reason.RECENT


def test_what_others_called_it_finds_it(empty: Index) -> None:
    empty.add(Record("plain", MORNING, "印影の登録"))
    empty.add(Record("phrased", MORNING, "印影の届け出", phrasings=("ハンコを作りたい", "seal certificate")))
    assert [first(empty, query) for query in ("ハンコ", "seal certificate")] == ["phrased", "phrased"]


def test_similar_cases_are_others(desk: Index) -> None:
    assert PAYMENT.id not in [hit.id for hit in desk.similar(PAYMENT.id)]
    assert desk.similar("en-login")[0].id == "login"
    assert desk.similar_to("店のレジで会計が失敗しています")[0].id == PAYMENT.id
    assert PAYMENT.id not in [hit.id for hit in desk.similar_to("店のレジで会計が失敗", but=PAYMENT.id)]
    with pytest.raises(KeyError):
        desk.similar("unknown")
