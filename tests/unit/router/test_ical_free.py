"""Events that block no time: telework, birthdays and our own shifts take nobody off duty when a calendar is imported."""

import pytest

from services.router.domain.duty.ical_import import read
from tests.unit.router.test_ical import PEOPLE, SINCE, UNTIL, exported, taken

DAY = "DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260502"


@pytest.mark.parametrize(("blocks", "away"), [("TRANSPARENT", False), ("transparent", False), ("OPAQUE", True)])
def test_what_blocks_no_time_is_no_absence_and_that_is_said(blocks: str, away: bool) -> None:
    """Seen red: whoever worked from home was taken off duty."""
    found = taken(f"UID:1\n{DAY}\nSUMMARY:森 在宅勤務\nTRANSP:{blocks}", f"UID:2\n{DAY}\nSUMMARY:mori 休暇")
    assert [x.reason for x in found.absences()] == (["森 在宅勤務"] if away else []) + ["mori 休暇"]
    assert [(x.uid, x.ja[:6]) for x in found.free()] == ([] if away else [("1", "「予定なし」")])
    assert not found.remarks


def test_one_that_repeats_is_said_once() -> None:
    (said,) = taken(f"UID:1\n{DAY}\nSUMMARY:森 在宅\nTRANSP:TRANSPARENT\nRRULE:FREQ=DAILY;COUNT=3").free()
    assert (said.uid, said.summary) == ("1", "森 在宅")


def test_our_own_shifts_take_nobody_off_duty() -> None:
    back = read(exported(), PEOPLE, "Asia/Tokyo", SINCE, UNTIL)
    assert back.entries
    assert back.absences() == ()
    assert len(back.overrides("s")) == len(back.entries)
