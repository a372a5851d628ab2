"""The words of a mail: broken lines, pages, and what is quoted."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.mail_text import flowed, of_html, said


def test_flowed_lines_are_whole_again_and_the_mark_of_a_signature_is_none() -> None:
    assert flowed("a b \nc\n> x \n> y\nz\n-- \n名前", joins_words=False) == "a b c\n> x y\nz\n-- \n名前"
    assert flowed("決済が \n止まりました\n  二字下げ", joins_words=True) == "決済が止まりました\n 二字下げ"


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>決済が<b>止まり</b>ました</p><p>髙﨑㈱&nbsp;様</p>", "決済が止まりました\n\n髙﨑㈱ 様"),
        ("a<br>b<BR/>c<div>d</div>", "a\nb\nc\nd"),
        ("<head><title>t</title><style>p{}</style></head><body><!--[if mso]><p>x</p><![endif]-->本文", "本文"),
        ("<style><!-- a{b:c} --></style>本文<script>if (1<2) x()</script>", "本文"),
        ("<ul><li>一</li><li>二</li></ul>", "・一\n\n・二"),
        ("<table><tr><td>ホスト</td><td>plc-01</td></tr></table>", "ホスト plc-01"),
        ("新しい<blockquote type=cite>前の文</blockquote>", "新しい\n> 前の文"),
        ("1 &lt; 2 &amp; &#x9AD9; a<b", "1 < 2 & 髙 a<b"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
        ("前<!-- 閉じていない", "前"),
    ],
)
def test_a_page_is_read_as_its_reader_sees_it(markup: str, words: str) -> None:
    assert of_html(markup).replace("\n\n", "\n") == words.replace("\n\n", "\n")


OUTLOOK = "承知しました。\n\n\n差出人: 田中 実 <tanaka@example.com>\n送信日時: 2026年11月21日 20:59\n宛先: 受付\n件名: 決済\n\n元の文"
ENGLISH = "Thanks.\n\nFrom: A <a@example.com>\nSent: Saturday\nTo: B\nSubject: C\n\nold"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("直りました。\n\n2026年11月21日(土) 20:59 田中 実 <tanaka@example.com>:\n\n> 元の文\n> 二行目\n", "直りました。"),
        ("直りました。\n\n2026/11/21 20:59、田中 実 <t@example.com>のメール:\n\n> 元の文\n\niPhoneから送信", None),
        ("直りました。\n\n2026/11/21 20:59、田中 実 <t@example.com>のメール:\n\n> 元の文\n", "直りました。"),
        ("Done.\n\nOn Sat, Nov 21, 2026 at 8:59 PM A <a@example.com> wrote:\n> old\n", "Done."),
        ("Done.\n\n-----Original Message-----\nFrom: A\nold", "Done."),
        ("済\n\n-----元のメッセージ-----\n差出人: A\n前の文", "済"),
        (OUTLOOK, "承知しました。"),
        (ENGLISH, "Thanks."),
        (f"済\n\n________________________________\n{ENGLISH.partition(chr(10) * 2)[2]}", "済"),
        ("> 元の文\n> 二行目", None),
        ("はい\n> 質問一\n一の答え\n> 質問二\n二の答え", None),
        ("転送します\n\n---------- Forwarded message ---------\nFrom: A\nSent: x\nTo: y\nold", None),
        ("障害報告\n日時: 11/21\n件名: 決済\n宛先: 全員\n以上です", None),
        ("署名付き\n\n-- \n髙﨑 太郎\n〒100-0001", None),
        ("2026年11月21日の件です:\n止まりました", None),
        ("お世話になっております。\n\n2026年11月21日の件です：\n決済は直っていません。", None),
        ("確認しました。\n\n2026/11/29 10:02 エラー発生：\nE-502 が出ます。", None),
        ("髙﨑です。\n\n部長は次のように書きました：\n至急お願いします。", None),
        ("直りました。\n\n2026年11月21日(土) 20:59 田中 実 <t@example.com>:\n元の文", "直りました。"),
        ("", None),
    ],
)  # fmt: skip
def test_what_a_reply_says_by_itself(text: str, own: str | None) -> None:
    told, quoted = said(text)
    assert told == (text if own is None else own)
    assert (quoted > 0) == (own is not None)


@given(st.text(alphabet=">-_: \n差出人From件名Sent宛先2026年1月wrote<p!->/", max_size=400))
def test_nothing_makes_it_fail_or_add_words(text: str) -> None:
    assert len(said(text)[0]) <= len(text)
    assert isinstance(of_html(text), str)
    assert len(flowed(text, True)) <= 2 * len(text) + 2


@pytest.mark.parametrize(
    "text",
    ["<!--" * 200_000, "<head" * 100_000, "<p " * 300_000, ">" * 500_000, "\n>" * 300_000, "From: x\n" * 100_000,
     "- " * 300_000, "On " + "x" * 500_000, "2026年1月" * 100_000, "<" * 500_000, "&#" * 300_000, "<style></style" * 50_000],
)  # fmt: skip
def test_what_is_made_to_take_long_does_not(text: str) -> None:
    began = time.process_time()
    said(text)
    of_html(text)
    flowed(text, False)
    assert time.process_time() - began < 3
