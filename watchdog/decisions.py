"""What the watchdog decides, pure: what is wrong, when it says so, when it says so again, and when it is over."""

from collections.abc import Callable, Collection
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

    @property
    def round(self) -> timedelta:
        """Within which a canary is sent and its page has come, or is late."""
        return self.period + self.late


@dataclass(frozen=True)
class Canary:
    """One case of ours: taken in at `sent_at`; `over` when its page came or was given up, and it only has to be ended."""

    case_id: str
    sent_at: datetime
    over: bool = False


@dataclass(frozen=True)
class Alarm:
    """An alarm that is on: what it was told about, how often it reached somebody since it last grew, and when it is told next.

    `healed` is what it was told about and was well again since; when that comes back, it is told `again_at` at the latest.
    """

    since: datetime
    about: tuple[Trouble, ...]
    told: int
    next_at: datetime
    healed: tuple[Trouble, ...] = ()
    again_at: datetime | None = None


@dataclass(frozen=True)
class Watched:
    """What the watchdog knows; all of it is on disk.

    `since` it watches without a break. `key`: that of the canary which is being sent, so that the door takes none twice.
    `missed` counts canaries since the last one that came in time. `refused_since`: the door takes nothing since then.
    `down` are services that are not ready, with since when.
    """

    since: datetime
    canaries: tuple[Canary, ...] = ()
    tried_at: datetime | None = None
    key: str = ""
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


def tried(w: Watched, now: datetime, key: str) -> Watched:
    """A canary is being sent, by this key or that of the one which nobody has seen taken yet."""
    return replace(w, tried_at=now, key=w.key or key)


def taken(w: Watched, case_id: str, unheard: bool = False) -> Watched:
    """The door has taken the canary that was tried last; one whose page may have come `unheard` only has to be ended."""
    flown = *w.canaries, Canary(case_id, w.tried_at or w.since, unheard)
    return replace(w, canaries=flown, refused_since=None, key="")


def refused(w: Watched) -> Watched:
    """The door has not taken the canary that was tried last."""
    return replace(w, refused_since=w.refused_since or w.tried_at)


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


def moved(w: Watched, instant: Callable[[datetime], datetime]) -> Watched:
    """The same with every instant moved: when the clock steps, all that is known steps along, and only time that has passed counts."""

    def also(at: datetime | None) -> datetime | None:
        return at and instant(at)

    return Watched(
        since=instant(w.since),
        canaries=tuple(replace(c, sent_at=instant(c.sent_at)) for c in w.canaries),
        tried_at=also(w.tried_at),
        key=w.key,
        arrived_at=also(w.arrived_at),
        took=w.took,
        missed=w.missed,
        refused_since=also(w.refused_since),
        down=tuple((name, instant(since)) for name, since in w.down),
        alarm=w.alarm
        and replace(
            w.alarm,
            since=instant(w.alarm.since),
            next_at=instant(w.alarm.next_at),
            again_at=also(w.alarm.again_at),
        ),
    )


def woken(w: Watched, rhythm: Rhythm, now: datetime) -> Watched:
    """What is left of it after a restart: all, so that restarts without end hide nothing, and none of it in the future.

    After a longer absence nobody listened for the canaries that were under way; what was wrong with the rest is asked anew.
    """
    next_at = min(w.alarm.next_at, now + rhythm.longest) if w.alarm else now
    w = moved(w, lambda at: min(at, now))
    w = replace(w, alarm=w.alarm and replace(w.alarm, next_at=next_at))
    if w.tried_at is not None and now - w.tried_at <= rhythm.round:
        return w
    return replace(w, since=now, canaries=tuple(replace(c, over=True) for c in w.canaries), refused_since=None, down=())


def heard_at(w: Watched) -> datetime:
    """When a page came in time; since when one is waited for where none ever came."""
    return w.arrived_at or w.since


def is_blind(w: Watched, rhythm: Rhythm, now: datetime) -> bool:
    """Whether nothing says that pages go out, for whatever reason: none came, none is under way, and the door is not why."""
    under_way = w.refused_since or any(not canary.over for canary in w.canaries)
    return not under_way and now - max(heard_at(w), w.since) > 2 * rhythm.round


def troubles(w: Watched, rhythm: Rhythm, now: datetime) -> tuple[Trouble, ...]:
    """What is wrong at this moment."""
    page = ("page",) if w.missed or is_blind(w, rhythm, now) else ()
    door = ("door",) if w.refused_since and now - w.refused_since >= rhythm.late else ()
    return (*page, *door, *(f"service:{name}" for name, since in w.down if now - since >= rhythm.late))


def is_proven(w: Watched) -> bool:
    """Whether a recovery may be believed: since the alarm began, a page has come through."""
    return w.alarm is not None and w.arrived_at is not None and w.arrived_at >= w.alarm.since


def noted(w: Watched, wrong: tuple[Trouble, ...]) -> Watched:
    """What was told about and is well now is remembered, so that it is news when it comes back while the rest goes on."""
    if w.alarm is None:
        return w
    healed = tuple(one for one in w.alarm.about if one in w.alarm.healed or one not in wrong)
    return replace(w, alarm=replace(w.alarm, healed=healed))


def to_tell(w: Watched, wrong: tuple[Trouble, ...], now: datetime) -> Tell | None:
    """What is to be said now; what is newly wrong does not wait for the repetition."""
    if w.alarm is None:
        return "alarm" if wrong else None
    if not wrong:
        return "recovered" if is_proven(w) and (now >= w.alarm.next_at or w.alarm.told) else None
    back = set(wrong) & set(w.alarm.healed) and w.alarm.again_at is not None and now >= w.alarm.again_at
    if set(wrong) - set(w.alarm.about) or back:
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
    count = 1 if reached and tell == "worse" else old.told + reached
    wait = pause(count, rhythm) if reached else AGAIN_AT_ONCE
    healed = tuple(one for one in about if one not in wrong)
    again_at = now + min(wait, rhythm.repeat)
    return replace(w, alarm=Alarm(old.since, about, count, now + wait, healed, again_at))


def pause(told: int, rhythm: Rhythm) -> timedelta:
    """How long until an alarm that was told so often is told again."""
    return min(rhythm.repeat * (1 << min(max(told - 1, 0), 20)), rhythm.longest)


def beats(w: Watched, rhythm: Rhythm, now: datetime) -> bool:
    """Whether the heartbeat goes out, so that those outside notice when it does not.

    It does while pages come; while an alarm is on, when it has reached somebody and canaries are still tried.
    """
    last = w.arrived_at if w.alarm is None else w.tried_at if w.alarm.told else None
    return last is not None and now - last <= 2 * rhythm.round
