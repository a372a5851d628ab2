"""Rotations and schedules that the tests of duty share, and thirty zones that change their clocks in all ways there are."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.router.domain.duty.rotation import Restriction, Rotation
from services.router.domain.duty.schedule import Duties, Part, Schedule
from services.router.domain.duty.turns import Layer
from services.router.domain.times.calendar import Calendar
from shared.contracts.plan import Person

ZONES = [
    "Asia/Tokyo", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Asia/Gaza", "Asia/Beirut", "Asia/Jerusalem",
    "UTC", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Istanbul", "Europe/Chisinau",
    "Africa/Casablanca", "Africa/Cairo", "Africa/El_Aaiun", "America/New_York", "America/Los_Angeles",
    "America/St_Johns", "America/Havana", "America/Santiago", "America/Asuncion", "America/Sao_Paulo", "America/Nuuk",
    "America/Scoresbysund", "Pacific/Chatham", "Pacific/Auckland", "Pacific/Easter", "Australia/Lord_Howe",
    "Antarctica/Troll",
]  # fmt: skip
TOKYO = ZoneInfo("Asia/Tokyo")
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)  # Monday noon in Tokyo
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
S = Part(schedule="s")
WEEKLY = Rotation(people=("a", "b", "c"), start=datetime(2026, 1, 5, 9))
NIGHTS = Rotation(
    people=("n", "m"), unit="days", start=datetime(2026, 1, 5, 18), only=(Restriction(hours="18:00-09:00"),)
)


def layer(rotation: Rotation, zone: str = "Asia/Tokyo", **calendars: Calendar) -> Layer:
    return Layer(rotation, ZoneInfo(zone), calendars, "office")


def rotation(every: int, unit: str, day: int = 1, time: str = "02:30", **more: object) -> Rotation:
    """Three people from January 2026 on."""
    start = f"2026-01-{day:02}T{time}"
    return Rotation.model_validate({"people": [*"abc"], "every": every, "unit": unit, "start": start, **more})


def duties(*layers: Rotation, people: str = "abcdmn") -> Duties:
    """One schedule, s; people are called by capital letters."""
    schedule = Schedule(zone="Asia/Tokyo", layers=layers or (WEEKLY,))
    return Duties({"s": schedule}, {p: Person(id=p, name=p.upper()) for p in people})
