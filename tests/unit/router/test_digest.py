"""When the weekly digest was due last, also where the clocks change."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.router.domain.climb import digest
from tests.unit.router.desk import in_force

BERLIN = ZoneInfo("Europe/Berlin")
FORCE = in_force(calendars={"office": {"zone": "Europe/Berlin"}})  # it goes out on Mondays at nine


@pytest.mark.parametrize(
    ("monday", "before"),
    [
        (datetime(2026, 10, 26, 9, tzinfo=BERLIN), datetime(2026, 10, 19, 9, tzinfo=BERLIN)),
        (datetime(2027, 3, 29, 9, tzinfo=BERLIN), datetime(2027, 3, 22, 9, tzinfo=BERLIN)),
        (datetime(2026, 7, 13, 9, tzinfo=BERLIN), datetime(2026, 7, 6, 9, tzinfo=BERLIN)),
    ],
    ids=["autumn", "spring", "summer"],
)
def test_a_digest_is_due_at_its_hour_and_not_before(monday: datetime, before: datetime) -> None:
    """Seen red: after a change of the clocks it was due an hour early, or an hour late."""
    due = datetime.fromtimestamp(monday.timestamp(), ZoneInfo("UTC"))
    for early in (timedelta(minutes=30), timedelta(microseconds=1)):
        assert digest.last(FORCE, due - early) == before
    for late in (timedelta(0), timedelta(minutes=30), timedelta(days=6)):
        assert digest.last(FORCE, due + late) == monday
