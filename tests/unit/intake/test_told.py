"""The words of the timeline that depend on who has the case: whoever joins in, and the last one to be asked."""

from zoneinfo import ZoneInfo

from services.intake.domain.told import NOTHING, Told
from services.intake.domain.wording import sentence
from shared.contracts import events as e
from shared.contracts.vocabulary import Track
from tests.unit.contracts import story
from tests.unit.contracts.story import CASE, SATO, YAMADA, acknowledged, assigned, breached

ZONE = ZoneInfo("Asia/Tokyo")
PLANNED = e.EscalationPlanned(case_id=CASE, plan=story.PLAN)


def after(*events: e.Event) -> Told:
    said = NOTHING
    for minute, event in enumerate((story.submitted(), PLANNED, *events)):
        said = said.then(event, story.at(minute))
    return said


def test_who_answers_for_a_late_owner_joins_in_and_takes_nothing() -> None:
    said = after(assigned(), acknowledged(), breached(), assigned(2, after=1, person=YAMADA))
    assert sentence(acknowledged(YAMADA), "ja", {}, ZONE, said) == (
        "山田 京子さんが加わりました（電話）。担当は佐藤 花子さんのままです"
    )
    assert sentence(acknowledged(YAMADA), "en", {}, ZONE, said) == (
        "山田 京子 joins in (by phone); 佐藤 花子 keeps the case"
    )


def test_who_answers_before_the_new_owner_does_takes_the_case() -> None:
    handed = e.CaseReassigned(case_id=CASE, by=story.by(SATO), to=YAMADA)
    said = after(assigned(), handed, assigned(2, after=1, person=YAMADA))
    assert "引き受けました" in sentence(acknowledged(SATO), "ja", {}, ZONE, said)


def test_an_answer_for_the_decision_alone_says_so_though_the_log_has_asked_nobody_yet() -> None:
    early = acknowledged(YAMADA).model_copy(update={"track": Track.AUTHORITY})
    assert "承知しました（判断" in sentence(early, "ja", {}, ZONE, after())


def test_the_last_one_passes_it_on_to_nobody() -> None:
    declined = e.NotificationUnreachable(
        case_id=CASE, person=YAMADA, round=2, track=Track.HANDLING, code="declined"
    )  # fmt: skip
    last = after(assigned(), breached(), assigned(2, person=YAMADA))
    assert sentence(declined, "ja", {}, ZONE, last) == "山田 京子さんは引き受けられないと答えました"
    assert "cannot take it" in sentence(declined, "en", {}, ZONE, last)
    first = declined.model_copy(update={"person": SATO, "round": 1})
    assert "ほかの人に回しました" in sentence(first, "ja", {}, ZONE, after(assigned()))


def test_no_level_is_left_says_whether_nobody_has_answered_or_who_has_it_is_late() -> None:
    gone = e.EscalationExhausted(case_id=CASE, level=1, reasons=story.WHY)
    assert "応答がありません" in sentence(gone, "ja", {}, ZONE)
    late = gone.model_copy(update={"awaited": False})
    assert "加わってもらいます" in sentence(late, "ja", {}, ZONE)
    assert "join in" in sentence(late, "en", {}, ZONE)


def test_whose_answer_still_stands_when_another_is_taken_back_is_not_asked_again() -> None:
    again = assigned(2, after=2, need="all", also=(YAMADA,)).model_copy(update={"cause": "undone"})
    first, second = again.responders
    event = again.model_copy(update={"responders": (first, second.model_copy(update={"paged_in": 1}))})
    said = sentence(event, "ja", {}, ZONE)
    assert ("佐藤 花子さんに連絡します" in said, "山田" in said) == (True, False)
