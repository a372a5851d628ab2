"""Finding personal data: what is somebody's goes, what is nobody's stays readable, and nothing is left half readable."""

import gc
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.contracts.numbers import KINDS, PLAIN, Kind
from shared.contracts.personal import MARKS, find, masked, value_of

MY_NUMBER = "123456789018"
SOMEBODYS = {
    "電話は090-1234-5678です": ("phone", "09012345678"),
    "０９０ー１２３４ー５６７８": ("phone", "09012345678"),
    "090―1234―5678 / 髙﨑": ("phone", "09012345678"),
    "①090‐1234‐5678🔥": ("phone", "09012345678"),
    "090 1234 5678": ("phone", "09012345678"),
    "09012345678": ("phone", "09012345678"),
    "+81 90 1234 5678": ("phone", "09012345678"),
    "+81(0)90-1234-5678": ("phone", "09012345678"),
    "010-81-90-1234-5678": ("phone", "09012345678"),
    "TEL:03-1234-5678": ("phone", "0312345678"),
    "TEL03-1234-5678": ("phone", "0312345678"),
    "（03）1234-5678": ("phone", "0312345678"),
    "03（1234）5678": ("phone", "0312345678"),
    "📞0312345678": ("phone", "0312345678"),
    "+81-3-1234-5678": ("phone", "0312345678"),
    "0422-12-3456": ("phone", "0422123456"),
    "折り返し 0422123456 まで": ("phone", "0422123456"),
    "01267-1-2345": ("phone", "0126712345"),
    "フリーダイヤル0120-123-456": ("phone", "0120123456"),
    "0800-123-4567": ("phone", "08001234567"),
    "+1 415 555 2671": ("phone", "+14155552671"),
    "Taro.Yamada+a@Example.co.jp": ("mail", "taro.yamada+a@example.co.jp"),
    "ｕｓｅｒ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ": ("mail", "user@example.co.jp"),
    "サーバーuser@example.jp宛": ("mail", "user@example.jp"),
    "4111 1111 1111 1111": ("card", "4111111111111111"),
    "４１１１－１１１１－１１１１－１１１１": ("card", "4111111111111111"),
    "4111111111111111": ("card", "4111111111111111"),
    "3782 822463 10005": ("card", "378282246310005"),
    "カード番号378282246310005": ("card", "378282246310005"),
    "1234-5678-9018": ("my_number", MY_NUMBER),
    f"マイナンバーは{MY_NUMBER}": ("my_number", MY_NUMBER),
    "普通 1234567": ("account", "1234567"),
    "口座番号：１２３４５６７": ("account", "1234567"),
}
NOBODYS = (
    "注文番号 0312345678",
    "注文番号：4111111111111111",
    "伝票番号0120-123-456",
    "#1234567890",
    "ticket 1234-5678-9013",
    "2026-11-22 18:00:00.123456",
    "2026-11-28T14:25:07+09:00",
    "20261122180000123",
    "1732280400 1732280400123456",
    "11時10分から全店舗でエラー E-502、0x80070005、ORA-01017",
    "192.168.100.200 10.0.0.1:8080 2001:db8::8a2e:370:7334",
    "v1.2.3-4567 react@18.2.0 @handle",
    "550e8400-e29b-41d4-a716-446655440000",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "SN: 0123-45-6789-01",
    "JAN 4512345678901 IMEI 356938035643809 ISBN 978-4-06-519981-7",
    "c_01kb3qxh2r0000000000000000",
    "https://key@o123.ingest.sentry.io/42",
    "git@github.com:a/b.git postgres://u:p@db.example.com/x",
    "売上 +12345678円、1,234,567,890 件",
    "0000-1111-2222-3333",
    "電話が3回鳴った 10:30-11:30",
    "1234-5678-9013",
)


@pytest.mark.parametrize("text", SOMEBODYS)
def test_what_is_somebodys_is_found(text: str) -> None:
    found = find(text)
    assert [(f.kind, f.value) for f in found] == [SOMEBODYS[text]]


@pytest.mark.parametrize("text", NOBODYS)
def test_what_is_nobodys_stays_readable(text: str) -> None:
    assert masked(text).text == text


def test_a_mark_tells_what_stood_there_and_no_more() -> None:
    text = "髙﨑①㈱の山田様（090-1234-5678、t.yamada@example.jp）のカード 4111 1111 1111 1111 で E-502"
    shown = masked(text, names=("山田 太郎",)).text
    assert shown == "髙﨑①㈱の〔氏名〕様（〔電話 末尾78〕、〔メール〕）のカード 〔カード 末尾1111〕 で E-502"
    english = masked("call +81 90 1234 5678 or a.b@example.com", language="en").text
    assert english == "call 〔tel …78〕 or 〔mail〕"


