"""Who plays a part at an instant, until when, who comes next, and who is asked when nobody is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.router.domain.climb import asking
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.schedule import Found, Holder, next_on_duty, on_duty
from services.router.domain.duty.shifts import shifts
from services.router.domain.times import moments
from shared.contracts.plan import Reason

_AHEAD = (timedelta(days=8), timedelta(days=92))


@dataclass(frozen=True)
class Watch:
    """Who is there, and when somebody else (`next`; nobody, when it is nothing) takes over; looks 92 days ahead."""

    found: Found | None
    until: datetime | None
    next: Found | None


def watch(force: InForce, holder: Holder, at: datetime) -> Watch:
    """Who plays a part at an instant and who plays it after that."""
    found = on_duty(force.duties, force.attendance, holder, at)
    for ahead in _AHEAD:
        for shift in shifts(force.duties, force.attendance, holder, at, at + ahead):
            if shift.person != (found.person if found else None):
                return Watch(found, shift.since, on_duty(force.duties, force.attendance, holder, shift.since))
    return Watch(found, None, None)


def nobody(force: InForce, holder: Holder, at: datetime, now: datetime) -> Reason:
    """What happens to cases that come to a part while nobody is there, by their priorities."""
    zone = ZoneInfo(force.policy.calendar_of("").zone)
    back = next_on_duty(force.duties, force.attendance, holder, at)
    rows = force.policy.priorities.items()
    waiting = {str(p): row.load for p, row in rows if row.nobody_on_duty == "hold"}
    asked = [str(p) for p, _ in rows if str(p) not in waiting]
    ja, en = list[str](), list[str]()
    if asked:
        ja.append(f"{'・'.join(asked)} は最終担当者 {force.catch_all.name} さんに依頼します")
        en.append(f"{', '.join(asked)}: {force.catch_all.name} (catch-all) is asked")
    if waiting and back is None:
        ja.append(f"{'・'.join(waiting)} は次の段階のいる人に依頼します")
        en.append(f"{', '.join(waiting)}: the next level that is there is asked")
    elif back is not None:
        until: dict[datetime, list[str]] = {}
        for priority, load in waiting.items():
            until.setdefault(_asked_at(force, holder, load, back), []).append(priority)
        for moment, known in until.items():
            then = moments.moment(moment, zone, now)
            ja.append(f"{'・'.join(known)} は {then.ja} まで待ちます")
            en.append(f"{', '.join(known)}: pages wait until {then.en}")
    return Reason(ja=f"だれもいません。{'。'.join(ja)}。", en=f"Nobody is there. {'; '.join(en)}.")


def _asked_at(force: InForce, holder: Holder, load: int, back: datetime) -> datetime:
    def is_there(at: datetime) -> bool:
        return on_duty(force.duties, force.attendance, holder, at) is not None

    return asking.in_its_hours(force.policy.calendar_of(""), load, back, is_there)
