"""Why what somebody tells beside the policy is refused: absences, overrides, presence and swaps; and the answer to a swap."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.router.domain.duty.attendance import Absence, Attendance, Override, Presence, Swap
from services.router.domain.duty.schedule import Duties, Part, changes, in_turn

LONGEST = timedelta(days=366)
THIS_MORNING = timedelta(days=1)  # so late an absence may be told: the history of a duty is not rewritten further back
JUST_NOW = timedelta(minutes=5)  # clocks of callers differ
_ZONE = ("zone", "時刻にタイムゾーンが必要です（例: 2026-11-22T09:00:00+09:00）", "times need a zone, such as +09:00")


@dataclass(frozen=True)
class Refusal:
    """A code for programs, and the reason and remedy in words."""

    code: str
    ja: str
    en: str


def refuse_absence(duties: Duties, attendance: Attendance, absence: Absence, now: datetime) -> Refusal | None:
    """Why an absence cannot be taken; nothing when it can."""
    return (
        _people(duties, absence.person, *filter(None, [absence.substitute]))
        or _span(absence.since, absence.until, now, THIS_MORNING)
        or _circle(duties, attendance, absence)
    )


def refuse_override(duties: Duties, attendance: Attendance, override: Override, now: datetime) -> Refusal | None:
    """Why an override cannot be taken; nothing when it can."""
    refusal = (
        _schedule(duties, override.schedule)
        or _people(duties, override.person)
        or _span(override.since, override.until, now, JUST_NOW)
    )
    if refusal is not None:
        return refusal
    for other in attendance.overrides_of.get(override.schedule, ()):
        if other.id != override.id and other.since < override.until and override.since < other.until:
            name = duties.name(other.person)
            return Refusal(
                "overlap",
                f"この当番表には同じ時間に {name} さんの臨時の当番があります。先にそれを取り消してください",
                f"{name} is on duty in this schedule for some of this time already; cancel that first",
            )
    return None


def refuse_presence(duties: Duties, presence: Presence, now: datetime) -> Refusal | None:
    """Why a presence cannot be taken; nothing when it can."""
    return _people(duties, presence.person) or (
        _span(presence.since or now, presence.until, now, JUST_NOW) if presence.until else None
    )


def refuse_swap(duties: Duties, attendance: Attendance, swap: Swap, now: datetime) -> Refusal | None:
    """Why a swap cannot be offered or accepted; nothing when it can."""
    if swap.asker == swap.other:
        return Refusal("self", "自分自身とは交換できません", "nobody can swap with themselves")
    return (
        _schedule(duties, swap.schedule)
        or _people(duties, swap.asker, swap.other)
        or _span(swap.since, swap.until, now, JUST_NOW)
        or _not_theirs(duties, attendance, swap)
    )


def answer_swap(
    duties: Duties,
    attendance: Attendance,
    swap: Swap,
    answer: Literal["accepted", "declined", "cancelled"],
    by: str,
    now: datetime,
) -> Swap | Refusal:
    """The swap after `by` (a person's id) answered it. Only `other` accepts or declines; only the asker cancels an offer.

    An accepted swap is given back by a swap the other way. The same answer again changes nothing.
    """
    allowed = swap.asker if answer == "cancelled" else swap.other
    if by != allowed:
        name = duties.name(allowed)
        return Refusal("not_yours", f"これに答えられるのは {name} さんだけです", f"only {name} can answer this")
    if swap.state == answer:
        return swap
    if swap.state != "offered":
        return Refusal("answered", "この交換はすでに回答済みです", "this swap has been answered already")
    if answer == "accepted":
        started = replace(swap, since=min(max(swap.since, now), swap.until))  # what is over is not handed over
        refusal = refuse_swap(duties, attendance, started, now)
        return refusal or replace(started, state=answer)
    return replace(swap, state=answer)


def _people(duties: Duties, *ids: str) -> Refusal | None:
    for id_ in ids:
        if id_ not in duties.people:
            return Refusal("unknown_person", f"「{id_}」という人は登録されていません", f"nobody is called {id_}")
    return None


def _schedule(duties: Duties, id_: str) -> Refusal | None:
    if id_ in duties.schedules:
        return None
    return Refusal("unknown_schedule", f"「{id_}」という当番表はありません", f"there is no schedule {id_}")


def _span(since: datetime, until: datetime, now: datetime, late: timedelta) -> Refusal | None:
    if since.tzinfo is None or until.tzinfo is None:
        return Refusal(*_ZONE)
    if until > now and until <= since:
        return Refusal("order", "終わりは始まりより後にしてください", "the end has to come after the beginning")
    if until <= now or since < now - late:
        return Refusal(
            "past", "過去の時刻です。これからの時刻を入れてください", "that is in the past; give a time ahead"
        )
    if until - since > LONGEST:
        return Refusal(
            "too_long", "1 年より長くはできません。分けて登録してください", "no longer than a year; split it"
        )
    return None


def _circle(duties: Duties, attendance: Attendance, absence: Absence) -> Refusal | None:
    if absence.substitute == absence.person:
        name = duties.name(absence.person)
        return Refusal(
            "own_substitute", f"{name} さんは自分の代理になれません", f"{name} cannot stand in for themselves"
        )
    others = [x for x in attendance.absences if x.id != absence.id and x.substitute]
    waiting, seen = [(absence.substitute, absence.since, absence.until)], set[tuple[str, datetime, datetime]]()
    while waiting:
        at = id_, since, until = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        if id_ == absence.person:
            return Refusal(
                "circle",
                f"{duties.name(absence.substitute)} さんも同じ時期に不在で、代理をたどると本人に戻ります。別の代理を選んでください",
                f"{duties.name(absence.substitute)} is away too, and those who stand in lead back here; choose another",
            )
        cut = ((x.substitute, max(since, x.since), min(until, x.until)) for x in others if x.person == id_)
        waiting += [(substitute, begins, ends) for substitute, begins, ends in cut if begins < ends]
    return None


def _not_theirs(duties: Duties, attendance: Attendance, swap: Swap) -> Refusal | None:
    part = Part(schedule=swap.schedule)
    instants = (swap.since, *changes(duties, attendance, part, swap.since, swap.until))
    if {in_turn(duties, attendance, part, at) for at in instants} - {""} == {swap.asker}:
        return None
    name = duties.name(swap.asker)
    return Refusal(
        "not_their_shift",
        f"この時間の当番は {name} さん（だけ）ではありません。{name} さんの当番の時間だけを選んでください",
        f"not all of this time is a shift of {name}; choose only their own shift",
    )
