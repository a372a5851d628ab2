"""What happens next if nobody acts, in words; and that the router really does what the words say."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.outlook import Reader, by, called, outlook
from services.intake.domain.plan_view import plan_view
from services.intake.domain.view import view
from services.intake.domain.words import Language
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import DeadlineState, Track
from tests.unit.contracts import story
from tests.unit.router.desk import T0, Desk, actor, in_force, priorities, step

TOKYO = ZoneInfo("Asia/Tokyo")


def next_of(case: Case, now: datetime = T0, language: Language = "ja") -> list[str]:
    return outlook(case, Reader(language, TOKYO, now))


def desk(**rows: dict[str, object]) -> Desk:
    return Desk(in_force(priorities=priorities(**rows)))


def test_a_new_case_tells_who_comes_next_and_when() -> None:
    asked = desk()
    asked.submit()
    assert next_of(asked.known) == [
        "10:05 までに応答がなければ、山田 京子さんに電話・チャット・チケットで連絡します。",
        "10:05 までに判断者の応答がなければ、山田 京子さんに電話・チャット・チケットで連絡します。",
        "10:15 が「一次対応」の期限です。",
        "10:35 が「次の経過報告」の期限です。",
        "14:00 が「解決」の期限です。",
    ]
    assert next_of(asked.known, language="en")[0] == (
        "If nobody has answered by 10:05, 山田 京子 is reached by phone, chat, ticket."
    )


def test_once_it_is_taken_only_its_own_clocks_lead_on() -> None:
    taken = desk()
    taken.submit()
    taken.acknowledge("sato")
    taken.acknowledge("boss")
    assert next_of(taken.known)[:2] == [
        "10:15 までに対応が始まらなければ、山田 京子さんに電話・チャット・チケットで連絡します。",
        "10:35 が「次の経過報告」の期限です。",
    ]
    taken.tell(e.CaseStarted(case_id="c", by=actor("sato")))
    assert next_of(taken.known)[0].endswith(
        "までに経過が伝えられなければ、山田 京子さんに電話・チャット・チケットで連絡します。"
    )


def test_at_the_end_stands_the_catch_all_and_before_it_the_repetition() -> None:
    alone = desk(P1={"authority": [], "repeat": 1})
    alone.submit()
    said = []
    for _ in range(5):
        said.append(next(x for x in next_of(alone.known, alone.now) if "応答がなければ" in x))
        alone.breach()
    assert [text.partition("、")[2] for text in said] == [
        "山田 京子さんに電話・チャット・チケットで連絡します。",
        "もう一度、二次対応の当番に電話・チャット・チケットで連絡します。",
        "山田 京子さんに電話・チャット・チケットで連絡します。",
        "最終担当者に連絡します。",
        "最終担当者にもう一度連絡します。",
    ]


def test_pages_that_wait_are_announced() -> None:
    night = desk()
    night.after(hours=12).submit("medium", "one")
    (first, second, *_) = next_of(night.known, night.now)
    assert first.startswith("11月25日 09:00 に")
    assert first.endswith("さんに連絡します。")
    assert second.startswith("11月25日 10:00 までに応答がなければ、髙橋 健さんに")
    assert next_of(night.known, night.now + timedelta(days=1))[0].startswith("10:00 までに")


def test_a_wait_a_linked_report_and_the_end_say_so() -> None:
    waiting = story.told(
        e.EscalationPlanned(case_id=story.CASE, plan=story.PLAN), story.assigned(), story.acknowledged(), story.paused()
    )
    assert next_of(waiting)[0] == "待機（お客様の回答待ち）が終わるまで、ほかの期限は止まっています。"
    linked = e.EscalationLinked(case_id=story.CASE, lead="c_lead", lead_number=7, reasons=story.WHY)
    case = story.told(e.EscalationPlanned(case_id=story.CASE, plan=story.PLAN), linked)
    assert outlook(case, Reader("ja", TOKYO, T0), 7) == ["No. 7 の結果が出たときに、この報告も完了します。"]
    assert next_of(story.told(story.resolved())) == []
    assert next_of(story.told()) == ["担当者を探しています。"]
    nobody = story.PLAN.model_copy(update={"levels": (), "suppressed": story.WHY[0]})
    assert next_of(story.told(e.EscalationPlanned(case_id=story.CASE, plan=nobody))) == ["だれにも連絡はしません。"]


def test_an_instant_is_told_with_its_day_only_when_it_is_another_one() -> None:
    reader = Reader("ja", TOKYO, datetime(2026, 12, 31, 14, 0, tzinfo=UTC))  # 23:00 in Tokyo
    assert [reader.when(reader.now + timedelta(hours=h)) for h in (0.5, 1, -24)] == [
        "23:30",
        "2027年1月1日 00:00",
        "12月30日 23:00",
    ]
    assert Reader("en", TOKYO, reader.now).when(reader.now + timedelta(hours=1)) == "1 Jan 2027 00:00"


def test_a_plan_is_told_in_words_on_both_tracks() -> None:
    everybody = {**step("responsible"), "acknowledge": "all"}
    planned = desk(P1={"authority": [everybody], "repeat": 1, "nobody_on_duty": "hold"})
    planned.submit()
    assert planned.known.plan is not None
    assert plan_view(planned.known.plan, "ja").words == [
        "緊急度「重大」× 影響範囲「全体」のため P1",
        "第1段：二次対応の当番に電話・チャット・チケットで連絡、5分以内に応答",
        "第2段（5分応答がなければ）：山田 京子さんに電話・チャット・チケットで連絡、5分以内に応答",
        "判断・第1段：田中 実さんに電話・チャット・チケットで連絡、5分以内に応答（全員の応答が必要）",
        "全段を2回、その後は最終担当者に連絡",
        "一次対応は15分以内、解決は4時間以内、経過報告は30分ごと",
        "当番がいない時間は、次の当番まで待つ",
    ]
    english = plan_view(planned.known.plan, "en").words
    assert (
        english[3] == "Authority, level 1: 田中 実 by phone, chat, ticket, answer within 5 min, everybody has to answer"
    )
    assert len(english) == 7


def test_the_view_tells_both_tracks_and_the_spans() -> None:
    asked = desk()
    asked.submit()
    asked.acknowledge("boss")
    shown = view(asked.known, T0, Reader("ja", TOKYO, T0))
    tracks = [(t.label, t.awaiting, [(r.name, r.answered) for r in t.responders]) for t in shown.tracks]
    assert tracks == [("対応", True, [("佐藤 花子", False)]), ("判断", False, [("田中 実", True)])]
    assert [r.name for r in shown.responders] == ["佐藤 花子", "田中 実"]
    labels = {d.label: (d.span_label, d.state_label) for d in shown.deadlines}
    assert labels["判断者の応答"] == ("5分", "達成")
    assert labels["次の経過報告"] == ("30分", "進行中")
    english = view(asked.known, T0, Reader("en", TOKYO, T0))
    assert [t.label for t in english.tracks] == ["handling", "authority"]


ROWS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "repeat": st.integers(0, 2),
        "levels": st.sampled_from([[step("second_line")], [step("second_line"), step("leader")]]),
        "authority": st.sampled_from([[], [step("responsible")], [step("responsible"), step("manager")]]),
    }
)
ACTS = st.lists(
    st.sampled_from(["breach", "breach", "breach", "ack sato", "ack boss", "start", "wait", "resume"]), max_size=9
)


@settings(deadline=None)
@given(ROWS, ACTS)
def test_the_first_thing_that_is_announced_is_what_the_router_does(row: dict[str, Any], acts: list[str]) -> None:
    """Went red when the repetition was forgotten, and when a later clock was said to climb while somebody is asked."""
    told = desk(P1=row)
    told.submit()
    for act in acts:
        _do(told, act)
    running = told.known.running()
    if not running:
        return
    nearest = running[0]
    sentences = next_of(told.known, told.now)
    plan = told.known.plan
    assert plan is not None
    said = told.breach(nearest.name)
    assigned = [x for x in said if isinstance(x, e.EscalationAssigned)]
    about = [s for s in sentences if s.startswith(Reader("ja", TOKYO, told.now).when(nearest.due))]
    if not assigned:
        assert any("の期限です" in s for s in about), sentences
        return
    track = assigned[0].track
    levels = plan.levels if track is Track.HANDLING else plan.authority
    number = assigned[0].level
    if number > len(levels):
        assert any("最終担当者に" in s for s in about), sentences
    else:
        level = levels[number - 1]
        expected = f"{called(level.targets, 'ja')}に{by(level.channels, 'ja')}で連絡します。"
        assert any(s.endswith(expected) for s in about), (sentences, expected)


def _do(told: Desk, act: str) -> None:
    case = told.known
    match act.split():
        case ["breach"]:
            if running := case.running():
                told.breach(running[0].name)
        case ["ack", who]:
            told.after(seconds=20).acknowledge(who)
        case ["start"]:
            told.after(seconds=20).tell(e.CaseStarted(case_id="c", by=actor("sato")))
        case ["wait"] if not case.waiting:
            told.after(seconds=20).tell(e.CasePaused(case_id="c", by=actor("sato"), reason="回答待ち"))
        case ["resume"] if case.waiting:
            told.after(seconds=20).tell(e.CaseResumed(case_id="c", by=actor("sato")))


@pytest.mark.parametrize(
    "state", [DeadlineState.MET, DeadlineState.BREACHED, DeadlineState.DROPPED, DeadlineState.PAUSED]
)
def test_a_clock_that_does_not_run_announces_nothing(state: DeadlineState) -> None:
    case = story.told(e.EscalationPlanned(case_id=story.CASE, plan=story.PLAN), story.assigned())
    stopped = {n: d.model_copy(update={"state": state}) for n, d in case.deadlines.items()}
    assert next_of(case.model_copy(update={"deadlines": stopped})) == ["動いている期限はありません。"]
