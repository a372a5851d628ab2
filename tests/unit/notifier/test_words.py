"""The texts: every one in both languages, complete, and as people write."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notifier.channels.slack import SECTION, _pieces
from services.notifier.domain import twiml
from services.notifier.domain.closing import Closing
from services.notifier.domain.contact import Language, contact, e164
from services.notifier.domain.content import CaseLine, Content
from services.notifier.wording import TEMPLATES, Wording
from shared.contracts.links import read_link
from shared.contracts.vocabulary import Channel, Purpose, Status, Track
from tests.unit.notifier.examples import KNOWN, NOW, SATO, TANAKA, notification

WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")
FULL = Content(
    "page", 12, "決済が全店舗で失敗する <髙﨑①㈱🔥 & １２>", "ja", "P1", "Zendesk", "山田 京子", ((SATO.id, SATO.name), (TANAKA.id, TANAKA.name)),
    "佐藤 花子", SATO.id, "10:05 から失敗", "復旧見込み", "メモ", "証明書を更新", "直った", "監視を足す", "期限切れ",
    NOW + timedelta(minutes=5), "first_response", (("当番のため", "on duty"),), "open", "P3", "2h", 7,
)  # fmt: skip
BARE = Content("page", 12, "x", "ja")
# about the installation or an address, not about a case
PLATFORM = (
    "provider", "socket", "understood", "roll", "troubled", "unseen", "sent-away", "stopped",
    "test", "code", "heard", "ended", "maintenance",
)  # fmt: skip
WHOLE = sorted(p.stem for p in (TEMPLATES / "ja").glob("*.txt"))
NEWS = [name for name in WHOLE if "." not in name and name not in ("digest", "storm", *PLATFORM)]
CLOSED = [name.removeprefix("closed.") for name in WHOLE if name.startswith("closed.")]
SPOKEN = [s for n in WHOLE if n.endswith(".speech") and (s := n.removesuffix(".speech")) not in PLATFORM]
GIVEN = {FULL.headline, FULL.facts, FULL.wanted, FULL.result, FULL.handling, FULL.evaluation, FULL.cause, FULL.text}


def english(text: str, *given: str) -> bool:
    """Whether nothing but what was given is Japanese."""
    return not re.search(r"[ぁ-んァ-ヶ一-龠]", re.sub("|".join(map(re.escape, given)) or "$^", "", text))


def test_both_languages_have_the_same_texts() -> None:
    assert {p.name for p in (TEMPLATES / "ja").iterdir()} == {p.name for p in (TEMPLATES / "en").iterdir()}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("what", NEWS)
@pytest.mark.parametrize("content", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("track", Track)
def test_every_text_can_be_written(language: Language, what: str, content: Content, repeat: bool, track: Track) -> None:
    purpose = Purpose.PAGE if what == "page" else Purpose.PROGRESS
    n = notification(
        content=replace(content, what=what),
        repeat=repeat,
        purpose=purpose,
        channel=Channel.EMAIL,
        track=track,
        need="all",
    )
    message = WORDING.message(n, contact(SATO.id, SATO.name, language), NOW)
    assert "#12" in message.subject
    whole = f"{message.subject}\n{message.text}"
    assert not re.search(r"\{\{|\}\}|\{%|None|Undefined|\n{3}", whole)
    assert (("重複の可能性" in whole) or ("ossible repeat" in whole) or ("may be a repeat" in whole)) == repeat
    if language == "en":
        assert english(whole, *GIVEN, content.headline, SATO.name, TANAKA.name, "山田 京子")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("track", Track)
@pytest.mark.parametrize("what", SPOKEN)
def test_what_is_said_is_twiml(language: Language, track: Track, what: str) -> None:
    n = notification(content=FULL, repeat=True, track=track)
    for owner in ("", "山田 京子"):
        said = WORDING.speech(what, n, language, who="髙橋 健", owner=owner)
        assert "12" in said or what == "declined"
        assert len(said) < 400
        assert language == "ja" or english(said, FULL.headline, SATO.name, "髙橋 健", "山田 京子")
        for document in (twiml.say(said, language), twiml.ask(said, "https://x/?a=1&b=2", language)):
            root = ElementTree.fromstring(document.encode())
            assert "".join(root.itertext()) == said
            assert len(document) < 4000


def test_who_pressed_a_key_in_vain_is_told_in_both_languages_and_asked_again() -> None:
    asks = ElementTree.fromstring(twiml.unrecorded("https://x/?a=1&b=2"))
    assert ["".join(g.itertext()) for g in asks.iter("Gather")] == ["".join(twiml.UNRECORDED.values())]


def test_it_is_said_what_is_asked_for_and_who_handles_it() -> None:
    handling, authority = notification(content=FULL), notification(content=FULL, track=Track.AUTHORITY)
    assert "対応をお願いします。引き受けるには 1" in WORDING.speech("page", handling, "ja")
    assert "判断と把握をお願いします。承知したら 1" in WORDING.speech("page", authority, "ja")
    assert "Press 1 to take it" in WORDING.speech("page", handling, "en")
    assert "Press 1 to confirm that you know" in WORDING.speech("page", authority, "en")
    known = WORDING.speech("known", authority, "ja", who="伊藤 さくら", owner="佐藤 花子")
    assert known == (
        "伊藤 さくらさん、ご承知いただいたことを記録しました。 "
        "案件番号 12 には、佐藤 花子さんが対応しています。ありがとうございました。"
    )
    assert "まだ決まっていません" in WORDING.speech("known", authority, "ja", who="伊藤 さくら", owner="")
    chat = [WORDING.message(replace(n, channel=Channel.CHAT), KNOWN[SATO.id], NOW) for n in (handling, authority)]
    assert [m.button for m in chat] == ["引き受ける", "承知しました"]
    assert [m.subject[:14] for m in chat] == ["【P1 対応のお願い】#12", "【P1 判断・把握のお願い】"]
    team = replace(authority, content=replace(FULL, what="assigned"), recipient="team:payments", need="all")
    text = WORDING.message(team, KNOWN["team:payments"], NOW).text
    assert text.startswith("佐藤 花子さん、田中 実さんに判断・把握をお願いしています（全員のお返事が必要です）。")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("how", CLOSED)
def test_every_message_can_be_ended(language: Language, how: Any) -> None:
    message = WORDING.closed(
        notification(content=FULL), replace(KNOWN[SATO.id], language=language), Closing(how, "髙橋 健")
    )
    assert message.subject.startswith(
        ("髙橋 健", "完了", "メンテナンス中", "Done", "On hold", "Handled together with 髙橋 健")
    )
    assert (message.button, message.link) == ("", "")
    assert "不要" in message.text or "nothing to answer" in message.text
    assert language == "ja" or english(f"{message.subject}{message.text}", FULL.headline, "髙橋 健")


@pytest.mark.parametrize(
    ("more", "ja", "en"),
    [
        ("2h", "2時間", "2 hours"),
        ("1bd", "1営業日", "1 business day"),
        ("1.5bh", "1.5営業時間", "1.5 business hours"),
        ("30m", "30分", "30 minutes"),
        ("しばらく", "しばらく", "しばらく"),
    ],
)
def test_more_time_in_words(more: str, ja: str, en: str) -> None:
    n = notification(content=replace(FULL, what="extended", more=more), purpose=Purpose.PROGRESS, channel=Channel.CHAT)
    assert f"一次回答の期限を{ja}延ばしました（山田 京子さん）。" in WORDING.message(n, KNOWN[SATO.id], NOW).text
    assert f"has been given {en} more (山田 京子)." in WORDING.message(n, KNOWN[TANAKA.id], NOW).text


def test_a_silent_owner_is_told_what_happens_otherwise() -> None:
    content = replace(FULL, what="warned", deadline="next_update")
    n = notification(content=content, purpose=Purpose.WARNING, channel=Channel.CHAT)
    message = WORDING.message(n, KNOWN[SATO.id], NOW)
    assert message.subject.startswith("【経過をお知らせください】#12")
    assert "11月22日（日）13:05 までに" in message.text
    assert "次の段階の人に連絡が行きます" in message.text
    assert "the people of the next level will be asked" in WORDING.message(n, KNOWN[TANAKA.id], NOW).text


def test_the_reader_of_a_linked_report_finds_their_own_number() -> None:
    n = notification(content=replace(FULL, what="noted", joined=13), purpose=Purpose.PROGRESS, channel=Channel.CHAT)
    assert WORDING.message(n, KNOWN[SATO.id], NOW).text.endswith(
        "（ご報告 #13 は、この案件 #12 とまとめて対応しています。）"
    )


LINES = tuple(
    CaseLine(f"c_{n:026}", n, "髙﨑①㈱🔥 の１２３店で決済が失敗する" * 2, "P2", status, owner, NOW, n)
    for n, status, owner in [(1, Status.RECEIVED, ""), *((n, Status.IN_PROGRESS, "佐藤 花子") for n in range(2, 31))]
)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("occasion", ["shift", "weekly", "review"])
def test_a_digest_lists_the_cases_with_links(language: Language, occasion: str) -> None:
    content = Content(
        "digest", 0, "", "ja", occasion=occasion, cases=LINES, further=7, reasons=(("引継ぎ", "hand-over"),)
    )
    n = notification(content=content, purpose=Purpose.PROGRESS, channel=Channel.CHAT, case_id="", round=0)
    message = WORDING.message(n, replace(KNOWN[SATO.id], language=language), NOW)
    titles = {
        "shift": ("引き継ぎ", "hand-over"),
        "weekly": ("今週のまとめ", "This week"),
        "review": ("方針の見直し", "review"),
    }
    assert titles[occasion][language == "en"] in message.subject
    assert "37" in message.subject
    assert ("ほか 7 件" if language == "ja" else "and 7 more") in message.text
    links = re.findall(r"https://tasuki\.example\.jp/a/(\S+)", message.text)
    read = [read_link("key", token, NOW + timedelta(days=6)) for token in links]
    assert [(x.case_id, x.person.id, x.round) for x in read if x] == [(x.case_id, SATO.id, x.round) for x in LINES]
    assert ("担当: まだいません" if language == "ja" else "nobody has it yet") in message.text
    assert ("期限: 11月22日（日）13:00" if language == "ja" else "due by Sun 22 Nov 13:00 (JST)") in message.text
    assert language == "ja" or english(message.text, LINES[0].headline, "佐藤 花子")
    assert (message.button, message.link) == ("", "")


def test_a_long_message_is_cut_between_lines() -> None:
    text = (
        "\n".join(f"・{n:03} https://tasuki.example.jp/a/{'x' * 300}" for n in range(30)) + "\n" + "長" * (SECTION + 5)
    )
    pieces = _pieces(text)
    assert "".join(pieces) == text
    assert all(len(piece) <= SECTION for piece in pieces)
    assert all(piece.startswith("・") for piece in pieces[:-2])
    assert _pieces("") == [""]


def test_a_page_reads_as_people_write() -> None:
    n = notification(content=FULL, channel=Channel.EMAIL)
    message = WORDING.message(n, KNOWN[SATO.id], NOW)
    assert message.subject == "【P1 対応のお願い】#12 決済が全店舗で失敗する <髙﨑①㈱🔥 & １２>"
    assert message.text.startswith("佐藤 花子 様\n")
    assert "お返事の期限: 11月22日（日）13:05" in message.text
    link = read_link("key", message.link.removeprefix("https://tasuki.example.jp/a/"), NOW)
    assert link is not None
    assert (link.case_id, link.person.id, link.round, link.track) == ("c_1", SATO.id, 1, "handling")
    english = WORDING.message(n, replace(KNOWN[SATO.id], language="en"), NOW)
    assert "Please answer by: Sun 22 Nov 13:05 (JST)" in english.text


def test_only_a_person_who_is_asked_gets_a_button() -> None:
    assert WORDING.message(notification(channel=Channel.CHAT), KNOWN[SATO.id], NOW).button == "引き受ける"
    team = notification(channel=Channel.CHAT, recipient="team:payments", content=replace(FULL, what="assigned"))
    assert WORDING.message(team, KNOWN["team:payments"], NOW).button == ""
    news = notification(channel=Channel.CHAT, purpose=Purpose.RESULT, content=replace(FULL, what="resolved"))
    assert WORDING.message(news, KNOWN[SATO.id], NOW).button == ""


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+819000000101", "+819000000101"),
        ("090-0000-0101", "+819000000101"),
        ("０９０－００００－０１０１", "+819000000101"),
        ("(090) 0000 0101", "+819000000101"),
        ("+81 (0)90-0000-0101", "+819000000101"),
        ("0081 90 0000 0101", "+819000000101"),
        ("03ー1234ー5678", "+81312345678"),
        ("+1 415 555 0100", "+14155550100"),
        ("110", None),
        ("090-0000-010x", None),
        ("", None),
        ("+0123456789", None),
        ("090-0000-101", None),
        ("+81 90 0000 010", None),
        ("+818", None),
        ("+81900000010１２３４５６７８９", None),
    ],
)
def test_telephone_numbers_as_people_write_them(written: str, number: str | None) -> None:
    assert e164(written) == number


@pytest.mark.parametrize(
    ("channel", "provider", "hidden"),
    [
        (Channel.PHONE, "", True),
        (Channel.CHAT, "line", True),
        (Channel.CHAT, "discord", True),
        (Channel.CHAT, "slack", False),
        (Channel.EMAIL, "", False),
    ],
)
def test_personal_data_is_masked_where_a_channel_is_unsafe(channel: Channel, provider: str, hidden: bool) -> None:
    told = "髙﨑 一郎様 ０９０－１２３４－５６１２ takasaki@example.com"
    n = notification(channel=channel, content=replace(FULL, headline=told, facts=told, result=told))
    message = WORDING.message(n, KNOWN[SATO.id], NOW, provider=provider, names=("髙﨑 一郎",))
    ended = WORDING.closed(n, KNOWN[SATO.id], Closing("taken", "髙橋 健"), provider, ("髙﨑 一郎",))
    everything = (
        f"{message.subject}{message.text}{message.speech}{ended.subject}{ended.text}{message.notification.content}"
    )
    for secret in ("一郎", "１２３４", "takasaki"):
        assert (secret in everything) is not hidden
    assert "#12" in message.subject
    assert "佐藤 花子 様" in message.text
    assert "髙橋 健さんが" in ended.subject


def test_what_is_unsafe_can_be_told() -> None:
    n = notification(content=replace(FULL, headline="電話 090-1234-5612"), channel=Channel.PHONE)
    trusting = Wording("Asia/Tokyo", "https://tasuki.example.jp", "key", frozenset({"email"}))
    assert "5612" not in WORDING.speech("page", n, "ja")
    assert "5612" in trusting.speech("page", n, "ja")
    mail = trusting.message(replace(n, channel=Channel.EMAIL), KNOWN[SATO.id], NOW)
    assert "5612" not in mail.subject
    assert mail.link in mail.text
    assert read_link("key", mail.link.removeprefix("https://tasuki.example.jp/a/"), NOW)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_who_looks_after_the_installation_reads_and_hears_which_provider_refuses_us(language: Language) -> None:
    n = notification(content=Content("provider", 0, "twilio", language, text="twilio-20003"), purpose=Purpose.WARNING)
    message = WORDING.message(n, contact(SATO.id, SATO.name, language), NOW)
    assert "twilio" in message.subject
    assert "twilio-20003" in message.text
    assert "twilio" in message.speech
    assert message.button == message.link == ""
