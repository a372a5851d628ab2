"""A page that waits until somebody is there, when somebody is there before that: they are asked then, and the clocks go with it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.router.domain.climb.shift import on_shift
from services.router.domain.duty.attendance import Attendance, Override, Presence
from services.router.domain.duty.schedule import Part
from shared.contracts import events as e
from shared.contracts.vocabulary import DeadlineName
from tests.unit.router.desk import T0, Desk, in_force, priorities

TOKYO = ZoneInfo("Asia/Tokyo")
SATURDAY, MONDAY = (datetime(2026, 11, day, hour, tzinfo=TOKYO).astimezone(UTC) for day, hour in ((28, 10), (30, 9)))
LINE, ITO = Part(schedule="line"), Part(person="ito")
WEEKDAYS = {
    "people": ["sato", "suzuki"],
    "every": 7,
    "unit": "days",
    "start": "2026-11-23T09:00:00",
    "only": [{"weekdays": ["mon", "tue", "wed", "thu", "fri"], "hours": "09:00-18:00"}],
}
SCHEDULE = {"line": {"name": "平日の当番", "zone": "Asia/Tokyo", "layers": [WEEKDAYS]}}
CHANGED: dict[str, Any] = {"schedules": SCHEDULE, "priorities": priorities(P2={"nobody_on_duty": "hold"})}
REQUEST = ("low", "one")  # P4: Ito is asked by name, in business hours


def put(since: datetime, hours: float = 48) -> Attendance:
    return Attendance(overrides=(Override("o", "line", "suzuki", since, since + timedelta(hours=hours)),))


def off(until: datetime) -> Attendance:
    return Attendance(presences=(Presence("ito", "off", until, since=T0),))


def held() -> Desk:
    desk = Desk(in_force(**CHANGED), SATURDAY)
    (first,) = (x for x in desk.submit("critical", "one") if isinstance(x, e.EscalationAssigned))
    assert (first.not_before, desk.awaited()) == (MONDAY, {"suzuki"})
    return desk


@pytest.mark.parametrize("hours", [0.5, 6])
def test_who_is_put_on_duty_is_asked_from_then_on(hours: float) -> None:
    """Seen red: it went on waiting for Monday, and rang nobody."""
    desk = held().after(minutes=30)
    force = in_force(put(begins := SATURDAY + timedelta(hours=hours)), **CHANGED)
    (new,) = said = on_shift(desk.known, force, LINE, desk.now)
    assert isinstance(new, e.EscalationAssigned)
    assert (desk.paged(said), new.not_before) == (["suzuki"], begins if begins > desk.now else None)
    assert new.reasons[0].ja.startswith("待つはずだった時刻より前に担当できる人がいるため")
    desk.tell(new)
    names = (
        DeadlineName.FIRST_RESPONSE,
        DeadlineName.FIRST_HANDLING,
        DeadlineName.NEXT_UPDATE,
        DeadlineName.RESOLUTION,
    )
    spans = [timedelta(minutes=m) for m in (15, 60, 15 + 120, 8 * 60)]
    assert [desk.known.deadlines[n].due - begins for n in names] == spans
    assert on_shift(desk.known, force, LINE, desk.now) == [], "once"
    assert desk.known.is_awaited("suzuki", new.round)
    assert not desk.known.is_awaited("suzuki", new.round - 1), "the page of Monday asks nobody any more"


def test_who_is_put_on_duty_for_later_brings_nothing_forward() -> None:
    desk = held()
    assert on_shift(desk.known, in_force(put(MONDAY), **CHANGED), LINE, desk.now) == []


def test_who_is_back_before_the_return_they_had_told_is_asked_then() -> None:
    """Seen red: it went on waiting for four in the afternoon."""
    desk = Desk(in_force(off(T0 + timedelta(hours=6))))
    (first,) = (x for x in desk.submit(*REQUEST) if isinstance(x, e.EscalationAssigned))
    assert first.not_before == T0 + timedelta(hours=6)
    desk.after(hours=1)
    (new,) = said = on_shift(desk.known, in_force(off(desk.now)), ITO, desk.now)
    assert isinstance(new, e.EscalationAssigned)
    assert (desk.paged(said), new.not_before) == (["ito"], None)


def test_what_comes_with_the_weekly_digest_is_brought_forward_by_nobody() -> None:
    desk = Desk(in_force(off(T0 + timedelta(hours=8)), priorities=priorities(P4={"load": 3})))
    desk.submit(*REQUEST)
    assert on_shift(desk.known, in_force(), ITO, desk.now + timedelta(hours=1)) == []
