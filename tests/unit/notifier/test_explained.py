"""The delivery log answers "why was I called, and why not?" in both languages, and gives no address away."""

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from services.notifier.domain.contact import contact
from services.notifier.domain.explained import explained, hidden, result
from services.notifier.domain.notification import Notification, State
from shared.contracts.vocabulary import Purpose
from tests.unit.notifier.examples import NOW, SATO, notification, uuid

ZONE = ZoneInfo("Asia/Tokyo")
LATER = NOW + timedelta(minutes=5)
KNOWN = contact(SATO.id, SATO.name, phone="+819000000101")
N = notification(content=replace(notification().content, level=2, reasons=(("当番のため", "on duty"),)))


def said(n: Notification, language: str = "ja", code: str = "", due: bool = False, window: str = "") -> str:
    """The sentence."""
    return explained(n, code, LATER if due else None, KNOWN, window, NOW, language, ZONE).sentence  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("n", "code", "due", "ja", "en"),
    [
        (replace(N, state=State.ACKNOWLEDGED), "phone", False, "返事がありました", "it was answered"),
        (replace(N, state=State.SKIPPED), "acknowledged", False, "返事があったため、お送りしていません", "not called, because"),
        (replace(N, state=State.SKIPPED), "resolved", False, "完了したため", "the case was done"),
        (replace(N, state=State.SKIPPED), "canceled", False, "要らなくなったため、電話を止めました", "the call was stopped, because"),
        (replace(N, state=State.SKIPPED), "no-answer", False, "電話に出なかったため、届いていません", "not reached, because nobody"),
        (replace(N, state=State.SKIPPED), "no longer needed", False, "なくなったため、お送りしていません", "not called, because"),
        (replace(N, state=State.FAILED), "no-contact", False, "使える連絡先がないため、届いていません", "no usable address"),
        (replace(N, state=State.FAILED), "declined", False, "ほかの人に回した", "passed it on"),
        (replace(N, state=State.FAILED), "twilio-99", False, "（twilio-99）", "(twilio-99)"),
        (replace(N, attempts=0, bundled=True), "", True, "13:05 にまとめて", "a digest brings it"),
        (replace(N, attempts=0, held_by=uuid(1)), "", True, "メンテナンス中（計画停止）", "maintenance (計画停止)"),
        (replace(N, attempts=0), "", True, "13:05 まで待つ", "it is to wait until"),
        (replace(N, attempts=0), "do_not_disturb", True, "「通知しない時間」にあたり", "does not want to be disturbed"),
        (replace(N, attempts=1), "busy", True, "話し中だったため（11月22日（日）13:05 にもう一度", "the line was busy (it is tried"),
        (replace(N, state=State.ACCEPTED, bundled=True), "", False, "ほかのお知らせとまとめて", "in a digest"),
        (replace(N, state=State.AMBIGUOUS), "", True, "確かめている", "is being asked"),
    ],
)  # fmt: skip
def test_every_end_has_its_sentence(n: Notification, code: str, due: bool, ja: str, en: str) -> None:
    assert ja in said(n, "ja", code, due, "計画停止")
    english = said(n, "en", code, due, "計画停止")
    assert en in english
    assert not re.search(r"[ぁ-ん]", english.replace(SATO.name, "").replace("計画停止", ""))


def test_why_somebody_was_called_names_level_round_and_reason() -> None:
    assert "#12 の対応をお願いするため（2段階目・第1回。当番のため）" in said(replace(N, state=State.DELIVERED))
    assert "level 2, assignment 1: on duty" in said(replace(N, state=State.DELIVERED), "en")
    news = replace(N, purpose=Purpose.PROGRESS, state=State.ACCEPTED, content=replace(N.content, what="resolved"))
    assert "完了しました" in said(news)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "+819000000101", "+81********01"),
        ("email", "sato@example.co.jp", "s***@example.co.jp"),
        ("email", "a@example.jp", "a***@example.jp"),
        ("slack", "U0SATO", "U0***"),
        ("webhook", "https://user:secret@hooks.example.com/token?key=1", "https://hooks.example.com/…"),
    ],
)
def test_addresses_are_told_apart_and_not_given_away(kind: str, value: str, shown: str) -> None:
    assert hidden(kind, value) == shown


def test_results_say_who_picked_up_and_for_what_it_failed() -> None:
    assert result("failed", "voicemail", "") == "answered-machine"
    assert result("retryable", "voicemail", "") == "answered-machine"
    assert result("answered", "", "") == "answered-unknown"
    assert result("failed", "hung-up", "") == "answered-human"
    assert result("failed", "busy, given up", "") == "failed"
    assert result("failed", "twilio-21211", "target") == "permanent-target"
    assert result("failed", "http-401", "account") == "permanent-account"
    assert result(None, "", "") == "under-way"
