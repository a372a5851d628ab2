"""Personal data stays inside: no number gets through, nothing is masked twice, and our own links still work."""

import re
from dataclasses import fields, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifier.domain.content import CaseLine, Content
from services.notifier.domain.masking import WRITTEN, concealed, masked, personal
from shared.contracts.report import Customer, Report
from shared.contracts.vocabulary import Status

OWN = "https://tasuki.example.jp/"
WIDE = str.maketrans("0123456789-() +", "０１２３４５６７８９－（）　＋")
DIGITS = st.text("0123456789", min_size=8, max_size=8)
AROUND = st.text("決済が。、 \n髙﨑①㈱🔥*x:→", max_size=6)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("090-1234-5612", "0*0-****-**12"),
        ("連絡先は０９０－１２３４－５６１２です", "連絡先は０*０－****－**１２です"),
        ("TEL03-1234-5678", "TEL0*-****-**78"),
        ("**03-1234-5678**", "**0*-****-**78**"),
        ("5* **03-1234-5678**", "5* **0*-****-**78**"),
        ("(090) 1234 5678", "(0*0) **** **78"),
        ("+81 (0)90-1234-5678", "+8* (*)**-****-**78"),
        ("10:05 に ０３ー１２３４ー５６７８", "10:05 に ０*ー****ー**７８"),
        ("090 - 1234 - 5678 と 03-1234-5678", "0*0 - **** - **78 と 0*-****-**78"),
        ("4111 1111 1111 1111", "4*** **** **** **11"),
        ("４１１１１１１１１１１１１１１１", "４*************１１"),
        ("個人番号123456789018", "個人番号1*********18"),
        ("担当yamada@example.co.jpまで", "担当***@***まで"),
        ("ｙａｍａｄａ＠ｅｘａｍｐｌｅ．ｊｐ", "***@***"),
        ("東京都千代田区丸の内1-2-3", "東京都千代田区丸の内*-*-*"),
        ("大阪市北区梅田３丁目１番１号", "大阪市北区梅田*丁目*番*号"),
        ("山田 太郎様、山田太郎様、山田様", "山●●●様、山●●●様、山●様"),
        ("髙﨑 一郎さんより", "髙●●●さんより"),
        ("Taro called, not Tarot", "T●●● called, not Tarot"),
    ],
)
def test_what_is_personal_is_masked(written: str, seen: str) -> None:
    names = ("山田　太郎", "髙﨑 一郎", "Taro Smith")
    assert masked(written, names) == seen
    assert masked(seen, names) == seen


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 10:05 から #12345 の 120 万円が戻らない",
        "バージョン 1.2.3、192.168.10.100:8080、注文 12345678901234",
        "4111111111111112 はカード番号ではない",
        "１２３店で決済が失敗する 髙﨑①㈱🔥",
        "手順書の3-2を確認",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert masked(text, ("山田 太郎",)) == text


@given(
    DIGITS, st.sampled_from(["090", "080", "070", "050", "03", "06", "0120"]), st.booleans(), AROUND, AROUND, st.data()
)
def test_no_telephone_number_gets_through(
    digits: str, area: str, wide: bool, before: str, after: str, data: st.DataObject
) -> None:
    number = area + digits[: 10 + (area in ("090", "080", "070", "050")) - len(area)]
    cut = data.draw(st.integers(len(area) + 2, len(number) - 2))
    gap = data.draw(st.sampled_from(["", "-", " ", "ー", "－", ") ", "."]))
    form = data.draw(st.sampled_from(["{0}", "(+81){0}", "+81 (0){1}", "010-81-{1}"]))
    parts = number[: len(area)], number[len(area) : cut], number[cut:]
    written = form.format(gap.join(parts), gap.join((parts[0][1:], *parts[1:])))
    written = written.translate(WIDE) if wide else written
    seen = masked(f"{before}{written}{after}")
    left = re.sub(r"\D", "", seen).translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    assert len(left) <= 7, seen
    assert masked(seen) == seen


