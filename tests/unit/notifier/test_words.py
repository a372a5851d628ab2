"""The texts: every one in both languages, complete, and as people write."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifier.domain import twiml
from services.notifier.domain.contact import Contact, Language, e164
from services.notifier.domain.content import Content
from services.notifier.wording import TEMPLATES, Wording
from shared.contracts.links import read_link
from shared.contracts.vocabulary import Channel, Purpose
from tests.unit.notifier.examples import KNOWN, NOW, SATO, notification

WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")
FULL = Content(
    "page", 12, "決済が全店舗で失敗する <髙﨑①㈱🔥 & １２>", "ja", "P1", "Zendesk", "山田 京子", ((SATO.id, SATO.name),),
    "佐藤 花子", SATO.id, "10:05 から失敗", "復旧見込み", "メモ", "証明書を更新", "直った", "監視を足す", "期限切れ",
    NOW + timedelta(minutes=5), "first_response", (("当番のため", "on duty"),), "open",
)  # fmt: skip
BARE = Content("page", 12, "x", "ja")
NEWS = sorted(p.stem for p in (TEMPLATES / "ja").glob("*.txt") if not p.stem.endswith(".speech") and p.stem != "taken")


def test_both_languages_have_the_same_texts() -> None:
    assert {p.name for p in (TEMPLATES / "ja").iterdir()} == {p.name for p in (TEMPLATES / "en").iterdir()}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("what", NEWS)
@pytest.mark.parametrize("content", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("repeat", [False, True])
def test_every_text_can_be_written(language: Language, what: str, content: Content, repeat: bool) -> None:
    purpose = Purpose.PAGE if what == "page" else Purpose.PROGRESS
    n = notification(content=replace(content, what=what), repeat=repeat, purpose=purpose, channel=Channel.EMAIL)
    message = WORDING.message(n, Contact(SATO.id, SATO.name, language), NOW)
    assert "#12" in message.subject
    whole = f"{message.subject}\n{message.text}"
    assert not re.search(r"\{\{|\}\}|\{%|None|Undefined|\n{3}", whole)
    assert (("重複の可能性" in whole) or ("ossible repeat" in whole) or ("may be a repeat" in whole)) == repeat
    if language == "en":
        assert not re.search(r"[ぁ-ん]", re.sub("|".join((content.headline, content.facts, content.wanted, content.result,
            content.handling, content.evaluation, content.cause, content.text, SATO.name)) or "$^", "", whole))  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_said_is_twiml(language: Language) -> None:
    for what in ("page", "accepted", "taken", "declined", "goodbye"):
        said = WORDING.speech(what, notification(content=FULL, repeat=True), language, who="髙橋 健")
        assert "12" in said or what == "declined"
        assert len(said) < 400
        for document in (twiml.say(said, language), twiml.ask(said, "https://x/?a=1&b=2", language)):
            root = ElementTree.fromstring(document.encode())
            assert "".join(root.itertext()) == said
            assert len(document) < 4000


def test_a_page_reads_as_people_write() -> None:
    n = notification(content=FULL, channel=Channel.EMAIL)
    message = WORDING.message(n, KNOWN[SATO.id], NOW)
    assert message.subject == "【P1 対応のお願い】#12 決済が全店舗で失敗する <髙﨑①㈱🔥 & １２>"
    assert message.text.startswith("佐藤 花子 様\n")
    assert "お返事の期限: 11月22日（日）13:05" in message.text
    link = read_link("key", message.link.removeprefix("https://tasuki.example.jp/a/"), NOW)
    assert link is not None
    assert (link.case_id, link.person.id, link.round) == ("c_1", SATO.id, 1)
    english = WORDING.message(n, replace(KNOWN[SATO.id], language="en"), NOW)
    assert "Please answer by: Sun 22 Nov 13:05 (JST)" in english.text


def test_only_a_person_who_is_asked_gets_a_button() -> None:
    assert WORDING.message(notification(channel=Channel.CHAT), KNOWN[SATO.id], NOW).button == "受け付ける"
    team = notification(channel=Channel.CHAT, recipient="team:payments", content=replace(FULL, what="assigned"))
    assert WORDING.message(team, KNOWN["team:payments"], NOW).button == ""
    news = notification(channel=Channel.CHAT, purpose=Purpose.RESULT, content=replace(FULL, what="resolved"))
    assert WORDING.message(news, KNOWN[SATO.id], NOW).button == ""
    assert WORDING.taken(notification(content=FULL), KNOWN[SATO.id], "髙橋 健").subject.startswith(
        "髙橋 健さんが受け付けました"
    )


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
        ("+81900000010１２３４５６７８９", None),
    ],
)
def test_telephone_numbers_as_people_write_them(written: str, number: str | None) -> None:
    assert e164(written) == number
