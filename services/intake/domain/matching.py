"""Number matching: a person knows the number of the case they were told of, a program that presses everything does not.

Six numbers stand on a page, one of them the case's. What a program tries in order, backwards, from many copies of the page
or all at once comes to a wrong number, or to two different ones, and neither acknowledges anything.
"""

import hashlib
import hmac
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

NUMBERS = 6
INNER = tuple(range(1, NUMBERS - 1))  # what is pressed first, or last, is never right
SHORTEST_LOOK = timedelta(seconds=1)
LONGEST_LOOK = timedelta(minutes=10)
QUIET_SECONDS = 1.5  # so long nothing else may be chosen by the link before a right choice counts
MOST_WRONG, MOST_PAGES = 3, 20
WITHIN = PAUSE = timedelta(minutes=10)

Verdict: TypeAlias = Literal["right", "again", "wrong", "old", "paused", "unknown"]


@dataclass(frozen=True)
class Challenge:
    """One page of numbers that was shown for a link; it is answered once.

    `place` is where the right number stands, 0 being first; `wrong_before` how often the link had been answered wrongly
    when it was shown; `chosen` the first answer, and `tried` where on the page that stood, if anywhere.
    """

    nonce: str
    opened_at: datetime
    place: int
    wrong_before: int
    chosen: str | None = None
    chosen_at: datetime | None = None
    tried: int | None = None
    wrong_at: datetime | None = None


def numbers(seed: bytes, challenge: Challenge, right: int) -> tuple[int, ...]:
    """The numbers on the page, in order: as long as the right one, and no two with the same last digit.

    They are the same for one `seed` and differ in their order only, so that two pages side by side give nothing away.
    """
    digits = len(str(right))
    lowest, size = 10 ** (digits - 1), 9 * 10 ** (digits - 1)
    others: list[int] = []
    count = 0
    while len(others) < NUMBERS - 1:
        drawn = lowest + _draw(seed, f"number {count}") % size
        count += 1
        if all(drawn % 10 != other % 10 for other in (right, *others)):
            others.append(drawn)
    others.sort(key=lambda n: _draw(seed, f"{challenge.nonce} {n}"))
    return (*others[: challenge.place], right, *others[challenge.place :])


def opened(seed: bytes, known: Sequence[Challenge], nonce: str, now: datetime) -> Challenge:
    """A new page of numbers for a link of which `known` were shown before.

    Who goes on trying one place after the other does not try a place twice: after a wrong choice the right number
    stands where one was tried already, or else as far from those as can be.
    """
    tried = {c.tried for c in known if c.tried is not None}
    places = [p for p in INNER if p in tried] or _farthest(tried)
    return Challenge(nonce, now, places[_draw(seed, nonce) % len(places)], _wrong(known))


def _farthest(tried: Set[int]) -> list[int]:
    away = {p: min((abs(p - t) for t in tried), default=0) for p in INNER}
    return [p for p, distance in away.items() if distance == max(away.values())]


def paused_until(known: Sequence[Challenge], now: datetime) -> datetime | None:
    """Until when a link takes no answers, after too many wrong ones or too many pages in a short time; else nothing."""
    wrong = sorted((c.wrong_at for c in known if c.wrong_at), reverse=True)
    pages = sorted((c.opened_at for c in known), reverse=True)
    ends = [
        times[0] + PAUSE
        for times, most in ((wrong, MOST_WRONG), (pages, MOST_PAGES))
        if len(times) >= most and times[0] - times[most - 1] < WITHIN
    ]
    return max((end for end in ends if end > now), default=None)


def chosen(
    seed: bytes, known: Sequence[Challenge], nonce: str, choice: str, right: int, now: datetime
) -> tuple[Verdict, Challenge | None]:
    """What a choice means, and the page as it is kept from now on.

    "right" is only good once the link has been quiet for a while (`contradicted`); "again" repeats the same choice, as
    a second press on the same button does.
    """
    mine = next((c for c in known if c.nonce == nonce), None)
    if mine is None:
        return "unknown", None
    if mine.chosen is not None:
        if choice == mine.chosen == str(right) and mine.wrong_at is None:
            return "again", mine
        return "wrong", mine if mine.wrong_at else replace(mine, wrong_at=now)
    shown = [str(n) for n in numbers(seed, mine, right)]
    after = replace(mine, chosen=choice, chosen_at=now, tried=shown.index(choice) if choice in shown else None)
    if paused_until(known, now):
        return "paused", replace(after, wrong_at=now)
    if now - mine.opened_at > LONGEST_LOOK:
        return "old", replace(after, chosen="", tried=None)
    if choice != str(right) or now - mine.opened_at < SHORTEST_LOOK:
        return "wrong", replace(after, wrong_at=now)
    return "right", after


def contradicted(known: Sequence[Challenge], nonce: str) -> bool:
    """Whether something else was chosen by the link since the page was shown: a person chooses once."""
    mine = next((c for c in known if c.nonce == nonce), None)
    return mine is None or mine.wrong_at is not None or _wrong(known) > mine.wrong_before


def answered(known: Sequence[Challenge], nonce: str, right: int) -> bool:
    """Whether the right number was chosen on a page, and counted as far as the page goes."""
    return any(c.nonce == nonce and c.chosen == str(right) and c.wrong_at is None for c in known)


def _wrong(known: Sequence[Challenge]) -> int:
    return sum(c.wrong_at is not None for c in known)


def _draw(seed: bytes, what: str) -> int:
    return int.from_bytes(hmac.new(seed, what.encode(), hashlib.sha256).digest()[:8])