def _card(digits: str) -> str:
    for check in "0123456789":
        reverse = [int(d) for d in reversed(digits + check)]
        if (sum(reverse[::2]) + sum(sum(divmod(2 * d, 10)) for d in reverse[1::2])) % 10 == 0:
            return digits + check
    raise AssertionError(digits)


@given(st.sampled_from("3456"), DIGITS, st.text("0123456789", min_size=6, max_size=6), st.sampled_from(["", " ", "-"]))
def test_no_card_number_gets_through(first: str, some: str, more: str, gap: str) -> None:
    number = _card(first + some + more)
    written = gap.join(number[i : i + 4] for i in range(0, 16, 4))
    for text in (written, written.translate(WIDE), f"カード{written}です"):
        assert len(re.sub(r"\D", "", masked(text))) == 3


@given(st.text("0123456789", min_size=11, max_size=11))
def test_no_individual_number_gets_through(digits: str) -> None:
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
    number = f"{digits}{0 if rest <= 1 else 11 - rest}"
    for text in (number, f"{number[:4]} {number[4:8]} {number[8:]}", number.translate(WIDE)):
        assert len(re.sub(r"\D", "", masked(text))) <= 4


PIECES = st.lists(
    st.sampled_from(["0", "1", "09", "01", "2345", "*", "**", "-", " ", "+", "０９", "ー", "(", ")", ".", "@", "a", "jp",
        "山田", "太郎", "●", "区", "の", "丁目", "番", OWN, "/a/", "\n", "090-1234-5678", "4111111111111111"]),
    max_size=24,
).map("".join)  # fmt: skip


@given(PIECES, st.lists(st.sampled_from(["山田 太郎", "山田", "a b", "ab jp", "田太", "*", "09"]), max_size=3))
@example("090 123 456 090-1234-5678", [])
@example("**01 090-1234-5601 234-567-8901", [])
def test_masking_twice_is_masking_once(text: str, names: list[str]) -> None:
    once = masked(text, names, OWN)
    assert masked(once, names, OWN) == once


@given(st.text("ABCabc019-_.", min_size=1, max_size=60), PIECES)
def test_our_own_links_stay_whole(token: str, around: str) -> None:
    link = f"{OWN}a/{token}"
    assert link in masked(f"{around} {link} {around}", ("Bab",), OWN)
    assert masked(f"090-1234-5678 {link}", (), OWN).startswith("0*0-****-**78 ")


def test_the_link_of_another_place_is_masked() -> None:
    assert "1234" not in masked("https://elsewhere.example/call/090-1234-5678", (), OWN)
    assert "1234" not in masked("https://tasuki.example.jp.evil.example/090-1234-5678", (), OWN)


def test_only_what_people_wrote_is_masked() -> None:
    told = "090-1234-5678 山田 太郎"
    line = CaseLine("c_1", 12, told, "P2", Status.RECEIVED, "山田 京子", None)
    content = Content(
        "digest", 9012345678, told, "ja", owner="山田 京子", facts=told, result=told, cases=(line,), priority="P1"
    )
    names = personal(Report(facts="x", customer=Customer(name="山田 太郎", company="山田商事")))
    seen = concealed(content, names, OWN)
    assert {seen.headline, seen.facts, seen.result, seen.cases[0].headline} == {"0*0-****-**78 山●●●"}
    kept = replace(seen, headline=told, facts=told, result=told, cases=(line,))
    assert kept == content
    assert concealed(seen, names, OWN) == seen
    assert personal(Report(facts="x")) == ()


def test_every_part_of_a_content_is_either_masked_or_none_of_a_customer() -> None:
    """A new part of a content has to be put on one of the two sides."""
    ours = {
        "what",
        "priority",
        "asker",
        "actor",
        "owner",
        "owner_id",
        "deadline",
        "ticket_status",
        "was",
        "more",
        "occasion",
        "followup",
        "within",
    }
    assert {field.name for field in fields(Content) if field.type is str} == ours | set(WRITTEN)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["1 ", "1* ", "a", "0", "a@a.", "市1-", "090-", "**", "０９", "山田 ", "+", "("])
def test_hostile_text_costs_little(unit: str) -> None:
    masked(unit * (20_000 // len(unit)), ("山田 太郎",), OWN)
