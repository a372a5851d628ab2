"""What the watchdog decides, pure: what is wrong, when it says so, when it says so again, and when it is over."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

MOST_UNDER_WAY = 5  # canaries that nobody has ended; no more are made while the door cannot end them
AGAIN_AT_ONCE = timedelta(seconds=15)  # an alarm that no path has taken
Trouble: TypeAlias = str  # "page", "door", or "service:<name>"
Tell: TypeAlias = Literal["alarm", "worse", "repeat", "recovered"]


@dataclass(frozen=True)
class Rhythm:
    """How often a canary flies, when it is late, and how an alarm is repeated."""

    period: timedelta
    late: timedelta
    repeat: timedelta
    longest: timedelta


@dataclass(frozen=True)
class Canary:
    """One case of ours: taken in at `sent_at`; `over` when its page came or was given up, and it only has to be ended."""

    case_id: str
    sent_at: datetime
    over: bool = False


@dataclass(frozen=True)
class Alarm:
    """An alarm that is on: what it was told about, how often it reached somebody, and when it is told next."""

    since: datetime
    about: tuple[Trouble, ...]
    told: int
    next_at: datetime


@dataclass(frozen=True)
class Watched:
    """What the watchdog knows; all of it is on disk.

    `missed` counts canaries since the last one that came in time. `refused_since`: the door takes nothing since then.
    `down` are services that are not ready, with since when.
    """

    canaries: tuple[Canary, ...] = ()
    tried_at: datetime | None = None
    arrived_at: datetime | None = None
    took: float | None = None
    missed: int = 0
    refused_since: datetime | None = None
    down: tuple[tuple[str, datetime], ...] = ()
    alarm: Alarm | None = None


def is_due(w: Watched, rhythm: Rhythm, now: datetime) -> bool:
    """Whether the next canary is to be sent."""
    rested = w.tried_at is None or now - w.tried_at >= rhythm.period
    return rested and len(w.canaries) < MOST_UNDER_WAY


def tried(w: Watched, now: datetime) -> Watched:
    """A canary is being sent."""
    return replace(w, tried_at=now)


def taken(w: Watched, case_id: str, sent_at: datetime) -> Watched:
    """The door has taken a canary."""
    return replace(w, canaries=(*w.canaries, Canary(case_id, sent_at)), refused_since=None)


def refused(w: Watched, now: datetime) -> Watched:
    """The door has taken nothing."""
    return replace(w, refused_since=w.refused_since or now)


def arrived(w: Watched, case_id: str, rhythm: Rhythm, now: datetime) -> Watched:
    """The page of a canary has come; a late one heals nothing."""
    canary = next((c for c in w.canaries if c.case_id == case_id and not c.over), None)
    if canary is None or now - canary.sent_at > rhythm.late:
        return w
    others = tuple(replace(c, over=True) if c is canary else c for c in w.canaries)
    return replace(w, canaries=others, arrived_at=now, took=(now - canary.sent_at).total_seconds(), missed=0)


def given_up(w: Watched, rhythm: Rhythm, now: datetime) -> Watched:
    """The canaries whose page is late are missed, and only have to be ended."""
    late = [c for c in w.canaries if not c.over and now - c.sent_at > rhythm.late]
    left = tuple(replace(c, over=True) if c in late else c for c in w.canaries)
    return replace(w, canaries=left, missed=w.missed + len(late)) if late else w


def ended(w: Watched, case_id: str) -> Watched:
    """The case of a canary is done."""
    return replace(w, canaries=tuple(c for c in w.canaries if c.case_id != case_id))


def seen(w: Watched, unready: Collection[str], now: datetime) -> Watched:
    """What the services have said of themselves."""
    before = dict(w.down)
    return replace(w, down=tuple((name, before.get(name, now)) for name in sorted(unready)))


def woken(w: Watched) -> Watched:
    """What is left of it after a restart: an alarm stays on; nobody listened for the canaries that were under way."""
    return replace(w, canaries=tuple(replace(c, over=True) for c in w.canaries), refused_since=None, down=())


def troubles(w: Watched, rhythm: Rhythm, now: datetime) -> tuple[Trouble, ...]:
    """What is wrong at this moment."""
    page = ("page",) if w.missed else ()
    door = ("door",) if w.refused_since and now - w.refused_since >= rhythm.late else ()
    return (*page, *door, *(f"service:{name}" for name, since in w.down if now - since >= rhythm.late))


def is_proven(w: Watched) -> bool:
    """Whether a recovery may be believed: since the alarm began, a page has come through."""
    return w.alarm is not None and w.arrived_at is not None and w.arrived_at >= w.alarm.since


def to_tell(w: Watched, wrong: tuple[Trouble, ...], now: datetime) -> Tell | None:
    """What is to be said now; what is newly wrong does not wait for the repetition."""
    if w.alarm is None:
        return "alarm" if wrong else None
    if not wrong:
        return "recovered" if is_proven(w) and (now >= w.alarm.next_at or w.alarm.told) else None
    if set(wrong) - set(w.alarm.about):
        return "worse"
    if now < w.alarm.next_at:
        return None
    return "repeat" if w.alarm.told else "alarm"


def told(w: Watched, tell: Tell, wrong: tuple[Trouble, ...], reached: bool, rhythm: Rhythm, now: datetime) -> Watched:
    """What becomes of the alarm after it was told; what nobody took is told again soon, its end too."""
    old = w.alarm or Alarm(now, (), 0, now)
    if tell == "recovered":
        return replace(w, alarm=None if reached else replace(old, told=0, next_at=now + AGAIN_AT_ONCE))
    about = tuple(dict.fromkeys((*old.about, *wrong)))
    count = old.told + reached
    wait = pause(count, rhythm) if reached else AGAIN_AT_ONCE
    return replace(w, alarm=Alarm(old.since, about, count, now + wait))


def pause(told: int, rhythm: Rhythm) -> timedelta:
    """How long until an alarm that was told so often is told again."""
    return min(rhythm.repeat * (1 << min(max(told - 1, 0), 20)), rhythm.longest)


def beats(w: Watched) -> bool:
    """Whether the heartbeat goes out: not while an alarm has reached nobody, so that those outside notice."""
    return w.alarm is None or w.alarm.told > 0