def test_a_kind_that_is_not_asked_for_stays() -> None:
    text = "090-1234-5678 a@example.jp"
    only: tuple[Kind, ...] = ("mail",)
    assert masked(text, kinds=only).text == "090-1234-5678 〔メール〕"
    assert masked(text, kinds=()).text == text


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("山田 太郎", "山田太郎さん、山田 太郎、山田様。山田電機", "〔氏名〕さん、〔氏名〕、〔氏名〕様。山田電機"),
        ("John Smith", "JOHN SMITH called, Johnson did not", "〔氏名〕 called, Johnson did not"),
        ("森", "森林の件", "森林の件"),
        ("電話", "電話 090-1234-5678", "電話 〔電話 末尾78〕"),
        ("", "山田", "山田"),
    ],
)
def test_the_name_of_the_customer_goes_wherever_it_stands(name: str, text: str, shown: str) -> None:
    assert masked(text, names=(name,)).text == shown


def test_what_is_looked_for_has_the_value_that_is_found() -> None:
    assert value_of("０３-1234-5678") == ("phone", "0312345678")
    assert value_of(" Taro@Example.jp ") == ("mail", "taro@example.jp")
    assert value_of("E-502") is None


PIECES = st.one_of(
    st.sampled_from(
        [
            *SOMEBODYS,
            *NOBODYS,
            "-",
            "ー",
            " ",
            "（",
            ")",
            "+",
            ".",
            "@",
            "電話 ",
            "注文番号",
            "カード",
            "〔",
            "〕",
            "様",
        ]
    ),
    st.from_regex(r"[0-9０-９\-+() @a-z.]{1,14}", fullmatch=True),
    st.text(max_size=6),
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@given(TEXTS)
@example("090-1234-5678-03-1234-5678")
@example("+1 234 567 8901 03-1234-5678")
@example("注文番号 03-1111-2222 0312345678")
def test_masking_again_changes_nothing_and_makes_nothing_longer(text: str) -> None:
    once = masked(text, names=("山田 太郎",))
    again = masked(once.text, names=("山田 太郎",))
    assert again.text == once.text
    assert not again.found
    assert len(once.text) <= len(text)


@given(TEXTS)
@example("０９０ー１２３４ー５６７８Taro.Yamada+a@Example.co.jp")  # may be one address, with the dashes of Japanese
def test_places_are_those_of_the_text_and_stand_apart(text: str) -> None:
    found = find(text)
    assert [f for f in found if f.end <= f.start] == []
    assert all(one.end <= other.start for one, other in pairwise(found))
    for f in found:
        read = unicodedata.normalize("NFKC", text[f.start : f.end].translate(PLAIN)).lower()
        digits = "".join(c for c in read if c.isdigit())
        assert (
            f.value == read or f.value.lstrip("+0") in digits.replace("810", "81", 1) or digits.endswith(f.value[-8:])
        )


@given(st.sampled_from(sorted(SOMEBODYS)), TEXTS)
def test_nothing_that_is_found_stays_half_readable(somebodys: str, around: str) -> None:
    kind, value = SOMEBODYS[somebodys]
    shown = masked(f"{around}\n{somebodys}\n").text.split("\n")[-2]
    digits = "".join(c for c in unicodedata.normalize("NFKC", shown) if c.isdigit())
    assert value not in shown.lower()
    assert len(digits) <= {"card": 4, "phone": 3}.get(kind, 0)  # ① is a digit to nobody but this test


@given(st.sampled_from(sorted(SOMEBODYS)))
def test_width_does_not_matter(text: str) -> None:
    text = text.replace("①", "")  # it would become one more digit
    plain = unicodedata.normalize("NFKC", text)
    assert [(f.kind, f.value) for f in find(plain)] == [(f.kind, f.value) for f in find(text)]


@pytest.mark.parametrize("language", MARKS)
def test_every_kind_has_a_mark(language: str) -> None:
    assert set(MARKS[language]) == set(KINDS)


@pytest.mark.parametrize(
    "piece",
    ["0-", "a@", "@", "0", "090-1234-5678", "090-1234-5678 ", "+1 ", "a@a.", "(", "03 1234 ", "電話 0", "4111 "],
)
def test_time_grows_with_the_text_and_not_faster(request: pytest.FixtureRequest, piece: str) -> None:
    def spent(size: int) -> float:
        text, began = piece * (size // len(piece)), time.process_time()
        masked(text)
        return time.process_time() - began

    gc.disable()  # what it goes through grows with what other tests have left in this process
    request.addfinalizer(gc.enable)
    spent(1000)
    small, large = max(min(spent(62_500) for _ in range(2)), 0.002), spent(1_000_000)
    assert large < small * 16 * 4
