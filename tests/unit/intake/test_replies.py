"""Replies that people wrote and replies that machines made, as they really look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.replies import is_automatic, is_marked

MACHINES = [
    {"Auto-Submitted": "auto-replied"},
    {"auto-submitted": 'Auto-Generated; owner-email="it@example.jp"'},
    {"Auto-Submitted": "auto-notified (by the mailbox)"},
    {"Auto-Submitted": "ａｕｔｏ－ｒｅｐｌｉｅｄ"},
    {"X-Autoreply": "yes"},
    {"X-Autorespond": "お休みをいただいています"},
    {"X-Auto-Response-Suppress": "All"},
    {"X-AUTO-RESPONSE-SUPPRESS": "DR, OOF, AutoReply"},
    {"Precedence": "bulk"},
    {"Precedence": " Junk "},
    {"precedence": "auto_reply"},
    {"Return-Path": "<>"},
    {"Return-Path": ""},
    {"Subject": "自動返信：お問い合わせありがとうございます"},
    {"Subject": "自動返信: Re: 決済の件 髙﨑①㈱🔥"},
    {"Subject": "【自動返信】受付完了のお知らせ"},
    {"Subject": "【自動応答】ただいま席を外しております"},
    {"Subject": "［自動配信］ご連絡ありがとうございます"},
    {"Subject": "【自動】受信確認"},
    {"Subject": "不在のお知らせ"},
    {"Subject": "不在のお知らせ（１２／２８～１／４）"},
    {"Subject": "※長期不在のご案内"},
    {"Subject": "年末年始休業のお知らせ：髙﨑㈱"},
    {"Subject": "自動応答メッセージ"},
    {"Subject": "Automatic reply: Payment fails in all shops"},
    {"Subject": "Out of Office Re: Payment fails"},
    {"Subject": "ＯＵＴ ＯＦ ＯＦＦＩＣＥ：Ｓａｔｏ"},
    {"Subject": "Out of the office until 5 January"},
    {"Subject": "Autoreply: thank you for your message"},
    {"Subject": "Auto-Reply - we received your mail"},
]
PEOPLE = [
    {},
    {"Auto-Submitted": "no"},
    {"Auto-Submitted": "No (a person)"},
    {"X-Auto-Response-Suppress": "None"},
    {"X-Autoreply": "no"},
    {"Precedence": "list"},
    {"Precedence": "normal"},
    {"Return-Path": "<hanako@example.jp>"},
    {"Subject": "Re: 決済の件"},
    {"Subject": "Re: 【自動返信】お問い合わせを受け付けました"},
    {"Subject": "RE: Automatic reply: your ticket"},
    {"Subject": "自動返信が届きません"},
    {"Subject": "自動返信メールが届かない件"},
    {"Subject": "自動車保険の請求について"},
    {"Subject": "【自動車】ETC が使えない"},
    {"Subject": "自動送信が止まりません"},
    {"Subject": "不在だったため折り返します"},
    {"Subject": "Automatic reply is not sent"},
    {"Subject": "Out of office chairs, wrong delivery"},
    {"Subject": "直りました 髙﨑①㈱🔥"},
]


@pytest.mark.parametrize("headers", MACHINES, ids=lambda h: " ".join(map(" ".join, h.items())))
def test_a_machine_is_recognised(headers: dict[str, str]) -> None:
    assert is_automatic(headers)
    assert is_automatic({"Subject": "Re: 決済の件", **headers}, "ご連絡ありがとうございます。")


@pytest.mark.parametrize("headers", PEOPLE, ids=lambda h: " ".join(map(" ".join, h.items())) or "none")
def test_a_person_is_not_taken_for_a_machine(headers: dict[str, str]) -> None:
    assert not is_automatic(headers)
    assert not is_automatic(headers, "直りました。\n> 【自動返信】受け付けました")


@pytest.mark.parametrize(
    "text", ["\n【自動返信】\nただいま不在です", "Automatic reply: I am away\n", "　不在のお知らせ\n戻りは月曜です"]
)
def test_without_headers_the_first_line_says_it(text: str) -> None:
    assert is_automatic({}, text)


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=300), max_size=5), st.text(max_size=300))
def test_whatever_comes_is_judged(headers: dict[str, str], text: str) -> None:
    assert is_automatic(headers, text) in (True, False)


@given(
    st.sampled_from(MACHINES), st.dictionaries(st.text(st.characters(codec="ascii"), max_size=10), st.text(max_size=20))
)
def test_other_headers_do_not_hide_a_machine_and_names_are_in_any_case(
    headers: dict[str, str], more: dict[str, str]
) -> None:
    """Went red when names were compared as they were given."""
    known = {name.casefold() for name in headers}
    others = {name: value for name, value in more.items() if name.strip().casefold() not in known}
    assert is_automatic({**others, **{name.upper(): value for name, value in headers.items()}})


@given(
    st.sampled_from(["Re: ", "RE：", "Fw: ", "返信: "]),
    st.sampled_from([h["Subject"] for h in MACHINES if "Subject" in h]),
)
def test_an_answer_to_a_machine_is_a_persons(before: str, subject: str) -> None:
    """Went red when the mark was searched for anywhere in the line."""
    assert is_marked(subject)
    assert not is_marked(before + subject)
