"""Every event has a sentence, and every word of the vocabulary its Japanese and its English."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.intake.domain import beside, timeline, wording
from services.intake.domain.words import WORDS, measure, word
from services.intake.pages.form import MODES
from services.intake.pages.texts import TEXTS
from shared.contracts import events as e
from shared.contracts import topics, vocabulary
from shared.contracts.plan import Person
from shared.contracts.report import Report
from tests.unit.contracts import story

GOLDEN = Path(__file__).parents[2] / "contracts/golden"
ZONE = ZoneInfo("Asia/Tokyo")
T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
BY = e.Actor(kind="person", id="sato", name="佐藤 髙﨑①㈱🔥")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda p: p.stem)
def test_every_event_is_told_in_both_languages(path: Path) -> None:
    event = e.REGISTRY[path.stem.removesuffix(".second")].model_validate(json.loads(path.read_text()))
    if isinstance(event, e.PolicyPublished | e.DutyDigest | e.SourceTroubled | e.KnowledgeDue):
        return  # not about a case
    ja, en = (wording.sentence(event, language, {}, ZONE) for language in ("ja", "en"))
    assert event.type not in (ja, en)
    assert not ja.isascii()
    assert en


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("status", vocabulary.Status), ("path", vocabulary.Path), ("track", vocabulary.Track), ("channel", vocabulary.Channel),
        ("deadline", vocabulary.DeadlineName), ("deadline_state", vocabulary.DeadlineState), ("kind", vocabulary.Kind),
        ("urgency", vocabulary.Urgency), ("impact", vocabulary.Impact), ("purpose", vocabulary.Purpose),
        ("outcome", vocabulary.Outcome),
    ],
)  # fmt: skip
def test_every_word_has_both_languages(group: str, words: type[StrEnum]) -> None:
    for value in words:
        assert f"{group}.{value}" in WORDS
    assert word("status", "in_progress", "ja") == "対応中"
    assert word("status", "unheard of", "ja") == "unheard of"


def test_every_field_of_the_form_has_its_texts() -> None:
    for fields in MODES.values():
        for field in (f for group in fields for f in group.fields):
            assert all(TEXTS[field.name])
            assert field.control != "choice" or all(f"{field.name}.{o}" in TEXTS for o in field.options)


def entry(minute: int, topic: str, offset: int | None, event: e.Event) -> timeline.Entry:
    return timeline.Entry(uuid4(), T0 + timedelta(minutes=minute), topic, offset, event)


def test_two_logs_are_told_as_one_story_and_the_unconfirmed_comes_last() -> None:
    submitted = e.CaseSubmitted(case_id="c", by=BY, number=1, report=Report(facts="f"), source="s")
    told = entry(2, topics.NOTIFICATIONS, 9, e.CaseStarted(case_id="c", by=BY))
    later = entry(1, topics.CASES, 8, e.CaseStarted(case_id="c", by=BY))  # its clock was behind; the log decides
    ours = [entry(0, topics.CASES, 3, submitted), entry(3, topics.CASES, 5, e.CaseStarted(case_id="c", by=BY)), later]
    pending = entry(0, topics.CASES, None, e.CaseResumed(case_id="c", by=BY))
    assert timeline.merged([pending, told, later, *ours[:2]]) == [ours[0], told, ours[1], later, pending]


def test_internal_notes_are_not_for_the_reporter() -> None:
    said = [
        entry(0, topics.CASES, 1, e.CaseNoted(case_id="c", by=BY, text="社内", internal=True)),
        entry(1, topics.CASES, 2, e.CaseNoted(case_id="c", by=BY, text="公開", internal=False)),
        entry(2, topics.CASES, 3, e.CasePaused(case_id="c", by=BY, reason="社内の事情")),
        entry(3, topics.CASES, 4, e.EscalationExhausted(case_id="c", level=3, reasons=())),
    ]
    lines = timeline.lines(said, "ja", ZONE)
    assert [line.public for line in lines] == [False, True, False, False]
    assert not any(line.pending for line in lines)
    assert timeline.lines([entry(0, topics.CASES, None, e.CaseResumed(case_id="c", by=BY))], "ja", ZONE)[0].pending
    assert lines[1].actor_name == "佐藤 髙﨑①㈱🔥"


def told_of(*events: e.Event, language: Literal["ja", "en"] = "ja") -> list[timeline.Line]:
    return timeline.lines([entry(n, topics.CASES, n, event) for n, event in enumerate(events)], language, ZONE)


def test_who_only_decides_takes_nothing_over_in_words() -> None:
    answers = (story.acknowledged(story.YAMADA), story.acknowledged())
    said = told_of(story.submitted(), story.assigned(), story.for_authority(), *answers)
    assert [line.text for line in said[1:]] == [
        "第1段：佐藤 花子さんに連絡します（電話・チャット）",
        "判断・第2段：山田 京子さんに連絡します（電話・チャット）",
        "山田 京子さんが承知しました（判断、電話）",
        "佐藤 花子さんが引き受けました（電話）",
    ]


@pytest.mark.parametrize(
    ("code", "ja", "en"),
    [
        ("do_not_disturb", "佐藤 花子さんは通知を止めている時間です", "佐藤 花子 is not to be disturbed now"),
        ("declined", "佐藤 花子さんがほかの人に回しました", "佐藤 花子 passed it on"),
        ("no-contact", "佐藤 花子さんに届く連絡手段がありませんでした", "Nothing reached 佐藤 花子"),
    ],
)
def test_it_is_told_why_somebody_was_not_reached(code: str, ja: str, en: str) -> None:
    who = Person(id="sato.hanako", name="佐藤 花子")
    event = e.NotificationUnreachable(case_id="c", person=who, round=1, track=vocabulary.Track.HANDLING, code=code)
    assert told_of(event)[0].text == ja
    assert told_of(event, language="en")[0].text == en


def test_an_assignment_tells_from_when_and_why() -> None:
    later = story.assigned().model_copy(update={"cause": "shift", "not_before": datetime(2026, 11, 25, 0, tzinfo=UTC)})
    assert (
        told_of(later)[0].text == "第1段（当番の交代）：佐藤 花子さんに11/25 09:00 以降に連絡します（電話・チャット）"
    )
    assert told_of(later, language="en")[0].text == (
        "Level 1: 佐藤 花子 asked (phone, chat), change of shift, from 11/25 09:00"
    )


def test_a_linked_report_is_told_with_the_number_until_it_is_opened_again() -> None:
    linked = e.EscalationLinked(case_id=story.CASE, lead="c_lead", lead_number=7, reasons=story.WHY)
    reopened = e.CaseReopened(case_id=story.CASE, by=BY, reason="別件だった")
    lines = told_of(linked, story.resolved(), reopened, story.resolved())
    assert [("No. 7" in line.text, line.public) for line in lines] == [
        (True, True),
        (True, True),
        (False, True),
        (False, True),
    ]
    assert lines[1].text.startswith("完了しました（No. 7 と同じ）")


def test_what_is_meant_for_colleagues_is_not_for_the_reporter() -> None:
    lines = told_of(
        e.CaseReassessed(case_id="c", by=BY, urgency=vocabulary.Urgency.HIGH, reason="社内の事情"),
        e.CaseReassessed(case_id="c", by=BY, kind=vocabulary.Kind.REFUND, personal_data=False),
        e.CaseCorrected(case_id="c", by=BY, kind=vocabulary.Kind.REFUND, personal_data=False),
        e.CaseReassessed(case_id="c", by=BY),
        e.CaseExtended(case_id="c", by=BY, name=vocabulary.DeadlineName.RESOLUTION, more="1bd", reason="社内の事情"),
        e.CaseReplied(case_id="c", by=BY, text="不在です", automatic=True),
        e.CaseReplied(case_id="c", by=BY, text="直りました 髙﨑①㈱🔥"),
        e.EscalationJoined(case_id="c", joined="c2", joined_number=13, by=BY),
    )
    assert [line.public for line in lines] == [False, False, False, False, False, False, True, False]
    assert [line.text for line in lines[:5]] == [
        "見直しました（緊急度「高」）：社内の事情",
        "見直しました（種類「返金・補償」、個人情報のおそれ「ない」）",
        "見直しました（種類「返金・補償」、個人情報のおそれ「ない」）",
        "いまの方針を適用し直します",
        "「解決」の期限を1営業日延ばしました：社内の事情",
    ]


@pytest.mark.parametrize(
    ("event", "ja", "en"),
    [
        (beside.StepsAdded(case_id="c", by=BY, texts=("折り返す",)), "が手順「折り返す」を追加しました", "added the step “折り返す”"),
        (beside.StepsAdded(case_id="c", by=BY, texts=("a", "b")), "が手順を 2 件追加しました：「a」「b」", "added 2 steps: “a”, “b”"),
        (beside.StepTicked(case_id="c", by=BY, text="折り返す"), "が手順「折り返す」を完了しました", "did the step “折り返す”"),
        (beside.StepUnticked(case_id="c", by=BY, text="x"), "が手順「x」を未完了に戻しました", "set the step “x” back to not done"),
        (beside.StepRemoved(case_id="c", by=BY, text="x"), "が手順「x」を削除しました", "removed the step “x”"),
        (beside.CaseRelated(case_id="c", by=BY, other="d", number=7), "が No. 7 を関連する案件に加えました", "noted that No. 7 is related"),
        (
            beside.CaseUnrelated(case_id="c", by=BY, other="d", number=7),
            "が No. 7 を関連する案件から外しました", "noted that No. 7 is not related after all",
        ),
    ],
    ids=lambda one: one.type if isinstance(one, beside.Beside) else "",
)  # fmt: skip
def test_what_was_done_beside_the_log_is_told_with_who_did_it_and_not_to_reporters(
    event: beside.Beside, ja: str, en: str
) -> None:
    assert told_of(event)[0].text == f"{BY.name}さん{ja}"
    assert told_of(event, language="en")[0].text == f"{BY.name} {en}"
    assert not told_of(event)[0].public
    assert beside.recall(event.type, event.model_dump_json()) == event


@pytest.mark.parametrize(
    ("kind", "name", "said"), [("person", "佐藤", "佐藤さん"), ("source", "crm", "crm"), ("anonymous", "", "匿名の方")]
)
def test_a_program_and_nobody_are_spoken_of_as_what_they_are(
    kind: Literal["person", "source", "anonymous"], name: str, said: str
) -> None:
    by = e.Actor(kind=kind, id=kind, name=name)
    assert told_of(e.CaseStarted(case_id="c", by=by))[0].text == f"{said}が対応を始めました"


def test_who_wrote_something_is_named_whatever_they_wrote() -> None:
    by = e.Actor(kind="person", id="hara", name="原")
    lines = told_of(
        e.CaseNoted(case_id="c", by=by, text="原因は電源"),
        e.CaseReplied(case_id="c", by=by, text="原さんへ"),
        e.CaseResolved(case_id="c", by=by, handling="原因を除いた", result="y"),
        e.CaseFollowed(case_id="c", by=by, follower=Person(id="hara.jiro", name="原 次郎")),
        e.CaseStarted(case_id="c", by=by),
    )
    assert [line.signed for line in lines] == ["原", "原", "原", "原", ""]


def test_a_case_that_the_reader_may_not_see_is_not_named() -> None:
    events = (
        e.EscalationLinked(case_id="c", lead="secret", lead_number=71, reasons=story.WHY),
        e.CaseLinked(case_id="c", by=BY, lead="secret", lead_number=72),
        e.CaseResolved(case_id="c", by=BY, handling="x", result="y"),
        e.CaseSplit(case_id="c", by=BY, lead="secret", lead_number=73),
        e.EscalationJoined(case_id="c", joined="secret", joined_number=74, by=BY),
        e.EscalationParted(case_id="c", parted="secret", parted_number=75),
        beside.CaseRelated(case_id="c", by=BY, other="secret", number=76),
        beside.CaseUnrelated(case_id="c", by=BY, other="seen", number=8),
    )
    whole = [entry(n, topics.CASES, n, event) for n, event in enumerate(events)]
    assert timeline.others(whole) == {"secret", "seen"}
    assert timeline.naming(whole, {"secret", "seen"}) == whole
    for language, linked in (("ja", "別の案件としてまとめて対応します"), ("en", "another case")):
        lines = timeline.lines(timeline.naming(whole, {"seen"}), language, ZONE)  # type: ignore[arg-type]
        assert [line.type for line in lines] == [
            "escalation.linked.v1", "case.linked.v1", "case.resolved.v1", "case.split.v1", "case.unrelated.v1",
        ]  # fmt: skip
        assert not any("7" in line.text for line in lines)
        assert all(linked in line.text for line in lines[:2])


@pytest.mark.parametrize(
    ("internal", "ja", "en"),
    [(True, "社内メモ：折返し", "Internal note: 折返し"), (False, "コメント：折返し", "Comment: 折返し")],
)
def test_a_note_says_whether_the_reporter_reads_it(internal: bool, ja: str, en: str) -> None:
    note = e.CaseNoted(case_id="c1", by=BY, text="折返し", internal=internal)
    assert [wording.sentence(note, language, {}, ZONE) for language in ("ja", "en")] == [ja, en]


def test_an_automatic_reply_is_told_from_one_of_the_customer() -> None:
    first, second = (
        e.CaseReplied(case_id="c1", by=BY, text="了解", automatic=automatic) for automatic in (True, False)
    )
    assert wording.sentence(first, "ja", {}, ZONE).startswith("自動返信が届きました")
    assert wording.sentence(second, "ja", {}, ZONE).startswith("お客さまから返信がありました")


def test_the_size_of_a_file_is_told_in_units_of_1024() -> None:
    sizes = (1023, 1024, 1024 * 999, 1024 * 1000, 1024**2 * 3)
    assert [measure(size) for size in sizes] == ["1023 B", "1 KB", "999 KB", "1.0 MB", "3.0 MB"]
