"""Telling others by webhook: what they want of a change, what an answer means, and when it is tried again."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from services.intake.domain.changes import Change

PERSISTENT = timedelta(days=3)  # who fails for so long, without one success, is told nothing any more
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(hours=1)
GONE = 410
State = Literal["enabled", "disabled"]
# Why one is stopped, in Japanese and English.
REASONS = {
    "": ("", ""),
    "by-hand": ("手動で止めました。", "Disabled by hand."),
    "gone": ("受信側が 410 を返したため、止めました。", "The receiver answered 410."),
    "failing": ("3 日間届かなかったため、止めました。", "It could not be delivered for three days."),
    "token-ended": ("作成したトークンが無効になったため、止めました。", "The token that made it holds no longer."),
    "no-secret": ("署名の鍵を開けないため、止めました。", "Its secret cannot be opened."),
}


@dataclass(frozen=True)
class Progress:
    """How far a subscription is. `done` are places after `place` that were delivered out of turn."""

    place: int
    done: frozenset[int]
    tries: int
    failing_since: datetime | None
    next_at: datetime
    state: State = "enabled"
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """What came of one request; `status` is None where nobody answered. `wait` is what they asked for, in seconds."""

    status: int | None
    problem: str
    milliseconds: int
    wait: float = 0

    @property
    def good(self) -> bool:
        """Whether they have it."""
        return self.status is not None and 200 <= self.status < 300


def wants(change: Change, types: Sequence[str], teams: Sequence[str]) -> bool:
    """Whether a change is of a kind that was asked for; nothing named means all."""
    return (not types or change.type in types) and (not teams or change.facts.team in teams)


def body(type_: str, at: datetime, data: str) -> bytes:
    """The body of Standard Webhooks; `data` is JSON."""
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f'{{"type":{json.dumps(type_)},"timestamp":"{stamp}","data":{data}}}'.encode()


def after(
    now: datetime, before: Progress, read: Iterable[int], told: Iterable[int], answers: Sequence[Answer]
) -> Progress:
    """How far it is when of the places `read` those in `told` are settled, and these were the answers of this time."""
    failed = [answer for answer in answers if not answer.good]
    some = len(failed) < len(answers)
    done, place = before.done | frozenset(told), before.place
    for one in sorted(read):
        if one not in done:
            break
        place = one
    done = frozenset(p for p in done if p > place)
    if not failed:
        return Progress(place, done, 0, None, now)
    since = before.failing_since if before.failing_since and not some else now
    tries = 1 if some else before.tries + 1
    wait = max(min(SHORTEST * 2 ** min(tries - 1, 20), LONGEST), timedelta(seconds=max(a.wait for a in failed)))
    following = Progress(place, done, tries, since, now + min(wait, LONGEST))
    if any(answer.status == GONE for answer in failed):
        return replace(following, state="disabled", reason="gone")
    return replace(following, state="disabled", reason="failing") if now - since >= PERSISTENT else following
