"""What is said before a report is sent, beside what the router then does."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from services.intake.domain.forecast import Forecast, sentences
from services.intake.domain.outlook import Reader, by, called
from services.router.domain.duty.attendance import Absence, Attendance
from services.router.domain.trial.foresight import submission
from shared.contracts import events as e
from shared.contracts.report import Report
from tests.unit.router.desk import T0, Desk, in_force, priorities, step

AWAY = Attendance(absences=(Absence("a", "ito", T0, T0 + timedelta(days=14)),))


def told(desk: Desk, reporter: str = "") -> list[str]:
    """The sentences of what the router says at the submission."""
    report = Report.model_validate({"kind": "outage", "urgency": "low", "impact": "one", "facts": "髙﨑①㈱🔥"})
    said = desk.tell(submission(report, "form", "c", reporter=reporter))
    assigned = [x.model_dump() for x in said if isinstance(x, e.EscalationAssigned)]
    assert desk.known.plan is not None
    forecast = Forecast.model_validate({"plan": desk.known.plan, "assigned": assigned})
    return sentences(forecast, Reader("ja", ZoneInfo("Asia/Tokyo"), T0), reporter)


def test_where_the_first_level_is_passed_over_the_one_after_that_which_is_asked_comes_next() -> None:
    """Seen red: whoever is asked at once was named as the next, with the time of the first level."""
    levels = [step("department"), step("leader", first_response="2bh"), step("manager")]
    desk = Desk(in_force(AWAY, priorities=priorities(P4={"levels": levels})))
    assert told(desk) == [
        "髙橋 健さんにチケットで対応をお願いします。",
        "初回応答の期限は2営業時間です。",
        "応答がなければ、山田 京子さんにチケットで連絡します。",
    ]
    assert desk.paged(desk.breach()) == ["manager"]


def test_where_everybody_is_passed_over_or_no_level_is_left_the_catch_all_comes_next() -> None:
    desk = Desk(in_force(AWAY))
    assert told(desk)[-1] == "応答がなければ、最終担当者に連絡します。"
    assert desk.paged(desk.breach()) == ["last"]


def test_where_the_levels_are_gone_through_again_the_first_comes_next() -> None:
    desk = Desk(in_force(priorities=priorities(P4={"levels": [step("department")], "repeat": 1})))
    assert told(desk)[-1] == "応答がなければ、伊藤 さくらさんにチケットで連絡します。"
    assert desk.paged(desk.breach()) == ["ito"]


def test_where_everybody_is_there_the_second_level_comes_next() -> None:
    desk = Desk(in_force())
    said = told(desk)
    assert desk.known.plan is not None
    second = desk.known.plan.levels[1]
    assert said[-1] == f"応答がなければ、{called(second.targets, 'ja')}に{by(second.channels, 'ja')}で連絡します。"


def test_who_reports_it_is_not_told_that_they_come_next() -> None:
    desk = Desk(in_force(priorities=priorities(P4={"levels": [step("department"), step("leader"), step("manager")]})))
    assert told(desk, "leader")[-1] == "応答がなければ、山田 京子さんにチケットで連絡します。"
    assert desk.paged(desk.breach()) == ["manager"]


def test_where_the_catch_all_is_asked_already_it_is_not_announced() -> None:
    desk = Desk(in_force(priorities=priorities(P4={"levels": [step("leader")]})))
    assert told(desk, "leader")[-1] == "応答がなければ、もう一度連絡します。"
    assert desk.paged(desk.breach()) == ["last"]
