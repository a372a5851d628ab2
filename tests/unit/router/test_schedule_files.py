"""The form of schedules in files: the old one and the new one are read, the shipped one works, nonsense is refused."""

import re
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from services.router.domain.duty.attendance import Attendance
from services.router.domain.duty.schedule import (
    Duties,
    Part,
    Schedule,
    on_duty,
)
from services.router.domain.times.calendar import Calendar
from shared.contracts.plan import Person
from tests.unit.router.duty import HOUR, TOKYO, S


def test_the_old_form_of_one_rotation_is_still_read() -> None:
    old = {"name": "当番", "people": ["a"], "zone": "Asia/Tokyo", "start": "2026-01-05T09:00:00", "days": 7}
    read = Schedule.model_validate(old)
    assert read == Schedule.model_validate(read.model_dump(mode="json"))
    assert (read.name, read.layers[0].every, read.layers[0].unit) == ("当番", 7, "days")
    short = Schedule.model_validate({"people": ["a"], "zone": "UTC", "start": "2026-01-05T09:00:00"})
    assert short.layers[0].unit == "weeks"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"zone": "Asia/Tokyo", "layers": []}, "at least 1"),
        ({"zone": "Mars/Base", "layers": [{"people": ["a"], "start": "2026-01-05T09:00:00"}]}, "Mars/Base"),
        ({"zone": "UTC", "people": ["a"], "start": "2026-01-05T09:00:00", "day": 7}, "Extra inputs"),
        ({"zone": "UTC"}, "Field required"),
        (["a"], "valid dictionary"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(data: object, complaint: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Schedule.model_validate(data)
    assert complaint in str(refused.value)


SHIPPED = (Path(__file__).parents[3] / "policy" / "schedules.yaml").read_text(encoding="utf-8")


def test_the_shipped_schedules_hand_over_on_mondays_at_nine() -> None:
    shipped = {id_: Schedule.model_validate(x) for id_, x in yaml.safe_load(SHIPPED)["schedules"].items()}
    people = {p: Person(id=p, name=p) for x in shipped.values() for layer in x.layers for p in layer.people}
    known = Duties(shipped, people)
    monday = datetime(2026, 11, 23, 9, tzinfo=TOKYO)
    for id_, before in [("payments-second-line", "suzuki.ichiro"), ("support-second-line", "sato.hanako")]:
        found = [on_duty(known, Attendance(), Part(id_), monday - x) for x in (HOUR, -HOUR)]
        assert [x.person.id == before for x in found if x] == [True, False]


def test_the_example_in_the_comments_works() -> None:
    lines = SHIPPED[SHIPPED.index("# night-and-day:") :].splitlines()
    example = yaml.safe_load("\n".join(re.sub(r"^\s*# ?", "", line) for line in lines))["night-and-day"]
    schedule = Schedule.model_validate(example)
    people = {p: Person(id=p, name=p) for layer in schedule.layers for p in layer.people}
    known = Duties({"s": schedule}, people, {"office": Calendar()})
    names = [layer.name for layer in schedule.layers]
    for at, name in [
        (datetime(2026, 6, 1, 12), "平日の昼"),
        (datetime(2026, 6, 2, 3), "夜間"),
        (datetime(2026, 6, 6, 12), "休日"),
        (datetime(2026, 5, 6, 20), "休日"),
        (datetime(2027, 3, 30, 12), "年度末の応援"),
        (datetime(2027, 4, 1, 12), "平日の昼"),
    ]:
        found = on_duty(known, Attendance(), S, at.replace(tzinfo=TOKYO))
        assert found is not None
        assert found.person.id in schedule.layers[names.index(name)].people
