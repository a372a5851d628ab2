"""How the name of a customer is found in texts, and what ordinary text it leaves alone."""

import gc
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.numbers import Kind
from shared.contracts.personal import MARKS, find, masked
from shared.contracts.report import Report

NAME: tuple[Kind, ...] = ("name",)
NAMES = (
    *(
        "山田 太郎",
        "山田太郎",
        "髙橋一郎",
        "ﾔﾏﾀﾞ ﾀﾛｳ",
        "山田太郎（ヤマダ タロウ）",
        "森",
        "林 一",
        "東 京子",
        "たく けん",
    ),
    *(
        "Lee",
        "May Lee",
        "John Smith",
        "ジョン・スミス",
        "山田",
        "マリア",
        "김철수",
        "カード",
        "森 森",
        "𠮷田",
        "José García",
    ),
)


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("山田太郎", "山田　太郎様から。山田 太郎、山田様、山田太郎", "〇様から。〇、〇様、〇"),
        ("山田 太郎", "山田太郎、太郎さん、山田電機、山田様式", "〇、〇さん、山田電機、山田様式"),
        ("髙橋一郎", "高橋一郎様、髙橋さん", "〇様、〇さん"),
        ("高﨑 邊", "髙崎辺、高崎様", "〇、〇様"),
        ("𠮷田 健", "吉田健です", "〇です"),
        ("辻󠄀 葛󠄀子", "辻葛子、辻󠄀 葛󠄀子", "〇、〇"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ、ﾔﾏﾀﾞﾀﾛｳ、ヤマダ様", "〇、〇、〇様"),
        ("ヤマダ タロウ", "ﾔﾏﾀﾞ　ﾀﾛｳ", "〇"),
        ("オガワ シゲル", "ｵｶﾞﾜ ｼｹﾞﾙ", "〇"),
        ("山田太郎（ヤマダタロウ）", "山田太郎、ヤマダ様、ﾔﾏﾀﾞﾀﾛｳ", "〇、〇様、〇"),
        ("山田太郎 (Taro Yamada)", "TARO YAMADA", "〇"),
        ("ジョン・スミス", "ジョンスミス、ジョン スミス、スミス様", "〇、〇、〇様"),
        ("山田 太郎 様", "山田太郎です", "〇です"),
        ("森", "森様から、森 さん、森氏", "〇から、〇、〇"),
        ("Lee", "Mr. Lee and Lee様", "Mr. 〇 and 〇様"),
        ("JOHN SMITH", "John Smith, Ms. Smith", "〇, Ms. 〇"),
        ("山田", "担当の山田です、担当山田様", "担当の〇です、担当〇様"),
        ("【VIP】鈴木一郎", "【VIP】鈴木一郎 様、鈴木一郎", "【VIP】〇 様、〇"),
        ("[要注意] 【至急】 山田 花子（ヤマダ ハナコ）", "山田花子、ヤマダハナコ、要注意", "〇、〇、要注意"),
        ("㈱山田太郎", "(株)山田太郎", "(株)〇"),
        ("〔外部〕佐藤健二", "佐藤健二です", "〇です"),
        ("★【VIP】鈴木一郎", "鈴木様、VIP様", "〇様、VIP様"),
        ("※「鈴木一郎」様", "鈴木 一郎", "〇"),
        ("（山田太郎）（ヤマダタロウ）", "山田太郎、ヤマダタロウ", "〇、〇"),
        ("Suzuki, Ichiro", "Ichiro Suzuki; Suzuki, Ichiro; Suzuki Ichiro", "〇; 〇; 〇"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, text: str, shown: str) -> None:
    assert masked(text, names=(name,)).text == shown.replace("〇", "〔氏名〕")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("森", "森林公園、森の中、森さまざま、青森様"),
        ("林 一", "森林一帯、密林様の柄、林立"),
        ("原", "原因は原様式、草原さん"),
        ("東 京子", "東京都、関東様、東側"),
        ("奥 太郎", "奥様から"),
        ("多田一", "多様な"),
        ("山田", "山田電機"),
        ("山田太郎（営業部）", "営業部から"),
        ("たく けん", "たくさん"),
        ("マリ", "アマリリス"),
        ("Lee", "Lee filter, sleep"),
        ("May Lee", "You may call in May"),
        ("Will Park", "the car will park there"),
        ("カード", "カード番号"),
        ("電話", "電話 03"),
        ("user1", "user1"),
        ("", "山田"),
        ("（）", "（）"),
    ],
)
def test_ordinary_text_stays(name: str, text: str) -> None:
    assert masked(text, names=(name,)).text == text


PIECES = st.one_of(
    st.sampled_from(
        [*NAMES, *"山田太郎森林一東京子高髙ﾔﾏﾀﾞﾀヤマダ", "様", "さん", "氏", " ", "　", "・", "Lee", "may", "Mr. "]
    ),
    st.sampled_from(
        ["〔氏名〕", "〔", "〕", "〔カード 末尾1111〕", "090-1234-5678", "a@example.jp", "\n", "-", "\ufe00"]
    ),
    st.text(max_size=4),
)
TEXTS = st.lists(PIECES, max_size=16).map("".join)


@given(TEXTS, st.sampled_from(NAMES), st.sampled_from(sorted(MARKS)))
def test_masking_again_changes_nothing(text: str, name: str, language: str) -> None:
    once = masked(text, language=language, names=(name,))
    again = masked(once.text, language=language, names=(name,))
    assert (again.text, again.found) == (once.text, ())


@given(TEXTS, st.one_of(st.sampled_from(NAMES), st.text(max_size=12)))
def test_places_are_those_of_the_text_and_stand_apart(text: str, name: str) -> None:
    found = find(text, names=(name,))
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(TEXTS, st.sampled_from(NAMES), st.sampled_from(sorted(MARKS)))
def test_where_there_is_no_room_nothing_grows(text: str, name: str, language: str) -> None:
    assert len(masked(text, language=language, names=(name,), most=0).text) <= len(text)


def test_a_text_as_long_as_readers_take_is_no_longer_for_its_marks() -> None:
    facts = "山田様" * 1666
    assert len(masked(facts, names=("山田 太郎",)).text) > 5000
    assert Report(facts=masked(facts, names=("山田 太郎",), most=5000).text).facts.startswith("〔〕様")


@given(st.sampled_from(NAMES), st.text(alphabet="。、ab\n", max_size=5))
def test_a_name_by_itself_before_an_honorific_never_stays(name: str, around: str) -> None:
    if name != "カード":
        assert find(f"{around}。{name}様。{around}", NAME, (name,))


@pytest.mark.parametrize("name", ["山" * 200, "A" * 200, "Aa " * 66, "あ い " * 50, "山田太郎", "ﾀﾞ" * 100, "森"])
@pytest.mark.parametrize("piece", ["山", "A", "Aa ", "あ い ", "山田太郎様", "ﾀﾞ", "山  ", "森様"])
def test_time_grows_with_the_text_and_not_faster(request: pytest.FixtureRequest, name: str, piece: str) -> None:
    def spent(size: int) -> float:
        text, began = piece * (size // len(piece)), time.process_time()
        find(text, NAME, (name,))
        return time.process_time() - began

    gc.disable()
    request.addfinalizer(gc.enable)
    spent(1000)
    assert spent(80_000) < max(min(spent(10_000) for _ in range(2)), 0.005) * 8 * 4
